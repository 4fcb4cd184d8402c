# Groups by a split of a variable in a database: units by their mean over the sample, or rows by
# their own value. Means, medians and cuts are of the rows that are left after singletons.

#' @export
summed_splits.ccd_remote <- function(data, fit, by, split, unit, call) {
  source <- remote_source(data)
  begin_state(source, environment(), call)
  check_split_column(by, data, call)
  spec <- fit$spec
  spec$aside <- list(by)
  if (split$of == "unit") {
    need_unit(unit, "A split by unit", call)
    return(mark_split(
      fit, spec, by, split, unit, call, list(without_brackets(unit)), unit_grouping
    ))
  }
  split$at <- split_points(split$split, NULL, call, function(which) {
    split_value(spec, fit, which, call)
  })
  terms <- lapply(split$at, function(at) call(">", call("(", by), at))
  mark_split(fit, spec, by, split, unit, call, terms, value_grouping)
}

check_split_column <- function(by, data, call) {
  column <- if (is.name(by)) data[[as.character(by)]]
  if (is.null(column) && !is_condition(by) || is.numeric(column_numbers(column))) {
    return(invisible())
  }
  what <- if (is.null(column)) TRUE else column
  abort("group", c(
    paste0(
      "{.arg split} needs a numeric variable; {.code {rlang::as_label(by)}} is ",
      "{.obj_type_friendly {what}}."
    ),
    i = "Without {.arg split} its values are the groups."
  ), call)
}

# The sums of a fit by the keys `terms` too, and how `grouping` makes groups of them.
mark_split <- function(fit, spec, by, split, unit, call, terms, grouping) {
  clusters <- c(fit$covariance_spec$clusters, spec$estimator$weighting$clusters)
  marks <- stats::setNames(lapply(terms, list), paste0("(group) ", seq_along(terms)))
  made <- sampled_plan(spec, c(clusters, marks), call)
  plan <- made$plan
  keys <- unname(unlist(plan$clusters[names(marks)]))
  sums <- grouped_answers(plan, made$sample, keys, call)
  label <- rlang::as_label(by)
  of <- grouping(plan, sums, by, split, unit, terms, call)
  names <- split_labels(split$labels, of$at, label, split$of, call)
  there <- seq_along(names) %in% of$of[sums$stays$at]
  labels <- list(
    names = names[there], conditions = of$conditions[there], of = match(of$of, which(there))
  )
  out <- keyed_groups(fit, plan, sums, labels, unit, clusters, call)
  out$table$lower <- c(-Inf, of$at)[there]
  out$table$upper <- c(of$at, Inf)[there]
  out[c("by", "split", "of")] <- list(
    label, if (is.character(split$split)) split$split else "value", split$of
  )
  c(out, list(at = of$at, labels = names))
}

# Each unit by the mean of the variable over its rows of the sample.
unit_grouping <- function(plan, sums, by, split, unit, terms, call) {
  value <- aside_sums(plan, sums)
  code <- key_code(sums$cells$keys[sums$keys])
  stays <- seq_along(code) %in% sums$stays$at
  total <- function(x, f) as.vector(tapply(x[stays], factor(code[stays], seq_len(max(code))), f))
  n <- total(value$m, sum)
  least <- total(value$least, function(x) suppressWarnings(min(x, na.rm = TRUE)))
  most <- total(value$most, function(x) suppressWarnings(max(x, na.rm = TRUE)))
  # The mean of equal values is that value, whatever was added up.
  mean <- ifelse(least == most, least, total(value$v, function(x) sum(x, na.rm = TRUE)) / n)
  mean[is.na(n) | n == 0] <- NA
  at <- split_points(split$split, mean[!is.na(mean)], call)
  group <- findInterval(mean, at, left.open = TRUE) + 1L
  first <- match(seq_along(mean), code)
  conditions <- lapply(seq_len(length(at) + 1), function(g) {
    if (any(group %in% g)) {
      units_among(terms[[1]], sums$cells$keys[[sums$keys]][first[group %in% g]], plan$t)
    }
  })
  list(of = group[code], at = at, conditions = conditions)
}

