# From the terms of a formula to numeric columns.
#
# A part whose terms are all single numeric variables (x, log(x), l(x, 1)) needs no model frame: its columns are the
# evaluated variables themselves, without a copy. Everything else goes through R's own model.frame and model.matrix.

# Stage one: evaluate over all rows. Returns a part: terms, and either `values` (plain) or `frame`.
evaluate_part <- function(expr, data, env, intercept = NULL, xlevels = NULL, call = rlang::caller_env()) {
  values <- column_sum(expr, data)
  if (!is.null(values)) return(list(expr = expr, labels = names(values), intercept = intercept %||% TRUE, values = values))
  tt <- stats::terms(rlang::new_formula(NULL, expr, env))
  part <- list(
    expr = expr, labels = attr(tt, "term.labels"), intercept = intercept %||% (attr(tt, "intercept") == 1)
  )
  variables <- as.list(attr(tt, "variables"))[-1]
  plain <- all(attr(tt, "order") == 1) && length(variables) == length(part$labels) + length(attr(tt, "offset"))
  if (plain) {
    values <- evaluate_all(attr(tt, "variables"), data, env, call)
    if (all(vapply(values, is_plain_numeric, NA))) {
      offset <- attr(tt, "offset")
      part$offset <- if (length(offset)) Reduce(`+`, lapply(values[offset], as.double))
      if (length(offset)) values <- values[-offset]
      part$values <- stats::setNames(lapply(values, as.double), part$labels)
      return(part)
    }
  }
  attr(tt, "intercept") <- as.integer(part$intercept)
  part$frame <- evaluate_frame(tt, data, xlevels, call)
  part$offset <- stats::model.offset(part$frame)
  part
}

# Values of `x + y + z` where each is a numeric column of the data, which needs no terms(); NULL for anything else. An expression of k
# variables and k - 1 other words, all of them `+`, is such a sum.
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
  one_by_one <- function() lapply(as.list(variables)[-1], evaluate, data = data, env = env, call = call)
  values <- withCallingHandlers(eval(variables, data, env), error = function(e) if (!inherits(e, "ccdpanel_error")) one_by_one())
  n <- .row_names_info(data, 2L)
  for (v in values) {
    if ((if (is.null(dim(v))) length(v) else nrow(v)) != n) return(one_by_one())
  }
  values
}

evaluate <- function(expr, data, env, call) {
  value <- if (is.name(expr)) .subset2(data, as.character(expr))
  if (is.null(value)) value <- withCallingHandlers(eval(expr, data, env), error = function(e) {
    if (inherits(e, "ccdpanel_error")) return()
    abort("evaluate", c(
      "{.code {rlang::as_label(expr)}} could not be evaluated in {.arg data}: {conditionMessage(e)}",
      i = "The columns are {.val {names(data)}}."
    ), call)
  })
  if (NROW(value) == .row_names_info(data, 2L)) return(value)
  abort("evaluate", c(
    "{.code {rlang::as_label(expr)}} has {NROW(value)} value{?s} where the data have {nrow(data)} row{?s}.",
    i = "A variable of the model must have one value a row."
  ), call)
}

is_plain_numeric <- function(x) {
  is.numeric(x) && (!is.object(x) || inherits(x, "AsIs")) && is.null(dim(x))
}

# With `xlevels`, factors take the levels that they had; a value that is not among them becomes missing, and is kept in the
# attribute `unseen`.
evaluate_frame <- function(tt, data, xlevels, call) {
  frame <- tryCatch(
    stats::model.frame(tt, data, na.action = stats::na.pass),
    error = function(e) {
      if (inherits(e, "ccdpanel_error")) stop(e)
      abort("evaluate", c(
        "The regressors could not be evaluated in {.arg data}: {conditionMessage(e)}",
        i = "The terms are {.val {attr(tt, \"term.labels\")}}."
      ), call)
    }
  )
  unseen <- list()
  for (name in names(xlevels)) {
    values <- as.character(frame[[name]])
    new <- !is.na(values) & !values %in% xlevels[[name]]
    if (any(new)) unseen[[name]] <- values[new]
    frame[[name]] <- factor(values, levels = xlevels[[name]])
  }
  attr(frame, "unseen") <- unseen
  frame
}

# The variables of a part by name, to look for missing values in.
part_variables <- function(part) {
  values <- if (is.null(part$frame)) part$values else as.list(part$frame)
  if (is.null(part$offset) || !is.null(part$frame)) return(values)
  c(values, list(`offset()` = part$offset))
}

# Stage two: the numeric columns on the rows of the sample (NULL: all), without the constant.
expand_part <- function(part, rows) {
  if (is.null(part$frame)) {
    part$columns <- if (is.null(rows)) part$values else bind_gather(part$values, rows, thread_count(NULL))
    return(part)
  }
  frame <- part$frame
  tt <- attr(frame, "terms")
  if (!is.null(rows)) frame <- frame[rows, , drop = FALSE]
  attr(frame, "terms") <- tt
  factors <- vapply(frame, function(v) is.factor(v) || is.character(v), NA)
  if (is.null(part$xlevels)) frame[factors] <- lapply(frame[factors], function(v) droplevels(as.factor(v)))
  matrix <- stats::model.matrix(tt, frame, contrasts.arg = part$contrasts)
  part$contrasts <- attr(matrix, "contrasts")
  part$xlevels <- lapply(frame[factors], levels)
  keep <- colnames(matrix) != "(Intercept)"
  part$assign <- attr(matrix, "assign")[keep]
  part$columns <- lapply(which(keep), function(j) as.double(matrix[, j]))
  names(part$columns) <- colnames(matrix)[keep]
  part
}

# What a fit keeps of a part: enough to evaluate it again, on these or on other data.
part_recipe <- function(part) {
  tt <- if (!is.null(part$frame)) attr(part$frame, "terms")
  list(
    expr = part$expr, intercept = part$intercept, xlevels = part$xlevels, contrasts = part$contrasts,
    predvars = if (!is.null(tt)) attr(tt, "predvars")
  )
}

# Columns of a kept part on new data.
part_on <- function(recipe, data, env, call = rlang::caller_env()) {
  part <- evaluate_part(recipe$expr, data, env, recipe$intercept, recipe$xlevels, call)
  if (!is.null(recipe$predvars) && !is.null(part$frame)) {
    tt <- attr(part$frame, "terms")
    attr(tt, "predvars") <- recipe$predvars
    part$frame <- evaluate_frame(tt, data, recipe$xlevels, call)
    attr(part$frame, "terms") <- tt
  }
  part$contrasts <- recipe$contrasts
  part$xlevels <- recipe$xlevels
  part$unseen <- attr(part$frame, "unseen")
  expand_part(part, NULL)
}
