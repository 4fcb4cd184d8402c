test_that("expressions deeper than SQLite's parser reads are computed in steps", {
  con <- sqlite()
  d <- data.frame(
    row = 1:60, x = seq(1, 3, length.out = 60), g = rep(1:12, 5), y = sin(1:60), t = rep(1:5, 12)
  )
  source <- ccdpanel:::remote_source(ccdpanel:::remote_columns(stored(con, d), "data", NULL))
  deep <- Reduce(function(inner, i) bquote((.(i) - (.(inner)) / 2)), 1:22, quote(x))
  sum <- Reduce(function(a, b) call("+", a, b), rep(list(quote(x)), 600))
  either <- Reduce(function(a, b) call("|", a, b), lapply(c(3, 100:600), function(i) {
    bquote(g == .(i))
  }))
  chosen <- Reduce(function(inner, i) bquote(case_when(g == .(i) ~ .(i / 7), TRUE ~ .(inner))),
    1:12, quote(x))
  made <- ccdpanel:::with_columns(source, source$table, list(
    deep = deep, sum = sum, either = bquote(case_when(.(either) ~ 1, TRUE ~ 0)), chosen = chosen
  ))
  expect_identical(colnames(made), c(names(d), "deep", "sum", "either", "chosen"))
  found <- dplyr::collect(made)
  expect_equal(found$deep, eval(deep, d), tolerance = 1e-14)
  expect_equal(found$sum, 600 * d$x, tolerance = 1e-12)
  expect_identical(found$either, as.double(d$g == 3))
  expect_identical(found$chosen, d$g / 7)
  nested <- Reduce(function(inner, i) bquote(ifelse(g == .(i), .(i / 7), .(inner))), 1:12, quote(x))
  grown <- Reduce(function(inner, i) bquote(log(2 + .(inner) / x)), 1:4, quote(x))
  expect_same_reg(con, d, eval(bquote(y ~ .(nested) + .(grown) | t)), subset = eval(
    bquote(~ .(nested) > 0.5)
  ))
})

test_that("a coupling of an index by distances, stretched, is of few words within each other", {
  con <- sqlite()
  set.seed(4)
  d <- expand.grid(city = letters[1:9], year = 2001:2004, stringsAsFactors = FALSE)
  for (name in paste0("x", 1:6)) d[[name]] <- runif(36)
  sheet <- data.frame(
    system = rep(c("p", "q", "r"), 2), dimension = rep(c("a", "b", "c"), 2),
    indicator = paste0("x", 1:6), direction = "+", derive = c("x1 / (1 + x2^2)", rep(NA, 5))
  )
  made <- function(x) {
    index <- composite_index(
      x, sheet, c("city", "year"), weights = "pca", aggregate = "topsis", scope = "period"
    )
    suppressMessages(coupling(index, model = "power", k = 2, rescale = c(0.01, 0.99)))
  }
  there <- dplyr::collect(made(stored(con, d)))
  here <- made(d)
  at <- match(paste(here$city, here$year), paste(there$city, there$year))
  for (name in c("p", "q", "r", "C", "T", "D")) {
    expect_equal(there[[name]][at], here[[name]], tolerance = 1e-11)
  }
})
