# Composite indices as columns of a table in a database.

#' @export
panel_index.ccd_remote <- function(data, sheet, panel, choices, call) {
  check_letters(c(panel, choices$keep), unique(sheet$system), remote_source(data), call)
  made <- remote_weights_of(data, sheet, panel, choices, call, function(plan) {
    index_spec(choices, sheet, data, panel, few_times(plan), call)
  })
  plan <- made$plan
  say_remote_panel(data, panel, call)
  spec <- made$spec
  warn_outside_sums(plan, spec)
  scores <- remote_scores(plan, spec, choices$scale)
  systems <- unique(sheet$system)
  first <- match(systems, sheet$system)
  recipe <- c(index_recipe(spec, sheet, panel, choices, data), list(
    weights = made$weights,
    omitted = stats::setNames(as.integer(plan$rows - colSums(plan$raw$n)[first]), systems)
  ))
  recipe$rows <- plan$rows
  table <- function(columns, names) {
    with_names(plan$source, scores$table, stats::setNames(c(panel, columns), c(panel, names)))
  }
  beside <- table(scores$dimensions, scores$names)
  index <- table(c(choices$keep, scores$systems), c(choices$keep, systems))
  lazy_result(index, "composite_index", recipe, beside)
}

# Values outside of the range of a base period or of goalposts are counted.
warn_outside_sums <- function(plan, spec) {
  if (!spec$scope %in% c("base", "goalposts") || spec$method != "minmax") return(invisible())
  outside <- which(apply(plan$least < 0 | plan$most > 1, 2, any))
  if (!length(outside)) return(invisible())
  joined <- scaled_table(plan)
  sums <- stats::setNames(lapply(joined$z, function(z) {
    bquote(sum(case_when(.(z) < 0 | .(z) > 1 ~ 1, TRUE ~ 0), na.rm = TRUE))
  }), paste0("o", seq_along(joined$z)))
  found <- group_sums(plan, joined$table, sums)
  say_outside(as.integer(unlist(found[names(sums)])), plan$sheet, spec, plan$call)
}

# The table with `.ccd_z1`, ..., the normalised indicators.
scaled_table <- function(plan, shares = NULL) {
  k <- seq_len(nrow(plan$sheet))
  joined <- join_numbers(plan, plan$table, c(list(o = plan$origin, u = plan$unit), shares))
  z <- lapply(k, function(j) {
    y <- as.name(paste0(".ccd_y", j))
    flat <- plan$flat[, j]
    if (all(flat)) return(bquote(case_when(!is.na(.(y)) ~ 0)))
    unit <- joined$number("u", j)
    z <- bquote((.(y) - .(joined$number("o", j))) / .(unit))
    if (any(flat)) bquote(case_when(.(unit) != 0 ~ .(z), !is.na(.(y)) ~ 0)) else z
  })
  names(z) <- paste0(".ccd_z", k)
  list(
    table = with_columns(plan$source, joined$table, z), z = symbols_of(".ccd_z", k),
    number = joined$number
  )
}

# The table with the scores of systems and dimensions, under names that no column has.
remote_scores <- function(plan, spec, scale) {
  sheet <- plan$sheet
  groups <- unique(sheet_groups(sheet))
  systems <- lapply(unique(sheet$system), function(s) which(sheet$system == s))
  dimensions <- lapply(seq_len(nrow(groups)), function(g) {
    which(sheet$system == groups$system[g] & sheet$dimension == groups$dimension[g])
  })
  if (spec$aggregate == "geometric") check_geometric_range(plan)
  own <- stats::setNames(c(systems, dimensions), c(
    paste0(".ccd_s", seq_along(systems)), paste0(".ccd_g", seq_along(dimensions))
  ))
  scaled <- scaled_table(plan, list(
    sw = plan_shares(plan, systems), gw = plan_shares(plan, dimensions)
  ))
  scored <- Map(function(j, name) {
    remote_score(j, scaled, plan, spec, paste0(substr(name, 6, 6), "w"))
  }, own, names(own))
  before <- unlist(lapply(scored, `[[`, "before"), recursive = FALSE)
  names(before) <- unlist(lapply(scored, function(x) names(x$before)))
  table <- with_columns(plan$source, scaled$table, before, once = TRUE)
  table <- with_columns(plan$source, table, lapply(scored, function(x) {
    if (scale == 1 || is.null(x$score)) x$score %||% NA_real_ else bquote(.(scale) * (.(x$score)))
  }), once = TRUE)
  list(
    table = table, systems = names(own)[seq_along(systems)],
    dimensions = names(own)[-seq_along(systems)], names = dimension_names(groups)
  )
}

