# The bootstrap of an indirect effect by whole clusters, and the intervals of its replicates.

# Whole clusters with replacement: a cluster drawn k times has weight k.
mediation_bootstrap <- function(models, mediator, term, n, cluster, level, seed, progress, call) {
  code <- cluster_codes(models$direct, cluster, call)
  groups <- max(code)
  of_mediator <- replicate_model(models$mediator, call)
  of_outcome <- replicate_model(models$direct, call)
  label <- coefficient_name(mediator)
  one <- function(times) {
    drawn <- which(times[code] > 0)
    weight <- times[code][drawn]
    outcome <- of_outcome(drawn, weight)
    c(a = of_mediator(drawn, weight)[[term]], b = outcome[[label]], direct = outcome[[term]])
  }
  bar <- progress_bar(progress, "Bootstrap", n)
  on.exit(bar$done())
  draws <- cluster_draws(groups, n, seed)
  replicates <- vapply(seq_len(n), function(r) {
    if (r %% 50 == 0) bar$update(r)
    one(draws[, r])
  }, c(a = 0, b = 0, direct = 0))
  replicates <- as.data.frame(t(replicates))
  fitted <- stats::complete.cases(replicates)
  replicates <- replicates[fitted, , drop = FALSE]
  without <- vapply(seq_len(groups), function(g) {
    part <- one(replace(rep(1L, groups), g, 0L))
    part[["a"]] * part[["b"]]
  }, 0)
  estimate <- models$mediator$coefficients[[term]] * models$direct$coefficients[[label]]
  list(
    replicates = replicates,
    intervals = bootstrap_intervals(replicates$a * replicates$b, estimate, without, level),
    asked = n, clusters = groups
  )
}

# The cluster of each row of the sample, rows by themselves where there are none, numbered by their
# names.
cluster_codes <- function(fit, cluster, call) {
  rows <- sample_rows(fit)
  code <- if (is.null(cluster)) {
    drawn_rows(fit$spec, rows)
  } else {
    values_of(fit, cluster, call)[rows]
  }
  if (anyNA(code)) {
    abort("cluster", c(
      "{.arg cluster} must not be missing in the sample.",
      i = "Leave those rows out by {.arg subset} of the fit."
    ), call)
  }
  drawing_numbers(code)
}

# How often each cluster is drawn, a column a sample.
cluster_draws <- function(groups, n, seed) {
  with_seed(seed, vapply(seq_len(n), function(r) {
    tabulate(sample.int(groups, groups, TRUE), groups)
  }, integer(groups)))
}

# Percentile and BCa intervals of replicates `t` of `estimate`; `without` holds the estimates
# without each cluster.
bootstrap_intervals <- function(t, estimate, without, level) {
  tails <- c((1 - level) / 2, (1 + level) / 2)
  bias <- stats::qnorm(mean(t < estimate) + mean(t == estimate) / 2)
  influence <- mean(without, na.rm = TRUE) - without[!is.na(without)]
  acceleration <- sum(influence^3) / (6 * sum(influence^2)^1.5)
  z <- bias + stats::qnorm(tails)
  adjusted <- stats::pnorm(bias + z / (1 - acceleration * z))
  limits <- rbind(normal_quantile(t, tails), normal_quantile(t, adjusted))
  data.frame(
    type = c("percentile", "bca"), conf.low = limits[, 1], conf.high = limits[, 2],
    std.error = stats::sd(t)
  )
}

# Quantiles of replicates at (R + 1) p, between neighbours on the normal scale (Davison and Hinkley
# 1997, equation 5.8).
normal_quantile <- function(t, p) {
  t <- sort(t)
  n <- length(t)
  if (!n || anyNA(p)) return(rep(NA_real_, length(p)))
  rank <- (n + 1) * p
  k <- pmin(pmax(floor(rank), 1), n)
  up <- pmin(k + 1, n)
  low <- stats::qnorm(k / (n + 1))
  part <- ifelse(
    rank <= 1 | rank >= n | rank == k, 0,
    (stats::qnorm(p) - low) / (stats::qnorm(up / (n + 1)) - low)
  )
  t[k] + part * (t[up] - t[k])
}
