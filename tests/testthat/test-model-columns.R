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
  for (text in c(
    "x + a", "x + a + x", "whole + as_is", "(x + a)", "+x + a", "f(x) + +a", "x + f", "`new x` + a",
    "1 + x", "x + 1", "truth + x", "x - 1", "x + a - a", "x"
  )) {
    expr <- str2lang(text)
    part <- expand_part(evaluate_part(expr, d, here), NULL)
    tt <- stats::terms(rlang::new_formula(NULL, expr, here))
    matrix <- stats::model.matrix(tt, stats::model.frame(tt, d))
    expect_identical(part$intercept, attr(tt, "intercept") == 1, label = text)
    kept <- colnames(matrix) != "(Intercept)"
    wanted <- lapply(which(kept), function(j) as.double(matrix[, j]))
    if (text != "x - 1") {
      expect_identical(part$columns, stats::setNames(wanted, colnames(matrix)[kept]), label = text)
    }
  }
})

# Two groups of units, one of which has a single level of f.
coded_panel <- function() {
  set.seed(3)
  d <- data.frame(
    id = rep(1:12, each = 10), x = rnorm(120), f = factor(sample(c("lo", "mid", "hi"), 120, TRUE)),
    part = rep(c("A", "B"), each = 60)
  )
  d$y <- d$x + as.integer(d$f) + rnorm(120)
  d$w <- rnorm(120)
  d
}

test_that(
  "contrasts of a factor are obeyed, by value and by name, and whatever R's options say later", {
  d <- coded_panel()
  own <- matrix(c(1, 0, -1, 0.5, -1, 0.5), 3)
  for (coding in list(stats::contr.sum(3), "contr.helmert", own)) {
    contrasts(d$f) <- coding
    wanted <- stats::lm(y ~ x * f + factor(id), d)
    fit <- fe_reg(y ~ x * f | id, d)
    expect_equal(unname(coef(fit)), unname(coef(wanted)[c(2:4, 16:17)]))
    expect_equal(
      expect_no_warning(predict(fit, d[7:9, ])), unname(suppressWarnings(predict(wanted, d[7:9, ])))
    )
    s <- system_reg(list(a = y ~ x + f, b = w ~ f), d, method = "ols")
    expect_equal(unname(coef(s)), unname(c(
      coef(stats::lm(y ~ x + f, d)), coef(stats::lm(w ~ f, d))
    )))
  }
  d$f <- factor(as.character(d$f), ordered = TRUE)
  expect_equal(unname(coef(fe_reg(y ~ x + f, d))), unname(coef(stats::lm(y ~ x + f, d))))
  d$f <- factor(as.character(d$f), ordered = FALSE)
  old <- options(contrasts = c("contr.sum", "contr.poly"))
  on.exit(options(old))
  fit <- fe_reg(y ~ x + f | id, d)
  system <- system_reg(list(a = y ~ x + f, b = w ~ f), d, method = "sur")
  options(old)
  again <- fitted(fit)
  expect_equal(again, unname(fitted(stats::lm(y ~ x + f + factor(id), d))))
  expect_equal(vcov(fit, "iid"), vcov(fit))
  expect_equal(vcov(system, "iid"), vcov(system))
})

test_that("a matrix of contrasts for levels that are gone is said not to be used", {
  d <- coded_panel()
  contrasts(d$f) <- stats::contr.sum(3)
  expect_warning(
    fit <- fe_reg(y ~ x + f, d, subset = ~ f != "mid"), class = "ccdpanel_warning_contrasts"
  )
  kept <- droplevels(d[d$f != "mid", ])
  expect_equal(unname(coef(fit)), unname(coef(stats::lm(y ~ x + f, kept))))
  expect_no_warning(vcov(fit, "HC1"))
  contrasts(d$f) <- "contr.sum"
  named <- expect_no_warning(fe_reg(y ~ x + f, d, subset = ~ f != "mid"))
  contrasts(kept$f) <- "contr.sum"
  expect_equal(unname(coef(named)), unname(coef(stats::lm(y ~ x + f, kept))))
})

