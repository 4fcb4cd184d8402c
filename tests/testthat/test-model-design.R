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
  spec$sample <- first$sample
  expect_identical(model_design(spec), first)
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
