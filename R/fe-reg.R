#' Fixed-effects and instrumental-variables regression
#'
#' Least squares, two-stage least squares, LIML, Fuller's estimator and two-step GMM with any number
#' of absorbed effects.
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @section Estimator: Effects are absorbed (Frisch, Waugh and Lovell): every column is replaced by
#' its residual on the effects' dummies, exactly for one effect, by preconditioned conjugate
#' gradients to a relative accuracy of 1e-10 for more; the largest remaining level mean is kept in
#' `fit$certificate`. Cross-products of the residuals follow from the levels that were solved for,
#' with an error of the square of theirs, and the rows are written only where these would lose
#' digits. Coefficients are then \eqn{\hat\beta = (\hat X'W\hat X)^{-1}\hat X'Wy}{b = (Xh'W Xh)^-1
#' Xh'W y} with \eqn{\hat X = P_Z X}{Xh = P_Z X} (two-stage least squares) or \eqn{\hat X = X}{Xh =
#' X}.
#'
#' `estimator = "liml"` is the k-class estimator \eqn{[X'W(I - \kappa M_Z)X]^{-1}X'W(I - \kappa
#' M_Z)y}{b = [X'W(I - kappa M_Z)X]^-1 X'W(I - kappa M_Z)y} with kappa the smallest root of
#' \eqn{|V'M_1V - \kappa V'M_ZV| = 0}{|V'M1 V - kappa V'M_Z V| = 0}, V the dependent variable and
#' the endogenous regressors, M1 and M_Z the residuals on the exogenous regressors and on all
#' instruments; `"fuller"` takes kappa - `fuller` / (N - L - df_a), with L all instruments. Their
#' iid covariance is \eqn{\hat\sigma^2}{s2} times that inverse; robust and clustered ones have it as
#' bread and the scores of \eqn{P_Z X}{P_Z X} (Stata's ivreg2). `"gmm"` minimises
#' \eqn{(Z'Wu)'S^{-1}(Z'Wu)}{(Z'Wu)'S^-1(Z'Wu)} with S the covariance of the moments under `vcov`
#' from the residuals of two-stage least squares, not centred (under `"iid"` it is two-stage least
#' squares); its covariance is the sandwich with that S as weight and the last residuals in the
#' meat, as Stata's ivregress; a covariance computed from the fit, `vcov(fit, ~state)`, keeps
#' estimates and weights.
#'
#' Cross-products are taken of columns scaled to norm one, refined once on the rows, and
#' replaced by a QR decomposition of the rows where they are ill-conditioned.
#'
#' @section Covariances and small-sample factors: With N rows, k slopes (and constant) and the
#' effects' degrees of freedom df_a, K = k + df_a. `ssc = "stata"` is the convention of reghdfe:
#' `"iid"` and `"HC1"` N / (N - K); clusters (N - 1) / (N - k - df_a of effects not nested in a
#' cluster - 1 if any is nested) * G / (G - 1), with G the smallest number of clusters; `"HC0"`,
#' `"HC2"` and `"HC3"` no factor. Tests refer to t with N - K, or with clusters G - 1, degrees of
#' freedom. `ssc = "none"`: no factor, and the normal distribution. df_a is exact for up to two
#' effects (levels less connected components), and an upper bound for more. Several cluster
#' variables: the multi-way covariance of Cameron, Gelbach and Miller (2011). It can have negative
#' eigenvalues, which are set to zero as they propose, and reported: those of the covariance
#' relative to \eqn{(\hat X'W\hat X)^{-1}}{(Xh'W Xh)^-1}, so that standard errors depend neither on
#' the units of the regressors nor on the coding of a factor. fixest 0.14.2 takes those of the
#' covariance as it stands: its standard errors change where a regressor is measured in thousands.
#'
#' `"HC2"` and `"HC3"` divide each residual by \eqn{(1 - h_i)^{1/2}}{(1 - h_i)^(1/2)} or \eqn{1 -
#' h_i}{1 - h_i}, with h_i the leverage in the full design, effects included, of the projected
#' regressors with two stages. Leverages are exact, and refused where the effects but the largest
#' have more than 5000 levels. Covariances for few clusters are [cov_cr2()] and [cov_cr3()]; for
#' correlation over time or space [cov_nw()], [cov_dk()] and [cov_conley()]. LIML, Fuller's
#' estimator and GMM have no leverages, and GMM weighs its moments by none of the latter three.
#'
#' @section Slopes by level: `y ~ x | id[t] + year` absorbs an intercept and a slope of t for each
#' id, and an effect of year: the dummies of id, these times t, and the dummies of year. Slope
#' variables are numeric, evaluated in `data` like a regressor (`id[log(gdp), l(x)]`). Effects of
#' the same variables are one: `id + id[[t]]` is `id[t]`. Within each level intercept and slopes are
#' made orthonormal, so that shifting a variable (years, or years since 1970) changes nothing but
#' the intercepts; the effect with most parameters is eliminated exactly and alone needs no
#' iteration, the others are solved for to the accuracy of effects.
#'
#' A slope that its level cannot tell (the variable is constant there, or a combination of the
#' others; rows are fewer than parameters) is zero and not counted. A level with as many rows as
#' parameters is fitted exactly: its rows stay in the sample, its parameters count, and its
#' leverages are one. Singletons are rows alone in a level, as without slopes. df_a is the rank of
#' all effects and slopes together, exact while those but the largest have at most 5000 parameters;
#' else an upper bound (each effect's own rank less, for intercepts, connected components). With
#' clusters, intercepts nested in them are free and their slopes are not, as in reghdfe and in
#' fixest's `K.fixef = "nonnested"`. K is theirs but for slopes that other effects contain: `id[t] +
#' year` has one parameter fewer than they count, since a trend common to all ids is a sum of years'
#' effects.
#'
#' With slopes alone (`id[[t]]`) nothing absorbed holds the constant: it is a coefficient. `y ~ 0 +
#' x | id[[t]]` leaves it out; R2 is then about zero, as for a model without a constant.
#' [nlme::fixef()] has intercepts under the effect's name and slopes as `id[[t]]`, in the units of t
#' and at t = 0. Beside other effects only sums are identified: a trend common to all ids may be in
#' their slopes or in the years' effects, and predictions do not depend on which. CR2 and CR3 write
#' the effects out, up to 2e7 numbers. `fe_constant(fit, "xtreg")` and [hausman_test()] are refused.
#'
#' @section What is left out: Rows with missing values or weight zero, rows outside `subset`, and
#' singletons (rows alone in a level of an effect, recursively) are counted in `fit$sample$counts`;
#' collinear or absorbed regressors are named in `fit$collinear`. Each is said once by a message. So
#' is a regressor of which the effects and the regressors before it leave no more than rounding of
#' the data, half the spacing of doubles of their size: of mean 1e8 and spread 1, a copy of another.
#'
#' @param formula `y ~ x`, `y ~ x | effects`, or with instruments `y ~ x | effects | endogenous ~
#'   instruments` (`0` for no effects). Effects are separated by `+`; `a^b` is the interaction of
#'   two; `id[t]` is an effect of id and a slope of t for each of its levels, `id[t, z]` has two
#'   slopes, `id[[t]]` slopes alone. `l(x, k)` is the k-th lag and `d(x, k)` the k-th difference of
#'   x within units, by the time column's own values, which must be whole numbers (they need
#'   `panel`); collapse's `flag()` and `fdiff()` are taken with their `g` and `t`.
#' @param data A data frame, one row an observation, or a table in a database ([dplyr::tbl()], see
#'   [remote-tables]).
#' @param vcov `"iid"`, `"HC0"`, `"HC1"`, `"HC2"`, `"HC3"`, a one-sided formula of cluster variables
#'   (`~state`, `~state + year`), or one of [cov_cr2()], [cov_cr3()], [cov_nw()], [cov_dk()],
#'   [cov_conley()].
#' @param weights A one-sided formula (`~population`): analytic weights, proportional to the inverse
#'   error variance. Default: none.
#' @param subset A one-sided formula (`~year > 1975`) of the rows to use. Default: all.
#' @param panel Two column names, unit and time; needed only for lags, differences and covariances
#'   over time.
#' @param estimator With instruments: `"2sls"`, `"liml"`, `"fuller"` or `"gmm"` (two-step efficient
#'   GMM under `vcov`).
#' @param fuller The constant of `estimator = "fuller"`: 1 makes the estimator nearly unbiased, 4
#'   minimises its mean squared error. Of another estimator an error `ccdpanel_error_argument`.
#' @param ssc Small-sample convention, `"stata"` or `"none"`.
#' @param threads Threads to use at most; default the option `ccdpanel.threads`, else 2. Results do
#'   not depend on it.
#' @param replays An [index_uncertainty()] made with `keep = TRUE`, of an index that the model
#'   names: the covariance then carries the index's uncertainty, see [model-replays]. Or a named
#'   list of matrices, one for each column of `data` that varies, of its rows by replays. Default:
#'   none.
#' @param remote Of a table in a database: `"cells"` has the database sum by groups and fetches
#'   these sums, `"rows"` fetches the columns that the model names, `"auto"` takes cells while they
#'   are at most four tenths of the rows. See [remote-tables]. A data frame has no use for it.
#' @return An object of class `fe_reg`, a list of plain data: `coefficients`, `covariance` (matrix
#'   `v`, type, factor, t degrees of freedom), `residuals` (on the sample), `dof`, `sample` (rows
#'   used, and counts of those left out), `collinear`, `r2`. It refers to `data`, from which other
#'   covariances are computed on request: `vcov(fit, ~state)`, `summary(fit, vcov = "HC1")`.
#'   Methods: [print()], [summary()], [coef()], [vcov()], [confint()], [residuals()], [fitted()],
#'   [predict()] (`NA` for levels that the sample has not, and where it does not identify the sum of
#'   the effects, such as levels of two that no row links), [nobs()], [df.residual()], [deviance()],
#'   [sigma()], [logLik()], [formula()], [terms()], [model.matrix()], [weights()], [update()],
#'   [nlme::fixef()], [generics::tidy()], [generics::glance()], [anova()] and [step()] (see
#'   [anova.fe_reg]), [cooks.distance()] and its like (see [influence.fe_reg]).
#' @section Errors: `ccdpanel_error_formula`, `_column` (a variable that is not there), `_name` (two
#'   columns of one name, such as `fSouth` beside a factor f with a level South), `_vcov`, `_panel`
#'   (a lag without `panel`, or a term that goes by the order of the rows from one unit into the
#'   next, as `c(NA, x[-n])` and `rev(x)` do), `_evaluate` (a term that cannot be computed, or is
#'   another each time, as `jitter(x)`), `_weights`, `_response`, `_slopes` (a slope variable that
#'   is not numeric), `_infinite`, `_empty_sample`, `_too_few_rows`, `_absorbed` (the effects leave
#'   nothing of the dependent variable or of all regressors), `_identification` (fewer instruments
#'   than endogenous regressors, instruments that do not identify them, or that give an endogenous
#'   regressor or the dependent variable exactly), `_estimator` (one that needs instruments,
#'   without them), `_singular` (moments that GMM cannot weigh), `_cluster`, `_leverage` (HC2, HC3:
#'   rows of leverage one, named), `_too_many_levels`, and
#'   for tables in a database those of [remote-tables]. A warning
#'   `ccdpanel_warning_perfect_fit` says that the residuals are rounding; `_negative` and
#'   `_rounding` that a variance is, whose standard error is then missing (`NA`); `_not_converged`
#'   that effects were not absorbed to the accuracy asked for.
#' @references Correia, S. (2016). A feasible estimator for linear models with multi-way fixed
#'   effects. Working paper.
#'
#'   Fuller, W. A. (1977). Some properties of a modification of the limited information estimator.
#'   Econometrica 45(4), 939-953. \doi{10.2307/1912683}
#'
#'   Hansen, L. P. (1982). Large sample properties of generalized method of moments estimators.
#'   Econometrica 50(4), 1029-1054. \doi{10.2307/1912775}
#'
#'   Cameron, A. C., Gelbach, J. B. and Miller, D. L. (2011). Robust inference with multiway
#'   clustering. Journal of Business & Economic Statistics 29(2), 238-249.
#'   \doi{10.1198/jbes.2010.07136}
#' @seealso [system_reg()] for simultaneous equations.
#' @examples
#' fit <- fe_reg(
#'   log(output) ~ log(highways) + log(private_capital) + unemployment | state + year,
#'   state_capital, vcov = ~state
#' )
#' fit
#' vcov(fit, "HC1")
#'
#' # Private capital instrumented by its first two lags
#' fe_reg(
#'   log(output) ~ unemployment | state + year |
#'     log(private_capital) ~ l(log(private_capital), 1:2),
#'   state_capital, panel = c("state", "year"), vcov = ~state
#' )
#' @export
fe_reg <- function(formula, data, vcov = "iid", weights = NULL, subset = NULL, panel = NULL,
                   estimator = "2sls",
                   fuller = 1, ssc = "stata", threads = NULL, replays = NULL,
                   remote = "auto", ...) {
  check_dots(...)
  check_required("fe_reg")
  call <- rlang::current_env()
  data <- read_columns(data, remote = TRUE)
  check_choice(remote, c("auto", "cells", "rows"), "remote")
  check_choice(estimator, c("2sls", "liml", "fuller", "gmm"), "estimator")
  check_number(fuller, "fuller", min = 0)
  if (fuller != 1 && estimator != "fuller") {
    abort("argument", c(
      "{.arg fuller} is read with {.code estimator = \"fuller\"} only; it is {.val {estimator}}.",
      i = "Give {.code estimator = \"fuller\"}, or leave {.arg fuller} at its default of 1."
    ))
  }
  check_choice(ssc, c("stata", "none"), "ssc")
  if (!is.null(panel)) {
    data <- settled_panel(data, panel)
    say_panel(panel, data)
  }
  spec <- fe_spec(formula, data, weights, subset, panel, ssc, thread_count(threads), call)
  spec$replays <- replay_columns(replays, data, c(
    spec$parsed[c("response", "exogenous", "endogenous", "instruments")], spec$weights,
    effect_expressions(spec$parsed$effects)
  ), call)
  cov_spec <- covariance_spec(vcov, call = call)
  spec$scope <- formula_scope(list(vcov), data, call, spec$scope)
  spec$estimator <- estimator_spec(estimator, fuller, cov_spec, spec, call)
  spec <- settle_source(spec, cov_spec, remote, call)
  check_row_order(fe_expressions(without_subset(spec)), spec, call)
  fit_fe_spec(spec, cov_spec, match.call(), call, spelt = character())
}

