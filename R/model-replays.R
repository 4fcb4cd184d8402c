# A coefficient that carries the uncertainty of its index: the model fitted again on every replay,
# and how the fits combine.
#
# The replays are plain data here: for each column of the data that varies, a matrix of its rows by
# replays.

#' Models that carry the uncertainty of an index
#'
#' An index is made, not measured: another sample of units, other weights, another normalisation
#' would have given other numbers. With `replays =`, [fe_reg()] and [system_reg()] fit the model
#' again on every replay of [index_uncertainty()], and the standard errors, tests and intervals of
#' the fit take in how far its coefficients move.
#'
#' @section Formula: With \eqn{b} the coefficients on the index itself, \eqn{b_r} and \eqn{V_r}
#' those and their covariance on replay \eqn{r = 1, ..., R}, \deqn{V = \frac{1}{R} \sum_r V_r +
#' \frac{1}{R} \sum_r (b_r - b)(b_r - b)'}{V = (1/R) sum V_r + (1/R) sum (b_r - b)(b_r - b)'} the
#' first term, `within`, being the model's own sampling error, in whatever form `vcov` asks for, and
#' the second, `between`, the index's. The estimate stays that of the index itself, so that a table
#' shows the coefficient that its readers can compute. \eqn{V} is the mean squared distance from it
#' of a draw from the replays' sampling distributions.
#'
#' Rubin's (1987) rules differ in two points: they report the mean \eqn{\bar b}{mean(b_r)} and take
#' the spread about it, times \eqn{1 + 1/R}. That suits draws of a missing value, which are centred
#' on the truth; replays are not centred on the index (see [index_uncertainty()]), and where they
#' move a coefficient to one side, the shift \eqn{\bar b - b}{mean(b_r) - b} is part of the doubt,
#' not to be averaged away: \eqn{V} has its square, and needs no \eqn{1/R} since \eqn{b} is not
#' simulated. Where units or weights alone are drawn afresh, the second term is the bootstrap's mean
#' squared error of \eqn{b}, bias included. Rubin's numbers follow from what the fit keeps:
#' `colMeans(B)` and `within + (1 + 1/R) * var(B)`, with `B` the `coefficients` below.
#'
#' The t degrees of freedom remain those of the covariance. \eqn{R} adds error of its own to a
#' standard error, of relative size \eqn{s / \sqrt{2R}}{s / sqrt(2R)} with \eqn{s} the share of the
#' variance that is between: 200 replays are enough for two digits, 1000 for any table.
#'
#' @section What varies: Every column of the data that the model names and the replays have (a
#' system's score, `D`, `rank`), wherever it stands: on either side, instrumented or instrument, in
#' a function (`log(D)`, `I(D^2)`), an interaction or a lag. All take the same replay at a time. A
#' column that was computed from the index before the call does not vary; write it in the formula.
#' The sample and the effects are those of the fit. A replay that cannot be fitted on it (an index
#' of zero in a logarithm, a regressor that becomes collinear) is left out and counted.
#'
#' Tests of instruments, effects and R2 are those of the index itself.
#'
#' @section What the fit keeps: `fit$covariance$replays`: `variables`; `count`, the replays used,
#' and `left_out`; `within` and `between`; `coefficients`, the matrix of \eqn{b_r} (replays by
#' coefficients), from which percentile intervals follow; `unconverged`, replays whose iterations
#' stopped early. `summary()` prints each coefficient's mean over the replays and the share of its
#' variance that is between. `vcov(fit, ~state)` and the like go through the replays again.
#' @section Errors: `ccdpanel_error_replays` (not kept, none of a column of the model, of another
#'   index than the data hold, or none could be fitted).
#' @references Rubin, D. B. (1987). Multiple Imputation for Nonresponse in Surveys. Wiley.
#'   \doi{10.1002/9780470316696}
#'
#'   Saisana, M., Saltelli, A. and Tarantola, S. (2005). Uncertainty and sensitivity analysis
#'   techniques as tools for the quality assessment of composite indicators. Journal of the Royal
#'   Statistical Society A 168(2), 307-323. \doi{10.1111/j.1467-985X.2005.00350.x}
#' @seealso [index_uncertainty()], [replays()].
#' @name model-replays
#' @examples
#' path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
#' panel <- c("state", "year")
#' cc <- coupling(composite_index(state_capital, indicator_sheet(path), panel = panel))
#' u <- index_uncertainty(
#'   cc, state_capital, n = 50, vary = c("units", "weights"), seed = 1, keep = TRUE
#' )
#' data <- merge(state_capital, cc)
#' fe_reg(unemployment ~ D + log(output) | state + year, data, vcov = ~state, replays = u)
#'
#' # The same without them
#' fe_reg(unemployment ~ D + log(output) | state + year, data, vcov = ~state)
NULL

