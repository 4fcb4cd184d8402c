level <- function(D, level, ...) {
  a <- audit_coupling(data.frame(D = D, level = level), D = "D", level = "level", ...)
  a$verdict[a$check == "level of D"]
}

test_that("levels inside a class, beside it and on its edge", {
  expect_identical(level(c("0.35", "0.35", "0.400", "0.400", "0.400"), c(4, 5, 4, 5, 3)),
    c("consistent", "inconsistent", "undetermined", "undetermined", "inconsistent"))
  # .3995 and .4005 lie either side
  expect_identical(level("0.400", 4, closed = "right"), "undetermined")
  expect_identical(
    level(c("0.0", "1.00", "1.00"), c(1, 10, 11)), c("consistent", "consistent", "inconsistent")
  )
  expect_identical(level(c("-", "0.35"), c(4, NA)), c("undetermined", "undetermined"))
})

test_that("a truncated number is above what it shows: .40 is in [.40, .41]", {
  # loosened by a rounding error of the machine
  expect_identical(level("0.40", 5, rounding = "truncate", closed = "left"), "undetermined")
  expect_identical(level("0.41", 5, rounding = "truncate"), "consistent")
  expect_identical(level("0.39", 5, rounding = "truncate", closed = "right"), "undetermined")
})

test_that("names in English and Chinese, and a paper's own, in any case", {
  expect_identical(
    level(c("0.55", "0.55"), c("Barely Coordinated", "good coordination")),
    c("consistent", "inconsistent")
  )
  expect_identical(
    level(c("0.55", "0.95"), c("\u52c9\u5f3a\u534f\u8c03", "\u52c9\u5f3a\u534f\u8c03")),
    c("consistent", "inconsistent")
  )
  expect_identical(level("0.35", "2"), "inconsistent")
  expect_identical(
    level(
      c("0.25", "0.25"), factor(c("low", "high")), scheme = "four",
      labels = c("low", "mid", "high", "top")
    ),
    c("consistent", "inconsistent")
  )
  a <- audit_coupling(data.frame(D = "0.55", l = 7), D = "D", level = "l")
  expect_match(
    a$reason[a$check == "level of D"],
    "class 6 (barely coordinated), not class 7 (primary coordination)", fixed = TRUE
  )
})

test_that("misuse is named", {
  expect_error(level("0.5", "splendid"), "splendid", class = "ccdpanel_error_labels")
  expect_error(level("0.5", 1.5), class = "ccdpanel_error_labels")
  expect_error(level("0.5", 1, scheme = "six"), class = "ccdpanel_error_choice")
  expect_error(level("0.5", 1, labels = "a"), class = "ccdpanel_error_labels")
  expect_error(
    audit_coupling(data.frame(C = "0.5", l = 1), C = "C", level = "l"),
    class = "ccdpanel_error_column"
  )
  expect_error(
    audit_coupling(data.frame(D = "0.5"), D = "D", level = "l"), class = "ccdpanel_error_column"
  )
})
