audit_one <- function(mean = NULL, sd = NULL, min = NULL, max = NULL, median = NULL, n = NULL,
                      ...) {
  given <- list(mean = mean, sd = sd, min = min, max = max, median = median)
  given <- given[!vapply(given, is.null, NA)]
  table <- as.data.frame(given, stringsAsFactors = FALSE)
  do.call(audit_descriptives, c(
    list(table, n = n), stats::setNames(as.list(names(given)), names(given)), list(...)
  ))
}

test_that("the order of minimum, median and maximum", {
  a <- audit_one(
    min = c("0.10", "0.30", "0.20"), median = c("0.20", "0.20", "0.20"),
    max = c("0.30", "0.40", "0.10")
  )
  expect_identical(audit_one(min = "0.3", max = "0.2")$verdict, "consistent") # .25 and .25
  expect_identical(verdict_of(a, "min <= median"), c("consistent", "inconsistent", "consistent"))
  expect_identical(verdict_of(a, "median <= max"), c("consistent", "consistent", "inconsistent"))
  expect_identical(verdict_of(a, "min <= max"), c("consistent", "consistent", "inconsistent"))
})

test_that("the mean of ten values from 0 to 10, both attained, is between 1 and 9", {
  means <- c("0.9", "1.0", "9.0", "9.3", "-")
  a <- audit_one(mean = means, min = "0.0", max = "10.0", n = 10)
  # .95 could be .95 with the minimum at .05; (.0 * 9 - .45 + 9.95) / 10 = .95
  expect_identical(
    verdict_of(a, "mean given min and max"),
    c("consistent", "consistent", "consistent", "inconsistent", "undetermined")
  )
  expect_equal(a$lower[a$check == "mean given min and max"][1], .95)
  expect_identical(
    verdict_of(
      audit_one(mean = c("0.1", "10.2"), min = "0.0", max = "10.0"), "mean given min and max"
    ),
    c("consistent", "inconsistent")
  )
  expect_identical(
    verdict_of(
      audit_one(mean = c("4.4", "5.0"), min = "0.00", max = "10.00", n = 2),
      "mean given min and max"
    ),
    c("inconsistent", "consistent")
  )
  expect_identical(verdict_of(
    audit_one(mean = "5", min = "9", max = "1", n = 3), "mean given min and max"
  ), "inconsistent")
})

test_that("the mean given the median: 0, 0, 2, 2, 10 is least and 0, 2, 2, 10, 10 greatest", {
  check <- "mean given the median"
  odd <- audit_one(
    mean = c("2.800", "4.800", "2.700", "4.900"), median = "2.0000", min = "0.0000",
    max = "10.0000", n = 5
  )
  expect_identical(verdict_of(odd, check), c(
    "consistent", "consistent", "inconsistent", "inconsistent"
  ))
  # 0, 2, 2, 10 is both for four: 14 / 4; and 0, 0, 2, 2, 2, 10 to 0, 2, 2, 2, 10, 10 for six
  four <- audit_one(
    mean = c("3.500", "3.400"), median = "2.0000", min = "0.0000", max = "10.0000", n = 4
  )
  expect_identical(verdict_of(four, check), c("consistent", "inconsistent"))
  six <- audit_one(
    mean = c("2.667", "4.333", "2.600", "4.400"), median = "2.0000", min = "0.0000",
    max = "10.0000", n = 6
  )
  expect_identical(verdict_of(six, check), c(
    "consistent", "consistent", "inconsistent", "inconsistent"
  ))
})

