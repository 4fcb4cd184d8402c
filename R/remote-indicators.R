# The indicators of a sheet as columns of a table in a database: what they are made of, their
# ranges, and how each is scaled.
#
# A column enters by y, which the engine computes, and z = (y - origin) / unit with two numbers a
# group of rows (all of them, or a period). y is the indicator itself; its inverse, where a smaller
# value is better and shares are taken; or z, for an indicator with an optimal range.

#' @export
panel_data.tbl_lazy <- function(data, call = rlang::caller_env(), remote = FALSE) {
  read_columns(data, call = call, remote = remote)
}

# What is asked of the table: expressions by row of the sheet, whatever is counted, and times.
indicator_plan <- function(data, sheet, panel, choices, call) {
  source <- remote_source(data)
  check_remote_panel(data, panel, call, lags = FALSE)
  t <- remote_translator(list(data = data, scope = list(), panel = panel), source, call)
  plan <- list(
    source = source, t = t, sheet = sheet, panel = panel, call = call,
    propagate = identical(choices$missing, "propagate"), times = remote_times(source, panel, call)
  )
  x <- indicator_expressions(data, sheet, t)
  plan$table <- indicator_table(plan, x)
  plan$rows <- sum(plan$times$n)
  plan
}

# As many rows of each time as checks look at.
few_times <- function(plan) rep(plan$times$time, pmin(plan$times$n, 2))

indicator_expressions <- function(data, sheet, t) {
  derived <- derived_rows(sheet, data)
  known <- without_measures(data, sheet[!derived, , drop = FALSE], t$call)
  check_indicators_there(sheet$indicator[!derived], known, t$call)
  lapply(seq_len(nrow(sheet)), function(j) {
    name <- sheet$indicator[j]
    if (derived[j]) return(derived_expression(sheet$derive[j], name, data, t))
    at <- match(name, names(known))
    as_numbers(known[[at]], cli::format_inline("Indicator {.val {name}}"), "numeric", t$call)
    translated(as.name(names(data)[at]), t)
  })
}

derived_expression <- function(text, name, data, t) {
  read <- read_derive(text, name, t$call)
  unknown <- setdiff(read$variables, names(data))
  if (length(unknown)) {
    abort_derive(name, text, cli::format_inline(
      "{.val {unknown}} {?is no column/are no columns} of the data"
    ), t$call)
  }
  translated(lags_renamed(str2lang(text)), t)
}

# lag() of the sheet's language is l() of formulas.
lags_renamed <- function(expr) {
  if (!is.call(expr)) return(expr)
  expr[-1] <- lapply(as.list(expr)[-1], lags_renamed)
  if (rlang::is_call(expr, "lag")) expr[[1]] <- as.name("l")
  expr
}

symbols_of <- function(word, j) lapply(j, function(i) as.name(paste0(word, i)))

# The table with `.ccd_x1`, ... (indicators; missing outside of the complete rows of their system
# where these alone count), `.ccd_r1`, ... (as they are), and tests.
indicator_table <- function(plan, x) {
  k <- seq_along(x)
  tests <- plan$t$gathered$tests
  tests <- stats::setNames(lapply(tests, function(one) {
    bquote(case_when(.(one$test) ~ 1, TRUE ~ 0))
  }), if (length(tests)) paste0(".ccd_i", seq_along(tests)))
  table <- with_columns(plan$source, with_made(plan$t), c(
    stats::setNames(x, paste0(".ccd_r", k)), tests, text_tests_of(plan$t),
    if (!plan$propagate) stats::setNames(x, paste0(".ccd_x", k))
  ))
  if (!plan$propagate) return(table)
  raw <- symbols_of(".ccd_r", k)
  system <- plan$sheet$system
  raw <- lapply(k, function(j) {
    all <- lapply(raw[system == system[j]], function(r) bquote(!is.na(.(r))))
    bquote(case_when(.(Reduce(function(a, b) call("&", a, b), all)) ~ .(raw[[j]])))
  })
  with_columns(plan$source, table, stats::setNames(raw, paste0(".ccd_x", k)))
}

# Rows by indicator (and group of rows): a data frame of counts and ranges of the columns `word`.
column_ranges <- function(plan, table, word, k, by = NULL, where = NULL, extra = NULL) {
  each <- unlist(lapply(k, function(j) {
    x <- as.name(paste0(word, j))
    stats::setNames(list(
      bquote(as.double(sum(case_when(!is.na(.(x)) ~ 1, TRUE ~ 0), na.rm = TRUE))),
      bquote(min(.(x), na.rm = TRUE)), bquote(max(.(x), na.rm = TRUE)),
      bquote(mean(.(x), na.rm = TRUE))
    ), paste0(c("n", "min", "max", "mean"), j))
  }), recursive = FALSE)
  found <- sums_by_time(plan, table, c(each, extra), where, by)
  part <- function(name) {
    matrix(as.double(unlist(found[paste0(name, k)])), nrow(found), length(k))
  }
  list(
    found = found, rows = as.double(found$rows), n = part("n"), min = part("min"),
    max = part("max"), mean = in_fifteen_digits(part("mean"))
  )
}

