# Estimates of the absorbed effects, level by level.

#' @importFrom nlme fixef
#' @export
nlme::fixef

#' @rdname model-methods
#' @export
fixef.fe_reg <- function(object, ...) {
  check_dots(...)
  estimated <- estimated_levels(object)
  out <- estimated$levels
  intercepts <- intercepts_of(estimated$factors)
  if (length(intercepts) > 1) attr(out, "components") <- effect_components(intercepts)
  # Levels are called by their codes, which match; prints call them by these.
  if (is.data.frame(object$spec$data)) {
    labels <- value_labels(object$spec$data, names(out))
    labels <- labels[intersect(names(labels), names(out))]
    if (length(labels)) attr(out, "labels") <- labels
  }
  structure(out, class = c("effect_estimates", "list"))
}

# Estimates by level of each effect, and the effects on the sample; of the dependent variable, or of
# another column with coefficients of its own. `centred`: slopes beside an intercept are about the
# means of their variables, `slope_means`.
estimated_levels <- function(object, column = 1L, b = object$coefficients,
                             design = model_design(object$spec, cells = TRUE), about = 0 * b,
                             centred = FALSE) {
  if (!length(design$factors)) return(list(levels = list(), factors = list()))
  centre <- design$centre %||% rep(0, length(design$columns))
  rest <- design$columns[[column]] + centre[column]
  for (name in names(b)) {
    at <- match(name, design$names)
    rest <- rest - b[[name]] * (design$columns[[at]] - (about[[name]] - centre[at]))
  }
  means <- if (centred) slope_means(design$factors)
  factors <- less_means(design$factors, means)
  level <- bind_absorb(matrix(rest), factors, design$weight)$level
  held <- vapply(design$factors, function(f) !isFALSE(f$intercept), NA)
  level <- lapply(level, as.vector)
  names <- Map(level_names, design$effects, design$first)
  if (any(held)) {
    level[held] <- normalise_levels(level[held], intercepts_of(design$factors), names[held])
  }
  list(
    levels = level_estimates(level, object$spec$parsed$effects, design$factors, names),
    factors = design$factors, slope_means = means
  )
}

# The connected component of each level of two effects; NULL where there is one, and with more
# effects or slopes.
levels_by_component <- function(factors) {
  if (length(factors) != 2 || any(with_slopes(factors))) return(NULL)
  component <- bind_components(factors[[1]], factors[[2]])
  if (length(unique(component)) == 1) return(NULL)
  first <- seq_len(factors[[1]]$levels)
  list(component[first], component[-first])
}

#' @export
print.effect_estimates <- function(x, n = 25, digits = 4, ...) {
  check_print_dots(...)
  check_shown(n = n, digits = digits)
  by_equation <- length(x) && is.list(x[[1]])
  table <- if (by_equation) {
    do.call(rbind, unname(Map(function(effects, name) {
      if (length(effects)) cbind(equation = name, effects_table(effects, digits))
    }, unclass(x), names(x))))
  } else if (length(x)) {
    effects_table(x, digits)
  }
  if (!NROW(table)) {
    say(tr("The model absorbs no effects."))
    return(invisible(x))
  }
  say(tr("Estimates of the absorbed effects"))
  cat("\n")
  print_rows(table, n, right = FALSE)
  parts <- if (by_equation) lapply(x, attr, "components") else list(attr(x, "components"))
  if (any(lengths(parts) > 0)) {
    say(tr(paste0(
      "Of several effects only sums are identified: each later effect is zero at its first ",
      "level in order, in every connected component (attribute components)."
    )))
  }
  next_steps(paste0("x", if (by_equation) "[[1]]", "[[1]]"), "predict(fit)")
  invisible(x)
}

# A row an effect, with its extremes.
effects_table <- function(effects, digits) {
  called <- lapply(stats::setNames(names(effects), names(effects)), function(name) {
    level_labels(names(effects[[name]]), attr(effects, "labels")[[name]])
  })
  at <- function(which) {
    vapply(names(effects), function(name) {
      v <- effects[[name]]
      paste0(short_number(v[which(v)], digits), " (", called[[name]][which(v)], ")")
    }, "")
  }
  data.frame(
    effect = names(effects), levels = lengths(effects), lowest = at(which.min),
    mean = short_number(vapply(effects, mean, 0), digits), highest = at(which.max), row.names = NULL
  )
}

# What the codes of a labelled column are called.
level_labels <- function(level, codes) {
  if (is.null(codes)) return(level)
  called <- names(codes)[match(level, as.character(codes))]
  ifelse(is.na(called), level, called)
}

# Connected components that each later effect forms with the first.
effect_components <- function(factors) {
  later <- names(factors)[-1]
  count <- vapply(factors[-1], function(f) length(unique(bind_components(factors[[1]], f))), 0L)
  data.frame(
    effect = later, with = names(factors)[1], components = unname(count), stringsAsFactors = FALSE
  )
}

# With several effects only sums are identified: in each connected component of an effect with an
# earlier one its first level in order is set to zero, and the value moved to the earlier effect.
# The last effect comes first, and meets the nearest first: what is nested in it, or it in.
normalise_levels <- function(level, factors, names) {
  for (j in rev(seq_along(factors)[-1])) {
    sorted <- order(match(names[[j]], in_order(names[[j]])))
    for (i in rev(seq_len(j - 1))) {
      component <- bind_components(factors[[i]], factors[[j]])
      of_earlier <- component[seq_len(factors[[i]]$levels)]
      of_later <- component[-seq_len(factors[[i]]$levels)]
      base <- level[[j]][sorted[match(of_later, of_later[sorted])]]
      first <- seq_along(of_earlier)
      level[[i]][first] <- level[[i]][first] + base[match(of_earlier, of_later)]
      later <- seq_along(of_later)
      level[[j]][later] <- level[[j]][later] - base
    }
  }
  level
}
