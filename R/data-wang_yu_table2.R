#' Table 2 of Wang and Yu: coordination degree by province, 2012-2022
#'
#' The coupling coordination degree of digital economy and new quality productivity by province and
#' year, as printed.
#'
#' @format A data frame with 29 rows, in the order of print, and 14 columns of strings: `printed`
#'   (the name as printed), `province` (the name meant, as in [provinces]), one column a year
#'   (`2012` to `2022`), `average` (of the eleven years, as printed).
#' @details What is odd in print: Hunan comes twice, and the second, with the highest values of all,
#'   is Guangdong, which is missing otherwise and leads in the paper's text; Jiangsu is in capitals
#'   and Shaanxi is spelt Shannxi; of the 30 provinces that the paper speaks of, Xinjiang is not in
#'   the table. The text gives Qinghai an average of .193, which is Ningxia's; the table has .183.
#' @source Wang, Shuying and Yu, Zile (2024): The coupling and coordination of digital economy and
#'   new quality productivity: an analysis of the current development situation of Chinese
#'   provinces. International Conference on Innovative Development of E-Commerce and Logistics
#'   (ICIDEL 2024), Academic Conferences Series (ISSN 3008-0908). Table 2, typed by
#'   `data-raw/published_tables.R`. Its indicators (Table 1) as a sheet: `system.file("extdata",
#'   "sheet_wang_yu.csv", package = "ccdpanel")`; the paper prints neither directions nor units, so
#'   the sheet's directions are ours: energy, wastewater, sulphur dioxide and water per unit of
#'   product count against.
#' @examples
#' subset(wang_yu_table2, printed != province, c("printed", "province", "average"))
#' setdiff(provinces$name, wang_yu_table2$province)
"wang_yu_table2"
