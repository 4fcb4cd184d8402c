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
#'   (first column of its `panel`), else the variable it clusters by, else single rows.
#' @param level Of the intervals (default 0.95); \eqn{1 - }{1 - }level is the significance of the
#'   verdict.
#' @param seed A whole number of at least 0; `NULL` (default): drawn from R's own stream, so that
#'   `set.seed()` makes the result reproducible.
#' @param progress Whether to show a progress bar; by default in an interactive session.
#' @param x A result of `mediation_test()`.
#' @param digits Significant digits printed.
#' @param ... Not used.
#' @return An object of class `mediation_test`, a list: `effects`, a data frame of `effect`
#'   (`total`, `a`, `b`, `direct`, `indirect`), `term`, `estimate`, `std.error`, `statistic`,
#'   `p.value`, `conf.low`, `conf.high`; `tests` ([sobel_test()]); `intervals` (`percentile` and
#'   `bca`); `share` (indirect over total); `verdict` and `because`; `models` ([ccd_models]: total,
#'   mediator, direct); `replicates` (a, b and direct of each bootstrap sample); `settings`.
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
#'   `ccdpanel_error_formula`, `ccdpanel_error_term`, `ccdpanel_error_mediator` (not one column of
#'   numbers, in the model already, by itself or within a term, or absorbed),
#'   `ccdpanel_error_number`, `ccdpanel_error_argument` (what only the bootstrap reads, with `boot =
#'   0`). Conditions: message
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
  mediator <- one_sided(mediator, "mediator", call)
  term <- check_term(fit, term, call)
  check_number(boot, "boot", min = 0, max = 1e7, whole = TRUE)
  check_number(level, "level", min = 0.5, max = 0.9999)
  check_flag(progress, "progress")
  if (boot == 0) {
    check_unread(
      c(cluster = !is.null(cluster), seed = !is.null(seed), progress = !missing(progress)),
      "boot = 1000", call
    )
  }
  fit$spec$scope <- c(fit$spec$scope, new_scope(fit, list(mediator), globalenv()))
  cluster <- unit_of(fit, cluster, "cluster")
  models <- mediation_models(fit, mediator, term, call)
  effects <- mediation_effects(models, term, coefficient_name(mediator), level)
  at <- function(name, column = "estimate") effects[[column]][effects$effect == name]
  tests <- sobel_test(at("a"), at("a", "std.error"), at("b"), at("b", "std.error"))
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
      term = term, mediator = rlang::as_label(mediator),
      outcome = rlang::as_label(fit$spec$parsed$response), level = level, seed = seed,
      cluster = if (is.null(cluster)) "rows" else rlang::as_label(cluster)), boot[
        c("asked", "clusters")
      ]
    ))
  ), class = "mediation_test")
}

check_least_squares <- function(fit, call,
                                way = paste0(
                                  "Total = direct + indirect holds for least squares only: ",
                                  "fit the equation so."
                                )
                              ) {
  if (inherits(fit, "system_equation") || !inherits(fit, c("fe_reg", "system_reg"))) {
    abort_no_fit(fit, call)
  }
  if (inherits(fit, "fe_reg") && !length(fit$endogenous)) return(invisible())
  what <- if (inherits(fit, "fe_reg")) "one with instruments" else "a system"
  abort("fit", c(
    "{.arg fit} must be a least-squares fit of {.fn fe_reg}, not {what}.", i = way
  ), call)
}

# The coefficient a study is about: a slope of the fit, by default the first.
check_term <- function(fit, term, call) {
  slopes <- grep("(^|_)\\(Intercept\\)$", names(fit$coefficients), value = TRUE, invert = TRUE)
  if (is.null(term) && length(slopes)) return(slopes[1])
  if (rlang::is_string(term) && term %in% slopes) return(term)
  abort("term", c(
    "{.arg term} must be a coefficient of the fit, not {found(term)}.",
    i = "They are {.val {slopes}}."
  ), call)
}

