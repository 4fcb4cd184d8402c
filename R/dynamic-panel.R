#' Dynamic panels: difference and system GMM
#'
#' Where yesterday's value explains today's, within estimates are biased in short panels. The
#' generalized method of moments takes the units' effects away by first differences or forward
#' orthogonal deviations, and instruments by the past: difference GMM (Arellano and Bond 1991) and
#' system GMM (Blundell and Bond 1998), with the tests that are reported beside them.
#'
#' @param formula `y ~ l(y) + x`, with lags and differences as in [fe_reg()]; after a bar the units'
#'   effects and, for dummies of the times, the time: `y ~ l(y) + x | province + year`. `0 +` leaves
#'   out the constant of system GMM.
#' @param data A data frame, one row a unit and time; of the methods see [model-methods].
#' @param panel Two column names, unit and time (whole numbers). Default: the two effects of
#'   `formula`.
#' @param gmm A one-sided formula of the variables that are instruments GMM style (xtabond2's
#'   `gmmstyle()`), or a list of them for sets with `lags`, `collapse` and `gmm_eq` of their own.
#'   Missing values are zero. Default: `~ l(y)`, the lag of the dependent variable.
#' @param iv A one-sided formula of what is an instrument by itself (`ivstyle()`), or a list;
#'   rows that miss it leave the sample. `~0` is none. Default: the regressors that have no variable
#'   of `gmm`.
#' @param lags First and last lag of the `gmm` variables, as `lag()` of `gmmstyle()`: `c(1, Inf)` of
#'   `l(y)` are y(t-2) and all before it. A list has those of each set.
#' @param collapse `TRUE`: one column a lag, not one a lag and period. One value, or one a set.
#' @param gmm_eq,iv_eq The equation that a set is for: `"both"`, `"diff"`, `"level"`. One value, or
#'   one a set. See the section on instruments.
#' @param transform `"difference"`, or `"orthogonal"`: less the mean of all later periods, which
#'   loses less to gaps.
#' @param system `TRUE`: the levels too (system GMM).
#' @param steps 2 (default) or 1.
#' @param vcov `"windmeijer"` (default with two steps; `"robust"` is the same), `"robust"` (default
#'   with one) or `"conventional"`.
#' @param small `TRUE`: t and F in place of z and chi-squared, and xtabond2's factor.
#' @param h What the first step takes for the errors' covariance, 1 to 3 as xtabond2's `h()`.
#' @param ar The highest order of serial correlation tested (default 2); 0 for none.
#' @param subset A one-sided formula of the rows to use; lags and GMM instruments see the others.
#' @param ... Not used.
#' @param object,x A fit of `dynamic_panel()`.
#' @param digits Significant digits to print.
#' @param n Coefficients that `print()` shows; `summary()` shows all, and the tests of sets.
#' @param conf.int,conf.level See [model-methods].
#' @param times Should `tidy()` have the dummies of times too?
#' @param newdata A data frame, see [model-methods].
#' @param formula.,evaluate See [model-methods].
#' @return An object of class `dynamic_panel`: `coefficients`, `covariance`, `overidentification`
#'   (`sargan`, of the first step, and `hansen_j`, of the second), `differences` (for each set of
#'   instruments, and for all GMM instruments of the levels: Hansen's statistic without it, and the
#'   difference), `serial` (z of AR(1) and on, and the pairs of residuals), `instruments` (a row
#'   each: set, equation, name), `generalized`, `collinear`, `lost_instruments` (those that are
#'   combinations of others), `rows` (transformed and levels), `units`, `sample`, `sigma2`. Beside
#'   the methods here [coef()], [vcov()] (`vcov(fit, "conventional")`), [confint()], [nobs()],
#'   [residuals()], [regression_table()] and [test_restrictions()] take it.
#'   Residuals and fitted values are of the levels, the unit's effect among the residuals (without
#'   the levels equation they have mean nought). [nobs()] counts transformed rows, with the levels
#'   equation levels. [long_run()] has the effects in the long run.
#' @section Estimator: With \eqn{M_*}{M} the transformation of a unit's rows, stacked rows \eqn{(M_*
#'   y, y)}{(M y, y)} (the latter of system GMM), Z their instruments and H the covariance of the
#'   stacked iid errors without the unit's effect, \deqn{b_1 = (X'ZA_1Z'X)^{-1}X'ZA_1Z'y, \quad A_1
#'   = (\sum_i Z_i'HZ_i)^{-1},}{b1 = (X'Z A1 Z'X)^-1 X'Z A1 Z'y, A1 = (sum of Zi'H Zi)^-1,} and
#'   \eqn{b_2}{b2} with \eqn{A_2 = S^{-1}}{A2 = S^-1}, \eqn{S = \sum_i Z_i'\hat e_{1i}\hat
#'   e_{1i}'Z_i}{S = sum of Zi'e1i e1i'Zi}. `h = 3` is H as it is, 2 without what the two equations
#'   share, 1 the identity. Covariances: of one step
#'   \eqn{(X'ZA_1Z'X)^{-1}X'ZA_1SA_1Z'X(X'ZA_1Z'X)^{-1}}{(X'Z A1 Z'X)^-1 X'Z A1 S A1 Z'X (X'Z A1
#'   Z'X)^-1}, or \eqn{\hat\sigma^2(X'ZA_1Z'X)^{-1}}{s2 (X'Z A1 Z'X)^-1}, of two
#'   \eqn{(X'ZA_2Z'X)^{-1}}{(X'Z A2 Z'X)^-1} with Windmeijer's correction. \eqn{\hat\sigma^2}{s2} is
#'   the sum of squares of the transformed residuals over their rows less coefficients, half of it
#'   with differences. `small` multiplies by N / (N - k + 1) G / (G - 1), which is what xtabond2
#'   prints, and takes t with G degrees of freedom less the constant, G the units.
#'
#'   Instruments that are combinations of others are left out and counted; degrees of freedom are
#'   instruments less coefficients. Where S has no inverse, as with more instruments than units, the
#'   Moore-Penrose inverse of S scaled to ones on its diagonal weighs the moments, so that tests do
#'   not depend on units of measurement.
#' @section Instruments: The transformed equation has the levels of `gmm` variables at the `lags`;
#'   the levels equation their change at the first lag less one, the others following from the
#'   transformed equation's, or at all lags where the set is for the levels alone (Roodman 2009).
#'   Deviations stand at the period after, so that the same lags are valid. `iv` variables are one
#'   column each, transformed in the transformed equation and as they are in the levels. Dummies of
#'   times are instruments of the levels with `system`, else of the transformed equation; the
#'   constant of the levels. Lags go by the time's value: a gap gives no change across it.
#' @section Tests: Sargan's \eqn{e_1'ZA_1Z'e_1/\hat\sigma^2}{e1'Z A1 Z'e1 / s2} and Hansen's
#'   \eqn{e_2'ZA_2Z'e_2}{e2'Z A2 Z'e2}, also after one step. The difference of a set is Hansen's J
#'   less that of the others, weighted by their part of the same S. AR(l) is Arellano and Bond's z
#'   of \eqn{\sum \Delta e_t\Delta e_{t-l}}{the sum of de(t) de(t-l)}, in differences also after
#'   deviations, with the variance of the coefficients as reported and the residuals of the step.
#' @section Coming from xtabond2 or pgmm: `xtabond2 n L.n w, gmm(L.n, lag(1 3) collapse) iv(w)
#'   twostep robust` is `dynamic_panel(n ~ l(n) + w, data, panel, ~ l(n), ~ w, c(1, 3), collapse =
#'   TRUE, system = TRUE)`; `noleveleq` is the default here. xtabond2 divides the sum of squares in
#'   Sargan's statistic by N, that of the levels with `system`, and not by rows less coefficients as
#'   Arellano and Bond do. plm's `pgmm()` has `lag(n, 2:99)` where this has `l(n)` and `lags = c(1,
#'   Inf)`; coefficients, errors and Hansen's J agree to ten digits. Its (2.6-7) AR tests with the
#'   levels and its Sargan statistic of one step are others than those of xtabond2 and of Arellano
#'   and Bond, and with `effect = "individual"` its levels have no constant.
#' @section Errors: `ccdpanel_error_formula`, `_panel`, `_gmm` (no lag of the dependent variable,
#'   and no `gmm`), `_column`, `_number`, `_choice`, `_argument`, `_regressor`, `_infinite`,
#'   `_empty_sample`, `_absorbed` (nothing is left to explain), `_identification`,
#'   `_too_many_instruments`, `_name`, `_vcov`, `_needs_rows`. Warning
#'   `ccdpanel_warning_instruments`: more instruments than units.
#' @references Arellano, M. and Bond, S. (1991). Some tests of specification for panel data: Monte
#'   Carlo evidence and an application to employment equations. Review of Economic Studies 58(2),
#'   277-297. \doi{10.2307/2297968}
#'
#'   Arellano, M. and Bover, O. (1995). Another look at the instrumental variable estimation of
#'   error-components models. Journal of Econometrics 68(1), 29-51.
#'   \doi{10.1016/0304-4076(94)01642-D}
#'
#'   Blundell, R. and Bond, S. (1998). Initial conditions and moment restrictions in dynamic panel
#'   data models. Journal of Econometrics 87(1), 115-143. \doi{10.1016/S0304-4076(98)00009-8}
#'
#'   Windmeijer, F. (2005). A finite sample correction for the variance of linear efficient two-step
#'   GMM estimators. Journal of Econometrics 126(1), 25-51. \doi{10.1016/j.jeconom.2004.02.005}
#'
#'   Roodman, D. (2009). How to do xtabond2: an introduction to difference and system GMM in Stata.
#'   Stata Journal 9(1), 86-136. \doi{10.1177/1536867X0900900106}
#' @seealso [fe_reg()] for the within estimate, [long_run()].
#' @examples
#' fit <- dynamic_panel(
#'   log(output) ~ l(log(output)) + log(highways) + unemployment | state + year, state_capital,
#'   lags = c(1, 2), collapse = TRUE
#' )
#' summary(fit)
#' regression_table(fit, update(fit, system = TRUE))
#' @order 1
#' @export
dynamic_panel <- function(formula, data, panel = NULL, gmm = NULL, iv = NULL, lags = c(1, Inf),
                          collapse = FALSE, gmm_eq = "both", iv_eq = "both",
                          transform = "difference", system = FALSE, steps = 2, vcov = NULL,
                          small = FALSE, h = 3, ar = 2, subset = NULL, ...) {
  check_dots(...)
  check_required("dynamic_panel")
  call <- rlang::current_env()
  data <- read_columns(data)
  choice <- dynamic_choices(transform, system, steps, vcov, small, h, ar, call)
  check_lag_limits(lags, call)
  settings <- list(lags = lags, collapse = collapse, gmm_eq = gmm_eq, iv_eq = iv_eq)
  spec <- dynamic_spec(formula, data, panel, gmm, iv, settings, choice, subset, call)
  check_row_order(dynamic_expressions(without_subset(spec)), spec, call)
  fit_dynamic_spec(spec, match.call(), call)
}

