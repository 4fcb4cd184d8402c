#' Regression table as journals print it
#'
#' Several fits side by side: stars, standard errors in brackets, constant, rows for effects and controls, numbers of rows and units, R2, and for
#' instruments the rank statistics with the Stock-Yogo value and, if asked, the first stages. Systems of equations get one block an equation.
#'
#' @param ... Fits of [fe_reg()] or [system_reg()], or lists of them such as [add_controls()] and [by_group()] return. Names become the heads of the columns; fits
#'   without one are numbered.
#' @param vcov A covariance for all fits as in [fe_reg()]; `NULL` (default): each fit's own. Of a matrix, or a function that makes one, the constant beside
#'   effects has no standard error and is left out.
#' @param keep Names of the coefficients to show, in that order; `NULL` (default): all. The others are told by a row "Control variables": Yes or No.
#'   With `first_stage` the excluded instruments are shown too.
#' @param labels A named character vector: what to print for a coefficient, an effect, an equation or a dependent variable, `c(dt = "Digital trade")`.
#'   The centred columns and the product of [moderation_test()] take the labels of the variables that they are made of.
#' @param first_stage Add a column for each first stage before the column of its fit? (default `FALSE`) The rank statistics then stand there.
#' @param layout How systems of equations are shown: `"panels"` (default), one column a fit and one block an equation; `"columns"`, one column an equation.
#' @param constant Show the constant? (default `TRUE`) Where effects take it up it is reghdfe's: the mean of the dependent variable less the means
#'   of the regressors times their coefficients.
#' @param stars Levels of significance, from one star on; `NULL` for none.
#' @param digits Decimals. Numbers that would show as zero are printed in scientific notation.
#' @param title Title of the table, or `NULL`.
#' @param language `"en"` or `"zh"`: language of heads, rows and note.
#' @return A data frame of class `regression_table`: `part` (`"head"`, `"coefficient"`, `"std_error"`, `"effects"`, `"statistic"`), `panel` (the equation, or empty),
#'   `term` and one column of text a model, as printed. `tidy()` returns the numbers behind it: `model`, `panel`, `term`, `estimate`, `std.error`, `statistic`,
#'   `p.value`. [save_table()] writes it to Word, Excel, HTML, LaTeX, Markdown or csv; in R Markdown it prints itself.
#' @details P-values are those of the fits: t with the degrees of freedom of the covariance, or normal. "R2 within" is the share of the variance within the effects. The number
#'   of units counts the values of the panel's unit in the sample, or of the first effect where the fit has no panel.
#' @section Errors: `ccdpanel_error_fit`, `ccdpanel_error_column` (`keep` names no coefficient), `ccdpanel_error_stars`, `ccdpanel_error_choice`, and those of [fe_reg()] for `vcov`.
#' @seealso [save_table()]; `modelsummary::modelsummary()` takes the fits too.
#' @examples
#' fit <- fe_reg(log(output) ~ log(highways) | state + year, state_capital, vcov = ~state)
#' more <- update(fit, . ~ . + log(private_capital) + unemployment)
#' regression_table(fit, more, keep = "log(highways)", labels = c("log(highways)" = "Highways (log)"))
#'
#' iv <- fe_reg(
#'   log(output) ~ unemployment | state + year | log(private_capital) ~ l(log(private_capital), 1),
#'   state_capital, panel = c("state", "year"), vcov = ~state
#' )
#' regression_table(iv, first_stage = TRUE)
#' @export
regression_table <- function(..., vcov = NULL, keep = NULL, labels = NULL, first_stage = FALSE, layout = "panels", constant = TRUE,
                             stars = c(0.1, 0.05, 0.01), digits = 4, title = NULL, language = "en") {
  call <- rlang::current_env()
  fits <- named_fits(list(...), call)
  groupings <- lapply(list(...), attr, "grouping", exact = TRUE)
  check_table_arguments(vcov, keep, labels, first_stage, layout, constant, stars, digits, language, call)
  if (first_stage && !is.null(keep)) keep <- unique(c(keep, unlist(lapply(fits, `[[`, "instruments"))))
  columns <- list()
  for (name in names(fits)) columns <- c(columns, table_columns(fits[[name]], name, vcov, first_stage, layout, constant, language))
  names(columns) <- make.unique(vapply(columns, `[[`, "", "name"), sep = " ")
  check_labels_used(labels, columns)
  labels <- c(labels, unlist(unname(lapply(fits, function(fit) centred_labels(fit$centred, labels, language)))))
  style <- list(keep = check_keep(keep, columns, call), labels = labels, stars = stars, digits = digits, language = language, words = table_words[[language]])
  rows <- c(head_rows(columns, style), coefficient_rows(columns, style), fact_rows(columns, style))
  cells <- do.call(rbind, lapply(rows, `[[`, "cells"))
  out <- data.frame(
    part = vapply(rows, `[[`, "", "part"), panel = vapply(rows, `[[`, "", "panel"), term = vapply(rows, `[[`, "", "term"), cells,
    stringsAsFactors = FALSE, check.names = FALSE
  )
  names(out) <- c("part", "panel", "term", names(columns))
  structure(out, class = c("regression_table", "data.frame"), title = title, note = c(table_note(columns, style), split_notes(groupings, language)), numbers = table_numbers(columns), language = language)
}

