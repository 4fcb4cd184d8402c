panel <- c("unit", "year")

# A panel with an index of three indicators, whose replays are known.
replayed_panel <- function(vary = c("units", "weights"), n = 25) {
  set.seed(21)
  data <- expand.grid(year = 2001:2008, unit = letters[1:12])
  data <- data.frame(
    data, a = rexp(96), b = runif(96), c = rexp(96)^2, x = rnorm(96), w = runif(96, .5, 2)
  )
  sheet <- indicator_sheet(data.frame(
    system = c("one", "one", "two"), dimension = "d", indicator = c("a", "b", "c"), direction = "+"
  ))
  cc <- coupling(composite_index(data, sheet, panel))
  u <- index_uncertainty(cc, data, n = n, vary = vary, seed = 5, keep = TRUE, progress = FALSE)
  data <- merge(data, cc[c(panel, "one", "two", "D")])
  data$y <- data$D + data$x / 3 + rnorm(96) / 5 + as.integer(data$unit) / 9
  list(data = data, u = u)
}

# The rows of the data among those of the replays, by hand.
rows_of <- function(p) match(paste(p$data$unit, p$data$year), paste(p$u$unit, p$u$year))

# The fits of `formula` on each replay, in a loop of plain calls; `change` puts a replay's columns
# into the data.
loop_of_fits <- function(p, names, fit) {
  values <- replays(p$u)[rows_of(p), , ]
  lapply(seq_len(dim(values)[3]), function(r) {
    data <- p$data
    data[names] <- values[, names, r]
    fit(data)
  })
}

combined <- function(own, fits) {
  b <- do.call(rbind, lapply(fits, coef))
  away <- sweep(b, 2, coef(own))
  within <- Reduce(`+`, lapply(fits, vcov)) / length(fits)
  list(v = within + crossprod(away) / length(fits), b = b, within = within)
}

test_that("lm refitted in a plain loop gives the same covariance", {
  p <- replayed_panel()
  one <- function(data) lm(y ~ D + x + factor(unit) + factor(year), data)
  expected <- combined(one(p$data), loop_of_fits(p, "D", one))
  fit <- fe_reg(y ~ D + x | unit + year, p$data, replays = p$u)
  expect_equal(coef(fit), coef(one(p$data))[c("D", "x")])
  expect_equal(vcov(fit), expected$v[c("D", "x"), c("D", "x")], tolerance = 1e-9)
  kept <- fit$covariance$replays
  expect_equal(
    kept$coefficients, unname(expected$b[, c("D", "x")]), ignore_attr = TRUE, tolerance = 1e-9
  )
  expect_equal(kept$within, expected$within[c("D", "x"), c("D", "x")], tolerance = 1e-9)
  expect_equal(kept$within + kept$between, vcov(fit))
  expect_identical(
    kept[c("variables", "count", "left_out")], list(variables = "D", count = 25L, left_out = 0L)
  )
  expect_gt(vcov(fit)["D", "D"], vcov(fe_reg(y ~ D + x | unit + year, p$data))["D", "D"])
})

test_that("any covariance, weights, either side, functions, lags and instruments carry them", {
  p <- replayed_panel(n = 8)
  models <- list(
    list(y ~ D + x | unit, vcov = ~unit), list(D ~ x + log(one) | unit + year, vcov = "HC1"),
    list(y ~ poly(D, 2) * x, weights = ~w),
    list(y ~ l(D, 1) + x | unit, vcov = ~ unit + year), list(y ~ x | unit | D ~ l(D, 1) + one),
    list(one ~ two + rank | year, subset = ~ year > 2002)
  )
  p$data <- merge(p$data, as.data.frame(p$u)[c(panel, "rank")])
  for (model in models) {
    names <- intersect(c("one", "two", "D", "rank"), all.vars(model[[1]]))
    one <- function(data, ...) {
      suppressMessages(do.call(fe_reg, c(
        model[1], list(data = data, panel = panel), model[-1], ...
      )))
    }
    # The basis of poly() is each replay's own, as in the loop.
    expected <- combined(one(p$data), loop_of_fits(p, names, one))
    fit <- one(p$data, replays = list(p$u))
    expect_equal(coef(fit), coef(one(p$data)))
    expect_equal(vcov(fit), expected$v, tolerance = 1e-8)
    expect_setequal(fit$covariance$replays$variables, names)
  }
})

