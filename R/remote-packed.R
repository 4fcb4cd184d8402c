# Rows of a PostgreSQL table, many to a value.
#
# The driver makes a text of each number and a result of each row. Of the rows in a range of the
# table's pages a sum of bytes has all of a column's values in the server's own form, which are read
# in one go. In one transaction that sees one state the ranges together are the table.

# So many to a value: the driver holds its text, twice as long, and what it makes of it, and not all
# of that is given back before the fit takes its room. A query of fewer takes longer to begin than
# to answer.
packed_rows <- 3e4

# What parts of such columns come by, and the query with places for the range; NULL where the table
# is not one that has pages, or a column not of a type whose bytes are known here.
packed_parts <- function(source, columns, where, rows, size = packed_rows) {
  if (!is_postgres(source) || isTRUE(source$of_user)) return(NULL)
  kinds <- packed_kinds(source, columns)
  pages <- if (!is.null(kinds)) table_pages(source)
  if (is.null(pages)) return(NULL)
  sql <- packed_query(source, kinds, where)
  step <- max(1, ceiling(pages$pages * size / max(rows, 1)))
  result <- DBI::dbSendQuery(source$con, DBI::SQL(sql))
  from <- 0
  list(sql = sql, ask = function() {
    if (from > 0 && from >= pages$pages) return(NULL)
    place <- function(page) sprintf("(%.0f,0)", page)
    DBI::dbBind(result, list(place(from), place(from + step)))
    from <<- from + step
    unpacked(DBI::dbFetch(result), kinds, columns)
  }, end = function() DBI::dbClearResult(result))
}

# By PostgreSQL's type: what makes bytes of it, those of a missing value, and how R reads them.
packed_types <- list(
  float8 = list(bytes = "float8send(%s)", missing = "7ff00000000007a2", what = "double"),
  float4 = list(
    bytes = "float8send((%s)::float8)", missing = "7ff00000000007a2", what = "double"
  ),
  numeric = list(
    bytes = "float8send((%s)::float8)", missing = "7ff00000000007a2", what = "double"
  ),
  int2 = list(bytes = "int4send(%s)", missing = "80000000", what = "integer"),
  int4 = list(bytes = "int4send(%s)", missing = "80000000", what = "integer"),
  int8 = list(bytes = "int8send(%s)", missing = "8000000000000000", what = "double"),
  bool = list(bytes = "int4send((%s)::int4)", missing = "80000000", what = "integer")
)

packed_classes <- c(
  float8 = "numeric", float4 = "numeric", numeric = "numeric", int2 = "integer", int4 = "integer",
  int8 = "integer64", bool = "logical", text = "character", varchar = "character"
)

packed_kinds <- function(source, columns) {
  types <- source$types[names(columns)]
  known <- vapply(seq_along(columns), function(j) {
    identical(packed_classes[types[j]][[1]], class(columns[[j]])[1])
  }, NA)
  if (length(columns) && all(known)) stats::setNames(types, names(columns))
}

# list(pages) of a table by itself: no view, and not one that others inherit from.
table_pages <- function(source) {
  name <- sub("^SELECT [*]\\s+FROM ", "", sql_text(source, source$table))
  part <- "(\"([^\"]|\"\")+\")"
  if (!grepl(paste0("^", part, "([.]", part, ")?$"), name)) return(NULL)
  found <- DBI::dbGetQuery(source$con, DBI::SQL(paste(
    "SELECT CAST(pg_relation_size(c.oid) / current_setting('block_size')::int AS float8) AS pages",
    "FROM pg_catalog.pg_class AS c WHERE c.oid = to_regclass($1) AND c.relkind IN ('r', 'm')",
    "AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits AS i WHERE i.inhparent = c.oid)"
  )), params = list(name))
  if (nrow(found) == 1) list(pages = found$pages)
}

# Text goes in one text, between two characters that no text should have; how many are missing tells
# whether one had them.
between_texts <- "\u001f"
missing_text <- "\u001e"

packed_query <- function(source, kinds, where) {
  paste0(
    packed_values(source, kinds), "\nFROM ",
    sub("^SELECT [*]\\s+FROM ", "", sql_text(source, source$table)),
    "\nWHERE ctid >= $1::tid AND ctid < $2::tid",
    if (!is.null(where)) paste0(" AND (", sql_expressions(source, list(where)), ")")
  )
}

