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
#'   pictures need ggplot2 and are left out without it; tables are laid out in Word by flextable if
#'   it is there.
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

# Data, indices, C, T and D in one data frame, rows as in the data. Where a column of the data is
# called like a result, and holds other values, the result gets the suffix; without one no model can
# name either.
joined_data <- function(data, idx, cc, models, suffix, call) {
  data <- plain_table(data)
  made <- c(plain_frame(idx)[recipe_of(idx)$values], plain_frame(cc)[c("C", "T", "D")])
  other <- vapply(names(made), function(name) {
    name %in% names(data) && !identical(as.vector(data[[name]]), made[[name]])
  }, NA)
  if (any(other) && is.null(suffix)) {
    check_named_once(names(made)[other], models, call)
    data[names(made)] <- made
    return(data)
  }
  names(made)[other] <- paste0(names(made)[other], suffix)
  twice <- intersect(names(made)[other], c(names(data), names(made)[!other]))
  if (length(twice)) {
    abort("name", c(
      paste0(
        "With {.code suffix = \"{suffix}\"} {cli::qty(twice)}column{?s} ",
        "{.val {twice}} would come twice."
      ),
      i = "Take another suffix."
    ), call)
  }
  data[names(made)] <- made
  data
}

check_named_once <- function(clash, models, call) {
  used <- intersect(clash, names_in(models))
  if (length(used)) {
    abort("name", c(
      paste0(
        "{.arg models} name{?s/} {.val {used}}, which {.arg data} has a column of, and the report ",
        "a result, with other values."
      ),
      i = "Rename the column, or give results of such names a suffix: {.code suffix = \"_index\"}."
    ), call)
  }
  inform("shared_name", c(
    "!" = paste0(
      "{cli::qty(clash)}Column{?s} {.val {clash}} of {.arg data} {?has/have} the name of a ",
      "result; the {.field data} of the report {?has/have} the result{?s} ({.arg suffix} keeps ",
      "both)."
    )
  ))
}

# Names in formulas, however deep in lists; a fit has its own data.
names_in <- function(models) {
  if (inherits(models, "formula")) return(all.vars(models))
  if (is.list(models) && !inherits(models, "ccd_model")) unlist(lapply(models, names_in))
}

report_models <- function(models, data, panel, vcov, call) {
  if (is.null(models)) return(list())
  if (inherits(models, c("formula", "ccd_model"))) models <- list(models)
  if (!is.list(models)) {
    abort("models", c(
      "{.arg models} must be a list of fits or formulas, not {.obj_type_friendly {models}}.",
      i = "For instance {.code list(FE = a ~ b | unit + time)}."
    ), call)
  }
  cluster <- stats::as.formula(call("~", as.name(panel[1])), globalenv())
  fit <- function(model) {
    if (inherits(model, "ccd_model")) return(model)
    if (inherits(model, "formula")) {
      return(suppressMessages(fe_reg(model, data, vcov = vcov %||% cluster, panel = panel)))
    }
    if (is.list(model) && all(vapply(model, inherits, NA, "formula"))) {
      return(suppressMessages(system_reg(model, data, vcov = vcov %||% "iid", panel = panel)))
    }
    abort("models", c(
      paste0(
        "Each of {.arg models} must be a fit, a formula or a list of formulas, not ",
        "{.obj_type_friendly {model}}."
      ),
      i = "A list of formulas is a system of equations."
    ), call)
  }
  lapply(models, fit)
}

report_tables <- function(data, sheet, idx, cc, fits, panel, region, index, language, labels) {
  w <- plain_table(weights(idx))
  at <- match(paste(w$system, w$indicator), paste(sheet$system, sheet$indicator))
  for (name in c("unit", "label")) {
    text <- (sheet[[name]] %||% rep(NA, nrow(sheet)))[at]
    if (any(!is.na(text) & nzchar(text))) {
      w <- cbind(w[1:3], stats::setNames(data.frame(text), name), w[-(1:3)])
    }
  }
  if (all(is.na(w$entropy))) w$entropy <- NULL
  w$divergence <- NULL
  wide <- wide_table(cc, "D")
  # A row a level: the names of levels are too long for the heads of columns.
  counts <- as.data.frame.matrix(table(droplevels(cc$stage), shown_column(cc, panel[2])))
  counts <- cbind(stage = rownames(counts), counts)
  rownames(counts) <- NULL
  by_region <- if (!is.null(region)) {
    cells <- summary(cc, by = c(region, panel[2]))
    wide_region(cells, region, panel[2])
  }
  list(
    weights = w, indices = drop_rows(summary(idx)), time = without_idle(summary(cc)),
    region = if (!is.null(region)) without_idle(summary(cc, by = region)), region_time = by_region,
    wide = wide, levels = counts, obstacles = report_obstacles(data, sheet, panel, index),
    models = if (length(fits)) {
      # Labels of indicators need not be in a model.
      suppressMessages(
        do.call(regression_table, c(
          unname(stats::setNames(list(fits), "")), list(language = language, labels = labels)
        )), classes = "ccdpanel_message_labels"
      )
    }
  )
}

