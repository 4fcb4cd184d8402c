test_that("signs, brackets and a column of stars", {
  d <- data.frame(b = c("0.30", "-0.30"), s = c("(0.10)", "-0.10"), p = c("***", NA))
  a <- audit_coefficients(d, "b", "s", "p", thresholds = c(.1, .05, .01))
  # .295 / .105 to .305 / .095
  expect_equal(c(a$lower[2], a$upper[2]), c(.295 / .105, .305 / .095))
  expect_identical(verdict_of(a, "stars"), c("consistent", "inconsistent"))
})

test_that("one instrument: F is the square of t", {
  d <- data.frame(
    b = c("0.500", "0.500", "0.500", "0.000", "0.1"),
    s = c("0.100", "0.100", "0.100", "0.000", "0.1"), f = c("25.0", "90.0", "23.0", "9.9", "-")
  )
  a <- audit_coefficients(d, "b", "s", wald_f = "f")
  # .4995 / .1005 to .5005 / .0995 squared: 24.70 to 25.30; 23 is within a tenth of that
  expect_identical(
    verdict_of(a, "rank Wald F = (b / se)^2"),
    c("consistent", "inconsistent", "undetermined", "undetermined")
  )
  expect_equal(a$lower[a$row %in% 1], (.4995 / .1005)^2)
})

test_that("total effects and sums", {
  d <- data.frame(b = c("0.50", "0.40", "0.50", "0.30", "100", "60", "40", "41"))
  rows <- c(total = 1, a = 2, b = 3, direct = 4)
  expect_identical(audit_coefficients(d, "b", mediation = rows)$verdict, "consistent")
  d$b[1] <- "0.60" # .3 + .4 * .5 is .5
  expect_identical(audit_coefficients(d, "b", mediation = rows)$verdict, "inconsistent")
  # whole numbers are exact: 60 + 41 is not 100
  expect_identical(
    audit_coefficients(d, "b", sums = list(c(5, 6, 7), c(5, 6, 8)))$verdict,
    c("consistent", "inconsistent")
  )
  # .25 to .15 + .15
  expect_identical(
    audit_coefficients(data.frame(b = c("0.3", "0.1", "0.1")), "b", sums = list(1:3))$verdict,
    "consistent"
  )
})

coefficients_of <- function(table) table[table$part == "coefficient", ]

test_that("Gu's stars are those of 5, 1 and 0.1 percent in all three tables", {
  for (table in list(gu_table7, gu_table8, gu_table9)) {
    a <- audit_coefficients(
      coefficients_of(table), "estimate", "std_error", "stars", thresholds = c(.05, .01, .001)
    )
    expect_true(all(a$verdict == "consistent"))
    expect_match(a$reason[1], "^5, 1, 0.1 percent: 0 of")
    # the tables have no note: the set is chosen to fit, which is said and acquits no row
    free <- audit_coefficients(coefficients_of(table), "estimate", "std_error", "stars")
    expect_match(
      free$reason[1], "^5, 1, 0.1 percent: 0 of .* chosen to fit, the usual 10, 5, 1 percent [0-9]+"
    )
    expect_identical(free$verdict[1], "undetermined")
    expect_identical(
      sum(free$verdict[-1] == "undetermined"),
      sum(audit_coefficients(table, thresholds = c(.1, .05, .01))$verdict == "inconsistent")
    )
    # -.034 (.011) with two stars is 2.9 to 3.3, beyond 2.576
    b <- audit_coefficients(
      coefficients_of(table), "estimate", "std_error", "stars", thresholds = c(.1, .05, .01)
    )
    expect_gt(sum(b$verdict == "inconsistent"), 0)
  }
})

