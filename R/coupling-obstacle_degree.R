#' Obstacle degree: which indicators hold a system back
#'
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
                            scope = "pooled", within = "system", by = "indicator", keep = NULL) {
  call <- rlang::current_env()
  check_choice(within, c("system", "all"), "within")
  check_choice(by, c("indicator", "dimension"), "by")
  data <- panel_data(data)
  idx <- composite_index(data, sheet, panel, weights, normalise, scope, keep = keep)
  sheet <- recipe_of(idx)$sheet
  time <- data[[panel[2]]]
  spec <- normalise_spec(
    if (is_normalised(data)) "none" else normalise, scope, c(0, 1), sheet, time, call
  )
  # Constant indicators have been said, and have no weight.
  z <- suppressWarnings(
    normalise_columns(indicator_columns(data, sheet, panel, call), sheet, spec, time, call),
    classes = "ccdpanel_warning"
  )
  lacking <- Map(
    function(z, w) w * (1 - z), z, row_weights(recipe_of(idx)$weights, sheet, panel[2], time)
  )
  check_unit_range(z, sheet, call)
  share <- obstacle_shares(do.call(cbind, lacking), sheet, within)
  long_obstacles(share, sheet, data[unique(c(panel, keep))], by, panel, within)
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

check_unit_range <- function(z, sheet, call) {
  outside <- vapply(z, function(x) any(x < -1e-12 | x > 1 + 1e-12), NA)
  if (!any(outside)) return(invisible())
  abort("range", c(
    paste0(
      "Obstacle degrees need normalised values in [0, 1]; those of ",
      "{.val {sheet$indicator[outside]}} are outside."
    ),
    i = "Normalise by {.val minmax}."
  ), call)
}

# Percent of the row's total in each group of columns.
obstacle_shares <- function(lacking, sheet, within) {
  group <- if (within == "system") sheet$system else rep("all", nrow(sheet))
  for (g in unique(group)) {
    j <- which(group == g)
    total <- rowSums(lacking[, j, drop = FALSE])
    lacking[, j] <- 100 * lacking[, j] / ifelse(total > 0, total, NA)
  }
  lacking
}

long_obstacles <- function(share, sheet, keys, by, panel, within) {
  if (by == "dimension") {
    groups <- unique(sheet_groups(sheet))
    share <- vapply(seq_len(nrow(groups)), function(g) {
      rowSums(share[
        , sheet$system == groups$system[g] & sheet$dimension == groups$dimension[g], drop = FALSE
      ])
    }, numeric(nrow(share)))
    sheet <- groups
  }
  rows <- rep(seq_len(nrow(keys)), each = nrow(sheet))
  out <- c(
    lapply(stats::setNames(names(keys), names(keys)), function(name) keys[[name]][rows]),
    lapply(
      as.list(sheet)[intersect(c("system", "dimension", "indicator"), names(sheet))], rep,
      times = nrow(keys)
    ),
    list(obstacle = as.vector(t(share)))
  )
  group <- if (within == "system") paste(rows, out$system) else rows
  out$rank <- as.integer(stats::ave(-out$obstacle, group, FUN = function(x) {
    rank(x, ties.method = "min", na.last = "keep")
  }))
  structure(
    out, class = c("obstacle_degree", "data.frame"), row.names = .set_row_names(length(rows)),
    by = by, within = within
  )
}

#' @export
summary.obstacle_degree <- function(object, by = NULL, ...) {
  check_dots(...)
  what <- intersect(c("system", "dimension", "indicator"), names(object))
  if (!is.null(by)) check_columns(by, object, "by")
  plain <- object
  class(plain) <- "data.frame"
  out <- group_means(plain[!is.na(plain$obstacle), , drop = FALSE], "obstacle", unique(c(by, what)))
  out$rows <- NULL
  system <- match(out$system, unique(object$system))
  out <- out[do.call(order, c(
    unname(as.list(out)[setdiff(by, "system")]), list(system, -out$obstacle)
  )), , drop = FALSE]
  rownames(out) <- NULL
  previewed(
    out, "Mean obstacle degrees in percent, greatest first", "plot() of the obstacle degrees",
    n = 25
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
    rows <- utils::head(x, n)
    class(rows) <- "data.frame"
    rows$obstacle <- round(rows$obstacle, 2)
    print_fitting(rows, "dimension")
    if (nrow(x) > n) say(trf("... and %d more rows", nrow(x) - n))
  }
  next_steps("summary(x)", "plot(x)")
  invisible(x)
}
