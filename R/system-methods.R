# Methods of systems; what they share with single equations is in the model room.

#' @export
fit_covariance.system_reg <- function(object, vcov = NULL, call = rlang::caller_env()) {
  cov_spec <- system_covariance_spec(vcov, object$spec, call)
  object <- with_values(object, list(vcov), call)
  design <- system_design(object$spec, call, cov_spec$clusters)
  say_cluster_spellings(object, cov_spec, object$spec$effects, design)
  system_replayed(object$spec, design, cov_spec, call)$covariance
}

#' @rdname model-methods
#' @export
fitted.system_reg <- function(object, ...) {
  check_dots(...)
  check_has_rows(object, "fitted()", rlang::current_env())
  env <- model_env(object$spec$scope, object$spec$data, object$spec$panel)
  rows <- object$sample$rows
  out <- vapply(object$spec$equations, function(eq) {
    y <- as.double(evaluate_response(eq$response, object$spec$data, env, rlang::current_env()))
    if (is.null(rows)) y else y[rows]
  }, numeric(object$sample$n))
  out - object$residuals
}

#' @rdname model-methods
#' @export
predict.system_reg <- function(object, newdata = NULL, ...) {
  check_dots(...)
  if (is.null(newdata)) return(stats::fitted(object))
  predicted_system(newdata, object, rlang::current_env())
}

# Of a data frame a matrix with a column an equation; of a table in a database the table with such
# columns.
predicted_system <- function(newdata, object, call) UseMethod("predicted_system")

#' @export
predicted_system.default <- function(newdata, object, call) {
  newdata <- read_columns(newdata, "newdata", call = call)
  do.call(cbind, lapply(equation_fits(object), stats::predict, newdata = newdata))
}

#' @rdname model-methods
#' @export
fixef.system_reg <- function(object, ...) {
  check_dots(...)
  structure(lapply(equation_fits(object), fixef), class = c("effect_estimates", "list"))
}

#' @rdname model-methods
#' @export
model.matrix.system_reg <- function(object, ...) {
  check_dots(...)
  check_not_divided(object, sys.function(sys.parent()))
  lapply(equation_fits(object), stats::model.matrix)
}

#' @rdname model-methods
#' @export
terms.system_reg <- function(x, ...) {
  check_dots(...)
  lapply(formula(x), stats::terms)
}

#' @rdname model-methods
#' @export
deviance.system_reg <- function(object, ...) {
  check_dots(...)
  object$rss
}

#' @rdname model-methods
#' @export
sigma.system_reg <- function(object, ...) {
  check_dots(...)
  sqrt(object$rss / object$dof$residual)
}

# Of normal errors, at the covariance of the residuals; only iterated SUR is at its maximum.
#' @rdname model-methods
#' @export
logLik.system_reg <- function(object, ...) {
  check_dots(...)
  n <- object$dof$n
  m <- length(object$terms)
  d <- system_data(object)
  value <- -n / 2 * (
    m * log(2 * pi) + m + as.numeric(determinant(crossprod(d$u) / n)$modulus)
  )
  if (!is.null(object$spec$weights)) {
    value <- value + m * (object$sample$log_weights %||% sum(log(d$w))) / 2
  }
  df <- object$dof$k - length(object$restrictions$value) + m * object$dof$absorbed + m * (m + 1) / 2
  structure(value, df = df, nobs = n, class = "logLik")
}

# `economy = . ~ . - x` changes an equation; everything else is an argument of the call.
#' @rdname model-methods
#' @export
update.system_reg <- function(object, ..., evaluate = TRUE) {
  check_flag(evaluate, "evaluate")
  call <- object$call
  changes <- as.list(match.call(expand.dots = FALSE)$...)
  check_changes(changes, parent.frame(), names(object$terms)[1])
  of_equation <- equation_changes(changes, object, parent.frame())
  formulas <- formula(object)
  for (name in names(of_equation)) {
    change <- of_equation[[name]]
    say_powers(list(change[[length(change)]]))
    formulas[[name]] <- stats::update.formula(formulas[[name]], change)
    environment(formulas[[name]]) <- globalenv()
  }
  if (length(of_equation)) {
    check_changed_once("equations", names(of_equation)[1], changes)
    call$equations <- formulas
  }
  others <- changes[setdiff(names(changes), names(of_equation))]
  call[names(others)] <- others
  if (!evaluate) return(call)
  updated <- if (length(of_equation)) "equations"
  refit_call(
    call, object, parent.frame(), setdiff(names(changes), updated), updated, of_equation,
    system_expressions(object$spec)
  )
}

