#' Weights from pairwise comparisons (analytic hierarchy process)
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @details Weights are the principal eigenvector \eqn{w} of the comparison matrix \eqn{A}, \eqn{A w
#'   = \lambda w}, made to sum to one. Consistency index \eqn{CI = (\lambda - n)/(n - 1)} and ratio
#'   \eqn{CR = CI/RI} with Saaty's random index \eqn{RI}, by size: 0, 0, .58, .90, 1.12, 1.24, 1.32,
#'   1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59. A ratio above 0.1 warns.
#' @param x A square matrix of 1 to 15 rows with positive entries; `x[i, j]` says how many times as
#'   important as `j` is `i`, so `x[j, i]` is its reciprocal. Row or column names name the
#'   indicators.
#' @return A list of class `ahp`: `weights` (named, summing to one), `lambda` (the principal
#'   eigenvalue), `consistency_index`, `random_index`, `consistency_ratio` (0 for one or two
#'   indicators, which are always consistent), `consistent`. `weights()` gives the weights.
#' @section Errors: `ccdpanel_error_comparison` (not square, not positive, not reciprocal, too
#'   large).
#' @references Saaty, T. L. (1977). A scaling method for priorities in hierarchical structures.
#'   Journal of Mathematical Psychology 15(3), 234-281. \doi{10.1016/0022-2496(77)90033-5}
#' @examples
#' comparisons <- matrix(c(1, 3, 5, 1 / 3, 1, 2, 1 / 5, 1 / 2, 1), 3, byrow = TRUE)
#' rownames(comparisons) <- c("price", "quality", "service")
#' ahp(comparisons)
#' @export
ahp <- function(x, ...) {
  check_dots(...)
  check_required("ahp")
  call <- rlang::current_env()
  x <- check_comparison(x, call)
  n <- nrow(x)
  e <- eigen(x)
  lambda <- Re(e$values[1])
  w <- abs(Re(e$vectors[, 1]))
  ratio <- if (n > 2) (lambda - n) / (n - 1) / saaty_random_index[n] else 0
  out <- list(
    weights = stats::setNames(w / sum(w), rownames(x) %||% colnames(x)), lambda = lambda,
    consistency_index = if (n > 1) (lambda - n) / (n - 1) else 0,
    random_index = saaty_random_index[n], consistency_ratio = max(ratio, 0),
    consistent = ratio <= 0.1
  )
  if (!out$consistent) {
    warn("inconsistent", c(
      paste0(
        "The comparisons contradict each other: consistency ratio ",
        "{format(ratio, digits = 3)}, above 0.1."
      ),
      i = "Revise the comparisons before using the weights."), call)
  }
  structure(out, class = "ahp")
}

saaty_random_index <- c(
  0, 0, .58, .90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59
)

check_comparison <- function(x, call) {
  if (is.data.frame(x)) x <- as.matrix(x)
  if (!is_bare_numeric(x) || !is.matrix(x) || nrow(x) != ncol(x) || nrow(x) < 1 || nrow(x) > 15) {
    abort("comparison", c(
      paste0(
        "{.arg x} must be a square matrix of numbers with 1 to 15 rows, not ",
        "{.obj_type_friendly {x}} of {paste(dim(x), collapse = ' by ')}."
      ),
      i = "Saaty's random index ends at 15 indicators."), call)
  }
  wrong <- which(is.na(x) | x <= 0 | is.infinite(x), arr.ind = TRUE)
  if (nrow(wrong)) {
    shown <- sprintf("%s in row %d, column %d", x[wrong], wrong[, 1], wrong[, 2])
    abort("comparison", c(
      "Comparisons must be positive and finite, not {shown}.", i = "1 says equally important."
    ), call)
  }
  # Reciprocals are typed with a few digits: .33 for 1/3.
  off <- which(abs(x * t(x) - 1) > 0.02, arr.ind = TRUE)
  if (nrow(off)) {
    abort("comparison", c(
      paste0(
        "Comparisons must be reciprocal; entries [{off[1, 1]}, {off[1, 2]}] and [{off[1, 2]}, ",
        "{off[1, 1]}] multiply to {format((x * t(x))[off[1, 1], off[1, 2]], digits = 4)}, not 1."
      ),
      i = "x[j, i] is 1 / x[i, j]."), call)
  }
  x
}

#' @export
weights.ahp <- function(object, ...) {
  check_dots(...)
  object$weights
}

#' @export
print.ahp <- function(x, digits = 4, ...) {
  check_print_dots(...)
  check_shown(digits = digits)
  cat(tr("Weights from pairwise comparisons"), "\n\n", sep = "")
  print(round(x$weights, digits))
  cat("\n")
  say(trf(
    "Largest eigenvalue %.*f, consistency index %.*f, consistency ratio %.*f: %s", digits, x$lambda,
    digits, x$consistency_index, digits,
    x$consistency_ratio, tr(if (x$consistent) "consistent" else "not consistent (above 0.1)")
  ))
  next_steps("weights(x)", "composite_index(weights = )", "combine_weights()")
  invisible(x)
}
