panel <- c("unit", "year")

# Classes known by construction, with one gap in a unit and units that enter late.
chain_toy <- function(units = 30, years = 8, seed = 2) {
  set.seed(seed)
  p <- rbind(c(.7, .3, 0), c(.2, .6, .2), c(0, .3, .7))
  d <- do.call(rbind, lapply(seq_len(units), function(u) {
    s <- sample(3, 1)
    for (t in seq_len(years - 1)) s <- c(s, sample(3, 1, prob = p[s[t], ]))
    data.frame(unit = sprintf("u%02d", u), year = 2000 + seq_len(years), state = s)
  }))
  d$y <- d$state + runif(nrow(d), -.3, .3)
  d$zone <- ifelse(as.integer(factor(d$unit)) %% 2 == 0, "even", "odd")
  d[sample(nrow(d)), ]
}

# Counts by looking at each unit in turn.
plain_counts <- function(d, lag = 1, times = rep(1, length(unique(d$unit)))) {
  out <- matrix(0, 3, 3)
  for (u in seq_along(unique(d$unit))) {
    at <- d[d$unit == unique(d$unit)[u], ]
    for (i in seq_len(nrow(at))) {
      j <- which(at$year == at$year[i] + lag)
      if (length(j) && !is.na(at$state[i]) && !is.na(at$state[j])) {
        out[at$state[i], at$state[j]] <- out[at$state[i], at$state[j]] + times[u]
      }
    }
  }
  out
}

counts_of <- function(m, chain = 1) unname(attr(m, "counts")[, , chain])

# A wave around a ring, so that neighbours are not all alike.
chain_ring <- function(d) {
  names <- unique(d$unit)
  n <- length(names)
  m <- outer(seq_len(n), seq_len(n), function(i, j) as.numeric(abs(i - j) %in% c(1, n - 1)))
  spatial_weights(`dimnames<-`(m, list(names, names)), style = "W")
}

test_that("counts, probabilities and what follows are the definitions", {
  d <- chain_toy()
  m <- transition_matrix(d, "y", classes = c(1.5, 2.5), panel = panel)
  n <- plain_counts(d)
  p <- n / rowSums(n)
  expect_equal(counts_of(m), n)
  expect_equal(unname(as.matrix(as.data.frame(m)[c("1", "2", "3")])), p)
  pi <- eigen(t(p))$vectors[, 1]
  pi <- Re(pi / sum(pi))
  expect_equal(m$ergodic, pi, tolerance = 1e-12)
  # Passage by the fundamental matrix of Kemeny and Snell (1976)
  z <- solve(diag(3) - p + matrix(pi, 3, 3, byrow = TRUE))
  passage <- (diag(3) - z + matrix(diag(z), 3, 3, byrow = TRUE)) %*% diag(1 / pi)
  s <- summary(m)
  expect_equal(unname(as.matrix(s$passage[-1])), passage, tolerance = 1e-10)
  expect_equal(s$mobility$shorrocks, (3 - sum(diag(p))) / 2)
  expect_equal(m$prais, 1 - diag(p))
  expect_equal(m$stay, 1 / (1 - diag(p)))
  second <- sort(Mod(eigen(p)$values), decreasing = TRUE)[2]
  expect_equal(s$mobility$half_life, -log(2) / log(second))
})

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

test_that("quantiles are pooled or of each period, of values or relative ones", {
  d <- chain_toy()
  d$rich <- d$y * (1 + (d$year - 2000) / 3)
  pooled <- transition_matrix(d, "rich", classes = 3, relative = FALSE, panel = panel)
  q <- quantile(d$rich, 1:2 / 3)
  expect_equal(attr(pooled, "settings")$bounds, unname(q))
  own <- transform(d, state = findInterval(rich, q, left.open = TRUE) + 1)
  expect_equal(counts_of(pooled), plain_counts(own))
  period <- transition_matrix(d, "rich", classes = "period", k = 3, panel = panel)
  own$state <- ave(d$rich, d$year, FUN = function(v) {
    findInterval(v, quantile(v, 1:2 / 3), left.open = TRUE) + 1
  })
  expect_equal(counts_of(period), plain_counts(own))
  relative <- transition_matrix(d, "rich", classes = 3, panel = panel)
  r <- d$rich / ave(d$rich, d$year)
  own$state <- findInterval(r, quantile(r, 1:2 / 3), left.open = TRUE) + 1
  expect_equal(counts_of(relative), plain_counts(own))
})

