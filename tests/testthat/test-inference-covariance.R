test_that("specifications", {
  expect_identical(covariance_spec("HC1")$type, "HC1")
  expect_identical(names(covariance_spec(~ a + b^c)$clusters), c("a", "b^c"))
  expect_error(covariance_spec(y ~ x), class = "ccdpanel_error_vcov")
  expect_error(covariance_spec(c("iid", "HC1")), class = "ccdpanel_error_vcov")
})

test_that("inclusion and exclusion: three ways have seven meats", {
  f <- list(code = c(0L, 1L), levels = 2L)
  plan <- meat_plan(list(type = "cluster"), list(f, f, f))
  expect_length(plan$clusters, 7)
  expect_identical(plan$sign, c(1, 1, 1, -1, -1, -1, 1))
})

test_that("negative eigenvalues are set to zero, and it is kept", {
  meats <- list(diag(c(1, 0)), diag(c(0, 0)), diag(c(0, 1)))
  out <- sandwich_sum(diag(2), meats, c(1, 1, -1), diag(2))
  expect_equal(out$v, diag(c(1, 0)))
  expect_true(out$repaired)
})

# Two ways: with few clusters the covariance is indefinite, with more of them in one draw of three.
crossed_panel <- function(seed, groups = c(5, 4)) {
  set.seed(seed)
  d <- data.frame(
    a = sample(groups[1], 80, TRUE), b = sample(groups[2], 80, TRUE), x = rnorm(80), z = rnorm(80),
    w = rnorm(80),
    g = sample(c("p", "q", "r"), 80, TRUE), lat = runif(80, 20, 40), lon = runif(80, 80, 120)
  )
  d$x <- d$x + d$a
  d$y <- d$x + rnorm(80)
  d
}

# Cameron, Gelbach and Miller by the formula, and the cut in the coordinates in which the classical
# covariance is the identity, by plain R.
plain_two_way <- function(model, d) {
  part <- function(cluster) plain_sandwich(model.matrix(model), resid(model), cluster = cluster)
  v <- part(d$a) + part(d$b) - part(interaction(d$a, d$b))
  bread <- eigen(summary(model)$cov.unscaled, symmetric = TRUE)
  root <- bread$vectors %*% (sqrt(bread$values) * t(bread$vectors))
  own <- eigen(solve(root, v) %*% solve(root), symmetric = TRUE)
  n <- nrow(d)
  groups <- min(length(unique(d$a)), length(unique(d$b)))
  list(
    v = root %*% own$vectors %*% (pmax(own$values, 0) * t(own$vectors)) %*% root *
      (n - 1) / df.residual(model) * groups / (groups - 1),
    least = min(own$values)
  )
}

test_that("a covariance that is indefinite is cut free of units, one that is not stays as it is", {
  cut <- 0
  for (seed in 1:12) {
    d <- crossed_panel(seed, if (seed > 6) c(5, 4) else c(20, 30))
    fit <- fe_reg(y ~ x + z + w, d, vcov = ~ a + b)
    known <- plain_two_way(lm(y ~ x + z + w, d), d)
    expect_equal(vcov(fit), known$v, ignore_attr = TRUE, tolerance = 1e-8)
    expect_identical(fit$covariance$repaired, known$least < 0)
    cut <- cut + fit$covariance$repaired
    unit <- c(1, 10^sample(c(-8, -5, -3, 3, 5, 8), 3))
    scaled <- transform(d, x = x * unit[2], z = z * unit[3], w = w * unit[4])
    other <- fe_reg(y ~ x + z + w, scaled, vcov = ~ a + b)
    expect_equal(sqrt(diag(vcov(other))) * unit, sqrt(diag(vcov(fit))), tolerance = 1e-9)
    expect_identical(other$covariance$repaired, fit$covariance$repaired)
  }
  expect_gt(cut, 3)
  expect_lt(cut, 12)
})

test_that("the variance of a difference of levels does not depend on the level left out", {
  cut <- 0
  for (seed in 1:8) {
    d <- crossed_panel(seed)
    for (vcov in list(~ a + b, cov_conley(~ lat + lon, 1500))) {
      one <- fe_reg(y ~ x + g, d, vcov = vcov)
      cut <- cut + one$covariance$repaired
      d$g <- relevel(factor(d$g), "r")
      two <- fe_reg(y ~ x + g, d, vcov = vcov)
      v <- vcov(one)
      expect_equal(
        v["gq", "gq"] + v["gr", "gr"] - 2 * v["gq", "gr"], vcov(two)["gq", "gq"], tolerance = 1e-8
      )
      expect_equal(v["x", "x"], vcov(two)["x", "x"], tolerance = 1e-8)
      d$g <- as.character(d$g)
    }
  }
  expect_gt(cut, 4)
})

