#' The same model by group, or by split of a variable
#'
#' Fits a model to parts of its sample: the groups of a column (regions), or low and high values of
#' a variable, by unit or by observation.
#'
#' @param fit A fit of [fe_reg()] or [system_reg()].
#' @param by A one-sided formula. Without `split`: columns or expressions whose values, or
#'   combinations of values, are the groups (`~region`, `~ region + (year > 1979)`). With `split`:
#'   one numeric variable.
#' @param split `NULL` (default): groups by value. `"median"`, `"mean"`, or one or more numbers:
#'   where the variable is cut; a value at the cut is in the lower group.
#' @param of With `split`, what is sorted into groups: `"unit"` (default): whole units, by their
#'   mean over the rows of the sample, and `"median"` and `"mean"` are those of the units' means;
#'   `"observation"`: rows by their own value, so that a unit may be in both groups.
#' @param unit A one-sided formula of the units, `~state`; by default the first column of the fit's
#'   `panel`, else the variable that the fit clusters by if there is one.
#' @param labels Names of the groups of a split, lowest first; by default the condition.
#' @param ... Not used.
#' @return A named list of fits of class `by_group` and [ccd_models]; groups in sorted order. The
#'   attribute `groups` is a data frame: `group`, `rows` (of the sample that fell into it), `units`,
#'   `used` (rows of its fit), and for a split `lower` and `upper` (values above the one and not
#'   above the other); `grouping` holds how they were made.
#' @details Only rows of the fit's own sample are sorted into groups; rows without a value of `by`
#'   are in none, and counted in a message. Each group then loses its own singletons. Of a fit in a
#'   database the groups are conditions on its rows ([remote-tables]).
#' @section Errors: `ccdpanel_error_formula`, `ccdpanel_error_group` (one group only, a split that
#'   is not of a number, labels that do not count), `ccdpanel_error_unit`, `ccdpanel_error_refit`
#'   (the model of one group cannot be fitted: it is named), `ccdpanel_error_argument` (`of` or
#'   `labels` without `split`).
#' @seealso [group_difference()] tests whether the groups differ.
#' @examples
#' fit <- fe_reg(
#'   log(output) ~ log(highways) + log(private_capital) | state + year, state_capital,
#'   panel = c("state", "year"), vcov = ~state
#' )
#' by_group(fit, ~region)
#' by_group(fit, ~unemployment, split = "median")
#' @export
by_group <- function(fit, by, ...) {
  check_required("by_group", "fit")
  UseMethod("by_group")
}

#' @export
by_group.default <- function(fit, by, ...) abort_no_fit(fit)

#' @export
by_group.system_equation <- function(fit, by, ...) abort_no_fit(fit)

#' @export
by_group.spatial_reg <- function(fit, by, ...) abort_no_fit(fit)

#' @rdname by_group
#' @export
by_group.ccd_model <- function(fit, by, split = NULL, of = "unit", unit = NULL, labels = NULL,
                               ...) {
  check_dots(...)
  check_required("by_group")
  call <- rlang::current_env()
  fit <- with_values(fit, list(evaluated_argument(by, "by", call)), call)
  by <- one_sided(by, "by", call)
  check_choice(of, c("unit", "observation"), "of")
  if (is.null(split)) {
    check_unread(c(of = !missing(of), labels = !is.null(labels)), "split = \"median\"", call)
  }
  check_variables(list(by), fit$spec$data, fit$spec$scope, call)
  unit <- unit_of(fit, unit)
  grouping <- if (!is.null(split) && has_rows(fit)) {
    split_groups(fit, by, split, of, unit, labels, call)
  } else if (!is.null(split)) {
    how <- list(split = split, of = of, labels = labels)
    summed_splits(fit$spec$data, fit, by, how, unit, call)
  } else if (has_rows(fit)) {
    value_groups(fit, by, call)
  } else {
    summed_groups(fit$spec$data, fit, by, unit, call)
  }
  if (has_rows(fit)) grouping <- counted_groups(fit, grouping, unit)
  names <- check_groups(grouping, by, call)
  fits <- lapply(names, function(name) {
    if (!is.null(grouping$prepare)) grouping$prepare(name)
    refit_named(fit, name, call, subset = grouping$conditions[[name]])
  })
  table <- grouping$table
  # A dynamic panel counts transformed rows, and takes these of the levels.
  table$used <- vapply(fits, function(f) as.double(f$rows[["level"]] %||% f$sample$n), 0)
  if (all(table$used < .Machine$integer.max)) table$used <- as.integer(table$used)
  grouping[c("prepare", "table", "left", "n")] <- NULL
  new_models(
    stats::setNames(fits, names), "by_group", groups = table, grouping = grouping, fit = fit,
    heading = group_heading(fit, table, grouping),
    steps_on = if (inherits(fit, c("system_reg", "dynamic_panel"))) {
      "group_difference(x, method = \"wald\")"
    } else {
      "group_difference(x)"
    })
}

