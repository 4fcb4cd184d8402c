# Vignettes, each in a process of its own, two at a time.
#
#   Rscript tools/vignettes.R          (after R CMD INSTALL; `make install` runs it)
#
# builds the pages that a newcomer reads into the installed package, so that vignette() finds them:
# `R CMD INSTALL` of a folder builds none, and building all of them takes minutes.
#
#   Rscript tools/vignettes.R FOLDER   (tools/check.sh runs it)
#
# builds all pages of the sources in FOLDER with the installed package, and leaves there what
# `R CMD build` would, inst/doc and build/vignette.rds, which it takes with --no-build-vignettes. By
# itself it builds them one after the other.
sources <- commandArgs(trailingOnly = TRUE)
from <- file.path(c(sources, ".")[1], "vignettes")
installed <- system.file(package = "ccdpanel", mustWork = TRUE)

absent <- Filter(function(p) !requireNamespace(p, quietly = TRUE), c("rmarkdown", "knitr"))
if (length(absent) || !rmarkdown::pandoc_available("1.14")) {
  message(
    "No vignettes: they need rmarkdown, knitr and pandoc. The same texts are in vignettes/ of the ",
    "sources."
  )
  quit()
}

if (length(sources)) {
  pages <- sub("[.]Rmd$", "", list.files(from, "[.]Rmd$"))
  doc <- file.path(sources, "inst", "doc")
  index <- file.path(sources, "build", "vignette.rds")
} else {
  pages <- c("get-started", "kaishi", "from-excel-to-word")
  doc <- file.path(installed, "doc")
  index <- file.path(installed, "Meta", "vignette.rds")
}
for (path in c(doc, dirname(index))) dir.create(path, showWarnings = FALSE, recursive = TRUE)
doc <- normalizePath(doc)
index <- file.path(normalizePath(dirname(index)), basename(index))

# In a copy, since pages are built where their sources are.
desk <- tempfile("vignettes")
dir.create(desk)
invisible(file.copy(list.files(from, full.names = TRUE), desk))
loaded <- loadNamespace("ccdpanel")

# To its seconds. Other pages are at work in the folder: nothing in it is to be cleaned.
build <- function(page) {
  seconds <- system.time(made <- tools::buildVignette(
    file.path(desk, paste0(page, ".Rmd")), desk, clean = FALSE,
    engine = "knitr::rmarkdown", encoding = "UTF-8"
  ))
  made <- c(made, paste0(page, ".Rmd"))
  if (!all(file.copy(made, doc, overwrite = TRUE, copy.date = TRUE))) stop("could not be copied")
  seconds[["elapsed"]]
}
setwd(desk)
took <- parallel::mclapply(pages, function(page) {
  tryCatch(build(page), error = conditionMessage)
}, mc.cores = 2, mc.preschedule = FALSE)
good <- vapply(took, is.numeric, NA)
for (i in which(!good)) message("vignette ", pages[i], " could not be built: ", took[[i]])
if (!all(good)) quit(status = 1)

# What vignette() looks things up in.
titles <- vapply(paste0(pages, ".Rmd"), function(page) tools::vignetteInfo(page)$title, "")
found <- data.frame(
  File = paste0(pages, ".Rmd"), Title = unname(titles), PDF = paste0(pages, ".html"),
  R = paste0(pages, ".R"), stringsAsFactors = FALSE
)
found$Depends <- found$Keywords <- rep(list(character()), length(pages))
saveRDS(found[c("File", "Title", "PDF", "R", "Depends", "Keywords")], index, version = 2)
cat("Vignettes:", paste0(pages, " ", round(unlist(took)), " s", collapse = ", "), "\n")
