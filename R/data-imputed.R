# What was filled: the list of cells, and a panel that carries it.

filled_cells <- function(data, panel, name, made) {
  out <- list(
    data[[panel[1]]][made$rows], data[[panel[2]]][made$rows], rep(name, length(made$rows)),
    as.double(unclass(data[[name]])[made$rows]), as.character(made$rule)
  )
  names(out) <- c(panel, "variable", "value", "method")
  structure(out, class = "data.frame", row.names = .set_row_names(length(made$rows)))
}

# `made`: the rows that were filled, and by which rule, of each variable with gaps, `of` how many.
# `added`: units and times of the rows that were added.
finish_imputed <- function(data, panel, made, of, earlier, added) {
  vars <- names(made)
  cells <- lapply(vars, function(name) filled_cells(data, panel, name, made[[name]]))
  none <- data.frame(data[[panel[1]]][0], data[[panel[2]]][0], character(), numeric(), character())
  names(none) <- c(panel, "variable", "value", "method")
  table <- do.call(rbind, c(list(none), cells))
  left <- sum(vapply(vars, function(name) sum(is.na(data[[name]])), 0L))
  if (nrow(table)) {
    inform("imputed", c(
      i = paste0(
        "Filled {nrow(table)} missing value{?s} in {length(unique(table$variable))} of ",
        "{of} variable{?s}; {.fn imputed} lists them."
      )
    ))
  }
  if (left) {
    inform("left", c(
      "!" = "{left} value{?s} stay{?s/} missing: there was nothing to fill {?it/them} from."
    ))
  }
  table <- rbind(earlier, table)
  attr(data, "recipe") <- list(
    panel = panel, values = unique(table$variable), cells = table,
    labels = value_labels(data, panel), added = added
  )
  if (all(class(data) %in% c("tbl_df", "tbl", "data.frame"))) {
    class(data) <- c("imputed_panel", class(data))
  }
  data
}

# What an earlier call filled in the same panel.
earlier_cells <- function(data, panel) {
  recipe <- recipe_of(data)
  if (identical(recipe$panel, panel)) recipe$cells
}

earlier_rows <- function(data, panel) {
  recipe <- recipe_of(data)
  if (identical(recipe$panel, panel)) recipe$added
}

#' The cells that were filled
#'
#' @param x The result of [impute_gaps()].
#' @param ... Nothing: an argument of any other name is an error.
#' @return A data frame of class `imputed_cells`, one row a filled cell: the unit, the time,
#'   `variable`, `value`, and `method`, the rule that filled it. `summary()` counts the cells by
#'   variable and rule.
#' @details Where rows were left out since, the cells are those of the rows that are there.
#' @section Errors: `ccdpanel_error_imputed`: `x` carries no such list (it is lost when a filled
#'   variable is dropped or changed).
#' @examples
#' d <- data.frame(unit = "a", year = 2011:2015, x = c(NA, 2, NA, 6, NA))
#' imputed(impute_gaps(d, panel = c("unit", "year")))
#' @export
imputed <- function(x, ...) {
  check_dots(...)
  check_required("imputed")
  recipe <- recipe_of(x) %||% attr(x, "recipe", exact = TRUE)
  cells <- recipe$cells
  if (is.null(cells)) {
    abort("imputed", c(
      "{.arg x} carries no list of filled cells.",
      i = "Call {.fn imputed} on the result of {.fn impute_gaps} itself."
    ))
  }
  if (nrow(cells)) cells <- cells[!is.na(match_rows(cells, x, recipe$panel)), ]
  rownames(cells) <- NULL
  attr(cells, "value_labels") <- if (length(recipe$labels)) recipe$labels
  class(cells) <- c("imputed_cells", "data.frame")
  of_subject(cells, "gaps")
}

#' @param n Number of rows printed.
#' @param ... Not used.
#' @rdname imputed
#' @export
print.imputed_cells <- function(x, n = 10, ...) {
  check_print_dots(...)
  check_shown(n = n)
  speak_of("gaps")
  print_preview(
    plain_result(with_value_labels(x)), list("%d filled cells", nrow(x)),
    c("summary(x)", "save_table(x, \"filled.xlsx\")"), n,
    keys = setdiff(names(x), c("variable", "value", "method"))
  )
  invisible(x)
}

#' @export
summary.imputed_cells <- function(object, ...) {
  check_dots(...)
  pair <- paste(object$variable, object$method, sep = "\r")
  first <- !duplicated(pair)
  out <- data.frame(
    variable = object$variable[first], method = object$method[first],
    cells = as.vector(table(factor(pair, unique(pair))))
  )
  speak_of("gaps")
  previewed(
    out, "Cells filled, by variable and rule", "composite_index() of the filled panel",
    "save_table(x, \"filled.xlsx\")", n = 25
  )
}

#' @rdname impute_gaps
#' @param x A filled panel.
#' @param n Number of rows and of filled variables printed; `Inf` for all.
#' @param ... Not used.
#' @export
print.imputed_panel <- function(x, n = 8, ...) {
  check_print_dots(...)
  check_shown(n = n)
  recipe <- recipe_of(x)
  if (is.null(recipe)) return(invisible(print(plain_frame(x))))
  speak_of("gaps")
  cells <- imputed(x)
  where <- filled_where(cells, recipe$panel)
  variables <- length(unique(where$variable))
  say(trf(
    "Panel with %s in %s: %s", count_of(nrow(cells), "filled cell"),
    count_of(variables, "variable"), panel_size(x, recipe$panel)
  ), exdent = 2)
  say_rows_added(x, recipe)
  cat("\n")
  if (nrow(where)) {
    print_fitting(utils::head(where, n))
    cat("\n")
  }
  if (nrow(where) > n) {
    say(trf("... and %d more variables or rules: summary(imputed(x))", nrow(where) - n))
  }
  data <- as.data.frame(plain_frame(with_value_labels(x)))
  print_preview(
    data[c(recipe$panel, recipe$values)],
    list("The filled variables, of %d columns:", ncol(data)),
    c("imputed(x)", "summary(imputed(x))", "descriptives(x)"), n, keys = recipe$panel
  )
  invisible(x)
}

# Those that are still there.
say_rows_added <- function(x, recipe) {
  if (is.null(recipe$added)) return(invisible())
  left <- recipe$added[!is.na(match_rows(recipe$added, x, recipe$panel)), ]
  if (!nrow(left)) return(invisible())
  say(trf(
    "Rows added: %d, of %s at %s %s", nrow(left), count_of(distinct(left[[1]]), "unit"),
    spoken_heads(recipe$panel[2]), shown_names(format_key(in_order(left[[2]])), 5)
  ), exdent = 2)
}

# A row a variable and rule: how many cells, of which units, at which times.
filled_where <- function(cells, panel) {
  out <- summary(cells)
  cells <- with_value_labels(cells)
  at <- match(paste(cells$variable, cells$method), paste(out$variable, out$method))
  for (name in panel) {
    out[[name]] <- vapply(seq_len(nrow(out)), function(i) briefly(cells[[name]][at == i]), "")
  }
  out
}

# Up to two values by name, more by number or, of consecutive numbers, by their ends.
briefly <- function(x) {
  x <- sort(unique(x))
  if (length(x) <= 2) return(paste(format_key(x), collapse = ", "))
  if (is.numeric(x) && all(diff(x) == 1)) return(paste(format_key(range(x)), collapse = "-"))
  trf("%d values", length(x))
}
