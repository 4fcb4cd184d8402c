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

# What the tests of files write: a fit, its table with the table's cells, and a plain table.
written <- local({
  made <- NULL
  function(part) {
    if (is.null(made)) {
      fit <- fe_reg(
        log(output) ~ log(highways) + unemployment | state + year, state_capital, vcov = ~state
      )
      table <- regression_table(a = fit, title = "Output & highways")
      made <<- list(
        fit = fit, table = table, cells = c(table$a[nzchar(table$a)]),
        plain = data.frame(name = c("x_1", "a|b"), value = c(1.23456, NA), n = c(3L, 4L))
      )
    }
    made[[part]]
  }
})

# A setting of a guide, or of one in a list of guides: ggplot2 has them elsewhere from 3.5.0 on.
guide_setting <- function(guide, name, of = NULL) {
  if (!is.null(of)) guide <- (if (inherits(guide, "Guides")) guide$guides else guide)[[of]]
  (if (inherits(guide, "Guide")) guide$params else guide)[[name]]
}
