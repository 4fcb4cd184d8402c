#' Obstacle degree: which indicators hold a system back
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @details The share of each indicator in what a system lacks to its best state, in percent:
#'   \deqn{O_{ij} = 100\, w_j (1 - z_{ij}) / \sum_k w_k (1 - z_{ik}),} with the normalised value
#'   \eqn{z} and the weight \eqn{w}, the sum running over the indicators of the system, or of all
#'   systems (each system counting alike). The obstacle degree of a dimension is the sum over its
#'   indicators.
#' @inheritParams composite_index
#' @param normalise,scope As in [normalise()]; normalised values must lie in \[0, 1\], so `"minmax"`
#'   or `"rank"`, or prepared data with `"none"`.
#' @param within `"system"` (default) or `"all"`: the shares of each system sum to 100, or those of
#'   all systems together.
#' @param by `"indicator"` (default) or `"dimension"`.
#' @return A data frame of class `obstacle_degree`, one row a unit, time and indicator (or
#'   dimension), in the order of `data` and then of the sheet: the panel columns, the kept columns,
#'   `system`, `dimension`, `indicator` (not by dimension), `obstacle` (percent; `NA` where nothing
#'   is lacking) and `rank` within the unit, time and system (1 the greatest obstacle; ties share
#'   it). `summary()` gives means by indicator or dimension, the greatest first, or by groups of a
#'   column.
#' @section Errors: those of [composite_index()], and `ccdpanel_error_range` (normalised values
#'   outside \[0, 1\]).
#' @examples
#' path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
#' sheet <- indicator_sheet(path)
#' o <- obstacle_degree(state_capital, sheet, panel = c("state", "year"))
#' summary(o)
#' @export
obstacle_degree <- function(data, sheet, panel, weights = "entropy", normalise = "minmax",
                            scope = "pooled", within = "system", by = "indicator", keep = NULL,
                            ...) {
  check_dots(...)
  check_required("obstacle_degree")
  call <- rlang::current_env()
  check_choice(within, c("system", "all"), "within")
  check_choice(by, c("indicator", "dimension"), "by")
  data <- panel_data(data)
  idx <- with_complete(
    composite_index(data, sheet, panel, weights, normalise, scope, keep = keep), call
  )
  check_own_names(c(panel, keep), c("system", "dimension", "indicator", "obstacle", "rank"), call)
  sheet <- recipe_of(idx)$sheet
  time <- data[[panel[2]]]
  spec <- normalise_spec(
    if (is_normalised(data)) "none" else normalise, scope, c(0, 1), sheet, time, call
  )
  columns <- indicator_columns(data, sheet, panel, call)
  z <- obstacle_columns(columns, sheet, spec, time, call)
  made <- obstacle_shares(
    z, row_weights(recipe_of(idx)$weights, sheet, panel[2], time), sheet, within, by
  )
  check_unit_range(made$outside > 0, sheet, call)
  labels <- value_labels(data, c(panel, keep))
  long_obstacles(made, data[unique(c(panel, keep))], by, within, if (length(labels)) labels)
}

# What the kernel scales on the way, or what is scaled before. Constant indicators have been said,
# and have no weight.
obstacle_columns <- function(columns, sheet, spec, time, call) {
  suppressWarnings(
    if (spec$scope == "period") {
      z <- normalise_columns(columns, sheet, spec, time, call)
      list(columns = z, limits = as_they_are(z))
    } else {
      scaling_on_the_way(columns, sheet, bind_summarise(columns, thread_count()), spec, call)
    },
    classes = "ccdpanel_warning"
  )
}

# The weight of each indicator in every row: one number, or one a row where weights change over
# time.
row_weights <- function(table, sheet, name, time) {
  if (is.null(attr(table, "time"))) return(as.list(table$weight))
  lapply(seq_len(nrow(sheet)), function(j) {
    own <- table$system == sheet$system[j] & table$indicator == sheet$indicator[j]
    table$weight[own][match(time, table[[name]][own])]
  })
}

