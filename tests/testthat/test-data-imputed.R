panel <- c("unit", "year")
gappy <- data.frame(
  year = c(2015, 2011, 2012, 2013, 2014, 2011, 2012, 2015), unit = rep(c("a", "b"), c(5, 3)),
  x = c(NA, NA, 2, NA, 6, 1, NA, 5), y = 1:8
)

test_that("every filled cell is listed", {
  filled <- suppressMessages(impute_gaps(gappy, panel))
  cells <- imputed(filled)
  expect_named(cells, c("unit", "year", "variable", "value", "method"))
  expect_identical(cells$unit, c("a", "a", "a", "b"))
  expect_equal(cells$year, c(2015, 2011, 2013, 2012))
  expect_equal(cells$value, c(6, 2, 4, 2))
  expect_identical(unique(cells$variable), "x")
  expect_identical(cells$method, c("nearest", "nearest", "linear", "linear"))
  expect_equal(
    as.data.frame(summary(cells)),
    data.frame(variable = "x", method = c("nearest", "linear"), cells = 2L)
  )
})

test_that("what stays missing is counted", {
  d <- data.frame(unit = "a", year = 1:3, x = c(NA, 2, NA))
  expect_message(expect_message(
    impute_gaps(d, panel, method = "locf"), "1 value stays missing"
  ), "Filled 1")
})

test_that("nothing to fill: nothing said, an empty list", {
  whole <- gappy[!is.na(gappy$x), ]
  expect_silent(filled <- impute_gaps(whole, panel))
  expect_silent(impute_gaps(
    transform(whole, year = as.character(year))[c("unit", "year", "x")], panel
  ))
  expect_identical(nrow(imputed(filled)), 0L)
  expect_identical(as.data.frame(filled), whole)
})

test_that("a filled panel prints what was filled where, and is a data frame like any other", {
  d <- data.frame(
    unit = rep(c("a", "b", "c"), each = 4), year = rep(2001:2004, 3),
    x = c(1, NA, 3, 4, 2, NA, 6, 8, 5, NA, 5, 5), y = c(NA, 1:11) + 0, z = 1:12
  )
  filled <- suppressMessages(impute_gaps(d, panel))
  text <- paste(utils::capture.output(print(filled)), collapse = "\n")
  expect_match(
    text, "Panel with 4 filled cells in 2 variables: 12 rows, unit: 3, year: 2001 to 2004",
    fixed = TRUE
  )
  expect_match(text, "x +linear +3 +3 values +2002")
  expect_match(text, "y +nearest +1 +a +2001")
  expect_identical(as.data.frame(filled), transform(
    d, x = c(1, 2, 3, 4, 2, 4, 6, 8, 5, 5, 5, 5), y = c(1, 1:11) + 0
  ))
  # Fewer rows: the cells that are there. Another column: the same. A changed or a dropped variable:
  # nothing is vouched for.
  expect_identical(imputed(subset(filled, unit != "c"))$unit, c("a", "b", "a"))
  more <- filled
  more$w <- more$x + more$y
  expect_identical(imputed(more), imputed(filled))
  changed <- filled
  changed$x[1] <- 9
  expect_identical(class(changed), "data.frame")
  expect_identical(class(filled["x"]), "data.frame")
  expect_error(imputed(filled[c("unit", "year", "x")]), class = "ccdpanel_error_imputed")
  # A second call adds to the first.
  twice <- suppressMessages(impute_gaps(
    suppressMessages(impute_gaps(d, panel, "x")), panel, "y", method = "trend"
  ))
  expect_identical(imputed(twice)$method, c("linear", "linear", "linear", "trend"))
})

test_that("tibbles stay tibbles, grouped data and data tables keep their class alone", {
  d <- data.frame(unit = "a", year = 1:4, x = c(1, NA, 3, 4))
  if (requireNamespace("dplyr", quietly = TRUE)) {
    filled <- suppressMessages(impute_gaps(dplyr::as_tibble(d), panel))
    expect_s3_class(filled, c("imputed_panel", "tbl_df"), exact = FALSE)
    expect_identical(nrow(imputed(dplyr::filter(filled, year < 3))), 1L)
    expect_s3_class(dplyr::mutate(filled, y = x), "imputed_panel")
    expect_false(inherits(dplyr::mutate(filled, x = 0), "imputed_panel"))
    grouped <- suppressMessages(impute_gaps(dplyr::group_by(dplyr::as_tibble(d), unit), panel))
    expect_identical(dplyr::summarise(grouped, x = sum(x))$x, 10)
    expect_identical(imputed(grouped)$value, 2)
  }
  skip_if_not_installed("data.table")
  table <- suppressMessages(impute_gaps(data.table::as.data.table(d), panel))
  expect_identical(class(table), class(data.table::as.data.table(d)))
  expect_identical(imputed(table)$value, 2)
})

test_that("a variable that two rules filled is counted once in print", {
  d <- data.frame(unit = "a", year = 2011:2015, x = c(NA, 2, NA, 6, NA), y = c(1, NA, 3, 4, 5))
  filled <- suppressMessages(impute_gaps(d, c("unit", "year")))
  expect_identical(unique(imputed(filled)$method[imputed(filled)$variable == "x"]),
    c("nearest", "linear"))
  expect_output(print(filled), "4 filled cells in 2 variables")
})

test_that("in Chinese a straight line is no linear weighting", {
  skip_if_not(l10n_info()[["UTF-8"]])
  old <- options(ccdpanel.language = "zh")
  on.exit(options(old))
  filled <- suppressMessages(impute_gaps(gappy, panel))
  for (x in list(filled, imputed(filled), summary(imputed(filled)))) {
    shown <- paste(utils::capture.output(print(x)), collapse = "\n")
    expect_match(shown, "线性插值.*取最近值|取最近值.*线性插值")
    expect_no_match(shown, "线性加权|nearest|values")
  }
})
