# Effects with slopes by level: `id[t]` is an effect of id and a slope of t for each of its levels,
# `id[[t]]` the slopes alone.
#
# An effect is the list of its variables; one with slopes carries their expressions and whether it
# has an intercept as attributes.

# `a^b[t]` -> list(a, b) with slopes list(t). R reads the brackets before the `^`, so any variable
# of a combination may hold them.
split_effect <- function(term, call) {
  variables <- list()
  slopes <- list()
  intercept <- NULL
  for (part in split_power(term)) {
    while (rlang::is_call(part, c("[", "[["))) {
      slopes <- c(slopes, slope_terms(part, term, call))
      intercept <- c(intercept, rlang::is_call(part, "["))
      part <- part[[2]]
    }
    variables <- c(variables, split_power(if (rlang::is_call(part, "(")) part[[2]] else part))
  }
  if (!length(slopes)) return(variables)
  structure(variables, slopes = unique_terms(slopes), intercept = any(intercept))
}

slope_terms <- function(part, term, call) {
  slopes <- as.list(part)[-(1:2)]
  absent <- vapply(slopes, rlang::is_missing, NA)
  if (length(slopes) && !any(absent)) return(unname(slopes))
  abort("formula", c(
    "Effect {.code {deparse1(term)}} names no variable between its brackets.",
    i = paste0(
      "Write {.code unit[trend]} for an effect and a slope by level, {.code unit[[trend]]} ",
      "for the slopes alone."
    )
  ), call)
}

unique_terms <- function(exprs) unname(exprs[!duplicated(vapply(exprs, deparse1, ""))])

slopes_of <- function(effect) attr(effect, "slopes", exact = TRUE)

has_intercept <- function(effect) !isFALSE(attr(effect, "intercept", exact = TRUE))

# "a^b": the variables of an effect, without its slopes.
effect_base <- function(effect) paste(vapply(effect, deparse1, ""), collapse = "^")

# Effects of the same variables are one: `id + id[[t]]` is `id[t]`. Named as written, or by what
# they come to.
merge_effects <- function(effects, terms) {
  base <- vapply(effects, effect_base, "")
  sloped <- base %in% base[lengths(lapply(effects, slopes_of)) > 0]
  names <- vapply(terms, function(term) {
    if (rlang::is_call(term, c("[", "[[", "^"))) deparse1(term) else rlang::as_label(term)
  }, "")
  first <- !duplicated(ifelse(sloped, paste("base", base), names))
  out <- stats::setNames(effects, names)[first]
  for (at in which(sloped[first])) {
    same <- effects[base == base[first][at]]
    if (length(same) == 1) next
    slopes <- unique_terms(unlist(lapply(same, slopes_of), recursive = FALSE))
    out[[at]] <- structure(
      as.list(same[[1]]), slopes = slopes, intercept = any(vapply(same, has_intercept, NA))
    )
    names(out)[at] <- slope_label(out[[at]])
  }
  out
}

slope_label <- function(effect) {
  inside <- paste(vapply(slopes_of(effect), deparse1, ""), collapse = ", ")
  paste0(
    effect_base(effect), if (has_intercept(effect)) "[" else "[[", inside,
    if (has_intercept(effect)) "]" else "]]"
  )
}

# Those of a model, or of a system.
spec_effects <- function(spec) spec$parsed$effects %||% spec$effects

# Everything of effects that is evaluated in the data.
effect_expressions <- function(effects) {
  c(
    unlist(lapply(unname(effects), as.list), recursive = FALSE),
    unlist(lapply(unname(effects), slopes_of), recursive = FALSE)
  )
}

# Does some effect hold the constant?
hold_constant <- function(effects) any(vapply(effects, has_intercept, NA))

# Values of the slope variables over all rows of the data: for each effect with slopes, a list of
# doubles by name.
evaluate_slopes <- function(effects, data, env, call) {
  effects <- effects[lengths(lapply(effects, slopes_of)) > 0]
  lapply(stats::setNames(nm = names(effects)), function(name) {
    slopes <- slopes_of(effects[[name]])
    names(slopes) <- vapply(slopes, deparse1, "")
    lapply(slopes, function(slope) {
      value <- evaluate(slope, data, env, call)
      numbers <- column_numbers(value)
      if (!is.null(numbers)) return(as.double(numbers))
      abort("slopes", c(
        paste0(
          "The slope variable {.code {deparse1(slope)}} of effect {.code {name}} must be a ",
          "numeric vector, not {found(value)}."
        ),
        i = paste0(
          "Levels of a factor are an effect, {.code unit^factor}; powers are written out, ",
          "{.code unit[trend, trend^2]}; a date is made a number before the call."
        )
      ), call)
    })
  })
}

