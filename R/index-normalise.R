#' Normalise indicators
#'
#' Brings indicators of different units to one scale on which more is better.
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @details By `method`, over the rows of the `scope`:
#'   * `"minmax"`: \eqn{z = (x - \min x)/(\max x - \min x)}, for a `-` indicator \eqn{z = (\max x -
#'     x)/(\max x - \min x)}, and for an `interval` indicator with optimal range \eqn{[q_1, q_2]} 1
#'     inside and \eqn{1 - \max(q_1 - x, x - q_2)/\max(q_1 - \min x, \max x - q_2)} outside. Then
#'     \eqn{a + (b - a) z} with `range = c(a, b)`.
#'   * `"zscore"`: \eqn{(x - \bar x)/s} with the sample's standard deviation (divisor \eqn{N - 1}),
#'     its sign turned for `-`.
#'   * `"vector"`: \eqn{x / \sqrt{\sum x^2}}; `"sum"`: \eqn{x / \sum x}; both with \eqn{1/x} in
#'     place of \eqn{x} for `-`.
#'   * `"rank"`: \eqn{(r - 1)/(N - 1)} with \eqn{r} the rank (ties at their mean), 1 the best.
#'   * `"none"`: values are taken as they are, directions included.
#'
#'   Pooled and year-by-year normalisation answer different questions: pooled, an index may rise
#'   over the years for every unit; by period, it only compares units within a year, and a trend of
#'   it means nothing.
#'
#'   A constant indicator becomes the lower end of the range, and one that varies within its optimal
#'   range only (in the base period, if there is one) the upper end, with a warning. Missing values
#'   stay missing. The result is recognised by [indicator_weights()] and [composite_index()], which
#'   do not normalise it again.
#' @param data A data frame, one row a unit and time, or the paths of files that [read_panel()]
#'   reads.
#' @param sheet An [indicator_sheet()], or what makes one: a data frame or the path of a file.
#' @param panel Names of the unit and the time column, such as `c("state", "year")`.
#' @param method One of the above; default `"minmax"`.
#' @param scope Where minima, maxima, means and sums come from: `"pooled"` (default), all rows;
#'   `"period"`, the rows of each time; `c(base = 2011)`, those of one time; `"goalposts"`, the
#'   sheet's `lower` and `upper` as minimum and maximum (min-max only). With a base period or
#'   goalposts values outside the target range are kept, and counted in a warning.
#' @param range Two numbers, the target range of min-max (default 0 to 1).
#' @return `data` as a data frame of class `normalised_panel` with the indicators' columns replaced
#'   (and derived ones added), rows in input order.
#' @section Errors: `ccdpanel_error_indicator`, `ccdpanel_error_numeric`, `ccdpanel_error_infinite`,
#'   `ccdpanel_error_all_missing`, `ccdpanel_error_derive`, `ccdpanel_error_panel`,
#'   `ccdpanel_error_duplicate`, `ccdpanel_error_choice`, `ccdpanel_error_range`,
#'   `ccdpanel_error_goalposts` (the sheet has none), `ccdpanel_error_negative` (sums of negative
#'   values), `ccdpanel_error_normalised` (twice), `ccdpanel_error_direction` (an indicator with two
#'   directions cannot be one column).
#' @references OECD and JRC (2008). Handbook on Constructing Composite Indicators.
#'   \doi{10.1787/9789264043466-en}
#' @examples
#' path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
#' sheet <- indicator_sheet(path)
#' z <- normalise(state_capital, sheet, panel = c("state", "year"))
#' range(z$unemployment)
#' @export
normalise <- function(data, sheet, panel, method = "minmax", scope = "pooled", range = c(0, 1),
                      ...) {
  check_dots(...)
  check_required("normalise")
  call <- rlang::current_env()
  data <- panel_data(data)
  sheet <- as_sheet(sheet)
  data <- settled_panel(data, panel)
  data <- unshared_columns(data, names(data))
  time <- data[[panel[2]]]
  if (is_normalised(data)) {
    abort("normalised", c(
      "{.arg data} was normalised already; normalising twice would apply directions twice.",
      i = "Start from the raw data."), call)
  }
  spec <- normalise_spec(method, scope, range, sheet, time, call)
  check_one_direction(sheet, call)
  columns <- indicator_columns(data, sheet, panel, call)
  summarise_indicators(columns, sheet, call, missing = "propagate")
  out <- as.list(data)
  out[sheet$indicator] <- normalise_columns(columns, sheet, spec, time, call)
  recipe <- list(
    panel = panel, values = unique(sheet$indicator), normalise = method, scope = scope_text(scope),
    range = range, sheet = sheet, labels = value_labels(data, panel)
  )
  new_result(out, "normalised_panel", recipe)
}

