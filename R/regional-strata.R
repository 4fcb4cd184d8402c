# Strata of a factor: text and levels as they are, numbers cut by a rule.

strata_methods <- c("quantile", "equal", "natural")

strata_rule <- function(bins, method, breaks, factors, call) {
  whole <- is_bare_numeric(bins) && length(bins) && all(is.finite(bins)) &&
    all(bins == round(bins)) && all(bins >= 2 & bins <= 50) && !anyDuplicated(bins)
  if (!whole) {
    abort("number", c(
      "{.arg bins} must be whole numbers from 2 to 50, each once, not {found(bins)}.",
      i = paste0(
        "One number cuts every factor into as many strata; of several, as in ",
        "{.code bins = 3:8}, the one of the largest q is taken."
      )
    ), call)
  }
  check_choices(method, strata_methods, "method", call)
  check_break_list(breaks, factors, call)
  list(bins = as.integer(bins), method = unique(method), breaks = breaks)
}

check_break_list <- function(breaks, factors, call) {
  if (is.null(breaks)) return(invisible())
  good <- is.list(breaks) && !is.data.frame(breaks) && length(breaks) &&
    !is.null(names(breaks)) && all(names(breaks) %in% factors) && !anyDuplicated(names(breaks))
  if (!good) {
    abort("breaks", c(
      "{.arg breaks} must be a list named by {.arg factors}, not {found(breaks)}.",
      i = "For instance {.code breaks = list({factors[1]} = c(10, 20))}: three strata."
    ), call)
  }
  for (name in names(breaks)) {
    b <- breaks[[name]]
    if (is_bare_numeric(b) && length(b) && all(is.finite(b)) && !is.unsorted(b, strictly = TRUE)) {
      next
    }
    abort("breaks", c(
      "The breaks of {.val {name}} must be increasing finite numbers, not {found(b)}.",
      i = "They are the bounds between strata; a value on a bound is of the lower stratum."
    ), call)
  }
}

# A column of numbers stays so and is cut in each period; everything else is levels.
strata_column <- function(data, name, rule, call) {
  x <- data[[name]]
  role <- cli::format_inline("Column {.val {name}} of {.arg factors}")
  kinds <- is.factor(x) || is.character(x) || is.logical(x) || !is.null(attr(x, "labels"))
  number <- if (!kinds) column_numbers(x)
  if (is.null(number)) {
    if (name %in% names(rule$breaks)) {
      abort("breaks", c(
        "{.arg breaks} names {.val {name}}, whose strata are its own values.",
        i = "Leave it out of {.arg breaks}."
      ), call)
    }
    level <- as_levels(x, role, "column", call)
    names <- if (is.factor(level)) levels(level) else sort_key(unique(level[!is.na(level)]))
    return(list(code = match(level, names), labels = format_key(names)))
  }
  number <- as.double(number)
  if (any(is.infinite(number))) {
    abort("values", c(
      "Column {.val {name}} must be finite; {sum(is.infinite(number))} value{?s} {?is/are} not.",
      i = "Set them to {.code NA}, which is left out and counted."
    ), call)
  }
  list(number = number)
}

sort_key <- function(x) if (is.character(x)) sort_by_codes(x) else sort(x)

# Whole numbers of few values may be codes of kinds, which are no sizes to cut.
say_cut_codes <- function(columns, rule) {
  coded <- vapply(names(columns), function(name) {
    x <- columns[[name]]$number
    if (is.null(x) || name %in% names(rule$breaks)) return(FALSE)
    each <- unique(x[!is.na(x)])
    length(each) > max(rule$bins) && length(each) <= 12 && all(each == round(each))
  }, NA)
  if (!any(coded)) return(invisible())
  inform_plainly("codes", sprintf(
    "Whole numbers of few values, cut like any other number: %s. Make codes of kinds a factor().",
    first_names(names(columns)[coded])
  ))
}

