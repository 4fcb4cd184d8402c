# One equation of a system as a fit: coefficients and covariances of the system, everything else as
# fe_reg() has it.

system_equation <- function(fit, name) {
  parts <- equation_formula(fit, name)
  spec <- fit$spec
  spec <- c(
    list(formula = parts, parsed = parse_fe_formula(parts)),
    spec[c("data", "weights", "subset", "panel", "ssc", "scope", "threads", "sample", "codings")],
    list(
      estimator = list(name = if (fit$method == "liml") "liml" else "2sls", fuller = 0),
      beside = if (!has_rows(fit)) required_expressions(spec)
    )
  )
  design <- model_design(spec, cells = TRUE)
  columns <- equation_columns(fit, name)
  estimate <- stats::setNames(fit$coefficients[columns], fit$terms[[name]])
  left <- fit$dof$residual[[name]]
  k <- fit$dof$by_equation[[name]]
  dof <- fit$dof
  dof[c("k", "residual")] <- list(k, left)
  centred <- hold_constant(fit$spec$effects) || "(Intercept)" %in% fit$terms[[name]]
  r2 <- fit$r2[[name]]
  structure(list(
    coefficients = estimate,
    covariance = equation_covariance(fit$covariance, columns, fit$terms[[name]]),
    covariance_spec = fit$covariance_spec,
    residuals = if (!is.null(fit$residuals)) unname(fit$residuals[, name]), dof = dof,
    sample = fit$sample, remote = fit$remote,
    collinear = as.character(fit$held[[name]]), rss = fit$rss[[name]], tss = fit$tss[[name]],
    r2 = c(
      r2 = r2, adjusted = 1 - (1 - r2) * (dof$n - centred) / left,
      within = if (length(fit$effects)) fit$r2_within[[name]] else NA_real_
    ),
    endogenous = design$names[design$endogenous + 1],
    instruments = intersect(design$names[design$excluded + 1], fit$excluded[[name]]),
    effects = fit$effects, slopes = fit$slopes, recipes = lapply(design$parts, part_recipe),
    spec = spec,
    call = rlang::call2("fe_reg", formula = parts, data = fit$call$data),
    certificate = fit$certificate, iterations = fit$iterations, converged = fit$converged,
    estimator = system_label(fit),
    kappa = if (!is.null(fit$kappa)) c(likelihood = fit$kappa[[name]], used = fit$kappa[[name]]),
    joint = if (estimated_jointly(fit)) joint_label(fit), equation = name, system = fit
  ), class = c("system_equation", "fe_reg", "ccd_model"))
}

estimated_jointly <- function(fit) {
  system_methods[[fit$method]]$weighting == "full" || length(fit$restrictions$value) > 0
}

joint_label <- function(fit) {
  paste0(system_label(fit), if (length(fit$restrictions$value)) ", with restrictions")
}

# What a row must have to be used by the system: everything of it but the identities, of which only
# what joins the instruments is needed.
required_expressions <- function(spec) {
  inside <- if (is.null(spec$instruments)) {
    identity_exogenous(spec$identities, system_dependent(spec))
  }
  spec$identities <- NULL
  c(system_expressions(spec, rows = FALSE), lapply(inside, str2lang))
}

# All of them, as a plain list.
equation_fits <- function(fit) {
  lapply(stats::setNames(nm = names(fit$terms)), function(name) system_equation(fit, name))
}

equation_columns <- function(fit, name) which(rep(names(fit$terms), lengths(fit$terms)) == name)

equation_covariance <- function(cov, columns, terms) {
  cov$v <- cov$v[columns, columns, drop = FALSE]
  dimnames(cov$v) <- list(terms, terms)
  if (length(cov$df) > 1) cov$df <- cov$df[columns[1]]
  cov
}

