# One state of the database for all queries of a fit, and what is known of it from earlier fits.
#
# PostgreSQL answers all queries of a read-only transaction of isolation level repeatable read from
# one state, and says which transactions that state has seen. Where it is the state of an earlier
# fit on the connection, the tables are the same, and what was answered then is not asked again.
# SQLite counts its changes. Of other engines neither is known: each fit asks, and queries are
# compared by their counts.

is_postgres <- function(source) inherits(source$con, "PqConnection")

is_sqlite <- function(source) inherits(source$con, "SQLiteConnection")

is_duckdb <- function(source) dialect_of(source$con) == "duckdb"

# Until the function whose frame it is returns. Within a transaction of the user's own it is a
# savepoint, and nothing is known from before. Of a connection that is closed a fit still has what
# it was answered.
begin_state <- function(source, frame, call) {
  on_stack <- any(vapply(sys.frames(), identical, NA, frame))
  if (!is.environment(frame) || !on_stack || isTRUE(source$inside)) return(invisible())
  if (!is_connected(source)) return(closed_source(source))
  if (is_postgres(source)) begin_transaction(source, call)
  source$inside <- TRUE
  do.call(on.exit, list(bquote(.(end_state)(.(source))), add = TRUE), envir = frame)
  invisible()
}

# PostgreSQL's driver quotes names by the connection: a stand-in writes the same queries, by which
# answers are found.
closed_source <- function(source) {
  if (is_postgres(source)) {
    source$con <- structure(list(), class = c(
      "ccd_closed", "PqConnection", "TestConnection", "DBIConnection"
    ))
  }
  invisible()
}

#' @exportS3Method dbplyr::sql_escape_ident
sql_escape_ident.ccd_closed <- function(con, x) dbplyr::sql_quote(x, "\"")

# What is begun is rolled back: nothing was written, and settings go back to what they were.
end_state <- function(source) {
  source$inside <- FALSE
  if (is.null(source$ending)) return(invisible(TRUE))
  undone <- try(source$ending(), silent = TRUE)
  source$ending <- NULL
  invisible(!inherits(undone, "try-error"))
}

begin_transaction <- function(source, call) {
  con <- source$con
  execute <- function(...) for (sql in c(...)) DBI::dbExecute(con, DBI::SQL(sql))
  tryCatch({
    found <- session_of(con)
    of_user <- found$inside
    source$session <- found$session
    if (of_user) {
      execute("SAVEPOINT ccdpanel_fit")
      source$ending <- function() {
        execute("ROLLBACK TO SAVEPOINT ccdpanel_fit", "RELEASE SAVEPOINT ccdpanel_fit")
      }
    } else {
      DBI::dbBegin(con)
      source$ending <- function() DBI::dbRollback(con)
      execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    }
    DBI::dbGetQuery(con, DBI::SQL(transaction_settings()))
    source$of_user <- of_user
  }, error = function(e) abort_engine(source, e, call))
}

# Grouped sums go down into the parts of a table; numbers keep all their digits. Where the server
# compiles expressions (from costs of 1e5 on), optimised code of the sums of a model is worth its
# second from about 3e6 rows on, and written without calls another from 2e7: as the server has it,
# both from 1e7.
local_settings <- c(
  enable_partitionwise_aggregate = "on", extra_float_digits = "1", jit_optimize_above_cost = "2e5",
  jit_inline_above_cost = "1.2e6"
)

transaction_settings <- function() {
  paste0("SELECT ", paste0(
    "set_config('", names(local_settings), "', '", local_settings, "', true)", collapse = ", "
  ))
}

# Code whose queries the engine may refuse for a value that it cannot compute, and then NULL, with
# the transaction as it was. What was cancelled, or lost, is an error.
try_inside <- function(source, code, call) {
  savepoint <- function(sql) DBI::dbExecute(source$con, DBI::SQL(paste(sql, "ccdpanel_try")))
  engine_says(source, savepoint("SAVEPOINT"), call)
  source$trying <- TRUE
  on.exit(source$trying <- FALSE)
  made <- tryCatch(code, ccdpanel_refused = identity)
  source$trying <- FALSE
  if (!inherits(made, "ccdpanel_refused")) return(made)
  of_value <- tryCatch({
    savepoint("ROLLBACK TO SAVEPOINT")
    is_of_value(conditionMessage(made), function(sql) {
      said <- tryCatch(DBI::dbGetQuery(source$con, DBI::SQL(sql)), error = conditionMessage)
      savepoint("ROLLBACK TO SAVEPOINT")
      said
    })
  }, error = function(e) FALSE)
  if (of_value) NULL else abort_engine(source, made, call)
}

# The driver passes on what the server says and not its code, and it says it in the language that it
# is set to: what it says of values is what it says of these.
not_computed <- c(
  "1e300::float8 * 1e300::float8", "1e-300::float8 * 1e-300::float8", "1::float8 / 0",
  "ln(0::float8)", "ln((-1)::float8)", "sqrt((-1)::float8)", "power(0::float8, -1)",
  "power((-1)::float8, 0.5)", "sin('Infinity'::float8)", "2147483647 + 1",
  "9223372036854775807 + 1", "32767::int2 + 1::int2", "power(1e300::numeric, 1e300::numeric)",
  "'a'::text::float8", "'1e400'::text::float8"
)

