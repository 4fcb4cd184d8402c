# Comparisons of nested least-squares fits by sums of squares, and what stats' step() asks for.

#' Analysis of variance and selection of terms
#'
#' Of least-squares fits of [fe_reg()], as of R's linear models: `anova()` compares nested fits, or
#' adds the terms of one fit in turn; `drop1()` and `add1()` try single terms; `extractAIC()` is
#' what [stats::step()] minimises. Effects count with their degrees of freedom.
#'
#' @param object,fit A least-squares fit of [fe_reg()].
#' @param ... For `anova()` other fits, of the same dependent variable, rows and weights; each must
#'   be nested in the next or hold it.
#' @param test `"F"` (default of `anova()`), `"Chisq"` (the sum of squares over the variance; of
#'   single terms without `scale` the likelihood ratio) or `"none"`.
#' @param scope Terms to try: a formula (`~ x + z`) or their names; by default of `drop1()` all that
#'   may be left out without breaking a product.
#' @param scale An estimate of the error variance to divide by, 0 (default): none.
#' @param k What a degree of freedom costs in the criterion: 2 is AIC, `log(nobs(fit))` BIC.
#' @section Tests: Sums of squares and F belong to independent errors of one variance, whatever
#'   the fit's own covariance is: \eqn{F = (RSS_0 - RSS_1)/q / s^2}{F = (RSS0 - RSS1)/q / s2}, with
#'   s2 of the largest fit (`add1()`: of the fit with the term). Joint tests under clustered and
#'   other covariances are `car::linearHypothesis(fit, c("x = 0", "z = 0"))`.
#' @return A data frame of class `anova`; of `extractAIC()` degrees of freedom and criterion,
#'   \eqn{n \log(RSS/n) + k p}{n log(RSS/n) + k p} with p the coefficients and the effects' degrees
#'   of freedom.
#' @section Errors: `ccdpanel_error_estimator` (instruments), `_choice` (an equation that is
#'   estimated jointly with others), `_fit` (what is no fit, or fits that are not nested or not of
#'   the same rows), `_term` (`scope`), `_rows` (a term of `add1()` that is missing in rows of the
#'   sample), and `_needs_rows`.
#' @seealso [hausman_test()], [group_difference()], [robustness()]
#' @examples
#' small <- fe_reg(log(output) ~ log(highways) | state + year, state_capital)
#' large <- update(small, . ~ . + unemployment + log(water))
#' anova(small, large)
#' drop1(large, test = "F")
#' @name anova.fe_reg
NULL

#' @rdname anova.fe_reg
#' @importFrom stats anova
#' @export
anova.fe_reg <- function(object, ..., test = "F") {
  call <- rlang::current_env()
  fits <- given_dots(...)
  check_choice(test, c("F", "Chisq", "none"), "test")
  fits <- c(list(object), unname(check_anova_fits(fits, names(fits), call)))
  for (fit in fits) check_sums_of_squares(fit, "anova()", call)
  if (length(fits) == 1) return(anova_in_turn(object, test, call))
  for (fit in fits[-1]) check_comparable(object, fit, call)
  residual <- vapply(fits, stats::df.residual, 0)
  for (i in seq_along(fits)[-1]) check_nested(fits[[i - 1]], fits[[i]], call)
  rss <- vapply(fits, stats::deviance, 0)
  table <- data.frame(Res.Df = residual, RSS = rss)
  table$Df <- c(NA, -diff(residual))
  table$`Sum of Sq` <- c(NA, -diff(rss))
  largest <- which.min(residual)
  new_anova(
    with_test(
      table, "Df", "Sum of Sq", rss[largest] / residual[largest], residual[largest], test, f = "F"
    ),
    c("Analysis of Variance Table\n", paste0(
      paste0("Model ", format(seq_along(fits)), ": ", vapply(fits, formula_text, "")),
      collapse = "\n"
    ))
  )
}

formula_text <- function(fit) deparse1(fit$spec$formula)

