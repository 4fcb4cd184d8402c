# The design of a model on cells: a few rows with the sums of all of them.
#
# Every estimator of the package sees rows by their weighted cross-products, in all, by level of the
# effects and by cluster. Rows that stand for a cell with its mean and weight have its sums; rows
# about the mean of one cell of a group, a column of the root of the group's cross-products up and
# down, add the products within the group's cells and leave every mean as it is. The kernels, the
# tests and the degrees of freedom then work as on the rows themselves, exactly. What looks at
# single rows (HC2, Conley's covariance, residuals) has another answer, and asks for the rows.

#' @export
model_design.ccd_remote <- function(spec, call = rlang::caller_env(), in_place = FALSE,
                                    cells = FALSE, clusters = NULL) {
  if (!cells) abort_needs_rows("This", call)
  begin_state(remote_source(spec$data), environment(), call)
  made <- cells_of_model(spec, clusters, call)
  with_fine_columns(c(
    remote_columns_of(made$parts, made$rows, made$sample, spec, length(spec$parsed$effects) > 0),
    made$design
  ))
}

# A number of large mean times a factor's dummy is zero, or of that size, and ends eight digits
# before its base does. Where an effect has the dummy among its own the mean is the effect's: for
# what looks at columns within the effects they are kept without it.
with_fine_columns <- function(design) {
  held <- Filter(function(f) !isFALSE(f$intercept), design$factors)
  if (!length(held)) return(design)
  centre <- design$remote$sample$centre
  value <- design$remote$rows$value
  of_level <- function(g) any(vapply(held, function(f) all(g == g[match(f$code, f$code)]), NA))
  fine <- vapply(seq_along(design$columns), function(j) {
    g <- design$multiplier[[j]]
    base <- design$base[[j]]
    !is.na(base) && !is.null(g) && centre[[base]] != 0 && any(design$columns[[j]] != 0) &&
      of_level(g)
  }, NA)
  at <- which(fine)
  if (!length(at)) return(design)
  base <- design$base[at]
  design$fine <- list(
    at = at, columns = Map(function(g, b) g * value[, b], design$multiplier[at], base),
    origin = vapply(seq_along(at), function(k) {
      max(abs(design$multiplier[[at[k]]])) * centre[[base[k]]]
    }, 0)
  )
  design
}

# A model's rows that stand for the sample, its parts on them, and what designs of all kinds have.
cells_of_model <- function(spec, clusters, call) {
  made <- sampled_plan(spec, clusters, call)
  plan <- made$plan
  sample <- made$sample
  all <- remote_cells(plan, sample)
  scatter <- remote_scatter(plan, sample, all)
  if (!is.null(scatter$mean)) all$mean <- scatter$mean
  rows <- remote_rows_of(plan, sample, all, scatter)
  if (!is.null(rows$single)) {
    sample$counts$singletons <- as_whole(rows$single)
    if (!is.null(plan$weights)) {
      sample$log_weights <- sample$log_weights - rows$single_log_weights
    }
  }
  keys <- lapply(plan$keys, function(x) NULL)
  keys[names(plan$keys)] <- as.list(rows$keys)
  made <- make_factors(lapply(plan$effects, function(e) unname(keys[e])), NULL)
  made$factors <- attach_slopes(made$factors, spec_effects(spec), lapply(plan$slopes, function(e) {
    lapply(keys[e], as.double)
  }), NULL)
  parts <- lapply(plan$parts, expand_remote_part,
    base = remote_base(rows, sample), keys = factor_values(plan, keys), rows = length(rows$weight),
    contrasts = spec$codings
  )
  design <- list(
    sample = c(list(
      rows = NULL, counts = sample$counts, n = rows$n, cells = length(rows$cell_n),
      log_weights = sample$log_weights
    ), remote_clusters(plan, keys, rows)),
    at = NULL, factors = made$factors,
    effects = lapply(plan$effects, function(e) unname(keys[e])), first = made$first,
    weight = rows$weight,
    remote = structure(list(plan = plan, sample = sample, rows = rows), class = "ccd_cells")
  )
  list(plan = plan, sample = sample, rows = rows, parts = parts, design = design)
}

# Cells less singletons, and in place of one cell of each group those rows about its mean that have
# the group's cross-products.
remote_rows_of <- function(plan, sample, all, scatter) {
  all$of <- scatter$of
  cells <- leave_single_cells(all, plan$effects, plan$t$call)
  zero <- zero_cells(cells, sample$centre)
  out <- list(
    n = sum(cells$n), cell_n = cells$n, single = cells$single,
    zero = if (is.null(scatter)) zero else zero & scatter$still[cells$of, , drop = FALSE],
    single_log_weights = cells$log_weights
  )
  cell <- seq_along(cells$n)
  if (is.null(scatter)) {
    return(c(out, list(
      keys = cells$keys, weight = cells$weight, value = unname(cells$mean), cell = cell
    )))
  }
  k <- ncol(cells$mean)
  # The cell nearest to the means of all, where a step up and down costs least digits.
  scale <- sqrt(colSums(cells$weight * cells$mean^2) / sum(cells$weight))
  far <- rowSums((cells$mean / rep(ifelse(scale > 0, scale, 1), each = nrow(cells$mean)))^2)
  nearest <- order(cells$of, far)
  host <- nearest[!duplicated(cells$of[nearest])]
  root <- scatter_roots(scatter, sample$n)[cells$of[host], , , drop = FALSE]
  spread <- sqrt(k / cells$weight[host])
  hosted <- do.call(rbind, unlist(lapply(seq_len(k), function(direction) {
    step <- matrix(root[, , direction], length(host), k) * spread
    list(cells$mean[host, , drop = FALSE] + step, cells$mean[host, , drop = FALSE] - step)
  }), recursive = FALSE))
  at <- c(cell[-host], rep(host, 2 * k))
  c(out, list(
    keys = keys_at(cells$keys, at),
    weight = c(cells$weight[-host], rep(cells$weight[host] / (2 * k), 2 * k)),
    value = unname(rbind(cells$mean[-host, , drop = FALSE], hosted)), cell = at
  ))
}

