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

# A matrix from elsewhere, with the degrees of freedom that its attribute `df` has, else those of
# the fit's own.
given_covariance <- function(object, v, call) {
  own <- object$covariance
  df <- attr(v, "df", exact = TRUE)
  v <- named_as(v, rownames(own$v), call)
  if (!is.numeric(v) || !identical(dim(v), dim(own$v))) {
    abort("vcov", c(
      "{.arg vcov} as a matrix must be one of {nrow(own$v)} coefficient{?s}, not {found(v)}.",
      i = "Its names, if it has any, are those of {.code coef(fit)}."
    ), call)
  }
  dimnames(v) <- dimnames(own$v)
  check_given(v, call)
  if (is.null(df)) return(new_covariance(v, list(type = "given"), own$df, 1, own = own$type))
  check_given_df(df, rownames(v), call)
  new_covariance(
    v, list(type = "given"), as.vector(if (is.null(names(df))) df else df[rownames(v)]), 1,
    own = "given"
  )
}

# One number for all coefficients, or one for each: by their names if it has any.
check_given_df <- function(df, names, call) {
  fits <- is.numeric(df) && length(df) %in% c(1, length(names)) && !anyNA(df) && all(df > 0)
  if (fits && (is.null(names(df)) || setequal(names(df), names))) return(invisible())
  abort("vcov", c(
    paste0(
      "The degrees of freedom of {.arg vcov}, its attribute {.field df}, must be one positive ",
      "number, or one for each of {.val {names}}, not {found(df)}."
    ),
    i = "{.code attr(v, \"df\") <- 12}; {.code Inf} stands for the normal distribution."
  ), call)
}

# The rows and columns of a matrix with names by them, in the order of the coefficients: those of
# rows and columns must be the same, and have each coefficient's once.
named_as <- function(v, names, call) {
  given <- rownames(v) %||% colnames(v)
  if (is.null(given)) return(v)
  unlike <- if (!identical(colnames(v) %||% given, given)) "other names for its rows and columns"
  twice <- unique(given[duplicated(given)])
  lost <- setdiff(names, given)
  wrong <- unlike %||% if (length(twice)) {
    cli::format_inline("{.val {twice}} more than once")
  } else if (length(lost)) {
    cli::format_inline("no {.or {.val {lost}}} among {.val {given}}")
  }
  if (is.null(wrong)) return(v[match(names, given), match(names, given), drop = FALSE])
  abort("vcov", c(
    "{.arg vcov} as a matrix must have the coefficients' names, or none: it has {wrong}.",
    i = paste0(
      "They are {.val {names}}; {.code unname(v)} takes the rows and columns in the order of ",
      "{.code coef(fit)}."
    )
  ), call)
}

# What no covariance can be.
check_given <- function(v, call) {
  bad <- function(what, way) abort("vcov", c(
    paste0("{.arg vcov} as a matrix must be a covariance: ", what), i = way
  ), call)
  size <- diag(v)
  lost <- rownames(v)[!is.finite(size) | size < 0]
  if (length(lost)) {
    bad(
      paste0(
        "the variance of {.val {lost}} is {.val {signif(size[lost], 3)}}, and a variance is a ",
        "number that is not negative."
      ),
      "Was the covariance computed from a model that has no such coefficient, or lost its digits?"
    )
  }
  if (!all(is.finite(v))) {
    bad("it has missing or infinite elements.", "See {.code which(is.na(v))}.")
  }
  uneven <- abs(v - t(v)) > 1e-8 * sqrt(outer(size, size))
  if (!any(uneven)) return(invisible())
  at <- rownames(v)[which(uneven, arr.ind = TRUE)[1, ]]
  bad(
    paste0(
      "it is not symmetric at {.val {at}}, with {.val {signif(v[at[1], at[2]], 6)}} on one side ",
      "and {.val {signif(v[at[2], at[1]], 6)}} on the other."
    ),
    "{.code (v + t(v)) / 2} is, if the difference is rounding."
  )
}

# Degrees of freedom of combinations of the coefficients, the rows of `r`, under a covariance of
# fit_covariance(object, vcov): one number for all, but for CR2 and CR3, which have them by
# combination.
combination_df <- function(object, r, cov, vcov = NULL, call = rlang::caller_env()) {
  UseMethod("combination_df")
}

#' @export
combination_df.default <- function(object, r, cov, vcov = NULL, call = rlang::caller_env()) {
  rep(min(cov$df), nrow(r))
}

# The covariance of combinations of coefficients, the rows of `r`: missing where a coefficient in
# use has none, and where what is left of a variance is rounding, or negative.
combination_covariance <- function(r, v) {
  lost <- is.na(diag(v))
  v[lost, ] <- 0
  v[, lost] <- 0
  out <- r %*% v %*% t(r)
  size <- drop(abs(r) %*% sqrt(pmax(diag(v), 0)))^2
  none <- diag(out) <= 1e-13 * size | rowSums(r[, lost, drop = FALSE] != 0) > 0
  out[none, ] <- NA
  out[, none] <- NA
  out
}

combination_variance <- function(r, v) diag(combination_covariance(r, v))

new_covariance <- function(v, spec, df, factor, repaired = FALSE, ...) {
  c(
    list(v = v, type = spec$type, clusters = names(spec$clusters)), list(...),
    list(df = df, factor = factor, repaired = repaired)
  )
}
