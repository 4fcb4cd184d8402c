#' Controls one by one, and as a grid with effects
#'
#' Fits a model again with its controls entered or dropped step by step, with several sets of
#' effects if asked: the benchmark table of a paper.
#'
#' @param fit A fit of [fe_reg()] or [system_reg()]. Controls of a system must be among its
#'   regressors; they leave every equation that has them, and the instruments.
#' @param controls A one-sided formula of controls, `~ a + log(b) + c`. What the fit has of them
#'   already is taken out first (of `a * x` the term `a`), so that a full model and a bare one give
#'   the same table.
#' @param steps `"add"` (default): none, then the controls one after the other; `"drop"`: all, then
#'   all but one, each in turn; `"single"`: none, then each alone; `"all"`: none and all (default if
#'   `effects` are given). For a system `"drop"` is the default.
#' @param effects A list of one-sided formulas of absorbed effects, `list(~0, ~state, ~ state +
#'   year)`, `~0` for none: every step is fitted with each of them. `NULL` (default): the effects of
#'   `fit`.
#' @param sample `"common"` (default): all models on the rows that every one of them can use, so
#'   that coefficients change because of the controls and not the sample; the rows that are lost by
#'   it are counted in a message. `"own"`: each model on its own rows.
#' @param ... Not used.
#' @return A named list of fits of class `add_controls` and [ccd_models], by set of effects and,
#'   within it, by step. The attribute `steps` is a data frame of `model`, `controls` and `effects`.
#' @section Errors: `ccdpanel_error_formula`, `ccdpanel_error_choice`, `ccdpanel_error_effects`, and
#'   those of [fe_reg()]. Conditions: message `ccdpanel_message_common_sample`.
#' @seealso [by_group()], [robustness()]
#' @examples
#' fit <- fe_reg(log(output) ~ log(highways) | state + year, state_capital, vcov = ~state)
#' add_controls(fit, ~ log(private_capital) + unemployment)
#'
#' # Controls by effects
#' add_controls(
#'   fit, ~ log(private_capital) + unemployment, effects = list(~0, ~state, ~ state + year)
#' )
#' @export
add_controls <- function(fit, controls, ...) {
  check_required("add_controls", "fit")
  UseMethod("add_controls")
}

#' @export
add_controls.default <- function(fit, controls, ...) abort_no_fit(fit)

#' @rdname add_controls
#' @export
add_controls.fe_reg <- function(fit, controls, steps = NULL, effects = NULL, sample = "common",
                                ...) {
  check_dots(...)
  check_required("add_controls")
  call <- rlang::current_env()
  controls <- control_terms(controls, call)
  effects <- evaluated_argument(effects, "effects", call)
  check_outcome_apart(fit, controls, call)
  steps <- steps %||% if (is.null(effects)) "add" else "all"
  check_choice(steps, c("add", "drop", "single", "all"), "steps")
  check_choice(sample, c("common", "own"), "sample")
  fit <- with_values(fit, list(attr(controls, "formula"), effects), call)
  sets <- control_sets(controls, steps)
  effects <- effect_sets(effects, fit, call)
  grid <- expand.grid(set = seq_along(sets), effect = seq_along(effects))
  table <- data.frame(
    model = paste0("(", seq_len(nrow(grid)), ")"), controls = names(sets)[grid$set],
    effects = names(effects)[grid$effect]
  )
  fits <- spelt_once(Map(function(s, e) {
    name <- paste0(names(sets)[s], ", effects ", names(effects)[e])
    refit_named(fit, name, call, formula = with_parts(fit, controls, sets[[s]], effects[[e]]))
  }, grid$set, grid$effect))
  if (sample == "common") fits <- on_common_rows(fits, call)
  new_models(
    stats::setNames(fits, table$model), "add_controls", steps = table,
    heading = controls_heading(table, fits[[1]])
  )
}

#' @export
add_controls.system_equation <- function(fit, controls, ...) abort_no_fit(fit)

control_terms <- function(controls, call) {
  terms <- lapply(split_plus(one_sided(controls, "controls", call)), without_brackets)
  check_controls_apart(terms, call)
  structure(stats::setNames(terms, vapply(terms, rlang::as_label, "")), formula = controls)
}

# Each control is one regressor or term, named once.
check_controls_apart <- function(terms, call) {
  twice <- unique(terms[duplicated(term_keys(terms))])
  strange <- Filter(function(e) is.numeric(e) || rlang::is_call(e, "offset"), terms)
  if (!length(twice) && !length(strange)) return(invisible())
  labels <- vapply(if (length(strange)) strange else twice, rlang::as_label, "")
  abort("formula", c(
    if (length(strange)) {
      "{.arg controls} must be regressors; {.code {labels}} {?is/are} none."
    } else {
      "{.arg controls} names {.code {labels}} twice."
    },
    i = "For instance {.code ~ a + log(b)}."
  ), call)
}

check_outcome_apart <- function(fit, controls, call) {
  response <- fit$spec$parsed$response
  held <- names(controls)[vapply(controls, mentions, NA, response)]
  if (!length(held)) return(invisible())
  abort("formula", c(
    "{.arg controls} has the dependent variable of the fit, in {.code {held}}.",
    i = "Its lags are {.code l({rlang::as_label(response)}, 1)}."
  ), call)
}

