#' Panel unit-root tests
#'
#' A table of the tests of the package plm for several variables, in levels and differences.
#'
#' @param data A data frame.
#' @param vars Names of numeric columns.
#' @param panel Two column names, unit and time.
#' @param test Any of `"levinlin"` (Levin, Lin and Chu), `"ips"` (Im, Pesaran and Shin), `"madwu"`
#'   (Fisher, Maddala and Wu), `"Pm"`, `"invnormal"`, `"logit"` (Choi's combinations), `"hadri"`
#'   (whose null is stationarity); default the first three.
#' @param difference Orders of difference to test: 0 (default) for levels, `0:1` for levels and
#'   first differences.
#' @param exo Deterministic part: `"intercept"` (default), `"trend"` (and intercept), `"none"`.
#' @param lags Lags of the augmented Dickey-Fuller regressions: a whole number, or `"AIC"`
#'   (default), `"SIC"`, `"Hall"` to choose by unit.
#' @param max_lag The most that is chosen; `NULL` (default): the cube root of the number of times
#'   less one, rounded down, and no more than leaves the regression of a unit three degrees of
#'   freedom. Where even without lags there are fewer, that is said: the t of such a regression has
#'   no variance.
#' @param x A result of `unit_root()`.
#' @param n Number of rows printed.
#' @param ... Not used.
#' @return A data frame of class `unit_root`: `variable`, `difference`, `test`, `statistic`,
#'   `p.value`, `null`, `units`, `times`, `from`, `to`. A test that plm cannot compute is `NA`, its
#'   reason in `note`.
#' @details Units must be balanced: times at either end that are missing for any unit are left out
#'   and named in a message; a gap within is an error. With a dozen years these tests have little
#'   power, and the first three presume units that are independent of each other.
#' @references Levin, A., Lin, C.-F. and Chu, C.-S. J. (2002). Unit root tests in panel data:
#'   asymptotic and finite-sample properties. Journal of Econometrics 108(1), 1-24.
#'   \doi{10.1016/S0304-4076(01)00098-7}
#'
#'   Im, K. S., Pesaran, M. H. and Shin, Y. (2003). Testing for unit roots in heterogeneous panels.
#'   Journal of Econometrics 115(1), 53-74. \doi{10.1016/S0304-4076(03)00092-7}
#' @section Errors: `ccdpanel_error_package` (plm is absent), `ccdpanel_error_panel`,
#'   `ccdpanel_error_column`, `ccdpanel_error_choice`, `ccdpanel_error_number`,
#'   `ccdpanel_error_missing` (a gap: unit and time are named; or a time that no unit has),
#'   `ccdpanel_error_infinite`, `ccdpanel_error_argument` (`lags` of `"hadri"` alone, `max_lag` with
#'   a number of lags). Messages `ccdpanel_message_dropped`, `ccdpanel_message_short`.
#' @examplesIf requireNamespace("plm", quietly = TRUE)
#' data <- transform(state_capital, log_output = log(output))
#' unit_root(data, "log_output", c("state", "year"), "ips", difference = 0:1, lags = 1)
#' @export
unit_root <- function(data, vars, panel, test = c("levinlin", "ips", "madwu"), difference = 0,
                      exo = "intercept", lags = "AIC", max_lag = NULL, ...) {
  check_dots(...)
  check_required("unit_root")
  call <- rlang::current_env()
  need_plm("Unit-root tests", call)
  data <- read_columns(data)
  check_columns(vars, data, "vars")
  if (!length(vars)) {
    abort("column", c(
      "{.arg vars} must name at least one column.",
      i = "The columns are {.val {names(data)}}."
    ))
  }
  data <- as.data.frame(settled_panel(data, panel))
  say_spellings(data[[panel[1]]], panel[1])
  data[vars] <- described_columns(data[vars])
  check_choices(test, names(unit_root_tests), "test")
  check_choice(exo, c("intercept", "trend", "none"), "exo")
  if (!is_bare_numeric(lags)) {
    check_choice(lags, c("AIC", "SIC", "Hall"), "lags")
  } else {
    check_number(lags, "lags", min = 0)
  }
  if (!is.null(max_lag)) check_number(max_lag, "max_lag", min = 0)
  check_orders(difference, call)
  if (all(test == "hadri")) {
    check_unread(c(lags = !missing(lags), max_lag = !is.null(max_lag)), "test = \"ips\"", call)
  } else if (is_bare_numeric(lags)) {
    check_unread(c(max_lag = !is.null(max_lag)), "lags = \"AIC\"", call)
  }
  rows <- list()
  for (name in vars) {
    wide <- balanced_wide(data, name, panel, call)
    for (d in difference) {
      say_short(nrow(wide) - d, exo, name)
      for (one in test) rows <- c(rows, list(one_unit_root(wide, name, d, one, exo, lags, max_lag)))
    }
  }
  structure(
    do.call(rbind, rows), settings = list(exo = exo, lags = lags),
    class = c("unit_root", "data.frame")
  )
}