# The strata a column may have, each a list of codes, labels, the rule and number of bins.
strata_choices <- function(column, name, rows, rule) {
  if (is.null(column$number)) {
    code <- column$code[rows]
    there <- sort(unique(code))
    return(list(list(
      code = match(code, there), labels = column$labels[there], method = "levels",
      bins = NA_integer_, bounds = NULL
    )))
  }
  x <- column$number[rows]
  own <- rule$breaks[[name]]
  if (!is.null(own)) return(list(cut_strata(x, own, "breaks", NA_integer_)))
  by <- expand.grid(bins = rule$bins, method = rule$method, stringsAsFactors = FALSE)
  lapply(seq_len(nrow(by)), function(i) {
    cut_strata(x, strata_bounds(x, by$bins[i], by$method[i]), by$method[i], by$bins[i])
  })
}

# Bounds between strata, fewer than asked where values are tied.
strata_bounds <- function(x, bins, method) {
  inner <- seq_len(bins - 1)
  bounds <- switch(method,
    quantile = stats::quantile(x, inner / bins, names = FALSE),
    equal = min(x) + (max(x) - min(x)) * inner / bins,
    natural = natural_bounds(x, bins)
  )
  unique(bounds)
}

cut_strata <- function(x, bounds, method, bins) {
  code <- findInterval(x, bounds, left.open = TRUE) + 1L
  there <- sort(unique(code))
  labels <- bound_labels(bounds)
  list(
    code = match(code, there), labels = labels[there], method = method, bins = bins,
    bounds = bounds
  )
}

# With as many digits as tell the bounds apart.
bound_labels <- function(bounds) {
  text <- format_apart(bounds)
  n <- length(bounds)
  if (!n) return("all")
  c(
    paste("<=", text[1]), if (n > 1) paste0("(", text[-n], ", ", text[-1], "]"),
    paste(">", text[n])
  )
}

format_apart <- function(x) {
  for (digits in 4:17) {
    text <- vapply(signif(x, digits), function(v) {
      plain <- v == 0 || (abs(v) >= 1e-4 && abs(v) < 1e15)
      format(v, digits = 15, scientific = !plain)
    }, "")
    if (!anyDuplicated(text)) break
  }
  text
}

# Fisher's classes, of the least sum of squares within: exact, n log n for each class. A class's
# bound is its largest value.
natural_bounds <- function(x, bins) {
  u <- sort(unique(x))
  m <- length(u)
  if (m <= bins) return(u[-m])
  w <- tabulate(match(x, u), m)
  z <- (u - mean(x)) / max(abs(u - mean(x)))
  total <- c(0, cumsum(w))
  first <- c(0, cumsum(w * z))
  second <- c(0, cumsum(w * z^2))
  within <- function(from, to) {
    pmax(second[to + 1] - second[from] - (first[to + 1] - first[from])^2 /
      (total[to + 1] - total[from]), 0)
  }
  best <- within(rep(1, m), seq_len(m))
  starts <- matrix(1L, m, bins)
  for (k in 2:bins) {
    layer <- best_starts(best, within, k, m)
    best <- layer$best
    starts[, k] <- layer$start
  }
  end <- m
  out <- integer(bins - 1)
  for (k in bins:2) {
    end <- starts[end, k] - 1L
    out[k - 1] <- end
  }
  u[out]
}

# The best start of the last of `k` classes for each end: never before that of an earlier end, so
# that middles part the search, all intervals of a depth at once.
best_starts <- function(before, within, k, m) {
  best <- rep(Inf, m)
  start <- rep(k, m)
  low <- k
  high <- m
  from <- k
  to <- m
  while (length(low)) {
    mid <- (low + high) %/% 2L
    last <- pmin(to, mid)
    count <- last - from + 1L
    part <- rep(seq_along(mid), count)
    candidate <- sequence(count, from)
    value <- before[candidate - 1L] + within(candidate, mid[part])
    first <- order(part, value, candidate)[cumsum(c(1L, count[-length(count)]))]
    best[mid] <- value[first]
    start[mid] <- candidate[first]
    left <- low < mid
    right <- mid < high
    next_low <- c(low[left], mid[right] + 1L)
    next_high <- c(mid[left] - 1L, high[right])
    next_from <- c(from[left], start[mid][right])
    to <- c(start[mid][left], to[right])
    low <- next_low
    high <- next_high
    from <- next_from
  }
  list(best = best, start = as.integer(start))
}
