# Effects and clusters as integer codes.

# list(factor, first, alone) of one variable on the rows of a sample (NULL: all): 0-based codes and their number, the
# first row of each level, and whether a level has a single row. What is neither number nor string is compared by R.
encode_variable <- function(x, rows) {
  coded <- if (is.numeric(x) || is.character(x) || is.logical(x) || is.factor(x) || inherits(x, c("Date", "POSIXct"))) {
    bind_encode(x, rows)
  }
  if (!is.null(coded)) return(coded)
  if (!is.null(rows)) x <- x[rows]
  bind_encode(match(x, unique(x)), NULL)
}

# An effect that is the interaction of several variables: one code a combination that occurs.
encode_effect <- function(values, rows) {
  Reduce(function(a, b) bind_encode_pairs(a$factor, b$factor), lapply(values, encode_variable, rows = rows))
}

# Names of an effect's levels, from one row of each. Parts of a combination are told apart by a mark that is part of none.
level_names <- function(values, rows) {
  parts <- lapply(values, function(v) as.character(v[rows]))
  if (length(parts) == 1) return(parts[[1]])
  do.call(paste, c(lapply(parts, function(p) gsub("^", "\\^", p, fixed = TRUE)), sep = " ^ "))
}

# Factors on the rows of the sample: list(factors, first row of each level in the data, alone).
make_factors <- function(variables, rows) {
  coded <- lapply(variables, encode_effect, rows = rows)
  list(
    factors = lapply(coded, `[[`, "factor"), alone = any(vapply(coded, `[[`, NA, "alone")),
    first = lapply(coded, function(c) if (is.null(rows)) c$first + 1L else rows[c$first + 1L])
  )
}

# The same on the rows `keep` of that sample, which are `rows` of the data.
factors_on <- function(factors, keep, rows) {
  coded <- lapply(factors, function(f) bind_encode(f$code, keep))
  list(factors = lapply(coded, `[[`, "factor"), alone = FALSE, first = lapply(coded, function(c) rows[c$first + 1L]))
}

# Intersection of clusterings: one cluster a combination that occurs.
intersect_factors <- function(factors) {
  Reduce(function(a, b) bind_encode_pairs(a, b)$factor, factors)
}

# Name and number of the units: the panel's values in the sample, or the levels of the first effect.
unit_count <- function(fit) {
  unit <- fit$spec$panel[1]
  if (is.null(unit)) return(if (length(fit$effects)) list(name = names(fit$effects)[1], n = fit$effects[[1]]))
  values <- fit$spec$data[[unit]]
  list(name = unit, n = length(unique(if (is.null(fit$sample$rows)) values else values[fit$sample$rows])))
}

# R2 within as xtreg has it: of the sum of squares that the units alone leave of y.
xtreg_within <- function(fit) {
  if (length(fit$effects) < 2) return(fit$r2[["within"]])
  design <- model_design(fit$spec)
  y <- bind_absorb(matrix(design$columns[[1]]), design$factors[unit_effect(fit)], design$weight)$columns
  1 - fit$rss / sum(y^2 * if (length(design$weight)) design$weight else 1)
}
