# How fits print: a header with every choice, the table, and what was left out.

#' @rdname model-methods
#' @export
print.fe_reg <- function(x, digits = max(3L, getOption("digits") - 3L), n = 20, ...) {
  print(summary(x), digits = digits, n = n)
  invisible(x)
}

#' @rdname model-methods
#' @export
summary.fe_reg <- function(object, vcov = NULL, first_stage = FALSE, constant = NULL, ...) {
  check_flag(first_stage, "first_stage")
  own <- object
  object$covariance <- fit_covariance(object, vcov)
  table <- coefficient_table(object, object$covariance)
  if (!is.null(constant)) table <- rbind(table, fe_constant(own, constant, vcov)[names(table)])
  structure(
    list(
      fit = object, coefficients = printed_table(table), covariance = object$covariance, within_xtreg = xtreg_within(object),
      instruments = if (length(object$endogenous)) instrument_statistics(own, vcov), constant = constant,
      first_stage = if (first_stage) first_stage_columns(own, vcov)
    ),
    class = "summary.fe_reg"
  )
}

first_stage_columns <- function(fit, vcov) lapply(first_stage(fit, vcov), stage_column)

instrument_statistics <- function(fit, vcov) {
  list(
    weak = weak_iv(fit, vcov), tests = iv_tests(fit, vcov),
    rubin = tryCatch(anderson_rubin(fit, vcov = vcov), ccdpanel_error_singular = function(e) NULL)
  )
}

# What a column of the table of both stages shows.
stage_column <- function(fit) {
  list(table = coefficient_table(fit, fit$covariance), rows = fit$sample$n, r2 = fit$r2[["r2"]], within = fit$r2[["within"]])
}

printed_table <- function(table) {
  out <- as.matrix(table[c("estimate", "std.error", "statistic", "p.value")])
  letter <- if (all(is.infinite(table$df))) "z" else "t"
  dimnames(out) <- list(table$term, c("Estimate", "Std. Error", paste(letter, "value"), paste0("Pr(>|", letter, "|)")))
  out
}

#' @export
print.summary.fe_reg <- function(x, digits = max(3L, getOption("digits") - 3L), n = Inf, ...) {
  fit <- x$fit
  asked <- n
  instrumented <- length(fit$endogenous) > 0
  say(paste0(estimator_title(fit), ": ", rlang::as_label(fit$spec$parsed$response)))
  say(paste0("Rows: ", format(fit$sample$n, big.mark = ","), header_effects(fit)))
  if (instrumented) say(paste0("Endogenous: ", first_names(fit$endogenous, n), "; instruments: ", first_names(fit$instruments, n / 2)))
  say(paste0("Standard errors: ", covariance_label(x$covariance), "; ", reference_label(x$covariance$df)))
  cat("\n")
  if (nrow(x$coefficients)) {
    # First stages take two lines each, and replays are a second table of the same rows.
    if (instrumented && is.finite(n)) n <- max(n - 2 * length(fit$endogenous), n / 2)
    if (!is.null(x$covariance$replays)) n <- n / 2
    print_coefficients(x$coefficients, n, digits)
  } else {
    cat("No coefficients.\n")
  }
  print_replays(fit, x$covariance, digits, n)
  if (!is.null(x$constant)) cat("Constant in ", x$constant, "'s convention.\n", sep = "")
  cat("\n")
  say(footer(fit, x$within_xtreg, asked))
  if (instrumented) say(instrument_lines(x$instruments))
  if (length(x$first_stage)) cat("\n", stage_lines(x, digits), sep = "")
  next_steps(fit_steps(instrumented, length(x$first_stage) > 0))
  invisible(x)
}

# The first `n` rows with stars, and how many more there are.
print_coefficients <- function(table, n, digits, legend = TRUE) {
  stats::printCoefmat(utils::head(table, n), digits = digits, signif.legend = legend, P.values = TRUE, has.Pvalue = TRUE)
  more <- nrow(table) - n
  if (more > 0) say(sprintf("... and %d more coefficient%s: summary(x)", more, if (more == 1) "" else "s"))
}

