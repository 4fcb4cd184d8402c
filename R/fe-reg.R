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
#' collinear or absorbed regressors are named in `fit$collinear`. Each is said once by a message.
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
#'   [predict()] (`NA` for levels that the sample has not, and for levels of two effects that no row
#'   links), [nobs()], [df.residual()], [deviance()], [sigma()], [logLik()], [formula()], [terms()],
#'   [model.matrix()], [weights()], [update()], [nlme::fixef()], [generics::tidy()],
#'   [generics::glance()], [anova()] and [step()] (see [anova.fe_reg]), [cooks.distance()] and its
#'   like (see [influence.fe_reg]).
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
  spec$estimator <- estimator_spec(estimator, fuller, cov_spec, spec, call)
  spec <- settle_source(spec, cov_spec, remote, call)
  check_row_order(fe_expressions(without_subset(spec)), spec, call)
  fit_fe_spec(spec, cov_spec, match.call(), call)
}

# From a description to a fit: the second half of fe_reg(), and what refits share with it.
fit_fe_spec <- function(spec, cov_spec, matched, call) {
  design <- model_design(
    spec, call, in_place = TRUE, cells = TRUE,
    clusters = c(cov_spec$clusters, spec$estimator$weighting$clusters)
  )
  check_told_apart(design$parts, call)
  say_losses(design$sample$counts)
  spec$sample <- kept_sample(design)
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

# What the estimator needs to be repeated on the same data: GMM keeps the covariance that weighs its
# moments, so that another covariance of the fit leaves the estimates alone.
estimator_spec <- function(estimator, fuller, cov_spec, spec, call) {
  if (estimator == "2sls") return(list(name = "2sls"))
  if (is.null(spec$parsed$instruments)) {
    abort("estimator", c(
      "{.arg estimator} {.val {estimator}} needs instruments; {.arg formula} has none.",
      i = paste0(
        "Write {.code y ~ x | effects | endogenous ~ instruments}, or leave {.arg estimator} out ",
        "for least squares."
      )
    ), call)
  }
  if (estimator == "gmm") {
    cov_spec <- moment_covariance_spec(cov_spec)
    check_gmm_weighting(cov_spec, call)
  }
  list(
    name = estimator, fuller = if (estimator == "fuller") fuller else 0,
    weighting = if (estimator == "gmm") cov_spec
  )
}

check_gmm_weighting <- function(cov_spec, call) {
  if (!isTRUE(meat_plan(cov_spec, list(NULL))$rows)) return(invisible())
  abort("vcov", c(
    paste0(
      "GMM weighs its moments by an iid, heteroskedasticity-robust or clustered covariance, not ",
      "by {cov_spec$type}."
    ),
    i = paste0(
      "Fit with {.code vcov = \"HC1\"} or clusters, and ask for the other covariance of the fit: ",
      "{.code summary(fit, vcov = )}."
    )
  ), call)
}

# The same for the kernel.
estimator_plan <- function(spec, design, call) {
  chosen <- spec$estimator
  if (identical(chosen$name, "gmm") && chosen$weighting$type != "iid") {
    plan <- meat_plan(
      chosen$weighting, cluster_factors(chosen$weighting$clusters, spec, design$sample, call)
    )
    # Where rows stand for others, moments of single rows are summed elsewhere, and the step taken
    # after the kernel.
    alone <- !is.null(design$remote) && any(vapply(plan$clusters, is.null, NA))
    return(list(name = if (alone) "" else "gmm", clusters = plan$clusters, sign = plan$sign))
  }
  if (!chosen$name %in% c("liml", "fuller")) return(list(name = ""))
  absorbed <- degrees_of_freedom(design$sample$n, 0L, design$factors)$absorbed
  # The kernel counts its own rows.
  beyond <- design_rows(design) - design$sample$n
  list(name = "k_class", fuller = chosen$fuller, absorbed = absorbed + design$constant + beyond)
}

fe_spec <- function(formula, data, weights, subset, panel, ssc, threads, call) {
  parsed <- parse_fe_formula(formula, call)
  weights <- one_sided(weights, "weights", call)
  subset <- one_sided(subset, "subset", call)
  others <- c(
    parsed[c("response", "endogenous", "instruments")], effect_expressions(parsed$effects),
    list(weights)
  )
  parsed$exogenous <- expand_dot(parsed$exogenous, data, others)
  exprs <- fe_expressions(list(parsed = parsed, weights = weights, subset = subset))
  scope <- model_scope(exprs, data, environment(formula) %||% globalenv())
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
  if (is.null(design$remote)) check_column_range(design$columns, design$names, design$at, call)
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

fe_kernel <- function(spec, design, plan, call) {
  kernel <- run_kernel(
    design, plan$clusters, estimator_plan(spec, design, call), spec$threads, isTRUE(plan$rows)
  )
  check_kernel(kernel, design, call)
  complete_kernel(kernel, design, plan, call)
}

# What the rows of a kernel's result lack where they stand for others: nothing, but for tables in a
# database.
complete_kernel <- function(kernel, design, plan, call) {
  if (is.null(design$remote)) kernel else UseMethod("complete_kernel", design$remote)
}

# The kernel on a design, or on the part of one that a replicate of a study takes; with the rows of
# the scores if asked.
run_kernel <- function(design, clusters, estimator, threads, rows = FALSE) {
  bind_regress(
    design$columns, design_rows(design), design$at, design$x, design$z, design$endogenous,
    design$factors, design$constant, design$weight, clusters, estimator, rows, threads
  )
}

check_rows <- function(design, call) {
  asked <- length(design$x) + design$constant
  if (asked >= design$sample$n) abort_too_few_rows(asked, 0, design$sample$n, call)
}

abort_too_few_rows <- function(k, absorbed, n, call) {
  abort("too_few_rows", c(
    paste0(
      "The model has {k} coefficient{?s} and {absorbed} degree{?s} of freedom in its effects, the ",
      "sample {n} row{?s}: no row is left for the error."
    ),
    i = "Use fewer regressors or effects, or more rows."
  ), call)
}

check_kernel <- function(kernel, design, call) {
  if (!is.finite(kernel$tss)) {
    abort("infinite", c(
      paste0(
        "The dependent variable is so large (up to {signif(max(abs(design$response), na.rm = ",
        "TRUE), 2)}) that its squares are no finite numbers."
      ),
      i = "Measure it in a larger unit."
    ), call)
  }
  asked <- length(design$x) > 0
  if (length(design$factors) && kernel$tss_within <= 0 && kernel$tss > 0) {
    abort("absorbed", c(
      paste0(
        "The effects {.val {names(design$factors)}} explain the dependent variable entirely: ",
        "nothing is left to regress."
      ),
      i = "It does not vary within their levels; leave out the effect that fixes it."
    ), call)
  }
  if (length(design$endogenous)) check_identified(kernel, design, call)
  if (kernel$singular) abort_singular_weight(length(kernel$z) + design$constant, call)
  if (asked && !length(kernel$x) && !design$constant) {
    abort("absorbed", c(
      "All regressors are collinear with the effects: {.val {design$names[design$x + 1]}}.",
      i = "A regressor must vary within the levels of every effect."
    ), call)
  }
  if (!kernel$converged) {
    warn("not_converged", c(
      paste0(
        "The effects were not absorbed to the accuracy asked for: the largest remaining level ",
        "mean is {signif(kernel$certificate, 2)} standard deviations."
      ),
      i = "The levels are hardly connected; see {.code fit$certificate}."
    ), call)
  }
}

check_identified <- function(kernel, design, call) {
  endogenous <- design$names[design$endogenous + 1]
  usable <- setdiff(intersect(kernel$z, design$excluded), kernel$dropped)
  if (length(usable) < length(endogenous)) {
    lost <- intersect(kernel$dropped, design$excluded)
    absorbed <- is_absorbed(lost, design)
    abort("identification", c(
      paste0(
        "The order condition fails: {length(endogenous)} endogenous regressor{?s} ",
        "({.val {endogenous}}) need{?s/} as many excluded instruments; {length(usable)} of ",
        "{length(design$excluded)} {?is/are} usable."
      ),
      x = if (any(absorbed)) {
        paste0(
          "Without variation within {if (length(design$factors)) 'the effects' else 'the ",
          "sample'}: {.val {design$names[lost[absorbed] + 1]}}."
        )
      },
      x = if (any(!absorbed)) {
        paste0(
          "Collinear with regressors or other instruments: ",
          "{.val {design$names[lost[!absorbed] + 1]}}."
        )
      },
      i = "Add an instrument, or move a regressor to the exogenous ones."
    ), call)
  }
  if (!length(kernel$unidentified)) return(invisible())
  names <- design$names[kernel$unidentified + 1]
  if (any(is_absorbed(kernel$unidentified, design))) {
    abort("absorbed", c(
      paste0(
        "Endogenous regressor {.val {names}} has no variation within ",
        "{if (length(design$factors)) 'the effects' else 'the sample'}."
      ),
      i = "A regressor must vary within the levels of every effect."
    ), call)
  }
  abort("identification", c(
    paste0(
      "The rank condition fails: the instruments do not identify {.val {names}}, whose projection ",
      "on them is zero or depends on the other regressors."
    ),
    i = "Each endogenous regressor needs an instrument that moves it apart from the others."
  ), call)
}

# What was left out as collinear. An instrument of a regressor's name is told from it.
dropped_names <- function(kernel, design) {
  names <- design$names[kernel$dropped + 1]
  copy <- kernel$dropped %in% design$excluded & names %in% design$names[design$x + 1]
  ifelse(copy, paste(names, "(as an instrument)"), names)
}

# Do the effects (or the constant) leave nothing of these columns? Asked only where a message must
# tell.
is_absorbed <- function(positions, design) {
  if (!length(positions)) return(logical())
  x <- bound_columns(sample_columns(design, positions + 1), design_rows(design))
  if (length(design$factors)) return(bind_absorb(x, design$factors, design$weight)$kept <= 1e-20)
  design$constant & apply(x, 2, function(v) max(v) - min(v) <= 1e-13 * max(abs(v)))
}

# Residuals that are rounding: standard errors and tests are then rounding too.
check_perfect <- function(kernel, design) {
  if (!is_perfect(kernel, design)) return(invisible())
  warn("perfect_fit", c(
    if (to_explain(kernel, design) > 0) {
      "The fit is perfect: the residuals are rounding, and so are standard errors and tests."
    } else {
      "The dependent variable is constant: there is nothing to explain."
    },
    i = "Is the dependent variable made of the regressors?"
  ))
}

is_perfect <- function(kernel, design) kernel$rss <= 1e-24 * to_explain(kernel, design)

to_explain <- function(kernel, design) {
  if (length(design$factors)) kernel$tss_within else kernel$tss
}

abort_singular_weight <- function(moments, call) {
  abort("singular", c(
    "The covariance of the {moments} moments has no inverse, so GMM cannot weigh them.",
    i = paste0(
      "It needs more clusters than instruments (constant and exogenous regressors included): use ",
      "fewer instruments, other clusters, or {.code estimator = \"2sls\"}."
    )
  ), call)
}

# Is there a constant, by itself, among the regressors or in the effects? Without one R2 is about
# zero, as lm's.
is_centred <- function(design, spec) {
  if (!length(design$factors)) return(design$constant)
  hold_constant(spec$parsed$effects) || design$parts$exogenous$intercept
}

# R2; with an offset as lm() has it, of what the fitted values, offset included, and the residuals
# vary together.
share_explained <- function(kernel, design, centred) {
  if (is.null(design$offset) || length(design$endogenous)) return(1 - kernel$rss / kernel$tss)
  fitted <- design$response - kernel$residual
  w <- if (length(design$weight)) design$weight else rep(1, length(fitted))
  explained <- sum_of_squares(fitted - if (centred) stats::weighted.mean(fitted, w) else 0, w)
  explained / (explained + kernel$rss)
}

# Without regressors both sums are one, added in two orders.
share_explained_within <- function(kernel, design) {
  if (!length(design$factors)) return(NA_real_)
  if (!length(kernel$coef) && is.null(design$offset)) return(0)
  1 - kernel$rss / kernel$tss_within
}

sum_of_squares <- function(v, weight) sum(if (length(weight)) weight * v^2 else v^2)

estimator_label <- function(spec) {
  if (is.null(spec$parsed$instruments)) return("OLS")
  c(`2sls` = "2SLS", liml = "LIML", fuller = "Fuller", gmm = "GMM")[[spec$estimator$name]]
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
  r2 <- share_explained(kernel, design, centred)
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

# The kernel's result with the rows of the scores.
score_kernel <- function(model, design, call) {
  fe_kernel(model$spec, design, list(clusters = list(), rows = TRUE), call)
}
