# The four detectors of stratified heterogeneity, of one set of rows.

# Sums of squares of strata, of values less their mean; from the first value of each, so that equal
# ones have none, and not rounding.
stratum_sums <- function(y, code) {
  n <- tabulate(code)
  first <- y[match(seq_along(n), code)]
  apart <- y - first[code]
  mean <- as.vector(rowsum(apart, code)) / n
  squares <- as.vector(rowsum((apart - mean[code])^2, code))
  list(
    n = n, mean = first + mean, between = sum(n * (first + mean)^2), squares = squares,
    within = sum(squares), total = sum(y^2)
  )
}

# One factor: q, what it is by chance, and F of equal means.
factor_row <- function(part, made) {
  s <- stratum_sums(part$z, made$code)
  n <- length(part$z)
  df <- c(length(s$n) - 1, n - length(s$n))
  tested <- all(df > 0)
  f <- if (tested) (s$between / df[1]) / (s$within / df[2]) else NA_real_
  data.frame(
    method = made$method, bins = made$bins, strata = length(s$n), units = n,
    q = s$between / s$total,
    adjusted = if (df[2] > 0) 1 - s$within / df[2] / (s$total / (n - 1)) else NA_real_,
    chance = df[1] / (n - 1), statistic = f, df1 = df[1], df2 = df[2],
    p.value = if (tested) stats::pf(f, df[1], df[2], lower.tail = FALSE) else NA_real_,
    p_noncentral = if (tested) noncentral_p(f, df, s, part) else NA_real_
  )
}

# As GeoDetector prints it: F's noncentrality is estimated from means that the sizes of strata do
# not weigh, so that it moves with the zero of the value.
noncentral_p <- function(f, df, s, part) {
  mean <- s$mean + part$mean
  ncp <- (sum(mean^2) - sum(mean * sqrt(s$n))^2 / sum(s$n)) / (s$total / sum(s$n))
  if (!is.finite(f)) return(0)
  stats::pf(f, df[1], df[2], ncp = max(ncp, 0), lower.tail = FALSE)
}

# The strata of the largest q; the first of equals.
chosen_strata <- function(part, choices) {
  q <- vapply(choices, function(made) stratum_sums(part$z, made$code)$between, 0)
  choices[[which(q >= max(q) - 1e-12 * sum(part$z^2))[1]]]
}

crossed <- function(a, b) {
  both <- (a$code - 1) * length(b$labels) + b$code
  list(code = match(both, sort(unique(both))), method = "crossed", bins = NA_integer_)
}

interaction_row <- function(part, a, b) {
  one <- factor_row(part, a)
  two <- factor_row(part, b)
  both <- factor_row(part, crossed(a, b))
  data.frame(
    q = one$q, q_other = two$q, q_both = both$q,
    type = interaction_type(one$q, two$q, both$q),
    both[c("strata", "units", "adjusted", "chance")], F = both$statistic,
    both[c("df1", "df2", "p.value")]
  )
}

# Strata of both are parts of the strata of either, so that q of both is never less: of Wang's five
# kinds the two that weaken do not occur.
interaction_type <- function(one, two, both) {
  tie <- 1e-10
  if (both <= max(one, two) + tie) return("none")
  if (abs(both - one - two) <= tie) return("independent")
  if (both < one + two) "bivariate" else "nonlinear"
}

# Ratio of the sums of squares within.
ecological_row <- function(part, a, b) {
  n <- length(part$z)
  f <- stratum_sums(part$z, a$code)$within / stratum_sums(part$z, b$code)$within
  below <- stats::pf(f, n - 1, n - 1)
  above <- stats::pf(f, n - 1, n - 1, lower.tail = FALSE)
  data.frame(F = f, df1 = n - 1, df2 = n - 1, p.value = min(1, 2 * min(below, above)))
}

stratum_rows <- function(part, made) {
  s <- stratum_sums(part$z, made$code)
  data.frame(
    stratum = made$labels, units = s$n, mean = s$mean + part$mean,
    sd = sqrt(ifelse(s$n > 1, s$squares / (s$n - 1), NA))
  )
}

# Welch's t between each two strata, Holm over the pairs.
risk_rows <- function(rows) {
  k <- nrow(rows)
  if (k < 2) return(NULL)
  i <- rep(seq_len(k - 1), (k - 1):1)
  j <- i + sequence((k - 1):1)
  part <- rows$sd^2 / rows$units
  both <- part[i] + part[j]
  gap <- rows$mean[i] - rows$mean[j]
  df <- both^2 / (part[i]^2 / (rows$units[i] - 1) + part[j]^2 / (rows$units[j] - 1))
  t <- gap / sqrt(both)
  # Of two strata that do not vary there is no test.
  t[both == 0] <- NA
  df[both == 0] <- NA
  p <- 2 * stats::pt(-abs(t), df)
  data.frame(
    stratum = rows$stratum[i], other = rows$stratum[j], difference = gap, t = t, df = df,
    p.value = p, p_adjusted = stats::p.adjust(p, "holm")
  )
}

# How many draws have a largest q, over all strata that a factor may have, at least that seen. Whole
# units are moved; of one period a unit is a row.
permuted_counts <- function(part, sets, draws, seed, note) {
  units <- part$units
  times <- length(part$z) / units
  least <- vapply(sets, function(set) {
    max(vapply(set, function(made) stratum_sums(part$z, made$code)$between, 0))
  }, 0) - 1e-12 * sum(part$z^2)
  count <- 0 * least
  chunk <- max(1, min(draws, floor(2e6 / length(part$z))))
  with_seed(seed, {
    done <- 0
    while (done < draws) {
      now <- min(chunk, draws - done)
      moved <- vapply(seq_len(now), function(b) sample.int(units), integer(units))
      row <- matrix(moved, units)[, rep(seq_len(now), each = times), drop = FALSE] +
        units * rep(rep(seq_len(times) - 1L, now), each = units)
      z <- matrix(part$z[row], length(part$z))
      for (f in seq_along(sets)) {
        count[f] <- count[f] + sum(largest_between(z, sets[[f]]) >= least[f])
      }
      done <- done + now
      note(done)
    }
  })
  count
}

largest_between <- function(z, set) {
  do.call(pmax, lapply(set, function(made) {
    colSums(rowsum(z, made$code)^2 / tabulate(made$code))
  }))
}
