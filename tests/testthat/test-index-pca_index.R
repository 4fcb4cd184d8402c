panel <- c("state", "year")

test_that("agrees with prcomp, signs fixed by the largest loading", {
  sheet <- state_sheet()
  idx <- pca_index(state_capital, sheet, panel, components = .999, keep = "region")
  z <- mapply(plain_min_max, state_capital[sheet$indicator[4:6]], sheet$direction[4:6])
  p <- stats::prcomp(z, scale. = TRUE)
  m <- seq_len(which(cumsum(p$sdev^2) / sum(p$sdev^2) >= .999)[1])
  sign <- apply(p$rotation[, m, drop = FALSE], 2, function(v) sign(v[which.max(abs(v))]))
  expected <- p$x[, m, drop = FALSE] %*% (sign * p$sdev[m]^2) / sum(p$sdev[m]^2)
  expect_equal(idx$economy, as.vector(expected))
  parts <- attr(idx, "recipe")$components$economy
  expect_equal(parts$values, p$sdev[m]^2)
  expect_equal(unname(abs(parts$loadings)), unname(abs(p$rotation[, m] %*% diag(p$sdev[m]))))
  expect_true(all(apply(parts$loadings, 2, function(v) v[which.max(abs(v))]) > 0))
})

test_that("it is an index: its columns, its weights, its printing", {
  idx <- pca_index(state_capital, state_sheet(), panel)
  expect_s3_class(idx, "composite_index")
  expect_named(idx, c(panel, "infrastructure", "economy"))
  expect_equal(mean(idx$economy), 0, tolerance = 1e-12)
  expect_identical(weights(idx)$indicator, state_sheet()$indicator)
  expect_output(print(idx), "aggregation: pca")
  expect_error(scores(idx), class = "ccdpanel_error_choice")
  expect_error(coupling(idx), class = "ccdpanel_error_scores")
})

test_that("interleaved systems keep their coefficients, constants get none", {
  sheet <- state_sheet()[c(1, 4, 2, 5, 3, 6), ]
  straight <- weights(pca_index(state_capital, state_sheet(), panel))
  mixed <- weights(pca_index(state_capital, sheet, panel))
  expect_equal(mixed$weight, straight$weight[c(1, 4, 2, 5, 3, 6)])
  d <- transform(state_capital, water = 1)
  expect_warning(idx <- pca_index(d, state_sheet(), panel), class = "ccdpanel_warning_constant")
  expect_identical(weights(idx)$weight[2], 0)
})

test_that("misuse is named", {
  expect_error(
    pca_index(state_capital, state_sheet(), panel, components = 2), class = "ccdpanel_error_number"
  )
  expect_error(
    pca_index(state_capital, state_sheet(), panel, components = "all"),
    class = "ccdpanel_error_number"
  )
  expect_error(
    pca_index(transform(state_capital, water = c(NA, water[-1])), state_sheet(), panel),
    class = "ccdpanel_error_missing"
  )
})
