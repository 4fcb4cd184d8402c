# Beta convergence: growth on the value at its beginning.

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

# Growths that are the only one of their unit or time, in the groups tested: effects explain them
# whole.
say_alone <- function(alone, s) {
  alone <- unlist(alone)
  alone <- alone[alone > 0]
  s$alone <- if (length(alone)) {
    if (is.null(s$by)) alone[[1]] else listed(sprintf("%s %d", names(alone), alone))
  }
  if (length(alone)) {
    inform_plainly("omitted", sprintf(
      "Growths that are alone in their unit or time, which effects explain whole, left out: %s.",
      s$alone
    ))
  }
  s
}

beta_formula <- function(s, with_effects = TRUE) {
  sum_of <- function(names) join_plus(lapply(names, as.name))
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
    # Growths alone in a unit or time are out of the fit: neither rows nor clusters of it.
    kept <- fit$sample$rows %||% seq_len(nrow(rows))
    return(list(
      b = tidy$estimate[at], se = tidy$std.error[at], df = length(unique(rows$unit[kept])) - 1,
      n = length(kept), r2 = unname(glance(fit)$r.squared), alone = nrow(rows) - length(kept)
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
    structure(beta_row(g, fit, mean(mine$span), drawn, s), alone = fit$alone)
  })
  s <- say_alone(stats::setNames(lapply(parts, attr, "alone"), names(rows)), s)
  out <- do.call(rbind, parts)
  if (is.null(s$by)) out$group <- NULL
  s$span <- range(data$span)
  s$growths <- length(unique(data$start))
  s$bias <- nickell(out$estimate[1], s)
  points <- beta_points(data, s)
  s$partial <- attr(points, "partial")
  points$unit <- at$names[points$unit]
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
  out <- data[c("growth", "initial", "unit")]
  kept <- seq_len(nrow(data))
  formula[[2]] <- NULL
  for (name in c("growth", "initial")[partial]) {
    right <- sub("^~ *initial *[+]?", "", deparse1(formula))
    right <- sub("^ *([|].*)?$", "1 \\1", right)
    own <- stats::as.formula(paste(name, "~", right))
    if (s$design == "panel") {
      fit <- suppressMessages(fe_reg(own, data))
      kept <- fit$sample$rows %||% kept
    } else {
      fit <- stats::lm(own, data)
    }
    out[kept, name] <- mean(out[kept, name]) + as.vector(stats::residuals(fit))
  }
  structure(out[kept, ], partial = partial)
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
