#' How far indices, coordination degrees and ranks depend on sample, weights and choices
#'
#' Replays the recipe of an index, or of a coupling, many times under other circumstances, and gives intervals for what comes out.
#'
#' @details Each replay draws afresh everything named in `vary`, independently:
#'   * `"units"`: as many units as there are, with replacement, each with all its times (a block bootstrap over units). Ranges and weights come from the drawn rows; then all rows of `data` are scored with
#'     them. A value beyond the drawn range is set to its end, \eqn{z = 0} or \eqn{1}, and counted; not so where the scale has no ends (z-scores, a base period), whose scores may leave 0 to 1:
#'     there the scores themselves are set to its ends, for \eqn{D} only.
#'   * `"weights"`: \eqn{w_j^* \propto w_j e^{s g_j}} with standard normal \eqn{g_j} and \eqn{s} the `sd`, made to sum to one within each system.
#'   * `"normalise"`, `"zero"`, `"aggregate"`: one of the alternatives, the recipe's own among them, each equally likely: normalisation by min-max or by rank among the drawn rows (interval indicators keep min-max); the zero rule of the entropy, as in
#'     [indicator_weights()]; the linear or the geometric mean, the latter of \eqn{0.01 + 0.98 z} if it is not the recipe's own, since one \eqn{z = 0} would make it 0. Only
#'     alternatives on the recipe's own scale are drawn: z-scores, vector and sum normalisation and a base period have no other normalisation to compare with, z-scores and a base period no geometric mean.
#'
#'   Any recipe of [composite_index()] is replayed: all its normalisations, scopes, weights (those of principal components from the drawn rows' correlations; given ones, AHP's and combined ones, as they are,
#'   perturbed; those by time at their times), aggregations and, with `missing = "propagate"`, its gaps; and [coupling()] with `rescale`, the scores of each replay stretched anew. The
#'   weights of \eqn{T} are those of `x`.
#'
#'   Then come the scores, \eqn{C}, \eqn{T} and \eqn{D} as in [coupling()], the rank within each time by \eqn{D} (by the score where there is one system), 1 the highest, and the level. An interval runs from the
#'   \eqn{(1 - l)/2} to the \eqn{(1 + l)/2} quantile of the replays (\eqn{l} the `level`; ranks are rounded outwards), the probability of a level is the share of the replays that gave it. The estimate is the index itself. It
#'   need not lie in the middle, nor always inside: a geometric mean is below the linear one, the range of a drawn sample is never wider than that of the whole, and ranks spread a skewed indicator evenly, which
#'   raises the scores of most rows. Which choice moves the result most is seen with `by_source`.
#'
#'   What varies nothing is left out: the zero rule without entropy weights, the normalisation of values taken as they are. The numbers of a replay depend on the `seed` and on its number alone, not on threads, and a
#'   source draws the same whether others vary or not.
#' @param x A [composite_index()], or a [coupling()] of one, whose model, weights of \eqn{T} and levels are then used; those of an index are the defaults of [coupling()].
#'   Not a [pca_index()].
#' @param data The raw data that `x` was made of; it is checked that they give `x` again. Rows may be in another order.
#' @param n Number of replays (default 1000).
#' @param vary What is drawn afresh, any of the five above (default: all).
#' @param sd Standard deviation of the logarithms of the weights about their own from 0 to 10 (default 0.1: two thirds of the weights within about a tenth).
#' @param alternatives A list with any of `normalise` (default `c("minmax", "rank")`), `zero` (`c("limit", "shift", "rescale")`) and `aggregate`
#'   (`c("linear", "geometric")`; `"topsis"` is possible); the recipe's own is always among them.
#' @param level Of the intervals, between 0 and 1 (default 0.95).
#' @param seed A whole number of at least 0; `NULL` (default): drawn from R's own stream, so that `set.seed()` makes the result reproducible.
#' @param by_source `TRUE`: also replays with each source alone, `n` times, for [summary()]. Default `FALSE`.
#' @param keep `TRUE`: keeps all replays for [replays()]: rows times (systems + 2) times `n` numbers of 8 bytes. Default `FALSE`.
#' @param threads Number of threads; `NULL` (default): option `ccdpanel.threads`, else 2. Results do not depend on it.
#' @param progress Whether to show a progress bar; by default in an interactive session.
#' @return A data frame of class `index_uncertainty`, rows as in `x`: the panel and kept columns; for each system, for `D` (two systems or more) and for `rank` the estimate and, with `_lower` and `_upper` added to its
#'   name, the interval; `p_1`, `p_2`, ... the probabilities of the levels. Several systems whose scores leave 0 to 1 (z-scores) have no `D` and no levels, but ranks each: `rank_` and the system's name.
#'   `summary()` gives the mean widths, and with `by_source` what each source contributes. A subset is a plain data frame.
#' @section Errors: `ccdpanel_error_recipe` (`x` has none, or one that cannot be replayed), `ccdpanel_error_data` (`data` do not give `x`), `ccdpanel_error_normalised` (data are not raw),
#'   `ccdpanel_error_choice`, `ccdpanel_error_number`, `ccdpanel_error_name`, and those of [composite_index()].
#' @references Saisana, M., Saltelli, A. and Tarantola, S. (2005). Uncertainty and sensitivity analysis techniques as tools for the quality assessment of composite indicators. Journal of the Royal Statistical
#'   Society A 168(2), 307-323. \doi{10.1111/j.1467-985X.2005.00350.x}
#'
#'   OECD and JRC (2008). Handbook on Constructing Composite Indicators. \doi{10.1787/9789264043466-en}
#' @examples
#' path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
#' sheet <- indicator_sheet(path)
#' idx <- composite_index(state_capital, sheet, panel = c("state", "year"))
#' u <- index_uncertainty(coupling(idx), state_capital, n = 50, seed = 1, by_source = TRUE)
#' u
#' summary(u)
#' @export
index_uncertainty <- function(x, data, n = 1000, vary = c("units", "weights", "normalise", "zero", "aggregate"), sd = 0.1, alternatives = list(),
                              level = 0.95, seed = NULL, by_source = FALSE, keep = FALSE, threads = NULL, progress = interactive()) {
  call <- rlang::current_env()
  target <- replay_target(x, call)
  check_data_frame(data)
  check_replay_numbers(n, sd, level, seed, call)
  for (flag in c("by_source", "keep", "progress")) check_flag(get(flag), flag, call)
  threads <- thread_count(threads, call)
  variation <- replay_variation(vary, sd, alternatives, target$index, call)
  study <- replay_study(target, x, data, call)
  n <- as.integer(n)
  seed <- seed %||% sample.int(.Machine$integer.max, 1)
  run <- function(variation, n, keep = TRUE, progress = FALSE) {
    bar <- replay_progress(progress, n)
    on.exit(bar$done())
    bind_replays(study, variation, target$rule, n, seed, level, keep, threads, bar$update)
  }
  own <- as.matrix(run(unvaried(variation), 1)$values[, , 1])
  colnames(own) <- measure_names(target$systems, study$coupled)
  at <- check_replayed(own, x, study, data, target, call)
  made <- run(variation, n, keep, progress)
  settings <- list(
    n = n, vary = varied(variation), variation = variation, level = level, seed = seed, clipped = mean(made$clipped) / (nrow(data) * length(study$columns)),
    gaps = sum(made$gaps), leading = leading_measures(target$systems, study$coupled)
  )
  settings["sources"] <- list(if (by_source) source_table(own, variation, settings$leading, function(v) run(v, n)$values))
  new_uncertainty(x, target, own, made, at, settings, call)
}

