#' The product of two coefficients: Sobel, Aroian and Goodman
#'
#' Tests an indirect effect a b from the printed numbers of a table; [mediation_test()] calls it
#' with a model's own.
#'
#' @param a,b Coefficients: of the treatment in the mediator's model, and of the mediator in the
#'   outcome's.
#' @param se_a,se_b Their standard errors.
#' @param direct,total The direct effect, or the total one, of which the indirect effect's `share`
#'   is then given: \eqn{a b / (a b + c')}{a b / (a b + c')} or \eqn{a b / c}{a b / c}. One of them
#'   at most; default: no share.
#' @param level Confidence level of the interval.
#' @param ... Nothing: an argument of any other name is an error.
#' @return A data frame with one row a test: `test`, `estimate` (\eqn{a b}), `std.error`,
#'   `statistic`, `p.value` (two-sided, normal), `conf.low` and `conf.high` (the estimate and the
#'   normal quantile times its standard error), with `direct` or `total` also `share`, which is `NA`
#'   where the whole effect is zero.
#' @details The variance is \eqn{b^2 s_a^2 + a^2 s_b^2}{b^2 se_a^2 + a^2 se_b^2} (Sobel), plus
#'   \eqn{s_a^2 s_b^2}{se_a^2 se_b^2} (Aroian), or minus it (Goodman; the statistic is missing where
#'   this is not positive). The product of two normal variables is skewed, so that a bootstrap
#'   interval is the better test where there are data.
#'
#'   Printed numbers are rounded, and the tests take them as exact: in the example 0.0002 stands for
#'   anything from 0.00015 to 0.00025, and 0.0017 likewise, so that Sobel's z, 4.434, may be from
#'   4.08 to 4.75.
#' @references Sobel, M. E. (1982). Asymptotic confidence intervals for indirect effects in
#'   structural equation models. Sociological Methodology 13, 290-312. \doi{10.2307/270723}
#'
#'   MacKinnon, D. P. et al. (2002). A comparison of methods to test mediation and other intervening
#'   variable effects. Psychological Methods 7(1), 83-104. \doi{10.1037/1082-989X.7.1.83}
#' @section Errors: `ccdpanel_error_number`.
#' @examples
#' # Cui's Table 10
#' sobel_test(a = 83.5730, se_a = 16.0792, b = 0.0017, se_b = 0.0002)
#' @export
sobel_test <- function(a, se_a, b, se_b, direct = NULL, total = NULL, level = 0.95, ...) {
  check_dots(...)
  check_required("sobel_test")
  for (name in c("a", "b")) check_number(get(name), name)
  for (name in c("se_a", "se_b")) check_number(get(name), name, min = 0)
  check_number(level, "level", 0, 1)
  out <- product_tests(a, se_a, b, se_b, level, rlang::current_env())
  whole <- whole_effect(a * b, direct, total)
  if (!is.null(whole)) out$share <- if (whole == 0) NA_real_ else a * b / whole
  shown_tests(out)
}

shown_tests <- function(tests) {
  previewed(
    tests, "Tests of the product of two coefficients", "mediation_test() where there are data"
  )
}

# The three tests, missing where a standard error is.
product_tests <- function(a, se_a, b, se_b, level, call) {
  # In units of each coefficient: the square of a small one is zero.
  unit <- power_of_two(c(max(abs(a), se_a, na.rm = TRUE), max(abs(b), se_b, na.rm = TRUE)))
  check_product(a, b, unit, call)
  first <- (b / unit[2])^2 * (se_a / unit[1])^2 + (a / unit[1])^2 * (se_b / unit[2])^2
  second <- (se_a / unit[1])^2 * (se_b / unit[2])^2
  variance <- c(Sobel = first, Aroian = first + second, Goodman = first - second)
  se <- unname(ifelse(variance > 0, sqrt(pmax(variance, 0)), NA)) * unit[1] * unit[2]
  reach <- stats::qnorm((1 + level) / 2) * se
  data.frame(
    test = names(variance), estimate = a * b, std.error = se, statistic = a * b / se,
    p.value = 2 * stats::pnorm(-abs(a * b / se)), conf.low = a * b - reach,
    conf.high = a * b + reach
  )
}

check_product <- function(a, b, unit, call) {
  size <- log10(unit[1]) + log10(unit[2])
  if (abs(size) < 300) return(invisible())
  abort("number", c(
    "The product of {.arg a} and {.arg b}, {a} and {b}, is beyond what numbers hold.",
    i = "Measure a variable in another unit."
  ), call)
}

whole_effect <- function(indirect, direct, total, call = rlang::caller_env()) {
  if (!is.null(direct)) check_number(direct, "direct", call = call)
  if (!is.null(total)) check_number(total, "total", call = call)
  if (is.null(direct)) return(total)
  if (is.null(total)) return(indirect + direct)
  abort("argument", c(
    "{.arg direct} and {.arg total} are two ways to say the same; both are given.",
    i = "Leave one of them out: the total effect is {.code direct + a * b}."
  ), call)
}
