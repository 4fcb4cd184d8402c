#' Spatial weights: which units are near which
#'
#' @details \describe{ \item{`"contiguity"`}{1 for units that share a border, else 0. Of provinces
#'   by [province_neighbours]: Hainan, an island, is joined to Guangdong, the usual choice, which
#'   the print says; `islands = "none"` leaves it alone. Of an sf map: polygons that touch (queen).}
#'   \item{`"distance"`}{\eqn{d_{ij}^{-a}}{1/d_ij^a} of great-circle distances in kilometres,
#'   \eqn{a} the `power`, within `cutoff` (`NULL`: all).} \item{`"nearest"`}{1 for the `k` nearest,
#'   not symmetric in general. Units at the same distance as the last are taken in the order of
#'   `units`, and that is said.} \item{`"economic"`}{\eqn{1/|\bar x_i - \bar x_j|}{1/|x_i - x_j|},
#'   of a variable's mean per unit (usually income per head). `of` names it.}} Rows of weights that
#'   are made here, and of an `nb`, are divided by their sum unless `style = "B"`. A matrix and a
#'   `listw` already say what they mean: they are taken as they stand, a `listw` in its own style
#'   (W, B, C, U, S, minmax), unless `style = "W"` divides their rows. The print says which it was.
#'   A unit without neighbours keeps an empty row and is named.
#'
#'   Where units are left out (their value is missing, or the panel does not have them), weights of
#'   style W, C, U and S are standardised anew as spdep does; others stay as they are.
#'
#'   Coordinates are those in degrees of the `data` (columns `lat` and `lon`), of an sf map's
#'   centroids, or of the capitals in [provinces], good to a few hundredths of a degree; distances
#'   by the haversine formula with radius 6371.0088 km.
#'
#'   Functions that take weights match units by name, never by position, and refuse units that the
#'   weights do not have. Other packages (spdep, splm) match by position.
#' @param units The units: names; a [coupling()], an index or any data frame whose units are taken
#'   (with `panel`); an sf map; a square matrix of weights with names; or an spdep `listw` or `nb`.
#' @param method `"contiguity"` (default), `"distance"`, `"nearest"` or `"economic"`; not used for a
#'   matrix or a `listw`.
#' @param k Number of neighbours for `"nearest"` (default 4).
#' @param power,cutoff For `"distance"`, see Details (default 1 and `NULL`).
#' @param of For `"economic"`, the name of a column of `data`, averaged by unit.
#' @param data A data frame with coordinates (`lat`, `lon`) or the column `of`, one or more rows a
#'   unit; by default `units` itself where it is one.
#' @param panel Names of the unit and the time column of a data frame; by default those of a
#'   coupling or index.
#' @param by For an sf map, the column with the units' names; `NULL` (default): its first column of
#'   text.
#' @param style `"W"`: rows sum to one; `"B"`: as they are; `NULL` (default): a matrix and a `listw`
#'   as they stand, all others `"W"`.
#' @param islands `"join"` (default): Hainan joined to Guangdong; `"none"`: land borders alone.
#' @param x Spatial weights.
#' @param ... Not used.
#' @return A data frame of class `spatial_weights`, one row a link: `unit`, `neighbour`, `weight`;
#'   `as.matrix()` gives the matrix, `as_listw()` a `listw` of spdep, `summary()` each unit's number
#'   of neighbours.
#' @section Errors: `ccdpanel_error_units` (names that are no provinces, twice, missing),
#'   `ccdpanel_error_weights` (a matrix that is not square, negative, without names),
#'   `ccdpanel_error_column`, `ccdpanel_error_choice`, `ccdpanel_error_number`,
#'   `ccdpanel_error_package`.
#' @seealso [moran_test()], [local_moran()], [transition_matrix()] with `given`.
#' @examples
#' w <- spatial_weights(provinces$name[provinces$name != "Tibet"])
#' w
#' head(summary(w))
#' spatial_weights(c("Beijing", "Hebei", "Shanghai", "Hainan"), "distance")
#' @export
spatial_weights <- function(units, method = "contiguity", k = 4, power = 1, cutoff = NULL,
                            of = NULL, data = NULL, panel = NULL, by = NULL, style = NULL,
                            islands = "join", ...) {
  check_dots(...)
  check_required("spatial_weights")
  call <- rlang::current_env()
  check_choice(method, c("contiguity", "distance", "nearest", "economic"), "method")
  if (!is.null(style)) check_choice(style, c("W", "B"), "style")
  check_choice(islands, c("join", "none"), "islands")
  check_number(power, "power", min = 0.01, max = 10)
  if (!is.null(cutoff)) check_number(cutoff, "cutoff", min = 1e-9)
  given <- if (inherits(units, c("listw", "nb"))) {
    spdep_links(units, call)
  } else if (is.matrix(units)) {
    given_links(units, call)
  }
  if (!is.null(given)) {
    # A list of neighbours alone has no weights of its own.
    whole <- inherits(units, "listw")
    style <- style %||% if (inherits(units, "nb") && !whole) "W"
    style <- style %||% carried_style(given, if (whole) units$style)
    return(new_spatial_weights(given, style, "given", NULL))
  }
  place <- spatial_places(units, data, panel, by, call)
  made <- switch(method,
    contiguity = contiguity_links(place, islands, call),
    distance = distance_links(place, power, cutoff, call),
    nearest = nearest_links(place, k, call), economic = economic_links(place, of, call)
  )
  new_spatial_weights(
    made, style %||% "W", method, c(made$note, switch(method,
      distance = sprintf("d^-%s%s, great-circle km", format(power), if (is.null(cutoff)) "" else
        sprintf(" within %s km", format(cutoff))),
      nearest = sprintf("k = %d", as.integer(k)), economic = sprintf("1 / |difference of %s|", of)
    ))
  )
}

