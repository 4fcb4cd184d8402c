# What a journal prints of results whose data frames are long.

body_of <- function(x) {
  lines <- readLines(save_table(x, tempfile(fileext = ".md")), encoding = "UTF-8")
  gsub("\\", "", lines, fixed = TRUE)
}

test_that("correlations are a triangle with stars", {
  lines <- body_of(correlations(state_capital, c("output", "highways", "unemployment")))
  r <- stats::cor(state_capital$output, state_capital$highways)
  expect_match(lines[4], paste0(
    "(2) highways | ", formatC(r, digits = 3, format = "f"), "*** | 1 |"
  ), fixed = TRUE)
  expect_match(lines, "p < 0.01", fixed = TRUE, all = FALSE)
})

test_that("unit roots are a row a variable, with stars", {
  skip_if_not_installed("plm")
  roots <- unit_root(
    transform(state_capital, l = log(output)), "l", c("state", "year"), c("ips", "madwu"),
    difference = 0:1, lags = 1
  )
  lines <- body_of(roots)
  expect_match(lines[1], "Im-Pesaran-Shin | Fisher (Maddala-Wu)", fixed = TRUE)
  expect_match(lines[4], "| d.l | ", fixed = TRUE)
  expect_match(lines[4], formatC(
    roots$statistic[roots$difference == 1 & roots$test == "ips"], digits = 3, format = "f"
  ), fixed = TRUE)
})

test_that(
  "descriptives have as many decimals as each variable needs; Excel and csv keep the numbers", {
  d <- descriptives(data.frame(large = c(123456.789, 234567.891), small = c(0.012345, 0.023456)))
  lines <- body_of(d)
  expect_match(lines[3], "| 179012 |", fixed = TRUE)
  expect_match(lines[4], "| 0.01790 |", fixed = TRUE)
  expect_equal(read.csv(save_table(d, tempfile(fileext = ".csv")))$mean, c(179012.34, 0.0179005))
})

test_that("fits and empty tables are refused with the way out", {
  fit <- fe_reg(log(output) ~ log(highways) | state + year, state_capital, vcov = ~state)
  for (x in list(fit, add_controls(fit, ~unemployment))) {
    expect_error(
      save_table(x, "x.md"), "save_table\\(regression_table\\(x\\), file\\)",
      class = "ccdpanel_error_type"
    )
  }
  expect_error(
    save_table(moderation_test(fit, ~unemployment), "x.md"), "as.data.frame\\(x\\)",
    class = "ccdpanel_error_type"
  )
  expect_error(
    save_table(data.frame(), "x.md"), "0 rows and 0 columns", class = "ccdpanel_error_empty"
  )
  expect_error(save_table(state_capital[0, ], "x.md"), class = "ccdpanel_error_empty")
})
