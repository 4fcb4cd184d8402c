test_that("the curve goes from the estimate through the effect", {
  skip_if_not_installed("ggplot2")
  fit <- fe_reg(
    log(output) ~ log(highways) + log(private_capital) | state + year, state_capital
  )
  b <- oster_bounds(fit)
  plot <- ggplot2::autoplot(b)
  curve <- plot$data
  expect_equal(curve$effect[1], b$models$estimate[2])
  expect_equal(curve$effect[curve$delta == 1], b$effect)
  expect_identical(max(curve$delta), 1.5)
  expect_true(all(curve$part == 0))
  zh <- ggplot2::autoplot(b, language = "zh")
  expect_match(zh$labels$x, "delta")
  expect_false(identical(zh$labels$x, plot$labels$x))
})
