sim <- subset(simulate_provinces(1), year >= 2014)
panel <- c("province", "year")
plain <- fe_reg(npq ~ dt, sim, vcov = "HC1")
full <- fe_reg(npq ~ dt + ul + il | province + year, sim, vcov = ~province, panel = panel)

test_that("prints as journals do", {
  withr_width <- options(width = 100)
  on.exit(options(withr_width))
  one <- fe_reg(log(output) ~ log(highways), state_capital, vcov = "HC1")
  two <- fe_reg(
    log(output) ~ log(highways) + unemployment | state + year, state_capital, vcov = ~state
  )
  expect_snapshot(regression_table(one, two, keep = "log(highways)", title = "Output"))
  lagged <- suppressMessages(fe_reg(
    log(output) ~ 1 | state | log(highways) ~ l(log(highways), 1), state_capital,
    panel = c("state", "year"), vcov = ~state
  ))
  expect_snapshot(regression_table(lagged, first_stage = TRUE))
  expect_output(print(regression_table(plain)[c("term", "(1)")]), "dt")
})

test_that("a screen too narrow for all columns gets them in turn, each once", {
  old <- options(width = 50)
  on.exit(options(old))
  out <- capture.output(print(regression_table(plain, full, plain, full)))
  expect_true(all(nchar(out) <= 50))
  expect_equal(sum(grepl("(4)", out, fixed = TRUE) & !grepl("brackets|robust|clustered", out)), 1)
})

test_that("line breaks in the names of models part no row", {
  out <- capture.output(print(regression_table(list(`one\nname` = plain, `two\r\nnames` = plain))))
  expect_match(out, "one name +two names$", all = FALSE)
  expect_false(any(grepl("^(name|names)", out)))
})
