panel <- c("unit", "year")

test_that("columns are the methods' own weights", {
  w <- compare_weights(toy_panel(), toy_sheet(), panel, c("entropy", "sd", "equal"))
  expect_named(w, c("system", "dimension", "indicator", "direction", "entropy", "sd", "equal"))
  expect_equal(w$sd, indicator_weights(toy_panel(), toy_sheet(), panel, method = "sd")$weight)
})

test_that("rank correlations of weights and of indices", {
  w <- compare_weights(
    state_capital, state_sheet(), c("state", "year"), c("entropy", "critic", "equal")
  )
  s <- summary(w)
  expect_identical(nrow(s), 6L)
  first <- s[s$system == "economy" & s$method_1 == "entropy" & s$method_2 == "critic", ]
  e <- composite_index(state_capital, state_sheet(), c("state", "year"))
  k <- composite_index(state_capital, state_sheet(), c("state", "year"), weights = "critic")
  expect_equal(first$index, cor(e$economy, k$economy, method = "spearman"))
  expect_equal(first$weights, cor(
    weights(e)$weight[4:6], weights(k)$weight[4:6], method = "spearman"
  ))
  expect_true(all(is.na(s$weights[s$method_2 == "equal"])))
  expect_output(print(w), "Weights by method")
})

test_that("a constant indicator is said once", {
  caught <- 0
  withCallingHandlers(
    compare_weights(transform(toy_panel(), x = 1), toy_sheet(), panel, c("entropy", "sd")),
    ccdpanel_warning_constant = function(w) {
      caught <<- caught + 1
      invokeRestart("muffleWarning")
    }
  )
  expect_equal(caught, 1)
})

test_that("misuse is named", {
  expect_error(
    compare_weights(toy_panel(), toy_sheet(), panel, "entropy"), class = "ccdpanel_error_choice"
  )
  expect_error(
    compare_weights(toy_panel(), toy_sheet(), panel, c("entropy", "guess")),
    class = "ccdpanel_error_choice"
  )
  expect_error(
    compare_weights(toy_panel(), toy_sheet(), panel, c("sd", "sd")), class = "ccdpanel_error_choice"
  )
})
