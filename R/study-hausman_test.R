#' Fixed or random effects: Hausman's test and Mundlak's
#'
#' Are the units' effects uncorrelated with the regressors, so that random effects would do?
#'
#' @param fit A least-squares fit of [fe_reg()] that absorbs the unit's effects, and the time's if
#'   wanted.
#' @param unit A one-sided formula of the units, `~state`; by default the first column of the fit's
#'   `panel`, else the first effect.
#' @param level Of the verdict (default 0.95: significance 0.05).
#' @param x A result of `hausman_test()`.
#' @param digits Significant digits printed.
#' @param ... Not used.
#' @return A data frame of class `hausman_test`: `test` (`"hausman"`, `"sigmamore"`, `"mundlak"`),
#'   `statistic`, `df1`, `df2`, `p.value`, `prefers` (`"fixed"` or `"random"`), `note`; attribute
#'   `coefficients`, a data frame of `term`, `fixed`, `random`, `difference`.
#' @details Other effects of the fit (years) enter both models as dummies. Units with one row, which
#'   the fit leaves out as singletons, tell nothing of fixed effects, but of random ones, and are in
#'   these and in Mundlak's regression, as with plm and Stata's `xtreg`. Hausman's statistic
#'   \eqn{(b_F - b_R)'(V_F - V_R)^{-1}(b_F - b_R)}{(bF - bR)'(VF - VR)^-1 (bF - bR)} covers the
#'   fit's slopes, chi-squared with as many degrees of freedom as the units' means of the regressors
#'   have dimensions: dummies of time or a trend in a balanced panel, whose mean is the same in all
#'   units, are estimated alike by both models and test nothing (Wooldridge 2010, section 10.7.3);
#'   plm's `phtest()` (2.6.2) counts them. The random effects are Swamy and Arora's, by plm. It
#'   presumes independent errors of one variance, and where \eqn{V_F - V_R}{VF - VR} is not positive
#'   definite it is not defined (`NA`, with a note); `"sigmamore"`, as Stata's option, takes the
#'   random effects' error variance in both, which mends that. Mundlak's test presumes neither: the
#'   units' means of the regressors are added to a pooled regression, and are jointly zero (F,
#'   clustered by unit).
#' @references Hausman, J. A. (1978). Specification tests in econometrics. Econometrica 46(6),
#'   1251-1271. \doi{10.2307/1913827}
#'
#'   Mundlak, Y. (1978). On the pooling of time series and cross section data. Econometrica 46(1),
#'   69-85. \doi{10.2307/1913646}
#'
#'   Wooldridge, J. M. (2010). Econometric Analysis of Cross Section and Panel Data, 2nd edition.
#'   MIT Press.
#' @section Errors: `ccdpanel_error_package` (plm is absent), `ccdpanel_error_fit` (instruments or
#'   weights), `ccdpanel_error_unit` (the fit does not absorb the unit),
#'   `ccdpanel_error_not_estimable` (plm cannot estimate one of the models).
#' @examplesIf requireNamespace("plm", quietly = TRUE)
#' fit <- fe_reg(
#'   log(output) ~ log(private_capital) + unemployment | state + year, state_capital,
#'   panel = c("state", "year")
#' )
#' hausman_test(fit)
#' @export
hausman_test <- function(fit, unit = NULL, level = 0.95, ...) {
  check_dots(...)
  check_required("hausman_test")
  call <- rlang::current_env()
  need_plm("Hausman's test", call)
  check_least_squares(fit, call, "{.fn iv_tests} tests instruments, {.fn system_tests} a system.")
  check_has_rows(fit, "hausman_test()", call)
  check_number(level, "level", min = 0.5, max = 0.9999)
  if (!is.null(fit$spec$weights)) {
    abort("fit", c(
      "{.arg fit} must be without weights for this test.",
      i = "Random effects are not weighted here."
    ), call)
  }
  label <- hausman_unit(fit, unit, call)
  frame <- hausman_frame(fit, label, call)
  fixed <- plm_model(frame, "within", call)
  random <- plm_model(frame, "random", call)
  # plm's sigma() divides by rows less coefficients, its covariance by the degrees of freedom that
  # the units' effects leave.
  variance <- function(model) sum(stats::resid(model)^2) / stats::df.residual(model)
  one_variance <- variance(random) / variance(fixed)
  out <- rbind(
    hausman_row("hausman", fixed, random, frame, 1),
    hausman_row("sigmamore", fixed, random, frame, one_variance), mundlak_row(frame)
  )
  out$prefers <- ifelse(is.na(out$p.value), NA, ifelse(out$p.value < 1 - level, "fixed", "random"))
  coefficients <- data.frame(
    term = frame$terms, fixed = unname(stats::coef(fixed)[frame$x]) * frame$unit,
    random = unname(stats::coef(random)[frame$x]) * frame$unit
  )
  coefficients$difference <- coefficients$fixed - coefficients$random
  structure(
    out[c("test", "statistic", "df1", "df2", "p.value", "prefers", "note")],
    coefficients = coefficients,
    settings = list(
      unit = label, units = frame$units, n = nrow(frame$data),
      singles = sum(tabulate(frame$data$unit + 1L) == 1), others = frame$others, level = level
    ),
    class = c("hausman_test", "data.frame"))
}

