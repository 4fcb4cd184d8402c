test_that("augment stacks the equations, each as augment has it of one", {
  d <- two_equations(made_panel())
  d$x[4] <- NA
  d$word <- letters[d$firm]
  fit <- suppressMessages(system_reg(list(e1 = y1 ~ a + x, e2 = y2 ~ y1 + z1), d, fe = ~id))
  long <- augment(fit)
  expect_identical(names(long), c(".equation", names(d), ".fitted", ".resid"))
  expect_identical(long$.equation, rep(c("e1", "e2"), each = nobs(fit)))
  for (name in c("e1", "e2")) {
    block <- long[long$.equation == name, ]
    expect_equal(block[-1], augment(fit[[name]]), ignore_attr = TRUE)
    expect_equal(block$.resid, unname(residuals(fit)[, name]))
    expect_equal(block[[c(e1 = "y1", e2 = "y2")[[name]]]], block$.fitted + block$.resid)
    expect_identical(block$word, d$word[-4])
  }
  d$note <- seq_len(nrow(d))
  expect_identical(augment(fit, d)$note, rep(d$note[-4], 2))
  new <- augment(fit, newdata = d[c(9, 2), ])
  expect_identical(new$note, c(9L, 2L, 9L, 2L))
  expect_equal(new$.fitted, as.vector(fitted(fit)[c(8, 2), ]))
  expect_false(".resid" %in% names(new))
  expect_error(augment(fit, d[1:5, ]), "newdata", class = "ccdpanel_error_rows")
  expect_error(augment(fit, d, newdata = d), class = "ccdpanel_error_conflict")
  skip_if_not_installed("broom")
  expect_identical(broom::augment(fit), long)
})

test_that("tidy and glance of a system: rows of coefficients by equation, and one row", {
  data <- data_of("Kmenta", "systemfit")
  fit <- system_reg(kmenta, data, kmenta_z)
  t <- tidy(fit, conf.int = TRUE, vcov = "HC0")
  expect_identical(t$equation, rep(c("demand", "supply"), 3:4))
  expect_identical(paste(t$equation, t$term, sep = "_"), names(coef(fit)))
  expect_equal(t$std.error, unname(sqrt(diag(vcov(fit, "HC0")))))
  expect_identical(glance(fit)$nobs, nobs(fit))
  expect_identical(nrow(glance(fit)), 1L)
})
