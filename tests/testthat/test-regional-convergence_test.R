panel <- c("unit", "year")

test_that("in Chinese a statistic of convergence is a t, that of Moran's I a z", {
  skip_if_not(l10n_info()[["UTF-8"]], "Chinese heads are printed")
  withr_options(list(ccdpanel.language = "zh"), environment())
  said <- utils::capture.output(print(convergence_test(closing(), "y", panel = panel)))
  expect_match(said, "t \u503c", all = FALSE)
  expect_no_match(said, "z \u503c")
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
