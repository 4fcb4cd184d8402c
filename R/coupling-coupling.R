#' Coupling coordination of the systems of a panel
#'
#' Coupling degree C, comprehensive index T and coordination degree D of two or more systems, with
#' levels.
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @details \eqn{C} is [coupling_degree()], \eqn{T = \sum_i a_i u_i} and \eqn{D = \sqrt{C T}}. A row
#'   with a missing score has missing results, and is counted.
#'
#'   `rescale = c(a, b)` first stretches each system's scores over the sample, \eqn{a + (b - a)(u -
#'   \min u)/(\max u - \min u)}, as the web calculator SPSSAU does with 0.01 and 0.99. It reproduces
#'   papers made that way; it makes \eqn{D} relative to the sample, so that degrees of two samples
#'   cannot be compared and adding a row changes all others. It is off by default and said whenever
#'   the result is printed.
#' @param x A [composite_index()], or any data frame (or table in a database, [remote-tables]) with
#'   one row a unit and time; then name `systems` and `panel`.
#' @param systems Names of the columns with the systems' scores, in \[0, 1\]; by default all systems
#'   of a composite index. Scores of a composite index on another scale are divided by it.
#' @param panel Names of the unit and the time column; by default those of the composite index.
#' @param weights Coefficients \eqn{a_i} of \eqn{T}, one a system in their order (or named), not
#'   negative and summing to one; `NULL` (default): equal; `"entropy"`: entropy weights of the
#'   scores over the rows used, \eqn{p_i = u_i / \sum u_i} as in [indicator_weights()].
#' @param model,k The model of the coupling degree, see [coupling_degree()].
#' @param rescale `NULL` (default): scores are used as they are; two increasing numbers in \[0, 1\]:
#'   see Details. Scores may then have any range.
#' @param scheme,closed Levels, see [coordination_level()].
#' @param labels Names of the levels from the lowest, as a paper has them; `NULL` (default): those
#'   of the scheme.
#' @param language `"en"` or `"zh"`, of the stages; pictures of the result are written in it unless
#'   [ccdpanel.language] says otherwise. `NULL` (default): that option's.
#' @return A data frame of class `coupling`, rows in input order: panel and kept columns, the
#'   systems' scores as used, `C`, `T`, `D`, `level` (integer from 1) and `stage` (ordered factor).
#'   The attribute `recipe` says how it was made. `summary()` gives means by time, region or any
#'   other column, [wide_table()] the table of units by times.
#' @section Errors: `ccdpanel_error_empty` (no rows), `ccdpanel_error_scores` (outside \[0, 1\]),
#'   `ccdpanel_error_systems` (fewer than two), `ccdpanel_error_weights`, `ccdpanel_error_panel`,
#'   `ccdpanel_error_duplicate`, `ccdpanel_error_column`, `ccdpanel_error_name`,
#'   `ccdpanel_error_choice`.
#' @references Wang, S. et al. (2021). \doi{10.31497/zrzyxb.20210319}
#' @examples
#' path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
#' sheet <- indicator_sheet(path)
#' idx <- composite_index(state_capital, sheet, panel = c("state", "year"), keep = "region")
#' cc <- coupling(idx)
#' cc
#' summary(cc, by = "region")
#' @export
coupling <- function(x, systems = NULL, panel = NULL, weights = NULL, model = "standard", k = 1,
                     rescale = NULL, scheme = "ten", closed = "right", language = NULL,
                     labels = NULL, ...) {
  check_dots(...)
  check_required("coupling")
  coupled(x, list(
    systems = systems, panel = panel, weights = weights, model = model, k = k, rescale = rescale,
    scheme = scheme, closed = closed, language = language, labels = labels
  ), rlang::current_env())
}

# Tables in a database have a method of their own, in the room `remote`.
coupled <- function(x, choices, call) UseMethod("coupled")

#' @export
coupled.default <- function(x, choices, call) {
  check_data_frame(x, "x", call)
  if (!nrow(x)) {
    abort("empty", c(
      "{.arg x} has no rows.", i = "Did a filter leave nothing? Give one row a unit and time."
    ), call)
  }
  recipe <- recipe_of(x)
  panel <- coupling_panel(x, choices$panel, recipe, call)
  value_labels <- value_labels(x)
  x <- settled_panel(x, panel, "x", call)
  say_panel(panel, x)
  systems <- coupling_systems(x, choices$systems, recipe, call)
  levels <- coupling_levels(choices, call)
  keep <- if (is.null(recipe)) {
    setdiff(names(x), c(panel, systems))
  } else {
    setdiff(names(x), c(panel, recipe$values))
  }
  check_result_names(c(panel, keep, systems), call)
  u <- if (is.null(choices$rescale)) {
    score_columns(scaled_scores(x, systems, recipe), "x", call)
  } else {
    stretched_scores(x, systems, choices$rescale, call)
  }
  a <- system_weights(choices$weights, systems, function() {
    entropy_coefficients(u, systems, call)
  }, call)
  result <- couple(u, a, choices$model, choices$k, levels)
  new_recipe <- c(coupling_recipe(panel, systems, keep, a, choices, levels), list(
    rows = nrow(x), omitted = sum(is.na(result$D)), labels = value_labels,
    index = if (inherits(x, "composite_index")) recipe
  ))
  new_result(c(
    as.list(x)[c(panel, keep)], stats::setNames(u, systems), result
  ), "coupling", new_recipe)
}