check_anova_fits <- function(fits, names, call) {
  named <- names[nzchar(names)]
  if (length(named)) {
    abort("argument", c(
      "There is no argument {.arg {named[1]}} here.",
      i = "The others are fits to compare with, without names, and {.arg test}."
    ), call)
  }
  for (fit in fits) {
    if (inherits(fit, "fe_reg")) next
    abort("fit", c(
      "{.arg ...} must be fits of {.fn fe_reg}, not {found(fit)}.",
      i = "For instance {.code anova(small, large)}."
    ), call)
  }
  fits
}

check_sums_of_squares <- function(fit, what, call) {
  check_has_rows(fit, what, call)
  check_alone(fit, "Sums of squares", call)
  if (is.null(fit$spec$parsed$instruments)) return(invisible())
  abort("estimator", c(
    "{.code {what}} compares sums of squares of least squares; the fit has instruments.",
    i = "Test its coefficients by {.code car::linearHypothesis(fit, \"x = 0\")}."
  ), call)
}

# The same rows, dependent variable and weights.
check_comparable <- function(fit, other, call) {
  parts <- lapply(list(fit, other), function(f) {
    list(y = stats::fitted(f) + f$residuals, w = stats::weights(f))
  })
  differ <- c(
    `numbers of rows` = fit$sample$n != other$sample$n,
    `dependent variables` = fit$sample$n == other$sample$n &&
      !isTRUE(all.equal(parts[[1]]$y, parts[[2]]$y, tolerance = 1e-10)),
    weights = !identical(parts[[1]]$w, parts[[2]]$w)
  )
  if (!any(differ)) return(invisible())
  rows <- fit$sample$n != other$sample$n
  abort("fit", c(
    paste0(
      "Fits are compared of one dependent variable on the same rows; these have other ",
      "{names(differ)[differ][1]}{if (rows) paste0(': ', fit$sample$n, ' and ', other$sample$n)}."
    ),
    i = if (rows) {
      paste0(
        "A variable with missing values takes rows with it: fit both to the rows that are ",
        "complete, with {.arg subset}."
      )
    }
  ), call)
}

# The residuals of the larger fit are orthogonal to all that a smaller one within it spans.
check_nested <- function(a, b, call) {
  if (stats::df.residual(a) < stats::df.residual(b)) {
    larger <- a
    smaller <- b
  } else {
    larger <- b
    smaller <- a
  }
  design <- model_design(smaller$spec, call)
  w <- if (length(design$weight)) design$weight else rep(1, design$sample$n)
  e <- larger$residuals * w
  size <- sqrt(sum(larger$residuals * e))
  of_column <- function(x) abs(sum(x * e)) / (sqrt(sum(x^2 * w)) * size)
  of_factor <- function(f) {
    most <- function(v) max(abs(rowsum(v * e, f$code)) / sqrt(rowsum(v^2 * w, f$code))) / size
    max(if (!isFALSE(f$intercept)) most(rep(1, length(e))), vapply(f$slopes %||% list(), most, 0))
  }
  kept <- design$columns[match(setdiff(names(smaller$coefficients), "(Intercept)"), design$names)]
  beyond <- c(
    vapply(kept, of_column, 0), if (design$constant) of_column(rep(1, length(e))),
    vapply(design$factors, of_factor, 0)
  )
  if (!any(beyond > 1e-6, na.rm = TRUE)) return(invisible())
  abort("fit", c(
    "The fits are not nested: neither holds all regressors and effects of the other.",
    i = "Not nested are {.code {c(formula_text(smaller), formula_text(larger))}}.",
    i = "Compare them by {.fn AIC} and {.fn BIC}."
  ), call)
}

