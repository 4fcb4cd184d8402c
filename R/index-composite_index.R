#' Composite indices of the systems of a panel
#'
#' One index a system for each unit and time: the weighted mean of its normalised indicators.
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @details With \eqn{z} from [normalise()], \eqn{w} from [indicator_weights()] and \eqn{s} the
#'   `scale`, by `aggregate`:
#'   * `"linear"`: \eqn{u_i = s \sum_j w_j z_{ij}}.
#'   * `"geometric"`: \eqn{u_i = s \prod_j z_{ij}^{w_j}}. One normalised value of 0 makes the index
#'     0, which min-max gives to the worst row of each indicator: normalise onto a range such as
#'     0.01 to 0.99 first ([normalise()]).
#'   * `"topsis"` (Hwang and Yoon 1981): closeness \eqn{s\, d_i^- / (d_i^+ + d_i^-)} with the
#'     Euclidean distances of \eqn{v_{ij} = w_j z_{ij}} from the best and the worst value of each
#'     indicator (over all rows, or those of a period with `scope = "period"`).
#'
#'   Raw data go in; directions are applied here, once. Output of [normalise()] is recognised and
#'   used as it is. Weights multiply normalised values, so that the unit of an indicator changes
#'   nothing (compindexR 0.1.4 multiplies raw ones: with income in yuan its ranks are those of
#'   income; `ci_mean_min()` of Compind 3.7 subtracts means of other indicators, by order of rows).
#'
#'   **Pooled or year by year.** With `scope = "pooled"` an index says where a unit stands between
#'   the worst and the best of all units and years: it may rise for all of them, and a trend, a
#'   growth rate or a fixed-effects regression of it means something. With `scope = "period"`
#'   minima, maxima and weights are those of each year: the best unit of a year has 1 (the worst 0)
#'   whether all improved or all declined, and only the order within a year means anything. In the
#'   last example the states' economies grew from 1970 to 1986: the pooled index rises from 0.12 to
#'   0.17, the yearly one falls from 0.20 to 0.19. Papers seldom say which was used; a mean index
#'   that hardly moves over the years while the indicators do is the mark of the second.
#' @inheritParams indicator_weights
#' @param weights A method of [indicator_weights()] (default `"entropy"`), or a data frame of
#'   weights with columns `system`, `indicator` and `weight` (such as the result of
#'   [indicator_weights()] or [combine_weights()]), which are made to sum to one within each system
#'   (message `ccdpanel_message_weights` where they did not, nor to 100).
#'   A table with a column of times has weights for each of them.
#' @param aggregate `"linear"` (default), `"geometric"` or `"topsis"`.
#' @param missing `"error"` (default): a missing value stops; `"propagate"`: ranges and weights of a
#'   system come from its complete rows, its index is `NA` elsewhere, and the rows are counted.
#' @param scale A positive number that multiplies the indices (default 1; 100 for indices printed on
#'   0 to 100).
#' @param keep Names of further columns of `data` to carry along, such as a region.
#' @return A data frame of class `composite_index`, rows in input order: the panel columns, the kept
#'   columns, and one column a system under its own name. `weights()` gives the table of weights,
#'   [scores()] the scores by dimension; the attribute `recipe` says how it was made.
#' @section Errors: those of [indicator_weights()], and `ccdpanel_error_name` (a system named as a
#'   panel or kept column), `ccdpanel_error_weights` (given weights that do not match the sheet),
#'   `ccdpanel_error_entropy` (a given table whose entropy exceeds one: it was divided by the wrong
#'   logarithm).
#' @references OECD and JRC (2008). Handbook on Constructing Composite Indicators.
#'   \doi{10.1787/9789264043466-en}
#'
#'   Hwang, C.-L. and Yoon, K. (1981). Multiple Attribute Decision Making.
#'   \doi{10.1007/978-3-642-48318-9}
#' @examples
#' path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
#' sheet <- indicator_sheet(path)
#' idx <- composite_index(state_capital, sheet, panel = c("state", "year"), keep = "region")
#' idx
#' weights(idx)
#' head(scores(idx, by = "dimension"))
#'
#' # Pooled against year by year: the mean over the states
#' by_year <- composite_index(state_capital, sheet, panel = c("state", "year"), scope = "period")
#' ends <- c(1, 17)
#' cbind(pooled = summary(idx)[ends, "economy"], period = summary(by_year)[ends, "economy"])
#' @export
composite_index <- function(data, sheet, panel, weights = "entropy", normalise = "minmax",
                            scope = "pooled", aggregate = "linear",
                            missing = "error", scale = 1, keep = NULL, ...) {
  check_dots(...)
  check_required("composite_index")
  call <- rlang::current_env()
  if (!is_left_out("normalise", call)) check_typed_normalise(data, normalise, call)
  data <- panel_data(data, remote = TRUE)
  sheet <- as_sheet(sheet)
  labels <- value_labels(data, c(panel, keep))
  data <- unshared_columns(settled_panel(data, panel), c(panel, keep))
  say_panel(panel, data)
  check_index_names(sheet, panel, keep, data, call)
  check_choice(aggregate, aggregations, "aggregate", call)
  check_choice(missing, c("error", "propagate"), "missing", call)
  check_number(scale, "scale", min = .Machine$double.xmin, call = call)
  choices <- list(
    weights = weights, normalise = normalise, scope = scope, aggregate = aggregate,
    missing = missing, scale = scale, keep = keep, labels = labels
  )
  panel_index(data, sheet, panel, choices, call)
}

