#' Wild cluster bootstrap of a coefficient
#'
#' p-value and confidence set of one coefficient from few clusters, for least squares and two-stage
#' least squares.
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @section Method: A draw multiplies the residuals of each boot cluster by one random number
#' (`"rademacher"`: 1 or -1; `"webb"`: six points; `"mammen"`: two points of skewness one;
#' `"normal"`) and recomputes the coefficient's t statistic under the clustered covariance. With the
#' null imposed the residuals are those of the model restricted to it (Cameron, Gelbach and Miller
#' 2008); without, the fit's own, and t is centred on the estimate. With instruments the endogenous
#' regressors are drawn too, from the restricted efficient residuals of Davidson and MacKinnon
#' (2010). The p-value is the share of draws with |t*| >= |t|, ties counted. Where there are no more
#' than `draws` sign vectors, each is taken once. Draws in which the covariance gives no positive
#' variance (possible with several ways) are left out and counted.
#'
#' The confidence set holds the values that the test does not reject, those with a p-value above 1 -
#' `level` (a p-value of just that rejects), by inversion with the same draws; with the null not
#' imposed it is the estimate plus and minus a quantile of |t*| standard errors. It may be unbounded
#' (few clusters, weak instruments) or in several pieces, and says so: where the sign vectors that
#' change nothing (all 1; for least squares all -1 too) are by themselves more than 1 - `level` of
#' all, no value can be rejected, and it is the whole line.
#'
#' Draws are made from moments by cluster (Roodman, Nielsen, MacKinnon and Webb 2019), in time that
#' grows with the clusters: effects nested in boot clusters cost nothing, others (as years) a column
#' a level. The same seed gives the same draws with any number of threads. Of a table in a database
#' they are the rows' own: its cells have the moments of each cluster.
#' @param fit A fit of [fe_reg()] by least squares or two-stage least squares.
#' @param parameter Name of a coefficient.
#' @param draws Number of draws.
#' @param type `"rademacher"`, `"webb"`, `"mammen"` or `"normal"`.
#' @param null Value of the coefficient under the hypothesis.
#' @param impose_null Impose the hypothesis on the residuals?
#' @param cluster A one-sided formula of cluster variables, one or more ways; default those of the
#'   fit.
#' @param boot_cluster A one-sided formula of one variable whose clusters share a multiplier;
#'   default the clusters, with several ways the one with fewest.
#' @param level Confidence level.
#' @param seed A whole number. Draws go by the names of boot clusters as they sort, not by the order
#'   of rows: clusters called otherwise are drawn otherwise.
#' @param threads Threads to use at most; default those of the fit. Results do not depend on it.
#' @return An object of class `wild_bootstrap`, a list: `parameter`, `estimate`, `null`, `statistic`
#'   (t of the fit), `p_value`, `interval` (a matrix of `lower` and `upper`, one row a piece;
#'   infinite ends where unbounded), `level`, `draws`, `enumerated`, `undefined` (draws left out),
#'   `t` (the draws' statistics), `clusters`, `boot_cluster`, and the settings. [generics::tidy()]
#'   makes it a row of a table.
#' @section Errors: `ccdpanel_error_parameter`, `_cluster` (none given, one cluster), `_number`,
#'   `_choice`, `_vcov` (other estimators), `_needs_rows` (a table in a database, and no cluster).
#' @references Cameron, A. C., Gelbach, J. B. and Miller, D. L. (2008). Bootstrap-based improvements
#'   for inference with clustered errors. Review of Economics and Statistics 90(3), 414-427.
#'   \doi{10.1162/rest.90.3.414}
#'
#'   Roodman, D., Nielsen, M. O., MacKinnon, J. G. and Webb, M. D. (2019). Fast and wild: Bootstrap
#'   inference in Stata using boottest. Stata Journal 19(1), 4-60. \doi{10.1177/1536867X19830877}
#'
#'   Davidson, R. and MacKinnon, J. G. (2010). Wild bootstrap tests for IV regression. Journal of
#'   Business & Economic Statistics 28(1), 128-144. \doi{10.1198/jbes.2009.07221}
#' @seealso [cov_cr2()] for few clusters without draws.
#' @examples
#' fit <- fe_reg(log(output) ~ log(highways) + unemployment | state + year, state_capital,
#'   vcov = ~state)
#' wild_bootstrap(fit, "unemployment", draws = 999)
#' @export
wild_bootstrap <- function(fit, parameter, draws = 9999, type = "rademacher", null = 0,
                           impose_null = TRUE, cluster = NULL,
                           boot_cluster = NULL, level = 0.95, seed = 1, threads = NULL, ...) {
  check_dots(...)
  check_required("wild_bootstrap")
  call <- rlang::current_env()
  check_bootstrap(fit, parameter, draws, type, null, impose_null, level, seed, call)
  d <- wild_data(fit, parameter, cluster, boot_cluster, call)
  groups <- d$boot$levels
  enumerate <- type == "rademacher" && 2^groups <= draws
  d$draws <- list(type = match(type, wild_types) - 1L, enumerate = enumerate, seed = seed)
  d$count <- if (enumerate) 2^groups else draws
  d$threads <- if (is.null(threads)) fit$spec$threads else thread_count(threads)
  d$impose_null <- impose_null
  d$moments <- bind_wild_moments(
    d$base, d$inst, d$others, d$effects, d$weight, d$boot, d$clusters, d$sign, d$count,
    wild_patience()
  )
  test <- if (d$instrumented) wild_two_stage_test(d) else wild_least_squares_test(d)
  # From here everything is in units of the columns as they were scaled, and about the estimate.
  off <- null / d$unit - d$estimate
  t <- test(off)
  interval <- if (impose_null) wild_inversion(d, test, 1 - level) else wild_quantile(d, t, level)
  structure(list(
    parameter = parameter, estimate = d$estimate * d$unit, null = null,
    statistic = -off / (d$se * sqrt(d$factor)),
    p_value = wild_share(t, -off / d$se), interval = interval * d$unit, level = level,
    draws = d$count,
    enumerated = enumerate,
    undefined = sum(is.na(t)), t = t / sqrt(d$factor), type = type, impose_null = impose_null,
    clusters = d$groups, boot_cluster = stats::setNames(groups, d$boot_name),
    seed = seed, instrumented = d$instrumented
  ), class = "wild_bootstrap")
}

