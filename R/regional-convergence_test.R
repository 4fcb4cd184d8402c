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
    bind_unit_draws(rep(0L, length(at$units)), s$draws, s$seed)[at$drawing, , drop = FALSE]
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
    if (!is.null(s$alone)) trf("Growths alone in their unit or time, left out: %s.", s$alone),
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
