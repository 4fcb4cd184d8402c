test_that("effects in the long run by the delta method", {
  d <- dynamic_toy(30, 7)
  fit <- suppressMessages(dynamic_panel(
    y ~ l(y, 1:2) + l(x, 0:1) + z | id + year, d, collapse = TRUE, system = TRUE
  ))
  b <- fit$coefficients <- replace(coef(fit), "l(y, 1:2)1", 0.3)
  of <- function(b) {
    c(b["l(x, 0:1)0"] + b["l(x, 0:1)1"], b["z"]) / (1 - b["l(y, 1:2)1"] - b["l(y, 1:2)2"])
  }
  # Derivatives by differences.
  slope <- vapply(seq_along(b), function(i) {
    h <- replace(0 * b, i, 1e-6)
    (of(b + h) - of(b - h)) / 2e-6
  }, numeric(2))
  out <- long_run(fit)
  expect_identical(out$term, c("x", "z"))
  expect_equal(out$estimate, unname(of(b)))
  expect_equal(
    out$std.error, unname(sqrt(diag(slope %*% vcov(fit) %*% t(slope)))), tolerance = 1e-6
  )
  expect_equal(attr(out, "persistence"), sum(b[c("l(y, 1:2)1", "l(y, 1:2)2")]))
})

test_that("no long run is said, and other fits are refused", {
  d <- dynamic_toy(30, 7)
  fit <- suppressMessages(dynamic_panel(y ~ l(y) + z, d, c("id", "year"), collapse = TRUE))
  fit$coefficients[["l(y)"]] <- 1.2
  expect_warning(out <- long_run(fit), "1.2", class = "ccdpanel_warning_unstable")
  expect_true(is.na(out$estimate))
  none <- suppressMessages(dynamic_panel(y ~ z, d, c("id", "year"), gmm = ~z, iv = ~z))
  expect_error(long_run(none), "no lag", class = "ccdpanel_error_fit")
  expect_error(long_run(lm(y ~ z, d)), class = "ccdpanel_error_fit")
})

test_that("a covariance that is negative somewhere leaves no standard error", {
  fit <- suppressMessages(
    dynamic_panel(y ~ l(y) + z | id, dynamic_toy(30, 7), c("id", "year"), collapse = TRUE)
  )
  k <- length(coef(fit))
  v <- diag(k)
  dimnames(v) <- rep(list(names(coef(fit))), 2)
  b <- coef(fit)
  slope <- c(b[["z"]] / (1 - b[["l(y)"]])^2, 1 / (1 - b[["l(y)"]]))
  v["l(y)", "z"] <- v["z", "l(y)"] <- -2 * sign(prod(slope)) * max(abs(slope / rev(slope)))
  expect_no_warning(out <- long_run(fit, v))
  expect_identical(is.na(out$std.error), TRUE)
})
