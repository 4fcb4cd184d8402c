#' Selection on unobservables: Oster's bounds and delta
#'
#' How much must what is not observed matter, compared with the controls, for an effect to be zero,
#' and what is the effect if both matter alike: from how the coefficient and R2 move when controls
#' come in (Oster 2019).
#'
#' @param fit A least-squares fit of [fe_reg()] with all controls.
#' @param term Name of the coefficient; `NULL` (default): the first.
#' @param short A one-sided formula of the terms that the model without controls keeps, `~ size`;
#'   absorbed effects are always kept. `NULL` (default): no other.
#' @param r2max R2 of the model with all that is not observed; `NULL` (default): 1.3 times that of
#'   `fit`, at most 1.
#' @param r2 The R2 that `r2max` and the print are of: `"within"` the absorbed effects (default), or
#'   `"overall"`. Without effects they are one.
#' @param delta How much selection on unobservables there is, relative to that on the controls
#'   (default 1).
#' @param beta The effect that `delta` is asked for (default 0).
#' @param boot Number of bootstrap samples (default 0, none), of whole clusters.
#' @param cluster,level,seed,progress As of [mediation_test()]: what is drawn, the level of the
#'   percentile intervals, the draws' number, and a bar.
#' @param x A result of `oster_bounds()`.
#' @param digits Significant digits printed.
#' @param row.names,optional,... Not used.
#' @return An object of class `oster_bounds`, a list: `models`, a data frame of `model` (`short`,
#'   `full`), `estimate`, `std.error`, `r2`; `effect`, the effect at the `delta` asked for; `delta`,
#'   at which the effect is `beta`; `set`, the two ends of what lies between the estimate and
#'   `effect`; `roots`, a data frame of all real solutions for the effect, with `same_sign`
#'   (Oster's third assumption holds) and `chosen`; `intervals` and `replicates` of the bootstrap
#'   (`effect`, `delta`); `settings`. `tidy()` gives one row, `as.data.frame()` the models,
#'   `plot()` and `ggplot2::autoplot()` the effect by delta.
#' @section Formula: With the estimates \eqn{\dot\beta}{b0} and \eqn{\tilde\beta}{b1} of the short
#'   and the full model and their R2 \eqn{\dot R}{R0} and \eqn{\tilde R}{R1}, the variances
#'   \eqn{\sigma_y^2}{sy2} and \eqn{\sigma_x^2}{sx2} of what the terms of both models leave of y and
#'   x, and \eqn{\tau}{tau} of what the controls leave of x too, the effect is \eqn{\beta^* =
#'   \tilde\beta - u}{b* = b1 - u} with \deqn{u [(\tilde R - \dot R)\sigma_y^2 \tau + a^2 \sigma_x^2
#'   \tau - \delta r (\sigma_x^2 - \tau)] + u^2 (2 - \delta) \tau a \sigma_x^2 + u^3 (1 - \delta)
#'   (\tau\sigma_x^2 - \tau^2) = \delta r a \sigma_x^2}{u [(R1 - R0) sy2 tau + a^2 sx2 tau - delta r
#'   (sx2 - tau)] + u^2 (2 - delta) tau a sx2 + u^3 (1 - delta) (tau sx2 - tau^2) = delta r a sx2},
#'   \eqn{a = \dot\beta - \tilde\beta}{a = b0 - b1}, \eqn{r = (R_{max} - \tilde R)\sigma_y^2}{r =
#'   (Rmax - R1) sy2}; `delta` solves it for a given effect. Of several real solutions the one
#'   nearest to the estimate counts among those for which the controls' index keeps the sign of its
#'   covariance with x (her third assumption), and all are in `roots`. Terms of both models are
#'   taken out of y, x and the controls first (her section 3.3), so that absorbed effects and
#'   `short` are none of the controls; weights count in every moment.
#' @section Reading it: Bounds between the estimate and the effect at delta 1 that leave out zero,
#'   and a delta above 1, are read as robust. The R2 of a panel within units is far below the
#'   overall one, and 1.3 times it leaves less room: say which. A delta of an effect of zero does
#'   not say that smaller ones leave the sign: the curve of `plot()` can cross zero by a pole, and a
#'   negative delta is selection of the other direction.
#' @section Coming from Stata: `psacalc delta x, mcontrol(size) rmax(.9)` after `regress` is
#'   `oster_bounds(fit, "x", ~size, .9)`, `psacalc beta x` its `effect`. After `xtreg, fe` R2 is
#'   that within (`r2 = "within"`), after `areg` the overall one.
#' @references Oster, E. (2019). Unobservable selection and coefficient stability: theory and
#'   evidence. Journal of Business and Economic Statistics 37(2), 187-204.
#'   \doi{10.1080/07350015.2016.1227711}
#' @section Errors: `ccdpanel_error_fit` (instruments, or no controls that come in),
#'   `ccdpanel_error_needs_rows`, `ccdpanel_error_term`, `ccdpanel_error_short` (not a term of the
#'   fit, or the one asked for), `ccdpanel_error_r2max`, `ccdpanel_error_choice`,
#'   `ccdpanel_error_number`, `ccdpanel_error_formula`, `ccdpanel_error_cluster`,
#'   `ccdpanel_error_argument` (what only the bootstrap reads, with `boot = 0`). Message
#'   `ccdpanel_message_terms_beside`.
#' @seealso [add_controls()] for the coefficient as controls come in, [robustness()].
#' @examples
#' fit <- fe_reg(
#'   log(output) ~ log(highways) + log(private_capital) + unemployment | state + year,
#'   state_capital, panel = c("state", "year"), vcov = ~state
#' )
#' oster_bounds(fit)
#' oster_bounds(fit, short = ~unemployment, r2max = 0.95)
#' @order 1
#' @export
oster_bounds <- function(fit, term = NULL, short = NULL, r2max = NULL, r2 = "within", delta = 1,
                         beta = 0, boot = 0, cluster = NULL, level = 0.95, seed = NULL,
                         progress = interactive(), ...) {
  check_dots(...)
  check_required("oster_bounds")
  call <- rlang::current_env()
  check_least_squares(fit, call, "Bounds are of a least-squares estimate.")
  check_has_rows(fit, "oster_bounds()", call)
  term <- check_term(fit, term, call)
  check_choice(r2, c("within", "overall"), "r2", call)
  check_number(delta, "delta", call = call)
  check_number(beta, "beta", call = call)
  check_number(boot, "boot", min = 0, max = 1e6, whole = TRUE, call = call)
  check_number(level, "level", min = 0.5, max = 0.9999, call = call)
  check_flag(progress, "progress")
  if (boot == 0) {
    check_unread(c(
      cluster = !is.null(cluster), level = !missing(level), seed = !is.null(seed),
      progress = !missing(progress)
    ), "boot > 0", call)
  }
  fit <- with_values(fit, list(evaluated_argument(cluster, "cluster", call)), call)
  design <- model_design(fit$spec, call)
  pair <- oster_pair(fit, design, term, short, call)
  beside <- say_terms_beside(fit, term, TRUE, call)
  m <- oster_moments(fit, design, pair, r2, call)
  top <- oster_r2max(r2max, m, call)
  asked <- list(delta = delta, beta = beta)
  roots <- oster_roots(m, top, delta)
  effect <- roots$estimate[roots$chosen]
  drawn <- if (boot > 0) {
    oster_bootstrap(
      fit, design, pair, r2, r2max, asked, boot, drawn_together(fit, cluster, call), level, seed,
      progress, call
    )
  }
  structure(list(
    models = oster_models(fit, design, pair, m, call), effect = effect,
    delta = oster_delta(m, top, beta), set = sort(c(m[["b1"]], effect)), roots = roots,
    intervals = drawn$intervals, replicates = drawn$replicates, settings = c(list(
      term = term, outcome = rlang::as_label(fit$spec$parsed$response), short = pair$kept,
      effects = names(fit$effects), r2 = if (length(design$factors)) r2 else "overall",
      r2max = top, given = !is.null(r2max), delta = delta, beta = beta, level = level,
      beside = beside, rows = fit$sample$n, errors = standard_errors_of(fit), moments = m
    ), drawn[c("seed", "cluster", "clusters", "asked")])
  ), class = "oster_bounds")
}

