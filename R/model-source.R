# Where the rows of a fit are. A data frame has them; a table in a database keeps them, and what
# needs them is an error that says so. The methods for such tables are of the room `remote`.

# The description of a model with its data as they are to be used: of a table in a database the
# table itself, or its rows, fetched.
settle_source <- function(spec, cov_spec, remote, call) UseMethod("settle_source", spec$data)

#' @export
settle_source.default <- function(spec, cov_spec, remote, call) {
  if (remote == "auto") return(spec)
  abort("argument", c(
    paste0(
      "{.arg remote} says how to ask a database, and {.arg data} is a data frame: nobody reads ",
      "{.val {remote}}."
    ),
    i = "Leave it out, or give a table in a database: {.code dplyr::tbl(connection, \"name\")}."
  ), call)
}

# What a fit keeps of where its sums were made: NULL, or mode, cells and queries.
source_record <- function(data, design) UseMethod("source_record")

#' @export
source_record.default <- function(data, design) attr(data, "fetched", exact = TRUE)

# "Data: sums by 49 cells, made in the database (3 queries)"
source_line <- function(record) {
  asked <- paste0(
    nrow(record$queries), if (spoken() == "en") " ",
    tr(if (nrow(record$queries) == 1) "query" else "queries")
  )
  if (!is.null(record$shards)) {
    asked <- paste0(asked, trf(
      "; grouped on the servers of %s of %s foreign tables", record$grouped %||% 0, record$shards
    ))
  }
  if (record$mode == "cells") {
    return(trf(
      "Data: sums by %s, made in the database (%s)", count_of(record$cells, "cell"), asked
    ))
  }
  trf("Data: %s fetched from the database (%s)", count_of(record$fetched, "row"), asked)
}

# Clusters of rows that stand for cells belong to one covariance, not to the fit.
kept_sample <- function(design) {
  design$sample[setdiff(names(design$sample), c("clusters", "unclustered"))]
}

has_rows <- function(fit) is.null(fit$remote) || fit$remote$mode == "rows"

check_has_rows <- function(fit, what, call) {
  if (has_rows(fit)) return(invisible())
  abort("needs_rows", c(
    "{.code {what}} needs the rows of the data, which are in a database.",
    i = paste0(
      "Fit with {.code remote = \"rows\"}, which fetches the columns of the model; ",
      "{.code predict(fit, newdata = table)} is computed there."
    )
  ), call)
}

# Covariances over time or space look at single rows.
check_cells_do <- function(plan, call) {
  if (!isTRUE(plan$rows)) return(invisible())
  abort("needs_rows", c(
    "This covariance needs the rows of the data, which are in a database.",
    i = "Fit with {.code remote = \"rows\"}, which fetches the columns of the model."
  ), call)
}
