test_that("weights, rows, residuals and their degrees of freedom are those of lm", {
  d <- made_panel()
  d$x[4] <- NA
  fit <- suppressMessages(fe_reg(y ~ x + a | id, d, weights = ~w))
  full <- stats::lm(y ~ x + a + factor(id), d, weights = w)
  expect_identical(weights(fit), d$w[-4])
  # R 4.6 asks for these in weighted.residuals().
  expect_identical(weights(fit, type = "working"), d$w[-4])
  expect_error(weights(fit, type = "final"), class = "ccdpanel_error_choice")
  expect_null(weights(suppressMessages(fe_reg(y ~ x, d))))
  expect_identical(nobs(fit), stats::nobs(full))
  expect_equal(df.residual(fit), df.residual(full))
  expect_equal(residuals(fit), unname(residuals(full)), tolerance = 1e-9)
})

test_that("the weights of all rows come back as they were", {
  d <- made_panel()
  fit <- fe_reg(y ~ x | id + year | a ~ z1 + z2, d, weights = ~w)
  expect_identical(weights(fit), d$w)
  expect_null(weights(fe_reg(y ~ x, d)))
})

test_that("a fit updates where nothing of its call is known", {
  file <- tempfile(fileext = ".rds")
  local({
    df <- made_panel()
    k <- 2
    keys <- c("id", "year")
    shape <- y ~ x + I(a / k) | id
    saveRDS(list(
      fe = fe_reg(
        shape, df, vcov = ~id, panel = keys, weights = ~w, subset = ~ year > min(year) + k
      ),
      nw = fe_reg(y ~ x | id, df, vcov = cov_nw(1), panel = keys),
      sys = system_reg(list(one = y ~ x, two = a ~ z1), df, method = "sur", fe = ~id, panel = keys)
    ), file)
  })
  before <- readRDS(file)
  script <- tempfile(fileext = ".R")
  writeLines(c(
    sprintf(
      "invisible(loadNamespace('ccdpanel', lib.loc = %s))",
      encodeString(dirname(find.package("ccdpanel")), quote = "\"")
    ),
    sprintf("fits <- readRDS(%s)", encodeString(file, quote = "\"")),
    "out <- list(",
    "  stats::coef(stats::update(fits$fe, . ~ . + z1)),",
    "  stats::vcov(stats::update(fits$fe, ssc = 'none')),",
    "  stats::vcov(stats::update(fits$nw, . ~ . + z1)),",
    "  stats::coef(stats::update(fits$sys, method = 'ols')),",
    "  stats::coef(stats::update(fits$sys, one = . ~ . + z2))",
    ")",
    sprintf("saveRDS(out, %s)", encodeString(file, quote = "\""))
  ), script)
  said <- system2(
    file.path(R.home("bin"), "Rscript"), c("--vanilla", shQuote(script)), stdout = TRUE,
    stderr = TRUE
  )
  expect_null(attr(said, "status"), info = paste(said, collapse = "\n"))
  after <- readRDS(file)
  d <- made_panel()
  keys <- c("id", "year")
  known <- fe_reg(
    y ~ x + I(a / 2) + z1 | id, d, vcov = ~id, panel = keys, weights = ~w,
    subset = ~ year > min(year) + 2
  )
  expect_equal(unname(after[[1]]), unname(coef(known)))
  expect_equal(after[[2]], vcov(update(before$fe, data = d, panel = keys, ssc = "none")))
  expect_equal(
    after[[3]], vcov(fe_reg(y ~ x + z1 | id, d, vcov = cov_nw(1), panel = keys))
  )
  expect_equal(
    after[[4]],
    coef(system_reg(list(one = y ~ x, two = a ~ z1), d, method = "ols", fe = ~id, panel = keys))
  )
  expect_named(after[[5]], c("one_x", "one_z2", "two_z1"))
})

