# Linear algebra that does not depend on the units of measurement: rows and columns are brought to
# one size by powers of two, which round nothing, before anything is decided or solved.

# 2^-k with 2^k near the size; one where there is none.
unit_scale <- function(size) {
  out <- 2^-round(log2(size))
  replace(out, !is.finite(out) | out == 0, 1)
}

# Scales of the rows and columns of a square matrix: of a covariance or a cross-product the root of
# its diagonal, of any other the greatest in the row, then in the column.
square_scales <- function(a) {
  size <- diag(a)
  if (isSymmetric(unname(a), tol = 1e-8) && all(size > 0)) {
    scale <- unit_scale(sqrt(size))
    return(list(row = scale, column = scale))
  }
  row <- unit_scale(apply(abs(a), 1, max))
  list(row = row, column = unit_scale(apply(abs(a * row), 2, max)))
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
  scale <- unit_scale(sqrt(abs(diag(a))))
  eigen(a * outer(scale, scale), symmetric = TRUE, only.values = TRUE)$values
}
