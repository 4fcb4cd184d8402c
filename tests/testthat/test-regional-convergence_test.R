panel <- c("unit", "year")

# Log values that close a share of their gap each year at a known speed.
closing <- function(units = 60, years = 15, beta = 0.05, seed = 1, noise = 0.02) {
  set.seed(seed)
  end <- 2 + rnorm(units, 0, 0.05)
  y <- matrix(NA, units, years)
  y[, 1] <- rnorm(units, 1, 0.5)
  for (t in 2:years) {
    y[, t] <- y[, t - 1] + (1 - exp(-beta)) * (2 - y[, t - 1]) + rnorm(units, 0, noise)
  }
  data.frame(
    unit = rep(sprintf("u%02d", seq_len(units)), years), year = rep(seq_len(years), each = units),
    y = exp(as.vector(y)), size = rep(runif(units), years),
    half = rep(rep(c("a", "b"), length.out = units), years)
  )
}

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

test_that("in Chinese a statistic of convergence is a t, that of Moran's I a z", {
  skip_if_not(l10n_info()[["UTF-8"]], "Chinese heads are printed")
  withr_options(list(ccdpanel.language = "zh"), environment())
  said <- utils::capture.output(print(convergence_test(closing(), "y", panel = panel)))
  expect_match(said, "t \u503c", all = FALSE)
  expect_no_match(said, "z \u503c")
})

test_that("logarithms whose mean is near zero make no clubs", {
  skip_if_not_installed("ConvergenceClubs")
  d <- closing()
  wrong <- transform(d, y = y / exp(mean(log(y))))
  expect_error(
    convergence_test(wrong, "y", type = "club", panel = panel), "the mean is",
    class = "ccdpanel_error_values"
  )
})

test_that("sigma is the dispersion by period, its trend that of lm() and sandwich", {
  d <- closing()
  q <- convergence_test(d, "y", type = "sigma", panel = panel)
  sd_log <- as.vector(tapply(log(d$y), d$year, sd))
  expect_equal(q$dispersion, sd_log, tolerance = 1e-12)
  fit <- lm(sd_log ~ I(1:15))
  trend <- summary(q)
  expect_equal(trend$estimate, coef(fit)[[2]], tolerance = 1e-10)
  cv <- convergence_test(d, "y", type = "sigma", measure = "cv", panel = panel)
  plain <- function(v) sqrt(mean((v - mean(v))^2)) / mean(v)
  expect_equal(cv$dispersion, as.vector(tapply(d$y, d$year, plain)), tolerance = 1e-12)
  skip_if_not_installed("sandwich")
  nw <- sandwich::NeweyWest(fit, lag = 2, prewhite = FALSE, adjust = TRUE)
  expect_equal(trend$std.error, sqrt(nw[2, 2]), tolerance = 1e-8)
})

test_that("groups are tested by themselves after all", {
  d <- closing()
  q <- convergence_test(d, "y", by = "half", panel = panel)
  alone <- convergence_test(d[d$half == "b", ], "y", panel = panel)
  expect_equal(q$estimate[q$group == "b"], alone$estimate, tolerance = 1e-12)
  expect_equal(q$group, c("all", "a", "b"))
})

test_that("bootstrap intervals are of drawn units", {
  d <- closing(20, 6)
  q <- convergence_test(d, "y", panel = panel, boot = 50, seed = 2)
  first <- d[d$year == 1, ]
  growth <- log(d$y[d$year == 6] / first$y) / 5
  counts <- bind_unit_draws(rep(0L, 20), 50L, 2)
  b <- apply(counts, 2, function(w) coef(lm(growth ~ log(first$y), weights = w))[[2]])
  expect_equal(c(q$conf.low, q$conf.high), quantile(b, c(.025, .975), names = FALSE))
  s <- convergence_test(d, "y", type = "sigma", panel = panel, boot = 50, seed = 2)
  drawn <- apply(counts, 2, function(w) sd(rep(log(first$y), w)))
  expect_equal(s$std.error[1], sd(drawn), tolerance = 1e-10)
})

