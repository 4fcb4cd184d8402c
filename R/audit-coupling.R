#' Audit a printed table of coupling and coordination
#'
#' Do C, T, D and the levels belong together, and by which formula, or which known mistake, do they
#' follow from the scores of the systems?
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @details Every printed number stands for all numbers that are rounded (or truncated) to it, and a
#'   verdict is `"inconsistent"` only if no such numbers agree.
#'   * `D = sqrt(C T)`: \eqn{[\sqrt{C_l T_l}, \sqrt{C_u T_u}]} must meet the printed \eqn{D}. If it
#'     does not in some row, but \eqn{C T} (the root forgotten) does in all, that is said;
#'   * for rows that are means of several units only the bound \eqn{\bar D \le \sqrt{\bar C \bar T}}
#'     (Cauchy-Schwarz) can be tested (`rows = "mean"`). Equality in every row is reported as
#'     undetermined: it needs \eqn{C/T} to be the same for all units of each mean, so that the rows
#'     look like one series and not like means;
#'   * T from the scores: \eqn{\sum a_i u_i}. For two systems without given `weights` the
#'     coefficient \eqn{a} that fits all rows is found, if equal ones do not;
#'   * C from the scores by `standard`, `wang`, `fan` and `power` (see [coupling_degree()]) and by
#'     the mistakes that are copied about: the factor \eqn{n} lost (C cannot exceed \eqn{1/n}),
#'     exponent 1/2 kept for three and more systems, sums of pairs in the denominator (C cannot
#'     exceed 1/2 for three), a product where the quotient belongs. C is not monotone in the scores:
#'     its range over the box of possible scores is found at the corners and inside. Each right
#'     formula that fits all rows gets a line; if none does, each mistake that does, and one line
#'     counts the rows that the right ones fit; the rows are judged by a right one that fits all,
#'     else by the one that fits most;
#'   * D from the scores, where C or T is not printed, by `model`;
#'   * the scores from C and T, where they are not printed: under the standard formula with equal
#'     coefficients those of two systems are \eqn{T \pm \sqrt{T^2 - (CT)^2}} (`lower` and `upper` of
#'     the line, from the numbers as printed); one that must exceed 1 is inconsistent with `systems
#'     = 2`, and undetermined where nobody said that there are two;
#'   * C by another formula that the paper prints (`formula`), from the scores, or for two systems
#'     from T alone: over all scores \eqn{a_1 u + a_2 v = T} in \[0, 1\];
#'   * levels: the classes in which \eqn{[D_l, D_u]} lies under either convention of edges, or the
#'     one of `closed`. A printed level that is none of them is inconsistent; one of several is
#'     undetermined.
#'
#'   Rows that are means are held against mean scores in T only, which is linear: C of means is not
#'   the mean of C.
#' @inheritParams audit_weights
#' @param table A data frame of print, one row a unit or a year; cells as in [audit_weights()].
#' @param C,T,D Names of the columns of coupling degree, comprehensive index and coordination
#'   degree, as far as printed. Where none of these and no level is named, columns that are called
#'   so (and `level`) are taken.
#' @param level Name of the column of levels: integers from 1, or names of `scheme`, English or
#'   Chinese.
#' @param systems Names of the columns of scores (two to ten); `2` if there are two systems whose
#'   scores are not printed; or `NULL`.
#' @param unit Name of the column that names the rows, for the report.
#' @param rows `"unit"` (default), or `"mean"` if the rows are means over units.
#' @param scheme,labels As in [coordination_level()].
#' @param closed `"right"`, `"left"` or `NULL` (default) for either.
#' @param model The formula that the paper states, `"standard"`, `"wang"`, `"fan"` or `"power"`;
#'   `NULL` (default) if that is to be found out.
#' @param k Exponent of the power model, tried besides 1 and 2 (and 1/2 for more than two systems).
#' @param formula The formula of C as the paper prints it, a string in the names of the systems or
#'   any other names in their order, such as `"2 * sqrt(u * v * (u + v)^2)"`, with `+ - * / ^`,
#'   brackets, `sqrt`, `abs`, `min`, `max`, `exp` and `log`; `NULL` (default): none is tested.
#' @param weights Coefficients of the systems in T, summing to one; `NULL` (default) for equal ones.
#' @return An [audit], one line a check.
#' @section Errors: those of [audit_weights()], `ccdpanel_error_labels` (a level that is no name of
#'   the scheme), `ccdpanel_error_systems`, `ccdpanel_error_weights` (of the systems),
#'   `ccdpanel_error_formula` (`formula`).
#' @references Wang, S., Kong, W., Ren, L., Zhi, D. and Dai, B. (2021). Research on misuses and
#'   modification of coupling coordination degree model in China. Journal of Natural Resources
#'   36(3), 793-810. \doi{10.31497/zrzyxb.20210319}
#' @examples
#' # Gu's Table 5, whose rows are said to be means of 30 provinces
#' audit_coupling(gu_table5, "C", "T", "D", level = "level", unit = "year", rows = "mean")
#' # The formula that Gu prints, held against C and T as if each row were one unit
#' audit_coupling(gu_table5, "C", "T", unit = "year", systems = 2,
#'   formula = "2 * sqrt(PD * MT * (PD + MT)^2)"
#' )
#' # Three systems, and a degree that has lost its factor 3
#' three <- data.frame(
#'   u = c("0.60", "0.50"), v = c("0.40", "0.50"), w = c("0.20", "0.30"), C = c("0.303", "0.325")
#' )
#' audit_coupling(three, C = "C", systems = c("u", "v", "w"))
#' @export
audit_coupling <- function(table, C = NULL, T = NULL, D = NULL, level = NULL, systems = NULL,
                           unit = NULL, rows = "unit", scheme = "ten",
                           closed = NULL, labels = NULL, model = NULL, k = NULL, weights = NULL,
                           rounding = "round", digits = NULL, scale = NULL,
                           formula = NULL, ...) {
  check_dots(...)
  check_required("audit_coupling")
  call <- rlang::current_env()
  opts <- reading(rounding, digits, scale, table, call)
  check_choice(rows, c("unit", "mean"), "rows", call)
  if (!is.null(closed)) check_choice(closed, c("right", "left"), "closed", call)
  if (!is.null(model)) check_choice(model, c("standard", "wang", "fan", "power"), "model", call)
  if (!is.null(k)) check_number(k, "k", min = .Machine$double.xmin, call = call)
  own <- own_columns(
    list(C = C, T = T, D = D, level = level), without_columns(table, c(systems, unit))
  )
  C <- own$C
  T <- own$T
  D <- own$D
  level <- own$level
  frame <- rows_of(table, unit, "unit", call)
  read <- function(name, arg) if (!is.null(name)) read_printed(table, name, arg, opts, call)
  p <- list(C = read(C, "C"), T = read(T, "T"), D = read(D, "D"))
  u <- score_intervals(table, systems, opts, call)
  columns <- c(Filter(Negate(is.null), p), u)
  if (!length(columns)) abort_nothing("C", call)
  check_scale_told(columns, opts, call)
  check_is_read(!is.null(k) && !length(u), "k", "systems", call)
  spoken <- !is.null(labels) || !is.null(closed) || !identical(scheme, "ten")
  check_is_read(
    spoken && is.null(level),
    c("labels", "closed", "scheme")[c(!is.null(labels), !is.null(closed), TRUE)][1], "level", call
  )
  two <- is_bare_numeric(systems) && identical(as.double(systems), 2)
  a <- total_weights(weights, if (two) 2 else length(u), call, vapply(u, `[[`, "", "name"))
  stated <- read_formula(formula, if (length(u)) vapply(u, `[[`, "", "name"), call)
  lines <- c(
    degree_ranges(Filter(Negate(is.null), p), u, frame),
    square_root_lines(frame, p, rows),
    if (length(u)) total_lines(frame, p$T, u, a, is.null(weights)),
    if (length(u) && rows == "unit") {
      c(formula_lines(frame, p$C, u, model, k), degree_lines(frame, p, u, a, model, k))
    },
    if (length(u) && rows == "mean" && !is.null(p$C)) list(mean_degree_line()),
    if (rows == "unit") c(
      if (!length(u)) {
        implied_lines(frame, p, two, is.null(weights) && (model %||% "standard") == "standard")
      },
      stated_lines(frame, p, u, if (length(a)) a else c(0.5, 0.5), stated, call)
    ),
    if (rows == "mean" && !is.null(stated)) list(mean_formula_line()),
    if (!is.null(level)) list(level_lines(frame, p$D, table, level, scheme, closed, labels, call))
  )
  if (length(lines) == 1) lines <- c(lines, list(untested_degrees(p, u)))
  new_audit(lines, "Audit of coupling", table, opts, columns)
}

