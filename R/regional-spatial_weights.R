#' Spatial weights: which units are near which
#'
#' @details \describe{ \item{`"contiguity"`}{1 for units that share a border, else 0. Of provinces
#'   by [province_neighbours]: Hainan, an island, is joined to Guangdong, the usual choice, which
#'   the print says; `islands = "none"` leaves it alone. Of an sf map: polygons that touch (queen).}
#'   \item{`"distance"`}{\eqn{d_{ij}^{-a}}{1/d_ij^a} of great-circle distances in kilometres,
#'   \eqn{a} the `power`, within `cutoff` (`NULL`: all).} \item{`"nearest"`}{1 for the `k` nearest,
#'   not symmetric in general. Units at the same distance as the last, to a thousandth of a
#'   millimetre, are taken in the order of `units`, and that is said.}
#'   \item{`"economic"`}{\eqn{1/|\bar x_i - \bar x_j|}{1/|x_i - x_j|}, of a variable's mean per unit
#'   (usually income per head). `of` names it.}} Rows of weights that are made here, and of an `nb`,
#'   are divided by their sum unless `style = "B"`. A matrix and a `listw` already say what they
#'   mean: they are taken as they stand, a `listw` in its own style (W, B, C, U, S, minmax), unless
#'   `style = "W"` divides their rows. The print says which it was. A unit without neighbours keeps
#'   an empty row and is named.
#'
#'   Where units are left out (their value is missing, or the panel does not have them), weights of
#'   style W, C, U and S are standardised anew as spdep does; others stay as they are.
#'
#'   Coordinates are those in degrees of the `data` (columns `lat` and `lon`), of an sf map's
#'   centroids (it needs a coordinate reference system), or, where no `data` are given, of the
#'   capitals in [provinces], good to a few hundredths of a degree; distances by the haversine
#'   formula with radius 6371.0088 km.
#'
#'   Functions that take weights match units by name, never by position, and refuse units that the
#'   weights do not have. Other packages (spdep, splm) match by position.
#'   An argument that the method or the kind of `units` does not take is an error.
#' @param units The units: names; a [coupling()], an index or any data frame whose units are taken
#'   (with `panel`); an sf map; a square matrix of weights with names; or an spdep `listw` or `nb`.
#' @param method `"contiguity"` (default), `"distance"`, `"nearest"` or `"economic"`; not used for a
#'   matrix or a `listw`.
#' @param k Number of neighbours for `"nearest"` (default 4).
#' @param power,cutoff For `"distance"`, see Details (default 1 and `NULL`).
#' @param of For `"economic"`, the name of a column of `data`, averaged by unit.
#' @param data For `"distance"`, `"nearest"` (not of a map) and `"economic"`, a data frame with
#'   coordinates (`lat`, `lon`) or the column `of`, one or more rows a unit; by default `units`
#'   itself where it is one, or a map.
#' @param panel For a data frame, names of its unit and time column; by default those of a
#'   coupling or index.
#' @param by For an sf map, the column with the units' names; `NULL` (default): its first column of
#'   text.
#' @param style `"W"`: rows sum to one; `"B"`: as they are; `NULL` (default): a matrix and a `listw`
#'   as they stand, all others `"W"`.
#' @param islands For borders of provinces, `"join"` (default): Hainan joined to Guangdong;
#'   `"none"`: land borders alone.
#' @param x Spatial weights.
#' @param ... Not used.
#' @return A data frame of class `spatial_weights`, one row a link: `unit`, `neighbour`, `weight`;
#'   `as.matrix()` gives the matrix, `as_listw()` a `listw` of spdep, `summary()` each unit's number
#'   of neighbours.
#' @section Errors: `ccdpanel_error_units` (names that are no provinces, twice, missing),
#'   `ccdpanel_error_weights` (a matrix that is not square, negative, without names),
#'   `ccdpanel_error_column`, `ccdpanel_error_choice`, `ccdpanel_error_number`,
#'   `ccdpanel_error_argument` (what the method or the units do not take), `ccdpanel_error_package`.
#'   Message `ccdpanel_message_dropped` (means by unit are of the values that are there; the print
#'   says how many are missing).
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
  check_idle_weights(c(
    method = !missing(method), k = !missing(k), power = !missing(power),
    cutoff = !is.null(cutoff), of = !is.null(of), data = !is.null(data), panel = !is.null(panel),
    by = !is.null(by), islands = !missing(islands)
  ), units, method, call)
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

# What the units' kind or the method does not read is an error, not ignored: who forgets a method
# would get other weights.
check_idle_weights <- function(given, units, method, call) {
  map <- inherits(units, "sf")
  kind <- weights_kind(units)
  own <- if (kind %in% c("list", "matrix")) character() else c(
    "method", switch(method,
      contiguity = if (!map) "islands", distance = c("power", "cutoff", if (!map) "data"),
      nearest = c("k", if (!map) "data"), economic = c("of", "data")
    ),
    if (map) "by" else if (kind == "data frame") "panel"
  )
  idle <- setdiff(names(given)[given], own)
  if (!length(idle)) return(invisible())
  belongs <- c(
    method = "other units", k = "method = \"nearest\"", power = "method = \"distance\"",
    cutoff = "method = \"distance\"", of = "method = \"economic\"",
    data = "economic weights, and to distances without a map", panel = "a data frame",
    by = "an sf map",
    islands = "borders of provinces"
  )[[idle[1]]]
  what <- if (length(own)) {
    sprintf("%s weights of %s%s", method, if (kind == "names") "" else "a ", kind)
  } else {
    sprintf("weights that are given as a %s", kind)
  }
  abort("argument", c(
    "{.arg {idle}} {?is/are} no argument of {what}.",
    i = "{.arg {idle[1]}} belongs to {belongs}; leave it out of this call."
  ), call)
}

weights_kind <- function(units) {
  if (inherits(units, c("listw", "nb"))) return("list")
  if (is.matrix(units)) return("matrix")
  if (inherits(units, "sf")) return("map")
  if (is.data.frame(units)) "data frame" else "names"
}

# Names of the units, and what is known of each: `given`, whether the user gave the data.
spatial_places <- function(units, data, panel, by, call) {
  map <- unit <- NULL
  given <- !is.null(data)
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
    if (length(by) != 1) {
      abort("column", c(
        "{.arg by} must name one column of the map, not {found(by)}.",
        i = "It holds the units' names."
      ), call)
    }
    units <- format_key(table[[by]])
    if (!given) {
      data <- table
      unit <- by
    }
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
  list(names = names, map = map, data = data, unit = unit, given = given)
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

# ---- weights --------------------------------------------------------------------------------

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

# The style of weights that may have been edited since they were made: its own if it holds.
held_style <- function(x) {
  units <- attr(x, "units")
  from <- match(x$unit, units)
  if (anyNA(from) || anyNA(x$weight)) return("B")
  own <- attr(x, "style")
  if (own == "B") return(own)
  carried_style(list(names = units, from = from, weight = x$weight), own)
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
  out$style <- held_style(x)
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
    spoken_note(attr(x, "note"))
  ), collapse = semicolon()))
  say(trf(
    "%d links, %s to %s neighbours a unit (mean %s); %s", nrow(x), min(count), max(count),
    format(mean(count), digits = 3),
    style_label(held_style(x))
  ))
  alone <- setdiff(units, x$unit)
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
