# The largest relative difference between results of this package and of others, and the digits that
# agree with NIST's certified values, measured on what is installed:
#
#   R_LIBS=build/lib Rscript tools/parity.R
#
# writes vignettes/parity.csv and vignettes/certified.csv, which vignette("coming-from") prints. A
# package that is absent is left out, and said. Each line of `compare()` gives a pair of numbers.

suppressPackageStartupMessages(library(ccdpanel))
sys.source(file.path("tests", "testthat", "helper-nist.R"), envir = globalenv())
rows <- list()

compare <- function(peer, here, there, data, what, pair) {
  if (!requireNamespace(peer, quietly = TRUE)) {
    message("absent: ", peer)
    return(invisible())
  }
  both <- suppressMessages(suppressWarnings(pair))
  ours <- unname(as.numeric(both[[1]]))
  theirs <- unname(as.numeric(both[[2]]))
  stopifnot(length(ours) == length(theirs), length(ours) > 0, is.finite(ours), is.finite(theirs))
  rows[[length(rows) + 1]] <<- data.frame(
    package = peer, version = as.character(utils::packageVersion(peer)), here = here,
    there = there, data = data, what = what, numbers = length(ours),
    difference = signif(max(abs(ours - theirs) / pmax(abs(theirs), 1e-12)), 2)
  )
}

data_of <- function(name, package) {
  env <- new.env()
  if (!requireNamespace(package, quietly = TRUE)) return(NULL)
  utils::data(list = name, package = package, envir = env)
  env[[name]]
}
se <- function(fit) sqrt(diag(as.matrix(vcov(fit))))

# ---- fixest ---------------------------------------------------------------------------------

cigar <- data_of("Cigar", "plm")
grunfeld <- data_of("Grunfeld", "plm")
two_way <- function(vcov) fe_reg(sales ~ price + ndi | state + year, cigar, vcov = vcov)
feols <- function(vcov) fixest::feols(sales ~ price + ndi | state + year, cigar, vcov = vcov)
compare("fixest", "fe_reg()", "feols()", "Cigar", "coefficients", list(
  coef(two_way("iid")), coef(feols("iid"))
))
for (v in list(list("iid", "iid"), list("HC1", "hetero"), list(~state, ~state),
               list(~state + year, ~state + year))) {
  compare("fixest", "fe_reg()", "feols()", "Cigar", paste("errors,", format(v[[1]])), list(
    se(two_way(v[[1]])), se(feols(v[[2]]))
  ))
}
iv_here <- function() fe_reg(sales ~ ndi | state | price ~ pimin, cigar, vcov = ~state)
iv_there <- function() fixest::feols(sales ~ ndi | state | price ~ pimin, cigar, vcov = ~state)
by_name <- function(x) x[order(sub("^fit_", "", names(x)))]
compare("fixest", "fe_reg()", "feols()", "Cigar", "two stages, errors by state", list(
  c(by_name(coef(iv_here())), by_name(se(iv_here()))),
  c(by_name(coef(iv_there())), by_name(se(iv_there())))
))
compare("fixest", "fe_reg()", "feols()", "Grunfeld", "slopes by unit", list(
  coef(fe_reg(inv ~ value | firm[year], grunfeld)),
  coef(fixest::feols(inv ~ value | firm[year], grunfeld))
))

# ---- plm ------------------------------------------------------------------------------------

within <- function() {
  plm::plm(inv ~ value + capital, grunfeld, index = c("firm", "year"), effect = "twoways")
}
within_here <- function(vcov = "iid") fe_reg(inv ~ value + capital | firm + year, grunfeld, vcov)
compare("plm", "fe_reg()", "plm()", "Grunfeld", "coefficients, errors", list(
  c(coef(within_here()), se(within_here())), c(coef(within()), se(within()))
))
compare("plm", "fixef()", "fixef()", "Grunfeld", "effects of units", list(
  diff(fixef(fe_reg(inv ~ value + capital | firm, grunfeld))$firm),
  diff(plm::fixef(plm::plm(inv ~ value + capital, grunfeld, index = c("firm", "year"))))
))
compare("plm", "hausman_test()", "phtest()", "Grunfeld", "chi-squared, p", list({
  h <- hausman_test(fe_reg(inv ~ value + capital | firm, grunfeld))
  c(h$statistic[h$test == "hausman"], h$p.value[h$test == "hausman"])
}, {
  fit <- function(model) {
    plm::plm(inv ~ value + capital, grunfeld, index = c("firm", "year"), model = model)
  }
  h <- plm::phtest(fit("within"), fit("random"))
  c(h$statistic, h$p.value)
}))