# Rows and sums, by groups, in as many queries as an engine returns columns.
sums_by_time <- function(plan, table, sums, where = NULL, by = NULL) {
  source <- plan$source
  from <- sql_nested(source, sql_text(source, table))
  room <- most_columns(source) - length(by) - 1
  found <- lapply(split(sums, (seq_along(sums) - 1) %/% room), function(part) {
    in_time_order(remote_ask(source, sql_select(
      source, from, c(list(rows = count_rows), part), where = where, keys = by
    ), plan$call), by)
  })
  Reduce(function(a, b) {
    check_unchanged(sum(b$rows), sum(a$rows), plan$call)
    at <- if (length(by) > 1) group_match(a, b, by) else seq_len(nrow(b))
    cbind(a, b[at, setdiff(names(b), c("rows", by)), drop = FALSE])
  }, found)
}

# One order for all that is asked by periods, which are matched by their row: that of the numbers in
# text (t9, t10).
in_time_order <- function(found, by) {
  if (length(by) != 1) return(found)
  found[order(numbered(found[[by]], TRUE)$code), , drop = FALSE]
}

# The first scan, with the errors of summarise_indicators().
raw_ranges <- function(plan, by) {
  k <- seq_len(nrow(plan$sheet))
  raw <- symbols_of(".ccd_r", k)
  missing <- stats::setNames(lapply(raw, function(x) {
    bquote(as.double(sum(case_when(is.na(.(x)) ~ 1, TRUE ~ 0), na.rm = TRUE)))
  }), paste0("missing", k))
  infinite <- stats::setNames(lapply(raw, function(x) {
    bquote(as.double(sum(case_when(abs(.(x)) > 1.79e308 ~ 1, TRUE ~ 0), na.rm = TRUE)))
  }), paste0("infinite", k))
  sums <- function(word, to, count) {
    stats::setNames(lapply(symbols_of(word, seq_len(count)), function(x) {
      bquote(sum(.(x), na.rm = TRUE))
    }), if (count) paste0(to, seq_len(count)))
  }
  text <- length(text_tests_of(plan$t))
  tests <- length(plan$t$gathered$tests)
  out <- column_ranges(plan, plan$table, ".ccd_x", k, by, extra = c(
    missing, infinite, sums(".ccd_t", "text", text), sums(".ccd_i", "test", tests)
  ))
  total <- as.list(colSums(out$found[setdiff(names(out$found), by)]))
  check_text_columns(total, plan$t)
  check_derived_finite(total, plan)
  check_raw_values(total, k, plan)
  out
}

check_derived_finite <- function(total, plan) {
  tests <- plan$t$gathered$tests
  count <- unlist(total[paste0("test", seq_along(tests))])
  if (!any(count > 0)) return(invisible())
  label <- tests[[which(count > 0)[1]]]$label
  abort("infinite", c(
    paste0(
      "Indicators must be finite; {.code {label}} is infinite in {max(count)} of ",
      "{plan$rows} row{?s}."
    ),
    i = "A division by zero or the logarithm of zero makes them: correct those rows."
  ), plan$call)
}

check_raw_values <- function(total, k, plan) {
  of <- function(word) unlist(total[paste0(word, k)], use.names = FALSE)
  check_summary(
    list(missing = of("missing"), infinite = of("infinite")), plan$sheet, plan$rows, plan$call,
    if (plan$propagate) "propagate" else "error"
  )
}

# How each indicator is scaled, group by group: y, origin, unit.
indicator_scaling <- function(plan, spec, by, base) {
  k <- seq_len(nrow(plan$sheet))
  raw <- raw_ranges(plan, by)
  for (g in seq_along(raw$rows)) check_rows_left(raw$n[g, ], raw$rows[g], plan, by, g)
  reference <- raw
  if (!is.null(base)) {
    where <- bquote(.(as.name(plan$panel[2])) == .(base))
    reference <- column_ranges(plan, plan$table, ".ccd_x", k, by, where)
  }
  plan$by <- by
  plan$raw <- raw
  plan$limits <- lapply(stats::setNames(nm = c("min", "max")), function(end) {
    out <- reference[[end]]
    plain <- plan$sheet$direction != "interval"
    if (spec$scope == "goalposts") {
      goal <- plan$sheet[[if (end == "min") "lower" else "upper"]]
      out[, plain] <- rep(goal[plain], each = nrow(out))
    }
    out
  })
  plan$inverse <- plan$sheet$direction == "-" & spec$method %in% c("vector", "sum")
  check_shares(raw, plan, spec)
  plan <- with_carriers(plan, spec)
  plan$reference <- reference
  plan$range <- raw
  if (!any(plan$inverse) && !any(plan$interval)) return(plan)
  plan$range <- column_ranges(plan, plan$table, ".ccd_y", k, by)
  moved <- (plan$range$mean - raw$mean) * raw$n
  moved[, plan$inverse | plan$interval] <- 0
  check_same_means(moved, raw, plan$call)
  plan$reference <- plan$range
  if (!is.null(base)) plan$reference <- column_ranges(plan, plan$table, ".ccd_y", k, by, where)
  plan
}

