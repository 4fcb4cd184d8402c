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
  at <- regional_values(x, value, panel, replays, call)
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

# How values become classes: fixed bounds, or quantiles of all or of each period.
class_rule <- function(classes, k, at, call) {
  if (!is.null(k) && !identical(classes, "period")) {
    abort("argument", c(
      "{.arg k} belongs to {.code classes = \"period\"}, and {.arg classes} is another.",
      i = "{.code classes = 4} makes four quantile classes of all periods together."
    ), call)
  }
  k <- k %||% 4
  if (identical(classes, "level")) return(level_rule(at, call))
  if (identical(classes, "period")) {
    check_number(k, "k", min = 2, max = 50, call = call, whole = TRUE)
    return(list(rule = "period", k = as.integer(k)))
  }
  if (is.numeric(classes) && length(classes) == 1 && !is.na(classes) && classes >= 2 &&
      classes == round(classes)) {
    check_number(classes, "classes", min = 2, max = 50, call = call, whole = TRUE)
    return(list(rule = "pooled", k = as.integer(classes)))
  }
  increasing <- is.numeric(classes) && length(classes) && length(classes) < 50 &&
    all(is.finite(classes)) && !is.unsorted(classes, strictly = TRUE)
  if (increasing) {
    return(list(rule = "fixed", k = length(classes) + 1L, bounds = as.double(classes)))
  }
  abort("classes", c(
    paste0(
      "{.arg classes} must be a whole number of at least 2, {.val period}, {.val level} or ",
      "increasing bounds, not {found(classes)}."
    ),
    i = "For instance {.code classes = 4} or {.code classes = c(0.4, 0.6)}."
  ), call)
}

level_rule <- function(at, call) {
  if (is.null(at$breaks)) {
    abort("classes", c(
      "Levels belong to {.val D} of a {.fn coupling}; {.val {at$value}} has none.",
      i = "Give bounds as numbers, or a number of quantile classes."
    ), call)
  }
  list(
    rule = "level", k = length(at$breaks) + 1L, closed = at$closed, labels = at$stages,
    bounds = level_edges(at$breaks, at$closed)
  )
}

# The neighbours' mean is of the classes of the values, or has quantiles of its own.
given_rule <- function(given_classes, given, rule, call) {
  if (is.null(given)) {
    if (given_classes == "own") return(NULL)
    abort("argument", c(
      "{.arg given_classes} belongs to {.arg given}, which is not there.",
      i = "Name weights in {.arg given}."
    ), call)
  }
  if (given_classes == "own" || rule$rule %in% c("pooled", "period")) return(given_classes)
  abort("argument", c(
    "Quantiles of the neighbours' mean belong to quantile classes, not to bounds or levels.",
    i = "Give a number of {.arg classes}, or leave {.arg given_classes} out."
  ), call)
}

# The class of each cell from zero, and of its neighbours. `call` is NULL for replays, whose classes
# may be empty.
classed <- function(y, rule, relative, w, at, call) {
  if (relative) y <- relative_values(y, at, call)
  if (!is.null(call) && length(unique(y[!is.na(y)])) < 2) {
    abort("values", c(
      "All values of {.val {at$value}} are equal, and nothing moves.",
      i = "Name another {.arg value}."
    ), call)
  }
  bounds <- class_bounds(y, rule, at, call)
  code <- class_codes(y, bounds, rule)
  out <- list(code = code, bounds = if (rule$rule != "period") bounds[[1]])
  if (!is.null(w)) {
    lag <- spatial_lag(w, y)
    if (rule$given == "lag") bounds <- class_bounds(lag, rule, at, call)
    out$given <- class_codes(lag, bounds, rule)
  }
  if (!is.null(call)) check_used_classes(code, rule, y, call)
  out
}

# The bounds between the classes of each period.
class_bounds <- function(y, rule, at, call) {
  if (rule$rule == "pooled") {
    return(rep(list(quantile_bounds(y, rule$k, at, NULL, call)), ncol(y)))
  }
  lapply(seq_len(ncol(y)), function(t) {
    if (rule$rule == "period") quantile_bounds(y[, t], rule$k, at, t, call) else rule$bounds
  })
}

class_codes <- function(y, bounds, rule) {
  open <- !identical(rule$closed, "left")
  out <- vapply(seq_len(ncol(y)), function(t) {
    findInterval(y[, t], bounds[[t]], left.open = open)
  }, integer(nrow(y)))
  replace(matrix(out, nrow(y)), is.na(y), NA)
}

