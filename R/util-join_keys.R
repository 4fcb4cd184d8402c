# The keys by which results are joined to other data frames: their panel, unit and time.

# The keys of a result are its panel, both of them. A join that was not told its keys takes all
# columns that have the same name: one key less meets each row with those of all units (or times),
# one column more loses every row where it holds other values. Neither is ever done in silence.
#
# `told`: the arguments of merge(), `silent` where rows without a partner are what is asked for, and
# `several` where several that meet several are; `dplyr`: is it one of dplyr's joins, which call
# arguments otherwise?
check_join <- function(x, y, told, call, dplyr = FALSE) {
  check_told(told, x, y, call)
  natural <- !any(c("by", "by.x", "by.y") %in% names(told))
  panel <- (recipe_of(y) %||% recipe_of(x))$panel
  if (natural) for (name in panel) check_key_there(name, panel, x, y, call, dplyr)
  by_x <- told[["by.x"]] %||% told[["by"]] %||% if (natural) panel
  by_y <- told[["by.y"]] %||% told[["by"]] %||% by_x
  by_x <- key_names(by_x, x)
  by_y <- key_names(by_y, y)
  # Row names and no key at all are for merge() itself.
  named <- length(by_x) && length(by_x) == length(by_y) &&
    !any(c(by_x, by_y) == "row.names")
  if (!isTRUE(named)) return(invisible())
  check_told_keys(by_x, x, "first", call)
  check_told_keys(by_y, y, "second", call)
  own <- unclass(x)[by_x]
  other <- unclass(y)[by_y]
  for (j in seq_along(by_x)) check_key_pair(by_x[j], own[[j]], other[[j]], call)
  if (natural) check_shared(x, y)
  if (isTRUE(told[["silent"]])) return(invisible())
  keys <- key_pairs(own, other)
  all <- isTRUE(told[["all"]])
  kept <- c(told[["all.x"]] %||% all, told[["all.y"]] %||% all)
  if (!natural && !isTRUE(told[["several"]])) {
    warn_many(keys, list(by_x, by_y), panel, x, y, call)
  }
  say_partners(keys, kept, own, other, call)
}

# A result has its panel: a key that is missing is so in the other data frame.
check_key_there <- function(name, panel, x, y, call, dplyr) {
  if (name %in% names(x) && name %in% names(y)) return(invisible())
  second <- !name %in% names(y)
  other <- if (second) y else x
  whole <- if (second) x else y
  called <- vapply(panel, function(key) key_called(key, panel, other, whole), "")
  sides <- if (second) list(x = panel, y = called) else list(x = called, y = panel)
  way <- if (dplyr) {
    sprintf("by = c(%s)", paste0("\"", sides$x, "\" = \"", sides$y, "\"", collapse = ", "))
  } else {
    sprintf("merge(x, y, by.x = %s, by.y = %s)", quoted_names(sides$x), quoted_names(sides$y))
  }
  abort("panel", c(
    paste0(
      "The keys are the panel, {.val {panel}}; the {if (second) 'second' else 'first'} data frame ",
      "has no column {.val {name}}."
    ),
    i = paste0(
      "Rename the column that holds it, or say what it is called: {.code {way}}",
      if (!any(called %in% names(other))) ", with its own names" else "", "."
    ),
    i = coarser_way(setdiff(panel, name), whole, other)
  ), call)
}

# The way to join a table of one row for every time, every unit or every group of units.
coarser_way <- function(key, whole, other) {
  keys <- coarser_keys(key, whole, other)
  if (is.null(keys)) return(NULL)
  by <- if (length(keys) == 1) paste0("\"", keys, "\"") else quoted_names(keys)
  escaped(sprintf("It has one row for every %s: ", paste(keys, collapse = " and "))) |>
    paste0("{.code by = ", escaped(by), "} joins it.")
}

quoted_names <- function(x) sprintf("c(%s)", paste0("\"", x, "\"", collapse = ", "))

# What a key is called in another data frame: by its name, or where one column alone holds values of
# it.
key_called <- function(key, panel, other, whole) {
  if (key %in% names(other)) return(key)
  values <- unique(as.character(column_levels(whole[[key]])))
  holds <- function(x) {
    if (!is.atomic(x) || !is.null(dim(x)) || is.double(x) && any(x != round(x), na.rm = TRUE)) {
      return(FALSE)
    }
    own <- unique(as.character(column_levels(x)))
    mean(own %in% values) > 0.5
  }
  free <- setdiff(names(other), panel)
  free <- free[vapply(free, function(name) holds(other[[name]]), NA)]
  if (length(free) == 1) free else paste("name of", key)
}

# Columns of both data frames that name each row of the other by themselves, as years do in a
# national series, regions in a table of regions, and the two in a panel of regions.
coarser_keys <- function(key, whole, other) {
  if (length(key) != 1 || !nrow(other)) return(NULL)
  shared <- setdiff(intersect(names(whole), names(other)), key)
  shared <- shared[vapply(shared, function(name) {
    is.character(other[[name]]) || is.factor(other[[name]])
  }, NA)]
  choices <- as.list(shared)
  if (key %in% names(other) && is.atomic(other[[key]])) {
    choices <- c(key, choices, lapply(shared, c, key))
  }
  once <- vapply(choices, function(keys) {
    !anyDuplicated(as.data.frame(unclass(other)[keys]))
  }, NA)
  c(choices[once], list(NULL))[[1]]
}

