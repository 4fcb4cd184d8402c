# The pages that a newcomer reads, built into the installed package, so that vignette() finds them:
# `R CMD INSTALL` of a folder builds none, and building all of them takes many minutes.
#
#   Rscript tools/vignettes.R          (after R CMD INSTALL; `make install` runs it)
pages <- c("get-started", "kaishi", "from-excel-to-word")
installed <- system.file(package = "ccdpanel", mustWork = TRUE)

absent <- Filter(function(p) !requireNamespace(p, quietly = TRUE), c("rmarkdown", "knitr"))
if (length(absent) || !rmarkdown::pandoc_available("1.14")) {
  message(
    "No vignettes: they need rmarkdown, knitr and pandoc. The same texts are in vignettes/ of the ",
    "sources."
  )
  quit()
}

doc <- file.path(installed, "doc")
dir.create(doc, showWarnings = FALSE)
build <- function(page) {
  source <- file.path("vignettes", paste0(page, ".Rmd"))
  # Each in a session of its own, as R CMD build does.
  call <- sprintf(
    "rmarkdown::render(%s, output_dir = %s, intermediates_dir = tempdir(), quiet = TRUE)",
    deparse(source), deparse(doc)
  )
  status <- system2(file.path(R.home("bin"), "Rscript"), c("-e", shQuote(call)))
  if (status) stop("vignette ", page, " could not be built")
  file.copy(source, doc, overwrite = TRUE)
  rmarkdown::yaml_front_matter(source, "UTF-8")$title
}
titles <- vapply(pages, build, "")

# What vignette() looks things up in.
none <- I(rep(list(character()), length(pages)))
saveRDS(data.frame(
  File = paste0(pages, ".Rmd"), Title = unname(titles), PDF = paste0(pages, ".html"),
  R = "", Depends = none, Keywords = none, stringsAsFactors = FALSE
), file.path(installed, "Meta", "vignette.rds"))
cat("Vignettes:", paste(pages, collapse = ", "), "\n")
