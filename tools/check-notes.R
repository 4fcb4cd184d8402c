# Reads 00check.log and decides: Rscript tools/check-notes.R FOLDER.Rcheck ... (of one tarball).
# Every check that does not end in OK must be a NOTE whose every line matches one pattern below. The
# README says why each is there; a pattern that no longer matches is said, so that the list only
# shrinks.

known <- c(
  "installed size" = paste0(
    "^\\* checking installed package size \\.\\.\\. NOTE|^ +installed size is|^ +sub-directories ",
    "of 1Mb or more:|^ +(libs|R) "
  ),
  # The words of indicator_sheet() are put in when its help is shown; the check makes no manual.
  "words in help" = paste0(
    "^\\* checking CRAN incoming feasibility \\.\\.\\. NOTE|^Maintainer: |",
    "^Package has help file\\(s\\) containing install/render-stage .*Sexpr"
  ),
  # Chinese names of provinces are data.
  "UTF-8 strings" = paste0(
    "^\\* checking data for non-ASCII characters \\.\\.\\. NOTE|^ +Note: found [0-9]+ ",
    "marked UTF-8 strings?$"
  )
)

# One element a check: its headline and the lines that belong to it.
checks <- function(log) {
  head <- grepl("^\\* ", log)
  split(log, cumsum(head))
}

outcome <- function(check) {
  found <- regmatches(check, regexpr("(OK|NOTE|WARNING|ERROR|SKIPPED)$", check))
  if (length(found)) found[length(found)] else "none"
}

explained <- function(check) {
  lines <- check[nzchar(trimws(check))]
  any(vapply(known, function(pattern) all(grepl(pattern, lines)), NA))
}

# Examples that take the processor more than the five seconds that CRAN allows.
slow_examples <- function(folder) {
  file <- file.path(folder, "ccdpanel-Ex.timings")
  if (!file.exists(file)) return(list())
  # The lines, but not their heads, end in a tab.
  times <- utils::read.table(file, skip = 1, sep = "\t")
  took <- times[[2]] + times[[3]]
  as.list(sprintf("example of %.1f seconds: %s", took, times[[1]])[took > 5])
}

folders <- commandArgs(trailingOnly = TRUE)
logs <- lapply(file.path(folders, "00check.log"), function(file) {
  if (file.exists(file)) readLines(file, warn = FALSE)
})
status <- lapply(logs, grep, pattern = "^Status: ", value = TRUE)
if (!all(lengths(status))) {
  cat("R CMD check did not come to its end:", folders[!lengths(status)], "\n")
  quit(status = 1)
}
# What several did with one outcome is said once.
found <- unique(unlist(
  lapply(logs, function(log) unname(checks(log[!grepl("^Status: ", log)]))),
  recursive = FALSE
))
headline <- sub(" [.]{3}.*", "", vapply(found, `[`, "", 1))
result <- vapply(found, outcome, "")
notes <- found[result == "NOTE"]
bad <- c(found[result %in% c("WARNING", "ERROR")], notes[!vapply(notes, explained, NA)])
if (!all(grepl("OK$", status)) && !length(c(notes, bad))) {
  bad <- list("a status that is not OK, and no check that says why")
}
bad <- c(bad, unlist(lapply(folders, slow_examples), recursive = FALSE))
for (name in names(known)) {
  if (!any(grepl(known[[name]], unlist(notes)))) {
    cat("explained note that did not come:", name, "\n")
  }
}
for (check in bad) writeLines(c("not explained:", check))
cat(sprintf(
  "R CMD check: %d checks, %d explained notes, %d problems\n",
  length(unique(grep("^[*] checking ", headline, value = TRUE))),
  length(notes) - sum(bad %in% notes), length(bad)
))
quit(status = as.integer(length(bad) > 0))
