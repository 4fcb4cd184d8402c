panel <- c("unit", "year")

# A panel on a ring of units, with uneven weights that are not symmetric.
ring_weights <- function(n = 12, style = "W") {
  names <- sprintf("u%02d", seq_len(n))
  m <- outer(seq_len(n), seq_len(n), function(i, j) {
    d <- (j - i) %% n
    (d == 1) + 0.5 * (d == n - 1) + 0.2 * (d == 2) * (i %% 3 == 0)
  })
  spatial_weights(`dimnames<-`(m, list(names, names)), style = style)
}

test_that("I, its moments and z are those of spdep, under both assumptions", {
  skip_if_not_installed("spdep")
  d <- regional_toy()
  for (style in c("W", "B")) {
    w <- ring_weights(style = style)
    listw <- as_listw(w)
    for (variance in c("randomisation", "normality")) {
      q <- moran_test(d, "y", w, panel, variance = variance, draws = 0, alternative = "greater")
      for (t in q$year) {
        at <- d[d$year == t, ]
        y <- at$y[match(attr(w, "units"), at$unit)]
        peer <- spdep::moran.test(y, listw, randomisation = variance == "randomisation")
        row <- q[q$year == t, ]
        expect_equal(
          c(row$I, row$expectation, row$variance), unname(peer$estimate), tolerance = 1e-12
        )
        expect_equal(row$statistic, unname(peer$statistic), tolerance = 1e-12)
        expect_equal(row$p.value, unname(peer$p.value), tolerance = 1e-10)
      }
    }
  }
})

# A line of units with one more link, in a style of spdep's.
styled_listw <- function(style) {
  names <- sprintf("u%02d", 1:12)
  m <- outer(1:12, 1:12, function(i, j) as.numeric(abs(i - j) == 1))
  m[1, 6] <- m[6, 1] <- 1
  nb <- spdep::mat2listw(`dimnames<-`(m, list(names, names)), style = "B")$neighbours
  spdep::nb2listw(nb, style = style)
}

test_that("a listw means its own weights in every style, a matrix those that it holds", {
  skip_if_not_installed("spdep")
  d <- regional_toy()
  at <- d[d$year == 2003, ]
  y <- at$y[match(sprintf("u%02d", 1:12), at$unit)]
  I <- function(w) moran_test(at, "y", w, panel, draws = 0)
  for (style in c("W", "B", "C", "S", "U", "minmax")) {
    listw <- styled_listw(style)
    peer <- unname(spdep::moran.test(y, listw)$estimate)
    m <- spdep::listw2mat(listw)
    dimnames(m) <- rep(list(sprintf("u%02d", 1:12)), 2)
    for (w in list(listw, spatial_weights(listw), m, spatial_weights(m))) {
      ours <- I(w)
      expect_equal(c(ours$I, ours$expectation, ours$variance), peer, tolerance = 1e-12)
      own <- local_moran(at, "y", w, panel, draws = 0)
      own <- own[match(sprintf("u%02d", 1:12), own$unit), ]
      local <- spdep::localmoran(y, listw)
      expect_equal(own$I, unname(local[, 1]), tolerance = 1e-12)
      expect_equal(own$variance, unname(local[, 3]), tolerance = 1e-12)
      # The neighbours' mean, whatever the weights sum to.
      z <- as.vector(scale(y)) * sqrt(12 / 11)
      expect_equal(own$lag, as.vector(m %*% z / rowSums(m)), tolerance = 1e-12)
    }
    expect_equal(I(spatial_weights(listw, style = "W"))$I,
      unname(spdep::moran.test(y, styled_listw("W"))$estimate[1]))
    expect_equal(as_listw(spatial_weights(listw))$style, style)
  }
  expect_equal(I(styled_listw("W")$neighbours)$I, I(styled_listw("W"))$I)
})

