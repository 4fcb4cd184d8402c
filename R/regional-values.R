# What the functions of regional dynamics are given: one value a unit and time, laid out as a matrix
# of units by times, and its replays as further layers.

# `x` is a coupling, an index, an uncertainty analysis or any data frame.
regional_values <- function(x, value, panel, replays, call) {
  check_data_frame(x, "x", call)
  if (!nrow(x)) {
    abort("empty", c(
      "{.arg x} has no rows.", i = "Did a filter leave nothing? Give one row a unit and time."
    ), call)
  }
  made <- recipe_of(x) %||% attr(x, "settings", exact = TRUE)
  asked <- if (is.null(panel)) "x" else "panel"
  panel <- panel %||% if (is.list(made)) made$panel
  if (is.null(panel)) {
    abort("panel", c(
      "{.arg panel} must name the unit and the time column of {.arg x}, a plain data frame.",
      i = "For instance {.code panel = c(\"province\", \"year\")}."
    ), call)
  }
  x <- settled_panel(read_columns(x, "x", call = call), panel, asked, call)
  keys <- x[[panel[2]]]
  x[[panel[2]]] <- ordered_times(keys)
  value <- regional_value(value, x, panel, call)
  say_panel(panel, x)
  y <- as_numbers(x[[value]], cli::format_inline("Column {.val {value}}"), "values", call)
  check_regional_numbers(y, value, call)
  units <- unique(x[[panel[1]]])
  # unique() takes the class from durations in some versions of R.
  times <- x[[panel[2]]]
  times <- sort(times[!duplicated(times)])
  labels <- value_labels(x)
  names <- labelled_names(units, labels[panel[1]])
  place <- cbind(match_values(x[[panel[1]]], units), match_values(x[[panel[2]]], times))
  cells <- function(v) replace(matrix(v[NA_integer_], length(units), length(times)), place, v)
  out <- list(
    panel = panel, value = value, units = units, times = times,
    # Times as they came, by which replays are found.
    keys = keys[match_values(times, x[[panel[2]]])],
    labels = labels, names = names,
    drawing = drawing_numbers(names), y = cells(as.double(y)), row = cells(seq_len(nrow(x))),
    data = plain_frame(x),
    language = if (is.list(made)) made$language %||% spoken() else spoken(),
    missing = sum(is.na(y)),
    breaks = if (is.list(made) && value == "D") made$breaks,
    closed = if (is.list(made)) made$closed, stages = levels(x[["stage"]]),
    # What the value cannot pass by its definition.
    most = if (inherits(x, "coupling") && value %in% c("C", "T", "D", recipe_of(x)$values)) 1
  )
  out$replays <- regional_replays(replays, out, call)
  out
}

# Text that is all numbers is those numbers: "10" comes after "9". Other text is ordered as it
# sorts, which is said; levels of a factor are in their own order.
ordered_times <- function(time) {
  text <- is.character(time) || is.factor(time)
  if (!text) return(time)
  each <- unique(time)
  number <- suppressWarnings(as.numeric(as.character(each)))
  if (all(is.finite(number)) && !anyDuplicated(number)) return(number[match(time, each)])
  if (is.character(time) && length(each) > 1) {
    ends <- range(each)
    inform_plainly("times", sprintf(
      "Times are text, in the order in which they sort: from %s to %s.", ends[1], ends[2]
    ))
  }
  time
}

# What units or groups are called: the labels of codes that have them.
labelled_names <- function(x, labels) {
  format_key(shown_column(structure(list(unit = x), value_labels = stats::setNames(
    labels, rep("unit", length(labels))
  )), "unit"))
}

# D of a coupling, the only system of an index; of anything else a name.
regional_value <- function(value, x, panel, call) {
  if (is.null(value)) {
    recipe <- recipe_of(x)
    own <- if (inherits(x, "coupling")) "D" else if (inherits(x, "composite_index")) recipe$values
    if (length(own) == 1) return(own)
    abort("column", c(
      "{.arg value} must name the column to look at.",
      i = if (length(own)) "The systems are {.val {own}}." else "The columns are {.val {names(x)}}."
    ), call)
  }
  check_columns(value, x, "value", call)
  if (length(value) == 1 && !value %in% panel) return(value)
  abort("column", c(
    "{.arg value} must name one column that is not of the panel, not {found(value)}.",
    i = "Call once for each column."
  ), call)
}

check_regional_numbers <- function(y, value, call) {
  if (any(is.infinite(y))) {
    abort("values", c(
      "Column {.val {value}} must be finite; {sum(is.infinite(y))} value{?s} {?is/are} not.",
      i = "Set them to {.code NA}, which is left out and counted."
    ), call)
  }
  if (all(is.na(y))) {
    abort("empty", c(
      "Column {.val {value}} has no value.", i = "Did a join match nothing?"
    ), call)
  }
}

# The mean of each period, of the values that are there.
weighted_means <- function(y, weight) {
  weight <- weight * !is.na(y)
  colSums(weight * y, na.rm = TRUE) / colSums(weight, na.rm = TRUE)
}

