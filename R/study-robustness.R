#' One coefficient under other choices
#'
#' Fits a model again with another index, sample, period, winsorised data, covariance, estimator or
#' weights: one row a variant, and a specification curve.
#'
#' @param fit A fit of [fe_reg()] or [system_reg()]: the baseline.
#' @param ... Named variants. Each is one of
#'   * a one-sided formula: rows to keep, besides those of the fit (`~ !province %in% c("Beijing",
#'     "Tianjin")`);
#'   * a two-sided formula: the model updated as by [update()] (`. ~ . + trend`, or with bars `. ~
#'     . | 0 | . ~ z`);
#'   * a data frame: other data with the same columns;
#'   * a fit of the package: taken as it is;
#'   * a list of changes made together, of `replace` (columns of the data by others, or by an
#'     expression: `c(D = "D_pca")`, wherever the model names them), `subset`, `formula`, `data`,
#'     `period` (values of the time to keep; needs the fit's `panel`), `winsorise` (names of
#'     columns; with `probs`, default `c(0.01, 0.99)`, `trim = TRUE` to leave the values out
#'     instead, and `by_period = TRUE`), `vcov`, `weights`, `effects` (a one-sided formula; `~0` for
#'     none), `estimator` (a name that [fe_reg()] knows, for models with instruments).
#'
#'   For a system `formula`, `effects` and `estimator` are not among the changes: give `update(fit,
#'   ...)`, another system, as a variant.
#' @param term Name of the coefficient looked at, of a system as `coef()` has it
#'   (`output_log(highways)`); `NULL` (default): the first slope. Where `replace` gives its variable
#'   another name, it is followed.
#' @param combine `FALSE` (default): one variant at a time. `TRUE`: every combination of variants
#'   that change different things, and the baseline: the full specification curve. Lists and
#'   formulas only.
#' @param level Of the confidence intervals (default 0.95).
#' @param x,object A result of `robustness()`.
#' @param digits Significant digits printed.
#' @param n Number of rows printed at most (default 20).
#' @return A data frame of class `robustness`, the baseline first: `variant`, `changed` (what; with
#'   the number of values that winsorising changed), `term`, `estimate`, `std.error`, `statistic`,
#'   `p.value`, `conf.low`, `conf.high`, `nobs`, `r2_within`, `covariance`. `as.list()` gives the
#'   fits as [ccd_models], for tables; `plot()` and `ggplot2::autoplot()` draw the specification
#'   curve; `summary()` counts signs and significance. A variant whose rows, coefficients and
#'   covariance are the baseline's is marked `unchanged` in `changed`, has its reason in
#'   `attr(x, "unchanged")`, and is not counted.
#' @details Percentiles for winsorising are those of the rows of the fit's sample, by [winsorise()];
#'   rows outside it keep their values. Coefficients of variables on another scale (another index,
#'   say) are not comparable in size: compare signs and statistics.
#' @section Errors: `ccdpanel_error_fit`, `ccdpanel_error_variant` (no name, or a change that is not
#'   known or says nothing), `ccdpanel_error_argument` (`term`, `combine` or `level` where a variant
#'   was meant), message `ccdpanel_message_unchanged`, `ccdpanel_error_refit` (a variant cannot be
#'   fitted: it is named), `ccdpanel_error_term`, `ccdpanel_error_column`, `ccdpanel_error_panel`,
#'   `ccdpanel_error_period` (no time of the sample).
#' @references Simonsohn, U., Simmons, J. P. and Nelson, L. D. (2020). Specification curve analysis.
#'   Nature Human Behaviour 4, 1208-1214. \doi{10.1038/s41562-020-0912-z}
#' @seealso [add_controls()], [by_group()]
#' @examples
#' fit <- fe_reg(
#'   log(output) ~ log(private_capital) + unemployment | state + year, state_capital,
#'   panel = c("state", "year"), vcov = ~state
#' )
#' checks <- robustness(fit,
#'   "Employment as outcome" = list(replace = c(output = "employment")),
#'   "Winsorised at 1%" = list(winsorise = c("output", "private_capital")),
#'   "Without the West" = ~ region != "West",
#'   "1970-1979" = list(period = 1970:1979),
#'   "Two-way clusters" = list(vcov = ~ state + year)
#' )
#' checks
#' summary(checks)
#' @export
robustness <- function(fit, ..., term = NULL, combine = FALSE, level = 0.95) {
  check_required("robustness")
  call <- rlang::current_env()
  given <- given_variants(..., .fit = fit, .call = call)
  check_variant_names(fit, given, list(term = term, combine = combine, level = level), call)
  if (inherits(fit, "system_equation") || !inherits(fit, c("fe_reg", "system_reg"))) {
    abort_no_fit(fit, call)
  }
  check_has_rows(fit, "robustness()", call)
  term <- check_term(fit, term, call)
  check_flag(combine, "combine")
  check_number(level, "level", min = 0.5, max = 0.9999)
  chosen <- chosen_variants(named_variants(given, call), combine, call)
  variants <- chosen$variants
  baseline <- list(fit = fit, row = variant_row(fit, "Baseline", term, "", level, call))
  made <- spelt_once(Map(
    function(v, name) tried_variant(fit, v, name, term, level, call), variants, names(variants)
  ))
  made <- c(list(Baseline = baseline), made)
  refused <- vapply(made, inherits, NA, "condition")
  say_refused(made[refused], names(made)[refused], sum(!refused) == 1)
  same <- unchanged_variants(fit, made, variants)
  structure(variant_table(made, variants, term, same),
    fits = lapply(made[!refused], `[[`, "fit"), refused = made[refused], unchanged = same,
    settings = list(
      heading = robustness_heading(fit, term), term = term, level = level,
      choices = c(list("Baseline"), chosen$choices)
    ),
    class = c("robustness", "data.frame")
  )
}

