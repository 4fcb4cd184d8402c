panel <- c("unit", "year")

test_that("each replay is what plain R makes of the same draw", {
  data <- wide_panel()
  sheet <- wide_sheet()
  rules <- c("entropy", "equal", "sd", "cv", "critic")
  all_targets <- list(limit = c(0, 1), shift = c(1e-4, 1 + 1e-4), rescale = c(.01, .99))
  seen <- NULL
  for (rule in rules) {
    idx <- composite_index(data, sheet, panel, weights = rule)
    u <- quiet(
      idx, data, n = 40, seed = 3, keep = TRUE,
      alternatives = list(aggregate = c("geometric", "topsis"))
    )
    variation <- attr(u, "settings")$variation
    for (r in 1:40) {
      draw <- bind_draw(variation, 9L, 5L, 3, r)
      aggregate <- c("linear", "geometric", "topsis")[draw$aggregate]
      normalise <- c("minmax", "rank")[draw$normalise]
      zero <- if (rule == "entropy") all_targets[[draw$zero]] else c(0, 1)
      expected <- plain_replay(
        data, sheet, draw, normalise, zero, aggregate,
        if (aggregate == "geometric") c(.01, .99) else c(0, 1), rule
      )
      got <- replays(u)[, , r]
      expect_equal(unname(got[, 1:2]), unname(expected), tolerance = 1e-12)
      d <- plain_degree(expected)
      expect_equal(unname(got[, 3]), d, tolerance = 1e-10)
      expect_equal(unname(got[, 4]), as.vector(ave(
        -d, data$year, FUN = function(x) rank(x, ties.method = "min")
      )))
      seen <- c(seen, paste(normalise, aggregate))
    }
  }
  expect_length(unique(seen), 6)
})

test_that(
  paste0(
    "so are those of z-scores, vector and sum normalisation, a base year, components, ",
    "and weights by time"
  ),
  {
  data <- wide_panel()
  data$d <- abs(data$d) + .1
  sheet <- wide_sheet()
  by_year <- indicator_weights(data, sheet, panel, scope = "period")
  given <- matrix(by_year$weight, 4, 5, byrow = TRUE)
  base <- data$year == 2002
  cases <- list(
    list(
      recipe = list(weights = "equal", normalise = "zscore"), clip = FALSE, aggregates = "linear"
    ),
    list(
      recipe = list(weights = "pca", normalise = "zscore"), clip = FALSE,
      aggregates = c("linear", "topsis")
    ),
    list(
      recipe = list(weights = "entropy", normalise = "vector"),
      aggregates = c("linear", "geometric")
    ),
    list(recipe = list(weights = "cv", normalise = "sum"), aggregates = c("linear", "geometric")),
    list(recipe = list(weights = c(pca = .7)), share = .7, aggregates = "linear"),
    list(
      recipe = list(weights = "sd", scope = c(base = 2002)), base = base, clip = FALSE,
      aggregates = "linear"
    ),
    list(
      recipe = list(weights = "equal", normalise = "zscore", scope = c(base = 2002)), base = base,
      clip = FALSE, aggregates = "linear"
    ),
    list(recipe = list(weights = by_year), given = given, aggregates = c("linear", "topsis"))
  )
  for (case in cases) {
    idx <- suppressWarnings(do.call(composite_index, c(list(data, sheet, panel), case$recipe)))
    # Alternatives of other scales are named, and not drawn.
    u <- quiet(
      idx, data, n = 25, seed = 3, vary = c("units", "weights", "aggregate"), keep = TRUE,
      alternatives = list(aggregate = case$aggregates)
    )
    variation <- attr(u, "settings")$variation
    expect_identical(variation$aggregate, case$aggregates)
    rule <- if (is.data.frame(case$recipe$weights)) {
      "given"
    } else if (is.numeric(case$recipe$weights)) {
      "pca"
    } else {
      case$recipe$weights
    }
    for (r in 1:25) {
      draw <- bind_draw(variation, 9L, 5L, 3, r)
      expected <- plain_replay(
        data, sheet, draw, case$recipe$normalise %||% "minmax", c(0, 1),
        case$aggregates[draw$aggregate], c(0, 1), rule, case$base %||% TRUE, case$clip %||% TRUE,
        case$given,
        case$share
      )
      expect_equal(unname(replays(u)[, 1:2, r]), unname(expected), tolerance = 1e-10)
    }
  }
})

