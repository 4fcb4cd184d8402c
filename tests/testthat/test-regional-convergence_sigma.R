panel <- c("unit", "year")

test_that("sigma is the dispersion by period, its trend that of lm() and sandwich", {
  d <- closing()
  q <- convergence_test(d, "y", type = "sigma", panel = panel)
  sd_log <- as.vector(tapply(log(d$y), d$year, sd))
  expect_equal(q$dispersion, sd_log, tolerance = 1e-12)
  fit <- lm(sd_log ~ I(1:15))
  trend <- summary(q)
  expect_equal(trend$estimate, coef(fit)[[2]], tolerance = 1e-10)
  cv <- convergence_test(d, "y", type = "sigma", measure = "cv", panel = panel)
  plain <- function(v) sqrt(mean((v - mean(v))^2)) / mean(v)
  expect_equal(cv$dispersion, as.vector(tapply(d$y, d$year, plain)), tolerance = 1e-12)
  skip_if_not_installed("sandwich")
  nw <- sandwich::NeweyWest(fit, lag = 2, prewhite = FALSE, adjust = TRUE)
  expect_equal(trend$std.error, sqrt(nw[2, 2]), tolerance = 1e-8)
})

test_that("a coefficient of variation needs a positive mean in every period and group", {
  wrong <- function(d, ...) expect_error(
    convergence_test(d, "y", type = "sigma", measure = "cv", panel = panel, ...),
    "positive mean", class = "ccdpanel_error_values"
  )
  d <- closing()
  wrong(transform(d, y = ifelse(year == 3, 0, y)))
  wrong(transform(d, y = -y))
  wrong(transform(d, y = y - ave(y, year)))
  wrong(transform(d, y = ifelse(half == "a" & year == 2, 0, y)), by = "half")
})