# Total, mediator's and direct model, all on the rows of the last.
mediation_models <- function(fit, mediator, term, call) {
  parsed <- fit$spec$parsed
  label <- rlang::as_label(mediator)
  exogenous <- split_plus(parsed$exogenous)
  check_one_term(mediator, "mediator", "For several mediators call once for each.", call)
  check_mediator(fit, mediator, label, exogenous, call)
  effects <- label_expressions(names(parsed$effects), fit$spec$data)
  direct <- refit_named(
    fit, "direct", call, formula = whole_formula(parsed, c(exogenous, mediator), effects)
  )
  if (!coefficient_name(mediator) %in% names(direct$coefficients)) {
    abort("mediator", c(
      "The mediator {.code {label}} is collinear with the regressors or the effects.",
      i = "It must vary within them."
    ), call)
  }
  lost <- fit$sample$n - direct$sample$n
  keep <- if (lost) seq_len(nrow(fit$spec$data)) %in% sample_rows(direct)
  if (lost) {
    inform("common_sample", c(
      i = "{lost} row{?s} without the mediator {?is/are} left out of all three models."
    ))
  }
  # An offset is of the outcome alone.
  own <- split_plus(without_offset(parsed$exogenous))
  mediated <- whole_formula(parsed, own, effects, response = mediator)
  new_models(list(
    total = refit_named(fit, "total", call, subset = keep),
    mediator = refit_named(fit, "mediator", call, formula = mediated, subset = keep),
    direct = direct
  ), heading = trf(
    "%s on %s, mediated by %s", rlang::as_label(parsed$response), term, label
  ))
}

# `~ a + b` names two variables, which no study takes for their sum.
check_one_term <- function(expr, arg, way, call) {
  terms <- split_plus(expr)
  if (length(terms) == 1) return(invisible())
  abort(arg, c(
    "{.arg {arg}} must be one variable; {.code {rlang::as_label(expr)}} names {length(terms)}.",
    i = "{way} Their sum is {.code I({rlang::as_label(expr)})}."
  ), call)
}

check_mediator <- function(fit, mediator, label, exogenous, call) {
  check_variables(list(mediator), fit$spec$data, fit$spec$scope, call)
  response <- fit$spec$parsed$response
  held <- Filter(function(e) mentions(e, mediator), c(exogenous, list(response)))
  if (!length(held) && mentions(mediator, response)) held <- list(response)
  if (length(held)) {
    where <- unique(vapply(held, rlang::as_label, ""))
    abort("mediator", c(
      paste0(
        "{.code {label}} is in the model already",
        if (!identical(where, label)) ", in {.code {where}}", "."
      ),
      i = "Give the total effect's model, without the mediator."
    ), call)
  }
  check_single_numeric(fit, mediator, "mediator", "For several mediators call once for each.", call)
}

# Does an expression hold another one? A lag is another variable.
mentions <- function(expr, what) {
  if (identical(without_brackets(expr), without_brackets(what))) return(TRUE)
  if (!is.call(expr) || rlang::is_call(expr, c("l", "offset"))) return(FALSE)
  parts <- as.list(expr)[-1]
  any(vapply(parts, function(e) !rlang::is_missing(e) && mentions(e, what), NA))
}

# A mediator or moderator is one column of numbers; with `logical` a condition is one too.
check_single_numeric <- function(fit, expr, arg, way, call, logical = FALSE) {
  value <- evaluate(
    expr, fit$spec$data, model_env(fit$spec$scope, fit$spec$data, fit$spec$panel), call
  )
  numbers <- column_numbers(value)
  if (is.numeric(numbers) || logical && is.logical(numbers)) return(invisible())
  label <- rlang::as_label(expr)
  columns <- if (length(dim(value)) == 2) paste0(" of ", ncol(value), " columns")
  abort(arg, c(
    paste0(
      "{.arg {arg}} must be one numeric variable; {.code {label}} is ",
      "{.obj_type_friendly {value}}{columns}."
    ),
    i = if (is.logical(numbers)) {
      paste0(
        "One column of zeros and ones is ",
        "{.code ~ as.numeric({rlang::as_label(without_brackets(expr))})}."
      )
    } else if (is.null(columns)) {
      "One column of zeros and ones is {.code ~ as.numeric({label} == value)}."
    } else if (!is.null(columns)) {
      "Make each of its columns one of the data, and name one."
    },
    i = way
  ), call)
}

