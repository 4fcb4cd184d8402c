# Tile-grid map: one square a unit, one map a time or period.

draw_map <- function(data, panel, value, spec, time, tiles, words, call) {
  shown <- at_times(data, panel, value, time, call)
  draw_tiles(shown, value, make_fill(spec, shown[[value]], call), tiles, words, call)
}

# `shown`: unit, when and the value of each square; `fill`: how it is coloured.
draw_tiles <- function(shown, value, fill, tiles, words, call) {
  tiles <- check_tiles(tiles, shown$unit, words, call)
  at <- match_tiles(shown$unit, tiles, call)
  # Squares without a unit are drawn empty, in every map.
  whens <- levels(shown$when)
  grid <- merge(data.frame(tile = seq_len(nrow(tiles))), data.frame(when = whens))
  here <- match(paste(grid$tile, grid$when), paste(at, shown$when))
  grid <- data.frame(
    when = factor(grid$when, whens), row = tiles$row[grid$tile], column = tiles$column[grid$tile],
    label = tiles$label[grid$tile],
    value = shown[[value]][here], stage = fill$class(shown[[value]][here])
  )
  grid$ink <- tile_ink(grid, fill)
  ggplot2::ggplot(grid, ggplot2::aes(.data[["column"]], -.data[["row"]])) +
    ggplot2::geom_tile(
      ggplot2::aes(fill = .data[[fill$column]]), colour = "grey55", linewidth = 0.2, width = 0.95,
      height = 0.95
    ) +
    tile_names(
      tiles$label, length(whens), words
    ) + ggplot2::scale_colour_identity() + fill$scale + ggplot2::coord_equal() + map_theme(
      fill, words
    ) + map_guide(fill) + facet_when(grid$when) +
    ggplot2::labs(fill = fill$title, caption = no_data(grid$value, words))
}

# Beyond a dozen maps the squares are too small to be named.
tile_names <- function(label, maps, words) {
  if (maps > 12) return(NULL)
  ggplot2::geom_text(
    ggplot2::aes(label = .data[["label"]], colour = .data[["ink"]]), size = tile_text(label, maps),
    family = words$family
  )
}

# Names must fit their squares: Chinese letters are about twice as wide as Latin ones.
tile_text <- function(label, maps) {
  wide <- max(nchar(label, "width"), 2, na.rm = TRUE)
  base <- if (maps == 1) 3 else if (maps == 2) 2.4 else if (maps <= 4) 2 else 1.6
  base * min(1, 3.2 / wide * (if (any(has_chinese(label))) 2 else 1))
}

map_theme <- function(fill, words) {
  ggplot2::theme_void(base_size = 11, base_family = words$family) + ggplot2::theme(
    plot.background = ggplot2::element_rect(fill = "white", colour = NA),
    plot.margin = ggplot2::margin(6, 6, 6, 6),
    plot.title = ggplot2::element_text(size = 11, face = "bold"),
    strip.text = ggplot2::element_text(face = "bold", hjust = 0),
    plot.caption = ggplot2::element_text(size = 8)
  ) + fill$theme + ggplot2::theme(
    legend.position = "bottom", legend.margin = ggplot2::margin(0, 0, 0, 0)
  )
}

# Maps are wide: their key goes below, its title above it, the levels in rows from the lowest.
map_guide <- function(fill) {
  if (fill$column != "stage") return(wide_key())
  list(
    ggplot2::guides(fill = ggplot2::guide_legend(ncol = key_columns(fill$labels), byrow = TRUE)),
    ggplot2::theme(
      legend.direction = "vertical", legend.key.size = ggplot2::unit(0.9, "lines"),
      legend.title = ggplot2::element_text(size = 9)
    )
  )
}

# As many columns of a key, at most six, as so many inches have room for, and no more than its rows
# need. At eight points a letter takes about 0.06 inches, a square and the space around it 0.33.
key_columns <- function(labels, room = 6.3) {
  width <- 0.33 + 0.06 * nchar(labels, "width")
  taken <- function(n) {
    sum(vapply(seq_len(n), function(j) max(width[seq(j, length(width), by = n)]), 0))
  }
  n <- min(length(labels), 6)
  while (n > 1 && taken(n) > room) n <- n - 1
  ceiling(length(labels) / ceiling(length(labels) / n))
}

wide_key <- function() {
  ggplot2::guides(fill = ggplot2::guide_colourbar(
    barwidth = ggplot2::unit(3, "in"), barheight = ggplot2::unit(0.15, "in")
  ))
}

# The colour of a square's name, by the lightness of the square.
tile_ink <- function(grid, fill) {
  if (fill$column == "stage") {
    colours <- fill$colours %||% sequence_colours(nlevels(grid$stage))
    colours <- colours[as.integer(grid$stage)]
  } else {
    range <- range(grid$value, na.rm = TRUE)
    share <- if (diff(range) > 0) (grid$value - range[1]) / diff(range) else 0.5 + 0 * grid$value
    colours <- sequence_colours(101)[1 + round(100 * share)]
  }
  colours[is.na(colours)] <- "#CCCCCC"
  text_colour(colours)
}

# The tiles asked for, or those of the provinces or the states, whichever have all units.
check_tiles <- function(tiles, unit, words, call) {
  tiles <- tiles %||% usual_tiles(unit)
  check_data_frame(tiles, "tiles", call)
  tiles <- as.data.frame(tiles)
  names <- setdiff(
    names(tiles)[vapply(tiles, function(x) is.character(x) || is.factor(x), NA)], c("row", "column")
  )
  if (!all(c("row", "column") %in% names(tiles)) || !length(names)) {
    abort("tiles", c(
      paste0(
        "{.arg tiles} must have columns {.val row}, {.val column} and at least one with ",
        "names of the units."
      ),
      i = "{.code us_state_tiles} shows how."), call)
  }
  label <- intersect(c(if (words$language == "zh") "zh", "abbreviation"), names)
  tiles$label <- call_by(words, tiles[[c(label, names[1])[1]]])
  attr(tiles, "keys") <- names
  tiles
}

usual_tiles <- function(unit) {
  states <- getExportedValue("ccdpanel", "us_state_tiles")
  known <- unit %in% c(states$state, states$abbreviation)
  if (all(known) || sum(known) > sum(!is.na(province_row(unit, province_table())))) {
    states
  } else {
    province_table()
  }
}

# The row of `tiles` of each unit, by whichever column of names holds them all; provinces answer to
# all their names.
match_tiles <- function(unit, tiles, call) {
  name <- format_key(if (is.factor(unit)) as.character(unit) else unit)
  tries <- lapply(attr(tiles, "keys"), function(k) match(name, as.character(tiles[[k]])))
  if (identical(tiles$zh_full, province_table()$zh_full)) {
    tries <- c(tries, list(province_row(name, province_table())))
  }
  unknown <- vapply(tries, function(at) sum(is.na(at)), 0L)
  best <- tries[[which.min(unknown)]]
  if (!anyNA(best)) return(best)
  abort("tiles", c(
    "Every unit must have a tile; {.val {unique(name[is.na(best)])}} {?has/have} none.",
    i = paste0(
      "Give {.arg tiles}, a data frame with the units' names, {.val row} and {.val column}; ",
      "without it {.code provinces} and {.code us_state_tiles} are tried."
    )
  ), call)
}
