# Is every equation identified? Order and rank conditions, before anything is estimated.

# One row an equation. `rank`: of the other equations' coefficients on what this one leaves out, `needed`: M - 1; NA where the
# equations and identities do not determine all endogenous variables.
identification_table <- function(layout, identities) {
  verdict <- c("not identified", "just identified", "overidentified")
  z_of <- layout$z_of %||% list(layout$z)
  excluded <- unname(Map(function(eq, z) setdiff(z, eq$x), layout$equations, z_of))
  more <- lengths(excluded) - unname(lengths(layout$endogenous_of))
  structural <- structural_pattern(layout, identities)
  rank <- if (is.null(structural)) NULL else ranks_without(structural, length(layout$equations))
  structure(list(
    equation = names(layout$equations), endogenous = unname(lengths(layout$endogenous_of)), excluded = lengths(excluded),
    order = verdict[sign(more) + 2], rank = rank %||% rep(NA_integer_, length(more)),
    needed = rep(if (is.null(rank)) NA_integer_ else nrow(structural) - 1L, length(more)),
    endogenous_names = vapply(layout$endogenous_of, paste, "", collapse = ", ", USE.NAMES = FALSE),
    excluded_names = vapply(excluded, paste, "", collapse = ", ")
  ), class = "data.frame", row.names = .set_row_names(length(more)), undetermined = undetermined(layout, identities))
}

# Endogenous variables that neither an equation nor an identity determines; NULL if the system is complete.
undetermined <- function(layout, identities) {
  left <- c(vapply(layout$equations, `[[`, "", "name"), names(identities))
  endogenous <- all_endogenous(layout, identities)
  if (length(endogenous) == length(left)) return(NULL)
  setdiff(endogenous, left)
}

all_endogenous <- function(layout, identities) {
  left <- c(vapply(layout$equations, `[[`, "", "name"), names(identities))
  inside <- setdiff(unlist(lapply(identities, names), use.names = FALSE), layout$z)
  unique(c(unname(left), unlist(layout$endogenous_of, use.names = FALSE), inside))
}

# Equations and identities by variables: numbers where a coefficient is to be estimated, the identities' own where it is known; NULL if
# there are not as many as endogenous variables. What holds for such numbers holds for almost all.
structural_pattern <- function(layout, identities) {
  endogenous <- all_endogenous(layout, identities)
  count <- length(layout$equations) + length(identities)
  if (length(endogenous) != count) return(NULL)
  columns <- unique(c(endogenous, layout$z, unlist(lapply(layout$equations, `[[`, "x"), use.names = FALSE), unlist(lapply(identities, names), use.names = FALSE)))
  out <- matrix(0, count, length(columns), dimnames = list(c(names(layout$equations), names(identities)), columns))
  for (i in seq_along(layout$equations)) {
    x <- layout$equations[[i]]$x
    out[i, x] <- sin(seq_along(x) * (i + 0.7) + i^2) + 1.5
    out[i, layout$equations[[i]]$name] <- 1
  }
  for (i in seq_along(identities)) {
    row <- length(layout$equations) + i
    out[row, names(identities[[i]])] <- -identities[[i]]
    out[row, names(identities)[i]] <- 1
  }
  out
}

# Rank of the rows beside i in the columns that row i leaves out.
ranks_without <- function(structural, equations) {
  vapply(seq_len(equations), function(i) {
    rest <- structural[-i, structural[i, ] == 0, drop = FALSE]
    if (nrow(rest) < 2) as.integer(nrow(rest) && any(rest != 0)) else if (!ncol(rest)) 0L else qr(rest, tol = 1e-9)$rank
  }, 0L)
}

check_identification <- function(table, layout, call) {
  check_as_many_variables(table, layout, call)
  if (any(table$order == "not identified")) abort_order(table[table$order == "not identified", ], call)
  if (anyNA(table$rank) || all(table$rank == table$needed)) return(invisible())
  short <- table[table$rank < table$needed, ]
  detail <- paste0(short$equation, ": rank ", short$rank, ", needed ", short$needed, " (left out: ", short$excluded_names, ")")
  abort("identification", c(
    "{cli::qty(nrow(short))}Equation{?s} {.val {short$equation}} {?is/are} not identified: what {?it leaves/they leave} out does not tell the other equations apart (rank condition).",
    stats::setNames(escape_braces(detail), rep("x", length(detail))),
    i = "Each other equation, and each combination of them, must have a variable that this one has not."
  ), call)
}

# More equations than endogenous variables: a variable is determined twice.
check_as_many_variables <- function(table, layout, call) {
  names <- vapply(layout$equations, `[[`, "", "name")
  if (!anyDuplicated(names) || length(unique(c(names, layout$endogenous))) >= length(names)) return(invisible())
  twice <- unique(names[duplicated(names)])
  abort("equations", c(
    "{.val {twice}} {?is/are} the dependent variable of {.val {names(names)[names %in% twice]}}, and there are {length(names)} equations for {length(unique(c(names, layout$endogenous)))} endogenous variable{?s}.",
    i = "Where two equations meet in one variable (demand and supply), another must be endogenous: leave it out of {.arg instruments}."
  ), call)
}

abort_order <- function(short, call) {
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

say_incomplete <- function(fit) {
  names <- vapply(fit$spec$equations, function(eq) variable_label(eq$response), "")
  open <- attr(fit$identification, "undetermined")
  if (!system_methods[[fit$method]]$project) {
    twice <- unique(names[duplicated(names)])
    if (length(twice)) inform("dependent", c(i = "{.val {twice}} {?is/are} the dependent variable of {.val {names(names)[names %in% twice]}}."))
  } else if (length(open)) {
    inform("incomplete", c(
      i = "Endogenous without an equation: {.val {open}}. {cli::qty(length(open))}{?It is/They are} instrumented; a reduced form needs {.arg identities} or equations for {?it/them}."
    ))
  }
}
