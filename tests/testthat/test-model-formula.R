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
