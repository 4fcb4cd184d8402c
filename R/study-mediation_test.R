#' Mediation: total, direct and indirect effect
#'
#' Three regressions with the same controls, effects and rows, the tests of the product of
#' coefficients, a cluster bootstrap of the indirect effect, and what Wen and Ye's steps conclude.
#'
#' @param fit A least-squares fit of [fe_reg()]: the total effect of the treatment on the outcome.
#' @param mediator A one-sided formula of one numeric variable or expression, `~ log(patents)`.
#' @param term Name of the treatment's coefficient; `NULL` (default): the first.
#' @param boot Number of bootstrap samples (default 1000); 0 for none.
#' @param cluster A one-sided formula of what is drawn with replacement; by default the fit's unit
#'   (first column of its `panel`), or the variable it clusters by where that is a group of whole
#'   units or there is no panel; single rows where the fit has neither.
#' @param level Of the intervals (default 0.95); \eqn{1 - }{1 - }level is the significance of the
#'   verdict.
#' @param seed A whole number of at least 0; `NULL` (default): drawn from R's own stream, so that
#'   `set.seed()` makes the result reproducible. Draws go by the names of clusters as they
#'   sort (clusters called otherwise are drawn otherwise); rows are drawn by unit and time of the
#'   fit's `panel`, and by their order without it.
#' @param progress Whether to show a progress bar; by default in an interactive session.
#' @param x A result of `mediation_test()`.
#' @param digits Significant digits printed.
#' @param ... Not used.
#' @return An object of class `mediation_test`, a list: `effects`, a data frame of `effect`
#'   (`total`, `a`, `b`, `direct`, `indirect`), `term`, `estimate`, `std.error`, `statistic`,
#'   `p.value`, `conf.low`, `conf.high`; `tests` ([sobel_test()]); `intervals` (`percentile` and
#'   `bca`); `share` (indirect over total); `verdict` (`NA` where the covariance leaves a
#'   coefficient without a standard error) and `because`; `models` ([ccd_models]: total, mediator,
#'   direct); `replicates` (a, b and direct of each bootstrap sample); `settings`.
#'   `tidy()` and `as.data.frame()` give the effects, with the bootstrap's intervals of the indirect
#'   one.
#' @section Formula: \eqn{y = c x + ...}, \eqn{m = a x + ...}, \eqn{y = c' x + b m + ...}; with the
#' same rows, weights and controls (an offset is of y alone), total = direct + indirect, \eqn{c =
#' c' + a b}, exactly. The indirect effect's own standard error is Sobel's. Bootstrap: whole
#' clusters with all their rows; percentile interval, and bias-corrected and accelerated (BCa) with
#' the acceleration from leaving out each cluster in turn (Davison and Hinkley 1997, section 5.3,
#' their interpolation between replicates).
#' @section Verdict (Wen and Ye 2014):
#' 1. Is the total effect significant? If not, what follows speaks of suppression rather than of
#' mediation.
#' 2. Are a and b both significant? Then the indirect effect is; otherwise its bootstrap interval
#' (BCa; Sobel's test without bootstrap) decides. Not significant: `"none"`.
#' 3. Is the direct effect insignificant: `"full"`. Otherwise `"partial"` where a b and the direct
#' effect have one sign, with the share a b / c, and `"suppressed"` where they have two, with |a b /
#' c'|.
#'
#' Steps are a convention, not a proof: the mediator is taken as exogenous given the controls.
#' @references Wen, Z. and Ye, B. (2014). Analyses of mediating effects: the development of methods
#'   and models. Advances in Psychological Science 22(5), 731-745.
#'   \doi{10.3724/SP.J.1042.2014.00731}
#'
#'   Davison, A. C. and Hinkley, D. V. (1997). Bootstrap Methods and their Application. Cambridge
#'   University Press. \doi{10.1017/CBO9780511802843}
#' @section Errors: `ccdpanel_error_fit` (not a fit, or one with instruments),
#'   `ccdpanel_error_formula`, `ccdpanel_error_term`, `ccdpanel_error_cluster` (a fit clustered in
#'   several ways, without a panel: name one), `ccdpanel_error_mediator` (not one column of numbers,
#'   in the model already, by itself or within a term, or absorbed), `ccdpanel_error_number`,
#'   `ccdpanel_error_argument` (what only the bootstrap reads, with `boot = 0`). Conditions: message
#'   `ccdpanel_message_common_sample` (rows without the mediator).
#' @seealso [sobel_test()] for printed numbers, [moderation_test()].
#' @examples
#' fit <- fe_reg(
#'   log(output) ~ log(highways) + unemployment | state + year, state_capital,
#'   panel = c("state", "year"), vcov = ~state
#' )
#' mediation_test(fit, ~ log(private_capital), boot = 100, seed = 1)
#' @export
mediation_test <- function(fit, mediator, term = NULL, boot = 1000, cluster = NULL, level = 0.95,
                           seed = NULL, progress = interactive(), ...) {
  check_dots(...)
  check_required("mediation_test")
  call <- rlang::current_env()
  check_least_squares(fit, call)
  check_has_rows(fit, "mediation_test()", call)
  cluster <- evaluated_argument(cluster, "cluster", call)
  fit <- with_values(fit, list(evaluated_argument(mediator, "mediator", call), cluster), call)
  mediator <- one_sided(mediator, "mediator", call)
  term <- check_term(fit, term, call)
  check_number(boot, "boot", min = 0, max = 1e7, whole = TRUE)
  check_number(level, "level", min = 0.5, max = 0.9999)
  check_flag(progress, "progress")
  if (boot == 0) {
    check_unread(
      c(cluster = !is.null(cluster), seed = !is.null(seed), progress = !missing(progress)),
      "boot > 0", call
    )
  }
  cluster <- if (boot > 0) drawn_together(fit, cluster, call)
  models <- mediation_models(fit, mediator, term, call)
  beside <- say_terms_beside(fit, term, TRUE, call)
  found <- mediation_effects(models, term, coefficient_name(mediator), level, call)
  effects <- found$effects
  tests <- shown_tests(found$tests)
  at <- function(name) effects$estimate[effects$effect == name]
  seed <- if (boot > 0) settle_seed(seed)
  boot <- if (boot > 0) {
    mediation_bootstrap(
      models, mediator, term, as.integer(boot), cluster, level, seed, progress, call
    )
  }
  indirect <- list(
    estimate = at("a") * at("b"), p = tests$p.value[1],
    interval = boot$intervals[boot$intervals$type == "bca", ]
  )
  decided <- mediation_verdict(effects, indirect, 1 - level)
  structure(c(
    list(
      effects = effects, tests = tests, intervals = boot$intervals,
      share = indirect$estimate / at("total")
    ),
    decided,
    list(models = models, replicates = boot$replicates, settings = c(list(
      term = term, beside = beside, mediator = rlang::as_label(mediator),
      outcome = rlang::as_label(fit$spec$parsed$response), level = level, seed = seed,
      cluster = if (is.null(cluster)) "rows" else rlang::as_label(cluster)), boot[
        c("asked", "clusters")
      ]
    ))
  ), class = "mediation_test")
}

