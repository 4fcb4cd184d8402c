#' Is an effect U-shaped? Lind and Mehlum's test and the extreme point
#'
#' Of a model with a variable and its square: does the effect turn within the data, from which sign
#' to which, and where, with a confidence interval. A significant square alone says no such thing.
#'
#' @param fit A fit of [fe_reg()] with a variable and its square, `y ~ x + I(x^2) + ...`, by least
#'   squares or by instruments of both.
#' @param term Name of the coefficient of the variable; `NULL` (default): the first whose square is
#'   in the model too. The square is found by its values, whatever it is called (`I(x^2)`, a column
#'   of its own, the second of `poly(x, 2, raw = TRUE)`).
#' @param range Two values of the variable, lower and upper, between which the shape is asked for;
#'   `NULL` (default): the least and the greatest of the sample.
#' @param level Of the intervals (default 0.95).
#' @param x A result of `u_shape_test()`.
#' @param digits Significant digits printed.
#' @param row.names,optional,... Not used.
#' @return An object of class `u_shape_test`, a list: `shape` (`"U"` or `"inverse U"`, by the sign
#'   of the square), `slopes`, a data frame of `at` (`lower`, `upper`, `overall`), `value`,
#'   `estimate`, `std.error`, `statistic`, `df`, `p.value` (one-sided), whose last row is the test
#'   of the shape; `extreme`, a data frame of `estimate`, `std.error` (delta method), `conf.low`,
#'   `conf.high`; `set` and `set_shape`, Fieller's confidence set (an interval, two half-lines or
#'   everything); `share` of the sample's rows below the extreme point; `within`, whether it lies in
#'   the range; `settings`. `as.data.frame()` gives the slopes, `tidy()` one row.
#' @section Formula: \eqn{y = b_1 x + b_2 x^2 + ...} has the slope \eqn{b_1 + 2 b_2 x}{b1 + 2 b2 x},
#'   with variance \eqn{V_{11} + 4 x V_{12} + 4 x^2 V_{22}}{V11 + 4 x V12 + 4 x^2 V22}. A U falls
#'   at the lower end of the range and rises at the upper one; the test rejects that it does not if
#'   both one-sided t tests do (Sasabuchi 1980), so that its p is the greater of theirs, and its
#'   statistic the one that belongs to it. If the extreme point \eqn{-b_1 / (2 b_2)}{-b1 / (2 b2)}
#'   lies outside of the range, p is above one half. Fieller's set are the x whose slope is not told
#'   from zero
#'   (two-sided, by t with the degrees of freedom of the slope at the extreme point), which is no
#'   interval where the square is not significant; the interval of the delta method stands beside
#'   it, and always is one.
#' @section Errors: `ccdpanel_error_fit`, `ccdpanel_error_term` (not a coefficient, or no square of
#'   it in the model), `ccdpanel_error_range`, `ccdpanel_error_number`. Conditions: message
#'   `ccdpanel_message_terms_beside` (other terms hold the variable too, `x:m` or `I(x^3)`).
#' @references Lind, J. T. and Mehlum, H. (2010). With or without U? The appropriate test for a
#'   U-shaped relationship. Oxford Bulletin of Economics and Statistics 72(1), 109-118.
#'   \doi{10.1111/j.1468-0084.2009.00569.x}
#'
#'   Sasabuchi, S. (1980). A test of a multivariate normal mean with composite hypotheses determined
#'   by linear inequalities. Biometrika 67(2), 429-439. \doi{10.1093/biomet/67.2.429}
#'
#'   Fieller, E. C. (1954). Some problems in interval estimation. Journal of the Royal Statistical
#'   Society B 16(2), 175-185. \doi{10.1111/j.2517-6161.1954.tb00159.x}
#' @seealso [moderation_test()] for effects that another variable changes.
#' @examples
#' fit <- fe_reg(
#'   log(output) ~ unemployment + I(unemployment^2) | state, state_capital, vcov = ~state
#' )
#' u_shape_test(fit)
#' @export
u_shape_test <- function(fit, term = NULL, range = NULL, level = 0.95, ...) {
  check_dots(...)
  check_required("u_shape_test")
  call <- rlang::current_env()
  if (!inherits(fit, "fe_reg")) {
    abort("fit", c(
      "{.arg fit} must be a fit of {.fn fe_reg}, not {found(fit)}.",
      i = paste0(
        "Of groups take each, {.code lapply(groups, u_shape_test)}; an equation of a system is ",
        "fitted by {.fn fe_reg} with its instruments."
      )
    ), call)
  }
  check_has_rows(fit, "u_shape_test()", call)
  check_number(level, "level", min = 0.5, max = 0.9999)
  squared <- squared_term(fit, term, call)
  values <- squared$values
  range <- check_range(range, values, call)
  say_terms_beside(fit, squared$names[1], TRUE, call, besides = squared$names[2])
  b <- unname(fit$coefficients[squared$names])
  extreme <- -b[1] / (2 * b[2])
  slopes <- end_slopes(fit, squared$names, range)
  point <- extreme_point(fit, squared$names, extreme, level)
  set <- fieller_set(fit, squared$names, point$df, level)
  structure(list(
    shape = if (b[2] > 0) "U" else "inverse U", slopes = slopes,
    extreme = point[c("estimate", "std.error", "conf.low", "conf.high")],
    set = set, set_shape = if (is.null(set)) "not computed" else set_shape(set),
    share = mean(values < extreme), within = extreme > range[1] && extreme < range[2],
    settings = list(
      term = squared$names[1], square = squared$names[2], level = level, range = range,
      outcome = rlang::as_label(fit$spec$parsed$response), rows = fit$sample$n,
      errors = standard_errors_of(fit)
    )
  ), class = "u_shape_test")
}

