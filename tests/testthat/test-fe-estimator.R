test_that("LIML and Fuller on Klein's consumption equation: Stata's ivreg2", {
  # ivreg2 consump L.profits (profits wagetot = govt taxnetx year wagegovt capital1 L.totinc), liml
  # and fuller(1); its data are stored in single precision, hence six digits.
  order <- c("corpProf", "wages", "corpProfLag", "(Intercept)")
  fit <- function(estimator, vcov) {
    suppressMessages(fe_reg(
      klein_consumption, klein(), estimator = estimator, vcov = vcov, ssc = "none"
    ))
  }
  expect_fit <- function(fit, b, se) {
    expect_equal(unname(coef(fit)[order]), b, tolerance = 1e-6)
    expect_equal(unname(sqrt(diag(vcov(fit)))[order]), se, tolerance = 1e-6)
  }
  b <- c(-.222513264093629, .8225586879530686, .3960272021882634, 17.1476580470465)
  liml <- fit("liml", "iid")
  expect_fit(liml, b, c(.2017478686825763, .0553782209534663, .173597806523634, 1.840295810575786))
  expect_fit(fit("liml", "HC0"), b, c(
    .321565627383793, .0484627761842949, .2451628501404485, 1.996725094736351
  ))
  expect_equal(unname(liml$kappa), rep(1.498745715457545, 2), tolerance = 1e-6)
  b <- c(-.1686396010157545, .8200568959896419, .355334716204518, 17.0078708382802)
  fuller <- fit("fuller", "iid")
  expect_fit(fuller, b, c(
    .1795559294761529, .0513563461825877, .1558901868048613, 1.701579273851725
  ))
  expect_fit(fit("fuller", "HC0"), b, c(
    .2611961212101767, .0475039870530278, .2004424373834515, 1.841018368816606
  ))
  expect_equal(fuller$kappa[["used"]], 1.421822638534469, tolerance = 1e-6)
})

test_that(
  paste0(
    "k-class and GMM are exact through absorption: the formulas with dummies, ",
    "weights, every covariance"
  ),
  {
  d <- made_panel(units = 12)
  dummies <- stats::model.matrix(~ factor(id) + factor(year), d)
  x <- cbind(d$a, d$x, dummies)
  z <- cbind(d$z1, d$z2, d$z1 * d$z2, d$x, dummies)
  n <- nrow(d)
  pick <- c(2, 1)
  f <- y ~ x | id + year | a ~ z1 + z2 + I(z1 * z2)
  for (w in list(rep(1, n), d$w)) {
    weights <- if (all(w == 1)) NULL else ~w
    fit <- function(...) fe_reg(f, d, weights = weights, ssc = "none", ...)
    root <- sqrt(w)
    within <- function(v, on) qr.resid(qr(root * on, tol = 1e-12), root * v)
    both <- cbind(d$y, d$a)
    ratio <- solve(crossprod(within(both, z)), crossprod(within(both, x[, -1])))
    kappa <- min(Re(eigen(ratio)$values))
    for (alpha in c(0, 1, 4)) {
      k <- kappa - alpha / (n - qr(z)$rank)
      xm <- within(x, z)
      bread <- solve(crossprod(root * x) - k * crossprod(xm))
      b <- bread %*% (crossprod(root * x, root * d$y) - k * crossprod(xm, within(d$y, z)))
      liml <- if (alpha) fit(estimator = "fuller", fuller = alpha) else fit(estimator = "liml")
      expect_equal(unname(coef(liml)), b[pick], tolerance = 1e-9)
      expect_equal(
        unname(vcov(liml)), unname(bread[pick, pick] * sum(w * (d$y - x %*% b)^2) / n),
        tolerance = 1e-9
      )
      projection <- bread %*% t(w * x) %*% z %*% solve(crossprod(root * z)) # of the score Z'Wu
      expect_equal(
        unname(vcov(liml, "HC0")),
        unname(plain_response(b, z, x, projection, d$y, w = w)[pick, pick]), tolerance = 1e-8
      )
      expect_equal(
        unname(vcov(liml, ~firm)),
        unname(plain_response(b, z, x, projection, d$y, d$firm, w)[pick, pick]), tolerance = 1e-8
      )
    }
    # GMM after the dummies are out: z orthogonal to them, so their moments do not enter the slopes
    out <- function(v) within(v, dummies) / root
    zt <- cbind(out(d$z1), out(d$z2), out(d$z1 * d$z2), out(d$x))
    xt <- cbind(out(d$a), out(d$x))
    yt <- out(d$y)
    zx <- crossprod(zt, w * xt)
    two_stage <- solve(
      t(zx) %*% solve(crossprod(zt, w * zt), zx),
      t(zx) %*% solve(crossprod(zt, w * zt), crossprod(zt, w * yt))
    )
    for (cluster in list(seq_len(n), d$firm)) {
      s <- crossprod(rowsum(zt * drop(yt - xt %*% two_stage) * w, cluster))
      response <- solve(t(zx) %*% solve(s, zx), t(zx) %*% solve(s))
      b <- response %*% crossprod(zt, w * yt)
      gmm <- fit(estimator = "gmm", vcov = if (length(unique(cluster)) == n) "HC0" else ~firm)
      expect_equal(unname(coef(gmm)), b[pick], tolerance = 1e-8)
      expect_equal(
        unname(vcov(gmm)), plain_response(b, zt, xt, response, yt, cluster, w)[pick, pick],
        tolerance = 1e-8
      )
      # another covariance keeps the estimates and their weight matrix
      expect_equal(
        unname(vcov(gmm, ~year)), plain_response(b, zt, xt, response, yt, d$year, w)[pick, pick],
        tolerance = 1e-8
      )
    }
  }
})

