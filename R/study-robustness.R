#' One coefficient under other choices
#'
#' Fits a model again with another index, sample, period, winsorised data, covariance, estimator or
#' weights: one row a variant, and a specification curve.
#'
#' @param fit A fit of [fe_reg()] or [system_reg()]: the baseline.
#' @param ... Named variants. Each is one of
#'   * a one-sided formula: rows to keep, besides those of the fit (`~ !province %in% c("Beijing",
#'     "Tianjin")`);
#'   * a two-sided formula: the model updated as by [update()] (`. ~ . + trend`, or with bars `. ~
#'     . | 0 | . ~ z`);
#'   * a data frame: other data with the same columns;
#'   * a fit of the package: taken as it is;
#'   * a list of changes made together, of `replace` (columns of the data by others, or by an
#'     expression: `c(D = "D_pca")`, wherever the model names them), `subset`, `formula`, `data`,
#'     `period` (values of the time to keep; needs the fit's `panel`), `winsorise` (names of
#'     columns; with `probs`, default `c(0.01, 0.99)`, `trim = TRUE` to leave the values out
#'     instead, and `by_period = TRUE`), `vcov`, `weights`, `effects` (a one-sided formula; `~0` for
#'     none), `estimator` (a name that [fe_reg()] knows, for models with instruments).
#'
#'   For a system `formula`, `effects` and `estimator` are not among the changes: give `update(fit,
#'   ...)`, another system, as a variant.
#' @param term Name of the coefficient looked at, of a system as `coef()` has it
#'   (`output_log(highways)`); `NULL` (default): the first slope. Where `replace` gives its variable
#'   another name, it is followed.
#' @param combine `FALSE` (default): one variant at a time. `TRUE`: every combination of variants
#'   that change different things, and the baseline: the full specification curve. Lists and
#'   formulas only.
#' @param level Of the confidence intervals (default 0.95).
#' @param x,object A result of `robustness()`.
#' @param digits Significant digits printed.
#' @param n Number of rows printed at most (default 20).
#' @return A data frame of class `robustness`, the baseline first: `variant`, `changed` (what; with
#'   the number of values that winsorising changed), `term`, `estimate`, `std.error`, `statistic`,
#'   `p.value`, `conf.low`, `conf.high`, `nobs`, `r2_within`, `covariance`. `as.list()` gives the
#'   fits as [ccd_models], for tables; `plot()` and `ggplot2::autoplot()` draw the specification
#'   curve; `summary()` counts signs and significance.
#' @details Percentiles for winsorising are those of the rows of the fit's sample, by [winsorise()];
#'   rows outside it keep their values. Coefficients of variables on another scale (another index,
#'   say) are not comparable in size: compare signs and statistics.
#' @section Errors: `ccdpanel_error_fit`, `ccdpanel_error_variant` (no name, or a change that is not
#'   known), `ccdpanel_error_refit` (a variant cannot be fitted: it is named),
#'   `ccdpanel_error_term`, `ccdpanel_error_column`, `ccdpanel_error_panel`, `ccdpanel_error_period`
#'   (no time of the sample).
#' @references Simonsohn, U., Simmons, J. P. and Nelson, L. D. (2020). Specification curve analysis.
#'   Nature Human Behaviour 4, 1208-1214. \doi{10.1038/s41562-020-0912-z}
#' @seealso [add_controls()], [by_group()]
#' @examples
#' fit <- fe_reg(
#'   log(output) ~ log(private_capital) + unemployment | state + year, state_capital,
#'   panel = c("state", "year"), vcov = ~state
#' )
#' checks <- robustness(fit,
#'   "Employment as outcome" = list(replace = c(output = "employment")),
#'   "Winsorised at 1%" = list(winsorise = c("output", "private_capital")),
#'   "Without the West" = ~ region != "West",
#'   "1970-1979" = list(period = 1970:1979),
#'   "Two-way clusters" = list(vcov = ~ state + year)
#' )
#' checks
#' summary(checks)
#' @export
robustness <- function(fit, ..., term = NULL, combine = FALSE, level = 0.95) {
  call <- rlang::current_env()
  if (inherits(fit, "system_equation") || !inherits(fit, c("fe_reg", "system_reg"))) {
    abort_no_fit(fit, call)
  }
  check_has_rows(fit, "robustness()", call)
  term <- check_term(fit, term, call)
  check_flag(combine, "combine")
  check_number(level, "level", min = 0.5, max = 0.9999)
  variants <- named_variants(list(...), call)
  choices <- as.list(names(variants))
  if (combine) {
    sets <- combined_sets(variants, call)
    choices <- lapply(sets, function(s) names(variants)[s])
    variants <- stats::setNames(
      lapply(sets, function(s) unlist(unname(variants[s]), recursive = FALSE)),
      vapply(choices, paste, "", collapse = " + ")
    )
  }
  names <- c("Baseline", names(variants))
  made <- c(
    list(list(fit = fit, row = variant_row(fit, "Baseline", term, "", level, call))),
    Map(function(v, name) tried_variant(fit, v, name, term, level, call), variants, names(variants))
  )
  refused <- vapply(made, function(m) inherits(m, "condition"), NA)
  say_refused(made[refused], names[refused], sum(!refused) == 1)
  fits <- lapply(made[!refused], `[[`, "fit")
  out <- do.call(rbind, lapply(seq_along(made), function(i) {
    if (refused[i]) refused_row(names[i], changes_of(variants[[i - 1]]), term) else made[[i]]$row
  }))
  rownames(out) <- NULL
  heading <- if (inherits(fit, "system_reg")) {
    trf("%s of a system by %s", term, system_label(fit))
  } else {
    trf("%s on %s", rlang::as_label(fit$spec$parsed$response), bare_name(term))
  }
  structure(out,
    fits = stats::setNames(fits, names[!refused]),
    refused = stats::setNames(made[refused], names[refused]),
    settings = list(
      heading = heading, term = term, level = level, choices = c(list("Baseline"), choices)
    ),
    class = c("robustness", "data.frame")
  )
}

