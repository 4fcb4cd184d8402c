p <- c("id", "year")
f <- y ~ l(y) + x + z
gmm <- function(d, ..., formula = f) suppressMessages(dynamic_panel(formula, d, p, ...))

test_that("neither the order of rows, the names of units nor the kind of times changes anything", {
  d <- dynamic_toy(15, 6)
  plain <- gmm(d, system = TRUE, collapse = TRUE)
  set.seed(3)
  turned <- d[sample(nrow(d)), ]
  turned$id <- paste("\u7701", turned$id)
  turned$year <- as.character(turned$year)
  again <- gmm(turned, system = TRUE, collapse = TRUE)
  expect_equal(coef(again), coef(plain))
  expect_equal(vcov(again), vcov(plain))
  expect_equal(again$serial, plain$serial)
  expect_equal(residuals(again)[order(again$sample$rows)], residuals(again))
})

test_that("units of measurement change no test, also where the moments have no inverse", {
  d <- dynamic_toy(10, 6)
  big <- transform(d, y = 1e6 * y, x = x / 1e3)
  fit <- function(d) suppressWarnings(gmm(d, gmm = ~ l(y) + x))
  expect_true(fit(d)$generalized)
  expect_equal(fit(big)$overidentification, fit(d)$overidentification)
  expect_equal(fit(big)$serial, fit(d)$serial)
  expect_equal(unname(coef(fit(big))), unname(coef(fit(d))) * c(1, 1e9, 1e6))
})

test_that("columns of large mean keep their digits beside a constant", {
  d <- dynamic_toy(15, 6)
  moved <- transform(d, x = x + 1e8, z = z + 1e8)
  a <- gmm(d, system = TRUE, collapse = TRUE)
  b <- gmm(moved, system = TRUE, collapse = TRUE)
  expect_equal(coef(b)[-1], coef(a)[-1], tolerance = 1e-6)
  expect_equal(b$overidentification, a$overidentification, tolerance = 1e-6)
})

test_that("what does not change within units is left out of the differences, and named", {
  d <- transform(dynamic_toy(15, 6), one = 1, fixed = id / 3)
  plain <- gmm(d)
  for (transform in c("difference", "orthogonal")) {
    expect_message(
      withCallingHandlers(
        fit <- dynamic_panel(update(f, . ~ . + one + fixed), d, p, transform = transform),
        message = function(m) if (!inherits(m, "ccdpanel_message_collinear")) rlang::cnd_muffle(m)
      ), "one", class = "ccdpanel_message_collinear"
    )
    expect_identical(fit$collinear, c("one", "fixed"))
    expect_equal(coef(fit), coef(gmm(d, transform = transform)))
  }
  expect_identical(
    gmm(d, formula = update(f, . ~ . + one + fixed), system = TRUE, collapse = TRUE)$collinear,
    "one"
  )
})

test_that("rows outside the subset are instruments, and gaps are no neighbours", {
  d <- dynamic_toy(25, 7, gaps = FALSE)
  late <- gmm(d, subset = ~ year > 2003)
  expect_identical(late$sample$counts$subset, 75L)
  expect_true(any(grepl("2005", late$instruments$instrument)))
  # y of 2003 and before are among the instruments of 2005.
  expect_identical(sum(grepl("lag .* 2005", late$instruments$instrument)), 3L)
  gap <- d[d$year != 2004, ]
  # l(y) is missing in 2005, and the change of 2006 lacks its predecessor.
  expect_identical(gmm(gap)$rows[["diff"]], 50L)
  expect_identical(gmm(gap, transform = "orthogonal")$rows[["diff"]], 75L)
})

test_that("times that are far apart are refused before matrices are made of them", {
  d <- dynamic_toy(6, 5, gaps = FALSE)
  d$year <- d$year * 400 + d$year %% 2
  expect_error(
    gmm(d, formula = y ~ d(x) + z, gmm = ~z), class = "ccdpanel_error_empty_sample"
  )
  expect_error(
    gmm(d, formula = y ~ x, gmm = ~z), "Number the periods", class = "ccdpanel_error_panel"
  )
})

test_that("a lag among the instruments is known where its own row is not there", {
  d <- dynamic_toy(25, 7, gaps = FALSE)
  d <- d[d$id > 4 | d$year != 2003, ]
  lag <- gmm(d, gmm = ~ l(y) + l(x, 1:2), iv = ~z, lags = c(1, 2))
  plain <- gmm(d, gmm = list(~y, ~x), iv = ~z, lags = list(c(2, 3), c(2, 4)))
  expect_equal(coef(lag)[["z"]], coef(gmm(
    d, gmm = list(~y, ~x, ~x), iv = ~z, lags = list(c(2, 3), c(2, 3), c(3, 4))
  ))[["z"]])
  expect_equal(coef(gmm(d)), coef(gmm(d, gmm = ~y, lags = c(2, Inf), iv = ~ x + z)))
  expect_equal(coef(lag), coef(plain))
  # plm 2.6-7 and pdynmc 0.9.12 on the firms of EmplUK less the year 1979 of the first.
  skip_if_not_installed("plm")
  data("EmplUK", package = "plm", envir = environment())
  e <- with(EmplUK, data.frame(id = firm, year, y = log(emp), x = log(wage), z = log(capital)))
  one <- gmm(e[!(e$id == 1 & e$year == 1979), ], steps = 1)
  expect_equal(round(unname(coef(one)), 7), c(.5061896, -.6038319, .3345686))
})
