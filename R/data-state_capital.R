#' Public capital, private capital and output of the states of the USA, 1970-1986
#'
#' A balanced panel of the 48 contiguous states over 17 years: three kinds of public capital,
#' private capital, output and the labour market. It runs the examples of the package:
#' infrastructure (`highways`, `water`, `utilities`) and economy (`output`, `employment`,
#' `unemployment`) are its two systems, and `private_capital` stays outside both. The models that
#' the examples fit to it demonstrate the functions; they are no study of public capital.
#'
#' @format A data frame with 816 rows, ordered by state and year, and 12 columns:
#' \describe{
#'   \item{state, abbreviation}{name and postal code of the state}
#'   \item{region, division}{the Census Bureau's four regions and nine divisions}
#'   \item{year}{1970 to 1986}
#'   \item{highways}{highways and streets, million 1982 dollars}
#'   \item{water}{water and sewer facilities, million 1982 dollars}
#'   \item{utilities}{other public buildings and structures, million 1982 dollars}
#'   \item{private_capital}{private capital stock, million 1982 dollars}
#'   \item{output}{gross state product, million 1982 dollars}
#'   \item{employment}{employees on non-agricultural payrolls, thousand}
#'   \item{unemployment}{unemployment rate, percent}
#' }
#' @source Munnell, A. H. (1990). Why has productivity growth declined? Productivity and public
#'   investment. New England Economic Review, January/February, 3-22. Taken from the data set
#'   `Produc` of the package plm by `data-raw/state_capital.R`.
#' @examples
#' head(state_capital)
"state_capital"
