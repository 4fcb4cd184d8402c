# Conditions, which to SQL are no numbers: true, false or missing. Where R takes one for a number,
# one and zero stand for it, and where it takes a number for one, that it is not zero.

truth_words <- c(
  "==", "!=", "<", ">", "<=", ">=", "&", "|", "!", "is.na", "%in%", "xor", "is.finite", "between",
  "startsWith", "as.logical"
)

is_condition <- function(expr) rlang::is_call(without_brackets(expr), truth_words)

# Is R's value of this true or false? A missing value is what stands beside it.
is_truth <- function(expr, t) {
  if (is.logical(expr)) return(TRUE)
  if (is.name(expr)) {
    name <- as.character(expr)
    if (name %in% names(t$columns)) return(is.logical(t$columns[[name]]))
    return(is.logical(t$scope[[name]] %||% get0(name, baseenv())))
  }
  if (!is.call(expr)) return(FALSE)
  word <- called_word(expr, t)
  if (word %in% truth_words) return(TRUE)
  if (word %in% c("(", "I") && length(expr) == 2) return(is_truth(expr[[2]], t))
  if (word == "coalesce") return(all(vapply(as.list(expr)[-1], is_truth, NA, t = t)))
  if (!word %in% c("ifelse", "if_else")) return(FALSE)
  given <- choice_arguments(expr, t)
  is_truth(given$yes, t) && is_truth(given$no, t)
}

truth_number <- function(expr, t) {
  if (is.logical(expr) && !is.na(expr)) return(as.double(expr))
  test <- held_truth(condition(expr, t), t)
  bquote(case_when(.(test) ~ 1, !(.(test)) ~ 0))
}

# An expression of R's as what a WHERE or a WHEN takes.
condition <- function(expr, t) {
  if (!is_truth(expr, t)) return(call("(", call("!=", translated(expr, t), 0)))
  if (is.logical(expr)) return(known_truth(expr))
  if (is.name(expr)) {
    name <- as.character(expr)
    return(if (name %in% names(t$columns)) expr else known_truth(known_value(name, t)))
  }
  word <- called_word(expr, t)
  if (word %in% c("(", "I")) return(call("(", condition(expr[[2]], t)))
  rule <- truth_rules[[word]]
  if (!is.null(rule)) return(rule(expr, t))
  if (!word %in% c("&", "|", "!")) return(comparison_rule(expr, t))
  if (word == "!") return(call("!", condition(expr[[2]], t)))
  parts <- lapply(chained(expr, word), condition, t = t)
  Reduce(function(a, b) call(word, a, b), parts)
}

# Not all engines have words for true and false.
known_truth <- function(value) {
  if (is.na(value)) quote((as.double(NA) == 1)) else bquote((1 == .(as.double(value))))
}

# NULL is neither true nor false to SQL: a condition that is missing gives a missing value, as in R.
# What is infinite where it is not chosen is of no account.
ifelse_rule <- function(expr, t) {
  given <- choice_arguments(expr, t)
  for (e in given[c("yes", "no")]) if (is_text(e, t)) abort_term(expr, t)
  test <- held_truth(condition(given$test, t), t)
  yes <- where_chosen(test, t, translated(given$yes, t))
  no <- where_chosen(call("!", call("(", test)), t, translated(given$no, t))
  bquote(case_when(.(test) ~ .(yes), !(.(test)) ~ .(no)))
}

# `code` translates: the tests that it gathers count where `test` is true.
where_chosen <- function(test, t, code) {
  before <- length(t$gathered$tests)
  value <- force(code)
  for (i in before + seq_len(length(t$gathered$tests) - before)) {
    t$gathered$tests[[i]]$test <- bquote((.(test)) & (.(t$gathered$tests[[i]]$test)))
  }
  value
}

choice_arguments <- function(expr, t) {
  words <- if (called_word(expr, t) == "if_else") {
    c("condition", "true", "false")
  } else {
    c("test", "yes", "no")
  }
  given <- stats::setNames(arguments_of(expr, words, t), c("test", "yes", "no"))
  if (any(vapply(given, is.null, NA))) abort_term(expr, t)
  given
}

chosen_truth <- function(expr, t) call("(", call("==", ifelse_rule(expr, t), 1))

xor_rule <- function(expr, t) {
  given <- arguments_of(expr, c("x", "y"), t)
  if (any(vapply(given, is.null, NA))) abort_term(expr, t)
  x <- held_truth(condition(given$x, t), t)
  y <- held_truth(condition(given$y, t), t)
  bquote(((.(x) | .(y)) & !(.(x) & .(y))))
}

