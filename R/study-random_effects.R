# Random effects of units by the components of Swamy and Arora for unbalanced panels (Baltagi and
# Chang 1994), for any rank of the units' means.

# The regression of what is left of each column when its unit's mean is taken off in part; NULL
# where the units' means have no degree of freedom.
random_effects <- function(frame) {
  data <- frame$data
  x <- stats::model.matrix(frame$formula, data)
  unit <- match(data$unit, unique(data$unit))
  size <- tabulate(unit)
  s <- variance_components(x, data$y, unit, size)
  if (is.null(s)) return(NULL)
  theta <- 1 - sqrt(s$error / (size * s$unit + s$error))
  off <- function(v) v - theta[unit] * (rowsum(v, unit) / size)[unit, , drop = FALSE]
  star <- as.data.frame(off(x))
  star$y <- as.vector(off(as.matrix(data$y)))
  stats::lm(y ~ 0 + ., star)
}

# Variances of the rows' errors and of the units' effects.
variance_components <- function(x, y, unit, size) {
  both <- cbind(y, x)
  means <- rowsum(both, unit) / size
  within <- both - means[unit, , drop = FALSE]
  inner <- qr(within[, -1, drop = FALSE])
  between <- means * sqrt(size)
  outer <- qr(between[, -1, drop = FALSE])
  left <- c(nrow(x) - length(size) - inner$rank, length(size) - outer$rank)
  if (any(left < 1)) return(NULL)
  error <- sum(qr.resid(inner, within[, 1])^2) / left[1]
  basis <- qr.Q(outer)[, seq_len(outer$rank), drop = FALSE]
  effect <- (sum(qr.resid(outer, between[, 1])^2) - left[2] * error) /
    (nrow(x) - sum(basis^2 * size))
  list(error = error, unit = max(effect, 0))
}