test_that(
  paste0(
    "Cui's Table 8: by 10, 5, 1 percent the stars of two coefficients ask for errors ",
    "clustered by province"
  ),
  {
  # provinces with lower urbanisation: .3079 (.1089), two stars. .30785 / .10895 = 2.8256 is beyond
  # the normal 2.5758 and below t(21) 2.8314
  a <- audit_coefficients(
    coefficients_of(cui_table8), "estimate", "std_error", "stars", term = "model",
    thresholds = c(.1, .05, .01)
  )
  bad <- a[a$check == "stars" & a$verdict == "inconsistent", ]
  expect_true("Areas with lower levels of urbanization" %in% bad$item)
  expect_match(
    bad$reason[bad$item == "Areas with lower levels of urbanization"][1],
    "to 21 degrees of freedom would do", fixed = TRUE
  )
  # the table's number of ids is 22: 21 degrees of freedom
  groups <- cui_table8[cui_table8$term == "Number of ids", ]
  table <- coefficients_of(cui_table8)
  table$df <- as.integer(groups$estimate[match(table$model, groups$model)]) - 1L
  b <- audit_coefficients(
    table, "estimate", "std_error", "stars", thresholds = c(.1, .05, .01), df = "df"
  )
  expect_identical(sum(b$verdict == "inconsistent"), 0L)
})

test_that("a table without any star is held against thresholds and degrees of freedom", {
  d <- data.frame(b = c("0.36", "0.31"), s = c("(0.17)", "(0.17)"), m = "")
  # t of .355/.175 at least: 2.03, beyond 1.96 and within t(9)'s 2.26
  a <- audit_coefficients(d, "b", "s", thresholds = .05, df = 9)
  expect_identical(a$verdict[a$check == "stars"], rep("consistent", 2))
  b <- audit_coefficients(d, "b", "s", thresholds = .05)
  expect_identical(b$verdict[b$check == "stars"], c("inconsistent", "consistent"))
  error <- expect_error(
    audit_coefficients(d, "b", "s", df = 9, sums = list(c(1, 2))), class = "ccdpanel_error_argument"
  )
  expect_match(conditionMessage(error), "thresholds", fixed = TRUE)
})

test_that("Cui's Table 8: N of the subsamples adds up to 270, their provinces do not to 30", {
  of <- function(term) cui_table8$estimate[cui_table8$term == term]
  n <- audit_coefficients(
    data.frame(v = c("270", of("Observations"))), "v", sums = list(1:4, c(1, 5, 6))
  )
  expect_identical(n$verdict, c("consistent", "consistent")) # 108 + 81 + 81, 157 + 113
  ids <- audit_coefficients(
    data.frame(v = c("30", of("Number of ids"))), "v", sums = list(1:4, c(1, 5, 6))
  )
  # 12 + 9 + 9, but 22 + 18: split by observation
  expect_identical(ids$verdict, c("consistent", "inconsistent"))
})

test_that(
  "Cui's Table 6: one lag as instrument, .9007 (.0369), and a rank Wald F of 60.16, not 595.8", {
  a <- audit_coefficients(
    data.frame(b = "0.9007***", s = "(0.0369)", f = "60.16"), "b", "s", wald_f = "f"
  )
  expect_identical(verdict_of(a, "rank Wald F = (b / se)^2"), "inconsistent")
  expect_equal(a$lower[a$check == "rank Wald F = (b / se)^2"], (.90065 / .03695)^2)
})

test_that("Cui's Table 10: .3846 is .2418 + 83.573 * .0017 within rounding", {
  # 83.57295 * .00165 + .24175 = .3796 and 83.57305 * .00175 + .24185 = .3881
  d <- data.frame(b = c("0.3846", "83.5730", "0.0017", "0.2418"))
  a <- audit_coefficients(d, "b", mediation = c(total = 1, a = 2, b = 3, direct = 4))
  expect_identical(a$verdict, "consistent")
  expect_equal(c(a$lower, a$upper), c(83.57295 * .00165 + .24175, 83.57305 * .00175 + .24185))
})

