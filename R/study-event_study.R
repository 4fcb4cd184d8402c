#' Event study of a policy that units meet at different times
#'
#' Effects by time since the event, of difference-in-differences with effects of units and times:
#' Sun and Abraham's (2021), averages of each cohort's own effects, or the plain regression on
#' dummies of the time since the event, whose coefficients mix times where effects differ between
#' cohorts.
#'
#' @param fit The model without the policy's own dummies: a least-squares fit of [fe_reg()] with
#'   `panel`, which absorbs the effects of units and times (or finer ones, as of province^year):
#'   `fe_reg(y ~ x | city + year, data, panel = c("city", "year"), vcov = ~city)`, or
#'   `y ~ 1 | city + year`.
#' @param cohort A one-sided formula of the time at which the unit meets the event, the same in all
#'   of its rows and on the scale of the panel's time; missing or infinite where it never does (0 is
#'   a time). A time after the last of the sample counts as never.
#' @param method `"sunab"` (default) or `"twfe"`, the plain regression.
#' @param ref One or two times since the event that are the reference, default -1.
#' @param window Two times since the event: what is earlier or later is taken together with these
#'   ends; `NULL` (default): each time by itself.
#' @param level Of the intervals (default 0.95).
#' @param x,object A result of `event_study()`.
#' @param parm Times since the event, as text, or their positions; `NULL` (default): all.
#' @param digits Significant digits printed.
#' @param row.names,optional,... Not used.
#' @return An object of class `event_study`, a list: `effects`, a data frame with a row for each
#'   time since the event: `event`, `estimate`, `std.error`, `statistic`, `p.value`, `conf.low`,
#'   `conf.high`, `rows` and `cohorts` (their number), zero without error at the reference; `att`,
#'   the same of the average over all treated rows since the event; `cohorts`, of each cohort's
#'   rows since its event, with its `units`, and `cells`, the coefficient of each cohort and time
#'   with its `rows` (both of `"sunab"`); `covariance` of the effects and `df` of each, by the time
#'   since the event and without the reference: [coef()], [vcov()] and [confint()] are of these, as
#'   what follows on an event study takes them; `pretrend`, the Wald test that all (identified)
#'   effects before the event are zero, as of [test_restrictions()], `NULL` where their covariance
#'   is singular; `fit`, the regression, a fit of [fe_reg()]; `settings`. `as.data.frame()` and
#'   `tidy()` give the effects, `glance()` the average and the test, `plot()` and
#'   `ggplot2::autoplot()` the picture.
#' @section Formula: With cohorts g and times since the event e, `"sunab"` fits \deqn{y_{it} =
#'   \alpha_i + \lambda_t + \sum_g \sum_{e \ne ref} \delta_{ge} 1(G_i = g)\, 1(t - g = e) + \beta'
#'   x_{it} + u_{it}}{y = a_i + l_t + sum over g and e != ref of d_ge 1(G_i = g) 1(t - g = e) +
#'   b'x + u} against units that are never treated. The effect at e is \eqn{\sum_g s_{ge}
#'   \delta_{ge}}{sum over g of s_ge d_ge}, with the cohorts' shares of the (weighted) rows at e;
#'   its variance is that of the sum with the shares as given. Where no unit is never treated, the
#'   last cohort is the comparison, on the rows before its event. `"twfe"` has one dummy for each e:
#'   where effects differ between cohorts, its coefficients are sums of effects at other times
#'   too, with negative weights among them (Sun and Abraham 2021), and zeros before the event can be
#'   estimated as a trend. Where all units are treated it needs two times as `ref`, or a `window`.
#' @section Left out, and missing: With `"sunab"` cohorts without a row before their event are left
#'   out. Cells that are collinear with each other or with effects (all of a province treated, and
#'   effects of province^year) leave sums of coefficients that the sample does not tell: effects,
#'   averages and cells that it does not identify are `NA`, not what is left when a column is
#'   dropped. All is counted, said once, and kept in `settings`.
#' @section Coming from fixest or Stata: `feols(y ~ x + sunab(G, year) | id + year)` gives the same
#'   effects, errors and average (`summary(agg = "att")`) where there are units never treated. Where
#'   there are none, fixest (0.14.2) keeps the rows from the last cohort's event on, drops cells
#'   that are collinear there and averages the others: of its `base_stagg`, treated units alone,
#'   -3.59 where the last cohort as comparison gives -1.15. It leaves out rows whose cohort is
#'   missing, which are never treated here, and takes a cohort that is not among the panel's times
#'   (0, or a year without a wave) for never treated. Stata's `eventstudyinteract` has these
#'   effects, given the dummies, the comparison (`control_cohort()`) and its rows by hand; its
#'   variance adds that of the shares, as estimates, to that of the sum.
#' @references Sun, L. and Abraham, S. (2021). Estimating dynamic treatment effects in event studies
#'   with heterogeneous treatment effects. Journal of Econometrics 225(2), 175-199.
#'   \doi{10.1016/j.jeconom.2020.09.006}
#' @section Errors: `ccdpanel_error_fit`, `ccdpanel_error_needs_rows`, `ccdpanel_error_panel` (no
#'   panel, effects of units or times that are not absorbed, or times that are not whole numbers),
#'   `ccdpanel_error_cohort` (not a number, not one time a unit, nobody treated within the sample or
#'   nobody else, a cohort without a row at the reference), `ccdpanel_error_ref`,
#'   `ccdpanel_error_window`, `ccdpanel_error_choice`, `ccdpanel_error_number`,
#'   `ccdpanel_error_formula`. Messages `ccdpanel_message_event` (what is left out or missing),
#'   `ccdpanel_message_collinear`.
#' @seealso [placebo_test()], [robustness()].
#' @examples
#' # States by the year in which their unemployment first passed 8 percent.
#' d <- state_capital
#' over <- d[d$unemployment > 8, ]
#' first <- tapply(over$year, as.character(over$state), min)
#' d$first <- unname(first[as.character(d$state)])
#' fit <- fe_reg(
#'   log(output) ~ log(private_capital) | state + year, d, panel = c("state", "year"),
#'   vcov = ~state
#' )
#' event_study(fit, ~first, window = c(-4, 4))
#' @order 1
#' @export
event_study <- function(fit, cohort, method = "sunab", ref = -1, window = NULL, level = 0.95, ...) {
  check_dots(...)
  check_required("event_study")
  call <- rlang::current_env()
  check_least_squares(fit, call, "An event study is estimated by least squares.")
  check_has_rows(fit, "event_study()", call)
  check_choice(method, c("sunab", "twfe"), "method", call)
  check_number(level, "level", min = 0.5, max = 0.9999, call = call)
  check_reference(ref, window, call)
  fit <- with_values(fit, list(evaluated_argument(cohort, "cohort", call)), call)
  check_event_panel(fit, call)
  known <- cohort_rows(fit, one_sided(cohort, "cohort", call), call)
  left <- if (method == "sunab") compared_rows(known) else list(at = known)
  at <- binned_rows(left$at, window)
  check_compared_events(at, known, method, ref, identical(at$event, left$at$event), call)
  cells <- event_cells(at, method, ref)
  made <- event_fit(fit, at, cells, call)
  used <- compared_sample(at, made$fit)
  structure(c(event_effects(made, used, cells, ref, level, call), list(
    fit = made$fit,
    settings = c(list(
      outcome = rlang::as_label(fit$spec$parsed$response), method = method, ref = ref,
      window = window, level = level, panel = fit$spec$panel, rows = made$fit$sample$n,
      errors = standard_errors_of(made$fit)
    ), event_counts(used), left$counts)
  )), class = "event_study")
}