dynamic_choices <- function(transform, system, steps, vcov, small, h, ar, call) {
  check_choice(transform, c("difference", "orthogonal"), "transform", call)
  check_flag(system, "system", call)
  check_number(steps, "steps", min = 1, max = 2, call = call, whole = TRUE)
  check_flag(small, "small", call)
  check_number(h, "h", min = 1, max = 3, call = call, whole = TRUE)
  check_number(ar, "ar", min = 0, max = 100, call = call, whole = TRUE)
  types <- if (steps == 1) c("robust", "conventional") else c("windmeijer", "conventional")
  if (is.null(vcov)) vcov <- types[1]
  if (steps == 2 && identical(vcov, "robust")) vcov <- "windmeijer"
  check_choice(vcov, types, "vcov", call)
  list(
    transform = transform, system = system, steps = steps, type = vcov, small = small, h = h,
    ar = ar
  )
}

dynamic_spec <- function(formula, data, panel, gmm, iv, settings, choice, subset, call) {
  parsed <- parse_fe_formula(formula, call)
  check_dynamic_formula(parsed, call)
  if (!is.null(panel)) check_panel_columns(panel, data, "panel", call)
  panel <- dynamic_effects(parsed$effects, panel, call)
  times <- panel[2] %in% names(parsed$effects)
  data <- settled_panel(data, panel)
  say_panel(panel, data)
  subset_expr <- one_sided(subset, "subset", call)
  used <- c(list(parsed$response), lapply(panel, as.name))
  parsed$exogenous <- expand_dot(parsed$exogenous, data, used)
  scope <- formula_scope(list(formula, gmm, iv, subset), data, call)
  spec <- c(list(
    formula = rlang::new_formula(formula[[2]], formula[[3]], globalenv()), parsed = parsed,
    data = data, panel = panel, subset = subset_expr, scope = scope, times = times,
    threads = 1L, ssc = "none"
  ), choice)
  own <- dynamic_defaults(parsed, gmm, iv, data, scope, call)
  spec$gmm <- instrument_sets(own$gmm, "gmm", settings[c("lags", "collapse", "gmm_eq")], call)
  spec$iv <- instrument_sets(own$iv, "iv", settings["iv_eq"], call)
  check_set_choices(spec, call)
  for (style in c("gmm", "iv")) {
    spec[[style]] <- lapply(spec[[style]], function(set) {
      c(set, list(label = set_label(set, style)))
    })
  }
  check_variables(dynamic_expressions(spec), data, scope, call)
  say_powers(list(parsed$exogenous))
  spec
}

