test_that("weights that sum to one within rounding are not contradicted, others are", {
  # .33 * 3 = .99, and three roundings of .005 reach 1.005
  expect_identical(verdict_of(
    audit_weights(data.frame(w = rep("0.33", 3)), "w"), "weights sum to one"
  ), "consistent")
  # .333 and two of .332: .997 + .0015 stays below 1
  low <- audit_weights(data.frame(w = c("0.333", "0.332", "0.332")), "w")
  expect_identical(verdict_of(low, "weights sum to one"), "inconsistent")
  expect_equal(low$upper[4], .9985)
  # exactly on the edge: .995 + .005
  expect_identical(verdict_of(
    audit_weights(data.frame(w = c("0.9", "0.0")), "w"), "weights sum to one"
  ), "consistent")
  expect_identical(verdict_of(
    audit_weights(data.frame(w = c("0.8", "0.0")), "w"), "weights sum to one"
  ), "inconsistent")
  expect_identical(verdict_of(
    audit_weights(data.frame(w = rep("0.33", 3)), "w", rounding = "truncate"), "weights sum to one"
  ), "consistent")
  expect_identical(verdict_of(
    audit_weights(data.frame(w = rep("0.34", 3)), "w", rounding = "truncate"), "weights sum to one"
  ), "inconsistent")
})

test_that("systems are summed apart, in percent too, and empty cells leave it open", {
  d <- data.frame(s = c("p", "p", "q", "q", "r"), w = c("40", "60", "40%", "50%", "-"))
  a <- audit_weights(d, "w", "s", scale = 100)
  expect_identical(a$item[a$check == "weights sum to one"], c("p", "q", "r"))
  expect_identical(
    verdict_of(a, "weights sum to one"), c("consistent", "inconsistent", "undetermined")
  )
  # what is printed exceeds one whatever is missing
  expect_identical(verdict_of(
    audit_weights(data.frame(w = c("0.6", "0.6", "-")), "w"), "weights sum to one"
  ), "inconsistent")
})

test_that("a weight below zero or above one is told from one that may be zero", {
  a <- audit_weights(data.frame(w = c("-0.1", "0.0", "-0.00", "1.2")), "w")
  expect_identical(
    verdict_of(a, "weight in [0, 1]"), c("inconsistent", "consistent", "consistent", "inconsistent")
  )
})

test_that("an entropy above one is explained", {
  d <- data.frame(e = c("1.020", "0.910", "1.000"), w = c("0.3", "0.4", "0.3"))
  a <- audit_weights(d, "w", entropy = "e")
  expect_identical(
    verdict_of(a, "entropy in [0, 1]"), c("inconsistent", "consistent", "consistent")
  )
  expect_match(a$reason[a$check == "entropy in [0, 1]"][1], "ln(n T)", fixed = TRUE)
})

test_that("weights follow from divergences: d = (.2, .3, .5), by hand", {
  d <- data.frame(
    e = c("0.80", "0.70", "0.50"), d = c("0.20", "0.30", "0.50"), w = c("0.20", "0.30", "0.50")
  )
  a <- audit_weights(d, "w", entropy = "e", divergence = "d")
  expect_true(all(a$verdict == "consistent"))
  # the first share: .195 / (.195 + .305 + .505) to .205 / (.205 + .295 + .495)
  share <- a[a$check == "weight = divergence / sum", ]
  expect_equal(c(share$lower[1], share$upper[1]), c(.195 / 1.005, .205 / .995))
  d$d[2] <- "0.35"
  expect_identical(
    verdict_of(audit_weights(d, "w", entropy = "e", divergence = "d"), "divergence = 1 - entropy"),
    c("consistent", "inconsistent", "consistent")
  )
})

test_that("weights made of the entropies themselves are recognised: e / sum = .4, .35, .25", {
  d <- data.frame(e = c("0.80", "0.70", "0.50"), w = c("0.40", "0.35", "0.25"))
  a <- audit_weights(d, "w", entropy = "e")
  expect_identical(verdict_of(a, "weights from entropies"), "inconsistent")
  d$w <- c("0.2", "0.6", "0.2")
  expect_length(verdict_of(audit_weights(d, "w", entropy = "e"), "weights from entropies"), 0)
})

test_that("Gu's Table 4: the weights of manufacturing sum to 1.0937, by one row too many", {
  # the first 23 weights sum to 1.0000, the next 12 as well, and the last, .0937, repeats the 24th
  expect_identical(gu_table4$weight[c(24, 36)], c("0.0937", "0.0937"))
  a <- audit_weights(gu_table4, "weight", "system", indicator = "indicator")
  expect_identical(verdict_of(a, "weights sum to one"), c("consistent", "inconsistent"))
  expect_identical(a$printed[a$check == "weights sum to one"], c("1", "1.0937"))
  expect_match(
    a$reason[a$check == "weights sum to one"][2], "without row 24 or 36 (0.0937)", fixed = TRUE
  )
})

test_that("misuse is named", {
  expect_error(
    audit_weights(data.frame(w = "1"), "w", system = "s"), class = "ccdpanel_error_column"
  )
  expect_error(
    audit_weights(data.frame(w = "1"), "w", entropy = "e"), class = "ccdpanel_error_column"
  )
})
