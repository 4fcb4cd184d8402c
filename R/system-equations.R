# The equations of a system: which columns each has, which of them are endogenous, which are the
# common instruments.

check_equations <- function(equations, call) {
  if (!is.list(equations) || length(equations) < 1) {
    abort("equations", c(
      paste0(
        "{.arg equations} must be a list of two-sided formulas, not ",
        "{.obj_type_friendly {equations}}."
      ),
      i = "For instance {.code list(demand = q ~ p + income, supply = q ~ p + cost)}."
    ), call)
  }
  for (i in seq_along(equations)) {
    f <- equations[[i]]
    if (inherits(f, "formula") && length(f) == 3 && !"|" %in% all.names(f)) next
    abort("equations", c(
      paste0(
        "Element {i} of {.arg equations} must be a formula {.code y ~ x}, not ",
        "{.code {rlang::as_label(f)}}."
      ),
      i = paste0(
        "Effects are common to the equations and go into {.arg fe}, instruments into ",
        "{.arg instruments}."
      )
    ), call)
  }
  names <- names(equations) %||% rep("", length(equations))
  blank <- !nzchar(names)
  if (any(blank)) names[blank] <- vapply(equations[blank], function(f) rlang::as_label(f[[2]]), "")
  if (anyDuplicated(names)) {
    abort("equations", c(
      paste0(
        "Equations must have different names; ",
        "{.val {unique(names[duplicated(names)])}} is used twice."
      ),
      i = "Name them: {.code list(demand = ..., supply = ...)}."
    ), call)
  }
  parsed <- lapply(equations, function(f) {
    list(response = f[[2]], regressors = f[[3]], name = variable_label(f[[2]]))
  })
  `names<-`(parsed, names)
}

# A variable as terms() labels it, so that the same variable has the same name on both sides of an
# equation.
variable_label <- function(expr) {
  if (is.name(expr) && identical(make.names(expr), as.character(expr))) return(as.character(expr))
  paste(deparse(expr, 500L, backtick = TRUE), collapse = " ")
}

dependent_names <- function(equations) vapply(equations, `[[`, "", "name")

# Of equations and identities, as expressions; with the values from outside the data, which may say
# how far a lag goes.
system_dependent <- function(spec) {
  structure(
    c(lapply(spec$equations, `[[`, "response"), lapply(names(spec$identities), str2lang)),
    scope = spec$scope
  )
}

# An equation with an offset has a dependent variable of its own.
response_columns <- function(equations) {
  vapply(equations, function(eq) {
    if (is.null(eq$offset)) eq$name else paste0("(offset) ", eq$name)
  }, "")
}

# What is in x and not in y, as setdiff() has it, for names that do not repeat.
without <- function(x, y) x[match(x, y, 0L) == 0L]

# Variables that an expression depends on now: what stands inside a lag is predetermined.
current_variables <- function(expr, scope = NULL) {
  if (is.name(expr)) return(as.character(expr))
  if (!is.call(expr)) return(character())
  if (rlang::is_call(expr, "l")) {
    lag <- tryCatch(lag_numbers(expr, scope), error = function(e) 0)
    if (is.numeric(lag) && all(lag > 0)) return(character())
  }
  unique(unlist(lapply(as.list(expr)[-1], current_variables, scope)))
}

lag_numbers <- function(expr, scope) {
  as.numeric(eval(matched_shift(expr)$k %||% 1, as.list(scope), baseenv()))
}

matched_shift <- function(expr) match.call(function(x, k = 1) NULL, expr)

# Labels of the terms that are endogenous when no instruments are given: whatever is, or is made of,
# a dependent variable.
endogenous_terms <- function(labels, responses) {
  scope <- attr(responses, "scope")
  dependent <- unique(unlist(lapply(responses, current_variables, scope)))
  made_of <- function(label) any(current_variables(label_expression(label), scope) %in% dependent)
  labels[vapply(labels, made_of, NA)]
}

