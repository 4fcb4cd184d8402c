#' Indicator weights
#'
#' Weights of the indicators of each system; they sum to one within a system.
#'
#' @details Entropy weights in their panel form: with \eqn{z_{ij}} the normalised value of indicator \eqn{j} in row \eqn{i} of \eqn{N} rows
#'   pooled over units and times, \deqn{p_{ij} = z_{ij} / \sum_i z_{ij}, \quad e_j = -\sum_i p_{ij} \ln p_{ij} / \ln N, \quad
#'   d_j = 1 - e_j, \quad w_j = d_j / \sum_j d_j,} with \eqn{0 \ln 0 = 0}. The divergence \eqn{d_j} is computed as itself and not
#'   from \eqn{e_j}, so small weights keep their digits. A constant indicator gets weight 0, with a warning.
#' @inheritParams normalise
#' @param method `"entropy"` (default) or `"equal"`.
#' @param normalise How indicators are normalised first, as in [normalise()]: `"minmax"` (default) or `"none"`. Output of [normalise()] is
#'   used as it is.
#' @param zero What becomes of zeros in the entropy: `"limit"` (default), \eqn{0 \ln 0 = 0}.
#' @return A data frame of class `indicator_weights`, one row for each row of the sheet and in its order: `system`, `dimension`,
#'   `indicator`, `direction`, `entropy` in \[0, 1\], `divergence`, `weight`. Entropy and divergence are `NA` for methods that have none.
#' @section Errors: those of [normalise()], and `ccdpanel_error_missing` (with counts), `ccdpanel_error_negative`
#'   (entropy of negative values), `ccdpanel_error_constant` (a whole system), `ccdpanel_error_rows` (fewer than two).
#' @references Shannon, C. E. (1948). A mathematical theory of communication. \doi{10.1002/j.1538-7305.1948.tb01338.x}
#' @examples
#' sheet <- indicator_sheet(system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel"))
#' indicator_weights(state_capital, sheet, panel = c("state", "year"))
#' @export
indicator_weights <- function(data, sheet, panel, method = "entropy", normalise = "minmax", scope = "pooled", zero = "limit") {
  call <- rlang::current_env()
  check_data_frame(data)
  sheet <- as_sheet(sheet)
  check_panel(panel, data)
  spec <- weight_spec(method, normalise, scope, zero, data, call)
  columns <- indicator_columns(data, sheet, call)
  check_two_rows(data, call)
  summary <- summarise_indicators(columns, sheet, call)
  weigh_columns(columns, sheet, summary, spec, data[[panel[2]]], call)
}

weight_spec <- function(method, normalise, scope, zero, data, call) {
  check_choice(method, c("entropy", "equal"), "method", call)
  check_choice(zero, "limit", "zero", call)
  if (is_normalised(data)) normalise <- "none"
  c(list(weights = method, zero = zero), normalise_spec(normalise, scope, c(0, 1), call))
}

check_two_rows <- function(data, call) {
  if (nrow(data) >= 2) return(invisible())
  abort("rows", c("{.arg data} must have at least two rows, not {nrow(data)}.", i = "Weights come from differences between rows."), call)
}

# The table of weights from raw columns.
weigh_columns <- function(columns, sheet, summary, spec, time, call) {
  constant <- summary$min == summary$max
  warn_constant(constant, sheet, call)
  parts <- switch(spec$weights,
    entropy = weigh_by_entropy(columns, sheet, summary, spec, time, constant, call),
    equal = list(raw = as.double(!constant))
  )
  new_weights(sheet, parts)
}

# `raw` weights are made to sum to one within each system.
new_weights <- function(sheet, parts) {
  total <- stats::ave(parts$raw, sheet$system, FUN = sum)
  out <- list(
    system = sheet$system, dimension = sheet$dimension, indicator = sheet$indicator, direction = sheet$direction,
    entropy = parts$entropy %||% rep(NA_real_, nrow(sheet)), divergence = parts$divergence %||% rep(NA_real_, nrow(sheet)),
    weight = parts$raw / total
  )
  structure(out, class = c("indicator_weights", "data.frame"), row.names = .set_row_names(nrow(sheet)))
}

weigh_by_entropy <- function(columns, sheet, summary, spec, time, constant, call) {
  direct <- spec$method == "minmax" && spec$scope == "pooled"
  through <- which(!constant & !(direct & sheet$direction != "interval"))
  if (length(through)) {
    z <- scale_columns(columns[through], sheet[through, ], summary[through, ], spec, time, call)
    columns[through] <- z
    summary[through, ] <- bind_summarise(z, thread_count())
  }
  used <- which(!constant)
  # What scale_columns() has scaled is taken as it is: min-max from 0 to 1.
  low <- ifelse(used %in% through, 0, summary$min[used])
  high <- ifelse(used %in% through, 1, summary$max[used])
  reversed <- sheet$direction[used] == "-" & !used %in% through
  mean <- (summary$sum[used] / length(columns[[1]]) - low) / (high - low)
  mean <- guess_mean(ifelse(reversed, 1 - mean, mean))
  got <- bind_entropy(columns[used], low, high, reversed, 0, 1, mean, thread_count())
  check_not_negative(got$smallest, sheet$indicator[used], call)
  entropy <- rep(1, length(columns))
  divergence <- rep(0, length(columns))
  entropy[used] <- got$entropy
  divergence[used] <- got$divergence
  list(raw = divergence, entropy = entropy, divergence = divergence)
}

# The kernel wants the mean only roughly; an overflow of the sum must not pass for one.
guess_mean <- function(mean) ifelse(is.finite(mean) & mean > 0, mean, 0.5)

check_not_negative <- function(smallest, indicator, call) {
  bad <- indicator[smallest < 0]
  if (!length(bad)) return(invisible())
  abort("negative", c(
    "Entropy weights need values that are not negative; negative ones were found in {.val {bad}}.",
    i = "Normalise by {.val minmax}; shares of a negative value have no meaning."
  ), call)
}

#' @export
print.indicator_weights <- function(x, digits = 4, ...) {
  shown <- as.data.frame(x)
  class(shown) <- "data.frame"
  for (name in intersect(c("entropy", "divergence", "weight"), names(shown))) shown[[name]] <- round_na(shown[[name]], digits)
  if (all(shown$entropy == "")) shown$entropy <- shown$divergence <- NULL
  cat(sprintf("Indicator weights: %d indicators, summing to one in each of %d systems\n\n", nrow(x), length(unique(x$system))))
  print(shown, row.names = FALSE, right = FALSE)
  invisible(x)
}

round_na <- function(x, digits) ifelse(is.na(x), "", formatC(x, digits = digits, format = "f"))

#' @export
summary.indicator_weights <- function(object, ...) {
  sums <- stats::aggregate(
    list(weight = object$weight, indicators = rep(1L, nrow(object))),
    list(dimension = object$dimension, system = object$system), sum
  )
  sums[order(match(sums$system, object$system), match(sums$dimension, object$dimension)), c("system", "dimension", "indicators", "weight")]
}
