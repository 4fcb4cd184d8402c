quiet_panel <- function(lines, name = "x.csv", ...) {
  folder <- tempfile("periods")
  dir.create(folder)
  path <- file.path(folder, name)
  writeLines(enc2utf8(lines), path, useBytes = TRUE)
  suppressMessages(read_panel(path, ...))
}
quarters <- 4L * 2011L + 0:2
months <- 12L * 2011L + 0:2

test_that("quarters and months as they are typed are their place among those of all years", {
  forms <- list(
    quarter = c(
      "2011Q1", "2011q1", "2011-Q1", "Q1 2011", "2011\u5e741\u5b63\u5ea6",
      "2011\u5e74\u7b2c\u4e00\u5b63\u5ea6", "2011\u5e74\u4e00\u5b63\u5ea6",
      "2011\u5e74\u7b2c1\u5b63"
    ),
    month = c("2011\u5e741\u6708", "2011\u5e7401\u6708\u4efd", "2011-01", "2011/1", "2011M1")
  )
  parts <- c(quarter = 4L, month = 12L)
  for (kind in names(forms)) {
    code <- typed_times(forms[[kind]])
    expect_identical(unique(code), parts[[kind]] * 1000000L + 2011L * parts[[kind]], info = kind)
    expect_identical(unique(period_kind(code)), kind)
  }
  expect_identical(time_text(typed_times(c("2011Q4", "2011-12", "2011"))), c(
    "2011Q4", "2011-12", "2011"
  ))
  expect_identical(typed_times(c(
    "2011Q5", "2011-13", "2011\u5e7413\u6708", "201101", "2011\u5e741-3\u6708",
    "2011\u5e74\u4e0a\u534a\u5e74", "2012-14"
  )), rep(NA_integer_, 7))
  expect_identical(column_times(c("201101", "201112")), 12000000L + 12L * 2011L + c(0L, 11L))
})

test_that("dates are months or quarters where they tell parts of a year apart", {
  expect_identical(column_times(c("2011-12-31", "2012-12-31")), 2011:2012)
  expect_identical(column_times(c("2011-06-30", "2012-12-31")), 2011:2012)
  expect_identical(
    time_text(column_times(c("2011-01-31", "2011-02-28"))), c("2011-01", "2011-02")
  )
  expect_identical(
    time_text(column_times(c("2011-03-31", "2011-12-31"))), c("2011Q1", "2011Q4")
  )
  expect_identical(time_text(column_times(c("2011-01-01", "2011-10-01"))), c("2011Q1", "2011Q4"))
})

test_that("the same panel in every shape, with labels and steps of one", {
  shapes <- list(
    quarter = list(
      long = c(
        "\u7701\u4efd,\u65f6\u95f4,GDP",
        paste0("\u5317\u4eac,2011\u5e74", 1:3, "\u5b63\u5ea6,", 1:3)
      ),
      wide = c("\u7701\u4efd,2011Q1,2011Q2,2011Q3", "\u5317\u4eac,1,2,3"),
      label = c("\u7701\u4efd,GDP2011Q1,GDP2011Q2,GDP2011Q3,POP2011Q1", "\u5317\u4eac,1,2,3,7")
    ),
    month = list(
      long = c("\u7701\u4efd,\u6708\u4efd,GDP", paste0("\u5317\u4eac,2011-0", 1:3, ",", 1:3)),
      six = c("\u7701\u4efd,\u65f6\u95f4,GDP", paste0("\u5317\u4eac,20110", 1:3, ",", 1:3)),
      wide = c(
        "\u7701\u4efd,2011\u5e741\u6708,2011\u5e742\u6708,2011\u5e743\u6708", "\u5317\u4eac,1,2,3"
      ),
      dates = c("\u7701\u4efd,2011-01-31,2011-02-28,2011-03-31", "\u5317\u4eac,1,2,3"),
      before = c(
        paste0(
          "\u7701\u4efd,2011\u5e741\u6708GDP,2011\u5e742\u6708GDP,2011\u5e743",
          "\u6708GDP,2011\u5e741\u6708POP"
        ),
        "\u5317\u4eac,1,2,3,7"
      )
    )
  )
  for (kind in names(shapes)) {
    for (shape in names(shapes[[kind]])) {
      x <- quiet_panel(shapes[[kind]][[shape]], "GDP.csv")
      expect_identical(names(x)[1:4], c("code", "province", kind, "GDP"), info = shape)
      expect_identical(as.vector(x$GDP), c(1, 2, 3), info = shape)
      place <- if (kind == "quarter") quarters else months
      expect_identical(as.vector(x[[kind]]), place, info = shape)
      shown <- if (kind == "quarter") paste0("2011Q", 1:3) else paste0("2011-0", 1:3)
      expect_identical(attr(x[[kind]], "labels"), stats::setNames(place, shown), info = shape)
    }
  }
  expect_output(print(x), "2011-02")
  long <- quiet_panel(shapes$quarter$long, shape = "long")
  expect_identical(as.vector(long$quarter), quarters)
})

