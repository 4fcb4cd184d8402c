# Argument checks, made once at the exported boundary. `arg` is the argument's name as the user
# typed it.

check_data_frame <- function(x, arg = "data", call = rlang::caller_env()) {
  if (is.data.frame(x)) return(invisible(x))
  if (inherits(x, "tbl_lazy")) {
    abort("needs_rows", c(
      "{.arg {arg}} is a table in a database, and this needs its rows.",
      i = "Fetch what is needed by {.fn dplyr::collect}, selected columns first."
    ), call)
  }
  abort("type", c(
    "{.arg {arg}} must be a data frame, not {.obj_type_friendly {x}}.",
    i = "A matrix becomes one with {.code as.data.frame()}."
  ), call)
}

check_choice <- function(x, choices, arg, call = rlang::caller_env()) {
  if (rlang::is_string(x) && x %in% choices) return(invisible(x))
  abort("choice", c(
    "{.arg {arg}} must be one of {.or {.val {choices}}}, not {found(x)}.",
    i = "Choices are spelt in full."
  ), call)
}

# One choice or more, each of them known.
check_choices <- function(x, choices, arg, call = rlang::caller_env()) {
  if (is.character(x) && length(x) && all(x %in% choices)) return(invisible(x))
  abort("choice", c(
    "{.arg {arg}} must be any of {.or {.val {choices}}}, not {found(x)}.",
    i = "Choices are spelt in full."
  ), call)
}

check_flag <- function(x, arg, call = rlang::caller_env()) {
  if (rlang::is_bool(x)) return(invisible(x))
  abort("type", c(
    "{.arg {arg}} must be {.code TRUE} or {.code FALSE}, not {found(x)}.",
    i = "A vector or a missing value cannot decide."
  ), call)
}

check_number <- function(x, arg, min = -Inf, max = Inf, call = rlang::caller_env(), whole = FALSE) {
  if (
    is_bare_numeric(x) && length(x) == 1 && is.finite(x) && x >= min && x <= max &&
      !(whole && x != round(x))
  ) return(invisible(x))
  range <- if (is.infinite(max)) "of at least {min}" else "between {min} and {max}"
  if (is.infinite(min) && is.infinite(max)) range <- "that is finite"
  abort("number", c(
    paste0("{.arg {arg}} must be one ", if (whole) "whole ", "number ", range, ", not {found(x)}."),
    i = "Give a single number within that range."
  ), call)
}

# Numbers that are what they look like: those of a class (integer64, units, labelled) are compared
# and counted in ways of their own.
is_bare_numeric <- function(x) is.numeric(x) && !is.object(x)

# Names of something, at least one.
check_names <- function(x, arg, call = rlang::caller_env()) {
  good <- is.character(x) && length(x) && !anyNA(x) && is.null(dim(x)) && is_readable(x)
  if (good) return(invisible(x))
  abort("type", c(
    "{.arg {arg}} must be names as strings, not {found(x)}.",
    i = "Leave {.arg {arg}} out for the default."
  ), call)
}

# What a print method is asked for: rows to show, Inf for all, and digits.
check_shown <- function(n = 1, digits = 1, least = 0, call = rlang::caller_env()) {
  counts <- is_bare_numeric(n) && length(n) == 1 && !is.na(n) && n >= least &&
    (is.infinite(n) || n == round(n) && n <= .Machine$integer.max)
  if (!counts) {
    abort("number", c(
      "{.arg n} must be a number of rows, or {.val {Inf}} for all, not {found(n)}.",
      i = "{.code print(x, n = Inf)} shows everything."
    ), call)
  }
  check_number(digits, "digits", 1, 15, call, whole = TRUE)
}

# A title or a note.
check_title <- function(x, arg, call) {
  if (rlang::is_string(x)) return(invisible())
  abort("type", c(
    "{.arg {arg}} must be one string, not {found(x)}.", i = "Leave it out for none."
  ), call)
}

# Every name in `x` must be a column of `data`; returns `x`.
check_columns <- function(x, data, arg, call = rlang::caller_env()) {
  if (!is.character(x) || anyNA(x)) {
    abort("column", c(
      "{.arg {arg}} must be column names as strings, not {found(x)}.",
      i = "For instance {.code {arg} = \"{names(data)[1]}\"}."
    ), call)
  }
  absent <- setdiff(x, names(data))
  if (!all(nzchar(x))) abort_nameless(arg, call)
  check_not_twice(x, data, call)
  if (!length(absent)) return(invisible(x))
  abort("column", c(
    paste0(
      "{.arg {arg}} names {cli::qty(absent)}{?a column/columns} that {?is/are} not in the ",
      "data: {.val {absent}}."
    ),
    i = "The columns are {.val {names(data)}}."
  ), call)
}

