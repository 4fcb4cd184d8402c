# From a yearbook workbook (a sheet an indicator) and a table of indicators to a Word report in
# English; nianjian_word.R writes it in Chinese.
#
#   Rscript yearbook_to_word.R yearbook.xlsx indicators.xlsx report.docx
library(ccdpanel)
files <- commandArgs(trailingOnly = TRUE)
panel <- read_panel(files[1])
panel$region <- match_province(panel$province, "region4")
sheet <- indicator_sheet(files[2])
model <- paste(paste(unique(sheet$system)[1:2], collapse = " ~ "), "| province + year")
report <- coupling_report(
  panel, sheet, c("province", "year"), files[3], region = "region", models = list(as.formula(model))
)
print(report)
