# testthat on the installed package, from the checkout, so that the tests that read the sources find them:
#
#   Rscript tools/test-r.R [filter]
#
# The last line is 'N passed, N failed, N skipped'. A snapshot that is new or differs is a failure: it has to be looked
# at and committed, and a test run never does that by itself.
library(testthat)

args <- commandArgs(trailingOnly = TRUE)
folder <- file.path("tests", "testthat")
snapshots <- function() tools::md5sum(list.files(file.path(folder, "_snaps"), recursive = TRUE, full.names = TRUE))

count <- function(results, class) {
  sum(vapply(results, function(test) sum(vapply(test$results, inherits, NA, class)), 0L))
}

before <- snapshots()
results <- test_dir(
  folder,
  filter = if (length(args)) args[1], package = "ccdpanel", load_package = "installed",
  reporter = MultiReporter$new(list(ProgressReporter$new(show_praise = FALSE, update_interval = Inf, max_failures = Inf), ListReporter$new())),
  stop_on_failure = FALSE
)
after <- snapshots()
changed <- if (length(args)) character() else setdiff(paste(names(after), after), paste(names(before), before))
for (file in sub(" .*", "", changed)) cat("snapshot not committed:", file, "\n")

passed <- count(results, "expectation_success")
failed <- count(results, c("expectation_failure", "expectation_error")) + length(changed)
cat(sprintf("%d passed, %d failed, %d skipped\n", passed, failed, count(results, "expectation_skip")))
quit(status = as.integer(failed > 0 || passed == 0))