# What the table says beside numbers, in two languages.
table_words <- list(
  en = list(
    outcome = "Dependent variable", stage = "Stage", first = "First", second = "Second", method = "Method", constant = "Constant", controls = "Control variables",
    yes = "Yes", no = "No", fe = function(x) paste(x, "FE"), n = "Observations", units = function(x) paste("Number of", x), r2 = "R2", within = "R2 within",
    kp_lm = "Kleibergen-Paap rk LM", kp_f = "Kleibergen-Paap rk Wald F", sargan = "Sargan", hansen_j = "Hansen J", equation = function(x) paste("Equation", x),
    errors = "In brackets standard errors", by_model = function(x, models) paste0(models, ": ", x), brackets = "In square brackets the Stock-Yogo value of 10% maximal IV size",
    cluster = function(x) paste("clustered by", paste(x, collapse = " and ")), own = "of the system's own covariance", comma = ", ", colon = ": ", semicolon = "; ", collinear = "Left out as collinear: ",
    reghdfe = "Constant beside effects: mean of the dependent variable less those of the regressors times their coefficients", stop = ".",
    centred = function(x) paste(x, "(centred)"), times = " x "
  ),
  zh = list(
    outcome = "\u88ab\u89e3\u91ca\u53d8\u91cf", stage = "\u9636\u6bb5", first = "\u7b2c\u4e00\u9636\u6bb5", second = "\u7b2c\u4e8c\u9636\u6bb5", method = "\u65b9\u6cd5",
    constant = "\u5e38\u6570\u9879", controls = "\u63a7\u5236\u53d8\u91cf", yes = "\u662f", no = "\u5426", fe = function(x) paste0(x, "\u56fa\u5b9a\u6548\u5e94"),
    n = "\u89c2\u6d4b\u503c", units = function(x) paste0(x, "\u6570"), r2 = "R2", within = "\u7ec4\u5185R2", kp_lm = "Kleibergen-Paap rk LM", kp_f = "Kleibergen-Paap rk Wald F",
    sargan = "Sargan", hansen_j = "Hansen J", equation = function(x) paste0("\u65b9\u7a0b\uff1a", x), errors = "\u62ec\u53f7\u5185\u4e3a\u6807\u51c6\u8bef",
    by_model = function(x, models) paste0(models, "\uff1a", x), brackets = "\u65b9\u62ec\u53f7\u5185\u4e3aStock-Yogo 10%\u6700\u5927IV\u6c34\u5e73\u504f\u5dee\u7684\u4e34\u754c\u503c",
    cluster = function(x) paste0("\u6309", paste(x, collapse = "\u548c"), "\u805a\u7c7b"), own = "\u7cfb\u7edf\u4f30\u8ba1\u91cf\u81ea\u8eab\u7684\u534f\u65b9\u5dee", comma = "\uff0c", colon = "\uff1a", semicolon = "\uff1b", collinear = "\u56e0\u5171\u7ebf\u6027\u5254\u9664\uff1a",
    reghdfe = "\u542b\u56fa\u5b9a\u6548\u5e94\u65f6\u5e38\u6570\u9879\u4e3a\u88ab\u89e3\u91ca\u53d8\u91cf\u5747\u503c\u51cf\u53bb\u5404\u56de\u5f52\u5143\u5747\u503c\u4e0e\u5176\u7cfb\u6570\u4e4b\u79ef", stop = "\u3002",
    centred = function(x) paste0(x, "\uff08\u4e2d\u5fc3\u5316\uff09"), times = " \u00d7 "
  )
)

