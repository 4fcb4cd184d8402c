# 从年鉴工作簿（每个工作表一个指标）和指标体系表到一份中文 Word 报告。
#
#   Rscript nianjian_word.R 年鉴.xlsx 指标体系.xlsx 报告.docx
library(ccdpanel)
options(ccdpanel.language = "zh")
files <- commandArgs(trailingOnly = TRUE)
panel <- read_panel(files[1])
panel$region <- match_province(panel$province, "region4")
sheet <- indicator_sheet(files[2])
model <- paste(paste(unique(sheet$system)[1:2], collapse = " ~ "), "| province + year")
coupling_report(
  panel, sheet, c("province", "year"), files[3], region = "region", models = list(as.formula(model))
)
