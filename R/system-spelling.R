# One label for one term, in whatever equation it stands. Terms are matched by their labels, and R
# orders the variables of an interaction by their place in the formula at hand: `x:z` is labelled
# "z:x" beside `z`. `as.factor(g)` is `factor(g)`.

# Equations and instruments of a system with one spelling a term; `order`: of the variables, where
# interactions need it.
terms_spelt_once <- function(spec) {
  expressions <- c(lapply(spec$equations, `[[`, "regressors"), spec$instruments)
  words <- unlist(lapply(expressions, all.names))
  if (!any(c("as.factor", ":", "*", "^", "%in%", "/") %in% words)) return(spec)
  if (all(c("as.factor", "factor") %in% words)) {
    as_spelt <- factor_spelling(expressions)
    spec <- respell(spec, as_spelt)
    expressions <- lapply(expressions, as_spelt)
  }
  variables <- lapply(expressions, function(e) term_variables(e)$variables)
  spec$order <- unique(unlist(variables, use.names = FALSE))
  respell(spec, function(expr) variables_in_order(expr, spec$order))
}

respell <- function(spec, how) {
  for (i in seq_along(spec$equations)) {
    spec$equations[[i]]$regressors <- how(spec$equations[[i]]$regressors)
  }
  if (is.list(spec$instruments)) {
    spec$instruments <- lapply(spec$instruments, how)
  } else if (!is.null(spec$instruments)) {
    spec$instruments <- how(spec$instruments)
  }
  spec
}

# `as.factor(g)` becomes `factor(g)` where that stands somewhere as well.
factor_spelling <- function(expressions) {
  calls <- function(expr) {
    if (!is.call(expr)) return(NULL)
    c(if (rlang::is_call(expr, "factor", n = 1)) deparse1(expr), unlist(lapply(expr, calls)))
  }
  spelt <- unlist(lapply(expressions, calls))
  rewrite <- function(expr) {
    if (!is.call(expr)) return(expr)
    if (rlang::is_call(expr, "as.factor", n = 1)) {
      other <- rlang::call2("factor", expr[[2]])
      if (deparse1(other) %in% spelt) return(other)
    }
    as.call(lapply(expr, rewrite))
  }
  rewrite
}

# The variables of a formula's terms in R's order, and those that stand in interactions.
term_variables <- function(expr) {
  tt <- regressor_terms(expr)
  variables <- vapply(as.list(attr(tt, "variables"))[-1], deparse1, "", backtick = TRUE)
  together <- attr(tt, "factors")
  if (length(together)) together <- together[, attr(tt, "order") > 1, drop = FALSE]
  list(
    variables = variables, labels = attr(tt, "term.labels"),
    together = variables[if (length(together)) rowSums(together > 0) > 0 else FALSE]
  )
}

# The same terms with the variables of interactions in a given order: named first, and those that
# have no term of their own taken out again.
variables_in_order <- function(expr, order) {
  if (is.null(order) || is.null(expr)) return(expr)
  terms <- term_variables(expr)
  if (!is.unsorted(match(terms$together, order))) return(expr)
  sorted <- order[order %in% terms$together]
  out <- join_plus(c(lapply(sorted, str2lang), expr))
  for (name in setdiff(sorted, terms$labels)) out <- call("-", out, str2lang(name))
  out
}
