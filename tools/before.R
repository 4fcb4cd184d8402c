# For benches: the package as it was at a commit, in a library of its own, raced against the package
# that is there. Each build runs in a process of its own, on the same data, the two in turn.

# Makes `input`, a million rows of ten indicators on a panel, and `sheet`, which sorts them into two
# systems.
million_rows <- function(direction) {
  bquote({
    set.seed(1)
    rows <- 1e6
    indicators <- paste0("x", 1:10)
    input <- data.frame(
      unit = rep(seq_len(rows / 10), each = 10), year = rep(2011:2020, rows / 10),
      stats::setNames(as.data.frame(matrix(rexp(rows * 10), rows)), indicators)
    )
    sheet <- indicator_sheet(data.frame(
      system = rep(c("a", "b"), each = 5), dimension = rep(c("p", "q", "r", "s", "t"), each = 2),
      indicator = indicators, direction = .(direction)
    ))
  })
}

# Installed once, into build/before; from a checkout with its history.
library_before <- function(commit) {
  library <- file.path("build", "before", commit)
  if (dir.exists(file.path(library, "ccdpanel"))) return(normalizePath(library))
  dir.create(library, recursive = TRUE)
  source <- tempfile("before")
  dir.create(source)
  message("Installing commit ", commit, " into ", library, " (compiling takes minutes)")
  archive <- tempfile(fileext = ".tar")
  status <- system2("git", c("archive", "-o", archive, commit))
  if (!status) {
    utils::untar(archive, exdir = source)
    status <- system2(
      file.path(R.home("bin"), "R"),
      c("CMD", "INSTALL", "--no-test-load", paste0("--library=", library), source),
      env = "MAKEFLAGS=-j2", stdout = FALSE, stderr = FALSE
    )
  }
  if (status) {
    unlink(library, recursive = TRUE)
    stop("commit ", commit, " could not be installed: is this a clone with its history?")
  }
  normalizePath(library)
}

# What runs in the child: the least seconds of `times` calls, the result's numbers, and how far the
# process grew beyond what it held before, over the size of `input`.
timed_call <- function(setup, work, numbers, times) {
  memory <- function(field) {
    line <- grep(field, readLines("/proc/self/status"), value = TRUE)
    as.double(gsub("[^0-9]", "", line)) * 1024
  }
  watch <- file.exists("/proc/self/clear_refs")
  home <- new.env(parent = globalenv())
  eval(setup, home)
  peak <- NA
  seconds <- vapply(seq_len(times), function(i) {
    home$result <- NULL
    invisible(gc())
    if (watch) {
      try(writeLines("5", "/proc/self/clear_refs"), silent = TRUE)
      held <- memory("VmRSS")
    }
    taken <- system.time(home$result <- suppressMessages(eval(work, home)))[["elapsed"]]
    if (watch) peak <<- max(peak, memory("VmHWM") - held, na.rm = TRUE)
    taken
  }, 0)
  list(
    seconds = min(seconds), numbers = eval(numbers, home),
    peak = peak / as.double(utils::object.size(home$input)),
    result = as.double(utils::object.size(home$result)) / as.double(utils::object.size(home$input))
  )
}

# `setup` makes `input` and what else `work` needs; `numbers` takes from its `result` what must be
# the same in both builds, to `tolerance`; `times` may differ between them, before first.
race_before <- function(title, setup, work, numbers, aim, commit = "3b6ef10", times = 3,
                        tolerance = 1e-12, memory = 3) {
  now <- dirname(find.package("ccdpanel"))
  made <- Map(function(library, times) {
    task <- tempfile(fileext = ".rds")
    saveRDS(list(timed_call, setup, work, numbers, times), task)
    code <- sprintf(
      paste(
        "library(ccdpanel, lib.loc = '%s'); task <- readRDS('%s')",
        "saveRDS(do.call(task[[1]], task[-1], quote = TRUE), '%s')",
        sep = "; "
      ),
      library, task, task
    )
    system2(file.path(R.home("bin"), "Rscript"), c("-e", shQuote(code)), stdout = FALSE)
    readRDS(task)
  }, c(before = library_before(commit), now = now), rep_len(times, 2))
  stopifnot(isTRUE(all.equal(made$before$numbers, made$now$numbers, tolerance = tolerance)))
  cat(sprintf(
    "%s: %.3f s before, %.3f s now: %.1f times as fast (aim: %g); peak %.1f x input (aim: %g), ",
    title, made$before$seconds, made$now$seconds, made$before$seconds / made$now$seconds, aim,
    made$now$peak, memory
  ), sprintf("the result is %.1f x input\n", made$now$result), sep = "")
  invisible(made)
}
