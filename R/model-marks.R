# A data table is changed where it stands (`:=`, `set()`, `setorder()`), and a fit's data with it.
# What the fit looked at is marked, so that no later look takes other values for the same.

# Of other data, which are copied when they are changed, NULL.
data_marks <- function(spec, exprs) {
  if (!inherits(spec$data, "data.table")) return(NULL)
  names <- intersect(c(unlist(lapply(exprs, all.vars)), spec$panel), names(spec$data))
  column_marks(spec$data, names)
}

# Of each column the values here and there, and of numbers the sum and one that depends on their
# order.
column_marks <- function(data, names) {
  n <- .row_names_info(data, 2L)
  at <- unique(round(seq(1, n, length.out = 500)))
  place <- if (n > 500) seq_len(n) %% 8191
  lapply(stats::setNames(names, names), function(name) {
    x <- .subset2(data, name)
    if (!is.null(dim(x)) || !is.atomic(x)) return(NULL)
    x <- as.vector(unclass(x))
    gone <- if (anyNA(x)) which(is.na(x))
    numbers <- n > 500 && is.numeric(x)
    list(
      length(x), x[at], gone,
      if (numbers) c(sum(as.double(x), na.rm = TRUE), sum(x * place, na.rm = TRUE))
    )
  })
}

check_marks <- function(spec, call) {
  marks <- spec$marks
  if (!length(marks)) return(invisible())
  now <- column_marks(spec$data, intersect(names(marks), names(spec$data)))
  changed <- names(marks)[!vapply(names(marks), function(name) {
    name %in% names(spec$data) && identical(now[[name]], marks[[name]])
  }, NA)]
  if (!length(changed)) return(invisible())
  abort("changed", c(
    paste0(
      "The data of the fit must be what they were; {cli::qty(changed)}column{?s} {.val {changed}} ",
      "{?was/were} changed in place since, as {.code :=} and {.fn setorder} do."
    ),
    i = "Fit again, or fit to {.code copy(data)}."
  ), call)
}
