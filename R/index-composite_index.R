#' Composite indices of the systems of a panel
#'
#' One index a system for each unit and time: the weighted mean of its normalised indicators.
#'
#' @details \eqn{u_i = s \sum_j w_j z_{ij}} with \eqn{z} from [normalise()], \eqn{w} from [indicator_weights()] and \eqn{s} the `scale`. Raw data
#'   go in; directions are applied here, once. Output of [normalise()] is recognised and used as it is.
#' @inheritParams indicator_weights
#' @param weights `"entropy"` (default) or `"equal"`, or a data frame of weights with columns `system`, `indicator` and `weight` (such as the result of
#'   [indicator_weights()]), which are made to sum to one within each system.
#' @param aggregate `"linear"`: the weighted arithmetic mean.
#' @param missing `"error"` (default): a missing value stops; `"propagate"`: ranges and weights of a system come from its complete
#'   rows, its index is `NA` elsewhere, and the rows are counted.
#' @param scale A positive number that multiplies the indices (default 1; 100 for indices printed on 0 to 100).
#' @param keep Names of further columns of `data` to carry along, such as a region.
#' @return A data frame of class `composite_index`, rows in input order: the panel columns, the kept columns, and one column a system under
#'   its own name. `weights()` gives the table of weights, [scores()] the scores by dimension; the attribute `recipe` says how it was made.
#' @section Errors: those of [indicator_weights()], and `ccdpanel_error_name` (a system named as a panel or kept column),
#'   `ccdpanel_error_weights` (given weights that do not match the sheet).
#' @references OECD and JRC (2008). Handbook on Constructing Composite Indicators. \doi{10.1787/9789264043466-en}
#' @examples
#' sheet <- indicator_sheet(system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel"))
#' idx <- composite_index(state_capital, sheet, panel = c("state", "year"), keep = "region")
#' idx
#' weights(idx)
#' head(scores(idx, by = "dimension"))
#' @export
composite_index <- function(data, sheet, panel, weights = "entropy", normalise = "minmax", scope = "pooled", aggregate = "linear",
                            missing = "error", scale = 1, keep = NULL) {
  call <- rlang::current_env()
  check_data_frame(data)
  sheet <- as_sheet(sheet)
  check_panel(panel, data)
  check_index_names(sheet, panel, keep, data, call)
  check_choice(aggregate, "linear", "aggregate", call)
  check_choice(missing, c("error", "propagate"), "missing", call)
  check_number(scale, "scale", min = .Machine$double.xmin, call = call)
  spec <- index_spec(weights, normalise, scope, data, call)
  given <- if (is.data.frame(weights)) match_weights(weights, sheet, call)
  columns <- indicator_columns(data, sheet, call)
  check_two_rows(data, call)
  summary <- summarise_indicators(columns, sheet, call, missing)
  made <- index_systems(columns, sheet, summary, spec, given, data[[panel[2]]], call)
  recipe <- list(
    panel = panel, values = unique(sheet$system), sheet = sheet, weights = made$weights, given = !is.null(given), method = spec$weights,
    normalise = if (is_normalised(data)) recipe_of(data)$normalise else spec$method,
    scope = if (is_normalised(data)) recipe_of(data)$scope else spec$scope, zero = spec$zero, aggregate = aggregate, missing = missing,
    scale = scale, keep = keep, rows = nrow(data), omitted = made$omitted, dimensions = dimension_table(made$dimensions, scale, data, panel)
  )
  scores <- lapply(made$scores, `*`, scale)
  new_result(c(as.list(data)[unique(c(panel, keep))], scores), "composite_index", recipe)
}

index_spec <- function(weights, normalise, scope, data, call) {
  if (is.data.frame(weights)) {
    spec <- weight_spec("equal", normalise, scope, "limit", data, call)
    spec$weights <- "given"
    return(spec)
  }
  check_choice(weights, c("entropy", "equal"), "weights", call)
  weight_spec(weights, normalise, scope, "limit", data, call)
}

check_index_names <- function(sheet, panel, keep, data, call) {
  if (!is.null(keep)) check_columns(keep, data, "keep", call)
  systems <- unique(sheet$system)
  clash <- intersect(systems, c(panel, keep))
  if (!length(clash)) return(invisible())
  abort("name", c(
    "A system must not be named as a panel or kept column: {.val {clash}}.",
    i = "Rename the system in the sheet, or the column in the data."
  ), call)
}

