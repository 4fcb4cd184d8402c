#' Indicator weights
#'
#' Weights of the indicators of each system; they sum to one within a system.
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @details With \eqn{z_{ij}} the normalised value of indicator \eqn{j} in row \eqn{i} of \eqn{N}
#'   rows (pooled over units and times unless `scope` says otherwise), weights are proportional
#'   within a system to:
#'   * `"entropy"` (Shannon 1948, in its panel form): \eqn{p_{ij} = z_{ij} / \sum_i z_{ij}},
#'     \eqn{e_j = -\sum_i p_{ij} \ln p_{ij} / \ln N}, \eqn{d_j = 1 - e_j}, \eqn{w_j \propto d_j}.
#'     The divergence \eqn{d_j} is computed as itself and not from \eqn{e_j}, so small weights keep
#'     their digits.
#'   * `"equal"`: one.
#'   * `"sd"`: the standard deviation of \eqn{z_j}; `"cv"`: that over the mean of \eqn{z_j}, which
#'     must be positive.
#'   * `"critic"` (Diakoulaki et al. 1995): \eqn{s_j \sum_k (1 - r_{jk})}, standard deviation times
#'     conflict with the other indicators of the system.
#'   * `"pca"`: \eqn{\sum_m \lambda_m |l_{jm}| / \sum_m \lambda_m} over the components of the
#'     system's correlation matrix with eigenvalue \eqn{\lambda_m > 1} (at least the first), with
#'     the loadings \eqn{l_{jm}}, eigenvector times \eqn{\sqrt{\lambda_m}}; `c(pca = 0.85)` takes as
#'     many components as explain that share of the variance.
#'   * `"given"`: the sheet's column `weight`, divided by its sum in each system (said where that is
#'     not one, or 100, but for rounding: message `ccdpanel_message_weights`).
#'
#'   A constant indicator gets weight 0, with a warning; so does one whose values all lie within
#'   their optimal range or equally far from it, and one that the base period has a single value of,
#'   or only values within their optimal range (of min-max or z-scores).
#' @inheritParams normalise
#' @param data A data frame, one row a unit and time, the paths of files that [read_panel()] reads,
#'   or a table in a database ([remote-tables]).
#' @param method One of the above; default `"entropy"`.
#' @param normalise How indicators are normalised first, as in [normalise()]: default `"minmax"`.
#'   Output of [normalise()] is used as it is.
#' @param scope As in [normalise()]. With `"period"` weights are computed in each period as well,
#'   and the result has one more column, the time, and one row an indicator and time.
#' @param zero What becomes of zeros in the entropy: `"limit"` (default), \eqn{0 \ln 0 = 0};
#'   `"shift"`, 0.0001 is added to every \eqn{z}; `"rescale"`, \eqn{z} becomes \eqn{0.01 + 0.98 z}.
#'   Another amount \eqn{a} as `c(shift = a)` or `c(rescale = a)`, the latter \eqn{a + (1 - 2a) z}.
#'   It changes the weights only, not the scores of an index.
#' @return A data frame of class `indicator_weights`, one row for each row of the sheet and in its
#'   order: `system`, `dimension`, `indicator`, `direction`, `entropy` in \[0, 1\], `divergence`,
#'   `weight`. Entropy and divergence are `NA` for methods that have none.
#' @section Errors: those of [normalise()], and `ccdpanel_error_missing` (with counts),
#'   `ccdpanel_error_negative` (entropy of negative values), `ccdpanel_error_constant` (a whole
#'   system), `ccdpanel_error_rows` (fewer than two), `ccdpanel_error_weights` (given weights that
#'   are missing or negative).
#' @references Shannon, C. E. (1948). A mathematical theory of communication.
#'   \doi{10.1002/j.1538-7305.1948.tb01338.x}
#'
#'   Diakoulaki, D., Mavrotas, G. and Papayannakis, L. (1995). Determining objective weights in
#'   multiple criteria problems: the CRITIC method. Computers & Operations Research 22(7), 763-770.
#'   \doi{10.1016/0305-0548(94)00059-H}
#' @examples
#' path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
#' sheet <- indicator_sheet(path)
#' indicator_weights(state_capital, sheet, panel = c("state", "year"))
#' @export
indicator_weights <- function(data, sheet, panel, method = "entropy", normalise = "minmax",
                              scope = "pooled", zero = "limit", ...) {
  check_dots(...)
  check_required("indicator_weights")
  call <- rlang::current_env()
  if (!missing(normalise)) check_typed_normalise(data, normalise, call)
  data <- panel_data(data, remote = TRUE)
  sheet <- as_sheet(sheet)
  data <- settled_panel(data, panel)
  choices <- list(method = method, normalise = normalise, scope = scope, zero = zero)
  panel_weights(data, sheet, panel, choices, call)
}

