test_that("tables below each other, and folded ones beside each other, are several", {
  below <- sheet_tables(grid_of(
    "\u88681", "\u5730\u533a,2015", "\u5317\u4eac,1", "\u5929\u6d25,2", "\u88682",
    "\u5730\u533a,2015", "\u5317\u4eac,3", "\u5929\u6d25,4"
  ))
  expect_identical(lapply(below, `[[`, "title"), list("\u88681", "\u88682"))
  beside <- sheet_tables(grid_of(
    "\u5730\u533a,2015,\u5730\u533a,2015", "\u5317\u4eac,1,\u6cb3\u5317,2",
    "\u5929\u6d25,3,\u5c71\u897f,4"
  ))
  expect_identical(lapply(beside, `[[`, "unit"), list(
    c("\u5317\u4eac", "\u5929\u6d25"), c("\u6cb3\u5317", "\u5c71\u897f")
  ))
})

test_that("a column headed unit names what is measured in where another names more", {
  of_places <- sheet_tables(grid_of(
    "unit,geo,TIME_PERIOD,OBS_VALUE", "EUR,AT,2019,1", "EUR,AT,2020,2", "EUR,DE,2019,3",
    "EUR,DE,2020,4"
  ))
  expect_identical(of_places[[1]]$unit, c("AT", "AT", "DE", "DE"))
  of_units <- sheet_tables(grid_of(
    "unit,region,year,x", "a,East,2019,1", "b,East,2019,2", "c,West,2019,3", "d,East,2019,3"
  ))
  expect_identical(of_units[[1]]$unit, c("a", "b", "c", "d"))
})

test_that("two columns that name the indicator together are one, where one is not enough", {
  # FAOSTAT's download in rows, and the same with its items alone.
  lines <- c(
    "Area Code,Area,Item,Element,Year,Unit,Value,Flag",
    paste0("351,China,Wheat,", c("Area harvested,2019,ha,11", "Production,2019,t,12"), ",A"),
    paste0("100,India,Wheat,", c("Area harvested,2019,ha,21", "Production,2019,t,22"), ",A"),
    paste0("351,China,Rice,", c("Area harvested,2019,ha,31", "Production,2019,t,32"), ",A"),
    paste0("100,India,Rice,", c("Area harvested,2019,ha,41", "Production,2019,t,42"), ",A")
  )
  expect_message(
    panel <- read_panel(csv_of(lines)), "together: Item and Element",
    class = "ccdpanel_message_read"
  )
  expect_identical(panel$unit, c("China", "India"))
  expect_equal(as.vector(panel[["Wheat Production"]]), c(12, 22))
  expect_equal(as.vector(panel[["Rice Area harvested"]]), c(31, 41))
  one <- lines[c(1, grep("Production", lines))]
  alone <- suppressMessages(read_panel(csv_of(one)))
  expect_equal(as.vector(alone$Wheat), c(12, 22))
  # Other heads than known ones: what tells the rows of one unit and time apart is found.
  other <- sub("Item,Element", "Crop,Element", lines)
  expect_message(
    again <- read_panel(csv_of(other)), "told apart by: Crop and Element",
    class = "ccdpanel_message_read"
  )
  expect_identical(again[order(names(again))], panel[order(names(panel))], ignore_attr = TRUE)
})
