# What a spatial model sees of the data: a balanced panel laid out as units by times, the links
# between its units, and the columns within the effects.

# Unit and time: those given, those of a coupling or an index, or the two effects, of which the unit
# is the one that the weights know.
spatial_pair <- function(panel, data, parsed, weights) {
  if (!is.null(panel)) return(panel)
  made <- recipe_of(data) %||% attr(data, "settings", exact = TRUE)
  if (is.list(made) && is.character(made$panel)) return(made$panel)
  effects <- vapply(parsed$effects, function(e) {
    if (length(e) == 1 && is.name(e[[1]])) as.character(e[[1]]) else NA_character_
  }, "")
  effects <- unname(effects[effects %in% names(data)])
  if (length(effects) != 2) return(NULL)
  known <- if (inherits(weights, "spatial_weights")) attr(weights, "units", exact = TRUE)
  if (is.matrix(weights)) known <- rownames(weights) %||% colnames(weights)
  if (inherits(weights, "listw")) known <- attr(weights$neighbours, "region.id")
  here <- vapply(effects, function(name) mean(format_key(data[[name]]) %in% known), 0)
  if (isTRUE(here[2] > here[1])) rev(effects) else effects
}

check_spatial_pair <- function(panel, call, of = NULL) {
  if (!is.null(panel)) return(invisible())
  abort("panel", c(
    paste0(
      "{.arg panel}", if (!is.null(of)) " of {of}", " must name the unit and the time column of ",
      "{.arg data}, and is not given."
    ),
    i = paste0(
      "For instance {.code panel = c(\"province\", \"year\")}; it may be left out where both are ",
      "the effects of {.arg formula}."
    )
  ), call)
}

# The sample as units by times: `place[i, t]` is the row of the sample.
spatial_cells <- function(design, spec, call) {
  rows <- design$sample$rows %||% seq_len(design$sample$n)
  keys <- lapply(spec$panel, function(name) spec$data[[name]][rows])
  code <- lapply(keys, drawing_numbers)
  own <- lapply(1:2, function(j) keys[[j]][match(seq_len(max(code[[j]])), code[[j]])])
  n <- length(own[[1]])
  times <- length(own[[2]])
  names <- labelled_names(own[[1]], value_labels(spec$data)[spec$panel[1]])
  place <- matrix(0L, n, times)
  place[cbind(code[[1]], code[[2]])] <- seq_along(rows)
  if (any(place == 0)) abort_unbalanced(place == 0, names, own[[2]], design, spec, call)
  list(
    units = own[[1]], names = names, times = own[[2]], place = place, n = n, t = times,
    effects = absorbed_kinds(design, code, spec, call)
  )
}

abort_unbalanced <- function(gap, names, times, design, spec, call) {
  short <- names[rowSums(gap) > 0]
  when <- format_key(times)[colSums(gap) > 0]
  losses <- design$sample$counts
  losses$subset <- NULL
  losses <- if (length(losses) > 1) describe_losses(losses)
  abort("unbalanced", c(
    paste0(
      "A spatial model needs every {spec$panel[1]} in every {spec$panel[2]}: {sum(gap)} of ",
      "{length(gap)} rows {?is/are} not there, of {length(short)} unit{?s} ",
      "({first_names(short, 5)}) and {length(when)} time{?s} ({first_names(when, 5)})."
    ),
    x = if (length(losses)) "Left out of the sample: {losses}.",
    i = paste0(
      "Complete the values ({.fn impute_gaps}), or keep the units or the times that are whole, ",
      "by {.arg subset}."
    )
  ), call)
}

# Which of the two effects are absorbed, whatever their columns are called.
absorbed_kinds <- function(design, code, spec, call) {
  kind <- vapply(names(design$factors), function(name) {
    f <- design$factors[[name]]
    same <- vapply(code, function(own) {
      max(own) == f$levels && length(unique((own - 1) * f$levels + f$code)) == f$levels
    }, NA)
    if (length(f$slopes) || !any(same)) abort_other_effect(name, spec, call)
    which(same)[1]
  }, 0L)
  c(unit = 1L %in% kind, time = 2L %in% kind)
}

