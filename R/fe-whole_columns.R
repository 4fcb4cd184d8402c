# Terms that take their values from the whole column, on other data.
#
# `I(year - min(year))`, `q - mean(q)`, `cut(q, 3)`: on other rows each is another variable, which
# no prediction of the fit is of. Which terms these are is not told by the names of functions, of
# which there are too many, but by rows of the fit's own data: by itself a row must have the value
# that it has among all.

check_whole_columns <- function(object, exprs, newdata, call) {
  # Of rows that are in a database nothing of the kind is fitted.
  if (!has_rows(object)) return(invisible())
  data <- object$spec$data
  for (expr in exprs) {
    if (all(all.names(expr) %in% c(by_row, all.vars(expr)))) next
    used <- intersect(all.vars(expr), names(data))
    same <- all(vapply(used, function(v) identical(newdata[[v]], data[[v]]), NA))
    if (same || is_by_row(expr, object, newdata)) next
    abort("basis", c(
      paste0(
        "{.code {deparse1(expr)}} takes its values from all rows of the data, and is another ",
        "variable in {.arg newdata}."
      ),
      i = "Make it a column before the fit, {.code data$x <- ...}, and give that column."
    ), call)
  }
}

# The variables of a fit's parts that are calls, but for bases that are kept with what they took
# from the data.
regressor_calls <- function(recipes) {
  unlist(lapply(unname(recipes), function(recipe) {
    variables <- as.list(attr(regressor_terms(recipe$expr), "variables"))[-1]
    kept <- as.list(recipe$predvars)[-1]
    Filter(function(v) {
      is.call(v) && !any(vapply(kept, function(k) is_basis(k, v), NA))
    }, variables)
  }), recursive = FALSE)
}

# Is `kept` the basis `v` with what it took from the data?
is_basis <- function(kept, v) {
  is.call(kept) && identical(kept[[1]], v[[1]]) && length(v) > 1 && length(kept) > 1 &&
    identical(kept[[2]], v[[2]]) && !identical(kept, v)
}

# Tried on single rows, among them those of extreme values; on a row for each level, since a single
# one has no other to be set as a base; and on both halves. An error tells nothing by itself.
is_by_row <- function(expr, object, newdata) {
  spec <- object$spec
  moved <- shifted_apart(expr, spec)
  data <- moved$data
  # A code of a factor depends on the levels that there are.
  recoded <- Filter(function(v) {
    is.factor(data[[v]]) && !identical(levels(data[[v]]), levels(newdata[[v]]))
  }, intersect(all.vars(expr), names(data)))
  on <- function(rows) {
    some <- data[rows, , drop = FALSE]
    some[recoded] <- lapply(some[recoded], droplevels)
    suppressWarnings(suppressMessages(
      eval(moved$expr, some, model_env(spec$scope, some, spec$panel))
    ))
  }
  all <- on(seq_len(nrow(data)))
  used <- data[intersect(all.vars(moved$expr), names(data))]
  tried <- vapply(telling_rows(all, used), function(at) {
    some <- tryCatch(on(at), error = function(e) NULL)
    if (is.null(some)) NA else isTRUE(all.equal(plain_values(all, at), plain_values(some)))
  }, NA)
  all(tried, na.rm = TRUE) && any(tried, na.rm = TRUE)
}

# Lags and differences of an expression as columns of their own: they look at other rows, by the
# panel, and are made on new data as they are here.
shifted_apart <- function(expr, spec) {
  data <- as.data.frame(spec$data)
  env <- model_env(spec$scope, data, spec$panel)
  walk <- function(e) {
    if (!is.call(e)) return(e)
    if (rlang::is_call(e, c("l", "d")) && !as.character(e[[1]]) %in% names(spec$scope)) {
      name <- paste0(".shift", ncol(data))
      data[[name]] <<- eval(e, data, env)
      return(as.name(name))
    }
    for (i in seq_along(e)[-1]) if (!rlang::is_missing(e[[i]])) e[[i]] <- walk(e[[i]])
    e
  }
  list(expr = walk(expr), data = data)
}

# Rows of extreme and of middling values, of the expression and of its variables.
telling_rows <- function(value, columns) {
  n <- NROW(value)
  value <- as_vector(value)
  first <- if (is.null(dim(value))) value else value[, 1]
  spread <- function(v) {
    if (!is.atomic(v) || !is.null(dim(v))) return(integer())
    order(v, na.last = NA)[unique(round(seq(1, sum(!is.na(v)), length.out = 5)))]
  }
  single <- unique(unlist(lapply(c(list(first), as.list(columns)), spread)))
  levels <- if (is.factor(first) || is.character(first)) which(!duplicated(first))
  half <- seq_len(n) <= n / 2
  Filter(length, c(as.list(single), list(levels, which(half), which(!half))))
}
