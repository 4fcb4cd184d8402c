test_that("the bootstrap is Hansen's, draw for draw", {
  d <- threshold_panel_data(8, 5)
  d <- d[sample(nrow(d)), ]
  fit <- threshold_fit(d)
  x <- threshold_test(fit, ~q, n = 2, trim = 0.1, boot = 4, seed = 7)
  set.seed(7, "Mersenne-Twister", "Inversion", "Rejection")
  drawn <- vapply(1:4, function(b) sample.int(8, 8, TRUE), integer(8))
  d <- d[order(d$id, d$year), ]
  least <- 4
  best <- function(y, fixed = NULL) {
    profile <- dummy_profile(d, least, fixed, y = y)
    profile[which.min(profile$rss), ]
  }
  refined <- function(y, at) {
    repeat {
      before <- at
      for (j in seq_along(at)) at[j] <- best(y, at[-j])$value
      if (identical(before, at)) return(sort(at))
    }
  }
  fitted_by <- function(drawn, at) {
    regime <- factor(findInterval(d$q, sort(at), left.open = TRUE))
    right <- if (length(at)) ~ factor(id) + z + x:regime else ~ factor(id) + z + x
    m <- lm(update(right, drawn ~ .), d)
    list(fitted = fitted(m), residual = residuals(m), rss = deviance(m))
  }
  g <- x$estimates$estimate
  null <- list(NULL, g[1])
  alternative <- list(g[1], refined(d$y, g[2:3]))
  expect_equal(sort(g[2:3]), alternative[[2]])
  for (k in 1:2) {
    base <- fitted_by(d$y, null[[k]])$fitted
    e <- matrix(fitted_by(d$y, alternative[[k]])$residual, 5)
    f <- vapply(1:4, function(b) {
      drawn_y <- base + as.vector(e[, drawn[, b]])
      fixed <- if (k == 2) best(drawn_y)$value
      s0 <- fitted_by(drawn_y, fixed)$rss
      s1 <- best(drawn_y, fixed)$rss
      (s0 - s1) / s1 * (40 - 8)
    }, 0)
    expect_equal(x$replicates[[k]], f)
    expect_equal(x$tests$p.value[k], mean(f >= x$tests$statistic[k]))
    expect_equal(x$tests$crit.10[k], sort(f)[4])
  }
})

test_that("with effects of the times too, draws are of what both leave", {
  d <- threshold_panel_data(8, 5)
  effects <- "id + year"
  test <- threshold_test(threshold_fit(d, effects), ~q, trim = 0.1, boot = 2, seed = 7)
  set.seed(7, "Mersenne-Twister", "Inversion", "Rejection")
  drawn <- vapply(1:2, function(b) sample.int(8, 8, TRUE), integer(8))
  linear <- lm(y ~ factor(id) + factor(year) + x + z, d)
  d$below <- factor(d$q <= tidy(test)$estimate)
  one <- lm(y ~ factor(id) + factor(year) + z + x:below, d)
  e <- matrix(residuals(one), 5)
  f <- vapply(1:2, function(b) {
    y <- fitted(linear) + as.vector(e[, drawn[, b]])
    s1 <- min(dummy_profile(d, 4, y = y, effects = effects)$rss)
    (dummy_rss(d, Inf, effects, y = y) / s1 - 1) * (40 - 8 - 4)
  }, 0)
  expect_equal(test$replicates[[1]], f)
})

test_that("draws do not depend on the order of rows, the names' kind or the session's generator", {
  d <- threshold_panel_data(12, 5)
  plain <- threshold_test(threshold_fit(d), ~q, boot = 20, seed = 3)
  set.seed(5)
  turned <- d[sample(nrow(d)), ]
  turned$id <- as.character(turned$id)
  old <- RNGkind("Wichmann-Hill")
  on.exit(RNGkind(old[1]))
  again <- threshold_test(threshold_fit(turned), ~q, boot = 20, seed = 3)
  expect_equal(again$replicates, plain$replicates)
  set.seed(1)
  one <- threshold_test(threshold_fit(d), ~q, boot = 20)
  set.seed(1)
  expect_identical(threshold_test(threshold_fit(d), ~q, boot = 20)$replicates, one$replicates)
})