# From a description to a fit: the second half of fe_reg(), and what refits share with it.
# `spelt`: the columns of whose levels two spellings were looked for before; NULL is all.
fit_fe_spec <- function(spec, cov_spec, matched, call, spelt = NULL) {
  design <- model_design(
    spec, call, in_place = TRUE, cells = TRUE,
    clusters = c(cov_spec$clusters, spec$estimator$weighting$clusters)
  )
  check_told_apart(design$parts, call)
  say_losses(design$sample$counts)
  say_level_spellings(design, design$parts, spec, cov_spec$clusters, spelt)
  spec$sample <- kept_sample(design)
  spec$marks <- data_marks(spec, fe_expressions(spec))
  spec$codings <- part_codings(design$parts)
  check_own_instruments(design, call)
  new_fe_reg(matched, spec, design, fe_replayed(spec, design, cov_spec, call), cov_spec)
}

# The estimate, its covariance widened by the replays of an index where there are any.
fe_replayed <- function(spec, design, cov_spec, call) {
  carry_replays(fe_estimate(spec, design, cov_spec, call), spec, function(spec) {
    design <- model_design(spec, call)
    if (
      all_finite(c(design$columns, unlist(
        lapply(design$factors, `[[`, "slopes"), recursive = FALSE
      )))
    ) fe_estimate(spec, design, cov_spec, call)
  }, call)
}

