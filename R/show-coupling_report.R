#' A report in the order of a paper, from one call
#'
#' From raw data and an indicator sheet to a Word or HTML document: what was done and every choice
#' made, the indicators with their weights, the indices, coupling and levels by time, region and
#' unit, pictures and maps, obstacles, models.
#'
#' @param data A data frame, one row a unit and time, with the raw indicators, or the paths of files
#'   that [read_panel()] reads.
#' @param sheet An [indicator_sheet()], or what it reads: a data frame or the path of a csv or Excel
#'   file.
#' @param panel Two column names: unit, then time.
#' @param file Path of the report, ending in `.docx` or `.html`. An existing file is replaced.
#' @param region Name of a column that groups the units, for means by region; `NULL` (default):
#'   none.
#' @param models A named list of models to report: fits, formulas for [fe_reg()], or lists of
#'   formulas for [system_reg()]. Formulas may use the columns of `data`, the systems' names, `C`,
#'   `T` and `D`. `NULL` (default): none.
#' @param vcov Covariance of the models given as formulas, as in [fe_reg()]; `NULL` (default):
#'   clustered by the unit for single equations, the system's own for systems.
#' @param index,coupling Lists of further arguments of [composite_index()] and [coupling()], such as
#'   `index = list(weights = "critic")`.
#' @param gaps How missing indicators are filled: a method of [impute_gaps()] (default `"linear"`),
#'   or `"error"`. What was filled is counted in the report.
#' @param tiles For maps, tiles as in [pictures]; by default those of the provinces of China or the
#'   states of the USA where all units are such.
#' @param map An sf object as in [pictures]: the maps are then its regions, filled by level, in the
#'   place of tiles.
#' @param labels What tables, pictures and the paragraph of methods write instead of names: strings
#'   named by systems, dimensions, indicators, variables, units or groups.
#' @param pictures Draw the trends, heat map, weights and maps? (default `TRUE`; needs ggplot2, and
#'   they are left out without it)
#' @param title,author Title and author of the report.
#' @param language `"en"` or `"zh"`: language of text, tables and pictures; `NULL` (default): that
#'   of [ccdpanel.language].
#' @param progress Show a progress bar? By default in an interactive session.
#' @param suffix What results are called by in `models` and in the report's `data` where `data` has
#'   a column of their name with other values, such as `"_index"` for `economy_index`; `NULL`
#'   (default): such a name is an error in a formula of `models`, and otherwise said.
#' @param dynamics `TRUE`: adds a section of regional dynamics: [inequality()] (with its parts by
#'   `region`), [moran_test()] where the units are provinces of China, [transition_matrix()] and
#'   [convergence_test()], of `D`. What the panel does not allow is named in the paragraph of
#'   methods. Default `FALSE`.
#' @param ... Nothing: an argument of any other name is an error.
#' @return A list of class `coupling_report`, invisibly: `file`, `methods` (the paragraph of
#'   choices), `tables` (data frames, each number of the report), `idx` (the [composite_index()]),
#'   `cc` (the [coupling()]), `data` (the data with both), `models` (the fits).
#' @details The template is `system.file("report", "coupling_report.Rmd", package = "ccdpanel")`.
#'   The report needs the packages rmarkdown and knitr and the program pandoc, which RStudio brings;
#'   pictures need ggplot2 and are left out without it.
#' @section Errors: `ccdpanel_error_file`, `ccdpanel_error_package`, `ccdpanel_error_models`,
#'   `ccdpanel_error_column` (`region`), `ccdpanel_error_name` (a column called like a result),
#'   `ccdpanel_error_argument` (`index`, `coupling`), and those of [composite_index()], [coupling()]
#'   and the models.
#' @seealso [regression_table()], [save_table()] for single tables.
#' @examplesIf requireNamespace("rmarkdown", quietly = TRUE) && rmarkdown::pandoc_available("1.14")
#' path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
#' northeast <- subset(state_capital, region == "Northeast" & year > 1982)
#' report <- coupling_report(northeast, path, c("state", "year"), tempfile(fileext = ".html"),
#'   models = list(FE = economy ~ infrastructure | state + year), pictures = FALSE
#' )
#' report
#' report$tables$time[c("year", "C", "T", "D", "stage")]
#' @export
coupling_report <- function(data, sheet, panel, file, region = NULL, models = NULL, vcov = NULL,
                            index = list(), coupling = list(), gaps = "linear", tiles = NULL,
                            map = NULL, labels = NULL,
                            pictures = TRUE, title = NULL, author = NULL, language = NULL,
                            progress = interactive(), suffix = NULL, dynamics = FALSE, ...) {
  check_dots(...)
  check_required("coupling_report")
  call <- rlang::current_env()
  data <- panel_data(data)
  ending <- check_file(file, c("docx", "html"), call)
  language <- speak(language)
  check_flag(pictures, "pictures")
  check_flag(progress, "progress")
  check_flag(dynamics, "dynamics")
  check_words(title, "title", call)
  check_words(author, "author", call)
  check_words(suffix, "suffix", call)
  check_labels(labels, call)
  if (!is.null(map)) check_sf(map, call)
  need_package(c("rmarkdown", "knitr"), "Reports", call)
  check_pandoc(call)
  if (!is.null(region)) check_one_name(region, data, "region", call)
  check_choice(gaps, c("error", names(fill_ends), "none"), "gaps", call)
  check_options(index, composite_index, "index", call)
  check_options(coupling, get("coupling", envir = topenv()), "coupling", call)
  if (!inherits(sheet, "indicator_sheet")) sheet <- indicator_sheet(sheet)
  step <- report_progress(progress)
  step("gaps")
  filled <- fill_for_report(data, sheet, panel, gaps)
  step("indices")
  idx <- do.call(composite_index, c(
    list(filled$data, sheet, panel, keep = unique(c(region, index$keep))),
    index[setdiff(names(index), "keep")]
  ))
  # What the panel lacks has been said by the index.
  cc <- without_panel(do.call("coupling", c(
    list(idx), utils::modifyList(list(language = language), coupling)
  )))
  step("models")
  joined <- joined_data(filled$data, idx, cc, models, suffix, call)
  fits <- report_models(models, joined, panel, vcov, call)
  step("tables")
  words <- words_of("report", language)
  tables <- report_tables(
    filled$data, sheet, idx, cc, fits, panel, region, index, language, labels
  )
  methods <- methods_text(
    filled, idx, cc, fits, region, language, isTRUE(attr(data, "simulated", exact = TRUE)),
    !is.null(tables$obstacles), labels
  )
  more <- if (dynamics) report_dynamics(cc, region)
  methods <- dynamics_text(methods, more, region, language)
  report <- list(
    file = file, methods = methods, tables = c(tables, dynamics_tables(more)), idx = idx, cc = cc,
    data = joined,
    models = fits, title = title %||% words[["title"]], author = author %||% "",
    language = language, map = map, labels = labels
  )
  step("document")
  render_report(report, ending, tiles, pictures)
  step(NULL)
  invisible(structure(report[c(
    "file", "methods", "tables", "idx", "cc", "data", "models", "language"
  )], class = "coupling_report"))
}

