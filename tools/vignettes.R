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

rscript <- file.path(R.home("bin"), "Rscript")
smaller <- normalizePath("tools/smaller-pictures.R")

# To its seconds, or what went wrong. A process of its own has a temporary folder of its own, which
# a fork has not: rmarkdown clears there, when a page is done, what pandoc has yet to read for
# another. Other pages are at work in `desk`: nothing in it is to be cleaned.
build <- function(page) {
  call <- substitute(
    tools::buildVignette(
      file, ".", clean = FALSE, engine = "knitr::rmarkdown", encoding = "UTF-8"
    ),
    list(file = paste0(page, ".Rmd"))
  )
  log <- paste0(page, ".log")
  seconds <- system.time(status <- system2(
    rscript, c("--vanilla", "-e", shQuote(paste(deparse(call), collapse = " "))),
    stdout = log, stderr = log
  ))
  if (status == 0) {
    page_html <- paste0(page, ".html")
    status <- system2(rscript, c(shQuote(smaller), page_html), stdout = log, stderr = log)
  }
  if (status != 0) return(paste(readLines(log, warn = FALSE), collapse = "\n"))
  made <- c(paste0(page, c(".html", ".Rmd")), Filter(file.exists, paste0(page, ".R")))
  if (!all(file.copy(made, doc, overwrite = TRUE, copy.date = TRUE))) return("could not be copied")
  seconds[["elapsed"]]
}
setwd(desk)
Sys.setenv(R_LIBS = paste(.libPaths(), collapse = .Platform$path.sep))
took <- parallel::mclapply(pages, build, mc.cores = 2, mc.preschedule = FALSE)
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
