quiet <- function(...) suppressMessages(system_reg(...))

test_that("restrictions across equations, in words and as a matrix", {
  skip_if_not_installed("systemfit")
  data <- data_of("Kmenta", "systemfit")
  words <- "demand_price + supply_price = 0"
  theirs <- systemfit::systemfit(
    kmenta, "3SLS", inst = kmenta_z, data = data, methodResidCov = "noDfCor",
    restrict.matrix = words
  )
  ours <- system_reg(kmenta, data, kmenta_z, restrictions = words)
  expect_equal(coef(ours), coef(theirs), tolerance = 1e-8)
  expect_equal(vcov(ours), vcov(theirs), tolerance = 1e-8, ignore_attr = TRUE)
  again <- system_reg(
    kmenta, data, kmenta_z, restrictions = list(matrix = rbind(c(0, 1, 0, 0, 1, 0, 0)))
  )
  expect_equal(coef(again), coef(ours))
  both <- system_reg(
    kmenta, data, kmenta_z, restrictions = "demand_(Intercept) = supply_(Intercept)"
  )
  expect_equal(
    coef(both)[["demand_(Intercept)"]], coef(both)[["supply_(Intercept)"]], tolerance = 1e-10
  )
})

test_that("a diagonal residual covariance gives 2SLS, and without projection least squares", {
  d <- two_equations(made_panel())
  eqs <- list(e1 = y ~ a + x, e2 = y2 ~ a + z1)
  z <- ~ x + z1 + z2
  zz <- stats::model.matrix(z, d)
  two <- quiet(eqs, d, z, method = "2sls")
  expect_gt(max(abs(coef(quiet(eqs, d, z)) - coef(two))), 1e-3)
  # What is orthogonal to the instruments leaves 2SLS of the second equation as it is, and takes its
  # residuals off the first's
  u <- residuals(two)
  free <- u[, 1] - zz %*% solve(crossprod(zz), crossprod(zz, u[, 1]))
  d$y2 <- d$y2 - drop(free) * sum(u[, 1] * u[, 2]) / sum(free^2)
  two <- quiet(eqs, d, z, method = "2sls")
  three <- quiet(eqs, d, z)
  expect_lt(abs(three$sigma[1, 2]), 1e-12)
  expect_equal(coef(three), coef(two), tolerance = 1e-10)
  expect_equal(vcov(three), vcov(two), tolerance = 1e-10)
  expect_equal(coef(quiet(eqs, d, z, iterate = TRUE)), coef(two), tolerance = 1e-10)
  # Least squares: residuals of the second equation off those of the first and its own regressors
  # off both equations' regressors
  eqs <- list(e1 = y ~ x, e2 = y2 ~ z1)
  all <- cbind(1, d$x, d$z1)
  u1 <- stats::lm(y ~ x, d)$residuals
  free <- stats::lm.fit(all, u1)$residuals
  d$y2 <- d$y2 - free * sum(u1 * stats::lm(y2 ~ z1, d)$residuals) / sum(free^2)
  sur <- system_reg(eqs, d, method = "sur")
  expect_lt(abs(sur$sigma[1, 2]), 1e-12)
  expect_equal(
    unname(coef(sur)), unname(c(coef(stats::lm(y ~ x, d)), coef(stats::lm(y2 ~ z1, d)))),
    tolerance = 1e-10
  )
})

test_that(
  "an equation that fits perfectly cannot weigh the others, and is said where it need not", {
  d <- two_equations(made_panel())
  d$sum <- d$y1 + d$y2
  eqs <- list(e1 = sum ~ y1 + y2, e2 = y2 ~ y1 + z1 + z2)
  for (method in c("sur", "3sls")) {
    expect_error(
      system_reg(eqs, d, ~ x + z1 + z2, method = method), "\"e1\" fits perfectly.*cannot weigh",
      class = "ccdpanel_error_singular"
    )
  }
  expect_warning(
    fit <- system_reg(eqs, d, ~ x + z1 + z2, method = "2sls"), "\"e1\" fits perfectly",
    class = "ccdpanel_warning_perfect_fit"
  )
  expect_equal(unname(coef(fit)[1:3]), c(0, 1, 1), tolerance = 1e-10)
})

test_that("an iteration that diverges or does not settle stops, and says so", {
  d <- two_equations(made_panel())
  loop <- list(e1 = y1 ~ y2 + x, e2 = y2 ~ y1 + z1 + z2)
  expect_error(
    system_reg(loop, d, method = "sur", iterate = TRUE), "diverges: after [0-9]+ steps",
    class = "ccdpanel_error_singular"
  )
  set.seed(1372)
  n <- sample(c(10, 12, 15, 20, 30), 1)
  e <- as.data.frame(matrix(stats::rnorm(n * 8), n))
  names(e) <- c("p", "q", "z1", "z2", "z3", "z4", "z5", "z6")
  e$p <- e$p + stats::runif(1) * e$z1
  e$q <- e$q + stats::runif(1) * e$z4
  noise <- list(a = p ~ q + z1 + z2, b = q ~ p + z3 + z4 + z5)
  expect_warning(
    fit <- system_reg(noise, e, iterate = TRUE), "without settling.*no longer shrink",
    class = "ccdpanel_warning_not_converged"
  )
  expect_false(fit$converged)
  expect_lt(fit$iterations, 1000)
  expect_output(print(fit), "Not converged")
})

test_that("a nearly perfect fit keeps its digits", {
  d <- two_equations(made_panel())
  d$y1 <- d$x * 1e4 + d$a * 1e4 + d$u * 1e-5
  d$y2 <- d$z1 * 1e4 - d$z2 * 1e4 + d$w * 1e-5
  fit <- system_reg(list(e1 = y1 ~ x + a, e2 = y2 ~ z1 + z2), d, method = "sur")
  u1 <- stats::lm(I(u * 1e-5) ~ x + a, d)$residuals
  expect_equal(sqrt(fit$residual_sigma[1, 1]), sqrt(mean(u1^2)), tolerance = 1e-3)
})

test_that("threads do not change a bit", {
  d <- two_equations(made_panel(units = 4000))
  eqs <- list(e1 = y1 ~ y2 + x, e2 = y2 ~ y1 + z1 + z2)
  expect_identical(coef(system_reg(eqs, d, threads = 1)), coef(system_reg(eqs, d, threads = 2)))
})
