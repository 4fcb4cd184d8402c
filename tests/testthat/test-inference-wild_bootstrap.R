# A draw the long way: y* made from restricted residuals, the regression run again with all dummies,
# t by the sandwich.
plain_t <- function(x, y, j, null, ways, fitted = x, bread = solve(crossprod(fitted))) {
  b <- drop(bread %*% crossprod(fitted, y))
  u <- drop(y - x %*% b)
  influence <- drop(fitted %*% bread[, j]) * u
  v <- sum(rowsum(influence, ways[[1]])^2)
  if (length(ways) == 2) {
    v <- v + sum(rowsum(influence, ways[[2]])^2) - sum(rowsum(
      influence, paste(ways[[1]], ways[[2]])
    )^2)
  }
  (b[j] - null) / sqrt(v)
}

plain_draws <- function(x, y, j, null, ways, boot, multipliers, impose = TRUE) {
  restricted <- if (impose) stats::lm.fit(x[, -j], y - null * x[, j]) else stats::lm.fit(x, y)
  u <- restricted$residuals
  mean <- if (impose) y - u else restricted$fitted.values
  centre <- if (impose) null else restricted$coefficients[j]
  bread <- solve(crossprod(x))
  apply(multipliers, 2, function(v) plain_t(x, mean + u * v[boot], j, centre, ways, x, bread))
}

all_signs <- function(g) t(as.matrix(expand.grid(rep(list(c(-1, 1)), g))))

few_clusters <- function(seed = 1, groups = 7) {
  d <- made_panel(seed = seed)
  d$g <- d$id %% groups + 1
  d
}

with_dummies <- function(d) stats::model.matrix(~ x + a + factor(id) + factor(year), d)

test_that("least squares, all sign vectors: each draw's t is that of the regression run again", {
  d <- few_clusters()
  fit <- fe_reg(y ~ x + a | id + year, d, vcov = ~g, ssc = "none")
  x <- with_dummies(d)
  for (null in c(0, 1.9)) {
    for (impose in c(TRUE, FALSE)) {
      ours <- wild_bootstrap(fit, "x", null = null, impose_null = impose, draws = 2^7)
      theirs <- plain_draws(x, d$y, 2, null, list(d$g), d$g, all_signs(7), impose)
      expect_equal(sort(ours$t), sort(theirs), tolerance = 1e-7, ignore_attr = TRUE)
      t <- plain_t(x, d$y, 2, null, list(d$g))
      expect_equal(ours$statistic, unname(t), tolerance = 1e-8)
      expect_identical(ours$p_value, mean(abs(theirs) >= abs(t) * (1 - 1e-8)))
    }
  }
  expect_true(ours$enumerated)
  expect_identical(ours$draws, 128)
})

test_that("weights, no effects with a constant, and another boot cluster", {
  d <- few_clusters()
  root <- sqrt(d$w)
  fit <- fe_reg(y ~ x + a | id, d, vcov = ~g, weights = ~w, ssc = "none")
  x <- stats::model.matrix(~ x + a + factor(id), d) * root
  ours <- wild_bootstrap(fit, "a", null = -1, draws = 128)
  expect_equal(
    sort(ours$t), sort(plain_draws(x, d$y * root, 3, -1, list(d$g), d$g, all_signs(7))),
    tolerance = 1e-7, ignore_attr = TRUE
  )

  fit <- fe_reg(y ~ x + a, d, vcov = ~g, weights = ~w, ssc = "none")
  x <- stats::model.matrix(~ x + a, d) * root
  d$h <- d$firm %% 6 + 1
  ours <- wild_bootstrap(update(fit, data = d), "a", null = -1, draws = 64, boot_cluster = ~h)
  expect_equal(
    sort(ours$t), sort(plain_draws(x, d$y * root, 3, -1, list(d$g), d$h, all_signs(6))),
    tolerance = 1e-8, ignore_attr = TRUE
  )
})

test_that("two ways: the multipliers go by the one named, or the one with fewest clusters", {
  d <- few_clusters()
  fit <- fe_reg(y ~ x + a | id + year, d, vcov = ~ g + firm, ssc = "none")
  ours <- wild_bootstrap(fit, "x", null = 1.9, draws = 128)
  theirs <- suppressWarnings(plain_draws(
    with_dummies(d), d$y, 2, 1.9, list(d$g, d$firm), d$g, all_signs(7)
  ))
  expect_identical(ours$undefined, sum(is.na(theirs)))
  expect_equal(sort(ours$t), sort(theirs), tolerance = 1e-7, ignore_attr = TRUE)
  expect_identical(ours$boot_cluster, c(g = 7L))
  expect_identical(
    wild_bootstrap(fit, "x", draws = 99, boot_cluster = ~firm)$boot_cluster, c(firm = 12L)
  )
})