test_that("units that leave have their weights standardised anew, in the style they are in", {
  skip_if_not_installed("spdep")
  d <- regional_toy()
  at <- d[d$year == 2003, ]
  at <- at[match(sprintf("u%02d", 1:12), at$unit), ]
  here <- !at$unit %in% c("u03", "u09")
  lost <- replace(at, "y", replace(at$y, !here, NA))
  for (style in c("W", "B", "C", "S", "U")) {
    listw <- styled_listw(style)
    part <- suppressWarnings(subset(listw, here)) # of newer versions: parts are more
    peer <- unname(spdep::moran.test(at$y[here], part)$estimate)
    local <- unname(spdep::localmoran(at$y[here], part)[, 1])
    for (data in list(lost, lost[here, ])) {
      ours <- suppressMessages(moran_test(data, "y", listw, panel, draws = 0))
      expect_equal(c(ours$I, ours$expectation, ours$variance), peer, tolerance = 1e-12)
      own <- suppressMessages(local_moran(data, "y", listw, panel, draws = 0))
      expect_equal(own$I[match(at$unit[here], own$unit)], local, tolerance = 1e-12)
    }
  }
})

test_that("the print and the table say how weights are standardised", {
  skip_if_not_installed("spdep")
  said <- function(w) {
    q <- moran_test(regional_toy(), "y", w, panel, draws = 0)
    table <- readLines(save_table(q, tempfile(fileext = ".md")))
    c(utils::capture.output(print(q))[2], table[length(table)])
  }
  expect_match(said(styled_listw("S")), "spdep's style S")
  expect_match(said(styled_listw("W")), "rows sum to one")
  expect_match(said(as.matrix(ring_weights(style = "B"))), "as they are")
  expect_output(print(spatial_weights(styled_listw("C"))), "spdep's style C")
})

test_that("a unit without neighbours counts in n, unless spdep's n is asked for", {
  skip_if_not_installed("spdep")
  d <- data.frame(province = provinces$name, year = 1, y = provinces$lat)
  w <- spatial_weights(provinces$name, islands = "none")
  ours <- moran_test(d, "y", w, c("province", "year"), draws = 0)
  m <- as.matrix(w)
  z <- d$y - mean(d$y)
  expect_equal(ours$I, 31 / 30 * sum(z * (m %*% z)) / sum(z^2), tolerance = 1e-12)
  expect_equal(ours$expectation, -1 / 30)
  peer <- spdep::moran.test(d$y, as_listw(w), zero.policy = TRUE)
  theirs <- moran_test(d, "y", w, c("province", "year"), draws = 0, adjust_n = TRUE)
  expect_equal(
    c(theirs$I, theirs$expectation, theirs$variance), unname(peer$estimate), tolerance = 1e-12
  )
  expect_output(print(ours), "Without neighbours: Hainan")
})

test_that("permutations have the moments of randomisation, and their p counts the value seen", {
  d <- regional_toy(8, 2)
  w <- ring_weights(8)
  q <- moran_test(d, "y", w, panel, draws = 19999, seed = 4)
  for (t in seq_along(q$year)) {
    at <- d[d$year == q$year[t], ]
    y <- at$y[match(attr(w, "units"), at$unit)]
    m <- as.matrix(w)
    link <- which(t(m) != 0, arr.ind = TRUE)
    drawn <- bind_moran(
      c(0L, cumsum(tabulate(link[, 2], 8))), as.integer(link[, 1] - 1), t(m)[link], y - mean(y),
      19999L, 4 + match(q$year[t], q$year) - 1, 1L, identity
    )
    I <- 8 / sum(m) * drawn / sum((y - mean(y))^2)
    # 20000 draws: five standard errors of the mean, and 5 percent for the variance
    expect_lt(abs(mean(I) - q$expectation[t]), 5 * sqrt(q$variance[t] / 19999))
    expect_equal(var(I), q$variance[t], tolerance = 0.05)
    # Which row of the toy is which unit does not matter to a count.
    p <- min(1, 2 * min(1 + sum(I >= q$I[t] - 1e-12), 1 + sum(I <= q$I[t] + 1e-12)) / 20000)
    expect_equal(q$p_permutation[t], p, tolerance = 0.1)
  }
  up <- moran_test(d, "y", w, panel, alternative = "greater", draws = 999, seed = 1)
  down <- moran_test(d, "y", w, panel, alternative = "less", draws = 999, seed = 1)
  expect_true(all(up$p_permutation + down$p_permutation >= 1001 / 1000))
  expect_equal(up$p.value + down$p.value, c(1, 1))
})

