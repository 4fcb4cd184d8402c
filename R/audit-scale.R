# The scale that print is on: shares and scores lie in [0, 1], and are printed on it, in percent, or
# on some other scale, which is asked for and never guessed at the price of a wrong contradiction.

check_scale <- function(scale, table, call) {
  if (is.null(scale)) return(invisible())
  number <- is_bare_numeric(scale) && length(scale) && all(is.finite(scale) & scale > 0)
  named <- !is.null(names(scale)) && all(names(scale) %in% names(table)) &&
    !anyDuplicated(names(scale))
  if (number && (named || length(scale) == 1 && is.null(names(scale)))) return(invisible())
  abort("number", c(
    paste0(
      "{.arg scale} must be one number above 0, or such numbers named by columns of {.arg table}, ",
      "not {found(scale)}."
    ),
    i = paste0(
      paste0(
        "For instance {.code scale = 100}, or {.code scale = c({names(table)[1]} = ",
        "100)} where other "
      ),
      "columns are printed in [0, 1]."
    )
  ), call)
}

# What the numbers of a column are divided by: `scaled = FALSE` for what one number for all columns
# leaves alone.
scale_of <- function(scale, name, scaled = TRUE) {
  if (is.null(names(scale))) return(if (scaled) scale else 1)
  if (name %in% names(scale)) scale[[name]] else 1
}

# Columns of numbers in [0, 1] of which most are above 1: printed on another scale, of which nobody
# said so. A single number above 1 is a misprint, and a finding.
check_scale_told <- function(columns, opts, call) {
  if (opts$scale_told) return(invisible())
  high <- vapply(columns, function(x) {
    known <- x$value[!is.na(x$value)]
    length(known) > 0 && stats::median(known) > 1
  }, NA)
  if (!any(high)) return(invisible())
  names <- vapply(columns[high], `[[`, "", "name")
  top <- max(unlist(lapply(columns[high], `[[`, "value")), na.rm = TRUE)
  abort_scale(
    names, paste0("{?is/are} mostly above 1, and up to ", format(top, decimal.mark = ".")),
    if (top > 10) 100 else 10, call
  )
}

abort_scale <- function(names, what, by, call) {
  each <- paste0(names, " = ", by, collapse = ", ")
  abort("scale", c(
    paste0(
      paste0(
        "{cli::qty(names)}Column{?s} {.val {names}} must be printed in [0, 1], or ",
        "by {.arg scale} on "
      ),
      "another scale; {?it/they} ", what, "."
    ),
    i = paste0(
      paste0(
        "Say what the numbers are to be divided by: {.code scale = {by}}, or ",
        "{.code scale = c({each})} "
      ),
      "for these columns alone; {.code scale = 1} if they are meant as they are."
    )
  ), call)
}

check_entropy_scale <- function(e, opts, call) {
  high <- !is.null(e) && isTRUE(stats::median(e$value, na.rm = TRUE) > 10)
  if (opts$scale_told || !high) return(invisible())
  abort_scale(e$name, "{?is/are} mostly above 10", 100, call)
}

# Weights of which each system sums to a hundred, or to some other number far from one.
check_weight_scale <- function(w, group, opts, call) {
  if (opts$scale_told) return(invisible())
  sums <- c(tapply(w$value, group, sum, na.rm = TRUE), sum(w$value, na.rm = TRUE))
  if (stats::median(sums[-length(sums)]) < 5) return(invisible())
  total <- format(sums[[1]], digits = 6, decimal.mark = ".")
  abort_scale(
    w$name, paste0("sum{?s/} to ", total, if (length(sums) > 2) " in the first system"),
    if (stats::median(sums) > 20) 100 else 10, call
  )
}