# Tables in a database have a method of their own, in the room `remote`.
panel_index <- function(data, sheet, panel, choices, call) UseMethod("panel_index")

#' @export
panel_index.default <- function(data, sheet, panel, choices, call) {
  scale <- choices$scale
  time <- data[[panel[2]]]
  spec <- index_spec(choices, sheet, data, panel, time, call)
  columns <- indicator_columns(data, sheet, panel, call)
  check_two_rows(nrow(data), call)
  summary <- summarise_indicators(columns, sheet, call, choices$missing)
  made <- index_systems(columns, sheet, summary, spec, time, call)
  recipe <- c(index_recipe(spec, sheet, panel, choices, data), list(
    weights = made$weights, omitted = made$omitted,
    dimensions = dimension_table(made$dimensions, scale, data, panel), labels = choices$labels
  ))
  new_result(c(
    as.list(data)[unique(c(panel, choices$keep))], in_scale(made$scores, scale)
  ), "composite_index", recipe)
}

in_scale <- function(scores, scale) if (scale == 1) scores else lapply(scores, `*`, scale)

index_recipe <- function(spec, sheet, panel, choices, data) {
  prepared <- if (is_normalised(data)) recipe_of(data)
  list(
    panel = panel, values = unique(sheet$system), sheet = sheet, method = spec$weights,
    normalise = prepared$normalise %||% spec$method,
    scope = prepared$scope %||% scope_text(choices$scope), range = prepared$range,
    weights_by_period = !is.null(spec$given_by_time) ||
      spec$scope == "period" && spec$aggregate != "pca", share = spec$share,
    zero = spec$zero$rule,
    aggregate = spec$aggregate, missing = choices$missing, scale = choices$scale,
    keep = choices$keep,
    rows = nrow(data)
  )
}

