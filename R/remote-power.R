# Powers, exponentials and logarithms in SQL: with R's value where it has one, and no overflow or
# logarithm of zero that would end a query.

# exp() of what is no more than this is a double, and of what is less than `least_log` rounds to
# zero.
most_log <- log(largest) * (1 - 1e-15)
least_log <- log(smallest)

power_rule <- function(expr, t) {
  base <- held(signed_number(translated(expr[[2]], t)), t)
  exponent <- signed_number(translated(expr[[3]], t))
  if (!is.numeric(exponent)) return(any_power(base, exponent, expr, t))
  if (exponent < 0) return(translated(call("/", 1, call("^", expr[[2]], -exponent)), t))
  if (exponent == 0) return(1)
  if (exponent == 0.5) return(root_of(base, t))
  if (exponent == round(exponent) && exponent <= 8) {
    return(Reduce(
      function(a, b) guarded_product(a, b, expr, t), rep(list(call("(", base)), exponent)
    ))
  }
  # Of whole numbers with the sign that R gives.
  whole <- exponent == round(exponent)
  size <- if (whole) bquote(abs(.(base))) else base
  out <- bquote(.(size)^.(exponent))
  if (isTRUE(t$guarded)) {
    logarithm <- bquote(case_when(.(size) > 0 ~ log(.(size)) * .(exponent * natural_unit(t))))
    over <- bquote(.(logarithm) > .(most_log))
    infinite_where(over, expr, t)
    out <- bquote(case_when(.(over) ~ 0, .(logarithm) < .(least_log) ~ 0, TRUE ~ .(out)))
  }
  below <- if (whole) {
    list(bquote(.(base) < 0 ~ .(if (exponent %% 2 == 0) out else call("-", out))))
  }
  as.call(c(quote(case_when), bquote(.(base) > 0 ~ .(out)), below, bquote(.(base) == 0 ~ 0)))
}

# -2, which R reads as a call, as a number.
signed_number <- function(value) {
  bare <- without_brackets(value)
  if (is.numeric(bare)) return(bare)
  if (rlang::is_call(bare, "-", n = 1) && is.numeric(bare[[2]])) -bare[[2]] else value
}

# An exponent that is a column: 1^NA and NA^0 are 1, and of a negative number a power that is not
# whole is missing.
any_power <- function(base, exponent, expr, t) {
  y <- held(exponent, t)
  if (is.numeric(base) && base == 1) return(1)
  if (is.numeric(base) && base > 0) {
    logarithm <- bquote(.(y) * .(log(base)))
    infinite_where(bquote(.(logarithm) > .(most_log)), expr, t)
    return(bquote(case_when(
      .(logarithm) < .(least_log) ~ 0, .(logarithm) <= .(most_log) ~ .(base)^.(y),
      .(logarithm) > .(most_log) ~ 0
    )))
  }
  x <- held(if (is.numeric(base)) call("as.double", base) else base, t)
  size <- bquote(abs(.(x)))
  unit <- natural_unit(t)
  logarithm <- bquote(case_when(.(size) > 0 ~ log(.(size)) * .(y) * .(unit)))
  whole <- bquote(.(y) == floor(.(y)))
  odd <- bquote(.(y) - 2 * floor(.(y) / 2) == 1)
  known <- bquote((.(x) > 0 | .(whole)))
  infinite_where(bquote(
    (.(x) == 0 & .(y) < 0) | (.(known) & .(logarithm) > .(most_log))
  ), expr, t)
  bquote(case_when(
    .(x) == 1 ~ 1, .(y) == 0 ~ 1, .(x) == 0 ~ case_when(.(y) != 0 ~ 0),
    .(known) & .(logarithm) > .(most_log) ~ 0, .(known) & .(logarithm) < .(least_log) ~ 0,
    .(x) > 0 ~ .(size)^.(y), .(whole) & .(odd) ~ -(.(size)^.(y)), .(whole) ~ .(size)^.(y)
  ))
}

exponential_rule <- function(expr, t) {
  x <- held(only_argument(expr, t), t)
  infinite_where(bquote(.(x) > .(most_log)), expr, t)
  bquote(case_when(
    .(x) < .(least_log) ~ 0, .(x) <= .(most_log) ~ exp(.(x)), .(x) > .(most_log) ~ 0
  ))
}

# exp(x) - 1, to the last digits where x is small: by what the exponential has kept of it.
expm1_rule <- function(expr, t) {
  x <- held(only_argument(expr, t), t)
  infinite_where(bquote(.(x) > .(most_log)), expr, t)
  share <- bquote(.(x) / log(exp(.(x))))
  if (natural_unit(t) != 1) share <- bquote(.(share) / .(natural_unit(t)))
  bquote(case_when(
    .(x) < -40 ~ -1, .(x) > .(most_log) ~ 0, .(x) > 1 ~ exp(.(x)) - 1,
    exp(.(x)) == 1 ~ .(x), .(x) <= 1 ~ (exp(.(x)) - 1) * (.(share))
  ))
}
