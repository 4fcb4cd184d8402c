# From the terms of a formula to what the engine has to sum.
#
# A term is a product of numeric variables and of factors. The product of its numeric variables is a
# base: a column that the engine sums. Factors join the keys by which rows are grouped, so that each
# is constant within a cell; R's own model.matrix() then codes them, cell by cell, as it does row by
# row.

# A part of the formula: terms, variables by kind, and for each term its numeric variables.
remote_part <- function(expr, intercept, t) {
  tt <- regressor_terms(expr, call = t$call)
  exprs <- as.list(attr(tt, "variables"))[-1]
  # As the terms name them, which break the lines of a long one, and as a model frame does.
  names <- rownames(attr(tt, "factors")) %||% vapply(exprs, deparse1, "", backtick = TRUE)
  in_frame <- vapply(exprs, function(e) deparse1(e, backtick = !is.name(e)), "")
  offset <- seq_along(exprs) %in% attr(tt, "offset")
  variables <- Map(remote_variable, exprs, names, offset, list(t))
  intercept <- intercept %||% (attr(tt, "intercept") == 1)
  attr(tt, "intercept") <- as.integer(intercept)
  attr(tt, "predvars") <- attr(tt, "variables")
  part <- list(
    expr = expr, terms = tt, labels = attr(tt, "term.labels"), intercept = intercept,
    variables = stats::setNames(variables, names), in_frame = in_frame, offset = names[offset]
  )
  lags <- names[vapply(variables, function(v) length(v$lags) > 0, NA)]
  for (name in lags) {
    of <- attr(tt, "factors")[name, ] > 0
    if (any(attr(tt, "order")[of] > 1)) abort_term(str2lang(name), t, "several lags in a product")
  }
  part
}

# list(kind, translated expression or expressions). Kinds: number, lags (one number a lag), factor.
remote_variable <- function(expr, name, offset, t) {
  if (offset) return(list(kind = "number", value = translated(expr[[2]], t)))
  bare <- without_brackets(expr)
  if (rlang::is_call(bare, c("l", "d"))) {
    k <- lag_steps(bare, t)
    if (length(k) > 1) {
      x <- lag_arguments(bare, t)$x
      each <- lapply(k, function(one) translated(as.call(list(bare[[1]], x, one)), t))
      return(list(kind = "number", value = each, lags = k))
    }
    truth <- rlang::is_call(bare, "l") && is_truth(lag_arguments(bare, t)$x, t)
    if (truth) return(list(kind = "factor", value = remote_key(bare, t), truth = "value"))
  }
  check_names_column(expr, t)
  if (rlang::is_call(bare, c("factor", "as.factor"), n = 1)) {
    truth <- if (is_truth(bare[[2]], t)) "levels"
    return(list(kind = "factor", value = remote_key(bare[[2]], t), truth = truth))
  }
  if (is_truth(bare, t)) return(list(kind = "factor", value = remote_key(bare, t), truth = "value"))
  if (is.call(bare) && is_text(bare, t)) return(list(kind = "factor", value = remote_key(bare, t)))
  if (is.name(expr) && as.character(expr) %in% names(t$columns)) {
    column <- as_regressor(t$columns[[as.character(expr)]], as.character(expr), t$call)
    if (is.character(column) || is.factor(column)) {
      return(list(kind = "factor", value = expr))
    }
  }
  list(kind = "number", value = translated(expr, t))
}

# What rows are grouped by: a column as it is, a condition as 0 and 1, or a computed number.
remote_key <- function(expr, t) {
  bare <- without_brackets(expr)
  if (rlang::is_call(bare, c("factor", "as.factor", "I"), n = 1)) return(remote_key(bare[[2]], t))
  if (is.name(bare) && as.character(bare) %in% names(t$columns)) {
    as_levels(
      t$columns[[as.character(bare)]],
      cli::format_inline("The effect, cluster or group {.code {deparse1(bare)}}"), "levels", t$call
    )
    check_known_types(t$source, as.character(bare), t$call)
    return(fraction_level(as.character(bare), t) %||% bare)
  }
  check_names_column(bare, t)
  if (is_text(bare, t)) translated_text(bare, t) else translated(bare, t)
}

# What names no column has one value, and not one a row.
check_names_column <- function(expr, t) {
  if (any(all.vars(expr) %in% names(t$columns))) return(invisible())
  if (is.name(expr)) known_value(as.character(expr), t)
  abort("evaluate", c(
    "{.code {rlang::as_label(expr)}} has one value, since no column of the table is in it.",
    i = "A variable of the model must have one value a row."
  ), t$call)
}

