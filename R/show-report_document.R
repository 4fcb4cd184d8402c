# The document of a report: format, tables as they are laid out, pictures and text.

# A picture drawn once, at the size of its chunk: knitr draws to record, and then again.
picture_file <- function(picture, folder) {
  size <- knitr::opts_current$get(c("fig.width", "fig.height", "dpi"))
  file <- tempfile("picture", folder, ".png")
  grDevices::png(file, size$fig.width, size$fig.height, units = "in", res = size$dpi)
  tryCatch(print(picture), finally = grDevices::dev.off())
  knitr::include_graphics(file)
}

report_format <- function(ending, folder) {
  if (ending == "html") {
    style <- file.path(folder, "tables.css")
    write_text(table_css, style)
    return(rmarkdown::html_document(theme = NULL, mathjax = NULL, highlight = NULL, css = style))
  }
  rmarkdown::word_document(reference_docx = system.file(
    "report", "reference.docx", package = "ccdpanel", mustWork = TRUE
  ))
}

# Renders the template with the report's parts at hand.
render_report <- function(report, ending, tiles, pictures) {
  words <- words_of("report", report$language)
  unit <- report$cc[[recipe_of(report$cc)$panel[1]]]
  times <- in_order(report$cc[[recipe_of(report$cc)$panel[2]]])
  report$tiles <- tiles %||% tiles_of(unit)
  report$mapped <- !is.null(report$tiles) || !is.null(report$map)
  report$pictures <- pictures && requireNamespace("ggplot2", quietly = TRUE)
  report$ends <- unique(times[c(1, length(times))])
  report$height <- list(
    weights = min(8, 1.8 + 0.28 * nrow(report$tables$weights)),
    heatmap = min(8, max(3.5, 1.5 + 0.17 * length(unique(unit))))
  )
  drawn <- c("weights", "indices", "time", "heatmap", if (report$mapped) "map")
  captions <- phrase(
    words, "figure", number = seq_along(drawn), text = words[paste0("figure.", drawn)]
  )
  report$figure <- stats::setNames(captions, drawn)
  report$words <- as.list(words)
  report$yaml <- lapply(report[c("title", "author")], plain_markdown)
  report$methods <- plain_markdown(report$methods)
  report$date <- format(Sys.Date())
  report$software <- phrase(words, "software_line",
    version = as.character(utils::packageVersion("ccdpanel")), r = as.character(getRversion())
  )
  report$device <- "png"
  report$draw <- function(x, ...) {
    picture <- ggplot2::autoplot(x, ..., language = report$language, labels = report$labels)
    if (ending == "html") picture else picture_file(picture, folder)
  }
  number <- 0
  # In Word a heading waits for its first table, which may begin a page across.
  waiting <- NULL
  report$head <- function(key) {
    heading <- paste("#", words[[key]])
    if (ending != "docx") return(heading)
    waiting <<- heading
    ""
  }
  report$show <- function(name) {
    heading <- waiting
    waiting <<- NULL
    table <- report$tables[[name]]
    if (is.null(table)) return(knitr::asis_output(paste(c(heading, words[["none"]]),
      collapse = "\n\n")))
    number <<- number + 1
    caption <- phrase(words, "caption", number = number, text = words[[paste0("table.", name)]])
    shown_table(table, caption, ending, report$language, report$labels, name, heading)
  }
  space <- new.env(parent = globalenv())
  space$report <- report
  folder <- tempfile("report")
  dir.create(folder)
  on.exit(unlink(folder, recursive = TRUE))
  template <- file.path(folder, "report.Rmd")
  file.copy(system.file(
    "report", "coupling_report.Rmd", package = "ccdpanel", mustWork = TRUE
  ), template)
  made <- rmarkdown::render(
    template, report_format(ending, folder), paste0("report.", ending), envir = space, quiet = TRUE
  )
  if (!file.copy(made, report$file, overwrite = TRUE)) {
    abort("file", c(
      "The report could not be written to {.file {report$file}}.",
      i = "Is the file open in another program?"
    ))
  }
}

