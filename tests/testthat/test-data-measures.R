test_that("units behind a name, and names that only look so", {
  x <- c(
    "GDP\uff08\u4ebf\u5143\uff09", "\u4eba\u5747GDP(\u5143/\u4eba)", "GDP (100 million yuan)",
    "\u4e13\u5229/\u4ef6", "\u5931\u4e1a\u7387\uff08%\uff09", "\u5360\u6bd4(%)",
    "GDP\uff1a\u4ebf\u5143", "\u4eba\u53e3(\u5355\u4f4d\uff1a\u4e07\u4eba)",
    "R&D\u7ecf\u8d39(\u5185\u90e8\u652f\u51fa)", "gdp_index", "so2_per_output", "GDP(2005)"
  )
  split <- split_measure(x)
  expect_identical(split$name, c(
    "GDP", "\u4eba\u5747GDP", "GDP", "\u4e13\u5229", "\u5931\u4e1a\u7387", "\u5360\u6bd4", "GDP",
    "\u4eba\u53e3", "R&D\u7ecf\u8d39(\u5185\u90e8\u652f\u51fa)", "gdp_index", "so2_per_output",
    "GDP(2005)"
  ))
  expect_identical(split$measure, c(
    "\u4ebf\u5143", "\u5143/\u4eba", "100 million yuan", "\u4ef6", "%", "%", "\u4ebf\u5143",
    "\u4e07\u4eba", rep(NA, 4)
  ))
})

test_that("titles: number, the words for by region, years and unit are no part of the name", {
  label <- function(...) title_label(c(...))
  expect_identical(
    label("20-1  \u5206\u5730\u533aR&D\u4eba\u5458\u5168\u65f6\u5f53\u91cf"),
    "R&D\u4eba\u5458\u5168\u65f6\u5f53\u91cf"
  )
  expect_identical(label(
    "\u88683-2 \u5404\u5730\u533a\u5e74\u672b\u4eba\u53e3\uff082011-2022\u5e74\uff09",
    "\u5355\u4f4d\uff1a\u4e07\u4eba"
  ), "\u5e74\u672b\u4eba\u53e3")
  expect_identical(
    label("\u5404\u7701\u5730\u533a\u751f\u4ea7\u603b\u503c(\u4ebf\u5143)"),
    "\u5730\u533a\u751f\u4ea7\u603b\u503c"
  )
  expect_identical(
    label("3-9 \u5404\u5730\u533a\u751f\u4ea7\u603b\u503c"), "\u5730\u533a\u751f\u4ea7\u603b\u503c"
  )
  expect_identical(
    label("\u7eed\u8868 \u4e13\u5229\u6388\u6743\u6570"), "\u4e13\u5229\u6388\u6743\u6570"
  )
  expect_identical(
    label(
      "\u6570\u636e\u5e93\uff1a\u5206\u7701\u5e74\u5ea6\u6570\u636e",
      "\u6307\u6807\uff1a\u5e74\u672b\u5e38\u4f4f\u4eba\u53e3(\u4e07\u4eba)",
      "\u65f6\u95f4\uff1a\u6700\u8fd110\u5e74"
    ),
    "\u5e74\u672b\u5e38\u4f4f\u4eba\u53e3"
  )
  expect_identical(label("5G\u57fa\u7ad9\u6570"), "5G\u57fa\u7ad9\u6570")
  expect_identical(label("\u5355\u4f4d\uff1a\u4ebf\u5143"), NA_character_)
  expect_identical(
    title_measure(c("\u88681 GDP", "\u5355\u4f4d\uff1a\u4ebf\u5143")), "\u4ebf\u5143"
  )
  expect_identical(title_measure(c("\u88681 GDP\uff08\u4ebf\u5143\uff09")), "\u4ebf\u5143")
  expect_identical(title_measure("(Unit: 100 million yuan)"), "100 million yuan")
})

test_that("a title with the unit behind it is a title", {
  titles <- c(
    "\u88681 GDP  \u5355\u4f4d\uff1a\u4ebf\u5143",
    "\u8868 2 GDP\uff0c\u8ba1\u91cf\u5355\u4f4d\uff1a\u4e07\u5143", "Table 5 GDP, Unit: RMB bn"
  )
  expect_identical(vapply(titles, title_label, "", USE.NAMES = FALSE), rep("GDP", 3))
  expect_identical(title_measure(titles[3]), "RMB bn")
  expect_identical(title_label("\u8ba1\u91cf\u5355\u4f4d\uff1a\u4ebf\u5143"), NA_character_)
})

test_that("units of measurement tell columns and rows of one name apart", {
  lines <- c(
    "country,year,GDP (yuan),GDP (%),Exports,Exports (%)", "A,2019,1,2,3,4", "B,2019,5,6,7,8"
  )
  expect_message(
    x <- read_panel(csv_of(lines)), "units of measurement: GDP \\(yuan\\), GDP \\(%\\)",
    class = "ccdpanel_message_read"
  )
  expect_named(x, c("unit", "year", "GDP (yuan)", "GDP (%)", "Exports", "Exports (%)"))
  expect_equal(as.vector(x[["GDP (%)"]]), c(2, 6))
  expect_equal(as.vector(x[["Exports"]]), c(3, 7))
  expect_identical(attr(x, "indicators")$unit, c("yuan", "%", NA, "%"))
  expect_identical(attr(x[["GDP (%)"]], "unit"), "%")
  rows <- c(
    "country,indicator,2019,2020", "A,GDP (yuan),1,2", "A,GDP (%),3,4", "B,GDP (yuan),5,6",
    "B,GDP (%),7,8"
  )
  x <- suppressMessages(read_panel(csv_of(rows)))
  expect_equal(as.vector(x[["GDP (yuan)"]]), c(1, 2, 5, 6))
  named <- suppressMessages(read_panel(csv_of(rows), rename = c(growth = "GDP (%)")))
  expect_equal(as.vector(named$growth), c(3, 4, 7, 8))
})
