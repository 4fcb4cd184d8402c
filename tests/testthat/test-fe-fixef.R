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

test_that("zero is the first level in order, whatever the order of the rows, in a database too", {
  set.seed(25)
  d <- data.frame(id = rep(12:1, 10), year = rep(10:1, each = 12), x = rnorm(120))
  d$kind <- c("low", "mid", "high")[1 + (d$id * d$year) %% 3]
  d$region <- c("west", "east")[1 + d$id %% 2]
  d$y <- d$x + d$id / 3 + rnorm(120)
  shuffled <- d[sample(120), ]
  con <- sqlite()
  for (formula in list(
    y ~ x | year + id + kind, y ~ x | year + id + region, y ~ x | id^region + year + id + region
  )) {
    fit <- fe_reg(formula, d)
    effects <- fixef(fit)
    zeros <- c(year = "1", id = "1", kind = "high", region = "east")[names(effects)[-1]]
    expect_equal(
      unname(Map(function(effect, zero) effect[[zero]], effects[-1], zeros)),
      rep(list(0), length(zeros)), tolerance = 1e-10
    )
    in_names <- function(fit) lapply(unclass(fixef(fit)), function(v) v[order(names(v))])
    again <- in_names(fe_reg(formula, shuffled))
    expect_equal(again, in_names(fit), tolerance = 1e-9, ignore_attr = TRUE)
    table <- in_names(fe_reg(formula, stored(con, d)))
    expect_equal(table, again, tolerance = 1e-9, ignore_attr = TRUE)
  }
  # Nested in ids, regions have nothing left.
  expect_equal(unname(unclass(fixef(fe_reg(y ~ x | year + id + region, d))$region)), c(0, 0))
})
