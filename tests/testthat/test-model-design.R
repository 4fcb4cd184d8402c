test_that("a design has y first, then exogenous, endogenous, excluded instruments", {
  d <- made_panel()
  spec <- fe_spec(y ~ x | id | a ~ z1 + z2, d, NULL, NULL, NULL, "stata", 1L, NULL)
  design <- model_design(spec)
  expect_identical(design$names, c("", "x", "a", "z1", "z2"))
  expect_equal(design$x, c(1, 2))
  expect_equal(design$z, c(1, 3, 4))
  expect_equal(design$endogenous, 2)
  expect_false(design$constant)
  expect_identical(
    level_names(design$effects$id, design$first$id), as.character(sort(unique(d$id)))
  )
})

test_that("a design with its sample given is the same design", {
  d <- made_panel()
  d$x[2] <- NA
  spec <- fe_spec(y ~ x + factor(firm) | id, d, ~w, ~ year > 2001, NULL, "stata", 1L, NULL)
  first <- model_design(spec)
  first["seen"] <- list(NULL) # of the columns that were looked at to choose the sample
  spec$sample <- first$sample
  expect_identical(model_design(spec), first)
})

test_that("long columns whose squares are no doubles are refused as short ones are", {
  d <- data.frame(id = rep(1:5000, each = 6), x = rep(sin(1:6), 5000), y = cos(1:30000))
  refused <- function(...) {
    expect_error(fe_reg(y ~ x | id, d, ...), class = "ccdpanel_error_infinite")
  }
  d$x[7] <- 1e160
  expect_match(conditionMessage(refused()), "`x` is so large (up to 1e+160)", fixed = TRUE)
  d$y[1] <- NA
  refused()
  refused(subset = ~ id < 4000)
  expect_identical(nobs(suppressMessages(fe_reg(y ~ x | id, d, subset = ~ id > 2))), 29988L)
})

test_that("tibbles and data tables are data frames", {
  d <- made_panel()
  b <- coef(fe_reg(y ~ x + a | id, d, vcov = ~firm))
  for (package in c("tibble", "data.table")) {
    if (!requireNamespace(package, quietly = TRUE)) next
    other <- if (package == "tibble") tibble::as_tibble(d) else data.table::as.data.table(d)
    fit <- fe_reg(y ~ x + a | id, other, vcov = ~firm)
    expect_identical(coef(fit), b)
    expect_equal(predict(fit, other[1:3, ]), fitted(fit)[1:3], tolerance = 1e-12)
  }
})

# Regions, and a column called like the coefficient of one of them.
same_names <- function() {
  d <- made_panel()
  d$region <- c("South", "North", "West")[1 + d$firm %% 3]
  d$regionSouth <- d$z2
  d
}

test_that("two columns of one name are an error, wherever they stand", {
  d <- same_names()
  refused <- function(formula, data = d) {
    e <- expect_error(fe_reg(formula, data), class = "ccdpanel_error_name")
    expect_match(conditionMessage(e), "names", fixed = TRUE)
    conditionMessage(e)
  }
  said <- refused(y ~ regionSouth + region)
  expect_match(said, "`regionSouth` and `region`", fixed = TRUE)
  refused(y ~ region + regionSouth | year)
  refused(y ~ x | 0 | a ~ regionSouth + region)
  refused(y ~ regionSouth | 0 | a ~ region)
  refused(y ~ region | id | regionSouth ~ z1)
  # Matrices: two columns of one name in one, and a column that is called like one of its.
  refused(y ~ cbind(a = x, a = z1))
  d$m <- cbind(South = d$z1, z2 = d$z2)
  d$mSouth <- d$x
  refused(y ~ m + mSouth)
})

test_that("a term that stands in several parts is one", {
  d <- same_names()
  expect_message(
    fit <- fe_reg(y ~ region | 0 | a ~ region + z1, d), class = "ccdpanel_message_collinear"
  )
  expect_identical(anyDuplicated(names(coef(fit))), 0L)
  # Under the other name for the column both are there, as dummies have them.
  d$other <- d$regionSouth
  dummies <- lm(y ~ other + region, d)
  expect_equal(coef(fe_reg(y ~ other + region, d)), coef(dummies), tolerance = 1e-10)
})

test_that("beside slopes alone the constant is no part of a factor", {
  d <- same_names()
  fit <- fe_reg(y ~ region + x | id[[year]], d)
  peer <- lm(y ~ region + x + factor(id):year, d)
  expect_equal(coef(fit)[c("regionSouth", "x")], coef(peer)[c("regionSouth", "x")])
  expect_identical(attr(model.matrix(fit), "assign"), c(0L, 1L, 1L, 2L))
})