# Davidson and MacKinnon (2010), one draw after another, with every dummy in every regression.
plain_wre <- function(y, a, exogenous, z, null, cluster, multipliers, j = "a", impose = TRUE) {
  all <- cbind(exogenous, z)
  x <- cbind(exogenous, a = a)
  k <- match(j, colnames(x))
  basis <- qr(all)
  two_stage <- function(x, y) {
    fitted <- qr.fitted(basis, x)
    drop(solve(crossprod(fitted), crossprod(fitted, y)))
  }
  if (!impose) {
    b <- two_stage(x, y)
  } else if (j == "a") {
    b <- c(stats::lm.fit(exogenous, y - null * a)$coefficients, null)
  } else {
    fitted <- qr.fitted(basis, x[, -k])
    free <- drop(solve(crossprod(fitted), crossprod(fitted, y - null * x[, k])))
    b <- append(free, null, k - 1)
  }
  u <- drop(y - x %*% b)
  first <- stats::lm.fit(cbind(all, u), a)$coefficients
  mean_a <- drop(all %*% first[seq_len(ncol(all))])
  v <- a - mean_a
  apply(multipliers, 2, function(w) {
    a_star <- mean_a + v * w[cluster]
    x_star <- cbind(exogenous, a = a_star)
    # The first stage of an exogenous column is the column.
    fitted <- cbind(exogenous, a = qr.fitted(basis, a_star))
    plain_t(x_star, drop(x_star %*% b) + u * w[cluster], k, b[k], list(cluster), fitted)
  })
}

test_that("two stages, all sign vectors: each draw's t is that of the draw made and fitted", {
  d <- few_clusters()
  fit <- fe_reg(y ~ x | id + year | a ~ z1 + z2, d, vcov = ~g, ssc = "none")
  exogenous <- stats::model.matrix(~ x + factor(id) + factor(year), d)
  z <- as.matrix(d[c("z1", "z2")])
  for (impose in c(TRUE, FALSE)) {
    ours <- wild_bootstrap(fit, "a", null = -0.8, draws = 128, impose_null = impose)
    theirs <- plain_wre(d$y, d$a, exogenous, z, -0.8, d$g, all_signs(7), impose = impose)
    expect_equal(sort(ours$t), sort(theirs), tolerance = 1e-7, ignore_attr = TRUE)
  }
  ours <- wild_bootstrap(fit, "x", null = 1.9, draws = 128)
  theirs <- plain_wre(d$y, d$a, exogenous, z, 1.9, d$g, all_signs(7), j = "x")
  expect_equal(sort(ours$t), sort(theirs), tolerance = 1e-7, ignore_attr = TRUE)
  x <- cbind(exogenous, d$a)
  t <- plain_t(x, d$y, 2, 1.9, list(d$g), qr.fitted(qr(cbind(exogenous, z)), x))
  expect_equal(ours$statistic, unname(t), tolerance = 1e-8)
})

test_that("the ends of the confidence set are where the test turns", {
  d <- few_clusters()
  for (f in list(y ~ x + a | id + year, y ~ x | id + year | a ~ z1 + z2)) {
    fit <- fe_reg(f, d, vcov = ~g)
    for (level in c(0.95, 0.8)) {
      made <- wild_bootstrap(fit, "a", level = level)
      expect_identical(nrow(made$interval), 1L)
      p <- function(r) wild_bootstrap(fit, "a", null = r)$p_value
      nudge <- 1e-4 * c(1, -1)
      ends <- made$interval[1, ]
      expect_true(all(c(p(ends[1] + nudge[1]), p(ends[2] + nudge[2])) >= 1 - level))
      expect_true(all(c(p(ends[1] - nudge[1]), p(ends[2] - nudge[2])) < 1 - level))
    }
  }
  made <- wild_bootstrap(fit, "a", impose_null = FALSE)
  half <- stats::quantile(abs(made$t), 0.95, type = 1) * abs(made$estimate / made$statistic)
  expect_equal(
    unname(made$interval[1, ]), unname(made$estimate + c(-half, half)), tolerance = 1e-10
  )
})

test_that("too few clusters to reject anything, and weak instruments: unbounded, and said so", {
  d <- few_clusters(groups = 4)
  fit <- fe_reg(y ~ x + a | id, d, vcov = ~g)
  made <- wild_bootstrap(fit, "x")
  expect_identical(unname(made$interval[1, ]), c(-Inf, Inf))
  expect_output(
    print(made), "16 sign vectors, all there are.*confidence set: \\(-Inf, Inf\\), unbounded"
  )
  d <- few_clusters(groups = 10)
  set.seed(4)
  d$weak <- rnorm(nrow(d))
  iv <- fe_reg(y ~ x | id | a ~ weak, d, vcov = ~g)
  expect_true(any(is.infinite(wild_bootstrap(iv, "a", draws = 199)$interval)))
  strong <- fe_reg(y ~ x | id | a ~ z1, d, vcov = ~g)
  expect_true(all(is.finite(wild_bootstrap(strong, "a", draws = 199)$interval)))
})

