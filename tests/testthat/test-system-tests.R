klein <- list(
  consumption = consump ~ corpProf + corpProfLag + wages,
  investment = invest ~ corpProf + corpProfLag + capitalLag,
  wages = privWage ~ gnp + gnpLag + trend
)
klein_z <- ~ govExp + taxes + govWage + trend + capitalLag + corpProfLag + gnpLag
kmenta <- list(demand = consump ~ price + income, supply = consump ~ price + farmPrice + trend)
value <- function(fit, test, column = "statistic") {
  t <- system_tests(fit)
  t[[column]][t$test == test]
}

test_that("Hansen-Sargan: the criterion of stacked GLS, written out", {
  data <- data_of("KleinI", "systemfit")
  fit <- suppressMessages(system_reg(klein, data, klein_z))
  d <- data[-1, ]
  z <- stats::model.matrix(klein_z, d)
  u <- residuals(fit)
  p <- z %*% solve(crossprod(z), t(z))
  expect_equal(
    value(fit, "hansen_sargan"), drop(c(u) %*% (solve(fit$sigma) %x% p) %*% c(u)), tolerance = 1e-8
  )
  expect_equal(value(fit, "hansen_sargan", "df"), 3 * 8 - 12)
  just <- list(a = y ~ a + x, b = a ~ y + z1)
  expect_true(is.na(value(system_reg(just, made_panel()), "hansen_sargan")))
})

test_that(
  "Hausman: never negative where the block-diagonal form is; equal to a plain-R computation", {
  data <- data_of("Kmenta", "systemfit")
  z <- ~ income + farmPrice + trend
  fit <- system_reg(kmenta, data, z)
  two <- system_reg(kmenta, data, z, method = "2sls")
  zz <- stats::model.matrix(z, data)
  p <- zz %*% solve(crossprod(zz), t(zz))
  x1 <- p %*% stats::model.matrix(~ price + income, data)
  x2 <- p %*% stats::model.matrix(~ price + farmPrice + trend, data)
  s <- fit$sigma
  b <- list(solve(crossprod(x1)), solve(crossprod(x2)))
  v2 <- rbind(
    cbind(s[1, 1] * b[[1]], s[1, 2] * b[[1]] %*% crossprod(x1, x2) %*% b[[2]]),
    cbind(s[2, 1] * b[[2]] %*% crossprod(x2, x1) %*% b[[1]], s[2, 2] * b[[2]])
  )
  slopes <- c(2, 3, 5, 6, 7)
  gap <- (coef(two) - coef(fit))[slopes]
  e <- eigen((v2 - vcov(fit))[slopes, slopes], symmetric = TRUE)
  keep <- e$values > 1e-7 * max(e$values)
  by_hand <- sum(crossprod(e$vectors[, keep], gap)^2 / e$values[keep])
  expect_equal(value(fit, "hausman"), by_hand, tolerance = 1e-5)
  expect_equal(value(fit, "hausman", "df"), sum(keep))
  klein_fit <- suppressMessages(system_reg(klein, data_of("KleinI", "systemfit"), klein_z))
  expect_gte(value(klein_fit, "hausman"), 0)
})

test_that("Breusch-Pagan by correlations of lm's residuals; McElroy's R2 against systemfit", {
  skip_if_not_installed("systemfit")
  wide <- grunfeld_wide()
  eqs <- grunfeld_equations
  fit <- system_reg(eqs, wide, method = "sur")
  r <- stats::cor(vapply(eqs, function(f) stats::lm(f, wide)$residuals, numeric(20)))
  expect_equal(value(fit, "breusch_pagan"), 20 * sum(r[lower.tri(r)]^2), tolerance = 1e-9)
  theirs <- summary(systemfit::systemfit(eqs, "SUR", data = wide, methodResidCov = "noDfCor"))
  expect_equal(attr(system_tests(fit), "mcelroy_r2"), theirs$mcelroy.r.squared, tolerance = 1e-8)
})

test_that("Breusch-Pagan of restricted systems: by lm's residuals, in any unit", {
  d <- made_panel()
  r <- stats::cor(stats::lm(y ~ x + z1, d)$residuals, stats::lm(a ~ x + z2, d)$residuals)
  for (unit in c(1, 1000)) {
    d$a <- d$a * unit
    for (iterate in c(FALSE, TRUE)) {
      fit <- suppressMessages(system_reg(
        list(one = y ~ x + z1, two = a ~ x + z2), d, method = "sur", iterate = iterate,
        restrictions = paste0("one_x = ", 1 / unit, " * two_x")
      ))
      expect_equal(value(fit, "breusch_pagan"), nrow(d) * r^2, tolerance = 1e-9)
      expect_equal(value(fit, "breusch_pagan", "df"), 1)
    }
  }
})

