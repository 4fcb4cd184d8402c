#' Pictures of studies
#'
#' The specification curve of [robustness()], the marginal effect of [moderation_test()], the
#' likelihood ratio of a threshold by [threshold_test()], the placebos of [placebo_test()], the
#' effects of [event_study()], and the effect by delta of [oster_bounds()].
#' `plot()` shows the picture and returns it; `ggplot2::autoplot()` returns it only.
#'
#' @param x,object Result of [robustness()], [moderation_test()], [threshold_test()],
#'   [placebo_test()], [event_study()] or [oster_bounds()].
#' @param sort `TRUE`: variants in order of the estimate; `FALSE`: as they were given. By default
#'   sorted if there are more than twelve.
#' @param ... Passed from `plot()` to the picture's own arguments.
#' @inheritParams pictures
#' @return A `ggplot` object. Up to twelve variants are rows with their names (7 by 4 inches); more
#'   are columns, with what each of them changes marked below (7 by 5). The effect of a moderation:
#'   6 by 4; the likelihood ratio of thresholds 6 by 2 and 2 for each, broken where values near
#'   another threshold are not tried; of placebos 6 by 4, as of effects by time since an event and
#'   by delta.
#' @section Errors: `ccdpanel_error_package` (ggplot2 is absent), `ccdpanel_error_type`,
#'   `ccdpanel_error_empty` (a part of a table, which has lost what it is of).
#' @examplesIf requireNamespace("ggplot2", quietly = TRUE)
#' fit <- fe_reg(
#'   log(output) ~ log(private_capital) + unemployment | state + year, state_capital,
#'   panel = c("state", "year"), vcov = ~state
#' )
#' plot(robustness(fit,
#'   "Without the West" = ~ region != "West", "1970-1979" = list(period = 1970:1979),
#'   "Robust" = list(vcov = "HC1")
#' ))
#' plot(moderation_test(fit, ~ log(highways)))
#' @name study-pictures
NULL

#' @rdname study-pictures
#' @exportS3Method ggplot2::autoplot
autoplot.robustness <- function(object, sort = nrow(object) > 13, labels = NULL, language = NULL,
                                ...) {
  check_dots(...)
  call <- rlang::current_env()
  need_ggplot2(call)
  check_flag(sort, "sort")
  settings <- attr(object, "settings", exact = TRUE)
  words <- lettering(language, labels, c(object$variant, settings$term), call)
  speak(words$language)
  data <- as.data.frame(object)
  data$baseline <- seq_len(nrow(data)) == 1
  data$significant <- data$p.value < 1 - settings$level
  data$choices <- settings$choices
  data <- data[!is.na(data$estimate), ]
  if (sort) data <- data[order(data$estimate), ]
  # What each changes needs a panel of its own where changes are combined; else its name says it, as
  # long as names can be read.
  if (nrow(data) > 60 || nrow(data) > 13 && any(lengths(settings$choices) > 1)) {
    draw_curve(data, settings, words)
  } else {
    draw_forest(data, settings, words)
  }
}

#' @rdname study-pictures
#' @export
plot.robustness <- function(x, ...) show_plot(autoplot.robustness(x, ...))

estimate_label <- function(settings, words) {
  trf(
    "coefficient of %s, %s%% interval", call_by(words, settings$term), format(100 * settings$level)
  )
}

# A variant under the user's label; the baseline is the package's own word.
variant_names <- function(words) function(x) call_by(words, spoken_choice(x))

# Filled where significant, hollow where not: told apart without colour.
point_shapes <- function(level) {
  ggplot2::scale_shape_manual(
    values = c(`TRUE` = 16, `FALSE` = 1),
    labels = c(
      `TRUE` = paste("p <", format(1 - level)), `FALSE` = paste("p >=", format(1 - level))
    ),
    limits = c("TRUE", "FALSE")
  )
}

baseline_colours <- function() {
  ggplot2::scale_colour_manual(values = c(`TRUE` = "#D55E00", `FALSE` = "#0072B2"), guide = "none")
}

# A row a variant, the baseline on top unless sorted.
draw_forest <- function(data, settings, words) {
  data$row <- factor(data$variant, rev(data$variant))
  ggplot2::ggplot(data, ggplot2::aes(
    .data[["estimate"]], .data[["row"]], colour = .data[["baseline"]]
  )) + zero_line(data, "x") +
    ggplot2::geom_vline(
      xintercept = data$estimate[data$baseline], linetype = "22", colour = "#D55E00"
    ) +
    ggplot2::geom_linerange(
      ggplot2::aes(xmin = .data[["conf.low"]], xmax = .data[["conf.high"]]), linewidth = 0.7
    ) +
    ggplot2::geom_point(colour = "white", size = if (nrow(data) > 20) 1.6 else 2.8) +
      ggplot2::geom_point(
        ggplot2::aes(shape = .data[["significant"]]), size = if (nrow(data) > 20) 1.6 else 2.8,
        stroke = 0.9
      ) + point_shapes(settings$level) + baseline_colours() + theme_paper(words) +
    ggplot2::scale_y_discrete(labels = variant_names(words)) +
    ggplot2::theme(
      panel.grid.major.y = ggplot2::element_blank(),
      axis.text.y = ggplot2::element_text(size = max(4.5, min(9, 250 / nrow(data))))
    ) + ggplot2::labs(x = estimate_label(settings, words), y = NULL, shape = NULL)
}

