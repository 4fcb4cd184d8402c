skip_if_not_installed("ggplot2")

test_that("one map a time, every square in each; the last time by default", {
  cc <- coupling(state_index())
  expect_identical(nrow(drawn(ggplot2::autoplot(cc, type = "map"))$data[[1]]), 51L)
  built <- drawn(ggplot2::autoplot(cc, type = "map", time = c(1970, 1986)))
  expect_identical(nrow(built$data[[1]]), 102L)
  expect_identical(nrow(built$layout$layout), 2L)
})

test_that("units are found by name or by code", {
  tiles <- check_tiles(NULL, "Ohio", lettering("en", NULL), NULL)
  expect_identical(tiles$abbreviation[match_tiles(c("Ohio", "Texas"), tiles, NULL)], c("OH", "TX"))
  expect_identical(tiles$state[match_tiles(c("OH", "TX"), tiles, NULL)], c("Ohio", "Texas"))
})

test_that("own tiles", {
  idx <- composite_index(toy_panel(), toy_sheet(), c("unit", "year"))
  tiles <- data.frame(unit = c("a", "b", "c", "d"), row = c(1, 1, 2, 2), column = c(1, 2, 1, 2))
  built <- drawn(ggplot2::autoplot(idx, type = "map", tiles = tiles))
  expect_identical(built$data[[2]]$label, c("a", "b", "c", "d"))
  expect_error(ggplot2::autoplot(idx, type = "map"), "\"a\"", class = "ccdpanel_error_tiles")
  expect_error(
    ggplot2::autoplot(idx, type = "map", tiles = tiles[1:2]), class = "ccdpanel_error_tiles"
  )
  expect_error(
    ggplot2::autoplot(idx, type = "map", tiles = tiles, time = 1999), "1999",
    class = "ccdpanel_error_time"
  )
})

test_that("the shipped tiles are the fifty states and the District, one a square", {
  expect_setequal(us_state_tiles$state, c(datasets::state.name, "District of Columbia"))
  expect_identical(anyDuplicated(us_state_tiles[c("row", "column")]), 0L)
})

test_that("grey squares are explained where there are any", {
  cc <- coupling(state_index())
  expect_identical(ggplot2::autoplot(cc, type = "map")$labels$caption, "grey: no data")
  tiles <- us_state_tiles[us_state_tiles$state %in% cc$state, ]
  expect_null(ggplot2::autoplot(cc, type = "map", tiles = tiles)$labels$caption)
  expect_null(ggplot2::autoplot(cc, type = "heatmap")$labels$caption)
})

test_that("the key of levels fits a page: its title above, columns by the length of the names", {
  expect_identical(key_columns(class_names("ten", "en")), 4)
  expect_identical(key_columns(class_names("ten", "zh")), 5)
  expect_identical(key_columns(strrep("x", c(120, 3))), 1)
  expect_identical(key_columns("x"), 1)
  path <- tempfile(fileext = ".pdf")
  grDevices::pdf(path, width = 6.5, height = 3.6)
  on.exit({
    grDevices::dev.off()
    unlink(path)
  })
  table <- ggplot2::ggplotGrob(ggplot2::autoplot(
    coupling(state_index()), type = "map", time = c(1970, 1986)
  ))
  key <- table$grobs[[
    which(
      vapply(table$grobs, inherits, NA, "gtable") & grepl("^guide-box", table$layout$name) &
        vapply(table$grobs, function(g) length(g$grobs), 0L) > 0
    )[1]
  ]]
  expect_lt(sum(grid::convertWidth(key$widths, "in", valueOnly = TRUE)), 6.5)
})
