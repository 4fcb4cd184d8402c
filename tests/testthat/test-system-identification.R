layout_of <- function(endogenous_of, z) {
  list(
    equations = list(
      demand = list(name = "q", x = c("p", "income"), part = list(intercept = TRUE)),
      supply = list(name = "q", x = c("p", "cost", "rain"), part = list(intercept = TRUE))
    ),
    z = z, endogenous = "p", endogenous_of = endogenous_of
  )
}

test_that("order and rank are counted by equation: the textbook's supply and demand", {
  layout <- layout_of(list(demand = "p", supply = "p"), c("income", "cost", "rain"))
  table <- identification_table(layout, NULL)
  expect_equal(table$excluded, c(2, 1))
  expect_identical(table$order, c("overidentified", "just identified"))
  expect_equal(table$rank, c(1, 1))
  expect_equal(table$needed, c(1, 1))
  layout$z <- c("cost", "rain")
  layout$endogenous_of$demand <- c("p", "income")
  expect_error(
    check_identification(identification_table(layout, NULL), layout, NULL), "supply",
    class = "ccdpanel_error_identification"
  )
})

test_that("an equation that passes the order condition may fail the rank condition", {
  # Greene's example: two other equations that share everything this one leaves out.
  d <- made_panel()
  d$y1 <- d$x + d$u
  d$y2 <- d$z1 + d$z2 + d$a
  d$y3 <- d$z1 - d$z2 + d$w
  eqs <- list(e1 = y1 ~ y2 + y3 + x, e2 = y2 ~ y1 + x + z1, e3 = y3 ~ y1 + z1 + w)
  # e1 leaves out z1 and w; e2 and e3 have z1, e3 has w: rank 2
  expect_equal(suppressMessages(system_reg(eqs, d))$identification$rank, c(2, 2, 2))
  eqs <- list(e1 = y1 ~ y2 + y3 + w, e2 = y2 ~ y1 + x + z1 + z2, e3 = y3 ~ y2)
  expect_snapshot_output(what_is_said(system_reg(eqs, d)))
  expect_error(system_reg(eqs, d, method = "2sls"), class = "ccdpanel_error_identification")
  expect_equal(suppressMessages(system_reg(eqs, d, method = "ols"))$identification$rank[1], 1)
})

test_that(
  "Klein's Model I with its identities: eight endogenous variables, every equation overidentified",
  {
  data <- data_of("KleinI", "systemfit")
  data$capital <- data$capitalLag + data$invest
  fit <- suppressMessages(system_reg(klein_equations, data, identities = klein_identities))
  expect_setequal(fit$instruments, c(
    "corpProfLag", "capitalLag", "gnpLag", "trend", "govExp", "taxes", "govWage"
  ))
  given <- suppressMessages(system_reg(
    klein_equations, data, ~ govExp + taxes + govWage + trend + capitalLag + corpProfLag + gnpLag
  ))
  expect_equal(coef(fit), coef(given), tolerance = 1e-10)
  expect_equal(fit$identification$rank, rep(6, 3))
  expect_equal(fit$identification$needed, rep(6, 3))
  expect_true(all(is.na(given$identification$rank)))
  expect_message(
    system_reg(klein_equations, data, identities = klein_identities), "dropped|missing|Left out"
  )
  expect_message(
    suppressMessages(system_reg(
      klein_equations, data, ~ govExp + taxes + govWage + trend + capitalLag + corpProfLag + gnpLag
    ), "ccdpanel_message_dropped"),
    "corpProf", class = "ccdpanel_message_incomplete"
  )
})

test_that(
  paste0(
    "a variable that is dependent twice, with no other to be determined, is an error; in least ",
    "squares it is said"
  ),
  {
  d <- made_panel()
  expect_error(system_reg(list(e1 = y ~ x, e2 = y ~ z1), d), class = "ccdpanel_error_equations")
  expect_message(
    system_reg(list(e1 = y ~ x, e2 = y ~ z1), d, method = "sur"), "e1",
    class = "ccdpanel_message_dependent"
  )
})

test_that("an instrument that is an own regressor in another unit is none", {
  d <- made_panel()
  d$y2 <- d$y + d$z2 + d$w
  d$hundreds <- d$x / 100
  # `hundreds` is the equation's x: of the instruments x, z1, w and z2 it leaves z1 and w.
  eqs <- list(two = y2 ~ y + x + z1 + w, one = y ~ y2 + hundreds + z2)
  for (v in list("iid", ~id)) {
    fit <- suppressMessages(system_reg(eqs, d, fe = ~id, method = "2sls", vcov = v))
    expect_identical(fit$identification$excluded, c(1L, 2L))
    expect_identical(fit$identification$excluded_names[2], "z1, w")
    single <- fe_reg(y ~ hundreds + z2 | id | y2 ~ z1 + w, d, vcov = v)
    expect_equal(
      weak_iv(fit[["one"]])$statistic, weak_iv(single)$statistic, tolerance = 1e-9
    )
  }
})