# The fit of a variant and its row, or the error that refused it: the other variants stay.
tried_variant <- function(fit, v, name, term, level, call) {
  tryCatch({
    new <- vary(fit, v, name, call)
    followed <- followed_term(renamed_term(term, v, fit), fit, new, v)
    list(fit = new, row = variant_row(new, name, followed, described_changes(fit, v), level, call))
  }, ccdpanel_error = identity)
}

# A formula that takes the term out and puts one other in its place, made of the same variables: a
# lag, a logarithm, a square.
followed_term <- function(term, fit, new, v) {
  if (is.null(v$formula) || term %in% names(new$coefficients)) return(term)
  variables <- function(name) all.vars(str2lang(name))
  added <- setdiff(names(new$coefficients), c(names(fit$coefficients), "(Intercept)"))
  same <- vapply(added, function(name) all(variables(term) %in% variables(name)), NA)
  if (sum(same) == 1) added[same] else term
}

# All refused: the first error, whole. Some: said once, and kept.
say_refused <- function(refused, names, none_left) {
  if (!length(refused)) return(invisible())
  if (none_left) rlang::cnd_signal(refused[[1]])
  reason <- vapply(refused, refusal, "")
  warn("variant", c(
    "{length(names)} variant{?s} could not be fitted and {?has/have} no estimate:",
    stats::setNames(paste0(
      "{names[", seq_along(names), "]}: {reason[", seq_along(names), "]}"
    ), rep("x", length(names))),
    i = "{.code attr(x, \"refused\")} has the errors."
  ))
}

# The innermost reason, without its heading.
refusal <- function(error) {
  while (inherits(error$parent, "error")) error <- error$parent
  cli::ansi_strip(strsplit(rlang::cnd_header(error), "\n", fixed = TRUE)[[1]][1])
}

