# Two-step GMM weighted for heteroskedasticity. The covariance of its moments, sum w^2 u^2 z z' with
# the residuals of two-stage least squares, is one of single rows: the engine sums it as it sums the
# meat of HC1. The step after it needs cross-products alone, which cells tell.

weighed_by_rows <- function(design) {
  identical(design$estimator, "gmm") && isTRUE(design$weighting %in% c("HC0", "HC1"))
}

# A kernel's result of two-stage least squares on cells, as GMM's.
row_weighted_gmm <- function(kernel, design, plan, call) {
  within <- within_columns(design)
  z <- within[, kernel$z + 1, drop = FALSE] %*% beside_ones(kernel$z, design)
  x <- within[, kernel$x + 1, drop = FALSE]
  b <- kernel$coef
  if (design$constant) {
    z <- cbind(1, z)
    x <- cbind(1, x)
    b[1] <- 0
  }
  w <- design$weight
  to <- columns_apart(z, x, w)
  if (!is.null(to)) z <- z %*% to$z
  # As in the kernel: as many instruments as regressors have nothing to weigh, and a moment of an
  # instrument that one row has is rounding.
  zz <- crossprod(z, w * z)
  zx <- crossprod(z, w * x)
  if (!is.null(to)) zx <- zx %*% to$x
  half <- if (ncol(z) == ncol(x)) {
    gmm_response(zx, zz)
  } else {
    small <- (1e-11 * sqrt(kernel$rss) + 1e-13 * sqrt(kernel$tss_within)) / kernel$unit
    meat <- row_meat(kernel, design, call)
    if (!is.null(to)) meat$root <- meat$root %*% to$z
    gmm_response(zx, whole_meat(meat), small * sqrt(diag(zz) / length(w)))
  }
  if (is.null(half)) abort_singular_weight(ncol(z), call)
  if (!is.null(to)) half <- to$x %*% half
  # The second pass is for the rounding of the first.
  for (pass in 1:2) b <- b + as.vector(half %*% crossprod(z, w * (within[, 1] - x %*% b)))
  u <- as.vector(within[, 1] - x %*% b)
  scores <- z * (w * u / kernel$unit)
  kernel$meats[] <- lapply(plan$clusters, function(cluster) {
    if (!is.null(cluster)) crossprod(rowsum(scores, cluster$code, reorder = FALSE))
  })
  bread <- half %*% zz %*% t(half)
  if (design$constant) {
    means <- vapply(design$columns[c(1, kernel$x + 1)], function(v) sum(w * v) / sum(w), 0)
    b[1] <- b[1] + means[1] - sum(means[-1] * b[-1])
    back <- diag(length(b))
    back[1, -1] <- -means[-1]
    half <- back %*% half
    bread <- back %*% bread %*% t(back)
  }
  if (length(kernel$score_rows)) kernel$score_rows <- z
  kernel[c("coef", "bread", "half", "residual", "rss", "score_basis", "score_bread")] <- list(
    b, bread, half * kernel$unit, u, sum(w * u^2), to$z, NULL
  )
  kernel
}

# What makes of instruments orthonormal ones, and of regressors such whose projections are: of
# columns that are nearly combinations of each other the covariance of the moments is next to
# singular. NULL: they are not, and stay as they are.
columns_apart <- function(z, x, w) {
  size <- sqrt(colSums(w * z^2))
  triangle <- qr.R(qr(z * sqrt(w) / rep(size, each = nrow(z)), tol = 0))
  if (min(diag(triangle)^2) > 1e-5) return(NULL)
  of_z <- backsolve(triangle, diag(ncol(z))) / size
  of_z <- of_z %*% backsolve(qr.R(qr((z %*% of_z) * sqrt(w), tol = 0)), diag(ncol(z)))
  zx <- crossprod(z %*% of_z, w * x)
  list(z = of_z, x = backsolve(qr.R(qr(zx, tol = 0)), diag(ncol(x))))
}

# What coefficients answer to moments, A^-1 X'WZ S^-1 with A = X'WZ S^-1 Z'WX; NULL where S, at unit
# diagonal, has no inverse, or a moment is no more than rounding.
gmm_response <- function(zx, s, rounding = 0) {
  size <- sqrt(pmax(diag(s), 0))
  root <- if (all(size > rounding)) {
    tryCatch(chol(s / outer(size, size)), error = function(e) NULL)
  }
  if (is.null(root) || min(diag(root))^2 <= 1e-12) return(NULL)
  g <- zx / size
  a <- crossprod(backsolve(root, g, transpose = TRUE))
  scaled_solve(a, crossprod(g, chol2inv(root))) / rep(size, each = ncol(zx))
}

# Of GMM with a constant the residuals' mean is not zero where there are more instruments than
# regressors: what the constant differs from the means.
constant_left <- function(kernel, design) {
  w <- design$weight
  means <- vapply(design$columns[c(1, kernel$x + 1)], function(v) sum(w * v) / sum(w), 0)
  kernel$coef[1] - (means[1] - sum(means[-1] * kernel$coef[-1]))
}
