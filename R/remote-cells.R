# Cells: the groups of rows that share all keys, with their sizes and sums.
#
# `m_c` is the mean of a cell, `W_c` its weight. What the engine sums is centred by the means of the
# whole, so that sums of squares keep their digits.

# The cells of a sample: list(keys, n, weight, mean), or NULL where they are more than `limit`.
remote_cells <- function(plan, sample, limit = Inf) {
  at <- seq_along(plan$bases)
  columns <- c(w = "w", stats::setNames(plan$terms$bases, paste0("s", at)))
  found <- known_sums(sample$scan$cells, plan$terms$keys, columns)
  found <- found %||% asked_cells(plan, sample, columns, limit)
  if (is.null(found) || nrow(found) > limit) return(NULL)
  check_finite_levels(found, plan)
  list(
    keys = found[names(plan$keys)], n = found$n, weight = as.double(found$w),
    mean = do.call(cbind, unclass(found)[paste0("s", at)]) / found$w
  )
}

check_finite_levels <- function(found, plan) {
  for (name in names(plan$effects)) {
    levels <- found[plan$effects[[name]]]
    infinite <- Reduce(`|`, lapply(levels, is.infinite), logical(nrow(found)))
    if (!any(infinite)) next
    count <- sum(found$n[infinite])
    abort("infinite", c(
      "{.code {name}} must be finite; {count} row{?s} of the sample {?is/are} infinite.",
      i = "Leave those rows out by {.arg subset}."
    ), plan$t$call)
  }
}

# Where cells are few their cross-products come with them, and those of any groups of cells are then
# known: one scan for two.
asked_cells <- function(plan, sample, columns, limit) {
  source <- plan$t$source
  # In a transaction that sees one state, what has no missing value has none now.
  seen_once <- is_postgres(source) && !isTRUE(source$of_user)
  if (seen_once && sample$n == sample$counts$total) {
    plan$table <- remote_table(plan, lapply(plan$numbers, without_nan))
  }
  write <- function(sums) centred_select(plan, sample$centre, sums, names(plan$keys))
  sums <- c(list(w = weight_sum(plan)), base_sums(plan))
  query <- write(sums)
  products <- few_cells(plan, query)
  found <- if (products) asked_few(plan, write(c(sums, base_products(plan))), limit)
  if (is.null(found)) {
    products <- FALSE
    found <- remote_ask(source, query, plan$t$call, limit, keep = FALSE)
  }
  if (is.null(found)) return(NULL)
  note_grouped(plan, query)
  check_unchanged(sum(found$n), sample$n, plan$t$call)
  check_same_totals(found, columns, sample$scan, plan)
  if (!products && all(found$n == 1)) {
    found <- with_own_products(found, plan)
    products <- TRUE
  }
  keep_cells(sample$scan, found, plan, columns, products)
  found
}

weight_sum <- function(plan) {
  if (is.null(plan$weights)) count_rows else quote(sum(.ccd_w, na.rm = TRUE))
}

note_grouped <- function(plan, query) {
  source <- plan$t$source
  if (length(source$spread)) source$grouped <- grouped_there(source, query, plan$t$call)
}

# Of cells of one row the cross-products are those of their sums.
with_own_products <- function(found, plan) {
  sums <- as.matrix(found[paste0("s", seq_along(plan$bases))])
  pairs <- product_pairs(plan)
  products <- sums[, pairs[, 1], drop = FALSE] * sums[, pairs[, 2], drop = FALSE] / found$w
  found[product_names(plan)] <- as.data.frame(products)
  found
}

keep_cells <- function(scan, found, plan, columns, products) {
  keys <- names(plan$keys)
  scan$cells <- keep_sums(
    scan$cells, only(found, keys, names(columns)), plan$terms$keys, columns
  )
  if (!products) return(invisible())
  columns <- product_columns(plan)
  scan$scatters <- keep_sums(
    scan$scatters, only(found, keys, names(columns)), plan$terms$keys, columns
  )
}

# So few that their cross-products, fetched, are nothing beside a scan.
most_few <- 1e5

# Whether a query by all keys has room for cross-products, and few groups.
few_cells <- function(plan, query) {
  k <- length(plan$bases)
  room <- most_columns(plan$t$source) - length(plan$keys) - length(plan$t$gathered$tests) - 4
  k + k * (k + 1) / 2 <= room && few_groups(plan$t$source, query, plan$t$call)
}

