skip_if_not_installed("ggplot2")

test_that("a scree has all eigenvalues, those kept filled", {
  idx <- pca_index(state_capital, state_sheet(), c("state", "year"))
  p <- ggplot2::autoplot(idx, type = "scree")
  economy <- p$data[p$data$system == "economy", ]
  z <- state_capital[c("output", "employment", "unemployment")]
  expect_equal(economy$value, stats::prcomp(z, scale. = TRUE)$sdev^2)
  expect_identical(economy$kept, economy$value > 1)
  drawn(p)
})

test_that("loadings are eigenvectors times the root of their eigenvalue, up to sign", {
  idx <- pca_index(state_capital, state_sheet(), c("state", "year"))
  built <- drawn(p <- ggplot2::autoplot(idx, type = "loadings"))
  z <- state_capital[c("highways", "water", "utilities")]
  one <- stats::prcomp(z, scale. = TRUE)
  shown <- p$data[p$data$system == "infrastructure" & p$data$component == 1, ]
  expect_equal(abs(shown$value), unname(abs(one$rotation[, 1] * one$sdev[1])))
  expect_identical(sum(nzchar(built$data[[2]]$label)), nrow(p$data))
})

test_that("other indices have none", {
  expect_error(ggplot2::autoplot(state_index(), type = "scree"), class = "ccdpanel_error_choice")
})
