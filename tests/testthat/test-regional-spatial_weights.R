test_that("borders of provinces are those of province_neighbours, rows summing to one", {
  w <- spatial_weights(provinces$name)
  m <- as.matrix(w)
  plain <- table(
    factor(province_neighbours$province, provinces$name),
    factor(province_neighbours$neighbour, provinces$name)
  )
  expect_equal(unname(m), unname(unclass(plain) / rowSums(plain)), ignore_attr = TRUE)
  expect_equal(as.matrix(spatial_weights(provinces$name, style = "B")), unclass(plain),
    ignore_attr = TRUE)
  chinese <- spatial_weights(provinces$zh)
  expect_equal(unname(as.matrix(chinese)), unname(m))
  expect_output(print(w), "Hainan joined to Guangdong")
})

test_that("Hainan alone is an island and is named", {
  w <- spatial_weights(provinces$name, islands = "none")
  expect_equal(sum(as.matrix(w)["Hainan", ]), 0)
  expect_output(print(w), "Without neighbours: Hainan")
  expect_equal(summary(w)$neighbours[provinces$name == "Hainan"], 0)
})

test_that("distances are great circles, cut and to a power", {
  at <- data.frame(unit = c("a", "b", "c"), lat = c(0, 0, 90), lon = c(0, 90, 0))
  quarter <- 6371.0088 * pi / 2
  w <- as.matrix(spatial_weights(at$unit, "distance", data = at, style = "B"))
  expect_equal(unname(w), (1 - diag(3)) / quarter)
  w <- as.matrix(spatial_weights(at$unit, "distance", data = at, style = "B", power = 2))
  expect_equal(w["a", "b"], quarter^-2)
  cut <- spatial_weights(c("Beijing", "Tianjin", "Xinjiang"), "distance", cutoff = 500)
  expect_equal(nrow(cut), 2)
  skip_if_not_installed("sf")
  skip_if_not(sf::sf_use_s2())
  d <- sf::st_distance(sf::st_as_sf(provinces, coords = c("lon", "lat"), crs = 4326))
  ours <- 1 / as.matrix(spatial_weights(provinces$name, "distance", style = "B"))
  # Its sphere is 1.2 m larger.
  expect_lt(max(abs(1000 * ours / as.numeric(d) - 1)[row(ours) != col(ours)]), 1e-6)
})

test_that("the nearest are the nearest, and ties at the last are said", {
  w <- as.matrix(spatial_weights(provinces$name, "nearest", k = 3, style = "B"))
  expect_equal(unname(rowSums(w)), rep(3, 31))
  d <- 1 / as.matrix(spatial_weights(provinces$name, "distance", style = "B"))
  diag(d) <- Inf
  for (i in 1:31) expect_equal(unname(sort(order(d[i, ])[1:3])), unname(which(w[i, ] == 1)))
  square <- data.frame(unit = letters[1:4], lat = c(0, 0, 1, -1), lon = c(-1, 1, 0, 0))
  tied <- spatial_weights(square$unit, "nearest", k = 1, data = square)
  expect_match(attr(tied, "note")[1], "ties")
})

test_that("economic distance is of the means by unit", {
  d <- data.frame(unit = rep(c("a", "b", "c"), each = 2), year = 1:2, x = c(1, 3, 4, 6, 10, 12))
  w <- as.matrix(spatial_weights(d, "economic", of = "x", panel = c("unit", "year"), style = "B"))
  plain <- 1 / abs(outer(c(2, 5, 11), c(2, 5, 11), "-"))
  diag(plain) <- 0
  expect_equal(unname(w), plain)
  expect_equal(w["a", "b"], 1 / 3)
  expect_error(spatial_weights(d, "economic", panel = c("unit", "year")),
    class = "ccdpanel_error_column")
  same <- transform(d, x = 1)
  expect_error(spatial_weights(same, "economic", of = "x", panel = c("unit", "year")),
    class = "ccdpanel_error_units")
})

test_that("matrices and spdep's lists are taken by name, and go back", {
  skip_if_not_installed("spdep")
  w <- spatial_weights(provinces$name)
  listw <- as_listw(w)
  expect_s3_class(listw, "listw")
  expect_equal(spdep::listw2mat(listw), as.matrix(w), ignore_attr = TRUE)
  expect_equal(as.matrix(spatial_weights(listw)), as.matrix(w))
  expect_equal(
    as.matrix(spatial_weights(listw$neighbours, style = "B")),
    as.matrix(spatial_weights(provinces$name, style = "B"))
  )
  alone <- as_listw(spatial_weights(provinces$name, islands = "none"))
  expect_equal(unname(spdep::card(alone$neighbours))[provinces$name == "Hainan"], 0L)
  m <- matrix(c(0, 2, 1, 0), 2, dimnames = list(c("a", "b"), c("a", "b")))
  expect_equal(as.matrix(spatial_weights(m, style = "B")), m)
})

test_that("an sf map gives borders, centroids and names", {
  skip_if_not_installed("sf")
  cell <- function(x, y) sf::st_polygon(list(cbind(x + c(0, 1, 1, 0, 0), y + c(0, 0, 1, 1, 0))))
  map <- sf::st_sf(
    name = c("a", "b", "c"), geometry = sf::st_sfc(cell(0, 0), cell(1, 0), cell(3, 0), crs = 4326)
  )
  w <- suppressMessages(spatial_weights(map, style = "B"))
  expect_equal(as.matrix(w)["a", ], c(a = 0, b = 1, c = 0))
  expect_output(print(w), "Without neighbours: c")
  near <- suppressWarnings(suppressMessages(spatial_weights(map, "nearest", k = 1, style = "B")))
  expect_equal(as.matrix(near)["c", "b"], 1)
})

