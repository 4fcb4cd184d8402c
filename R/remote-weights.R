# Weights of indicators from sums: entropies and moments of columns that stay where they are.

#' @export
panel_weights.ccd_remote <- function(data, sheet, panel, choices, call) {
  made <- remote_weights_of(data, sheet, panel, choices, call, function(plan) {
    weight_spec(
      choices$method, choices$normalise, choices$scope, choices$zero, sheet, data, few_times(plan),
      call
    )
  })
  if (!weighs_unscaled(made$spec)) warn_outside_sums(made$plan, made$spec)
  made$weights
}

# Weights without an index that look at no normalised value.
weighs_unscaled <- function(spec) is.null(spec$aggregate) && spec$weights %in% c("equal", "given")

# list(weights: the table; plan: with what every indicator is scaled by; spec).
remote_weights_of <- function(data, sheet, panel, choices, call, make_spec) {
  if (identical(choices$normalise, "rank")) abort_rank(call)
  plan <- indicator_plan(data, sheet, panel, choices, call)
  spec <- make_spec(plan)
  by <- if (spec$scope == "period") panel[2]
  base <- if (spec$scope == "base") choices$scope[[1]]
  spec$base_time <- base
  plan <- indicator_scaling(plan, spec, by, base)
  plan <- with_moments(plan, spec)
  if (!is.null(spec$given_by_time) && spec$aggregate == "topsis") plan <- ends_by_time(plan)
  weights <- weights_by_group(plan, spec)
  plan$weight <- do.call(rbind, lapply(weights, `[[`, "weight"))
  times <- plan$times$time
  list(
    weights = if (length(weights) == 1 && is.null(by) && is.null(spec$given_by_time)) {
      weights[[1]]
    } else {
      bind_periods(weights, panel[2], times)
    },
    plan = plan, spec = spec
  )
}

abort_rank <- function(call) {
  abort("needs_rows", c(
    "Normalisation by ranks needs the rows in order, and they are in a database.",
    i = "Use {.val minmax}, or fetch what is needed by {.fn dplyr::collect}."
  ), call)
}

# Sums of the columns less their means, as far as weights and units need them; then origin and unit
# of each group and indicator.
with_moments <- function(plan, spec) {
  products <- spec$weights %in% c("critic", "pca")
  squares <- spec$method %in% c("zscore", "vector") || spec$weights %in% names(weighing_moments)
  plan$pairs <- product_list(plan$sheet, squares, products)
  if (nrow(plan$pairs) || spec$weights %in% c("sd", "cv") || spec$method == "sum") {
    plan$moments <- column_products(plan, plan$reference$mean)
    # Of a base period: the scale is that of its rows alone.
    plan$base_moments <- plan$moments
    if (spec$scope == "base") {
      where <- bquote(.(as.name(plan$panel[2])) == .(spec$base_time))
      plan$base_moments <- column_products(plan, plan$reference$mean, where)
    }
    check_same_means(plan$base_moments$sum / plan$base_moments$rate, plan$reference, plan$call)
  }
  scale <- scaling_numbers(plan, spec)
  c(plan, scale)
}

product_list <- function(sheet, squares, products) {
  k <- nrow(sheet)
  if (products) {
    pairs <- upper_pairs(k)
    return(pairs[sheet$system[pairs[, 1]] == sheet$system[pairs[, 2]], , drop = FALSE])
  }
  cbind(seq_len(k), seq_len(k))[rep(squares, k), , drop = FALSE]
}

