#' Regression table as journals print it
#'
#' Several fits side by side: stars, standard errors in brackets, constant, rows for effects and
#' controls, numbers of rows and units, R2, and for instruments the rank statistics with the
#' Stock-Yogo value and, if asked, the first stages. Systems of equations get one block an equation.
#'
#' @param ... Fits of [fe_reg()], [system_reg()] or [spatial_reg()], or lists of them such as
#'   [add_controls()] and [by_group()] return. Names become the heads of the columns; fits without
#'   one are numbered.
#' @param vcov A covariance for all fits as in [fe_reg()]; `NULL` (default): each fit's own. Of a
#'   matrix, or a function that makes one, the constant beside effects has no standard error and is
#'   left out, and so is that of a fit with replays, or by GMM of a table in a database.
#' @param keep Names of the coefficients to show, in that order; `NULL` (default): all. The others
#'   are told by a row "Control variables": Yes or No. With `first_stage` the excluded instruments
#'   are shown too.
#' @param labels A named character vector: what to print for a coefficient, an effect, an equation
#'   or a dependent variable, `c(dt = "Digital trade")`. The centred columns and the product of
#'   [moderation_test()] take the labels of the variables that they are made of.
#' @param first_stage Add a column for each first stage before the column of its fit? (default
#'   `FALSE`) The rank statistics then stand there.
#' @param layout How systems of equations are shown: `"panels"` (default), one column a fit and one
#'   block an equation; `"columns"`, one column an equation.
#' @param constant Show the constant? (default `TRUE`) Where effects take it up it is reghdfe's: the
#'   mean of the dependent variable less the means of the regressors times their coefficients. With
#'   `"xtreg"` it is that of Stata's `xtreg, fe` with dummies of the other effects
#'   ([fe_constant()]), and so is "R2 within"; `"reghdfe"` is `TRUE`.
#' @param stars Levels of significance, from one star on; `NULL` for none.
#' @param digits Decimals. Numbers that would show as zero are printed in scientific notation.
#' @param title Title of the table, or `NULL`.
#' @param language `"en"` or `"zh"`: language of heads, rows and note; `NULL` (default): that of
#'   [ccdpanel.language].
#' @return A data frame of class `regression_table`: `part` (`"head"`, `"coefficient"`,
#'   `"std_error"`, `"effects"`, `"statistic"`), `panel` (the equation, or empty), `term` and one
#'   column of text a model, as printed. `tidy()` returns the numbers behind it: `model`, `panel`,
#'   `term`, `estimate`, `std.error`, `statistic`, `p.value`. [save_table()] writes it to Word,
#'   Excel, HTML, LaTeX, Markdown or csv; in R Markdown it prints itself.
#' @details P-values are those of the fits: t with the degrees of freedom of the covariance, or
#'   normal. "R2 within" is the share of the variance within the effects. The number of units counts
#'   the values of the panel's unit in the sample, or of the first effect where the fit has no
#'   panel.
#' @section Errors: `ccdpanel_error_fit`, `ccdpanel_error_argument` (an argument of other software,
#'   as `cluster`, or a fit under the name of an argument), `ccdpanel_error_column` (`keep` names no
#'   coefficient), `ccdpanel_error_stars`, `ccdpanel_error_choice`, and those of [fe_reg()] for
#'   `vcov`. Message `ccdpanel_message_not_computed` (what a fit of a database was not asked before
#'   its connection was closed).
#' @seealso [save_table()]; `modelsummary::modelsummary()` takes the fits too.
#' @examples
#' fit <- fe_reg(log(output) ~ log(highways) | state + year, state_capital, vcov = ~state)
#' more <- update(fit, . ~ . + log(private_capital) + unemployment)
#' regression_table(
#'   fit, more, keep = "log(highways)", labels = c("log(highways)" = "Highways (log)")
#' )
#'
#' iv <- fe_reg(
#'   log(output) ~ unemployment | state + year | log(private_capital) ~ l(log(private_capital), 1),
#'   state_capital, panel = c("state", "year"), vcov = ~state
#' )
#' regression_table(iv, first_stage = TRUE)
#' @order 1
#' @export
regression_table <- function(..., vcov = NULL, keep = NULL, labels = NULL, first_stage = FALSE,
                             layout = "panels", constant = TRUE,
                             stars = c(0.1, 0.05, 0.01), digits = 4, title = NULL,
                             language = NULL) {
  call <- rlang::current_env()
  check_table_fits(given_dots(...), list(
    vcov = vcov, keep = keep, labels = labels, first_stage = first_stage, layout = layout,
    constant = constant, stars = stars, digits = digits, title = title, language = language
  ), call)
  language <- speak(language)
  fits <- named_fits(list(...), call)
  groupings <- lapply(list(...), attr, "grouping", exact = TRUE)
  check_table_arguments(
    vcov, keep, labels, first_stage, layout, constant, stars, digits, call
  )
  check_read_by(fits, first_stage, layout, constant, call)
  check_given_first_stage(fits, vcov, first_stage, call)
  if (first_stage && !is.null(keep)) {
    keep <- unique(c(keep, unlist(lapply(fits, `[[`, "instruments"))))
  }
  constant <- if (is.character(constant)) constant else c("none", "reghdfe")[constant + 1]
  columns <- list()
  for (name in names(fits)) {
    columns <- c(columns, table_columns(
      fits[[name]], name, vcov, first_stage, layout, constant, language
    ))
  }
  # The table's own first columns have their names.
  taken <- c("part", "panel", "term")
  heads <- make.unique(c(taken, vapply(columns, `[[`, "", "name")), sep = " ")
  names(columns) <- heads[-seq_along(taken)]
  check_labels_used(labels, columns)
  labels <- c(labels, unlist(unname(lapply(fits, function(fit) {
    c(centred_labels(fit$centred, labels, language), lagged_labels(fit$lagged, labels, language))
  }))))
  style <- list(
    keep = check_keep(keep, columns, call), labels = labels, stars = stars, digits = digits,
    language = language, words = words_of(c("table", "covariances", "marks"), language)
  )
  rows <- c(head_rows(columns, style), coefficient_rows(columns, style), fact_rows(columns, style))
  cells <- do.call(rbind, lapply(rows, `[[`, "cells"))
  out <- data.frame(
    part = vapply(rows, `[[`, "", "part"), panel = vapply(rows, `[[`, "", "panel"),
    term = vapply(rows, `[[`, "", "term"), cells,
    stringsAsFactors = FALSE, check.names = FALSE
  )
  names(out) <- c("part", "panel", "term", names(columns))
  structure(
    out, class = c("regression_table", "data.frame"), title = title,
    note = c(table_note(columns, style), split_notes(groupings, language)),
    numbers = table_numbers(columns), language = language
  )
}

