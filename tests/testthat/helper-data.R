# The real panel lies beside the project, never in it: NULL where it is absent.
shared_file <- function(name) {
  folder <- Sys.getenv("CCDPANEL_DATA", "")
  places <- if (nzchar(folder)) {
    folder
  } else {
    c("../../../shared/data", "../../../../shared/data", "../../shared/data")
  }
  path <- file.path(places, name)
  path[file.exists(path)][1]
}

science_panel <- function() {
  path <- shared_file("china_science_panel.csv")
  testthat::skip_if(
    is.na(path),
    "china_science_panel.csv is not beside the project (CCDPANEL_DATA names its folder)"
  )
  utils::read.csv(path, encoding = "UTF-8")
}

# A text file of these lines.
csv_of <- function(lines, name = "x.csv", encoding = "UTF-8") {
  folder <- tempfile("panel")
  dir.create(folder)
  path <- file.path(folder, name)
  writeBin(iconv(
    paste0(paste(lines, collapse = "\n"), "\n"), "UTF-8", encoding, toRaw = TRUE
  )[[1]], path)
  path
}

quietly_read <- function(...) suppressMessages(read_panel(...))

# A sheet of these lines, as files are read into.
grid_of <- function(...) {
  rows <- strsplit(c(...), ",", fixed = TRUE)
  width <- max(lengths(rows))
  text <- t(vapply(rows, function(r) c(r, rep("", width - length(r))), character(width)))
  new_grid("x.csv", NA_character_, text)
}
