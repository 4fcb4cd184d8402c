# The few shapes of query that are asked, written from translated expressions.
#
# dbplyr and DBI quote every name and text, and dbplyr knows what engines name differently; only the
# words that all of them share are written here.

# Names as the engine quotes them. DBI makes objects of each, so that what was quoted is kept.
sql_names <- function(source, names) {
  if (!length(names)) return(character())
  keys <- paste0("name ", names)
  new <- !duplicated(keys) & !vapply(keys, exists, NA, envir = source$words, inherits = FALSE)
  if (any(new)) {
    quoted <- dbplyr::escape(
      dbplyr::ident(unname(names[new])), parens = FALSE, collapse = NULL, con = source$con
    )
    list2env(stats::setNames(as.list(as.character(quoted)), keys[new]), source$words)
  }
  unlist(mget(keys, source$words), use.names = FALSE)
}

# R calls of columns, numbers and text, in the engine's words. `window`: by these columns, each
# value that is taken of several is one of its group. What was translated is kept: a fit asks for
# the same sums again, whatever is looked at.
sql_expressions <- function(source, exprs, window = NULL) {
  key <- rlang::hash(list(unname(exprs), window))
  source$words[[key]] <- source$words[[key]] %||%
    vapply(unname(exprs), sql_of, "", source = source, window = window)
  source$words[[key]]
}

# What every engine says alike is written here, since dbplyr takes a second for the sums of a model;
# a function that engines name differently is asked of dbplyr once, of arguments that stand in.
sql_of <- function(expr, source, window = NULL) {
  if (is.name(expr)) return(sql_names(source, as.character(expr)))
  if (!is.call(expr)) return(sql_constant(expr, source))
  word <- if (is.name(expr[[1]])) as.character(expr[[1]]) else ""
  # SQLite reads a hundred brackets deep; sums, products and conditions are computed from the left
  # without.
  alike <- if (length(expr) == 3 && word %in% names(sql_chains)) sql_chains[[word]]
  arguments <- if (length(alike)) chained(expr, alike) else as.list(expr)[-1]
  if (!is.null(names(arguments))) arguments <- arguments[names(arguments) != "na.rm"]
  if (word == "case_when") return(sql_cases(arguments, source, window))
  listed <- word == "%in%" & seq_along(arguments) == 2
  made <- rep("", length(arguments))
  made[!listed] <- vapply(
    unname(arguments[!listed]), sql_of, "", source = source, window = window
  )
  if (word == "(") return(paste0("(", made, ")"))
  if (word %in% names(sql_infix)) {
    made <- ifelse(vapply(arguments, is_bare_infix, NA), paste0("(", made, ")"), made)
    if (length(made) == 1) return(paste0("(", sql_infix[[word]], made, ")"))
    words <- if (length(alike)) chained_words(expr, alike) else word
    if (word %in% c("&", "|")) made <- in_hundreds(made, sql_infix[[word]])
    between <- sql_infix[words[seq_along(made[-1])]]
    return(paste(c(made[1], paste(between, made[-1])), collapse = " "))
  }
  if (word %in% names(sql_sums)) {
    over <- if (!is.null(window)) {
      by <- paste(sql_names(source, window), collapse = ", ")
      paste0(" OVER (", if (length(window)) paste("PARTITION BY", by), ")")
    }
    # Of numbers of 1e160 PostgreSQL's AVG ends the query, since it squares them on the way.
    if (word == "mean" && is_postgres(source)) {
      return(paste0("(SUM(", made, ")", over, " / COUNT(", made, ")", over, ")"))
    }
    return(paste0(sql_sums[[word]], "(", if (length(made)) made else "*", ")", over))
  }
  switch(word,
    "!" = paste0("NOT (", made, ")"),
    is.na = paste0("(", made, " IS NULL)"),
    "%in%" = sql_among(arguments, made, source),
    as_letters = paste0(made, " COLLATE ", if (is_sqlite(source)) "BINARY" else "\"C\""),
    as.double = sql_double(expr, arguments, made, source),
    is.nan = paste0(nan_test[[dialect_of(source$con)]], "(", made, ")"),
    sql_function(expr, arguments, made, source)
  )
}

# Engines compute a thousand operations within each other, SQLite no more: of conditions a hundred
# go in one pair of brackets.
in_hundreds <- function(made, word) {
  if (length(made) <= 200) return(made)
  by <- split(made, (seq_along(made) - 1) %/% 100)
  unname(vapply(by, function(part) {
    paste0("(", paste(part, collapse = paste0(" ", word, " ")), ")")
  }, ""))
}

