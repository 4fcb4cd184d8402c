# The rows of a table, where sums would save nothing: only the columns of the model, in chunks.

chunk_rows <- 250000

# A data frame of the columns that a description and its covariance name; the record of what was
# asked is an attribute.
fetched_rows <- function(spec, cov_spec, call) {
  source <- remote_source(spec$data)
  exprs <- c(
    if (is.null(spec$equations)) fe_expressions(spec) else system_expressions(spec),
    unlist(cov_spec$clusters, recursive = FALSE)
  )
  extra <- unlist(lapply(unclass(cov_spec), function(x) if (is.language(x)) all.vars(x)))
  names <- unique(c(unlist(lapply(unname(exprs), all.vars)), extra, spec$panel, cov_spec$panel))
  names <- intersect(names(spec$data), names)
  check_known_types(source, names, call)
  # The driver has the first digits of a `real`, not the value that the database computes with.
  columns <- lapply(stats::setNames(nm = names), function(name) {
    real <- identical(unname(source$types[name]), "float4")
    if (real) call("as.double", as.name(name)) else as.name(name)
  })
  where <- subset_there(spec, call)
  from <- sql_nested(source, sql_text(source, source$table))
  sql <- sql_select(source, from, columns, where = where)
  rows <- remote_ask(source, sql_select(
    source, from, list(n = count_rows), where = where
  ), call, keep = FALSE)$n
  check_connected(source, call)
  by_rows <- function() filled_columns(fetched_parts(source$con, sql), rows)
  data <- tryCatch({
    parts <- packed_parts(source, spec$data[names], where, rows)
    packed <- if (!is.null(parts)) {
      tryCatch(
        noted_query(source, parts$sql, filled_columns(parts, rows)),
        ccdpanel_not_packed = function(e) NULL
      )
    }
    packed %||% noted_query(source, sql, by_rows())
  }, error = function(e) abort_engine(source, e, call))
  # The parts would still be there while the fit takes its room; few of them are not worth a search.
  if (as.numeric(nrow(data)) * length(names) > 1e6) gc(verbose = FALSE)
  if (!is.null(spec$panel)) {
    if (!is.null(where)) say_remote_panel(spec$data, spec$panel, call)
    data <- settled_panel(read_columns(data, call = call), spec$panel, call = call)
    if (is.null(where)) say_panel(spec$panel, data)
  } else {
    data <- read_columns(data, call = call)
  }
  outside <- if (!is.null(where)) rows_outside(source, from, nrow(data), call)
  attr(data, "fetched") <- list(
    mode = "rows", fetched = nrow(data), queries = remote_log(source), outside = outside
  )
  data
}

# The subset as a condition for the engine, where rows outside of it are no matter: not where a lag
# or a basis looks at them, nor where the engine cannot say it.
subset_there <- function(spec, call) {
  if (is.null(spec$subset)) return(NULL)
  source <- remote_source(spec$data)
  # No value that the engine refuses to compute.
  before <- source$guarded
  source$guarded <- is_postgres(source)
  on.exit(source$guarded <- before)
  plan <- tryCatch(remote_plan(spec, NULL, call), ccdpanel_error = function(e) NULL)
  if (!is.null(plan) && !has_lags(plan$t)) plan$subset
}

rows_outside <- function(source, from, inside, call) {
  found <- remote_ask(source, sql_select(source, from, list(n = count_rows)), call, keep = FALSE)
  found$n - inside
}

# The parts of a query's answer, one after the other; NULL behind the last.
fetched_parts <- function(con, sql, size = chunk_rows) {
  result <- DBI::dbSendQuery(con, DBI::SQL(sql))
  begun <- FALSE
  list(ask = function() {
    if (begun && DBI::dbHasCompleted(result)) return(NULL)
    begun <<- TRUE
    as.list(DBI::dbFetch(result, n = size))
  }, end = function() DBI::dbClearResult(result))
}

# Columns have room for the `n` rows that the engine counts before the first row comes: put together
# from their parts they would be there twice. A part of another class than the first waits for the
# end.
filled_columns <- function(parts, n) {
  on.exit(parts$end())
  part <- parts$ask()
  kinds <- lapply(part, attributes)
  columns <- lapply(part, function(x) rep(as.vector(unclass(x))[1], max(n, length(x))))
  late <- lapply(part, function(x) NULL)
  filled <- rep(0, length(part))
  asked <- 1
  repeat {
    for (j in seq_along(part)) {
      x <- part[[j]]
      if (is.null(late[[j]]) && identical(attributes(x), kinds[[j]])) {
        if (!is.null(kinds[[j]])) attributes(x) <- NULL
        columns[[j]][filled[j] + seq_along(x)] <- x
        filled[j] <- filled[j] + length(x)
      } else {
        late[[j]] <- c(late[[j]], part[j])
      }
    }
    # What parts left goes before others come; R by itself would wait for half of the table.
    part <- x <- NULL
    if (asked %% 4 == 0) gc(verbose = FALSE, full = FALSE)
    part <- parts$ask()
    asked <- asked + 1
    if (is.null(part)) break
  }
  for (j in seq_along(columns)) {
    if (length(columns[[j]]) > filled[j]) columns[[j]] <- columns[[j]][seq_len(filled[j])]
    attributes(columns[[j]]) <- kinds[[j]]
    if (length(late[[j]])) columns[[j]] <- do.call(c, c(columns[j], unname(late[[j]])))
  }
  structure(columns, class = "data.frame", row.names = .set_row_names(length(columns[[1]])))
}