coupling_levels <- function(choices, call) {
  check_model(choices$model, choices$k, call)
  check_rescale(choices$rescale, call)
  language <- spoken(choices$language, call)
  c(
    level_spec(choices$scheme, choices$closed, choices$labels, language, call),
    list(language = language)
  )
}

coupling_recipe <- function(panel, systems, keep, a, choices, levels) {
  list(
    panel = panel, values = c(systems, "C", "T", "D", "level", "stage"), systems = systems,
    keep = keep, weights = a, model = choices$model, k = choices$k, rescale = choices$rescale,
    scheme = choices$scheme, closed = choices$closed, language = levels$language,
    breaks = levels$breaks
  )
}

# C, T, D and levels from the score columns.
couple <- function(u, a, model, k, levels) {
  out <- bind_coordination(
    u, a, model, k, level_edges(levels$breaks, levels$closed), levels$closed == "right",
    thread_count()
  )
  out$stage <- stage_of(out$level, levels$labels)
  out
}

check_rescale <- function(rescale, call) {
  if (is.null(rescale)) return(invisible())
  if (
    is.numeric(rescale) && length(rescale) == 2 && !anyNA(rescale) && rescale[1] >= 0 &&
      rescale[2] <= 1 && rescale[1] < rescale[2]
  ) return(invisible())
  abort("range", c(
    "{.arg rescale} must be two increasing numbers in [0, 1], not {found(rescale)}.",
    i = "SPSSAU's are {.code c(0.01, 0.99)}."
  ), call)
}

# Each system's scores stretched over the sample.
stretched_scores <- function(x, systems, rescale, call) {
  columns <- lapply(systems, function(name) {
    as.double(as_numbers(x[[name]], cli::format_inline("Score {.val {name}}"), "scores", call))
  })
  found <- bind_summarise(columns, thread_count())
  check_stretchable(found$infinite == 0 & found$max > found$min, systems, call)
  say_rescaled(rescale)
  bind_min_max(
    columns, found$min, found$max, rep(FALSE, length(systems)), rescale[1], rescale[2],
    thread_count()
  )
}

check_stretchable <- function(good, systems, call) {
  bad <- systems[!good %in% TRUE]
  if (!length(bad)) return(invisible())
  abort("scores", c(
    "Scores must be finite and vary to be rescaled; those of {.val {bad}} are not so.",
    i = "Leave {.arg rescale} at {.code NULL}."
  ), call)
}

say_rescaled <- function(rescale) {
  inform("rescaled", c(
    "!" = paste0(
      "Scores are stretched to {rescale[1]}-{rescale[2]} over this sample: D is relative to it, ",
      "and not comparable with another's."
    )
  ))
}

coupling_panel <- function(x, panel, recipe, call) {
  panel <- panel %||% recipe$panel
  if (is.null(panel)) {
    abort("panel", c(
      paste0(
        "{.arg panel} must name the unit and the time column of {.arg x}, which is ",
        "no composite index."
      ),
      i = "For instance {.code panel = c(\"province\", \"year\")}."), call)
  }
  panel
}

coupling_systems <- function(x, systems, recipe, call) {
  if (is.null(systems) && inherits(x, "composite_index")) systems <- recipe$values
  if (is.null(systems)) {
    abort("systems", c("{.arg systems} must name the columns of {.arg x} that hold the scores.",
      i = "Only a composite index knows them itself."), call)
  }
  check_columns(systems, x, "systems", call)
  if (length(systems) < 2 || anyDuplicated(systems)) {
    abort("systems", c(
      "Coupling needs at least two different systems, not {.val {systems}}.",
      i = "Name a column for each system."
    ), call)
  }
  systems
}

check_result_names <- function(names, call) {
  check_own_names(names, c("C", "T", "D", "level", "stage"), call)
}

