#' Compare weights of several methods
#'
#' Methods side by side, and how far they order indicators and units alike.
#'
#' @inheritParams composite_index
#' @param methods Names of methods of [indicator_weights()], at least two.
#' @param ... Nothing: an argument of any other name is an error.
#' @return A data frame of class `compare_weights`, one row an indicator in the sheet's order:
#'   `system`, `dimension`, `indicator`, `direction`, and one column a method. `summary()` gives
#'   Spearman's rank correlation of each pair of methods within each system: `weights` over the
#'   indicators, `index` over the rows of the linear indices that the weights make. `plot()` shows
#'   the weights.
#' @section Errors: those of [indicator_weights()].
#' @examples
#' path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
#' sheet <- indicator_sheet(path)
#' panel <- c("state", "year")
#' w <- compare_weights(state_capital, sheet, panel, methods = c("entropy", "critic", "equal"))
#' w
#' summary(w)
#' @export
compare_weights <- function(data, sheet, panel,
                            methods = c("entropy", "sd", "cv", "critic", "pca", "equal"),
                            normalise = "minmax", ...) {
  check_dots(...)
  check_required("compare_weights")
  call <- rlang::current_env()
  if (!is.character(methods) || length(methods) < 2 || anyDuplicated(methods)) {
    abort("choice", c(
      "{.arg methods} must be at least two different methods, not {found(methods)}.",
      i = "They are those of {.fn indicator_weights}."
    ), call)
  }
  for (m in methods) check_choice(m, names(weight_methods), "methods", call)
  if (!missing(normalise)) check_typed_normalise(data, normalise, call)
  data <- panel_data(data)
  sheet <- as_sheet(sheet)
  indices <- list()
  for (m in methods) {
    make <- function() {
      # What data are normalised by already has been compared with what was typed.
      own <- if (is_normalised(data)) "none" else normalise
      with_complete(composite_index(data, sheet, panel, weights = m, normalise = own), call)
    }
    # What is constant is constant for every method: it is said once.
    indices[[m]] <- if (length(indices)) {
      suppressWarnings(make(), classes = "ccdpanel_warning_constant")
    } else {
      make()
    }
  }
  tables <- lapply(indices, stats::weights)
  out <- c(
    as.list(tables[[1]])[c("system", "dimension", "indicator", "direction")],
    lapply(tables, `[[`, "weight")
  )
  structure(
    out, class = c("compare_weights", "data.frame"), row.names = .set_row_names(nrow(sheet)),
    methods = methods,
    correlations = pair_correlations(indices, tables)
  )
}

pair_correlations <- function(indices, tables) {
  pairs <- utils::combn(names(tables), 2)
  systems <- unique(tables[[1]]$system)
  rows <- lapply(systems, function(s) {
    j <- tables[[1]]$system == s
    data.frame(
      system = s, method_1 = pairs[1, ], method_2 = pairs[2, ],
      weights = apply(pairs, 2, function(p) {
        spearman(tables[[p[1]]]$weight[j], tables[[p[2]]]$weight[j])
      }),
      index = apply(pairs, 2, function(p) spearman(indices[[p[1]]][[s]], indices[[p[2]]][[s]]))
    )
  })
  do.call(rbind, rows)
}

# NA where one side does not vary, as equal weights do not.
spearman <- function(x, y) {
  if (length(x) < 2 || stats::sd(x) == 0 || stats::sd(y) == 0) return(NA_real_)
  stats::cor(rank(x), rank(y))
}

#' @export
summary.compare_weights <- function(object, ...) {
  check_dots(...)
  previewed(
    attr(object, "correlations"),
    "Rank correlations of weights and of indices, by pairs of methods", "plot() of the comparison",
    "combine_weights()", n = 25
  )
}

#' @export
print.compare_weights <- function(x, digits = 4, n = 30, ...) {
  check_print_dots(...)
  check_shown(n = n, digits = digits)
  shown <- x
  class(shown) <- "data.frame"
  attr(shown, "correlations") <- attr(shown, "methods") <- NULL
  number <- plain_doubles(shown)
  shown[number] <- lapply(shown[number], round, digits)
  cat(tr("Weights by method"), "\n\n", sep = "")
  methods <- match(attr(x, "methods"), names(shown))
  names(shown)[methods] <- spoken_choice(names(shown)[methods])
  print_rows(shown, n, c("direction", "dimension"), right = FALSE)
  next_steps("summary(x) for rank correlations", "plot(x)", "combine_weights()")
  invisible(x)
}
