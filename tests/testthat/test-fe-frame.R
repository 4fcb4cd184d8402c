test_that("model.matrix within the effects: residuals on the dummies", {
  d <- made_panel()
  fit <- fe_reg(y ~ x + a | id + year, d, weights = ~w)
  within <- function(v) {
    unname(stats::residuals(stats::lm(v ~ factor(id) + factor(year), cbind(v = v, d), weights = w)))
  }
  m <- model.matrix(fit, demeaned = TRUE)
  expect_equal(m, cbind(within(d$x), within(d$a)), tolerance = 1e-9, ignore_attr = TRUE)
  expect_identical(colnames(m), c("x", "a"))
  expect_equal(model.matrix(fe_reg(y ~ x, d), demeaned = TRUE), model.matrix(fe_reg(y ~ x, d)))
})

test_that("the model frame has the variables on the rows of the sample", {
  d <- made_panel()
  d$x[3] <- NA
  fit <- suppressMessages(fe_reg(log(y^2) ~ poly(a, 2) + x | id, d))
  frame <- stats::model.frame(fit)
  expect_identical(names(frame), c("log(y^2)", "poly(a, 2)", "x"))
  expect_identical(rownames(frame), rownames(d)[fit$sample$rows])
  expect_equal(frame$x, d$x[fit$sample$rows])
})

test_that("without effects the model matrix is that of lm, factors and all", {
  d <- made_panel()
  m <- model.matrix(fe_reg(y ~ x + factor(firm), d))
  known <- stats::model.matrix(~ x + factor(firm), d)
  expect_equal(unname(m), unname(known), ignore_attr = TRUE)
  expect_identical(attr(m, "assign"), attr(known, "assign"))
})

test_that("the terms of the model matrix are those of terms(), in its order", {
  d <- made_panel()
  d$f <- factor(d$firm %% 3)
  fit <- fe_reg(y ~ f:x + x | id | a ~ z1 + z2, d)
  of <- labels(terms(fit))[attr(model.matrix(fit), "assign")]
  expect_identical(names(coef(fit)), c("x", "f1:x", "f2:x", "a"))
  expect_identical(of, c("x", "f:x", "f:x", "a"))
})