# Effects after the bar are those of the panel: the units', which the transformation takes away,
# and the times', as dummies. Two of them name the panel where `panel` does not.
dynamic_effects <- function(effects, panel, call) {
  plain <- vapply(effects, function(e) length(e) == 1 && is.name(e[[1]]), NA)
  slopes <- !all(plain)
  if (is.null(panel)) {
    if (length(effects) == 2 && !slopes) return(names(effects))
    abort("panel", c(
      "{.fn dynamic_panel} needs to know unit and time, and {.arg panel} is not given.",
      i = paste0(
        "Add {.code panel = c(\"unit\", \"time\")}, or write {.code y ~ l(y) + x | unit + time}, ",
        "which has dummies of the times."
      )
    ), call)
  }
  other <- setdiff(names(effects), panel)
  if (!length(other) && !slopes) return(panel)
  abort("formula", c(
    paste0(
      "The effects of a dynamic panel are those of its units and times; {.arg formula} has ",
      "{.val {if (length(other)) other else names(effects)[!plain]}}."
    ),
    i = "Others are dummies: {.code y ~ l(y) + x + factor(region) | unit + time}."
  ), call)
}

check_dynamic_formula <- function(parsed, call) {
  if (is.null(parsed$instruments)) return(invisible())
  abort("formula", c(
    "The instruments of {.fn dynamic_panel} are given by {.arg gmm} and {.arg iv}.",
    i = "Endogenous regressors stand among the others: {.code y ~ l(y) + x, gmm = ~ l(y) + l(x)}."
  ), call)
}

