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
#'   frame of `from`, `to`, `sign` (-1, 0 for not significant, 1) over the observed range; `share`
#'   of the sample's rows in each; `fit`, the model, in whose columns `_c` stands for centred
#'   ([regression_table()] spells them out); `settings`. `plot()` and `ggplot2::autoplot()` draw the
#'   effect with its band.
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
  moderator <- one_sided(moderator, "moderator", call)
  term <- check_term(fit, term, call)
  check_flag(centre, "centre")
  check_number(level, "level", min = 0.5, max = 0.9999)
  fit$spec$scope <- c(fit$spec$scope, new_scope(fit, list(moderator), globalenv()))
  made <- moderated_fit(fit, moderator, term, centre, call)
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
      term = term, moderator = rlang::as_label(moderator),
      outcome = rlang::as_label(fit$spec$parsed$response), means = made$means, centre = centre,
      level = level, values = values, names = made$names
    )
  ), class = "moderation_test")
}

# The model with the product, and what the effects need of it.
moderated_fit <- function(fit, moderator, term, centre, call) {
  label <- rlang::as_label(moderator)
  check_one_term(moderator, "moderator", "For several moderators call once for each.", call)
  check_moderator(fit, moderator, label, term, call)
  x <- as.double(values_of(fit, str2lang(term), call))
  m <- as.double(values_of(fit, moderator, call))
  rows <- intersect(sample_rows(fit), which(!is.na(m)))
  lost <- fit$sample$n - length(rows)
  if (lost) {
    inform("common_sample", c(i = "{lost} row{?s} without the moderator {?is/are} left out."))
  }
  terms <- moderated_terms(fit, moderator, term, centre, call)
  means <- if (centre) c(mean(x[rows]), mean(m[rows])) else c(0, 0)
  data <- fit$spec$data
  names <- centred_names(c(term, label), names(data), if (centre) "_c" else "")
  parts <- list(str2lang(term), moderator)
  # A condition (year > 2016) becomes a column of zeros and ones: beside effects R would code it as
  # a factor.
  columns <- if (centre) 1:2 else if (is.logical(values_of(fit, moderator, call))) 2L
  data[names[columns]] <- list(x - means[1], m - means[2])[columns]
  parts[columns] <- lapply(names[columns], as.name)
  product <- call(":", parts[[1]], parts[[2]])
  parsed <- fit$spec$parsed
  formula <- whole_formula(
    parsed, c(parts, terms, list(product)),
    label_expressions(names(parsed$effects), fit$spec$data)
  )
  new <- rlang::try_fetch(
    withCallingHandlers(
      refit(fit, formula = formula, data = data, subset = seq_along(m) %in% rows, call = call),
      ccdpanel_message_dropped = hush
    ),
    ccdpanel_error = function(e) {
      abort("refit", c(
        "The model with the product cannot be fitted.", i = "The reason is below."
      ), call, parent = e)
    }
  )
  labels <- vapply(parts, coefficient_name, "")
  names <- c(labels, paste0(labels, collapse = ":"))
  if (!all(names[c(1, 3)] %in% names(new$coefficients))) {
    abort("moderator", c(
      paste0(
        "The product of {.code {term}} and {.code {label}} is collinear with the other ",
        "regressors or the effects."
      ),
      i = "Does the moderator vary?"
    ), call)
  }
  if (length(columns)) {
    new$centred <- list(names = names, of = bare_name(c(term, label)), centred = rep(centre, 2))
  }
  list(fit = new, names = names, means = means, values = m[sample_rows(new)])
}

