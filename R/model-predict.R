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
  parts <- c(list(spec$parsed$exogenous, spec$parsed$endogenous), effect_expressions(spec$parsed$effects))
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
  effects <- effect_values(object, newdata, env)
  out <- out + effects$total
  say_unseen(c(unlist(lapply(parts, `[[`, "unseen"), recursive = FALSE), effects$unseen), out)
  out
}

# `unseen`: by regressor or effect, the values of newdata that the sample has not, one a row concerned.
say_unseen <- function(unseen, prediction) {
  unseen <- unseen[lengths(unseen) > 0]
  if (!length(unseen)) return(invisible())
  named <- vapply(names(unseen), function(name) {
    values <- unique(unseen[[name]])
    shown <- paste(utils::head(values, 5), collapse = ", ")
    paste0(name, " (", shown, if (length(values) > 5) paste0(" and ", length(values) - 5, " more"), ": ", length(unseen[[name]]), ")")
  }, "")
  inform("unseen", c(
    "{sum(is.na(prediction))} of {length(prediction)} row{?s} {?has/have} no prediction, for levels that the sample has not: {paste(named, collapse = '; ')}.",
    i = "An effect or a coefficient was estimated for the levels of the sample only."
  ))
}

# The sum of the effects of each row of newdata, NA where a level was not in the sample, and those levels by effect.
effect_values <- function(object, newdata, env) {
  effects <- object$spec$parsed$effects
  if (!length(effects)) return(list(total = 0))
  estimates <- fixef(object)
  unseen <- list()
  total <- rep(0, nrow(newdata))
  for (name in names(effects)) {
    values <- lapply(effects[[name]], evaluate, data = newdata, env = env, call = rlang::caller_env())
    levels <- level_names(values, seq_len(nrow(newdata)))
    known <- names(estimates[[first_estimate(effects[[name]], name)]])
    at <- match(levels, known)
    unseen[[name]] <- levels[is.na(at)]
    total <- total + effect_total(effects[[name]], name, estimates, at, newdata, env, rlang::caller_env())
  }
  list(total = total, unseen = unseen)
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
  held <- vapply(design$factors, function(f) !isFALSE(f$intercept), NA)
  intercepts <- intercepts_of(design$factors)
  level <- lapply(level, as.vector)
  if (any(held)) level[held] <- normalise_levels(level[held], intercepts)
  out <- level_estimates(level, object$spec$parsed$effects, design$factors, Map(level_names, design$effects, design$first))
  if (length(intercepts) > 1) attr(out, "components") <- effect_components(intercepts)
  out
}

# Connected components that each later effect forms with the first.
effect_components <- function(factors) {
  later <- names(factors)[-1]
  count <- vapply(factors[-1], function(f) length(unique(bind_components(factors[[1]], f))), 0L)
  data.frame(effect = later, with = names(factors)[1], components = unname(count), stringsAsFactors = FALSE)
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
    first <- seq_along(of_first)
    level[[1]][first] <- level[[1]][first] + base[match(of_first, of_later)]
    later <- seq_along(of_later)
    level[[j]][later] <- level[[j]][later] - base
  }
  level
}
