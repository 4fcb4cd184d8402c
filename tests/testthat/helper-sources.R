# The tests that read the package's sources run from a checkout; R CMD check has none, and there
# they say so.
source_folder <- function() {
  root <- normalizePath(file.path("..", ".."), mustWork = FALSE)
  if (!dir.exists(file.path(root, "R")) || !file.exists(file.path(root, "DESCRIPTION"))) {
    testthat::skip("needs the package's sources, which an installed check does not have")
  }
  root
}

# A copy of what a generator reads and writes, so that nothing in the checkout changes.
copy_sources <- function(root, parts, env = parent.frame()) {
  to <- withr_tempdir(env)
  file.copy(file.path(root, parts[file.exists(file.path(root, parts))]), to, recursive = TRUE)
  unlink(list.files(file.path(to, "src"), "\\.(o|so|dll)$", full.names = TRUE))
  to
}

withr_tempdir <- function(env) {
  path <- tempfile("sources")
  dir.create(path)
  do.call(on.exit, list(
    substitute(unlink(x, recursive = TRUE), list(x = path)), add = TRUE
  ), envir = env)
  path
}

# marginaleffects 1.0.0 finds this operator in base from R 4.4 on; before, nowhere. Until the test,
# whose frame is `env`, is over.
with_null_default <- function(env) {
  if (exists("%||%", baseenv())) return(invisible())
  assign("%||%", rlang::`%||%`, envir = globalenv())
  do.call(on.exit, list(quote(rm("%||%", envir = globalenv())), add = TRUE), envir = env)
}
