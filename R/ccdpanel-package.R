#' ccdpanel: composite indices, coupling coordination and panel models
#'
#' From an indicator sheet to the tables of a paper, one data frame at a time.
#'
#' The rooms of the package, each a prefix of the files in `R/`; a room calls itself and the rooms above it, and a test
#' holds the code to that:
#'
#' | prefix | holds |
#' |---|---|
#' | `util-` | conditions, argument checks, threads |
#' | `data-` | [read_nbs()], [match_province()], [provinces], [impute_gaps()], [descriptives()], [winsorise()], data sets and published tables |
#' | `index-` | [indicator_sheet()], [normalise()], [indicator_weights()], [composite_index()] |
#' | `coupling-` | [coupling()], [coupling_degree()], [coordination_level()], [index_uncertainty()] |
#' | `model-` | [fe_reg()], [system_reg()], their covariances and methods |
#' | `audit-` | [audit_coupling()], [audit_weights()], [audit_ranks()], [audit_descriptives()], [audit_coefficients()], [audit_sizes()] of printed tables |
#' | `show-` | pictures |
#'
#' Two facts hold everywhere: no global option changes a number (`ccdpanel.threads` changes only speed), and nothing is
#' dropped without being counted in the result.
#' @keywords internal
#' @useDynLib ccdpanel, .registration = TRUE
#' @importFrom Rcpp evalCpp
#' @importFrom rlang .data
"_PACKAGE"
