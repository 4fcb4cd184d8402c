klein <- list(
  consumption = consump ~ corpProf + corpProfLag + wages,
  investment = invest ~ corpProf + corpProfLag + capitalLag,
  wages = privWage ~ gnp + gnpLag + trend
)

quiet <- function(...) suppressMessages(system_reg(...))

test_that("Klein's Model I: published 2SLS and 3SLS, residual covariance divided by N", {
  data <- data_of("KleinI", "systemfit")
  two <- quiet(klein, data, klein_z, method = "2sls")
  three <- quiet(klein, data, klein_z)
  b2 <- c(
    16.554756, .0173022, .2162340, .8101827, 20.278209, .1502218, .6159436, -.1577876, 1.500297,
    .4388591, .1466738, .1303957
  )
  b3 <- c(
    16.440790, .1248905, .1631441, .7900809, 28.177847, -.0130792, .7557240, -.1948482, 1.797218,
    .4004919, .1812910, .1496741
  )
  expect_lt(max(abs(coef(two) - b2)), 6e-7)
  expect_lt(max(abs(coef(three) - b3)), 6e-7)
  expect_lt(max(abs(sqrt(diag(vcov(two)))[1:4] - c(1.320792, .1180494, .1072680, .0402497))), 6e-7)
  expect_lt(max(abs(
    sqrt(diag(vcov(three)))[1:4] - c(1.304549, .1081290, .1004382, .0379379)
  )), 6e-7)
  expect_identical(names(coef(two))[1:2], c("consumption_(Intercept)", "consumption_corpProf"))
  expect_equal(nobs(two), 21)
  expect_equal(two$sample$counts$missing, 1)
})

test_that("Kmenta: published values, divisor sqrt((N - k_i)(N - k_j))", {
  data <- data_of("Kmenta", "systemfit")
  two <- system_reg(kmenta, data, kmenta_z, method = "2sls", sigma = "geomean")
  three <- system_reg(kmenta, data, kmenta_z, sigma = "geomean")
  demand <- c(94.633304, -.2435565, .3139918)
  expect_lt(max(abs(coef(two) - c(demand, 49.532442, .2400758, .2556057, .2529242))), 6e-7)
  expect_lt(max(abs(coef(three) - c(demand, 52.197204, .2285892, .2281580, .3611384))), 6e-7)
  se <- c(7.920838, .0964843, .0469437, 11.893372, .0996732, .0439938, .0728894)
  expect_lt(max(abs(sqrt(diag(vcov(three))) - se)), 6e-7)
})

test_that("systemfit at 1e-8, every method and divisor; its iteration carried on", {
  skip_if_not_installed("systemfit")
  data <- data_of("Kmenta", "systemfit")
  divisors <- c(n = "noDfCor", geomean = "geomean", max = "max")
  for (method in c("ols", "2sls", "sur", "3sls")) {
    for (sigma in names(divisors)) {
      inst <- if (method %in% c("2sls", "3sls")) kmenta_z
      ours <- system_reg(kmenta, data, inst, method = method, sigma = sigma)
      theirs <- systemfit::systemfit(
        kmenta, toupper(method), inst = inst, data = data, methodResidCov = divisors[[sigma]]
      )
      expect_equal(coef(ours), coef(theirs), tolerance = 1e-8)
      expect_equal(vcov(ours), vcov(theirs), tolerance = 1e-8, ignore_attr = TRUE)
    }
  }
  ours <- system_reg(kmenta, data, kmenta_z, iterate = TRUE)
  theirs <- systemfit::systemfit(
    kmenta, "3SLS", inst = kmenta_z, data = data, methodResidCov = "noDfCor", maxiter = 5000,
    tol = 1e-12
  )
  expect_equal(coef(ours), coef(theirs), tolerance = 1e-8)
  expect_equal(ours$sigma, ours$residual_sigma, tolerance = 1e-8)
  expect_gt(ours$iterations, 2)
})