# `[.data.frame` would make a name for each row.
keys_at <- function(keys, at) {
  out <- lapply(keys, `[`, at)
  structure(out, class = "data.frame", row.names = .set_row_names(length(at)))
}

remote_base <- function(rows, sample) {
  function(names, at = match(base_id(names), names(sample$centre))) {
    list(
      value = rows$value[, at], centre = sample$centre[[at]], at = at,
      zero = rows$zero[rows$cell, at]
    )
  }
}

# Cells in which a base has the mean zero, as far as its sums less the centre tell: is zero, where
# it does not vary.
zero_cells <- function(cells, centre) {
  each <- rep(centre, each = length(cells$n))
  abs(cells$mean + each) <= summed_rounding(cells$n) * abs(each)
}

# Adding up n equal numbers may round by as much as n / 16 units in the last place of their sum.
summed_rounding <- function(n) .Machine$double.eps * pmax(8, n / 4)

# Factors among the regressors, with the levels that occur, as R has them of the column.
factor_values <- function(plan, keys) {
  lapply(stats::setNames(nm = names(plan$factors)), function(name) {
    x <- keys[[plan$factors[[name]]]]
    truth <- c(plan$truths, character())[name]
    if (is.na(truth)) return(as.factor(x))
    if (truth == "levels") as.factor(as.logical(x)) else as.logical(x)
  })
}

# Columns less their means where the constant or the effects take the means out, with what was
# taken.
remote_columns_of <- function(parts, rows, sample, spec, effects) {
  constant <- !effects && parts$exogenous$intercept
  hold <- hold_constant(spec$parsed$effects)
  y <- rows$value[, 1]
  ones <- effects && !hold && parts$exogenous$intercept
  if (ones) {
    parts$exogenous$columns <- c(
      list(`(Intercept)` = rep(1, length(y))), parts$exogenous$columns
    )
    if (!is.null(parts$exogenous$assign)) parts$exogenous$assign <- c(0L, parts$exogenous$assign)
    parts$exogenous$centre <- c(0, parts$exogenous$centre)
    parts$exogenous$base <- c(NA, parts$exogenous$base)
    parts$exogenous$multiplier <- c(list(rep(1, length(y))), parts$exogenous$multiplier)
  }
  out <- assemble_columns(parts, y)
  centre <- c(sample$centre[[1]], unlist(lapply(unname(parts), `[[`, "centre")))
  left <- y + if (constant || hold) 0 else centre[1]
  dummies <- if (!constant && !effects && !is.null(parts$exogenous$assign) && any(centre != 0)) {
    held_by_dummies(
      c(out, list(parts = parts)), is.na(parts$exogenous$base), sqrt(rows$weight)
    )
  }
  out$columns[-1] <- without_noise(
    out$columns[-1], centre[-1], rows$weight,
    if (constant) "taken" else if (hold || ones || length(dummies)) "held"
  )
  if (!constant && !hold && !ones && !length(dummies)) {
    out$columns <- Map(`+`, out$columns, centre)
    centre <- 0 * centre
  }
  # With an offset the dependent variable as it came has a base of its own.
  whole <- "(response)" %in% names(sample$centre)
  response <- left
  if (whole) {
    response <- rows$value[, 2] + if (constant || hold) 0 else sample$centre[["(response)"]]
  }
  c(out, list(
    response = response, offset = if (whole) response - left, parts = parts, constant = constant,
    centre = unname(centre), dummies = dummies, weighting = spec$estimator$weighting$type,
    # Weighted as under iid errors GMM is two-stage least squares.
    estimator = if (!identical(spec$estimator$weighting$type, "iid")) spec$estimator$name,
    base = c(1L, unlist(lapply(unname(parts), `[[`, "base"))),
    multiplier = c(list(NULL), unlist(lapply(unname(parts), `[[`, "multiplier"), recursive = FALSE))
  ))
}

# Columns that have one value, as zeros: sums of a group of rows are less the mean of all rows, and
# of such a column they are rounding, which the kernel cannot know. Of a column that differs by no
# more than its last digits the constant leaves rounding too (`constant_share` in the kernel), as
# effects do not. Without a constant one value is none but where it is zero.
constant_share <- 1e-27

without_noise <- function(columns, centre, weight, constant = NULL) {
  n <- sum(weight)
  free <- is.null(constant)
  Map(function(x, centre, name) {
    if (name == "(Intercept)") return(x)
    mean <- if (free) -centre else sum(weight * x) / n
    size <- if (identical(constant, "taken")) max(abs(mean), abs(centre + mean)) else mean
    left <- sum(weight * (x - mean)^2)
    if (left > constant_share * (left + n * size^2)) x else 0 * x - if (free) centre else 0
  }, columns, unname(centre), names(columns) %||% "")
}

# Clusters by the rows that stand for cells, and the rows of the sample in which one is missing.
remote_clusters <- function(plan, keys, rows) {
  if (!length(plan$clusters)) return(NULL)
  values <- lapply(plan$clusters, function(k) unname(keys[k]))
  list(clusters = values, unclustered = lapply(values, function(v) {
    missing <- Reduce(`|`, lapply(v, is.na))
    sum(rows$cell_n[unique(rows$cell[missing])])
  }))
}
