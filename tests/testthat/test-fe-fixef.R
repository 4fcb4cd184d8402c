test_that(
  "fixef: effects of dummies up to normalisation, later effects start at zero in each component", {
  d <- made_panel()
  fit <- fe_reg(y ~ x | id + year, d)
  e <- fixef(fit)
  expect_identical(names(e), c("id", "year"))
  expect_equal(e$year[[1]], 0)
  dummies <- coef(stats::lm(y ~ x + factor(id) + factor(year), d))
  expect_equal(unname(e$year[-1]), unname(dummies[grep("year", names(dummies))]), tolerance = 1e-8)
  expect_equal(e$id[["5"]], dummies[["(Intercept)"]] + dummies[["factor(id)5"]], tolerance = 1e-8)
  # two components: the units of one never meet the years of the other
  apart <- rbind(d, transform(d, id = id + 1000, year = year + 100))
  e <- fixef(fe_reg(y ~ x | id + year, apart))
  expect_equal(unname(e$year[c("2001", "2101")]), c(0, 0))
})

test_that("fixef says how many components its effects form", {
  d <- made_panel()
  expect_identical(attr(
    fixef(fe_reg(y ~ x | id + year + firm, d)), "components"
  )$components, c(1L, 1L))
  apart <- rbind(d, transform(d, id = id + 1000, year = year + 100))
  made <- attr(fixef(fe_reg(y ~ x | id + year, apart)), "components")
  expect_identical(made$components, 2L)
  expect_null(attr(fixef(fe_reg(y ~ x | id, d)), "components"))
})

test_that("levels of labelled codes print by their labels and are named by their codes", {
  d <- made_panel()
  codes <- sort(unique(d$id))
  d$id <- structure(
    as.double(d$id), labels = stats::setNames(as.double(codes), paste0("Unit-", codes)),
    class = c("haven_labelled", "vctrs_vctr", "double")
  )
  formula <- y ~ x | id + year
  fits <- list(fe_reg(formula, d), fe_reg(formula, d, panel = c("id", "year")))
  for (fit in fits) {
    effects <- fixef(fit)
    expect_identical(names(effects$id), as.character(codes))
    top <- names(which.max(effects$id))
    expect_output(print(effects), paste0("(Unit-", top, ")"), fixed = TRUE)
  }
  expect_identical(names(attr(effects, "labels")), "id")
})
