# Effects and clusters as integer codes.

# Names of an effect's levels, from one row of each. Parts of a combination are told apart by a mark
# that is part of none.
level_names <- function(values, rows) {
  parts <- lapply(values, function(v) as.character(v[rows]))
  if (length(parts) == 1) return(parts[[1]])
  do.call(paste, c(lapply(parts, function(p) gsub("^", "\\^", p, fixed = TRUE)), sep = " ^ "))
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
    lapply(variables, lapply, function(x) if (ready(x)) x else match(x, unique(x)))
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
