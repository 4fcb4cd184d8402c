# Printed levels against the coordination degree.

level_lines <- function(frame, d, table, level, scheme, closed, labels, call) {
  if (is.null(d)) {
    abort("column", c(
      "{.arg level} needs {.arg D} to be held against.",
      i = "Name the column of the coordination degree."
    ), call)
  }
  check_one_column(level, table, "level", call)
  spec <- lapply(closed %||% c("right", "left"), function(side) {
    level_spec(scheme, side, labels, "en", call)
  })
  printed <- printed_levels(table[[level]], scheme, spec[[1]]$labels, is.null(labels), level, call)
  span <- Reduce(
    function(x, y) interval(pmin(x$lower, y$lower), pmax(x$upper, y$upper)),
    lapply(spec, level_span, d = clip(d))
  )
  missing <- is.na(printed) | is.na(span$lower)
  out <- printed < span$lower | printed > span$upper
  edge <- span$lower < span$upper
  verdict <- ifelse(missing, "undetermined", ifelse(
    out, "inconsistent", ifelse(edge, "undetermined", "consistent")
  ))
  says <- level_text(span, spec[[1]]$labels)
  reason <- ifelse(missing, "level or D is empty", switch_verdict(
    verdict, paste("D is in", says),
    paste0("D is in ", says, ", not ", level_text(interval(printed), spec[[1]]$labels)),
    paste0("D is printed on the edge of ", says)))
  audit_lines(
    frame$row, frame$item, "level of D", verdict, reason, as.character(table[[level]]), span$lower,
    span$upper
  )
}

level_span <- function(spec, d) {
  left <- levels_of(d$lower, spec)$level
  interval(left, levels_of(d$upper, spec)$level)
}

level_text <- function(span, labels) {
  one <- function(i) {
    paste0(i, ifelse(
      i >= 1 & i <= length(labels), paste0(" (", labels[pmin(pmax(i, 1), length(labels))], ")"), ""
    ))
  }
  ifelse(
    span$lower == span$upper, paste("class", one(span$lower)),
    paste("classes", one(span$lower), "and", one(span$upper))
  )
}

# Integers from whole numbers, from their strings, or from the names of the classes in any language.
printed_levels <- function(x, scheme, labels, usual, name, call) {
  if (is.factor(x)) x <- as.character(x)
  if (is.numeric(x) && all(x == trunc(x), na.rm = TRUE)) return(as.integer(x))
  text <- if (is.character(x)) trimws(x) else rep("?", length(x))
  text[text %in% c("", "-", "--", "NA")] <- NA
  if (all(is.na(text) | grepl("^[0-9]+$", text))) return(as.integer(text))
  tables <- if (usual) {
    lapply(c(en = "en", zh = "zh"), class_names, scheme = scheme)
  } else {
    list(labels)
  }
  found_at <- Reduce(
    function(a, b) ifelse(is.na(a), b, a),
    lapply(tables, function(names) match(tolower(text), tolower(names)))
  )
  unknown <- unique(text[!is.na(text) & is.na(found_at)])
  if (!length(unknown)) return(found_at)
  abort("labels", c(
    paste0(
      "Column {.val {name}} must hold class numbers or names of scheme {.val {scheme}}; it ",
      "has {.val {unknown}}."
    ),
    i = "The names are {.val {labels}}; give a paper's own by {.arg labels}."), call)
}