# Passes over the rows that an absorption costs (see wild_moments.hpp).
wild_patience <- function() 25

wild_types <- c("rademacher", "webb", "mammen", "normal")

check_bootstrap <- function(fit, parameter, draws, type, null, impose_null, level, seed, call) {
  if (!inherits(fit, "fe_reg")) {
    abort("type", c(
      "{.arg fit} must be a fit of {.fn fe_reg}, not {found(fit)}.",
      i = "Fit the equation with {.fn fe_reg}."
    ), call)
  }
  check_projected(fit$spec, "Wild bootstrap draws", call)
  check_alone(fit, "Wild bootstrap draws", call)
  slopes <- setdiff(names(fit$coefficients), "(Intercept)")
  if (!rlang::is_string(parameter) || !parameter %in% slopes) {
    abort("parameter", c(
      "{.arg parameter} must be the name of a slope, not {found(parameter)}.",
      i = "The slopes are {.val {slopes}}."
    ), call)
  }
  check_number(draws, "draws", 1, 1e9, call, whole = TRUE)
  check_number(null, "null", call = call)
  check_number(level, "level", 0, 1, call)
  check_number(seed, "seed", 0, 2^53, call, whole = TRUE)
  check_choice(type, wild_types, "type", call)
  check_flag(impose_null, "impose_null", call)
}

# What the draws need: columns with the effects and the other exogenous regressors out, times the
# root of the weights, at about unit size. `base` are the fit's residuals, the regressors and (with
# instruments) an orthonormal basis of the instruments; `inst` is that basis, or the regressor. The
# tested exogenous regressor is its own instrument.
wild_data <- function(fit, parameter, cluster, boot_cluster, call) {
  terms <- c(wild_cluster_terms(fit, cluster, call), wild_boot_terms(boot_cluster, call))
  if (!has_rows(fit) && !length(terms)) {
    abort("needs_rows", c(
      "The fit has no clusters, and draws of a table in a database go by those that its cells sum.",
      i = "Give {.code cluster = ~state}, say, also after a fit with {.code remote = \"rows\"}."
    ), call)
  }
  design <- model_design(fit$spec, call, cells = TRUE, clusters = terms)
  clusters <- wild_clusters(fit, cluster, design, call)
  boot <- wild_boot(boot_cluster, cluster, clusters, fit, design, call)
  parts <- partialled(fit, design, parameter)
  own <- if (!parameter %in% fit$endogenous) parameter
  regressors <- c(fit$endogenous, own)
  x <- parts$columns[, regressors, drop = FALSE]
  z <- if (length(fit$endogenous)) {
    scaled_basis(parts$columns[, c(fit$instruments, own), drop = FALSE])
  } else {
    x
  }
  plan <- meat_plan(list(type = "cluster"), clusters)
  d <- list(
    inst = z, others = parts$others, effects = unname(design$factors), weight = design$weight,
    names = regressors,
    own = regressors %in% own, tested = match(parameter, regressors),
    instrumented = length(fit$endogenous) > 0,
    clusters = plan$clusters, sign = plan$sign, boot = boot$factor, boot_name = boot$name,
    groups = vapply(clusters, `[[`, 0L, "levels"),
    unit = parts$unit[["(y)"]] / parts$unit[[parameter]]
  )
  d <- c(d, wild_estimate(d, parts$response, x, fit, design, clusters, call))
  d$base <- cbind(d$residual, x, if (d$instrumented) z)
  d
}

