#' First stages of an instrumental-variables fit
#'
#' The regression of each endogenous regressor on all exogenous regressors and instruments, as a
#' model of its own.
#'
#' Each is fitted to the rows of the fit, with its effects, weights and covariance, and answers to
#' all that a fit of [fe_reg()] answers to, so that tables can show it beside the second stage. The
#' F of the excluded instruments is `first_stage_f` of [weak_iv()], but for `"HC2"`, `"HC3"`,
#' [cov_cr2()] and [cov_cr3()], whose leverages the moments there do not have. Where negative
#' eigenvalues of the covariance were set to zero (clusters in several ways, kernels in space), it
#' is that of the instruments' own covariance as it stands, which the print says; a Wald test of a
#' stage's coefficients by its `vcov()` is another then.
#' @param fit A fit of [fe_reg()] with instruments.
#' @param vcov A covariance as in [fe_reg()]; `NULL` is the fit's own.
#' @param ... Nothing: an argument of any other name is an error.
#' @return A named list of fits of [fe_reg()], one for each endogenous regressor, of class
#'   `first_stages`: it prints them side by side, the instruments first, with the F of the
#'   instruments.
#' @section Errors: `ccdpanel_error_not_instrumented`, and those of [fe_reg()] for `vcov`.
#' @seealso [weak_iv()], [anderson_rubin()]
#' @examples
#' fit <- fe_reg(
#'   log(output) ~ unemployment | state + year |
#'     log(private_capital) ~ l(log(private_capital), 1) + l(log(highways), 1),
#'   state_capital, panel = c("state", "year"), vcov = ~state
#' )
#' first_stage(fit)
#' summary(fit, first_stage = TRUE)
#' @export
first_stage <- function(fit, vcov = NULL, ...) {
  check_dots(...)
  check_required("first_stage")
  call <- rlang::current_env()
  check_instrumented(fit, call)
  cov_spec <- if (is.null(vcov)) fit$covariance_spec else covariance_spec(vcov, call = call)
  fit <- with_values(fit, list(vcov), call)
  design <- model_design(fit$spec, call, cells = TRUE)
  stages <- lapply(fit$endogenous, function(name) {
    spec <- first_stage_spec(fit, design, name, call)
    same <- as.list(fit$call)[intersect(names(fit$call), c("weights", "subset", "panel", "ssc"))]
    made <- as.call(c(list(
      quote(fe_reg), formula = spec$formula, data = fit$call$data, vcov = vcov %||% fit$call$vcov
    ), same))
    stage <- withCallingHandlers(
      fit_fe_spec(spec, cov_spec, made, call),
      ccdpanel_message_collinear = function(m) rlang::cnd_muffle(m),
      ccdpanel_message_dropped = function(m) rlang::cnd_muffle(m)
    )
    # The same rows, counted in the order of the whole model.
    stage$sample$counts <- fit$sample$counts
    stage
  })
  structure(
    stats::setNames(stages, fit$endogenous), class = c("list", "first_stages"),
    instruments = fit$instruments, outcome = rlang::as_label(fit$spec$parsed$response),
    f = instruments_f(stages, fit, vcov), repaired = any_repaired(stages)
  )
}

any_repaired <- function(stages) any(vapply(stages, function(s) s$covariance$repaired, NA))

# F of the instruments by each stage's own covariance; where its negative eigenvalues were set to
# zero, by that of the instruments' moments as it stands: the cut may be due to coefficients that
# are not tested, and what it leaves of those that are depends on them.
instruments_f <- function(stages, fit, vcov) {
  if (!any_repaired(stages)) {
    return(vapply(stages, function(stage) {
      wald_test(stage, stage$covariance, fit$instruments)$statistic
    }, 0))
  }
  weak <- weak_iv(fit, vcov)
  weak$statistic[weak$test == "first_stage_f"]
}

# The fit's description with an endogenous regressor as dependent variable, on the same rows. Where
# the regressor is no variable of its own (a level of a factor, a product), its values enter the
# scope under its name.
first_stage_spec <- function(fit, design, name, call = rlang::caller_env()) {
  spec <- fit$spec
  parsed <- spec$parsed
  part <- design$parts$endogenous
  plain <- name %in% if (has_rows(fit)) names(part$values) else names(part$variables)
  if (!plain && !has_rows(fit)) {
    check_has_rows(fit, paste0(
      "first_stage() of ", name, ", which is no variable of its own,"
    ), call)
  }
  # Rows that the whole model uses, whatever this part of it needs.
  if (!has_rows(fit)) {
    every <- parsed[c("response", "exogenous", "endogenous", "instruments")]
    spec$beside <- c(spec$beside, unname(every))
  }
  response <- if (plain) str2lang(name) else as.name(name)
  if (!plain) {
    values <- rep(NA_real_, nrow(spec$data))
    values[
      design$sample$rows %||% seq_len(design$sample$n)
    ] <- design$columns[[match(name, design$names)]]
    spec$scope[[name]] <- values
  }
  right <- call("+", without_offset(parsed$exogenous), parsed$instruments)
  spec$parsed <- list(response = response, exogenous = right, effects = parsed$effects)
  spec$formula <- whole_formula(
    spec$parsed, list(right), label_expressions(names(parsed$effects), spec$data)
  )
  spec$estimator <- list(name = "2sls")
  if (!plain) spec$replays <- NULL
  spec
}

