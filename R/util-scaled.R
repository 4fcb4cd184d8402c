# Linear algebra that does not depend on units of measurement: one scaled solve, one scaled decision
# of rank. Columns are divided by the power of two next to their norm, symmetric matrices on both
# sides by that of the root of their diagonal: nothing is rounded, and a variable in persons and the
# same in millions give the same digits.

# What a variable whose size is `size` is divided by: a power of two; one where the size is zero.
power_of_two <- function(size) {
  out <- rep(1, length(size))
  sized <- is.finite(size) & size > 0
  out[sized] <- 2^pmin(pmax(round(log2(size[sized])), -1000), 1000)
  stats::setNames(out, names(size))
}

# Columns of norm about one, and what they were divided by. The largest element first: its square
# may be no number.
scaled_columns <- function(x) {
  size <- vapply(seq_len(ncol(x)), function(j) max(abs(x[, j]), 0), 0)
  largest <- power_of_two(size)
  x <- x / rep(largest, each = nrow(x))
  norm <- power_of_two(sqrt(colSums(x^2)))
  list(x = x / rep(norm, each = nrow(x)), unit = stats::setNames(largest * norm, colnames(x)))
}

# QR of the columns at norm one, those dependent last; `tol` is the sine at which a column is a
# combination of others.
scaled_qr <- function(x, tol = 1e-11) {
  norm <- sqrt(colSums(x^2))
  qr(x / rep(ifelse(norm > 0, norm, 1), each = nrow(x)), tol = tol)
}

# An orthonormal basis of the columns, and what it leaves of others.
scaled_basis <- function(x, tol = 1e-11) {
  if (!ncol(x)) return(x)
  q <- scaled_qr(scaled_columns(x)$x, tol)
  qr.Q(q)[, seq_len(q$rank), drop = FALSE]
}

# Columns of norm about one that span the same, no two of them so near to dependence that their
# cross-products lose what tells them apart.
spanning_columns <- function(x) {
  x <- scaled_columns(x)$x
  norm <- sqrt(colSums(x^2))
  if (ncol(x) < 2 || !all(norm > 0)) return(x)
  # Sines of each column to those before it, from the products, which tell whether to look closer.
  root <- tryCatch(chol(crossprod(x) / outer(norm, norm)), error = function(e) NULL)
  if (!is.null(root) && min(diag(root)) > 1e-4) return(x)
  q <- scaled_qr(x, tol = 1e-13)
  if (q$rank < ncol(x)) return(x)
  out <- qr.Q(q)
  colnames(out) <- colnames(x)[q$pivot]
  out
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

# Scales of the rows and columns of a square matrix: of a covariance or a cross-product the root of
# its diagonal, of any other the greatest in the row, then in the column.
square_scales <- function(a) {
  # Steps of a derivative are complex.
  size <- Re(diag(a))
  if (isTRUE(sum(abs(a - t(a))) <= 1e-8 * sum(abs(a))) && all(size > 0)) {
    scale <- 1 / power_of_two(sqrt(size))
    return(list(row = scale, column = scale))
  }
  row <- 1 / power_of_two(apply(abs(a), 1, max))
  list(row = row, column = 1 / power_of_two(apply(abs(a * row), 2, max)))
}

# a^-1 b, as solve() has it; b is the identity unless it is given.
scaled_solve <- function(a, b) {
  a <- as.matrix(a)
  s <- square_scales(a)
  scaled <- a * outer(s$row, s$column)
  if (missing(b)) return(s$column * solve(scaled) * rep(s$row, each = nrow(a)))
  s$column * solve(scaled, s$row * b)
}

# The reciprocal condition of the scaled matrix.
scaled_rcond <- function(a) {
  s <- square_scales(a)
  scaled <- a * outer(s$row, s$column)
  if (all(is.finite(scaled))) rcond(scaled) else 0
}

# The eigenvalues that decide on the rank and the sign of a symmetric matrix.
scaled_eigenvalues <- function(a) {
  scale <- 1 / power_of_two(sqrt(abs(diag(a))))
  eigen(a * outer(scale, scale), symmetric = TRUE, only.values = TRUE)$values
}

# Is a symmetric matrix positive definite, beyond rounding?
is_definite <- function(a) {
  if (!all(is.finite(a)) || any(diag(a) <= 0)) return(FALSE)
  values <- scaled_eigenvalues(a)
  min(values) > 1e-14 * max(values)
}

# a^-1 b, missing where a is not positive definite, as a covariance with fewer clusters than rows,
# or with clusters in several ways: its quadratic forms can be negative, or rounding that was cut.
solve_or_na <- function(a, b) {
  if (is_definite(a)) return(scaled_solve(a, b))
  array(NA_real_, dim(as.matrix(b)))
}
