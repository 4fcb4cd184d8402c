#' Audit printed coefficients
#'
#' Do the stars follow from coefficient and standard error, by which thresholds and which
#' distribution; and do the coefficients belong together?
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @details Every printed number stands for all numbers that are rounded (or truncated) to it, so
#'   that \eqn{|t| = |b|/s} lies in an interval (open above where \eqn{s} prints as zero: then
#'   undetermined).
#'   * stars: \eqn{k} stars say that \eqn{\alpha_{k+1} < p \le \alpha_k}. Thresholds are those of
#'     the table's note, by `thresholds` (the tables of Cui carry theirs); without a note they are
#'     the field's 10, 5 and 1 percent. Where these contradict rows and 5, 1 and 0.1 percent fewer,
#'     the second set is chosen to fit and that is said: what then hangs on the choice is
#'     undetermined. The distribution is the normal, or t with `df` degrees of freedom. For a row
#'     that the normal contradicts, the degrees of freedom (1 to 200) that would do are named: few
#'     of them betray errors clustered by so many groups plus one;
#'   * one instrument: \eqn{(b/s)^2} of the excluded instrument in the first stage is the
#'     Kleibergen-Paap rank Wald F (column `wald_f`) under the same covariance; a small-sample
#'     factor may move it by about \eqn{K/N}, which is no excuse for more than a tenth: closer than
#'     that is undetermined;
#'   * mediation: total = direct + a b, exact for least squares with the same sample and controls;
#'   * sums: the first row of each is the sum of the others, such as N of subsamples.
#'
#'   A table with a column `part` (`"coefficient"` and `"statistic"`), such as [gu_tables] and
#'   [cui_tables], may be handed over whole: columns are found by their names, words among the
#'   statistics (YES, NO) are passed over, and a rank Wald F among them is held against the only
#'   coefficient but the constant of its model.
#' @inheritParams audit_weights
#' @param table A data frame of print, one row a coefficient; cells as in [audit_weights()]. Stars
#'   behind an estimate and brackets about a standard error may stay.
#' @param estimate Name of the column of coefficients; `NULL` for `"estimate"` of a table with a
#'   column `part`, whose `std_error`, `stars` and `term` are found likewise.
#' @param std_error Name of the column of standard errors, a sign of which does not count, or
#'   `NULL`.
#' @param stars Name of a column of stars; by default those printed behind the estimates.
#' @param wald_f Name of a column that holds the rank Wald F in the row of the only excluded
#'   instrument.
#' @param term Name of the column that names the rows, for the report.
#' @param thresholds Numbers falling between 1 and 0, for one star and more, as the table's note
#'   says; `NULL` (default) if there is none.
#' @param df Degrees of freedom of t, a number or the name of a column; or the name of a statistic
#'   that counts clusters, such as `"Number of ids"`, less one; `NULL` (default) for the normal
#'   distribution. With errors clustered by G groups it is G - 1.
#' @param mediation Row numbers `c(total = , a = , b = , direct = )`; in a table with `part`,
#'   `outcome` and `term` the name of the mediator; or `NULL`.
#' @param sums A list of vectors of row numbers, or `NULL`.
#' @return An [audit], one line a check.
#' @section Errors: those of [audit_weights()], `ccdpanel_error_thresholds`, `ccdpanel_error_rows`
#'   (`mediation` and `sums`).
#' @references Kleibergen, F. and Paap, R. (2006). Generalized reduced rank tests using the singular
#'   value decomposition. Journal of Econometrics 133(1), 97-126.
#'   \doi{10.1016/j.jeconom.2005.02.011}
#' @examples
#' # Gu's stars are those of 5, 1 and 0.1 percent
#' audit_coefficients(gu_table7, thresholds = c(0.05, 0.01, 0.001))
#' # Cui's Table 10: is the total effect the direct one and a b?
#' audit_coefficients(cui_table10, mediation = "IV")
#' # Any table
#' printed <- data.frame(estimate = c("0.38***", "0.21"), se = c("(0.04)", "(0.15)"))
#' audit_coefficients(printed, "estimate", "se", thresholds = c(0.1, 0.05, 0.01))
#' @export
audit_coefficients <- function(table, estimate = NULL, std_error = NULL, stars = NULL,
                               wald_f = NULL, term = NULL, thresholds = NULL, df = NULL,
                               mediation = NULL, sums = NULL, rounding = "round", digits = NULL,
                               ...) {
  check_dots(...)
  check_required("audit_coefficients")
  call <- rlang::current_env()
  opts <- reading(rounding, digits, 1, table, call)
  check_thresholds(thresholds, call)
  parts <- has_parts(table)
  columns <- list(estimate = estimate, std_error = std_error, stars = stars)
  if (parts) columns <- found_columns(columns, table)
  frame <- if (parts && is.null(term)) part_rows(table) else rows_of(table, term, "term", call)
  read <- if (parts) without_words(table, columns$estimate) else table
  b <- read_printed(read, columns$estimate, "estimate", opts, call)
  s <- if (!is.null(columns$std_error)) {
    read_printed(table, columns$std_error, "std_error", opts, call)
  }
  f <- if (!is.null(wald_f)) {
    read_printed(table, wald_f, "wald_f", opts, call)
  } else if (parts) {
    wald_of(table, b)
  }
  count <- star_counts(table, columns$estimate, columns$stars, call)
  if (parts) count[table$part != "coefficient"] <- 0
  ratio <- if (!is.null(s)) t_interval(b, s)
  mediation <- mediation_rows(mediation, table, call)
  # A table without any star has none to look at, unless thresholds say that it could have had.
  starred <- !is.null(s) && (any(count > 0) || !is.null(thresholds))
  lines <- c(
    if (starred) {
      star_lines(
        frame, ratio, count, thresholds %||% noted_thresholds(table),
        read_df(df, table, b, opts, call)
      )
    },
    if (!is.null(s) && !is.null(f)) list(wald_lines(frame, f, ratio)),
    if (!is.null(mediation)) list(mediation_lines(b, mediation, call)),
    lapply(listed_sums(sums, call), sum_lines, b = b, call = call)
  )
  lines <- c(lines, untested_stars(s, f, !is.null(thresholds) || !is.null(stars), wald_f))
  if (!length(lines)) abort_nothing("std_error", call)
  check_is_read(!is.null(df) && !starred, "df", if (is.null(s)) "std_error" else "thresholds", call)
  used <- Filter(function(x) !is.null(x$name), list(b, s, f))
  # What a statistic has no standard error or no number for is no empty cell.
  if (parts) {
    used <- lapply(used, function(x) {
      c(lapply(x[c("text", "digits")], `[`, table$part == "coefficient"), x["name"])
    })
  }
  new_audit(lines, "Audit of coefficients", table, opts, used)
}

