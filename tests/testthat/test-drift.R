# What is generated is committed, so a change of the sources without `make document` must show.

same_files <- function(folder, copy, names) {
  read <- function(path) if (file.exists(path)) readLines(path, warn = FALSE)
  names[!vapply(names, function(n) {
    identical(read(file.path(folder, n)), read(file.path(copy, n)))
  }, NA)]
}

test_that("NAMESPACE and the help pages are what roxygen2 makes of the sources", {
  root <- source_folder()
  skip_if_not_installed("roxygen2")
  wanted <- read.dcf(file.path(root, "DESCRIPTION"), "RoxygenNote")[[1]]
  here <- as.character(utils::packageVersion("roxygen2"))
  skip_if(here != wanted, paste0(
    "DESCRIPTION names roxygen2 ", wanted, ", here is ", here, ", which may write pages otherwise"
  ))
  copy <- copy_sources(root, c("DESCRIPTION", "NAMESPACE", "R", "man", "data"))
  suppressMessages(utils::capture.output(roxygen2::roxygenise(
    copy, load_code = roxygen2::load_installed
  )))
  pages <- union(
    list.files(file.path(root, "man"), "\\.Rd$"), list.files(file.path(copy, "man"), "\\.Rd$")
  )
  expect_gt(length(pages), 1)
  expect_identical(same_files(root, copy, c("NAMESPACE", file.path("man", pages))), character())
})

test_that("each argument of a help page is described once, and is one of its functions'", {
  root <- source_folder()
  expect_length(tools::checkDocFiles(dir = root), 0)
  folder <- copy_sources(root, c("DESCRIPTION", "NAMESPACE", "R", "man"))
  page <- file.path(folder, "man", "composite_index.Rd")
  lines <- readLines(page)
  at <- which(startsWith(lines, "\\item{"))[1]
  writeLines(append(lines, "\\item{nobody}{Twice.}\n\\item{nobody}{Twice.}\n", at - 1), page)
  expect_gt(length(tools::checkDocFiles(dir = folder)), 0)
})

test_that("RcppExports is what Rcpp makes of the bindings", {
  root <- source_folder()
  copy <- copy_sources(root, c("DESCRIPTION", "NAMESPACE", "R", "src"))
  unlink(file.path(copy, c("R/RcppExports.R", "src/RcppExports.cpp")))
  Rcpp::compileAttributes(copy)
  exports <- c("R/RcppExports.R", "src/RcppExports.cpp")
  expect_true(all(file.exists(file.path(copy, exports))))
  expect_identical(same_files(root, copy, exports), character())
})

test_that("README.md shows what its example prints", {
  root <- source_folder()
  tool <- new.env()
  sys.source(file.path(root, "tools", "readme.R"), tool)
  lines <- readLines(file.path(root, "README.md"), encoding = "UTF-8")
  at <- tool$fences(lines)
  expect_identical(tool$inside(lines, at$text), tool$printed(tool$inside(lines, at$code)))
})

test_that("a difference is seen", {
  a <- withr_tempdir(environment())
  b <- withr_tempdir(environment())
  for (folder in c(a, b)) writeLines("export(x)", file.path(folder, "NAMESPACE"))
  expect_identical(same_files(a, b, "NAMESPACE"), character())
  writeLines("export(y)", file.path(b, "NAMESPACE"))
  writeLines("only here", file.path(b, "page.Rd"))
  expect_identical(same_files(a, b, c("NAMESPACE", "page.Rd")), c("NAMESPACE", "page.Rd"))
})
