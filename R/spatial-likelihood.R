# The likelihood of spatial models, concentrated on rho and lambda, and its maximum.
#
# e = B(A y - X b), A = I - rho W, B = I - lambda W. Sums of squares are those of the triangular
# factor of the columns y, Wy, WWy, X and WX, which has a row for each of them: the rows of the data
# are gone through once.

spatial_models <- list(
  lag = c(rho = TRUE, lambda = FALSE, durbin = FALSE),
  error = c(rho = FALSE, lambda = TRUE, durbin = FALSE),
  durbin = c(rho = TRUE, lambda = FALSE, durbin = TRUE),
  durbin_error = c(rho = FALSE, lambda = TRUE, durbin = TRUE),
  sac = c(rho = TRUE, lambda = TRUE, durbin = FALSE)
)

# Rows and determinants that the likelihood counts. Transformed (Lee and Yu 2010): the units'
# effects take a time, the times' a unit and the eigenvalue of its direction.
spatial_counts <- function(cells, links, transformed) {
  time <- transformed && cells$effects[["time"]] && !cells$dummies
  values <- links$values
  if (time) values <- values[-which.min(Mod(values - links$sum))]
  t <- cells$t - (transformed && cells$effects[["unit"]])
  list(values = values, t = t, rows = t * (cells$n - time), reduced = time)
}

# What a likelihood is made of: rows of the triangular factor for each column.
spatial_moments <- function(columns, cells, kind) {
  wy <- cells$again(columns$y)
  parts <- list(y = columns$y, wy = wy, x = columns$x)
  if (kind[["lambda"]]) {
    parts$wx <- cells$again(columns$x)
    if (kind[["rho"]]) parts$wwy <- cells$again(wy)
  }
  which <- rep(names(parts), vapply(parts, NCOL, 0L))
  all <- do.call(cbind, unname(parts))
  q <- qr(all, LAPACK = TRUE)
  r <- qr.R(q)[, order(q$pivot), drop = FALSE]
  lapply(split(seq_along(which), factor(which, names(parts))), function(at) r[, at, drop = FALSE])
}

# Least squares at given rho and lambda: coefficients, residuals and what their derivatives are.
spatial_at <- function(m, theta) {
  rho <- theta[["rho"]]
  lambda <- theta[["lambda"]]
  u <- m$y - rho * m$wy
  x <- m$x
  if (lambda != 0) {
    u <- u - lambda * (m$wy - if (rho == 0) 0 else rho * m$wwy)
    x <- x - lambda * m$wx
  }
  if (!ncol(x)) return(list(b = numeric(), x = x, e = u, rss = sum(u^2)))
  q <- qr(x, tol = 0)
  e <- qr.resid(q, u)
  list(b = as.vector(qr.coef(q, u)), x = x, e = e, rss = sum(e^2))
}

log_determinant <- function(values, at) sum(log(Mod(1 - at * values)))

spatial_log_likelihood <- function(m, counts, theta) {
  rss <- spatial_at(m, theta)$rss
  -counts$rows / 2 * (log(2 * pi) + 1 + log(rss / counts$rows)) + counts$t *
    (log_determinant(counts$values, theta[["rho"]]) +
      log_determinant(counts$values, theta[["lambda"]]))
}

# The traces of G = W (I - rho W)^-1 and of G^2.
inverse_traces <- function(values, at) {
  g <- values / (1 - at * values)
  c(Re(sum(g)), Re(sum(g^2)))
}

# First derivatives by rho and lambda, and less the second by (b, rho, lambda, sigma2), which is the
# observed information.
spatial_derivatives <- function(m, counts, theta) {
  f <- spatial_at(m, theta)
  s2 <- f$rss / counts$rows
  lambda <- theta[["lambda"]]
  # Less the derivatives of e by each parameter; that of e by rho and lambda is WWy.
  by_rho <- m$wy - if (is.null(m$wwy)) 0 else lambda * m$wwy
  wx <- m$wx
  wu <- if (is.null(wx)) m$wy * 0 else {
    m$wy - (if (theta[["rho"]] == 0) 0 else theta[["rho"]] * m$wwy) - wx %*% f$b
  }
  d <- cbind(f$x, by_rho, wu)
  k <- ncol(f$x)
  h <- crossprod(d) / s2
  if (!is.null(wx) && k) {
    more <- crossprod(wx, f$e) / s2
    h[seq_len(k), k + 2] <- h[seq_len(k), k + 2] + more
    h[k + 2, seq_len(k)] <- h[seq_len(k), k + 2]
  }
  if (!is.null(m$wwy)) {
    h[k + 1, k + 2] <- h[k + 2, k + 1] <- h[k + 1, k + 2] + sum(m$wwy * f$e) / s2
  }
  traces <- cbind(
    inverse_traces(counts$values, theta[["rho"]]), inverse_traces(counts$values, lambda)
  )
  at <- k + 1:2
  h[cbind(at, at)] <- h[cbind(at, at)] + counts$t * traces[2, ]
  score <- crossprod(d, f$e) / s2
  h <- rbind(cbind(h, score / s2), c(score / s2, counts$rows / (2 * s2^2)))
  list(gradient = score[at] - counts$t * traces[1, ], information = h, fit = f, sigma2 = s2)
}

