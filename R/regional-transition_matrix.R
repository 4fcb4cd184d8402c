#' Movement between classes: Markov chains, and what the neighbours have to do with it
#'
#' Transition probabilities between classes of a value, where they lead in the end, how long it
#' takes, how mobile units are; the same by the class of the neighbours (spatial Markov chains), and
#' tests of whether chains differ over time or space.
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @details \eqn{p_{ij} = n_{ij} / n_i}{p_ij = n_ij / n_i} of the transitions from class \eqn{i},
#'   all periods together (maximum likelihood). The ergodic distribution solves \eqn{\pi P = \pi}{pi
#'   P = pi}; mean first passage \eqn{m_{ij} = 1 + \sum_{h \ne j} p_{ih} m_{hj}}{m_ij = 1 + sum_(h
#'   != j) p_ih m_hj} is in steps of `lag` periods, and \eqn{m_{jj} = 1/\pi_j}{m_jj = 1/pi_j}.
#'   Mobility: Shorrocks (1978) \eqn{(k - \mathrm{tr} P)/(k - 1)}{(k - tr P)/(k - 1)}; Prais (1955)
#'   of each class \eqn{1 - p_{ii}}{1 - p_ii}, its mean stay being \eqn{1/(1 - p_{ii})}{1/(1 -
#'   p_ii)}; the half-life of the way to the ergodic distribution is \eqn{-\ln 2 /
#'   \ln |\lambda_2|}{-ln 2 / ln
#'   |l_2|}.
#'
#'   Transitions need both times, `lag` apart by the time column's own values: a gap gives none, and
#'   is counted. Classes are closed on the right, but for the coordination levels, which keep their
#'   own end.
#'
#'   `given` (Rey 2001): each transition belongs to the class of the neighbours' weighted mean at
#'   its first date, by the bounds of the own classes (or its own, `given_classes`), so that
#'   \eqn{k} matrices show what a rich or poor neighbourhood does. A unit without neighbours has no
#'   such class; its transitions are counted and left out.
#'
#'   Tests (Bickenbach and Bode 2003) compare the matrices of regimes \eqn{r} (`given`, `by`, or the
#'   periods) with that of all: \eqn{Q = \sum_r \sum_i \sum_j n_{ri} (\hat p_{rij} - \hat p_{ij})^2
#'   / \hat p_{ij}}{Q = sum n_ri (p_rij - p_ij)^2 / p_ij}, \eqn{LR = 2 \sum_r \sum_i \sum_j n_{rij}
#'   \ln(\hat p_{rij} / \hat p_{ij})}{LR = 2 sum n_rij ln(p_rij / p_ij)} over cells with \eqn{\hat
#'   p_{ij} > 0}{p_ij > 0}, chi-squared with \eqn{\sum_i (a_i - 1)(b_i - 1)}{sum_i (a_i - 1)(b_i -
#'   1)} degrees of freedom, \eqn{a_i} the classes that \eqn{i} is seen to go to, \eqn{b_i} the
#'   regimes in which somebody leaves from it. The approximation needs some transitions in each
#'   cell: the least expected number is in the result.
#'
#'   `boot` draws units with all their transitions; classes stay those of the sample. `replays`
#'   classes each replay anew by the same rule.
#' @section Conventions and other packages:
#' | | here | elsewhere |
#' |---|---|---|
#' | quantiles | of all periods together (`"pooled"`) | yearly: `classes = "period"`; giddy's examples use either |
#' | quantiles' rule | R's type 7 | giddy's (mapclassify) the same |
#' | absolute or relative | pooled quantiles are of values relative to their period's mean, or a trend alone makes the top class absorb; bounds and levels of values as they are | griddy's default classes nominal income (`relative = FALSE` here); giddy's examples relative income |
#' | neighbours' class | at the first date, by the bounds of the own classes, as Rey (2001) | giddy (`Spatial_Markov()`) and griddy: quantiles of the neighbours' means themselves (`given_classes = "lag"` here), of which none is rich beside the others' riches |
#' | degrees of freedom | cells without transitions do not count | older papers: \eqn{k(k - 1)(R - 1)} |
#' @inheritParams inequality
#' @param classes A number of quantile classes of all periods together (default 4);
#'   `"period"`: quantiles of each period, of which `k` are made; `"level"`: the levels of a
#'   coupling's D; increasing numbers: bounds between classes.
#' @param k Number of classes of `classes = "period"`; `NULL` (default): 4. With other classes an
#'   error.
#' @param relative `TRUE`: values are divided by the mean of their period first. `NULL` (default):
#'   `TRUE` for quantiles of all periods together, `FALSE` for other classes.
#' @param lag Steps of time between the two dates of a transition (default 1).
#' @param given [spatial_weights()], or a matrix, a `listw`, an `nb` or an sf map (see `w` of
#'   [moran_test()]), of a spatial chain; `NULL` (default): none. `"contiguity"`: borders of
#'   provinces.
#' @param given_classes Classes of the neighbours' mean: `"own"` (default), by the bounds of the
#'   classes of the values; `"lag"`, as many quantile classes of its own.
#' @param by Name of a column of groups, each with a chain of its own; not with `given`.
#' @param labels Names of the classes from the lowest; `NULL` (default): numbers, or the levels'.
#' @return A data frame of class `transition_matrix`, one row a chain and class: `chain` (`"all"`
#'   first, `"(all)"` where a regime is called so, then each regime), `from`, `transitions`, a
#'   column a class with the probabilities, `ergodic`, `stay` (mean stay in steps), `prais`.
#'   `tidy()` has everything in long form with intervals, `summary()` counts, passage times,
#'   mobility and tests.
#' @section Errors: `ccdpanel_error_classes` (bounds that make a class nobody is in, quantiles that
#'   fall together, levels of no coupling), `ccdpanel_error_transitions` (none: gaps, one period),
#'   `ccdpanel_error_values` (constant), `ccdpanel_error_weights`, `ccdpanel_error_group`,
#'   `ccdpanel_error_labels`, `ccdpanel_error_panel`, `ccdpanel_error_number`.
#' @references Rey, S. J. (2001). Spatial empirics for economic growth and convergence. Geographical
#'   Analysis 33(3), 195-214. \doi{10.1111/j.1538-4632.2001.tb00444.x}
#'
#'   Bickenbach, F. and Bode, E. (2003). Evaluating the Markov property in studies of economic
#'   convergence. International Regional Science Review 26(3), 363-392.
#'   \doi{10.1177/0160017603253789}
#'
#'   Shorrocks, A. F. (1978). The measurement of mobility. Econometrica 46(5), 1013-1024.
#'   \doi{10.2307/1911433}
#' @seealso [inequality()], [spatial_weights()].
#' @examples
#' path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
#' cc <- coupling(composite_index(
#'   state_capital, indicator_sheet(path), panel = c("state", "year"), keep = "region"
#' ))
#' m <- transition_matrix(cc, classes = 4, boot = 99, seed = 1)
#' m
#' summary(m)
#' @export
transition_matrix <- function(x, value = NULL, classes = 4, k = NULL, relative = NULL, lag = 1,
                              given = NULL, given_classes = "own", by = NULL, labels = NULL,
                              panel = NULL, boot = 0, replays = NULL, level = 0.95, seed = NULL,
                              threads = NULL, language = NULL, progress = interactive(), ...) {
  check_dots(...)
  check_required("transition_matrix")
  call <- rlang::current_env()
  at <- in_drawing_order(regional_values(x, value, panel, replays, call))
  if (!is.null(relative)) check_flag(relative, "relative")
  check_choice(given_classes, c("own", "lag"), "given_classes")
  check_flag(progress, "progress")
  check_number(lag, "lag", min = 1, max = 1e6, whole = TRUE)
  language <- regional_language(language, at, call)
  rule <- class_rule(classes, k, at, call)
  relative <- relative %||% (rule$rule == "pooled")
  rule$given <- given_rule(given_classes, given, rule, call)
  draws <- draw_settings(boot, at$replays, level, seed, threads, call)
  w <- chain_weights(given, by, at, call)
  groups <- if (!is.null(by)) regional_groups(by, at, call)
  say_omitted(at)
  own <- classed(at$y, rule, relative, w, at, call)
  names <- class_labels_of(labels, rule, call)
  check_chain_names(names, call)
  regimes <- if (!is.null(w)) names else if (is.null(groups)) character() else groups$names
  layers <- lapply(seq_len(draws$replays), function(r) {
    classed(matrix(at$replays[, , r], nrow(at$y)), rule, relative, w, at, NULL)
  })
  steps <- lapply(c(list(own), layers), chain_steps, at = at, lag = lag, groups = groups)
  check_steps(steps[[1]], call)
  bar <- progress_bar(progress, "Draws", draws$draws)
  on.exit(bar$done())
  made <- bind_markov(
    stack_steps(steps), cumsum(c(0L, vapply(steps, function(s) length(s$unit), 0L))),
    length(names), max(length(regimes), 1L),
    rep(0L, length(at$units)), draws$boot > 0, draws$draws, draws$seed, draws$threads,
    bar$update
  )
  settings <- c(list(
    panel = at$panel, value = at$value, units = length(at$units), language = language,
    classes = names, regimes = regimes, rule = rule$rule, bounds = own$bounds, lag = lag,
    relative = relative, by = by, weights = w$label, note = w$note, alone = w$alone,
    given_classes = rule$given, missing = at$missing, gaps = steps[[1]]$gaps,
    lost = steps[[1]]$lost, ends = steps[[1]]$ends
  ), draws[names(draws) != "threads"])
  new_chain(
    made, steps[[1]], at, settings, last_classes(own, groups, length(names), length(regimes))
  )
}