test_that("systemfit at 1e-8: weighted methods, Theil's divisor, restrictions under every method", {
  skip_if_not_installed("systemfit")
  data <- data_of("Kmenta", "systemfit")
  across <- "demand_price + supply_price = 0"
  cases <- expand.grid(
    method = c("ols", "wls", "sur", "2sls", "w2sls", "3sls"), sigma = c("n", "geomean", "max"),
    within = c(FALSE, TRUE), stringsAsFactors = FALSE
  )
  methods <- c(
    ols = "OLS", wls = "WLS", sur = "SUR", `2sls` = "2SLS", w2sls = "W2SLS", `3sls` = "3SLS"
  )
  divisors <- c(n = "noDfCor", geomean = "geomean", max = "max", theil = "Theil")
  compare <- function(method, sigma, restrictions) {
    inst <- if (grepl("sls", method)) kmenta_z
    ours <- quiet(kmenta, data, inst, method = method, sigma = sigma, restrictions = restrictions)
    theirs <- systemfit::systemfit(
      kmenta, methods[[method]], inst = inst, data = data, methodResidCov = divisors[[sigma]],
      restrict.matrix = restrictions
    )
    expect_equal(coef(ours), coef(theirs), tolerance = 1e-8)
    expect_equal(vcov(ours), vcov(theirs), tolerance = 1e-8, ignore_attr = TRUE)
  }
  for (i in seq_len(nrow(cases))) {
    compare(
      cases$method[i], cases$sigma[i], c(across, if (cases$within[i]) "supply_farmPrice = 0.25")
    )
  }
  for (method in names(methods)) compare(method, "theil", NULL)
  # systemfit takes a single step of W2SLS whatever maxiter says.
  ours <- quiet(kmenta, data, method = "wls", iterate = TRUE, restrictions = across)
  theirs <- systemfit::systemfit(
    kmenta, "WLS", data = data, methodResidCov = "noDfCor", restrict.matrix = across,
    maxiter = 5000, tol = 1e-12
  )
  expect_equal(coef(ours), coef(theirs), tolerance = 1e-8)
})

test_that(
  "instruments by equation: GMM-3SLS and systemfit's variants; the robust covariance written out", {
  data <- data_of("Kmenta", "systemfit")
  z <- list(demand = ~ income + farmPrice, supply = ~ income + farmPrice + trend)
  variants <- c(gmm = "GMM", gls = "GLS", iv = "IV", schmidt = "Schmidt", eviews = "EViews")
  for (v in names(variants)) {
    ours <- quiet(kmenta, data, z, variant = v)
    theirs <- systemfit::systemfit(
      kmenta, "3SLS", inst = unname(z), data = data, methodResidCov = "noDfCor",
      method3sls = variants[[v]]
    )
    expect_equal(coef(ours), coef(theirs), tolerance = 1e-8)
    # The inverse that is systemfit's covariance of IV is not symmetric: its symmetric part.
    their_v <- (vcov(theirs) + t(vcov(theirs))) / 2
    expect_equal(vcov(ours), their_v, tolerance = 1e-8, ignore_attr = TRUE)
  }
  theirs <- systemfit::systemfit(
    kmenta, "2SLS", inst = unname(z), data = data, methodResidCov = "noDfCor"
  )
  expect_equal(coef(quiet(kmenta, data, z, method = "2sls")), coef(theirs), tolerance = 1e-8)
  same <- list(demand = kmenta_z, supply = kmenta_z)
  expect_equal(
    coef(quiet(kmenta, data, same)), coef(system_reg(kmenta, data, kmenta_z)), tolerance = 1e-9
  )
  expect_equal(
    vcov(quiet(kmenta, data, same, vcov = "HC0")),
    vcov(system_reg(kmenta, data, kmenta_z, vcov = "HC0")), tolerance = 1e-8
  )

  fit <- quiet(kmenta, data, z, vcov = "HC0")
  zs <- lapply(z, stats::model.matrix, data)
  xs <- list(
    stats::model.matrix(~ price + income, data),
    stats::model.matrix(~ price + farmPrice + trend, data)
  )
  block <- function(m) {
    rbind(
      cbind(m[[1]], matrix(0, nrow(m[[1]]), ncol(m[[2]]))),
      cbind(matrix(0, nrow(m[[2]]), ncol(m[[1]])), m[[2]])
    )
  }
  zb <- block(zs)
  zx <- crossprod(zb, block(xs))
  w <- solve(crossprod(zb, (fit$sigma %x% diag(20)) %*% zb))
  bread <- solve(t(zx) %*% w %*% zx)
  u <- residuals(fit)
  g <- cbind(zs[[1]] * u[, 1], zs[[2]] * u[, 2])
  gain <- bread %*% t(zx) %*% w
  expect_equal(unname(vcov(fit)), unname(gain %*% crossprod(g) %*% t(gain)), tolerance = 1e-8)
  expect_error(quiet(kmenta, data, z, variant = "iv", vcov = "HC0"), class = "ccdpanel_error_vcov")
  expect_error(
    quiet(kmenta, data, z, variant = "gls", restrictions = "demand_price = 0"),
    class = "ccdpanel_error_restrictions"
  )
  expect_error(quiet(kmenta, data, z[1]), class = "ccdpanel_error_equations")
})

