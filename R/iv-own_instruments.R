# Two-stage least squares that are least squares: an endogenous regressor that its instruments and
# the exogenous regressors give exactly, because it is among them or is a sum of them; or a sum of
# endogenous regressors that they give.

check_own_instruments <- function(design, call) {
  endogenous <- design$names[design$endogenous + 1]
  if (!length(endogenous)) return(invisible())
  named <- intersect(endogenous, design$names[design$excluded + 1])
  if (length(named)) {
    abort_own_instrument(named, "{?is/are} among {?its/their} own instruments", call)
  }
  abort_exact(design$columns[c(design$endogenous, design$z) + 1], endogenous, design, call)
}

abort_exact <- function(columns, names, design, call, where = "", equation = NULL) {
  n <- length(columns[[1]])
  if (!is.null(design$at)) n <- length(design$at)
  exact <- explained_exactly(columns, length(names), design, seq_len(min(n, 5000)))
  # What holds in all rows holds in the first; only then are all looked at.
  if (any(unlist(exact)) && n > 5000) {
    exact <- explained_exactly(columns, length(names), design, seq_len(n))
  }
  if (any(exact$each)) {
    abort_own_instrument(
      names[exact$each],
      paste0("{?is a linear combination/are linear combinations} of the instruments", where),
      call, equation
    )
  }
  if (exact$sum) {
    abort_own_instrument(
      names, paste0("have a linear combination that is one of the instruments", where), call,
      equation
    )
  }
}

abort_own_instrument <- function(names, what, call, equation = NULL) {
  abort("identification", c(
    paste0("{cli::qty(names)}The endogenous regressor{?s} {.val {names}} ", what, "."),
    x = "The first stage would be exact, and the second least squares.",
    i = "Leave it among the exogenous regressors, or name other instruments."
  ), call)
}

# Of each of the first `m` columns: do the others leave nothing of it within the effects? And of any
# sum of them? Those of which the effects leave nothing are another matter.
explained_exactly <- function(columns, m, design, rows) {
  x <- vapply(
    columns, function(v) as.double(if (is.null(design$at)) v[rows] else v[design$at[rows]]),
    numeric(length(rows))
  )
  # In units of about one: squares are finite.
  x <- x / rep(power_of_two(apply(abs(x), 2, max)), each = nrow(x))
  before <- colSums(x^2)
  if (length(design$factors)) {
    x[] <- bind_absorb(x, factors_on(design$factors, rows), numeric())$columns
  } else if (design$constant) {
    x <- sweep(x, 2, colMeans(x))
  }
  own <- x[, seq_len(m), drop = FALSE]
  size <- colSums(own^2)
  varies <- size > 1e-20 * before[seq_len(m)]
  z <- qr(x[, -seq_len(m), drop = FALSE], tol = 1e-12)
  each <- varies & colSums(qr.resid(z, own)^2) <= 1e-20 * size
  if (m == 1 || any(each) || !all(varies)) return(list(each = each, sum = FALSE))
  # Collinear endogenous regressors are refused as such.
  basis <- scaled_basis(own)
  left <- svd(qr.resid(z, basis), 0, 0)$d
  list(each = each, sum = ncol(basis) == m && min(left) <= 1e-10)
}
