skip_if_not_installed("ggplot2")
skip_if_not_installed("sf")

squares <- function(names, column = "NAME") {
  one <- function(i) sf::st_polygon(list(cbind(c(0, 1, 1, 0, 0) + i, c(0, 0, 1, 1, 0))))
  out <- sf::st_sf(geometry = sf::st_sfc(lapply(seq_along(names), one)))
  out[[column]] <- names
  out
}

made <- function(units, times = 1:2) {
  d <- data.frame(unit = rep(units, each = length(times)), year = times)
  d$p <- seq(.1, .9, length.out = nrow(d))
  d$q <- .5
  coupling(d, c("p", "q"), c("unit", "year"))
}

test_that("regions take the value of the unit of their name, wherever it stands", {
  cc <- made(c("a", "b", "c"))
  map <- squares(c("c", "a", "b", "a"))
  p <- ggplot2::autoplot(cc, type = "map", map = map)
  last <- cc[cc$year == 2, ]
  expect_equal(p$data$value, last$D[match(map$NAME, last$unit)])
  drawn(p)
  both <- ggplot2::autoplot(cc, type = "map", map = map, time = list(1:2))
  expect_equal(both$data$value[1], mean(cc$D[cc$unit == "c"]))
  expect_identical(nrow(ggplot2::autoplot(cc, type = "map", map = map, time = 1:2)$data), 8L)
})

test_that("provinces are matched by any of their names", {
  cc <- made(c("Beijing", "Inner Mongolia", "Shaanxi"))
  map <- squares(c(
    "\u5185\u8499\u53e4\u81ea\u6cbb\u533a", "\u9655\u897f\u7701", "\u5317\u4eac\u5e02"
  ), "name")
  map$code <- c(150000, 610000, 110000)
  for (by in list(NULL, "name", "code")) {
    p <- ggplot2::autoplot(cc, type = "map", map = map, by = by)
    expect_equal(p$data$value, cc$D[cc$year == 2][c(2, 3, 1)])
  }
})

test_that("regions without a unit and units without a region are named", {
  cc <- made(c("a", "b", "z"))
  expect_message(
    expect_warning(
      p <- ggplot2::autoplot(cc, type = "map", map = squares(c("a", "b", "y"))), "\"z\"",
      class = "ccdpanel_warning_unmatched"
    ),
    "\"y\"", class = "ccdpanel_message_unmatched"
  )
  expect_identical(is.na(p$data$value), c(FALSE, FALSE, TRUE))
  expect_identical(p$labels$caption, "grey: no data")
})

test_that("North Carolina's counties, by a named column", {
  nc <- sf::st_read(system.file("shape/nc.shp", package = "sf"), quiet = TRUE)
  cc <- made(nc$NAME)
  p <- ggplot2::autoplot(cc, type = "map", map = nc, by = "NAME", breaks = "quantile")
  expect_identical(nrow(p$data), 100L)
  expect_equal(as.vector(table(p$data$stage)), rep(20L, 5))
})

test_that("misuse is named", {
  cc <- made(c("a", "b"))
  expect_error(
    ggplot2::autoplot(cc, type = "map", map = data.frame(a = 1)), class = "ccdpanel_error_map"
  )
  expect_error(
    ggplot2::autoplot(cc, type = "map", map = squares(c("x", "y"))), "No unit",
    class = "ccdpanel_error_map"
  )
  expect_error(
    ggplot2::autoplot(cc, type = "map", map = squares(c("a", "b")), by = "name"),
    class = "ccdpanel_error_column"
  )
})

test_that(
  "a city is found with and without the word for city, and is not the province of its name", {
  shijiazhuang <- "\u77f3\u5bb6\u5e84"
  city <- function(x) paste0(x, "\u5e02")
  tangshan <- "\u5510\u5c71"
  cc <- made(c(shijiazhuang, tangshan, "\u5409\u6797"))
  map <- squares(c(city(tangshan), city("\u5409\u6797"), city(shijiazhuang)))
  p <- ggplot2::autoplot(cc, type = "map", map = map)
  expect_equal(p$data$value, cc$D[cc$year == 2][c(2, 3, 1)])
  back <- made(c(city(shijiazhuang), city(tangshan)))
  p <- ggplot2::autoplot(back, type = "map", map = squares(c(tangshan, shijiazhuang)))
  expect_equal(p$data$value, back$D[back$year == 2][2:1])
  # two places that are one name without their kind are not guessed
  county <- squares(c("\u671d\u9633\u5e02", "\u671d\u9633\u5730\u533a", city(tangshan)))
  expect_warning(
    suppressMessages(ggplot2::autoplot(
      made(c("\u671d\u9633", tangshan)), type = "map", map = county
    )),
    class = "ccdpanel_warning_unmatched"
  )
})
