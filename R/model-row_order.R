# Terms whose value in a row depends on the rows of other units that stand before or after it.
#
# `c(NA, x[-n])`, `stats::filter(x, w)`, `rev(x)`, `zoo::na.locf(x)`: they run from one unit into
# the next, as the rows happen to stand. Functions that do so are too many to list: a term is
# computed from some rows of the data in several orders. What comes from the whole column
# (`scale(x)`), or from the rows of a unit in their order (`ave(x, state, FUN = cumsum)`), goes with
# the rows when units change places; what does not is refused.

# What R computes row by row, and need not be tried.
by_row <- c(
  "+", "-", "*", "/", "^", "(", ":", "%%", "%/%", "!", "&", "|", "==", "!=", "<", ">", "<=", ">=",
  "%in%", "I", "C", "offset", "log", "log2", "log10", "log1p", "exp", "expm1", "sqrt", "abs",
  "sign", "round", "floor", "ceiling", "is.na", "as.logical", "as.character", "ifelse", "pmin",
  "pmax", "c", "~", "l", "d", "sin", "cos", "tan"
)

# What needs no trying either: its values come from the column, whatever the order of its rows.
in_any_order <- c(
  by_row, "factor", "as.factor", "as.numeric", "as.integer", "as.double", "scale", "poly", "mean",
  "median", "min", "max", "sd", "var", "sum", "cut", "quantile", "relevel"
)

# What chooses rows may do so by their place.
without_subset <- function(spec) {
  spec["subset"] <- list(NULL)
  spec
}

# `before`: expressions that were tried when they came in; `levels`: those of effects or clusters,
# of which it counts which rows have the same.
check_row_order <- function(exprs, spec, call, before = NULL,
                            levels = unlist(lapply(unname(spec_effects(spec)), as.list))) {
  if (!nrow(spec$data)) return(invisible())
  for (term in setdiff(called_terms(exprs), called_terms(before))) {
    columns <- intersect(all.vars(term), names(spec$data))
    known <- all(all.names(term) %in% c(setdiff(in_any_order, names(spec$scope)), columns))
    if (!length(columns) || known || reads_beside(spec)) next
    same <- if (list(term) %in% levels) same_levels else same_up_to_sign
    with_seed(1, try_orders(term, columns, spec, same, call))
  }
}

# Does a function of the user's read, beside its arguments, what has a value a row? That stays in
# its order, and tells nothing of other orders.
reads_beside <- function(spec) {
  n <- nrow(spec$data)
  any(vapply(Filter(is.function, spec$scope), function(f) {
    names <- setdiff(all.names(body(f)), names(formals(f)))
    any(vapply(names, function(name) {
      v <- get0(name, environment(f))
      n > 1 && !is.null(v) && !is.function(v) && NROW(v) == n
    }, NA))
  }, NA))
}

# Calls that the operators of formulas and of arithmetic join. One after the other: R's stack is as
# deep as some formulas.
called_terms <- function(exprs) {
  joins <- c("+", "-", "*", "/", "^", ":", "(", "|", "%in%", "I", "offset")
  found <- list()
  while (length(exprs)) {
    expr <- exprs[[1]]
    exprs <- exprs[-1]
    if (!is.call(expr)) next
    if (rlang::is_call(expr, joins)) {
      exprs <- c(unname(Filter(Negate(rlang::is_missing), operands(expr))), exprs)
    } else {
      found <- c(found, list(expr))
    }
  }
  unique(found)
}

# On some rows, and on all where these tell nothing: a term may count rows.
try_orders <- function(term, columns, spec, same, call) {
  for (rows in unique(list(rows_to_try(spec$data[columns]), seq_len(nrow(spec$data))))) {
    value <- term_on(term, rows, spec)
    if (is.null(value)) next
    again <- term_on(term, rows, spec)
    if (!is.null(again) && !same(value, TRUE, again)) abort_random(term, call)
    goes_with <- function(order) {
      moved <- term_on(term, rows[order], spec)
      if (is.null(moved)) NA else same(value, order, moved)
    }
    free <- goes_with_all(orders_of_units(seq_along(rows)), goes_with)
    if (is.na(free)) next
    if (free) return(invisible())
    for (unit in units_of_term(columns, rows, spec)) {
      if (isTRUE(goes_with_all(orders_of_units(unit), goes_with))) return(invisible())
    }
    abort_row_order(term, spec, call)
  }
}

# The first order that a term does not go with, or cannot be computed in, tells enough.
goes_with_all <- function(orders, goes_with) {
  for (order in orders) {
    goes <- goes_with(order)
    if (!isTRUE(goes)) return(goes)
  }
  TRUE
}