#' @rdname mediation_test
#' @export
print.mediation_test <- function(x, digits = 4, ...) {
  check_print_dots(...)
  check_shown(digits = digits)
  s <- x$settings
  say(trf("Mediation: %s on %s through %s", s$outcome, s$term, s$mediator))
  say(trf(
    "Rows: %s; standard errors %s", with_commas(x$models$direct$sample$n),
    spoken_facts(standard_errors_of(x$models$direct))
  ))
  cat("\n")
  number <- function(v) short_number(v, digits)
  table <- x$effects
  shown <- data.frame(
    effect = table$effect, estimate = number(table$estimate), se = number(table$std.error),
    p.value = paste0(p_text(table$p.value), star_marks(table$p.value)),
    interval = interval_text(table$conf.low, table$conf.high, digits)
  )
  print_fitting(shown, "interval")
  say(trf("a: %s on %s; b: %s on %s", s$mediator, s$term, s$outcome, s$mediator))
  if (length(s$beside)) say(beside_line(s))
  cat("\n")
  say(paste0(x$tests$test, ifelse(
    is.na(x$tests$statistic), tr(
      if (anyNA(x$effects$std.error[1:4])) {
        " not defined"
      } else {
        " not defined, its variance is negative"
      }
    ),
    paste0(" z ", number(x$tests$statistic), " (p ", p_text(x$tests$p.value), ")")
  ), collapse = semicolon()))
  if (!is.null(x$intervals)) {
    say(trf(
      "Bootstrap of a b, %d samples of %d %s, seed %d, %s%% intervals:", nrow(x$replicates),
      s$clusters, if (s$cluster == "rows") tr("rows") else trf("clusters (%s)", s$cluster), s$seed,
      format(100 * s$level)
    ))
    ends <- interval_text(x$intervals$conf.low, x$intervals$conf.high, digits)
    cat(paste0(
      "  ", tr(c("percentile", "BCa")), " ", ifelse(nzchar(ends), ends, tr("not defined")), "\n"
    ), sep = "")
    if (nrow(x$replicates) < s$asked) {
      say(trf("%d samples could not be fitted.", s$asked - nrow(x$replicates)), indent = 2)
    }
  }
  say(mediated_share(x, number))
  verdict <- if (is.na(x$verdict)) "undecided" else c(
    none = "no mediation", full = "full mediation", partial = "partial mediation",
    suppressed = "suppression"
  )[[x$verdict]]
  say(trf(
    "Wen and Ye (2014): %s at %s%%: %s.", tr(verdict), format(100 * (1 - s$level)),
    paste(spoken_facts(x$because), collapse = semicolon())
  ))
  say(paste0(star_note(), full_stop()))
  next_steps("regression_table(x$models)", "as.data.frame(x)")
  invisible(x)
}

#' @rdname mediation_test
#' @export
tidy.mediation_test <- function(x, ...) {
  check_dots(...)
  out <- x$effects
  if (is.null(x$intervals)) return(out)
  last <- out$effect == "indirect"
  for (type in x$intervals$type) {
    out[[paste0(type, ".low")]] <- ifelse(last, x$intervals$conf.low[x$intervals$type == type], NA)
    out[[paste0(type, ".high")]] <- ifelse(
      last, x$intervals$conf.high[x$intervals$type == type], NA
    )
  }
  out
}

#' @rdname mediation_test
#' @param row.names,optional Not used.
#' @export
as.data.frame.mediation_test <- function(x, row.names = NULL, optional = FALSE, ...) {
  check_dots(..., passed = c("row.names", "optional", "stringsAsFactors", "make.names"))
  tidy.mediation_test(x)
}
