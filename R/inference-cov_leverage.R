# HC2 and HC3: residuals divided by what their own row took of them, regressors and effects
# together.

largest_solved_levels <- 5000

# Leverages of the rows of the sample (Xhat of two stages, as ivreg's). Beside the effect with most
# levels, the others' levels are solved densely: exact, and refused where that is too much.
fit_leverages <- function(kernel, design, spec, call) {
  check_projected(spec, "Leverages", call)
  check_solvable(design$factors, "Leverages", "HC1", call)
  if (any(with_slopes(design$factors))) {
    return(bind_slope_leverages(kernel$score_rows, design$factors, design$weight, spec$threads))
  }
  bind_leverages(kernel$score_rows, design$factors, design$weight, spec$threads)
}

# The hat matrix is that of a projection on regressors.
check_projected <- function(spec, what, call) {
  if (!spec$estimator$name %in% c("liml", "fuller", "gmm")) return(invisible())
  abort("vcov", c(
    paste0(
      "{what} belong to least squares and two-stage least squares; the fit is by ",
      "{.val {spec$estimator$name}}."
    ),
    i = "Use {.code vcov = \"HC1\"} or a formula of cluster variables."
  ), call)
}

# What is computed from an equation's own rows and regressors is not of an estimate that answers to
# other equations: `joint` is the estimator of such a one.
check_alone <- function(fit, what, call) {
  if (is.null(fit$joint)) return(invisible())
  abort("choice", c(
    paste0(
      "{what} belong to an equation that is estimated by itself; {.val {fit$equation}} is ",
      "estimated jointly with others ({fit$joint})."
    ),
    i = "Fit the equation by itself: {.code fe_reg({deparse1(fit$spec$formula)}, data)}."
  ), call)
}

check_solvable <- function(factors, what, instead, call) {
  if (length(factors) < 2) return(invisible())
  levels <- vapply(factors, parameter_count, 0)
  rest <- sum(levels[-which.max(levels)])
  if (rest <= largest_solved_levels) return(invisible())
  abort("too_many_levels", c(
    paste0(
      "{what} are exact while the effects but the largest have at most {largest_solved_levels} ",
      "levels in all; {.val {names(factors)[-which.max(levels)]}} have {rest}."
    ),
    i = "Use {.code vcov = {.val {instead}}}: with that many rows the two differ little."
  ), call)
}

leverage_sandwich <- function(kernel, cov_spec, design, spec, call) {
  h <- fit_leverages(kernel, design, spec, call)
  full <- which(h > 1 - 1e-10)
  if (length(full)) abort_full_leverage(full, cov_spec$type, design$sample, call)
  residual <- kernel$residual / if (cov_spec$type == "HC2") sqrt(1 - h) else 1 - h
  meat <- crossprod(row_scores(kernel, design, residual))
  sandwich_sum(
    kernel$half, list(meat), 1, kernel$bread, bread_of_scores = kernel$score_bread
  )
}

abort_full_leverage <- function(full, type, sample, call) {
  rows <- if (is.null(sample$rows)) full else sample$rows[full]
  abort("leverage", c(
    paste0(
      "{type} needs leverages below one; {length(rows)} row{?s} of {.arg data} {?has/have} ",
      "leverage one: {cli::cli_vec(rows, list(`vec-trunc` = 10))}."
    ),
    i = paste0(
      "Such a row is fitted exactly by a coefficient of its own: leave it out with {.arg subset}, ",
      "or use {.code vcov = \"HC1\"}."
    )
  ), call, rows = rows)
}
