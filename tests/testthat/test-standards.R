# What STANDARDS.md asks for that no room's tests show, and that the tests it names are there.

test_that("noise in the last bits does not change results", {
  fit <- function(d) {
    fe_reg(log(output) ~ log(highways) + unemployment | state + year, d, vcov = ~state)
  }
  index <- function(d) coupling(composite_index(d, state_sheet(), c("state", "year")))$D
  set.seed(1)
  d <- state_capital
  shaken <- d
  numbers <- vapply(d, is.double, NA)
  shaken[numbers] <- lapply(d[numbers], function(x) {
    x * (1 + stats::runif(length(x), -1, 1) * .Machine$double.eps)
  })
  expect_false(identical(d$output, shaken$output))
  expect_equal(coef(fit(shaken)), coef(fit(d)), tolerance = 1e-12)
  expect_equal(vcov(fit(shaken)), vcov(fit(d)), tolerance = 1e-11)
  expect_equal(index(shaken), index(d), tolerance = 1e-12)
})

test_that("another seed moves simulated p-values by what the draws allow", {
  draws <- 1999
  apart <- function(p) expect_lt(diff(range(p)), 8 * sqrt(mean(p) * (1 - mean(p)) / draws) + 1e-12)
  w <- spatial_weights(provinces$name)
  set.seed(1)
  d <- data.frame(province = provinces$name, year = 1, y = rnorm(31) + provinces$lon / 30)
  apart(vapply(1:6, function(seed) {
    moran_test(d, "y", w, c("province", "year"), draws = draws, seed = seed)$p_permutation
  }, 0))
})

test_that("estimates come nearer to the truth with the root of the rows", {
  error <- function(rows, seed) {
    set.seed(seed)
    d <- data.frame(id = rep(seq_len(rows / 5), each = 5), x = rnorm(rows), z = rnorm(rows))
    u <- rnorm(rows)
    d$a <- d$z + u + d$id %% 7 + rnorm(rows)
    d$y <- 2 * d$x - d$a + 2 * u + sin(d$id)
    c(coef(fe_reg(y ~ x | id | a ~ z, d)) - c(2, -1))
  }
  spread <- function(rows) sqrt(rowMeans(vapply(1:60, error, numeric(2), rows = rows)^2))
  ratio <- spread(250) / spread(25000)
  # A ratio of two standard deviations of 60 draws each, of which one is ten times the other.
  expect_true(all(ratio > 10 * .68 & ratio < 10 * 1.5))
})

test_that("nearer neighbours, and weights that fall faster, show more of a smooth gradient", {
  d <- data.frame(province = provinces$name, year = 1, y = provinces$lon)
  i_of <- function(...) {
    w <- spatial_weights(provinces$name, ...)
    m <- as.matrix(w)[d$province, d$province]
    z <- d$y - mean(d$y)
    i <- moran_test(d, "y", w, c("province", "year"), draws = 0)$I
    expect_equal(i, length(z) / sum(m) * sum(m * outer(z, z)) / sum(z^2), tolerance = 1e-12)
    i
  }
  nearest <- vapply(c(2, 5, 10, 20), function(k) i_of("nearest", k = k), 0)
  expect_true(all(diff(nearest) < 0))
  power <- vapply(c(.5, 1, 2, 4), function(a) i_of("distance", power = a), 0)
  expect_true(all(diff(power) > 0))
  expect_gt(i_of("contiguity"), i_of("distance"))
})

test_that("poles and the date line are where they are", {
  at <- data.frame(
    unit = c("north", "south", "west", "east"), lat = c(90, -90, 0, 0),
    lon = c(17, -40, -179.9, 179.9)
  )
  km <- 1 / as.matrix(spatial_weights(at$unit, "distance", data = at, style = "B"))
  radius <- 6371.0088
  expect_equal(km["north", "south"], pi * radius, tolerance = 1e-12)
  expect_equal(unname(km["north", c("west", "east")]), rep(pi / 2 * radius, 2), tolerance = 1e-12)
  expect_equal(km["west", "east"], .2 * pi / 180 * radius, tolerance = 1e-9)
})

test_that("intervals of a forecast widen with its horizon", {
  set.seed(1)
  d <- data.frame(unit = "a", year = 2001:2012, y = 10 * 1.08^(1:12) * exp(rnorm(12, 0, .02)))
  g <- grey_forecast(d, "y", panel = c("unit", "year"), ahead = 6, boot = 999, seed = 1)
  width <- (g$conf.high - g$conf.low)[g$forecast]
  expect_length(width, 6)
  expect_true(all(diff(width) > 0))
})

test_that("lists and complex numbers are refused as what they are", {
  d <- transform(state_capital, complex = unemployment + 0i)
  d$list <- as.list(d$unemployment)
  expect_error(fe_reg(output ~ list | state, d), "list")
  expect_error(fe_reg(output ~ complex | state, d), "complex")
  expect_error(descriptives(d, "list"), class = "ccdpanel_error")
  expect_error(descriptives(d, "complex"), class = "ccdpanel_error")
})

test_that("the tests that STANDARDS.md names are there", {
  root <- source_folder()
  lines <- readLines(file.path(root, "STANDARDS.md"), encoding = "UTF-8")
  named <- unique(unlist(regmatches(lines, gregexpr("`[a-z]+(-[A-Za-z_]+)?`", lines))))
  named <- gsub("`", "", named)
  tests <- sub("^test-(.*)[.]R$", "\\1", list.files(file.path(root, "tests", "testthat"), "^test-"))
  named <- named[grepl("-", named) | named %in% c("architecture", "drift", "examples", "standards")]
  expect_gt(length(named), 40)
  expect_identical(setdiff(named, tests), character())
})

test_that("damaged files end in a result or in an error of ours", {
  script <- file.path(source_folder(), "tools", "fuzz-readers.R")
  said <- system2(
    file.path(R.home("bin"), "Rscript"), c(shQuote(script), 60), stdout = TRUE, stderr = TRUE,
    env = paste0("R_LIBS=", paste(.libPaths(), collapse = .Platform$path.sep))
  )
  expect_identical(said[length(said)], "60 passed, 0 failed", info = paste(said, collapse = "\n"))
})
