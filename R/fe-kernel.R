fe_kernel <- function(spec, design, plan, call) {
  if (is.null(design$remote)) design <- beside_dummies(design)
  kernel <- run_kernel(
    design, plan$clusters, estimator_plan(spec, design, call), spec$threads, isTRUE(plan$rows)
  )
  check_kernel(kernel, design, call)
  complete_kernel(kernel, design, plan, call)
}

# What the rows of a kernel's result lack where they stand for others: nothing, but for tables in a
# database.
complete_kernel <- function(kernel, design, plan, call) {
  if (is.null(design$remote)) return(uncentred_constant(kernel, design))
  UseMethod("complete_kernel", design$remote)
}

# The constant of columns from which `design$centre` was taken: of the columns as they came. Beside
# slopes alone it is the coefficient of a column of ones, unless the slopes make it, and where
# dummies are one together in every row, what each of their coefficients has.
uncentred_constant <- function(kernel, design) {
  if (!any(design$centre != 0)) return(kernel)
  centre <- design$centre[kernel$x + 1]
  if (design$constant) centre <- c(0, centre)
  ones <- design$dummies %||% "(Intercept)"
  one <- if (design$constant) 1L else match(ones, design$names[kernel$x + 1])
  if (anyNA(one)) return(kernel)
  shift <- diag(length(centre))
  shift[one, ] <- shift[one, ] - rep(centre, each = length(one))
  kernel$coef <- as.vector(shift %*% kernel$coef)
  kernel$coef[one] <- kernel$coef[one] + design$centre[1]
  kernel$bread <- shift %*% kernel$bread %*% t(shift)
  kernel$half <- shift %*% kernel$half
  if (length(design$dummies)) {
    kernel$tss <- sum_of_squares(design$columns[[1]] + design$centre[1], design$weight)
  }
  kernel
}

# The kernel on a design, or on the part of one that a replicate of a study takes; with the rows of
# the scores if asked.
run_kernel <- function(design, clusters, estimator, threads, rows = FALSE) {
  bind_regress(
    fine_columns(design), design_rows(design), design$at, design$x, design$z, design$endogenous,
    design$factors, design$constant, design$weight, clusters, estimator, column_origin(design),
    rows,
    threads
  )
}

# Of regressors that are nearly combinations of each other the kernel has scores in columns that are
# apart, which `score_basis` makes of the regressors: the same by these themselves.
with_own_scores <- function(kernel) {
  basis <- kernel$score_basis
  if (!length(basis)) return(kernel)
  kernel$half <- tcrossprod(kernel$half, basis)
  if (length(kernel$score_rows)) {
    kernel$score_rows <- t(forwardsolve(t(basis), t(kernel$score_rows)))
  }
  kernel[c("score_basis", "score_bread")] <- list(NULL)
  kernel
}

# The kernel's result with the rows of the scores.
score_kernel <- function(model, design, call) {
  fe_kernel(model$spec, design, list(clusters = list(), rows = TRUE), call)
}

check_rows <- function(design, call) {
  asked <- length(design$x) + design$constant
  if (asked >= design$sample$n) abort_too_few_rows(asked, 0, design$sample$n, call)
}

abort_too_few_rows <- function(k, absorbed, n, call) {
  abort("too_few_rows", c(
    paste0(
      "The model has {k} coefficient{?s} and {absorbed} degree{?s} of freedom in its effects, the ",
      "sample {n} row{?s}: no row is left for the error."
    ),
    i = "Use fewer regressors or effects, or more rows."
  ), call)
}

