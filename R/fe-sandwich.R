# sandwich, and what it asks of stats: scores, bread, the variables of a formula.

# Rows of scores whose cross-product between two breads is the covariance, for every estimator:
# influences of the rows on the coefficients, times the bread's inverse.
#' @exportS3Method sandwich::estfun
estfun.fe_reg <- function(x, ...) {
  check_dots(...)
  call <- rlang::current_env()
  design <- model_design(x$spec, call)
  kernel <- score_kernel(x, design, call)
  scores <- if (is_plain_regression(x)) {
    # Where a dummy is zero they are too, and not rounding.
    weight <- if (length(design$weight)) design$weight else 1
    regressor_matrix(x, design) * as.vector(kernel$residual * weight)
  } else {
    kernel <- with_own_scores(kernel)
    tcrossprod(row_scores(kernel, design), scaled_solve(kernel$bread, kernel$half))
  }
  dimnames(scores) <- list(frame_rows(x), names(x$coefficients))
  scores
}

#' @exportS3Method sandwich::bread
bread.fe_reg <- function(x, ...) {
  check_dots(...)
  call <- rlang::current_env()
  bread <- score_kernel(x, model_design(x$spec, call), call)$bread * x$sample$n
  dimnames(bread) <- list(names(x$coefficients), names(x$coefficients))
  bread
}

# sandwich's own method counts the coefficients as the degrees of freedom and divides scores by the
# columns as they came; neither knows of absorbed effects.
#' @exportS3Method sandwich::vcovHC
vcovHC.fe_reg <- function(x, type = "HC3", ...) {
  check_dots(..., passed = "complete")
  check_choice(type, c("const", "HC", "HC0", "HC1", "HC2", "HC3"), "type")
  stats::vcov(x, vcov = switch(type, const = "iid", HC = "HC0", type))
}

# Others of sandwich take scores by the columns as they came for residuals.
check_not_divided <- function(fit, asking) {
  if (is_plain_regression(fit)) return(invisible())
  space <- tryCatch(asNamespace("sandwich"), error = function(e) NULL)
  known <- c(meatHC = "vcovHC()", meatCL = "vcovCL(type = \"HC2\" or \"HC3\")", meatPC = "vcovPC()")
  meat <- Find(function(name) identical(asking, get0(name, space)), names(known))
  if (is.null(meat)) return(invisible())
  abort("fit", c(
    paste0(
      "{.code sandwich::{known[[meat]]}} divides scores by the columns as they came, and knows ",
      "nothing of the fit's {unknown_parts(fit)}."
    ),
    i = "Others are those of {.fn vcov}: see {.arg vcov} in the help of the fit's function."
  ), NULL)
}

# stats::expand.model.frame(), through which sandwich::vcovCL() finds the variables of a formula,
# evaluates a model's formula with stats' own model.frame(). A formula with bars means something
# else there: its environment has the data under the name they had, and a model.frame() that gives
# the added variables on the rows of the sample.
expanding_formula <- function(fit) {
  env <- new.env(parent = globalenv())
  if (is.symbol(fit$call$data)) env[[as.character(fit$call$data)]] <- fit$spec$data
  env$model.frame <- function(formula, ...) {
    added <- fit$spec$data[all.vars(formula[[3]][[3]])]
    if (!is.null(fit$sample$rows)) added <- added[fit$sample$rows, , drop = FALSE]
    added <- as.data.frame(added)
    rownames(added) <- frame_rows(fit)
    added
  }
  structure(fit$spec$formula, class = c("fe_formula", "formula"), .Environment = env)
}

#' @export
print.fe_formula <- function(x, ...) {
  print(stats::as.formula(
    paste(deparse(x, width.cutoff = 500L), collapse = " "), env = globalenv()
  ), ...)
  invisible(x)
}