mediation_effects <- function(models, term, mediator, level) {
  one <- function(effect, model, name) {
    table <- tidy(models[[model]], conf.int = TRUE, conf.level = level)
    cbind(effect = effect, table[table$term == name, ], stringsAsFactors = FALSE)
  }
  out <- rbind(
    one("total", "total", term), one("a", "mediator", term), one("b", "direct", mediator),
    one("direct", "direct", term)
  )
  a <- out[out$effect == "a", ]
  b <- out[out$effect == "b", ]
  sobel <- sobel_test(a$estimate, a$std.error, b$estimate, b$std.error)[1, ]
  half <- stats::qnorm((1 + level) / 2) * sobel$std.error
  out <- rbind(out, data.frame(
    effect = "indirect", term = "a b", sobel[c("estimate", "std.error", "statistic", "p.value")],
    conf.low = sobel$estimate - half, conf.high = sobel$estimate + half
  ))
  rownames(out) <- NULL
  out
}

# Whole clusters with replacement: a cluster drawn k times has weight k.
mediation_bootstrap <- function(models, mediator, term, n, cluster, level, seed, progress, call) {
  rows <- sample_rows(models$direct)
  code <- if (is.null(cluster)) seq_along(rows) else unit_codes(models$direct, cluster, call)[rows]
  if (anyNA(code)) {
    abort("cluster", c(
      "{.arg cluster} must not be missing in the sample.",
      i = "Leave those rows out by {.arg subset} of the fit."
    ), call)
  }
  code <- match(code, unique(code))
  groups <- max(code)
  of_mediator <- replicate_model(models$mediator, call)
  of_outcome <- replicate_model(models$direct, call)
  label <- coefficient_name(mediator)
  one <- function(times) {
    drawn <- which(times[code] > 0)
    weight <- times[code][drawn]
    outcome <- of_outcome(drawn, weight)
    c(a = of_mediator(drawn, weight)[[term]], b = outcome[[label]], direct = outcome[[term]])
  }
  bar <- progress_bar(progress, "Bootstrap", n)
  on.exit(bar$done())
  draws <- with_seed(seed, vapply(seq_len(n), function(r) {
    tabulate(sample.int(groups, groups, TRUE), groups)
  }, integer(groups)))
  replicates <- vapply(seq_len(n), function(r) {
    if (r %% 50 == 0) bar$update(r)
    one(draws[, r])
  }, c(a = 0, b = 0, direct = 0))
  replicates <- as.data.frame(t(replicates))
  fitted <- stats::complete.cases(replicates)
  replicates <- replicates[fitted, , drop = FALSE]
  without <- vapply(seq_len(groups), function(g) {
    part <- one(replace(rep(1L, groups), g, 0L))
    part[["a"]] * part[["b"]]
  }, 0)
  estimate <- models$mediator$coefficients[[term]] * models$direct$coefficients[[label]]
  list(
    replicates = replicates,
    intervals = bootstrap_intervals(replicates$a * replicates$b, estimate, without, level),
    asked = n, clusters = groups
  )
}

# Percentile and BCa intervals of replicates `t` of `estimate`; `without` holds the estimates
# without each cluster.
bootstrap_intervals <- function(t, estimate, without, level) {
  tails <- c((1 - level) / 2, (1 + level) / 2)
  bias <- stats::qnorm(mean(t < estimate) + mean(t == estimate) / 2)
  influence <- mean(without, na.rm = TRUE) - without[!is.na(without)]
  acceleration <- sum(influence^3) / (6 * sum(influence^2)^1.5)
  z <- bias + stats::qnorm(tails)
  adjusted <- stats::pnorm(bias + z / (1 - acceleration * z))
  limits <- rbind(normal_quantile(t, tails), normal_quantile(t, adjusted))
  data.frame(
    type = c("percentile", "bca"), conf.low = limits[, 1], conf.high = limits[, 2],
    std.error = stats::sd(t)
  )
}