test_that("a replay in which nothing varies is the index, whatever its recipe", {
  data <- wide_panel()
  data$d <- abs(data$d) + .1
  sheet <- wide_sheet(
    weight = c(1, 2, 3, 1, 1), lower = c(0, 0, 0, 0, 0), upper = c(20, 1, 99, 4, 1)
  )
  inside <- wide_sheet(lower = 0, upper = .5)
  by_year <- indicator_weights(data, sheet, panel, scope = "period")
  gaps <- data
  gaps$a[c(3, 8, 20)] <- NA
  gaps$e[c(3, 30)] <- NA
  gaps$c[11] <- NA
  recipes <- list(
    list(), list(weights = "critic"), list(weights = "cv", aggregate = "topsis"),
    list(weights = "given", aggregate = "geometric"), list(normalise = "rank", weights = "sd"),
    list(scope = "period"), list(scope = "period", weights = "equal", scale = 100),
    list(scope = "goalposts"),
    list(weights = "pca"), list(weights = c(pca = .95)), list(weights = "pca", scope = "period"),
    list(normalise = "zscore", weights = "sd"),
    list(normalise = "zscore", weights = "pca", scope = "period", aggregate = "topsis"),
    list(normalise = "vector"),
    list(normalise = "sum", weights = "critic", aggregate = "geometric"),
    list(normalise = "vector", scope = "period"),
    list(normalise = "vector", scope = c(base = 2001)),
    list(scope = c(base = 2003), weights = "sd"),
    list(scope = c(base = 2003), weights = "equal", scale = 10),
    list(weights = by_year), list(weights = by_year, scope = "period", aggregate = "topsis"),
    list(weights = by_year, scope = c(base = 2001)),
    list(missing = "propagate"),
    list(missing = "propagate", normalise = "rank", aggregate = "topsis", weights = "pca"),
    list(missing = "propagate", scope = "period", normalise = "zscore", weights = "equal"),
    list(missing = "propagate", weights = by_year),
    list(missing = "propagate", scope = c(base = 2001), weights = "critic"),
    list(scope = "goalposts", weights = "equal", sheet = inside)
  )
  for (recipe in recipes) {
    used <- if (identical(recipe$missing, "propagate")) gaps else data
    idx <- suppressWarnings(do.call(composite_index, c(
      list(used, panel = panel), utils::modifyList(list(sheet = sheet), recipe)
    )))
    u <- quiet(idx, used, n = 3, vary = character(), level = .9, keep = TRUE)
    for (s in c("one", "two")) {
      expect_equal(u[[s]], idx[[s]], tolerance = 1e-12)
      expect_identical(u[[paste0(s, "_lower")]], u[[s]])
      expect_identical(u[[paste0(s, "_upper")]], u[[s]])
    }
    coupled <- all(
      idx$one >= 0 & idx$one / (recipe$scale %||% 1) <= 1 & idx$two >= 0 &
        idx$two / (recipe$scale %||% 1) <= 1,
      na.rm = TRUE
    )
    expect_identical("D" %in% names(u), coupled)
    if (coupled) expect_equal(u$D, suppressMessages(coupling(idx))$D, tolerance = 1e-10)
    if (coupled) expect_identical(replays(u, "D")[, 1, 3], u$D)
    rank <- if (coupled) u$rank else u$rank_two
    by <- if (coupled) u$D else u$two
    expect_equal(rank, ave(-by, data$year, FUN = function(v) rank(v, "keep", "min")))
    expect_output(print(u), "3 replays")
    expect_output(print(summary(u)), "Mean over the rows")
  }
})

test_that("rows with a gap stand apart: their fellows are replayed as without them", {
  data <- wide_panel()
  gaps <- data[order(data$year, data$unit), ]
  gaps$a[1:4] <- NA
  gaps$c[5] <- NA
  gaps$d[20] <- NA
  idx <- composite_index(gaps, wide_sheet(), panel, missing = "propagate")
  u <- quiet(idx, gaps, n = 30, seed = 2, keep = TRUE)
  expect_identical(is.na(u$D), seq_len(36) %in% c(1:5, 20))
  expect_identical(is.na(u$p_1), is.na(u$D))
  expect_identical(is.na(u$rank_lower), is.na(u$D))
  expect_false(
    any(vapply(as.data.frame(u), function(v) any(is.nan(v)), NA)) || any(is.nan(replays(u)))
  )
  without <- gaps[-(1:5), ]
  # Units in the order of the whole, so that the draws are the same.
  one <- indicator_sheet(data.frame(
    system = "one", dimension = "x", indicator = c("a", "b", "c"), direction = c("+", "-", "+")
  ))
  alone <- composite_index(without, one, panel)
  both <- composite_index(gaps, one, panel, missing = "propagate")
  drawn <- quiet(both, gaps, n = 30, seed = 2, keep = TRUE, vary = "weights")
  expect_equal(
    replays(drawn, "one")[-(1:5), , ],
    replays(quiet(alone, without, n = 30, seed = 2, keep = TRUE, vary = "weights"), "one")[, , ]
  )
  variation <- attr(u, "settings")$variation
  # Units are drawn by their names.
  names_of <- function(d) sort(unique(as.character(d$unit)), method = "radix")
  for (r in 1:10) {
    draw <- bind_draw(variation, 9L, 5L, 2, r)
    if (draw$normalise == 2 || draw$aggregate == 2) next
    zero <- zero_targets[[draw$zero]]
    own <- draw
    own$factor <- draw$factor[1:3]
    own$times <- draw$times[match(names_of(without), names_of(gaps))]
    expect_equal(
      replays(u, "one")[-(1:5), 1, r],
      unname(plain_replay(without, one, own, "minmax", zero, "linear", c(0, 1), "entropy")[, 1]),
      tolerance = 1e-12
    )
  }
})

