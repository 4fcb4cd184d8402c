# Effects and clusters as integer codes.

# Codes 1..range of a variable's values; empty levels are allowed, and compacted in C++.
value_codes <- function(x) {
  if (is.factor(x)) return(list(code = as.integer(x), range = nlevels(x)))
  if (is.logical(x)) return(list(code = as.integer(x) + 1L, range = 2L))
  if (is.numeric(x) && !is.object(x)) {
    ends <- suppressWarnings(range(x, na.rm = TRUE))
    dense <- all(is.finite(ends)) && diff(ends) < 2 * length(x) + 10
    if (dense && (is.integer(x) || all(x == round(x), na.rm = TRUE))) {
      return(list(code = as.integer(x - ends[1]) + 1L, range = as.integer(diff(ends)) + 1L))
    }
  }
  values <- unique(x[!is.na(x)])
  code <- match(x, values)
  if (anyNA(x)) code[is.na(x)] <- NA_integer_
  list(code = code, range = length(values))
}

# An effect that is the interaction of several variables: one code a combination that occurs.
effect_codes <- function(values) {
  codes <- lapply(values, value_codes)
  if (length(codes) == 1) return(codes[[1]])
  combined <- Reduce(function(a, b) list(code = (a$code - 1) * b$range + b$code, range = a$range * b$range), codes)
  value_codes(combined$code)
}

# Names of an effect's levels, from one row of each. Parts of a combination are told apart by a mark that is part of none.
level_names <- function(values, rows) {
  parts <- lapply(values, function(v) as.character(v[rows]))
  if (length(parts) == 1) return(parts[[1]])
  do.call(paste, c(lapply(parts, function(p) gsub("^", "\\^", p, fixed = TRUE)), sep = " ^ "))
}

# Factors (0-based codes and number of levels) on the rows of the sample, with the names of their levels.
make_factors <- function(variables, rows) {
  codes <- lapply(variables, effect_codes)
  code <- lapply(codes, function(c) if (is.null(rows)) c$code else c$code[rows])
  out <- bind_effects(code, vapply(codes, function(c) as.integer(c$range), 0L))
  first <- lapply(out$first, function(f) if (is.null(rows)) f + 1L else rows[f + 1L])
  list(factors = stats::setNames(out$factors, names(variables)), first = stats::setNames(first, names(variables)))
}

# Intersection of clusterings: one cluster a combination that occurs.
intersect_factors <- function(factors) {
  if (length(factors) == 1) return(factors[[1]])
  combined <- Reduce(function(a, b) list(code = a$code * as.double(b$levels) + b$code, levels = 0), factors)
  values <- unique(combined$code)
  list(code = match(combined$code, values) - 1L, levels = length(values))
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
