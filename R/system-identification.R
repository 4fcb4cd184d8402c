# Is every equation identified? Order and rank conditions, before anything is estimated.

# One row an equation. `rank`: of the other equations' coefficients on what this one leaves out,
# `needed`: M - 1; NA where the equations and identities do not determine all endogenous variables.
identification_table <- function(layout, identities, excluded = left_out_instruments(layout)) {
  verdict <- c("not identified", "just identified", "overidentified")
  x <- lapply(unname(layout$equations), `[[`, "x")
  excluded <- unname(excluded)
  endogenous <- unname(layout$endogenous_of)
  more <- lengths(excluded) - lengths(endogenous)
  left <- c(unname(dependent_names(layout$equations)), names(identities))
  all <- all_endogenous(left, layout, identities)
  complete <- length(all) == length(left)
  spelt <- function(names) vapply(names, paste, "", collapse = ", ")
  structure(list(
    equation = names(layout$equations), endogenous = lengths(endogenous),
    excluded = lengths(excluded), order = verdict[sign(more) + 2],
    rank = if (complete) {
      structural_ranks(left, c(x, lapply(identities, names)), identities)[seq_along(x)]
    } else {
      rep(NA_integer_, length(x))
    },
    needed = rep(if (complete) length(left) - 1L else NA_integer_, length(x)),
    endogenous_names = spelt(endogenous), excluded_names = spelt(excluded)
  ), class = "data.frame", row.names = .set_row_names(
    length(x)
  ), undetermined = if (!complete) setdiff(all, left))
}

# The instruments that each equation has not among its regressors.
left_out_instruments <- function(layout) {
  lapply(stats::setNames(nm = names(layout$equations)), function(name) {
    without(layout$z_of[[name]] %||% layout$z, layout$equations[[name]]$x)
  })
}

# Of those that are used. One that depends on the equation's own regressors, of which one was left
# out of the instruments for it, moves nothing but these.
used_instruments <- function(design, kernel) {
  if (!length(kernel$dropped_z)) return(left_out_instruments(design))
  Map(function(name, at) {
    own <- without(design$equations[[name]]$x, design$endogenous_of[[name]])
    z <- names(design$store)[at + 1]
    if (all(own %in% z)) without(z, own) else beside_regressors(z, own, design)
  }, names(design$equations), if (length(kernel$z_of)) kernel$z_of else list(kernel$z))
}

# The columns `own` are sums of the independent columns `z`: with them go as many of `z` as stay.
beside_regressors <- function(z, own, design) {
  names <- union(own, z)
  x <- bound_columns(design$store[names], length(design$store[[1]]))
  if (length(design$factors)) {
    x[] <- bind_absorb(x, design$factors, design$weight)$columns
  } else if (design$constant) {
    x <- column_deviations(x, design$weight)
  }
  without(names[qr(x, tol = 1e-7)$pivot[seq_along(z)]], own)
}

# Variables on the left, instrumented, or in an identity without being instruments.
all_endogenous <- function(left, layout, identities) {
  inside <- if (length(identities)) {
    without(unlist(lapply(identities, names), use.names = FALSE), layout$z)
  }
  unique(c(left, unlist(layout$endogenous_of, use.names = FALSE), inside))
}

# Rank of the other equations' coefficients on what equation i leaves out; `right`: names on the
# right sides, of equations and then identities. Of two equations, the other holds something that
# this one has not, or it does not.
structural_ranks <- function(left, right, identities) {
  if (length(left) == 2) {
    one <- c(left[1], right[[1]])
    two <- c(left[2], right[[2]])
    return(c(any(!two %in% one), any(!one %in% two)) + 0L)
  }
  pattern <- structural_pattern(left, right, identities)
  vapply(seq_along(left), function(i) {
    rest <- pattern[-i, pattern[i, ] == 0, drop = FALSE]
    if (length(rest)) qr(rest, tol = 1e-9)$rank else 0L
  }, 0L)
}

# Equations and identities by variables: numbers where a coefficient is to be estimated, the
# identities' own where it is known. What holds for such numbers holds for almost all.
structural_pattern <- function(left, right, identities) {
  columns <- unique(c(left, unlist(right, use.names = FALSE)))
  out <- matrix(0, length(left), length(columns))
  equations <- length(left) - length(identities)
  for (i in seq_along(left)) {
    value <- if (i > equations) {
      -identities[[i - equations]]
    } else {
      sin(seq_along(right[[i]]) * (i + 0.7) + i^2) + 1.5
    }
    out[i, match(right[[i]], columns)] <- value
    out[i, match(left[i], columns)] <- 1
  }
  out
}

