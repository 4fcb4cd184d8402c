# Linear algebra that does not depend on units of measurement: one scaled solve, one scaled decision of rank. Columns are
# divided by the power of two next to their norm, symmetric matrices on both sides by that of the root of their diagonal:
# nothing is rounded, and a variable in persons and the same in millions give the same digits.

# What a variable whose size is `size` is divided by: a power of two; one where the size is zero.
power_of_two <- function(size) {
  out <- rep(1, length(size))
  sized <- is.finite(size) & size > 0
  out[sized] <- 2^pmin(pmax(round(log2(size[sized])), -1000), 1000)
  stats::setNames(out, names(size))
}

# Columns of norm about one, and what they were divided by. The largest element first: its square may be no number.
scaled_columns <- function(x) {
  largest <- power_of_two(apply(x, 2, function(v) if (length(v)) max(abs(v)) else 0))
  x <- x / rep(largest, each = nrow(x))
  norm <- power_of_two(sqrt(colSums(x^2)))
  list(x = x / rep(norm, each = nrow(x)), unit = stats::setNames(largest * norm, colnames(x)))
}

# QR of the columns at norm one, those dependent last; `tol` is the sine at which a column is a combination of others.
scaled_qr <- function(x, tol = 1e-11) {
  norm <- sqrt(colSums(x^2))
  qr(x / rep(ifelse(norm > 0, norm, 1), each = nrow(x)), tol = tol)
}

scaled_rank <- function(x, tol = 1e-11) if (length(x)) scaled_qr(scaled_columns(x)$x, tol)$rank else 0L

# An orthonormal basis of the columns, and what it leaves of others.
scaled_basis <- function(x, tol = 1e-11) {
  if (!ncol(x)) return(x)
  q <- scaled_qr(scaled_columns(x)$x, tol)
  qr.Q(q)[, seq_len(q$rank), drop = FALSE]
}

without_basis <- function(x, basis) {
  if (!ncol(basis)) return(x)
  x <- x - basis %*% crossprod(basis, x)
  x - basis %*% crossprod(basis, x)
}

# Coefficients of least squares of y (a vector or columns) on the columns of x.
scaled_least_squares <- function(x, y) {
  scaled <- scaled_columns(x)
  qr.coef(qr(scaled$x, tol = 1e-11), y) / scaled$unit
}

# The symmetric matrix a in units of the roots of its diagonal, and these; rows whose diagonal is zero stay.
scaled_symmetric <- function(a) {
  unit <- power_of_two(sqrt(abs(diag(a))))
  list(a = a / unit / rep(unit, each = length(unit)), unit = unit)
}

# a^-1 b, or a^-1; NULL where a, in its own units, has no inverse: a statistic made of it does not exist.
scaled_solve_or_null <- function(a, b = diag(nrow(a)), tol = 1e-14) {
  if (!all(is.finite(a)) || !all(is.finite(b))) return(NULL)
  s <- scaled_symmetric(a)
  if (!length(a)) return(b)
  if (!(rcond(s$a) > tol)) return(NULL)
  solve(s$a, b / s$unit, tol = 0) / s$unit
}

scaled_solve <- function(a, b = diag(nrow(a)), tol = 1e-14) {
  scaled_solve_or_null(a, b, tol) %||% array(NA_real_, dim(as.matrix(b)))
}

# b'a^-1 b, missing where a has no inverse.
scaled_form <- function(a, b, tol = 1e-14) {
  s <- scaled_symmetric(a)
  b <- as.vector(b) / s$unit
  inverse <- if (all(is.finite(b))) scaled_solve_or_null(s$a, b, tol)
  if (is.null(inverse)) NA_real_ else sum(b * inverse)
}
