#' Pairs cluster bootstrap of a system
#'
#' Whole clusters are drawn with replacement and the system is estimated anew on every draw:
#' standard errors and percentile intervals of the coefficients, and of any function of them
#' (multipliers, ratios), without the delta method.
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @details A cluster that is drawn twice counts twice; its rows keep the levels of the effects that
#'   they have, which changes nothing where effects are the clusters' own. Replicates that cannot be
#'   estimated (a regressor that does not vary, an iteration that does not settle) are left out and
#'   counted. A replicate depends on `seed` and its number alone: results do not depend on the
#'   threads.
#' @param fit A fit of [system_reg()].
#' @param n Number of replicates.
#' @param cluster A one-sided formula of one cluster variable (`~province`); `NULL`: that of the
#'   fit's covariance if it has one, else rows.
#' @param statistic `NULL` for the coefficients, or a function of a fit that returns numbers (named,
#'   if the result is to be): it is called with the coefficients of each replicate in
#'   `fit$coefficients`, so that `function(f) multipliers(f, se = FALSE)$estimate` or `function(f)
#'   coef(f)[[2]] / coef(f)[[3]]` will do.
#' @param level Confidence level.
#' @param seed One whole number, or `NULL` to take one from R's own stream (`set.seed()` then makes
#'   the result reproducible). Draws go by the names of clusters as they sort (clusters called
#'   otherwise are drawn otherwise); rows are drawn by unit and time of the fit's `panel`, and by
#'   their order without it.
#' @param threads As in [fe_reg()].
#' @return A data frame of class `system_bootstrap`: `term`, `estimate` (of the fit), `std.error`
#'   (standard deviation over the replicates), `bias` (their mean less the estimate), `conf.low`,
#'   `conf.high` (percentiles). Attributes: `replicates` (matrix, one row each), `coefficients`,
#'   `covariance` (of the replicates), `failed`, `clusters`, `seed`. `vcov()` is that covariance,
#'   `confint()` percentiles at another level. Replicates in which `statistic` is missing are
#'   counted in a message.
#' @section Errors: `ccdpanel_error_fit`, `ccdpanel_error_number`, `ccdpanel_error_cluster`,
#'   `ccdpanel_error_statistic`, `ccdpanel_error_bootstrap` (no replicate could be estimated).
#' @references Cameron, A. C., Gelbach, J. B. and Miller, D. L. (2008). Bootstrap-based improvements
#'   for inference with clustered errors. Review of Economics and Statistics 90(3), 414-427.
#'   \doi{10.1162/rest.90.3.414}
#' @examples
#' fit <- system_reg(
#'   list(
#'     output = log(output) ~ log(employment) + log(highways),
#'     jobs = log(employment) ~ log(output) + unemployment
#'   ),
#'   state_capital, fe = ~state
#' )
#' system_bootstrap(fit, n = 99, cluster = ~state, seed = 1)
#' # Of the impact multipliers
#' system_bootstrap(
#'   fit, n = 99, cluster = ~state, seed = 1,
#'   statistic = function(f) multipliers(f, horizon = 0, se = FALSE)$estimate
#' )
#' @export
system_bootstrap <- function(fit, n = 999, cluster = NULL, statistic = NULL, level = 0.95,
                             seed = NULL, threads = NULL, ...) {
  check_dots(...)
  check_required("system_bootstrap")
  call <- rlang::current_env()
  if (!inherits(fit, "system_reg")) {
    abort("fit", c(
      "{.arg fit} must be a fit of {.fn system_reg}, not {found(fit)}.", i = "Fit the system first."
    ))
  }
  check_has_rows(fit, "system_bootstrap()", call)
  check_number(n, "n", min = 2, max = 1e6, whole = TRUE)
  check_number(level, "level", 0, 1)
  seed <- settle_seed(seed, call)
  spec <- fit$spec
  spec$threads <- thread_count(threads)
  design <- system_design(spec, call)
  drawn <- bootstrap_clusters(fit, cluster, design, call)
  asked <- system_arguments(spec, design, call)
  b <- bind_system_bootstrap(
    design$store, design$sample$n, asked$system, asked$options, design$factors, design$weight,
    asked$of_slopes, asked$restrictions$value, drawn$factor, as.integer(n),
    length(fit$coefficients), seed
  )
  colnames(b) <- names(fit$coefficients)
  good <- !is.nan(b[, 1])
  if (!any(good)) {
    abort("bootstrap", c(
      "None of the {n} replicates could be estimated.",
      i = paste0(
        "With few clusters a draw may not identify the equations; use more clusters or ",
        "fewer coefficients."
      )
    ))
  }
  if (!all(good)) {
    inform("bootstrap", c(
      i = "{sum(!good)} of {n} replicate{?s} could not be estimated and {?is/are} left out."
    ))
  }
  bootstrap_table(
    fit, b[good, , drop = FALSE], statistic, level,
    list(failed = sum(!good), clusters = drawn$label, seed = seed), call
  )
}

bootstrap_clusters <- function(fit, cluster, design, call) {
  clusters <- if (!is.null(cluster)) {
    parse_clusters(one_sided(cluster, "cluster", call))
  } else {
    fit$covariance_spec$clusters
  }
  fit <- with_values(fit, list(cluster), call)
  if (is.null(clusters)) {
    return(list(factor = list(
      code = drawn_rows(fit$spec, design$sample$rows %||% seq_len(design$sample$n)) - 1L,
      levels = design$sample$n
    ), label = "rows"))
  }
  if (length(clusters) > 1) {
    abort("cluster", c(
      "{.arg cluster} must be one variable, not {.val {names(clusters)}}.",
      i = "Pairs are drawn by one set of clusters; take the one with the fewest."
    ), call)
  }
  factor <- cluster_factors(clusters, fit$spec, design$sample, call)[[1]]
  factor <- drawn_factor(factor, clusters, fit$spec, design$sample, call)
  list(factor = factor, label = paste0(names(clusters), " (", factor$levels, ")"))
}

