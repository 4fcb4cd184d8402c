# The equations of a system: which columns each has, which of them are endogenous, which are the common instruments.

check_equations <- function(equations, call) {
  if (!is.list(equations) || length(equations) < 1) {
    abort("equations", c(
      "{.arg equations} must be a list of two-sided formulas, not {.obj_type_friendly {equations}}.",
      i = "For instance {.code list(demand = q ~ p + income, supply = q ~ p + cost)}."
    ), call)
  }
  for (i in seq_along(equations)) {
    f <- equations[[i]]
    if (inherits(f, "formula") && length(f) == 3 && !"|" %in% all.names(f)) next
    abort("equations", c(
      "Element {i} of {.arg equations} must be a formula {.code y ~ x}, not {.code {rlang::as_label(f)}}.",
      i = "Effects are common to the equations and go into {.arg fe}, instruments into {.arg instruments}."
    ), call)
  }
  names <- names(equations) %||% rep("", length(equations))
  blank <- !nzchar(names)
  names[blank] <- vapply(equations[blank], function(f) rlang::as_label(f[[2]]), "")
  if (anyDuplicated(names)) {
    abort("equations", c(
      "Equations must have different names; {.val {unique(names[duplicated(names)])}} is used twice.",
      i = "Name them: {.code list(demand = ..., supply = ...)}."
    ), call)
  }
  stats::setNames(lapply(equations, function(f) list(response = f[[2]], regressors = f[[3]])), names)
}

# Variables that an expression depends on now: what stands inside a lag is predetermined.
current_variables <- function(expr) {
  if (is.name(expr)) return(as.character(expr))
  if (!is.call(expr)) return(character())
  if (rlang::is_call(expr, "l")) {
    lag <- tryCatch(eval(expr$k %||% (if (length(expr) > 2) expr[[3]] else 1), baseenv()), error = function(e) 0)
    if (is.numeric(lag) && all(lag > 0)) return(character())
  }
  unique(unlist(lapply(as.list(expr)[-1], current_variables)))
}

# Labels of the terms that are endogenous when no instruments are given: whatever is, or is made of, a dependent variable.
endogenous_terms <- function(labels, responses) {
  dependent <- unique(unlist(lapply(responses, current_variables)))
  made_of <- function(label) any(current_variables(str2lang(label)) %in% dependent)
  labels[vapply(labels, made_of, NA)]
}

# One table of columns for all equations and the instruments. Same name, same column.
system_columns <- function(spec, env, call) {
  see <- function(expr) evaluate(expr, spec$data, env, call)
  absorbed <- length(spec$effects) > 0
  equations <- lapply(spec$equations, function(eq) {
    part <- evaluate_part(eq$regressors, spec$data, env, if (absorbed) TRUE, call = call)
    y <- see(eq$response)
    check_response(y, eq$response, call)
    list(response = eq$response, name = rlang::as_label(eq$response), y = y, part = part)
  })
  instruments <- if (!is.null(spec$instruments)) {
    evaluate_part(spec$instruments, spec$data, env, if (absorbed) TRUE, call = call)
  }
  list(equations = equations, instruments = instruments)
}

# Positions (0-based) of everything in one list of columns, after the rows are known.
system_layout <- function(seen, rows, absorbed) {
  store <- list()
  add <- function(columns) {
    store[setdiff(names(columns), names(store))] <<- columns[setdiff(names(columns), names(store))]
    names(columns)
  }
  on <- function(v) as.double(if (is.null(rows)) v else v[rows])
  equations <- lapply(seen$equations, function(eq) {
    eq$part <- expand_part(eq$part, rows)
    y <- on(eq$y)
    if (!is.null(eq$part$offset)) y <- y - on(eq$part$offset)
    list(name = eq$name, y = y, x = add(eq$part$columns), part = eq$part, offset = eq$part$offset)
  })
  own <- unique(vapply(equations, `[[`, "", "name"))
  regressors <- unique(unlist(lapply(equations, `[[`, "x")))
  if (is.null(seen$instruments)) {
    endogenous <- unique(unlist(lapply(equations, function(eq) {
      labels <- eq$part$labels
      bad <- endogenous_terms(labels, lapply(seen$equations, `[[`, "response"))
      if (is.null(eq$part$assign)) bad else names(eq$part$columns)[labels[eq$part$assign] %in% bad]
    })))
    z <- setdiff(regressors, endogenous)
    constant_z <- any(vapply(equations, function(eq) eq$part$intercept, NA))
  } else {
    instruments <- expand_part(seen$instruments, rows)
    z <- add(instruments$columns)
    endogenous <- setdiff(regressors, z)
    constant_z <- instruments$intercept
  }
  for (eq in equations) {
    # The dependent variable may serve as a regressor elsewhere: one column then.
    if (is.null(eq$offset)) store[[eq$name]] <- eq$y else store[[paste0("(offset) ", eq$name)]] <- eq$y
  }
  list(
    store = store, equations = equations, z = z, endogenous = endogenous, own = own,
    constants = if (absorbed) FALSE else vapply(equations, function(eq) eq$part$intercept, NA), constant_z = constant_z && !absorbed
  )
}

# Where every equation and the instruments hold a constant it is partialled out; else it is a column like others.
place_constants <- function(layout, restricted) {
  all_have <- all(layout$constants) && layout$constant_z && !restricted
  if (all_have || !(any(layout$constants) || layout$constant_z)) {
    layout$constant <- all_have
    return(layout)
  }
  layout$constant <- FALSE
  layout$store[["(Intercept)"]] <- rep(1, length(layout$store[[1]]))
  for (i in seq_along(layout$equations)) {
    if (layout$constants[i]) layout$equations[[i]]$x <- c("(Intercept)", layout$equations[[i]]$x)
  }
  if (layout$constant_z) layout$z <- c("(Intercept)", layout$z)
  layout
}

# Order condition: as many excluded instruments as endogenous regressors, equation by equation.
identification_table <- function(layout) {
  endogenous <- lapply(layout$equations, function(eq) intersect(eq$x, layout$endogenous))
  excluded <- lapply(layout$equations, function(eq) setdiff(layout$z, eq$x))
  verdict <- c("not identified", "just identified", "overidentified")
  list2DF(list(
    equation = names(layout$equations), endogenous = unname(lengths(endogenous)), excluded = unname(lengths(excluded)),
    order = verdict[sign(lengths(excluded) - lengths(endogenous)) + 2],
    endogenous_names = vapply(endogenous, toString, "", USE.NAMES = FALSE),
    excluded_names = vapply(excluded, toString, "", USE.NAMES = FALSE)
  ))
}

check_order_condition <- function(table, call) {
  short <- table[table$order == "not identified", ]
  if (!nrow(short)) return(invisible())
  detail <- paste0(
    short$equation, ": ", short$endogenous, " endogenous (", short$endogenous_names, "), ", short$excluded, " excluded instruments",
    ifelse(nzchar(short$excluded_names), paste0(" (", short$excluded_names, ")"), "")
  )
  abort("identification", c(
    "{cli::qty(nrow(short))}Equation{?s} {.val {short$equation}} {?is/are} not identified: fewer exogenous variables are excluded than endogenous ones included.",
    stats::setNames(escape_braces(detail), rep("x", length(detail))),
    i = "Leave an exogenous variable of another equation out of this one, or name {.arg instruments}."
  ), call)
}

escape_braces <- function(x) gsub("}", "}}", gsub("{", "{{", x, fixed = TRUE), fixed = TRUE)
