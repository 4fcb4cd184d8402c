panel <- c("unit", "year")

test_that(
  "intervals hold the estimate, probabilities sum to one, and levels are those of the coupling", {
  data <- wide_panel()
  cc <- coupling(
    composite_index(data, wide_sheet(), panel), systems = c("two", "one"), weights = c(.3, .7),
    model = "fan", scheme = "five"
  )
  u <- quiet(cc, data, n = 400, vary = "weights", seed = 2)
  expect_equal(u$D, cc$D, tolerance = 1e-12)
  for (m in c("one", "two", "D", "rank")) {
    expect_true(all(u[[paste0(m, "_lower")]] <= u[[m]] & u[[m]] <= u[[paste0(m, "_upper")]]))
  }
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
  expect_identical(
    replays(one)[, , 1:20], replays(quiet(idx, data, n = 20, seed = 5, keep = TRUE))[, , ]
  )
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
  expect_identical(
    bind_draw(variation, 9L, 5L, 5, 7L)$factor, bind_draw(alone, 9L, 5L, 5, 7L)$factor
  )
  expect_identical(
    bind_draw(alone, 9L, 5L, 5, 7L)[c("times", "zero")], list(times = rep(1L, 9), zero = 1L)
  )
})

test_that("an error or an interrupt of the progress function ends the replays", {
  data <- wide_panel()
  idx <- composite_index(data, wide_sheet(), panel)
  target <- replay_target(idx, NULL)
  study <- replay_study(target, idx, data, NULL)
  variation <- replay_variation("weights", .1, list(), target$index, NULL)
  seen <- NULL
  note <- function(done) seen <<- c(seen, done)
  bind_replays(study, variation, target$rule, 100L, 1, .95, FALSE, 1L, note)
  expect_identical(seen, c(seq(8, 96, 8), 100))
  halt <- function(done) stop("enough")
  expect_error(bind_replays(study, variation, target$rule, 100L, 1, .95, FALSE, 2L, halt), "enough")
  shown <- utils::capture.output(
    u <- index_uncertainty(idx, data, n = 10, seed = 1, progress = TRUE), type = "message"
  )
  expect_identical(u, quiet(idx, data, n = 10, seed = 1))
})

test_that("misuse is named", {
  data <- toy_panel()
  idx <- toy_index()
  expect_error(quiet(idx, data, n = 0), "n", class = "ccdpanel_error_number")
  expect_error(quiet(idx, data, sd = -1), "sd", class = "ccdpanel_error_number")
  expect_error(quiet(idx, data, keep = NA), "keep", class = "ccdpanel_error_type")
  named <- toy_sheet()
  named$system[named$system == "one"] <- "D"
  expect_error(
    quiet(composite_index(data, named, panel), data), "\"D\"", class = "ccdpanel_error_name"
  )
})

test_that("more draws than memory holds are an error of ours", {
  sheet <- data.frame(
    system = c("A", "B"), dimension = "d", indicator = c("output", "highways"),
    direction = "positive"
  )
  idx <- composite_index(state_capital, sheet, panel = c("state", "year"))
  expect_error(
    index_uncertainty(idx, state_capital, n = 2e6), "2e\\+06 draws of 4 measures in 816 rows",
    class = "ccdpanel_error_memory"
  )
})

test_that("whole numbers of draws are counted beyond 2^31 too", {
  data <- state_capital[1:60, ]
  idx <- suppressMessages(composite_index(data, state_sheet(), c("state", "year")))
  expect_error(
    index_uncertainty(coupling(idx), data, n = .Machine$integer.max), "GiB",
    class = "ccdpanel_error_memory"
  )
})