# One table of columns for all equations and the instruments. Same name, same column.
system_columns <- function(spec, env, call) {
  absorbed <- hold_constant(spec$effects)
  part <- function(expr) {
    part <- evaluate_part(expr, spec$data, env, if (absorbed) TRUE, call = call)
    part$contrasts <- spec$codings
    part
  }
  equations <- lapply(spec$equations, function(eq) {
    y <- evaluate_response(eq$response, spec$data, env, call)
    list(response = eq$response, name = eq$name, y = y, part = part(eq$regressors))
  })
  given <- spec$instruments
  instruments <- if (is.list(given)) {
    list(own = lapply(given, part))
  } else if (!is.null(given)) {
    list(common = list(part(given)))
  }
  dependent <- system_dependent(spec)
  identities <- if (is.null(given)) identity_exogenous(spec$identities, dependent)
  list(
    equations = equations, instruments = instruments, dependent = dependent,
    identities = if (length(identities)) part(join_plus(lapply(identities, str2lang)))
  )
}

# Every part of a system as columns, after the rows are known.
expanded_parts <- function(seen, rows) {
  on <- function(v) as.double(if (is.null(rows)) v else v[rows])
  seen$equations <- lapply(seen$equations, function(eq) {
    part <- expand_part(eq$part, rows)
    y <- on(eq$y)
    if (!is.null(part$offset)) y <- y - on(part$offset)
    list(name = eq$name, y = y, part = part, offset = part$offset)
  })
  seen$instruments <- lapply(seen$instruments, lapply, expand_part, rows = rows)
  if (!is.null(seen$identities)) seen$identities <- expand_part(seen$identities, rows)
  seen
}

# Positions (by name) of everything in one list of columns, the constants placed.
system_layout <- function(seen, spec, call) {
  absorbed <- hold_constant(spec$effects)
  if (is.null(spec$sample)) check_system_names(seen, call)
  held <- without_constants(seen, spec)
  layout <- columns_once(held$seen, absorbed)
  layout <- place_constants(
    layout, restricts_constants(spec$restrictions, layout) || length(spec$effects) > 0
  )
  layout$held <- held$gone
  layout$identification <- identification_table(layout, spec$identities)
  if (system_methods[[spec$method]]$project) {
    check_identification(layout$identification, layout, call)
  }
  layout
}

# What equations, instruments and dependent variables call by one name is one column, and so are
# two coefficients of one name: `lh` of equation `a_b` and `b_lh` of equation `a`.
check_system_names <- function(seen, call) {
  parts <- c(lapply(seen$equations, `[[`, "part"), seen$instruments$own, seen$instruments$common)
  parts <- c(unname(parts), if (!is.null(seen$identities)) list(seen$identities))
  responses <- stats::setNames(
    lapply(seen$equations, `[[`, "y"), response_columns(seen$equations)
  )
  check_told_apart(c(parts, list(list(columns = responses[!duplicated(names(responses))]))), call)
  check_one_coding(parts, call)
  terms <- lapply(seen$equations, function(eq) {
    c(if (eq$part$intercept) "(Intercept)", names(eq$part$columns))
  })
  names <- coefficient_names(terms, names(terms))
  if (!anyDuplicated(names)) return(invisible())
  which <- names == names[anyDuplicated(names)]
  equation <- rep(names(terms), lengths(terms))[which]
  term <- unlist(terms, use.names = FALSE)[which]
  abort("name", c(
    paste0(
      "Two coefficients would be called {.val {names[which][1]}}: {.code {term[1]}} of equation ",
      "{.val {equation[1]}} and {.code {term[2]}} of equation {.val {equation[2]}}."
    ),
    i = "Name the equations otherwise: {.code list(demand = ..., supply = ...)}."
  ), call)
}