# ---- classes --------------------------------------------------------------------------------

# The result has columns called by the classes.
check_chain_names <- function(classes, call) {
  taken <- intersect(classes, c("chain", "from", "transitions", "ergodic", "stay", "prais"))
  if (!length(taken)) return(invisible())
  abort("labels", c(
    "Classes cannot be called {.val {taken}}, as columns of the result are.",
    i = "Give other {.arg labels}."
  ), call)
}

# ---- transitions ----------------------------------------------------------------------------

# ---- results --------------------------------------------------------------------------------

# What each number of the kernel is: its order is that of ChainLayout.
chain_names <- function(k) {
  from <- rep(seq_len(k), each = k)
  to <- rep(seq_len(k), k)
  data.frame(
    measure = c(
      rep("probability", k^2), rep("ergodic", k), rep("passage", k^2), "shorrocks"
    ),
    from = c(from, rep(NA, k), from, NA), to = c(to, seq_len(k), to, NA)
  )
}

new_chain <- function(made, steps, at, s, last) {
  s$now <- at$times[last$time]
  counts <- chain_counts(steps, length(s$classes), length(s$regimes))
  used <- which(rowSums(counts[, , 1]) + colSums(counts[, , 1]) > 0)
  # A regime may be called "all" itself.
  s$whole <- total_name(s$regimes)
  chains <- c(s$whole, s$regimes)
  kept <- which(apply(counts, 3, sum)[seq_along(chains)] > 0)
  s$regimes <- chains[kept[-1]]
  s$classes <- s$classes[used]
  names <- chain_names(dim(counts)[1])
  shown <- (is.na(names$from) | names$from %in% used) & (is.na(names$to) | names$to %in% used)
  long <- chain_long(made, names, shown, kept, chains, s, used)
  new_regional(
    chain_wide(long, counts[used, used, kept, drop = FALSE], chains[kept], s),
    "transition_matrix", at, s, long = long, counts = counts[used, used, kept, drop = FALSE],
    last = last$counts[used, kept, drop = FALSE],
    tests = chain_tests(steps, counts[used, used, 1], used, s)
  )
}

