panel <- c("unit", "year")
derive <- function(text) {
  indicator_sheet(data.frame(
    system = "s", dimension = "d", indicator = c("made", "y"), direction = "+", derive = c(text, NA)
  ))
}
# The indicator as normalise() finds it, against plain R: min-max keeps everything but origin and
# unit.
made <- function(data, text) {
  suppressMessages(normalise(data, derive(text), panel, method = "none"))$made
}
d <- data.frame(
  unit = rep(c("a", "b", "c"), 4), year = rep(c(2003, 2001, 2004, 2002), each = 3),
  x = c(5, 2, 8, 3, 7, 1, 9, 4, 6, 2.5, 3.5, 7.5), y = c(1:6, 2:7), z = c(-1, 1)
)

test_that("every word of the language is what plain R makes of it", {
  expect_by_r <- function(text) {
    plain <- eval(str2lang(text), d, baseenv())
    data <- transform(d, made = as.double(plain))
    sheet <- indicator_sheet(data.frame(
      system = "s", dimension = "d", indicator = c("made", "y"), direction = "+"
    ))
    expect_equal(normalise(d, derive(text), panel)$made, normalise(data, sheet, panel)$made)
  }
  for (text in c(
    "x / y", "x - y * 2 ^ 2", "-x + 1e3", "log(x)", "log(x, 10)", "log(x, base = 2)", "exp(-x)",
    "sqrt(abs(z) * x)", "min(x) + x",
    "x / max(y, 3)", "pmin(x, y)", "pmax(x, 4, y)", "ifelse(z < 0, x, y)",
    "ifelse(x > 3 & !(y == 2) | z != 1, x, -x)", "round(x, 0) + x / 7",
    "x / sum(x)", "(x - mean(x)) * 3", "x + mean(y, na.rm = TRUE)", "x %% 2 + y %/% 2 + x",
    "x * (x >= y)", "x - (y <= 3)"
  )) expect_by_r(text)
  s <- stats::sd(d$x)
  expect_equal(normalise(d, derive("x / sd(x)"), panel)$made, plain_min_max(d$x / s, "+"))
})

test_that("cumsum() and lag() go by unit in order of time, whatever the order of rows", {
  # unit a: 2001 3, 2002 2.5, 2003 5, 2004 9; cumulated 3, 5.5, 10.5, 19.5
  a <- normalise(d, derive("cumsum(x)"), panel, range = c(0, 1))
  cumulated <- d$x
  for (u in c("a", "b", "c")) for (t in 2001:2004) {
    cumulated[d$unit == u & d$year == t] <- sum(d$x[d$unit == u & d$year <= t])
  }
  expect_identical(cumulated[d$unit == "a"], c(10.5, 3, 19.5, 5.5))
  expect_equal(a$made, plain_min_max(cumulated, "+"))
  lagged <- d$x[match(paste(d$unit, d$year - 1), paste(d$unit, d$year))]
  b <- suppressMessages(composite_index(
    d, derive("x - lag(x)"), panel, weights = "equal", missing = "propagate"
  ))
  expect_identical(is.na(b$s), d$year == 2001)
  sheet <- indicator_sheet(data.frame(
    system = "s", dimension = "d", indicator = c("made", "y"), direction = "+"
  ))
  plain <- composite_index(
    transform(d, made = x - lagged), sheet, panel, weights = "equal", missing = "propagate"
  )
  expect_equal(b$s, plain$s)
  # a gap in time is missing, not the neighbour
  gap <- d[d$year != 2002, ]
  g <- suppressMessages(composite_index(
    gap, derive("lag(x, 1) + x"), panel, weights = "equal", missing = "propagate"
  ))
  expect_identical(is.na(g$s), gap$year != 2004)
})

test_that(
  "a sheet with another language in it is refused when it is read, from data frame or file", {
  refused <- function(text) {
    expect_error(derive(text), "row 1 of the sheet.*pmax", class = "ccdpanel_error_derive")
    path <- tempfile(fileext = ".csv")
    utils::write.csv(data.frame(
      system = "s", dimension = "d", indicator = "made", direction = "+", derive = text
    ), path, row.names = FALSE)
    expect_error(indicator_sheet(path), class = "ccdpanel_error_derive")
  }
  marker <- tempfile()
  refused(sprintf("file.create('%s')", marker))
  refused(sprintf("x + ifelse(TRUE, file.create(r\"(%s)\"), 1)", marker))
  for (text in c(
    "Sys.time()", "base::exp(x)", "x$y", "x[[1]]", "x[1]", "y <- x", "(function(x) x)(1)",
    "eval(parse(text = x))", "do.call(exp, x)", "get(x)(y)", "{x}",
    "`Sys.time`()", "\"exp\"(x)", "sapply(x, exp)", "log(x)(y)", "x@y", "~x", "log(x, foo = 2)",
    "sqrt()", "sqrt(x, y)", "ifelse(x)", "sum(x, exp = 2)"
  )) refused(text)
  expect_false(file.exists(marker))
})

test_that("the error names row, expression, piece and what is allowed", {
  expect_snapshot_output(what_is_said({
    derive("x + Sys.getenv(y) / {z}")
    normalise(d, derive("x / people"), panel)
  }))
})

test_that("a sheet that was tampered with after it was read is read again", {
  sheet <- derive("x / y")
  sheet$derive[1] <- "Sys.time()"
  expect_error(composite_index(d, sheet, panel), class = "ccdpanel_error_derive")
  expect_error(derive_columns(sheet), class = "ccdpanel_error_derive")
  expect_identical(derive_columns(derive("x / y + log(`x`)")), c("x", "y"))
})

test_that("text columns, unknown ones and single numbers are refused at the data", {
  refused <- function(text, piece) {
    expect_error(
      normalise(transform(d, zone = "n"), derive(text), panel), piece,
      class = "ccdpanel_error_derive"
    )
  }
  refused("x + zone", "not numeric")
  refused("mean(zone) + x", "not numeric")
  refused("sum(x)", "1 value for 12 rows")
  refused("x / pi", "\"pi\" is no column")
  refused("x + T", "\"T\" is no column")
})