check_reference <- function(ref, window, call) {
  whole <- function(x) is_bare_numeric(x) && all(is.finite(x)) && all(x == round(x))
  if (!whole(ref) || !length(ref) || length(ref) > 2 || anyDuplicated(ref)) {
    abort("ref", c(
      "{.arg ref} must be one or two whole numbers of times since the event, not {found(ref)}.",
      i = "{.code ref = -1} is the time before it."
    ), call)
  }
  if (is.null(window)) return(invisible())
  good <- whole(window) && length(window) == 2 && window[1] < 0 && window[2] >= 0 &&
    all(ref >= window[1] & ref <= window[2])
  if (good) return(invisible())
  abort("window", c(
    paste0(
      "{.arg window} must be two whole numbers, one before the event and one since, with the ",
      "reference between them, not {found(window)}."
    ),
    i = "{.code window = c(-5, 5)} takes what is earlier or later together with the ends."
  ), call)
}

# Effects of units and of times are absorbed where the levels of some effect lie within them.
check_event_panel <- function(fit, call) {
  panel <- fit$spec$panel
  absorbed <- intercepts_of(model_design(fit$spec, call)$factors)
  lost <- Filter(function(name) {
    own <- numbered(fit$spec$data[[name]][sample_rows(fit)])
    own <- list(code = own$code - 1L, levels = length(own$first))
    !any(vapply(absorbed, bind_nested_in, NA, outer = own))
  }, panel)
  if (!is.null(panel) && !length(lost)) return(invisible())
  abort("panel", c(
    paste0(
      "{.arg fit} must absorb the effects of the units and times of its {.arg panel}; it ",
      if (is.null(panel)) "has none." else "does not absorb {.val {lost}}."
    ),
    i = paste0(
      "Write {.code fe_reg(y ~ x | city + year, data, panel = c(\"city\", \"year\"))}, or ",
      "{.code y ~ 1 | city + year} without regressors."
    )
  ), call)
}

