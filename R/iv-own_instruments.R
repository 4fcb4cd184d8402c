# Two-stage least squares that are least squares: an endogenous regressor that its instruments and
# the exogenous regressors give exactly, because it is among them or is a sum of them; or a sum of
# endogenous regressors that they give. And instruments that give the dependent variable, with all
# its errors, where the exogenous regressors by themselves do not.
#
# An instrument that is the dependent variable less an endogenous regressor is none of these: it is
# the investment of a consumption function, income less consumption (Haavelmo).

check_own_instruments <- function(design, call) {
  endogenous <- design$names[design$endogenous + 1]
  if (!length(endogenous)) return(invisible())
  named <- intersect(endogenous, design$names[design$excluded + 1])
  if (length(named)) {
    abort_own_instrument(named, "{?is/are} among {?its/their} own instruments", call)
  }
  check_exact(
    design$columns[design$endogenous + 1], design$columns[1], design$columns[design$z + 1],
    design$columns[setdiff(design$x, design$endogenous) + 1], endogenous, design, call
  )
}

# `columns`, `response`, `instruments` (all of them) and `exogenous` regressors as lists.
check_exact <- function(columns, response, instruments, exogenous, names, design, call, where = "",
                        equation = NULL) {
  m <- length(columns)
  exact <- explained_exactly(c(columns, response, instruments), m + 1, m, design)
  each <- exact$each[seq_len(m)]
  if (any(each)) {
    abort_own_instrument(
      names[each],
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
  # A fit that is perfect without instruments is said by itself.
  if (exact$each[m + 1] && !explained_exactly(c(response, exogenous), 1, 0, design)$each) {
    abort("identification", c(
      paste0(
        "The dependent variable is a linear combination of the instruments and the exogenous ",
        "regressors", where, "."
      ),
      x = "An instrument made of it holds its errors, with which an instrument must not go.",
      i = "Name other instruments."
    ), call)
  }
}

# What holds in all rows holds in the first; only then are all looked at.
explained_exactly <- function(columns, m, summed, design) {
  n <- if (is.null(design$at)) length(columns[[1]]) else length(design$at)
  exact <- explained_on(columns, m, summed, design, seq_len(min(n, 5000)))
  if (!any(unlist(exact)) || n <= 5000) return(exact)
  explained_on(columns, m, summed, design, seq_len(n))
}

abort_own_instrument <- function(names, what, call, equation = NULL) {
  abort("identification", c(
    paste0("{cli::qty(names)}The endogenous regressor{?s} {.val {names}} ", what, "."),
    x = "The first stage would be exact, and the second least squares.",
    i = "Leave it among the exogenous regressors, or name other instruments."
  ), call)
}

# Of each of the first `m` columns: do the others leave nothing of it within the effects? And of any
# sum of the first `summed`? Those of which the effects leave nothing are another matter.
explained_on <- function(columns, m, summed, design, rows) {
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
    x <- column_deviations(x)
  }
  own <- x[, seq_len(m), drop = FALSE]
  size <- colSums(own^2)
  varies <- size > 1e-20 * before[seq_len(m)]
  z <- qr(x[, -seq_len(m), drop = FALSE], tol = 1e-12)
  each <- varies & colSums(qr.resid(z, own)^2) <= 1e-20 * size
  first <- seq_len(summed)
  if (summed < 2 || any(each[first]) || !all(varies[first])) return(list(each = each, sum = FALSE))
  # Collinear endogenous regressors are refused as such.
  basis <- scaled_basis(own[, first, drop = FALSE])
  left <- svd(qr.resid(z, basis), 0, 0)$d
  list(each = each, sum = ncol(basis) == summed && min(left) <= 1e-10)
}