# A term's values on some rows, in the order that these have; NULL where it cannot be computed or
# has not one value a row. Values from outside of the data that are one a row go with the rows.
term_on <- function(term, rows, spec) {
  on_rows <- function(v) if (length(dim(v)) == 2) v[rows, , drop = FALSE] else v[rows]
  n <- nrow(spec$data)
  needed <- intersect(names(spec$data), c(all.vars(term), spec$panel))
  tryCatch(
    suppressWarnings(suppressMessages({
      data <- structure(
        lapply(.subset(spec$data, match(needed, names(spec$data))), on_rows),
        names = needed, class = "data.frame", row.names = .set_row_names(length(rows))
      )
      scope <- lapply(spec$scope, function(v) {
        if (is.function(v) || n < 2 || NROW(v) != n) return(v)
        # Weights between rows, as W in `W %*% x`.
        if (NCOL(v) == n) v[rows, rows, drop = FALSE] else on_rows(v)
      })
      value <- eval(term, data, model_env(scope, data, spec$panel))
      if (NROW(value) == length(rows) && is.atomic(value)) value
    })),
    error = function(e) NULL
  )
}

plain_values <- function(v, rows = TRUE) {
  v <- as_vector(v)
  v <- if (is.null(dim(v))) v[rows] else v[rows, , drop = FALSE]
  if (is.factor(v)) as.character(v) else as.vector(unclass(v))
}

# Are the rows of `a` those of `b`? Which sign a principal component has is up to the order.
same_up_to_sign <- function(a, rows, b) {
  if (NCOL(a) != NCOL(b)) return(FALSE)
  column <- function(v, j, rows) plain_values(if (length(dim(v)) == 2) v[, j] else v, rows)
  all(vapply(seq_len(NCOL(a)), function(j) {
    x <- column(a, j, rows)
    y <- column(b, j, TRUE)
    isTRUE(all.equal(x, y)) || is.numeric(x) && isTRUE(all.equal(x, -y))
  }, NA))
}

same_levels <- function(a, rows, b) {
  x <- plain_values(a, rows)
  y <- plain_values(b)
  identical(match(x, unique(x)), match(y, unique(y))) && identical(is.na(x), is.na(y))
}

# Of many rows some: the first that are complete, others all over the data, and what stands about
# missing values, where a value may come from a neighbour.
rows_to_try <- function(columns, most = 300) {
  n <- NROW(columns[[1]])
  if (n <= 3 * most) return(seq_len(n))
  missing <- Reduce(`|`, lapply(columns, function(v) {
    if (length(dim(v)) == 2) rowSums(is.na(v)) > 0 else is.na(v)
  }))
  gaps <- which(missing)
  gaps <- gaps[unique(round(seq(1, length(gaps), length.out = min(length(gaps), most / 5))))]
  beside <- outer(gaps, -2:2, `+`)
  sort(unique(c(
    utils::head(which(!missing), most), round(seq(1, n, length.out = most)),
    beside[beside >= 1 & beside <= n]
  )))
}

# Orders in which the rows of a unit stay as they are: one unit after the other, and the first rows
# of all before the second. Units change places by multiples of irrational numbers, which have no
# symmetry: in a balanced panel the reverse of the rows would go with the reverse of the units.
# `unit`: codes from one.
orders_of_units <- function(unit) {
  within <- integer(length(unit))
  within[order(unit)] <- sequence(tabulate(unit))
  list(order((unit * sqrt(5)) %% 1), order(within, (unit * sqrt(2)) %% 1))
}

is_fetched <- function(spec) !is.null(attr(spec$data, "fetched", exact = TRUE))

# What may be the units: those of the panel; where none is given, levels of effects and variables of
# the term. Rows that came from a database have no order.
units_of_term <- function(columns, rows, spec) {
  if (is_fetched(spec)) return(NULL)
  effects <- all.vars(as.expression(effect_expressions(spec_effects(spec))))
  names <- spec$panel[1] %||% intersect(c(effects, columns), names(spec$data))
  codes <- lapply(names, function(name) {
    v <- spec$data[[name]]
    if (length(dim(v)) != 2) match_values(v[rows], unique(v[rows]))
  })
  Filter(function(code) !is.null(spec$panel) || length(unique(code)) > 1, codes)
}

abort_row_order <- function(term, spec, call) {
  unit <- if (is.null(spec$panel)) "unit" else spec$panel[1]
  abort("panel", c(
    paste0(
      "{.code {deparse1(term)}} goes by the order of the rows, from one unit into the next: it ",
      "has other values where units change places."
    ),
    i = paste0(
      "Lags and differences by unit are {.code l(x, 1)} and {.code d(x, 1)}, with ",
      "{.code panel = c(\"unit\", \"time\")}; other functions go by unit in ",
      "{.code ave(x, {unit}, FUN = ...)}."
    ),
    i = if (is_fetched(spec)) {
      "Rows of a table in a database have no order that a function could go by."
    } else {
      "What is meant as it is can be a column of {.arg data} before the fit."
    }
  ), call)
}

abort_random <- function(term, call) {
  abort("evaluate", c(
    paste0(
      "{.code {deparse1(term)}} has other values each time it is computed, so that another ",
      "covariance of the fit would be of another model."
    ),
    i = "Make it a column before the fit: {.code data$x <- {deparse1(term)}}."
  ), call)
}
