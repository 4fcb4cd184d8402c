#' Descriptive statistics
#'
#' Number of values, mean, standard deviation, minimum, quartiles and maximum of the variables of a
#' sample, overall or by group.
#'
#' @param data A data frame, or a table in a database ([remote-tables]).
#' @param vars Names of numeric columns; all numeric columns but those in `by` if `NULL` (columns of
#'   `TRUE` and `FALSE` are none, and said).
#' @param by Names of columns whose combinations are the groups, or `NULL`.
#' @param ... Nothing: an argument of any other name is an error.
#' @return A data frame of class `descriptives`, one row a group and variable: the columns of `by`,
#'   `variable`, `N` (values that are not missing), `missing`, `mean`, `sd` (divisor N - 1; `NA` for
#'   one value), `min`, `p25`, `p50`, `p75`, `max`. Without any value all of these are `NA`.
#' @details Percentile p of N sorted values is the value at the next whole number above `N p / 100`,
#'   and the mean of two neighbours where `N p / 100` is whole, as Stata's `summarize, detail` has
#'   it (R's `quantile(type = 2)`, but computed in whole numbers, so that no rounding of `N p / 100`
#'   decides).
#' @section Errors: `ccdpanel_error_type`, `ccdpanel_error_column`, `ccdpanel_error_infinite` (names
#'   the columns and counts), `ccdpanel_error_group` (a group that is missing).
#' @seealso [winsorise()]
#' @examples
#' descriptives(state_capital, c("output", "highways", "unemployment"))
#' descriptives(state_capital, "unemployment", by = "region")
#' @export
descriptives <- function(data, vars = NULL, by = NULL, ...) {
  check_dots(...)
  check_required("descriptives")
  data <- read_columns(data, remote = TRUE)
  check_by(by %||% character(), data, "by")
  if (!is.null(vars)) check_by(vars, data, "vars")
  vars <- number_vars(data, vars, by)
  check_own_names(by, c("variable", described_numbers))
  described(data, vars, by, rlang::current_env())
}

# Tables in a database have a method of their own, in the room `remote`.
described <- function(data, vars, by, call) UseMethod("described")

#' @export
described.default <- function(data, vars, by, call) {
  data <- as.data.frame(data)
  labels <- value_labels(data[by]) # rows lose them where the class has no method
  data[vars] <- described_columns(data[vars], call)
  group <- sorted_groups(data, by, call)
  numbers <- bind_describe(
    lapply(vars, function(name) data[[name]]),
    if (length(by)) rows_of_groups(group$code, length(group$first)) else every_row(nrow(data)),
    thread_count()
  )
  new_descriptives(numbers, data[group$first, by, drop = FALSE], vars, labels)
}

described_numbers <- c("N", "missing", "mean", "sd", "min", "p25", "p50", "p75", "max")

# One row a group and variable, variables within groups.
new_descriptives <- function(numbers, groups, vars, labels = value_labels(groups)) {
  colnames(numbers) <- described_numbers
  numbers <- as.data.frame(numbers)
  for (name in c("N", "missing")) numbers[[name]] <- as.integer(numbers[[name]])
  keys <- lapply(groups, function(key) {
    repeat_each(if (is.matrix(key) && ncol(key) == 1) key[, 1] else key, length(vars))
  })
  out <- data.frame(variable = rep(vars, nrow(groups)), numbers)
  # As they are: octmode, roman and others have no as.data.frame().
  if (length(groups)) {
    out <- structure(c(keys, out), row.names = .set_row_names(nrow(out)), class = "data.frame")
  }
  attr(out, "value_labels") <- if (length(labels)) labels
  class(out) <- c("descriptives", "data.frame")
  out
}

# Columns of a data frame as doubles, finite.
described_columns <- function(x, call = rlang::caller_env()) {
  if (!length(x)) {
    abort("column", c(
      "{.arg vars} must name at least one numeric column, and there is none.",
      i = "For instance {.code vars = c(\"gdp\", \"population\")}."
    ), call)
  }
  numbers <- lapply(x, column_numbers)
  text <- names(x)[vapply(numbers, function(column) is.null(column) || is.logical(column), NA)]
  if (length(text)) {
    kind <- vapply(x[text], function(column) class(column)[1], "")
    abort("type", c(
      "{.arg vars} must name numeric columns; {.val {text}} {?is/are} not ({.cls {kind}}).",
      i = "Leave {cli::qty(text)}{?it/them} out, or make {?it/them} numeric."
    ), call)
  }
  x <- lapply(numbers, as.double)
  check_described_finite(bind_summarise(x, thread_count())$infinite, names(x), call)
  x
}

