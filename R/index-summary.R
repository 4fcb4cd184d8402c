# An index read: its weights, print, means by groups.

#' @importFrom stats weights
#' @export
weights.composite_index <- function(object, ...) {
  check_dots(...)
  recipe_of(object)$weights
}

#' @export
print.composite_index <- function(x, n = 6, ...) {
  check_print_dots(...)
  check_shown(n = n)
  recipe <- recipe_of(x)
  if (is.null(recipe)) return(invisible(print(plain_frame(x))))
  say(c(trf("Composite indices: %s", listed(recipe$values)), panel_size(x, recipe$panel)))
  cat(recipe_lines(recipe), sep = "\n")
  cat("\n")
  print_fitting(rounded_head(x, recipe$values, n), c(recipe$values[-1], rev(recipe$keep)))
  if (nrow(x) > n) say(trf("... and %d more rows", nrow(x) - n))
  next_steps("weights(x)", "summary(x)", "scores(x)", "coupling(x)", "plot(x)")
  invisible(x)
}

# Weights of each period beside indicators normalised otherwise.
own_periods <- function(recipe) isTRUE(recipe$weights_by_period) && recipe$scope != "period"

recipe_lines <- function(recipe) {
  out <- trf(
    "Weights: %s; normalisation: %s, %s; aggregation: %s%s", paste0(
      spoken_choice(recipe$method),
      if (own_periods(recipe)) tr(" of each period")
    ),
    spoken_choice(recipe$normalise), spoken_choice(recipe$scope), spoken_choice(recipe$aggregate),
    if (recipe$scale == 1) "" else trf("; scale: %s", format(recipe$scale))
  )
  lost <- recipe$omitted[recipe$omitted > 0]
  if (length(lost)) {
    out <- c(out, trf(
      "Rows without an index (missing indicators): %s", listed(paste(names(lost), lost))
    ))
  }
  out
}

rounded_head <- function(x, columns, n, digits = 4) {
  out <- utils::head(plain_frame(with_value_labels(x)), n)
  for (name in columns) out[[name]] <- round(out[[name]], digits)
  out
}

#' @export
summary.composite_index <- function(object, by = NULL, ...) {
  check_dots(...)
  recipe <- recipe_of(object)
  by <- by %||% recipe$panel[2]
  check_by(by, object, "by")
  previewed(
    group_means(plain_frame(with_value_labels(object)), recipe$values, by),
    list("Means by %s", paste(by, collapse = " and ")), "plot() and coupling() of the index",
    n = 25, keys = by
  )
}
