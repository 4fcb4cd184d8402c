# Identities of a system: linear, exact, nothing to estimate. They close it for the rank condition
# and the reduced form.

# list(gnp ~ consumption + 0.5 * x) -> list(gnp = c(consumption = 1, x = 0.5)).
parse_identities <- function(identities, equations, data, call) {
  if (is.null(identities)) return(NULL)
  if (inherits(identities, "formula")) identities <- list(identities)
  if (!is.list(identities) || !all(vapply(identities, function(f) {
    inherits(f, "formula") && length(f) == 3
  }, NA))) {
    abort("identities", c(
      "{.arg identities} must be a list of two-sided formulas, not {found(identities)}.",
      i = "For instance {.code list(gnp ~ consumption + investment + government)}."
    ), call)
  }
  left <- vapply(identities, function(f) variable_label(f[[2]]), "")
  twice <- c(left[duplicated(left)], intersect(left, dependent_names(equations)))
  if (length(twice)) {
    abort("identities", c(
      "{.val {unique(twice)}} {?has/have} more than one equation or identity.",
      i = paste0(
        "An identity determines a variable that no other equation does; solve it for ",
        "another of its variables."
      )
    ), call)
  }
  scope <- formula_scope(identities, data, call)
  # The number that an expression is which names no column: `0.95`, `1 - delta`. NULL of any other.
  constant <- function(expr, single = TRUE) {
    if (any(all.vars(expr) %in% names(data)) || any(c("l", "d") %in% all.names(expr))) return(NULL)
    value <- tryCatch(eval(expr, scope, baseenv()), error = function(e) NULL)
    if (is.numeric(value) && all(is.finite(value)) && (!single || length(value) == 1)) value
  }
  stats::setNames(lapply(identities, function(f) linear_terms(f[[3]], constant, f, call)), left)
}

# Coefficients of a linear expression by label of what they multiply; `constant` tells numbers.
linear_terms <- function(expr, constant, whole, call) {
  recurse <- function(e) linear_terms(e, constant, whole, call)
  if (!is.null(constant(expr))) abort_identity("a number by itself", whole, call)
  if (rlang::is_call(expr, "(")) return(recurse(expr[[2]]))
  if (rlang::is_call(expr, "-", n = 1)) return(-recurse(expr[[2]]))
  if (rlang::is_call(expr, "+", n = 1)) return(recurse(expr[[2]]))
  if (rlang::is_call(expr, c("+", "-"), n = 2)) {
    right <- recurse(expr[[3]])
    return(add_terms(recurse(expr[[2]]), if (rlang::is_call(expr, "-")) -right else right))
  }
  first <- if (rlang::is_call(expr, "*", n = 2)) constant(expr[[2]])
  if (!is.null(first)) return(first * recurse(expr[[3]]))
  second <- if (rlang::is_call(expr, c("*", "/"), n = 2)) constant(expr[[3]])
  if (!is.null(second)) {
    return(recurse(expr[[2]]) * if (rlang::is_call(expr, "/")) 1 / second else second)
  }
  if (rlang::is_call(expr, c("*", "/", "^", ":"))) {
    what <- paste0("{.code ", deparse1(expr), "}, which is no number times a variable")
    abort_identity(what, whole, call)
  }
  k <- if (rlang::is_call(expr, c("l", "d"))) constant(matched_shift(expr)$k, single = FALSE)
  if (length(k) < 2) return(stats::setNames(1, variable_label(expr)))
  Reduce(add_terms, lapply(as.double(k), function(k) {
    of <- shift_operand(expr)
    lag <- if (k == 0 && rlang::is_call(expr, "l")) of else call(as.character(expr[[1]]), of, k)
    stats::setNames(1, variable_label(lag))
  }))
}

abort_identity <- function(what, whole, call) {
  abort("identities", c(
    paste0("Identity {.code {rlang::as_label(whole)}} has ", what, "."),
    i = "Write sums of variables, each with a number before it if need be: {.code a - 0.5 * b}."
  ), call)
}

add_terms <- function(a, b) {
  names <- union(names(a), names(b))
  sum <- stats::setNames(numeric(length(names)), names)
  sum[names(a)] <- a
  sum[names(b)] <- sum[names(b)] + b
  sum
}

# Labels of what the identities hold that nothing determines.
identity_exogenous <- function(identities, dependent) {
  if (is.null(identities)) return(NULL)
  labels <- unique(unlist(lapply(identities, names), use.names = FALSE))
  setdiff(labels, endogenous_terms(labels, dependent))
}

# Do the data satisfy them? Published data are rounded, so a gap is said and not refused.
check_identities <- function(spec, env, rows, call) {
  for (left in names(spec$identities)) {
    terms <- spec$identities[[left]]
    value <- function(label) {
      v <- as.double(evaluate_response(str2lang(label), spec$data, env, call))
      if (is.null(rows)) v else v[rows]
    }
    y <- value(left)
    gap <- abs(y - Reduce(`+`, Map(function(label, b) b * value(label), names(terms), terms)))
    if (all(is.na(gap)) || max(gap, na.rm = TRUE) <= 1e-6 * max(abs(y), na.rm = TRUE)) next
    worst <- which.max(gap)
    warn("identities", c(
      paste0(
        "The identity of {.val {left}} does not hold in the data: the largest gap is ",
        "{signif(gap[worst], 3)}, in row {if (is.null(rows)) worst else rows[worst]}."
      ),
      i = "Multipliers are those of the identity as written; check its signs and units."
    ), call)
  }
}
