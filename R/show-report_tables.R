# The tables of a report.

report_tables <- function(data, sheet, idx, cc, fits, panel, region, index, language, labels) {
  w <- plain_table(weights(idx))
  at <- match(paste(w$system, w$indicator), paste(sheet$system, sheet$indicator))
  for (name in c("unit", "label")) {
    text <- (sheet[[name]] %||% rep(NA, nrow(sheet)))[at]
    if (any(!is.na(text) & nzchar(text))) {
      w <- cbind(w[1:3], stats::setNames(data.frame(text), name), w[-(1:3)])
    }
  }
  if (all(is.na(w$entropy))) w$entropy <- NULL
  w$divergence <- NULL
  wide <- wide_table(cc, "D")
  # A row a level: the names of levels are too long for the heads of columns.
  counts <- as.data.frame.matrix(table(droplevels(cc$stage), shown_column(cc, panel[2])))
  counts <- cbind(stage = rownames(counts), counts)
  rownames(counts) <- NULL
  by_region <- if (!is.null(region)) {
    cells <- summary(cc, by = c(region, panel[2]))
    wide_region(cells, region, panel[2])
  }
  list(
    weights = w, indices = drop_rows(summary(idx)), time = without_idle(summary(cc)),
    region = if (!is.null(region)) without_idle(summary(cc, by = region)), region_time = by_region,
    wide = wide, levels = counts, obstacles = report_obstacles(data, sheet, panel, index),
    models = if (length(fits)) {
      # Labels of indicators need not be in a model.
      suppressMessages(
        do.call(regression_table, c(
          unname(stats::setNames(list(fits), "")), list(language = language, labels = labels)
        )), classes = "ccdpanel_message_labels"
      )
    }
  )
}

# Without counts that say nothing: no row omitted, or as many rows in every group.
without_idle <- function(x) {
  plain_table(x)[setdiff(names(x), c(
    if (!any(x$omitted > 0)) "omitted", if (all(x$rows == x$rows[1])) "rows"
  ))]
}

drop_rows <- function(x) plain_table(x)[setdiff(names(x), "rows")]

# D by region and time: one row a time, one column a region; the other way round where regions
# outnumber times.
wide_region <- function(cells, region, time) {
  cells <- plain_table(cells)
  regions <- in_order(cells[[region]])
  times <- in_order(cells[[time]])
  at <- match(
    paste(rep(times, length(regions)), rep(regions, each = length(times))),
    paste(cells[[time]], cells[[region]])
  )
  d <- matrix(cells$D[at], length(times))
  turned <- length(regions) > length(times)
  if (turned) d <- t(d)
  rows <- if (turned) stats::setNames(data.frame(regions), region) else data.frame(times)
  columns <- stats::setNames(as.data.frame(d), format_key(if (turned) times else regions))
  cbind(if (turned) rows else stats::setNames(rows, time), columns)
}

# The five greatest obstacles of each system, where the index allows them.
report_obstacles <- function(data, sheet, panel, index) {
  possible <- identical(index$normalise %||% "minmax", "minmax") ||
    identical(index$normalise, "rank")
  if (!possible) return(NULL)
  o <- suppressMessages(obstacle_degree(
    data, sheet, panel, weights = index$weights %||% "entropy",
    normalise = index$normalise %||% "minmax", scope = index$scope %||% "pooled"
  ))
  o <- plain_table(summary(o))
  o <- o[order(match(o$system, unique(sheet$system)), -o$obstacle), ]
  rank <- stats::ave(seq_len(nrow(o)), o$system, FUN = seq_along)
  o <- o[rank <= 5, c("system", "dimension", "indicator", "obstacle")]
  rownames(o) <- NULL
  o
}
