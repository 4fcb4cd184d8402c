# Holds data-raw/published/*.csv against the text of the papers, which is not part of the package:
# every number of a table's cells must come as often in the lines of that table. Rscript
# data-raw/check_published.R <folder with the papers as text>
folder <- commandArgs(TRUE)[1]
texts <- lapply(
  list.files(folder, "^[0-9]+_.*txt$", full.names = TRUE), readLines, encoding = "UTF-8",
  warn = FALSE
)
paper <- function(author) {
  texts[[which(vapply(texts, function(x) {
    any(grepl(author, utils::head(x, 10), fixed = TRUE))
  }, NA))]]
}

# Where a table begins (its first line of heading); "on" where empty lines interrupt it.
tables <- list(
  gu_table1 = c("Wenjia Gu", "D-value interval"), gu_table3 = c("Wenjia Gu", "Variable\tAbridge"),
  gu_table4 = c("Wenjia Gu", "Indicator layer"),
  gu_table5 = c("Wenjia Gu", "Year\tC Value", "on"), gu_table6 = c("Wenjia Gu", "Year\tAll"),
  gu_table7 = c("Wenjia Gu", "\t(1)\t(2)\t(3)\t(4)"),
  gu_table8 = c("Wenjia Gu", "\t(5)\t(6)"), gu_table9 = c("Wenjia Gu", "\tEast\tCentral"),
  cui_table4 = c("Wenhao Cui", "Variable\tN\tmean"),
  cui_table5 = c("Wenhao Cui", "Variable\t(1)\t(2)"), cui_table6 = c("Wenhao Cui", "\tDT\tNQP"),
  cui_table7 = c("Wenhao Cui", "VARIABLES\t(1)\t(2)\t(3)\t(4)"),
  cui_table8 = c("Wenhao Cui", "Variable\tEastern"),
  cui_table9 = c("Wenhao Cui", "Variable\tHigh level"),
  cui_table10 = c("Wenhao Cui", "VARIABLES\tNQP"),
  wang_yu_table2 = c("Zile Yu", "Beijing\t0.504"),
  zhou_lang_table1 = c("Zhou Yahong", "Manufacturing sectors")
)
numbers <- function(x) sort(unname(unlist(regmatches(x, gregexpr("[0-9]+([.][0-9]+)?", x)))))
printed <- function(where) {
  lines <- paper(where[1])
  at <- which(startsWith(lines, where[2]))[1]
  lines <- lines[(at + !startsWith(where[2], "Beijing")):length(lines)]
  if (length(where) == 3) return(utils::head(grep("^20[0-9]{2}\t", lines, value = TRUE), 12))
  lines <- lines[seq_len(which(!nzchar(trimws(lines)))[1] - 1)]
  lines <- lines[!grepl("^2[.] |and NQP$|NQP an", lines)]
  # A narrow column breaks numbers.
  if (where[2] == "Variable\tAbridge") lines <- gsub("([0-9]) ([0-9])", "\\1\\2", lines)
  gsub("^r2|^Equation [12]", "", lines)
}
typed <- function(name) {
  table <- utils::read.csv(
    file.path("data-raw/published", paste0(name, ".csv")), colClasses = "character",
    check.names = FALSE
  )
  table <- table[setdiff(names(table), c("part", "model", "equation"))]
  if ("term" %in% names(table)) table$term <- NULL
  unlist(table)
}
for (name in names(tables)) {
  a <- numbers(printed(tables[[name]]))
  b <- numbers(typed(name))
  cat(sprintf(
    "%-18s %4d numbers %s\n", name, length(b), if (identical(a, b)) "agree" else "DIFFER"
  ))
  if (!identical(a, b)) {
    print(list(paper = setdiff(a, b), typed = setdiff(b, a), counts = c(length(a), length(b))))
  }
}
