# Two provinces, two years, two indicators in blocks below each other, each with a line of its own.
block_csv <- function(lines, name = "x.csv", encoding = "UTF-8") {
  folder <- tempfile("panel")
  dir.create(folder)
  path <- file.path(folder, name)
  text <- paste0(paste(lines, collapse = "\n"), "\n")
  writeBin(iconv(text, "UTF-8", encoding, toRaw = TRUE)[[1]], path)
  path
}
read_lines_of <- function(lines, ...) suppressMessages(read_panel(block_csv(lines, ...)))
values_of <- function(x) {
  out <- lapply(as.data.frame(x)[c("province", "year", setdiff(names(x), c(
    "code", "province", "year"
  )))], as.vector)
  as.data.frame(out, check.names = FALSE)
}
behind <- data.frame(
  province = c("Beijing", "Beijing", "Tianjin", "Tianjin"), year = c(2015L, 2016L, 2015L, 2016L),
  GDP = c(1234.5, 2, 3, 4), "\u4eba\u53e3" = c(10, 20, 30, 40), check.names = FALSE
)
in_year <- list(
  "2015" = c("\u5317\u4eac,1234.5,10", "\u5929\u6d25,3,30"),
  "2016" = c("\u5317\u4eac,2,20", "\u5929\u6d25,4,40")
)
of_gdp <- c("\u5317\u4eac,1234.5,2", "\u5929\u6d25,3,4")
of_people <- c("\u5317\u4eac,10,20", "\u5929\u6d25,30,40")

test_that("a year or an indicator in a line of its own between blocks", {
  shapes <- list(
    years = c(
      "\u88681 \u4e3b\u8981\u6307\u6807", "\u5730\u533a,GDP,\u4eba\u53e3", "2015\u5e74",
      in_year[[1]], "2016\u5e74", in_year[[2]]
    ),
    bare = c("\u5730\u533a,GDP,\u4eba\u53e3", "2015", in_year[[1]], "", "2016", in_year[[2]]),
    centred = c(
      "\u5730\u533a,GDP,\u4eba\u53e3", ",2015\u5e74", in_year[[1]], ",2016\u5e74", in_year[[2]]
    ),
    sentence = c(
      "\u5730\u533a,GDP,\u4eba\u53e3", "2015\u5e74\u5404\u5730\u533a\u60c5\u51b5", in_year[[1]],
      "2016\u5e74\u5404\u5730\u533a\u60c5\u51b5", in_year[[2]]
    ),
    indicators = c("\u5730\u533a,2015\u5e74,2016\u5e74", "GDP", of_gdp, "\u4eba\u53e3", of_people),
    totals = c(
      "\u5730\u533a,2015\u5e74,2016\u5e74", "GDP", "\u5168\u56fd,9,9", of_gdp, "\u4eba\u53e3",
      "\u5168\u56fd,9,9", of_people
    ),
    numbered = c(
      "\u5730\u533a,2015\u5e74,2016\u5e74", "\u4e00\u3001GDP", of_gdp,
      "\uff08\u4e8c\uff09\u4eba\u53e3", of_people
    ),
    figures = c(
      "\u5730\u533a,2015\u5e74,2016\u5e74", "1. GDP\uff08\u4ebf\u5143\uff09", of_gdp,
      "2. \u4eba\u53e3\uff08\u4e07\u4eba\uff09", of_people
    ),
    units = c(
      "\u5730\u533a,2015\u5e74,2016\u5e74", "GDP", "\u5355\u4f4d\uff1a\u4ebf\u5143", of_gdp,
      "\u4eba\u53e3", "\u5355\u4f4d\uff1a\u4e07\u4eba", of_people
    ),
    english = c(
      "\u5730\u533a,2015\u5e74,2016\u5e74", "GDP", of_gdp, "\u4eba\u53e3", "Population", of_people
    ),
    notes = c(
      "\u5730\u533a,2015\u5e74,2016\u5e74", "GDP", of_gdp, "\u6ce8\uff1a\u521d\u6b65\u6570\u3002",
      "\u4eba\u53e3", of_people, "\u6ce8\uff1a\u7565\u3002"
    ),
    nested = c(
      "\u5730\u533a,\u6570\u503c", "2015\u5e74", "GDP", "\u5317\u4eac,1234.5", "\u5929\u6d25,3",
      "\u4eba\u53e3", "\u5317\u4eac,10", "\u5929\u6d25,30", "2016\u5e74",
      "GDP", "\u5317\u4eac,2", "\u5929\u6d25,4", "\u4eba\u53e3", "\u5317\u4eac,20",
      "\u5929\u6d25,40"
    ),
    turned = c(
      "\u6307\u6807,\u5317\u4eac,\u5929\u6d25", "2015\u5e74", "GDP,1234.5,3", "\u4eba\u53e3,10,30",
      "2016\u5e74", "GDP,2,4", "\u4eba\u53e3,20,40"
    ),
    turned_named = c(
      "\u5e74\u4efd,\u5317\u4eac,\u5929\u6d25", "GDP", "2015,1234.5,3", "2016,2,4", "\u4eba\u53e3",
      "2015,10,30", "2016,20,40"
    ),
    provinces = c(
      "\u5730\u533a,2015\u5e74,2016\u5e74", "\u5317\u4eac", "  GDP,1234.5,2",
      "  \u4eba\u53e3,10,20", "\u5929\u6d25", "  GDP,3,4", "  \u4eba\u53e3,30,40"
    ),
    provinces_years = c(
      "\u5730\u533a,GDP,\u4eba\u53e3", "\u5317\u4eac", "2015\u5e74,1234.5,10", "2016\u5e74,2,20",
      "\u5929\u6d25", "2015\u5e74,3,30", "2016\u5e74,4,40"
    ),
    beside = c(
      ",\u5730\u533a,2015\u5e74,2016\u5e74", "GDP,\u5317\u4eac,1234.5,2", ",\u5929\u6d25,3,4",
      "\u4eba\u53e3,\u5317\u4eac,10,20", ",\u5929\u6d25,30,40"
    )
  )
  for (name in names(shapes)) {
    expect_identical(values_of(read_lines_of(shapes[[name]])), behind, info = name)
  }
  expect_identical(
    attr(read_lines_of(shapes$units), "indicators")$unit, c("\u4ebf\u5143", "\u4e07\u4eba")
  )
  expect_message(
    read_panel(block_csv(shapes$years)), "Lines that say what is below them: 2015"
  )
})

