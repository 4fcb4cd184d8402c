test_that("confidence limits, with another covariance too", {
  d <- made_panel()
  fit <- fe_reg(y ~ x + a | id, d)
  full <- stats::lm(y ~ x + a + factor(id), d)
  expect_equal(unname(confint(fit)), unname(confint(full, c("x", "a"))), tolerance = 1e-8)
  expect_equal(
    unname(confint(fit, "a", level = 0.9)), unname(confint(full, "a", level = 0.9)),
    tolerance = 1e-8
  )
  se <- sqrt(diag(vcov(fit, ~firm)))
  expect_equal(
    confint(fit, vcov = ~firm)[, 2], coef(fit) + stats::qt(.975, 11) * se, tolerance = 1e-12
  )
})

test_that("a level of limits that nobody asked for is an error", {
  fit <- fe_reg(y ~ x | id, made_panel())
  expect_error(tidy(fit, conf.level = 0.9), "conf.int", class = "ccdpanel_error_argument")
  limits <- tidy(fit, conf.int = TRUE, conf.level = 0.9)
  expect_equal(c(limits$conf.low, limits$conf.high), c(confint(fit, level = 0.9)))
})

test_that("the joint test of some coefficients has their degrees of freedom, not another's", {
  fit <- fe_reg(
    log(output) ~ log(highways) + unemployment | state, state_capital, vcov = cov_cr2(~state)
  )
  for (term in names(coef(fit))) {
    test <- wald_test(fit, fit$covariance, term)
    expect_equal(test$p.value, tidy(fit)$p.value[tidy(fit)$term == term])
  }
})

test_that("a joint test is missing where eigenvalues were cut, or clusters are fewer than terms", {
  grid <- expand.grid(t = 1:6, id = 1:7)
  cut <- 0
  for (seed in 1:12) {
    set.seed(seed)
    d <- cbind(grid, matrix(stats::rnorm(42 * 5), 42))
    names(d)[3:7] <- c("y", paste0("x", 1:4))
    fit <- suppressWarnings(fe_reg(y ~ x1 + x2 + x3 + x4, d, vcov = ~ id + t))
    v <- vcov(fit)[-1, -1]
    relative <- eigen(stats::cov2cor(v), TRUE, TRUE)$values
    if (min(relative) > 1e-10) next
    cut <- cut + 1
    expect_true(is.na(glance(fit)$statistic))
  }
  expect_gt(cut, 2)
  few <- fe_reg(y ~ x1 + x2 + x3 + x4, transform(d, g = id %% 3), vcov = ~g)
  expect_true(is.na(glance(few)$statistic))
})

test_that("what a restriction fixes has no statistic and no stars, and the table says so", {
  d <- made_panel()
  d$u <- d$x + d$a
  restrictions <- c("one_x + two_w = 1", "one_x - 3 * two_w = 0.2")
  fit <- system_reg(
    list(one = y ~ x + a, two = u ~ w), d, method = "sur", restrictions = restrictions
  )
  table <- tidy(fit)
  fixed <- table$term %in% c("x", "w")
  # x + w = 1 and x - 3 w = .2 leave one solution: .8 and .2.
  expect_equal(table$estimate[fixed], c(0.8, 0.2))
  expect_true(all(is.na(table$statistic[fixed]) & is.na(table$p.value[fixed])))
  expect_false(anyNA(table$p.value[!fixed]))
  text <- paste(capture.output(print(regression_table(fit))), collapse = "\n")
  expect_match(text, "0\\.8000 *\n")
  expect_match(text, "fixed by a restriction")
  free <- paste(capture.output(print(regression_table(update(fit, restrictions = NULL)))),
    collapse = "\n")
  expect_no_match(free, "fixed by a restriction")
  expect_output(print(summary(equations(fit)$two)), "w +0\\.2000? +0\\.0000? +NA +NA")
})
