panel <- c("unit", "year")

# One period of given values.
one_period <- function(y, g = NULL, ...) {
  d <- data.frame(unit = seq_along(y), year = 1, y = y)
  d$g <- g
  suppressMessages(inequality(d, "y", panel = panel, by = if (!is.null(g)) "g", ...))
}

test_that("Theil's T and L, and Dagum's parts, are the reference numbers", {
  q <- one_period(c(10, 10, 10, 20, 50))
  # Printed to seven decimals
  expect_lt(abs(q$theil_T - .2502012), 5.1e-8)
  expect_lt(abs(q$theil_L - .2326302), 5.1e-8)
  y <- c(10, 10, 10, 20, 50, 8, 12, 30, 25, 5, 9, 14)
  q <- one_period(y, rep(c("a", "b", "c"), c(5, 4, 3)))
  expect_equal(q$gini, .3567323481, tolerance = 1e-9)
  expect_equal(q$gini_within, .1137110016, tolerance = 1e-9)
  expect_equal(q$gini_between, .1223316913, tolerance = 1e-9)
  expect_equal(q$gini_overlap, .1206896552, tolerance = 1e-9)
})

test_that("everything is the double sums of the papers, weighted or not", {
  d <- regional_toy()
  for (weights in list(NULL, "people")) {
    q <- inequality(d, "y", panel = panel, by = "group", weights = weights, epsilon = 1.5)
    long <- tidy(q)
    for (t in q$year) {
      at <- d[d$year == t, ]
      w <- if (is.null(weights)) rep(1, nrow(at)) else at$people
      row <- q[q$year == t, ]
      plain <- plain_dagum(at$y, at$group, w)
      expect_equal(row$gini, plain$total, tolerance = 1e-13)
      expect_equal(row$gini_within, plain$within, tolerance = 1e-12)
      expect_equal(row$gini_between, plain$between, tolerance = 1e-12)
      expect_equal(row$gini_overlap, plain$overlap, tolerance = 1e-12)
      expect_equal(row$theil_T, plain_theil_t(at$y, w), tolerance = 1e-12)
      expect_equal(row$theil_L, plain_theil_l(at$y, w), tolerance = 1e-12)
      m <- weighted.mean(at$y, w)
      expect_equal(row$cv, sqrt(weighted.mean((at$y - m)^2, w)) / m, tolerance = 1e-12)
      expect_equal(
        row$atkinson, 1 - weighted.mean(at$y^(-0.5), w)^(1 / (1 - 1.5)) / m, tolerance = 1e-12
      )
      pairs <- long[long$year == t & long$part == "pair", ]
      for (i in seq_len(nrow(pairs))) {
        key <- paste(sort(c(pairs$group[i], pairs$other[i])), collapse = " ")
        which <- c(gini = "G", distance = "D")[[pairs$measure[i]]]
        expect_equal(pairs$estimate[i], plain$pairs[[key]][[which]], tolerance = 1e-12)
      }
      own <- long[long$year == t & long$part == "group" & long$measure == "theil_L", ]
      expect_equal(own$estimate, vapply(own$group, function(g) {
        plain_theil_l(at$y[at$group == g], w[at$group == g])
      }, 0, USE.NAMES = FALSE), tolerance = 1e-12)
    }
  }
})

test_that("parts sum to the whole, and scale, order and replication change nothing", {
  q <- toy_inequality(by = "group")
  expect_equal(q$gini_within + q$gini_between + q$gini_overlap, q$gini, tolerance = 1e-14)
  expect_equal(q$theil_T_within + q$theil_T_between, q$theil_T, tolerance = 1e-13)
  expect_equal(q$theil_L_within + q$theil_L_between, q$theil_L, tolerance = 1e-13)
  d <- regional_toy()
  scaled <- transform(d, y = y * 1e-7)
  twice <- rbind(d, transform(d, unit = paste0(unit, "*")))
  numbers <- setdiff(names(q), c("year", "units", "mean"))
  for (other in list(scaled, twice, d[order(d$y), ])) {
    found <- inequality(other, "y", panel = panel, by = "group")
    expect_equal(plain_columns(found, numbers), plain_columns(q, numbers), tolerance = 1e-12)
  }
  parts <- tidy(q)
  percent <- tapply(parts$percent, list(parts$year, parts$measure), sum, na.rm = TRUE)
  expect_equal(unname(percent[, "gini"]), rep(100, 5))
})

