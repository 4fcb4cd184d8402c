#' Panel threshold regression
#'
#' Does a slope change where another variable passes a value, and where? Hansen's (1999) regression
#' with one to three thresholds: estimated by least squares over all values, tested by the
#' bootstrap, with an interval of each threshold.
#'
#' @param fit The linear model: a least-squares fit of [fe_reg()] with `panel`, which absorbs the
#'   units' effects, and those of the times (or others) if wanted.
#' @param threshold A one-sided formula of the threshold variable q, numeric and changing within
#'   units; it may be a regressor of the model, and the regime-dependent one.
#' @param term Names of the coefficients that differ between regimes; `NULL` (default): the first
#'   slope. Each must be a numeric term of its own.
#' @param n Number of thresholds, 1 (default), 2 or 3. The tests are of each number up to it.
#' @param trim The least share of rows in a regime (default 0.01).
#' @param boot Draws of the bootstrap for each test (default 300); 0 for no test.
#' @param grid `NULL` (default): every value of q is tried. A whole number: so many quantiles at
#'   evenly spaced shares of the rows.
#' @param level Of the intervals (default 0.95).
#' @param seed A number that makes the draws reproducible; `NULL` (default): drawn from R's own
#'   stream, so that [set.seed()] does.
#' @param progress Show a progress bar?
#' @param x A result of `threshold_test()`.
#' @param digits Significant digits printed.
#' @param row.names,optional,... Not used.
#' @return An object of class `threshold_test`, a list: `tests`, a data frame with a row for each
#'   number of thresholds: `thresholds`, `rss` (sum of squares of that model), `statistic` (F),
#'   `p.value`, `crit.10`, `crit.5`, `crit.1` (of the draws), `draws` (those that could be
#'   computed); `estimates`, a data frame of `model` (its number of thresholds), `threshold`,
#'   `estimate`, `conf.low`, `conf.high`, `pieces` (of the confidence set, of which the interval is
#'   the hull) and `ends` (does it reach the values searched?); `slopes`, a data frame of `term`,
#'   `regime`, `rows` and the rest of [generics::tidy()] of the regime-dependent coefficients of the
#'   model with `n` thresholds; `fit`, that model, a fit of [fe_reg()] whose covariance is that of
#'   the linear fit: `vcov(x$fit, ~id)`, [regression_table()] and the others take it; `profile`, a
#'   data frame of `threshold`, `value` and `lr` over all values tried, and `stretch`, which counts
#'   those without a gap (about the other thresholds); `replicates`, the draws' F; `settings`.
#'   `tidy()` gives the thresholds of the model, `glance()` its test, `as.data.frame()` all tests;
#'   `plot()` and `ggplot2::autoplot()` draw the likelihood ratio.
#' @section Formula: With k thresholds \eqn{\gamma_1 < \dots < \gamma_k}{g1 < ... < gk} and regimes
#'   \eqn{\gamma_{j-1} < q_{it} \le \gamma_j}{g[j-1] < q <= g[j]},
#'   \deqn{y_{it} = \mu_i + \beta_0' z_{it} + \sum_j \beta_j' x_{it} 1(\gamma_{j-1} < q_{it} \le
#'   \gamma_j) + e_{it}.}{y = mu_i + b0'z + sum over j of bj'x 1(g[j-1] < q <= g[j]) + e.}
#'   \eqn{\hat\gamma}{g} minimises the sum of squares \eqn{S_k}{S_k} within the effects; several are
#'   found one after the other, and each is then searched anew with the others fixed until none
#'   moves (Bai 1997; Hansen does so once). With \eqn{\nu}{nu} rows less absorbed effects, n(T - 1)
#'   with units' effects in a balanced panel,
#'   \eqn{F_k = (S_{k-1} - S_k) / (S_k / \nu)}{F_k = (S_(k-1) - S_k) / (S_k / nu)}, with
#'   \eqn{S_k}{S_k} before the refinement. Its distribution depends on the data: regressors and q
#'   are held, whole units' residual vectors of the model with k thresholds are drawn with
#'   replacement and added to the fit of k - 1; p is the share of draws whose F is at least that of
#'   the data. The interval of a threshold are the values with \eqn{LR(\gamma) = (S(\gamma) -
#'   S_k) / (S_k / \nu) \le -2 \log(1 - \sqrt{level})}{LR(g) = (S(g) - S_k) / (S_k / nu) <= -2
#'   log(1 - sqrt(level))}, 7.35 at 95 percent, the others fixed. It presumes errors of one
#'   variance; the slopes' standard errors are those of `fit`'s `vcov`, and treat the thresholds as
#'   known, which is right in large samples.
#' @section Panels: An unbalanced panel is estimated with `boot = 0`; the bootstrap draws units'
#'   residual vectors, which must have the same times, and refuses it. Weights and instruments are
#'   refused. Candidates at which a regime's regressor is a combination of the others and the
#'   effects are left out and counted (`settings$collinear`).
#' @section Coming from xthreg or ptm: Stata's `xthreg y z, rx(x) qx(q) thnum(2) bs(300 300)` is
#'   `fit <- fe_reg(y ~ x + z | id, data, panel = c("id", "year"))` and `threshold_test(fit, ~q,
#'   "x", n = 2)`. `xthreg` tries 300 quantiles (`grid()`), here all values are tried: the threshold
#'   may differ in its last digits and F be larger. Hansen's published numbers and pdR's `ptm()`
#'   (1.9.5) leave one time of each unit out of the within-transformed rows, which is not the within
#'   estimator: on his data that gives his thresholds .0157 and .5362 with F 32.7 and 25.8; all rows
#'   give .0157 and .5407 with 32.8 and 23.4 on his grid, and .0157 and .5400 with 32.8 and 24.0
#'   over all values. `ptm()` draws the residuals of k - 1 thresholds.
#' @references Hansen, B. E. (1999). Threshold effects in non-dynamic panels: estimation, testing,
#'   and inference. Journal of Econometrics 93(2), 345-368. \doi{10.1016/S0304-4076(99)00025-1}
#'
#'   Bai, J. (1997). Estimating multiple breaks one at a time. Econometric Theory 13(3), 315-352.
#'   \doi{10.1017/S0266466600005831}
#'
#'   Wang, Q. (2015). Fixed-effect panel threshold model using Stata. Stata Journal 15(1), 121-134.
#'   \doi{10.1177/1536867X1501500108}
#' @section Errors: `ccdpanel_error_fit` (instruments, weights), `ccdpanel_error_needs_rows`,
#'   `ccdpanel_error_formula`, `ccdpanel_error_term`, `ccdpanel_error_panel` (no `panel`, units that
#'   are not absorbed, an unbalanced panel with `boot`), `ccdpanel_error_threshold` (not one numeric
#'   variable, constant, constant within units, or no value that leaves enough rows in each regime),
#'   `ccdpanel_error_infinite`, `ccdpanel_error_slopes`, `ccdpanel_error_too_many_levels`,
#'   `ccdpanel_error_number`, `ccdpanel_error_argument`. Message `ccdpanel_message_common_sample`
#'   (rows without q are left out), `ccdpanel_message_terms_beside` (other terms hold the
#'   regime-dependent variable too).
#' @seealso [moderation_test()] for effects that change gradually, [by_group()] for known groups.
#' @examples
#' fit <- fe_reg(
#'   log(output) ~ log(highways) + log(private_capital) | state, state_capital,
#'   panel = c("state", "year"), vcov = ~state
#' )
#' threshold_test(fit, ~unemployment, boot = 50, seed = 1)
#' @export
threshold_test <- function(fit, threshold, term = NULL, n = 1, trim = 0.01, boot = 300,
                           grid = NULL, level = 0.95, seed = NULL, progress = interactive(), ...) {
  check_dots(...)
  check_required("threshold_test")
  call <- rlang::current_env()
  check_least_squares(fit, call, "Thresholds are estimated by least squares.")
  check_has_rows(fit, "threshold_test()", call)
  if (!is.null(fit$spec$weights)) {
    abort("fit", c(
      "{.arg fit} must be without weights for a threshold regression.",
      i = "Its bootstrap draws residuals of one variance."
    ), call)
  }
  fit <- with_values(fit, list(evaluated_argument(threshold, "threshold", call)), call)
  threshold <- one_sided(threshold, "threshold", call)
  term <- regime_terms(fit, term, call)
  check_threshold_numbers(n, trim, boot, grid, level, call)
  check_flag(progress, "progress")
  if (boot == 0) {
    check_unread(c(seed = !is.null(seed), progress = !missing(progress)), "boot > 0", call)
  }
  model <- threshold_model(fit, threshold, term, call)
  panel <- threshold_panel(model$fit, boot, call)
  d <- threshold_data(model, term, panel, trim, grid, call)
  space_of <- kept_spaces(d$space)
  models <- threshold_sequence(space_of, d$r, n, d$least)
  if (length(models) < n) abort_no_candidate(model$label, d$least, d$n, length(models) + 1, call)
  beside <- unlist(lapply(term, function(t) say_terms_beside(fit, t, TRUE, call)))
  tests <- threshold_tests(d, space_of, models, boot, if (boot > 0) settle_seed(seed), progress)
  profiles <- lapply(models, function(m) threshold_profiles(d, space_of, m, level))
  at <- d$values[models[[n]]$chosen]
  made <- regime_fit(model, term, at, call)
  structure(list(
    tests = tests$table, estimates = do.call(rbind, lapply(profiles, `[[`, "estimates")),
    slopes = regime_slopes(made, level), profile = profiles[[n]]$profile, fit = made$fit,
    replicates = tests$replicates,
    settings = list(
      outcome = rlang::as_label(fit$spec$parsed$response), term = term, beside = beside,
      threshold = model$label, n = n, trim = trim, least = d$least, level = level, boot = boot,
      seed = tests$seed, candidates = length(d$values), collinear = sum(!d$space$told),
      panel = panel$names, units = panel$units, times = panel$times, rows = d$n, df = d$df,
      critical = threshold_critical(level)
    )
  ), class = "threshold_test")
}

