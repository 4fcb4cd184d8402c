# Pairs of cells `lag` apart in time. `gaps`: pairs that lack one of both values; `lost`: those
# without a regime; `ends`: times within the span that have no time `lag` later.
chain_steps <- function(own, at, lag, groups) {
  time <- time_index(at$times, rlang::caller_env(), "Transitions")
  to <- match(time + lag, time)
  from <- which(!is.na(to))
  a <- own$code[, from, drop = FALSE]
  b <- own$code[, to[from], drop = FALSE]
  both <- !is.na(a) & !is.na(b)
  regime <- if (!is.null(own$given)) {
    own$given[, from, drop = FALSE]
  } else if (is.null(groups)) {
    a * 0L
  } else {
    groups$code[, from, drop = FALSE] - 1L
  }
  keep <- both & !is.na(regime)
  list(
    unit = (row(a) - 1L)[keep], regime = as.integer(regime[keep]), from = as.integer(a[keep]),
    to = as.integer(b[keep]), time = from[col(a)[keep]], gaps = sum(xor(is.na(a), is.na(b))),
    lost = sum(both & is.na(regime)), ends = at$times[is.na(to) & time + lag < max(time)]
  )
}

stack_steps <- function(steps) {
  one <- function(name) as.integer(unlist(lapply(steps, `[[`, name)))
  list(unit = one("unit"), regime = one("regime"), from = one("from"), to = one("to"))
}

check_steps <- function(steps, call) {
  if (length(steps$unit)) return(invisible())
  abort("transitions", c(
    "There is no transition: no unit has values at two times {.arg lag} apart.",
    i = "Times are years as they stand: a panel of every second year has {.code lag = 2}."
  ), call)
}

# Classes by classes by chains, all first.
chain_counts <- function(steps, k, regimes) {
  cell <- steps$from + k * steps$to + 1L
  out <- array(0, c(k, k, regimes + 1L))
  out[, , 1] <- tabulate(cell, k^2)
  for (r in seq_len(regimes)) out[, , r + 1] <- tabulate(cell[steps$regime == r - 1L], k^2)
  out
}

# Homogeneity over the periods of origin, and over the regimes where there are any.
chain_tests <- function(steps, pooled, used, s) {
  k <- length(used)
  table_of <- function(regime) {
    parts <- split(seq_along(regime), regime)
    from <- match(steps$from + 1L, used)
    to <- match(steps$to + 1L, used)
    vapply(parts, function(i) tabulate(from[i] + k * (to[i] - 1L), k^2), numeric(k^2))
  }
  out <- homogeneity(array(table_of(steps$time), c(k, k, length(unique(steps$time)))), "time")
  if (!length(s$regimes)) return(out)
  what <- if (is.null(s$weights)) s$by else "neighbours"
  regimes <- array(table_of(steps$regime), c(k, k, length(unique(steps$regime))))
  rbind(out, homogeneity(regimes, what))
}

# Q and LR of Bickenbach and Bode (2003); `n` is classes by classes by regimes.
homogeneity <- function(n, over) {
  pooled <- apply(n, 1:2, sum)
  # A class that nobody leaves has no row of probabilities, and nothing to compare.
  p <- pooled / pmax(rowSums(pooled), 1)
  leaving <- apply(n, c(1, 3), sum)
  expected <- array(p, dim(n)) * array(leaving[rep(seq_len(nrow(p)), ncol(p)), ], dim(n))
  live <- expected > 0
  seen <- live & n > 0
  q <- sum((n[live] - expected[live])^2 / expected[live])
  lr <- 2 * sum(n[seen] * log(n[seen] / expected[seen]))
  a <- rowSums(pooled > 0)
  b <- rowSums(leaving > 0)
  df <- sum(pmax(a - 1, 0) * pmax(b - 1, 0))
  p_of <- function(x) if (df) stats::pchisq(x, df, lower.tail = FALSE) else NA_real_
  data.frame(
    over = over, regimes = dim(n)[3], test = c("Q", "LR"), statistic = c(q, lr), df = df,
    p.value = c(p_of(q), p_of(lr)), least_expected = min(expected[live])
  )
}
