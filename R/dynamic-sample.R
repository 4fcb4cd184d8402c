# The rows of a dynamic panel, and its columns on them.

# Everything of a description that is evaluated in the data.
dynamic_expressions <- function(spec) {
  exprs <- c(
    spec$parsed[c("response", "exogenous")], list(spec$subset),
    lapply(c(spec$gmm, spec$iv), `[[`, "expr")
  )
  unname(exprs[!vapply(exprs, is.null, NA)])
}

# Rows (`rows` of the data are the sample), columns by rows of the data in the order of units, and
# the plan of instruments.
dynamic_data <- function(spec, call) {
  check_marks(spec, call)
  env <- model_env(spec$scope, spec$data, spec$panel)
  see <- function(expr, intercept = TRUE) {
    part <- evaluate_part(expr, spec$data, env, intercept, call = call)
    check_no_offset(part, call)
  }
  y <- evaluate_response(spec$parsed$response, spec$data, env, call)
  exogenous <- see(spec$parsed$exogenous, NULL)
  iv <- lapply(spec$iv, function(set) see(set$expr))
  gmm <- lapply(spec$gmm, function(set) gmm_variables(set$expr, spec, see, env, call))
  subset <- if (!is.null(spec$subset)) evaluate(spec$subset, spec$data, env, call)
  variables <- c(
    stats::setNames(list(y), rlang::as_label(spec$parsed$response)),
    do.call(c, lapply(unname(c(list(exogenous), iv)), part_variables))
  )
  variables <- variables[!duplicated(names(variables))]
  never <- if (is.logical(subset) && !any(subset, na.rm = TRUE)) {
    never_met(spec$subset, spec$data, env)
  }
  sample <- select_rows(variables, nrow(spec$data), NULL, subset, call, never)
  check_finite(variables, sample$rows, call)
  for (part in gmm) check_finite(part$values, NULL, call)
  rows <- sample$rows %||% seq_len(nrow(spec$data))
  parts <- lapply(c(list(exogenous), iv), expand_part, rows = rows)
  check_told_apart(stats::setNames(parts[1], "exogenous"), call)
  list(
    y = as.double(y), rows = rows, sample = sample, exogenous = parts[[1]], iv = parts[-1],
    gmm = gmm, constant = spec$system && exogenous$intercept
  )
}

check_no_offset <- function(part, call) {
  if (is.null(part$offset)) return(part)
  abort("formula", c(
    "An offset has no place in a dynamic panel.",
    i = "Take it from the dependent variable: {.code I(y - z) ~ x}."
  ), call)
}

# The variables of a set, with how many periods after its own each value stands: a lag is the
# variable itself moved on, so that it is known where its row is not there.
gmm_variables <- function(expr, spec, see, env, call) {
  parts <- lapply(net_terms(expr), function(term) {
    term <- without_brackets(term)
    columns <- see_numeric(see(term), call)$values
    if (!rlang::is_call(term, "l") || "l" %in% names(spec$scope)) {
      return(list(values = columns, by = rep(0, length(columns))))
    }
    made <- match.call(function(x, k = 1) NULL, term)
    by <- eval(made$k %||% 1, env)
    inner <- see_numeric(see(made$x), call)$values
    names <- if (length(columns) == length(by)) names(columns) else paste0(deparse1(term), by)
    list(values = stats::setNames(inner[rep(1, length(by))], names), by = by)
  })
  list(
    values = unlist(lapply(parts, `[[`, "values"), recursive = FALSE),
    by = unlist(lapply(parts, `[[`, "by"))
  )
}

see_numeric <- function(part, call) {
  if (!is.null(part$frame) && any(vapply(part$frame, function(v) !is.numeric(v), NA))) {
    abort("regressor", c(
      "{.arg gmm} takes numeric variables: their levels and changes are the instruments.",
      i = "Dummies go into {.arg iv}."
    ), call)
  }
  part$xlevels <- NULL
  part$values <- expand_part(part, NULL)$columns
  part
}

