test_that(
  paste0(
    "first stages are the regressions written out, with the fit's rows, weights, ",
    "effects and covariance"
  ),
  {
  d <- made_panel()
  d$z2[4] <- NA
  d$y[9] <- NA
  fit <- suppressMessages(fe_reg(
    y ~ x + offset(u) | id | a + log(w) ~ z1 + z2, d, weights = ~firm, vcov = ~id
  ))
  stages <- first_stage(fit)
  expect_named(stages, c("a", "log(w)"))
  by_hand <- suppressMessages(fe_reg(
    log(w) ~ x + z1 + z2 | id, d, weights = ~firm, vcov = ~id, subset = ~ !is.na(y)
  ))
  expect_equal(coef(stages[[2]]), coef(by_hand), tolerance = 1e-10)
  expect_equal(vcov(stages[[2]]), vcov(by_hand), tolerance = 1e-10)
  expect_identical(nobs(stages[[1]]), nobs(fit))
  expect_equal(vcov(first_stage(fit, "HC1")$a), vcov(stages$a, "HC1"))
  expect_silent(first_stage(fit))
  # the F of the instruments is that of weak_iv()
  b <- coef(stages$a)[c("z1", "z2")]
  w <- weak_iv(fit)
  expect_equal(
    sum(b * solve(vcov(stages$a)[names(b), names(b)], b)) / 2,
    w$statistic[w$test == "first_stage_f" & w$endogenous == "a"], tolerance = 1e-9
  )
})

test_that("they print side by side, the instruments first, with the F of weak_iv()", {
  d <- made_panel()
  for (vcov in list("iid", ~id)) {
    fit <- fe_reg(y ~ x | id | a + log(w) ~ z1 + z2, d, vcov = vcov)
    text <- utils::capture.output(print(first_stage(fit)))
    expect_match(text[1], "First stages of y: instruments z1, z2", fixed = TRUE)
    weak <- weak_iv(fit)
    f <- strsplit(trimws(sub(
      "F of the instruments", "", grep("F of the instruments", text, value = TRUE)
    )), " +")[[1]]
    expect_identical(f, trimws(formatC(
      weak$statistic[weak$test == "first_stage_f"], digits = 5, format = "g"
    )))
    rows <- which(grepl("^(z1|z2|x) ", text))
    expect_identical(substr(text[rows], 1, 2), c("z1", "z2", "x "))
    expect_output(print(first_stage(fit), n = 1), "and 2 more coefficients")
  }
  expect_length(regression_table(first_stage(fit)), 5)
})

test_that(
  "regressors that are no variable of their own: products, factors; no constant; a single part", {
  d <- made_panel()
  fit <- fe_reg(y ~ 1 | 0 | a:x ~ z1 + z2, d)
  expect_equal(
    coef(first_stage(fit)[["a:x"]]), coef(stats::lm(I(a * x) ~ z1 + z2, d)), tolerance = 1e-9
  )
  fit <- fe_reg(y ~ 0 + x | 0 | factor(firm > 6) ~ z1 + z2, d)
  expect_equal(
    coef(first_stage(fit)[[1]]), coef(stats::lm(as.numeric(firm > 6) ~ 0 + x + z1 + z2, d)),
    tolerance = 1e-9
  )
  expect_error(first_stage(fe_reg(y ~ x, d)), class = "ccdpanel_error_not_instrumented")
})

test_that("a first stage is a fit like any other: it prints, predicts and goes into tables", {
  d <- made_panel()
  stage <- first_stage(fe_reg(y ~ x | id | a ~ z1 + z2, d, vcov = ~firm))$a
  expect_output(print(stage), "Least squares: a")
  expect_equal(predict(stage, d), fitted(stage), tolerance = 1e-9)
  expect_equal(coef(update(stage, . ~ . - z2)), coef(fe_reg(a ~ x + z1 | id, d)), tolerance = 1e-10)
  skip_if_not_installed("modelsummary")
  table <- modelsummary::modelsummary(list(stage), output = "data.frame", fmt = 6)
  expect_identical(
    table[table$term == "z1" & table$statistic == "estimate", ncol(table)],
    sprintf("%.6f", coef(stage)[["z1"]])
  )
})

test_that("where the covariance was repaired the F is that of the instruments' own, as it stands", {
  set.seed(16)
  d <- expand.grid(t = 1:8, id = 1:10)
  h <- stats::rnorm(80) + stats::rnorm(10)[d$id] + stats::rnorm(8)[d$t]
  for (name in c("z1", "z2", "x")) d[[name]] <- stats::rnorm(80)
  d$e <- .5 * d$z1 + .2 * d$z2 + h + stats::rnorm(80)
  d$y <- d$e + h + stats::rnorm(80)
  fit <- fe_reg(y ~ x | 0 | e ~ z1 + z2, d, vcov = ~ id + t)
  stages <- first_stage(fit)
  expect_true(stages$e$covariance$repaired)
  # Frisch and Waugh, Cameron, Gelbach and Miller, in plain R.
  z <- stats::lm(cbind(z1, z2) ~ x, d)$residuals
  first <- stats::lm(e ~ x + z1 + z2, d)
  scores <- z * first$residuals
  meat <- crossprod(rowsum(scores, d$id)) + crossprod(rowsum(scores, d$t)) - crossprod(scores)
  v <- solve(crossprod(z), t(solve(crossprod(z), meat))) * 79 / 76 * 8 / 7
  expect_gt(min(eigen(v)$values), 0)
  b <- stats::coef(first)[c("z1", "z2")]
  f <- sum(b * solve(v, b)) / 2
  expect_equal(weak_iv(fit)$statistic[1], f, tolerance = 1e-9)
  text <- utils::capture.output(print(stages))
  expect_match(
    text, paste("F of the instruments +", formatC(f, digits = 5, format = "g")), all = FALSE
  )
  expect_match(text, "as it stands", all = FALSE)
  expect_false(any(grepl("as it stands", utils::capture.output(print(first_stage(fit, ~id))))))
  # And none where theirs is not positive definite.
  four <- fe_reg(y ~ 1 | 0 | e ~ z1 + z2 + z3 + z4, few_both_ways(), vcov = ~ id + t)
  expect_output(print(first_stage(four)), "F of the instruments +not computed")
})