index_spec <- function(choices, sheet, data, panel, time, call) {
  weights <- choices$weights
  if (is_bare_numeric(weights) && !identical(names(weights), "pca")) {
    abort("weights", c(
      paste0(
        "{.arg weights} must be a method or a data frame of weights, not ",
        "{.obj_type_friendly {weights}}."
      ),
      i = "Give a data frame with columns {.code system}, {.code indicator} and {.code weight}."
    ), call)
  }
  spec <- weight_spec(
    if (is.data.frame(weights)) "equal" else weights, choices$normalise, choices$scope, "limit",
    sheet, data, time, call, arg = "weights"
  )
  spec$aggregate <- choices$aggregate
  spec$time_name <- panel[2]
  if (!is.data.frame(weights)) return(spec)
  spec$weights <- "given"
  check_own_names(panel[2], c("system", "dimension", "indicator", "weight"), call)
  if (panel[2] %in% names(weights)) {
    spec$given_by_time <- split_weights(weights, sheet, panel[2], time, call)
    at <- rep(names(spec$given_by_time), each = length(sheet$system))
    inform_sums(unlist(spec$given_by_time), paste(rep_len(sheet$system, length(at)), "in", at))
  } else {
    spec$given <- match_weights(weights, sheet, call)
    inform_sums(spec$given, sheet$system)
  }
  spec
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

# Scores, weights and dimension scores; all systems at once where the data are complete, else each
# from its complete rows.
index_systems <- function(columns, sheet, summary, spec, time, call) {
  systems <- unique(sheet$system)
  if (!any(summary$missing > 0)) {
    made <- index_complete(columns, sheet, summary, spec, time, call)
    made$omitted <- stats::setNames(integer(length(systems)), systems)
    return(made)
  }
  parts <- said_of_all(sheet, spec, call, lapply(systems, function(s) {
    index_one_incomplete(columns, sheet, which(sheet$system == s), spec, time, call)
  }))
  together <- function(name) unlist(lapply(parts, `[[`, name), recursive = FALSE)
  dimensions <- together("dimensions")
  names(dimensions) <- dimension_names(unique(sheet_groups(sheet)))
  list(
    weights = bind_weights(lapply(parts, `[[`, "weights"), sheet), scores = together("scores"),
    dimensions = dimensions,
    omitted = stats::setNames(vapply(parts, `[[`, 0L, "omitted"), systems)
  )
}

# What single systems would say of their indicators, said once of all: values outside of a range,
# and constants, by period.
said_of_all <- function(sheet, spec, call, code) {
  outside <- list()
  constant <- list()
  made <- withCallingHandlers(
    code,
    ccdpanel_warning_outside = function(w) {
      outside <<- c(outside, list(w$indicators))
      rlang::cnd_muffle(w)
    },
    ccdpanel_warning_constant = function(w) {
      constant[[paste0("at", w$where)]] <<- c(constant[[paste0("at", w$where)]], list(w$indicators))
      rlang::cnd_muffle(w)
    }
  )
  of_all <- function(parts) {
    found <- do.call(rbind, parts)
    at <- match(one_a_row(sheet, 0)$key, found$key)
    ifelse(is.na(at), 0, found$value[at])
  }
  for (where in names(constant)) {
    warn_constant(of_all(constant[[where]]) > 0, sheet, call, sub("^at", "", where))
  }
  if (length(outside)) say_outside(of_all(outside), sheet, spec, call)
  made
}

one_a_row <- function(sheet, value) {
  data.frame(key = paste(sheet$system, sheet$indicator, sep = "\r"), value = as.integer(value))
}

plain_weights <- function(x) {
  class(x) <- "data.frame"
  attr(x, "time") <- NULL
  x
}

# Tables of single systems as one table, in the order of the sheet (and of time before it).
bind_weights <- function(tables, sheet) {
  time <- attr(tables[[1]], "time")
  out <- do.call(rbind, lapply(tables, plain_weights))
  at <- match(
    paste(out$system, out$indicator, sep = "\r"), paste(sheet$system, sheet$indicator, sep = "\r")
  )
  period <- if (is.null(time)) at else match_values(out[[time]], in_order(out[[time]]))
  out <- out[order(period, at), , drop = FALSE]
  rownames(out) <- NULL
  structure(out, class = c("indicator_weights", "data.frame"), time = time)
}

index_one_incomplete <- function(columns, sheet, j, spec, time, call) {
  columns <- columns[j]
  sheet <- sheet[j, ]
  complete <- !Reduce(`|`, lapply(columns, is.na))
  check_enough_complete(sum(complete), sheet$system[1], call)
  columns <- lapply(columns, `[`, complete)
  if (!is.null(spec$given)) spec$given <- spec$given[j]
  if (!is.null(spec$given_by_time)) spec$given_by_time <- lapply(spec$given_by_time, `[`, j)
  if (!is.null(spec$base)) spec$base <- spec$base[complete]
  made <- index_complete(
    columns, sheet, bind_summarise(columns, thread_count()), spec, time[complete], call
  )
  spread <- function(x) replace(rep(NA_real_, length(complete)), complete, x)
  list(
    weights = made$weights, scores = lapply(made$scores, spread),
    dimensions = lapply(made$dimensions, spread),
    omitted = sum(!complete)
  )
}

check_enough_complete <- function(rows, system, call) {
  if (rows >= 2) return(invisible())
  abort("missing", c(
    "System {.val {system}} must have at least two complete rows, not {rows}.",
    i = "Fill the gaps with {.fn impute_gaps}."
  ), call)
}

index_complete <- function(columns, sheet, summary, spec, time, call, where = in_base(spec)) {
  if (spec$scope == "period") return(index_periods(columns, sheet, spec, time, call))
  spec <- with_still(spec, columns, sheet)
  if (!is.null(spec$given_by_time)) {
    return(index_with_changing_weights(columns, sheet, summary, spec, time, call))
  }
  # What lies outside of a range is said of the scores.
  weights <- if (is.null(spec$given)) {
    withCallingHandlers(
      weigh_columns(columns, sheet, summary, spec, call, where),
      ccdpanel_warning_outside = function(w) rlang::cnd_muffle(w)
    )
  } else {
    weigh_given(spec$given, sheet, summary, spec, call, where)
  }
  z <- scaling_on_the_way(columns, sheet, summary, spec, call)
  c(list(weights = weights), aggregate_systems(z, weights$weight, sheet, spec$aggregate, call))
}

sheet_groups <- function(sheet) data.frame(system = sheet$system, dimension = sheet$dimension)
