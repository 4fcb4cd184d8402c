quiet <- function(...) suppressMessages(system_reg(...))

test_that("equations without a constant, weights, factors, subset, lags", {
  d <- two_equations(made_panel())
  d$firm <- factor(d$firm)
  eqs <- list(e1 = y1 ~ 0 + y2 + x, e2 = y2 ~ y1 + z1 + z2)
  skip_if_not_installed("systemfit")
  theirs <- systemfit::systemfit(
    eqs, "3SLS", inst = ~ x + z1 + z2, data = d, methodResidCov = "noDfCor"
  )
  expect_equal(coef(system_reg(eqs, d)), coef(theirs), tolerance = 1e-8)
  eqs <- list(e1 = y1 ~ y2 + x + firm, e2 = y2 ~ y1 + z1 + z2)
  theirs <- systemfit::systemfit(
    eqs, "3SLS", inst = ~ x + firm + z1 + z2, data = d[d$year > 2003, ], methodResidCov = "noDfCor"
  )
  expect_equal(coef(system_reg(eqs, d, subset = ~ year > 2003)), coef(theirs), tolerance = 1e-8)
  eqs <- list(e1 = y1 ~ y2 + x, e2 = y2 ~ y1 + z1 + z2)
  heavy <- transform(d, w = round(w) + 1)
  expect_equal(
    coef(system_reg(eqs, heavy, weights = ~w, sigma = "n")),
    coef(system_reg(eqs, heavy[rep(seq_len(nrow(d)), heavy$w), ])),
    tolerance = 1e-9
  )
  lagged <- quiet(list(e1 = y1 ~ y2 + l(y1), e2 = y2 ~ y1 + l(y2)), d, panel = c("id", "year"))
  expect_setequal(lagged$instruments, c("l(y1)", "l(y2)"))
  expect_gt(lagged$sample$counts$missing, 0)
})

test_that("equations that alone could use more rows are said, with their counts", {
  d <- two_equations(made_panel())
  d$x[1:3] <- NA
  d$z1[5] <- NA
  expect_message(
    system_reg(list(e1 = y1 ~ y2 + x, e2 = y2 ~ y1 + z1), d), "Left out",
    class = "ccdpanel_message_dropped"
  )
  n <- nrow(d)
  expect_message(
    suppressMessages(
      system_reg(list(e1 = y1 ~ x, e2 = y2 ~ z1), d, method = "sur"), "ccdpanel_message_dropped"
    ),
    paste0("alone they could use ", n - 3, " \\(e1\\), ", n - 1, " \\(e2\\)"),
    class = "ccdpanel_message_common_sample"
  )
})

test_that("names with spaces, of variables and equations", {
  d <- two_equations(made_panel())
  plain <- system_reg(
    list(e1 = y1 ~ y2 + x, e2 = y2 ~ y1 + z1), d, restrictions = "e1_x = 2 * e2_z1"
  )
  names(d)[names(d) == "x"] <- "new x"
  names(d)[names(d) == "y1"] <- "the index"
  fit <- system_reg(
    list(`new quality` = `the index` ~ y2 + `new x`, e2 = y2 ~ `the index` + z1), d,
    restrictions = "new quality_`new x` = 2 * e2_z1"
  )
  expect_equal(unname(coef(fit)), unname(coef(plain)), tolerance = 1e-12)
  expect_equal(names(coef(fit))[3], "new quality_`new x`")
  expect_equal(unname(coef(fit[["new quality"]])), unname(coef(plain)[1:3]), tolerance = 1e-12)
  expect_equal(unname(predict(fit, d)), unname(fitted(fit)), tolerance = 1e-10)
})

test_that("by itself an equation needs its instruments too, where these are other equations'", {
  set.seed(1)
  d <- as.data.frame(matrix(stats::rnorm(40 * 4), 40))
  e <- stats::rnorm(40)
  d$p <- d$V1 + d$V2 + e
  d$q <- d$p + d$V3 + e + stats::rnorm(40)
  d$V2[1:5] <- NA
  d$V4[6:9] <- NA
  eqs <- list(a = q ~ p + V3, b = p ~ q + V2 + V4)
  # a has no gap but in its instruments: none of its rows are lost to b.
  expect_no_message(system_reg(eqs, d), class = "ccdpanel_message_common_sample")
  expect_message(
    system_reg(eqs, d, method = "sur"), "31 rows .* 40 \\(a\\), 31 \\(b\\)",
    class = "ccdpanel_message_common_sample"
  )
  # The same of a name that is no expression.
  odd <- system_reg(list(a = q ~ p + V3, b = p ~ q + V2 + `4 V`), stats::setNames(
    d, replace(names(d), 4, "4 V")
  ))
  expect_equal(odd$sample$alone, c(a = 31, b = 31))
  expect_equal(unname(coef(odd)), unname(coef(system_reg(eqs, d))))
  given <- list(a = ~ V1 + V3, b = ~ V1 + V2 + V3 + V4)
  expect_message(
    system_reg(eqs, d, given), "40 \\(a\\)", class = "ccdpanel_message_common_sample"
  )
})
