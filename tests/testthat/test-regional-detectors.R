# Values and strata of a cross-section, with a stratum of one unit.
strata_toy <- function(n = 40) {
  with_seed(4, data.frame(
    unit = sprintf("u%02d", seq_len(n)), year = 2020L, a = sample(letters[1:4], n, TRUE),
    b = sample(c("p", "q", "r"), n, TRUE), x = round(rexp(n), 2), y = rnorm(n, 5)
  ))
}

toy_detector <- function(d = strata_toy(), factors = c("a", "b"), ..., draws = 0) {
  geodetector(d, "y", factors, panel = c("unit", "year"), draws = draws, ...)
}

test_that("q, its adjusted value and F are those of least squares on dummies", {
  d <- strata_toy()
  d$y <- d$y + (d$a == "b")
  g <- toy_detector(d)
  for (f in c("a", "b")) {
    fit <- lm(reformulate(f, "y"), d)
    row <- g[g$factor == f, ]
    expect_equal(row$q, summary(fit)$r.squared, tolerance = 1e-12)
    expect_equal(row$adjusted, summary(fit)$adj.r.squared, tolerance = 1e-12)
    expect_equal(c(row$df1, row$df2), anova(fit)$Df)
    expect_equal(row$statistic, anova(fit)[1, 4], tolerance = 1e-12)
    expect_equal(row$p.value, anova(fit)[1, 5], tolerance = 1e-10)
  }
  both <- summary(g)$interactions
  fit <- lm(y ~ interaction(a, b, drop = TRUE), d)
  expect_equal(both$q_both, summary(fit)$r.squared, tolerance = 1e-12)
  expect_equal(both$F, anova(fit)[1, 4], tolerance = 1e-12)
  expect_equal(both$adjusted, summary(fit)$adj.r.squared, tolerance = 1e-12)
})

test_that("q by chance is the mean of q over all orders of the values", {
  y <- c(1, 2, 4, 8, 16)
  code <- c("a", "a", "b", "b", "b")
  orders <- as.matrix(expand.grid(rep(list(1:5), 5)))
  orders <- orders[apply(orders, 1, function(o) !anyDuplicated(o)), ]
  q <- apply(orders, 1, function(o) summary(lm(y[o] ~ code))$r.squared)
  d <- data.frame(unit = 1:5, year = 1, y = y, a = code)
  expect_equal(toy_detector(d, "a")$chance, mean(q), tolerance = 1e-12)
})

# Geodetector's noncentrality, term by term.
test_that("the noncentral p is GeoDetector's and moves with the zero of the value, ours do not", {
  d <- strata_toy()
  noncentral <- function(y) {
    means <- tapply(y, d$a, mean)
    n <- tapply(y, d$a, length)
    q <- summary(lm(y ~ a, d))$r.squared
    ncp <- (sum(means^2) - sum(means * sqrt(n))^2 / sum(n)) / mean((y - mean(y))^2)
    f <- q / (1 - q) * (sum(n) - 4) / 3
    pf(f, 3, sum(n) - 4, ncp, lower.tail = FALSE)
  }
  g <- toy_detector(d, "a")
  expect_equal(g$p_noncentral, noncentral(d$y), tolerance = 1e-10)
  d$y <- d$y + 20
  moved <- toy_detector(d, "a")
  expect_equal(moved$p_noncentral, noncentral(d$y), tolerance = 1e-10)
  expect_gt(moved$p_noncentral - g$p_noncentral, 0.1)
  expect_equal(moved$p.value, g$p.value, tolerance = 1e-9)
})