# Units by class and chain, all first, at the last time that has a value.
last_classes <- function(own, groups, k, regimes) {
  t <- max(which(colSums(!is.na(own$code)) > 0))
  class <- own$code[, t] + 1L
  regime <- if (!is.null(own$given)) own$given[, t] + 1L else groups$code[, t]
  counts <- cbind(tabulate(class, k), vapply(seq_len(regimes), function(r) {
    tabulate(class[regime %in% r], k)
  }, integer(k)))
  list(time = t, counts = counts)
}

chain_long <- function(made, names, shown, kept, chains, s, used) {
  estimate <- made$estimate[shown, kept, drop = FALSE]
  label <- function(i) s$classes[match(i, used)]
  out <- data.frame(
    chain = rep(chains[kept], each = sum(shown)), measure = rep(names$measure[shown], length(kept)),
    from = label(rep(names$from[shown], length(kept))),
    to = label(rep(names$to[shown], length(kept))), estimate = as.vector(estimate)
  )
  out$estimate[is.nan(out$estimate)] <- NA
  if (!s$draws) return(out)
  drawn <- matrix(made$draws[shown, kept, ], nrow(out))
  cbind(out, percentile_ends(drawn, s$level))
}

chain_wide <- function(long, counts, chains, s) {
  k <- length(s$classes)
  rows <- lapply(seq_along(chains), function(c) {
    at <- long[long$chain == chains[c], ]
    p <- matrix(at$estimate[at$measure == "probability"], k, byrow = TRUE)
    stay <- diag(p)
    out <- data.frame(
      chain = chains[c], from = s$classes, transitions = rowSums(matrix(counts[, , c], k)), p,
      ergodic = at$estimate[at$measure == "ergodic"], stay = 1 / (1 - stay), prais = 1 - stay
    )
    names(out)[3 + seq_len(k)] <- s$classes
    out
  })
  do.call(rbind, rows)
}

# ---- methods --------------------------------------------------------------------------------
