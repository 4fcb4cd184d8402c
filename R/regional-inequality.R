#' Inequality between units, with its parts by group
#'
#' Gini coefficient, Theil's T and L, coefficient of variation and Atkinson's index of each period;
#' with groups, Dagum's decomposition of the Gini coefficient and Theil's of T and L, every group
#' and every pair of groups.
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @details With values \eqn{y_i}, population shares \eqn{p_i} (equal without `weights`) and the
#'   mean \eqn{\bar y = \sum p_i y_i}{m = sum p_i y_i}: \deqn{G = \frac{1}{2 \bar y} \sum_i \sum_k
#'   p_i p_k |y_i - y_k|, \quad T = \sum_i p_i \frac{y_i}{\bar y} \ln \frac{y_i}{\bar y}, \quad L =
#'   \sum_i p_i \ln \frac{\bar y}{y_i}}{G = sum_i sum_k p_i p_k |y_i - y_k| / (2 m), T = sum p_i
#'   (y_i/m) ln(y_i/m), L = sum p_i ln(m/y_i)} the coefficient of variation \eqn{\sqrt{\sum p_i (y_i
#'   - \bar y)^2} / \bar y}{sqrt(sum p_i (y_i - m)^2) / m}, and Atkinson's \eqn{1 - (\sum p_i y_i^{1
#'   - \epsilon})^{1/(1 - \epsilon)} / \bar y}{1 - (sum p_i y_i^(1-e))^(1/(1-e)) / m} (the geometric
#'   mean at \eqn{\epsilon = 1}).
#'
#'   Dagum (1997): \eqn{G = G_w + G_{nb} + G_t}{G = G_w + G_nb + G_t}. With groups \eqn{j, h}, their
#'   population shares \eqn{p_j}, shares of the sum \eqn{s_j} and mean absolute gap
#'   \eqn{\Delta_{jh}}{Delta_jh}: \eqn{G_{jh} = \Delta_{jh} / (\bar y_j + \bar y_h)}{G_jh = Delta_jh
#'   / (m_j + m_h)}, \eqn{D_{jh} = |\bar y_j - \bar y_h| / \Delta_{jh}}{D_jh = |m_j - m_h| /
#'   Delta_jh}, \deqn{G_w = \sum_j G_{jj} p_j s_j, \quad G_{nb} = \sum_{j > h} G_{jh} (p_j s_h + p_h
#'   s_j) D_{jh}, \quad G_t = \sum_{j > h} G_{jh} (p_j s_h + p_h s_j)(1 - D_{jh})}{G_w = sum_j G_jj
#'   p_j s_j, G_nb = sum_{j>h} G_jh (p_j s_h + p_h s_j) D_jh, G_t = sum_{j>h} G_jh (p_j s_h + p_h
#'   s_j) (1 - D_jh)} `within`, `between` (net of overlap) and `overlap` (the intensity of
#'   transvariation). Theil: \eqn{T = \sum_j s_j T_j + \sum_j s_j \ln(\bar y_j / \bar y)}{T = sum_j
#'   s_j T_j + sum_j s_j ln(m_j / m)}, \eqn{L} the same with \eqn{p_j} and \eqn{\ln(\bar y/\bar
#'   y_j)}{ln(m / m_j)}.
#'
#'   The Gini coefficient and \eqn{T} need values that are not negative, \eqn{L} and Atkinson's with
#'   \eqn{\epsilon \ge 1}{e >= 1} positive ones, all a positive mean. What is not defined is left
#'   out and said where `measures` is `NULL`, and an error where it was asked for: a Gini
#'   coefficient of a standardised index that is partly negative is no number between 0 and 1, and
#'   Dagum's parts lose their meaning.
#'
#'   All but the Gini coefficient are computed from deviations of the values from their group's
#'   mean, whose first order is taken out beforehand, so that values that are nearly equal keep
#'   their digits; \eqn{T} and \eqn{L} are the sums of their parts, none of which is negative.
#'
#'   `boot` draws units with all their periods, and each period of a unit keeps the group that it
#'   has then. Where no unit changes its group units are drawn within groups, so that no group is
#'   lost; where some do, they are drawn from all of them, a message counts them, a group's number
#'   of units differs between draws, and a draw without one of the groups in a period does not count
#'   for that group's numbers (`draws` of `tidy()` counts those that do). Intervals are percentiles.
#'   They describe units as a sample of such units, and are jointly drawn over periods, so that
#'   `summary()` tests the change from the first to the last. `replays` computes everything on each
#'   replay of the index; with both, each draw of units is of one replay in turn.
#' @section Conventions and other packages:
#' | | here | elsewhere |
#' |---|---|---|
#' | Gini | population form; `correct = TRUE`: times \eqn{n/(n-1)} | `ineq::Gini()` the same, `corr = TRUE`; DescTools multiplies by default |
#' | Theil's T | income-weighted, \eqn{\sum p (y/m) \ln(y/m)} | `ineq::Theil(parameter = 0)` |
#' | Theil's L | mean log deviation | `ineq::Theil(parameter = 1)`, whose help calls either Theil's; papers print L as "Theil" too |
#' | coefficient of variation | divisor \eqn{n}; `correct = TRUE`: \eqn{n - 1}, as `sd()` | `ineq::var.coeff()` has \eqn{n} |
#' | Atkinson | \eqn{\epsilon = 0.5} | `ineq::Atkinson()` the same |
#' @param x A [coupling()], a [composite_index()], or any data frame with one row a unit and time;
#'   then name `value` and `panel`.
#' @param value Name of the column to look at; by default `D` of a coupling, the system of an index
#'   that has one.
#' @param by Name of a column of groups, such as a region; `NULL` (default): none. The schemes of
#'   [provinces] (`"region3"`, `"region3_older"`, `"region4"`) are known where the units are
#'   provinces and `x` has no such column.
#' @param measures Any of `"gini"`, `"theil_T"`, `"theil_L"`, `"cv"`, `"atkinson"`; `NULL`
#'   (default): all that are defined.
#' @param weights Name of a column of positive population weights; `NULL` (default): units count the
#'   same.
#' @param panel Names of the unit and the time column; by default those of `x`. Times of text that
#'   are all numbers are those numbers; other text is in the order in which it sorts, which is said.
#' @param epsilon Aversion to inequality of Atkinson's index, a number above 0 (default 0.5).
#' @param correct `TRUE`: the factor \eqn{n/(n-1)} of small samples, for the Gini coefficient and
#'   its parts, that of a group by its own number, and the variance. Default `FALSE`.
#' @param boot Number of bootstrap draws of units; 0 (default): none.
#' @param replays An [index_uncertainty()] of `x` made with `keep = TRUE`; `NULL` (default): none.
#' @param level Of the intervals, from 0.5 to 1 (default 0.95).
#' @param seed A whole number; `NULL` (default): drawn from R's own stream. Draws go by the names of
#'   units as they sort, not by the order of rows: units called otherwise are drawn otherwise.
#' @param threads Number of threads; `NULL` (default): option `ccdpanel.threads`, else 2. Results do
#'   not depend on it.
#' @param language `"en"` or `"zh"`, of pictures of the result; `NULL` (default): that of the
#'   coupling, else that of [ccdpanel.language], which prints and [save_table()] follow.
#' @param progress Whether to show a progress bar of what takes more than two seconds; by default
#'   in an interactive session.
#' @return A data frame of class `inequality`, one row a period: the time, `units`, `mean`, the
#'   measures, and with `by` their parts (`gini_within`, `gini_between`, `gini_overlap`,
#'   `theil_T_within`, `theil_T_between`, ...). `tidy()` has everything in long form: `measure`,
#'   `part` (`total`, `within`, `between`, `overlap`; `group` and `pair` with the names),
#'   `estimate`, `percent` of the total, and with draws `std.error`, `conf.low`, `conf.high`.
#'   `summary()` gives contributions, groups and pairs by period, and the change from the first
#'   period to the last.
#' @section Errors: `ccdpanel_error_values` (a measure that these values do not have),
#'   `ccdpanel_error_group` (one group, or units without), `ccdpanel_error_weights`,
#'   `ccdpanel_error_replays`, `ccdpanel_error_empty`, `ccdpanel_error_panel`,
#'   `ccdpanel_error_column`, `ccdpanel_error_choice`, `ccdpanel_error_number`.
#' @references Dagum, C. (1997). A new approach to the decomposition of the Gini income inequality
#'   ratio. Empirical Economics 22, 515-531. \doi{10.1007/BF01205777}
#'
#'   Theil, H. (1967). Economics and Information Theory. North-Holland.
#'
#'   Atkinson, A. B. (1970). On the measurement of inequality. Journal of Economic Theory 2(3),
#'   244-263. \doi{10.1016/0022-0531(70)90039-6}
#' @seealso [moran_test()], [transition_matrix()], [convergence_test()].
#' @examples
#' path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
#' idx <- composite_index(
#'   state_capital, indicator_sheet(path), panel = c("state", "year"), keep = "region"
#' )
#' q <- inequality(coupling(idx), by = "region", boot = 99, seed = 1)
#' q
#' summary(q)$pairs[1:3]
#' @export
inequality <- function(x, value = NULL, by = NULL, measures = NULL, weights = NULL, panel = NULL,
                       epsilon = 0.5, correct = FALSE, boot = 0, replays = NULL, level = 0.95,
                       seed = NULL, threads = NULL, language = NULL, progress = interactive(),
                       ...) {
  check_dots(...)
  check_required("inequality")
  call <- rlang::current_env()
  at <- in_drawing_order(regional_values(x, value, panel, replays, call))
  if (!is.null(measures)) check_choices(measures, inequality_measures, "measures", call)
  check_number(epsilon, "epsilon", min = 0.01, max = 20, call = call)
  check_flag(correct, "correct", call)
  check_flag(progress, "progress")
  language <- regional_language(language, at, call)
  groups <- regional_groups(by, at, call)
  population <- population_weights(weights, at, call)
  draws <- draw_settings(boot, at$replays, level, seed, threads, call)
  measures <- defined_measures(measures, at, epsilon, population, call)
  say_omitted(at)
  say_small_groups(groups, at)
  if (draws$boot > 0) say_changing(groups, by)
  strata <- if (groups$fixed) {
    drawing_numbers(groups$names)[unit_groups(groups$code) + 1L] - 1L
  } else {
    rep(0L, length(at$units))
  }
  bar <- progress_bar(progress, "Draws", draws$draws)
  on.exit(bar$done())
  made <- bind_inequality(
    list(
      values = value_layers(at), group = groups$code - 1L, weight = population,
      groups = length(groups$names), units = length(at$units), periods = length(at$times)
    ),
    epsilon, correct, strata, draws$boot > 0, draws$draws, draws$seed, draws$threads, bar$update
  )
  settings <- c(
    list(
      panel = at$panel, value = at$value, by = by, groups = groups$names,
      measures = measures,
      weights = weights, epsilon = epsilon, correct = correct, language = language,
      units = length(at$units), stratified = groups$fixed && !is.null(by), missing = at$missing
    ), draws[names(draws) != "threads"]
  )
  long <- inequality_long(made, at, settings)
  new_regional(
    inequality_wide(long, at, settings, population), "inequality", at, settings, long = long,
    change = inequality_change(made, long, at, settings)
  )
}