# What stands beside the coefficients has nothing to be held against without standard errors.
untested_stars <- function(s, f, stars, wald_f) {
  if (!is.null(s)) return(NULL)
  c(
    if (stars) list(not_tested("stars", "std_error", "stars")),
    if (!is.null(wald_f)) list(not_tested(wald_f, "std_error", "rank Wald F = (b / se)^2"))
  )
}

read_df <- function(df, table, b, opts, call) {
  if (is.null(df)) return(NULL)
  if (rlang::is_string(df) && !df %in% names(table) && has_parts(table)) {
    return(statistic_of(table, df, b)$value - 1)
  }
  if (is.character(df)) return(read_printed(table, df, "df", opts, call)$value)
  check_number(df, "df", min = 1, call = call)
  rep(df, nrow(table))
}

# |b| / s; a standard error that may be zero leaves it open above.
t_interval <- function(b, s) {
  b <- interval(
    ifelse(b$lower <= 0 & b$upper >= 0, 0, pmin(abs(b$lower), abs(b$upper))),
    pmax(abs(b$lower), abs(b$upper))
  )
  s <- interval(
    ifelse(s$lower <= 0 & s$upper >= 0, 0, pmin(abs(s$lower), abs(s$upper))),
    pmax(abs(s$lower), abs(s$upper))
  )
  interval(b$lower / s$upper, ifelse(s$lower > 0, b$upper / s$lower, Inf))
}

wald_lines <- function(frame, f, t) {
  rows <- which(!is.na(f$text))
  square <- interval(t$lower[rows]^2, t$upper[rows]^2)
  printed <- list(lower = f$lower[rows], upper = f$upper[rows], text = f$text[rows])
  lines <- compare_lines(
    frame[rows, ], "rank Wald F = (b / se)^2", printed, loosen(square), "(b / se)^2",
    "the coefficient or its standard error is empty or zero"
  )
  near <- lines$verdict == "inconsistent" & printed$upper >= 0.9 * square$lower &
    printed$lower <= 1.1 * square$upper
  lines$verdict[near] <- "undetermined"
  lines$reason[near] <- paste0(
    lines$reason[near], ", but a small-sample factor may account for that"
  )
  open <- is.infinite(square$upper)
  lines$verdict[open] <- "undetermined"
  lines$reason[open] <- "the standard error prints as zero"
  lines
}

mediation_lines <- function(b, rows, call) {
  parts <- c("total", "a", "b", "direct")
  check_row_numbers(
    rows, length(b$text), "mediation", call, all(parts %in% names(rows)) && length(rows) == 4
  )
  at <- function(part) interval(b$lower[rows[[part]]], b$upper[rows[[part]]])
  total <- c(at("total"), list(text = b$text[rows[["total"]]]))
  recomputed <- loosen(plus(at("direct"), times(at("a"), at("b"))))
  compare_lines(
    data.frame(row = rows[["total"]], item = "total effect"), "total = direct + a b", total,
    recomputed, "direct + a b"
  )
}

listed_sums <- function(sums, call) {
  if (is.null(sums) || is.list(sums) && !is.object(sums) || is_bare_numeric(sums)) return(sums)
  abort("rows", c(
    "{.arg sums} must be a list of row numbers, not {.obj_type_friendly {sums}}.",
    i = "For instance {.code sums = list(c(1, 2, 3))}, the whole first."
  ), call)
}

sum_lines <- function(rows, b, call) {
  check_row_numbers(rows, length(b$text), "sums", call, length(rows) >= 2)
  whole <- list(lower = b$lower[rows[1]], upper = b$upper[rows[1]], text = b$text[rows[1]])
  rest <- interval(sum(b$lower[rows[-1]]), sum(b$upper[rows[-1]]))
  exact <- all(b$digits[rows] == 0, na.rm = TRUE)
  if (exact) {
    whole[c("lower", "upper")] <- b$value[rows[1]]
    rest <- interval(sum(b$value[rows[-1]]))
  }
  compare_lines(
    data.frame(row = rows[1], item = NA), "sum of the parts", whole, loosen(rest),
    paste0("the sum of rows ", paste(rows[-1], collapse = ", "))
  )
}

check_row_numbers <- function(rows, n, arg, call, shape) {
  good <- shape && is_bare_numeric(rows) && !anyNA(rows) && !anyDuplicated(rows) &&
    all(rows %in% seq_len(n))
  if (good) return(invisible())
  abort("rows", c(
    "{.arg {arg}} must give row numbers of {.arg table}, 1 to {n}, each once, not {found(rows)}.",
    i = paste0(
      "For instance {.code mediation = c(total = 1, a = 2, b = 3, direct = 4)} or ",
      "{.code sums = list(c(1, 2, 3))}, the whole first."
    )
  ), call)
}
