#' Simultaneous equations: OLS, 2SLS, SUR, 3SLS, iterated 3SLS
#'
#' Estimates equations \eqn{y_m = X_m d_m + u_m}{y_m = X_m d_m + u_m} with instruments Z common to all, from cross-products.
#'
#' @section Estimator:
#' With \eqn{A = diag(P_Z X_m)}{A = blockdiag(P_Z X_m)} and S the covariance of the two-stage least squares residuals (of the
#' true regressors), \deqn{d = [A'(S^{-1} \otimes I)A]^{-1} A'(S^{-1} \otimes I) y.}{d = [A'(S^-1 (x) I)A]^-1 A'(S^-1 (x) I) y.}
#' `"3sls"` is that; `iterate = TRUE` repeats it with the residuals of d until d moves by less than 1e-10 (relative). `"2sls"` takes
#' each equation by itself; `"sur"` and `"ols"` are the same without projection. If every equation is just-identified,
#' 3SLS equals 2SLS.
#'
#' S is divided by N (`sigma = "n"`, Stata's reg3), by \eqn{\sqrt{(N - k_i)(N - k_j)}}{sqrt((N - k_i)(N - k_j))} (`"geomean"`, systemfit's
#' default) or by \eqn{N - \max(k_i, k_j)}{N - max(k_i, k_j)} (`"max"`), with k counting what `fe` absorbs. With `"n"` tests refer to the normal
#' distribution, with the others to t with N - k_i degrees of freedom.
#'
#' @section Identification:
#' Without `instruments`, every regressor that is not (or is not made of) a dependent variable is exogenous, lags `l(x, k)`
#' included, and all exogenous regressors are the instruments. With `instruments`, every regressor that is not among
#' them is endogenous. An equation with fewer excluded instruments than endogenous regressors is an error that
#' names it; the table is kept in `fit$identification`.
#'
#' @param equations A named list of formulas `y ~ x`. Names become part of the coefficients' names, `equation_term`.
#' @param data A data frame, one row an observation. All equations are fitted to the rows that are complete in all of them.
#' @param instruments A one-sided formula of all instruments, common to the equations. Default: all exogenous regressors.
#' @param fe A one-sided formula of effects common to the equations, absorbed (`~state + year`). Default: none.
#' @param method `"3sls"`, `"2sls"`, `"sur"` or `"ols"`.
#' @param iterate Iterate `"3sls"` or `"sur"` to convergence?
#' @param sigma Divisor of the residual covariance: `"n"`, `"geomean"` or `"max"`.
#' @param vcov `"iid"` (the estimator's own), `"HC0"` (robust, one score an observation over all equations), or a one-sided
#'   formula of cluster variables (factor G / (G - 1), reference t(G - 1)).
#' @param restrictions Linear restrictions within and across equations: strings such as
#'   `"economy_infrastructure = infrastructure_economy"`, or a list of `matrix` and `value`.
#' @param weights,subset,panel,ssc,threads,replays As in [fe_reg()]; `ssc = "none"` leaves out the clusters' factor.
#' @return An object of class `system_reg`, a list of plain data: `coefficients` (named `equation_term`), `covariance`,
#'   `residuals` (matrix, one column an equation), `sigma` (S that weighed the last step), `residual_sigma`, `iterations`,
#'   `identification`, `r2` by equation, `dof`, `sample`. Methods as for [fe_reg()].
#' @section Errors: `ccdpanel_error_equations`, `_column`, `_identification`, `_collinear`, `_singular` (residual covariance),
#'   `_restrictions`, and those of [fe_reg()].
#' @references Zellner, A. and Theil, H. (1962). Three-stage least squares: simultaneous estimation of simultaneous
#'   equations. Econometrica 30(1), 54-78. \doi{10.2307/1911287}
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
                       restrictions = NULL, weights = NULL, subset = NULL, panel = NULL, ssc = "stata", threads = NULL, replays = NULL) {
  call <- rlang::current_env()
  check_data_frame(data)
  check_choice(method, c("3sls", "2sls", "sur", "ols"), "method")
  check_choice(sigma, c("n", "geomean", "max"), "sigma")
  check_choice(ssc, c("stata", "none"), "ssc")
  check_flag(iterate, "iterate")
  if (iterate && !method %in% c("3sls", "sur")) {
    abort("choice", c(
      "{.arg iterate} applies to {.val 3sls} and {.val sur}, not to {.val {method}}.",
      i = "Equation by equation there is nothing to iterate."
    ))
  }
  if (!is.null(panel)) check_panel(panel, data)
  spec <- system_spec(equations, data, instruments, fe, method, iterate, sigma, restrictions, weights, subset, panel, ssc,
    thread_count(threads), call
  )
  cov_spec <- covariance_spec(vcov, c("iid", "HC0"), call)
  spec$replays <- replay_columns(replays, data, c(unlist(unname(spec$equations), recursive = FALSE), spec$instruments, spec$weights), call)
  design <- system_design(spec, call)
  say_losses(design$sample$counts)
  spec$sample <- design$sample
  new_system_reg(match.call(), spec, design, system_replayed(spec, design, cov_spec, call))
}

