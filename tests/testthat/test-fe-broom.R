test_that("tidy and glance are what broom's users expect", {
  d <- made_panel()
  fit <- fe_reg(y ~ x + a | id, d, vcov = ~firm)
  t <- tidy(fit, conf.int = TRUE)
  expect_named(t, c(
    "term", "estimate", "std.error", "statistic", "p.value", "conf.low", "conf.high"
  ))
  expect_equal(t$std.error, unname(sqrt(diag(vcov(fit)))))
  expect_equal(tidy(fit, vcov = "iid")$std.error, unname(sqrt(diag(vcov(fit, "iid")))))
  g <- glance(fit)
  expect_equal(g$nobs, nrow(d))
  full <- summary(stats::lm(y ~ x + a + factor(id), d))
  expect_equal(
    c(g$r.squared, g$adj.r.squared, g$sigma), c(full$r.squared, full$adj.r.squared, full$sigma),
    tolerance = 1e-9
  )
  within <- summary(stats::lm(
    residuals(
      stats::lm(y ~ factor(id), d)
    ) ~ residuals(stats::lm(x ~ factor(id), d)) + residuals(stats::lm(a ~ factor(id), d))
  ))
  expect_equal(g$within.r.squared, within$r.squared, tolerance = 1e-9)
  skip_if_not_installed("broom")
  expect_identical(broom::tidy(fit), tidy(fit))
})

test_that("augment adds fitted values and residuals to the rows of the sample", {
  d <- made_panel()
  d$x[4] <- NA
  fit <- suppressMessages(fe_reg(y ~ x | id | a ~ z1, d))
  both <- augment(fit)
  expect_equal(both$y, both$.fitted + both$.resid)
  expect_identical(nrow(both), nobs(fit))
  d$note <- seq_len(nrow(d))
  with_note <- augment(fit, d)
  expect_identical(with_note$note, d$note[-4])
  expect_identical(with_note[c("y", ".fitted", ".resid")], both[c("y", ".fitted", ".resid")])
  new <- augment(fit, newdata = d[c(9, 2), ])
  expect_identical(new$note, c(9L, 2L))
  expect_equal(new$.fitted, both$.fitted[c(8, 2)])
  expect_error(augment(fit, d[1:5, ]), "newdata", class = "ccdpanel_error_rows")
  expect_error(augment(fit, d, newdata = d), class = "ccdpanel_error_conflict")
})

test_that("texreg's tables, which come by way of broom", {
  skip_if_not_installed("texreg")
  skip_if_not_installed("broom")
  d <- made_panel()
  fit <- fe_reg(y ~ x + a | id, d, vcov = cov_cr2(~firm))
  number <- function(v) sprintf("%.4f", v)
  se <- sqrt(diag(vcov(fit)))
  text <- paste(
    utils::capture.output(print(suppressWarnings(texreg::screenreg(fit, digits = 4)))),
    collapse = "\n"
  )
  expect_match(text, number(coef(fit)[["x"]]), fixed = TRUE)
  expect_match(text, paste0("(", number(se[["x"]]), ")"), fixed = TRUE)
})

test_that("augment gives fitted values to the rows of the fit alone", {
  d <- made_panel()
  d$x[4] <- NA
  fit <- suppressMessages(fe_reg(y ~ x | id, d))
  system <- suppressMessages(system_reg(list(one = y ~ x, two = u ~ a), d, method = "ols"))
  swapped <- d[c(2, 1, 3:nrow(d)), ]
  changed <- d
  changed$x[7] <- 0
  for (model in list(fit, system)) {
    for (other in list(swapped, changed, d[rev(seq_len(nrow(d))), ], d[c("id", "x")])) {
      expect_error(augment(model, other), class = "ccdpanel_error_rows")
    }
  }
  expect_error(augment(fit, swapped), "\"y\" is another in 2 of", class = "ccdpanel_error_rows")
  # Classes and labels are no other rows, nor is what the sample has not.
  same <- d
  same$id <- factor(same$id)
  same$x <- structure(same$x, label = "a label")
  same$a <- NULL
  same$y[4] <- 100
  expect_equal(augment(fit, same)$.resid, residuals(lm(y ~ x + factor(id), d)), ignore_attr = TRUE)
})

test_that("augment overwrites no column of the user's", {
  d <- made_panel()
  fit <- fe_reg(y ~ x | id, d)
  system <- system_reg(list(one = y ~ x, two = u ~ a), d, method = "ols")
  for (name in c(".fitted", ".resid", ".equation")) {
    other <- d
    other[[name]] <- 1
    clash <- list(
      fit = name != ".equation", new = name == ".fitted", system = TRUE,
      new_system = name != ".resid"
    )
    calls <- list(
      fit = function() augment(fit, other), new = function() augment(fit, newdata = other),
      system = function() augment(system, other),
      new_system = function() augment(system, newdata = other)
    )
    for (call in names(calls)) {
      if (clash[[call]]) {
        expect_error(calls[[call]](), name, class = "ccdpanel_error_name", fixed = TRUE)
      } else {
        expect_true(all(calls[[call]]()[[name]] == 1))
      }
    }
  }
  own <- fe_reg(y ~ x | id, transform(d, .resid = 1))
  expect_error(augment(own), class = "ccdpanel_error_name")
})