# ---- ivreg ----------------------------------------------------------------------------------

klein <- data_of("KleinI", "systemfit")
klein_here <- function() {
  fe_reg(consump ~ corpProfLag | 0 |
    corpProf + wages ~ govExp + taxes + trend + govWage + capitalLag + gnpLag, klein)
}
klein_there <- function() {
  ivreg::ivreg(consump ~ corpProf + corpProfLag + wages |
    corpProfLag + govExp + taxes + trend + govWage + capitalLag + gnpLag, data = klein)
}
compare("ivreg", "fe_reg()", "ivreg()", "KleinI", "coefficients, errors", list(
  c(by_name(coef(klein_here())), by_name(se(klein_here()))),
  c(by_name(coef(klein_there())), by_name(se(klein_there())))
))
compare("ivreg", "weak_iv(), iv_tests()", "summary(diagnostics = TRUE)", "KleinI",
  "first-stage F, Sargan", list({
    weak <- weak_iv(klein_here())
    tests <- iv_tests(klein_here())
    c(weak$statistic[weak$test == "first_stage_f"], tests$statistic[tests$test == "sargan"])
  }, {
    d <- summary(klein_there(), diagnostics = TRUE)$diagnostics
    d[c("Weak instruments (corpProf)", "Weak instruments (wages)", "Sargan"), "statistic"]
  })
)

# ---- systemfit ------------------------------------------------------------------------------

equations <- list(
  consumption = consump ~ corpProf + corpProfLag + wages,
  investment = invest ~ corpProf + corpProfLag + capitalLag,
  wages = privWage ~ gnp + gnpLag + trend
)
instruments <- ~ govExp + taxes + govWage + trend + capitalLag + corpProfLag + gnpLag
for (method in c("2SLS", "SUR", "3SLS")) {
  compare("systemfit", "system_reg()", "systemfit()", "KleinI",
    paste0(method, ": coefficients, errors"), list({
      fit <- system_reg(
        equations, klein, if (method != "SUR") instruments, method = tolower(method)
      )
      c(coef(fit), se(fit))
    }, {
      fit <- if (method == "SUR") {
        systemfit::systemfit(equations, method, data = klein, methodResidCov = "noDfCor")
      } else {
        systemfit::systemfit(
          equations, method, inst = instruments, data = klein, methodResidCov = "noDfCor"
        )
      }
      c(coef(fit), se(fit))
    })
  )
}

# ---- sandwich, clubSandwich, lmtest, car ------------------------------------------------------

flat <- function(vcov) fe_reg(inv ~ value + capital, grunfeld, vcov = vcov)
pooled <- function() stats::lm(inv ~ value + capital, grunfeld)
for (type in c("HC0", "HC1", "HC2", "HC3")) {
  compare("sandwich", "fe_reg()", "vcovHC()", "Grunfeld", type, list(
    vcov(flat(type)), sandwich::vcovHC(pooled(), type)
  ))
}
compare("sandwich", "fe_reg()", "vcovCL()", "Grunfeld", "one cluster", list(
  vcov(flat(~firm)), sandwich::vcovCL(pooled(), ~firm, type = "HC1")
))
for (type in c("CR2", "CR3")) {
  compare("clubSandwich", if (type == "CR2") "cov_cr2()" else "cov_cr3()", "vcovCR()", "Grunfeld",
    paste(type, "covariance, degrees of freedom"), list({
      fit <- flat(if (type == "CR2") cov_cr2(~firm) else cov_cr3(~firm))
      c(vcov(fit), fit$covariance$df)
    }, {
      v <- clubSandwich::vcovCR(pooled(), grunfeld$firm, type)
      c(as.matrix(v), clubSandwich::coef_test(pooled(), v, test = "Satterthwaite")$df_Satt)
    })
  )
}

# ---- indices, coupling, regions ---------------------------------------------------------------

