# Descriptive statistics of a table in a database: sums about the mean, and percentiles by the rank
# of rows, which the engine gives.

#' @export
described.ccd_remote <- function(data, vars, by, call) {
  described_columns(as.data.frame(unclass(data), optional = TRUE)[vars], call)
  source <- remote_source(data)
  t <- remote_translator(list(data = data, scope = list()), source, call)
  k <- seq_along(vars)
  y <- stats::setNames(lapply(vars, function(v) translated(as.name(v), t)), paste0(".ccd_y", k))
  plan <- list(source = source, t = t, call = call, by = by)
  plan$table <- with_columns(source, source$table, c(y, text_tests_of(t)))
  range <- described_ranges(plan, k, vars)
  groups <- range$found[by]
  rate <- range_rates(range)
  squares <- described_squares(plan, k, range, rate)
  order <- group_order(groups)
  numbers <- lapply(order, function(g) {
    cbind(
      range$n[g, ], range$rows[g] - range$n[g, ], range$average[g, ],
      sqrt(squares[g, ] / (range$n[g, ] - 1)) / rate, range$min[g, ],
      matrix(NA_real_, length(k), 3), range$max[g, ]
    )
  })
  numbers <- do.call(rbind, numbers)
  numbers[numbers[, 1] < 2, 4] <- NA
  for (j in k) {
    at <- seq(j, by = length(k), length.out = length(order))
    numbers[at, 6:8] <- remote_percentiles(plan, j, groups)[order, ]
  }
  new_descriptives(numbers, groups[order, , drop = FALSE], vars)
}

described_ranges <- function(plan, k, vars) {
  infinite <- stats::setNames(lapply(symbols_of(".ccd_y", k), function(x) {
    bquote(as.double(sum(case_when(abs(.(x)) > 1.79e308 ~ 1, TRUE ~ 0), na.rm = TRUE)))
  }), paste0("infinite", k))
  tests <- names(text_tests_of(plan$t))
  text <- stats::setNames(lapply(tests, function(name) {
    bquote(sum(.(as.name(name)), na.rm = TRUE))
  }), if (length(tests)) paste0("text", seq_along(tests)))
  by <- plan$by
  range <- column_ranges(plan, plan$table, ".ccd_y", k, character(), extra = c(infinite, text))
  total <- as.list(range$found)
  check_text_columns(total, plan$t)
  check_described_finite(unlist(total[paste0("infinite", k)]), vars, plan$call)
  if (length(by)) {
    range <- column_ranges(plan, plan$table, ".ccd_y", k, by)
    missing <- vapply(range$found[by], anyNA, NA)
    check_complete_groups(by, missing, plan$call)
  }
  range$average <- matrix(
    as.double(unlist(range$found[paste0("mean", k)])), nrow(range$found), length(k)
  )
  range
}

# Sums of squares about each group's own mean, at rates by which none is beyond a double's range.
described_squares <- function(plan, k, range, rate) {
  source <- plan$source
  y <- symbols_of(".ccd_y", k)
  d <- stats::setNames(Map(function(y, rate) {
    d <- bquote((.(y) - mean(.(y), na.rm = TRUE)))
    if (rate == 1) d else bquote(.(d) * .(rate))
  }, y, rate), paste0(".ccd_d", k))
  from <- sql_nested(source, sql_text(source, plan$table))
  table <- sql_select(source, from, d, all = TRUE, window = plan$by %||% character())
  sums <- stats::setNames(lapply(symbols_of(".ccd_d", k), function(d) {
    bquote(sum(.(d) * .(d), na.rm = TRUE))
  }), paste0("q", k))
  found <- remote_ask(source, sql_select(
    source, sql_nested(source, table), c(list(n = count_rows), sums), keys = plan$by
  ), plan$call)
  check_unchanged(sum(found$n), sum(range$rows), plan$call)
  found <- found[group_match(range$found, found, plan$by), , drop = FALSE]
  matrix(as.double(unlist(found[paste0("q", k)])), nrow(found), length(k))
}

group_order <- function(groups) {
  if (!length(groups)) return(seq_len(nrow(groups)))
  do.call(order, c(lapply(unname(as.list(groups)), marked_letters), method = "radix"))
}

group_match <- function(x, table, by) {
  if (!length(by)) return(1L)
  key <- function(d) do.call(paste, c(lapply(by, function(name) format_key(d[[name]])), sep = "\r"))
  match(key(x), key(table))
}

# Quartiles as descriptives() has them: value number k of N sorted ones, k - 1 < N p <= k, and the
# next where N p is whole. Rows are numbered in the engine, and compared in whole numbers.
remote_percentiles <- function(plan, j, groups) {
  source <- plan$source
  by <- lapply(plan$by, as.name)
  y <- as.name(paste0(".ccd_y", j))
  table <- dplyr::filter(plan$table, !is.na(!!y))
  table <- dplyr::group_by(table, !!!by)
  table <- dplyr::mutate(
    table, .ccd_row = !!bquote(row_number(.(y))), .ccd_of = !!quote(n())
  )
  table <- dplyr::ungroup(table)
  row <- quote(as.double(.ccd_row))
  size <- quote(as.double(.ccd_of))
  at <- unlist(lapply(c(25, 50, 75), function(p) {
    own <- bquote(100 * .(row))
    share <- bquote(.(p) * .(size))
    pick <- function(test) bquote(max(case_when(.(test) ~ .(y)), na.rm = TRUE))
    list(
      pick(bquote(.(own) >= .(share) & .(own) - 100 < .(share))),
      pick(bquote(.(own) > .(share) & .(own) - 100 <= .(share)))
    )
  }), recursive = FALSE)
  names(at) <- paste0("p", seq_along(at))
  from <- sql_nested(source, sql_text(source, table))
  found <- remote_ask(source, sql_select(source, from, at, keys = plan$by), plan$call)
  values <- matrix(as.double(unlist(found[names(at)])), nrow(found), 6)
  out <- (values[, c(1, 3, 5), drop = FALSE] + values[, c(2, 4, 6), drop = FALSE]) / 2
  if (!length(plan$by)) return(out)
  out[group_match(groups, found, plan$by), , drop = FALSE]
}
