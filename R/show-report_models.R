# The models of a report: its data with the results, and the fits.

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
