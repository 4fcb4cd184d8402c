# testthat on the installed package, from the checkout, so that the tests that read the sources find them:
#
#   Rscript tools/test-r.R [--text] [filter]
#
# --text leaves out the files whose outcome no locale can change; the filter is a regular expression on the files' names.
# Two processes take one file after the other, those that took longest last time first. The last line is 'N passed,
# N failed, N skipped'. A file whose process died is a failure. So is a snapshot that is new or differs: it has to be
# looked at and committed, and a test run never does that by itself.

folder <- file.path("tests", "testthat")
work <- file.path("build", "test-r")
workers <- 2

# What a locale changes goes through one of these: text that is printed, formatted or compared as a snapshot, read or
# written, messages, warnings and other conditions by their words, letters beyond ASCII, order of strings, and the sources.
text_pattern <- paste0(
  "snapshot|print|format|capture|expect_(output|message|warning|no_match|match)|expect_error\\([^\"]*\"|",
  "read|write|file|save|summary|cat\\(|sort|order|merge|factor|nchar|encod|locale|\\\\u[0-9a-fA-F]|[^ -~\t]|",
  "source_folder|plot|ggplot|knit"
)

handles_text <- function(file) {
  any(grepl(text_pattern, readLines(file.path(folder, file), encoding = "UTF-8", warn = FALSE)))
}

seconds_file <- file.path("build", "test-r-seconds.rds")

# Longest first: what a file took last time, and before there is a last time, its size.
longest_first <- function(files) {
  seconds <- if (file.exists(seconds_file)) readRDS(seconds_file)[files] else rep(NA_real_, length(files))
  files[order(-seconds, -file.size(file.path(folder, files)), na.last = FALSE)]
}

result_file <- function(file) file.path(work, sub("[.]R$", ".rds", file))

# A folder can be made once: who makes it, has the file.
claim <- function(file) dir.create(file.path(work, sub("[.]R$", "", file)), showWarnings = FALSE)

one_file <- function(file) {
  start <- proc.time()
  show <- testthat::ProgressReporter$new(show_praise = FALSE, update_interval = Inf, max_failures = Inf)
  results <- testthat::test_file(
    file.path(folder, file),
    package = "ccdpanel", load_package = "installed", stop_on_failure = FALSE,
    reporter = testthat::MultiReporter$new(list(show, testthat::ListReporter$new()))
  )
  count <- function(...) {
    sum(vapply(results, function(test) sum(vapply(test$results, inherits, NA, c(...))), 0L))
  }
  used <- proc.time() - start
  list(
    passed = count("expectation_success"), skipped = count("expectation_skip"),
    failed = count("expectation_failure", "expectation_error"),
    seconds = sum(used[-3], na.rm = TRUE)
  )
}

be_worker <- function() {
  library(testthat)
  for (file in readLines(file.path(work, "files"))) {
    if (claim(file)) saveRDS(one_file(file), result_file(file))
  }
}

# Runs the files in processes of their own; what they say is shown process by process.
run <- function(files) {
  unlink(work, recursive = TRUE)
  dir.create(work, recursive = TRUE)
  writeLines(files, file.path(work, "files"))
  logs <- file.path(work, paste0("process-", seq_len(min(workers, length(files))), ".log"))
  start <- function(log) {
    system2(file.path(R.home("bin"), "Rscript"), c("tools/test-r.R", "--worker"), stdout = log, stderr = log)
  }
  status <- unlist(parallel::mclapply(logs, start, mc.cores = length(logs)))
  for (log in logs) writeLines(readLines(log, warn = FALSE))
  for (process in which(status != 0)) cat("process", process, "ended with status", status[process], "\n")
  sum(status != 0)
}

collect <- function(files) {
  done <- file.exists(result_file(files))
  for (file in files[!done]) cat(file, ": its process died before it came to its end\n", sep = "")
  results <- lapply(result_file(files[done]), readRDS)
  total <- function(what) sum(vapply(results, function(r) as.numeric(r[[what]]), 0))
  keep_seconds(stats::setNames(vapply(results, `[[`, 0, "seconds"), files[done]))
  c(passed = total("passed"), failed = total("failed") + sum(!done), skipped = total("skipped"))
}

keep_seconds <- function(new) {
  old <- if (file.exists(seconds_file)) readRDS(seconds_file)
  saveRDS(c(new, old[setdiff(names(old), names(new))]), seconds_file)
}

snapshots <- function() {
  tools::md5sum(list.files(file.path(folder, "_snaps"), recursive = TRUE, full.names = TRUE))
}

main <- function(args) {
  text <- "--text" %in% args
  filter <- c(setdiff(args, "--text"), "")[1]
  files <- list.files(folder, "^test-.*[.]R$")
  files <- files[grepl(filter, sub("^test-(.*)[.]R$", "\\1", files))]
  if (text) {
    other <- !vapply(files, handles_text, NA)
    cat(sprintf("%d files that neither print, format, read, write nor order text are left out\n", sum(other)))
    files <- files[!other]
  }
  if (!length(files)) stop("no test file is called like '", filter, "'")
  before <- snapshots()
  died <- run(longest_first(files))
  after <- snapshots()
  changed <- setdiff(paste(names(after), after), paste(names(before), before))
  for (file in sub(" .*", "", changed)) cat("snapshot not committed:", file, "\n")
  sums <- collect(files)
  failed <- sums[["failed"]] + length(changed) + died
  cat(sprintf("%d passed, %d failed, %d skipped\n", sums[["passed"]], failed, sums[["skipped"]]))
  quit(status = as.integer(failed > 0 || sums[["passed"]] == 0))
}

args <- commandArgs(trailingOnly = TRUE)
if ("--worker" %in% args) be_worker() else main(args)
