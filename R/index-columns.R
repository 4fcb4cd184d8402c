# The indicators of a sheet as double vectors, checked: what normalisation, weights and indices all
# start from.

# One vector for each row of the sheet.
indicator_columns <- function(data, sheet, panel, call) {
  data <- read_columns(data, call = call)
  derived <- derived_rows(sheet, data)
  data <- without_measures(data, sheet[!derived, , drop = FALSE], call)
  check_indicators_there(sheet$indicator[!derived], data, call)
  parts <- unlist(lapply(sheet$derive[derived], function(text) all.vars(str2lang(text))))
  check_not_twice(c(sheet$indicator[!derived], parts), data, call)
  say_codes_taken(data, sheet$indicator[!derived])
  lapply(seq_len(nrow(sheet)), function(j) {
    name <- sheet$indicator[j]
    derive <- function() derive_indicator(sheet$derive[j], name, data, panel, call)
    x <- if (derived[j]) derive() else data[[name]]
    as.double(as_numbers(x, cli::format_inline("Indicator {.val {name}}"), "numeric", call))
  })
}

check_indicators_there <- function(indicators, data, call) {
  absent <- setdiff(indicators, names(data))
  if (!length(absent)) return(invisible())
  abort("indicator", c(
    paste0(
      "{cli::qty(absent)}The sheet names {?an indicator/indicators} that {?is/are} no ",
      "column{?s} of {.arg data}: {.val {absent}}."
    ),
    i = "The columns are {.val {names(data)}}."
  ), call)
}

# An indicator is also the one column that has its name and a unit in brackets, or other blanks; of
# several the one with the unit that the sheet says.
without_measures <- function(data, sheet, call = rlang::caller_env()) {
  split <- split_indicator(names(data))
  split$unit <- closed_up(split$unit)
  unit <- closed_up(sheet[["unit"]] %||% rep(NA_character_, nrow(sheet)))
  check_one_measure(data, sheet, split, unit, call)
  absent <- which(!sheet$indicator %in% names(data))
  at <- vapply(absent, function(j) {
    found <- which(closed_up(split$name) == closed_up(sheet$indicator[j]))
    if (length(found) > 1) found <- found[split$unit[found] %in% unit[j]]
    if (length(found) == 1) found else NA_integer_
  }, 0L)
  names <- names(data)
  names[at[!is.na(at)]] <- sheet$indicator[absent[!is.na(at)]]
  attr(data, "names") <- names
  data
}

# A sheet parts the name "GDP/person" into name and unit: beside a column "GDP" it may be either.
check_one_measure <- function(data, sheet, split, unit, call) {
  for (j in which(sheet$indicator %in% names(data))) {
    name <- sheet$indicator[j]
    also <- names(data) != name & split$name == name & (is.na(split$unit) | split$unit %in% unit[j])
    if (!any(also)) next
    also <- names(data)[also]
    abort("indicator", c(
      paste0(
        "The sheet's indicator {.val {name}} must be one column of {.arg data}; it may be ",
        "{.val {c(name, also)}}."
      ),
      i = "Rename the one that is not meant, or leave it out of the data."
    ), call)
  }
}

# Prepared data carry the derived indicators already.
derived_rows <- function(sheet, data) {
  if (is_normalised(data)) logical(nrow(sheet)) else has_derive(sheet)
}

# Range, sum and odd values of each indicator; infinite and (unless they may pass) missing values
# are errors.
summarise_indicators <- function(columns, sheet, call, missing = "error") {
  out <- bind_summarise(columns, thread_count())
  check_summary(out, sheet, length(columns[[1]]), call, missing)
  out
}

# One missing value makes a mean or a sum over the rows, and all that it is in, missing.
derived_way <- function(sheet, none) {
  derive <- sheet[["derive"]][none]
  over <- unique(derive[grepl("\\b(?:mean|sum|max|min|sd|var|median)\\(", derive, perl = TRUE)])
  if (!length(over)) return(NULL)
  c(i = paste0(
    "{.code ", over[1], "} is missing in every row if one value is: ",
    "{.code mean(x, na.rm = TRUE)} leaves that out, {.fn impute_gaps} fills it."
  ))
}

check_summary <- function(out, sheet, rows, call, missing) {
  check_indicators_finite(out, sheet, rows, call)
  none <- out$missing == rows
  if (any(none)) {
    names <- unique(sheet$indicator[none])
    abort("all_missing", c(
      "{cli::qty(names)}Indicator{?s} {.val {names}} {?has/have} no value at all.",
      i = "{cli::qty(names)}Drop {?it/them} from the sheet, or supply the data.",
      derived_way(sheet, none)
    ), call)
  }
  if (missing == "error") check_complete(out$missing, sheet$indicator, rows, call)
}

