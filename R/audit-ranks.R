#' Audit averages, ranks and names of a printed table of units
#'
#' Are the printed averages those of the rows, the ranks those of the averages, and does every unit
#' appear once?
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @details Every printed number stands for all numbers that are rounded (or truncated) to it.
#'   * average: with cells in \eqn{[l_t, u_t]} and weights \eqn{a_t} the average lies in \eqn{[\sum
#'     a_t l_t, \sum a_t u_t]}, which must meet the printed one. Where the weights are not known
#'     (the default), an average is contradicted only if it lies outside \eqn{[\min_t l_t, \max_t
#'     u_t]}; whether it is the one of equal weights is said, and undetermined if it is not: a mean
#'     over regions of different sizes is another one. An average over a row with an empty cell is
#'     tested over the cells printed, and undetermined if it fails;
#'   * rank: 1 for the highest. A unit whose average lies in \eqn{[l, u]} is preceded for sure by
#'     those with \eqn{l_j \ge u} (where intervals touch, a tie is the most that rounding allows)
#'     and may be by those with \eqn{u_j > l}; a printed rank between is not contradicted, and
#'     undetermined if more than one is possible. Ties may be counted as competition (1, 2, 2, 4),
#'     dense (1, 2, 2, 3), average (1, 2.5, 2.5, 4), ordinal (1, 2, 3, 4) or modified competition
#'     ranks (1, 3, 3, 4); where ranks are tied, a line says which rule they follow;
#'   * names: each once; with `expected`, which are missing, and which are printed and not expected
#'     (with the nearest name). Upper and lower case are the same.
#' @inheritParams audit_weights
#' @param table A data frame of print, one row a unit; cells as in [audit_weights()].
#' @param values Names of the columns that are averaged (years, or regions); `NULL` if there are
#'   none.
#' @param average,rank Names of these columns, if printed. Without an average column, ranks are held
#'   against the average of the values.
#' @param unit Name of the column of units.
#' @param expected Character vector of the units that the table should have, or `NULL`.
#' @param weights Weights of the columns in the average: `NULL` (default) if the table does not say,
#'   `"equal"`, a number for each column of `values` (taken relative to their sum), or `"unknown"`,
#'   as `NULL` without a look at equal weights.
#' @param within Range of possible values: `"print"` (default) for 0 to 1 or, where most cells are
#'   above 1 and some above 10, 0 to 100 (none where some exceed 100); two numbers; or `NULL` for
#'   none.
#' @param decreasing Is rank 1 the highest (default) or the lowest (`FALSE`)?
#' @return An [audit], one line a check.
#' @section Errors: those of [audit_weights()], `ccdpanel_error_weights` (of the columns),
#'   `ccdpanel_error_names` (`expected`), `ccdpanel_error_range` (`within`).
#' @examples
#' # Wang and Yu print one province under another's name, and lack one of their thirty
#' thirty <- setdiff(provinces$name, "Tibet")
#' audit_ranks(
#'   wang_yu_table2, as.character(2012:2022), "average", unit = "printed", expected = thirty
#' )
#' # Gu's years below all of their regions
#' regions <- c("east", "central", "west", "northeast")
#' audit_ranks(gu_table6, regions, "all", unit = "year", weights = "unknown")
#' @export
audit_ranks <- function(table, values = NULL, average = NULL, rank = NULL, unit = NULL,
                        expected = NULL, weights = NULL,
                        within = "print", decreasing = TRUE, rounding = "round", digits = NULL,
                        scale = NULL, ...) {
  check_dots(...)
  check_required("audit_ranks")
  call <- rlang::current_env()
  opts <- reading(rounding, digits, scale, table, call)
  check_flag(decreasing, "decreasing")
  check_within(within, call)
  frame <- rows_of(table, unit, "unit", call)
  if (length(values)) check_columns(values, table, "values", call)
  cells <- lapply(values, function(name) read_printed(table, name, "values", opts, call))
  weights <- column_weights(weights, values, call)
  check_is_read(!is.null(expected) && is.null(unit), "expected", "unit", call)
  check_is_read(!decreasing && is.null(rank), "decreasing", "rank", call)
  check_is_read(
    is.numeric(weights$share) && !weights$assumed && length(cells) > 1 && is.null(average) &&
      is.null(rank), "weights", "average", call
  )
  mean <- if (!is.null(average)) read_printed(table, average, "average", opts, call)
  place <- if (!is.null(rank)) read_printed(table, rank, "rank", opts, call, scaled = FALSE)
  read <- c(cells, if (!is.null(mean)) list(mean))
  lines <- c(
    if (!is.null(within) && length(read)) list(range_lines(read, frame, within)),
    if (length(cells) && !is.null(mean)) list(average_lines(frame, cells, mean, weights)),
    if (!is.null(place)) {
      rank_lines(
        frame, place, mean %||% row_average(cells, weights, call), decreasing,
        if (is.null(mean) && weights$assumed) cells
      )
    },
    if (!is.null(unit)) name_lines(frame, expected, call)
  )
  lines <- Filter(Negate(is.null), lines)
  if (!length(lines)) abort_nothing("values", call)
  tested <- !is.null(place) || !is.null(unit) || length(cells) && !is.null(mean)
  if (!tested) {
    lines <- c(lines, list(not_tested(
      vapply(read, `[[`, "", "name"), if (is.null(mean)) "average, rank" else "values, rank"
    )))
  }
  new_audit(
    lines, "Audit of averages, ranks and names", table, opts,
    c(read, if (!is.null(place)) list(place))
  )
}