# Factors with the slopes on the rows of the sample.
attach_slopes <- function(factors, effects, slopes, rows) {
  for (name in names(slopes)) {
    values <- slopes[[name]]
    factors[[name]]$slopes <- if (is.null(rows)) values else bind_gather(values, rows, 1L)
    factors[[name]]$intercept <- has_intercept(effects[[name]])
  }
  factors
}

with_slopes <- function(factors) vapply(factors, function(f) length(f$slopes) > 0, NA)

# The factors of the effects' levels alone: those that have an intercept.
intercepts_of <- function(factors) {
  lapply(Filter(function(f) !isFALSE(f$intercept), factors), `[`, c("code", "levels"))
}

# Estimates by level from the kernel's: intercepts under the name of the effect's variables, slopes
# under `id[[t]]`, as fixest.
level_estimates <- function(level, effects, factors, names) {
  out <- list()
  for (e in seq_along(effects)) {
    values <- matrix(level[[e]], factors[[e]]$levels)
    label <- if (length(slopes_of(effects[[e]]))) effect_base(effects[[e]]) else names(effects)[e]
    inside <- vapply(slopes_of(effects[[e]]) %||% list(), deparse1, "")
    labels <- c(
      if (has_intercept(effects[[e]])) label, if (length(inside)) paste0(label, "[[", inside, "]]")
    )
    for (j in seq_along(labels)) out[[labels[j]]] <- stats::setNames(values[, j], names[[e]])
  }
  out
}

# The name of an effect's first estimates in fixef().
first_estimate <- function(effect, name) {
  slopes <- slopes_of(effect)
  if (!length(slopes)) return(name)
  paste0(effect_base(effect), if (!has_intercept(effect)) paste0("[[", deparse1(slopes[[1]]), "]]"))
}

# Means of the slope variables of each effect, where an intercept takes up what is taken off: a
# variable of mean 1e8 that moves by 1e-3 would lose its digits in intercept plus slope.
slope_means <- function(factors) {
  lapply(factors, function(factor) {
    vapply(factor$slopes, function(v) if (isFALSE(factor$intercept)) 0 else mean(v), 0)
  })
}

less_means <- function(factors, means) {
  for (e in seq_along(means)) {
    if (length(means[[e]])) factors[[e]]$slopes <- Map(`-`, factors[[e]]$slopes, means[[e]])
  }
  factors
}

# Sum of an effect's intercept and slopes on rows of new data, whose levels are `at` among those of
# the sample, and whose slopes are about `means`.
effect_total <- function(effect, name, estimates, at, means, data, env, call) {
  slopes <- evaluate_slopes(stats::setNames(list(effect), name), data, env, call)[[name]]
  base <- if (length(slopes)) effect_base(effect) else name
  total <- if (has_intercept(effect)) {
    unname(estimates[[base]])[at]
  } else {
    ifelse(is.na(at), NA_real_, 0)
  }
  if (is.null(means)) means <- numeric(length(slopes))
  for (s in seq_along(slopes)) {
    by_level <- unname(estimates[[paste0(base, "[[", names(slopes)[s], "]]")]])
    total <- total + by_level[at] * (slopes[[s]] - means[[s]])
  }
  total
}

# "id[t] (48 levels, 1 slope each)"
effect_sizes <- function(fit) {
  slopes <- fit$slopes %||% rep(0L, length(fit$effects))
  each <- ifelse(slopes > 0, paste0(
    " levels, ", slopes, ifelse(slopes == 1, " slope", " slopes"), " each"
  ), "")
  paste0(names(fit$effects), " (", unlist(fit$effects), each, ")")
}

# What has no meaning, or none that is agreed on, beside slopes by level.
check_no_slopes <- function(factors, what, instead, call = rlang::caller_env()) {
  sloped <- names(factors)[with_slopes(factors)]
  if (!length(sloped)) return(invisible())
  abort("slopes", c(
    paste0(
      "{what} {cli::qty(sloped)}{?is/are} not defined beside slopes by level; {.arg fit} ",
      "absorbs {.val {sloped}}."
    ),
    i = instead
  ), call)
}

# Dense orthonormal columns of all that the effects span: for adjustments that need the hat matrix
# by cluster.
effects_columns <- function(factors, weight, rank, type, call) {
  n <- length(factors[[1]]$code)
  if (n * rank > 2e7) {
    abort("too_many_levels", c(
      paste0(
        "{type} beside slopes by level is computed from the effects' columns written out, while ",
        "rows times their number are at most 2e7; here {n} rows and {rank} columns."
      ),
      i = "Use {.code vcov = ~cluster}: with that many rows the two differ little."
    ), call)
  }
  bind_effects_columns(factors, weight)
}