test_that(
  paste0(
    "LIML by equation is that of fe_reg; Klein's Model I against k from the eigenvalue ",
    "problem, written out"
  ),
  {
  data <- data_of("Kmenta", "systemfit")
  fit <- system_reg(kmenta, data, kmenta_z, method = "liml", sigma = "geomean")
  one <- fe_reg(consump ~ income | 0 | price ~ farmPrice + trend, data, estimator = "liml")
  expect_equal(unname(coef(fit)[c(1, 3, 2)]), unname(coef(one)), tolerance = 1e-10)
  expect_equal(
    unname(sqrt(diag(vcov(fit)))[c(1, 3, 2)]), unname(sqrt(diag(vcov(one)))), tolerance = 1e-9
  )
  expect_equal(fit$kappa[["supply"]], 1)
  expect_equal(
    unname(vcov(fit, "HC0")[1:3, 1:3][c(1, 3, 2), c(1, 3, 2)]), unname(vcov(one, "HC0")),
    tolerance = 1e-8
  )
  # k: the smallest root of |W'M_1 W - k W'M_Z W| = 0, W the endogenous variables of the equation,
  # M_1 off its own instruments
  klein_fit <- quiet(klein, data_of("KleinI", "systemfit"), klein_z, method = "liml")
  d <- data_of("KleinI", "systemfit")[-1, ]
  z <- stats::model.matrix(klein_z, d)
  off <- function(a, m) m - a %*% solve(crossprod(a), crossprod(a, m))
  for (name in names(klein)) {
    x <- stats::model.matrix(klein[[name]], d)
    y <- d[[all.vars(klein[[name]])[1]]]
    w <- cbind(y, x[, !colnames(x) %in% colnames(z)])
    k <- min(Re(eigen(solve(
      crossprod(w, off(z, w)), crossprod(w, off(x[, colnames(x) %in% colnames(z)], w))
    ), only.values = TRUE)$values))
    kept <- x - k * off(z, x)
    b <- solve(crossprod(kept, x), crossprod(kept, y))
    expect_equal(klein_fit$kappa[[name]], k, tolerance = 1e-9)
    expect_equal(
      unname(coef(klein_fit)[paste0(name, "_", colnames(x))]), unname(drop(b)), tolerance = 1e-8
    )
  }
  expect_error(
    quiet(kmenta, data, kmenta_z, method = "liml", restrictions = "demand_price = 0"),
    class = "ccdpanel_error_restrictions"
  )
})

test_that("SUR on Grunfeld against systemfit", {
  skip_if_not_installed("systemfit")
  wide <- grunfeld_wide()
  eqs <- grunfeld_equations
  ours <- system_reg(eqs, wide, method = "sur")
  theirs <- systemfit::systemfit(eqs, "SUR", data = wide, methodResidCov = "noDfCor")
  expect_equal(coef(ours), coef(theirs), tolerance = 1e-8)
  expect_equal(vcov(ours), vcov(theirs), tolerance = 1e-8, ignore_attr = TRUE)
  ours <- system_reg(eqs, wide, method = "sur", iterate = TRUE)
  theirs <- systemfit::systemfit(
    eqs, "SUR", data = wide, methodResidCov = "noDfCor", maxiter = 5000, tol = 1e-12
  )
  expect_equal(coef(ours), coef(theirs), tolerance = 1e-8)
})