# What came in `...`, and what was meant for it.
check_table_fits <- function(given, arguments, call) {
  check_fit_dots(given, is_fits, regression_table, call)
  check_names_taken(
    arguments, is_fits, "a fit",
    paste0(
      "Where it is the head of a column, a list has it: ",
      "{.code regression_table(list({taken[1]} = fit))}."
    ),
    call
  )
  title <- arguments$title
  if (!is.null(title)) check_title(title, "title", call)
}

# What is of instruments, of systems or of effects needs a fit that has them.
check_read_by <- function(fits, first_stage, layout, constant, call) {
  has <- function(what) any(vapply(fits, what, NA))
  system <- function(fit) inherits(fit, "system_reg")
  check_unread(
    c(first_stage = first_stage && !has(function(fit) !system(fit) && length(fit$endogenous) > 0)),
    "y ~ x | effects | endogenous ~ instruments", call
  )
  check_unread(c(layout = layout == "columns" && !has(system)), "system_reg()", call)
  check_unread(
    c(constant = identical(constant, "xtreg") && !has(function(fit) length(fit$effects) > 0)),
    "y ~ x | effects", call
  )
}

# A covariance of the second stage's coefficients is none of the first stage's, nor does it test
# instruments.
check_given_first_stage <- function(fits, vcov, first_stage, call) {
  instrumented <- vapply(fits, function(fit) {
    !inherits(fit, "system_reg") && length(fit$endogenous) > 0
  }, NA)
  if (!is_given(vcov) || !any(instrumented)) return(invisible())
  if (is.matrix(vcov) && first_stage) {
    abort("argument", c(
      "{.arg vcov} as a matrix is of the second stage, and {.arg first_stage} asks for the first.",
      i = "Give a function that makes one of a fit, or leave {.arg first_stage} out."
    ), call)
  }
  inform("strength", c(
    i = paste0(
      paste0(
        "The tests of instruments of {.val {names(fits)[instrumented]}} are left ",
        "out: a covariance of "
      ),
      "coefficients does not tell them."
    )
  ))
}