check_threshold_numbers <- function(n, trim, boot, grid, level, call) {
  check_number(n, "n", min = 1, max = 3, call = call, whole = TRUE)
  check_number(trim, "trim", min = 0, max = 0.45, call = call)
  check_number(boot, "boot", min = 0, max = 1e7, call = call, whole = TRUE)
  if (!is.null(grid)) check_number(grid, "grid", min = 2, max = 1e9, call = call, whole = TRUE)
  check_number(level, "level", min = 0.5, max = 0.9999, call = call)
}

threshold_critical <- function(level) -2 * log(1 - sqrt(level))

threshold_tests <- function(d, space_of, models, boot, seed, progress) {
  null <- c(sum(d$r^2), vapply(models, `[[`, 0, "rss"))
  first <- vapply(models, `[[`, 0, "first")
  k <- seq_along(models)
  statistic <- threshold_statistic(null[k], first, d$df)
  bar <- progress_bar(progress && boot > 0, "Bootstrap", boot * length(models))
  on.exit(bar$done())
  done <- 0
  update <- function(more) {
    done <<- done + more
    bar$update(done)
  }
  replicates <- lapply(k, function(one) {
    if (boot > 0) threshold_draws(d, space_of, models, one, boot, seed, update)
  })
  quantiles <- function(p) {
    vapply(replicates, function(f) {
      if (all(is.na(f))) NA_real_ else stats::quantile(f, p, TRUE, FALSE, type = 1)
    }, 0)
  }
  table <- data.frame(
    thresholds = k, rss = null[k + 1], statistic = statistic,
    p.value = mapply(function(f, s) {
      if (all(is.na(f))) NA_real_ else mean(f >= s * (1 - 1e-10), na.rm = TRUE)
    }, replicates, statistic),
    crit.10 = quantiles(0.9), crit.5 = quantiles(0.95), crit.1 = quantiles(0.99),
    draws = vapply(replicates, function(f) sum(!is.na(f)), 0L)
  )
  list(table = table, replicates = if (boot > 0) replicates, seed = seed)
}

