# Indices whose ranges or weights change with time: each period on its own, put together again.

# Each period on its own, put together again.
index_periods <- function(columns, sheet, spec, time, call) {
  parts <- by_period(time, function(rows, t) {
    check_two_rows(length(rows), call, paste(" in", format_key(t)))
    own <- lapply(columns, `[`, rows)
    inner <- pooled(spec)
    inner$given <- spec$given_by_time[[format_key(t)]] %||% spec$given
    inner$given_by_time <- NULL
    made <- index_complete(
      own, sheet, bind_summarise(own, thread_count()), inner, time[rows], call,
      paste(" in", format_key(t))
    )
    c(made, list(rows = rows))
  })
  c(
    list(weights = bind_periods(lapply(parts, `[[`, "weights"), spec$time_name, time)),
    together_again(parts, length(time))
  )
}

together_again <- function(parts, n) {
  rows <- unlist(lapply(parts, `[[`, "rows"))
  join <- function(name) {
    first <- parts[[1]][[name]]
    lapply(stats::setNames(seq_along(first), names(first)), function(k) {
      replace(numeric(n), rows, unlist(lapply(parts, function(p) p[[name]][[k]])))
    })
  }
  list(scores = join("scores"), dimensions = join("dimensions"))
}

# Pooled ranges, but weights by time: every row by the weights of its time.
index_with_changing_weights <- function(columns, sheet, summary, spec, time, call) {
  z <- scale_columns(columns, sheet, summary, spec, call)
  parts <- by_period(time, function(rows, t) {
    weights <- weigh_given(spec$given_by_time[[format_key(t)]], sheet, summary, spec, call)
    c(
      list(weights = weights, rows = rows),
      aggregate_systems(
        list(columns = lapply(z, `[`, rows), limits = as_they_are(z)), weights$weight, sheet,
        spec$aggregate, call
      )
    )
  })
  c(
    list(weights = bind_periods(lapply(parts, `[[`, "weights"), spec$time_name, time)),
    together_again(parts, length(time))
  )
}
