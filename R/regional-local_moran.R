#' Local Moran's I and its clusters
#'
#' Which units are in a cluster of high or of low values, and which stand out from their neighbours.
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @details \eqn{I_i = z_i \sum_j w_{ij} z_j / m_2}{I_i = z_i sum_j w_ij z_j / m2} with deviations
#'   from the mean \eqn{z} and \eqn{m_2 = \sum z^2 / n}{m2 = sum z^2 / n} (Anselin 1995).
#'   Expectation and variance are those of conditional randomisation: \eqn{z_i} stays, all other
#'   values are equally likely anywhere (Sokal et al. 1998). The permutation test draws just that,
#'   `draws` times; the same draws serve all units. A unit is in a cluster where the adjusted
#'   p-value is at most `alpha`:
#'   `HH` high among high, `LL` low among low, `HL` high among low, `LH` low among high, by the
#'   signs of \eqn{z_i} and of its neighbours' weighted mean.
#'
#'   As many tests as units are made at once: `adjust = "fdr"` holds the share of false clusters to
#'   `alpha` within each period (Benjamini and Hochberg 1995). Most papers print `"none"`. The least
#'   p-value that \eqn{R} permutations can give is \eqn{2/(R + 1)}, and an adjusted one is up to
#'   \eqn{n} times that: few permutations find no cluster.
#'
#'   Replays of an index add an interval of \eqn{I_i} and `stable`, the share of replays in which
#'   the unit is in the same quadrant.
#' @section Conventions and other packages:
#' | | here | spdep 1.2-7 |
#' |---|---|---|
#' | \eqn{m_2} | \eqn{\sum z^2/n} | the same (`mlvar = TRUE`) |
#' | expectation, variance | conditional | the same (`conditional = TRUE`) |
#' | permutations | without replacement, as a permutation is: the variance is that of the formula | `localmoran_perm()`: with, which widens it by up to a third where neighbours are many of few units; `replace = TRUE` here |
#' | one-sided permutation p | \eqn{(1 + g)/(1 + R)} | `localmoran_perm()`: "Sim" of the other side |
#' | unit without neighbours | missing | 0 and not a number |
#' @inheritParams moran_test
#' @param draws Number of permutations a unit (default 9999); 0: none, and clusters by the normal
#'   approximation.
#' @param replace `TRUE`: neighbours' values are drawn with replacement, see the table. Default
#'   `FALSE`.
#' @param adjust `"fdr"` (default), `"bonferroni"` or `"none"`.
#' @param alpha Level of the clusters, from 0.0001 to 0.5 (default 0.05).
#' @return A data frame of class `local_moran`, one row a unit and period: panel, `value`, `z` and
#'   `lag`, the neighbours' weighted mean (both in standard deviations), `I`, `expectation`,
#'   `variance`, `statistic`, `p.value`, `p_permutation`, `p_adjusted` and `cluster`, a factor (`ns`
#'   not significant). `summary()` counts and names the units of each cluster by period.
#' @section Errors: those of [moran_test()].
#' @references Anselin, L. (1995). Local indicators of spatial association - LISA. Geographical
#'   Analysis 27(2), 93-115. \doi{10.1111/j.1538-4632.1995.tb00338.x}
#'
#'   Sokal, R. R., Oden, N. L. and Thomson, B. A. (1998). Local spatial autocorrelation in a
#'   biological model. Geographical Analysis 30(4), 331-354.
#'   \doi{10.1111/j.1538-4632.1998.tb00406.x}
#'
#'   Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the
#'   Royal Statistical Society B 57(1), 289-300. \doi{10.1111/j.2517-6161.1995.tb02031.x}
#' @seealso [moran_test()], [spatial_weights()].
#' @examples
#' d <- merge(data.frame(province = provinces$name), data.frame(year = 2021:2022))
#' d$value <- provinces$lon[match(d$province, provinces$name)] + (d$year - 2021) * 5
#' l <- local_moran(d, "value", panel = c("province", "year"), seed = 1)
#' summary(l)
#' @export
local_moran <- function(x, value = NULL, w = NULL, panel = NULL, alternative = "two.sided",
                        draws = 9999, replace = FALSE, adjust = "fdr", alpha = 0.05,
                        replays = NULL, level = 0.95, seed = NULL, threads = NULL,
                        language = NULL, progress = interactive(), ...) {
  check_dots(...)
  check_required("local_moran")
  call <- rlang::current_env()
  at <- regional_values(x, value, panel, replays, call)
  check_choice(alternative, c("two.sided", "greater", "less"), "alternative")
  check_choice(adjust, c("fdr", "bonferroni", "none"), "adjust")
  check_number(draws, "draws", min = 0, max = 1e7, whole = TRUE)
  check_flag(replace, "replace")
  check_flag(progress, "progress")
  check_number(alpha, "alpha", min = 1e-4, max = 0.5)
  language <- regional_language(language, at, call)
  s <- draw_settings(0, at$replays, level, NULL, threads, call)
  w <- matched_weights(w, at, call)
  seed <- if (draws > 0) settle_seed(seed) else 0L
  say_omitted(at)
  bar <- progress_bar(progress, "Permutations", draws * length(at$times))
  on.exit(bar$done())
  rows <- lapply(seq_along(at$times), function(t) {
    local_rows(period_weights(w, at, t, call), at, t, list(
      alternative = alternative, draws = as.integer(draws), replace = replace,
      adjust = adjust, alpha = alpha, seed = seed, threads = s$threads, level = level,
      note = function(done) bar$update((t - 1) * draws + done)
    ))
  })
  out <- do.call(rbind, rows)
  rownames(out) <- NULL
  names(out)[1:2] <- at$panel
  settings <- moran_settings(
    at, w, s, language = language, alternative = alternative, permutations = as.integer(draws),
    seed = seed, adjust = adjust, alpha = alpha
  )
  new_regional(out, "local_moran", at, settings)
}

