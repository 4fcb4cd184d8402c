# Draws a plot into a file nobody keeps, so that what only fails when drawn fails in the tests.
drawn <- function(p) {
  path <- tempfile(fileext = ".pdf")
  grDevices::pdf(path)
  on.exit({
    grDevices::dev.off()
    unlink(path)
  })
  built <- ggplot2::ggplot_build(p)
  ggplot2::ggplot_gtable(built)
  built
}

state_index <- function() {
  composite_index(state_capital, state_sheet(), c("state", "year"), keep = "region")
}

# The cell of a table beside a label.
cell <- function(table, label, column, row = 1) table[[column]][which(table$term == label)[row]]

# The paragraph of methods of an index and a coupling of the states.
text_of <- function(index = list(), coupling = list(), fits = list(), language = "en",
                    filled = list(filled = 0L)) {
  idx <- do.call(composite_index, c(list(state_capital, state_sheet(), c("state", "year")), index))
  cc <- suppressMessages(do.call("coupling", c(list(idx), coupling)))
  methods_text(filled, idx, cc, fits, NULL, language)
}

# The text of a Word file: the cells of its tables, and the paragraphs outside with their styles.
# officer goes through the cells one by one, which takes longer than to write them.
word_text <- function(file) {
  folder <- tempfile()
  on.exit(unlink(folder, recursive = TRUE))
  utils::unzip(file, "word/document.xml", exdir = folder)
  page <- xml2::read_xml(file.path(folder, "word/document.xml"))
  paragraphs <- xml2::xml_find_all(page, "/w:document/w:body/w:p")
  list(
    cells = xml2::xml_text(xml2::xml_find_all(page, "//w:tc")),
    paragraphs = xml2::xml_text(paragraphs),
    style = xml2::xml_attr(xml2::xml_find_first(paragraphs, "w:pPr/w:pStyle"), "val")
  )
}
