# The grammar of a model: y ~ x | effects | endogenous ~ instruments, parsed once, here.
#
# R reads `y ~ x | fe | a ~ z` as `(y ~ x | fe | a) ~ z`: a two-sided formula whose left side is one
# too.

parse_fe_formula <- function(formula, call = rlang::caller_env()) {
  if (!inherits(formula, "formula") || length(formula) != 3) {
    abort("formula", c(
      "{.arg formula} must be a two-sided formula, not {.obj_type_friendly {formula}}.",
      i = paste0(
        "For instance {.code y ~ x | unit + time} or, with instruments, ",
        "{.code y ~ x | unit | a ~ z}."
      )
    ), call)
  }
  instrumented <- rlang::is_call(formula[[2]], "~", n = 2)
  inner <- if (instrumented) formula[[2]] else formula
  parts <- split_bars(inner[[3]])
  if (instrumented && length(parts) < 2) {
    abort("formula", c(
      paste0(
        "The instruments of {.arg formula} need their endogenous regressors: the part before the ",
        "last {.code ~} has no {.code |}."
      ),
      i = "Write {.code y ~ x | 0 | a ~ z}, with {.code a} the endogenous regressors."
    ), call)
  }
  check_nested_formula(inner, call)
  if ("~" %in% all.names(inner)[-1]) {
    abort("formula", c(
      "{.arg formula} has a {.code ~} too many.",
      i = paste0(
        "Write {.code y ~ x | effects | endogenous ~ instruments}, without ",
        "brackets around its parts."
      )
    ), call)
  }
  if (instrumented) {
    check_instrument_part(formula[[3]], parts[[length(parts)]], inner[[2]], parts[[1]], call)
  }
  check_bars(parts, if (instrumented) formula[[3]], inner[[2]], call)
  endogenous <- if (instrumented) parts[[length(parts)]]
  if (instrumented) parts <- parts[-length(parts)]
  if (length(parts) > 2) {
    abort("formula", c(
      paste0(
        "{.arg formula} has {length(parts) + instrumented} parts separated by {.code |}; ",
        "{.code y ~ x | effects | endogenous ~ instruments} is the most there can be."
      ),
      i = "Instruments follow a {.code ~}."
    ), call)
  }
  list(
    response = inner[[2]], exogenous = parts[[1]],
    effects = if (length(parts) == 2) parse_effects(parts[[2]], call),
    endogenous = endogenous, instruments = if (instrumented) formula[[3]]
  )
}

# A formula as an argument, as case_when() has them, is read as part of the model's.
check_nested_formula <- function(expr, call) {
  for (e in c(expr[[1]], operands(expr))) {
    if (rlang::is_missing(e) || !is.call(e)) next # an empty pair of brackets
    joins <- rlang::is_call(e, c("~", "|", "+", "-", "*", "/", ":", "^", "(", "%in%"))
    held <- !joins && any(vapply(as.list(e)[-1], rlang::is_call, NA, "~"))
    if (!held) {
      check_nested_formula(e, call)
      next
    }
    name <- deparse1(e[[1]])
    abort("formula", c(
      "{.fn {name}} in {.arg formula} holds a {.code ~}, which is the model's own.",
      i = paste0(
        "Make it a column before the fit, {.code data$x <- {name}(...)}, or write ",
        "{.code ifelse(condition, a, b)}."
      )
    ), call)
  }
}

# A bar inside a part, in brackets or doubled, would be a condition: `y ~ (x + q | state)`, lme4's
# `(1 | state)`.
check_bars <- function(parts, instruments, response, call) {
  bars <- lapply(c(parts, instruments), inner_bar)
  found <- which(lengths(bars) > 0)[1]
  if (is.na(found)) return(invisible())
  bar <- bars[[found]]
  sides <- lapply(as.list(bar)[-1], without_brackets)
  # What was meant can be written out where the bar is a term of the first part and the only one.
  first <- length(parts) == 1 && any(vapply(split_plus(parts[[1]]), function(term) {
    identical(without_brackets(term), bar)
  }, NA))
  meant <- if (first) {
    others <- Filter(function(term) !identical(without_brackets(term), bar), split_plus(parts[[1]]))
    terms <- Filter(function(term) !is.numeric(term), c(others, split_plus(sides[[1]])))
    paste(deparse1(response), "~", deparse1(join_plus(terms) %||% 1), "|", deparse1(sides[[2]]))
  }
  abort("formula", c(
    paste0(
      "{.code {deparse1(bar)}} in {.arg formula} is inside a part, where its bar separates nothing."
    ),
    i = paste0(
      "The parts stand side by side, without brackets around them: {.code ",
      meant %||% "y ~ x | effects | endogenous ~ instruments", "}."
    ),
    i = if (first && is.numeric(sides[[1]])) {
      "Random effects are not estimated here: effects after a bar are absorbed."
    },
    i = "A condition goes in {.fn I}."
  ), call)
}

