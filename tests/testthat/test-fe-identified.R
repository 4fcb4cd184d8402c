test_that("an empty cell of an interaction has no prediction, as estimability says of lm's fit", {
  d <- made_panel()
  d$g <- paste0("g", d$firm %% 3)
  d$h <- ifelse(d$year %% 2 == 0, "even", "odd")
  d <- d[!(d$g == "g0" & d$h == "even"), ]
  fit <- suppressMessages(fe_reg(y ~ g * h, d))
  new <- expand.grid(g = c("g0", "g1", "g2"), h = c("even", "odd"))
  expect_message(
    p <- predict(fit, new), "1 of 6 rows have no prediction",
    class = "ccdpanel_message_unidentified"
  )
  cells <- tapply(d$y, list(d$g, d$h), mean)
  expect_equal(p, unname(cells[cbind(new$g, new$h)]), tolerance = 1e-12)
  skip_if_not_installed("emmeans")
  peer <- as.data.frame(emmeans::emmeans(stats::lm(y ~ g * h, d), ~ g * h))
  own <- as.data.frame(emmeans::emmeans(fit, ~ g * h))
  expect_equal(own$emmean, peer$emmean, tolerance = 1e-10)
  expect_equal(own$SE, peer$SE, tolerance = 1e-10)
})

test_that("a regressor left out as collinear has to stay what it was", {
  d <- made_panel()
  d$twice <- 2 * d$x + 3
  fit <- suppressMessages(fe_reg(y ~ x + twice, d))
  new <- d[1:3, ]
  expect_identical(predict(fit, new), predict(fe_reg(y ~ x, d), new))
  new$twice[2] <- 0
  expect_message(p <- predict(fit, new), "\"twice\", left out as collinear")
  expect_identical(is.na(p), c(FALSE, TRUE, FALSE))

  # Within effects: a column that the units hold may change with the unit alone.
  d$of_unit <- d$id %% 4
  within <- suppressMessages(fe_reg(y ~ x + of_unit | id + year, d))
  new <- d[1:3, ]
  expect_false(anyNA(expect_no_message(predict(within, new))))
  new$of_unit[1] <- new$of_unit[1] + 1
  expect_identical(is.na(suppressMessages(predict(within, new))), c(TRUE, FALSE, FALSE))
  sum <- suppressMessages(fe_reg(y ~ x + I(x + of_unit) | id, d))
  expect_false(anyNA(predict(sum, d)))
})

test_that("what a column of large mean was is judged by how it varies", {
  d <- made_panel()
  d$large <- 1e8 + round(d$x * 1024) / 1024
  d$twice <- 2 * d$large + 3
  d$of_unit <- 1e8 + d$id %% 4
  for (f in list(y ~ large + twice, y ~ large + twice | id + year, y ~ x + of_unit | id)) {
    fit <- suppressMessages(fe_reg(f, d))
    expect_false(anyNA(predict(fit, d)))
    new <- d[1:3, ]
    new[[fit$collinear]][1] <- new[[fit$collinear]][1] + 0.5
    expect_identical(is.na(suppressMessages(predict(fit, new))), c(TRUE, FALSE, FALSE))
  }
})

# A row's effects are identified where it is a combination of the sample's rows.
identified_rows <- function(dummies, used) {
  rank <- function(x) qr(x, tol = 1e-9)$rank
  whole <- rank(dummies[used, ])
  vapply(seq_len(nrow(dummies)), function(i) {
    rank(rbind(dummies[used, ], dummies[i, ])) == whole
  }, NA)
}

test_that("sums of three effects, or with slopes, that the sample does not identify are missing", {
  set.seed(3)
  n <- 120
  d <- data.frame(
    a = sample(12, n, TRUE), b = sample(9, n, TRUE), c = sample(8, n, TRUE), x = rnorm(n),
    z = 1e4 + rnorm(n), w = rnorm(n), y = rnorm(n)
  )
  d$c <- ifelse(d$a > 6, d$c, d$c + 10)
  d$used <- runif(n) < .35
  dummies <- function(v) outer(v, unique(v[d$used]), "==") + 0
  cases <- list(
    list(y ~ x | a + b + c, cbind(dummies(d$a), dummies(d$b), dummies(d$c))),
    list(y ~ x | a[z], cbind(dummies(d$a), dummies(d$a) * (d$z - 1e4))),
    list(y ~ x | a[z] + c, cbind(dummies(d$a), dummies(d$a) * (d$z - 1e4), dummies(d$c))),
    list(y ~ x | a[[w]] + b + c, cbind(dummies(d$a) * d$w, dummies(d$b), dummies(d$c)))
  )
  for (case in cases) {
    fit <- suppressMessages(fe_reg(case[[1]], d, subset = ~used))
    used <- seq_len(n) %in% (fit$sample$rows %||% seq_len(n))
    effects <- all.vars(case[[1]][[3]][[3]])
    seen <- Reduce(`&`, lapply(setdiff(effects, c("w", "z")), function(e) {
      d[[e]] %in% d[[e]][used]
    }))
    said <- character()
    value <- withCallingHandlers(predict(fit, newdata = d), message = function(m) {
      said <<- c(said, class(m)[1])
      rlang::cnd_muffle(m)
    })
    expected <- seen & identified_rows(case[[2]], used)
    expect_identical(!is.na(value), expected)
    expect_identical("ccdpanel_message_unidentified" %in% said, any(seen & !expected))
    expect_true(all(expected[used]))
  }
})
