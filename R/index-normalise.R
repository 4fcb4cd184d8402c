#' Normalise indicators
#'
#' Brings indicators of different units to one scale on which more is better.
#'
#' @details Min-max, over all rows pooled: \eqn{z = (x - \min x)/(\max x - \min x)}, for a `-` indicator
#'   \eqn{z = (\max x - x)/(\max x - \min x)}, and for an `interval` indicator with optimal range \eqn{[q_1, q_2]} 1 inside and
#'   \eqn{1 - \max(q_1 - x, x - q_2)/\max(q_1 - \min x, \max x - q_2)} outside. Then \eqn{a + (b - a) z} with `range = c(a, b)`.
#'
#'   A constant indicator becomes the lower end of the range, with a warning. Missing values stay missing. The result is
#'   recognised by [indicator_weights()] and [composite_index()], which do not normalise it again.
#' @param data A data frame, one row a unit and time.
#' @param sheet An [indicator_sheet()], or what makes one.
#' @param panel Names of the unit and the time column, such as `c("state", "year")`.
#' @param method `"minmax"`, or `"none"` for data that are prepared already (directions included).
#' @param scope `"pooled"`: minima and maxima over all rows.
#' @param range Two numbers, the target range of min-max (default 0 to 1).
#' @return `data` as a data frame of class `normalised_panel` with the indicators' columns replaced (and derived ones added), rows in input order.
#' @section Errors: `ccdpanel_error_indicator`, `ccdpanel_error_numeric`, `ccdpanel_error_infinite`, `ccdpanel_error_all_missing`,
#'   `ccdpanel_error_panel`, `ccdpanel_error_duplicate`, `ccdpanel_error_choice`, `ccdpanel_error_range`, `ccdpanel_error_direction` (an indicator with two directions cannot be one column).
#' @references OECD and JRC (2008). Handbook on Constructing Composite Indicators. \doi{10.1787/9789264043466-en}
#' @examples
#' sheet <- indicator_sheet(system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel"))
#' z <- normalise(state_capital, sheet, panel = c("state", "year"))
#' range(z$unemployment)
#' @export
normalise <- function(data, sheet, panel, method = "minmax", scope = "pooled", range = c(0, 1)) {
  call <- rlang::current_env()
  check_data_frame(data)
  sheet <- as_sheet(sheet)
  check_panel(panel, data)
  spec <- normalise_spec(method, scope, range, call)
  if (is_normalised(data)) {
    abort("normalised", c("{.arg data} was normalised already; normalising twice would apply directions twice.",
      i = "Start from the raw data."), call)
  }
  check_one_direction(sheet, call)
  columns <- indicator_columns(data, sheet, call)
  summary <- summarise_indicators(columns, sheet, call, missing = "propagate")
  constant <- summary$min == summary$max
  z <- scale_columns(columns, sheet, summary, spec, data[[panel[2]]], call)
  if (method != "none" && any(constant)) {
    warn("constant", c(
      "{cli::qty(sum(constant))}Indicator{?s} {.val {unique(sheet$indicator[constant])}} {?is/are} constant and become{?s/} {range[1]} everywhere.",
      i = "An indicator that does not vary cannot tell one row from another."
    ), call)
  }
  out <- as.list(data)
  out[sheet$indicator] <- z
  recipe <- list(panel = panel, values = unique(sheet$indicator), normalise = method, scope = scope, range = range, sheet = sheet)
  new_result(out, "normalised_panel", recipe)
}

is_normalised <- function(data) inherits(data, "normalised_panel") && !is.null(recipe_of(data))

normalise_spec <- function(method, scope, range, call) {
  check_choice(method, c("minmax", "none"), "normalise", call)
  check_choice(scope, "pooled", "scope", call)
  if (!is.numeric(range) || length(range) != 2 || anyNA(range) || !all(is.finite(range)) || range[1] >= range[2]) {
    abort("range", c("{.arg range} must be two increasing numbers, not {found(range)}.", i = "For instance {.code range = c(0.01, 0.99)}."), call)
  }
  list(method = method, scope = scope, range = as.double(range))
}

check_one_direction <- function(sheet, call) {
  shared <- shared_indicators(sheet)
  both <- shared[vapply(shared, function(i) length(unique(sheet$direction[sheet$indicator == i])) > 1, NA)]
  if (!length(both)) return(invisible())
  abort("direction", c(
    "{.val {both}} {?has/have} different directions in different systems and cannot be one normalised column.",
    i = "{cli::qty(length(both))}Give {?it/them} a column for each system, or call {.fn composite_index}, which needs none."
  ), call)
}

# The scaled columns, one for each row of the sheet.
scale_columns <- function(columns, sheet, summary, spec, time, call) {
  if (spec$method == "none") return(columns)
  scale_min_max(columns, sheet, summary, spec$range)
}

scale_min_max <- function(columns, sheet, summary, range) {
  out <- vector("list", length(columns))
  plain <- sheet$direction != "interval"
  out[plain] <- bind_min_max(
    columns[plain], summary$min[plain], summary$max[plain], sheet$direction[plain] == "-", range[1], range[2], thread_count()
  )
  for (j in which(!plain)) {
    out[[j]] <- bind_interval(columns[[j]], sheet$lower[j], sheet$upper[j], summary$min[j], summary$max[j], range[1], range[2])
  }
  for (j in which(summary$min == summary$max)) out[[j]] <- ifelse(is.na(columns[[j]]), NA_real_, range[1])
  out
}
