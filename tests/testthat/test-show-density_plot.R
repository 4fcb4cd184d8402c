skip_if_not_installed("ggplot2")
panel <- c("unit", "year")

test_that("each type draws every period, and names the bandwidth", {
  d <- regional_toy(30, 5)
  for (type in c("ridges", "lattice", "lines")) {
    p <- density_plot(d, "y", type, panel = panel)
    drawn(p)
    expect_match(p$labels$caption, "rule SJ")
  }
  lines <- density_plot(d, "y", "lines", time = c(2001, 2005), bandwidth = c("SJ", "nrd0"),
    panel = panel)
  expect_equal(length(unique(drawn(lines)$data[[1]]$colour)), 2)
  expect_equal(nrow(drawn(lines)$layout$layout), 2)
  ridges <- density_plot(d, "y", bandwidth = 0.5, panel = panel)
  expect_equal(unique(ridges$data$width), 0.5)
  one <- density_plot(d, "y", "lattice", time = 2002, panel = panel)
  drawn(one)
})

test_that("a lattice covers all cells between neighbouring periods", {
  d <- regional_toy(30, 5)
  p <- density_plot(d, "y", "lattice", panel = panel)
  expect_equal(length(unique(p$layers[[2]]$data$cell)), 4 * 80)
})

test_that("Chinese and labels of the user's own", {
  withr_options(list(ccdpanel.font = "sans"), environment())
  d <- regional_toy(30, 3)
  p <- density_plot(d, "y", "lines", panel = panel, language = "zh", labels = c(y = "D"))
  expect_match(p$labels$caption, "\u5e26\u5bbd")
  expect_equal(p$labels$x, "D")
})

test_that("pictures that cannot be are errors", {
  d <- regional_toy(30, 3)
  wrong <- function(..., class) {
    expect_error(density_plot(d, "y", ..., panel = panel), class = paste0("ccdpanel_error_", class))
  }
  wrong("surface", class = "choice")
  wrong("lattice", bandwidth = c("SJ", "nrd"), class = "choice")
  wrong(bandwidth = -1, class = "number")
  wrong(bandwidth = "matlab", class = "choice")
  wrong(time = 1999, class = "time")
  wrong(time = list(2001:2002), class = "time")
})
