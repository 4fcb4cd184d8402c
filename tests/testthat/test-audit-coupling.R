test_that("D against sqrt(C T), by hand: sqrt(.64 * .25) = .4", {
  d <- data.frame(C = "0.640", T = "0.250", D = c("0.400", "0.401", "0.402", "-"))
  a <- audit_coupling(d, "C", "T", "D")
  # sqrt(.6405 * .2505) = .400556, which rounds to .401
  expect_identical(
    verdict_of(a, "D = sqrt(C T)"), c("consistent", "consistent", "inconsistent", "undetermined")
  )
  expect_equal(a$upper[a$check == "D = sqrt(C T)"][1], sqrt(.6405 * .2505))
})

test_that("a forgotten root is recognised", {
  d <- data.frame(C = c("0.640", "0.900"), T = c("0.250", "0.500"), D = c("0.160", "0.450"))
  a <- audit_coupling(d, "C", "T", "D")
  expect_identical(verdict_of(a, "D by another formula"), "inconsistent")
  expect_match(a$reason[a$check == "D by another formula"], "root")
})

test_that("Gu's Table 5: D is sqrt(C T) in all twelve years, and every level is that of its D", {
  # 2011, the row that is farthest off: .917 * .017 = .1249^2, but .9165 * .0165 = .12297^2, which
  # prints as .123
  for (digits in list(NULL, 3)) {
    a <- audit_coupling(gu_table5, "C", "T", "D", "level", unit = "year", digits = digits)
    expect_identical(verdict_of(a, "D = sqrt(C T)"), rep("consistent", 12))
    expect_identical(verdict_of(a, "level of D"), rep("consistent", 12))
  }
})

test_that("Gu's rows are said to be means over 30 provinces: equality in every row is remarked", {
  a <- audit_coupling(gu_table5, "C", "T", "D", unit = "year", rows = "mean")
  expect_identical(verdict_of(a, "mean D <= sqrt(mean C mean T)"), rep("consistent", 12))
  expect_identical(verdict_of(a, "rows that are means"), "undetermined")
  # one mean well below the bound, .3 < .4, and one above it, .5 > .4: no remark
  b <- audit_coupling(
    data.frame(C = "0.64", T = "0.25", D = c("0.30", "0.50", NA)), "C", "T", "D", rows = "mean"
  )
  expect_identical(
    verdict_of(b, "mean D <= sqrt(mean C mean T)"), c("consistent", "inconsistent", "undetermined")
  )
  expect_length(verdict_of(b, "rows that are means"), 0)
})

test_that("T by equal, given and other coefficients", {
  d <- data.frame(u = c("0.600", "0.200"), v = c("0.200", "0.800"), T = c("0.400", "0.500"))
  expect_true(all(audit_coupling(d, T = "T", systems = c("u", "v"))$verdict == "consistent"))
  d$T <- c("0.480", "0.380") # .7 and .3
  a <- audit_coupling(d, T = "T", systems = c("u", "v"))
  expect_identical(verdict_of(a, "T from the scores"), c("inconsistent", "inconsistent"))
  other <- a[a$check == "T by other coefficients", ]
  expect_lt(other$lower, .7)
  expect_gt(other$upper, .7)
  expect_lt(other$upper - other$lower, .01)
  expect_true(all(
    audit_coupling(d, T = "T", systems = c("u", "v"), weights = c(.7, .3))$verdict == "consistent"
  ))
  d$T[2] <- "0.650" # row 1 asks for .7, row 2 for .25
  expect_identical(verdict_of(
    audit_coupling(d, T = "T", systems = c("u", "v")), "T by other coefficients"
  ), "inconsistent")
})

test_that("rows that are means are held against scores in T alone", {
  # 1.2 / 3, 1.2 / 3, 1.5 / 3
  d <- cbind(printed_scores, C = "0.1", T = c("0.400", "0.400", "0.600"))
  a <- audit_coupling(d, C = "C", T = "T", systems = printed_systems, rows = "mean")
  expect_identical(verdict_of(a, "C from the scores"), "undetermined")
  expect_identical(
    verdict_of(a, "T from the scores"), c("consistent", "consistent", "inconsistent")
  )
})

test_that("percent, one row and values outside work", {
  one <- data.frame(C = "64.0", T = "25.0", D = "40.0")
  expect_true(all(audit_coupling(one, "C", "T", "D", scale = 100)$verdict == "consistent"))
  expect_true(all(
    verdict_of(audit_coupling(one, "C", "T", "D", scale = 1), "values in [0, 1]") == "inconsistent"
  ))
})

test_that("no honest table is contradicted, rounded or truncated, by any model", {
  set.seed(21)
  print_of <- function(x, k, how) {
    formatC(
      if (how == "round") round(x, k) else trunc(x * 10^k + 1e-9) / 10^k, format = "f", digits = k
    )
  }
  for (
    model in c("standard", "wang", "fan", "power")
  ) for (how in c("round", "truncate")) for (n in 2:4) {
    u <- matrix(stats::runif(4 * n)^2, 4)
    u[1, ] <- u[1, 1]
    u[2, 1] <- 0
    C <- coupling_degree(u, model)
    D <- sqrt(C * rowMeans(u))
    k <- sample(2:4, 1)
    d <- as.data.frame(matrix(print_of(u, sample(1:3, 1), how), 4))
    d[c("C", "T", "D")] <- list(
      print_of(C, k, how), print_of(rowMeans(u), k, how), print_of(D, k, how)
    )
    d$level <- coordination_level(D)$level
    a <- audit_coupling(
      d, "C", "T", "D", "level", systems = names(d)[1:n], model = model, rounding = how
    )
    expect_false(any(a$verdict == "inconsistent"))
    b <- audit_coupling(d, D = "D", systems = names(d)[1:n], model = model, rounding = how)
    expect_false(any(b$verdict == "inconsistent"))
  }
})