# Changes of equations, evaluated. An equation may be called like an argument: what is no formula of
# two sides goes to the argument then.
equation_changes <- function(changes, object, frame, call = rlang::caller_env()) {
  own <- changes[names(changes) %in% names(object$terms)]
  values <- lapply(own, eval, frame)
  two_sided <- vapply(values, function(v) inherits(v, "formula") && length(v) == 3, NA)
  for (name in setdiff(names(own)[!two_sided], names(formals(system_reg)))) {
    check_formula(values[[name]], name, call)
    abort("formula", c(
      "{.arg {name}} must be a two-sided formula, not {.code {deparse1(values[[name]])}}.",
      i = "For instance {.code {name} = . ~ . + x}: the dots are what the equation has there."
    ), call)
  }
  values[two_sided]
}

#' @rdname model-methods
#' @export
formula.system_reg <- function(x, ...) {
  check_dots(...)
  check_asked_alone(rlang::current_env())
  lapply(x$spec$equations, function(eq) rlang::new_formula(eq$response, eq$regressors, globalenv()))
}

# sandwich looks for clusters of a formula by expand.model.frame(), which takes a model of one
# formula.
check_asked_alone <- function(call) {
  asked <- vapply(sys.calls(), rlang::is_call, NA, "expand.model.frame", ns = c("", "stats"))
  if (!any(asked)) return(invisible())
  abort("fit", c(
    "A system has no model frame, in which variables of a formula could be looked for.",
    i = paste0(
      "sandwich's functions take the clusters of a system as a vector, one value a row of the ",
      "sample: {.code vcovCL(fit, data$state)}; {.code vcov(fit, ~state)} takes the formula."
    )
  ), call)
}

#' @rdname model-methods
#' @export
print.system_reg <- function(x, digits = usual_digits(), n = 20, ...) {
  check_print_dots(...)
  check_shown(n = n, digits = digits)
  print(summary(x), digits = digits, n = n)
  invisible(x)
}

#' @rdname model-methods
#' @export
summary.system_reg <- function(object, vcov = NULL, ...) {
  check_dots(...)
  object$covariance <- fit_covariance(object, vcov)
  table <- coefficient_table(object, object$covariance)
  equation <- rep(names(object$terms), lengths(object$terms))
  table$term <- unlist(object$terms, use.names = FALSE)
  tables <- lapply(split(table, factor(equation, names(object$terms))), printed_table)
  structure(
    list(fit = object, coefficients = tables, covariance = object$covariance),
    class = c("summary.system_reg", "ccd_summary")
  )
}

system_label <- function(x) {
  label <- system_methods[[x$method]]$label
  if (x$method == "3sls" && !is.null(x$instruments_by)) {
    label <- paste0(label, " (", c(
      gmm = "GMM", gls = "GLS", iv = "IV", schmidt = "Schmidt", eviews = "EViews"
    )[[x$spec$variant]], ")")
  }
  if (x$spec$iterate) paste0("iterated ", label) else label
}

#' @export
print.summary.system_reg <- function(x, digits = usual_digits(), n = Inf, ...) {
  check_print_dots(...)
  check_shown(n = n, digits = digits)
  fit <- x$fit
  projected <- system_methods[[fit$method]]$project
  above <- system_head(x, projected, n)
  below <- system_foot(fit, n)
  say(above)
  # Five lines above and one below are usual; what there is more of leaves less room for
  # coefficients.
  print_equations(
    x, digits, n, n + 8 - max(line_count(above) - 5, 0) - max(line_count(below) - 1, 0)
  )
  cat("\n")
  if (length(below)) say(below)
  next_steps(
    if (projected) "weak_iv(fit)", "system_tests(fit)", "equations(fit)", "regression_table(fit)"
  )
  invisible(x)
}

