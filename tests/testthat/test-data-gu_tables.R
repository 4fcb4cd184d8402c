number <- function(x) as.numeric(x)

test_that("printed strings keep their digits", {
  expect_identical(gu_table5$D[gu_table5$year == 2020], "0.92")
  expect_identical(gu_table6$all[gu_table6$year == 2020], "0.920")
  expect_identical(gu_table3$min[gu_table3$abbreviation == "productivity"], "0.0250")
  expect_identical(gu_table3$max[gu_table3$abbreviation == "research"], "32200000")
  expect_true(all(nchar(gu_table4$weight) == 6))
})

test_that("Table 1 has ten classes of width 0.1", {
  expect_identical(gu_table1$level, 1:10)
  expect_identical(gu_table1$interval[c(1, 10)], c("[0.0~0.1]", "[0.9~1.0]"))
  expect_identical(gu_table1$degree[6], "Barely coordinated")
})

test_that("Table 3: the patents are those of the science panel, 30 provinces", {
  row <- gu_table3[gu_table3$abbreviation == "patent", ]
  expect_identical(
    unlist(row[c("mean", "min", "max")], use.names = FALSE), c("72819", "502", "872209")
  )
  x <- science_panel()
  x <- x$patent_grants[x$province != "Tibet"]
  expect_identical(
    c(round(mean(x)), min(x), max(x)), number(unlist(row[c("mean", "min", "max")])),
    ignore_attr = TRUE
  )
})

test_that("Table 4: 23 weights sum to one, 13 to one and a weight that comes twice", {
  sums <- tapply(number(gu_table4$weight), gu_table4$system, sum)
  expect_equal(sums[["productivity"]], 1)
  expect_equal(sums[["manufacturing"]], 1.0937)
  expect_identical(sum(gu_table4$weight == "0.0937"), 2L)
  expect_identical(c(table(gu_table4$system)), c(manufacturing = 13L, productivity = 23L))
})

test_that(
  "Table 5: D is the root of C times T within what rounding allows, and agrees with Table 6", {
  low <- sqrt((number(gu_table5$C) - 0.0005) * (number(gu_table5$T) - 0.0005))
  high <- sqrt((number(gu_table5$C) + 0.0005) * (number(gu_table5$T) + 0.0005))
  expect_true(all(number(gu_table5$D) + 0.0005 >= low & number(gu_table5$D) - 0.0005 <= high))
  expect_identical(number(gu_table5$D), number(gu_table6$all))
  expect_identical(gu_table5$level, as.integer(ceiling(number(gu_table5$D) * 10)))
})

test_that("Tables 7 to 9: models, rows and a few cells", {
  n <- function(table) number(table$estimate[table$term == "N"])
  expect_identical(n(gu_table7), rep(360, 4))
  expect_identical(n(gu_table9), c(120, 72, 132, 36))
  # 11 coefficients in each of four models, less one in each of Table 8
  expect_identical(sum(gu_table7$part == "coefficient"), 44L)
  expect_identical(sum(gu_table8$part == "coefficient"), 40L)
  expect_identical(sum(gu_table9$part == "coefficient"), 44L)
  cell <- function(table, model, term) {
    unlist(table[
      table$model == model & table$term == term, c("estimate", "std_error", "stars")
    ], use.names = FALSE)
  }
  expect_identical(cell(gu_table7, "(3)", "ln education"), c("-0.035", "0.011", "**"))
  expect_identical(cell(gu_table7, "(4)", "efficiency"), c("-2.105", "0.47", "***"))
  expect_identical(cell(gu_table8, "(6)", "ln creativity"), c("0", "0.005", ""))
  expect_identical(cell(gu_table9, "West", "productivity"), c("0.423", "0.115", "***"))
  # what each model of Table 8 leaves out
  left <- function(model) setdiff(gu_table8$term, gu_table8$term[gu_table8$model == model])
  expect_identical(
    vapply(paste0("(", 5:8, ")"), left, ""),
    c("ln education", "ln research", "ln patent", "ln creativity"), ignore_attr = TRUE
  )
})

test_that("the sheet has Table 4's indicators and says which two systems share", {
  path <- system.file("extdata", "sheet_gu.csv", package = "ccdpanel")
  expect_message(sheet <- indicator_sheet(path), class = "ccdpanel_message_shared")
  expect_identical(sheet$label, gu_table4$indicator)
  expect_identical(sheet$printed_weight, gu_table4$weight)
  expect_identical(sum(sheet$direction == "-"), 4L)
})