test_that("replays are carried through", {
  cc <- coupling(state_index())
  u <- index_uncertainty(cc, state_capital, n = 8, seed = 1, keep = TRUE, progress = FALSE)
  q <- convergence_test(cc, replays = u)
  D <- replays(u, "D")[, 1, ]
  b <- apply(D, 2, function(v) {
    first <- log(v[cc$year == 1970])
    coef(lm((log(v[cc$year == 1986]) - first) / 16 ~ first))[[2]]
  })
  expect_equal(c(q$conf.low, q$conf.high), quantile(b, c(.025, .975), names = FALSE))
})

test_that("units that overshoot have no speed", {
  set.seed(1)
  d <- data.frame(unit = rep(1:30, 2), year = rep(1:2, each = 30), y = exp(rnorm(60)))
  d$y[31:60] <- 1 / d$y[1:30]^1.5
  q <- convergence_test(d, "y", panel = panel)
  expect_true(is.na(q$speed) && is.na(q$half_life))
})

test_that("clubs are those of ConvergenceClubs", {
  skip_if_not_installed("ConvergenceClubs")
  d <- closing(12, 20)
  d$y <- d$y * exp(ifelse(d$half == "a", 0.04, 0) * d$year)
  q <- convergence_test(d, "y", type = "club", panel = panel)
  wide <- tapply(log(d$y), list(d$unit, d$year), mean)
  peer <- ConvergenceClubs::findClubs(
    data.frame(unit = rownames(wide), wide), dataCols = 2:21, unit_names = 1, refCol = 21,
    time_trim = 1 / 3, HACmethod = "FQSB", cstar_method = "incremental"
  )
  clubs <- peer[grepl("^club", names(peer))]
  expect_equal(max(q$club, na.rm = TRUE), length(clubs))
  for (i in seq_along(clubs)) {
    expect_setequal(q$unit[which(q$club == i)], rownames(wide)[clubs[[i]]$id])
  }
  expect_equal(summary(q)$statistic[2], clubs[[1]]$model[["tvalue"]])
})

# By its default ConvergenceClubs 2.2.5 returns a first club of 99 countries whose own t is -16.8,
# and with "incremental" one of 40 with the test of another set
# (findings/ConvergenceClubs-first-club.sh); of these 45 countries a club has such a test as well.
test_that("every club passes the test of itself as a whole", {
  skip_if_not_installed("ConvergenceClubs")
  data <- new.env()
  utils::data("GDP", package = "ConvergenceClubs", envir = data)
  set.seed(2)
  wide <- data$GDP[sort(sample(nrow(data$GDP), 45)), ]
  d <- data.frame(
    unit = rep(wide[[1]], ncol(wide) - 1), year = rep(1970:2003, each = nrow(wide)),
    y = unlist(wide[-1], use.names = FALSE)
  )
  q <- convergence_test(d, "y", type = "club", panel = panel)
  tests <- summary(q)
  expect_lt(tests$statistic[1], -20)
  expect_true(all(tests$converges[-1]))
  for (club in seq_len(max(q$club, na.rm = TRUE))) {
    own <- log(as.matrix(wide[match(q$unit[which(q$club == club)], wide[[1]]), -1]))
    t <- ConvergenceClubs::estimateMod(ConvergenceClubs::computeH(own))[["tvalue"]]
    expect_equal(tests$statistic[1 + club], t)
    expect_equal(tests$units[1 + club], nrow(own))
  }
})

test_that("bad input is an error that names it", {
  d <- closing(10, 6)
  wrong <- function(..., class) {
    expect_error(
      suppressMessages(convergence_test(..., panel = panel)),
      class = paste0("ccdpanel_error_", class)
    )
  }
  wrong(transform(d, y = y - 3), "y", class = "values")
  wrong(transform(d, y = 1), "y", class = "values")
  wrong(d[d$year == 1, ], "y", class = "periods")
  wrong(d[d$year < 3, ], "y", type = "sigma", class = "periods")
  wrong(d, "y", design = "panel", lag = 9, class = "periods")
  wrong(d, "y", controls = "nothing", class = "column")
  wrong(d[d$unit %in% c("u01", "u02", "u03", "u05"), ], "y", by = "half", class = "group")
  skip_if_not_installed("ConvergenceClubs")
  wrong(d, "y", type = "club", by = "half", class = "argument")
  wrong(d[d$year < 5, ], "y", type = "club", class = "periods")
})