check_orders <- function(difference, call) {
  if (is_bare_numeric(difference) && length(difference) && all(difference %in% 0:3)) {
    return(invisible())
  }
  abort("number", c(
    "{.arg difference} must be whole numbers from 0 to 3, not {found(difference)}.",
    i = "For instance {.code difference = c(0, 1)}: levels and first differences."
  ), call)
}

unit_root_tests <- c(
  levinlin = "Levin-Lin-Chu", ips = "Im-Pesaran-Shin", madwu = "Fisher (Maddala-Wu)",
  Pm = "Choi Pm", invnormal = "Choi inverse normal", logit = "Choi logit", hadri = "Hadri"
)

need_plm <- function(what, call) {
  if (requireNamespace("plm", quietly = TRUE)) return(invisible())
  abort("package", c(
    "{what} need{?s} the package {.pkg plm}, which is not installed.",
    i = "Install it by {.code install.packages(\"plm\")}."
  ), call)
}

# Times by units, without a missing value: times at the ends that any unit lacks are left out.
balanced_wide <- function(data, name, panel, call) {
  units <- unique(data[[panel[1]]])
  times <- in_order(data[[panel[2]]])
  wide <- matrix(
    NA_real_, length(times), length(units), dimnames = list(format_key(times), format_key(units))
  )
  wide[cbind(
    match_values(data[[panel[2]]], times), match_values(data[[panel[1]]], units)
  )] <- as.double(data[[name]])
  complete <- stats::complete.cases(wide)
  kept <- if (any(complete)) seq(min(which(complete)), max(which(complete))) else integer()
  whole <- all(complete[kept])
  if (length(times) < 4 || whole && length(kept) < 4) {
    abort("missing", c(
      "{.val {name}} must have at least four times; it has {length(kept)} that no unit lacks.",
      i = "A unit root shows over time: take a longer panel; {absent_rows_way} fills gaps."
    ), call)
  }
  if (!whole) {
    gap <- which(is.na(wide[kept, , drop = FALSE]), arr.ind = TRUE)[1, ]
    abort("missing", c(
      paste0(
        "{.val {name}} must have at least four times in a row without a gap in any unit; it lacks ",
        "{.val {colnames(wide)[gap[2]]}} at {rownames(wide)[kept[gap[1]]]}."
      ),
      i = "{absent_rows_way} fills gaps; or leave out the units that have them."
    ), call)
  }
  gap <- uneven_step(rownames(wide)[kept])
  if (!is.null(gap)) {
    abort("missing", c(
      paste0(
        "{.val {name}} must have even steps of time; no unit has a time between {gap[1]} and ",
        "{gap[2]}."
      ),
      i = "{absent_rows_way} adds and fills them; or take the times after the gap."
    ), call)
  }
  lost <- rownames(wide)[-kept]
  if (length(lost)) {
    inform("dropped", c(
      i = "{.val {name}}: {cli::qty(lost)}time{?s} {lost} left out, missing in at least one unit."
    ))
  }
  wide[kept, , drop = FALSE]
}