# A flat named list of fits from fits and lists of fits.
named_fits <- function(given, call) {
  out <- list()
  names <- names(given) %||% rep("", length(given))
  for (i in seq_along(given)) {
    item <- given[[i]]
    if (inherits(item, "ccd_model")) item <- stats::setNames(list(item), names[i]) else item <- list_of_fits(item, call)
    out <- c(out, item)
  }
  if (!length(out)) abort("fit", c("{.fn regression_table} needs at least one fit.", i = "Fits come from {.fn fe_reg} and {.fn system_reg}."), call)
  blank <- is.na(names(out)) | names(out) == ""
  names(out)[blank] <- paste0("(", which(blank), ")")
  names(out) <- make.unique(names(out), sep = " ")
  out
}

list_of_fits <- function(item, call) {
  fits <- if (is.list(item)) as.list(item)
  attributes(fits) <- list(names = names(fits) %||% rep("", length(fits)))
  if (length(fits) && all(vapply(fits, inherits, NA, "ccd_model"))) return(fits)
  abort("fit", c("Each of {.arg ...} must be a fit or a list of fits, not {.obj_type_friendly {item}}.", i = "Fits come from {.fn fe_reg} and {.fn system_reg}."), call)
}

check_table_arguments <- function(vcov, keep, labels, first_stage, layout, constant, stars, digits, language, call) {
  check_flag(first_stage, "first_stage", call)
  check_flag(constant, "constant", call)
  check_choice(layout, c("panels", "columns"), "layout", call)
  check_choice(language, names(table_words), "language", call)
  check_number(digits, "digits", 0, 15, call)
  if (!is.null(stars) && !(is.numeric(stars) && length(stars) && !anyNA(stars) && all(stars > 0 & stars < 1) && !is.unsorted(-stars, strictly = TRUE))) {
    abort("stars", c("{.arg stars} must be decreasing levels between 0 and 1, not {found(stars)}.", i = "For instance {.code c(0.1, 0.05, 0.01)}."), call)
  }
  if (!is.null(labels) && (!is.character(labels) || is.null(names(labels)))) {
    abort("type", c("{.arg labels} must be a named character vector, not {.obj_type_friendly {labels}}.", i = "For instance {.code c(dt = \"Digital trade\")}."), call)
  }
}

# A label that nothing bears is worth a word: it may be misspelt.
check_labels_used <- function(labels, columns) {
  if (is.null(labels)) return(invisible())
  terms <- unlist(lapply(columns, function(column) lapply(column$panels, function(p) c(p$panel, p$table$term))))
  others <- unlist(lapply(columns, function(column) c(column$centred$of, column$outcome, names(column$effects), column$units$name, column$covariance$clusters)))
  idle <- labels[!bare_name(names(labels)) %in% bare_name(c(terms, others))]
  if (length(idle)) inform("labels", c("!" = "{.arg labels} names {.val {names(idle)}}, which {cli::qty(length(idle))}{?is/are} not in the table."))
}

# The coefficients to keep, as the fits name them.
check_keep <- function(keep, columns, call) {
  if (is.null(keep)) return(NULL)
  check_names(keep, "keep", call)
  all <- unique(unlist(lapply(columns, function(column) lapply(column$panels, function(p) p$table$term))))
  unknown <- keep[!bare_name(keep) %in% bare_name(all)]
  if (!is.character(keep) || length(unknown)) {
    abort("column", c("{.arg keep} must name coefficients of the fits; {.val {unknown}} {?is/are} none.", i = "The coefficients are {.val {all}}."), call)
  }
  all[match(bare_name(keep), bare_name(all))]
}

# One or more columns of the table for a fit: name, outcome, stage, blocks of coefficients and facts.
table_columns <- function(fit, name, vcov, first_stage, layout, constant, language) {
  if (inherits(fit, "system_reg")) return(system_columns_of(fit, name, vcov, layout, language))
  strength <- if (length(fit$endogenous)) instrument_facts(fit, vcov)
  own <- fe_column(fit, name, vcov, constant, language)
  if (!first_stage || is.null(strength)) return(list(c(own, list(strength = strength))))
  stages <- first_stage(fit)
  number <- if (length(stages) > 1) seq_along(stages)
  first <- lapply(seq_along(stages), function(j) {
    column <- fe_column(stages[[j]], paste(c(name, if (language == "en") "first" else table_words$zh$first, number[j]), collapse = " "), vcov, constant, language)
    column$stage <- "first"
    column$strength <- if (j == 1) strength[c("kp_lm", "kp_f")]
    column
  })
  own$stage <- "second"
  own$name <- paste(name, if (language == "en") "second" else table_words$zh$second)
  c(first, list(c(own, list(strength = strength["over"]))))
}

