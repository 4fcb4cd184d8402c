test_that("the grammar: parts, effects, interactions, instruments", {
  p <- parse_fe_formula(y ~ x + log(w) | id + year^region | a + b ~ z1 + z2)
  expect_identical(p$response, quote(y))
  expect_identical(p$exogenous, quote(x + log(w)))
  expect_identical(p$effects, list(
    id = list(quote(id)), `year^region` = list(quote(year), quote(region))
  ))
  expect_identical(p$endogenous, quote(a + b))
  expect_identical(p$instruments, quote(z1 + z2))
  expect_null(parse_fe_formula(y ~ x | 0)$effects)
  expect_null(parse_fe_formula(y ~ x | 0 | a ~ z)$effects)
  expect_identical(parse_fe_formula(y ~ x | a ~ z)$endogenous, quote(a))
  expect_null(parse_fe_formula(y ~ x)$endogenous)
})

test_that("interacted effects are one effect a combination", {
  d <- made_panel()
  d$half <- d$id > 20
  expect_equal(
    coef(fe_reg(y ~ x | id + half^year, d)),
    coef(stats::lm(y ~ x + factor(id) + interaction(half, year), d))["x"],
    tolerance = 1e-9
  )
})

test_that("scope copies what is not in the data, and nothing else", {
  k <- 3
  f <- function(x) x
  expect_identical(model_scope(list(quote(log(x) + x^k)), list(x = 1), environment()), list(k = 3))
  expect_identical(model_scope(list(quote(f(x))), list(x = 1), environment()), list(f = f))
  expect_length(model_scope(
    list(quote(log(x) + poly(x, 2) + stats::lag(x))), list(x = 1), environment()
  ), 0)
})

test_that("one-sided arguments must be formulas", {
  expect_identical(one_sided(~ a > 1, "subset"), quote(a > 1))
  expect_error(one_sided("a", "subset"), class = "ccdpanel_error_formula")
  expect_error(one_sided(a ~ b, "subset"), class = "ccdpanel_error_formula")
})

test_that("a dot is every column that no other part uses", {
  d <- made_panel()[c("y", "x", "a", "z1", "id", "w")]
  expect_identical(names(coef(fe_reg(y ~ ., d[c("y", "x", "a")]))), c("(Intercept)", "x", "a"))
  expect_equal(
    coef(fe_reg(log(y^2) ~ ., d[c("y", "x", "a")])), coef(stats::lm(log(y^2) ~ x + a, d)),
    tolerance = 1e-9
  )
  expect_equal(
    coef(fe_reg(y ~ . | id, d, weights = ~w)), coef(fe_reg(y ~ x + a + z1 | id, d, weights = ~w))
  )
  expect_equal(coef(fe_reg(y ~ . - x | id | a ~ z1, d)), coef(fe_reg(y ~ w | id | a ~ z1, d)))
  expect_equal(coef(fe_reg(y ~ ., d["y"])), c(`(Intercept)` = mean(d$y)))
  expect_identical(
    system_reg(list(e = y ~ .), d[c("y", "x", "id")], fe = ~id, method = "ols")$terms, list(e = "x")
  )
})

