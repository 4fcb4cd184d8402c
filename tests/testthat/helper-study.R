# A total effect of the shipped data, and what a mediation finds of it.
total_fit <- function(data = state_capital, ...) {
  fe_reg(
    log(output) ~ log(highways) + unemployment | state + year, data, panel = c("state", "year"),
    vcov = ~state, ...
  )
}

effect_of <- function(m, name, column = "estimate") m$effects[[column]][m$effects$effect == name]

# Logarithms of the shipped panel with gaps in two of its variables, weights of which one is zero,
# and a factor: what a study must keep apart.
gappy_panel <- function() {
  d <- transform(state_capital,
    y = log(output), x = log(highways), m = log(private_capital), q = log(water),
    z = log(utilities), e = log(employment), w = employment,
    f = cut(unemployment, c(0, 4, 6, 20), c("low", "middle", "high"))
  )
  set.seed(1)
  d$m[sample(nrow(d), 20)] <- NA
  d$x[sample(nrow(d), 15)] <- NA
  d$w[3] <- 0
  d
}

# Two stages in plain R on a matrix of regressors and one of instruments: each row's part in the
# coefficients comes along.
plain_stages <- function(x, z, y, w) {
  root <- sqrt(w)
  projected <- qr.fitted(qr(z * root), x * root)
  kept <- qr(projected)
  kept <- sort(kept$pivot[seq_len(kept$rank)])
  projected <- projected[, kept]
  bread <- solve(crossprod(projected))
  b <- drop(bread %*% crossprod(projected, y * root))
  u <- drop(y - x[, kept] %*% b) * root
  names(b) <- colnames(x)[kept]
  parts <- (projected * u) %*% bread
  colnames(parts) <- names(b)
  list(b = b, parts = parts, df = length(y) - length(b))
}

# What groups are parts of, each of them by fixest, and whether a group is that.
whole_fit <- function(...) {
  fe_reg(
    log(output) ~ log(highways) + unemployment | state + year, state_capital,
    panel = c("state", "year"), vcov = ~state, ...
  )
}

part_by_fixest <- function(data) {
  skip_if_not_installed("fixest")
  fixest::feols(
    log(output) ~ log(highways) + unemployment | state + year, data, vcov = ~state, notes = FALSE,
    fixef.rm = "singleton", fixef.tol = 1e-11
  )
}

same_as_fixest <- function(fit, data) {
  hand <- part_by_fixest(data)
  expect_equal(coef(fit), coef(hand), tolerance = 1e-8)
  expect_equal(sqrt(diag(vcov(fit))), sqrt(diag(vcov(hand))), tolerance = 1e-8, ignore_attr = TRUE)
  expect_identical(nobs(fit), as.integer(nobs(hand)))
}

# What a moderator is added to.
unmoderated_fit <- function() {
  fe_reg(
    log(output) ~ log(highways) + log(private_capital) | state + year, state_capital,
    panel = c("state", "year"), vcov = ~state
  )
}

# A fit whose clusters in two ways of two each leave the variances of the total effect and of the
# one on the mediator negative.
negative_fit <- function(vcov = ~ one + two) {
  set.seed(28)
  d <- expand.grid(time = 1:5, unit = 1:7)
  d[c("x", "m", "e")] <- stats::rnorm(105)
  d$m <- d$m + d$x
  d$y <- d$x + d$m + d$e
  d <- transform(d, one = unit %% 2, two = (unit + time) %% 2, lat = unit / 10, lon = 1)
  suppressWarnings(fe_reg(y ~ x | unit, d, vcov = vcov))
}