refused_row <- function(name, changed, term) {
  data.frame(
    variant = name, changed = changed, term = term, estimate = NA_real_, std.error = NA_real_,
    statistic = NA_real_, p.value = NA_real_, conf.low = NA_real_, conf.high = NA_real_,
    nobs = NA_integer_, r2_within = NA_real_, covariance = NA_character_
  )
}

variant_changes <- c(
  "replace", "subset", "formula", "data", "period", "winsorise", "probs", "trim", "by_period",
  "vcov", "weights", "effects", "estimator", "fit"
)

# What each change is called in the table and in the picture.
change_labels <- c(
  replace = "index", formula = "model", effects = "effects", subset = "sample", period = "period",
  data = "data", winsorise = "extreme values", vcov = "covariance", weights = "weights",
  estimator = "estimator", fit = "another fit"
)

named_variants <- function(variants, call) {
  if (
    !length(variants) || is.null(names(variants)) || !all(nzchar(names(variants))) ||
      anyDuplicated(c("Baseline", names(variants)))
  ) {
    found <- if (!length(variants)) {
      "there is no variant"
    } else if (is.null(names(variants))) {
      "they have none"
    } else {
      cli::format_inline("the names are {.val {names(variants)}}")
    }
    abort("variant", c(
      "Every variant must have a name of its own, and {found}.",
      i = "For instance {.code \"Without 2020\" = ~ year != 2020}."
    ), call)
  }
  Map(as_variant, variants, names(variants), MoreArgs = list(call = call))
}

# A variant as a list of changes.
as_variant <- function(v, name, call) {
  if (inherits(v, "formula")) v <- if (length(v) == 2) list(subset = v) else list(formula = v)
  if (is.data.frame(v)) v <- list(data = v)
  if (inherits(v, "ccd_model")) v <- list(fit = v)
  known <- is.list(v) && length(v) && !is.null(names(v)) &&
    all(names(v) %in% setdiff(variant_changes, "fit")) && !is.object(v)
  if (known || is.list(v) && inherits(v$fit, "ccd_model")) return(v)
  strange <- if (is.list(v) && !is.object(v)) setdiff(names(v), variant_changes)
  what <- if (length(strange)) cli::format_inline("one with {.val {strange}}") else found(v)
  abort("variant", c(
    paste0(
      "Variant {.val {name}} must be a formula, a data frame, a fit, or a list with names among ",
      "{.val {setdiff(variant_changes, 'fit')}}, not {what}."
    ),
    i = "For instance {.code list(vcov = ~province)}."
  ), call)
}

changes_of <- function(v) toString(change_labels[intersect(names(change_labels), names(v))])

# With the number of values that winsorising changed.
described_changes <- function(fit, v) {
  if (is.null(v$winsorise)) return(changes_of(v))
  before <- variant_data(v, fit)
  after <- winsorised_data(fit, v, "", NULL)
  changed <- sum(vapply(winsorised_columns(v), function(column) {
    sum(
      is.na(before[[column]]) != is.na(after[[column]]) |
        (before[[column]] != after[[column]]) %in% TRUE
    )
  }, 0L))
  sub("extreme values", paste0("extreme values (", changed, ")"), changes_of(v))
}

# A column that is replaced by another is winsorised as that one.
winsorised_columns <- function(v) {
  other <- v$replace[v$winsorise]
  if (is.null(v$replace)) v$winsorise else unname(ifelse(is.na(other), v$winsorise, other))
}