# Of two columns of one name R takes the first, without a word.
check_not_twice <- function(used, data, call = rlang::caller_env()) {
  twice <- intersect(used, names(data)[duplicated(names(data))])
  differ <- vapply(twice, function(name) {
    columns <- lapply(which(names(data) == name), function(j) .subset2(data, j))
    !all(vapply(columns[-1], identical, NA, columns[[1]]))
  }, NA)
  if (!any(differ)) return(invisible())
  abort("name", c(
    "The data have more than one column called {.val {twice[differ]}}, with other values.",
    i = "{.code names(data) <- make.unique(names(data))} tells them apart: name the one you mean."
  ), call)
}

# Numbers that are named go by their names, whatever their order.
named_values <- function(x, names, arg, what, call) {
  own <- names(x)
  if (is.null(own)) return(x)
  if (!anyNA(names) && !anyDuplicated(names) && setequal(own, names) && !anyDuplicated(own)) {
    return(unname(x[names]))
  }
  if (anyNA(names)) {
    abort("names", c(
      "{.arg {arg}} is named, and the {what} are not.",
      i = "Name the column of their names, or give {.arg {arg}} without names, in their order."
    ), call)
  }
  abort("names", c(
    paste0(
      "The names of {.arg {arg}} must be those of the {what}, {.val {names}}, each once; they are ",
      "{.val {own}}."
    ),
    i = "Without names the numbers go by the order of the {what}."
  ), call)
}

# Columns to group by or to describe, each once.
check_by <- function(by, data, arg = "by", call = rlang::caller_env()) {
  check_columns(by, data, arg, call)
  twice <- unique(by[duplicated(by)])
  if (!length(twice)) return(invisible(by))
  abort("column", c(
    "{.arg {arg}} names {.val {twice}} twice.", i = "Name each column once."
  ), call)
}

# A column without a name is lost in every result.
abort_nameless <- function(arg, call) {
  abort("column", c(
    "{.arg {arg}} names a column by an empty string.",
    i = "Give the column a name: {.code names(data)[names(data) == \"\"] <- \"other\"}."
  ), call)
}

# Columns of the user's that a result carries along, and the result's own: of two of one name one
# would be lost, or taken for the other.
check_own_names <- function(users, own, call = rlang::caller_env()) {
  clash <- intersect(users, own)
  if (!length(clash)) return(invisible())
  abort("name", c(
    "Column{?s} {.val {clash}} {?is/are} called like {?one/some} of the result.",
    i = paste0(
      paste0(
        "The result has {.val {own}} of its own: rename ",
        "{cli::qty(clash)}{?the column/these columns}, "
      ),
      "or copy {?it/them} under another name."
    )
  ), call)
}

# The unit and time columns of a panel: present, complete, and naming each row once.
check_panel <- function(panel, data, arg = "panel", call = rlang::caller_env()) {
  check_panel_columns(panel, data, arg, call)
  for (name in panel) {
    values <- as_levels(
      data[[name]], cli::format_inline("Panel column {.val {name}}"), "panel", call
    )
    if (anyNA(values)) {
      missing <- sum(is.na(values))
      abort("panel", c(
        paste0(
          "Panel column {.val {name}} must not be missing; it is in {missing} of ",
          "{nrow(data)} row{?s}."
        ),
        i = "Complete or drop those rows before the call."
      ), call)
    }
  }
  check_unique_keys(panel, data, call)
  invisible(panel)
}

check_panel_columns <- function(panel, data, arg, call) {
  if (!is.character(panel) || length(panel) != 2 || anyDuplicated(panel)) {
    abort("panel", c(
      "{.arg {arg}} must be two column names, the unit and then the time, not {found(panel)}.",
      i = "For instance {.code {arg} = c(\"province\", \"year\")}."
    ), call)
  }
  check_columns(panel, data, arg, call)
}

check_unique_keys <- function(panel, data, call) {
  twice <- bind_repeated_pairs(key_codes(data[[panel[1]]]), key_codes(data[[panel[2]]]))
  if (!twice$count) return(invisible())
  first <- twice$first
  key <- paste(format(data[[panel[1]]][first]), format(data[[panel[2]]][first]))
  finder <- sprintf("duplicated(data[c(%s)])", paste0("\"", panel, "\"", collapse = ", "))
  abort("duplicate", c(
    paste0(
      "Each {panel[1]} and {panel[2]} must name one row; {twice$count} row{?s} repeat{?s/} an ",
      "earlier one, the first is row {first} ({key})."
    ),
    i = "Remove or aggregate the repeated rows; {.code {finder}} finds them."
  ), call)
}

# Integers that are equal where the keys are. Integers, factors and whole numbers are their own
# codes.
key_codes <- function(x) {
  if (is_coded(x)) x <- column_levels(x)
  whole_codes(x) %||% match_values(x, unique(x))
}

# A short description of what came in place of what was expected.
found <- function(x) {
  plain <- !is.object(x) || inherits(x, c("factor", "Date", "POSIXct", "difftime"))
  if (!plain) return(cli::format_inline("{.obj_type_friendly {x}}"))
  if (is.atomic(x) && length(x) == 1) return(said_inline("{.val {x}}", environment()))
  if (is.atomic(x) && length(x) > 1 && length(x) <= 5) {
    return(said_inline("{.val {x}}", environment()))
  }
  cli::format_inline("{.obj_type_friendly {x}}")
}
