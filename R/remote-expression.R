# R's expressions as the engine is to compute them: the same values as R's, and never an error of
# the engine's.
#
# Columns are cast to double before anything is done with them. What R answers by NaN becomes NULL,
# a missing value here as there; what R answers by an infinite value becomes zero, and a test counts
# such rows, which are an error wherever they are in the sample.

# Where expressions are translated: columns, values from outside the data, the panel, and what the
# translation gathers: tests for infinite values, lags and long parts.
remote_translator <- function(spec, source, call) {
  gathered <- new.env(parent = emptyenv())
  gathered$tests <- list()
  gathered$parts <- list()
  gathered$leaves <- character()
  list(
    columns = spec$data, scope = spec$scope, panel = spec$panel, source = source, call = call,
    gathered = gathered, guarded = isTRUE(source$guarded)
  )
}

# Sums and products are as deep as they are long: their left side is gone down at once.
translated <- function(expr, t) {
  above <- list()
  while (rlang::is_call(expr, names(infix_rules), n = 2) && nzchar(called_word(expr, t))) {
    above <- c(list(expr), above)
    expr <- expr[[2]]
  }
  value <- translated_alone(expr, t)
  for (outer in above) {
    rule <- infix_rules[[called_word(outer, t)]]
    value <- rule(outer, list(value, translated(outer[[3]], t)), t)
  }
  value
}

translated_alone <- function(expr, t) {
  if (is.numeric(expr) || is.character(expr)) return(expr)
  if (is_truth(expr, t)) return(truth_number(expr, t))
  if (is.name(expr)) return(translated_name(as.character(expr), t))
  rule <- remote_rules[[called_word(expr, t)]]
  if (is.null(rule)) abort_term(expr, t)
  rule(expr, t)
}

# The function that is called, unless a value of that name is another.
called_word <- function(expr, t) {
  head <- expr[[1]]
  if (rlang::is_call(head, "::")) head <- head[[3]]
  word <- if (is.name(head)) as.character(head) else ""
  if (word %in% names(t$scope)) "" else word
}

translated_name <- function(name, t) {
  if (!name %in% names(t$columns)) return(known_value(name, t))
  column <- t$columns[[name]]
  symbol <- as.name(name)
  if (inherits(column, c("Date", "POSIXct"))) abort_term(symbol, t, "a date")
  check_known_types(t$source, name, t$call)
  check_number_type(name, t)
  as_numbers(column, cli::format_inline("Column {.val {name}}"), "evaluate", t$call)
  t$gathered$leaves <- union(t$gathered$leaves, name)
  value <- call("as.double", symbol)
  if (dialect_of(t$source$con) %in% names(nan_test)) {
    return(bquote(case_when(!is.nan(.(value)) ~ .(value))))
  }
  if (!may_be_nan(name, t)) return(value)
  # Text of no type is to PostgreSQL of the column's.
  bquote(case_when(.(symbol) != "NaN" ~ .(value)))
}

# A value from outside the data is one number or text, written into the query.
known_value <- function(name, t) {
  value <- t$scope[[name]] %||% get0(name, baseenv())
  if (is.atomic(value) && length(value) == 1) return(value)
  abort("column", c(
    "{.code {name}} is no column of the table, and no single value: {found(value)}.",
    i = "The columns are {.val {names(t$columns)}}."
  ), t$call)
}

abort_term <- function(expr, t, what = NULL) {
  abort("remote_term", c(
    if (is.null(what)) {
      "{.code {deparse1(expr)}} cannot be computed in the database."
    } else {
      "{.code {deparse1(expr)}} is {what}, with which the database cannot compute."
    },
    i = paste0(
      "Make it a column of the table ({.fn dplyr::mutate}), or fetch the rows: ",
      "{.code remote = \"rows\"}."
    )
  ), t$call)
}

# Counts rows at which R's value would be infinite; the value itself is then of no account.
infinite_where <- function(test, expr, t) {
  t$gathered$tests[[length(t$gathered$tests) + 1]] <- list(test = test, label = deparse1(expr))
}

translated_operands <- function(expr, t) lapply(as.list(expr)[-1], translated, t = t)

# A function of one argument, or an error.
only_argument <- function(expr, t) {
  if (length(expr) != 2) abort_term(expr, t)
  translated(expr[[2]], t)
}

plain_rule <- function(expr, t) as.call(c(expr[[1]], unname(translated_operands(expr, t))))

