test_that("a data table that was changed in place is not taken for that of the fit", {
  skip_if_not_installed("data.table")
  plain <- made_panel()
  keys <- c("id", "year")
  table <- fit <- system <- NULL
  again <- function() {
    table <<- data.table::as.data.table(plain)
    fit <<- suppressMessages(fe_reg(y ~ x | id, table, vcov = ~id, panel = keys))
    system <<- system_reg(list(a = y ~ x, b = u ~ w), table, method = "sur")
  }
  plain$u <- plain$x + plain$a
  first <- function(name, value, i = NULL) data.table::set(table, i, name, value)
  changes <- list(
    quote(first("y", 2 * table$y)), quote(first("x", 0, 5L)),
    quote(first("id", table$id[1], nrow(table))), quote(data.table::setorder(table, -year, x)),
    quote(data.table::setkeyv(table, "x")), quote(first("x", NULL)), quote(first("x", NA_real_, 9L))
  )
  looks <- list(
    quote(vcov(fit, "HC1")), quote(fitted(fit)), quote(predict(fit, plain)),
    quote(wild_bootstrap(fit, "x", draws = 19)), quote(model.frame(fit)), quote(augment(fit))
  )
  for (change in changes) {
    again()
    eval(change)
    for (look in looks) {
      expect_error(eval(look), "changed in place", class = "ccdpanel_error_changed")
    }
    expect_output(print(summary(fit)), "x")
  }
  again()
  first("u", 0)
  expect_error(vcov(system, "HC0"), "\"u\"", class = "ccdpanel_error_changed")
  # Columns that the fit does not use, and a copy, are free.
  kept <- suppressMessages(fe_reg(y ~ x | id, plain))
  expect_equal(vcov(fit, "HC1"), vcov(kept, "HC1"))
  first("new", 1)
  expect_equal(predict(fit, plain), predict(kept, plain))
  expect_equal(coef(by_group(fit, ~ w > 1)[[1]]), coef(by_group(kept, ~ w > 1)[[1]]))
})