check_identification <- function(table, layout, call) {
  check_as_many_variables(table, layout, call)
  if (any(table$order == "not identified")) {
    abort_order(table[table$order == "not identified", ], call)
  }
  if (anyNA(table$rank) || all(table$rank == table$needed)) return(invisible())
  short <- table[table$rank < table$needed, ]
  detail <- paste0(
    short$equation, ": rank ", short$rank, ", needed ", short$needed, " (left out: ",
    short$excluded_names, ")"
  )
  abort("identification", c(
    paste0(
      "{cli::qty(nrow(short))}Equation{?s} {.val {short$equation}} {?is/are} not identified: what ",
      "{?it leaves/they leave} out does not tell the other equations apart (rank condition)."
    ),
    stats::setNames(escape_braces(detail), rep("x", length(detail))),
    i = paste0(
      "Each other equation, and each combination of them, must have a variable ",
      "that this one has not."
    )
  ), call)
}

# More equations than endogenous variables: a variable is determined twice.
check_as_many_variables <- function(table, layout, call) {
  names <- dependent_names(layout$equations)
  if (!anyDuplicated(names) || length(unique(c(names, layout$endogenous))) >= length(names)) {
    return(invisible())
  }
  twice <- unique(names[duplicated(names)])
  abort("equations", c(
    paste0(
      "{.val {twice}} {?is/are} the dependent variable of {.val {names(names)[names %in% ",
      "twice]}}, and there are {length(names)} equations for ",
      "{length(unique(c(names, layout$endogenous)))} endogenous variable{?s}."
    ),
    i = paste0(
      "Where two equations meet in one variable (demand and supply), another must be endogenous: ",
      "leave it out of {.arg instruments}."
    )
  ), call)
}

abort_order <- function(short, call) {
  detail <- paste0(
    short$equation, ": ", short$endogenous, " endogenous (", short$endogenous_names, "), ",
    short$excluded, " excluded instruments",
    ifelse(nzchar(short$excluded_names), paste0(" (", short$excluded_names, ")"), "")
  )
  abort("identification", c(
    paste0(
      "{cli::qty(nrow(short))}Equation{?s} {.val {short$equation}} {?is/are} not identified: ",
      "fewer exogenous variables are excluded than endogenous ones included."
    ),
    stats::setNames(escape_braces(detail), rep("x", length(detail))),
    i = paste0(
      "Leave an exogenous variable of another equation out of this one, or name ",
      "{.arg instruments}."
    )
  ), call)
}

escape_braces <- function(x) gsub("}", "}}", gsub("{", "{{", x, fixed = TRUE), fixed = TRUE)

say_incomplete <- function(fit) {
  open <- attr(fit$identification, "undetermined", exact = TRUE)
  if (!system_methods[[fit$method]]$project) {
    names <- dependent_names(fit$spec$equations)
    twice <- unique(names[duplicated(names)])
    if (length(twice)) {
      inform("dependent", c(
        i = paste0(
          "{.val {twice}} {?is/are} the dependent variable of ",
          "{.val {names(names)[names %in% twice]}}."
        )
      ))
    }
  } else if (length(open)) {
    inform("incomplete", c(
      i = paste0(
        "Endogenous without an equation: {.val {open}}. {cli::qty(length(open))}{?It is/They are} ",
        "instrumented; a reduced form needs {.arg identities} or equations for {?it/them}."
      )
    ))
  }
}

# Two-stage least squares that are least squares, equation by equation: see iv-own_instruments.R.
check_equation_instruments <- function(design, call) {
  for (name in names(design$equations)) {
    endogenous <- design$endogenous_of[[name]]
    z <- design$z_of[[name]] %||% design$z
    response <- response_columns(design$equations[name])
    if (response %in% z) abort_response_instrument(response, name, call)
    if (!length(endogenous)) next
    check_exact(
      design$store[endogenous], design$store[response], design$store[z],
      design$store[without(design$equations[[name]]$x, endogenous)], endogenous, design, call,
      " of equation {.val {equation}}", name
    )
  }
}

abort_response_instrument <- function(name, equation, call) {
  abort("identification", c(
    "The dependent variable {.val {name}} of equation {.val {equation}} is among its instruments.",
    x = "It holds the errors, with which an instrument must not go.",
    i = "Name other instruments."
  ), call)
}
