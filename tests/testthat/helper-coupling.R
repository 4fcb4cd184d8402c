# Indices to replay, and a replay by the formulas in plain R.

toy_index <- function(...) composite_index(toy_panel(), toy_sheet(), c("unit", "year"), ...)

quiet <- function(x, data, ...) index_uncertainty(x, data, ..., progress = FALSE)

# A panel larger than the toy, uneven and in no order.
wide_panel <- function() {
  set.seed(11)
  d <- expand.grid(unit = letters[1:9], year = 2001:2004)
  d <- data.frame(
    d, a = rexp(36), b = runif(36), c = rexp(36)^2, d = rnorm(36), e = runif(36)
  )[sample(36), ]
  rownames(d) <- NULL
  d
}

wide_sheet <- function(...) {
  indicator_sheet(data.frame(
    system = c("one", "one", "one", "two", "two"), dimension = "x",
    indicator = c("a", "b", "c", "d", "e"), direction = c("+", "-", "+", "+", "-"), ...
  ))
}

# One replay by the formulas, in plain R: `draw` says how often each unit counts, the noise, and the
# choices. `base`: the rows that ranges come from; `given`: weights, one row a period and one column
# an indicator.
plain_replay <- function(data, sheet, draw, normalise, zero, aggregate, target, rule, base = TRUE,
                         clip = TRUE, given = NULL, share = NULL) {
  times <- draw$times[match(data$unit, sort(unique(as.character(data$unit)), method = "radix"))]
  rows <- rep(seq_len(nrow(data)), times)
  from <- rep(seq_len(nrow(data)), times * base)
  z <- lapply(seq_len(nrow(sheet)), function(j) {
    x <- data[[sheet$indicator[j]]]
    less <- sheet$direction[j] == "-"
    x <- if (normalise %in% c("vector", "sum")) (if (less) 1 / x else x) else if (less) -x else x
    sample <- x[from]
    z <- switch(normalise,
      minmax = (x - min(sample)) / (max(sample) - min(sample)),
      zscore = (x - mean(sample)) / sd(sample), vector = x / sqrt(sum(sample^2)),
      sum = x / sum(sample),
      rank = vapply(x, function(v) {
        (sum(sample < v) + (sum(sample == v) - 1) / 2) / (length(sample) - 1)
      }, 0)
    )
    if (clip) pmin(pmax(z, 0), 1) else z
  })
  raw <- vapply(z, function(v) {
    v <- v[rows]
    switch(
      rule, sd = sd(v), cv = sd(v) / mean(v), critic = sd(v),
      entropy = 1 - plain_entropy(zero[1] + diff(zero) * v), 1
    )
  }, 0)
  for (s in unique(sheet$system)) {
    j <- which(sheet$system == s)
    r <- cor(do.call(cbind, z[j])[rows, ])
    if (rule == "critic") raw[j] <- raw[j] * colSums(1 - r)
    if (rule == "pca") {
      e <- eigen(r)
      keep <- if (is.null(share)) {
        e$values > 1
      } else {
        seq_along(j) <= which(cumsum(e$values) / sum(e$values) >= share)[1]
      }
      raw[j] <- (abs(e$vectors[, keep, drop = FALSE]) %*% e$values[keep]^1.5) / sum(e$values[keep])
    }
  }
  scored <- function(raw, rows) {
    w <- raw * draw$factor
    w <- w / ave(w, sheet$system, FUN = sum)
    vapply(unique(sheet$system), function(s) {
      j <- which(sheet$system == s)
      y <- target[1] + diff(target) * do.call(cbind, z[j])[rows, , drop = FALSE]
      if (aggregate == "linear") return(as.vector(y %*% w[j]))
      if (aggregate == "geometric") return(exp(as.vector(log(y) %*% w[j])))
      v <- sweep(y, 2, w[j], `*`)
      far <- sqrt(rowSums(sweep(v, 2, apply(v, 2, max))^2))
      near <- sqrt(rowSums(sweep(v, 2, apply(v, 2, min))^2))
      near / (near + far)
    }, numeric(length(rows)))
  }
  if (is.null(given)) return(scored(raw, seq_len(nrow(data))))
  out <- matrix(NA_real_, nrow(data), length(unique(sheet$system)))
  for (t in seq_len(nrow(given))) {
    at <- which(data$year == sort(unique(data$year))[t])
    out[at, ] <- scored(given[t, ], at)
  }
  out
}

# C, D and the rank within the year from two scores.
plain_degree <- function(u) sqrt(2 * sqrt(u[, 1] * u[, 2]) / rowSums(u) * rowMeans(u))