# Tables in a database have a method of their own, in the room `remote`.
panel_weights <- function(data, sheet, panel, choices, call) UseMethod("panel_weights")

#' @export
panel_weights.default <- function(data, sheet, panel, choices, call) {
  time <- data[[panel[2]]]
  spec <- weight_spec(
    choices$method, choices$normalise, choices$scope, choices$zero, sheet, data, time, call
  )
  columns <- indicator_columns(data, sheet, panel, call)
  check_two_rows(nrow(data), call)
  summary <- summarise_indicators(columns, sheet, call)
  if (spec$scope != "period") {
    return(weigh_columns(columns, sheet, summary, with_still(spec, columns, sheet), call))
  }
  bind_periods(by_period(time, function(rows, t) {
    weigh_period(columns, sheet, spec, rows, t, call)
  }), panel[2], time)
}

weight_spec <- function(method, normalise, scope, zero, sheet, data, time, call, arg = "method") {
  if (is_normalised(data)) {
    check_normalised_choices(normalise, scope, recipe_of(data), call)
    normalise <- "none"
  }
  method <- weight_method(method, call, arg)
  zero <- zero_rule(zero, method$weights, call)
  if (method$weights == "given") {
    check_given_weights(sheet[["weight"]], sheet, call)
    inform_sums(sheet[["weight"]], sheet$system)
  }
  c(method, list(zero = zero), normalise_spec(normalise, scope, c(0, 1), sheet, time, call))
}

# The default's own value, typed, is read too.
check_typed_normalise <- function(data, normalise, call) {
  if (!is_normalised(data) || !identical(normalise, "minmax")) return(invisible())
  own <- recipe_of(data)$normalise
  if (own != "minmax") abort_normalised_choice(normalise, own, call)
}

abort_normalised_choice <- function(normalise, own, call) {
  abort("argument", c(
    "{.arg normalise} is {.val {normalise}}, but {.arg data} was normalised by {.val {own}}.",
    i = "Leave {.arg normalise} out, or give the data as they were before {.fn normalise}."
  ), call)
}

# What a normalised panel is not normalised by again; its weights may be those of each period.
check_normalised_choices <- function(normalise, scope, recipe, call) {
  if (!identical(normalise, "minmax") && !normalise %in% c("none", recipe$normalise)) {
    abort_normalised_choice(normalise, recipe$normalise, call)
  }
  if (!identical(scope, "period") && !scope_text(scope) %in% c("pooled", recipe$scope)) {
    abort("argument", c(
      "{.arg scope} is of how indicators are normalised, and {.arg data} are normalised already.",
      i = "Give it to {.fn normalise}; {.code scope = \"period\"} is left: weights of each period."
    ), call)
  }
}

# A name, or c(pca = share of variance).
weight_method <- function(method, call, arg) {
  if (is_bare_numeric(method) && length(method) == 1 && identical(names(method), "pca")) {
    check_number(method, arg, min = .Machine$double.eps, max = 1, call = call)
    return(list(weights = "pca", share = method[["pca"]]))
  }
  check_choice(method, names(weight_methods), arg, call)
  list(weights = method)
}

zero_rule <- function(zero, weights, call) {
  amount <- c(limit = 0, shift = 1e-4, rescale = 0.01)
  if (
    is.numeric(zero) && length(zero) == 1 && !is.null(names(zero)) &&
      names(zero) %in% c("shift", "rescale")
  ) {
    check_number(
      zero, "zero", min = .Machine$double.xmin, max = if (names(zero) == "shift") Inf else 0.499,
      call = call
    )
    out <- list(rule = names(zero), amount = zero[[1]])
  } else {
    check_choice(zero, names(amount), "zero", call)
    out <- list(rule = zero, amount = amount[[zero]])
  }
  if (out$rule == "limit" || weights == "entropy") return(out)
  abort("choice", c(
    "{.arg zero} belongs to entropy weights; {.val {weights}} weights have no logarithm.",
    i = "Leave {.arg zero} at {.val limit}."
  ), call)
}

check_two_rows <- function(rows, call, where = "") {
  if (rows >= 2) return(invisible())
  abort("rows", c(
    "{.arg data} must have at least two rows{where}, not {rows}.",
    i = "Weights come from differences between rows."
  ), call)
}

