panel <- c("unit", "year")

one_series <- function(y, ...) {
  d <- data.frame(unit = "one", year = 2000 + seq_along(y), y = y)
  grey_forecast(d, "y", panel = panel, ...)
}

# The textbook's matrices: (B'B)^-1 B'Y, then differences of the accumulated response.
textbook <- function(y, ahead = 3) {
  n <- length(y)
  sums <- cumsum(y)
  B <- cbind(-(sums[-1] + sums[-n]) / 2, 1)
  u <- solve(t(B) %*% B, t(B) %*% y[-1])
  k <- seq_len(n + ahead) - 1
  response <- (y[1] - u[2] / u[1]) * exp(-u[1] * k) + u[2] / u[1]
  fitted <- c(y[1], diff(response))
  e <- y - fitted[seq_len(n)]
  sd_n <- function(v) sqrt(mean((v - mean(v))^2))
  list(
    a = u[1], b = u[2], fitted = fitted, C = sd_n(e) / sd_n(y),
    P = mean(abs(e - mean(e)) < 0.6745 * sd_n(y)), mape = 100 * mean(abs(e / y)[-1])
  )
}

# Traffic noise of a city, the years of five droughts and five values, much used as examples of
# GM(1,1), whose a and b are quoted below; `growth` is made up. All are held to the algebra above.
series <- list(
  noise = c(71.1, 72.4, 72.4, 72.1, 71.4, 72, 71.6),
  drought = c(3, 8, 10, 14, 17),
  deng = c(2.874, 3.278, 3.337, 3.390, 3.679),
  growth = c(26.7, 31.5, 32.8, 34.1, 35.8, 37.5)
)

test_that("a, b, fitted values, forecasts, C and P are the textbook's algebra", {
  for (y in series) {
    g <- suppressMessages(one_series(y, force = TRUE))
    plain <- textbook(y)
    s <- summary(g)
    expect_equal(c(s$a, s$b), c(plain$a, plain$b), tolerance = 1e-10)
    expect_equal(g$fitted, plain$fitted, tolerance = 1e-10)
    expect_equal(
      c(s$C_ratio, s$P_share, s$mape), c(plain$C, plain$P, plain$mape), tolerance = 1e-9
    )
    expect_equal(s$growth, 100 * (exp(-plain$a) - 1), tolerance = 1e-10)
  }
})

test_that("values, noise and droughts give the a and b that are quoted for them", {
  # As quoted, without a copy of the source at hand: a = -0.0372, b = 3.0654; a = 0.0023,
  # b = 72.6573; a = -0.2536, b = 6.2585
  s <- summary(one_series(series$deng))
  expect_equal(round(c(s$a, s$b), 4), c(-0.0372, 3.0654))
  s <- summary(one_series(series$noise))
  expect_equal(round(c(s$a, s$b), 4), c(0.0023, 72.6573))
  s <- summary(suppressMessages(one_series(series$drought, force = TRUE)))
  expect_equal(round(c(s$a, s$b), 4), c(-0.2536, 6.2585))
})

test_that("a constant series is forecast as it is, and has no grade", {
  flat <- one_series(rep(4, 6))
  expect_equal(flat$fitted, rep(4, 9))
  expect_true(is.na(summary(flat)$grade))
})

test_that("class ratios refuse, by unit, unless told; a shift brings them in", {
  d <- rbind(
    data.frame(unit = "calm", year = 1:6, y = c(10, 10.5, 11, 11.4, 12, 12.6)),
    data.frame(unit = "wild", year = 1:6, y = c(10, 20, 15, 30, 22, 40))
  )
  expect_message(g <- grey_forecast(d, "y", panel = panel), class = "ccdpanel_message_ratio")
  expect_true(all(is.na(g$fitted[g$unit == "wild"])))
  expect_false(anyNA(g$fitted[g$unit == "calm"]))
  s <- summary(g)
  expect_equal(s$ratio_low[2], 0.5)
  expect_equal(s$forecast, c(TRUE, FALSE))
  forced <- suppressMessages(grey_forecast(d, "y", panel = panel, force = TRUE))
  expect_false(anyNA(forced$fitted))
  expect_error(grey_forecast(d[7:12, ], "y", panel = panel), class = "ccdpanel_error_ratio")
  shifted <- grey_forecast(d[7:12, ], "y", panel = panel, shift = 200)
  expect_equal(shifted$fitted, textbook(d$y[7:12] + 200)$fitted - 200, tolerance = 1e-9)
  # exp(2 / 7) is 1.33, exp(2 / 8) 1.28: a ratio between the two tells them apart.
  between <- c(13, 10, 10.2, 10.4, 10.6, 10.8)
  expect_s3_class(one_series(between), "grey_forecast")
  expect_error(one_series(between, bounds = "n+2"), class = "ccdpanel_error_ratio")
})