set.seed(1)
u <- matrix(stats::runif(300, .05, .95), 100)
for (model in c("standard", "wang", "fan")) {
  compare("coupling", "coupling_degree()", "ccd()", "simulated", paste("C,", model), list(
    coupling_degree(u, model), coupling::ccd(u, method = model)$C
  ))
}
compare("COINr", "normalise()", "n_minmax()", "simulated", "min-max, both directions", {
  d <- data.frame(unit = 1:100, year = 1, a = u[, 1], b = u[, 2])
  sheet <- indicator_sheet(data.frame(
    system = "s", dimension = "d", indicator = c("a", "b"), direction = c("+", "-")
  ))
  ours <- normalise(d, sheet, c("unit", "year"))
  list(c(ours$a, ours$b), c(COINr::n_minmax(d$a, c(0, 1)), COINr::n_minmax(-d$b, c(0, 1))))
})
compare("ineq", "inequality()", "Gini(), Theil()", "simulated", "Gini, Theil's T and L", {
  d <- data.frame(unit = 1:100, year = 1, y = u[, 1])
  ours <- inequality(d, "y", panel = c("unit", "year"))
  list(
    c(ours$gini, ours$theil_T, ours$theil_L),
    c(ineq::Gini(d$y), ineq::Theil(d$y), ineq::Theil(d$y, 1))
  )
})
compare("spdep", "moran_test()", "moran.test()", "provinces", "I, expectation, variance, z, p", {
  w <- spatial_weights(provinces$name)
  d <- data.frame(province = provinces$name, year = 1, y = seq_along(provinces$name)^1.5)
  ours <- moran_test(d, "y", w, c("province", "year"), draws = 0, alternative = "greater")
  theirs <- spdep::moran.test(d$y, as_listw(w))
  list(
    unlist(as.data.frame(ours)[c("I", "expectation", "variance", "statistic", "p.value")]),
    c(theirs$estimate, theirs$statistic, theirs$p.value)
  )
})
compare("spdep", "local_moran()", "localmoran()", "provinces", "I, expectation, variance", {
  w <- spatial_weights(provinces$name)
  d <- data.frame(province = provinces$name, year = 1, y = seq_along(provinces$name)^1.5)
  ours <- local_moran(d, "y", w, c("province", "year"), draws = 0, alternative = "greater")
  ours <- ours[match(provinces$name, ours$province), ]
  theirs <- spdep::localmoran(d$y, as_listw(w), alternative = "greater")
  list(c(ours$I, ours$expectation, ours$variance), theirs[, 1:3])
})
compare("griddy", "transition_matrix()", "markov_dynamics()", "usjoin", "counts, given bounds", {
  us <- as.data.frame(data_of("usjoin", "griddy"))
  bounds <- c(500, 2000, 8000)
  ours <- transition_matrix(us, "income", classes = bounds, panel = c("name", "year"))
  share <- as.matrix(as.data.frame(ours)[as.character(1:4)])
  classes <- griddy::classify_dynamics(
    us, name, year, income, method = "fixed", breaks = c(-Inf, bounds, Inf)
  )
  list(round(share * ours$transitions, 6), griddy::markov_dynamics(classes, name, year)$counts)
})

parity <- do.call(rbind, rows)
parity$date <- format(Sys.Date())
utils::write.csv(parity, file.path("vignettes", "parity.csv"), row.names = FALSE, quote = TRUE)
print(parity[c("package", "version", "there", "what", "difference")])

# ---- NIST -----------------------------------------------------------------------------------

folder <- file.path("tests", "testthat", "fixtures", "nist")
regression <- function(set) {
  d <- nist_data(set, folder)
  fits <- suppressWarnings(list(fe_reg(nist_formula(set), d), stats::lm(nist_formula(set), d)))
  digits <- suppressWarnings(lapply(fits, nist_fit_digits, nist_certified(set, folder)))
  data.frame(
    set, here = digits[[1]][["coefficients"]], here_errors = digits[[1]][["errors"]],
    lm = digits[[2]][["coefficients"]], lm_errors = digits[[2]][["errors"]]
  )
}
anova <- function(set) {
  d <- nist_data(set, folder)
  f <- nist_certified(set, folder)[["f"]]
  r2 <- fe_reg(y ~ 1 | group, d)$r2[["r2"]]
  peer <- suppressWarnings(stats::anova(stats::lm(y ~ factor(group), d)))[1, "F value"]
  data.frame(
    set, here = nist_digits(nist_f(r2, d$group), f), here_errors = NA,
    lm = nist_digits(peer, f), lm_errors = NA
  )
}
certified <- rbind(
  do.call(rbind, lapply(nist_regressions, regression)), do.call(rbind, lapply(nist_anovas, anova))
)
certified[-1] <- lapply(certified[-1], function(x) pmax(round(x, 1), 0))
utils::write.csv(
  certified, file.path("vignettes", "certified.csv"), row.names = FALSE, quote = FALSE
)
print(certified)
