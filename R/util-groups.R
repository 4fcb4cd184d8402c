# Rows by the values of columns: numbered groups, their means, rows of one table found in another.

# The number of each row's value among the distinct ones, and the first row of each of these; in
# order of first appearance, or sorted; those that are not whole numbers in the order of `values`. A
# missing value has a number of its own, the last where sorted.
numbered <- function(x, sorted = FALSE, values = if (sorted) in_order else unique) {
  code <- whole_codes(x)
  if (!is.null(code) && !(sorted && anyNA(code))) return(bind_number_levels(code, sorted))
  values <- values(x)
  code <- match_values(x, values)
  code[is.na(code)] <- length(values) + 1L
  list(code = code, first = match(seq_len(max(code, 0L)), code))
}

# match() of columns, by their values in every version of R: from 4.3.0 on it compares what has a
# class as text, of 15 digits in durations, and of what tells those at hand apart in others.
match_values <- function(x, table) {
  numbers <- is.double(x) && is.double(table) && !is_integer64(x) && !is_integer64(table)
  alike <- !is.object(x) || !is.object(table) || identical(class(x), class(table))
  if (!numbers || !alike) return(match(x, table))
  match(as.vector(unclass(x)), as.vector(unclass(table)))
}

# The number of each value for draws, the same however the rows stand, in every locale, and for
# text, factors and whole numbers of one name.
drawing_numbers <- function(x) {
  own <- numbered(x)
  order(order(marked_letters(format_key(x[own$first])), method = "radix"))[own$code]
}

# Integers that are equal, and in order, where the values are; NULL if there are none.
whole_codes <- function(x) {
  if (is_coded(x)) x <- column_levels(x)
  if (is.object(x) && typeof(x) %in% c("integer", "double")) x <- unclass(x)
  if (is.integer(x)) return(as.integer(x))
  if (is.double(x) && length(x)) bind_whole(x)
}

# Row numbers by the combinations of columns, in sorted order: the group of each row, and the first
# row of each group. Rows of a missing value are one group, the last.
rows_by_group <- function(data, by) {
  if (!length(by)) return(list(group = rep(1L, nrow(data)), first = seq_len(min(nrow(data), 1L))))
  own <- lapply(by, function(name) {
    x <- as_levels(data[[name]], cli::format_inline("Column {.val {name}} of {.arg by}"), "group")
    numbered(x, TRUE)
  })
  joint <- Reduce(joint_numbers, own)
  list(group = joint$code, first = joint$first)
}

# Pairs of numbers, numbered.
joint_numbers <- function(a, b) {
  levels <- length(b$first)
  if (length(a$first) * as.double(levels) < .Machine$integer.max) {
    return(bind_number_levels((a$code - 1L) * levels + b$code, TRUE))
  }
  key <- (a$code - 1) * levels + b$code
  keys <- sort(unique(key))
  list(code = match(key, keys), first = match(keys, key))
}

# Means of columns by groups, in sorted order of the groups, with their rows.
group_means <- function(data, columns, by, call = rlang::caller_env()) {
  check_own_names(by, c("rows", columns), call)
  rows <- rows_by_group(data, by)
  groups <- length(rows$first)
  out <- plain_frame(data)[rows$first, by, drop = FALSE]
  rownames(out) <- NULL
  out$rows <- tabulate(rows$group, groups)
  out[columns] <- bind_group_means(
    lapply(columns, function(name) as.double(data[[name]])), rows$group, groups, thread_count()
  )
  out
}

# The rows of `table` with the unit and time of each row of `x`.
match_rows <- function(x, table, panel) {
  codes <- lapply(panel, function(name) common_codes(x[[name]], table[[name]]))
  bind_match_pairs(codes[[1]]$x, codes[[2]]$x, codes[[1]]$table, codes[[2]]$table)
}

# Two columns as numbers from 1, of the values in the second; NA where that has none.
common_codes <- function(x, table) {
  x <- column_levels(x)
  table <- column_levels(table)
  own <- numbered(table)
  if (anyNA(table)) own$code[is.na(table)] <- NA
  if (identical(x, table)) return(list(x = own$code, table = own$code))
  list(x = match_values(x, table[own$first]), table = own$code)
}

# Rows, from 0, group by group, and how many there are up to the end of each group; within a group
# by `then`, or as they are.
rows_of_groups <- function(code, groups, then = NULL) {
  order <- if (is.null(then)) order(code, method = "radix") else order(code, then, method = "radix")
  list(rows = order - 1L, end = cumsum(tabulate(code, groups)))
}

# The same of one group that is all rows.
every_row <- function(n) list(rows = integer(), end = n)

# Each value `times` times.
repeat_each <- function(x, times) {
  if (is.null(attributes(x)) && typeof(x) %in% c("integer", "double")) {
    return(bind_repeat_each(x, times, thread_count()))
  }
  if (is.factor(x) || inherits(x, c("Date", "POSIXct")) && is.numeric(unclass(x))) {
    out <- bind_repeat_each(as.vector(unclass(x)), times, thread_count())
    attributes(out) <- attributes(x)[names(attributes(x)) != "names"]
    return(out)
  }
  if (length(dim(x)) == 2) return(x[rep(seq_len(nrow(x)), each = times), , drop = FALSE])
  x[rep(seq_along(x), each = times)]
}
