# Gaps of a million rows, 1e5 units, a tenth of the values missing: against the build before, and
# against zoo::na.approx() by unit in data.table, where they are installed.
library(ccdpanel)
source("tools/before.R")

setup <- quote({
  set.seed(1)
  input <- data.frame(
    unit = rep(seq_len(1e5), each = 10), year = rep(2011:2020, 1e5), x = rnorm(1e6)
  )
  input$x[sample(1e6, 1e5)] <- NA
  lost <- tapply(is.na(input$x), input$unit, all)
  input$x[input$unit %in% names(lost)[lost]] <- 1
})
made <- race_before(
  "impute_gaps(), 1e6 rows", setup, quote(impute_gaps(input, panel = c("unit", "year"))),
  quote(result$x), 20
)
if (requireNamespace("data.table", quietly = TRUE) && requireNamespace("zoo", quietly = TRUE)) {
  eval(setup)
  data.table::setDTthreads(2)
  table <- data.table::as.data.table(input)
  theirs <- system.time(
    filled <- table[, list(x = zoo::na.approx(x, year, rule = 2, na.rm = FALSE)), by = "unit"]
  )[["elapsed"]]
  several <- table[, sum(!is.na(x)) > 1, by = "unit"]$V1
  stopifnot(all.equal(
    filled$x[several[filled$unit]], impute_gaps(input, c("unit", "year"))$x[several[filled$unit]]
  ))
  cat(sprintf(
    "data.table with zoo::na.approx by unit: %.3f s: %.1f times (aim: 3)\n", theirs,
    theirs / made$now$seconds
  ))
}
