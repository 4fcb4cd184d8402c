#' @rdname model-methods
#' @export
fitted.fe_reg <- function(object, ...) {
  check_dots(...)
  design <- model_design(object$spec)
  as.double(design$response) - object$residuals
}

#' @rdname model-methods
#' @export
predict.fe_reg <- function(object, newdata = NULL, type = "response", ...) {
  check_dots(...)
  check_choice(type, "response", "type")
  if (is.null(newdata)) return(stats::fitted(object))
  newdata <- read_columns(newdata, "newdata")
  spec <- object$spec
  newdata <- in_units_of(newdata, spec$data)
  parts <- c(
    list(spec$parsed$exogenous, spec$parsed$endogenous), effect_expressions(spec$parsed$effects)
  )
  check_variables(parts[!vapply(parts, is.null, NA)], newdata, spec$scope, rlang::current_env())
  env <- model_env(spec$scope, newdata, spec$panel)
  parts <- regressors_on(object, newdata, env, rlang::current_env())
  columns <- unlist(lapply(parts, `[[`, "columns"), recursive = FALSE)
  b <- object$coefficients
  out <- rep(if ("(Intercept)" %in% names(b)) b[["(Intercept)"]] else 0, nrow(newdata))
  for (name in setdiff(names(b), "(Intercept)")) out <- out + b[[name]] * columns[[name]]
  for (part in parts) if (!is.null(part$offset)) out <- out + part$offset
  effects <- effect_values(object, newdata, env)
  out <- out + effects$total
  broken <- broken_collinearity(object, columns, newdata, env)
  out[Reduce(`|`, broken, FALSE) & !is.na(out)] <- NA
  say_broken(broken)
  say_apart(effects$apart, names(spec$parsed$effects))
  say_unseen(c(
    unlist(lapply(parts, `[[`, "unseen"), recursive = FALSE), effects$unseen
  ), is.na(out) & !effects$apart)
  out
}

# Exogenous and endogenous regressors on new data, as parts.
regressors_on <- function(object, newdata, env, call = rlang::caller_env()) {
  recipes <- object$recipes[intersect(c("exogenous", "endogenous"), names(object$recipes))]
  lapply(unname(recipes), part_on, data = newdata, env = env, call = call)
}

# `unseen`: by regressor or effect, the values of newdata that the sample has not, one a row
# concerned.
say_unseen <- function(unseen, missing) {
  unseen <- unseen[lengths(unseen) > 0]
  if (!length(unseen)) return(invisible())
  named <- vapply(names(unseen), function(name) {
    values <- unique(unseen[[name]])
    shown <- paste(utils::head(values, 5), collapse = ", ")
    paste0(
      name, " (", shown, if (length(values) > 5) paste0(" and ", length(values) - 5, " more"), ": ",
      length(unseen[[name]]), ")"
    )
  }, "")
  inform("unseen", c(
    paste0(
      "{sum(missing)} of {length(missing)} row{?s} {?has/have} no prediction, for levels that the ",
      "sample has not: {paste(named, collapse = '; ')}."
    ),
    i = "An effect or a coefficient was estimated for the levels of the sample only."
  ))
}

# Two effects are comparable only inside a connected component.
say_apart <- function(apart, effects) {
  if (!any(apart)) return(invisible())
  inform("unidentified", c(
    paste0(
      "{sum(apart)} of {length(apart)} row{?s} {?has/have} no prediction: {?its/their} levels of ",
      "{.val {effects}} lie in different connected components."
    ),
    i = paste0(
      "No row of the sample links them, so that only sums inside a component are identified; see ",
      "{.code attr(fixef(fit), \"components\")}."
    )
  ))
}

# The sum of the effects of each row of newdata, NA where a level was not in the sample or two do
# not add up, and those levels by effect.
effect_values <- function(object, newdata, env, estimated = estimated_levels(object)) {
  effects <- object$spec$parsed$effects
  if (!length(effects)) return(list(total = 0, apart = FALSE))
  estimates <- estimated$levels
  component <- levels_by_component(estimated$factors)
  unseen <- list()
  places <- list()
  total <- rep(0, nrow(newdata))
  for (name in names(effects)) {
    values <- lapply(
      effects[[name]], evaluate_levels, data = newdata, env = env, call = rlang::caller_env()
    )
    levels <- level_names(values, seq_len(nrow(newdata)))
    known <- names(estimates[[first_estimate(effects[[name]], name)]])
    places[[name]] <- at <- match(levels, known)
    unseen[[name]] <- levels[is.na(at)]
    total <- total + effect_total(
      effects[[name]], name, estimates, at, newdata, env, rlang::caller_env()
    )
  }
  apart <- rep(FALSE, nrow(newdata))
  if (length(component)) {
    apart <- (component[[1]][places[[1]]] != component[[2]][places[[2]]]) %in% TRUE
  }
  total[apart] <- NA
  list(total = total, unseen = unseen, apart = apart)
}
