test_that("the covariance of single rows is the sandwich written out", {
  con <- sqlite()
  d <- na.omit(uneven_firms())
  d$small <- d$size - 1e8
  x <- model.matrix(~ small + digital + kind:digital + factor(industry) + factor(year), d)
  x <- x[, qr(x)$pivot[seq_len(qr(x)$rank)]]
  u <- qr.resid(qr(x), d$output)
  v <- solve(crossprod(x)) %*% crossprod(x * u) %*% solve(crossprod(x))
  fit <- fe_reg(
    output ~ small + digital + kind:digital | industry + year, stored(con, d), vcov = "HC0",
    remote = "cells"
  ) |> suppressMessages()
  alone <- intersect(names(coef(fit)), colnames(x))
  expect_gte(length(alone), 2)
  expect_lt(relative(sqrt(diag(vcov(fit))[alone]), sqrt(diag(v)[alone])), 1e-10)
})

test_that("without the right to make a table the cells are written into the query", {
  con <- sqlite()
  table <- stored(con, state_capital)
  own <- fe_reg(log(output) ~ unemployment | region + year, table, vcov = "HC1", remote = "cells")
  old <- options(ccdpanel.remote_keep = FALSE)
  on.exit(options(old), add = TRUE)
  DBI::dbExecute(con, "PRAGMA query_only = ON")
  inline <- fe_reg(log(output) ~ unemployment | region + year, table, vcov = "HC1",
    remote = "cells")
  DBI::dbExecute(con, "PRAGMA query_only = OFF")
  expect_true(any(grepl("VALUES|UNION ALL", inline$remote$queries$sql)))
  expect_equal(vcov(inline), vcov(own), tolerance = 1e-11)
})

test_that(
  "values that changed since the fit, of as many rows, are an error and not another's errors", {
  con <- sqlite()
  set.seed(26)
  d <- data.frame(g = rep(1:5, 24), h = rep(1:4, each = 30), x = rnorm(120), z = rnorm(120))
  d$a <- d$z + rnorm(120)
  d$y <- d$x + d$a + rnorm(120)
  table <- stored(con, d)
  for (changed in c("x = x * 2", "x = x + 1", "y = -y")) {
    stored(con, d)
    fit <- fe_reg(y ~ x | g, table, remote = "cells")
    expect_equal(vcov(fit, "HC1"), vcov(fe_reg(y ~ x | g, d), "HC1"), tolerance = 1e-10)
    fit <- fe_reg(y ~ x + z | g, table, remote = "cells")
    iv <- fe_reg(y ~ x | g | a ~ z, table, remote = "cells")
    DBI::dbExecute(con, paste("UPDATE firms SET", changed, "WHERE h = 1"))
    expect_error(vcov(fit, "HC1"), class = "ccdpanel_error_changed")
    expect_error(weak_iv(iv, vcov = "HC1"), class = "ccdpanel_error_changed")
  }
})
