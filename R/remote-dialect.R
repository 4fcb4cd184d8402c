# What engines say differently beyond what dbplyr knows of them: the type of a double, the spelling
# of a number, and whether a value may be NaN.

dialect_of <- function(con) {
  for (dialect in names(dialect_classes)) {
    if (inherits(con, dialect_classes[[dialect]])) return(dialect)
  }
  "standard"
}

# Columns that one query may return; SQLite's 2,000 bound what a query sums as well.
most_columns <- function(source) {
  switch(dialect_of(source$con), sqlite = 1800, postgres = 1664, Inf)
}

# By the class that each driver gives its connections.
dialect_classes <- list(
  postgres = "PqConnection", sqlite = "SQLiteConnection", duckdb = "duckdb_connection",
  clickhouse = "ClickhouseConnection", spark = c("spark_connection", "Spark SQL")
)

# NUMERIC, which dbplyr takes for a double, is decimal: fifteen digits of a double in PostgreSQL,
# three decimals in DuckDB, none in Spark.
sql_double <- function(expr, arguments, made, source) {
  cast <- function(type) paste0("CAST(", made, " AS ", type, ")")
  switch(dialect_of(source$con),
    postgres = cast("DOUBLE PRECISION"), duckdb = , spark = cast("DOUBLE"),
    clickhouse = paste0("toFloat64(", made, ")"),
    sqlite = sql_function(expr, arguments, made, source),
    sub(
      " AS (NUMERIC|DECIMAL)\\)$", " AS DOUBLE PRECISION)",
      sql_function(expr, arguments, made, source)
    )
  )
}

# A number without an exponent is decimal to most, and its sums slow or rounded.
sql_constant <- function(value, source) {
  if (!is.double(value) || length(value) != 1 || !is.finite(value) || is.object(value)) {
    return(as.character(dbplyr::escape(value, con = source$con)))
  }
  text <- sprintf("%.15g", value)
  if (as.double(text) != value) text <- sprintf("%.17g", value)
  dialect <- dialect_of(source$con)
  if (dialect == "postgres") return(paste0("FLOAT8 '", text, "'"))
  if (dialect == "sqlite") {
    if (!grepl("[.e]", text)) text <- paste0(text, ".0")
  } else if (!grepl("e", text, fixed = TRUE)) {
    text <- paste0(text, "e0")
  }
  if (value < 0) paste0("(", text, ")") else text
}

# Where NaN is a value of its own, missing to R; of PostgreSQL by the column's type.
nan_test <- c(duckdb = "isnan", spark = "isnan", clickhouse = "isNaN")