# The sample's rows: `row` of the data, `unit`, `time`, `cohort` (NA: never treated) and `event`,
# the time since.
cohort_rows <- function(fit, expr, call) {
  check_one_term(expr, "cohort", "Name the one column of the event's time.", call)
  check_no_operator(expr, "cohort", call)
  check_variables(list(expr), fit$spec$data, fit$spec$scope, call)
  check_row_order(list(expr), fit$spec, call)
  row <- sample_rows(fit)
  panel <- fit$spec$panel
  time <- time_index(fit$spec$data[[panel[2]]], call, "Event studies")[row]
  cohort <- column_numbers(values_of(fit, expr, call))
  if (!is.numeric(cohort) || length(dim(cohort)) == 2) {
    abort("cohort", c(
      paste0(
        "{.arg cohort} must be one numeric variable; {.code {rlang::as_label(expr)}} is ",
        "{.obj_type_friendly {values_of(fit, expr, call)}}."
      ),
      i = paste0(
        "It is a time on the scale of the panel's: of text {.code as.numeric(first)}, of dates ",
        "{.code as.integer(format(first, \"%Y\"))}."
      )
    ), call)
  }
  cohort <- as.double(cohort)[row]
  cohort[is.infinite(cohort) | cohort > max(time)] <- NA
  name <- fit$spec$data[[panel[1]]][row]
  unit <- numbered(name)$code
  check_cohorts(cohort, unit, name, rlang::as_label(expr), call)
  data.frame(row, unit, time, cohort, event = time - cohort)
}

check_cohorts <- function(cohort, unit, name, label, call) {
  each <- unique(data.frame(unit, cohort))
  twice <- unique(each$unit[duplicated(each$unit)])
  odd <- cohort[!is.na(cohort) & cohort != round(cohort)]
  if (!length(twice) && !length(odd) && !all(is.na(cohort))) return(invisible())
  who <- format_key(name[match(twice, unit)])
  abort("cohort", c(
    if (length(twice)) {
      paste0(
        "{.arg cohort} {.code {label}} must be one time in all rows of a unit; {length(who)} ",
        "unit{?s} {?has/have} several, or {?lacks/lack} it in some rows: {first_names(who, 5)}."
      )
    } else if (length(odd)) {
      "{.arg cohort} {.code {label}} must be whole times, as the panel's are; {odd[1]} is not."
    } else {
      paste0(
        "No unit of the sample meets the event: {.code {label}} is missing, or after the last ",
        "time."
      )
    },
    i = if (length(twice)) {
      "It is when the event comes, not whether it has come: a column of the first year."
    } else {
      "Give the time of the event on the scale of the panel's time."
    }
  ), call)
}

