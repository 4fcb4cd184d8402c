#' Kernel densities by period
#'
#' How the distribution of a value moves: ridges, lines over each other, or the three-dimensional
#' lattice that many papers print.
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @details Gaussian kernel, summed over the values as it is defined: peaks are counted on a grid of
#'   each period's own, eight points a bandwidth. The bandwidth decides how many peaks are seen, and
#'   usual rules differ threefold on one sample: it is named below the picture, and several are
#'   drawn side by side when asked for. `"SJ"` (default) is Sheather and Jones's, `"nrd0"`
#'   Silverman's rule of thumb (R's default), `"nrd"` Scott's
#'   \eqn{1.06 \min(s, IQR/1.34) n^{-1/5}}{1.06 min(s, IQR/1.34) n^(-1/5)}
#'   (Matlab's is near it), `"ucv"` unbiased cross-validation. Each period has its own.
#' @inheritParams inequality
#' @param type `"ridges"` (default), `"lattice"` or `"lines"`.
#' @param time The times shown; by default all up to twelve, else twelve in even steps with the
#'   last.
#' @param bandwidth One or more rules, see Details, or positive numbers. A lattice takes one.
#' @param labels,language As in [pictures].
#' @return A `ggplot` object; its `data` hold `x`, `density`, the bandwidth (`width`) and number of
#'   `peaks` of each period. A suitable size in inches is 7 by 5.
#' @section Errors: `ccdpanel_error_values` (constant, or no bandwidth), `ccdpanel_error_time`,
#'   `ccdpanel_error_choice`, `ccdpanel_error_number`, `ccdpanel_error_package`.
#' @references Sheather, S. J. and Jones, M. C. (1991). A reliable data-based bandwidth selection
#'   method for kernel density estimation. Journal of the Royal Statistical Society B 53(3),
#'   683-690. \doi{10.1111/j.2517-6161.1991.tb01857.x}
#' @seealso [transition_matrix()], [inequality()].
#' @examplesIf requireNamespace("ggplot2", quietly = TRUE)
#' path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
#' cc <- coupling(composite_index(state_capital, indicator_sheet(path), panel = c("state", "year")))
#' density_plot(cc, time = c(1970, 1978, 1986))
#' @export
density_plot <- function(x, value = NULL, type = "ridges", time = NULL, bandwidth = "SJ",
                         panel = NULL, labels = NULL, language = NULL, ...) {
  check_dots(...)
  check_required("density_plot")
  call <- rlang::current_env()
  need_ggplot2(call)
  at <- regional_values(x, value, panel, NULL, call)
  check_choice(type, c("ridges", "lattice", "lines"), "type", call)
  check_bandwidth(bandwidth, type, call)
  language <- regional_language(language, at, call)
  check_single_times(time, call)
  times <- if (is.null(time)) some_of(at$times, 12) else sort(map_times(at$times, time, call))
  say_omitted(at)
  words <- lettering(language, labels, c(at$panel, at$value), call)
  lattice <- type == "lattice"
  data <- kernel_densities(at, times, bandwidth, if (lattice) 81 else 512, call, own = !lattice)
  data$when <- time_factor(data$time)
  draw <- switch(type, ridges = draw_ridges, lattice = draw_lattice, lines = draw_density_lines)
  p <- draw(data, at, words)
  p + ggplot2::labs(caption = bandwidth_caption(data, words))
}

check_bandwidth <- function(bandwidth, type, call) {
  if (is_bare_numeric(bandwidth)) {
    good <- length(bandwidth) && all(is.finite(bandwidth)) && all(bandwidth > 0)
    if (!good) {
      abort("number", c(
        "{.arg bandwidth} must be positive, not {found(bandwidth)}.",
        i = "In the units of the value."
      ), call)
    }
  } else {
    check_choices(bandwidth, bandwidth_rules, "bandwidth", call)
  }
  if (anyDuplicated(bandwidth) || (type == "lattice" && length(bandwidth) > 1)) {
    abort("choice", c(
      "{.arg bandwidth} must name each rule once, and one alone for a lattice.",
      i = "Draw a lattice for each."
    ), call)
  }
}

bandwidth_caption <- function(data, words) {
  each <- vapply(unique(data$rule), function(r) {
    range <- formatC(range(data$width[data$rule == r]), 3, format = "g")
    own <- suppressWarnings(!is.na(as.numeric(r)))
    regional_term(words, if (own) "bandwidth_number" else "bandwidth",
      rule = r, width = paste(unique(range), collapse = "-")
    )
  }, "")
  paste(each, collapse = words_of("marks", words$language)[["clauses"]])
}

rule_facets <- function(data) {
  if (length(unique(data$rule)) > 1) ggplot2::facet_wrap(ggplot2::vars(.data[["rule"]]))
}

# The latest period in front, each curve over the foot of its own line.
draw_ridges <- function(data, at, words) {
  height <- 2.2 / max(data$density)
  data$foot <- as.integer(data$when)
  data$top <- data$foot + height * data$density
  last <- nlevels(data$when)
  colours <- sequence_colours(last + 2)[seq_len(last) + 1]
  layers <- lapply(rev(seq_len(last)), function(t) {
    ggplot2::geom_ribbon(
      data = data[data$foot == t, ],
      ggplot2::aes(ymin = .data[["foot"]], ymax = .data[["top"]]), fill = colours[t],
      colour = "grey20", linewidth = 0.3, alpha = 0.9
    )
  })
  ggplot2::ggplot(data, ggplot2::aes(.data[["x"]])) + layers + rule_facets(data) +
    ggplot2::scale_y_continuous(
      breaks = seq_len(last), labels = levels(data$when),
      expand = ggplot2::expansion(add = c(0.1, 0.2))
    ) + theme_paper(words) + ggplot2::labs(
      x = call_by(words, at$value), y = call_by(words, at$panel[2])
    )
}