# y ~ exogenous | effects | endogenous ~ excluded instruments, by terms.
equation_formula <- function(fit, name) {
  spec <- fit$spec
  eq <- spec$equations[[name]]
  effects <- label_expressions(names(spec$effects), spec$data)
  tt <- stats::terms(rlang::new_formula(NULL, eq$regressors, globalenv()))
  own <- attr(tt, "term.labels")
  instruments <- if (system_methods[[fit$method]]$project) instrument_labels(spec, name) else own
  exogenous <- intersect(own, instruments)
  offsets <- as.list(attr(tt, "variables"))[-1][attr(tt, "offset")]
  constant <- if (attr(tt, "intercept") == 0 && !hold_constant(spec$effects)) 0 else 1
  slopes <- c(lapply(exogenous, str2lang), offsets, if (constant == 0) 0)
  part <- function(terms) variables_in_order(join_plus(lapply(terms, str2lang)), spec$order)
  if (length(slopes)) slopes <- list(variables_in_order(join_plus(slopes), spec$order))
  whole_formula(
    NULL, slopes, effects, part(setdiff(own, exogenous)), part(setdiff(instruments, own)),
    eq$response
  )
}

# Labels of the terms that are instruments of an equation.
instrument_labels <- function(spec, name) {
  labels <- function(expr) {
    attr(stats::terms(rlang::new_formula(NULL, expr, globalenv())), "term.labels")
  }
  if (is.list(spec$instruments)) return(labels(spec$instruments[[name]]))
  if (!is.null(spec$instruments)) return(labels(spec$instruments))
  dependent <- system_dependent(spec)
  all <- unique(unlist(
    lapply(spec$equations, function(eq) labels(eq$regressors)), use.names = FALSE
  ))
  union(
    setdiff(all, endogenous_terms(all, dependent)), identity_exogenous(spec$identities, dependent)
  )
}

#' @export
fit_covariance.system_equation <- function(object, vcov = NULL, call = rlang::caller_env()) {
  cov <- fit_covariance(object$system, vcov, call)
  equation_covariance(
    cov, equation_columns(object$system, object$equation), names(object$coefficients)
  )
}

#' @export
summary.system_equation <- function(object, vcov = NULL, ...) {
  check_dots(...)
  object$covariance <- fit_covariance(object, vcov)
  structure(
    list(
      fit = object, coefficients = printed_table(coefficient_table(object, object$covariance)),
      covariance = object$covariance, within_xtreg = xtreg_within(object)
    ),
    class = c("summary.system_equation", "summary.fe_reg", "ccd_summary")
  )
}

#' @export
print.summary.system_equation <- function(x, digits = usual_digits(), n = Inf,
                                          ...) {
  check_print_dots(...)
  check_shown(n = n, digits = digits)
  fit <- x$fit
  say(trf(
    "Equation %s of a system by %s: %s", fit$equation, fit$estimator,
    rlang::as_label(fit$spec$parsed$response)
  ))
  say(paste0(trf("Rows: %s", with_commas(fit$sample$n)), header_effects(fit)))
  if (length(fit$endogenous)) {
    say(trf(
      "Endogenous: %s; instruments: %s", shown_names(fit$endogenous, n / 2),
      shown_names(fit$instruments, n / 2)
    ))
  }
  say(errors_line(covariance_label(x$covariance), x$covariance))
  cat("\n")
  print_coefficients(x$coefficients, n, digits)
  cat("\n")
  # What did not settle is the iteration of the system.
  settled <- fit$converged
  fit$converged <- TRUE
  say(footer(fit, x$within_xtreg, n))
  if (!settled) say(tr("Not converged."))
  next_steps(if (length(fit$endogenous)) "weak_iv(x)", "confint(x)", "equations() of the system")
  invisible(x)
}

#' @export
update.system_equation <- function(object, ...) {
  abort("fit", c(
    "{.fn update} changes a system as a whole, not one of its equations.",
    i = "{.code update(system, {object$equation} = . ~ . - x)} changes this equation."
  ))
}
