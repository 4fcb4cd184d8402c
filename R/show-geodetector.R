# Pictures of the geographical detector: q by factor, over time, of pairs; means of strata.

#' @rdname regional-pictures
#' @exportS3Method ggplot2::autoplot
autoplot.geodetector <- function(object, type = NULL, time = NULL, alpha = 0.05, labels = NULL,
                                 language = NULL, ...) {
  call <- rlang::current_env()
  need_ggplot2(call)
  check_dots(..., call = call)
  s <- check_regional(object, call)
  type <- type %||% if (s$pooled || length(unique(object[[s$panel[2]]])) == 1) "q" else "trend"
  check_choice(type, c("q", "trend", "interaction", "strata"), "type", call)
  check_number(alpha, "alpha", min = 0, max = 1, call = call)
  words <- regional_lettering(s, labels, language, s$factors, call)
  if (type == "trend") return(draw_q_trend(object, s, time, words, call))
  name <- c(interaction = "interactions", strata = "strata")
  data <- if (type == "q") plain_result(object) else attr(object, name[[type]], exact = TRUE)
  if (is.null(data)) abort_single_factor(call)
  data <- detector_times(data, s, time, call)
  if (type == "q") return(draw_q(data, s, alpha, words))
  if (type == "strata") return(draw_strata(data, s, words))
  draw_interactions(data, detector_times(plain_result(object), s, time, call), s, words)
}

abort_single_factor <- function(call) {
  abort("choice", c(
    "A picture of interactions needs two factors, and this result has one.",
    i = "Name more {.arg factors}."
  ), call)
}

detector_times <- function(data, s, time, call) {
  if (s$pooled) {
    if (!is.null(time)) {
      abort("argument", c(
        "{.arg time} belongs to results by period; this one is of all together.",
        i = "Leave {.arg time} out."
      ), call)
    }
    data$when <- factor("all")
    return(data)
  }
  check_single_times(time, call)
  when <- data[[s$panel[2]]]
  data <- data[when %in% map_times(when, time, call), ]
  data$when <- time_factor(data[[s$panel[2]]])
  data
}

draw_q_trend <- function(object, s, time, words, call) {
  if (!is.null(time)) check_idle_time(call)
  if (s$pooled) {
    abort("choice", c(
      "A trend needs results by period; this one is of all together.",
      i = "Call {.code geodetector(pooled = FALSE)}."
    ), call)
  }
  long <- plain_result(object)
  long$estimate <- long$q
  long$series <- factor(own_names(words, long$factor), own_names(words, s$factors))
  draw_series(long, s, words, regional_names(words, "q"))
}

# Bars from the largest q down, pale where p is not below alpha; a line at what chance gives.
draw_q <- function(data, s, alpha, words) {
  p <- data$p_permutation %||% data$p.value
  data$sure <- !is.na(p) & p < alpha
  first <- data[data$when == data$when[1], ]
  data$name <- factor(
    own_names(words, data$factor), own_names(words, first$factor[order(first$q)])
  )
  ggplot2::ggplot(data, ggplot2::aes(.data[["q"]], .data[["name"]])) +
    ggplot2::geom_col(
      ggplot2::aes(fill = .data[["sure"]]), width = 0.65, colour = "grey30", linewidth = 0.2
    ) +
    ggplot2::geom_errorbar(
      ggplot2::aes(xmin = .data[["chance"]], xmax = .data[["chance"]]), width = 0.65,
      linetype = "22", colour = "black"
    ) +
    ggplot2::geom_text(
      ggplot2::aes(label = fixed_text(.data[["q"]], 3)), hjust = -0.2, size = 2.9,
      family = words$family
    ) +
    ggplot2::scale_fill_manual(
      values = c(`TRUE` = series_colours[1], `FALSE` = "grey85"), guide = "none"
    ) +
    ggplot2::scale_x_continuous(expand = ggplot2::expansion(mult = c(0, 0.14))) +
    theme_paper(words) + facet_when(data$when, !s$pooled) +
    ggplot2::theme(panel.grid.major.y = ggplot2::element_blank()) +
    ggplot2::labs(
      x = regional_names(words, "q"), y = NULL,
      caption = paste(c(
        regional_term(words, "filled_bars", alpha = format(alpha)),
        regional_term(words, "by_chance")
      ), collapse = words_of("marks", words$language)[["clauses"]])
    )
}

# One cell a pair, the factors themselves on the diagonal.
draw_interactions <- function(data, single, s, words) {
  own <- data.frame(single[c("factor", "when")], other = single$factor, q_both = single$q)
  cells <- rbind(data[c("factor", "other", "q_both", "when")], own)
  kind <- c(ifelse(data$type == "nonlinear", "*", ""), rep("", nrow(own)))
  names <- own_names(words, s$factors)
  cells$column <- factor(own_names(words, cells$factor), names)
  cells$row <- factor(own_names(words, cells$other), rev(names))
  cells$label <- paste0(fixed_text(cells$q_both, 3), kind)
  cells$dark <- cells$q_both > mean(range(cells$q_both))
  ggplot2::ggplot(cells, ggplot2::aes(.data[["column"]], .data[["row"]])) +
    ggplot2::geom_tile(
      ggplot2::aes(fill = .data[["q_both"]]), colour = "white", linewidth = 0.4
    ) +
    ggplot2::geom_text(
      ggplot2::aes(label = .data[["label"]], colour = .data[["dark"]]), size = 2.9,
      family = words$family
    ) +
    ggplot2::scale_colour_manual(values = c(`TRUE` = "white", `FALSE` = "black"), guide = "none") +
    ggplot2::scale_fill_gradient(low = "#DEEBF7", high = "#08306B") +
    ggplot2::scale_x_discrete(drop = FALSE) + ggplot2::scale_y_discrete(drop = FALSE) +
    theme_paper(words) + facet_when(cells$when, !s$pooled) +
    ggplot2::theme(
      panel.grid = ggplot2::element_blank(),
      axis.text.x = if (length(names) > 4) ggplot2::element_text(angle = 30, hjust = 1)
    ) +
    ggplot2::labs(
      x = NULL, y = NULL, fill = regional_names(words, "q"),
      caption = if (any(nzchar(kind))) regional_term(words, "nonlinear_mark")
    )
}

# Means of strata, a panel a factor and time.
draw_strata <- function(data, s, words) {
  data$when <- droplevels(data$when)
  several <- nlevels(data$when) > 1
  data$panel <- factor(own_names(words, data$factor), own_names(words, s$factors))
  place <- paste(data$factor, data$stratum, sep = "\r")
  data$place <- factor(place, unique(place))
  ggplot2::ggplot(data, ggplot2::aes(.data[["place"]], .data[["mean"]])) +
    ggplot2::geom_col(width = 0.7, fill = series_colours[1]) +
    ggplot2::facet_wrap(
      if (several) ggplot2::vars(.data[["when"]], .data[["panel"]]) else
        ggplot2::vars(.data[["panel"]]),
      scales = "free_x"
    ) +
    ggplot2::scale_x_discrete(labels = function(x) call_by(words, sub("^.*\r", "", x))) +
    theme_paper(words) +
    ggplot2::theme(axis.text.x = ggplot2::element_text(angle = 30, hjust = 1, size = 7)) +
    ggplot2::labs(
      x = NULL, y = call_by(words, s$value),
      title = if (!s$pooled && !several) levels(data$when)
    )
}

#' @rdname regional-pictures
#' @export
plot.geodetector <- function(x, ...) show_plot(autoplot.geodetector(x, ...))
