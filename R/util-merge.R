# Results joined to other data frames: by their panel, each unit and time once.

merge_arguments <- c(
  "by", "by.x", "by.y", "all", "all.x", "all.y", "sort", "suffixes", "no.dups", "incomparables"
)

#' @export
merge.composite_index <- function(x, y, ...) {
  check_dots(..., passed = c(merge_arguments, ""))
  told <- list(...)
  named <- rlang::names2(told)
  if (is.data.frame(y)) check_keys(x, y, rlang::current_env(), told)
  if (is.data.frame(y) && !any(startsWith(named, "by") | !nzchar(named))) check_shared(x, y)
  if (is.data.frame(y)) y <- plain_keys(y, recipe_of(x)$panel)
  out <- if (is.data.frame(y) && all(nzchar(named))) do.call(panel_join, c(list(x, y), told))
  out %||% merge(plain_frame(x), if (is.data.frame(y)) plain_frame(y) else y, ...)
}

#' @export
merge.coupling <- merge.composite_index

#' @export
merge.normalised_panel <- merge.composite_index

#' @export
merge.imputed_panel <- merge.composite_index

# The second of two data frames that are merged comes here from merge(), which then ends at once
# where the join is by the panel.
#' @export
as.data.frame.composite_index <- function(x, ...) {
  check_dots(..., passed = c("row.names", "optional", "stringsAsFactors", "make.names"))
  if (!identical(sys.function(sys.parent()), base::merge.data.frame)) return(plain_frame(x))
  caller <- parent.frame()
  # What merge() does not know, it swallows.
  eval(quote(...names()), caller) |> check_merge_dots()
  if (is.data.frame(caller$x)) check_keys(caller$x, x, caller, told_keys(caller))
  check_natural_join(caller, c("by", "by.x", "by.y"))
  out <- if (!inherits(caller$x, result_classes)) merged_there(caller)
  if (!is.null(out)) rlang::eval_bare(call("return", out), caller)
  plain_frame(x)
}

# Keys are values, one a row, of one kind in both data frames: merge() compares the rows of a
# matrix, binds dates to numbers, and ends in an error of its own or in no rows.
check_keys <- function(x, y, call, told = list()) {
  panel <- (recipe_of(y) %||% recipe_of(x))$panel
  for (name in intersect(panel, intersect(names(x), names(y)))) {
    for (key in list(x[[name]], y[[name]])) {
      as_levels(key, cli::format_inline("The key {.val {name}}"), "panel", call)
    }
  }
  by_x <- told$by.x %||% told$by %||% intersect(panel, intersect(names(x), names(y)))
  by_y <- told$by.y %||% told$by %||% by_x
  # Other keys, and names that are not there, are for merge() itself.
  if (!is.character(by_x) || !is.character(by_y) || length(by_x) != length(by_y)) {
    return(invisible())
  }
  here <- by_x %in% names(x) & by_y %in% names(y)
  Map(function(one, two) check_key_kinds(one, x[[one]], y[[two]], call), by_x[here], by_y[here])
  invisible()
}

