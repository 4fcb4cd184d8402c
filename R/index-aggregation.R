# From normalised indicators and their weights to one score a row.

# `weight` need not sum to one: over a dimension it sums to the dimension's share. NA where all
# weights are 0.
aggregate_columns <- function(f, z, weight, names, call) {
  if (sum(weight) == 0) return(rep(NA_real_, length(z[[1]])))
  used <- which(weight > 0)
  f(z[used], weight[used] / sum(weight), names[used], call)
}

aggregate_linear <- function(z, weight, names, call) {
  out <- numeric(length(z[[1]]))
  for (j in seq_along(z)) out <- out + weight[j] * z[[j]]
  out
}

aggregate_geometric <- function(z, weight, names, call) {
  negative <- vapply(z, function(x) any(x < 0), NA)
  if (any(negative)) {
    abort("negative", c(
      paste0(
        "The geometric mean needs values that are not negative; negative ones were found in ",
        "{.val {names[negative]}}."
      ),
      i = "Normalise by {.val minmax}."
    ), call)
  }
  out <- numeric(length(z[[1]]))
  for (j in seq_along(z)) out <- out + weight[j] * log(z[[j]])
  exp(out)
}

# Closeness to the best row, d- / (d+ + d-), after weighting. Where best and worst are the same in
# every indicator no row is closer than another.
aggregate_topsis <- function(z, weight, names, call) {
  far <- near <- numeric(length(z[[1]]))
  for (j in seq_along(z)) {
    v <- weight[j] * z[[j]]
    far <- far + (max(v) - v)^2
    near <- near + (v - min(v))^2
  }
  ifelse(far + near > 0, sqrt(near) / (sqrt(far) + sqrt(near)), NA_real_)
}

aggregations <- list(
  linear = aggregate_linear, geometric = aggregate_geometric, topsis = aggregate_topsis
)
