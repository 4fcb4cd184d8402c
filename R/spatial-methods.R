# What a fit of spatial_reg() answers to.

spatial_titles <- c(
  lag = "Spatial lag model (SAR)", error = "Spatial error model (SEM)",
  durbin = "Spatial Durbin model (SDM)", durbin_error = "Spatial Durbin error model (SDEM)",
  sac = "Spatial lag and error model (SAC)"
)

#' @rdname spatial_reg
#' @export
print.spatial_reg <- function(x, digits = usual_digits(), n = 20, ...) {
  check_print_dots(...)
  check_shown(n = n, digits = digits)
  print(summary(x), digits = digits, n = n)
  invisible(x)
}

#' @rdname spatial_reg
#' @export
summary.spatial_reg <- function(object, vcov = NULL, ...) {
  check_dots(...)
  object$covariance <- fit_covariance(object, vcov)
  structure(
    list(
      fit = object, coefficients = printed_table(coefficient_table(object, object$covariance)),
      covariance = object$covariance, asked = vcov
    ),
    class = c("summary.spatial_reg", "ccd_summary")
  )
}

#' @export
print.summary.spatial_reg <- function(x, digits = usual_digits(), n = Inf, ...) {
  check_print_dots(...)
  check_shown(n = n, digits = digits)
  fit <- x$fit
  say(paste0(
    trf("%s by maximum likelihood", tr(spatial_titles[[fit$spec$model]])), colon(),
    rlang::as_label(fit$spec$parsed$response)
  ))
  say(paste0(trf("Rows: %s", with_commas(fit$sample$n)), header_effects(fit)))
  say(spatial_line(fit$links))
  say(likelihood_line(fit))
  say(errors_line(covariance_label(x$covariance), x$covariance))
  cat("\n")
  print_coefficients(x$coefficients, n, digits)
  cat("\n")
  say(spatial_footer(fit, n))
  next_steps(
    "spatial_effects(fit)", if (fit$spec$model == "durbin") "spatial_tests(fit)",
    "regression_table(fit)"
  )
  invisible(x)
}

spatial_line <- function(links) {
  paste(c(
    trf(
      "Weights by %s: %d units, %s links, %s", weights_label(links$label), links$n,
      with_commas(length(links$weight)), style_label(links$style)
    ),
    spoken_note(links$note),
    if (length(links$alone)) trf("without neighbours: %s", shown_names(shown_units(links$alone))),
    if (links$left) trf("left out of the weights: %s", count_of(links$left, "unit"))
  ), collapse = semicolon())
}

likelihood_line <- function(fit) {
  if (!any(fit$cells$effects)) return(trf("Likelihood of %s rows", with_commas(fit$counts$rows)))
  if (fit$spec$likelihood == "direct") {
    return(tr("Likelihood with the effects as parameters (direct)"))
  }
  paste0(
    trf("Likelihood transformed (Lee and Yu): %s rows", with_commas(fit$counts$rows)),
    if (fit$cells$dummies) tr("; the times' effects are parameters, as rows of W differ in sum")
  )
}

spatial_footer <- function(fit, n) {
  number <- function(v) short_number(v, 6, "NA")
  losses <- describe_losses(fit$sample$counts, n / 2)
  c(
    paste0(trf(
      "Log likelihood %s, AIC %s, sigma2 %s", number(fit$log_likelihood), number(stats::AIC(fit)),
      number(fit$sigma2)
    ), if (!is.na(fit$r2[["within"]])) {
      trf("; R2 within %s", short_number(fit$r2[["within"]], 4, "NA"))
    }, "\n"),
    if (nzchar(losses)) paste0(trf("Left out: %s.", losses), "\n"),
    if (length(fit$collinear)) {
      paste0(trf("Collinear: %s.", shown_names(fit$collinear, n / 2)), "\n")
    },
    if (fit$boundary) tr("The maximum is at an end of the interval for rho or lambda."),
    if (fit$others) {
      trf("The likelihood has %s besides this one.", count_of(fit$others, "lower peak"))
    }
  )
}

#' @rdname spatial_reg
#' @export
logLik.spatial_reg <- function(object, ...) {
  check_dots(...)
  structure(
    object$log_likelihood, df = object$dof$parameters, nobs = object$counts$rows, class = "logLik"
  )
}

#' @rdname spatial_reg
#' @export
deviance.spatial_reg <- function(object, ...) {
  check_dots(...)
  object$rss
}