test_that("misuse is named", {
  expect_error(audit_coupling(gu_table6), class = "ccdpanel_error_column")
  expect_error(audit_coupling(gu_table5, "C", "Z"), class = "ccdpanel_error_column")
  expect_error(audit_coupling(gu_table5, "C", rows = "both"), class = "ccdpanel_error_choice")
  expect_error(audit_coupling(gu_table5, "C", closed = "up"), class = "ccdpanel_error_choice")
  expect_error(audit_coupling(gu_table5, "C", model = "best"), class = "ccdpanel_error_choice")
  expect_error(audit_coupling(gu_table5, "C", k = -1), class = "ccdpanel_error_number")
  expect_error(audit_coupling(printed_scores, systems = "u"), class = "ccdpanel_error_systems")
  expect_error(
    audit_coupling(printed_scores, systems = c("u", "u")), class = "ccdpanel_error_systems"
  )
  expect_error(
    audit_coupling(
      cbind(printed_scores, T = "0.4"), T = "T", systems = printed_systems, weights = c(.5, .5)
    ),
    class = "ccdpanel_error_weights"
  )
  expect_error(
    audit_coupling(
      cbind(printed_scores, T = "0.4"), T = "T", systems = printed_systems, weights = c(.5, .5, .5)
    ),
    class = "ccdpanel_error_weights"
  )
})

test_that("two systems' scores from C and T: T -/+ sqrt(T^2 - (C T)^2)", {
  # u = .2 and v = .8: T = .5, C = 2 * .4 / 1 = .8; and .9, .5: T = .7, C = 2 * sqrt(.45) / 1.4 =
  # .958
  d <- data.frame(C = c("0.800", "0.958"), T = c("0.500", "0.700"))
  a <- audit_coupling(d, "C", "T")
  line <- a[a$check == "scores from C and T", ]
  expect_identical(line$verdict, c("consistent", "consistent"))
  expect_equal(line$lower[1], .2)
  expect_equal(line$upper[1], .8)
  expect_equal(c(line$lower[2], line$upper[2]), c(.5, .9), tolerance = .01)
  # T = .9 and C = .8 would need 1.44
  far <- data.frame(C = "0.800", T = "0.900")
  expect_identical(verdict_of(
    audit_coupling(far, "C", "T", systems = 2), "scores from C and T"
  ), "inconsistent")
  expect_identical(verdict_of(audit_coupling(far, "C", "T"), "scores from C and T"), "undetermined")
  expect_length(verdict_of(audit_coupling(far, "C", "T", rows = "mean"), "scores from C and T"), 0)
  expect_length(verdict_of(audit_coupling(far, "C", "T", model = "fan"), "scores from C and T"), 0)
  # no honest table is contradicted
  set.seed(8)
  u <- matrix(stats::runif(60), 30)
  honest <- data.frame(
    C = sprintf("%.2f", 2 * sqrt(u[, 1] * u[, 2]) / rowSums(u)), T = sprintf("%.2f", rowMeans(u))
  )
  expect_true(all(verdict_of(
    audit_coupling(honest, "C", "T", systems = 2), "scores from C and T"
  ) == "consistent"))
})

test_that("the formula that Gu prints is another quotient: from C and T of 2022 it gives 2.06", {
  printed <- "2 * sqrt(PD * MT * (PD + MT)^2)"
  a <- audit_coupling(gu_table5, "C", "T", unit = "year", systems = 2, formula = printed)
  expect_true(all(verdict_of(a, "C by the printed formula") == "inconsistent"))
  expect_identical(a$reason[a$check == "printed formula of C"], paste(printed, "fits 0 of 12 rows"))
  last <- a[a$check == "C by the printed formula" & a$item %in% "2022", ]
  # C T = .739 * .941, twice that times 2 * .739
  expect_match(last$reason, sprintf("it is %.3f", 2 * .739 * .941 * 2 * .739), fixed = TRUE)
  expect_equal(2 * .739 * .941 * 2 * .739, 2.06, tolerance = .01)
  # all scores with T = .739 +- .0005: from 1 and .478 to equal ones
  expect_equal(c(last$lower, last$upper), c(2 * sqrt(.477) * 1.477, 4 * .7395^2), tolerance = 1e-4)
  # the usual quotient fits
  b <- audit_coupling(gu_table5, "C", "T", systems = 2, formula = "2 * sqrt(u * v / (u + v)^2)")
  expect_true(all(verdict_of(b, "C by the printed formula") == "consistent"))
})

test_that("a printed formula against printed scores, by name or in order", {
  d <- data.frame(u = c("0.64", "0.81"), v = c("0.36", "0.25"), C = c("0.96", "0.85"))
  of <- function(formula, ...) {
    verdict_of(
      audit_coupling(d, "C", systems = c("u", "v"), formula = formula, ...),
      "C by the printed formula"
    )
  }
  expect_identical(of("2 * sqrt(v * u) / (u + v)"), c("consistent", "consistent"))
  expect_identical(of("2 * sqrt(a * b) / (a + b)"), c("consistent", "consistent"))
  expect_identical(of("(v / u)^(1 / 2)"), c("inconsistent", "inconsistent"))
  expect_identical(of("min(u, v) / max(u, v)"), c("inconsistent", "inconsistent"))
  bad <- function(...) {
    expect_error(
      audit_coupling(d, "C", systems = c("u", "v"), ...), class = "ccdpanel_error_formula"
    )
  }
  bad(formula = "u + v + w")
  bad(formula = "Sys.time()")
  bad(formula = ~u)
  expect_error(audit_coupling(d, "C", formula = "u * v"), class = "ccdpanel_error_column")
})