fe_column <- function(fit, name, vcov, constant, language) {
  cov <- fit_covariance(fit, vcov)
  table <- coefficient_table(fit, cov)
  made <- constant && length(fit$effects) > 0 && !is_given(vcov)
  if (made) table <- rbind(table, fe_constant(fit, vcov = vcov)[names(table)])
  if (!constant) table <- table[table$term != "(Intercept)", ]
  list(
    name = name, outcome = rlang::as_label(fit$spec$parsed$response), method = if (fit$estimator %in% c("OLS", "2SLS")) "" else fit$estimator, panels = list(list(panel = "", table = table)), effects = fit$effects, n = fit$sample$n,
    units = unit_count(fit), r2 = fit$r2[["r2"]], within = fit$r2[["within"]], covariance = cov, own = FALSE, made_constant = made, collinear = fit$collinear, centred = fit$centred
  )
}

instrument_facts <- function(fit, vcov) {
  weak <- weak_iv(fit, vcov)
  at <- function(test, column) weak[[column]][match(test, weak$test)]
  tests <- iv_tests(fit, vcov)
  over <- tests[tests$test %in% c("sargan", "hansen_j") & tests$df > 0, ]
  over <- over[order(over$test != "hansen_j"), ][1, ]
  list(
    kp_lm = c(statistic = at("kp_lm", "statistic"), p.value = at("kp_lm", "p_value")),
    kp_f = c(statistic = at("kp_wald_f", "statistic"), critical = at("kp_wald_f", "critical")),
    over = if (!is.na(over$test)) list(test = over$test, statistic = over$statistic, p.value = over$p_value)
  )
}

system_columns_of <- function(fit, name, vcov, layout, language) {
  cov <- fit_covariance(fit, vcov)
  table <- coefficient_table(fit, cov)
  equation <- rep(names(fit$terms), lengths(fit$terms))
  table$term <- unlist(fit$terms, use.names = FALSE)
  panels <- lapply(names(fit$terms), function(e) list(panel = e, table = table[equation == e, ], r2 = fit$r2[[e]]))
  outcomes <- vapply(fit$spec$equations, function(eq) rlang::as_label(eq$response), "")
  column <- list(name = name, method = system_label(fit), effects = fit$effects, n = fit$sample$n, units = unit_count(fit), covariance = cov, own = cov$type == "iid", made_constant = FALSE)
  if (layout == "panels") return(list(c(column, list(panels = panels, outcome = ""))))
  lapply(seq_along(panels), function(i) {
    column$name <- if (i == 1) name else paste(name, names(fit$terms)[i])
    if (length(panels) > 1) column$name <- paste(name, names(fit$terms)[i])
    panels[[i]]$panel <- ""
    c(column, list(panels = list(panels[[i]][c("panel", "table")]), outcome = outcomes[[i]], r2 = panels[[i]]$r2))
  })
}

errors_label <- function(cov, language, labels = NULL) {
  if (cov$type == "cluster") return(table_words[[language]]$cluster(label_of(cov$clusters, list(labels = labels, language = language))))
  if (language == "zh") chinese_errors(cov, label_of(cov$clusters, list(labels = labels, language = language))) else sub(", small-sample.*", "", covariance_label(cov))
}

chinese_errors <- function(cov, clusters) {
  switch(cov$type,
    HC0 = , HC1 = , HC2 = , HC3 = paste0("\u5f02\u65b9\u5dee\u7a33\u5065(", cov$type, ")"), CR2 = , CR3 = paste0(cov$type, "\uff0c", table_words$zh$cluster(clusters)),
    NW = paste0("Newey-West\uff0c\u6ede\u540e", cov$lag, "\u671f"), DK = paste0("Driscoll-Kraay\uff0c\u6ede\u540e", cov$lag, "\u671f\uff0c", cov$periods, "\u4e2a\u65f6\u671f"),
    given = "\u6240\u7ed9\u77e9\u9635", conley = paste0("Conley\uff0c", cov$kernel, "\u6838\uff0c", format(cov$cutoff), "\u5343\u7c73\uff0c", cov$places, "\u4e2a\u5730\u70b9"), cov$type
  )
}

# What is printed for a name: the user's label, else the name, with a capital for effects.
label_of <- function(name, style) {
  at <- match(bare_name(name), bare_name(names(style$labels)))
  own <- if (identical(style$language, "zh")) in_chinese(bare_name(name)) else bare_name(name)
  ifelse(is.na(at), own, style$labels[at])
}