# The other terms of the model, `x * q` written out. The product that is asked for comes in once,
# and another product of the term would make the effect depend on more than the moderator.
moderated_terms <- function(fit, moderator, term, centre, call) {
  made <- written_out(fit$spec$parsed$exogenous, call)
  own <- c(term, coefficient_name(moderator))
  variables <- lapply(made$terms, function(e) vapply(split_colon(e), coefficient_name, ""))
  alone <- lengths(variables) == 1 & vapply(variables, function(v) v[1] %in% own, NA)
  asked <- lengths(variables) == 2 & vapply(variables, setequal, NA, own)
  if (any(asked)) {
    inform("product", c(
      i = paste0(
        "The model has {.code {rlang::as_label(made$terms[asked][[1]])}} already: ",
        "it is the product that is tested", if (centre) ", of the centred variables", "."
      )
    ))
  }
  others <- lengths(variables) > 1 & !asked & vapply(variables, function(v) term %in% v, NA)
  if (any(others)) {
    labels <- vapply(made$terms[others], rlang::as_label, "")
    abort("moderator", c(
      paste0(
        "The effect of {.code {term}} depends on more than the moderator: the model has ",
        "{.code {labels}} too."
      ),
      i = "Leave {cli::qty(labels)}{?it/them} out of the model, or test {?it/them} instead."
    ), call)
  }
  if (centre && !made$constant && !length(fit$spec$parsed$effects)) {
    abort("moderator", c(
      "Without a constant in the model, centred variables make another model.",
      i = "Take {.code centre = FALSE}."
    ), call)
  }
  c(made$terms[!alone & !asked], made$rest)
}

check_moderator <- function(fit, moderator, label, term, call) {
  check_variables(list(moderator), fit$spec$data, fit$spec$scope, call)
  check_single_numeric(
    fit, moderator, "moderator",
    "Groups are compared by {.fn by_group} and {.fn group_difference}.",
    call, logical = TRUE
  )
  if (coefficient_name(moderator) == term) {
    abort("moderator", c(
      "{.code {label}} is the moderated term itself.",
      i = "Its square enters by {.code I({label}^2)} in the model's formula."
    ), call)
  }
  known <- tryCatch(
    is_plain_numeric(values_of(fit, str2lang(term), call)), error = function(e) FALSE
  )
  if (!known) {
    abort("term", c(
      "{.arg term} must be one numeric variable of the model; {.val {term}} is not.",
      i = "A factor's effects are compared by {.fn by_group}."
    ), call)
  }
}

# "log(highways)" -> "log_highways_c", a name that the data do not have yet.
centred_names <- function(labels, taken, ending) {
  plain <- paste0(gsub("^_+|_+$", "", gsub("[^A-Za-z0-9.]+", "_", labels)), ending)
  utils::tail(make.unique(c(taken, make.names(plain))), length(labels))
}

moderator_points <- function(at, values, call) {
  if (is.null(at)) {
    distinct <- sort(unique(values))
    if (length(distinct) == 2) return(stats::setNames(distinct, c("lower", "upper")))
    return(stats::setNames(
      mean(values) + c(-1, 0, 1) * stats::sd(values), c("mean - sd", "mean", "mean + sd")
    ))
  }
  if (!is.numeric(at) || !length(at) || !all(is.finite(at))) {
    abort("number", c(
      "{.arg at} must be values of the moderator, not {found(at)}.",
      i = "They range from {format(min(values))} to {format(max(values))}."
    ), call)
  }
  stats::setNames(at, names(at) %||% format(at, trim = TRUE))
}

# Effect of x at values of the moderator as they are in the data.
effect_at <- function(made, value, level) {
  b <- made$fit$coefficients
  v <- made$fit$covariance$v
  x <- made$names[1]
  product <- made$names[3]
  m <- unname(value) - made$means[2]
  estimate <- b[[x]] + b[[product]] * m
  se <- sqrt(v[x, x] + m * (2 * v[x, product] + m * v[product, product]))
  df <- effect_df(made, m)
  half <- stats::qt((1 + level) / 2, df) * se
  data.frame(
    moderator = unname(value), estimate = estimate, std.error = se, statistic = estimate / se,
    p.value = 2 * stats::pt(-abs(estimate / se), df), conf.low = estimate - half,
    conf.high = estimate + half
  )
}

