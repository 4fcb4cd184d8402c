library(testthat)
library(ccdpanel)
test_check("ccdpanel")