check_kernel <- function(kernel, design, call) {
  if (!is.finite(kernel$tss)) {
    abort("infinite", c(
      paste0(
        "The dependent variable is so large (up to {signif(max(abs(design$response), na.rm = ",
        "TRUE), 2)}) that its squares are no finite numbers."
      ),
      i = "Measure it in a larger unit."
    ), call)
  }
  asked <- length(design$x) > 0
  if (length(design$factors) && kernel$tss_within <= 0 && kernel$tss > 0) {
    abort("absorbed", c(
      paste0(
        "The effects {.val {names(design$factors)}} explain the dependent variable entirely: ",
        "nothing is left to regress."
      ),
      i = "It does not vary within their levels; leave out the effect that fixes it."
    ), call)
  }
  if (length(design$endogenous)) check_identified(kernel, design, call)
  if (kernel$singular) abort_singular_weight(length(kernel$z) + design$constant, call)
  if (asked && !length(kernel$x) && !design$constant) {
    abort("absorbed", c(
      "All regressors are collinear with the effects: {.val {design$names[design$x + 1]}}.",
      i = "A regressor must vary within the levels of every effect."
    ), call)
  }
  if (!kernel$converged) {
    warn("not_converged", c(
      paste0(
        "The effects were not absorbed to the accuracy asked for: the largest remaining level ",
        "mean is {signif(kernel$certificate, 2)} standard deviations."
      ),
      i = "The levels are hardly connected; see {.code fit$certificate}."
    ), call)
  }
}

check_identified <- function(kernel, design, call) {
  endogenous <- design$names[design$endogenous + 1]
  usable <- setdiff(intersect(kernel$z, design$excluded), kernel$dropped)
  if (length(usable) < length(endogenous)) {
    lost <- intersect(kernel$dropped, design$excluded)
    absorbed <- is_absorbed(lost, design)
    abort("identification", c(
      paste0(
        "The order condition fails: {length(endogenous)} endogenous regressor{?s} ",
        "({.val {endogenous}}) need{?s/} as many excluded instruments; {length(usable)} of ",
        "{length(design$excluded)} {?is/are} usable."
      ),
      x = if (any(absorbed)) {
        paste0(
          "Without variation within {if (length(design$factors)) 'the effects' else 'the ",
          "sample'}: {.val {design$names[lost[absorbed] + 1]}}."
        )
      },
      x = if (any(!absorbed)) {
        paste0(
          "Collinear with regressors or other instruments: ",
          "{.val {design$names[lost[!absorbed] + 1]}}."
        )
      },
      i = "Add an instrument, or move a regressor to the exogenous ones."
    ), call)
  }
  if (!length(kernel$unidentified)) return(invisible())
  names <- design$names[kernel$unidentified + 1]
  if (any(is_absorbed(kernel$unidentified, design))) {
    abort("absorbed", c(
      paste0(
        "Endogenous regressor {.val {names}} has no variation within ",
        "{if (length(design$factors)) 'the effects' else 'the sample'}."
      ),
      i = "A regressor must vary within the levels of every effect."
    ), call)
  }
  abort("identification", c(
    paste0(
      "The rank condition fails: the instruments do not identify {.val {names}}, whose projection ",
      "on them is zero or depends on the other regressors."
    ),
    i = "Each endogenous regressor needs an instrument that moves it apart from the others."
  ), call)
}

# What was left out as collinear. An instrument of a regressor's name is told from it.
dropped_names <- function(kernel, design) {
  names <- design$names[kernel$dropped + 1]
  copy <- kernel$dropped %in% design$excluded & names %in% design$names[design$x + 1]
  ifelse(copy, paste(names, "(as an instrument)"), names)
}

# Do the effects (or the constant) leave nothing of these columns? Asked only where a message must
# tell.
is_absorbed <- function(positions, design) {
  if (!length(positions)) return(logical())
  x <- bound_columns(sample_columns(design, positions + 1), design_rows(design))
  if (length(design$factors)) return(bind_absorb(x, design$factors, design$weight)$kept <= 1e-20)
  design$constant & apply(x, 2, function(v) max(v) - min(v) <= 1e-13 * max(abs(v)))
}

abort_singular_weight <- function(moments, call) {
  abort("singular", c(
    "The covariance of the {moments} moments has no inverse, so GMM cannot weigh them.",
    i = paste0(
      "It needs more clusters than instruments (constant and exogenous regressors included), and ",
      "each to vary in more than one of them, or of the rows: use fewer instruments, other ",
      "clusters, or {.code estimator = \"2sls\"}."
    )
  ), call)
}