test_that("a factor with one level left is left out and named, as a constant is", {
  d <- coded_panel()
  d$f[d$part == "B"] <- "mid"
  alone <- stats::lm(y ~ x + factor(id), d[d$part == "B", ])
  fit <- fe_reg(y ~ x * f | id, d)
  groups <- by_group(fit, ~part)
  expect_identical(groups$B$collinear, c("fmid", "x:fmid"))
  expect_equal(coef(groups$B), coef(alone)["x"])
  expect_equal(coef(groups$A), coef(fe_reg(y ~ x * f | id, d, subset = ~ part == "A")))
  expect_equal(coef(attr(robustness(fit, B = ~ part == "B"), "fits")[["B"]]), coef(alone)["x"])
  expect_message(
    one <- fe_reg(y ~ x + f, d, subset = ~ part == "B"), "fmid",
    class = "ccdpanel_message_collinear"
  )
  expect_equal(coef(one), coef(stats::lm(y ~ x, d[d$part == "B", ])))
  # Alone with a slope it is that slope, as model.matrix() has it with more levels; without a
  # constant it is the constant.
  expect_equal(unname(coef(fe_reg(y ~ x:f, d, subset = ~ part == "B"))), unname(coef(one)))
  expect_equal(unname(coef(fe_reg(y ~ 0 + f + x, d, subset = ~ part == "B"))), unname(coef(one)))
  expect_message(
    p <- predict(groups$B, data.frame(x = 1, f = c("mid", "hi"), id = 7)), "hi",
    class = "ccdpanel_message_unseen"
  )
  expect_equal(p[1], unname(predict(alone, data.frame(x = 1, id = 7))))
  text <- transform(d, f = as.character(f))
  expect_equal(coef(suppressMessages(fe_reg(y ~ x + f, text, subset = ~ part == "B"))), coef(one))
})

test_that(
  paste0(
    "bases are those of the fit on one row, on equal rows, with a missing value, in systems ",
    "and with instruments"
  ),
  {
  d <- coded_panel()
  new <- list(many = c(-1, 0, 1), one = 0.5, same = rep(0.5, 3), missing = c(-1, NA, 1))
  for (term in c("poly(x, 3)", "splines::ns(x, 3)", "splines::bs(x, 4)", "scale(x)")) {
    f <- stats::as.formula(paste("y ~ ", term, "* part | id"))
    fit <- suppressMessages(fe_reg(f, d))
    oracle <- stats::lm(stats::as.formula(paste("y ~", term, "* part + factor(id)")), d)
    for (name in names(new)) {
      at <- data.frame(x = new[[name]], w = 0.3, part = "A", id = 3)
      expect_equal(
        predict(fit, at), unname(suppressWarnings(predict(oracle, at))), label = paste(term, name)
      )
    }
    expect_equal(
      unname(stats::model.frame(stats::delete.response(terms(fit)), at[1, ])[[1]])[1, ],
      unname(stats::model.frame(stats::delete.response(terms(oracle)), at[1, ])[[1]])[1, ]
    )
  }
  system <- system_reg(list(a = y ~ poly(x, 2), b = w ~ scale(x)), d, method = "ols")
  at <- data.frame(x = 0.5)
  expect_equal(unname(predict(system, at)[1, ]), unname(c(
    predict(stats::lm(y ~ poly(x, 2), d), at), predict(stats::lm(w ~ scale(x), d), at)
  )))
  fit <- fe_reg(y ~ part | 0 | poly(x, 2) ~ poly(w, 3) + sin(x) + I(abs(x)^1.5), d)
  expect_equal(predict(fit, data.frame(x = d$x[4], part = "A")), fitted(fit)[4])
})

test_that("a column of new data that is no longer a number is named", {
  d <- coded_panel()
  fit <- fe_reg(y ~ x | id, d)
  expect_error(predict(fit, transform(d, x = factor(x))), "x", class = "ccdpanel_error_regressor")
  expect_error(
    predict(fit, transform(d, x = as.character(x))), "x", class = "ccdpanel_error_regressor"
  )
})

test_that("a matrix of contrasts with fewer columns is obeyed, in the data and in the formula", {
  d <- state_capital
  d$region <- C(factor(d$region), contr.sum, 2)
  fit <- fe_reg(log(output) ~ region, d)
  expect_equal(coef(fit), coef(lm(log(output) ~ region, d)))
  d <- state_capital
  d$region <- factor(d$region)
  formula <- log(output) ~ C(region, contr.sum) * unemployment
  fit <- fe_reg(formula, d)
  known <- lm(formula, d)
  expect_equal(coef(fit), coef(known))
  # One row has one level: the coding is the fit's.
  expect_equal(predict(fit, d[300, ]), fitted(known)[[300]])
})

