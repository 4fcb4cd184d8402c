# What the results that are data frames share: a recipe (how the numbers were made) that survives
# what users do to data frames for as long as it stays true, and no longer.
#
# A recipe names `panel` (unit, time) and `values` (columns it answers for). Every method below ends
# in restore(): a result that still has those columns, with each unit and time once, keeps class and
# recipe; any other becomes a plain data frame.

new_result <- function(columns, class, recipe) {
  rows <- length(columns[[1]])
  structure(
    columns, class = c(class, "data.frame"), row.names = .set_row_names(rows), recipe = recipe
  )
}

result_classes <- c("composite_index", "coupling", "normalised_panel", "imputed_panel")

# The attribute alone proves nothing: other packages' classes carry it through any change. Only a
# result is vouched for.
recipe_of <- function(x) if (inherits(x, result_classes)) attr(x, "recipe", exact = TRUE)

restore <- function(out, template, same_values = TRUE) {
  if (!is.data.frame(out)) return(out)
  recipe <- recipe_of(template)
  if (!follows(out, recipe) || !(same_values || values_agree(out, template, recipe))) {
    return(plain_frame(out))
  }
  attr(out, "recipe") <- recipe
  class(out) <- class(template)
  out
}

# Does `out` have the recipe's columns, with each unit and time once?
follows <- function(out, recipe) {
  named <- c(recipe$panel, recipe$values)
  if (is.null(recipe) || !all(named %in% names(out)) || anyDuplicated(names(out))) return(FALSE)
  if (anyNA(out[[recipe$panel[1]]]) || anyNA(out[[recipe$panel[2]]])) return(FALSE)
  !bind_repeated_pairs(key_codes(out[[recipe$panel[1]]]), key_codes(out[[recipe$panel[2]]]))$count
}

# Are the numbers the recipe answers for still those of the template, row by row?
values_agree <- function(out, template, recipe) {
  at <- match_rows(out, template, recipe$panel)
  if (anyNA(at)) return(FALSE)
  all(vapply(recipe$values, function(name) identical(out[[name]], template[[name]][at]), NA))
}

# What codes are called stays known, of columns that are still there.
plain_frame <- function(x) {
  labels <- recipe_of(x)$labels
  labels <- labels[intersect(names(labels), names(x))]
  attr(x, "recipe") <- NULL
  if (length(labels)) attr(x, "value_labels") <- labels
  class(x) <- setdiff(class(x), result_classes)
  x
}

# What the codes of labelled columns (Stata, SPSS) are called: a list of the named codes by column.
# A result of another keeps those of that.
value_labels <- function(data, columns = names(data)) {
  # Names that are none are refused by who reads them.
  if (!is.character(columns)) columns <- character()
  labels <- lapply(.subset(data, intersect(columns, names(data))), attr, "labels", exact = TRUE)
  labels <- labels[vapply(labels, function(x) is.numeric(x) && !is.null(names(x)), NA)]
  own <- c(recipe_of(data)$labels, attr(data, "value_labels", exact = TRUE))
  c(labels, own[setdiff(names(own), names(labels))])
}

# A result as it is shown: labels in the place of codes, in the order of these. Codes stay what
# matches, joins and computes. Labels are those that the result remembers or its columns carry.
with_value_labels <- function(x) {
  labels <- value_labels(x)
  columns <- intersect(names(labels), names(x))
  codes_of <- function(name) as.vector(unclass(x[[name]]))
  columns <- columns[vapply(columns, function(name) {
    all(codes_of(name) %in% c(labels[[name]], NA)) && !anyDuplicated(names(labels[[name]]))
  }, NA)]
  replace_columns(x, match(columns, names(x)), lapply(columns, function(name) {
    codes <- labels[[name]]
    codes <- codes[order(codes)]
    codes <- codes[codes %in% codes_of(name)]
    factor(names(codes)[match(codes_of(name), codes)], names(codes))
  }))
}

# One column of a result as it is shown.
shown_column <- function(x, name) {
  if (is.null(value_labels(x)[[name]])) return(x[[name]])
  one <- list(x[[name]])
  names(one) <- name
  attr(one, "value_labels") <- value_labels(x)[name]
  with_value_labels(one)[[name]]
}

# One method for each class; NextMethod() finds its way from the name it was called by.

#' @export
`[.composite_index` <- function(x, ...) restore(NextMethod(), x)

#' @export
`[.coupling` <- `[.composite_index`

#' @export
`[.normalised_panel` <- `[.composite_index`

#' @export
`[.imputed_panel` <- `[.composite_index`

#' @export
`[<-.composite_index` <- function(x, ..., value) restore(NextMethod(), x, same_values = FALSE)

#' @export
`[<-.coupling` <- `[<-.composite_index`

#' @export
`[<-.normalised_panel` <- `[<-.composite_index`

#' @export
`[<-.imputed_panel` <- `[<-.composite_index`

#' @export
`[[<-.composite_index` <- function(x, ..., value) restore(NextMethod(), x, same_values = FALSE)

#' @export
`[[<-.coupling` <- `[[<-.composite_index`

#' @export
`[[<-.normalised_panel` <- `[[<-.composite_index`

#' @export
`[[<-.imputed_panel` <- `[[<-.composite_index`

#' @export
`$<-.composite_index` <- function(x, name, value) restore(NextMethod(), x, same_values = FALSE)

#' @export
`$<-.coupling` <- `$<-.composite_index`

#' @export
`$<-.normalised_panel` <- `$<-.composite_index`

#' @export
`$<-.imputed_panel` <- `$<-.composite_index`

#' @export
`names<-.composite_index` <- function(x, value) {
  out <- plain_frame(x)
  names(out) <- value
  restore(out, x, same_values = FALSE)
}

#' @export
`names<-.coupling` <- `names<-.composite_index`

#' @export
`names<-.normalised_panel` <- `names<-.composite_index`

#' @export
`names<-.imputed_panel` <- `names<-.composite_index`

#' @export
rbind.composite_index <- function(..., deparse.level = 1) {
  parts <- list(...)
  plain <- lapply(parts, function(x) if (is.data.frame(x)) plain_frame(x) else x)
  out <- do.call(rbind, c(plain, deparse.level = deparse.level))
  alike <- all(vapply(parts, function(x) identical(recipe_of(x), recipe_of(parts[[1]])), NA))
  if (alike) restore(out, parts[[1]]) else out
}

#' @export
rbind.coupling <- rbind.composite_index

#' @export
rbind.normalised_panel <- rbind.composite_index

#' @export
rbind.imputed_panel <- rbind.composite_index

#' @exportS3Method dplyr::dplyr_reconstruct
dplyr_reconstruct.composite_index <- function(data, template) {
  restore(plain_frame(data), template, same_values = FALSE)
}

#' @exportS3Method dplyr::dplyr_reconstruct
dplyr_reconstruct.coupling <- dplyr_reconstruct.composite_index

#' @exportS3Method dplyr::dplyr_reconstruct
dplyr_reconstruct.normalised_panel <- dplyr_reconstruct.composite_index

#' @exportS3Method dplyr::dplyr_reconstruct
dplyr_reconstruct.imputed_panel <- dplyr_reconstruct.composite_index