test_that("a listing of all orders gives the exact p", {
  names <- letters[1:5]
  m <- outer(1:5, 1:5, function(i, j) as.numeric(abs(i - j) == 1))
  w <- spatial_weights(`dimnames<-`(m, list(names, names)), style = "B")
  y <- c(1, 2, 4, 8, 16)
  orders <- as.matrix(expand.grid(rep(list(1:5), 5)))
  orders <- orders[apply(orders, 1, anyDuplicated) == 0, ]
  z <- y - mean(y)
  all <- apply(orders, 1, function(o) sum(z[o] * (m %*% z[o])))
  exact <- mean(all >= sum(z * (m %*% z)) - 1e-9)
  d <- data.frame(unit = names, year = 1, y = y)
  q <- moran_test(d, "y", w, panel, alternative = "greater", draws = 49999, seed = 1)
  expect_lt(abs(q$p_permutation - exact), 5 * sqrt(exact * (1 - exact) / 49999) + 1 / 50000)
})

test_that("draws are the same bits on any number of threads", {
  d <- regional_toy()
  one <- moran_test(d, "y", ring_weights(), panel, draws = 500, seed = 2, threads = 1)
  expect_identical(
    moran_test(d, "y", ring_weights(), panel, draws = 500, seed = 2, threads = 3), one
  )
})

test_that("units are matched by name, in any order of rows and weights, and by any name", {
  d <- regional_toy()
  w <- ring_weights()
  m <- as.matrix(w)
  turned <- spatial_weights(m[12:1, 12:1], style = "B")
  a <- moran_test(d, "y", w, panel, draws = 0)
  b <- moran_test(d[rev(seq_len(nrow(d))), ], "y", turned, panel, draws = 0)
  expect_equal(a$I, b$I)
  skip_if_not_installed("spdep")
  expect_equal(moran_test(d, "y", as_listw(w), panel, draws = 0)$I, a$I)
  p <- data.frame(province = provinces$zh, year = 1, y = provinces$lat)
  english <- spatial_weights(provinces$name)
  expect_equal(
    moran_test(p, "y", english, c("province", "year"), draws = 0)$I,
    moran_test(p, "y", panel = c("province", "year"), draws = 0)$I
  )
})

test_that("missing values leave with their links, and rows sum to one again", {
  d <- regional_toy()
  d$y[d$year == 2002 & d$unit == "u05"] <- NA
  w <- ring_weights()
  q <- suppressMessages(moran_test(d, "y", w, panel, draws = 0))
  m <- as.matrix(ring_weights(style = "B"))[-5, -5]
  m <- m / rowSums(m)
  at <- d[d$year == 2002, ]
  y <- at$y[match(rownames(m), at$unit)]
  z <- y - mean(y)
  expect_equal(q$I[2], 11 / sum(m) * sum(z * (m %*% z)) / sum(z^2), tolerance = 1e-12)
  expect_equal(q$units, c(12, 11, 12, 12, 12))
})

test_that("replays give an interval of I", {
  cc <- coupling(state_index())
  u <- index_uncertainty(cc, state_capital, n = 9, seed = 1, keep = TRUE, progress = FALSE)
  names <- unique(cc$state)
  m <- outer(seq_along(names), seq_along(names), function(i, j) as.numeric(abs(i - j) == 1))
  w <- spatial_weights(`dimnames<-`(m, list(names, names)))
  q <- moran_test(cc, w = w, replays = u, draws = 0)
  at <- which(cc$year == 1980)
  row <- as.matrix(w)[as.character(cc$state[at]), as.character(cc$state[at])]
  I <- apply(replays(u, "D")[at, 1, ], 2, function(y) {
    z <- y - mean(y)
    length(z) / sum(row) * sum(z * (row %*% z)) / sum(z^2)
  })
  expect_equal(q$std.error[q$year == 1980], sd(I), tolerance = 1e-10)
})

