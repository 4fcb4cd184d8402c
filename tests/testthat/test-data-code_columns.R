# FAOSTAT's download in rows, as its site gives it.
fao_rows <- function() {
  c(
    paste0(
      "Domain Code,Domain,Area Code (M49),Area,Element Code,Element,Item Code (CPC),Item,",
      "Year Code,Year,Unit,Value,Flag,Note"
    ),
    "QCL,Crops,'156,China,5312,Area harvested,'0111,Wheat,2019,2019,ha,11,A,",
    "QCL,Crops,'156,China,5510,Production,'0111,Wheat,2019,2019,t,12,E,",
    "QCL,Crops,'156,China,5312,Area harvested,'0113,Rice,2019,2019,ha,13,A,",
    "QCL,Crops,'156,China,5510,Production,'0113,Rice,2019,2019,t,14,A,",
    "QCL,Crops,'356,India,5312,Area harvested,'0111,Wheat,2019,2019,ha,21,A,",
    "QCL,Crops,'356,India,5510,Production,'0111,Wheat,2019,2019,t,22,A,",
    "QCL,Crops,'356,India,5312,Area harvested,'0113,Rice,2019,2019,ha,23,A,",
    "QCL,Crops,'356,India,5510,Production,'0113,Rice,2019,2019,t,24,A,"
  )
}

test_that("codes beside their names are no indicators, are said and kept", {
  said <- paste(capture_messages(x <- read_panel(csv_of(fao_rows()))), collapse = "")
  indicators <- c(
    "Wheat Area harvested", "Wheat Production", "Rice Area harvested", "Rice Production"
  )
  expect_identical(attr(x, "indicators")$indicator, indicators)
  expect_identical(attr(x, "indicators")$unit, c("ha", "t", "ha", "t"))
  expect_equal(unlist(x[x$unit == "India", indicators], use.names = FALSE), c(21, 22, 23, 24))
  expect_identical(x[["Area Code (M49)"]], c("'156", "'356"))
  expect_match(said, "repeat the indicator: Element Code, Item Code")
  expect_match(said, "repeat the time: Year Code")
  codes <- attr(x, "codes")
  expect_identical(codes$code[codes$name == "Rice"], "'0113")
  expect_identical(codes$column[codes$name == "2019"], "Year Code")
})

test_that("marks of wide years are words of their year", {
  lines <- c(
    "Area Code,Area,Item Code,Item,Unit,Y2019,Y2019F,Y2020,Y2020F", "156,China,15,Wheat,t,1,A,2,E",
    "156,China,27,Rice,t,3,A,4,E", "356,India,15,Wheat,t,5,A,6,A", "356,India,27,Rice,t,7,A,8,A"
  )
  x <- quietly_read(csv_of(lines))
  expect_named(x, c("unit", "year", "Area Code", "Flag", "Wheat", "Rice"))
  expect_identical(x$Flag, c("A", "E", "A", "A"))
  expect_identical(x[["Area Code"]], c("156", "156", "356", "356"))
  expect_equal(as.vector(x$Rice), c(3, 4, 7, 8))
  # What an indicator lost in all years is no column of words.
  gone <- c("Area,GDP 2019,GDP 2020,rank", "China,x,y,1", "India,x,y,2")
  expect_error(read_panel(csv_of(gone)), class = "ccdpanel_error")
})

test_that("codes of units, indicators and times are known by their heads, in two languages", {
  read_names <- function(...) setdiff(names(quietly_read(csv_of(c(...)))), c("unit", "year"))
  expect_identical(read_names(
    "Country Name,Country Code,Indicator Name,Indicator Code,Time Period,Value",
    "Peru,193,Output,101,2019,1", "Peru,193,Prices,203,2019,2", "Chile,122,Output,101,2019,3",
    "Chile,122,Prices,203,2019,4"
  ), c("Country Code", "Output", "Prices"))
  expect_identical(read_names(
    "LOCATION,Country,TIME,Time,PowerCode Code,PowerCode,Value", "PER,Peru,2019,2019,6,Millions,1",
    "PER,Peru,2020,2020,6,Millions,2", "CHL,Chile,2019,2019,6,Millions,3"
  ), c("LOCATION", "PowerCode Code", "PowerCode", "Value"))
  x <- quietly_read(csv_of(c(
    paste0(
      "\u5730\u533a\u4ee3\u7801,\u5730\u533a,\u6307\u6807\u4ee3\u7801,\u6307\u6807,",
      "\u5e74\u4efd\u4ee3\u7801,\u5e74\u4efd,\u6570\u503c"
    ),
    "110000,\u5317\u4eac,101,GDP,1,2019,5", "110000,\u5317\u4eac,203,CPI,1,2019,6",
    "120000,\u5929\u6d25,101,GDP,1,2019,7", "120000,\u5929\u6d25,203,CPI,1,2019,8"
  )))
  expect_named(x, c("code", "province", "year", "GDP", "CPI"))
  ids <- quietly_read(csv_of(c(
    "city_id,city,year,gdp", "7,Lima,2019,1.5", "7,Lima,2020,2.5", "9,Quito,2019,3.5"
  )))
  expect_identical(ids$city_id, c("7", "7", "9"))
  expect_identical(read_names(
    "country,id,BLcode,region_code,year,paid,lu", "Peru,3,30,7,2019,1,5", "Peru,3,30,7,2020,1,6",
    "Chile,4,40,7,2019,2,7"
  ), c("id", "BLcode", "region_code", "paid", "lu"))
  expect_identical(attr(ids, "indicators")$indicator, "gdp")
})

test_that("beside years, numbers below a word for units are their codes", {
  # The Bureau of Economic Analysis' table, shortened.
  x <- quietly_read(csv_of(c(
    "GeoFIPS,GeoName,Region,LineCode,Industry,Description,2019,2020",
    "01000,Alabama,5,1,...,Real GDP,1,2", "01000,Alabama,5,3,...,GDP,3,4",
    "02000,Alaska,8,1,...,Real GDP,5,6", "02000,Alaska,8,3,...,GDP,7,8"
  )))
  expect_named(x, c("unit", "year", "GeoFIPS", "Region", "Real GDP", "GDP"))
  expect_identical(x$Region, c("5", "5", "8", "8"))
  expect_match(attr(x, "aside")$name, "Industry")
})

test_that("numbers that names do not settle are no codes, whatever their head", {
  x <- quietly_read(csv_of(c(
    "country,country paid,year,bid", "Peru,1,2019,3", "Peru,2,2020,4", "Chile,5,2019,6"
  )))
  expect_identical(attr(x, "indicators")$indicator, c("country paid", "bid"))
  moved <- quietly_read(csv_of(c(
    "country,country id,year,x", "Peru,1,2019,3", "Peru,2,2020,4", "Chile,5,2019,6"
  )))
  expect_identical(attr(moved, "indicators")$indicator, c("country id", "x"))
})

test_that("rows that no word tells apart are said without one", {
  lines <- c("country,item,element,year,value", "Peru,w,p,2000,1", "Peru,w,p,2000,2")
  said <- tryCatch(read_panel(csv_of(lines)), ccdpanel_error_conflict = conditionMessage)
  expect_match(said, "agree where they overlap")
  expect_no_match(said, "differ in")
})
