#' Simultaneous equations: OLS, 2SLS, SUR, 3SLS, iterated 3SLS, LIML
#'
#' Estimates equations \eqn{y_m = X_m d_m + u_m}{y_m = X_m d_m + u_m} with instruments Z common to all, from cross-products.
#'
#' @section Estimator:
#' With \eqn{A = diag(P_Z X_m)}{A = blockdiag(P_Z X_m)} and S the covariance of the two-stage least squares residuals (of the
#' true regressors), \deqn{d = [A'(S^{-1} \otimes I)A]^{-1} A'(S^{-1} \otimes I) y.}{d = [A'(S^-1 (x) I)A]^-1 A'(S^-1 (x) I) y.}
#' `"3sls"` is that; `iterate = TRUE` repeats it with the residuals of d until d moves by less than 1e-10 (relative). `"2sls"` takes
#' each equation by itself, `"w2sls"` weighs by the diagonal of S alone (which differs under restrictions across equations: `"2sls"`
#' then weighs all equations alike, with one variance); `"sur"`, `"ols"` and `"wls"` are the same without projection. `"liml"` is
#' limited-information maximum likelihood equation by equation, \eqn{I - \kappa M_Z}{I - kappa M_Z} in place of \eqn{P_Z}{P_Z}, kappa as in
#' [fe_reg()] and kept in `fit$kappa`. If every equation is just-identified, 3SLS equals 2SLS.
#'
#' S is divided by N (`sigma = "n"`, Stata's reg3), by \eqn{\sqrt{(N - k_i)(N - k_j)}}{sqrt((N - k_i)(N - k_j))} (`"geomean"`, systemfit's
#' default), by \eqn{N - \max(k_i, k_j)}{N - max(k_i, k_j)} (`"max"`) or by \eqn{N - k_i - k_j + tr(P_i P_j)}{N - k_i - k_j + tr(P_i P_j)} with P the projection
#' on an equation's regressors (`"theil"`, unbiased for SUR, but S need not be positive definite), with k counting what `fe` absorbs, less the restrictions
#' within the equation. With `"n"` tests refer to the normal distribution, with the others to t with N - k_i degrees of freedom.
#'
#' @section Identification:
#' Without `instruments`, every regressor that is not (or is not made of) a dependent variable is exogenous, lags `l(x, k)`
#' included, and all exogenous regressors are the instruments. With `instruments`, every regressor that is not among
#' them is endogenous. An equation with fewer excluded instruments than endogenous regressors (order condition) is an error that names it. Where
#' equations and `identities` together determine all endogenous variables, the rank condition is checked too, before anything is estimated: the
#' coefficients of the other equations on what this one leaves out must have rank M - 1, for almost all values that they can take. Otherwise
#' the endogenous variables without an equation are named in a message, and only the rank of the instruments is checked, on the data. The table
#' is kept in `fit$identification`.
#'
#' @section Instruments by equation:
#' With a list of instruments the formula above is inconsistent (the projections of one equation need not be orthogonal to the errors of
#' another). `"3sls"` is then GMM-3SLS (Wooldridge 2010): \eqn{d = [X'Z W Z'X]^{-1} X'Z W Z'y}{d = [X'Z W Z'X]^-1 X'Z W Z'y}, Z block-diagonal, W the inverse of
#' \eqn{s_{ij} Z_i'Z_j}{s_ij Z_i'Z_j}. `variant` offers systemfit's other formulas for comparison with results that were computed by them.
#'
#' @param equations A named list of formulas `y ~ x`. Names become part of the coefficients' names, `equation_term`.
#' @param data A data frame, one row an observation. All equations are fitted to the rows that are complete in all of them.
#' @param instruments A one-sided formula of all instruments, common to the equations; or a list of them named by equation. Default: all
#'   exogenous regressors.
#' @param fe A one-sided formula of effects common to the equations, absorbed (`~state + year`; slopes by level as in [fe_reg()], `~state[t]`). Default: none.
#' @param method `"3sls"`, `"2sls"`, `"sur"`, `"ols"`, `"w2sls"`, `"wls"` or `"liml"`.
#' @param iterate Iterate `"3sls"`, `"sur"`, `"w2sls"` or `"wls"` to convergence?
#' @param sigma Divisor of the residual covariance: `"n"`, `"geomean"`, `"max"` or `"theil"`.
#' @param vcov `"iid"` (the estimator's own), `"HC0"` (robust, one score an observation over all equations), or a one-sided
#'   formula of cluster variables (factor G / (G - 1), reference t(G - 1)).
#' @param restrictions Linear restrictions within and across equations: strings such as
#'   `"economy_infrastructure = infrastructure_economy"`, or a list of `matrix` and `value`.
#' @param weights,subset,panel,ssc,threads,replays As in [fe_reg()]; `ssc = "none"` leaves out the clusters' factor.
#' @param identities A list of formulas without error or coefficients to estimate, `list(gnp ~ consumption + investment + 0.5 * x)`: they complete the
#'   system for the rank condition, [reduced_form()] and [multipliers()]; what they add that is exogenous joins the default instruments.
#' @param variant With instruments by equation, of `"3sls"`: `"gmm"`, or `"gls"`, `"iv"`, `"schmidt"`, `"eviews"`.
#' @return An object of class `system_reg`, a list of plain data: `coefficients` (named `equation_term`), `covariance`,
#'   `residuals` (matrix, one column an equation), `sigma` (S that weighed the last step), `residual_sigma`, `iterations`,
#'   `identification`, `r2` by equation, `dof`, `sample`. `fit[["economy"]]` is one equation as a fit of its own, see [equations()]. Methods as for [fe_reg()].
#' @section Errors: `ccdpanel_error_equations`, `_column`, `_identification`, `_collinear`, `_singular` (residual covariance, or an equation that fits perfectly),
#'   `_restrictions`, `_identities`, and those of [fe_reg()]. Messages: `ccdpanel_message_incomplete` (endogenous variables without an equation),
#'   `_common_sample` (equations that alone could use more rows), `_dependent` (a variable that is dependent in two equations).
#' @references Zellner, A. and Theil, H. (1962). Three-stage least squares: simultaneous estimation of simultaneous
#'   equations. Econometrica 30(1), 54-78. \doi{10.2307/1911287}
#'
#'   Wooldridge, J. M. (2010). Econometric Analysis of Cross Section and Panel Data, 2nd ed., chapter 8. MIT Press.
#' @seealso [system_tests()], [test_restrictions()], [reduced_form()], [system_bootstrap()]; [by_group()] and [add_controls()] for refits.
#' @examples
#' path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
#' sheet <- indicator_sheet(path)
#' idx <- composite_index(state_capital, sheet, panel = c("state", "year"))
#' data <- merge(state_capital, idx)
#' # A demonstration of the function, not a study of public capital
#' system_reg(
#'   list(
#'     economy = economy ~ infrastructure + log(private_capital),
#'     infrastructure = infrastructure ~ economy + l(infrastructure, 1)
#'   ),
#'   data,
#'   panel = c("state", "year")
#' )
#' @export
system_reg <- function(equations, data, instruments = NULL, fe = NULL, method = "3sls", iterate = FALSE, sigma = "n", vcov = "iid",
                       restrictions = NULL, weights = NULL, subset = NULL, panel = NULL, ssc = "stata", threads = NULL, replays = NULL,
                       identities = NULL, variant = "gmm") {
  call <- rlang::current_env()
  data <- read_columns(data)
  check_system_choices(method, iterate, sigma, ssc, variant, instruments, restrictions)
  if (!is.null(panel)) data <- read_panel(data, panel)
  spec <- system_spec(equations, data, instruments, fe, weights, subset, identities, call)
  spec <- c(spec, list(
    method = method, iterate = iterate, sigma = sigma, restrictions = restrictions, panel = panel, ssc = ssc,
    threads = thread_count(threads), variant = if (is.list(instruments)) variant else "gls"
  ))
  cov_spec <- system_covariance_spec(vcov, spec, call)
  spec$replays <- replay_columns(replays, data, system_expressions(spec, rows = FALSE), call)
  fit <- fit_system_spec(spec, cov_spec, match.call(), call)
  say_incomplete(fit)
  fit
}

