# Columns of codes that all bear labels (Stata, SPSS): they name categories, and no number lies
# between yes and no. By default they are left out of what computes with numbers; where they are
# named, their codes are taken, and both is said.

is_category <- function(x) {
  labels <- attr(x, "labels", exact = TRUE)
  if (!is.numeric(labels) || is.null(names(labels))) return(FALSE)
  values <- unique(column_numbers(x))
  values <- values[!is.na(values)]
  length(values) > 0 && all(values %in% as.vector(labels))
}

category_columns <- function(data, names) {
  names[vapply(names, function(name) is_category(data[[name]]), NA)]
}

# The columns that were named, or all of numbers but the categories and those of `except`.
number_vars <- function(data, vars, except = NULL) {
  if (!is.null(vars)) {
    say_codes_taken(data, vars)
    return(vars)
  }
  say_logical_left(data, except)
  vars <- setdiff(numeric_columns(data), except)
  left <- category_columns(data, vars)
  if (length(left)) {
    inform("category", c(i = paste0(
      "Left out, since all their values bear labels: {.val {left}}. Name them in {.arg vars} to ",
      "take their codes for numbers."
    )))
  }
  setdiff(vars, left)
}

# Columns of TRUE and FALSE are no numbers until somebody makes them such.
say_logical_left <- function(data, except) {
  logical <- vapply(data, function(x) {
    is.logical(x) && (!length(x) || any(!is.na(x)))
  }, NA)
  left <- setdiff(names(data)[logical], except)
  if (!length(left)) return(invisible())
  inform("category", c(i = paste0(
    "Left out, since they are TRUE or FALSE: {.val {left}}. {.code as.numeric()} makes 1 and 0 of ",
    "{cli::qty(left)}{?it/them}."
  )))
}

say_codes_taken <- function(data, names) {
  codes <- category_columns(data, unique(names))
  if (!length(codes)) return(invisible())
  inform("category", c(i = paste0(
    "The codes of {cli::qty(codes)}{?a category/categories} are taken for numbers: {.val {codes}}."
  )))
}

numeric_columns <- function(data) {
  names(data)[vapply(data, function(x) {
    is.numeric(x) || is.object(x) && !is.logical(x) && !is.null(column_numbers(x))
  }, NA)]
}