# Names of the units, and what is known of each.
spatial_places <- function(units, data, panel, by, call) {
  map <- unit <- NULL
  if (inherits(units, "sf")) {
    check_map_package(call)
    map <- units
    table <- as.data.frame(units)[setdiff(names(units), attr(units, "sf_column"))]
    text <- names(table)[vapply(table, function(v) is.character(v) || is.factor(v), NA)]
    if (is.null(by) && !length(text)) {
      abort("column", c(
        "The map has no column of text that could name its units.",
        i = "Name the column in {.arg by}."
      ), call)
    }
    by <- by %||% text[1]
    check_columns(by, table, "by", call)
    units <- format_key(table[[by[1]]])
  } else if (is.data.frame(units)) {
    made <- recipe_of(units) %||% attr(units, "settings", exact = TRUE)
    panel <- panel %||% if (is.list(made)) made$panel
    data <- data %||% units
    if (is.null(panel)) {
      abort("panel", c(
        "{.arg panel} must name the unit and the time column of {.arg units}.",
        i = "Or give the names of the units themselves."
      ), call)
    }
    unit <- panel[1]
    settled <- settled_panel(units, panel, "panel", call)
    units <- labelled_names(unique(settled[[unit]]), value_labels(settled)[unit])
  }
  if (!is.null(data)) {
    check_data_frame(data, "data", call)
    data <- with_value_labels(data)
  }
  names <- column_levels(units)
  if (is.null(names)) abort_unit_names(units, call)
  names <- labelled_names(names, value_labels(list(unit = units)))
  check_unit_names(names, call)
  list(names = names, map = map, data = data, unit = unit)
}

abort_unit_names <- function(units, call) {
  abort("units", c(
    paste0(
      "{.arg units} must be names of units, a data frame, a map, a matrix or a listw, not ",
      "{.obj_type_friendly {units}}."
    ),
    i = "For instance {.code unique(data$province)}."
  ), call)
}

check_unit_names <- function(names, call) {
  if (length(names) < 2 || anyNA(names) || anyDuplicated(names)) {
    twice <- unique(names[duplicated(names)])
    abort("units", c(
      "{.arg units} must be at least two different names.",
      i = if (length(twice)) "{.val {twice}} {?is/are} there more than once." else
        "{length(names)} {?is/are} given, {sum(is.na(names))} missing."
    ), call)
  }
}

