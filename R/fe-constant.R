#' The constant of a model with effects
#'
#' Papers print a constant beside absorbed effects; what it is depends on the program. Both
#' conventions, with standard errors.
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @section Conventions:
#' * `"reghdfe"`: the mean of y less the means of the regressors times their coefficients, that is
#'   the average of all effects (also Stata's areg, and xtreg with one effect).
#' * `"xtreg"`: of `xtreg y x i.year, fe`: the average effect of the units in the base period, the
#'   first level of every other effect. The units are the panel's if `panel` names one of the
#'   effects, else the first effect.
#'
#' Columns within their effects (within the units, beside dummies of the other effects) with their
#' means put back have the same slopes and this constant in a regression without effects, by the
#' fit's estimator and covariance; its standard error follows the slopes' from that regression's
#' small-sample factor to the fit's. Under HC2, HC3, CR2 and CR3 the leverages are those of that
#' regression. GMM weighs the moments of the slopes as the fit does, and that of the constant, the
#' mean of the residuals, is zero whatever the weights.
#' @param fit A fit of [fe_reg()] with effects.
#' @param convention `"reghdfe"` or `"xtreg"`.
#' @param vcov A covariance as in [fe_reg()]; `NULL` is the fit's own.
#' @return A data frame of one row: `term`, `estimate`, `std.error`, `statistic`, `df`, `p.value`.
#'   `summary(fit, constant = )` and `tidy(fit, constant = )` add it to the coefficients.
#' @section Errors: `ccdpanel_error_no_effects`, `_choice`, `_too_many_levels` (`"xtreg"` with more
#'   than 5,000 levels beside the units), `_replays` (a fit that carries an index's replays).
#' @examples
#' fit <- fe_reg(
#'   log(output) ~ log(highways) + unemployment | state + year, state_capital,
#'   vcov = ~state
#' )
#' fe_constant(fit)
#' fe_constant(fit, "xtreg")
#' @export
fe_constant <- function(fit, convention = "reghdfe", vcov = NULL, ...) {
  check_dots(...)
  check_required("fe_constant")
  check_choice(convention, c("reghdfe", "xtreg"), "convention")
  check_has_effects(fit)
  check_alone(fit, "Constants beside effects", rlang::current_env())
  if (is_given(vcov)) {
    abort("vcov", c(
      "A matrix holds no covariance of the constant beside effects.",
      i = "Give {.arg vcov} as in {.fn fe_reg}, or leave the constant out."
    ), rlang::current_env())
  }
  check_constant_replays(fit, rlang::current_env())
  fit <- with_values(fit, list(vcov), rlang::current_env())
  design <- constant_design(fit, vcov, rlang::current_env())
  if (convention == "xtreg") {
    check_no_slopes(
      design$factors, "The constant in the convention of xtreg",
      "Use {.code convention = \"reghdfe\"}: the average of the effects."
    )
  }
  dummies <- if (convention == "xtreg") other_dummies(design, unit_effect(fit))
  made <- constant_regression(fit, design, dummies, vcov, rlang::current_env())
  table <- made$table
  cov <- fit_covariance(fit, vcov)
  at <- match("(Intercept)", table$term)
  factor <- constant_factor(fit, made, cov)
  out <- data.frame(
    term = "(Intercept)", estimate = table$estimate[at], std.error = table$std.error[at] * factor
  )
  out$statistic <- out$estimate / out$std.error
  # CR2 and CR3 have degrees of freedom by coefficient: the constant's are its own.
  by_term <- length(unique(table$df)) > 1
  out$df <- if (by_term || !length(cov$df)) table$df[at] else cov$df[1]
  out$p.value <- 2 * stats::pt(-abs(out$statistic), out$df)
  out <- out[c("term", "estimate", "std.error", "statistic", "p.value", "df")]
  previewed(
    out, list("Constant beside absorbed effects, %s's convention", convention),
    "summary(fit, constant = )", "regression_table(fit)"
  )
}

# From the standard errors of the constant's regression to those of the fit.
constant_factor <- function(fit, made, cov) {
  own <- coefficient_table(fit, cov)
  if (!nrow(own)) return(sqrt(cov$factor / made$factor))
  error_of <- function(table) table$std.error[match(made$first, table$term)]
  error_of(own) / error_of(made$table)
}