plm_model <- function(frame, model, call) {
  tryCatch(
    plm::plm(
      frame$formula, frame$data, model = model, effect = "individual", index = c("unit", "row")
    ),
    error = function(e) {
    # plm inverts the moments of the units' means, which dummies of time in an unbalanced panel
    # leave singular.
    own <- if (model == "random") random_effects(frame)
    if (!is.null(own)) return(own)
    words <- c(within = "fixed", random = "random")[[model]]
    abort("not_estimable", c(
      "plm cannot estimate the model with {words} effects: {conditionMessage(e)}",
      i = paste0(
        "Random effects need more units than coefficients in the model of unit means: ",
        "use fewer regressors."
      )
    ), call)
  })
}

hausman_unit <- function(fit, unit, call) {
  effects <- names(fit$effects)
  unit <- one_sided(unit, "unit", call)
  label <- if (!is.null(unit)) {
    rlang::as_label(unit)
  } else {
    fit$spec$panel[1] %||% effects[1]
  }
  if (length(label) && label %in% effects) return(label)
  found <- if (!length(effects)) {
    "it absorbs none"
  } else {
    cli::format_inline("it absorbs {.val {effects}}")
  }
  named <- if (length(label)) cli::format_inline(", and the unit is {.val {label}}") else ""
  abort("unit", c(
    "{.arg fit} must absorb the units' effects; {found}{named}.",
    i = "Write {.code fe_reg(y ~ x | unit + time, data)}."
  ), call)
}

# Rows that the fit left out as singletons tell nothing of fixed effects, but of random ones.
with_singletons <- function(fit) {
  spec <- fit$spec
  if (is.null(fit$sample$counts$singletons)) return(spec)
  spec["sample"] <- list(NULL)
  spec$singletons <- TRUE
  spec
}

# The fit's own columns as a data frame: y, x1, x2, ..., the unit, and dummies of the other effects.
# plm solves in the units that it is given: each column is divided by a power of two, and `unit` is
# what that does to the coefficients.
hausman_frame <- function(fit, label, call) {
  design <- model_design(with_singletons(fit), call)
  check_no_slopes(
    design$factors, "The test of fixed against random effects", "Test the model without them.", call
  )
  terms <- names(fit$coefficients)
  columns <- c(design$columns[1], design$columns[match(terms, design$names)])
  unit <- power_of_two(largest_sizes(columns))
  columns <- Map(`/`, columns, unit)
  x <- sprintf("x%d", seq_along(terms))
  others <- setdiff(names(design$factors), label)
  time <- sprintf("t%d", seq_along(others))
  code <- design$factors[[label]]$code
  data <- data.frame(
    y = columns[[1]], stats::setNames(columns[-1], x), unit = code,
    row = stats::ave(code, code, FUN = seq_along)
  )
  data[time] <- lapply(design$factors[others], function(f) factor(f$code))
  right <- join_plus(lapply(c(x, time), as.name))
  list(
    data = data, x = x, time = time, terms = terms, others = others,
    units = design$factors[[label]]$levels, unit = unname(unit[1] / unit[-1]),
    formula = stats::as.formula(call("~", quote(y), right), globalenv())
  )
}

# What random effects and fixed ones can tell apart: columns are combinations of the slopes, as many
# as the units' means differ in. Dummies of time in a balanced panel, or a trend, have one mean in
# every unit: both models estimate them by the same deviations, and they test nothing.
compared_slopes <- function(frame) {
  x <- vapply(frame$data[frame$x], function(v) v - mean(v), numeric(nrow(frame$data)))
  norm <- sqrt(colSums(x^2))
  means <- vapply(frame$x, function(j) {
    m <- stats::ave(x[, j], frame$data$unit)
    if (sqrt(sum(m^2)) > 1e-7 * norm[j]) m else 0 * m
  }, numeric(nrow(x)))
  q <- scaled_qr(means, tol = 1e-7)
  kept <- q$pivot[seq_len(q$rank)]
  out <- matrix(0, ncol(x), q$rank)
  out[cbind(kept, seq_along(kept))] <- 1
  rest <- setdiff(seq_len(ncol(x)), kept)
  if (length(kept) && length(rest)) {
    out[rest, ] <- t(scaled_least_squares(means[, kept, drop = FALSE], means[, rest, drop = FALSE]))
  }
  out
}

