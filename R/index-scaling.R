# How each method of normalisation scales the columns of a sheet. `spec` is what normalise_spec()
# made of the user's arguments; periods are taken apart before (by_period()), so that a scope here
# is pooled, base or goalposts.

normalise_methods <- c("minmax", "zscore", "vector", "sum", "rank", "none")

normalise_spec <- function(method, scope, range, sheet, time, call) {
  check_choice(method, normalise_methods, "normalise", call)
  if (
    !is_bare_numeric(range) || length(range) != 2 || anyNA(range) || !all(is.finite(range)) ||
      range[1] >= range[2]
  ) {
    abort("range", c(
      "{.arg range} must be two increasing numbers, not {found(range)}.",
      i = "For instance {.code range = c(0.01, 0.99)}."
    ), call)
  }
  if (method != "minmax" && !identical(as.double(range), c(0, 1))) {
    abort("choice", c(
      "{.arg range} belongs to {.val minmax}; {.val {method}} has no target range.",
      i = "Leave {.arg range} at 0 to 1."
    ), call)
  }
  if (method != "minmax" && method != "none" && any(sheet$direction == "interval")) {
    abort("choice", c(
      paste0(
        "Interval indicators can only be normalised by {.val minmax}, not by {.val {method}}: ",
        "{.val {unique(sheet$indicator[sheet$direction == 'interval'])}}."
      ),
      i = "An optimal range has no counterpart in the other methods."), call)
  }
  c(list(method = method, range = as.double(range)), scope_spec(scope, method, sheet, time, call))
}

# `scope` is a word, or the base period as c(base = 2011).
scope_spec <- function(scope, method, sheet, time, call) {
  if (length(scope) == 1 && identical(names(scope), "base")) {
    check_base(scope, method, time, call)
    return(list(scope = "base", base = time == scope[[1]]))
  }
  if (identical(scope, "base")) {
    abort("choice", c(
      "A base period must be named: {.code scope = c(base = {format_key(time[1])})}.",
      i = "Ranges are then those of that period."
    ), call)
  }
  if (!rlang::is_string(scope) || !scope %in% c("pooled", "period", "goalposts")) {
    abort("choice", c(
      paste0(
        "{.arg scope} must be one of {.val pooled}, {.val period}, {.val goalposts}, or a base ",
        "period, not {found(scope)}."
      ),
      i = "A base period is named: {.code scope = c(base = {format_key(time[1])})}."
    ), call)
  }
  if (scope == "goalposts") check_goalposts(sheet, method, call)
  list(scope = scope)
}

check_base <- function(scope, method, time, call) {
  if (!method %in% c("minmax", "zscore", "vector", "sum")) {
    abort("choice", c(
      "Normalisation by {.val {method}} has no base period.",
      i = "Use {.val minmax}, or another scope."
    ), call)
  }
  if (sum(time == scope[[1]], na.rm = TRUE) >= 2) return(invisible())
  abort("choice", c(
    paste0(
      "{.arg scope} names the base period {.val {format_key(unname(scope))}}, which has ",
      "{sum(time == scope[[1]], na.rm = TRUE)} row{?s}; at least two are needed."
    ),
    i = "The times of the panel are {time_span(time)}."), call)
}

check_goalposts <- function(sheet, method, call) {
  if (method != "minmax") {
    abort("choice", c(
      "Goalposts belong to {.val minmax}, not to {.val {method}}.", i = "Choose another scope."
    ), call)
  }
  plain <- sheet$direction != "interval"
  lower <- sheet[["lower"]] %||% rep(NA, nrow(sheet))
  upper <- sheet[["upper"]] %||% rep(NA, nrow(sheet))
  without <- unique(sheet$indicator[plain & (is.na(lower) | is.na(upper))])
  if (!length(without)) return(invisible())
  abort("goalposts", c(
    "Goalposts are the sheet's {.val lower} and {.val upper}; {.val {without}} {?has/have} none.",
    i = "Fill in both columns, or choose another scope."), call)
}

# Applies f(rows) to the rows of each period in time order; `where` is for messages.
by_period <- function(time, f) {
  times <- in_order(time)
  lapply(
    stats::setNames(seq_along(times), format_key(times)),
    function(t) f(which(time == times[t]), times[t])
  )
}