inequality_measures <- c("gini", "theil_T", "theil_L", "cv", "atkinson")

population_weights <- function(weights, at, call) {
  if (is.null(weights)) return(at$y * 0 + 1)
  check_columns(weights, at$data, "weights", call)
  if (length(weights) != 1 || weights %in% at$panel) {
    abort("weights", c(
      "{.arg weights} must name one column of population weights, not {found(weights)}.",
      i = "Leave it out where units count the same."
    ), call)
  }
  w <- as_numbers(
    at$data[[weights]], cli::format_inline("Column {.val {weights}}"), "weights", call
  )
  out <- matrix(as.double(w)[at$row], nrow(at$y))
  bad <- !is.na(at$y) & !(is.finite(out) & out > 0)
  if (!any(bad)) return(out)
  abort("weights", c(
    paste0(
      "Weights must be positive and finite wherever there is a value; {.val {weights}} is not in ",
      "{sum(bad)} row{?s}."
    ),
    i = "Complete the column, or leave those rows out."
  ), call)
}

# The measures that the values have. `asked` is NULL for all that are defined.
defined_measures <- function(asked, at, epsilon, weight, call) {
  y <- at$y
  check_positive_means("Inequality", y, weight, at, call)
  negative <- sum(y < 0, na.rm = TRUE)
  zero <- sum(y == 0, na.rm = TRUE)
  none <- c(
    if (negative) c("gini", "theil_T", "theil_L", "atkinson"),
    if (zero) c("theil_L", if (epsilon >= 1) "atkinson")
  )
  none <- intersect(inequality_measures, none)
  lost <- intersect(asked %||% inequality_measures, none)
  if (!length(lost)) return(intersect(inequality_measures, asked %||% inequality_measures))
  why <- if (negative) counted(negative, "negative value") else counted(zero, "value") 
  why <- if (negative) why else paste(why, "of zero")
  if (is.null(asked)) {
    inform_plainly("undefined", sprintf(
      "%s has %s: %s left out, not being defined.", at$value, why,
      paste(lost, collapse = ", ")
    ))
    return(setdiff(inequality_measures, none))
  }
  abort("values", c(
    "{.val {lost}} {?is/are} not defined: {.val {at$value}} has {why}.",
    i = "{.code measures = NULL} takes those that are defined; {.val cv} always is."
  ), call)
}

# A group of one unit has no inequality of its own.
say_small_groups <- function(groups, at) {
  if (length(groups$names) < 2) return(invisible())
  code <- groups$code
  code[is.na(at$y)] <- NA
  least <- vapply(seq_along(groups$names), function(g) min(colSums(code == g, na.rm = TRUE)), 0)
  small <- groups$names[least < 2]
  if (length(small)) {
    inform_plainly("small_groups", sprintf(
      "Groups with one unit or none in some period, whose own inequality is 0 or missing: %s.",
      first_names(small)
    ))
  }
}

# What is drawn where groups are no strata.
say_changing <- function(groups, by) {
  if (groups$fixed) return(invisible())
  inform_plainly("changing_groups", sprintf(
    "%s over time (%s): units are drawn from all groups, each with the group of its period.",
    if (groups$changing == 1) "1 unit changes its group" else
      paste(groups$changing, "units change their group"), by
  ))
}

# The one group of each unit, from zero.
unit_groups <- function(code) {
  apply(code, 1, function(g) c(g[!is.na(g)], 1L)[1]) - 1L
}

# ---- results --------------------------------------------------------------------------------

# ---- methods --------------------------------------------------------------------------------
