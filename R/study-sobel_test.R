#' The product of two coefficients: Sobel, Aroian and Goodman
#'
#' Tests an indirect effect a b from the printed numbers of a table; [mediation_test()] calls it with a model's own.
#'
#' @param a,b Coefficients: of the treatment in the mediator's model, and of the mediator in the outcome's.
#' @param se_a,se_b Their standard errors.
#' @return A data frame with one row a test: `test`, `estimate` (\eqn{a b}), `std.error`, `statistic`, `p.value` (two-sided, normal).
#' @details The variance is \eqn{b^2 s_a^2 + a^2 s_b^2}{b^2 se_a^2 + a^2 se_b^2} (Sobel), plus \eqn{s_a^2 s_b^2}{se_a^2 se_b^2} (Aroian), or minus it
#'   (Goodman; the statistic is missing where this is not positive). The product of two normal variables is skewed, so that a bootstrap interval is the better test where there are data.
#' @references Sobel, M. E. (1982). Asymptotic confidence intervals for indirect effects in structural equation models. Sociological Methodology 13, 290-312.
#'   \doi{10.2307/270723}
#'
#'   MacKinnon, D. P. et al. (2002). A comparison of methods to test mediation and other intervening variable effects. Psychological Methods 7(1), 83-104.
#'   \doi{10.1037/1082-989X.7.1.83}
#' @section Errors: `ccdpanel_error_number`.
#' @examples
#' # Cui's Table 10
#' sobel_test(a = 83.5730, se_a = 16.0792, b = 0.0017, se_b = 0.0002)
#' @export
sobel_test <- function(a, se_a, b, se_b) {
  for (name in c("a", "b")) check_number(get(name), name)
  for (name in c("se_a", "se_b")) check_number(get(name), name, min = 0)
  first <- b^2 * se_a^2 + a^2 * se_b^2
  second <- se_a^2 * se_b^2
  variance <- c(Sobel = first, Aroian = first + second, Goodman = first - second)
  se <- ifelse(variance > 0, sqrt(pmax(variance, 0)), NA)
  z <- a * b / se
  out <- data.frame(test = names(variance), estimate = a * b, std.error = unname(se), statistic = unname(z), p.value = unname(2 * stats::pnorm(-abs(z))))
  previewed(out, "Tests of the product of two coefficients", "mediation_test() where there are data")
}