test_that("systems carry them", {
  p <- replayed_panel(n = 8)
  p$data$z <- p$data$x^2
  one <- function(data, ...) system_reg(list(first = y ~ D + x, second = D ~ y + z), data, ...)
  expected <- combined(one(p$data), loop_of_fits(p, "D", one))
  fit <- one(p$data, replays = p$u)
  expect_equal(coef(fit), coef(one(p$data)))
  expect_equal(vcov(fit), expected$v, tolerance = 1e-8)
  expect_output(print(fit), "spread over 8\\s+replays of D")
  robust <- combined(one(p$data), loop_of_fits(p, "D", function(data) one(data, vcov = ~unit)))
  expect_equal(vcov(fit, ~unit), robust$v, tolerance = 1e-8)
})

test_that("replays that do not differ from the index change nothing", {
  p <- replayed_panel(vary = character(), n = 4)
  fit <- fe_reg(y ~ D + x | unit + year, p$data, vcov = ~unit, replays = p$u)
  expect_equal(
    vcov(fit), vcov(fe_reg(y ~ D + x | unit + year, p$data, vcov = ~unit)), tolerance = 1e-12
  )
  expect_identical(max(abs(fit$covariance$replays$between)) < 1e-20, TRUE)
})

test_that("everything that reports an error of the coefficient reports this one", {
  p <- replayed_panel()
  fit <- fe_reg(y ~ D + x | unit + year, p$data, vcov = ~unit, replays = p$u)
  se <- sqrt(diag(vcov(fit)))
  expect_equal(generics::tidy(fit)$std.error, unname(se))
  expect_equal(unname(confint(fit)["D", ]), coef(fit)[["D"]] + qt(c(.025, .975), 11) * se[["D"]])
  expect_equal(summary(fit)$coefficients[, "Std. Error"], se)
  expect_match(
    generics::glance(fit)$vcov.type, "clustered by unit (12), small-sample factor", fixed = TRUE
  )
  expect_match(
    generics::glance(fit)$vcov.type, "with the spread over 25 replays of D", fixed = TRUE
  )
  b <- coef(fit)
  expect_equal(generics::glance(fit)$statistic, sum(b * solve(vcov(fit), b)) / 2)
  one <- function(data) fe_reg(y ~ D + x | unit + year, data)
  expect_equal(
    vcov(fit, "iid"), combined(one(p$data), loop_of_fits(p, "D", one))$v, tolerance = 1e-8
  )
  expect_equal(
    vcov(update(fit, . ~ . - x)),
    vcov(fe_reg(y ~ D | unit + year, p$data, vcov = ~unit, replays = p$u))
  )
  printed <- capture.output(print(fit))
  share <- with(fit$covariance$replays, between["D", "D"] / (between + within)["D", "D"])
  expect_match(printed, "Replays of D: 25 fitted", all = FALSE)
  expect_match(printed, sprintf("^D .*%.1f$", 100 * share), all = FALSE)
  path <- withr_file()
  saveRDS(fit, path)
  expect_equal(vcov(readRDS(path), "HC1"), vcov(fit, "HC1"))
})

test_that("matrices by hand: pure noise in the dependent variable has its closed form", {
  # b_r = b + (X'X)^-1 X' e_r s: between is s^2 (X'X)^-1
  set.seed(3)
  data <- data.frame(x = rnorm(50), y = rnorm(50))
  noise <- matrix(rnorm(50 * 4000), 50)
  fit <- fe_reg(y ~ x, data, replays = list(y = data$y + .7 * noise))
  expect_equal(
    fit$covariance$replays$between, .49 * solve(crossprod(cbind(1, data$x))), tolerance = .05,
    ignore_attr = TRUE
  )
  expect_equal(dim(fit$covariance$replays$coefficients), c(4000L, 2L))
})