score_intervals <- function(table, systems, opts, call) {
  if (is.null(systems) || (is_bare_numeric(systems) && identical(as.double(systems), 2))) {
    return(list())
  }
  check_columns(systems, table, "systems", call)
  if (length(systems) < 2 || length(systems) > 10 || anyDuplicated(systems)) {
    abort("systems", c(
      "{.arg systems} must be two to ten different columns, not {found(systems)}.",
      i = "Coupling is a matter of at least two systems."
    ), call)
  }
  lapply(systems, function(name) read_printed(table, name, "systems", opts, call))
}

total_weights <- function(weights, n, call, names = NULL) {
  if (is.null(weights)) return(rep(1 / max(n, 1), n))
  good <- is_bare_numeric(weights) && length(weights) == n && !anyNA(weights) &&
    all(weights >= 0) &&
    abs(sum(weights) - 1) < 1e-8
  if (good) {
    return(if (length(names)) named_values(weights, names, "weights", "systems", call) else weights)
  }
  abort("weights", c(
    paste0(
      "{.arg weights} must be {n} number{?s} of at least 0 that sum to one, one a system; it ",
      "is {found(weights)}."
    ),
    i = "{.code NULL} stands for equal coefficients."
  ), call)
}

degree_ranges <- function(columns, u, frame) {
  if (length(c(columns, u))) list(value_ranges(c(columns, u), frame, c(0, 1)))
}

