skip_if_not_installed("ggplot2")

lat_panel <- function() {
  d <- merge(data.frame(province = provinces$name), data.frame(year = 2020:2022))
  d$y <- provinces$lat[match(d$province, provinces$name)] + d$year %% 7 + seq_len(nrow(d)) %% 5
  d
}
panel <- c("province", "year")

test_that("a trend of I is filled where it is significant", {
  q <- moran_test(lat_panel(), "y", panel = panel, draws = 99, seed = 1)
  p <- ggplot2::autoplot(q)
  expect_equal(drawn(p)$data[[2]]$y, q$I)
  never <- ggplot2::autoplot(q, alpha = 0)
  expect_equal(nrow(never$layers[[4]]$data), 3)
  expect_error(ggplot2::autoplot(q, time = 2020), class = "ccdpanel_error_argument")
})

test_that("the scatter's slope is I", {
  q <- moran_test(lat_panel(), "y", panel = panel, draws = 0)
  p <- ggplot2::autoplot(q, type = "scatter", time = c(2020, 2022))
  slopes <- drawn(p)$data[[3]]$slope
  expect_equal(slopes, q$I[c(1, 3)], tolerance = 1e-12)
  l <- local_moran(lat_panel(), "y", panel = panel, draws = 0)
  expect_equal(
    drawn(ggplot2::autoplot(l, type = "scatter"))$data[[3]]$slope, q$I[3], tolerance = 1e-12
  )
  expect_error(
    ggplot2::autoplot(l, type = "scatter", time = list(2020:2021)), class = "ccdpanel_error_time"
  )
})

test_that("a slope that is not I is not called so", {
  binary <- spatial_weights(provinces$name, style = "B")
  q <- moran_test(lat_panel(), "y", binary, panel, draws = 0)
  p <- ggplot2::autoplot(q, type = "scatter", time = 2020)
  expect_match(p$labels$caption, "not Moran's I")
  m <- as.matrix(binary)
  d <- lat_panel()[1:31, ]
  z <- as.vector(scale(d$y[match(rownames(m), d$province)]))
  mean <- as.vector(m %*% z / rowSums(m))
  expect_equal(drawn(p)$data[[3]]$slope, sum(z * mean) / sum(z^2), tolerance = 1e-12)
  alone <- spatial_weights(provinces$name, islands = "none")
  q <- moran_test(lat_panel(), "y", alone, panel, draws = 0)
  p <- ggplot2::autoplot(q, type = "scatter", time = 2020)
  expect_match(p$labels$caption, "not Moran's I")
  expect_equal(nrow(drawn(p)$data[[4]]), 30)
})

test_that("the map shows each province's cluster, in either language", {
  withr_options(list(ccdpanel.font = "sans"), environment())
  l <- local_moran(lat_panel(), "y", panel = panel, draws = 999, seed = 1, adjust = "none")
  p <- ggplot2::autoplot(l, time = 2021)
  at <- l[l$year == 2021, ]
  shown <- p$data
  expect_equal(sum(shown$stage == "high among high", na.rm = TRUE), sum(at$cluster == "HH"))
  expect_equal(sum(shown$stage == "low among low", na.rm = TRUE), sum(at$cluster == "LL"))
  drawn(p)
  zh <- ggplot2::autoplot(l, time = 2021, language = "zh")
  expect_true("\u9ad8\u2014\u9ad8" %in% levels(zh$data$stage))
  expect_error(ggplot2::autoplot(l, time = list(2020:2021)), class = "ccdpanel_error_time")
})

test_that("a map of the user's own shows clusters", {
  skip_if_not_installed("sf")
  l <- local_moran(lat_panel(), "y", panel = panel, draws = 99, seed = 1, adjust = "none")
  cell <- function(i) {
    x <- provinces$column[i]
    y <- -provinces$row[i]
    sf::st_polygon(list(cbind(x + c(0, 1, 1, 0, 0), y + c(0, 0, 1, 1, 0))))
  }
  map <- sf::st_sf(name = provinces$zh, geometry = sf::st_sfc(lapply(seq_len(31), cell)))
  p <- ggplot2::autoplot(l, map = map)
  at <- l[l$year == 2022, ]
  expect_equal(sum(p$data$stage == "low among low"), sum(at$cluster == "LL"))
})

test_that("the expectation is a line through all times, also where these are text or levels", {
  called <- c("early", "middle", "late")
  for (time in list(called, factor(called, called), 2020:2022)) {
    d <- lat_panel()
    d$year <- time[d$year - 2019]
    q <- suppressMessages(moran_test(d, "y", panel = panel, draws = 0))
    expect_no_message(built <- drawn(ggplot2::autoplot(q)))
    line <- Filter(function(l) identical(unique(l$colour), "grey40"), built$data)[[1]]
    # Of 31 provinces -1/30.
    expect_equal(line$y, rep(-1 / 30, 3))
    expect_identical(length(unique(line$group)), 1L)
  }
})

test_that("maps and scatters of clusters take times in any form that names them, and no periods", {
  d <- lat_panel()
  l <- local_moran(d, "y", panel = panel, draws = 0)
  for (type in c("map", "scatter")) {
    plain <- ggplot2::autoplot(l, type = type, time = 2021)$data
    expect_equal(ggplot2::autoplot(l, type = type, time = factor(2021))$data, plain)
    expect_error(
      ggplot2::autoplot(l, type = type, time = cut(l$year, 2)), "\\(2020,2021\\]",
      class = "ccdpanel_error_time"
    )
    expect_error(
      ggplot2::autoplot(l, type = type, time = list(2020:2021)), "single times",
      class = "ccdpanel_error_time"
    )
  }
})
