# What all pictures share. Colours keep their order of lightness, so that they survive a grey printer, and are told
# apart by colour-blind readers; series differ by line and point as well as by colour.

need_ggplot2 <- function(call) {
  if (requireNamespace("ggplot2", quietly = TRUE)) return(invisible())
  abort("package", c("Pictures need the package {.pkg ggplot2}, which is not installed.", i = "Install it by {.code install.packages(\"ggplot2\")}."), call)
}

# Okabe and Ito's colours, dark and light in turn.
series_colours <- c("#0072B2", "#D55E00", "#009E73", "#000000", "#E69F00", "#CC79A7", "#56B4E9", "#999999")

# Light to dark in even steps of lightness: yellow, green, blue.
sequence_colours <- function(n) grDevices::hcl.colors(n, "YlGnBu", rev = TRUE)

# Black or white, whichever has the greater contrast (L + .05) / (l + .05) of relative luminances.
text_colour <- function(fill) {
  share <- grDevices::col2rgb(fill) / 255
  linear <- ifelse(share <= .04045, share / 12.92, ((share + .055) / 1.055)^2.4)
  luminance <- colSums(linear * c(.2126, .7152, .0722))
  ifelse((luminance + .05)^2 > .05 * 1.05, "black", "white")
}

theme_paper <- function() {
  ggplot2::theme_bw(base_size = 11) + ggplot2::theme(
    panel.grid.minor = ggplot2::element_blank(), panel.spacing.x = ggplot2::unit(1.4, "lines"), strip.background = ggplot2::element_blank(),
    strip.text = ggplot2::element_text(face = "bold", hjust = 0), legend.position = "bottom", legend.key = ggplot2::element_blank(),
    plot.title = ggplot2::element_text(size = 11, face = "bold"), axis.text = ggplot2::element_text(colour = "black")
  )
}

# Times as numbers or dates where they are, else as a factor in their order.
plot_time <- function(time) {
  if (is.numeric(time) || inherits(time, c("Date", "POSIXct"))) return(time)
  time_factor(time)
}

time_factor <- function(time) factor(format_key(time), format_key(sort(unique(time))))

# Whole years get whole breaks; dates and other times are named themselves, the last one always.
time_scale <- function(time) {
  expand <- ggplot2::expansion(mult = 0.02)
  if (is.numeric(time)) return(ggplot2::scale_x_continuous(breaks = whole_breaks, expand = expand))
  if (is.factor(time)) return(ggplot2::scale_x_discrete(breaks = some_of(levels(time)), guide = no_overlap()))
  scale <- if (inherits(time, "Date")) ggplot2::scale_x_date else ggplot2::scale_x_datetime
  breaks <- some_of(sort(unique(time)))
  scale(breaks = breaks, labels = format_key(breaks), expand = expand, guide = no_overlap())
}

no_overlap <- function() ggplot2::guide_axis(check.overlap = TRUE)

# At most seven whole numbers in even steps, the last one of the limits among them, and the first if a step allows.
whole_breaks <- function(limits) {
  first <- ceiling(limits[1] - 1e-9)
  last <- floor(limits[2] + 1e-9)
  span <- last - first
  step <- max(1, ceiling(span / 6))
  even <- step:(2 * step)
  even <- even[span %% even == 0 & span / even >= 3]
  rev(seq(last, first, by = -c(even, step)[1]))
}

# Some of many times in even steps, the last among them.
some_of <- function(times) times[whole_breaks(c(1, length(times)))]

# The series of a trend: colour, line and point together.
series_scales <- function(n) {
  if (n > length(series_colours)) return(list(ggplot2::scale_colour_viridis_d(end = 0.9), ggplot2::guides(shape = "none", linetype = "none")))
  list(
    ggplot2::scale_colour_manual(values = series_colours[seq_len(n)]),
    ggplot2::scale_linetype_manual(values = rep(c("solid", "22", "42", "12"), length.out = n)),
    ggplot2::scale_shape_manual(values = c(16, 17, 15, 1, 2, 0, 5, 6)[seq_len(n)])
  )
}

show_plot <- function(p) {
  print(p)
  invisible(p)
}