# The estimate, its covariance widened by the replays of an index where there are any.
system_replayed <- function(spec, design, cov_spec, call) {
  carry_replays(system_estimate(spec, design, cov_spec, call), spec, function(spec) {
    design <- system_design(spec, call)
    if (all_finite(design$store)) system_estimate(spec, design, cov_spec, call)
  }, call)
}

system_spec <- function(equations, data, instruments, fe, method, iterate, sigma, restrictions, weights, subset, panel, ssc,
                        threads, call) {
  parsed <- check_equations(equations, call)
  effects <- if (!is.null(fe)) parse_effects(one_sided(fe, "fe", call), call)
  instruments <- one_sided(instruments, "instruments", call)
  weights <- one_sided(weights, "weights", call)
  subset <- one_sided(subset, "subset", call)
  parsed <- lapply(parsed, function(eq) {
    eq$regressors <- expand_dot(eq$regressors, data, c(list(eq$response, weights), unlist(effects, recursive = FALSE)))
    eq
  })
  exprs <- c(
    unlist(unname(parsed), recursive = FALSE), list(instruments, weights, subset), unlist(effects, recursive = FALSE)
  )
  exprs <- exprs[!vapply(exprs, is.null, NA)]
  scope <- model_scope(exprs, data, environment(equations[[1]]) %||% globalenv())
  check_variables(exprs, data, scope, call)
  list(
    equations = parsed, data = data, instruments = instruments, effects = effects, method = method, iterate = iterate,
    sigma = sigma, restrictions = restrictions, weights = weights, subset = subset, panel = panel, ssc = ssc,
    threads = threads, scope = scope
  )
}

system_design <- function(spec, call = rlang::caller_env()) {
  env <- model_env(spec$scope, spec$data, spec$panel)
  see <- function(expr) if (!is.null(expr)) evaluate(expr, spec$data, env, call)
  seen <- system_columns(spec, env, call)
  effects <- lapply(spec$effects, function(e) lapply(e, see))
  weights <- check_weights(see(spec$weights), call)
  settled <- settle_sample(spec, function() system_variables(seen, effects, weights), effects, weights, see, call)
  sample <- settled$sample
  made <- settled$made
  layout <- place_constants(system_layout(seen, sample$rows, length(effects) > 0), !is.null(spec$restrictions))
  identification <- identification_table(layout)
  if (spec$method %in% c("2sls", "3sls")) check_order_condition(identification, call)
  weight <- as.double((if (is.null(sample$rows)) weights else weights[sample$rows]) %||% numeric())
  c(layout, list(
    sample = sample, factors = made$factors, level_names = Map(level_names, effects, made$first), weight = weight,
    identification = identification
  ))
}

system_variables <- function(seen, effects, weights) {
  parts <- c(lapply(seen$equations, `[[`, "part"), list(seen$instruments))
  responses <- stats::setNames(lapply(seen$equations, `[[`, "y"), vapply(seen$equations, `[[`, "", "name"))
  sample_variables(responses, parts[!vapply(parts, is.null, NA)], effects, weights)
}

