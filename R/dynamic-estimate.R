# One and two steps of GMM, their covariances, and the tests of instruments and of serial
# correlation, from sums over units.

# A factor f of a weight, f f' = s^-1, of the instruments that are told apart; `generalized`: of a
# matrix without inverse, the Moore-Penrose one of the scaled matrix.
weight_factor <- function(s, rank = ncol(s)) {
  scale <- 1 / sqrt(diag(s))
  scale[!is.finite(scale)] <- 0
  s <- s * outer(scale, scale)
  told <- told_by_products(s)
  if (rank >= ncol(s) && length(told$kept) == ncol(s)) {
    return(list(factor = scale * backsolve(told$root, diag(ncol(s))), generalized = FALSE))
  }
  e <- eigen(s, symmetric = TRUE)
  use <- seq_along(e$values) <= rank & e$values > 1e-11 * e$values[1]
  factor <- e$vectors[, use, drop = FALSE] * rep(1 / sqrt(e$values[use]), each = nrow(s))
  list(factor = scale * factor, generalized = TRUE)
}

# Columns that are no combination of those before them, by their scaled products, and the root of
# the products of these.
told_by_products <- function(s, tol = 1e-11) {
  n <- ncol(s)
  root <- matrix(0, n, n)
  kept <- integer()
  for (j in seq_len(n)) {
    rest <- s[j, j:n]
    if (length(kept)) {
      above <- root[seq_along(kept), j:n, drop = FALSE]
      rest <- rest - drop(crossprod(above[, 1], above))
    }
    if (!is.finite(rest[1]) || rest[1] <= tol) next
    kept <- c(kept, j)
    root[length(kept), j:n] <- rest / sqrt(rest[1])
  }
  list(kept = kept, root = root[seq_along(kept), kept, drop = FALSE])
}

# The step with a weight: coefficients, (X'ZAZ'X)^-1, and m = (X'ZAZ'X)^-1 X'ZA, by which moments
# become coefficients. NULL where the instruments do not identify them.
gmm_step <- function(zx, factor) {
  k <- ncol(zx) - 1
  u <- crossprod(factor, zx)
  scale <- sqrt(colSums(u^2))
  if (nrow(u) < k || any(scale[seq_len(k)] == 0)) return(NULL)
  q <- qr(u[, seq_len(k), drop = FALSE] / rep(scale[seq_len(k)], each = nrow(u)), tol = 1e-7)
  if (q$rank < k) return(NULL)
  by <- scale[seq_len(k)]
  bread <- matrix(0, k, k)
  bread[q$pivot, q$pivot] <- chol2inv(qr.R(q))
  bread <- bread / outer(by, by)
  b <- unname(qr.coef(q, u[, k + 1])) / by
  list(b = b, bread = bread, m = bread %*% t(u[, seq_len(k), drop = FALSE]) %*% t(factor))
}

# J = (Z'e)'A(Z'e).
gmm_criterion <- function(zx, b, factor) sum(crossprod(factor, zx %*% c(-b, 1))^2)

# What the residuals of coefficients sum to: the moments' covariance over units and the sums of
# squares.
score_sums <- function(chunk, d, b) {
  e <- chunk_residuals(chunk, b)
  list(
    s = crossprod(instrument_scores(chunk, d, e$diff, e$level)),
    rss = c(diff = sum(e$diff^2), level = sum(e$level^2))
  )
}

# How the covariance of the moments changes with each coefficient, times v (Windmeijer 2005).
slope_sums <- function(chunk, d, b, v) {
  k <- length(b)
  e <- chunk_residuals(chunk, b)
  g <- instrument_scores(chunk, d, e$diff, e$level)
  by <- drop(g %*% v)
  zv <- instrument_sums(chunk, d, v)
  moved <- chunk$moved[, , seq_len(k), drop = FALSE]
  level <- chunk$x[, , seq_len(k), drop = FALSE]
  along <- vapply(seq_len(k), function(j) {
    rowSums(matrix(moved[, , j], chunk$n) * zv$diff) +
      rowSums(matrix(level[, , j], chunk$n) * zv$level)
  }, numeric(chunk$n))
  list(instrument_products(chunk, d, moved * by, level * by) +
    crossprod(g, matrix(along, chunk$n)))
}

# Of each order of serial correlation: the sum of e(t) e(t - l), that of its squares by unit, and
# the sums with the regressors and the moments. `omega`: coefficients of the residuals that stand
# for the errors' covariance; NULL for iid errors.
serial_sums <- function(chunk, d, b, omega, orders) {
  k <- length(b)
  e <- chunk_residuals(chunk, b)$change
  other <- if (!is.null(omega)) chunk_residuals(chunk, omega)
  g <- if (!is.null(omega)) instrument_scores(chunk, d, other$diff, other$level)
  change <- chunk$different %||% chunk$moved
  each <- lapply(orders, function(l) {
    lag <- e * 0
    if (l < d$periods) lag[, (l + 1):d$periods] <- e[, seq_len(d$periods - l)]
    lag <- lag * chunk$change$mask
    rows <- sum(e * lag)
    x <- vapply(seq_len(k), function(j) sum(change[, , j] * lag), 0)
    if (is.null(omega)) {
      back <- differences_back(lag)
      r <- array(back, c(dim(back), 1)) * as.vector(chunk$level)
      z <- drop(instrument_products(chunk, d, chunk$transform$apply(r), r))
      return(c(rows, sum(r^2), sum(lag != 0), x, z))
    }
    s <- rowSums(other$change * lag)
    c(rows, sum(s^2), sum(lag != 0), x, drop(crossprod(g, s)))
  })
  list(do.call(cbind, each))
}