test_that("values far from zero and almost equal keep their digits", {
  y <- 1e6 + c(0, 1, 2, 4, 8) * 1e-3
  q <- one_period(y)
  expect_equal(q$gini, plain_gini(y), tolerance = 1e-7)
  expect_equal(one_period(rep(3, 5))$gini, 0)
  constant <- one_period(rep(3, 6), rep(c("a", "b"), 3))
  expect_equal(c(constant$gini_within, constant$gini_between, constant$gini_overlap), c(0, 0, 0))
  expect_true(all(is.na(tidy(constant)$percent)))
})

# Of deviations d from the mean, relative to it: T, L and Atkinson's indices by their power series,
# sums of moments of d, which take nothing from one another.
series_of <- function(y, w = rep(1, length(y))) {
  # Deviations from the first value are exact where all are nearly equal.
  away <- y - y[1]
  mean <- weighted.mean(away, w)
  d <- (away - mean) / (y[1] + mean)
  m <- vapply(1:9, function(k) weighted.mean(d^k, w), 0)
  k <- 2:9
  half <- sum(choose(0.5, k) * m[k])
  list(
    theil_T = sum((-1)^k * m[k] / (k * (k - 1))), theil_L = sum((-1)^k * m[k] / k),
    cv = sqrt(m[2]), atkinson = list(
      `0.5` = -(2 * half + half^2), `1` = -expm1(-sum((-1)^k * m[k] / k)),
      `2` = sum((-1)^k * m[k]) / (1 + sum((-1)^k * m[k]))
    )
  )
}

test_that("nearly equal values have the digits of their power series", {
  for (size in c(1e8, 1, 1e-6)) {
    for (eps in c(1e-3, 1e-6, 1e-9)) {
      y <- size + size * eps * c(0, 1, 2, 4, 8)
      expected <- series_of(y)
      for (epsilon in c(0.5, 1, 2)) {
        q <- one_period(y, epsilon = epsilon)
        expect_equal(q$atkinson, expected$atkinson[[format(epsilon)]], tolerance = 1e-11)
      }
      expect_equal(
        c(q$theil_T, q$theil_L, q$cv), c(expected$theil_T, expected$theil_L, expected$cv),
        tolerance = 1e-11
      )
      expect_equal(q$gini, plain_gini(y - y[1]) * mean(y - y[1]) / mean(y), tolerance = 1e-11)
    }
  }
})

test_that("so have groups that are nearly equal within, and draws of them", {
  eps <- 1e-7
  y <- c(1 + eps * c(0, 1, 3), 2 + eps * c(0, 2, 5, 6))
  g <- rep(c("a", "b"), c(3, 4))
  q <- one_period(y, g)
  long <- tidy(q)
  own <- function(measure) long$estimate[long$part == "group" & long$measure == measure]
  one <- series_of(y[1:3])
  two <- series_of(y[4:7])
  expect_equal(own("theil_T"), c(one$theil_T, two$theil_T), tolerance = 1e-8)
  expect_equal(own("theil_L"), c(one$theil_L, two$theil_L), tolerance = 1e-8)
  share <- c(sum(y[1:3]), sum(y[4:7])) / sum(y)
  expect_equal(q$theil_T_within, sum(share * c(one$theil_T, two$theil_T)), tolerance = 1e-8)
  expect_equal(q$theil_T_between, sum(share * log(share / c(3, 4) * 7)), tolerance = 1e-14)
  close <- 1e8 + c(0, 1, 2, 4, 8, 3)
  d <- data.frame(unit = 1:6, year = 1, y = close)
  drawn <- tidy(inequality(d, "y", panel = panel, boot = 40, seed = 2))
  counts <- bind_unit_draws(rep(0L, 6), 40L, 2)
  each <- apply(counts, 2, function(w) {
    s <- series_of(close, w)
    c(s$theil_T, s$theil_L, s$cv, s$atkinson$`0.5`)
  })
  at <- match(c("theil_T", "theil_L", "cv", "atkinson"), drawn$measure)
  expect_equal(drawn$std.error[at], apply(each, 1, sd), tolerance = 1e-7)
})

