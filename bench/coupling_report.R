# The report of 30 provinces with pictures, in Word, against the build before.
library(ccdpanel)
source("tools/before.R")

setup <- quote({
  input <- suppressMessages(simulate_provinces(1))
  input$productivity <- NULL
  sheet <- suppressMessages(indicator_sheet(
    system.file("extdata", "sheet_gu.csv", package = "ccdpanel")
  ))
  file <- tempfile(fileext = ".docx")
})
race_before(
  "coupling_report(), Word", setup,
  quote(coupling_report(input, sheet, c("province", "year"), file, region = "region4")),
  quote(result$cc$D), 2, times = 2, memory = Inf
)
