# The search for thresholds by least squares.
#
# M takes the effects and all regressors out of a column. A threshold g adds the columns x 1(q <= g)
# of the regressors x whose slopes change, and takes h'A^-1 h from the sum of squares, with h(g) =
# (x 1(q <= g))'My and A(g) = (x 1(q <= g))'M(x 1(q <= g)). Rows stand in the order of q: both are
# running sums over them, so that all values of q are tried in one pass, and A is the same for every
# dependent variable that a bootstrap draws.

# `x`, `basis` (orthonormal, of sum zero in each unit: all that M takes out besides the units'
# means) and `unit` (numbers from one) in the order of q; `at`: the last row of each candidate.
threshold_space <- function(x, basis, unit, at) {
  raw <- unit_moments(x, unit)[at, , drop = FALSE]
  pairs <- upper_pairs(ncol(x))
  squares <- pairs[, 1] == pairs[, 2]
  space <- list(
    x = x, basis = basis, extra = matrix(0, nrow(x), 0), unit = unit, sizes = tabulate(unit),
    at = at, own = raw[, squares, drop = FALSE], rows = nrow(x),
    square = at_rows(lapply(seq_len(ncol(x)), function(j) cumsum(x[, j]^2)), at)
  )
  moments_without(space, raw, basis)
}

# Running cross-products of x 1(q <= g), less the units' means of these. In a unit of T rows, of
# which m are below g, with x = mean + z and s the sum of z over the m rows, they are
# sum(z z') - s s' / T + (1 - m / T) (mean s' + s mean' + m mean mean'): no large mean is squared
# and taken off again where a unit is wholly below g.
unit_moments <- function(x, unit) {
  sizes <- tabulate(unit)[unit]
  below <- stats::ave(unit, unit, FUN = seq_along)
  mean <- (rowsum(x, unit) / tabulate(unit))[unit, , drop = FALSE]
  z <- x - mean
  s <- vapply(seq_len(ncol(x)), function(j) stats::ave(z[, j], unit, FUN = cumsum), z[, 1])
  dim(s) <- dim(x)
  pairs <- upper_pairs(ncol(x))
  out <- vapply(seq_len(nrow(pairs)), function(k) {
    i <- pairs[k, 1]
    j <- pairs[k, 2]
    beside <- function(si, sj, m) {
      (1 - m / sizes) * (mean[, i] * sj + mean[, j] * si + m * mean[, i] * mean[, j]) -
        si * sj / sizes
    }
    cumsum(
      z[, i] * z[, j] + beside(s[, i], s[, j], below) -
        beside(s[, i] - z[, i], s[, j] - z[, j], below - 1)
    )
  }, z[, 1])
  matrix(out, nrow(x))
}

at_rows <- function(columns, at) {
  matrix(as.double(unlist(lapply(columns, `[`, at))), length(at))
}

# Running sums of x times each of the columns.
sums_below <- function(space, columns, j) {
  at_rows(lapply(seq_len(ncol(columns)), function(k) cumsum(space$x[, j] * columns[, k])), space$at)
}

# A with these orthonormal columns out too, and its Cholesky factor for each candidate. Where a
# column of a regime is a combination of the effects and the other regressors nothing can be tried.
moments_without <- function(space, moments, columns) {
  p <- ncol(space$x)
  pairs <- upper_pairs(p)
  along <- lapply(seq_len(p), function(j) sums_below(space, columns, j))
  for (k in seq_len(nrow(pairs))) {
    moments[, k] <- moments[, k] - rowSums(along[[pairs[k, 1]]] * along[[pairs[k, 2]]])
  }
  space$moments <- moments
  root <- list()
  told <- rep(TRUE, nrow(moments))
  for (k in seq_len(nrow(pairs))) {
    i <- pairs[k, 1]
    j <- pairs[k, 2]
    value <- moments[, k]
    for (l in seq_len(i - 1)) value <- value - root[[pair_key(l, i)]] * root[[pair_key(l, j)]]
    if (i == j) {
      told <- told & value > pmax(1e-10 * space$own[, j], 1e-13 * space$square[, j])
      value <- sqrt(pmax(value, 0))
    } else {
      value <- value / root[[pair_key(i, i)]]
    }
    root[[pair_key(i, j)]] <- value
  }
  space$root <- root
  space$told <- told
  space
}

