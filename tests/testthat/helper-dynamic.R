# Dynamic panels in plain R, of explicit matrices by unit: transformation, stacked instruments, the
# errors' covariance, sums over units.

# An unbalanced panel with gaps and missing values: id, year, y, x, z.
dynamic_toy <- function(units = 28, years = 6, seed = 1, gaps = TRUE) {
  set.seed(seed)
  d <- expand.grid(year = 2000 + seq_len(years), id = seq_len(units))
  effect <- rnorm(units)[d$id]
  d$x <- rnorm(nrow(d)) + 0.5 * effect
  d$z <- rnorm(nrow(d))
  d$y <- NA
  for (i in seq_len(nrow(d))) {
    before <- if (d$year[i] == 2001) effect[i] / 0.5 + rnorm(1) else d$y[i - 1]
    d$y[i] <- 0.5 * before + 0.3 * d$x[i] + 0.2 * d$z[i] + effect[i] + rnorm(1) / 2
  }
  if (gaps) {
    d <- d[-c(3, 10, 11, 29, 30, 31, 40), ]
    d$x[c(5, 33, 42)] <- NA
    d$y[21] <- NA
  }
  d
}

# Rows of the differences or deviations of a unit's `time`, as a matrix that makes them of its
# levels; `at` is the time of which the lags are instruments.
plain_transform <- function(time, kind) {
  n <- length(time)
  rows <- list()
  at <- integer()
  for (i in seq_len(n)) {
    row <- numeric(n)
    if (kind == "difference") {
      before <- match(time[i] - 1, time)
      if (is.na(before)) next
      row[c(i, before)] <- c(1, -1)
      at <- c(at, time[i])
    } else {
      m <- n - i
      if (m == 0) next
      row[i] <- sqrt(m / (m + 1))
      row[i + seq_len(m)] <- -sqrt(m / (m + 1)) / m
      at <- c(at, time[i] + 1)
    }
    rows <- c(rows, list(row))
  }
  list(m = if (length(rows)) do.call(rbind, rows) else matrix(0, 0, n), at = at)
}

# y on its lag, x and z (and dummies of years): `gmm` are columns of d with first and last lag.
plain_gmm <- function(d, gmm, iv, kind = "difference", system = FALSE, collapse = FALSE,
                      times = FALSE, h = 3) {
  d <- d[order(d$id, d$year), ]
  value <- function(name, id, year) {
    if (!length(year)) return(numeric())
    d[[name]][match(paste(id, year), paste(d$id, d$year))]
  }
  d$ly <- value("y", d$id, d$year - 1)
  full <- d[complete.cases(d[c("y", "ly", "x", "z")]), ]
  years <- sort(unique(full$year))
  x_names <- c("ly", "x", "z")
  if (times) {
    for (t in years[-1]) full[[paste0("d", t)]] <- (full$year == t) + 0
    x_names <- c(x_names, paste0("d", years[-1]))
  }
  all_years <- min(d$year):max(d$year)
  units <- lapply(split(full, full$id), function(u) {
    tr <- plain_transform(u$year, kind)
    id <- u$id[1]
    columns <- list()
    add <- function(name, diff, level) columns[[name]] <<- c(diff, if (system) level)
    nothing <- 0 * u$year
    if (system) add("one", 0 * tr$at, nothing + 1)
    for (name in iv) add(name, tr$m %*% u[[name]], u[[name]])
    if (times) {
      for (name in setdiff(x_names, c("ly", "x", "z"))) {
        add(name, if (system) 0 * tr$at else tr$m %*% u[[name]], u[[name]])
      }
    }
    zero <- function(v) ifelse(is.na(v), 0, v)
    for (name in names(gmm)) {
      lags <- gmm[[name]]
      for (lag in lags[1]:lags[2]) {
        v <- zero(value(name, id, tr$at - lag))
        if (collapse) add(paste("D", name, lag), v, nothing)
        else for (t in all_years) add(paste("D", name, lag, t), v * (tr$at == t), nothing)
      }
      k <- lags[1] - 1
      v <- zero(value(name, id, u$year - k) - value(name, id, u$year - k - 1))
      if (system && collapse) add(paste("L", name), 0 * tr$at, v)
      if (system && !collapse) {
        for (t in all_years) add(paste("L", name, t), 0 * tr$at, v * (u$year == t))
      }
    }
    x <- as.matrix(u[x_names])
    stack <- function(v) rbind(tr$m %*% v, if (system) v)
    xs <- stack(x)
    if (system) xs <- cbind(one = c(0 * tr$at, nothing + 1), xs)
    big <- rbind(tr$m, if (system) diag(nrow(u)))
    hh <- tcrossprod(big)
    rows <- seq_along(tr$at)
    if (h == 2) hh[rows, -rows] <- hh[-rows, rows] <- 0
    if (h == 1) hh <- diag(nrow(big))
    fd <- plain_transform(u$year, "difference")
    list(
      x = xs, y = stack(matrix(u$y)), z = do.call(cbind, columns), h = hh, rows = rows,
      big = big, fd = fd, fx = fd$m %*% (if (system) cbind(0, x) else x), fy = fd$m %*% u$y
    )
  })
  units <- Filter(function(u) nrow(u$x) > 0, units)
  sum_of <- function(f) Reduce(`+`, lapply(units, f))
  zhz <- sum_of(function(u) t(u$z) %*% u$h %*% u$z)
  # Combinations of those before are left out.
  met <- which(diag(zhz) > 1e-12)
  scale <- 1 / sqrt(diag(zhz)[met])
  q <- qr(zhz[met, met] * outer(scale, scale), tol = 1e-9)
  kept <- met[sort(q$pivot[seq_len(q$rank)])]
  units <- lapply(units, function(u) {
    u$z <- u$z[, kept, drop = FALSE]
    u
  })
  out <- plain_steps(units, sum_of = function(f) Reduce(`+`, lapply(units, f)))
  out$instruments <- length(kept)
  out
}