test_that("a shifted series has no growth of its own, and that is said", {
  y <- c(1, 3, 2, 5, 4, 9)
  g <- one_series(y, shift = 20)
  s <- summary(g)
  fit <- textbook(y + 20)
  expect_equal(s$a, fit$a, tolerance = 1e-10)
  # What the fitted values of y grow by differs from period to period, so there is no one rate.
  rate <- diff(g$fitted) / g$fitted[-9]
  expect_gt(diff(range(rate[-1])), 0.1)
  expect_true(is.na(s$growth))
  expect_output(print(s), "the values and 20.*growth is missing")
  expect_false(is.na(summary(one_series(series$growth))$growth))
})

test_that("bootstrap intervals follow the seed and widen with the noise", {
  one <- one_series(series$growth, boot = 200, seed = 1)
  expect_identical(one_series(series$growth, boot = 200, seed = 1), one)
  later <- one[one$forecast, ]
  expect_true(all(later$conf.low < later$fitted & later$fitted < later$conf.high))
  exact <- one_series(textbook(series$growth, 0)$fitted, boot = 50, seed = 1)
  exact <- exact[exact$forecast, ]
  expect_lt(max(exact$conf.high - exact$conf.low), 0.02 * max(later$conf.high - later$conf.low))
})

test_that("replays are forecast each", {
  cc <- coupling(state_index())
  u <- index_uncertainty(cc, state_capital, n = 8, seed = 1, keep = TRUE, progress = FALSE)
  g <- suppressMessages(grey_forecast(cc, replays = u, ahead = 1))
  at <- which(cc$state == "Ohio")
  at <- at[order(cc$year[at])]
  next_year <- apply(replays(u, "D")[at, 1, ], 2, function(y) textbook(y, 1)$fitted[18])
  row <- g[g$state == "Ohio" & g$forecast, ]
  expect_equal(c(row$conf.low, row$conf.high), quantile(next_year, c(.025, .975), names = FALSE))
})

test_that("a forecast of D above 1 is given, counted and named; other columns have no bound", {
  d <- expand.grid(state = c("up", "flat"), year = 2001:2006)
  grown <- c(.60, .66, .73, .80, .88, .96)
  d$a <- d$b <- ifelse(d$state == "up", grown[d$year - 2000]^2, 0.25)
  # Equal scores have C = 1, so D is the root of the score; its growth passes 1 in the next year.
  cc <- coupling(d, systems = c("a", "b"), panel = c("state", "year"))
  expect_equal(cc$D[cc$state == "up"], grown, tolerance = 1e-12)
  expect_message(g <- grey_forecast(cc, ahead = 2), "2 forecasts of D above 1.* 1 unit: up")
  later <- textbook(grown, 2)$fitted[7:8]
  expect_true(all(later > 1))
  expect_equal(g$fitted[g$state == "up" & g$forecast], later, tolerance = 1e-10)
  expect_match(cli::ansi_strip(paste(capture.output(print(g)), collapse = " ")), "2 \\(up\\)")
  expect_no_message(suppressMessages(
    grey_forecast(as.data.frame(cc), "D", ahead = 2, panel = c("state", "year")),
    classes = "ccdpanel_message_grade"
  ))
})

