# Printed tables that say which rows are coefficients and which are statistics.

# Such as those of Gu and Cui: `part`, `model`, `term`, `estimate`, and more.
has_parts <- function(table) {
  all(c("part", "model", "term", "estimate") %in% names(table)) &&
    all(table$part %in% c("coefficient", "statistic"))
}

# The columns of a table that are called as the arguments are, where none is named of those that
# hold what is tested; `others` (names of rows, groups) may be named, and go along where they are
# not.
own_columns <- function(columns, table, others = list()) {
  named <- !vapply(columns, is.null, NA)
  if (any(named) || !is.data.frame(table)) return(c(columns, others))
  taken <- unlist(others)
  open <- table[setdiff(names(table), taken)]
  found <- found_columns(columns, open)
  some <- !all(vapply(found, is.null, NA))
  c(found, if (some) found_columns(others, open) else others)
}

without_columns <- function(table, names) {
  if (is.character(names)) table[setdiff(names(table), names)] else table
}

found_columns <- function(columns, table) {
  for (name in names(columns)) {
    if (is.null(columns[[name]]) && name %in% names(table)) columns[[name]] <- name
  }
  columns
}

part_rows <- function(table) {
  which <- c(
    "model", if (anyDuplicated(table[c("model", "term")])) intersect("equation", names(table)),
    "term"
  )
  item <- apply(as.matrix(table[which]), 1, function(x) paste(stats::na.omit(x), collapse = " "))
  data.frame(row = seq_len(nrow(table)), item = item)
}

# Statistics may be words (YES, NO), which are no numbers to be read.
without_words <- function(table, name) {
  words <- table$part == "statistic" & grepl("^[[:alpha:] ]+$", table[[name]])
  table[[name]][words] <- NA
  table
}

# The statistic called `term` in the rows of its model.
statistic_of <- function(table, term, b) {
  at <- which(table$part == "statistic" & table$term == term)
  pick <- at[match(table$model, table$model[at])]
  lapply(b[c("lower", "upper", "value", "text")], `[`, pick)
}

# A rank Wald F in the row of the only coefficient, but the constant, of its model.
wald_of <- function(table, b) {
  at <- which(table$part == "statistic" & grepl(
    "wald.*\\bF\\b|\\bF\\b.*wald|kleibergen.*\\bF\\b", table$term, ignore.case = TRUE
  ))
  if (!length(at)) return(NULL)
  slope <- table$part == "coefficient" &
    !grepl("^_?cons(tant)?$|intercept", table$term, ignore.case = TRUE)
  row <- vapply(table$model[at], function(m) {
    mine <- which(slope & table$model == m)
    if (length(mine) == 1) mine else NA_integer_
  }, 0L)
  pick <- at[match(seq_len(nrow(table)), row)]
  lapply(b[c("lower", "upper", "value", "text")], `[`, pick)
}

# Rows of the total effect, of the mediator's equation, of the mediator and of the direct effect;
# numbers stay as they are.
mediation_rows <- function(mediation, table, call) {
  if (!rlang::is_string(mediation)) return(mediation)
  fail <- function(why) {
    abort("rows", c(
      "{.arg mediation} names no mediation of {.arg table}: {why}.",
      i = "Give row numbers: {.code c(total = , a = , b = , direct = )}."
    ), call)
  }
  if (!has_parts(table) || !"outcome" %in% names(table)) {
    fail("it has no columns `part`, `model`, `outcome`, `term` and `estimate`")
  }
  slope <- table$part == "coefficient"
  b <- which(slope & table$term == mediation)
  a <- which(slope & table$outcome == mediation)
  if (length(b) != 1 || !length(a)) {
    fail(paste0(
      "\"", mediation, "\" must be the outcome of one model and a regressor of one other"
    ))
  }
  outcome <- slope & table$outcome == table$outcome[b]
  x <- setdiff(intersect(table$term[a], table$term[outcome]), c("Constant", "_cons"))
  if (length(x) != 1) fail("the models share more than one regressor, or none")
  rows <- c(
    total = which(outcome & table$term == x & table$model != table$model[b]),
    a = a[table$term[a] == x], b = b,
    direct = which(outcome & table$term == x & table$model == table$model[b])
  )
  if (!identical(names(rows), c("total", "a", "b", "direct"))) fail("each effect must be one row")
  rows
}

# The thresholds of the note below a table, where it carries them; rows and columns of the table
# keep its note.
noted_thresholds <- function(table) attr(table, "thresholds", exact = TRUE)

#' @export
`[.printed_table` <- function(x, ...) {
  out <- NextMethod()
  if (is.data.frame(out)) attr(out, "thresholds") <- noted_thresholds(x)
  out
}