# The columns of the short model, and the term's place in both.
oster_pair <- function(fit, design, term, short, call) {
  short <- one_sided(short, "short", call)
  named <- if (is.null(short)) list() else written_out(short, call)$terms
  table <- term_columns(design)
  wanted <- term_keys(named)
  terms <- term_keys(label_expressions(table$term, fit$spec$data))
  kept <- table$column[terms %in% wanted]
  unknown <- vapply(named[!wanted %in% terms], rlang::as_label, "")
  if (length(unknown) || term %in% kept) {
    abort("short", c(
      paste0(
        "{.arg short} must name controls of the fit, ",
        if (length(unknown)) {
          "and {.code {unknown}} {?is/are} none."
        } else {
          "not {.val {term}} itself."
        }
      ),
      i = "Its terms are {.code {setdiff(unique(table$term), c(term, \"(Intercept)\"))}}."
    ), call)
  }
  estimated <- setdiff(names(fit$coefficients), "(Intercept)")
  full <- match(estimated, design$names) - 1L
  own <- match(term, design$names) - 1L
  both <- match(intersect(kept, estimated), design$names) - 1L
  if (length(full) == length(both) + 1) {
    abort("fit", c(
      "{.arg fit} must have controls that the short model has not, beside {.val {term}}.",
      i = "Fit the model with all controls; {.arg short} names those that stay."
    ), call)
  }
  list(own = own, full = full, short = c(own, both), kept = unique(table$term[terms %in% wanted]))
}

