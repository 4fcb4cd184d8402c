# Predictions that a fit does not identify. A regressor left out as collinear was a combination of
# the others and the effects in the sample; where it is another in new data, its coefficient would
# matter, and there is none.

# By regressor left out: the rows of newdata where it is no longer that combination.
broken_collinearity <- function(object, columns, newdata, env) {
  design <- if (length(object$collinear)) model_design(object$spec)
  gone <- intersect(object$collinear, design$names[design$x + 1])
  broken <- lapply(stats::setNames(nm = gone), function(name) {
    column <- match(name, design$names)
    combination <- collinear_combination(object, column, design)
    expected <- combination$constant
    for (kept in names(combination$b)) {
      expected <- expected + combination$b[[kept]] * columns[[kept]]
    }
    estimated <- estimated_levels(object, column, combination$b, design)
    expected <- expected + effect_values(object, newdata, env, estimated)$total
    size <- max(abs(design$columns[[column]]), combination$size)
    # A level that the sample has not, or a missing value, is not known to be that combination.
    there <- !is.na(expected)
    there & (is.na(columns[[name]]) | abs(columns[[name]] - expected) > 1e-6 * size)
  })
  broken[vapply(broken, any, NA)]
}

# A column of the sample from the kept ones: least squares within the effects or about the mean.
# `size`: of the largest of its parts.
collinear_combination <- function(object, column, design) {
  kept <- setdiff(names(object$coefficients), "(Intercept)")
  x <- vapply(
    design$columns[c(match(kept, design$names), column)], as.double, numeric(design$sample$n)
  )
  at <- x
  centre <- if (design$constant) colMeans(x) else rep(0, ncol(x))
  if (length(design$factors)) {
    x <- bind_absorb(x, design$factors, design$weight)$columns
  } else {
    x <- x - rep(centre, each = nrow(x))
  }
  last <- ncol(x)
  b <- rep(0, length(kept))
  # What the effects leave nothing of has no part in the combination but theirs.
  left <- sqrt(sum(x[, last]^2)) > 1e-9 * sqrt(sum(at[, last]^2))
  if (left && length(kept)) b <- scaled_least_squares(x[, -last, drop = FALSE], x[, last])
  list(
    b = stats::setNames(b, kept), constant = centre[last] - sum(b * centre[-last]),
    size = max(0, abs(b) * apply(abs(at[, -last, drop = FALSE]), 2, max))
  )
}

say_broken <- function(broken) {
  if (!length(broken)) return(invisible())
  rows <- Reduce(`|`, broken)
  inform("unidentified", c(
    paste0(
      "{sum(rows)} of {length(rows)} row{?s} {?has/have} no prediction: {.val {names(broken)}}, ",
      "left out as collinear, {cli::qty(length(broken))}{?is/are} not there what {?it was/they ",
      "were} in the sample."
    ),
    i = "The sample does not tell {cli::qty(length(broken))}{?its coefficient/their coefficients}."
  ))
}