# Every combination of variants with different changes, one of each kind at most: positions among
# the variants, small sets first.
combined_sets <- function(variants, call) {
  if (any(vapply(variants, function(v) !is.null(v$fit), NA))) {
    abort("variant", c(
      "Fits cannot be combined with other variants.",
      i = "Give what they change as lists, or {.code combine = FALSE}."
    ), call)
  }
  kind <- vapply(variants, changes_of, "")
  choices <- lapply(unique(kind), function(k) c(NA, which(kind == k)))
  grid <- do.call(expand.grid, c(choices, list(KEEP.OUT.ATTRS = FALSE)))
  if (nrow(grid) > 5000) {
    abort("variant", c(
      "{nrow(grid)} combinations are more than the 5,000 that are fitted at once.",
      i = "Give fewer variants."
    ), call)
  }
  sets <- lapply(seq_len(nrow(grid))[-1], function(i) stats::na.omit(unlist(grid[i, ])))
  sets <- sets[order(lengths(sets))]
  sets[!vapply(sets, function(s) anyDuplicated(unlist(lapply(variants[s], names))) > 0, NA)]
}

# The fit of one variant.
vary <- function(fit, v, name, call) {
  if (!is.null(v$fit)) return(v$fit)
  exprs <- c(
    v[c("subset", "weights", "effects", "formula")],
    label_expressions(v$replace, variant_data(v, fit))
  )
  scope <- c(fit$spec$scope, new_scope(fit, exprs, environment(v$subset %||% v$formula)))
  fit$spec$scope <- scope[!duplicated(names(scope))]
  if (!is.null(v$estimator)) fit$spec$estimator <- named_estimator(v$estimator, fit, call)
  check_no_dot(v$subset, name, call)
  subset <- Reduce(function(a, b) call("&", a, b), Filter(
    Negate(is.null),
    list(
      if (!is.null(v$subset)) without_outer(one_sided(v$subset, name, call)),
      period_condition(fit, v$period, name, call)
    )
  ))
  data <- if (!is.null(v$winsorise)) winsorised_data(fit, v, name, call) else v$data
  weights <- if (!is.null(v$weights)) {
    one_sided(v$weights, name, call)
  } else {
    replaced(fit$spec$weights, v, fit)
  }
  changed <- if (inherits(fit, "system_reg")) {
    system_variant(fit, v, name, call)
  } else {
    list(formula = variant_formula(fit, v, name, call))
  }
  refit_named(
    fit, name, call, formula = changed$formula, instruments = changed$instruments, data = data,
    subset = subset, weights = weights, vcov = v$vcov
  )
}

# A dot stands for what a formula has, and a condition on rows has nothing.
check_no_dot <- function(subset, name, call) {
  if (!"." %in% all.vars(subset)) return(invisible())
  way <- deparse1(call("~", quote(.), subset[[length(subset)]]))
  abort("variant", c(
    "Variant {.val {name}} is one-sided, a condition on rows, and {.code .} is no column.",
    i = "A variant of the formula has two sides: {.code {way}}."
  ), call)
}

without_outer <- function(expr) call("(", expr)

named_estimator <- function(name, fit, call) {
  check_choice(name, c("2sls", "liml", "fuller", "gmm"), "estimator", call)
  estimator_spec(name, 1, fit$covariance_spec, fit$spec, call)
}

period_condition <- function(fit, period, name, call) {
  if (is.null(period)) return(NULL)
  if (is.null(fit$spec$panel)) {
    abort("panel", c(
      paste0(
        "Variant {.val {name}} names a period, and the fit has no {.arg panel} that says which ",
        "column is the time."
      ),
      i = "Fit with {.code panel = c(\"province\", \"year\")}, or give a condition."
    ), call)
  }
  times <- unique(values_of(fit, as.name(fit$spec$panel[2]), call)[sample_rows(fit)])
  if (!any(times %in% period)) {
    abort("period", c(
      "Variant {.val {name}} must name times of the sample, not {.val {period}}.",
      i = "They go from {.val {format_key(min(times))}} to {.val {format_key(max(times))}}."
    ), call)
  }
  call("%in%", as.name(fit$spec$panel[2]), period)
}

variant_data <- function(v, fit) v$data %||% fit$spec$data

# Column names of the data by other expressions.
replaced <- function(expr, v, fit) {
  if (is.null(expr) || is.null(v$replace)) return(expr)
  do.call(substitute, list(expr, label_expressions(as.list(v$replace), variant_data(v, fit))))
}

