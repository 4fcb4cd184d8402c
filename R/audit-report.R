# What an audit hands back: one line a check, and a story that can be pasted into a report.

verdicts <- c("consistent", "inconsistent", "undetermined", "not tested")

# Lines of an audit, all vectors recycled to the rows.
audit_lines <- function(row, item, check, verdict, reason, printed = NA, lower = NA, upper = NA) {
  n <- length(row)
  fill <- function(x, as) rep_len(as(x), n)
  list2DF(list(
    row = as.integer(row), item = fill(item, as.character), check = fill(check, as.character),
    verdict = fill(verdict, as.character),
    reason = fill(reason, as.character), printed = fill(printed, as.character),
    lower = fill(lower, as.double), upper = fill(upper, as.double)
  ))
}

# A printed quantity against a recomputed one: contradicted where the intervals are apart.
compare_lines <- function(frame, check, printed, recomputed, what,
                          missing = "a cell it needs is empty") {
  meets <- overlap(printed, recomputed)
  verdict <- ifelse(is.na(meets), "undetermined", ifelse(meets, "consistent", "inconsistent"))
  where <- range_text(recomputed)
  reason <- ifelse(is.na(meets), missing, ifelse(
    meets, paste0(what, " may be ", where),
    paste0(what, " is ", where, ", which ", printed$text, " is not")
  ))
  audit_lines(
    frame$row, frame$item, check, verdict, reason, printed$text, recomputed$lower, recomputed$upper
  )
}

# A check for which the table, or what was said of it, has nothing to hold `what` against.
not_tested <- function(what, give, check = "columns against each other") {
  audit_lines(
    NA, "the table", check, "not tested",
    paste0("nothing to hold ", paste(what, collapse = ", "), " against: give ", give)
  )
}

# An argument that only a check reads which is not made.
check_is_read <- function(given, arg, needs, call) {
  if (!given) return(invisible())
  abort("argument", c(
    "{.arg {arg}} is read together with {.arg {needs}}, and there is none.",
    i = "Give {.arg {needs}}, or leave {.arg {arg}} out."
  ), call)
}

range_text <- function(x, digits = 4) {
  show <- function(v) {
    trimws(formatC(round(v, 10), digits = digits, format = "fg", flag = "#", decimal.mark = "."))
  }
  low <- sub("\\.$", "", show(x$lower))
  high <- sub("\\.$", "", show(x$upper))
  ifelse(x$lower > x$upper, "impossible", ifelse(low == high, low, paste(low, "to", high)))
}

# The rows of a printed table and what they are called.
rows_of <- function(table, name, arg, call) {
  rows <- seq_len(nrow(table))
  if (is.null(name)) return(list2DF(list(row = rows, item = rep(NA_character_, length(rows)))))
  check_one_column(name, table, arg, call)
  list2DF(list(row = rows, item = trimws(as.character(table[[name]]))))
}

new_audit <- function(lines, title, table, opts, columns) {
  check_columns_read(opts, columns)
  lines <- do.call(rbind, lines)
  row.names(lines) <- NULL
  digits <- vapply(columns, function(x) digits_text(x$digits[!is.na(x$text)]), "")
  read <- list(
    rounding = opts$rounding, scale = opts$scale,
    digits = stats::setNames(digits, vapply(columns, `[[`, "", "name")),
    empty = sum(vapply(columns, function(x) sum(is.na(x$text)), 0L)))
  structure(lines, class = c("audit", "data.frame"), title = title, rows = nrow(table), read = read)
}

digits_text <- function(digits) {
  if (!length(digits)) return("no cell")
  paste(unique(range(digits)), collapse = " to ")
}

#' Printing and counting an audit
#'
#' An audit of a printed table is a data frame with one line a check: `row` of the table (`NA` for a
#' check of several rows), `item` (what the row is called), `check`, `verdict` (`"consistent"`: not
#' contradicted by the print; `"inconsistent"`: contradicted, whatever was rounded away;
#' `"undetermined"`: the print cannot tell; `"not tested"`: the table has nothing to hold it
#' against), `reason`, `printed` (the cell), `lower` and `upper`
#' (what was recomputed). Printing tells the findings in words; `summary()` counts the verdicts of
#' each check.
#' @param x,object An audit, as [audit_coupling()], [audit_weights()], [audit_ranks()],
#'   [audit_descriptives()] and [audit_coefficients()] return.
#' @param n How many findings of each kind are printed at most (default 12; `Inf` for all).
#' @param ... Not used.
#' @return `print()` returns `x` invisibly; `summary()` a data frame with one row a check and a
#'   column for each verdict. Checks and reasons are English in the lines, whatever the language;
#'   prints and pictures translate them ([ccdpanel.language]).
#' @section Errors: `ccdpanel_error_number`.
#' @examples
#' printed <- data.frame(
#'   unit = c("a", "b", "c"), average = c("0.41", "0.39", "0.12"), rank = c("1", "3", "2")
#' )
#' a <- audit_ranks(printed, average = "average", rank = "rank", unit = "unit")
#' a
#' summary(a)
#' @name audit
NULL

