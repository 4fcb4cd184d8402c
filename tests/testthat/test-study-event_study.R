# Units 1 to 12 over six times: cohorts of times 3 and 4, and four units never treated.
event_panel <- function(units = 12, times = 6) {
  with_seed(3, {
    d <- data.frame(
      unit = rep(sprintf("u%02d", seq_len(units)), each = times),
      year = rep(seq_len(times), units), first = rep(c(3, 4, NA), each = times, length.out = units *
        times), x = rnorm(units * times)
    )
    since <- pmax(d$year - d$first + 1, 0)
    d$y <- d$x + d$year + ifelse(is.na(since), 0, since * d$first) + rnorm(units * times)
    d
  })
}

event_fit_of <- function(d, formula = y ~ x | unit + year, vcov = "iid", ...) {
  fe_reg(formula, d, panel = c("unit", "year"), vcov = vcov, ...)
}

# lm() with a dummy for each cell, and sums of its coefficients: `cells` of cohort and event, the
# rows of each, the coefficients and their covariance.
lm_cells <- function(d, ref = -1, weights = NULL, terms = "x + unit + factor(year)") {
  event <- d$year - d$first
  cell <- ifelse(is.na(event) | event %in% ref, NA, paste(d$first, event))
  names <- sort(unique(cell[!is.na(cell)]))
  dummies <- vapply(names, function(n) as.numeric(cell %in% n), numeric(nrow(d)))
  d$dummies <- dummies
  d$w <- weights %||% rep(1, nrow(d))
  fit <- lm(as.formula(paste("y ~ dummies +", terms)), d, weights = w)
  at <- paste0("dummies", names)
  list(
    cohort = as.numeric(sub(" .*", "", names)), event = as.numeric(sub(".* ", "", names)),
    mass = colSums(dummies * d$w), b = coef(fit)[at], v = vcov(fit)[at, at]
  )
}

# Estimate and error of the average over some cells.
lm_average <- function(peer, which) {
  s <- peer$mass * which / sum(peer$mass * which)
  unname(c(sum(s * peer$b), sqrt(drop(s %*% peer$v %*% s))))
}

expect_effects <- function(x, peer, tolerance = 1e-9) {
  for (e in unique(peer$event)) {
    own <- x$effects[x$effects$event == e, ]
    expect_equal(
      c(own$estimate, own$std.error), lm_average(peer, peer$event == e), tolerance = tolerance
    )
  }
  expect_equal(
    unlist(x$att[c("estimate", "std.error")], use.names = FALSE),
    lm_average(peer, peer$event >= 0), tolerance = tolerance
  )
}

test_that("effects are averages of the cells of a regression on dummies", {
  d <- event_panel()
  x <- event_study(event_fit_of(d), ~first)
  peer <- lm_cells(d)
  expect_effects(x, peer)
  expect_equal(x$cells$estimate, unname(peer$b[order(peer$event, peer$cohort)]), tolerance = 1e-9)
  for (g in 3:4) {
    own <- x$cohorts[x$cohorts$cohort == g, ]
    expect_equal(
      c(own$estimate, own$std.error), lm_average(peer, peer$event >= 0 & peer$cohort == g),
      tolerance = 1e-9
    )
  }
  expect_identical(x$effects$event, as.double(-3:3))
  expect_identical(x$effects$rows, c(4L, 8L, 8L, 8L, 8L, 8L, 4L))
  expect_identical(x$effects$cohorts, c(1L, 2L, 2L, 2L, 2L, 2L, 1L))
  reference <- x$effects[x$effects$event == -1, ]
  expect_identical(c(reference$estimate, reference$std.error), c(0, NA))
  # The joint test: sums of shares, by hand.
  s <- t(vapply(c(-3, -2), function(e) {
    peer$mass * (peer$event == e) / sum(peer$mass[peer$event == e])
  }, peer$mass))
  b <- s %*% peer$b
  f <- drop(t(b) %*% solve(s %*% peer$v %*% t(s), b)) / 2
  expect_equal(unlist(x$pretrend[c("statistic", "df", "df2")], use.names = FALSE), c(
    f, 2, x$fit$dof$residual
  ), tolerance = 1e-9)
  expect_equal(x$att$p.value, 2 * pt(-abs(x$att$statistic), x$fit$dof$residual))
  narrow <- event_study(event_fit_of(d), ~first, level = 0.9)$att
  expect_equal(narrow$conf.high, x$att$estimate + x$att$std.error * qt(0.95, x$fit$dof$residual))
})

