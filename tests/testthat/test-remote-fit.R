test_that("cells or rows are chosen by their number, and said", {
  con <- sqlite()
  table <- stored(con, state_capital)
  few <- fe_reg(log(output) ~ unemployment | region + year, table)
  many <- fe_reg(log(output) ~ unemployment | state + year, table)
  expect_identical(few$remote$mode, "cells")
  expect_identical(many$remote$mode, "rows")
  expect_output(print(few), "sums by 68 cells, made in the database (4 queries)", fixed = TRUE)
  expect_output(print(many), "816 rows fetched from the database", fixed = TRUE)
  local <- fe_reg(log(output) ~ unemployment | state + year, state_capital)
  expect_same_fit(many, local)
  expect_equal(residuals(many), residuals(local))
  expect_error(fe_reg(output ~ year, table, remote = "some"), class = "ccdpanel_error_choice")
})

test_that("what needs rows is an error that says what to do", {
  con <- sqlite()
  table <- stored(con, state_capital)
  refit <- function(...) fe_reg(log(output) ~ unemployment | region, table, ..., remote = "cells")
  fit <- refit()
  needs <- function(code) {
    expect_error(code, "remote = \"rows\"", class = "ccdpanel_error_needs_rows")
  }
  for (v in list("HC2", "HC3", cov_cr2(~state), cov_cr3(~state))) {
    needs(refit(vcov = v))
    needs(vcov(fit, v))
  }
  needs(residuals(fit))
  needs(fitted(fit))
  needs(hatvalues(fit))
  needs(model.matrix(fit))
  needs(model.frame(fit))
  needs(generics::augment(fit))
  needs(wild_bootstrap(fit, "unemployment"))
  needs(robustness(fit, "Without 1986" = ~ year != 1986))
  needs(moderation_test(fit, ~water, "unemployment"))
  needs(mediation_test(fit, ~water, "unemployment"))
  controls <- add_controls(fit, ~ log(water) + log(highways))
  own <- fe_reg(log(output) ~ unemployment | region, state_capital)
  own <- add_controls(own, ~ log(water) + log(highways))
  expect_equal(lapply(controls, coef), lapply(own, coef), tolerance = 1e-10)
  rows <- fe_reg(log(output) ~ unemployment | region, table, vcov = "HC3", remote = "rows")
  local <- fe_reg(log(output) ~ unemployment | region, state_capital, vcov = "HC3")
  expect_equal(vcov(rows), vcov(local))
})

test_that("instrumental variables and all tests of instruments are those of the rows", {
  con <- sqlite()
  table <- stored(con, state_capital)
  local <- as.data.frame(dplyr::collect(table))
  model <- log(output) ~ unemployment | region + year |
    log(private_capital) + log(employment) ~ log(highways) + log(water) + l(unemployment)
  for (case in list(
    list("iid", "liml"), list("HC1", "2sls"), list("HC1", "fuller"), list(~state, "gmm"),
    list(~ state + year, "2sls")
  )) {
    panel <- c("state", "year")
    a <- suppressMessages(fe_reg(
      model, table, vcov = case[[1]], estimator = case[[2]], panel = panel, remote = "cells"
    ))
    b <- suppressMessages(fe_reg(
      model, local, vcov = case[[1]], estimator = case[[2]], panel = panel
    ))
    expect_same_fit(a, b)
    expect_equal(a$kappa, b$kappa, tolerance = 1e-10)
    expect_equal(weak_iv(a), weak_iv(b), tolerance = 1e-10)
    expect_equal(iv_tests(a), iv_tests(b), tolerance = 1e-10)
  }
  one <- log(output) ~ unemployment | region | log(private_capital) ~ log(highways) + log(water)
  a <- fe_reg(one, table, vcov = "HC1", remote = "cells")
  b <- fe_reg(one, local, vcov = "HC1")
  expect_equal(anderson_rubin(a), anderson_rubin(b), tolerance = 1e-10)
  all <- paste(names(coef(b)), "= 1")
  expect_equal(test_restrictions(a, all), test_restrictions(b, all), tolerance = 1e-10)
  needs <- function(code) expect_error(code, class = "ccdpanel_error_needs_rows")
  needs(weak_iv(a, vcov = cov_dk(1)))
})

test_that("a table of models is that of the rows, the constant and first stages included", {
  con <- sqlite()
  table <- stored(con, state_capital)
  local <- as.data.frame(dplyr::collect(table))
  model <- log(output) ~ log(highways) | region + year
  far <- fe_reg(model, table, vcov = ~state, remote = "cells")
  near <- fe_reg(model, local, vcov = ~state)
  expect_equal(as.data.frame(regression_table(far)), as.data.frame(regression_table(near)))
  expect_identical(attr(regression_table(far), "note"), attr(regression_table(near), "note"))
  model <- log(output) ~ unemployment | region | log(private_capital) ~ log(highways) + log(water)
  far <- fe_reg(model, table, vcov = ~state, remote = "cells")
  near <- fe_reg(model, local, vcov = ~state)
  expect_equal(
    as.data.frame(regression_table(far, first_stage = TRUE)),
    as.data.frame(regression_table(near, first_stage = TRUE))
  )
})

