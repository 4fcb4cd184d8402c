skip_if_not_installed("ggplot2")

fits <- function() {
  one <- fe_reg(log(output) ~ log(highways) + unemployment | state, state_capital)
  list(one = one, two = update(one, . ~ . | state + year, vcov = ~state))
}

test_that("points and intervals are those of lm with dummies", {
  f <- fits()
  built <- drawn(coefficient_plot(f$one))
  m <- stats::lm(log(output) ~ log(highways) + unemployment + factor(state), state_capital)
  terms <- c("log(highways)", "unemployment")
  shown <- built$data[[3]]
  expect_equal(sort(shown$x), sort(unname(stats::coef(m)[terms])))
  expect_equal(sort(built$data[[2]]$xmin), sort(unname(stats::confint(m)[terms, 1])))
  expect_equal(sort(built$data[[2]]$xmax), sort(unname(stats::confint(m)[terms, 2])))
})

test_that(
  "several fits lie above each other in their order, named or numbered, alone or in a list", {
  f <- fits()
  p <- coefficient_plot(f$one, other = f$two)
  expect_identical(levels(p$data$model), c("(1)", "other"))
  rows <- drawn(p)$data[[3]]
  expect_true(all(diff(tapply(rows$y, rows$colour, max)[c("#0072B2", "#D55E00")]) < 0))
  expect_identical(levels(coefficient_plot(f)$data$model), c("one", "two"))
  expect_identical(levels(ggplot2::autoplot(f$one, second = f$two)$data$model), c("(1)", "second"))
})

test_that("another covariance or level is passed on", {
  f <- fits()
  p <- coefficient_plot(f$one, vcov = ~state, level = 0.9)
  expect_equal(p$data$low, unname(stats::confint(f$one, level = 0.9, vcov = ~state)[, 1]))
  expect_match(p$labels$x, "90% interval")
})

test_that("a system has a panel an equation", {
  s <- system_reg(
    list(
      output = log(output) ~ log(highways) + unemployment,
      capital = log(private_capital) ~ log(highways)
    ),
    state_capital, method = "sur"
  )
  p <- ggplot2::autoplot(s)
  expect_identical(levels(p$data$equation), c("output", "capital"))
  expect_equal(p$data$estimate, unname(stats::coef(s)[!grepl("Intercept", names(stats::coef(s)))]))
  expect_identical(nrow(drawn(p)$layout$layout), 2L)
})

test_that("names and order of coefficients can be chosen", {
  p <- coefficient_plot(
    fits()$one, keep = c("unemployment", "log(highways)"),
    labels = c(unemployment = "Unemployment (%)")
  )
  expect_identical(
    rev(drawn(p)$layout$panel_params[[1]]$y$get_labels()), c("Unemployment (%)", "log(highways)")
  )
})

test_that("lists of fits of the package are their fits; more than eight are rows", {
  models <- add_controls(fits()$two, ~ log(private_capital))
  p <- ggplot2::autoplot(models)
  expect_identical(levels(p$data$model), names(models))
  many <- by_group(fe_reg(
    log(output) ~ log(highways) + unemployment | state, state_capital
  ), ~state)
  expect_gt(length(many), 8)
  q <- ggplot2::autoplot(many)
  expect_identical(rev(levels(q$data$model)), names(many))
  expect_identical(nrow(drawn(q)$layout$layout), 2L)
})

test_that("misuse is named", {
  f <- fits()$one
  expect_error(coefficient_plot(), class = "ccdpanel_error_model")
  requireNamespace("broom", quietly = TRUE)  # whose method for vectors warns
  expect_error(coefficient_plot(f, 1:3), "vector", class = "ccdpanel_error_model")
  expect_error(coefficient_plot(f, keep = "water"), class = "ccdpanel_error_column")
  expect_error(coefficient_plot(f, level = 2), class = "ccdpanel_error_number")
})

test_that("what other software takes is no fit, nor is a fit an argument", {
  f <- fits()
  expect_error(
    coefficient_plot(f$one, cluster = ~state), "vcov = ~state", class = "ccdpanel_error_argument"
  )
  expect_error(
    coefficient_plot(f$one, conf.level = 0.9), "level = 0.95", class = "ccdpanel_error_argument"
  )
  for (name in c("level", "keep", "labels", "language")) {
    expect_error(
      do.call(coefficient_plot, c(f["one"], stats::setNames(f["two"], name))),
      paste0("list\\(", name), class = "ccdpanel_error_argument"
    )
  }
})

test_that("a covariance is not passed by in models that do not take one", {
  skip_if_not_installed("broom")
  f <- fits()
  m <- stats::lm(log(output) ~ log(highways), state_capital)
  expect_error(coefficient_plot(f$one, m, vcov = "HC1"), "vcov", class = "ccdpanel_error_model")
  skip_if_not_installed("fixest")
  by_fixest <- fixest::feols(log(output) ~ log(highways) | state, state_capital, notes = FALSE)
  p <- coefficient_plot(by_fixest, vcov = "hetero")
  expect_equal(
    p$data$low, stats::confint(by_fixest, vcov = "hetero")[["2.5 %"]], tolerance = 1e-8
  )
})

test_that("a name that R completes to the object's is an error", {
  f <- fits()
  expect_error(
    ggplot2::autoplot(f$one, o = f$two), "completes `o`", class = "ccdpanel_error_argument"
  )
  p <- ggplot2::autoplot(object = f$one, o = f$two)
  expect_identical(levels(p$data$model), c("(1)", "o"))
})
