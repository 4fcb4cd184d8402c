#' Tables printed by Gu: new quality productivity and manufacturing
#'
#' The tables of a paper that couples new quality productivity with the transformation of
#' manufacturing in 30 provinces, 2011-2022, and estimates two simultaneous equations. Every number
#' is the string that was printed, so that its digits are kept.
#'
#' @format Data frames; all columns are strings unless said otherwise: \describe{
#' \item{gu_table1}{ten levels of D: `interval`, `level` (integer), `degree` (the paper's names)}
#' \item{gu_table3}{descriptive statistics, N = 360: `variable`, `abbreviation`, `mean`, `min`,
#' `max`} \item{gu_table4}{36 indicators: `system`, `dimension`, `indicator`, `weight`}
#' \item{gu_table5}{yearly coupling: `year` (integer), `C`, `T`, `D`, `level` (integer)}
#' \item{gu_table6}{D by region: `year` (integer), `all`, `east`, `central`, `west`, `northeast`}
#' \item{gu_table7, gu_table8, gu_table9}{the two equations by OLS, 2SLS, 3SLS and iterated 3SLS
#' (models (1) to (4)); by 3SLS with one control left out (models (5) to (8)); by region. One row a
#' coefficient: `part` (`"coefficient"` or `"statistic"`, for N and r2), `model`, `equation`,
#' `outcome`, `term`, `estimate`, `std_error`, `stars`} }
#' @section What is odd in print:
#'   * Standard errors are printed with a minus sign, brackets that a spreadsheet took for negative
#'     numbers; `std_error` has the digits alone.
#'   * Table 3 names its variables one row apart from their abbreviations: 2776 is the mean of
#'     `education`, not of an index. The numbers belong to the `abbreviation`.
#'   * In Table 4 the layer's name stands once in a merged cell; which rows belong to it was read
#'     from its position. The 23 weights of productivity sum to 1, the 13 of manufacturing to
#'     1.0937: the weight .0937 comes twice.
#'   * Table 5 is said to average 30 provinces, but its T runs from .017 to .857 while both indices
#'     stay between .1 and .25 in the paper's text: a yearly national series that was stretched over
#'     the sample.
#'   * Table 6 has the West fall from .639 to .315 while every other region rises.
#' @source Gu, Wenjia: The coupling coordination and interaction mechanism of new quality
#'   productivity development and manufacturing transformation and upgrading. School of Statistics
#'   and Applied Mathematics, Anhui University of Finance and Economics, Bengbu. Tables 1 and 3 to
#'   9, typed by `data-raw/published_tables.R`. Its indicators as a sheet: `system.file("extdata",
#'   "sheet_gu.csv", package = "ccdpanel")`; the paper prints no directions, so those of the sheet
#'   are ours (sulphur dioxide, electricity and coal per unit of output count against).
#' @name gu_tables
#' @examples
#' gu_table5
#' sum(as.numeric(gu_table4$weight[gu_table4$system == "manufacturing"]))
#' subset(gu_table7, model == "(3)" & part == "coefficient")
NULL

#' @rdname gu_tables
"gu_table1"

#' @rdname gu_tables
"gu_table3"

#' @rdname gu_tables
"gu_table4"

#' @rdname gu_tables
"gu_table5"

#' @rdname gu_tables
"gu_table6"

#' @rdname gu_tables
"gu_table7"

#' @rdname gu_tables
"gu_table8"

#' @rdname gu_tables
"gu_table9"
