# Lazy tables that are made in steps, one after the other in one WITH, and expressions that are too
# deep for an engine, of which parts become columns of a step before.

# A lazy table with more columns, or others of a name that it has. Not by mutate(): dbplyr writes
# numbers with fifteen digits, and casts to a type of PostgreSQL's that keeps fifteen. `once`: the
# columns are long, and what follows names them several times.
with_columns <- function(source, table, exprs, once = FALSE) {
  exprs <- exprs[!vapply(exprs, is.null, NA)]
  if (!length(exprs)) return(table)
  kept <- setdiff(colnames(table), names(exprs))
  stepped <- in_steps(source, exprs)
  for (columns in stepped$before) {
    table <- with_step(table, columns, source, same_columns(colnames(table)))
  }
  with_step(table, stepped$exprs, source, same_columns(kept), once = once)
}

same_columns <- function(names) stats::setNames(lapply(names, as.name), names)

# The same table with these of its columns, as they are to be called.
with_names <- function(source, table, columns) {
  with_step(table, list(), source, lapply(columns[!duplicated(names(columns))], as.name))
}

# The rows of a lazy table that meet a condition.
with_rows <- function(source, table, where) {
  with_step(table, list(), source, same_columns(colnames(table)), where = where)
}

# The columns of a small table beside the rows that have its keys, missing beside others.
with_joined <- function(source, table, small, by) {
  own <- same_columns(setdiff(colnames(small), by))
  kept <- same_columns(colnames(table))
  with_step(table, own, source, kept, beside = list(table = small, by = by))
}

# One step after the other, not one within the other: SQLite reads a hundred words deep. It would
# also write each step into the next, which grows by powers: since 3.50.2 it refuses more than 2,000
# terms of sums (sqlite.org, log of changes), and releases before it are not to be trusted with
# them.
with_step <- function(table, exprs, source, kept, where = NULL, beside = NULL,
                      once = FALSE) {
  before <- attr(table, "steps", exact = TRUE)
  follows <- !is.null(before) && identical(before$of, table$lazy_query)
  steps <- if (follows) before$sql
  from <- if (follows) before$last else sql_nested(source, sql_text(source, table))
  columns <- c(kept, exprs)
  step <- if (is.null(beside)) {
    sql_select(source, from, columns, where = where)
  } else {
    sql_beside(source, from, kept, exprs, beside, if (follows) before$last)
  }
  if (once || is_sqlite(source)) step <- sql_once(source, step)
  last <- sql_names(source, paste0(".ccd_", substr(rlang::hash(c(steps, step)), 1, 12)))
  steps <- c(steps, paste0(last, " AS (\n", step, "\n)"))
  sql <- paste0("WITH ", paste(steps, collapse = ",\n"), "\nSELECT * FROM ", last)
  made <- dplyr::tbl(source$con, dbplyr::sql(sql), vars = names(columns))
  attr(made, "steps") <- list(sql = steps, last = last, of = made$lazy_query)
  made
}

# A query and the columns of a small table beside it.
sql_beside <- function(source, from, kept, columns, beside, name = NULL) {
  left <- name %||% sql_names(source, ".ccd_q")
  right <- sql_names(source, ".ccd_t")
  of <- function(side, names) paste0(side, ".", sql_names(source, names))
  listed <- c(
    paste(of(left, names(kept)), "AS", sql_names(source, names(kept))), of(right, names(columns))
  )
  small <- sql_nested(source, sql_text(source, beside$table), ".ccd_t")
  paste0(
    "SELECT ", paste(listed, collapse = ",\n  "), "\nFROM ", from, "\nLEFT JOIN ", small, "\nON ",
    paste(of(left, beside$by), "=", of(right, beside$by), collapse = " AND ")
  )
}

# SQLite reads a hundred open words deep, and computes a thousand operations deep: half of that is
# an expression's, beside the queries around it. Others read thousands, and some of them refuse to
# compute what a CASE keeps from them.
most_open <- 50
most_operations <- 400

# list(before: lists of columns, one a step; exprs), where no expression is too deep.
in_steps <- function(source, exprs) {
  if (!is_sqlite(source)) return(list(before = list(), exprs = exprs))
  parts <- new.env(parent = emptyenv())
  parts$columns <- list()
  exprs <- lapply(exprs, function(e) shallow(e, parts)$expr)
  level <- integer()
  for (name in names(parts$columns)) {
    level[[name]] <- 1L + max(0L, level[intersect(all.vars(parts$columns[[name]]), names(level))])
  }
  list(before = unname(split(parts$columns, level[names(parts$columns)])), exprs = exprs)
}

# list(expr, open words, operations within each other). Sums, products and conditions are read from
# the left without a word open, but computed one within the other.
shallow <- function(expr, parts) {
  if (!is.call(expr)) return(list(expr = expr, open = 1, deep = 0))
  word <- if (is.name(expr[[1]])) as.character(expr[[1]]) else ""
  alike <- if (length(expr) == 3 && word %in% names(sql_chains)) sql_chains[[word]]
  if (is.null(alike)) return(shallow_call(expr, word, parts))
  words <- chained_words(expr, alike)
  operands <- lapply(chained(expr, alike), shallow, parts = parts)
  Reduce(function(left, i) {
    if (left$deep >= most_operations) left <- set_before(left, parts)
    right <- beneath(operands[[i + 1]], 3, parts)
    list(
      expr = call(words[i], left$expr, right$expr), open = max(left$open, right$open),
      deep = 1 + max(left$deep, right$deep)
    )
  }, seq_along(words), operands[[1]])
}

shallow_call <- function(expr, word, parts) {
  cost <- open_words[word]
  if (is.na(cost)) cost <- 5
  arguments <- lapply(as.list(expr)[-1], function(e) {
    made <- shallow(e, parts)
    if (word == "case_when") made else beneath(made, cost, parts)
  })
  expr[-1] <- lapply(arguments, `[[`, "expr")
  list(
    expr = expr, open = max(1, vapply(arguments, `[[`, 0, "open")),
    deep = 1 + max(0, vapply(arguments, `[[`, 0, "deep"))
  )
}

# Words that stand open while an argument is read; of a function its name, brackets and arguments,
# of a case all before its value.
open_words <- c(
  "(" = 1, "!" = 2, is.na = 1, as.double = 2, "~" = 7, "/" = 3, "-" = 3, "==" = 3, "!=" = 3,
  "<" = 3, ">" = 3, "<=" = 3, ">=" = 3, "%in%" = 3
)

# An expression with `cost` more words open, or a column of it where that is too many.
beneath <- function(made, cost, parts) {
  if (made$open + cost > most_open || made$deep >= most_operations) made <- set_before(made, parts)
  made$open <- made$open + cost
  made
}

set_before <- function(made, parts) {
  if (!is.call(made$expr)) return(made)
  name <- paste0(".ccd_part", substr(rlang::hash(made$expr), 1, 12))
  parts$columns[[name]] <- made$expr
  list(expr = as.name(name), open = 1, deep = 0)
}
