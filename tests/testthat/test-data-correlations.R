test_that("Pearson and Spearman against cor.test, pair by pair", {
  d <- datasets::airquality[c("Ozone", "Solar.R", "Wind", "Temp")]
  for (method in c("pearson", "spearman")) {
    r <- correlations(d, method = method)
    expect_identical(nrow(r), 6L)
    for (i in 1:6) {
      hand <- suppressWarnings(stats::cor.test(
        d[[r$first[i]]], d[[r$second[i]]], method = method, exact = FALSE
      ))
      expect_equal(r$correlation[i], unname(hand$estimate), tolerance = 1e-12)
      expect_equal(r$p.value[i], hand$p.value, tolerance = 1e-10)
      expect_identical(r$N[i], sum(stats::complete.cases(d[c(r$first[i], r$second[i])])))
    }
  }
})

test_that("by hand: three points", {
  # deviations -1, 0, 1 and -1, 1, 0: 1 / sqrt(2 * 2) = .5, t = .5 sqrt(1 / .75)
  r <- correlations(data.frame(a = 1:3, b = c(1, 3, 2)))
  expect_equal(r$correlation, 0.5)
  expect_equal(r$statistic, 0.5 / sqrt(0.75))
  expect_equal(r$p.value, 2 * stats::pt(-0.5 / sqrt(0.75), 1))
})

test_that("complete rows, constants and perfect correlation", {
  d <- data.frame(a = c(1, 2, 3, 4, NA), b = c(2, 4, 6, 8, 1), c = 5, e = c(1, NA, 3, 2, 2))
  r <- correlations(d, missing = "complete")
  expect_identical(unique(r$N), 3L)
  pairwise <- correlations(d)
  expect_equal(pairwise$correlation[1], 1)
  expect_identical(pairwise$p.value[1], 0)
  expect_true(all(is.na(pairwise$correlation[pairwise$second == "c" | pairwise$first == "c"])))
})

test_that("a triangle with stars, a symmetric matrix, a plain table", {
  r <- correlations(datasets::mtcars, c("mpg", "wt", "qsec"))
  text <- capture.output(print(r))
  # cor(mpg, wt) = -.868, cor(mpg, qsec) = .419 (p .017), cor(wt, qsec) = -.175
  expect_true(any(grepl("^\\(2\\) wt +-0\\.868\\*\\*\\* +1 *$", text)))
  expect_true(any(grepl("^\\(3\\) qsec +0\\.419\\*\\* +-0\\.175 +1", text)))
  expect_match(text[1], "Pearson correlations, N = 32")
  expect_equal(as.matrix(r), stats::cor(datasets::mtcars[c("mpg", "wt", "qsec")]))
  expect_identical(class(as.data.frame(r)), "data.frame")
  expect_identical(generics::tidy(r), as.data.frame(r))
  expect_output(print(r[1:2, ]), "wt")
  expect_output(print(correlations(datasets::airquality[1:3])), "by pair")
})

test_that("wrong arguments", {
  expect_error(correlations(1), class = "ccdpanel_error_type")
  expect_error(correlations(datasets::mtcars, "mpg"), class = "ccdpanel_error_column")
  expect_error(
    correlations(datasets::mtcars, c("mpg", "price")), "price", class = "ccdpanel_error_column"
  )
  expect_error(correlations(datasets::mtcars, method = "kendall"), class = "ccdpanel_error_choice")
  expect_error(correlations(data.frame(a = c(1, Inf), b = 1:2)), class = "ccdpanel_error_infinite")
})
