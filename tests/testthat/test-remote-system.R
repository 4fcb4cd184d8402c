# Of both fits everything that moments tell.
expect_same_systems <- function(a, b, tolerance = 1e-10) {
  expect_same_estimates(a, b, tolerance)
  expect_equal(a$dof, b$dof)
  # Covariances may be near zero, or are zero where equations are weighed one by one.
  scale <- sqrt(outer(diag(b$sigma), diag(b$sigma)))
  expect_lt(max(abs(a$sigma - b$sigma) / scale), tolerance)
  expect_lt(relative(c(a$r2, a$rss, a$r2_within), c(b$r2, b$rss, b$r2_within)), tolerance)
  expect_lt(relative(a$tss, b$tss), 1e-10)
  expect_equal(a$identification, b$identification)
  expect_equal(a$sample$alone, b$sample$alone)
  expect_equal(a$kappa, b$kappa, tolerance = tolerance)
}

# The same call of a table and of its rows.
expect_same_system <- function(con, data, equations, ..., tolerance = 1e-10) {
  table <- stored(con, data)
  remote <- suppressMessages(system_reg(equations, table, ..., remote = "cells"))
  local <- suppressMessages(system_reg(equations, as.data.frame(dplyr::collect(table)), ...))
  expect_same_systems(remote, local, tolerance)
  invisible(list(remote = remote, local = local))
}

firm_equations <- list(
  output = output ~ digital + size + kind, digital = digital ~ output + z + w:size
)

firms_with_instrument <- function() {
  d <- uneven_firms()
  d$z <- d$digital + cos(seq_along(d$kind))
  d
}
state_equations <- list(
  output = log(output) ~ log(employment) + log(highways) + log(water),
  capital = log(private_capital) ~ log(output) + unemployment + l(unemployment)
)

# Every estimator and covariance, with effects and without.
expect_same_estimators <- function(con, methods) {
  for (method in methods) {
    fits <- expect_same_system(
      con, state_capital, state_equations, fe = ~ region + year, vcov = ~state, method = method,
      panel = c("state", "year"), iterate = method %in% c("3sls", "w2sls"),
      sigma = if (method == "sur") "theil" else "geomean"
    )
    for (v in list("iid", "HC0", ~ state + year)) {
      own <- vcov(fits$local, v)
      expect_lt(relative(sqrt(diag(vcov(fits$remote, v))), sqrt(diag(own))), 1e-10)
    }
  }
}

test_that("estimators and covariances of a system are those of the rows", {
  con <- sqlite()
  expect_same_estimators(con, c("3sls", "sur", "2sls", "ols", "liml", "w2sls", "wls"))
})

test_that("they are on PostgreSQL", {
  con <- postgres()
  expect_same_estimators(con, c("3sls", "liml"))
  fits <- expect_same_system(
    con, firms_with_instrument(), firm_equations, fe = ~ province + year, weights = ~w,
    vcov = ~city, subset = ~ year > 1900
  )
  expect_equal(system_tests(fits$remote), system_tests(fits$local), tolerance = 1e-10)
})

test_that("systems of the published and the real panels are those of the rows", {
  con <- sqlite()
  if (requireNamespace("plm", quietly = TRUE)) {
    data("Cigar", package = "plm", envir = environment())
    expect_same_system(con, Cigar, list(
      sales = log(sales) ~ log(price) + log(ndi), price = log(price) ~ log(pimin) + log(cpi)
    ), method = "sur", fe = ~state, vcov = ~ state + year)
  }
  expect_same_system(con, science_panel(), list(
    grants = log(invention_grants) ~ log(rd_expenditure) + log(hightech_firms),
    spending = log(rd_expenditure) ~ log(invention_grants) + log(budget_science)
  ), fe = ~year, vcov = ~province_zh)
})