# `scale`: of the fixed effects' covariance, so that both rest on one error variance (Stata's
# sigmamore).
hausman_row <- function(test, fixed, random, frame, scale) {
  x <- frame$x
  compared <- compared_slopes(frame)
  k <- ncol(compared)
  v <- scale * stats::vcov(fixed)[x, x, drop = FALSE] - stats::vcov(random)[x, x, drop = FALSE]
  d <- crossprod(compared, stats::coef(fixed)[x] - stats::coef(random)[x])
  v <- crossprod(compared, v %*% compared)
  values <- if (k) scaled_eigenvalues(v)
  defined <- k > 0 && min(values) > 1e-12 * max(abs(values))
  statistic <- if (defined) sum(d * scaled_solve(v, d)) else NA_real_
  note <- if (!k) {
    "the regressors have the same means in all units"
  } else if (!defined) {
    "the difference of the covariances is not positive definite"
  } else if (k < length(x)) {
    "regressors whose units' means do not differ, such as dummies of time, test nothing"
  } else {
    ""
  }
  data.frame(
    test = test, statistic = statistic, df1 = k, df2 = Inf,
    p.value = stats::pchisq(statistic, k, lower.tail = FALSE), note = note
  )
}

# Units' means of every regressor, dummies included where the panel is unbalanced, in a pooled
# regression.
mundlak_row <- function(frame) {
  data <- frame$data
  means <- sprintf("m%d", seq_along(frame$x))
  data[means] <- lapply(data[frame$x], function(v) stats::ave(v, data$unit))
  dummies <- if (length(frame$time)) {
    stats::model.matrix(stats::reformulate(frame$time), data)[, -1, drop = FALSE]
  }
  extra <- if (length(dummies)) apply(dummies, 2, function(v) stats::ave(v, data$unit))
  names <- if (length(extra)) sprintf("e%d", seq_len(ncol(extra)))
  if (length(extra)) data[names] <- as.data.frame(extra)
  fit <- quietly(fe_reg(
    stats::reformulate(c(frame$x, means, frame$time, names), "y", env = globalenv()), data,
    vcov = ~unit
  ))
  tested <- intersect(means, names(fit$coefficients))
  if (!length(tested)) {
    return(data.frame(
      test = "mundlak", statistic = NA_real_, df1 = 0, df2 = min(fit$covariance$df),
      p.value = NA_real_, note = "the regressors have the same means in all units"
    ))
  }
  b <- fit$coefficients[tested]
  f <- sum(b * scaled_solve(fit$covariance$v[tested, tested, drop = FALSE], b)) / length(b)
  df2 <- min(fit$covariance$df)
  data.frame(
    test = "mundlak", statistic = f, df1 = length(b), df2 = df2,
    p.value = stats::pf(f, length(b), df2, lower.tail = FALSE), note = ""
  )
}

hausman_heading <- function(s) {
  trf(
    "Fixed or random effects of %s: %d units, %d rows%s%s", s$unit, s$units, s$n,
    if (length(s$others)) trf("; dummies of %s", listed(s$others)) else "",
    if (s$singles) trf("; units with one row, of random effects alone: %d", s$singles) else ""
  )
}

hausman_labels <- function(x) {
  of <- ifelse(
    is.finite(x$df2), sprintf("F(%.0f, %.0f)", x$df1, x$df2), sprintf("chi2(%.0f)", x$df1)
  )
  paste0(
    tr(c(
      hausman = "Hausman ", sigmamore = "Hausman, one error variance, ", mundlak = "Mundlak "
    )[x$test]),
    of, ifelse(x$test == "mundlak", tr(", clustered by unit"), "")
  )
}

#' @rdname hausman_test
#' @export
print.hausman_test <- function(x, digits = 4, ...) {
  check_print_dots(...)
  check_shown(digits = digits)
  s <- attr(x, "settings", exact = TRUE)
  if (is.null(s)) return(invisible(print(plain_result(x))))
  say(hausman_heading(s))
  cat("\n")
  b <- attr(x, "coefficients", exact = TRUE)
  b[-1] <- lapply(b[-1], short_number, digits)
  print_fitting(b)
  cat("\n")
  found <- trf(
    "%s, p %s: %s", short_number(x$statistic, digits), p_text(x$p.value),
    tr(paste(x$prefers, "effects"))
  )
  say(paste(hausman_labels(x), ifelse(
    is.na(x$statistic), trf("not defined: %s", spoken_facts(x$note)), found
  )), exdent = 2)
  if (any(!is.na(x$statistic) & nzchar(x$note))) {
    say(tr(paste0(
      "Regressors whose units' means do not differ, such as dummies of time in a balanced panel, ",
      "test nothing, and are not counted."
    )))
  }
  say(tr(paste0(
    "A small p says that the units' effects go with the regressors, as fixed effects allow. ",
    "Where errors are clustered, trust Mundlak's."
  )))
  next_steps("save_table(x, \"hausman.docx\")", "as.data.frame(x)", "regression_table(fit)")
  invisible(x)
}

#' @export
as.data.frame.hausman_test <- function(x, ...) {
  check_dots(..., passed = c("row.names", "optional", "stringsAsFactors", "make.names"))
  plain_result(x)
}

#' @rdname hausman_test
#' @export
tidy.hausman_test <- function(x, ...) {
  check_dots(...)
  plain_result(x)
}

#' @export
`[.hausman_test` <- function(x, ...) plain_result(x)[...]