# Everything of a description that is evaluated in the data.
fe_expressions <- function(spec) {
  exprs <- c(
    spec$parsed[c("response", "exogenous", "endogenous", "instruments")],
    list(spec$weights, spec$subset), effect_expressions(spec$parsed$effects)
  )
  unname(exprs[!vapply(exprs, is.null, NA)])
}

fe_spec <- function(formula, data, weights, subset, panel, ssc, threads, call) {
  parsed <- parse_fe_formula(formula, call)
  right <- list(
    weights = one_sided(weights, "weights", call), subset = one_sided(subset, "subset", call)
  )
  formulas <- list(formula, weights, subset)
  weights <- right$weights
  subset <- right$subset
  others <- c(
    parsed[c("response", "endogenous", "instruments")], effect_expressions(parsed$effects),
    list(weights)
  )
  parsed$exogenous <- expand_dot(parsed$exogenous, data, others)
  exprs <- fe_expressions(list(parsed = parsed, weights = weights, subset = subset))
  scope <- formula_scope(formulas, data, call)
  check_variables(exprs, data, scope, call)
  say_powers(parsed[c("exogenous", "endogenous", "instruments")])
  environment(formula) <- globalenv()
  list(
    formula = formula, parsed = parsed, data = data, weights = weights, subset = subset,
    panel = panel, ssc = ssc,
    scope = scope, threads = threads
  )
}