# R codes a factor by contrasts or by all its levels, as the other terms have it; where levels are
# called as contrasts are (1, 2) both have the same names.
check_one_coding <- function(parts, call) {
  columns <- unlist(lapply(parts, `[[`, "columns"), recursive = FALSE)
  for (at in split(seq_along(columns), names(columns))[unique(
    names(columns)[duplicated(names(columns))]
  )]) {
    same <- vapply(columns[at[-1]], identical, NA, columns[[at[1]]])
    if (all(same)) next
    abort("name", c(
      "Two different columns of the system would be called {.val {names(columns)[at[1]]}}.",
      i = paste0(
        "A factor is coded by contrasts in one place and by its levels in another: give it levels ",
        "that are words, by {.fn levels}."
      )
    ), call)
  }
}

columns_once <- function(seen, absorbed) {
  store <- list()
  add <- function(columns) {
    new <- without(names(columns), names(store))
    store[new] <<- columns[new]
    names(columns)
  }
  equations <- lapply(seen$equations, function(eq) c(eq, list(x = add(eq$part$columns))))
  regressors <- unique(unlist(lapply(equations, `[[`, "x"), use.names = FALSE))
  constants <- vapply(equations, function(eq) eq$part$intercept, NA)
  given <- seen$instruments
  z_of <- NULL
  if (!is.null(given$own)) {
    z_of <- lapply(given$own, function(part) add(part$columns))
    z <- unique(unlist(z_of, use.names = FALSE))
    constant_z <- vapply(given$own, `[[`, NA, "intercept")
  } else if (!is.null(given$common)) {
    z <- add(given$common[[1]]$columns)
    constant_z <- given$common[[1]]$intercept
  } else {
    z <- without(regressors, endogenous_columns(equations, seen$dependent))
    if (!is.null(seen$identities)) z <- union(z, add(seen$identities$columns))
    constant_z <- any(constants)
  }
  # The dependent variable may serve as a regressor elsewhere: one column then.
  store[response_columns(equations)] <- lapply(equations, `[[`, "y")
  endogenous_of <- if (is.null(z_of)) {
    lapply(equations, function(eq) without(eq$x, z))
  } else {
    Map(function(eq, z) without(eq$x, z), equations, z_of)
  }
  list(
    store = store, equations = equations, z = z, z_of = z_of, endogenous = without(regressors, z),
    endogenous_of = endogenous_of,
    constants = if (absorbed) FALSE else constants, constant_z = constant_z & !absorbed
  )
}

# Columns of the terms that are, or are made of, a dependent variable.
endogenous_columns <- function(equations, dependent) {
  unique(unlist(lapply(equations, function(eq) {
    labels <- eq$part$labels
    bad <- endogenous_terms(labels, dependent)
    if (is.null(eq$part$assign)) bad else names(eq$part$columns)[labels[eq$part$assign] %in% bad]
  })))
}

# Does a restriction concern constants? One that is no restriction is an error later.
restricts_constants <- function(restrictions, layout) {
  if (is.character(restrictions)) return(any(grepl("(Intercept)", restrictions, fixed = TRUE)))
  r <- if (is.list(restrictions)) restrictions$matrix
  k <- lengths(lapply(layout$equations, `[[`, "x")) + layout$constants
  if (!is.matrix(r) || ncol(r) != sum(k)) return(FALSE)
  any(r[, cumsum(c(1, k))[seq_along(k)]] != 0)
}

# Where every equation and the instruments hold a constant it is partialled out; else it is a column
# like others.
place_constants <- function(layout, restricted) {
  all_have <- all(layout$constants) && all(layout$constant_z) && !restricted
  if (all_have || !(any(layout$constants) || any(layout$constant_z))) {
    layout$constant <- all_have
    return(layout)
  }
  layout$constant <- FALSE
  layout$store[["(Intercept)"]] <- rep(1, length(layout$store[[1]]))
  for (i in seq_along(layout$equations)) {
    if (layout$constants[i]) layout$equations[[i]]$x <- c("(Intercept)", layout$equations[[i]]$x)
  }
  if (any(layout$constant_z)) layout$z <- c("(Intercept)", layout$z)
  layout$z_of <- Map(
    function(z, has) c(if (has) "(Intercept)", z), layout$z_of,
    layout$constant_z[seq_along(layout$z_of)]
  )
  if (!length(layout$z_of)) layout$z_of <- NULL
  layout
}
