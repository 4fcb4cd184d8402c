#' A simulated panel of provinces, with the truth
#'
#' 30 provinces by 12 years, 2011-2022, drawn at random: **no official figure is in it**. Its
#' variables have the means, minima and maxima that Gu prints (Table 3) and, from 2014 on, the
#' means, standard deviations, minima and maxima that Cui prints (Table 4), so that every table of
#' such papers can be run; and since the equations behind it are known, estimators can be held to
#' the truth.
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @section Equations: The true coefficients are the attribute `truth`, a list of named vectors:
#' `productivity` and `manufacture` (two simultaneous equations, Gu's model), `npq` and `innovation`
#' (Cui's model with its mediator, two-way effects), `npq_total` (with the mediator put in).
#' \deqn{productivity = a_0 + a_1 \ln education + a_2 \ln research + a_3 \ln patent + a_4
#' manufacture + \epsilon}{productivity = a0 + a1 ln education + a2 ln research + a3 ln patent + a4
#' manufacture + e} \deqn{manufacture = b_0 + b_1 \ln creativity + b_2 \ln information + b_3 green +
#' b_4 efficiency + b_5 productivity + \tau}{manufacture = b0 + b1 ln creativity + b2 ln
#' information + b3 green + b4 efficiency + b5 productivity + t} \deqn{innovation = a\,dt +
#' controls + \mu_i + \lambda_t + u, \quad npq = c\,dt + b\,innovation + controls + \alpha_i +
#' \delta_t + e}{innovation = a dt + controls + province + year + u, npq = c dt + b innovation +
#' controls + province + year + e} The first two are simultaneous: least squares of one on the other
#' is biased, instruments are not. In the others `dt` is exogenous given the effects and controls.
#' All coefficients are the same in every region and year: a table of differences between groups
#' should find none. The disturbances of the first two are skewed and correlated with each other;
#' rows that would leave the printed range were brought into it and three rows given the printed
#' extremes, the others giving way such that the sums of the disturbances times the exogenous
#' variables are those of the draw.
#'
#' @section Indicators: The 84 raw indicators of the sheets `sheet_gu.csv`, `sheet_cui.csv` and
#' `sheet_wang_yu.csv` in `extdata` are there too: log-normal, and following the variable that their
#' sheet measures, with noise. Composite indices of them rise with these variables (rank
#' correlations of about 0.9) and are not equal to them.
#'
#' @param seed A whole number of at least 0. The same seed gives the same panel; R's own random
#'   numbers are left as they were.
#' @return A data frame of class `simulated_provinces` with 360 rows, ordered by province and year,
#'   and the attributes `truth`, `simulated` (`TRUE`) and `seed`: \describe{ \item{province, year,
#'   region3, region4, municipality}{as in [provinces]; Tibet is left out} \item{productivity,
#'   manufacture, education, research, patent, creativity, information, green, efficiency}{Gu's
#'   variables under the abbreviations of [gu_table3], in levels} \item{npq, dt, ie, fiei, lp, lf,
#'   iev, ul, il}{Cui's variables under the abbreviations of [cui_table4]} \item{innovation}{Cui's
#'   mediator} \item{tertiary_share, education}{for Cui's Table 9: industrial structure, the raw
#'   indicator, and talent, students in higher education} \item{telephones_1984, users_before}{two
#'   parts of an instrument for `dt` that is their product: a constant of the province, and the
#'   nation's users of the internet in the year before} \item{...}{the raw indicators} }
#' @section Errors: `ccdpanel_error_number`.
#' @seealso [gu_tables], [cui_tables]
#' @examples
#' sim <- simulate_provinces(1)
#' sim
#' fit <- system_reg(
#'   list(
#'     productivity = productivity ~ log(education) + log(research) + log(patent) + manufacture,
#'     manufacture = manufacture ~ log(creativity) + log(information) + green + efficiency +
#'       productivity
#'   ),
#'   sim
#' )
#' cbind(truth = unlist(attr(sim, "truth")[c("productivity", "manufacture")]), estimate = coef(fit))
#' @export
simulate_provinces <- function(seed = 1, ...) {
  check_dots(...)
  check_number(seed, "seed", 0, .Machine$integer.max, whole = TRUE)
  with_seed(seed, {
    frame <- province_years()
    latent <- latent_scores(frame)
    gu <- simulate_gu(latent)
    cui <- simulate_cui(frame, latent)
    data <- cbind(frame, gu$data, cui$data)
    data <- cbind(data, simulate_indicators(data))
  })
  structure(
    data, truth = c(gu$truth, cui$truth), simulated = TRUE, seed = seed,
    class = c("simulated_provinces", "data.frame")
  )
}

