#' Spatial panel models
#'
#' Does y spill over to neighbours? Spatial lag, error, Durbin and combined models with the effects
#' of units and times, by maximum likelihood: what follows a Moran's I.
#'
#' @param formula `y ~ x | unit + time`, as in [fe_reg()]: the effects are those of the units, of
#'   the times, both, or none (`y ~ x`, with a constant).
#' @param data A data frame, one row a unit and time.
#' @param weights [spatial_weights()], or a matrix with names or a `listw`, as it stands; `NULL`
#'   (default): borders of the provinces of China. Units are matched by name, never by position.
#' @param model `"lag"` (default): \eqn{y = \rho Wy + X\beta + e}{y = rho Wy + Xb + e} (SAR);
#'   `"error"`: \eqn{y = X\beta + u}{y = Xb + u}, \eqn{u = \lambda Wu + e}{u = lambda Wu + e} (SEM);
#'   `"durbin"`: the first with \eqn{WX\theta}{WXt} (SDM); `"durbin_error"`: the second with it
#'   (SDEM); `"sac"`: lag and error, with one W (SARAR).
#' @param panel Names of the unit and the time column. `NULL` (default): those of a [coupling()] or
#'   an index, else the formula's two effects.
#' @param subset A one-sided formula of the rows to use (`~year > 2010`). Default: all.
#' @param lagged Of the Durbin models, a one-sided formula of the terms whose lags enter (`~ x`);
#'   `NULL` (default): all.
#' @param likelihood `"transformed"` (default) or `"direct"`, see below.
#' @param vcov `"information"` (default): the inverse of the expected information; `"hessian"`: of
#'   the observed one; a formula of the unit (`~province`): clustered by unit, see below. Of a fit
#'   also a matrix.
#' @param object,x A fit of `spatial_reg()`.
#' @param digits Significant digits printed.
#' @param n Coefficients printed.
#' @param newdata Not taken: other rows have neighbours that are not known.
#' @param type Of predictions `"response"` (default), y less the residual e, as spatialreg has it:
#'   it takes the neighbours' y as given; `"reduced"`, the mean given X and the effects,
#'   \eqn{(I - \rho W)^{-1}(X\beta + \mu)}{(I - rho W)^-1 (Xb + mu)}.
#' @param formula. Changes to the formula, as in [update()].
#' @param evaluate Fit the updated model (`TRUE`), or return the call?
#' @param ... Not used, except by `update()`: arguments of the call by name.
#' @return An object of class `spatial_reg`, a list: `coefficients` (`W x` is that of the
#'   neighbours' x; `rho`, `lambda` last), `covariance`, `sigma2`, `log_likelihood`, `residuals` (e,
#'   on the sample), `r2` (one less the sum of squares of e over that of y, and over that of y
#'   within the effects), `links` (the weights used), `collinear`, `sample`, `boundary`, `others`
#'   (lower peaks of the likelihood that were found). [spatial_effects()] gives direct and indirect
#'   effects, [regression_table()] takes it, [test_restrictions()] tests coefficients. It answers to
#'   the generics of [model-methods]; `residuals()` are e.
#' @section Estimator: With \eqn{A = I - \rho W}{A = I - rho W}, \eqn{B = I - \lambda W}{B = I -
#'   lambda W}, N rows and T determinants (below), coefficients are least squares of BAy on BX and
#'   \deqn{\log L(\rho, \lambda) = -\frac{N}{2}(\log 2\pi + 1 + \log\frac{e'e}{N}) + T(\log|A| +
#'   \log|B|)}{log L(rho, lambda) = -N/2 (log 2 pi + 1 + log(e'e/N)) + T (log|A| + log|B|)} is
#'   maximised between the reciprocals of the least and the largest real eigenvalue of W, from the
#'   best point of a grid, to the last digits by Newton's steps. Determinants are by the eigenvalues
#'   of W, up to 10000 units (some thousands where W is not symmetric before its rows are divided).
#'
#'   `"transformed"` (Lee and Yu 2010): effects are taken out by orthonormal contrasts, which leaves
#'   N = n(T - 1) rows and T - 1 determinants with units' effects, (n - 1) units and \eqn{|A| / (1 -
#'   \rho)}{|A|/(1 - rho)} with times' effects. Units' effects alone change \eqn{\sigma^2}{sigma2}
#'   and standard errors by T / (T - 1); both effects also \eqn{\rho}{rho}, whose `"direct"`
#'   estimate is biased by the order of 1 / n: among 31 regions, true .40, it is .35 in the mean of
#'   20 samples with the three nearest as neighbours, and .04 with weights 1 / d. `"direct"`: N = nT
#'   and all determinants; the effects are parameters.
#'
#'   Contrasts of units need rows of W with one sum. Where rows differ in sum (units without
#'   neighbours, weights that are not divided by rows), the times' effects are dummies and counted
#'   as coefficients, with either likelihood; the estimate is that with dummies, exactly.
#' @section Clustered errors: With \eqn{V}{V} the inverse information, `vcov = ~unit` is
#'   \eqn{n/(n - 1) V M V}{n/(n - 1) V M V}: M is the covariance of the scores where errors of a
#'   unit depend on each other over time in any way, and not between units. That of \eqn{\rho}{rho}
#'   is a quadratic form \eqn{e'Ge}{e'Ge}, in which each pair of units i and j adds \eqn{[(G_{ij} +
#'   G_{ji}) e_i'e_j]^2}{((G_ij + G_ji) e_i'e_j)^2} (the variance of martingale differences, as in
#'   Kelejian and Prucha 2001). In a simulation (60 units, 8 years, x and e with autocorrelation .8)
#'   rho varies by .059; its standard error is .062, without clusters .043.
#' @section What is left out: Rows with missing values are counted; what remains must be a balanced
#'   panel, else an error names the units and times. Regressors that the effects or others make (of
#'   a dummy of a year, its neighbours' mean) are named. Units of the weights that are not in the
#'   data are left out, counted, and rows of weights that summed to one are divided anew; units
#'   without neighbours are named and have lags of zero.
#' @section Coming from splm, spatialreg or xsmle: `"direct"` is `splm::spml(model = "within",
#'   effect = "individual")` and Stata's `xsmle, fe`, the default is `xsmle, fe leeyu` and
#'   `spxtregress, fe`. With times' effects splm (1.6.5) takes the lag of the demeaned y and leaves
#'   its mean in each time, so that its estimate is not that with dummies (rho .1967 for .1969 on
#'   Munnell's data); its `LeeYu = TRUE` then multiplies the variance by T / (T + 1), and its log
#'   likelihood of error models lacks constants. splm calls our rho `lambda` and our lambda `rho`,
#'   and matches units by their order. One time without effects is `spatialreg::lagsarlm()` and
#'   `errorsarlm()`.
#' @section Errors: `ccdpanel_error_unbalanced`, `_weights` (units that the weights do not have, a
#'   unit that is its own neighbour), `_units`, `_effects` (others than units' and times'),
#'   `_identification` (all units are neighbours alike, beside times' effects), `_panel`, `_formula`
#'   (instruments, an offset), `_absorbed`, `_too_few_rows`, `_too_many_units`, `_name`,
#'   `_needs_rows` (a table in a database), `_vcov`, `_choice`, and those of [fe_reg()] for
#'   `formula`. Warnings `ccdpanel_warning_boundary`, `_perfect_fit`, `_negative` (a variance, whose
#'   standard error is then missing). Messages `ccdpanel_message_dropped`, `_alone`, `_collinear`.
#' @references Anselin, L. (1988). Spatial Econometrics: Methods and Models. Kluwer.
#'   \doi{10.1007/978-94-015-7799-1}
#'
#'   Elhorst, J. P. (2014). Spatial Econometrics: From Cross-Sectional Data to Spatial Panels.
#'   Springer. \doi{10.1007/978-3-642-40340-8}
#'
#'   Kelejian, H. H. and Prucha, I. R. (2001). On the asymptotic distribution of the Moran I test
#'   statistic with applications. Journal of Econometrics 104(2), 219-257.
#'   \doi{10.1016/S0304-4076(01)00064-1}
#'
#'   Lee, L. F. and Yu, J. (2010). Estimation of spatial autoregressive panel data models with fixed
#'   effects. Journal of Econometrics 154(2), 165-185. \doi{10.1016/j.jeconom.2009.08.001}
#'
#'   Millo, G. and Piras, G. (2012). splm: Spatial panel data models in R. Journal of Statistical
#'   Software 47(1). \doi{10.18637/jss.v047.i01}
#' @seealso [spatial_weights()], [moran_test()], [spatial_effects()], [spatial_tests()].
#' @examples
#' # States that touch in a map of tiles
#' at <- us_state_tiles[match(unique(state_capital$state), us_state_tiles$state), ]
#' near <- as.matrix(dist(at[c("row", "column")])) <= 1.5
#' diag(near) <- FALSE
#' dimnames(near) <- list(at$state, at$state)
#' w <- spatial_weights(near * 1, style = "W")
#'
#' fit <- spatial_reg(
#'   log(output) ~ log(private_capital) + log(employment) | state + year, state_capital, w, "durbin"
#' )
#' fit
#' spatial_effects(fit)
#' regression_table(SDM = fit, SAR = update(fit, model = "lag"))
#' @order 1
#' @export
spatial_reg <- function(formula, data, weights = NULL, model = "lag", panel = NULL, subset = NULL,
                        lagged = NULL, likelihood = "transformed", vcov = "information", ...) {
  check_dots(...)
  check_required("spatial_reg")
  call <- rlang::current_env()
  check_choice(model, names(spatial_models), "model")
  check_choice(likelihood, c("transformed", "direct"), "likelihood")
  lagged <- one_sided(lagged, "lagged", call)
  check_unread(
    c(lagged = !is.null(lagged) && !spatial_models[[model]][["durbin"]]), "model = \"durbin\"", call
  )
  data <- read_columns(data)
  parsed <- parse_fe_formula(formula, call)
  check_spatial_formula(parsed, call)
  panel <- spatial_pair(panel, data, parsed, weights)
  check_spatial_pair(panel, call)
  data <- settled_panel(data, panel)
  say_spellings(data[[panel[1]]], panel[1])
  spec <- fe_spec(formula, data, NULL, subset, panel, "none", thread_count(NULL), call)
  cov_spec <- spatial_cov_spec(vcov, panel, call)
  spec <- c(spec, list(
    estimator = list(name = "ml"), singletons = TRUE, model = model, likelihood = likelihood,
    spatial = weights, lagged = lagged
  ))
  check_row_order(fe_expressions(without_subset(spec)), spec, call)
  design <- model_design(spec, call)
  check_spatial_design(design, call)
  say_losses(design$sample$counts)
  spec$sample <- kept_sample(design)
  spec$marks <- data_marks(spec, fe_expressions(spec))
  spec$codings <- part_codings(design$parts)
  new_spatial_reg(spec, design, cov_spec, match.call(), call)
}

