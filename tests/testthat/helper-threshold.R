# A panel with thresholds and plain R's answers to it: every candidate fitted by dummies.

threshold_panel_data <- function(units = 20, times = 6, seed = 1, effect = 1) {
  set.seed(seed)
  d <- expand.grid(year = 2000 + seq_len(times), id = sprintf("u%02d", seq_len(units)))
  d$q <- round(stats::rnorm(nrow(d)), 2)
  d$z <- stats::rnorm(nrow(d)) + d$q
  d$x <- stats::rnorm(nrow(d), 2) + 0.5 * d$q
  d$v <- stats::rnorm(nrow(d))
  d$y <- rep(stats::rnorm(units), each = times) + 0.1 * d$year + d$z + d$x +
    effect * d$x * (d$q > 0.3) - effect * d$x * (d$q > 1) + stats::rnorm(nrow(d))
  d
}

threshold_fit <- function(data = threshold_panel_data(), effects = "id", ...) {
  fe_reg(
    stats::as.formula(paste("y ~ x + z |", effects)), data, panel = c("id", "year"), ...
  )
}

# The sum of squares of lm() with dummies of the effects and `terms` split at thresholds.
dummy_rss <- function(data, at, effects = "id", terms = "x", y = data$y) {
  regime <- findInterval(data$q, sort(at), left.open = TRUE)
  parts <- outer(regime, unique(regime), `==`)
  split <- do.call(cbind, lapply(terms, function(t) data[[t]] * parts))
  dummies <- stats::model.matrix(
    stats::as.formula(paste("~", paste0("factor(", strsplit(effects, " + ", TRUE)[[1]], ")",
      collapse = "+"
    ))), data
  )
  sum(stats::lm.fit(cbind(dummies, data$z, split), y)$residuals^2)
}

# Candidates that leave at least so many rows in each regime, beside thresholds that are fixed.
dummy_candidates <- function(q, least, fixed = NULL) {
  values <- sort(unique(q))
  Filter(function(g) {
    all(table(factor(
      findInterval(q, sort(c(g, fixed)), left.open = TRUE), 0:(length(fixed) + 1)
    )) >= least)
  }, values)
}

dummy_profile <- function(data, least, fixed = NULL, ...) {
  at <- dummy_candidates(data$q, least, fixed)
  data.frame(value = at, rss = vapply(at, function(g) dummy_rss(data, c(fixed, g), ...), 0))
}