abort_nothing <- function(arg, call) {
  abort("column", c(
    "No check is possible with the columns named.",
    i = paste0(
      "Name at least {.arg {arg}} and what it is to be held against; the help ",
      "page lists the checks."
    )
  ), call)
}

check_within <- function(within, call) {
  good <- is_bare_numeric(within) && length(within) == 2 && !anyNA(within) && within[1] < within[2]
  if (is.null(within) || identical(within, "print") || good) return(invisible())
  abort("range", c(
    paste0(
      "{.arg within} must be two numbers, the lowest and the highest possible, or {.val print}, ",
      "not {found(within)}."
    ),
    i = "{.code NULL} leaves values unbounded."
  ), call)
}

# What is known of the weights: `share` a column (NULL if nothing), and whether equal ones are no
# more than an assumption.
column_weights <- function(weights, names, call) {
  columns <- length(names)
  # One column is its own average, whatever its weight.
  if (columns == 1 && (is.null(weights) || identical(weights, "unknown"))) weights <- "equal"
  if (identical(weights, "unknown")) return(list(share = NULL, assumed = FALSE))
  if (is.null(weights) || identical(weights, "equal")) {
    return(list(share = rep(1 / max(columns, 1), columns), assumed = is.null(weights)))
  }
  good <- is_bare_numeric(weights) && length(weights) == columns && !anyNA(weights) &&
    all(weights >= 0) && sum(weights) > 0
  if (good) {
    weights <- named_values(weights, names, "weights", "columns of values", call)
    return(list(share = weights / sum(weights), assumed = FALSE))
  }
  abort("weights", c(
    paste0(
      "{.arg weights} must be {columns} number{?s} of at least 0, one a column of {.arg values}, ",
      "or {.val equal} or {.val unknown}; it is {found(weights)}."
    ),
    i = "{.code NULL} asks no more than that an average lies between the values."
  ), call)
}

average_lines <- function(frame, cells, mean, weights) {
  low <- do.call(pmin, c(lapply(cells, `[[`, "lower"), na.rm = TRUE))
  high <- do.call(pmax, c(lapply(cells, `[[`, "upper"), na.rm = TRUE))
  between <- compare_lines(
    frame, "average between the values", mean, interval(low, high), "the range of the values"
  )
  out <- if (is.null(weights$share)) {
    between
  } else {
    compare_lines(
      frame, "average of the row", mean, mean_of_cells(cells, weights$share),
      if (weights$assumed) "the average with equal weights" else "the average of the cells"
    )
  }
  if (weights$assumed) out <- unknown_weights(out, between)
  gaps <- Reduce(`|`, lapply(cells, function(x) is.na(x$text)))
  doubt <- gaps & out$verdict == "inconsistent"
  out$verdict[doubt] <- "undetermined"
  out$reason[doubt] <- paste0(out$reason[doubt], "; but cells of the row are empty")
  out
}

