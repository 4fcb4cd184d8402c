# Print on 0 to 100 or 0 to 10, and weights in percent: asked for, and then the same verdicts.

# Three systems of numbers whose C, T and D are the formulas of the books in plain R.
scores_printed <- function(by, digits) {
  u <- c(0.62, 0.35, 0.81)
  v <- c(0.48, 0.55, 0.67)
  T <- (u + v) / 2
  C <- 2 * sqrt(u * v) / (u + v)
  show <- function(x, by) formatC(by * x, format = "f", digits = digits)
  data.frame(u = show(u, by), v = show(v, by), C = show(C, 1), T = show(T, by),
    D = show(sqrt(C * T), 1))
}

test_that("scores on another scale are asked for, and then tested as they are in [0, 1]", {
  usual <- audit_coupling(scores_printed(1, 4), systems = c("u", "v"))
  expect_true(all(usual$verdict[usual$check == "D = sqrt(C T)"] == "consistent"))
  for (by in c(10, 100)) {
    table <- scores_printed(by, 4)
    error <- expect_error(
      audit_coupling(table, systems = c("u", "v")), "scale", class = "ccdpanel_error_scale"
    )
    expect_match(conditionMessage(error), sprintf("scale = %d", by))
    expect_match(gsub("\\s+", " ", conditionMessage(error)), "Columns \"T\", \"u\", and \"v\"")
    a <- audit_coupling(table, systems = c("u", "v"), scale = c(T = by, u = by, v = by))
    for (check in c("D = sqrt(C T)", "T from the scores", "C from the scores")) {
      expect_identical(verdict_of(a, check), rep("consistent", 3), info = check)
    }
    expect_output(print(a), "divided by")
  }
  # Said to be as they are, they are outside.
  a <- audit_coupling(table, systems = c("u", "v"), scale = 1)
  expect_true(any(a$verdict == "inconsistent"))
  # A single cell above 1 is a misprint.
  wrong <- replace(scores_printed(1, 2), 4, c("0.55", "1.45", "0.74"))
  expect_identical(
    sum(verdict_of(audit_coupling(wrong, "C", "T", "D"), "values in [0, 1]") == "inconsistent"), 1L
  )
})

test_that("weights in percent are asked for, and per cent signs read", {
  table <- data.frame(s = c("a", "a", "b", "b"), w = c("40.5", "59.5", "30", "70"))
  expect_error(audit_weights(table, "w", "s"), "scale = 100", class = "ccdpanel_error_scale")
  a <- audit_weights(table, "w", "s", scale = 100)
  expect_identical(verdict_of(a, "weights sum to one"), rep("consistent", 2))
  signed <- transform(table, w = paste0(w, "%"))
  expect_identical(
    verdict_of(audit_weights(signed, "w", "s"), "weights sum to one"), rep("consistent", 2)
  )
  one <- audit_weights(table, "w", "s", scale = 1)
  expect_identical(verdict_of(one, "weights sum to one"), rep("inconsistent", 2))
})

test_that("entropies in percent are asked for", {
  table <- data.frame(w = c("0.6", "0.4"), e = c("91.0", "94.0"))
  expect_error(
    audit_weights(table, "w", entropy = "e"), "scale", class = "ccdpanel_error_scale"
  )
  a <- audit_weights(table, "w", entropy = "e", scale = c(e = 100))
  expect_identical(verdict_of(a, "weight = divergence / sum"), rep("consistent", 2))
})

test_that("weights of the whole table are no contradiction of each system", {
  table <- data.frame(s = c("a", "a", "b", "b"), w = c("0.20", "0.30", "0.15", "0.35"))
  a <- audit_weights(table, "w", "s")
  expect_identical(
    verdict_of(a, "weights sum to one"), c("consistent", "undetermined", "undetermined")
  )
  expect_false(any(a$verdict == "inconsistent"))
})

test_that("ranks of scores on 0 to 10 are tested, and their range is not guessed", {
  table <- data.frame(u = c("a", "b", "c"), m = c("8.3", "6.1", "4.0"), r = c("1", "2", "3"))
  a <- audit_ranks(table, average = "m", rank = "r", unit = "u")
  expect_identical(verdict_of(a, "values in their range"), "not tested")
  expect_identical(verdict_of(a, "rank by the average"), rep("consistent", 3))
  b <- audit_ranks(table, average = "m", rank = "r", unit = "u", within = c(0, 10))
  expect_true(all(b$verdict == "consistent"))
})

test_that("a scale that is none is an error", {
  table <- scores_printed(1, 2)
  for (scale in list(0, -1, NA_real_, "10", c(1, 2), c(x = 10), Inf)) {
    expect_error(
      audit_coupling(table, "C", "T", "D", scale = scale), class = "ccdpanel_error_number"
    )
  }
})

test_that("a scale or digits of a column that no check reads are an error that names it", {
  table <- cbind(unit = c("a", "b", "c"), scores_printed(1, 2))
  systems <- c("u", "v")
  for (name in c("unit", "C")) {
    for (arg in c("scale", "digits")) {
      told <- stats::setNames(list(stats::setNames(2, name)), arg)
      error <- expect_error(
        do.call(audit_coupling, c(list(table, T = "T", systems = systems, unit = "unit"), told)),
        sprintf("`%s` names \"%s\"", arg, name), class = "ccdpanel_error_argument"
      )
      expect_match(conditionMessage(error), "\"T\", \"u\", and \"v\"")
    }
  }
  ranks <- data.frame(u = c("a", "b"), m = c("0.83", "0.61"), r = c("1", "2"))
  expect_error(
    audit_ranks(ranks, average = "m", rank = "r", unit = "u", digits = c(u = 2)), "digits",
    class = "ccdpanel_error_argument"
  )
  weights <- data.frame(s = c("a", "a"), w = c("0.4", "0.6"), e = c("0.9", "0.8"))
  expect_error(
    audit_weights(weights, "w", "s", scale = c(e = 100)), "scale",
    class = "ccdpanel_error_argument"
  )
  sizes <- data.frame(term = "x", b = "0.10", se = "0.05", t = "2.00", p = "0.046")
  expect_error(
    audit_coefficients(sizes, "b", std_error = "se", statistic = "t", digits = c(p = 3)), "digits",
    class = "ccdpanel_error_argument"
  )
})
