#' Models of tables in a database
#'
#' [fe_reg()] and [system_reg()] take a table of a database connection ([dplyr::tbl()]) where they
#' take a data frame: the database sums, and the rows stay where they are.
#'
#' @section Method: Rows that share the levels of all effects, of the factors among the regressors
#' and of the clusters are a cell. A first query counts rows, missing values by variable, and takes
#' the mean of every column; where rows are left out, by missing values, `subset` or weights, the
#' means are those of one more, of the rows that are used. The next has, by cell, the number of
#' rows, their weight, and the sums of the columns less these means; the last their cross-products,
#' in all or, with clusters or factors, by each group that shares these. In DuckDB, where there are
#' no more than 100,000 cells, the two are one query. Where PostgreSQL expects no more, one scan has
#' all of it: columns are less what the first 1,000 rows have for a mean, and the sums, which say
#' how far off that was, are moved to the means (asked again where it was more than ten standard
#' deviations); one query more counts rows that are left out. With
#' \eqn{m_c}{m_c} the means and \eqn{W_c}{W_c} the weights of the cells,
#' \deqn{X'WX = [\sum w x x' - \sum_c W_c m_c m_c'] +
#' \sum_c W_c m_c m_c',}{X'WX = [sum w x x' - sum_c W_c m_c m_c'] + sum_c W_c m_c m_c',} and the
#' effects are absorbed from the means alone: the first term is within cells, where effects do not
#' reach.
#' Coefficients, covariances (`"iid"`, `"HC0"`, `"HC1"`, clusters of one and several ways), degrees
#' of freedom, singletons and connected components are those of the same call on the rows, not
#' approximations. `"HC0"` and `"HC1"` take one more query, with the cells' effects joined: in
#' PostgreSQL they are parameters of the query, elsewhere a temporary table (or, where the role may
#' make none, written into the query).
#'
#' No sum is one of raw squares: columns are less their means before they are multiplied, so that a
#' column of mean 1e8 and spread 1 keeps its digits. Where cells take all but 1e-5 of a column's
#' variation the database is asked for deviations from the cells' own means, and where no more than
#' 1e-5 of it is left beside other columns (a year beside its square) once more, for the sums of the
#' column less its combination of these, as often as that is so again. Results are those of the rows
#' to about 1e-10, or to the digits that such a combination leaves: of a number of 1e4 with its
#' square and its cube eight. Engines that sum in parallel differ in the last bits from run to run.
#'
#' Instruments are part of it: two-stage least squares, LIML, Fuller's estimator, and GMM (weighted
#' for heteroskedasticity by one query more), with [weak_iv()], [iv_tests()] and [anderson_rubin()]
#' under all of these covariances, and [first_stage()] of regressors that are variables of their
#' own. [add_controls()], [update()], [fe_constant()], [collinearity()], [test_restrictions()],
#' [wild_bootstrap()] and [regression_table()] take such fits.
#' [by_group()] asks what one fit asks, grouped by the groups as well, whatever
#' their number (`"HC0"` and `"HC1"` ask one query a group more), and one query more for a split by
#' unit, up to three for one by observation, whose median is that of rows numbered in the database.
#' [group_difference()] takes such groups by `"chow"`, `"stacked"` and `"wald"`. Units are
#' counted where the fit's effects, factors or clusters name them, and are missing otherwise.
#'
#' Systems are part of it too: [system_reg()] by every method, with instruments by equation,
#' restrictions and identities, under `"iid"`, `"HC0"` and clusters, and [system_tests()],
#' [test_restrictions()], [reduced_form()], [multipliers()], [equations()] and [weak_iv()] of it.
#' [system_bootstrap()] draws rows, and needs them. `predict()` adds a column `.fitted_` and its
#' name for each equation.
#'
#' What needs single rows is an error of class `ccdpanel_error_needs_rows`: HC2, HC3, CR2, CR3,
#' Newey-West, Driscoll-Kraay and Conley covariances; [residuals()], [fitted()], [weights()],
#' [hatvalues()], [model.matrix()], [model.frame()], [generics::augment()], [sandwich::estfun()];
#' what draws rows: [system_bootstrap()], `replays`, and [group_difference()] by `"permutation"`,
#' and [wild_bootstrap()] without clusters; [robustness()], [moderation_test()],
#' [threshold_test()] and [mediation_test()]; and [first_stage()] of products. `remote = "rows"`
#' fetches the columns of the model, of the rows inside `subset` where no lag and no basis looks at
#' others, and the fit is then one of a data frame. `predict(fit, newdata = table)` is the table
#' with the prediction as a column `.fitted`, computed in the database; it takes fits of data frames
#' as well.
#'
#' @section Formulas: Columns, numbers, `+ - * / ^` (of columns by columns too), `%%` and `%/%` by a
#' whole number, `log()` (any constant base), `log10()`, `log2()`, `log1p()`, `exp()`, `expm1()`,
#' `sqrt()`, `abs()`, `sign()`, `floor()`, `ceiling()`, `trunc()`, `round()` to whole numbers,
#' `as.integer()`, `pmin()`, `pmax()`, `findInterval()`, `sin()`, `cos()`, `tan()`, `atan()`,
#' comparisons, `%in%`, `xor()`, `is.na()`, `is.finite()`, `ifelse()`, dplyr's `if_else()`,
#' `between()` and `coalesce()`, `I()`, `l()` and `d()` (with `panel`), `factor()`, `offset()`,
#' products of variables and of factors; text columns are factors, as in memory, and so are parts of
#' them (`substr(code, 1, 2)`, also as effects and clusters; `startsWith()`). Columns of dates and
#' times are effects, clusters and groups, and are compared with dates (`subset = ~ day <
#' "2020-07-01"`). Conditions count as one and zero where numbers are meant, and numbers as true
#' where they are not zero. Text is equal or not; which of two comes first is asked only of digits
#' and signs (dates as text), since other letters have another order in each system. `char(n)` of
#' PostgreSQL is compared there without the blanks at its end, with which R has it. Text that only
#' its letters tell apart stays apart wherever rows are grouped, compared or joined, and in the
#' tables that come back, whatever the column's collation in SQLite, PostgreSQL and DuckDB
#' (`NOCASE`, `citext`). Values from outside the table are single numbers. Integers are cast to
#' double before anything is computed. What R answers by NaN is missing, what it answers by an
#' infinite value is an error that counts the rows, and neither is an error of the database.
#' `poly()`, splines and other functions are errors of class `ccdpanel_error_remote_term` that name
#' the term: make it a column by [dplyr::mutate()] first.
#'
#' @section Indices: [indicator_weights()], [composite_index()], [coupling()] and [descriptives()]
#' take such tables too. One scan gives the ranges of the indicators, a second the sums that their
#' weights need (entropies, standard deviations, correlations); smaller queries look at units and
#' times. Weights are a data frame; scores and \eqn{C}, \eqn{T}, \eqn{D}, level and stage are
#' columns of a lazy table, which dplyr's verbs, `coupling()` and `fe_reg()` take further without a
#' row being fetched, and of which [dplyr::collect()] makes what the same calls make of the rows.
#' `summary()` asks for means by groups, [scores()] is lazy as well. Percentiles of [descriptives()]
#' are those of rows that the database numbers in order. Entropies are sums of \eqn{(1 + t) \ln(1 +
#' t) - t}{(1 + t) ln(1 + t) - t} of relative deviations \eqn{t} from about the mean, so that
#' indicators of which values hardly differ keep the digits of their weights. Ranks ([normalise()]
#' by them), `summary(above = )`, obstacle degrees, uncertainty and everything that draws need rows
#' (`ccdpanel_error_needs_rows`).
#'
#' @section Queries: [dplyr::show_query()] of a fit prints what was asked, with rows returned and
#' seconds, or that it was refused; `fit$remote$queries` has them as a data frame (`NA` rows where
#' one was); `options(ccdpanel.remote_log = TRUE)` prints each as it is asked. Names and values are
#' quoted by dbplyr and DBI. Nothing is written but that temporary table. A fit keeps the answers,
#' so that `vcov(fit, )` asks only for what is new; it prints and makes tables after the connection
#' is closed, and says what is not computed. A `panel` that is declared is looked at as a
#' data frame's is (each unit and time once, units that lack times, two spellings of a unit) by one
#' query of the times, one grouped by units, and, of no more than 5,000 units that are text, one of
#' their names; beyond 46 times, rows are grouped by unit and time instead, which takes ten times as
#' long. Of units with gaps those are named that are the first with theirs. Spellings of effects,
#' clusters, factors and groups come with the cells.
#'
#' @section Sums that are kept: The sums of a fit answer later fits on the same connection, so that
#' five specifications of the same columns cost about one: a model asks nothing whose variables,
#' keys and clusters are among those of an earlier one with the same `subset` and `weights`, in
#' which no row was lost to the other variables; sums by fewer keys are sums of those by more. So
#' fit the largest model first. Kept sums are used only where the database says that it is in the
#' state it was in: PostgreSQL by its snapshot (any transaction that wrote since, in any table,
#' makes the sums be asked again), SQLite by its counters of changes. Within a transaction of the
#' user's own, beside foreign tables or attached files, and in other engines, each fit asks.
#' `options(ccdpanel.remote_keep = FALSE)` keeps nothing; `"always"` keeps whatever happens to the
#' tables, for engines that do not tell and tables that do not change. A table whose own query
#' depends on the clock or on random numbers needs `FALSE`. The 12 latest samples are kept, to 256
#' MB, and go with the connection.
#'
#' @section PostgreSQL: All queries of a fit are made in one read-only transaction of isolation
#' level repeatable read, and see one state of the table; it is rolled back at the end, and where
#' an error comes the connection stays usable. In a transaction of the user's own a savepoint takes
#' its place. NaN is missing, as in R; what the engine refuses to compute and R does not (an
#' overflow, a product that rounds to zero) is computed once more with a look at the operands; what
#' was cancelled, or ran out of time, is an error at once. A
#' column of type `money` is an error, since the driver reads it as zero. `real` columns count with
#' the value they hold, of which a driver shows the first digits only.
#'
#' In SQLite an index on the columns of the effects makes the grouped query several times slower:
#' leave it out, or hide the columns from it.
#'
#' @section Errors: `ccdpanel_error_needs_rows`, `_remote_term`, `_connection` (closed, or lost in
#'   the middle), `_engine` (the database refused a query; its words are kept), `_changed` (the
#'   table changed between two queries: their rows, or the sums of the same rows, differ), `_scale`
#'   (values whose squares no double holds), `_package` (DBI or dbplyr is not installed),
#'   `_duplicate` and `_panel` (lags of a table whose units and times are not unique or not whole
#'   numbers), and those of [fe_reg()].
#' @section Engines: SQLite and PostgreSQL 15 are run in the tests, PostgreSQL also with a table on
#' two servers (postgres_fdw). On DuckDB 1.5.6 the estimators of the tests were run once, by hand
#' and through a connection made for it, not by its R package: fits with several effects, weights
#' and missing values, HC1 and clusters, lags, factors, groups, systems by 3SLS and LIML, indices,
#' couplings and descriptive statistics agreed with those of the rows to 1e-10. With DuckDB 2.0.0
#' and its R package 165 random fits, 40 systems and 95 indices (weights, missing values, odd names,
#' pipelines of dplyr) were as near to those of the rows as those of SQLite are, and a fit of three
#' effects, clustered, of a Parquet file of 2e7 rows of 8 columns
#' took 2.7 s and 131 MB on two cores, and its columns fetched and fitted by fixest 28.9 s and 3.2
#' GB (the last part of `bench/remote.R` in the sources). ClickHouse and Spark
#' were not run: tests hold the text of their queries, in which doubles are cast by `toFloat64()`
#' and to `DOUBLE`, numbers have exponents so that they are no decimals, and NaN is missing. Other
#' engines get standard SQL. `vignette("firm-data")` goes from a connection to a table of models and
#' to an index, and has the lines that connect to each.
#'
#' @section Other software: dbreg has sums by cells for least squares on DuckDB and others, without
#'   instruments and several clusters; duckreg and pyfixest's compressed regression (Python) have
#'   weighted least squares on compressed rows; modeldb fits linear models by normal equations of
#'   raw columns.
#' @references Wong, J., Forsell, E., Lewis, R., Mao, T. and Wardrop, M. (2021). You only compress
#'   once: optimal data compression for estimating linear models. \doi{10.48550/arXiv.2102.11297}
#' @name remote-tables
#' @examplesIf all(nzchar(c(system.file(package = "RSQLite"), system.file(package = "dbplyr"))))
#' con <- DBI::dbConnect(RSQLite::SQLite(), ":memory:")
#' DBI::dbWriteTable(con, "states", as.data.frame(state_capital))
#' states <- dplyr::tbl(con, "states")
#' fit <- fe_reg(
#'   log(output) ~ log(highways) + unemployment | region + year, states,
#'   vcov = ~state, remote = "cells"
#' )
#' fit
#' fit$remote$queries[c("rows", "seconds")]
#' predict(fit, newdata = states) |> dplyr::select(state, year, .fitted)
#' DBI::dbDisconnect(con)
NULL