test_that("identities: one equation is 2SLS of fe_reg; just-identified 3SLS is 2SLS", {
  d <- two_equations(made_panel())
  one <- system_reg(list(e = y ~ x + a), d, ~ x + z1 + z2, sigma = "max")
  single <- fe_reg(y ~ x | 0 | a ~ z1 + z2, d)
  expect_equal(unname(coef(one)), unname(coef(single)), tolerance = 1e-10)
  expect_equal(unname(vcov(one)), unname(vcov(single)), tolerance = 1e-10)
  just <- list(e1 = y1 ~ y2 + x, e2 = y2 ~ y1 + z1)
  expect_equal(
    coef(system_reg(just, d)), coef(system_reg(just, d, method = "2sls")), tolerance = 1e-9
  )
})

test_that("absorbed effects equal the system with dummies, degrees of freedom included", {
  d <- two_equations(made_panel(units = 12))
  d$year <- factor(d$year)
  d$id <- factor(d$id)
  eqs <- list(e1 = y1 ~ y2 + x, e2 = y2 ~ y1 + z1 + z2 + w)
  with_dummies <- list(e1 = y1 ~ y2 + x + id + year, e2 = y2 ~ y1 + z1 + z2 + w + id + year)
  eqs$e1 <- y1 ~ y2 + x + w
  with_dummies$e1 <- y1 ~ y2 + x + w + id + year
  eqs$e2 <- y2 ~ y1 + z1 + z2
  with_dummies$e2 <- y2 ~ y1 + z1 + z2 + id + year
  for (method in c("2sls", "3sls")) {
    for (sigma in c("n", "geomean", "max")) {
      absorbed <- system_reg(eqs, d, fe = ~ id + year, method = method, sigma = sigma)
      dummies <- system_reg(with_dummies, d, method = method, sigma = sigma)
      pick <- names(coef(absorbed))
      expect_equal(coef(absorbed), coef(dummies)[pick], tolerance = 1e-9)
      expect_equal(vcov(absorbed), vcov(dummies)[pick, pick], tolerance = 1e-9)
      expect_equal(absorbed$dof$residual, dummies$dof$residual)
    }
  }
  expect_equal(residuals(absorbed), residuals(dummies), tolerance = 1e-8)
  expect_equal(absorbed$r2, dummies$r2, tolerance = 1e-9)
})

test_that("the real panel: two equations on innovation and high technology", {
  d <- science_panel()
  d <- d[d$province != "Tibet", ]
  eqs <- list(
    innovation = log(
      invention_grants
    ) ~ log(hightech_revenue) + log(rd_expenditure) + log(rd_personnel),
    hightech = log(
      hightech_revenue
    ) ~ log(invention_grants) + log(budget_science) + log(hightech_firms)
  )
  fits <- lapply(
    c(ols = "ols", two = "2sls", three = "3sls"), function(m) quiet(eqs, d, method = m)
  )
  expect_equal(unname(vapply(fits, nobs, 0)), rep(330, 3))
  skip_if_not_installed("systemfit")
  theirs <- systemfit::systemfit(eqs, "3SLS",
    inst = ~ log(rd_expenditure) + log(rd_personnel) + log(budget_science) + log(hightech_firms),
    data = d, methodResidCov = "noDfCor"
  )
  expect_equal(coef(fits$three), coef(theirs), tolerance = 1e-8)
  expect_equal(vcov(fits$three), vcov(theirs), tolerance = 1e-8, ignore_attr = TRUE)
})