# A flat named list of fits from fits and lists of fits.
named_fits <- function(given, call) {
  out <- list()
  names <- names(given) %||% rep("", length(given))
  for (i in seq_along(given)) {
    item <- given[[i]]
    if (inherits(item, "ccd_model")) {
      item <- stats::setNames(list(item), names[i])
    } else {
      item <- list_of_fits(item, call)
    }
    out <- c(out, item)
  }
  if (!length(out)) {
    abort("fit", c(
      "{.fn regression_table} needs at least one fit.",
      i = fit_makers()
    ), call)
  }
  blank <- is.na(names(out)) | names(out) == ""
  names(out)[blank] <- paste0("(", which(blank), ")")
  names(out) <- make.unique(names(out), sep = " ")
  out
}

fit_makers <- function() {
  "Fits come from {.fn fe_reg}, {.fn system_reg}, {.fn dynamic_panel} and {.fn spatial_reg}."
}

list_of_fits <- function(item, call) {
  fits <- if (is.list(item)) as.list(item)
  attributes(fits) <- list(names = names(fits) %||% rep("", length(fits)))
  if (length(fits) && all(vapply(fits, inherits, NA, "ccd_model"))) return(fits)
  abort("fit", c(
    "Each of {.arg ...} must be a fit or a list of fits, not {.obj_type_friendly {item}}.",
    i = if (inherits(item, "ccd_summary")) {
      "Give the fit itself, and its covariance by {.code regression_table(fit, vcov = ~state)}."
    } else if (is.list(item) && inherits(item[["fit"]], "ccd_model")) {
      "Its model is its element {.code fit}: {.code x$fit}."
    } else {
      fit_makers()
    }
  ), call)
}

check_table_arguments <- function(vcov, keep, labels, first_stage, layout, constant, stars, digits,
                                  call) {
  check_flag(first_stage, "first_stage", call)
  if (is.character(constant)) {
    check_choice(constant, c("reghdfe", "xtreg"), "constant", call)
  } else {
    check_flag(constant, "constant", call)
  }
  check_choice(layout, c("panels", "columns"), "layout", call)
  check_number(digits, "digits", 0, 15, call)
  if (!is.null(stars) && !(
    is_bare_numeric(stars) && length(stars) && !anyNA(stars) && all(stars > 0 & stars < 1) &&
      !is.unsorted(-stars, strictly = TRUE)
  )) {
    abort("stars", c(
      "{.arg stars} must be decreasing levels between 0 and 1, not {found(stars)}.",
      i = "For instance {.code c(0.1, 0.05, 0.01)}."
    ), call)
  }
  if (!is.null(labels) && (!is.character(labels) || is.null(names(labels)))) {
    abort("type", c(
      "{.arg labels} must be a named character vector, not {.obj_type_friendly {labels}}.",
      i = "For instance {.code c(dt = \"Digital trade\")}."
    ), call)
  }
}

# A label that nothing bears is worth a word: it may be misspelt.
check_labels_used <- function(labels, columns) {
  if (is.null(labels)) return(invisible())
  terms <- unlist(lapply(columns, function(column) {
    lapply(column$panels, function(p) c(p$panel, p$table$term))
  }))
  others <- unlist(lapply(columns, function(column) {
    c(
      column$centred$of, column$outcome, names(column$effects), column$units$name,
      column$covariance$clusters
    )
  }))
  idle <- labels[!bare_name(names(labels)) %in% bare_name(c(terms, others))]
  if (length(idle)) {
    inform("labels", c(
      "!" = paste0(
        "{.arg labels} names {.val {names(idle)}}, which ",
        "{cli::qty(length(idle))}{?is/are} not in the table."
      )
    ))
  }
}

# The coefficients to keep, as the fits name them.
check_keep <- function(keep, columns, call) {
  if (is.null(keep)) return(NULL)
  check_names(keep, "keep", call)
  all <- unique(unlist(lapply(columns, function(column) {
    lapply(column$panels, function(p) p$table$term)
  })))
  unknown <- keep[!bare_name(keep) %in% bare_name(all)]
  if (!is.character(keep) || length(unknown)) {
    abort("column", c(
      "{.arg keep} must name coefficients of the fits; {.val {unknown}} {?is/are} none.",
      i = "The coefficients are {.val {all}}."
    ), call)
  }
  all[match(bare_name(keep), bare_name(all))]
}

#' @export
as.data.frame.regression_table <- function(x, ...) {
  check_dots(..., passed = c("row.names", "optional", "stringsAsFactors", "make.names"))
  attributes(x)[c("title", "note", "numbers", "language")] <- NULL
  class(x) <- "data.frame"
  x
}
