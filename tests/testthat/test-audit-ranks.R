d <- data.frame(
  u = c("a", "b", "c"), x = c("0.20", "0.40", "0.61"), y = c("0.40", "0.60", "0.80"),
  m = c("0.30", "0.50", "0.70"), r = c("3", "2", "1")
)

test_that("averages, ranks and names that agree are not contradicted", {
  a <- audit_ranks(d, c("x", "y"), "m", "r", "u", expected = c("c", "b", "a"), weights = "equal")
  expect_true(all(a$verdict == "consistent"))
  # row 3: (.605 + .795) / 2 to (.615 + .805) / 2
  row <- a[a$check == "average of the row" & a$row == 3, ]
  expect_equal(c(row$lower, row$upper), c(.700, .710))
})

test_that("a wrong average and a wrong rank are found", {
  d$m[1] <- "0.32"
  d$r <- c("3", "1", "2")
  a <- audit_ranks(d, c("x", "y"), "m", "r", "u", weights = "equal")
  expect_identical(
    verdict_of(a, "average of the row"), c("inconsistent", "consistent", "consistent")
  )
  expect_identical(
    verdict_of(a, "rank by the average"), c("consistent", "inconsistent", "inconsistent")
  )
  expect_identical(verdict_of(
    audit_ranks(d, average = "m", rank = "r", decreasing = FALSE), "rank by the average"
  ), rep("inconsistent", 3))
  d$r <- c("1", "2", "3")
  expect_identical(verdict_of(
    audit_ranks(d, average = "m", rank = "r", decreasing = FALSE), "rank by the average"
  ), rep("consistent", 3))
})

test_that("ties by rounding are open: .30 and .30 may be rank 2 or 3", {
  tie <- data.frame(m = c("0.50", "0.30", "0.30"), r = c("1", "3", "2"))
  expect_identical(
    verdict_of(audit_ranks(tie, average = "m", rank = "r"), "rank by the average"),
    c("consistent", "undetermined", "undetermined")
  )
  tie$r[2] <- "1"
  expect_identical(
    verdict_of(audit_ranks(tie, average = "m", rank = "r"), "rank by the average"),
    c("consistent", "inconsistent", "undetermined")
  )
})

test_that("weighted averages, and averages of unknown weights", {
  w <- data.frame(x = "0.20", y = "0.40", m = "0.25")
  average <- "average of the row"
  expect_identical(verdict_of(
    audit_ranks(w, c("x", "y"), "m", weights = "equal"), average
  ), "inconsistent")
  expect_identical(verdict_of(
    audit_ranks(w, c("x", "y"), "m", weights = c(3, 1)), average
  ), "consistent")
  between <- "average between the values"
  expect_identical(verdict_of(
    audit_ranks(w, c("x", "y"), "m", weights = "unknown"), between
  ), "consistent")
  w$m <- "0.18"
  expect_identical(verdict_of(
    audit_ranks(w, c("x", "y"), "m", weights = "unknown"), between
  ), "inconsistent")
})

test_that("empty cells leave a failing average open, and ranks too", {
  gap <- data.frame(
    x = c("0.2", "-", "-"), y = c("0.4", "0.4", "-"), m = c("0.3", "0.2", "0.2"),
    r = c("1", "-", "3")
  )
  a <- audit_ranks(gap, c("x", "y"), "m", "r")
  expect_identical(
    verdict_of(a, "average of the row"), c("consistent", "undetermined", "undetermined")
  )
  expect_identical(verdict_of(a, "rank by the average")[2], "undetermined")
  expect_identical(attr(a, "read")$empty, 4L)
})

test_that("values outside the range, in percent too, and one row", {
  one <- data.frame(x = "1.2", m = "1.2")
  a <- audit_ranks(one, "x", "m", within = c(0, 1))
  expect_identical(verdict_of(a, "values in [0, 1]"), c("inconsistent", "inconsistent"))
  # Whether 1.2 is a score on 0 to 10, the print does not say.
  a <- audit_ranks(one, "x", "m")
  expect_identical(verdict_of(a, "values in their range"), "not tested")
  expect_true(all(audit_ranks(one, "x", "m", scale = 100)$verdict == "consistent"))
  expect_identical(audit_ranks(one, "x", "m", within = NULL)$check, "average of the row")
})

test_that("names twice, missing, misspelt and unexpected are told apart, whatever their case", {
  n <- data.frame(u = c("Hunan", "HUNAN", "Shannxi", "Gotham"), m = "0.5")
  a <- audit_ranks(n, average = "m", unit = "u", expected = c("Hunan", "Guangdong", "Shaanxi"))
  expect_identical(a$row[a$check == "names once each"], 2L)
  expect_identical(verdict_of(a, "names expected"), c("undetermined", "inconsistent"))
  expect_match(a$reason[a$check == "names expected"][1], "Shaanxi")
  expect_identical(a$item[a$check == "units complete"], "Guangdong")
})

