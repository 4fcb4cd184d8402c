# What a threshold regression needs of a fit: its rows, what the effects leave of its columns, and
# the candidates for thresholds.

# A list: `fit`, the linear model on the rows that have the threshold variable; `q`, over all rows
# of the data; `term`, `terms` (the model's other terms).
threshold_model <- function(fit, threshold, term, call) {
  check_one_term(threshold, "threshold", "One variable separates the regimes.", call)
  check_no_operator(threshold, "threshold", call)
  check_variables(list(threshold), fit$spec$data, fit$spec$scope, call)
  check_row_order(list(threshold), fit$spec, call)
  check_single_numeric(
    fit, threshold, "threshold", "Groups are compared by {.fn by_group}.", call
  )
  q <- as.double(values_of(fit, threshold, call))
  label <- rlang::as_label(threshold)
  infinite <- sum(is.infinite(q[sample_rows(fit)]))
  if (infinite) {
    abort("infinite", c(
      paste0(
        "{.arg threshold} {.code {label}} must be finite; {infinite} row{?s} of the sample ",
        "{?is/are} not."
      ),
      i = "Leave them out by {.arg subset} of the fit, or make them missing."
    ), call)
  }
  rows <- sample_rows(fit)
  lost <- sum(is.na(q[rows]))
  if (lost) {
    inform("common_sample", c(
      i = "{lost} row{?s} without the threshold variable {?is/are} left out."
    ))
    kept <- seq_along(q) %in% rows[!is.na(q[rows])]
    fit <- withCallingHandlers(
      refit(fit, subset = kept, call = call), ccdpanel_message_dropped = hush
    )
  }
  list(fit = fit, q = q, label = label, terms = own_terms(fit, term, call))
}

# The regime-dependent terms must be terms of the model by themselves, of one numeric column each:
# their columns are replaced by one for each regime.
regime_terms <- function(fit, term, call) {
  if (length(term) > 1) {
    for (one in as.list(term)) check_term(fit, one, call)
    if (anyDuplicated(term)) {
      abort("term", c(
        "{.arg term} names {.val {term[duplicated(term)][1]}} twice.",
        i = "Name each coefficient once."
      ), call)
    }
    return(term)
  }
  check_term(fit, term, call)
}

own_terms <- function(fit, term, call) {
  made <- written_out(fit$spec$parsed$exogenous, call)
  names <- vapply(made$terms, coefficient_name, "")
  numeric <- vapply(term, function(name) {
    at <- match(name, names)
    if (is.na(at)) return(FALSE)
    value <- tryCatch(values_of(fit, made$terms[[at]], call), error = function(e) NULL)
    is_plain_numeric(value)
  }, NA)
  if (!all(numeric)) {
    abort("term", c(
      "{.arg term} must name numeric terms of the model; {.val {term[!numeric]}} {?is/are} not.",
      i = "A factor's effects, products and polynomials are made columns of the data first."
    ), call)
  }
  c(made$terms[!names %in% term], made$rest)
}

# The panel's unit, which must be absorbed, and its times.
threshold_panel <- function(fit, boot, call) {
  panel <- fit$spec$panel
  if (is.null(panel) || !panel[1] %in% names(fit$effects)) {
    abort("panel", c(
      paste0(
        "{.arg fit} must absorb the effects of the units of its {.arg panel}; it ",
        if (is.null(panel)) "has none." else "does not absorb {.val {panel[1]}}."
      ),
      i = paste0(
        "Write {.code fe_reg(y ~ x | province, data, panel = c(\"province\", \"year\"))}."
      )
    ), call)
  }
  rows <- sample_rows(fit)
  unit <- drawing_numbers(fit$spec$data[[panel[1]]][rows])
  time <- drawing_numbers(fit$spec$data[[panel[2]]][rows])
  units <- max(unit)
  times <- max(time)
  if (boot > 0 && length(rows) < units * times) {
    abort("panel", c(
      paste0(
        "The bootstrap needs a balanced panel: {units} units and {times} times are ",
        "{units * times} rows, and the sample has {length(rows)}."
      ),
      i = paste0(
        "It draws whole units' residuals, which must have the same times: keep the units that ",
        "have all of them, or the times that all units have, by {.arg subset} of the fit."
      ),
      i = "{.code boot = 0} estimates the thresholds and their intervals without the test."
    ), call)
  }
  list(unit = unit, time = time, units = units, times = times, names = panel)
}

