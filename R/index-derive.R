# Indicators that a sheet derives from columns of the data, in a language of columns, numbers and a
# few functions.

derive_language <- paste(
  "columns of the data, numbers, + - * / ^ %% %/%, comparisons, & | !, brackets, and the functions",
  "log, exp, sqrt, abs, min, max, pmin, pmax, ifelse, round, sum, mean, sd, cumsum and lag"
)

# `data` and `panel` are needed to run cumsum() and lag(), which go by unit in order of time, not to
# read them.
derive_functions <- function(data = NULL, panel = NULL) {
  f <- language_function
  by_row <- function(x) if (length(x) == nrow(data)) x else rep_len(x, nrow(data))
  binary <- c("%%", "%/%", "==", "!=", "<", "<=", ">", ">=", "&", "|")
  two <- lapply(stats::setNames(binary, binary), function(name) f(get(name, baseenv()), 2))
  many <- lapply(
    list(min = min, max = max, pmin = pmin, pmax = pmax, sum = sum), f, least = 1, most = 50,
    named = "na.rm"
  )
  c(arithmetic_functions(), two, many, list(
    "!" = f(`!`), exp = f(exp), sqrt = f(sqrt), abs = f(abs), log = f(log, 1, 2, "base"),
    round = f(round, 1, 2, "digits"), ifelse = f(ifelse, 3, named = c("test", "yes", "no")),
    # The second argument of R's is a share to trim.
    mean = f(function(x, na.rm = FALSE) mean.default(x, na.rm = na.rm), 1, 2, "na.rm"),
    sd = f(stats::sd, 1, 2, "na.rm"),
    cumsum = f(function(x) cumulated(by_row(x), data, panel)),
    lag = f(function(x, n = 1) panel_lag(by_row(x), n, data, panel), 1, 2, "n")
  ))
}

# Sums over the times of each unit so far.
cumulated <- function(x, data, panel) {
  unit <- data[[panel[1]]]
  time <- data[[panel[2]]]
  rows <- order(match_values(unit, unique(unit)), match_values(time, in_order(time)))
  replace(x + 0, rows, stats::ave(x[rows] + 0, unit[rows], FUN = cumsum))
}

# Every expression of a sheet, read when the sheet is: a sheet with another language in it is
# refused as a whole.
check_sheet_derive <- function(sheet, call = rlang::caller_env()) {
  for (row in which(has_derive(sheet))) {
    read_derive(sheet$derive[row], sheet$indicator[row], call, row)
  }
}

has_derive <- function(sheet) {
  if (is.null(sheet[["derive"]])) return(logical(nrow(sheet)))
  !is.na(sheet$derive) & nzchar(sheet$derive)
}

read_derive <- function(text, name, call, row = NULL) {
  read_expression(text, derive_functions(), function(why) abort_derive(name, text, why, call, row))
}

abort_derive <- function(name, text, reason, call, row = NULL) {
  where <- if (is.null(row)) "" else paste0(" (row ", row, " of the sheet)")
  abort("derive", c(
    "Indicator {.val {name}}{where} cannot be derived by {.code {text}}: {reason}.",
    i = paste0(
      "{.val derive} is an expression over columns, such as {.code output / employment}. It may ",
      "hold {derive_language}."
    )
  ), call)
}

# Columns that the derived indicators of a sheet are made of.
derive_columns <- function(sheet, call = rlang::caller_env()) {
  rows <- which(has_derive(sheet))
  read <- lapply(rows, function(row) {
    read_derive(sheet$derive[row], sheet$indicator[row], call, row)$variables
  })
  unique(unname(unlist(read)))
}

derive_indicator <- function(text, name, data, panel, call) {
  fail <- function(reason) abort_derive(name, text, reason, call)
  read <- read_derive(text, name, call)
  unknown <- setdiff(read$variables, names(data))
  if (length(unknown)) {
    fail(cli::format_inline("{.val {unknown}} {?is no column/are no columns} of the data"))
  }
  columns <- as.list(data)[read$variables]
  if (is.call(read$tree)) columns <- derive_numbers(columns, fail)
  # What is no number (the logarithm of a negative one) is refused with the other values that are
  # missing.
  value <- tryCatch(
    suppressWarnings(run_expression(read, columns, derive_functions(data, panel))),
    error = function(e) fail(conditionMessage(e))
  )
  if (length(value) != nrow(data)) {
    fail(cli::format_inline("it gives {length(value)} value{?s} for {nrow(data)} row{?s}"))
  }
  value
}

# The columns' numbers, as their classes have them.
derive_numbers <- function(columns, fail) {
  numbers <- lapply(columns, column_numbers)
  bad <- names(columns)[vapply(numbers, is.null, NA)]
  if (length(bad)) fail(cli::format_inline("column{?s} {.val {bad}} {?is/are} not numeric"))
  numbers
}