# Without counts that say nothing: no row omitted, or as many rows in every group.
without_idle <- function(x) {
  plain_table(x)[setdiff(names(x), c(
    if (!any(x$omitted > 0)) "omitted", if (all(x$rows == x$rows[1])) "rows"
  ))]
}

drop_rows <- function(x) plain_table(x)[setdiff(names(x), "rows")]

# D by region and time: one row a time, one column a region; the other way round where regions
# outnumber times.
wide_region <- function(cells, region, time) {
  cells <- plain_table(cells)
  regions <- in_order(cells[[region]])
  times <- in_order(cells[[time]])
  at <- match(
    paste(rep(times, length(regions)), rep(regions, each = length(times))),
    paste(cells[[time]], cells[[region]])
  )
  d <- matrix(cells$D[at], length(times))
  turned <- length(regions) > length(times)
  if (turned) d <- t(d)
  rows <- if (turned) stats::setNames(data.frame(regions), region) else data.frame(times)
  columns <- stats::setNames(as.data.frame(d), format_key(if (turned) times else regions))
  cbind(if (turned) rows else stats::setNames(rows, time), columns)
}

# The five greatest obstacles of each system, where the index allows them.
report_obstacles <- function(data, sheet, panel, index) {
  possible <- identical(index$normalise %||% "minmax", "minmax") ||
    identical(index$normalise, "rank")
  if (!possible) return(NULL)
  o <- suppressMessages(obstacle_degree(
    data, sheet, panel, weights = index$weights %||% "entropy",
    normalise = index$normalise %||% "minmax", scope = index$scope %||% "pooled"
  ))
  o <- plain_table(summary(o))
  o <- o[order(match(o$system, unique(sheet$system)), -o$obstacle), ]
  rank <- stats::ave(seq_len(nrow(o)), o$system, FUN = seq_along)
  o <- o[rank <= 5, c("system", "dimension", "indicator", "obstacle")]
  rownames(o) <- NULL
  o
}

# A picture drawn once, at the size of its chunk: knitr draws to record, and then again.
picture_file <- function(picture, folder) {
  size <- knitr::opts_current$get(c("fig.width", "fig.height", "dpi"))
  file <- tempfile("picture", folder, ".png")
  grDevices::png(file, size$fig.width, size$fig.height, units = "in", res = size$dpi)
  tryCatch(print(picture), finally = grDevices::dev.off())
  knitr::include_graphics(file)
}

report_format <- function(ending) {
  if (ending == "html") {
    return(rmarkdown::html_document(theme = NULL, mathjax = NULL, highlight = NULL))
  }
  rmarkdown::word_document(reference_docx = system.file(
    "report", "reference.docx", package = "ccdpanel", mustWork = TRUE
  ))
}

# Renders the template with the report's parts at hand.
render_report <- function(report, ending, tiles, pictures) {
  words <- words_of("report", report$language)
  unit <- report$cc[[recipe_of(report$cc)$panel[1]]]
  times <- in_order(report$cc[[recipe_of(report$cc)$panel[2]]])
  report$tiles <- tiles %||% tiles_of(unit)
  report$mapped <- !is.null(report$tiles) || !is.null(report$map)
  report$pictures <- pictures && requireNamespace("ggplot2", quietly = TRUE)
  report$ends <- unique(times[c(1, length(times))])
  report$height <- list(
    weights = min(8, 1.8 + 0.28 * nrow(report$tables$weights)),
    heatmap = min(8, max(3.5, 1.5 + 0.17 * length(unique(unit))))
  )
  drawn <- c("weights", "indices", "time", "heatmap", if (report$mapped) "map")
  captions <- phrase(
    words, "figure", number = seq_along(drawn), text = words[paste0("figure.", drawn)]
  )
  report$figure <- stats::setNames(captions, drawn)
  report$words <- as.list(words)
  report$yaml <- lapply(report[c("title", "author")], plain_markdown)
  report$methods <- plain_markdown(report$methods)
  report$date <- format(Sys.Date())
  report$software <- phrase(words, "software_line",
    version = as.character(utils::packageVersion("ccdpanel")), r = as.character(getRversion())
  )
  report$device <- "png"
  report$draw <- function(x, ...) {
    picture <- ggplot2::autoplot(x, ..., language = report$language, labels = report$labels)
    if (ending == "html") picture else picture_file(picture, folder)
  }
  number <- 0
  # In Word a heading waits for its first table, which may begin a page across.
  waiting <- NULL
  report$head <- function(key) {
    heading <- paste("#", words[[key]])
    if (ending != "docx") return(heading)
    waiting <<- heading
    ""
  }
  report$show <- function(name) {
    heading <- waiting
    waiting <<- NULL
    table <- report$tables[[name]]
    if (is.null(table)) return(knitr::asis_output(paste(c(heading, words[["none"]]),
      collapse = "\n\n")))
    number <<- number + 1
    caption <- phrase(words, "caption", number = number, text = words[[paste0("table.", name)]])
    shown_table(table, caption, ending, report$language, report$labels, name, heading)
  }
  space <- new.env(parent = globalenv())
  space$report <- report
  folder <- tempfile("report")
  dir.create(folder)
  on.exit(unlink(folder, recursive = TRUE))
  template <- file.path(folder, "report.Rmd")
  file.copy(system.file(
    "report", "coupling_report.Rmd", package = "ccdpanel", mustWork = TRUE
  ), template)
  made <- rmarkdown::render(
    template, report_format(ending), paste0("report.", ending), envir = space, quiet = TRUE
  )
  if (!file.copy(made, report$file, overwrite = TRUE)) {
    abort("file", c(
      "The report could not be written to {.file {report$file}}.",
      i = "Is the file open in another program?"
    ))
  }
}