# sum (y - c) r and sum (y - c)(y' - c') r r' by group, with the centres c and rates r, by which no
# square is beyond a double's range.
column_products <- function(plan, centre, where = NULL) {
  k <- seq_len(nrow(plan$sheet))
  joined <- join_numbers(plan, plan$table, list(c = centre))
  rate <- range_rates(plan$range)
  shifted <- stats::setNames(lapply(k, function(j) {
    u <- bquote((.(as.name(paste0(".ccd_y", j))) - .(joined$number("c", j))))
    if (rate[j] == 1) u else bquote(.(u) * .(rate[j]))
  }), paste0(".ccd_u", k))
  table <- with_columns(plan$source, joined$table, shifted)
  u <- symbols_of(".ccd_u", k)
  sums <- stats::setNames(lapply(u, function(x) bquote(sum(.(x), na.rm = TRUE))), paste0("s", k))
  pairs <- plan$pairs
  squares <- lapply(seq_len(nrow(pairs)), function(p) {
    bquote(sum(.(u[[pairs[p, 1]]]) * .(u[[pairs[p, 2]]]), na.rm = TRUE))
  })
  if (length(squares)) names(squares) <- sprintf("q%d", seq_along(squares))
  found <- group_sums(plan, table, c(sums, squares), where)
  list(
    centre = centre, rate = rep(rate, each = nrow(found)), sum = as.matrix(found[paste0("s", k)]),
    product = as.matrix(found[sprintf("q%d", seq_along(squares))])
  )
}

# Powers of two, so that no digit goes; one for columns of sizes that occur.
range_rates <- function(range) {
  spread <- apply(range$max - range$min, 2, max)
  odd <- is.finite(spread) & spread > 0 & (spread < 1e-100 | spread > 1e100)
  ifelse(odd, 2^-round(log2(ifelse(odd, spread, 1))), 1)
}

group_sums <- function(plan, table, sums, where = NULL) {
  found <- sums_by_time(plan, table, sums, where, plan$by)
  if (is.null(where)) check_unchanged(sum(found$rows), sum(plan$raw$rows), plan$call)
  found
}

# Deviations from the means of an earlier query have no sum, or the rows are others.
check_same_means <- function(sums, range, call) {
  most <- range$n * (1e-9 * (range$max - range$min) + 1e-11 * abs(range$mean))
  if (all(abs(sums) <= most, na.rm = TRUE)) return(invisible())
  abort_changed_sums(call)
}

# Mean, standard deviation and norm of y by group and indicator, of `n` rows.
moments_of <- function(m, n, pairs) {
  shift <- m$sum / n
  own <- match(paste(seq_len(ncol(n)), seq_len(ncol(n))), paste(pairs[, 1], pairs[, 2]))
  square <- if (nrow(pairs)) m$product[, own, drop = FALSE] else NA * m$sum
  centre <- m$centre * m$rate
  list(
    shift = shift / m$rate, mean = m$centre + shift / m$rate,
    norm = sqrt(square + 2 * centre * m$sum + n * centre^2) / m$rate,
    sd = sqrt(pmax(square - m$sum * shift, 0) / (n - 1)) / m$rate
  )
}

scaling_numbers <- function(plan, spec) {
  size <- dim(plan$range$min)
  reversed <- matrix(rep(plan$sheet$direction == "-", each = size[1]), size[1])
  taken <- matrix(rep(plan$interval, each = size[1]), size[1])
  low <- plan$limits$min
  high <- plan$limits$max
  n <- plan$reference$n
  m <- if (!is.null(plan$base_moments)) moments_of(plan$base_moments, n, plan$pairs)
  out <- switch(
    spec$method,
    minmax = list(origin = ifelse(reversed, high, low), unit = (high - low) * (1 - 2 * reversed)),
    zscore = list(origin = m$mean, unit = m$sd * (1 - 2 * reversed)),
    vector = list(origin = 0 * n, unit = m$norm),
    sum = list(origin = 0 * n, unit = n * m$mean), none = list(origin = 0 * n, unit = 0 * n + 1)
  )
  out$origin[taken] <- 0
  out$unit[taken] <- 1
  out$flat <- out$unit == 0 & spec$method %in% c("minmax", "zscore")
  c(out, scaled_ends(plan$range, out))
}