# Response and columns less effects (or constant) and less the exogenous regressors that are not
# tested, and an orthonormal basis of the latter. `unit` is what each column was divided by.
partialled <- function(fit, design, parameter) {
  x <- columns_within(design, tested = parameter)
  w <- design$weight
  root <- if (length(w)) sqrt(w) else rep(1, nrow(x))
  scaled <- scaled_columns(x * root)
  x <- scaled$x
  exogenous <- setdiff(names(fit$coefficients), c(
    if (design$constant) "(Intercept)", fit$endogenous, parameter
  ))
  others <- scaled_basis(x[, exogenous, drop = FALSE])
  x <- without_basis(x, others)
  if (design$constant) others <- cbind(others, root / sqrt(sum(root^2)))
  list(response = x[, "(y)"], columns = x, others = others, unit = scaled$unit)
}

# Estimate, and standard error without the small-sample factor: the square root of the sum over
# ways, as in the draws.
wild_estimate <- function(d, y, x, fit, design, clusters, call) {
  fitted <- if (d$instrumented) d$inst %*% crossprod(d$inst, x) else x
  b <- scaled_least_squares(fitted, y)
  u <- drop(y - x %*% b)
  influence <- drop(fitted %*% scaled_solve(crossprod(fitted))[, d$tested]) * u
  variance <- sum(mapply(function(cluster, sign) {
    sign * sum(rowsum(influence, cluster$code)^2)
  }, d$clusters, d$sign))
  if (!(variance > 0)) {
    abort("cluster", c(
      paste0(
        "The clustered variance of {.val {d$names[d$tested]}} is not positive: no t statistic ",
        "can be bootstrapped."
      ),
      i = "Cluster in one way only."
    ), call)
  }
  dof <- fit$dof
  least <- min(d$groups)
  factor <- if (fit$spec$ssc == "stata") {
    (dof$n - 1) / (
      dof$n - dof$k - unnested_dof(design$factors, clusters, dof$absorbed)
    ) * least / (least - 1)
  } else {
    1
  }
  list(estimate = b[[d$tested]], residual = u, se = sqrt(variance), factor = factor)
}

wild_cluster_terms <- function(fit, cluster, call) {
  if (is.null(cluster)) return(fit$covariance_spec$clusters)
  parse_clusters(one_sided(cluster, "cluster", call))
}

wild_boot_terms <- function(boot_cluster, call) {
  if (!is.null(boot_cluster)) parse_clusters(one_sided(boot_cluster, "boot_cluster", call))
}

wild_clusters <- function(fit, cluster, design, call) {
  named <- wild_cluster_terms(fit, cluster, call)
  fit <- with_values(fit, list(cluster), call)
  if (is.null(named)) {
    abort("cluster", c(
      "The fit has no clusters, and {.arg cluster} is not given.",
      i = "For instance {.code cluster = ~state}."
    ), call)
  }
  cluster_factors(named, fit$spec, design$sample, call)
}

wild_boot <- function(boot_cluster, cluster, clusters, fit, design, call) {
  fit <- with_values(fit, list(cluster, boot_cluster), call)
  if (is.null(boot_cluster)) {
    fewest <- which.min(vapply(clusters, `[[`, 0L, "levels"))
    named <- wild_cluster_terms(fit, cluster, call)[names(clusters)[fewest]]
    factor <- drawn_factor(clusters[[fewest]], named, fit$spec, design$sample, call)
    return(list(factor = factor, name = names(named)))
  }
  named <- wild_boot_terms(boot_cluster, call)
  if (length(named) != 1) {
    abort("cluster", c(
      "{.arg boot_cluster} must be one variable, not {length(named)}.",
      i = "Combinations are {.code ~a^b}."
    ), call)
  }
  factor <- cluster_factors(named, fit$spec, design$sample, call)[[1]]
  factor <- drawn_factor(factor, named, fit$spec, design$sample, call)
  list(factor = factor, name = names(named))
}