# What stands in for `gmm` and `iv` where they are not given: the dependent variable's lag, and the
# regressors of other variables.
dynamic_defaults <- function(parsed, gmm, iv, data, scope, call) {
  terms <- Filter(is.language, lapply(net_terms(parsed$exogenous), without_brackets))
  terms <- unlist(lapply(terms, split_plus))
  if (is.null(gmm)) {
    if (!any(vapply(terms, is_lag_of, NA, parsed$response))) {
      label <- rlang::as_label(parsed$response)
      abort("gmm", c(
        "{.arg formula} has no lag of {.code {label}}, and {.arg gmm} is not given.",
        i = "A dynamic panel has {.code l({label})} among its regressors.",
        i = "Without it {.code gmm = ~ x} names what is instrumented by its own past."
      ), call)
    }
    gmm <- rlang::new_formula(NULL, call("l", parsed$response), globalenv())
  }
  if (is.null(iv)) {
    taken <- unlist(lapply(if (is.list(gmm)) gmm else list(gmm), function(f) {
      if (inherits(f, "formula")) all.vars(f)
    }))
    taken <- c(setdiff(taken, names(scope)), all.vars(parsed$response))
    own <- Filter(function(term) !any(all.vars(term) %in% taken), terms)
    iv <- rlang::new_formula(NULL, join_plus(own) %||% 0, globalenv())
  }
  list(gmm = gmm, iv = iv)
}

