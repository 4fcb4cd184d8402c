# The range stated, or the one that the print is on.
range_lines <- function(columns, frame, within) {
  if (!identical(within, "print")) return(value_ranges(columns, frame, within))
  value <- unlist(lapply(columns, `[[`, "value"))
  above <- any(!is.na(value)) && stats::median(value, na.rm = TRUE) > 1
  top <- max(value, 0, na.rm = TRUE)
  # Up to 10, 20, ...: no range can be told from the print.
  if (above && top <= 10) {
    return(not_tested(
      vapply(columns, `[[`, "", "name"), "within", "values in their range"
    ))
  }
  percent <- above
  if (percent && top > 100) return(NULL)
  lines <- value_ranges(columns, frame, if (percent) c(0, 100) else c(0, 1))
  if (percent) lines$reason <- paste0(lines$reason, "; the range is taken from the print")
  lines
}

# Only cells outside get a line of their own; where there are none, one line for all.
value_ranges <- function(columns, frame, within) {
  check <- sprintf("values in [%s, %s]", format(within[1]), format(within[2]))
  outside <- lapply(columns, function(x) {
    out <- which(x$upper < within[1] | x$lower > within[2])
    if (length(out)) {
      audit_lines(
        frame$row[out], frame$item[out], check, "inconsistent",
        paste0(x$name, " is ", x$text[out], ", outside"), x$text[out], within[1], within[2]
      )
    }
  })
  if (!is.null(unlist(outside))) return(do.call(rbind, outside))
  known <- sum(vapply(columns, function(x) sum(!is.na(x$text)), 0L))
  audit_lines(
    NA, NA, check, if (known) "consistent" else "undetermined",
    if (known) sprintf("all %d printed cells are within", known) else "no cell is printed", NA,
    within[1], within[2]
  )
}