# Rows in the order of q, the same for any order of the data; the space of the search, what M leaves
# of the dependent variable, and `place`: the row of each time and unit.
threshold_data <- function(model, term, panel, trim, grid, call) {
  fit <- model$fit
  design <- model_design(fit$spec, call)
  check_no_slopes(
    design$factors, "Thresholds", "Absorb the effects without slopes.", call
  )
  q <- model$q[sample_rows(fit)]
  check_varying(q, panel, model$label, call)
  order <- order(q, panel$unit, panel$time)
  within <- columns_within(design)[order, , drop = FALSE]
  x <- do.call(cbind, sample_columns(design, match(term, design$names)))[order, , drop = FALSE]
  unit <- panel$unit[order]
  basis <- scaled_basis(cbind(
    dummies_beside(design, panel$names[1], unit, order, call),
    within[, intersect(names(fit$coefficients), design$names), drop = FALSE]
  ))
  n <- length(q)
  least <- max(1, ceiling(trim * n - 1e-9))
  at <- candidate_rows(q[order], least, grid)
  if (!length(at)) abort_no_candidate(model$label, least, n, 1, call)
  space <- threshold_space(x, basis, unit, at)
  place <- NULL
  if (n == panel$units * panel$times) {
    place <- matrix(0L, panel$times, panel$units)
    place[cbind(panel$time[order], unit)] <- seq_len(n)
  }
  list(
    space = space, r = without_basis(within[, "(y)", drop = FALSE], basis), place = place,
    least = least, df = n - fit$dof$absorbed, values = q[order][at], n = n
  )
}

# The other effects as dummies, less the units' means.
dummies_beside <- function(design, label, unit, order, call) {
  others <- design$factors[setdiff(names(design$factors), label)]
  levels <- sum(vapply(others, `[[`, 0L, "levels"))
  if (levels > 500) {
    abort("too_many_levels", c(
      paste0(
        "Effects beside those of the units may have 500 levels in all; those of ",
        "{.val {names(others)}} are {levels}."
      ),
      i = "Absorb the units' and the times' effects only."
    ), call)
  }
  dummies <- lapply(others, function(f) {
    outer(f$code[order], seq_len(f$levels) - 1L, `==`) + 0
  })
  dummies <- do.call(cbind, unname(dummies)) %||% matrix(0, length(unit), 0)
  dummies - (rowsum(dummies, unit) / tabulate(unit))[unit, , drop = FALSE]
}

# The last row of each value that leaves enough rows on both sides; of a grid those at evenly spaced
# shares of the rows.
candidate_rows <- function(q, least, grid) {
  n <- length(q)
  at <- which(c(diff(q) > 0, FALSE))
  at <- at[at >= least & n - at >= least]
  if (is.null(grid)) return(at)
  shares <- seq(least, n - least, length.out = grid)
  wanted <- vapply(shares, function(s) at[at >= floor(s)][1], 0L)
  unique(wanted[!is.na(wanted)])
}

check_varying <- function(q, panel, label, call) {
  values <- length(unique(q))
  if (values < 2) {
    abort("threshold", c(
      "{.arg threshold} {.code {label}} has one value, {.val {q[1]}}, in the sample.",
      i = "Name a variable that differs within units."
    ), call)
  }
  first <- q[match(panel$unit, panel$unit)]
  if (any(q != first)) return(invisible())
  abort("threshold", c(
    paste0(
      "{.arg threshold} {.code {label}} does not change within any {panel$names[1]}: Hansen's ",
      "theory is of a variable that does."
    ),
    i = "Groups of units are compared by {.code by_group(fit, ~{label}, split = \"median\")}."
  ), call)
}

abort_no_candidate <- function(label, least, n, k, call) {
  abort("threshold", c(
    paste0(
      "No value of {.arg threshold} {.code {label}} leaves {least} row{?s} of {n} in each of ",
      "{k + 1} regimes, in which the regime-dependent regressors can be told from the others."
    ),
    i = "Take a smaller {.arg trim}, fewer thresholds, or a variable with more values."
  ), call)
}
