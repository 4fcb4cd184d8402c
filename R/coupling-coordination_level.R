#' Levels of coordination
#'
#' The class of the coordination degree and its usual name.
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @details `"ten"`: ten classes of width 0.1; `"five"`: five of width 0.2; `"four"`: classes with
#'   edges 0.3, 0.5 and 0.8. `closed` says which end belongs to a class, `"right"`: \eqn{(0.1,
#'   0.2]}, or `"left"`: \eqn{[0.1, 0.2)}; 0 belongs to the first class and 1 to the last either
#'   way. Edges are the decimal fractions themselves, and a degree that differs from an edge by no
#'   more than a few roundings (relatively 8 times `.Machine$double.eps`) is on it, so that no level
#'   hangs on how a root is rounded. Nothing else is rounded.
#'
#'   The four classes have the edges at which the literature parts the stages of the coupling degree
#'   \eqn{C} (low-level, antagonistic, running-in, high-level: Tian et al. 2021, Table 1, who keep
#'   ten classes for \eqn{D}); where a paper sets its own, [cut()] takes them.
#' @param D Numeric vector in \[0, 1\]. A missing degree has a missing level.
#' @param scheme `"ten"` (default), `"five"` or `"four"`.
#' @param closed `"right"` (default) or `"left"`.
#' @param labels A paper's own names, one a class from the lowest; `NULL` for the usual ones.
#' @param language `"en"` or `"zh"`, of the usual names; `NULL` (default): [ccdpanel.language]'s.
#' @return A data frame with one row for each degree: `level` (integer from 1) and `stage` (ordered
#'   factor).
#' @section Errors: `ccdpanel_error_scores` (outside \[0, 1\]), `ccdpanel_error_labels`,
#'   `ccdpanel_error_choice`.
#' @references Tian, S., Li, X., Yang, J., Zhang, W. and Guo, J. (2021). Spatio-temporal coupling
#'   coordination and driving mechanism of urban pseudo and reality human settlements in the three
#'   provinces of Northeast China. Acta Geographica Sinica 76(4), 781.
#' @examples
#' coordination_level(c(0.05, 0.3, 0.72))
#' levels(coordination_level(numeric(), language = "zh")$stage)
#' @export
coordination_level <- function(D, scheme = "ten", closed = "right", labels = NULL,
                               language = NULL, ...) {
  check_dots(...)
  check_required("coordination_level")
  call <- rlang::current_env()
  D <- as_numbers(D, cli::format_inline("{.arg D}"), "scores", call)
  check_scores(list(as.double(D)), "D", call)
  spec <- level_spec(scheme, closed, labels, spoken(language, call), call)
  previewed(
    as.data.frame(levels_of(as.double(D), spec)),
    list("Levels of D, scheme %s, closed on the %s", scheme, closed), "table(x$stage)"
  )
}

levels_of <- function(D, spec) {
  level <- findInterval(
    D, level_edges(spec$breaks, spec$closed), left.open = spec$closed == "right"
  ) + 1L
  list(level = level, stage = stage_of(level, spec$labels))
}

# Three scores of 0.09 have D = 0.3, and a computer's cube root gives a little less or more: a
# degree within the rounding of a few such steps of an edge is on it, and belongs where `closed`
# says.
level_edges <- function(breaks, closed) {
  breaks * (1 + (if (closed == "right") 8 else -8) * .Machine$double.eps)
}

# The names of levels, without building a million strings for a million rows.
stage_of <- function(level, labels) {
  structure(level, levels = labels, class = c("ordered", "factor"))
}

level_spec <- function(scheme, closed, labels, language, call) {
  check_choice(scheme, names(level_breaks), "scheme", call)
  check_choice(closed, c("right", "left"), "closed", call)
  breaks <- level_breaks[[scheme]]
  labels <- labels %||% class_names(scheme, language)
  if (
    !is.character(labels) || length(labels) != length(breaks) + 1 || anyNA(labels) ||
      anyDuplicated(labels)
  ) {
    abort("labels", c(
      paste0(
        "{.arg labels} must be {length(breaks) + 1} different names, one a class from the lowest, ",
        "not {found(labels)}."
      ),
      i = "Scheme {.val {scheme}} has {length(breaks) + 1} classes."), call)
  }
  list(scheme = scheme, closed = closed, breaks = breaks, labels = labels)
}

# Inner edges of the classes.
level_breaks <- list(
  ten = c(.1, .2, .3, .4, .5, .6, .7, .8, .9), five = c(.2, .4, .6, .8), four = c(.3, .5, .8)
)

# Names of the classes, from the lowest.
class_names <- function(scheme, language) {
  words <- words_of("levels", language)
  unname(words[paste0(scheme, ".", seq_len(length(level_breaks[[scheme]]) + 1))])
}