# Where to go on from a single equation.
fit_steps <- function(instrumented, staged) {
  if (!instrumented) return(c("add_controls()", "by_group()", "robustness()", "regression_table(fit)"))
  c("weak_iv(fit)", "iv_tests(fit)", if (!staged) "first_stage(fit)", "regression_table(fit)")
}

estimator_title <- function(fit) {
  number <- function(v) format(v, digits = 6)
  switch(fit$estimator,
    OLS = "Least squares", `2SLS` = "Two-stage least squares",
    LIML = paste0("Limited-information maximum likelihood (kappa ", number(fit$kappa[["used"]]), ")"),
    Fuller = paste0("Fuller's estimator (constant ", number(fit$spec$estimator$fuller), ", kappa ", number(fit$kappa[["used"]]), ")"),
    GMM = paste0("Two-step GMM (weighted ", weighting_label(fit$spec$estimator$weighting), ")")
  )
}

weighting_label <- function(cov) {
  if (cov$type == "iid") return("as under iid errors")
  if (cov$type == "cluster") return(paste("by clusters of", paste(names(cov$clusters), collapse = " and ")))
  "for heteroskedasticity"
}

# What a referee asks of the instruments: their strength in each first stage, identification, inference that holds when they are weak, and
# exogeneity where it can be tested.
instrument_lines <- function(instruments) {
  c(first_stage_lines(instruments$weak), rank_line(instruments$weak), weak_lines(instruments), exogeneity_lines(instruments$tests))
}

five_digits <- function(v) trimws(formatC(v, digits = 5, format = "g"))

p_phrase <- function(v) paste("p", if (!is.na(v) && v < 1e-4) "< 0.0001" else paste("=", format(v, digits = 3)))

first_stage_lines <- function(weak) {
  one <- function(i) {
    name <- weak$endogenous[i]
    at <- function(test) weak$statistic[weak$test == test & weak$endogenous %in% name]
    df <- if (is.finite(weak$df2[i])) paste0("(", weak$df1[i], ", ", weak$df2[i], ")") else paste0("(", weak$df1[i], ", Inf)")
    sw <- if (length(at("sw_f"))) paste0(", Sanderson-Windmeijer F ", five_digits(at("sw_f")))
    paste0("First stage of ", name, ": F", df, " ", five_digits(weak$statistic[i]), " (", p_phrase(weak$p_value[i]), "), partial R2 ", five_digits(at("partial_r2")), sw, "\n")
  }
  vapply(which(weak$test == "first_stage_f"), one, "")
}

rank_line <- function(weak) {
  at <- function(test, column) weak[[column]][weak$test == test]
  known <- attr(weak, "critical")
  critical <- at("kp_wald_f", "critical")
  paste0(
    "Kleibergen-Paap rk LM ", five_digits(at("kp_lm", "statistic")), " (", p_phrase(at("kp_lm", "p_value")), "), rk Wald F ", five_digits(at("kp_wald_f", "statistic")),
    if (!is.na(critical)) paste0(" [", critical, ": Stock-Yogo, ", 100 * known$level[1], "% ", known$criterion[1], "]"), "\n"
  )
}

weak_lines <- function(instruments) {
  weak <- instruments$weak
  row <- function(test) weak[weak$test == test, ]
  effective <- row("effective_f")
  tf <- row("tf")
  rubin <- instruments$rubin
  c(
    if (nrow(effective)) paste0("Effective F ", five_digits(effective$statistic), " [", five_digits(effective$critical), ": bias at most 10% of the worst case]\n"),
    if (nrow(tf)) paste0("tF: |t| ", five_digits(tf$statistic), " against ", five_digits(tf$critical), " (5%)\n"),
    if (!is.null(rubin)) {
      paste0(
        "Anderson-Rubin F(", rubin$df1, ", ", rubin$df2, ") ", five_digits(rubin$statistic), " (", p_phrase(rubin$p_value), ")",
        if (!is.null(rubin$shape)) paste0(", 95% set ", if (rubin$shape %in% c("empty", "everything")) rubin$shape else describe_set(rubin$set)), "\n"
      )
    }
  )
}