test_that("weights are in the shares, and two references are zero", {
  d <- event_panel()
  d$w <- rep(c(0.5, 1, 2, 1.5, 1, 3), 12)
  expect_effects(
    event_study(event_fit_of(d, weights = ~w), ~first, ref = c(-3, -1)),
    lm_cells(d, c(-3, -1), d$w)
  )
})

test_that("a window takes what is beyond it together with its ends", {
  d <- event_panel()
  x <- event_study(event_fit_of(d), ~first, window = c(-2, 1))
  event <- pmin(pmax(d$year - d$first, -2), 1)
  cell <- ifelse(is.na(event) | event == -1, "none", paste(d$first, event))
  fit <- lm(y ~ relevel(factor(cell), "none") + x + unit + factor(year), d)
  b <- coef(fit)[2:7]
  names(b) <- sub("^.*\\)", "", names(b))
  last <- table(cell)[c("3 1", "4 1")]
  expect_equal(
    x$effects$estimate[x$effects$event == 1], sum(b[names(last)] * last) / sum(last),
    tolerance = 1e-9
  )
  expect_identical(x$effects$event, as.double(-2:1))
})

test_that("the plain regression has a dummy for each time since the event", {
  d <- event_panel()
  event <- d$year - d$first
  d$e <- relevel(factor(ifelse(is.na(event), -1, event)), "-1")
  fit <- lm(y ~ e + x + unit + factor(year), d)
  x <- event_study(event_fit_of(d), ~first, "twfe")
  own <- x$effects[x$effects$event != -1, ]
  expect_equal(own$estimate, unname(coef(fit)[paste0("e", own$event)]), tolerance = 1e-9)
  expect_equal(
    own$std.error, unname(sqrt(diag(vcov(fit)))[paste0("e", own$event)]), tolerance = 1e-9
  )
  expect_null(x$cells)
  # All units treated: a trend in both times is not told without a second reference.
  d <- d[!is.na(d$first), ]
  expect_error(
    event_study(event_fit_of(d), ~first, "twfe"), "needs two", class = "ccdpanel_error_ref"
  )
  x <- event_study(event_fit_of(d), ~first, "twfe", c(-3, -1))
  d$e <- relevel(factor(ifelse(d$year - d$first == -3, -1, d$year - d$first)), "-1")
  fit <- lm(y ~ e + x + unit + factor(year), d)
  own <- x$effects[!x$effects$event %in% c(-3, -1), ]
  expect_equal(own$estimate, unname(coef(fit)[paste0("e", own$event)]), tolerance = 1e-9)
  expect_identical(x$settings[c("treated", "never")], list(treated = 8L, never = 0L))
})

test_that("where nobody is never treated the last cohort is compared with, before its event", {
  d <- event_panel()
  d$first[is.na(d$first)] <- 6
  expect_message(
    x <- event_study(event_fit_of(d), ~first), "last cohort, 6.*12 rows",
    class = "ccdpanel_message_event"
  )
  before <- d[d$year < 6, ]
  before$first[before$first == 6] <- NA
  expect_effects(x, lm_cells(before))
  expect_identical(
    x$settings[c("treated", "never", "comparison", "late_rows")],
    list(treated = 8L, never = 4L, comparison = 6, late_rows = 12L)
  )
})

test_that("cohorts without a row before the event are left out and counted", {
  d <- event_panel()
  early <- d$unit %in% c("u01", "u02")
  d$first[early] <- 1
  expect_message(
    x <- event_study(event_fit_of(d), ~first), "2 units.*12 rows", class = "ccdpanel_message_event"
  )
  expect_effects(x, lm_cells(d[!early, ]))
  # 0 is a time here, and said to be one.
  d$first[is.na(d$first)] <- 0
  expect_message(
    suppressMessages(event_study(event_fit_of(d), ~first), "none"), "0 stands for never"
  )
})

