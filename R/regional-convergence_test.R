#' Convergence: does the dispersion fall, do those behind catch up, in which clubs
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @details \strong{Sigma}: dispersion of each period, the standard deviation of logarithms (divisor
#'   \eqn{n - 1}) or the coefficient of variation (divisor \eqn{n}), and its linear trend with a
#'   Newey-West standard error (Bartlett, \eqn{\lfloor 4 (T/100)^{2/9} \rfloor}{floor(4
#'   (T/100)^(2/9))} lags of the smallest step of time, small-sample factor \eqn{T/(T - 2)}{T/(T -
#'   2)}). A falling trend is sigma convergence. The error treats periods as the sample; with `boot`
#'   the interval comes from drawn units.
#'
#'   \strong{Beta}, `design = "cross-section"`: \eqn{\ln(y_{iT}/y_{i0})/\tau = c + b \ln y_{i0} +
#'   \gamma' x_{i0} + e}{ln(y_iT / y_i0)/tau = c + b ln y_i0 + g' x_i0 + e} between each unit's
#'   first and last period, \eqn{\tau} the time between, HC1 standard errors; `"panel"`:
#'   \eqn{\ln(y_{i,t + \tau}/y_{it})/\tau}{ln(y_(i,t+tau) / y_it)/tau} for all \eqn{t} with
#'   \eqn{\tau} the `lag`, with the `effects` by [fe_reg()], clustered by unit. \eqn{b < 0} is
#'   convergence: absolute without controls and unit effects, conditional with either. From \eqn{b
#'   = -(1 - e^{-\beta \tau})/\tau}{b = -(1 - exp(-beta tau))/tau} the speed is \eqn{\beta
#'   = -\ln(1 + b \tau)/\tau}{beta = -ln(1 + b tau)/tau} a period with standard error \eqn{s_b /
#'   (1 + b \tau)}{se(b)/(1 + b tau)} and the half-life \eqn{\ln 2/\beta}{ln 2 / beta}, whose
#'   interval is that of the speed turned over (endless where the speed may be zero). Where \eqn{1 +
#'   b\tau \le 0}{1 + b tau <= 0} units overshoot in one step, and there is no speed. Where units
#'   are observed over different times \eqn{\tau}{tau} is their mean there, which is said.
#'
#'   Unit effects bias \eqn{b} downwards by about \eqn{-(1 + \rho)/(T - 1)}{-(1 + rho)/(T - 1)} a
#'   step (Nickell 1981): the panel looks faster than it is. This is said where \eqn{T}, the
#'   growths of a unit, are fewer than 30, with its size.
#'
#'   \strong{Club}: the log t test of all units and the clubs of Phillips and Sul (2007), by the
#'   package ConvergenceClubs, of logarithms, without its first third of periods. Units join a core
#'   one by one where their \eqn{t} is above \eqn{c^*}{c*}, which is raised from 0 by .1 until the
#'   club as a whole has a \eqn{t} above -1.65 (their step 3); a club that has none is marked.
#'   \eqn{h_{it} = \ln y_{it} / \overline{\ln y_t}}{h_it = ln y_it / mean(ln y_t)} depends on the
#'   unit of \eqn{y}: of an index below 1 all logarithms are negative, and those of 100 times the
#'   index give other clubs. A mean of logarithms below their standard deviation is an error.
#'
#'   A time of a panel that has none `lag` later in the data gives no growth, nor do two times of
#'   which one lacks the value: both are said, counted and printed.
#' @section Conventions and other packages:
#' | | here | elsewhere |
#' |---|---|---|
#' | speed | \eqn{-\ln(1 + b\tau)/\tau} | REAT 3.0.3 divides by the time twice: .0018 for .02 |
#' | dependent variable | growth a period | total growth in some papers: their \eqn{b} is \eqn{\tau} times ours, the speed the same |
#' | clubs | each is tested as a whole, \eqn{c^*}{c*} raised until it passes, and tested once more | ConvergenceClubs 2.2.5 by default tests none: of the logarithms of its data `GDP` 99 of 152 countries are the first club, with \eqn{t} = -16.8; with `cstar_method = "incremental"` it is the core of 40, with the \eqn{t} of another set, -5.1 for 31.6 |
#' | dispersion | of logarithms; `measure = "cv"` | both are printed, and differ |
#' @inheritParams inequality
#' @param type `"beta"` (default), `"sigma"` or `"club"`.
#' @param design Of beta: `"cross-section"` (default) or `"panel"`.
#' @param effects Of a panel: any of `"unit"` and `"time"` (default both), or `"none"`.
#' @param lag Steps of time of a panel's growth (default 1).
#' @param controls Names of columns that enter as they are, at the beginning of each growth; `NULL`
#'   (default): none.
#' @param by Name of a column of groups, each tested by itself after all together
#'   (`"all"`, or `"(all)"` where a group is called so); not for clubs.
#' @param measure Of sigma: `"sd_log"` (default) or `"cv"`.
#' @param boot Number of bootstrap draws of units, whose percentiles are the intervals; 0 (default):
#'   none. Not for clubs.
#' @return A data frame of class `convergence_test`. Sigma: a row a group and period with `units`,
#'   `mean`, `dispersion`; `summary()` has the trends. Beta: a row a group: `n`, `estimate` (b),
#'   `std.error`, `statistic`, `p.value`, `conf.low`, `conf.high`, `speed`, its error and ends,
#'   `half_life` and its ends, `r.squared`. Club: a row a unit: `club` (missing where it diverges);
#'   `summary()` has each club's test.
#' @section Errors: `ccdpanel_error_values` (not positive, constant, no mean of logarithms),
#'   `ccdpanel_error_periods` (too few), `ccdpanel_error_group`, `ccdpanel_error_package`
#'   (ConvergenceClubs is absent),
#'   `ccdpanel_error_column`, `ccdpanel_error_choice`, `ccdpanel_error_number`,
#'   `ccdpanel_error_replays`, `ccdpanel_error_argument` (draws or groups for clubs, what another
#'   `type` or `design` takes).
#' @references Barro, R. J. and Sala-i-Martin, X. (1992). Convergence. Journal of Political Economy
#'   100(2), 223-251. \doi{10.1086/261816}
#'
#'   Nickell, S. (1981). Biases in dynamic models with fixed effects. Econometrica 49(6), 1417-1426.
#'   \doi{10.2307/1911408}
#'
#'   Phillips, P. C. B. and Sul, D. (2007). Transition modeling and econometric convergence tests.
#'   Econometrica 75(6), 1771-1855. \doi{10.1111/j.1468-0262.2007.00811.x}
#' @seealso [inequality()], [transition_matrix()].
#' @examples
#' path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
#' cc <- coupling(composite_index(
#'   state_capital, indicator_sheet(path), panel = c("state", "year"), keep = "region"
#' ))
#' convergence_test(cc, by = "region")
#' summary(convergence_test(cc, type = "sigma"))
#' @export
convergence_test <- function(x, value = NULL, type = "beta", design = "cross-section",
                             effects = c("unit", "time"), lag = 1, controls = NULL, by = NULL,
                             measure = "sd_log", panel = NULL, boot = 0, replays = NULL,
                             level = 0.95, seed = NULL, language = NULL,
                             progress = interactive(), ...) {
  check_dots(...)
  check_required("convergence_test")
  call <- rlang::current_env()
  at <- regional_values(x, value, panel, replays, call)
  check_choice(type, c("beta", "sigma", "club"), "type")
  check_choice(design, c("cross-section", "panel"), "design")
  check_choice(measure, c("sd_log", "cv"), "measure")
  check_effects(effects, call)
  check_number(lag, "lag", min = 1, max = 1e6, whole = TRUE)
  check_flag(progress, "progress")
  at$progress <- progress
  check_idle(c(
    if (type != "beta") c(
      design = !missing(design), effects = !missing(effects), lag = !missing(lag),
      controls = !is.null(controls)
    ) else if (design != "panel") c(effects = !missing(effects), lag = !missing(lag)),
    if (type != "sigma") c(measure = !missing(measure))
  ), type, design, call)
  language <- regional_language(language, at, call)
  draws <- draw_settings(boot, at$replays, level, seed, 1, call)
  check_controls(controls, at, call)
  groups <- if (!is.null(by)) regional_groups(by, at, call)
  check_positive_values(at, type, measure, call)
  say_omitted(at)
  s <- c(list(
    panel = at$panel, value = at$value, type = type, design = design, effects = unique(effects),
    lag = lag, controls = controls, by = by, measure = measure, units = length(at$units),
    periods = length(at$times), language = language, missing = at$missing
  ), draws[names(draws) != "threads"])
  switch(type,
    sigma = sigma_test(at, groups, s, call), beta = beta_test(at, groups, s, call),
    club = club_test(at, groups, s, call)
  )
}

# What another test would take is an error, not ignored.
check_idle <- function(given, type, design, call) {
  idle <- names(given)[given]
  if (!length(idle)) return(invisible())
  what <- if (type == "beta") sprintf("beta convergence of a %s", design) else
    c(sigma = "sigma convergence", club = "clubs")[[type]]
  abort("argument", c(
    "{.arg {idle}} {?is/are} no argument of {what}.", i = "Leave {.arg {idle}} out."
  ), call)
}

check_effects <- function(effects, call) {
  check_choices(effects, c("unit", "time", "none"), "effects", call)
  if (!"none" %in% effects || length(unique(effects)) == 1) return(invisible())
  abort("choice", c(
    "{.arg effects} must be {.val none} alone, or without it; it is {.val {effects}}.",
    i = "Leave out what is not meant."
  ), call)
}

check_controls <- function(controls, at, call) {
  if (is.null(controls)) return(invisible())
  check_columns(controls, at$data, "controls", call)
  for (name in controls) {
    x <- at$data[[name]]
    bad <- if (is.numeric(x)) sum(is.infinite(x)) else 0
    if (bad) {
      abort("values", c(
        "Controls must be finite; {.val {name}} has {bad} value{?s} that {?is/are} not.",
        i = "Set them to {.code NA}, which is left out and counted."
      ), call)
    }
  }
}

check_positive_values <- function(at, type, measure, call) {
  bad <- sum(at$y <= 0, na.rm = TRUE)
  if (!bad || (type == "sigma" && measure == "cv")) return(invisible())
  abort("values", c(
    "Logarithms need positive values; {.val {at$value}} has {bad} that {?is/are} not.",
    i = if (type == "sigma") "{.code measure = \"cv\"} needs no logarithms." else
      "Look at a value that is positive by its nature."
  ), call)
}

# All units, then each group: rows of the matrix that belong. A group may be called "all" itself:
# then all units are "(all)".
tested_groups <- function(at, groups, call) {
  all <- list(rep(TRUE, length(at$units)))
  names(all) <- total_name(groups$names)
  if (is.null(groups)) return(all)
  if (!groups$fixed) {
    abort("group", c(
      "Groups of a test of convergence must not change over time.",
      i = "Take each unit's first group."
    ), call)
  }
  own <- unit_groups(groups$code) + 1L
  c(all, stats::setNames(lapply(seq_along(groups$names), function(g) own == g), groups$names))
}

total_name <- function(groups) {
  name <- "all"
  while (name %in% groups) name <- paste0("(", name, ")")
  name
}

# The value matrix and the counts of units of each draw.
each_draw <- function(at, s, fun) {
  counts <- if (s$boot) {
    bind_unit_draws(rep(0L, length(at$units)), s$draws, s$seed)
  } else {
    matrix(1, length(at$units), s$draws)
  }
  bar <- progress_bar(at$progress, "Draws", s$draws)
  on.exit(bar$done())
  out <- lapply(seq_len(s$draws), function(b) {
    y <- if (s$replays) at$replays[, , (b - 1) %% s$replays + 1] else at$y
    bar$update(b)
    fun(matrix(y, nrow(at$y)), counts[, b])
  })
  do.call(cbind, out)
}

# ---- sigma ----------------------------------------------------------------------------------

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

# ---- beta -----------------------------------------------------------------------------------

# Growth a period and what it starts from; one row a unit, or a unit and time.
growth_rows <- function(y, at, s) {
  time <- as.double(time_index(at$times, rlang::caller_env(3), "Tests of convergence"))
  y <- log(pmax(y, 0))
  if (s$design == "panel") {
    to <- match(time + s$lag, time)
    from <- which(!is.na(to))
    unit <- rep(seq_len(nrow(y)), length(from))
    start <- rep(from, each = nrow(y))
    end <- to[start]
  } else {
    unit <- seq_len(nrow(y))
    here <- !is.na(y)
    start <- max.col(here, "first")
    end <- max.col(here, "last")
  }
  span <- time[end] - time[start]
  first <- y[cbind(unit, start)]
  out <- data.frame(
    unit = unit, start = start, span = span, growth = (y[cbind(unit, end)] - first) / span,
    initial = first
  )
  row <- at$row[cbind(unit, start)]
  for (name in s$controls) out[[paste0("control_", name)]] <- at$data[[name]][row]
  growth <- span > 0 & is.finite(out$growth) & is.finite(out$initial)
  used <- growth & stats::complete.cases(out)
  # What is left out: growths without a control, units without two times, of a panel times within
  # that have none `lag` later, and growths that lack one of both values.
  panel <- s$design == "panel"
  structure(
    out[used, ], lost = sum(growth & !used), lone = setdiff(unit, unit[growth]),
    ends = if (panel) at$times[is.na(to) & time + s$lag < max(time)],
    gaps = if (panel) sum(xor(is.na(first), is.na(y[cbind(unit, end)]))) else 0L
  )
}

# Growths that are left out are said once, and kept.
say_lost_growths <- function(rows, at, s) {
  lost <- attr(rows, "lost")
  lone <- at$names[attr(rows, "lone")]
  if (lost) {
    inform_plainly("omitted", sprintf(
      "Controls are missing at the beginning of %s of %d, which %s left out.",
      counted(lost, "growth"), nrow(rows) + lost, if (lost == 1) "is" else "are"
    ))
  }
  if (length(lone)) {
    inform_plainly("omitted", sprintf(
      "%s without values at two times, from which growth is, left out: %s.",
      counted(length(lone), "unit"), first_names(lone)
    ))
  }
  s <- say_growth_gaps(rows, s)
  s[c("lost", "lone")] <- list(lost, lone)
  s
}

say_growth_gaps <- function(rows, s) {
  s$ends <- attr(rows, "ends")
  s$gaps <- attr(rows, "gaps")
  if (length(s$ends)) {
    inform_plainly("omitted", sprintf(
      "No growth from %s: the time %s later is not in the data.", first_names(format_key(s$ends)),
      format(s$lag)
    ))
  }
  if (s$gaps) {
    inform_plainly("omitted", sprintf(
      "%s with one of both values missing, which %s left out.", counted(s$gaps, "growth"),
      if (s$gaps == 1) "is" else "are"
    ))
  }
  s
}

beta_formula <- function(s, with_effects = TRUE) {
  sum_of <- function(names) Reduce(function(a, b) call("+", a, b), lapply(names, as.name))
  right <- sum_of(c("initial", if (length(s$controls)) paste0("control_", s$controls)))
  effects <- intersect(c("unit", "time"), s$effects)
  if (with_effects && s$design == "panel" && length(effects)) {
    right <- call("|", right, sum_of(c(unit = "unit", time = "start")[effects]))
  }
  stats::as.formula(call("~", quote(growth), right))
}

# Controls that intercept, effects, the initial value or those before them give: an error, since
# nobody asked for a regression without them.
check_collinear_controls <- function(rows, s, call) {
  if (!length(s$controls)) return(invisible())
  design <- stats::model.matrix(beta_formula(s, FALSE), rows)
  if (s$design == "panel") {
    effects <- setdiff(s$effects, "none")
    codes <- rows[c(unit = "unit", time = "start")[effects]]
    if (length(effects)) design[] <- apply(design, 2, within_effects, codes = codes)
  }
  term <- attr(design, "assign")
  size <- sqrt(colSums(stats::model.matrix(beta_formula(s, FALSE), rows)^2))
  # What is left of a column by the effects is rounding, and must not look like a column.
  gone <- sqrt(colSums(design^2)) <= 1e-9 * size
  at <- qr(design[, !gone, drop = FALSE], tol = 1e-9)
  kept <- which(!gone)[at$pivot[seq_len(at$rank)]]
  lost <- setdiff(unique(term[-1]), c(term[kept]))
  if (!length(lost)) return(invisible())
  if (1 %in% lost) abort_collinear(call)
  name <- s$controls[lost - 1]
  abort("values", c(
    paste0(
      "{.arg controls} {.val {name}} {?is/are} constant, or given by effects, the initial value ",
      "or the other controls."
    ),
    i = "Leave such controls out, or take other {.arg effects}."
  ), call)
}

# Less the means of one set of codes, or of two in turn.
within_effects <- function(x, codes) {
  size <- sqrt(sum(x^2))
  for (i in 1:1000) {
    before <- x
    for (code in codes) x <- x - stats::ave(x, code)
    if (length(codes) == 1 || sqrt(sum((x - before)^2)) <= 1e-12 * size) break
  }
  x
}

# The coefficient, its error and degrees of freedom.
beta_fit <- function(rows, s, call) {
  check_collinear_controls(rows, s, call)
  if (s$design == "panel") {
    fit <- suppressMessages(fe_reg(beta_formula(s), rows, vcov = ~unit))
    tidy <- tidy(fit)
    at <- match("initial", tidy$term)
    if (is.na(at)) abort_collinear(call)
    return(list(
      b = tidy$estimate[at], se = tidy$std.error[at], df = length(unique(rows$unit)) - 1,
      n = nrow(rows), r2 = unname(glance(fit)$r.squared)
    ))
  }
  # Rounding is no growth to explain.
  if (max(abs(rows$growth - mean(rows$growth))) <= 1e-12 * max(abs(rows$growth), 1e-12)) {
    warn("fit", c(
      "All units grow at the same rate: b is 0, and has no error to be tested by.",
      i = "Is {.arg value} what was meant?"
    ), call)
    return(list(b = 0, se = NA_real_, df = nrow(rows) - 2, n = nrow(rows), r2 = NA_real_))
  }
  fit <- stats::lm(beta_formula(s), rows)
  if (is.na(stats::coef(fit)["initial"]) || fit$df.residual < 1) abort_collinear(call)
  x <- stats::model.matrix(fit)
  bread <- solve(crossprod(x))
  v <- bread %*% crossprod(x * stats::residuals(fit)) %*% bread * nrow(x) / fit$df.residual
  list(
    b = stats::coef(fit)[["initial"]], se = sqrt(v["initial", "initial"]), df = fit$df.residual,
    n = nrow(x), r2 = 1 - sum(stats::residuals(fit)^2) / deviance_of_mean(fit)
  )
}

# summary() would warn of a perfect fit, which converging at one speed is.
deviance_of_mean <- function(fit) {
  y <- stats::model.response(stats::model.frame(fit))
  sum((y - mean(y))^2)
}

# The coefficient alone, of drawn units.
beta_draw <- function(rows, counts, s) {
  rows$count <- counts[rows$unit]
  rows <- rows[rows$count > 0, ]
  value <- tryCatch(
    if (s$design == "panel") {
      fit <- suppressMessages(fe_reg(beta_formula(s), rows, weights = ~count))
      stats::coef(fit)[["initial"]]
    } else {
      x <- stats::model.matrix(beta_formula(s), rows)
      stats::lm.wfit(x, rows$growth, rows$count)$coefficients[["initial"]]
    },
    error = function(e) NA_real_
  )
  value
}

abort_collinear <- function(call) {
  abort("values", c(
    "The initial value cannot be told from effects and controls, or too few units are left.",
    i = "Take fewer controls, or other {.arg effects}."
  ), call)
}

beta_test <- function(at, groups, s, call) {
  if (length(at$times) < 2) abort_periods("Growth", 2, at, call)
  data <- growth_rows(at$y, at, s)
  if (nrow(data) < 3) {
    abort("periods", c(
      "Growth needs values at two times, of three units at least; {nrow(data)} {?has/have} them.",
      i = "Is {.arg lag} that of the times?"
    ), call)
  }
  s <- say_lost_growths(data, at, s)
  rows <- tested_groups(at, groups, call)
  parts <- lapply(names(rows), function(g) {
    mine <- data[rows[[g]][data$unit], ]
    check_growths(g, mine, call)
    fit <- beta_fit(mine, s, call)
    drawn <- if (s$draws) {
      each_draw(at, s, function(y, counts) {
        other <- if (s$replays) growth_rows(y, at, s) else data
        beta_draw(other[rows[[g]][other$unit], ], counts, s)
      })
    }
    beta_row(g, fit, mean(mine$span), drawn, s)
  })
  out <- do.call(rbind, parts)
  if (is.null(s$by)) out$group <- NULL
  s$span <- range(data$span)
  s$growths <- length(unique(data$start))
  s$bias <- nickell(out$estimate[1], s)
  points <- beta_points(data, s)
  s$partial <- attr(points, "partial")
  points$unit <- at$names[data$unit]
  new_regional(out, "convergence_test", at, s, points = points)
}

# A line through two units has no error.
check_growths <- function(g, rows, call) {
  units <- length(unique(rows$unit))
  if (units < 3) {
    abort("group", c(
      paste0(
        "The growth of a group needs three units at least, with values at two times; ",
        "{.val {g}} has {units}."
      ),
      i = "Join it to another."
    ), call)
  }
  if (diff(range(rows$initial)) == 0) abort_collinear(call)
}

# Growth and initial values, less what effects and controls explain of either, about their means.
beta_points <- function(data, s) {
  formula <- beta_formula(s)
  partial <- length(s$controls) > 0 || length(formula[[3]]) > 2 && formula[[3]][[1]] == "|"
  out <- data[c("growth", "initial")]
  formula[[2]] <- NULL
  for (name in names(out)[partial]) {
    right <- sub("^~ *initial *[+]?", "", deparse1(formula))
    right <- sub("^ *([|].*)?$", "1 \\1", right)
    own <- stats::as.formula(paste(name, "~", right))
    left <- if (s$design == "panel") {
      stats::residuals(suppressMessages(fe_reg(own, data)))
    } else {
      stats::residuals(stats::lm(own, data))
    }
    out[[name]] <- mean(out[[name]]) + as.vector(left)
  }
  structure(out, partial = partial)
}

beta_row <- function(g, fit, span, drawn, s) {
  half <- stats::qt((1 + s$level) / 2, fit$df) * fit$se
  ends <- fit$b + c(-half, half)
  keep <- 1 + fit$b * span
  speed <- if (keep > 0) -log(keep) / span else NA_real_
  se <- fit$se / abs(keep)
  speed_ends <- speed + c(-1, 1) * stats::qt((1 + s$level) / 2, fit$df) * se
  if (!is.null(drawn)) {
    ends <- unlist(percentile_ends(drawn, s$level)[2:3])
    speed_of <- function(b) ifelse(1 + b * span > 0, -log(pmax(1 + b * span, 0)) / span, Inf)
    speed_ends <- rev(speed_of(ends))
  }
  half_life <- function(v) ifelse(is.na(v), NA, ifelse(v > 0, log(2) / v, Inf))
  data.frame(
    group = g, n = fit$n, estimate = fit$b, std.error = fit$se, statistic = fit$b / fit$se,
    p.value = 2 * stats::pt(-abs(fit$b / fit$se), fit$df), conf.low = ends[1], conf.high = ends[2],
    speed = speed, speed.error = if (is.na(speed)) NA_real_ else se, speed.low = speed_ends[1],
    speed.high = speed_ends[2], half_life = half_life(speed),
    half_life.low = half_life(speed_ends[2]), half_life.high = half_life(speed_ends[1]),
    r.squared = fit$r2, row.names = NULL
  )
}

# The approximate bias of b that unit effects make in a short panel, NULL elsewhere: with T growths
# that of rho, of a stationary series, is -(1 + rho)/(T - 1).
nickell <- function(b, s) {
  if (s$design != "panel" || !"unit" %in% s$effects || "none" %in% s$effects || s$growths >= 30) {
    return(NULL)
  }
  rho <- 1 + b * s$lag
  -(1 + rho) / max(s$growths - 1, 1) / s$lag
}

# ---- clubs ----------------------------------------------------------------------------------

club_test <- function(at, groups, s, call) {
  if (!is.null(groups) || s$draws) {
    abort("argument", c(
      "Clubs find their own groups, and take neither {.arg by} nor draws.", i = "Leave them out."
    ), call)
  }
  if (!requireNamespace("ConvergenceClubs", quietly = TRUE)) {
    abort("package", c(
      "Clubs need the package {.pkg ConvergenceClubs}, which is not installed.",
      i = "{.code install.packages(\"ConvergenceClubs\")} installs it."
    ), call)
  }
  check_even_times(at, call)
  whole <- rowSums(is.na(at$y)) == 0
  if (length(at$times) < 6) abort_periods("The log t test", 6, at, call)
  if (sum(whole) < 3) {
    abort("values", c(
      "Clubs need at least three units with a value in every period; {sum(whole)} {?has/have}.",
      i = "{.fn impute_gaps} fills gaps."
    ), call)
  }
  if (diff(range(at$y[whole, ])) == 0) {
    abort("values", c(
      "All values are equal: everyone is in one club.", i = "Name another {.arg value}."
    ), call)
  }
  check_log_means(at$y[whole, ], at, s$value, call)
  if (any(!whole)) {
    inform_plainly("omitted", sprintf(
      "Units without a value in some period are left out: %s.",
      first_names(at$names[!whole])
    ))
  }
  names <- at$names[whole]
  X <- data.frame(unit = names, log(at$y[whole, , drop = FALSE]))
  last <- ncol(X)
  # Not "fixed", the package's default: it never tests the club it returns.
  found <- ConvergenceClubs::findClubs(
    X, dataCols = 2:last, unit_names = 1, refCol = last, time_trim = 1 / 3, HACmethod = "FQSB",
    cstar_method = "incremental"
  )
  found <- found[grepl("^club[0-9]+$", names(found))]
  # A club that falls back to its core still has the test of the larger club that failed.
  clubs <- lapply(found, function(club) {
    list(id = club$id, model = log_t(X[club$id, -1]))
  })
  club_result(clubs, log_t(X[, -1]), at, whole, s)
}

# h is a logarithm over the period's mean of them: where that is near zero beside their spread, the
# unit of the value decides.
check_log_means <- function(y, at, value, call) {
  y <- log(y)
  small <- which(abs(colMeans(y)) < apply(y, 2, stats::sd))
  if (!length(small)) return(invisible())
  first <- small[1]
  abort("values", c(
    "The log t test divides logarithms by their mean, and those of {.field {value}} have none.",
    x = paste0(
      "In {format_key(at$times[first])} the mean is {format(mean(y[, first]), digits = 2)} beside ",
      "a standard deviation of {format(stats::sd(y[, first]), digits = 2)}: ",
      "the unit of the value would decide."
    ),
    i = "Give the value in a unit in which all are well above 1, such as 100 times an index."
  ), call)
}

# The log t test counts periods: one that is absent would be taken as none.
check_even_times <- function(at, call) {
  time <- if (is.numeric(at$times)) at$times
  gap <- which(diff(time) > min(diff(time), Inf) * (1 + 1e-9))
  if (!length(gap)) return(invisible())
  from <- format_key(time[gap[1]])
  to <- format_key(time[gap[1] + 1])
  abort("periods", c(
    "The log t test needs even steps of time; none is between {from} and {to}.",
    i = "{.fn impute_gaps} fills gaps of rows; or take the times after the gap."
  ), call)
}

log_t <- function(y) {
  ConvergenceClubs::estimateMod(
    ConvergenceClubs::computeH(y, quantity = "H"), time_trim = 1 / 3, HACmethod = "FQSB"
  )
}

club_result <- function(clubs, global, at, whole, s) {
  code <- rep(NA_integer_, sum(whole))
  for (i in seq_along(clubs)) code[clubs[[i]]$id] <- i
  if (!length(clubs) && global[["tvalue"]] > -1.65) code[] <- 1L
  row <- function(name, units, m) {
    data.frame(
      club = name, units = units, estimate = m[["beta"]], std.error = m[["std.err"]],
      statistic = m[["tvalue"]], converges = m[["tvalue"]] > -1.65
    )
  }
  tests <- do.call(rbind, c(
    list(row("all", sum(whole), global)),
    lapply(seq_along(clubs), function(i) row(as.character(i), length(clubs[[i]]$id),
      clubs[[i]]$model))
  ))
  last <- at$y[whole, ncol(at$y)]
  out <- data.frame(unit = at$units[whole], club = code, last = last)
  out <- out[order(out$club, -out$last), ]
  rownames(out) <- NULL
  names(out)[1] <- at$panel[1]
  y <- at$y[whole, , drop = FALSE]
  points <- data.frame(
    unit = rep(at$names[whole], ncol(y)), club = rep(code, ncol(y)),
    time = rep(at$times, each = nrow(y)), relative = as.vector(y / rep(colMeans(y), each = nrow(y)))
  )
  new_regional(out, "convergence_test", at, s, trend = tests, points = points)
}

# ---- methods --------------------------------------------------------------------------------

#' @export
print.convergence_test <- function(x, n = 20, digits = 4, ...) {
  check_print_dots(...)
  speak_of("convergence")
  check_shown(n = n, digits = digits)
  s <- attr(x, "settings", exact = TRUE)
  if (is.null(s)) return(invisible(print(plain_result(x))))
  kind <- tr(c(
    sigma = "Sigma convergence of %s, %d units (%s), %d periods (%s)",
    beta = "Beta convergence of %s, %d units (%s), %d periods (%s)",
    club = "Convergence clubs of %s, %d units (%s), %d periods (%s)"
  )[[s$type]])
  say(sprintf(
    kind, s$value, s$units, head_words(s$panel[1]), s$periods, head_words(s$panel[2])
  ))
  say(convergence_convention(s), exdent = 2)
  cat("\n")
  print_rows(convergence_shown(shown_result(x), digits, s), n, c(
    "r.squared", "half_life.high", "half_life.low", "speed.error", "conf.high", "conf.low", "mean"
  ))
  trend <- attr(x, "trend", exact = TRUE)
  if (!is.null(trend)) {
    cat("\n")
    say(tr(if (s$type == "sigma") "Trend a period" else "Log t tests (above -1.65: converging)"))
    print_rows(convergence_shown(trend, digits, s), n, "lags")
  }
  next_steps(
    "plot(x)",
    if (s$type == "beta" && s$design == "cross-section") "convergence_test(design = \"panel\")",
    if (s$type != "sigma") "convergence_test(type = \"sigma\")"
  )
  invisible(x)
}

convergence_shown <- function(data, digits, s) {
  p <- intersect("p.value", names(data))
  number <- plain_doubles(data) & !names(data) %in% c(p, s$panel)
  data[number] <- lapply(data[number], signif_decimals, digits)
  data[p] <- lapply(data[p], p_text)
  data
}

convergence_convention <- function(s) {
  if (s$type == "sigma") {
    measure <- tr(c(
      sd_log = "standard deviation of logarithms", cv = "coefficient of variation (divisor n)"
    )[[s$measure]])
    return(c(trf("Dispersion: %s; trend with Newey-West errors.", measure), draws_line(s)))
  }
  if (s$type == "club") {
    return(c(
      tr("Phillips and Sul's log t test of logarithms, the first third of periods left out."),
      tr("Logarithms are taken over their mean: in another unit of the value clubs may differ.")
    ))
  }
  c(
    tr("Growth a period on the logarithm at its beginning."), beta_design_line(s),
    if (length(s$controls)) trf("Controls: %s.", listed(s$controls)),
    if (length(s$ends)) trf(
      "No growth from %s: the time %s later is not in the data.",
      shown_names(format_key(s$ends)), format(s$lag)
    ),
    if (s$gaps) trf("Pairs of times with one value missing, left out: %d.", s$gaps),
    if (!is.null(s$bias)) trf(
      "Unit effects over %d growths bias b by about %s (Nickell): the speed is overstated.",
      s$growths, format(s$bias, digits = 2)
    ),
    if (diff(s$span) > 0) trf(
      "Between %s and %s periods of growth: the speed takes their mean.",
      format(s$span[1]), format(s$span[2])
    ),
    draws_line(s)
  )
}

beta_design_line <- function(s) {
  if (s$design != "panel") return(tr("From first to last, HC1 errors."))
  effects <- if ("none" %in% s$effects) "none" else s$effects
  trf(
    "Panel; effects: %s; errors clustered by unit.",
    listed(tr(c(none = "none", unit = "units", time = "times")[effects]))
  )
}

#' @export
summary.convergence_test <- function(object, ...) {
  check_dots(...)
  speak_of("convergence")
  s <- attr(object, "settings", exact = TRUE)
  if (is.null(s)) return(summary(plain_result(object)))
  trend <- attr(object, "trend", exact = TRUE)
  title <- c(
    sigma = "Trend of dispersion a period", beta = "Speed of convergence and half-life",
    club = "Log t tests of the clubs"
  )[[s$type]]
  keep <- c(
    "group", "n", "estimate", "p.value", "speed", "speed.low", "speed.high", "half_life",
    "half_life.low", "half_life.high"
  )
  data <- plain_result(object)
  previewed(trend %||% data[intersect(keep, names(data))], title, "plot() of the test")
}
