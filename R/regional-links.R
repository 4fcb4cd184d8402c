# Links between units, of each way to make spatial weights: borders, distances, matrices, lists.

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
  if (!is.null(place$map)) return(map_centroids(place, call))
  here <- c("lat", "lon") %in% names(place$data)
  if (!any(here) && !place$given) {
    return(as.matrix(province_table()[province_rows(place$names, call), c("lat", "lon")]))
  }
  if (!all(here)) {
    abort("column", c(
      paste0(
        "Distances need the columns {.val lat} and {.val lon} of {.arg data}; it has ",
        "{.val {names(place$data)}}."
      ),
      i = "Rename its coordinates in degrees; without any, capitals of provinces are taken."
    ), call)
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

map_centroids <- function(place, call) {
  if (is.na(sf::st_crs(place$map))) {
    abort("units", c(
      "Distances need a map with a coordinate reference system; this has none.",
      i = "{.code sf::st_crs(map) <- 4326} says that its coordinates are degrees."
    ), call)
  }
  centre <- sf::st_centroid(sf::st_geometry(place$map))
  empty <- place$names[sf::st_is_empty(centre)]
  if (length(empty)) {
    abort("units", c(
      "{.val {empty}} {?has/have} no shape in the map, and no distance to others.",
      i = "Complete the map, or leave such units out."
    ), call)
  }
  if (!isTRUE(sf::st_is_longlat(centre))) centre <- sf::st_transform(centre, 4326)
  at <- sf::st_coordinates(centre)
  cbind(lat = at[, 2], lon = at[, 1])
}

# Means of columns of the data by unit, all of them there; values that are missing are counted in
# the attribute `note`.
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
  none <- colSums(is.na(as.data.frame(data)[!is.na(at), columns, drop = FALSE]))
  none <- none[none > 0]
  bad <- place$names[rowSums(!is.finite(out)) > 0]
  if (length(bad)) {
    abort("units", c(
      "{.val {columns}} must be there for every unit; {.val {bad}} {?has/have} no value.",
      i = "Complete {.arg data}."
    ), call)
  }
  if (length(none)) {
    said <- paste0(names(none), " (", none, ")")
    inform("dropped", c(
      i = "Means by unit are of the values that are there; missing are {said}."
    ))
    attr(out, "note") <- paste("missing values left out of means:", paste(said, collapse = ", "))
  }
  out
}

# What weights say of themselves, with its names and numbers, in the language spoken.
spoken_note <- function(note) spoken_pieces(tr(note), "errors", whole = TRUE)

# Kilometres from unit i on a sphere of the Earth's mean radius.
great_circle <- function(at, i) {
  # Differences in degrees, as given: in radians those of close places are mostly rounding.
  half <- function(degrees) degrees * (pi / 360)
  lat <- at[, "lat"]
  across <- cos(2 * half(lat)) * cos(2 * half(lat[i]))
  apart <- half(at[, "lon"] - at[i, "lon"])
  # The square of the sine of half the angle and that of its cosine, which near the antipode is no
  # difference of one and the first.
  sine <- sin(half(lat - lat[i]))^2 + across * sin(apart)^2
  cosine <- sin(half(lat + lat[i]))^2 + across * cos(apart)^2
  2 * 6371.0088 * atan2(sqrt(sine), sqrt(cosine))
}

# Kilometres that are rounding: of angles the sixteenth digit, which are nanometres on the Earth, a
# thousandth of a millimetre with room to spare. What is no further apart is the same.
rounding_km <- 1e-9

abort_same_place <- function(names, call) {
  abort("units", c(
    "{.val {names}} are at the same place: their weight would be infinite.",
    i = "Correct their coordinates, or take {.code method = \"nearest\"}."
  ), call)
}

distance_links <- function(place, power, cutoff, call) {
  at <- coordinates_of(place, call)
  out <- links_by_unit(place$names, function(i) {
    d <- great_circle(at, i)
    same <- setdiff(which(d <= rounding_km), i)
    if (length(same)) abort_same_place(place$names[c(i, same[1])], call)
    to <- setdiff(which(d <= (cutoff %||% Inf) + rounding_km), i)
    list(to = to, weight = d[to]^-power)
  })
  out$note <- attr(at, "note")
  out
}

nearest_links <- function(place, k, call) {
  n <- length(place$names)
  check_number(k, "k", min = 1, max = n - 1, call = call, whole = TRUE)
  at <- coordinates_of(place, call)
  ties <- 0
  out <- links_by_unit(place$names, function(i) {
    d <- replace(great_circle(at, i), i, Inf)
    last <- sort(d)[k]
    nearer <- which(d < last - rounding_km)
    level <- which(abs(d - last) <= rounding_km)
    open <- k - length(nearer)
    if (length(level) > open) ties <<- ties + 1
    list(to = c(nearer, level[seq_len(open)]), weight = rep(1, k))
  })
  out$note <- c(
    if (ties) sprintf("ties at the last neighbour of %s", counted(ties, "unit")), attr(at, "note")
  )
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
  means <- unit_means(place, of, call)
  x <- means[, 1]
  d <- abs(outer(x, x, "-"))
  # Means that are equal may differ by rounding.
  same <- d <= 1e-12 * outer(abs(x), abs(x), pmax) & upper.tri(d)
  if (any(same)) {
    at <- which(same, arr.ind = TRUE)[1, ]
    abort("units", c(
      "{.val {place$names[at]}} have the same mean of {.val {of}}: their weight would be infinite.",
      i = "Take a variable that tells them apart."
    ), call)
  }
  diag(d) <- Inf
  out <- matrix_links(1 / d, place$names)
  out$note <- attr(means, "note")
  out
}

given_links <- function(w, call) {
  names <- rownames(w) %||% colnames(w)
  check_weights_matrix(w, call)
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

check_weights_matrix <- function(w, call) {
  lost <- if (is.numeric(w)) sum(!is.finite(w)) else 0
  below <- if (is.numeric(w)) sum(w < 0, na.rm = TRUE) else 0
  wrong <- c(
    if (!is.numeric(w)) cli::format_inline("of type {.cls {typeof(w)}}"),
    if (nrow(w) != ncol(w)) sprintf("%d by %d", nrow(w), ncol(w)),
    if (lost) sprintf("missing or infinite in %s", counted(lost, "cell")),
    if (below) sprintf("negative in %s", counted(below, "cell"))
  )
  if (!length(wrong)) return(invisible())
  abort("weights", c(
    "A matrix of weights must be of numbers, square, finite and not negative; this is {wrong}.",
    i = if (is.logical(w)) "{.code w * 1} makes numbers of {.code TRUE} and {.code FALSE}." else
      "Rows are units, columns their neighbours; who is no neighbour has 0."
  ), call)
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