# D against C and T.
square_root_lines <- function(frame, p, rows) {
  if (is.null(p$C) || is.null(p$T) || is.null(p$D)) return(NULL)
  root <- loosen(rising(function(c, t) sqrt(c * t), clip(p$C), p$T))
  if (rows == "mean") return(mean_bound_lines(frame, p$D, root))
  lines <- compare_lines(frame, "D = sqrt(C T)", p$D, root, "sqrt(C T)")
  product <- overlap(p$D, loosen(rising(`*`, p$C, p$T)))
  if (!any(lines$verdict == "inconsistent") || !all(product %in% c(TRUE, NA))) return(list(lines))
  list(lines, audit_lines(
    NA, NA, "D by another formula", "inconsistent",
    "C T fits every row: the square root was forgotten"
  ))
}

mean_bound_lines <- function(frame, d, root) {
  above <- d$lower > root$upper
  verdict <- ifelse(is.na(above), "undetermined", ifelse(above, "inconsistent", "consistent"))
  reason <- ifelse(is.na(above), "a cell it needs is empty", paste0(
    ifelse(above, "a mean D cannot exceed ", "D does not exceed "), "sqrt(mean C mean T), at most ",
    range_text(interval(root$upper))
  ))
  lines <- audit_lines(
    frame$row, frame$item, "mean D <= sqrt(mean C mean T)", verdict, reason, d$text, 0, root$upper
  )
  equal <- overlap(d, root)
  if (!all(equal %in% TRUE) || length(equal) < 2) return(list(lines))
  note <- paste0(
    "D equals sqrt(C T) in every row, as for one series; for means of several units that needs C ",
    "/ T to be the same for all of them"
  )
  list(lines, audit_lines(NA, NA, "rows that are means", "undetermined", note))
}

mean_degree_line <- function() {
  audit_lines(
    NA, NA, "C from the scores", "undetermined",
    "C of mean scores is not the mean of C: rows that are means cannot be held against their scores"
  )
}

mean_formula_line <- function() {
  line <- mean_degree_line()
  line$verdict <- "not tested"
  line$check <- "C by the printed formula"
  line
}

# Ranges alone say nothing of what belongs together.
untested_degrees <- function(p, u) {
  there <- names(Filter(Negate(is.null), p))
  not_tested(
    c(there, vapply(u, `[[`, "", "name")),
    paste(setdiff(c("C", "T", "D", if (!length(u)) "systems"), there), collapse = ", ")
  )
}

# T against the scores, of which it is linear: means may be tested as units are.
total_lines <- function(frame, total, u, a, free) {
  if (is.null(total)) return(NULL)
  lines <- compare_lines(
    frame, "T from the scores", total, loosen(total_of(Map(scaled, u, a))),
    "the weighted mean of the scores"
  )
  if (!free || length(u) != 2 || !any(lines$verdict == "inconsistent")) return(list(lines))
  fit <- fitting_share(total, u)
  says <- if (fit$lower > fit$upper) "no pair of coefficients that sum to one fits every row" else {
    paste0(
      "equal coefficients do not fit, but ", range_text(fit), " for ", u[[1]]$name,
      " (and the rest for ", u[[2]]$name, ") fits every row"
    )
  }
  list(lines, audit_lines(
    NA, NA, "T by other coefficients",
    if (fit$lower > fit$upper) "inconsistent" else "undetermined", says, NA, fit$lower, fit$upper
  ))
}

# The a in [0, 1] for which a u + (1 - a) v meets T in every row: two linear inequalities a row.
fitting_share <- function(total, u) {
  low <- c(total$upper - u[[2]]$lower, u[[2]]$upper - total$lower)
  slope <- c(u[[1]]$lower - u[[2]]$lower, u[[2]]$upper - u[[1]]$upper)
  known <- !is.na(low) & !is.na(slope)
  low <- low[known]
  slope <- slope[known]
  if (any(slope == 0 & low < 0)) return(interval(1, 0))
  interval(max(0, (low / slope)[slope < 0]), min(1, (low / slope)[slope > 0]))
}