# One call of the kernel: coefficients and the meats that the covariance needs.
fe_estimate <- function(spec, design, cov_spec, call) {
  clusters <- cluster_factors(cov_spec$clusters, spec, design$sample, call, design$factors)
  plan <- meat_plan(cov_spec, clusters)
  check_rows(design, call)
  if (is.null(design$remote)) {
    check_column_range(
      design$columns, design$names, design$at, call, design$seen, design$weight
    )
  }
  kernel <- fe_kernel(spec, design, plan, call)
  dof <- degrees_of_freedom(
    design$sample$n, length(kernel$coef), design$factors,
    counted = kernel$effects_rank
  )
  if (dof$residual < 1) abort_too_few_rows(dof$k, dof$absorbed, dof$n, call)
  cov <- assemble_covariance(kernel, cov_spec, plan, dof, design, clusters, spec, call)
  names <- c(if (design$constant) "(Intercept)", design$names[kernel$x + 1])
  dimnames(cov$v) <- list(names, names)
  check_covariance_range(cov$v, kernel$coef, names, call)
  if (!is_perfect(kernel, design)) {
    cov <- without_variance(cov, kernel$bread, kernel$rss / dof$n, names, call)
  }
  cov["largest"] <- NULL
  list(kernel = kernel, dof = dof, covariance = cov, names = names)
}

