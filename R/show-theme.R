# What all pictures share. Colours keep their order of lightness, so that they survive a grey
# printer, and are told apart by colour-blind readers; series differ by line and point as well as by
# colour.

need_ggplot2 <- function(call) {
  if (requireNamespace("ggplot2", quietly = TRUE)) return(invisible())
  abort("package", c(
    "Pictures need the package {.pkg ggplot2}, which is not installed.",
    i = "Install it by {.code install.packages(\"ggplot2\")}."
  ), call)
}

# Okabe and Ito's colours without their yellow, and a dark red, dark and light in turn.
series_colours <- c(
  "#0072B2", "#D55E00", "#009E73", "#000000", "#E69F00", "#CC79A7", "#56B4E9", "#882255"
)

# Light to dark in even steps of lightness: yellow, green, blue.
sequence_colours <- function(n) grDevices::hcl.colors(n, "YlGnBu", rev = TRUE)

# Black or white, whichever has the greater contrast (L + .05) / (l + .05) of relative luminances.
text_colour <- function(fill) {
  share <- grDevices::col2rgb(fill) / 255
  linear <- ifelse(share <= .04045, share / 12.92, ((share + .055) / 1.055)^2.4)
  luminance <- colSums(linear * c(.2126, .7152, .0722))
  ifelse((luminance + .05)^2 > .05 * 1.05, "black", "white")
}

# Bars and polygons stand side by side: fills in even steps of lightness, none so light that it is
# lost on white paper.
bar_colours <- function(n) sequence_colours(n + 2)[-c(1, n + 2)]

theme_paper <- function(words = NULL) {
  ggplot2::theme_bw(base_size = 11, base_family = words$family %||% "") + ggplot2::theme(
    panel.grid.minor = ggplot2::element_blank(), panel.spacing.x = ggplot2::unit(1.4, "lines"),
    strip.background = ggplot2::element_blank(),
    strip.text = ggplot2::element_text(face = "bold", hjust = 0), legend.position = "bottom",
    legend.key = ggplot2::element_blank(),
    plot.title = ggplot2::element_text(size = 11, face = "bold"),
    plot.caption = ggplot2::element_text(size = 8), plot.margin = ggplot2::margin(6, 12, 6, 6),
    axis.text = ggplot2::element_text(colour = "black")
  )
}

# Times as numbers or dates where they are, else as a factor in their order.
plot_time <- function(time) {
  if (is.numeric(time) || inherits(time, c("Date", "POSIXct"))) return(time)
  time_factor(time)
}

time_factor <- function(time) factor(format_key(time), format_key(in_order(time)))

# Whole years get whole breaks; dates and other times are named themselves, the last one always.
time_scale <- function(time) {
  expand <- ggplot2::expansion(mult = 0.02)
  if (is.numeric(time)) return(ggplot2::scale_x_continuous(breaks = whole_breaks, expand = expand))
  if (is.factor(time)) {
    return(ggplot2::scale_x_discrete(breaks = some_of(levels(time)), guide = no_overlap()))
  }
  scale <- if (inherits(time, "Date")) ggplot2::scale_x_date else ggplot2::scale_x_datetime
  breaks <- some_of(sort(unique(time)))
  scale(breaks = breaks, labels = format_key(breaks), expand = expand, guide = no_overlap())
}

no_overlap <- function() ggplot2::guide_axis(check.overlap = TRUE)

# At most `most` whole numbers in even steps, the last one of the limits among them, and the first
# if a step allows.
whole_breaks <- function(limits, most = 7) {
  first <- ceiling(limits[1] - 1e-9)
  last <- floor(limits[2] + 1e-9)
  span <- last - first
  step <- max(1, ceiling(span / (most - 1)))
  even <- step:(2 * step)
  even <- even[span %% even == 0 & span / even >= 3]
  rev(seq(last, first, by = -c(even, step)[1]))
}

# Some of many times in even steps, the last among them.
some_of <- function(times, most = 7) times[whole_breaks(c(1, length(times)), most)]

series_shapes <- c(16, 17, 15, 1, 2, 0, 5, 6)

# A key below in as many columns as a page of seven inches has room for.
key_below <- function(names, aesthetics) {
  columns <- max(1, min(length(names), floor(84 / (max(nchar(names, "width"), 1) + 6))))
  do.call(ggplot2::guides, stats::setNames(rep(
    list(ggplot2::guide_legend(ncol = columns, byrow = TRUE)), length(aesthetics)
  ), aesthetics))
}

# The series of a trend, at most eight: colour, line and point together.
series_scales <- function(n, labels = ggplot2::waiver(), names = NULL) {
  list(
    if (length(names)) key_below(names, c("colour", "linetype", "shape")),
    ggplot2::scale_colour_manual(values = series_colours[seq_len(n)], labels = labels),
    ggplot2::scale_linetype_manual(
      values = rep(c("solid", "22", "42", "12"), length.out = n), labels = labels
    ),
    ggplot2::scale_shape_manual(values = series_shapes[seq_len(n)], labels = labels)
  )
}

# Names of columns and groups, as scales take them.
named_by <- function(words) function(x) call_by(words, x)

show_plot <- function(p) {
  print(p)
  invisible(p)
}
