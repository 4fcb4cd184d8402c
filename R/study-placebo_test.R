#' Placebo test: the same model with a variable that belongs to others
#'
#' A regressor's values are moved at random between units (or rows), and the model is estimated
#' again with each of these placebos: where does the estimate lie among them, and how often does a
#' placebo seem significant?
#'
#' @param fit A least-squares fit of [fe_reg()].
#' @param term Name of the coefficient whose column is moved; `NULL` (default): the first.
#' @param move `"unit"` (default): a unit's whole column over time goes to another unit, which keeps
#'   its course; `"period"`: values are dealt anew among the rows of each period; `"row"`: among all
#'   rows.
#' @param draws Number of placebos (default 999; papers take 500 or 1000).
#' @param unit,time One-sided formulas of the units and the periods; `NULL` (default): those of the
#'   fit's `panel`, of the unit also its one cluster.
#' @param seed A number that makes the draws reproducible; `NULL` (default): drawn from R's own
#'   stream, so that [set.seed()] does. Draws go by the names of units and times, not by the order
#'   of rows.
#' @param progress Show a progress bar?
#' @param x A result of `placebo_test()`.
#' @param digits Significant digits printed.
#' @param row.names,optional,... Not used.
#' @return An object of class `placebo_test`, a list: `estimate`, a data frame of one row with the
#'   fit's `term`, `estimate`, `std.error`, `statistic`, `p.value`, and `p_estimate` and
#'   `p_statistic`, their places among the placebos; `placebos`, a data frame of `estimate`,
#'   `std.error`, `statistic` and `p.value` of each draw (`NA` where it has none); `rejected`, the
#'   share of placebos with p below 0.01, 0.05 and 0.1; `settings`. `as.data.frame()` gives the
#'   placebos, `tidy()` the one row, `plot()` and `ggplot2::autoplot()` the picture: the placebos'
#'   density, their p-values as points, the estimate as a line.
#' @section Formula: With estimates \eqn{b} and \eqn{b^*_r}{b*_r}, \eqn{r = 1, \dots, R}{r = 1..R},
#'   \eqn{p = (1 + \#\{|b^*_r| \ge |b|\}) / (1 + R)}{p = (1 + #{|b*_r| >= |b|}) / (1 + R)}, and the
#'   same of t: Fisher's randomization test, exact where the column could as well have been another
#'   unit's. That of t stays right in large samples where units differ in variance (Canay, Romano
#'   and Shaikh 2017; MacKinnon and Webb 2020). Standard errors are those of the fit's `vcov`, in
#'   every draw. Where they are right, 5 percent of the placebos have p below 0.05; many more say
#'   that the errors are dependent in ways that the `vcov` does not know.
#' @section What moves: The column as it is in the model: of `log(x)` or `l(x)` the logarithm or the
#'   lag, of a product that product alone; other terms that hold the variable stay, and are named.
#'   Columns of units move between units with rows at the same times; units whose times nobody
#'   shares keep theirs, and are counted. Weights and absorbed effects stay with the rows.
#' @section Errors: `ccdpanel_error_fit`, `ccdpanel_error_needs_rows`, `ccdpanel_error_term` (also a
#'   dummy of a factor with several), `ccdpanel_error_unit` (nothing says what a unit is, or a unit
#'   has two rows at a time), `ccdpanel_error_values` (no unit can move), `ccdpanel_error_choice`,
#'   `ccdpanel_error_number`, `ccdpanel_error_formula`. Messages `ccdpanel_message_terms_beside`,
#'   `ccdpanel_message_placebo` (units that stay, draws without an estimate or an error).
#' @references Canay, I. A., Romano, J. P. and Shaikh, A. M. (2017). Randomization tests under an
#'   approximate symmetry assumption. Econometrica 85(3), 1013-1030. \doi{10.3982/ECTA13081}
#'
#'   MacKinnon, J. G. and Webb, M. D. (2020). Randomization inference for difference-in-differences
#'   with few treated clusters. Journal of Econometrics 218(2), 435-450.
#'   \doi{10.1016/j.jeconom.2020.04.024}
#' @seealso [robustness()], [wild_bootstrap()].
#' @examples
#' fit <- fe_reg(
#'   log(output) ~ unemployment + log(water) | state + year, state_capital,
#'   panel = c("state", "year"), vcov = ~state
#' )
#' placebo_test(fit, "unemployment", draws = 199, seed = 1)
#' @export
placebo_test <- function(fit, term = NULL, move = "unit", draws = 999, unit = NULL, time = NULL,
                         seed = NULL, progress = interactive(), ...) {
  check_dots(...)
  check_required("placebo_test")
  call <- rlang::current_env()
  check_least_squares(fit, call, "Placebos are estimated by least squares.")
  check_has_rows(fit, "placebo_test()", call)
  term <- check_term(fit, term, call)
  check_choice(move, c("unit", "period", "row"), "move", call)
  check_number(draws, "draws", min = 1, max = 1e6, whole = TRUE, call = call)
  check_flag(progress, "progress")
  check_unread(
    c(unit = move != "unit" && !is.null(unit), time = move == "row" && !is.null(time)),
    if (move == "row") "move = \"unit\" or \"period\"" else "move = \"unit\"", call
  )
  design <- model_design(fit$spec, call)
  column <- placebo_column(fit, design, term, call)
  seed <- settle_seed(seed, call)
  beside <- say_terms_beside(fit, column$label, TRUE, call)
  dealt <- placebo_blocks(fit, move, unit, time, call)
  bar <- progress_bar(progress, "Placebos", draws)
  on.exit(bar$done())
  placebos <- placebo_fits(
    fit, design, column$at, term, dealt$blocks, draws, seed, bar$update, call
  )
  lost <- sum(is.na(placebos$estimate))
  blind <- sum(is.na(placebos$statistic)) - lost
  say_lost_placebos(lost, blind, draws)
  new_placebo_test(fit, term, placebos, list(
    term = term, outcome = rlang::as_label(fit$spec$parsed$response), move = move,
    draws = as.integer(draws), lost = lost, blind = blind, seed = seed, units = dealt$units,
    unit = dealt$unit, time = dealt$time, stay = dealt$stay, beside = beside,
    rows = fit$sample$n, errors = standard_errors_of(fit)
  ))
}

