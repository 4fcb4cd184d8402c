#' How far indices, coordination degrees and ranks depend on sample, weights and choices
#'
#' Replays the recipe of an index, or of a coupling, many times under other circumstances, and gives
#' intervals for what comes out.
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @details Each replay draws afresh everything named in `vary`, independently:
#'   * `"units"`: as many units as there are, with replacement, each with all its times (a block
#'     bootstrap over units). Ranges and weights come from the drawn rows; then all rows of `data`
#'     are scored with them. A value beyond the drawn range is set to its end, \eqn{z = 0} or
#'     \eqn{1}, and counted; not so where the scale has no ends (z-scores, a base period), whose
#'     scores may leave 0 to 1: there the scores themselves are set to its ends, for \eqn{D} only.
#'   * `"weights"`: \eqn{w_j^* \propto w_j e^{s g_j}} with standard normal \eqn{g_j} and \eqn{s} the
#'     `sd`, made to sum to one within each system in each replay (Compind 3.7 divides those of
#'     `ci_smaa_constr()` by their sum over the draws, which undoes its lower bounds).
#'   * `"normalise"`, `"zero"`, `"aggregate"`: one of the alternatives, the recipe's own among them,
#'     each equally likely: normalisation by min-max or by rank among the drawn rows (interval
#'     indicators keep min-max); the zero rule of the entropy, as in [indicator_weights()]; the
#'     linear or the geometric mean, the latter of \eqn{0.01 + 0.98 z} if it is not the recipe's
#'     own, since one \eqn{z = 0} would make it 0. Only alternatives on the recipe's own scale are
#'     drawn: z-scores, vector and sum normalisation and a base period have no other normalisation
#'     to compare with, z-scores and a base period no geometric mean.
#'
#'   Any recipe of [composite_index()] is replayed: all its normalisations, scopes, weights (those
#'   of principal components from the drawn rows' correlations; given ones, AHP's and combined ones,
#'   as they are, perturbed; those by time at their times), aggregations and, with `missing =
#'   "propagate"`, its gaps; and [coupling()] with `rescale`, the scores of each replay stretched
#'   anew. The weights of \eqn{T} are those of `x`.
#'
#'   Then come the scores, \eqn{C}, \eqn{T} and \eqn{D} as in [coupling()], the rank within each
#'   time by \eqn{D} (by the score where there is one system), 1 the highest, and the level. An
#'   interval runs from the \eqn{(1 - l)/2} to the \eqn{(1 + l)/2} quantile of the replays (\eqn{l}
#'   the `level`; ranks are rounded outwards), the probability of a level is the share of the
#'   replays that gave it. The estimate is the index itself. It need not lie in the middle, nor
#'   always inside: a geometric mean is below the linear one, the range of a drawn sample is never
#'   wider than that of the whole, and ranks spread a skewed indicator evenly, which raises the
#'   scores of most rows. Which choice moves the result most is seen with `by_source`.
#'
#'   What varies nothing is left out: the zero rule without entropy weights, the normalisation of
#'   values taken as they are. The numbers of a replay depend on the `seed` and on its number alone,
#'   not on threads, and a source draws the same whether others vary or not.
#' @param x A [composite_index()], or a [coupling()] of one, whose model, weights of \eqn{T} and
#'   levels are then used; those of an index are the defaults of [coupling()]. Not a [pca_index()].
#' @param data The raw data that `x` was made of; it is checked that they give `x` again. Rows may
#'   be in another order.
#' @param n Number of replays (default 1000).
#' @param vary What is drawn afresh, any of the five above (default: all).
#' @param sd Standard deviation of the logarithms of the weights about their own from 0 to 10
#'   (default 0.1: two thirds of the weights within about a tenth).
#' @param alternatives A list with any of `normalise` (default `c("minmax", "rank")`), `zero`
#'   (`c("limit", "shift", "rescale")`) and `aggregate` (`c("linear", "geometric")`; `"topsis"` is
#'   possible); the recipe's own is always among them.
#' @param level Of the intervals, between 0 and 1 (default 0.95).
#' @param seed A whole number of at least 0; `NULL` (default): drawn from R's own stream, so that
#'   `set.seed()` makes the result reproducible. Draws go by the names of units as they sort, not by
#'   the order of rows: units called otherwise are drawn otherwise.
#' @param by_source `TRUE`: also replays with each source alone, `n` times, for [summary()]. Default
#'   `FALSE`.
#' @param keep `TRUE`: keeps all replays for [replays()]: rows times (systems + 2) times `n` numbers
#'   of 8 bytes. Default `FALSE`.
#' @param threads Number of threads; `NULL` (default): option `ccdpanel.threads`, else 2. Results do
#'   not depend on it.
#' @param progress Whether to show a progress bar; by default in an interactive session.
#' @return A data frame of class `index_uncertainty`, rows as in `x`: the panel and kept columns;
#'   for each system, for `D` (two systems or more) and for `rank` the estimate and, with `_lower`
#'   and `_upper` added to its name, the interval; `p_1`, `p_2`, ... the probabilities of the
#'   levels. Several systems whose scores leave 0 to 1 (z-scores) have no `D` and no levels, but
#'   ranks each: `rank_` and the system's name. `summary()` gives the mean widths, and with
#'   `by_source` what each source contributes. A subset is a plain data frame.
#' @section Errors: `ccdpanel_error_recipe` (`x` has none, or one that cannot be replayed),
#'   `ccdpanel_error_data` (`data` do not give `x`), `ccdpanel_error_normalised` (data are not raw),
#'   `ccdpanel_error_choice`, `ccdpanel_error_number`, `ccdpanel_error_name`,
#'   `ccdpanel_error_memory` (draws of more than 8 GiB, or than `options(ccdpanel.memory = )`), and
#'   those of [composite_index()].
#' @references Saisana, M., Saltelli, A. and Tarantola, S. (2005). Uncertainty and sensitivity
#'   analysis techniques as tools for the quality assessment of composite indicators. Journal of the
#'   Royal Statistical Society A 168(2), 307-323. \doi{10.1111/j.1467-985X.2005.00350.x}
#'
#'   OECD and JRC (2008). Handbook on Constructing Composite Indicators.
#'   \doi{10.1787/9789264043466-en}
#' @examples
#' path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
#' sheet <- indicator_sheet(path)
#' idx <- composite_index(state_capital, sheet, panel = c("state", "year"))
#' u <- index_uncertainty(coupling(idx), state_capital, n = 50, seed = 1, by_source = TRUE)
#' u
#' summary(u)
#' @export
index_uncertainty <- function(x, data, n = 1000,
                              vary = c("units", "weights", "normalise", "zero", "aggregate"),
                              sd = 0.1, alternatives = list(),
                              level = 0.95, seed = NULL, by_source = FALSE, keep = FALSE,
                              threads = NULL, progress = interactive(), ...) {
  check_dots(...)
  check_required("index_uncertainty")
  call <- rlang::current_env()
  target <- replay_target(x, call)
  data <- panel_data(data)
  check_replay_numbers(n, sd, level, seed, call)
  for (flag in c("by_source", "keep", "progress")) check_flag(get(flag), flag, call)
  threads <- thread_count(threads, call)
  variation <- replay_variation(vary, sd, alternatives, target$index, call)
  study <- replay_study(target, x, data, call)
  measures <- measure_names(target$systems, study$coupled)
  check_memory(
    as.double(n) * nrow(data) * length(measures),
    cli::format_inline("{n} draws of {length(measures)} measures in {nrow(data)} rows"),
    "Take fewer draws: 10,000 give an interval's ends to about a hundredth of its width.", call
  )
  n <- as.integer(n)
  seed <- seed %||% sample.int(.Machine$integer.max, 1)
  run <- function(variation, n, keep = TRUE, progress = FALSE) {
    bar <- progress_bar(progress, "Replays", n)
    on.exit(bar$done())
    bind_replays(study, variation, target$rule, n, seed, level, keep, threads, bar$update)
  }
  own <- matrix(run(unvaried(variation), 1)$values, nrow(data), dimnames = list(NULL, measures))
  at <- check_replayed(own, x, study, data, target, call)
  made <- run(variation, n, keep, progress)
  settings <- list(
    n = n, vary = varied(variation), variation = variation, level = level, seed = seed,
    clipped = mean(made$clipped) / (nrow(data) * length(study$columns)),
    gaps = sum(made$gaps), leading = leading_measures(target$systems, study$coupled)
  )
  settings["sources"] <- list(if (by_source) source_table(
    own, variation, settings$leading, function(v) run(v, n)$values
  ))
  new_uncertainty(x, target, own, made, at, settings, call)
}

