# Sigma convergence: the dispersion of each period, and its trend.

dispersion <- function(y, counts, measure) {
  w <- counts * !is.na(y)
  if (measure == "sd_log") y <- log(pmax(y, 0))
  y <- replace(y, is.na(y), 0)
  n <- colSums(w)
  mean <- colSums(w * y) / n
  square <- colSums(w * (y - rep(mean, each = nrow(y)))^2)
  if (measure == "sd_log") sqrt(square / (n - 1)) else sqrt(square / n) / mean
}

trend_of <- function(d, time) sum((time - mean(time)) * d) / sum((time - mean(time))^2)

sigma_test <- function(at, groups, s, call) {
  if (length(at$times) < 3) abort_periods("A trend of dispersion", 3, at, call)
  time <- as.double(time_index(at$times, call, "Tests of convergence"))
  rows <- tested_groups(at, groups, call)
  tables <- list()
  trends <- list()
  for (g in names(rows)) {
    y <- at$y[rows[[g]], , drop = FALSE]
    if (min(colSums(!is.na(y))) < 2) abort_small(g, call)
    if (s$measure == "cv") check_positive_means("The coefficient of variation", y, 1, at, call)
    d <- dispersion(y, rep(1, nrow(y)), s$measure)
    table <- data.frame(
      group = g, time = at$times, units = colSums(!is.na(y)), mean = colMeans(y, na.rm = TRUE),
      dispersion = d
    )
    trend <- cbind(group = g, trend_row(d, time, s$level))
    if (s$draws) {
      drawn <- each_draw(at, s, function(y, counts) {
        dispersion(y[rows[[g]], , drop = FALSE], counts[rows[[g]]], s$measure)
      })
      table <- cbind(table, percentile_ends(drawn, s$level)[1:3])
      slopes <- matrix(apply(drawn, 2, trend_of, time = time), 1)
      trend[c("conf.low", "conf.high")] <- percentile_ends(slopes, s$level)[2:3]
    }
    tables[[g]] <- table
    trends[[g]] <- trend
  }
  out <- do.call(rbind, unname(tables))
  names(out)[2] <- at$panel[2]
  if (is.null(s$by)) out$group <- NULL
  new_regional(out, "convergence_test", at, s, trend = do.call(rbind, unname(trends)))
}

# Least squares on time, Newey-West.
trend_row <- function(d, time, level) {
  n <- length(d)
  x <- cbind(1, time - mean(time))
  b <- c(mean(d), trend_of(d, time))
  score <- x * as.vector(d - x %*% b)
  lags <- floor(4 * (n / 100)^(2 / 9))
  # By the time between two periods, in the smallest step: over a gap they are further apart.
  apart <- abs(outer(time, time, "-")) / min(diff(time))
  meat <- crossprod(score, pmax(1 - apart / (lags + 1), 0) %*% score)
  bread <- solve(crossprod(x))
  se <- sqrt((bread %*% meat %*% bread)[2, 2] * n / (n - 2))
  t <- b[2] / se
  half <- stats::qt((1 + level) / 2, n - 2) * se
  data.frame(
    estimate = b[2], std.error = se, statistic = t, p.value = 2 * stats::pt(-abs(t), n - 2),
    conf.low = b[2] - half, conf.high = b[2] + half, lags = lags
  )
}

abort_periods <- function(what, least, at, call) {
  abort("periods", c(
    "{what} needs at least {least} periods; there {?is/are} {length(at$times)}.",
    i = "Give more of them."
  ), call)
}

abort_small <- function(g, call) {
  abort("group", c(
    "Group {.val {g}} has fewer than two units with a value in some period.",
    i = "Join it to another."
  ), call)
}