test_that("what is no formula, no number and no coding is named as such", {
  d <- state_capital
  d$f <- factor(d$region)
  expect_error(fe_reg(log(output) ~ water / 2, d), "I\\(", class = "ccdpanel_error_formula")
  expect_error(
    system_reg(list(a = log(output) ~ 2 * water), d), "I\\(", class = "ccdpanel_error_formula"
  )
  expect_no_warning(expect_error(
    fe_reg(log(output) ~ I(f > 2) + water, d), "factors", class = "ccdpanel_error_evaluate"
  ))
  expect_no_warning(expect_error(
    fe_reg(log(output) ~ I(f > 2):water, d), "factors", class = "ccdpanel_error_evaluate"
  ))
  expect_error(
    fe_reg(log(output) ~ water + offset(cbind(water, water)), d), "one number",
    class = "ccdpanel_error_evaluate"
  )
  expect_error(
    fe_reg(log(output) ~ ordered(highways), d), "levels", class = "ccdpanel_error_contrasts"
  )
})

test_that("errors and tests beside a column of mean 1e8 are those beside the same less 1e8", {
  set.seed(6)
  d <- data.frame(far = 1e8 + rnorm(200), x = rnorm(200), z = rnorm(200), z2 = rnorm(200))
  # Exact, so that both are one model.
  d$near <- d$far - 1e8
  d$g <- rep(1:20, 10)
  d$w <- runif(200) + 0.1
  d$e <- d$z + d$z2 / 2 + rnorm(200)
  d$y <- d$x + d$near + d$e + d$g / 10 + rnorm(200)
  expect_near <- function(f, far, near) expect_equal(f(far), f(near), tolerance = 1e-12)
  errors <- function(fit) unname(sqrt(diag(vcov(fit)))[-1])
  for (v in list("HC1", "HC3", "CR2", ~g)) {
    for (w in list(NULL, ~w)) {
      if (identical(v, "CR2")) {
        refit <- function(f) fe_reg(f, d, vcov = cov_cr2(~g), weights = w)
      } else {
        refit <- function(f) fe_reg(f, d, vcov = v, weights = w)
      }
      expect_near(errors, refit(y ~ x + far), refit(y ~ x + near))
    }
  }
  for (estimator in c("2sls", "liml", "gmm")) {
    refit <- function(f) fe_reg(f, d, vcov = "HC1", weights = ~w, estimator = estimator)
    far <- refit(y ~ x + far | 0 | e ~ z + z2)
    near <- refit(y ~ x + near | 0 | e ~ z + z2)
    expect_near(function(fit) unname(coef(fit)[-1]), far, near)
    expect_near(errors, far, near)
    expect_near(function(fit) weak_iv(fit)$p_value, far, near)
    expect_near(function(fit) iv_tests(fit)$p_value, far, near)
  }
  expect_equal(
    ccdpanel:::column_deviations(cbind(d$far), d$w)[, 1],
    d$near - stats::weighted.mean(d$near, d$w), tolerance = 1e-14
  )
})

test_that("a:b of columns is no variable, also where it has one value a row", {
  d <- data.frame(y = cos(1:6), a = 1:6, b = 6:1, k = letters[1:6], x = sqrt(1:6))
  for (refused in list(
    quote(fe_reg(a:b ~ x, d)), quote(fe_reg(y ~ x, d, weights = ~ a:b)),
    quote(fe_reg(y ~ x, d, subset = ~ (k:a))), quote(fe_reg(y ~ I(a:b), d))
  )) {
    expect_no_warning(
      expect_error(eval(refused), "evaluated", class = "ccdpanel_error_evaluate")
    )
  }
  expect_error(fe_reg(a:b ~ x, d), "a \\* b", class = "ccdpanel_error_evaluate")
  expect_equal(coef(fe_reg(1:6 ~ x, d)), coef(lm(1:6 ~ x, d)), tolerance = 1e-12)
})

test_that("offsets are lost by name, as other variables are", {
  d <- data.frame(y = sin(1:30), x = cos(1:30), o = 1:30, g = rep(1:3, 10))
  d$o[3] <- NA
  d$x[5:6] <- NA
  for (formula in list(y ~ offset(o) + x, y ~ offset(o) + x + factor(g))) {
    fit <- suppressMessages(fe_reg(formula, d))
    expect_identical(fit$sample$counts$missing_by[c("offset(o)", "x")], c(`offset(o)` = 1L, x = 2L))
  }
})