test_that("n/(n - 1) is off by default; with it the numbers are those of ineq", {
  skip_if_not_installed("ineq")
  y <- regional_toy()$y[1:20]
  q <- one_period(y)
  expect_equal(q$gini, ineq::Gini(y))
  expect_equal(q$theil_T, ineq::Theil(y, parameter = 0))
  expect_equal(q$theil_L, ineq::Theil(y, parameter = 1))
  expect_equal(q$atkinson, ineq::Atkinson(y, 0.5))
  expect_equal(one_period(y, epsilon = 1)$atkinson, ineq::Atkinson(y, 1))
  corrected <- one_period(y, correct = TRUE)
  expect_equal(corrected$gini, ineq::Gini(y, corr = TRUE))
  expect_equal(q$cv, ineq::var.coeff(y))
  expect_equal(corrected$cv, sd(y) / mean(y))
})

test_that("bootstrap draws are the measures of drawn units, jointly over periods", {
  d <- regional_toy()
  q <- inequality(d, "y", panel = panel, by = "group", boot = 50, seed = 7, level = 0.9)
  units <- sort(unique(d$unit))
  group <- d$group[match(units, d$unit)]
  strata <- match(group, sort(unique(d$group))) - 1L
  counts <- bind_unit_draws(strata, 50L, 7)
  expect_equal(unname(rowsum(counts, group)), matrix(4, 3, 50))
  drawn <- vapply(seq_len(50), function(b) {
    vapply(sort(unique(d$year)), function(t) {
      at <- d[d$year == t, ]
      plain_gini(at$y, counts[match(at$unit, units), b])
    }, 0)
  }, numeric(5))
  found <- tidy(q)[tidy(q)$measure == "gini" & tidy(q)$part == "total", ]
  expect_equal(found$std.error, apply(drawn, 1, sd), tolerance = 1e-10)
  expect_equal(found$conf.low, apply(drawn, 1, quantile, 0.05, names = FALSE), tolerance = 1e-10)
  expect_equal(found$conf.high, apply(drawn, 1, quantile, 0.95, names = FALSE), tolerance = 1e-10)
  change <- summary(q)$change
  change <- change[change$measure == "gini" & change$part == "total", ]
  expect_equal(change$std.error, sd(drawn[5, ] - drawn[1, ]), tolerance = 1e-10)
  expect_equal(change$change, q$gini[5] - q$gini[1], tolerance = 1e-14)
})

test_that("draws are the same bits on any number of threads, and follow set.seed()", {
  one <- toy_inequality(by = "group", boot = 200, seed = 3, threads = 1)
  expect_identical(toy_inequality(by = "group", boot = 200, seed = 3, threads = 3), one)
  set.seed(5)
  first <- toy_inequality(boot = 20)
  set.seed(5)
  expect_identical(toy_inequality(boot = 20), first)
})

test_that("replays of an index are carried through, alone and with drawn units", {
  idx <- composite_index(state_capital, state_sheet(), c("state", "year"), keep = "region")
  cc <- coupling(idx)
  u <- index_uncertainty(cc, state_capital, n = 12, seed = 1, keep = TRUE, progress = FALSE)
  q <- inequality(cc, by = "region", replays = u)
  D <- replays(u, "D")[, 1, ]
  each <- apply(D, 2, function(v) tapply(v, cc$year, plain_gini))
  found <- tidy(q)[tidy(q)$measure == "gini" & tidy(q)$part == "total", ]
  expect_equal(found$std.error, unname(apply(each, 1, sd)), tolerance = 1e-10)
  both <- inequality(cc, replays = u, boot = 24, seed = 2)
  at <- cc$year == 1975
  units <- unique(cc$state)
  counts <- bind_unit_draws(rep(0L, length(units)), 24L, 2)
  drawn <- vapply(seq_len(24), function(b) {
    plain_gini(D[at, (b - 1) %% 12 + 1], counts[match(cc$state[at], units), b])
  }, 0)
  found <- tidy(both)[tidy(both)$measure == "gini" & tidy(both)$year == 1975, ]
  expect_equal(found$std.error, sd(drawn), tolerance = 1e-10)
})