# One text, or none.
check_words <- function(x, arg, call) {
  if (is.null(x) || rlang::is_string(x)) return(invisible())
  abort("type", c(
    "{.arg {arg}} must be one string, not {found(x)}.", i = "Paste several into one."
  ), call)
}

# A list of further arguments of a function.
check_options <- function(x, f, arg, call) {
  unknown <- setdiff(names(x), names(formals(f)))
  if (is.list(x) && !length(unknown) && length(names(x)) == length(x)) return(invisible())
  what <- if (length(unknown)) {
    cli::format_inline("it has none called {.val {unknown}}")
  } else {
    "each must be named"
  }
  abort("argument", c(
    paste0(
      "{.arg {arg}} must be a list of arguments of {.fn {if (arg == 'index') 'composite_index' ",
      "else arg}}, and {what}."
    ),
    i = "They are {.arg {names(formals(f))}}."
  ), call)
}

check_pandoc <- function(call) {
  if (rmarkdown::pandoc_available("1.14")) return(invisible())
  abort("package", c(
    "Reports need the program {.code pandoc}, which was not found.",
    i = "RStudio brings it; {.url https://pandoc.org} has it for every system."
  ), call)
}

# A bar over the five steps, or nothing.
report_progress <- function(show, envir = rlang::caller_env()) {
  if (!show) return(function(name) invisible())
  id <- cli::cli_progress_bar(
    "Report", total = 5, .envir = envir, .auto_close = FALSE,
    format = "{cli::pb_name}{cli::pb_bar} {cli::pb_current}/{cli::pb_total}"
  )
  at <- 0
  function(name) {
    if (is.null(name)) return(cli::cli_progress_done(id = id, .envir = envir))
    at <<- at + 1
    cli::cli_progress_update(id = id, set = at, .envir = envir, force = TRUE)
  }
}

# The data without gaps, and how many were filled.
fill_for_report <- function(data, sheet, panel, gaps) {
  raw <- intersect(unique(c(sheet$indicator, derive_columns(sheet))), names(data))
  missing <- vapply(data[raw], function(x) sum(is.na(x)), 0L)
  if (identical(gaps, "error") || !any(missing > 0)) {
    return(list(data = data, filled = 0L, indicators = 0L, method = gaps))
  }
  list(
    data = impute_gaps(data, panel, vars = names(missing)[missing > 0], method = gaps),
    filled = sum(missing), indicators = sum(missing > 0), method = gaps
  )
}

#' @param x A report.
#' @param ... Not used.
#' @rdname coupling_report
#' @export
print.coupling_report <- function(x, ...) {
  check_print_dots(...)
  recipe <- recipe_of(x$cc)
  cat(trf(
    "Report of %s: %s", joined_by_and(recipe$systems), panel_size(x$cc, recipe$panel)
  ), "\n", sep = "")
  cat(trf("Written to %s", normalizePath(x$file, mustWork = FALSE)), "\n", sep = "")
  say(trf(
    "Tables: %s; models: %d", listed(names(x$tables)[!vapply(x$tables, is.null, NA)]),
    length(x$models)
  ))
  next_steps("x$tables", "x$cc", "x$models", "save_table(x$tables$wide, \"table.xlsx\")")
  invisible(x)
}
