# Differences between groups whose units are dealt anew.

# Units dealt to the two groups anew; where units are in both, rows are.
permuted_difference <- function(x, pair, terms, settings, call) {
  fit <- attr(x, "fit")
  grouping <- attr(x, "grouping")
  rows <- sample_rows(fit)
  at <- which(grouping$group[rows] %in% pair)
  first <- grouping$group[rows[at]] == pair[1]
  block <- permuted_blocks(fit, grouping, rows[at], first, call)
  model <- replicate_model(fit, call)
  difference <- function(first) (model(at[!first]) - model(at[first]))[terms]
  observed <- unname(x[[pair[2]]]$coefficients[terms] - x[[pair[1]]]$coefficients[terms])
  comparable <- abs(difference(first) - observed) <= 1e-6 * pmax(abs(observed), 1e-8)
  bar <- progress_bar(settings$progress, "Permutations", settings$R)
  on.exit(bar$done())
  draws <- with_seed(settings$seed, vapply(
    seq_len(settings$R), function(r) sample(block$first), logical(length(block$first))
  ))
  d <- vapply(seq_len(settings$R), function(r) {
    if (r %% 50 == 0) bar$update(r)
    difference(draws[block$code, r])
  }, numeric(length(terms)))
  d <- matrix(d, length(terms))
  used <- rowSums(!is.na(d))
  beyond <- rowSums(abs(d) >= abs(observed) * (1 - 1e-10), na.rm = TRUE)
  p <- ifelse(comparable %in% TRUE, (1 + beyond) / (1 + used), NA)
  list(
    difference = observed, se = NA_real_, statistic = NA_real_, df = NA_real_, p = p,
    replications = as.integer(used)
  )
}

permuted_blocks <- function(fit, grouping, rows, first, call) {
  if (is.null(grouping$unit) && !identical(grouping$of, "observation")) {
    need_unit(NULL, "A permutation of units", call, "by_group(unit = ~province)")
  }
  code <- if (is.null(grouping$unit)) {
    drawn_rows(fit$spec, rows)
  } else {
    drawing_numbers(values_of(fit, grouping$unit, call)[rows])
  }
  mixed <- tapply(first, code, function(f) length(unique(f)) > 1)
  if (any(mixed)) {
    inform("permuted_rows", c(
      i = "{sum(mixed)} unit{?s} {?is/are} in both groups: rows are permuted, not units."
    ))
    code <- drawn_rows(fit$spec, rows)
  }
  list(code = code, first = first[match(seq_len(max(code)), code)])
}