# Expected information of the same parameters, at the estimates.
spatial_information <- function(columns, cells, links, counts, theta, fit, sigma2, g) {
  rho <- theta[["rho"]]
  lambda <- theta[["lambda"]]
  h <- if (lambda == rho) g else spatial_inverse(links, lambda)
  mean <- columns$x %*% fit$b
  d <- cbind(cells$filtered(
    cbind(columns$x, cells$within(cells$times_matrix(g, mean))), lambda
  ), 0)
  info <- crossprod(d) / sigma2
  # tr(A'JB) + tr(AB): J takes the mean over units, where the times' effects do.
  pair <- function(a, b, at) {
    cross <- sum(a * b) - if (counts$reduced) sum(colSums(a) * colSums(b)) / cells$n else 0
    v <- counts$values
    counts$t * (cross + Re(sum(v^2 / ((1 - at[1] * v) * (1 - at[2] * v)))))
  }
  k <- ncol(columns$x)
  info[k + 1, k + 1] <- info[k + 1, k + 1] + pair(g, g, c(rho, rho))
  info[k + 2, k + 2] <- pair(h, h, c(lambda, lambda))
  info[k + 1, k + 2] <- info[k + 2, k + 1] <- pair(g, h, c(rho, lambda))
  by_sigma <- counts$t / sigma2 * c(
    inverse_traces(counts$values, rho)[1], inverse_traces(counts$values, lambda)[1]
  )
  last <- c(rep(0, k), by_sigma)
  rbind(cbind(info, last), c(last, counts$rows / (2 * sigma2^2)))
}

# The maximum: the best of a grid within the bounds, a search about it, and Newton's steps to the
# last digits.
maximise_spatial <- function(m, counts, kind, bounds) {
  free <- c("rho", "lambda")[c(kind[["rho"]], kind[["lambda"]])]
  value <- function(v) {
    theta <- c(rho = 0, lambda = 0)
    theta[free] <- v
    spatial_log_likelihood(m, counts, theta)
  }
  grid <- search_grid(bounds, if (length(free) == 1) 40 else 24)
  found <- if (length(free) == 1) {
    seen <- vapply(grid, value, 0)
    best <- which.max(seen)
    around <- c(bounds[1], grid, bounds[2])[best + c(0, 2)]
    list(stats::optimize(value, around, maximum = TRUE, tol = 1e-7)$maximum)
  } else {
    peaks <- grid_peaks(outer(grid, grid, Vectorize(function(a, b) value(c(a, b)))))
    edge <- bounds + c(1, -1) * 1e-6 * diff(bounds)
    lapply(seq_len(nrow(peaks)), function(i) {
      stats::nlminb(
        grid[peaks[i, ]], function(v) -value(v), lower = edge[1], upper = edge[2]
      )$par
    })
  }
  polished <- lapply(found, function(v) {
    newton_spatial(m, counts, replace(c(rho = 0, lambda = 0), free, v), free, bounds)
  })
  heights <- vapply(polished, `[[`, 0, "log_likelihood")
  c(polished[[which.max(heights)]], list(others = length(unique(round(heights, 6))) - 1L))
}

# Points between the bounds, as many again about zero where one bound is far.
search_grid <- function(bounds, n) {
  near <- min(abs(bounds)) * c(-1, 1)
  ends <- if (n > 24) 0.001 else 0.01
  share <- c(ends, seq_len(n - 1) / n, 1 - ends)
  points <- bounds[1] + diff(bounds) * share
  if (diff(bounds) > 1.5 * diff(near)) points <- c(points, near[1] + diff(near) * share)
  sort(unique(points))
}

# Cells of a grid that none of their neighbours tops, the six highest.
grid_peaks <- function(z) {
  n <- nrow(z)
  padded <- matrix(-Inf, n + 2, n + 2)
  inner <- seq_len(n) + 1
  padded[inner, inner] <- z
  peak <- matrix(TRUE, n, n)
  for (i in -1:1) for (j in -1:1) peak <- peak & z >= padded[inner + i, inner + j]
  at <- which(peak, arr.ind = TRUE)
  utils::head(at[order(-z[at]), , drop = FALSE], 6)
}

newton_spatial <- function(m, counts, theta, free, bounds) {
  at <- match(free, names(theta))
  height <- spatial_log_likelihood(m, counts, theta)
  inside <- c(bounds[1], bounds[2]) + c(1, -1) * 1e-9 * diff(bounds)
  steps <- 0
  while (steps < 30) {
    d <- spatial_derivatives(m, counts, theta)
    k <- ncol(m$x)
    rest <- c(seq_len(k), k + 3)
    own <- k + at
    h <- d$information
    schur <- h[own, own, drop = FALSE] -
      h[own, rest, drop = FALSE] %*% scaled_solve(h[rest, rest], h[rest, own, drop = FALSE])
    if (!is_definite(schur)) break
    step <- as.vector(scaled_solve(schur, d$gradient[at]))
    new <- theta
    new[free] <- pmin(pmax(theta[free] + step, inside[1]), inside[2])
    other <- spatial_log_likelihood(m, counts, new)
    if (!is.finite(other) || other < height - 1e-9 * abs(height)) break
    moved <- max(abs(new - theta))
    theta <- new
    height <- other
    steps <- steps + 1
    if (moved <= 1e-14) break
  }
  list(
    theta = theta, log_likelihood = height,
    boundary = any(theta[free] <= inside[1] + 1e-6 * diff(bounds) |
      theta[free] >= inside[2] - 1e-6 * diff(bounds))
  )
}