# A table in a database as the models see it: a data frame of its columns without a row, which
# carries the table, what was asked of it and what came back.
#
# `source` is an environment with nothing but data: the lazy table, its connection, the log of
# queries and their answers. Only the engine's answers are kept, never rows of the table.

#' @export
read_columns.tbl_lazy <- function(data, arg = "data", columns = NULL, call = rlang::caller_env(),
                                  remote = FALSE) {
  if (!remote) abort_needs_rows("This", call, arg)
  check_remote_packages(call)
  remote_columns(data, arg, call, call)
}

#' @export
read_columns.ccd_remote <- function(data, arg = "data", columns = NULL, call = rlang::caller_env(),
                                    remote = FALSE) {
  if (!remote) abort_needs_rows("This", call, arg)
  data
}

check_remote_packages <- function(call) {
  needed <- c("DBI", "dbplyr", "dplyr")
  absent <- needed[!vapply(needed, requireNamespace, NA, quietly = TRUE)]
  if (!length(absent)) return(invisible())
  abort("package", c(
    "A table in a database needs the package{?s} {.pkg {absent}}, which {?is/are} not installed.",
    i = "Install {?it/them}: {.code install.packages()}."
  ), call)
}

# `frame`: the function for whose time the database is seen in one state.
remote_columns <- function(table, arg, call, frame = NULL) {
  con <- dbplyr::remote_con(table)
  if (!inherits(con, "DBIConnection") || inherits(con, "TestConnection")) {
    abort("type", c(
      "{.arg {arg}} must be a table of a database connection, not {.obj_type_friendly {table}}.",
      i = "Make it by {.code dplyr::tbl(DBI::dbConnect(...), \"name\")}, or give a data frame."
    ), call)
  }
  source <- new.env(parent = emptyenv())
  source$table <- dplyr::ungroup(table)
  source$con <- con
  source$log <- list()
  check_connected(source, call)
  begin_state(source, frame, call)
  engine_says(source, remember_state(source), call)
  columns <- remote_ask(source, utils::head(source$table, 0), call)
  source$types <- attr(columns, "types")
  find_shards(source, names(columns), call)
  columns <- column_types(source, as.data.frame(columns)[0, , drop = FALSE], call)
  text <- names(columns)[vapply(columns, is.character, NA)]
  engine_says(source, keep_letters(source, text), call)
  structure(columns, class = c("ccd_remote", "data.frame"), source = source)
}

