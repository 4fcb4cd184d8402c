raw <- data.frame(
  system = "s", dimension = "d", indicator = c("a", "b", "c"), direction = c("+", "-", "interval"),
  lower = c(NA, NA, 1), upper = c(NA, NA, 2)
)

test_that("the shipped sheet is read", {
  sheet <- state_sheet()
  expect_s3_class(sheet, c("indicator_sheet", "data.frame"), exact = TRUE)
  expect_identical(sheet$indicator, c(
    "highways", "water", "utilities", "output", "employment", "unemployment"
  ))
  expect_identical(sheet$direction, c("+", "+", "+", "+", "+", "-"))
  expect_identical(unique(sheet$system), c("infrastructure", "economy"))
})

test_that("every spelling of a direction is understood", {
  spelt <- c(
    "+", " positive ", "Positive", "\u6b63\u5411", "\u6b63", "-", "negative", "\u8d1f\u5411",
    "\u8d1f", "\u2212",
    "interval", "\u533a\u95f4", "\u9002\u5ea6"
  )
  sheet <- indicator_sheet(data.frame(
    system = "s", dimension = "d", indicator = letters[1:13], direction = spelt, lower = 0,
    upper = 1
  ))
  expect_identical(sheet$direction, rep(c("+", "-", "interval"), c(5, 5, 3)))
})

test_that("UTF-8 with and without a mark, and GBK, give the same sheet", {
  text <- paste0(
    "System,dimension,indicator,direction\n\u521b\u65b0,\u6295\u5165,x,\u6b63\u5411\n\u521b\u65b0,",
    "\u6295\u5165,y,\u8d1f\u5411\n"
  )
  write <- function(bytes) {
    path <- tempfile(fileext = ".csv")
    writeBin(bytes, path)
    path
  }
  utf8 <- charToRaw(enc2utf8(text))
  plain <- indicator_sheet(write(utf8))
  expect_identical(plain$direction, c("+", "-"))
  expect_identical(plain$system, rep("\u521b\u65b0", 2))
  expect_identical(indicator_sheet(write(c(as.raw(c(0xef, 0xbb, 0xbf)), utf8))), plain)
  expect_identical(indicator_sheet(write(iconv(text, "UTF-8", "GBK", toRaw = TRUE)[[1]])), plain)
})

test_that("an Excel sheet is read as the csv is", {
  skip_if_not_installed("readxl")
  path <- test_path("fixtures", "sheet.xlsx")
  sheet <- indicator_sheet(path)
  expect_identical(sheet$indicator, c("x", "y"))
  expect_identical(sheet$direction, c("+", "interval"))
  expect_identical(sheet$lower, c(NA, 0.5))
})

test_that("blank rows are no indicators, and other columns are kept at the end", {
  sheet <- indicator_sheet(rbind(cbind(raw, source = "x"), NA))
  expect_identical(nrow(sheet), 3L)
  expect_identical(names(sheet)[ncol(sheet)], "source")
})

test_that("a tibble is a data frame, and a sheet a sheet", {
  skip_if_not_installed("tibble")
  expect_identical(indicator_sheet(tibble::as_tibble(raw)), indicator_sheet(raw))
  expect_identical(indicator_sheet(indicator_sheet(raw)), indicator_sheet(raw))
})

test_that("indicators that two systems share are said", {
  shared <- data.frame(system = c("s", "t"), dimension = "d", indicator = "people", direction = "+")
  expect_message(indicator_sheet(shared), "people", class = "ccdpanel_message_shared")
})

test_that("misuse is named", {
  expect_error(indicator_sheet(1), class = "ccdpanel_error_type")
  expect_error(indicator_sheet("nowhere.csv"), "nowhere", class = "ccdpanel_error_sheet")
  expect_error(indicator_sheet(raw["system"]), "direction", class = "ccdpanel_error_sheet")
  expect_error(indicator_sheet(raw[0, ]), "at least one row", class = "ccdpanel_error_sheet")
  expect_error(
    indicator_sheet(transform(raw, direction = c("+", "sideways", "so"))), "2 and 3.*sideways.*so",
    class = "ccdpanel_error_direction"
  )
  expect_error(indicator_sheet(transform(raw, direction = NA)), class = "ccdpanel_error_direction")
  expect_error(
    indicator_sheet(transform(raw, indicator = "a")), "2 and 3", class = "ccdpanel_error_sheet"
  )
  expect_error(
    indicator_sheet(transform(raw, dimension = c("", NA, "d"))), "dimension.*1 and 2",
    class = "ccdpanel_error_sheet"
  )
  expect_error(indicator_sheet(raw[1:4]), "class|lower", class = "ccdpanel_error_sheet")
  expect_error(indicator_sheet(transform(raw, upper = 0)), "below", class = "ccdpanel_error_sheet")
  expect_error(
    indicator_sheet(transform(raw, lower = "low")), "numbers", class = "ccdpanel_error_sheet"
  )
  expect_error(indicator_sheet(cbind(raw, System = "s")), "twice", class = "ccdpanel_error_sheet")
})