# Degrees of freedom of the effect where the moderator is m: by m under CR2 and CR3.
effect_df <- function(made, m) {
  names <- names(made$fit$coefficients)
  r <- matrix(0, length(m), length(names), dimnames = list(NULL, names))
  r[, made$names[1]] <- 1
  r[, made$names[3]] <- m
  combination_df(made$fit, r, made$fit$covariance)
}

# Where the effect differs from zero.
significant_regions <- function(made, range, level) {
  roots <- if (length(unique(effect_df(made, range - made$means[2]))) == 1) {
    effect_roots(made, level)
  } else {
    searched_roots(made, range, level)
  }
  cuts <- c(range[1], sort(roots[roots > range[1] & roots < range[2]]), range[2])
  middle <- (utils::head(cuts, -1) + cuts[-1]) / 2
  there <- effect_at(made, middle, level)
  sign <- ifelse(there$p.value < 1 - level, sign(there$estimate), 0)
  data.frame(from = utils::head(cuts, -1), to = cuts[-1], sign = sign)
}

# The ends of its regions, whatever the degrees of freedom: between neighbours of a grid that
# differ in significance, and of finer grids there. The grid has the point where the effect is zero,
# on either side of which its sign differs.
searched_roots <- function(made, range, level) {
  significant <- function(m) effect_at(made, m, level)$p.value < 1 - level
  b <- made$fit$coefficients[made$names[c(1, 3)]]
  zero <- made$means[2] - b[[1]] / b[[2]]
  grid <- seq(range[1], range[2], length.out = 201)
  grid <- sort(c(grid, zero[zero > range[1] & zero < range[2]]))
  inside <- significant(grid)
  vapply(which(diff(inside) != 0), function(i) {
    ends <- grid[i:(i + 1)]
    for (step in 1:6) {
      finer <- seq(ends[1], ends[2], length.out = 51)
      at <- which(significant(finer) != inside[i])[1]
      ends <- finer[c(at - 1, at)]
    }
    mean(ends)
  }, 0)
}

# The same in closed form, of one number of degrees of freedom: the roots of (b1 + b3 m)^2 = t^2
# (V11 + 2 m V13 + m^2 V33).
effect_roots <- function(made, level) {
  b <- made$fit$coefficients[made$names[c(1, 3)]]
  v <- made$fit$covariance$v[made$names[c(1, 3)], made$names[c(1, 3)]]
  t2 <- stats::qt((1 + level) / 2, min(made$fit$covariance$df))^2
  # In units in which both coefficients are about one, and so is the moderator.
  unit <- power_of_two(pmax(abs(b), sqrt(diag(v))))
  b <- b / unit
  v <- v / unit / rep(unit, each = 2)
  quadratic <- c(
    b[[1]]^2 - t2 * v[1, 1], 2 * (b[[1]] * b[[2]] - t2 * v[1, 2]), b[[2]]^2 - t2 * v[2, 2]
  )
  real_roots(quadratic) * unit[[1]] / unit[[2]] + made$means[2]
}

# Real roots of c0 + c1 m + c2 m^2, without cancellation.
real_roots <- function(c) {
  if (c[3] == 0) return(if (c[2] == 0) numeric() else -c[1] / c[2])
  discriminant <- c[2]^2 - 4 * c[1] * c[3]
  if (discriminant <= 0) return(numeric())
  q <- -(c[2] + (if (c[2] < 0) -1 else 1) * sqrt(discriminant)) / 2
  c(q / c[3], if (q != 0) c[1] / q)
}

region_shares <- function(regions, values) {
  inside <- findInterval(values, regions$from)
  tabulate(inside, nrow(regions)) / length(values)
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
      paste0("[", number(table$conf.low), ", ", number(table$conf.high), "]")
    )
    stats::setNames(out, c(names, "estimate", "se", "p.value", "interval"))
  }
  cat("\n")
  spelt <- c(
    s$term, s$moderator, paste(s$term, "x", s$moderator)
  )[match(x$coefficients$term, s$names)]
  print_fitting(line(x$coefficients, spelt, "coefficient"), "interval")
  cat("\n", trf("Effect of %s where %s is", s$term, s$moderator), "\n", sep = "")
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
