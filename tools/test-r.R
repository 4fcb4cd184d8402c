# testthat on the installed package, from the checkout, so that the tests that read the sources find
# them:
#
#   Rscript tools/test-r.R [--text] [filter]
#
# --text leaves out the tests that no locale can change; the filter is a regular expression on the
# files' names. Two processes take one file after the other, those that took longest last time
# first. The last line is 'N passed, N failed, N skipped'. A file whose process died is a failure.
# So is a warning that a test did not ask for, and a snapshot that is new or differs: it has to be
# looked at and committed, and a test run never does that by itself. Without a filter, results are
# kept where nothing changed that a file runs (tools/kept-results.R), and counted.

source("tools/kept-results.R")

folder <- file.path("tests", "testthat")
work <- file.path("build", "test-r")
workers <- 2

# What a locale can change shows in text: printed, captured or kept as a snapshot, in the words of
# an error, a warning or a message, read from a file or written to one, or beyond ASCII. A test
# without any of it has the same outcome in all.
text_pattern <- paste0(
  "snapshot|\\bprint\\(|capture|expect_(output|message|warning|match|no_match)|",
  "expect_error\\([^\n]*\"|\\b(format|cat|nchar)\\(|\\bread|\\bwrite|save_|",
  "\\b(temp)?file\\(|[Ee]ncoding|locale|\\\\u[0-9a-fA-F]|[^ -~\t\n]"
)

# test_that() for such tests only, which counts the others. Those that compare the sources with what
# is generated from them, or build from them, say nothing about a user's locale; those that start
# sessions in locales of their own say the same in any.
text_tests <- function(count) {
  function(desc, code) {
    code <- substitute(code)
    text <- paste(unlist(lapply(attr(code, "srcref"), as.character)), collapse = "\n")
    handles_text <- grepl(text_pattern, text, perl = TRUE, useBytes = TRUE)
    if (!handles_text || grepl("source_folder|CMD|made_locale", text)) return(count())
    eval(bquote(testthat::test_that(.(desc), .(code))), parent.frame())
  }
}

seconds_file <- file.path("build", "test-r-seconds.rds")

# Longest first: what a file took last time. Before there is a last time, those that start other
# programs or write help, then by size.
longest_first <- function(files) {
  seconds <- if (file.exists(seconds_file)) {
    readRDS(seconds_file)[files]
  } else {
    rep(NA_real_, length(files))
  }
  starts <- vapply(file.path(folder, files), function(path) {
    any(grepl("R.home|roxygenise|postgres", readLines(path, warn = FALSE), useBytes = TRUE))
  }, NA)
  size <- file.size(file.path(folder, files))
  files[order(-seconds, -starts, -size, na.last = FALSE)]
}

result_file <- function(file) file.path(work, sub("[.]R$", ".rds", file))

# A folder can be made once: who makes it, has the file.
claim <- function(file) dir.create(file.path(work, sub("[.]R$", "", file)), showWarnings = FALSE)

# What R's own functions say of Chinese names that the C locale has not (data.frame(), print()); a
# session in UTF-8 never hears it. Said of the package's own code it is a failure.
untranslated <- function(outcome) {
  inherits(outcome, "expectation_warning") && !l10n_info()[["UTF-8"]] &&
    grepl("^unable to translate '.*' to native encoding", conditionMessage(outcome)) &&
    !utils::tail(outcome$trace$namespace, 1) %in% "ccdpanel"
}

one_file <- function(file, text) {
  start <- proc.time()
  left_out <- 0
  env <- new.env(parent = asNamespace("ccdpanel"))
  if (text) env$test_that <- text_tests(function() left_out <<- left_out + 1)
  show <- testthat::ProgressReporter$new(
    show_praise = FALSE, update_interval = Inf, max_failures = Inf
  )
  results <- testthat::test_file(
    file.path(folder, file), env = env,
    package = "ccdpanel", load_package = "installed", stop_on_failure = FALSE, reporter = show
  )
  outcomes <- unlist(lapply(results, `[[`, "results"), recursive = FALSE)
  outcomes <- outcomes[!vapply(outcomes, untranslated, NA)]
  count <- function(...) sum(vapply(outcomes, inherits, NA, c(...)))
  used <- proc.time() - start
  list(
    passed = show$n_ok, skipped = count("expectation_skip"),
    failed = count("expectation_failure", "expectation_error", "expectation_warning"),
    left_out = left_out, looked_up = ls(looked_up, all.names = TRUE),
    seconds = sum(used[-3], na.rm = TRUE)
  )
}

# Before each comparison testthat sets thirty options and variables to how a difference is shown on
# a terminal, which takes longer than to compare. test_that() has set them for plain text.
compare_plainly <- function() {
  testthat::MultiReporter$set(
    "public", "local_user_output", function(.env = parent.frame()) invisible(), overwrite = TRUE
  )
}

# What passed is counted, and not kept, which takes a third of the time of a comparison. (The first
# of testthat's reporters is the one it was given, the second keeps the outcomes.)
count_plainly <- function() {
  add_result <- testthat::MultiReporter$public_methods$add_result
  kept <- function(context, test, result) NULL
  body(kept) <- bquote({
    if (!inherits(result, "expectation_success")) return(.(body(add_result)))
    show <- self$reporters[[1]]
    show$n_ok <- show$n_ok + 1
    show$ctxt_n_ok <- show$ctxt_n_ok + 1
  })
  testthat::MultiReporter$set("public", "add_result", kept, overwrite = TRUE)
}