is_lag_of <- function(term, response) {
  rlang::is_call(term, "l") && length(term) > 1 && identical(term[[2]], response)
}

check_set_choices <- function(spec, call) {
  for (style in c("gmm", "iv")) {
    for (set in spec[[style]]) {
      arg <- paste0(style, "_eq")
      check_choice(set$eq, c("both", "diff", "level"), arg, call)
      if (style == "gmm") check_flag(set$collapse, "collapse", call)
      if (set$eq == "level" && !spec$system) {
        abort("argument", c(
          "{.code {arg} = \"level\"} needs the levels equation, which {.code system = TRUE} adds.",
          i = "Give {.code system = TRUE}, or leave {.arg {arg}} out."
        ), call)
      }
    }
  }
  if (length(spec$gmm) + length(spec$iv)) return(invisible())
  abort("identification", c(
    "There is no instrument: {.arg gmm} and {.arg iv} are both none.", i = "Give one of them."
  ), call)
}

# From a description to a fit: the second half of dynamic_panel(), and what refits share with it.
fit_dynamic_spec <- function(spec, matched, call) {
  seen <- dynamic_data(spec, call)
  say_losses(seen$sample$counts)
  d <- dynamic_columns(seen, spec, call)
  est <- dynamic_estimate(d, list(steps = spec$steps, type = spec$type), call)
  spec$sample <- seen$sample
  spec$marks <- data_marks(spec, dynamic_expressions(spec))
  spec$codings <- part_codings(c(list(exogenous = seen$exogenous), seen$iv))
  fit <- new_dynamic_panel(matched, spec, seen, est)
  say_dynamic(fit)
  fit
}