draw_density_lines <- function(data, at, words) {
  n <- nlevels(data$when)
  colours <- sequence_colours(n + 2)[seq_len(n) + 2]
  types <- rep(c("solid", "22", "42", "12"), length.out = n)
  ggplot2::ggplot(data, ggplot2::aes(
    .data[["x"]], .data[["density"]], colour = .data[["when"]], linetype = .data[["when"]]
  )) + ggplot2::geom_line(linewidth = 0.7) + rule_facets(data) +
    ggplot2::scale_colour_manual(
      values = colours
    ) + ggplot2::scale_linetype_manual(values = types) +
    key_below(levels(data$when), c("colour", "linetype")) + theme_paper(words) + ggplot2::labs(
      x = call_by(words, at$value), y = regional_term(words, "density"), colour = NULL,
      linetype = NULL
    )
}

# A surface over value and time, seen from the front and the right: cells from back to front, each
# covering what is behind it.
draw_lattice <- function(data, at, words) {
  n <- nlevels(data$when)
  grid <- lattice_points(data, n)
  cells <- lattice_cells(grid, n)
  ends <- range(grid$x)
  top <- max(data$density)
  ticks <- pretty(ends, 5)
  ticks <- ticks[ticks >= ends[1] & ticks <= ends[2]]
  floor <- rbind(lattice_at(ends[c(1, 2, 2, 1)], c(1, 1, n, n), 0, ends, n))
  heights <- pretty(c(0, top), 4)
  heights <- heights[heights <= top]
  edge <- lattice_at(ends[2], seq_len(n), 0, ends, n)
  foot <- lattice_at(ticks, n, 0, ends, n)
  wall <- lattice_at(ends[1], n, heights / top, ends, n)
  shown <- if (n > 6) some_of(seq_len(n), 6) else seq_len(n)
  text <- function(at, label, ...) {
    ggplot2::annotate(
      "text", x = at$X, y = at$Y, label = label, size = 2.9, family = words$family, ...
    )
  }
  ggplot2::ggplot(data) +
    ggplot2::annotate("polygon", x = floor$X, y = floor$Y, fill = "grey97", colour = "grey60") +
    ggplot2::geom_polygon(
      ggplot2::aes(
        .data[["X"]], .data[["Y"]], group = .data[["cell"]], fill = .data[["density"]]
      ), data = cells, colour = "grey25", linewidth = 0.12
    ) +
    ggplot2::scale_fill_gradientn(colours = sequence_colours(9)[1:8], guide = "none") +
    ggplot2::annotate(
      "segment", x = wall$X[1], xend = wall$X[1], y = 0, yend = max(wall$Y), colour = "grey40"
    ) +
    text(foot, format(ticks), vjust = 1.6) + text(wall, paste0(format(heights), " "), hjust = 1) +
    text(edge[shown, ], paste0(" ", levels(data$when)[shown]),
      hjust = -0.1, vjust = 0.9) +
    text(data.frame(X = mean(range(foot$X)), Y = 0), call_by(words, at$value), vjust = 3.6) +
    text(data.frame(X = wall$X[1] - 0.13, Y = max(wall$Y) / 2), regional_term(words, "density"),
      angle = 90) +
    ggplot2::coord_cartesian(clip = "off", xlim = c(-0.16, 1.42), ylim = c(-0.12, NA)) +
    ggplot2::theme_void(base_family = words$family) + ggplot2::theme(
      plot.background = ggplot2::element_rect(fill = "white", colour = NA),
      plot.margin = ggplot2::margin(6, 12, 10, 6), plot.caption = ggplot2::element_text(size = 8)
    )
}

# Where a value, a period (its number; the last is in front) and a height from 0 to 1 come on paper.
lattice_at <- function(x, t, height, ends, n) {
  back <- if (n > 1) (n - t) / (n - 1) else 0 * t
  data.frame(X = (x - ends[1]) / diff(ends) + 0.35 * back, Y = 0.45 * back + 0.55 * height)
}

lattice_points <- function(data, n) {
  ends <- range(data$x)
  at <- lattice_at(
    data$x, as.integer(data$when), data$density / max(data$density), ends, n
  )
  cbind(data[c("x", "density")], t = as.integer(data$when), at)
}

# Four corners a cell, the farthest period first; one period alone is a curve above its foot.
lattice_cells <- function(grid, n) {
  per <- nrow(grid) / n
  if (n == 1) {
    foot <- lattice_at(rev(range(grid$x)), 1, 0, range(grid$x), 1)
    return(data.frame(
      X = c(grid$X, foot$X), Y = c(grid$Y, foot$Y), density = max(grid$density), cell = 1
    ))
  }
  at <- expand.grid(i = seq_len(per - 1), t = seq_len(n - 1))
  corner <- function(i, t) (t - 1) * per + i
  rows <- cbind(
    corner(at$i, at$t), corner(at$i + 1, at$t), corner(at$i + 1, at$t + 1), corner(at$i, at$t + 1)
  )
  height <- rowMeans(matrix(grid$density[rows], ncol = 4))
  data.frame(
    X = grid$X[t(rows)], Y = grid$Y[t(rows)], density = rep(height, each = 4),
    cell = rep(seq_len(nrow(rows)), each = 4)
  )
}
