# The effect of a moderated term along the moderator, and where it differs from zero.

moderator_points <- function(at, values, call) {
  if (is.null(at)) {
    distinct <- sort(unique(values))
    if (length(distinct) == 2) return(stats::setNames(distinct, c("lower", "upper")))
    return(stats::setNames(
      rounded_mean(values) + c(-1, 0, 1) * stats::sd(values), c("mean - sd", "mean", "mean + sd")
    ))
  }
  if (!is_bare_numeric(at) || !length(at) || !all(is.finite(at))) {
    abort("number", c(
      "{.arg at} must be values of the moderator, not {found(at)}.",
      i = "They range from {format(min(values))} to {format(max(values))}."
    ), call)
  }
  stats::setNames(at, names(at) %||% format(at, trim = TRUE))
}

# Effect of x at values of the moderator as they are in the data.
effect_at <- function(made, value, level) {
  b <- made$fit$coefficients
  v <- made$fit$covariance$v
  x <- made$names[1]
  product <- made$names[3]
  m <- unname(value) - made$means[2]
  estimate <- b[[x]] + b[[product]] * m
  se <- sqrt(v[x, x] + m * (2 * v[x, product] + m * v[product, product]))
  df <- effect_df(made, m)
  half <- stats::qt((1 + level) / 2, df) * se
  data.frame(
    moderator = unname(value), estimate = estimate, std.error = se, statistic = estimate / se,
    p.value = 2 * stats::pt(-abs(estimate / se), df), conf.low = estimate - half,
    conf.high = estimate + half
  )
}

# Degrees of freedom of the effect where the moderator is m: by m under CR2 and CR3.
effect_df <- function(made, m) {
  names <- names(made$fit$coefficients)
  r <- matrix(0, length(m), length(names), dimnames = list(NULL, names))
  r[, made$names[1]] <- 1
  r[, made$names[3]] <- m
  combination_df(made$fit, r, made$fit$covariance)
}

# Where the effect differs from zero; one region of sign NA where the covariance leaves the term or
# the product without a variance.
significant_regions <- function(made, range, level) {
  if (anyNA(made$fit$covariance$v[made$names[c(1, 3)], made$names[c(1, 3)]])) {
    return(data.frame(from = range[1], to = range[2], sign = NA_real_))
  }
  roots <- if (length(unique(effect_df(made, range - made$means[2]))) == 1) {
    effect_roots(made, level)
  } else {
    searched_roots(made, range, level)
  }
  cuts <- c(range[1], sort(roots[roots > range[1] & roots < range[2]]), range[2])
  middle <- (utils::head(cuts, -1) + cuts[-1]) / 2
  there <- effect_at(made, middle, level)
  sign <- ifelse(there$p.value < 1 - level, sign(there$estimate), 0)
  data.frame(from = utils::head(cuts, -1), to = cuts[-1], sign = sign)
}

# The ends of its regions, whatever the degrees of freedom: between neighbours of a grid that
# differ in significance, and of finer grids there. The grid has the point where the effect is zero,
# on either side of which its sign differs.
searched_roots <- function(made, range, level) {
  significant <- function(m) effect_at(made, m, level)$p.value < 1 - level
  b <- made$fit$coefficients[made$names[c(1, 3)]]
  zero <- made$means[2] - b[[1]] / b[[2]]
  grid <- seq(range[1], range[2], length.out = 201)
  grid <- sort(c(grid, zero[zero > range[1] & zero < range[2]]))
  inside <- significant(grid)
  vapply(which(diff(inside) != 0), function(i) {
    ends <- grid[i:(i + 1)]
    for (step in 1:6) {
      finer <- seq(ends[1], ends[2], length.out = 51)
      at <- which(significant(finer) != inside[i])[1]
      ends <- finer[c(at - 1, at)]
    }
    mean(ends)
  }, 0)
}

# The same in closed form, of one number of degrees of freedom: the roots of (b1 + b3 m)^2 = t^2
# (V11 + 2 m V13 + m^2 V33).
effect_roots <- function(made, level) {
  b <- made$fit$coefficients[made$names[c(1, 3)]]
  v <- made$fit$covariance$v[made$names[c(1, 3)], made$names[c(1, 3)]]
  t2 <- stats::qt((1 + level) / 2, min(made$fit$covariance$df))^2
  # In units in which both coefficients are about one, and so is the moderator.
  unit <- power_of_two(pmax(abs(b), sqrt(diag(v))))
  b <- b / unit
  v <- v / unit / rep(unit, each = 2)
  quadratic <- c(
    b[[1]]^2 - t2 * v[1, 1], 2 * (b[[1]] * b[[2]] - t2 * v[1, 2]), b[[2]]^2 - t2 * v[2, 2]
  )
  real_roots(quadratic) * unit[[1]] / unit[[2]] + made$means[2]
}

# Real roots of c0 + c1 m + c2 m^2, without cancellation.
real_roots <- function(c) {
  if (c[3] == 0) return(if (c[2] == 0) numeric() else -c[1] / c[2])
  discriminant <- c[2]^2 - 4 * c[1] * c[3]
  if (discriminant <= 0) return(numeric())
  q <- -(c[2] + (if (c[2] < 0) -1 else 1) * sqrt(discriminant)) / 2
  c(q / c[3], if (q != 0) c[1] / q)
}

region_shares <- function(regions, values) {
  inside <- findInterval(values, regions$from)
  tabulate(inside, nrow(regions)) / length(values)
}