# What Sun and Abraham compare: not the cohorts without a row before their event, and where nobody
# is never treated the rows before the last cohort's event, with this cohort as nobody treated.
compared_rows <- function(known) {
  early <- setdiff(known$cohort, c(NA, known$cohort[which(known$event < 0)]))
  gone <- known$cohort %in% early
  at <- known[!gone, ]
  counts <- list(
    early = length(unique(known$unit[gone])), early_rows = sum(gone), early_cohorts = sort(early)
  )
  if (!anyNA(at$cohort) && nrow(at)) {
    counts$comparison <- max(at$cohort)
    counts$late_rows <- sum(at$time >= counts$comparison)
    at <- at[at$time < counts$comparison, ]
    at[at$cohort == counts$comparison, c("cohort", "event")] <- NA
  }
  say_left_out(counts, min(known$time))
  list(at = at, counts = counts)
}

say_left_out <- function(counts, first) {
  if (counts$early) {
    inform("event", c(
      i = paste0(
        "{counts$early} unit{?s} without a row before the event {?is/are} left out ",
        "({counts$early_rows} row{?s}), of cohort {toString(counts$early_cohorts)}."
      ),
      i = if (0 %in% counts$early_cohorts && first > 0) {
        "Where 0 stands for never treated, make it missing."
      }
    ))
  }
  if (is.null(counts$comparison)) return(invisible())
  inform("event", c(
    i = paste0(
      "No unit is never treated: the last cohort, {counts$comparison}, is the comparison, and ",
      "{counts$late_rows} row{?s} from its event on {?is/are} left out."
    )
  ))
}

binned_rows <- function(at, window) {
  if (!is.null(window)) at$event <- pmin(pmax(at$event, window[1]), window[2])
  at
}

check_compared_events <- function(at, known, method, ref, whole, call) {
  if (!any(at$event >= 0, na.rm = TRUE)) {
    span <- function(x) paste(range(x, na.rm = TRUE), collapse = " to ")
    abort("cohort", c(
      "No row is left of a treated unit since its event, beside others to compare with.",
      i = "Times are {span(known$time)}, cohorts within them {span(known$cohort)}."
    ), call)
  }
  if (method == "twfe" && !anyNA(at$event) && length(ref) < 2 && whole) {
    abort("ref", c(
      "Where all units are treated, {.val twfe} needs two times as {.arg ref}.",
      i = paste0(
        "With one a trend in the time since the event is not told from the effects of times: ",
        "{.code ref = c(-5, -1)}, or {.code method = \"sunab\"}."
      )
    ), call)
  }
  absent <- setdiff(ref, at$event)
  if (length(absent)) {
    abort("ref", c(
      "No row is at the reference, {absent[1]} from the event.",
      i = "Times since the event run from {min(at$event, na.rm = TRUE)} to {max(at$event,
        na.rm = TRUE)}."
    ), call)
  }
  without <- if (method == "sunab") setdiff(at$cohort, c(NA, at$cohort[at$event %in% ref]))
  if (!length(without)) return(invisible())
  abort("cohort", c(
    paste0(
      "Every cohort must have a row at the reference, {toString(ref)} from the event; ",
      "{toString(sort(without))} {cli::qty(length(without))}{?has/have} none."
    ),
    i = paste0(
      "Take another {.arg ref}, two, or a {.arg window}; leave cohorts out by {.arg subset} of ",
      "the fit; or number the times without gaps."
    )
  ), call)
}

