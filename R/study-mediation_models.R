# The three models of mediation_test() and the effects in them.

# Total, mediator's and direct model, all on the rows of the last.
mediation_models <- function(fit, mediator, term, call) {
  parsed <- fit$spec$parsed
  label <- rlang::as_label(mediator)
  exogenous <- split_plus(parsed$exogenous)
  check_one_term(mediator, "mediator", "For several mediators call once for each.", call)
  check_no_operator(mediator, "mediator", call)
  check_mediator(fit, mediator, label, exogenous, call)
  effects <- label_expressions(names(parsed$effects), fit$spec$data)
  direct <- refit_named(
    fit, "direct", call, formula = whole_formula(parsed, c(exogenous, mediator), effects)
  )
  if (!coefficient_name(mediator) %in% names(direct$coefficients)) {
    abort("mediator", c(
      "The mediator {.code {label}} is collinear with the regressors or the effects.",
      i = "It must vary within them."
    ), call)
  }
  lost <- fit$sample$n - direct$sample$n
  # The mediator's equation has neither the outcome nor its offset, and would take the rows where
  # these are missing.
  keep <- if (!is.null(direct$sample$rows)) seq_len(nrow(fit$spec$data)) %in% sample_rows(direct)
  if (lost) {
    inform("common_sample", c(
      i = "{lost} row{?s} without the mediator {?is/are} left out of all three models."
    ))
  }
  # An offset is of the outcome alone.
  own <- split_plus(without_offset(parsed$exogenous))
  mediated <- whole_formula(parsed, own, effects, response = mediator)
  new_models(list(
    total = refit_named(fit, "total", call, subset = keep),
    mediator = refit_named(fit, "mediator", call, formula = mediated, subset = keep),
    direct = direct
  ), heading = trf(
    "%s on %s, mediated by %s", rlang::as_label(parsed$response), term, label
  ))
}

check_mediator <- function(fit, mediator, label, exogenous, call) {
  check_variables(list(mediator), fit$spec$data, fit$spec$scope, call)
  response <- fit$spec$parsed$response
  held <- Filter(function(e) mentions(e, mediator), c(exogenous, list(response)))
  if (!length(held) && mentions(mediator, response)) held <- list(response)
  if (length(held)) {
    where <- unique(vapply(held, rlang::as_label, ""))
    abort("mediator", c(
      paste0(
        "{.code {label}} is in the model already",
        if (!identical(where, label)) ", in {.code {where}}", "."
      ),
      i = "Give the total effect's model, without the mediator."
    ), call)
  }
  check_single_numeric(fit, mediator, "mediator", "For several mediators call once for each.", call)
}

# Does an expression hold another one? A lag is another variable.
mentions <- function(expr, what) {
  if (identical(without_brackets(expr), without_brackets(what))) return(TRUE)
  if (!is.call(expr) || rlang::is_call(expr, c("l", "offset"))) return(FALSE)
  parts <- as.list(expr)[-1]
  any(vapply(parts, function(e) !rlang::is_missing(e) && mentions(e, what), NA))
}

mediation_effects <- function(models, term, mediator, level, call) {
  one <- function(effect, model, name) {
    table <- tidy(models[[model]], conf.int = TRUE, conf.level = level)
    cbind(effect = effect, table[table$term == name, ], stringsAsFactors = FALSE)
  }
  out <- rbind(
    one("total", "total", term), one("a", "mediator", term), one("b", "direct", mediator),
    one("direct", "direct", term)
  )
  a <- out[out$effect == "a", ]
  b <- out[out$effect == "b", ]
  tests <- product_tests(a$estimate, a$std.error, b$estimate, b$std.error, level, call)
  out <- rbind(out, data.frame(effect = "indirect", term = "a b", tests[1, -1]))
  rownames(out) <- NULL
  list(effects = out, tests = tests)
}
