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
  check_dots(...)
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
  env <- model_env(spec$scope, newdata, spec$panel)
  parts <- regressors_on(object, newdata, env, call)
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
  check_whole_columns(object, recipes, newdata, call)
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

# Functions of one row at a time, beside those that R makes again from what they took from the data
# of the fit.
by_row <- c(
  "+", "-", "*", "/", "^", "(", ":", "%%", "%/%", "!", "&", "|", "==", "!=", "<", ">", "<=", ">=",
  "%in%", "I", "C", "factor", "as.factor", "ordered", "as.ordered", "offset", "log", "log2",
  "log10", "log1p", "exp", "expm1", "sqrt", "abs", "sign", "round", "floor", "ceiling", "is.na",
  "as.numeric", "as.double", "as.integer", "as.logical", "as.character", "ifelse", "pmin", "pmax",
  "c", "~", "l", "d", "interaction", "sin", "cos", "tan"
)

# An expression of the whole column inside another one (`I(scale(x)^2)`) is another variable on
# other rows, which no prediction of the fit is of. Asked of rows of the fit's own data.
check_whole_columns <- function(object, recipes, newdata, call) {
  for (recipe in recipes) {
    for (expr in whole_column_calls(recipe)) {
      used <- intersect(all.vars(expr), names(object$spec$data))
      same <- all(vapply(used, function(v) {
        identical(newdata[[v]], object$spec$data[[v]])
      }, NA))
      if (same || is_by_row(expr, object)) next
      abort("basis", c(
        paste0(
          "{.code {deparse1(expr)}} takes its values from all rows of the data, and is another ",
          "variable in {.arg newdata}."
        ),
        i = "Make it a column before the fit, {.code data$x <- ...}, and give that column."
      ), call)
    }
  }
}

whole_column_calls <- function(recipe) {
  variables <- as.list(attr(regressor_terms(recipe$expr), "variables"))[-1]
  kept <- as.list(recipe$predvars)[-1]
  Filter(function(v) {
    is.call(v) && !all(all.names(v, functions = TRUE) %in% c(by_row, all.vars(v))) &&
      !any(vapply(kept, function(k) is_basis(k, v), NA))
  }, variables)
}

# Is `kept` the basis `v` with what it took from the data?
is_basis <- function(kept, v) {
  is.call(kept) && identical(kept[[1]], v[[1]]) && length(v) > 1 && length(kept) > 1 &&
    identical(kept[[2]], v[[2]]) && !identical(kept, v)
}

# On a few rows by themselves as among all?
is_by_row <- function(expr, object) {
  spec <- object$spec
  rows <- unique(round(seq(1, nrow(spec$data), length.out = 4)))
  on <- function(data) eval(expr, data, model_env(spec$scope, data, spec$panel))
  tryCatch(
    {
      all <- on(spec$data)
      some <- on(as.data.frame(spec$data)[rows, , drop = FALSE])
      all <- if (is.null(dim(all))) all[rows] else all[rows, , drop = FALSE]
      isTRUE(all.equal(c(unclass(all)), c(unclass(some)), check.attributes = FALSE))
    },
    error = function(e) FALSE
  )
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
