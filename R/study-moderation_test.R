#' Moderation: does an effect depend on another variable?
#'
#' Adds the product of two centred variables to a model, and gives the effect of one at values of
#' the other with confidence intervals, and where it is significant (Johnson and Neyman).
#'
#' @param fit A least-squares fit of [fe_reg()]; a product of the two that it has already (`x * m`)
#'   comes in once, centred.
#' @param moderator A one-sided formula of one numeric variable or expression; its own coefficient
#'   enters the model if the fit does not have it.
#' @param term Name of the coefficient that is moderated; `NULL` (default): the first slope.
#' @param centre `TRUE` (default): both variables less their means over the sample, so that their
#'   own coefficients are effects at the mean of the other. `FALSE`: as they are. The interaction
#'   and the effects at values are the same.
#' @param at Values of the moderator at which the effect is wanted; `NULL` (default): its mean and
#'   one standard deviation (of the sample) to either side, or both values of one that has two.
#' @param level Of the intervals and of the Johnson-Neyman regions (default 0.95).
#' @param x A result of `moderation_test()`.
#' @param digits Significant digits printed.
#' @param row.names,optional,... Not used.
#' @return An object of class `moderation_test`, a list: `coefficients` (the three of the
#'   interaction, as [generics::tidy()] has them), `effects`, a data frame of `at`, `moderator`,
#'   `estimate`, `std.error`, `statistic`, `p.value`, `conf.low`, `conf.high`; `regions`, a data
#'   frame of `from`, `to`, `sign` (-1, 0 for not significant, 1, `NA` without a standard error)
#'   over the observed range; `share` of the sample's rows in each; `fit`, the model, in whose
#'   columns `_c` stands for centred ([regression_table()] spells them out); `settings`. `plot()`
#'   and `ggplot2::autoplot()` draw the effect with its band.
#' @section Formula: \eqn{y = b_1 x + b_2 m + b_3 x m + ...}; the effect of x at m is \eqn{b_1 + b_3
#' m}{b1 + b3 m}, with variance \eqn{V_{11} + 2 m V_{13} + m^2 V_{33}}{V11 + 2 m V13 + m^2 V33}. It
#' differs from zero where its square exceeds \eqn{t^2} times that, between or outside the roots of
#' a quadratic in m. Under CR2 and CR3 the degrees of freedom are those of each combination and
#' change with m; the ends are then searched for. With absorbed effects the product is of the
#' variables themselves, not of their deviations within units, so that differences between units in
#' m bear on \eqn{b_3}{b3} too (Giesselmann and Schmidt-Catran 2022).
#' @references Brambor, T., Clark, W. R. and Golder, M. (2006). Understanding interaction models:
#'   improving empirical analyses. Political Analysis 14(1), 63-82. \doi{10.1093/pan/mpi014}
#'
#'   Giesselmann, M. and Schmidt-Catran, A. W. (2022). Interactions in fixed effects regression
#'   models. Sociological Methods & Research 51(3), 1100-1127. \doi{10.1177/0049124120914934}
#' @section Errors: `ccdpanel_error_fit`, `ccdpanel_error_formula`, `ccdpanel_error_term`,
#'   `ccdpanel_error_moderator` (not numeric, the term itself, a product that is collinear, another
#'   product of the term in the model, or centring without a constant), `ccdpanel_error_number`.
#'   Conditions: message `ccdpanel_message_collinear` (the moderator's own coefficient is absorbed),
#'   `ccdpanel_message_common_sample`, `ccdpanel_message_product` (the model has the product).
#' @seealso [by_group()] for moderators that are groups.
#' @examples
#' fit <- fe_reg(
#'   log(output) ~ log(highways) + log(private_capital) | state + year, state_capital,
#'   panel = c("state", "year"), vcov = ~state
#' )
#' moderation_test(fit, ~unemployment)
#' @export
moderation_test <- function(fit, moderator, term = NULL, centre = TRUE, at = NULL, level = 0.95,
                            ...) {
  check_dots(...)
  check_required("moderation_test")
  call <- rlang::current_env()
  check_least_squares(
    fit, call,
    "For instruments or a system write the product into the formula, with instruments of its own."
  )
  check_has_rows(fit, "moderation_test()", call)
  fit <- with_values(fit, list(evaluated_argument(moderator, "moderator", call)), call)
  moderator <- one_sided(moderator, "moderator", call)
  term <- check_term(fit, term, call)
  check_flag(centre, "centre")
  check_number(level, "level", min = 0.5, max = 0.9999)
  made <- moderated_fit(fit, moderator, term, centre, call)
  beside <- say_terms_beside(fit, term, FALSE, call)
  values <- made$values
  points <- moderator_points(at, values, call)
  effects <- effect_at(made, points, level)
  regions <- significant_regions(made, range(values), level)
  table <- tidy(made$fit, conf.int = TRUE, conf.level = level)
  structure(list(
    coefficients = table[match(made$names, table$term, nomatch = 0), ],
    effects = cbind(at = names(points), effects), regions = regions,
    share = region_shares(regions, values), fit = made$fit,
    settings = list(
      term = term, beside = beside, moderator = rlang::as_label(moderator),
      outcome = rlang::as_label(fit$spec$parsed$response), means = made$means, centre = centre,
      level = level, values = values, names = made$names
    )
  ), class = "moderation_test")
}

