# What robustness() varies: a variant is a named list of changes, read and checked here.

# R completes the names of arguments before `...`: a variant called `f` is read as `fit`, and the
# fit itself becomes a variant without a name. What follows `...` takes names that are exact.
check_variant_names <- function(fit, variants, arguments, call) {
  named <- nzchar(names(variants) %||% rep("", length(variants)))
  model <- vapply(variants, inherits, NA, "ccd_model")
  if (any(model & !named)) {
    abort("variant", c(
      paste0(
        "The first argument is {.arg fit}, and it came twice: a variant's name is ",
        "read as {.arg fit}."
      ),
      i = paste0(
        "R completes {.code f} and {.code fi} to {.arg fit}: give the variant another name, or ",
        "write {.code fit = } before the fit too."
      )
    ), call)
  }
  check_names_taken(
    arguments, function(a) is_fits(a) || is.list(a) || inherits(a, "formula"), "a variant",
    "Give the variant another name.", call
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
  check_change_as_name(v, name, call)
  known <- is.list(v) && length(v) && !is.null(names(v)) &&
    all(names(v) %in% setdiff(variant_changes, "fit")) && !is.object(v)
  if (known || is.list(v) && inherits(v$fit, "ccd_model")) return(checked_changes(v, name, call))
  strange <- if (is.list(v) && !is.object(v)) setdiff(names(v), variant_changes)
  what <- if (length(strange)) cli::format_inline("one with {.val {strange}}") else found(v)
  abort("variant", c(
    paste0(
      "Variant {.val {name}} must be a formula, a data frame, a fit, or a list with names among ",
      "{.val {setdiff(variant_changes, 'fit')}}, not {what}."
    ),
    i = if (is.logical(v)) {
      "A condition on rows is a one-sided formula, {.code ~ year != 2020}."
    } else {
      "For instance {.code list(vcov = ~province)}."
    }
  ), call)
}

# `robustness(fit, cluster = ~state)`: a change, or another software's word for one, as the name of
# a variant that can be nothing else.
check_change_as_name <- function(v, name, call) {
  ours <- if (name %in% foreign_covariances) "vcov" else name
  if (!ours %in% setdiff(variant_changes, "fit")) return(invisible())
  bare <- is.list(v) && !is.object(v) && identical(names(v), "subset")
  if (bare && ours %in% c("vcov", "weights", "effects")) {
    value <- deparse1(v$subset)
    plain <- all(setdiff(all.names(v$subset), all.vars(v$subset)) %in% c("~", "+", "^", "("))
    if (!plain) return(invisible())
  } else if (!is.list(v)) {
    value <- if (is.atomic(v) && length(v) < 20) deparse1(v) else "..."
    if (ours == "vcov" && !(rlang::is_string(v) && v %in% paste0("HC", 0:3))) {
      value <- sub("vcov = ", "", foreign_argument(name, call$fit), fixed = TRUE)
    }
  } else {
    return(invisible())
  }
  way <- paste0("\"", name, "\" = list(", ours, " = ", value, ")")
  abort("variant", c(
    "Variant {.val {name}} has the name of a change and makes none.",
    i = "A change stands in a list, with a name for the variant: {.code {way}}."
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

# The variants that are fitted, and the names of those that each is made of.
chosen_variants <- function(variants, combine, call) {
  if (!combine) return(list(variants = variants, choices = as.list(names(variants))))
  sets <- combined_sets(variants, call)
  choices <- lapply(sets, function(s) names(variants)[s])
  joined <- lapply(sets, function(s) unlist(unname(variants[s]), recursive = FALSE))
  names(joined) <- vapply(choices, paste, "", collapse = " + ")
  list(variants = joined, choices = choices)
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
