# The columns of a regression table: what each shows of its fit.

# One or more columns of the table for a fit: name, outcome, stage, blocks of coefficients and
# facts.
table_columns <- function(fit, name, vcov, first_stage, layout, constant, language) {
  if (inherits(fit, "system_reg")) return(system_columns_of(fit, name, vcov, layout, language))
  if (inherits(fit, "spatial_reg")) return(list(spatial_column(fit, name, vcov, constant)))
  if (inherits(fit, "dynamic_panel")) return(list(dynamic_column(fit, name, vcov, constant)))
  instrumented <- length(fit$endogenous) > 0
  strength <- if (instrumented && !is_given(vcov)) instrument_facts(fit, vcov)
  own <- fe_column(fit, name, vcov, constant, language)
  if (!first_stage || !instrumented) return(list(c(own, list(strength = strength))))
  stages <- first_stage(fit)
  number <- if (length(stages) > 1) seq_along(stages)
  words <- words_of("table", language)
  first <- lapply(seq_along(stages), function(j) {
    column <- fe_column(
      stages[[j]], paste(c(name, words[["first_column"]], number[j]), collapse = " "), vcov,
      constant, language
    )
    column$stage <- "first"
    column$strength <- if (j == 1) strength[c("kp_lm", "kp_f")]
    column
  })
  own$stage <- "second"
  own$name <- paste(name, words[["second_column"]])
  c(first, list(c(own, list(strength = strength["over"]))))
}

fe_column <- function(fit, name, vcov, constant, language) {
  cov <- fit_covariance(fit, vcov)
  table <- coefficient_table(fit, cov)
  # Beside slopes alone it is a coefficient.
  beside <- hold_constant(fit$spec$parsed$effects)
  asked <- constant != "none" && beside && tells_constant(fit, vcov)
  row <- if (asked) unless_closed(fe_constant(fit, constant, vcov), "the constant")
  made <- !is.null(row)
  if (made) table <- rbind(table, row[names(table)])
  if (constant == "none") table <- table[table$term != "(Intercept)", ]
  list(
    name = name, outcome = rlang::as_label(fit$spec$parsed$response),
    method = if (fit$estimator %in% c("OLS", "2SLS")) "" else fit$estimator,
    panels = list(list(panel = "", table = table)), effects = fit$effects, n = fit$sample$n,
    units = unit_count(fit), r2 = fit$r2[["r2"]], within = within_r2(fit, constant),
    covariance = cov, own = FALSE, collinear = fit$collinear, centred = fit$centred,
    made_constant = if (made) constant
  )
}

# rho and lambda, which are no regressors, come last and are shown whatever is kept.
spatial_column <- function(fit, name, vcov, constant) {
  cov <- fit_covariance(fit, vcov)
  table <- coefficient_table(fit, cov)
  if (constant == "none") table <- table[table$term != "(Intercept)", ]
  list(
    name = name, outcome = rlang::as_label(fit$spec$parsed$response), method = fit$estimator,
    panels = list(list(panel = "", table = table)), effects = fit$effects, n = fit$sample$n,
    units = unit_count(fit), within = fit$r2[["within"]], log_likelihood = fit$log_likelihood,
    covariance = cov, own = FALSE, collinear = fit$collinear, last = c("rho", "lambda")
  )
}

# R2 within follows the constant's convention: a table has one program's numbers.
within_r2 <- function(fit, constant) {
  if (constant == "xtreg") xtreg_within(fit) else fit$r2[["within"]]
}

instrument_facts <- function(fit, vcov) {
  over <- if (length(fit$instruments) > length(fit$endogenous)) {
    list(test = "hansen_j", statistic = NA_real_, p.value = NA_real_)
  }
  unless_closed(tested_instruments(fit, vcov), "the tests of instruments") %||%
    list(kp_lm = NA, kp_f = NA, over = over)
}

# What needs more than a fit of a database was answered is not in the table where its connection is
# closed, and that is said.
unless_closed <- function(code, what) {
  tryCatch(code, ccdpanel_error_connection = function(e) {
    inform("not_computed", c(
      "!" = "Not computed, since the connection of the table is closed: {what}.",
      i = "Connect again and fit again for all of the table."
    ))
    NULL
  })
}

tested_instruments <- function(fit, vcov) {
  weak <- weak_iv(fit, vcov)
  at <- function(test, column) weak[[column]][match(test, weak$test)]
  tests <- iv_tests(fit, vcov)
  over <- tests[tests$test %in% c("sargan", "hansen_j") & tests$df > 0, ]
  over <- over[order(over$test != "hansen_j"), ][1, ]
  list(
    kp_lm = c(statistic = at("kp_lm", "statistic"), p.value = at("kp_lm", "p_value")),
    kp_f = c(statistic = at("kp_wald_f", "statistic"), critical = at("kp_wald_f", "critical")),
    over = if (!is.na(over$test)) {
      list(test = over$test, statistic = over$statistic, p.value = over$p_value)
    }
  )
}

system_columns_of <- function(fit, name, vcov, layout, language) {
  cov <- fit_covariance(fit, vcov)
  table <- coefficient_table(fit, cov)
  equation <- rep(names(fit$terms), lengths(fit$terms))
  table$term <- unlist(fit$terms, use.names = FALSE)
  panels <- lapply(names(fit$terms), function(e) {
    list(panel = e, table = table[equation == e, ], r2 = fit$r2[[e]])
  })
  outcomes <- vapply(fit$spec$equations, function(eq) rlang::as_label(eq$response), "")
  column <- list(
    name = name, method = system_label(fit), effects = fit$effects, n = fit$sample$n,
    units = unit_count(fit), covariance = cov, own = cov$type == "iid"
  )
  if (layout == "panels") return(list(c(column, list(panels = panels, outcome = ""))))
  lapply(seq_along(panels), function(i) {
    column$name <- if (i == 1) name else paste(name, names(fit$terms)[i])
    if (length(panels) > 1) column$name <- paste(name, names(fit$terms)[i])
    panels[[i]]$panel <- ""
    c(column, list(
      panels = list(panels[[i]][c("panel", "table")]), outcome = outcomes[[i]], r2 = panels[[i]]$r2
    ))
  })
}

table_numbers <- function(columns) {
  one <- function(name) {
    do.call(rbind, lapply(columns[[name]]$panels, function(p) {
      cbind(
        model = rep(name, nrow(p$table)), panel = rep(p$panel, nrow(p$table)),
        p$table[c("term", "estimate", "std.error", "statistic", "p.value")],
        stringsAsFactors = FALSE
      )
    }))
  }
  out <- do.call(rbind, lapply(names(columns), one))
  rownames(out) <- NULL
  out
}

#' @param x A regression table.
#' @rdname regression_table
#' @export
tidy.regression_table <- function(x, ...) {
  check_dots(...)
  attr(x, "numbers")
}