test_that("bad input is an error that names it", {
  d <- data.frame(unit = "a", year = 1:6, y = 5:10)
  wrong <- function(..., class) {
    expect_error(
      suppressMessages(grey_forecast(..., panel = panel)), class = paste0("ccdpanel_error_", class)
    )
  }
  wrong(d[1:3, ], "y", class = "periods")
  wrong(d[-3, ], "y", class = "periods")
  wrong(transform(d, y = y - 5), "y", class = "values")
  wrong(d, "y", ahead = 0, class = "number")
  wrong(transform(d, year = paste0("y", year)), "y", class = "panel")
})

test_that("the print names those refused", {
  d <- rbind(
    data.frame(unit = "calm", year = 1:6, y = c(10, 10.5, 11, 11.4, 12, 12.6)),
    data.frame(unit = "wild", year = 1:6, y = c(10, 20, 15, 30, 22, 40))
  )
  g <- suppressMessages(grey_forecast(d, "y", panel = panel, boot = 20, seed = 1))
  expect_snapshot(print(g))
  expect_snapshot(summary(g))
})

test_that("times that are numbers with a class are continued in it, others are refused", {
  y <- c(71.1, 72.4, 72.4, 72.1, 71.4, 72, 71.6)
  plain <- data.frame(city = "one", year = 1986:1992, y = y)
  expected <- grey_forecast(plain, "y", panel = c("city", "year"))
  days <- as.difftime(1986:1992, units = "days")
  classed <- list(days, if (requireNamespace("hms", quietly = TRUE)) hms::hms(1986:1992))
  for (time in classed[lengths(classed) > 0]) {
    d <- plain
    d$year <- time
    found <- as.data.frame(grey_forecast(d, "y", panel = c("city", "year")))
    expect_identical(class(found$year), class(time))
    expect_equal(as.double(found$year), as.double(expected$year))
    expect_identical(found$fitted, expected$fitted)
  }
  dates <- as.Date(paste0(1986:1992, "-01-01"))
  for (time in list(dates, as.POSIXct(dates), letters[1:7], 1986:1992 / 4, factor(letters[1:7]))) {
    d <- plain
    d$year <- time
    error <- expect_error(
      suppressMessages(grey_forecast(d, "y", panel = c("city", "year"))),
      class = "ccdpanel_error_panel"
    )
    expect_match(conditionMessage(error), "Forecasts need")
  }
})

test_that("what a series has no measure of is missing, and named", {
  panel <- c("unit", "year")
  rows <- function(unit, y) data.frame(unit = unit, year = seq_along(y), y = y)
  flat <- rows("flat", rep(0.1, 6))
  growing <- rows("growing", 1.1^(1:6))
  expect_message(
    g <- grey_forecast(rbind(flat, growing), "y", panel = panel), "grade.*flat",
    class = "ccdpanel_message_grade"
  )
  s <- as.data.frame(summary(g))
  expect_true(all(is.na(s[s$unit == "flat", c("C_ratio", "P_share", "grade")])))
  expect_equal(s$mape[s$unit == "flat"], 0, tolerance = 1e-10)
  expect_identical(s$grade[s$unit == "growing"], 1L)
  zero <- rows("zero", c(3, 2, 1, 0, 1, 2))
  expect_message(
    g <- grey_forecast(rbind(zero, growing), "y", panel = panel, shift = 50), "zero.*zero",
    class = "ccdpanel_message_grade"
  )
  s <- as.data.frame(summary(g))
  expect_true(is.na(s$mape[s$unit == "zero"]))
  expect_true(is.finite(s$grade[s$unit == "zero"]))
  # Relative to the values as they came, before the shift.
  fit <- g$fitted[g$unit == "growing" & !g$forecast]
  y <- growing$y
  expect_equal(s$mape[s$unit == "growing"], 100 * mean((abs(fit - y) / y)[-1]))
  wild <- rows("wild", c(1, 9, 1, 9, 1, 9))
  s <- as.data.frame(summary(suppressMessages(
    grey_forecast(rbind(wild, growing), "y", panel = panel)
  )))
  refused <- s[s$unit == "wild", ]
  expect_false(refused$forecast)
  expect_true(all(is.na(refused[c("a", "b", "growth", "mape", "C_ratio", "P_share", "grade")])))
  expect_equal(c(refused$ratio_low, refused$ratio_high), c(1 / 9, 9))
})