province_years <- function() {
  space <- new.env()
  utils::data("provinces", package = "ccdpanel", envir = space)
  p <- space$provinces[space$provinces$name != "Tibet", ]
  at <- rep(seq_len(nrow(p)), each = 12)
  data.frame(
    province = p$name[at], year = rep(2011:2022, nrow(p)), region3 = p$region3[at],
    region4 = p$region4[at], municipality = p$municipality[at]
  )
}

# A function that draws a variable's scores: how much it follows the province's development, how
# fast it grows, how much it strays.
latent_scores <- function(frame) {
  at <- match(frame$province, unique(frame$province))
  n <- max(at)
  level <- (
    c(East = 0.9, Central = 0.1, West = -0.5)[frame$region3] + stats::rnorm(n, 0, 0.7)[at]
  )[!duplicated(at)]
  share <- (frame$year - min(frame$year)) / diff(range(frame$year))
  list(
    level = level, at = at, year = frame$year, share = share,
    draw = function(follows, trend = 0.9, stray = 0.15) {
    own <- follows * level + sqrt(1 - follows^2) * stats::rnorm(n)
    own[at] + trend * share * (1 + 0.2 * stats::rnorm(n)[at]) + stats::rnorm(length(at), 0, stray)
  })
}

unit_interval <- function(z, rows = seq_along(z)) (z - min(z[rows])) / diff(range(z[rows]))

# Scores to values between `low` and `high`, both attained, by a power that meets the mean; even in
# logarithms if `log`.
spread_by_power <- function(z, mean, low, high, log) {
  z <- unit_interval(z)
  value <- function(p) if (log) low * (high / low)^(z^p) else low + (high - low) * z^p
  value(stats::uniroot(function(p) base::mean(value(p)) - mean, c(0.02, 50), tol = 1e-10)$root)
}

# Scores to values between `low` and `high` on `rows` that meet mean and standard deviation there;
# beyond the rows the scale goes on.
spread_by_two <- function(z, rows, mean, sd, low, high) {
  z <- unit_interval(z, rows)
  inside <- pmin(pmax(z, 0), 1)
  value <- function(p) low + (high - low) * (1 - (1 - inside^exp(p[1]))^exp(p[2]))
  miss <- function(p) {
    x <- value(p)[rows]
    ((base::mean(x) - mean) / mean)^2 + ((stats::sd(x) - sd) / sd)^2
  }
  best <- stats::optim(c(0, 0), miss, control = list(maxit = 2000, reltol = 1e-14))$par
  value(best) * exp(pmin(z, 0) / 4)
}

gu_slopes <- list(
  productivity = c(
    `log(education)` = -0.02, `log(research)` = 0.016, `log(patent)` = 0.008, manufacture = 0.717
  ),
  manufacture = c(
    `log(creativity)` = 0.003, `log(information)` = 0.005, green = 0.18, efficiency = -0.8,
    productivity = 0.455
  )
)

# Gu's seven exogenous variables, and the two dependent ones from the equations.
simulate_gu <- function(latent) {
  x <- data.frame(
    education = spread_by_power(latent$draw(0.5), 2776, 1082, 5613, TRUE),
    research = spread_by_power(latent$draw(0.9), 3967688, 57760, 32200000, TRUE),
    patent = spread_by_power(latent$draw(0.85), 72819, 502, 872209, TRUE),
    creativity = spread_by_power(latent$draw(0.85), 30476, 87, 572589, TRUE),
    information = spread_by_power(latent$draw(0.6, 1.2), 1297, 46, 15025, TRUE),
    green = spread_by_power(latent$draw(0.7), 0.2001, 0.0073, 0.8163, FALSE),
    efficiency = spread_by_power(latent$draw(0.85, 0.6), 0.0109, 0.0025, 0.038, FALSE)
  )
  a <- gu_slopes$productivity
  b <- gu_slopes$manufacture
  s <- cbind(
    a[[1]] * log(x$education) + a[[2]] * log(x$research) + a[[3]] * log(x$patent),
    b[[1]] * log(x$creativity) + b[[2]] * log(
      x$information
    ) + b[[3]] * x$green + b[[4]] * x$efficiency
  )
  z <- cbind(
    1, log(x$education), log(x$research), log(x$patent), log(x$creativity), log(x$information),
    x$green, x$efficiency
  )
  y <- simultaneous(
    s, z, a[[4]], b[[5]], latent$share, mean = c(0.1683, 0.1279), low = c(0.025, 0.0417),
    high = c(0.7515, 0.5424)
  )
  truth <- list(
    productivity = c(`(Intercept)` = y$intercept[1], a),
    manufacture = c(`(Intercept)` = y$intercept[2], b)
  )
  list(data = cbind(productivity = y$y[, 1], manufacture = y$y[, 2], x), truth = truth)
}