check_replay_numbers <- function(n, sd, level, seed, call) {
  check_number(n, "n", min = 1, max = .Machine$integer.max, call = call, whole = TRUE)
  check_number(sd, "sd", min = 0, max = 10, call = call)
  check_number(level, "level", min = 0, max = 1, call = call)
  if (!is.null(seed)) check_number(seed, "seed", min = 0, max = 2^53, call = call, whole = TRUE)
}

# What is replayed: the index's recipe, the systems, and how D follows from them.
replay_target <- function(x, call) {
  recipe <- recipe_of(x)
  coupled <- inherits(x, "coupling")
  index <- if (coupled) recipe$index else if (inherits(x, "composite_index")) recipe
  if (is.null(index$sheet)) {
    abort("recipe", c("{.arg x} must be a composite index, or a coupling of one, that still has its recipe; it is {.obj_type_friendly {x}}.",
      i = "A plain data frame of scores does not say how they were made: begin with {.fn composite_index}."), call)
  }
  check_replayable(index, recipe, call)
  systems <- if (coupled) recipe$systems else index$values
  levels <- level_spec("ten", "right", NULL, "en", call)
  rule <- list(
    weights = recipe$weights, model = recipe$model, k = recipe$k, breaks = recipe$breaks, closed_right = identical(recipe$closed, "right"),
    rescale = as.double(recipe$rescale)
  )
  if (!coupled) rule <- list(weights = rep(1 / length(systems), length(systems)), model = "standard", k = 1, breaks = levels$breaks, closed_right = TRUE, rescale = double())
  list(index = index, panel = index$panel, systems = systems, rule = rule, coupled = coupled, scale = if (coupled) 1 else index$scale)
}

