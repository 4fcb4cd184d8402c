#' Composite indices from principal components
#'
#' The score of the principal components of each system's indicators, weighted by the variance they
#' explain.
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @details Per system: indicators are normalised, then standardised; components of their
#'   correlation matrix are kept if their eigenvalue \eqn{\lambda_m} is above 1 (at least the
#'   first), or as many as explain a given share. The index is \eqn{\sum_m \lambda_m F_{im} / \sum_m
#'   \lambda_m} with the scores \eqn{F_{im} = \sum_j v_{jm} x_{ij}} of the standardised indicators
#'   \eqn{x_{ij}} on eigenvector \eqn{v_m}, whose sign is fixed so that the component rises with its
#'   largest loading. Scores have mean 0 and no fixed range: [coupling()] needs `rescale` for them.
#' @inheritParams composite_index
#' @param components `"kaiser"` (default), eigenvalue above 1, or a number, the least share of the
#'   variance to explain (0 to 1).
#' @param scope What indicators are normalised within, as in [normalise()]; components are those of
#'   all rows together.
#' @return A [composite_index()] whose recipe holds, in `components`, one list a system: `values`
#'   (eigenvalues kept), `explained` (cumulated share of the variance), `loadings` (one row an
#'   indicator, one column a component), `eigenvalues` (all of them, for `plot(idx, type =
#'   "scree")`). `weights()` gives the coefficients of the standardised indicators, which may be
#'   negative.
#' @section Errors: those of [composite_index()], and `ccdpanel_error_number`.
#' @examples
#' path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
#' sheet <- indicator_sheet(path)
#' idx <- pca_index(state_capital, sheet, panel = c("state", "year"))
#' attr(idx, "recipe")$components$economy
#' @export
pca_index <- function(data, sheet, panel, components = "kaiser", normalise = "minmax",
                      scope = "pooled", keep = NULL, ...) {
  check_dots(...)
  check_required("pca_index")
  call <- rlang::current_env()
  if (!missing(normalise)) check_typed_normalise(data, normalise, call)
  data <- panel_data(data)
  sheet <- as_sheet(sheet)
  labels <- value_labels(data, c(panel, keep))
  data <- unshared_columns(settled_panel(data, panel), c(panel, keep))
  say_panel(panel, data)
  check_index_names(sheet, panel, keep, data, call)
  if (!identical(components, "kaiser")) {
    check_number(components, "components", min = .Machine$double.eps, max = 1)
  }
  spec <- weight_spec("pca", normalise, scope, "limit", sheet, data, data[[panel[2]]], call)
  columns <- indicator_columns(data, sheet, panel, call)
  check_two_rows(nrow(data), call)
  summary <- summarise_indicators(columns, sheet, call)
  spec <- with_still(spec, columns, sheet)
  constant <- constant_indicators(sheet, summary, spec)
  warn_constant(constant, sheet, call, in_base(spec))
  z <- normalise_columns(columns[!constant], sheet[!constant, ], spec, data[[panel[2]]], call)
  # What is the same for all units of each period, once scaled by period, is the same everywhere.
  flat <- vapply(z, function(x) isTRUE(diff(range(x, na.rm = TRUE)) == 0), NA)
  if (any(flat)) {
    constant[!constant] <- flat
    warn_constant(constant, sheet, call, " within periods")
    z <- z[!flat]
  }
  parts <- system_components(z, sheet[!constant, ], if (is.numeric(components)) components)
  coefficients <- numeric(nrow(sheet))
  coefficients[!constant] <- unlist(lapply(parts, `[[`, "coefficients"))[
    order(order_by_system(sheet[!constant, ]))
  ]
  recipe <- c(
    index_recipe(c(spec, aggregate = "pca"), sheet, panel, list(
      scope = scope, missing = "error", scale = 1, keep = keep
    ), data), list(
    weights = pca_coefficients(sheet, coefficients),
    omitted = stats::setNames(integer(length(parts)), names(parts)),
    dimensions = dimension_table(list(), 1, data, panel), labels = labels,
    components = lapply(parts, `[`, c("values", "explained", "loadings", "eigenvalues"))
  ))
  new_result(c(
    as.list(data)[unique(c(panel, keep))], lapply(parts, `[[`, "score")
  ), "composite_index", recipe)
}

# Rows of the sheet system by system, as the parts come.
order_by_system <- function(sheet) {
  order(match(sheet$system, unique(sheet$system)), seq_len(nrow(sheet)))
}

system_components <- function(z, sheet, share) {
  systems <- unique(sheet$system)
  lapply(stats::setNames(systems, systems), function(s) {
    j <- which(sheet$system == s)
    x <- scale(do.call(cbind, z[j]))
    parts <- principal_components(stats::cor(x), share)
    dimnames(parts$loadings) <- list(
      sheet$indicator[j], paste0("component_", seq_along(parts$values))
    )
    parts$coefficients <- as.vector(parts$vectors %*% parts$values) / sum(parts$values)
    parts$score <- as.vector(x %*% parts$coefficients)
    parts
  })
}

pca_coefficients <- function(sheet, coefficients) {
  out <- new_weights(sheet, list(raw = rep(1, nrow(sheet))))
  out$weight <- coefficients
  out
}
