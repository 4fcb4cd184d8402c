#' Moran's I by period
#'
#' Are units like their neighbours? Moran's I of each period with its expectation and variance, a
#' test by the normal approximation and one by permutation.
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @details With deviations from the mean \eqn{z_i} and \eqn{S_0 = \sum_{ij} w_{ij}}{S0 = sum w_ij}:
#'   \deqn{I = \frac{n}{S_0} \frac{\sum_i \sum_j w_{ij} z_i z_j}{\sum_i z_i^2}, \quad E(I) =
#'   \frac{-1}{n - 1}}{I = (n / S0) sum_ij w_ij z_i z_j / sum_i z_i^2, E(I) = -1/(n - 1)} and the
#'   variance under randomisation (all orders of the values equally likely) or normality (Cliff and
#'   Ord 1981). The permutation test counts, of `draws` random orders, those with an \eqn{I} at
#'   least as large (\eqn{g}) and at most as large (\eqn{l}): \eqn{p = (1 + g)/(1 + R)} for
#'   `"greater"`, \eqn{2 \min(1 + g, 1 + l)/(1 + R)} for two sides, at most 1.
#'
#'   Units whose value is missing in a period are left out of it, with their links; rows of weights
#'   that summed to one are divided by their new sum (other styles: see [spatial_weights()]).
#'
#'   A matrix or a `listw` is taken as it stands: \eqn{I} is that of its own weights, in spdep's
#'   styles W, B, C, S and U alike. `spatial_weights(w, style = "W")` divides rows by their sums
#'   first. The print says which it was.
#'
#'   Replays of an index give an interval of \eqn{I}; units are not resampled, since a drawn map has
#'   no neighbours.
#' @section Conventions and other packages:
#' | | here | spdep |
#' |---|---|---|
#' | side of the test | two-sided | `moran.test()` one-sided by default (`alternative = "greater"`) |
#' | permutation p | \eqn{(1 + g)/(1 + R)} | `moran.mc()` 1.2-7: the rank of the observed among all, \eqn{g/(R + 1)} for `"greater"` |
#' | unit without neighbours | counts in \eqn{n}, mean and variance alike | stays in mean and sum of squares, leaves \eqn{n} (`adjust.n = TRUE`): `adjust_n = TRUE` here |
#' | matching | by name | by position |
#' @inheritParams inequality
#' @param w [spatial_weights()], or a matrix with names or a `listw`, as it stands; an `nb`, or an
#'   sf map whose first column of text names its units and whose neighbours touch: their rows then
#'   sum to one; `NULL` (default): borders of the provinces of China, where the units are such.
#' @param alternative `"two.sided"` (default), `"greater"` (like is near like) or `"less"`.
#' @param variance `"randomisation"` (default) or `"normality"`, of the normal approximation.
#' @param draws Number of permutations (default 999); 0: none.
#' @param adjust_n `TRUE`: spdep's \eqn{n}, see the table. Default `FALSE`.
#' @return A data frame of class `moran_test`, one row a period: the time, `units`, `I`,
#'   `expectation`, `variance`, `statistic` (z), `p.value`, `p_permutation`; with replays
#'   `std.error`, `conf.low`, `conf.high` of `I`. `summary()` has the number of periods, mean, least
#'   and largest `I`, and in how many periods p (of the permutations where there are any) is below
#'   0.05.
#' @section Errors: `ccdpanel_error_weights` (units that the weights do not have, or no links),
#'   `ccdpanel_error_values` (constant values, fewer than four units), `ccdpanel_error_replays`,
#'   `ccdpanel_error_panel`, `ccdpanel_error_column`, `ccdpanel_error_choice`,
#'   `ccdpanel_error_number`.
#' @references Cliff, A. D. and Ord, J. K. (1981). Spatial Processes. Pion.
#'
#'   Moran, P. A. P. (1950). Notes on continuous stochastic phenomena. Biometrika 37, 17-23.
#'   \doi{10.2307/2332142}
#' @seealso [local_moran()], [spatial_weights()].
#' @examples
#' d <- merge(data.frame(province = provinces$name), data.frame(year = 2021:2022))
#' d$value <- provinces$lon[match(d$province, provinces$name)] + (d$year - 2021) * 5
#' moran_test(d, "value", panel = c("province", "year"), seed = 1)
#' @export
moran_test <- function(x, value = NULL, w = NULL, panel = NULL, alternative = "two.sided",
                       variance = "randomisation", draws = 999, adjust_n = FALSE, replays = NULL,
                       level = 0.95, seed = NULL, threads = NULL, language = NULL,
                       progress = interactive(), ...) {
  check_dots(...)
  check_required("moran_test")
  call <- rlang::current_env()
  at <- regional_values(x, value, panel, replays, call)
  check_choice(alternative, c("two.sided", "greater", "less"), "alternative")
  check_choice(variance, c("randomisation", "normality"), "variance")
  check_number(draws, "draws", min = 0, max = 1e6, whole = TRUE)
  check_flag(adjust_n, "adjust_n")
  check_flag(progress, "progress")
  language <- regional_language(language, at, call)
  s <- draw_settings(0, at$replays, level, NULL, threads, call)
  w <- matched_weights(w, at, call)
  seed <- if (draws > 0) settle_seed(seed) else 0L
  say_omitted(at)
  bar <- progress_bar(progress, "Permutations", draws * length(at$times))
  on.exit(bar$done())
  rows <- lapply(seq_along(at$times), function(t) {
    part <- period_weights(w, at, t, call)
    moran_row(part, at, t, list(
      alternative = alternative, variance = variance, draws = as.integer(draws),
      adjust_n = adjust_n, seed = seed, threads = s$threads, level = level,
      note = function(done) bar$update((t - 1) * draws + done)
    ))
  })
  out <- data.frame(at$times, do.call(rbind, rows))
  names(out)[1] <- at$panel[2]
  settings <- moran_settings(
    at, w, s, language = language, alternative = alternative, permutations = as.integer(draws),
    seed = seed, variance = variance, adjust_n = adjust_n
  )
  new_regional(out, "moran_test", at, settings, points = moran_points(w, at, call))
}

