# Choropleth: the user's own sf map, one map a time or period.

draw_choropleth <- function(data, panel, value, spec, time, map, by, words, call) {
  check_sf(map, call)
  shown <- at_times(data, panel, value, time, call)
  draw_regions(shown, value, make_fill(spec, shown[[value]], call), map, by, words, call)
}

# The same of unit, when and value, and how they are coloured.
draw_regions <- function(shown, value, fill, map, by, words, call) {
  region <- region_names(map, by, shown$unit, call)
  tell_unmatched(shown$unit, region, call)
  parts <- lapply(levels(shown$when), function(when) {
    here <- match(region$key, region$unit_key(shown$unit[shown$when == when]))
    x <- shown[[value]][shown$when == when][here]
    out <- map[attr(map, "sf_column")]
    out$when <- when
    out$value <- x
    out$stage <- fill$class(x)
    out
  })
  regions <- do.call(rbind, parts)
  regions$when <- factor(regions$when, levels(shown$when))
  ggplot2::ggplot(regions) + ggplot2::geom_sf(
    ggplot2::aes(fill = .data[[fill$column]]), colour = "grey40", linewidth = 0.15
  ) +
    fill$scale + ggplot2::coord_sf(datum = NA) + map_theme(fill, words) + map_guide(fill) +
      facet_when(regions$when) +
    ggplot2::labs(fill = fill$title, caption = no_data(regions$value, words))
}

check_sf <- function(map, call) {
  if (!inherits(map, "sf")) {
    abort("map", c(
      "{.arg map} must be an sf object, not {.obj_type_friendly {map}}.",
      i = "{.code sf::st_read()} reads shapefiles and GeoJSON."
    ), call)
  }
  if (requireNamespace("sf", quietly = TRUE)) return(invisible())
  abort("package", c(
    "A choropleth needs the package {.pkg sf}, which is not installed.",
    i = "Install it, or leave out {.arg map} for a tile-grid map."
  ), call)
}

# What joins regions and units: equal names in column `by` or in whichever column has most of them,
# the same province, or the same place (a city with and without the word).
region_names <- function(map, by, unit, call) {
  table <- as.data.frame(map)[setdiff(names(map), attr(map, "sf_column"))]
  if (!is.null(by)) check_columns(by, table, "by", call)
  columns <- by %||% names(table)[vapply(table, function(x) {
    is.character(x) || is.factor(x) || is.numeric(x)
  }, NA)]
  plain <- function(x) format_key(if (is.factor(x)) as.character(x) else x)
  province <- function(x) as.character(province_row(plain(x), province_table()))
  tries <- c(
    lapply(columns, function(k) list(name = k, key = plain(table[[k]]), unit_key = plain)),
    lapply(columns, function(k) list(name = k, key = province(table[[k]]), unit_key = province)),
    lapply(columns, function(k) {
      list(name = k, key = plain(table[[k]]), unit_key = same_place(plain(table[[k]]), plain))
    })
  )
  hits <- vapply(tries, function(t) sum(t$unit_key(unique(unit)) %in% t$key[!is.na(t$key)]), 0L)
  if (!length(hits) || !max(hits)) {
    abort("map", c(
      paste0(
        "No unit is found in {.arg map}: its columns {.val {columns}} have no name of the units, ",
        "such as {.val {plain(unit)[1]}}."
      ),
      i = "{.arg by} names the column of the map that holds the units' names."), call)
  }
  best <- tries[[which.max(hits)]]
  best$label <- plain(table[[best$name]])
  best
}

# Names of regions for names of units: the same name, else the only region that is the same place.
same_place <- function(regions, plain) {
  key <- place_key(regions)
  key[key %in% key[duplicated(data.frame(key)) & !duplicated(data.frame(key, regions))]] <- NA
  function(unit) {
    unit <- plain(unit)
    ifelse(unit %in% regions, unit, regions[match(place_key(unit), key, incomparables = NA)])
  }
}

# Regions without a unit are grey, units without a region are not seen: both are named.
tell_unmatched <- function(unit, region, call) {
  key <- region$unit_key(unique(unit))
  grey <- unique(region$label[!region$key %in% key])
  lost <- format_key(unique(unit))[is.na(key) | !key %in% region$key]
  if (length(grey)) {
    inform("unmatched", c(
      "!" = paste0(
        "{length(grey)} region{?s} of the map {?has/have} no unit and {?is/are} ",
        "grey: {.val {grey}}."
      )
    ), regions = grey)
  }
  if (!length(lost)) return(invisible())
  warn("unmatched", c(
    paste0(
      "{length(lost)} unit{?s} {?has/have} no region in column {.val {region$name}} of the map ",
      "and {?is/are} not seen: {.val {lost}}."
    ),
    i = "Correct the spelling, or name another column with {.arg by}."), call, units = lost)
}