test_that(
  paste0(
    "functions handed over by name, arguments of a function and what follows a $ are no ",
    "variables of the data"
  ),
  {
  d <- made_panel()
  other <- list(zz = rev(d$x))
  plain <- function(v) coef(stats::lm(d$y ~ v + factor(d$id)))[["v"]]
  first <- function(f, ...) unname(coef(fe_reg(f, d, ...)))[1]
  expect_equal(first(y ~ ave(x, year, FUN = median) | id), plain(ave(d$x, d$year, FUN = median)))
  expect_equal(first(y ~ sapply(x, function(v) v^3) | id), plain(d$x^3))
  expect_equal(first(y ~ sapply(x, \(v, p = 2) v^p) | id), plain(d$x^2))
  expect_equal(first(y ~ other$zz | id), plain(other$zz))
  expect_equal(first(y ~ d$w | id), plain(d$w))
  expect_equal(
    first(y ~ d$w + l(x, 1) | id, panel = c("id", "year")),
    first(y ~ w + l(x, 1) | id, panel = c("id", "year"))
  )
  expect_equal(first(y ~ Reduce(`+`, list(x, w)) | id), plain(d$x + d$w))
  keep <- ave(d$x, d$id, FUN = mean) > 0
  expect_equal(
    first(y ~ x | id, subset = ~ ave(x, id, FUN = mean) > 0),
    coef(stats::lm(y ~ x + factor(id), d[keep, ]))[["x"]]
  )
  # A name that nothing binds is said, be it a function elsewhere or within one.
  for (f in list(
    y ~ sd, y ~ log(sd), y ~ x + I(var^2), y ~ sapply(x, function(v) v + nowhere),
    y ~ ave(x, nowhere)
  )) {
    expect_error(fe_reg(f, d), class = "ccdpanel_error_column")
  }
})

test_that(
  "functions that shift rows without the panel are refused by name, in every part of every model", {
  d <- made_panel()
  for (f in list(
    y ~ lag(x, 1) | id, y ~ stats::lag(x) | id, y ~ dplyr::lag(x) | id, y ~ lead(x) | id,
    y ~ diff(x), y ~ log(shift(w)), y ~ L(x, 2), y ~ F(x), y ~ D(x), y ~ x - lag(x) | id,
    lag(y) ~ x, y ~ x | lag(id), y ~ x | id | a ~ lag(z1), y ~ I(x * lag(x))
  )) {
    expect_error(fe_reg(f, d), "does not know the panel", class = "ccdpanel_error_panel")
  }
  refused <- function(expr) {
    e <- tryCatch(expr, error = identity)
    expect_s3_class(rlang::`%||%`(e$parent, e), "ccdpanel_error_panel")
  }
  refused(fe_reg(y ~ x, d, weights = ~ lag(w)))
  refused(fe_reg(y ~ x, d, subset = ~ lead(x) > 0))
  refused(fe_reg(y ~ x, d, vcov = ~ lag(id)))
  refused(system_reg(list(a = y ~ lag(x), b = a ~ z1), d))
  refused(system_reg(list(a = y ~ x, b = a ~ z1), d, instruments = ~ x + lag(z1)))
  fit <- fe_reg(y ~ x | id, d, panel = c("id", "year"))
  refused(robustness(fit, lagged = list(formula = . ~ . + lag(a))))
  refused(robustness(fit, part = list(subset = ~ lag(x) > 0)))
  refused(add_controls(fit, ~ diff(a)))
  refused(by_group(fit, ~ lag(x) > 0))
  expect_snapshot(error = TRUE, {
    fe_reg(y ~ lag(log(w), 1) | id, d)
    fe_reg(y ~ lead(x) | id, d)
    fe_reg(y ~ D(x) | id, d)
  })
  # The user's own function of that name, and one that is applied unit by unit.
  D <- function(v) v^2
  expect_equal(unname(coef(fe_reg(y ~ D(x) | id, d))), unname(coef(fe_reg(y ~ I(x^2) | id, d))))
  expect_no_error(fe_reg(y ~ ave(x, id, FUN = function(v) c(0, diff(v))) | id, d))
})

test_that("a power outside I() is said to be none", {
  d <- made_panel()
  expect_message(
    fe_reg(y ~ x^2 + a | id, d), "reads `x\\^2` in a formula as `x`",
    class = "ccdpanel_message_power"
  )
  expect_message(
    fe_reg(y ~ log(w)^2 | id | a ~ z1, d), "I\\(log\\(w\\)\\^2\\)", class = "ccdpanel_message_power"
  )
  expect_message(
    system_reg(list(one = y ~ x^2, two = a ~ z1), d, method = "ols"),
    class = "ccdpanel_message_power"
  )
  expect_no_message(fe_reg(y ~ (x + a)^2 + I(x^2) | id, d), class = "ccdpanel_message_power")
  expect_no_message(
    fe_reg(y ~ x | id^firm, d, subset = ~ x^2 > 0.01), class = "ccdpanel_message_power"
  )
})

