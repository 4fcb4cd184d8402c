# The order of groups and units that have one of their own: provinces as the bureau of statistics
# lists them, regions east, central, west and northeast, a factor as its levels say.

# The different values, in their own order, else sorted.
in_order <- function(x) {
  values <- sort(unique(x))
  if (!is.character(values)) return(values)
  values[order(own_order(values) %||% seq_along(values))]
}

# The different values, in their own order, else as they come.
as_they_come <- function(x) {
  values <- unique(x)
  if (is.factor(values)) return(sort(values))
  rank <- if (is.character(values)) own_order(values)
  if (is.null(rank)) values else values[order(rank)]
}

# Places in the order that all of them have; NULL where they have none.
own_order <- function(values) {
  provinces <- getExportedValue("ccdpanel", "provinces")
  words <- word_table("regions")
  for (names in c(
    as.list(provinces[c("name", "zh", "zh_full")]), as.list(words[c("en", "zh", "long")])
  )) {
    at <- match(values, names)
    if (!anyNA(at) && length(at) > 1) return(at)
  }
  NULL
}