say_lost_placebos <- function(lost, blind, draws) {
  if (lost + blind == 0) return(invisible())
  inform("placebo", c(
    i = if (lost) {
      "{lost} of {draws} placebos {?has/have} no estimate, and {?does/do} not count."
    },
    i = if (blind) {
      paste0(
        "{blind} of {draws} placebos {?has/have} no standard error, since the variance would be ",
        "negative or is rounding: {?it does/they do} not count for t and its p."
      )
    }
  ))
}

# The place of the term among the columns. One of several columns of a factor, or of a basis, is no
# variable by itself; the one of a logical is.
placebo_column <- function(fit, design, term, call) {
  at <- match(term, design$names)
  terms <- vapply(written_out(fit$spec$parsed$exogenous, call)$terms, coefficient_name, "")
  if (term %in% terms) return(list(at = at, label = term))
  owner <- terms[startsWith(term, terms)]
  owner <- owner[which.max(nchar(owner))]
  if (length(owner) && sum(startsWith(setdiff(design$names, terms), owner)) == 1) {
    return(list(at = at, label = owner))
  }
  abort("term", c(
    "{.val {term}} is one of several columns of a term, which move together or not at all.",
    i = "Make it a column of its own in the data, of zeros and ones for a group, and fit with it."
  ), call)
}