weigh_period <- function(columns, sheet, spec, rows, t, call) {
  where <- paste(" in", format_key(t))
  check_two_rows(length(rows), call, where)
  columns <- lapply(columns, `[`, rows)
  spec <- with_still(pooled(spec), columns, sheet)
  weigh_columns(columns, sheet, bind_summarise(columns, thread_count()), spec, call, where)
}

# One table of the periods' tables, the time in front.
bind_periods <- function(tables, name, time, call = rlang::caller_env()) {
  check_own_names(name, names(tables[[1]]), call)
  times <- in_order(time)
  plain <- do.call(rbind, lapply(unname(tables), plain_weights))
  out <- c(stats::setNames(list(rep(times, vapply(tables, nrow, 0L))), name), as.list(plain))
  structure(
    out, class = c("indicator_weights", "data.frame"), row.names = .set_row_names(nrow(plain)),
    time = name
  )
}

# The table of weights from raw columns.
weigh_columns <- function(columns, sheet, summary, spec, call, where = in_base(spec)) {
  constant <- constant_indicators(sheet, summary, spec)
  if (!(spec$weights == "given" && spec$method == "none")) {
    warn_constant(constant, sheet, call, where)
  } else {
    constant[] <- FALSE
  }
  new_weights(sheet, weight_methods[[spec$weights]](columns, sheet, summary, spec, constant, call))
}

# `raw` weights are made to sum to one within each system.
new_weights <- function(sheet, parts) {
  total <- stats::ave(parts$raw, sheet$system, FUN = sum)
  out <- list(
    system = sheet$system, dimension = sheet$dimension, indicator = sheet$indicator,
    direction = sheet$direction,
    entropy = parts$entropy %||% rep(NA_real_, nrow(sheet)),
    divergence = parts$divergence %||% rep(NA_real_, nrow(sheet)),
    weight = parts$raw / total
  )
  structure(
    out, class = c("indicator_weights", "data.frame"), row.names = .set_row_names(nrow(sheet))
  )
}

#' @export
print.indicator_weights <- function(x, digits = 4, n = 30, ...) {
  check_print_dots(...)
  check_shown(n = n, digits = digits)
  if (!has_columns(x, attr(x, "time"), "system", "indicator", "weight")) {
    return(invisible(print(plain_result(x))))
  }
  shown <- as.data.frame(x)
  class(shown) <- "data.frame"
  for (name in intersect(c("entropy", "divergence", "weight"), names(shown))) {
    shown[[name]] <- round_na(shown[[name]], digits)
  }
  if (all(shown$entropy == "")) shown$entropy <- shown$divergence <- NULL
  time <- attr(x, "time")
  head <- if (sum_to_one(x, time)) {
    "Indicator weights: %d indicators, summing to one in each of %s%s"
  } else {
    "Indicator weights: %d indicators of %s%s, whose sums are not one"
  }
  cat(trf(
    head, length(unique(paste(x$system, x$indicator))),
    count_of(length(unique(x$system)), "system"),
    if (is.null(time)) "" else trf(" and each %s", head_words(time))
  ), "\n\n", sep = "")
  print_rows(shown, n, c("direction", "dimension", "divergence"), right = FALSE)
  next_steps("summary(x) by dimension", "plot(x)", "composite_index()", "compare_weights()")
  invisible(x)
}

# Not the coefficients of components, nor a part of a table.
sum_to_one <- function(x, time) {
  sums <- tapply(x$weight, plain_weights(x)[c(time, "system")], sum)
  all(abs(sums[!is.na(sums)] - 1) < 1e-6)
}

round_na <- function(x, digits) {
  ifelse(is.na(x), "", unsigned_nought(formatC(x, digits = digits, format = "f")))
}

#' @export
summary.indicator_weights <- function(object, ...) {
  check_dots(...)
  needed <- c(attr(object, "time"), "system", "dimension", "weight")
  if (!has_columns(object, needed)) return(summary(plain_result(object)))
  check_own_names(attr(object, "time"), "indicators")
  groups <- unique(plain_weights(object)[c(attr(object, "time"), "system", "dimension")])
  key <- function(d) do.call(paste, c(lapply(names(groups), function(name) d[[name]]), sep = "\r"))
  at <- match(key(object), key(groups))
  groups$indicators <- tabulate(at, nrow(groups))
  groups$weight <- as.vector(rowsum(object$weight, at))
  rownames(groups) <- NULL
  previewed(
    groups, "Indicator weights by dimension", "plot() of the weights", "composite_index()", n = 25,
    keys = attr(object, "time")
  )
}