test_that("coefficients without a variance of their own do not disturb the cut", {
  out <- sandwich_sum(
    diag(c(1, 1, 0)), list(diag(c(1, 0, 0)), diag(0, 3), diag(c(0, 1, 0))), c(1, 1, -1),
    diag(c(4, 1e-12, 0))
  )
  expect_equal(out$v, diag(c(1, 0, 0)))
})

test_that("reference distributions: t(N - K), t(G - 1), or normal", {
  d <- made_panel()
  fit <- fe_reg(y ~ x | id, d)
  p <- function(vcov, df) {
    s <- summary(fit, vcov = vcov)$coefficients
    expect_equal(unname(s[, 4]), unname(2 * stats::pt(-abs(s[, 3]), df)), tolerance = 1e-12)
  }
  p("iid", nrow(d) - 1 - length(unique(d$id)))
  p(~id, length(unique(d$id)) - 1)
  p(~ id + firm, 11)
  s <- summary(fe_reg(y ~ x | id, d, ssc = "none"))$coefficients
  expect_equal(unname(s[, 4]), unname(2 * stats::pnorm(-abs(s[, 3]))), tolerance = 1e-12)
})

test_that("no covariance leaves the range of numbers before the variables do", {
  set.seed(3)
  d <- data.frame(id = rep(1:30, each = 8), t = rep(1:8, 30), x = rnorm(240), w = rnorm(240))
  d$y <- d$x + d$id / 10 + rnorm(240)
  d$lat <- runif(30, 20, 40)[d$id]
  d$lon <- runif(30, 80, 120)[d$id]
  covariances <- list(
    "iid", "HC1", "HC2", "HC3", ~id, ~ id + t, cov_cr2(~id), cov_cr3(~id), cov_nw(), cov_dk(),
    cov_conley(~ lat + lon, 300)
  )
  ratios <- function(d, vcov) {
    fit <- fe_reg(y ~ x + w | id, d, vcov = vcov, panel = c("id", "t"))
    coef(fit) / sqrt(diag(vcov(fit)))
  }
  # The same units on both sides of the equation: t statistics do not change.
  for (unit in 2^c(-498, 498)) {
    scaled <- transform(d, x = x * unit, w = w * unit, y = y * unit)
    for (v in covariances) expect_equal(ratios(scaled, v), ratios(d, v), tolerance = 1e-12)
  }
})

test_that("standard errors are those of any unit that doubles hold, and beyond it an error", {
  t_values <- function(y = 1, x = 1) {
    d <- state_capital
    d$output <- d$output * y
    d$water <- d$water * x
    fit <- fe_reg(output ~ water + unemployment | state, d)
    vcovs <- list("iid", "HC3", ~state, ~ state + year, cov_cr2(~state))
    unlist(lapply(vcovs, function(v) coef(fit) / sqrt(diag(vcov(fit, v)))))
  }
  right <- t_values()
  for (unit in 10^c(-150, -100, 100, 144)) {
    expect_equal(t_values(y = unit), right, tolerance = 1e-6)
    expect_equal(t_values(x = unit), right, tolerance = 1e-6)
  }
  expect_error(t_values(y = 1e80, x = 1e-80), "water", class = "ccdpanel_error_range")
  expect_error(t_values(y = 1e-80, x = 1e80), "water", class = "ccdpanel_error_range")
  # Of a system the equations' other coefficients are not named.
  set.seed(1)
  d <- as.data.frame(matrix(rnorm(240), 60, dimnames = list(NULL, c("e", "w", "a", "b"))))
  d$y <- d$e + d$w + d$a + rnorm(60)
  d$e <- d$e + .4 * d$y + d$a - d$b
  error <- expect_error(
    system_reg(
      list(p = y ~ e + w, q = e ~ y + a + b), transform(d, a = a * 1e-140, e = e * 1e140)
    ), class = "ccdpanel_error_range"
  )
  expect_match(conditionMessage(error), "The variance of .{1,3}q_a.{1,3} is beyond")
  expect_error(t_values(x = 1e150), "`water` is so large", class = "ccdpanel_error_infinite")
  expect_error(t_values(x = 1e-157), "`water` is so small", class = "ccdpanel_error_infinite")
  d <- state_capital
  d$water <- d$water * 1e150
  expect_error(
    system_reg(list(a = output ~ water, b = highways ~ water), d, method = "sur"), "water",
    class = "ccdpanel_error_infinite"
  )
})

