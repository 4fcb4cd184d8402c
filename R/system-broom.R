# broom's generics: rows of coefficients, one row a fit, fitted values beside the data.

#' @rdname model-methods
#' @export
tidy.system_reg <- function(x, conf.int = FALSE, conf.level = 0.95, vcov = NULL, ...) {
  check_dots(..., passed = "coef_rename")
  out <- tidy.ccd_model(x, conf.int, conf.level, vcov)
  equation <- rep(names(x$terms), lengths(x$terms))
  out$term <- unlist(x$terms, use.names = FALSE)
  cbind(equation = equation, out, stringsAsFactors = FALSE)
}

#' @rdname model-methods
#' @export
glance.system_reg <- function(x, ...) {
  check_dots(..., passed = "gof_map")
  data.frame(
    method = system_label(x), equations = length(x$terms), nobs = x$sample$n,
    df.residual = min(x$dof$residual),
    mcelroy.r.squared = if (x$method %in% c("sur", "3sls")) {
      mcelroy_r2(x, system_data(x))
    } else {
      NA_real_
    },
    iterations = x$iterations, vcov.type = covariance_label(x$covariance), stringsAsFactors = FALSE
  )
}

# One block of rows an equation, as tidy() has them.
#' @rdname model-methods
#' @export
augment.system_reg <- function(x, data = NULL, newdata = NULL, ...) {
  check_dots(...)
  parts <- lapply(
    equation_fits(x), augmented, data = data, newdata = newdata, own = ".equation",
    call = rlang::current_env()
  )
  parts <- Map(
    function(name, part) {
      cbind(.equation = rep(name, nrow(part)), part, stringsAsFactors = FALSE)
    },
    names(parts), parts
  )
  out <- do.call(rbind, unname(parts))
  rownames(out) <- NULL
  out
}