relative_values <- function(y, at, call) {
  mean <- colMeans(y, na.rm = TRUE)
  bad <- which(!is.na(mean) & mean <= 0)
  if (length(bad) && !is.null(call)) {
    abort("values", c(
      "Relative values need a positive mean; it is not in {format_key(at$times[bad])}.",
      i = "{.code relative = FALSE} takes the values as they are."
    ), call)
  }
  y / rep(mean, each = nrow(y))
}

quantile_bounds <- function(y, k, at, t, call) {
  out <- stats::quantile(y, seq_len(k - 1) / k, na.rm = TRUE, names = FALSE)
  if (!is.null(call) && (anyDuplicated(out) || anyNA(out) || out[k - 1] >= max(y, na.rm = TRUE))) {
    where <- if (is.null(t)) "" else paste(" in", format_key(at$times[t]))
    abort("classes", c(
      paste0(
        "So many values of {.val {at$value}} are equal{where} that {k} quantile classes fall ",
        "together."
      ),
      i = "Ask for fewer classes, or give bounds."
    ), call)
  }
  out
}

# Levels that nobody is ever in are no classes of the chain, and are said; bounds must all be used.
check_used_classes <- function(code, rule, y, call) {
  empty <- setdiff(seq_len(rule$k), code + 1L)
  if (!length(empty)) return(invisible())
  if (rule$rule == "level") {
    return(inform_plainly("classes", paste0(
      "Levels that nobody is in: ", first_names(rule$labels[empty]), "."
    )))
  }
  abort("classes", c(
    paste0(
      "Nobody is ever in {cli::qty(length(empty))}class{?es} {empty} of the {rule$k} that ",
      "{.arg classes} makes."
    ),
    i = "Values run from {format(min(y, na.rm = TRUE))} to {format(max(y, na.rm = TRUE))}."
  ), call)
}

# Neighbours' weighted mean among those with a value; NA without any.
spatial_lag <- function(w, y) {
  here <- !is.na(y)
  total <- spatial_sums(w, here + 0)
  lag <- spatial_sums(w, replace(y, !here, 0)) / total
  lag[total == 0] <- NA
  lag
}

chain_weights <- function(given, by, at, call) {
  if (is.null(given)) return(NULL)
  if (!is.null(by)) {
    abort("argument", c(
      "{.arg given} and {.arg by} make regimes in two ways.", i = "Give one of them."
    ), call)
  }
  matched_weights(if (!identical(given, "contiguity")) given, at, call, "given")
}

class_labels_of <- function(labels, rule, call) {
  usual <- rule$labels %||% as.character(seq_len(rule$k))
  if (is.null(labels)) return(usual)
  if (
    is.character(labels) && length(labels) == rule$k && !anyNA(labels) && !anyDuplicated(labels)
  ) return(labels)
  abort("labels", c(
    paste0(
      "{.arg labels} must be {rule$k} different names, one a class from the lowest, ",
      "not {found(labels)}."
    ),
    i = "Leave them out for numbers."
  ), call)
}

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

# Pairs of cells `lag` apart in time. `gaps`: pairs that lack one of both values; `lost`: those
# without a regime; `ends`: times within the span that have no time `lag` later.
chain_steps <- function(own, at, lag, groups) {
  time <- time_index(at$times, rlang::caller_env(), "Transitions")
  to <- match(time + lag, time)
  from <- which(!is.na(to))
  a <- own$code[, from, drop = FALSE]
  b <- own$code[, to[from], drop = FALSE]
  both <- !is.na(a) & !is.na(b)
  regime <- if (!is.null(own$given)) {
    own$given[, from, drop = FALSE]
  } else if (is.null(groups)) {
    a * 0L
  } else {
    groups$code[, from, drop = FALSE] - 1L
  }
  keep <- both & !is.na(regime)
  list(
    unit = (row(a) - 1L)[keep], regime = as.integer(regime[keep]), from = as.integer(a[keep]),
    to = as.integer(b[keep]), time = from[col(a)[keep]], gaps = sum(xor(is.na(a), is.na(b))),
    lost = sum(both & is.na(regime)), ends = at$times[is.na(to) & time + lag < max(time)]
  )
}

stack_steps <- function(steps) {
  one <- function(name) as.integer(unlist(lapply(steps, `[[`, name)))
  list(unit = one("unit"), regime = one("regime"), from = one("from"), to = one("to"))
}