# What the model room knows of replays: the columns that vary, each a matrix of the data's rows by
# replays.
replay_columns <- function(replays, data, exprs, call) {
  if (is.null(replays)) return(NULL)
  used <- intersect(unique(unlist(lapply(exprs, all.vars))), names(data))
  columns <- if (is.data.frame(replays)) {
    kept_replays(replays, data, used, call)
  } else {
    given_replays(replays, data, used, call)
  }
  if (length(columns)) return(columns)
  offered <- if (is.data.frame(replays)) {
    dimnames(attr(replays, "replays", exact = TRUE))[[2]]
  } else {
    names(replays)
  }
  abort("replays", c(
    paste0(
      "{.arg replays} must be of a column that the model names; they are of {.val {offered}}, the ",
      "model names {.val {used}}."
    ),
    i = "Put the index into {.arg data} under its own name."
  ), call)
}

# Of an uncertainty analysis, whose rows are found by unit and time.
kept_replays <- function(replays, data, used, call) {
  values <- attr(replays, "replays", exact = TRUE)
  panel <- attr(replays, "settings", exact = TRUE)$panel
  if (is.null(values) || is.null(panel)) {
    abort("replays", c(
      "{.arg replays} must be an uncertainty analysis that kept its replays.",
      i = "Call {.code index_uncertainty(keep = TRUE)}; a subset of it has none."
    ), call)
  }
  absent <- setdiff(panel, names(data))
  if (length(absent)) {
    abort("replays", c(
      paste0(
        "{.arg data} must have the columns {.val {panel}}, by which the replays are matched; ",
        "{.val {absent}} {?is/are} missing."
      ),
      i = "Keep unit and time in the data of the model."
    ), call)
  }
  at <- match_rows(data, replays, panel)
  columns <- intersect(dimnames(values)[[2]], used)
  for (name in columns) check_same_index(data[[name]], replays[[name]][at], name, call)
  sapply(columns, function(name) matrix(values[at, name, ], length(at)), simplify = FALSE)
}

check_same_index <- function(own, replayed, name, call) {
  known <- !is.na(own)
  if (anyNA(replayed[known])) {
    rows <- which(known & is.na(replayed))
    abort("replays", c(
      paste0(
        "Column {.val {name}} of {.arg data} has {length(rows)} row{?s} without replays, the ",
        "first is row {rows[1]}."
      ),
      i = "Replay the index of all units and times of the model."
    ), call)
  }
  if (is.numeric(own) && isTRUE(all.equal(
    as.double(own[known]), replayed[known], tolerance = 1e-6
  ))) return(invisible())
  abort("replays", c(
    paste0(
      "Column {.val {name}} of {.arg data} must be the index that was replayed; its ",
      "values are others."
    ),
    i = "Replay this index, or write its transformation in the formula: {.code log({name})}."
  ), call)
}

# Of a named list of matrices, one row a row of the data and one column a replay.
given_replays <- function(replays, data, used, call) {
  named <- is.list(replays) && length(replays) && !is.null(names(replays)) &&
    all(nzchar(names(replays)))
  fits <- named && all(vapply(replays, function(m) {
    is.matrix(m) && is.numeric(m) && nrow(m) == nrow(data) && ncol(m) == ncol(replays[[1]])
  }, NA))
  if (fits && ncol(replays[[1]])) return(replays[intersect(names(replays), used)])
  abort("replays", c(
    paste0(
      "{.arg replays} must be an uncertainty analysis, or a named list of numeric matrices with ",
      "the {nrow(data)} row{?s} of {.arg data} and one column a replay, not {found(replays)}."
    ),
    i = paste0(
      "Pass what {.code index_uncertainty(keep = TRUE)} gives itself: its rows are found by unit ",
      "and time, those of an array are not."
    )
  ), call)
}