# Sets of rows whose values may change places: a matrix each, of times by units; a draw moves its
# columns. Units, times and rows are in the order of their names.
placebo_blocks <- function(fit, move, unit, time, call) {
  rows <- sample_rows(fit)
  if (move == "row") {
    own <- order(drawn_rows(fit$spec, rows))
    return(list(blocks = list(matrix(own, 1))))
  }
  time <- placebo_time(fit, time, call)
  at <- drawing_numbers(values_of(fit, time, call)[rows])
  if (move == "period") {
    own <- drawn_rows(fit$spec, rows)
    blocks <- lapply(split(seq_along(rows), at), function(i) matrix(i[order(own[i])], 1))
    return(list(blocks = unname(blocks), time = rlang::as_label(time)))
  }
  unit <- unit_of(fit, unit, "unit", call)
  need_unit(unit, "A placebo that moves units", call)
  code <- drawing_numbers(values_of(fit, unit, call)[rows])
  check_one_row(code, at, unit, time, call)
  by <- order(code, at)
  times <- vapply(split(at[by], code[by]), paste, "", collapse = " ")
  alike <- match(times, unique(times))
  blocks <- Map(matrix, split(by, alike[code[by]]), ncol = tabulate(alike))
  stay <- sum(vapply(blocks, ncol, 0L) == 1)
  if (stay == length(times)) {
    abort("values", c(
      "No two units have rows at the same times, and no unit's column can be another's.",
      i = "{.code move = \"period\"} deals the values of each period anew."
    ), call)
  }
  if (stay) {
    inform("placebo", c(
      i = paste0(
        "{stay} of {length(times)} units {?has/have} rows at times that no other has, and ",
        "{?keeps its/keep their} values."
      )
    ))
  }
  list(
    blocks = unname(blocks), units = length(times), stay = stay, unit = rlang::as_label(unit),
    time = rlang::as_label(time)
  )
}

placebo_time <- function(fit, time, call) {
  asked <- one_sided(time, "time", call)
  if (!is.null(asked)) {
    check_one_term(asked, "time", "Name the column of the periods.", call)
    check_variables(list(asked), fit$spec$data, fit$spec$scope, call)
    return(asked)
  }
  if (!is.null(fit$spec$panel)) return(as.name(fit$spec$panel[2]))
  abort("unit", c(
    "A placebo by units or periods needs to know the periods, and the fit has no {.arg panel}.",
    i = "Name them: {.code time = ~year}; {.code move = \"row\"} needs none."
  ), call)
}

check_one_row <- function(code, at, unit, time, call) {
  twice <- anyDuplicated(code * (max(at) + 1) + at)
  if (!twice) return(invisible())
  abort("unit", c(
    paste0(
      "A unit must have one row at a time to be moved; row {twice} of the sample is another of ",
      "{.code {rlang::as_label(unit)}} and {.code {rlang::as_label(time)}}."
    ),
    i = "Name finer units, or deal rows: {.code move = \"row\"}."
  ), call)
}

placebo_fits <- function(fit, design, column, term, blocks, draws, seed, note, call) {
  x <- design$columns[[column]]
  moving <- blocks[vapply(blocks, ncol, 0L) > 1]
  found <- with_seed(seed, vapply(seq_len(draws), function(r) {
    moved <- x
    for (rows in moving) moved[rows] <- x[rows[, sample.int(ncol(rows))]]
    design$columns[[column]] <- moved
    if (r %% 20 == 0) note(r)
    placebo_estimate(fit, design, term, call)
  }, numeric(3)))
  t <- found[1, ] / found[2, ]
  data.frame(
    estimate = found[1, ], std.error = found[2, ], statistic = t,
    p.value = 2 * stats::pt(-abs(t), found[3, ])
  )
}

# Estimate, standard error and degrees of freedom; NA where the placebo is collinear. What is said
# of one draw is no word of the fit's: draws are counted.
placebo_estimate <- function(fit, design, term, call) {
  made <- tryCatch(
    withCallingHandlers(
      fe_estimate(fit$spec, design, fit$covariance_spec, call),
      ccdpanel_message = hush, ccdpanel_warning = hush
    ),
    ccdpanel_error = function(e) NULL
  )
  at <- match(term, made$names)
  if (is.na(at)) return(rep(NA_real_, 3))
  df <- made$covariance$df
  c(made$kernel$coef[at], sqrt(made$covariance$v[at, at]), if (length(df) > 1) df[at] else df)
}