one_unit_root <- function(wide, name, difference, test, exo, lags, max_lag) {
  values <- if (difference) diff(wide, differences = difference) else wide
  most <- max_lag %||% usual_lags(nrow(values), exo)
  # plm looks its tables up by numbers written out.
  rlang::local_options(scipen = 0, OutDec = ".")
  result <- tryCatch(suppressWarnings(plm::purtest(
    as.data.frame(values), test = test, exo = exo, lags = lags, pmax = most
  )), error = identity)
  failed <- inherits(result, "error")
  constant <- all(apply(values, 2, function(v) length(unique(v)) == 1))
  h <- if (!failed) result$statistic
  gone <- failed || is.na(h$p.value) || !is.finite(h$statistic)
  data.frame(
    variable = name, difference = difference, test = test,
    statistic = if (gone) NA_real_ else as.numeric(h$statistic),
    p.value = if (gone) NA_real_ else as.numeric(h$p.value),
    null = if (test == "hadri") "stationary" else "unit root", units = ncol(values),
    times = nrow(values), from = rownames(values)[1], to = utils::tail(rownames(values), 1),
    note = if (!gone) {
      ""
    } else if (constant) {
      paste(name, "does not vary")
    } else if (failed) {
      paste("plm stops:", conditionMessage(result))
    } else {
      "plm gives no number"
    }
  )
}

# The cube root of the times, and no more than leaves each unit's regression three degrees of
# freedom: with fewer its t has no variance, which the tests of means of t take for given.
usual_lags <- function(times, exo) {
  max(0, min(floor((times - 1)^(1 / 3)), floor((freedom_left(times, exo) - 3) / 2)))
}

# Degrees of freedom of a unit's regression without lags; each lag takes two.
freedom_left <- function(times, exo) {
  times - 2 - (match(exo, c("none", "intercept", "trend")) - 1)
}

say_short <- function(times, exo, name) {
  left <- freedom_left(times, exo)
  if (left >= 3) return(invisible())
  inform("short", c(
    "!" = paste0(
      paste0(
        "{.val {name}}: {times} time{?s} leave the regression of a unit ",
        "{max(left, 0)} degree{?s} of "
      ),
      "freedom; the tests take its t for one that has a variance, which needs three."
    )
  ))
}

#' @rdname unit_root
#' @export
print.unit_root <- function(x, n = 26, ...) {
  check_print_dots(...)
  check_shown(n = n)
  settings <- attr(x, "settings", exact = TRUE)
  if (is.null(settings) || !nrow(x) || !has_columns(x, "variable", "test", "p.value")) {
    return(invisible(print(plain_result(x))))
  }
  say(trf(
    "Panel unit-root tests: %s, %s times; %s; lags %s", count_of(x$units[1], "unit"),
    paste(unique(range(x$times)), collapse = tr(" to ")), tr(settings$exo), settings$lags
  ))
  cat("\n")
  tests <- unique(x$test)
  table <- unit_root_cells(x)
  print_columns(utils::head(table, n), "as.data.frame(x)")
  if (nrow(table) > n) say(trf("... and %d more rows: print(x, n = Inf)", nrow(table) - n))
  cat("\n")
  say(unit_root_null(tests))
  say(paste0(star_note(), full_stop()))
  notes <- unique(x$note[nzchar(x$note)])
  if (length(notes)) say(trf("Not computed: %s", paste(tr(notes), collapse = semicolon())))
  next_steps(
    if (all(x$difference == 0)) "unit_root(difference = 0:1) for first differences",
    "as.data.frame(x)", "save_table(x, \"roots.docx\")"
  )
  invisible(x)
}

# A row a variable and difference, a column a test: statistic, stars, p-value.
unit_root_null <- function(tests) {
  tr(if ("hadri" %in% tests) {
    "Statistic (p-value); the null is a unit root, Hadri's is stationarity."
  } else {
    "Statistic (p-value); the null is a unit root."
  })
}

unit_root_cells <- function(x) {
  d <- ifelse(x$difference == 0, "", paste0("d", ifelse(x$difference > 1, x$difference, ""), "."))
  cells <- ifelse(is.na(x$p.value), "NA", paste0(
    unsigned_nought(formatC(x$statistic, digits = 3, format = "f")), star_marks(x$p.value), " (",
    p_text(x$p.value, 3), ")"
  ))
  rows <- unique(paste0(d, x$variable))
  tests <- unique(x$test)
  table <- matrix("", length(rows), length(tests), dimnames = list(rows, unit_root_tests[tests]))
  table[cbind(match(paste0(d, x$variable), rows), match(x$test, tests))] <- cells
  table
}

#' @export
as.data.frame.unit_root <- function(x, ...) {
  check_dots(..., passed = c("row.names", "optional", "stringsAsFactors", "make.names"))
  plain_result(x)
}

#' @rdname unit_root
#' @export
tidy.unit_root <- function(x, ...) {
  check_dots(...)
  plain_result(x)
}
