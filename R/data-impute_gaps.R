#' Fill the gaps of a panel
#'
#' Fills missing values of each unit over time, never across units, and lists every cell it filled.
#'
#' @details Inside the observed span, and at its ends, by `method`:
#'   * `"linear"`: the straight line over the time variable; before the first and after the last
#'     observed time the nearest observed value.
#'   * `"trend"`: the straight line; at the ends the line through the two nearest observed values
#'     goes on (Stata's `ipolate, epolate`).
#'   * `"spline"`: a natural cubic spline through the observed values (a straight line through two);
#'     at the ends the nearest value.
#'   * `"locf"`, `"nocb"`: the last observed value carried forward, the next one carried backward; a
#'     gap with nothing on that side stays missing and is counted in a message.
#'   * `"growth"`: constant growth between two observed values, \eqn{x_a (x_b / x_a)^{(t -
#'     t_a)/(t_b - t_a)}}; at the ends the mean growth rate of the observed span goes on. Needs at
#'     least two observed values, all positive.
#'   * `"none"`: nothing but what `from` supplies.
#' @param data A data frame, one row a unit and time, in any order.
#' @param panel Names of the unit and the time column, such as `c("state", "year")`. The time must
#'   be numeric, a date, text or a factor that reads as numbers, or an ordered factor (whose levels
#'   then count as equally spaced).
#' @param vars Names of the numeric columns to fill; by default all numeric columns but the panel's.
#' @param method One of the above; default `"linear"`.
#' @param from A second data frame with the same panel columns and some of `vars`: its values fill
#'   gaps first, and `method` what remains. `NULL` (default): none.
#' @return `data` in input order with the gaps filled, of its own class and first of class
#'   `imputed_panel` (data tables and grouped data keep their class alone). It prints how many cells
#'   of which variable were filled by which rule and where; [imputed()] lists them. Rows and columns
#'   may be chosen, added and joined as of any data frame; it becomes a plain one once a filled
#'   variable is gone or changed. One message gives the count.
#' @section Errors: `ccdpanel_error_all_missing` (a unit without any value of a variable, named),
#'   `ccdpanel_error_numeric`, `ccdpanel_error_time`, `ccdpanel_error_growth` (too few or not
#'   positive values, named), `ccdpanel_error_panel`, `ccdpanel_error_duplicate`,
#'   `ccdpanel_error_column`, `ccdpanel_error_choice`.
#' @examples
#' d <- data.frame(unit = "a", year = 2011:2015, x = c(NA, 2, NA, 6, NA))
#' filled <- impute_gaps(d, panel = c("unit", "year"))
#' imputed(filled)
#' @export
impute_gaps <- function(data, panel, vars = NULL, method = "linear", from = NULL) {
  call <- rlang::current_env()
  if (!is.null(vars)) check_names(vars, "vars")
  data <- settled_panel(read_columns(data, columns = vars %||% names(data)), panel)
  earlier <- earlier_cells(data, panel)
  data <- plain_frame(data)
  check_choice(method, c("linear", "trend", "spline", "locf", "nocb", "growth", "none"), "method")
  vars <- impute_vars(data, panel, vars, call)
  time <- time_numbers(data[[panel[2]]], panel[2], call)
  groups <- unit_rows(data, panel, time)
  gaps <- lapply(stats::setNames(vars, vars), function(name) is.na(data[[name]]))
  vars <- vars[vapply(gaps, any, NA)]
  rule <- lapply(gaps, function(gap) rep(NA_character_, length(gap)))
  if (!is.null(from)) {
    supplied <- values_from(from, data, panel, vars, call)
    for (name in names(supplied)) {
      here <- gaps[[name]] & !is.na(supplied[[name]])
      data[[name]] <- as_before(replace(
        gap_numbers(data, name), here, supplied[[name]][here]
      ), data[[name]])
      rule[[name]][here] <- "from"
    }
  }
  if (method != "none") check_series(data, panel, vars, groups, call)
  for (name in vars) {
    filled <- fill_variable(
      gap_numbers(data, name), time, groups, method, name, data[[panel[1]]], call
    )
    here <- is.na(data[[name]]) & !is.na(filled$x)
    rule[[name]][here] <- filled$rule[here]
    if (any(here)) data[[name]] <- as_before(filled$x, data[[name]])
  }
  finish_imputed(data, panel, vars, gaps, rule, earlier)
}

# The rows of each unit in order of time.
unit_rows <- function(data, panel, time) {
  code <- key_codes(data[[panel[1]]])
  groups <- split(seq_len(nrow(data)), factor(code, unique(code)))
  lapply(groups, function(rows) rows[order(time[rows])])
}