abort_other_effect <- function(name, spec, call) {
  abort("effects", c(
    paste0(
      "The effects of a spatial model are those of the units ({.val {spec$panel[1]}}) and the ",
      "times ({.val {spec$panel[2]}}), or one of them; {.val {name}} is another."
    ),
    i = "Enter it as a regressor, {.code factor()} of a column."
  ), call)
}

# Links between the panel's units, with their matrix and eigenvalues.
spatial_links <- function(weights, cells, call) {
  links <- matched_weights(weights, cells, call, "weights")
  links$left <- 0L
  if (links$subset) {
    before <- links$weight
    links$weight <- standardised_links(before, links$unit, cells$n, links$style)
    all <- attr(if (inherits(weights, "spatial_weights")) weights else as_weights(
      weights, call, "weights"
    ), "units")
    links$left <- length(all) - cells$n
    anew <- !isTRUE(all.equal(before, links$weight, tolerance = 1e-12))
    inform_plainly("dropped", sprintf(
      "%s of the weights %s not in the sample, and left out with %s links%s.",
      counted(links$left, "unit"), if (links$left == 1) "is" else "are",
      if (links$left == 1) "its" else "their",
      if (anew) "; the weights are standardised anew" else ""
    ))
  }
  if (length(links$alone)) {
    inform_plainly("alone", sprintf(
      "Without neighbours, with spatial lags of zero: %s.", first_names(links$alone)
    ))
  }
  links$w <- matrix(0, cells$n, cells$n)
  links$w[cbind(links$unit, links$neighbour)] <- links$weight
  sums <- rowSums(links$w)
  links$constant <- max(sums) - min(sums) <= 1e-10 * max(sums)
  links$sum <- mean(sums)
  links$scale <- link_scales(links)
  links$values <- link_eigenvalues(links)
  links$bounds <- link_bounds(links$values, max(sums))
  links
}

# W is similar to a symmetric matrix where positive d have d_i w_ij = d_j w_ji, as rows of symmetric
# weights that were divided by their sums: its eigenvalues are then real, and sooner found.
link_eigenvalues <- function(links) {
  if (is.null(links$scale)) return(eigen(links$w, only.values = TRUE)$values)
  eigen(symmetric_links(links), symmetric = TRUE, only.values = TRUE)$values
}

symmetric_links <- function(links) {
  root <- sqrt(links$scale)
  s <- links$w * root / rep(root, each = links$n)
  (s + t(s)) / 2
}

# W (I - at W)^-1, by way of the symmetric matrix where there is one.
spatial_inverse <- function(links, at) {
  if (at == 0) return(links$w)
  # The difference below leaves no digits of a small rho.
  if (is.null(links$scale) || abs(at) * max(Mod(links$values)) < 1e-4) {
    return(solve(diag(links$n) - at * links$w, links$w))
  }
  root <- sqrt(links$scale)
  inverse <- chol2inv(chol(diag(links$n) - at * symmetric_links(links)))
  diag(inverse) <- diag(inverse) - 1
  inverse / at * rep(root, each = links$n) / root
}

link_scales <- function(links) {
  w <- links$w
  back <- w[cbind(links$neighbour, links$unit)]
  if (any(back == 0)) return(NULL)
  d <- numeric(links$n)
  for (start in seq_len(links$n)) {
    if (d[start] > 0) next
    d[start] <- 1
    front <- start
    while (length(front)) {
      at <- which(links$unit %in% front & d[links$neighbour] == 0)
      at <- at[!duplicated(links$neighbour[at])]
      d[links$neighbour[at]] <- d[links$unit[at]] * links$weight[at] / back[at]
      front <- links$neighbour[at]
    }
  }
  one <- d[links$unit] * links$weight
  other <- d[links$neighbour] * back
  if (all(abs(one - other) <= 1e-10 * one)) d
}

