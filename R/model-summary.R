# How fits print: a header with every choice, the table, and what was left out.

#' @rdname model-methods
#' @export
print.fe_reg <- function(x, digits = max(3L, getOption("digits") - 3L), ...) {
  print(summary(x), digits = digits)
  invisible(x)
}

#' @rdname model-methods
#' @export
summary.fe_reg <- function(object, vcov = NULL, ...) {
  object$covariance <- fit_covariance(object, vcov)
  table <- coefficient_table(object, object$covariance)
  instruments <- if (length(object$endogenous)) list(weak = weak_iv(object, vcov), tests = iv_tests(object, vcov))
  structure(
    list(fit = object, coefficients = printed_table(table), covariance = object$covariance, instruments = instruments),
    class = "summary.fe_reg"
  )
}

printed_table <- function(table) {
  out <- as.matrix(table[c("estimate", "std.error", "statistic", "p.value")])
  letter <- if (all(is.infinite(table$df))) "z" else "t"
  dimnames(out) <- list(table$term, c("Estimate", "Std. Error", paste(letter, "value"), paste0("Pr(>|", letter, "|)")))
  out
}

#' @export
print.summary.fe_reg <- function(x, digits = max(3L, getOption("digits") - 3L), ...) {
  fit <- x$fit
  instrumented <- length(fit$endogenous) > 0
  cat(estimator_title(fit), ": ", rlang::as_label(fit$spec$parsed$response), "\n", sep = "")
  cat("Rows: ", format(fit$sample$n, big.mark = ","), header_effects(fit), "\n", sep = "")
  if (instrumented) {
    cat("Endogenous: ", toString(fit$endogenous), "; instruments: ", toString(fit$instruments), "\n", sep = "")
  }
  cat("Standard errors: ", covariance_label(x$covariance), "; ", reference_label(x$covariance$df), "\n\n", sep = "")
  if (nrow(x$coefficients)) {
    stats::printCoefmat(x$coefficients, digits = digits, signif.legend = TRUE, P.values = TRUE, has.Pvalue = TRUE)
  } else {
    cat("No coefficients.\n")
  }
  print_replays(fit, x$covariance, digits)
  cat("\n", footer(fit), sep = "")
  if (instrumented) cat(instrument_lines(x$instruments), sep = "")
  invisible(x)
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

# What a referee asks of the instruments: identification, strength, and exogeneity where it can be tested.
instrument_lines <- function(instruments) {
  weak <- instruments$weak
  at <- function(test, column) weak[[column]][weak$test == test]
  number <- function(v) formatC(v, digits = 5, format = "g")
  p <- function(v) paste0("p ", sub("^([^<])", "= \\1", format.pval(v, digits = 3, eps = 1e-4)))
  critical <- at("kp_wald_f", "critical")
  lines <- paste0(
    "Kleibergen-Paap rk LM ", number(at("kp_lm", "statistic")), " (", p(at("kp_lm", "p_value")), "), rk Wald F ",
    number(at("kp_wald_f", "statistic")), if (!is.na(critical)) paste0(" [", critical, ": Stock-Yogo, 10% maximal IV size]"), "\n"
  )
  tests <- instruments$tests
  over <- tests[tests$test == if ("hansen_j" %in% tests$test) "hansen_j" else "sargan", ]
  if (!over$df) return(c(lines, "Just identified.\n"))
  name <- c(hansen_j = "Hansen J ", sargan = "Sargan ")[[over$test]]
  c(lines, paste0(name, number(over$statistic), " (", over$df, " df, ", p(over$p_value), ")\n"))
}

header_effects <- function(fit) {
  if (!length(fit$effects)) return("")
  exact <- if (fit$dof$exact) "" else " at most"
  paste0(
    "; effects: ", paste0(names(fit$effects), " (", unlist(fit$effects), ")", collapse = ", "), ", taking", exact, " ",
    fit$dof$absorbed, " degrees of freedom"
  )
}

footer <- function(fit) {
  number <- function(v) formatC(v, digits = 4, format = "g")
  lines <- paste0(
    "R2 ", number(fit$r2[["r2"]]), ", adjusted ", number(fit$r2[["adjusted"]]),
    if (!is.na(fit$r2[["within"]])) paste0(", within ", number(fit$r2[["within"]])),
    "; residual standard error ", number(stats::sigma(fit)), "\n"
  )
  losses <- describe_losses(fit$sample$counts)
  if (nzchar(losses)) lines <- c(lines, paste0("Left out: ", losses, ".\n"))
  if (length(fit$collinear)) lines <- c(lines, paste0("Collinear: ", toString(fit$collinear), ".\n"))
  if (!fit$converged) lines <- c(lines, "The effects were not absorbed to the accuracy asked for.\n")
  lines
}