# From a description to a fit: the second half of system_reg(), and what refits share with it.
fit_system_spec <- function(spec, cov_spec, matched, call) {
  design <- system_design(spec, call)
  say_losses(design$sample$counts)
  say_common_sample(design$sample)
  spec$sample <- design$sample
  spec$codings <- part_codings(lapply(design$equations, `[[`, "part"))
  new_system_reg(matched, spec, design, system_replayed(spec, design, cov_spec, call), cov_spec)
}

system_methods <- list(
  ols = list(label = "OLS", project = FALSE, weighting = "equal"), wls = list(label = "WLS", project = FALSE, weighting = "diagonal"),
  sur = list(label = "SUR", project = FALSE, weighting = "full"), `2sls` = list(label = "2SLS", project = TRUE, weighting = "equal"),
  w2sls = list(label = "weighted 2SLS", project = TRUE, weighting = "diagonal"),
  liml = list(label = "LIML", project = TRUE, weighting = "diagonal"), `3sls` = list(label = "3SLS", project = TRUE, weighting = "full")
)

check_system_choices <- function(method, iterate, sigma, ssc, variant, instruments, restrictions, call = rlang::caller_env()) {
  check_choice(method, c("3sls", "2sls", "sur", "ols", "w2sls", "wls", "liml"), "method", call)
  check_choice(sigma, c("n", "geomean", "max", "theil"), "sigma", call)
  check_choice(ssc, c("stata", "none"), "ssc", call)
  check_choice(variant, c("gmm", "gls", "iv", "schmidt", "eviews"), "variant", call)
  check_flag(iterate, "iterate", call)
  if (iterate && !method %in% c("3sls", "sur", "w2sls", "wls")) {
    abort("choice", c(
      "{.arg iterate} applies to {.val 3sls}, {.val sur}, {.val w2sls} and {.val wls}, not to {.val {method}}.",
      i = "Equation by equation there is nothing to iterate."
    ), call)
  }
  alone <- method == "liml" || is.list(instruments) && method == "3sls" && variant != "gmm"
  if (alone && !is.null(restrictions)) {
    abort("restrictions", c(
      "{.arg restrictions} cannot be imposed on {if (method == 'liml') 'LIML' else 'this variant'}.",
      i = "Use {.val 3sls} or {.val w2sls}{if (method == 'liml') '' else ', and {.code variant = \"gmm\"}'}."
    ), call)
  }
}