# The coefficient that is asked for and the one whose column is the square of its column.
squared_term <- function(fit, term, call) {
  design <- model_design(fit$spec, call)
  names <- intersect(names(fit$coefficients), design$names)
  columns <- design$columns[match(names, design$names)]
  asked <- if (is.null(term)) names else check_term(fit, term, call)
  for (name in asked) {
    x <- columns[[match(name, names)]]
    if (length(unique(x)) < 3) next
    near <- vapply(columns, function(v) max(abs(v - x^2)) <= 1e-9 * max(x^2), NA)
    if (any(near)) return(list(names = c(name, names[which(near)[1]]), values = x))
  }
  abort("term", c(
    if (is.null(term)) {
      "{.arg fit} has no variable and its square among its regressors, which are {.val {names}}."
    } else {
      "{.arg fit} has no square of {.val {term}} among its regressors, which are {.val {names}}."
    },
    i = "Fit {.code y ~ x + I(x^2)}."
  ), call)
}

check_range <- function(range, values, call) {
  if (is.null(range)) return(c(min(values), max(values)))
  if (
    is_bare_numeric(range) && length(range) == 2 && all(is.finite(range)) && range[1] < range[2]
  ) {
    return(as.double(range))
  }
  abort("range", c(
    "{.arg range} must be two values of the variable, the lower one first, not {found(range)}.",
    i = "Its values go from {format(min(values))} to {format(max(values))}."
  ), call)
}

# Slopes b1 + 2 b2 x at values x, with their standard errors and degrees of freedom.
square_slopes <- function(fit, names, x) {
  r <- matrix(0, length(x), length(fit$coefficients))
  at <- match(names, names(fit$coefficients))
  r[, at[1]] <- 1
  r[, at[2]] <- 2 * x
  v <- fit$covariance$v[at, at]
  estimate <- drop(r[, at, drop = FALSE] %*% fit$coefficients[at])
  se <- sqrt(v[1, 1] + 4 * x * (v[1, 2] + x * v[2, 2]))
  df <- rep_len(combination_df(fit, r, fit$covariance), length(x))
  data.frame(value = x, estimate, std.error = se, statistic = estimate / se, df)
}

# The test of the shape is that of the end which is less clear.
end_slopes <- function(fit, names, range) {
  out <- cbind(at = c("lower", "upper"), square_slopes(fit, names, range))
  upward <- c(-1, 1) * sign(fit$coefficients[[names[2]]])
  out$p.value <- stats::pt(upward * out$statistic, out$df, lower.tail = FALSE)
  decides <- if (anyNA(out$p.value)) NA else which.max(out$p.value)
  overall <- out[decides, ]
  overall$at <- "overall"
  overall[c("value", "estimate", "std.error")] <- NA_real_
  overall$statistic <- (upward * out$statistic)[decides]
  out <- rbind(out, overall)
  rownames(out) <- NULL
  out
}

extreme_point <- function(fit, names, extreme, level) {
  there <- square_slopes(fit, names, extreme)
  # The derivative of -b1 / (2 b2) by both coefficients is that of the slope there, by -1 / (2 b2).
  se <- there$std.error / abs(2 * fit$coefficients[[names[2]]])
  half <- stats::qt((1 + level) / 2, there$df) * se
  data.frame(
    estimate = extreme, std.error = se, conf.low = extreme - half, conf.high = extreme + half,
    df = there$df
  )
}