test_that("the kinds of interaction are those of q, and never less than one factor's", {
  expect_equal(interaction_type(.2, .3, .3), "none")
  expect_equal(interaction_type(.2, .3, .4), "bivariate")
  expect_equal(interaction_type(.2, .3, .5), "independent")
  expect_equal(interaction_type(.2, .3, .6), "nonlinear")
  # A balanced sum of two effects: q of both is the sum.
  d <- expand.grid(a = c("u", "v"), b = c("s", "t", "w"), year = 1)
  d$unit <- seq_len(nrow(d))
  d$y <- 2 * (d$a == "v") + c(0, 3, 7)[match(d$b, c("s", "t", "w"))]
  both <- summary(suppressMessages(toy_detector(d)))$interactions
  expect_equal(both$q_both, 1, tolerance = 1e-14)
  expect_equal(both$type, "independent")
  # As many strata as units leave nothing to test.
  expect_equal(both$df2, 0)
  expect_equal(c(both$F, both$p.value, both$adjusted), rep(NA_real_, 3))
})

test_that("strata and the tests between them are Welch's", {
  d <- strata_toy()
  d <- rbind(d, data.frame(unit = "one", year = 2020L, a = "z", b = "p", x = 1, y = 9))
  expect_message(g <- toy_detector(d, "a"), "1 stratum of one unit, which has no variance")
  s <- summary(g)$strata
  expect_equal(s$mean, as.vector(tapply(d$y, d$a, mean)), tolerance = 1e-13)
  expect_equal(s$sd, as.vector(tapply(d$y, d$a, sd)), tolerance = 1e-13)
  r <- summary(g)$risk
  expect_equal(nrow(r), 10)
  peer <- t.test(d$y[d$a == "b"], d$y[d$a == "d"])
  row <- r[r$stratum == "b" & r$other == "d", ]
  expect_equal(
    c(row$t, row$df, row$p.value), unname(c(peer$statistic, peer$parameter, peer$p.value)),
    tolerance = 1e-10
  )
  expect_equal(row$difference, unname(diff(rev(peer$estimate))), tolerance = 1e-12)
  expect_equal(sum(is.na(r$p.value)), 4)
  expect_equal(r$p_adjusted, p.adjust(r$p.value, "holm"))
})

test_that("factors are compared by their sums of squares within", {
  d <- strata_toy()
  e <- summary(toy_detector(d))$ecological
  f <- deviance(lm(y ~ a, d)) / deviance(lm(y ~ b, d))
  expect_equal(e$F, f, tolerance = 1e-12)
  expect_equal(e$p.value, 2 * min(pf(f, 39, 39), 1 - pf(f, 39, 39)), tolerance = 1e-10)
})

test_that("permutations choose strata again, and move whole units", {
  d <- strata_toy(30)
  g <- toy_detector(d, "x", bins = 2:4, method = c("quantile", "equal"), draws = 19, seed = 7)
  cuts <- c(
    lapply(2:4, function(k) quantile(d$x, seq_len(k - 1) / k)),
    lapply(2:4, function(k) min(d$x) + diff(range(d$x)) * seq_len(k - 1) / k)
  )
  largest <- function(y) {
    max(vapply(cuts, function(b) {
      summary(lm(y ~ factor(findInterval(d$x, b, left.open = TRUE))))$r.squared
    }, 0))
  }
  drawn <- with_seed(7, vapply(1:19, function(b) largest(d$y[sample.int(30)]), 0))
  expect_equal(g$q, largest(d$y), tolerance = 1e-12)
  expect_equal(g$p_permutation, (1 + sum(drawn >= g$q - 1e-12)) / 20)

  two <- rbind(d, transform(d, year = 2021L, y = y + with_seed(1, rnorm(30))))
  pooled <- toy_detector(two, "a", pooled = TRUE, draws = 19, seed = 3)
  # Units by times: a draw moves rows of this matrix.
  y <- matrix(two$y, 30)
  drawn <- with_seed(3, vapply(1:19, function(b) {
    summary(lm(as.vector(y[sample.int(30), ]) ~ two$a))$r.squared
  }, 0))
  expect_equal(pooled$q, summary(lm(y ~ a, two))$r.squared, tolerance = 1e-12)
  expect_equal(pooled$p_permutation, (1 + sum(drawn >= pooled$q - 1e-12)) / 20)
})
