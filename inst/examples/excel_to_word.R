# From an Excel sheet of indicators and an Excel panel to a Word report: put your own two files in
# the place of these.
#
#   Rscript excel_to_word.R sheet.xlsx panel.xlsx report.docx
library(ccdpanel)
files <- commandArgs(trailingOnly = TRUE)
sheet <- indicator_sheet(files[1])
data <- readxl::read_excel(files[2])
report <- coupling_report(
  data, sheet, panel = c("state", "year"), file = files[3], region = "region",
  models = list(FE = economy ~ infrastructure + log(private_capital) | state + year))
save_table(report$tables$wide, sub("[.]docx$", ".xlsx", files[3]))
print(report)
