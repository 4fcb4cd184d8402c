# The formula of a fit, its parts, and changes to it.

#' @rdname model-methods
#' @export
formula.fe_reg <- function(x, part = "all", ...) {
  check_dots(..., passed = "env")
  check_choice(part, c("all", "linear", "effects", "instruments"), "part")
  parsed <- x$spec$parsed
  switch(part,
    all = expanding_formula(x),
    linear = rlang::new_formula(parsed$response, linear_part(parsed), globalenv()),
    effects = if (length(parsed$effects)) {
      stats::reformulate(names(parsed$effects), env = globalenv())
    },
    instruments = if (!is.null(parsed$instruments)) {
      rlang::new_formula(parsed$endogenous, parsed$instruments, globalenv())
    }
  )
}

# Exogenous and endogenous regressors together.
linear_part <- function(parsed) {
  if (is.null(parsed$endogenous)) return(parsed$exogenous)
  if (identical(parsed$exogenous, 1)) return(parsed$endogenous)
  call("+", parsed$exogenous, parsed$endogenous)
}

#' @rdname model-methods
#' @export
terms.fe_reg <- function(x, ...) {
  check_dots(...)
  tt <- stats::terms(formula(x, "linear"))
  kept <- kept_variables(x$recipes, as.list(attr(tt, "variables"))[-1])
  if (!identical(kept, attr(tt, "variables"))) attr(tt, "predvars") <- kept
  tt
}

#' @rdname model-methods
#' @export
update.fe_reg <- function(object, formula. = NULL, ..., evaluate = TRUE) {
  check_flag(evaluate, "evaluate")
  call <- object$call
  changes <- as.list(match.call(expand.dots = FALSE)$...)
  check_changes(changes, parent.frame(), "formula.")
  if (!is.null(formula.)) {
    # stats::step() writes changes as text.
    if (rlang::is_string(formula.)) formula. <- text_formula(formula., rlang::current_env())
    check_formula(formula., "formula.")
    check_changed_once("formula", "formula.", changes)
    call$formula <- updated_formula(object$spec$parsed, formula., object$spec$data)
  }
  call[names(changes)] <- changes
  if (!evaluate) return(call)
  updated <- if (!is.null(formula.)) "formula"
  refit_call(
    call, object, parent.frame(), names(changes), updated, list(formula.),
    fe_expressions(object$spec)
  )
}

text_formula <- function(text, call) {
  tryCatch(stats::as.formula(text, globalenv()), error = function(e) {
    abort("formula", c(
      "{.arg formula.} is no formula: {.val {text}}.", i = "For instance {.code . ~ . + x}."
    ), call)
  })
}

# `. ~ . + z` changes the exogenous part, and with bars others too; what it does not name stays. A
# formula with bars and without a dot replaces everything.
updated_formula <- function(parsed, change, data) {
  # update.formula() takes `x^2` for x before anybody sees it.
  say_powers(list(change[[length(change)]]))
  if (rlang::is_call(change[[2]], "~") || "|" %in% all.names(change)) {
    return(updated_parts(parsed, change, data))
  }
  old <- rlang::new_formula(parsed$response, parsed$exogenous)
  new <- stats::update.formula(old, change)
  whole_formula(
    parsed, list(new[[3]]), label_expressions(names(parsed$effects), data), response = new[[2]]
  )
}

# A formula with bars: `.` in a part stands for what the fit has there.
updated_parts <- function(parsed, change, data) {
  effects <- join_plus(label_expressions(names(parsed$effects), data)) %||% 0
  change <- with_parts_left(parsed, change)
  instrumented <- rlang::is_call(change[[2]], "~", n = 2)
  inner <- if (instrumented) change[[2]] else change
  parts <- split_bars(inner[[3]])
  last <- if (instrumented) list(parsed$endogenous)
  old <- c(list(parsed$exogenous, effects)[seq_len(length(parts) - instrumented)], last)
  fill <- function(expr, value) {
    if (is.null(value)) expr else do.call(substitute, list(expr, list(. = value)))
  }
  parts <- Map(fill, parts, old)
  at <- seq_len(length(parts) - instrumented)[-1]
  parts[at] <- lapply(parts[at], without_taken_away)
  left <- fill(inner[[2]], parsed$response)
  new <- rlang::new_formula(left, Reduce(function(a, b) call("|", a, b), parts), globalenv())
  if (!instrumented) return(new)
  rlang::new_formula(call("~", left, new[[3]]), fill(change[[3]], parsed$instruments), globalenv())
}

# `id + year - id` -> year: of effects no formula of R takes anything away. Nothing left is 0.
without_taken_away <- function(expr) {
  if (!"-" %in% all.names(expr)) return(expr)
  join_plus(net_terms(expr)) %||% 0
}

net_terms <- function(expr) {
  if (rlang::is_call(expr, "(") && rlang::is_call(expr[[2]], c("+", "-"))) expr <- expr[[2]]
  if (rlang::is_call(expr, "+", n = 2)) return(c(net_terms(expr[[2]]), net_terms(expr[[3]])))
  if (!rlang::is_call(expr, "-", n = 2)) return(list(expr))
  taken <- vapply(net_terms(expr[[3]]), deparse1, "")
  Filter(function(e) !deparse1(e) %in% taken, net_terms(expr[[2]]))
}

# A change with the parts that it does not name, effects and instruments: `.` for each.
with_parts_left <- function(parsed, change) {
  if (!"." %in% all.names(change)) return(change)
  instrumented <- rlang::is_call(change[[2]], "~", n = 2)
  inner <- if (instrumented) change[[2]] else change
  parts <- split_bars(inner[[3]])
  own <- seq_len(length(parts) - instrumented)
  if (length(own) == 1) parts <- c(parts[own], list(quote(.)), parts[-own])
  right <- if (instrumented) change[[3]]
  if (!instrumented && length(parsed$instruments)) {
    parts <- c(parts, list(quote(.)))
    right <- quote(.)
  }
  left <- call("~", inner[[2]], Reduce(function(a, b) call("|", a, b), parts))
  if (is.null(right)) left else call("~", left, right)
}
