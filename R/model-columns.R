# From the terms of a formula to numeric columns.
#
# A part whose terms are all single numeric variables (x, log(x), l(x, 1)) needs no model frame: its
# columns are the evaluated variables themselves, without a copy. Everything else goes through R's
# own model.frame and model.matrix.

# Stage one: evaluate over all rows. Returns a part: terms, and either `values` (plain) or `frame`.
# `recipe`: what a fit keeps of the part, on other data.
evaluate_part <- function(expr, data, env, intercept = NULL, recipe = NULL,
                          call = rlang::caller_env()) {
  values <- if (is.null(recipe$predvars)) column_sum(expr, data)
  if (!is.null(values)) {
    return(list(
      expr = expr, labels = names(values), intercept = intercept %||% TRUE, values = values
    ))
  }
  tt <- regressor_terms(expr, env, call)
  part <- list(
    expr = expr, labels = attr(tt, "term.labels"),
    intercept = intercept %||% (attr(tt, "intercept") == 1)
  )
  variables <- as.list(attr(tt, "variables"))[-1]
  plain <- all(attr(tt, "order") == 1) &&
    length(variables) == length(part$labels) + length(attr(tt, "offset"))
  if (plain && is.null(recipe$predvars)) {
    values <- evaluate_all(attr(tt, "variables"), data, env, call)
    values <- Map(plain_regressor, values, variables, list(call))
    if (!is.null(recipe)) values <- still_numbers(values, variables, call)
    if (all(vapply(values, is_plain_numeric, NA))) {
      offset <- attr(tt, "offset")
      part$beside <- stats::setNames(
        lapply(values[offset], as.double), vapply(variables[offset], deparse1, "", backtick = TRUE)
      )
      part$offset <- if (length(offset)) Reduce(`+`, part$beside)
      if (length(offset)) values <- values[-offset]
      part$values <- stats::setNames(lapply(values, as.double), part$labels)
      return(part)
    }
  }
  attr(tt, "intercept") <- as.integer(part$intercept)
  attr(tt, "predvars") <- recipe$predvars
  part$frame <- evaluate_frame(tt, data, recipe$xlevels, call)
  part$offset <- frame_offset(part$frame, call)
  part
}

frame_offset <- function(frame, call) {
  offset <- stats::model.offset(frame)
  if (is.null(dim(offset)) || ncol(offset) == 1) return(if (length(offset)) as.vector(offset))
  abort("evaluate", c(
    "An offset must be one number a row, not {ncol(offset)}.",
    i = "Name the column of the matrix: {.code offset(x[, 1])}."
  ), call)
}

# R's terms of regressors; in a formula its operators join terms, and take no numbers.
regressor_terms <- function(expr, env = globalenv(), call = rlang::caller_env()) {
  tryCatch(stats::terms(rlang::new_formula(NULL, expr, env)), error = function(e) {
    abort("formula", c(
      "{.code {deparse1(expr)}} is no formula of regressors: {conditionMessage(e)}.",
      i = if ("%in%" %in% all.names(expr)) {
        "Among terms {.code %in%} nests; a condition goes in brackets: {.code I(x %in% c(1, 2))}."
      },
      i = paste0(
        "In a formula {.code * / ^ -} join terms. What is to be computed goes in {.fn I}: ",
        "{.code I(x / 2)}."
      )
    ), call)
  })
}

# Values of `x + y + z` where each is a numeric column of the data, which needs no terms(); NULL for
# anything else. An expression of k variables and k - 1 other words, all of them `+`, is such a sum.
column_sum <- function(expr, data) {
  names <- all.vars(expr, unique = FALSE)
  words <- all.names(expr)
  if (length(words) != 2 * length(names) - 1 || sum(words == "+") != length(names) - 1) return(NULL)
  names <- unique(names)
  at <- match(names, names(data))
  if (anyNA(at) || !identical(make.names(names), names)) return(NULL)
  values <- .subset(data, at)
  names(values) <- names
  for (i in seq_along(values)) {
    v <- values[[i]]
    if (is.double(v) && is.null(attributes(v))) next
    if (!is_plain_numeric(v)) return(NULL)
    values[[i]] <- as.double(v)
  }
  values
}