# The arguments of a call in the order of `formals`, NULL where one is left out.
arguments_of <- function(expr, formals, t) {
  given <- as.list(expr)[-1]
  called <- names(given) %||% character(length(given))
  called[called == ""] <- setdiff(formals, called)[seq_len(sum(called == ""))]
  if (anyDuplicated(called) || !all(called %in% formals)) abort_term(expr, t)
  stats::setNames(given[match(formals, called)], formals)
}

# What an engine refuses to add or to multiply, though R would not, is looked at where it did.
sum_rule <- function(expr, parts, t) {
  if (!isTRUE(t$guarded)) return(as.call(c(expr[[1]], parts)))
  out <- as.call(c(expr[[1]], lapply(parts, held, t = t)))
  a <- out[[2]]
  b <- if (identical(out[[1]], quote(`-`))) call("-", out[[3]]) else out[[3]]
  over <- bquote(case_when(
    .(a) > 0 ~ .(b) > .(largest) - .(a), .(a) < 0 ~ .(b) < -.(largest) - .(a)
  ))
  infinite_where(over, expr, t)
  bquote(case_when(.(over) ~ 0, TRUE ~ .(out)))
}

product_rule <- function(expr, parts, t) guarded_product(parts[[1]], parts[[2]], expr, t)

guarded_product <- function(a, b, expr, t) {
  if (!isTRUE(t$guarded)) return(call("*", a, b))
  a <- held(a, t)
  b <- held(b, t)
  out <- call("*", a, b)
  over <- bquote(case_when(abs(.(b)) > 1 ~ abs(.(a)) > .(largest) / abs(.(b))))
  infinite_where(over, expr, t)
  bquote(case_when(
    .(b) == 0 ~ .(out), .(over) ~ 0,
    abs(.(b)) < 1 ~ case_when(abs(.(a)) < .(smallest) / abs(.(b)) ~ 0, TRUE ~ .(out)),
    TRUE ~ .(out)
  ))
}

largest <- .Machine$double.xmax
smallest <- .Machine$double.xmin

division_rule <- function(expr, parts, t) {
  constant <- is.numeric(parts[[2]]) && isTRUE(parts[[2]] != 0)
  if (constant && !isTRUE(t$guarded)) return(as.call(c(expr[[1]], parts)))
  a <- held(parts[[1]], t)
  b <- held(parts[[2]], t)
  infinite_where(bquote(.(b) == 0 & .(a) != 0), expr, t)
  out <- bquote(.(a) / .(b))
  if (isTRUE(t$guarded)) {
    over <- bquote(case_when(
      .(b) == 0 ~ FALSE, abs(.(b)) < 1 ~ abs(.(a)) > .(largest) * abs(.(b))
    ))
    infinite_where(over, expr, t)
    out <- bquote(case_when(
      .(over) ~ 0,
      abs(.(b)) > 1 ~ case_when(abs(.(a)) < .(smallest) * abs(.(b)) ~ 0, TRUE ~ .(out)),
      TRUE ~ .(out)
    ))
  }
  bquote(case_when(.(b) != 0 ~ .(out), .(b) == 0 & .(a) != 0 ~ 0))
}

logarithm <- function(x, expr, t) {
  x <- held(x, t)
  infinite_where(bquote(.(x) == 0), expr, t)
  value <- bquote(case_when(.(x) > 0 ~ log(.(x)), .(x) == 0 ~ 0))
  unit <- natural_unit(t)
  if (unit == 1) value else bquote(.(value) * .(unit))
}

# SQLite's LOG is the natural logarithm or that of base ten, as it was built.
natural_unit <- function(t) {
  source <- t$source
  if (is.null(source$log_unit)) {
    source$log_unit <- if (is_sqlite(source)) {
      log(10) / DBI::dbGetQuery(source$con, DBI::SQL("SELECT LOG(10.0) AS l"))$l
    } else {
      1
    }
    if (abs(source$log_unit - 1) < 1e-12) source$log_unit <- 1
  }
  source$log_unit
}

log_rule <- function(expr, t) {
  given <- arguments_of(expr, c("x", "base"), t)
  if (is.null(given$x)) abort_term(expr, t)
  if (is.null(given$base)) return(logarithm(translated(given$x, t), expr, t))
  base <- translated(given$base, t)
  if (!is.numeric(base) || base <= 0 || base == 1) abort_term(expr, t)
  bquote(.(logarithm(translated(given$x, t), expr, t)) / .(log(base)))
}

# ln(1 + x), to the last digits where x is small: by what 1 + x has kept of it.
log1p_rule <- function(expr, t) {
  x <- held(only_argument(expr, t), t)
  one_more <- bquote((1 + .(x)))
  infinite_where(bquote(.(one_more) == 0), expr, t)
  share <- bquote((.(x) / (.(one_more) - 1)))
  if (natural_unit(t) != 1) share <- bquote(.(share) * .(natural_unit(t)))
  bquote(case_when(
    .(one_more) == 1 ~ .(x), .(one_more) > 0 ~ log(.(one_more)) * .(share), .(one_more) == 0 ~ 0
  ))
}

