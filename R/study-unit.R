# The units of a fit, and what an expression is in each of its rows.

# The units' variable of a fit as an expression, or NULL where nothing says what a unit is.
unit_of <- function(fit, unit, arg = "unit", call = rlang::caller_env()) {
  unit <- one_sided(unit, arg, call)
  if (!is.null(unit)) {
    check_one_term(unit, arg, "Name the one that is drawn or counted whole.", call)
    check_variables(list(unit), fit$spec$data, fit$spec$scope, call)
    return(unit)
  }
  if (!is.null(fit$spec$panel)) return(as.name(fit$spec$panel[1]))
  clusters <- fit$covariance$clusters
  if (length(clusters) == 1 && !grepl("^", clusters, fixed = TRUE)) {
    label_expression(clusters, fit$spec$data)
  }
}

# What a bootstrap draws whole: at least units, and groups of units that the fit takes for
# dependent.
drawn_together <- function(fit, cluster, call) {
  unit <- unit_of(fit, cluster, "cluster", call)
  clusters <- fit$covariance$clusters
  if (!is.null(cluster) || !length(clusters)) return(unit)
  if (is.null(unit)) {
    abort("cluster", c(
      "The fit is clustered by {.val {clusters}}, and rows are drawn by one variable.",
      i = "Name it, {.code cluster = ~province}: the one with the fewest clusters."
    ), call)
  }
  if (length(clusters) > 1 || grepl("^", clusters, fixed = TRUE)) return(unit)
  by <- label_expression(clusters, fit$spec$data)
  codes <- lapply(list(unit, by), function(e) unit_codes(fit, e, call)[sample_rows(fit)])
  whole <- nrow(unique(as.data.frame(codes, col.names = c("unit", "by")))) ==
    length(unique(codes[[1]]))
  if (whole) by else unit
}

need_unit <- function(unit, what, call, way = "unit = ~province") {
  if (!is.null(unit)) return(invisible())
  abort("unit", c(
    "{what} needs to know the units, and the fit has no {.arg panel}.",
    i = "Name them: {.code {way}}."
  ), call)
}

# An expression's values over all rows of a fit's data, as levels.
values_of <- function(fit, expr, call) {
  evaluate_levels(
    expr, fit$spec$data, model_env(fit$spec$scope, fit$spec$data, fit$spec$panel), call
  )
}

# Unit of each row as an integer code.
unit_codes <- function(fit, unit, call) {
  value <- values_of(fit, unit, call)
  match_values(value, unique(value))
}

count_values <- function(fit, expr) {
  length(unique(unit_codes(fit, expr, rlang::caller_env())[sample_rows(fit)]))
}
