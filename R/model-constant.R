# The constant of a fit whose effects take it up: the mean of y less the means of the regressors times their coefficients, reghdfe's _cons.
# Columns within their effects, with their means put back, have the same slopes and this constant in a regression without
# effects; its standard error follows the slopes' from that regression's small-sample factor to the fit's.
fe_constant <- function(fit, vcov = NULL) {
  design <- model_design(fit$spec)
  names <- c("(y)", design$names[-1])
  data <- centred_again(fit, design, names)
  text <- function(which) if (length(which)) paste0(".ccd", match(which, names), collapse = " + ") else "1"
  exogenous <- setdiff(names(fit$coefficients), fit$endogenous)
  formula <- paste(".ccd1 ~", text(exogenous))
  if (length(fit$endogenous)) formula <- paste(formula, "| 0 |", text(fit$endogenous), "~", text(fit$instruments))
  aux <- suppressMessages(fe_reg(
    stats::as.formula(formula, globalenv()), data,
    vcov = vcov %||% own_vcov(fit), weights = if (length(design$weight)) ~.ccd_w, panel = fit$spec$panel, ssc = fit$spec$ssc, threads = fit$spec$threads
  ))
  table <- coefficient_table(aux, aux$covariance)
  own <- coefficient_table(fit, fit_covariance(fit, vcov))
  at <- match("(Intercept)", table$term)
  factor <- if (nrow(own)) own$std.error[1] / table$std.error[match(text(own$term[1]), table$term)] else 1
  out <- data.frame(term = "(Intercept)", estimate = table$estimate[at], std.error = table$std.error[at] * factor)
  out$statistic <- out$estimate / out$std.error
  out$df <- if (nrow(own)) own$df[1] else table$df[at]
  out$p.value <- 2 * stats::pt(-abs(out$statistic), out$df)
  out[c("term", "estimate", "std.error", "statistic", "p.value", "df")]
}

# The rows of the sample with .ccd1 (y), .ccd2, ... (the columns of the design), each within its effects plus its mean, and .ccd_w.
centred_again <- function(fit, design, names) {
  x <- matrix(unlist(design$columns), design$sample$n)
  w <- if (length(design$weight)) design$weight else rep(1, nrow(x))
  within <- sweep(bind_absorb(x, design$factors, design$weight)$columns, 2, colSums(x * w) / sum(w), "+")
  data <- as.data.frame(fit$spec$data)
  if (!is.null(design$sample$rows)) data <- data[design$sample$rows, , drop = FALSE]
  data[paste0(".ccd", seq_along(names))] <- within
  data$.ccd_w <- w
  data
}

# The covariance that a fit was asked for, as its argument.
own_vcov <- function(fit) {
  spec <- fit$covariance_spec
  if (length(spec$clusters)) stats::reformulate(names(spec$clusters)) else spec$type
}