# The fit with other exogenous terms, on the same rows; `added` is what is new to the data's rows.
refitted_terms <- function(object, labels, call, added = NULL) {
  spec <- object$spec
  tt <- regressor_terms(spec$parsed$exogenous, call = call)
  offsets <- as.list(attr(tt, "variables"))[-1][attr(tt, "offset")]
  constant <- if (!attr(tt, "intercept")) list(0)
  spec$parsed$exogenous <- join_plus(c(constant, lapply(labels, str2lang), offsets)) %||% 1
  spec$formula <- whole_formula(
    spec$parsed, list(spec$parsed$exogenous),
    label_expressions(names(spec$parsed$effects), spec$data)
  )
  spec$replays <- NULL
  if (!is.null(added)) check_complete_term(added, spec, call)
  hush <- function(m) rlang::cnd_muffle(m)
  withCallingHandlers(
    fit_fe_spec(spec, list(type = "iid", clusters = NULL), object$call, call),
    ccdpanel_message_collinear = hush, ccdpanel_message_dropped = hush,
    ccdpanel_warning_perfect_fit = hush
  )
}

# A term that is new must have values on all rows of the sample.
check_complete_term <- function(label, spec, call) {
  expr <- str2lang(label)
  check_variables(list(expr), spec$data, spec$scope, call)
  check_row_order(list(expr), spec, call)
  columns <- unlist(lapply(model_design(spec, call)$columns, function(v) sum(!is.finite(v))))
  lost <- max(columns)
  if (!lost) return(invisible())
  abort("rows", c(
    "{.code {label}} is missing or infinite in {lost} of the sample's {spec$sample$n} row{?s}.",
    i = "Fit the model to the rows that have it, with {.arg subset}."
  ), call)
}

term_labels <- function(object) {
  attr(regressor_terms(object$spec$parsed$exogenous), "term.labels")
}

# One fit: the effects, then the terms in turn, then what is left.
anova_in_turn <- function(object, test, call) {
  labels <- term_labels(object)
  fits <- lapply(seq_along(c("", labels)) - 1, function(j) {
    if (j == length(labels)) object else refitted_terms(object, labels[seq_len(j)], call)
  })
  rss <- vapply(fits, stats::deviance, 0)
  residual <- vapply(fits, stats::df.residual, 0)
  effects <- names(object$effects)
  if (length(effects)) {
    rss <- c(fits[[1]]$tss, rss)
    residual <- c(object$sample$n - is_centred(model_design(object$spec), object$spec), residual)
  }
  last <- length(rss)
  table <- data.frame(
    Df = c(-diff(residual), residual[last]), `Sum Sq` = c(-diff(rss), rss[last]),
    check.names = FALSE, row.names = c(
      if (length(effects)) paste(effects, collapse = " + "), labels, "Residuals"
    )
  )
  table$`Mean Sq` <- table$`Sum Sq` / table$Df
  tested <- with_test(
    table, "Df", "Sum Sq", rss[last] / residual[last], residual[last], test, last
  )
  new_anova(tested, c(
    "Analysis of Variance Table\n",
    paste("Response:", rlang::as_label(object$spec$parsed$response))
  ))
}

# The test of each row but `untested`.
with_test <- function(table, df, sum, s2, residual, test, untested = NULL, f = "F value") {
  q <- abs(table[[df]])
  q[c(untested, which(q == 0))] <- NA
  sum <- abs(table[[sum]])
  if (test == "F") {
    table[[f]] <- sum / q / s2
    table$`Pr(>F)` <- stats::pf(table[[f]], q, residual, lower.tail = FALSE)
  } else if (test == "Chisq") {
    table$`Pr(>Chi)` <- stats::pchisq(sum / s2, q, lower.tail = FALSE)
  }
  table
}

new_anova <- function(table, heading) {
  structure(table, heading = heading, class = c("anova", "data.frame"))
}

#' @rdname anova.fe_reg
#' @importFrom stats extractAIC
#' @export
extractAIC.fe_reg <- function(fit, scale = 0, k = 2, ...) {
  check_dots(...)
  check_number(scale, "scale", 0)
  check_number(k, "k", 0)
  check_sums_of_squares(fit, "extractAIC()", rlang::current_env())
  taken <- fit$dof$k + fit$dof$absorbed
  c(taken, criterion(fit, scale) + as.double(k) * taken)
}

# As stats has it: n log(RSS/n), or Mallows' where the variance is given.
criterion <- function(fit, scale) {
  n <- fit$sample$n
  if (scale > 0) fit$rss / scale - n else n * log(fit$rss / n)
}

