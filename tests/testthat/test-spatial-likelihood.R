test_that("the maximum of the transformed likelihood is that of contrasts that are written out", {
  d <- spatial_data()
  w <- spatial_weights_of()
  for (model in names(model_kinds)) {
    for (effects in c("id", "year", "id + year")) {
      fit <- spatial_reg(
        stats::as.formula(paste("y ~ x + z |", effects)), d, w, model, panel = c("id", "year"),
        vcov = "hessian"
      )
      data <- contrasted(
        d, w, c("y", "x", "z"), unit = grepl("id", effects), time = grepl("year", effects)
      )
      par <- fit_parameters(fit)
      f <- function(p) dense_likelihood(p, data, model_kinds[[model]])
      expect_equal(f(par), as.numeric(logLik(fit)))
      kind <- model_kinds[[model]]
      free <- c(rep(TRUE, length(par) - 3), kind[["rho"]], kind[["lambda"]], TRUE)
      g <- function(p) f(replace(par, free, p))
      expect_lt(max(abs(slope_of(g, par[free]))), 1e-6)
      information <- curvature_of(g, par[free])
      expect_equal(
        unname(vcov(fit)), solve(information)[-sum(free), -sum(free), drop = FALSE],
        tolerance = 1e-5
      )
    }
  }
})

test_that("where rows of W differ in sum, years are dummies, and the likelihood is theirs", {
  d <- spatial_data()
  w <- spatial_weights_of("B")
  for (model in c("lag", "error", "sac")) {
    fit <- spatial_reg(y ~ x | id + year, d, w, model, vcov = "hessian")
    data <- contrasted(d, w, c("y", "x"), time = FALSE)
    years <- stats::model.matrix(~ factor(year), d)[, -1]
    years <- apply(years, 2, function(v) as.vector(matrix(v, 8) %*% contrasts_of(5)))
    kind <- model_kinds[[model]]
    f <- function(p) dense_likelihood(p, data, kind, years)
    # The dummies' coefficients at the fit's rho and lambda, by least squares.
    theta <- fit_parameters(fit)[-1]
    a <- diag(8) - theta[1] * w
    b <- diag(8) - theta[2] * w
    filtered <- function(v) as.vector(b %*% matrix(v, 8))
    made <- stats::lm.fit(
      apply(cbind(as.vector(data$parts$x), years), 2, filtered),
      filtered(a %*% data$parts$y)
    )
    expect_equal(unname(made$coefficients[1]), coef(fit)[["x"]])
    par <- fit_parameters(fit, unname(made$coefficients[-1]))
    expect_equal(f(par), as.numeric(logLik(fit)))
    free <- c(rep(TRUE, 5), kind[["rho"]], kind[["lambda"]], TRUE)
    g <- function(p) f(replace(par, free, p))
    expect_lt(max(abs(slope_of(g, par[free]))), 1e-6)
    v <- solve(curvature_of(g, par[free]))
    own <- c(1, 5 + seq_len(length(coef(fit)) - 1))
    expect_equal(unname(vcov(fit)), v[own, own], tolerance = 1e-5)
  }
})

test_that("a unit without neighbours is named, and has a lag of zero", {
  d <- spatial_data()
  w <- spatial_weights_of("island")
  expect_message(
    fit <- spatial_reg(y ~ x | id, d, w, panel = c("id", "year")), "h",
    class = "ccdpanel_message_alone"
  )
  data <- contrasted(d, w, c("y", "x"), time = FALSE)
  par <- fit_parameters(fit)
  f <- function(p) dense_likelihood(p, data, model_kinds$lag)
  expect_equal(f(par), as.numeric(logLik(fit)))
  expect_lt(max(abs(slope_of(f, par)[-3])), 1e-6)
  expect_output(print(fit), "without neighbours: h")
})

test_that("direct and transformed likelihoods of units' effects differ by T / (T - 1) alone", {
  d <- spatial_data()
  w <- spatial_weights_of()
  for (model in names(model_kinds)) {
    one <- spatial_reg(y ~ x | id, d, w, model, panel = c("id", "year"))
    all <- spatial_reg(y ~ x | id, d, w, model, panel = c("id", "year"), likelihood = "direct")
    expect_equal(coef(one), coef(all))
    expect_equal(one$sigma2, all$sigma2 * 5 / 4)
    expect_equal(vcov(one), vcov(all) * 5 / 4)
  }
})


test_that("the search has points about zero where one bound is far, and finds the higher peak", {
  grid <- ccdpanel:::search_grid(c(-10, 1), 24)
  expect_gt(sum(abs(grid) < 1), 20)
  expect_gt(sum(grid < -1), 15)
  expect_false(is.unsorted(grid, strictly = TRUE))
  # Lag and error trade places in a model with both: what a grid of the dense likelihood has.
  d <- spatial_data(6, 4, seed = 12)
  w <- spatial_weights_of("W", 6)
  fit <- suppressWarnings(spatial_reg(y ~ x | id, d, w, "sac", panel = c("id", "year")))
  data <- contrasted(d, w, c("y", "x"), time = FALSE)
  value <- Vectorize(function(rho, lambda) {
    a <- diag(6) - rho * w
    b <- diag(6) - lambda * w
    e <- stats::lm.fit(
      cbind(as.vector(b %*% data$parts$x)), as.vector(b %*% a %*% data$parts$y)
    )$residuals
    -9 * (log(2 * pi) + 1 + log(mean(e^2))) + 3 * (log(det(a)) + log(det(b)))
  })
  at <- fit$links$bounds[1] + diff(fit$links$bounds) * 1:29 / 30
  expect_lt(max(outer(at, at, value)), as.numeric(logLik(fit)))
  expect_equal(value(fit$theta[["rho"]], fit$theta[["lambda"]]), as.numeric(logLik(fit)))
})
