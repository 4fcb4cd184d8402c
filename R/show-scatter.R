# Scores of two systems against each other, over curves of equal D; of several systems, every pair.

draw_scatter <- function(data, recipe, systems, time, words, call) {
  pairs <- system_pairs(systems, recipe, call)
  data <- data[!is.na(data$D), , drop = FALSE]
  shown <- at_times(data, recipe$panel, unique(unlist(pairs)), time, call)
  points <- do.call(rbind, lapply(pairs, function(pair) {
    data.frame(
      unit = format_key(shown$unit), when = shown$when, x = shown[[pair[1]]], y = shown[[pair[2]]],
      pair = pair_name(pair, words)
    )
  }))
  points <- points[order(-points$x * points$y), ]
  limit <- min(1, (floor(max(points$x, points$y) * 10 + 0.3) + 1) / 10)
  curves <- do.call(rbind, lapply(pairs, function(pair) {
    cbind(equal_d(pair_recipe(recipe, pair), limit)$grid, pair = pair_name(pair, words))
  }))
  one <- length(pairs) == 1
  axis <- equal_d(
    pair_recipe(recipe, pairs[[1]]), limit,
    apart = if (one && nlevels(points$when) == 1) 0.03 else 0.07
  )$labels
  # One axis of D serves several panels only where their curves are the same.
  same <- one || length(unique(recipe$weights[unique(unlist(pairs))])) == 1
  p <- ggplot2::ggplot(points, ggplot2::aes(.data[["x"]], .data[["y"]])) +
    ggplot2::geom_abline(
      slope = 1, intercept = 0, colour = "grey70", linetype = "22", linewidth = 0.4
    ) +
    ggplot2::geom_contour(
      ggplot2::aes(.data[["x"]], .data[["y"]], z = .data[["D"]]), curves, breaks = recipe$breaks,
      colour = "grey45",
      linewidth = 0.35, inherit.aes = FALSE
    ) +
    ggplot2::geom_point(
      size = 1.8, alpha = 0.75, colour = series_colours[1]
    ) + point_names(points, one, limit, words) +
    ggplot2::scale_y_continuous(
      sec.axis = if (same) {
        ggplot2::dup_axis(breaks = axis$at, labels = axis$label, name = "D")
      } else {
        ggplot2::waiver()
      }
    ) +
    ggplot2::coord_equal(
      xlim = c(0, limit), ylim = c(0, limit), expand = FALSE
    ) + theme_paper(words) +
    ggplot2::theme(
      panel.grid.major = ggplot2::element_blank(), panel.spacing.x = ggplot2::unit(1.8, "lines")
    )
  p + scatter_facets(points, one) + ggplot2::labs(
    x = if (one) call_by(words, pairs[[1]][1]) else term(words, "first"),
    y = if (one) call_by(words, pairs[[1]][2]) else term(words, "second"),
    caption = term(words, if (length(recipe$systems) == 2) "equal_d" else "equal_pair")
  )
}

# Two systems are a pair; more make one panel for every two of them, up to six.
system_pairs <- function(systems, recipe, call) {
  systems <- systems %||% recipe$systems
  if (length(systems) < 2 || anyDuplicated(systems) || !all(systems %in% recipe$systems)) {
    abort("systems", c(
      "A scatter shows systems of {.arg object}, at least two, not {.val {systems}}.",
      i = "They are {.val {recipe$systems}}."
    ), call)
  }
  if (length(systems) > 4) {
    abort("systems", c(
      "A scatter of {length(systems)} systems would have {choose(length(systems), 2)} panels.",
      i = "Name up to four in {.arg value}."
    ), call)
  }
  utils::combn(systems, 2, simplify = FALSE)
}

pair_name <- function(pair, words) {
  names <- call_by(words, pair)
  term(words, "joined", first = names[1], second = names[2])
}

# The coupling of two of its systems, their coefficients made to sum to one.
pair_recipe <- function(recipe, pair) {
  a <- recipe$weights[pair]
  recipe$weights <- if (sum(a) > 0) a / sum(a) else a + 1 / 2
  recipe
}

scatter_facets <- function(points, one) {
  several <- nlevels(points$when) > 1
  if (one) return(facet_when(points$when))
  if (several) {
    return(ggplot2::facet_grid(ggplot2::vars(.data[["when"]]), ggplot2::vars(.data[["pair"]])))
  }
  list(
    ggplot2::facet_wrap(ggplot2::vars(.data[["pair"]])), ggplot2::labs(title = levels(points$when))
  )
}

# Names beside the points of one panel, right or else left, the highest first, where they cover
# neither each other nor another point.
point_names <- function(points, one, limit, words) {
  if (!one || nlevels(points$when) > 1 || nrow(points) > 100) return(NULL)
  points$label <- call_by(words, points$unit)
  wide <- 0.019 * nchar(points$label, "width") * limit
  free <- function(i, from, to) {
    from >= 0 && to <= 1.02 * limit && !any(
      points$x[-i] > from & points$x[-i] < to & abs(points$y[-i] - points$y[i]) < 0.03 * limit
    )
  }
  points$side <- vapply(seq_along(wide), function(i) {
    x <- points$x[i]
    if (free(i, x, x + wide[i])) 1 else if (free(i, x - wide[i], x)) -1 else NA_real_
  }, 0)
  points <- points[!is.na(points$side), ]
  ggplot2::geom_text(
    ggplot2::aes(
      x = .data[["x"]] + 0.015 * limit * .data[["side"]], label = .data[["label"]],
      hjust = 0.5 - 0.5 * .data[["side"]]
    ),
    points, size = 2.6,
    check_overlap = TRUE, family = words$family
  )
}

# D over the square of scores, and where its curves end on the right edge; labels too near the next
# higher one are left out.
equal_d <- function(recipe, limit = 1, apart = 0.03) {
  u <- seq(0, limit, length.out = 121)
  grid <- expand.grid(x = u, y = u)
  levels <- list(
    breaks = recipe$breaks, closed = recipe$closed,
    labels = as.character(seq_len(length(recipe$breaks) + 1))
  )
  D <- function(x, y) couple(list(x, y), recipe$weights, recipe$model, recipe$k, levels)$D
  grid$D <- D(grid$x, grid$y)
  edge <- seq(0, limit, length.out = 2001)
  at <- vapply(recipe$breaks, function(b) c(edge[D(rep(limit, 2001), edge) >= b], NA)[1], 0)
  labels <- data.frame(at = at, label = format(recipe$breaks))[!is.na(at), ]
  list(grid = grid, labels = labels[c(diff(labels$at) > apart * limit, if (nrow(labels)) TRUE), ])
}