test_that("groups that change over time are drawn without strata", {
  d <- regional_toy()
  d$moving <- ifelse(d$y > median(d$y), "high", "low")
  q <- suppressMessages(inequality(d, "y", panel = panel, by = "moving", boot = 20, seed = 1))
  expect_false(attr(q, "settings")$stratified)
  at <- d[d$year == 2003, ]
  expect_equal(q$gini_within[3], plain_dagum(at$y, at$moving)$within, tolerance = 1e-12)
})

test_that("provinces bring their regions", {
  d <- merge(data.frame(province = provinces$name), data.frame(year = 1:2))
  d$y <- seq_len(nrow(d))
  named <- transform(d, zone = provinces$region4[match(province, provinces$name)])
  a <- inequality(d, "y", by = "region4", panel = c("province", "year"))
  b <- inequality(named, "y", by = "zone", panel = c("province", "year"))
  expect_equal(a$gini_within, b$gini_within)
  expect_error(
    inequality(regional_toy(), "y", by = "region4", panel = panel), class = "ccdpanel_error_column"
  )
})

test_that("zero and negative values: what is defined is computed, the rest is an error", {
  d <- regional_toy()
  d$zero <- replace(d$y, 1:2, 0)
  d$negative <- d$y - 1
  expect_message(q <- inequality(d, "zero", panel = panel), "theil_L",
    class = "ccdpanel_message_undefined")
  expect_named(q, c("year", "units", "mean", "gini", "theil_T", "cv", "atkinson"))
  expect_equal(q$theil_T, as.vector(tapply(d$zero, d$year, plain_theil_t)), tolerance = 1e-12)
  expect_error(inequality(d, "zero", panel = panel, measures = "theil_L"),
    class = "ccdpanel_error_values")
  expect_error(
    inequality(d, "zero", panel = panel, measures = "atkinson", epsilon = 1),
    class = "ccdpanel_error_values"
  )
  expect_message(q <- inequality(d, "negative", panel = panel, by = "group"), "negative value")
  expect_named(q, c("year", "units", "mean", "cv"))
  expect_error(inequality(d, "negative", panel = panel, measures = "gini"),
    class = "ccdpanel_error_values")
  d$deviation <- d$y - mean(d$y) - 1
  expect_error(inequality(d, "deviation", panel = panel), "positive mean",
    class = "ccdpanel_error_values")
})

test_that("groups of one, one group, and units without a group", {
  d <- regional_toy()
  d$lone <- ifelse(d$unit == "u01", "lone", "rest")
  expect_message(
    q <- inequality(d, "y", panel = panel, by = "lone"), class = "ccdpanel_message_small_groups"
  )
  own <- tidy(q)
  expect_equal(own$estimate[own$part == "group" & own$measure == "gini" & own$group == "lone"],
    rep(0, 5))
  expect_equal(q$gini_within + q$gini_between + q$gini_overlap, q$gini, tolerance = 1e-13)
  d$one <- "all"
  expect_error(inequality(d, "y", panel = panel, by = "one"), class = "ccdpanel_error_group")
  d$lone[1] <- NA
  expect_error(inequality(d, "y", panel = panel, by = "lone"), class = "ccdpanel_error_group")
})

test_that("other bad input is an error that names it", {
  d <- regional_toy()
  expect_error(inequality(d, "y"), class = "ccdpanel_error_panel")
  expect_error(inequality(d, panel = panel), class = "ccdpanel_error_column")
  expect_error(inequality(d[0, ], "y", panel = panel), class = "ccdpanel_error_empty")
  expect_error(inequality(d, "y", panel = panel, weights = "group"),
    class = "ccdpanel_error_weights")
  expect_error(inequality(transform(d, people = -people), "y", panel = panel, weights = "people"),
    class = "ccdpanel_error_weights")
  expect_error(inequality(d, "y", panel = panel, boot = 1), class = "ccdpanel_error_number")
  expect_error(inequality(d, "y", panel = panel, replays = d), class = "ccdpanel_error_replays")
  d$y[2] <- Inf
  expect_error(inequality(d, "y", panel = panel), class = "ccdpanel_error_values")
})