# What the tests over all units and unit by unit keep of how they were made, and `...` of their own.
moran_settings <- function(at, w, s, ...) {
  c(list(
    panel = at$panel, value = at$value, units = length(at$units), weights = w$label,
    style = w$style, note = w$note, alone = w$alone, missing = at$missing, ...
  ), s[c("replays", "level", "boot", "draws")])
}

# ---- weights of the panel's units -----------------------------------------------------------

# Links between the panel's units, found by name; provinces by any name. `unit` and `neighbour` are
# rows of the panel's matrices; `arg` is what the weights were given as.
matched_weights <- function(w, at, call, arg = "w") {
  names <- format_key(at$units)
  if (is.null(w)) {
    names <- at$names
    if (anyNA(province_row(names, province_table()))) {
      abort("weights", c(
        "{.arg {arg}} must say which units are near which; they are no provinces of China.",
        i = "{.fn spatial_weights} makes weights of coordinates, maps and matrices."
      ), call)
    }
    w <- spatial_weights(names)
  }
  if (!inherits(w, "spatial_weights")) w <- as_weights(w, call, arg)
  check_weights_whole(w, call)
  known <- attr(w, "units")
  row <- match_weight_units(names, at$names, known, call)
  own <- function(unit) match(match(unit, known), row)
  links <- sorted_links(own(w$unit), own(w$neighbour), w$weight, length(names))
  if (!length(links$unit)) {
    abort("weights", c(
      "No unit of the panel has a neighbour in {.arg {arg}}.",
      i = "{.code summary()} of the weights names each unit's neighbours."
    ), call)
  }
  c(links, list(
    style = held_style(w), alone = at$names[diff(links$start) == 0], label = attr(w, "method"),
    note = attr(w, "note"), subset = length(row) < length(known)
  ))
}

# Links of units that are there, unit by unit: those of unit i are start[i] + 1 to start[i + 1].
sorted_links <- function(unit, neighbour, weight, n) {
  here <- which(!is.na(unit) & !is.na(neighbour))
  by <- here[order(unit[here], neighbour[here])]
  list(
    n = n, unit = unit[by], neighbour = neighbour[by], weight = weight[by],
    start = c(0L, cumsum(tabulate(unit[by], n)))
  )
}

# Of each column of `y` the neighbours' weighted sum.
spatial_sums <- function(links, y) {
  bind_spatial_sums(links$start, links$neighbour - 1L, links$weight, as.matrix(y))
}

as_weights <- function(w, call, arg) {
  if (is.matrix(w) || inherits(w, c("listw", "nb", "sf"))) return(spatial_weights(w))
  abort("weights", c(
    paste0(
      "{.arg {arg}} must be made by {.fn spatial_weights}, or a matrix, a listw, an nb or an sf ",
      "map, not {.obj_type_friendly {w}}."
    ),
    i = "{.fn spatial_weights} makes them of provinces, coordinates and maps."
  ), call)
}

