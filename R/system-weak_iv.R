# Weak instruments in a system: the same diagnostics as for single equations, one block an equation.

#' @export
weak_iv.system_reg <- function(fit, vcov = NULL, ...) {
  check_dots(...)
  fits <- equation_fits(fit)
  fits <- fits[vapply(fits, function(eq) length(eq$endogenous) > 0, NA)]
  if (!length(fits)) check_instrumented(fit, rlang::current_env())
  tables <- lapply(fits, weak_iv, vcov = vcov)
  out <- do.call(rbind, Map(function(name, t) {
    cbind(equation = name, as.data.frame(unclass(t)), stringsAsFactors = FALSE)
  }, names(tables), tables))
  rownames(out) <- NULL
  structure(out, class = c("weak_iv_system", "data.frame"), tables = tables)
}

#' @export
print.weak_iv_system <- function(x, digits = 4, n = 2, ...) {
  check_print_dots(...)
  check_shown(n = n, digits = digits)
  tables <- attr(x, "tables")
  if (is.null(tables)) return(NextMethod())
  for (name in utils::head(names(tables), n)) {
    cat(if (name != names(tables)[1]) "\n", name, "\n", sep = "")
    print_weak_iv(tables[[name]], digits)
  }
  if (length(tables) > n) {
    say(trf(
      "... and %d more (%s): print(x, n = Inf)", length(tables) - n,
      shown_names(names(tables)[-seq_len(n)], 5)
    ))
  }
  next_steps(
    "anderson_rubin(equations(fit)[[1]])", "iv_tests(equations(fit)[[1]])", "regression_table(fit)"
  )
  invisible(x)
}
