# The methods of indicator_weights(): each gives `raw` weights, one a row of the sheet, before they
# are made to sum to one within a system. Indicators known to be constant get 0.

weigh_by_entropy <- function(columns, sheet, summary, spec, constant, call) {
  raw <- columns
  direct <- spec$method == "minmax" && spec$scope == "pooled"
  through <- which(!constant & !(direct & sheet$direction != "interval"))
  if (length(through)) {
    columns[through] <- scale_columns(
      columns[through], sheet[through, ], summary[through, ], spec, call
    )
    summary[through, ] <- bind_summarise(columns[through], thread_count())
    constant <- constant | summary$min == summary$max
  }
  used <- which(!constant)
  scaled <- used %in% through
  # What scale_columns() has scaled is taken as it is: min-max from 0 to 1.
  low <- ifelse(scaled, 0, summary$min[used])
  high <- ifelse(scaled, 1, summary$max[used])
  reversed <- sheet$direction[used] == "-" & !scaled
  mean <- (summary$sum[used] / length(columns[[1]]) - low) / (high - low)
  target <- switch(
    spec$zero$rule, limit = c(0, 1), shift = spec$zero$amount + 0:1,
    rescale = c(spec$zero$amount, 1 - spec$zero$amount)
  )
  mean <- target[1] + diff(target) * ifelse(reversed, 1 - mean, mean)
  got <- bind_entropy(
    columns[used], low, high, reversed, target[1], target[2], guess_mean(mean), thread_count()
  )
  check_not_negative(got$smallest, sheet$indicator[used], call)
  # Where z hardly varies about its mean its own rounding would be the divergence's.
  spread <- diff(target) * ifelse(scaled, summary$max[used] - summary$min[used], 1)
  for (k in which(spread < 0.01 * mean)) {
    j <- used[k]
    z <- if (scaled[k]) columns[[j]] else abs(columns[[j]] - c(low[k], high[k])[1 + reversed[k]]) /
      (high[k] - low[k])
    parts <- scaled_deviations(raw[[j]], z, if (scaled[k]) spec$method, sheet$direction[j] == "-")
    centre <- target[1] + diff(target) * parts$centre
    got$divergence[k] <- even_divergence(parts$from_centre * diff(target) / centre)
  }
  divergence <- rep(0, length(columns))
  divergence[used] <- got$divergence
  list(raw = divergence, entropy = 1 - divergence, divergence = divergence)
}

# z as a centre and what is left of it, without the rounding of z: shares and vectors are K x, and
# K / x where less is better.
scaled_deviations <- function(x, z, method, reversed) {
  if (!isTRUE(method %in% c("sum", "vector"))) {
    centre <- mean(z)
    return(list(centre = centre, from_centre = z - centre))
  }
  most <- which.max(abs(x))
  middle <- mean(x)
  far <- (x - middle) / middle
  centre <- if (reversed) z[most] * (x[most] / middle) else z[most] / (x[most] / middle)
  list(centre = centre, from_centre = centre * (if (reversed) -far / (1 + far) else far))
}

# 1 - e of shares that differ from their centre by no more than a hundredth, t of it: the mean of
# (1 + t) ln(1 + t) - t by its series.
even_divergence <- function(t) {
  excess <- Reduce(function(inner, power) {
    (-1)^power / ((power + 1) * (power + 2)) + t * inner
  }, 6:0, 0)
  divergence_from(sum(t), sum(t * t * excess), length(t))
}

# 1 - e of the n shares whose deviations from c have these sums.
divergence_from <- function(t, h, n) {
  shift <- t / n
  (h / n + shift - (1 + shift) * log1p(shift)) / ((1 + shift) * log(n))
}

# The kernel wants the mean only roughly; an overflow of the sum must not pass for one.
guess_mean <- function(mean) ifelse(is.finite(mean) & mean > 0, mean, 0.5)

check_not_negative <- function(smallest, indicator, call) {
  bad <- unique(indicator[smallest < 0])
  if (!length(bad)) return(invisible())
  abort("negative", c(
    "Entropy weights need values that are not negative; negative ones were found in {.val {bad}}.",
    i = paste0(
      "Normalise by {.val minmax}, or shift the values, for instance ",
      "{.code indicator_weights(zero = c(shift = 3))}; shares of a negative value have no meaning."
    )
  ), call)
}

weigh_equally <- function(columns, sheet, summary, spec, constant, call) {
  list(raw = as.double(!constant))
}

weigh_as_given <- function(columns, sheet, summary, spec, constant, call) {
  list(raw = ifelse(constant, 0, sheet$weight))
}