check_replayable <- function(index, recipe, call) {
  if (identical(index$aggregate, "pca")) {
    abort("recipe", c("The score of {.fn pca_index} cannot be replayed: its sign and its components may change from sample to sample.", i = "Use {.code composite_index(weights = \"pca\")}."), call)
  }
  if (is.null(recipe$rescale) || recipe$rows == index$rows) return(invisible())
  abort("recipe", c("A coupling with {.arg rescale} can be replayed when it is of all rows of its index; it is of {recipe$rows} of {index$rows}.", i = "Call {.fn coupling} of the whole index."), call)
}

# Targets of z: before the entropy (by zero rule), and before the mean.
zero_targets <- list(limit = c(0, 1), shift = c(1e-4, 1 + 1e-4), rescale = c(0.01, 0.99))

# The choices of each replay, the recipe's own first; one alone does not vary.
replay_variation <- function(vary, sd, alternatives, index, call) {
  sources <- c("units", "weights", "normalise", "zero", "aggregate")
  if (!is.character(vary) || anyNA(vary) || !all(vary %in% sources)) {
    abort("choice", c("{.arg vary} must be any of {.val {sources}}, not {found(vary)}.", i = "{.code character()} varies nothing."), call)
  }
  choices <- function(name, own, default, possible, apply = TRUE) {
    given <- alternatives[[name]] %||% default
    for (one in given) check_choice(one, possible, paste0("alternatives$", name), call)
    if (name %in% vary && apply) unique(c(own, given)) else own
  }
  if (!is.list(alternatives) || length(setdiff(names(alternatives), sources[3:5])) || length(alternatives) != length(names(alternatives))) {
    abort("choice", c("{.arg alternatives} must be a list with names among {.val {sources[3:5]}}, not {found(alternatives)}.", i = "For instance {.code list(aggregate = \"topsis\")}."), call)
  }
  unit <- index$normalise %in% c("minmax", "rank", "none")
  inside <- unit && !grepl("^base ", index$scope)
  normalise <- choices("normalise", index$normalise, c("minmax", "rank"), c("minmax", "rank"), inside && index$normalise != "none")
  zero <- choices("zero", index$zero, names(zero_targets), names(zero_targets), index$method == "entropy" && unit)
  means <- if (inside || index$normalise %in% c("vector", "sum")) names(aggregations) else union(index$aggregate, c("linear", "topsis"))
  aggregate <- choices("aggregate", index$aggregate, intersect(c("linear", "geometric"), means), means)
  away <- aggregate == "geometric" & index$aggregate != "geometric" & unit
  list(
    units = "units" %in% vary, sd = if ("weights" %in% vary) as.double(sd) else 0, normalise = normalise, zero = zero_targets[zero], aggregate = aggregate,
    target = lapply(away, function(lifted) if (lifted) c(0.01, 0.99) else c(0, 1))
  )
}

varied <- function(variation) {
  several <- lengths(variation[c("normalise", "zero", "aggregate")]) > 1
  c(if (variation$units) "units", if (variation$sd > 0) "weights", names(several)[several])
}

# The same choices with nothing drawn, or one source alone.
unvaried <- function(variation, but = character()) {
  if (!"units" %in% but) variation$units <- FALSE
  if (!"weights" %in% but) variation$sd <- 0
  for (name in setdiff(c("normalise", "zero", "aggregate"), but)) variation[[name]] <- variation[[name]][1]
  variation$target <- variation$target[seq_along(variation$aggregate)]
  variation
}

