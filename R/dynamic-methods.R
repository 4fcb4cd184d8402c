# Methods of dynamic panels; what they share with other fits is in the model room.

#' @export
fit_covariance.dynamic_panel <- function(object, vcov = NULL, call = rlang::caller_env()) {
  types <- names(object$covariances)
  if (identical(vcov, "robust") && object$spec$steps == 2) vcov <- "windmeijer"
  if (!rlang::is_string(vcov) || !vcov %in% types) {
    abort("vcov", c(
      "{.arg vcov} of a dynamic panel must be {.or {.val {types}}}, not {found(vcov)}.",
      i = paste0(
        "Both but the conventional one are clustered by the units; a matrix is taken as it is."
      )
    ), call)
  }
  dynamic_covariance(
    object$covariances, vcov, object$covariance$df, object$factors[[vcov]], object$clusters
  )
}

#' @rdname dynamic_panel
#' @export
print.dynamic_panel <- function(x, digits = usual_digits(), n = 20, ...) {
  check_print_dots(...)
  check_shown(n = n, digits = digits)
  print(summary(x), digits = digits, n = n)
  invisible(x)
}

#' @rdname dynamic_panel
#' @export
summary.dynamic_panel <- function(object, vcov = NULL, ...) {
  check_dots(...)
  object$covariance <- fit_covariance(object, vcov)
  table <- coefficient_table(object, object$covariance)
  structure(
    list(
      fit = object, coefficients = printed_table(table[!table$term %in% object$time_names, ]),
      covariance = object$covariance, asked = vcov, constant = NULL,
      wald = wald_test(object, object$covariance)
    ),
    class = c("summary.dynamic_panel", "ccd_summary")
  )
}

#' @export
print.summary.dynamic_panel <- function(x, digits = usual_digits(), n = Inf, ...) {
  check_print_dots(...)
  check_shown(n = n, digits = digits)
  fit <- x$fit
  say(paste0(dynamic_title(fit), colon(), rlang::as_label(fit$spec$parsed$response)))
  say(trf(
    "Rows: %s transformed, %s of levels; %s: %s; instruments: %s",
    with_commas(fit$rows[["diff"]]), with_commas(fit$rows[["level"]]),
    head_words(fit$spec$panel[1]), with_commas(fit$units), with_commas(nrow(fit$instruments))
  ))
  instrument_lines_of(fit)
  say(errors_line(covariance_label(x$covariance), x$covariance))
  cat("\n")
  print_coefficients(x$coefficients, n, digits)
  dynamic_footer(fit, x$wald, if (is.finite(n)) n else Inf)
  next_steps(
    if (is.finite(n)) "summary(x)", "long_run(fit)", "regression_table(fit)"
  )
  invisible(x)
}

dynamic_title <- function(fit) {
  spec <- fit$spec
  listed(tr(c(
    if (spec$system) "System GMM" else "Difference GMM",
    if (spec$steps == 1) "one step" else "two steps",
    if (spec$transform == "difference") "first differences" else "forward orthogonal deviations"
  )))
}

# The sets as they were given: which equation each is for is in its label.
instrument_lines_of <- function(fit) {
  labels <- c(unlist(lapply(c(fit$spec$gmm, fit$spec$iv), `[[`, "label")))
  if (fit$spec$times) {
    labels <- c(labels, unique(grep(" dummies", fit$instruments$set, value = TRUE, fixed = TRUE)))
  }
  say(paste0(
    tr("Instruments"), colon(), paste(spoken_facts(labels), collapse = semicolon())
  ), exdent = 2)
}