# What is relative to the mean needs one that is positive, and more than rounding of deviations.
check_positive_means <- function(what, y, weight, at, call) {
  mean <- weighted_means(y, weight)
  bad <- which(is.na(mean) | mean <= 1e-12 * weighted_means(abs(y), weight))
  if (!length(bad)) return(invisible())
  if (is.na(mean[bad[1]])) {
    abort("values", c(
      "{.val {at$value}} has no value in {format_key(at$times[bad[1]])}.",
      i = "Leave that time out."
    ), call)
  }
  abort("values", c(
    paste0(
      "{what} is relative to a positive mean; that of {.val {at$value}} is ",
      "{format(mean[bad[1]], digits = 4)} in {format_key(at$times[bad[1]])}."
    ),
    i = "Look at a value in its own unit, not at deviations, or leave that time out."
  ), call)
}

# Units by times by replays of the value, NULL without replays.
regional_replays <- function(replays, at, call) {
  if (is.null(replays)) return(NULL)
  kept <- if (is.data.frame(replays)) attr(replays, "replays", exact = TRUE)
  panel <- attr(replays, "settings", exact = TRUE)$panel
  if (is.null(kept) || is.null(panel)) {
    abort("replays", c(
      "{.arg replays} must be an uncertainty analysis that kept its replays.",
      i = "Call {.code index_uncertainty(keep = TRUE)}; a subset of it has none."
    ), call)
  }
  if (!at$value %in% dimnames(kept)[[2]]) {
    abort("replays", c(
      "{.arg replays} has none of {.val {at$value}}.",
      i = "They are of {.val {dimnames(kept)[[2]]}}."
    ), call)
  }
  key <- expand.grid(unit = seq_along(at$units), time = seq_along(at$times))
  wanted <- stats::setNames(list(at$units[key$unit], at$keys[key$time]), panel)
  row <- match_rows(wanted, replays, panel)
  row[is.na(at$y)] <- NA
  check_replayed_values(at, replays[[at$value]][row], call)
  values <- unclass(kept)[row, at$value, ]
  array(values, c(dim(at$y), dim(kept)[3]))
}

check_replayed_values <- function(at, own, call) {
  lost <- sum(is.na(own) & !is.na(at$y))
  differ <- sum(abs(own - at$y) > 1e-8 * pmax(abs(own), abs(at$y)), na.rm = TRUE)
  if (!lost && !differ) return(invisible())
  what <- if (lost) "it has no replay of {lost} row{?s} of {.arg x}" else
    "its {.val {at$value}} differs from that of {.arg x} in {differ} row{?s}"
  abort("replays", c(
    paste0("{.arg replays} must be of the same index: ", what, "."),
    i = "Make it of {.arg x} by {.fn index_uncertainty}."
  ), call)
}

# Groups of the cells, numbered in the order of a factor's levels, of codes that have labels, or of
# their first appearance; a
# scheme of regions is found for provinces that do not bring it.
regional_groups <- function(by, at, call) {
  if (is.null(by)) return(list(code = at$row * 0L + 1L, names = "all", fixed = TRUE))
  if (!rlang::is_string(by) || by %in% c(at$panel, at$value)) {
    abort("column", c(
      "{.arg by} must name one column of groups, not {found(by)}.",
      i = "For instance a region."
    ), call)
  }
  group <- if (by %in% names(at$data)) at$data[[by]] else province_groups(by, at)
  if (is.null(group)) check_columns(by, at$data, "by", call)
  group <- as_levels(group, cli::format_inline("Column {.val {by}} of {.arg by}"), "group", call)
  cell <- as.vector(at$row)
  used <- !is.na(as.vector(at$y))
  if (anyNA(group[cell[used]])) {
    abort("group", c(
      paste0(
        "Every unit with a value must have a group; {.val {by}} is missing in ",
        "{sum(is.na(group[cell[used]]))} row{?s}."
      ),
      i = "Complete the column, or leave those rows out."
    ), call)
  }
  say_spellings(group[cell[used]], by, "groups")
  names <- if (is.factor(group)) levels(group) else unique(group)
  if (!is.null(at$labels[[by]])) names <- sort(names)
  names <- names[names %in% group[cell[used]]]
  if (length(names) < 2) {
    abort("group", c(
      "{.arg by} must make at least two groups; {.val {by}} has only {.val {names}}.",
      i = "Leave {.arg by} out where there are no groups."
    ), call)
  }
  code <- matrix(match(group[cell], names), nrow(at$y))
  changing <- sum(apply(code, 1, function(g) length(unique(g[!is.na(g)])) > 1))
  list(
    code = code, names = labelled_names(names, at$labels[by]), fixed = changing == 0,
    changing = changing
  )
}

# The region of each row where the units are provinces of China.
province_groups <- function(by, at) {
  if (!by %in% c("region3", "region3_older", "region4")) return(NULL)
  row <- province_row(at$names, province_table())[match(at$data[[at$panel[1]]], at$units)]
  if (!anyNA(row)) as.character(province_table()[[by]][row])
}

# What is left out is said once.
say_omitted <- function(at) {
  if (!at$missing) return(invisible())
  inform_plainly("omitted", sprintf(
    "%s is missing in %s of %d, which %s left out.", at$value, counted(at$missing, "row"),
    nrow(at$data), if (at$missing == 1) "is" else "are"
  ))
}