test_that("lag() handed over by name lags nothing, and is refused; a column of that name is one", {
  d <- state_capital
  expect_error(
    fe_reg(log(output) ~ ave(water, state, FUN = lag), d), "no lag", class = "ccdpanel_error_panel"
  )
  d$lag <- d$water
  expect_equal(
    unname(coef(fe_reg(log(output) ~ lag, d))), unname(coef(lm(log(output) ~ water, d)))
  )
})

test_that("update() says what R reads in a power", {
  fit <- fe_reg(log(output) ~ unemployment, state_capital)
  expect_message(update(fit, . ~ . + water^2), "R reads", class = "ccdpanel_message_power")
  expect_message(
    robustness(fit, a = . ~ . + water^2), "R reads", class = "ccdpanel_message_power"
  )
})

test_that("conditions that a formula does not take are refused with what does", {
  d <- state_capital
  said <- function(formula, class, pattern, ...) {
    error <- expect_error(fe_reg(formula, d, ...), class = class)
    expect_match(gsub("\\s+", " ", conditionMessage(error)), pattern)
  }
  case <- output ~ highways + case_when(year > 1975 ~ 1, TRUE ~ 0)
  said(case, "ccdpanel_error_formula", "case_when.*ifelse")
  said(output ~ highways + switch(region, South = 1), "ccdpanel_error_evaluate", "ifelse")
  said(output ~ highways + if (year > 1975) 1 else 0, "ccdpanel_error_evaluate", "ifelse")
  said(output ~ highways + no_such_f(year), "ccdpanel_error_evaluate", "package")
  said(output ~ highways + region == "South", "ccdpanel_error_evaluate", "I\\(region")
  said(output ~ highways + year %in% 1975, "ccdpanel_error_formula", "%in% nests|`%in%` nests")
  said(output ~ highways + region %in% c(), "ccdpanel_error_evaluate", "%in%")
  said(
    output ~ highways, "ccdpanel_error_empty_sample", "right side of `%in%` holds nothing",
    subset = ~ region %in% c()
  )
  keep <- character()
  said(
    output ~ highways, "ccdpanel_error_empty_sample", "region %in% keep",
    subset = ~ year > 1970 & region %in% keep
  )
  # Formulas of a model are none of these.
  expect_s3_class(suppressMessages(fe_reg(
    log(output) ~ log(highways) | state | log(water) ~ l(log(water), 1), d,
    panel = c("state", "year")
  )), "fe_reg")
})

test_that("names of columns where a formula is meant are an error that says so", {
  refit <- function(...) fe_reg(output ~ unemployment | state, state_capital, ...)
  expect_error(refit(weights = highways), "~variable", class = "ccdpanel_error_formula")
  expect_error(refit(subset = year > 1975), "~variable", class = "ccdpanel_error_formula")
  expect_error(refit(vcov = region), "vcov = ~variable", class = "ccdpanel_error_formula")
  expect_error(vcov(refit(), region), "vcov = ~variable", class = "ccdpanel_error_formula")
  expect_error(
    system_reg(list(output ~ unemployment), state_capital, fe = state), "fe = ~variable",
    class = "ccdpanel_error_formula"
  )
  # What the argument itself refuses stays as it was said.
  expect_error(refit(vcov = cov_nw(lag = "a")), class = "ccdpanel_error_number")
})