# Robust covariances weigh scores; the variants of 3SLS that are kept for comparison have none.
system_covariance_spec <- function(vcov, spec, call) {
  out <- covariance_spec(vcov, c("iid", "HC0"), call)
  compared <- spec$method == "3sls" && is.list(spec$instruments) && spec$variant != "gmm"
  if (out$type == "iid" || !compared) return(out)
  abort("vcov", c(
    "{.code variant = {.val {spec$variant}}} has no robust covariance with instruments by equation.",
    i = "Use {.code variant = \"gmm\"}, whose moments are valid."
  ), call)
}

# The estimate, its covariance widened by the replays of an index where there are any.
system_replayed <- function(spec, design, cov_spec, call) {
  carry_replays(system_estimate(spec, design, cov_spec, call), spec, function(spec) {
    design <- system_design(spec, call)
    if (all_finite(design$store)) system_estimate(spec, design, cov_spec, call)
  }, call)
}

# What is evaluated in the data, checked and with its scope.
system_spec <- function(equations, data, instruments, fe, weights, subset, identities, call) {
  parsed <- check_equations(equations, call)
  effects <- if (!is.null(fe)) parse_effects(one_sided(fe, "fe", call), call)
  weights <- one_sided(weights, "weights", call)
  subset <- one_sided(subset, "subset", call)
  for (i in seq_along(parsed)) {
    used <- c(list(parsed[[i]]$response, weights), effect_expressions(effects))
    parsed[[i]]$regressors <- expand_dot(parsed[[i]]$regressors, data, used)
  }
  spec <- list(
    equations = parsed, data = data, instruments = check_instruments(instruments, names(parsed), call), effects = effects,
    weights = weights, subset = subset, identities = parse_identities(identities, parsed, call)
  )
  exprs <- system_expressions(spec)
  spec$scope <- model_scope(exprs, data, environment(equations[[1]]) %||% globalenv())
  check_variables(exprs, data, spec$scope, call)
  say_powers(c(lapply(parsed, `[[`, "regressors"), if (is.list(spec$instruments)) spec$instruments else list(spec$instruments)))
  spec
}

# One formula for all equations, or a list by equation.
check_instruments <- function(instruments, names, call) {
  if (!is.list(instruments)) return(one_sided(instruments, "instruments", call))
  if (length(instruments) != length(names) || !is.null(names(instruments)) && !setequal(names(instruments), names)) {
    abort("equations", c(
      "A list of {.arg instruments} must have one formula for each of the equations {.val {names}}.",
      i = "Name them as the equations, or give one formula that is common to all."
    ), call)
  }
  if (is.null(names(instruments))) names(instruments) <- names
  lapply(instruments[names], one_sided, arg = "instruments", call = call)
}

