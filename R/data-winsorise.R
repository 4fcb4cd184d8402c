#' Winsorise or trim extreme values
#'
#' Sets values beyond two percentiles to these percentiles, or to missing.
#'
#' @param x A numeric vector.
#' @param probs Two probabilities from 0 to 1, the lower first: values below the first percentile
#'   and above the second are changed.
#' @param trim Whether to set such values to `NA` instead of to the percentile.
#' @param by A vector as long as `x`: percentiles are taken within its groups. `NULL` for one group.
#' @param ... Nothing: an argument of any other name is an error.
#' @return A numeric vector as long as `x`; missing values stay missing. How many of the values that
#'   are not missing were changed at each end is said in a message.
#' @details Percentiles are those of [descriptives()]: Stata's rule, the mean of two neighbours
#'   where N p is whole, computed in whole numbers. With 1 and 99 percent, fewer than 100 values
#'   have no whole N p at 1 percent, and the smallest of them is its own percentile: nothing
#'   changes.
#' @section Conditions: Errors `ccdpanel_error_type`, `ccdpanel_error_probs`,
#'   `ccdpanel_error_group`; message `ccdpanel_message_winsorised`.
#' @examples
#' range(state_capital$unemployment)
#' range(winsorise(state_capital$unemployment))
#' by_year <- winsorise(state_capital$unemployment, c(0.05, 0.95), by = state_capital$year)
#' sum(is.na(winsorise(state_capital$unemployment, trim = TRUE)))
#' @export
winsorise <- function(x, probs = c(0.01, 0.99), trim = FALSE, by = NULL, ...) {
  check_dots(...)
  check_required("winsorise")
  if (is.null(column_numbers(x))) {
    abort("type", c("{.arg x} must be a numeric vector, not {.obj_type_friendly {x}}.",
      i = if (is.data.frame(x) || is.matrix(x)) {
        "Call it for one column at a time."
      } else {
        column_way_out(x)
      }
    ))
  }
  if (is_category(x)) {
    inform("category", c(i = "The codes of a category are taken for numbers: {.arg x}."))
  }
  x <- as.double(column_numbers(x))
  if (!is.null(by)) by <- as_levels(by, cli::format_inline("{.arg by}"), "group")
  check_winsorise(x, probs, trim, by)
  rows <- if (is.null(by)) list(seq_along(x)) else split(seq_along(x), match(by, unique(by)))
  changed <- c(0, 0)
  present <- sum(!is.na(x))
  for (at in rows) {
    value <- x[at]
    limit <- stata_percentile(sort(value, method = "radix"), probs)
    low <- which(value < limit[1])
    high <- which(value > limit[2])
    x[at[low]] <- if (trim) NA else limit[1]
    x[at[high]] <- if (trim) NA else limit[2]
    changed <- changed + c(length(low), length(high))
  }
  what <- if (trim) "Trimmed" else "Winsorised"
  inform("winsorised", c(
    i = paste0(
      "{what} {sum(changed)} of {present} value{?s}: {changed[1]} at the lower end, ",
      "{changed[2]} at the upper."
    )
  ))
  x
}

check_winsorise <- function(x, probs, trim, by, call = rlang::caller_env()) {
  if (
    !is_bare_numeric(probs) || length(probs) != 2 || anyNA(probs) || probs[1] < 0 ||
      probs[2] > 1 ||
      probs[1] >= probs[2]
  ) {
    abort("probs", c(
      "{.arg probs} must be two probabilities from 0 to 1, the lower first, not {found(probs)}.",
      i = "One percent is {.code 0.01}."
    ), call)
  }
  check_flag(trim, "trim", call)
  if (is.null(by)) return(invisible())
  if (!is.atomic(by) || length(by) != length(x) || anyNA(by)) {
    missing <- if (is.atomic(by)) sum(is.na(by)) else 0
    abort("group", c(
      paste0(
        "{.arg by} must be a complete vector as long as {.arg x} ({length(x)}), not ",
        "{.obj_type_friendly {by}} of length {length(by)} with {missing} missing."
      ),
      i = "Give the column itself, as in {.code by = data$year}."
    ), call)
  }
}
