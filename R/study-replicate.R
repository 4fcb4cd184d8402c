# One model many times on parts or draws of its rows: what permutations and bootstraps repeat. The
# design is evaluated once; a replicate costs one call of the kernel, and coefficients only.

# `rows` count from 1 within the sample of the fit; `times` says how often each of them was drawn
# (NULL: once). What cannot be estimated is NA.
replicate_model <- function(fit, call = rlang::caller_env()) {
  spec <- fit$spec
  check_repeatable(spec, call)
  design <- model_design(spec, call)
  names <- names(fit$coefficients)
  function(rows, times = NULL) {
    b <- stats::setNames(rep(NA_real_, length(names)), names)
    if (length(rows) <= length(design$x) + design$constant) return(b)
    part <- replicate_rows(design, rows, times)
    kernel <- run_kernel(part, list(), estimator_plan(spec, part, call), spec$threads)
    if (length(kernel$unidentified)) return(b)
    found <- stats::setNames(kernel$coef, c(
      if (design$constant) "(Intercept)", design$names[kernel$x + 1]
    ))
    found <- found[names(found) %in% names]
    b[names(found)] <- found
    b
  }
}

check_repeatable <- function(spec, call) {
  if (!identical(spec$estimator$name, "gmm")) return(invisible())
  abort("fit", c(
    "A fit by GMM is not repeated on parts of its rows: its weights are those of the whole sample.",
    i = "Fit it by {.val 2sls} or {.val liml}."
  ), call)
}

# A row drawn k times is a row of weight k: copies of a cluster share their effects at the optimum,
# whether they are told apart or not.
replicate_rows <- function(design, rows, times) {
  weight <- if (length(design$weight)) design$weight[rows] else numeric()
  if (!is.null(times)) weight <- if (length(weight)) weight * times else as.double(times)
  design$columns <- lapply(design$columns, `[`, rows)
  design$factors <- factors_on(design$factors, as.integer(rows))
  design$weight <- weight
  design$sample <- list(n = length(rows))
  design
}