dynamic_footer <- function(fit, wald, n) {
  if (length(fit$time_names)) {
    say(trf(
      "Not shown: dummies of %s (%d), see coef(x).", head_words(fit$spec$panel[2]),
      length(fit$time_names)
    ))
  }
  cat("\n")
  print_fitting(dynamic_tests_shown(fit, wald), right = FALSE)
  if (!is.finite(n) && length(fit$differences)) {
    cat("\n")
    say(tr("Hansen's test without a set of instruments, and the difference:"))
    print_fitting(shown_differences(fit$differences), right = FALSE)
  }
  losses <- describe_losses(fit$sample$counts, n / 2)
  if (nzchar(losses)) say(trf("Left out: %s.", losses))
  if (length(fit$collinear)) say(trf("Collinear: %s.", shown_names(fit$collinear, n / 2)))
  if (fit$lost_instruments) {
    say(trf("Instruments that are combinations of others: %s.", fit$lost_instruments))
  }
  if (fit$generalized) {
    say(tr(
      "The covariance of the moments has no inverse: a generalized one weighs them."
    ))
  }
  if (nrow(fit$instruments) > fit$units) {
    say(tr("More instruments than units: Hansen's test has no power."))
  }
}

p_shown <- function(p) ifelse(is.na(p), "", format.pval(p, digits = 3, eps = 1e-4))

# AR(1), AR(2), Sargan, Hansen and Wald, as rows of text.
dynamic_tests_shown <- function(fit, wald) {
  s <- fit$serial
  o <- fit$overidentification
  number <- function(v, blank) ifelse(is.na(v), tr(blank), short_number(v, 4))
  finite <- all(is.finite(fit$covariance$df))
  rows <- rbind(
    if (nrow(s)) {
      data.frame(
        test = paste0("AR(", s$order, ")"), distribution = "N(0, 1)",
        statistic = number(s$statistic, "not computed"), p.value = p_shown(s$p.value)
      )
    },
    data.frame(
      test = c(sargan = "Sargan", hansen_j = "Hansen J")[o$test],
      distribution = paste0("chi2(", o$df, ")"),
      statistic = ifelse(o$df == 0, tr("exactly identified"), number(o$statistic, "not computed")),
      p.value = p_shown(o$p.value)
    ),
    data.frame(
      test = "Wald",
      distribution = if (finite) {
        paste0("F(", wald$df1, ", ", min(fit$covariance$df), ")")
      } else {
        paste0("chi2(", wald$df1, ")")
      },
      statistic = number(wald$statistic * if (finite) 1 else wald$df1, "not computed"),
      p.value = p_shown(wald$p.value)
    )
  )
  rownames(rows) <- NULL
  rows
}

shown_differences <- function(x) {
  none <- is.na(x$statistic)
  data.frame(
    instruments = spoken_facts(x$set),
    without = ifelse(none, tr("not identified"), paste0(
      short_number(x$without, 4), " (", x$df_without, ")"
    )),
    p_without = p_shown(x$p_without),
    difference = ifelse(none, "", paste0(short_number(x$statistic, 4), " (", x$df, ")")),
    p.value = p_shown(x$p.value)
  )
}

#' @rdname dynamic_panel
#' @export
tidy.dynamic_panel <- function(x, conf.int = FALSE, conf.level = 0.95, vcov = NULL, times = FALSE,
                               ...) {
  check_dots(..., passed = "coef_rename")
  check_flag(times, "times")
  out <- tidy.ccd_model(x, conf.int, conf.level, vcov)
  if (!times) out <- out[!out$term %in% x$time_names, ]
  rownames(out) <- NULL
  out
}

#' @rdname dynamic_panel
#' @export
glance.dynamic_panel <- function(x, ...) {
  check_dots(..., passed = "gof_map")
  wald <- wald_test(x, x$covariance)
  o <- x$overidentification
  out <- data.frame(
    nobs = x$sample$n, n.units = x$units, n.instruments = nrow(x$instruments),
    statistic = wald$statistic, p.value = wald$p.value, df = wald$df1
  )
  for (i in seq_len(nrow(x$serial))) {
    name <- paste0("ar", x$serial$order[i])
    out[[name]] <- x$serial$statistic[i]
    out[[paste0("p.", name)]] <- x$serial$p.value[i]
  }
  for (i in 1:2) {
    name <- c("sargan", "hansen")[i]
    out[[name]] <- o$statistic[i]
    out[[paste0("p.", name)]] <- o$p.value[i]
  }
  cbind(
    out, df.overid = o$df[1], estimator = x$estimator, steps = x$spec$steps,
    transform = x$spec$transform, vcov.type = covariance_label(x$covariance)
  )
}