# Tiles with names for all units: provinces of China, states of the USA, or none.
tiles_of <- function(unit) {
  if (!anyNA(province_row(as.character(unit), province_table()))) return(province_table())
  states <- getExportedValue("ccdpanel", "us_state_tiles")
  if (
    all(as.character(unit) %in% states$state) || all(as.character(unit) %in% states$abbreviation)
  ) states
}

# A table of the report. In Word a wide one stands on a page across, with the heading that waits for
# it.
shown_table <- function(table, caption, ending, language, labels = NULL, blank = "",
                        heading = NULL) {
  speak(language)
  long <- long_table(table)
  text <- table_text(long$rows, 3, title = caption, labels = labels)
  if (blank %in% c("weights", "obstacles")) text$cells <- said_once(text$cells)
  text <- set_apart(text, long)
  if (ending != "docx") return(knitr::asis_output(raw_block(html_table(text), "html")))
  layout <- page_layout(text)
  parts <- docx_tables(text, layout)
  later <- rep(c("", words_of("report", language)[["continued"]]), c(1, length(parts) - 1))
  captions <- docx_caption(trimws(paste(caption, later)))
  printed <- c(heading, raw_block(paste0(captions, "\n", parts), "openxml"))
  if (layout$across) printed <- c(section_end(FALSE), printed, section_end(TRUE))
  # Without a paragraph between them Word joins tables.
  line <- "<w:p><w:pPr><w:spacing w:before=\"0\" w:after=\"0\"/></w:pPr></w:p>"
  knitr::asis_output(paste(c(printed, raw_block(line, "openxml"), ""), collapse = "\n\n"))
}

# Text in the document's own language, which Markdown leaves as it is.
raw_block <- function(text, language) paste0("``````{=", language, "}\n", text, "\n``````")

# Of a table longer than a page, such as one of cities, the first and the last rows: by rank where
# it has one. The report's `tables` have all of it.
long_table <- function(table, most = 60, each = 20) {
  n <- nrow(table)
  if (inherits(table, "regression_table") || n <= most) return(list(rows = table))
  table <- plain_table(table)
  if ("rank" %in% names(table)) table <- table[order(table$rank), ]
  list(rows = table[c(seq_len(each), seq(n - each + 1, n)), ], after = each, of = n)
}

# A rule between the first and the last rows, and a note of what is left out.
set_apart <- function(text, long) {
  if (is.null(long$of)) return(text)
  text$rules <- long$after
  text$note <- c(text$note, trf(
    "The first and the last %d of %d rows; the report's `tables` have all.", long$after, long$of
  ))
  text
}

# Names in the first two columns that the row above has as well, said once.
said_once <- function(cells) {
  same <- c(FALSE, cells[-1, 1] == cells[-nrow(cells), 1])
  both <- same & c(FALSE, cells[-1, 2] == cells[-nrow(cells), 2])
  cells[same, 1] <- ""
  cells[both, 2] <- ""
  cells
}

# The end of a run of A4 pages of one orientation, in Word's own words.
section_end <- function(across) {
  size <- if (across) {
    '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
  } else {
    '<w:pgSz w:w="11906" w:h="16838"/>'
  }
  margins <- paste0(
    '<w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1440" w:header="720" ',
    'w:footer="720" w:gutter="0"/>'
  )
  raw_block(paste0("<w:p><w:pPr><w:sectPr>", size, margins, "</w:sectPr></w:pPr></w:p>"), "openxml")
}

# The user's words as they are, in text and between YAML's quotes: what Markdown could read as a
# mark, a typographer's sign or an address becomes its number, and a line break, which would end
# both, a space.
plain_markdown <- function(text) {
  text <- one_line(text)
  marks <- strsplit("&#\\`*_{}[]<>$^~|@\"'", "")[[1]]
  text <- escape(text, marks, ifelse(marks == "&", "&amp;", ifelse(
    marks == "#", "&num;", paste0("&#", vapply(marks, utf8ToInt, 0L), ";")
  )))
  text <- gsub("...", "&#46;&#46;&#46;", text, fixed = TRUE)
  text <- gsub("://", "&#58;//", text, fixed = TRUE)
  gsub("--", "&#45;&#45;", text, fixed = TRUE)
}