test_that("GMM with a constant: the gmm package", {
  skip_if_not_installed("gmm")
  d <- made_panel()
  fit <- fe_reg(y ~ x | 0 | a ~ z1 + z2, d, estimator = "gmm", vcov = "HC0", ssc = "none")
  peer <- gmm::gmm(y ~ x + a, ~ x + z1 + z2, data = d, vcov = "MDS", centeredVcov = FALSE)
  expect_equal(coef(fit), stats::coef(peer), tolerance = 1e-9)
  # its standard errors take S from the last residuals and (G'S^-1 G)^-1 instead of the sandwich
  expect_equal(sqrt(diag(vcov(fit))), sqrt(diag(stats::vcov(peer))), tolerance = 1e-5)
})

test_that(
  "just identified, all estimators are two-stage least squares; GMM under iid errors always is", {
  d <- made_panel()
  one <- fe_reg(y ~ x | id | a ~ z1, d, vcov = ~firm)
  for (estimator in c("liml", "gmm")) {
    other <- fe_reg(y ~ x | id | a ~ z1, d, vcov = ~firm, estimator = estimator)
    expect_equal(coef(other), coef(one), tolerance = 1e-10)
    expect_equal(vcov(other), vcov(one), tolerance = 1e-10)
  }
  expect_equal(unname(fe_reg(y ~ x | id | a ~ z1, d, estimator = "liml")$kappa), c(1, 1))
  over <- y ~ x | id | a ~ z1 + z2
  expect_equal(vcov(fe_reg(over, d, estimator = "gmm")), vcov(fe_reg(over, d)), tolerance = 1e-10)
  expect_error(fe_reg(y ~ x, d, estimator = "liml"), class = "ccdpanel_error_estimator")
  expect_error(
    fe_reg(over, d, estimator = "gmm", vcov = ~ I(firm > 6)), class = "ccdpanel_error_singular"
  )
  expect_error(
    fe_reg(over, d, estimator = "gmm", panel = c("id", "year"), vcov = cov_nw()),
    class = "ccdpanel_error_vcov"
  )
  expect_error(fe_reg(over, d, estimator = "fuller", fuller = -1), class = "ccdpanel_error_number")
})