# Nor are equal objects looked through for a difference, column by column.
compare_at_sight <- function() {
  compare <- utils::getFromNamespace("waldo_compare", "testthat")
  none <- waldo::compare(1, 1)
  at_sight <- function(x, y, ...) if (identical(x, y)) none else compare(x, y, ...)
  utils::assignInNamespace("waldo_compare", at_sight, "testthat")
}

be_worker <- function(text, noting) {
  # Packages that ask for the time zone as they are loaded would have R call systemd's timedatectl,
  # and warn where there is no systemd.
  if (!nzchar(Sys.getenv("TZ"))) Sys.setenv(TZ = "UTC")
  library(testthat)
  # The packages are compiled; what is not, the tests' own lines and what cli defines anew in each
  # call, runs once or twice, and to compile it takes longer.
  compiler::enableJIT(0)
  compare_plainly()
  compare_at_sight()
  count_plainly()
  # An error that a test catches needs no trace; of one that it does not, testthat takes it.
  options("rlang:::disable_trace_capture" = TRUE)
  space <- loadNamespace("ccdpanel")
  restore <- restore_stores(space)
  if (noting) note_lookups(space, object_names(space))
  for (file in readLines(file.path(work, "files"))) {
    if (!claim(file)) next
    result <- one_file(file, text)
    saveRDS(result, result_file(file))
    restore()
    if (noting) note_lookups(space, result$looked_up)
  }
}

# Room from the start, or a tenth of the time goes into looking for garbage.
memory <- c("--min-nsize=8M", "--min-vsize=256M")

# Runs the files in processes of their own; what they say is shown process by process.
run <- function(files, text, noting) {
  if (!length(files)) return(0)
  unlink(work, recursive = TRUE)
  dir.create(work, recursive = TRUE)
  writeLines(files, file.path(work, "files"))
  logs <- file.path(work, paste0("process-", seq_len(min(workers, length(files))), ".log"))
  start <- function(log) {
    system2(
      file.path(R.home("bin"), "Rscript"),
      c(
        memory, "tools/test-r.R", "--worker", if (text) "--text", if (noting) "--noting"
      ),
      stdout = log, stderr = log
    )
  }
  status <- unlist(parallel::mclapply(logs, start, mc.cores = length(logs)))
  for (log in logs) writeLines(readLines(log, warn = FALSE))
  for (process in which(status != 0)) {
    cat("process", process, "ended with status", status[process], "\n")
  }
  sum(status != 0)
}

# The results of the files that ran to their end.
collect <- function(files) {
  done <- file.exists(result_file(files))
  for (file in files[!done]) cat(file, ": its process died before it came to its end\n", sep = "")
  stats::setNames(lapply(result_file(files[done]), readRDS), files[done])
}

total <- function(results, what) sum(vapply(results, function(r) as.numeric(r[[what]]), 0))

# Of the whole files: a pass over some tests leaves them as they are.
keep_seconds <- function(new) {
  old <- if (file.exists(seconds_file)) readRDS(seconds_file)
  saveRDS(c(new, old[setdiff(names(old), names(new))]), seconds_file)
}

snapshots <- function() {
  tools::md5sum(list.files(file.path(folder, "_snaps"), recursive = TRUE, full.names = TRUE))
}

main <- function(text, filter = ".") {
  files <- list.files(folder, "^test-.*[.]R$")
  files <- files[grepl(filter, sub("^test-(.*)[.]R$", "\\1", files))]
  if (!length(files)) stop("no test file is called like '", filter, "'")
  keeping <- filter == "."
  locale <- if (text) "text" else "all"
  kept <- list()
  if (keeping) {
    state <- package_state()
    own <- vapply(files, own_hash, "", folder, names(state$hashes))
    kept <- results_that_hold(kept_results(locale)[files], own, state)
  }
  files <- setdiff(files, names(kept))
  before <- snapshots()
  died <- run(longest_first(files), text, keeping)
  after <- snapshots()
  changed <- setdiff(paste(names(after), after), paste(names(before), before))
  for (file in sub(" .*", "", changed)) cat("snapshot not committed:", file, "\n")
  ran <- collect(files)
  if (!text) keep_seconds(vapply(ran, `[[`, 0, "seconds"))
  if (keeping) keep_results(Map(result_to_keep, ran, own[names(ran)], list(state)), locale)
  lost <- length(files) - length(ran)
  quit(status = conclude(ran, kept, length(changed) + died + lost, text))
}

# The last lines, and the status.
conclude <- function(ran, kept, failures, text) {
  results <- c(ran, kept)
  if (text) {
    cat(
      total(results, "left_out"),
      "tests left out that print, read and write nothing and look at no condition's words\n"
    )
  }
  if (length(kept)) {
    cat(sprintf(
      "%d files not run again, as nothing that they run has changed since they passed: %d passed\n",
      length(kept), total(kept, "passed")
    ))
  }
  passed <- total(results, "passed")
  failed <- total(results, "failed") + failures
  cat(sprintf("%d passed, %d failed, %d skipped\n", passed, failed, total(results, "skipped")))
  as.integer(failed > 0 || passed == 0)
}

args <- commandArgs(trailingOnly = TRUE)
text <- "--text" %in% args
if ("--worker" %in% args) {
  be_worker(text, noting = "--noting" %in% args)
} else {
  main(text, c(setdiff(args, "--text"), ".")[1])
}