scaled_scores <- function(x, systems, recipe) {
  out <- as.list(x)[systems]
  scale <- if (inherits(x, "composite_index")) recipe$scale %||% 1 else 1
  if (scale != 1) out <- lapply(out, `/`, scale)
  structure(out, class = "data.frame", row.names = .set_row_names(nrow(x)))
}

# `entropy()` computes those weights from the scores.
system_weights <- function(weights, systems, entropy, call) {
  n <- length(systems)
  if (is.null(weights)) return(stats::setNames(rep(1 / n, n), systems))
  if (identical(weights, "entropy")) return(entropy())
  if (!is.null(names(weights))) weights <- weights_by_name(weights, systems, call)
  if (!is.numeric(weights) || length(weights) != n || anyNA(weights) || any(weights < 0)) {
    abort("weights", c(
      paste0(
        "{.arg weights} must be {n} numbers that are not negative, one a system, ",
        "not {found(weights)}."
      ),
      i = "The systems are {.val {systems}}."), call)
  }
  if (abs(sum(weights) - 1) > 1e-8) {
    abort("weights", c(
      "{.arg weights} must sum to one; {found(weights)} sum to {format(sum(weights), digits = 8)}.",
      i = "Divide them by their sum."), call)
  }
  stats::setNames(as.double(weights), systems)
}

# Named weights go to the systems of their names, whatever their order.
weights_by_name <- function(weights, systems, call) {
  if (length(weights) == length(systems) && setequal(names(weights), systems)) {
    return(weights[systems])
  }
  abort("weights", c(
    paste0(
      "The names of {.arg weights} must be those of the systems, {.val {systems}}; they are ",
      "{.val {names(weights)}}."
    ),
    i = "Name each system once, or give the weights without names in the order of the systems."
  ), call)
}

check_scores_vary <- function(varying, call) {
  if (any(varying)) return(invisible())
  abort("weights", c(
    "Entropy weights need scores that vary, and none does.",
    i = "Leave {.arg weights} at {.code NULL}."
  ), call)
}

# Entropy weights of the systems' scores as they are.
entropy_coefficients <- function(u, systems, call) {
  used <- !Reduce(`|`, lapply(u, is.na))
  check_two_rows(sum(used), call, " with all scores")
  u <- lapply(u, `[`, used)
  found <- bind_summarise(u, thread_count())
  varying <- found$max > found$min
  check_scores_vary(varying, call)
  n <- length(u)
  got <- bind_entropy(
    u, rep(0, n), rep(1, n), rep(FALSE, n), 0, 1, guess_mean(found$sum / sum(used)), thread_count()
  )
  d <- ifelse(varying, got$divergence, 0)
  stats::setNames(d / sum(d), systems)
}

#' @export
print.coupling <- function(x, n = 6, ...) {
  check_print_dots(...)
  check_shown(n = n)
  recipe <- recipe_of(x)
  if (is.null(recipe)) return(invisible(print(plain_frame(x))))
  say(c(
    trf("Coupling coordination of %s", listed(recipe$systems)), panel_size(x, recipe$panel)
  ))
  cat(coupling_lines(recipe), sep = "\n")
  cat("\n")
  print_fitting(
    rounded_head(x, c(recipe$systems, "C", "T", "D"), n),
    c("level", recipe$systems, rev(recipe$keep), "stage")
  )
  if (nrow(x) > n) say(trf("... and %d more rows", nrow(x) - n))
  next_steps(
    "summary(x)", "wide_table(x, \"D\")", "lead_lag(x)", "obstacle_degree()", "inequality(x)",
    "plot(x)"
  )
  invisible(x)
}

coupling_lines <- function(recipe) {
  a <- if (length(unique(recipe$weights)) == 1) {
    tr("equal")
  } else {
    paste(format(recipe$weights, digits = 3), collapse = ", ")
  }
  out <- trf(
    "Model: %s%s; weights of T: %s; levels: %s, closed on the %s", spoken_choice(recipe$model),
    if (recipe$model == "power") paste0(" (k = ", format(recipe$k), ")") else "", a,
    if (is.character(recipe$scheme)) spoken_choice(recipe$scheme) else recipe$scheme,
    tr(recipe$closed)
  )
  if (!is.null(recipe$rescale)) {
    out <- c(out, trf(
      "SCORES RESCALED to %s-%s over this sample: D is relative to it", format(recipe$rescale[1]),
      format(recipe$rescale[2])
    ))
  }
  if (recipe$omitted) {
    out <- c(out, trf(
      "Rows without a result (missing scores): %d of %d", recipe$omitted, recipe$rows
    ))
  }
  out
}

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
  at <- match(out[[time]], in_order(out[[time]]))
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
