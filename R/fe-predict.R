#' @rdname model-methods
#' @export
fitted.fe_reg <- function(object, ...) {
  check_dots(...)
  check_has_rows(object, "fitted()", rlang::current_env())
  design <- model_design(object$spec)
  as.double(design$response) - object$residuals
}

#' @rdname model-methods
#' @export
predict.fe_reg <- function(object, newdata = NULL, type = "response", ...) {
  # marginaleffects hands on how it takes derivatives.
  check_dots(..., passed = "numderiv")
  check_choice(type, "response", "type")
  if (is.null(newdata)) return(stats::fitted(object))
  predicted(newdata, object, rlang::current_env())
}

# Predictions for new data: a vector for a data frame, a lazy table for one in a database.
predicted <- function(newdata, object, call) UseMethod("predicted")

#' @export
predicted.default <- function(newdata, object, call) {
  newdata <- read_columns(newdata, "newdata", call = call)
  spec <- object$spec
  newdata <- in_units_of(newdata, spec$data)
  parts <- c(
    list(spec$parsed$exogenous, spec$parsed$endogenous), effect_expressions(spec$parsed$effects)
  )
  check_variables(parts[!vapply(parts, is.null, NA)], newdata, spec$scope, call)
  env <- model_env(spec$scope, newdata, spec$panel, new = TRUE)
  check_whole_columns(object, effect_expressions(spec$parsed$effects), newdata, call)
  parts <- regressors_on(object, newdata, env, call)
  columns <- unlist(lapply(parts, `[[`, "columns"), recursive = FALSE)
  b <- object$coefficients
  about <- 0 * b
  estimated <- list(levels = list(), factors = list())
  if (length(spec$parsed$effects)) {
    design <- model_design(spec, cells = TRUE)
    about <- regressor_means(object, design)
    estimated <- estimated_levels(object, design = design, about = about, centred = TRUE)
    estimated$free <- free_levels(object, estimated, design)
  }
  out <- rep(if ("(Intercept)" %in% names(b)) b[["(Intercept)"]] else 0, nrow(newdata))
  for (name in setdiff(names(b), "(Intercept)")) {
    out <- out + b[[name]] * (columns[[name]] - about[[name]])
  }
  for (part in parts) if (!is.null(part$offset)) out <- out + part$offset
  effects <- effect_values(object, newdata, env, estimated)
  out <- out + effects$total
  broken <- broken_collinearity(object, columns, newdata, env)
  out[Reduce(`|`, broken, FALSE) & !is.na(out)] <- NA
  say_broken(names(broken), sum(Reduce(`|`, broken, FALSE)), length(out))
  say_apart(effects$apart, names(spec$parsed$effects), !length(estimated$free))
  unseen <- c(unlist(lapply(parts, `[[`, "unseen"), recursive = FALSE), effects$unseen)
  unknown <- Reduce(`|`, lapply(unseen, function(v) !is.na(v)), rep(FALSE, nrow(newdata)))
  say_unseen(unseen, unknown)
  accounted <- unknown | effects$apart | Reduce(`|`, broken, FALSE)
  say_absent(is.na(out) & !accounted, c(
    unlist(lapply(parts, part_variables), recursive = FALSE), effects$variables
  ))
  out
}

# What is taken off each regressor before it meets its coefficient, and off the effects' side too: a
# column of mean 1e8 that moves by 1e-6 would lose its digits in the sum. Zero where no effect has a
# level of its own to take it up.
regressor_means <- function(object, design) {
  b <- object$coefficients
  held <- any(vapply(design$factors, function(f) !isFALSE(f$intercept), NA))
  at <- match(names(b), design$names)
  means <- vapply(at, function(j) {
    if (!held || is.na(j)) 0 else mean(design$columns[[j]]) + (design$centre[j] %||% 0)
  }, 0)
  stats::setNames(means, names(b))
}

# Exogenous and endogenous regressors on new data, as parts.
regressors_on <- function(object, newdata, env, call = rlang::caller_env()) {
  recipes <- object$recipes[intersect(c("exogenous", "endogenous"), names(object$recipes))]
  check_whole_columns(object, regressor_calls(recipes), newdata, call)
  parts <- lapply(unname(recipes), part_on, data = newdata, env = env, call = call)
  made <- unlist(lapply(parts, function(part) names(part$columns)))
  lost <- setdiff(names(object$coefficients), c("(Intercept)", made))
  if (length(lost)) abort_other_kind(lost, object, newdata, call)
  parts
}

