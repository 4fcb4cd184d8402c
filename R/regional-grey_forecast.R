#' Grey forecast GM(1,1)
#'
#' Forecasts short series of positive values by Deng's grey model, with the tests that papers print
#' beside it.
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @details For each unit, with the accumulated series \eqn{x^{(1)}_k = \sum_{i \le k} x_i}{X_k =
#'   sum_(i <= k) x_i} and \eqn{z_k = (x^{(1)}_k + x^{(1)}_{k-1})/2}{z_k = (X_k + X_(k-1))/2}, least
#'   squares of \eqn{x_k = -a z_k + b}{x_k = -a z_k + b} gives \eqn{a} (minus the growth rate) and
#'   \eqn{b}; then \eqn{\hat x^{(1)}_{k+1} = (x_1 - b/a) e^{-ak} + b/a}{X_(k+1) = (x_1 - b/a)
#'   exp(-a k) + b/a}, and fitted values and forecasts are its differences. Where \eqn{a = 0} the
#'   series is constant at \eqn{b}.
#'
#'   Class ratios \eqn{x_{k-1}/x_k}{x_(k-1) / x_k} must lie in \eqn{(e^{-2/(n+1)},
#'   e^{2/(n+1)})}{(exp(-2/(n+1)), exp(2/(n+1)))} (Deng; some print \eqn{2/(n + 2)}{2/(n+2)},
#'   `bounds = "n+2"`). A series that fails is refused: its forecast is missing and it is named, or
#'   an error where all fail. `shift` adds a constant to all values before and takes it off after,
#'   the usual way out; `force = TRUE` forecasts all the same.
#'
#'   The model knows no bound: a forecast of C, T or D of a [coupling()] may pass 1, their largest
#'   value. It is given as it comes, counted and named; such a trend does not last as far as that,
#'   so forecast fewer periods, or state that the bound is reached.
#'
#'   Relative errors \eqn{|x_k - \hat x_k|/|x_k|}{|x_k - fit_k| / |x_k|}, of the values before a
#'   `shift`, are averaged over \eqn{k = 2, ..., n}; where one of these is zero the mean is missing.
#'   The posterior ratio \eqn{C = s_e/s_x} compares the standard deviations of the residuals and of
#'   the series (divisor \eqn{n}, the first residual 0 among them), \eqn{P} is the share of
#'   residuals within \eqn{0.6745\, s_x}{0.6745 s_x} of their mean. Grades: 1 (good) \eqn{C \le .35,
#'   P \ge .95}{C <= .35, P >= .95}, 2 (qualified) \eqn{.5, .8}, 3 (barely) \eqn{.65, .7}, 4
#'   (unqualified) beyond; a series has the worse of both. A constant series, which has no
#'   deviations, has no C, P and grade; a refused one has no model, and only its class ratios. Both
#'   are named by a message (`ccdpanel_message_grade`, `_ratio`).
#'
#'   With `boot` the residuals of \eqn{k = 2, ..., n} are drawn anew, the model is fitted again and
#'   the forecast gets a residual: intervals of a future value, as far as the model is right. Of so
#'   few values they are rough. `replays` forecasts each replay of the index; with both, each draw
#'   takes one.
#' @section Conventions and other packages:
#' | | here | elsewhere |
#' |---|---|---|
#' | class ratio | \eqn{e^{\pm 2/(n+1)}} | some papers \eqn{n + 2}: `bounds = "n+2"` |
#' | standard deviations of C | divisor \eqn{n} for both | the same in Deng; ratios with \eqn{n - 1} and \eqn{n} differ in the third decimal |
#' | mean relative error | over \eqn{k \ge 2} | over all, the first being 0 by construction, in some |
#' @inheritParams inequality
#' @param ahead Number of periods to forecast (default 3).
#' @param shift A number of at least 0 that is added before and taken off after (default 0).
#' @param force `TRUE`: forecasts although class ratios are out of range. Default `FALSE`.
#' @param bounds `"n+1"` (default) or `"n+2"`.
#' @param boot Number of bootstrap draws of residuals; 0 (default): none.
#' @return A data frame of class `grey_forecast`, one row a unit and time, observed and forecast:
#'   panel, `observed`, `fitted` (`forecast` says which rows are), and with draws `conf.low`,
#'   `conf.high` of forecasts. `summary()` has a row a unit: `a`, `b`, `growth` (percent a period;
#'   missing with a `shift`, since the values less the shift grow at no one rate; their own is that
#'   of `fitted`), `mape` (mean relative error in percent), the class ratios' range, `C_ratio`,
#'   `P_share` and `grade`.
#' @section Errors: `ccdpanel_error_periods` (fewer than four, or gaps in time),
#'   `ccdpanel_error_ratio` (class ratios of all units out of range), `ccdpanel_error_values` (not
#'   positive), `ccdpanel_error_panel`, `ccdpanel_error_column`, `ccdpanel_error_number`,
#'   `ccdpanel_error_replays`.
#' @references Deng, J. (1989). Introduction to grey system theory. The Journal of Grey System 1(1),
#'   1-24.
#'
#'   Liu, S. and Lin, Y. (2006). Grey Information: Theory and Practical Applications. Springer.
#'   \doi{10.1007/1-84628-342-6}
#' @examples
#' noise <- data.frame(
#'   city = "one", year = 1986:1992, y = c(71.1, 72.4, 72.4, 72.1, 71.4, 72, 71.6)
#' )
#' g <- grey_forecast(noise, "y", panel = c("city", "year"))
#' g
#' summary(g)
#' @export
grey_forecast <- function(x, value = NULL, ahead = 3, panel = NULL, shift = 0, force = FALSE,
                          bounds = "n+1", boot = 0, replays = NULL, level = 0.95, seed = NULL,
                          language = NULL, ...) {
  check_dots(...)
  check_required("grey_forecast")
  call <- rlang::current_env()
  at <- regional_values(x, value, panel, replays, call)
  check_number(ahead, "ahead", min = 1, max = 100, whole = TRUE)
  check_number(shift, "shift", min = 0)
  check_flag(force, "force")
  check_choice(bounds, c("n+1", "n+2"), "bounds")
  language <- regional_language(language, at, call)
  draws <- draw_settings(boot, at$replays, level, seed, 1, call)
  step <- check_grey(at, shift, call)
  fits <- lapply(seq_along(at$units), function(u) {
    y <- at$y[u, !is.na(at$y[u, ])] + shift
    c(grey_fit(y, ahead), list(y = y, ratio = range(y[-length(y)] / y[-1]), n = length(y)))
  })
  limit <- function(f) exp(2 / (f$n + if (bounds == "n+1") 1 else 2))
  good <- vapply(fits, function(f) {
    max(f$ratio) < limit(f) && min(f$ratio) > 1 / limit(f)
  }, NA)
  say_ratios(good, force, fits, at, limit, call)
  s <- c(list(
    panel = at$panel, value = at$value, units = length(at$units), language = language,
    ahead = as.integer(ahead), shift = shift, force = force, bounds = bounds, step = step,
    refused = if (force) character() else at$names[!good], missing = at$missing
  ), draws[names(draws) != "threads"])
  ends <- if (draws$draws) grey_ends(fits, at, s)
  rows <- do.call(rbind, lapply(seq_along(fits), function(u) {
    grey_rows(fits[[u]], at, u, s, good[u] || force, ends[[u]])
  }))
  names(rows)[1:2] <- at$panel
  s$beyond <- say_beyond(rows, at)
  new_regional(rows, "grey_forecast", at, s, units = grey_units(fits, at, s, good))
}

# ---- the model ------------------------------------------------------------------------------

# Least squares of x_k on -z_k and 1, k = 2, ..., n; values of columns of `y` at once.
grey_coefficients <- function(y) {
  y <- as.matrix(y)
  n <- nrow(y)
  sums <- apply(y, 2, cumsum)
  z <- (sums[-1, , drop = FALSE] + sums[-n, , drop = FALSE]) / 2
  x <- y[-1, , drop = FALSE]
  dz <- z - rep(colMeans(z), each = n - 1)
  a <- -colSums(dz * x) / colSums(dz^2)
  list(a = a, b = colMeans(x) + a * colMeans(z))
}

# Fitted values and forecasts: differences of the response, constant where nothing grows.
grey_path <- function(first, a, b, length) {
  k <- seq_len(length - 1)
  # (x_1 - b/a)(e^{-ak} - e^{-a(k-1)}), written so that a near zero loses no digits
  growth <- -expm1(a)
  slope <- ifelse(a == 0, -first * 0 + b, (first * growth) - b * growth / a)
  rest <- vapply(k, function(i) slope * exp(-a * i), numeric(length(a)))
  cbind(first, matrix(rest, length(a)))
}

grey_fit <- function(y, ahead) {
  fit <- grey_coefficients(y)
  path <- grey_path(y[1], fit$a, fit$b, length(y) + ahead)[1, ]
  list(a = unname(fit$a), b = unname(fit$b), path = unname(path))
}

check_grey <- function(at, shift, call) {
  time <- time_index(at$times, call, "Forecasts")
  count <- rowSums(!is.na(at$y))
  few <- at$names[count < 4]
  if (length(few)) {
    abort("periods", c(
      "GM(1,1) needs at least four periods; {.val {few}} {?has/have} fewer.",
      i = "Leave those units out."
    ), call)
  }
  step <- min(diff(time))
  gap <- vapply(seq_along(at$units), function(u) any(diff(time[!is.na(at$y[u, ])]) != step), NA)
  if (any(gap)) {
    abort("periods", c(
      "GM(1,1) needs even steps of time; {.val {at$names[gap]}} {?has/have} gaps.",
      i = "{absent_rows_way} fills them."
    ), call)
  }
  bad <- sum(at$y + shift <= 0, na.rm = TRUE)
  if (bad) {
    abort("values", c(
      "GM(1,1) needs positive values; {.val {at$value}} has {bad} that {?is/are} not.",
      i = "{.arg shift} adds a constant before and takes it off after."
    ), call)
  }
  step
}

# Who fails the class ratio test is named.
say_ratios <- function(good, force, fits, at, limit, call) {
  if (all(good)) return(invisible())
  bad <- at$names[!good]
  range <- range(vapply(fits[!good], `[[`, numeric(2), "ratio"))
  bound <- limit(fits[[which(!good)[1]]])
  what <- sprintf(
    "from %s to %s, outside (%s, %s)", format(range[1], digits = 4), format(range[2], digits = 4),
    format(1 / bound, digits = 4), format(bound, digits = 4)
  )
  if (!any(good) && !force) {
    abort("ratio", c(
      "Class ratios of {cli::qty(length(bad))}{?the unit/all units} are {what}.",
      i = "{.arg shift} brings them nearer to one; {.code force = TRUE} forecasts all the same."
    ), call)
  }
  inform_plainly("ratio", sprintf(
    "Class ratios %s in %s: %s.%s", what, counted(length(bad), "unit"), first_names(bad),
    if (force) " Forecast all the same." else " Refused; force = TRUE forecasts them all the same."
  ))
}

# Forecasts that the value's definition does not allow are given, and named.
say_beyond <- function(rows, at) {
  if (is.null(at$most)) return(NULL)
  beyond <- which(rows$forecast & rows$fitted > at$most)
  if (!length(beyond)) return(NULL)
  units <- at$names[match(unique(rows[[1]][beyond]), at$units)]
  inform_plainly("beyond", sprintf(
    "%s of %s above %s, which it cannot be, in %s: %s. GM(1,1) knows no bound.",
    counted(length(beyond), "forecast"), at$value, at$most, counted(length(units), "unit"),
    first_names(units)
  ))
  list(most = at$most, count = length(beyond), units = units)
}

# ---- results --------------------------------------------------------------------------------

grey_rows <- function(fit, at, u, s, good, ends) {
  here <- which(!is.na(at$y[u, ]))
  later <- grey_times(at$times[here[fit$n]], s)
  observed <- c(at$y[u, here], rep(NA, s$ahead))
  out <- data.frame(
    unit = rep(at$units[u], fit$n + s$ahead), time = c(at$times[here], later), observed = observed,
    fitted = if (good) fit$path - s$shift else NA_real_,
    forecast = rep(c(FALSE, TRUE), c(fit$n, s$ahead))
  )
  if (!s$draws) return(out)
  ends <- if (good) ends else matrix(NA_real_, s$ahead, 2)
  out$conf.low <- c(rep(NA, fit$n), ends[, 1])
  out$conf.high <- c(rep(NA, fit$n), ends[, 2])
  out
}

# Times after the last, of the class that the times have.
grey_times <- function(last, s) {
  later <- time_index(last) + s$step * seq_len(s$ahead)
  # Months, durations and labelled years are numbers with a class.
  if (is.object(last) && typeof(last) %in% c("double", "integer") && !is.factor(last)) {
    attributes(later) <- attributes(last)
    return(later)
  }
  if (is.numeric(last)) later else as.character(later)
}

# Ends of intervals of each unit's forecasts.
grey_ends <- function(fits, at, s) {
  order <- order(at$drawing)
  ends <- with_seed(s$seed, lapply(order, function(u) {
    f <- fits[[u]]
    here <- !is.na(at$y[u, ])
    layer <- if (s$replays) {
      matrix(at$replays[u, here, (seq_len(s$draws) - 1) %% s$replays + 1], f$n) + s$shift
    } else {
      matrix(f$y, f$n, s$draws)
    }
    own <- grey_coefficients(layer)
    path <- t(grey_path(layer[1, ], own$a, own$b, f$n + s$ahead))
    later <- f$n + seq_len(s$ahead)
    if (s$boot) {
      residual <- (layer - path[seq_len(f$n), ])[-1, , drop = FALSE]
      residual <- residual - rep(colMeans(residual), each = f$n - 1)
      drawn <- function(rows) {
        residual[cbind(
          sample.int(f$n - 1, rows * s$draws, TRUE), rep(seq_len(s$draws), each = rows)
        )]
      }
      again <- path[seq_len(f$n), ]
      again[-1, ] <- again[-1, ] + drawn(f$n - 1)
      new <- grey_coefficients(again)
      path <- t(grey_path(again[1, ], new$a, new$b, f$n + s$ahead))
      path[later, ] <- path[later, ] + drawn(s$ahead)
    }
    as.matrix(percentile_ends(path[later, , drop = FALSE] - s$shift, s$level)[c(
      "conf.low", "conf.high"
    )])
  }))
  ends[order(order)]
}

grey_units <- function(fits, at, s, good) {
  rows <- lapply(fits, function(f) {
    residual <- f$y - f$path[seq_len(f$n)]
    sd_n <- function(v) sqrt(mean((v - mean(v))^2))
    C <- sd_n(residual) / sd_n(f$y)
    P <- mean(abs(residual - mean(residual)) < 0.6745 * sd_n(f$y))
    # Of a constant series deviations are rounding.
    if (sd_n(f$y) <= 1e-13 * mean(f$y)) C <- P <- NA
    data.frame(
      # Less the shift, what grows at one rate with it grows at none.
      periods = f$n, a = f$a, b = f$b, growth = if (s$shift > 0) NA_real_ else 100 * expm1(-f$a),
      mape = 100 * mean(abs(residual / (f$y - s$shift))[-1]), ratio_low = f$ratio[1],
      ratio_high = f$ratio[2], C = C, P = P,
      grade = max(findInterval(C, c(.35, .5, .65), left.open = TRUE),
        3L - findInterval(P, c(.7, .8, .95))) + 1L
    )
  })
  out <- cbind(unit = at$units, do.call(rbind, rows), forecast = good | s$force)
  # Constant series have no deviation to compare with, refused ones no model.
  constant <- is.na(out$C)
  out$grade[constant] <- NA
  zero <- is.infinite(out$mape)
  out$mape[zero] <- NA
  out[!out$forecast, c("a", "b", "growth", "mape", "C", "P", "grade")] <- NA
  say_ungraded(at$names[constant & out$forecast], at$names[zero & out$forecast])
  names(out)[1] <- at$panel[1]
  rownames(out) <- NULL
  out
}

# Who has no grade or no relative error, and why.
say_ungraded <- function(constant, zero) {
  if (length(constant)) {
    inform_plainly("grade", sprintf(
      "C, P and the grade are missing where the series is constant, in %s: %s.",
      counted(length(constant), "unit"), first_names(constant)
    ))
  }
  if (length(zero)) {
    inform_plainly("grade", sprintf(
      "The mean relative error is missing where a value is zero, in %s: %s.",
      counted(length(zero), "unit"), first_names(zero)
    ))
  }
}

# ---- methods --------------------------------------------------------------------------------

#' @export
print.grey_forecast <- function(x, n = 10, digits = 4, ...) {
  check_print_dots(...)
  speak_of("regional")
  check_shown(n = n, digits = digits)
  s <- attr(x, "settings", exact = TRUE)
  if (is.null(s)) return(invisible(print(plain_result(x))))
  say(trf(
    "Grey forecast GM(1,1) of %s, %d units (%s), %d ahead", s$value, s$units,
    head_words(s$panel[1]), s$ahead
  ))
  say(grey_convention(s), exdent = 2)
  cat("\n")
  units <- attr(x, "units", exact = TRUE)
  shown <- shown_result(x)
  shown$grade <- units$grade[match(x[[1]], units[[1]])]
  shown <- shown[shown$forecast, setdiff(names(shown), c("observed", "forecast"))]
  names(shown)[names(shown) == "fitted"] <- "forecast"
  number <- plain_doubles(shown) & !names(shown) %in% s$panel
  shown[number] <- lapply(shown[number], signif_decimals, digits)
  print_rows(shown, n, "grade")
  next_steps("summary(x)", "plot(x)", if (!s$draws) "grey_forecast(boot = 999)")
  invisible(x)
}

grey_convention <- function(s) {
  c(
    trf(
      "Class ratio within exp(+-2/(%s)); grade 1 (good) to 4 by C and P.",
      sub("+", " + ", s$bounds, fixed = TRUE)
    ),
    if (s$shift > 0) trf("After adding %s.", format(s$shift)),
    if (length(s$refused)) {
      trf("Refused by the class ratio: %s.", shown_names(shown_units(s$refused)))
    },
    if (!is.null(s$beyond)) {
      trf(
        "Forecasts above %s, which %s cannot be: %d (%s).", format(s$beyond$most), s$value,
        s$beyond$count, shown_names(shown_units(s$beyond$units))
      )
    },
    draws_line(s, "residuals")
  )
}

#' @export
summary.grey_forecast <- function(object, ...) {
  check_dots(...)
  speak_of("regional")
  units <- attr(object, "units", exact = TRUE)
  if (is.null(units)) return(summary(plain_result(object)))
  # By themselves C and P are other things.
  at <- match(c("C", "P"), names(units))
  check_own_names(names(units), c("C_ratio", "P_share"))
  names(units)[at] <- c("C_ratio", "P_share")
  attr(units, "value_labels") <- value_labels(object)
  shift <- attr(object, "settings")$shift
  previewed(
    units, if (shift > 0) list(
      paste(
        "GM(1,1) by unit: a and b of the values and %s; less that they grow at no one rate, and",
        "growth is missing; mape the mean relative error in percent"
      ), format(shift)
    ) else {
      "GM(1,1) by unit: growth in percent a period, mape the mean relative error in percent"
    },
    "save_table(x, \"forecast.docx\")", n = 15, keys = attr(object, "settings")$panel
  )
}