# Sums of squares and the two estimates, of a design or of draws of its rows: `b0`, `b1`, the
# residuals' `rss0`, `rss1`, what is left of x `sx` and `tau`, and the `tss` that R2 is of. By
# Frisch and Waugh what the others leave of x has the reciprocal of its element of (X'X)^-1.
oster_moments <- function(fit, design, pair, r2, call) {
  one <- function(x) {
    part <- design
    part$x <- sort(x)
    kernel <- run_kernel(
      part, list(), estimator_plan(fit$spec, part, call), fit$spec$threads
    )
    at <- match(pair$own, kernel$x) + design$constant
    if (is.na(at) || length(kernel$dropped)) return(NULL)
    list(b = kernel$coef[at], left = 1 / kernel$bread[at, at], kernel = kernel)
  }
  full <- one(pair$full)
  short <- one(pair$short)
  if (is.null(full) || is.null(short)) return(NULL)
  tss <- full$kernel[[if (length(design$factors) && r2 == "within") "tss_within" else "tss"]]
  c(
    b0 = short$b, b1 = full$b, rss0 = short$kernel$rss, rss1 = full$kernel$rss, sx = short$left,
    tau = full$left, tss = tss
  )
}

oster_models <- function(fit, design, pair, m, call) {
  design$x <- sort(pair$short)
  short <- fe_estimate(fit$spec, design, fit$covariance_spec, call)
  at <- match(design$names[pair$own + 1], short$names)
  full <- tidy(fit)
  data.frame(
    model = c("short", "full"), estimate = unname(m[c("b0", "b1")]),
    std.error = c(
      sqrt(short$covariance$v[at, at]), full$std.error[full$term == design$names[pair$own + 1]]
    ),
    r2 = unname(1 - m[c("rss0", "rss1")] / m[["tss"]])
  )
}

reached_r2 <- function(m) 1 - m[["rss1"]] / m[["tss"]]

# What stands for R2 with all that matters where nobody says (Oster 2019, section 4).
usual_r2max <- function(m) min(1.3 * reached_r2(m), 1)

oster_r2max <- function(r2max, m, call) {
  if (is.null(r2max)) return(usual_r2max(m))
  reached <- reached_r2(m)
  check_number(r2max, "r2max", min = 0, max = 1, call = call)
  if (r2max > reached) return(r2max)
  abort("r2max", c(
    paste0(
      "{.arg r2max} must be above the R2 that the fit reaches, {signif(reached, 4)}, and at most ",
      "1, not {r2max}."
    ),
    i = "It is the R2 of all that matters; {.arg r2} says of which kind both are."
  ), call)
}

