test_that("rows leave by subset, then missing, then weight, each counted once", {
  v <- list(y = c(1, NA, 3, 4, 5, 6), x = c(1, NA, NA, 4, 5, 6))
  s <- select_rows(
    v, 6, weights = c(1, 1, 1, 1, 0, 1), subset = c(TRUE, TRUE, TRUE, FALSE, TRUE, NA), call = NULL
  )
  expect_identical(s$rows, 1L)
  expect_equal(
    s$counts[c("total", "subset", "missing", "zero_weight")],
    list(total = 6, subset = 2L, missing = 2L, zero_weight = 1L)
  )
  expect_identical(s$counts$missing_by, c(y = 1L, x = 2L))
  expect_identical(
    describe_losses(s$counts),
    "2 rows outside `subset`; 2 rows with missing values (y: 1, x: 2); 1 row with weight zero"
  )
})

test_that("missing values are counted under the names of columns, once each", {
  d <- data.frame(g = rep(1:3, each = 4), z = (1:12)^2, x = sin(1:12))
  names(d)[2:3] <- c("z z", "x x")
  d$y <- cos(1:12)
  d[2, 2:3] <- NA
  d$f <- rep(c("a", "b"), 6)
  for (formula in list(y ~ `x x` | g[`z z`], y ~ `x x` + `z z` + f, y ~ `x x` | 0 | `z z` ~ g:f)) {
    fit <- suppressMessages(fe_reg(formula, d))
    by <- fit$sample$counts$missing_by
    expect_identical(by[order(names(by))], c(`x x` = 1L, `z z` = 1L))
  }
})

test_that("a complete sample is no index at all", {
  s <- select_rows(list(y = 1:3), 3, NULL, NULL, NULL)
  expect_null(s$rows)
  expect_identical(s$n, 3)
})

test_that("singletons go recursively and are counted", {
  d <- data.frame(
    y = c(1, 2, 4, 3, 6, 5, 9), x = c(2, 1, 5, 4, 3, 7, 8), a = c(1, 1, 2, 3, 2, 1, 1),
    b = c(1, 1, 2, 2, 1, 1, 1)
  )
  # row 4 is alone in a = 3; then row 3 is alone in b = 2; then row 5 in a = 2; the others stay
  fit <- suppressMessages(fe_reg(y ~ x | a + b, d))
  expect_identical(fit$sample$counts$singletons, 3L)
  expect_identical(fit$sample$rows, c(1L, 2L, 6L, 7L))
})

test_that("columns named like a part of the model do not hide that part's missing values", {
  d <- made_panel()
  d$weights <- d$z1
  d$offset <- d$z2
  d$half <- "a"
  miss <- function(v) replace(v, 2, NA)
  n <- nrow(d)
  expect_equal(nobs(suppressMessages(fe_reg(
    y ~ weights, transform(d, w = miss(w)), weights = ~w
  ))), n - 1)
  expect_equal(nobs(suppressMessages(fe_reg(
    y ~ x + offset + offset(o), transform(d, o = miss(w))
  ))), n - 1)
  expect_equal(nobs(suppressMessages(fe_reg(
    y ~ x | half^firm, transform(d, firm = miss(firm))
  ))), n - 1)
  expect_equal(nobs(suppressMessages(fe_reg(
    y ~ x | firm^half, transform(d, firm = miss(firm))
  ))), n - 1)
  expect_equal(nobs(suppressMessages(system_reg(
    list(e = y ~ x), transform(d, firm = miss(firm)), fe = ~ half^firm, method = "ols"
  ))), n - 1)
})

test_that("missing values outside the subset are not counted; a subset must be a condition", {
  d <- made_panel()
  d$x[d$year == 2001] <- NA
  expect_silent(fit <- fe_reg(y ~ x, d, subset = ~ year > 2001))
  expect_null(fit$sample$counts$missing)
  expect_error(fe_reg(y ~ x, d, subset = ~ as.character(id)), class = "ccdpanel_error_subset")
})

test_that("a variable that is an effect and a regressor is missing once", {
  set.seed(1)
  d <- data.frame(g = rep(c("a", "b", "c", NA), 10), u = rep(1:8, each = 5), x = rnorm(40))
  d$y <- rnorm(40)
  fit <- suppressMessages(fe_reg(y ~ x:g | u + g, d))
  expect_identical(fit$sample$counts$missing_by, c(g = 10L))
  expect_identical(fit$sample$counts$missing, 10L)
})

test_that("weights have any unit, and those whose products are no numbers are refused", {
  d <- data.frame(id = gl(6, 5), x = sin(1:30), z = cos((1:30)^2), w = 1 + 1:30 %% 4)
  d$y <- d$x + cos(1:30)
  oracle <- summary(stats::lm(y ~ x + z + id, d, weights = w))$coefficients[c("x", "z"), 3]
  statistic <- function(scale, more = 1) {
    d$w <- d$w * scale
    d$x <- d$x * more
    tidy(fe_reg(y ~ x + z | id, d, weights = ~w))$statistic
  }
  for (scale in c(1e-100, 1e130)) expect_equal(statistic(scale), unname(oracle))
  # Before, a product beyond what doubles hold was taken for a collinear regressor.
  expect_error(statistic(1e150), "weights", class = "ccdpanel_error_infinite")
  expect_error(statistic(1e10, 1e149), "by the weights", class = "ccdpanel_error_infinite")
  d$w <- d$w * 1e150
  expect_error(
    system_reg(list(a = y ~ x, b = z ~ x), d, method = "ols", weights = ~w),
    class = "ccdpanel_error_infinite"
  )
})

test_that("lags by a step that the times do not make are said to be that", {
  d <- expand.grid(year = c(1987, 1990, 1993), id = 1:5)
  d$y <- sin(seq_len(15))
  d$x <- cos(seq_len(15))
  panel <- c("id", "year")
  expect_error(
    fe_reg(d(y) ~ d(x), d, panel = panel), "l\\(x, 3\\)", class = "ccdpanel_error_empty_sample"
  )
  expect_error(
    fe_reg(y ~ log(l(x, 1) + 2), d, panel = panel, subset = ~ year > 1987), "l\\(x, 3\\)",
    class = "ccdpanel_error_empty_sample"
  )
  expect_identical(suppressMessages(nobs(fe_reg(d(y, 3) ~ d(x, 3), d, panel = panel))), 10L)
  d$x <- NA_real_
  expect_error(
    fe_reg(y ~ x + l(y, 1), d, panel = panel), "colSums", class = "ccdpanel_error_empty_sample"
  )
})