# A system's coefficients carry the name of their equation: "output_log(highways)".
renamed_term <- function(term, v, fit) {
  if (is.null(v$replace)) return(term)
  equations <- if (inherits(fit, "system_reg")) paste0(names(fit$terms), "_") else character()
  prefix <- c(equations[startsWith(term, equations)], "")[1]
  paste0(prefix, coefficient_name(replaced(str2lang(substring(term, nchar(prefix) + 1)), v, fit)))
}

variant_formula <- function(fit, v, name, call) {
  parsed <- fit$spec$parsed
  if (!is.null(v$formula)) {
    parsed <- parse_fe_formula(updated_formula(parsed, v$formula, fit$spec$data), call)
  }
  if (!is.null(v$replace)) {
    check_replaced(v$replace, fe_expressions(fit$spec), name, call)
  }
  if (is.null(v$formula) && is.null(v$replace) && is.null(v$effects)) return(NULL)
  change <- function(expr) replaced(expr, v, fit)
  effects <- if (is.null(v$effects)) {
    lapply(names(parsed$effects), function(e) change(label_expression(e, fit$spec$data)))
  } else {
    effect_sets(list(v$effects), fit, call)[[1]]
  }
  whole_formula(
    parsed, lapply(split_plus(parsed$exogenous), change), effects, change(parsed$endogenous),
    change(parsed$instruments), change(parsed$response)
  )
}

check_replaced <- function(replace, exprs, name, call) {
  known <- unique(unlist(lapply(exprs, all.vars)))
  absent <- setdiff(names(replace), known)
  if (length(absent)) {
    abort("column", c(
      "Variant {.val {name}} replaces {.val {absent}}, which the model does not name.",
      i = "Its variables are {.val {known}}."
    ), call)
  }
}

# Formulas and instruments of a system with columns replaced by others.
system_variant <- function(fit, v, name, call) {
  changed <- intersect(c("formula", "effects", "estimator"), names(v))
  if (length(changed)) {
    abort("variant", c(
      "Variant {.val {name}} changes {.val {changed}}, which a variant of a system cannot.",
      i = "Give the other system itself: {.code update(fit, ...)}."
    ), call)
  }
  if (is.null(v$replace)) return(list())
  check_replaced(v$replace, system_expressions(fit$spec), name, call)
  change <- function(expr) replaced(expr, v, fit)
  formulas <- lapply(formula(fit), function(f) {
    rlang::new_formula(change(f[[2]]), change(f[[3]]), globalenv())
  })
  instruments <- fit$spec$instruments
  list(
    formula = formulas,
    instruments = if (is.list(instruments)) lapply(instruments, change) else change(instruments)
  )
}

# The data with extreme values set to the percentiles of the fit's sample, or to missing.
winsorised_data <- function(fit, v, name, call) {
  data <- variant_data(v, fit)
  columns <- winsorised_columns(v)
  check_columns(columns, data, name, call)
  rows <- if (is.null(v$data)) sample_rows(fit) else seq_len(nrow(data))
  by <- if (isTRUE(v$by_period)) {
    if (is.null(fit$spec$panel)) period_condition(fit, TRUE, name, call)
    data[[fit$spec$panel[2]]][rows]
  }
  for (column in columns) {
    data[[column]][rows] <- withCallingHandlers(
      winsorise(data[[column]][rows], v$probs %||% c(0.01, 0.99), isTRUE(v$trim), by),
      ccdpanel_message_winsorised = hush
    )
  }
  data
}