# Quantiles of replicates at (R + 1) p, between neighbours on the normal scale (Davison and Hinkley
# 1997, equation 5.8).
normal_quantile <- function(t, p) {
  t <- sort(t)
  n <- length(t)
  if (!n || anyNA(p)) return(rep(NA_real_, length(p)))
  rank <- (n + 1) * p
  k <- pmin(pmax(floor(rank), 1), n)
  up <- pmin(k + 1, n)
  low <- stats::qnorm(k / (n + 1))
  part <- ifelse(
    rank <= 1 | rank >= n | rank == k, 0,
    (stats::qnorm(p) - low) / (stats::qnorm(up / (n + 1)) - low)
  )
  t[k] + part * (t[up] - t[k])
}

# The steps of Wen and Ye.
mediation_verdict <- function(effects, indirect, alpha) {
  p <- function(name) effects$p.value[effects$effect == name]
  direct <- effects$estimate[effects$effect == "direct"]
  paths <- p("a") < alpha && p("b") < alpha
  excludes <- if (NROW(indirect$interval) && !anyNA(indirect$interval$conf.low)) {
    indirect$interval$conf.low > 0 || indirect$interval$conf.high < 0
  }
  significant <- paths || (excludes %||% (indirect$p < alpha))
  by <- if (paths) {
    "a and b are both significant"
  } else {
    paste0(
      "a or b is not significant, and ",
      if (is.null(excludes)) "Sobel's test" else "the BCa interval of a b",
      if (significant) " says that a b is not zero" else " does not tell a b from zero"
    )
  }
  verdict <- if (!significant) {
    "none"
  } else if (p("direct") >= alpha) {
    "full"
  } else if (sign(indirect$estimate) == sign(direct)) {
    "partial"
  } else {
    "suppressed"
  }
  rest <- switch(verdict,
    none = NULL, full = "the direct effect is not significant",
    partial = "the direct effect is significant and of the same sign as a b",
    suppressed = paste0(
      "the direct effect is significant and of the other sign: |a b / direct| = ",
      format(abs(indirect$estimate / direct), digits = 4)
    )
  )
  total <- paste0(
    "the total effect is ", if (p("total") >= alpha) "not ", "significant",
    if (significant && p("total") >= alpha) {
      ", so that suppression rather than mediation is the word"
    }
  )
  list(verdict = verdict, because = c(total, by, rest))
}

# A share of the total only where a b and the direct effect have one sign: else they offset each
# other.
mediated_share <- function(x, number) {
  at <- function(effect) x$effects$estimate[x$effects$effect == effect]
  if (at("indirect") * at("direct") > 0) {
    return(trf("Share mediated, a b / total: %s", number(x$share)))
  }
  trf(
    "No share of the total: a b and the direct effect have different signs, |a b / direct| = %s",
    number(abs(at("indirect") / at("direct")))
  )
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
    interval = paste0("[", number(table$conf.low), ", ", number(table$conf.high), "]")
  )
  print_fitting(shown, "interval")
  say(trf("a: %s on %s; b: %s on %s", s$mediator, s$term, s$outcome, s$mediator))
  cat("\n")
  say(paste0(x$tests$test, ifelse(
    is.na(x$tests$statistic), tr(" not defined, its variance is negative"),
    paste0(" z ", number(x$tests$statistic), " (p ", p_text(x$tests$p.value), ")")
  ), collapse = semicolon()))
  if (!is.null(x$intervals)) {
    say(trf(
      "Bootstrap of a b, %d samples of %d %s, seed %d, %s%% intervals:", nrow(x$replicates),
      s$clusters, if (s$cluster == "rows") tr("rows") else trf("clusters (%s)", s$cluster), s$seed,
      format(100 * s$level)
    ))
    cat(paste0(
      "  ", tr(c("percentile", "BCa")), " [", number(x$intervals$conf.low), ", ",
      number(x$intervals$conf.high), "]\n"
    ), sep = "")
    if (nrow(x$replicates) < s$asked) {
      say(trf("%d samples could not be fitted.", s$asked - nrow(x$replicates)), indent = 2)
    }
  }
  say(mediated_share(x, number))
  verdict <- c(
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
