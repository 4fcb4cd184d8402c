panel <- c("province", "year")

local_toy <- function() {
  set.seed(3)
  d <- merge(data.frame(province = provinces$name), data.frame(year = 1:2))
  d$y <- provinces$lat[match(d$province, provinces$name)] + rnorm(62, 0, 5)
  d
}

test_that("I, expectation and variance are spdep's", {
  skip_if_not_installed("spdep")
  d <- local_toy()
  w <- spatial_weights(provinces$name)
  l <- local_moran(d, "y", w, panel, draws = 0, alternative = "greater")
  for (t in 1:2) {
    at <- d[d$year == t, ]
    y <- at$y[match(provinces$name, at$province)]
    peer <- spdep::localmoran(y, as_listw(w), alternative = "greater")
    ours <- l[l$year == t, ]
    ours <- ours[match(provinces$name, ours$province), ]
    expect_equal(ours$I, unname(peer[, 1]), tolerance = 1e-12)
    expect_equal(ours$expectation, unname(peer[, 2]), tolerance = 1e-12)
    expect_equal(ours$variance, unname(peer[, 3]), tolerance = 1e-12)
    expect_equal(ours$statistic, unname(peer[, 4]), tolerance = 1e-10)
    expect_equal(ours$p.value, unname(peer[, 5]), tolerance = 1e-10)
  }
})

test_that("conditional permutations have the exact moments, and those of spdep's draws", {
  d <- local_toy()[1:31, ]
  w <- spatial_weights(provinces$name)
  l <- local_moran(d, "y", w, panel, draws = 0)
  z <- d$y - mean(d$y)
  m <- as.matrix(w)[d$province, d$province]
  link <- which(t(m) != 0, arr.ind = TRUE)
  draws <- 20000L
  found <- bind_local_moran(
    c(0L, cumsum(tabulate(link[, 2], 31))), as.integer(link[, 1] - 1), t(m)[link], z, mean(z^2),
    draws, FALSE, 1, 2L, identity
  )
  mean <- found[, 1] + found[, 2] / draws
  variance <- found[, 3] / draws - (found[, 2] / draws)^2
  # 31 units at once: five standard errors; the variance's own depends on the kurtosis.
  expect_lt(max(abs(mean - l$expectation) / sqrt(l$variance / draws)), 5)
  expect_lt(max(abs(variance / l$variance - 1)), 0.06)
  expect_identical(bind_local_moran(
    c(0L, cumsum(tabulate(link[, 2], 31))), as.integer(link[, 1] - 1), t(m)[link], z, mean(z^2),
    draws, FALSE, 1, 1L, identity
  ), found)
  skip_if_not_installed("spdep")
  set.seed(1)
  peer <- spdep::localmoran_perm(d$y, as_listw(spatial_weights(m, style = "B")), nsim = 9999)
  # Which draws with replacement: more spread where there are many neighbours.
  twice <- bind_local_moran(
    c(0L, cumsum(tabulate(link[, 2], 31))), as.integer(link[, 1] - 1), t(m)[link], z, mean(z^2),
    draws, TRUE, 1, 2L, identity
  )
  spread <- twice[, 3] / draws - (twice[, 2] / draws)^2
  expect_lt(max(abs(spread / unname(peer[, 3]) - 1)), 0.1)
  # Of k of n - 1 values without replacement the mean has (n - 1 - k)/(n - 2) of that variance.
  k <- rowSums(m > 0)
  expect_equal(unname(l$variance / peer[, 3]), unname((30 - k) / 29), tolerance = 0.05)
  skew <- (twice[, 4] / draws - 3 * (twice[, 2] / draws) * twice[, 3] / draws +
    2 * (twice[, 2] / draws)^3) / spread^1.5
  expect_lt(max(abs(skew - unname(peer[, "Skewness"]))), 0.15)
})

test_that("the permutation p is the exact share of sets of neighbours", {
  d <- local_toy()[1:31, ]
  l <- local_moran(d, "y", spatial_weights(provinces$name), panel, draws = 99999, seed = 5,
    adjust = "none")
  z <- d$y - mean(d$y)
  m <- as.matrix(spatial_weights(d$province))
  few <- which(rowSums(m > 0) %in% 1:3)
  expect_gt(length(few), 4)
  for (i in few) {
    sets <- utils::combn(z[-i], sum(m[i, ] > 0))
    I <- z[i] * colMeans(sets) / mean(z^2)
    p <- 2 * min(mean(I >= l$I[i] - 1e-12), mean(I <= l$I[i] + 1e-12))
    expect_lt(abs(l$p_permutation[i] - min(p, 1)), 5 * 2 * sqrt(p / 2 / 1e5) + 2e-5)
  }
})

