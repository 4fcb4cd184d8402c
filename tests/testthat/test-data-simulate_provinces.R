# The simulated panel against the printed tables it imitates, and the estimators against its truth.

seeds <- c(1, 2, 7, 42, 2024)
number <- function(text) as.numeric(as.character(text))

# The panel of a seed is drawn once for all tests.
drawn_panels <- new.env()
simulated <- function(seed) {
  name <- format(seed)
  if (is.null(drawn_panels[[name]])) drawn_panels[[name]] <- simulate_provinces(seed)
  drawn_panels[[name]]
}

# Only the two equations' variables and truth, which are drawn before all others.
simulated_equations <- function(seed) {
  with_seed(seed, simulate_gu(latent_scores(province_years())))
}

gu_equations <- list(
  productivity = productivity ~ log(education) + log(research) + log(patent) + manufacture,
  manufacture = manufacture ~ log(creativity) + log(information) + green + efficiency + productivity
)
cui_controls <- "ie + fiei + lp + lf + iev + ul + il"

test_that("means, minima and maxima are those of Gu's Table 3", {
  for (seed in seeds) {
    sim <- simulated(seed)
    found <- t(vapply(
      sim[gu_table3$abbreviation], function(x) c(mean(x), min(x), max(x)), numeric(3)
    ))
    printed <- cbind(number(gu_table3$mean), number(gu_table3$min), number(gu_table3$max))
    expect_lt(max(abs(found / printed - 1)), 0.05)
  }
})

test_that("means, deviations, minima and maxima of 2014-2022 are those of Cui's Table 4", {
  for (seed in seeds) {
    sim <- subset(simulated(seed), year >= 2014)
    expect_equal(nrow(sim), 270)
    names <- tolower(sub("NPQ", "npq", cui_table4$variable))
    found <- t(vapply(sim[names], function(x) c(mean(x), sd(x), min(x), max(x)), numeric(4)))
    printed <- vapply(cui_table4[c("mean", "sd", "min", "max")], number, numeric(9))
    expect_lt(max(abs(found / printed - 1)), 0.05)
  }
})

test_that("three-stage least squares recovers the two equations and least squares does not", {
  z <- vapply(seeds, function(seed) {
    sim <- simulated(seed)
    truth <- unlist(attr(sim, "truth")[c("productivity", "manufacture")])
    fit <- system_reg(gu_equations, sim)
    ols <- system_reg(gu_equations, sim, method = "ols")
    expect_gt(coef(ols)[["productivity_manufacture"]], truth[["productivity.manufacture"]] + 0.15)
    unname((coef(fit) - truth) / sqrt(diag(vcov(fit))))
  }, numeric(11))
  expect_lt(max(abs(z)), 4)
  expect_lt(mean(abs(z)), 1.3)
})

test_that("fixed effects and instruments recover the effect of digital trade and of the mediator", {
  z <- vapply(seeds, function(seed) {
    sim <- subset(simulated(seed), year >= 2014)
    truth <- attr(simulated(seed), "truth")
    fit <- function(text) fe_reg(as.formula(text), sim)
    of <- function(f, term, value) (coef(f)[[term]] - value) / sqrt(vcov(f)[term, term])
    direct <- fit(paste("npq ~ dt + innovation +", cui_controls, "| province + year"))
    total <- fit(paste("npq ~ dt +", cui_controls, "| province + year"))
    first <- fit(paste("innovation ~ dt +", cui_controls, "| province + year"))
    iv <- fit(paste(
      "npq ~", cui_controls, "| province + year | dt ~ I(telephones_1984 * users_before)"
    ))
    expect_gt(weak_iv(iv)$statistic[1], 16.38)
    c(
      of(direct, "dt", 0.2418), of(direct, "innovation", 0.0017),
      of(total, "dt", 0.2418 + 83.573 * 0.0017), of(first, "dt", 83.573),
      of(iv, "dt", truth$npq_total[["dt"]])
    )
  }, numeric(5))
  expect_lt(max(abs(z)), 3.5)
  expect_lt(mean(abs(z)), 1.2)
})