# The columns that moderation_test() made, under the names of what they are made of, or the user's labels of these.
centred_labels <- function(made, labels, language) {
  if (is.null(made)) return(NULL)
  words <- table_words[[language]]
  of <- label_of(made$of, list(labels = labels, language = language))
  out <- stats::setNames(c(ifelse(made$centred, words$centred(of), of), paste(of, collapse = words$times)), made$names)
  out[!names(out) %in% names(labels)]
}

table_row <- function(part, term, cells, panel = "") list(part = part, panel = panel, term = term, cells = unname(cells))

head_rows <- function(columns, style) {
  field <- function(what) vapply(columns, function(column) column[[what]] %||% "", "")
  stage <- field("stage")
  outcome <- field("outcome")
  method <- field("method")
  list_rows <- list()
  if (any(nzchar(method))) list_rows <- c(list_rows, list(table_row("head", style$words$method, method)))
  if (any(nzchar(stage))) list_rows <- c(list_rows, list(table_row("head", style$words$stage, c(first = style$words$first, second = style$words$second)[stage] |> replace(!nzchar(stage), ""))))
  if (any(nzchar(outcome))) list_rows <- c(list_rows, list(table_row("head", style$words$outcome, label_of(outcome, style))))
  list_rows
}

# Estimate and standard error of each coefficient, block by block; the constant last.
coefficient_rows <- function(columns, style) {
  panels <- unique(unlist(lapply(columns, function(column) vapply(column$panels, `[[`, "", "panel"))))
  unlist(lapply(panels, function(panel) panel_rows(panel, columns, style)), recursive = FALSE)
}

panel_rows <- function(panel, columns, style) {
  blocks <- lapply(columns, function(column) {
    at <- match(panel, vapply(column$panels, `[[`, "", "panel"))
    if (!is.na(at)) column$panels[[at]]
  })
  all <- unique(unlist(lapply(blocks, function(b) b$table$term)))
  regressors <- setdiff(all, "(Intercept)")
  terms <- c(if (is.null(style$keep)) regressors else intersect(style$keep, regressors), intersect("(Intercept)", all))
  title <- if (nzchar(panel)) style$words$equation(label_of(panel, style)) else ""
  rows <- unlist(lapply(terms, function(term) term_rows(term, blocks, title, style)), recursive = FALSE)
  left <- setdiff(regressors, terms)
  if (length(left)) {
    has <- vapply(blocks, function(b) if (is.null(b)) NA else any(left %in% b$table$term), NA)
    rows <- c(rows, list(table_row("effects", style$words$controls, yes_no(has, style), title)))
  }
  r2 <- vapply(blocks, function(b) b$r2 %||% NA_real_, 0)
  if (any(!is.na(r2))) rows <- c(rows, list(table_row("statistic", style$words$r2, text_or_blank(r2, style$digits), title)))
  rows
}

term_rows <- function(term, blocks, title, style) {
  pick <- function(column) vapply(blocks, function(b) (b$table[[column]] %||% numeric())[match(term, b$table$term)] %||% NA_real_, 0)
  estimate <- pick("estimate")
  marks <- if (is.null(style$stars)) "" else star_marks(pick("p.value"), style$stars)
  error <- pick("std.error")
  name <- if (term == "(Intercept)" && !term %in% names(style$labels)) style$words$constant else label_of(term, style)
  list(
    table_row("coefficient", name, ifelse(is.na(estimate), "", paste0(number_text(estimate, style$digits), marks)), title),
    table_row("std_error", "", ifelse(is.na(error), "", paste0("(", number_text(error, style$digits), ")")), title)
  )
}

yes_no <- function(has, style) ifelse(is.na(has), "", ifelse(has, style$words$yes, style$words$no))

text_or_blank <- function(x, digits) ifelse(is.na(x), "", number_text(x, digits))

# Effects, and what is said of each model below its coefficients.
fact_rows <- function(columns, style) {
  words <- style$words
  effects <- unique(unlist(lapply(columns, function(column) names(column$effects))))
  rows <- lapply(effects, function(e) {
    label <- label_of(e, style)
    if (label == bare_name(e)) label <- paste0(toupper(substr(label, 1, 1)), substring(label, 2))
    table_row("effects", words$fe(label), yes_no(vapply(columns, function(column) e %in% names(column$effects), NA), style))
  })
  field <- function(what) vapply(columns, function(column) as.double(column[[what]] %||% NA_real_), 0)
  rows <- c(rows, list(table_row("statistic", words$n, format(field("n"), big.mark = ",", trim = TRUE, scientific = FALSE))), unit_count_rows(columns, style))
  for (what in c("r2", "within")) {
    if (any(!is.na(field(what)))) rows <- c(rows, list(table_row("statistic", words[[what]], text_or_blank(field(what), style$digits))))
  }
  c(rows, strength_rows(columns, style))
}

