# Heads of databases that name unit and indicator in one cell, as in "Beijing: GDP" or "GDP:
# Beijing", with lines of what each series is below: two lines of heads instead, the unit of
# measurement in brackets, and the other lines set aside.

paired_heads <- function(grid) {
  head <- paired_line(grid$text)
  if (is.na(head)) return(grid)
  pair <- split_pairs(grid$text[head, ])
  key <- line_keys(grid$text)
  meta <- is_series_line(key, head)
  measure <- which(meta & key %in% c("\u5355\u4f4d", "unit"))
  name <- pair$name
  if (length(measure)) {
    unit <- grid$text[measure[1], ]
    some <- nzchar(name) & nzchar(unit) & !is.na(pair$place)
    name[some] <- paste0(name[some], "(", unit[some], ")")
  }
  name[is.na(pair$place)] <- ""
  keep <- c(seq_len(head), head, setdiff(which(!meta), seq_len(head)))
  out <- sub_grid(grid, keep)
  out$text[head, ] <- ifelse(is.na(pair$place), "", pair$place)
  out$text[head + 1, ] <- name
  # The corner above the periods may be empty.
  at <- which(is.na(pair$place) & (has_text(grid$text[head, ]) | seq_along(name) == 1))
  out$text[head, at] <- "\u5e74\u4efd"
  out$text[head + 1, at] <- "\u6307\u6807"
  out
}

# The first text of each line.
line_keys <- function(text) {
  first <- vapply(seq_len(nrow(text)), function(r) c(text[r, has_text(text[r, ])], "")[1], "")
  head_key(simplified(first))
}

is_series_line <- function(key, head) seq_along(key) > head & key %in% head_key(series_lines)

# Lines that databases write between heads and values.
series_lines <- c(
  "\u9891\u7387", "\u9891\u5ea6", "\u5355\u4f4d", "\u6307\u6807ID", "\u6307\u6807\u7f16\u7801",
  "\u6765\u6e90", "\u6570\u636e\u6765\u6e90", "\u56fd\u5bb6", "\u66f4\u65b0\u65f6\u95f4",
  "\u65f6\u95f4\u533a\u95f4", "\u8d77\u59cb\u65f6\u95f4", "\u7ed3\u675f\u65f6\u95f4",
  "\u72b6\u6001",
  "\u5907\u6ce8", "\u5730\u533a", "Frequency", "Unit", "Source", "Series ID", "Country", "Status",
  "Updated", "Start date", "End date", "Last update time", "Region", "Subnational", "SR Code",
  "Mnemonic", "Function Description", "First Obs. Date", "Last Obs. Date", "Series remarks",
  "Suggestions", "Mean", "Variance", "Standard Deviation", "Skewness", "Kurtosis",
  "Coefficient Variation", "Min", "Max", "Median", "No. of Obs", "\u533a\u57df",
  "\u6b21\u56fd\u5bb6", "\u6570\u636e\u6e90", "\u7cfb\u5217\u7f16\u53f7",
  "SR\u4ee3\u7801", "\u52a9\u8bb0\u7b26", "\u51fd\u6570\u4fe1\u606f",
  "\u9996\u6b21\u8bb0\u5f55\u65e5\u671f",
  "\u6700\u540e\u8bb0\u5f55\u65e5\u671f", "\u6700\u540e\u66f4\u65b0\u65f6\u95f4",
  "\u7cfb\u5217\u5907\u6ce8",
  "\u5efa\u8bae"
)

# The line with at least two such heads.
paired_line <- function(text) {
  rows <- utils::head(which(rowSums(matrix(grepl("[:\uff1a]", text), nrow(text))) >= 2), 5)
  for (r in rows) {
    pair <- split_pairs(text[r, ])
    if (sum(!is.na(pair$place)) >= 2 && different(pair$place) >= 2) return(r)
  }
  NA_integer_
}

# The place and the rest of each cell; NA where no part of it is a province.
split_pairs <- function(x) {
  out <- data.frame(place = rep(NA_character_, length(x)), name = "", stringsAsFactors = FALSE)
  for (i in grep(".[:\uff1a].", x, perl = TRUE)) {
    parts <- trim_blank(strsplit(x[i], "[:\uff1a]", perl = TRUE)[[1]])
    place <- which(place_kinds(parts)$kind == "province")
    if (length(place) != 1 || length(parts) < 2) next
    out$place[i] <- parts[place]
    out$name[i] <- paste(parts[-place], collapse = ":")
  }
  out
}