# The columns as the sums take them. `x`: constant, regressors, dummies of times, and last y.
dynamic_columns <- function(seen, spec, call) {
  panel <- spec$panel
  unit <- numbered(spec$data[[panel[1]]])$code
  time <- time_index(spec$data[[panel[2]]], call)
  known <- unit %in% unit[seen$rows]
  order <- which(known)
  order <- order[order(unit[order], time[order])]
  code <- match(unit[order], unique(unit[order]))
  start <- min(time[order])
  periods <- max(time[order]) - start + 1
  check_periods(periods, length(order), max(code), call)
  to <- match(seen$rows, order)
  fill <- function(columns) {
    out <- matrix(0, length(order), length(columns))
    for (j in seq_along(columns)) out[to, j] <- columns[[j]]
    out
  }
  in_sample <- seq_along(order) %in% to
  period <- as.integer(time[order] - start + 1)
  dummies <- if (spec$times) period_dummies(period[to], start, panel[2])
  x <- c(
    if (seen$constant) list(`(Intercept)` = rep(1, length(to))), seen$exogenous$columns, dummies
  )
  check_time_names(names(dummies), names(seen$exogenous$columns), call)
  iv <- lapply(seen$iv, `[[`, "columns")
  sets <- iv_columns(spec, iv, dummies, seen$constant, length(to))
  gmm <- gmm_columns(spec, seen$gmm)
  moved <- centred_columns(
    c(x, list(seen$y[seen$rows])), unlist(sets$columns, recursive = FALSE), seen$constant
  )
  times <- start + seq_len(periods) - 1
  plan <- instrument_plan(gmm$sets, sets$sets, periods, spec$system, times)
  check_count(nrow(plan$info), call)
  list(
    unit = code, period = period, sample = in_sample, units = max(code), periods = periods,
    start = c(match(seq_len(max(code)), code), length(code) + 1),
    x = fill(moved$x), iv = fill(moved$iv),
    gmm = do.call(cbind, lapply(gmm$columns, function(v) as.double(v)[order])) %||%
      matrix(0, length(order), 0),
    gmm_by = gmm$by,
    names = names(x), centre = moved$centre, constant = seen$constant, plan = plan,
    count = nrow(plan$info), sets = c(sets$sets, gmm$sets), system = spec$system,
    transform = spec$transform, h = spec$h, order = order, to = to, times = times,
    time_names = names(dummies), seen_times = sort(unique(time[order][in_sample])),
    size = moved$size
  )
}

# The dummies of the sample's times but the first; their names.
period_dummies <- function(period, start, name) {
  times <- sort(unique(period))[-1]
  columns <- lapply(times, function(p) (period == p) + 0)
  stats::setNames(columns, paste0(rep(name, length(times)), start + times - 1))
}

check_time_names <- function(dummies, names, call) {
  both <- intersect(dummies, names)
  if (!length(both)) return(invisible())
  abort("name", c(
    "Two columns of the model would be called {.val {both[1]}}: a regressor and a time's dummy.",
    i = "Call the column otherwise, or leave one of them out."
  ), call)
}

# With a constant, columns less their means: it has what this moves, and no digits are lost.
centred_columns <- function(x, iv, constant) {
  centre <- function(columns) {
    if (!constant) return(numeric(length(columns)))
    ifelse(
      names(columns) %in% "(Intercept)", 0, vapply(columns, mean, 0, USE.NAMES = FALSE)
    )
  }
  less <- function(columns, by) Map(`-`, columns, by)
  names(x) <- names(x) %||% rep("", length(x))
  at <- centre(x)
  list(
    x = less(x, at), iv = less(iv, centre(iv)), centre = at,
    size = vapply(x, function(v) sqrt(sum(v^2)), 0)
  )
}

# The IV sets with the places and names of their columns: the constant, those of `iv`, and the
# dummies of the times, which are instruments of the levels where these are in the model.
iv_columns <- function(spec, iv, dummies, constant, rows) {
  sets <- spec$iv
  columns <- iv
  if (constant) {
    sets <- c(list(list(eq = "level", label = "")), sets)
    columns <- c(list(list(`(Intercept)` = rep(1, rows))), columns)
  }
  if (length(dummies)) {
    label <- paste0("iv(", spec$panel[2], " dummies", if (spec$system) ", levels equation", ")")
    sets <- c(sets, list(list(eq = if (spec$system) "level" else "both", label = label)))
    columns <- c(columns, list(dummies))
  }
  last <- cumsum(lengths(columns))
  for (i in seq_along(sets)) {
    sets[[i]]$columns <- last[i] - rev(seq_along(columns[[i]])) + 1
    sets[[i]]$names <- names(columns[[i]])
    sets[[i]]$style <- "iv"
  }
  list(sets = sets, columns = columns)
}

gmm_columns <- function(spec, parts) {
  sets <- spec$gmm
  columns <- lapply(parts, `[[`, "values")
  last <- cumsum(lengths(columns))
  for (i in seq_along(sets)) {
    sets[[i]]$columns <- last[i] - rev(seq_along(columns[[i]])) + 1
    sets[[i]]$names <- names(columns[[i]])
    sets[[i]]$style <- "gmm"
  }
  list(
    sets = sets, columns = unlist(columns, recursive = FALSE),
    by = as.integer(unlist(lapply(parts, `[[`, "by")))
  )
}

check_periods <- function(periods, rows, units, call) {
  if (periods <= 1000 && periods * units <= max(1e6, 50 * rows)) return(invisible())
  abort("panel", c(
    paste0(
      "The times run over {periods} period{?s} from the first to the last, of which {units} ",
      "unit{?s} have {rows} row{?s}."
    ),
    i = "Number the periods one after the other: five-yearly data as {.code year / 5}."
  ), call)
}

check_count <- function(count, call) {
  if (count <= 3000) return(invisible())
  abort("too_many_instruments", c(
    "There would be {count} instruments, of which no panel has the weight (3000 at most).",
    i = "Fewer lags, {.code lags = c(2, 4)}, or {.code collapse = TRUE}."
  ), call)
}
