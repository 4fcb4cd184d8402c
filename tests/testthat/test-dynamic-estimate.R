test_that("every number is that of explicit matrices by unit", {
  d <- dynamic_toy()
  cases <- list(
    list("difference", FALSE, FALSE, TRUE, 3), list("difference", TRUE, TRUE, FALSE, 3),
    list("orthogonal", FALSE, TRUE, TRUE, 3), list("orthogonal", TRUE, TRUE, TRUE, 3),
    list("difference", TRUE, TRUE, TRUE, 2), list("orthogonal", TRUE, FALSE, FALSE, 1)
  )
  for (case in cases) {
    lags <- if (case[[3]]) c(1, 3) else c(1, 2)
    p <- plain_gmm(
      d, list(y = lags + 1, x = lags), "z", case[[1]], case[[2]], case[[3]], case[[4]], case[[5]]
    )
    of <- function(...) {
      formula <- if (case[[4]]) y ~ l(y) + x + z | id + year else y ~ l(y) + x + z
      suppressMessages(dynamic_panel(
        formula, d, c("id", "year"), ~ l(y) + x, lags = lags, transform = case[[1]],
        system = case[[2]], collapse = case[[3]], h = case[[5]], ...
      ))
    }
    two <- of()
    one <- of(steps = 1)
    expect_identical(nrow(two$instruments), p$instruments)
    expect_equal(unname(coef(two)), unname(p$b2))
    expect_equal(unname(coef(one)), unname(p$b1))
    expect_equal(unname(vcov(two)), unname(p$windmeijer), tolerance = 1e-7)
    expect_equal(unname(vcov(two, "conventional")), unname(p$v2))
    expect_equal(unname(vcov(one)), unname(p$v1))
    divisor <- if (case[[1]] == "difference") 2 else 1
    sigma2 <- p$sigma2 / divisor
    expect_equal(one$sigma2, sigma2)
    expect_equal(unname(vcov(one, "conventional")), unname(sigma2 * p$conventional))
    expect_equal(two$overidentification$statistic, c(p$criterion1 / sigma2, p$j))
    expect_equal(one$overidentification, two$overidentification)
    expect_identical(two$overidentification$df, rep(p$instruments - length(p$b2), 2))
    for (l in 1:2) {
      expect_equal(two$serial$statistic[l], p$serial(l, p$b2, p$m2, p$windmeijer))
      expect_equal(one$serial$statistic[l], p$serial(l, p$b1, p$m1, p$v1))
    }
    iid <- of(steps = 1, vcov = "conventional")
    v <- sigma2 * p$conventional
    expect_equal(iid$serial$statistic[2], p$serial(2, p$b1, p$m1, v, sigma2))
  }
})

test_that("differences of Hansen's statistic take the others' part of the same covariance", {
  d <- dynamic_toy()
  fit <- suppressMessages(dynamic_panel(
    y ~ l(y) + x + z, d, c("id", "year"), list(~ l(y), ~x), lags = c(1, 2), system = TRUE,
    collapse = TRUE
  ))
  p <- plain_gmm(d, list(y = c(2, 3), x = c(1, 2)), "z", system = TRUE, collapse = TRUE)
  names <- colnames(p$units[[1]]$z)
  without <- function(gone) {
    a <- solve(p$s[!gone, !gone])
    sums <- function(f) Reduce(`+`, lapply(p$units, f))
    zx <- sums(function(u) t(u$z[, !gone]) %*% u$x)
    zy <- sums(function(u) t(u$z[, !gone]) %*% u$y)
    b <- solve(t(zx) %*% a %*% zx, t(zx) %*% a %*% zy)
    g <- zy - zx %*% b
    c(sum(g * (a %*% g)), sum(gone))
  }
  want <- rbind(
    without(startsWith(names, "L")), without(names == "z"), without(grepl("[DL] y", names)),
    without(grepl("[DL] x", names))
  )
  expect_equal(fit$differences$without, want[, 1])
  expect_equal(fit$differences$statistic, p$j - want[, 1])
  expect_equal(fit$differences$df, want[, 2])
})