test_that("clusters are quadrants of the adjusted p", {
  d <- local_toy()
  for (adjust in c("fdr", "bonferroni", "none")) {
    l <- local_moran(d, "y", panel = panel, draws = 999, seed = 1, adjust = adjust, alpha = 0.1)
    for (t in 1:2) {
      at <- l[l$year == t, ]
      expect_equal(at$p_adjusted, p.adjust(at$p_permutation, adjust))
      quadrant <- paste0(ifelse(at$z > 0, "H", "L"), ifelse(at$lag > 0, "H", "L"))
      expect_equal(as.character(at$cluster), ifelse(at$p_adjusted <= 0.1, quadrant, "ns"))
    }
  }
  counted <- summary(l)
  expect_equal(sum(counted$units), sum(l$cluster != "ns"))
})

test_that("the local I's mean is the global I", {
  d <- local_toy()
  w <- spatial_weights(provinces$name)
  l <- local_moran(d, "y", w, panel, draws = 0)
  g <- moran_test(d, "y", w, panel, draws = 0)
  expect_equal(as.vector(tapply(l$I, l$year, mean)), g$I, tolerance = 1e-12)
})

test_that("a unit without neighbours has no local I", {
  l <- local_moran(
    local_toy(), "y", spatial_weights(provinces$name, islands = "none"), panel, draws = 99, seed = 1
  )
  alone <- l$province == "Hainan"
  expect_true(all(is.na(l$I[alone])) && all(is.na(l$cluster[alone])))
  expect_false(anyNA(l$I[!alone]))
})

test_that("replays add intervals and how stable a quadrant is", {
  cc <- coupling(state_index())
  u <- index_uncertainty(cc, state_capital, n = 9, seed = 1, keep = TRUE, progress = FALSE)
  names <- as.character(unique(cc$state))
  m <- outer(seq_along(names), seq_along(names), function(i, j) as.numeric(abs(i - j) == 1))
  w <- spatial_weights(`dimnames<-`(m, list(names, names)))
  l <- local_moran(cc, w = w, replays = u, draws = 0)
  at <- which(cc$year == 1980)
  y <- replays(u, "D")[at, 1, ]
  row <- as.matrix(w)[as.character(cc$state[at]), as.character(cc$state[at])]
  z <- sweep(y, 2, colMeans(y))
  I <- z * (row %*% z) / rep(colMeans(z^2), each = nrow(z))
  ours <- l[l$year == 1980, ]
  plain <- unname(apply(I, 1, sd))[match(ours$state, cc$state[at])]
  expect_equal(ours$std.error, plain, tolerance = 1e-10)
  expect_true(all(ours$stable >= 0 & ours$stable <= 1))
})

test_that("the print counts clusters by period", {
  l <- local_moran(local_toy(), "y", panel = panel, draws = 9999, seed = 1, adjust = "none")
  expect_snapshot(print(l, n = 4))
  expect_snapshot(summary(l))
})

test_that("lists of provinces are Chinese where the print and the table are", {
  l <- local_moran(local_toy(), "y", panel = panel, draws = 0, adjust = "none")
  s <- summary(l)
  at <- which(s$units > 1)[1]
  first <- provinces$zh[match(strsplit(s$names[at], ", ", fixed = TRUE)[[1]], provinces$name)]
  zh <- readLines(save_table(s, tempfile(fileext = ".md"), language = "zh"), encoding = "UTF-8")
  expect_true(any(grepl(paste(first, collapse = "\u3001"), zh, fixed = TRUE)))
  w <- summary(spatial_weights(provinces$name, islands = "none"))
  zh <- readLines(save_table(w, tempfile(fileext = ".md"), language = "zh"), encoding = "UTF-8")
  expect_false(any(grepl("[A-Z][a-z]+", zh[-(1:2)])))
  expect_length(zh, 33)
  # A comma within a name is none between names.
  own <- data.frame(unit = "x", names = c("Washington, DC", NA))
  rlang::with_options(
    expect_identical(spoken_frame(own)[[2]], own$names), ccdpanel.language = "zh"
  )
  labelled <- readLines(save_table(s, tempfile(fileext = ".md"), labels = c(Sichuan = "SC")))
  expect_false(any(grepl("Sichuan", labelled)))
})

test_that("print shows the last time, of whatever class times are", {
  called <- c("first", "second")
  times <- list(
    called, factor(called, rev(called)), factor(called, called, ordered = TRUE),
    as.Date(c("2001-01-01", "2002-01-01")), as.difftime(1:2, units = "days")
  )
  for (time in times) {
    d <- local_toy()
    d$year <- time[d$year]
    l <- suppressMessages(local_moran(d, "y", panel = panel, draws = 0))
    # Levels that run backwards end with the first.
    last <- if (is.factor(time)) levels(time)[2] else format(time[2])
    expect_output(print(l, n = 3), paste0("province +year.*", last, ".*", last, ".*", last))
    shown <- capture.output(print(l, n = 100))
    rows <- grep(paste0("^ *(", paste(provinces$name, collapse = "|"), ") "), shown, value = TRUE)
    expect_length(rows, 31)
    expect_true(all(grepl(last, rows, fixed = TRUE)))
  }
})
