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
  x <- unshared_columns(x, names(x))
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
    is_bare_numeric(rescale) && length(rescale) == 2 && !anyNA(rescale) && rescale[1] >= 0 &&
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
