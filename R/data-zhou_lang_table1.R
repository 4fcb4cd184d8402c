#' Table 1 of Zhou and Lang: digital transition of manufacturing sectors, 2022
#'
#' Scores of the level of digital transition of twelve manufacturing sectors in China, as printed.
#'
#' @format A data frame with 12 rows, in the order of print (falling score), and 2 columns of
#'   strings: `sector`, `score` (0 to 100).
#' @source Zhou, Yahong and Lang, Xuhua (2024): Digital-real economy integration: empowering new
#'   quality productive forces. China Economist, \doi{10.19602/j.chinaeconomist.2024.11.04}. Table
#'   1, which cites the Digital Transition Development Report (2022-2023); typed by
#'   `data-raw/published_tables.R`.
#' @examples
#' zhou_lang_table1
"zhou_lang_table1"