test_that("columns below a line of an indicator are parts of it", {
  x <- read_lines_of(c(
    "2016\u5e74", "\u5730\u533a,\u5408\u8ba1,\u7537", "\u57ce\u9547", "\u5317\u4eac,1,2",
    "\u5929\u6d25,3,4", "\u4e61\u6751", "\u5317\u4eac,5,6", "\u5929\u6d25,7,8"
  ))
  expect_identical(names(x)[4:7], c(
    "\u57ce\u9547 \u5408\u8ba1", "\u4e61\u6751 \u5408\u8ba1", "\u57ce\u9547 \u7537",
    "\u4e61\u6751 \u7537"
  ))
  expect_identical(as.vector(x[["\u4e61\u6751 \u7537"]]), c(6, 8))
})

test_that("blocks that nothing tells apart are an error that says what would", {
  again <- c("\u5730\u533a,2015,2016", of_gdp, "", of_people)
  expect_error(
    read_panel(block_csv(again)), "row 2.*row 5.*line or a head that names its year",
    class = "ccdpanel_error_conflict"
  )
})

test_that("lines that group units are no indicators, nor is a city without numbers", {
  groups <- read_lines_of(c(
    "GDP,2015,2016", "\u7b2c\u4e00\u7c7b\u5730\u533a", of_gdp, "\u7b2c\u4e8c\u7c7b\u5730\u533a",
    "\u6cb3\u5317,5,6", "\u5c71\u897f,7,8"
  ))
  expect_identical(names(groups)[4], "GDP")
  expect_identical(as.vector(groups$GDP), c(1234.5, 2, 3, 4, 5, 6, 7, 8))
  cities <- read_lines_of(c(
    "\u57ce\u5e02,2015,2016", "GDP", "\u77f3\u5bb6\u5e84\u5e02,1,2", "\u5510\u5c71\u5e02",
    "\u90af\u90f8\u5e02,3,4", "\u4eba\u53e3", "\u77f3\u5bb6\u5e84\u5e02,5,6", "\u5510\u5c71\u5e02",
    "\u90af\u90f8\u5e02,7,8"
  ))
  expect_identical(cities$city, rep(c("\u77f3\u5bb6\u5e84\u5e02", "\u90af\u90f8\u5e02"), each = 2))
  expect_identical(as.vector(cities$GDP), c(1, 2, 3, 4))
  expect_identical(as.vector(cities[["\u4eba\u53e3"]]), c(5, 6, 7, 8))
})

test_that("tables beside each other have titles of their own", {
  beside <- c(
    "\u88681 GDP,,,\u88682 \u4eba\u53e3,,", "\u5730\u533a,2015,2016,\u5730\u533a,2015,2016",
    "\u5317\u4eac,1234.5,2,\u5317\u4eac,10,20",
    "\u5929\u6d25,3,4,\u5929\u6d25,30,40"
  )
  expect_identical(values_of(read_lines_of(beside)), behind)
  corner <- c(
    "GDP,2015,2016,\u4eba\u53e3,2015,2016", "\u5317\u4eac,1234.5,2,\u5317\u4eac,10,20",
    "\u5929\u6d25,3,4,\u5929\u6d25,30,40"
  )
  expect_identical(values_of(read_lines_of(corner)), behind)
  # the same names in another language, or codes, head no table of their own
  english <- c("GDP,2015,2016,", "\u5317\u4eac,1234.5,2,Beijing", "\u5929\u6d25,3,4,Tianjin")
  expect_identical(values_of(read_lines_of(english)), behind[1:3])
})