# The scaled columns, one for each row of the sheet.
scale_columns <- function(columns, sheet, summary, spec, call) {
  if (spec$method == "none") return(columns)
  if (spec$method != "minmax") {
    reference <- spec$base %||% rep(TRUE, length(columns[[1]]))
    return(Map(
      function(x, direction, name) {
        scale_one(x, x[reference], direction == "-", spec$method, name, call)
      },
      columns, sheet$direction, sheet$indicator
    ))
  }
  limits <- scaling_limits(columns, sheet, summary, spec)
  z <- scale_min_max(columns, sheet, limits, spec$range)
  if (spec$scope != "pooled") warn_outside(z, sheet, spec, call)
  z
}

scaling_limits <- function(columns, sheet, summary, spec) {
  out <- list(min = summary$min, max = summary$max)
  if (spec$scope == "base") {
    out <- as.list(bind_summarise(
      lapply(columns, `[`, which(spec$base)), thread_count()
    ))[c("min", "max")]
  }
  if (spec$scope == "goalposts") {
    plain <- sheet$direction != "interval"
    out$min[plain] <- sheet$lower[plain]
    out$max[plain] <- sheet$upper[plain]
  }
  out
}

scale_min_max <- function(columns, sheet, limits, range) {
  out <- vector("list", length(columns))
  plain <- sheet$direction != "interval"
  out[plain] <- bind_min_max(
    columns[plain], limits$min[plain], limits$max[plain], sheet$direction[plain] == "-", range[1],
    range[2], thread_count()
  )
  for (j in which(!plain)) {
    out[[j]] <- bind_interval(
      columns[[j]], sheet$lower[j], sheet$upper[j], limits$min[j], limits$max[j], range[1], range[2]
    )
  }
  for (j in which(limits$min == limits$max)) {
    out[[j]] <- ifelse(is.na(columns[[j]]), NA_real_, range[1])
  }
  out
}

warn_outside <- function(z, sheet, spec, call) {
  outside <- vapply(z, function(x) sum(x < spec$range[1] | x > spec$range[2], na.rm = TRUE), 0L)
  say_outside(outside, sheet, spec, call)
}

say_outside <- function(outside, sheet, spec, call) {
  if (!any(outside > 0)) return(invisible())
  counts <- unique(paste0(sheet$indicator, " (", outside, ")")[outside > 0])
  limits <- if (spec$scope == "base") "the base period's range" else "their goalposts"
  warn("outside", c(
    "Values lie outside {limits} and keep normalised values outside the target range: {counts}.",
    i = "Indices may then leave it too."), call, indicators = one_a_row(sheet, outside))
}

# One column, with sums and moments from the reference values.
scale_one <- function(x, reference, reversed, method, name, call) {
  known <- reference[!is.na(reference)]
  if (!length(known)) return(x)
  # All but ranks are the same in any unit, and squares of 1e200 are no doubles: a power of two
  # changes no digit.
  size <- max(abs(known))
  if (!method %in% c("zscore", "rank")) {
    # Also outside of a base period: 1 / 0 has no share, and 1 / x of x < 0 no order.
    check_shareable(min(x, na.rm = TRUE), reversed, method, name, call)
  }
  if (size > 0 && is.finite(size)) {
    unit <- 2^floor(log2(size))
    x <- x / unit
    known <- known / unit
  }
  if (method == "zscore") return(scale_zscore(x, known, reversed))
  if (method == "rank") return(scale_rank(x, reversed))
  if (reversed) {
    x <- 1 / x
    known <- 1 / known
  }
  x / (if (method == "sum") sum(known) else sqrt(sum(known^2)))
}

check_shareable <- function(least, reversed, method, name, call) {
  if (least > 0 || least == 0 && !reversed) return(invisible())
  abort("negative", c(
    paste0(
      "Normalisation by {.val {method}} needs values that are not negative, and positive ones ",
      "where less is better; the least of {.val {name}} is {least}."
    ),
    i = "Use {.val minmax}."
  ), call)
}

scale_zscore <- function(x, known, reversed) {
  spread <- stats::sd(known)
  if (is.na(spread) || spread == 0) return(ifelse(is.na(x), NA_real_, 0))
  (if (reversed) -1 else 1) * (x - mean(known)) / spread
}

# Ranks from 0 to 1, ties at their mean.
scale_rank <- function(x, reversed) {
  (rank(if (reversed) -x else x, na.last = "keep") - 1) / max(sum(!is.na(x)) - 1, 1)
}