# The share of draws at least as far out as t, as the kernel counts it for least squares.
wild_share <- function(draws, t) mean(abs(draws[!is.na(draws)]) >= abs(t) * (1 - 1e-7))

# A test is a function of how far the hypothesis is off the estimate, that gives the draws' t
# statistics, with another that gives only the share of them beyond t. Least squares: each draw is a
# ratio of two polynomials in the hypothesis.
wild_least_squares_test <- function(d) {
  made <- bind_wild_least_squares(d$moments, d$draws, d$count, d$threads)
  test <- function(r) {
    if (!d$impose_null) r <- 0
    variance <- made[, 3] - 2 * r * made[, 4] + r^2 * made[, 5]
    variance[variance <= 1e-13 * (abs(made[, 3]) + r^2 * abs(made[, 5]))] <- NA
    (made[, 1] - r * made[, 2]) / sqrt(variance)
  }
  structure(test, shares = function(r) bind_wild_shares(made, r, -r / d$se))
}

# Two stages: restricted coefficients, then the endogenous regressors on instruments and restricted
# residuals.
wild_two_stage_test <- function(d) {
  z <- d$inst
  seen <- d$base[, seq_len(ncol(d$base) - ncol(z)), drop = FALSE]
  along <- crossprod(z, seen)
  beyond <- seen - z %*% along
  beyond[, c(FALSE, d$own)] <- 0
  parts <- list(
    along = along, cross = crossprod(beyond),
    direction = restricted_direction(along[, -1, drop = FALSE], d$tested)
  )
  test <- function(r) {
    bind_wild_two_stage(
      d$moments, wild_process(d, parts, if (d$impose_null) r else 0), d$draws, d$count, d$threads
    )
  }
  structure(test, shares = function(r) {
    vapply(r, function(one) wild_share(test(one), -one / d$se), 0)
  })
}

# How all coefficients move when the tested one does, the others being those of two stages: `to` are
# the regressors along the instruments.
restricted_direction <- function(to, tested) {
  out <- numeric(ncol(to))
  out[tested] <- 1
  if (ncol(to) > 1) out[-tested] <- -scaled_least_squares(to[, -tested, drop = FALSE], to[, tested])
  out
}

# The process of draws (see wild_two_stage.hpp) under the hypothesis r off the estimate. The
# endogenous regressors' reduced form is that of a regression on instruments and u(r) = u - r R c,
# by the cross-products of what the instruments leave; r pi c is written out, so that it stays exact
# for any r.
wild_process <- function(d, parts, r) {
  size <- max(1, abs(r))
  c <- parts$direction
  u <- c(1, -r * c) / size                        # u(r) / size on (u, R)
  cross <- drop(parts$cross %*% u)
  left <- sum(u * cross)
  pi <- parts$along[, -1, drop = FALSE] - (parts$along %*% u) %*% t(cross[-1] / left)
  along <- drop(parts$along[, -1, drop = FALSE] %*% c)
  across <- sum(parts$cross[1, -1] * c)
  lag <- r / size * (
    (parts$cross[1, 1] - r * across) / size * along -
      (across - r * sum(c * (parts$cross[-1, -1] %*% c))) / size * parts$along[, 1]
  ) / left
  v <- rbind(0, diag(length(c)), -pi)
  v[, d$own] <- 0
  list(pi = pi, v = v, u = c(1, 0 * c, -lag), lag = lag, tested = d$tested, r = r)
}