test_that("misuse is named", {
  d <- data.frame(b = c("0.5*", "0.2"), s = "0.1")
  expect_error(audit_coefficients(d, "b"), class = "ccdpanel_error_column")
  expect_error(audit_coefficients(d, "b", "z"), class = "ccdpanel_error_column")
  expect_error(audit_coefficients(d, "b", "s", stars = "z"), class = "ccdpanel_error_column")
  for (bad in list(c(.01, .05), 0, "a", c(.1, NA))) {
    expect_error(
      audit_coefficients(d, "b", "s", thresholds = bad), class = "ccdpanel_error_thresholds"
    )
  }
  expect_error(audit_coefficients(d, "b", "s", df = 0), class = "ccdpanel_error_number")
  expect_error(
    audit_coefficients(d, "b", mediation = c(total = 1, a = 2)), class = "ccdpanel_error_rows"
  )
  expect_error(audit_coefficients(d, "b", mediation = 1:4), class = "ccdpanel_error_rows")
  expect_error(audit_coefficients(d, "b", sums = list(1)), class = "ccdpanel_error_rows")
  expect_error(audit_coefficients(d, "b", sums = list(c(1, 9))), class = "ccdpanel_error_rows")
})

test_that("full-width brackets, digits and stars are read as others", {
  wide <- data.frame(
    b = c("0.3861\uff0a", "\uff0d1.25\uff0a\uff0a\uff0a"),
    s = c("\uff080.1998\uff09", "\uff08\uff10.25\uff09")
  )
  half <- data.frame(b = c("0.3861*", "-1.25***"), s = c("(0.1998)", "(0.25)"))
  expect_identical(
    as.data.frame(audit_coefficients(wide, "b", "s"))[c("check", "verdict")],
    as.data.frame(audit_coefficients(half, "b", "s"))[c("check", "verdict")]
  )
})

test_that("a table with parts is handed over whole", {
  # Table 6: .9007 (.0369) and a rank Wald F of 60.16 in the same model; the second model prints
  # zeros
  a <- audit_coefficients(cui_table6)
  wald <- a[a$check == "rank Wald F = (b / se)^2", ]
  expect_identical(wald$verdict, c("inconsistent", "undetermined"))
  expect_identical(wald$row, 1:2)
  expect_equal(wald$lower[1], (.90065 / .03695)^2)
  # Table 10: total, a, b and direct found by outcome and term
  whole <- audit_coefficients(cui_table10, mediation = "IV")
  total <- whole[whole$check == "total = direct + a b", ]
  expect_identical(total$verdict, "consistent")
  expect_equal(
    c(total$lower, total$upper), c(83.57295 * .00165 + .24175, 83.57305 * .00175 + .24185)
  )
  expect_error(audit_coefficients(cui_table10, mediation = "DT"), class = "ccdpanel_error_rows")
  expect_error(audit_coefficients(cui_table8, mediation = "IV"), class = "ccdpanel_error_rows")
  # Table 8: degrees of freedom from the numbers of provinces, row by row
  b <- audit_coefficients(cui_table8, df = "Number of ids")
  expect_identical(sum(b$verdict == "inconsistent"), 0L)
  for (table in list(cui_table5, cui_table7, cui_table9, gu_table7, gu_table8, gu_table9)) {
    whole <- audit_coefficients(table)
    coefficients <- audit_coefficients(coefficients_of(table), "estimate", "std_error", "stars")
    expect_identical(
      whole[c("check", "verdict", "reason")] |> as.data.frame(),
      coefficients[c("check", "verdict", "reason")] |> as.data.frame()
    )
    expect_true(all(table$part[stats::na.omit(whole$row)] == "coefficient"))
  }
})

test_that("sums are lists of rows", {
  table <- data.frame(b = "0.1", se = "0.02")
  expect_error(
    audit_coefficients(table, "b", "se", sums = "x"), "list of row numbers",
    class = "ccdpanel_error_rows"
  )
})