check_replay_numbers <- function(n, sd, level, seed, call) {
  check_number(n, "n", min = 1, max = .Machine$integer.max, call = call, whole = TRUE)
  check_number(sd, "sd", min = 0, max = 10, call = call)
  check_number(level, "level", min = 0, max = 1, call = call)
  if (!is.null(seed)) check_number(seed, "seed", min = 0, max = 2^53, call = call, whole = TRUE)
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
  three <- function(m) {
    stats::setNames(
      list(own[at, m] * scale[m], made$lower[at, m] * scale[m], made$upper[at, m] * scale[m]),
      paste0(names[m], c("", "_lower", "_upper"))
    )
  }
  keep <- intersect(recipe_of(x)$keep, names(x))
  made$probability[is.na(own[, ncol(own)]), ] <- NA
  levels <- lapply(seq_len(ncol(made$probability)), function(l) made$probability[at, l])
  out <- c(
    as.list(x)[unique(c(target$panel, keep))],
    unlist(lapply(seq_along(names), three), recursive = FALSE),
    stats::setNames(levels, sprintf("p_%d", seq_along(levels)))
  )
  own <- names(out)[-seq_along(unique(c(target$panel, keep)))]
  check_own_names(names(out)[duplicated(names(out))], unique(own), call)
  settings <- c(settings, target[c("panel", "systems")], list(measures = names))
  replays <- if (length(made$values)) scaled_replays(made$values, at, names, scale)
  structure(
    out, class = c("index_uncertainty", "data.frame"), row.names = .set_row_names(nrow(x)),
    settings = settings, replays = replays,
    value_labels = if (length(value_labels(x))) value_labels(x)
  )
}