check_map_package <- function(call) {
  if (requireNamespace("sf", quietly = TRUE)) return(invisible())
  abort("package", c(
    "Weights of a map need the package {.pkg sf}, which is not installed.",
    i = "Install it, or give names of provinces."
  ), call)
}

check_spdep <- function(call) {
  if (requireNamespace("spdep", quietly = TRUE)) return(invisible())
  abort("package", c(
    "This needs the package {.pkg spdep}, which is not installed.",
    i = "{.code as.matrix()} gives the weights as a matrix."
  ), call)
}

# ---- links ----------------------------------------------------------------------------------

# Links as numbers of units, in the order of both; never a square of thousands of units.
new_links <- function(names, from, to, weight, note = NULL) {
  keep <- which(weight != 0)
  by <- keep[order(from[keep], to[keep])]
  list(
    names = names, from = as.integer(from[by]), to = as.integer(to[by]),
    weight = as.double(weight[by]), note = note
  )
}

matrix_links <- function(w, names) {
  at <- which(w != 0)
  n <- nrow(w)
  new_links(names, (at - 1L) %% n + 1L, (at - 1L) %/% n + 1L, w[at])
}

# Of each unit its own links: `row(i)` gives a list of `to` and `weight`.
links_by_unit <- function(names, row, note = NULL) {
  rows <- lapply(seq_along(names), row)
  to <- lapply(rows, `[[`, "to")
  new_links(
    names, rep(seq_along(names), lengths(to)), unlist(to), unlist(lapply(rows, `[[`, "weight")),
    note
  )
}

# Of each of `n` units the sum of a value of its links.
sum_by_unit <- function(value, unit, n) {
  out <- numeric(n)
  sums <- rowsum(value, unit)
  out[as.integer(rownames(sums))] <- sums
  out
}

province_rows <- function(names, call) {
  row <- province_row(names, province_table())
  if (anyNA(row)) {
    abort("units", c(
      paste0(
        paste0(
          "Borders and capitals are known of the provinces of China alone; ",
          "{.val {names[is.na(row)]}} "
        ),
        "{?is/are} none."
      ),
      i = "Give a map, a matrix, or {.arg data} with {.val lat} and {.val lon}."
    ), call)
  }
  if (anyDuplicated(row)) {
    abort("units", c(
      "Names of {.arg units} are the same province: {.val {names[row %in% row[duplicated(row)]]}}.",
      i = "{.fn match_province} gives each one name."
    ), call)
  }
  row
}

contiguity_links <- function(place, islands, call) {
  if (!is.null(place$map)) {
    touching <- sf::st_touches(place$map)
    return(links_by_unit(place$names, function(i) {
      list(to = touching[[i]], weight = rep(1, length(touching[[i]])))
    }))
  }
  code <- province_table()$code[province_rows(place$names, call)]
  pairs <- getExportedValue("ccdpanel", "province_neighbours")
  island <- pairs$code == 46 | pairs$neighbour_code == 46
  if (islands == "none") pairs <- pairs[!island, ]
  from <- match(pairs$code, code)
  to <- match(pairs$neighbour_code, code)
  here <- !is.na(from) & !is.na(to)
  joined <- islands == "join" && all(c(44, 46) %in% code)
  new_links(
    place$names, from[here], to[here], rep(1, sum(here)),
    if (joined) "Hainan joined to Guangdong"
  )
}

# Latitude and longitude of each unit in degrees.
coordinates_of <- function(place, call) {
  if (!is.null(place$map)) {
    centre <- sf::st_centroid(sf::st_geometry(place$map))
    if (!isTRUE(sf::st_is_longlat(centre))) centre <- sf::st_transform(centre, 4326)
    at <- sf::st_coordinates(centre)
    return(cbind(lat = at[, 2], lon = at[, 1]))
  }
  if (!all(c("lat", "lon") %in% names(place$data))) {
    return(as.matrix(province_table()[province_rows(place$names, call), c("lat", "lon")]))
  }
  means <- unit_means(place, c("lat", "lon"), call)
  if (any(abs(means[, "lat"]) > 90) || any(abs(means[, "lon"]) > 360)) {
    abort("units", c(
      "{.val lat} must be within 90 degrees and {.val lon} within 360.",
      i = "Projected coordinates belong into a map with its projection."
    ), call)
  }
  means
}

