# Kernel densities by period, and their peaks.

bandwidth_rules <- c("SJ", "nrd0", "nrd", "ucv")

# One density a period and bandwidth: on a grid that all share, and with `own` on one of its own
# among it, for a narrow distribution beside a wide one.
kernel_densities <- function(at, times, bandwidth, points, call, own = TRUE) {
  columns <- match(times, at$times)
  values <- lapply(columns, function(t) at$y[!is.na(at$y[, t]), t])
  flat <- vapply(values, function(v) length(v) < 3 || diff(range(v)) == 0, NA)
  if (any(flat)) {
    abort("values", c(
      "A density needs three values that differ; {format_key(times[flat])} {?has/have} none.",
      i = "Leave those times out."
    ), call)
  }
  bandwidth <- unname(bandwidth)
  rules <- if (is.numeric(bandwidth)) format(bandwidth, trim = TRUE) else bandwidth
  width <- lapply(bandwidth, function(b) vapply(values, width_of, 0, rule = b, call = call))
  reach <- 3 * max(unlist(width))
  ends <- range(unlist(values)) + c(-reach, reach)
  parts <- lapply(seq_along(rules), function(r) {
    do.call(rbind, lapply(seq_along(times), function(t) {
      v <- sort(values[[t]])
      fine <- fine_grid(v, width[[r]][t], points)
      shared <- seq(ends[1], ends[2], length.out = points)
      x <- if (own) sort(unique(c(shared, fine))) else shared
      data.frame(
        rule = rules[r], time = rep(times[t], length(x)), x = x,
        density = kernel_sum(x, v, width[[r]][t]), width = width[[r]][t],
        peaks = peaks_of(kernel_sum(fine, v, width[[r]][t]))
      )
    }))
  })
  do.call(rbind, parts)
}

width_of <- function(v, rule, call) {
  if (is.numeric(rule)) return(rule)
  f <- switch(rule,
    SJ = stats::bw.SJ, nrd0 = stats::bw.nrd0, nrd = stats::bw.nrd, ucv = stats::bw.ucv
  )
  # R's rules raise the spread to the seventh power.
  spread <- diff(range(v))
  out <- tryCatch(suppressWarnings(f(v / spread)), error = function(e) NA_real_) * spread
  if (is.finite(out) && out > 0) return(out)
  abort("values", c(
    "Rule {.val {rule}} finds no bandwidth for these values, many of which are equal.",
    i = "Take {.val nrd0}, or give a number."
  ), call)
}

# Eight points a bandwidth, and `points` at least.
fine_grid <- function(v, width, points) {
  ends <- range(v) + c(-3, 3) * width
  seq(ends[1], ends[2], length.out = min(max(points, ceiling(8 * diff(ends) / width)), 2^14))
}

# The mean of the values' kernels. Summed as it is defined, since the Fourier transform of
# stats::density() leaves ripples where there is nothing; with more than 5e7 kernels by that, on a
# grid so fine that it does not show, and without what its rounding can be.
kernel_sum <- function(x, v, width) {
  if (length(x) * length(v) <= 5e7) {
    return(vapply(x, function(at) mean(stats::dnorm(v, at, width)), 0))
  }
  ends <- range(x, v + 3 * width, v - 3 * width)
  d <- stats::density(v, bw = width, from = ends[1], to = ends[2], n = 2^16)
  y <- stats::approx(d$x, d$y, x)$y
  ifelse(y < 1e-10 * max(y), 0, y)
}

peaks_of <- function(y) {
  rise <- diff(y) > 0
  sum(rise[-length(rise)] & !rise[-1])
}
