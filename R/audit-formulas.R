# The coupling degree over a box of scores, by every formula in use and by the mistakes that are
# copied about.
#
# Every formula but `wang` with more than three systems rises and then falls along each coordinate,
# so its least value is at a corner. Its greatest is inside where scores may be equal. With x = log
# u, log f is concave for `standard`, `power`, `half_power` and `pairwise`, and `fan` is concave in
# u: climbing coordinate by coordinate reaches the greatest value.

# degree: u (a list of vectors) -> number; best: the maximising value of one coordinate given the
# others, before it is held in its interval; wrong: is it a mistake?
coupling_formulas <- function(n, k = NULL) {
  mean_of_others <- function(u, i) others(u, i) / (n - 1)
  standard <- list(
    says = "n (prod u)^(1/n) / sum u", wrong = FALSE, degree = standard_of, best = mean_of_others
  )
  power <- function(k) {
    list(
      says = sprintf("[prod u / (mean u)^n]^%s", format(k, digits = 4)), wrong = FALSE,
      degree = function(u) standard_of(u)^(n * k), best = mean_of_others
    )
  }
  out <- list(
    standard = standard,
    wang = list(
      says = "sqrt((1 - mean |u_i - u_j|) prod(u / max u)^(1/(n-1)))", wrong = FALSE,
      degree = wang_of, best = function(u, i) do.call(pmax, u[-i])
    ),
    fan = list(says = "1 - 2 sd(u)", wrong = FALSE, degree = fan_of, best = mean_of_others)
  )
  for (exponent in unique(c(k, 1, 2, if (n > 2) 1 / 2))) {
    out[[paste("power", format(exponent, digits = 4))]] <- power(exponent)
  }
  c(out, wrong_formulas(n))
}

wrong_formulas <- function(n) {
  power <- function(p) function(u) ratio(n * prod_of(u)^p, sum_of(u))
  out <- list(lost_n = list(
    says = "(prod u)^(1/n) / sum u, the factor n lost (at most 1/n)",
    degree = function(u) standard_of(u) / n, best = function(u, i) others(u, i) / (n - 1)
  ))
  if (n > 2) {
    out$half_power <- list(
      says = "n (prod u)^(1/2) / sum u, the root of two systems kept for more",
      degree = power(1 / 2), best = others
    )
  }
  out$pairwise <- list(
    says = "(prod u / prod of pairwise sums)^(1/n), sums of pairs where the mean belongs",
    degree = pairwise_of, best = best_pairwise
  )
  out$no_quotient <- list(
    says = "n (prod u)^(1/n) sum u, a product where the quotient belongs",
    degree = function(u) n * prod_of(u)^(1 / n) * sum_of(u), best = function(u, i) 1 + 0 * u[[i]]
  )
  lapply(out, function(f) c(f, wrong = TRUE))
}

sum_of <- function(u) Reduce(`+`, u)
prod_of <- function(u) Reduce(`*`, u)
others <- function(u, i) sum_of(u[-i])
ratio <- function(a, b) ifelse(b > 0, a / b, 0)
standard_of <- function(u) pmin(ratio(length(u) * prod_of(u)^(1 / length(u)), sum_of(u)), 1)

pairs_of <- function(u) utils::combn(length(u), 2, simplify = FALSE)

wang_of <- function(u) {
  gap <- sum_of(lapply(pairs_of(u), function(p) abs(u[[p[1]]] - u[[p[2]]]))) / length(pairs_of(u))
  top <- do.call(pmax, u)
  sqrt(pmax(1 - gap, 0) * ratio(prod_of(u), top^length(u))^(1 / (length(u) - 1)))
}

fan_of <- function(u) {
  mean <- sum_of(u) / length(u)
  1 - 2 * sqrt(sum_of(lapply(u, function(v) (v - mean)^2)) / length(u))
}

pairwise_of <- function(u) {
  ratio(prod_of(u), prod_of(lapply(pairs_of(u), function(p) u[[p[1]]] + u[[p[2]]])))^(1 / length(u))
}

# The root of sum_j u_i / (u_i + u_j) = 1, which rises in u_i; for two systems there is none below
# infinity.
best_pairwise <- function(u, i) {
  if (length(u) == 2) return(1 + 0 * u[[i]])
  if (length(u) == 3) return(sqrt(prod_of(u[-i])))
  low <- 0 * u[[i]]
  high <- low + 2
  for (step in 1:60) {
    middle <- (low + high) / 2
    past <- sum_of(lapply(u[-i], function(v) ratio(middle, middle + v))) > 1
    high <- ifelse(past, middle, high)
    low <- ifelse(past, low, middle)
  }
  middle
}

# The interval of a formula over boxes: `u` a list of intervals, one a system; one box a row.
formula_interval <- function(formula, name, u) {
  u <- lapply(u, clip)
  corners <- expand.grid(rep(list(c("lower", "upper")), length(u)), stringsAsFactors = FALSE)
  least <- lapply(seq_len(nrow(corners)), function(i) {
    formula$degree(Map(`[[`, u, unlist(corners[i, ])))
  })
  most <- if (name == "wang" && length(u) > 3) {
    wang_bound(u)
  } else {
    formula$degree(climb(u, formula$best))
  }
  loosen(interval(do.call(pmin, least), do.call(pmax, c(least, list(most)))))
}

# Coordinate ascent from the point nearest to equal scores, which is not zero where it need not be.
climb <- function(u, best, rounds = 200) {
  hold <- function(v, i) pmin(pmax(v, u[[i]]$lower), u[[i]]$upper)
  level <- pmax(do.call(pmax, lapply(u, `[[`, "lower")), do.call(pmin, lapply(u, `[[`, "upper")))
  at <- lapply(seq_along(u), function(i) hold(level, i))
  for (round in seq_len(rounds)) {
    before <- at
    for (i in seq_along(at)) at[[i]] <- hold(best(at, i), i)
    if (max(abs(unlist(at) - unlist(before)), 0, na.rm = TRUE) < 1e-15) break
  }
  at
}

# Not below the greatest value: the least gap and the greatest product need not go together.
wang_bound <- function(u) {
  level <- do.call(pmax, lapply(u, `[[`, "lower"))
  gaps <- lapply(pairs_of(u), function(p) {
    pmax(0, u[[p[1]]]$lower - u[[p[2]]]$upper, u[[p[2]]]$lower - u[[p[1]]]$upper)
  })
  share <- lapply(u, function(v) ifelse(level > 0, pmin(v$upper / level, 1), 1))
  sqrt((1 - sum_of(gaps) / length(gaps)) * prod_of(share)^(1 / (length(u) - 1)))
}
