# Sums over units of what dynamic panels are made of: the two transformations, the blocks of
# instruments, and their moments.
#
# A column is a matrix of units by periods, 0 outside the sample. Instruments of one period and
# equation are a block of units by columns, so that what is zero by construction is never stored,
# and large panels go through in chunks of units.

# `d`: rows (unit, period), `sample` (is the row in it?), columns `x` (y is the last), `iv`, `gmm`
# (missing where it is), the plan of instruments. Chunks are made once where there is one.
unit_chunks <- function(d, size = chunk_units(d)) {
  starts <- seq(1, d$units, by = size)
  kept <- if (length(starts) == 1) dynamic_chunk(d, 1, d$units)
  function(f) {
    parts <- lapply(starts, function(start) {
      f(kept %||% dynamic_chunk(d, start, min(start + size - 1, d$units)))
    })
    Reduce(function(a, b) Map(`+`, a, b), parts)
  }
}

# So many units that the columns and blocks of a chunk take some dozens of megabytes.
chunk_units <- function(d) {
  columns <- ncol(d$x) + 2 * ncol(d$iv) + 2 * ncol(d$gmm)
  max(50, floor(4e6 / (d$periods * columns + d$count)))
}

dynamic_chunk <- function(d, first, last) {
  # Rows are in the order of units.
  rows <- seq(d$start[first], d$start[last + 1] - 1)
  n <- last - first + 1
  at <- d$unit[rows] - first + 1 + (d$period[rows] - 1) * n
  wide <- function(x, fill = 0) {
    out <- matrix(fill, n * d$periods, ncol(x))
    out[at, ] <- x[rows, , drop = FALSE]
    array(out, c(n, d$periods, ncol(x)))
  }
  level <- matrix(FALSE, n, d$periods)
  level[at] <- d$sample[rows]
  change <- row_changes(level)
  transform <- if (d$transform == "difference") change else row_deviations(level)
  x <- wide(d$x)
  iv <- wide(d$iv)
  w <- moved_columns(d, rows, d$unit[rows] - first + 1, n)
  dw <- gmm_changes(w)
  w[is.na(w)] <- 0
  store <- cbind(
    flat(w), flat(dw), flat(transform$apply(iv)), flat(iv)
  )
  block <- function(mask) {
    function(one, p) if (length(one$column)) store[, one$source, drop = FALSE] * mask[, p]
  }
  list(
    n = n, level = level, change = change, transform = transform, x = x,
    moved = transform$apply(x),
    different = if (d$transform == "difference") NULL else change$apply(x),
    z = list(
      diff = Map(block(transform$mask), d$plan$diff, seq_len(d$periods)),
      level = Map(block(level), d$plan$level, seq_len(d$periods))
    )
  )
}

# The GMM variables at their own periods, lags of them `gmm_by` periods later.
moved_columns <- function(d, rows, unit, n) {
  out <- array(NA_real_, c(n, d$periods, ncol(d$gmm)))
  for (j in seq_len(ncol(d$gmm))) {
    period <- d$period[rows] + d$gmm_by[j]
    there <- period >= 1 & period <= d$periods
    out[cbind(unit[there], period[there], j)] <- d$gmm[rows[there], j]
  }
  out
}

flat <- function(x) matrix(x, dim(x)[1])

# Each period less the one before, where the sample has both.
row_changes <- function(level) {
  mask <- level & cbind(FALSE, level[, -ncol(level), drop = FALSE])
  list(mask = mask, apply = function(x) masked(x - shifted(x), mask))
}

shifted <- function(x) {
  periods <- dim(x)[2]
  out <- x
  out[, 1, ] <- 0
  if (periods > 1) out[, -1, ] <- x[, -periods, ]
  out
}

masked <- function(x, mask) x * as.vector(mask)

# Each period less the mean of those after it, times the root of m / (m + 1) of m of them; it
# stands at the period after, so that the same lags are its instruments as of the change. Of values
# less the unit's first, so that what does not change is nought.
row_deviations <- function(level) {
  periods <- ncol(level)
  after <- later_sums(array(level + 0, c(dim(level), 1)))[, , 1]
  dim(after) <- dim(level)
  base <- level & after > 0
  factor <- ifelse(base, sqrt(after / (after + 1)), 0)
  share <- ifelse(base, 1 / after, 0)
  moved <- function(m) cbind(m[, 1] * 0 != 0, m[, -periods, drop = FALSE])
  mask <- moved(base)
  first <- max.col(level, "first")
  list(
    mask = mask, factor = factor, share = share,
    apply = function(x) {
      for (j in seq_len(dim(x)[3])) x[, , j] <- x[, , j] - x[cbind(seq_along(first), first, j)]
      x <- masked(x, level)
      masked(shifted(as.vector(factor) * (x - as.vector(share) * later_sums(x))), mask)
    }
  )
}

later_sums <- function(x) {
  out <- x * 0
  for (p in rev(seq_len(dim(x)[2] - 1))) out[, p, ] <- out[, p + 1, ] + x[, p + 1, ]
  out
}

