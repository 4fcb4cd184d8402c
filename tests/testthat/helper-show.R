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