# The least and the most of z by group and indicator.
scaled_ends <- function(range, scale) {
  ends <- lapply(range[c("min", "max")], function(y) {
    of <- rep(seq_len(nrow(scale$unit)), length.out = nrow(y))
    z <- (y - scale$origin[of, , drop = FALSE]) / scale$unit[of, , drop = FALSE]
    ifelse(scale$flat[of, , drop = FALSE], 0, z)
  })
  list(least = pmin(ends$min, ends$max), most = pmax(ends$min, ends$max))
}

# Where weights change with time, best and worst are those of the time.
ends_by_time <- function(plan) {
  range <- column_ranges(
    plan, plan$table, ".ccd_y", seq_len(nrow(plan$sheet)), by = plan$panel[2]
  )
  plan[c("least", "most")] <- scaled_ends(range, plan[c("origin", "unit", "flat")])
  plan
}

# One table of weights a group: rows of all times, or of each; given weights by time are of each.
weights_by_group <- function(plan, spec) {
  entropy <- if (spec$weights == "entropy") entropy_sums(plan, spec)
  groups <- nrow(plan$raw$n)
  times <- if (groups == 1 && is.null(spec$given_by_time)) 1 else length(plan$times$time)
  lapply(seq_len(times), function(g) {
    at <- if (groups == 1) 1 else g
    given <- if (is.null(spec$given_by_time)) spec$given else {
      spec$given_by_time[[format_key(plan$times$time[g])]]
    }
    weigh_sums(plan, spec, at, entropy, given)
  })
}

weigh_sums <- function(plan, spec, g, entropy, given) {
  sheet <- plan$sheet
  if (spec$scope == "base" && spec$method %in% c("minmax", "zscore")) {
    spec$still <- still_indicators(
      list(min = plan$limits$min[g, ], max = plan$limits$max[g, ]), sheet, spec
    )
  }
  spec$even <- if (any(plan$interval)) even_scaled(plan, g)
  where <- if (length(plan$by)) paste(" in", format_key(plan$times$time[g])) else in_base(spec)
  summary <- list(min = plan$raw$min[g, ], max = plan$raw$max[g, ])
  if (!is.null(given)) return(weigh_given(given, sheet, summary, spec, plan$call, where))
  constant <- constant_indicators(sheet, summary, spec)
  as_given <- spec$weights == "given" && spec$method == "none"
  if (as_given) constant[] <- FALSE else warn_constant(constant, sheet, plan$call, where)
  new_weights(sheet, if (spec$weights == "entropy") {
    weigh_entropy_sums(plan, entropy, g, constant)
  } else if (spec$weights %in% names(weighing_moments)) {
    weigh_systems(
      weighing_moments[[spec$weights]], function(j) scaled_moments(plan, g, j), sheet, spec,
      constant,
      plan$call
    )
  } else {
    weight_methods[[spec$weights]](NULL, sheet, NULL, spec, constant, plan$call)
  })
}

# As even_intervals(), of z: what rounding its distances can have.
even_scaled <- function(plan, g) {
  out <- plan$interval
  for (j in which(out)) {
    x <- c(plan$raw$min[g, j], plan$raw$max[g, j])
    ends <- unlist(plan$sheet[j, c("lower", "upper")])
    furthest <- max(ends[1] - plan$limits$min[g, j], plan$limits$max[g, j] - ends[2])
    spread <- plan$range$max[g, j] - plan$range$min[g, j]
    out[j] <- furthest > 0 && spread <= even_rounding(x, ends) / furthest
  }
  out
}

# Moments of z among some indicators of a system.
scaled_moments <- function(plan, g, j) {
  m <- moments_of(plan$moments, plan$range$n, plan$pairs)
  unit <- plan$unit[g, j]
  n <- plan$range$n[g, j[1]]
  list(
    mean = (plan$moments$centre[g, j] - plan$origin[g, j] + m$shift[g, j]) / unit,
    sd = m$sd[g, j] / abs(unit),
    cor = function() {
      pairs <- plan$pairs
      sum <- plan$moments$sum[g, ]
      products <- matrix(0, nrow(plan$sheet), nrow(plan$sheet))
      products[pairs] <- plan$moments$product[g, ] - sum[pairs[, 1]] * sum[pairs[, 2]] / n
      products[pairs[, 2:1, drop = FALSE]] <- products[pairs]
      stats::cov2cor(products[j, j, drop = FALSE]) * outer(sign(unit), sign(unit))
    }
  )
}

