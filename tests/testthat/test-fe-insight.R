with_factor <- function() {
  d <- made_panel()
  d$f <- factor(letters[d$firm %% 3 + 1])
  d$y <- d$y + (d$f == "b")
  d
}

test_that("car's tests and delta method use the fit's covariance", {
  skip_if_not_installed("car")
  fit <- fe_reg(y ~ x + a | id, made_panel(), vcov = ~firm)
  test <- car::linearHypothesis(fit, "x = 2", test = "F")
  f <- (coef(fit)[["x"]] - 2)^2 / vcov(fit)["x", "x"]
  expect_equal(test$F[2], f, tolerance = 1e-9)
  groups <- length(unique(made_panel()$firm))
  expect_equal(test$`Pr(>F)`[2], stats::pf(f, 1, groups - 1, lower.tail = FALSE), tolerance = 1e-9)
  expect_equal(car::linearHypothesis(fit, "x = 2", test = "F", error.df = 7)$`Pr(>F)`[2], stats::pf(f, 1, 7, lower.tail = FALSE), tolerance = 1e-9)
  b <- coef(fit)
  gradient <- c(1 / b[["a"]], -b[["x"]] / b[["a"]]^2)
  expect_equal(car::deltaMethod(fit, "x / a")$SE, sqrt(drop(gradient %*% vcov(fit) %*% gradient)), tolerance = 1e-9)
})

test_that("average slopes of a linear model are its coefficients, of a polynomial their derivative", {
  skip_if_not_installed("marginaleffects")
  # marginaleffects 1.0.0 finds this operator in base from R 4.4 on; before, nowhere.
  if (!exists("%||%", baseenv())) {
    assign("%||%", `%||%`, globalenv())
    on.exit(rm("%||%", envir = globalenv()))
  }
  d <- with_factor()
  fit <- fe_reg(y ~ x + f | id + year | a ~ z1 + z2, d, vcov = ~firm)
  # Standard errors to the accuracy of its numerical derivatives.
  slopes <- marginaleffects::avg_slopes(fit)
  expect_setequal(slopes$term, c("x", "a", "f"))
  for (term in c("x", "a")) {
    row <- slopes[slopes$term == term, ]
    expect_equal(row$estimate, coef(fit)[[term]], tolerance = 1e-6)
    expect_equal(row$std.error, sqrt(vcov(fit)[term, term]), tolerance = 1e-4)
  }
  b <- slopes[slopes$term == "f" & slopes$contrast == "b - a", ]
  expect_equal(c(b$estimate, b$std.error), c(coef(fit)[["fb"]], sqrt(vcov(fit)["fb", "fb"])), tolerance = 1e-4)
  curved <- fe_reg(y ~ x + I(x^2) | id, d)
  slope <- marginaleffects::avg_slopes(curved)
  expect_equal(slope$estimate, coef(curved)[["x"]] + 2 * mean(d$x) * coef(curved)[["I(x^2)"]], tolerance = 1e-5)
  gradient <- c(1, 2 * mean(d$x))
  expect_equal(slope$std.error, sqrt(drop(gradient %*% vcov(curved) %*% gradient)), tolerance = 1e-4)
  other <- marginaleffects::avg_slopes(fit, variables = "x", vcov = vcov(fit, cov_cr2(~firm)))
  expect_equal(other$std.error, sqrt(vcov(fit, cov_cr2(~firm))["x", "x"]), tolerance = 1e-4)
  ways <- marginaleffects::avg_slopes(fit, variables = "x", vcov = ~ firm + year)
  expect_equal(ways$std.error, sqrt(vcov(fit, ~ firm + year)["x", "x"]), tolerance = 1e-4)
})

test_that("emmeans' contrasts are differences of coefficients, with the covariance's degrees of freedom", {
  skip_if_not_installed("emmeans")
  d <- with_factor()
  for (formula in list(y ~ x + f | id + year, y ~ x + f, y ~ x + f | id | a ~ z1)) {
    fit <- fe_reg(formula, d, vcov = ~firm)
    pairs <- as.data.frame(emmeans::contrast(emmeans::emmeans(fit, ~f), "revpairwise"))
    v <- vcov(fit)[c("fb", "fc"), c("fb", "fc")]
    b <- coef(fit)
    expect_equal(pairs$estimate, unname(c(b["fb"], b["fc"], b["fc"] - b["fb"])), tolerance = 1e-9)
    expect_equal(pairs$SE, unname(sqrt(c(v[1, 1], v[2, 2], v[1, 1] + v[2, 2] - 2 * v[1, 2]))), tolerance = 1e-9)
    expect_identical(pairs$df, rep(11, 3))
  }
})

test_that("tables of texreg, modelsummary and parameters", {
  d <- made_panel()
  fit <- fe_reg(y ~ x + a | id, d, vcov = cov_cr2(~firm))
  number <- function(v) sprintf("%.4f", v)
  se <- sqrt(diag(vcov(fit)))
  if (rlang::is_installed("modelsummary")) {
    table <- modelsummary::modelsummary(fit, output = "data.frame", fmt = 4)
    expect_identical(table[table$term == "x", ncol(table)], c(number(coef(fit)[["x"]]), paste0("(", number(se[["x"]]), ")")))
    for (other in list("HC3", ~ firm + year, vcov(fit, ~year), function(m) vcov(m, "HC1"))) {
      table <- modelsummary::modelsummary(fit, vcov = other, output = "data.frame", fmt = 4)
      v <- if (is.matrix(other)) other else if (is.function(other)) vcov(fit, "HC1") else vcov(fit, other)
      expect_identical(table[table$term == "x", ncol(table)][2], paste0("(", number(sqrt(v["x", "x"])), ")"))
    }
  }
  if (rlang::is_installed(c("texreg", "broom"))) {
    text <- paste(utils::capture.output(print(suppressWarnings(texreg::screenreg(fit, digits = 4)))), collapse = "\n")
    expect_match(text, number(coef(fit)[["x"]]), fixed = TRUE)
    expect_match(text, paste0("(", number(se[["x"]]), ")"), fixed = TRUE)
  }
  skip_if_not_installed("parameters")
  table <- parameters::model_parameters(fit)
  expect_identical(table$Parameter, c("x", "a"))
  expect_equal(table$SE, unname(se), tolerance = 1e-12)
  expect_equal(unname(cbind(table$CI_low, table$CI_high)), unname(confint(fit)), tolerance = 1e-12)
  expect_equal(table$p, tidy(fit)$p.value, tolerance = 1e-12)
  expect_output(print(table), "Parameter")
  expect_equal(parameters::model_parameters(fit, vcov = "HC1")$SE, unname(sqrt(diag(vcov(fit, "HC1")))), tolerance = 1e-12)
})

test_that("insight's data and formula; broom's augment", {
  d <- made_panel()
  d$x[4] <- NA
  fit <- suppressMessages(fe_reg(y ~ x | id | a ~ z1, d))
  both <- augment(fit)
  expect_equal(both$y, both$.fitted + both$.resid)
  expect_identical(nrow(both), nobs(fit))
  skip_if_not_installed("insight")
  expect_identical(insight::get_data(fit), d[fit$sample$rows, ])
  expect_setequal(insight::find_predictors(fit, flatten = TRUE), c("x", "a"))
  expect_identical(insight::get_df(fit), fit$covariance$df)
})
