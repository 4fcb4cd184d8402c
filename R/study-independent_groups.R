# Differences between groups by the normal distribution.

z_test <- function(difference, se) {
  list(
    difference = difference, se = se, statistic = difference / se, df = Inf,
    p = 2 * stats::pnorm(-abs(difference / se))
  )
}

# Independent estimates: right only for groups without a common unit.
wald_difference <- function(x, pair, terms, settings, call) {
  shared <- shared_units(x, pair, call)
  if (shared) {
    inform("shared_units", c(
      paste0(
        "{shared} unit{?s} {?has/have} rows in both {.val {pair[1]}} and {.val {pair[2]}}, whose ",
        "estimates {.code method = \"wald\"} takes to be independent."
      ),
      i = "{.val chow} and {.val stacked} do not."
    ))
  }
  b <- lapply(pair, function(name) unname(x[[name]]$coefficients[terms]))
  v <- lapply(pair, function(name) unname(diag(x[[name]]$covariance$v)[terms]))
  z_test(b[[2]] - b[[1]], sqrt(v[[1]] + v[[2]]))
}

# Units with rows in both groups; 0 where no unit is known.
shared_units <- function(x, pair, call) {
  fit <- attr(x, "fit")
  grouping <- attr(x, "grouping")
  if (is.null(grouping$unit) || !inherits(fit, "fe_reg")) return(0L)
  if (!is.null(grouping$members)) return(length(Reduce(intersect, grouping$members[pair])))
  rows <- sample_rows(fit)
  code <- unit_codes(fit, grouping$unit, call)[rows]
  group <- grouping$group[rows]
  length(intersect(code[group %in% pair[1]], code[group %in% pair[2]]))
}