root_of <- function(x, t) {
  x <- held(x, t)
  bquote(case_when(.(x) >= 0 ~ sqrt(.(x))))
}

lag_arguments <- function(expr, t) {
  given <- arguments_of(expr, c("x", "k"), t)
  if (is.null(given$x)) abort_term(expr, t)
  given
}

lag_steps <- function(expr, t) {
  k <- lag_arguments(expr, t)$k
  if (is.null(k)) return(1)
  k <- tryCatch(
    eval(k, list2env(as.list(t$scope), parent = baseenv())), error = function(e) NULL
  )
  if (is.numeric(k) && length(k) && all(is.finite(k) & k == round(k))) return(k)
  abort("number", c(
    "The lags in {.code {deparse1(expr)}} must be whole numbers, not {found(k)}.",
    i = "For instance {.code l(x, 1)}."
  ), t$call)
}

# The value of x at exactly k steps back in time, in a column of its own.
lagged <- function(x, k, expr, t) {
  if (is.null(t$panel)) panel_lag(0, 1, t$columns, NULL, expr)
  if (k == 0) return(x)
  check_remote_panel(t$columns, t$panel, t$call)
  in_column(list(x = x, k = k), ".ccd_lag", t)
}

# The name of a column of a step before, by what it holds: the same in every plan.
in_column <- function(part, word, t) {
  name <- paste0(word, substr(rlang::hash(part), 1, 12))
  if (!name %in% names(t$gathered$parts)) t$gathered$parts[[name]] <- part
  as.name(name)
}

# A value that an expression has more than once, in a column of its own where it is long: else long
# expressions grow by powers.
held <- function(x, t) {
  if (is.call(x) && expression_size(x) > 100) in_column(list(x = x), ".ccd_held", t) else x
}

held_truth <- function(test, t) {
  if (expression_size(test) <= 100) return(test)
  bquote((.(held(bquote(case_when(.(test) ~ 1, !(.(test)) ~ 0)), t)) == 1))
}

expression_size <- function(expr) length(all.names(expr))

has_lags <- function(t) any(vapply(t$gathered$parts, function(part) !is.null(part$k), NA))

lag_rule <- function(expr, t) {
  k <- lag_steps(expr, t)
  if (length(k) > 1) abort_term(expr, t)
  lagged(translated(lag_arguments(expr, t)$x, t), k, expr, t)
}

difference_rule <- function(expr, t) {
  k <- lag_steps(expr, t)
  if (length(k) > 1) abort_term(expr, t)
  x <- translated(lag_arguments(expr, t)$x, t)
  call("-", call("(", x), lagged(x, k, expr, t))
}

# The table with lags and long parts as columns, those inside others first.
with_made <- function(t) {
  table <- t$source$table
  for (name in names(t$gathered$parts)) {
    part <- t$gathered$parts[[name]]
    now <- paste0(name, "now")
    table <- with_columns(t$source, table, stats::setNames(
      list(part$x), if (is.null(part$k)) name else now
    ))
    if (is.null(part$k)) next
    table <- with_columns(t$source, table, stats::setNames(
      list(dbplyr::sql(lag_sql(as.name(now), part$k, t))), name
    ))
  }
  table
}

# A lag of k steps is the value of one of the k rows before, the one whose time is k less.
lag_sql <- function(x, k, t) {
  source <- t$source
  name <- as.name(t$panel[2])
  logical <- is.logical(t$columns[[t$panel[2]]])
  time <- if (logical) bquote(case_when(.(name) ~ 1, !.(name) ~ 0)) else call("as.double", name)
  now <- sql_of(time, source)
  over <- paste0(
    " OVER (PARTITION BY ", sql_names(source, t$panel[1]), " ORDER BY ", now, ")"
  )
  shifted <- function(x, rows) paste0(if (k > 0) "LAG(" else "LEAD(", x, ", ", rows, ")", over)
  rows <- seq_len(abs(k))
  then <- sql_of(bquote(.(time) - .(as.double(k))), source)
  cases <- paste0(
    "WHEN (", shifted(now, rows), " = ", then, ") THEN ", shifted(sql_of(x, source), rows),
    collapse = " "
  )
  paste("CASE", cases, "END")
}

# Of two operands; of one, + and - are as they stand.
infix_rules <- list(`+` = sum_rule, `-` = sum_rule, `*` = product_rule, `/` = division_rule)