check_rows_left <- function(n, rows, plan, by, g) {
  where <- if (length(by)) paste(" in", format_key(plan$times$time[g])) else ""
  if (!plan$propagate) return(check_two_rows(rows, plan$call, where))
  for (s in unique(plan$sheet$system)) {
    left <- n[plan$sheet$system == s][1]
    if (!length(by)) check_enough_complete(left, s, plan$call)
    check_two_rows(left, plan$call, where)
  }
}

# As scale_one() refuses them, in all rows.
check_shares <- function(range, plan, spec) {
  if (!spec$method %in% c("vector", "sum") || weighs_unscaled(spec)) return(invisible())
  least <- apply(range$min, 2, min, na.rm = TRUE)
  for (j in seq_along(least)) {
    check_shareable(
      least[j], plan$sheet$direction[j] == "-", spec$method, plan$sheet$indicator[j], plan$call
    )
  }
}

# `.ccd_y1`, ...: the columns that are scaled by a shift and a unit.
with_carriers <- function(plan, spec) {
  k <- seq_len(nrow(plan$sheet))
  plan$interval <- plan$sheet$direction == "interval" & spec$method == "minmax"
  limits <- if (any(plan$interval)) list(a = plan$limits$min, b = plan$limits$max) else list()
  joined <- join_numbers(plan, plan$table, limits)
  y <- lapply(k, function(j) {
    x <- as.name(paste0(".ccd_x", j))
    if (plan$inverse[j]) return(bquote(case_when(.(x) != 0 ~ 1 / .(x))))
    if (!plan$interval[j]) return(x)
    interval_expression(x, plan, j, joined$number)
  })
  columns <- stats::setNames(y, paste0(".ccd_y", k))
  plan$table <- with_columns(plan$source, joined$table, columns)
  plan
}

interval_expression <- function(x, plan, j, number) {
  flat <- plan$limits$min[, j] == plan$limits$max[, j]
  if (all(flat)) return(bquote(case_when(!is.na(.(x)) ~ 0)))
  low <- kept_number(plan$sheet$lower[j])
  high <- kept_number(plan$sheet$upper[j])
  below <- bquote((.(low) - .(number("a", j))))
  above <- bquote((.(number("b", j)) - .(high)))
  bquote(case_when(
    .(number("b", j)) == .(number("a", j)) & !is.na(.(x)) ~ 0,
    .(x) >= .(low) & .(x) <= .(high) ~ 1,
    .(below) <= 0 & .(above) <= 0 & !is.na(.(x)) ~ 1,
    .(x) < .(low) & .(below) >= .(above) ~ 1 - (.(low) - .(x)) / .(below),
    .(x) < .(low) ~ 1 - (.(low) - .(x)) / .(above),
    .(below) >= .(above) ~ 1 - (.(x) - .(high)) / .(below),
    .(x) > .(high) ~ 1 - (.(x) - .(high)) / .(above)
  ))
}

# A number that keeps all of its digits on its way into a query: as the sum of two where fifteen
# are too few.
kept_number <- function(x) {
  x <- unname(x)
  near <- in_fifteen_digits(x)
  if (is.na(x) || near == x) return(x)
  bquote((.(near) + .(x - near)))
}

# Matrices of numbers by group and column beside the rows of each period: the table, and
# number(word, j), an expression. Without periods the numbers are constants.
join_numbers <- function(plan, table, matrices) {
  constant <- vapply(matrices, function(m) nrow(m) == 1, NA)
  beside <- matrices[!constant]
  number <- function(word, j) {
    if (word %in% names(beside)) as.name(paste0(".ccd_", word, j)) else {
      kept_number(matrices[[word]][1, j])
    }
  }
  if (!length(beside)) return(list(table = table, number = number))
  columns <- stats::setNames(list(plan$times$time), plan$panel[2])
  for (word in names(beside)) {
    for (j in seq_len(ncol(beside[[word]]))) {
      columns[[paste0(".ccd_", word, j)]] <- beside[[word]][, j]
    }
  }
  small <- inline_table(plan$source, as.data.frame(columns, optional = TRUE))
  list(table = with_joined(plan$source, table, small, plan$panel[2]), number = number)
}
