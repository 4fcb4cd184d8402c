# Tables whose rows lie on other servers, by postgres_fdw, in partitions.
#
# PostgreSQL hands a grouped sum down to a partition's server only where the partition key is among
# the keys of the groups; otherwise the rows travel. So sums are grouped by the key inside, on the
# servers, and the few sums of each are added up outside.

# The columns by which a table is spread over servers, and over how many tables there.
find_shards <- function(source, columns, call) {
  if (!isTRUE(source$elsewhere)) return(invisible())
  plan <- explained(source, sql_text(source, source$table), call)
  name <- "(\"([^\"]|\"\")+\"|[^ .\"]+)"
  found <- regmatches(plan, regexpr(paste0("Foreign Scan on (", name, "[.])?", name), plan))
  tables <- unique(sub("^Foreign Scan on ", "", found))
  if (!length(tables)) return(invisible())
  keys <- tryCatch(DBI::dbGetQuery(source$con, DBI::SQL(paste(
    "SELECT DISTINCT a.attname AS name FROM pg_catalog.pg_inherits AS i",
    "JOIN pg_catalog.pg_partitioned_table AS p ON p.partrelid = i.inhparent",
    paste0(
      "JOIN pg_catalog.pg_attribute AS a ON a.attrelid = p.partrelid AND a.attnum ",
      "= ANY (p.partattrs)"
    ),
    "WHERE i.inhrelid IN (SELECT to_regclass(x) FROM unnest($1::text[]) AS t(x)) ORDER BY 1"
  )), params = list(array_text(tables))), error = function(e) abort_engine(source, e, call))
  source$shards <- length(tables)
  source$spread <- intersect(keys$name, columns)
}

explained <- function(source, sql, call) {
  check_connected(source, call)
  tryCatch(
    DBI::dbGetQuery(source$con, DBI::SQL(paste("EXPLAIN (VERBOSE)", sql)))[[1]],
    error = function(e) abort_engine(source, e, call)
  )
}

# On how many of the servers' tables a query's groups are summed where they are.
grouped_there <- function(source, sql, call) {
  sum(grepl("Relations: Aggregate on", explained(source, sql, call), fixed = TRUE))
}

# The partition key as columns of the plan's table, where no key of the plan is the same.
spread_columns <- function(plan) {
  columns <- setdiff(plan$t$source$spread, vapply(Filter(is.name, plan$keys), as.character, ""))
  stats::setNames(
    lapply(columns, as.name), if (length(columns)) paste0(".ccd_p", seq_along(columns))
  )
}

# SELECT sums FROM a plan's table by keys, in one step or two. A mean is of the rows used.
summed_select <- function(plan, exprs, where = NULL, keys = character(), from = plan$table) {
  source <- plan$t$source
  spread <- source$spread
  own <- match(spread, vapply(plan$keys, function(k) if (is.name(k)) as.character(k) else "", ""))
  inside <- unique(c(
    keys, names(plan$keys)[own[!is.na(own)]], names(spread_columns(plan))
  ))
  if (!length(spread) || identical(inside, unique(keys)) || from != plan$table) {
    return(sql_select(source, from, exprs, where = where, keys = keys))
  }
  is <- function(word) vapply(exprs, rlang::is_call, NA, name = word)
  parts <- exprs
  parts[is("mean")] <- lapply(exprs[is("mean")], function(e) bquote(sum(.(e[[2]]), na.rm = TRUE)))
  inner <- sql_select(source, from, parts, where = where, keys = inside)
  outer <- Map(function(name, word, mean) {
    total <- bquote(.(as.name(word))(.(as.name(name)), na.rm = TRUE))
    if (mean) bquote(.(total) / sum(used, na.rm = TRUE)) else total
  }, names(exprs), ifelse(is("min"), "min", ifelse(is("max"), "max", "sum")), is("mean"))
  sql_select(source, sql_nested(source, inner), outer, keys = keys)
}
