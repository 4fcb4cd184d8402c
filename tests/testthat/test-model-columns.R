env <- globalenv()

test_that("plain numeric terms need no model frame, anything else goes through model.matrix", {
  d <- made_panel()
  plain <- evaluate_part(quote(x + log(w) + I(a^2)), d, env)
  expect_null(plain$frame)
  expect_identical(plain$values[["I(a^2)"]], d$a^2)
  for (f in c("x:a", "factor(firm)", "poly(x, 2)", "x * a", "firm > 3")) {
    expect_false(is.null(evaluate_part(str2lang(f), d, env)$frame), label = f)
  }
})

test_that("columns equal model.matrix, unused levels gone", {
  d <- made_panel()
  d$g <- factor(d$firm, levels = 0:20)
  rows <- which(d$firm > 3)
  part <- expand_part(evaluate_part(quote(g * x), d, env), rows)
  wanted <- stats::model.matrix(~ g * x, droplevels(d[rows, ]))[, -1]
  expect_identical(names(part$columns), colnames(wanted))
  expect_equal(unname(do.call(cbind, part$columns)), unname(wanted), ignore_attr = TRUE)
})

test_that("a kept part gives the same columns on other data: poly and factors keep their coding", {
  d <- made_panel()
  part <- expand_part(evaluate_part(quote(poly(x, 2) + factor(firm)), d, env), NULL)
  again <- part_on(part_recipe(part), d[5:9, ], env)
  expect_equal(again$columns[["poly(x, 2)2"]], part$columns[["poly(x, 2)2"]][5:9])
  expect_equal(again$columns[["factor(firm)7"]], part$columns[["factor(firm)7"]][5:9])
})

test_that("a variable of another length is named", {
  d <- made_panel()
  expect_error(evaluate_part(quote(x + c(1, 2)), d, env), class = "ccdpanel_error_evaluate")
  expect_error(evaluate_part(quote(x:z + stop("no")), d, env), class = "ccdpanel_error_evaluate")
})

test_that("a sum of columns is read as terms() reads it", {
  d <- made_panel()
  d$whole <- seq_len(nrow(d))
  d$as_is <- I(d$x)
  d$f <- d$a
  d$truth <- d$x > 0
  d[["new x"]] <- d$z1
  f <- abs
  here <- environment()
  for (text in c("x + a", "x + a + x", "whole + as_is", "(x + a)", "+x + a", "f(x) + +a", "x + f", "`new x` + a", "1 + x", "x + 1", "truth + x", "x - 1", "x + a - a", "x")) {
    expr <- str2lang(text)
    part <- expand_part(evaluate_part(expr, d, here), NULL)
    tt <- stats::terms(rlang::new_formula(NULL, expr, here))
    matrix <- stats::model.matrix(tt, stats::model.frame(tt, d))
    expect_identical(part$intercept, attr(tt, "intercept") == 1, label = text)
    kept <- colnames(matrix) != "(Intercept)"
    wanted <- lapply(which(kept), function(j) as.double(matrix[, j]))
    if (text != "x - 1") expect_identical(part$columns, stats::setNames(wanted, colnames(matrix)[kept]), label = text)
  }
})