# By the names in the data, by the labels of codes, or as provinces.
match_weight_units <- function(names, labels, known, call) {
  out <- match(names, known)
  if (!anyNA(out)) return(out)
  labelled <- match(labels, known)
  if (!anyNA(labelled)) return(labelled)
  table <- province_table()
  by_province <- match(province_row(labels, table), province_row(known, table), incomparables = NA)
  twice <- labels[by_province %in% by_province[duplicated(by_province)]]
  if (!anyNA(by_province) && length(twice)) {
    abort("units", c(
      "Units of the panel are the same province: {.val {twice}}.",
      i = "{.fn match_province} gives each one name."
    ), call)
  }
  if (!anyNA(by_province)) return(by_province)
  lost <- labels[is.na(labelled)]
  counted <- identical(known, as.character(seq_along(known)))
  abort("weights", c(
    paste0(
      "The weights must have every unit of the panel; {length(lost)} {?is/are} not ",
      "there: {.val {lost}}."
    ),
    i = if (counted) {
      paste0(
        "Their units are numbers, as spdep's lists have them without names: give them by ",
        "{.code attr(w$neighbours, \"region.id\") <-}, in the order of the map."
      )
    } else {
      "Their units are {.val {known}}."
    }
  ), call)
}

# Of one period: the links of units with a value, and the deviations from their mean, in the order
# of draws; `here` are their places in the panel.
period_weights <- function(w, at, t, call, y = at$y[, t]) {
  here <- order(at$drawing)
  here <- here[!is.na(y[here])]
  n <- length(here)
  if (n < 4) {
    abort("values", c(
      "Moran's I needs at least four units with a value; {format_key(at$times[t])} has {n}.",
      i = "Leave that time out."
    ), call)
  }
  part <- sorted_links(match(w$unit, here), match(w$neighbour, here), w$weight, n)
  if ((n < length(y) || w$subset) && length(part$unit)) {
    part$weight <- standardised_links(part$weight, part$unit, n, w$style)
  }
  # In a unit of about one: its fourth powers are numbers.
  size <- power_of_two(max(abs(y[here])))
  z <- y[here] / size
  largest <- max(z^2)
  z <- z - mean(z)
  if (sum(z^2) <= 1e-24 * n * largest) {
    abort("values", c(
      paste0(
        "All values of {.val {at$value}} are equal in {format_key(at$times[t])}, ",
        "and nothing clusters."
      ),
      i = "Leave that time out."
    ), call)
  }
  if (!length(part$unit)) {
    abort("weights", c(
      "No unit with a value in {format_key(at$times[t])} has a neighbour with one.",
      i = "Complete the values, or use wider weights."
    ), call)
  }
  c(part[c("n", "unit", "neighbour", "weight", "start")], list(here = here, z = z))
}

link_sums <- function(part, value) sum_by_unit(value, part$unit, part$n)

# The weighted mean of each unit's neighbours; NA where there are none.
neighbours_mean <- function(part, z) {
  total <- link_sums(part, part$weight)
  as.vector(spatial_sums(part, z)) / replace(total, total == 0, NA)
}

# ---- the statistic --------------------------------------------------------------------------

# Of each column of `z`, deviations from the mean.
moran_i <- function(part, z, n = part$n) {
  z <- as.matrix(z)
  n / sum(part$weight) * colSums(z * spatial_sums(part, z)) / colSums(z^2)
}

# Moments of I under randomisation or normality, Cliff and Ord (1981).
moran_moments <- function(part, s) {
  n <- if (s$adjust_n) sum(diff(part$start) > 0) else part$n
  w <- part$weight
  link <- function(from, to) from + as.double(part$n) * to
  back <- match(link(part$neighbour, part$unit), link(part$unit, part$neighbour))
  s0 <- sum(w)
  s1 <- sum(w^2) + sum(w * w[back], na.rm = TRUE)
  s2 <- sum((link_sums(part, w) + sum_by_unit(w, part$neighbour, part$n))^2)
  expectation <- -1 / (n - 1)
  second <- if (s$variance == "normality") {
    (n^2 * s1 - n * s2 + 3 * s0^2) / (s0^2 * (n^2 - 1))
  } else {
    k <- part$n * sum(part$z^4) / sum(part$z^2)^2
    (n * ((n^2 - 3 * n + 3) * s1 - n * s2 + 3 * s0^2) -
      k * (n * (n - 1) * s1 - 2 * n * s2 + 6 * s0^2)) / ((n - 1) * (n - 2) * (n - 3) * s0^2)
  }
  list(I = moran_i(part, part$z, n), expectation = expectation, variance = second - expectation^2)
}

