# Covariances of scores that are correlated over time: within units (Newey and West), across all
# units (Driscoll and Kraay); and over space (Conley). Bartlett weights unless said otherwise.

#' Covariances for scores correlated over time or over space
#'
#' Descriptions of covariances, for the argument `vcov` of [fe_reg()], [vcov()], [summary()],
#' [confint()] and [generics::tidy()].
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @section Estimators: With scores \eqn{s_{it} = w_{it} x_{it} \hat u_{it}}{s_it = w_it x_it u_it}
#' (effects out of x, x projected on the instruments), Bartlett weights k(j) = 1 - j / (lag + 1) and
#' j the distance of two periods by the time column's own values:
#' * `cov_nw()`, Newey and West (1987): products of scores of the same unit, up to `lag` periods
#'   apart. Factor N / (N - K), t with N - K degrees of freedom.
#' * `cov_dk()`, Driscoll and Kraay (1998): the same of the periods' sums of scores, so that units
#'   may be correlated with each other too. Factor (N - 1) / (N - K) * T / (T - 1), t with T - 1
#'   degrees of freedom; T periods. It rests on T, not on the number of units.
#' * `cov_conley()`, Conley (1999): products of scores of all rows at most `cutoff` km apart (great
#'   circle on a sphere of radius 6371.01 km), at any two times, weighted by 1 (`"uniform"`) or
#'   1 - distance / cutoff (`"bartlett"`). Factor N / (N - K), t with N - K degrees of freedom. A
#'   negative eigenvalue, possible in two dimensions with either kernel, is set to zero and
#'   reported, free of units as in [fe_reg()]; the two above have none. fixest 0.14.2 takes a
#'   radius of 6376 km where `distance = "spherical"` (its default is a flat approximation): pairs
#'   just within the cutoff fall out, and its cutoff times 6376 / 6371.01 is the same here.
#'
#' With `ssc = "none"` the factor is 1 and the distribution normal. K counts coefficients and the
#' effects' degrees of freedom.
#' @param lag Largest distance in periods, a whole number; default floor(4 (T / 100)^(2/9)) with T
#'   periods in the sample.
#' @param panel Two column names, unit and time (whole numbers, as for lags); default the `panel` of
#'   the fit.
#' @return An object to pass on as `vcov`.
#' @section Errors: `ccdpanel_error_panel` (no panel given, or times that are not whole numbers),
#'   `_number`, `_formula`, `_coordinates`.
#' @references Newey, W. K. and West, K. D. (1987). A simple, positive semi-definite,
#'   heteroskedasticity and autocorrelation consistent covariance matrix. Econometrica 55(3),
#'   703-708. \doi{10.2307/1913610}
#'
#'   Driscoll, J. C. and Kraay, A. C. (1998). Consistent covariance matrix estimation with spatially
#'   dependent panel data. Review of Economics and Statistics 80(4), 549-560.
#'   \doi{10.1162/003465398557825}
#'
#'   Conley, T. G. (1999). GMM estimation with cross sectional dependence. Journal of Econometrics
#'   92(1), 1-45. \doi{10.1016/S0304-4076(98)00084-0}
#' @seealso [cov_cr2()] for few clusters.
#' @examples
#' fit <- fe_reg(log(output) ~ log(highways) + unemployment | state + year, state_capital,
#'   panel = c("state", "year"))
#' summary(fit, vcov = cov_dk())
#' sqrt(diag(vcov(fit, cov_nw(lag = 3))))
#' @export
cov_nw <- function(lag = NULL, panel = NULL, ...) {
  check_dots(...)
  check_lag(lag)
  new_cov("NW", lag = lag, panel = panel)
}

#' @rdname cov_nw
#' @export
cov_dk <- function(lag = NULL, panel = NULL, ...) {
  check_dots(...)
  check_lag(lag)
  new_cov("DK", lag = lag, panel = panel)
}

#' @rdname cov_nw
#' @param place A one-sided formula of latitude and longitude in degrees, in this order: `~lat +
#'   lon`.
#' @param cutoff Distance in km beyond which scores are taken as uncorrelated.
#' @param kernel `"uniform"` or `"bartlett"`.
#' @export
cov_conley <- function(place, cutoff, kernel = "uniform", ...) {
  check_dots(...)
  check_required("cov_conley")
  check_number(cutoff, "cutoff", 0)
  check_choice(kernel, c("uniform", "bartlett"), "kernel")
  expr <- one_sided(place, "place")
  scope <- written_values(place)
  place <- split_plus(expr)
  if (length(place) != 2) {
    abort("formula", c(
      "{.arg place} must name two variables, latitude and longitude, not {length(place)}.",
      i = "For instance {.code ~lat + lon}."
    ))
  }
  new_cov(
    "conley", place = stats::setNames(place, vapply(place, rlang::as_label, "")), cutoff = cutoff,
    kernel = kernel, scope = scope
  )
}