new_placebo_test <- function(fit, term, placebos, settings) {
  own <- tidy(fit)
  own <- own[own$term == term, c("term", "estimate", "std.error", "statistic", "p.value")]
  place <- function(seen, drawn) {
    drawn <- drawn[!is.na(drawn)]
    (1 + sum(abs(drawn) >= abs(seen) * (1 - 1e-10))) / (1 + length(drawn))
  }
  own$p_estimate <- place(own$estimate, placebos$estimate)
  own$p_statistic <- place(own$statistic, placebos$statistic)
  rownames(own) <- NULL
  p <- placebos$p.value[!is.na(placebos$p.value)]
  structure(list(
    estimate = own, placebos = placebos,
    rejected = vapply(c(`0.01` = 0.01, `0.05` = 0.05, `0.1` = 0.1), function(a) mean(p < a), 0),
    settings = settings
  ), class = "placebo_test")
}

#' @rdname placebo_test
#' @export
print.placebo_test <- function(x, digits = 4, ...) {
  check_print_dots(...)
  check_shown(digits = digits)
  s <- x$settings
  number <- function(v) short_number(v, digits)
  say(trf("Placebo test of %s on %s", s$term, s$outcome))
  say(placebo_line(s))
  if (length(s$beside)) say(beside_line(s))
  say(trf("Rows: %s; standard errors %s", with_commas(s$rows), spoken_facts(s$errors)))
  cat("\n")
  e <- x$estimate
  b <- x$placebos$estimate
  ends <- stats::quantile(b, c(0.025, 0.975), na.rm = TRUE, names = FALSE)
  print_fitting(data.frame(
    estimate = number(e$estimate), std.error = number(e$std.error),
    statistic = number(e$statistic), p.value = paste0(p_text(e$p.value), star_marks(e$p.value))
  ))
  cat("\n")
  say(trf(
    "Placebos: mean %s, standard deviation %s, 95%% of them between %s and %s",
    number(mean(b, na.rm = TRUE)), number(stats::sd(b, na.rm = TRUE)), number(ends[1]),
    number(ends[2])
  ))
  say(trf(
    "At least as large among the placebos: the estimate p %s, its t p %s", p_text(e$p_estimate),
    if (is.na(e$p_statistic)) tr("not computed") else p_text(e$p_statistic)
  ))
  say(trf(
    "Placebos with p below 0.01, 0.05, 0.1: %s%% (1%%, 5%%, 10%% where standard errors are right)",
    paste(paste0(fixed_text(100 * x$rejected, 1)), collapse = "%, ")
  ))
  next_steps("plot(x)", "as.data.frame(x)")
  invisible(x)
}

placebo_line <- function(s) {
  how <- switch(s$move,
    unit = trf("whole columns of %s units (%s) change places", with_commas(s$units), s$unit),
    period = trf("values change places within each %s", s$time),
    row = tr("rows' values change places")
  )
  paste0(trf("%s placebos (seed %s): ", with_commas(s$draws), as.character(s$seed)), how, if (
    isTRUE(s$stay > 0)
  ) trf("; %d stay", s$stay), if (isTRUE(s$lost > 0)) trf("; %d without an estimate", s$lost), if (
    isTRUE(s$blind > 0)
  ) trf("; %d without a standard error", s$blind))
}

#' @rdname placebo_test
#' @export
tidy.placebo_test <- function(x, ...) {
  check_dots(...)
  x$estimate
}

#' @rdname placebo_test
#' @export
as.data.frame.placebo_test <- function(x, row.names = NULL, optional = FALSE, ...) {
  check_dots(..., passed = c("row.names", "optional", "stringsAsFactors", "make.names"))
  x$placebos
}