check_steps <- function(steps, call) {
  if (length(steps$unit)) return(invisible())
  abort("transitions", c(
    "There is no transition: no unit has values at two times {.arg lag} apart.",
    i = "Times are years as they stand: a panel of every second year has {.code lag = 2}."
  ), call)
}

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

# Classes by classes by chains, all first.
chain_counts <- function(steps, k, regimes) {
  cell <- steps$from + k * steps$to + 1L
  out <- array(0, c(k, k, regimes + 1L))
  out[, , 1] <- tabulate(cell, k^2)
  for (r in seq_len(regimes)) out[, , r + 1] <- tabulate(cell[steps$regime == r - 1L], k^2)
  out
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

# Homogeneity over the periods of origin, and over the regimes where there are any.
chain_tests <- function(steps, pooled, used, s) {
  k <- length(used)
  table_of <- function(regime) {
    parts <- split(seq_along(regime), regime)
    from <- match(steps$from + 1L, used)
    to <- match(steps$to + 1L, used)
    vapply(parts, function(i) tabulate(from[i] + k * (to[i] - 1L), k^2), numeric(k^2))
  }
  out <- homogeneity(array(table_of(steps$time), c(k, k, length(unique(steps$time)))), "time")
  if (!length(s$regimes)) return(out)
  what <- if (is.null(s$weights)) s$by else "neighbours"
  regimes <- array(table_of(steps$regime), c(k, k, length(unique(steps$regime))))
  rbind(out, homogeneity(regimes, what))
}

# Q and LR of Bickenbach and Bode (2003); `n` is classes by classes by regimes.
homogeneity <- function(n, over) {
  pooled <- apply(n, 1:2, sum)
  # A class that nobody leaves has no row of probabilities, and nothing to compare.
  p <- pooled / pmax(rowSums(pooled), 1)
  leaving <- apply(n, c(1, 3), sum)
  expected <- array(p, dim(n)) * array(leaving[rep(seq_len(nrow(p)), ncol(p)), ], dim(n))
  live <- expected > 0
  seen <- live & n > 0
  q <- sum((n[live] - expected[live])^2 / expected[live])
  lr <- 2 * sum(n[seen] * log(n[seen] / expected[seen]))
  a <- rowSums(pooled > 0)
  b <- rowSums(leaving > 0)
  df <- sum(pmax(a - 1, 0) * pmax(b - 1, 0))
  p_of <- function(x) if (df) stats::pchisq(x, df, lower.tail = FALSE) else NA_real_
  data.frame(
    over = over, regimes = dim(n)[3], test = c("Q", "LR"), statistic = c(q, lr), df = df,
    p.value = c(p_of(q), p_of(lr)), least_expected = min(expected[live])
  )
}

# ---- methods --------------------------------------------------------------------------------

#' @export
print.transition_matrix <- function(x, n = 20, digits = 3, ...) {
  check_print_dots(...)
  speak_of("regional")
  check_shown(n = n, digits = digits)
  s <- attr(x, "settings", exact = TRUE)
  if (is.null(s)) return(invisible(print(plain_result(x))))
  say(trf(
    "Transitions of %s between %d classes, %s (%s), lag %s", s$value, length(s$classes),
    count_of(s$units, "unit"), head_words(s$panel[1]), format(s$lag)
  ))
  say(chain_convention(s), exdent = 2)
  cat("\n")
  shown <- plain_result(x)
  if (!length(s$regimes)) shown$chain <- NULL
  number <- plain_doubles(shown) & names(shown) != "transitions"
  shown[number] <- lapply(shown[number], round, digits)
  if (s$rule == "level" && spoken() != "en") {
    own <- match(s$classes, names(shown))
    names(shown)[own] <- spoken_stage(s$classes)
    words <- intersect(c("chain", "from"), names(shown))
    shown[words] <- lapply(shown[words], spoken_stage)
  }
  print_rows(shown, n, c("prais", "stay", "ergodic"))
  mobility <- attr(x, "long")
  mobility <- mobility[mobility$measure == "shorrocks" & mobility$chain == s$whole, ]
  ends <- if (s$draws) sprintf(
    " [%s, %s]", format(round(mobility$conf.low, digits)), format(round(mobility$conf.high, digits))
  )
  say(paste0(trf("Shorrocks' mobility %s", format(round(mobility$estimate, digits))), ends))
  if (anyNA(x$ergodic)) {
    say(tr("Ergodic: missing where nobody leaves a class, or the chain can end in several."))
  }
  next_steps(
    "summary(x)", "plot(x)",
    if (!length(s$regimes)) "transition_matrix(given = \"contiguity\")"
  )
  invisible(x)
}

chain_convention <- function(s) {
  rule <- tr(c(
    pooled = "quantiles of all periods", period = "quantiles of each period",
    fixed = "fixed bounds", level = "levels of coordination"
  )[[s$rule]])
  bounds <- if (!is.null(s$bounds) && s$rule != "level") {
    trf(" (bounds %s)", listed(format(s$bounds, digits = 4, trim = TRUE)))
  }
  c(
    paste0(
      trf("Classes: %s", rule), bounds, if (s$relative) tr(", relative to the period's mean"),
      full_stop()
    ),
    if (!is.null(s$weights)) {
      paste0(tr(if (s$given_classes == "own") {
        "Chains by the neighbours' class at the first date."
      } else {
        "Chains by the quantile of the neighbours' mean at the first date."
      }), " ", weights_line(s))
    },
    if (!is.null(s$by)) trf("Chains by %s.", head_words(s$by)),
    if (length(s$ends)) {
      trf(
        "No transition from %s: the time %s later is not in the data.",
        shown_names(format_key(s$ends)), format(s$lag)
      )
    },
    if (s$gaps) trf("Pairs of times with one value missing, left out: %d.", s$gaps),
    if (s$lost) trf("Transitions without neighbours, left out: %d.", s$lost),
    draws_line(s)
  )
}

#' @export
summary.transition_matrix <- function(object, ...) {
  check_dots(...)
  s <- attr(object, "settings", exact = TRUE)
  if (is.null(s)) return(summary(plain_result(object)))
  long <- attr(object, "long", exact = TRUE)
  k <- length(s$classes)
  square_of <- function(values) {
    out <- as.data.frame(matrix(values, k, byrow = TRUE))
    of_subject(cbind(from = s$classes, stats::setNames(out, s$classes)), "regional")
  }
  all <- long[long$chain == s$whole, ]
  counts <- attr(object, "counts", exact = TRUE)
  mobility <- long[long$measure == "shorrocks", setdiff(names(long), c("measure", "from", "to"))]
  mobility <- cbind(mobility[1], shorrocks = mobility$estimate, mobility[-(1:2)])
  p <- lapply(mobility$chain, function(c) {
    matrix(long$estimate[long$chain == c & long$measure == "probability"], k, byrow = TRUE)
  })
  second <- vapply(p, second_eigenvalue, 0)
  mobility <- cbind(mobility, second_eigenvalue = second, half_life = half_life_of(second))
  rownames(mobility) <- NULL
  structure(list(
    counts = square_of(t(counts[, , 1])),
    probabilities = square_of(all$estimate[all$measure == "probability"]),
    passage = square_of(all$estimate[all$measure == "passage"]),
    mobility = of_subject(mobility, "regional"),
    tests = of_subject(attr(object, "tests", exact = TRUE), "regional"), settings = s
  ), class = "transition_summary")
}

# Endless where the chain forgets nothing.
half_life_of <- function(l) ifelse(l >= 1 - 1e-12, Inf, ifelse(l > 0, -log(2) / log(l), 0))

second_eigenvalue <- function(p) {
  if (anyNA(p) || nrow(p) < 2) return(NA_real_)
  sort(Mod(eigen(p, only.values = TRUE)$values), decreasing = TRUE)[2]
}

#' @export
print.transition_summary <- function(x, digits = 3, ...) {
  check_print_dots(...)
  speak_of("regional")
  check_shown(digits = digits)
  part <- function(title, data) {
    say(title)
    number <- plain_doubles(data) & !names(data) %in% c("p.value", "df", "regimes")
    data[number] <- lapply(data[number], round, digits)
    if (!is.null(data$p.value)) data$p.value <- p_text(data$p.value)
    print_fitting(data, names(data)[-1])
    cat("\n")
  }
  say(trf("Transitions of %s", x$settings$value))
  say(chain_convention(x$settings), exdent = 2)
  cat("\n")
  part(tr("Counts"), x$counts)
  part(tr("Mean first passage, in steps"), x$passage)
  part(tr("Mobility"), x$mobility)
  part(tr("Are the chains the same? (small p: no)"), x$tests)
  if (min(x$tests$least_expected) < 5) {
    say(tr("Some expected counts are below 5: the chi-squared approximation is rough."))
  }
  next_steps("save_table(x$passage, \"passage.docx\")", "plot() of the transitions")
  invisible(x)
}
