test_that("deviations are orthonormal and stand at the period after, whatever the gaps", {
  level <- rbind(c(TRUE, TRUE, FALSE, TRUE, TRUE), c(FALSE, TRUE, TRUE, FALSE, FALSE))
  t <- row_deviations(level)
  x <- array(rnorm(10), c(2, 5, 1))
  out <- t$apply(x)[, , 1]
  for (i in 1:2) {
    at <- which(level[i, ])
    want <- plain_transform(at, "orthogonal")
    expect_equal(out[i, want$at], drop(want$m %*% x[i, at, 1]))
    expect_equal(tcrossprod(want$m), diag(length(at) - 1))
    expect_identical(which(t$mask[i, ]), as.integer(want$at))
  }
  expect_equal(out[!t$mask], numeric(sum(!t$mask)))
  change <- row_changes(level)
  expect_equal(change$apply(x)[1, , 1], c(
    0, x[1, 2, 1] - x[1, 1, 1], 0, 0, x[1, 5, 1] - x[1, 4, 1]
  ))
})

test_that("units in chunks give the sums of all at once", {
  d <- dynamic_toy(130, 5)
  fit <- suppressMessages(dynamic_panel(
    y ~ l(y) + x + z | id + year, d, transform = "orthogonal", system = TRUE
  ))
  spec <- fit$spec
  spec$sample <- NULL
  whole <- dynamic_columns(dynamic_data(spec, NULL), spec, NULL)
  sums <- function(...) unit_chunks(...)(function(chunk) first_sums(chunk, whole))
  expect_equal(sums(whole, 50), sums(whole))
})
