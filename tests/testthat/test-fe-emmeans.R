test_that(
  "emmeans' contrasts are differences of coefficients, with the covariance's degrees of freedom", {
  skip_if_not_installed("emmeans")
  d <- with_factor()
  for (formula in list(y ~ x + f | id + year, y ~ x + f, y ~ x + f | id | a ~ z1)) {
    fit <- fe_reg(formula, d, vcov = ~firm)
    pairs <- as.data.frame(emmeans::contrast(emmeans::emmeans(fit, ~f), "revpairwise"))
    v <- vcov(fit)[c("fb", "fc"), c("fb", "fc")]
    b <- coef(fit)
    expect_equal(pairs$estimate, unname(c(b["fb"], b["fc"], b["fc"] - b["fb"])), tolerance = 1e-9)
    expect_equal(
      pairs$SE, unname(sqrt(c(v[1, 1], v[2, 2], v[1, 1] + v[2, 2] - 2 * v[1, 2]))), tolerance = 1e-9
    )
    expect_identical(pairs$df, rep(11, 3))
  }
})

test_that("emmeans' means of bases and codings are those of lm()", {
  skip_if_not_installed("emmeans")
  d <- with_factor()
  contrasts(d$f) <- stats::contr.sum(3)
  means <- function(fit) {
    suppressMessages(as.data.frame(emmeans::emmeans(fit, ~f)))[c("emmean", "SE")]
  }
  for (term in c("poly(x, 2)", "splines::ns(x, 3)", "splines::bs(x, 3)", "scale(x)")) {
    formula <- stats::as.formula(paste("y ~", term, "* f"))
    expect_equal(
      means(fe_reg(formula, d)), means(stats::lm(formula, d)), tolerance = 1e-8, label = term
    )
  }
})

test_that("trends and contrasts have their own degrees of freedom under CR2: clubSandwich's", {
  skip_if_not_installed("emmeans")
  skip_if_not_installed("clubSandwich")
  d <- state_capital
  d$decade <- cut(d$year, c(1969, 1975, 1980, 1986), c("a", "b", "c"))
  d$x <- log(d$private_capital)
  fit <- fe_reg(log(output) ~ x * decade | state, d, vcov = cov_cr2(~state))
  full <- lm(log(output) ~ x * decade + state, transform(d, state = factor(state)))
  names <- names(coef(full))
  row <- function(...) stats::setNames(c(...)[names], NULL)
  weights <- rbind(
    row(x = 1), row(x = 1, `x:decadeb` = 1), row(x = 1, `x:decadec` = 1),
    row(`x:decadeb` = -1), row(`x:decadec` = -1), row(`x:decadeb` = 1, `x:decadec` = -1)
  )
  weights[is.na(weights)] <- 0
  peer <- clubSandwich::linear_contrast(
    full, clubSandwich::vcovCR(full, d$state, "CR2"), weights
  )
  trends <- emmeans::emtrends(fit, ~decade, var = "x")
  own <- rbind(
    as.data.frame(trends)[c("SE", "df")], as.data.frame(emmeans::contrast(trends, "pairwise"))[
      c("SE", "df")
    ]
  )
  expect_equal(own$SE, peer$SE, tolerance = 1e-6)
  expect_equal(own$df, peer$df, tolerance = 1e-5)
  # Of a covariance that is asked for by the way.
  other <- emmeans::emtrends(
    update(fit, vcov = ~state), ~decade, var = "x", vcov. = cov_cr2(~state)
  )
  expect_equal(as.data.frame(other)$df, own$df[1:3], tolerance = 1e-8)
})

# In a balanced panel the mean of the effects over rows is that over levels, which emmeans takes of
# dummies.
test_that("means beside effects are those of dummies, under any coding", {
  skip_if_not_installed("emmeans")
  d <- expand.grid(t = 1:6, id = gl(8, 1))
  d$f <- factor(c("a", "b", "c"))[d$t %% 3 + 1]
  d$x <- sin(1:48)
  d$y <- 10 + d$x + as.integer(d$f) + as.integer(d$id) + cos((1:48)^2)
  means <- function(fit, ...) {
    as.data.frame(emmeans::emmeans(fit, ~f, ...))[c("emmean", "SE")]
  }
  wanted <- means(stats::lm(y ~ x + f + id, d))
  expect_equal(means(fe_reg(y ~ x + f | id, d)), wanted, tolerance = 1e-8)
  old <- options(contrasts = c("contr.sum", "contr.poly"))
  on.exit(options(old))
  fit <- fe_reg(y ~ x + f | id, d)
  expect_equal(means(fit), wanted, tolerance = 1e-8)
  hc <- means(fit, vcov. = "HC1")
  constant <- fe_constant(fe_reg(y ~ x | id, d), vcov = "HC1")
  at_zero <- as.data.frame(emmeans::emmeans(
    fe_reg(y ~ x | id, d), ~x, at = list(x = 0), vcov. = "HC1"
  ))
  expect_equal(c(at_zero$emmean, at_zero$SE), c(constant$estimate, constant$std.error))
  expect_equal(hc$emmean, wanted$emmean, tolerance = 1e-8)
})

test_that("means beside slopes alone are at the slopes' mean, as those of lm() with the columns", {
  skip_if_not_installed("emmeans")
  skip_if_not_installed("sandwich")
  d <- with_factor()
  d$w <- seq(0.5, 2, length.out = nrow(d))
  full <- lm(y ~ x + f + factor(id):year, d, weights = w)
  at <- colSums(model.matrix(full) * d$w) / sum(d$w)
  grid <- rbind(at, at, at)
  grid[, "x"] <- mean(d$x)
  grid[, c("fb", "fc")] <- rbind(0, c(1, 0), c(0, 1))
  peers <- list(
    iid = vcov(full), HC1 = sandwich::vcovHC(full, "HC1"),
    firm = sandwich::vcovCL(full, d$firm, type = "HC1")
  )
  for (type in names(peers)) {
    fit <- fe_reg(
      y ~ x + f | id[[year]], d, weights = ~w, vcov = if (type == "firm") ~firm else type
    )
    own <- as.data.frame(emmeans::emmeans(fit, ~f))
    expect_equal(own$emmean, unname(drop(grid %*% coef(full))), tolerance = 1e-7, label = type)
    v <- grid %*% peers[[type]] %*% t(grid)
    expect_equal(own$SE, unname(sqrt(diag(v))), tolerance = 1e-6, label = type)
  }
})

test_that("means on a grid of a fit with lags are refused", {
  skip_if_not_installed("emmeans")
  d <- with_factor()
  fit <- suppressMessages(fe_reg(y ~ l(x, 1) + f | id, d, panel = c("id", "year")))
  expect_error(recover_data.fe_reg(fit), "l\\(\\)", class = "ccdpanel_error_panel")
  d$l <- d$x
  expect_s4_class(emmeans::emmeans(fe_reg(y ~ l + f | id, d), ~f), "emmGrid")
})
