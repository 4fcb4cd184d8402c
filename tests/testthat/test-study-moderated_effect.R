test_that("Johnson and Neyman: p is the level at the edges, and the regions share out the rows", {
  set.seed(4)
  d <- data.frame(x = stats::rnorm(300), m = stats::runif(300, -3, 3))
  d$y <- 0.2 * d$x + 0.4 * d$x * d$m + stats::rnorm(300)
  m <- moderation_test(fe_reg(y ~ x, d), ~m)
  expect_identical(m$regions$sign, c(-1, 0, 1))
  edges <- m$regions$to[1:2]
  at_edges <- moderation_test(fe_reg(y ~ x, d), ~m, at = edges)
  expect_equal(at_edges$effects$p.value, c(0.05, 0.05), tolerance = 1e-8)
  expect_equal(m$share, c(
    mean(d$m < edges[1]), mean(d$m >= edges[1] & d$m < edges[2]), mean(d$m >= edges[2])
  ))
  expect_equal(range(c(m$regions$from, m$regions$to)), range(d$m))
})

test_that("roots of a quadratic, without cancellation", {
  # (m - 1)(m - 2); a double root says nothing; 1e-9 and 1e9
  expect_equal(sort(real_roots(c(2, -3, 1))), c(1, 2))
  expect_identical(real_roots(c(1, -2, 1)), numeric())
  expect_identical(real_roots(c(1, 0, 1)), numeric())
  expect_equal(sort(real_roots(c(1, -(1e9 + 1e-9), 1))), c(1e-9, 1e9))
  expect_equal(real_roots(c(-4, 2, 0)), 2)
})

test_that("effects under CR2 have their own degrees of freedom: clubSandwich's", {
  skip_if_not_installed("clubSandwich")
  d <- state_capital
  d$x <- log(d$private_capital)
  fit <- fe_reg(log(output) ~ x | state, d, vcov = cov_cr2(~state))
  m <- moderation_test(fit, ~unemployment, at = c(3, 6, 12))
  full <- lm(log(output) ~ 0 + x * unemployment + state, transform(d, state = factor(state)))
  weights <- matrix(0, 3, length(coef(full)), dimnames = list(NULL, names(coef(full))))
  weights[, "x"] <- 1
  weights[, "x:unemployment"] <- c(3, 6, 12)
  peer <- clubSandwich::linear_contrast(
    full, clubSandwich::vcovCR(full, d$state, "CR2"), weights, p_values = TRUE
  )
  expect_equal(m$effects$std.error, peer$SE, tolerance = 1e-6)
  expect_equal(m$effects$conf.low, peer$CI_L, tolerance = 1e-6)
  expect_equal(m$effects$p.value, peer$p_val, tolerance = 1e-5)
})

test_that("under CR2 regions end where the effect's p-value is one less the level", {
  set.seed(3)
  d <- data.frame(id = rep(1:12, each = 8), m = rnorm(96), x = rnorm(96))
  d$m <- d$m + (d$id > 9) * 4
  d$y <- d$x * d$m / 3 + rnorm(96) + rnorm(12)[d$id]
  fit <- fe_reg(y ~ x | id, d, vcov = cov_cr2(~id))
  m <- moderation_test(fit, ~m)
  ends <- utils::head(m$regions$to, -1)
  expect_gt(length(ends), 0)
  at <- moderation_test(fit, ~m, at = ends)$effects
  expect_equal(at$p.value, rep(0.05, length(ends)), tolerance = 1e-7)
  # Degrees of freedom that do not change with the moderator would end them elsewhere.
  fixed <- effect_roots(list(
    fit = m$fit, names = m$settings$names, means = m$settings$means
  ), 0.95)
  expect_gt(min(abs(outer(fixed, ends, "-"))), 1e-3)
})

test_that("weights, a part of the rows, gaps and factors: effects and regions by lm", {
  skip_if_not_installed("sandwich")
  d <- gappy_panel()
  for (moderator in c(~m, ~ (year > 1978))) for (vcov in list("HC1", ~state)) {
    fit <- suppressMessages(fe_reg(
      y ~ x + f + q:f | state, d, vcov = vcov, weights = ~w, subset = ~ year > 1972
    ))
    test <- suppressMessages(moderation_test(fit, moderator, level = 0.9))
    d$value <- as.numeric(eval(moderator[[2]], d))
    used <- d[!is.na(d$value) & !is.na(d$x) & d$w > 0 & d$year > 1972, ]
    model <- stats::lm(y ~ x * value + f + q:f + factor(state), used, weights = w)
    clustered <- inherits(vcov, "formula")
    n <- stats::nobs(model)
    v <- if (clustered) {
      sandwich::vcovCL(model, ~state, type = "HC0") * (n - 1) / (n - (model$rank - 47))
    } else {
      sandwich::vcovHC(model, "HC1")
    }
    df <- if (clustered) 47 else stats::df.residual(model)
    effect <- function(m) {
      b <- stats::coef(model)[["x"]] + m * stats::coef(model)[["x:value"]]
      se <- sqrt(v["x", "x"] + 2 * m * v["x", "x:value"] + m^2 * v["x:value", "x:value"])
      half <- stats::qt(0.95, df) * se
      cbind(b, se, b / se, 2 * stats::pt(-abs(b / se), df), b - half, b + half)
    }
    points <- if (length(unique(used$value)) == 2) {
      0:1
    } else {
      mean(used$value) + c(-1, 0, 1) * stats::sd(used$value)
    }
    expect_equal(test$effects$moderator, points)
    expect_equal(unname(as.matrix(test$effects[3:8])), unname(effect(points)), tolerance = 1e-7)
    # Between the ends of a region each effect has its sign; the shares count rows.
    regions <- test$regions
    expect_equal(range(regions[1:2]), range(used$value))
    for (i in seq_len(nrow(regions))) {
      width <- regions$to[i] - regions$from[i]
      inside <- effect(regions$from[i] + width * c(1e-6, 0.25, 0.5, 0.75, 1 - 1e-6))
      sign <- ifelse(inside[, 4] < 0.1, sign(inside[, 1]), 0)
      expect_identical(sign, rep(regions$sign[i], 5))
      last <- i == nrow(regions)
      expect_equal(test$share[i], mean(
        used$value >= regions$from[i] & (last | used$value < regions$to[i])
      ))
    }
  }
})

test_that("a covariance without the term's variance leaves one region, of no sign", {
  # Scores of rows that all are near each other add up to zero.
  fit <- negative_fit(cov_conley(~ lat + lon, 5000, kernel = "uniform"))
  m <- suppressWarnings(moderation_test(fit, ~m))
  expect_identical(m$regions$sign, NA_real_)
  expect_equal(unlist(m$regions[c("from", "to")], use.names = FALSE), range(m$settings$values))
  expect_identical(m$share, 1)
  by_lm <- stats::coef(stats::lm(y ~ x * m + factor(unit), m$fit$spec$data))
  expect_equal(
    m$effects$estimate, by_lm[["x"]] + by_lm[["x:m"]] * m$effects$moderator, tolerance = 1e-10
  )
  text <- utils::capture.output(print(m))
  expect_match(text, "no standard error from", all = FALSE)
  skip_if_not_installed("ggplot2")
  expect_s3_class(ggplot2::autoplot(m), "ggplot")
})
