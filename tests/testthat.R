# Everything, but in the check that follows on the whole suite in one run: then CCDPANEL_CHECK_TESTS says which files.
# Without the packages that are only suggested there is nothing to test with.
if (requireNamespace("testthat", quietly = TRUE)) {
  library(testthat)
  library(ccdpanel)
  chosen <- Sys.getenv("CCDPANEL_CHECK_TESTS")
  test_check("ccdpanel", filter = if (nzchar(chosen)) chosen)
}
