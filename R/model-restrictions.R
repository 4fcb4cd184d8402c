# Linear restrictions on coefficients, in words or as a matrix, to R b = r.

# `names`: coefficients in order.
parse_restrictions <- function(restrictions, names, call = rlang::caller_env()) {
  if (!length(restrictions)) return(list(matrix = matrix(0, 0, length(names)), value = numeric()))
  if (is.list(restrictions) && is.matrix(restrictions$matrix)) {
    out <- list(
      matrix = restrictions$matrix,
      value = restrictions$value %||% rep(0, nrow(restrictions$matrix))
    )
    if (ncol(out$matrix) != length(names) || nrow(out$matrix) != length(out$value)) {
      abort("restrictions", c(
        paste0(
          "{.arg restrictions} must have a column for each of the {length(names)} coefficients ",
          "and a value for each row; it is {nrow(out$matrix)} x {ncol(out$matrix)} with ",
          "{length(out$value)} value{?s}."
        ),
        i = "The coefficients are {.val {names}}."
      ), call)
    }
  } else if (is.character(restrictions) && is_readable(restrictions)) {
    rows <- lapply(restrictions, parse_restriction, names = names, call = call)
    out <- list(
      matrix = do.call(rbind, lapply(rows, `[[`, "row")), value = vapply(rows, `[[`, 0, "value")
    )
  } else {
    abort("restrictions", c(
      paste0(
        "{.arg restrictions} must be strings or a list of {.code matrix} and {.code value}, not ",
        "{.obj_type_friendly {restrictions}}."
      ),
      i = "For instance {.code \"economy_infrastructure = infrastructure_economy\"}."
    ), call)
  }
  independent_restrictions(out, call)
}

# A linear expression is evaluated at zero and at each unit vector; that gives its row, and a third
# point shows whether it was linear. The text may come from a file: it is read as arithmetic, and
# never runs as R.
parse_restriction <- function(text, names, call) {
  bad <- function(why) {
    abort("restrictions", c(
      "Restriction {.val {text}} {why}.",
      i = paste0(
        "Write linear equations of the coefficients {.val {names}}, with numbers, + ",
        "- * / and brackets."
      )
    ), call, .envir = rlang::current_env())
  }
  if (is.na(text)) bad("is missing")
  if (!nzchar(trimws(text))) bad("is empty")
  if (grepl("=\\s*$", text)) bad("has nothing behind its equals sign")
  sides <- strsplit(with_coefficients(text, names), "=+")[[1]]
  if (length(sides) == 1) sides <- c(sides, "0")
  if (length(sides) != 2) bad("has more than one equals sign")
  stand_in <- coefficient_stand_ins(names)
  readable <- function(why) restored_text(why, stats::setNames(names, stand_in))
  functions <- arithmetic_functions()
  sides <- lapply(sides, read_expression, functions, function(why) {
    bad(paste0("is not an equation: ", readable(why)))
  })
  unknown <- setdiff(unlist(lapply(sides, `[[`, "variables")), stand_in)
  if (length(unknown)) {
    bad(paste0("names ", toString(readable(unknown)), ", which is no coefficient"))
  }
  at <- function(b) {
    values <- stats::setNames(as.list(b), stand_in)
    run_expression(sides[[1]], values, functions) - run_expression(sides[[2]], values, functions)
  }
  zero <- at(rep(0, length(names)))
  row <- vapply(seq_along(names), function(i) at(replace(rep(0, length(names)), i, 1)), 0) - zero
  probe <- seq_along(names) * 0.37 + 1
  if (!is.finite(zero) || !isTRUE(all.equal(at(probe), sum(row * probe) + zero))) {
    bad("is not linear")
  }
  if (!any(row != 0)) bad("holds whatever the coefficients are, or never: none is left in it")
  list(row = row, value = -zero)
}

coefficient_stand_ins <- function(names) sprintf(".b%d.", seq_along(names))

# Names of coefficients are no names of R (`a_log(x)`, `b_(Intercept)`): each becomes one, the
# longest first, all in one pass, so that no name is looked for inside another's stand-in.
with_coefficients <- function(text, names) {
  at <- which(vapply(names, grepl, NA, x = text, fixed = TRUE))
  if (!length(at)) return(text)
  at <- at[order(-nchar(names[at]))]
  quoted <- paste0("\\Q", gsub("\\E", "\\E\\\\E\\Q", names[at], fixed = TRUE), "\\E")
  inside <- "A-Za-z0-9._"
  left <- ifelse(grepl("^[A-Za-z0-9._]", names[at]), sprintf("(?<![%s])", inside), "")
  right <- ifelse(grepl("[A-Za-z0-9._]$", names[at]), sprintf("(?![%s])", inside), "")
  found <- gregexpr(paste0(left, quoted, right, collapse = "|"), text, perl = TRUE)
  hits <- regmatches(text, found)[[1]]
  regmatches(text, found) <- list(coefficient_stand_ins(names)[match(hits, names)])
  text
}

# Rows that repeat others are left out; rows that contradict them are an error.
independent_restrictions <- function(r, call) {
  if (!nrow(r$matrix)) return(r)
  # In units of each coefficient: `a = 0` and `a + 1e-10 * b = 0` are two restrictions.
  unit <- pmax(apply(abs(r$matrix), 2, max), .Machine$double.xmin)
  scaled <- r$matrix / rep(unit, each = nrow(r$matrix))
  rank <- function(m) qr(t(m), tol = 1e-9)$rank
  if (rank(cbind(scaled, r$value / max(abs(r$value), 1))) > rank(scaled)) {
    abort("restrictions", c(
      "{.arg restrictions} contradict each other: no coefficients satisfy all {nrow(r$matrix)}.",
      i = "Remove the ones that cannot hold together."
    ), call)
  }
  keep <- qr(t(scaled), tol = 1e-9)
  keep <- sort(keep$pivot[seq_len(keep$rank)])
  list(matrix = r$matrix[keep, , drop = FALSE], value = r$value[keep])
}