# A condition that holds for these units alone.
units_among <- function(term, units, t) {
  known <- unique(units[!is.na(units)])
  parts <- if (is_truth(term, t)) {
    lapply(as.logical(known), group_condition, term = term, t = t)
  } else if (length(known)) {
    plain <- is.character(known) || inherits(known, c("Date", "POSIXct"))
    list(call("%in%", term, if (plain) known else as.double(known)))
  }
  if (anyNA(units)) parts <- c(parts, call("is.na", term))
  call("(", Reduce(function(a, b) call("|", a, b), parts))
}

# Each row by its own value: a key a cut, whether the value is above it.
value_grouping <- function(plan, sums, by, split, unit, terms, call) {
  at <- split$at
  above <- vapply(sums$cells$keys[sums$keys], as.double, numeric(nrow(sums$cells$keys)))
  of <- rowSums(matrix(above, ncol = length(at))) + 1
  value <- call("(", by)
  conditions <- lapply(seq_len(length(at) + 1), function(g) {
    low <- if (g > 1) call(">", value, at[g - 1])
    high <- if (g <= length(at)) call("<=", value, at[g])
    if (is.null(low)) high else if (is.null(high)) low else call("&", low, high)
  })
  list(of = of, at = at, conditions = conditions)
}

# By cell, in the order of the cells: how many values of the variable, their sum, least and most.
aside_sums <- function(plan, sums) {
  a <- quote(.ccd_a1)
  found <- remote_ask(plan$t$source, used_sums(plan, list(
    m = bquote(sum(case_when(!is.na(.(a)) ~ 1, TRUE ~ 0), na.rm = TRUE)),
    v = bquote(sum(.(a), na.rm = TRUE)), least = bquote(min(.(a), na.rm = TRUE)),
    most = bquote(max(.(a), na.rm = TRUE))
  ), names(plan$keys)), plan$t$call, keep = FALSE)
  check_unchanged(sum(found$n), sum(sums$cells$n), plan$t$call)
  at <- if (length(plan$keys)) {
    match(key_mark(sums$cells$keys), key_mark(found[names(plan$keys)]))
  } else {
    1L
  }
  lapply(as.list(found[c("m", "v", "least", "most")]), function(x) as.double(x)[at])
}

# Mean or median of the variable over the rows of the sample.
split_value <- function(spec, fit, which, call) {
  clusters <- c(fit$covariance_spec$clusters, spec$estimator$weighting$clusters)
  made <- sampled_plan(spec, clusters, call)
  plan <- made$plan
  cells <- remote_cells(plan, made$sample)
  cells$at <- seq_along(cells$n)
  sums <- list(cells = cells, stays = stays_of(cells, plan))
  value <- aside_sums(plan, sums)
  stays <- sums$stays$at
  if (which == "mean") return(sum(value$v[stays], na.rm = TRUE) / sum(value$m[stays]))
  # A cell that leaves is one row.
  left <- value$least[-stays]
  if (length(stays) == length(cells$n)) left <- numeric()
  sample_median(plan, sum(value$m), left[!is.na(left)], call)
}

# The middle of n values in the database that are left without those of `left`: rows are numbered
# there, and as many more fetched from the middle as may have to go.
sample_median <- function(plan, n, left, call) {
  size <- n - length(left)
  at <- c(floor((size + 1) / 2), ceiling((size + 1) / 2))
  source <- plan$t$source
  a <- quote(.ccd_a1)
  numbered <- paste0(
    "SELECT ", sql_of(a, source), " AS ", sql_names(source, "v"), ", ROW_NUMBER() OVER (ORDER BY ",
    sql_of(a, source), ") AS ", sql_names(source, "r"), "\nFROM ", plan$table, "\nWHERE ",
    sql_of(call("&", used_rows(plan), bquote(!is.na(.(a)))), source)
  )
  near <- bquote(
    as.double(r) >= .(at[1]) & as.double(r) <= .(at[2] + length(left))
  )
  found <- remote_ask(source, sql_select(
    source, sql_nested(source, numbered), list(value = quote(v)), where = near
  ), call, keep = FALSE)
  window <- sort(as.double(found$value))
  before <- sum(left < window[1])
  here <- left[left >= window[1]]
  # Of equal values it is no matter which go; those that are not here stand before.
  gone <- logical(length(window))
  for (v in here) {
    open <- which(window == v & !gone)
    if (length(open)) gone[open[1]] <- TRUE else if (v == window[1]) before <- before + 1
  }
  kept <- window[!gone]
  mean(kept[c(1, 1 + at[2] - at[1]) + before])
}