test_that("replays of another index are refused", {
  idx <- composite_index(state_capital, state_sheet(), c("state", "year"))
  cc <- coupling(idx)
  u <- index_uncertainty(cc, state_capital, n = 3, seed = 1, keep = TRUE, progress = FALSE)
  other <- as.data.frame(cc)
  other$D <- other$D * 1.1
  expect_error(
    inequality(other, "D", panel = c("state", "year"), replays = u),
    class = "ccdpanel_error_replays"
  )
  expect_error(
    inequality(other, "T", panel = c("state", "year"), replays = u),
    class = "ccdpanel_error_replays"
  )
})

test_that("the mean is that of the weights", {
  d <- data.frame(unit = 1:3, year = 1, y = c(1, 2, 9), w = c(8, 1, 1))
  q <- inequality(d, "y", weights = "w", panel = panel)
  expect_equal(q$mean, (8 * 1 + 2 + 9) / 10)
  # The measures are relative to the same mean.
  expect_equal(q$gini, plain_gini(d$y, d$w))
  d <- rbind(d, data.frame(unit = 1:3, year = 2, y = c(1, NA, 9), w = c(8, 1, 1)))
  q <- suppressMessages(inequality(d, "y", weights = "w", panel = panel))
  expect_equal(q$mean, c(1.9, 17 / 9))
})

test_that("equal values have no parts, and the weighted mean must be positive", {
  d <- data.frame(unit = rep(1:4, 2), year = rep(1:2, each = 4), y = 3, g = c("a", "b"))
  q <- suppressMessages(inequality(d, "y", by = "g", panel = panel))
  expect_output(print(q), "No inequality to decompose")
  expect_false(any(grepl("NaN", capture.output(print(q)))))
  d$y <- c(-1, 2, 2, 2)
  d$w <- c(9, 1, 1, 1)
  expect_error(
    inequality(d, "y", measures = "cv", weights = "w", panel = panel), "positive mean; .* -0.25 in",
    class = "ccdpanel_error_values"
  )
})

test_that("units that change their group are drawn from all, each with the group of its period", {
  d <- regional_toy()
  units <- sort(unique(d$unit))
  first <- sort(unique(d$year))[1]
  groups <- unique(d$group)
  moving <- d$unit == units[1] & d$year > first
  d$group[moving] <- setdiff(groups, d$group[d$unit == units[1]][1])[1]
  expect_message(
    q <- inequality(d, "y", panel = panel, by = "group", boot = 60, seed = 7),
    "1 unit changes its group", class = "ccdpanel_message_changing_groups"
  )
  expect_no_message(
    inequality(d, "y", panel = panel, by = "group"), class = "ccdpanel_message_changing_groups"
  )
  counts <- bind_unit_draws(rep(0L, length(units)), 60L, 7)
  last <- max(d$year)
  at <- d[d$year == last, ]
  drawn <- apply(counts, 2, function(n) {
    w <- n[match(at$unit, units)]
    here <- at$group == groups[2] & w > 0
    if (any(here)) plain_gini(at$y[here], w[here]) else NA
  })
  long <- tidy(q)
  row <- long[long$year == last & long$part == "group" & long$measure == "gini" &
    long$group == groups[2], ]
  expect_equal(row$std.error, sd(drawn, na.rm = TRUE), tolerance = 1e-10)
  expect_equal(row$draws, sum(!is.na(drawn)))
})

test_that("a time without any value is an error that says so", {
  d <- data.frame(unit = rep(1:3, 2), year = rep(2011:2012, each = 3), y = c(1, 2, 3, NA, NA, NA))
  expect_error(
    suppressMessages(inequality(d, "y", panel = c("unit", "year"))), "has no value in 2012",
    class = "ccdpanel_error_values"
  )
})
