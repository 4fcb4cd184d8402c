#' A tile-grid map of the states of the USA
#'
#' One square a state, neighbours near each other, so that small states are seen as well as large
#' ones.
#'
#' @format A data frame with 51 rows (fifty states and the District of Columbia), in order of name:
#' \describe{
#'   \item{state, abbreviation}{name and postal code}
#'   \item{row, column}{position in the grid; row 1 is the northernmost, column 1 the westernmost}
#' }
#' @source Drawn for this package by `data-raw/us_state_tiles.R`.
#' @examples
#' head(us_state_tiles)
"us_state_tiles"