test_that(
  paste0(
    "intervals that ignore how the weights were made miss the coefficient, those of ",
    "the replays hold it"
  ),
  {
  skip_on_cran()
  set.seed(9)
  n <- 40
  noisy <- function() {
    w <- exp(.6 * rnorm(3))
    w / sum(w)
  }
  beta <- 2
  covered <- replicate(120, {
    z <- matrix(rexp(3 * n), n)
    # The index in truth has weights that the study knows up to noise.
    data <- data.frame(y = beta * as.vector(z %*% noisy()) + rnorm(n) / 5, index = rowMeans(z))
    made <- replicate(40, as.vector(z %*% noisy()))
    fit <- fe_reg(y ~ index, data, replays = list(index = made))
    inside <- function(v) {
      abs(coef(fit)[["index"]] - beta) <= qt(.975, n - 2) * sqrt(v["index", "index"])
    }
    c(naive = inside(vcov(fe_reg(y ~ index, data))), replayed = inside(vcov(fit)))
  })
  rate <- rowMeans(covered)
  expect_lt(rate[["naive"]], .9)
  expect_gt(rate[["replayed"]], .92)
})

test_that("replays that cannot be fitted are left out, counted and said", {
  set.seed(4)
  data <- data.frame(x = rnorm(30), D = runif(30, .2, .8))
  data$y <- log(data$D) + data$x + rnorm(30)
  made <- matrix(runif(30 * 10, .2, .8), 30)
  made[7, 2:3] <- 0
  made[, 4] <- data$x / 10 + 5
  expect_message(
    fit <- fe_reg(y ~ log(D) + x, data, replays = list(D = made)), "2 of 10 replays",
    class = "ccdpanel_message_replays"
  )
  expect_identical(fit$covariance$replays[c("count", "left_out")], list(count = 8L, left_out = 2L))
  expect_identical(nrow(fit$covariance$replays$coefficients), 8L)
  suppressMessages(same <- fe_reg(y ~ D + x, data, replays = list(D = made)))
  expect_identical(same$covariance$replays$left_out, 1L)
  expect_error(
    fe_reg(y ~ log(D) + x, data, replays = list(D = made * 0)), "none of the 10",
    class = "ccdpanel_error_replays"
  )
})

test_that("misuse is named", {
  p <- replayed_panel(n = 3)
  expect_error(
    fe_reg(y ~ x | unit, p$data, replays = p$u), "of a column that the model names",
    class = "ccdpanel_error_replays"
  )
  expect_error(
    fe_reg(y ~ D | unit, p$data, replays = p$u[1:5, ]), "keep = TRUE",
    class = "ccdpanel_error_replays"
  )
  expect_error(
    fe_reg(y ~ D | unit, p$data, replays = 5), "named list", class = "ccdpanel_error_replays"
  )
  expect_error(
    fe_reg(y ~ D | unit, p$data, replays = replays(p$u)), "gives itself",
    class = "ccdpanel_error_replays"
  )
  expect_error(
    fe_reg(y ~ D | unit, p$data, replays = list(D = matrix(0, 3, 3))), "96 rows",
    class = "ccdpanel_error_replays"
  )
  expect_error(
    fe_reg(y ~ D | unit, transform(p$data, D = 100 * D), replays = p$u), "values are others",
    class = "ccdpanel_error_replays"
  )
  more <- rbind(p$data, transform(p$data[1, ], unit = "q"))
  expect_error(
    fe_reg(y ~ D | unit, more, replays = p$u), "1 row without replays",
    class = "ccdpanel_error_replays"
  )
  expect_error(
    fe_reg(y ~ D + x, p$data[names(p$data) != "year"], replays = p$u), "\"year\"",
    class = "ccdpanel_error_replays"
  )
})
