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
    z <- if (method == "3sls") ~ x + z1 + z2
    expect_error(
      system_reg(eqs, d, z, method = method), "\"e1\" fits perfectly.*cannot weigh",
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

# Columns of the two equations, each in another unit.
in_units <- function(d, unit) {
  for (name in names(unit)) d[[name]] <- d[[name]] * unit[[name]]
  d
}

unit_cases <- list(
  c(y = 1e-8), c(y = 1e8), c(a = 1e10), c(x = 1e-8), c(x = 1e8), c(z1 = 1e8), c(z2 = 1e-10),
  c(y = 1e8, a = 1e-4, x = 1e6, z1 = 1e-6, z2 = 1e3)
)

# Coefficients and standard errors of scaled columns in the units of the others.
in_own_units <- function(fit, unit) {
  of <- function(name) if (name %in% names(unit)) unit[[name]] else 1
  left <- vapply(fit$spec$equations, `[[`, "", "name")
  factor <- unlist(lapply(names(fit$terms), function(name) {
    vapply(fit$terms[[name]], of, 0) / of(left[[name]])
  }))
  list(coef = coef(fit) * factor, se = sqrt(diag(vcov(fit))) * factor)
}

test_that("an iteration stops at the same step in whatever unit a column stands", {
  d <- made_panel()
  eqs <- list(e1 = y ~ a + x, e2 = a ~ y + z1 + z2)
  exogenous <- list(e1 = y ~ x + z1, e2 = a ~ z1 + z2)
  for (arguments in list(
    list(exogenous, method = "sur"), list(exogenous, method = "sur", fe = ~id),
    list(eqs, method = "3sls"), list(eqs, method = "3sls", fe = ~id, sigma = "geomean"),
    list(eqs, instruments = list(e1 = ~ x + z1, e2 = ~ x + z1 + z2)),
    list(eqs, method = "w2sls", restrictions = "e1_x = 2")
  )) {
    of <- function(data, restrictions = arguments$restrictions) {
      arguments$restrictions <- restrictions
      suppressMessages(do.call(system_reg, c(arguments, list(data = data, iterate = TRUE))))
    }
    one <- of(d)
    expect_true(one$converged)
    for (unit in unit_cases) {
      restrictions <- if (!is.null(arguments$restrictions)) {
        ratio <- c(unit, y = 1, x = 1)
        paste("e1_x =", format(2 * ratio[["y"]] / ratio[["x"]], digits = 15))
      }
      other <- of(in_units(d, unit), restrictions)
      expect_identical(other$iterations, one$iterations)
      expect_equal(in_own_units(other, unit)$coef, coef(one), tolerance = 1e-9)
      expect_equal(in_own_units(other, unit)$se, sqrt(diag(vcov(one))), tolerance = 1e-9)
    }
  }
})

test_that("the limit of the iteration is systemfit's, at a tolerance that is tight in its units", {
  skip_if_not_installed("systemfit")
  # Two years: systemfit takes a minute for all of them.
  d <- state_capital[state_capital$year <= 1971, ]
  d$y <- log(d$output)
  d$x <- log(d$highways)
  d$e <- log(d$employment)
  eqs <- list(a = o ~ x + unemployment, b = e ~ x + z)
  d$z <- log(d$water)
  d$o <- d$output / 1e4
  theirs <- summary(systemfit::systemfit(
    eqs, "SUR", data = d, methodResidCov = "noDfCor", maxiter = 5000, tol = 1e-14
  ))$coefficients
  for (k in c(1e-8, 1, 1e8, 1e10)) {
    d$o <- d$output / 1e4 * k
    fit <- system_reg(eqs, d, method = "sur", iterate = TRUE)
    expect_equal(tidy(fit)$statistic, unname(theirs[, "t value"]), tolerance = 1e-9)
    expect_equal(coef(fit)[4:6], theirs[4:6, 1], tolerance = 1e-9)
  }
})

test_that("coefficients that a restriction ties have one estimate and one error in any units", {
  d <- made_panel()
  eqs <- list(e1 = y ~ x + z1, e2 = a ~ z2 + z1)
  for (unit in 10^c(-8, -4, 4, 8)) {
    other <- d
    other$x <- d$x / unit
    other$z2 <- d$z2 * unit
    for (method in c("sur", "3sls")) for (iterate in c(FALSE, TRUE)) {
      one <- system_reg(
        eqs, d, method = method, fe = ~id, iterate = iterate,
        restrictions = sprintf("e1_x = %.15g * e2_z2", 1 / unit^2)
      )
      fit <- system_reg(
        eqs, other, method = method, fe = ~id, iterate = iterate, restrictions = "e1_x = e2_z2"
      )
      b <- coef(fit)[c("e1_x", "e2_z2")]
      expect_equal(b[[1]], b[[2]], tolerance = 1e-14)
      for (vcov in list("iid", "HC0", ~firm)) {
        se <- sqrt(diag(vcov(fit, vcov)))[names(b)]
        expect_equal(se[[1]], se[[2]], tolerance = 1e-12)
        expect_equal(se[[1]], sqrt(diag(vcov(one, vcov)))[["e1_x"]] * unit, tolerance = 1e-7)
      }
      expect_equal(b[[1]], coef(one)[["e1_x"]] * unit, tolerance = 1e-7)
    }
  }
})

test_that("where all is tied and nothing is free, the coefficients are what they are held at", {
  d <- made_panel()
  fit <- system_reg(
    list(e1 = y ~ x, e2 = a ~ z1), d, method = "sur", fe = ~id,
    restrictions = c("e1_x = 1", "e2_z1 = 0.5")
  )
  expect_identical(unname(coef(fit)), c(1, 0.5))
  expect_identical(unname(vcov(fit)), matrix(0, 2, 2))
  within <- function(v) v - stats::ave(v, d$id)
  expect_equal(unname(residuals(fit)), unname(cbind(
    within(d$y) - within(d$x), within(d$a) - 0.5 * within(d$z1)
  )), tolerance = 1e-10)
})

test_that("estimates by instruments are the same in any units of measurement", {
  skip_if_not_installed("systemfit")
  data <- data_of("Kmenta", "systemfit")
  equations <- list(
    demand = consump ~ price + income, supply = consump ~ price + farmPrice + trend
  )
  instruments <- ~ income + farmPrice + trend
  peer <- systemfit::systemfit(
    equations, "2SLS", inst = instruments, data = data, methodResidCov = "noDfCor"
  )
  of <- c("1", "price", "income", "1", "price", "farmPrice", "trend")
  first <- fe_reg(consump ~ income | 0 | price ~ farmPrice + trend, data, estimator = "liml")
  for (power in list(
    c(consump = 10), c(price = -10), c(income = 10), c(farmPrice = -10, trend = 10),
    c(consump = -10, price = 10, income = -8, farmPrice = 9, trend = -10)
  )) {
    other <- data
    for (name in names(power)) other[[name]] <- data[[name]] * 10^power[[name]]
    scale <- function(name) 10^ifelse(name %in% names(power), power[name], 0)
    unit <- scale("consump") / scale(of)
    fits <- lapply(c(two = "2sls", liml = "liml"), function(method) {
      system_reg(equations, other, instruments, method = method)
    })
    expect_equal(unname(coef(fits$two) / unit), unname(coef(peer)), tolerance = 1e-9)
    expect_equal(
      unname(sqrt(diag(vcov(fits$two))) / unit), unname(sqrt(diag(vcov(peer)))), tolerance = 1e-9
    )
    expect_equal(
      unname(coef(fits$liml)[1:3] / unit[1:3]), unname(coef(first)[c(1, 3, 2)]), tolerance = 1e-9
    )
    # What has no unit, and which columns are told apart.
    zero <- c("demand_price = 0", "supply_trend = 0")
    b <- coef(peer)[c(2, 7)]
    wald <- drop(b %*% solve(vcov(peer)[c(2, 7), c(2, 7)], b))
    tests <- test_restrictions(fits$two, zero)
    expect_equal(tests$statistic[tests$test == "wald"], wald, tolerance = 1e-8)
    expect_length(fits$two$collinear, 0)
    other$twin <- 2 * other$income - other$farmPrice
    expect_message(
      system_reg(equations, other, ~ income + farmPrice + trend + twin, method = "liml"),
      "twin", class = "ccdpanel_message_collinear"
    )
  }
})

test_that("a divisor that leaves the covariance of residuals indefinite is named, and a way out", {
  set.seed(1)
  n <- 16
  d <- as.data.frame(matrix(stats::rnorm(n * 8), n))
  e <- stats::rnorm(n)
  d$a <- d$V1 + e
  d$b <- d$V1 + .02 * stats::rnorm(n) + e
  eqs <- list(a = a ~ V1, b = b ~ V1 + V2 + V3 + V4 + V5)
  u <- vapply(eqs, function(f) stats::lm(f, d)$residuals, numeric(n))
  s <- crossprod(u) / (n - outer(c(2, 6), c(2, 6), pmax))
  expect_lt(min(eigen(s)$values), 0)
  expect_error(system_reg(eqs, d, method = "sur", sigma = "max"), class = "ccdpanel_error_singular")
  expect_error(system_reg(eqs, d, method = "sur", sigma = "max"), "geomean")
  expect_error(system_reg(eqs, d, method = "sur", sigma = "max"), "not positive definite")
  expect_s3_class(system_reg(eqs, d, method = "sur", sigma = "geomean"), "system_reg")
})

test_that("iterated and restricted weights of equations are where one more step changes nothing", {
  d <- two_equations(made_panel())
  eqs <- list(e1 = y ~ a + x, e2 = y2 ~ a + z1)
  z <- stats::model.matrix(~ x + z1 + z2, d)
  x <- list(stats::model.matrix(~ a + x, d), stats::model.matrix(~ a + z1, d))
  left <- list(d$y, d$y2)
  # Both coefficients of a are one. (systemfit 1.1-30 takes one step of W2SLS.)
  joined <- diag(6)[, -5]
  joined[5, 2] <- 1
  at <- list(1:3, 4:6)
  for (method in c("w2sls", "wls")) {
    p <- if (method == "wls") diag(nrow(d)) else z %*% solve(crossprod(z), t(z))
    fit <- quiet(
      eqs, d, if (method == "w2sls") ~ x + z1 + z2, method = method, iterate = TRUE,
      restrictions = "e1_a = e2_a"
    )
    normal <- matrix(0, 6, 6)
    right <- numeric(6)
    for (e in 1:2) {
      s <- mean((left[[e]] - x[[e]] %*% coef(fit)[at[[e]]])^2)
      normal[at[[e]], at[[e]]] <- t(x[[e]]) %*% p %*% x[[e]] / s
      right[at[[e]]] <- t(x[[e]]) %*% p %*% left[[e]] / s
    }
    inverse <- joined %*% solve(t(joined) %*% normal %*% joined, t(joined))
    expect_gt(fit$iterations, 2)
    expect_equal(unname(coef(fit)), c(inverse %*% right), tolerance = 1e-9)
    expect_equal(unname(vcov(fit)), unname(inverse), tolerance = 1e-8)
  }
})

test_that("under restrictions of slopes columns of mean 1e8 keep their digits, as without any", {
  set.seed(22)
  # 1 / 1024 parts, so that 1e8 more is exact.
  grid <- function(x) round(1024 * x) / 1024
  d <- data.frame(id = rep(1:10, 12), x = grid(rnorm(120)), w = grid(rnorm(120)))
  d$y <- d$x + d$w + grid(rnorm(120))
  d$p <- .5 * d$x - d$w + .5 * d$y + grid(rnorm(120))
  far <- transform(d, x = x + 1e8, w = w + 1e8)
  same <- function(restrictions, ...) {
    fit <- function(data) {
      system_reg(list(a = y ~ x + w, b = p ~ x + w), data, restrictions = restrictions, ...)
    }
    near <- fit(d)
    from_far <- fit(far)
    slopes <- c("a_x", "a_w", "b_x", "b_w")
    expect_equal(coef(from_far)[slopes], coef(near)[slopes], tolerance = 1e-13)
    expect_equal(vcov(from_far)[slopes, slopes], vcov(near)[slopes, slopes], tolerance = 1e-12)
    # What the constants lack are the means times the slopes.
    b <- coef(near)
    expect_equal(
      coef(from_far)[["a_(Intercept)"]], b[["a_(Intercept)"]] - 1e8 * (b[["a_x"]] + b[["a_w"]]),
      tolerance = 1e-12
    )
    near
  }
  for (vcov in list("iid", ~id)) {
    equal <- same("a_x = b_x", method = "sur", vcov = vcov)
    expect_equal(coef(equal)[["a_x"]], coef(equal)[["b_x"]])
    same(c("a_x = b_x", "a_x + a_w = 1"), method = "ols", vcov = vcov)
  }
  # A matrix has columns of the constants, and of restrictions of theirs those are columns as
  # others.
  m <- rbind(c(0, 1, 0, 0, -1, 0))
  expect_equal(coef(same(list(matrix = m, value = 0), method = "sur")), coef(equal))
  m[1, 1] <- 1
  fit <- system_reg(
    list(a = y ~ x + w, b = p ~ x + w), d, method = "sur", restrictions = list(matrix = m)
  )
  expect_equal(sum(coef(fit)[c("a_(Intercept)", "a_x")]), coef(fit)[["b_x"]])
})
