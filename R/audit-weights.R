#' Audit printed weights
#'
#' Do the weights of an indicator table sum to one, can the entropies be entropies, and do the
#' weights follow from the divergences?
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @details Every printed number stands for all numbers that are rounded (or truncated) to it. With
#'   \eqn{[l_j, u_j]} for weight \eqn{j} of a system:
#'   * sum: \eqn{[\sum l_j, \sum u_j]} must hold 1. Where no system's weights do and all of the
#'     table's do, they are weights of the whole, and that is said;
#'   * range: a weight must be able to lie in \eqn{[0, 1]};
#'   * entropy: \eqn{e_j \le 1}. An entropy surely above one cannot be: the usual cause is a
#'     division by \eqn{\ln T} (years) or \eqn{\ln n} (units) where \eqn{n T} rows were pooled and
#'     \eqn{\ln(n T)} belongs, which reverses the order of the weights;
#'   * divergence: \eqn{d_j = 1 - e_j};
#'   * weight: \eqn{w_j = d_j / \sum_k d_k} within the system, with \eqn{d_j = 1 - e_j} where only
#'     entropies are printed. If the weights follow the entropies themselves, \eqn{w_j = e_j /
#'     \sum_k e_k}, that is said.
#' @param table A data frame, one row an indicator. Strings keep their digits (`"0.170"` has three);
#'   numbers have lost trailing zeros, and get the most decimals of their column. `"-"`, `""` and
#'   `NA` are empty cells; a cell with a percent sign is divided by 100.
#' @param weight Name of the column of weights. Where no column of numbers is named, those that are
#'   called like the arguments are taken.
#' @param system Name of the column that groups indicators into systems; `NULL` (default) for one
#'   system.
#' @param entropy,divergence Names of these columns, if printed.
#' @param indicator Name of the column that names the rows, for the report.
#' @param rounding `"round"` (default) or `"truncate"`.
#' @param digits Decimals printed, one number or named by column; `NULL` (default) reads them from
#'   the cells. Zeros at the end of a string then count no more and no less than that; a cell with
#'   more decimals that are not zero keeps them.
#' @param scale What printed numbers are divided by: one number (100 for percent; entropies and
#'   divergences stay as they are), or numbers named by columns, such as `c(T = 100)`. `NULL`
#'   (default): 1, unless the print is on another scale, which is an error that asks for it. Cells
#'   with a percent sign are read as such.
#' @return An [audit], one line a check.
#' @section Errors: `ccdpanel_error_type`, `ccdpanel_error_rows` (no row), `ccdpanel_error_column`,
#'   `ccdpanel_error_printed` (a cell that is no number), `ccdpanel_error_digits`,
#'   `ccdpanel_error_choice`, `ccdpanel_error_number`, `ccdpanel_error_scale` (print that is not on
#'   \[0, 1\], and no `scale`), `ccdpanel_error_argument` (one that no check would read).
#' @references Shannon, C. E. (1948). A mathematical theory of communication.
#'   \doi{10.1002/j.1538-7305.1948.tb01338.x}
#' @examples
#' audit_weights(gu_table4, weight = "weight", system = "system", indicator = "indicator")
#' printed <- data.frame(
#'   indicator = c("patents", "papers", "staff"), entropy = c("0.912", "0.950", "0.981"),
#'   weight = c("0.56", "0.32", "0.12")
#' )
#' audit_weights(printed, weight = "weight", entropy = "entropy", indicator = "indicator")
#' @export
audit_weights <- function(table, weight = NULL, system = NULL, entropy = NULL, divergence = NULL,
                          indicator = NULL,
                          rounding = "round", digits = NULL, scale = NULL, ...) {
  check_dots(...)
  check_required("audit_weights")
  call <- rlang::current_env()
  opts <- reading(rounding, digits, scale, table, call)
  own <- own_columns(
    list(weight = weight, entropy = entropy, divergence = divergence), table,
    list(system = system, indicator = indicator)
  )
  system <- own$system
  entropy <- own$entropy
  divergence <- own$divergence
  weight <- own$weight
  if (is.null(weight)) abort_nothing("weight", call)
  frame <- rows_of(table, own$indicator, "indicator", call)
  w <- read_printed(table, weight, "weight", opts, call)
  e <- if (!is.null(entropy)) read_printed(table, entropy, "entropy", opts, call, scaled = FALSE)
  d <- if (!is.null(divergence)) {
    read_printed(table, divergence, "divergence", opts, call, scaled = FALSE)
  }
  group <- rows_of(table, system, "system", call)$item
  group[is.na(group)] <- if (is.null(system)) "all weights" else "no system"
  check_weight_scale(w, group, opts, call)
  check_entropy_scale(e, opts, call)
  lines <- list(weight_ranges(frame, w), weight_sums(group, w))
  if (!is.null(e)) lines <- c(lines, list(entropy_ranges(frame, e)))
  if (!is.null(e) && !is.null(d)) {
    lines <- c(lines, list(compare_lines(
      frame, "divergence = 1 - entropy", d, minus(interval(1), e), "1 - entropy"
    )))
  }
  if (!is.null(e) || !is.null(d)) lines <- c(lines, weights_from(frame, w, e, d, group))
  new_audit(lines, "Audit of weights", table, opts, Filter(Negate(is.null), list(w, e, d)))
}

