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
      i = "A one-sided formula names columns of the data: {.code {arg} = ~variable}."
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
expand_dot <- function(expr, data, used) {
  if (!"." %in% all.names(expr)) return(expr)
  rest <- setdiff(names(data), unlist(lapply(used, all.vars)))
  if (!length(rest)) rest <- "1"
  sum <- join_plus(lapply(rest, function(name) if (name == "1") 1 else as.name(name)))
  do.call(substitute, list(expr, list(. = call("(", sum))))
}

# Where the expressions of a model find what is not in the data.
#
# A fit must survive in another session, so it keeps no environment: the values of variables from
# outside the data, and functions that no package provides, are copied into a list (almost always
# empty), the fit's scope.
model_scope <- function(exprs, data, env) {
  words <- all.names(as.expression(exprs), unique = TRUE)
  # Values may be called l or d, as data frames are; the functions of that name are ours.
  values <- intersect(unlist(lapply(exprs, used_variables)), c("l", "d"))
  words <- c(setdiff(words, c(
    "l", "d", "~", "+", "-", "*", "/", "^", "|", ":", "(", "%in%"
  )), values)
  words <- setdiff(words, names(data))
  scope <- list()
  for (word in words) {
    home <- binding_home(word, env)
    if (!is.null(home) && !is_package_env(home)) {
      scope[[word]] <- get(word, envir = home, inherits = FALSE)
    }
  }
  scope
}

# The first environment from `env` upwards that binds the word.
binding_home <- function(word, env) {
  while (!identical(env, emptyenv())) {
    if (exists(word, envir = env, inherits = FALSE)) return(env)
    env <- parent.env(env)
  }
  NULL
}

# A package's namespace, its imports, or its place on the search path: the same in a fresh session
# with the packages.
is_package_env <- function(env) {
  isNamespace(env) || identical(env, baseenv()) ||
    grepl("^(package|imports):", attr(env, "name") %||% "")
}

# The environment in which a model's expressions are evaluated: its scope, and lags and differences
# by panel.
model_env <- function(scope, data, panel) {
  shifts <- list(
    l = function(x, k = 1) panel_lag(x, k, data, panel, substitute(x)),
    d = function(x, k = 1) x - panel_lag(x, k, data, panel, substitute(x))
  )
  list2env(scope, parent = list2env(shifts, parent = globalenv()))
}

base_constants <- c("pi", "T", "F", "letters", "LETTERS", "month.name", "month.abb")

# Every variable must be in the data or the scope, and no function may shift rows without the panel:
# said before anything is computed.
check_variables <- function(exprs, data, scope, call) {
  for (expr in exprs) {
    check_shifts(expr, c(names(scope), names(data)), call)
    check_comparisons(expr, data, call)
  }
  used <- unique(unlist(lapply(exprs, used_variables, known = c(names(data), names(scope)))))
  check_long_integers(intersect(used, names(data)), data, call)
  absent <- used[!used %in% c(names(data), names(scope), base_constants, ".")]
  if (!length(absent)) return(invisible())
  abort("column", c(
    paste0(
      "The model names {cli::qty(absent)}{?a variable/variables} that {?is/are} not in ",
      "{.arg data}: {.val {absent}}."
    ),
    i = "The columns are {.val {names(data)}}."
  ), call)
}

# Names that an expression takes values from: not the arguments of a function written in it, what
# follows a `$` or `@`, or a function handed over by name (`ave(x, t, FUN = mean)`). `known` are
# columns and values, which come before functions.
used_variables <- function(expr, known = character(), argument = FALSE) {
  if (is.name(expr)) {
    name <- as.character(expr)
    if (
      !nzchar(name) || argument && !name %in% known && exists(name, globalenv(), mode = "function")
    ) return(character())
    return(name)
  }
  if (!is.call(expr)) return(character())
  if (rlang::is_call(expr, c("::", ":::"))) return(character())
  if (rlang::is_call(expr, "function")) {
    return(setdiff(c(
      lapply(as.list(expr[[2]]), used_variables, known) |> unlist(),
      used_variables(expr[[3]], known, TRUE)
    ), names(expr[[2]])))
  }
  within <- if (rlang::is_call(expr, c("$", "@"))) expr[2] else operands(expr)
  head <- if (is.call(expr[[1]])) used_variables(expr[[1]], known)
  takes <- is.name(expr[[1]]) && !as.character(expr[[1]]) %in% takes_values ||
    rlang::is_call(expr[[1]], c("::", ":::"))
  c(head, unlist(lapply(unname(as.list(within)), used_variables, known, takes)))
}

# Functions whose arguments are values: a name among them is no function, whatever else it may be.
takes_values <- c(
  "+", "-", "*", "/", "^", "|", ":", "(", "%in%", "~", "!", "&", "&&", "||", "==", "!=", "<", ">",
  "<=", ">=", "[", "[[", "$", "@", "%%", "%/%",
  "l", "d", "I", "factor", "as.factor", "ordered", "offset", "poly", "scale", "ns", "bs",
  "log", "log2", "log10", "log1p", "exp", "expm1",
  "sqrt", "abs", "sign", "round", "floor", "ceiling", "cumsum", "is.na", "as.numeric", "as.integer",
  "as.character", "ifelse"
)