check_indicators_finite <- function(summary, sheet, rows, call) {
  bad <- summary$infinite > 0
  if (!any(bad)) return(invisible())
  counts <- unique(paste0(sheet$indicator[bad], " (", summary$infinite[bad], ")"))
  abort("infinite", c(
    "Indicators must be finite; infinite values were found, of {rows} row{?s}, in {counts}.",
    i = "A division by zero or the logarithm of zero makes them: correct those rows."
  ), call)
}

check_complete <- function(missing, indicator, rows, call) {
  if (!any(missing > 0)) return(invisible())
  first <- !duplicated(indicator) & missing > 0
  counts <- paste0(indicator[first], " (", missing[first], ")")
  abort("missing", c(
    "Indicators must not be missing; missing values were found, of {rows} row{?s}, in {counts}.",
    i = "Fill them with {.fn impute_gaps}, or use {.code composite_index(missing = \"propagate\")}."
  ), call)
}

# What works with complete indicators alone: an index that it makes on the way must not point to a
# way out that is the index's own.
with_complete <- function(index, call) {
  tryCatch(index, ccdpanel_error_missing = function(e) {
    said <- sub("\n.*", "", rlang::cnd_message(e))
    said <- if (rlang::is_string(e$message)) e$message else said
    abort("missing", c(
      "{said}",
      i = "Fill them with {.fn impute_gaps}, or leave those rows out."
    ), call)
  })
}

# Which indicators do not vary, once scaled: values that are all the same, or all within their
# optimal range or equally far from it, or without a scale in the base period.
constant_indicators <- function(sheet, summary, spec) {
  out <- summary$min == summary$max
  if (!is.null(spec$still)) out <- out | spec$still
  if (!is.null(spec$even)) out <- out | spec$even
  if (spec$method != "minmax" || !any(sheet$direction == "interval")) return(out)
  out | (
    sheet$direction == "interval" & sheet$lower <= summary$min & summary$min <= summary$max &
      summary$max <= sheet$upper
  )
}

# Indicators that a base period has one value of, or only such as are within their optimal range: by
# its range, deviation or distance nothing is scaled. And those that are everywhere equally far from
# their range, at either side.
with_still <- function(spec, columns, sheet) {
  spec$even <- if (spec$method == "minmax") even_intervals(columns, sheet)
  if (is.null(spec$base) || !spec$method %in% c("minmax", "zscore")) return(spec)
  base <- bind_summarise(lapply(columns, `[`, which(spec$base)), thread_count())
  spec$still <- still_indicators(base, sheet, spec)
  spec
}

still_indicators <- function(base, sheet, spec) {
  out <- base$min == base$max
  if (spec$method != "minmax" || !any(sheet$direction == "interval")) return(out)
  out | (
    sheet$direction == "interval" & (base$min >= sheet$lower & base$max <= sheet$upper) %in% TRUE
  )
}

# Up to the rounding of the differences.
even_intervals <- function(columns, sheet) {
  out <- sheet$direction == "interval"
  for (j in which(out)) {
    x <- columns[[j]]
    away <- range(pmax(sheet$lower[j] - x, x - sheet$upper[j], 0), na.rm = TRUE)
    out[j] <- diff(away) <= even_rounding(range(x, na.rm = TRUE), sheet$lower[j], sheet$upper[j])
  }
  out
}

even_rounding <- function(...) 4 * .Machine$double.eps * max(abs(c(...)))

in_base <- function(spec) if (any(spec$still)) " in the base period" else ""

# Indicators that do not vary carry no information: weight 0, said once.
warn_constant <- function(constant, sheet, call, where = "") {
  if (!any(constant)) return(invisible())
  names <- unique(sheet$indicator[constant])
  warn("constant", c(
    paste0(
      "{cli::qty(names)}Indicator{?s} {.val {names}} {?is/are} constant{where} and ",
      "{cli::qty(names)}{?gets/get} weight 0."
    ),
    i = paste0(
      "An indicator that does not vary, or never leaves its optimal range, or is always equally ",
      "far from it, cannot tell one row from another."
    )
  ), call, indicators = one_a_row(sheet, constant), where = where)
  whole <- tapply(constant, sheet$system, all)
  if (any(whole)) {
    abort("constant", c(
      paste0(
        "Every indicator of {.val {names(whole)[whole]}} is constant{where}: the ",
        "system has no index."
      ),
      i = "Check the data, or drop the system from the sheet."
    ), call)
  }
}