plain_steps <- function(units, sum_of) {
  zx <- sum_of(function(u) t(u$z) %*% u$x)
  zy <- sum_of(function(u) t(u$z) %*% u$y)
  a1 <- solve(sum_of(function(u) t(u$z) %*% u$h %*% u$z))
  step <- function(a) {
    bread <- solve(t(zx) %*% a %*% zx)
    list(b = drop(bread %*% t(zx) %*% a %*% zy), bread = bread, m = bread %*% t(zx) %*% a)
  }
  one <- step(a1)
  e <- function(u, b) u$y - u$x %*% b
  s <- sum_of(function(u) tcrossprod(t(u$z) %*% e(u, one$b)))
  a2 <- solve(s)
  two <- step(a2)
  v1 <- one$m %*% s %*% t(one$m)
  ze2 <- sum_of(function(u) t(u$z) %*% e(u, two$b))
  k <- ncol(zx)
  slope <- vapply(seq_len(k), function(p) {
    ds <- -sum_of(function(u) {
      half <- t(u$z) %*% u$x[, p] %*% t(e(u, one$b)) %*% u$z
      half + t(half)
    })
    drop(-two$m %*% ds %*% a2 %*% ze2)
  }, numeric(k))
  v2 <- two$bread
  windmeijer <- v2 + slope %*% v2 + v2 %*% t(slope) + slope %*% v1 %*% t(slope)
  n <- sum(vapply(units, function(u) length(u$rows), 0L))
  half <- 1 + (abs(units[[1]]$h[1, 1] - 1) > 1e-9)
  sigma2 <- sum_of(function(u) sum(e(u, one$b)[u$rows]^2)) / (n - k)
  list(
    b1 = one$b, b2 = two$b, v1 = v1, conventional = one$bread, v2 = v2, windmeijer = windmeijer,
    sigma2 = sigma2, half = half, j = sum(ze2 * (a2 %*% ze2)),
    criterion1 = {
      ze1 <- sum_of(function(u) t(u$z) %*% e(u, one$b))
      sum(ze1 * (a1 %*% ze1))
    },
    serial = function(l, b, m, v, sigma2 = NULL) plain_serial(units, sum_of, l, b, m, v, sigma2),
    m1 = one$m, m2 = two$m, s = s, units = units
  )
}

# Arellano and Bond's z of order l; with sigma2 under iid errors.
plain_serial <- function(units, sum_of, l, b, m, v, sigma2) {
  parts <- lapply(units, function(u) {
    f <- u$fy - u$fx %*% b
    lag <- f[match(u$fd$at - l, u$fd$at)]
    lag[is.na(lag)] <- 0
    if (!nrow(u$fx)) lag <- numeric()
    e <- u$y - u$x %*% b
    own <- sum(f * lag)
    if (is.null(sigma2)) {
      square <- own^2
      z <- t(u$z) %*% e * own
    } else {
      square <- sigma2 * sum((t(u$fd$m) %*% lag)^2)
      z <- sigma2 * t(u$z) %*% u$big %*% (t(u$fd$m) %*% lag)
    }
    list(own, square, z, t(u$fx) %*% lag)
  })
  total <- lapply(1:4, function(i) Reduce(`+`, lapply(parts, `[[`, i)))
  x <- total[[4]]
  total[[1]] / sqrt(total[[2]] - 2 * sum(x * (m %*% total[[3]])) + sum(x * (v %*% x)))
}