# A condition where there was a number, or the other way round: R codes it in other columns.
abort_other_kind <- function(lost, object, newdata, call) {
  kind <- function(data, names) vapply(names, function(name) class(data[[name]])[1], "")
  both <- intersect(unlist(lapply(object$recipes, function(r) all.vars(r$expr))), names(newdata))
  both <- intersect(both, names(object$spec$data))
  now <- kind(newdata, both)
  before <- kind(object$spec$data, both)
  other <- now != before
  abort("regressor", c(
    paste0(
      "{.arg newdata} gives no column for the coefficient{?s} {.val {lost}}: a variable is of ",
      "another kind there than in the data of the fit."
    ),
    x = if (any(other)) {
      paste0(both[other], " was ", before[other], " and is ", now[other], collapse = "; ")
    },
    i = "Convert it to what it was."
  ), call)
}

# Rows without a prediction because something is missing: `variables` are those of the terms and
# the effects, by name.
say_absent <- function(absent, variables) {
  if (!any(absent)) return(invisible())
  variables <- variables[!duplicated(names(variables))]
  gone <- lapply(variables, function(v) {
    absent & (if (is.null(dim(v))) is.na(v) else rowSums(is.na(v)) > 0)
  })
  gone <- gone[vapply(gone, any, NA)]
  missing <- Reduce(`|`, gone, FALSE)
  # Infinite values of both signs have no sum.
  apart <- sum(absent & !missing)
  if (any(missing)) {
    inform("absent", c(
      paste0(
        "{sum(missing)} of {length(absent)} row{?s} {?has/have} no prediction, for missing ",
        "values: {paste0(names(gone), ' (', vapply(gone, sum, 0L), ')', collapse = ', ')}."
      )
    ))
  }
  if (apart) {
    inform("infinite", paste0(
      "{apart} of {length(absent)} row{?s} {?has/have} no prediction: infinite values of ",
      "regressors have no sum there."
    ))
  }
}

# `unseen`: by regressor or effect, the values of newdata that the sample has not, missing where it
# has them; `unknown`: the rows concerned.
say_unseen <- function(unseen, unknown) {
  if (!any(unknown)) return(invisible())
  unseen <- Filter(length, lapply(unseen, function(v) v[!is.na(v)]))
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
      "{sum(unknown)} of {length(unknown)} row{?s} {?has/have} no prediction, for levels that the ",
      "sample has not: {paste(named, collapse = '; ')}."
    ),
    i = "An effect or a coefficient was estimated for the levels of the sample only."
  ))
}

# Two effects are comparable only inside a connected component. `linked`: there are two, and it is
# known which levels no chain of rows links.
say_apart <- function(apart, effects, linked) {
  if (!any(apart)) return(invisible())
  rows <- "{sum(apart)} of {length(apart)} row{?s} {?has/have} no prediction: "
  inform("unidentified", if (linked) {
    c(
      paste0(
        rows, "{?its/their} levels of {.val {effects}} lie in different connected components."
      ),
      i = paste0(
        "No row of the sample links them, so that only sums inside a component are identified; ",
        "see {.code attr(fixef(fit), \"components\")}."
      )
    )
  } else {
    c(
      paste0(rows, "the sample does not identify the sum of {?its/their} {.val {effects}}."),
      i = "Another sum of these effects fits the sample as well, and is another number there."
    )
  })
}

# The sum of the effects of each row of newdata, NA where a level was not in the sample or two do
# not add up; those levels by effect, and the variables of the effects.
effect_values <- function(object, newdata, env, estimated) {
  effects <- object$spec$parsed$effects
  if (!length(effects)) return(list(total = 0, apart = rep(FALSE, nrow(newdata))))
  call <- rlang::caller_env()
  estimates <- estimated$levels
  component <- levels_by_component(estimated$factors)
  unseen <- list()
  places <- list()
  variables <- unlist(unname(evaluate_slopes(effects, newdata, env, call)), recursive = FALSE)
  total <- rep(0, nrow(newdata))
  free <- rep(list(total), length(estimated$free))
  for (name in names(effects)) {
    values <- lapply(
      effects[[name]], evaluate_levels, data = newdata, env = env, call = call
    )
    levels <- level_names(values, seq_len(nrow(newdata)))
    missing <- Reduce(`|`, lapply(values, is.na))
    variables[vapply(effects[[name]], deparse1, "")] <- values
    known <- names(estimates[[first_estimate(effects[[name]], name)]])
    places[[name]] <- at <- match(levels, known)
    unseen[[name]] <- ifelse(is.na(at) & !missing, levels, NA)
    part <- function(estimates) {
      effect_total(
        effects[[name]], name, estimates, at, estimated$slope_means[[name]], newdata, env, call
      )
    }
    total <- total + part(estimates)
    free <- Map(function(sum, levels) sum + part(levels), free, estimated$free)
  }
  apart <- rep(FALSE, nrow(newdata))
  if (length(component)) {
    apart <- (component[[1]][places[[1]]] != component[[2]][places[[2]]]) %in% TRUE
  }
  for (moved in free) apart <- apart | (abs(moved) > 1e-4) %in% TRUE
  total[apart] <- NA
  list(total = total, unseen = unseen, apart = apart, variables = variables)
}
