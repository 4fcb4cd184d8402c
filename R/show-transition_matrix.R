# Pictures of Markov chains: matrices as squares, and where they lead.

#' @rdname regional-pictures
#' @exportS3Method ggplot2::autoplot
autoplot.transition_matrix <- function(object, type = "matrix", labels = NULL, language = NULL,
                                       ...) {
  call <- rlang::current_env()
  need_ggplot2(call)
  check_dots(..., call = call)
  s <- check_regional(object, call)
  check_choice(type, c("matrix", "ergodic", "passage"), "type", call)
  words <- regional_lettering(s, labels, language, c(s$classes, s$regimes), call)
  long <- attr(object, "long", exact = TRUE)
  long$chain <- chain_titles(long$chain, s, words)
  if (type == "ergodic") return(draw_ergodic(object, long, s, words))
  draw_chain(long[long$measure == c(matrix = "probability", passage = "passage")[[type]], ], s,
    type, words)
}

# A chain of neighbours' class or group is called by it.
chain_titles <- function(chain, s, words) {
  own <- s$regimes
  names <- own_names(words, own)
  if (!is.null(s$weights)) {
    names <- vapply(names, function(n) regional_term(words, "neighbours_in", class = n), "")
  }
  all <- sub("all", regional_term(words, "all_chains"), s$whole, fixed = TRUE)
  factor(ifelse(chain == s$whole, all, names[match(chain, own)]), c(all, names))
}

# Names of classes lie flat where a page's width holds them beside each other, and stand where not.
class_angle <- function(classes, chains) {
  panels <- ceiling(sqrt(chains))
  if (max(nchar(classes, "width")) * length(classes) * panels > 90) 90 else 0
}

draw_chain <- function(long, s, type, words) {
  classes <- own_names(words, s$classes)
  long$from <- factor(own_names(words, long$from), rev(classes))
  long$to <- factor(own_names(words, long$to), classes)
  long$text <- if (type == "matrix") {
    formatC(long$estimate, 3, format = "f")
  } else {
    formatC(long$estimate, 1, format = "f")
  }
  long$text[is.na(long$estimate)] <- ""
  long$text[is.infinite(long$estimate)] <- "\u221e"
  shade <- replace(long$estimate, is.infinite(long$estimate), NA)
  range <- if (type == "matrix") c(0, 1) else range(shade, 0, na.rm = TRUE)
  share <- (shade - range[1]) / max(diff(range), 1e-300)
  colours <- sequence_colours(101)[1 + round(100 * share)]
  long$ink <- text_colour(replace(colours, is.na(colours), "#CCCCCC"))
  long$shade <- shade
  long$chain <- droplevels(long$chain)
  p <- ggplot2::ggplot(long, ggplot2::aes(.data[["to"]], .data[["from"]])) +
    ggplot2::geom_tile(ggplot2::aes(fill = .data[["shade"]]), colour = "white", linewidth = 0.6) +
    ggplot2::geom_text(
      ggplot2::aes(label = .data[["text"]], colour = .data[["ink"]]), family = words$family,
      size = if (nlevels(long$chain) > 1) 2.6 else 3.4
    ) +
    ggplot2::scale_colour_identity() + ggplot2::scale_fill_gradientn(
      colours = sequence_colours(9), limits = range, na.value = "grey80", guide = "none"
    ) + ggplot2::scale_x_discrete(
      position = "top", expand = c(0, 0),
      guide = ggplot2::guide_axis(angle = class_angle(classes, nlevels(long$chain)))
    ) +
    ggplot2::scale_y_discrete(expand = c(0, 0)) + theme_paper(words) + ggplot2::theme(
      panel.grid = ggplot2::element_blank(), axis.ticks = ggplot2::element_blank(),
      strip.placement = "outside"
    ) + ggplot2::labs(
      x = regional_term(words, "to_class", lag = format(s$lag)),
      y = regional_term(words, "from_class"),
      caption = if (type == "passage") {
        regional_term(words, "passage")
      } else if (anyNA(long$shade)) {
        regional_term(words, "no_leavers")
      }
    )
  if (nlevels(long$chain) > 1) p <- p + ggplot2::facet_wrap(ggplot2::vars(.data[["chain"]]))
  p
}

# The shares of the classes at the last time, and in the end.
draw_ergodic <- function(x, long, s, words) {
  chains <- levels(droplevels(long$chain))
  now <- attr(x, "last", exact = TRUE)
  # Nobody may be in a chain at the last time.
  now <- now / rep(ifelse(colSums(now) > 0, colSums(now), NA), each = nrow(now))
  ergodic <- long[long$measure == "ergodic", ]
  data <- data.frame(
    chain = rep(factor(chains, chains), each = length(s$classes), times = 2),
    class = rep(own_names(words, s$classes), 2 * length(chains)),
    share = c(as.vector(now), ergodic$estimate),
    what = rep(c("observed", "ergodic"), each = length(now))
  )
  names <- regional_names(words, c("observed", "ergodic"))
  names[1] <- in_brackets(words, names[1], format_key(s$now))
  data$what <- factor(data$what, c("observed", "ergodic"), names)
  data$class <- factor(data$class, own_names(words, s$classes))
  p <- ggplot2::ggplot(data, ggplot2::aes(.data[["class"]], .data[["share"]])) +
    ggplot2::geom_col(
      ggplot2::aes(fill = .data[["what"]]), position = "dodge", colour = "grey30", linewidth = 0.2,
      na.rm = TRUE
    ) + ggplot2::scale_fill_manual(values = bar_colours(2)) + theme_paper(words) +
    ggplot2::guides(
      x = ggplot2::guide_axis(angle = class_angle(levels(data$class), length(chains)))
    ) + ggplot2::labs(
      x = regional_term(words, "class"), y = regional_term(words, "share"), fill = NULL
    )
  if (length(chains) > 1) p + ggplot2::facet_wrap(ggplot2::vars(.data[["chain"]])) else p
}

#' @rdname regional-pictures
#' @export
plot.transition_matrix <- function(x, ...) show_plot(autoplot.transition_matrix(x, ...))