# Scores, weights and dimension scores; all systems at once where the data are complete, else each from its complete rows.
index_systems <- function(columns, sheet, summary, spec, given, time, call) {
  systems <- unique(sheet$system)
  if (!any(summary$missing > 0)) {
    made <- index_complete(columns, sheet, summary, spec, given, time, call)
    made$omitted <- stats::setNames(integer(length(systems)), systems)
    return(made)
  }
  parts <- lapply(systems, function(s) {
    j <- which(sheet$system == s)
    index_one_incomplete(columns[j], sheet[j, ], spec, given[j], time, call)
  })
  bound <- do.call(rbind, lapply(parts, function(p) plain_weights(p$weights)))
  class(bound) <- c("indicator_weights", "data.frame")
  keys <- function(d) paste(d$system, d$indicator, sep = "\r")
  list(
    weights = restore_order(bound, match(keys(sheet), keys(bound))), scores = unlist(lapply(parts, `[[`, "scores"), recursive = FALSE),
    dimensions = unlist(lapply(parts, `[[`, "dimensions"), recursive = FALSE),
    omitted = stats::setNames(vapply(parts, `[[`, 0L, "omitted"), systems)
  )
}

plain_weights <- function(x) {
  class(x) <- "data.frame"
  x
}

restore_order <- function(x, order) {
  x <- x[order, , drop = FALSE]
  rownames(x) <- NULL
  x
}

index_one_incomplete <- function(columns, sheet, spec, given, time, call) {
  complete <- stats::complete.cases(as.data.frame(columns, optional = TRUE, col.names = seq_along(columns)))
  if (sum(complete) < 2) {
    abort("missing", c(
      "System {.val {sheet$system[1]}} must have at least two complete rows, not {sum(complete)}.",
      i = "Fill the gaps with {.fn impute_gaps}."
    ), call)
  }
  columns <- lapply(columns, `[`, complete)
  made <- index_complete(columns, sheet, bind_summarise(columns, thread_count()), spec, given, time[complete], call)
  spread <- function(x) {
    out <- rep(NA_real_, length(complete))
    out[complete] <- x
    out
  }
  list(
    weights = made$weights, scores = lapply(made$scores, spread), dimensions = lapply(made$dimensions, spread),
    omitted = sum(!complete)
  )
}

index_complete <- function(columns, sheet, summary, spec, given, time, call) {
  weights <- if (is.null(given)) weigh_columns(columns, sheet, summary, spec, time, call) else weigh_given(given, sheet, summary, spec, call)
  z <- scale_columns(columns, sheet, summary, spec, time, call)
  systems <- unique(sheet$system)
  scores <- lapply(systems, function(s) weighted_mean_of(z, weights$weight, which(sheet$system == s)))
  groups <- unique(data.frame(system = sheet$system, dimension = sheet$dimension))
  dimensions <- lapply(seq_len(nrow(groups)), function(g) {
    weighted_mean_of(z, weights$weight, which(sheet$system == groups$system[g] & sheet$dimension == groups$dimension[g]))
  })
  names(scores) <- systems
  names(dimensions) <- dimension_names(groups)
  list(weights = weights, scores = scores, dimensions = dimensions)
}

# Given weights stand, but for indicators that min-max cannot scale since they do not vary.
weigh_given <- function(given, sheet, summary, spec, call) {
  constant <- spec$method != "none" & summary$min == summary$max
  warn_constant(constant, sheet, call)
  new_weights(sheet, list(raw = ifelse(constant, 0, given)))
}

# sum w z / sum w over the indicators `j`; NA where all their weights are 0.
weighted_mean_of <- function(z, weight, j) {
  total <- sum(weight[j])
  out <- numeric(length(z[[1]]))
  if (total == 0) return(out + NA)
  for (i in j[weight[j] > 0]) out <- out + (weight[i] / total) * z[[i]]
  out
}

dimension_names <- function(groups) {
  if (anyDuplicated(groups$dimension)) paste0(groups$system, ": ", groups$dimension) else groups$dimension
}

dimension_table <- function(dimensions, scale, data, panel) {
  out <- c(as.list(data)[panel], lapply(dimensions, `*`, scale))
  structure(out, class = "data.frame", row.names = .set_row_names(nrow(data)))
}

# A data frame of weights in the sheet's order.
match_weights <- function(weights, sheet, call) {
  needed <- c("system", "indicator", "weight")
  if (!all(needed %in% names(weights))) {
    abort("weights", c("{.arg weights} must have the columns {.val {needed}}; it has {.val {names(weights)}}.",
      i = "{.fn indicator_weights} makes such a table."), call)
  }
  keys <- function(d) paste(d[["system"]], d[["indicator"]], sep = "\r")
  at <- match(keys(sheet), keys(weights))
  if (anyNA(at) || nrow(weights) != nrow(sheet)) {
    lost <- unique(c(sheet$indicator[is.na(at)], weights[["indicator"]][!keys(weights) %in% keys(sheet)]))
    abort("weights", c("{.arg weights} must have one row for each indicator of the sheet; these do not match: {.val {lost}}.",
      i = "Systems and indicators are matched by name."), call)
  }
  out <- weights[["weight"]][at]
  check_given_weights(out, sheet, call)
  as.double(out)
}

