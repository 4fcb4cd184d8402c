# What a join of results is told: keys, suffixes, and which rows stay.

# By the rules of base R's merge(), whose own errors name no argument, and which takes 1.5 for 1.
check_told <- function(told, x, y, call) {
  by <- told[["by"]]
  sides <- list(by.x = told[["by.x"]] %||% by, by.y = told[["by.y"]] %||% by)
  for (side in names(sides)) {
    arg <- if (is.null(told[[side]])) "by" else side
    check_key_form(sides[[side]], if (side == "by.x") x else y, arg, call)
  }
  if (length(key_names(sides$by.x, x)) != length(key_names(sides$by.y, y)) &&
    !is.null(told[["by.x"]]) && !is.null(told[["by.y"]])) {
    abort("column", c(
      paste0(
        "{.arg by.x} and {.arg by.y} must name as many columns, the first with the first; they ",
        "are {found(told[['by.x']])} and {found(told[['by.y']])}."
      ),
      i = "Without them the keys are the panel of the result."
    ), call)
  }
  for (name in intersect(c("all", "all.x", "all.y", "sort", "no.dups"), names(told))) {
    if (!is.null(told[[name]])) check_flag(told[[name]], name, call)
  }
  check_suffixes(told, x, y, sides, call)
}

# Names, places or a truth value a column; nought is the row names.
check_key_form <- function(by, data, arg, call) {
  good <- is.null(by) || is.character(by) && !anyNA(by) ||
    is.logical(by) && length(by) == length(data) && !anyNA(by) ||
    is.numeric(by) && !anyNA(by) && all(by == round(by) & by >= 0 & by <= length(data))
  if (!good) {
    abort("column", c(
      "{.arg {arg}} must be names of columns to join by, or their places, not {found(by)}.",
      i = paste0(
        paste0(
          "As in {.code {arg} = \"{names(data)[1]}\"}; without it the keys are the ",
          "panel of the result."
        )
      )
    ), call)
  }
  twice <- unique(by[duplicated(by) & !is.logical(by)])
  if (!length(twice)) return(invisible())
  abort("column", c(
    "{.arg {arg}} names {.val {twice}} twice.", i = "Name each key once."
  ), call)
}

check_suffixes <- function(told, x, y, by, call) {
  suffixes <- told[["suffixes"]]
  if (!"suffixes" %in% names(told)) return(invisible())
  natural <- !any(c("by", "by.x", "by.y") %in% names(told))
  shared <- intersect(
    setdiff(names(x), key_names(by$by.x, x)), setdiff(names(y), key_names(by$by.y, y))
  )
  pair <- is.character(suffixes) && length(suffixes) == 2 && !anyNA(suffixes)
  if (pair && (natural || !length(shared) || suffixes[1] != suffixes[2])) return(invisible())
  abort(if (pair) "name" else "type", c(
    paste0(
      "{.arg suffixes} must be two ", if (pair) "different ", "strings, for columns of the first ",
      "data frame and of the second",
      if (pair) ": both have {.val {shared}}" else ", not {found(suffixes)}", "."
    ),
    i = "As in {.code suffixes = c(\"\", \"_index\")}."
  ), call)
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
