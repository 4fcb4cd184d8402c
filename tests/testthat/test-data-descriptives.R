test_that("by hand, with missing values counted", {
  d <- data.frame(x = c(2, 4, NA, 4, 4, 5, 5, 7, 9), y = 1:9, z = "a")
  out <- descriptives(d)
  expect_s3_class(out, "descriptives")
  expect_named(out, c("variable", "N", "missing", "mean", "sd", "min", "p25", "p50", "p75", "max"))
  expect_identical(out$variable, c("x", "y"))
  expect_identical(out$N, c(8L, 9L))
  expect_identical(out$missing, c(1L, 0L))
  # mean 40 / 8, squared deviations 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32 over 7; 8 p is whole at each
  # quarter: (x2 + x3) / 2 and so on
  expect_equal(unlist(out[1, 4:10]), c(
    mean = 5, sd = sqrt(32 / 7), min = 2, p25 = 4, p50 = 4.5, p75 = 6, max = 9
  ))
  # 9 p is 2.25, 4.5, 6.75: the third, fifth and seventh value
  expect_equal(unlist(out[2, 7:9]), c(p25 = 3, p50 = 5, p75 = 7))
})

test_that("percentiles are exact where n p is whole in decimals but not in binary", {
  x <- as.double(1:100)
  # 100 * 0.29, 0.57 and 0.58 fall short of 29, 57 and 58 in floating point
  expect_identical(
    stata_percentile(x, c(0.01, 0.29, 0.57, 0.58, 0.99)), c(1.5, 29.5, 57.5, 58.5, 99.5)
  )
  expect_identical(stata_percentile(x, c(0, 1)), c(1, 100))
  expect_identical(stata_percentile(c(1, 2, 4), c(1 / 3, 0.5)), c(2, 2))
  expect_identical(stata_percentile(7, c(0.01, 0.99)), c(7, 7))
  expect_identical(stata_percentile(numeric(), 0.5), NA_real_)
  all <- vapply(1:99, function(p) {
    vapply(1:300, function(n) stata_percentile(as.double(1:n), p / 100), 0)
  }, numeric(300))
  by_hand <- outer(1:300, 1:99, function(n, p) {
    whole <- (n * p) %% 100 == 0
    at <- (n * p) %/% 100
    ifelse(whole, at + 0.5, at + 1)
  })
  expect_identical(all, by_hand)
})

test_that("by groups: sorted keys, every variable in each", {
  d <- data.frame(g = c("b", "a", "b", "a"), h = c(1, 1, 2, 1), x = c(1, 2, 3, NA), y = 5:8)
  out <- descriptives(d, c("x", "y"), by = "g")
  expect_identical(out$g, c("a", "a", "b", "b"))
  expect_identical(out$variable, c("x", "y", "x", "y"))
  expect_equal(out$mean, c(2, 7, 2, 6))
  expect_identical(out$sd[1], NA_real_)
  two <- descriptives(d, by = c("g", "h"))
  expect_identical(nrow(two), 6L)
  expect_identical(two$h, c(1, 1, 1, 1, 2, 2))
  expect_identical(unique(two$variable), c("x", "y"))
})

test_that("a column without any value, and a table without rows", {
  out <- descriptives(data.frame(x = c(NA_real_, NA_real_)))
  expect_identical(out$N, 0L)
  expect_true(all(is.na(unlist(out[4:10]))))
  expect_identical(descriptives(data.frame(x = numeric()))$N, 0L)
})

test_that("the science panel has Gu's patents", {
  x <- science_panel()
  out <- descriptives(x[x$province != "Tibet", ], "patent_grants")
  expect_identical(out$N, 360L)
  expect_identical(c(round(out$mean), out$min, out$max), c(72819, 502, 872209))
})

test_that("printing", {
  expect_output(
    print(descriptives(state_capital, "unemployment")), "1 variable, 816 values, 0 missing",
    fixed = TRUE
  )
  d <- data.frame(large = c(123456.7, 234567.8, NA), small = c(0.01234, 0.02, 0.03))
  text <- capture.output(print(descriptives(d)))
  expect_match(text[4], "large 2 +1 +179012 ")
  expect_match(text[5], "small 3 +0 +0.02078 ")
  part <- descriptives(d)[, c("variable", "mean")]
  expect_output(print(part), "large")
})

test_that("wrong arguments", {
  d <- data.frame(x = c(1, -Inf), g = c("a", NA))
  expect_error(descriptives(1), class = "ccdpanel_error_type")
  expect_error(descriptives(d, "z"), class = "ccdpanel_error_column")
  expect_error(descriptives(d["g"]), class = "ccdpanel_error_column")
  expect_error(descriptives(d, "g"), "numeric", class = "ccdpanel_error_type")
  expect_error(descriptives(d, "x"), "x \\(1\\)", class = "ccdpanel_error_infinite")
  expect_error(
    descriptives(data.frame(x = 1:2, g = c("a", NA)), "x", by = "g"), class = "ccdpanel_error_group"
  )
})

test_that(
  "a small number beside large ones does not print as zero; an empty selection is called so", {
  text <- utils::capture.output(print(descriptives(data.frame(x = c(-0.1, 0, 5000, 7000)))))
  expect_match(text, " -0.10 ", fixed = TRUE, all = FALSE)
  expect_error(
    descriptives(state_capital, character()), "at least one numeric column",
    class = "ccdpanel_error_column"
  )
  expect_silent(utils::capture.output(print(descriptives(
    data.frame(x = c(1, 2), g = c("a", "b")), by = "g"
  ))))
})

test_that("a variable that is named twice is an error that names it", {
  expect_error(
    descriptives(state_capital, c("output", "output")), "output", class = "ccdpanel_error_column"
  )
})

test_that("groups of classes that have no as.data.frame() are groups", {
  d <- data.frame(y = c(1, 5, 3, 8), g = c(2, 1, 2, 1))
  plain <- descriptives(d, "y", by = "g")
  d$g <- utils::as.roman(d$g)
  roman <- descriptives(d, "y", by = "g")
  expect_identical(as.integer(roman$g), as.integer(plain$g))
  expect_equal(roman$mean, c(6.5, 2))
  d$g <- as.octmode(as.integer(d$g))
  expect_equal(descriptives(d, "y", by = "g")$mean, c(6.5, 2))
  d$g <- matrix(as.integer(d$g))
  expect_null(dim(descriptives(d, "y", by = "g")$g))
})

test_that("numbers below 1e-7 print with their digits, as those above", {
  x <- c(1.2345e-10, 6.5432e-10, 3.3333e-10)
  shown <- utils::capture.output(print(descriptives(data.frame(x), "x")))
  for (number in c(mean(x), stats::sd(x), min(x), max(x))) {
    expect_match(shown, sprintf("%.3e", number), fixed = TRUE, all = FALSE)
  }
  path <- tempfile(fileext = ".md")
  save_table(descriptives(data.frame(x), "x"), path)
  expect_match(readLines(path), sprintf("%.3e", max(x)), fixed = TRUE, all = FALSE)
})
