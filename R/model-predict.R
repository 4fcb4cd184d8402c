#' @rdname model-methods
#' @export
fitted.fe_reg <- function(object, ...) {
  design <- model_design(object$spec)
  as.double(design$response) - object$residuals
}

#' @rdname model-methods
#' @export
predict.fe_reg <- function(object, newdata = NULL, ...) {
  if (is.null(newdata)) return(stats::fitted(object))
  check_data_frame(newdata, "newdata")
  spec <- object$spec
  parts <- c(list(spec$parsed$exogenous, spec$parsed$endogenous), unlist(spec$parsed$effects, recursive = FALSE))
  check_variables(parts[!vapply(parts, is.null, NA)], newdata, spec$scope, rlang::current_env())
  env <- model_env(spec$scope, newdata, spec$panel)
  recipes <- object$recipes[intersect(c("exogenous", "endogenous"), names(object$recipes))]
  call <- rlang::current_env()
  parts <- lapply(unname(recipes), part_on, data = newdata, env = env, call = call)
  columns <- unlist(lapply(parts, `[[`, "columns"), recursive = FALSE)
  b <- object$coefficients
  out <- rep(if ("(Intercept)" %in% names(b)) b[["(Intercept)"]] else 0, nrow(newdata))
  for (name in setdiff(names(b), "(Intercept)")) out <- out + b[[name]] * columns[[name]]
  for (part in parts) if (!is.null(part$offset)) out <- out + part$offset
  out + effect_values(object, newdata, env)
}

# The sum of the effects of each row of newdata; NA, counted, where a level was not in the sample.
effect_values <- function(object, newdata, env) {
  effects <- object$spec$parsed$effects
  if (!length(effects)) return(0)
  estimates <- fixef(object)
  unseen <- integer()
  total <- rep(0, nrow(newdata))
  for (name in names(effects)) {
    values <- lapply(effects[[name]], evaluate, data = newdata, env = env, call = rlang::caller_env())
    at <- match(level_names(values, seq_len(nrow(newdata))), names(estimates[[name]]))
    unseen[[name]] <- sum(is.na(at))
    total <- total + unname(estimates[[name]])[at]
  }
  unseen <- unseen[unseen > 0]
  if (length(unseen)) {
    inform("unseen", c(
      "{sum(is.na(total))} of {nrow(newdata)} row{?s} {?has/have} no prediction: {paste0(unseen, ' in a level of ', names(unseen), collapse = ', ')} that the sample has not."
    ))
  }
  total
}

#' @importFrom nlme fixef
#' @export
nlme::fixef

#' @rdname model-methods
#' @export
fixef.fe_reg <- function(object, ...) {
  design <- model_design(object$spec)
  if (!length(design$factors)) return(list())
  b <- object$coefficients
  rest <- design$columns[[1]]
  for (name in names(b)) rest <- rest - b[[name]] * design$columns[[match(name, design$names)]]
  level <- bind_absorb(matrix(rest), design$factors, design$weight)$level
  level <- normalise_levels(lapply(level, as.vector), design$factors)
  Map(stats::setNames, level, design$level_names)
}

# With several effects only sums are identified: in each connected component of an effect with the first one, the later
# effect's first level is set to zero and its value moved to the first effect.
normalise_levels <- function(level, factors) {
  names(level) <- names(factors)
  for (j in seq_along(factors)[-1]) {
    component <- bind_components(factors[[1]], factors[[j]])
    of_first <- component[seq_len(factors[[1]]$levels)]
    of_later <- component[-seq_len(factors[[1]]$levels)]
    base <- level[[j]][match(of_later, of_later)]
    level[[1]] <- level[[1]] + base[match(of_first, of_later)]
    level[[j]] <- level[[j]] - base
  }
  level
}
