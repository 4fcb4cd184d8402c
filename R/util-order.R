# The order of groups and units that have one of their own: provinces as the bureau of statistics
# lists them, regions east, central, west and northeast, a factor as its levels say.

# By the codes of letters, the same in every locale, without missing values. R refuses to sort so
# what is beyond ASCII and has no mark of its encoding, as read.csv() and readLines() leave it.
sort_by_codes <- function(x) {
  x <- x[!is.na(x)]
  x[order(marked_letters(x), method = "radix")]
}

marked_letters <- function(x) if (is.character(x)) as_utf8(x) else x

# The different values, in their own order, else sorted, without missing ones: "10" after "9",
# "2010Q1" after "2009Q4".
in_order <- function(x) {
  values <- sort(unique(x))
  if (!is.character(values)) return(values)
  values[own_order(values) %||% numeral_order(values) %||% seq_along(values)]
}

# Of texts that differ in their numbers alone, by these; NULL for others.
numeral_order <- function(values) {
  numeral <- "[0-9]+([.][0-9]+)?"
  frame <- unique(gsub(numeral, "0", values))
  if (length(values) < 2 || length(frame) != 1) return(NULL)
  numbers <- regmatches(values, gregexpr(numeral, values))
  if (!length(numbers[[1]])) return(NULL)
  do.call(order, as.data.frame(do.call(rbind, lapply(numbers, as.numeric))))
}

# The different values, in their own order, else as they come.
as_they_come <- function(x) {
  values <- unique(x)
  if (is.factor(values)) return(sort(values))
  own <- if (is.character(values)) own_order(values)
  if (is.null(own)) values else values[own]
}

# The order that all of them have; NULL where they have none.
own_order <- function(values) {
  provinces <- getExportedValue("ccdpanel", "provinces")
  words <- word_table("regions")
  for (names in c(
    as.list(provinces[c("name", "zh", "zh_full")]), as.list(words[c("en", "zh", "long")])
  )) {
    at <- match(values, names)
    if (!anyNA(at) && length(at) > 1) return(order(at))
  }
  NULL
}
