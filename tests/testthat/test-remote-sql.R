test_that("a query is of quoted names and translated expressions only", {
  con <- sqlite()
  source <- list2env(list(con = con, words = new.env()))
  sql <- ccdpanel:::sql_select(
    source, "t", list(`a"b` = quote(sum(`x y`, na.rm = TRUE)), c = quote(c)),
    where = quote(s == "it's"), keys = "select"
  )
  expect_identical(gsub("\\s+", " ", sql), paste(
    "SELECT `select`, SUM(`x y`) AS `a\"b`, `c` FROM t WHERE `s` = 'it''s' GROUP BY `select`"
  ))
})

test_that("columns whose products are more than an engine returns are asked in parts", {
  set.seed(3)
  d <- as.data.frame(matrix(stats::rnorm(300 * 81), 300))
  names(d) <- c("y", paste0("x", 1:80))
  d$g <- rep(1:10, 30)
  d$h <- rep(1:30, 10)
  formula <- stats::as.formula(paste("y ~", paste0("x", 1:80, collapse = " + "), "| g"))
  con <- sqlite()
  for (vcov in list("HC1", ~h)) {
    there <- fe_reg(formula, stored(con, d), vcov = vcov, remote = "cells")
    here <- fe_reg(formula, d, vcov = vcov)
    expect_equal(coef(there), coef(here), tolerance = 1e-9)
    expect_equal(vcov(there), vcov(here), tolerance = 1e-9, ignore_attr = TRUE)
  }
})