new_dynamic_panel <- function(call, spec, seen, est) {
  d <- est$d
  names <- d$names[d$x_kept]
  step <- if (spec$steps == 1) est$step1 else est$step2
  back <- uncentred(d)
  b <- stats::setNames(drop(back$by %*% step$b) + back$plus, names)
  factors <- small_factors(est, spec)
  covariances <- Map(function(v, factor) {
    v <- factor * back$by %*% v %*% t(back$by)
    (`dimnames<-`(v, list(names, names)) + t(v)) / 2
  }, est$types, factors)
  clusters <- list(name = spec$panel[1], units = est$units)
  kept <- d$plan$info[d$z_kept, ]
  levels <- dynamic_levels(seen, d, b, spec)
  structure(c(list(
    coefficients = b,
    covariance = dynamic_covariance(
      covariances, spec$type, if (spec$small) est$units - d$constant else Inf,
      factors[[spec$type]], clusters
    ),
    covariance_spec = list(type = spec$type, clusters = NULL),
    covariances = covariances, factors = factors, clusters = clusters,
    overidentification = overidentification(est), differences = difference_tests(est),
    serial = serial_tests(est, list(steps = spec$steps, type = spec$type), seq_len(spec$ar)),
    instruments = data.frame(
      set = vapply(d$sets, `[[`, "", "label")[kept$set], equation = kept$equation,
      instrument = kept$name
    ),
    generalized = est$two$generalized, sigma2 = est$sigma2,
    collinear = setdiff(d$names, names),
    lost_instruments = length(d$z_met) - length(d$z_kept),
    time_names = intersect(d$time_names, names), times = d$seen_times,
    dof = list(n = est$n, k = est$k, absorbed = 0, residual = est$n - est$k, exact = TRUE),
    rows = est$rows, units = est$units,
    sample = list(rows = seen$sample$rows, counts = seen$sample$counts, n = est$n),
    effects = dynamic_effect_counts(spec, est, d),
    recipes = list(exogenous = part_recipe(seen$exogenous)), spec = spec, call = call,
    estimator = paste(if (spec$system) "System" else "Difference", "GMM")
  ), levels), class = c("dynamic_panel", "ccd_model"))
}

# Coefficients of the columns as they came, from those of columns less their means: linear in them.
uncentred <- function(d) {
  by <- diag(length(d$x_kept))
  plus <- numeric(length(d$x_kept))
  if (d$constant && 1 %in% d$x_kept) {
    by[1, -1] <- -d$centre[d$x_kept[-1]]
    plus[1] <- d$centre[length(d$centre)]
  }
  list(by = by, plus = plus)
}

# xtabond2's factor; the variance of the errors has its degrees of freedom by itself.
small_factors <- function(est, spec) {
  factor <- est$n / (est$n - est$k + 1) * est$units / (est$units - 1)
  own <- names(est$types) == "conventional" & spec$steps == 1
  stats::setNames(ifelse(own | !spec$small, 1, factor), names(est$types))
}

dynamic_covariance <- function(covariances, type, df, factor, clusters) {
  told <- type != "conventional"
  new_covariance(
    covariances[[type]],
    list(type = type, clusters = if (told) stats::setNames(list(NULL), clusters$name)), df, factor,
    groups = if (told) clusters$units
  )
}

dynamic_effect_counts <- function(spec, est, d) {
  counts <- list(est$units, length(d$time_names) + 1L)
  names(counts) <- spec$panel
  counts[c(TRUE, spec$times)]
}

# Of the levels: the dependent variable less what the coefficients explain. Without a levels
# equation they have no level of their own, and a mean of nought.
dynamic_levels <- function(seen, d, b, spec) {
  rows <- length(seen$rows)
  x <- c(
    if (seen$constant) list(rep(1, rows)), seen$exogenous$columns,
    if (spec$times) period_dummies(d$period[d$to], d$times[1], spec$panel[2])
  )
  fitted <- numeric(rows)
  for (j in seq_along(d$x_kept)) fitted <- fitted + b[[j]] * x[[d$x_kept[j]]]
  y <- seen$y[seen$rows]
  level <- if (spec$system) 0 else mean(y - fitted)
  list(fitted = fitted + level, residuals = y - fitted - level, level = level)
}

say_dynamic <- function(fit) {
  if (length(fit$collinear)) inform("collinear", "Left out as collinear: {.val {fit$collinear}}.")
  many <- nrow(fit$instruments)
  if (many > fit$units) {
    warn("instruments", c(
      paste0(
        "There are {many} instruments of {fit$units} unit{?s}: they fit the endogenous regressors ",
        "too well, and Hansen's test has no power (Roodman 2009)."
      ),
      i = "Fewer lags, {.code lags = c(2, 3)}, or {.code collapse = TRUE}."
    ))
  }
}
