panel <- c("unit", "year")

test_that("a summary that is several tables says which can be saved", {
  s <- summary(transition_matrix(chain_toy(), "y", panel = panel))
  file <- tempfile(fileext = ".md")
  expect_error(save_table(s, file), "save_table(x$passage", fixed = TRUE,
    class = "ccdpanel_error_type")
  for (part in c("counts", "probabilities", "passage", "mobility", "tests")) {
    expect_match(readLines(save_table(s[[part]], file))[1], "^[|]")
  }
})

test_that("the print says classes, weights and draws", {
  d <- chain_toy()
  m <- transition_matrix(
    d, "y", classes = c(1.5, 2.5), given = chain_ring(d), labels = c("low", "middle", "high"),
    panel = panel, boot = 20, seed = 1
  )
  expect_snapshot(print(m))
  expect_snapshot(summary(m))
})
