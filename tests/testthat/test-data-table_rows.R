test_that("rows are told apart", {
  grid <- grid_of(
    "\u5730\u533a,2015,2016", "\u5168\u56fd,1,2", "\u5317\u4eac,3,4", "\u5929\u6d25,5,6",
    "\u6cb3\u6bd4,7,8", "\u6ce8\uff1a1. \u7565", ",,"
  )
  rows <- row_kinds(
    grid, place_matrix(grid$text), matrix(head_roles(grid$text), nrow(grid$text)), 1
  )
  expect_identical(rows$kind, c("head", "aside", "place", "place", "unknown", "note", "blank"))
})

test_that("Jilin among cities without the word for city is the city, else the province's total", {
  kinds <- function(...) sheet_tables(grid_of("\u57ce\u5e02,2015", ...))[[1]][c("unit", "aside")]
  bare <- kinds("\u957f\u6625,1", "\u5409\u6797,2", "\u6c88\u9633,3")
  expect_identical(bare$unit, c("\u957f\u6625", "\u5409\u6797", "\u6c88\u9633"))
  expect_identical(one_spelling(bare$unit), c(
    "\u957f\u6625\u5e02", "\u5409\u6797\u5e02", "\u6c88\u9633\u5e02"
  ))
  # Suzhou, Hangzhou and Fuzhou are bare names, the head is none.
  expect_identical(kinds(
    "\u82cf\u5dde,1", "\u676d\u5dde,2", "\u798f\u5dde,3", "\u5409\u6797,4"
  )$unit[4], "\u5409\u6797")
  expect_identical(kinds(
    "\u957f\u6625\u5e02,1", "\u5409\u6797,2", "\u6c88\u9633\u5e02,3"
  )$aside$name, "\u5409\u6797")
  expect_identical(kinds(
    "\u957f\u6625,1", "\u5409\u6797,2", "\u5409\u6797\u5e02,3", "\u6c88\u9633,3"
  )$aside$name, "\u5409\u6797")
})

test_that("words below the last named row, in the first column alone, are notes and said", {
  note <- "SAGDP9N: GDP by state"
  layouts <- list(
    c(
      "GeoFips,GeoName,Code,2019,2020", "01000,Alabama,1,2,3", "02000,Alaska,1,4,5", note,
      "Update 5"
    ),
    c("code,city,year,gdp", "A,Foo,2019,2", "A,Foo,2020,3", "B,Bar,2019,4", "B,Bar,2020,5", note)
  )
  for (lines in layouts) {
    expect_message(x <- read_panel(csv_of(lines)), note, class = "ccdpanel_message_read")
    expect_identical(as.vector(x[[ncol(x)]]), c(2, 3, 4, 5))
    expect_true(note %in% attr(x, "notes")$text)
    expect_identical(nrow(attr(x, "lost")), 0L)
  }
  # A row with a number, or between the units, is none.
  expect_error(
    quietly_read(csv_of(c(
      "GeoFips,GeoName,Code,2019,2020", "01000,Alabama,1,2,3", "02000,Alaska,1,4,5", "03000,,1,7,8"
    ))), class = "ccdpanel_error_lost"
  )
})

test_that("codes of the nation and of Macao leave a column of codes one of provinces", {
  grid <- grid_of("province,2019", "000000,9", "110000,1", "130000,2", "820000,3")
  table <- sheet_tables(grid)[[1]]
  expect_true(table$by_province)
  expect_identical(table$unit, c("110000", "130000"))
  expect_identical(table$aside$name, c("000000", "820000"))
})

test_that("footnotes of the United Nations below a table are notes, not units", {
  grid <- grid_of(
    "Country or Area,Year,Value,Value Footnotes", "Albania,2010,1.5,1", "Albania,2011,2.5,",
    "footnoteSeqID,Footnote,,", "1,Refers to 1 July.,,", "2,Includes 2011 census of 30 areas.,,"
  )
  table <- sheet_tables(grid)[[1]]
  expect_identical(table$unit, rep("Albania", 2))
  expect_identical(NROW(table$unknown), 0L)
})