# The likelihood ratio of each threshold over the values that it could have, the others fixed.
threshold_profiles <- function(d, space_of, model, level) {
  chosen <- model$chosen
  each <- lapply(seq_along(chosen), function(j) {
    space <- space_of(chosen[-j])
    found <- best_threshold(space, chosen[-j], d$r, d$least)
    own <- found$profile[match(chosen[j], found$open)]
    lr <- (own - found$profile) / (model$rss / d$df)
    list(value = d$values[found$open], lr = lr, stretch = cumsum(c(1, diff(found$open) > 1)))
  })
  critical <- threshold_critical(level)
  ends <- lapply(each, function(p) {
    inside <- p$lr <= critical
    data.frame(
      conf.low = min(p$value[inside]), conf.high = max(p$value[inside]),
      pieces = sum(diff(c(FALSE, inside)) > 0), ends = inside[1] || inside[length(inside)]
    )
  })
  list(
    estimates = cbind(
      data.frame(
        model = length(chosen), threshold = seq_along(chosen), estimate = d$values[chosen]
      ),
      do.call(rbind, ends)
    ),
    profile = data.frame(
      threshold = rep(seq_along(each), lengths(lapply(each, `[[`, "value"))),
      value = unlist(lapply(each, `[[`, "value")), lr = unlist(lapply(each, `[[`, "lr")),
      stretch = unlist(lapply(each, `[[`, "stretch"))
    )
  )
}

