#' Coefficients and their intervals
#'
#' Point and interval of each coefficient, of one fit or of several side by side; of a system of
#' equations one panel an equation. More than eight fits are the rows, and each coefficient has a
#' panel.
#'
#' @details Intervals are those of `confint()` with the covariance of the fit or `vcov`: estimate
#'   and standard error with the quantiles of the distribution that belongs to the covariance.
#'   Estimates in other units are best scaled in the formula, since all coefficients share one axis.
#' @param ... Fits of [fe_reg()] and [system_reg()], or any other model that [generics::tidy()]
#'   knows, with names to be shown in the key; a list of them counts as its elements.
#' @param x,object A fit, or fits as [add_controls()] and [by_group()] return them.
#' @param vcov A covariance as in [fe_reg()], for all fits; `NULL` (default): each fit's own.
#' @param level Confidence level (default 0.95).
#' @param keep Names of the coefficients to show, in this order from the top; `NULL` (default): all
#'   but the constant.
#' @inheritParams pictures
#' @return A `ggplot` object. Suitable size in inches: 7 by a third a coefficient and 1.5 more.
#' @section Errors: `ccdpanel_error_package`, `ccdpanel_error_model` (nothing to draw, no intervals,
#'   or a model that takes no `vcov`), `ccdpanel_error_argument` (an argument of other software, as
#'   `cluster`, or a fit under the name of an argument), `ccdpanel_error_column` (`keep`),
#'   `ccdpanel_error_number`, `ccdpanel_error_labels`.
#' @examplesIf requireNamespace("ggplot2", quietly = TRUE)
#' ols <- fe_reg(log(output) ~ log(highways) + log(private_capital) | state, state_capital)
#' two <- update(ols, . ~ . | state + year, vcov = ~state)
#' coefficient_plot(state = ols, "state and year" = two)
#' @export
coefficient_plot <- function(..., vcov = NULL, level = 0.95, keep = NULL, labels = NULL,
                             language = NULL) {
  call <- rlang::current_env()
  need_ggplot2(call)
  check_plotted_fits(given_dots(...), list(
    vcov = vcov, level = level, keep = keep, labels = labels, language = language
  ), call)
  check_number(level, "level", min = 0, max = 1)
  fits <- listed_fits(list(...), call)
  table <- do.call(rbind, Map(function(fit, name) {
    tidy_interval(fit, name, vcov, level, call)
  }, fits, names(fits)))
  table <- kept_terms(table, keep, call)
  table$model <- factor(table$model, names(fits))
  draw_coefficients(table, level, lettering(
    language, labels, c(levels(table$term), names(fits)), call
  ))
}

#' @rdname coefficient_plot
#' @exportS3Method ggplot2::autoplot
autoplot.ccd_model <- function(object, ...) {
  check_completed("object", sys.call())
  coefficient_plot(object, ...)
}

#' @rdname coefficient_plot
#' @exportS3Method ggplot2::autoplot
autoplot.ccd_models <- function(object, ...) {
  check_completed("object", sys.call())
  coefficient_plot(object, ...)
}

#' @rdname coefficient_plot
#' @export
plot.ccd_models <- function(x, ...) show_plot(coefficient_plot(x, ...))

#' @rdname coefficient_plot
#' @export
plot.ccd_model <- function(x, ...) show_plot(coefficient_plot(x, ...))

# Models of other packages are lists too; an argument is none.
check_plotted_fits <- function(given, arguments, call) {
  check_fit_dots(given, is.list, coefficient_plot, call)
  check_names_taken(
    arguments, function(a) is_fits(a) || inherits(a, c("lm", "fixest", "plm")), "a fit",
    paste0(
      "Where it is a name in the key, a list has it: ",
      "{.code coefficient_plot(list({taken[1]} = fit))}."
    ),
    call
  )
}

# Lists count as their elements; fits without a name are numbered.
listed_fits <- function(fits, call) {
  is_list <- vapply(fits, function(f) {
    inherits(f, "ccd_models") || (is.list(f) && !is.object(f))
  }, NA)
  fits <- do.call(c, Map(
    function(fit, name, whole) {
      if (whole) as.list(unclass(fit)) else stats::setNames(list(fit), name)
    },
    unname(fits), names(fits) %||% rep("", length(fits)), is_list
  ))
  if (!length(fits)) {
    abort("model", c("There is no fit to draw.", i = "Pass one fit or several, with names."), call)
  }
  given <- names(fits) %||% rep("", length(fits))
  names(fits) <- ifelse(nzchar(given), given, paste0("(", seq_along(fits), ")"))
  fits
}

tidy_interval <- function(fit, name, vcov, level, call) {
  more <- if (!is.null(vcov)) list(vcov = vcov)
  if (!is.null(vcov)) check_takes_vcov(fit, name, call)
  # broom has methods for vectors too, that warn of their age.
  made <- tryCatch(
    {
      if (is.atomic(fit)) stop("it is a vector, not a model")
      do.call(generics::tidy, c(list(fit, conf.int = TRUE, conf.level = level), more))
    },
    error = function(e) e
  )
  if (!is.data.frame(made) || !all(c(
    "term", "estimate", "conf.low", "conf.high"
  ) %in% names(made))) {
    why <- if (inherits(made, "condition")) {
      conditionMessage(made)[1]
    } else {
      "it has no confidence limits"
    }
    abort("model", c(
      "Fit {.val {name}} has no table of coefficients with intervals: {why}.",
      i = "For other packages' models load {.pkg broom}."
    ), call)
  }
  equation <- as.character(made[["equation"]] %||% NA)
  data.frame(
    model = name, equation = equation, term = as.character(made$term), estimate = made$estimate,
    low = made$conf.low, high = made$conf.high
  )
}

