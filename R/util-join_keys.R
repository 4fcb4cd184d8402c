# The keys by which results are joined to other data frames: their panel, unit and time.

# The keys of a result are its panel, both of them. A join that was not told its keys takes all
# columns that have the same name: one key less meets each row with those of all units (or times),
# one column more loses every row where it holds other values. Neither is ever done in silence.
#
# `told`: the arguments of merge(); `dplyr`: is it one of dplyr's joins, which call them otherwise?
check_join <- function(x, y, told, call, dplyr = FALSE) {
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
  if (!natural) warn_many(keys, by_x, panel, call)
  say_partners(keys, kept, own, other, call)
}

# Keys may be told by their places; NULL where they are neither names nor these.
key_names <- function(by, data) {
  if (is.character(by)) return(by)
  if (is.logical(by)) by <- which(by)
  if (is.numeric(by) && length(by) && all(by %in% seq_along(data))) names(data)[by]
}

check_told_keys <- function(by, data, side, call) {
  absent <- setdiff(by, names(data))
  if (!length(absent)) return(invisible())
  abort("column", c(
    "The {side} data frame has no column {.val {absent}} to join by.",
    i = "Its columns are {.val {names(data)}}; {.arg by.x} and {.arg by.y} name keys apart."
  ), call)
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
    i = if (one_key_alone(setdiff(panel, name), other)) {
      "One row of it for every {name} is joined by {.code by = \"{setdiff(panel, name)}\"}."
    }
  ), call)
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

# Does the other key name each row of a table by itself, as years do in a national series?
one_key_alone <- function(key, data) {
  length(key) == 1 && key %in% names(data) && nrow(data) > 0 && is.atomic(data[[key]]) &&
    !anyDuplicated(data[[key]])
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
      x = if (identical(one, two)) own$code else match(one, two[own$first]), y = own$code
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

# Keys that were asked for, and of which several rows meet several: what comes of it has rows of one
# time beside those of another.
warn_many <- function(keys, told, panel, call) {
  groups <- max(keys$y, 0L)
  count <- list(tabulate(keys$x, groups), tabulate(keys$y, groups))
  many <- count[[1]] > 1 & count[[2]] > 1
  if (!any(many)) return(invisible())
  rows <- with_commas(sum(as.double(count[[1]]) * count[[2]]))
  warn("many", c(
    paste0(
      "Several rows of the one data frame meet several of the other: {rows} rows of ",
      "{length(keys$x)} and {length(keys$y)}."
    ),
    i = paste0(
      "The keys of a panel are both {.val {panel}}; what was told is {.val {told}}. Name both by ",
      "{.arg by}, or by {.arg by.x} and {.arg by.y} where they are called otherwise."
    )
  ), call)
}

# Rows that meet none, counted for both sides.
say_partners <- function(keys, kept, x, y, call) {
  alone <- list(which(is.na(keys$x)), which(!seq_len(max(keys$y, 0L)) %in% keys$x))
  alone[[2]] <- which(keys$y %in% alone[[2]])
  rows <- c(length(keys$x), length(keys$y))
  count <- lengths(alone)
  if (!any(count > 0)) return(invisible())
  none <- count == rows
  first <- c(first_key(x, alone[[1]]), first_key(y, alone[[2]]))
  if (all(none) && !all(kept) && all(rows > 0)) {
    return(abort_unmet(kept, first, names(x), call))
  }
  each <- sprintf(
    "%s of %s of the %s (%s), such as %s", with_commas(count), rows_counted(rows),
    c("first", "second"), ifelse(kept, "kept, with gaps", "left out"), first
  )
  inform_plainly("unmatched", paste0(
    "Rows without a partner: ", paste(each[count > 0], collapse = "; "), "."
  ))
}

rows_counted <- function(n) paste0(with_commas(n), " ", ifelse(n == 1, "row", "rows"))

first_key <- function(keys, rows) {
  if (!length(rows)) return("")
  paste(vapply(keys, function(key) format_key(column_levels(key)[rows[1]]), ""), collapse = " ")
}

# A join in which no row meets another has nothing of one of the two: an error where it has no row
# at all.
abort_unmet <- function(kept, first, keys, call) {
  message <- c(
    paste0(
      "No row of the first data frame meets one of the second by {.val {keys}}: the first has ",
      "{.val {first[1]}}, for instance, and the second {.val {first[2]}}."
    ),
    i = paste0(
      "Write units and times the same way in both; {.fn match_province} does so for names of ",
      "provinces."
    )
  )
  if (any(kept)) return(warn("unmet", message, call))
  abort("panel", message, call)
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
  if (stats::is.ts(x)) return("time series")
  if (inherits(x, "Date")) return("dates")
  if (inherits(x, "POSIXt")) return("times")
  if (is.factor(x) || is.character(x)) return("text")
  if (is.logical(x) && !all(is.na(x))) return("TRUE and FALSE")
  "numbers"
}

key_article <- function(x) {
  kind <- key_kind(x)
  if (kind == "time series") return("a time series (class ts)")
  paste0(kind, " (class ", class(x)[1], ")")
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