# Means of columns of the data by unit, all of them there.
unit_means <- function(place, columns, call) {
  data <- place$data
  keys <- lapply(data, function(v) if (is.character(v) || is.factor(v) || is.numeric(v)) {
    match(format_key(v), place$names)
  })
  found <- vapply(keys, function(k) length(unique(k[!is.na(k)])), 0L)
  unit <- place$unit %||% names(data)[which.max(found)]
  at <- keys[[unit]]
  if (is.null(at) || !all(seq_along(place$names) %in% at)) {
    lost <- setdiff(place$names, place$names[at])
    abort("units", c(
      "{.arg data} must have a row of every unit; of {.val {lost}} there is none.",
      i = "Its units are looked for in {.val {unit}}."
    ), call)
  }
  out <- vapply(columns, function(name) {
    v <- as_numbers(data[[name]], cli::format_inline("Column {.val {name}}"), "column", call)
    as.vector(tapply(as.double(v), factor(at, seq_along(place$names)), mean, na.rm = TRUE))
  }, numeric(length(place$names)))
  bad <- place$names[rowSums(!is.finite(out)) > 0]
  if (length(bad)) {
    abort("units", c(
      "{.val {columns}} must be there for every unit; {.val {bad}} {?has/have} no value.",
      i = "Complete {.arg data}."
    ), call)
  }
  out
}

# Kilometres from unit i on a sphere of the Earth's mean radius.
great_circle <- function(at, i) {
  lat <- at[, "lat"] * pi / 180
  lon <- at[, "lon"] * pi / 180
  h <- sin((lat - lat[i]) / 2)^2 + cos(lat) * cos(lat[i]) * sin((lon - lon[i]) / 2)^2
  2 * 6371.0088 * asin(pmin(sqrt(h), 1))
}

abort_same_place <- function(names, call) {
  abort("units", c(
    "{.val {names}} are at the same place: their weight would be infinite.",
    i = "Correct their coordinates, or take {.code method = \"nearest\"}."
  ), call)
}

distance_links <- function(place, power, cutoff, call) {
  at <- coordinates_of(place, call)
  links_by_unit(place$names, function(i) {
    d <- great_circle(at, i)
    same <- setdiff(which(d == 0), i)
    if (length(same)) abort_same_place(place$names[c(i, same[1])], call)
    to <- setdiff(which(d <= cutoff %||% Inf), i)
    list(to = to, weight = d[to]^-power)
  })
}

nearest_links <- function(place, k, call) {
  n <- length(place$names)
  check_number(k, "k", min = 1, max = n - 1, call = call, whole = TRUE)
  at <- coordinates_of(place, call)
  ties <- 0
  out <- links_by_unit(place$names, function(i) {
    d <- replace(great_circle(at, i), i, Inf)
    near <- order(d)
    if (k < n - 1 && d[near[k]] == d[near[k + 1]]) ties <<- ties + 1
    list(to = near[seq_len(k)], weight = rep(1, k))
  })
  if (ties) out$note <- sprintf("ties at the last neighbour of %s", counted(ties, "unit"))
  out
}

economic_links <- function(place, of, call) {
  if (is.null(of) || is.null(place$data)) {
    abort("column", c(
      "Economic weights need {.arg of}, the name of a column, and {.arg data} that has it.",
      i = "For instance {.code spatial_weights(data, \"economic\", of = \"gdp\", panel = )}."
    ), call)
  }
  check_columns(of, place$data, "of", call)
  if (length(of) != 1) {
    abort("column", c(
      "{.arg of} must name one column, not {found(of)}.", i = "Combine several before the call."
    ), call)
  }
  x <- unit_means(place, of, call)[, 1]
  d <- abs(outer(x, x, "-"))
  same <- d == 0 & upper.tri(d)
  if (any(same)) {
    at <- which(same, arr.ind = TRUE)[1, ]
    abort("units", c(
      "{.val {place$names[at]}} have the same mean of {.val {of}}: their weight would be infinite.",
      i = "Take a variable that tells them apart."
    ), call)
  }
  diag(d) <- Inf
  matrix_links(1 / d, place$names)
}