# tidy() of another package's model may pass `vcov` by.
check_takes_vcov <- function(fit, name, call) {
  if (inherits(fit, c("ccd_model", "fixest"))) return(invisible())
  abort("model", c(
    paste0(
      "{.arg vcov} is for fits of {.fn fe_reg}, {.fn system_reg} and fixest; fit {.val {name}} is ",
      "{.obj_type_friendly {fit}}."
    ),
    i = "Draw it with the covariance that it has, or fit it by {.fn fe_reg}."
  ), call)
}

kept_terms <- function(table, keep, call) {
  if (!is.null(keep)) check_names(keep, "keep", call)
  shown <- keep %||% setdiff(unique(table$term), "(Intercept)")
  lost <- setdiff(shown, table$term)
  if (length(lost)) {
    abort("column", c(
      "{.arg keep} names {.val {lost}}, which {?is/are} no coefficient.",
      i = "They are {.val {unique(table$term)}}."
    ), call)
  }
  table <- table[table$term %in% shown, , drop = FALSE]
  if (!nrow(table)) {
    abort("model", c(
      "The fits have no coefficient but the constant.",
      i = "{.code keep = \"(Intercept)\"} shows it."
    ), call)
  }
  table$term <- factor(table$term, rev(shown))
  table$equation <- factor(table$equation, unique(table$equation))
  table
}

draw_coefficients <- function(table, level, words) {
  n <- nlevels(table$model)
  if (n > length(series_colours)) return(draw_many_fits(table, level, words))
  table <- stacked(table, "model", if (n > 3) 0.6 else 0.4)
  aside <- ggplot2::position_nudge(y = table$nudge)
  systems <- !all(is.na(table$equation))
  p <- ggplot2::ggplot(table, ggplot2::aes(
    .data[["estimate"]], .data[["term"]], colour = .data[["model"]], shape = .data[["model"]]
  )) +
    ggplot2::geom_vline(xintercept = 0, linetype = "22", colour = "grey50", linewidth = 0.4) +
    ggplot2::geom_linerange(
      ggplot2::aes(xmin = .data[["low"]], xmax = .data[["high"]]), position = aside, linewidth = 0.6
    ) +
    ggplot2::geom_point(
      size = 2.2, position = aside
    ) + ggplot2::scale_y_discrete(labels = named_by(words)) +
    ggplot2::scale_colour_manual(
      values = rep(series_colours, length.out = n), labels = named_by(words)
    ) +
    ggplot2::scale_shape_manual(
      values = rep(series_shapes, length.out = n), labels = named_by(words)
    ) + theme_paper(words) +
    ggplot2::theme(
      panel.grid.major.y = ggplot2::element_blank(),
      legend.position = if (n > 1) "bottom" else "none",
      strip.text.y = ggplot2::element_text(hjust = 0.5)
    ) +
    ggplot2::labs(
      x = term(words, "estimate", level = format(100 * level)), y = NULL, colour = NULL,
      shape = NULL
    ) +
    key_below(call_by(words, levels(table$model)), c("colour", "shape"))
  if (!systems) return(p)
  p + ggplot2::facet_grid(
    rows = ggplot2::vars(.data[["equation"]]), scales = "free_y", space = "free_y",
    labeller = ggplot2::as_labeller(named_by(words))
  )
}

# Too many fits for a key: a row each, a panel a coefficient.
draw_many_fits <- function(table, level, words) {
  table$model <- factor(table$model, rev(levels(table$model)))
  panel <- call_by(words, table$term)
  if (!all(is.na(table$equation))) panel <- paste0(call_by(words, table$equation), ": ", panel)
  table$term <- factor(panel, unique(panel[order(table$equation, -as.integer(table$term))]))
  ggplot2::ggplot(table, ggplot2::aes(.data[["estimate"]], .data[["model"]])) + ggplot2::geom_vline(
    xintercept = 0, linetype = "22", colour = "grey50", linewidth = 0.4
  ) +
    ggplot2::geom_linerange(
      ggplot2::aes(xmin = .data[["low"]], xmax = .data[["high"]]), linewidth = 0.6,
      colour = "grey35"
    ) +
    ggplot2::geom_point(
      size = 1.9, colour = series_colours[1]
    ) + ggplot2::scale_y_discrete(labels = named_by(words)) +
    ggplot2::facet_wrap(
      ggplot2::vars(.data[["term"]]), nrow = 1, scales = "free_x"
    ) + theme_paper(words) +
    unit_axis(nlevels(table$model)) + ggplot2::labs(x = term(
      words, "estimate", level = format(100 * level)
    ), y = NULL)
}
