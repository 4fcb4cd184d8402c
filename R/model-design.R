# Everything a kernel needs of a model, from its description: columns on the sample, effects,
# weights, positions.
#
# A description (`spec`) is plain data: parsed formula, data, panel, one-sided expressions, scope,
# small-sample convention. The same function serves the first fit and every later look at it
# (another covariance, effects).

# With `in_place`, plain columns are left as they are in the data where that is possible, and `at`
# tells their rows (NULL: all).
#
# Of a table in a database the rows of a design stand for cells: `design_rows()` of them have the
# weighted sums of the sample's `design$sample$n`, and also by each of `clusters`. `cells`: does the
# caller do with these?
model_design <- function(spec, call = rlang::caller_env(), in_place = FALSE, cells = FALSE,
                         clusters = NULL) {
  UseMethod("model_design", spec$data)
}

#' @export
model_design.default <- function(spec, call = rlang::caller_env(), in_place = FALSE,
                                 cells = FALSE, clusters = NULL) {
  check_marks(spec, call)
  env <- model_env(spec$scope, spec$data, spec$panel)
  see <- function(expr) if (!is.null(expr)) evaluate(expr, spec$data, env, call)
  parts <- evaluate_parts(spec, env, call)
  response <- evaluate_response(spec$parsed$response, spec$data, env, call)
  effects <- lapply(spec$parsed$effects, function(e) {
    lapply(e, evaluate_levels, data = spec$data, env = env, call = call)
  })
  slopes <- evaluate_slopes(spec$parsed$effects, spec$data, env, call)
  weights <- check_weights(see(spec$weights), spec$weights, call)
  response_name <- rlang::as_label(spec$parsed$response)

  variables <- function() {
    sample_variables(c(
      stats::setNames(list(response), response_name), unlist(unname(slopes), recursive = FALSE)
    ), parts, effects, weights)
  }
  settled <- settle_sample(spec, variables, effects, weights, see, call)
  sample <- settled$sample
  made <- settled$made
  made$factors <- attach_slopes(made$factors, spec$parsed$effects, slopes, sample$rows)
  on_sample <- function(v) {
    if (is.null(v) || is.null(sample$rows)) {
      v
    } else {
      bind_gather(list(as.double(v)), sample$rows, 1L)[[1]]
    }
  }
  plain <- all(vapply(parts, function(p) is.null(p$frame) && is.null(p$offset), NA))
  at <- if (in_place && plain) sample$rows
  parts <- lapply(parts, expand_part, rows = if (is.null(at)) sample$rows)
  offset <- Reduce(
    `+`, lapply(parts, function(p) on_sample(p$offset)) |> Filter(f = Negate(is.null))
  )
  y <- as.double(if (is.null(at)) on_sample(response) else response)
  # Beside slopes alone the constant is a regressor like others.
  if (length(effects) && !hold_constant(spec$parsed$effects) && parts$exogenous$intercept) {
    parts$exogenous$columns <- c(list(`(Intercept)` = rep(1, length(y))), parts$exogenous$columns)
    if (!is.null(parts$exogenous$assign)) parts$exogenous$assign <- c(0L, parts$exogenous$assign)
  }
  c(
    assemble_columns(parts, if (is.null(offset)) y else y - offset),
    list(
      response = y, offset = offset, sample = sample, at = at, parts = parts,
      factors = made$factors,
      effects = effects, first = made$first, seen = settled$seen,
      weight = as.double(on_sample(weights) %||% numeric()),
      constant = !length(effects) && parts$exogenous$intercept
    )
  )
}

# The rows of the sample, and the effects on them: those of the fit if it has them, else chosen from
# what `variables()` lists, singletons removed unless `spec$singletons` keeps them; then `seen` says
# how large these are.
settle_sample <- function(spec, variables, effects, weights, see, call) {
  if (!is.null(spec$sample)) {
    return(list(sample = spec$sample, made = make_factors(effects, spec$sample$rows)))
  }
  needed <- variables()
  sizes <- bind_sizes(needed, thread_count(NULL))
  doubtful <- needed[!sizes$finite %in% TRUE]
  subset <- see(spec$subset)
  never <- if (is.logical(subset) && !any(subset, na.rm = TRUE)) {
    never_met(spec$subset, spec$data, model_env(spec$scope, spec$data, spec$panel))
  }
  sample <- select_rows(doubtful, nrow(spec$data), weights, subset, call, never)
  sample$counts <- with_outside(sample$counts, attr(spec$data, "fetched", exact = TRUE)$outside)
  check_finite(doubtful, sample$rows, call)
  made <- make_factors(effects, sample$rows, singletons = !isTRUE(spec$singletons))
  sized <- is.finite(sizes$largest)
  seen <- list(columns = needed[sized], largest = sizes$largest[sized])
  if (is.null(made$rows)) return(list(sample = sample, made = made, seen = seen))
  if (!length(made$rows)) abort_all_singletons(names(effects), sample$n, call)
  list(sample = leave_singletons(sample, made$rows), made = made, seen = seen)
}

evaluate_parts <- function(spec, env, call) {
  intercept <- if (hold_constant(spec$parsed$effects)) TRUE
  see <- function(name, intercept) {
    evaluate_part(spec$parsed[[name]], spec$data, env, intercept, call = call)
  }
  exogenous <- see("exogenous", intercept)
  parts <- list(exogenous = exogenous)
  if (!is.null(spec$parsed$endogenous)) {
    # The constant is the exogenous part's affair; factors among the others are coded beside it.
    parts$endogenous <- see("endogenous", TRUE)
    parts$instruments <- see("instruments", TRUE)
  }
  lapply(parts, function(part) {
    part$contrasts <- spec$codings
    part
  })
}