#' @export
print.normalised_panel <- function(x, n = 6, ...) {
  check_print_dots(...)
  check_shown(n = n)
  recipe <- recipe_of(x)
  if (is.null(recipe)) return(invisible(print(plain_frame(x))))
  title <- trf(
    "Normalised by %s, %s: %d indicators; %s", spoken_choice(recipe$normalise),
    spoken_choice(recipe$scope),
    length(recipe$values), panel_size(x, recipe$panel)
  )
  print_preview(
    plain_frame(with_value_labels(x))[unique(c(recipe$panel, recipe$values))], title,
    c("indicator_weights(x, sheet, panel)", "composite_index(x, sheet, panel)"), n,
    keys = recipe$panel
  )
  invisible(x)
}

# As scale_columns(), whatever the scope, saying which indicators do not vary.
normalise_columns <- function(columns, sheet, spec, time, call, where = "") {
  if (spec$scope != "period") {
    summary <- bind_summarise(columns, thread_count())
    if (spec$method != "none") {
      warn_flat(summary, sheet, with_still(spec, columns, sheet), where, call)
    }
    return(scale_columns(columns, sheet, summary, spec, call))
  }
  out <- lapply(columns, function(x) rep(NA_real_, length(x)))
  by_period(time, function(rows, t) {
    z <- normalise_columns(
      lapply(columns, `[`, rows), sheet, pooled(spec), NULL, call, paste(" in", format_key(t))
    )
    for (j in seq_along(z)) out[[j]][rows] <<- z[[j]]
  })
  out
}

# What a period's own rows are normalised by.
pooled <- function(spec) {
  spec$scope <- "pooled"
  spec
}

warn_flat <- function(summary, sheet, spec, where, call) {
  constant <- constant_indicators(sheet, summary, spec) %in% TRUE
  if (!any(constant)) return(invisible())
  names <- unique(sheet$indicator[constant])
  warn("constant", c(
    "{cli::qty(names)}Indicator{?s} {.val {names}} {?is/are} constant{where}.",
    i = paste0(
      "An indicator that does not vary cannot tell one row from another; min-max makes it the ",
      "lower end of the range, and values that vary within their optimal range only (of the base ",
      "period, if there is one) the upper end."
    )
  ), call)
}

scope_text <- function(scope) {
  if (is.null(names(scope))) scope else paste("base", format_key(unname(scope)))
}

is_normalised <- function(data) inherits(data, "normalised_panel") && !is.null(recipe_of(data))

check_one_direction <- function(sheet, call) {
  shared <- shared_indicators(sheet)
  both <- shared[vapply(shared, function(i) {
    length(unique(sheet$direction[sheet$indicator == i])) > 1
  }, NA)]
  if (!length(both)) return(invisible())
  abort("direction", c(
    paste0(
      "{.val {both}} {?has/have} different directions in different systems and cannot be one ",
      "normalised column."
    ),
    i = paste0(
      "{cli::qty(length(both))}Give {?it/them} a column for each system, or call ",
      "{.fn composite_index}, which needs none."
    )
  ), call)
}