robustness_heading <- function(fit, term) {
  if (inherits(fit, "system_reg")) return(trf("%s of a system by %s", term, system_label(fit)))
  trf("%s on %s", rlang::as_label(fit$spec$parsed$response), bare_name(term))
}

#' @rdname robustness
#' @export
print.robustness <- function(x, digits = 4, n = 20, ...) {
  check_print_dots(...)
  check_shown(n = n, digits = digits)
  settings <- attr(x, "settings", exact = TRUE)
  shown <- c("variant", "changed", "estimate", "std.error", "p.value", "conf.low", "nobs")
  if (is.null(settings) || !has_columns(x, shown, "conf.high", "covariance")) {
    return(invisible(print(plain_result(x))))
  }
  say(trf("Robustness: %s; %s%% intervals", settings$heading, format(100 * settings$level)))
  cat("\n")
  shown <- utils::head(plain_result(x), n)
  made <- !is.na(shown$estimate)
  number <- function(v) short_number(v, digits)
  print_fitting(data.frame(
    variant = shown$variant, changed = shown$changed,
    estimate = ifelse(
      made, paste0(number(shown$estimate), star_marks(shown$p.value)), tr("refused")
    ),
    se = number(shown$std.error),
    interval = interval_text(shown$conf.low, shown$conf.high, digits),
    N = ifelse(made, with_commas(shown$nobs), "")
  ), "changed")
  if (nrow(x) > n) say(trf("... and %d more: print(x, n = Inf)", nrow(x) - n))
  covariances <- unique(stats::na.omit(shown$covariance))
  cat("\n")
  say(trf(
    "Standard errors %s.",
    if (length(covariances) == 1) {
      spoken_facts(covariances)
    } else {
      tr("by variant: see column `covariance`")
    }
  ))
  say(paste0(star_note(), full_stop()))
  s <- summary(x)
  if (s$variants) say(trf(
    if (s$variants == 1) {
      "%d of %d variant has the baseline's sign, %d of them with p < %s."
    } else {
      "%d of %d variants have the baseline's sign, %d of them with p < %s."
    },
    s$same_sign, s$variants, s$significant, format(1 - settings$level)
  ))
  same <- names(attr(x, "unchanged", exact = TRUE))
  if (length(same)) {
    say(trf("The baseline once more, not counted: %s.", shown_names(same)))
  }
  next_steps("plot(x)", "summary(x)", "regression_table(as.list(x))")
  invisible(x)
}

#' @rdname robustness
#' @export
summary.robustness <- function(object, ...) {
  check_dots(...)
  level <- attr(object, "settings", exact = TRUE)$level
  x <- plain_result(object)
  x <- x[!is.na(x$estimate) & !x$variant %in% names(attr(object, "unchanged", exact = TRUE)), ]
  same <- sign(x$estimate[-1]) == sign(x$estimate[1])
  out <- data.frame(
    variants = nrow(x) - 1L, same_sign = sum(same),
    significant = sum(same & x$p.value[-1] < 1 - level), smallest = min(x$estimate),
    median = stats::median(x$estimate), largest = max(x$estimate)
  )
  previewed(
    out,
    list(
      "Estimates of %d specifications; significant: of the baseline's sign and p < %s", nrow(x),
      format(1 - level)
    ),
    "plot() of the robustness table", "save_table(x, \"summary.docx\")"
  )
}

#' @export
as.data.frame.robustness <- function(x, ...) {
  check_dots(..., passed = c("row.names", "optional", "stringsAsFactors", "make.names"))
  plain_result(x)
}

#' @rdname robustness
#' @export
tidy.robustness <- function(x, ...) {
  check_dots(...)
  plain_result(x)
}

#' @rdname robustness
#' @export
as.list.robustness <- function(x, ...) {
  check_dots(...)
  settings <- attr(x, "settings", exact = TRUE)
  new_models(attr(x, "fits", exact = TRUE), heading = trf("Robustness: %s", settings$heading))
}

#' @export
`[.robustness` <- function(x, ...) plain_result(x)[...]