test_that("running sums are by unit, or refused with the way to them", {
  d <- state_capital[order(state_capital$state, state_capital$year), ]
  for (name in c("cumsum", "cumprod", "cummax", "cummin")) {
    f <- stats::as.formula(sprintf("output ~ %s(unemployment) | state", name))
    expect_error(fe_reg(f, d), "ave\\(unemployment, unit", class = "ccdpanel_error_panel")
  }
  fit <- fe_reg(output ~ ave(unemployment, state, FUN = cumsum) | state, d)
  d$sum <- unlist(lapply(split(d$unemployment, d$state), cumsum))
  expect_equal(unname(coef(fit)), unname(coef(fe_reg(output ~ sum | state, d))))
  cumsum <- function(x) x / 2
  expect_equal(
    unname(coef(fe_reg(output ~ cumsum(unemployment) | state, d))),
    2 * unname(coef(fe_reg(output ~ unemployment | state, d)))
  )
})

test_that("a bar inside a part is said as one, with what was meant where that can be told", {
  d <- state_capital
  said <- function(formula) {
    gsub("\\s+", " ", tryCatch(fe_reg(formula, d), ccdpanel_error_formula = conditionMessage))
  }
  expect_match(
    said(log(output) ~ (water + unemployment | state)),
    "`log(output) ~ water + unemployment | state`", fixed = TRUE
  )
  expect_match(
    said(log(output) ~ water + (1 | state)),
    "`log\\(output\\) ~ water \\| state`\\..*Random effects"
  )
  expect_match(said(log(output) ~ water || state), "`log(output) ~ water | state`", fixed = TRUE)
  expect_match(
    said(log(output) ~ water + (unemployment | state) | year),
    "without brackets around them: `y ~ x | effects | endogenous ~ instruments`", fixed = TRUE
  )
  for (formula in list(
    log(output) ~ water | (state | year), log(output) ~ water * (unemployment | state),
    log(output) ~ 1 | state | water ~ unemployment + (employment | year)
  )) {
    expect_match(said(formula), "side by side, without brackets")
  }
  # Inside a function it is R's.
  expect_s3_class(fe_reg(log(output) ~ I(water > 1000 | unemployment > 5), d), "fe_reg")
})

test_that("collapse's lags that name unit and time are those within units", {
  skip_if_not_installed("collapse")
  d <- made_panel(units = 8, years = 6)[-c(3, 11, 20), ]
  d <- d[order(d$x), ]
  panel <- c("id", "year")
  lag <- suppressMessages(fe_reg(y ~ l(x) | id, d, panel = panel))
  difference <- suppressMessages(fe_reg(y ~ d(x) | id, d, panel = panel))
  same <- function(formula, fit) {
    expect_equal(unname(coef(suppressMessages(fe_reg(formula, d)))), unname(coef(fit)))
  }
  same(y ~ collapse::flag(x, 1, id, year) | id, lag)
  same(y ~ collapse::flag(x, t = year, g = id) | id, lag)
  same(y ~ collapse::fdiff(x, g = id, t = year) | id, difference)
  for (formula in list(y ~ collapse::flag(x), y ~ collapse::flag(x, 1, id))) {
    expect_error(fe_reg(formula, d), "l\\(x, 1\\)", class = "ccdpanel_error_panel")
  }
})

test_that("a formula of two hundred terms is read as one of two", {
  set.seed(3)
  d <- as.data.frame(matrix(stats::rnorm(300 * 201), 300))
  names(d) <- c("y", paste0("x", 1:200))
  d$g <- rep(1:10, 30)
  terms <- paste0("x", 1:200, collapse = " + ")
  plain <- stats::lm(stats::reformulate(c(terms, "factor(g)"), "y"), d)
  fit <- fe_reg(stats::as.formula(paste("y ~", terms, "| g")), d)
  expect_equal(coef(fit), coef(plain)[names(coef(fit))], tolerance = 1e-8)
  less <- update(fit, . ~ . - x1)
  expect_identical(names(coef(less)), names(coef(fit))[-1])
  # Within an expression too.
  one <- fe_reg(stats::as.formula(paste("y ~ I(", terms, ") | g")), d)
  d$sum <- rowSums(d[paste0("x", 1:200)])
  expect_equal(unname(coef(one)), unname(coef(fe_reg(y ~ sum | g, d))), tolerance = 1e-10)
})
