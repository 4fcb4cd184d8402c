# Residuals that are rounding: standard errors and tests are then rounding too.
check_perfect <- function(kernel, design) {
  if (!is_perfect(kernel, design)) return(invisible())
  warn("perfect_fit", c(
    if (to_explain(kernel, design) > 0) {
      "The fit is perfect: the residuals are rounding, and so are standard errors and tests."
    } else {
      "The dependent variable is constant: there is nothing to explain."
    },
    i = "Is the dependent variable made of the regressors?"
  ))
}

is_perfect <- function(kernel, design) kernel$rss <= 1e-24 * to_explain(kernel, design)

to_explain <- function(kernel, design) {
  if (length(design$factors)) kernel$tss_within else kernel$tss
}

# Is there a constant, by itself, among the regressors or in the effects? Without one R2 is about
# zero, as lm's.
is_centred <- function(design, spec) {
  if (!length(design$factors)) return(design$constant)
  hold_constant(spec$parsed$effects) || design$parts$exogenous$intercept
}

# Of what an offset leaves to explain, as lm() has it from R 4.3.0 on. Beside a constant alone both
# sums are one, added in two orders.
share_explained <- function(kernel, design) {
  alone <- !length(design$factors) && design$constant && length(kernel$coef) == 1
  if (alone && kernel$tss > 0) return(0)
  1 - kernel$rss / kernel$tss
}

# Without regressors too.
share_explained_within <- function(kernel, design) {
  if (!length(design$factors)) return(NA_real_)
  if (!length(kernel$coef) && is.null(design$offset)) return(0)
  1 - kernel$rss / kernel$tss_within
}

sum_of_squares <- function(v, weight) sum(if (length(weight)) weight * v^2 else v^2)
