# Which instruments each equation has: sets of GMM style (levels for the transformed equation,
# changes for the levels) and of IV style, as columns by period.

# Sets from formulas: a list of `expr` (the variables), `label` and what else was chosen for each.
instrument_sets <- function(given, arg, settings, call) {
  given <- evaluated_argument(given, arg, call)
  if (inherits(given, "formula")) given <- list(given)
  if (!is.list(given) || !length(given)) abort_sets(given, arg, call)
  sets <- lapply(given, function(one) {
    if (!inherits(one, "formula") || length(one) != 2) abort_sets(one, arg, call)
    list(expr = one[[2]])
  })
  for (name in names(settings)) {
    value <- settings[[name]]
    if (!is.list(value)) value <- if (name == "lags") list(value) else as.list(value)
    if (!length(value) %in% c(1, length(sets))) {
      abort("argument", c(
        paste0(
          "{.arg {name}} must have one element, or one for each of the {length(sets)} set{?s} of ",
          "{.arg {arg}}, not {length(value)}."
        ),
        i = if (name == "lags") "For two sets: {.code lags = list(c(2, 4), c(1, Inf))}."
      ), call)
    }
    value <- rep_len(value, length(sets))
    for (i in seq_along(sets)) sets[[i]][[sub("^(gmm|iv)_", "", name)]] <- value[[i]]
  }
  Filter(function(set) !identical(set$expr, 0), sets)
}

abort_sets <- function(given, arg, call) {
  abort("formula", c(
    "{.arg {arg}} must be a one-sided formula or a list of them, not {found(given)}.",
    i = if (arg == "gmm") {
      "For instance {.code gmm = ~ l(y) + x}, or {.code list(~ l(y), ~ x)} for two sets."
    } else {
      "For instance {.code iv = ~ x}; {.code iv = ~0} is none."
    }
  ), call)
}

check_lag_limits <- function(lags, call) {
  one <- function(v) {
    is_bare_numeric(v) && length(v) == 2 && !anyNA(v) && v[1] <= v[2] && is.finite(v[1]) &&
      all(v == round(v) | is.infinite(v))
  }
  if (is.list(lags) && length(lags) && all(vapply(lags, one, NA)) || one(lags)) {
    return(invisible())
  }
  abort("number", c(
    paste0(
      "{.arg lags} must be the first and the last lag, two whole numbers, or a list of such for ",
      "each set of {.arg gmm}, not {found(lags)}."
    ),
    i = "For instance {.code c(2, 4)}; {.code c(2, Inf)} takes all from the second on."
  ), call)
}

# "gmm(l(n), lags 1 to 3, collapsed)", "iv(x, levels)": as printed and as the tests name them.
set_label <- function(set, style) {
  last <- if (style == "gmm") {
    if (is.infinite(set$lags[2])) "all" else format(set$lags[2])
  }
  paste0(
    style, "(", paste(vapply(split_plus(set$expr), deparse1, ""), collapse = ", "),
    if (style == "gmm") {
      if (set$lags[1] == set$lags[2]) {
        paste(", lag", set$lags[1])
      } else {
        paste(", lags", set$lags[1], if (last == "all") "and up" else paste("to", last))
      }
    },
    if (isTRUE(set$collapse)) ", collapsed",
    c(both = "", diff = ", transformed equation", level = ", levels equation")[[set$eq]], ")"
  )
}

# Of each period and equation: `column` of the instruments and `source` in the store of a chunk
# (levels and changes of the GMM variables, transformed and plain IV columns, each period by
# period). `info`: a row an instrument, with its set and equation.
instrument_plan <- function(gmm, iv, periods, system, times) {
  state <- new.env(parent = emptyenv())
  state$diff <- state$level <- rep(list(list()), periods)
  state$info <- list()
  many <- list(gmm = sum(lengths(lapply(gmm, `[[`, "columns"))))
  many$iv <- sum(lengths(lapply(iv, `[[`, "columns")))
  source <- function(kind, j, p) {
    start <- c(w = 0, dw = many$gmm, moved = 2 * many$gmm, plain = 2 * many$gmm + many$iv)[[kind]]
    (start + j - 1) * periods + p
  }
  new <- function(set, equation, name) {
    state$info[[length(state$info) + 1]] <- list(set, equation, name)
    length(state$info)
  }
  put <- function(equation, p, column, source) {
    state[[equation]][[p]] <- c(state[[equation]][[p]], list(c(column, source)))
  }
  for (i in seq_along(iv)) plan_iv(iv[[i]], i, periods, system, new, put, source)
  for (i in seq_along(gmm)) {
    plan_gmm(gmm[[i]], length(iv) + i, periods, system, times, new, put, source)
  }
  bound <- function(one) {
    m <- matrix(as.integer(unlist(one)), 2)
    list(column = m[1, ], source = m[2, ])
  }
  info <- state$info
  list(
    diff = lapply(state$diff, bound), level = lapply(state$level, bound),
    info = data.frame(
      set = vapply(info, `[[`, 0L, 1), equation = vapply(info, `[[`, "", 2),
      name = vapply(info, `[[`, "", 3)
    )
  )
}

# A column for each variable, in the rows of both equations unless of one.
plan_iv <- function(set, i, periods, system, new, put, source) {
  for (c in seq_along(set$columns)) {
    j <- set$columns[c]
    at <- new(i, if (system) set$eq else "diff", set$names[c])
    for (p in seq_len(periods)) {
      if (set$eq != "level") put("diff", p, at, source("moved", j, p))
      if (system && set$eq != "diff") put("level", p, at, source("plain", j, p))
    }
  }
}

plan_gmm <- function(set, i, periods, system, times, new, put, source) {
  first <- set$lags[1]
  lags <- seq(first, max(min(set$lags[2], periods), first))
  levels <- if (!system || set$eq == "diff") integer() else if (set$eq == "level") lags else
    level_lag(set$lags)
  for (c in seq_along(set$columns)) {
    one <- function(equation, kind, lags) {
      known <- integer()
      for (p in seq_len(periods)) for (lag in lags) {
        at <- p - lag
        if (at < 1 || at > periods) next
        name <- paste0(
          if (kind == "dw") "change of ", set$names[c], " lag ", lag,
          if (!set$collapse) paste0(" ", times[p])
        )
        key <- if (set$collapse) as.character(lag) else paste(p, lag)
        if (is.na(known[key])) known[key] <- new(i, equation, name)
        put(equation, p, known[[key]], source(kind, set$columns[c], at))
      }
    }
    if (set$eq != "level") one("diff", "w", lags)
    if (length(levels)) one("level", "dw", levels)
  }
}

# Of the changes one lag is enough for the levels, the others following from the transformed
# equation's: the one less than the first of the levels, with xtabond2's rules for leads.
level_lag <- function(lags) {
  if (lags[1] > 0) lags[1] - 1 else if (lags[2] < 0) lags[2] - 1 else 0
}
