panel <- c("unit", "year")

test_that("cross-section beta is lm() with HC1 errors, speed and half-life its transforms", {
  d <- closing()
  q <- convergence_test(d, "y", panel = panel, controls = "size")
  first <- d[d$year == 1, ]
  last <- d[d$year == 15, ]
  growth <- log(last$y[match(first$unit, last$unit)] / first$y) / 14
  fit <- lm(growth ~ log(y) + size, first)
  x <- model.matrix(fit)
  v <- solve(crossprod(x)) %*% crossprod(x * residuals(fit)) %*% solve(crossprod(x)) * 60 / 57
  b <- coef(fit)[[2]]
  expect_equal(q$estimate, b, tolerance = 1e-10)
  expect_equal(q$std.error, sqrt(v[2, 2]), tolerance = 1e-10)
  expect_equal(q$speed, -log(1 + 14 * b) / 14, tolerance = 1e-10)
  expect_equal(q$speed.error, sqrt(v[2, 2]) / (1 + 14 * b), tolerance = 1e-10)
  expect_equal(q$half_life, log(2) / q$speed)
  expect_equal(q$half_life.low, log(2) / q$speed.high)
  expect_equal(q$r.squared, summary(fit)$r.squared)
  half <- qt(0.975, 57) * q$std.error
  expect_equal(c(q$conf.low, q$conf.high), b + c(-half, half))
})

test_that("panel beta is fe_reg() of growth on the lagged logarithm, clustered by unit", {
  d <- closing()
  q <- convergence_test(d, "y", design = "panel", panel = panel, effects = c("unit", "time"))
  d <- d[order(d$unit, d$year), ]
  d$initial <- log(d$y)
  d$growth <- ave(d$initial, d$unit, FUN = function(v) c(diff(v), NA))
  fit <- fe_reg(growth ~ initial | unit + year, d[!is.na(d$growth), ], vcov = ~unit)
  expect_equal(q$estimate, coef(fit)[["initial"]], tolerance = 1e-8)
  expect_equal(q$std.error, sqrt(vcov(fit)[1, 1]), tolerance = 1e-8)
  none <- convergence_test(d, "y", design = "panel", panel = panel, effects = "none")
  expect_equal(
    none$estimate, coef(lm(growth ~ initial, d))[["initial"]], tolerance = 1e-8
  )
  expect_equal(none$speed, -log(1 + none$estimate), tolerance = 1e-10)
  expect_output(print(q), "Nickell")
  two <- convergence_test(d, "y", design = "panel", effects = "none", lag = 2, panel = panel)
  d$two <- ave(d$initial, d$unit, FUN = function(v) c(diff(v, 2), NA, NA)) / 2
  expect_equal(two$estimate, coef(lm(two ~ initial, d))[["initial"]], tolerance = 1e-8)
  expect_equal(two$speed, -log(1 + 2 * two$estimate) / 2, tolerance = 1e-10)
})

test_that(
  "growths alone in their unit or time are out of the fit, its number, degrees and picture", {
  d <- closing(8, 5)
  # u01 and u02 have two times each: one growth.
  d <- d[!(d$unit %in% c("u01", "u02") & d$year > 2), ]
  rest <- d[!d$unit %in% c("u01", "u02"), ]
  for (effects in list("unit", c("unit", "time"))) {
    test <- function(data, ...) {
      suppressMessages(convergence_test(
        data, "y", design = "panel", panel = panel, effects = effects, ...
      ))
    }
    q <- test(d)
    expect_equal(as.data.frame(q), as.data.frame(test(rest)), ignore_attr = TRUE, tolerance = 1e-9)
    i <- order(rest$unit, rest$year)
    x <- log(rest$y)[i]
    unit <- rest$unit[i]
    own <- data.frame(
      unit, year = rest$year[i], x, growth = ave(x, unit, FUN = \(v) c(diff(v), NA))
    )
    own <- own[!is.na(own$growth), ]
    right <- if (length(effects) == 1) growth ~ x + unit else growth ~ x + unit + factor(year)
    expect_equal(q$estimate, coef(lm(right, own))[["x"]], tolerance = 1e-8)
    expect_identical(q$n, nrow(own))
    expect_equal(q$p.value, 2 * pt(-abs(q$statistic), 5), tolerance = 1e-8)
    expect_identical(nrow(attr(q, "points")), nrow(own))
    expect_setequal(attr(q, "points")$unit, unique(own$unit))
    expect_output(print(q), "alone in their unit or time, left out: 2")
  }
  # In a group of its own a time may have one growth.
  d <- closing(8, 5)
  d <- d[!(d$half == "a" & d$year == 5 & d$unit != "u01"), ]
  expect_message(
    q <- convergence_test(
      d, "y", design = "panel", panel = panel, by = "half", effects = c("unit", "time")
    ), "left[[:space:]]out:[[:space:]]a[[:space:]]1", class = "ccdpanel_message_omitted"
  )
  expect_identical(q$n, c(29L, 12L, 16L))
})