# Questions about the database itself: lost or refused, they are errors as others are.
engine_says <- function(source, code, call) {
  tryCatch(code, ccdpanel_error = rlang::cnd_signal, error = function(e) {
    abort_engine(source, e, call)
  })
}

# SQLite says nothing of the type of a column that was computed: its first value does.
column_types <- function(source, columns, call) {
  if (!is_sqlite(source)) return(columns)
  from <- sql_nested(source, sql_text(source, source$table))
  for (name in names(columns)[vapply(columns, is.logical, NA)]) {
    x <- as.name(name)
    type <- remote_ask(source, paste(
      sql_select(source, from, list(type = bquote(typeof(.(x)))), where = bquote(!is.na(.(x)))),
      "LIMIT 1"
    ), call)$type
    columns[[name]] <- if (identical(type, "text")) character() else numeric()
  }
  columns
}

remote_source <- function(data) attr(data, "source", exact = TRUE)

# The answer of the engine to one query, kept by its text: what is asked twice is answered once.
# NULL where it has more than `limit` rows. `sent`: values for the query's places, `$1` and on.
remote_ask <- function(source, query, call, limit = Inf, keep = TRUE, sent = NULL) {
  sql <- if (is.character(query)) query else sql_text(source, query)
  if (is.finite(limit)) sql <- sql_most(source, sql, limit)
  known <- if (keep) source$known$answers[[sql]]
  if (!is.null(known)) return(known)
  check_connected(source, call)
  answer <- noted_query(source, sql, tryCatch(
    fetch_most(source, sql, limit, sent), error = function(e) abort_engine(source, e, call)
  ))
  if (nrow(answer) > limit) return(NULL)
  answer[] <- lapply(answer, function(x) if (is_coded(x)) decoded(x) else x)
  if (keep) source$known$answers[[sql]] <- answer
  answer
}

