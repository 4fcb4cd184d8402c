# Weights and small panels for spatial models, and plain R's likelihood of them: dense matrices,
# effects as contrasts or dummies that are written out.

# The contiguity of the 48 states, in the order of their names, that splm has as `usaww`.
state_links <- function() {
  text <- paste0(
    "8 9 22 40,4 5 26 29 42,16 22 23 34 40 41,26 35,14 25 29 34 42 48,19 30 37,18 28 36,9,31 38 ",
    "40,24 26 35 42 45 48,12 13 15 23 47,15 20 33,21 23 25 39 47,23 25 34,23 33 40 44 46,22 41,27,",
    "36 44 46,27 30 37 43,33 47,32 39 47,40,25 34 40,32 39 48,39 48,35 42,43,30 36,34 41 42,36 43,",
    "38 40 44,39,36 46,41,45,46,,,48,44,,48,,46"
  )
  to <- lapply(strsplit(text, ",")[[1]], function(x) as.integer(strsplit(x, " ")[[1]]))
  w <- matrix(0, 48, 48)
  w[cbind(rep(seq_along(to), lengths(to)), unlist(to))] <- 1
  names <- unique(state_capital$state)
  w <- w + t(w)
  dimnames(w) <- list(names, names)
  w / rowSums(w)
}

munnell <- log(output) ~ log(highways + water + utilities) + log(private_capital) +
  log(employment) + unemployment

munnell_fit <- function(effects, model, ...) {
  formula <- munnell
  formula[[3]] <- call("|", formula[[3]], str2lang(effects))
  spatial_reg(formula, state_capital, state_links(), model, panel = c("state", "year"), ...)
}

# Eight units on a line, each with the next one or two, and five times.
spatial_weights_of <- function(kind = "W", n = 8) {
  w <- outer(seq_len(n), seq_len(n), function(i, j) (abs(i - j) == 1) + (j == i + 2) * 0.5)
  if (kind == "island") w[n, ] <- w[, n] <- 0
  names <- letters[seq_len(n)]
  dimnames(w) <- list(names, names)
  if (kind == "W") w / rowSums(w) else w / 3
}

spatial_data <- function(n = 8, times = 5, seed = 1) {
  set.seed(seed)
  d <- expand.grid(id = letters[seq_len(n)], year = 2000 + seq_len(times), stringsAsFactors = FALSE)
  d$x <- stats::rnorm(nrow(d)) + match(d$id, letters) / 4
  d$z <- stats::rnorm(nrow(d)) + d$year / 5
  w <- spatial_weights_of("W", n)
  e <- solve(diag(n) - 0.3 * w, matrix(stats::rnorm(nrow(d)), n))
  d$y <- as.vector(solve(diag(n) - 0.4 * w, matrix(d$x - d$z + d$year / 3, n) + e))
  d
}

# Contrasts that are orthonormal and orthogonal to ones.
contrasts_of <- function(n) qr.Q(qr(cbind(1, diag(n)[, -1])))[, -1, drop = FALSE]

# Data as the transformed likelihood has them: units by times by variables, and its W.
contrasted <- function(d, w, variables, unit = TRUE, time = TRUE) {
  n <- nrow(w)
  fn <- if (time) contrasts_of(n) else diag(n)
  ft <- if (unit) contrasts_of(nrow(d) / n) else diag(nrow(d) / n)
  parts <- lapply(variables, function(v) t(fn) %*% matrix(d[[v]], n) %*% ft)
  list(parts = stats::setNames(parts, variables), w = t(fn) %*% w %*% fn)
}

# The log likelihood of all parameters: `par` are the slopes (then those of WX), rho, lambda and
# the variance, in dense matrices over units times times.
dense_likelihood <- function(par, data, kind, dummies = NULL) {
  y <- data$parts[[1]]
  w <- data$w
  x <- lapply(data$parts[-1], as.vector)
  lagged <- if (kind[["durbin"]]) lapply(data$parts[-1], function(m) as.vector(w %*% m))
  x <- do.call(cbind, c(x, lagged, list(dummies)))
  k <- ncol(x)
  a <- diag(nrow(w)) - par[k + 1] * w
  b <- diag(nrow(w)) - par[k + 2] * w
  e <- b %*% (a %*% y - matrix(x %*% par[seq_len(k)], nrow(w)))
  s2 <- par[k + 3]
  -length(y) / 2 * log(2 * pi * s2) - sum(e^2) / (2 * s2) + ncol(y) *
    (log(abs(det(a))) + log(abs(det(b))))
}

# The parameters of a fit in that order, zero what its model has not.
fit_parameters <- function(fit, dummies = numeric()) {
  b <- stats::coef(fit)
  at <- function(name) if (name %in% names(b)) b[[name]] else 0
  slopes <- b[!names(b) %in% c("rho", "lambda")]
  c(unname(slopes), dummies, at("rho"), at("lambda"), fit$sigma2)
}

model_kinds <- list(
  lag = c(rho = TRUE, lambda = FALSE, durbin = FALSE),
  error = c(rho = FALSE, lambda = TRUE, durbin = FALSE),
  durbin = c(rho = TRUE, lambda = FALSE, durbin = TRUE),
  durbin_error = c(rho = FALSE, lambda = TRUE, durbin = TRUE),
  sac = c(rho = TRUE, lambda = TRUE, durbin = FALSE)
)

# Central differences: gradient, and less the matrix of second derivatives.
slope_of <- function(f, at, h = 1e-5) {
  vapply(seq_along(at), function(i) {
    step <- replace(numeric(length(at)), i, h)
    (f(at + step) - f(at - step)) / (2 * h)
  }, 0)
}

curvature_of <- function(f, at, h = 1e-4) {
  -vapply(seq_along(at), function(i) {
    step <- replace(numeric(length(at)), i, h)
    (slope_of(f, at + step, h) - slope_of(f, at - step, h)) / (2 * h)
  }, numeric(length(at)))
}