check_spatial_formula <- function(parsed, call) {
  if (is.null(parsed$endogenous)) return(invisible())
  abort("formula", c(
    "Spatial models are estimated by maximum likelihood, and take no instruments.",
    i = "Write {.code y ~ x | unit + time}."
  ), call)
}

check_spatial_design <- function(design, call) {
  check_told_apart(design$parts, call)
  if (is.null(design$offset)) return(invisible())
  abort("formula", c(
    "A spatial model takes no offset: its dependent variable has a spatial lag.",
    i = "Subtract it from the dependent variable, or enter it as a regressor."
  ), call)
}

new_spatial_reg <- function(spec, design, cov_spec, matched, call) {
  kind <- spatial_models[[spec$model]]
  made <- spatial_parts(spec, design, call)
  m <- spatial_moments(made$columns, made$cells, kind)
  check_spatial_rows(made, kind, call)
  top <- maximise_spatial(m, made$counts, kind, made$links$bounds)
  d <- spatial_derivatives(m, made$counts, top$theta)
  check_spatial_fit(d, top, made, call)
  say_spatial_collinear(made$columns$collinear)
  made$g <- spatial_inverse(made$links, top$theta[["rho"]])
  free <- names(top$theta)[c(kind[["rho"]], kind[["lambda"]])]
  nuisance <- made$columns$nuisance
  b <- stats::setNames(d$fit$b, colnames(made$columns$x))
  b <- b[seq_along(b) > nuisance]
  fit <- structure(list(
    coefficients = c(b, top$theta[free]), theta = top$theta, sigma2 = d$sigma2,
    log_likelihood = top$log_likelihood, boundary = top$boundary, others = top$others,
    collinear = made$columns$collinear,
    lagged = made$columns$lagged[names(made$columns$lagged) %in% names(b)],
    effects = lapply(design$factors, `[[`, "levels"),
    slopes = lengths(lapply(design$factors, `[[`, "slopes")),
    sample = kept_sample(design), estimator = spatial_short[[spec$model]], spec = spec,
    links = made$links[c(
      "unit", "neighbour", "weight", "n", "start", "values", "bounds", "label", "style", "note",
      "alone", "left", "constant", "sum"
    )],
    cells = made$cells[c("units", "names", "times", "n", "t", "effects", "dummies")],
    counts = made$counts[c("rows", "t", "reduced")], call = matched,
    recipes = lapply(design$parts, part_recipe)
  ), class = c("spatial_reg", "ccd_model"))
  fit$dof <- spatial_dof(fit, nuisance)
  fit[c("residuals", "reduced", "r2", "rss")] <- spatial_residuals(made, d, top$theta)
  fit$covariance_spec <- cov_spec
  fit$covariance <- spatial_covariance(fit, cov_spec, made, m)
  fit
}

# Panel, links, columns and counts of a specification.
spatial_parts <- function(spec, design, call) {
  cells <- spatial_cells(design, spec, call)
  check_spatial_size(cells, spec, call)
  links <- spatial_links(spec$spatial, cells, call)
  check_told_links(cells, links, call)
  cells <- spatial_operators(cells, links)
  columns <- spatial_columns(design, cells, lagged_columns(design, spec, call), call)
  list(
    cells = cells, links = links, columns = columns,
    counts = spatial_counts(cells, links, spec$likelihood == "transformed")
  )
}