weight_ranges <- function(frame, w) {
  out <- w$upper < 0 | w$lower > 1
  verdict <- ifelse(is.na(out), "undetermined", ifelse(out, "inconsistent", "consistent"))
  reason <- ifelse(is.na(out), "the cell is empty", ifelse(
    !out, "it may lie in [0, 1]",
    ifelse(w$upper < 0, "a weight cannot be negative", "a weight cannot exceed 1")
  ))
  audit_lines(frame$row, frame$item, "weight in [0, 1]", verdict, reason, w$text, 0, 1)
}

weight_sums <- function(group, w) {
  one <- function(g) {
    rows <- which(group == g)
    empty <- sum(is.na(w$text[rows]))
    low <- sum(w$lower[rows], na.rm = TRUE)
    high <- sum(w$upper[rows], na.rm = TRUE)
    printed <- format(sum(w$value[rows], na.rm = TRUE), digits = 10, decimal.mark = ".")
    too_much <- low > 1
    verdict <- if (too_much || (!empty && high < 1)) {
      "inconsistent"
    } else if (empty) {
      "undetermined"
    } else {
      "consistent"
    }
    span <- range_text(interval(low, high), 6)
    reason <- paste0(
      "the ", length(rows) - empty, " printed weights sum to ", printed, " (", span,
      " before rounding)"
    )
    reason <- paste0(reason, switch(
      verdict, consistent = ", which may be 1",
      undetermined = paste0("; ", empty, " more not printed"),
      paste0(", which is not 1", without_one(rows, w))
    ))
    audit_lines(NA, g, "weights sum to one", verdict, reason, printed, low, if (empty) NA else high)
  }
  weights_of_all(do.call(rbind, lapply(unique(group), one)), w)
}

# Weights that sum to one over all systems and within none are those of the whole table.
weights_of_all <- function(lines, w) {
  all <- loosen(interval(sum(w$lower), sum(w$upper)))
  whole <- nrow(lines) > 1 && all(lines$verdict == "inconsistent") &&
    isTRUE(all$lower <= 1 && all$upper >= 1)
  if (!whole) return(lines)
  lines$verdict <- "undetermined"
  lines$reason <- sub("; it would be without row.*", "", lines$reason)
  printed <- format(sum(w$value), digits = 10, decimal.mark = ".")
  rbind(audit_lines(
    NA, "all weights", "weights sum to one", "consistent",
    paste0(
      "the ", length(w$text), " printed weights sum to ", printed, " (", range_text(all, 6),
      " before rounding), which may be 1"
    ), printed, all$lower, all$upper
  ), lines)
}

# Rows without which the others would sum to one: printed twice, or in the wrong system.
without_one <- function(rows, w) {
  if (anyNA(w$lower[rows]) || length(rows) < 2) return("")
  rest <- interval(sum(w$lower[rows]) - w$lower[rows], sum(w$upper[rows]) - w$upper[rows])
  extra <- rows[rest$lower <= 1 & rest$upper >= 1]
  if (!length(extra)) return("")
  paste0(
    "; it would be without row ", paste(extra, collapse = " or "), " (",
    paste(unique(w$text[extra]), collapse = ", "), ")"
  )
}

entropy_ranges <- function(frame, e) {
  above <- e$lower > 1 + 1e-12
  out <- above | e$upper < 0
  verdict <- ifelse(is.na(out), "undetermined", ifelse(out, "inconsistent", "consistent"))
  why <- paste0(
    "an entropy cannot exceed 1; dividing by ln T or ln n where n T rows are pooled and ln(n T) ",
    "belongs makes such, and reverses the order of the weights"
  )
  reason <- ifelse(is.na(out), "the cell is empty", ifelse(
    !out, "it may lie in [0, 1]", ifelse(above, why, "an entropy cannot be negative")
  ))
  audit_lines(frame$row, frame$item, "entropy in [0, 1]", verdict, reason, e$text, 0, 1)
}

# Weights from divergences, and from the entropies by mistake.
weights_from <- function(frame, w, e, d, group) {
  if (is.null(d)) d <- minus(interval(1), e)
  right <- shares_of(d, group)
  lines <- compare_lines(
    frame, "weight = divergence / sum", w, right, "divergence over its sum",
    "a cell of its system is empty"
  )
  if (is.null(e)) return(list(lines))
  wrong <- shares_of(e, group)
  fits <- overlap(w, wrong)
  if (!any(lines$verdict == "inconsistent") || !isTRUE(all(fits))) return(list(lines))
  list(lines, audit_lines(
    NA, "the table", "weights from entropies", "inconsistent",
    paste0(
      "every weight fits entropy over its sum: the entropies were used where divergences ",
      "(1 - entropy) belong"
    )
  ))
}

# x_j / sum x within groups: rises with its own x and falls with the others.
shares_of <- function(x, group) {
  x <- interval(pmax(x$lower, 0), pmax(x$upper, 0))
  others <- function(v) stats::ave(v, group, FUN = sum) - v
  share <- function(own, rest) ifelse(own + rest > 0, own / (own + rest), 0)
  clip(loosen(interval(share(x$lower, others(x$upper)), share(x$upper, others(x$lower)))))
}