# Whether the engine expects few groups of a query. Of engines that tell no number it is not known;
# one that scans columns has soon found that they are many.
few_groups <- function(source, query, call) {
  if (is_duckdb(source)) return(TRUE)
  if (!is_postgres(source)) return(FALSE)
  plan <- explained(source, query, call)[1]
  expected <- regmatches(plan, regexpr("rows=[0-9]+", plan))
  source$expected <- as.double(sub("rows=", "", expected))
  isTRUE(source$expected <= most_few)
}

# What is not known to be few ends with the first row too many: NULL then.
asked_few <- function(plan, query, limit = Inf) {
  source <- plan$t$source
  most <- min(limit, most_few)
  if (is_duckdb(source)) query <- paste(query, "\nLIMIT", most_few + 1)
  if (is_postgres(source)) {
    found <- packed_groups(plan, query, most)
    if (is.data.frame(found)) return(if (nrow(found) <= most) found)
  }
  remote_ask(source, query, plan$t$call, most, keep = FALSE)
}

base_sums <- function(plan) {
  at <- seq_along(plan$bases)
  stats::setNames(lapply(paste0(".ccd_x", at), function(name) {
    bquote(sum(.(weighted(as.name(name), plan)), na.rm = TRUE))
  }), paste0("s", at))
}

centred_base <- function(plan, centre, j) {
  if (centre[[j]] == 0) return(plan$bases[[j]])
  bquote((.(plan$bases[[j]]) - .(centre[[j]])))
}

weighted <- function(expr, plan) if (is.null(plan$weights)) expr else bquote(.ccd_w * .(expr))

check_unchanged <- function(now, before, call) {
  if (isTRUE(now == before)) return(invisible())
  abort("changed", c(
    "The table changed between two queries: {before} row{?s} were used, then {now}.",
    i = "Fit on a copy, or in a transaction that sees one state of the table."
  ), call)
}

# What was summed by other keys before has the same totals.
check_same_totals <- function(found, columns, scan, plan) {
  before <- known_sums(scan$cells, character(), columns)
  if (is.null(before)) return(invisible())
  range <- unlist(scan$found[paste0("most", seq_along(scan$terms$bases))]) -
    unlist(scan$found[paste0("least", seq_along(scan$terms$bases))])
  range <- c(1, range[match(columns[-1], scan$terms$bases)])
  apart <- abs(colSums(as.matrix(found[names(columns)])) - unlist(before[names(columns)]))
  if (all(apart <= 1e-10 * before$w * range)) return(invisible())
  abort_changed_sums(plan$t$call)
}

# The same number of rows need not be the same rows: their sums tell.
check_same_sums <- function(found, cells, plan, which = seq_along(plan$bases)) {
  squares <- colSums(as.matrix(found[paste0("q", which, "_", which)]))
  summed <- colSums(as.matrix(found[paste0("s", which)]))
  apart <- abs(summed - colSums(cells$weight * cells$mean[, which, drop = FALSE]))
  if (all(apart <= 1e-9 * sqrt(sum(cells$weight) * squares))) return(invisible())
  abort_changed_sums(plan$t$call)
}

abort_changed_sums <- function(call) {
  abort("changed", c(
    "The table changed between two queries: the same number of rows have other sums.",
    i = "Fit on a copy, or in a transaction that sees one state of the table."
  ), call)
}

# Cells without rows that are alone in a level of an effect, in turn.
leave_single_cells <- function(cells, effects, call) {
  # A level of one row has a cell of one row.
  if (!length(effects) || all(cells$n > 1)) return(cells)
  codes <- lapply(make_factors(lapply(effects, function(e) {
    unname(as.list(cells$keys[e]))
  }), NULL)$factors, function(f) f$code + 1L)
  stays <- rep(TRUE, length(cells$n))
  repeat {
    alone <- Reduce(`|`, lapply(codes, function(code) {
      size <- rowsum(cells$n * stays, code, reorder = TRUE)
      stays & size[code] == 1
    }))
    if (!any(alone)) break
    stays <- stays & !alone
  }
  if (all(stays)) return(cells)
  if (!any(stays)) abort_all_singletons(names(effects), sum(cells$n), call)
  list(
    keys = cells$keys[stays, , drop = FALSE], n = cells$n[stays], weight = cells$weight[stays],
    mean = cells$mean[stays, , drop = FALSE], of = cells$of[stays], single = sum(cells$n[!stays]),
    # Of cells of one row, whose weight is the row's.
    log_weights = sum(log(cells$weight[!stays]))
  )
}
