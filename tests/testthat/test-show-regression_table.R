sim <- subset(simulate_provinces(1), year >= 2014)
panel <- c("province", "year")
plain <- fe_reg(npq ~ dt, sim, vcov = "HC1")
full <- fe_reg(npq ~ dt + ul + il | province + year, sim, vcov = ~province, panel = panel)

test_that("lists of fits of the studies are taken as they are", {
  steps <- suppressMessages(add_controls(fe_reg(npq ~ dt | province + year, sim), ~ ul + il))
  table <- regression_table(steps, keep = "dt")
  expect_identical(ncol(table), 3L + length(steps))
})

test_that("errors name the way out", {
  expect_error(regression_table(), class = "ccdpanel_error_fit")
  expect_error(regression_table(lm(npq ~ dt, sim)), class = "ccdpanel_error_fit")
  expect_error(regression_table(plain, keep = "nothing"), class = "ccdpanel_error_column")
  expect_error(regression_table(plain, stars = c(0.01, 0.1)), class = "ccdpanel_error_stars")
  expect_error(regression_table(plain, labels = "a"), class = "ccdpanel_error_type")
  expect_error(regression_table(plain, layout = "rows"), class = "ccdpanel_error_choice")
})

test_that(
  paste0(
    "first stages keep their instruments; labels that nothing bears are named; Chinese notes ",
    "have Chinese marks"
  ),
  {
  iv <- suppressMessages(fe_reg(
    log(output) ~ unemployment | state + year | log(private_capital) ~ l(log(private_capital), 1),
    state_capital, panel = c("state", "year"), vcov = ~state
  ))
  stages <- regression_table(iv, first_stage = TRUE, keep = "log(private_capital)")
  expect_true("l(log(private_capital), 1)" %in% stages$term)
  expect_false(
    "l(log(private_capital), 1)" %in% regression_table(iv, keep = "log(private_capital)")$term
  )
  expect_message(
    regression_table(iv, labels = c(zz = "a", unemployment = "Unemployment", state = "State")),
    "zz", class = "ccdpanel_message_labels"
  )
  plain <- fe_reg(log(output) ~ unemployment | state + year, state_capital, vcov = "HC1")
  note <- attr(regression_table(a = iv, b = plain, language = "zh"), "note")[1]
  expect_no_match(note, "[:;]")
  expect_match(note, "\uff1b")
})

test_that("xtreg's constant and R2 within, from least squares on the year dummies by hand", {
  d <- state_capital
  fit <- fe_reg(log(output) ~ log(employment) + unemployment | state + year, d)
  table <- regression_table(fit, constant = "xtreg", digits = 8)
  within <- function(v) v - stats::ave(v, d$state)
  dummies <- stats::model.matrix(~ factor(year), d)[, -1]
  y <- log(d$output)
  x <- cbind(log(d$employment), d$unemployment, dummies)
  least <- stats::lm.fit(apply(x, 2, within), within(y))
  constant <- mean(y) - sum(colMeans(x) * least$coefficients)
  r2 <- 1 - sum(least$residuals^2) / sum(within(y)^2)
  cell <- function(term) sub("[*]+$", "", table[match(term, table$term), "(1)"])
  expect_identical(cell("Constant"), formatC(constant, digits = 8, format = "f"))
  expect_identical(cell("R2 within"), formatC(r2, digits = 8, format = "f"))
  expect_match(attr(table, "note"), "xtreg", all = FALSE)
  same <- function(a, b) expect_identical(regression_table(fit, constant = a)$`(1)`, b$`(1)`)
  same("reghdfe", regression_table(fit))
  expect_error(regression_table(fit, constant = "areg"), class = "ccdpanel_error_choice")
})

test_that("what other software takes is no column, nor is a fit an argument", {
  fit <- fe_reg(log(output) ~ log(highways) | state, state_capital)
  expect_error(
    regression_table(fit, cluster = ~state), "vcov = ~state", class = "ccdpanel_error_argument"
  )
  expect_error(
    regression_table(fit, robust = TRUE), "vcov = \"HC1\"", class = "ccdpanel_error_argument"
  )
  expect_error(regression_table(fit, digit = 3), "digits = ", class = "ccdpanel_error_argument")
  expect_error(regression_table(fit, 3), "fit or a list", class = "ccdpanel_error_fit")
  for (name in c("title", "vcov", "labels", "keep", "digits", "language", "stars")) {
    expect_error(
      do.call(regression_table, c(list(fit), stats::setNames(list(fit), name))),
      paste0("list\\(", name), class = "ccdpanel_error_argument"
    )
    # The way out is one
    table <- regression_table(stats::setNames(list(fit), name))
    expect_named(table, c("part", "panel", "term", name))
  }
  expect_named(regression_table(m = fit, f = fit), c("part", "panel", "term", "m", "f"))
  expect_error(regression_table(fit, title = 3), "title", class = "ccdpanel_error_type")
})

test_that("what no fit of the table has is not asked of it", {
  fit <- fe_reg(log(output) ~ log(highways), state_capital)
  expect_error(
    regression_table(fit, first_stage = TRUE), "first_stage", class = "ccdpanel_error_argument"
  )
  expect_error(
    regression_table(fit, layout = "columns"), "layout", class = "ccdpanel_error_argument"
  )
  expect_error(
    regression_table(fit, constant = "xtreg"), "constant", class = "ccdpanel_error_argument"
  )
})

test_that("a fit may be called like a column of the table itself", {
  fit <- fe_reg(log(output) ~ log(highways) | state, state_capital)
  table <- regression_table(part = fit, term = fit)
  expect_named(table, c("part", "panel", "term", "part 1", "term 1"))
  expect_match(paste(capture.output(print(table)), collapse = " "), "part 1 +term 1")
})