test_that("order of rows, names, gaps and rows that are alone change nothing else", {
  d <- event_panel()
  x <- event_study(event_fit_of(d, vcov = ~unit), ~first)
  again <- with_seed(1, d[sample(nrow(d)), ])
  again$unit <- paste0("\u57ce", again$unit)
  y <- event_study(event_fit_of(again, vcov = ~unit), ~first)
  expect_equal(y$effects, x$effects, tolerance = 1e-9)
  expect_equal(y$att, x$att, tolerance = 1e-9)
  # A unit of one row has an effect of its own: not in the shares, not counted.
  gaps <- d[-c(3, 20, 33, 40:44), ]
  suppressMessages({
    expect_message(
      z <- event_study(event_fit_of(gaps[gaps$unit != "u01" | gaps$year == 6, ]), ~first),
      "1 singleton", class = "ccdpanel_message_dropped"
    )
    expect_effects(z, lm_cells(gaps[gaps$unit != "u01", ]))
  })
  expect_identical(z$settings$treated, 7L)
})

test_that("effects that collinear cells leave open are missing, and the others are not", {
  d <- event_panel()
  # Both cohorts are one province: in each of its years they are told from each other alone.
  d$province <- ifelse(is.na(d$first), "B", "A")
  expect_message(
    x <- suppressMessages(
      event_study(event_fit_of(d, y ~ x | unit + province^year), ~first),
      "ccdpanel_message_collinear"
    ), "does not tell the effect", class = "ccdpanel_message_event"
  )
  expect_identical(x$effects$event[!is.na(x$effects$estimate)], -1)
  expect_true(is.na(x$att$estimate))
  # A third of cohort 3 in a province with never treated units, so that only these are told.
  d$province[d$unit == "u01"] <- "B"
  x <- suppressMessages(event_study(event_fit_of(d, y ~ x | unit + province^year), ~first))
  peer <- suppressWarnings(lm_cells(d, terms = "x + unit + factor(paste(province, year))"))
  expect_equal(anyNA(peer$b), anyNA(x$cells$estimate))
  # The policy's own dummy takes the effects since the event with it, not those before.
  d$post <- as.numeric(!is.na(d$first) & d$year >= d$first)
  x <- suppressMessages(event_study(event_fit_of(d, y ~ post + x | unit + year), ~first))
  expect_identical(is.na(x$effects$estimate), x$effects$event >= 0)
})

test_that("what is no time of a unit's event is an error that says so", {
  d <- event_panel()
  d$text <- as.character(d$first)
  d$date <- as.Date("2020-01-01") + d$first
  d$half <- d$first + 0.5
  d$treated <- as.numeric(!is.na(d$first) & d$year >= d$first)
  d$some <- replace(d$first, 1, NA)
  d$none <- NA_real_
  d$all <- 3
  fit <- event_fit_of(d)
  of <- function(cohort, said) {
    expect_error(
      suppressMessages(event_study(fit, cohort)), said, class = "ccdpanel_error_cohort"
    )
  }
  of(~text, "character vector")
  of(~date, "Date")
  of(~half, "whole times")
  of(~treated, "not whether it has come")
  of(~some, "u01")
  of(~none, "No unit")
  of(~ I(first + 100), "No unit")
  of(~all, "beside others")
  of(~ first + year, "names 2")
  expect_error(event_study(fit, "first"), class = "ccdpanel_error_formula")
  expect_error(event_study(fit, ~first, ref = -9), "run from -3", class = "ccdpanel_error_ref")
  expect_error(event_study(fit, ~first, ref = 1:3), class = "ccdpanel_error_ref")
  expect_error(event_study(fit, ~first, window = c(0, 3)), class = "ccdpanel_error_window")
  expect_error(
    suppressMessages(event_study(event_fit_of(d[d$year != 2, ]), ~first)), "-1 from the event; 3",
    class = "ccdpanel_error_cohort"
  )
})

test_that("effects of units and times must be absorbed, by whatever name", {
  d <- event_panel()
  for (formula in list(y ~ x | unit, y ~ x | year, y ~ x | unit + unit[[year]])) {
    expect_error(
      event_study(event_fit_of(d, formula), ~first), "does not absorb",
      class = "ccdpanel_error_panel"
    )
  }
  expect_error(
    event_study(fe_reg(y ~ x | unit + year, d), ~first), "none", class = "ccdpanel_error_panel"
  )
  d$code <- match(d$unit, unique(d$unit))
  d$half <- rep(c("A", "B"), each = 36)
  plain <- event_study(event_fit_of(d), ~first)
  expect_equal(
    event_study(event_fit_of(d, y ~ x | code + year), ~first)$effects, plain$effects
  )
  expect_effects(
    event_study(event_fit_of(d, y ~ x | unit + half^year), ~first),
    lm_cells(d, terms = "x + unit + paste(half, year)")
  )
})