# D'v for the matrix D of differences.
differences_back <- function(v) v - cbind(v[, -1, drop = FALSE], 0)

# ---- the estimate ---------------------------------------------------------------------------

dynamic_estimate <- function(d, choice, call) {
  over <- unit_chunks(d)
  first <- over(function(chunk) first_sums(chunk, d))
  d <- told_columns(d, first, call)
  x <- c(d$x_kept, ncol(d$x))
  over <- narrowed_chunks(over, x)
  zx <- first$zx[d$z_kept, x, drop = FALSE]
  part <- function(sums) if (is.matrix(sums)) sums[d$z_kept, d$z_kept, drop = FALSE]
  one <- weight_factor(part(first$zhz))
  step1 <- gmm_step(zx, one$factor)
  check_dynamic_identified(step1, d, zx, call)
  scores1 <- over(function(chunk) score_sums(chunk, d, step1$b))
  s <- part(scores1$s)
  k <- length(step1$b)
  rows <- first$rows[[if (d$system) "level" else "diff"]]
  sigma2 <- error_variance(scores1$rss, first$rows, d, k)
  two <- weight_factor(s, min(first$units, nrow(s)))
  step2 <- gmm_step(zx, two$factor)
  if (choice$steps == 2) check_second_step(step2, first$units, k, call)
  v1 <- step1$m %*% s %*% t(step1$m)
  out <- list(
    d = d, zx = zx, s = s, k = k, rows = first$rows, n = rows, units = first$units,
    sigma2 = sigma2, step1 = step1, step2 = step2, one = one, two = two, v1 = v1, over = over
  )
  out$types <- dynamic_covariances(out, choice)
  out
}

# Columns of the kept regressors and the dependent variable only.
narrowed_chunks <- function(over, x) {
  force(over)
  function(f) over(function(chunk) {
    for (what in c("x", "moved", "different")) {
      if (!is.null(chunk[[what]])) chunk[[what]] <- chunk[[what]][, , x, drop = FALSE]
    }
    f(chunk)
  })
}

error_variance <- function(rss, rows, d, k) {
  rss[["diff"]] / (rows[["diff"]] - k) / (1 + (d$transform == "difference"))
}

# By name: covariances that this step can have.
dynamic_covariances <- function(est, choice) {
  b1 <- est$step1
  if (choice$steps == 1) {
    return(list(robust = est$v1, conventional = est$sigma2 * b1$bread))
  }
  b2 <- est$step2
  v2 <- b2$bread
  moments <- est$zx %*% c(-b2$b, 1)
  v <- drop(est$two$factor %*% crossprod(est$two$factor, moments))
  weights <- numeric(est$d$count)
  weights[est$d$z_kept] <- v
  slopes <- est$over(function(chunk) slope_sums(chunk, est$d, b1$b, weights))[[1]]
  by <- b2$m %*% slopes[est$d$z_kept, , drop = FALSE]
  list(
    windmeijer = v2 + by %*% v2 + v2 %*% t(by) + by %*% est$v1 %*% t(by), conventional = v2
  )
}

# Regressors and instruments that are told apart: positions in `x_kept` and `z_kept`.
told_columns <- function(d, first, call) {
  k <- ncol(d$x)
  norm <- sqrt(diag(first$xx))
  varies <- norm > 1e-13 * d$size
  if (!first$units || !varies[k]) abort_nothing_left(d, first, call)
  scaled <- function(m, by) {
    by <- ifelse(by > 0, by, 1)
    m / outer(by, by)
  }
  at <- which(varies[-k])
  d$x_kept <- at[told_by_products(scaled(first$xx, norm)[at, at, drop = FALSE])$kept]
  size <- sqrt(diag(first$zhz))
  d$z_met <- which(size > 0)
  told <- told_by_products(scaled(first$zhz, size)[d$z_met, d$z_met, drop = FALSE])
  d$z_kept <- d$z_met[told$kept]
  d
}

abort_nothing_left <- function(d, first, call) {
  abort("absorbed", c(
    if (!first$units) {
      paste0(
        "No unit has the rows that the transformation takes: of {d$units} unit{?s} none has two ",
        "periods{if (d$transform == 'difference') ' one after the other'} with all variables."
      )
    } else {
      "The dependent variable does not change within any unit: nothing is left to explain."
    },
    i = if (!first$units) {
      paste0(
        "A lag takes a period more: fewer lags, longer units, or",
        if (d$transform == "difference") " {.code transform = \"orthogonal\"} beside gaps." else
          " a variable with fewer missing values."
      )
    }
  ), call)
}

