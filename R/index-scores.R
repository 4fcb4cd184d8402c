# Scores by dimension and by system.

dimension_names <- function(groups) {
  groups <- as.list(groups)
  if (anyDuplicated(groups$dimension)) {
    paste0(groups$system, ": ", groups$dimension)
  } else {
    groups$dimension
  }
}

dimension_table <- function(dimensions, scale, data, panel) {
  out <- c(as.list(data)[panel], in_scale(dimensions, scale))
  structure(out, class = "data.frame", row.names = .set_row_names(nrow(data)))
}

#' Scores of a composite index by system or by dimension
#'
#' @param x A [composite_index()].
#' @param by `"dimension"` (default) or `"system"`.
#' @param ... Unused.
#' @return A data frame, rows as in `x`: the panel columns and one column a dimension (under its own
#'   name where no two systems share it, else `"system: dimension"`) or a system. A dimension's
#'   score is made of its indicators as the index is of a system's, with their weights brought to
#'   one. So the index of a system is the mean of its dimensions weighted by the sums of their
#'   weights where it is linear, their geometric mean where it is geometric; of TOPSIS
#'   it is neither.
#' @examples
#' path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
#' sheet <- indicator_sheet(path)
#' idx <- composite_index(state_capital, sheet, panel = c("state", "year"))
#' head(scores(idx, by = "dimension"))
#' @export
scores <- function(x, ...) {
  check_required("scores", "x")
  UseMethod("scores")
}

#' @export
scores.default <- function(x, ...) {
  abort("type", c(
    "{.arg x} must be a composite index, not {.obj_type_friendly {x}}.",
    i = "{.fn composite_index} makes one."
  ))
}

#' @rdname scores
#' @export
scores.composite_index <- function(x, by = "dimension", ...) {
  check_dots(...)
  check_choice(by, c("dimension", "system"), "by")
  recipe <- recipe_of(x)
  steps <- c("summary(index)", "save_table(x, \"scores.xlsx\")")
  if (by == "system") {
    out <- plain_frame(x)[c(recipe$panel, recipe$values)]
    return(previewed(out, "Scores by system", steps, keys = recipe$panel))
  }
  if (length(recipe$dimensions) == length(recipe$panel)) {
    abort("choice", c(
      "An index of principal components has no scores by dimension.",
      i = "{.code by = \"system\"} gives its scores."
    ))
  }
  check_own_names(recipe$panel, names(recipe$dimensions)[-seq_along(recipe$panel)])
  out <- recipe$dimensions[match_rows(x, recipe$dimensions, recipe$panel), , drop = FALSE]
  rownames(out) <- NULL
  previewed(out, "Scores by dimension", steps, keys = recipe$panel)
}