# The estimate with the covariance that carries the replays; `refit(spec)` fits a description and
# gives NULL where it cannot.
carry_replays <- function(estimate, spec, refit, call) {
  if (is.null(spec$replays)) return(estimate)
  fits <- replay_fits(spec, estimate, refit)
  own <- as.vector(estimate$kernel$coef)
  used <- nrow(fits$coefficients)
  if (!used) {
    abort("replays", c(
      paste0(
        "The model could be fitted on none of the {ncol(spec$replays[[1]])} replay{?s} of ",
        "{.val {names(spec$replays)}}."
      ),
      i = "Is a logarithm taken of an index that is zero in all of them?"
    ), call)
  }
  away <- sweep(fits$coefficients, 2, own)
  between <- crossprod(away) / used
  within <- fits$within / used
  dimnames(within) <- dimnames(between) <- list(estimate$names, estimate$names)
  estimate$covariance$v <- within + between
  estimate$covariance["root"] <- list(NULL)
  estimate$covariance$replays <- list(
    variables = names(spec$replays), count = used, left_out = ncol(spec$replays[[1]]) - used,
    within = within, between = between, coefficients = fits$coefficients,
    unconverged = fits$unconverged
  )
  estimate
}

replay_fits <- function(spec, estimate, refit) {
  columns <- spec$replays
  spec$replays <- NULL
  spec$data <- as.data.frame(spec$data)
  spec$marks <- NULL
  within <- matrix(0, length(estimate$names), length(estimate$names))
  unconverged <- 0
  note <- function(w) {
    unconverged <<- unconverged + 1
    invokeRestart("muffleWarning")
  }
  coefficients <- lapply(seq_len(ncol(columns[[1]])), function(r) {
    spec$data[names(columns)] <- lapply(columns, function(m) m[, r])
    one <- tryCatch(
      withCallingHandlers(refit(spec), ccdpanel_warning_not_converged = note),
      ccdpanel_error = function(e) NULL
    )
    if (is.null(one) || !identical(one$names, estimate$names)) return(NULL)
    within <<- within + one$covariance$v
    as.vector(one$kernel$coef)
  })
  coefficients <- matrix(
    as.double(unlist(coefficients)), ncol = length(estimate$names), byrow = TRUE,
    dimnames = list(NULL, estimate$names)
  )
  list(coefficients = coefficients, within = within, unconverged = unconverged)
}

all_finite <- function(columns) all(vapply(columns, function(x) is.finite(sum(x)), NA))

say_replays <- function(covariance) {
  replays <- covariance$replays
  if (is.null(replays) || !replays$left_out) return(invisible())
  total <- replays$count + replays$left_out
  inform(
    "replays",
    paste0(
      "{replays$left_out} of {total} replay{?s} of {.val {replays$variables}} could not be fitted ",
      "on the sample and {cli::qty(replays$left_out)}{?is/are} left out."
    )
  )
}

# What a covariance's label adds.
replay_label <- function(covariance) {
  replays <- covariance$replays
  if (is.null(replays)) return("")
  paste0(
    ", with the spread over ", with_commas(replays$count),
    if (replays$count == 1) " replay of " else " replays of ",
    paste(replays$variables, collapse = ", ")
  )
}

# Coefficient, its mean over the replays, and the share of its variance that is between them.
replay_table <- function(replays, coefficients) {
  between <- diag(replays$between)
  cbind(
    Estimate = coefficients, `Mean over replays` = colMeans(replays$coefficients),
    `Variance between, %` = round(100 * between / (between + diag(replays$within)), 1)
  )
}

print_replays <- function(fit, covariance, digits, n = Inf) {
  replays <- covariance$replays
  if (is.null(replays)) return(invisible())
  cat(
    "\n", trf(
      "Replays of %s: %s fitted", listed(replays$variables), with_commas(replays$count)
    ),
    if (replays$left_out) trf(", %d left out", replays$left_out), "\n", sep = ""
  )
  if (replays$unconverged) say(trf("Iterations stopped early in %d.", replays$unconverged))
  table <- replay_table(replays, fit$coefficients)
  colnames(table) <- tr(colnames(table))
  print(utils::head(table, n), digits = digits)
}