test_that("rescaled couplings are stretched in each replay", {
  data <- wide_panel()
  idx <- composite_index(data, wide_sheet(), panel)
  cc <- suppressMessages(coupling(idx, rescale = c(.01, .99)))
  u <- quiet(cc, data, n = 20, seed = 4, keep = TRUE)
  expect_equal(u$D, cc$D, tolerance = 1e-12)
  plain <- quiet(idx, data, n = 20, seed = 4, keep = TRUE)
  for (r in c(1, 7, 20)) {
    stretched <- apply(replays(plain)[, 1:2, r], 2, function(v) {
      .01 + .98 * (v - min(v)) / (max(v) - min(v))
    })
    expect_equal(unname(replays(u)[, 1:2, r]), unname(stretched), tolerance = 1e-12)
    expect_equal(replays(u, "D")[, 1, r], plain_degree(stretched), tolerance = 1e-10)
  }
  expect_error(
    quiet(suppressMessages(coupling(idx[1:20, ], rescale = c(.01, .99))), data), "20 of 36",
    class = "ccdpanel_error_recipe"
  )
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
    expect_equal(replays(u)[data$year == t, , ], replays(alone)[, , ])
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

test_that(
  paste0(
    "an indicator within its optimal range has no weight in the replays either, over all ",
    "rows or in a period"
  ),
  {
  sheet <- function(upper) {
    indicator_sheet(data.frame(
      system = "s", dimension = "d", indicator = c("x", "v", "w"),
      direction = c("interval", "+", "-"), lower = c(0, NA, NA), upper = c(upper, NA, NA)
    ))
  }
  # x runs to 5 in the first year, to 9 in the second.
  for (weights in c("entropy", "equal", "sd")) {
    for (case in list(list(upper = 10, scope = "pooled"), list(upper = 6, scope = "period"))) {
      expect_warning(
        idx <- composite_index(
          toy_panel(), sheet(case$upper), panel, weights = weights, scope = case$scope
        ),
        class = "ccdpanel_warning_constant"
      )
      u <- quiet(idx, toy_panel(), n = 5, seed = 1)
      expect_equal(u$s, idx$s, tolerance = 1e-12)
    }
  }
})

test_that(
  "values equally far from an optimal range, or a base within it, weigh nothing in replays", {
  sheet <- indicator_sheet(data.frame(
    system = "s", dimension = "d", indicator = c("x", "v", "w"),
    direction = c("interval", "+", "-"), lower = c(.3, NA, NA), upper = c(.5, NA, NA)
  ))
  cases <- list(
    list(x = c(.1, .7, .7, .1, .1, .7), scope = "pooled"),
    list(x = c(.4, .7, .35, .1, .45, .2), scope = c(base = 2001)),
    list(x = c(.3, .7, .5, .1, .5, .3), scope = c(base = 2001)),
    list(x = c(.2, .7, .2, .1, .2, .3), scope = c(base = 2001), direction = "+")
  )
  for (case in cases) {
    if (!is.null(case$direction)) sheet$direction[1] <- case$direction
    d <- transform(toy_panel(), x = case$x)
    for (weights in c("equal", "critic", "pca", "sd")) {
      make <- function(...) {
        suppressWarnings(composite_index(d, sheet, panel, weights = weights, scope = case$scope))
      }
      idx <- make()
      expect_identical(weights(idx)$weight[1], 0)
      u <- suppressWarnings(quiet(idx, d, n = 5, seed = 1, vary = "zero"))
      expect_equal(u$s, idx$s, tolerance = 1e-12)
      expect_equal(u$s_lower, idx$s, tolerance = 1e-12)
    }
  }
})

test_that("what has no recipe, and data that do not give the index again", {
  data <- toy_panel()
  idx <- toy_index()
  expect_error(quiet(as.data.frame(idx), data), class = "ccdpanel_error_recipe")
  expect_error(
    quiet(pca_index(data, toy_sheet(), panel), data), "pca_index", class = "ccdpanel_error_recipe"
  )
  other <- data
  other$x[2] <- 7
  expect_error(quiet(idx, other), class = "ccdpanel_error_data")
  expect_error(quiet(idx, data[-1, ]), class = "ccdpanel_error_data")
  expect_error(quiet(idx, normalise(data, toy_sheet(), panel)), class = "ccdpanel_error_normalised")
})

test_that("replays do not depend on the order of rows, of the index or of the data", {
  path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
  sheet <- indicator_sheet(path)
  panel <- c("state", "year")
  few <- state_capital[state_capital$year < 1974, ]
  other <- few[order(few$year, rev(few$state)), ]
  cc <- coupling(composite_index(few, sheet, panel))
  columns <- c("D_lower", "D_upper")
  one <- index_uncertainty(cc, few, n = 20, seed = 1)[columns]
  expect_equal(as.list(index_uncertainty(cc, other, n = 20, seed = 1)[columns]), as.list(one))
  turned <- coupling(composite_index(other, sheet, panel))
  two <- index_uncertainty(turned, other, n = 20, seed = 1)
  at <- match(paste(few$state, few$year), paste(other$state, other$year))
  expect_equal(as.list(two[at, columns]), as.list(one))
})