check_described_finite <- function(infinite, names, call, what = "The variables") {
  bad <- which(infinite > 0)
  if (!length(bad)) return(invisible())
  found <- paste0(names[bad], " (", infinite[bad], ")")
  abort("infinite", c(
    "{what} must be finite; infinite values are in {found}.",
    i = "The logarithm of zero is one: drop those rows or set them {.code NA}."
  ), call)
}

# The group of each row, in sorted order of the keys, and the first row of each group.
sorted_groups <- function(data, by, call = rlang::caller_env()) {
  if (!length(by)) return(list(first = 1L))
  data[by] <- lapply(by, function(name) {
    as_levels(data[[name]], cli::format_inline("Column {.val {name}} of {.arg by}"), "group", call)
  })
  check_complete_groups(by, vapply(data[by], anyNA, NA), call)
  Reduce(joint_numbers, lapply(data[by], numbered, TRUE, radix_order))
}

check_complete_groups <- function(by, missing, call) {
  if (!any(missing)) return(invisible())
  abort("group", c(
    "{.arg by} must name complete columns; {.val {by[missing]}} {?has/have} missing values.",
    i = "Name that group, or drop those rows."
  ), call)
}

radix_order <- function(x) sort_by_codes(unique(x))

# Percentiles of sorted values. Probabilities of at most six decimals become whole numbers of
# millionths, so that `n p` is whole or is not, exactly.
stata_percentile <- function(x, probs) {
  n <- length(x)
  if (!n) return(rep(NA_real_, length(probs)))
  share <- round(probs * 1e6)
  exact <- abs(probs * 1e6 - share) < 1e-6
  rest <- (n * share) %% 1e6
  below <- ifelse(exact, (n * share - rest) / 1e6, floor(n * probs))
  low <- ifelse(exact & rest == 0, below, below + 1)
  (x[pmin(pmax(low, 1), n)] + x[pmin(below + 1, n)]) / 2
}

#' @param x A table of descriptive statistics.
#' @param digits Significant digits of each variable's numbers.
#' @param n Number of rows printed at most.
#' @param ... Not used.
#' @rdname descriptives
#' @export
print.descriptives <- function(x, digits = 4, n = 30, ...) {
  check_print_dots(...)
  check_shown(n = n, digits = digits)
  shown <- plain_result(with_value_labels(x))
  if (all(c("N", "missing", "variable") %in% names(shown))) {
    k <- length(unique(shown$variable))
    say(trf(
      "Descriptive statistics: %s, %s, %d missing", count_of(k, "variable"),
      count_of(sum(shown$N), "value"), sum(shown$missing)
    ))
    cat("\n")
    if (!any(shown$missing > 0)) shown$missing <- NULL
  }
  numbers <- intersect(c("mean", "sd", "min", "p25", "p50", "p75", "max"), names(shown))
  if (!length(numbers)) return(invisible(print(plain_result(x))))
  for (i in seq_len(nrow(shown))) shown[i, numbers] <- row_format(unlist(x[i, numbers]), digits)
  print_fitting(utils::head(shown, n), c("missing", "p50", "p25", "p75"))
  if (nrow(shown) > n) say(trf("... and %d more rows: print(x, n = Inf)", nrow(shown) - n))
  next_steps("correlations()", "winsorise()", "save_table(x, \"table.docx\")")
  invisible(x)
}

# Numbers of one variable with one number of decimals: enough for `digits` significant ones of the
# largest, at least of the standard deviation.
row_format <- function(x, digits) {
  size <- max(abs(x), 0, na.rm = TRUE)
  decimals <- if (size > 0) max(0, digits - 1 - floor(log10(size))) else 0
  # Ten decimals do not show the digits of what is smaller than this.
  if (decimals > 10) return(ifelse(is.na(x), "", short_number(x, digits)))
  text <- formatC(x + 0, format = "f", digits = decimals)
  # A number that is not zero must not print as zero.
  lost <- !is.na(x) & x != 0 & round(x, decimals) == 0
  text[lost] <- short_number(x[lost], 2)
  ifelse(is.na(x), "", text)
}
