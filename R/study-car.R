# car: variance inflation factors.

# car's own method takes them from vcov(), which clusters change, and counts the terms of a formula
# without effects. `type = "terms"` is car's default.
#' @exportS3Method car::vif
vif.fe_reg <- function(mod, type = "terms", ...) {
  check_dots(...)
  check_choice(type, "terms", "type")
  terms <- labels(stats::terms(mod))
  at <- attr(stats::model.matrix(mod), "assign")
  slopes <- at > 0
  at <- at[slopes]
  if (length(unique(at)) < 2) {
    abort("column", c(
      "{.arg mod} must have at least two terms, not {length(unique(at))}.",
      i = "One variable is collinear with nothing."
    ))
  }
  # Of least squares the correlations of estimates are those of the regressors, inverted.
  v <- fit_covariance(mod, "iid")$v[slopes, slopes, drop = FALSE]
  out <- inflation(stats::cov2cor(v), terms[at])
  out <- out[match(terms[unique(at)], out$term), ]
  if (all(out$df == 1)) return(stats::setNames(out$vif, out$term))
  matrix(
    c(out$vif, out$df, out$scaled), nrow(out),
    dimnames = list(out$term, c("GVIF", "Df", "GVIF^(1/(2*Df))"))
  )
}