test_that("Wang and Yu's Table 2: averages agree; Hunan twice, Guangdong and Xinjiang in no row", {
  years <- as.character(2012:2022)
  thirty <- setdiff(provinces$name, c("Tibet", "Xizang"))
  expect_length(thirty, 30)
  a <- audit_ranks(wang_yu_table2, years, "average", unit = "printed", expected = thirty)
  expect_identical(verdict_of(a, "average of the row"), rep("consistent", 29))
  # the second Hunan by hand: 7.912 / 11 = .71927, half a unit of the third decimal either way
  second <- a[a$row %in% 19 & a$check == "average of the row", ]
  expect_equal(c(second$lower, second$upper), 7.912 / 11 + c(-.0005, .0005))
  expect_identical(a$row[a$check == "names once each"], 19L)
  expect_identical(a$item[a$check == "units complete"], c("Guangdong", "Xinjiang"))
  expect_identical(a$item[a$check == "names expected"], "Shannxi")
  expect_match(a$reason[a$check == "names expected"], "perhaps Shaanxi")
})

test_that(
  paste0(
    "Gu's Table 6: three years lie below all of their four regions, and none is the ",
    "average by provinces"
  ),
  {
  regions <- c("east", "central", "west", "northeast")
  a <- audit_ranks(gu_table6, regions, "all", unit = "year", weights = "unknown")
  # .229 for all, and .392, .344, .580, .252 by region; 2014: .354 and .466, .400, .606, .418; 2015:
  # .505 and .558, .531, .652, .527
  between <- a[a$check == "average between the values", ]
  expect_identical(between$item[between$verdict == "inconsistent"], c("2013", "2014", "2015"))
  # by provinces, 10, 6, 11 and 3 of 30. 2020: (9.37 + 5.514 + 9.603 + 2.652) / 30 = .9046, not .920
  b <- audit_ranks(gu_table6, regions, "all", unit = "year", weights = c(10, 6, 11, 3))
  expect_true(all(b$verdict[b$check == "average of the row"] == "inconsistent"))
  row <- b[b$item %in% "2020" & b$check == "average of the row", ]
  expect_identical(row$verdict, "inconsistent")
  expect_equal(c(row$lower, row$upper), 27.139 / 30 + c(-.0005, .0005))
})

test_that("misuse is named", {
  expect_error(audit_ranks(d), class = "ccdpanel_error_column")
  expect_error(audit_ranks(d, rank = "r"), class = "ccdpanel_error_column")
  expect_error(audit_ranks(d, c("x", "z"), "m"), class = "ccdpanel_error_column")
  expect_error(audit_ranks(d, c("x", "y"), "m", weights = 1), class = "ccdpanel_error_weights")
  expect_error(
    audit_ranks(d, c("x", "y"), "m", weights = c(-1, 2)), class = "ccdpanel_error_weights"
  )
  expect_error(audit_ranks(d, c("x", "y"), "m", within = 1), class = "ccdpanel_error_range")
  expect_error(
    audit_ranks(d, average = "m", unit = "u", expected = 1:3), class = "ccdpanel_error_names"
  )
  expect_error(
    audit_ranks(d, average = "m", unit = "u", expected = c("a", "A")),
    class = "ccdpanel_error_names"
  )
  expect_error(audit_ranks(d, average = "m", decreasing = NA), class = "ccdpanel_error_type")
})

