# Weights that are given as a table.

# Given weights stand, but for indicators that cannot be scaled since they do not vary.
weigh_given <- function(given, sheet, summary, spec, call, where = in_base(spec)) {
  constant <- spec$method != "none" & constant_indicators(sheet, summary, spec)
  warn_constant(constant, sheet, call, where)
  new_weights(sheet, list(raw = ifelse(constant, 0, given)))
}

# A data frame of weights in the sheet's order.
match_weights <- function(weights, sheet, call) {
  needed <- c("system", "indicator", "weight")
  if (!all(needed %in% names(weights))) {
    abort("weights", c(
      "{.arg weights} must have the columns {.val {needed}}; it has {.val {names(weights)}}.",
      i = "{.fn indicator_weights} makes such a table."), call)
  }
  keys <- function(d) paste(d[["system"]], d[["indicator"]], sep = "\r")
  twice <- duplicated(keys(weights))
  if (any(twice)) {
    abort("weights", c(
      paste0(
        "{.arg weights} must have one row for each indicator of the sheet; ",
        "{.val {unique(weights[['indicator']][twice])}} {?has/have} several."
      ),
      i = "Add them up, or leave one."
    ), call)
  }
  at <- match(keys(sheet), keys(weights))
  if (anyNA(at) || nrow(weights) != length(sheet$indicator)) {
    lost <- unique(c(
      sheet$indicator[is.na(at)], weights[["indicator"]][!keys(weights) %in% keys(sheet)]
    ))
    abort("weights", c(
      paste0(
        "{.arg weights} must have one row for each indicator of the sheet; these do not ",
        "match: {.val {lost}}."
      ),
      i = "Systems and indicators are matched by name."), call)
  }
  typed <- weights[["weight"]]
  if (is.object(typed) || !is.null(dim(typed))) {
    typed <- as_numbers(
      typed, cli::format_inline("Column {.val weight} of {.arg weights}"), "weights", call
    )
  }
  out <- typed[at]
  check_given_weights(out, sheet, call)
  check_entropies(weights, call)
  as.double(out)
}

# An entropy above one comes from a divisor that is too small, and turns the order of the weights
# round.
check_entropies <- function(weights, call) {
  entropy <- weights[["entropy"]]
  if (!is.numeric(entropy) || !any(entropy > 1 + 1e-12, na.rm = TRUE)) return(invisible())
  high <- weights[["indicator"]][!is.na(entropy) & entropy > 1 + 1e-12]
  abort("entropy", c(
    "An entropy cannot exceed one; that of {.val {high}} does.",
    i = paste0(
      "Dividing by ln of the number of times, where the rows of all units are pooled, does this ",
      "and reverses the order of the weights: divide by ln of the number of rows."
    )
  ), call)
}

# A table of weights by time, as a list named by the time.
split_weights <- function(weights, sheet, name, time, call) {
  have <- format_key(weights[[name]])
  need <- format_key(in_order(time))
  if (!all(need %in% have)) {
    abort("weights", c(
      paste0(
        "{.arg weights} has a column {.val {name}} and must cover every time of the data; ",
        "{.val {setdiff(need, have)}} {?is/are} missing."
      ),
      i = "Without that column the same weights hold at all times."), call)
  }
  plain <- as.data.frame(weights)
  class(plain) <- "data.frame"
  lapply(stats::setNames(need, need), function(t) {
    match_weights(plain[have == t, , drop = FALSE], sheet, call)
  })
}
