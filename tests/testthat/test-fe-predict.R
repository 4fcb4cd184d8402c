test_that("fitted and predicted values equal those of dummies", {
  d <- made_panel()
  fit <- fe_reg(y ~ x + poly(a, 2) | id + year, d)
  dummies <- stats::lm(y ~ x + poly(a, 2) + factor(id) + factor(year), d)
  expect_equal(fitted(fit), unname(fitted(dummies)), tolerance = 1e-9)
  expect_equal(predict(fit), fitted(fit))
  rows <- c(7, 3, 90)
  expect_equal(predict(fit, d[rows, ]), unname(predict(dummies, d[rows, ])), tolerance = 1e-9)
})

test_that("a level that was not seen gives a missing prediction, counted", {
  d <- made_panel()
  fit <- fe_reg(y ~ x | id + year, d)
  new <- transform(d[1:3, ], id = c(id[1], 777, 778))
  expect_message(p <- predict(fit, new), "2 of 3 rows", class = "ccdpanel_message_unseen")
  expect_identical(is.na(p), c(FALSE, TRUE, TRUE))
  expect_error(predict(fit, d["y"]), class = "ccdpanel_error_column")
})

test_that("without effects, with an offset, with instruments", {
  d <- made_panel()
  f <- y ~ x + factor(firm) + offset(z1 / 2)
  expect_equal(
    predict(fe_reg(f, d), d[1:9, ]), unname(predict(stats::lm(f, d), d[1:9, ])), tolerance = 1e-9
  )
  iv <- fe_reg(y ~ x | 0 | a ~ z1 + z2, d)
  expect_equal(
    predict(iv, d[1:4, ]), drop(cbind(1, d$x, d$a)[1:4, ] %*% coef(iv)), tolerance = 1e-12
  )
})

test_that("combinations of levels are told apart whatever their names", {
  e <- expand.grid(
    a = c("1", "1.2", "1 ^ 2"), b = c("2.3", "3", "2 ^ 3"), r = 1:6, stringsAsFactors = FALSE
  )
  e$x <- sin(seq_len(nrow(e)))
  e$y <- e$x + match(paste(e$a, e$b, sep = "|"), unique(paste(e$a, e$b, sep = "|")))
  e$y <- e$y + cos(seq_len(nrow(e))^2)
  fit <- fe_reg(y ~ x | a^b, e)
  expect_equal(predict(fit, e), fitted(fit), tolerance = 1e-10)
})

test_that("levels of a factor that the sample has not: missing, counted and named", {
  d <- made_panel()
  d$kind <- paste0("k", d$firm %% 3)
  fit <- fe_reg(y ~ x + kind | id, d)
  new <- transform(d[1:4, ], kind = c("k1", "new", "k2", NA), id = c(id[1:3], id[4]))
  expect_message(p <- predict(fit, new), "kind \\(new: 1\\)", class = "ccdpanel_message_unseen")
  expect_identical(is.na(p), c(FALSE, TRUE, FALSE, TRUE))
  expect_equal(p[c(1, 3)], unname(stats::predict(
    stats::lm(y ~ x + kind + factor(id), d), new[c(1, 3), ]
  )), tolerance = 1e-9)
  effects <- transform(d[1:3, ], id = c(900, 901, 900))
  expect_message(predict(fit, effects), "id \\(900, 901: 3\\)")
})

test_that("levels of two effects that no row links have no prediction, whatever the order", {
  d <- made_panel()
  apart <- rbind(d, transform(d, id = id + 1000, year = year + 100))
  new <- data.frame(id = c(d$id[1], d$id[1]), year = d$year[1] + c(0, 100), x = 0)
  for (f in list(y ~ x | id + year, y ~ x | year + id)) {
    fit <- fe_reg(f, apart)
    expect_message(
      out <- predict(fit, new), "1 of 2 rows have no prediction",
      class = "ccdpanel_message_unidentified"
    )
    expect_identical(is.na(out), c(FALSE, TRUE))
  }
  full <- stats::lm(y ~ x + factor(id) + factor(year), d)
  expect_equal(out[1], unname(predict(full, new[1, ])), tolerance = 1e-9)
})

test_that("a variable of another kind in new data is an error, not an empty prediction", {
  d <- state_capital
  d$late <- d$year > 1975
  fit <- fe_reg(log(output) ~ water + late + region, d)
  new <- d[1:2, ]
  new$late <- 1
  expect_error(predict(fit, new), "late was logical", class = "ccdpanel_error_regressor")
  new <- d[1:2, ]
  new$water <- new$water > 0
  expect_error(predict(fit, new), "water was numeric", class = "ccdpanel_error_regressor")
  plain <- fe_reg(log(output) ~ water, d)
  expect_equal(predict(plain, new), rep(sum(coef(plain)), 2))
  new$water <- cbind(1:2, 3:4)
  expect_error(predict(plain, new), "matrix", class = "ccdpanel_error_regressor")
  sys <- system_reg(list(a = log(output) ~ water + late, b = log(water) ~ late), d, method = "sur")
  new <- d[1:2, ]
  new$late <- 1
  expect_error(predict(sys, new), class = "ccdpanel_error_regressor")
})


