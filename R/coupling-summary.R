#' Means of a coupling by time, region or any other column
#'
#' @details The mean of the degrees and the degree of the means differ, since \eqn{C} and \eqn{D}
#'   are not linear: `"mean_of_D"` averages `C`, `T` and `D` of the rows; `"D_of_means"` averages
#'   the systems' scores and computes `C`, `T` and `D` from these. Scores that [coupling()] rescaled
#'   were rescaled before the mean.
#' @param object A [coupling()].
#' @param by Names of the columns to group by; default: the time column. `NULL`: no groups, one row
#'   for the whole.
#' @param how `"mean_of_D"` (default) or `"D_of_means"`.
#' @param growth `TRUE`: adds `growth`, the group's `D` relative to that of the time before it in
#'   the data, less one, missing where the group has no row at that time; `by` must name the time.
#' @param above `TRUE`: adds `above`, the number of the group's rows whose `D` is greater than the
#'   mean of `D` in the group.
#' @param ... Unused.
#' @return A data frame of class `coupling_summary`, one row a group in sorted order (a missing
#'   group last): the groups, `rows` (used), `omitted` (missing scores), the systems, `C`, `T`, `D`,
#'   `level` and `stage` of the group's `D`; `NA` where all rows of a group are omitted.
#' @examples
#' path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
#' sheet <- indicator_sheet(path)
#' cc <- coupling(composite_index(
#'   state_capital, sheet, panel = c("state", "year"), keep = "region"
#' ))
#' summary(cc)
#' summary(cc, by = "region", how = "D_of_means")
#' @export
summary.coupling <- function(object, by, how = "mean_of_D", growth = FALSE, above = FALSE, ...) {
  check_dots(...)
  call <- rlang::current_env()
  recipe <- check_recipe(object, call, "object")
  if (missing(by)) by <- recipe$panel[2]
  if (!is.null(by)) check_by(by, object, "by", call)
  check_choice(how, c("mean_of_D", "D_of_means"), "how", call)
  check_flag(growth, "growth")
  check_flag(above, "above")
  if (growth) check_timed(by, recipe$panel[2], call)
  check_own_names(as.character(by), c(
    "rows", "omitted", recipe$systems, "C", "T", "D", "level", "stage", if (growth) "growth",
    if (above) "above"
  ), call)
  out <- summarised(object, recipe, as.character(by), how)
  if (growth) out$growth <- relative_growth(out, by, recipe$panel[2])
  if (above) out$above <- above_mean(object, as.character(by), out)
  whole <- if (recipe$panel[2] %in% by) summarised(object, recipe, recipe$panel[2], how)
  new_coupling_summary(out, recipe, by, how, whole)
}

new_coupling_summary <- function(out, recipe, by, how, whole) {
  scheme <- c(list(time = recipe$panel[2]), recipe[c("scheme", "breaks", "language")])
  structure(out,
    class = c("coupling_summary", "data.frame"), how = how, by = as.character(by),
    scheme = scheme, whole = whole
  )
}

summarised <- function(object, recipe, by, how) {
  data <- plain_frame(with_value_labels(object))
  omitted <- is.na(data$D)
  # Other scores of an omitted row do not count either.
  data[omitted, recipe$systems] <- NA_real_
  out <- group_means(data, c(recipe$systems, "C", "T", "D"), by)
  out$omitted <- tabulate(rows_by_group(data, by)$group[omitted], nrow(out))
  finished_means(out, recipe, by, how, levels(object$stage))
}

# From the groups' means and rows to the columns of a summary.
finished_means <- function(out, recipe, by, how, stages) {
  out$rows <- out$rows - out$omitted
  levels <- list(breaks = recipe$breaks, closed = recipe$closed, labels = stages)
  if (how == "D_of_means") {
    scores <- as.list(out)[recipe$systems]
    degrees <- couple(scores, recipe$weights, recipe$model, recipe$k, levels)
    out[c("C", "T", "D")] <- degrees[c("C", "T", "D")]
  }
  out[c("level", "stage")] <- levels_of(out$D, levels)
  out[c(by, "rows", "omitted", recipe$systems, "C", "T", "D", "level", "stage")]
}

check_timed <- function(by, time, call) {
  if (time %in% by) return(invisible())
  abort("argument", c(
    "{.arg growth} is from one time to the next, and {.arg by} does not name the time.",
    i = "Add {.val {time}} to {.arg by}."
  ), call)
}

# D less that of the same group at the time before, relative to the latter; none where the group has
# no row then.
relative_growth <- function(out, by, time) {
  others <- setdiff(by, time)
  group <- if (length(others)) rows_by_group(out, others)$group else rep(1L, nrow(out))
  at <- match_values(out[[time]], in_order(out[[time]]))
  before <- match(paste(group, at - 1L), paste(group, at))
  out$D / out$D[before] - 1
}

above_mean <- function(object, by, out) {
  data <- plain_frame(with_value_labels(object))
  group <- rows_by_group(data, by)$group
  mean <- tapply(data$D, group, mean, na.rm = TRUE)
  tabulate(group[which(data$D > mean[group])], nrow(out))
}

#' @export
print.coupling_summary <- function(x, digits = 4, n = 30, ...) {
  check_print_dots(...)
  check_shown(n = n, digits = digits)
  shown <- x
  class(shown) <- "data.frame"
  if (identical(attr(x, "how"), "D_of_means")) {
    cat(tr("C, T and D of the groups' mean scores"), "\n\n", sep = "")
  } else {
    cat(tr("Means of the rows' C, T and D"), "\n\n", sep = "")
  }
  lost <- sum(shown$omitted)
  if (lost == 0) shown$omitted <- NULL
  number <- plain_doubles(shown)
  shown[number] <- lapply(shown[number], round, digits)
  systems <- setdiff(names(shown), c(
    attr(x, "by"), "rows", "omitted", "C", "T", "D", "level", "stage"
  ))
  print_fitting(utils::head(shown, n), c("level", systems, "stage"))
  if (nrow(shown) > n) say(trf("... and %d more rows: print(x, n = Inf)", nrow(shown) - n))
  if (lost > 0) {
    say(trf("Rows without a result (missing scores): %d of %d", lost, lost + sum(shown$rows)))
  }
  next_steps("save_table(x, \"table.docx\")", "summary(, by = , how = )")
  invisible(x)
}
