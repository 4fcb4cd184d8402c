# The covariance of a fit's coefficients: its own, another one computed from its data, or one that
# was given.

# The covariance behind a fit's standard errors, or another one computed from its data.
fit_covariance <- function(object, vcov = NULL, call = rlang::caller_env()) {
  vcov <- evaluated_argument(vcov, "vcov", call)
  if (is.null(vcov)) return(object$covariance)
  if (is.function(vcov)) vcov <- made_covariance(object, vcov, call)
  if (is.matrix(vcov)) return(given_covariance(object, vcov, call))
  UseMethod("fit_covariance")
}

# A covariance of the fit's own coefficients and nothing else: a matrix, or what makes one.
is_given <- function(vcov) is.matrix(vcov) || is.function(vcov)

# What a function makes of the fit: a matrix. What it says is repeated only if it made one.
made_covariance <- function(object, f, call) {
  made <- hold_warnings(tryCatch(f(object), error = function(e) e))
  v <- made$value
  if (!is.matrix(v)) {
    came <- if (inherits(v, "error")) paste0("an error (", conditionMessage(v), ")") else found(v)
    abort("vcov", c(
      "{.arg vcov} as a function must make a matrix of the fit; it made {came}.",
      i = "For instance {.code vcov = sandwich::vcovHC}."
    ), call)
  }
  repeat_warnings(made)
  v
}

# A matrix from elsewhere, with the degrees of freedom of the fit's own.
given_covariance <- function(object, v, call) {
  own <- object$covariance
  names <- rownames(own$v)
  if (!is.null(rownames(v)) && all(names %in% rownames(v)) && identical(rownames(v), colnames(v))) {
    v <- v[names, names, drop = FALSE]
  }
  if (!is.numeric(v) || !identical(dim(v), dim(own$v))) {
    abort("vcov", c(
      "{.arg vcov} as a matrix must be one of {nrow(own$v)} coefficient{?s}, not {found(v)}.",
      i = "Its names, if it has any, are those of {.code coef(fit)}."
    ), call)
  }
  dimnames(v) <- dimnames(own$v)
  new_covariance(v, list(type = "given"), own$df, 1)
}

new_covariance <- function(v, spec, df, factor, repaired = FALSE, ...) {
  c(
    list(v = v, type = spec$type, clusters = names(spec$clusters)), list(...),
    list(df = df, factor = factor, repaired = repaired)
  )
}