check_given_weights <- function(x, sheet, call) {
  if (!is.numeric(x) || anyNA(x) || any(!is.finite(x)) || any(x < 0) || any(tapply(x, sheet$system, sum) <= 0)) {
    abort("weights", c("Weights must be finite, not negative, and positive somewhere in each system.",
      i = "The weights found are {x}."), call)
  }
}

#' Scores of a composite index by system or by dimension
#'
#' @param x A [composite_index()].
#' @param by `"dimension"` (default) or `"system"`.
#' @param ... Unused.
#' @return A data frame, rows as in `x`: the panel columns and one column a dimension (under its own name where no two systems share
#'   it, else `"system: dimension"`) or a system. A dimension's score is the weighted mean of its indicators, in the units of the index, so that
#'   the index of a system is the mean of its dimensions weighted by the sums of their weights.
#' @examples
#' sheet <- indicator_sheet(system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel"))
#' idx <- composite_index(state_capital, sheet, panel = c("state", "year"))
#' head(scores(idx, by = "dimension"))
#' @export
scores <- function(x, ...) UseMethod("scores")

#' @rdname scores
#' @export
scores.composite_index <- function(x, by = "dimension", ...) {
  check_choice(by, c("dimension", "system"), "by")
  recipe <- recipe_of(x)
  if (by == "system") return(plain_frame(x)[c(recipe$panel, recipe$values)])
  out <- recipe$dimensions[match_rows(x, recipe$dimensions, recipe$panel), , drop = FALSE]
  rownames(out) <- NULL
  out
}

#' @importFrom stats weights
#' @export
weights.composite_index <- function(object, ...) recipe_of(object)$weights

#' @export
print.composite_index <- function(x, n = 6, ...) {
  recipe <- recipe_of(x)
  if (is.null(recipe)) return(invisible(print(plain_frame(x))))
  cat(sprintf("Composite indices: %s\n%s\n", paste(recipe$values, collapse = ", "), panel_size(x, recipe$panel)))
  cat(recipe_lines(recipe), sep = "\n")
  cat("\n")
  print_fitting(rounded_head(x, recipe$values, n), rev(recipe$keep))
  if (nrow(x) > n) cat(sprintf("... and %d more rows\n", nrow(x) - n))
  invisible(x)
}

panel_size <- function(x, panel) {
  sprintf("%d rows, %s: %d, %s: %s", nrow(x), panel[1], length(unique(x[[panel[1]]])), panel[2], time_span(x[[panel[2]]]))
}

time_span <- function(time) {
  if (!length(time)) return("none")
  span <- if (is.factor(time)) range(as.integer(time)) else range(time)
  if (is.factor(time)) span <- levels(time)[span]
  span <- trimws(format(span))
  if (span[1] == span[2]) span[1] else paste(span, collapse = " to ")
}

recipe_lines <- function(recipe) {
  out <- sprintf(
    "Weights: %s; normalisation: %s, %s; aggregation: %s%s", recipe$method, recipe$normalise, recipe$scope, recipe$aggregate,
    if (recipe$scale == 1) "" else paste0("; scale: ", format(recipe$scale))
  )
  lost <- recipe$omitted[recipe$omitted > 0]
  if (length(lost)) out <- c(out, paste0("Rows without an index (missing indicators): ", paste(names(lost), lost, collapse = ", ")))
  out
}

rounded_head <- function(x, columns, n, digits = 4) {
  out <- utils::head(plain_frame(x), n)
  for (name in columns) out[[name]] <- round(out[[name]], digits)
  out
}

#' @export
summary.composite_index <- function(object, by = NULL, ...) {
  recipe <- recipe_of(object)
  by <- by %||% recipe$panel[2]
  check_columns(by, object, "by")
  group_means(plain_frame(object), recipe$values, by)
}

# Means of columns by groups, in sorted order of the groups, with the rows used.
group_means <- function(data, columns, by) {
  groups <- interaction(as.list(data)[by], drop = TRUE, lex.order = TRUE, sep = "\r")
  first <- match(levels(groups), groups)
  out <- plain_frame(data)[first, by, drop = FALSE]
  rownames(out) <- NULL
  out$rows <- tabulate(groups, nlevels(groups))
  for (name in columns) out[[name]] <- as.vector(tapply(data[[name]], groups, mean, na.rm = TRUE))
  out[is.na(out)] <- NA
  out
}