test_that("a lag is the quarter before, over the end of a year; results show labels", {
  lines <- c("\u7701\u4efd,\u65f6\u95f4,x", unlist(lapply(
    c("\u5317\u4eac", "\u5929\u6d25", "\u6cb3\u5317"), function(p) {
    paste(
      p, paste0(rep(2011:2012, each = 4), "Q", 1:4), nchar(p) + (1:8)^2 + utf8ToInt(p)[1], sep = ","
    )
  })))
  x <- quiet_panel(lines)
  x$y <- sqrt(as.vector(x$x)) + sin(seq_len(nrow(x)))
  fit <- suppressMessages(fe_reg(y ~ l(x, 1) | province, x, panel = c("province", "quarter")))
  before <- ave(as.vector(x$x), x$province, FUN = function(v) c(NA, v[-8]))
  own <- stats::lm(y ~ before + province, data.frame(y = x$y, before, province = x$province))
  expect_equal(unname(coef(fit)), unname(coef(own)[["before"]]))
  sheet <- indicator_sheet(data.frame(
    system = c("s", "t"), dimension = "d", indicator = c("x", "y"), direction = "+"
  ))
  cc <- suppressMessages(coupling(composite_index(x, sheet, c("province", "quarter"))))
  expect_identical(
    as.character(summary(cc, by = "quarter")$quarter), paste0(rep(2011:2012, each = 4), "Q", 1:4)
  )
})

test_that("times of two kinds, and sums over part of a year, are errors", {
  expect_error(
    quiet_panel(c(
      "\u7701\u4efd,\u65f6\u95f4,x", "\u5317\u4eac,2011\u5e74,1",
      "\u5317\u4eac,2011\u5e741\u5b63\u5ea6,2"
    )),
    "2011 in .* 2011Q1",
    class = "ccdpanel_error_year"
  )
  for (heads in c(
    "2011\u5e741-2\u6708,2011\u5e741-3\u6708",
    "2011\u5e74\u4e0a\u534a\u5e74,2011\u5e74\u4e0b\u534a\u5e74",
    "x2011\u5e741-3\u6708,x2011\u5e741-6\u6708"
  )) {
    expect_error(
      quiet_panel(c(paste0("\u5730\u533a,", heads), "\u5317\u4eac,1,3", "\u5929\u6d25,2,4")),
      class = "ccdpanel_error_year"
    )
  }
  skip_if_not(l10n_info()[["UTF-8"]], "the names of the files have Chinese letters")
  for (title in c(
    "2011\u5e741-3\u6708", "2011\u5e74\u4e0a\u534a\u5e74", "2011\u5e74\u524d\u4e09\u5b63\u5ea6"
  )) {
    lines <- c("\u5730\u533a,x", "\u5317\u4eac,1", "\u5929\u6d25,2")
    expect_error(quiet_panel(lines, paste0(title, ".csv")), class = "ccdpanel_error_year")
  }
  expect_identical(
    as.vector(quiet_panel(
      c("\u5730\u533a,x", "\u5317\u4eac,1", "\u5929\u6d25,2"), "2011\u5e741\u5b63\u5ea6.csv"
    )$quarter),
    rep(quarters[1], 2)
  )
  expect_identical(
    unique(quiet_panel(
      c("\u5730\u533a,x", "\u5317\u4eac,1", "\u5929\u6d25,2"), "2011\u5e741-12\u6708.csv"
    )$year),
    2011L
  )
})

test_that("Stata's quarters and months", {
  expect_identical(stata_periods(c(204, 207, NA), "%tq"), c("2011Q1", "2011Q4", ""))
  expect_identical(stata_periods(c(612, -1), "%tm"), c("2011-01", "1959-12"))
  expect_null(stata_periods(c(204, 205), "%9.0g"))
  expect_null(stata_periods(204, NULL))
})

test_that("pictures take times by code and by label; spans and reports show labels", {
  skip_if_not_installed("ggplot2")
  data <- toy_panel()
  data$quarter <- structure(
    8044L + data$year - 2001L, labels = c("2011Q1" = 8044L, "2011Q2" = 8045L)
  )
  data$year <- NULL
  cc <- suppressMessages(coupling(composite_index(data, toy_sheet(), c("unit", "quarter"))))
  expect_output(print(cc), "quarter: 2011Q1 to 2011Q2", fixed = TRUE)
  expect_output(print(lead_lag(cc)), "2011Q2", fixed = TRUE)
  expect_identical(lead_lag(cc)$quarter, cc$quarter)
  expect_output(print(suppressMessages(inequality(cc))), "2011Q2", fixed = TRUE)
  tiles <- data.frame(unit = c("a", "b", "c"), row = 1, column = 1:3)
  for (time in list(8045, "2011Q2")) {
    p <- ggplot2::autoplot(cc, type = "map", time = time, tiles = tiles)
    expect_identical(unique(as.character(p$data$when)), "2011Q2")
  }
  expect_error(
    ggplot2::autoplot(cc, type = "map", time = 9, tiles = tiles), class = "ccdpanel_error_time"
  )
})
