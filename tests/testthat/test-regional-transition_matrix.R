panel <- c("unit", "year")

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

test_that("one unit is one unit, and k is that of yearly quantiles", {
  d <- chain_toy()
  one <- transition_matrix(d[d$unit == "u03", ], "y", classes = 2.5, panel = panel)
  expect_output(print(one), "1 unit (", fixed = TRUE)
  usual <- transition_matrix(d, "y", classes = "period", panel = panel)
  expect_equal(usual, transition_matrix(d, "y", classes = "period", k = 4, panel = panel))
})

test_that("one unit alone is its periods' mean, which is said", {
  d <- chain_toy()
  one <- d[d$unit == d$unit[1], ]
  expect_error(
    transition_matrix(one, "y", panel = panel), "their period's mean.*relative = FALSE",
    class = "ccdpanel_error_values"
  )
  one$y <- 1
  expect_error(
    transition_matrix(one, "y", relative = FALSE, panel = panel), "are equal",
    class = "ccdpanel_error_values"
  )
})
