# Critical values of the tF procedure of Lee, McCrary, Moreira and Porter (2022): one endogenous
# regressor, one instrument.
#
# With f the first stage's t statistic, normal about f0 with variance one, the worst case is perfect
# correlation of the two stages' errors, where the t ratio is f (f - f0) / f0. The test |t| > c(|f|)
# has size 5 percent for every f0 if the two points at which it begins to reject, f = f2 > f0 and f
# = -g < 0, satisfy f2 (f2 - f0) / f0 = c(f2), g (g + f0) / f0 = c(g), P(f > f2) + P(f < -g) = .05.
# Since g < f2, the curve is a fixed point, found here when the package is built; c is the normal
# value from the F (104.67) at which it reaches it, and infinite up to its square (3.84). The paper
# prints c at steps of .1 of the root of F, rounded up.

tf_curve <- function(points = 300, tolerance = 1e-7) {
  normal <- stats::qnorm(.975)
  # where P(f > f2) = .05 already at the normal value
  last <- normal * stats::qnorm(.95) / (normal - stats::qnorm(.95))
  f0 <- (last - stats::qnorm(.95)) * exp(seq(-9, 0, length.out = points))
  f2 <- f0 + stats::qnorm(.95)
  repeat {
    critical <- f2 * (f2 - f0) / f0
    steep <- critical > f2 # elsewhere g (g + f0) / f0 exceeds c for any f0
    g <- stats::splinefun(
      log((f2^2 / (critical - f2))[steep]), f2[steep], method = "monoH.FC"
    )(log(f0))
    new <- f0 + stats::qnorm(.05 - stats::pnorm(-(g + f0)), lower.tail = FALSE)
    step <- max(abs(new - f2))
    f2 <- new
    if (step < tolerance) break
  }
  list(root_f = f2, critical = f2 * (f2 - f0) / f0)
}

tf_known <- tf_curve()

# The critical value of |t| at a first-stage F.
tf_critical <- function(f) {
  root <- sqrt(f)
  out <- exp(stats::splinefun(tf_known$root_f, log(tf_known$critical), method = "monoH.FC")(root))
  out[root > max(tf_known$root_f)] <- stats::qnorm(.975)
  out[root < min(tf_known$root_f)] <- Inf
  out
}
