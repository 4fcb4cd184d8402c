# The firms of Arellano and Bond (1991), in logs.
employment <- function() {
  data("EmplUK", package = "plm", envir = environment())
  with(EmplUK, data.frame(
    firm, year, n = log(emp), w = log(wage), k = log(capital), ys = log(output)
  ))
}

with_years <- n ~ l(n, 1:2) + w + l(w) + l(k, 0:2) + l(ys, 0:2) | firm + year

test_that("Arellano and Bond (1991), table 4: one step and two steps", {
  skip_if_not_installed("plm")
  d <- employment()
  fit <- function(...) suppressMessages(dynamic_panel(with_years, d, ...))
  one <- fit(steps = 1)
  # Column (a1).
  expect_equal(round(unname(coef(one)[1:10]), 3), c(
    .686, -.085, -.608, .393, .357, -.058, -.020, .609, -.711, .106
  ))
  expect_equal(round(unname(sqrt(diag(vcov(one)))[1:10]), 3), c(
    .145, .056, .178, .168, .059, .073, .033, .173, .232, .141
  ))
  expect_equal(round(one$serial$statistic, 3), c(-3.600, -.516))
  expect_equal(round(one$overidentification$statistic, 1), c(65.8, 31.4))
  expect_identical(one$overidentification$df, c(25, 25) |> as.integer())
  expect_identical(nobs(one), 611L)
  # Column (a2), whose errors are not corrected.
  two <- fit(vcov = "conventional")
  expect_equal(round(unname(coef(two)[1:5]), 3), c(.629, -.065, -.526, .311, .278))
  expect_equal(round(unname(sqrt(diag(vcov(two)))[1:5]), 3), c(.090, .027, .054, .094, .045))
  # Column (b), and its errors corrected as plm and Stata print them (Windmeijer 2005).
  short <- suppressMessages(dynamic_panel(
    n ~ l(n, 1:2) + w + l(w) + k + ys + l(ys) | firm + year, d
  ))
  expect_equal(round(unname(coef(short)[1:7]), 3), c(.474, -.053, -.513, .225, .293, .610, -.446))
  expect_equal(
    round(unname(sqrt(diag(vcov(short, "conventional")))[1:7]), 3),
    c(.085, .027, .049, .080, .039, .109, .125)
  )
  expect_equal(round(unname(sqrt(diag(vcov(short)))[1:4]), 3), c(.185, .052, .146, .142))
  expect_equal(round(short$overidentification$statistic[2], 1), 30.1)
})

test_that("Roodman (2009): what xtabond2 prints", {
  skip_if_not_installed("plm")
  d <- employment()
  fit <- function(...) suppressMessages(dynamic_panel(...))
  # Its data have four bytes a number, and the last digit of some coefficients is another.
  near <- function(x, y) expect_lt(max(abs(unname(x) - y)), 2e-6)
  three <- ~ l(n) + l(w) + l(k)
  m <- fit(with_years, d, gmm = three, iv = ~ l(ys, 0:2), steps = 1, small = TRUE)
  near(coef(m)[1:4], c(.8179867, -.1122756, -.6816685, .6557083))
  near(sqrt(diag(vcov(m)))[1:4], c(.0859761, .0502366, .1425813, .202368))
  expect_equal(m$covariance$df, 140)
  expect_equal(round(m$serial$statistic, 2), c(-5.39, -.78))
  expect_equal(round(m$overidentification$statistic[2], 2), 73.72)
  # xtabond2 divides Sargan's variance by rows.
  expect_equal(round(m$overidentification$statistic[1] * 611 / (611 - 16), 2), 120.62)
  s <- fit(
    n ~ l(n) + l(w, 0:1) + l(k, 0:1) | firm + year, d, gmm = three, system = TRUE, steps = 1,
    small = TRUE
  )
  near(coef(s)[2:6], c(.9356053, -.6309761, .4826203, .4839299, -.4243928))
  near(sqrt(diag(vcov(s)))[2:6], c(.026569, .1192834, .1383132, .0544281, .059088))
  expect_identical(nobs(s), 891L)
  expect_identical(nrow(s$instruments), 113L)
  expect_equal(s$covariance$df, 139)
  expect_equal(round(s$serial$statistic, 2), c(-5.46, -.25))
  expect_equal(round(s$overidentification$statistic[2], 2), 110.70)
  expect_equal(round(s$differences$without[1:2], 2), c(84.33, 107.79))
  expect_equal(round(s$differences$statistic[1:2], 2), c(26.37, 2.91))
  expect_equal(s$differences$df[1:2], c(21, 7))
  expect_equal(round(summary(s)$wald$statistic, 1), 1154.4, tolerance = 1e-4)
})