test_that("uneven firms with weights, missing values and singletons: as the rows", {
  con <- sqlite()
  d <- firms_with_instrument()
  for (case in list(
    list(fe = ~ province + year + industry, vcov = ~ city + year),
    list(fe = ~ province + industry, vcov = "HC0", weights = ~w),
    list(fe = ~ province[year], vcov = ~city), list(fe = ~ year, weights = ~w, method = "sur"),
    list(vcov = "HC0", instruments = list(~ size + z + kind, ~ size + z + w + city))
  )) {
    arguments <- c(list(con, d, firm_equations, subset = ~ year > 1900 & !is.na(province)), case)
    do.call(expect_same_system, c(arguments, tolerance = if (is.null(case$fe)) 1e-9 else 1e-10))
  }
})

test_that("a column of mean 1e8 and spread 1 keeps its digits, constants included", {
  con <- sqlite()
  d <- na.omit(uneven_firms())
  d$less <- d$size - 1e8
  table <- stored(con, d)
  far <- list(output = output ~ digital + size, digital = digital ~ output + both)
  near <- list(output = output ~ digital + less, digital = digital ~ output + both)
  for (v in list("iid", "HC0", ~city)) {
    a <- system_reg(far, table, vcov = v, remote = "cells")
    b <- system_reg(near, d, vcov = v)
    # The constant is another, by 1e8 times the slope.
    shift <- diag(length(coef(b)))
    shift[1, 3] <- -1e8
    expect_lt(relative(coef(a), shift %*% coef(b)), 1e-10)
    own <- sqrt(diag(shift %*% vcov(b) %*% t(shift)))
    expect_lt(relative(sqrt(diag(vcov(a))), own), 1e-10)
  }
})

test_that("restrictions, offsets, products, factors and variants are those of the rows", {
  con <- sqlite()
  both <- function(...) expect_same_system(con, state_capital, ...)
  klein <- list(
    output = log(output) ~ log(employment) + log(highways):region + factor(division),
    jobs = log(employment) ~ log(water) + unemployment + offset(log(private_capital))
  )
  both(klein, vcov = "HC0")
  both(klein, fe = ~year, vcov = ~state)
  plain <- list(
    output = log(output) ~ log(employment) + log(highways),
    jobs = log(employment) ~ log(output) + unemployment
  )
  apart <- list(
    output = log(output) ~ log(private_capital) + log(highways) + unemployment,
    jobs = log(employment) ~ log(highways) + log(water)
  )
  equal <- c(
    "output_log(highways) = jobs_log(highways)", "output_log(private_capital) + jobs_log(water) = 1"
  )
  both(apart, method = "sur", vcov = "HC0", restrictions = equal)
  both(apart, method = "sur", fe = ~region, vcov = ~state, restrictions = equal, iterate = TRUE)
  both(list(a = log(output) ~ 0 + log(water) + unemployment, b = log(employment) ~ log(water)),
    method = "sur", vcov = "HC0")
  for (variant in c("gmm", "gls", "iv", "schmidt", "eviews")) {
    both(plain, variant = variant, fe = ~region, vcov = if (variant == "gmm") "HC0" else "iid",
      instruments = list(
        output = ~ log(highways) + unemployment + log(water), jobs = ~ unemployment + log(water)
      ))
  }
})

test_that("identities are looked at where the rows are", {
  skip_if_not_installed("systemfit")
  con <- sqlite()
  data("KleinI", package = "systemfit", envir = environment())
  equations <- list(
    consump = consump ~ corpProf + corpProfLag + wages, invest = invest ~ corpProf + corpProfLag +
      capitalLag, privWage = privWage ~ gnp + gnpLag + trend
  )
  identities <- list(
    gnp ~ consump + invest + govExp, corpProf ~ gnp - taxes - privWage, wages ~ privWage + govWage
  )
  fits <- expect_same_system(con, KleinI, equations, identities = identities, tolerance = 1e-10)
  expect_equal(reduced_form(fits$remote), reduced_form(fits$local), tolerance = 1e-10)
  lags <- c(corpProfLag = "corpProf", gnpLag = "gnp")
  own <- suppressWarnings(multipliers(fits$local, lags = lags))
  expect_equal(suppressWarnings(multipliers(fits$remote, lags = lags)), own, tolerance = 1e-10)
  identities[[1]] <- gnp ~ consump + invest - govExp
  expect_warning(
    system_reg(equations, stored(con, KleinI), identities = identities, remote = "cells"),
    "largest gap", class = "ccdpanel_warning_identities"
  )
})

