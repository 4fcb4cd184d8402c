# Pictures of convergence: dispersion over time, growth against where it started.

#' @rdname regional-pictures
#' @exportS3Method ggplot2::autoplot
autoplot.convergence_test <- function(object, labels = NULL, language = NULL, ...) {
  call <- rlang::current_env()
  need_ggplot2(call)
  check_dots(..., call = call)
  s <- check_regional(object, call)
  points <- attr(object, "points", exact = TRUE)
  names <- c(object$group, format_key(points$unit))
  words <- regional_lettering(s, labels, language, unique(names), call)
  if (s$type == "sigma") return(draw_sigma(object, s, words))
  if (s$type == "beta") return(draw_beta(points, object, s, words))
  draw_clubs(object, points, s, words)
}

draw_sigma <- function(x, s, words) {
  long <- plain_result(x)
  long$estimate <- long$dispersion
  group <- if (is.null(s$by)) rep("all", nrow(long)) else long$group
  own <- group != "all"
  name <- rep(regional_term(words, "all_chains"), length(group))
  name[own] <- own_names(words, group[own])
  long$series <- factor(name, unique(name))
  draw_series(long, s, words, regional_names(words, s$measure))
}

# Growth a period on the logarithm at its beginning, with the line of all, where nothing else is in
# the regression.
draw_beta <- function(points, x, s, words) {
  all <- plain_result(x)[1, ]
  points$label <- call_by(words, format_key(points$unit))
  p <- ggplot2::ggplot(points, ggplot2::aes(.data[["initial"]], .data[["growth"]])) +
    ggplot2::geom_hline(yintercept = 0, colour = "grey60", linewidth = 0.3) +
    ggplot2::geom_point(
      colour = series_colours[1], size = if (nrow(points) > 200) 0.7 else 1.7, alpha = 0.7
    ) + theme_paper(words)
  if (nrow(points) <= 60) {
    points$label <- clear_labels(
      points$label, points$initial, points$growth, points$initial, points$growth,
      diff(range(points$initial)), diff(range(points$growth, 0))
    )
    p <- p + ggplot2::geom_text(
      data = points, ggplot2::aes(label = .data[["label"]]), size = 2.4, vjust = -0.7,
      family = words$family
    )
  }
  p + ggplot2::geom_abline(
    slope = all$estimate, colour = series_colours[2], linewidth = 0.6,
    intercept = mean(points$growth) - all$estimate * mean(points$initial)
  ) + ggplot2::labs(
    x = regional_term(words, if (s$partial) "initial_partial" else "initial",
      value = call_by(words, s$value)),
    y = regional_term(words, if (s$partial) "growth_partial" else "growth"),
    caption = regional_term(words, "beta_line",
      b = fixed_text(all$estimate, 4), p = p_equals(all$p.value))
  )
}

# Each club's mean path relative to the mean of all.
draw_clubs <- function(x, points, s, words) {
  points <- points[!is.na(points$club), ]
  means <- stats::aggregate(list(estimate = points$relative), points[c("club", "time")], mean)
  names(means)[2] <- s$panel[2]
  means$series <- factor(vapply(means$club, function(c) {
    regional_term(words, "club", club = c)
  }, ""))
  draw_series(means, s, words, regional_term(words, "relative"))
}

#' @rdname regional-pictures
#' @export
plot.convergence_test <- function(x, ...) show_plot(autoplot.convergence_test(x, ...))