# Tiles with names for all units: provinces of China, states of the USA, or none.
tiles_of <- function(unit) {
  if (!anyNA(province_row(as.character(unit), province_table()))) return(province_table())
  states <- getExportedValue("ccdpanel", "us_state_tiles")
  if (
    all(as.character(unit) %in% states$state) || all(as.character(unit) %in% states$abbreviation)
  ) states
}

# A table of the report by flextable, or as Markdown where there is none. In Word a wide one stands
# on a page across, with the heading that waits for it.
shown_table <- function(table, caption, ending, language, labels = NULL, blank = "",
                        heading = NULL) {
  speak(language)
  long <- long_table(table)
  text <- table_text(long$rows, 3, title = caption, labels = labels)
  if (blank %in% c("weights", "obstacles")) text$cells <- said_once(text$cells)
  text <- set_apart(text, long)
  if (!requireNamespace("flextable", quietly = TRUE)) {
    lines <- c("", heading, if (!is.null(heading)) "", markdown_lines(text), "")
    return(knitr::asis_output(paste(lines, collapse = "\n")))
  }
  if (ending != "docx") return(knitr::knit_print(whole_flex_table(text)))
  layout <- page_layout(text)
  parts <- page_tables(text, layout)
  parts <- lapply(seq_along(parts), function(i) {
    flextable::set_caption(
      parts[[i]],
      if (i == 1) caption else paste(caption, words_of("report", language)[["continued"]])
    )
  })
  parts <- with_note(parts, text$note, layout$size)
  printed <- vapply(parts, function(part) {
    free_rows_in(paste(knitr::knit_print(part), collapse = "\n"), text)
  }, "")
  printed <- c(heading, printed)
  if (layout$across) printed <- c(section_end(FALSE), printed, section_end(TRUE))
  # An empty line ends what has to stay on a page together.
  knitr::asis_output(paste(c(
    printed,
    "```{=openxml}\n<w:p><w:pPr><w:spacing w:before=\"0\" w:after=\"0\"/></w:pPr></w:p>\n```", ""
  ), collapse = "\n\n"))
}

# Of a table longer than a page, such as one of cities, the first and the last rows: by rank where
# it has one. The report's `tables` have all of it.
long_table <- function(table, most = 60, each = 20) {
  n <- nrow(table)
  if (inherits(table, "regression_table") || n <= most) return(list(rows = table))
  table <- plain_table(table)
  if ("rank" %in% names(table)) table <- table[order(table$rank), ]
  list(rows = table[c(seq_len(each), seq(n - each + 1, n)), ], after = each, of = n)
}

# A rule between the first and the last rows, and a note of what is left out.
set_apart <- function(text, long) {
  if (is.null(long$of)) return(text)
  text$rules <- long$after
  text$note <- c(text$note, trf(
    "The first and the last %d of %d rows; the report's `tables` have all.", long$after, long$of
  ))
  text
}

# Names in the first two columns that the row above has as well, said once.
said_once <- function(cells) {
  same <- c(FALSE, cells[-1, 1] == cells[-nrow(cells), 1])
  both <- same & c(FALSE, cells[-1, 2] == cells[-nrow(cells), 2])
  cells[same, 1] <- ""
  cells[both, 2] <- ""
  cells
}

# The end of a run of A4 pages of one orientation, in Word's own words.
section_end <- function(across) {
  size <- if (across) {
    '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
  } else {
    '<w:pgSz w:w="11906" w:h="16838"/>'
  }
  margins <- paste0(
    '<w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1440" w:header="720" ',
    'w:footer="720" w:gutter="0"/>'
  )
  paste0("```{=openxml}\n<w:p><w:pPr><w:sectPr>", size, margins, "</w:sectPr></w:pPr></w:p>\n```")
}

# The user's words as they are, in text and between YAML's quotes: what Markdown could read as a
# mark becomes its number, and a line break, which would end both, a space.
plain_markdown <- function(text) {
  text <- one_line(text)
  marks <- strsplit("&#\\`*_{}[]<>$^~|@\"", "")[[1]]
  text <- escape(text, marks, ifelse(marks == "&", "&amp;", ifelse(
    marks == "#", "&num;", paste0("&#", vapply(marks, utf8ToInt, 0L), ";")
  )))
  gsub("--", "&#45;&#45;", text, fixed = TRUE)
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