pair_key <- function(i, j) paste(i, j)

# With thresholds at candidates `chosen` in the model.
with_thresholds <- function(space, chosen) {
  if (!length(chosen)) return(space)
  below <- do.call(cbind, lapply(chosen, function(g) {
    replace(space$x, row(space$x) > space$at[g], 0)
  }))
  extra <- scaled_basis(purged(space, below))
  space <- moments_without(space, space$moments, extra)
  space$extra <- extra
  space
}

# What M leaves of columns.
purged <- function(space, v) {
  v <- v - (rowsum(v, space$unit) / space$sizes)[space$unit, , drop = FALSE]
  without_basis(without_basis(v, space$basis), space$extra)
}

# What each candidate takes from the sum of squares of each column of `r`, which is in M's range.
threshold_gains <- function(space, r) {
  p <- ncol(space$x)
  gain <- 0
  z <- list()
  for (j in seq_len(p)) {
    h <- at_rows(lapply(seq_len(ncol(r)), function(k) cumsum(space$x[, j] * r[, k])), space$at)
    for (l in seq_len(j - 1)) h <- h - space$root[[pair_key(l, j)]] * z[[l]]
    z[[j]] <- h / space$root[[pair_key(j, j)]]
    gain <- gain + z[[j]]^2
  }
  gain
}

# Candidates that leave at least so many rows in every regime.
allowed_candidates <- function(space, chosen, least) {
  out <- space$told & space$at >= least & space$rows - space$at >= least
  for (g in chosen) out <- out & abs(space$at - space$at[g]) >= least
  which(out)
}

# The best candidate beside the chosen ones for one column `r`; NULL if there is none.
best_threshold <- function(space, chosen, r, least) {
  open <- allowed_candidates(space, chosen, least)
  if (!length(open)) return(NULL)
  gain <- drop(threshold_gains(space, without_basis(r, space$extra)))[open]
  at <- which.max(gain)
  list(candidate = open[at], gain = gain[at], profile = gain, open = open)
}

# Thresholds one after the other, each refined with the others fixed until none moves (Bai 1997).
# `r`: what M leaves of the dependent variable; `space_of(chosen)`: the space with these thresholds.
# A list for each number of them: `chosen`, in order; `first` and `rss`, the sums of squares before
# and after the refinement.
threshold_sequence <- function(space_of, r, n, least) {
  out <- list()
  chosen <- integer()
  for (k in seq_len(n)) {
    space <- space_of(chosen)
    found <- best_threshold(space, chosen, r, least)
    if (is.null(found)) return(out)
    first <- sum(without_basis(r, space$extra)^2) - found$gain
    refined <- refined_thresholds(space_of, r, c(chosen, found$candidate), first, least)
    chosen <- refined$chosen
    out[[k]] <- list(chosen = chosen, first = first, rss = refined$rss)
  }
  out
}

refined_thresholds <- function(space_of, r, chosen, rss, least) {
  moved <- length(chosen) > 1
  while (moved) {
    moved <- FALSE
    for (j in seq_along(chosen)) {
      space <- space_of(chosen[-j])
      found <- best_threshold(space, chosen[-j], r, least)
      if (is.null(found) || found$candidate == chosen[j]) next
      less <- sum(without_basis(r, space$extra)^2) - found$gain
      if (less >= rss * (1 - 1e-12)) next
      chosen[j] <- found$candidate
      rss <- less
      moved <- TRUE
    }
  }
  list(chosen = sort(chosen), rss = rss)
}

# Spaces are kept: draws of a bootstrap come to the same thresholds again. When they are many
# numbers, all are forgotten.
kept_spaces <- function(space, most = 2e7) {
  known <- new.env(parent = emptyenv())
  numbers <- 3 * length(space$moments)
  function(chosen) {
    if (!length(chosen)) return(space)
    chosen <- sort(chosen)
    key <- paste(chosen, collapse = " ")
    if (is.null(known[[key]])) {
      if (length(known) * numbers > most) rm(list = names(known), envir = known)
      known[[key]] <- with_thresholds(space, chosen)
    }
    known[[key]]
  }
}
