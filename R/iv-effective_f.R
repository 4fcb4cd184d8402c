# Montiel Olea and Pflueger's effective F, one endogenous regressor, and the critical values of
# TSLS.
#
# With Z orthonormal (Z'Z = n I), W the covariance of sqrt(n) times the reduced-form coefficients of
#   (y, x), blocks W1, W12, W2: F_eff = n pi'pi / tr(W2). The Nagar bias of TSLS relative to the
#   worst case is at most tau when the concentration parameter exceeds x = B / tau, with B the
#   supremum over b of |tr S12 - 2 ev S12| / sqrt(tr S1 tr S2), S1 = W1 - 2 b W12 + b^2 W2, S12 =
#   W12 - b W2, S2 = W2 (their theorem 1).

effective_f <- function(d) {
  n <- d$n
  l <- ncol(d$z)
  z <- qr.Q(d$qz) * sqrt(n)
  pi <- crossprod(z, cbind(d$y, d$x)) / n
  w <- moment_covariance(cbind(d$y, d$x) - z %*% pi, z, d)
  first <- seq_len(l)
  w1 <- w[first, first, drop = FALSE]
  w12 <- w[first, l + first, drop = FALSE]
  w2 <- w[l + first, l + first, drop = FALSE]
  tau <- c(.05, .10, .20, .30)
  statistic <- NA_real_
  k <- critical <- rep(NA_real_, length(tau))
  # Clusters in several ways can leave negative eigenvalues: such a matrix has no bound.
  definite <- function(v) min(scaled_eigenvalues(v)) >= -1e-10
  # The factor of the first stage's F, which this is where there is one instrument; critical values
  # depend on none.
  if (definite(w2)) statistic <- small_sample_f(n * sum(pi[, 2]^2) / sum(diag(w2)), 1, d)
  if (definite(w)) {
    bound <- tsls_bias_bound(w1, w12, w2)
    k <- effective_df(w2, bound / tau)
    critical <- noncentral_quantile(.95, k, bound / tau * k) / k
  }
  list(
    statistic = statistic, df = k[2],
    critical = data.frame(
      criterion = "effective F, TSLS bias", level = tau, critical = critical,
      stringsAsFactors = FALSE
    )
  )
}

# Quantiles of the non-central chi-squared distribution by Newton's method from Patnaik's central
# one (1949): a few evaluations, where stats::qchisq() halves intervals.
noncentral_quantile <- function(p, df, ncp) {
  spread <- (df + 2 * ncp) / (df + ncp)
  x <- spread * stats::qchisq(p, (df + ncp) / spread)
  for (turn in 1:30) {
    step <- (stats::pchisq(x, df, ncp) - p) / stats::dchisq(x, df, ncp)
    if (!all(is.finite(step))) break
    x <- pmax(x - step, x / 2)
    if (all(abs(step) <= 1e-12 * x)) return(x)
  }
  stats::qchisq(p, df, ncp)
}

effective_df <- function(w2, x) {
  trace <- sum(diag(w2))
  largest <- max(eigen(w2, symmetric = TRUE, only.values = TRUE)$values)
  trace^2 * (1 + 2 * x) / (sum(w2^2) + 2 * x * trace * largest)
}

tsls_bias_bound <- function(w1, w12, w2) {
  # Of one instrument the terms of the bound are one, whatever b is.
  if (length(w2) == 1) return(1)
  w12 <- (w12 + t(w12)) / 2
  t1 <- sum(diag(w1))
  t12 <- sum(diag(w12))
  t2 <- sum(diag(w2))
  ratio <- function(angle) {
    b <- tan(angle) * sqrt(t1 / t2)
    ev <- bind_extreme_eigenvalues(w12, w2, -b)
    size <- t1 + 2 * abs(b * t12) + b^2 * t2
    s1 <- t1 - 2 * b * t12 + b^2 * t2
    trace <- t12 - b * t2
    out <- pmax(abs(trace - 2 * ev[1, ]), abs(trace - 2 * ev[2, ])) / sqrt(pmax(s1, 0) * t2)
    # By Cauchy and Schwarz at most one; where no variance is left, rounding is all there is.
    ifelse(s1 > 1e-10 * size, pmin(out, 1), 0)
  }
  grid <- seq(-pi / 2 + 1e-6, pi / 2 - 1e-6, length.out = 401)
  at <- ratio(grid)
  best <- which.max(at)
  around <- grid[c(max(best - 1, 1), min(best + 1, length(grid)))]
  max(at[best], stats::optimize(ratio, around, maximum = TRUE, tol = 1e-10)$objective)
}
