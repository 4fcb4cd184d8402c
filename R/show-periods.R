# Times and periods of a picture: some times of the panel, one panel each, or means over periods.

# `columns` of `data` at the times asked for: unit, when (a factor in time order), and the columns.
at_times <- function(data, panel, columns, time, call) {
  check_own_names(columns, c("unit", "when"), call)
  groups <- time_groups(data[[panel[2]]], time, call)
  parts <- lapply(names(groups), function(label) {
    part <- data[groups[[label]], c(panel[1], columns), drop = FALSE]
    if (attr(groups, "means")) part <- period_means(part, panel[1], columns)
    data.frame(
      unit = part[[panel[1]]], when = rep(label, nrow(part)), part[columns], check.names = FALSE
    )
  })
  out <- do.call(rbind, parts)
  out$when <- factor(out$when, names(groups))
  if (attr(groups, "means")) tell_partial(data, panel, columns, groups)
  out
}

period_means <- function(part, unit, columns) group_means(part, columns, unit)[c(unit, columns)]

# Means over periods leave out missing values, and say so.
tell_partial <- function(data, panel, columns, groups) {
  rows <- unlist(groups, use.names = FALSE)
  lost <- sum(!stats::complete.cases(data[rows, columns, drop = FALSE]))
  if (!lost) return(invisible())
  inform("partial", c(
    "!" = "Means over periods leave out {lost} row{?s} of {length(rows)} with missing values."
  ))
}

# The rows of each time or period under its name; the attribute says whether they are means.
time_groups <- function(times, time, call) {
  if (is.list(time)) return(period_groups(times, time, call))
  if (
    is.factor(time) && length(time) == length(times) &&
      !all(as.character(time) %in% format_key(times))
  ) {
    rows <- split(seq_along(times), droplevels(time))
    return(structure(rows, means = TRUE))
  }
  asked <- in_order(times[times %in% map_times(times, time, call)])
  structure(stats::setNames(
    lapply(asked, function(t) which(times == t)), format_key(asked)
  ), means = FALSE)
}

period_groups <- function(times, periods, call) {
  if (!length(periods) || !all(lengths(periods))) {
    abort("time", c(
      "{.arg time} must be a list of periods with at least one time each, not {found(time)}.",
      i = "For instance {.code time = list(2011:2014, 2015:2018)}."), call)
  }
  periods <- lapply(periods, map_times, times = times, call = call)
  rows <- lapply(periods, function(p) which(times %in% p))
  spans <- vapply(rows, function(r) period_name(times[r]), "")
  names(rows) <- if (is.null(names(periods))) {
    spans
  } else {
    ifelse(nzchar(names(periods)), names(periods), spans)
  }
  structure(rows, means = TRUE)
}

period_name <- function(times) {
  ends <- format_key(in_order(times))
  if (length(ends) == 1) ends else paste0(ends[1], " - ", ends[length(ends)])
}

# The times of the panel that are asked for, by their value or as they are written: dates as text,
# years as a factor or as integer64.
map_times <- function(times, time, call) {
  if (is.null(time)) return(rev(in_order(times))[1])
  asked <- column_levels(time)
  at <- match(asked, times)
  written <- match(as.character(asked), as.character(times))
  at[is.na(at)] <- written[is.na(at)]
  if (length(time) && length(at) && !anyNA(at)) return(times[at])
  lost <- if (length(asked)) format_key(asked[is.na(at)]) else found(time)
  abort("time", c(
    paste0(
      "{.arg time} must be among the times of the panel; {.val {lost}} {?is/are} not."
    ),
    i = "The panel runs over {time_span(times)}."), call)
}

# One panel a time where there are several, else the time as the title.
facet_when <- function(when, title = TRUE, ...) {
  if (nlevels(when) > 1) return(ggplot2::facet_wrap(ggplot2::vars(.data[["when"]]), ...))
  if (title) ggplot2::labs(title = levels(when))
}

# Times that are asked for by their codes, where pictures show labels.
times_as_shown <- function(time, object, shown) {
  column <- recipe_of(object)$panel[2]
  codes <- if (!is.null(column)) value_labels(object)[[column]]
  if (is.null(time) || is.null(codes) || !is.factor(shown[[column]])) return(time)
  called <- function(t) {
    label <- names(codes)[match(t, codes)]
    if (anyNA(label)) t else label
  }
  if (is.list(time)) lapply(time, called) else called(time)
}