# The groups of a fit whose rows are in a database, as counted_groups() has them, and `prepare()`,
# which makes the sums of a group known to the fit that comes next.
summed_groups <- function(data, fit, by, unit, call) UseMethod("summed_groups")

# The same of a split: list(split, of, labels), as by_group() has them.
summed_splits <- function(data, fit, by, split, unit, call) UseMethod("summed_splits")

# With the rows and units of each group, and the rows of the sample in none.
counted_groups <- function(fit, grouping, unit) {
  grouping$unit <- unit
  rows <- sample_rows(fit)
  grouping$n <- length(rows)
  grouping$left <- sum(is.na(grouping$group[rows]))
  grouping$table <- group_table(fit, grouping)
  grouping$shared <- !anyNA(grouping$table$units) &&
    sum(grouping$table$units) > count_values(fit, unit)
  grouping
}

check_groups <- function(grouping, by, call) {
  left <- grouping$left
  if (left) {
    inform("no_group", c(
      i = paste0(
        "Of {grouping$n} row{?s} of the sample {left} without a value of ",
        "{.code {rlang::as_label(by)}} {cli::qty(left)}{?is/are} in no group."
      )
    ))
  }
  names <- names(grouping$conditions)
  if (length(names) >= 2) return(names)
  abort("group", c(
    paste0(
      "{.arg by} must make at least two groups, and {.code {rlang::as_label(by)}} ",
      "makes {length(names)}."
    ),
    i = "Take a variable that differs within the sample."
  ), call)
}

group_table <- function(fit, grouping) {
  rows <- sample_rows(fit)
  group <- grouping$group[rows]
  units <- if (is.null(grouping$unit)) {
    rep(NA_integer_, length(group))
  } else {
    unit_codes(fit, grouping$unit, rlang::caller_env())[rows]
  }
  out <- data.frame(
    group = levels(group), rows = as.integer(table(group)),
    units = as.integer(tapply(units, group, function(u) if (anyNA(u)) NA else length(unique(u))))
  )
  if (is.null(grouping$at)) return(out)
  place <- match(out$group, grouping$labels)
  cbind(out, lower = c(-Inf, grouping$at)[place], upper = c(grouping$at, Inf)[place])
}

group_heading <- function(fit, table, grouping) {
  how <- if (!is.null(grouping$split)) {
    at <- paste(format(grouping$at, digits = 4, trim = TRUE), collapse = ", ")
    where <- if (grouping$split == "value") {
      trf("at %s", at)
    } else if (grouping$of == "unit") {
      trf("at the %s of the units' means, %s", tr(grouping$split), at)
    } else {
      trf("at the %s, %s", tr(grouping$split), at)
    }
    if (grouping$of == "unit") {
      trf(", split by unit (%s) %s", rlang::as_label(grouping$unit), where)
    } else {
      trf(", split by observation %s", where)
    }
  }
  sizes <- paste0(
    trf("%s: %d rows", table$group, table$rows),
    ifelse(is.na(table$units), "", trf(", %d units", table$units)),
    ifelse(table$used < table$rows, trf(
      ", %d used (the others are alone in a level of an effect there)", table$used
    ), ""))
  shared <- if (grouping$shared) {
    tr("Units are in more than one group: the groups split observations, not units.")
  }
  c(trf("%s by %s%s", responses_label(fit), grouping$by, how %||% ""), sizes, shared)
}

# The dependent variable, or each equation with its own.
responses_label <- function(fit) {
  if (!inherits(fit, "system_reg")) return(rlang::as_label(fit$spec$parsed$response))
  responses <- vapply(fit$spec$equations, function(eq) rlang::as_label(eq$response), "")
  named <- names(responses)
  trf("System of %s", toString(ifelse(
    named == responses, named, paste0(named, " (", responses, ")")
  )))
}