test_that("the print says design, errors and the next step", {
  d <- closing(12, 8)
  expect_snapshot(print(convergence_test(d, "y", by = "half", panel = panel)))
  expect_snapshot(print(convergence_test(d, "y", design = "panel", panel = panel)))
  expect_snapshot(print(convergence_test(d, "y", type = "sigma", panel = panel)))
})

test_that("effects are none or some, never both", {
  expect_error(
    convergence_test(
      closing(), "y", design = "panel", effects = c("unit", "none"), panel = panel
    ),
    "alone", class = "ccdpanel_error_choice"
  )
})

test_that("a group called all is a group", {
  d <- closing()
  d$half <- ifelse(d$half == "a" | d$unit == "u02", "all", "b")
  own <- d[d$half == "all", ]
  q <- convergence_test(d, "y", by = "half", panel = panel)
  expect_identical(q$group, c("(all)", "all", "b"))
  expect_identical(q$n, c(60L, 31L, 29L))
  expect_equal(q$estimate[2], convergence_test(own, "y", panel = panel)$estimate)
  s <- convergence_test(d, "y", type = "sigma", by = "half", panel = panel)
  one <- s[s$group == "all", ]
  first <- own$y[own$year == 1]
  expect_equal(one$dispersion[1], sd(log(first)))
  expect_identical(nrow(s), 45L)
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

test_that("a coefficient of variation needs a positive mean in every period and group", {
  wrong <- function(d, ...) expect_error(
    convergence_test(d, "y", type = "sigma", measure = "cv", panel = panel, ...),
    "positive mean", class = "ccdpanel_error_values"
  )
  d <- closing()
  wrong(transform(d, y = ifelse(year == 3, 0, y)))
  wrong(transform(d, y = -y))
  wrong(transform(d, y = y - ave(y, year)))
  wrong(transform(d, y = ifelse(half == "a" & year == 2, 0, y)), by = "half")
})

test_that("a gap in time is an error of clubs, and time of the lags of sigma", {
  d <- closing()
  gap <- d[!d$year %in% c(7, 8), ]
  skip_if_not_installed("ConvergenceClubs")
  expect_error(
    convergence_test(gap, "y", type = "club", panel = panel), "between 6 and 9",
    class = "ccdpanel_error_periods"
  )
  q <- convergence_test(gap, "y", type = "sigma", panel = panel)
  fit <- lm(q$dispersion ~ q$year)
  # Bartlett's kernel of the years between, two lags of 13 periods.
  meat <- matrix(0, 2, 2)
  x <- model.matrix(fit) * residuals(fit)
  for (i in 1:13) for (j in 1:13) {
    meat <- meat + max(0, 1 - abs(q$year[i] - q$year[j]) / 3) * outer(x[i, ], x[j, ])
  }
  v <- solve(crossprod(model.matrix(fit)), meat) %*% solve(crossprod(model.matrix(fit)))
  expect_equal(summary(q)$std.error, sqrt(v[2, 2] * 13 / 11), tolerance = 1e-10)
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

test_that("an argument that the test does not take is an error that names it", {
  wrong <- function(name, ...) expect_error(
    convergence_test(closing(), "y", panel = panel, ...), paste0("`", name, "`"),
    fixed = TRUE, class = "ccdpanel_error_argument"
  )
  wrong("lag", lag = 2)
  wrong("effects", effects = "unit")
  wrong("measure", measure = "cv")
  wrong("controls", type = "sigma", controls = "size")
  wrong("design", type = "sigma", design = "panel")
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
