panel <- c("unit", "year")
toy_index <- function(...) composite_index(toy_panel(), toy_sheet(), panel, ...)
quiet <- function(x, data, ...) index_uncertainty(x, data, ..., progress = FALSE)

# A panel larger than the toy, uneven and in no order.
wide_panel <- function() {
  set.seed(11)
  d <- expand.grid(unit = letters[1:9], year = 2001:2004)
  d <- data.frame(d, a = rexp(36), b = runif(36), c = rexp(36)^2, d = rnorm(36), e = runif(36))[sample(36), ]
  rownames(d) <- NULL
  d
}

wide_sheet <- function(...) {
  indicator_sheet(data.frame(
    system = c("one", "one", "one", "two", "two"), dimension = "x", indicator = c("a", "b", "c", "d", "e"), direction = c("+", "-", "+", "+", "-"), ...
  ))
}

# One replay by the formulas, in plain R: `draw` says how often each unit counts, the noise, and the choices.
plain_replay <- function(data, sheet, draw, normalise, zero, aggregate, target, rule) {
  times <- draw$times[match(data$unit, unique(data$unit))]
  rows <- rep(seq_len(nrow(data)), times)
  z <- lapply(seq_len(nrow(sheet)), function(j) {
    x <- data[[sheet$indicator[j]]] * if (sheet$direction[j] == "-") -1 else 1
    sample <- x[rows]
    z <- if (normalise == "minmax") {
      (x - min(sample)) / (max(sample) - min(sample))
    } else {
      vapply(x, function(v) (sum(sample < v) + (sum(sample == v) - 1) / 2) / (length(sample) - 1), 0)
    }
    pmin(pmax(z, 0), 1)
  })
  raw <- vapply(z, function(v) {
    v <- v[rows]
    switch(rule, equal = 1, sd = sd(v), cv = sd(v) / mean(v), critic = sd(v), entropy = 1 - plain_entropy(zero[1] + diff(zero) * v))
  }, 0)
  if (rule == "critic") {
    for (s in unique(sheet$system)) {
      j <- which(sheet$system == s)
      raw[j] <- raw[j] * colSums(1 - cor(do.call(cbind, z[j])[rows, ]))
    }
  }
  w <- raw * draw$factor
  w <- w / ave(w, sheet$system, FUN = sum)
  vapply(unique(sheet$system), function(s) {
    j <- which(sheet$system == s)
    y <- target[1] + diff(target) * do.call(cbind, z[j])
    if (aggregate == "linear") return(as.vector(y %*% w[j]))
    if (aggregate == "geometric") return(exp(as.vector(log(y) %*% w[j])))
    v <- sweep(y, 2, w[j], `*`)
    far <- sqrt(rowSums(sweep(v, 2, apply(v, 2, max))^2))
    near <- sqrt(rowSums(sweep(v, 2, apply(v, 2, min))^2))
    near / (near + far)
  }, numeric(nrow(data)))
}

# C, D and the rank within the year from two scores.
plain_degree <- function(u) sqrt(2 * sqrt(u[, 1] * u[, 2]) / rowSums(u) * rowMeans(u))

test_that("each replay is what plain R makes of the same draw", {
  data <- wide_panel()
  sheet <- wide_sheet()
  rules <- c("entropy", "equal", "sd", "cv", "critic")
  all_targets <- list(limit = c(0, 1), shift = c(1e-4, 1 + 1e-4), rescale = c(.01, .99))
  seen <- NULL
  for (rule in rules) {
    idx <- composite_index(data, sheet, panel, weights = rule)
    u <- quiet(idx, data, n = 40, seed = 3, keep = TRUE, alternatives = list(aggregate = c("geometric", "topsis")))
    variation <- attr(u, "settings")$variation
    for (r in 1:40) {
      draw <- bind_draw(variation, 9L, 5L, 3, r)
      aggregate <- c("linear", "geometric", "topsis")[draw$aggregate]
      normalise <- c("minmax", "rank")[draw$normalise]
      zero <- if (rule == "entropy") all_targets[[draw$zero]] else c(0, 1)
      expected <- plain_replay(data, sheet, draw, normalise, zero, aggregate, if (aggregate == "geometric") c(.01, .99) else c(0, 1), rule)
      got <- replays(u)[, , r]
      expect_equal(unname(got[, 1:2]), unname(expected), tolerance = 1e-12)
      d <- plain_degree(expected)
      expect_equal(unname(got[, 3]), d, tolerance = 1e-10)
      expect_equal(unname(got[, 4]), as.vector(ave(-d, data$year, FUN = function(x) rank(x, ties.method = "min"))))
      seen <- c(seen, paste(normalise, aggregate))
    }
  }
  expect_length(unique(seen), 6)
})