check_dynamic_identified <- function(step, d, zx, call) {
  if (!is.null(step)) return(invisible())
  k <- ncol(zx) - 1
  short <- nrow(zx) < k
  abort("identification", c(
    if (short) {
      "{k} coefficient{?s} need{?s/} as many instruments; there {?is/are} {nrow(zx)}."
    } else {
      "The instruments do not identify the {k} coefficient{?s}: no combination of them moves each."
    },
    i = paste0(
      "Each regressor goes into {.arg gmm} or {.arg iv}, itself or by what moves it; a lag of the ",
      "dependent variable needs {.arg lags} that the panel is long enough for."
    )
  ), call)
}

# S has at most as many ranks as units.
check_second_step <- function(step, units, k, call) {
  if (!is.null(step)) return(invisible())
  abort("identification", c(
    paste0(
      "The second step weighs the moments by their covariance over units: {units} unit{?s} ",
      "{?does/do} not tell {k} coefficient{?s}."
    ),
    i = "Take {.code steps = 1}, or fewer regressors."
  ), call)
}

# ---- tests ----------------------------------------------------------------------------------

test_row <- function(test, statistic, df, p = stats::pchisq(statistic, df, lower.tail = FALSE)) {
  data.frame(
    test = test, statistic = statistic, df = df, p.value = if (df %in% 0) NA_real_ else p
  )
}

# Sargan's statistic of the first step, Hansen's of the second.
overidentification <- function(est) {
  df <- nrow(est$zx) - est$k
  if (df == 0) return(rbind(test_row("sargan", 0, 0), test_row("hansen_j", 0, 0)))
  rbind(
    test_row("sargan", gmm_criterion(est$zx, est$step1$b, est$one$factor) / est$sigma2, df),
    test_row("hansen_j", second_criterion(est), df)
  )
}

# Missing where fewer units than coefficients leave no second step.
second_criterion <- function(est) {
  if (is.null(est$step2)) return(NA_real_)
  gmm_criterion(est$zx, est$step2$b, est$two$factor)
}

# Of each set, and of all GMM instruments of the levels: Hansen's statistic without it, the others
# weighted by their part of the same covariance, and the difference.
difference_tests <- function(est) {
  d <- est$d
  info <- d$plan$info[d$z_kept, ]
  labels <- vapply(d$sets, `[[`, "", "label")
  groups <- lapply(which(nzchar(labels)), function(i) which(info$set == i))
  names(groups) <- labels[nzchar(labels)]
  styles <- vapply(d$sets, `[[`, "", "style")[info$set]
  levels <- which(styles == "gmm" & info$equation == "level")
  if (length(levels)) groups <- c(list(`GMM instruments of the levels` = levels), groups)
  whole <- second_criterion(est)
  rows <- lapply(names(groups), function(name) {
    without <- criterion_without(est, groups[[name]])
    q <- length(groups[[name]])
    left <- nrow(est$zx) - q - est$k
    data.frame(
      set = name, instruments = q, without = without$j, df_without = left,
      p_without = if (left > 0) stats::pchisq(without$j, left, lower.tail = FALSE) else NA_real_,
      statistic = whole - without$j, df = q,
      p.value = stats::pchisq(max(whole - without$j, 0), q, lower.tail = FALSE)
    )
  })
  do.call(rbind, rows)
}

criterion_without <- function(est, gone) {
  zx <- est$zx[-gone, , drop = FALSE]
  none <- list(j = NA_real_)
  if (!length(gone) || nrow(zx) < est$k) return(none)
  s <- est$s[-gone, -gone, drop = FALSE]
  factor <- weight_factor(s, min(est$units, nrow(s)))$factor
  step <- gmm_step(zx, factor)
  if (is.null(step)) return(none)
  # As many instruments as coefficients meet all moments.
  list(j = if (nrow(zx) == est$k) 0 else gmm_criterion(zx, step$b, factor))
}

# Arellano and Bond's z of serial correlation of each order in differences.
serial_tests <- function(est, choice, orders) {
  v <- est$types[[choice$type]]
  step <- if (choice$steps == 1) est$step1 else est$step2
  omega <- if (choice$steps == 2 || choice$type != "conventional") step$b
  sums <- est$over(function(chunk) serial_sums(chunk, est$d, step$b, omega, orders))[[1]]
  k <- est$k
  rows <- lapply(seq_along(orders), function(l) {
    x <- sums[3 + seq_len(k), l]
    z <- sums[-seq_len(3 + k), l][est$d$z_kept]
    by <- if (is.null(omega)) est$sigma2 else 1
    variance <- by * sums[2, l] - 2 * by * sum(x * (step$m %*% z)) + sum(x * (v %*% x))
    if (sums[3, l] == 0 || variance <= 0) return(c(NA_real_, sums[3, l]))
    c(sums[1, l] / sqrt(variance), sums[3, l])
  })
  z <- vapply(rows, `[[`, 0, 1)
  data.frame(
    order = orders, statistic = z, p.value = 2 * stats::pnorm(-abs(z)),
    pairs = vapply(rows, `[[`, 0, 2)
  )
}
