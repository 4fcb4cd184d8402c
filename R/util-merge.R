# Results joined to other data frames: by their panel, each unit and time once.

merge_arguments <- c(
  "by", "by.x", "by.y", "all", "all.x", "all.y", "sort", "suffixes", "no.dups", "incomparables"
)

#' @export
merge.composite_index <- function(x, y, ...) {
  check_dots(..., passed = c(merge_arguments, ""))
  check_required("merge", "y")
  told <- named_as_merge(list(...))
  crossed <- "by" %in% names(told) && is.null(told[["by"]])
  if (!is.data.frame(y)) y <- as.data.frame(y)
  check_join(x, y, told, rlang::current_env())
  y <- plain_keys(y, recipe_of(x)$panel)
  out <- if (!crossed) do.call(panel_join, c(list(x, y), told))
  out %||% do.call(merge, c(list(plain_frame(x), plain_frame(y)), told))
}

# Arguments without a name are those of merge() in its order.
named_as_merge <- function(told) {
  unnamed <- which(!nzchar(rlang::names2(told)))
  order <- setdiff(names(formals(base::merge.data.frame)), c("x", "y", "...", names(told)))
  names(told)[unnamed] <- order[seq_along(unnamed)]
  told
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
  asking <- sys.function(sys.parent())
  # A matrix or a list that comes first is made a data frame, and merge() called once more.
  if (identical(asking, base::merge.default)) return(x)
  if (!identical(asking, base::merge.data.frame)) return(plain_frame(x))
  caller <- parent.frame()
  # What merge() does not know, it swallows.
  eval(quote(...names()), caller) |> check_merge_dots()
  check_join_there(caller, x)
  out <- if (!inherits(caller$x, result_classes)) merged_there(caller)
  if (!is.null(out)) rlang::eval_bare(call("return", out), caller)
  plain_frame(x)
}

# The join of a call of merge() whose frame is `caller`, and `y` its second: a first that is a
# result was looked at by the method of merge() for it.
check_join_there <- function(caller, y) {
  if (!is.data.frame(caller$x) || inherits(caller$x, result_classes)) return(invisible())
  names <- setdiff(merge_arguments, "incomparables")
  given <- names[!vapply(names, is_left_out, NA, caller)]
  told <- mget(given, envir = caller)
  # A data.table that has a key is joined by it.
  own <- attr(caller$x, "sorted", exact = TRUE)
  if (!is.null(own) && !any(startsWith(given, "by"))) told$by <- own
  check_join(caller$x, y, told, caller)
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
  left_out <- vapply(arguments, is_left_out, NA, caller)
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

# Both data frames of dplyr's joins become tibbles first; the join is looked at once, by the first
# of them that is a result.
#' @exportS3Method tibble::as_tibble
as_tibble.composite_index <- function(x, ...) {
  caller <- parent.frame()
  joins <- identical(environmentName(topenv(caller)), "dplyr") &&
    all(c("x", "y", "by") %in% names(caller)) &&
    is.data.frame(caller$x) && is.data.frame(caller$y)
  if (joins && (identical(x, caller$x) || !inherits(caller$x, result_classes))) {
    check_dplyr_join(caller, told_keys(sys.parent()))
  }
  NextMethod()
}

# `type` says which rows without a partner stay; those that filter are there to find them.
check_dplyr_join <- function(caller, by) {
  by <- equal_keys(by)
  if (!is.null(by) && !(is.character(by) && length(by))) return(invisible())
  type <- caller$type %||% "left"
  told <- list(
    all.x = type %in% c("left", "full"), all.y = type %in% c("right", "full"),
    silent = type %in% c("semi", "anti"),
    # A row of nest_join() is one of the first, whatever it meets.
    several = !"type" %in% names(caller) ||
      identical(caller[["relationship"]], "many-to-many")
  )
  if (!is.null(by)) {
    told$by.x <- ifelse(nzchar(rlang::names2(by)), rlang::names2(by), by)
    told$by.y <- unname(by)
  }
  check_join(caller$x, caller$y, told, caller, dplyr = TRUE)
}

# What the user told a join as its keys, whose function has the frame `n`: dplyr 1.1 and later put
# what they make of it in its place, before the data frames become tibbles, everywhere but in the
# frame of the generic. A cross join has no keys.
told_keys <- function(n) {
  generic <- function(f) "UseMethod" %in% all.names(body(f))
  while (n > 0 && !generic(sys.function(n))) n <- n - 1
  if (n > 0 && "by" %in% names(formals(sys.function(n)))) sys.frame(n)$by else character()
}

# Keys of both data frames in a list, as dplyr's join_by() makes it, by names; where it compares
# otherwise than by ==, as it is.
equal_keys <- function(by) {
  if (!is.list(by) || !all((by$condition %||% "==") == "==")) return(by)
  stats::setNames(by$y, by$x)
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
  if (identical(sys.function(sys.parent()), merging)) check_join_there(caller, x)
  data.table::as.data.table(plain_frame(x), ...)
}

#' @exportS3Method data.table::as.data.table
as.data.table.coupling <- as.data.table.composite_index

#' @exportS3Method data.table::as.data.table
as.data.table.normalised_panel <- as.data.table.composite_index

#' @exportS3Method data.table::as.data.table
as.data.table.imputed_panel <- as.data.table.composite_index