# Two skewed disturbances with mean zero and correlation about .25: a variable with a long upper
# tail needs them.
draw_disturbances <- function(n) {
  skewed <- function(u) (exp(1.1 * u) - exp(1.1^2 / 2)) / sqrt((exp(1.1^2) - 1) * exp(1.1^2))
  u <- stats::rnorm(n)
  v <- 0.3 * u + sqrt(1 - 0.3^2) * stats::rnorm(n)
  cbind(0.028 * skewed(u), 0.009 * skewed(v))
}

# Solves y1 = a0 + s1 + a y2 + e1, y2 = b0 + s2 + b y1 + e2 with the means printed. Rows beyond the
# printed range and the three rows of the extremes are brought there; the others give way such that
# the sums of disturbances times exogenous variables `z` stay those of the draw: instruments stay
# valid.
simultaneous <- function(s, z, a, b, share, mean, low, high) {
  n <- nrow(s)
  drawn <- draw_disturbances(n)
  intercept <- mean - c(a, b) * rev(mean) - colMeans(s) - colMeans(drawn)
  fixed <- sweep(s, 2, -intercept)
  solved <- function(e) {
    cbind(
      fixed[, 1] + e[, 1] + a * (fixed[, 2] + e[, 2]),
      fixed[, 2] + e[, 2] + b * (fixed[, 1] + e[, 1])
    ) / (1 - a * b)
  }
  left <- function(y) y - fixed - cbind(a * y[, 2], b * y[, 1])
  y <- solved(drawn)
  pins <- extreme_rows(y, share)
  free <- -pins
  basis <- qr.Q(qr(z[free, ]))
  margin <- rep(0.004 * (high - low), each = n)
  for (round in 1:5000) {
    y <- pmin(pmax(y, rep(low, each = n) + margin), rep(high, each = n) - margin)
    y[pins[1], ] <- high
    y[pins[2], 1] <- low[1]
    y[pins[3], 2] <- low[2]
    e <- left(y)
    gap <- crossprod(z, e - drawn)
    e[free, ] <- e[free, ] - basis %*% qr.solve(crossprod(z[free, ], basis), gap)
    y <- solved(e)
    if (!any(y < rep(low, each = n) - 1e-12 | y > rep(high, each = n) + 1e-12)) break
  }
  list(y = y, intercept = intercept)
}

# The row that is highest in both, among the late years, and the lowest of each, among the early
# ones.
extreme_rows <- function(y, share) {
  high <- ifelse(share > 0.6, rowSums(scale(y)), -Inf)
  low <- y + 10 * (share > 0.4)
  first <- which.min(low[, 1])
  low[first, 2] <- Inf
  c(which.max(high), first, which.min(low[, 2]))
}

cui_slopes <- list(
  npq = c(
    dt = 0.2418, innovation = 0.0017, ie = 0.004, fiei = 0.002, lp = -0.01, lf = -0.03, iev = 0.002,
    ul = 0.08, il = 0.03
  ),
  innovation = c(dt = 83.573, ie = 0.5, fiei = 0.3, lp = -2, lf = 3, iev = 0.4, ul = 15, il = 4)
)

simulate_cui <- function(frame, latent) {
  rows <- frame$year >= 2014
  phones <- exp(stats::rnorm(length(latent$level), 10, 0.6) + 0.3 * latent$level)[latent$at]
  users <- c(4.6, 5.1, 5.6, 6.2, 6.5, 6.9, 7.3, 7.7, 8.3, 9.0, 9.9, 10.3)[frame$year - 2010]
  path <- latent$draw(0.7, 0.6, 0.1) + 0.9 * latent$share * scale(phones)[, 1]
  x <- data.frame(
    dt = spread_by_two(path, rows, 0.143, 0.131, 0.018, 0.796),
    ie = spread_by_two(latent$draw(0.7, 0.2), rows, 10.12, 1.125, 7.189, 12.67),
    fiei = spread_by_two(latent$draw(0.6, 0.3), rows, 11.73, 1.414, 8.038, 15.55),
    lp = spread_by_two(latent$draw(0.3, 0.02, 0.03), rows, 8.215, 0.742, 6.356, 9.448),
    lf = spread_by_two(latent$draw(-0.6, 0.1), rows, 0.26, 0.109, 0.105, 0.753),
    iev = spread_by_two(latent$draw(0.8, 0.2), rows, 17.82, 1.602, 12.71, 20.97),
    ul = spread_by_two(latent$draw(0.7, 0.4), rows, 0.62, 0.11, 0.403, 0.893),
    il = spread_by_two(latent$draw(0.2, -0.3), rows, 0.317, 0.073, 0.1, 0.499)
  )
  m <- cui_slopes$innovation
  part <- drop(as.matrix(x[names(m)]) %*% m)
  part <- part - mean(part) + 20 + (
    4 * stats::rnorm(30)
  )[latent$at] + 2 * latent$share + stats::rnorm(360, 0, 6)
  b <- cui_slopes$npq
  npq <- drop(
    as.matrix(cbind(x, innovation = part)[names(b)]) %*% b
  ) + 0.02 * latent$share + 0.018 * pmin(pmax(stats::rnorm(360), -2.5), 2.5)
  npq <- place_provinces(npq, latent, rows, mean = 0.221, sd = 0.106, low = 0.078, high = 0.606)
  total <- m * b[["innovation"]]
  total[] <- total + b[names(m)]
  list(
    data = cbind(
      npq = npq, x, innovation = part, telephones_1984 = round(phones), users_before = users
    ),
    truth = list(npq = b, innovation = m, npq_total = total)
  )
}