# Everything of a description that is evaluated in the data; `rows`: with what chooses rows and effects.
system_expressions <- function(spec, rows = TRUE) {
  exprs <- c(
    lapply(spec$equations, `[[`, "response"), lapply(spec$equations, `[[`, "regressors"), spec$instruments, spec$weights,
    if (!is.null(spec$identities)) lapply(unlist(lapply(spec$identities, names), use.names = FALSE), str2lang),
    if (rows) c(spec$subset, effect_expressions(spec$effects))
  )
  unname(exprs)
}

system_design <- function(spec, call = rlang::caller_env()) {
  env <- model_env(spec$scope, spec$data, spec$panel)
  see <- function(expr) if (!is.null(expr)) evaluate(expr, spec$data, env, call)
  seen <- system_columns(spec, env, call)
  effects <- lapply(spec$effects, function(e) lapply(e, evaluate_levels, data = spec$data, env = env, call = call))
  slopes <- evaluate_slopes(spec$effects, spec$data, env, call)
  weights <- check_weights(see(spec$weights), call)
  seen$slopes <- unlist(unname(slopes), recursive = FALSE)
  settled <- settle_sample(spec, function() system_variables(seen, effects, weights), effects, weights, see, call)
  sample <- settled$sample
  if (is.null(spec$sample) && !is.null(sample$counts$missing)) sample$alone <- rows_alone(seen, effects, weights, see(spec$subset))
  made <- settled$made
  made$factors <- attach_slopes(made$factors, spec$effects, slopes, sample$rows)
  layout <- place_constants(system_layout(seen, sample$rows, hold_constant(spec$effects)), !is.null(spec$restrictions) || length(effects) > 0)
  identification <- identification_table(layout, spec$identities)
  if (system_methods[[spec$method]]$project) check_identification(identification, layout, call)
  if (is.null(spec$sample)) check_identities(spec, env, sample$rows, call)
  weight <- as.double((if (is.null(sample$rows)) weights else weights[sample$rows]) %||% numeric())
  c(layout, list(
    sample = sample, factors = made$factors, effects = effects, first = made$first, weight = weight,
    identification = identification
  ))
}

# Rows that each equation could use if it were by itself.
rows_alone <- function(seen, effects, weights, subset) {
  own <- if (is.null(subset)) TRUE else !is.na(subset) & subset
  common <- c(seen$instruments$common, list(seen$identities))
  vapply(names(seen$equations), function(name) {
    eq <- seen$equations[[name]]
    parts <- c(list(eq$part, seen$instruments$own[[name]]), common)
    variables <- sample_variables(c(stats::setNames(list(eq$y), eq$name), seen$slopes), parts[!vapply(parts, is.null, NA)], effects, weights)
    sum(own & Reduce(`&`, lapply(variables, function(v) if (is.null(dim(v))) !is.na(v) else rowSums(is.na(v)) == 0)))
  }, 0)
}

say_common_sample <- function(sample) {
  alone <- sample$alone
  if (is.null(alone) || all(alone <= sample$n + (sample$counts$singletons %||% 0))) return(invisible())
  inform("common_sample", c(
    i = "All equations use the {sample$n} row{?s} that are complete in each of them; alone they could use {paste0(alone, ' (', names(alone), ')', collapse = ', ')}."
  ))
}

system_variables <- function(seen, effects, weights) {
  parts <- c(lapply(seen$equations, `[[`, "part"), seen$instruments$common, seen$instruments$own)
  if (!is.null(seen$identities)) parts <- c(parts, list(seen$identities))
  responses <- `names<-`(lapply(seen$equations, `[[`, "y"), dependent_names(seen$equations))
  sample_variables(c(responses, seen$slopes), parts, effects, weights)
}