# Keys are values, one a row, of one kind in both data frames: merge() compares the rows of a
# matrix, binds dates to numbers, and ends in an error of its own or in no rows.
check_key_pair <- function(name, one, two, call) {
  for (key in list(one, two)) {
    as_levels(key, cli::format_inline("The key {.val {name}}"), "panel", call)
  }
  check_key_kinds(name, one, two, call)
}

# Both data frames' keys as numbers of the combinations in the second; NA for what that has not.
key_pairs <- function(x, y) {
  out <- NULL
  for (j in seq_along(x)) {
    one <- column_levels(x[[j]])
    two <- column_levels(y[[j]])
    own <- numbered(two)
    here <- list(
      x = if (identical(one, two)) own$code else match_values(one, two[own$first]),
      y = own$code
    )
    if (is.null(out)) {
      out <- here
    } else {
      levels <- max(length(own$first), 1)
      key <- (out$y - 1) * levels + here$y
      keys <- unique(key)
      out <- list(x = match((out$x - 1) * levels + here$x, keys), y = match(key, keys))
    }
  }
  out
}

check_key_kinds <- function(name, one, two, call) {
  kinds <- c(key_kind(one), key_kind(two))
  series <- "time series" %in% kinds
  if (!series && (kinds[1] == kinds[2] || all(kinds %in% c("numbers", "text")))) {
    return(invisible())
  }
  abort("panel", c(
    paste0(
      "The key {.val {name}} must be of one kind in both data frames; it is {key_article(one)} in ",
      "the first and {key_article(two)} in the second."
    ),
    i = key_way(kinds, name)
  ), call)
}

# What is compared with what: text and factors as they read, numbers of any storage by value.
key_kind <- function(x) {
  if (stats::is.ts(x) || inherits(x, "zoo")) return("time series")
  if (inherits(x, "Date")) return("dates")
  if (inherits(x, "POSIXt")) return("times")
  if (is.factor(x) || is.character(x)) return("text")
  if (is.logical(x) && !all(is.na(x))) return("TRUE and FALSE")
  "numbers"
}

key_article <- function(x) {
  kind <- key_kind(x)
  paste0(if (kind == "time series") "a ", kind, " (class ", class(x)[1], ")")
}

key_way <- function(kinds, name) {
  if ("time series" %in% kinds) {
    return("{.code as.numeric(data${name})} makes numbers of a time series.")
  }
  if (all(kinds %in% c("dates", "times"))) {
    return("{.code as.Date(data${name})} makes dates of times; mind the time zone.")
  }
  if (all(kinds %in% c("dates", "times", "numbers"))) {
    return(paste0(
      "For years {.code as.numeric(format(data${name}, \"%Y\"))} makes numbers of dates and times."
    ))
  }
  "Make it the same in both before they are joined."
}

# Numbers of the class integer64, which only some of R's functions read, as R's own.
plain_keys <- function(data, names) {
  for (name in intersect(names, names(data))) {
    if (is_integer64(data[[name]])) data[[name]] <- decoded(data[[name]])
  }
  data
}

# Another column that both data frames have is joined by as well, where nothing is told: that its
# values are other ones is an error, and never a smaller data frame.
check_shared <- function(x, y) {
  whole <- if (is.null(recipe_of(y))) x else y
  other <- if (is.null(recipe_of(y))) y else x
  panel <- recipe_of(whole)$panel
  shared <- setdiff(intersect(names(x), names(y)), panel)
  if (!length(shared)) return(invisible())
  at <- match_rows(other, whole, panel)
  rows <- which(!is.na(at))
  # As merge() compares: by what is printed, missing values alike.
  differing <- function(name) {
    one <- other[[name]][rows]
    two <- whole[[name]][at[rows]]
    if (identical(one, two)) 0L else sum(paste0(one) != paste0(two))
  }
  differing <- vapply(shared, differing, 0L)
  if (any(differing > 0)) abort_shared(shared[differing > 0], max(differing), length(rows), panel)
}

abort_shared <- function(names, rows, of, keys) {
  by <- paste0("\"", keys, "\"", collapse = ", ")
  way <- sprintf("merge(x, y, by = c(%s), suffixes = c(\"\", \"_index\"))", by)
  join <- sprintf("by = c(%s), suffix = c(\"\", \"_index\")", by)
  abort("name", c(
    paste0(
      paste0(
        "{cli::qty(names)}Column{?s} {.val {names}} {?is/are} in both data frames, ",
        "with other values "
      ),
      "in {rows} of {of} row{?s}, and no key: the keys are {.val {keys}}."
    ),
    i = paste0(
      "Rename one of them, or name keys and suffix: {.code {way}}; in dplyr's ",
      "joins {.code {join}}."
    )
  ), call = NULL)
}
