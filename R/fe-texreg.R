# texreg: a fit as one of its columns.

extract_fit <- function(model, vcov = NULL, ...) {
  table <- coefficient_table(model, fit_covariance(model, vcov))
  gof <- c(
    `R$^2$` = model$r2[["r2"]], `Adj. R$^2$` = model$r2[["adjusted"]],
    `R$^2$ within` = model$r2[["within"]], `Num. obs.` = model$sample$n
  )
  levels <- unlist(model$effects)
  if (length(levels)) names(levels) <- paste("Levels:", names(model$effects))
  gof <- c(gof[!is.na(gof)], levels)
  extracted(table, gof)
}

# Coefficients of all equations under the names that coef() has.
extract_system <- function(model, vcov = NULL, ...) {
  table <- coefficient_table(model, fit_covariance(model, vcov))
  extracted(table, c(
    stats::setNames(model$r2, paste0("R$^2$ ", names(model$r2))), `Num. obs.` = model$sample$n
  ))
}

extracted <- function(table, gof) {
  texreg::createTexreg(
    coef.names = table$term, coef = table$estimate, se = table$std.error, pvalues = table$p.value,
    gof.names = names(gof), gof = unname(gof),
    gof.decimal = startsWith(names(gof), "R$") | startsWith(names(gof), "Adj.")
  )
}

# Its generic is of S4: methods for classes of S3, in an environment of their own.
register_extract <- function(...) {
  home <- new.env(parent = asNamespace("texreg"))
  fits <- list(
    fe_reg = c("fe_reg", "ccd_model"),
    system_equation = c("system_equation", "fe_reg", "ccd_model"),
    system_reg = c("system_reg", "ccd_model"), spatial_reg = c("spatial_reg", "ccd_model")
  )
  for (name in names(fits)) {
    methods::setOldClass(fits[[name]], where = home)
    methods::setMethod(
      texreg::extract, name, if (name == "system_reg") extract_system else extract_fit, where = home
    )
  }
}