check_given_weights <- function(x, sheet, call) {
  if (is.null(x)) {
    abort("weights", c(
      "Given weights are the sheet's column {.val weight}, and it has none.",
      i = "Add the column, or choose another method."
    ), call)
  }
  if (
    !is.numeric(x) || anyNA(x) || any(!is.finite(x)) || any(x < 0) ||
      any(tapply(x, sheet$system, sum) <= 0)
  ) {
    abort("weights", c(
      "Weights must be finite, not negative, and positive somewhere in each system.",
      i = "The weights found are {as.character(x)}."
    ), call)
  }
}

# Weights are divided by their sums; where these are no more than rounding off one, or 100 percent,
# nothing is said of it.
inform_sums <- function(x, system) {
  sums <- tapply(as.double(x), factor(system, unique(system)), sum)
  off <- abs(sums - 1) > 0.01 & abs(sums - 100) > 1
  if (!any(off)) return(invisible())
  shown <- paste0(names(sums), " (", vapply(sums, format, "", digits = 4), ")")[off]
  several <- if (length(shown) > 5) paste0(" and ", length(shown) - 5, " more")
  inform_plainly("weights", paste0(
    "Given weights do not sum to one, and are divided by their sum: ",
    paste(utils::head(shown, 5), collapse = ", "), several, "."
  ))
}

# f(m) gives the weights of one system from the moments of its varying indicators, normalised.
by_system <- function(f) {
  function(columns, sheet, summary, spec, constant, call) {
    z <- scale_columns(columns, sheet, summary, spec, call)
    moments <- function(j) {
      parts <- lapply(j, function(k) {
        scaled_deviations(columns[[k]], z[[k]], spec$method, sheet$direction[k] == "-")
      })
      column_moments(parts)
    }
    weigh_systems(f, moments, sheet, spec, constant, call)
  }
}

weigh_systems <- function(f, moments, sheet, spec, constant, call) {
  raw <- numeric(nrow(sheet))
  for (s in unique(sheet$system)) {
    j <- which(sheet$system == s & !constant)
    raw[j] <- if (length(j) == 1) 1 else f(moments(j), sheet$indicator[j], spec, call)
  }
  list(raw = raw)
}

column_moments <- function(parts) {
  z <- do.call(cbind, lapply(parts, `[[`, "from_centre"))
  centre <- vapply(parts, `[[`, 0, "centre")
  list(mean = centre + colMeans(z), sd = column_sd(z), cor = function() stats::cor(z))
}

column_sd <- function(z) sqrt(colSums(sweep(z, 2, colMeans(z))^2) / (nrow(z) - 1))

weigh_by_sd <- function(m, names, spec, call) m$sd

weigh_by_cv <- function(m, names, spec, call) {
  mean <- m$mean
  if (all(mean > 0)) return(m$sd / mean)
  abort("negative", c(
    "The coefficient of variation needs positive means; that of {.val {names[mean <= 0]}} is not.",
    i = "Normalise by {.val minmax}."
  ), call)
}

weigh_by_critic <- function(m, names, spec, call) {
  raw <- m$sd * colSums(1 - m$cor())
  if (sum(raw) > 1e-12 * sum(m$sd)) return(raw)
  abort("weights", c(
    "CRITIC weights need indicators that are not all perfectly correlated; {.val {names}} are.",
    i = "Drop the copies, or choose another method."
  ), call)
}

weigh_by_pca <- function(m, names, spec, call) {
  parts <- principal_components(m$cor(), spec$share)
  as.vector(abs(parts$loadings) %*% parts$values) / sum(parts$values)
}

# The components kept: eigenvalue above 1 (at least the first), or as many as explain the share.
# Each rises with its largest loading.
principal_components <- function(correlations, share = NULL) {
  e <- eigen(correlations, symmetric = TRUE)
  explained <- cumsum(e$values) / sum(e$values)
  keep <- if (is.null(share)) {
    max(1, sum(e$values > 1 + 1e-12))
  } else {
    which(explained >= share - 1e-12)[1]
  }
  vectors <- e$vectors[, seq_len(keep), drop = FALSE]
  sign <- apply(vectors, 2, function(v) base::sign(v[which.max(abs(v))]))
  vectors <- sweep(vectors, 2, sign, `*`)
  values <- e$values[seq_len(keep)]
  list(
    values = values, vectors = vectors, loadings = sweep(vectors, 2, sqrt(values), `*`),
    explained = explained[seq_len(keep)],
    eigenvalues = e$values)
}

# What the moments of the indicators tell.
weighing_moments <- list(
  sd = weigh_by_sd, cv = weigh_by_cv, critic = weigh_by_critic, pca = weigh_by_pca
)

weight_methods <- c(
  list(entropy = weigh_by_entropy, equal = weigh_equally), lapply(weighing_moments, by_system),
  list(given = weigh_as_given)
)
