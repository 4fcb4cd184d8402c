test_that(
  paste0(
    "a matrix, or a function that makes one, is taken as it is, with the fit's own ",
    "degrees of freedom"
  ),
  {
  d <- made_panel()
  fit <- fe_reg(y ~ x + a | id, d, vcov = ~firm)
  v <- matrix(c(4, 1, 1, 9), 2, dimnames = rep(list(c("x", "a")), 2))
  expect_equal(summary(fit, vcov = v)$coefficients[, "Std. Error"], c(x = 2, a = 3))
  expect_identical(vcov(fit, v[2:1, 2:1]), v)
  expect_identical(vcov(fit, unname(v)), v)
  expect_identical(vcov(fit, function(fit) v), v)
  expect_equal(confint(fit, vcov = v)[, 2] - coef(fit), stats::qt(.975, 11) * c(x = 2, a = 3))
})

test_that("a matrix of other coefficients is refused", {
  fit <- fe_reg(y ~ x + a | id, made_panel())
  for (bad in list(diag(3), matrix("1", 2, 2), matrix(1, 2, 3))) {
    expect_error(vcov(fit, bad), "one of 2 coefficients", class = "ccdpanel_error_vcov")
  }
})

test_that("a matrix with names is taken by them, whichever side has them", {
  fit <- fe_reg(y ~ x + a | id, made_panel(), vcov = ~firm)
  v <- matrix(c(4, 1, 1, 9), 2, dimnames = rep(list(c("x", "a")), 2))
  turned <- v[2:1, 2:1]
  expect_identical(vcov(fit, `rownames<-`(turned, NULL)), v)
  expect_identical(vcov(fit, `colnames<-`(turned, NULL)), v)
  more <- rbind(cbind(turned, other = 0), other = 0)
  expect_identical(vcov(fit, more), v)
})

test_that("what is no covariance of these coefficients is refused, and says why", {
  fit <- fe_reg(y ~ x + a | id, made_panel(), vcov = ~firm)
  named <- function(v, rows = c("x", "a"), columns = rows) {
    matrix(v, 2, dimnames = list(rows, columns))
  }
  refused <- list(
    list(named(c(4, 1, 1, 9), c("x", "b")), "no \"a\""),
    list(named(c(4, 1, 1, 9), c("x", "x")), "\"x\" more than once"),
    list(named(c(4, 1, 1, 9), c("x", "a"), c("a", "x")), "other names for its rows"),
    list(named(c(4, 1, 2, 9)), "not symmetric"),
    list(named(c(-4, 1, 1, 9)), "variance of \"x\" is -4"),
    list(named(c(4, 1, 1, NA)), "variance of \"a\" is NA"),
    list(named(c(4, NA, NA, 9)), "missing or infinite"),
    list(diag(c(1, Inf)), "variance of \"a\" is Inf")
  )
  for (one in refused) {
    expect_error(vcov(fit, one[[1]]), one[[2]], class = "ccdpanel_error_vcov")
    expect_error(summary(fit, vcov = function(fit) one[[1]]), class = "ccdpanel_error_vcov")
  }
  # What two sides of a product differ by is no asymmetry.
  v <- named(c(4, 1 + 1e-12, 1, 9))
  expect_identical(vcov(fit, v), v)
})

test_that("CR2 of a combination has the degrees of freedom of that combination: clubSandwich's", {
  skip_if_not_installed("clubSandwich")
  d <- state_capital
  fit <- fe_reg(
    log(output) ~ log(highways) + log(private_capital) + unemployment | state, d,
    vcov = cov_cr2(~state)
  )
  dummies <- lm(
    log(output) ~ 0 + log(highways) + log(private_capital) + unemployment + factor(state), d
  )
  r <- rbind(diag(3), c(1, -1, 0), c(1, 0, 2.5), c(0.2, 5, -40))
  peer <- clubSandwich::linear_contrast(
    dummies, clubSandwich::vcovCR(dummies, d$state, "CR2"), cbind(r, matrix(0, 6, 48))
  )
  df <- combination_df(fit, r, fit$covariance)
  expect_equal(df, peer$df, tolerance = 1e-6)
  expect_equal(df[1:3], fit$covariance$df, tolerance = 1e-10)
  # Of a fit by another covariance, and where there is one number for all.
  plain <- update(fit, vcov = ~state)
  cr2 <- cov_cr2(~state)
  expect_equal(combination_df(plain, r, fit_covariance(plain, cr2), cr2), df, tolerance = 1e-10)
  expect_identical(combination_df(plain, r, plain$covariance), rep(47, 6))
})

test_that("a matrix that is given has no degrees of freedom by Satterthwaite", {
  d <- made_panel()
  fit <- fe_reg(y ~ x | id, d, vcov = cov_cr2(~firm))
  text <- utils::capture.output(print(summary(fit, vcov = vcov(fit, "HC1"))))
  line <- paste(grep("as given|fit's own", text, value = TRUE), collapse = " ")
  expect_match(line, "as the fit's own", fixed = TRUE)
  expect_no_match(line, "Satterthwaite", fixed = TRUE)
  expect_match(paste(utils::capture.output(print(fit)), collapse = " "), "Satterthwaite")
})

test_that("a matrix brings its degrees of freedom, or the print says whose they are", {
  d <- made_panel()
  fit <- fe_reg(y ~ x + a | id, d, vcov = ~firm)
  line <- function(v) {
    text <- utils::capture.output(print(summary(fit, vcov = v)))
    paste(text[3:4], collapse = " ")
  }
  v <- vcov(fit, "HC1")
  expect_match(line(v), "t(11), as the fit's own", fixed = TRUE)
  attr(v, "df") <- 7
  expect_match(line(v), "t(7), as given with it", fixed = TRUE)
  statistic <- coef(fit) / sqrt(diag(v))
  expect_equal(tidy(fit, vcov = v)$p.value, unname(2 * stats::pt(-abs(statistic), 7)))
  expect_equal(combination_df(fit, diag(2), fit_covariance(fit, v), v), c(7, 7))
  # By their names, and of what a function makes.
  attr(v, "df") <- c(a = 3, x = 9.5)
  expect_identical(fit_covariance(fit, function(m) v)$df, c(9.5, 3))
  attr(v, "df") <- Inf
  expect_match(line(v), "normal distribution")
  for (wrong in list(0, NA_real_, "7", 1:3, c(b = 1, x = 2))) {
    attr(v, "df") <- wrong
    expect_error(vcov(fit, v), "degrees of freedom", class = "ccdpanel_error_vcov")
  }
})