# One dummy each: of a time since the event, and with "sunab" of a cohort.
event_cells <- function(at, method, ref) {
  at <- at[!is.na(at$event) & !at$event %in% ref, ]
  if (method == "twfe") at$cohort <- rep(NA_real_, nrow(at))
  cells <- unique(at[c("cohort", "event")])
  cells <- cells[order(cells$event, cells$cohort), ]
  signed <- paste0(ifelse(cells$event > 0, "+", ""), format_key(cells$event))
  cells$name <- paste0("event ", signed, if (method == "sunab") {
    sprintf(" (%s)", format_key(cells$cohort))
  })
  rownames(cells) <- NULL
  cells
}

# The rows of each cell.
cell_rows <- function(at, cells) {
  lapply(seq_len(nrow(cells)), function(j) {
    which(at$event == cells$event[j] & (is.na(cells$cohort[j]) | at$cohort == cells$cohort[j]))
  })
}

# The regression on the cells: `fit`, and the cells' `names` among its coefficients.
event_fit <- function(fit, at, cells, call) {
  parsed <- fit$spec$parsed
  made <- written_out(parsed$exogenous, call)
  data <- fit$spec$data
  names <- utils::tail(make.unique(c(names(data), cells$name)), nrow(cells))
  own <- cell_rows(at, cells)
  for (j in seq_along(names)) {
    data[[names[j]]] <- replace(numeric(nrow(data)), at$row[own[[j]]], 1)
  }
  formula <- whole_formula(
    parsed, c(lapply(names, as.name), made$terms, made$rest),
    label_expressions(names(parsed$effects), fit$spec$data)
  )
  kept <- seq_len(nrow(data)) %in% at$row
  new <- withCallingHandlers(
    refit(fit, formula = formula, data = data, subset = kept, call = call),
    ccdpanel_message_dropped = hush
  )
  alone <- nrow(at) - new$sample$n
  if (alone) {
    inform("event", c(
      i = "{alone} row{?s} more {?is/are} left out: alone in an effect, or without weight."
    ))
  }
  list(fit = new, names = vapply(lapply(names, as.name), coefficient_name, ""))
}

# The rows that the regression used, with their weights.
compared_sample <- function(at, fit) {
  used <- match(at$row, sample_rows(fit))
  at$weight <- (stats::weights(fit) %||% rep(1, fit$sample$n))[used]
  at[!is.na(used), ]
}

event_counts <- function(at) {
  units <- function(which) length(unique(at$unit[which]))
  list(
    treated = units(!is.na(at$cohort)), never = units(is.na(at$cohort)),
    cohorts = count_cohorts(at$cohort)
  )
}

count_cohorts <- function(cohort) length(unique(cohort[!is.na(cohort)]))

event_effects <- function(made, at, cells, ref, level, call) {
  own <- cell_rows(at, cells)
  mass <- vapply(own, function(i) sum(at$weight[i]), 0)
  # Averages over the cells that each row of a matrix names.
  average <- function(which) {
    w <- which * rep(mass, each = nrow(which))
    w / rowSums(w)
  }
  free <- free_cells(made)
  of <- function(shares) combined_effects(made, shares, free, level)
  times <- sort(unique(cells$event))
  by_time <- average(outer(times, cells$event, "=="))
  own_errors <- event_covariance(made, by_time, free, times)
  effects <- with_reference(cbind(event = times, of(by_time)), ref)
  here <- lapply(effects$event, function(e) which(at$event == e))
  effects$rows <- lengths(here)
  effects$cohorts <- vapply(here, function(i) count_cohorts(at$cohort[i]), 0L)
  since <- cells$event >= 0
  out <- c(list(effects = effects, att = of(average(t(since)))), own_errors)
  say_unidentified(effects, out$att)
  if (!anyNA(cells$cohort)) {
    groups <- sort(unique(cells$cohort))
    units <- vapply(groups, function(g) length(unique(at$unit[at$cohort %in% g])), 0L)
    member <- outer(groups, cells$cohort, "==") & rep(since, each = length(groups))
    out$cohorts <- cbind(cohort = groups, units, of(average(member)))
    out$cells <- cbind(
      cells[c("cohort", "event")], rows = lengths(own), of(diag(nrow(cells)))
    )
  }
  before <- by_time[times < 0, , drop = FALSE]
  before <- before[identified(before, free), , drop = FALSE]
  c(out, list(pretrend = pretrend_test(made, before, call)))
}