moran_row <- function(part, at, t, s) {
  moments <- moran_moments(part, s)
  z <- (moments$I - moments$expectation) / sqrt(moments$variance)
  out <- data.frame(
    units = part$n, I = moments$I, expectation = moments$expectation, variance = moments$variance,
    statistic = z, p.value = normal_p(z, s$alternative)
  )
  if (s$draws > 0) {
    drawn <- bind_moran(
      part$start, part$neighbour - 1L, part$weight, part$z, s$draws, s$seed + (t - 1), s$threads,
      s$note
    )
    seen <- sum(part$z * spatial_sums(part, part$z))
    tie <- 1e-12 * sum(part$weight) * max(part$z^2)
    out$p_permutation <- permutation_p(
      sum(drawn >= seen - tie), sum(drawn <= seen + tie), s$draws, s$alternative
    )
  }
  if (is.null(at$replays)) return(out)
  y <- matrix(at$replays[part$here, t, ], part$n)
  y <- y / rep(power_of_two(apply(abs(y), 2, max)), each = part$n)
  drawn <- moran_i(part, y - rep(colMeans(y), each = part$n))
  cbind(out, percentile_ends(matrix(drawn, 1), s$level)[1:3])
}

normal_p <- function(z, alternative) {
  switch(alternative,
    greater = stats::pnorm(z, lower.tail = FALSE), less = stats::pnorm(z),
    two.sided = 2 * stats::pnorm(-abs(z))
  )
}

# At least and at most as large among `draws`, and the value seen itself.
permutation_p <- function(at_least, at_most, draws, alternative) {
  p <- switch(alternative,
    greater = 1 + at_least, less = 1 + at_most, two.sided = 2 * (1 + pmin(at_least, at_most))
  )
  pmin(p / (1 + draws), 1)
}

# Standardised values and their neighbours' weighted mean, for the scatter.
moran_points <- function(w, at, call) {
  do.call(rbind, lapply(seq_along(at$times), function(t) {
    part <- period_weights(w, at, t, call)
    z <- part$z / sqrt(mean(part$z^2))
    data.frame(
      unit = at$names[part$here], time = rep(at$times[t], part$n), z = z,
      lag = neighbours_mean(part, z)
    )[order(part$here), ]
  }))
}

#' @export
print.moran_test <- function(x, n = 12, digits = 4, ...) {
  check_print_dots(...)
  speak_of("regional")
  check_shown(n = n, digits = digits)
  s <- attr(x, "settings", exact = TRUE)
  if (is.null(s)) return(invisible(print(plain_result(x))))
  say(trf(
    "Moran's I of %s by %s, %d units (%s)", s$value, head_words(s$panel[2]), s$units,
    head_words(s$panel[1])
  ))
  say(moran_convention(s), exdent = 2)
  cat("\n")
  print_rows(moran_shown(x, digits), n, c("variance", "expectation", "units"))
  next_steps("local_moran()", "plot(x)", "plot(x, type = \"scatter\")")
  invisible(x)
}

#' @export
summary.moran_test <- function(object, ...) {
  check_dots(...)
  speak_of("regional")
  s <- attr(object, "settings", exact = TRUE)
  if (is.null(s)) return(summary(plain_result(object)))
  p <- object$p_permutation %||% object$p.value
  previewed(
    data.frame(
      periods = nrow(object), mean = mean(object$I), min = min(object$I), max = max(object$I),
      significant = sum(p < 0.05)
    ),
    list("Moran's I over periods (%s); significant: p below 0.05.", head_words(s$panel[2])),
    "print(x)"
  )
}

moran_shown <- function(x, digits) {
  shown <- shown_result(x)
  p <- c("p.value", "p_permutation", "p_adjusted")
  text <- intersect(p, names(shown))
  number <- setdiff(names(shown)[plain_doubles(shown)], c(text, attr(x, "settings")$panel))
  shown[number] <- lapply(shown[number], signif_decimals, digits)
  shown[text] <- lapply(shown[text], p_text)
  shown
}

moran_convention <- function(s) {
  side <- tr(c(
    two.sided = "two-sided", greater = "one-sided (greater)", less = "one-sided (less)"
  )[[s$alternative]])
  tests <- if (is.null(s$variance)) trf("tests %s", side) else {
    trf("tests %s, variance under %s", side, tr(s$variance))
  }
  c(
    paste0(weights_line(s), semicolon(), tests, full_stop()),
    if (s$permutations > 0) trf("%d permutations (seed %d).", s$permutations, s$seed),
    if (length(s$alone)) {
      paste0(
        trf("Without neighbours: %s", shown_names(shown_units(s$alone))),
        if (isTRUE(s$adjust_n)) tr(", not counted in n")
      )
    },
    draws_line(s)
  )
}

weights_line <- function(s) {
  trf("Weights: %s", listed(c(
    weights_label(s$weights), spoken_note(s$note), if (!is.null(s$style)) style_label(s$style)
  )))
}
