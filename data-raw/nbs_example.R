# inst/extdata/nbs_example.csv: made-up numbers in the dress of the statistics bureau's exports:
# byte order mark, heading lines, tabs before commas, trailing commas, full names, a footnote, and a
# last line that a broken download cut off. Run from the package's root: Rscript
# data-raw/nbs_example.R
lines <- c(
  "\ufeff\u6570\u636e\u5e93\uff1a\u5206\u7701\u5e74\u5ea6\u6570\u636e ",
  "\u65f6\u95f4\uff1a2021\u5e74 ",
  paste0(
    "\u5730\u533a\t,\u5730\u533a\u751f\u4ea7\u603b\u503c (\u4ebf\u5143) \t,\u4eba\u5747\u5730",
    "\u533a\u751f\u4ea7\u603b\u503c (\u5143/\u4eba) \t,"
  ),
  "\u5317\u4eac\u5e02\t,400.5\t,18000\t,", "\u6cb3\u5317\u7701\t,380.0\t,5100\t,",
  "\u5185\u8499\u53e4\u81ea\u6cbb\u533a\t,210.2\t,\t,",
  "\u5e7f\u897f\u58ee\u65cf\u81ea\u6cbb\u533a\t,240.9\t,4800\t,",
  "\u6ce8\uff1a1. \u793a\u4f8b\u3002", "\u65b0\u7586\u7ef4\u543e\u5c14\u81ea\u6cbb\u533a\t,150."
)
writeBin(charToRaw(enc2utf8(paste(lines, collapse = "\n"))), "inst/extdata/nbs_example.csv")
