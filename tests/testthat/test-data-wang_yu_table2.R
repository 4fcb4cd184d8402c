years <- as.character(2012:2022)

test_that("29 provinces, and the odd names as printed", {
  expect_identical(dim(wang_yu_table2), c(29L, 14L))
  expect_true(all(wang_yu_table2$province %in% provinces$name))
  expect_identical(anyDuplicated(wang_yu_table2$province), 0L)
  expect_identical(setdiff(provinces$name, wang_yu_table2$province), c("Tibet", "Xinjiang"))
  odd <- wang_yu_table2$printed != wang_yu_table2$province
  expect_identical(wang_yu_table2$printed[odd], c("JIANGSU", "Hunan", "Shannxi"))
  expect_identical(wang_yu_table2$province[odd], c("Jiangsu", "Guangdong", "Shaanxi"))
})

test_that("averages are those of the years, as rounded", {
  d <- vapply(wang_yu_table2[years], as.numeric, numeric(29))
  expect_lte(max(abs(rowMeans(d) - as.numeric(wang_yu_table2$average))), 0.0010001)
  expect_true(all(nchar(unlist(wang_yu_table2[c(years, "average")])) == 5))
})

test_that("what the text says of ranks and levels", {
  rank <- rank(-as.numeric(wang_yu_table2$average))
  at <- function(name) rank[wang_yu_table2$province == name]
  expect_identical(c(at("Guangdong"), at("Sichuan"), at("Hainan")), c(1, 9, 26))
  last <- as.numeric(wang_yu_table2$`2022`)
  expect_setequal(
    wang_yu_table2$province[last >= 0.59],
    c("Beijing", "Shanghai", "Jiangsu", "Guangdong", "Zhejiang")
  )
})

test_that("the sheet has 15 and 20 indicators and one that both systems use", {
  path <- system.file("extdata", "sheet_wang_yu.csv", package = "ccdpanel")
  expect_message(
    sheet <- indicator_sheet(path), "broadband_ports", class = "ccdpanel_message_shared"
  )
  expect_identical(c(table(sheet$system)), c(digital_economy = 20L, new_quality_productivity = 15L))
  expect_identical(
    sheet$indicator[sheet$direction == "-"],
    c("energy_per_gdp", "wastewater_per_gdp", "so2_per_gdp", "industrial_water_per_gdp")
  )
})