#' @rdname moderation_test
#' @export
print.moderation_test <- function(x, digits = 4, ...) {
  check_print_dots(...)
  check_shown(digits = digits)
  s <- x$settings
  say(trf("Moderation: %s on %s, moderated by %s", s$outcome, s$term, s$moderator))
  say(trf(
    "Rows: %s; standard errors %s", with_commas(x$fit$sample$n),
    spoken_facts(standard_errors_of(x$fit))
  ))
  number <- function(v) short_number(v, digits)
  if (s$centre) {
    say(trf(
      "Centred at the means of the sample: %s %s, %s %s", s$term, number(s$means[1]), s$moderator,
      number(s$means[2])
    ))
  }
  line <- function(table, first, names) {
    out <- data.frame(
      first, number(table$estimate), number(table$std.error),
      paste0(p_text(table$p.value), star_marks(table$p.value)),
      interval_text(table$conf.low, table$conf.high, digits)
    )
    stats::setNames(out, c(names, "estimate", "se", "p.value", "interval"))
  }
  cat("\n")
  spelt <- c(
    s$term, s$moderator, paste(s$term, "x", s$moderator)
  )[match(x$coefficients$term, s$names)]
  print_fitting(line(x$coefficients, spelt, "coefficient"), "interval")
  cat("\n", trf("Effect of %s where %s is", s$term, s$moderator), "\n", sep = "")
  if (length(s$beside)) say(beside_line(s))
  named <- !identical(x$effects$at, format(x$effects$moderator, trim = TRUE))
  first <- if (named) {
    data.frame(x$effects$at, number(x$effects$moderator))
  } else {
    data.frame(number(x$effects$moderator))
  }
  print_fitting(line(x$effects, first, c(if (named) "at", "value")), "interval")
  outside <- x$effects$moderator < min(s$values) | x$effects$moderator > max(s$values)
  if (any(outside)) {
    say(trf(
      "Beyond the sample, whose values go from %s to %s: %s.", number(min(s$values)),
      number(max(s$values)), toString(number(x$effects$moderator[outside]))
    ))
  }
  words <- c(
    "significantly negative", "not significant", "significantly positive"
  )[x$regions$sign + 2]
  words[is.na(words)] <- "no standard error"
  cat("\n")
  say(trf(
    "%s from %s to %s (%s%% of rows)", tr(words), number(x$regions$from), number(x$regions$to),
    format(round(100 * x$share, 1), trim = TRUE)
  ))
  say(paste0(star_note(), full_stop()))
  next_steps("plot(x)", "regression_table(x$fit)", "as.data.frame(x)")
  invisible(x)
}

#' @rdname moderation_test
#' @export
tidy.moderation_test <- function(x, ...) {
  check_dots(...)
  x$effects
}

#' @rdname moderation_test
#' @export
as.data.frame.moderation_test <- function(x, row.names = NULL, optional = FALSE, ...) {
  check_dots(..., passed = c("row.names", "optional", "stringsAsFactors", "make.names"))
  x$effects
}