# With all digits of numbers.
sql_among <- function(arguments, made, source) {
  left <- if (is_bare_infix(arguments[[1]])) paste0("(", made[1], ")") else made[1]
  values <- vapply(arguments[[2]], sql_constant, "", source = source)
  paste0(left, " IN (", paste(values, collapse = ", "), ")")
}

sql_infix <- c(
  `+` = "+", `-` = "-", `*` = "*", `/` = "/", `==` = "=", `!=` = "<>", `<` = "<", `>` = ">",
  `<=` = "<=", `>=` = ">=", `&` = "AND", `|` = "OR"
)

# What stands in a row without brackets.
sql_chains <- list(`+` = c("+", "-"), `-` = c("+", "-"), `*` = "*", `&` = "&", `|` = "|")

# The words between the parts of chained().
chained_words <- function(expr, words) {
  between <- character()
  while (rlang::is_call(expr, words, n = 2)) {
    between <- c(as.character(expr[[1]]), between)
    expr <- expr[[2]]
  }
  between
}

sql_sums <- c(sum = "SUM", min = "MIN", max = "MAX", mean = "AVG", n = "COUNT")

is_bare_infix <- function(expr) {
  is.call(expr) && is.name(expr[[1]]) && as.character(expr[[1]]) %in% names(sql_infix)
}

sql_cases <- function(cases, source, window) {
  otherwise <- vapply(cases, function(case) isTRUE(case[[2]]), NA)
  written <- vapply(cases, function(case) {
    value <- sql_of(case[[3]], source, window)
    if (isTRUE(case[[2]])) return(paste("ELSE", value))
    paste0("WHEN (", sql_of(case[[2]], source, window), ") THEN ", value)
  }, "")
  paste("CASE", paste(c(written[!otherwise], written[otherwise]), collapse = " "), "END")
}

# Arguments that are constants stay as they are: as.integer(2L).
sql_function <- function(expr, arguments, made, source) {
  computed <- vapply(arguments, is.language, NA)
  stand_in <- paste0(".ccd_arg", seq_along(arguments))
  expr[seq_along(arguments) + 1] <- replace(
    arguments, computed, lapply(stand_in[computed], as.name)
  )
  key <- paste0("call ", rlang::hash(expr))
  source$words[[key]] <- source$words[[key]] %||% as.character(dbplyr::translate_sql_(
    list(rlang::new_quosure(expr, baseenv())), con = source$con, window = FALSE
  ))
  out <- source$words[[key]]
  for (i in which(computed)) {
    infix <- is_bare_infix(arguments[[i]]) || !grepl("(", out, fixed = TRUE)
    out <- gsub(
      sql_names(source, stand_in[i]), if (infix) paste0("(", made[i], ")") else made[i], out,
      fixed = TRUE
    )
  }
  out
}

# SELECT named expressions (beside all columns of `from`) FROM a query, of some rows, by groups.
sql_select <- function(source, from, exprs, all = FALSE, where = NULL, keys = character(),
                       window = NULL) {
  columns <- if (length(exprs)) {
    written <- sql_expressions(source, exprs, window)
    names <- sql_names(source, names(exprs))
    ifelse(written == names, names, paste(written, "AS", names))
  }
  columns <- c(if (all) "*", if (length(keys)) sql_names(source, keys), columns)
  paste0(
    "SELECT ", paste(columns, collapse = ",\n  "), "\nFROM ", from,
    if (!is.null(where)) paste0("\nWHERE ", sql_expressions(source, list(where))),
    if (length(keys)) paste0("\nGROUP BY ", paste(sql_names(source, keys), collapse = ", "))
  )
}

sql_nested <- function(source, sql, alias = ".ccd_q") {
  paste0("(\n", gsub("(^|\n)", "\\1  ", sql), "\n) AS ", sql_names(source, alias))
}

# PostgreSQL and SQLite write the expressions of a nested query into every sum that names them, and
# compute them as often; one that ends so they compute once a row. (`OFFSET 0` without quotes is an
# int4 that has yet to become an int8: no constant, by which PostgreSQL takes no second process.)
sql_once <- function(source, sql) {
  if (is_postgres(source)) return(paste0(sql, "\nOFFSET '0'"))
  if (is_sqlite(source)) paste0(sql, "\nLIMIT -1") else sql
}

# The rows of one query that meet a table by their keys.
sql_joined <- function(source, left, right, keys) {
  on <- paste0(
    sql_names(source, ".ccd_q"), ".", sql_names(source, keys), " = ",
    sql_names(source, ".ccd_t"), ".", sql_names(source, keys)
  )
  paste0(left, "\nINNER JOIN ", right, "\nON ", paste(on, collapse = " AND "))
}

count_rows <- quote(as.double(n()))
