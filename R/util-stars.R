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

# Rows of tests as they print: a statistic with its decimals, or the reason why there is none.
tests_text <- function(x, digits, reason) {
  shown <- as.data.frame(x)
  class(shown) <- "data.frame"
  shown$statistic <- ifelse(
    is.na(x$statistic), reason, formatC(x$statistic, digits = digits, format = "f")
  )
  shown$p_value <- ifelse(is.na(x$p_value), "", format.pval(x$p_value, digits = 3, eps = 1e-4))
  shown
}
