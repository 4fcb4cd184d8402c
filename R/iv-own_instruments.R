# Two-stage least squares that are least squares: an endogenous regressor that its instruments and
# the exogenous regressors give exactly, because it is among them or is a sum of them.

check_own_instruments <- function(design, call) {
  endogenous <- design$names[design$endogenous + 1]
  named <- intersect(endogenous, design$names[design$excluded + 1])
  if (length(named)) {
    abort_own_instrument(named, "{?is/are} among {?its/their} own instruments", call)
  }
  if (!length(endogenous)) return(invisible())
  n <- design_rows(design)
  suspect <- explained_exactly(design, seq_len(min(n, 5000)))
  # What holds in all rows holds in the first; only then are all looked at.
  if (any(suspect) && n > 5000) suspect <- explained_exactly(design, seq_len(n))
  if (!any(suspect)) return(invisible())
  abort_own_instrument(
    endogenous[suspect], "{?is a linear combination/are linear combinations} of the instruments",
    call
  )
}

abort_own_instrument <- function(names, what, call) {
  abort("identification", c(
    paste0("{cli::qty(names)}The endogenous regressor{?s} {.val {names}} ", what, "."),
    x = "The first stage would be exact, and the second least squares.",
    i = "Leave it among the exogenous regressors, or name other instruments."
  ), call)
}

# Of each endogenous regressor: do the instruments leave nothing of it within the effects? Those of
# which the effects leave nothing are another matter.
explained_exactly <- function(design, rows) {
  x <- vapply(
    design$columns[c(design$endogenous, design$z) + 1],
    function(v) as.double(if (is.null(design$at)) v[rows] else v[design$at[rows]]),
    numeric(length(rows))
  )
  before <- colSums(x^2)
  if (length(design$factors)) {
    x[] <- bind_absorb(x, factors_on(design$factors, rows), numeric())$columns
  } else if (design$constant) {
    x <- sweep(x, 2, colMeans(x))
  }
  m <- length(design$endogenous)
  own <- x[, seq_len(m), drop = FALSE]
  size <- colSums(own^2)
  left <- colSums(qr.resid(qr(x[, -seq_len(m), drop = FALSE], tol = 1e-12), own)^2)
  size > 1e-20 * before[seq_len(m)] & left <= 1e-20 * size
}
