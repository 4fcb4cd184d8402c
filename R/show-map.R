# Tile-grid map: one square a unit, one map a time.

draw_map <- function(data, panel, value, fill, time, tiles, call) {
  tiles <- check_tiles(tiles, call)
  data <- data[data[[panel[2]]] %in% map_times(data[[panel[2]]], time, call), , drop = FALSE]
  at <- match_tiles(data[[panel[1]]], tiles, call)
  # Squares without a unit are drawn empty, in every map.
  times <- sort(unique(data[[panel[2]]]))
  grid <- merge(data.frame(tile = seq_len(nrow(tiles))), data.frame(time = format_key(times)))
  here <- match(paste(grid$tile, grid$time), paste(at, format_key(data[[panel[2]]])))
  grid <- data.frame(
    time = factor(grid$time, format_key(times)), row = tiles$row[grid$tile], column = tiles$column[grid$tile], label = tiles$label[grid$tile],
    value = data[[value]][here], stage = fill$class(data[[value]][here])
  )
  grid$ink <- tile_ink(grid, fill)
  p <- ggplot2::ggplot(grid, ggplot2::aes(.data[["column"]], -.data[["row"]])) +
    ggplot2::geom_tile(ggplot2::aes(fill = .data[[fill$column]]), colour = "grey55", linewidth = 0.2, width = 0.95, height = 0.95) +
    ggplot2::geom_text(ggplot2::aes(label = .data[["label"]], colour = .data[["ink"]]), size = if (length(times) > 1) 1.9 else 3) +
    ggplot2::scale_colour_identity() + fill$scale + map_guide(fill) + ggplot2::coord_equal() + map_theme(fill)
  if (length(times) > 1) p <- p + ggplot2::facet_wrap(ggplot2::vars(.data[["time"]]))
  p + ggplot2::labs(fill = fill$title, title = if (length(times) == 1) format_key(times), caption = no_data(grid$value))
}

map_theme <- function(fill) {
  ggplot2::theme_void(base_size = 11) + ggplot2::theme(
    plot.margin = ggplot2::margin(6, 6, 6, 6), plot.title = ggplot2::element_text(size = 11, face = "bold"),
    strip.text = ggplot2::element_text(face = "bold", hjust = 0), plot.caption = ggplot2::element_text(size = 8)
  ) + fill$theme + ggplot2::theme(legend.position = "bottom", legend.margin = ggplot2::margin(0, 0, 0, 0))
}

# Maps are wide: their key goes below, the levels in rows from the lowest.
map_guide <- function(fill) {
  if (fill$column == "stage") return(ggplot2::guides(fill = ggplot2::guide_legend(ncol = 4, byrow = TRUE)))
  ggplot2::guides(fill = ggplot2::guide_colourbar(barwidth = ggplot2::unit(3, "in"), barheight = ggplot2::unit(0.15, "in")))
}

# The colour of a square's name, by the lightness of the square.
tile_ink <- function(grid, fill) {
  if (fill$column == "stage") {
    colours <- sequence_colours(nlevels(grid$stage))[as.integer(grid$stage)]
  } else {
    range <- range(grid$value, na.rm = TRUE)
    share <- if (diff(range) > 0) (grid$value - range[1]) / diff(range) else 0.5 + 0 * grid$value
    colours <- sequence_colours(101)[1 + round(100 * share)]
  }
  colours[is.na(colours)] <- "#CCCCCC"
  text_colour(colours)
}

map_times <- function(times, time, call) {
  if (is.null(time)) return(rev(sort(unique(times)))[1])
  if (all(time %in% times)) return(time)
  abort("time", c("{.arg time} must be among the times of the panel; {.val {format_key(time[!time %in% times])}} is not.",
    i = "The panel runs over {time_span(times)}."), call)
}

check_tiles <- function(tiles, call) {
  tiles <- tiles %||% us_tiles()
  check_data_frame(tiles, "tiles", call)
  tiles <- as.data.frame(tiles)
  names <- setdiff(names(tiles)[vapply(tiles, function(x) is.character(x) || is.factor(x), NA)], c("row", "column"))
  if (!all(c("row", "column") %in% names(tiles)) || !length(names)) {
    abort("tiles", c("{.arg tiles} must have columns {.val row}, {.val column} and at least one with names of the units.",
      i = "{.code us_state_tiles} shows how."), call)
  }
  tiles$label <- as.character(tiles[[if ("abbreviation" %in% names) "abbreviation" else names[1]]])
  attr(tiles, "keys") <- names
  tiles
}

us_tiles <- function() {
  space <- new.env()
  utils::data("us_state_tiles", package = "ccdpanel", envir = space)
  space$us_state_tiles
}

# The row of `tiles` of each unit, by whichever column of names holds them all.
match_tiles <- function(unit, tiles, call) {
  tries <- lapply(attr(tiles, "keys"), function(k) match(as.character(unit), as.character(tiles[[k]])))
  unknown <- vapply(tries, function(at) sum(is.na(at)), 0L)
  best <- tries[[which.min(unknown)]]
  if (!anyNA(best)) return(best)
  abort("tiles", c(
    "Every unit must have a tile; {.val {unique(as.character(unit)[is.na(best)])}} {?has/have} none.",
    i = "Give {.arg tiles}, a data frame with the units' names, {.val row} and {.val column}; the default is {.code us_state_tiles}."
  ), call)
}