#' @rdname anova.fe_reg
#' @importFrom stats drop1
#' @export
drop1.fe_reg <- function(object, scope = NULL, scale = 0, test = "none", k = 2, ...) {
  check_dots(..., passed = "trace")
  call <- rlang::current_env()
  check_single_terms(object, scale, test, k, "drop1()", call)
  labels <- term_labels(object)
  scope <- asked_terms(scope, stats::drop.scope(stats::terms(object)), labels, call)
  fits <- lapply(scope, function(label) refitted_terms(object, setdiff(labels, label), call))
  single_terms(object, fits, scope, scale, test, k, "Single term deletions", object)
}

#' @rdname anova.fe_reg
#' @importFrom stats add1
#' @export
add1.fe_reg <- function(object, scope, scale = 0, test = "none", k = 2, ...) {
  check_dots(..., passed = "trace")
  call <- rlang::current_env()
  check_single_terms(object, scale, test, k, "add1()", call)
  labels <- term_labels(object)
  scope <- asked_terms(if (missing(scope)) NULL else scope, NULL, NULL, call)
  scope <- setdiff(scope, labels)
  if (!length(scope)) abort_scope("the terms to add", labels, call)
  fits <- lapply(scope, function(label) refitted_terms(object, c(labels, label), call, label))
  single_terms(object, fits, scope, scale, test, k, "Single term additions", NULL)
}

check_single_terms <- function(object, scale, test, k, what, call) {
  check_number(scale, "scale", 0, call = call)
  check_number(k, "k", 0, call = call)
  check_choice(test, c("F", "Chisq", "none"), "test", call)
  check_sums_of_squares(object, what, call)
}

# Names of terms, or those of a formula; `known` are those that there are.
asked_terms <- function(scope, default, known, call) {
  if (is.null(scope)) scope <- default
  if (inherits(scope, "formula")) {
    right <- scope[[length(scope)]]
    if ("." %in% all.names(right)) right <- do.call(substitute, list(right, list(. = 1)))
    scope <- attr(regressor_terms(right, call = call), "term.labels")
  }
  fits <- is.character(scope) && (is.null(known) || all(scope %in% known))
  if (!fits) abort_scope(found(scope), known, call)
  scope
}

abort_scope <- function(came, known, call) {
  abort("term", c(
    "{.arg scope} must name terms, in a formula or as strings, not {came}.",
    i = if (length(known)) "The terms of the fit are {.code {known}}.",
    i = "For instance {.code scope = ~ x + log(z)}."
  ), call)
}

# A row for the fit and one for each of the others. F has the variance of the larger fit: the
# fit's own where terms are left out, that with the term where one is added.
single_terms <- function(object, fits, names, scale, test, k, heading, larger) {
  all <- c(list(object), fits)
  rss <- vapply(all, stats::deviance, 0)
  taken <- vapply(all, function(f) f$dof$k + f$dof$absorbed, 0)
  value <- vapply(all, criterion, 0, scale = scale) + k * taken
  table <- data.frame(
    Df = c(NA, abs(taken[-1] - taken[1])), `Sum of Sq` = c(NA, abs(rss[-1] - rss[1])), RSS = rss,
    AIC = value, check.names = FALSE, row.names = c("<none>", names)
  )
  if (scale > 0) names(table)[4] <- "Cp"
  residual <- vapply(all, stats::df.residual, 0)
  if (!is.null(larger)) residual <- rep(residual[1], length(all))
  if (test == "Chisq") {
    n <- object$sample$n
    ratio <- if (scale > 0) table$`Sum of Sq` / scale else n * abs(log(rss / rss[1]))
    table$`Pr(>Chi)` <- stats::pchisq(ratio, table$Df, lower.tail = FALSE)
  } else {
    s2 <- if (scale > 0) scale else if (is.null(larger)) rss / residual else rss[1] / residual
    table <- with_test(table, "Df", "Sum of Sq", s2, residual, test, 1L)
  }
  new_anova(table, c(
    heading, "\nModel:", formula_text(object),
    if (scale > 0) paste("\nscale: ", format(scale), "\n")
  ))
}
