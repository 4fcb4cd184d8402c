# Rows for the times at which a unit of a panel has none.

# `rows`: "span", those between each unit's first and last time; "all", those between the first and
# the last time of all units. A row stands behind its unit's row before it; times before a unit's
# first stand in front of that. It has its unit and time, and what is one value in all rows of each
# unit (of `vars` where any unit has two rows); anything else is missing there.
with_absent_rows <- function(data, panel, rows, vars, call) {
  check_no_row_groups(data, call)
  unit <- numbered(data[[panel[1]]])$code
  time <- time_index(data[[panel[2]]], call, "Added rows")
  absent <- absent_times(unit, time, rows, ncol(data), call)
  if (!length(absent$behind)) return(list(data = data, added = NULL))
  n <- nrow(data)
  order <- order(c(seq_len(n), absent$place))
  source <- c(seq_len(n), absent$behind)[order]
  new <- which(order > n)
  told <- setdiff(names(data), c(panel, if (!anyDuplicated(unit)) vars))
  repeated <- unit_constants(data, told, unit)
  open <- setdiff(names(data), c(panel, repeated))
  columns <- lapply(stats::setNames(seq_along(data), names(data)), function(j) {
    out <- rows_of_column(.subset2(data, j), source)
    if (names(data)[j] %in% open) without_values(out, new) else out
  })
  times <- absent$time[order[new] - n]
  columns[[panel[2]]] <- times_put(columns[[panel[2]]], new, times, panel[2], call)
  # The key and the index of a data table tell of the rows that there were.
  kept <- attributes(data)
  attributes(columns) <- kept[setdiff(names(kept), c("sorted", "index"))]
  attr(columns, "row.names") <- .set_row_names(length(source))
  added <- data.frame(columns[[panel[1]]][new], columns[[panel[2]]][new])
  names(added) <- panel
  say_added(added, panel, repeated)
  list(data = columns, added = added)
}

# A class that keeps numbers of rows in an attribute would point at others.
check_no_row_groups <- function(data, call) {
  if (!inherits(data, c("grouped_df", "rowwise_df"))) return(invisible())
  abort("panel", c(
    "{.arg data} must not be grouped where rows are added.",
    i = "{.code dplyr::ungroup(data)} takes the groups away."
  ), call)
}

# The times at which units are absent, in the longest steps that meet all times: each one's time,
# the row that it stands behind (or in front of), and its place between the rows that are there.
absent_times <- function(unit, time, rows, columns, call) {
  every <- sort(unique(time))
  step <- Reduce(common_divisor, diff(every), 1 * (length(every) < 2))
  number <- (time - every[1]) / step
  units <- max(unit)
  first <- if (rows == "all") rep(0, units) else as.vector(tapply(number, unit, min))
  last <- if (rows == "all") rep(max(number), units) else as.vector(tapply(number, unit, max))
  length <- last - first + 1
  check_memory(
    sum(length) * columns, "The panel with its absent rows",
    "Look at the times: one far from the others makes rows for all between.", call
  )
  of <- rep(seq_len(units), length)
  at <- sequence(length, first)
  here <- bind_match_pairs(
    as.integer(of), as.integer(at) + 1L, as.integer(unit), as.integer(number) + 1L
  )
  known <- which(!is.na(here))
  behind <- here[known][pmax(cumsum(!is.na(here)), 1)]
  # In front of the unit's first.
  leads <- of != unit[behind] | at < number[behind]
  starts <- here[known[match(seq_len(units), of[known])]]
  behind[leads] <- starts[of[leads]]
  gone <- is.na(here)
  list(
    time = at[gone] * step + every[1], behind = behind[gone],
    place = behind[gone] + ifelse(leads[gone], -.5, .5)
  )
}

common_divisor <- function(a, b) {
  while (b > 0) {
    rest <- a %% b
    a <- b
    b <- rest
  }
  a
}

# Columns without a missing value that are one value in all rows of each unit.
unit_constants <- function(data, columns, unit) {
  first <- match(seq_len(max(unit)), unit)
  constant <- vapply(columns, function(name) {
    x <- data[[name]]
    if (!is.atomic(x) || !is.null(dim(x)) || anyNA(x)) return(FALSE)
    code <- numbered(x)$code
    all(code == code[first[unit]])
  }, NA)
  columns[constant]
}

rows_of_column <- function(x, rows) {
  if (length(dim(x)) == 2) return(x[rows, , drop = FALSE])
  out <- x[rows]
  kept <- attributes(x)
  attributes(out) <- kept[setdiff(names(kept), "names")]
  out
}

without_values <- function(x, rows) {
  if (length(dim(x)) == 2) {
    x[rows, ] <- NA
  } else if (is.list(x)) {
    x[rows] <- list(NULL)
  } else {
    x[rows] <- NA
  }
  x
}

times_put <- function(x, rows, times, name, call) {
  if (is.factor(x)) {
    at <- match(times, as.numeric(levels(x)))
    if (anyNA(at)) {
      abort("time", c(
        paste0(
          "The factor {.val {name}} has no level for {format_key(times[is.na(at)][1])}, at which ",
          "a row is to be added."
        ),
        i = "Make it a number: {.code as.numeric(as.character({name}))}."
      ), call)
    }
    x[rows] <- levels(x)[at]
  } else if (is.character(x)) {
    x[rows] <- format_key(times)
  } else {
    x[rows] <- if (is.integer(x)) as.integer(times) else times
  }
  x
}

say_added <- function(added, panel, repeated) {
  units <- length(unique(added[[1]]))
  times <- first_names(format_key(in_order(added[[2]])), 5)
  inform("rows", c(i = paste0(
    "Added {nrow(added)} row{?s} of {units} unit{?s} for times that {cli::qty(units)}{?it/they} ",
    "lacked: {panel[2]} {times}",
    if (length(repeated)) "; {.val {repeated}} repeated, one value for each unit", "."
  )))
}

# The first two times between which others are absent, as text; NULL where steps are even, or where
# times are no numbers. Functions that count periods would take them for neighbours.
uneven_step <- function(times) {
  if (is.object(times) && !is.factor(times)) return(NULL)
  number <- suppressWarnings(as.numeric(if (is.factor(times)) as.character(times) else times))
  if (anyNA(number) || length(number) < 3) return(NULL)
  gap <- which(diff(number) > min(diff(number)) * (1 + 1e-9))
  if (length(gap)) format_key(number[gap[1] + 0:1])
}

# For rows that are not there as for values that are not.
absent_rows_way <- "`impute_gaps(data, panel, rows = \"all\")`"
