#' Which of two systems leads
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @details The type of a unit and time by \eqn{u_1 - u_2}: `"lagging"` below \eqn{-t}, `"leading"`
#'   above \eqn{t}, `"synchronised"` between, ends included, with the tolerance \eqn{t}; it says how
#'   the first system stands to the second. A difference within a few roundings of an end is on it.
#' @param x A [coupling()].
#' @param systems Names of the two systems, the first and the one it is compared with; by default
#'   the systems of `x`, if these are two.
#' @param tolerance A number of at least 0, in the units of the scores (default 0.05).
#' @return A data frame, rows as in `x`: the panel and kept columns, `difference` \eqn{u_1 - u_2},
#'   and `type`, an ordered factor.
#' @section Errors: `ccdpanel_error_systems` (not two), `ccdpanel_error_recipe`,
#'   `ccdpanel_error_number`.
#' @examples
#' path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
#' sheet <- indicator_sheet(path)
#' cc <- coupling(composite_index(state_capital, sheet, panel = c("state", "year")))
#' table(lead_lag(cc)$type)
#' @export
lead_lag <- function(x, systems = NULL, tolerance = 0.05, ...) {
  check_dots(...)
  check_required("lead_lag")
  call <- rlang::current_env()
  recipe <- check_recipe(x, call)
  if (!inherits(x, "coupling")) {
    abort("recipe", c(
      "{.arg x} must be the result of {.fn coupling}, not {.obj_type_friendly {x}}.",
      i = "{.code coupling(index)} makes one of a composite index."
    ), call)
  }
  check_number(tolerance, "tolerance", min = 0)
  systems <- systems %||% recipe$systems
  if (!is.character(systems) || length(systems) != 2 || !all(systems %in% recipe$systems)) {
    abort("systems", c(
      "{.arg systems} must name two systems of {.arg x}, not {found(systems)}.",
      i = "Its systems are {.val {recipe$systems}}."
    ), call)
  }
  check_own_names(c(recipe$panel, recipe$keep), c("difference", "type"), call)
  difference <- x[[systems[1]]] - x[[systems[2]]]
  # .55 - .5 is more than .05 by what two binary numbers round: that much is the end itself.
  end <- tolerance + .Machine$double.eps * (abs(x[[systems[1]]]) + abs(x[[systems[2]]]) + tolerance)
  type <- 2L + (difference > end) - (difference < -end)
  out <- c(as.list(x)[c(recipe$panel, recipe$keep[recipe$keep %in% names(x)])], list(
    difference = difference,
    type = structure(
      type, levels = c("lagging", "synchronised", "leading"), class = c("ordered", "factor")
    )
  ))
  labels <- value_labels(x)
  out <- structure(
    out, class = "data.frame", row.names = .set_row_names(nrow(x)),
    value_labels = if (length(labels)) labels
  )
  title <- list("%s less %s, tolerance %s", systems[1], systems[2], format(tolerance))
  previewed(
    out, title, sprintf("table(x$%s, x$type)", recipe$panel[2]),
    "plot(, type = \"scatter\") of the coupling", keys = recipe$panel
  )
}