# Adds a constant to each province, such that mean, standard deviation, minimum and maximum over the
# rows are met: effects may be anything, so that no disturbance has to be touched.
place_provinces <- function(y, latent, rows, mean, sd, low, high) {
  at <- latent$at
  base <- latent$level + stats::rnorm(length(latent$level), 0, 0.3)
  top <- tapply(y[rows], at[rows], max)
  bottom <- tapply(y[rows], at[rows], min)
  shifted <- function(shift, scale) {
    effect <- pmin(pmax(shift + scale * exp(0.6 * base), low - bottom), high - top)
    best <- which.max(top + effect)
    effect[best] <- high - top[best]
    worst <- setdiff(order(bottom + effect), best)[1]
    effect[worst] <- low - bottom[worst]
    (y + effect[at])
  }
  centred <- function(scale) {
    shifted(stats::uniroot(
      function(s) base::mean(shifted(s, scale)[rows]) - mean, c(-3, 3), tol = 1e-9
    )$root, scale)
  }
  scale <- stats::uniroot(function(k) stats::sd(centred(k)[rows]) - sd, c(0, 1), tol = 1e-9)$root
  centred(scale)
}

# Raw indicators: a median times the exponential of what they follow, a constant of the province and
# noise.
simulate_indicators <- function(data) {
  path <- system.file("extdata", "simulated_indicators.csv", package = "ccdpanel", mustWork = TRUE)
  what <- utils::read.csv(path, stringsAsFactors = FALSE)
  at <- match(data$province, unique(data$province))
  one <- function(i) {
    source <- data[[what$follows[i]]]
    if (what$direction[i] == "=") return(source)
    z <- scale(log(pmax(source, 1)))[, 1]
    if (max(source) < 2) z <- scale(log(source))[, 1]
    z <- 0.9 * z + 0.35 * stats::rnorm(max(at))[at] + 0.2 * stats::rnorm(length(at))
    signif(what$median[i] * exp(what$spread[i] * if (what$direction[i] == "-") -z else z), 6)
  }
  stats::setNames(as.data.frame(lapply(seq_len(nrow(what)), one)), what$indicator)
}

#' @param x A simulated panel.
#' @param n Number of rows to print.
#' @param ... Not used.
#' @rdname simulate_provinces
#' @export
print.simulated_provinces <- function(x, n = 6, ...) {
  check_print_dots(...)
  check_shown(n = n)
  cat(
    trf("Simulated, no official figures: %d rows, %d columns", nrow(x), ncol(x)),
    if (!is.null(attr(x, "seed"))) trf(", seed %s", format(attr(x, "seed"))), "\n", sep = ""
  )
  if (nrow(x) == 360 && all(c(names(gu_slopes), "npq", "dt") %in% names(x))) {
    say(tr("Published means and ranges are met (gu_table3, cui_table4)."))
  }
  cat("\n")
  shown <- as.data.frame(x)
  class(shown) <- "data.frame"
  first <- utils::head(shown[seq_len(min(ncol(x), 10))], n)
  while (
    ncol(first) > 5 && max(nchar(utils::capture.output(
      print.data.frame(first, digits = 4, row.names = FALSE, width = 10000)
    ))) > getOption("width")
  ) first <- first[-ncol(first)]
  print_fitting(first, digits = 4)
  more <- c(
    if (nrow(x) > n) trf("%d more rows", nrow(x) - n),
    if (ncol(x) > ncol(first)) trf("%d more columns", ncol(x) - ncol(first))
  )
  if (length(more)) cat("... ", listed(more), "\n", sep = "")
  next_steps("descriptives(x)", "fe_reg()", "system_reg()", "attr(x, \"truth\")")
  invisible(x)
}

# Joined with other columns they are simulated still.
#' @export
merge.simulated_provinces <- function(x, y, ...) {
  check_required("merge", "y")
  out <- merge(as.data.frame(plain_result(x)), y, ...)
  structure(
    out, truth = attr(x, "truth"), simulated = TRUE, seed = attr(x, "seed"),
    class = c("simulated_provinces", "data.frame")
  )
}