# All variables of the parts, each by its label; several lags count as one variable each.
remote_variables <- function(parts) {
  all <- unlist(lapply(unname(parts), `[[`, "variables"), recursive = FALSE)
  all <- all[!duplicated(names(all))]
  list(
    numbers = unlist(lapply(names(all), function(name) {
      v <- all[[name]]
      if (v$kind != "number") return(NULL)
      if (is.null(v$lags)) return(stats::setNames(list(v$value), name))
      stats::setNames(v$value, paste0(name, v$lags))
    }), recursive = FALSE),
    labels = unlist(lapply(names(all), function(name) {
      v <- all[[name]]
      if (v$kind == "number") rep(name, max(1, length(v$lags)))
    })),
    factors = lapply(Filter(function(v) v$kind == "factor", all), `[[`, "value"),
    truths = unlist(lapply(all, `[[`, "truth")), order = names(all)
  )
}

# For each term of a part the variables whose product is its base; several lags are several terms.
term_numbers <- function(part) {
  of <- attr(part$terms, "factors")
  lapply(seq_along(part$labels), function(term) {
    named <- rownames(of)[of[, term] > 0]
    Filter(function(name) part$variables[[name]]$kind == "number", named)
  })
}

# The columns of a part on rows that stand for cells: `base(names)` is the product of numeric
# variables there, centred, with its centre; `keys` are the factors' values.
expand_remote_part <- function(part, base, keys, rows, contrasts) {
  frame <- lapply(stats::setNames(nm = names(part$variables)), function(name) {
    v <- part$variables[[name]]
    if (v$kind == "factor") return(keys[[name]])
    if (is.null(v$lags)) return(rep(1, rows))
    matrix(1, rows, length(v$lags), dimnames = list(NULL, v$lags))
  })
  factors <- any(vapply(part$variables, function(v) v$kind == "factor", NA))
  part$contrasts <- contrasts
  numbers <- term_numbers(part)
  if (!factors && all(lengths(numbers) == 1)) return(plain_remote_part(part, base, numbers))
  names(frame) <- part$in_frame
  class(frame) <- "data.frame"
  attr(frame, "row.names") <- .set_row_names(rows)
  attr(frame, "terms") <- part$terms
  part$frame <- frame
  part <- expand_part(part, NULL)
  part$frame <- structure(list(), terms = part$terms)
  part$centre <- numeric(length(part$columns))
  part$base <- rep(NA_integer_, length(part$columns))
  part$multiplier <- part$columns
  for (j in seq_along(part$columns)) {
    named <- numbers[[part$assign[j]]]
    if (!length(named)) next
    b <- base(part_product(part, named, names(part$columns)[j]))
    part$base[j] <- b$at
    # What is zero wherever the factors are not would be rounding of the centre, and a regressor.
    none <- all(b$zero[part$columns[[j]] != 0])
    part$columns[[j]] <- part$columns[[j]] * if (none) 0 else b$value + b$centre
  }
  plain <- vapply(part$multiplier, function(g) all(g == 1), NA) & !is.na(part$base)
  part$columns[plain] <- lapply(part$base[plain], function(at) base(at = at)$value)
  part$centre[plain] <- vapply(part$base[plain], function(at) base(at = at)$centre, 0)
  part$multiplier[plain] <- list(NULL)
  part
}

# The names of the variables that a column takes: of several lags, the one that the column is of.
part_product <- function(part, named, column) {
  lags <- part$variables[[named[1]]]$lags
  if (is.null(lags)) return(named)
  paste0(named, lags)[match(column, paste0(named, lags))]
}

plain_remote_part <- function(part, base, numbers) {
  several <- vapply(part$variables[unlist(numbers)], function(v) length(v$lags) > 0, NA)
  named <- unlist(Map(function(name, several) {
    if (several) paste0(name, part$variables[[name]]$lags) else name
  }, unlist(numbers), several))
  labels <- unlist(Map(function(name, label, several) {
    if (several) paste0(name, part$variables[[name]]$lags) else label
  }, unlist(numbers), part$labels, several))
  bases <- lapply(named, base)
  part$columns <- stats::setNames(lapply(bases, `[[`, "value"), labels)
  part$centre <- vapply(bases, `[[`, 0, "centre")
  part$base <- vapply(bases, `[[`, 0L, "at")
  part$multiplier <- vector("list", length(bases))
  if (any(several)) {
    part$frame <- structure(list(), terms = part$terms)
    part$assign <- rep(seq_along(part$labels), vapply(unlist(numbers), function(name) {
      max(1L, length(part$variables[[name]]$lags))
    }, 0L))
  }
  part
}