exogeneity_lines <- function(tests) {
  over <- tests[tests$test == if ("hansen_j" %in% tests$test) "hansen_j" else "sargan", ]
  line <- function(name, row) {
    if (is.na(row$statistic)) return(paste0(name, "not computed: too few clusters\n"))
    paste0(name, five_digits(row$statistic), " (", row$df, " df, ", p_phrase(row$p_value), ")\n")
  }
  endogeneity <- tests[tests$test == if ("endogeneity_c" %in% tests$test) "endogeneity_c" else "durbin_wu_hausman", ]
  ratio <- tests[tests$test == "anderson_rubin_lr" & tests$df > 0, ]
  c(
    if (over$df) line(c(hansen_j = "Hansen J ", sargan = "Sargan ")[[over$test]], over) else "Just identified.\n",
    if (nrow(ratio)) line("Anderson-Rubin likelihood ratio ", ratio),
    line(c(endogeneity_c = "Endogeneity C ", durbin_wu_hausman = "Endogeneity (Durbin-Wu-Hausman) ")[[endogeneity$test]], endogeneity)
  )
}

# Both stages side by side, standard errors under the coefficients.
stage_lines <- function(x, digits) {
  second <- stage_column(x$fit)
  columns <- c(x$first_stage, stats::setNames(list(second), rlang::as_label(x$fit$spec$parsed$response)))
  terms <- unique(unlist(lapply(columns, function(column) column$table$term)))
  cells <- vapply(columns, stage_cells, character(2 * length(terms) + 3), terms = terms, digits = digits)
  label <- c(rbind(terms, ""), "Rows", "R2", "R2 within")
  body <- rbind(c(rep("First stage", length(x$first_stage)), "Second stage"), names(columns), cells)
  keep <- c(TRUE, TRUE, rowSums(cells != "") > 0 | label == "")
  table <- cbind(format(c("", "", label)), apply(body, 2, format, justify = "right"))[keep, , drop = FALSE]
  c(paste0(apply(table, 1, paste, collapse = "  "), "\n"), "Standard errors in brackets; *** p < 0.01, ** p < 0.05, * p < 0.1\n")
}

stage_cells <- function(column, terms, digits) {
  at <- match(terms, column$table$term)
  number <- function(v) ifelse(is.na(v), "", formatC(v, digits = digits, format = "g", flag = "#"))
  p <- column$table$p.value[at]
  stars <- ifelse(is.na(p), "", ifelse(p < .01, "***", ifelse(p < .05, "** ", ifelse(p < .1, "*  ", "   "))))
  se <- number(column$table$std.error[at])
  estimates <- c(rbind(paste0(number(column$table$estimate[at]), stars), ifelse(se == "", "", paste0("(", se, ")  "))))
  c(estimates, paste0(format(column$rows, big.mark = ","), "   "), paste0(number(column$r2), "   "), if (is.na(column$within)) "" else paste0(number(column$within), "   "))
}

header_effects <- function(fit) {
  if (!length(fit$effects)) return("")
  exact <- if (isFALSE(fit$dof$clear)) " about" else if (fit$dof$exact) "" else " at most"
  paste0(
    "; effects: ", paste(effect_sizes(fit), collapse = ", "), ", taking", exact, " ",
    fit$dof$absorbed, " degrees of freedom"
  )
}

footer <- function(fit, within_xtreg, n = Inf) {
  number <- function(v) formatC(v, digits = 4, format = "g")
  lines <- paste0(
    "R2 ", number(fit$r2[["r2"]]), ", adjusted ", number(fit$r2[["adjusted"]]),
    if (!is.na(fit$r2[["within"]])) paste0(", within ", number(fit$r2[["within"]])),
    if (has_xtreg_within(fit)) paste0(" (reghdfe) or ", number(within_xtreg), " (xtreg)"),
    "; residual standard error ", number(stats::sigma(fit)), "\n"
  )
  losses <- describe_losses(fit$sample$counts, n / 2)
  if (nzchar(losses)) lines <- c(lines, paste0("Left out: ", losses, ".\n"))
  if (length(fit$collinear)) lines <- c(lines, paste0("Collinear: ", first_names(fit$collinear, n / 2), ".\n"))
  if (!fit$converged) lines <- c(lines, "The effects were not absorbed to the accuracy asked for.\n")
  lines
}