check_unit_range <- function(outside, sheet, call) {
  if (!any(outside)) return(invisible())
  abort("range", c(
    paste0(
      "Obstacle degrees need normalised values in [0, 1]; those of ",
      "{.val {unique(sheet$indicator[outside])}} are outside."
    ),
    i = "Normalise by {.val minmax}."
  ), call)
}

# Percent of the row's total of each indicator, or each dimension, and its rank; the parts of a row
# follow each other. `what` names the parts.
obstacle_shares <- function(z, weights, sheet, within, by) {
  system <- match(sheet$system, unique(sheet$system))
  what <- as.list(sheet)[c("system", "dimension", "indicator")]
  part <- seq_len(nrow(sheet))
  if (by == "dimension") {
    what <- as.list(unique(sheet_groups(sheet)))
    part <- match(
      paste(sheet$system, sheet$dimension, sep = "\r"),
      paste(what$system, what$dimension, sep = "\r")
    )
  }
  if (within == "all") system[] <- 1L
  rank <- system[match(seq_along(what$system), part)]
  made <- bind_obstacles(z$columns, z$limits, weights, system, part, rank, thread_count())
  c(made, list(what = what))
}

long_obstacles <- function(made, keys, by, within, labels) {
  rows <- nrow(keys)
  parts <- length(made$what$system)
  out <- c(
    lapply(stats::setNames(names(keys), names(keys)), function(name) {
      repeat_each(keys[[name]], parts)
    }),
    lapply(made$what, bind_repeat_text, rows), list(obstacle = made$share, rank = made$rank)
  )
  structure(
    out, class = c("obstacle_degree", "data.frame"), row.names = .set_row_names(rows * parts),
    by = by, within = within, value_labels = labels
  )
}

#' @export
summary.obstacle_degree <- function(object, by = NULL, ...) {
  check_dots(...)
  what <- intersect(c("system", "dimension", "indicator"), names(object))
  if (!is.null(by)) check_by(by, object, "by")
  all <- identical(attr(object, "within"), "all")
  if (!is.null(by)) object <- with_value_labels(object)
  plain <- object
  class(plain) <- "data.frame"
  if (anyNA(plain$obstacle)) plain <- plain[!is.na(plain$obstacle), , drop = FALSE]
  out <- group_means(plain, "obstacle", unique(c(by, what)))
  out$rows <- NULL
  # Shares of all systems together are compared across them.
  system <- if (!all) match(out$system, unique(object$system))
  out <- out[do.call(order, c(
    unname(as.list(out)[setdiff(by, "system")]), list(system)[!all], list(-out$obstacle)
  )), , drop = FALSE]
  rownames(out) <- NULL
  previewed(
    out, "Mean obstacle degrees in percent, greatest first", "plot() of the obstacle degrees",
    n = 25, keys = by
  )
}

#' @export
print.obstacle_degree <- function(x, n = 6, ...) {
  check_print_dots(...)
  check_shown(n = n)
  within <- if (identical(attr(x, "within"), "all")) "all systems" else "each system"
  say(trf(
    "Mean obstacle degrees by %s, percent within %s, greatest first", head_words(attr(x, "by")),
    tr(within)
  ))
  cat("\n")
  shown <- plain_result(summary(x))
  shown$obstacle <- round(shown$obstacle, 2)
  print_rows(shown, if (is.finite(n)) 18 else Inf, "dimension", right = FALSE)
  if (n > 0) {
    cat("\n")
    rows <- with_value_labels(utils::head(x, n))
    class(rows) <- "data.frame"
    rows$obstacle <- round(rows$obstacle, 2)
    print_fitting(rows, "dimension")
    if (nrow(x) > n) say(trf("... and %d more rows", nrow(x) - n))
  }
  next_steps("summary(x)", "plot(x)")
  invisible(x)
}
