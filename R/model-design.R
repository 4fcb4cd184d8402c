# Everything a kernel needs of a model, from its description: columns on the sample, effects, weights, positions.
#
# A description (`spec`) is plain data: parsed formula, data, panel, one-sided expressions, scope, small-sample
# convention. The same function serves the first fit and every later look at it (another covariance, effects).

model_design <- function(spec, call = rlang::caller_env()) {
  env <- model_env(spec$scope, spec$data, spec$panel)
  see <- function(expr) if (!is.null(expr)) evaluate(expr, spec$data, env, call)
  parts <- evaluate_parts(spec, env, call)
  response <- see(spec$parsed$response)
  check_response(response, spec$parsed$response, call)
  effects <- lapply(spec$parsed$effects, function(e) lapply(e, see))
  weights <- check_weights(see(spec$weights), call)
  response_name <- rlang::as_label(spec$parsed$response)

  variables <- function() sample_variables(stats::setNames(list(response), response_name), parts, effects, weights)
  settled <- settle_sample(spec, variables, effects, weights, see, call)
  sample <- settled$sample
  made <- settled$made
  on_sample <- function(v) if (is.null(v) || is.null(sample$rows)) v else bind_gather(list(as.double(v)), sample$rows, 1L)[[1]]
  parts <- lapply(parts, expand_part, rows = sample$rows)
  offset <- Reduce(`+`, lapply(parts, function(p) on_sample(p$offset)) |> Filter(f = Negate(is.null)))
  y <- as.double(on_sample(response))
  c(
    assemble_columns(parts, if (is.null(offset)) y else y - offset),
    list(
      response = y, offset = offset, sample = sample, parts = parts, factors = made$factors,
      effects = effects, first = made$first, weight = as.double(on_sample(weights) %||% numeric()),
      constant = !length(effects) && parts$exogenous$intercept
    )
  )
}

# The rows of the sample, and the effects on them: those of the fit if it has them, else chosen from what `variables()`
# lists, singletons removed.
settle_sample <- function(spec, variables, effects, weights, see, call) {
  if (!is.null(spec$sample)) return(list(sample = spec$sample, made = make_factors(effects, spec$sample$rows)))
  needed <- variables()
  sample <- select_rows(needed, nrow(spec$data), weights, see(spec$subset), call)
  check_finite(needed, sample$rows, call)
  made <- make_factors(effects, sample$rows)
  if (!length(effects)) return(list(sample = sample, made = made))
  if (!made$alone) return(list(sample = sample, made = made))
  keep <- bind_without_singletons(made$factors, sample$n)
  if (!length(keep)) abort_all_singletons(names(effects), sample$n, call)
  sample <- leave_singletons(sample, keep)
  list(sample = sample, made = factors_on(made$factors, keep, sample$rows))
}

evaluate_parts <- function(spec, env, call) {
  intercept <- if (length(spec$parsed$effects)) TRUE
  see <- function(name, intercept) evaluate_part(spec$parsed[[name]], spec$data, env, intercept, call = call)
  exogenous <- see("exogenous", intercept)
  parts <- list(exogenous = exogenous)
  if (!is.null(spec$parsed$endogenous)) {
    # The constant is the exogenous part's affair; factors among the others are coded beside it.
    parts$endogenous <- see("endogenous", TRUE)
    parts$instruments <- see("instruments", TRUE)
  }
  parts
}

# Column 0 is y; then exogenous, endogenous, excluded instruments. Positions are 0-based, for C++.
assemble_columns <- function(parts, y) {
  count <- vapply(parts, function(p) length(p$columns), 0L)
  columns <- c(list(y), unlist(lapply(unname(parts), `[[`, "columns"), recursive = FALSE))
  exogenous <- seq_len(count[["exogenous"]])
  endogenous <- count[["exogenous"]] + seq_len(if (length(parts) > 1) count[["endogenous"]] else 0L)
  excluded <- length(exogenous) + length(endogenous) + seq_len(if (length(parts) > 1) count[["instruments"]] else 0L)
  list(
    columns = columns, names = c("", names(columns)[-1]), x = c(exogenous, endogenous),
    z = if (length(parts) > 1) c(exogenous, excluded) else integer(), endogenous = endogenous, excluded = excluded
  )
}

check_response <- function(y, expr, call) {
  if (is.numeric(y) && is.null(dim(y)) || is.logical(y)) return(invisible())
  abort("response", c(
    "The dependent variable {.code {rlang::as_label(expr)}} must be numeric, not {.obj_type_friendly {y}}.",
    i = "Convert it before the call."
  ), call)
}

abort_all_singletons <- function(effects, n, call) {
  abort("empty_sample", c(
    "No row is left to fit: each of the {n} row{?s} is alone in a level of {.or {.val {effects}}}, in turn.",
    i = "Leave out the effect whose levels name single rows."
  ), call)
}
