# Linear restrictions on coefficients, in words or as a matrix, to R b = r.

# `names`: coefficients in order.
parse_restrictions <- function(restrictions, names, call = rlang::caller_env()) {
  if (!length(restrictions)) return(list(matrix = matrix(0, 0, length(names)), value = numeric()))
  if (is.list(restrictions) && is.matrix(restrictions$matrix)) {
    out <- list(matrix = restrictions$matrix, value = restrictions$value %||% rep(0, nrow(restrictions$matrix)))
    if (ncol(out$matrix) != length(names) || nrow(out$matrix) != length(out$value)) {
      abort("restrictions", c(
        "{.arg restrictions} must have a column for each of the {length(names)} coefficients and a value for each row; it is {nrow(out$matrix)} x {ncol(out$matrix)} with {length(out$value)} value{?s}.",
        i = "The coefficients are {.val {names}}."
      ), call)
    }
  } else if (is.character(restrictions)) {
    rows <- lapply(restrictions, parse_restriction, names = names, call = call)
    out <- list(matrix = do.call(rbind, lapply(rows, `[[`, "row")), value = vapply(rows, `[[`, 0, "value"))
  } else {
    abort("restrictions", c(
      "{.arg restrictions} must be strings or a list of {.code matrix} and {.code value}, not {.obj_type_friendly {restrictions}}.",
      i = "For instance {.code \"economy_infrastructure = infrastructure_economy\"}."
    ), call)
  }
  independent_restrictions(out, call)
}

# A linear expression is evaluated at zero and at each unit vector; that gives its row, and a third point shows whether
# it was linear.
parse_restriction <- function(text, names, call) {
  sides <- strsplit(text, "=+")[[1]]
  if (length(sides) == 1) sides <- c(sides, "0")
  stand_in <- paste0(".b", seq_along(names), ".")
  for (i in order(-nchar(names))) sides <- gsub(names[i], stand_in[i], sides, fixed = TRUE)
  bad <- function(why) {
    abort("restrictions", c(
      "Restriction {.val {text}} {why}.",
      i = "Write linear equations of the coefficients {.val {names}}."
    ), call, .envir = rlang::current_env())
  }
  exprs <- tryCatch(lapply(sides, str2lang), error = function(e) bad("is not an equation"))
  if (length(exprs) != 2) bad("has more than one equals sign")
  unknown <- setdiff(unlist(lapply(exprs, all.vars)), stand_in)
  if (length(unknown)) bad(paste0("names ", toString(unknown), ", which is no coefficient"))
  at <- function(b) {
    values <- stats::setNames(as.list(b), stand_in)
    eval(exprs[[1]], values, baseenv()) - eval(exprs[[2]], values, baseenv())
  }
  zero <- at(rep(0, length(names)))
  row <- vapply(seq_along(names), function(i) at(replace(rep(0, length(names)), i, 1)), 0) - zero
  probe <- seq_along(names) * 0.37 + 1
  if (!is.finite(zero) || !isTRUE(all.equal(at(probe), sum(row * probe) + zero))) bad("is not linear")
  list(row = row, value = -zero)
}

# Rows that repeat others are left out; rows that contradict them are an error.
independent_restrictions <- function(r, call) {
  if (!nrow(r$matrix)) return(r)
  rank <- function(m) qr(t(m), tol = 1e-9)$rank
  if (rank(cbind(r$matrix, r$value)) > rank(r$matrix)) {
    abort("restrictions", c(
      "{.arg restrictions} contradict each other: no coefficients satisfy all {nrow(r$matrix)}.",
      i = "Remove the ones that cannot hold together."
    ), call)
  }
  keep <- qr(t(r$matrix), tol = 1e-9)
  keep <- sort(keep$pivot[seq_len(keep$rank)])
  list(matrix = r$matrix[keep, , drop = FALSE], value = r$value[keep])
}