system_estimate <- function(spec, design, cov_spec, call) {
  clusters <- cluster_factors(cov_spec$clusters, spec, design$sample, call)
  plan <- meat_plan(cov_spec, clusters)
  asked <- system_arguments(spec, design, call)
  kernel <- bind_system(
    design$store, design$sample$n, asked$system, asked$options, design$factors, design$weight, asked$restrictions$matrix,
    asked$restrictions$value, plan$clusters
  )
  check_system_kernel(kernel, design, spec, call)
  equations <- names(design$equations)
  k <- lengths(kernel$x) + design$constant
  dof <- asked$dof
  dof$by_equation <- `names<-`(k, equations)
  dof$k <- sum(k)
  dof$residual <- `names<-`(dof$n - dof$absorbed - k + asked$options$fewer, equations)
  columns <- names(design$store)
  terms <- lapply(kernel$x, function(x) c(if (design$constant) "(Intercept)", columns[x + 1]))
  names(terms) <- equations
  names <- coefficient_names(terms, equations)
  cov <- system_covariance(kernel, cov_spec, plan, clusters, spec, rep(unname(dof$residual), k))
  dimnames(cov$v) <- list(names, names)
  list(kernel = kernel, dof = dof, covariance = cov, names = names, terms = terms, restrictions = asked$restrictions)
}

coefficient_names <- function(terms, equations) paste0(rep(equations, lengths(terms)), "_", unlist(terms, use.names = FALSE))

# What the kernel is told: positions of columns, restrictions and the estimator.
system_arguments <- function(spec, design, call) {
  at <- function(names) match(names, names(design$store)) - 1L
  response <- response_columns(design$equations)
  slopes <- lapply(unname(design$equations), `[[`, "x")
  restrictions <- parse_restrictions(spec$restrictions, if (!is.null(spec$restrictions)) coefficient_names(slopes, names(design$equations)) else character(), call)
  dof <- degrees_of_freedom(design$sample$n, 0L, design$factors)
  how <- system_methods[[spec$method]]
  count <- length(slopes)
  k <- lengths(slopes)
  pooled <- count * dof$n - if (spec$sigma == "n") 0 else sum(k) + count * (dof$absorbed + design$constant) - length(restrictions$value)
  list(
    system = list(y = at(response), x = lapply(slopes, at), z = at(design$z), z_of = lapply(unname(design$z_of), at), project = how$project),
    options = list(
      weighting = how$weighting, variant = if (spec$method == "3sls") spec$variant else "gls", limited = spec$method == "liml",
      iterate = spec$iterate, constant = design$constant, sigma = spec$sigma, n = dof$n, absorbed = dof$absorbed + design$constant,
      fewer = restrictions_within(restrictions$matrix, k), pooled = pooled, threads = spec$threads
    ),
    restrictions = restrictions, dof = dof
  )
}

# Restrictions that concern one equation only, counted by equation.
restrictions_within <- function(r, k) {
  if (!nrow(r)) return(rep(0L, length(k)))
  equation <- factor(rep(seq_along(k), k), seq_along(k))
  touched <- t(apply(r != 0, 1, function(row) tapply(row, equation, any, default = FALSE)))
  as.integer(colSums(touched & rowSums(touched) == 1))
}

system_covariance <- function(kernel, cov_spec, plan, clusters, spec, df) {
  if (cov_spec$type == "iid") {
    return(new_covariance((kernel$bread + t(kernel$bread)) / 2, cov_spec, if (spec$sigma == "n") Inf else df, 1))
  }
  sum <- sandwich_sum(kernel$half, kernel$meats, plan$sign)
  if (cov_spec$type == "HC0") return(new_covariance(sum$v, cov_spec, Inf, 1))
  groups <- vapply(clusters, `[[`, 0L, "levels")
  stata <- spec$ssc == "stata"
  factor <- if (stata) min(groups) / (min(groups) - 1) else 1
  new_covariance(sum$v * factor, cov_spec, if (stata) min(groups) - 1 else Inf, factor, groups = groups, repaired = sum$repaired)
}

