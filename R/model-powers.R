# `x^2` outside I() is an interaction of x with itself to R, which is x.
# Said where a formula comes in, not at each refit.
say_powers <- function(exprs, before = NULL) {
  powers <- setdiff(unlist(lapply(exprs, lone_powers)), unlist(lapply(before, lone_powers)))
  if (!length(powers)) return(invisible())
  base <- vapply(powers, function(p) deparse1(str2lang(p)[[2]]), "")
  inform("power", c(
    "!" = "R reads {.code {powers}} in a formula as {.code {base}}.",
    i = "Write {.code {paste0('I(', powers, ')')}} for the power."
  ))
}

lone_powers <- function(expr) {
  if (!is.call(expr) || !is.name(expr[[1]])) return(character())
  if (rlang::is_call(expr, "^", n = 2)) {
    base <- without_brackets(expr[[2]])
    crossed <- rlang::is_call(base, c("+", "-", "*", "/", ":", "^", "%in%")) ||
      identical(base, quote(.))
    if (crossed) return(lone_powers(base))
    return(if (identical(expr[[3]], 1)) character() else deparse1(call("^", base, expr[[3]])))
  }
  if (!as.character(expr[[1]]) %in% c("+", "-", "*", "/", ":", "%in%", "(")) return(character())
  unlist(lapply(operands(expr), lone_powers))
}

without_brackets <- function(expr) {
  if (rlang::is_call(expr, "(", n = 1)) without_brackets(expr[[2]]) else expr
}
