# The replays that an uncertainty analysis kept.

scaled_replays <- function(values, at, names, scale) {
  out <- values[at, , , drop = FALSE]
  out[is.nan(out)] <- NA
  for (m in which(scale != 1)) out[, m, ] <- out[, m, ] * scale[m]
  dimnames(out) <- list(NULL, names, NULL)
  out
}

#' The replays behind an uncertainty analysis
#'
#' @param x An [index_uncertainty()] made with `keep = TRUE`.
#' @param what Names of measures: systems, `"D"`, `"rank"`; by default all.
#' @param ... Nothing: an argument of any other name is an error.
#' @return An array of rows (as in `x`) by measures by replays, `NA` where a replay had no weights;
#'   a part of it is a plain array. Every slice `[, , r]` is a consistent set of indices: [fe_reg()]
#'   and [system_reg()] fit a model to each when given `replays = x`, see [model-replays].
#' @section Errors: `ccdpanel_error_replays` (not kept), `ccdpanel_error_choice`.
#' @examples
#' path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
#' sheet <- indicator_sheet(path)
#' idx <- composite_index(state_capital, sheet, panel = c("state", "year"))
#' u <- index_uncertainty(idx, state_capital, n = 20, seed = 1, keep = TRUE)
#' dim(replays(u))
#' quantile(replays(u, "D")[1, 1, ])
#' @export
replays <- function(x, what = NULL, ...) {
  check_dots(...)
  check_required("replays")
  call <- rlang::current_env()
  kept <- attr(x, "replays", exact = TRUE)
  if (!inherits(x, "index_uncertainty") || is.null(kept)) {
    abort("replays", c(
      "{.arg x} must be an uncertainty analysis that kept its replays.",
      i = "Call {.code index_uncertainty(keep = TRUE)}; a subset of it has none."
    ), call)
  }
  if (!is.null(what)) check_choices(what, dimnames(kept)[[2]], "what", call)
  structure(kept[, what %||% dimnames(kept)[[2]], , drop = FALSE], class = "index_replays")
}

#' @export
`[.index_replays` <- function(x, ...) unclass(x)[...]

#' @export
print.index_replays <- function(x, n = 6, ...) {
  check_print_dots(...)
  check_shown(n = n, least = 1)
  size <- dim(x)
  values <- unclass(x)
  if (length(size) != 3) return(invisible(print(values)))
  measures <- dimnames(values)[[2]]
  say(trf(
    "Replays of an index: %d rows by %s (%s) by %d replays", size[1], count_of(size[2], "measure"),
    shown_names(head_words(measures)), size[3]
  ))
  leading <- c(intersect("D", measures), measures)[1]
  cat("\n", trf("%s, a row of the index a row and a replay a column", leading), "\n", sep = "")
  rows <- utils::head(seq_len(size[1]), n)
  cells <- matrix(values[rows, leading, ], length(rows))
  cells <- matrix(format(round(cells, 4)), length(rows), dimnames = list(rows, seq_len(size[3])))
  gone <- print_fitting_columns(
    if (is.finite(n)) cells[, seq_len(min(ncol(cells), 100)), drop = FALSE] else cells
  )
  say(trf(
    "... of %s rows and %s replays", with_commas(size[1]),
    with_commas(size[3])
  ))
  next_steps(
    trf("x[, \"%s\", 1] (a replay)", leading), trf("x[1, \"%s\", ] (a row)", leading),
    "fe_reg(replays = )"
  )
  invisible(x)
}
