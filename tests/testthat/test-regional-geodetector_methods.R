test_that("the print says how strata were made, the summary has four tables", {
  cc <- coupling(state_index())
  d <- as.data.frame(cc)[cc$year > 1984, ]
  d$size <- rep_len(c(3.5, 1.25, 9, 4, 7, 2.5, 8), nrow(d))
  g <- geodetector(
    d, "D", c("region", "size"), bins = 2:3, panel = c("state", "year"), draws = 9, seed = 1
  )
  out <- capture.output(print(g))
  expect_match(out[1], "Geographical detector of D", fixed = TRUE)
  expect_match(
    paste(out, collapse = " "), "Cut into 2-3 strata (quantile), those of the largest q: size",
    fixed = TRUE
  )
  expect_match(paste(out, collapse = " "), "9 permutations (seed 1)", fixed = TRUE)
  s <- summary(g)
  expect_named(s, c("factors", "interactions", "strata", "risk", "ecological", "settings"))
  out <- capture.output(print(s))
  for (title in c("Interactions", "Means of strata", "Between strata", "Between factors")) {
    expect_true(any(startsWith(out, title)))
  }
  expect_output(print(summary(g[1:2, c("q", "p.value")])), "q")
})

test_that("one factor has no interactions to print", {
  d <- data.frame(unit = 1:8, year = 1, y = c(1, 2, 4, 3, 6, 8, 7, 9), a = rep(c("u", "v"), 4))
  g <- geodetector(d, "y", "a", panel = c("unit", "year"), draws = 0)
  expect_null(summary(g)$interactions)
  expect_false(any(grepl("Interactions", capture.output(print(summary(g))))))
})