test_that("a replay in which nothing varies is the index, whatever its recipe", {
  data <- wide_panel()
  sheet <- wide_sheet(weight = c(1, 2, 3, 1, 1), lower = c(0, 0, 0, -4, 0), upper = c(20, 1, 99, 4, 1))
  recipes <- list(
    list(), list(weights = "critic"), list(weights = "cv", aggregate = "topsis"), list(weights = "given", aggregate = "geometric"), list(normalise = "rank", weights = "sd"),
    list(scope = "period"), list(scope = "period", weights = "equal", scale = 100), list(scope = "goalposts")
  )
  for (recipe in recipes) {
    idx <- do.call(composite_index, c(list(data, sheet, panel), recipe))
    u <- quiet(idx, data, n = 3, vary = character(), level = .9, keep = TRUE)
    for (s in c("one", "two")) {
      expect_equal(u[[s]], idx[[s]], tolerance = 1e-13)
      expect_identical(u[[paste0(s, "_lower")]], u[[s]])
      expect_identical(u[[paste0(s, "_upper")]], u[[s]])
    }
    expect_identical(replays(u, "D")[, 1, 3], u$D)
  }
})

test_that("by period every year is replayed by itself, with the same draws", {
  data <- wide_panel()
  data <- data[order(data$unit, data$year), ]
  idx <- composite_index(data, wide_sheet(), panel, scope = "period")
  u <- quiet(idx, data, n = 25, seed = 8, keep = TRUE)
  for (t in 2001:2004) {
    own <- data[data$year == t, ]
    alone <- quiet(composite_index(own, wide_sheet(), panel), own, n = 25, seed = 8, keep = TRUE)
    # A year in which a system has no weights has no scores; the other years have.
    expect_equal(replays(u)[data$year == t, , ], replays(alone))
  }
})

test_that("optimal ranges, values taken as they are, and a constant indicator replay too", {
  data <- wide_panel()
  sheet <- wide_sheet(lower = c(NA, .2, NA, -.5, NA), upper = c(NA, .4, NA, .5, NA))
  sheet$direction[c(2, 4)] <- "interval"
  idx <- composite_index(data, sheet, panel)
  u <- quiet(idx, data, n = 50, seed = 1)
  expect_equal(u$one, idx$one)
  expect_true(all(u$one_lower >= 0 & u$one_upper <= 1))
  prepared <- data
  prepared[letters[1:5]] <- lapply(data[letters[1:5]], function(x) rank(x) / 36)
  idx <- composite_index(prepared, wide_sheet(), panel, normalise = "none")
  u <- quiet(idx, prepared, n = 20, seed = 1)
  expect_equal(u$two, idx$two)
  expect_identical(attr(u, "settings")$vary, c("units", "weights", "zero", "aggregate"))
  data$e <- 5
  idx <- suppressWarnings(composite_index(data, wide_sheet(), panel))
  expect_equal(quiet(idx, data, n = 20, seed = 1)$two, idx$two)
})

test_that("noise of the weights has its closed form", {
  # The first row has z = 1 and z = 0: its score is f1 / (f1 + f2) = 1 / (1 + exp(-s (g1 - g2)))
  data <- data.frame(unit = c("a", "b", "c"), year = 1, x = c(2, 0, 1), y = c(0, 2, 1))
  sheet <- indicator_sheet(data.frame(system = "s", dimension = "d", indicator = c("x", "y"), direction = "+"))
  idx <- composite_index(data, sheet, panel, weights = "equal")
  u <- quiet(idx, data, n = 40000, vary = "weights", sd = .3, level = .8, seed = 4)
  expect_identical(names(u), c("unit", "year", "s", "s_lower", "s_upper", "rank", "rank_lower", "rank_upper"))
  expect_equal(u$s_lower[1], plogis(.3 * sqrt(2) * qnorm(.1)), tolerance = .01)
  expect_equal(u$s_upper[1], plogis(.3 * sqrt(2) * qnorm(.9)), tolerance = .01)
  expect_equal(c(u$s_lower[3], u$s_upper[3]), c(.5, .5))
  expect_identical(u$rank_lower[1], 1)
  expect_identical(u$rank_upper[1], 3)
})

