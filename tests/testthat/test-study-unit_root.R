test_that("each number is plm's own, on the balanced table of each variable", {
  skip_if_not_installed("plm")
  d <- data_of("Grunfeld", "plm")
  out <- unit_root(
    d, c("inv", "value"), c("firm", "year"), test = c("levinlin", "ips", "madwu", "hadri"),
    difference = 0:1, lags = 1
  )
  expect_identical(nrow(out), 16L)
  wide <- as.data.frame(matrix(d$inv[order(d$firm, d$year)], 20))
  for (test in c("levinlin", "ips", "madwu", "hadri")) {
    hand <- suppressWarnings(plm::purtest(wide, test = test, exo = "intercept", lags = 1))$statistic
    row <- as.data.frame(out)[out$variable == "inv" & out$difference == 0 & out$test == test, ]
    expect_equal(c(row$statistic, row$p.value), unname(c(hand$statistic, hand$p.value)))
    changes <- suppressWarnings(plm::purtest(
      as.data.frame(diff(as.matrix(wide))), test = test, exo = "intercept", lags = 1
    ))$statistic
    expect_equal(
      out$statistic[out$variable == "inv" & out$difference == 1 & out$test == test],
      unname(changes$statistic)
    )
  }
  expect_identical(unique(out$units), 10L)
  expect_identical(out$times[1:5], c(20L, 20L, 20L, 20L, 19L))
  expect_identical(unique(out$null[out$test == "hadri"]), "stationary")
})

test_that("rows in any order; ends that a unit lacks are left out and named", {
  skip_if_not_installed("plm")
  d <- data_of("Grunfeld", "plm")
  one <- unit_root(d, "inv", c("firm", "year"), "ips", lags = 1)
  set.seed(1)
  expect_equal(
    unit_root(d[sample(nrow(d)), ], "inv", c("firm", "year"), "ips", lags = 1)$statistic,
    one$statistic
  )
  short <- d
  short$inv[short$firm == 3 & short$year == 1954] <- NA
  expect_message(
    cut <- unit_root(short, "inv", c("firm", "year"), "ips", lags = 1), "1954",
    class = "ccdpanel_message_dropped"
  )
  expect_equal(
    cut$statistic,
    unit_root(d[d$year < 1954, ], "inv", c("firm", "year"), "ips", lags = 1)$statistic
  )
  expect_identical(cut$to, "1953")
})

test_that("the science panel, at most two lags chosen of its dozen years", {
  skip_if_not_installed("plm")
  d <- science_panel()
  d <- d[d$province != "Tibet", ]
  d$papers <- log(d$sci_papers)
  out <- unit_root(d, "papers", c("province", "year"), difference = 0:1)
  expect_identical(out$units[1], 30L)
  expect_false(anyNA(out$p.value))
  d$lost <- replace(d$papers, d$province == "Hebei" & d$year == 2016, NA)
  expect_error(
    unit_root(d, "lost", c("province", "year")), "Hebei.*2016", class = "ccdpanel_error_missing"
  )
})

test_that("what plm cannot compute is missing, with its reason; printing", {
  skip_if_not_installed("plm")
  d <- data_of("Grunfeld", "plm")
  text <- capture.output(print(unit_root(
    d, c("inv", "value"), c("firm", "year"), c("levinlin", "ips"), lags = 1
  )))
  expect_true(any(grepl("^inv +-?[0-9.]+\\**[ (]", text)))
  expect_true(any(grepl("10 units, 20 times; intercept; lags 1", text)))
  none <- unit_root(d, "inv", c("firm", "year"), "ips", exo = "none", lags = 1)
  expect_true(is.na(none$p.value))
  expect_output(print(none), "Not computed")
  expect_identical(class(as.data.frame(none)), "data.frame")
  expect_identical(generics::tidy(none), as.data.frame(none))
})