is_of_value <- function(words, ask) {
  # "Failed to fetch row : ERROR:  division by zero", and lines on where; values are quoted.
  core <- function(text) {
    first <- sub("^.*?:\\s*[^:]*:\\s+", "", strsplit(text, "\n")[[1]][1], perl = TRUE)
    gsub("\"[^\"]*\"", "", first)
  }
  for (value in not_computed) {
    said <- ask(paste("SELECT", value))
    if (is.character(said) && identical(core(said), core(words))) return(TRUE)
  }
  FALSE
}

# A statement that comes in one message begins when its transaction does, unless that is older.
session_of <- function(con) {
  DBI::dbGetQuery(con, DBI::SQL(paste(
    "SELECT transaction_timestamp() <> statement_timestamp() AS inside, pg_backend_pid() AS session"
  )), immediate = TRUE)
}

# A text that changes when any table of the database may have; NULL where the engine tells none.
database_state <- function(source) {
  keep <- getOption("ccdpanel.remote_keep", TRUE)
  state <- tryCatch({
    if (is_postgres(source)) {
      postgres_state(source)
    } else if (is_sqlite(source)) {
      sqlite_state(source)
    }
  }, error = function(e) NULL)
  if (identical(keep, "always")) "always" else if (!identical(keep, FALSE)) state
}

# Tables on other servers change without a word to this one.
postgres_state <- function(source) {
  state <- snapshot_of(source)
  if (!isTRUE(source$of_user) && isFALSE(source$elsewhere)) state
}

snapshot_of <- function(source) {
  found <- DBI::dbGetQuery(source$con, DBI::SQL(paste(
    "SELECT concat_ws(' ', txid_current_snapshot(), pg_backend_pid(), current_user,",
    "current_schemas(true), current_setting('TimeZone')) AS state,",
    "EXISTS (SELECT FROM pg_catalog.pg_foreign_table) AS elsewhere"
  )))
  source$elsewhere <- found$elsewhere
  found$state
}

sqlite_state <- function(source) {
  if (inside_sqlite(source$con)) return(NULL)
  found <- DBI::dbGetQuery(source$con, DBI::SQL(paste(
    "SELECT total_changes() AS own,",
    "(SELECT data_version FROM pragma_data_version) AS others,",
    "(SELECT schema_version FROM pragma_schema_version) AS tables,",
    "(SELECT count(*) FROM pragma_database_list WHERE name NOT IN ('main', 'temp')) AS elsewhere"
  )))
  if (found$elsewhere == 0) paste(found$own, found$others, found$tables)
}

# What is taken back is no change that SQLite counts: within a transaction of the user's own nothing
# is known from before, nor afterwards from within. It tells by refusing to begin another.
inside_sqlite <- function(con) {
  begun <- tryCatch(DBI::dbExecute(con, DBI::SQL("BEGIN")), error = function(e) NULL)
  if (!is.null(begun)) DBI::dbExecute(con, DBI::SQL("COMMIT"))
  is.null(begun)
}

# What is known of a connection: its words for expressions, and the answers of its present state.
# They go when the connection goes.
remote_memory <- new.env(parent = emptyenv())
remote_memory$all <- list()

connection_memory <- function(con) {
  key <- connection_key(con)
  remote_memory$all <- Filter(function(r) !is.null(rlang::wref_key(r)), remote_memory$all)
  for (known in remote_memory$all) {
    if (identical(rlang::wref_key(known), key, extptr.as.ref = TRUE)) {
      return(rlang::wref_value(known))
    }
  }
  memory <- list2env(list(words = new.env(parent = emptyenv())), parent = emptyenv())
  if (!is.null(key)) {
    remote_memory$all <- c(remote_memory$all, rlang::new_weakref(key, memory))
  }
  memory
}

# What is the same object wherever the connection is copied to.
connection_key <- function(con) {
  for (name in if (isS4(con)) methods::slotNames(con)) {
    value <- methods::slot(con, name)
    if (is.environment(value) || typeof(value) == "externalptr") return(value)
  }
  NULL
}

# The answers that hold in the present state: those of an earlier fit, or none yet.
remember_state <- function(source) {
  memory <- connection_memory(source$con)
  source$memory <- memory
  source$words <- memory$words
  state <- database_state(source)
  if (is.null(state) || !identical(state, memory$state)) {
    memory$state <- state
    memory$known <- new_answers()
  }
  source$known <- if (is.null(state)) new_answers() else memory$known
}

new_answers <- function() {
  list2env(list(answers = list(), moments = list(), scans = list()), parent = emptyenv())
}

# Runs what changes nothing but a table of ours; what is known stays known.
without_a_change <- function(source, code) {
  memory <- connection_memory(source$con)
  known <- !is.null(memory$state) && identical(memory$state, database_state(source))
  force(code)
  if (known) memory$state <- database_state(source)
}
