# Small tables of ours on the engine's side.
#
# PostgreSQL takes them as parameters, with all digits and without a right to anything; other
# engines as a temporary table, or, where the role may make none, written into the query.

# list(sql, sent, done): a table for a FROM, the values it needs, and what takes it away. `exprs`
# are what its first columns are levels of.
sent_table <- function(source, data, exprs, call) {
  check_connected(source, call)
  if (is_postgres(source)) return(sent_arrays(source, data, exprs, call))
  name <- basename(tempfile("ccd_cells_"))
  sent <- tryCatch({
    without_a_change(source, DBI::dbWriteTable(source$con, name, data, temporary = TRUE))
    TRUE
  }, error = function(e) e)
  named <- function(table) sql_nested(source, sql_text(source, table), ".ccd_t")
  if (isTRUE(sent)) {
    return(list(sql = named(dplyr::tbl(source$con, name)), done = function() {
      try(without_a_change(source, DBI::dbRemoveTable(source$con, name)), silent = TRUE)
    }))
  }
  if (nrow(data) <= 5000) {
    return(list(sql = named(inline_table(source, data)), done = function() NULL))
  }
  abort("engine", c(
    paste0(
      "A covariance of single rows needs a temporary table of {nrow(data)} rows, and the database ",
      "made none: {gsub('([{}])', '\\\\1\\\\1', conditionMessage(sent))}"
    ),
    i = "Ask for the right to make temporary tables, or use {.code vcov = ~cluster}."
  ), call)
}

# A small table written into the query. dbplyr casts its numbers to a decimal type, which has three
# decimals in DuckDB and none in Spark: there each row is a query of its own.
inline_table <- function(source, data) {
  plain <- vapply(data, function(x) !is.object(x) && is.atomic(x), NA)
  if (dialect_of(source$con) %in% c("postgres", "sqlite") || !all(plain)) {
    return(copied_inline(source, data))
  }
  names <- sql_names(source, names(data))
  columns <- Map(function(x, name) {
    missing <- if (is.double(x)) sql_double(quote(as.double(NA)), list(NA), "NULL", source)
    paste(vapply(x, function(v) {
      if (is.na(v) && !is.null(missing)) missing else sql_constant(v, source)
    }, ""), "AS", name)
  }, data, names)
  rows <- do.call(paste, c(unname(columns), sep = ", "))
  sql <- paste("SELECT", rows, collapse = "\nUNION ALL ")
  dplyr::tbl(source$con, dbplyr::sql(sql), vars = names(data))
}

# dbplyr writes fifteen digits of a number: what is left of it is a column of its own, and added.
copied_inline <- function(source, data) {
  known <- names(data)
  sums <- lapply(stats::setNames(nm = known), as.name)
  for (name in known[vapply(data, function(x) is.double(x) && !is.object(x), NA)]) {
    near <- in_fifteen_digits(data[[name]])
    rest <- ifelse(is.finite(near), data[[name]] - near, 0)
    if (all(rest == 0)) next
    more <- paste0(".ccd_more", match(name, known))
    data[[name]] <- near
    data[[more]] <- rest
    sums[[name]] <- call("+", as.name(name), as.name(more))
  }
  table <- dbplyr::copy_inline(source$con, data)
  if (length(data) == length(known)) return(table)
  sql <- sql_select(source, sql_nested(source, sql_text(source, table)), sums)
  dplyr::tbl(source$con, dbplyr::sql(sql), vars = known)
}

sent_arrays <- function(source, data, exprs, call) {
  types <- rep("float8", ncol(data))
  for (j in seq_along(exprs)) {
    types[j] <- sent_type(exprs[[j]], data[[j]], source, call)
    if (!inherits(data[[j]], "POSIXct")) next
    missing <- is.na(data[[j]])
    data[[j]] <- replace(stamped(data[[j]], types[j], source), missing, NA)
  }
  arrays <- paste0("$", seq_along(types), "::", sql_names(source, types), "[]")
  list(
    sql = paste0(
      "unnest(", paste(arrays, collapse = ", "), ") AS ", sql_names(source, ".ccd_t"), "(",
      paste(sql_names(source, names(data)), collapse = ", "), ")"
    ),
    sent = lapply(unname(as.list(data)), array_text), done = function() NULL
  )
}

# A column as PostgreSQL writes an array.
array_text <- function(x) {
  text <- if (is.double(x) && !is.object(x)) {
    sprintf("%.17g", x)
  } else if (is.numeric(x) || is.logical(x) || inherits(x, "Date")) {
    as.character(x)
  } else {
    paste0("\"", gsub("([\"\\\\])", "\\\\\\1", enc2utf8(as.character(x))), "\"")
  }
  text[is.na(x)] <- "NULL"
  paste0("{", paste(text, collapse = ","), "}")
}