test_that("multipliers have the moments they should, and belong to seed and draw", {
  draw <- function(type, seed = 1, first = 0) {
    bind_wild_multipliers(list(
      type = match(type, wild_types) - 1L, enumerate = FALSE, seed = seed
    ), 50, first, 4000)
  }
  third <- c(rademacher = 0, webb = 0, mammen = 1, normal = 0)
  fourth <- c(rademacher = 1, webb = 7 / 6, mammen = 2, normal = 3)
  for (type in wild_types) {
    v <- draw(type)
    expect_lt(abs(mean(v)), 0.012)
    expect_lt(abs(mean(v^2) - 1), 0.02)
    expect_lt(abs(mean(v^3) - third[[type]]), 0.03)
    expect_lt(abs(mean(v^4) - fourth[[type]]), 0.1)
  }
  expect_setequal(draw("webb"), c(-1, 1) %o% sqrt(c(0.5, 1, 1.5)))
  expect_identical(draw("webb", first = 1000)[, 1], draw("webb")[, 1001])
  expect_false(identical(draw("webb"), draw("webb", seed = 2)))
})

test_that("random draws: the same for any threads, near the whole set's p", {
  d <- few_clusters(groups = 12)
  fit <- fe_reg(y ~ x + a | id + year, d, vcov = ~g)
  null <- 1.85
  whole <- wild_bootstrap(fit, "x", null = null)$p_value
  some <- wild_bootstrap(fit, "x", null = null, draws = 4000, seed = 3)
  expect_false(some$enumerated)
  expect_lt(abs(some$p_value - whole), 4 * sqrt(whole * (1 - whole) / 4000))
  for (f in list(y ~ x + a | id + year, y ~ a | id | x ~ z1 + z2)) {
    fit <- fe_reg(f, d, vcov = ~ g + firm)
    many <- function(threads) {
      wild_bootstrap(
        fit, "x", draws = if (length(fit$endogenous)) 9999 else 300000, type = "webb",
        threads = threads, impose_null = FALSE
      )
    }
    expect_identical(many(2), many(1))
  }
})

test_that(
  paste0(
    "five percent tests reject about five times in a hundred with twelve clusters, where ",
    "t(11) rejects more"
  ),
  {
  skip_on_cran()
  set.seed(9)
  p <- t(replicate(400, {
    g <- rep(1:12, times = 3 + 4 * (1:12))
    x <- rnorm(12, sd = exp(rnorm(12) / 2))[g] + rnorm(length(g))
    d <- data.frame(g, x, y = rnorm(12)[g] * (1 + abs(x)) + rnorm(length(g)))
    fit <- fe_reg(y ~ x, d, vcov = ~g)
    c(wild_bootstrap(fit, "x", draws = 199)$p_value, tidy(fit)$p.value[2])
  }))
  size <- colMeans(p <= 0.05)
  expect_lt(size[1], 0.05 + 3 * sqrt(0.05 * 0.95 / 400))
  expect_gt(size[2], size[1])
})

test_that("what is printed and tidied", {
  d <- few_clusters()
  fit <- fe_reg(y ~ x + a | id + year, d, vcov = ~g)
  made <- wild_bootstrap(fit, "x", null = 1.9)
  expect_snapshot(print(made, digits = 3))
  row <- tidy(made)
  expect_named(row, c("term", "estimate", "statistic", "p.value", "conf.low", "conf.high"))
  expect_identical(row$p.value, made$p_value)
  expect_equal(
    made$statistic, (coef(fit)[["x"]] - 1.9) / sqrt(vcov(fit)["x", "x"]), tolerance = 1e-9
  )
})