# Values with p > alpha, which are not rejected: the ends of their pieces by bisection, between the
# points of a grid around the estimate. Where draws that change nothing are themselves more than
# alpha, no value can be rejected; where they are just alpha, values with a p of just that are.
wild_inversion <- function(d, test, alpha) {
  alpha <- alpha * (1 + 1e-9)  # 1 - 0.9 is less than 0.1
  if (unchanged_share(d) > alpha) return(cbind(lower = -Inf, upper = Inf))
  kept <- function(r) attr(test, "shares")(r) > alpha
  se <- d$se * sqrt(d$factor)
  steps <- if (d$instrumented) {
    c(0.5, 1, 1.5, 2, 2.5, 3, 4, 6, 10, 30, 100, 1e3, 1e6)
  } else {
    c(seq(0.25, 6, 0.25), 2^(3:20))
  }
  precision <- if (d$instrumented) 1e-5 else 1e-10
  grid <- se * c(-rev(steps), 0, steps)
  inside <- kept(grid)
  edge <- function(i) {
    ends <- grid[i:(i + 1)]
    while (diff(ends) > max(precision * se, 1e-14 * max(abs(ends)))) {
      middle <- mean(ends)
      ends[2 - (kept(middle) == inside[i])] <- middle
    }
    mean(ends)
  }
  changes <- which(diff(inside) != 0)
  edges <- d$estimate + vapply(changes, edge, 0)
  enters <- diff(inside)[changes] > 0
  cbind(
    lower = c(if (inside[1]) -Inf, edges[enters]),
    upper = c(edges[!enters], if (inside[length(inside)]) Inf)
  )
}

# Probability of a draw that repeats the sample's own t, whatever the hypothesis: of all multipliers
# equal (least squares: t does not feel their size), or all one (two stages).
unchanged_share <- function(d) {
  points <- switch(wild_types[d$draws$type + 1],
    rademacher = c(0.5, 0.5), webb = rep(1 / 6, 6), mammen = (sqrt(5) + c(1, -1)) / (2 * sqrt(5)),
    normal = 0
  )
  ones <- switch(
    wild_types[d$draws$type + 1], rademacher = 0.5, webb = 1 / 6, mammen =, normal = 0
  )
  sum((if (d$instrumented) ones else points)^d$boot$levels)
}

# Without the null imposed t* does not depend on it: the estimate and a quantile of standard errors
# to each side.
wild_quantile <- function(d, t, level) {
  far <- stats::quantile(abs(t), level, type = 1, names = FALSE, na.rm = TRUE) * d$se
  cbind(lower = d$estimate - far, upper = d$estimate + far)
}

#' @rdname wild_bootstrap
#' @param x A `wild_bootstrap`.
#' @param digits Significant digits to print.
#' @param ... Not used.
#' @export
print.wild_bootstrap <- function(x, digits = usual_digits(), ...) {
  check_print_dots(...)
  check_shown(digits = digits)
  number <- function(v) short_number(v, digits)
  counts <- function(g) joined_by_and(paste0(names(g), " (", g, ")"))
  say(paste0(
    trf("Wild cluster bootstrap of %s", x$parameter),
    if (x$instrumented) tr(" (restricted efficient, two-stage least squares)")
  ))
  say(trf("Clusters: %s; multipliers by %s", counts(x$clusters), counts(x$boot_cluster)))
  draws <- with_commas(x$draws)
  cat(
    if (x$enumerated) {
      trf("%s sign vectors, all there are", draws)
    } else {
      trf("%s draws, %s", draws, x$type)
    },
    tr(if (x$impose_null) "; null imposed" else "; null not imposed"), "\n\n", sep = ""
  )
  cat(trf(
    "Estimate %s, t of %s: %s, p %s", number(x$estimate), format(x$null), number(x$statistic),
    format.pval(x$p_value, digits = 4, eps = 1 / x$draws)
  ), "\n", sep = "")
  cat(trf(
    "%s%% confidence set: %s", format(100 * x$level), wild_set(x$interval, number)
  ), "\n", sep = "")
  if (x$undefined) say(trf("%d draws without a positive variance left out.", x$undefined))
  next_steps("summary(fit, vcov = cov_cr2())", "tidy(x)")
  invisible(x)
}

wild_set <- function(interval, number) {
  if (!nrow(interval)) return(tr("empty"))
  pieces <- paste0(
    ifelse(is.finite(interval[, 1]), "[", "("), number(interval[, 1]), ", ", number(interval[, 2]),
    ifelse(is.finite(interval[, 2]), "]", ")")
  )
  paste0(
    joined_by_and(pieces), if (any(is.infinite(interval))) tr(", unbounded"),
    if (nrow(interval) > 1) tr(", in pieces")
  )
}

#' @rdname wild_bootstrap
#' @export
tidy.wild_bootstrap <- function(x, ...) {
  check_dots(...)
  ends <- if (nrow(x$interval)) range(x$interval) else c(NA_real_, NA_real_)
  data.frame(
    term = x$parameter, estimate = x$estimate, statistic = x$statistic, p.value = x$p_value,
    conf.low = ends[1], conf.high = ends[2],
    stringsAsFactors = FALSE
  )
}