test_that(
  "LIML where the instruments explain the regressor almost wholly, and where it weighs a million", {
  d <- made_panel()
  d$sharp <- d$z1 + d$z2 + 1e-6 * d$a
  exact <- function(scale) {
    d$sharp <- d$sharp * scale
    fe_reg(y ~ x | 0 | sharp ~ z1 + z2 + w, d, estimator = "liml")
  }
  fit <- exact(1)
  z <- cbind(1, d$x, d$z1, d$z2, d$w)
  w <- cbind(d$y, d$sharp)
  unit <- diag(1 / sqrt(colSums(qr.resid(qr(z), w)^2)))
  inner <- crossprod(qr.resid(qr(z), w) %*% unit)
  outer <- crossprod(qr.resid(qr(z[, 1:2]), w) %*% unit)
  expect_equal(
    fit$kappa[["used"]], 1 / max(Re(eigen(solve(outer, inner))$values)), tolerance = 1e-9
  )
  expect_equal(coef(exact(1e6))[["sharp"]] * 1e6, coef(fit)[["sharp"]], tolerance = 1e-9)
})

test_that("Fuller's constant of another estimator is an error, its default is none", {
  d <- made_panel()
  for (estimator in c("2sls", "liml", "gmm")) {
    expect_error(
      fe_reg(y ~ x | id | a ~ z1 + z2, d, estimator = estimator, fuller = 4), estimator,
      class = "ccdpanel_error_argument"
    )
    fit <- fe_reg(y ~ x | id | a ~ z1 + z2, d, estimator = estimator, fuller = 1)
    expect_s3_class(fit, "fe_reg")
  }
})

test_that("GMM is refused where a moment is no more than rounding", {
  set.seed(22)
  d <- data.frame(firm = rep(1:12, each = 6), z1 = rnorm(72), z2 = rnorm(72), x = rnorm(72))
  d$a <- d$z1 + d$z2 + rnorm(72)
  d$y <- 1e6 + d$a + d$x + rnorm(72)
  # Of the first firm alone: two-stage least squares sets its sum to zero there.
  d$rare <- (d$firm == 1) * rnorm(72)
  d$single <- as.numeric(seq_len(72) == 9)
  refused <- function(formula, vcov) {
    expect_error(
      fe_reg(formula, d, estimator = "gmm", vcov = vcov), class = "ccdpanel_error_singular"
    )
  }
  refused(y ~ x + rare | 0 | a ~ z1 + z2, ~firm)
  refused(y ~ x + rare | firm | a ~ z1 + z2, ~firm)
  refused(y ~ x + single | 0 | a ~ z1 + z2, "HC1")
  # As many instruments as regressors have nothing to weigh.
  exact <- y ~ x + single | 0 | a ~ z1
  expect_equal(
    coef(fe_reg(exact, d, estimator = "gmm", vcov = "HC1")), coef(fe_reg(exact, d)),
    tolerance = 1e-10
  )
  few <- fe_reg(y ~ x | 0 | a ~ z1, d, estimator = "gmm", vcov = ~ I(firm > 6))
  expect_equal(vcov(few), vcov(fe_reg(y ~ x | 0 | a ~ z1, d, vcov = ~ I(firm > 6))))
  expect_no_error(fe_reg(y ~ x + rare | 0 | a ~ z1 + z2, d, estimator = "gmm", vcov = "HC1"))
})

test_that("errors of years and their powers do not depend on where years begin", {
  d <- with_seed(3, {
    n <- 600
    z <- matrix(rnorm(2 * n), n)
    v <- rnorm(n)
    e <- drop(z %*% c(0.4, 0.3)) + v
    t <- rep(-12:11, 25)
    data.frame(
      id = rep(1:30, each = 20), t, year = t + 2002, z1 = z[, 1], z2 = z[, 2], e,
      y = 0.5 * e + 0.01 * t^2 + 0.5 * v + rnorm(n)
    )
  })
  numbers <- function(time, ...) {
    power <- paste0("I(", time, "^", 2:3, ")")
    rhs <- paste(c(time, power), collapse = " + ")
    fit <- fe_reg(as.formula(paste("y ~", rhs, "| id | e ~ z1 + z2")), d, ...)
    kept <- c(power[2], "e")
    c(coef(fit)[kept], sqrt(diag(vcov(fit)))[kept])
  }
  # In powers of t the cross-products have their digits.
  for (estimator in c("2sls", "liml", "fuller", "gmm")) {
    for (vcov in list("iid", "HC1", ~id)) {
      expect_equal(
        numbers("year", estimator = estimator, vcov = vcov),
        numbers("t", estimator = estimator, vcov = vcov), tolerance = 1e-8, ignore_attr = TRUE
      )
    }
  }
})
