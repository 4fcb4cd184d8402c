test_that("units as far as the last neighbour but for rounding are ties, in the order of units", {
  # On the equator a degree is a degree: all but the ends have two neighbours as near.
  d <- data.frame(unit = paste0("c", 1:5), lat = 0, lon = 1:5)
  w <- spatial_weights(d$unit, "nearest", k = 1, data = d)
  expect_identical(w$neighbour, c("c2", "c1", "c2", "c3", "c4"))
  expect_match(attr(w, "note")[1], "ties at the last neighbour of 3 units")
  # A grid in tenths, whose middle has four neighbours at one distance north, south, east and west.
  grid <- data.frame(unit = letters[1:5], lat = c(0, .1, -.1, 0, 0), lon = .3 + c(0, 0, 0, .1, -.1))
  two <- spatial_weights(grid$unit, "nearest", k = 2, data = grid)
  expect_identical(two$neighbour[two$unit == "a"], c("b", "c"))
  # A metre is no tie.
  apart <- transform(d, lon = lon + c(0, 0, 1e-5, 0, 0))
  w <- spatial_weights(d$unit, "nearest", k = 1, data = apart)
  expect_identical(w$neighbour[3], "c4")
})

test_that("a cutoff takes those at its distance, whatever the rounding", {
  d <- data.frame(unit = paste0("c", 1:9), lat = 0, lon = 0.1 * 1:9)
  w <- spatial_weights(d$unit, "distance", cutoff = 6371.0088 * pi / 1800, data = d)
  expect_identical(summary(w)$neighbours, c(1L, rep(2L, 7), 1L))
})

test_that("places and means that differ by rounding are the same", {
  # Two means that are 2, and of which the first is the last digit below it.
  lat <- c(.2, .7, 5.1, 2, 2, 2)
  d <- data.frame(unit = rep(c("a", "b"), each = 3), year = 1:3, lat = lat, lon = 1, x = lat)
  expect_false(mean(lat[1:3]) == mean(lat[4:6]))
  for (method in c("distance", "economic")) {
    of <- if (method == "economic") "x"
    expect_error(
      spatial_weights(d, method, of = of, panel = c("unit", "year")), "infinite",
      class = "ccdpanel_error_units"
    )
  }
})

test_that("coordinates that are asked for are there, or an error", {
  named <- data.frame(province = provinces$name, latitude = provinces$lat, lon = provinces$lon)
  for (method in c("distance", "nearest")) {
    # Half of a place in the units' own data, and none in data that are given.
    expect_error(
      spatial_weights(cbind(named, year = 1), method, panel = c("province", "year")), "latitude",
      class = "ccdpanel_error_column"
    )
    expect_error(
      spatial_weights(provinces$name, method, data = named["province"]), "province",
      class = "ccdpanel_error_column"
    )
  }
})

test_that("a map without a reference system or a shape has no distances, and says so", {
  skip_if_not_installed("sf")
  cell <- function(x) sf::st_polygon(list(cbind(x + c(0, 1, 1, 0, 0), c(0, 0, 1, 1, 0))))
  plain <- sf::st_sf(name = letters[1:3], geometry = sf::st_sfc(cell(0), cell(1), cell(2)))
  for (w in expression(spatial_weights(plain, "distance"), spatial_weights(plain, "nearest", 1))) {
    expect_error(eval(w), "coordinate reference system", class = "ccdpanel_error_units")
  }
  expect_identical(spatial_weights(plain)$neighbour, c("b", "a", "c", "b"))
  hole <- sf::st_sf(name = letters[1:3],
    geometry = sf::st_sfc(cell(0), sf::st_polygon(), cell(2), crs = 4326))
  expect_error(
    suppressWarnings(spatial_weights(hole, "distance")), "\"b\" has no shape",
    class = "ccdpanel_error_units"
  )
})

test_that("a matrix that is no weights is told what is wrong with it", {
  m <- matrix(c(0, 1, 1, 0), 2, dimnames = list(c("a", "b"), c("a", "b")))
  says <- function(w, text) {
    error <- expect_error(spatial_weights(w), class = "ccdpanel_error_weights")
    expect_match(cli::ansi_strip(conditionMessage(error)), text)
  }
  says(m > 0, "<logical>.*w \\* 1")
  says(replace(m, 2, NA), "missing or infinite in 1 cell")
  says(replace(m, 2:3, c(-1, Inf)), "infinite in 1 cell and negative in 1\\s+cell")
  says(m[, c(1, 2, 1)], "2 by 3")
  expect_identical(spatial_weights((m > 0) * 1), spatial_weights(m))
})

test_that("distances keep their digits near the antipode, and close by", {
  # along the equator and a meridian the distance is the angle
  for (angle in c(1e-7, 1e-3, 1, 90, 179.999999, 180 - 1e-7)) {
    km <- 6371.0088 * angle * pi / 180
    equator <- cbind(lat = c(0, 0), lon = c(0, angle))
    expect_equal(great_circle(equator, 1)[2], km, tolerance = 1e-15)
    pole <- cbind(lat = c(-90, -90 + angle), lon = c(20, 20))
    apart <- pole[2, "lat"] - pole[1, "lat"]
    expect_equal(great_circle(pole, 1)[2], 6371.0088 * apart[[1]] * pi / 180, tolerance = 1e-14)
  }
  far <- cbind(lat = c(10, -10 + 1e-6), lon = c(30, -150))
  expect_equal(great_circle(far, 1)[2], 6371.0088 * (pi - 1e-6 * pi / 180), tolerance = 1e-15)
})

test_that("missing values that means leave out are counted and kept", {
  d <- data.frame(
    unit = rep(c("a", "b", "c"), each = 3), year = rep(1:3, 3),
    gdp = c(1, NA, 3, 5, 6, 7, 9, NA, 11)
  )
  expect_message(
    w <- spatial_weights(d, "economic", of = "gdp", panel = c("unit", "year"), style = "B"),
    "gdp \\(2\\)", class = "ccdpanel_message_dropped"
  )
  # means 2, 6 and 10
  expect_equal(w$weight[w$unit == "a"], c(1 / 4, 1 / 8))
  expect_match(attr(w, "note"), "missing values left out of means: gdp \\(2\\)", all = FALSE)
})

test_that("what weights say of themselves is in the language spoken, with its numbers", {
  skip_if_not(l10n_info()[["UTF-8"]])
  old <- options(ccdpanel.language = "zh")
  on.exit(options(old))
  notes <- c(
    "missing values left out of means: gdp (2)", "ties at the last neighbour of 1 unit",
    "ties at the last neighbour of 3 units", "d^-1.5, great-circle km",
    "d^-1 within 400 km, great-circle km", "1 / |difference of gdp|", "k = 3"
  )
  said <- spoken_note(notes)
  expect_false(any(grepl("[A-Za-z]{4}", said)))
  numbers <- function(x) regmatches(x, gregexpr("[0-9.]+", x))
  expect_identical(numbers(said), numbers(notes))
  expect_identical(said[7], "k = 3")
})