test_that("the levels of a coupling are its classes; those of nobody are said and left aside", {
  cc <- coupling(state_index())
  cc <- cc[cc$D < 0.6, ]
  expect_message(m <- transition_matrix(cc, classes = "level"), class = "ccdpanel_message_classes")
  own <- data.frame(unit = cc$state, year = cc$year, state = cc$level)
  n <- matrix(0, 10, 10)
  for (i in seq_len(nrow(own))) {
    j <- which(own$unit == own$unit[i] & own$year == own$year[i] + 1)
    if (length(j)) n[own$state[i], own$state[j]] <- n[own$state[i], own$state[j]] + 1
  }
  used <- rowSums(n) + colSums(n) > 0
  expect_equal(counts_of(m), n[used, used])
  expect_equal(m$from, levels(cc$stage)[used])
})

test_that("a spatial chain goes by the neighbours' class at the first date", {
  d <- chain_toy()
  w <- chain_ring(d)
  m <- transition_matrix(d, "y", classes = c(1.5, 2.5), given = w, panel = panel)
  lag <- as.matrix(w)
  key <- function(u, t) match(paste(u, t), paste(d$unit, d$year))
  n <- array(0, c(3, 3, 3))
  for (u in unique(d$unit)) for (t in 2001:2007) {
    around <- sum(lag[u, ] * d$y[key(colnames(lag), t)])
    g <- findInterval(around, c(1.5, 2.5), left.open = TRUE) + 1
    i <- d$state[key(u, t)]
    j <- d$state[key(u, t + 1)]
    n[i, j, g] <- n[i, j, g] + 1
  }
  for (g in 1:3) expect_equal(counts_of(m, g + 1), n[, , g])
  expect_equal(counts_of(m), apply(n, 1:2, sum))
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

# What giddy's documentation prints of the incomes of 48 States, 1929 to 2009 (its notebook on
# Markov based methods: `Markov(q5)`, `ergodic.fmpt()`, and `Spatial_Markov(rpci, w, fixed = True,
# k = 5, m = 5)` on states48.gal, relative incomes and queen contiguity).
test_that("yearly quintiles of the States have giddy's counts, steady state and first passage", {
  skip_if_not_installed("griddy")
  m <- transition_matrix(
    griddy_states(), "income", classes = "period", k = 5, panel = c("name", "year")
  )
  expect_equal(counts_of(m), rbind(
    c(729, 71, 1, 0, 0), c(72, 567, 80, 3, 0), c(0, 81, 631, 86, 2), c(0, 3, 86, 573, 56),
    c(0, 0, 1, 57, 741)
  ))
  steady <- c(0.20774716, 0.18725774, 0.20740537, 0.18821787, 0.20937187)
  expect_lt(max(abs(m$ergodic - steady)), 5.1e-9)
  passage <- rbind(
    c(4.81354357, 11.50292712, 29.60921231, 53.38594954, 103.59816743),
    c(42.04774505, 5.34023324, 18.74455332, 42.50023268, 92.71316899),
    c(69.25849753, 27.21075248, 4.82147603, 25.27184624, 75.43305672),
    c(84.90689329, 42.85914824, 17.18082642, 5.31299186, 51.60953369),
    c(98.41295543, 56.36521038, 30.66046735, 14.21158356, 4.77619083)
  )
  expect_lt(max(abs(as.matrix(summary(m)$passage[-1]) - passage)), 5.1e-9)
  stay <- c(11.125, 4.65806452, 4.73372781, 4.95172414, 13.77586207)
  expect_lt(max(abs(m$stay - stay)), 5.1e-9)
})

test_that("spatial chains of the States have giddy's matrices and tests, and griddy's counts", {
  skip_if_not_installed("griddy")
  us <- griddy_states()
  own <- function(...) transition_matrix(us, "income", classes = 5, panel = c("name", "year"), ...)
  m <- own(given = state_borders(), given_classes = "lag")
  all <- rbind(
    c(0.91461837, 0.07503234, 0.00905563, 0.00129366, 0),
    c(0.06570302, 0.82654402, 0.10512484, 0.00131406, 0.00131406),
    c(0.00520833, 0.10286458, 0.79427083, 0.09505208, 0.00260417),
    c(0, 0.00913838, 0.09399478, 0.84856397, 0.04830287), c(0, 0, 0, 0.06217617, 0.93782383)
  )
  expect_lt(max(abs(as.matrix(as.data.frame(m)[1:5, 4:8]) - all)), 5.1e-9)
  ergodic <- rbind(
    c(0.43509425, 0.2635327, 0.20363044, 0.06841983, 0.02932278),
    c(0.13391287, 0.33993305, 0.25153036, 0.23343016, 0.04119356),
    c(0.12124869, 0.21137444, 0.2635101, 0.29013417, 0.1137326),
    c(0.0776413, 0.19748806, 0.25352636, 0.22480415, 0.24654013),
    c(0.01776781, 0.19964349, 0.19009833, 0.25524697, 0.3372434)
  )
  expect_lt(max(abs(matrix(m$ergodic[-(1:5)], 5, byrow = TRUE) - ergodic)), 5.1e-9)
  tests <- summary(m)$tests
  tests <- tests[tests$over == "neighbours", ]
  expect_equal(round(tests$statistic, 3), c(200.624, 170.659))
  expect_equal(tests$df, c(60, 60))
  long <- tidy(m)
  first <- long$estimate[long$chain == "1" & long$measure == "passage"][1:5]
  poor <- c(2.29835259, 28.95614035, 46.14285714, 80.80952381, 279.42857143)
  expect_lt(max(abs(first - poor)), 5.1e-9)
  expect_output(print(m), "quantile of the neighbours' mean")

  peer <- us
  peer$relative <- peer$income / ave(peer$income, peer$year)
  bounds <- quantile(peer$relative, 1:4 / 5)
  classes <- griddy::classify_dynamics(
    peer, name, year, relative, method = "fixed", breaks = c(-Inf, bounds, Inf)
  )
  theirs <- griddy::markov_dynamics(classes, name, year)
  expect_equal(counts_of(own()), unname(unclass(theirs$counts)), ignore_attr = TRUE)
  expect_equal(own()$ergodic, unname(griddy::steady_state(theirs)), tolerance = 1e-8)
  # Its own default: of incomes as they are the top class absorbs.
  nominal <- griddy::markov_dynamics(
    griddy::classify_dynamics(us, name, year, income, k = 5), name, year
  )
  ours <- own(relative = FALSE)
  expect_equal(rowSums(counts_of(ours)), unname(rowSums(nominal$counts)), tolerance = 0.01)
  expect_gt(ours$ergodic[5], 0.99)
  wrong <- function(...) expect_error(own(...), class = "ccdpanel_error_argument")
  wrong(given_classes = "lag")
  expect_error(
    transition_matrix(us, "income", classes = c(500, 5000), given = state_borders(),
      given_classes = "lag", panel = c("name", "year")),
    class = "ccdpanel_error_argument"
  )
})

test_that("bootstrap draws are chains of drawn units, the same bits on any number of threads", {
  d <- chain_toy()
  one <- transition_matrix(
    d, "y", classes = c(1.5, 2.5), panel = panel, boot = 40, seed = 3, threads = 1
  )
  two <- transition_matrix(
    d, "y", classes = c(1.5, 2.5), panel = panel, boot = 40, seed = 3, threads = 3
  )
  expect_identical(one, two)
  counts <- bind_unit_draws(rep(0L, 30), 40L, 3)
  stay <- apply(counts, 2, function(times) {
    n <- plain_counts(d, 1, times)
    n[1, 1] / sum(n[1, ])
  })
  long <- tidy(one)
  first <- long[long$measure == "probability" & long$from == "1" & long$to == "1" &
    !is.na(long$to), ][1, ]
  expect_equal(first$std.error, sd(stay), tolerance = 1e-10)
  expect_equal(c(first$conf.low, first$conf.high), quantile(stay, c(.025, .975), names = FALSE))
})

test_that("replays are classed anew", {
  cc <- coupling(state_index())
  u <- index_uncertainty(cc, state_capital, n = 6, seed = 1, keep = TRUE, progress = FALSE)
  m <- transition_matrix(cc, classes = 3, replays = u)
  stay <- apply(replays(u, "D")[, 1, ], 2, function(y) {
    own <- data.frame(unit = cc$state, year = cc$year)
    y <- y / ave(y, cc$year)
    own$state <- findInterval(y, quantile(y, 1:2 / 3), left.open = TRUE) + 1
    n <- plain_counts(own)
    n[2, 2] / sum(n[2, ])
  })
  long <- tidy(m)
  at <- which(long$measure == "probability" & long$from == "2" & long$to == "2")
  expect_equal(long$std.error[at], sd(stay), tolerance = 1e-10)
})

test_that("bad input is an error that names it", {
  d <- chain_toy()
  wrong <- function(..., class) {
    expect_error(
      suppressMessages(transition_matrix(..., panel = panel)),
      class = paste0("ccdpanel_error_", class)
    )
  }
  wrong(d, "y", classes = c(1.5, 9), class = "classes")
  wrong(d, "y", classes = c(2, 1), class = "classes")
  wrong(d, "y", classes = "level", class = "classes")
  wrong(transform(d, y = round(y / 3)), "y", classes = 4, relative = FALSE, class = "classes")
  wrong(transform(d, y = 1), "y", class = "values")
  wrong(d[d$year == 2001, ], "y", class = "transitions")
  wrong(d[d$year %in% c(2001, 2004), ], "y", class = "transitions")
  wrong(d, "y", given = chain_ring(d[d$unit != "u03", ]), class = "weights")
  wrong(d, "y", given = chain_ring(d), by = "zone", class = "argument")
  wrong(d, "y", labels = c("low", "high"), class = "labels")
  wrong(d, "y", classes = 4, k = 5, class = "argument")
  own <- function(labels, ...) {
    wrong(d, "y", classes = c(1.5, 2.5), labels = labels, ..., class = "labels")
  }
  own(c("from", "b", "c"))
  own(c("a", "stay", "c"))
  d$zone <- "same"
  expect_error(transition_matrix(d, "y", by = "zone", panel = panel), "Leave `by` out")
  expect_error(transition_matrix(d, "y", given = "contiguity", panel = panel), "`given` must say")
  expect_error(transition_matrix(d, "y", given = 3, panel = panel), "`given` must be made")
  expect_error(
    transition_matrix(d, "y", boot = 1, panel = panel), "must be 0", class = "ccdpanel_error_number"
  )
})

test_that("a group or a class called all is told from all", {
  d <- chain_toy()
  d$zone[d$zone == "even"] <- "all"
  m <- transition_matrix(d, "y", classes = c(1.5, 2.5), by = "zone", panel = panel)
  expect_setequal(m$chain, c("(all)", "all", "odd"))
  inside <- plain_counts(d[d$zone == "all", ])
  whole <- plain_counts(d)
  expect_equal(m$transitions[m$chain == "all"], rowSums(inside))
  expect_equal(m$transitions[m$chain == "(all)"], rowSums(whole))
  p <- whole / rowSums(whole)
  s <- summary(m)
  expect_equal(s$mobility$shorrocks[1], (3 - sum(diag(p))) / 2)
  expect_equal(unname(as.matrix(s$probabilities[-1])), p)
  expect_output(print(m), format(round((3 - sum(diag(p))) / 2, 3)), fixed = TRUE)
  near <- transition_matrix(
    d, "y", classes = c(1.5, 2.5), labels = c("a", "b", "all"), given = chain_ring(d), panel = panel
  )
  expect_equal(unique(near$chain), c("(all)", "a", "b", "all"))
  skip_if_not_installed("ggplot2")
  expect_setequal(levels(ggplot2::autoplot(m)$data$chain), c("(all)", "all", "odd"))
})

test_that("one unit is one unit, and k is that of yearly quantiles", {
  d <- chain_toy()
  one <- transition_matrix(d[d$unit == "u03", ], "y", classes = 2.5, panel = panel)
  expect_output(print(one), "1 unit (", fixed = TRUE)
  usual <- transition_matrix(d, "y", classes = "period", panel = panel)
  expect_equal(usual, transition_matrix(d, "y", classes = "period", k = 4, panel = panel))
})

test_that("a summary that is several tables says which can be saved", {
  s <- summary(transition_matrix(chain_toy(), "y", panel = panel))
  file <- tempfile(fileext = ".md")
  expect_error(save_table(s, file), "save_table(x$passage", fixed = TRUE,
    class = "ccdpanel_error_type")
  for (part in c("counts", "probabilities", "passage", "mobility", "tests")) {
    expect_match(readLines(save_table(s[[part]], file))[1], "^[|]")
  }
})

test_that("the print says classes, weights and draws", {
  d <- chain_toy()
  m <- transition_matrix(
    d, "y", classes = c(1.5, 2.5), given = chain_ring(d), labels = c("low", "middle", "high"),
    panel = panel, boot = 20, seed = 1
  )
  expect_snapshot(print(m))
  expect_snapshot(summary(m))
})