test_that("a table in a database is fetched, or refused", {
  skip_if_not_installed("RSQLite")
  d <- event_panel()
  d$first[is.na(d$first)] <- 99
  d$more <- as.integer(d$x > 0)
  table <- stored(sqlite(), d)
  expect_error(
    event_study(event_fit_of(table, y ~ more | unit + year, remote = "cells"), ~first),
    "remote = \"rows\"", class = "ccdpanel_error_needs_rows"
  )
  fetched <- event_fit_of(table, remote = "rows", vcov = ~first)
  expect_equal(
    event_study(fetched, ~first)$effects$estimate,
    event_study(event_fit_of(d), ~first)$effects$estimate
  )
})

test_that("effects, errors and averages are those of fixest", {
  skip_if_not_installed("fixest")
  data <- get(utils::data("base_stagg", package = "fixest", envir = environment()))
  data$w <- with_seed(1, stats::runif(nrow(data), 0.5, 2))
  same <- function(vcov, weights = NULL, terms = "x1") {
    formula <- function(right) as.formula(paste("y ~", terms, right, "| id + year"))
    fit <- fe_reg(formula(""), data, panel = c("id", "year"), vcov = vcov, weights = weights)
    x <- event_study(fit, ~year_treated)
    there <- fixest::feols(
      formula("+ sunab(year_treated, year)"), data,
      vcov = if (identical(vcov, "HC1")) "hetero" else vcov, weights = weights
    )
    part <- function(own, agg, rows) {
      table <- summary(there, agg = agg)$coeftable
      table <- table[grep(rows, rownames(table)), , drop = FALSE]
      own <- own[!is.na(own$std.error), c("estimate", "std.error", "statistic", "p.value")]
      expect_equal(as.matrix(own), table, tolerance = 1e-9, ignore_attr = TRUE)
    }
    part(x$effects, "period", "^year::")
    part(x$att, "att", "ATT")
    part(x$cohorts, "cohort", "^cohort::")
  }
  same(~id)
  same("HC1")
  same(~id, ~w)
  same(~id, terms = "1")
})

# Sums of a cohort's residuals over its units are zero in each year, and so are scores by year.
test_that("effects whose covariance is rounding have no error, and no test stops", {
  d <- event_panel()
  d$first[d$first %in% 4] <- NA
  fit <- event_fit_of(d, y ~ 1 | unit + year, vcov = ~year)
  expect_warning(x <- event_study(fit, ~first), class = "ccdpanel_warning_rounding")
  peer <- lm_cells(d, terms = "unit + factor(year)")
  away <- x$effects[x$effects$event != -1, ]
  expect_equal(away$estimate, unname(peer$b[order(peer$event)]), tolerance = 1e-9)
  expect_true(all(is.na(away$std.error) & is.na(away$p.value)))
  expect_null(x$pretrend)
  expect_output(print(x), "no standard error")
})

# Sums of the coefficients of lm() on the cells' dummies.
test_that("effects have a covariance and intervals by their own degrees of freedom", {
  d <- event_panel()
  x <- event_study(event_fit_of(d), ~first)
  peer <- lm_cells(d)
  shares <- outer(c(-3, -2, 0:3), peer$event, "==") * rep(peer$mass, each = 6)
  shares <- shares / rowSums(shares)
  expect_equal(coef(x), drop(shares %*% peer$b), tolerance = 1e-9, ignore_attr = TRUE)
  expect_identical(names(coef(x)), c("-3", "-2", "0", "1", "2", "3"))
  expect_equal(vcov(x), shares %*% peer$v %*% t(shares), tolerance = 1e-9, ignore_attr = TRUE)
  away <- x$effects[x$effects$event != -1, ]
  expect_equal(unname(confint(x)), unname(as.matrix(away[c("conf.low", "conf.high")])))
  df <- 72 - 12 - 5 - 1 - length(peer$b)
  expect_equal(
    confint(x, "2", 0.9)[1, ], coef(x)[["2"]] + qt(c(.05, .95), df) * sqrt(vcov(x)["2", "2"]),
    tolerance = 1e-9, ignore_attr = TRUE
  )
  expect_error(confint(x, "9"), class = "ccdpanel_error_term")
  expect_identical(nobs(x), 72L)
})