new_fe_reg <- function(call, spec, design, estimate, cov_spec) {
  kernel <- estimate$kernel
  collinear <- dropped_names(kernel, design)
  if (length(collinear)) inform("collinear", "Left out as collinear: {.val {collinear}}.")
  say_replays(estimate$covariance)
  check_perfect(kernel, design)
  centred <- is_centred(design, spec)
  if (length(design$factors) && !centred) {
    kernel$tss <- sum_of_squares(sample_columns(design, 1L)[[1]], design$weight)
  }
  r2 <- share_explained(kernel, design)
  left <- estimate$dof$residual
  structure(list(
    coefficients = stats::setNames(kernel$coef, estimate$names), covariance = estimate$covariance,
    covariance_spec = cov_spec,
    residuals = if (is.null(design$remote)) kernel$residual, dof = estimate$dof,
    sample = kept_sample(design), collinear = collinear,
    rss = kernel$rss, tss = kernel$tss,
    r2 = c(
      r2 = r2, adjusted = 1 - (1 - r2) * (estimate$dof$n - centred) / left,
      within = share_explained_within(kernel, design)
    ),
    endogenous = design$names[design$endogenous + 1],
    instruments = design$names[intersect(design$excluded, kernel$z) + 1],
    effects = lapply(design$factors, `[[`, "levels"),
    slopes = lengths(lapply(design$factors, `[[`, "slopes")),
    recipes = lapply(design$parts, part_recipe), spec = spec, call = call,
    certificate = kernel$certificate, iterations = kernel$iterations, converged = kernel$converged,
    estimator = estimator_label(spec), remote = source_record(spec$data, design),
    kappa = if (spec$estimator$name %in% c("liml", "fuller")) {
      stats::setNames(kernel$kappa, c("likelihood", "used"))
    }
  ), class = c("fe_reg", "ccd_model"))
}