# Of variables that may be missing; what cannot be told is 0.
gmm_changes <- function(w) {
  out <- w
  out[, 1, ] <- NA
  periods <- dim(w)[2]
  if (periods > 1) out[, -1, ] <- w[, -1, ] - w[, -periods, ]
  out[is.na(out)] <- 0
  out
}

# ---- sums -----------------------------------------------------------------------------------

# Z'HZ, Z'(X, y), the cross-products of the columns in all equations, and the rows of each.
first_sums <- function(chunk, d) {
  zhz <- weighting_sum(chunk, d)
  rows <- c(diff = sum(chunk$transform$mask), level = sum(chunk$level))
  all <- crossprod(matrix(chunk$moved, ncol = dim(chunk$x)[3]))
  if (d$system) all <- all + crossprod(matrix(chunk$x, ncol = dim(chunk$x)[3]))
  list(
    zhz = zhz, zx = instrument_products(chunk, d, chunk$moved, chunk$x), xx = all, rows = rows,
    units = sum(rowSums(if (d$system) chunk$level else chunk$transform$mask) > 0)
  )
}

# Z'v summed over units: `diff` and `level` are v in each equation, units by periods by columns.
instrument_products <- function(chunk, d, diff, level) {
  out <- matrix(0, d$count, dim(diff)[3])
  for (p in seq_len(d$periods)) {
    at <- d$plan$diff[[p]]$column
    if (length(at)) {
      out[at, ] <- out[at, ] + crossprod(chunk$z$diff[[p]], matrix(diff[, p, ], chunk$n))
    }
    at <- d$plan$level[[p]]$column
    if (length(at)) {
      out[at, ] <- out[at, ] + crossprod(chunk$z$level[[p]], matrix(level[, p, ], chunk$n))
    }
  }
  out
}

# Z'v of each unit, v a matrix of units by periods in each equation.
instrument_scores <- function(chunk, d, diff, level) {
  out <- matrix(0, chunk$n, d$count)
  for (p in seq_len(d$periods)) {
    at <- d$plan$diff[[p]]$column
    if (length(at)) out[, at] <- out[, at] + chunk$z$diff[[p]] * diff[, p]
    at <- d$plan$level[[p]]$column
    if (length(at)) out[, at] <- out[, at] + chunk$z$level[[p]] * level[, p]
  }
  out
}

# Z w for weights w of the instruments: units by periods in each equation.
instrument_sums <- function(chunk, d, w) {
  one <- function(z, plan) {
    vapply(seq_len(d$periods), function(p) {
      if (length(plan[[p]]$column)) as.vector(z[[p]] %*% w[plan[[p]]$column]) else numeric(chunk$n)
    }, numeric(chunk$n))
  }
  out <- list(diff = one(chunk$z$diff, d$plan$diff), level = one(chunk$z$level, d$plan$level))
  lapply(out, matrix, nrow = chunk$n)
}

# Z'HZ: H is what iid errors of variance one have in the two equations (`h = 3`), without what the
# equations have in common (2), or the identity (1).
weighting_sum <- function(chunk, d) {
  out <- matrix(0, d$count, d$count)
  add <- function(rows, columns, value) {
    out[rows, columns] <<- out[rows, columns] + value
  }
  twice <- function(rows, columns, value) {
    add(rows, columns, value)
    add(columns, rows, t(value))
  }
  differ <- d$h > 1 && d$transform == "difference"
  for (p in seq_len(d$periods)) {
    z <- chunk$z$diff[[p]]
    at <- d$plan$diff[[p]]$column
    if (length(at)) add(at, at, crossprod(z) * (1 + differ))
    before <- if (p > 1) d$plan$diff[[p - 1]]$column
    if (differ && length(at) && length(before)) {
      twice(at, before, -crossprod(z, chunk$z$diff[[p - 1]]))
    }
    level <- d$plan$level[[p]]$column
    if (length(level)) add(level, level, crossprod(chunk$z$level[[p]]))
    if (d$system && d$h == 3 && length(at)) {
      common_terms(chunk, d, p, function(other, value) twice(at, other, value))
    }
  }
  out
}

# What the transformed errors of a period have in common with those of the levels.
common_terms <- function(chunk, d, p, twice) {
  z <- chunk$z$diff[[p]]
  with <- function(s, weight) {
    at <- d$plan$level[[s]]$column
    if (length(at)) twice(at, crossprod(z, chunk$z$level[[s]] * weight))
  }
  if (d$transform == "difference") {
    with(p, 1)
    if (p > 1) with(p - 1, -1)
    return(invisible())
  }
  if (p == 1) return(invisible())
  with(p - 1, chunk$transform$factor[, p - 1])
  for (s in seq(p, d$periods)) {
    with(s, -chunk$transform$factor[, p - 1] * chunk$transform$share[, p - 1])
  }
}

# Residuals of coefficients in the transformed rows, the levels and the differences.
chunk_residuals <- function(chunk, b) {
  by <- c(-b, 1)
  of <- function(x) matrix(matrix(x, ncol = length(by)) %*% by, chunk$n)
  diff <- of(chunk$moved)
  list(
    diff = diff, level = of(chunk$x),
    change = if (is.null(chunk$different)) diff else of(chunk$different)
  )
}
