# What mediation and moderation are of: one coefficient of a least-squares fit, and one variable.

check_least_squares <- function(fit, call,
                                way = paste0(
                                  "Total = direct + indirect holds for least squares only: ",
                                  "fit the equation so."
                                )
                              ) {
  if (inherits(fit, "system_equation") || !inherits(fit, c("fe_reg", "system_reg"))) {
    abort_no_fit(fit, call)
  }
  if (inherits(fit, "fe_reg") && !length(fit$endogenous)) return(invisible())
  what <- if (inherits(fit, "fe_reg")) "one with instruments" else "a system"
  abort("fit", c(
    "{.arg fit} must be a least-squares fit of {.fn fe_reg}, not {what}.", i = way
  ), call)
}

# The coefficient a study is about: a slope of the fit, by default the first.
check_term <- function(fit, term, call) {
  slopes <- grep("(^|_)\\(Intercept\\)$", names(fit$coefficients), value = TRUE, invert = TRUE)
  if (is.null(term) && length(slopes)) return(slopes[1])
  if (rlang::is_string(term) && term %in% slopes) return(term)
  abort("term", c(
    "{.arg term} must be a coefficient of the fit, not {found(term)}.",
    i = "They are {.val {slopes}}."
  ), call)
}

# Other terms of the model that hold the term's variable, `I(x^2)` beside `x`: what is called the
# effect is that of the term alone, with them as they are. `products`: those too that join it with
# another variable; `besides`: a term that is looked at together with it.
say_terms_beside <- function(fit, term, products, call, besides = NULL) {
  expr <- label_expression(term, fit$spec$data)
  if (rlang::is_call(expr, ":")) return(character())
  variable <- all.vars(expr)
  what <- if (length(variable) == 1 && !"l" %in% all.names(expr)) as.name(variable) else expr
  others <- Filter(function(e) {
    !coefficient_name(e) %in% c(term, besides) && mentions(e, what) &&
      (products || !rlang::is_call(e, ":"))
  }, joined_terms(fit$spec$parsed$exogenous, call))
  beside <- vapply(others, rlang::as_label, "")
  if (length(beside)) {
    inform("terms_beside", c(i = paste0(
      "The effect of {.code {term}} is that of its own term: {.code {beside}} ",
      "{?holds/hold} it too, and {?is/are} held fixed."
    )))
  }
  beside
}

beside_line <- function(s) trf("Effects of %s with %s held fixed", s$term, listed(s$beside))

# `~ a + b` names two variables, which no study takes for their sum.
check_one_term <- function(expr, arg, way, call) {
  terms <- split_plus(expr)
  if (length(terms) == 1) return(invisible())
  abort(arg, c(
    "{.arg {arg}} must be one variable; {.code {rlang::as_label(expr)}} names {length(terms)}.",
    i = "{way} Their sum is {.code I({rlang::as_label(expr)})}."
  ), call)
}

# What stands as a term in formulas is computed in I() alone: R reads `w^2` as `w` and `a / b` as
# two terms, and as a dependent variable as arithmetic.
check_no_operator <- function(expr, arg, call) {
  inner <- without_brackets(expr)
  if (!rlang::is_call(inner, c("^", "*", "/", ":", "-", "%in%"))) return(invisible())
  abort(arg, c(
    paste0(
      "{.arg {arg}} must be one variable; R reads {.code {deparse1(inner)}} in a formula as ",
      "terms, not as arithmetic."
    ),
    i = "Write {.code ~ I({deparse1(inner)})} for what it computes."
  ), call)
}

# A mediator or moderator is one column of numbers; with `logical` a condition is one too.
check_single_numeric <- function(fit, expr, arg, way, call, logical = FALSE) {
  value <- evaluate(
    expr, fit$spec$data, model_env(fit$spec$scope, fit$spec$data, fit$spec$panel), call
  )
  numbers <- column_numbers(value)
  if (is.numeric(numbers) || logical && is.logical(numbers)) return(invisible())
  label <- rlang::as_label(expr)
  columns <- if (length(dim(value)) == 2) paste0(" of ", ncol(value), " columns")
  abort(arg, c(
    paste0(
      "{.arg {arg}} must be one numeric variable; {.code {label}} is ",
      "{.obj_type_friendly {value}}{columns}."
    ),
    i = if (is.logical(numbers)) {
      paste0(
        "One column of zeros and ones is ",
        "{.code ~ as.numeric({rlang::as_label(without_brackets(expr))})}."
      )
    } else if (is.null(columns)) {
      "One column of zeros and ones is {.code ~ as.numeric({label} == value)}."
    } else if (!is.null(columns)) {
      "Make each of its columns one of the data, and name one."
    },
    i = way
  ), call)
}