# Data and sheet as the kernel takes them, rows by period.
replay_study <- function(target, x, data, call) {
  index <- target$index
  if (is_normalised(data)) abort("normalised", c("{.arg data} must be raw, and was normalised already.", i = "Replays normalise by themselves: make the index of raw data."), call)
  check_panel(target$panel, data, "x", call)
  sheet <- index$sheet
  used <- sheet$system %in% target$systems
  columns <- indicator_columns(data, sheet[used, ], target$panel, call)
  summary <- summarise_indicators(columns, sheet[used, ], call, if (any(index$omitted > 0)) "propagate" else "error")
  time <- data[[target$panel[2]]]
  period <- match(time, sort(unique(time)))
  order <- order(period)
  periods <- c(0L, cumsum(tabulate(period)))
  strata <- if (index$scope == "period") periods else c(0L, nrow(data))
  unit <- match(data[[target$panel[1]]], unique(data[[target$panel[1]]]))
  columns <- lapply(columns, `[`, order)
  of <- sheet$system[used]
  complete <- complete_rows(columns, of, target$systems)
  base <- if (grepl("^base ", index$scope)) format_key(time[order]) == sub("^base ", "", index$scope) else logical()
  given <- given_weights(index, sheet, used, length(periods) - 1L)
  bounds <- bounds_of_scores(target, x, summary, sheet[used, ])
  list(
    columns = fill_rows(columns, of, complete, strata), order = order, systems = length(target$systems), unit = unit[order], units = max(unit), periods = periods,
    strata = strata, sheet = study_sheet(sheet[used, ], target$systems, index$scope, given$always), weights = index$method, given = given$by_time,
    share = index$share %||% 0, drop_constant = !(index$method == "given" && index$normalise == "none"), complete = unname(complete), base = base,
    clip = bounds$clip, coupled = bounds$coupled
  )
}

study_sheet <- function(sheet, systems, scope, weight) {
  bound <- function(name) ifelse(is.na(sheet[[name]] %||% NA), 0, as.double(sheet[[name]] %||% NA))
  interval <- sheet$direction == "interval"
  list(
    system = match(sheet$system, systems), reversed = sheet$direction == "-", interval = interval, posted = scope == "goalposts" & !interval,
    lower = rep_len(bound("lower"), nrow(sheet)), upper = rep_len(bound("upper"), nrow(sheet)), weight = as.double(weight)
  )
}

# The rows of each system without a gap; nothing where there is none.
complete_rows <- function(columns, of, systems) {
  complete <- lapply(systems, function(s) !Reduce(`|`, lapply(columns[of == s], is.na)))
  if (all(vapply(complete, all, NA))) list() else stats::setNames(complete, systems)
}

# Rows with a gap hold the values of a complete row of their stratum, which no range or mean then notices.
fill_rows <- function(columns, of, complete, strata) {
  for (s in names(complete)) {
    stratum <- rep(seq_len(length(strata) - 1), diff(strata))
    known <- which(complete[[s]])
    instead <- known[match(stratum, stratum[known])]
    gap <- !complete[[s]] & !is.na(instead)
    columns[of == s] <- lapply(columns[of == s], function(v) replace(v, gap, v[instead[gap]]))
  }
  columns
}

# Weights as given: one an indicator, or a vector of them for each period.
given_weights <- function(index, sheet, used, periods) {
  if (index$method != "given") return(list(always = rep(1, sum(used)), by_time = list()))
  if (is.null(attr(index$weights, "time"))) return(list(always = index$weights$weight[used], by_time = list()))
  each <- split(index$weights$weight, rep(seq_len(periods), each = nrow(sheet)))
  list(always = rep(1, sum(used)), by_time = lapply(unname(each), `[`, used))
}

# Where the range is not the sample's, or there is none, scores may leave [0, 1]; D exists where those of the index do not.
bounds_of_scores <- function(target, x, summary, sheet) {
  index <- target$index
  posted <- index$scope == "goalposts" & sheet$direction != "interval"
  outside <- if (index$normalise == "none") summary$min < 0 | summary$max > 1 else posted & (summary$min < sheet[["lower"]] | summary$max > sheet[["upper"]]) %in% TRUE
  inside <- vapply(target$systems, function(s) all(x[[s]] / target$scale >= 0 & x[[s]] / target$scale <= 1, na.rm = TRUE), NA)
  list(clip = !(any(outside) || index$normalise == "zscore" || grepl("^base ", index$scope)), coupled = target$coupled || all(inside))
}