# The first bar that is joined to other terms, and no part of an expression.
inner_bar <- function(expr) {
  if (rlang::is_call(expr, c("|", "||"), n = 2)) return(expr)
  if (!rlang::is_call(expr, c("+", "-", "*", "/", ":", "^", "(", "%in%"))) return(NULL)
  for (part in operands(expr)) {
    bar <- if (!rlang::is_missing(part)) inner_bar(part)
    if (!is.null(bar)) return(bar)
  }
  NULL
}

# Slips that R would evaluate without a word.
check_instrument_part <- function(instruments, endogenous, response, exogenous, call) {
  slip <- function(what, way) abort("formula", c(what, i = way), call)
  if (rlang::is_call(instruments, "|")) {
    slip(
      "The instruments {.code {deparse1(instruments)}} of {.arg formula} hold a {.code |}.",
      paste0(
        "They are the last part, separated by {.code +}: ",
        "{.code y ~ x | effects | endogenous ~ z1 + z2}."
      )
    )
  }
  named <- vapply(split_plus(endogenous), deparse1, "")
  if (all(named %in% c("0", "1"))) {
    slip(
      paste0(
        "{.arg formula} has instruments and no endogenous regressor: ",
        "{.code {deparse1(endogenous)}} is before the last {.code ~}."
      ),
      "Name the endogenous regressors there, or leave the instruments out."
    )
  }
  if (deparse1(response) %in% named) {
    slip(
      paste0(
        "The dependent variable {.code {deparse1(response)}} is an endogenous regressor of itself ",
        "in {.arg formula}."
      ),
      "Leave it out of the part before the last {.code ~}."
    )
  }
  if (deparse1(response) %in% vapply(split_plus(instruments), deparse1, "")) {
    slip(
      paste0(
        "The dependent variable {.code {deparse1(response)}} is among its own instruments in ",
        "{.arg formula}: it holds the errors, with which an instrument must not go."
      ),
      "Name other instruments."
    )
  }
  both <- intersect(named, vapply(split_plus(exogenous), deparse1, ""))
  if (length(both)) {
    slip(
      "{.val {both}} {?is/are} both exogenous and endogenous in {.arg formula}.",
      "An endogenous regressor stands in the part before the last {.code ~} alone."
    )
  }
}

# Combinations of levels are written a^b, in effects and clusters alike; a product or a difference
# of codes would be one variable.
check_combination <- function(term, call) {
  operator <- if (is.call(term)) as.character(term[[1]])[1]
  if (is.null(operator) || !operator %in% c("*", ":", "-", "/", "|", "%in%")) return(invisible())
  names <- all.vars(term)
  abort("formula", c(
    "An effect or a cluster must be a variable or a combination, not {.code {deparse1(term)}}.",
    i = if (length(names) > 1) {
      paste0(
        "The combinations of levels are {.code {paste(names, collapse = '^')}}; several effects ",
        "are separated by {.code +}."
      )
    },
    i = "What is to be computed goes in brackets: {.code I({deparse1(term)})}."
  ), call)
}

split_bars <- function(expr) {
  if (!rlang::is_call(expr, "|", n = 2)) return(list(expr))
  c(split_bars(expr[[2]]), list(expr[[3]]))
}

split_plus <- function(expr) chained(expr, "+")

# `a + b + c` -> list(a, b, c). A sum of many terms is as deep as they are many, and R's stack ends
# at about eighty of them where each is a step down: who walks over a formula takes them at once.
chained <- function(expr, words) {
  parts <- list()
  while (rlang::is_call(expr, words, n = 2)) {
    parts <- c(list(expr[[3]]), parts)
    expr <- expr[[2]]
  }
  c(list(expr), parts)
}

# What a call is made of, its function left out: of a sum all its terms.
operands <- function(expr) {
  if (rlang::is_call(expr, c("+", "-"), n = 2)) chained(expr, c("+", "-")) else as.list(expr)[-1]
}

# Back to one expression; of no terms NULL.
join_plus <- function(terms) if (length(terms)) Reduce(function(a, b) call("+", a, b), terms)

join_times <- function(factors) Reduce(function(a, b) call("*", a, b), factors)

# `a + b^c` -> list(a = list(a), `b^c` = list(b, c)); `0` and `1` are no effects. Slopes: see
# model-slopes.R.
parse_effects <- function(expr, call) {
  terms <- split_plus(expr)
  terms <- terms[!vapply(terms, function(t) identical(t, 0) || identical(t, 1), NA)]
  if (!length(terms)) return(NULL)
  for (term in terms) check_combination(term, call)
  merge_effects(lapply(terms, split_effect, call = call), terms)
}

