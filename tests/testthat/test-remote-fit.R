test_that("cells or rows are chosen by their number, and said", {
  con <- sqlite()
  table <- stored(con, state_capital)
  few <- fe_reg(log(output) ~ unemployment | region + year, table)
  many <- fe_reg(log(output) ~ unemployment | state + year, table)
  expect_identical(few$remote$mode, "cells")
  expect_identical(many$remote$mode, "rows")
  expect_output(print(few), "sums by 68 cells, made in the database (4 queries)", fixed = TRUE)
  expect_output(print(many), "816 rows fetched from the database", fixed = TRUE)
  local <- fe_reg(log(output) ~ unemployment | state + year, state_capital)
  expect_same_fit(many, local)
  expect_equal(residuals(many), residuals(local))
  expect_error(fe_reg(output ~ year, table, remote = "some"), class = "ccdpanel_error_choice")
})

test_that("what needs rows is an error that says what to do", {
  con <- sqlite()
  table <- stored(con, state_capital)
  refit <- function(...) fe_reg(log(output) ~ unemployment | region, table, ..., remote = "cells")
  fit <- refit()
  needs <- function(code) {
    expect_error(code, "remote = \"rows\"", class = "ccdpanel_error_needs_rows")
  }
  for (v in list("HC2", "HC3", cov_cr2(~state), cov_cr3(~state))) {
    needs(refit(vcov = v))
    needs(vcov(fit, v))
  }
  needs(residuals(fit))
  needs(fitted(fit))
  needs(hatvalues(fit))
  needs(model.matrix(fit))
  needs(model.frame(fit))
  needs(generics::augment(fit))
  needs(collinearity(fit))
  needs(fe_constant(fit))
  needs(wild_bootstrap(fit, "unemployment"))
  needs(by_group(fit, ~division))
  needs(robustness(fit, "Without 1986" = ~ year != 1986))
  needs(moderation_test(fit, ~water, "unemployment"))
  needs(mediation_test(fit, ~water, "unemployment"))
  controls <- add_controls(fit, ~ log(water) + log(highways))
  own <- fe_reg(log(output) ~ unemployment | region, state_capital)
  own <- add_controls(own, ~ log(water) + log(highways))
  expect_equal(lapply(controls, coef), lapply(own, coef), tolerance = 1e-10)
  rows <- fe_reg(log(output) ~ unemployment | region, table, vcov = "HC3", remote = "rows")
  local <- fe_reg(log(output) ~ unemployment | region, state_capital, vcov = "HC3")
  expect_equal(vcov(rows), vcov(local))
})

test_that("instrumental variables and all tests of instruments are those of the rows", {
  con <- sqlite()
  table <- stored(con, state_capital)
  local <- as.data.frame(dplyr::collect(table))
  model <- log(output) ~ unemployment | region + year |
    log(private_capital) + log(employment) ~ log(highways) + log(water) + l(unemployment)
  for (case in list(
    list("iid", "liml"), list("HC1", "2sls"), list("HC1", "fuller"), list(~state, "gmm"),
    list(~ state + year, "2sls")
  )) {
    panel <- c("state", "year")
    a <- suppressMessages(fe_reg(
      model, table, vcov = case[[1]], estimator = case[[2]], panel = panel, remote = "cells"
    ))
    b <- suppressMessages(fe_reg(
      model, local, vcov = case[[1]], estimator = case[[2]], panel = panel
    ))
    expect_same_fit(a, b)
    expect_equal(a$kappa, b$kappa, tolerance = 1e-10)
    expect_equal(weak_iv(a), weak_iv(b), tolerance = 1e-9)
    expect_equal(iv_tests(a), iv_tests(b), tolerance = 1e-9)
  }
  one <- log(output) ~ unemployment | region | log(private_capital) ~ log(highways) + log(water)
  a <- fe_reg(one, table, vcov = "HC1", remote = "cells")
  b <- fe_reg(one, local, vcov = "HC1")
  expect_equal(anderson_rubin(a), anderson_rubin(b), tolerance = 1e-7)
  needs <- function(code) expect_error(code, class = "ccdpanel_error_needs_rows")
  needs(first_stage(a))
  needs(fe_reg(one, table, vcov = "HC1", estimator = "gmm", remote = "cells"))
  needs(weak_iv(a, vcov = cov_dk(1)))
})

test_that("a table of models has all but the constant, and says so", {
  con <- sqlite()
  table <- stored(con, state_capital)
  model <- log(output) ~ log(highways) | region + year
  far <- fe_reg(model, table, vcov = ~state, remote = "cells")
  near <- fe_reg(model, as.data.frame(dplyr::collect(table)), vcov = ~state)
  made <- regression_table(far)
  own <- regression_table(near)
  without <- as.data.frame(own)
  at <- match("Constant", without$term)
  without <- without[-c(at, at + 1), ]
  expect_equal(as.data.frame(made), without, ignore_attr = "row.names")
  note <- "No constant beside absorbed effects where the rows are in a database"
  expect_match(paste(attr(made, "note"), collapse = " "), note)
  expect_no_match(paste(attr(own, "note"), collapse = " "), note)
})