# Do the data give the index again? Returns the rows of the study that are the rows of x.
check_replayed <- function(own, x, study, data, target, call) {
  keys <- as.data.frame(data)[study$order, target$panel]
  at <- match_rows(x, keys, target$panel)
  differs <- anyNA(at) || nrow(data) != target$index$rows
  for (s in c(target$systems, if (target$coupled) "D")) {
    if (!differs) differs <- !isTRUE(all.equal(own[at, s], x[[s]] / (if (s == "D") 1 else target$scale), tolerance = 1e-8, check.attributes = FALSE))
  }
  if (!differs) return(at)
  abort("data", c("{.arg data} must be the raw data that {.arg x} was made of; they do not give its scores again ({nrow(data)} row{?s}, the index had {target$index$rows}).",
    i = "Pass the very data frame that went into {.fn composite_index}; an index of data normalised onto another range cannot be replayed."), call)
}

replay_progress <- function(show, n, envir = rlang::caller_env()) {
  if (!show) return(list(update = function(done) NULL, done = function() NULL))
  id <- cli::cli_progress_bar("Replays", total = n, .envir = envir, .auto_close = FALSE)
  list(update = function(done) cli::cli_progress_update(set = done, id = id, .envir = envir), done = function() cli::cli_progress_done(id, .envir = envir))
}

# Of systems that are coupled D and the rank by it, of others the ranks by each score.
measure_names <- function(systems, coupled) {
  if (length(systems) == 1) return(c(systems, "rank"))
  if (coupled) c(systems, "D", "rank") else c(systems, paste0("rank_", systems))
}

# The measure that stands for the others, and its rank.
leading_measures <- function(systems, coupled) {
  if (length(systems) == 1) return(c(systems, "rank"))
  if (coupled) c("D", "rank") else c(systems[1], paste0("rank_", systems[1]))
}

# What each source does alone: how far D (or the first score) and the rank by it move.
source_table <- function(own, variation, leading, run) {
  at <- match(leading, colnames(own))
  one <- function(source) {
    values <- run(unvaried(variation, source))
    away <- function(m) mean(abs(values[, m, ] - own[, m]), na.rm = TRUE)
    around <- mean((values[, at[1], ] - own[, at[1]])^2, na.rm = TRUE)
    data.frame(source = source, shift = away(at[1]), rank_shift = away(at[2]), square = around)
  }
  out <- do.call(rbind, lapply(varied(variation), one))
  if (is.null(out)) return(NULL)
  out$share <- out$square / sum(out$square)
  out[order(-out$share), c("source", "shift", "rank_shift", "share")]
}

new_uncertainty <- function(x, target, own, made, at, settings, call) {
  names <- colnames(own)
  own[is.nan(own)] <- NA
  for (end in c("lower", "upper")) made[[end]][is.nan(made[[end]])] <- NA
  scale <- ifelse(names %in% target$systems, target$scale, 1)
  ranks <- which(grepl("^rank", names) & !names %in% target$systems)
  made$lower[, ranks] <- floor(made$lower[, ranks])
  made$upper[, ranks] <- ceiling(made$upper[, ranks])
  three <- function(m) stats::setNames(list(own[at, m] * scale[m], made$lower[at, m] * scale[m], made$upper[at, m] * scale[m]), paste0(names[m], c("", "_lower", "_upper")))
  keep <- intersect(recipe_of(x)$keep, names(x))
  made$probability[is.na(own[, ncol(own)]), ] <- NA
  levels <- lapply(seq_len(ncol(made$probability)), function(l) made$probability[at, l])
  out <- c(as.list(x)[unique(c(target$panel, keep))], unlist(lapply(seq_along(names), three), recursive = FALSE), stats::setNames(levels, sprintf("p_%d", seq_along(levels))))
  clash <- unique(names(out)[duplicated(names(out))])
  if (length(clash)) abort("name", c("Column{?s} {.val {clash}} of {.arg x} {?has/have} the name of a result.", i = "Rename the system or the column first."), call)
  settings <- c(settings, target[c("panel", "systems")], list(measures = names))
  replays <- if (length(made$values)) scaled_replays(made$values, at, names, scale)
  structure(out, class = c("index_uncertainty", "data.frame"), row.names = .set_row_names(nrow(x)), settings = settings, replays = replays)
}

