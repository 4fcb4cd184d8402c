test_that("small numbers of a plain table do not show as nought, nor p-values of three decimals", {
  path <- tempfile(fileext = ".md")
  save_table(data.frame(x = c(-0.0004, 1e-10, 0.25), p.value = c(0, 0.0004, 0.5)), path)
  expect_identical(readLines(path)[3:5], c(
    "| -4.00e-04 | \\< 0.001 |", "| 1.00e-10 | \\< 0.001 |", "| 0.250 | 0.500 |"
  ))
  expect_identical(p_text(c(0.0004, 0.001, 0.04999, NA), 3), c("< 0.001", "0.001", "0.050", ""))
})

test_that("a p-value never shows as zero", {
  lines <- readLines(save_table(
    data.frame(test = c("a", "b", "c"), p.value = c(4e-12, 0.0123, NA)), tempfile(fileext = ".md")
  ))
  expect_identical(lines[3:5], c("| a | \\< 0.001 |", "| b | 0.012 |", "| c |  |"))
  expect_identical(readLines(save_table(
    data.frame(test = "a", p_value = 1e-9), tempfile(fileext = ".md"), digits = 4
  ))[3], "| a | \\< 0.0001 |")
  expect_identical(read.csv(save_table(
    data.frame(p.value = 4e-12), tempfile(fileext = ".csv")
  ))$p.value, 4e-12)
})