#' @rdname audit
#' @export
print.audit <- function(x, n = 12, ...) {
  check_print_dots(...)
  check_shown(n = n)
  if (!all(c("row", "item", "check", "verdict", "reason") %in% names(x))) {
    return(invisible(print(plain_audit(x))))
  }
  counts <- table(factor(x$verdict, verdicts))
  say(trf(
    "%s: %s, %s.", tr(attr(x, "title") %||% "Audit"), count_of(attr(x, "rows") %||% 0L, "row"),
    count_of(nrow(x), "check")
  ))
  say(trf(
    "%d consistent (not contradicted by the print), %d inconsistent, %d undetermined.", counts[1],
    counts[2], counts[3]
  ))
  if (counts[4]) say(trf("%d not tested.", counts[4]))
  say_reading(attr(x, "read"))
  say_findings(x[x$verdict == "inconsistent", ], "Inconsistent", n)
  say_findings(x[x$verdict == "undetermined", ], "Undetermined", n)
  say_findings(x[x$verdict == "not tested", ], "Not tested", n)
  whole <- x[x$verdict == "consistent" & is.na(x$row), ]
  say_findings(whole, "Consistent, for the table as a whole", n)
  clean <- setdiff(unique(x$check), x$check[x$verdict != "consistent"])
  if (length(clean)) {
    cat("\n")
    say(trf("Nothing to object: %s.", paste(spoken_audit(clean), collapse = semicolon())))
  }
  next_steps("summary(x)", "as.data.frame(x)", "plot(x)")
  invisible(x)
}

say_reading <- function(read) {
  if (is.null(read) || !length(read$digits)) return(invisible())
  how <- tr(if (read$rounding == "round") "Read as rounded" else "Read as truncated")
  scale <- scale_text(read$scale)
  digits <- split(names(read$digits), factor(read$digits, unique(read$digits)))
  digits <- paste0(
    spoken_audit(names(digits)), " (", vapply(digits, listed, ""), ")", collapse = semicolon()
  )
  empty <- if (read$empty) trf(" Empty cells: %d.", read$empty) else ""
  say(paste0(trf("%s%s; decimals: %s.", how, scale, digits), empty))
}

scale_text <- function(scale) {
  scale <- scale[scale != 1]
  if (!length(scale)) return("")
  if (is.null(names(scale))) return(trf(", divided by %s", format(scale)))
  trf(", divided by %s", listed(paste0(vapply(scale, format, ""), " (", names(scale), ")")))
}

say_findings <- function(x, heading, n) {
  if (!nrow(x)) return(invisible())
  x <- x[order(!is.na(x$row)), ]
  shown <- utils::head(x, n)
  cat("\n")
  say(paste0(tr(heading), colon()))
  where <- lines_places(shown)
  check <- spoken_audit(shown$check)
  reason <- spoken_audit(shown$reason)
  for (i in seq_len(nrow(shown))) {
    say(paste0("- ", where[i], check[i], colon(), reason[i], full_stop()), indent = 2, exdent = 4)
  }
  if (nrow(x) > n) {
    say(trf("... and %d more; as.data.frame() has all.", nrow(x) - n), indent = 2)
  }
}

# Where a line belongs, as it is said before its check: its row, what that is called, or both.
lines_places <- function(x) {
  whole <- is.na(x$row)
  item <- item_names(x)
  bracket <- if (spoken() == "zh") "\uff08%s\uff09" else " (%s)"
  where <- ifelse(whole, item, paste0(
    trf("row %d", x$row), ifelse(is.na(item), "", sprintf(bracket, item))
  ))
  ifelse(is.na(where), "", paste0(where, if (spoken() == "zh") "\uff0c" else ", "))
}

# The package's own names of what a line is about, and provinces, in the language spoken.
item_names <- function(x) {
  if (spoken() == "en") return(x$item)
  own <- is.na(x$row) | x$item %in% "total effect"
  out <- spoken_units(x$item)
  # Names of systems may hold any words: only what is one of the package's as a whole is translated.
  out[own] <- spoken_pieces(out[own], "audits", whole = TRUE)
  out
}

#' @rdname audit
#' @export
summary.audit <- function(object, ...) {
  check_dots(...)
  checks <- unique(object$check)
  counts <- table(factor(object$check, checks), factor(object$verdict, verdicts))
  out <- data.frame(check = checks, unclass(counts), row.names = NULL, check.names = FALSE)
  names(out) <- sub(" ", "_", names(out), fixed = TRUE)
  previewed(out, attr(object, "title") %||% "Audit", "as.data.frame(x)", "plot(x)", n = Inf)
}

#' @export
as.data.frame.audit <- function(x, ...) {
  check_dots(..., passed = c("row.names", "optional", "stringsAsFactors", "make.names"))
  plain_audit(x)
}

plain_audit <- function(x) {
  attributes(x)[c("title", "rows", "read")] <- NULL
  class(x) <- setdiff(class(x), "audit")
  x
}

# Selected lines are no longer the whole audit.
#' @export
`[.audit` <- function(x, ...) {
  out <- NextMethod()
  if (is.data.frame(out)) plain_audit(out) else out
}