# An offset belongs to the second stage's dependent variable.
without_offset <- function(expr) {
  if (!"offset" %in% all.names(expr)) return(expr)
  tt <- stats::terms(rlang::new_formula(NULL, expr))
  stats::reformulate(c(as.character(attr(tt, "intercept")), attr(tt, "term.labels")))[[2]]
}

#' @param x A list of first stages.
#' @param digits Significant digits printed.
#' @param n Number of coefficients printed.
#' @param ... Not used.
#' @rdname first_stage
#' @export
print.first_stages <- function(x, digits = 4, n = 10, ...) {
  check_print_dots(...)
  check_shown(n = n, digits = digits, least = 1)
  instruments <- attr(x, "instruments", exact = TRUE)
  if (is.null(instruments)) return(invisible(print(unclass(x))))
  say(trf(
    if (length(x) == 1) {
      "First stage of %s: instruments %s"
    } else {
      "First stages of %s: instruments %s"
    },
    attr(x, "outcome"), shown_names(instruments, n / 2)
  ), exdent = 2)
  cat("\n")
  columns <- lapply(unclass(x), stage_column)
  terms <- unique(unlist(lapply(columns, function(column) column$table$term)))
  terms <- c(intersect(instruments, terms), setdiff(terms, instruments))
  shown <- utils::head(terms, n)
  cells <- vapply(
    columns, stage_cells, character(2 * length(shown) + 3), terms = shown, digits = digits
  )
  f <- vapply(attr(x, "f"), computed, "")
  cells <- rbind(cells, paste0(f, "   "))
  dimnames(cells) <- list(c(
    rbind(shown, ""), tr(c("Rows", "R2", "R2 within", "F of the instruments"))
  ), names(x))
  print_columns(cells[rowSums(cells != "") > 0, , drop = FALSE], "x[[2]]")
  cat("\n")
  if (length(terms) > n) {
    say(trf("... and %d more coefficients: print(x, n = Inf)", length(terms) - n))
  }
  say(trf(
    "In brackets standard errors, %s; %s.", spoken_facts(covariance_label(x[[1]]$covariance)),
    star_note()
  ))
  if (attr(x, "repaired")) {
    say(tr("F of the instruments by their own covariance as it stands, as weak_iv() has it."))
  }
  next_steps(
    "x[[1]]", "weak_iv(fit)", "regression_table(x)", "regression_table(fit, first_stage = TRUE)"
  )
  invisible(x)
}

first_stage_columns <- function(fit, vcov) lapply(first_stage(fit, vcov), stage_column)

# What a column of the table of both stages shows.
stage_column <- function(fit) {
  list(
    table = coefficient_table(fit, fit$covariance), rows = fit$sample$n, r2 = fit$r2[["r2"]],
    within = fit$r2[["within"]]
  )
}

# Both stages side by side, standard errors under the coefficients.
stage_lines <- function(x, digits) {
  second <- stage_column(x$fit)
  columns <- c(
    x$first_stage, stats::setNames(list(second), rlang::as_label(x$fit$spec$parsed$response))
  )
  terms <- unique(unlist(lapply(columns, function(column) column$table$term)))
  cells <- vapply(
    columns, stage_cells, character(2 * length(terms) + 3), terms = terms, digits = digits
  )
  label <- c(rbind(terms, ""), tr(c("Rows", "R2", "R2 within")))
  body <- rbind(
    tr(c(rep("First stage", length(x$first_stage)), "Second stage")), names(columns), cells
  )
  keep <- c(TRUE, TRUE, rowSums(cells != "") > 0 | label == "")
  table <- cbind(
    pad_width(c("", "", label), "left"), apply(body, 2, pad_width, side = "right")
  )[keep, , drop = FALSE]
  c(
    paste0(apply(table, 1, paste, collapse = "  "), "\n"),
    paste0(tr("Standard errors in brackets; *** p < 0.01, ** p < 0.05, * p < 0.1"), "\n")
  )
}

stage_cells <- function(column, terms, digits) {
  at <- match(terms, column$table$term)
  number <- function(v) short_number(v, digits)
  p <- column$table$p.value[at]
  stars <- ifelse(is.na(p), "", ifelse(
    p < .01, "***", ifelse(p < .05, "** ", ifelse(p < .1, "*  ", "   "))
  ))
  se <- number(column$table$std.error[at])
  estimates <- c(rbind(
    paste0(number(column$table$estimate[at]), stars), ifelse(se == "", "", paste0("(", se, ")  "))
  ))
  c(
    estimates, paste0(with_commas(column$rows), "   "), paste0(number(column$r2), "   "),
    if (is.na(column$within)) "" else paste0(number(column$within), "   ")
  )
}
