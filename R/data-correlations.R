#' Correlations with stars
#'
#' Pearson's or Spearman's correlation of every pair of variables, with p-values and the number of
#' rows behind each.
#'
#' @param data A data frame.
#' @param vars Names of numeric columns; all numeric columns if `NULL` (default).
#' @param method `"pearson"` (default) or `"spearman"` (Pearson's of the mid-ranks).
#' @param missing `"pairwise"` (default): each pair on the rows that have both; `"complete"`: all
#'   pairs on the rows that have every variable.
#' @param ... Nothing: an argument of any other name is an error.
#' @return A data frame of class `correlations`, one row a pair: `first`, `second` (the later
#'   variable), `N`, `correlation`, `statistic` and `p.value` (two-sided, t with N - 2 degrees of
#'   freedom). A correlation is `NA` with a constant or fewer than three rows. It prints as a lower
#'   triangle with stars; `as.matrix()` gives the symmetric matrix.
#' @details \eqn{t = r \sqrt{(N - 2)/(1 - r^2)}}{t = r sqrt((N - 2) / (1 - r^2))}, for Spearman's as
#'   an approximation. Rows of a panel are not independent, so that p-values are a description.
#' @section Errors: `ccdpanel_error_type`, `ccdpanel_error_column`, `ccdpanel_error_infinite`,
#'   `ccdpanel_error_choice`.
#' @seealso [descriptives()], [collinearity()]
#' @examples
#' r <- correlations(state_capital, c("output", "highways", "unemployment"))
#' r
#' as.data.frame(r)
#' @export
correlations <- function(data, vars = NULL, method = "pearson", missing = "pairwise", ...) {
  check_dots(...)
  check_required("correlations")
  data <- read_columns(data)
  check_choice(method, c("pearson", "spearman"), "method")
  check_choice(missing, c("pairwise", "complete"), "missing")
  data <- as.data.frame(data)
  if (!is.null(vars)) check_columns(vars, data, "vars")
  vars <- number_vars(data, vars)
  x <- described_columns(data[vars])
  if (length(vars) < 2 || anyDuplicated(vars)) {
    abort("column", c(
      "{.arg vars} must name at least two different columns, not {found(vars)}.",
      i = "One variable has no pair."
    ))
  }
  if (missing == "complete") x <- lapply(x, `[`, stats::complete.cases(as.data.frame(x)))
  pairs <- utils::combn(length(vars), 2)
  rows <- lapply(seq_len(ncol(pairs)), function(i) {
    correlate(x[[pairs[1, i]]], x[[pairs[2, i]]], method)
  })
  out <- cbind(
    data.frame(first = vars[pairs[1, ]], second = vars[pairs[2, ]]), do.call(rbind, rows)
  )
  structure(out, vars = vars, method = method, class = c("correlations", "data.frame"))
}

correlate <- function(x, y, method) {
  both <- !is.na(x) & !is.na(y)
  n <- sum(both)
  x <- x[both]
  y <- y[both]
  if (method == "spearman") {
    x <- rank(x)
    y <- rank(y)
  }
  varies <- n > 2 && any(x != x[1]) && any(y != y[1])
  r <- if (varies) max(-1, min(1, stats::cor(x, y))) else NA_real_
  t <- r * sqrt((n - 2) / (1 - r^2))
  data.frame(N = n, correlation = r, statistic = t, p.value = 2 * stats::pt(-abs(t), max(n - 2, 1)))
}

#' @param x A result of `correlations()`.
#' @param digits Decimals printed.
#' @param n Number of variables printed at most (default 25).
#' @param ... Not used.
#' @rdname correlations
#' @export
print.correlations <- function(x, digits = 3, n = 25, ...) {
  check_print_dots(...)
  check_shown(n = n, digits = digits, least = 1)
  vars <- attr(x, "vars", exact = TRUE)
  if (is.null(vars) || nrow(x) != length(vars) * (length(vars) - 1) / 2) {
    return(invisible(print(plain_result(x))))
  }
  rows <- range(x$N)
  say(trf(
    "%s correlations, N = %s", c(pearson = "Pearson", spearman = "Spearman")[[attr(x, "method")]],
    if (rows[1] == rows[2]) {
      rows[1]
    } else {
      trf("%s to %s by pair (column `N` of as.data.frame())", rows[1], rows[2])
    }
  ))
  cat("\n")
  cells <- correlation_cells(x, digits)
  shown <- seq_len(min(n, length(vars)))
  print_columns(cells[shown, shown, drop = FALSE], "as.matrix(x)")
  if (length(vars) > n) {
    say(trf("... and %d more variables: print(x, n = Inf)", length(vars) - n))
  }
  cat("\n", star_note(), ".\n", sep = "")
  next_steps("collinearity()", "as.matrix(x)", "as.data.frame(x)")
  invisible(x)
}

# The lower triangle with stars, as journals print it.
correlation_cells <- function(x, digits) {
  vars <- attr(x, "vars", exact = TRUE)
  cells <- matrix(
    "", length(vars), length(vars),
    dimnames = list(paste0("(", seq_along(vars), ") ", vars), paste0("(", seq_along(vars), ")"))
  )
  diag(cells) <- "1"
  at <- cbind(match(x$second, vars), match(x$first, vars))
  cells[at] <- ifelse(is.na(x$correlation), "NA", paste0(
    unsigned_nought(formatC(x$correlation, digits = digits, format = "f")), star_marks(x$p.value)
  ))
  cells
}

#' @export
as.data.frame.correlations <- function(x, ...) {
  check_dots(..., passed = c("row.names", "optional", "stringsAsFactors", "make.names"))
  plain_result(x)
}

#' @rdname correlations
#' @export
tidy.correlations <- function(x, ...) {
  check_dots(...)
  plain_result(x)
}

#' @rdname correlations
#' @export
as.matrix.correlations <- function(x, ...) {
  check_dots(...)
  vars <- attr(x, "vars", exact = TRUE)
  out <- diag(length(vars))
  dimnames(out) <- list(vars, vars)
  at <- cbind(match(x$second, vars), match(x$first, vars))
  out[at] <- out[at[, 2:1]] <- x$correlation
  out
}

#' @export
`[.correlations` <- function(x, ...) plain_result(x)[...]
