# Products of columns two by two, each pair once.

# Pairs i <= j of k numbers, a row each, the first number's all before the second's.
upper_pairs <- function(k) {
  cbind(rep(seq_len(k), k:1), unlist(lapply(seq_len(k), function(j) j:k)))
}

# The matrix of what is known of each pair.
symmetric <- function(values, pairs) {
  out <- matrix(0, max(pairs), max(pairs))
  out[pairs] <- values
  out[pairs[, 2:1, drop = FALSE]] <- values
  out
}