test_that("intervals hold the estimate, probabilities sum to one, and levels are those of the coupling", {
  data <- wide_panel()
  cc <- coupling(composite_index(data, wide_sheet(), panel), systems = c("two", "one"), weights = c(.3, .7), model = "fan", scheme = "five")
  u <- quiet(cc, data, n = 400, vary = "weights", seed = 2)
  expect_equal(u$D, cc$D, tolerance = 1e-12)
  for (m in c("one", "two", "D", "rank")) expect_true(all(u[[paste0(m, "_lower")]] <= u[[m]] & u[[m]] <= u[[paste0(m, "_upper")]]))
  p <- as.matrix(as.data.frame(u)[paste0("p_", 1:5)])
  expect_equal(rowSums(p), rep(1, 36))
  still <- quiet(cc, data, n = 2, vary = character())
  p <- as.matrix(as.data.frame(still)[paste0("p_", 1:5)])
  expect_identical(max.col(p), cc$level)
  expect_identical(rowSums(p == 1), rep(1, 36))
  kept <- quiet(cc, data, n = 400, vary = "weights", seed = 2, keep = TRUE)
  expect_equal(u$D_lower, apply(replays(kept, "D"), 1, quantile, .025, names = FALSE))
  expect_equal(u$D_upper, apply(replays(kept, "D"), 1, quantile, .975, names = FALSE))
  expect_equal(u$p_3, rowMeans(replays(kept, "D")[, 1, ] > .4 & replays(kept, "D")[, 1, ] <= .6))
})

test_that("threads do not matter, seeds do, and sources do not disturb each other", {
  data <- wide_panel()
  idx <- composite_index(data, wide_sheet(), panel)
  one <- quiet(idx, data, n = 101, seed = 5, threads = 1, keep = TRUE)
  expect_identical(one, quiet(idx, data, n = 101, seed = 5, threads = 3, keep = TRUE))
  expect_false(identical(one$D_lower, quiet(idx, data, n = 101, seed = 6)$D_lower))
  expect_identical(replays(one)[, , 1:20], replays(quiet(idx, data, n = 20, seed = 5, keep = TRUE)))
  set.seed(1)
  a <- quiet(idx, data, n = 10)
  b <- quiet(idx, data, n = 10)
  set.seed(1)
  expect_identical(a, quiet(idx, data, n = 10))
  expect_false(identical(a, b))
  set.seed(1)
  quiet(idx, data, n = 10, seed = 9)
  after <- runif(1)
  set.seed(1)
  expect_identical(after, runif(1))
  variation <- attr(one, "settings")$variation
  alone <- unvaried(variation, "weights")
  expect_identical(bind_draw(variation, 9L, 5L, 5, 7L)$factor, bind_draw(alone, 9L, 5L, 5, 7L)$factor)
  expect_identical(bind_draw(alone, 9L, 5L, 5, 7L)[c("times", "zero")], list(times = rep(1L, 9), zero = 1L))
})

test_that("rows follow x, wherever they lie in the data, and ranks are among all", {
  data <- wide_panel()
  idx <- composite_index(data, wide_sheet(), panel, keep = "a", scale = 10)
  all <- quiet(idx, data, n = 30, seed = 1, keep = TRUE)
  some <- quiet(idx[c(20, 3, 7), ], data[36:1, ], n = 30, seed = 1, vary = "weights", keep = TRUE)
  same <- quiet(idx, data[36:1, ], n = 30, seed = 1, vary = "weights", keep = TRUE)
  expect_identical(some$rank, same$rank[c(20, 3, 7)])
  expect_identical(replays(some), replays(same)[c(20, 3, 7), , ])
  expect_identical(all$a, data$a)
  expect_equal(all$one, idx$one)
  expect_equal(range(replays(all, "one")), range(replays(all, "one") / 10) * 10)
  expect_gt(max(replays(all, "one")), 1)
  expect_lte(max(replays(all, "D")), 1)
})

test_that("what each source does alone", {
  data <- wide_panel()
  idx <- composite_index(data, wide_sheet(), panel)
  u <- quiet(idx, data, n = 60, seed = 1, by_source = TRUE)
  s <- summary(u)
  expect_setequal(s$sources$source, c("units", "weights", "normalise", "zero", "aggregate"))
  expect_equal(sum(s$sources$share), 1)
  alone <- quiet(idx, data, n = 60, seed = 1, vary = "weights", keep = TRUE)
  own <- s$sources[s$sources$source == "weights", ]
  expect_equal(own$shift, mean(abs(replays(alone, "D")[, 1, ] - alone$D)))
  expect_equal(own$rank_shift, mean(abs(replays(alone, "rank")[, 1, ] - alone$rank)))
  expect_equal(s$measures$width[3], mean(u$D_upper - u$D_lower))
  expect_null(summary(alone)$sources)
  expect_output(print(s), "Each source alone")
  expect_output(print(u), "60 replays \\(seed 1\\), 95% intervals.*units \\(blocks of unit\\).*and 30 more rows")
  expect_identical(class(u[1:3, ]), "data.frame")
  expect_output(print(quiet(idx, data, n = 2, vary = character())), "nothing")
})