#' @rdname spatial_reg
#' @export
sigma.spatial_reg <- function(object, ...) {
  check_dots(...)
  sqrt(object$sigma2)
}

#' @rdname spatial_reg
#' @export
fitted.spatial_reg <- function(object, ...) {
  check_dots(...)
  stats::predict(object)
}

#' @rdname spatial_reg
#' @export
predict.spatial_reg <- function(object, newdata = NULL, type = "response", ...) {
  check_dots(...)
  check_choice(type, c("response", "reduced"), "type")
  if (!is.null(newdata)) {
    abort("argument", c(
      "A spatial model predicts the rows of its sample: others have neighbours that are not known.",
      i = "Leave {.arg newdata} out, and fit the model to all rows."
    ))
  }
  if (type == "reduced") return(object$reduced)
  as.double(model_design(object$spec)$response) - object$residuals
}

#' @rdname spatial_reg
#' @export
formula.spatial_reg <- function(x, ...) {
  check_dots(..., passed = "env")
  formula.fe_reg(x)
}

#' @rdname spatial_reg
#' @export
terms.spatial_reg <- function(x, ...) {
  check_dots(...)
  stats::terms(formula.fe_reg(x, "linear"))
}

#' @rdname spatial_reg
#' @export
model.frame.spatial_reg <- function(formula, ...) {
  check_dots(...)
  check_not_retold(formula, sys.function(sys.parent()))
  model.frame.fe_reg(formula)
}

#' @rdname spatial_reg
#' @export
update.spatial_reg <- function(object, formula. = NULL, ..., evaluate = TRUE) {
  check_flag(evaluate, "evaluate")
  changes <- as.list(match.call(expand.dots = FALSE)$...)
  check_changes(changes, parent.frame(), "formula.")
  call <- object$call
  if (!is.null(formula.)) {
    check_formula(formula., "formula.")
    check_changed_once("formula", "formula.", changes)
    call$formula <- updated_formula(object$spec$parsed, formula., object$spec$data)
  }
  call[names(changes)] <- changes
  if (!evaluate) return(call)
  spec <- object$spec
  changed <- lapply(changes, eval, parent.frame())
  kept <- list(
    formula = if (is.null(formula.)) spec$formula else call$formula, data = spec$data,
    weights = spec$spatial, model = spec$model, panel = spec$panel,
    subset = if (!is.null(spec$subset)) rlang::new_formula(NULL, spec$subset, list2env(spec$scope)),
    lagged = if (!is.null(spec$lagged)) rlang::new_formula(NULL, spec$lagged, globalenv()),
    likelihood = spec$likelihood, vcov = if (is.null(object$covariance_spec$clusters)) {
      object$covariance_spec$type
    } else {
      stats::reformulate(spec$panel[1])
    }
  )
  environment(kept$formula) <- list2env(spec$scope, parent = parent.frame())
  kept[names(changed)] <- changed
  # What a model without lags of X does not read.
  durbin <- isTRUE(try(spatial_models[[kept$model]][["durbin"]], silent = TRUE))
  if (!durbin && !"lagged" %in% names(changed)) kept["lagged"] <- list(NULL)
  out <- do.call(spatial_reg, kept, quote = TRUE)
  out$call <- call
  out
}

#' @rdname spatial_reg
#' @export
glance.spatial_reg <- function(x, ...) {
  check_dots(..., passed = "gof_map")
  at <- function(name) if (name %in% names(x$coefficients)) x$coefficients[[name]] else NA_real_
  data.frame(
    model = x$estimator, rho = at("rho"), lambda = at("lambda"), r.squared = x$r2[["r2"]],
    within.r.squared = x$r2[["within"]], sigma = sqrt(x$sigma2), logLik = x$log_likelihood,
    AIC = stats::AIC(x), BIC = stats::BIC(x), deviance = x$rss, df.residual = x$dof$residual,
    nobs = x$sample$n, n.units = x$cells$n, n.times = x$cells$t, likelihood = x$spec$likelihood,
    vcov.type = covariance_label(x$covariance)
  )
}

#' @rdname spatial_reg
#' @export
augment.spatial_reg <- function(x, ...) {
  check_dots(...)
  out <- sample_data(x)
  check_own_names(names(out), c(".fitted", ".resid"), rlang::current_env())
  out$.fitted <- stats::fitted(x)
  out$.resid <- x$residuals
  out
}
