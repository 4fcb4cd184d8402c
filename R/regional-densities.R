# Kernel densities by period, and their peaks.

bandwidth_rules <- c("SJ", "nrd0", "nrd", "ucv")

# One density a period and bandwidth, on a grid that all share.
kernel_densities <- function(at, times, bandwidth, points, call) {
  columns <- match(times, at$times)
  values <- lapply(columns, function(t) at$y[!is.na(at$y[, t]), t])
  flat <- vapply(values, function(v) length(v) < 3 || diff(range(v)) == 0, NA)
  if (any(flat)) {
    abort("values", c(
      "A density needs three values that differ; {format_key(times[flat])} {?has/have} none.",
      i = "Leave those times out."
    ), call)
  }
  rules <- if (is.numeric(bandwidth)) format(bandwidth, trim = TRUE) else bandwidth
  width <- lapply(bandwidth, function(b) vapply(values, width_of, 0, rule = b, call = call))
  reach <- 3 * max(unlist(width))
  ends <- range(unlist(values)) + c(-reach, reach)
  parts <- lapply(seq_along(rules), function(r) {
    do.call(rbind, lapply(seq_along(times), function(t) {
      d <- stats::density(
        values[[t]], bw = width[[r]][t], from = ends[1], to = ends[2], n = points
      )
      data.frame(
        rule = rules[r], time = rep(times[t], points), x = d$x, density = d$y,
        width = width[[r]][t],
        peaks = peaks_of(d$y)
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
  out <- tryCatch(suppressWarnings(f(v)), error = function(e) NA_real_)
  if (is.finite(out) && out > 0) return(out)
  abort("values", c(
    "Rule {.val {rule}} finds no bandwidth for these values, many of which are equal.",
    i = "Take {.val nrd0}, or give a number."
  ), call)
}

peaks_of <- function(y) {
  rise <- diff(y) > 0
  sum(rise[-length(rise)] & !rise[-1])
}