# Values of `list(x, log(y))` in one go; what fails is looked for one by one, for the message.
evaluate_all <- function(variables, data, env, call) {
  one_by_one <- function() {
    lapply(as.list(variables)[-1], evaluate, data = data, env = env, call = call)
  }
  values <- withCallingHandlers(eval(variables, data, env), error = function(e) {
    if (!inherits(e, "ccdpanel_error")) one_by_one()
  }, warning = function(w) if (of_misreading(w)) one_by_one())
  n <- .row_names_info(data, 2L)
  for (v in values) {
    if ((if (is.null(dim(v))) length(v) else nrow(v)) != n) return(one_by_one())
  }
  values
}

evaluate <- function(expr, data, env, call) {
  value <- if (is.name(expr)) .subset2(data, as.character(expr))
  failed <- function(e) {
    if (inherits(e, "ccdpanel_error")) return()
    abort("evaluate", c(
      paste0(
        "{.code {rlang::as_label(expr)}} could not be evaluated in {.arg data}: ",
        "{conditionMessage(e)}"
      ),
      i = evaluation_way_out(expr, conditionMessage(e)) %||%
        "The columns are {.val {names(data)}}."
    ), call)
  }
  if (is.null(value)) {
    value <- withCallingHandlers(
      eval(expr, data, env), error = failed,
      warning = function(w) if (of_misreading(w)) failed(w)
    )
  }
  if (NROW(value) == .row_names_info(data, 2L)) return(value)
  abort("evaluate", c(
    paste0(
      "{.code {rlang::as_label(expr)}} has {NROW(value)} value{?s} where the data have ",
      "{nrow(data)} row{?s}."
    ),
    i = "A variable of the model must have one value a row."
  ), call)
}

# What is written instead of what R cannot evaluate row by row; NULL for anything else.
evaluation_way_out <- function(expr, message) {
  if (rlang::is_call(without_brackets(expr), ":", n = 2)) {
    sides <- vapply(as.list(without_brackets(expr))[-1], deparse1, "")
    return(paste0(
      "It is a sequence here. A product is {.code ", paste(sides, collapse = " * "),
      "}, a combination of levels {.code interaction(", toString(sides), ")}."
    ))
  }
  if (rlang::is_call(expr, c("if", "switch"))) {
    return(paste0(
      "It decides once, not row by row: {.code ifelse(condition, a, b)} gives one value a row, or ",
      "make a column before the fit."
    ))
  }
  if (rlang::is_call(expr, c("==", "!=", "<", ">", "<=", ">=", "&", "|"))) {
    return(paste0(
      "A condition reaches as far as it can; beside other terms it goes in {.fn I}: ",
      "{.code I(region == \"South\")}."
    ))
  }
  if (rlang::is_call(expr, c("sw", "sw0", "csw", "csw0", "mvsw"))) {
    return(paste0(
      "Models one after another are those of {.fn add_controls} (step by step, and by ",
      "{.arg effects}) and of {.fn robustness}."
    ))
  }
  if (grepl("could not find function", message, fixed = TRUE)) {
    return(paste0(
      "Load its package, name it as {.code package::name()}, or make a column before the fit; ",
      "{.code ifelse(condition, a, b)} needs none."
    ))
  }
}

# R's answer to a factor that is compared or added is a warning and NA, and to `a:b` of columns a
# warning and the sequence between their first values.
of_misreading <- function(w) {
  rlang::is_call(conditionCall(w), c(
    "Ops.factor", "Ops.ordered", "Math.factor", "Summary.factor", ":"
  ))
}

# A variable by itself as its class says; what a function makes may be a basis that only
# model.frame() makes again.
plain_regressor <- function(value, expr, call) {
  if (is.name(expr)) as_regressor(value, as.character(expr), call) else value
}

still_numbers <- function(values, variables, call) {
  other <- !vapply(values, function(v) (is.numeric(v) || is.logical(v)) && NCOL(v) == 1, NA)
  if (!any(other)) return(lapply(values, function(v) if (is.logical(v)) as.double(v) else v))
  abort("regressor", c(
    paste0(
      "{.code {deparse1(variables[[which(other)[1]]])}} was numeric where the model was fitted, ",
      "and is {.obj_type_friendly {values[[which(other)[1]]]}} in {.arg newdata}."
    ),
    i = "Convert it to what it was."
  ), call)
}

is_plain_numeric <- function(x) {
  is.numeric(x) && (!is.object(x) || inherits(x, "AsIs")) && is.null(dim(x))
}