check_system_kernel <- function(kernel, design, spec, call) {
  collinear <- lengths(kernel$dropped_x) > 0
  if (any(collinear)) {
    which <- names(design$equations)[collinear]
    what <- lapply(kernel$dropped_x[collinear], function(j) names(design$store)[j + 1])
    abort("collinear", c(
      "{cli::qty(which)}Equation{?s} {.val {which}} {?has/have} collinear regressors: {.val {unique(unlist(what))}} depend{?s/} on the others{if (length(design$factors)) ' or the effects' else ''}.",
      i = "Leave out one of the regressors that depend on each other: which one is the model's meaning."
    ), call)
  }
  if (kernel$failed_equation > 0) {
    name <- names(design$equations)[kernel$failed_equation]
    abort("identification", c(
      "Equation {.val {name}} is not identified: the projections of its regressors on the instruments depend on each other (rank condition).",
      i = "Its endogenous regressors {.val {design$endogenous_of[[name]]}} need instruments that move them apart."
    ), call)
  }
  if (kernel$status == 2L && kernel$iterations > 1) {
    abort("singular", c(
      "The iteration diverges: after {kernel$iterations} steps the covariance of the equations' residuals is singular.",
      i = if (!system_methods[[spec$method]]$project) "Least squares of equations that hold each other's dependent variable has no limit; use {.val 3sls}.",
      i = "Without {.arg iterate} the first step is the estimate."
    ), call)
  }
  if (kernel$status == 2L) {
    abort("singular", c(
      "The covariance of the equations' residuals is singular: an equation fits perfectly, repeats another or is an identity.",
      i = "Leave identities out of {.arg equations}; name their exogenous variables in {.arg instruments}."
    ), call)
  }
  if (kernel$status == 1L) {
    warn("not_converged", c(
      "The iteration stopped after {kernel$iterations} steps without settling: the last one moved the coefficients by {format(signif(100 * kernel$moved, 2))} percent, the limit is 1e-8 percent{if (kernel$iterations < 1000) ', and the steps no longer shrink' else ''}.",
      i = "The estimates are the last step's, not a limit. Without {.arg iterate} the first step is the estimate; weak instruments are a common cause, see {.fn weak_iv}."
    ), call)
  }
  check_perfect_equations(kernel, names(design$equations), system_methods[[spec$method]]$weighting, call)
}

# Residuals that are rounding cannot weigh the equations of the others; by itself such an equation only has no tests.
check_perfect_equations <- function(kernel, equations, weighting, call) {
  perfect <- equations[kernel$rss <= 1e-24 * kernel$tss_within]
  if (!length(perfect)) return(invisible())
  said <- "{cli::qty(perfect)}Equation{?s} {.val {perfect}} {?fits/fit} perfectly: {?its/their} residuals are rounding"
  way_out <- "Is it an identity? Leave it out of {.arg equations} and name it in {.arg identities}."
  if (weighting == "full" && length(equations) > 1) {
    abort("singular", c(paste0(said, ", and cannot weigh the system."), i = way_out), call)
  }
  warn("perfect_fit", c(paste0(said, ", and so are standard errors and tests."), i = way_out), call)
}

new_system_reg <- function(call, spec, design, estimate, cov_spec) {
  kernel <- estimate$kernel
  equations <- names(design$equations)
  columns <- names(design$store)
  dropped <- columns[kernel$dropped_z + 1]
  if (length(dropped)) inform("collinear", "Left out of the instruments as collinear: {.val {dropped}}.")
  say_replays(estimate$covariance)
  residuals <- kernel$residual
  colnames(residuals) <- equations
  by_equation <- function(x) `names<-`(x, equations)
  square <- function(m) `dimnames<-`(m, list(equations, equations))
  slopes <- function(z) without(columns[z + 1], "(Intercept)")
  structure(list(
    coefficients = `names<-`(kernel$coef, estimate$names), covariance = estimate$covariance, covariance_spec = cov_spec, residuals = residuals,
    sigma = square(kernel$sigma), residual_sigma = square(kernel$residual_sigma), iterations = kernel$iterations,
    converged = kernel$status == 0L, method = spec$method, dof = estimate$dof, sample = design$sample,
    identification = design$identification, endogenous = design$endogenous,
    instruments = slopes(which(seq_along(columns) %in% (c(kernel$z, unlist(kernel$z_of)) + 1L)) - 1L), collinear = dropped,
    instruments_by = if (length(kernel$z_of)) by_equation(lapply(kernel$z_of, slopes)), kappa = if (length(kernel$kappa)) by_equation(kernel$kappa),
    tss = by_equation(kernel$tss), tss_within = by_equation(kernel$tss_within), constant = design$constant, certificate = kernel$certificate,
    r2 = by_equation(1 - kernel$rss / kernel$tss), rss = by_equation(kernel$rss),
    r2_within = if (length(design$factors)) by_equation(1 - kernel$rss / kernel$tss_within),
    terms = estimate$terms, restrictions = estimate$restrictions, effects = lapply(design$factors, `[[`, "levels"), slopes = lengths(lapply(design$factors, `[[`, "slopes")),
    recipes = lapply(design$equations, function(eq) part_recipe(eq$part)), spec = spec, call = call
  ), class = c("system_reg", "ccd_model"))
}