system_estimate <- function(spec, design, cov_spec, call) {
  clusters <- cluster_factors(cov_spec$clusters, spec, design$sample, call)
  plan <- meat_plan(cov_spec, clusters)
  at <- function(names) match(names, names(design$store)) - 1L
  response <- vapply(design$equations, function(eq) if (is.null(eq$offset)) eq$name else paste0("(offset) ", eq$name), "")
  slopes <- lapply(design$equations, `[[`, "x")
  names <- unlist(Map(function(x, name) paste0(name, "_", x), slopes, names(slopes)), use.names = FALSE)
  restrictions <- parse_restrictions(spec$restrictions, names, call)
  dof <- degrees_of_freedom(design$sample$n, 0L, design$factors)
  kernel <- bind_system(
    design$store, design$sample$n, at(response), lapply(slopes, at), at(design$z),
    list(
      project = spec$method %in% c("2sls", "3sls"), weigh = spec$method %in% c("3sls", "sur"), iterate = spec$iterate,
      constant = design$constant, sigma = spec$sigma, n = design$sample$n, absorbed = dof$absorbed + design$constant,
      threads = spec$threads
    ),
    design$factors, design$weight, restrictions$matrix, restrictions$value, plan$clusters
  )
  check_system_kernel(kernel, design, spec, call)
  k <- vapply(kernel$x, length, 0L) + design$constant
  dof <- c(dof, list(by_equation = stats::setNames(k, names(slopes))))
  dof$k <- sum(k)
  dof$residual <- dof$n - dof$absorbed - k
  terms <- lapply(kernel$x, function(x) c(if (design$constant) "(Intercept)", names(design$store)[x + 1]))
  names <- unlist(Map(function(t, name) paste0(name, "_", t), terms, names(slopes)), use.names = FALSE)
  cov <- system_covariance(kernel, cov_spec, plan, clusters, spec, rep(dof$residual, k))
  dimnames(cov$v) <- list(names, names)
  list(kernel = kernel, dof = dof, covariance = cov, names = names, terms = stats::setNames(terms, names(slopes)),
    restrictions = restrictions)
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
  new_covariance(sum$v * factor, cov_spec, if (stata) min(groups) - 1 else Inf, factor, groups, sum$repaired)
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
      i = "Its endogenous regressors {.val {intersect(design$equations[[name]]$x, design$endogenous)}} need instruments that move them apart."
    ), call)
  }
  if (kernel$status == 2L) {
    abort("singular", c(
      "The covariance of the equations' residuals is singular{if (kernel$iterations > 1) paste0(' after ', kernel$iterations, ' iterations') else ''}: an equation fits perfectly, repeats another or is an identity.",
      i = "Leave identities out of {.arg equations}; name their exogenous variables in {.arg instruments}."
    ), call)
  }
  if (kernel$status == 1L) {
    warn("not_converged", c(
      "The iteration stopped after {kernel$iterations} steps before the coefficients settled to 1e-10.",
      i = "The estimates are the last step's; see {.code fit$iterations}."
    ), call)
  }
}

new_system_reg <- function(call, spec, design, estimate) {
  kernel <- estimate$kernel
  equations <- names(design$equations)
  dropped <- names(design$store)[kernel$dropped_z + 1]
  if (length(dropped)) inform("collinear", "Left out of the instruments as collinear: {.val {dropped}}.")
  say_replays(estimate$covariance)
  residuals <- kernel$residual
  colnames(residuals) <- equations
  name2 <- function(m) `dimnames<-`(m, list(equations, equations))
  structure(list(
    coefficients = stats::setNames(kernel$coef, estimate$names), covariance = estimate$covariance, residuals = residuals,
    sigma = name2(kernel$sigma), residual_sigma = name2(kernel$residual_sigma), iterations = kernel$iterations,
    converged = kernel$status == 0L, method = spec$method, dof = estimate$dof, sample = design$sample,
    identification = design$identification, endogenous = design$endogenous,
    instruments = setdiff(names(design$store)[kernel$z + 1], "(Intercept)"), collinear = dropped,
    r2 = stats::setNames(1 - kernel$rss / kernel$tss, equations), rss = stats::setNames(kernel$rss, equations),
    r2_within = if (length(design$factors)) stats::setNames(1 - kernel$rss / kernel$tss_within, equations),
    terms = estimate$terms, restrictions = estimate$restrictions, effects = lapply(design$level_names, length),
    recipes = lapply(design$equations, function(eq) part_recipe(eq$part)), spec = spec, call = call
  ), class = c("system_reg", "ccd_model"))
}