variant_row <- function(fit, name, term, changed, level, call) {
  table <- tidy(fit, conf.int = TRUE, conf.level = level)
  table$term <- names(fit$coefficients)
  at <- match(term, table$term)
  if (is.na(at)) {
    abort("term", c(
      "Variant {.val {name}} has no coefficient {.val {term}}; it has {.val {table$term}}.",
      i = paste0(
        "It may be collinear there, or have another name: {.arg replace} is followed, a ",
        "new formula is not."
      )
    ), call)
  }
  within <- if (length(fit$r2) == 3) fit$r2[["within"]] else NA_real_
  data.frame(
    variant = name, changed = changed,
    table[at, c("term", "estimate", "std.error", "statistic", "p.value", "conf.low", "conf.high")],
    nobs = fit$sample$n, r2_within = within,
    covariance = standard_errors_of(fit)
  )
}

#' @rdname robustness
#' @export
print.robustness <- function(x, digits = 4, n = 20, ...) {
  check_print_dots(...)
  check_shown(n = n, digits = digits)
  settings <- attr(x, "settings", exact = TRUE)
  if (is.null(settings) || !all(c("variant", "estimate", "p.value") %in% names(x))) {
    return(invisible(print(plain_result(x))))
  }
  say(trf("Robustness: %s; %s%% intervals", settings$heading, format(100 * settings$level)))
  cat("\n")
  shown <- utils::head(plain_result(x), n)
  made <- !is.na(shown$estimate)
  number <- function(v) short_number(v, digits)
  print_fitting(data.frame(
    variant = shown$variant, changed = shown$changed,
    estimate = ifelse(
      made, paste0(number(shown$estimate), star_marks(shown$p.value)), tr("refused")
    ),
    se = number(shown$std.error),
    interval = ifelse(made, paste0(
      "[", number(shown$conf.low), ", ", number(shown$conf.high), "]"
    ), ""),
    N = ifelse(made, with_commas(shown$nobs), "")
  ), "changed")
  if (nrow(x) > n) say(trf("... and %d more: print(x, n = Inf)", nrow(x) - n))
  covariances <- unique(stats::na.omit(shown$covariance))
  cat("\n")
  say(trf(
    "Standard errors %s.",
    if (length(covariances) == 1) {
      spoken_facts(covariances)
    } else {
      tr("by variant: see column `covariance`")
    }
  ))
  say(paste0(star_note(), full_stop()))
  s <- summary(x)
  say(trf(
    if (s$variants == 1) {
      "%d of %d variant has the baseline's sign, %d of them with p < %s."
    } else {
      "%d of %d variants have the baseline's sign, %d of them with p < %s."
    },
    s$same_sign, s$variants, s$significant, format(1 - settings$level)
  ))
  next_steps("plot(x)", "summary(x)", "regression_table(as.list(x))")
  invisible(x)
}

#' @rdname robustness
#' @export
summary.robustness <- function(object, ...) {
  check_dots(...)
  level <- attr(object, "settings", exact = TRUE)$level
  x <- plain_result(object)
  x <- x[!is.na(x$estimate), ]
  same <- sign(x$estimate[-1]) == sign(x$estimate[1])
  out <- data.frame(
    variants = nrow(x) - 1L, same_sign = sum(same),
    significant = sum(same & x$p.value[-1] < 1 - level), smallest = min(x$estimate),
    median = stats::median(x$estimate), largest = max(x$estimate)
  )
  previewed(
    out,
    list(
      "Estimates of %d specifications; significant: of the baseline's sign and p < %s", nrow(x),
      format(1 - level)
    ),
    "plot() of the robustness table", "save_table(x, \"summary.docx\")"
  )
}

#' @export
as.data.frame.robustness <- function(x, ...) {
  check_dots(..., passed = c("row.names", "optional", "stringsAsFactors", "make.names"))
  plain_result(x)
}

#' @rdname robustness
#' @export
tidy.robustness <- function(x, ...) {
  check_dots(...)
  plain_result(x)
}

#' @rdname robustness
#' @export
as.list.robustness <- function(x, ...) {
  check_dots(...)
  settings <- attr(x, "settings", exact = TRUE)
  new_models(attr(x, "fits", exact = TRUE), heading = trf("Robustness: %s", settings$heading))
}

#' @export
`[.robustness` <- function(x, ...) plain_result(x)[...]
