bad <- data.frame(u = c("a", "b", "a"), w = c("0.50", "0.30", "-"), s = "x")

test_that("an audit is a data frame of lines; counts are those of its verdicts", {
  a <- audit_weights(bad, "w", "s", indicator = "u")
  expect_s3_class(a, c("audit", "data.frame"), exact = TRUE)
  expect_named(a, c("row", "item", "check", "verdict", "reason", "printed", "lower", "upper"))
  s <- summary(a)
  expect_identical(s$check, c("weight in [0, 1]", "weights sum to one"))
  expect_equal(c(s$consistent, s$inconsistent, s$undetermined), c(2, 0, 0, 0, 1, 1))
  expect_identical(class(as.data.frame(a)), "data.frame")
  expect_identical(class(a[a$verdict == "undetermined", ]), "data.frame")
  expect_identical(a$row[1:3], 1:3)
})

test_that("the story counts, names the rows, and stays within 80 columns", {
  a <- audit_ranks(bad, average = "w", unit = "u")
  out <- capture.output(shown <- print(a))
  expect_identical(shown, a)
  expect_true(any(grepl("1 inconsistent", out, fixed = TRUE)))
  expect_true(any(grepl("row 3 (a)", out, fixed = TRUE)))
  expect_true(any(grepl("Empty cells: 1", out, fixed = TRUE)))
  expect_true(all(nchar(out) <= 80))
  expect_false(any(grepl("row 3", capture.output(print(a, n = 0)), fixed = TRUE)))
  expect_error(print(a, n = -1), class = "ccdpanel_error_number")
})

test_that("what was done to the lines does not break printing", {
  a <- audit_ranks(bad, average = "w", unit = "u")
  a$verdict <- NULL
  expect_output(print(a), "reason")
})

test_that("the story reads well", {
  expect_snapshot(print(audit_weights(gu_table4, "weight", "system", indicator = "indicator")))
  expect_snapshot(print(audit_ranks(
    wang_yu_table2, as.character(2012:2022), "average", unit = "printed"
  )))
  expect_snapshot(print(audit_coupling(
    gu_table5, "C", "T", "D", "level", unit = "year", rows = "mean"
  )))
})

test_that("the messages name argument, expectation, finding and a way out", {
  d <- data.frame(w = c("0.5", "half"), D = "0.5", l = "splendid")
  expect_snapshot(audit_weights(d, "w"), error = TRUE)
  expect_snapshot(audit_weights(d, "D", digits = 99), error = TRUE)
  expect_snapshot(audit_weights(d, c("D", "l")), error = TRUE)
  expect_snapshot(audit_weights(d[0, ], "D"), error = TRUE)
  expect_snapshot(audit_coupling(d, D = "D", level = "l"), error = TRUE)
  expect_snapshot(audit_coupling(d, systems = "D"), error = TRUE)
  expect_snapshot(audit_coupling(d, T = "D", systems = c("D", "w")[c(1, 1)]), error = TRUE)
  expect_snapshot(audit_ranks(d, "D", "D", weights = c(1, 2)), error = TRUE)
  expect_snapshot(audit_ranks(d, "D", "D", within = 1), error = TRUE)
  expect_snapshot(audit_ranks(d, rank = "D"), error = TRUE)
  expect_snapshot(audit_ranks(d, "D", unit = "l", expected = 3), error = TRUE)
  expect_snapshot(audit_descriptives(d, mean = "D"), error = TRUE)
  expect_snapshot(audit_coefficients(d, "D", "D", thresholds = 2), error = TRUE)
  expect_snapshot(audit_coefficients(d, "D", sums = list(1)), error = TRUE)
})

test_that("a table of which only names are read says nothing of decimals", {
  printed <- capture.output(print(audit_ranks(zhou_lang_table1, unit = "sector", within = NULL)))
  expect_false(any(grepl("Read as", printed)))
  expect_match(printed, "12 names, none twice", all = FALSE)
})
