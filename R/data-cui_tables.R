#' Tables printed by Cui: digital trade and new quality productivity
#'
#' Descriptive statistics and regressions of a paper on 30 provinces, 2014-2022, with province and
#' year effects. Every number is the string that was printed, so that its digits are kept.
#'
#' @format Data frames of strings: \describe{ \item{cui_table4}{descriptive statistics: `variable`,
#' `N`, `mean`, `p50`, `sd`, `min`, `max`} \item{cui_table5}{effects and controls entered step by
#' step, models (1) to (4)} \item{cui_table6}{two instrumental-variables regressions, first and
#' second stages} \item{cui_table7}{robustness: (1) principal components, (2) another indicator
#' system, (3) without extreme values, (4) without the four municipalities, (5) 2014-2016, (6)
#' 2017-2022} \item{cui_table8}{by three regions and by urbanisation} \item{cui_table9}{by
#' industrial structure and by talent} \item{cui_table10}{mediation by digital technology
#' innovation, which the table calls IV} } The regressions have one row a coefficient or statistic:
#' `part` (`"coefficient"` or `"statistic"`), `model` (the column's number or heading), `outcome`,
#' `term`, `estimate`, `std_error` (missing where none is printed), `stars`. Standard errors are
#' called robust; one, two and three stars stand for p below .1, .05 and .01, as the notes below the
#' tables say; the attribute `thresholds` has them, for [audit_coefficients()], and rows and columns
#' that are taken of a table keep it.
#' @section What is odd in print:
#'   * Table 4 names the first variable NPQ, the other tables NQP.
#'   * Table 6 prints a coefficient and its standard error as 0.0000; the value in brackets below
#'     the Wald F, 16.38, is Stock and Yogo's for 10 percent maximal size with one instrument. Both
#'     first-stage statistics carry stars. Table 6 lags the regressor and therefore has 240 rows.
#'   * In Table 7 the R-squared of (2) and (3) are equal. Table 9 prints no standard errors for DT.
#'   * Table 8 is said to use the statistics bureau's regions, but its 108, 81 and 81 rows are 12, 9
#'     and 9 provinces: the older belts (`region3_older` of [provinces]).
#'   * In Tables 8 and 9 the numbers of provinces of two groups add up to more than 30: the groups
#'     split observations, not provinces.
#' @source Cui, Wenhao: Research on the impact of the development level of digital trade on China's
#'   new quality productivity. Nanjing University of Science and Technology, Nanjing. Tables 4 to
#'   10, typed by `data-raw/published_tables.R`. Its indicators (Tables 1 to 3) as a sheet:
#'   `system.file("extdata", "sheet_cui.csv", package = "ccdpanel")`; directions are those of Tables
#'   1 and 2, Table 3 prints none (ours: all positive).
#' @name cui_tables
#' @examples
#' cui_table4
#' subset(cui_table10, part == "coefficient")
NULL

#' @rdname cui_tables
"cui_table4"

#' @rdname cui_tables
"cui_table5"

#' @rdname cui_tables
"cui_table6"

#' @rdname cui_tables
"cui_table7"

#' @rdname cui_tables
"cui_table8"

#' @rdname cui_tables
"cui_table9"

#' @rdname cui_tables
"cui_table10"
