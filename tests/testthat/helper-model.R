# Peers' data sets, without attaching the peers.
data_of <- function(name, package) {
  testthat::skip_if_not_installed(package)
  env <- new.env()
  utils::data(list = name, package = package, envir = env)
  env[[name]]
}

# Three firms of Grunfeld's, a column a firm, and an investment equation of each.
grunfeld_wide <- function() {
  data <- data_of("Grunfeld", "plm")
  stats::reshape(data[data$firm <= 3, ], direction = "wide", idvar = "year", timevar = "firm")
}
grunfeld_equations <- list(
  a = inv.1 ~ value.1 + capital.1, b = inv.2 ~ value.2 + capital.2,
  c = inv.3 ~ value.3 + capital.3
)

# An unbalanced panel with known structure: effects correlated with x, an endogenous regressor, two
# instruments.
made_panel <- function(units = 40, years = 9, seed = 1) {
  set.seed(seed)
  d <- expand.grid(year = 2000 + seq_len(years), id = seq_len(units))
  d <- d[sort(sample(nrow(d), round(0.8 * nrow(d)))), ]
  n <- nrow(d)
  d$firm <- sample(12, n, replace = TRUE)
  d$u <- stats::rnorm(n)
  d$z1 <- stats::rnorm(n)
  d$z2 <- stats::rnorm(n)
  d$x <- stats::rnorm(n) + d$id / 10
  d$a <- d$z1 - 0.5 * d$z2 + 0.7 * d$u + stats::rnorm(n)
  d$y <- 2 * d$x - d$a + d$u * (1 + abs(d$x) / 3) + d$id / 5 + (d$year - 2000)^2 / 9 + d$firm / 7
  d$w <- stats::runif(n, 0.5, 3)
  d
}

# Six units and five years: clustered both ways, four instruments' moments have a covariance with a
# negative eigenvalue.
few_both_ways <- function() {
  set.seed(12)
  d <- expand.grid(id = 1:6, t = 1:5)
  for (z in paste0("z", 1:4)) d[[z]] <- stats::rnorm(30)
  d$e <- .3 * d$z1 + stats::rnorm(30)
  d$y <- d$e + stats::rnorm(30)
  d
}

# Sandwich algebra in plain R: regressors x (with dummies), instruments z, residuals u, cluster
# sums.
plain_sandwich <- function(xhat, u, w = rep(1, length(u)), cluster = NULL) {
  bread <- solve(crossprod(xhat * sqrt(w)))
  scores <- xhat * (u * w)
  if (!is.null(cluster)) scores <- rowsum(scores, cluster)
  bread %*% crossprod(scores) %*% bread
}

withr_file <- function(env = parent.frame()) {
  path <- tempfile(fileext = ".rds")
  do.call(on.exit, list(substitute(unlink(p), list(p = path)), add = TRUE), envir = env)
  path
}

`%||%` <- function(x, y) if (is.null(x)) y else x

withr_options <- function(new, env) {
  old <- options(new)
  do.call(on.exit, list(substitute(options(o), list(o = old)), add = TRUE), envir = env)
}

# Klein's model I: the consumption equation with the instruments of ivreg2's help file.
klein <- function() data_of("KleinI", "systemfit")

klein_consumption <- consump ~ corpProfLag | 0 |
  corpProf + wages ~ govExp + taxes + trend + govWage + capitalLag + gnpLag

# Coefficients and their sandwich from moments written out: response of the coefficients to Z'Wu,
# covariance of the moments.
plain_response <- function(b, z, x, response, y, cluster = NULL, w = rep(1, length(y))) {
  moments <- z * drop(y - x %*% b) * w
  if (!is.null(cluster)) moments <- rowsum(moments, cluster)
  response %*% crossprod(moments) %*% t(response)
}

# Klein's Model I: three equations and the identities that close it.
klein_equations <- list(
  consumption = consump ~ corpProf + corpProfLag + wages,
  investment = invest ~ corpProf + corpProfLag + capitalLag,
  wages = privWage ~ gnp + gnpLag + trend
)
klein_identities <- list(
  gnp ~ consump + invest + govExp, corpProf ~ gnp - taxes - privWage, wages ~ privWage + govWage,
  capital ~ capitalLag + invest
)

with_factor <- function() {
  d <- made_panel()
  d$f <- factor(letters[d$firm %% 3 + 1])
  d$y <- d$y + (d$f == "b")
  d
}

# Its instruments, and Kmenta's two equations of a market.
klein_z <- ~ govExp + taxes + govWage + trend + capitalLag + corpProfLag + gnpLag

kmenta <- list(demand = consump ~ price + income, supply = consump ~ price + farmPrice + trend)

kmenta_z <- ~ income + farmPrice + trend

two_equations <- function(d) {
  d$y1 <- d$x - d$a + d$u + d$id / 5
  d$y2 <- 0.5 * d$y1 + d$z1 + d$z2 + d$u / 2 + d$id / 9 + d$year / 20 + stats::rnorm(nrow(d))
  d
}
