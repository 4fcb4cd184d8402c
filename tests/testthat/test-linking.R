# Another package links to the C++ core without knowing any R of it: a client of one function is
# built and called. It includes what it needs; that all headers build together, tests/cpp/system/
# test_three_stage.cpp shows.

client_files <- list(
  DESCRIPTION = c(
    "Package: ccdclient", "Title: Client", "Version: 0.0.1", "Description: Calls the core.",
    "License: GPL-3",
    "Author: A", "Maintainer: A <a@example.org>", "LinkingTo: ccdpanel, RcppEigen"
  ),
  NAMESPACE = c("useDynLib(ccdclient, C_degree)", "export(degree)"),
  "R/degree.R" = "degree <- function(u, v) .Call(C_degree, as.double(u), as.double(v))",
  "src/Makevars" = c("CXX_STD = CXX17", "PKG_CXXFLAGS = -pthread", "PKG_LIBS = -pthread"),
  "src/degree.cpp" = c(
    "#include <ccdpanel/index/coupling.hpp>",
    "#define R_NO_REMAP",
    "#include <Rinternals.h>",
    "extern \"C\" SEXP C_degree(SEXP u, SEXP v) {",
    "  SEXP out = PROTECT(Rf_allocVector(REALSXP, Rf_xlength(u)));",
    "  ccdpanel::index::Columns systems;",
    "  systems.rows = static_cast<std::size_t>(Rf_xlength(u));",
    "  systems.data = {REAL(u), REAL(v)};",
    paste0(
      "  ccdpanel::index::coupling_degree(systems, ccdpanel::index::CouplingModel::standard, ",
      "1.0, REAL(out), 2);"
    ),
    "  UNPROTECT(1);",
    "  return out;",
    "}"
  )
)

test_that("a package with LinkingTo: ccdpanel builds and calls the core", {
  skip_on_cran()
  folder <- withr_tempdir(environment())
  library <- withr_tempdir(environment())
  for (sub in c("R", "src")) dir.create(file.path(folder, "ccdclient", sub), recursive = TRUE)
  for (file in names(client_files)) {
    writeLines(client_files[[file]], file.path(folder, "ccdclient", file))
  }
  # What is built is what is tested, and not how fast it is.
  quick <- tempfile("Makevars")
  writeLines(c("-include ~/.R/Makevars", "CXX17FLAGS = -O0 -w"), quick)
  on.exit(unlink(quick), add = TRUE)
  libraries <- paste(c(library, .libPaths()), collapse = .Platform$path.sep)
  install <- c(
    "CMD", "INSTALL", "--no-test-load", paste0("--library=", library),
    file.path(folder, "ccdclient")
  )
  log <- suppressWarnings(
    system2(
      file.path(R.home("bin"), "R"), install, stdout = TRUE, stderr = TRUE,
      env = paste0(c("R_LIBS=", "R_MAKEVARS_USER="), c(libraries, quick))
    )
  )
  expect_null(attr(log, "status"), info = paste(utils::tail(log, 20), collapse = "\n"))
  package <- "ccdclient"
  degree <- getExportedValue(loadNamespace(package, lib.loc = library), "degree")
  on.exit(unloadNamespace(package), add = TRUE)
  expect_equal(degree(c(.5, .2, 0), c(.5, .8, .3)), c(1, 2 * sqrt(.16) / 1, 0))
})
