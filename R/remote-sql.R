# The few shapes of query that are asked, written from translated expressions.
#
# dbplyr translates every expression, and it and DBI quote every name and value; only the words
# around them are written here. Its own verbs would take a second for the hundred sums of a model.

sql_names <- function(source, names) {
  as.character(DBI::dbQuoteIdentifier(source$con, names))
}

# R calls of columns, numbers and text, in the engine's words. `window`: by these columns, each
# value that is taken of several is one of its group. What was translated is kept: a fit asks for
# the same sums again, whatever is looked at.
sql_expressions <- function(source, exprs, window = NULL) {
  key <- rlang::hash(list(unname(exprs), window))
  source$words[[key]] <- source$words[[key]] %||% sql_words(source, exprs, window)
  source$words[[key]]
}

sql_words <- function(source, exprs, window) {
  named <- vapply(exprs, is.name, NA)
  if (any(named)) {
    out <- character(length(exprs))
    out[named] <- sql_names(source, vapply(exprs[named], as.character, ""))
    if (!all(named)) out[!named] <- sql_words(source, exprs[!named], window)
    return(out)
  }
  exprs <- lapply(unname(exprs), rlang::new_quosure, env = baseenv())
  made <- if (is.null(window)) {
    dbplyr::translate_sql_(exprs, con = source$con, window = FALSE)
  } else {
    dbplyr::translate_sql_(exprs, con = source$con, vars_group = window)
  }
  as.character(made)
}

# SELECT named expressions (beside all columns of `from`) FROM a query, of some rows, by groups.
sql_select <- function(source, from, exprs, all = FALSE, where = NULL, keys = character(),
                       window = NULL) {
  columns <- if (length(exprs)) {
    paste(sql_expressions(source, exprs, window), "AS", sql_names(source, names(exprs)))
  }
  columns <- c(if (all) "*", if (length(keys)) sql_names(source, keys), columns)
  paste0(
    "SELECT ", paste(columns, collapse = ",\n  "), "\nFROM ", from,
    if (!is.null(where)) paste0("\nWHERE ", sql_expressions(source, list(where))),
    if (length(keys)) paste0("\nGROUP BY ", paste(sql_names(source, keys), collapse = ", "))
  )
}

sql_nested <- function(source, sql, alias = ".ccd_q") {
  paste0("(\n", gsub("(^|\n)", "\\1  ", sql), "\n) AS ", sql_names(source, alias))
}

# The rows of one query that meet a table by their keys.
sql_joined <- function(source, left, right, keys) {
  on <- paste0(
    sql_names(source, ".ccd_q"), ".", sql_names(source, keys), " = ",
    sql_names(source, ".ccd_t"), ".", sql_names(source, keys)
  )
  paste0(left, "\nINNER JOIN ", right, "\nON ", paste(on, collapse = " AND "))
}

count_rows <- quote(as.double(n()))
