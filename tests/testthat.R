library(testthat)
library(ccdpanel)

# Everything, but in the check that follows on the whole suite in one run: then CCDPANEL_CHECK_TESTS says which files.
chosen <- Sys.getenv("CCDPANEL_CHECK_TESTS")
test_check("ccdpanel", filter = if (nzchar(chosen)) chosen)
