# Degrees of freedom: what regressors, effects and slopes by level take of the rows.

# Degrees of freedom, made once a fit: rows, slopes and constant, and what the effects take.
# `counted`: what effects with slopes span, where absorbing them told it.
degrees_of_freedom <- function(n, k, factors, exact_effects = length(factors) <= 2,
                               counted = NULL) {
  if (any(with_slopes(factors))) return(slopes_dof(n, k, factors, counted))
  levels <- vapply(factors, `[[`, 0L, "levels")
  redundant <- if (length(factors)) {
    bind_redundant_levels(factors, seq_along(factors) - 1L)
  } else {
    integer()
  }
  absorbed <- sum(levels) - sum(redundant)
  list(
    n = n, k = k, levels = levels, redundant = redundant, absorbed = absorbed,
    exact = exact_effects,
    residual = n - k - absorbed
  )
}

# Degrees of freedom that effects take beside those nested in a cluster: nested ones are free, but
# for the constant that they hold, which counts once. Nested effects come first in the count, so the
# order of the formula is immaterial. `absorbed` is what all of them take, nested or not: where none
# is nested the answer, and of two effects it tells how many levels are redundant, in either order.
unnested_dof <- function(factors, clusters,
                         absorbed = degrees_of_freedom(0L, 0L, factors)$absorbed) {
  if (!length(factors)) return(0)
  if (any(with_slopes(factors))) return(slopes_unnested_dof(factors, clusters, absorbed))
  nested <- vapply(factors, nested_in_any, NA, clusters = clusters)
  if (!any(nested)) return(absorbed)
  if (all(nested)) return(1)
  levels <- vapply(factors, `[[`, 0L, "levels")
  redundant <- if (length(factors) == 2) {
    sum(levels) - absorbed
  } else {
    sum(bind_redundant_levels(factors, order(!nested) - 1L)[!nested])
  }
  sum(levels[!nested]) - redundant + 1
}

# Parameters of a factor: levels, times intercept and slopes.
parameter_count <- function(f) f$levels * (length(f$slopes) + !isFALSE(f$intercept))

# Effects and slopes together: what they span is counted exactly while all but the largest have at
# most 5,000 parameters. `redundant` are, of each effect, parameters that its own levels do not
# identify. Not `clear`: columns so nearly dependent that rounding decides.
slopes_dof <- function(n, k, factors, counted = NULL) {
  if (is.null(counted)) counted <- bind_effects_rank(factors, thread_count(NULL))
  parameters <- vapply(factors, parameter_count, 0)
  list(
    n = n, k = k, levels = parameters,
    redundant = stats::setNames(parameters - counted$own, names(factors)), absorbed = counted$rank,
    exact = counted$exact, clear = counted$clear, residual = n - k - counted$rank
  )
}

# As reghdfe and fixest: effects nested in a cluster are free but for the constant; their slopes are
# not.
slopes_unnested_dof <- function(factors, clusters, absorbed) {
  intercepts <- intercepts_of(factors)
  nested <- intercepts[vapply(intercepts, nested_in_any, NA, clusters = clusters)]
  free <- if (length(nested)) degrees_of_freedom(0L, 0L, nested)$absorbed else 0
  absorbed - free + (length(nested) > 0)
}

nested_in_any <- function(f, clusters) {
  any(vapply(clusters, function(cl) identical(f, cl) || bind_nested_in(f, cl), NA))
}