#' @rdname dynamic_panel
#' @export
fitted.dynamic_panel <- function(object, ...) {
  check_dots(...)
  object$fitted
}

#' @rdname dynamic_panel
#' @export
predict.dynamic_panel <- function(object, newdata = NULL, ...) {
  check_dots(...)
  if (is.null(newdata)) return(object$fitted)
  call <- rlang::current_env()
  newdata <- in_units_of(read_columns(newdata, "newdata", call = call), object$spec$data)
  spec <- object$spec
  check_variables(list(spec$parsed$exogenous), newdata, spec$scope, call)
  env <- model_env(spec$scope, newdata, spec$panel, new = TRUE)
  check_whole_columns(object, list(), newdata, call)
  b <- object$coefficients
  plain <- object
  plain$coefficients <- b[setdiff(names(b), object$time_names)]
  columns <- unlist(
    lapply(regressors_on(plain, newdata, env, call), `[[`, "columns"), recursive = FALSE
  )
  known <- Reduce(`&`, lapply(columns, function(v) !is.na(v)), rep(TRUE, nrow(newdata)))
  columns <- c(columns, time_columns_on(object, newdata, known, call))
  out <- rep(
    object$level + if ("(Intercept)" %in% names(b)) b[["(Intercept)"]] else 0, nrow(newdata)
  )
  for (name in setdiff(names(b), "(Intercept)")) out <- out + b[[name]] * columns[[name]]
  out
}

# Dummies of the times on new data; of a time that the sample has not, missing.
time_columns_on <- function(object, newdata, known, call) {
  if (!object$spec$times) return(NULL)
  name <- object$spec$panel[2]
  if (!name %in% names(newdata)) {
    abort("column", c(
      "{.arg newdata} must have the column {.val {name}}, whose dummies are in the model.",
      i = "The columns are {.val {names(newdata)}}."
    ), call)
  }
  time <- time_index(newdata[[name]], call)
  unseen <- !time %in% object$times
  new <- unseen & known
  if (any(new)) {
    inform("new_levels", c(
      i = paste0(
        "{sum(new)} row{?s} of {.arg newdata} {?is/are} of times that the sample has not, and ",
        "predicted {.val {NA}}: {.val {unique(time[new])}}."
      )
    ))
  }
  names <- paste0(name, object$times)
  at <- match(object$time_names, names)
  stats::setNames(lapply(at, function(i) {
    replace((time == object$times[i]) + 0, unseen, NA)
  }), object$time_names)
}

#' @rdname dynamic_panel
#' @export
augment.dynamic_panel <- function(x, data = NULL, newdata = NULL, ...) {
  check_dots(...)
  augmented(x, data, newdata, own = character(), call = rlang::current_env())
}

#' @rdname dynamic_panel
#' @export
formula.dynamic_panel <- function(x, ...) {
  check_dots(..., passed = "env")
  x$spec$formula
}

#' @rdname dynamic_panel
#' @export
update.dynamic_panel <- function(object, formula. = NULL, ..., evaluate = TRUE) {
  check_flag(evaluate, "evaluate")
  call <- object$call
  changes <- as.list(match.call(expand.dots = FALSE)$...)
  check_changes(changes, parent.frame(), "formula.")
  if (!is.null(formula.)) {
    check_formula(formula., "formula.")
    check_changed_once("formula", "formula.", changes)
    call$formula <- updated_formula(object$spec$parsed, formula., object$spec$data)
  }
  call[names(changes)] <- changes
  if (!evaluate) return(call)
  updated <- if (!is.null(formula.)) "formula"
  refit_call(
    call, object, parent.frame(), names(changes), updated, list(formula.),
    dynamic_expressions(object$spec)
  )
}