test_that("wrong arguments", {
  skip_if_not_installed("plm")
  panel <- c("state", "year")
  expect_error(unit_root(1, "output", panel), class = "ccdpanel_error_type")
  expect_error(unit_root(state_capital, "price", panel), class = "ccdpanel_error_column")
  expect_error(unit_root(state_capital, "output", "state"), class = "ccdpanel_error_panel")
  expect_error(unit_root(state_capital, "output", panel, "adf"), class = "ccdpanel_error_choice")
  expect_error(
    unit_root(state_capital, "output", panel, lags = "BIC"), class = "ccdpanel_error_choice"
  )
  expect_error(
    unit_root(state_capital, "output", panel, difference = 9), class = "ccdpanel_error_number"
  )
  expect_error(unit_root(state_capital, "region", panel), class = "ccdpanel_error_type")
})

test_that("short panels, constant columns and many rows are said", {
  skip_if_not_installed("plm")
  d <- transform(state_capital, k = 1, l = log(output))
  expect_error(
    unit_root(subset(d, year < 1973), "l", c("state", "year")), "at least four times; it has 3",
    class = "ccdpanel_error_missing"
  )
  expect_error(
    unit_root(subset(d, year < 1971), "l", c("state", "year")), "it has 1",
    class = "ccdpanel_error_missing"
  )
  expect_output(
    print(unit_root(subset(d, state == "Ohio"), c("l", "k"), c("state", "year"), "madwu")),
    "tests: 1 unit, 17 times.*Not computed: k does not vary"
  )
  many <- unit_root(d, "l", c("state", "year"), "ips", lags = 1)
  many <- many[rep(1, 40), ]
  many$variable <- paste("variable", 1:40)
  expect_output(print(many), "and 14 more rows: print(x, n = Inf)", fixed = TRUE)
})

test_that("lags that a test does not read are not taken", {
  skip_if_not_installed("plm")
  panel <- c("state", "year")
  expect_error(
    unit_root(state_capital, "unemployment", panel, "hadri", lags = 2), "lags.*test",
    class = "ccdpanel_error_argument"
  )
  expect_error(
    unit_root(state_capital, "unemployment", panel, "ips", lags = 1, max_lag = 3),
    "max_lag.*lags", class = "ccdpanel_error_argument"
  )
})

test_that("lags are no more than leave a unit's regression its degrees of freedom", {
  skip_if_not_installed("plm")
  # T - 1 - p rows, less p + 1 coefficients and those of intercept and trend: three are left
  expect_equal(usual_lags(c(8), "intercept"), 1)
  expect_equal(usual_lags(6, "intercept"), 0)
  expect_equal(usual_lags(8, "trend"), 0)
  expect_equal(usual_lags(28, "trend"), 3)
  set.seed(5)
  d <- data.frame(id = rep(1:40, each = 6), t = rep(1:6, 40), x = rnorm(240))
  chosen <- unit_root(d, "x", c("id", "t"), c("ips", "madwu"))
  none <- unit_root(d, "x", c("id", "t"), c("ips", "madwu"), lags = 0)
  expect_identical(chosen$statistic, none$statistic)
  # plm finds the row of a table by the number of times, written out.
  old <- options(scipen = -9)
  on.exit(options(old))
  expect_identical(unit_root(d, "x", c("id", "t"), c("ips", "madwu"))$statistic, chosen$statistic)
  options(old)
  # where the t of one unit is beyond all numbers the statistic is none
  forced <- unit_root(d, "x", c("id", "t"), "madwu", max_lag = 1)
  expect_true(all(is.finite(forced$statistic) | nzchar(forced$note)))
  expect_message(
    unit_root(subset(d, t < 5), "x", c("id", "t"), "ips", lags = 0), "1 degree of",
    class = "ccdpanel_message_short"
  )
})

test_that("no row of a result prints as a data frame without rows", {
  skip_if_not_installed("plm")
  x <- unit_root(state_capital, "unemployment", panel = c("state", "year"))
  expect_output(print(x[x$p.value > 1, ]), "0 rows")
})