test_that("bad input is named", {
  d <- few_clusters()
  d$one <- 1
  fit <- fe_reg(y ~ x + a | id, d)
  expect_error(wild_bootstrap(fit, "x"), class = "ccdpanel_error_cluster")
  expect_error(wild_bootstrap(fit, "x", cluster = ~one), class = "ccdpanel_error_cluster")
  expect_error(wild_bootstrap(fit, "b", cluster = ~g), class = "ccdpanel_error_parameter")
  expect_error(
    wild_bootstrap(fit, "x", cluster = ~g, boot_cluster = ~ g + id),
    class = "ccdpanel_error_cluster"
  )
  expect_error(
    wild_bootstrap(fit, "x", cluster = ~g, type = "rade"), class = "ccdpanel_error_choice"
  )
  expect_error(wild_bootstrap(fit, "x", cluster = ~g, draws = 0), class = "ccdpanel_error_number")
  expect_error(wild_bootstrap(stats::lm(y ~ x, d), "x"), class = "ccdpanel_error_type")
  liml <- fe_reg(y ~ x | id | a ~ z1 + z2, d, ~g, estimator = "liml")
  expect_error(wild_bootstrap(liml, "a"), class = "ccdpanel_error_vcov")
})

test_that("a hypothesis far from the estimate keeps its digits", {
  d <- few_clusters()
  fit <- fe_reg(y ~ x + a | id + year, d, vcov = ~g, ssc = "none")
  x <- with_dummies(d)
  fitted <- stats::lm.fit(x, d$y)
  influence <- drop(x %*% solve(crossprod(x))[, 2]) * fitted$residuals
  se <- sqrt(sum(rowsum(influence, d$g)^2))
  far <- wild_bootstrap(fit, "x", null = 1e9, draws = 2^7)
  expect_equal(far$statistic, unname(fitted$coefficients[2] - 1e9) / se, tolerance = 1e-9)
  # y - null x alone matters, and there y is lost beside 1e9 x: t* is that of residuals of x itself.
  limit <- plain_draws(x, -x[, 2], 2, 0, list(d$g), d$g, all_signs(7))
  # The draws of one sign are the sample itself, whose t grows with the distance without a limit.
  most <- function(t) head(sort(abs(t)), -2)
  expect_equal(most(far$t), most(limit), tolerance = 1e-6, ignore_attr = TRUE)
})

test_that("no level that the sign vectors cannot reach gives a bounded interval", {
  # Four clusters: of 16 sign vectors two have the greatest |t|, so that no p is below 1/8.
  d <- few_clusters(groups = 4)
  fit <- fe_reg(y ~ x + a | id, d, vcov = ~g)
  for (level in c(0.9, 0.95, 0.99)) {
    interval <- unname(wild_bootstrap(fit, "x", level = level)$interval[1, ])
    expect_identical(interval, c(-Inf, Inf))
  }
})

# Every sign vector written out: p of b = r with the null imposed, one regressor and the effects
# out.
plain_wild_p <- function(y, x, g, r) {
  signs <- as.matrix(expand.grid(rep(list(c(-1, 1)), length(unique(g)))))
  t_of <- function(u) {
    b <- sum(x * u) / sum(x^2)
    b / sqrt(sum(rowsum(x * (u - x * b), g)^2)) * sum(x^2)
  }
  u <- y - r * x
  draws <- apply(signs, 1, function(s) t_of(u * s[g]))
  mean(abs(draws) >= abs(t_of(u)) * (1 - 1e-9))
}

test_that("a p-value of just 1 - level rejects: six clusters at 1 - 2/64", {
  set.seed(4)
  g <- rep(1:6, each = 10)
  d <- data.frame(g, x = rnorm(60) + g / 3)
  d$y <- d$x + rnorm(60) + rnorm(6)[g]
  fit <- fe_reg(y ~ 0 + x, d, vcov = ~g)
  p <- function(r) plain_wild_p(d$y, d$x, d$g, r)
  set <- function(level) wild_bootstrap(fit, "x", level = level)$interval
  for (least in c(2, 4, 6) / 64) {
    ends <- set(1 - least)
    expect_true(all(is.finite(ends)))
    width <- diff(ends[1, ])
    inside <- ends[1, ] + c(1, -1) * 1e-6 * width
    outside <- ends[1, ] + c(-1, 1) * 1e-6 * width
    expect_true(all(vapply(inside, p, 0) > least))
    expect_true(all(vapply(outside, p, 0) <= least))
  }
  # What lies far away is rejected with the least p there is, and no less.
  expect_equal(p(1e6), 2 / 64)
  expect_identical(unname(set(1 - 1.99 / 64)), cbind(-Inf, Inf))
})

test_that("draws whose number times the level is whole: the set is where p is above", {
  d <- made_panel()
  fit <- fe_reg(y ~ x + a | id, d, vcov = ~firm)
  made <- wild_bootstrap(fit, "x", draws = 100, type = "webb", level = 0.9)
  width <- diff(made$interval[1, ])
  p <- function(r) {
    wild_bootstrap(fit, "x", draws = 100, type = "webb", null = r)$p_value
  }
  expect_gt(p(made$interval[1, 1] + 1e-6 * width), 0.1)
  expect_lte(p(made$interval[1, 1] - 1e-6 * width), 0.1)
})
