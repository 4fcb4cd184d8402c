# An index read: its weights, print, means by groups.

#' @importFrom stats weights
#' @export
weights.composite_index <- function(object, ...) {
  check_dots(...)
  recipe_of(object)$weights
}

#' @export
print.composite_index <- function(x, n = 6, ...) {
  check_dots(...)
  check_shown(n = n)
  recipe <- recipe_of(x)
  if (is.null(recipe)) return(invisible(print(plain_frame(x))))
  say(c(paste("Composite indices:", toString(recipe$values)), panel_size(x, recipe$panel)))
  cat(recipe_lines(recipe), sep = "\n")
  cat("\n")
  print_fitting(rounded_head(x, recipe$values, n), c(recipe$values[-1], rev(recipe$keep)))
  if (nrow(x) > n) cat(sprintf("... and %d more rows\n", nrow(x) - n))
  next_steps("weights(x)", "summary(x)", "scores(x)", "coupling(x)", "plot(x)")
  invisible(x)
}

recipe_lines <- function(recipe) {
  out <- sprintf(
    "Weights: %s; normalisation: %s, %s; aggregation: %s%s", recipe$method, recipe$normalise,
    recipe$scope, recipe$aggregate,
    if (recipe$scale == 1) "" else paste0("; scale: ", format(recipe$scale))
  )
  lost <- recipe$omitted[recipe$omitted > 0]
  if (length(lost)) {
    out <- c(out, paste0(
      "Rows without an index (missing indicators): ", paste(names(lost), lost, collapse = ", ")
    ))
  }
  out
}

rounded_head <- function(x, columns, n, digits = 4) {
  out <- utils::head(plain_frame(x), n)
  for (name in columns) out[[name]] <- round(out[[name]], digits)
  out
}

#' @export
summary.composite_index <- function(object, by = NULL, ...) {
  check_dots(...)
  recipe <- recipe_of(object)
  by <- by %||% recipe$panel[2]
  check_columns(by, object, "by")
  previewed(
    group_means(plain_frame(object), recipe$values, by),
    paste("Means by", paste(by, collapse = " and ")), "plot() and coupling() of the index", n = 25
  )
}
