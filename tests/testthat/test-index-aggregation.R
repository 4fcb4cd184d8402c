panel <- c("unit", "year")
w <- data.frame(
  system = c("one", "one", "two", "two"), indicator = c("x", "y", "v", "w"),
  weight = c(.25, .75, .5, .5)
)

test_that("geometric by its formula, on a range that leaves zero out", {
  z <- normalise(toy_panel(), toy_sheet(), panel, range = c(.01, .99))
  idx <- composite_index(z, toy_sheet(), panel, weights = w, aggregate = "geometric")
  expect_equal(idx$one, z$x^.25 * z$y^.75)
  expect_equal(scores(idx)$d1, z$x)
  expect_true(all(idx$one <= composite_index(z, toy_sheet(), panel, weights = w)$one + 1e-15))
  expect_identical(composite_index(
    toy_panel(), toy_sheet(), panel, weights = w, aggregate = "geometric"
  )$one[1], 0)
  expect_error(
    composite_index(toy_panel(), toy_sheet(), panel, "equal", "zscore", aggregate = "geometric"),
    "\"x\"", class = "ccdpanel_error_negative"
  )
})

test_that("topsis: weights enter before the distances; the best row would have 1, the worst 0", {
  z <- as.matrix(as.data.frame(normalise(toy_panel(), toy_sheet(), panel, "vector"))[c("x", "y")])
  v <- sweep(z, 2, c(.25, .75), `*`)
  best <- sqrt(rowSums(sweep(v, 2, apply(v, 2, max))^2))
  worst <- sqrt(rowSums(sweep(v, 2, apply(v, 2, min))^2))
  idx <- composite_index(
    toy_panel(), toy_sheet(), panel, weights = w, normalise = "vector", aggregate = "topsis"
  )
  expect_equal(idx$one, worst / (best + worst))
  d <- transform(toy_panel(), y = -x)
  idx <- composite_index(d, toy_sheet(), panel, weights = w, aggregate = "topsis")
  expect_equal(idx$one[c(1, 6)], c(0, 1))
})

test_that("by period, and given weights that change over time", {
  d <- toy_panel()[c(2, 1, 4, 3, 6, 5), ]
  idx <- composite_index(d, toy_sheet(), panel, scope = "period")
  for (t in 2001:2002) {
    expect_equal(idx$two[d$year == t], composite_index(d[d$year == t, ], toy_sheet(), panel)$two)
  }
  expect_identical(weights(idx)$year, rep(2001:2002, each = 4))
  expect_equal(scores(idx)$d3, idx$two)

  changing <- rbind(cbind(w, year = 2001), cbind(transform(w, weight = 1), year = 2002))
  idx <- composite_index(d, toy_sheet(), panel, weights = changing)
  first <- composite_index(d, toy_sheet(), panel, weights = w)
  second <- composite_index(d, toy_sheet(), panel, weights = "equal")
  expect_equal(idx$one, ifelse(d$year == 2001, first$one, second$one))
  expect_error(
    composite_index(d, toy_sheet(), panel, weights = changing[1:4, ]), "2002",
    class = "ccdpanel_error_weights"
  )
  expect_equal(
    composite_index(
      d, toy_sheet(), panel,
      weights = weights(composite_index(d, toy_sheet(), panel, scope = "period")), scope = "period"
    )$one,
    composite_index(d, toy_sheet(), panel, scope = "period")$one)
})

test_that("propagation and periods together", {
  d <- rbind(toy_panel(), data.frame(
    unit = "d", year = 2001:2002, zone = "s", x = c(2, 5), y = c(15, 25), v = c(3, 3), w = c(2, 2)
  ))
  d$x[1] <- NA
  idx <- composite_index(d, toy_sheet(), panel, scope = "period", missing = "propagate")
  expect_identical(which(is.na(idx$one)), 1L)
  complete <- composite_index(d[-1, ], toy_sheet(), panel, scope = "period")
  expect_equal(idx$one[-1], complete$one)
  expect_equal(nrow(weights(idx)), 8)
})