# The model with a column for each regime, under names that say which.
regime_fit <- function(model, term, at, call) {
  fit <- model$fit
  data <- fit$spec$data
  bounds <- regime_bounds(at)
  regimes <- regime_text(bounds, model$label)
  regime <- findInterval(model$q, at, left.open = TRUE) + 1L
  named <- character()
  for (t in term) {
    x <- as.double(values_of(fit, str2lang(t), call))
    for (j in seq_along(regimes)) {
      name <- paste0(bare_name(t), " (", regimes[j], ")")
      name <- utils::tail(make.unique(c(names(data), name)), 1)
      data[[name]] <- x * (regime == j)
      named <- c(named, name)
    }
  }
  parsed <- fit$spec$parsed
  formula <- whole_formula(
    parsed, c(lapply(named, as.name), model$terms),
    label_expressions(names(parsed$effects), fit$spec$data)
  )
  rows <- sample_rows(fit)
  new <- withCallingHandlers(
    refit(fit, formula = formula, data = data, subset = seq_along(regime) %in% rows, call = call),
    ccdpanel_message_dropped = hush
  )
  names <- vapply(lapply(named, as.name), coefficient_name, "")
  terms <- rep(term, each = length(regimes))
  new$centred <- list(
    names = names, of = bare_name(c(terms, model$label)), bounds = bounds
  )
  list(
    fit = new, names = names, regime = rep(regimes, length(term)),
    rows = rep(tabulate(regime[rows], length(regimes)), length(term)), term = terms
  )
}

# Thresholds as text below and above each regime, of digits enough to tell them apart; none is "".
regime_bounds <- function(at) {
  digits <- 4
  shown <- signif(at, digits)
  while (anyDuplicated(shown) && digits < 15) shown <- signif(at, digits <- digits + 1)
  text <- vapply(shown, format, "", digits = 15, trim = TRUE)
  list(lower = c("", text), upper = c(text, ""))
}

# "debt <= 0.0154", "0.0154 < debt <= 0.542", "debt > 0.542".
regime_text <- function(bounds, label) {
  ifelse(bounds$upper == "", paste(label, ">", bounds$lower), paste0(
    ifelse(bounds$lower == "", "", paste(bounds$lower, "< ")), label, " <= ", bounds$upper
  ))
}

regime_slopes <- function(made, level) {
  table <- tidy(made$fit, conf.int = TRUE, conf.level = level)
  at <- match(made$names, table$term)
  cbind(
    term = made$term, regime = made$regime, rows = made$rows,
    table[at, setdiff(names(table), "term")], row.names = NULL
  )
}