# What can be added to the cells' coefficients without a trace, a column each: a cell left out as
# collinear is a combination of others, and of regressors and effects.
free_cells <- function(made) {
  gone <- collinear_combinations(made$fit)
  vapply(gone, function(one) {
    v <- one$b[made$names]
    v[is.na(v)] <- 0
    v[made$names == one$name] <- -1
    unname(v)
  }, numeric(length(made$names)))
}

# Sums of coefficients that no such addition changes.
identified <- function(shares, free) {
  moved <- if (length(free)) abs(shares %*% free) else matrix(0, nrow(shares), 1)
  !is.na(rowSums(moved)) & rowSums(moved > 1e-6) == 0 & !is.na(rowSums(shares))
}

# Of all of the fit's coefficients; a cell that was left out counts as zero.
cells_among_all <- function(made, shares) {
  at <- match(made$names, names(made$fit$coefficients))
  r <- matrix(0, nrow(shares), length(made$fit$coefficients))
  r[, at[!is.na(at)]] <- shares[, !is.na(at)]
  r
}

# Sums of the cells' coefficients with their errors; missing where they are not identified.
combined_effects <- function(made, shares, free, level) {
  known <- identified(shares, free)
  r <- cells_among_all(made, shares[known, , drop = FALSE])
  cov <- made$fit$covariance
  estimate <- drop(r %*% made$fit$coefficients)
  se <- sqrt(combination_variance(r, cov$v))
  df <- if (any(known)) combination_df(made$fit, r, cov) else numeric()
  half <- stats::qt((1 + level) / 2, df) * se
  out <- data.frame(
    estimate, std.error = se, statistic = estimate / se,
    p.value = 2 * stats::pt(-abs(estimate / se), df), conf.low = estimate - half,
    conf.high = estimate + half
  )
  out <- out[match(seq_along(known), which(known)), ]
  rownames(out) <- NULL
  out
}

# The covariance of the effects by time, and the degrees of freedom of each.
event_covariance <- function(made, shares, free, times) {
  known <- identified(shares, free)
  r <- cells_among_all(made, shares[known, , drop = FALSE])
  v <- matrix(NA_real_, length(times), length(times), dimnames = rep(list(format_key(times)), 2))
  v[known, known] <- combination_covariance(r, made$fit$covariance$v)
  df <- replace(rep(NA_real_, length(times)), known, if (any(known)) {
    combination_df(made$fit, r, made$fit$covariance)
  })
  list(covariance = v, df = stats::setNames(df, rownames(v)))
}

say_unidentified <- function(effects, att) {
  lost <- effects$event[is.na(effects$estimate)]
  if (!length(lost) && !is.na(att$estimate)) return(invisible())
  what <- c(
    if (length(lost)) paste("at", toString(lost), "from the event"),
    if (is.na(att$estimate)) "on average"
  )
  inform("event", c(
    i = paste0(
      "The sample does not tell the effect {paste(what, collapse = ' and ')} from regressors, ",
      "absorbed effects or each other: missing."
    ),
    i = "Dummies of the policy itself are not to be in {.arg fit}."
  ))
}

with_reference <- function(effects, ref) {
  zero <- effects[rep(NA_integer_, length(ref)), ]
  zero$event <- ref
  zero[c("estimate", "conf.low", "conf.high")] <- 0
  out <- rbind(effects, zero)
  out <- out[order(out$event), ]
  rownames(out) <- NULL
  out
}

# That nothing comes before the event: one test of all effects there, or NULL where there are none
# or their covariance is singular.
pretrend_test <- function(made, shares, call) {
  if (!nrow(shares)) return(NULL)
  r <- list(matrix = cells_among_all(made, shares), value = numeric(nrow(shares)))
  tryCatch(
    wald_restrictions(made$fit, r, made$fit$covariance, NULL, call),
    ccdpanel_error_restrictions = function(e) NULL
  )
}
