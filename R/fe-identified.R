# Predictions that a fit does not identify. A regressor left out as collinear was a combination of
# the others and the effects in the sample; where it is another in new data, its coefficient would
# matter, and there is none.

# By regressor left out: the rows of newdata where it is no longer that combination. All is about
# the means in the sample, so that what is of a large mean is judged by how it varies.
broken_collinearity <- function(object, columns, newdata, env) {
  broken <- lapply(collinear_combinations(object), function(left_out) {
    centre <- left_out$centre
    deviation <- columns[[left_out$name]] - centre[[left_out$name]]
    expected <- 0
    for (kept in names(left_out$b)) {
      expected <- expected + left_out$b[[kept]] * (columns[[kept]] - centre[[kept]])
    }
    expected <- expected + effect_values(object, newdata, env, left_out$effects)$total
    # A level that the sample has not, or a missing value, is not known to be that combination.
    there <- !is.na(expected)
    there & (is.na(deviation) | abs(deviation - expected) > left_out$tolerance)
  })
  broken[vapply(broken, any, NA)]
}

# What each regressor that was left out was in the sample.
collinear_combinations <- function(object) {
  design <- if (length(object$collinear)) model_design(object$spec, cells = TRUE)
  gone <- intersect(object$collinear, design$names[design$x + 1])
  lapply(stats::setNames(nm = gone), function(name) {
    collinear_combination(object, match(name, design$names), design)
  })
}

# A column of the sample from the kept ones: least squares within the effects or about the mean, and
# the effects of what these leave. `tolerance`: of the largest of its parts, and of what rounding
# makes of large means.
collinear_combination <- function(object, column, design) {
  kept <- setdiff(names(object$coefficients), "(Intercept)")
  at <- c(match(kept, design$names), column)
  taken <- (design$centre %||% numeric(length(design$columns)))[at]
  x <- vapply(design$columns[at], as.double, numeric(design_rows(design)))
  held <- design$constant || any(!vapply(design$factors, function(f) isFALSE(f$intercept), NA))
  mean <- if (held) colMeans(x) else -taken
  x <- x - rep(mean, each = nrow(x))
  centre <- stats::setNames(taken + mean, design$names[at])
  size <- column_sizes(design, at, unname(centre))
  within <- if (length(design$factors)) {
    bind_absorb(x, design$factors, design$weight)$columns
  } else {
    x
  }
  last <- ncol(x)
  b <- rep(0, length(kept))
  # What the effects leave nothing of has no part in the combination but theirs.
  left <- sqrt(sum(within[, last]^2)) > 1e-9 * sqrt(sum(x[, last]^2))
  if (left && length(kept)) {
    b <- scaled_least_squares(within[, -last, drop = FALSE], within[, last])
  }
  names(b) <- kept
  design$columns[at] <- lapply(seq_len(last), function(j) x[, j])
  design$centre <- NULL
  effects <- estimated_levels(object, column, b, design, centred = TRUE)
  rounded <- sum(abs(c(b, 1) * centre)) + slopes_size(effects)
  list(
    name = design$names[column], b = b, centre = centre,
    tolerance = 1e-6 * max(size[last], abs(b) * size[-last]) + 16 * .Machine$double.eps * rounded,
    effects = effects
  )
}

# The size of the largest products of slopes with their variables: rounding of these is in the sum.
slopes_size <- function(estimated) {
  largest <- function(x) max(abs(x), na.rm = TRUE)
  variables <- unlist(lapply(unname(estimated$factors), function(f) vapply(f$slopes, largest, 0)))
  if (!length(variables)) return(0)
  by_level <- estimated$levels[grepl("[[", names(estimated$levels), fixed = TRUE)]
  sum(vapply(by_level, largest, 0) * variables)
}

# The largest size of columns of a design about `centre`.
column_sizes <- function(design, at, centre) UseMethod("column_sizes", design$remote)

#' @export
column_sizes.default <- function(design, at, centre) {
  unlist(Map(function(x, centre) max(abs(x - centre)), design$columns[at], centre))
}

say_broken <- function(names, rows, of) {
  if (!length(names)) return(invisible())
  inform("unidentified", c(
    paste0(
      "{rows} of {of} row{?s} {?has/have} no prediction: {.val {names}}, ",
      "left out as collinear, {cli::qty(length(names))}{?is/are} not there what {?it was/they ",
      "were} in the sample."
    ),
    i = "The sample does not tell {cli::qty(length(names))}{?its coefficient/their coefficients}."
  ))
}

# Levels that leave every row of the sample as it is: drawn ones less those that are estimated from
# their sums. A row of new data that they move has a sum of effects that the sample does not
# identify, and of such rows each draw moves all but one in ten thousand. Two draws, in the form of
# `estimated$levels`; none with one effect of levels alone, and with two, whose components are
# known.
free_levels <- function(object, estimated, design) {
  factors <- estimated$factors
  if (length(factors) < if (any(with_slopes(factors))) 1 else 3) return(list())
  factors <- less_means(factors, estimated$slope_means)
  names <- Map(level_names, design$effects, design$first)
  with_seed(1, lapply(1:2, function(draw) {
    drawn <- lapply(factors, drawn_levels)
    sums <- Reduce(`+`, Map(levels_on_rows, drawn, factors))
    moved <- bind_absorb(matrix(sums), factors, design$weight)$level
    free <- Map(function(a, b) as.vector(a) - as.vector(b), drawn, moved)
    level_estimates(free, object$spec$parsed$effects, factors, names)
  }))
}

# Normal ones, of slopes in the unit of their variable.
drawn_levels <- function(factor) {
  size <- c(
    if (!isFALSE(factor$intercept)) 1, vapply(factor$slopes, function(z) max(abs(z)), 0)
  )
  size[size == 0] <- 1
  matrix(stats::rnorm(factor$levels * length(size)), factor$levels) /
    rep(size, each = factor$levels)
}

levels_on_rows <- function(level, factor) {
  at <- factor$code + 1
  out <- if (isFALSE(factor$intercept)) 0 else level[at, 1]
  for (s in seq_along(factor$slopes)) {
    out <- out + level[at, s + !isFALSE(factor$intercept)] * factor$slopes[[s]]
  }
  out
}
