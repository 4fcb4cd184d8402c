# A panel sorted by unit, with gaps in one variable and a unit of one row.
sorted_panel <- function() {
  d <- made_panel()
  d <- d[order(d$id, d$year), ]
  d$gaps <- replace(d$z1, c(3, 50:53, 200), NA)
  d$place <- letters[1 + d$firm]
  rownames(d) <- NULL
  d
}

fit_with <- function(term, d, ..., env = parent.frame()) {
  formula <- stats::as.formula(paste("y ~ x +", term, "| id"), env)
  suppressMessages(fe_reg(formula, d, ...))
}

across <- c(
  "c(NA, a[-length(a)])", "head(c(NA, a), -1)", "c(NA, a[1:(length(a) - 1)])", "rev(a)",
  "stats::filter(a, rep(1 / 3, 3))", "Reduce(`+`, a, accumulate = TRUE)", "order(a)",
  "seq_along(a)", "embed(c(NA, a), 2)[, 2]", "stats::runmed(a, 3)", "I(a - c(NA, a[-length(a)]))",
  "vapply(seq_along(a), function(i) mean(a[max(1, i - 1):i]), 0)", "duplicated(place)",
  "stats::approx(seq_along(gaps)[!is.na(gaps)], gaps[!is.na(gaps)], seq_along(gaps))$y",
  "ave(a, year, FUN = cumsum)", "rank(place, ties.method = 'first')", "a[c(2:288, 1)]",
  "lowess(z1, a)$y"
)

test_that("terms that run from one unit into the next are refused, whatever makes them", {
  d <- sorted_panel()
  for (term in across) {
    expect_error(
      fit_with(term, d, panel = c("id", "year")), "order of the rows",
      class = "ccdpanel_error_panel", label = term
    )
  }
  # Without a panel any variable of the term may name the units.
  by_its_own <- c(
    "duplicated(place)", "ave(a, year, FUN = cumsum)", "rank(place, ties.method = 'first')"
  )
  for (term in setdiff(across, by_its_own)) {
    expect_error(fit_with(term, d), class = "ccdpanel_error_panel", label = term)
  }
  for (package in c("zoo", "data.table", "dplyr")) skip_if_not_installed(package)
  for (term in c(
    "zoo::rollmean(a, 3, fill = NA)", "zoo::na.locf(gaps, na.rm = FALSE)", "zoo::na.approx(gaps)",
    "data.table::frollmean(a, 3)", "data.table::rleid(place)", "dplyr::row_number(year)",
    "data.table::nafill(gaps, 'locf')"
  )) {
    expect_error(
      fit_with(term, d, panel = c("id", "year")), class = "ccdpanel_error_panel", label = term
    )
  }
})

test_that("whole columns, and rows of a unit in their order, are taken as they are", {
  d <- sorted_panel()
  shifted <- function(v, by) ave(v, by, FUN = function(u) c(NA, u[-length(u)]))
  limit <- 0.3
  aligned <- rev(d$a)
  taken <- c(
    "scale(a)", "poly(a, 2)", "ave(a, id)", "I(a - mean(a))", "cut(a, quantile(a), labels = FALSE)",
    "rank(a)", "splines::ns(a, 3)", "prcomp(cbind(a, z1))$x[, 1]", "ave(a, id, FUN = cumsum)",
    "shifted(a, id)", "ave(a, id, FUN = seq_along)", "unsplit(lapply(split(a, id), rev), id)",
    "ecdf(a)(a)", "I(a > limit)", "sapply(a, function(v) v^2)", "sapply(aligned, abs)",
    "ave(a, year, FUN = rank)", "I(!duplicated(id))", "nchar(place)", "findInterval(a, c(-1, 0, 1))"
  )
  for (term in taken) {
    for (panel in list(NULL, c("id", "year"))) {
      d$made <- with(d, eval(str2lang(term)))
      expect_equal(
        unname(coef(fit_with(term, d, panel = panel))), unname(coef(fit_with("made", d))),
        label = term
      )
    }
  }
  # Weights between rows go with both; a function may read the data beside its arguments.
  near <- outer(d$id, d$id, function(i, j) 1 / (1 + abs(i - j)))
  d$summed <- drop(near %*% d$a) + d$z1
  expect_equal(coef(fit_with("I(near %*% a + z1)", d))[[2]], coef(fit_with("summed", d))[[2]])
  before <- function(v) ave(v, d$id, FUN = function(u) c(NA, u[-length(u)]))
  expect_equal(coef(fit_with("before(a)", d))[[2]], coef(fit_with("shifted(a, id)", d))[[2]])
  # In a database rows have no order.
  fetched <- structure(d, fetched = list(mode = "rows"))
  spec <- fe_spec(y ~ ave(a, id, FUN = cumsum) | id, fetched, NULL, NULL, NULL, "stata", 1L, NULL)
  expect_error(
    check_row_order(fe_expressions(spec), spec, NULL), "no order", class = "ccdpanel_error_panel"
  )
})

