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
  columns <- stats::setNames(lapply(names, as.name), names)
  where <- subset_there(spec, call)
  from <- sql_nested(source, sql_text(source, source$table))
  sql <- sql_select(source, from, columns, where = where)
  check_connected(source, call)
  started <- proc.time()[["elapsed"]]
  chunks <- tryCatch(
    fetch_chunks(source$con, sql), error = function(e) abort_engine(source, e, call)
  )
  data <- join_chunks(chunks, names)
  note_query(source, sql, nrow(data), proc.time()[["elapsed"]] - started)
  if (!is.null(spec$panel)) {
    data <- settled_panel(read_columns(data, call = call), spec$panel, call = call)
    say_panel(spec$panel, data)
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
  if (!length(plan$t$gathered$lags)) plan$subset
}

rows_outside <- function(source, from, inside, call) {
  found <- remote_ask(source, sql_select(source, from, list(n = count_rows)), call, keep = FALSE)
  found$n - inside
}

fetch_chunks <- function(con, sql) {
  result <- DBI::dbSendQuery(con, DBI::SQL(sql))
  on.exit(DBI::dbClearResult(result))
  chunks <- new.env(parent = emptyenv())
  chunks$all <- list()
  repeat {
    chunks$all[[length(chunks$all) + 1]] <- as.list(DBI::dbFetch(result, n = chunk_rows))
    if (DBI::dbHasCompleted(result)) return(chunks)
  }
}

# Column by column, each let go where it came from, so that no column is there twice but the one at
# work.
join_chunks <- function(chunks, names) {
  columns <- lapply(seq_along(names), function(j) {
    column <- if (length(chunks$all) == 1) {
      chunks$all[[1]][[j]]
    } else {
      do.call(c, lapply(chunks$all, `[[`, j))
    }
    for (i in seq_along(chunks$all)) chunks$all[[i]][j] <- list(NULL)
    column
  })
  names(columns) <- names
  structure(columns, class = "data.frame", row.names = .set_row_names(length(columns[[1]])))
}
