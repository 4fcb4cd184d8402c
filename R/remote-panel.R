# What the panel of a table is like: whether a unit has a time twice, and which units lack times.
#
# Each time is a power of two. Summed by unit they tell the times that it has, and that it has none
# twice: no fewer powers than the sum has binary ones can make it, and as many only if they differ.
# That is one scan grouped by units; one grouped by units and times takes ten times as long.

# As a double holds their powers summed, each as often as there are times.
most_marked <- 46
# So many kinds of units in the times that they have, and rows are grouped by pairs.
most_patterns <- 2e4

# Said where sums are asked or the rows that come are not all: of all rows it is said of these.
#' @export
say_panel.ccd_remote <- function(panel, data) invisible()

# As of a data frame. Names of units are one query more, where units are text and no more than are
# looked at.
say_remote_panel <- function(columns, panel, call) {
  shape <- check_remote_panel(columns, panel, call, lags = FALSE)
  if (shape$lacking > 0) say_shape(shape, panel)
  if (!is.character(columns[[panel[1]]]) || shape$units > most_names) return(invisible())
  source <- remote_source(columns)
  from <- sql_nested(source, sql_text(source, source$table))
  units <- remote_ask(source, sql_select(source, from, list(n = count_rows), keys = panel[1]), call)
  say_spellings(units[[panel[1]]], panel[1])
}

# Keys that are columns, by the rows of a design.
#' @export
sample_levels.ccd_remote <- function(data, design) {
  named_keys(design$remote$plan, design$remote$rows$keys)
}

named_keys <- function(plan, keys) {
  of <- vapply(plan$keys, is.name, NA)
  stats::setNames(keys[names(plan$keys)[of]], vapply(plan$keys[of], as.character, ""))
}

# Lags need each unit and time once, at whole times. Indices, and fits that are told of a panel,
# need them once. The shape of the panel.
check_remote_panel <- function(columns, panel, call, lags = TRUE) {
  source <- remote_source(columns)
  times <- asked_times(source, panel, call)
  known <- times[!is.na(times$time), , drop = FALSE]
  # What is missing is an error of its own.
  if (lags && nrow(known) == nrow(times)) time_index(times$time, call)
  found <- marked_panel(columns, panel, known$time, call)
  found <- found %||% paired_panel(columns, panel, known$time, call)
  if (found$missing > 0) {
    abort("panel", c(
      "Panel columns {.val {panel}} must not be missing; they are in {found$missing} row{?s}.",
      i = "Leave those rows out: {.code dplyr::filter(data, !is.na({panel[1]}))}."
    ), call)
  }
  if (found$repeated == 0) return(remote_shape(found$kinds, nrow(known)))
  abort("duplicate", c(
    paste0(
      "Each {panel[1]} and {panel[2]} must name one row; {found$repeated} row{?s} ",
      "repeat{?s/} another's."
    ),
    i = "Remove or aggregate the repeated rows: {.fn dplyr::count} finds them."
  ), call)
}

# Distinct times and the rows of each, in order.
remote_times <- function(source, panel, call) {
  times <- asked_times(source, panel, call)
  if (!nrow(times)) check_two_rows(0, call)
  times
}

asked_times <- function(source, panel, call) {
  from <- sql_nested(source, sql_text(source, source$table))
  out <- remote_ask(source, sql_select(source, from, list(n = count_rows), keys = panel[2]), call)
  out <- in_time_order(out, panel[2])
  data.frame(time = column_levels(out[[panel[2]]]), n = out$n)
}

# list(kinds: units by the times that they have; missing, repeated: rows), or NULL where powers of
# two do not tell.
marked_panel <- function(columns, panel, times, call) {
  source <- remote_source(columns)
  if (!length(times) || length(times) > most_marked) return(NULL)
  powers <- 2^(seq_along(times) - 1)
  mark <- by_time(times, powers, columns, panel)
  found <- panel_kinds(columns, panel, units_and_times(source, panel), list(
    .ccd_n = count_rows, .ccd_s = bquote(sum(.(mark), na.rm = TRUE)),
    .ccd_m = quote(as.double(n()) - as.double(n(.ccd_t)))
  ), c(".ccd_n", ".ccd_s"), call, most_patterns)
  if (is.null(found)) return(NULL)
  sum <- ifelse(is.na(found$.ccd_s), 0, found$.ccd_s)
  has <- outer(sum, powers, function(sum, power) floor(sum / power) %% 2 == 1)
  missing <- sum(found$missing)
  # How many are twice, or whether the engine knows a time by what its driver reads, this does not
  # tell.
  if (!missing && any(rowSums(has) != found$.ccd_n)) return(NULL)
  list(missing = missing, repeated = 0, kinds = data.frame(
    units = found$units, count = found$.ccd_n, least = found$least,
    first = max.col(has, "first"), last = max.col(has, "last")
  ))
}