# False where R's value is missing or infinite, and no error there.
finite_rule <- function(expr, t) {
  if (length(expr) != 2 || is_text(expr[[2]], t)) abort_term(expr, t)
  before <- t$gathered$tests
  t$gathered$tests <- list()
  x <- held(translated(expr[[2]], t), t)
  infinite <- lapply(t$gathered$tests, function(found) {
    bquote(case_when(.(found$test) ~ 1, TRUE ~ 0) == 0)
  })
  t$gathered$tests <- before
  known <- bquote(!is.na(.(x)) & abs(.(x)) <= .(largest))
  call("(", Reduce(function(a, b) call("&", a, b), infinite, known))
}

between_rule <- function(expr, t) {
  given <- arguments_of(expr, c("x", "left", "right"), t)
  if (any(vapply(given, is.null, NA))) abort_term(expr, t)
  condition(bquote((.(given$x) >= .(given$left) & .(given$x) <= .(given$right))), t)
}

as_logical_rule <- function(expr, t) {
  if (length(expr) != 2 || is_text(expr[[2]], t)) abort_term(expr, t)
  call("(", condition(expr[[2]], t))
}

comparison_rule <- function(expr, t) {
  operands <- unname(as.list(expr)[-1])
  dated <- which(vapply(operands, is_dated, NA, t = t))
  if (length(dated)) return(dated_comparison(expr, operands, dated, t))
  text <- vapply(operands, is_text, NA, t = t)
  if (any(text)) return(text_comparison(expr, operands, text, t))
  missing <- rlang::is_call(expr, "is.na") && is_truth(operands[[1]], t)
  as.call(c(expr[[1]], lapply(operands, if (missing) condition else translated, t = t)))
}

# Columns of dates and times are compared with each other, and with dates and times.
is_dated <- function(expr, t) {
  is.name(expr) && inherits(t$columns[[as.character(expr)]], c("Date", "POSIXct"))
}

dated_comparison <- function(expr, operands, dated, t) {
  if (rlang::is_call(expr, "is.na") || length(dated) == 2) return(as.call(c(expr[[1]], operands)))
  other <- 3 - dated
  values <- dated_values(operands[[other]], operands[[dated]], expr, t)
  if (length(values) != 1) abort_term(expr, t)
  operands[[other]] <- values[[1]]
  as.call(c(expr[[1]], operands))
}

# Dates and times from outside the table as the engine compares them with a column: PostgreSQL takes
# text to be of the column's type, RSQLite holds numbers.
dated_values <- function(value, column, expr, t) {
  if (any(all.vars(value) %in% names(t$columns))) abort_term(expr, t)
  name <- as.character(column)
  own <- t$columns[[name]]
  if (is.language(value)) value <- eval(value, list2env(as.list(t$scope), parent = baseenv()))
  if (is.character(value)) {
    zone <- attr(own, "tzone") %||% ""
    value <- tryCatch(
      if (inherits(own, "Date")) as.Date(value) else as.POSIXct(value, tz = zone),
      error = function(e) NULL
    )
  }
  if (!inherits(value, class(own)[1]) || anyNA(value)) abort_term(expr, t)
  day <- inherits(own, "Date")
  switch(dialect_of(t$source$con),
    sqlite = as.list(as.double(value)),
    postgres = as.list(if (day) format(value) else {
      stamped(value, t$source$types[[name]], t$source)
    }),
    lapply(
      if (day) format(value) else format(value, "%Y-%m-%d %H:%M:%OS6", tz = "UTC"),
      function(text) call(if (day) "as.Date" else "as.POSIXct", text)
    )
  )
}

membership_rule <- function(expr, t) {
  if (is_dated(expr[[2]], t)) {
    values <- dated_values(expr[[3]], expr[[2]], expr, t)
    tests <- lapply(values, function(v) call("==", expr[[2]], v))
    if (!length(tests)) return(call("is.na", 1))
    any <- call("(", Reduce(function(a, b) call("|", a, b), tests))
    return(bquote(.(any) & !is.na(.(expr[[2]]))))
  }
  values <- tryCatch(
    eval(expr[[3]], list2env(as.list(t$scope), parent = baseenv())), error = function(e) NULL
  )
  text <- is_text(expr[[2]], t)
  if (!is.atomic(values) || is.null(values)) abort_term(expr, t)
  if (text != is.character(values) && !all(is.na(values))) {
    abort_term(expr, t, "a comparison of text with what is none")
  }
  left <- if (text) translated_text(expr[[2]], t) else translated(expr[[2]], t)
  known <- as.vector(values[!is.na(values)], if (text) "character" else "double")
  among <- if (length(known)) call("(", bquote(.(left) %in% .(known))) else known_truth(FALSE)
  if (anyNA(values)) bquote((.(among) | is.na(.(left)))) else bquote((.(among) & !is.na(.(left))))
}