zero_line <- function(data, axis) {
  if (min(data$conf.low) > 0 && min(data$conf.low) > 0.5 * max(data$conf.high)) return(NULL)
  if (axis == "x") {
    ggplot2::geom_vline(xintercept = 0, colour = "grey60")
  } else {
    ggplot2::geom_hline(yintercept = 0, colour = "grey60")
  }
}

# Estimates in order above, what each changes below. The rows below are numbers far from the
# estimates, so that one continuous axis serves both panels and labels know by the size of a number
# which of them they are in. The title of the axis is the upper panel's strip, since the lower has
# none.
draw_curve <- function(data, settings, words) {
  data$x <- seq_len(nrow(data))
  parts <- data$choices
  names <- setdiff(unique(unlist(parts)), "Baseline")
  far <- 10 * max(abs(c(data$conf.low, data$conf.high))) + 1000
  marks <- data.frame(
    x = rep(data$x, lengths(parts)), choice = unlist(parts),
    baseline = rep(data$baseline, lengths(parts))
  )
  marks <- marks[marks$choice != "Baseline", ]
  marks$y <- far + length(names) - match(marks$choice, names)
  panels <- c("Estimate", "Changed")
  data$panel <- factor(panels[1], panels)
  marks$panel <- factor(panels[2], panels)
  at <- far + length(names) - seq_along(names)
  breaks <- function(limits) if (limits[1] > far / 2) at else pretty(limits, 5)
  labels <- function(b) {
    ifelse(is.na(b), "", ifelse(
      b > far / 2, variant_names(words)(names)[match(round(b, 6), round(at, 6))], format(b)
    ))
  }
  pad <- data.frame(x = 1, y = far + c(-0.5, length(names) - 0.5), panel = marks$panel[1])
  zero <- if (!is.null(zero_line(data, "y"))) {
    ggplot2::geom_hline(
      ggplot2::aes(yintercept = .data[["y"]]), data.frame(y = 0, panel = data$panel[1]),
      colour = "grey60"
    )
  }
  base <- data.frame(y = data$estimate[data$baseline], panel = data$panel[1])
  ggplot2::ggplot(data, ggplot2::aes(.data[["x"]], colour = .data[["baseline"]])) + zero +
    ggplot2::geom_hline(
      ggplot2::aes(yintercept = .data[["y"]]), base, linetype = "22", colour = "#D55E00"
    ) +
    ggplot2::geom_linerange(
      ggplot2::aes(ymin = .data[["conf.low"]], ymax = .data[["conf.high"]]), linewidth = 0.5,
      alpha = 0.6
    ) +
    ggplot2::geom_point(ggplot2::aes(y = .data[["estimate"]]), colour = "white", size = 1.8) +
      ggplot2::geom_point(ggplot2::aes(
        y = .data[["estimate"]], shape = .data[["significant"]]
      ), size = 1.8) +
    ggplot2::geom_point(ggplot2::aes(y = .data[["y"]]), marks, shape = 15, size = 1.5) +
      ggplot2::geom_blank(ggplot2::aes(.data[["x"]], .data[["y"]]), pad, inherit.aes = FALSE) +
    ggplot2::facet_grid(
      rows = ggplot2::vars(.data[["panel"]]), scales = "free_y", switch = "y",
      labeller = ggplot2::as_labeller(stats::setNames(c(sub(
        ", ([^,]*)$", ",\n\\1", estimate_label(settings, words)
      ), ""), panels))
    ) + ggplot2::scale_y_continuous(breaks = breaks, labels = labels) +
    ggplot2::scale_x_continuous(breaks = NULL) + point_shapes(
      settings$level
    ) + baseline_colours() + theme_paper(words) +
    ggplot2::theme(
      strip.placement = "outside", strip.clip = "off", strip.background = ggplot2::element_blank(),
      strip.text.y.left = ggplot2::element_text(
        angle = 90, size = ggplot2::rel(1), face = "plain", hjust = 1
      ),
      panel.grid.major.y = ggplot2::element_blank()
    ) +
    ggplot2::labs(
      x = trf("%d specifications in order of the estimate", nrow(data)), y = NULL, shape = NULL
    )
}
