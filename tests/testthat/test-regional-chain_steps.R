panel <- c("unit", "year")

test_that("a gap in time gives no transition, and a lag is by the times themselves", {
  d <- chain_toy()
  gap <- d[!(d$year == 2004 & d$unit %in% c("u01", "u02")), ]
  m <- suppressMessages(transition_matrix(gap, "y", classes = c(1.5, 2.5), panel = panel))
  expect_equal(counts_of(m), plain_counts(gap))
  expect_equal(sum(counts_of(m)), 30 * 7 - 4)
  expect_output(print(m), "one value missing, left out: 4")
  hole <- d[d$year != 2004, ]
  m <- suppressMessages(transition_matrix(hole, "y", classes = c(1.5, 2.5), panel = panel))
  expect_equal(counts_of(m), plain_counts(hole))
  expect_output(print(m), "No transition from 2003")
  two <- transition_matrix(d, "y", classes = c(1.5, 2.5), lag = 2, panel = panel)
  expect_equal(counts_of(two), plain_counts(d, 2))
})

# Q and LR with loops over cells, degrees of freedom counted cell by cell.
plain_homogeneity <- function(n) {
  pooled <- apply(n, 1:2, sum)
  q <- lr <- df <- 0
  for (i in seq_len(nrow(pooled))) {
    a <- sum(pooled[i, ] > 0)
    b <- sum(apply(n[i, , ], 2, sum) > 0)
    if (a > 0) df <- df + (a - 1) * (b - 1)
    for (j in which(pooled[i, ] > 0)) for (r in seq_len(dim(n)[3])) {
      leaving <- sum(n[i, , r])
      if (!leaving) next
      expected <- leaving * pooled[i, j] / sum(pooled[i, ])
      q <- q + (n[i, j, r] - expected)^2 / expected
      if (n[i, j, r]) lr <- lr + 2 * n[i, j, r] * log(n[i, j, r] / expected)
    }
  }
  unname(c(q, lr, df))
}

test_that("tests of homogeneity are the sums of Bickenbach and Bode, over time and regimes", {
  d <- chain_toy()
  m <- transition_matrix(d, "y", classes = c(1.5, 2.5), by = "zone", panel = panel)
  tests <- summary(m)$tests
  zones <- sapply(unique(d$zone), function(z) plain_counts(d[d$zone == z, ]), simplify = "array")
  plain <- plain_homogeneity(zones)
  found <- tests[tests$over == "zone", ]
  expect_equal(found$statistic, plain[1:2], tolerance = 1e-10)
  expect_equal(found$df, rep(plain[3], 2))
  expect_equal(found$p.value, pchisq(plain[1:2], plain[3], lower.tail = FALSE))
  years <- sapply(2001:2007, function(t) plain_counts(d[d$year %in% c(t, t + 1), ]),
    simplify = "array")
  plain <- plain_homogeneity(years)
  expect_equal(tests$statistic[tests$over == "time"], plain[1:2], tolerance = 1e-10)
  expect_equal(tests$df[tests$over == "time"], rep(plain[3], 2))
  # Equal regimes have nothing to tell apart.
  same <- rbind(d, transform(d, unit = paste0(unit, "*")))
  same$half <- ifelse(grepl("*", same$unit, fixed = TRUE), "second", "first")
  none <- transition_matrix(same, "y", classes = c(1.5, 2.5), by = "half", panel = panel)
  expect_equal(summary(none)$tests$statistic[3:4], c(0, 0))
})

test_that("a class that nobody leaves does not take the tests with it", {
  # The top is reached in the last year alone. By hand Q = 2, LR = 2.7726 on 3 degrees.
  d <- data.frame(
    unit = rep(letters[1:4], 3), year = rep(1:3, each = 4),
    y = c(1, 2, 1, 2, 2, 2, 1, 1, 1, 2, 5, 1)
  )
  d$state <- findInterval(d$y, c(1.5, 4), left.open = TRUE) + 1
  d$zone <- ifelse(d$unit %in% c("a", "b"), "west", "east")
  years <- sapply(1:2, function(t) plain_counts(d[d$year %in% c(t, t + 1), ]), simplify = "array")
  zones <- sapply(c("west", "east"), function(z) plain_counts(d[d$zone == z, ]),
    simplify = "array")
  m <- transition_matrix(d, "y", classes = c(1.5, 4), by = "zone", panel = panel)
  tests <- summary(m)$tests
  expect_equal(tests$statistic[1:2], c(2, 2.7726), tolerance = 1e-4)
  expect_equal(tests$df[1:2], c(3, 3))
  expect_equal(tests$statistic[1:2], plain_homogeneity(years)[1:2])
  expect_equal(tests$statistic[3:4], plain_homogeneity(zones)[1:2])
  expect_equal(tests$p.value[1], pchisq(2, 3, lower.tail = FALSE))
  # Of the classes that somebody leaves, the rarest: from the lowest, 2 a year, 1 of 4 to the top.
  expect_equal(tests$least_expected[1], 0.5)
  expect_output(print(summary(m)), "below 5")
  ring <- `dimnames<-`(1 - diag(4), rep(list(letters[1:4]), 2))
  near <- transition_matrix(d, "y", classes = c(1.5, 4), given = ring, panel = panel)
  expect_false(anyNA(summary(near)$tests$statistic))
})