# ---- draws ----------------------------------------------------------------------------------

# Checked arguments of everything that draws. `boot`: number of bootstrap draws of units, 0 for
# none.
draw_settings <- function(boot, replays, level, seed, threads, call) {
  check_number(boot, "boot", min = 0, max = 1e6, call = call, whole = TRUE)
  if (boot == 1) {
    abort("number", c(
      "{.arg boot} must be 0, for none, or at least 2 draws, not 1.",
      i = "One draw has no spread; papers take 999."
    ), call)
  }
  check_number(level, "level", min = 0.5, max = 0.9999, call = call)
  count <- if (is.null(replays)) 0L else dim(replays)[3]
  list(
    boot = as.integer(boot), replays = count, level = level,
    draws = if (boot > 0) as.integer(boot) else count,
    seed = if (boot > 0) settle_seed(seed, call) else 0L,
    threads = thread_count(threads, call)
  )
}

# Units in the order in which they are drawn, for what has no rows of units.
in_drawing_order <- function(at) {
  order <- order(at$drawing)
  at[c("units", "names", "drawing")] <- lapply(at[c("units", "names", "drawing")], `[`, order)
  at[c("y", "row")] <- lapply(at[c("y", "row")], function(m) m[order, , drop = FALSE])
  if (!is.null(at$replays)) at$replays <- at$replays[order, , , drop = FALSE]
  at
}

# The value's own layer first, then its replays.
value_layers <- function(at) {
  if (is.null(at$replays)) at$y else array(c(at$y, at$replays), dim(at$replays) + c(0, 0, 1))
}

# Standard errors and percentile intervals (R's quantiles of type 7) of statistics by draws. Draws
# in which a statistic is not defined do not count for it.
percentile_ends <- function(draws, level) {
  n <- ncol(draws)
  draws[!is.finite(draws)] <- NA
  count <- rowSums(!is.na(draws))
  sorted <- matrix(draws[order(row(draws), draws)], n)
  at <- function(p) {
    h <- pmax(count - 1, 0) * p
    low <- floor(h)
    value <- function(i) sorted[cbind(pmin(i + 1, pmax(count, 1)), seq_len(ncol(sorted)))]
    value(low) + (h - low) * (value(low + 1) - value(low))
  }
  mean <- rowMeans(draws, na.rm = TRUE)
  sd <- sqrt(rowSums((draws - mean)^2, na.rm = TRUE) / (count - 1))
  few <- count < 2
  out <- data.frame(std.error = sd, conf.low = at((1 - level) / 2), conf.high = at((1 + level) / 2))
  out[few, ] <- NA
  out$draws <- count
  out
}

# Names of units in a print.
shown_units <- function(x) if (spoken() == "en") x else spoken_units(x)

# "1000 bootstrap draws of units (seed 1)" and the like, for prints; `what` is drawn.
draws_line <- function(s, what = "units") {
  if (!s$draws) return(NULL)
  boot <- trf("%d bootstrap draws of %s (seed %d)", s$boot, tr(what), s$seed)
  index <- trf("%d replays of the index", s$replays)
  how <- if (!s$boot) index else if (s$replays) trf("%s, each on one of %s", boot, index) else boot
  trf("%s%% intervals: %s", format(100 * s$level), how)
}

# ---- results --------------------------------------------------------------------------------

# Results of regional dynamics: a data frame with its settings, and further tables as attributes.
# Codes of labelled columns stay codes, and are shown by their labels.
new_regional <- function(columns, class, at, settings, ..., call = rlang::caller_env()) {
  for (part in c(list(columns), list(...))) check_own_columns(part, at, call)
  structure(
    columns, class = c(class, "regional_result", "data.frame"), settings = settings,
    value_labels = at$labels[intersect(names(at$labels), at$panel)], ...
  )
}

# A panel called like a column of the result would leave two of one name.
check_own_columns <- function(columns, at, call) {
  if (!is.data.frame(columns)) return(invisible())
  twice <- intersect(names(columns)[duplicated(names(columns))], at$panel)
  if (!length(twice)) return(invisible())
  abort("name", c(
    "{.val {twice}} of the panel {?is/are} called like {?a column/columns} of the result.",
    i = paste0(
      "Rename {?it/them} in the data: {.code names(data)[names(data) == ",
      "\"{twice[1]}\"] <- \"other\"}."
    )
  ), call)
}

# A result's columns as they are shown.
shown_result <- function(x) plain_result(with_value_labels(x))

regional_language <- function(language, at, call) {
  if (is.null(language)) at$language else spoken(language, call)
}

#' @export
tidy.regional_result <- function(x, ...) {
  check_dots(...)
  attr(x, "long", exact = TRUE) %||% plain_result(x)
}

#' @export
`[.regional_result` <- function(x, ...) plain_result(x)[...]

#' @export
as.data.frame.regional_result <- function(x, ...) {
  check_dots(..., passed = c("row.names", "optional", "stringsAsFactors", "make.names"))
  plain_result(x)
}