unit_count_rows <- function(columns, style) {
  units <- unique(unlist(lapply(columns, function(column) column$units$name)))
  lapply(units, function(unit) {
    n <- vapply(columns, function(column) if (identical(column$units$name, unit)) as.double(column$units$n) else NA_real_, 0)
    label <- label_of(unit, style)
    if (label == bare_name(unit) && style$language == "en") label <- paste0(label, if (has_chinese(label)) "" else "s")
    table_row("statistic", style$words$units(label), ifelse(is.na(n), "", format(n, big.mark = ",", trim = TRUE)))
  })
}

strength_rows <- function(columns, style) {
  marks <- function(p) if (is.null(style$stars)) "" else star_marks(p, style$stars)
  lm <- get_named(columns, "kp_lm", "statistic")
  if (all(is.na(lm)) && all(is.na(get_named(columns, "over", "statistic")))) return(list())
  f <- get_named(columns, "kp_f", "statistic")
  critical <- get_named(columns, "kp_f", "critical")
  rows <- list(
    table_row("statistic", style$words$kp_lm, ifelse(is.na(lm), "", paste0(number_text(lm, 3), marks(get_named(columns, "kp_lm", "p.value"))))),
    table_row("statistic", style$words$kp_f, text_or_blank(f, 3)),
    table_row("statistic", "", ifelse(is.na(critical), "", paste0("[", number_text(critical, 2), "]")))
  )
  if (all(is.na(critical))) rows <- rows[-3]
  for (test in c("hansen_j", "sargan")) {
    is <- vapply(columns, function(column) identical(column$strength$over$test, test), NA)
    if (!any(is)) next
    text <- paste0(number_text(get_named(columns, "over", "statistic"), 3), " (p = ", formatC(get_named(columns, "over", "p.value"), digits = 3, format = "f"), ")")
    rows <- c(rows, list(table_row("statistic", style$words[[test]], ifelse(is, text, ""))))
  }
  rows
}

get_named <- function(columns, test, what) {
  vapply(columns, function(column) {
    value <- column$strength[[test]]
    if (is.null(value) || !what %in% names(value)) NA_real_ else as.double(value[[what]])
  }, 0)
}

# The note: what the brackets hold, which models have which standard errors, stars, and how a constant beside effects is made.
table_note <- function(columns, style) {
  words <- style$words
  errors <- vapply(columns, function(column) if (column$own) words$own else errors_label(column$covariance, style$language, style$labels), "")
  kinds <- unique(errors)
  kind <- if (length(kinds) == 1) kinds else paste(vapply(kinds, function(k) words$by_model(k, toString(names(columns)[errors == k])), ""), collapse = words$semicolon)
  gone <- collinear_models(lapply(columns, `[[`, "collinear"))
  critical <- any(!is.na(get_named(columns, "kp_f", "critical")))
  c(
    paste0(words$errors, if (length(kinds) == 1) words$comma else words$colon, kind, words$stop),
    if (!is.null(style$stars)) paste0(star_note(style$stars), words$stop),
    if (critical) paste0(words$brackets, words$stop),
    if (length(gone)) paste0(words$collinear, gone, words$stop),
    if (any(vapply(columns, function(column) column$made_constant, NA))) paste0(words$reghdfe, words$stop)
  )
}

# How groups were split, where they were: at which value, of units or observations.
split_notes <- function(groupings, language) {
  groupings <- unique(Filter(function(g) !is.null(g$split), groupings))
  unlist(lapply(groupings, function(g) {
    unit <- g$of == "unit"
    at <- paste(format(g$at, digits = 4, trim = TRUE), collapse = ", ")
    said <- split_words[[language]]
    c(said$split(g$by, if (unit) rlang::as_label(g$unit), said[[g$split]], at, toString(levels(g$group))), if (g$shared) said$shared)
  }))
}