test_that("composite indices of the raw indicators follow what they measure", {
  sim <- simulate_provinces(3)
  sheet <- function(name) {
    suppressMessages(indicator_sheet(system.file(
      "extdata", paste0("sheet_", name, ".csv"), package = "ccdpanel"
    )))
  }
  panel <- c("province", "year")
  gu <- composite_index(sim, sheet("gu"), panel)
  expect_gt(cor(gu$productivity, sim$productivity, method = "spearman"), 0.75)
  expect_gt(cor(gu$manufacturing, sim$manufacture, method = "spearman"), 0.75)
  cui <- composite_index(sim, sheet("cui"), panel)
  expect_gt(cor(cui$digital_trade, sim$dt, method = "spearman"), 0.75)
  expect_s3_class(coupling(composite_index(sim, sheet("wang_yu"), panel)), "coupling")
})

test_that("a seed gives one panel and leaves R's random numbers alone", {
  set.seed(11)
  before <- .Random.seed
  a <- simulate_provinces(5)
  expect_identical(.Random.seed, before)
  expect_identical(simulate_provinces(5), a)
  expect_false(identical(simulate_provinces(6)$npq, a$npq))
  expect_identical(dim(a), c(360L, 110L))
  expect_false(anyNA(a))
  expect_false("Tibet" %in% a$province)
  expect_error(simulate_provinces("x"), class = "ccdpanel_error_number")
})

test_that("the panel says that it is simulated, whole or in part", {
  sim <- simulate_provinces(1)
  expect_true(attr(sim, "simulated"))
  expect_output(print(sim), "Simulated, no official figures: 360 rows")
  expect_output(print(sim[sim$year == 2022, ]), "Simulated, no official figures: 30 rows")
})

test_that("three-stage least squares recovers the two simultaneous equations over 100 seeds", {
  equations <- list(
    productivity = productivity ~ log(education) + log(research) + log(patent) + manufacture,
    manufacture = manufacture ~ log(creativity) + log(
      information
    ) + green + efficiency + productivity
  )
  off <- vapply(1:100, function(seed) {
    sim <- simulated_equations(seed)
    fit <- system_reg(equations, sim$data)
    (coef(fit) - unlist(sim$truth[c("productivity", "manufacture")])) / sqrt(diag(vcov(fit)))
  }, numeric(11))
  whole <- simulated(7)
  part <- simulated_equations(7)
  expect_identical(as.list(part$data), as.list(whole)[names(part$data)])
  expect_identical(part$truth, attr(whole, "truth")[names(part$truth)])
  # A mean of 100 strays by .1 standard errors; what is left beyond is the estimator's own bias in
  # 360 rows
  expect_lt(max(abs(rowMeans(off))), 0.5)
  # 95 of 100 intervals hold the truth, and by chance hardly ever fewer than 86
  expect_gte(min(rowMeans(abs(off) < 1.96)), 0.86)
})

test_that("joined data are simulated still; a part claims no published means", {
  sim <- simulate_provinces(1)
  joined <- merge(sim, data.frame(province = unique(sim$province), z = 1:30))
  expect_true(attr(joined, "simulated"))
  expect_identical(attr(joined, "truth"), attr(sim, "truth"))
  expect_output(print(joined), "Simulated, no official figures.*Published means")
  expect_no_match(utils::capture.output(print(sim[1:3, 1:5])), "Published")
})

test_that(
  "Cui's Table 9 can be run: its groups have the printed rows, and each holds the true effect", {
  printed <- subset(cui_table9, term == "Observations")
  rows <- stats::setNames(number(printed$estimate), printed$model)
  fit_to <- function(sim) {
    fe_reg(
      as.formula(paste("npq ~ dt +", cui_controls, "| province + year")), sim,
      panel = c("province", "year")
    )
  }
  z <- vapply(seeds, function(seed) {
    sim <- subset(simulated(seed), year >= 2014)
    halves <- function(by, lower) {
      by_group(fit_to(sim), by, split = sort(sim[[all.vars(by)]])[lower], of = "observation")
    }
    groups <- c(
      as.list(halves(~tertiary_share, rows[["Poor level of industrial structure"]])),
      as.list(halves(~education, rows[["Lack of talent resources"]]))
    )
    used <- vapply(groups, nobs, 0)
    # A province with a single row in a group is left out of it.
    expect_lte(max(rows[c(2, 1, 3, 4)] - used), 8)
    expect_gte(min(rows[c(2, 1, 3, 4)] - used), 0)
    vapply(groups, function(f) {
      (coef(f)[["dt"]] - 0.2418 - 83.573 * 0.0017) / sqrt(vcov(f)["dt", "dt"])
    }, 0)
  }, numeric(4))
  expect_lt(max(abs(z)), 3.5)
  expect_lt(mean(abs(z)), 1.2)
})