# Entropy of shares p of z: with t = z / c - 1 for c near the mean of z, z + its mean of t is
# computed as itself, and h(t) = (1 + t) ln(1 + t) - t, which is never negative, is summed. No sum
# of z ln z is taken, whose digits would go where values differ little.
entropy_sums <- function(plan, spec) {
  k <- seq_len(nrow(plan$sheet))
  amount <- spec$zero$amount
  least <- switch(
    spec$zero$rule, limit = plan$least, shift = plan$least + amount,
    rescale = amount + (1 - 2 * amount) * plan$least
  )
  check_not_negative(apply(least, 2, min, na.rm = TRUE), plan$sheet$indicator, plan$call)
  centre <- plan$range$mean
  # What is added to z is a small part of a far column's origin, and would lose its digits there.
  added <- switch(
    spec$zero$rule, limit = 0, shift = amount, rescale = amount / (1 - 2 * amount)
  )
  span <- centre - plan$origin + added * plan$unit
  span[!is.finite(span) | span == 0] <- 1
  sums <- divergence_sums(plan, centre, 1 / span)
  check_same_means(sums$t * span, plan$range, plan$call)
  c(sums, list(n = plan$range$n))
}

# sum t and sum h(t), t = (y - c) r, by group and column.
divergence_sums <- function(plan, centre, rate) {
  k <- seq_len(ncol(centre))
  joined <- join_numbers(plan, plan$table, list(c = centre, v = rate))
  t <- stats::setNames(lapply(k, function(j) {
    y <- as.name(paste0(".ccd_y", j))
    bquote((.(y) - .(joined$number("c", j))) * .(joined$number("v", j)))
  }), paste0(".ccd_d", k))
  table <- with_columns(plan$source, joined$table, t)
  h <- stats::setNames(lapply(symbols_of(".ccd_d", k), function(d) divergence_of(d, plan$t)),
    paste0(".ccd_h", k))
  table <- with_columns(plan$source, table, h)
  sums <- lapply(c(symbols_of(".ccd_d", k), symbols_of(".ccd_h", k)), function(x) {
    bquote(sum(.(x), na.rm = TRUE))
  })
  names(sums) <- c(paste0("t", k), paste0("h", k))
  found <- group_sums(plan, table, sums)
  list(t = as.matrix(found[paste0("t", k)]), h = as.matrix(found[paste0("h", k)]))
}

# (1 + t) ln(1 + t) - t; by its series about zero, where the difference would lose its digits.
divergence_of <- function(t, translator) {
  series <- Reduce(function(inner, power) {
    bquote(.((-1)^power / ((power + 1) * (power + 2))) + .(t) * (.(inner)))
  }, 9:0, (-1)^10 / (11 * 12))
  log <- bquote(log(1 + .(t)))
  if (natural_unit(translator) != 1) log <- bquote(.(log) * .(natural_unit(translator)))
  bquote(case_when(
    abs(.(t)) <= 0.05 ~ .(t) * .(t) * (.(series)), .(t) > -1 ~ (1 + .(t)) * .(log) - .(t),
    .(t) <= -1 ~ 1
  ))
}

weigh_entropy_sums <- function(plan, sums, g, constant) {
  constant <- constant | plan$range$min[g, ] == plan$range$max[g, ] | plan$flat[g, ]
  divergence <- ifelse(constant, 0, divergence_from(sums$t[g, ], sums$h[g, ], sums$n[g, ]))
  list(raw = divergence, entropy = 1 - divergence, divergence = divergence)
}