test_that("dates and units in the lines of blocks; rows of provinces over their cities", {
  quarters <- read_lines_of(c(
    "\u5730\u533a,GDP", "2021-03-31", "\u5317\u4eac,1", "\u5929\u6d25,2", "2021-06-30",
    "\u5317\u4eac,3", "\u5929\u6d25,4"
  ))
  expect_identical(as.vector(quarters$quarter), rep(8084:8085, 2))
  expect_identical(as.vector(quarters$GDP), c(1, 3, 2, 4))
  beside <- c(
    "\u5730\u533a,GDP,\u4eba\u53e3", "2015\u5e74,,\u5355\u4f4d\uff1a\u4ebf\u5143", in_year[[1]],
    "2016\u5e74,,\u5355\u4f4d\uff1a\u4ebf\u5143", in_year[[2]]
  )
  expect_identical(values_of(read_lines_of(beside)), behind)
  cities <- read_lines_of(c(
    "\u57ce\u5e02,\u5e74\u4efd,y", "\u6cb3\u5317\u7701", "\u77f3\u5bb6\u5e84\u5e02,2015,1",
    "\u77f3\u5bb6\u5e84\u5e02,2016,2", "\u5510\u5c71\u5e02,2015,3",
    "\u5510\u5c71\u5e02,2016,4", "\u5c71\u897f\u7701", "\u592a\u539f\u5e02,2015,5",
    "\u592a\u539f\u5e02,2016,6", "\u5927\u540c\u5e02,2015,7", "\u5927\u540c\u5e02,2016,8"
  ))
  expect_identical(as.vector(cities[["y"]]), as.double(1:8))
})

test_that("groups that share units, or in a long panel, are no indicators", {
  shared <- read_lines_of(c(
    "GDP,2015,2016", "\u6cbf\u6d77\u7701\u4efd", of_gdp, "\u6cb3\u5317,5,6",
    "\u5317\u65b9\u7701\u4efd", "\u5317\u4eac,1234.5,2", "\u5c71\u897f,7,8", "\u9655\u897f,9,10"
  ))
  expect_identical(as.vector(shared$GDP), c(1234.5, 2, 3, 4, 5, 6, 7, 8, 9, 10))
  long <- read_lines_of(c(
    "\u7701\u4efd,\u5e74\u4efd,y", "\u7b2c\u4e00\u7c7b", "\u5317\u4eac,2015,1",
    "\u5317\u4eac,2016,2", "\u7b2c\u4e8c\u7c7b", "\u5929\u6d25,2015,3", "\u5929\u6d25,2016,4"
  ))
  expect_identical(as.vector(long[["y"]]), c(1, 2, 3, 4))
})

test_that("a column of words that tells the rows of each unit apart names indicators", {
  typed <- c(
    "\u5730\u533a,\u4ea7\u4e1a,2015,2016", "\u5317\u4eac,\u7b2c\u4e00\u4ea7\u4e1a,1,2",
    "\u5317\u4eac,\u7b2c\u4e8c\u4ea7\u4e1a,3,4", "\u5929\u6d25,\u7b2c\u4e00\u4ea7\u4e1a,5,6",
    "\u5929\u6d25,\u7b2c\u4e8c\u4ea7\u4e1a,7,8"
  )
  for (lines in list(typed, sub(
    "^(\u5317\u4eac|\u5929\u6d25)(?=,\u7b2c\u4e8c)", "", typed, perl = TRUE
  ))) {
    x <- read_lines_of(lines)
    expect_identical(as.vector(x[["\u7b2c\u4e00\u4ea7\u4e1a"]]), c(1, 2, 5, 6))
    expect_identical(as.vector(x[["\u7b2c\u4e8c\u4ea7\u4e1a"]]), c(3, 4, 7, 8))
  }
  ranked <- read_lines_of(c(
    "\u7701\u4efd,\u5e74\u4efd,\u6307\u6807,\u6570\u503c,\u6392\u540d", "\u5317\u4eac,2015,GDP,9,2",
    "\u5929\u6d25,2015,GDP,8,1"
  ))
  expect_identical(as.vector(ranked$GDP), c(9, 8))
  expect_identical(as.vector(ranked[["GDP \u6392\u540d"]]), c(2, 1))
  percent <- read_lines_of(c(
    "\u5730\u533a,2015\u5e74(%),2016\u5e74(%)", "\u5317\u4eac,1,2", "\u5929\u6d25,3,4"
  ), "share.csv")
  expect_identical(as.vector(percent$share), c(1, 2, 3, 4))
  expect_identical(attr(percent, "indicators")$unit, "%")
})
