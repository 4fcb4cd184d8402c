# Dummies among the regressors that make a constant, as one does that is named.

# Beside dummies that make a constant the columns of large mean less theirs: kernels take out by
# themselves only what a constant has that is named.
beside_dummies <- function(design) {
  part <- design$parts$exogenous
  if (design$constant || length(design$factors) || is.null(part$assign)) return(design)
  w <- if (length(design$weight)) design$weight else 1
  n <- sum(rep(w, length.out = design_rows(design)))
  mean <- vapply(design$columns, function(x) sum(w * x) / n, 0, USE.NAMES = FALSE)
  spread <- sqrt(vapply(seq_along(mean), function(j) {
    sum(w * (design$columns[[j]] - mean[j])^2) / n
  }, 0))
  centre <- ifelse(abs(mean) > 10 * spread & spread > 0, mean, 0)
  if (!any(centre != 0)) return(design)
  centred <- design
  centred$columns <- Map(`-`, design$columns, centre)
  centred$centre <- centre
  plain <- vapply(part$columns, function(x) all(x == 0 | x == 1), NA)
  centred$dummies <- held_by_dummies(centred, plain, sqrt(w))
  if (length(centred$dummies)) centred else design
}

# Names of dummies that are one together in every row, which make a constant as one does that is
# named: the columns of a factor that has one for each level. None where a column of the model
# depends on others, and so may be left out. `plain`: the exogenous columns that may be some.
held_by_dummies <- function(design, plain, root) {
  part <- design$parts$exogenous
  for (term in unique(part$assign[plain])) {
    at <- which(part$assign == term & plain)
    if (!all(Reduce(`+`, part$columns[at]) == 1)) next
    x <- root * bound_columns(
      design$columns[unique(c(design$x, design$z)) + 1], length(design$columns[[1]])
    )
    if (qr(x, tol = 1e-11)$rank == ncol(x)) return(names(part$columns)[at])
  }
  NULL
}