# Weights that nobody stated: an average is wrong if none give it, and open if equal ones do not.
unknown_weights <- function(equal, between) {
  never <- between$verdict == "inconsistent"
  equal[never, c("reason", "lower", "upper")] <- between[never, c("reason", "lower", "upper")]
  equal$reason[never] <- paste0(equal$reason[never], ", whatever the weights")
  open <- !never & equal$verdict == "inconsistent"
  equal$verdict[open] <- "undetermined"
  equal$reason[open] <- paste0(equal$reason[open], "; other weights can give it")
  equal
}

mean_of_cells <- function(cells, weights) {
  known <- vapply(cells, function(x) !is.na(x$text), logical(length(cells[[1]]$text)))
  share <- matrix(known, ncol = length(cells)) %*% diag(weights, length(weights))
  sum_of <- function(end) {
    rowSums(share * ifelse(share > 0, matrix(
      vapply(cells, `[[`, numeric(nrow(share)), end), ncol = length(cells)
    ), 0)) / rowSums(share)
  }
  out <- loosen(interval(sum_of("lower"), sum_of("upper")))
  none <- rowSums(share) == 0
  interval(replace(out$lower, none, NA), replace(out$upper, none, NA))
}

row_average <- function(cells, weights, call) {
  if (length(cells) && !is.null(weights$share)) return(mean_of_cells(cells, weights$share))
  abort("column", c(
    paste0(
      "{.arg rank} needs something to be held against: {.arg average}, or {.arg values} with ",
      "known {.arg weights}."
    ),
    i = "Name the column of averages."
  ), call)
}

switch_verdict <- function(verdict, consistent, inconsistent, undetermined) {
  ifelse(
    verdict == "consistent", consistent,
    ifelse(verdict == "inconsistent", inconsistent, undetermined)
  )
}

name_lines <- function(frame, expected, call) {
  key <- tolower(frame$item)
  if (all(is.na(key))) {
    return(list(not_tested("unit", "the names of the units", "names once each")))
  }
  twice <- which(!is.na(key) & duplicated(key))
  lines <- if (length(twice)) {
    first <- match(key[twice], key)
    list(audit_lines(
      frame$row[twice], frame$item[twice], "names once each", "inconsistent",
      paste0(
        "the name is that of row ", first,
        " as well: one of the two is another unit, or printed twice"
      )
    ))
  } else {
    list(audit_lines(
      NA, "the table", "names once each", "consistent",
      sprintf("%d names, none twice", sum(!is.na(key)))
    ))
  }
  if (is.null(expected)) lines else c(lines, expected_lines(frame, key, expected, call))
}

expected_lines <- function(frame, key, expected, call) {
  if (
    !is.character(expected) || !length(expected) || anyNA(expected) || !is_readable(expected) ||
      anyDuplicated(tolower(expected))
  ) {
    abort("names", c(
      "{.arg expected} must be the names of the units, each once, not {found(expected)}.",
      i = "For instance {.code c(\"Beijing\", \"Tianjin\")}."
    ), call)
  }
  wanted <- tolower(trimws(expected))
  odd <- which(!key %in% wanted)
  absent <- expected[!wanted %in% key]
  near <- vapply(key[odd], nearest_name, "", among = absent)
  spelt <- !is.na(near)
  gone <- setdiff(absent, near)
  c(
    if (length(odd)) list(audit_lines(
      frame$row[odd], frame$item[odd], "names expected",
      ifelse(spelt, "undetermined", "inconsistent"),
      ifelse(spelt, paste0("not an expected name; perhaps ", near), "not an expected name"))),
    if (length(gone)) {
      list(audit_lines(
        rep(NA, length(gone)), gone, "units complete", "inconsistent", "expected, and in no row"
      ))
    },
    if (!length(gone)) {
      list(audit_lines(
        NA, "the table", "units complete", "consistent",
        sprintf("all %d expected names are there", length(expected))
      ))
    }
  )
}

# The expected name within two letters of `x`, or NA.
nearest_name <- function(x, among) {
  if (is.na(x) || !length(among)) return(NA_character_)
  away <- utils::adist(x, tolower(among))[1, ]
  if (min(away) <= min(2, nchar(x) / 3)) among[which.min(away)] else NA_character_
}