# Where all units are each other's neighbours alike, the lag of y within the times' effects is y
# itself times a number.
check_told_links <- function(cells, links, call) {
  if (!cells$effects[["time"]] || !links$constant) return(invisible())
  values <- links$values[-which.min(Mod(links$values - links$sum))]
  if (max(Mod(values - mean(values))) > 1e-10 * max(Mod(links$values))) return(invisible())
  abort("identification", c(
    paste0(
      "Within the effects of the times the spatial lag is the variable itself times ",
      "{signif(Re(mean(values)), 3)}: all {cells$n} units are neighbours of each other alike."
    ),
    i = "Take weights that tell near from far, or leave the times' effects out."
  ), call)
}

# Between the reciprocals of the least and the largest real eigenvalue I - rho W has an inverse.
link_bounds <- function(values, most) {
  radius <- max(Mod(values))
  # Where no unit is its own neighbour's neighbour in turn, it always has.
  if (radius <= 1e-10 * most) return(c(-10, 10) / most)
  real <- Re(values)[abs(Im(values)) <= 1e-9 * radius]
  c(
    if (any(real < -1e-9 * radius)) 1 / min(real) else -1 / radius,
    if (any(real > 1e-9 * radius)) 1 / max(real) else 1 / radius
  )
}

# Columns of n T rows, units within times, as the model sees them: `cells$within(x)` leaves the
# effects' means, `cells$lag(x)` takes the neighbours' sum.
spatial_operators <- function(cells, links) {
  dummies <- cells$effects[["time"]] && !links$constant
  each <- function(x, f) {
    x <- as.matrix(x)
    for (j in seq_len(ncol(x))) x[, j] <- f(matrix(x[, j], cells$n))
    x
  }
  cells$dummies <- dummies
  cells$within <- function(x) each(x, function(m) {
    if (cells$effects[["unit"]]) m <- m - rowMeans(m)
    if (cells$effects[["time"]] && !dummies) m <- m - rep(colMeans(m), each = cells$n)
    m
  })
  cells$lag <- function(x) {
    x <- as.matrix(x)
    lagged <- spatial_sums(links, matrix(x, cells$n))
    matrix(lagged, nrow(x), ncol(x), dimnames = dimnames(x))
  }
  cells$again <- function(x) cells$within(cells$lag(x))
  cells$filtered <- function(x, at) if (at == 0) x else x - at * cells$again(x)
  cells$times_matrix <- function(a, x) {
    matrix(a %*% matrix(x, cells$n), NROW(x), NCOL(x))
  }
  cells
}

# y, its spatial lag and the regressors within the effects; which were left out as collinear.
# Where rows of W have different sums, the times' effects are dummies among the regressors.
spatial_columns <- function(design, cells, lagging, call) {
  check_column_range(design$columns, design$names, design$at, call, design$seen)
  raw <- bound_columns(design$columns, design$sample$n, c("(y)", design$names[-1]))
  raw <- raw[as.vector(cells$place), , drop = FALSE]
  if (design$constant) {
    raw <- cbind(raw[, 1, drop = FALSE], `(Intercept)` = 1, raw[, -1, drop = FALSE])
  }
  centred <- cells$within(raw)
  y <- centred[, 1]
  if (!sum(y^2) > 1e-24 * sum(raw[, 1]^2)) abort_no_variation(cells, call)
  x <- centred[, -1, drop = FALSE]
  size <- sqrt(colSums(raw[, -1, drop = FALSE]^2))
  of <- intersect(colnames(x) %||% character(), lagging)
  if (length(of)) {
    own <- colnames(x) %in% of
    lagged <- cells$within(cells$lag(x[, own, drop = FALSE]))
    colnames(lagged) <- sprintf("W %s", of)
    size <- c(size, sqrt(colSums(cells$lag(raw[, -1, drop = FALSE][, own, drop = FALSE])^2)))
    x <- cbind(x, lagged)
  }
  nuisance <- time_dummies(cells, design$constant)
  all <- cbind(nuisance, x)
  kept <- independent_columns(all, c(rep(1, ncol(nuisance)), size))
  collinear <- setdiff(colnames(x), colnames(all)[kept])
  if (ncol(x) && length(collinear) == ncol(x)) abort_all_absorbed(collinear, call)
  check_spatial_names(colnames(x), call)
  list(
    y = y, x = all[, kept, drop = FALSE], nuisance = sum(kept <= ncol(nuisance)),
    collinear = collinear, raw = raw[, 1], lagged = stats::setNames(of, sprintf("W %s", of))
  )
}