test_that("intervals that touch are in order: a tie is the most that rounding allows", {
  rank <- function(m, r, ...) {
    verdict_of(audit_ranks(data.frame(m, r), average = "m", rank = "r", ...), "rank by the average")
  }
  expect_identical(rank(c(".412", ".411", ".410", ".409"), 1:4), rep("consistent", 4))
  expect_identical(rank(c(".412", ".411"), 2:1), rep("inconsistent", 2))
  expect_identical(rank(c(".412", ".411"), 2:1, decreasing = FALSE), rep("consistent", 2))
  expect_identical(rank(c("50.9", "50.8"), 1:2), rep("consistent", 2))
  expect_identical(rank(c("0.41", "0.40"), 2:1, rounding = "truncate"), rep("inconsistent", 2))
  expect_identical(rank(c("1234567.1", "1234567.0"), 2:1), rep("inconsistent", 2))
  # digits that differ overlap: .41 is .405 to .415
  expect_identical(rank(c(".41", ".411"), 1:2), rep("undetermined", 2))
  expect_identical(
    rank(c(".411", ".411", ".410"), c(2, 1, 3)), c("undetermined", "undetermined", "consistent")
  )
  # averages of printed cells, .5 * (.3 + .5) and .5 * (.3 + .498), touch no more than the cells do
  two <- data.frame(x = c("0.300", "0.300"), y = c("0.500", "0.498"), r = c("2", "1"))
  expect_identical(verdict_of(
    audit_ranks(two, c("x", "y"), rank = "r", weights = "equal"), "rank by the average"
  ), rep("inconsistent", 2))
  expect_identical(
    verdict_of(audit_ranks(two, c("x", "y"), rank = "r"), "rank by the average"),
    rep("undetermined", 2)
  )
  # no honest table is contradicted
  set.seed(4)
  for (i in 1:50) {
    x <- stats::runif(30)
    expect_false(any(rank(formatC(x, format = "f", digits = 2), base::rank(-x)) == "inconsistent"))
  }
})

test_that(
  paste0(
    "weights that nobody stated: a mean over regions of other sizes is not wrong, one ",
    "outside the regions is"
  ),
  {
  # regions of 10 and 20: (10 * .2 + 20 * .5) / 30 = .4, where equal weights give .35
  w <- data.frame(u = c("a", "b", "c"), x = "0.200", y = "0.500", m = c("0.400", "0.350", "0.550"))
  a <- audit_ranks(w, c("x", "y"), "m", unit = "u")
  expect_identical(
    verdict_of(a, "average of the row"), c("undetermined", "consistent", "inconsistent")
  )
  expect_match(a$reason[a$check == "average of the row"], "equal weights|whatever the weights")
  expect_identical(
    verdict_of(audit_ranks(w, c("x", "y"), "m", weights = c(10, 20)), "average of the row"),
    c("consistent", "inconsistent", "inconsistent")
  )
  expect_identical(
    verdict_of(audit_ranks(w, c("x", "y"), "m", weights = "equal"), "average of the row"),
    c("inconsistent", "consistent", "inconsistent")
  )
  expect_error(audit_ranks(w, c("x", "y"), "m", weights = "size"), class = "ccdpanel_error_weights")
  b <- audit_ranks(gu_table6, c("east", "central", "west", "northeast"), "all", unit = "year")
  expect_identical(
    b$item[b$check == "average of the row" & b$verdict == "inconsistent"], c("2013", "2014", "2015")
  )
})

test_that("the range is taken from the print: 0 to 1, or 0 to 100", {
  check <- function(m, ...) {
    a <- audit_ranks(data.frame(m), average = "m", ...)
    expect_identical(verdict_of(a, "columns against each other"), "not tested")
    paste(unique(a$check)[1], unique(a$verdict)[1])
  }
  expect_identical(check(c("58.0", "41.8", "3.1")), "values in [0, 100] consistent")
  expect_identical(check(c("0.5", "0.4", "12.3")), "values in [0, 1] inconsistent")
  expect_identical(check(c("58.0", "41.8"), within = c(0, 1)), "values in [0, 1] inconsistent")
  expect_error(
    audit_ranks(data.frame(m = c("2776", "310")), average = "m"), class = "ccdpanel_error_column"
  )
  scores <- transform(zhou_lang_table1, rank = seq_along(score))
  expect_true(all(
    audit_ranks(scores, average = "score", rank = "rank", unit = "sector")$verdict == "consistent"
  ))
})

test_that("ranks that no weights give are wrong, whatever the weights", {
  one <- data.frame(u = c("x", "y"), a = c(".412", ".411"), r = 2:1)
  verdicts <- function(table, ...) {
    out <- as.data.frame(audit_ranks(table, rank = "r", unit = "u", ...))
    out$verdict[out$check == "rank by the average"]
  }
  # One column is its own average.
  expect_identical(verdicts(one, values = "a"), rep("inconsistent", 2))
  expect_identical(verdicts(one, values = "a", weights = "unknown"), rep("inconsistent", 2))
  expect_identical(verdicts(one, values = "a", decreasing = FALSE), rep("consistent", 2))
  # x is above y in both columns, and never last; z is above x in one.
  two <- data.frame(
    u = c("x", "y", "z"), a = c(".412", ".311", ".200"), b = c(".500", ".400", ".600"),
    r = c(3, 1, 2)
  )
  expect_identical(verdicts(two, values = c("a", "b"))[1:2], rep("inconsistent", 2))
  two$r <- c(2, 3, 1)
  expect_identical(verdicts(two, values = c("a", "b"))[c(1, 3)], rep("undetermined", 2))
})