test_that("changes of a fit without names, or twice, are errors that say the name", {
  d <- made_panel()
  fit <- fe_reg(y ~ x | id, d)
  system <- system_reg(list(one = y ~ x, two = u ~ a), d, method = "sur")
  refused <- function(update, meant, class = "argument") {
    e <- expect_error(update, class = paste0("ccdpanel_error_", class))
    expect_match(conditionMessage(e), meant, fixed = TRUE)
  }
  refused(update(fit, . ~ ., "HC1"), "vcov = \"HC1\"")
  refused(update(fit, . ~ ., ~firm), "vcov = ~firm")
  refused(update(fit, . ~ ., d[1:100, ]), "data = d[1:100, ]")
  refused(update(fit, . ~ ., vcov = "HC1", d), "data = d")
  refused(update(fit, formula. = . ~ ., formula = y ~ a), "`formula`", "conflict")
  refused(update(system, . ~ . + z1), "one = . ~ . + z1")
  refused(update(system, list(one = y ~ a, two = u ~ x)), "equations = list(")
  refused(update(system, one = . ~ . + z1, d), "data = d")
  refused(update(system, ~firm, method = "ols"), "vcov = ~firm")
  refused(
    update(system, one = . ~ . + z1, equations = list(y ~ x, u ~ a)), "`one`", "conflict"
  )
  refused(update(system, one = "z1"), "`one` must be a formula", "formula")
  refused(update(system, one = ~z1), "two-sided", "formula")
  refused(update(by_group(fit, ~ firm > 6), . ~ . + z1), "make them again", "fit")
})

test_that("an equation that is called like an argument and the argument are both changed", {
  d <- made_panel()
  fit <- system_reg(list(data = y ~ x, vcov = u ~ a), d, method = "ols")
  more <- update(fit, vcov = . ~ . + z1)
  expect_identical(names(coef(more))[3:5], c("vcov_(Intercept)", "vcov_a", "vcov_z1"))
  expect_equal(vcov(update(fit, vcov = "HC0")), vcov(fit, "HC0"))
  half <- d[d$year < 2005, ]
  expect_equal(unname(coef(update(fit, data = half))[2]), coef(lm(y ~ x, half))[["x"]])
})

test_that("update() says that the name of the data is another table's, or the table another", {
  d <- made_panel()
  table <- d
  fit <- fe_reg(y ~ x | id, table)
  paneled <- suppressMessages(fe_reg(y ~ x | id, table, panel = c("id", "year")))
  system <- system_reg(list(one = y ~ x, two = a ~ w), table, method = "sur")
  said <- function(now) {
    gsub(
      " ", "\\s+", paste("`table` is not the data of the fit: 288 rows then,", now), fixed = TRUE
    )
  }
  expect_no_message(update(fit, . ~ . + a))
  expect_no_message(update(paneled, . ~ . + a), class = "ccdpanel_message_changed")
  expect_no_message(update(system, one = . ~ . + z1))
  table$new <- table$x^2
  expect_equal(coef(update(fit, . ~ . + new)), coef(fe_reg(y ~ x + new | id, table)))
  expect_no_message(update(fit, . ~ . + new))
  elsewhere <- function(table, fit) update(fit, . ~ . + a)
  expect_message(
    more <- elsewhere(d[1:100, ], fit), said("100 rows now[.]"),
    class = "ccdpanel_message_changed"
  )
  expect_equal(coef(more), coef(fe_reg(y ~ x + a | id, d[1:100, ])))
  table$x[3] <- 0
  expect_message(update(fit), said("288 rows now, with other"))
  expect_message(update(system, method = "ols"), said("288 rows now, with other"))
  expect_no_message(update(fit, data = table))
  table <- "no data"
  expect_equal(coef(update(fit, . ~ . + a)), coef(fe_reg(y ~ x + a | id, d)))
})

test_that("a summary answers as its fit does, with its own covariance", {
  d <- made_panel()
  fit <- fe_reg(y ~ x + w | id + year, d)
  system <- system_reg(list(one = y ~ x, two = a ~ w), d, method = "sur")
  for (one in list(fit, system, equations(system)[[2]])) {
    kept <- summary(one, vcov = ~firm)
    expect_identical(vcov(kept), vcov(one, ~firm))
    expect_false(identical(vcov(kept), vcov(one)))
    expect_equal(tidy(kept, conf.int = TRUE), tidy(one, conf.int = TRUE, vcov = ~firm))
    expect_identical(confint(kept, level = 0.9), confint(one, level = 0.9, vcov = ~firm))
    expect_identical(nobs(kept), nobs(one))
    expect_identical(df.residual(kept), df.residual(one))
    expect_identical(residuals(kept), residuals(one))
    expect_error(vcov(kept, cluster = ~id), class = "ccdpanel_error_argument")
    expect_error(
      regression_table(kept), "regression_table\\(fit, vcov", class = "ccdpanel_error_fit"
    )
  }
  kept <- summary(fit, vcov = ~firm, constant = "xtreg")
  expect_equal(tidy(kept), tidy(fit, vcov = ~firm, constant = "xtreg"))
  expect_equal(tidy(kept)$std.error, unname(kept$coefficients[, "Std. Error"]))
})
