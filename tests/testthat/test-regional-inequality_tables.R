panel <- c("unit", "year")

test_that("missing values are left out and counted", {
  d <- regional_toy()
  gap <- d
  gap$y[3] <- NA
  expect_message(q <- inequality(gap, "y", panel = panel), "missing in 1 row",
    class = "ccdpanel_message_omitted")
  without <- suppressMessages(inequality(d[-3, ], "y", panel = panel))
  expect_equal(plain_columns(q, names(q)), plain_columns(without, names(q)))
  expect_equal(sum(q$units), nrow(d) - 1)
})

test_that("tables are written with heads in both languages", {
  q <- toy_inequality(by = "group")
  path <- save_table(q, tempfile(fileext = ".md"), language = "zh")
  lines <- readLines(path, encoding = "UTF-8")
  expect_match(lines[1], "\u57fa\u5c3c\u7cfb\u6570")
  expect_match(lines[length(lines)], "n/\\(n-1\\)")
  english <- readLines(save_table(toy_inequality(), tempfile(fileext = ".md")))
  expect_match(english[1], "Gini coefficient")
  expect_match(english[3], "^\\| 2001 \\| +12 ")
})