check_lag <- function(lag, call = rlang::caller_env()) {
  if (!is.null(lag)) check_number(lag, "lag", 0, call = call, whole = TRUE)
}

# The kernel's meat of any scores by row (list of its own facts beside): shared by coefficients and
# by tests of moments.
kernel_meat <- function(scores, cov_spec, sample, spec, call) {
  if (cov_spec$type == "conley") return(conley_meat(scores, cov_spec, sample, spec, call))
  periods <- panel_periods(cov_spec, sample, spec, call)
  distinct <- length(unique(periods$time))
  lag <- cov_spec$lag %||% floor(4 * (distinct / 100)^(2 / 9))
  meat <- if (cov_spec$type == "NW") {
    bind_lagged_meat(scores, periods$unit, periods$time, lag)
  } else {
    times <- sort(unique(periods$time))
    sums <- rowsum(scores, match(periods$time, times))
    bind_lagged_meat(sums, rep(1L, nrow(sums)), times, lag)
  }
  list(meat = meat, lag = lag, periods = distinct)
}

# Units as integers and periods from 0 (times in milliseconds are more than integers hold), on the
# rows of the sample.
panel_periods <- function(cov_spec, sample, spec, call) {
  panel <- cov_spec$panel %||% spec$panel
  if (is.null(panel)) {
    abort("panel", c(
      "The covariance needs the units and periods of the rows, and {.arg panel} is not given.",
      i = "Add {.code panel = c(\"unit\", \"time\")} to {.fn fe_reg} or to the covariance."
    ), call)
  }
  if (!is.null(cov_spec$panel)) spec$data <- settled_panel(spec$data, panel, call = call)
  on_sample <- function(v) if (is.null(sample$rows)) v else v[sample$rows]
  time <- time_index(on_sample(spec$data[[panel[2]]]), call)
  list(unit = key_codes(on_sample(spec$data[[panel[1]]])), time = as.double(time - min(time)))
}

# Rows of one place are summed first.
conley_meat <- function(scores, cov_spec, sample, spec, call) {
  check_variables(cov_spec$place, spec$data, spec$scope, call)
  env <- model_env(spec$scope, spec$data, spec$panel)
  at <- lapply(cov_spec$place, function(expr) {
    role <- function() cli::format_inline("The coordinate {.code {rlang::as_label(expr)}}")
    as_numbers(evaluate(expr, spec$data, env, call), role(), "coordinates", call)
  })
  if (!is.null(sample$rows)) at <- lapply(at, `[`, sample$rows)
  check_coordinates(at[[1]], 90, names(at)[1], "Latitude", call)
  check_coordinates(at[[2]], 360, names(at)[2], "Longitude", call)
  code <- make_factors(list(place = unname(at)), NULL)
  first <- code$first[[1]]
  sums <- rowsum(scores, code$factors[[1]]$code)
  meat <- bind_spatial_meat(
    sums, as.double(at[[1]])[first], as.double(at[[2]])[first], cov_spec$cutoff,
    cov_spec$kernel == "bartlett", spec$threads
  )
  list(meat = meat, places = length(first), cutoff = cov_spec$cutoff, kernel = cov_spec$kernel)
}

check_coordinates <- function(v, limit, name, what, call) {
  bad <- if (is.numeric(v)) sum(is.na(v) | abs(v) > limit) else length(v)
  if (!bad) return(invisible())
  abort("coordinates", c(
    paste0(
      "{what} {.code {name}} must be in degrees between {-limit} and {limit}; {bad} row{?s} of ",
      "the sample {?is/are} not."
    ),
    i = "The order is latitude, then longitude: {.code ~lat + lon}."
  ), call)
}

kernel_covariance <- function(kernel, cov_spec, dof, design, spec, call) {
  made <- kernel_meat(row_scores(kernel, design), cov_spec, design$sample, spec, call)
  sum <- sandwich_sum(
    kernel$half, list(made$meat), 1, kernel$bread, indefinite = cov_spec$type == "conley",
    bread_of_scores = kernel$score_bread
  )
  stata <- spec$ssc == "stata"
  factor <- if (!stata) {
    1
  } else if (cov_spec$type == "DK") {
    (dof$n - 1) / dof$residual * made$periods / (made$periods - 1)
  } else {
    dof$n / dof$residual
  }
  df <- if (!stata) Inf else if (cov_spec$type == "DK") made$periods - 1 else dof$residual
  do.call(new_covariance, c(
    list(
      sum$v * factor, cov_spec, df, factor, sum$repaired, largest = sum$largest,
      root = times_root(sum$root, factor)
    ),
    made[names(made) != "meat"]
  ))
}

kernel_label <- function(cov) {
  switch(cov$type,
    NW = paste0("Newey-West, lag ", cov$lag),
    DK = paste0("Driscoll-Kraay, lag ", cov$lag, ", ", cov$periods, " periods"),
    conley = paste0(
      "Conley, ", cov$kernel, " kernel to ", format(cov$cutoff), " km, ", cov$places, " places"
    )
  )
}
