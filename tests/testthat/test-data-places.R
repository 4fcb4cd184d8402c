test_that("what stands in a column of units", {
  x <- c(
    "\u5317 \u4eac", "\u5317\u4eac\u5e02\u2460", "\u5317  \u4eac Beijing", "1.\u5929\u6d25",
    "Hebei*", "\u5168  \u56fd", "National Total", "\u4e1c\u90e8\u5730\u533a", "\u6df1\u5733",
    "\u6ce8\uff1a\u7565", "1. \u7565",
    "\u8d44\u6599\u6765\u6e90\uff1a\u5e74\u9274", "", "\u77f3\u5bb6\u5e84", "12"
  )
  kinds <- place_kinds(x)
  expect_identical(kinds$kind, c(
    rep("province", 5), "nation", "nation", "region", "apart", rep("note", 3), "blank", "other",
    "other"
  ))
  expect_identical(
    provinces$name[kinds$row[1:5]], c("Beijing", "Beijing", "Beijing", "Tianjin", "Hebei")
  )
})

test_that("words that head columns", {
  x <- c(
    "\u5730  \u533a", "\u7701\u4efd", "\u7701\uff08\u533a\u3001\u5e02\uff09", "\u7701 \u5e02",
    "Region", "\u57ce\u5e02", "\u5e74\u4efd", "YEAR", "\u6307\u6807\u540d\u79f0", "\u5355\u4f4d",
    "\u5730\u533a Region", "GDP"
  )
  expect_identical(head_roles(x), c(
    "unit", rep("unit_province", 3), "unit", "unit_city", "time", "time", "indicator", "measure",
    "unit", NA
  ))
})

test_that("one letter stands for a province, and its people's name for it", {
  expect_identical(
    match_province(c(
      "\u4eac", "\u6caa", "\u7ca4", "\u8499", "\u5185\u8499",
      "\u65b0\u7586\u7ef4\u543e\u5c14\u65cf\u81ea\u6cbb\u533a", "\u5e7f\u897f\u58ee\u65cf",
      "\u5b81\u590f\u81ea\u6cbb\u533a"
    )),
    c(
      "Beijing", "Shanghai", "Guangdong", "Inner Mongolia", "Inner Mongolia", "Xinjiang", "Guangxi",
      "Ningxia"
    )
  )
})

test_that("spellings of one place are one", {
  expect_identical(
    one_spelling(c("\u6606\u5c71\u5e02", "\u6606\u5c71", "\u6606 \u5c71", "Ulm City", "ulm")),
    c(rep("\u6606\u5c71\u5e02", 3), rep("Ulm City", 2))
  )
})

test_that("Hong Kong, Macao and Taiwan are set apart under all names that offices give them", {
  x <- c(
    "\u6fb3\u95e8\u7279\u533a", "\u4e2d\u56fd\u9999\u6e2f", "\u53f0\u6e7e\u5730\u533a",
    "Hong Kong SAR", "Hong Kong SAR, China", "China, Macao SAR", "Taiwan Province of China",
    "Chinese Taipei", "Hongkong"
  )
  expect_identical(place_kinds(x)$kind, rep("apart", length(x)))
})

test_that("a word that a column holds line by line heads nothing", {
  # The World Health Organization's download, shortened.
  x <- quietly_read(csv_of(c(
    "IndicatorCode,Indicator,Location type,Location,Period type,Period,FactValueNumeric",
    "WHO_1,Life expectancy,Country,Peru,Year,2019,76.5",
    "WHO_1,Life expectancy,Country,Peru,Year,2020,75.5",
    "WHO_1,Life expectancy,Country,Chile,Year,2019,80.5",
    "WHO_1,Life expectancy,Country,Chile,Year,2020,79.5"
  )))
  expect_identical(x$unit, rep(c("Peru", "Chile"), each = 2))
  expect_identical(x$year, rep(2019:2020, 2))
  expect_equal(as.vector(x[["Life expectancy"]]), c(76.5, 75.5, 80.5, 79.5))
  # Heads that come again below are heads.
  again <- sheet_tables(grid_of(
    "region,2015", "\u5317\u4eac,1", "region,2015", "\u5929\u6d25,2", "region,2015",
    "\u6cb3\u5317,3"
  ))
  expect_length(again, 3)
})