# With `xlevels`, factors take the levels that they had; a value that is not among them becomes
# missing, and is kept in the attribute `unseen` (by factor, missing where it is known).
evaluate_frame <- function(tt, data, xlevels, call) {
  variables <- as.list(attr(tt, "variables"))[-1]
  columns <- vapply(Filter(is.name, variables), as.character, "")
  at <- match(intersect(columns, names(data)), names(data))
  data <- replace_columns(data, at, Map(
    as_regressor, .subset(data, at), names(data)[at], list(call)
  ))
  failed <- function(e) {
    if (inherits(e, "ccdpanel_error")) stop(e)
    abort("evaluate", c(
      paste0(
        paste0(
          "The regressors could not be evaluated in ",
          "{.arg {if (is.null(attr(tt, 'predvars'))) 'data' "
        ),
        "else 'newdata'}}: {conditionMessage(e)}."
      ),
      i = "The terms are {.val {attr(tt, \"term.labels\")}}.",
      i = if (any(vapply(variables, is.call, NA) & !constant_free(variables))) {
        "Among terms {.code %in%} nests; a condition goes in brackets: {.code I(x %in% c(1, 2))}."
      }
    ), call)
  }
  framed <- function(data) {
    withCallingHandlers(
      stats::model.frame(tt, data, na.action = stats::na.pass),
      warning = function(w) if (of_misreading(w)) failed(w)
    )
  }
  # R makes some bases, as poly() of several variables, of two rows and more.
  again <- function(e) {
    if (nrow(data) != 1 || is.null(attr(tt, "predvars"))) failed(e)
    tryCatch(
      framed(data[c(1, 1), , drop = FALSE])[1, , drop = FALSE], error = function(more) failed(e)
    )
  }
  frame <- tryCatch(framed(data), error = again)
  made <- which(!vapply(variables, is.name, NA))
  frame[made] <- Map(as_regressor, frame[made], names(frame)[made], list(call))
  unseen <- list()
  for (name in names(xlevels)) {
    values <- as.character(frame[[name]])
    new <- !is.na(values) & !values %in% xlevels[[name]]
    if (any(new)) unseen[[name]] <- ifelse(new, values, NA)
    frame[[name]] <- factor(values, levels = xlevels[[name]])
  }
  attr(frame, "unseen") <- unseen
  frame
}

# Calls that hold a variable; one that holds none is no regressor.
constant_free <- function(variables) {
  vapply(variables, function(v) is.name(v) || length(all.vars(v)) > 0, NA)
}

# The variables of a part by name, to look for missing values in.
part_variables <- function(part) {
  values <- if (is.null(part$frame)) part$values else as.list(part$frame)
  if (is.null(part$frame)) c(values, part$beside) else values
}

# Stage two: the numeric columns on the rows of the sample (NULL: all), without the constant.
expand_part <- function(part, rows) {
  if (is.null(part$frame)) {
    part$columns <- if (is.null(rows)) {
      part$values
    } else {
      bind_gather(part$values, rows, thread_count(NULL))
    }
    return(part)
  }
  frame <- part$frame
  tt <- attr(frame, "terms")
  if (!is.null(rows)) frame <- frame[rows, , drop = FALSE]
  attr(frame, "terms") <- tt
  factors <- vapply(frame, function(v) is.factor(v) || is.character(v), NA)
  if (is.null(part$xlevels)) {
    frame[factors] <- Map(
      used_levels, frame[factors], names(frame)[factors], is.null(part$contrasts)
    )
  }
  frame <- code_factors(frame, factors, part$contrasts)
  matrix <- stats::model.matrix(tt, frame)
  part$contrasts <- attr(matrix, "contrasts")
  part$xlevels <- lapply(frame[factors], levels)
  keep <- colnames(matrix) != "(Intercept)"
  part$assign <- attr(matrix, "assign")[keep]
  part$columns <- lapply(which(keep), function(j) as.double(matrix[, j]))
  names(part$columns) <- colnames(matrix)[keep]
  part
}

# A factor with the levels that occur, coded as it was. A matrix of contrasts is one for the levels
# that it was made for. Said where the coding is chosen, not where it is looked at again.
used_levels <- function(x, name, chosen) {
  x <- as.factor(x)
  if (all(tabulate(x, nlevels(x)) > 0)) return(x)
  coding <- attr(x, "contrasts")
  x <- droplevels(x)
  if (is.character(coding)) attr(x, "contrasts") <- coding
  if (is.matrix(coding) && chosen) {
    warn("contrasts", c(
      paste0(
        "The contrasts of {.code {name}} are not used: they are a matrix for other levels than ",
        "the {nlevels(x)} in the sample."
      ),
      i = paste0(
        "Name the coding instead, {.code contrasts(x) <- \"contr.sum\"}, or set it on the ",
        "levels that are left."
      )
    ))
  }
  x
}