# Values at which the slope does not differ from zero: (b1 + 2 b2 x)^2 <= t^2 (V11 + 4 x V12 + 4 x^2
# V22). The extreme point is one of them.
fieller_set <- function(fit, names, df, level) {
  b <- fit$coefficients[names]
  v <- fit$covariance$v[names, names]
  if (anyNA(v) || anyNA(df)) return(NULL)
  t2 <- stats::qt((1 + level) / 2, df)^2
  # In units in which both coefficients are about one.
  unit <- power_of_two(pmax(abs(b), sqrt(pmax(diag(v), 0))))
  b <- unname(b / unit)
  v <- v / unit / rep(unit, each = 2)
  quadratic <- c(b[1]^2 - t2 * v[1, 1], 2 * (b[1] * b[2] - t2 * v[1, 2]), b[2]^2 - t2 * v[2, 2])
  ends <- sort(real_roots(quadratic) * unit[[1]] / unit[[2]] / 2)
  if (quadratic[3] > 0) return(pieces(ends[1], ends[2]))
  if (length(ends) < 2) return(pieces(-Inf, Inf))
  pieces(c(-Inf, ends[2]), c(ends[1], Inf))
}

#' @rdname u_shape_test
#' @export
print.u_shape_test <- function(x, digits = 4, ...) {
  check_print_dots(...)
  check_shown(digits = digits)
  s <- x$settings
  number <- function(v) short_number(v, digits)
  say(trf("Shape of the effect of %s on %s (Lind and Mehlum 2010)", s$term, s$outcome))
  say(trf("Rows: %s; standard errors %s", with_commas(s$rows), spoken_facts(s$errors)))
  cat("\n")
  ends <- x$slopes[1:2, ]
  print_fitting(data.frame(
    at = ends$at, value = number(ends$value), slope = number(ends$estimate),
    se = number(ends$std.error), statistic = number(ends$statistic),
    p.value = paste0(p_text(ends$p.value), star_marks(ends$p.value))
  ))
  cat("\n")
  e <- x$extreme
  say(trf(
    "Extreme point %s (standard error %s), above %s%% of the rows", number(e$estimate),
    number(e$std.error), format(round(100 * x$share, 1), trim = TRUE)
  ))
  percent <- format(100 * s$level)
  if (!is.null(x$set)) {
    say(trf(
      "%s%% confidence set by Fieller: %s (%s)", percent, describe_set(x$set, digits),
      tr(x$set_shape)
    ))
  }
  say(trf(
    "%s%% interval by the delta method: %s", percent, interval_text(e$conf.low, e$conf.high, digits)
  ))
  say(shape_verdict(x, number))
  say(paste0(star_note(), full_stop()))
  next_steps("as.data.frame(x)", "tidy(x)", "regression_table(fit)")
  invisible(x)
}

shape_verdict <- function(x, number) {
  test <- x$slopes[3, ]
  if (!isTRUE(x$within)) {
    return(trf(
      "No %s between %s and %s: the extreme point lies outside, and the effect has one sign.",
      tr(x$shape), number(x$settings$range[1]), number(x$settings$range[2])
    ))
  }
  if (is.na(test$p.value)) return(tr("No test: the covariance leaves a slope no standard error."))
  trf(
    "%s between %s and %s: t %s, p %s (one-sided, against no %s)", tr(x$shape),
    number(x$settings$range[1]), number(x$settings$range[2]), number(test$statistic),
    p_text(test$p.value), tr(x$shape)
  )
}

#' @rdname u_shape_test
#' @export
tidy.u_shape_test <- function(x, ...) {
  check_dots(...)
  test <- x$slopes[3, ]
  one <- !is.null(x$set) && nrow(x$set) == 1
  data.frame(
    term = x$settings$term, shape = x$shape, x$extreme[c("estimate", "std.error")],
    statistic = test$statistic, p.value = test$p.value,
    conf.low = if (one) x$set$lower else NA_real_, conf.high = if (one) x$set$upper else NA_real_,
    set = x$set_shape, within = x$within
  )
}

#' @rdname u_shape_test
#' @export
as.data.frame.u_shape_test <- function(x, row.names = NULL, optional = FALSE, ...) {
  check_dots(..., passed = c("row.names", "optional", "stringsAsFactors", "make.names"))
  x$slopes
}