# Named sets of controls, in the order of the table's columns.
control_sets <- function(controls, steps) {
  labels <- names(controls)
  k <- length(labels)
  sets <- switch(steps,
    add = lapply(0:k, seq_len),
    drop = c(list(seq_len(k)), lapply(seq_len(k), function(j) setdiff(seq_len(k), j))),
    single = c(list(integer()), as.list(seq_len(k))), all = list(integer(), seq_len(k))
  )
  name <- function(set) {
    if (!length(set)) "none" else if (length(set) == k && k > 1) "all" else toString(labels[set])
  }
  names <- vapply(sets, name, "")
  if (steps == "add" && k > 1) names[-1] <- paste("+", labels)
  if (steps == "drop" && k > 1) names[-1] <- paste("without", labels)
  stats::setNames(lapply(sets, function(set) unname(unclass(controls)[set])), names)
}

effect_sets <- function(effects, fit, call) {
  if (is.null(effects)) {
    own <- label_expressions(names(fit$spec$parsed$effects), fit$spec$data)
    return(stats::setNames(list(own), effects_name(own)))
  }
  if (inherits(effects, "formula")) effects <- list(effects)
  if (!is.list(effects) || !length(effects)) {
    abort("effects", c(
      "{.arg effects} must be a list of one-sided formulas, not {found(effects)}.",
      i = "For instance {.code list(~0, ~state, ~state + year)}."
    ), call)
  }
  sets <- lapply(effects, function(e) {
    terms <- split_plus(one_sided(e, "effects", call))
    terms[!vapply(terms, function(t) identical(t, 0) || identical(t, 1), NA)]
  })
  given <- names(effects) %||% rep("", length(effects))
  stats::setNames(sets, ifelse(nzchar(given), given, vapply(sets, effects_name, "")))
}

effects_name <- function(terms) {
  if (length(terms)) paste(vapply(terms, rlang::as_label, ""), collapse = " + ") else "none"
}

# The formula of a fit with some of the controls and other effects.
with_parts <- function(fit, controls, added, effects) {
  kept <- joined_terms(fit$spec$parsed$exogenous, rlang::caller_env())
  kept <- kept[!term_keys(kept) %in% term_keys(controls)]
  whole_formula(fit$spec$parsed, c(kept, added), effects)
}

# A refit that says which of many it was when it fails.
refit_named <- function(fit, name, call, ...) {
  rlang::try_fetch(
    quietly(refit(fit, ..., call = call)),
    ccdpanel_error = function(e) {
      abort(
        "refit",
        c(
          "The model of {.val {name}} cannot be fitted.",
          i = "The reason is below; leave it out or change it."
        ),
        call, parent = e, name = name
      )
    }
  )
}

# All fits on the rows that every one of them used; singletons may leave in several rounds.
on_common_rows <- function(fits, call) {
  before <- vapply(fits, function(fit) as.double(fit$sample$n), 0)
  if (!has_rows(fits[[1]])) return(on_present_values(fits, before, call))
  repeat {
    rows <- lapply(fits, sample_rows)
    common <- Reduce(intersect, rows)
    if (all(lengths(rows) == length(common))) break
    if (!length(common)) {
      abort("empty_sample", c(
        "No row is common to all models.", i = "Take {.code sample = \"own\"}."
      ), call)
    }
    keep <- seq_len(nrow(fits[[1]]$spec$data)) %in% common
    fits <- lapply(fits, function(fit) quietly(refit(fit, subset = keep, call = call)))
  }
  say_common_rows(before, length(common))
  fits
}

say_common_rows <- function(before, common) {
  if (max(before) == common) return(invisible())
  inform("common_sample", c(
    i = paste0(
      "All models are on the {common} row{?s} that each of them can use; the largest ",
      "alone would have {max(before)} ({.code sample = \"own\"})."
    )
  ))
}

# The same of a table in a database, whose rows are known by what is missing in them.
on_present_values <- function(fits, before, call) {
  missing <- lapply(fits, function(fit) names(fit$sample$counts$missing_by))
  apart <- setdiff(unlist(missing), Reduce(intersect, missing))
  if (length(apart)) {
    present <- unlist(lapply(apart, presence_tests, names(fits[[1]]$spec$data)))
    keep <- Reduce(function(a, b) call("&", a, b), present)
    fits <- lapply(fits, function(fit) quietly(refit(fit, subset = keep, call = call)))
  }
  rows <- vapply(fits, function(fit) as.double(fit$sample$n), 0)
  if (length(unique(rows)) > 1) {
    abort("needs_rows", c(
      "The models' effects leave out different rows, and which they have in common only rows tell.",
      i = "Take {.code sample = \"own\"}, or fit with {.code remote = \"rows\"}."
    ), call)
  }
  say_common_rows(before, rows[1])
  fits
}

# A variable, by its name in the counts of a sample, as conditions that it is there.
presence_tests <- function(label, columns) {
  expr <- if (label %in% columns) as.name(label) else str2lang(label)
  while (rlang::is_call(expr, c("factor", "as.factor", "I", "offset"), n = 1)) expr <- expr[[2]]
  each <- list(expr)
  if (rlang::is_call(expr, c("l", "d"), n = 2)) {
    steps <- tryCatch(eval(expr[[3]], baseenv()), error = function(e) NULL)
    each <- lapply(steps, function(k) as.call(list(expr[[1]], expr[[2]], k)))
    if (!length(each)) each <- list(expr)
  }
  lapply(each, function(e) call("!", call("is.na", e)))
}

controls_heading <- function(table, fit) {
  same <- length(unique(table$effects)) == 1
  c(
    trf("Controls step by step: %s", rlang::as_label(fit$spec$parsed$response)),
    paste0(
      table$model, " ", spoken_set(table$controls),
      if (!same) paste0(" | ", spoken_set(table$effects))
    )
  )
}

# What sets of terms are called, in the language of the print.
spoken_set <- function(x) {
  without <- startsWith(x, "without ")
  out <- ifelse(x == "none", tr("none"), ifelse(x == "all", tr("all"), x))
  out[without] <- trf("without %s", sub("^without ", "", x[without]))
  out
}