test_that("bad input is an error that names it", {
  d <- regional_toy()
  wrong <- function(..., class) {
    expect_error(moran_test(..., draws = 0), class = paste0("ccdpanel_error_", class))
  }
  wrong(d, "y", panel = panel, class = "weights")
  wrong(d, "y", ring_weights(11), panel, class = "weights")
  wrong(d, "y", "queen", panel, class = "weights")
  counted <- structure(lapply(1:12, function(i) c(i %% 12L + 1L)), class = "nb")
  expect_error(
    moran_test(d, "y", counted, panel, draws = 0), "region.id", class = "ccdpanel_error_weights"
  )
  wrong(transform(d, y = 1), "y", ring_weights(), panel, class = "values")
  wrong(d[d$unit %in% c("u01", "u02", "u03"), ], "y", ring_weights(), panel, class = "values")
  none <- spatial_weights(`dimnames<-`(matrix(0, 12, 12), rep(list(unique(d$unit)), 2)))
  wrong(d, "y", none, panel, class = "weights")
})

test_that("the print says weights, side and permutations", {
  q <- moran_test(regional_toy(), "y", ring_weights(), panel, seed = 1)
  expect_snapshot(print(q))
  md <- readLines(save_table(q, tempfile(fileext = ".md")))
  expect_match(md[1], "Moran's I")
})

test_that("I and its tests are those of any unit of measurement", {
  d <- regional_toy()
  right <- moran_test(d, "y", ring_weights(), panel, draws = 49, seed = 1)
  own <- local_moran(d, "y", ring_weights(), panel, draws = 49, seed = 1)
  for (size in 2^c(-480, 480)) {
    scaled <- replace(d, "y", d$y * size)
    expect_equal(
      moran_test(scaled, "y", ring_weights(), panel, draws = 49, seed = 1), right,
      ignore_attr = TRUE
    )
    found <- local_moran(scaled, "y", ring_weights(), panel, draws = 49, seed = 1)
    expect_equal(found$I, own$I)
    expect_equal(found$p_permutation, own$p_permutation)
  }
})

test_that("the summary is over all periods", {
  q <- moran_test(regional_toy(), "y", ring_weights(), panel, draws = 99, seed = 1)
  s <- summary(q)
  expect_equal(
    unlist(as.data.frame(s)),
    c(periods = 5, mean = mean(q$I), min = min(q$I), max = max(q$I),
      significant = sum(q$p_permutation < 0.05))
  )
  expect_output(print(s), "over periods (year)", fixed = TRUE)
  bare <- moran_test(regional_toy(), "y", ring_weights(), panel, draws = 0)
  expect_equal(summary(bare)$significant, sum(bare$p.value < 0.05))
})

test_that("an sf map gives weights to all that take them", {
  skip_if_not_installed("sf")
  cell <- function(x) sf::st_polygon(list(cbind(x + c(0, 1, 1, 0, 0), c(0, 0, 1, 1, 0))))
  names <- sprintf("u%02d", 1:12)
  map <- sf::st_sf(place = rev(names), geometry = sf::st_sfc(lapply(12:1, cell)))
  line <- (abs(outer(1:12, 1:12, "-")) == 1) * 1
  dimnames(line) <- list(names, names)
  line <- line / rowSums(line)
  d <- regional_toy()
  same <- function(f, ...) {
    of <- function(w) as.data.frame(suppressMessages(f(d, "y", w, panel = panel, ...)))
    expect_equal(of(map), of(line))
  }
  same(moran_test, draws = 0)
  same(local_moran, draws = 0)
  same(function(d, y, w, ...) transition_matrix(d, y, classes = 2, given = w, ...))
  expect_error(
    moran_test(d, "y", w = d, panel = panel), "an sf map", class = "ccdpanel_error_weights"
  )
})
