# Which lines of R the R tests run, by covr (C++: tools/coverage-cpp.sh):
#
#   R_LIBS=build/lib Rscript tools/coverage.R [ROOM ...]
#
# Runs the test files of the rooms named, of all without one, each room's in a process of its own;
# the code is interpreted and counted, so that it takes some times as long as the tests. Then come
# lines run, lines in all and percent for every room of R/ over what build/coverage holds of all
# rooms' tests so far, and the lines that none of them ran. The C++ code is taken from build/lib as
# it is. What a test runs in another process is not counted.

at <- file.path("build", "coverage")
tests <- file.path("tests", "testthat")

room_of <- function(files) {
  name <- sub("^test-", "", basename(files))
  ifelse(grepl("^[a-z]+-", name), sub("-.*", "", name), sub("[.]R$", "", name))
}

# The package with its lines remembered, without compiling.
install <- function() {
  lib <- file.path(at, "lib")
  dir.create(lib, recursive = TRUE, showWarnings = FALSE)
  flags <- c("--no-libs", "--no-test-load", "--with-keep.source", "--no-byte-compile", "--no-docs")
  log <- file.path(at, "install.log")
  status <- system2(
    file.path(R.home("bin"), "R"), c("CMD", "INSTALL", flags, paste0("--library=", lib), "."),
    stdout = log, stderr = log
  )
  if (status) stop("the package does not install: see ", log)
  libs <- file.path(find.package("ccdpanel"), "libs")
  file.copy(libs, file.path(lib, "ccdpanel"), recursive = TRUE)
}

# Lists that were made as the package was built hold copies of its functions, which would not be
# counted: they are given the functions themselves.
relink <- function(x, own) {
  if (is.list(x) && !is.object(x)) x[] <- lapply(x, relink, own)
  if (typeof(x) != "closure") return(x)
  same <- own[[place(x)]]
  if (!is.null(same)) return(same)
  made_in <- environment(x)
  if (identical(parent.env(made_in), asNamespace("ccdpanel"))) {
    for (name in ls(made_in)) made_in[[name]] <- relink(made_in[[name]], own)
  }
  x
}

place <- function(f) {
  at <- utils::getSrcref(f)
  paste(c(utils::getSrcFilename(f), at), collapse = " ")
}

relink_lists <- function(namespace) {
  objects <- as.list(namespace, all.names = FALSE)
  own <- Filter(is.function, objects)
  own <- stats::setNames(own, vapply(own, place, ""))
  for (name in names(Filter(is.list, objects))) {
    unlockBinding(name, namespace)
    namespace[[name]] <- relink(objects[[name]], own)
    lockBinding(name, namespace)
  }
}

# A room's tests, in this process: environment_coverage() runs a file of code.
count <- function(room) {
  .libPaths(c(file.path(at, "lib"), .libPaths()))
  if (!nzchar(Sys.getenv("TZ"))) Sys.setenv(TZ = "UTC")
  library(testthat)
  files <- list.files(tests, paste0("^test-", room, "[-.].*R$"), full.names = TRUE)
  code <- tempfile(fileext = ".R")
  writeLines(sprintf(
    "testthat::test_file('%s', package = 'ccdpanel', load_package = 'installed', %s)",
    normalizePath(files), "stop_on_failure = FALSE, reporter = 'summary'"
  ), code)
  relink_lists(asNamespace("ccdpanel"))
  counted <- covr::environment_coverage(asNamespace("ccdpanel"), code)
  saveRDS(counted, file.path(at, paste0(room, ".rds")))
}

# The sum over the rooms: the same code has the same keys.
total <- function(files) {
  all <- lapply(files, readRDS)
  out <- all[[1]]
  for (other in all[-1]) {
    for (key in names(out)) out[[key]]$value <- out[[key]]$value + other[[key]]$value
  }
  out
}

show <- function(lines) {
  ran <- lines$value > 0
  room <- factor(room_of(lines$filename))
  by <- table(room, factor(ran, c(TRUE, FALSE)))
  by <- rbind(by, all = colSums(by))
  cat(sprintf("%-10s %6s %6s %8s\n", "room", "run", "lines", "percent"))
  cat(sprintf(
    "%-10s %6d %6d %8.1f\n", rownames(by), by[, 1], rowSums(by), 100 * by[, 1] / rowSums(by)
  ), sep = "")
  missed <- unique(lines[!ran, c("filename", "line")])
  for (file in unique(missed$filename)) {
    number <- sort(missed$line[missed$filename == file])
    text <- readLines(file.path("R", basename(file)))
    cat("\n", basename(file), "\n", sprintf("%5d %s\n", number, text[number]), sep = "")
  }
}

main <- function(rooms) {
  if (identical(rooms[1], "--count")) return(count(rooms[2]))
  install()
  every <- setdiff(room_of(list.files(tests, "^test-")), c("architecture", "drift", "linking"))
  if (length(rooms) && !all(rooms %in% every)) stop("the tests' rooms are ", toString(every))
  for (room in if (length(rooms)) rooms else every) {
    log <- file.path(at, paste0(room, ".log"))
    system2(
      file.path(R.home("bin"), "Rscript"), c("tools/coverage.R", "--count", room),
      stdout = log, stderr = log, env = "NOT_CRAN=true"
    )
  }
  show(covr::tally_coverage(total(list.files(at, "[.]rds$", full.names = TRUE))))
}

main(commandArgs(trailingOnly = TRUE))