# Rows of a design's columns and factors.
design_rows <- function(design) {
  if (is.null(design$at)) length(design$columns[[1]]) else length(design$at)
}

# The columns with all digits that they have within the effects.
fine_columns <- function(design) {
  columns <- design$columns
  columns[design$fine$at] <- design$fine$columns
  columns
}

# What was taken from these columns.
column_origin <- function(design) {
  if (is.null(design$fine)) return(design$centre %||% numeric())
  replace(design$centre, design$fine$at, design$fine$origin)
}

# A matrix of the columns less the effects or the constant. One that is a regressor, of ones beside
# slopes alone or made of dummies, is for the reader to take out: columns of large mean come less
# theirs, but where `tested` is the coefficient that this moves.
columns_within <- function(design, tested = NULL) {
  moved <- if (is.null(design$remote)) beside_dummies(design) else design
  if (!any(tested %in% moved$dummies)) design <- moved
  x <- bound_columns(fine_columns(design), design_rows(design), c("(y)", design$names[-1]))
  if (!length(design$factors)) {
    return(if (design$constant) column_deviations(x, design$weight) else x)
  }
  others <- colnames(x) != "(Intercept)"
  if (!all(others) && !"(Intercept)" %in% tested) {
    x[, others] <- column_deviations(x[, others, drop = FALSE], design$weight)
  }
  x[] <- bind_absorb(x, design$factors, design$weight)$columns
  x
}

# The columns of a design on the sample, some of them or all.
sample_columns <- function(design, which = seq_along(design$columns)) {
  columns <- design$columns[which]
  if (is.null(design$at)) columns else bind_gather(columns, design$at, thread_count(NULL))
}

# Column 0 is y; then exogenous, endogenous, excluded instruments. Positions are 0-based, for C++.
assemble_columns <- function(parts, y) {
  count <- vapply(parts, function(p) length(p$columns), 0L)
  columns <- c(list(y), unlist(lapply(unname(parts), `[[`, "columns"), recursive = FALSE))
  exogenous <- seq_len(count[["exogenous"]])
  endogenous <- count[["exogenous"]] + seq_len(if (length(parts) > 1) count[["endogenous"]] else 0L)
  excluded <- length(exogenous) + length(endogenous) + seq_len(
    if (length(parts) > 1) count[["instruments"]] else 0L
  )
  list(
    columns = columns, names = c("", names(columns)[-1]), x = c(exogenous, endogenous),
    z = if (length(parts) > 1) c(exogenous, excluded) else integer(), endogenous = endogenous,
    excluded = excluded
  )
}

# Which term each column belongs to: the columns of a factor share one.
term_columns <- function(design) {
  parts <- design$parts[intersect(c("exogenous", "endogenous"), names(design$parts))]
  do.call(rbind, unname(lapply(parts, part_terms)))
}

part_terms <- function(part) {
  names <- names(part$columns) %||% character()
  data.frame(
    column = names,
    term = if (is.null(part$assign)) names else c("(Intercept)", part$labels)[part$assign + 1]
  )
}

# Everything about a fit goes by the names of its columns. R pastes them together, of a factor's
# level and its name (`fSouth` of f), of a matrix and its column: two columns of one name would be
# taken for each other. The same term may stand in several parts.
check_told_apart <- function(parts, call) {
  terms <- lapply(unname(parts), part_terms)
  twice <- unlist(lapply(terms, function(part) part$column[duplicated(part$column)]))
  all <- unique(do.call(rbind, terms))
  name <- c(twice, all$column[duplicated(all$column)])[1]
  if (is.na(name)) return(invisible())
  from <- all$term[all$column == name]
  abort("name", c(
    "Two columns of the model would be called {.val {name}}: of {.and {.code {from}}}.",
    i = paste0(
      "Call one of them otherwise in {.arg data}: a column by {.fn names}, a factor's level by ",
      "{.fn levels}, the column of a matrix by {.fn colnames}."
    )
  ), call)
}

evaluate_response <- function(expr, data, env, call) {
  role <- function() cli::format_inline("The dependent variable {.code {rlang::as_label(expr)}}")
  as_numbers(evaluate(expr, data, env, call), role(), "response", call)
}

# An effect, a cluster or a group.
evaluate_levels <- function(expr, data, env, call) {
  role <- function() {
    cli::format_inline("The effect, cluster or group {.code {rlang::as_label(expr)}}")
  }
  as_levels(evaluate(expr, data, env, call), role(), "levels", call)
}

abort_all_singletons <- function(effects, n, call) {
  rows <- if (n == 1) "the one row" else paste("each of the", n, "rows")
  abort("empty_sample", c(
    "No row is left to fit: {rows} is alone in a level of {.or {.val {effects}}}, in turn.",
    i = "Leave out the effect whose levels name single rows."
  ), call)
}

# Columns side by side; their own names would be numbered for each element.
bound_columns <- function(columns, rows, names = NULL) {
  matrix(
    unlist(columns, use.names = FALSE), rows, dimnames = if (!is.null(names)) list(NULL, names)
  )
}