test_that("an error or an interrupt of the progress function ends the replays", {
  data <- wide_panel()
  idx <- composite_index(data, wide_sheet(), panel)
  target <- replay_target(idx, NULL)
  study <- replay_study(target, data, NULL)
  variation <- replay_variation("weights", .1, list(), target$index, NULL)
  seen <- NULL
  note <- function(done) seen <<- c(seen, done)
  bind_replays(study, variation, target$rule, 100L, 1, .95, FALSE, 1L, note)
  expect_identical(seen, c(seq(8, 96, 8), 100))
  halt <- function(done) stop("enough")
  expect_error(bind_replays(study, variation, target$rule, 100L, 1, .95, FALSE, 2L, halt), "enough")
  shown <- utils::capture.output(u <- index_uncertainty(idx, data, n = 10, seed = 1, progress = TRUE), type = "message")
  expect_identical(u, quiet(idx, data, n = 10, seed = 1))
})

test_that("misuse is named", {
  data <- toy_panel()
  idx <- toy_index()
  expect_error(quiet(as.data.frame(idx), data), class = "ccdpanel_error_recipe")
  expect_error(quiet(suppressMessages(coupling(idx, rescale = c(.01, .99))), data), "rescale", class = "ccdpanel_error_recipe")
  expect_error(quiet(toy_index(weights = "pca"), data), "pca", class = "ccdpanel_error_recipe")
  expect_error(quiet(toy_index(normalise = "zscore", weights = "equal"), data), "zscore", class = "ccdpanel_error_recipe")
  by_year <- indicator_weights(data, toy_sheet(), panel, scope = "period")
  expect_error(quiet(toy_index(weights = by_year), data), "given by time", class = "ccdpanel_error_recipe")
  other <- data
  other$x[2] <- 7
  expect_error(quiet(idx, other), class = "ccdpanel_error_data")
  expect_error(quiet(idx, data[-1, ]), class = "ccdpanel_error_data")
  expect_error(quiet(idx, normalise(data, toy_sheet(), panel)), class = "ccdpanel_error_normalised")
  expect_error(quiet(idx, data, vary = "moon"), "moon", class = "ccdpanel_error_choice")
  expect_error(quiet(idx, data, alternatives = list(zero = "none")), "zero", class = "ccdpanel_error_choice")
  expect_error(quiet(idx, data, alternatives = list("rank")), "alternatives", class = "ccdpanel_error_choice")
  expect_error(quiet(idx, data, n = 0), "n", class = "ccdpanel_error_number")
  expect_error(quiet(idx, data, sd = -1), "sd", class = "ccdpanel_error_number")
  expect_error(quiet(idx, data, keep = NA), "keep", class = "ccdpanel_error_type")
  expect_error(replays(quiet(idx, data, n = 2)), "keep = TRUE", class = "ccdpanel_error_replays")
  expect_error(replays(quiet(idx, data, n = 2, keep = TRUE), "E"), class = "ccdpanel_error_choice")
  sheet <- toy_sheet(lower = 0, upper = c(5, 99, 99, 99))
  outside <- suppressWarnings(composite_index(data, sheet, panel, scope = "goalposts"))
  expect_error(quiet(outside, data), "\"x\"", class = "ccdpanel_error_range")
  gaps <- data
  gaps$x[1] <- NA
  expect_error(quiet(composite_index(gaps, toy_sheet(), panel, missing = "propagate"), gaps), "impute_gaps", class = "ccdpanel_error_missing")
  named <- toy_sheet()
  named$system[named$system == "one"] <- "D"
  expect_error(quiet(composite_index(data, named, panel), data), "\"D\"", class = "ccdpanel_error_name")
})

test_that("an indicator within its optimal range has no weight in the replays either, over all rows or in a period", {
  sheet <- function(upper) {
    indicator_sheet(data.frame(system = "s", dimension = "d", indicator = c("x", "v", "w"), direction = c("interval", "+", "-"), lower = c(0, NA, NA), upper = c(upper, NA, NA)))
  }
  # x runs to 5 in the first year, to 9 in the second.
  for (weights in c("entropy", "equal", "sd")) {
    for (case in list(list(upper = 10, scope = "pooled"), list(upper = 6, scope = "period"))) {
      expect_warning(idx <- composite_index(toy_panel(), sheet(case$upper), panel, weights = weights, scope = case$scope), class = "ccdpanel_warning_constant")
      u <- quiet(idx, toy_panel(), n = 5, seed = 1)
      expect_equal(u$s, idx$s, tolerance = 1e-12)
    }
  }
})
