#' Coupling degree of two or more systems
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @details For scores \eqn{u_1, \dots, u_n} in \[0, 1\]:
#'   * `"standard"`: \eqn{C = n (\prod u_i)^{1/n} / \sum u_i}, the geometric over the arithmetic
#'     mean; 0 where all scores are 0.
#'   * `"wang"` (Wang et al. 2021): \eqn{C = \sqrt{[1 - \sum_{i>j} |u_i - u_j| / (n(n-1)/2)] \prod
#'     (u_i / \max u)^{1/(n-1)}}}; 0 where all are 0.
#'   * `"fan"` (Fan et al. 2024): \eqn{C = 1 - 2\,\mathrm{sd}(u)} with the population's divisor
#'     \eqn{n}; 1 where all are 0, by its formula. For odd \eqn{n} it cannot reach 0.
#'   * `"power"`: the literature's exponent \eqn{k} on the ratio without its root, \eqn{C = [\prod
#'     u_i / (\sum u_i / n)^n]^k}, that is the standard \eqn{C} to the power \eqn{nk}.
#' @param u A numeric matrix or data frame, one row a unit and time, one column a system (at least
#'   two), scores in \[0, 1\]. A missing score makes the row's degree missing.
#' @param model `"standard"` (default), `"wang"`, `"fan"` or `"power"`.
#' @param k Positive exponent of the power model (default 1); the other models have none.
#' @return A numeric vector in \[0, 1\], one number a row.
#' @section Errors: `ccdpanel_error_systems` (fewer than two), `ccdpanel_error_scores` (outside \[0,
#'   1\] or not numeric), `ccdpanel_error_choice`, `ccdpanel_error_number`.
#' @references Wang, S., Kong, W., Ren, L., Zhi, D. and Dai, B. (2021). Research on misuses and
#'   modification of coupling coordination degree model in China. Journal of Natural Resources
#'   36(3), 793-810. \doi{10.31497/zrzyxb.20210319}
#' @examples
#' coupling_degree(cbind(0.6, 0.4, 0.2))
#' coupling_degree(cbind(0.6, 0.4, 0.2), model = "wang")
#' @export
coupling_degree <- function(u, model = "standard", k = 1, ...) {
  check_dots(...)
  check_required("coupling_degree")
  call <- rlang::current_env()
  check_model(model, k, call)
  bind_coupling_degree(score_columns(u, "u", call), model, k, thread_count())
}

check_model <- function(model, k, call) {
  check_choice(model, c("standard", "wang", "fan", "power"), "model", call)
  check_number(k, "k", min = .Machine$double.xmin, call = call)
  if (model == "power" || k == 1) return(invisible())
  abort("choice", c(
    "{.arg k} belongs to {.code model = \"power\"}; the {.val {model}} model has no exponent.",
    i = "Leave {.arg k} at 1, or choose the power model."), call)
}

# Scores as a list of double vectors, checked.
score_columns <- function(u, arg, call) {
  if (is.matrix(u)) u <- as.data.frame(u)
  if (!is.data.frame(u)) {
    abort("type", c(
      paste0(
        "{.arg {arg}} must be a matrix or a data frame with one column a system, not ",
        "{.obj_type_friendly {u}}."
      ),
      i = "{.fn cbind} makes a matrix of vectors."), call)
  }
  if (length(u) < 2) {
    abort("systems", c(
      "Coupling needs at least two systems, not {length(u)}.", i = "Give a column for each system."
    ), call)
  }
  columns <- lapply(names(u), function(name) {
    as.double(as_numbers(u[[name]], cli::format_inline("Score {.val {name}}"), "scores", call))
  })
  columns <- without_rounding(columns)
  check_scores(columns, names(u), call)
  columns
}

# The best unit in all indicators has a weighted sum of 1 up to rounding: what lies outside [0, 1]
# by no more than that is the bound.
without_rounding <- function(columns) {
  found <- bind_summarise(columns, thread_count())
  off <- (found$min < 0 & found$min >= -1e-12) | (found$max > 1 & found$max <= 1 + 1e-12)
  columns[off %in% TRUE] <- lapply(columns[off %in% TRUE], function(x) {
    x[x > 1 & x <= 1 + 1e-12] <- 1
    x[x < 0 & x >= -1e-12] <- 0
    x
  })
  columns
}

check_scores <- function(columns, names, call) {
  found <- bind_summarise(columns, thread_count())
  bad <- found$infinite > 0 | (is.finite(found$min) & (found$min < 0 | found$max > 1))
  # One look at the columns will do where nothing is wrong.
  if (!any(bad)) return(invisible())
  counts <- vapply(columns, function(x) sum(x < 0 | x > 1, na.rm = TRUE), 0L)
  abort_scores(bad, counts, names, call)
}

abort_scores <- function(bad, counts, names, call) {
  if (!any(bad)) return(invisible())
  abort("scores", c(
    paste0(
      "Scores must lie in [0, 1]; values outside were found in ",
      "{paste0(names[bad], ' (', counts[bad], ')')}."
    ),
    i = paste0(
      "Indices on 0 to 100 are to be divided by 100; {.fn composite_index} ",
      "makes scores in [0, 1]."
    )
  ), call)
}
