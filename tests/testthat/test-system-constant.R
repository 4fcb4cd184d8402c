# A factor with one level in the rows at hand, and a number that no longer changes, are left out and
# named: the fit is the one without them.

rows <- function(n = 200) {
  set.seed(4)
  d <- data.frame(id = rep(1:20, each = n / 20), x1 = rnorm(n), x2 = rnorm(n), z = rnorm(n))
  d$y1 <- d$x1 + rnorm(n)
  d$y2 <- d$x2 + 0.3 * d$y1 + rnorm(n)
  d$g <- factor(rep(c("u", "v"), n / 2))
  d$k <- as.numeric(d$id > 5)
  d
}
with_g <- list(a = y1 ~ y2 + x1 + g, b = y2 ~ y1 + x2)
without <- list(a = y1 ~ y2 + x1, b = y2 ~ y1 + x2)
expect_same <- function(found, expected) {
  expect_equal(coef(found), coef(expected), tolerance = 1e-12)
  expect_equal(vcov(found), vcov(expected), tolerance = 1e-12)
}

test_that("a constant variable is left out of its equation, the instruments and the counts", {
  d <- rows()
  expect_message(
    fit <- system_reg(with_g, d, subset = ~ g == "u"), "constant in these rows.*gu.*\"a\"",
    class = "ccdpanel_message_collinear"
  )
  expect_same(fit, system_reg(without, d, subset = ~ g == "u"))
  expect_identical(fit$collinear, "gu")
  expect_identical(fit$held, list(a = "gu"))
  expect_identical(fit$identification$order, rep("just identified", 2))
  expect_identical(fit[["a"]]$collinear, "gu")
  number <- list(a = y1 ~ y2 + x1 + k, b = y2 ~ y1 + x2)
  for (method in c("ols", "sur", "2sls", "3sls", "liml")) {
    for (fe in list(NULL, ~id)) {
      found <- suppressMessages(system_reg(number, d, subset = ~ k == 1, method = method, fe = fe))
      expect_same(found, system_reg(without, d, subset = ~ k == 1, method = method, fe = fe))
    }
  }
})

test_that("instruments that are constant exclude nothing", {
  d <- rows()
  fit <- suppressMessages(system_reg(
    without, d, instruments = ~ x1 + x2 + g + k, subset = ~ g == "u" & k == 1
  ))
  expect_same(fit, system_reg(
    without, d, instruments = ~ x1 + x2, subset = ~ g == "u" & k == 1
  ))
  expect_identical(fit$identification$excluded, c(1L, 1L))
  expect_identical(fit$held, list(`(instruments)` = c("gu", "k")))
  fit <- suppressMessages(system_reg(
    without, d, instruments = list(a = ~ x1 + x2 + I(2 * x2), b = ~ x1 + x2)
  ))
  # One that depends on others neither.
  expect_identical(fit$identification$order[1], "just identified")
  expect_identical(fit$instruments, c("x1", "x2"))
})

test_that("an interaction with a constant variable is left out where it repeats another column", {
  d <- rows()
  fit <- suppressMessages(system_reg(
    list(a = y1 ~ g * x1, b = y2 ~ x2 + g:x1), d, method = "sur", subset = ~ g == "u"
  ))
  expect_identical(fit$held, list(a = c("gu", "gu:x1")))
  own <- system_reg(
    list(a = y1 ~ x1, b = y2 ~ x2 + x1), d, method = "sur", subset = ~ g == "u"
  )
  expect_equal(unname(coef(fit)), unname(coef(own)), tolerance = 1e-10)
})

test_that("without a constant it is a regressor, and what else is collinear is an error", {
  d <- rows()
  fit <- system_reg(
    list(a = y1 ~ 0 + x1 + k, b = y2 ~ 0 + x2), d, subset = ~ k == 1, method = "ols"
  )
  expect_equal(unname(coef(fit)[1:2]), unname(coef(lm(y1 ~ 0 + x1 + k, d, k == 1))))
  expect_error(
    system_reg(list(a = y1 ~ x1 + I(2 * x1), b = y2 ~ x2), d, method = "sur"),
    class = "ccdpanel_error_collinear"
  )
})

test_that("groups, predictions and prints name it", {
  d <- rows()
  fit <- system_reg(with_g, d)
  groups <- by_group(fit, ~g)
  expect_same(groups[["v"]], system_reg(without, d, subset = ~ g == "v"))
  expect_output(print(groups), "collinear: gu in u; gv in v")
  one <- suppressMessages(system_reg(with_g, d, subset = ~ g == "u"))
  expect_output(print(one), "Constant in these rows: gu (a)", fixed = TRUE)
  expect_message(p <- predict(one, d[1:4, ]), class = "ccdpanel_message_unidentified")
  expect_identical(is.na(p[, "a"]), c(FALSE, TRUE, FALSE, TRUE))
  expect_false(anyNA(p[, "b"]))
})