test_that("it prints system by system", {
  expect_snapshot(indicator_sheet(raw))
})

test_that("Chinese heads are read as the English ones", {
  heads <- c("\u7cfb\u7edf", "\u7ef4\u5ea6", "\u6307\u6807", "\u65b9\u5411", "\u5355\u4f4d")
  english <- data.frame(
    system = c("a", "b"), dimension = "d", indicator = c("x", "y"),
    direction = c("\u6b63\u5411", "\u8d1f\u5411"), unit = "km"
  )
  expect_identical(indicator_sheet(stats::setNames(english, heads)), indicator_sheet(english))
})

test_that("goalposts without an end, and a name of the system that is none, are refused", {
  x <- data.frame(
    system = c("A", "A", "B"), indicator = c("a", "b", "c"), direction = "+",
    lower = c(-Inf, NA, NA), upper = c(1, NA, 3)
  )
  expect_error(indicator_sheet(x), "row 1", class = "ccdpanel_error_sheet")
  x$lower[1] <- 0
  expect_equal(indicator_sheet(x)$lower, c(0, NA, NA))
  for (system in list(1, "", c("A", "B"))) {
    expect_error(indicator_sheet(x[-1], system = system), class = "ccdpanel_error_type")
  }
})

test_that("an indicator of two systems is printed as what couples them", {
  x <- data.frame(
    system = c("A", "A", "B", "B"), indicator = c("a", "b", "c", "a"), direction = "+"
  )
  expect_message(sheet <- indicator_sheet(x), "by construction")
  expect_output(print(sheet), "Shared by systems (coupled by construction): a", fixed = TRUE)
})

test_that("columns without a name, and of several values, are carried along", {
  x <- data.frame(indicator = c("a", "b"), direction = c("+", "-"), more = 1:2)
  for (name in list("", NA)) {
    names(x)[3] <- name
    expect_identical(indicator_sheet(x)$indicator, c("a", "b"))
  }
  names(x)[3] <- "more"
  x$more <- diag(2)
  expect_identical(indicator_sheet(x)$indicator, c("a", "b"))
})

test_that("a sheet that was read is read again only where it has changed", {
  sheet <- state_sheet()
  expect_identical(as_sheet(sheet), suppressMessages(indicator_sheet(sheet)))
  expect_identical(as_sheet(sheet), suppressMessages(indicator_sheet(sheet)))
  reversed <- sheet
  reversed$direction[1] <- setdiff(c("+", "-"), sheet$direction[1])
  expect_identical(as_sheet(reversed)$direction, reversed$direction)
  expect_identical(as_sheet(sheet)$direction, sheet$direction)
  # What is said and what is refused is so each time.
  merged <- data.frame(
    system = c("A", NA), dimension = "d", indicator = c("a", "b"), direction = "+"
  )
  for (time in 1:2) {
    expect_message(as_sheet(merged), "filled from the row above")
    expect_error(as_sheet(sheet[0, ]), class = "ccdpanel_error_sheet")
  }
})

test_that("a sheet that is changed in place is read again", {
  skip_if_not_installed("data.table")
  sheet <- suppressMessages(indicator_sheet(data.frame(
    system = "A", dimension = "d", indicator = c("a", "b"), direction = c("+", "+")
  )))
  expect_identical(as_sheet(sheet)$direction, c("+", "+"))
  read <- as_sheet(sheet)
  data.table::set(read, 1L, "direction", "-")
  expect_identical(as_sheet(sheet)$direction, c("+", "+"))
  data.table::set(sheet, 2L, "direction", "-")
  expect_identical(as_sheet(sheet)$direction, c("+", "-"))
})

test_that("columns with a class are their values in sheets and tables of weights, or errors", {
  sheet <- data.frame(
    system = "s", dimension = "d", indicator = c("a", "b"), direction = "+", weight = c(0.25, 0.75)
  )
  odd <- sheet
  odd$weight <- structure(sheet$weight, class = "decimal")
  expect_equal(indicator_sheet(odd)$weight, sheet$weight)
  odd$weight <- cbind(sheet$weight, 1)
  expect_error(indicator_sheet(odd), "\"weight\"", class = "ccdpanel_error_sheet")
  expect_error(combine_weights(odd, sheet), "\"weight\"", class = "ccdpanel_error_weights")
  expect_error(audit_weights(odd), "\"weight\"", class = "ccdpanel_error_type")
  odd <- sheet
  odd$remark <- list(1, "two")
  expect_equal(indicator_sheet(odd)$weight, sheet$weight)
  # A class that is no numbers in its own words.
  base::registerS3method("as.double", "ccd_odd", function(x, ...) stop("no numbers"))
  odd$weight <- structure(sheet$weight, class = "ccd_odd")
  expect_error(indicator_sheet(odd), "\"weight\"", class = "ccdpanel_error_sheet")
  expect_error(audit_weights(odd), "\"weight\"", class = "ccdpanel_error_type")
  expect_error(combine_weights(odd, sheet), "\"weight\"", class = "ccdpanel_error_weights")
})