test_that("an sf map has the column of economic weights itself", {
  skip_if_not_installed("sf")
  cell <- function(x) sf::st_polygon(list(cbind(x + c(0, 1, 1, 0, 0), c(0, 0, 1, 1, 0))))
  map <- sf::st_sf(
    code = c("1", "2", "3"), name = c("a", "b", "c"), x = c(2, 5, 11),
    geometry = sf::st_sfc(cell(0), cell(1), cell(3), crs = 4326)
  )
  plain <- 1 / abs(outer(map$x, map$x, "-"))
  diag(plain) <- 0
  dimnames(plain) <- list(map$name, map$name)
  own <- spatial_weights(map, "economic", of = "x", by = "name", style = "B")
  expect_equal(as.matrix(own), plain)
  other <- data.frame(name = c("c", "b", "a"), x = c(2, 5, 11))
  given <- spatial_weights(map, "economic", of = "x", by = "name", data = other, style = "B")
  expect_equal(as.matrix(given)["a", ], plain["c", c("c", "b", "a")], ignore_attr = TRUE)
  expect_error(spatial_weights(map, by = c("name", "code")), class = "ccdpanel_error_column")
})

test_that("what the method or the units do not take is an error that says where it belongs", {
  idle <- function(..., says) {
    expect_error(spatial_weights(...), says, class = "ccdpanel_error_argument")
  }
  names <- provinces$name
  at <- data.frame(province = names, year = 1, lat = provinces$lat, lon = provinces$lon)
  panel <- c("province", "year")
  idle(names, cutoff = 500, says = "`cutoff` belongs to method = \"distance\"")
  idle(names, k = 6, says = "`k` belongs to method = \"nearest\"")
  idle(names, of = "gdp", power = 3, says = "`power` and `of` are")
  idle(names, data = at, says = "`data`")
  idle(names, panel = panel, says = "`panel` belongs to a data frame")
  idle(at, panel = panel, by = "province", says = "`by` belongs to an sf map")
  idle(at, "distance", panel = panel, k = 4, says = "`k`")
  idle(at, "nearest", panel = panel, cutoff = 9, islands = "none", says = "`islands`")
  idle(at, "economic", of = "lat", panel = panel, power = 1, says = "`power`")
  m <- matrix(c(0, 2, 1, 0), 2, dimnames = list(c("a", "b"), c("a", "b")))
  idle(m, "distance", says = "`method`")
  idle(m, data = at, says = "given as a matrix")
  taken <- spatial_weights(at, "distance", power = 2, cutoff = 900, panel = panel)
  expect_identical(attr(taken, "units"), names)
  skip_if_not_installed("sf")
  map <- sf::st_as_sf(at, coords = c("lon", "lat"), crs = 4326)
  idle(map, "distance", data = at, says = "without a map")
  idle(map, islands = "none", says = "`islands`")
  idle(map, panel = panel, says = "`panel`")
})

test_that("bad input is an error that names it", {
  wrong <- function(..., class) {
    expect_error(spatial_weights(...), class = paste0("ccdpanel_error_", class))
  }
  wrong(c("Beijing", "Atlantis"), class = "units")
  wrong(c("Beijing", "Beijing"), class = "units")
  wrong(c("Beijing", "\u5317\u4eac"), class = "units")
  wrong("Beijing", class = "units")
  wrong(matrix(1:6, 2), class = "weights")
  wrong(matrix(0:3, 2), class = "weights")
  wrong(matrix(c(0, -1, 1, 0), 2, dimnames = list(1:2, 1:2)), class = "weights")
  wrong(matrix(1, 2, 2, dimnames = list(1:2, 1:2)), class = "weights")
  wrong(provinces$name, "nearest", k = 31, class = "number")
  wrong(state_capital, class = "panel")
  wrong(c("x", "y"), "distance", data = data.frame(u = c("x", "y"), lat = 1, lon = 2),
    class = "units")
  wrong(c("x", "y"), "distance", data = data.frame(u = "x", lat = 1, lon = 2), class = "units")
  expect_error(as_listw(diag(2)), class = "ccdpanel_error_type")
  part <- spatial_weights(provinces$name)
  attr(part, "units") <- NULL
  expect_error(as.matrix(part), class = "ccdpanel_error_weights")
})

test_that("a wrong panel is the panel's error", {
  d <- data.frame(u = c("a", "b"), t = 1)
  expect_error(spatial_weights(d, panel = "u"), "`panel` must", class = "ccdpanel_error_panel")
  expect_error(
    spatial_weights(d, panel = c("u", "zz")), "`panel`", class = "ccdpanel_error_column"
  )
})

test_that("weights that were edited no longer say that rows sum to one", {
  units <- c("Beijing", "Tianjin", "Hebei", "Shanxi")
  w <- spatial_weights(units)
  expect_output(print(w), "rows sum to one")
  edited <- w
  edited$weight <- edited$weight * 2
  expect_output(print(edited), "as they are")
  fewer <- w
  attributes <- attributes(w)
  fewer <- as.data.frame(w)[-1, ]
  attributes$row.names <- NULL
  attributes(fewer)[c("units", "style", "method", "class")] <-
    attributes[c("units", "style", "method", "class")]
  expect_output(print(fewer), "as they are")
  # another standardisation of the same rows holds
  again <- spatial_weights(as.matrix(w))
  expect_output(print(again), "rows sum to one")
  d <- data.frame(unit = units, year = 1, y = c(1, 2, 4, 3))
  twice <- moran_test(d, "y", panel = c("unit", "year"), w = edited, draws = 0)
  expect_output(print(twice), "as they are")
  expect_equal(twice$I, moran_test(d, "y", panel = c("unit", "year"), w = w, draws = 0)$I)
})