split_words <- list(
  en = list(
    median = "the median", mean = "the mean", value = "", shared = "Some units are in more than one group.",
    split = function(by, unit, where, at, groups) {
      of <- if (is.null(unit)) paste("Observations split by", by) else paste0("Units (", unit, ") split by their mean of ", by)
      paste0(of, " at ", if (nzchar(where)) paste0(where, ", "), at, ", from the lowest: ", groups, ".")
    }
  ),
  zh = list(
    median = "\u4e2d\u4f4d\u6570", mean = "\u5747\u503c", value = "", shared = "\u90e8\u5206\u4e2a\u4f53\u540c\u65f6\u5c5e\u4e8e\u591a\u4e2a\u7ec4\u3002",
    split = function(by, unit, where, at, groups) {
      of <- if (is.null(unit)) paste0("\u6309\u89c2\u6d4b\u503c\u7684", by) else paste0("\u6309\u5404\u4e2a\u4f53\uff08", unit, "\uff09", by, "\u7684\u5747\u503c")
      paste0(of, "\u5206\u7ec4\uff0c\u754c\u503c\u4e3a", where, at, "\uff0c\u7531\u4f4e\u5230\u9ad8\u4f9d\u6b21\u4e3a\uff1a", groups, "\u3002")
    }
  )
)

table_numbers <- function(columns) {
  one <- function(name) {
    do.call(rbind, lapply(columns[[name]]$panels, function(p) {
      cbind(model = rep(name, nrow(p$table)), panel = rep(p$panel, nrow(p$table)), p$table[c("term", "estimate", "std.error", "statistic", "p.value")], stringsAsFactors = FALSE)
    }))
  }
  out <- do.call(rbind, lapply(names(columns), one))
  rownames(out) <- NULL
  out
}

#' @param x A regression table.
#' @rdname regression_table
#' @export
tidy.regression_table <- function(x, ...) {
  check_dots(...)
  attr(x, "numbers")
}

#' @param n Number of lines printed: of a longer table the first coefficients and, if need be, the first models, with a word of what is not shown. `Inf` prints all of it.
#' @rdname regression_table
#' @export
print.regression_table <- function(x, n = 40, ...) {
  check_shown(n = n)
  if (is.null(attr(x, "note")) || !all(c("part", "panel", "term") %in% names(x))) return(NextMethod())
  note <- strwrap(attr(x, "note"), screen_width())
  title <- if (!is.null(attr(x, "title"))) strwrap(attr(x, "title"), screen_width())
  # Beside table, title and note: a line between, what is not shown (three at most) and the last words.
  common <- common_heads(x)
  title <- c(title, if (length(title)) "", common$lines)
  shown <- first_part(common$rest, n - length(note) - length(title) - 5)
  if (length(title)) cat(title, sep = "\n")
  cat(text_lines(shown), sep = "\n")
  left_out(common$rest, shown)
  cat("\n")
  cat(note, sep = "\n")
  next_steps("save_table(x, \"table.docx\") or .xlsx, .html, .tex", "tidy(x)")
  invisible(x)
}

# A head that is the same over all of several columns is said once, above them, since on a screen it would make them wide.
common_heads <- function(x) {
  models <- x[-(1:3)]
  same <- x$part == "head" & ncol(models) > 1 & vapply(seq_len(nrow(x)), function(i) length(unique(unlist(models[i, ]))) == 1, NA)
  list(rest = x[!same, ], lines = if (any(same)) strwrap(paste0(x$term[same], ": ", models[same, 1]), screen_width(), exdent = 2))
}

# As much as fits so many lines: all; else every model with fewer coefficients, of each block at least three; else fewer models; else fewer blocks.
first_part <- function(x, lines) {
  models <- lapply(text_columns(x)$split, function(js) js[length(js)])
  for (m in rev(seq_along(models))) {
    part <- x[seq_len(3 + models[[m]])]
    part <- part[rowSums(part[-(1:3)] != "") > 0, ]
    rank <- coefficient_rank(part)
    for (k in rev(seq(min(max(rank, 1), if (m > 1) 3 else 1), max(rank, 1)))) {
      out <- part[rank <= k, ]
      if (m * (nrow(printed_rows(out)) + 4) <= lines) return(out)
    }
  }
  panels <- unique(out$panel[out$part == "coefficient"])
  while (length(panels) > 1 && nrow(printed_rows(out)) + 4 > lines) {
    panels <- panels[-length(panels)]
    out <- out[out$panel %in% c("", panels), ]
  }
  out
}

# Of coefficients and their standard errors the number within their block, of other rows 0.
coefficient_rank <- function(x) {
  own <- x$part %in% c("coefficient", "std_error")
  out <- stats::ave(as.integer(x$part == "coefficient"), x$panel, FUN = cumsum)
  ifelse(own, out, 0)
}

