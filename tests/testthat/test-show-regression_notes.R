test_that("Chinese notes say every covariance in Chinese", {
  fit <- fe_reg(log(output) ~ unemployment | state, state_capital, panel = c("state", "year"))
  said <- function(vcov) attr(regression_table(fit, vcov = vcov, language = "zh"), "note")[1]
  expect_match(said(cov_cr2(~state)), "CR2\uff0c\u6309\u5dde\u805a\u7c7b", fixed = TRUE)
  expect_match(said(cov_dk(2)), "\u6ede\u540e2\u671f\uff0c17\u4e2a\u65f6\u671f", fixed = TRUE)
  expect_match(said(cov_nw(3)), "Newey-West\uff0c\u6ede\u540e3\u671f", fixed = TRUE)
  expect_match(said("HC1"), "\u5f02\u65b9\u5dee\u7a33\u5065(HC1)", fixed = TRUE)
})

test_that("a note lists several models with the language's own comma", {
  fits <- lapply(list("HC1", "HC1", "iid"), function(vcov) {
    fe_reg(log(output) ~ unemployment | state, state_capital, vcov = vcov)
  })
  said <- function(...) attr(regression_table(fits[[1]], fits[[2]], fits[[3]], ...), "note")[1]
  expect_match(said(), "(1), (2)", fixed = TRUE)
  expect_match(said(language = "zh"), "(1)\u3001(2)", fixed = TRUE)
})

test_that("a covariance given as a matrix is used and named in both languages", {
  own <- fe_reg(log(output) ~ log(highways) | state + year, state_capital)
  v <- vcov(own, "HC1")
  for (language in c("en", "zh")) {
    table <- regression_table(own, vcov = v, language = language)
    expect_match(
      paste(unlist(table), collapse = " "), sprintf("(%.4f)", sqrt(v[1, 1])), fixed = TRUE
    )
    expect_error(
      summary(own, vcov = v, constant = "reghdfe"), "constant", class = "ccdpanel_error_vcov"
    )
    expect_match(
      paste(attr(table, "note"), collapse = " "),
      c(en = "as given", zh = "\u6240\u7ed9\u77e9\u9635")[[language]], fixed = TRUE
    )
  }
})

test_that("a coefficient without a standard error is said in the note, once and by no other name", {
  fit <- negative_fit()
  expect_true(is.na(sqrt(diag(vcov(fit)))[["x"]]))
  expect_no_warning(table <- regression_table(fit, constant = FALSE))
  expect_match(attr(table, "note"), "Without brackets: no standard error", all = FALSE)
  expect_identical(table[["(1)"]][table$part == "std_error"], "")
  warned <- character()
  withCallingHandlers(fe_constant(fit), warning = function(w) {
    warned <<- c(warned, conditionMessage(w))
    rlang::cnd_muffle(w)
  })
  expect_false(any(grepl(".ccd", warned, fixed = TRUE)))
  plain <- fe_reg(y ~ x | unit, fit$spec$data, vcov = ~unit)
  expect_no_match(attr(regression_table(plain), "note"), "Without brackets")
})
