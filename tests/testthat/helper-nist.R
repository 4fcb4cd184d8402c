# NIST's Statistical Reference Datasets for linear regression and one-way analysis of variance:
# observed data and certified values as published lie in fixtures/nist, generated data are
# generated. tools/parity.R counts the digits with the same functions.

nist_file <- function(name, folder) {
  utils::read.csv(file.path(folder, paste0(name, ".csv")), colClasses = c(set = "character"))
}

nist_regressions <- c(
  "Norris", "Pontius", "NoInt1", "NoInt2", "Filip", "Longley", paste0("Wampler", 1:5)
)
nist_anovas <- c("SiRstv", "AtmWtAg", paste0("SmLs0", 1:9))

nist_certified <- function(set, folder = testthat::test_path("fixtures", "nist")) {
  certified <- nist_file("certified", folder)
  certified <- certified[certified$set == set, ]
  stats::setNames(certified$value, certified$what)
}

nist_data <- function(set, folder = testthat::test_path("fixtures", "nist")) {
  if (set == "Longley") {
    d <- datasets::longley
    factor <- c(1, 1000, 10, 10, 1000, 1)
    names <- c("GNP.deflator", "GNP", "Unemployed", "Armed.Forces", "Population", "Year")
    return(data.frame(
      y = round(d$Employed * 1000),
      Map(function(x, k) round(x * k, 1), stats::setNames(d[names], paste0("x", 1:6)), factor)
    ))
  }
  if (set == "NoInt1") return(data.frame(y = 130:140 + 0, x = 60:70 + 0))
  if (set == "NoInt2") return(data.frame(y = c(3, 4, 4), x = c(4, 5, 6)))
  if (startsWith(set, "Wampler")) return(nist_wampler(as.integer(substring(set, 8))))
  if (startsWith(set, "SmLs")) return(nist_small_large(as.integer(substring(set, 5))))
  d <- nist_file(if (set %in% nist_anovas) "anova" else "regression", folder)
  d[d$set == set, -1]
}

# Wampler (1970): a polynomial of the fifth power, of the third set on with an error.
nist_wampler <- function(i) {
  x <- 0:20 + 0
  one <- 1 + x + x^2 + x^3 + x^4 + x^5
  error <- c(759, -2048, 2048, -2048, 2523, -2048, 2048, -2048, 1838, -2048, 2048)
  error <- c(error, rev(error[-11]))
  y <- if (i == 2) {
    round(1 + .1 * x + .01 * x^2 + .001 * x^3 + 1e-4 * x^4 + 1e-5 * x^5, 5)
  } else {
    one + switch(i, 0, 0, 1, 100, 10000) * error
  }
  data.frame(y, x)
}

# Simon and Lesage (1989): nine groups whose means and deviations are tenths, behind 1, 7 and 13
# leading digits that do not vary.
nist_small_large <- function(i) {
  size <- c(21, 201, 2001)[(i - 1) %% 3 + 1]
  whole <- c("1", "1000000", "1000000000000")[(i - 1) %/% 3 + 1]
  tenths <- outer(c(0, rep(c(-1, 1), (size - 1) / 2)), c(4, 3, 5, 3, 5, 3, 5, 3, 5), `+`)
  data.frame(group = rep(1:9, each = size), y = as.numeric(paste0(whole, ".", tenths)))
}

nist_formula <- function(set) {
  powers <- function(k) {
    stats::reformulate(c("x", if (k > 1) paste0("I(x^", seq_len(k)[-1], ")")), "y")
  }
  if (set == "Longley") return(stats::reformulate(paste0("x", 1:6), "y"))
  if (startsWith(set, "NoInt")) return(y ~ 0 + x)
  powers(switch(set, Norris = 1, Pontius = 2, Filip = 10, 5))
}

# Digits that agree, at most the 15 that are certified: NIST's log relative error, or log absolute
# error where the certified value is zero. The worst of several.
nist_digits <- function(got, certified) {
  error <- abs(got - certified) / ifelse(certified == 0, 1, abs(certified))
  min(15, -log10(pmax(error, 1e-15)))
}

# Digits of coefficients, their standard errors, and of standard deviation and R2.
nist_fit_digits <- function(fit, certified) {
  of <- function(kind) unname(certified[grepl(paste0("^", kind, "[0-9]"), names(certified))])
  c(
    coefficients = nist_digits(unname(stats::coef(fit)), of("b")),
    errors = nist_digits(unname(sqrt(diag(as.matrix(stats::vcov(fit))))), of("se")),
    rest = nist_digits(
      c(stats::sigma(fit), if (inherits(fit, "fe_reg")) fit$r2[["r2"]] else summary(fit)$r.squared),
      certified[c("sigma", "r2")]
    )
  )
}

# F of the groups, from R2 and the sizes.
nist_f <- function(r2, group) {
  k <- length(unique(group))
  r2 / (k - 1) / ((1 - r2) / (length(group) - k))
}