test_that("missing values, unknown levels and levels apart are counted apart", {
  d <- state_capital
  d$size <- factor(ifelse(d$water > 1000, "large", "small"))
  fit <- fe_reg(log(output) ~ log(water) + unemployment + size | state + year, d)
  new <- d[1:8, ]
  new$state[1] <- "Atlantis"
  new$unemployment[2:3] <- NA
  new$water[4] <- NA
  new$state[5] <- NA
  new$size <- as.character(new$size)
  new$size[6] <- "huge"
  new$size[7] <- NA
  said <- character()
  p <- withCallingHandlers(predict(fit, new), message = function(m) {
    said <<- c(said, stats::setNames(conditionMessage(m), class(m)[1]))
    rlang::cnd_muffle(m)
  })
  expect_identical(which(is.na(p)), 1:7)
  expect_match(
    said[["ccdpanel_message_unseen"]],
    "2 of 8 rows have no prediction, for levels.*size \\(huge: 1\\); state \\(Atlantis: 1\\)"
  )
  expect_match(
    gsub("\\s+", " ", said[["ccdpanel_message_absent"]]),
    paste0(
      "5 of 8 rows have no prediction, for missing values: log\\(water\\) \\(1\\), unemployment ",
      "\\(2\\), size \\(1\\), state \\(1\\)\\."
    )
  )
})

test_that("a missing half of a combination, a slope variable and a lag are missing values", {
  d <- state_capital
  fit <- fe_reg(
    log(output) ~ l(unemployment, 1) | state^region + division[water], d, panel = c("state", "year")
  ) |> suppressMessages()
  new <- d[1:6, ]
  new$region[2] <- NA
  new$water[3] <- NA
  expect_message(
    p <- predict(fit, new),
    paste0(
      "3 of 6 rows .*missing values: l\\(unemployment, 1\\) \\(1\\), water ",
      "\\(1\\),\\s+region \\(1\\)"
    ),
    class = "ccdpanel_message_absent"
  )
  expect_identical(is.na(p), c(TRUE, TRUE, TRUE, FALSE, FALSE, FALSE))
  expect_message(
    expect_message(
      predict(fit, transform(new, state = "Atlantis")), class = "ccdpanel_message_unseen"
    ),
    class = "ccdpanel_message_absent"
  )
})

test_that("a basis that R makes of two rows and more has its prediction of one", {
  d <- made_panel()
  fit <- fe_reg(y ~ poly(x, a, degree = 2), d)
  wanted <- unname(stats::fitted(stats::lm(y ~ poly(x, a, degree = 2), d)))
  expect_equal(predict(fit, d[1, ]), wanted[1])
  expect_equal(predict(fit, d[c(1, 1), ]), wanted[c(1, 1)])
  system <- system_reg(list(s = y ~ poly(x, a, degree = 2), t = a ~ x), d, method = "ols")
  expect_equal(predict(system, d[3, ])[[1]], wanted[3])
})

test_that("a regressor of a large mean and a small spread keeps its digits in predictions", {
  set.seed(1)
  d <- data.frame(id = rep(1:10, 6), time = rep(1:6, each = 10), q = stats::rnorm(60))
  d$x <- 1e8 + stats::rnorm(60) / 1e6
  d$own <- (d$x - 1e8) * 1e6
  d$y <- 3 * d$own + d$q + d$id + stats::rnorm(60)
  new <- d[c(3, 17, 44), ]
  new$x <- new$x + 2^-22
  new$own <- (new$x - 1e8) * 1e6
  for (effects in list(c("id"), c("id", "time"))) {
    right <- paste(c("own", "q", paste0("factor(", effects, ")")), collapse = " + ")
    full <- stats::lm(stats::reformulate(right, "y"), d, weights = id)
    fit <- fe_reg(
      stats::as.formula(paste("y ~ x + q |", paste(effects, collapse = " + "))), d, weights = ~id
    )
    expect_equal(predict(fit, d), unname(stats::fitted(full)), tolerance = 1e-9)
    expect_equal(predict(fit, new), unname(stats::predict(full, new)), tolerance = 1e-9)
  }
})

# Before, the past of every row was that of the first scenario.
test_that("scenarios below one another have lags of their own", {
  d <- made_panel()
  fit <- suppressMessages(fe_reg(y ~ l(x, 1:2) + d(a) + u | id, d, panel = c("id", "year")))
  other <- transform(d, x = x^2, a = a + year)
  alone <- suppressMessages(c(predict(fit, d), predict(fit, other)))
  together <- suppressMessages(predict(fit, rbind(d, other)))
  expect_equal(unname(together), unname(alone), tolerance = 1e-12)
  # Of the same values it does not matter which is the past.
  twice <- suppressMessages(predict(fit, rbind(d, d[5:9, ])))
  expect_equal(unname(twice[seq_len(nrow(d))]), unname(alone[seq_len(nrow(d))]), tolerance = 1e-12)
  expect_error(
    suppressMessages(predict(fit, rbind(d, other[5:9, ]))), "several",
    class = "ccdpanel_error_panel"
  )
})
