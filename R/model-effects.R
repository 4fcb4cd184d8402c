# Effects and clusters as integer codes.

# Names of an effect's levels, from one row of each. Parts of a combination are told apart by a mark
# that is part of none.
level_names <- function(values, rows) {
  parts <- lapply(values, function(v) value_names(v[rows]))
  if (length(parts) == 1) return(parts[[1]])
  do.call(paste, c(lapply(parts, function(p) gsub("^", "\\^", p, fixed = TRUE)), sep = " ^ "))
}

# One text a value, of the value alone: as.character() gives 15 digits, and of times what tells
# those at hand apart.
value_names <- function(x) {
  if (is.factor(x) || typeof(x) != "double" || inherits(x, "integer64")) return(as.character(x))
  values <- unique(x)
  numbers <- as.numeric(unclass(values))
  own <- as.character(numbers)
  text <- if (inherits(values, "POSIXct")) clock_names(values) else as.character(values)
  if (inherits(values, "Date")) {
    text <- paste0(text, fraction_text(numbers))
  } else if (!inherits(values, "POSIXct") && !identical(text, own)) {
    text <- vapply(seq_along(values), function(i) as.character(values[i]), "")
  }
  # Of a class that shows its numbers as they are (difftime, codes with labels) as of plain numbers.
  longer <- which(is.finite(numbers) & text == own & as.numeric(own) != numbers)
  text[longer] <- sprintf("%.17g", numbers[longer])
  text[is.na(values)] <- NA
  text[match_values(x, values)]
}

# A time of day where there is one, parts of a second, and the distance to UTC where clocks show the
# time twice.
clock_names <- function(x) {
  shown <- format(x, "%Y-%m-%d %H:%M:%S")
  back <- as.numeric(as.POSIXct(
    shown, format = "%Y-%m-%d %H:%M:%S", tz = attr(x, "tzone")[1] %||% ""
  ))
  zone <- ifelse((back == floor(as.numeric(x))) %in% TRUE, "", format(x, " %z"))
  paste0(sub(" 00:00:00$", "", shown), fraction_text(as.numeric(x)), zone)
}

fraction_text <- function(x) {
  part <- x - floor(x)
  ifelse(is.na(part) | part == 0, "", sub("^0", "", sprintf("%.6g", part)))
}

# Factors on the rows of the sample (NULL: all): list(factors, first row of each level in the data).
# `variables` lists for each factor the variables whose combinations are its levels; codes start
# from zero. With `singletons`, rows that are alone in a level leave in turn, and `rows` are those
# that stay if any leave. What is neither number nor string is compared by R.
make_factors <- function(variables, rows, singletons = FALSE, threads = thread_count(NULL)) {
  if (!length(variables)) return(list(factors = list(), first = list()))
  simple <- function(x) {
    is.numeric(x) || is.logical(x) || is.factor(x) || inherits(x, c("Date", "POSIXct"))
  }
  coded_unless <- function(ready) {
    lapply(variables, lapply, function(x) if (ready(x)) x else match_values(x, unique(x)))
  }
  bind_code_effects(
    coded_unless(function(x) simple(x) || is.character(x)), rows, singletons, threads
  ) %||%
    bind_code_effects(coded_unless(simple), rows, singletons, threads)
}

# The same on the rows `keep` of a sample that has factors.
factors_on <- function(factors, keep, threads = 1L) {
  made <- make_factors(lapply(factors, function(f) list(f$code)), keep, threads = threads)$factors
  for (e in which(with_slopes(factors))) {
    made[[e]] <- c(made[[e]], list(
      slopes = lapply(factors[[e]]$slopes, `[`, keep), intercept = factors[[e]]$intercept
    ))
  }
  made
}

# Intersection of clusterings: one cluster a combination that occurs.
intersect_factors <- function(factors) {
  if (length(factors) == 1) return(factors[[1]])
  make_factors(list(lapply(unname(factors), `[[`, "code")), NULL)$factors[[1]]
}

header_effects <- function(fit) {
  if (!length(fit$effects)) return("")
  exact <- if (isFALSE(fit$dof$clear)) "about " else if (fit$dof$exact) "" else "at most "
  trf(
    "; effects: %s, taking %s%d degrees of freedom", listed(effect_sizes(fit)), tr(exact),
    fit$dof$absorbed
  )
}