# The other table's values at the rows of `data`, for the variables it has.
values_from <- function(from, data, panel, vars, call) {
  from <- settled_panel(read_columns(from, "from", call = call), panel, "from", call)
  vars <- impute_vars(from, panel, intersect(vars, names(from)), call)
  at <- match_rows(data, from, panel)
  lapply(stats::setNames(vars, vars), function(name) gap_numbers(from, name)[at])
}

gap_numbers <- function(data, name) as.double(column_numbers(data[[name]]))

# Values with the class and the unit of the column that they complete.
as_before <- function(values, column) {
  if (is.object(column) && is.null(dim(column)) && !inherits(column, c("AsIs", "integer64"))) {
    attributes(values) <- attributes(column)
  }
  values
}

# One variable, unit by unit: the values, and by which rule each row would be filled.
fill_variable <- function(x, time, groups, method, name, unit, call) {
  rule <- rep(NA_character_, length(x))
  if (method == "none") return(list(x = x, rule = rule))
  fill <- fill_methods[[method]]
  for (rows in groups) {
    own <- x[rows]
    seen <- !is.na(own)
    if (all(seen)) next
    if (method == "growth") check_growth(own[seen], name, unit[rows[1]], call)
    x[rows] <- fill$values(own, time[rows], seen)
    inside <- cummax(seen) & rev(cummax(rev(seen)))
    rule[rows] <- ifelse(inside, method, fill$ends)
  }
  list(x = x, rule = rule)
}

impute_vars <- function(data, panel, vars, call) {
  if (is.null(vars)) return(setdiff(numeric_columns(data), panel))
  check_columns(vars, data, "vars", call)
  for (name in vars) {
    as_numbers(
      data[[name]], cli::format_inline("Column {.val {name}} of {.arg vars}"), "numeric", call
    )
  }
  vars
}

time_numbers <- function(time, name, call) {
  if (is.numeric(time) || inherits(time, c("Date", "POSIXct"))) return(as.double(time))
  # Years read as text or as a factor mean their labels, not their codes.
  if (is.factor(time) || is.character(time)) {
    labels <- suppressWarnings(as.double(as.character(time)))
    if (!anyNA(labels)) return(labels)
  }
  if (is.ordered(time)) return(as.double(as.integer(time)))
  abort("time", c(
    paste0(
      "The time column {.val {name}} must be numeric, a date, text that is a number or an ordered ",
      "factor, not {.obj_type_friendly {time}}."
    ),
    i = "Distances between times are needed: make it a number, a date or an ordered factor."
  ), call)
}

check_series <- function(data, panel, vars, groups, call) {
  for (name in vars) {
    gaps <- is.na(data[[name]])
    if (!any(gaps)) next
    empty <- vapply(groups, function(rows) all(gaps[rows]), NA)
    if (!any(empty)) next
    units <- format_key(data[[panel[1]]][vapply(groups[empty], `[`, 0L, 1L)])
    abort("all_missing", c(
      paste0(
        "{.val {name}} has no value at all in {panel[1]} {.val {units}}; nothing of ",
        "that unit can fill it."
      ),
      i = "Drop the unit or the variable, or supply the values."
    ), call)
  }
}

format_key <- function(x) if (is.numeric(x)) format(x, trim = TRUE) else as.character(x)

check_growth <- function(x, name, unit, call) {
  if (length(x) > 1 && all(x > 0)) return(invisible())
  abort("growth", c(
    paste0(
      "Filling {.val {name}} by growth needs at least two observed values, all positive; unit ",
      "{.val {format_key(unit)}} has {length(x)}, the least {min(x)}."
    ),
    i = "Use {.code method = \"linear\"} for that variable."
  ), call)
}

# How each method fills `x`, observed where `seen`, over ascending times; and the name of what it
# does at the ends.
fill_linear <- function(x, time, seen) {
  if (sum(seen) == 1) return(rep(x[seen], length(x)))
  replace(x, !seen, stats::approx(time[seen], x[seen], time[!seen], rule = 2)$y)
}

fill_trend <- function(x, time, seen) {
  out <- fill_linear(x, time, seen)
  at <- which(seen)
  if (length(at) == 1) return(out)
  extend <- function(near, next_one, rows) {
    x[near] + (time[rows] - time[near]) * (x[near] - x[next_one]) / (time[near] - time[next_one])
  }
  before <- seq_len(at[1] - 1)
  last <- at[length(at)]
  after <- seq_along(x)[seq_along(x) > last]
  out[before] <- extend(at[1], at[2], before)
  out[after] <- extend(last, at[length(at) - 1], after)
  out
}

