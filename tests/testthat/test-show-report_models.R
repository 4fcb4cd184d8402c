skip_if_not_installed("rmarkdown")
skip_if_not_installed("knitr")
skip_if_not(rmarkdown::pandoc_available("1.14"), "pandoc")

path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
panel <- c("state", "year")

test_that(
  "a column called like a result is an error that names it, or the result takes the suffix", {
  data <- subset(state_capital, region == "Northeast" & year > 1983)
  data <- transform(data, economy = output, D = 1)
  file <- tempfile(fileext = ".html")
  made <- function(...) coupling_report(data, path, panel, file, pictures = FALSE, ...)
  expect_error(
    made(models = list(T ~ D + infrastructure)), "\"D\", which.*suffix",
    class = "ccdpanel_error_name"
  )
  expect_error(
    made(models = list(list(a = economy ~ D, b = T ~ infrastructure))), "\"economy\" and \"D\"",
    class = "ccdpanel_error_name"
  )
  expect_false(file.exists(file))
  expect_message(made(), "economy.*D.*have the name", class = "ccdpanel_message_shared_name")
  report <- made(
    suffix = "_index", models = list(a = log(economy) ~ economy_index + D_index | state)
  )
  idx <- composite_index(data, path, panel)
  expect_identical(report$data$economy, data$output)
  expect_identical(report$data$economy_index, idx$economy)
  expect_identical(report$data$infrastructure, idx$infrastructure)
  expect_identical(report$data$D_index, coupling(idx)$D)
  expect_identical(names(coef(report$models$a)), c("economy_index", "D_index"))
  expect_error(made(suffix = ""), "twice", class = "ccdpanel_error_name")
})