# PostgreSQL's driver cancels what is left of an answer, and a query that is cancelled aborts the
# transaction: of more rows than are wanted the server is asked for one. (In the query itself a
# LIMIT would keep grouped sums from the servers of a table's parts.)
sql_most <- function(source, sql, limit) {
  if (!is_postgres(source)) return(sql)
  if (length(source$shards)) {
    sql <- paste("SELECT * FROM", sql_nested(source, sql_once(source, sql)))
  }
  paste0(sql, sprintf("\nLIMIT %.0f", floor(limit) + 1))
}

# Written once a table: dbplyr takes a tenth of a second for a table of many columns, which a model
# reads ten times, and the next model again. A fit's own is kept, as long as its answers.
sql_text <- function(source, query) {
  if (identical(query$lazy_query, source$own$of)) return(source$own$text)
  own <- identical(query$lazy_query, source$table$lazy_query)
  memory <- if (own) source$memory %||% source else source
  if (!identical(query$lazy_query, memory$written$of)) {
    text <- as.character(dbplyr::sql_render(query, con = source$con))
    memory$written <- list(of = query$lazy_query, text = text)
  }
  if (own) source$own <- memory$written
  memory$written$text
}

# No cursor is left open, whatever happens. PostgreSQL's own names of the types come with the
# answer.
fetch_most <- function(source, sql, limit, sent) {
  result <- DBI::dbSendQuery(source$con, DBI::SQL(sql))
  on.exit(DBI::dbClearResult(result))
  if (length(sent)) DBI::dbBind(result, unname(sent))
  most <- if (is.finite(limit) && !is_postgres(source)) floor(limit) + 1 else -1
  answer <- DBI::dbFetch(result, n = most)
  if (is_postgres(source) && nrow(answer) == 0) {
    info <- DBI::dbColumnInfo(result)
    attr(answer, "types") <- stats::setNames(info$.typname, info$name)
  }
  answer
}

