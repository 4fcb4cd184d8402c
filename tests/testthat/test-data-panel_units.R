test_that("two spellings of a unit are one, and said", {
  a <- csv_of(c(
    "\u7701\u4efd,\u5e74\u4efd,a", "\u5185\u8499\u53e4,2015,1",
    "\u65b0\u7586\u7ef4\u543e\u5c14\u81ea\u6cbb\u533a,2015,2"
  ), "a.csv")
  b <- csv_of(c(
    "\u5730\u533a,\u5e74\u4efd,b", "\u5185\u8499\u53e4\u81ea\u6cbb\u533a,2015,3", "Xinjiang,2015,4"
  ), "b.csv")
  expect_message(x <- read_panel(c(a, b)), "Spelt in two ways")
  expect_identical(x$province, c("Inner Mongolia", "Xinjiang"))
  expect_identical(as.vector(x$b), c(3, 4))
  expect_identical(nrow(attr(x, "spellings")), 4L)
  cities <- quietly_read(csv_of(c(
    "\u57ce\u5e02,\u5e74\u4efd,x", "\u77f3\u5bb6\u5e84\u5e02,2015,1", "\u77f3\u5bb6\u5e84,2016,2",
    "\u6069\u65bd\u5dde,2015,3", "\u6069\u65bd,2016,4"
  )))
  expect_identical(cities$city, rep(c(
    "\u77f3\u5bb6\u5e84\u5e02", "\u6069\u65bd\u571f\u5bb6\u65cf\u82d7\u65cf\u81ea\u6cbb\u5dde"
  ), each = 2))
})

test_that("a note behind a name stays a note; what excludes a part is another place", {
  x <- quietly_read(csv_of(c(
    "\u5730\u533a,2015", "\u5317\u4eac\u2460,1", "\u65b0\u7586\uff08\u542b\u5175\u56e2\uff09,2",
    "\u6cb3\u5317(\u5305\u62ec\u96c4\u5b89\u65b0\u533a),3", "\u5929\u6d25[1],4", "\u5c71\u897f *,5"
  )))
  expect_identical(x$province, c("Beijing", "Tianjin", "Hebei", "Shanxi", "Xinjiang"))
  expect_identical(as.vector(x[["x"]]), c(1, 4, 3, 5, 2))
  expect_message(read_panel(csv_of(c(
    "\u5730\u533a,2015", "\u65b0\u7586\uff08\u542b\u5175\u56e2\uff09,2", "\u5317\u4eac,1"
  ))), "note behind")
  for (other in c(
    "\u6d59\u6c5f\uff08\u4e0d\u542b\u5b81\u6ce2\uff09", "\u6d59\u6c5f\uff08\u5b81\u6ce2\uff09",
    "\u5409\u6797\uff08\u5e02\uff09"
  )) {
    expect_error(
      read_panel(csv_of(c(
        "\u5730\u533a,2015", "\u5317\u4eac,1", "\u5929\u6d25,2", paste0(other, ",3")
      ))),
      class = "ccdpanel_error_lost"
    )
  }
  of_which <- quietly_read(csv_of(c(
    "\u5730\u533a,2015", "\u5317\u4eac,1", "\u65b0\u7586,2", "\u5176\u4e2d\uff1a\u5175\u56e2,1",
    "\u6d59\u6c5f,3", "\u5176\u4e2d:\u5b81\u6ce2,1"
  )))
  expect_identical(of_which$province, c("Beijing", "Zhejiang", "Xinjiang"))
  expect_error(
    read_panel(csv_of(c(
      "\u5730\u533a,2015", "\u65b0\u7586,1", "\u65b0\u7586\uff08\u542b\u5175\u56e2\uff09,2",
      "\u5317\u4eac,3"
    ))),
    class = "ccdpanel_error_conflict"
  )
})

test_that("names of firms keep their Latin letters", {
  firms <- c(
    "TCL\u79d1\u6280", "\u79d1\u6280", "\u4e07\u79d1A", "3M\u4e2d\u56fd", "ST\u6d77\u822a",
    "\u6d77\u822a"
  )
  x <- quietly_read(csv_of(c("\u4f01\u4e1a,\u5e74\u4efd,y", paste0(firms, ",2015,", 1:6))))
  expect_identical(x$unit, firms)
  expect_identical(as.vector(x[["y"]]), as.double(1:6))
})

test_that("traditional letters and Big5 are understood", {
  lines <- c(
    "\u5730\u5340,2015\u5e74,2016\u5e74", "\u5168\u570b,9,9", "\u5317\u4eac,1,2",
    "\u5167\u8499\u53e4\u81ea\u6cbb\u5340,3,4", "\u5ee3\u897f,5,6", "\u965d\u897f\u7701,7,8",
    "\u81fa\u7063,9,9",
    "\u6fb3\u9580,9,9", "\u55ae\u4f4d\uff1a\u5104\u5143"
  )
  for (encoding in c("UTF-8", "BIG5", "GB18030")) {
    x <- quietly_read(csv_of(lines, "gdp.csv", encoding))
    expect_identical(
      unique(x$province), c("Beijing", "Inner Mongolia", "Guangxi", "Shaanxi"), info = encoding
    )
    expect_identical(as.vector(x$gdp), as.double(1:8))
    expect_identical(attr(x, "aside")$name, c("\u5168\u570b", "\u81fa\u7063", "\u6fb3\u9580"))
  }
  long <- c(
    "\u7701\u4efd\t\u5e74\u5ea6\t\u5730\u5340\u751f\u7522\u7e3d\u503c\uff08\u5104\u5143\uff09",
    "\u907c\u5be7\t2015\t1", "\u8cb4\u5dde\t2015\t2"
  )
  x <- quietly_read(csv_of(long, encoding = "BIG5"))
  expect_identical(names(x)[4], "\u5730\u5340\u751f\u7522\u7e3d\u503c")
  expect_identical(attr(x, "indicators")$unit, "\u5104\u5143")
})

test_that("provinces are known by their codes where no column has names", {
  for (code in list(c("110000", "120000"), c("11", "12"))) {
    x <- quietly_read(csv_of(c("code,year,GDP", paste0(code, ",2015,", 1:2))))
    expect_identical(x$province, c("Beijing", "Tianjin"))
    expect_identical(as.vector(x$GDP), c(1, 2))
  }
})

test_that("sums of countries among countries are kept, said and listed", {
  file <- csv_of(c(
    "Country,Year,gdp", "World,2019,9", "China,2019,4", "Euro area,2019,3", "France,2019,1",
    "European Union - 27 countries (from 2020),2019,3"
  ))
  expect_message(x <- read_panel(file), "World, Euro area, European Union - 27")
  expect_identical(nrow(x), 5L)
  expect_identical(x$unit[!x$unit %in% attr(x, "aggregates")], c("China", "France"))
  codes <- quietly_read(csv_of(c(
    "geo,year,gdp", "EU27_2020,2019,9", "DE,2019,4", "EA20,2019,3", "FR,2019,1"
  )))
  expect_identical(attr(codes, "aggregates"), c("EU27_2020", "EA20"))
  # A firm's ticker is no aggregate where other names are no codes, nor is a panel of sums alone.
  firms <- quietly_read(csv_of(c("unit,year,x", "SAS,2019,1", "Volvo,2019,2")))
  expect_null(attr(firms, "aggregates"))
  expect_null(attr(quietly_read(csv_of(c(
    "Country,Year,gdp", "World,2019,9", "World,2020,9"
  ))), "aggregates"))
})