# The same from rows grouped by units and times.
paired_panel <- function(columns, panel, times, call) {
  source <- remote_source(columns)
  pairs <- sql_select(
    source, units_and_times(source, panel), list(.ccd_r = count_rows), keys = c(".ccd_u", ".ccd_t")
  )
  # In the order of the numbers in text, which no engine knows.
  ordered <- is.numeric(times) || inherits(times, c("Date", "POSIXct")) || !length(times)
  time <- if (ordered) quote(.ccd_t) else by_time(times, seq_along(times), columns, panel)
  found <- panel_kinds(columns, panel, sql_nested(source, pairs), list(
    .ccd_n = count_rows, .ccd_rows = quote(sum(.ccd_r, na.rm = TRUE)),
    .ccd_first = bquote(min(.(time), na.rm = TRUE)), .ccd_last = bquote(max(.(time), na.rm = TRUE)),
    .ccd_m = quote(sum(case_when(is.na(.ccd_t) ~ .ccd_r, TRUE ~ 0), na.rm = TRUE))
  ), c(".ccd_n", ".ccd_rows", ".ccd_first", ".ccd_last"), call, rows = quote(.ccd_rows))
  at <- function(end) {
    if (ordered) match_values(column_levels(found[[end]]), times) else found[[end]]
  }
  list(
    missing = sum(found$missing), repeated = sum(found$units * (found$.ccd_rows - found$.ccd_n)),
    kinds = data.frame(
      units = found$units, count = found$.ccd_n, least = found$least, first = at(".ccd_first"),
      last = at(".ccd_last")
    )
  )
}

# `.ccd_u` and `.ccd_t`, unit and time of all rows; NaN is missing.
units_and_times <- function(source, panel) {
  from <- sql_nested(source, sql_text(source, source$table))
  columns <- lapply(panel, function(name) {
    x <- as.name(name)
    if (may_be_nan(name, list(source = source))) bquote(case_when(.(x) != "NaN" ~ .(x))) else x
  })
  sql_nested(source, sql_select(source, from, stats::setNames(columns, c(".ccd_u", ".ccd_t"))))
}

# How many units have the same sums, and the least of them, where the engine has one.
panel_kinds <- function(columns, panel, from, sums, keys, call, limit = Inf,
                        rows = quote(.ccd_n)) {
  source <- remote_source(columns)
  unit <- columns[[panel[1]]]
  type <- source$types[panel[1]]
  has_least <- !is.logical(unit) && (!length(type) || type %in% c(fraction_types, level_types)) &&
    !identical(unname(type), "uuid")
  by_unit <- sql_select(source, from, sums, keys = ".ccd_u")
  remote_ask(source, sql_select(source, sql_nested(source, by_unit), list(
    units = count_rows,
    missing = bquote(sum(case_when(is.na(.ccd_u) ~ .(rows), TRUE ~ .ccd_m), na.rm = TRUE)),
    least = if (has_least) quote(min(.ccd_u, na.rm = TRUE)) else NA_real_
  ), keys = keys), call, limit)
}

# A value by the time of a row.
by_time <- function(times, values, columns, panel) {
  t <- list(columns = columns, source = remote_source(columns))
  name <- as.name(panel[2])
  # Comparing integers is faster.
  if (is.integer(columns[[panel[2]]])) times <- as.integer(times)
  known <- if (is_dated(name, t)) dated_values(times, name, name, t) else as.list(times)
  as.call(c(quote(case_when), Map(function(time, value) {
    bquote(.ccd_t == .(time) ~ .(value))
  }, known, as.double(values))))
}

# As panel_shape(). Of units with gaps that have the same times the least is named.
remote_shape <- function(kinds, times) {
  gap <- (kinds$last - kinds$first + 1 > kinds$count) %in% TRUE
  gaps <- sum(kinds$units[gap])
  named <- format_key(in_order(kinds$least[gap & !is.na(kinds$least)]))
  list(
    rows = sum(kinds$units * kinds$count), units = sum(kinds$units), times = times,
    lacking = sum(kinds$units[kinds$count < times]), gaps = gaps,
    first = if (length(named)) {
      first_names(c(named, character(gaps - length(named))), min(3, length(named)))
    } else {
      ""
    }
  )
}