given_links <- function(w, call) {
  names <- rownames(w) %||% colnames(w)
  good <- is.numeric(w) && nrow(w) == ncol(w) && all(is.finite(w)) && all(w >= 0)
  if (!good) {
    abort("weights", c(
      paste0(
        "A matrix of weights must be square, finite and not negative; this is ",
        "{nrow(w)} by {ncol(w)}."
      ),
      i = "Rows are units, columns their neighbours."
    ), call)
  }
  if (is.null(names) || (!is.null(colnames(w)) && !identical(names, colnames(w)))) {
    abort("weights", c(
      "A matrix of weights must have the units as names of its rows and columns, the same of both.",
      i = "Units are matched by name, never by position."
    ), call)
  }
  check_unit_names(names, call)
  if (any(diag(w) != 0)) {
    abort("weights", c(
      "No unit is its own neighbour; {sum(diag(w) != 0)} of the diagonal {?is/are} not zero.",
      i = "Set the diagonal to zero."
    ), call)
  }
  matrix_links(w, names)
}

# Of spdep's lists, where one neighbour called 0 is none; weights are kept, a list of neighbours
# alone counts them once.
spdep_links <- function(x, call) {
  nb <- if (inherits(x, "listw")) x$neighbours else x
  names <- attr(nb, "region.id") %||% as.character(seq_along(nb))
  check_unit_names(names, call)
  from <- rep(seq_along(nb), lengths(nb))
  to <- as.integer(unlist(nb))
  here <- to > 0
  from <- from[here]
  to <- to[here]
  weight <- if (inherits(x, "listw")) as.double(unlist(x$weights)) else rep(1, length(to))
  if (length(weight) != length(to) || any(!is.finite(weight) | weight < 0)) {
    abort("weights", c(
      "A list's weights must be one a neighbour, finite and not negative.",
      i = "{.code spdep::nb2listw(neighbours)} makes such."
    ), call)
  }
  own <- names[from[from == to & weight != 0]]
  if (length(own)) {
    abort("weights", c(
      "No unit is its own neighbour; {.val {own}} {?is/are}.",
      i = "{.code spdep::remove.self()} takes them off a list of neighbours."
    ), call)
  }
  new_links(names, from, to, weight)
}

new_spatial_weights <- function(links, style, method, note) {
  names <- links$names
  weight <- links$weight
  if (style == "W") weight <- standardised_links(weight, links$from, length(names), style)
  structure(
    data.frame(unit = names[links$from], neighbour = names[links$to], weight = weight),
    class = c("spatial_weights", "data.frame"), units = names, style = style, method = method,
    note = note, alone = names[tabulate(links$from, length(names)) == 0]
  )
}

# Weights in one of spdep's styles: rows that sum to one (W), a sum of the number of units that have
# neighbours (C) or of one (U), rows whose squares sum to the same (S; Tiefelsdorf, Griffith and
# Boots 1999); other styles stay as they are. Standardising what is in a style changes nothing.
standardised_links <- function(weight, from, n, style) {
  linked <- length(unique(from))
  switch(style,
    W = weight / sum_by_unit(weight, from, n)[from], C = weight * linked / sum(weight),
    U = weight / sum(weight),
    S = {
      row <- weight / sqrt(sum_by_unit(weight^2, from, n))[from]
      row * linked / sum(row)
    },
    weight
  )
}

# The style that given weights are in: a listw's own if it holds, rows that sum to one, else none.
carried_style <- function(links, own = NULL) {
  if (!length(links$weight)) return("B")
  holds <- function(style) {
    made <- standardised_links(links$weight, links$from, length(links$names), style)
    all(abs(made - links$weight) <= 1e-8 * links$weight)
  }
  if (!is.null(own) && own %in% c("C", "U", "S", "minmax") && holds(own)) return(own)
  if (holds("W")) "W" else "B"
}

# ---- methods --------------------------------------------------------------------------------

check_weights_whole <- function(x, call) {
  if (!is.null(attr(x, "units", exact = TRUE))) return(invisible())
  abort("weights", c(
    "These weights are part of a result, and no longer say which units they are of.",
    i = "Use the whole of {.fn spatial_weights}."
  ), call)
}

