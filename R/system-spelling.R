# One label for one term, in whatever equation it stands. Terms are matched by their labels, and R
# orders the variables of an interaction by their place in the formula at hand: `x:z` is labelled
# "z:x" beside `z`. `as.factor(g)` is `factor(g)`, and `g` itself where it is text or a factor;
# `I(x)` is `x`.

# Equations and instruments of a system with one spelling a term; `order`: of the variables, where
# interactions need it.
terms_spelt_once <- function(spec) {
  expressions <- c(lapply(spec$equations, `[[`, "regressors"), spec$instruments)
  words <- unlist(lapply(expressions, all.names))
  if (!any(c("as.factor", "factor", "I", ":", "*", "^", "%in%", "/") %in% words)) return(spec)
  if (any(c("as.factor", "factor", "I") %in% words)) {
    as_spelt <- one_spelling_of_calls(expressions, responses_of(spec), spec$data)
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

# `as.factor(g)` becomes `factor(g)` where that stands somewhere as well, and either becomes `g`,
# and `I(x)` `x`, where these stand as terms or dependent variables and are the same columns.
one_spelling_of_calls <- function(expressions, responses, data) {
  calls <- function(expr) {
    if (!is.call(expr)) return(NULL)
    own <- if (rlang::is_call(expr, c("factor", "I"), n = 1)) deparse1(expr)
    c(own, unlist(lapply(expr, calls)))
  }
  spelt <- unlist(lapply(expressions, calls))
  bare <- unlist(lapply(c(expressions, responses), bare_terms))
  rewrite <- function(expr) {
    if (!is.call(expr)) return(expr)
    if (!rlang::is_call(expr, c("as.factor", "factor", "I"), n = 1)) {
      return(as.call(lapply(expr, rewrite)))
    }
    inner <- without_brackets(expr[[2]])
    categories <- !rlang::is_call(expr, "I")
    if (is.name(inner) && as.character(inner) %in% bare) {
      if (is_same_column(column_named(data, as.character(inner)), categories)) return(inner)
    }
    other <- rlang::call2(if (categories) "factor" else "I", inner)
    if (deparse1(other) %in% spelt) other else as.call(lapply(expr, rewrite))
  }
  rewrite
}

responses_of <- function(spec) unname(lapply(spec$equations, `[[`, "response"))

# The names that stand as terms or in interactions.
bare_terms <- function(expr) {
  if (is.name(expr)) return(as.character(expr))
  if (!rlang::is_call(expr, c("+", "-", "*", ":", "/", "^", "(", "%in%"))) return(NULL)
  unlist(lapply(operands(expr), bare_terms))
}

column_named <- function(data, name) if (is.data.frame(data) && name %in% names(data)) data[[name]]

# Is `factor(x)`, or `I(x)`, in a formula what `x` is? A factor's own contrasts are lost by
# factor().
is_same_column <- function(x, categories) {
  if (!categories) return(is.numeric(x) && !is.object(x))
  is.character(x) || is.factor(x) && is.null(attr(x, "contrasts", exact = TRUE))
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