test_that("misuse is a classed error with a way out", {
  d <- two_equations(made_panel())
  d$twin <- 2 * d$x
  bad <- function(what, ...) expect_error(quiet(...), class = paste0("ccdpanel_error_", what))
  bad("equations", y1 ~ y2, d)
  bad("equations", list(y1 ~ y2 | id), d)
  bad("equations", list(y1 ~ x, y1 ~ z1), d)
  bad("column", list(e1 = y1 ~ y2 + nothing, e2 = y2 ~ y1 + z1), d)
  bad("choice", list(e1 = y1 ~ x), d, method = "4sls")
  bad("choice", list(e1 = y1 ~ x), d, sigma = "N")
  bad("choice", list(e1 = y1 ~ x), d, method = "2sls", iterate = TRUE)
  bad("vcov", list(e1 = y1 ~ x), d, vcov = "HC1")
  bad("identification", list(e1 = y1 ~ y2 + x + z1, e2 = y2 ~ y1 + x + z1), d)
  bad("identification", list(e1 = y1 ~ y2 + x, e2 = y2 ~ y1 + x), d, ~ x + twin)
  bad("collinear", list(e1 = y1 ~ y2 + x + twin, e2 = y2 ~ y1 + z1), d)
  bad("collinear", list(e1 = y1 ~ y2 + x + I(id / 2), e2 = y2 ~ y1 + z1), d, fe = ~id)
  bad("singular", list(e1 = y1 ~ x, e2 = y3 ~ x), transform(d, y3 = 2 * y1), method = "sur")
  bad("restrictions", list(e1 = y1 ~ x), d, restrictions = "e1_z = 1")
  bad("empty_sample", list(e1 = y1 ~ x), d, subset = ~ year < 0)
  bad("infinite", list(e1 = y1 ~ log(w)), transform(d, w = replace(w, 4, 0)))
  bad("panel", list(e1 = y1 ~ l(x)), d)
  expect_message(
    system_reg(list(e1 = y1 ~ y2 + x, e2 = y2 ~ y1 + z1), d, ~ x + z1 + z2 + twin),
    class = "ccdpanel_message_collinear"
  )
})

test_that("each misuse says what came and a way out", {
  d <- two_equations(made_panel())
  eqs <- list(e1 = y1 ~ y2 + x, e2 = y2 ~ y1 + z1)
  expect_snapshot_output(what_is_said({
    system_reg(list(e1 = y1 ~ x, e2 = y1 ~ z1), d)
    system_reg(list(e1 = y1 ~ x, e2 = y3 ~ x), transform(d, y3 = 2 * y1), method = "sur")
    system_reg(eqs, d, restrictions = c("e1_x = 1", "e1_x = 2"))
    system_reg(eqs, d, list(e1 = ~ x + z1))
    system_reg(eqs, d, method = "liml", iterate = TRUE)
  }))
  expect_snapshot_output(what_is_said(invisible(system_reg(list(e1 = y ~ a + x), d, ~ x + z1))))
})

test_that("the error of an unidentified equation names it and what it lacks", {
  d <- two_equations(made_panel())
  expect_snapshot_output(what_is_said(system_reg(list(
    economy = y1 ~ y2 + x + z1, research = y2 ~ y1 + x
  ), d)))
})

test_that("simulation: 3SLS is centred on the truth and its intervals cover it", {
  skip_if(Sys.getenv("CCDPANEL_TEST_EXTENDED") == "", "extended simulation")
  set.seed(11)
  n <- 200
  truth <- c(1, 0.3, 1, -1, 2, 0.5, 1, 0.5)
  rounds <- 2000
  one <- function(r) {
    d <- as.data.frame(matrix(stats::rnorm(4 * n), n, dimnames = list(NULL, paste0("z", 1:4))))
    u <- stats::rnorm(n)
    v <- 0.6 * u + stats::rnorm(n)
    r1 <- 1 + d$z1 - d$z2 + u
    r2 <- 2 + d$z3 + 0.5 * d$z4 + v
    d$y1 <- (r1 + 0.3 * r2) / (1 - 0.3 * 0.5)
    d$y2 <- 0.5 * d$y1 + r2
    fit <- system_reg(list(e1 = y1 ~ y2 + z1 + z2, e2 = y2 ~ y1 + z3 + z4), d)
    robust <- sqrt(diag(vcov(fit, "HC0")))
    cbind(coef(fit), sqrt(diag(vcov(fit))), robust)
  }
  draws <- vapply(seq_len(rounds), one, matrix(0, 8, 3))
  error <- draws[, 1, ] - truth
  # Four Monte Carlo standard errors about zero, and about 95 percent; 3SLS with N as divisor
  # undercovers by about .005 at N = 200
  bias <- rowMeans(error) / (apply(error, 1, stats::sd) / sqrt(rounds))
  expect_lt(max(abs(bias)), 4)
  band <- 4 * sqrt(.95 * .05 / rounds)
  for (column in 2:3) {
    covered <- rowMeans(abs(error) <= stats::qnorm(.975) * draws[, column, ])
    expect_gt(min(covered), .94 - band)
    expect_lt(max(covered), .95 + band)
  }
})