# What a call of merge() was told of its keys; `caller` is its frame.
told_keys <- function(caller) {
  names <- c("by", "by.x", "by.y")
  told <- names[!vapply(names, function(name) eval(call("missing", as.name(name)), caller), NA)]
  mget(told, envir = caller)
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

check_merge_dots <- function(names) {
  idle <- setdiff(names, "")
  if (!length(idle)) return(invisible())
  abort("argument", c(
    "{.fn merge} has no argument {.arg {idle[1]}}.",
    i = "The arguments are {.arg {merge_arguments}}."
  ), rlang::caller_env(3))
}

# The join by the panel for a call of merge() whose frame is `caller`, if that is what it was told.
merged_there <- function(caller) {
  arguments <- setdiff(names(formals(base::merge.data.frame)), c("x", "y", "..."))
  left_out <- vapply(arguments, function(name) eval(call("missing", as.name(name)), caller), NA)
  if (eval(quote(...length()), caller)) return(NULL)
  do.call(panel_join, c(list(caller$x, caller$y), mget(arguments[!left_out], envir = caller)))
}

#' @export
as.data.frame.coupling <- as.data.frame.composite_index

#' @export
as.data.frame.normalised_panel <- as.data.frame.composite_index

#' @export
as.data.frame.imputed_panel <- as.data.frame.composite_index

# merge() of two data frames, one of them a result, where the keys are its panel and nothing else is
# asked for: the rows of x, in their order, each with the one of y that it meets. Columns that both
# have and that agree are one, as in merge(). NULL where it is not so, and for merge() to do.
panel_join <- function(x, y, by = NULL, by.x = by, by.y = by, all = FALSE, all.x = all, all.y = all,
                       sort = FALSE, suffixes = c(".x", ".y"), ...) {
  natural <- is.null(by.x) && is.null(by.y)
  keys <- if (natural) intersect(names(x), names(y)) else by.x
  panel <- (recipe_of(y) %||% recipe_of(x))$panel
  simple <- ...length() == 0 && identical(by.x, by.y) && is.character(keys) && isFALSE(sort) &&
    isFALSE(all.y) && rlang::is_bool(all.x) && length(panel) == 2 && all(panel %in% keys) &&
    (natural || length(keys) == 2) && all(keys %in% names(x)) && one_row_a_pair(y, panel) &&
    all(vapply(panel, function(name) alike(x[[name]], y[[name]]), NA))
  if (!simple) return(NULL)
  at <- match_rows(x, y, panel)
  rows <- if (!all.x && anyNA(at)) which(!is.na(at))
  joined_columns(plain_frame(x), plain_frame(y), keys, at, rows, suffixes)
}

# Keys that are the same where they look the same.
alike <- function(x, y) {
  text <- function(x) is.factor(x) || is.character(x) && !is.object(x)
  number <- function(x) is.numeric(x) && !is.object(x)
  (text(x) && text(y)) || (number(x) && number(y)) || identical(class(x), class(y))
}

# Is each unit and time of the data frame in one row? Known of a result.
one_row_a_pair <- function(data, panel) {
  if (identical(recipe_of(data)$panel, panel)) return(TRUE)
  complete <- all(panel %in% names(data)) && !anyNA(data[[panel[1]]]) && !anyNA(data[[panel[2]]])
  complete && !bind_repeated_pairs(key_codes(data[[panel[1]]]), key_codes(data[[panel[2]]]))$count
}

# Keys, the other columns of x, and those of y at rows `at`; of some `rows` of x, or all (NULL).
joined_columns <- function(x, y, keys, at, rows, suffixes) {
  own <- setdiff(names(x), keys)
  other <- setdiff(names(y), keys)
  named <- c(
    keys, ifelse(own %in% other, paste0(own, suffixes[1]), own),
    ifelse(other %in% own, paste0(other, suffixes[2]), other)
  )
  if (anyDuplicated(named)) return(NULL)
  take <- function(column, rows) {
    if (is.null(rows)) return(column)
    if (length(dim(column)) == 2) column[rows, , drop = FALSE] else column[rows]
  }
  if (!is.null(rows)) at <- at[rows]
  if (identical(at, seq_len(nrow(y)))) at <- NULL
  out <- c(lapply(unclass(x)[c(keys, own)], take, rows), lapply(unclass(y)[other], take, at))
  structure(
    stats::setNames(out, named), class = "data.frame",
    row.names = .set_row_names(if (is.null(rows)) nrow(x) else length(rows))
  )
}

# Both data frames of dplyr's joins become tibbles first.
#' @exportS3Method tibble::as_tibble
as_tibble.composite_index <- function(x, ...) {
  caller <- parent.frame()
  joins <- identical(environmentName(topenv(caller)), "dplyr") &&
    all(c("x", "y", "by") %in% names(caller))
  if (joins) check_natural_join(caller, NULL)
  NextMethod()
}

#' @exportS3Method tibble::as_tibble
as_tibble.coupling <- as_tibble.composite_index

#' @exportS3Method tibble::as_tibble
as_tibble.normalised_panel <- as_tibble.composite_index

#' @exportS3Method tibble::as_tibble
as_tibble.imputed_panel <- as_tibble.composite_index

# What is joined to a data.table becomes one first.
#' @exportS3Method data.table::as.data.table
as.data.table.composite_index <- function(x, ...) {
  check_dots(..., passed = c("keep.rownames", "key"))
  caller <- parent.frame()
  merging <- utils::getS3method("merge", "data.table", envir = asNamespace("data.table"))
  if (identical(sys.function(sys.parent()), merging)) {
    if (is.data.frame(caller$x)) check_keys(caller$x, x, caller, told_keys(caller))
    check_natural_join(caller, c("by", "by.x", "by.y"))
  }
  data.table::as.data.table(plain_frame(x), ...)
}

#' @exportS3Method data.table::as.data.table
as.data.table.coupling <- as.data.table.composite_index

#' @exportS3Method data.table::as.data.table
as.data.table.normalised_panel <- as.data.table.composite_index

#' @exportS3Method data.table::as.data.table
as.data.table.imputed_panel <- as.data.table.composite_index

# A join that was not told its columns takes all that have the same name. `caller`: the frame of the
# join.
check_natural_join <- function(caller, by) {
  left_out <- function(name) eval(call("missing", as.name(name)), caller)
  told <- if (is.null(by)) !is.null(caller$by) else !all(vapply(by, left_out, NA))
  if (!told && is.data.frame(caller$x) && is.data.frame(caller$y)) check_shared(caller$x, caller$y)
}

# The keys of a result are its panel. Another column that both data frames have is joined by as
# well, which loses every row where it holds other values: that is an error, and never a smaller
# data frame.
check_shared <- function(x, y) {
  whole <- if (is.null(recipe_of(y))) x else y
  other <- if (is.null(recipe_of(y))) y else x
  panel <- recipe_of(whole)$panel
  shared <- setdiff(intersect(names(x), names(y)), panel)
  keys <- intersect(panel, names(other))
  if (!length(shared) || !length(keys) || !all(panel %in% names(whole))) return(invisible())
  one_key <- function() match(other[[keys]], whole[[keys]], incomparables = NA)
  at <- if (length(keys) == 2) match_rows(other, whole, panel) else one_key()
  rows <- which(!is.na(at))
  # As merge() compares: by what is printed, missing values alike.
  differing <- function(name) {
    one <- other[[name]][rows]
    two <- whole[[name]][at[rows]]
    if (identical(one, two)) 0L else sum(paste0(one) != paste0(two))
  }
  differing <- vapply(shared, differing, 0L)
  if (any(differing > 0)) abort_shared(shared[differing > 0], max(differing), length(rows), keys)
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
