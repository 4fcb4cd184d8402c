# The data behind a fit: the rows of its sample, its variables and its regressors.

#' @rdname model-methods
#' @export
model.frame.fe_reg <- function(formula, ...) {
  check_dots(...)
  check_has_rows(formula, "model.frame()", rlang::current_env())
  check_not_retold(formula, sys.function(sys.parent()))
  spec <- formula$spec
  check_marks(spec, rlang::current_env())
  env <- model_env(spec$scope, spec$data, spec$panel)
  tt <- stats::terms(
    rlang::new_formula(spec$parsed$response, linear_part(spec$parsed), env), data = spec$data
  )
  data <- unshared_columns(spec$data, all.vars(tt))
  frame <- stats::model.frame(tt, data, na.action = stats::na.pass)
  rows <- formula$sample$rows
  if (!is.null(rows)) frame <- frame[rows, , drop = FALSE]
  attr(frame, "terms") <- tt
  rownames(frame) <- frame_rows(formula)
  frame
}

#' @rdname model-methods
#' @export
model.matrix.fe_reg <- function(object, demeaned = FALSE, ...) {
  check_dots(...)
  check_not_divided(object, sys.function(sys.parent()))
  check_flag(demeaned, "demeaned")
  design <- model_design(object$spec)
  x <- if (demeaned && length(design$factors)) {
    demeaned_matrix(object, design)
  } else {
    regressor_matrix(object, design)
  }
  structure(x, assign = term_positions(object, design))
}

regressor_matrix <- function(object, design) {
  columns <- design$columns[design$x + 1]
  names(columns) <- design$names[design$x + 1]
  if (design$constant) columns <- c(list(`(Intercept)` = rep(1, design$sample$n)), columns)
  x <- bound_columns(columns, design$sample$n, names(columns))
  x[, names(object$coefficients), drop = FALSE]
}

# To which of labels(terms(fit)) each coefficient belongs; zero the constant.
term_positions <- function(object, design) {
  terms <- term_columns(design)
  at <- match(terms$term, labels(stats::terms(object)))[
    match(names(object$coefficients), terms$column)
  ]
  ifelse(names(object$coefficients) == "(Intercept)", 0L, at)
}

# The regressors within the effects, as least squares sees them.
demeaned_matrix <- function(object, design) {
  kept <- match(names(object$coefficients), design$names)
  x <- bound_columns(design$columns[kept], design$sample$n, names(object$coefficients))
  x[] <- bind_absorb(x, design$factors, design$weight)$columns
  x
}

# The names of the sample's rows in the data.
frame_rows <- function(fit) {
  names <- rownames(fit$spec$data)
  if (is.null(fit$sample$rows)) names else names[fit$sample$rows]
}

# The rows of the data that the model was fitted to.
sample_data <- function(fit) {
  check_has_rows(fit, "The data of the sample", rlang::caller_env())
  check_marks(fit$spec, rlang::caller_env())
  data <- as.data.frame(fit$spec$data)
  if (is.null(fit$sample$rows)) data else data[fit$sample$rows, , drop = FALSE]
}
