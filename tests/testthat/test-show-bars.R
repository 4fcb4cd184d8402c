skip_if_not_installed("ggplot2")

test_that("a bar a sector, the highest on top, as Zhou and Lang print them", {
  p <- bar_chart(zhou_lang_table1, "sector", "score")
  built <- drawn(p)
  bars <- built$data[[1]]
  # The printed scores, in the printed order from the top down.
  expect_equal(bars$x[order(-bars$y)], c(
    58, 57.5, 55.3, 52.7, 50.9, 50.8, 50.4, 48.9, 48.1, 46.3, 45.4, 41.8
  ))
  expect_identical(built$data[[2]]$label[1], "58.0")
  expect_identical(rev(built$layout$panel_params[[1]]$y$get_labels())[1], "Electronics")
})

wide <- function(n) {
  cbind(data.frame(unit = c("a", "b", "c")), as.data.frame(matrix(seq_len(3 * n), 3)))
}

test_that("up to four columns stand side by side, more get a panel each", {
  expect_identical(nrow(drawn(bar_chart(wide(4), "unit", paste0("V", 1:4)))$layout$layout), 1L)
  built <- drawn(bar_chart(wide(6), "unit", paste0("V", 1:6)))
  expect_identical(nrow(built$layout$layout), 6L)
  expect_equal(sort(built$data[[1]]$x), 1:18)
})

test_that("without sorting the first row is on top; panels come by a column", {
  p <- bar_chart(wide(1), "unit", "V1", sort = FALSE)
  expect_identical(levels(p$data$unit), c("c", "b", "a"))
  d <- rbind(cbind(wide(1), g = "x"), cbind(wide(1), g = "y"))
  expect_identical(nrow(drawn(bar_chart(d, "unit", "V1", by = "g"))$layout$layout), 2L)
})

test_that("an index draws its systems, a coupling D by level, of any times", {
  idx <- state_index()
  p <- ggplot2::autoplot(idx, type = "bar")
  expect_setequal(p$data$series, c("infrastructure", "economy"))
  expect_equal(p$data$value[p$data$unit == "Ohio"], unlist(idx[
    idx$state == "Ohio" & idx$year == 1986, c("infrastructure", "economy")
  ], use.names = FALSE))
  cc <- coupling(idx)
  built <- drawn(ggplot2::autoplot(cc, type = "bar", time = c(1970, 1986)))
  expect_identical(nrow(built$layout$layout), 2L)
  expect_setequal(round(built$data[[1]]$x, 12), round(cc$D[cc$year %in% c(1970, 1986)], 12))
})

test_that("misuse is named", {
  expect_error(bar_chart(1, "u", "v"), class = "ccdpanel_error_type")
  expect_error(bar_chart(wide(1), "unit", "V9"), class = "ccdpanel_error_column")
  expect_error(bar_chart(wide(2), c("V1", "V2"), "V1"), class = "ccdpanel_error_column")
  expect_error(bar_chart(wide(1)[c(1, 1), ], "unit", "V1"), class = "ccdpanel_error_duplicate")
  expect_error(
    bar_chart(data.frame(u = c("a", "b"), v = c("1", "high")), "u", "v"),
    class = "ccdpanel_error_numeric"
  )
  expect_error(bar_chart(wide(1)[0, ], "unit", "V1"), class = "ccdpanel_error_empty")
  expect_error(
    bar_chart(data.frame(u = "a", v = NA_real_), "u", "v"), class = "ccdpanel_error_empty"
  )
})

test_that("of very many units the first and the last are drawn, and a radar refuses them", {
  many <- data.frame(city = sprintf("c%03d", 1:100), D = 1:100)
  p <- bar_chart(many, "city", "D")
  expect_setequal(as.character(p$data$unit), many$city[c(1:30, 71:100)])
  expect_match(p$labels$caption, "30 of 100", fixed = TRUE)
  expect_identical(nrow(bar_chart(many[1:80, ], "city", "D")$data), 80L)
  expect_error(radar_chart(many, "city", "D"), class = "ccdpanel_error_spokes")
})

test_that("a missing bar is empty without a warning, and small values are no noughts", {
  skip_if_not_installed("ggplot2")
  d <- data.frame(u = letters[1:3], v = c(1, NA, -3), w = 1:3, a = 1, b = 2, c = 3)
  for (value in list("v", c("v", "w"), c("v", "w", "a", "b", "c"))) {
    p <- bar_chart(d, "u", value)
    expect_warning(ggplot2::ggplot_build(p), NA)
    built <- suppressWarnings(ggplot2::ggplot_build(p))
    expect_identical(
      length(built$layout$panel_params[[1]]$y$get_labels()), 3L
    )
  }
  expect_identical(bar_text(c(0.00123, NA, 0.0005)), c("0.00123", "", "0.00050"))
  expect_identical(bar_text(c(0.12345, 1)), c("0.123", "1.000"))
})
