# The printed tables of four papers, from data-raw/published/*.csv: one file a table, every cell as
# it is printed. Years and level numbers become integers; everything else stays a string, so that
# printed digits (0.170 or 0.17) are kept. An empty cell is missing. Run from the package's root:
# Rscript data-raw/published_tables.R
files <- sort(list.files("data-raw/published", "[.]csv$", full.names = TRUE))
for (file in files) {
  name <- sub("[.]csv$", "", basename(file))
  table <- utils::read.csv(file, colClasses = "character", na.strings = "", check.names = FALSE)
  for (column in intersect(c("year", "level"), names(table))) {
    table[[column]] <- as.integer(table[[column]])
  }
  if ("stars" %in% names(table)) table$stars[is.na(table$stars)] <- ""
  stopifnot(nrow(table) > 0, !grepl("[^ -~]", unlist(table), perl = TRUE))
  # The note below the tables of Cui; those of Gu have none.
  if ("stars" %in% names(table) && startsWith(name, "cui")) {
    attr(table, "thresholds") <- c(0.1, 0.05, 0.01)
    class(table) <- c("printed_table", "data.frame")
  }
  assign(name, table)
  save(list = name, file = file.path("data", paste0(name, ".rda")), version = 3, compress = "xz")
}