# Coefficients of u, u^2, u^3 and the constant in Oster's equation, u = b1 - effect: those that
# delta multiplies, and the others. In units in which x and y have a spread of about one.
oster_terms <- function(m, r2max) {
  unit <- sqrt(m[["tss"]] / m[["sx"]])
  sx <- 1
  tau <- m[["tau"]] / m[["sx"]]
  a <- (m[["b0"]] - m[["b1"]]) / unit
  gained <- (m[["rss0"]] - m[["rss1"]]) / m[["tss"]]
  room <- r2max - reached_r2(m)
  cubic <- tau * sx - tau^2
  list(
    unit = unit, a = a, tau = tau,
    plain = c(0, gained * tau + a^2 * sx * tau, 2 * tau * a * sx, cubic),
    selected = c(room * a * sx, room * (sx - tau), tau * a * sx, cubic)
  )
}

oster_delta <- function(m, r2max, beta) {
  terms <- oster_terms(m, r2max)
  powers <- ((m[["b1"]] - beta) / terms$unit)^(0:3)
  sum(terms$plain * powers) / sum(terms$selected * powers)
}

# All real solutions, nearest to the estimate first.
oster_roots <- function(m, r2max, delta) {
  terms <- oster_terms(m, r2max)
  u <- polynomial_roots(terms$plain - delta * terms$selected)
  u <- u[order(abs(u))]
  same <- sign(terms$a + u * (1 - terms$tau)) == sign(terms$a) | terms$a == 0
  chosen <- seq_along(u) == (if (any(same)) which(same)[1] else 1L)
  data.frame(estimate = m[["b1"]] - u * terms$unit, same_sign = same, chosen)
}

# Real roots, polished by Newton's steps.
polynomial_roots <- function(p) {
  p <- p / max(abs(p))
  p <- p[seq_len(max(which(abs(p) > 1e-14)))]
  if (length(p) == 1) return(0)
  roots <- polyroot(p)
  real <- Re(roots)[abs(Im(roots)) <= 1e-7 * pmax(1, Mod(roots))]
  power <- seq_along(p) - 1
  for (i in 1:3) {
    real <- vapply(real, function(u) {
      slope <- sum((power * p)[-1] * u^power[-length(p)])
      if (slope == 0) u else u - sum(p * u^power) / slope
    }, 0)
  }
  real
}

# Whole clusters with replacement, all of it computed again.
oster_bootstrap <- function(fit, design, pair, r2, r2max, asked, n, cluster, level, seed, progress,
                            call) {
  code <- cluster_codes(fit, cluster, call)
  groups <- max(code)
  seed <- settle_seed(seed, call)
  bar <- progress_bar(progress, "Bootstrap", n)
  on.exit(bar$done())
  draws <- cluster_draws(groups, n, seed)
  replicates <- vapply(seq_len(n), function(r) {
    if (r %% 20 == 0) bar$update(r)
    drawn <- which(draws[code, r] > 0)
    part <- replicate_rows(design, drawn, draws[code, r][drawn])
    m <- oster_moments(fit, part, pair, r2, call)
    top <- if (!is.null(m)) r2max %||% usual_r2max(m)
    if (!isTRUE(top > reached_r2(m))) return(c(effect = NA, delta = NA))
    roots <- oster_roots(m, top, asked$delta)
    c(effect = roots$estimate[roots$chosen], delta = oster_delta(m, top, asked$beta))
  }, c(effect = 0, delta = 0))
  replicates <- as.data.frame(t(replicates))
  replicates <- replicates[stats::complete.cases(replicates), , drop = FALSE]
  tails <- c((1 - level) / 2, (1 + level) / 2)
  limits <- vapply(replicates, normal_quantile, numeric(2), tails)
  list(
    replicates = replicates, intervals = data.frame(
      of = names(replicates), conf.low = limits[1, ], conf.high = limits[2, ], row.names = NULL
    ), seed = seed, clusters = groups, asked = as.integer(n),
    cluster = if (is.null(cluster)) "rows" else rlang::as_label(cluster)
  )
}