# `code` asks a query, whose answer is counted, or that it was refused. It is printed as it is
# asked; a function that logs is called once it is answered or refused.
noted_query <- function(source, sql, code) {
  at <- length(source$log) + 1
  source$log[[at]] <- list(sql = sql, rows = NA_real_, seconds = NA_real_)
  log <- getOption("ccdpanel.remote_log")
  if (isTRUE(log)) message(sql)
  started <- proc.time()[["elapsed"]]
  on.exit(if (is.function(log)) log(sql))
  answer <- code
  source$log[[at]]$seconds <- proc.time()[["elapsed"]] - started
  source$log[[at]]$rows <- as.double(nrow(answer))
  answer
}

is_connected <- function(source) {
  isTRUE(tryCatch(DBI::dbIsValid(source$con), error = function(e) FALSE))
}

check_connected <- function(source, call) {
  if (is_connected(source)) return(invisible())
  abort("connection", c(
    "The connection of the table is closed.",
    i = "Connect again, make the table by {.fn dplyr::tbl}, and fit again; a fit keeps sums only."
  ), call)
}

# The engine's own words, with the connection left usable: what was begun is rolled back first.
abort_engine <- function(source, e, call) {
  if (isTRUE(source$trying)) {
    rlang::abort(conditionMessage(e), class = "ccdpanel_refused")
  }
  rolled_back <- end_state(source)
  valid <- rolled_back && answers_at_all(source)
  words <- trimws(conditionMessage(e))
  if (nchar(words) > 500) words <- paste0(substr(words, 1, 500), " ...")
  words <- gsub("([{}])", "\\1\\1", words)
  if (!valid) {
    abort("connection", c(
      paste0("The connection was lost in the middle of a query: ", words),
      i = "Connect again and fit again; nothing is half-done."
    ), call)
  }
  if (grepl("out of range: (over|under)flow", words)) {
    abort("scale", c(
      paste0("Values, or sums of them, are beyond what a double of the database holds: ", words),
      i = "Measure the columns of the largest values in another unit by {.fn dplyr::mutate}."
    ), call)
  }
  abort("engine", c(
    paste0("The database refused a query: ", words),
    i = "{.code options(ccdpanel.remote_log = TRUE)} prints the queries."
  ), call)
}