scaled_replays <- function(values, at, names, scale) {
  out <- values[at, , , drop = FALSE]
  out[is.nan(out)] <- NA
  for (m in which(scale != 1)) out[, m, ] <- out[, m, ] * scale[m]
  dimnames(out) <- list(NULL, names, NULL)
  out
}

#' The replays behind an uncertainty analysis
#'
#' @param x An [index_uncertainty()] made with `keep = TRUE`.
#' @param what Names of measures: systems, `"D"`, `"rank"`; by default all.
#' @return An array of rows (as in `x`) by measures by replays, `NA` where a replay had no weights; a part of it is a plain array. Every slice `[, , r]` is a
#'   consistent set of indices: [fe_reg()] and [system_reg()] fit a model to each when given `replays = x`, see [model-replays].
#' @section Errors: `ccdpanel_error_replays` (not kept), `ccdpanel_error_choice`.
#' @examples
#' path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
#' sheet <- indicator_sheet(path)
#' idx <- composite_index(state_capital, sheet, panel = c("state", "year"))
#' u <- index_uncertainty(idx, state_capital, n = 20, seed = 1, keep = TRUE)
#' dim(replays(u))
#' quantile(replays(u, "D")[1, 1, ])
#' @export
replays <- function(x, what = NULL) {
  call <- rlang::current_env()
  kept <- attr(x, "replays", exact = TRUE)
  if (!inherits(x, "index_uncertainty") || is.null(kept)) {
    abort("replays", c("{.arg x} must be an uncertainty analysis that kept its replays.", i = "Call {.code index_uncertainty(keep = TRUE)}; a subset of it has none."), call)
  }
  if (!is.null(what)) check_choices(what, dimnames(kept)[[2]], "what", call)
  structure(kept[, what %||% dimnames(kept)[[2]], , drop = FALSE], class = "index_replays")
}

#' @export
`[.index_replays` <- function(x, ...) unclass(x)[...]

#' @export
print.index_replays <- function(x, n = 6, ...) {
  check_dots(...)
  check_shown(n = n)
  size <- dim(x)
  values <- unclass(x)
  if (length(size) != 3) return(invisible(print(values)))
  measures <- dimnames(values)[[2]]
  say(sprintf("Replays of an index: %d rows by %d measure%s (%s) by %d replays", size[1], size[2], if (size[2] == 1) "" else "s", first_names(measures), size[3]))
  leading <- c(intersect("D", measures), measures)[1]
  cat("\n", leading, ", a row of the index a row and a replay a column\n", sep = "")
  rows <- utils::head(seq_len(size[1]), n)
  cells <- matrix(values[rows, leading, ], length(rows))
  cells <- matrix(format(round(cells, 4)), length(rows), dimnames = list(rows, seq_len(size[3])))
  gone <- print_fitting_columns(if (is.finite(n)) cells[, seq_len(min(ncol(cells), 100)), drop = FALSE] else cells)
  say(sprintf("... of %s rows and %s replays", format(size[1], big.mark = ","), format(size[3], big.mark = ",")))
  next_steps(sprintf("x[, \"%s\", 1] (a replay)", leading), sprintf("x[1, \"%s\", ] (a row)", leading), "fe_reg(replays = )")
  invisible(x)
}

plain_uncertainty <- function(x) {
  attr(x, "settings") <- attr(x, "replays") <- NULL
  if (inherits(x, "index_uncertainty")) class(x) <- "data.frame"
  x
}

#' @export
`[.index_uncertainty` <- function(x, ...) plain_uncertainty(x)[...]

#' @export
as.data.frame.index_uncertainty <- function(x, ...) {
  check_dots(..., passed = c("row.names", "optional", "stringsAsFactors", "make.names"))
  plain_uncertainty(x)
}

# The number of each row's likeliest level, and its probability.
likeliest <- function(x) {
  p <- as.matrix(plain_uncertainty(x)[grep("^p_[0-9]+$", names(x))])
  if (!ncol(p)) return(NULL)
  level <- max.col(replace(p, is.na(p), 0), "first")
  level[is.na(p[, 1])] <- NA
  data.frame(level = level, probability = p[cbind(seq_len(nrow(p)), level)])
}

