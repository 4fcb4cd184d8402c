test_that("the bits do not depend on threads", {
  d <- made_panel(units = 4000)
  one <- fe_reg(y ~ x + a | id + year, d, vcov = ~id, threads = 1)
  two <- fe_reg(y ~ x + a | id + year, d, vcov = ~id, threads = 2)
  expect_identical(coef(one), coef(two))
  expect_identical(vcov(one), vcov(two))
})

test_that("collinear and absorbed regressors are left out, named, and said once", {
  d <- made_panel()
  d$twice <- 2 * d$x - d$a
  d$of_id <- sqrt(d$id)
  d$of_both <- d$id / 3 + (d$year - 2000)^2
  expect_message(
    fit <- fe_reg(y ~ x + a + twice + of_id + of_both | id + year, d),
    class = "ccdpanel_message_collinear"
  )
  expect_identical(names(coef(fit)), c("x", "a"))
  expect_setequal(fit$collinear, c("twice", "of_id", "of_both"))
  expect_equal(coef(fit), coef(fe_reg(y ~ x + a | id + year, d)), tolerance = 1e-10)
})

# Clustered errors by the residuals of the normal equations of the dummies, refined until at rest.
plain_clustered <- function(d, x, effects, cluster, w = rep(1, nrow(d))) {
  dummies <- stats::model.matrix(stats::reformulate(sprintf("factor(%s)", effects)), d)
  inside <- crossprod(dummies, w * dummies)
  left <- function(v) {
    for (pass in 1:4) v <- v - drop(dummies %*% solve(inside, crossprod(dummies, w * v)))
    v
  }
  columns <- vapply(d[x], left, numeric(nrow(d)))
  bread <- solve(crossprod(columns, w * columns))
  u <- left(d$y)
  for (pass in 1:2) u <- u - drop(columns %*% bread %*% crossprod(columns, w * u))
  sqrt(diag(bread %*% crossprod(rowsum(w * columns * u, d[[cluster]])) %*% bread))
}

test_that("clustered errors keep their digits where effects are solved for", {
  off <- function(d, formula, effects, cluster, weighted) {
    fit <- if (weighted) {
      fe_reg(formula, d, vcov = cluster, weights = ~w)
    } else {
      fe_reg(formula, d, vcov = cluster)
    }
    plain <- plain_clustered(
      d, c("x", "z"), effects, all.vars(cluster), if (weighted) d$w else rep(1, nrow(d))
    )
    max(abs(sqrt(diag(vcov(fit))) / sqrt(fit$covariance$factor) / plain - 1))
  }
  # Few levels with many rows each: a few steps end at rounding, of which no step is to be made.
  set.seed(5)
  n <- 1500
  d <- data.frame(
    province = sample(6L, n, TRUE), year = sample(5L, n, TRUE), x = rnorm(n), z = rnorm(n),
    w = runif(n, 0.1, 1.1)
  )
  d$y <- d$x + d$province + rnorm(n)
  two <- c("province", "year")
  expect_lt(off(d, y ~ x + z | province + year, two, ~province, FALSE), 1e-12)
  expect_lt(off(d, y ~ x + z | province + year, two, ~province, TRUE), 1e-12)
  # A panel with holes, weights, and three effects.
  d <- expand.grid(unit = 1:31, year = 1:12)
  d <- d[runif(nrow(d)) < 0.9, ]
  n <- nrow(d)
  d$industry <- sample(7L, n, TRUE)
  d$cluster <- d$unit %% 10
  d$w <- runif(n, 0.2, 3)
  d$x <- rnorm(n) + d$unit / 10
  d$z <- runif(n) + d$year / 2
  d$y <- d$x + d$unit / 3 + d$year / 5 + rnorm(n)
  for (weighted in c(FALSE, TRUE)) {
    expect_lt(off(d, y ~ x + z | unit + year, c("unit", "year"), ~cluster, weighted), 1e-12)
    three <- c("unit", "year", "industry")
    expect_lt(off(d, y ~ x + z | unit + year + industry, three, ~cluster, weighted), 1e-12)
  }
})

# A column of mean 1e8 ends where its spread has eight digits. What is left of a copy beside it, or
# beside slopes of it, is the ninth, and no regressor: lm() of the columns without it has the rest.
test_that("what rounding leaves of a copy of large mean is left out and named", {
  set.seed(20)
  n <- 200
  d <- data.frame(g = rep(1:10, 20), t = rep(1:20, each = 10), x = rnorm(n), z = rnorm(n))
  d$big <- 1e8 + d$z
  d$sum <- d$big + d$x
  d$both <- 1e8 + rnorm(10)[d$g] + rnorm(20)[d$t]
  d$y <- d$x + d$z + rnorm(n)
  same <- function(formula, gone, dummies, names = c("x", "z")) {
    fit <- suppressMessages(fe_reg(formula, d))
    expect_identical(as.character(fit$collinear), gone)
    oracle <- summary(stats::lm(dummies, d))$coefficients
    kept <- setdiff(names(coef(fit)), "(Intercept)")
    expect_equal(coef(fit)[kept], oracle[names, 1], tolerance = 1e-7, ignore_attr = TRUE)
    expect_equal(
      sqrt(diag(vcov(fit)))[kept], oracle[names, 2], tolerance = 1e-7, ignore_attr = TRUE
    )
    # The combination holds on the sample's own rows.
    expect_equal(predict(fit, newdata = d), fitted(fit), tolerance = 1e-6, ignore_attr = TRUE)
  }
  same(y ~ x + z + big, "big", y ~ x + z)
  same(y ~ x + big + z, "z", y ~ x + z)
  same(y ~ x + big + z | g + t, "z", y ~ x + z + factor(g) + factor(t))
  same(
    y ~ 0 + factor(g) + x + z + big, "big", y ~ 0 + factor(g) + x + z,
    c(paste0("factor(g)", 1:10), "x", "z")
  )
  sloped <- y ~ x + factor(g) * z
  same(y ~ z + x | g[big], "z", sloped, "x")
  same(y ~ x + sum | g[big], "sum", sloped, "x")
  same(y ~ z + x | g[big] + t, "z", update(sloped, . ~ . + factor(t)), "x")
  same(y ~ x + z + both | g + t, "both", y ~ x + z + factor(g) + factor(t))
  expect_error(fe_reg(both ~ x | g + t, d), class = "ccdpanel_error_absorbed")
  expect_error(
    system_reg(list(a = y ~ z + big, b = x ~ z), d, method = "ols"),
    class = "ccdpanel_error_collinear"
  )
})

test_that("a copy of a mean of 1e12 breaks where new data differ by more than it holds", {
  set.seed(21)
  d <- data.frame(g = rep(1:10, 20), x = rnorm(200), z = rnorm(200))
  d$big <- 1e12 + d$z
  d$y <- d$x + d$z + rnorm(200)
  for (formula in list(y ~ z + x | g[big], y ~ x + big + z, y ~ x + z + big | g)) {
    fit <- suppressMessages(fe_reg(formula, d))
    expect_length(fit$collinear, 1)
    expect_false(anyNA(predict(fit, newdata = d)))
    expect_true(all(is.na(suppressMessages(predict(fit, newdata = transform(d, z = z + .1))))))
  }
})