fill_spline <- function(x, time, seen) {
  out <- fill_linear(x, time, seen)
  inside <- !seen & time > min(time[seen]) & time < max(time[seen])
  if (sum(seen) > 2 && any(inside)) {
    out[inside] <- stats::spline(time[seen], x[seen], method = "natural", xout = time[inside])$y
  }
  out
}

fill_growth <- function(x, time, seen) {
  out <- exp(fill_linear(log(x), time, seen))
  at <- range(which(seen))
  rate <- diff(log(x[at])) / diff(time[at])
  ends <- seq_along(x) < at[1] | seq_along(x) > at[2]
  near <- ifelse(seq_along(x) < at[1], at[1], at[2])
  out[ends] <- (x[near] * exp(rate * (time - time[near])))[ends]
  replace(out, seen, x[seen])
}

fill_forward <- function(x, time, seen) {
  last <- cummax(seq_along(x) * seen)
  ifelse(last > 0, x[pmax(last, 1)], NA_real_)
}

fill_backward <- function(x, time, seen) rev(fill_forward(rev(x), time, rev(seen)))

fill_methods <- list(
  linear = list(values = fill_linear, ends = "nearest"),
  trend = list(values = fill_trend, ends = "trend"),
  spline = list(values = fill_spline, ends = "nearest"),
  growth = list(values = fill_growth, ends = "growth"),
  locf = list(values = fill_forward, ends = "locf"),
  nocb = list(values = fill_backward, ends = "nocb")
)

filled_cells <- function(data, panel, name, rows, rule) {
  out <- list(
    data[[panel[1]]][rows], data[[panel[2]]][rows], rep(name, length(rows)),
    as.double(unclass(data[[name]])[rows]), rule[rows]
  )
  names(out) <- c(panel, "variable", "value", "method")
  structure(out, class = "data.frame", row.names = .set_row_names(length(rows)))
}

finish_imputed <- function(data, panel, vars, gaps, rule, earlier) {
  cells <- lapply(vars, function(name) {
    filled_cells(data, panel, name, which(!is.na(rule[[name]])), rule[[name]])
  })
  none <- data.frame(data[[panel[1]]][0], data[[panel[2]]][0], character(), numeric(), character())
  names(none) <- c(panel, "variable", "value", "method")
  table <- do.call(rbind, c(list(none), cells))
  left <- sum(vapply(vars, function(name) sum(is.na(data[[name]])), 0L))
  if (nrow(table)) {
    inform("imputed", c(
      i = paste0(
        "Filled {nrow(table)} missing value{?s} in {length(unique(table$variable))} of ",
        "{length(gaps)} variable{?s}; {.fn imputed} lists them."
      )
    ))
  }
  if (left) {
    inform("left", c(
      "!" = "{left} value{?s} stay{?s/} missing: there was nothing to fill {?it/them} from."
    ))
  }
  table <- rbind(earlier, table)
  attr(data, "recipe") <- list(panel = panel, values = unique(table$variable), cells = table)
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

#' The cells that were filled
#'
#' @param x The result of [impute_gaps()].
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
imputed <- function(x) {
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
  class(cells) <- c("imputed_cells", "data.frame")
  cells
}

#' @param n Number of rows printed.
#' @param ... Not used.
#' @rdname imputed
#' @export
print.imputed_cells <- function(x, n = 10, ...) {
  check_print_dots(...)
  check_shown(n = n)
  print_preview(
    plain_result(x), list("%d filled cells", nrow(x)),
    c("summary(x)", "save_table(x, \"filled.xlsx\")"), n
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
  cells <- imputed(x)
  where <- filled_where(cells, recipe$panel)
  say(trf(
    "Panel with %s in %s: %s", count_of(nrow(cells), "filled cell"),
    count_of(nrow(where), "variable"), panel_size(x, recipe$panel)
  ), exdent = 2)
  cat("\n")
  if (nrow(where)) {
    print_fitting(utils::head(where, n))
    cat("\n")
  }
  if (nrow(where) > n) {
    say(trf("... and %d more variables or rules: summary(imputed(x))", nrow(where) - n))
  }
  data <- as.data.frame(plain_frame(x))
  print_preview(
    data[c(recipe$panel, recipe$values)],
    list("The filled variables, of %d columns:", ncol(data)),
    c("imputed(x)", "summary(imputed(x))", "descriptives(x)"), n
  )
  invisible(x)
}

# A row a variable and rule: how many cells, of which units, at which times.
filled_where <- function(cells, panel) {
  out <- summary(cells)
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
  paste(length(x), "values")
}