system_head <- function(x, projected, n) {
  fit <- x$fit
  c(
    paste0(
      trf("System of %d equations by %s", length(fit$terms), tr(system_label(fit))),
      if (fit$spec$iterate) trf(" (%d iterations)", fit$iterations)
    ),
    paste0(trf("Rows: %s", with_commas(fit$sample$n)), header_effects(fit)),
    if (!is.null(fit$remote)) source_line(fit$remote),
    errors_line(system_covariance_label(x$covariance, system_divisor(fit)), x$covariance),
    if (projected) {
      c(
        trf("Endogenous: %s", shown_names(fit$endogenous, n / 2)),
        trf("Instruments: %s", shown_names(fit$instruments, n / 2))
      )
    },
    if (length(fit$spec$identities)) {
      trf("Identities: %s", shown_names(names(fit$spec$identities), n / 2))
    },
    if (length(fit$restrictions$value)) {
      trf("Linear restrictions: %d", length(fit$restrictions$value))
    }
  )
}

system_foot <- function(fit, n) {
  losses <- describe_losses(fit$sample$counts, n / 2)
  instruments <- setdiff(fit$collinear, unlist(fit$held))
  c(
    if (nzchar(losses)) trf("Left out: %s.", losses),
    if (length(fit$held)) {
      trf("Constant in these rows: %s.", shown_names(constants_by_name(fit$held), n / 2))
    },
    if (length(instruments)) {
      trf("Collinear instruments: %s.", shown_names(instruments, n / 2))
    },
    if (!fit$converged) tr("Not converged.")
  )
}

# Of many terms each equation's first, and of many equations the first; replays are a second table
# of the same rows.
print_equations <- function(x, digits, n, lines) {
  if (!is.null(x$covariance$replays)) {
    n <- n / 2
    lines <- lines - n
  }
  tables <- x$coefficients
  titles <- vapply(names(tables), function(name) {
    paste0(
      name, " (R2 ", short_number(x$fit$r2[[name]], 4, "NA"),
      included_excluded(x$fit, name, n), ")"
    )
  }, "")
  room <- equation_rows(vapply(tables, nrow, 0L), vapply(titles, line_count, 0, exdent = 2), lines)
  shown <- names(tables)[seq_len(room$equations)]
  for (name in shown) {
    cat("\n")
    say(titles[[name]], exdent = 2)
    print_coefficients(
      tables[[name]], room$rows[[name]], digits, legend = name == shown[length(shown)]
    )
  }
  gone <- setdiff(names(tables), shown)
  if (length(gone)) {
    say(trf(
      "... and %s (%s): summary(x)", count_of(length(gone), "more equation"), shown_names(gone, 5)
    ))
  }
  print_replays(x$fit, x$covariance, digits, n)
}

# How many equations have room in so many lines, and rows of each: it takes its title and two lines
# more than its rows, and one to say that there are more.
equation_rows <- function(sizes, titles, lines) {
  taken <- function(most) cumsum(titles + 2 + pmin(sizes, most + 1))
  most <- if (is.finite(lines)) {
    Find(function(m) max(taken(m)) <= lines, floor(lines):2) %||% 2
  } else {
    Inf
  }
  list(equations = max(sum(taken(most) <= lines), 1), rows = ifelse(sizes <= most + 1, sizes, most))
}

# What identifies an equation, where its instruments do not all stand in it.
included_excluded <- function(fit, name, n) {
  if (!system_methods[[fit$method]]$project) return("")
  row <- fit$identification[fit$identification$equation == name, ]
  paste0(
    semicolon(), tr(row$order),
    if (nzchar(row$excluded_names)) {
      trf(", leaves out %s", cut_text(row$excluded_names, 5 * n))
    },
    if (!is.null(fit$kappa)) {
      paste0("; kappa ", formatC(fit$kappa[[name]], digits = 5, format = "f"))
    }
  )
}
