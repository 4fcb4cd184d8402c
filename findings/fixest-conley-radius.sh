#!/bin/sh
# fixest 0.14.2: Conley's "spherical" distances are those of a sphere of radius 6376 km.
#
# Neither the mean radius (6371), nor the equatorial one (6378) or the polar one (6357); the help
# page does not give it. Every distance is 0.08% longer than by the mean radius, and pairs that lie
# just within the cutoff fall out of the sum: with 1,000 places spread over a continent and a cutoff
# of 500 km, standard errors differ by half a percent to two percent from those by the mean radius,
# and are equal in all digits to the double sum with 6376. Seen: the cutoff at which a pair of places
# begins to count, found by bisection, over the great circle's length.
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(fixest = "0.14.2")
suppressPackageStartupMessages(library(fixest))
setFixest_nthreads(1)
angle <- function(lat, lon) {
  r <- pi / 180
  h <- sin(outer(lat, lat, "-") * r / 2)^2 +
    outer(cos(lat * r), cos(lat * r)) * sin(outer(lon, lon, "-") * r / 2)^2
  2 * asin(pmin(sqrt(h), 1))
}
conley <- function(fit, cutoff) {
  vcov(fit, vcov = vcov_conley("lat", "lon", cutoff = cutoff, distance = "spherical"),
       ssc = ssc(adj = FALSE))
}
# Two places of the tropics and two far away: the pair's product enters the sum or it does not.
first_cutoff <- function(lat, lon) {
  d <- data.frame(lat = c(lat, -60, -70), lon = c(lon, 10, -100), y = c(1, 2, 4, 9))
  fit <- feols(y ~ 1, d, notes = FALSE)
  alone <- c(conley(fit, 1))
  low <- 100
  high <- 1000
  for (i in 1:40) {
    middle <- (low + high) / 2
    if (abs(c(conley(fit, middle)) - alone) > 1e-9) high <- middle else low <- middle
  }
  middle
}
places <- list(c(20, 24, 100, 100), c(20, 20, 100, 105), c(40, 44, 100, 105), c(0, 0, 0, 5))
radius <- vapply(places, function(p) {
  first_cutoff(p[1:2], p[3:4]) / angle(p[1:2], p[3:4])[1, 2]
}, 0)
print(radius, digits = 8)
seen("the radius is 6376 km", all(abs(radius - 6376) < 0.01))

set.seed(1)
n <- 1000
d <- data.frame(x = rnorm(n), lat = runif(n, 20, 50), lon = runif(n, 75, 130))
d$y <- d$x + rnorm(n)
fit <- feols(y ~ x, d, notes = FALSE)
by_sum <- function(radius) {
  x <- cbind(1, d$x)
  scores <- x * resid(fit)
  bread <- solve(crossprod(x))
  bread %*% (t(scores) %*% (radius * angle(d$lat, d$lon) <= 500) %*% scores) %*% bread
}
ratio <- function(radius) sqrt(diag(conley(fit, 500)) / diag(by_sum(radius)))
cat("standard errors over those of the double sum, radius 6371:", ratio(6371), "\n")
cat("radius 6376:", ratio(6376), "\n")
seen("equal with 6376", all(abs(ratio(6376) - 1) < 1e-10))
seen("not with 6371", all(abs(ratio(6371) - 1) > 1e-3))
R