#' @rdname spatial_weights
#' @export
as.matrix.spatial_weights <- function(x, ...) {
  check_dots(...)
  check_weights_whole(x, rlang::current_env())
  units <- attr(x, "units")
  out <- matrix(0, length(units), length(units), dimnames = list(units, units))
  out[cbind(match(x$unit, rownames(out)), match(x$neighbour, rownames(out)))] <- x$weight
  out
}

#' @rdname spatial_weights
#' @export
as_listw <- function(x, ...) {
  check_dots(...)
  check_required("as_listw")
  call <- rlang::current_env()
  if (!inherits(x, "spatial_weights")) {
    abort("type", c(
      "{.arg x} must be made by {.fn spatial_weights}, not {.obj_type_friendly {x}}.",
      i = "It takes matrices and maps."
    ), call)
  }
  check_spdep(call)
  units <- attr(x, "units")
  check_weights_whole(x, call)
  at <- factor(match(x$unit, units), seq_along(units))
  neighbours <- split(match(x$neighbour, units), at)
  # spdep writes a unit without neighbours as one neighbour called 0.
  nb <- lapply(neighbours, function(j) if (length(j)) as.integer(j) else 0L)
  nb <- structure(unname(nb), class = "nb", region.id = units)
  weights <- unname(lapply(split(x$weight, at), function(w) if (length(w)) w))
  # It warns of units without neighbours, which the weights name themselves.
  out <- suppressWarnings(spdep::nb2listw(nb, weights, style = "B", zero.policy = TRUE))
  out$style <- attr(x, "style")
  out
}

#' @export
print.spatial_weights <- function(x, n = 6, ...) {
  check_print_dots(...)
  speak_of("regional")
  check_shown(n = n)
  units <- attr(x, "units", exact = TRUE)
  if (is.null(units)) return(invisible(print(plain_result(x))))
  count <- tabulate(match(x$unit, units), length(units))
  say(paste(c(
    trf("Spatial weights of %d units by %s", length(units), weights_label(x)),
    tr(attr(x, "note"))
  ), collapse = semicolon()))
  say(trf(
    "%d links, %s to %s neighbours a unit (mean %s); %s", nrow(x), min(count), max(count),
    format(mean(count), digits = 3),
    style_label(attr(x, "style"))
  ))
  alone <- attr(x, "alone")
  if (length(alone)) say(trf("Without neighbours: %s", shown_names(shown_units(alone))))
  cat("\n")
  shown <- plain_result(x)
  shown$weight <- signif_decimals(shown$weight, 4)
  print_rows(shown, n)
  next_steps("moran_test(, w = x)", "local_moran(, w = x)", "as_listw(x)")
  invisible(x)
}

# How weights are standardised, in words.
style_label <- function(style) {
  known <- c(W = "rows sum to one", B = "as they are")
  if (style %in% names(known)) tr(known[[style]]) else trf("spdep's style %s", style)
}

# What weights go by, in words.
weights_label <- function(x) {
  method <- if (is.character(x)) x else attr(x, "method")
  tr(c(
    contiguity = "contiguity", distance = "distance", nearest = "nearest neighbours",
    economic = "economic distance", given = "a given matrix"
  )[[method]])
}

#' @export
summary.spatial_weights <- function(object, ...) {
  check_dots(...)
  speak_of("regional")
  check_weights_whole(object, rlang::current_env())
  units <- attr(object, "units")
  at <- factor(match(object$unit, units), seq_along(units))
  previewed(
    data.frame(
      unit = units, neighbours = as.vector(table(at)),
      total = as.vector(rowsum(c(object$weight, rep(0, length(units))), c(at, seq_along(units)))),
      names = vapply(split(object$neighbour, at), toString, "", USE.NAMES = FALSE)
    ),
    "Neighbours of each unit", n = 15
  )
}

#' @export
`[.spatial_weights` <- function(x, ...) plain_result(x)[...]

#' @export
as.data.frame.spatial_weights <- function(x, ...) {
  check_dots(..., passed = c("row.names", "optional", "stringsAsFactors", "make.names"))
  plain_result(x)
}