test_that("misuse is a classed error, and print", {
  d <- made_panel()
  expect_error(system_tests(fe_reg(y ~ x, d)), class = "ccdpanel_error_type")
  expect_error(
    system_tests(system_reg(list(e = y ~ x), d, method = "ols")), class = "ccdpanel_error_choice"
  )
  expect_output(print(system_tests(system_reg(
    list(a = y ~ x, b = a ~ z1), d, method = "sur"
  ))), "McElroy")
})

test_that("tests of a system stand in every unit that numbers have", {
  set.seed(1)
  d <- data.frame(id = rep(1:40, each = 10), z1 = rnorm(400), z2 = rnorm(400), w = rnorm(400))
  e <- rnorm(400)
  d$x <- d$z1 + d$z2 / 2 + e + rnorm(400)
  d$y <- d$x + d$w + e + d$id / 10
  tests <- function(d, method) {
    system_tests(system_reg(
      list(a = y ~ x + w, b = x ~ z1 + w), d,
      instruments = if (method == "3sls") ~ z1 + z2 + w, vcov = ~id, method = method
    ))
  }
  for (unit in 2^c(-498, 498)) {
    scaled <- d
    for (name in setdiff(names(d), "id")) scaled[[name]] <- d[[name]] * unit
    for (method in c("3sls", "sur")) {
      expect_equal(
        tests(scaled, method)$statistic, tests(d, method)$statistic, tolerance = 1e-10
      )
    }
  }
})

test_that("Hansen's statistic of instruments by equation does not depend on units", {
  at <- function(unit) {
    d <- state_capital
    d$water <- d$water * unit
    d$private_capital <- d$private_capital * unit
    fit <- system_reg(
      list(a = output ~ highways + private_capital, b = private_capital ~ output + water), d,
      fe = ~state,
      instruments = list(a = ~ highways + water, b = ~ water + highways + utilities)
    )
    as.data.frame(system_tests(fit))$statistic
  }
  for (unit in 10^c(-120, -20, 20, 120)) expect_equal(at(unit), at(1), tolerance = 1e-6)
})

test_that("McElroy's R2 under restrictions is systemfit's; an indefinite divisor has none", {
  skip_if_not_installed("systemfit")
  wide <- grunfeld_wide()
  names <- names(stats::coef(system_reg(grunfeld_equations, wide, method = "sur")))
  tied <- paste(names[c(2, 5)], collapse = " = ")
  fit <- system_reg(grunfeld_equations, wide, method = "sur", restrictions = tied)
  theirs <- systemfit::systemfit(
    grunfeld_equations, "SUR", data = wide, methodResidCov = "noDfCor",
    restrict.matrix = rbind(replace(numeric(length(coef(fit))), c(2, 5), c(1, -1)))
  )
  expect_equal(unname(coef(fit)), unname(stats::coef(theirs)), tolerance = 1e-7)
  expect_equal(
    attr(system_tests(fit), "mcelroy_r2"), summary(theirs)$mcelroy.r.squared, tolerance = 1e-7
  )
  expect_equal(
    unname(fit$r2), vapply(theirs$eq, function(eq) summary(eq)$r.squared, 0), tolerance = 1e-7
  )
  fit$residual_sigma <- matrix(c(1, 2, 2, 1), 2)
  expect_identical(mcelroy_r2(fit, NULL), NA_real_)
})

test_that("under restrictions, beside a constant, means far from zero change no test", {
  set.seed(3)
  d <- as.data.frame(matrix(stats::rnorm(60 * 4), 60))
  e <- matrix(stats::rnorm(120), 60)
  d$p <- d$V1 - d$V2 + e[, 1]
  d$q <- d$p + d$V1 + e[, 2] + e[, 1]
  # Multiples of 2^-20 are the same beside 1e8.
  d[] <- lapply(d, function(v) round(v * 2^20) / 2^20)
  far <- d
  far[] <- lapply(d, `+`, 1e8)
  eqs <- list(a = q ~ p + V1 + V4, b = p ~ q + V2 + V3)
  tests <- function(data) system_tests(system_reg(eqs, data, restrictions = "a_V1 = b_V2"))
  one <- tests(d)
  other <- tests(far)
  expect_equal(other$statistic, one$statistic, tolerance = 1e-5)
  expect_equal(other$df, one$df)
  expect_equal(attr(other, "mcelroy_r2"), attr(one, "mcelroy_r2"), tolerance = 1e-6)
  free <- function(data) system_tests(system_reg(eqs, data))
  expect_equal(free(far)$statistic, free(d)$statistic, tolerance = 1e-10)
  by_equation <- function(data) {
    system_tests(system_reg(eqs, data, instruments = list(a = ~ V1 + V2 + V4, b = ~ V2 + V3 + V4)))
  }
  expect_equal(by_equation(far)$statistic, by_equation(d)$statistic, tolerance = 1e-10)
})
