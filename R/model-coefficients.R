# Coefficients with their covariance: limits, the table that is tidied and printed, and their joint
# test.

#' @rdname model-methods
#' @export
coef.ccd_model <- function(object, ...) {
  check_dots(..., passed = "complete")
  object$coefficients
}

#' @rdname model-methods
#' @export
vcov.ccd_model <- function(object, vcov = NULL, ...) {
  check_dots(..., passed = "complete")
  fit_covariance(object, vcov)$v
}

#' @rdname model-methods
#' @export
confint.ccd_model <- function(object, parm = NULL, level = 0.95, vcov = NULL, ...) {
  check_dots(...)
  check_number(level, "level", 0, 1)
  limits <- coefficient_limits(object, fit_covariance(object, vcov), level)
  if (is.null(parm)) limits else limits[check_parm(parm, rownames(limits)), , drop = FALSE]
}

coefficient_limits <- function(object, cov, level) {
  table <- coefficient_table(object, cov)
  tail <- (1 - level) / 2
  limits <- table$estimate + table$std.error * cbind(
    stats::qt(tail, table$df), stats::qt(1 - tail, table$df)
  )
  dimnames(limits) <- list(table$term, paste(format(
    100 * c(tail, 1 - tail), trim = TRUE, digits = 3
  ), "%"))
  limits
}

# Names of coefficients, or their positions.
check_parm <- function(parm, terms, call = rlang::caller_env()) {
  named <- is.character(parm) && all(parm %in% terms)
  numbered <- is_bare_numeric(parm) && all(parm %in% seq_along(terms))
  if (length(parm) && (named || numbered)) return(parm)
  abort("term", c(
    "{.arg parm} must be names or positions of coefficients, not {found(parm)}.",
    i = "They are {.val {terms}}."
  ), call)
}

# term, estimate, std.error, statistic, p.value and the degrees of freedom of each. What a
# restriction fixes does not vary, and was not tested.
coefficient_table <- function(object, cov) {
  estimate <- unname(object$coefficients)
  se <- unname(sqrt(diag(cov$v)))
  statistic <- replace(estimate / se, se %in% 0, NA_real_)
  data.frame(
    term = names(object$coefficients), estimate = estimate, std.error = se, statistic = statistic,
    p.value = 2 * stats::pt(-abs(statistic), cov$df), df = rep_len(cov$df, length(se)),
    stringsAsFactors = FALSE
  )
}

#' @rdname model-methods
#' @export
tidy.ccd_model <- function(x, conf.int = FALSE, conf.level = 0.95, vcov = NULL, ...) {
  check_dots(..., passed = "coef_rename")
  check_flag(conf.int, "conf.int")
  with_limits(coefficient_table(x, fit_covariance(x, vcov)), conf.int, conf.level)
}

# A table of coefficients as broom has it: confidence limits in place of the degrees of freedom.
with_limits <- function(table, conf.int, conf.level, call = rlang::caller_env()) {
  if (conf.int) {
    check_number(conf.level, "conf.level", 0, 1, call)
    reach <- table$std.error * stats::qt((1 + conf.level) / 2, table$df)
    table$conf.low <- table$estimate - reach
    table$conf.high <- table$estimate + reach
  }
  table$df <- NULL
  if (!conf.int && !identical(conf.level, 0.95)) {
    abort("argument", c(
      "{.arg conf.level} is read with {.code conf.int = TRUE} only, which is not so here.",
      i = "Give {.code conf.int = TRUE}, or leave {.arg conf.level} out."
    ), call)
  }
  table
}

# Coefficients zero, all slopes unless named, by the fit's covariance: F (or chi-squared over its
# degrees of freedom where the reference is normal).
wald_test <- function(object, cov, terms = setdiff(names(object$coefficients), "(Intercept)")) {
  slopes <- names(object$coefficients) %in% terms
  q <- sum(slopes)
  b <- object$coefficients[slopes]
  if (!q) return(list(statistic = NA_real_, p.value = NA_real_, df1 = q))
  v <- cov$v[slopes, slopes, drop = FALSE]
  # The classical covariance is definite, however near the regressors are to one another.
  f <- if (!is.null(cov$root)) {
    rooted_wald(diag(length(slopes))[slopes, , drop = FALSE], b, cov$root) / q
  } else {
    inverse <- if (cov$type == "iid") tryCatch(scaled_solve(v, b), error = function(e) NA_real_)
    sum(b * (inverse %||% solve_or_na(v, b))) / q
  }
  df <- min(rep_len(cov$df, length(slopes))[slopes])
  list(statistic = f, p.value = stats::pf(f, q, df, lower.tail = FALSE), df1 = q)
}

# gap' (R V R')^-1 gap by a root of V; NA where the restrictions' covariance is singular.
rooted_wald <- function(r, gap, root) {
  k <- r %*% root
  sd <- sqrt(rowSums(k^2))
  if (any(sd <= 1e-13 * drop(abs(r) %*% sqrt(rowSums(root^2))))) return(NA_real_)
  qr <- qr(t(k / sd), tol = 1e-12)
  if (qr$rank < nrow(r)) return(NA_real_)
  sum(forwardsolve(t(qr.R(qr)), (gap / sd)[qr$pivot])^2)
}

printed_table <- function(table) {
  out <- as.matrix(table[c("estimate", "std.error", "statistic", "p.value")])
  letter <- if (all(is.infinite(table$df))) "z" else "t"
  dimnames(out) <- list(table$term, tr(c(
    "Estimate", "Std. Error", paste(letter, "value"), paste0("Pr(>|", letter, "|)")
  )))
  out
}

# The first `n` rows with stars, and how many more there are.
print_coefficients <- function(table, n, digits, legend = TRUE) {
  colnames(table) <- tr(colnames(table))
  english <- spoken() == "en"
  stats::printCoefmat(
    utils::head(table, n), digits = digits, signif.legend = legend && english, P.values = TRUE,
    has.Pvalue = TRUE
  )
  if (legend && !english) cat("---\n", star_codes(), "\n", sep = "")
  more <- nrow(table) - n
  if (more > 0) {
    say(trf("... and %s: summary(x)", count_of(more, "more coefficient")))
  }
}
