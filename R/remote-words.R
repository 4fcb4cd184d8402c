# The functions of R that are translated, by their names: what gives a number, and what is true or
# false.

remote_rules <- c(
  lapply(stats::setNames(nm = c("(", "+", "-", "abs", "sign", "floor", "ceiling")), function(word) {
    plain_rule
  }),
  list(
    `^` = power_rule, I = function(expr, t) call("(", only_argument(expr, t)),
    as.numeric = only_argument, as.double = only_argument,
    log = log_rule,
    log10 = function(expr, t) bquote(.(logarithm(only_argument(expr, t), expr, t)) / .(log(10))),
    log2 = function(expr, t) bquote(.(logarithm(only_argument(expr, t), expr, t)) / .(log(2))),
    log1p = log1p_rule, exp = exponential_rule, expm1 = expm1_rule,
    sqrt = function(expr, t) root_of(only_argument(expr, t), t),
    trunc = trunc_rule, as.integer = as_integer_rule, round = round_rule,
    `%%` = remainder_rule, `%/%` = quotient_rule, findInterval = interval_rule,
    pmin = extreme_rule("<="), pmax = extreme_rule(">="), coalesce = coalesce_rule,
    ifelse = ifelse_rule, if_else = ifelse_rule, l = lag_rule, d = difference_rule
  ),
  lapply(stats::setNames(nm = c("sin", "cos", "tan", "atan")), function(word) {
    function(expr, t) as.call(list(as.name(word), only_argument(expr, t)))
  })
)

truth_rules <- list(
  ifelse = chosen_truth, if_else = chosen_truth, `%in%` = membership_rule, xor = xor_rule,
  is.finite = finite_rule, between = between_rule, startsWith = prefix_rule,
  as.logical = as_logical_rule,
  coalesce = function(expr, t) call("(", call("==", coalesce_rule(expr, t), 1))
)