# The statistic at the estimates: it says by itself whether it can be bootstrapped.
first_statistic <- function(statistic, value, fit, call) {
  if (!is.function(statistic)) {
    abort("statistic", c(
      "{.arg statistic} must be a function of a fit, not {found(statistic)}.",
      i = "For instance {.code function(f) coef(f)[[2]] / coef(f)[[3]]}."
    ), call)
  }
  made <- tryCatch(hold_warnings(value(fit$coefficients)), error = function(e) {
    if (inherits(e, "ccdpanel_error")) rlang::cnd_signal(e)
    abort("statistic", c(
      "{.arg statistic} must return numbers of a fit; it stopped: {conditionMessage(e)}",
      i = "For instance {.code function(f) coef(f)[[2]] / coef(f)[[3]]}."
    ), call)
  })
  if (!is.numeric(made$value) || !length(made$value) || !all(is.finite(made$value))) {
    abort("statistic", c(
      "{.arg statistic} must return numbers that are finite, not {found(made$value)}.",
      i = "Take a column of what it computes."
    ), call)
  }
  repeat_warnings(made)
  made$value
}

# A statistic that does not exist for the coefficients of a replicate, as the total multiplier of an
# unstable system, is missing there: counted and said once, with its warnings.
statistic_replicates <- function(at, n, size) {
  held <- hold_warnings(vapply(seq_len(n), function(r) as.double(at(r)), numeric(size)))
  of_kind <- vapply(held$warnings, function(w) {
    if (inherits(w, "rlang_warning")) class(w)[1] else conditionMessage(w)
  }, "")
  held$warnings <- held$warnings[!duplicated(of_kind)]
  repeat_warnings(held)
  out <- matrix(held$value, n, byrow = TRUE)
  missing <- sum(rowSums(is.na(out)) > 0)
  if (missing) {
    inform("bootstrap", c(
      i = paste0(
        "{.arg statistic} is missing in {missing} of {n} replicate{?s}, which {?is/are} left out ",
        "of standard errors and intervals where {?it is/they are}."
      )
    ))
  }
  out
}

bootstrap_table <- function(fit, b, statistic, level, about, call) {
  value <- function(coefficients) {
    fit$coefficients[] <- coefficients
    statistic(fit)
  }
  if (is.null(statistic)) {
    estimate <- fit$coefficients
    replicates <- b
  } else {
    estimate <- first_statistic(statistic, value, fit, call)
    replicates <- statistic_replicates(function(r) value(b[r, ]), nrow(b), length(estimate))
    colnames(replicates) <- names(estimate) %||% paste0("statistic", seq_along(estimate))
  }
  limits <- replicate_limits(replicates, level)
  out <- data.frame(
    term = colnames(replicates), estimate = unname(estimate),
    std.error = apply(replicates, 2, stats::sd, na.rm = TRUE),
    bias = unname(colMeans(replicates, na.rm = TRUE) - estimate), conf.low = unname(limits[, 1]),
    conf.high = unname(limits[, 2]), row.names = NULL, stringsAsFactors = FALSE
  )
  structure(out,
    class = c("system_bootstrap", "data.frame"), replicates = replicates, coefficients = b,
    covariance = stats::cov(replicates, use = "pairwise.complete.obs"),
    failed = about$failed, clusters = about$clusters, seed = about$seed, level = level
  )
}

#' @param object A bootstrap of a system.
#' @rdname system_bootstrap
#' @export
vcov.system_bootstrap <- function(object, ...) {
  check_dots(...)
  attr(object, "covariance")
}

#' @param parm Names or positions of the terms; `NULL`: all.
#' @rdname system_bootstrap
#' @export
confint.system_bootstrap <- function(object, parm = NULL, level = attr(object, "level"), ...) {
  check_dots(...)
  check_number(level, "level", 0, 1)
  limits <- replicate_limits(attr(object, "replicates"), level)
  if (is.null(parm)) limits else limits[check_parm(parm, rownames(limits)), , drop = FALSE]
}

# Percentiles of the replicates, a row a term.
replicate_limits <- function(replicates, level) {
  ends <- c((1 - level) / 2, 1 - (1 - level) / 2)
  out <- t(apply(replicates, 2, stats::quantile, ends, na.rm = TRUE, names = FALSE))
  dimnames(out) <- list(
    colnames(replicates), paste(format(100 * ends, trim = TRUE, digits = 3), "%")
  )
  out
}

#' @export
print.system_bootstrap <- function(x, digits = 4, n = 20, ...) {
  check_print_dots(...)
  check_shown(n = n, digits = digits)
  if (!is.null(attr(x, "replicates"))) {
    say(trf(
      "Pairs bootstrap of %s, %d replicates (seed %s); %s%% percentile intervals",
      tr(attr(x, "clusters")), nrow(attr(x, "replicates")), paste0("", attr(x, "seed")),
      paste0("", 100 * attr(x, "level"))
    ))
    cat("\n")
  }
  print_rows(as.data.frame(unclass(x)), n, "bias", digits = digits)
  if (!is.null(attr(x, "replicates"))) {
    next_steps("vcov(x)", "confint(x)", "attr(x, \"replicates\")")
  }
  invisible(x)
}