# Weights as shares of their group's, by time where they change with it; none where all are zero.
plan_shares <- function(plan, groups) {
  shares <- plan$weight
  for (j in groups) {
    total <- rowSums(plan$weight[, j, drop = FALSE])
    shares[, j] <- plan$weight[, j] / ifelse(total == 0, NA, total)
  }
  shares
}

check_geometric_range <- function(plan) {
  weighted <- apply(plan$weight > 0, 2, any)
  for (s in unique(plan$sheet$system)) {
    at <- which(weighted & plan$sheet$system == s)
    least <- lapply(at, function(j) min(plan$least[, j]))
    check_geometric(least, rep(FALSE, length(least)), plan$sheet$indicator[at], plan$call)
  }
}

# list(score: an expression, or NULL where no indicator has a weight; before: columns it names).
remote_score <- function(j, scaled, plan, spec, word) {
  j <- j[apply(plan$weight[, j, drop = FALSE] > 0, 2, any)]
  if (!length(j)) return(list())
  share <- lapply(j, function(i) scaled$number(word, i))
  z <- scaled$z[j]
  switch(
    spec$aggregate, linear = list(
      score = join_plus(Map(function(w, z) bquote(.(w) * .(z)), share, z))
    ),
    geometric = list(score = geometric_score(share, z, plan)),
    topsis = topsis_score(j, share, z, plan, word)
  )
}

geometric_score <- function(share, z, plan) {
  unit <- natural_unit(plan$t)
  # A weight that changes with time may be none at some.
  varies <- is.name
  logs <- Map(function(w, z) {
    log <- bquote(.(w) * log(case_when(.(z) > 0 ~ .(z))))
    if (varies(w)) bquote(case_when(.(w) > 0 ~ .(log), .(w) == 0 ~ 0)) else log
  }, share, z)
  zero <- Reduce(function(a, b) call("|", a, b), Map(function(w, z) {
    if (varies(w)) bquote(.(w) > 0 & .(z) <= 0) else bquote(.(z) <= 0)
  }, share, z))
  all <- Reduce(function(a, b) call("&", a, b), lapply(z, function(z) bquote(!is.na(.(z)))))
  bquote(case_when(.(all) & (.(zero)) ~ 0, .(all) ~ exp(.(unit) * (.(join_plus(logs))))))
}

# Distances from the best and the worst value of each indicator, in columns of their own.
topsis_score <- function(j, share, z, plan, word) {
  ends <- list(b = plan$most[, j, drop = FALSE], a = plan$least[, j, drop = FALSE])
  if (nrow(ends$b) > 1) {
    ends <- lapply(ends, function(m) lapply(seq_along(j), function(i) cases_by_time(plan, m[, i])))
  } else {
    ends <- lapply(ends, function(m) lapply(m[1, ], kept_number))
  }
  distances <- lapply(ends, function(end) {
    call("sqrt", join_plus(Map(function(w, z, e) {
      d <- bquote((.(w) * (.(z) - .(e))))
      bquote(.(d) * .(d))
    }, share, z, end)))
  })
  names(distances) <- paste0(".ccd_", word, names(distances), j[1])
  best <- as.name(names(distances)[1])
  worst <- as.name(names(distances)[2])
  both <- bquote((.(worst) + .(best)))
  list(
    score = bquote(case_when(.(both) != 0 ~ .(worst) / .(both))), before = distances
  )
}

cases_by_time <- function(plan, values) {
  time <- as.name(plan$panel[2])
  as.call(c(as.name("case_when"), Map(function(t, v) {
    bquote(.(time) == .(t) ~ .(kept_number(v)))
  }, plan$times$time, values)))
}

#' @export
weights.lazy_composite_index <- function(object, ...) {
  check_dots(...)
  lazy_recipe(object)$weights
}

#' @export
scores.lazy_composite_index <- function(x, by = "dimension", ...) {
  check_dots(...)
  check_choice(by, c("dimension", "system"), "by")
  if (by == "dimension") return(lazy_dimensions(x))
  recipe <- lazy_recipe(x)
  dplyr::select(plain_lazy(x), dplyr::all_of(c(recipe$panel, recipe$values)))
}
