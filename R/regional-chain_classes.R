# How values become classes: fixed bounds, or quantiles of all or of each period.
class_rule <- function(classes, k, at, call) {
  if (!is.null(k) && !identical(classes, "period")) {
    abort("argument", c(
      "{.arg k} belongs to {.code classes = \"period\"}, and {.arg classes} is another.",
      i = "{.code classes = 4} makes four quantile classes of all periods together."
    ), call)
  }
  k <- k %||% 4
  if (identical(classes, "level")) return(level_rule(at, call))
  if (identical(classes, "period")) {
    check_number(k, "k", min = 2, max = 50, call = call, whole = TRUE)
    return(list(rule = "period", k = as.integer(k)))
  }
  if (is_bare_numeric(classes) && length(classes) == 1 && !is.na(classes) && classes >= 2 &&
      classes == round(classes)) {
    check_number(classes, "classes", min = 2, max = 50, call = call, whole = TRUE)
    return(list(rule = "pooled", k = as.integer(classes)))
  }
  increasing <- is_bare_numeric(classes) && length(classes) && length(classes) < 50 &&
    all(is.finite(classes)) && !is.unsorted(classes, strictly = TRUE)
  if (increasing) {
    return(list(rule = "fixed", k = length(classes) + 1L, bounds = as.double(classes)))
  }
  abort("classes", c(
    paste0(
      "{.arg classes} must be a whole number of at least 2, {.val period}, {.val level} or ",
      "increasing bounds, not {found(classes)}."
    ),
    i = "For instance {.code classes = 4} or {.code classes = c(0.4, 0.6)}."
  ), call)
}

level_rule <- function(at, call) {
  if (is.null(at$breaks)) {
    abort("classes", c(
      "Levels belong to {.val D} of a {.fn coupling}; {.val {at$value}} has none.",
      i = "Give bounds as numbers, or a number of quantile classes."
    ), call)
  }
  list(
    rule = "level", k = length(at$breaks) + 1L, closed = at$closed, labels = at$stages,
    bounds = level_edges(at$breaks, at$closed)
  )
}

# The neighbours' mean is of the classes of the values, or has quantiles of its own.
given_rule <- function(given_classes, given, rule, call) {
  if (is.null(given)) {
    if (given_classes == "own") return(NULL)
    abort("argument", c(
      "{.arg given_classes} belongs to {.arg given}, which is not there.",
      i = "Name weights in {.arg given}."
    ), call)
  }
  if (given_classes == "own" || rule$rule %in% c("pooled", "period")) return(given_classes)
  abort("argument", c(
    "Quantiles of the neighbours' mean belong to quantile classes, not to bounds or levels.",
    i = "Give a number of {.arg classes}, or leave {.arg given_classes} out."
  ), call)
}

# The class of each cell from zero, and of its neighbours. `call` is NULL for replays, whose classes
# may be empty.
classed <- function(y, rule, relative, w, at, call) {
  if (relative) y <- relative_values(y, at, call)
  if (!is.null(call) && length(unique(y[!is.na(y)])) < 2) {
    abort("values", c(
      if (relative) {
        "All values of {.val {at$value}} are their period's mean, and nothing moves."
      } else {
        "All values of {.val {at$value}} are equal, and nothing moves."
      },
      i = if (relative) {
        "{.code relative = FALSE} takes them as they are."
      } else {
        "Name another {.arg value}."
      }
    ), call)
  }
  bounds <- class_bounds(y, rule, at, call)
  code <- class_codes(y, bounds, rule)
  out <- list(code = code, bounds = if (rule$rule != "period") bounds[[1]])
  if (!is.null(w)) {
    lag <- spatial_lag(w, y)
    if (rule$given == "lag") bounds <- class_bounds(lag, rule, at, call)
    out$given <- class_codes(lag, bounds, rule)
  }
  if (!is.null(call)) check_used_classes(code, rule, y, call)
  out
}

# The bounds between the classes of each period.
class_bounds <- function(y, rule, at, call) {
  if (rule$rule == "pooled") {
    return(rep(list(quantile_bounds(y, rule$k, at, NULL, call)), ncol(y)))
  }
  lapply(seq_len(ncol(y)), function(t) {
    if (rule$rule == "period") quantile_bounds(y[, t], rule$k, at, t, call) else rule$bounds
  })
}

class_codes <- function(y, bounds, rule) {
  open <- !identical(rule$closed, "left")
  out <- vapply(seq_len(ncol(y)), function(t) {
    findInterval(y[, t], bounds[[t]], left.open = open)
  }, integer(nrow(y)))
  replace(matrix(out, nrow(y)), is.na(y), NA)
}

relative_values <- function(y, at, call) {
  mean <- colMeans(y, na.rm = TRUE)
  bad <- which(!is.na(mean) & mean <= 0)
  if (length(bad) && !is.null(call)) {
    abort("values", c(
      "Relative values need a positive mean; it is not in {format_key(at$times[bad])}.",
      i = "{.code relative = FALSE} takes the values as they are."
    ), call)
  }
  y / rep(mean, each = nrow(y))
}

quantile_bounds <- function(y, k, at, t, call) {
  out <- stats::quantile(y, seq_len(k - 1) / k, na.rm = TRUE, names = FALSE)
  if (!is.null(call) && (anyDuplicated(out) || anyNA(out) || out[k - 1] >= max(y, na.rm = TRUE))) {
    where <- if (is.null(t)) "" else paste(" in", format_key(at$times[t]))
    abort("classes", c(
      paste0(
        "So many values of {.val {at$value}} are equal{where} that {k} quantile classes fall ",
        "together."
      ),
      i = "Ask for fewer classes, or give bounds."
    ), call)
  }
  out
}

# Levels that nobody is ever in are no classes of the chain, and are said; bounds must all be used.
check_used_classes <- function(code, rule, y, call) {
  empty <- setdiff(seq_len(rule$k), code + 1L)
  if (!length(empty)) return(invisible())
  if (rule$rule == "level") {
    return(inform_plainly("classes", paste0(
      "Levels that nobody is in: ", first_names(rule$labels[empty]), "."
    )))
  }
  abort("classes", c(
    paste0(
      "Nobody is ever in {cli::qty(length(empty))}class{?es} {empty} of the {rule$k} that ",
      "{.arg classes} makes."
    ),
    i = "Values run from {format(min(y, na.rm = TRUE))} to {format(max(y, na.rm = TRUE))}."
  ), call)
}

# Neighbours' weighted mean among those with a value; NA without any.
spatial_lag <- function(w, y) {
  here <- !is.na(y)
  total <- spatial_sums(w, here + 0)
  lag <- spatial_sums(w, replace(y, !here, 0)) / total
  lag[total == 0] <- NA
  lag
}

chain_weights <- function(given, by, at, call) {
  if (is.null(given)) return(NULL)
  if (!is.null(by)) {
    abort("argument", c(
      "{.arg given} and {.arg by} make regimes in two ways.", i = "Give one of them."
    ), call)
  }
  matched_weights(if (!identical(given, "contiguity")) given, at, call, "given")
}

class_labels_of <- function(labels, rule, call) {
  usual <- rule$labels %||% as.character(seq_len(rule$k))
  if (is.null(labels)) return(usual)
  if (
    is.character(labels) && length(labels) == rule$k && !anyNA(labels) && !anyDuplicated(labels)
  ) return(labels)
  abort("labels", c(
    paste0(
      "{.arg labels} must be {rule$k} different names, one a class from the lowest, ",
      "not {found(labels)}."
    ),
    i = "Leave them out for numbers."
  ), call)
}