test_that("arguments that a method has no use for are refused, with the way out", {
  data <- data_of("Kmenta", "systemfit")
  own <- list(demand = kmenta_z, supply = kmenta_z)
  for (method in c("ols", "wls", "sur")) {
    for (z in list(kmenta_z, own)) {
      expect_error(
        system_reg(kmenta, data, z, method = method), "uses none.*\"(2sls|w2sls|3sls)\"",
        class = "ccdpanel_error_choice"
      )
    }
  }
  fit <- system_reg(kmenta, data, kmenta_z)
  expect_error(update(fit, method = "sur"), "instruments", class = "ccdpanel_error_choice")
  expect_identical(
    coef(update(fit, method = "sur", instruments = NULL)), coef(quiet(kmenta, data, method = "sur"))
  )
  expect_error(
    system_reg(kmenta, data, kmenta_z, variant = "gmm"), "common instruments",
    class = "ccdpanel_error_choice"
  )
  for (method in c("2sls", "w2sls", "liml")) {
    expect_error(
      system_reg(kmenta, data, own, method = method, variant = "iv"), "\"3sls\"",
      class = "ccdpanel_error_choice"
    )
  }
})

test_that("one restricted step depends on the equations' units, and the iterated fit does not", {
  d <- two_equations(made_panel())
  eqs <- list(e1 = y1 ~ x + z1, e2 = y2 ~ z2 + z1)
  at <- function(unit, iterate) {
    d$y1 <- d$y1 * unit
    coef(system_reg(
      eqs, d, method = "sur", restrictions = sprintf("e1_z1 = %.15g * e2_z1", unit),
      iterate = iterate
    ))[["e2_z1"]]
  }
  expect_gt(abs(at(100, FALSE) / at(1, FALSE) - 1), 1e-6)
  expect_equal(at(100, TRUE), at(1, TRUE), tolerance = 1e-9)
})

test_that("R2 is about the mean wherever an equation holds a constant, as of lm", {
  d <- made_panel()
  d$y <- d$y + 50
  of_lm <- function(f, w = NULL) {
    d$weight <- if (is.null(w)) 1 else w
    summary(stats::lm(f, d, weights = weight))$r.squared
  }
  eqs <- list(one = y ~ x + z1, two = a ~ 0 + z1 + z2, three = y ~ z2)
  for (method in c("ols", "wls")) {
    fit <- quiet(eqs, d, method = method)
    expect_equal(unname(fit$r2), vapply(eqs, of_lm, 0, USE.NAMES = FALSE), tolerance = 1e-10)
    weighted <- quiet(eqs, d, method = method, weights = ~w)
    expect_equal(
      unname(weighted$r2), vapply(eqs, of_lm, 0, w = d$w, USE.NAMES = FALSE), tolerance = 1e-10
    )
  }
  expect_equal(
    vapply(eqs, function(f) summary(stats::lm(f, d))$adj.r.squared, 0),
    vapply(names(eqs), function(name) fit[[name]]$r2[["adjusted"]], 0), tolerance = 1e-10
  )
  # A restriction that holds exactly changes nothing.
  first <- stats::coef(stats::lm(y ~ x + z1, d))
  held <- quiet(
    eqs[c("one", "three")], d, method = "ols",
    restrictions = list(matrix = rbind(c(0, 1, 0, 0, 0)), value = first[["x"]])
  )
  expect_equal(held$r2, fit$r2[c("one", "three")], tolerance = 1e-10)
})