packed_values <- function(source, kinds) {
  quoted <- sql_names(source, names(kinds))
  values <- vapply(seq_along(kinds), function(j) {
    type <- packed_types[[kinds[j]]]
    if (is.null(type)) {
      return(sprintf("string_agg(coalesce(%s::text, chr(30)), chr(31))", quoted[j]))
    }
    sprintf(
      "string_agg(coalesce(%s, '\\x%s'::bytea), ''::bytea)", sprintf(type$bytes, quoted[j]),
      type$missing
    )
  }, "")
  text <- which(!kinds %in% names(packed_types))
  counts <- if (length(text)) paste0("count(", quoted[text], ")::int4 AS c", text)
  columns <- c(paste0(values, " AS v", seq_along(kinds)), counts)
  paste0("SELECT count(*)::int4 AS n,\n  ", paste(columns, collapse = ",\n  "))
}

# So many groups expected, and their sums come packed too: of 43,400 groups and 19 sums bytes save a
# quarter of a second, and take 8 MB more. So many to a value, since the driver holds the text of a
# row, twice as long as the bytes, until it is read.
least_packed <- 5e4
packed_cells <- 4096

# The answer to a query of sums by a plan's keys, of at most one more than `most` groups; NULL where
# a key is not a column of a type whose bytes are known, or a text cannot be told from others.
packed_groups <- function(plan, query, most) {
  source <- plan$t$source
  if (!isTRUE(source$expected >= least_packed)) return(NULL)
  names <- attr(query, "columns")
  types <- vapply(plan$keys, function(key) {
    type <- if (is.name(key)) source$types[as.character(key)]
    if (length(type)) unname(type) else NA_character_
  }, "")
  if (!all(types %in% names(packed_prototypes))) return(NULL)
  kinds <- stats::setNames(rep("numeric", length(names)), names)
  kinds[names(types)] <- types
  quoted <- sql_names(source, c(".ccd_q", ".ccd_r", ".ccd_p"))
  sql <- paste0(
    packed_values(source, kinds), "\nFROM (\nSELECT *, row_number() OVER () / ", packed_cells,
    " AS ", quoted[3], " FROM (\n", query, sprintf("\nLIMIT %.0f\n) AS ", most + 1), quoted[1],
    "\n) AS ", quoted[2], "\nGROUP BY ", quoted[3]
  )
  found <- remote_ask(source, sql, plan$t$call, keep = FALSE)
  source$log[[length(source$log)]]$rows <- n <- sum(found$n)
  columns <- tryCatch(
    unpacked(found, kinds, packed_prototypes[kinds]), ccdpanel_not_packed = function(e) NULL
  )
  if (is.null(columns)) return(NULL)
  columns <- lapply(columns, function(x) if (is_coded(x)) decoded(x) else x)
  structure(columns, class = "data.frame", row.names = .set_row_names(n))
}

packed_prototypes <- list(
  numeric = double(), int2 = integer(), int4 = integer(), int8 = double(), bool = logical(),
  text = character(), varchar = character()
)

# Of a row or of several, one behind the other.
unpacked <- function(found, kinds, columns) {
  out <- lapply(seq_along(kinds), function(j) {
    values <- found[[paste0("v", j)]]
    type <- packed_types[[kinds[j]]]
    if (sum(found$n) == 0) return(columns[[j]][0])
    parts <- lapply(seq_along(values), function(i) {
      if (is.null(type)) return(split_text(values[[i]], found$n[i]))
      readBin(values[[i]], type$what, found$n[i], endian = "big")
    })
    x <- unlist(parts)
    if (is.null(type) && sum(!is.na(x)) != sum(found[[paste0("c", j)]])) {
      rlang::abort("Texts hold what is between texts.", class = "ccdpanel_not_packed")
    }
    switch(kinds[j], bool = as.logical(x), int8 = structure(x, class = "integer64"), x)
  })
  stats::setNames(out, names(kinds))
}

# A text behind the last keeps an empty one before it.
split_text <- function(value, n) {
  x <- strsplit(paste0(value, between_texts, "."), between_texts, fixed = TRUE)[[1]]
  x <- x[-length(x)]
  x[x %in% missing_text] <- NA
  if (length(x) == n) x else rep(NA_character_, n)
}
