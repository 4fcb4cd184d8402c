# Hansen's bootstrap of the test of k - 1 against k thresholds.

# Residuals of the k thresholds, whole units drawn with replacement, on what k - 1 thresholds fit;
# regressors and threshold variable stay. NA where a draw leaves no candidate.
threshold_draws <- function(d, space_of, models, k, boot, seed, update) {
  fitted <- d$r - without_basis(d$r, space_of(null_thresholds(models, k))$extra)
  residual <- drop(without_basis(d$r, space_of(models[[k]]$chosen)$extra))
  by_unit <- matrix(residual[d$place], nrow(d$place))
  units <- ncol(d$place)
  drawn <- with_seed(seed, vapply(
    seq_len(boot), function(b) sample.int(units, units, TRUE), integer(units)
  ))
  out <- numeric(boot)
  size <- max(1, floor(2e6 / length(residual)))
  for (from in seq(1, boot, by = size)) {
    these <- seq(from, min(from + size - 1, boot))
    e <- matrix(0, length(residual), length(these))
    e[as.vector(d$place), ] <- by_unit[, drawn[, these]]
    r <- purged(space_of(integer()), e) + drop(fitted)
    out[these] <- if (k == 1) {
      single_statistics(space_of(integer()), r, d)
    } else {
      vapply(seq_along(these), function(b) {
        drawn_statistic(space_of, r[, b, drop = FALSE], k, d)
      }, 0)
    }
    update(length(these))
  }
  out
}

null_thresholds <- function(models, k) if (k > 1) models[[k - 1]]$chosen else integer()

single_statistics <- function(space, r, d) {
  open <- allowed_candidates(space, integer(), d$least)
  gains <- threshold_gains(space, r)[open, , drop = FALSE]
  threshold_statistic(colSums(r^2), colSums(r^2) - apply(gains, 2, max), d$df)
}

drawn_statistic <- function(space_of, r, k, d) {
  models <- threshold_sequence(space_of, r, k - 1, d$least)
  if (length(models) < k - 1) return(NA_real_)
  space <- space_of(models[[k - 1]]$chosen)
  found <- best_threshold(space, models[[k - 1]]$chosen, r, d$least)
  if (is.null(found)) return(NA_real_)
  rss <- sum(without_basis(r, space$extra)^2)
  threshold_statistic(rss, rss - found$gain, d$df)
}

threshold_statistic <- function(null, rss, df) (null - rss) / (rss / df)