# Functions that other packages shift rows by: what R finds under these names knows no panel, and
# reaches into the next unit or shifts nothing. A function of that name which the user wrote is the
# user's.
check_shifts <- function(expr, written, call) {
  if (!is.call(expr) || rlang::is_call(expr, c("function", "::", ":::"))) return(invisible())
  head <- expr[[1]]
  name <- if (rlang::is_call(head, c("::", ":::"))) {
    as.character(head[[3]])
  } else if (is.name(head)) {
    as.character(head)
  }
  if (!(is.name(head) && name %in% written)) {
    if (isTRUE(name %in% names(shifts)) && !names_its_panel(expr)) abort_shift(expr, name, call)
    if (isTRUE(name %in% running)) abort_running(expr, name, call)
  }
  for (part in operands(expr)) {
    if (rlang::is_missing(part)) next
    # R's own lag(), handed over by name (`ave(x, id, FUN = lag)`), lags nothing.
    if (is.name(part) && !as.character(part) %in% written && is_stats_lag(part)) {
      abort_shift(expr, "lag", call)
    }
    check_shifts(part, written, call)
  }
}

is_stats_lag <- function(name) {
  identical(name, quote(lag)) && identical(get0("lag", globalenv(), mode = "function"), stats::lag)
}

shifts <- c(
  lag = "l", Lag = "l", L = "l", flag = "l", shift = "l", lagpad = "l", lead = "lead",
  Lead = "lead", F = "lead", f = "lead", flead = "lead",
  diff = "d", Diff = "d", D = "d", fdiff = "d", difference = "d"
)

# collapse's functions, given unit and time (`g` and `t`), find the rows before by these, and leave
# gaps of time missing. By the unit alone they go by the order of the rows.
names_its_panel <- function(expr) {
  f <- tryCatch(eval(expr[[1]], globalenv()), error = function(e) NULL)
  if (!is.function(f) || !identical(environmentName(environment(f)), "collapse")) return(FALSE)
  head <- expr[[1]]
  name <- as.character(if (is.name(head)) head else head[[3]])
  # The generics leave these to their methods.
  like <- if (shifts[[name]] == "d") function(x, n, diff, g, t, ...) NULL else {
    function(x, n, g, t, ...) NULL
  }
  given <- tryCatch(names(match.call(like, expr)), error = function(e) NULL)
  all(c("g", "t") %in% given)
}

# What adds up rows goes on from one unit into the next.
running <- c("cumsum", "cumprod", "cummax", "cummin")

abort_running <- function(expr, name, call) {
  x <- if (length(expr) > 1) expr[[2]] else quote(x)
  way <- call("ave", x, quote(unit), FUN = as.name(name))
  abort("panel", c(
    "{.code {deparse1(expr)}} runs over all rows, from one unit into the next.",
    i = paste0(
      "By unit, in the order of the rows, it is {.code {deparse1(way)}}; without units, make it a ",
      "column of {.arg data} before the fit."
    )
  ), call)
}

abort_shift <- function(expr, name, call) {
  x <- if (length(expr) > 1 && !identical(expr[[2]], as.name(name))) deparse1(expr[[2]]) else "x"
  way <- switch(
    shifts[[name]], l = paste0("l(", x, ", 1)"), lead = paste0("l(", x, ", -1)"),
    d = paste0("d(", x, ", 1)")
  )
  what <- c(l = "lag", lead = "lead", d = "difference")[[shifts[[name]]]]
  abort("panel", c(
    "{.code {deparse1(expr)}} is no {what} within units: {.fn {name}} does not know the panel.",
    i = "Write {.code {way}}, and name unit and time in {.code panel = c(\"unit\", \"time\")}."
  ), call)
}

# Beyond 2^53 an integer64 is no double, and stays what it is: only bit64 can compute with it.
check_long_integers <- function(names, data, call) {
  long <- names[vapply(names, function(name) is_integer64(data[[name]]), NA)]
  if (!length(long) || requireNamespace("bit64", quietly = TRUE)) return(invisible())
  abort("column", c(
    paste0(
      "{.val {long}} {?is/are} of class {.cls integer64} with values beyond 2^53, and the package ",
      "{.pkg bit64} is not installed."
    ),
    i = "Install it, or convert before the call: text for identifiers, a larger unit for amounts."
  ), call)
}

# Text is greater than a number by its letters: "1000" comes before "500".
check_comparisons <- function(expr, data, call) {
  if (!is.call(expr)) return(invisible())
  for (part in operands(expr)) if (!rlang::is_missing(part)) check_comparisons(part, data, call)
  if (!rlang::is_call(expr, c("<", ">", "<=", ">="), n = 2)) return(invisible())
  sides <- as.list(expr)[-1]
  text <- vapply(sides, function(side) {
    is.name(side) && is.character(data[[as.character(side)]])
  }, NA)
  if (sum(text) != 1 || !is.numeric(sides[[which(!text)]])) return(invisible())
  abort("evaluate", c(
    paste0(
      "{.code {deparse1(expr)}} compares text with a number: ",
      "{.code {deparse1(sides[[which(text)]])}} is of class {.cls character}."
    ),
    i = paste0(
      "Make it numbers by {.fn as.numeric} before the call, or within: ",
      "{.code as.numeric({deparse1(sides[[which(text)]])})}."
    )
  ), call)
}

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