split_power <- function(expr) {
  if (!rlang::is_call(expr, "^", n = 2)) return(list(expr))
  c(split_power(expr[[2]]), list(expr[[3]]))
}

# What lm() takes for a name in the data, R looks for outside of it where a formula is meant.
evaluated_argument <- function(x, arg, call) {
  tryCatch(x, simpleError = function(e) {
    reason <- conditionMessage(e)
    abort("formula", c(
      "{.arg {arg}} could not be evaluated: {reason}.",
      i = if (grepl(".vcovBS", reason, fixed = TRUE)) {
        "{.fn sandwich::vcovBS} fits rows drawn anew in its own way: take {.fn wild_bootstrap}."
      } else {
        "A one-sided formula names columns of the data: {.code {arg} = ~variable}."
      }
    ), call)
  })
}

# A one-sided formula's right side, for arguments that are evaluated in the data.
one_sided <- function(x, arg, call = rlang::caller_env()) {
  x <- evaluated_argument(x, arg, call)
  if (is.null(x)) return(NULL)
  if (inherits(x, "formula") && length(x) == 2) return(x[[2]])
  abort("formula", c(
    "{.arg {arg}} must be a one-sided formula, not {found(x)}.",
    i = "For instance {.code {arg} = ~variable}; it is evaluated in {.arg data}."
  ), call)
}

# `.` stands for the columns that no other part of the model uses, as in lm.
expand_dot <- function(expr, data, used, call = rlang::caller_env()) {
  if (!"." %in% all.names(expr)) return(expr)
  check_no_macro(expr, call)
  rest <- setdiff(names(data), unlist(lapply(used, all.vars)))
  if (anyNA(rest) || !all(nzchar(rest))) abort_nameless("formula", call)
  if (!length(rest)) rest <- "1"
  sum <- join_plus(lapply(rest, function(name) if (name == "1") 1 else as.name(name)))
  do.call(substitute, list(expr, list(. = call("(", sum))))
}

# fixest's `.[controls]`, which would be the other columns at these places.
check_no_macro <- function(expr, call) {
  if (!is.call(expr)) return(invisible())
  if (!rlang::is_call(expr, "[") || !identical(expr[[2]], quote(.))) {
    for (part in operands(expr)) if (!rlang::is_missing(part)) check_no_macro(part, call)
    return(invisible())
  }
  abort("formula", c(
    paste0(
      "{.code {deparse1(expr)}} puts names into a formula for {.pkg fixest} only; here {.code .} ",
      "is all other columns."
    ),
    i = paste_way(deparse1(expr[[3]]))
  ), call)
}

paste_way <- function(names) {
  paste0(
    "Write the formula from their names: {.code as.formula(paste(\"y ~\", paste(", names,
    ", collapse = \" + \"), \"| unit + time\"))}."
  )
}

base_constants <- c("pi", "T", "F", "letters", "LETTERS", "month.name", "month.abb")

# Functions whose arguments are values: a name among them is no function, whatever else it may be.
takes_values <- c(
  "+", "-", "*", "/", "^", "|", ":", "(", "%in%", "~", "!", "&", "&&", "||", "==", "!=", "<", ">",
  "<=", ">=", "[", "[[", "$", "@", "%%", "%/%",
  "l", "d", "I", "factor", "as.factor", "ordered", "offset", "poly", "scale", "ns", "bs",
  "log", "log2", "log10", "log1p", "exp", "expm1",
  "sqrt", "abs", "sign", "round", "floor", "ceiling", "cumsum", "is.na", "as.numeric", "as.integer",
  "as.character", "ifelse"
)

shifts <- c(
  lag = "l", Lag = "l", L = "l", flag = "l", shift = "l", lagpad = "l", lead = "lead",
  Lead = "lead", F = "lead", f = "lead", flead = "lead",
  diff = "d", Diff = "d", D = "d", fdiff = "d", difference = "d"
)

# What adds up rows goes on from one unit into the next.
running <- c("cumsum", "cumprod", "cummax", "cummin")

# A formula of its parts: terms of the exogenous regressors and of the effects, the rest as parsed.
# A constant by itself is left out beside others.
whole_formula <- function(parsed, exogenous, effects, endogenous = parsed$endogenous,
                          instruments = parsed$instruments, response = parsed$response) {
  slopes <- exogenous[!vapply(exogenous, identical, NA, 1)]
  right <- join_plus(slopes) %||% 1
  if (length(effects) || !is.null(endogenous)) right <- call("|", right, join_plus(effects) %||% 0)
  if (is.null(endogenous)) return(rlang::new_formula(response, right, globalenv()))
  rlang::new_formula(call("~", response, call("|", right, endogenous)), instruments, globalenv())
}
