# The coefficients of the systems in T.

# `entropy()` computes those weights from the scores.
system_weights <- function(weights, systems, entropy, call) {
  n <- length(systems)
  if (is.null(weights)) return(stats::setNames(rep(1 / n, n), systems))
  if (identical(weights, "entropy")) return(entropy())
  if (!is.null(names(weights))) weights <- weights_by_name(weights, systems, call)
  if (!is_bare_numeric(weights) || length(weights) != n || anyNA(weights) || any(weights < 0)) {
    abort("weights", c(
      paste0(
        "{.arg weights} must be {n} numbers that are not negative, one a system, ",
        "not {found(weights)}."
      ),
      i = "The systems are {.val {systems}}."), call)
  }
  if (abs(sum(weights) - 1) > 1e-8) {
    abort("weights", c(
      "{.arg weights} must sum to one; {found(weights)} sum to {format(sum(weights), digits = 8)}.",
      i = "Divide them by their sum."), call)
  }
  stats::setNames(as.double(weights), systems)
}

# Named weights go to the systems of their names, whatever their order.
weights_by_name <- function(weights, systems, call) {
  if (length(weights) == length(systems) && setequal(names(weights), systems)) {
    return(weights[systems])
  }
  abort("weights", c(
    paste0(
      "The names of {.arg weights} must be those of the systems, {.val {systems}}; they are ",
      "{.val {names(weights)}}."
    ),
    i = "Name each system once, or give the weights without names in the order of the systems."
  ), call)
}

check_scores_vary <- function(varying, call) {
  if (any(varying)) return(invisible())
  abort("weights", c(
    "Entropy weights need scores that vary, and none does.",
    i = "Leave {.arg weights} at {.code NULL}."
  ), call)
}

# Entropy weights of the systems' scores as they are.
entropy_coefficients <- function(u, systems, call) {
  used <- !Reduce(`|`, lapply(u, is.na))
  check_two_rows(sum(used), call, " with all scores")
  u <- lapply(u, `[`, used)
  found <- bind_summarise(u, thread_count())
  varying <- found$max > found$min
  check_scores_vary(varying, call)
  n <- length(u)
  got <- bind_entropy(
    u, rep(0, n), rep(1, n), rep(FALSE, n), 0, 1, guess_mean(found$sum / sum(used)), thread_count()
  )
  d <- ifelse(varying, got$divergence, 0)
  stats::setNames(d / sum(d), systems)
}
