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

test_that("times are named as the panel writes them, whatever the class", {
  d <- regional_toy(30, 3)
  asked <- function(d, time) density_plot(d, "y", time = time, panel = panel)$data
  plain <- asked(d, c(2001, 2003))
  for (time in list(factor(c(2001, 2003)), c("2001", "2003"), c(2003L, 2001L))) {
    expect_equal(asked(d, time), plain)
  }
  dated <- transform(d, year = as.Date(paste0(year, "-01-01")))
  day <- as.Date("2002-01-01")
  expect_equal(asked(dated, "2002-01-01"), asked(dated, day))
  expect_equal(asked(dated, factor("2002-01-01")), asked(dated, day))
  expect_error(asked(d, factor(1999)), "1999", class = "ccdpanel_error_time")
  expect_error(asked(d, list(2001:2002)), "single times", class = "ccdpanel_error_time")
  skip_if_not_installed("bit64")
  expect_equal(asked(d, bit64::as.integer64(c(2001, 2003))), plain)
  long <- d
  long$year <- bit64::as.integer64(d$year)
  expect_equal(asked(long, long$year[long$year == 2003][1])$density, asked(d, 2003)$density)
})
