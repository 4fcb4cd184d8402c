#' The provinces of mainland China
#'
#' The 31 provincial-level divisions: names, codes, the region schemes that papers use, a place in a
#' tile-grid map and the capital's coordinates.
#'
#' @format A data frame with 31 rows, in order of code, and 16 columns: \describe{
#' \item{code}{two-digit code of GB/T 2260, an integer} \item{name, abbreviation}{English name; the
#' two letters of GB/T 2260} \item{variants}{other English spellings, separated by semicolons; empty
#' where there is none} \item{zh, zh_full}{Chinese short and full name, UTF-8} \item{region3}{three
#' regions of the National Bureau of Statistics: East (11), Central (8), West (12)}
#' \item{region3_older}{the older division in three belts: as `region3`, but Guangxi in the East
#' (12) and Inner Mongolia in the Centre (9); 10 are left in the West. Without Tibet that is 12, 9
#' and 9, the numbers of provinces in Table 8 of Cui (see [cui_tables])} \item{region4}{the bureau's
#' four regions: East (10), Central (6), West (12), Northeast (3)} \item{municipality}{whether it is
#' one of the four municipalities under the central government} \item{coastal}{whether it has a
#' coast (11)} \item{row, column}{position in a tile-grid map; row 1 is the northernmost, column 1
#' the westernmost} \item{capital, lat, lon}{capital and its coordinates in degrees, good to a few
#' hundredths} }
#' @details The table is a `tiles` argument as it stands: `plot(cc, type = "map", tiles =
#'   provinces)`. [match_province()] goes from any of the names to any column.
#' @source Codes and abbreviations: GB/T 2260. Tile positions drawn for this package by
#'   `data-raw/provinces.R`.
#' @seealso [province_neighbours], [match_province()]
#' @examples
#' provinces[1:5, c("code", "name", "abbreviation", "region3", "region3_older", "region4")]
#' table(provinces$region3, provinces$region3_older)
"provinces"