test_that("every part of a model is looked at, and every way in", {
  d <- sorted_panel()
  refused <- function(...) expect_error(suppressMessages(...), class = "ccdpanel_error_panel")
  refused(fe_reg(rev(y) ~ x, d))
  refused(fe_reg(y ~ x:rev(a), d))
  refused(fe_reg(y ~ x + offset(rev(a)), d))
  refused(fe_reg(y ~ x | id | a ~ rev(z1), d))
  refused(fe_reg(y ~ x | id[rev(z1)], d))
  refused(fe_reg(y ~ x, d, weights = ~ rev(w)))
  refused(fe_reg(y ~ x, d, vcov = ~ rev(firm)))
  refused(system_reg(list(y ~ x, u ~ rev(a)), d, method = "sur"))
  refused(system_reg(list(y ~ a, u ~ a + x), d, instruments = ~ x + rev(z1), method = "2sls"))
  refused(vcov(fe_reg(y ~ x, d), ~ rev(firm)))
  refused(update(fe_reg(y ~ x, d), . ~ . + rev(a)))
  expect_error(
    add_controls(fe_reg(y ~ x, d), ~ rev(a)), "order of the rows", class = "ccdpanel_error"
  )
  # Rows may be chosen by their place, and of levels it counts which rows share one.
  expect_identical(nobs(fe_reg(y ~ x, d, subset = ~ seq_along(x) > 88)), 200L)
  expect_equal(
    coef(suppressMessages(fe_reg(y ~ x | match(id, unique(id)), d))),
    coef(suppressMessages(fe_reg(y ~ x | id, d)))
  )
})

test_that("a term that is another each time is refused, and the user's random numbers stay", {
  d <- sorted_panel()
  for (term in c("jitter(a)", "rnorm(length(a))", "sample(a)")) {
    expect_error(fit_with(term, d), "each time", class = "ccdpanel_error_evaluate", label = term)
  }
  set.seed(4)
  expected <- runif(2)
  set.seed(4)
  fit_with("ave(a, id)", d)
  expect_identical(runif(2), expected)
})

test_that("of many rows few are tried", {
  d <- sorted_panel()
  d <- d[rep(seq_len(nrow(d)), 50), ]
  d$id <- d$id + 100 * rep(1:50, each = 288)
  d$gaps <- replace(d$a, 9000, NA)
  rows <- 0
  counted <- function(v) {
    rows <<- rows + length(v)
    v
  }
  expect_identical(names(coef(fit_with("counted(a)", d)))[2], "counted(a)")
  expect_lt(rows - nrow(d), 4000)
  filled <- function(v) ifelse(is.na(v), c(0, v[-length(v)]), v)
  expect_error(fit_with("filled(gaps)", d), class = "ccdpanel_error_panel")
  expect_identical(nobs(fit_with("ave(gaps, id, FUN = filled)", d)), nobs(fit_with("a", d)))
})

test_that("the orders that units are tried in keep the rows of each as they are", {
  set.seed(3)
  unit <- sample(5, 40, TRUE)
  orders <- orders_of_units(unit)
  for (order in orders) {
    expect_setequal(order, seq_along(unit))
    expect_true(all(vapply(split(order, unit[order]), function(rows) !is.unsorted(rows), NA)))
  }
  # The first rows of all units come before the second.
  within <- stats::ave(seq_along(unit), unit, FUN = seq_along)
  expect_false(is.unsorted(within[orders[[2]]]))
})

test_that("formulas as deep as R reads them are looked through", {
  deep <- quote(x)
  for (k in 1:40) deep <- bquote(.(k / 10) + (.(deep)) / 2)
  expect_identical(called_terms(list(deep)), list())
  deep <- bquote(I(.(deep)) + log(x) * (f(y) - log(x)))
  expect_identical(called_terms(list(deep)), list(quote(log(x)), quote(f(y))))
})
