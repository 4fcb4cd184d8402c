# Types of an engine that R has not: what a column can be taken for, by the engine's own name of its
# type, before a query finds out.

# PostgreSQL's; a column of another type is a level at most. `money` is neither: the driver reads it
# as zero.
number_types <- c("int2", "int4", "int8", "float4", "float8", "numeric")
fraction_types <- c("float4", "float8", "numeric")
# Levels that come back as they are sent.
level_types <- c(
  "int2", "int4", "int8", "text", "varchar", "bpchar", "name", "uuid", "bool", "date",
  "timestamp", "timestamptz"
)

check_number_type <- function(name, t) {
  type <- t$source$types[name]
  if (is.null(type) || is.na(type) || type %in% c(number_types, "bool")) return(invisible())
  if (is.character(t$columns[[name]])) return(invisible())
  abort_term(as.name(name), t, paste0("of type ", type))
}

check_known_types <- function(source, names, call) {
  unread <- names[names %in% names(source$types)[source$types == "money"]]
  if (!length(unread)) return(invisible())
  abort("remote_term", c(
    "Column {.val {unread[1]}} is of type money, which the driver reads as zero.",
    i = "Make a number of it: {.code mutate(data, {unread[1]} = as.numeric({unread[1]}))}."
  ), call)
}

# NaN is a value to PostgreSQL, above all others, and missing to R.
may_be_nan <- function(name, t) {
  is_postgres(t$source) && isTRUE(t$source$types[[name]] %in% fraction_types)
}

# A number as a level: exact decimals are doubles in R, and may be the same there.
fraction_level <- function(name, t) if (may_be_nan(name, t)) translated_name(name, t)

# Times as PostgreSQL writes them, to its microseconds, which a double holds to the nearest.
stamped <- function(x, type, source) {
  ticks <- round(as.double(x) * 1e6)
  seconds <- floor(ticks / 1e6)
  zone <- if (type == "timestamp") source$con@timezone else "UTC"
  paste0(
    format(as.POSIXct(seconds, origin = "1970-01-01", tz = zone), "%Y-%m-%d %H:%M:%S"),
    sprintf(".%06.0f", ticks - seconds * 1e6), if (type == "timestamptz") "+00"
  )
}

# The engine's type for a column of levels that are sent back.
sent_type <- function(expr, values, source, call) {
  if (is.name(expr)) {
    type <- source$types[[as.character(expr)]]
    if (type %in% level_types) return(type)
    type <- if (is.na(type)) "an enumerated or other own type" else paste("type", type)
    abort("remote_term", c(
      paste0(
        "{.val {as.character(expr)}} is of {type}, which no covariance of ",
        "single rows is made by."
      ),
      i = "Make it text, a number or a date by {.fn dplyr::mutate}, or use {.code vcov = ~cluster}."
    ), call)
  }
  if (is.character(values)) "text" else "float8"
}

# Text that an engine takes for the same though its letters differ (NOCASE and RTRIM of SQLite,
# citext and collations that are not deterministic of PostgreSQL, collations of DuckDB): R tells it
# apart. Queries are asked of a table whose text compares by its letters, so that no key of any of
# them is forgotten.
keep_letters <- function(source, text) {
  types <- if (is_postgres(source)) source$types[text]
  if (length(types)) text <- text[types %in% collated_types]
  cased <- text[source$types[text] %in% "citext"]
  if (length(text) && !may_join_letters(source)) text <- cased
  if (!length(text)) return(invisible())
  source$table <- with_columns(source, source$table, lapply(
    stats::setNames(nm = text), function(name) {
      x <- as.name(name)
      call("as_letters", if (name %in% cased) call("as.character", x) else x)
    }
  ))
  if (length(cased)) source$types[cased] <- "text"
}

collated_types <- c("text", "varchar", "bpchar", "name", "citext")

may_join_letters <- function(source) {
  if (is_postgres(source)) {
    DBI::dbGetQuery(source$con, DBI::SQL(paste(
      "SELECT EXISTS (SELECT FROM pg_catalog.pg_collation AS c",
      "WHERE to_jsonb(c)->>'collisdeterministic' = 'false') AS found"
    )))$found
  } else if (dialect_of(source$con) == "sqlite") {
    own <- grepl("collate", sql_text(source, source$table), ignore.case = TRUE)
    own || DBI::dbGetQuery(source$con, DBI::SQL(paste(
      "SELECT (SELECT count(*) FROM sqlite_master WHERE sql LIKE '%collate%') +",
      "(SELECT count(*) FROM sqlite_temp_master WHERE sql LIKE '%collate%') +",
      "(SELECT count(*) FROM pragma_database_list WHERE name NOT IN ('main', 'temp')) AS found"
    )))$found > 0
  } else if (is_duckdb(source)) {
    # It has compared by letters wherever it cannot be asked.
    tryCatch(
      DBI::dbGetQuery(source$con, DBI::SQL(duckdb_collates))$found > 0, error = function(e) FALSE
    )
  } else {
    FALSE
  }
}

duckdb_collates <- paste(
  "SELECT CASE WHEN current_setting('default_collation') <> '' THEN 1 ELSE 0 END +",
  "(SELECT count(*) FROM duckdb_tables() WHERE NOT internal AND sql ILIKE '%collate%') +",
  "(SELECT count(*) FROM duckdb_views() WHERE NOT internal AND sql ILIKE '%collate%') AS found"
)
