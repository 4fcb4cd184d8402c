panel <- c("unit", "year")
z_of <- function(d, sheet) mapply(plain_min_max, d[sheet$indicator], sheet$direction)
share <- function(x, system) as.vector(x / ave(x, system, FUN = sum))

test_that("standard deviation, variation and CRITIC by their formulas", {
  d <- state_capital
  sheet <- state_sheet()
  z <- z_of(d, sheet)
  weights_by <- function(method) {
    indicator_weights(d, sheet, c("state", "year"), method = method)$weight
  }
  sd <- apply(z, 2, stats::sd)
  expect_equal(weights_by("sd"), share(sd, sheet$system))
  expect_equal(weights_by("cv"), share(sd / colMeans(z), sheet$system))
  critic <- c(sd[1:3] * colSums(1 - cor(z[, 1:3])), sd[4:6] * colSums(1 - cor(z[, 4:6])))
  expect_equal(weights_by("critic"), share(critic, sheet$system))
})

test_that("principal components: against prcomp", {
  sheet <- state_sheet()
  z <- z_of(state_capital, sheet)
  expected <- function(z, keep) {
    p <- stats::prcomp(z, scale. = TRUE)
    m <- seq_len(keep(p$sdev^2))
    loadings <- p$rotation[, m, drop = FALSE] %*% diag(p$sdev[m], length(m))
    raw <- abs(loadings) %*% p$sdev[m]^2 / sum(p$sdev[m]^2)
    as.vector(raw / sum(raw))
  }
  kaiser <- function(v) max(1, sum(v > 1))
  w <- indicator_weights(state_capital, sheet, c("state", "year"), method = "pca")$weight
  expect_equal(w, c(expected(z[, 1:3], kaiser), expected(z[, 4:6], kaiser)))
  w <- indicator_weights(state_capital, sheet, c("state", "year"), method = c(pca = .999))$weight
  by_share <- function(v) which(cumsum(v) / sum(v) >= .999)[1]
  expect_equal(w, c(expected(z[, 1:3], by_share), expected(z[, 4:6], by_share)))
})

test_that("given weights are the sheet's, made to sum to one", {
  w <- indicator_weights(toy_panel(), toy_sheet(weight = c(1, 3, 5, 5)), panel, method = "given")
  expect_equal(w$weight, c(.25, .75, .5, .5))
  expect_error(
    indicator_weights(toy_panel(), toy_sheet(), panel, method = "given"),
    class = "ccdpanel_error_weights"
  )
  expect_error(
    indicator_weights(toy_panel(), toy_sheet(weight = c(1, NA, 1, 1)), panel, method = "given"),
    class = "ccdpanel_error_weights"
  )
  expect_error(
    indicator_weights(toy_panel(), toy_sheet(weight = c(0, 0, 1, 1)), panel, method = "given"),
    class = "ccdpanel_error_weights"
  )
})

test_that("rules for zeros: the entropy of the changed values", {
  d <- toy_panel()
  z <- z_of(d, toy_sheet())
  entropy_with <- function(zero) indicator_weights(d, toy_sheet(), panel, zero = zero)$entropy
  expect_equal(entropy_with("shift"), unname(apply(z + 1e-4, 2, plain_entropy)), tolerance = 1e-14)
  expect_equal(
    entropy_with(c(shift = .5)), unname(apply(z + .5, 2, plain_entropy)), tolerance = 1e-14
  )
  expect_equal(
    entropy_with("rescale"), unname(apply(.01 + .98 * z, 2, plain_entropy)), tolerance = 1e-14
  )
  expect_equal(
    entropy_with(c(rescale = .1)), unname(apply(.1 + .8 * z, 2, plain_entropy)), tolerance = 1e-14
  )
  expect_error(entropy_with(c(rescale = .7)), class = "ccdpanel_error_number")
  expect_error(entropy_with(c(limit = 1)), class = "ccdpanel_error_choice")
  expect_error(
    indicator_weights(d, toy_sheet(), panel, method = "sd", zero = "shift"),
    class = "ccdpanel_error_choice"
  )
})

test_that("an indicator of two systems with negative values is named once, also of a table", {
  d <- data.frame(u = rep(1:4, 3), t = rep(1:3, each = 4), a = -5:6, b = 1:12)
  sheet <- data.frame(system = c("p", "p", "q", "q"), indicator = c("a", "b", "a", "b"),
    direction = "+")
  words <- function(data) {
    conditionMessage(expect_error(
      indicator_weights(data, sheet, c("u", "t"), normalise = "none"),
      class = "ccdpanel_error_negative"
    ))
  }
  expect_match(words(d), "found in \"a\".", fixed = TRUE)
  con <- sqlite()
  expect_identical(words(stored(con, d)), words(d))
})

test_that("z-scores enter the entropy only when shifted above zero", {
  d <- toy_panel()
  expect_error(
    indicator_weights(d, toy_sheet(), panel, normalise = "zscore"),
    class = "ccdpanel_error_negative"
  )
  w <- indicator_weights(d, toy_sheet(), panel, normalise = "zscore", zero = c(shift = 3))
  expect_equal(w$entropy[1:2], c(
    plain_entropy(as.vector(scale(d$x)) + 3), plain_entropy(3 - as.vector(scale(d$y)))
  ), tolerance = 1e-14)
})