#' @export
print.index_uncertainty <- function(x, n = 6, ...) {
  check_dots(...)
  check_shown(n = n)
  settings <- attr(x, "settings", exact = TRUE)
  if (is.null(settings)) return(invisible(print(plain_uncertainty(x))))
  say(c(paste("Uncertainty of", toString(settings$measures)), panel_size(x, settings$panel)))
  cat(uncertainty_lines(settings), sep = "\n")
  cat("\n")
  shown <- plain_uncertainty(x)[c(settings$panel, paste0(rep(settings$leading, each = 3), c("", "_lower", "_upper")))]
  number <- vapply(shown, is.double, NA) & !names(shown) %in% settings$panel
  shown[number] <- lapply(shown[number], round, 4)
  likely <- likeliest(x)
  if (!is.null(likely)) shown[c("level", "p")] <- list(likely$level, round(likely$probability, 3))
  print_fitting(utils::head(shown, n), c("p", "level"))
  if (nrow(x) > n) cat(sprintf("... and %d more rows\n", nrow(x) - n))
  if (!is.null(likely)) say("level: the one that most replays gave, p their share; _lower, _upper: ends of the interval.")
  next_steps("summary(x)", "plot(x)", "replays(x)", "fe_reg(replays = x)")
  invisible(x)
}

uncertainty_lines <- function(settings) {
  v <- settings$variation
  what <- c(
    units = paste0("units (blocks of ", settings$panel[1], ")"), weights = paste0("weights (sd of logarithms ", format(v$sd), ")"),
    normalise = paste0("normalisation (", paste(v$normalise, collapse = ", "), ")"), zero = paste0("zero rule (", paste(names(v$zero), collapse = ", "), ")"),
    aggregate = paste0("aggregation (", paste(v$aggregate, collapse = ", "), ")")
  )[settings$vary]
  out <- c(
    sprintf("%d replays (seed %s), %s%% intervals; varied:", settings$n, format(settings$seed, scientific = FALSE), format(100 * settings$level)), if (length(what)) paste0("  ", what) else "  nothing"
  )
  if (settings$clipped > 0) out <- c(out, sprintf("Values beyond the drawn range, set to its end: %s%% of cells a replay", format(100 * settings$clipped, digits = 2)))
  if (settings$gaps) out <- c(out, sprintf("Replays in which a system had no weights (nothing varied): %d", settings$gaps))
  out
}

#' @export
summary.index_uncertainty <- function(object, ...) {
  check_dots(...)
  settings <- attr(object, "settings", exact = TRUE)
  if (is.null(settings)) return(summary(plain_uncertainty(object)))
  width <- function(m) object[[paste0(m, "_upper")]] - object[[paste0(m, "_lower")]]
  measures <- data.frame(
    measure = settings$measures, mean = vapply(settings$measures, function(m) mean(object[[m]], na.rm = TRUE), 0), width = vapply(settings$measures, function(m) mean(width(m), na.rm = TRUE), 0),
    widest = vapply(settings$measures, function(m) max(width(m), na.rm = TRUE), 0), row.names = NULL
  )
  likely <- likeliest(object)
  certain <- if (!is.null(likely)) c(level = mean(likely$probability, na.rm = TRUE), certain = mean(likely$probability > settings$level, na.rm = TRUE))
  structure(list(measures = measures, certain = certain, sources = settings$sources, settings = settings), class = "index_uncertainty_summary")
}

#' @export
print.index_uncertainty_summary <- function(x, digits = 4, ...) {
  check_dots(...)
  check_shown(digits = digits)
  rounded <- function(d) {
    number <- vapply(d, is.double, NA)
    d[number] <- lapply(d[number], round, digits)
    d
  }
  cat(uncertainty_lines(x$settings), sep = "\n")
  cat("\nMean over the rows, mean and greatest width of the intervals\n")
  print(rounded(x$measures), row.names = FALSE)
  if (!is.null(x$certain)) cat(sprintf("\nRows whose likeliest level has more than %s%% of the replays: %s%%\n", format(100 * x$settings$level), format(100 * x$certain[["certain"]], digits = 3)))
  if (!is.null(x$sources)) {
    cat("\n")
    say(sprintf("Each source alone: mean shift of %s and of the rank, share of the squared shifts", x$settings$leading[1]))
    print(rounded(x$sources), row.names = FALSE)
  }
  next_steps(if (is.null(x$sources)) "index_uncertainty(by_source = TRUE)", "plot(x)", "fe_reg(replays = x)")
  invisible(x)
}
