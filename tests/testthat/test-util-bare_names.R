test_that("names of columns without quotes are an error that names the argument and the way out", {
  d <- data.frame(state = c("a", "b", "c"), year = 1:3, y = 1:3, x = c(1, 3, 2))
  refused <- function(expr, says, class) {
    expect_error(expr, says, fixed = TRUE, class = paste0("ccdpanel_error_", class))
  }
  refused(fe_reg(y ~ x, d, panel = c(state, year)), "panel = c(\"state\", \"year\")", "panel")
  refused(cov_dk(panel = c(state, year)), "panel = c(\"state\", \"year\")", "panel")
  refused(descriptives(d, vars = c(outpt, x1)), "vars = c(\"outpt\", \"x1\")", "column")
  refused(descriptives(d, by = state), "by = \"state\"", "column")
  refused(
    impute_gaps(d, panel = mypanel), "panel = c(\"province\", \"year\")", "panel"
  )
  refused(inequality(d, value = income, panel = c("state", "year")), "value = \"income\"", "column")
})

test_that("what is an object, a formula or a vector is none of these", {
  d <- data.frame(state = c("a", "b", "c"), year = 1:3, y = 1:3, x = c(1, 3, 2))
  keys <- c("state", "year")
  expect_s3_class(fe_reg(y ~ x, d, panel = keys), "fe_reg")
  expect_s3_class(cov_nw(1, panel = keys), "ccd_cov")
  # R's own error of what a function was given further up.
  wrapped <- function(names) suppressWarnings(fe_reg(y ~ x, d, panel = names))
  expect_error(wrapped(c(lost, year)), "lost", class = "simpleError")
  fit <- fe_reg(y ~ x, d)
  expect_error(by_group(fit, regions), "~variable", class = "ccdpanel_error_formula")
  expect_error(winsorise(d$x, by = groups), "groups", class = "simpleError")
})