test_that("what a system answers to needs no rows: tests, equations, tables, predictions", {
  con <- sqlite()
  for (case in list(
    list(method = "3sls", fe = ~ region + year), list(method = "sur", weights = ~highways),
    list(method = "sur", iterate = TRUE), list(method = "3sls", fe = ~year, weights = ~water)
  )) {
    equations <- state_equations
    if (case$method == "sur") {
      equations$output <- log(output) ~ unemployment + log(highways) + log(water)
      equations$capital <- log(private_capital) ~ log(water) + unemployment + l(unemployment)
    }
    fits <- do.call(expect_same_system, c(list(
      con, state_capital, equations, panel = c("state", "year"), vcov = ~state
    ), case))
    a <- fits$remote
    b <- fits$local
    expect_equal(system_tests(a), system_tests(b), tolerance = 1e-10)
    expect_equal(logLik(a), logLik(b), tolerance = 1e-10)
    expect_equal(generics::glance(a), generics::glance(b), tolerance = 1e-10)
    expect_equal(generics::tidy(a), generics::tidy(b), tolerance = 1e-10)
    equal <- "output_log(highways) = capital_unemployment"
    expect_equal(test_restrictions(a, equal), test_restrictions(b, equal), tolerance = 1e-10)
    expect_equal(confint(a), confint(b), tolerance = 1e-10)
  }
  # The last: by 3SLS.
  expect_equal(weak_iv(a), weak_iv(b), ignore_attr = TRUE, tolerance = 1e-10)
  own <- as.data.frame(regression_table(b))
  own <- own[own$term != "Number of states", ]
  expect_equal(as.data.frame(regression_table(a)), own, ignore_attr = "row.names")
  expect_equal(coef(a[["capital"]]), coef(b[["capital"]]), tolerance = 1e-10)
  made <- as.data.frame(dplyr::collect(predict(a, newdata = stored(con, state_capital))))
  own <- suppressMessages(predict(b, newdata = as.data.frame(state_capital)))
  expect_equal(unname(as.matrix(made[c(".fitted_output", ".fitted_capital")])), unname(own),
    tolerance = 1e-10)
  fits <- expect_same_system(con, state_capital, state_equations, fe = ~region,
    panel = c("state", "year"))
  own <- nlme::fixef(fits$local)$capital$region
  expect_equal(nlme::fixef(fits$remote)$capital$region[names(own)], own, tolerance = 1e-10)
})

test_that("rows are fetched where cells are many, and what needs rows says so", {
  con <- sqlite()
  table <- stored(con, state_capital)
  panel <- c("state", "year")
  many <- system_reg(state_equations, table, fe = ~ state + year, panel = panel)
  expect_identical(many$remote$mode, "rows")
  expect_equal(residuals(many), residuals(suppressMessages(
    system_reg(state_equations, as.data.frame(state_capital), fe = ~ state + year, panel = panel)
  )))
  few <- suppressMessages(system_reg(state_equations, table, fe = ~ region + year, panel = panel))
  expect_identical(few$remote$mode, "cells")
  expect_output(print(few), "sums by 64 cells, made in the database", fixed = TRUE)
  expect_output(dplyr::show_query(few), "GROUP BY", fixed = TRUE)
  needs <- function(code) {
    expect_error(code, "remote = \"rows\"", class = "ccdpanel_error_needs_rows")
  }
  needs(residuals(few))
  needs(fitted(few))
  needs(model.matrix(few))
  needs(system_bootstrap(few, n = 9))
  needs(robustness(few, "Without 1986" = ~ year != 1986))
})

test_that("reduced forms of equations with factors are those of the rows", {
  con <- sqlite()
  d <- data.frame(kind = rep(c("a", "b", "c"), 20), x = sin((1:60)^2), z = cos((1:60)^2))
  d$y <- d$x + sin((1:60)^3)
  d$u <- d$z + cos((1:60)^3)
  forms <- lapply(list(stored(con, d), d), function(data) {
    reduced_form(system_reg(list(one = y ~ x + factor(kind), two = u ~ z), data, method = "sur"))
  })
  expect_equal(forms[[1]], forms[[2]], tolerance = 1e-9)
})