test_that("the known speed is found", {
  q <- convergence_test(closing(400, 20, 0.02, noise = 0.001), "y", panel = panel)
  expect_equal(q$speed, 0.02, tolerance = 0.01)
  expect_equal(q$half_life, 34.66, tolerance = 0.01)
})

test_that("intervals of the speed cover the true one as often as they say", {
  skip_if(Sys.getenv("CCDPANEL_TEST_EXTENDED") == "", "extended simulation")
  covered <- function(...) {
    hit <- vapply(1:400, function(s) {
      q <- convergence_test(closing(80, 10, 0.05, seed = s), "y", panel = panel, ...)
      within <- function(name, true) {
        q[[paste0(name, ".low")]] < true & q[[paste0(name, ".high")]] > true
      }
      expect_identical(within("speed", 0.05), within("half_life", log(2) / 0.05))
      c(within("speed", 0.05), q$speed)
    }, c(0, 0))
    rowMeans(hit)
  }
  # Four standard errors of a share of 400.
  as_said <- function(found) expect_lt(abs(found[1] - 0.95), 4 * sqrt(0.95 * 0.05 / 400))
  as_said(covered())
  as_said(covered(boot = 199, seed = 1))
  as_said(covered(design = "panel", effects = "none"))
  as_said(covered(design = "panel", effects = "time"))
  # Unit effects in ten periods are what the print warns of.
  short <- covered(design = "panel", effects = c("unit", "time"))
  expect_lt(short[1], 0.5)
  expect_gt(short[2], 0.05)
})

test_that("the bias of unit effects is about what is said, where the series is stationary", {
  set.seed(7)
  y <- matrix(stats::rnorm(2000, 0, 1 / sqrt(0.75)), 2000, 10)
  for (t in 2:10) y[, t] <- 0.5 * y[, t - 1] + stats::rnorm(2000)
  d <- data.frame(
    unit = rep(1:2000, 10), year = rep(1:10, each = 2000), y = exp(as.vector(y) + 3)
  )
  q <- convergence_test(d, "y", design = "panel", panel = panel)
  # Nickell (1981), equation 18, at the true 0.5 and nine times of growth
  held <- 1 - (1 - 0.5^9) / (9 * 0.5)
  exact <- -(1.5 / 8) * held / (1 - 2 * 0.5 / (0.5 * 8) * held)
  expect_equal(q$estimate + 0.5, exact, tolerance = 0.05)
  expect_equal(attr(q, "settings")$bias, exact, tolerance = 0.15)
})

test_that("the bias is of the number of growths, whatever the step of time", {
  set.seed(1)
  d <- expand.grid(unit = 1:20, year = 0:11)
  d$y <- exp(stats::rnorm(240) + d$unit / 5)
  five <- transform(d, year = 1950 + 5 * year)
  a <- convergence_test(d, "y", design = "panel", panel = panel)
  b <- convergence_test(five, "y", design = "panel", lag = 5, panel = panel)
  expect_equal(b$estimate, a$estimate / 5)
  # -(1 + rho)/(T - 1), of eleven growths
  expect_equal(attr(a, "settings")$bias, -(2 + a$estimate) / 10)
  expect_equal(attr(b, "settings")$bias, attr(a, "settings")$bias / 5)
})

test_that("units that overshoot have no speed", {
  set.seed(1)
  d <- data.frame(unit = rep(1:30, 2), year = rep(1:2, each = 30), y = exp(rnorm(60)))
  d$y[31:60] <- 1 / d$y[1:30]^1.5
  q <- convergence_test(d, "y", panel = panel)
  expect_true(is.na(q$speed) && is.na(q$half_life))
})

test_that("a group too small for its growth says so", {
  d <- closing()
  d$half <- ifelse(d$unit %in% c("u01", "u02"), "a", "b")
  expect_error(
    convergence_test(d, "y", by = "half", panel = panel), "three units at least",
    class = "ccdpanel_error_group"
  )
})