#' @rdname threshold_test
#' @export
print.threshold_test <- function(x, digits = 4, ...) {
  check_print_dots(...)
  check_shown(digits = digits)
  s <- x$settings
  number <- function(v) short_number(v, digits)
  say(trf(
    "Panel threshold regression (Hansen 1999): %s on %s, regimes by %s", s$outcome,
    listed(s$term), s$threshold
  ))
  say(trf(
    "Rows: %s; standard errors %s", with_commas(s$rows),
    spoken_facts(standard_errors_of(x$fit))
  ))
  say(trf(
    "%s values of %s tried, at least %s rows in a regime", with_commas(s$candidates), s$threshold,
    with_commas(s$least)
  ))
  if (s$collinear) {
    say(trf(
      "%s values left out, at which regressors of the regimes are collinear",
      with_commas(s$collinear)
    ))
  }
  cat("\n")
  print_fitting(shown_threshold_tests(x, number), c("crit.10", "crit.1"))
  if (s$boot > 0) {
    say(trf(
      "Bootstrap of whole units' residuals (%s): %d samples of %d units, seed %d", s$panel[1],
      s$boot, s$units, s$seed
    ))
    if (any(x$tests$draws < s$boot)) {
      say(trf("%d samples could not be fitted.", sum(s$boot - x$tests$draws)), indent = 2)
    }
  }
  cat("\n")
  print_fitting(shown_thresholds(x, number, digits), "pieces")
  say_threshold_sets(x$estimates)
  cat("\n", trf("Slopes with %s", count_of(s$n, "threshold")), "\n", sep = "")
  print_fitting(data.frame(
    coefficient = x$slopes$term, regime = x$slopes$regime, rows = with_commas(x$slopes$rows),
    estimate = number(x$slopes$estimate), se = number(x$slopes$std.error),
    p.value = paste0(p_text(x$slopes$p.value), star_marks(x$slopes$p.value))
  ), "rows")
  if (length(s$beside)) say(beside_line(list(term = listed(s$term), beside = s$beside)))
  say(paste0(star_note(), full_stop()))
  next_steps("plot(x)", "regression_table(x$fit)", "as.data.frame(x)")
  invisible(x)
}

shown_threshold_tests <- function(x, number) {
  t <- x$tests
  out <- data.frame(
    thresholds = paste(t$thresholds - 1, tr("against"), t$thresholds), F = number(t$statistic)
  )
  if (x$settings$boot == 0) return(out)
  p <- ifelse(
    t$p.value == 0, paste("<", format(1 / t$draws, digits = 2)), p_text(t$p.value)
  )
  cbind(out,
    p.value = paste0(p, star_marks(pmax(t$p.value, 1 / t$draws))), crit.10 = number(t$crit.10),
    crit.5 = number(t$crit.5), crit.1 = number(t$crit.1)
  )
}

shown_thresholds <- function(x, number, digits) {
  e <- x$estimates
  data.frame(
    model = e$model, threshold = e$threshold, estimate = number(e$estimate),
    interval = interval_text(e$conf.low, e$conf.high, digits), pieces = e$pieces
  )
}

say_threshold_sets <- function(e) {
  which <- function(rows) listed(trf("%d of %d", e$threshold[rows], e$model[rows]))
  if (any(e$pieces > 1)) {
    say(tr("A confidence set of several pieces is shown from its first value to its last."))
  }
  if (any(e$ends)) {
    say(trf("Up to the end of the values tried: threshold %s.", which(e$ends)))
  }
}

#' @rdname threshold_test
#' @export
tidy.threshold_test <- function(x, ...) {
  check_dots(...)
  own <- x$estimates[x$estimates$model == x$settings$n, ]
  data.frame(
    term = x$settings$threshold, threshold = own$threshold,
    own[c("estimate", "conf.low", "conf.high", "pieces", "ends")], row.names = NULL
  )
}

#' @rdname threshold_test
#' @export
glance.threshold_test <- function(x, ...) {
  check_dots(...)
  s <- x$settings
  cbind(x$tests[s$n, ], nobs = s$rows, units = s$units, row.names = NULL)
}

#' @rdname threshold_test
#' @export
as.data.frame.threshold_test <- function(x, row.names = NULL, optional = FALSE, ...) {
  check_dots(..., passed = c("row.names", "optional", "stringsAsFactors", "make.names"))
  x$tests
}