test_that("a variance that is negative or rounding is no standard error of zero", {
  d <- expand.grid(u = 1:4, t = 1:5)
  # Scores by unit, by time and by both: the difference of the meats is negative.
  set.seed(7)
  found <- FALSE
  for (draw in 1:50) {
    d$x <- rnorm(20)
    d$y <- rnorm(20)
    p <- stats::lm(y ~ x + factor(u) + factor(t), d)
    scores <- stats::resid(stats::lm(x ~ factor(u) + factor(t), d)) * stats::resid(p)
    square <- function(by) sum(rowsum(scores, by)^2)
    found <- square(d$u) + square(d$t) - sum(scores^2) < 0
    if (found) break
  }
  expect_true(found)
  expect_warning(
    fit <- fe_reg(y ~ x | u + t, d, vcov = ~ u + t), "negative",
    class = "ccdpanel_warning_negative"
  )
  expect_identical(vcov(fit)[1, 1], NA_real_)
  row <- tidy(fit, conf.int = TRUE)
  expect_true(all(is.na(row[c("std.error", "statistic", "p.value", "conf.low", "conf.high")])))
  expect_no_match(utils::capture.output(print(fit)), "***", fixed = TRUE)
  # A regressor that varies between two clusters alone.
  d$side <- as.numeric(d$u > 2)
  expect_warning(
    fit <- fe_reg(y ~ side, d, vcov = ~side), "rounding", class = "ccdpanel_warning_rounding"
  )
  expect_true(all(is.na(tidy(fit)$std.error)))
})

test_that("weights and two ways: any combination has the variance of the covariance written out", {
  set.seed(2)
  d <- expand.grid(u = 1:9, t = 1:7)[sample(63, 57), ]
  d$x <- rnorm(57) + d$u / 3
  d$m <- rnorm(57) * 100 + 1e3
  d$w <- runif(57, 0.2, 3)
  d$y <- d$x * (1 + d$m / 100) + rnorm(57) * (1 + d$u %% 3)
  fit <- fe_reg(y ~ x * m | u + t, d, weights = ~w, vcov = ~ u + t)
  root <- sqrt(d$w)
  dummies <- stats::model.matrix(~ factor(u) + factor(t), d) * root
  columns <- cbind(d$x, d$m, d$x * d$m) * root
  x <- stats::lm.fit(dummies, columns)$residuals
  e <- stats::lm.fit(cbind(columns, dummies), d$y * root)$residuals
  size <- sqrt(colSums(x^2))
  x <- x / rep(size, each = 57)
  bread <- solve(crossprod(x))
  meat <- function(by) crossprod(rowsum(x * e, by))
  root <- t(chol(bread))
  parts <- eigen(solve(root) %*% bread %*% (
    meat(d$u) + meat(d$t) - crossprod(x * e)
  ) %*% bread %*% solve(t(root)), symmetric = TRUE)
  expect_lt(min(parts$values), 0)
  v <- root %*% parts$vectors %*% (pmax(parts$values, 0) * t(root %*% parts$vectors))
  # Both effects are nested in a cluster.
  v <- v / outer(size, size) * 56 / (57 - 3 - 1) * 7 / 6
  at <- rbind(c(1, 0, 900), c(1, 0, 1000), c(1, 0, 1100))
  expect_equal(diag(at %*% vcov(fit) %*% t(at)), diag(at %*% v %*% t(at)), tolerance = 1e-7)
})

test_that("a coefficient that a restriction fixes has no variance where eigenvalues are cut", {
  # 1, 2, 2, 1 has the eigenvalues 3 and -1.
  v <- rbind(c(1, 0, 2), 0, c(2, 0, 1))
  cut <- without_negative(v, diag(c(1, 0, 1)))
  expect_identical(cut$v[2, ], c(0, 0, 0))
  expect_equal(cut$v[-2, -2], matrix(1.5, 2, 2))
  expect_true(cut$repaired)
})

test_that("a covariance in the words of others is said in ours", {
  fit <- fe_reg(output ~ water | state, state_capital)
  said <- function(vcov, fit. = fit) {
    gsub("\\s+", " ", rlang::cnd_message(expect_error(
      stats::vcov(fit., vcov), class = "ccdpanel_error_vcov"
    )))
  }
  expect_match(said("hetero"), "mean `vcov = \"HC1\"`", fixed = TRUE)
  expect_match(said("hc3"), "mean `vcov = \"HC3\"`", fixed = TRUE)
  expect_match(said("twoway"), "mean `vcov = ~state + year`", fixed = TRUE)
  expect_match(said(DK ~ year), "mean `vcov = cov_dk()`", fixed = TRUE)
  expect_match(said(NW(2) ~ state + year), "mean `vcov = cov_nw()`", fixed = TRUE)
  system <- system_reg(
    list(a = output ~ water, b = highways ~ unemployment), state_capital, method = "sur"
  )
  expect_match(said("robust", system), "mean `vcov = \"HC0\"`", fixed = TRUE)
  for (none in list("x", "\xe5\x8c", 1, NA, y ~ x)) {
    expect_no_match(said(none), "mean", fixed = TRUE)
  }
})