# The coefficients with the constant before them, and their covariance; NULL where nothing tells the
# constant's.
with_constant <- function(fit, vcov, cov, call) {
  if (!tells_constant(fit, vcov)) return(NULL)
  fit <- with_values(fit, list(vcov), call)
  design <- constant_design(fit, vcov, call)
  # Beside slopes alone the constant is a coefficient, that of slopes times nought: here it is one
  # more effect, of a single level.
  at <- match("(Intercept)", names(fit$coefficients))
  if (!is.na(at)) {
    fit$coefficients <- fit$coefficients[-at]
    cov$v <- cov$v[-at, -at, drop = FALSE]
    cov["root"] <- list(NULL)
    if (length(cov$df) > 1) cov$df <- cov$df[-at]
    whole <- list(code = rep(0L, design_rows(design)), levels = 1L)
    design$factors <- c(design$factors, list(whole))
  }
  made <- constant_regression(fit, design, NULL, vcov, call)
  names <- c("(Intercept)", names(fit$coefficients))
  v <- (made$covariance * constant_factor(fit, made, cov)^2)[names, names, drop = FALSE]
  # Beside the fit's own covariance of the slopes, what leverages make another: the level at the
  # regressors' means varies as it does in the constant's regression.
  to_means <- diag(length(names))
  to_means[1, -1] <- made$means[names[-1]]
  v <- to_means %*% v %*% t(to_means)
  v[-1, -1] <- cov$v
  back <- diag(length(names))
  back[1, -1] <- -to_means[1, -1]
  list(
    coefficients = stats::setNames(
      c(made$table$estimate[match("(Intercept)", made$table$term)], fit$coefficients), names
    ),
    v = back %*% v %*% t(back)
  )
}

# Is there an error of the constant beside effects?
tells_constant <- function(fit, vcov) {
  !is_given(vcov) && is.null(fit$spec$replays)
}

weighs_moments <- function(fit) {
  identical(fit$spec$estimator$name, "gmm") && fit$spec$estimator$weighting$type != "iid"
}

constant_design <- function(fit, vcov, call) {
  if (has_rows(fit)) return(model_design(fit$spec, call))
  clusters <- c(
    constant_covariance(fit, vcov, call)$clusters, fit$spec$estimator$weighting$clusters
  )
  model_design(fit$spec, call, cells = TRUE, clusters = clusters)
}

constant_covariance <- function(fit, vcov, call) {
  if (is.null(vcov)) fit$covariance_spec else covariance_spec(vcov, call = call)
}

# The regression of the columns within their effects plus their means, on the design itself: within
# the effects its columns have the mean zero, and their means are what was taken from them. They are
# put back where the coefficients are known (`design$centre`), since a mean of 1e8 would take eight
# digits from the columns. Its coefficients, the name of the fit's first, its small-sample factor.
constant_regression <- function(fit, design, dummies, vcov, call) {
  if (weighs_moments(fit)) {
    design <- with_weighed_instruments(fit, design, call)
    fit$spec$estimator <- list(name = "2sls")
    fit$instruments <- utils::tail(design$names, length(design$z))
  }
  x <- cbind(bound_columns(design$columns, design_rows(design)), dummies)
  w <- if (length(design$weight)) design$weight else rep(1, nrow(x))
  factors <- if (is.null(dummies)) design$factors else design$factors[unit_effect(fit)]
  count <- length(design$columns)
  more <- seq_len(ncol(x) - count)
  means <- colSums(x * w) / sum(w) + c(design$centre %||% numeric(count), numeric(length(more)))
  x <- bind_absorb(x, factors, design$weight)$columns
  others <- c(design$endogenous, design$excluded)
  after_exogenous <- function(positions) {
    kept <- positions[
      design$names[positions + 1] %in% c(names(fit$coefficients), fit$instruments)
    ]
    c(setdiff(kept, others), count + more - 1L, intersect(kept, others))
  }
  design$fine <- NULL
  if (!is.null(design$combined)) {
    design$combined$columns <- c(design$combined$columns, count + more)
  }
  design[c("columns", "names", "x", "z", "centre", "factors", "constant", "base", "multiplier")] <-
    list(
      lapply(seq_len(ncol(x)), function(j) x[, j]), c(design$names, paste0(".ccd_d", more)[more]),
      after_exogenous(design$x), if (length(design$z)) after_exogenous(design$z) else integer(),
      means,
      list(), TRUE, c(design$base, rep(NA, length(more))),
      c(design$multiplier, vector("list", length(more)))
    )
  # The fit has said of its own coefficients what there is to say of them.
  made <- withCallingHandlers(
    fe_estimate(fit$spec, design, constant_covariance(fit, vcov, call), call),
    ccdpanel_warning_negative = rlang::cnd_muffle, ccdpanel_warning_rounding = rlang::cnd_muffle
  )
  aux <- list(coefficients = stats::setNames(made$kernel$coef, made$names))
  list(
    table = coefficient_table(aux, made$covariance), first = names(fit$coefficients)[1],
    factor = made$covariance$factor, covariance = made$covariance$v,
    means = stats::setNames(means, design$names)
  )
}

