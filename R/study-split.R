# Groups by the size of one variable.

split_groups <- function(fit, by, split, of, unit, labels, call) {
  label <- rlang::as_label(by)
  value <- evaluate(
    by, fit$spec$data, model_env(fit$spec$scope, fit$spec$data, fit$spec$panel), call
  )
  given <- value
  value <- column_numbers(given)
  if (!is.numeric(value)) {
    abort("group", c(
      "{.arg split} needs a numeric variable; {.code {label}} is {.obj_type_friendly {given}}.",
      i = "Without {.arg split} its values are the groups."
    ), call)
  }
  inside <- seq_along(value) %in% sample_rows(fit)
  value[!inside] <- NA
  if (of == "unit") {
    need_unit(unit, "A split by unit", call)
    code <- unit_codes(fit, unit, call)
    means <- tapply(value, factor(code, seq_len(max(code, na.rm = TRUE))), mean, na.rm = TRUE)
    value <- ifelse(inside, as.vector(means)[code], NA)
    among <- means[!is.na(means)]
  } else {
    among <- value[!is.na(value)]
  }
  at <- split_points(split, among, call)
  labels <- split_labels(labels, at, label, of, call)
  group <- cut(value, c(-Inf, at, Inf), labels = labels, right = TRUE)
  conditions <- lapply(stats::setNames(labels, labels), function(l) group %in% l)
  conditions <- conditions[vapply(conditions, any, NA)]
  list(
    by = label, split = if (is.character(split)) split else "value", of = of, at = at,
    group = factor(group, names(conditions)), conditions = conditions, labels = labels
  )
}

split_points <- function(split, among, call, value = function(which) {
                           switch(which, median = stats::median(among), mean = mean(among))
                         }) {
  if (rlang::is_string(split) && split %in% c("median", "mean")) return(value(split))
  if (is_bare_numeric(split) && length(split) && all(is.finite(split)) && !anyDuplicated(split)) {
    return(sort(as.double(split)))
  }
  abort("group", c(
    "{.arg split} must be {.val median}, {.val mean} or numbers, not {found(split)}.",
    i = "For instance {.code split = \"median\"}."
  ), call)
}

split_labels <- function(labels, at, label, of, call) {
  if (!is.null(labels)) {
    if (
      is.character(labels) && length(labels) == length(at) + 1 && !anyNA(labels) &&
        !anyDuplicated(labels) && all(nzchar(labels))
    ) return(labels)
    abort("group", c(
      paste0(
        paste0(
          "{.arg labels} must be {length(at) + 1} different strings (none empty), ",
          "lowest group first, "
        ),
        "not {found(labels)}."
      ),
      i = "{length(at)} cut{?s} make{?s/} one group more."
    ), call)
  }
  number <- vapply(at, function(v) format(v, digits = 4), "")
  lower <- c("", number)
  upper <- c(number, "")
  what <- if (of == "unit") trf("mean %s", label) else label
  ifelse(
    !nzchar(lower), paste(what, "<=", upper),
    ifelse(!nzchar(upper), paste(what, ">", lower), paste(lower, "<", what, "<=", upper))
  )
}