# The columns whose spatial lags are regressors too: all of a Durbin model, or those of some terms.
lagged_columns <- function(design, spec, call) {
  if (!spatial_models[[spec$model]][["durbin"]]) return(character())
  known <- term_columns(design)
  known <- known[known$column != "(Intercept)", ]
  if (is.null(spec$lagged)) return(known$column)
  terms <- labels(stats::terms(rlang::new_formula(NULL, spec$lagged)))
  lost <- setdiff(terms, known$term)
  if (length(lost) || !length(terms)) {
    abort("term", c(
      paste0(
        "{.arg lagged} must name terms of {.arg formula}; ",
        "{.code {c(lost, deparse1(spec$lagged))[1]}} is none."
      ),
      i = "They are {.code {unique(known$term)}}."
    ), call)
  }
  known$column[known$term %in% terms]
}

time_dummies <- function(cells, constant) {
  if (!cells$dummies) return(matrix(0, cells$n * cells$t, 0))
  which <- seq_len(cells$t)
  if (cells$effects[["unit"]] || constant) which <- which[-1]
  out <- diag(cells$t)[rep(seq_len(cells$t), each = cells$n), which, drop = FALSE]
  colnames(out) <- paste0("(time ", which, ")")
  cells$within(out)
}

# The columns that no earlier ones make, and that the effects do not absorb; `size` is their norm
# before.
independent_columns <- function(x, size) {
  norm <- sqrt(colSums(x^2))
  left <- which(norm > 1e-12 * size & norm > 0)
  if (!length(left)) return(integer())
  q <- qr(x[, left, drop = FALSE] / rep(norm[left], each = nrow(x)), tol = 1e-9)
  sort(left[q$pivot[seq_len(q$rank)]])
}

check_spatial_names <- function(names, call) {
  taken <- c(intersect(names, c("rho", "lambda")), names[duplicated(names)])
  if (!length(taken)) return(invisible())
  abort("name", c(
    "A regressor is called {.val {taken[1]}}, like a coefficient of the spatial model.",
    i = "Rename the column in {.arg data}."
  ), call)
}

abort_no_variation <- function(cells, call) {
  where <- if (any(cells$effects)) "the effects" else "the sample"
  abort("absorbed", c(
    "The dependent variable does not vary within {where}: nothing is left to regress.",
    i = "Leave out the effect that fixes it."
  ), call)
}

abort_all_absorbed <- function(names, call) {
  abort("absorbed", c(
    "All regressors are collinear with the effects: {.val {names}}.",
    i = "A regressor must vary within the levels of every effect."
  ), call)
}

# Effects need more than one row a level, and matrices of units by units must be held.
check_spatial_size <- function(cells, spec, call) {
  if (cells$n > 10000) {
    abort("too_many_units", c(
      "Spatial models are estimated for up to 10000 units; there are {cells$n}.",
      i = "Their weights are held as a matrix: take larger regions."
    ), call)
  }
  lone <- c(cells$effects[["unit"]] && cells$t < 2, cells$effects[["time"]] && cells$n < 2)
  if (!any(lone)) return(invisible())
  one <- rev(spec$panel)[lone][1]
  abort("panel", c(
    paste0(
      "The sample has one {one}, and the effects of {.val {spec$panel[lone][1]}} ",
      "leave nothing of it."
    ),
    i = "Leave that effect out: {.code y ~ x} fits a cross-section."
  ), call)
}
