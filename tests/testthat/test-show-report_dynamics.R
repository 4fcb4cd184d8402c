test_that("what a panel allows is computed, and the rest is named", {
  cc <- coupling(state_index())
  d <- report_dynamics(cc, "region")
  expect_equal(names(d$made), c("inequality", "transitions", "convergence"))
  expect_equal(d$missing, "moran")
  expect_named(dynamics_tables(d), paste0("dynamics_", names(d$made)))
  for (language in c("en", "zh")) {
    text <- dynamics_text("First.", d, "region", language)
    expect_match(text, "^First.*Dagum")
    expect_match(text, words_of("regional", language)[["name.moran"]], fixed = TRUE)
  }
})

test_that("the report has the section, in either language", {
  skip_if_not_installed("rmarkdown")
  skip_if_not(rmarkdown::pandoc_available("1.14"))
  some <- subset(state_capital, state %in% unique(state)[seq(1, 48, 3)] & year > 1982)
  for (language in c("en", "zh")) {
    file <- tempfile(fileext = ".html")
    report <- coupling_report(
      some, state_sheet(), c("state", "year"), file, region = "region", pictures = FALSE,
      dynamics = TRUE, language = language
    )
    text <- paste(readLines(file, encoding = "UTF-8"), collapse = "\n")
    unlink(file)
    expect_match(text, words_of("report", language)[["dynamics"]], fixed = TRUE)
    expect_match(
      text, words_of("report", language)[["table.dynamics_transitions"]], fixed = TRUE
    )
    expect_equal(
      report$tables$dynamics_inequality$gini, inequality(report$cc)$gini, tolerance = 1e-12
    )
  }
})

test_that("in Word the heading stands on the page across of its first table", {
  skip_if_not_installed("knitr")
  wide <- as.data.frame(matrix(round(stats::rnorm(60), 3), 3))
  names(wide) <- paste("a rather long heading", seq_along(wide))
  show <- function(table, heading) {
    unclass(shown_table(table, "Table 1", "docx", "en", heading = heading))[1]
  }
  where <- function(text, pattern) regexpr(pattern, text, fixed = TRUE)
  across <- show(wide, "# Regional dynamics")
  expect_lt(where(across, "w:sectPr"), where(across, "# Regional dynamics"))
  expect_lt(where(across, "# Regional dynamics"), where(across, "Table 1"))
  expect_match(show(wide[1:3], "# Regional dynamics"), "^# Regional dynamics\n")
})