# A driver may hold a connection for open that the server has closed, or have made another without a
# word. Within a transaction that the error has stopped the answer is another error, which the
# connection has lived to bring.
answers_at_all <- function(source) {
  tryCatch({
    if (!DBI::dbIsValid(source$con)) return(FALSE)
    if (!is_postgres(source)) return(TRUE)
    now <- session_of(source$con)$session
    is.null(source$session) || identical(now, source$session)
  }, error = function(e) grepl("transaction", conditionMessage(e)))
}

abort_needs_rows <- function(what, call, arg = NULL) {
  what <- cli::format_inline(what)
  abort("needs_rows", c(
    if (is.null(arg)) {
      "{what} needs the rows of the data, which are in a database."
    } else {
      "{.arg {arg}} is a table in a database, and this needs its rows."
    },
    i = if (is.null(arg)) {
      "Fit with {.code remote = \"rows\"}, which fetches the columns of the model."
    } else {
      "Fetch what is needed by {.fn dplyr::collect}, selected columns first."
    }
  ), call)
}

#' @export
settled_panel.ccd_remote <- function(data, panel, arg = "panel", call = rlang::caller_env()) {
  check_panel_columns(panel, data, arg, call)
  for (name in panel) {
    as_levels(data[[name]], cli::format_inline("Panel column {.val {name}}"), "panel", call)
  }
  data
}