test_that(
  "standard deviations that are possible and impossible: ten values from 0 to 1 with mean .5", {
  # most: five at each end, sqrt(.25 * 10 / 9) = .5270; least: eight in the middle, sqrt(.5 / 10) =
  # .2236
  a <- audit_one(
    mean = "0.5000", sd = c("0.527", "0.224", "0.528", "0.223"), min = "0.0000", max = "1.0000",
    n = 10
  )
  expect_identical(
    verdict_of(a, "sd given mean, min and max"),
    c("consistent", "consistent", "inconsistent", "inconsistent")
  )
  expect_equal(
    a$upper[a$check == "sd given mean, min and max"][1], sqrt(.25 * 10 / 9), tolerance = 1e-3
  )
  # two values: the deviation is known, 1 / sqrt(2) with divisor 1, 1 / 2 with divisor 2
  two <- audit_one(
    mean = "0.5000", sd = c("0.707", "0.500", "0.750", "0.450"), min = "0.0000", max = "1.0000",
    n = 2
  )
  expect_identical(
    verdict_of(two, "sd given mean, min and max"),
    c("consistent", "consistent", "inconsistent", "inconsistent")
  )
  # without N only the widest bound is left, sqrt(2 * .25)
  none <- audit_one(mean = "0.5000", sd = c("0.01", "0.70", "0.72"), min = "0.0000", max = "1.0000")
  expect_identical(
    verdict_of(none, "sd given mean, min and max"), c("consistent", "consistent", "inconsistent")
  )
  expect_identical(verdict_of(
    audit_one(mean = "0.5", sd = "0.0", min = "0.5", max = "0.5", n = 1),
    "sd given mean, min and max"
  ), "undetermined")
})

test_that("mean and median are at most one standard deviation apart", {
  a <- audit_one(mean = "5.00", median = c("4.00", "3.00"), sd = "1.00", n = 100)
  expect_identical(verdict_of(a, "mean and median within one sd"), c("consistent", "inconsistent"))
})

test_that("N is whole; another N than most is a question", {
  d <- data.frame(N = c("270", "270", "240", "27.5", "-"), m = "0.5")
  a <- audit_descriptives(d, n = "N", mean = "m")
  expect_identical(verdict_of(a, "N"), c(
    "consistent", "consistent", "undetermined", "inconsistent", "undetermined"
  ))
})

test_that("no sample is contradicted by its own rounded statistics", {
  set.seed(11)
  print_of <- function(v, k) formatC(v, format = "f", digits = k)
  for (repetition in 1:60) {
    n <- sample(2:9, 1)
    k <- sample(0:3, 1)
    x <- switch(sample(3, 1), stats::runif(n), 10 * stats::rexp(n), sample(c(0, 1, 5), n, TRUE))
    s <- print_of(c(mean(x), stats::sd(x), min(x), max(x), stats::median(x)), k)
    a <- audit_one(mean = s[1], sd = s[2], min = s[3], max = s[4], median = s[5], n = n)
    expect_false(any(a$verdict == "inconsistent"))
  }
})

test_that("Cui's Table 4 can be, and so can Gu's Table 3, whose names are shifted", {
  a <- audit_descriptives(
    cui_table4, n = "N", mean = "mean", sd = "sd", min = "min", max = "max", median = "p50",
    variable = "variable"
  )
  expect_identical(nrow(a), 72L)
  expect_true(all(a$verdict == "consistent"))
  expect_true(all(
    audit_descriptives(
      gu_table3, n = 360, mean = "mean", min = "min", max = "max"
    )$verdict == "consistent"
  ))
  # digital trade: .143 among .018 and .796, so at most sqrt(.653 * .125 * 270 / 269) = .2862
  cui_table4$sd[2] <- "0.331"
  b <- audit_descriptives(
    cui_table4, n = "N", mean = "mean", sd = "sd", min = "min", max = "max", variable = "variable"
  )
  expect_identical(b$item[b$verdict == "inconsistent"], "DT")
})

test_that("misuse is named", {
  expect_error(audit_descriptives(gu_table5), class = "ccdpanel_error_column")
  expect_error(audit_descriptives(cui_table4, mean = "mean"), class = "ccdpanel_error_column")
  expect_error(
    audit_descriptives(cui_table4, n = 0, mean = "mean", min = "min", max = "max"),
    class = "ccdpanel_error_number"
  )
  expect_error(audit_descriptives(cui_table4, mean = "average"), class = "ccdpanel_error_column")
  expect_error(
    audit_descriptives(cui_table4, mean = "variable", min = "min"), class = "ccdpanel_error_printed"
  )
})