local_clusters <- c("HH", "LL", "HL", "LH")

local_rows <- function(part, at, t, s) {
  z <- part$z
  n <- part$n
  m2 <- mean(z^2)
  total <- link_sums(part, part$weight)
  lag <- as.vector(spatial_sums(part, z))
  none <- diff(part$start) == 0
  expectation <- -z^2 * total / ((n - 1) * m2)
  variance <- (z / m2)^2 * n / (n - 2) * (link_sums(part, part$weight^2) - total^2 / (n - 1)) *
    (m2 - z^2 / (n - 1))
  I <- z * lag / m2
  out <- data.frame(
    unit = at$units[part$here], time = rep(at$times[t], n), value = at$y[part$here, t],
    z = z / sqrt(m2), lag = neighbours_mean(part, z / sqrt(m2)), I = I, expectation = expectation,
    variance = variance,
    statistic = (I - expectation) / sqrt(variance)
  )
  out$p.value <- normal_p(out$statistic, s$alternative)
  p <- "p.value"
  if (s$draws > 0) {
    found <- bind_local_moran(
      part$start, part$neighbour - 1L, part$weight, z, m2, s$draws, s$replace, s$seed + (t - 1),
      s$threads, s$note
    )
    out$p_permutation <- permutation_p(found[, 6], found[, 7], s$draws, s$alternative)
    p <- "p_permutation"
  }
  out[none, setdiff(names(out), c("unit", "time", "value", "z"))] <- NA
  out$p_adjusted <- stats::p.adjust(out[[p]], s$adjust)
  out$cluster <- cluster_of(out, s$alpha)
  if (!is.null(at$replays)) out <- cbind(out, local_replays(part, at, t, out, s))
  out[order(part$here), ]
}

quadrant <- function(z, lag) ifelse(z > 0, ifelse(lag > 0, 1L, 3L), ifelse(lag > 0, 4L, 2L))

cluster_of <- function(rows, alpha) {
  code <- quadrant(rows$z, rows$lag)
  code[!is.na(rows$p_adjusted) & rows$p_adjusted > alpha] <- 5L
  code[is.na(rows$p_adjusted)] <- NA
  factor(c(local_clusters, "ns")[code], c(local_clusters, "ns"))
}

# The interval of each I, and how often the unit keeps its quadrant.
local_replays <- function(part, at, t, own, s) {
  y <- matrix(at$replays[part$here, t, ], part$n)
  z <- sweep(y, 2, colMeans(y))
  lag <- spatial_sums(part, z)
  I <- z * lag / rep(colMeans(z^2), each = part$n)
  same <- quadrant(z, lag) == quadrant(own$z, own$lag)
  out <- cbind(percentile_ends(I, s$level)[1:3], stable = rowMeans(matrix(same, part$n)))
  out[is.na(own$I), ] <- NA
  out
}

#' @export
print.local_moran <- function(x, n = 10, digits = 3, ...) {
  check_print_dots(...)
  speak_of("regional")
  check_shown(n = n, digits = digits)
  s <- attr(x, "settings", exact = TRUE)
  if (is.null(s)) return(invisible(print(plain_result(x))))
  say(trf(
    "Local Moran's I of %s, %d units (%s) by %s", s$value, s$units, head_words(s$panel[1]),
    head_words(s$panel[2])
  ))
  say(moran_convention(s), exdent = 2)
  say(cluster_line(s))
  cat("\n")
  count <- as.data.frame.matrix(table(x[[s$panel[2]]], x$cluster))
  count <- cbind(stats::setNames(list(rownames(count)), s$panel[2]), count)
  print_rows(count, max(n, 6))
  cat("\n")
  # Of factors and text too, which have no max().
  time <- x[[s$panel[2]]]
  last <- which(time == time[order(time, decreasing = TRUE)[1]])
  shown <- moran_shown(x, digits)[last[order(x$cluster[last])], ]
  print_rows(
    shown, n, c("variance", "expectation", "statistic", "value", "p.value", "lag", "z")
  )
  next_steps("summary(x)", "plot(x)", "plot(x, type = \"scatter\")")
  invisible(x)
}

cluster_line <- function(s) {
  trf("Clusters: %s p of %s at most %s",
    tr(c(none = "unadjusted", fdr = "false discovery rate's", bonferroni = "Bonferroni's")[[
      s$adjust
    ]]),
    tr(if (s$permutations > 0) "the permutations" else "the normal approximation"), format(s$alpha)
  )
}

#' @export
summary.local_moran <- function(object, ...) {
  check_dots(...)
  speak_of("regional")
  s <- attr(object, "settings", exact = TRUE)
  if (is.null(s)) return(summary(plain_result(object)))
  object <- shown_result(object)
  times <- in_order(object[[s$panel[2]]])
  each <- expand.grid(cluster = local_clusters, time = seq_along(times))
  here <- function(i) {
    object$cluster %in% each$cluster[i] & object[[s$panel[2]]] == times[each$time[i]]
  }
  names <- lapply(seq_len(nrow(each)), function(i) format_key(object[[s$panel[1]]][here(i)]))
  out <- data.frame(
    time = times[each$time], cluster = as.character(each$cluster), units = lengths(names),
    names = vapply(names, toString, "")
  )
  check_own_names(s$panel[2], names(out)[-1])
  names(out)[1] <- s$panel[2]
  previewed(
    out[out$units > 0, ], list("Clusters by %s.", head_words(s$panel[2])),
    "save_table(x, \"clusters.docx\")", n = 20,
    keys = s$panel[2]
  )
}
