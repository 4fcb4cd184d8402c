# Stars of significance and the note that says what they mean: one for each threshold that p stays
# below.

star_marks <- function(p, thresholds = c(0.1, 0.05, 0.01)) {
  marks <- strrep("*", rowSums(outer(p, thresholds, `<`)))
  ifelse(is.na(p), "", marks)
}

star_note <- function(thresholds = c(0.1, 0.05, 0.01)) {
  thresholds <- sort(thresholds, decreasing = TRUE)
  paste0(
    strrep("*", seq_along(thresholds)), " p < ",
    format(thresholds, trim = TRUE, drop0trailing = TRUE), collapse = ", "
  )
}

# A p-value is never zero.
p_text <- function(p, digits = 4) {
  least <- 10^-digits
  shown <- function(x) formatC(x, digits = digits, format = "f")
  ifelse(is.na(p), "", ifelse(p < least, paste("<", shown(least)), shown(p)))
}
