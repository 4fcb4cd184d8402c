# Columns with means of zero, variances of one and no covariance, in this sample exactly.
apart <- function(n, k, seed) {
  z <- with_seed(seed, matrix(rnorm(n * k), n))
  qr.Q(qr(scale(z, scale = FALSE))) * sqrt(n - 1)
}

# Oster's population in a sample: w1 of controls, w2 that is not observed, in no relation to them,
# and the selection on it that is asked for, exactly.
selected <- function(delta, beta = 0.7, n = 200) {
  e <- apart(n, 5, 1)
  o <- cbind(e[, 1], 0.5 * e[, 1] + e[, 2])
  w2 <- 0.5 * e[, 3]
  w1 <- drop(o %*% c(1.8, 0.6))
  x <- drop(o %*% c(0.3, 0.2))
  x <- x + delta * cov(w1, x) / var(w1) * w2 + e[, 4]
  data.frame(y = beta * x + w1 + w2 + 0.6 * e[, 5], x, o1 = o[, 1], o2 = o[, 2], w2)
}

r2_of <- function(formula, data) summary(lm(formula, data))$r.squared

test_that("the effect and delta of a population are found, whatever the selection", {
  for (delta in c(0.5, 1, 2, -0.5, 1.7)) {
    d <- selected(delta)
    top <- r2_of(y ~ x + o1 + o2 + w2, d)
    b <- oster_bounds(fe_reg(y ~ x + o1 + o2, d), r2max = top, delta = delta, beta = 0.7)
    expect_equal(b$delta, delta, tolerance = 1e-9)
    expect_equal(b$effect, 0.7, tolerance = 1e-9)
    expect_true(all(b$roots$same_sign[b$roots$chosen]))
  }
})

test_that("estimates and R2 are those of lm(), units of measurement change nothing", {
  d <- selected(1)
  fit <- fe_reg(y ~ x + o1 + o2, d, vcov = "iid")
  b <- oster_bounds(fit)
  expect_equal(b$models$estimate, c(coef(lm(y ~ x, d))[[2]], coef(lm(y ~ x + o1 + o2, d))[[2]]))
  expect_equal(b$models$r2, c(r2_of(y ~ x, d), r2_of(y ~ x + o1 + o2, d)))
  expect_equal(b$models$std.error[1], sqrt(vcov(lm(y ~ x, d))[2, 2]))
  expect_equal(b$settings$r2max, min(1.3 * r2_of(y ~ x + o1 + o2, d), 1))
  yuan <- transform(d, y = y * 1e9 + 1e12, x = x / 1e7 - 5)
  far <- oster_bounds(fe_reg(y ~ x + o1 + o2, yuan))
  expect_equal(far$delta, b$delta, tolerance = 1e-7)
  expect_equal(far$effect, b$effect * 1e16, tolerance = 1e-7)
})

# What effects and terms of both models leave is the sample of the formula (Frisch and Waugh).
test_that("effects, short terms and weights are taken out first", {
  d <- selected(1)
  d$g <- rep(1:10, 20)
  d$h <- rep(1:20, each = 10)
  d$w <- w <- rep(c(1, 2, 3, 5), 50)
  left <- function(v) residuals(lm(v ~ factor(g) + factor(h) + o2, d, weights = w))
  parted <- data.frame(y = left(d$y), x = left(d$x), o1 = left(d$o1), w)
  within <- fe_reg(y ~ x + o1 + o2 | g + h, d, weights = ~w)
  whole <- fe_reg(y ~ x + o1, parted, weights = ~w)
  # R2 of one and the other stand to the same sums of squares by this share.
  share <- sum(w * parted$y^2) / sum(w * residuals(lm(
    y ~ factor(g) + factor(h), d, weights = w
  ))^2)
  top <- 0.99
  b <- oster_bounds(within, "x", ~o2, r2max = 1 - (1 - top) * share)
  peer <- oster_bounds(whole, "x", r2max = top)
  expect_equal(b$delta, peer$delta, tolerance = 1e-8)
  expect_equal(b$roots, peer$roots, tolerance = 1e-8)
  overall <- oster_bounds(within, "x", ~o2, r2 = "overall")
  peer <- summary(lm(y ~ x + o1 + o2 + factor(g) + factor(h), d, weights = w))
  expect_equal(overall$models$r2[2], peer$r.squared)
})

test_that("samples of the bootstrap are whole clusters, fitted again", {
  d <- selected(1)
  d$g <- rep(letters[1:20], 10)
  fit <- fe_reg(y ~ x + o1 + o2, d, vcov = ~g)
  b <- oster_bounds(fit, boot = 6, seed = 3)
  drawn <- with_seed(3, vapply(1:6, function(r) {
    tabulate(sample.int(20, 20, TRUE), 20)
  }, integer(20)))
  peer <- vapply(1:6, function(r) {
    again <- d[rep(seq_len(200), drawn[match(d$g, letters), r]), ]
    one <- oster_bounds(fe_reg(y ~ x + o1 + o2, again))
    c(one$effect, one$delta)
  }, numeric(2))
  expect_equal(t(b$replicates), peer, tolerance = 1e-8, ignore_attr = TRUE)
  expect_identical(b$intervals$of, c("effect", "delta"))
  moved <- oster_bounds(fe_reg(y ~ x + o1 + o2, d[200:1, ], vcov = ~g), boot = 6, seed = 3)
  expect_equal(moved$replicates, b$replicates, tolerance = 1e-8)
})

test_that("what cannot be is refused by name", {
  d <- selected(1)
  fit <- fe_reg(y ~ x + o1 + o2, d)
  expect_error(oster_bounds(fit, "z"), class = "ccdpanel_error_term")
  expect_error(oster_bounds(fit, "x", ~z), class = "ccdpanel_error_short")
  expect_error(oster_bounds(fit, "x", ~ x + o1), "itself", class = "ccdpanel_error_short")
  expect_error(oster_bounds(fit, "x", ~ o1 + o2), class = "ccdpanel_error_fit")
  expect_error(oster_bounds(fe_reg(y ~ x, d)), class = "ccdpanel_error_fit")
  expect_error(oster_bounds(fit, r2max = 0.1), "reaches", class = "ccdpanel_error_r2max")
  expect_error(oster_bounds(fit, seed = 1), class = "ccdpanel_error_argument")
  iv <- fe_reg(y ~ o1 | 1 | x ~ o2, d)
  expect_error(oster_bounds(iv), class = "ccdpanel_error_fit")
})