test_that("two steps of xtabond2 with sets of their own", {
  skip_if_not_installed("plm")
  m <- suppressMessages(dynamic_panel(
    n ~ l(n, 1:2) + w + k, employment(), c("firm", "year"), list(~n, ~w), ~k,
    lags = list(c(2, 4), c(1, 3))
  ))
  expect_lt(max(abs(unname(coef(m)) - c(.1700616, -.0113381, -.9510582, .4637223))), 5e-7)
  expect_lt(max(abs(sqrt(diag(vcov(m))) - c(.1046652, .0377205, .1277298, .0718328))), 5e-7)
  expect_equal(round(m$serial$statistic, 2), c(-1.19, -.81))
  expect_equal(round(m$overidentification$statistic[2], 2), 47.86)
  # In the order iv(k), gmm(n), gmm(w).
  expect_equal(round(m$differences$without, 2), c(38.33, 23.75, 17.25))
  expect_equal(m$differences$df_without, c(31, 15, 14))
})

test_that("words of a formula, and what is taken where they are not given", {
  d <- dynamic_toy(20, 6, gaps = FALSE)
  fit <- function(...) suppressMessages(dynamic_panel(...))
  p <- c("id", "year")
  plain <- fit(y ~ l(y) + x + z, d, p)
  expect_equal(coef(fit(y ~ l(y) + x + z, d, p, ~ l(y), ~ x + z)), coef(plain))
  expect_equal(coef(fit(y ~ l(y) + x + z | id, d, p)), coef(plain))
  expect_equal(coef(fit(y ~ l(y) + ., d[c("id", "year", "y", "x", "z")], p)), coef(plain))
  # y(t - 2) and before, named in two ways.
  expect_equal(coef(fit(y ~ l(y) + x + z, d, p, ~y, lags = c(2, Inf))), coef(plain))
  own <- suppressWarnings(fit(y ~ l(y) + x + z, d, p, ~ l(y) + x))
  expect_identical(unique(own$instruments$set), c("iv(z)", "gmm(l(y), x, lags 1 and up)"))
  dummies <- fit(y ~ l(y) + x + z | id + year, d)
  expect_identical(dummies$time_names, paste0("year", 2003:2006))
  hand <- fit(y ~ l(y) + x + z + factor(year), d, p)
  expect_equal(unname(coef(hand)), unname(coef(dummies)))
  expect_equal(unname(vcov(fit(y ~ 0 + l(y) + x, d, p, system = TRUE)))[1, 1], unname(
    vcov(fit(y ~ 0 + x + l(y), d, p, system = TRUE))
  )[2, 2])
})

test_that("errors name the argument and the way out", {
  d <- dynamic_toy(12, 5)
  p <- c("id", "year")
  f <- y ~ l(y) + x
  refused <- function(call, class, text = "") {
    suppressMessages(expect_error(call, text, class = paste0("ccdpanel_error_", class)))
  }
  refused(dynamic_panel(y ~ x, d, p), "gmm", "has no lag of")
  refused(dynamic_panel(f, d), "panel", "not given")
  refused(dynamic_panel(y ~ l(y) | id + z, d, p), "formula", "factor.region.")
  refused(dynamic_panel(y ~ l(y) | id | x ~ z, d, p), "formula", "given by")
  refused(dynamic_panel(y ~ l(y) + offset(x), d, p), "formula", "offset")
  refused(dynamic_panel(f, d, p, gmm = "y"), "formula", "gmm")
  refused(dynamic_panel(f, d, p, lags = 2), "number", "lags")
  refused(dynamic_panel(f, d, p, lags = list(c(1, 2), c(1, 2))), "argument", "one for each")
  refused(dynamic_panel(f, d, p, gmm_eq = "level"), "argument", "system = TRUE")
  refused(dynamic_panel(f, d, p, iv_eq = "levels"), "choice", "iv_eq")
  refused(dynamic_panel(f, d, p, vcov = "HC1"), "choice", "windmeijer")
  refused(dynamic_panel(f, d, p, steps = 1, vcov = "windmeijer"), "choice", "robust")
  refused(dynamic_panel(f, d, p, gmm = ~0, iv = ~0), "identification", "no instrument")
  refused(dynamic_panel(f, d, p, lags = c(30, 40)), "identification", "instruments")
  refused(dynamic_panel(f, rbind(d, d[1, ]), p), "duplicate")
  refused(dynamic_panel(f, transform(d, y = 1), p), "absorbed", "does not change")
  refused(dynamic_panel(f, d[d$year < 2003, ], p), "absorbed", "none has two")
  refused(dynamic_panel(f, d[d$id == 5, ], p), "identification", "steps = 1")
  clash <- transform(d, year2004 = z)
  refused(dynamic_panel(y ~ l(y) + year2004 | id + year, clash), "name", "year2004")
  expect_warning(
    suppressMessages(dynamic_panel(f, d, p, ~ l(y) + x + z, system = TRUE)), "Roodman",
    class = "ccdpanel_warning_instruments"
  )
})
