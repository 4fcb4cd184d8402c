# Chains of classes known by construction, and their counts in plain R.

# Classes known by construction, with one gap in a unit and units that enter late.
chain_toy <- function(units = 30, years = 8, seed = 2) {
  set.seed(seed)
  p <- rbind(c(.7, .3, 0), c(.2, .6, .2), c(0, .3, .7))
  d <- do.call(rbind, lapply(seq_len(units), function(u) {
    s <- sample(3, 1)
    for (t in seq_len(years - 1)) s <- c(s, sample(3, 1, prob = p[s[t], ]))
    data.frame(unit = sprintf("u%02d", u), year = 2000 + seq_len(years), state = s)
  }))
  d$y <- d$state + runif(nrow(d), -.3, .3)
  d$zone <- ifelse(as.integer(factor(d$unit)) %% 2 == 0, "even", "odd")
  d[sample(nrow(d)), ]
}

# Counts by looking at each unit in turn; `times` goes by the units' names.
plain_counts <- function(d, lag = 1, times = rep(1, length(unique(d$unit)))) {
  out <- matrix(0, 3, 3)
  units <- sort(unique(d$unit))
  for (u in seq_along(units)) {
    at <- d[d$unit == units[u], ]
    for (i in seq_len(nrow(at))) {
      j <- which(at$year == at$year[i] + lag)
      if (length(j) && !is.na(at$state[i]) && !is.na(at$state[j])) {
        out[at$state[i], at$state[j]] <- out[at$state[i], at$state[j]] + times[u]
      }
    }
  }
  out
}

counts_of <- function(m, chain = 1) unname(attr(m, "counts")[, , chain])

# A wave around a ring, so that neighbours are not all alike.
chain_ring <- function(d) {
  names <- unique(d$unit)
  n <- length(names)
  m <- outer(seq_len(n), seq_len(n), function(i, j) as.numeric(abs(i - j) %in% c(1, n - 1)))
  spatial_weights(`dimnames<-`(m, list(names, names)), style = "W")
}