test_that("a control that the others give is an error that names it", {
  d <- closing()
  d$k <- 1
  d$one <- d$size * (d$year > 1)
  d$ly <- log(d$y)
  d$twice <- 2 * d$size
  d$endless <- replace(d$size, 3, Inf)
  wrong <- function(controls, name, ...) {
    e <- expect_error(
      convergence_test(d, "y", panel = panel, controls = controls, ...),
      class = "ccdpanel_error_values"
    )
    expect_match(conditionMessage(e), name, fixed = TRUE)
    expect_no_match(conditionMessage(e), "control_", fixed = TRUE)
  }
  for (name in c("k", "one", "ly")) wrong(name, dQuote(name, FALSE))
  wrong(c("size", "twice"), "\"twice\"")
  wrong("endless", "finite")
  # `size` differs by unit alone.
  wrong("size", "\"size\"", design = "panel")
  for (name in c("k", "ly")) wrong(name, dQuote(name, FALSE), design = "panel", effects = "none")
  d$shift <- d$year^2 / 9
  d$both <- d$size + d$shift
  wrong("shift", "\"shift\"", design = "panel")
  wrong("both", "\"both\"", design = "panel", effects = c("time", "unit"))
  q <- convergence_test(
    d, "y", panel = panel, controls = "both", design = "panel", effects = "unit"
  )
  expect_true(is.finite(q$estimate))
})

test_that("growths that controls or single values take away are counted", {
  d <- closing()
  d$size[d$year == 1 & d$unit %in% c("u01", "u02")] <- NA
  d <- d[d$unit != "u03" | d$year == 4, ]
  said <- testthat::capture_messages(
    q <- convergence_test(d, "y", panel = panel, controls = "size")
  )
  expect_identical(q$n, 57L)
  expect_match(gsub("\n", " ", said), "2 growths of 59", all = FALSE)
  expect_match(gsub("\n", " ", said), "1 unit without .*: u03", all = FALSE)
  expect_identical(attr(q, "settings")[c("lost", "lone")], list(lost = 2L, lone = "u03"))
})

test_that("equal growth everywhere has a slope of zero and no test", {
  d <- expand.grid(unit = 1:8, year = 1:10)
  d$y <- exp(d$unit / 10 + 0.03 * d$year)
  expect_warning(
    q <- convergence_test(d, "y", panel = panel), "same rate", class = "ccdpanel_warning_fit"
  )
  expect_identical(q$estimate, 0)
  expect_identical(c(q$std.error, q$p.value, q$r.squared), rep(NA_real_, 3))
})

test_that("spans that differ are said, the speed being of their mean", {
  d <- closing()
  d <- d[d$unit != "u01" | d$year <= 5, ]
  q <- suppressMessages(convergence_test(d, "y", panel = panel))
  expect_equal(q$speed, -log(1 + q$estimate * (59 * 14 + 4) / 60) / ((59 * 14 + 4) / 60))
  expect_output(print(q), "Between 4 and 14 periods")
})

test_that("growths of a panel that a gap of time or a missing value takes are said and counted", {
  d <- closing(12, 8)
  year <- sort(unique(d$year))
  panel_test <- function(d, ...) convergence_test(d, "y", design = "panel", panel = panel, ...)
  # Without the fourth of eight years there are 1-2, 2-3, 5-6, 6-7 and 7-8.
  expect_message(
    q <- panel_test(d[d$year != year[4], ]), paste0("No growth from ", year[3]),
    class = "ccdpanel_message_omitted"
  )
  expect_identical(q$n, 60L)
  expect_output(print(q), paste0("No growth from ", year[3], ": the time 1 later"))
  # Two steps: 1-3, 3-5, 5-7 and 6-8 stay, and 2 has no 4.
  expect_message(
    q <- panel_test(d[d$year != year[4], ], lag = 2), paste0("No growth from ", year[2]),
    class = "ccdpanel_message_omitted"
  )
  expect_identical(q$n, 48L)
  # A value missing within takes the growth to it and from it; at the end, one.
  hole <- d
  hole$y[hole$unit == hole$unit[1] & hole$year %in% year[c(3, 8)]] <- NA
  expect_message(q <- panel_test(hole), "3 growths", class = "ccdpanel_message_omitted")
  expect_identical(q$n, 12L * 7L - 3L)
  expect_output(print(q), "left out: 3")
  expect_no_message(panel_test(d), message = "growth")
})
