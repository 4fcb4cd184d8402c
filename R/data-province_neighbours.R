#' Neighbours among the provinces of mainland China
#'
#' Which of the 31 provinces share a land border.
#'
#' @format A data frame with 138 rows, each of the 69 borders in both directions, in order of the
#' codes: \describe{ \item{province, neighbour}{English names as in [provinces]} \item{code,
#' neighbour_code}{their codes} }
#' @details Hainan is an island and has no land border; it is joined to Guangdong across the strait,
#'   the usual choice where every unit needs a neighbour.
#' @source Compiled for this package by `data-raw/provinces.R`.
#' @examples
#' table(province_neighbours$province)
"province_neighbours"