test_that("entropy after any other normalisation is that of the normalised values", {
  d <- toy_panel()
  for (method in c("vector", "sum", "rank")) {
    z <- normalise(d, toy_sheet(), panel, method = method)
    w <- indicator_weights(d, toy_sheet(), panel, normalise = method)
    expect_equal(
      w$entropy, unname(vapply(z[c("x", "y", "v", "w")], plain_entropy, 0)), tolerance = 1e-14
    )
  }
})

test_that("by period: each time's own weights, with the time in front", {
  d <- toy_panel()[c(2, 1, 4, 3, 6, 5), ]
  w <- indicator_weights(d, toy_sheet(), panel, scope = "period")
  expect_named(w, c(
    "year", "system", "dimension", "indicator", "direction", "entropy", "divergence", "weight"
  ))
  expect_identical(w$year, rep(2001:2002, each = 4))
  for (t in 2001:2002) {
    expect_equal(
      w$weight[w$year == t], indicator_weights(d[d$year == t, ], toy_sheet(), panel)$weight
    )
  }
  expect_output(print(w), "each year")
  expect_identical(nrow(summary(w)), 6L)
})

test_that("one varying indicator takes all; perfectly correlated ones have no CRITIC weights", {
  d <- transform(toy_panel(), y = 1)
  for (method in c("sd", "cv", "critic", "pca")) {
    expect_equal(
      suppressWarnings(indicator_weights(d, toy_sheet(), panel, method = method))$weight[1:2],
      c(1, 0)
    )
  }
  expect_error(
    indicator_weights(transform(d, y = -x), toy_sheet(), panel, method = "critic"),
    class = "ccdpanel_error_weights"
  )
  expect_error(
    indicator_weights(toy_panel(), toy_sheet(), panel, method = "cv", normalise = "zscore"),
    class = "ccdpanel_error_negative"
  )
})

test_that("advice names a function that has the argument", {
  d <- toy_panel()
  e <- tryCatch(
    composite_index(d, toy_sheet(), c("unit", "year"), normalise = "zscore"), error = identity
  )
  named <- regmatches(
    conditionMessage(e), regexpr("indicator_weights\\([a-z]+ = ", conditionMessage(e))
  )
  expect_true(sub(".*\\(([a-z]+) = ", "\\1", named) %in% names(formals(indicator_weights)))
})

test_that("shares of a column of mean 1e8 keep the digits of its spread", {
  k <- c(-2, 1, 3, -4, 2)
  d <- data.frame(city = letters[1:5], year = 1, a = 1e8 + k, b = 1e8 - 3 * k, c = c(1, 3, 2, 9, 4))
  sheet <- indicator_sheet(data.frame(
    system = "s", indicator = c("a", "b", "c"), direction = c("+", "-", "+")
  ))
  # What is left of z / z(1e8) - 1 is known to the last digit: k / 1e8, and 3 k / (1e8 - 3 k).
  t <- list(a = k / 1e8, b = 3 * k / (1e8 - 3 * k))
  # Sums of (1 + t) ln(1 + t) are those of t^2 / 2 - t^3 / 6 here, with t about its mean.
  divergence <- vapply(t, function(t) {
    t <- (t - mean(t)) / (1 + mean(t))
    mean(t^2 / 2 - t^3 / 6) / log(5)
  }, 0)
  for (normalise in c("sum", "vector")) {
    w <- indicator_weights(d, sheet, c("city", "year"), normalise = normalise)
    expect_equal(w$divergence[1:2], unname(divergence), tolerance = 1e-14)
    expect_equal(1 - w$divergence, w$entropy)
  }
  plain <- indicator_weights(d, sheet, c("city", "year"), normalise = "none")
  expect_equal(plain$divergence[1], divergence[["a"]], tolerance = 1e-14)
  ratio <- stats::sd(t$b) / stats::sd(t$a)
  cv <- indicator_weights(d, sheet, c("city", "year"), method = "cv", normalise = "sum")
  expect_equal(cv$weight[2] / cv$weight[1], ratio / (1 + mean(t$b)), tolerance = 1e-14)
  # A sum of 1e8 more than z's.
  shifted <- indicator_weights(d, sheet, c("city", "year"), zero = c(shift = 1e8))
  z <- (d$c - 1) / 8
  expect_equal(
    shifted$divergence[3], mean((z - mean(z))^2) / 2 / (1e8 + mean(z))^2 / log(5),
    tolerance = 1e-8
  )
})

test_that("an indicator of two systems is named once", {
  d <- data.frame(city = letters[1:3], year = 1, a = c(-1, 2, 3), b = c(1, 2, 2), c = NA_real_)
  both <- function(name) indicator_sheet(data.frame(
    system = c("s", "s", "t", "t"), indicator = c(name, "b", name, "b"), direction = "+"
  ))
  said <- function(...) {
    e <- tryCatch(suppressMessages(indicator_weights(d, ...)), ccdpanel_error = conditionMessage)
    lengths(regmatches(e, gregexpr("\"[ac]\"", e)))
  }
  expect_identical(said(both("a"), c("city", "year"), normalise = "none"), 1L)
  expect_identical(said(both("c"), c("city", "year")), 1L)
})