left_out <- function(x, shown) {
  some <- function(names, what) {
    if (!length(names)) return(NULL)
    paste0(length(names), " ", what, if (length(names) > 1) "s", " (", first_names(names, 4), ")")
  }
  key <- function(d) paste(d$panel, d$term, sep = "\r")[d$part == "coefficient"]
  terms <- sub("^.*\r", "", setdiff(key(x), key(shown)))
  gone <- c(some(terms, "coefficient"), some(setdiff(x$panel, shown$panel), "block"), some(setdiff(names(x), names(shown)), "model"))
  if (length(gone)) say(paste0("Not shown here: ", paste(gone, collapse = ", "), ". print(x, n = Inf) shows all, save_table() writes all."))
}

# The table as lines of text, split where the columns do not fit the screen: numbers stand under each other, stars and brackets hang over.
text_lines <- function(x) {
  columns <- text_columns(x)
  rules <- c(1 + sum(x$part == "head"), 1 + columns$body)
  unlist(lapply(columns$split, function(js) {
    lines <- do.call(paste, c(list(columns$label), columns$text[js], list(sep = "  ")))
    rule <- strrep("-", max(nchar(lines, "width")))
    trimws(c(lines[seq_len(rules[1])], rule, lines[seq_len(length(lines)) > rules[1] & seq_len(length(lines)) <= rules[2]], rule, lines[-seq_len(rules[2])], rule), "right")
  }))
}

# Each column as padded text with its head, and which of them stand side by side.
text_columns <- function(x) {
  shown <- printed_rows(x)
  cells <- as.matrix(shown[-1])
  hang <- max(0L, nchar(regmatches(cells, regexpr("\\*+$", cells))), 1L)
  tail <- ifelse(grepl("\\*+$", cells), nchar(sub("^.*?(\\**)$", "\\1", cells)), ifelse(grepl("^[(\\[].*[])]$", cells), 1L, 0L))
  numeric <- matrix(grepl("[0-9]", cells) & row(cells) > sum(x$part == "head"), nrow(cells))
  padded <- cells
  padded[] <- paste0(cells, strrep(" ", ifelse(numeric, hang - tail, 0)))
  label <- pad_width(c("", shown$label), "left")
  text <- lapply(seq_len(ncol(padded)), function(j) pad_width(c(colnames(cells)[j], padded[, j]), "right"))
  width <- cumsum(nchar(vapply(text, `[[`, "", 1), "width") + 2)
  room <- max(getOption("width") - nchar(label[1], "width"), width[1])
  list(label = label, text = text, split = split_columns(width, room), body = attr(shown, "body"))
}

split_columns <- function(width, room) {
  out <- list()
  start <- 1
  while (start <= length(width)) {
    used <- if (start > 1) width[start - 1] else 0
    fits <- which(width[start:length(width)] - used <= room)
    end <- start + max(length(fits), 1) - 1
    out <- c(out, list(start:end))
    start <- end + 1
  }
  out
}

pad_width <- function(text, side) {
  gap <- max(nchar(text, "width")) - nchar(text, "width")
  if (side == "left") paste0(text, strrep(" ", gap)) else paste0(strrep(" ", gap), text)
}

# The rows that are printed: a title line before each block, then label and cells. The attribute `body` is the row after which the facts begin.
printed_rows <- function(x) {
  plain <- as.data.frame(x)
  cells <- plain[setdiff(names(plain), c("part", "panel", "term"))]
  out <- cbind(label = plain$term, cells, stringsAsFactors = FALSE)
  starts <- which(nzchar(plain$panel) & c(TRUE, plain$panel[-1] != plain$panel[-nrow(plain)]))
  for (i in rev(starts)) {
    title <- out[1, ]
    title[] <- as.list(c(plain$panel[i], rep("", ncol(cells))))
    out <- rbind(out[seq_len(i - 1), ], title, out[seq(i, nrow(out)), ])
  }
  rownames(out) <- NULL
  facts <- plain$part %in% c("effects", "statistic") & !nzchar(plain$panel) & seq_len(nrow(plain)) > max(which(plain$part == "std_error"), 0)
  attr(out, "body") <- nrow(out) - sum(facts)
  out
}

#' @export
as.data.frame.regression_table <- function(x, ...) {
  check_dots(..., passed = c("row.names", "optional", "stringsAsFactors", "make.names"))
  attributes(x)[c("title", "note", "numbers", "language")] <- NULL
  class(x) <- "data.frame"
  x
}