# GMM is two-stage least squares with the sums of instruments by which it weighs their moments, one
# a coefficient. They are taken within the effects: there they are orthogonal to the constant, whose
# moment among those that GMM weighs would move it away from the mean of the effects.
with_weighed_instruments <- function(fit, design, call) {
  kernel <- fe_kernel(fit$spec, design, list(clusters = list()), call)
  z <- bind_absorb(
    bound_columns(design$columns[kernel$z + 1], design_rows(design)), design$factors, design$weight
  )$columns
  one <- tcrossprod(z, kernel$half)
  count <- length(design$columns)
  added <- seq_len(ncol(one))
  design$columns <- c(design$columns, lapply(added, function(j) one[, j]))
  design$names <- c(design$names, paste0(".ccd_z", added))
  if (length(design$centre)) design$centre <- c(design$centre, numeric(length(added)))
  design$base <- c(design$base, rep(NA, length(added)))
  design$multiplier <- c(design$multiplier, vector("list", length(added)))
  design$endogenous <- as.integer(kernel$x)
  design$excluded <- design$z <- count + added - 1L
  # Of single rows in a database they are sums of what these have.
  design$estimator <- NULL
  design$combined <- list(at = count + added, columns = kernel$z + 1)
  design
}

# What replays of an index do to the constant is not what they do to a slope.
check_constant_replays <- function(fit, call) {
  if (is.null(fit$spec$replays)) return(invisible())
  abort("replays", c(
    "The standard error of the constant beside effects does not carry the replays of an index.",
    i = "Fit without {.arg replays} for the constant, or leave the constant out."
  ), call)
}

check_has_effects <- function(fit, call = rlang::caller_env()) {
  if (inherits(fit, "fe_reg") && hold_constant(fit$spec$parsed$effects)) return(invisible())
  abort("no_effects", c(
    paste0(
      "{.arg fit} must be a fit of {.fn fe_reg} with effects, not {if (inherits(fit, 'fe_reg')) ",
      "'one without, or with slopes alone' else found(fit)}."
    ),
    i = "Without effects the constant is among {.code coef(fit)}."
  ), call)
}

# Dummies of the effects but the units', each without its first level in order.
other_dummies <- function(design, unit, call = rlang::caller_env()) {
  factors <- design$factors[-unit]
  levels <- sum(vapply(factors, `[[`, 0L, "levels"))
  if (levels > 5000) {
    abort("too_many_levels", c(
      paste0(
        "{.val xtreg} takes the effects beside the units as dummies; {.val {names(factors)}} have ",
        "{levels} levels, and 5000 is the most."
      ),
      i = paste0(
        "Use {.code convention = \"reghdfe\"}, or let {.arg panel} name the effect with most ",
        "levels as the unit."
      )
    ), call)
  }
  one <- function(factor, names) {
    number <- suppressWarnings(as.numeric(names))
    base <- order(if (anyNA(number)) names else number)[1]
    outer(factor$code + 1L, setdiff(seq_len(factor$levels), base), `==`) + 0
  }
  do.call(cbind, Map(one, factors, Map(level_names, design$effects, design$first)[-unit]))
}