# Each factor's coding: the fit's, else its own, else R's. A factor with one level left is a
# constant, and is named as one.
code_factors <- function(frame, factors, contrasts) {
  for (name in names(frame)[factors]) {
    x <- frame[[name]]
    coding <- contrasts[[name]] %||% attr(x, "contrasts") %||% getOption("contrasts")[[
      1 + is.ordered(x)
    ]]
    if (nlevels(x) == 1) {
      attr(x, "contrasts") <- matrix(1, 1, 1, dimnames = list(levels(x), levels(x)))
    } else {
      x <- coded_by(x, coding)
    }
    frame[[name]] <- x
  }
  logical <- intersect(names(contrasts), names(frame)[vapply(frame, is.logical, NA)])
  for (name in logical) stats::contrasts(frame[[name]]) <- contrasts[[name]]
  frame
}

# A matrix may have fewer columns than there are other levels, as `C(x, contr.sum, 1)` makes it.
coded_by <- function(x, coding) {
  many <- if (is.matrix(coding)) ncol(coding) else nlevels(x) - 1
  tryCatch(
    {
      x <- stats::`contrasts<-`(x, how.many = many, value = coding)
      # Polynomials of many levels fail where they are made.
      if (identical(coding, "contr.poly")) stats::contrasts(x)
      x
    },
    error = function(e) {
      abort("contrasts", c(
        "A factor of {nlevels(x)} levels cannot be coded by its contrasts: {conditionMessage(e)}.",
        i = paste0(
          "Is it a number? {.code as.numeric(as.character(x))} makes it one; or ",
          "set its contrasts."
        )
      ), rlang::caller_env(5))
    }
  )
}

# What a fit keeps of a part: enough to evaluate it again, on these or on other data.
part_recipe <- function(part) {
  tt <- if (!is.null(part$frame)) attr(part$frame, "terms")
  list(
    expr = part$expr, intercept = part$intercept, xlevels = part$xlevels,
    contrasts = if (!is.null(tt)) part$contrasts,
    predvars = if (!is.null(tt)) uncoded(attr(tt, "predvars"))
  )
}

# Variables without C(): the coding is the fit's, and one row of new data has no levels to code.
uncoded <- function(predvars) {
  as.call(lapply(as.list(predvars), function(e) {
    if (rlang::is_call(e, "C", ns = c("", "stats"))) e[[2]] else e
  }))
}

# Columns of a kept part on new data: bases, levels and codings are those of the fit.
part_on <- function(recipe, data, env, call = rlang::caller_env()) {
  part <- evaluate_part(recipe$expr, data, env, recipe$intercept, recipe, call)
  part$contrasts <- recipe$contrasts
  part$xlevels <- recipe$xlevels
  part$unseen <- attr(part$frame, "unseen")
  expand_part(part, NULL)
}

# The coding of every factor of some parts, for the same columns whatever R's options say later.
part_codings <- function(parts) {
  codings <- unlist(lapply(unname(parts), `[[`, "contrasts"), recursive = FALSE)
  codings[!duplicated(names(codings))]
}

# The variables of a formula as they are to be evaluated on new data: bases with what they took from
# the data of the fit.
kept_variables <- function(recipes, variables) {
  known <- unlist(lapply(unname(recipes), function(r) {
    if (is.null(r$predvars)) return(NULL)
    tt <- stats::terms(rlang::new_formula(NULL, r$expr, globalenv()))
    stats::setNames(
      as.list(r$predvars)[-1], vapply(as.list(attr(tt, "variables"))[-1], deparse1, "")
    )
  }), recursive = FALSE)
  names <- vapply(variables, deparse1, "")
  as.call(c(quote(list), unname(Map(
    function(name, expr) known[[name]] %||% expr, names, variables
  ))))
}

# Columns less their (weighted) means, twice: a mean of 1e8 is known to 1e-8, which of a column of
# spread 1 is more than rounding.
column_deviations <- function(x, w = NULL) {
  for (pass in 1:2) {
    x <- sweep(x, 2, if (length(w)) colSums(x * w) / sum(w) else colMeans(x))
  }
  x
}