test_that("wild bootstrap draws by clusters are the rows' own", {
  con <- sqlite()
  d <- as.data.frame(state_capital)
  table <- stored(con, d)
  for (formula in c(
    log(output) ~ log(highways) + unemployment | state + year, log(output) ~ unemployment,
    log(output) ~ 1 | state | unemployment ~ log(water) + log(utilities)
  )) {
    for (vcov in list(~state, ~ state + year)) {
      fits <- list(
        fe_reg(formula, table, vcov = vcov, remote = "cells"), fe_reg(formula, d, vcov = vcov)
      )
      draws <- lapply(fits, wild_bootstrap, "unemployment", draws = 199, type = "webb")
      expect_identical(draws[[1]]$p_value, draws[[2]]$p_value)
      expect_equal(draws[[1]]$t, draws[[2]]$t, tolerance = 1e-8)
      expect_equal(draws[[1]]$interval, draws[[2]]$interval, tolerance = 1e-8)
    }
  }
  draws <- lapply(fits, function(fit) {
    wild_bootstrap(fit, "unemployment", 99, cluster = ~region, boot_cluster = ~state)
  })
  expect_equal(draws[[1]]$t, draws[[2]]$t, tolerance = 1e-8)
})

test_that("constants beside effects, first stages and inflation factors are those of the rows", {
  con <- sqlite()
  d <- uneven_firms()
  d$z <- d$digital + cos(seq_along(d$kind))
  table <- stored(con, d)
  local <- as.data.frame(dplyr::collect(table))
  for (case in list(
    list(output ~ digital + kind | industry + year, vcov = ~ city + year, weights = ~w),
    list(output ~ size + digital | industry, vcov = "HC1"),
    list(output ~ size | year + industry | digital ~ z + both, vcov = ~city, estimator = "fuller"),
    list(output ~ size | year + industry | digital ~ z + w, vcov = ~city, estimator = "gmm"),
    list(output ~ 1 | city + year | digital ~ z + w, vcov = "HC1", estimator = "gmm"),
    list(output ~ size + w | year | digital ~ z, vcov = "HC1")
  )) {
    refit <- function(data, ...) {
      suppressMessages(do.call(fe_reg, c(unname(case[1]), list(data = data), case[-1], list(...),
        subset = quote(~ year > 1900))))
    }
    a <- refit(table, remote = "cells")
    b <- refit(local)
    for (convention in c("reghdfe", "xtreg")) {
      for (v in list(NULL, "iid", ~city)) {
        made <- fe_constant(a, convention, v)
        own <- fe_constant(b, convention, v)
        columns <- c("estimate", "std.error", "df")
        # Of `size` the rows' own constant is a difference of numbers of 1e8.
        digits <- if ("size" %in% names(coef(b))) 1e-8 else 1e-10
        expect_lt(relative(made[columns], own[columns]), digits)
      }
    }
    expect_equal(as.data.frame(collinearity(a)), as.data.frame(collinearity(b)), tolerance = 1e-10)
    if (!length(b$endogenous)) next
    stages <- suppressMessages(first_stage(b))
    expect_same_fit(suppressMessages(first_stage(a))$digital, stages$digital)
  }
  a <- fe_reg(output ~ size | year | digital:w ~ z, table, remote = "cells")
  expect_error(first_stage(a), "digital:w", class = "ccdpanel_error_needs_rows")
})

test_that("a missing cluster is an error after what is said of the sample, as in memory", {
  con <- sqlite()
  d <- data.frame(
    id = rep(1:6, 5), x = c(NA, sin(2:30)), y = cos(1:30), z = (1:30) %% 7,
    cl = c(rep(1:5, 5), NA, NA, 1:3)
  )
  table <- stored(con, d)
  told <- function(code) {
    said <- character()
    e <- expect_error(withCallingHandlers(code, message = function(m) {
      said <<- c(said, conditionMessage(m))
      rlang::cnd_muffle(m)
    }), class = "ccdpanel_error_cluster")
    c(said, conditionMessage(e))
  }
  calls <- list(
    function(d) fe_reg(y ~ x | id, d, vcov = ~cl),
    function(d) fe_reg(y ~ 1 | id | x ~ z, d, vcov = ~cl),
    function(d) system_reg(list(a = y ~ x, b = z ~ x), d, method = "sur", vcov = ~cl)
  )
  for (fit in calls) {
    own <- told(fit(d))
    expect_match(own[1], "1 row with missing values", all = FALSE)
    expect_match(own[length(own)], "in 2 of 29 rows", fixed = TRUE)
    expect_identical(told(fit(table)), own)
  }
})

test_that("controls with missing values leave the rows that all models can use, as in memory", {
  con <- sqlite()
  set.seed(6)
  d <- data.frame(
    id = rep(1:9, each = 10), t = rep(1:10, 9), x = rnorm(90), w = rnorm(90), z = rexp(90),
    y = rnorm(90), `a k` = sample(c("u", "v"), 90, TRUE), check.names = FALSE
  )
  d$w[c(3, 40)] <- NA
  d$z[c(8, 9)] <- NA
  d$`a k`[17] <- NA
  table <- stored(con, d)
  panel <- c("id", "t")
  fits <- list(
    suppressMessages(fe_reg(y ~ x | id, table, panel = panel, remote = "cells")),
    fe_reg(y ~ x | id, d, panel = panel)
  )
  for (steps in c("add", "single")) {
    said <- lapply(fits, function(fit) {
      expect_message(
        made <- add_controls(fit, ~ w + log(z) + `a k` + l(x, 1:2), steps = steps),
        "on the 67 rows", class = "ccdpanel_message_common_sample"
      )
      made
    })
    expect_equal(lapply(said[[1]], coef), lapply(said[[2]], coef), tolerance = 1e-10)
    expect_equal(lapply(said[[1]], stats::nobs), lapply(said[[2]], stats::nobs))
  }
})
