# Columns are read by what their class says that they hold, not by their bits: one gate for models,
# indices and data verbs.
#
# A column enters as numbers (responses, regressors, weights, indicators), as levels (units,
# effects, clusters, groups) or as a regressor, which may be either. What a class says of value and
# of missingness counts; what is neither is an error that names column and class.

# A data frame whose columns mean what their bits say, as far as that is the same whatever they are
# used for: integer64 are doubles (where these hold them exactly), user-defined missing values are
# NA, broken-down times are seconds. Columns that need nothing are not copied.
#
# `remote`: does the caller do with a table in a database, whose rows stay there?
read_columns <- function(data, arg = "data", columns = names(data), call = rlang::caller_env(),
                         remote = FALSE) {
  UseMethod("read_columns")
}

#' @export
read_columns.default <- function(data, arg = "data", columns = names(data),
                                 call = rlang::caller_env(), remote = FALSE) {
  check_data_frame(data, arg, call)
  data <- without_pseries(data)
  at <- which(names(data) %in% columns & vapply(unclass(data), is.object, NA))
  at <- at[vapply(.subset(data, at), is_coded, NA)]
  replace_columns(data, at, lapply(.subset(data, at), decoded))
}

# A data frame of plm hands out its columns in a class of their own, which cannot be compared with
# the levels that they hold.
without_pseries <- function(data) {
  if (inherits(data, "pdata.frame")) oldClass(data) <- setdiff(oldClass(data), "pdata.frame")
  data
}

# The same, with the panel checked and its two columns as levels.
settled_panel <- function(data, panel, arg = "panel", call = rlang::caller_env()) {
  UseMethod("settled_panel")
}

#' @export
settled_panel.default <- function(data, panel, arg = "panel", call = rlang::caller_env()) {
  check_panel(panel, data, arg, call)
  at <- match(panel, names(data))
  at <- at[vapply(.subset(data, at), function(x) !is.null(attributes(x)) && !is.factor(x), NA)]
  # What a column of codes was labelled stays known.
  labels <- value_labels(data, names(data)[at])
  data <- replace_columns(data, at, lapply(.subset(data, at), column_levels))
  if (length(labels)) attr(data, "value_labels") <- labels
  data
}

# Class and attributes of the data frame stay as they are.
replace_columns <- function(data, at, values) {
  if (!length(at)) return(data)
  class <- oldClass(data)
  oldClass(data) <- NULL
  data[at] <- values
  oldClass(data) <- class
  data
}

# A data table is changed where it stands: a result has columns of its own.
unshared_columns <- function(data, names) {
  if (!inherits(data, "data.table")) return(data)
  at <- match(intersect(names, names(data)), names(data))
  replace_columns(data, at, lapply(.subset(data, at), rlang::duplicate))
}

# Durations and quantities in the units that they have in the data of a fit.
in_units_of <- function(newdata, data) {
  both <- intersect(names(newdata), names(data))
  measured <- function(x) inherits(x, c("difftime", "units"))
  both <- both[vapply(both, function(name) measured(newdata[[name]]) && measured(data[[name]]), NA)]
  values <- lapply(both, function(name) in_unit(newdata[[name]], data[[name]]))
  replace_columns(newdata, match(both, names(newdata)), values)
}

in_unit <- function(x, like) {
  if (identical(attr(x, "units"), attr(like, "units"))) return(x)
  units(x) <- units(like)
  x
}

is_integer64 <- function(x) inherits(x, "integer64") && is.double(x)

is_coded <- function(x) {
  inherits(x, c("integer64", "POSIXlt", "yearmon", "yearqtr")) || !is.null(attr(x, "na_values")) ||
    !is.null(attr(x, "na_range"))
}

# A column of one of the classes whose elements are something else than they look.
decoded <- function(x) {
  if (inherits(x, "POSIXlt")) return(as.POSIXct(x))
  if (inherits(x, "yearmon")) return(whole_parts(x, 12))
  if (inherits(x, "yearqtr")) return(whole_parts(x, 4))
  if (is_integer64(x)) {
    value <- integer64_numbers(x)
    return(if (all(abs(value) <= 2^53, na.rm = TRUE)) value else x)
  }
  without_user_missing(x)
}

# Values that SPSS declares missing, as haven keeps them: NA, whether or not haven is there to say
# so.
without_user_missing <- function(x) {
  if (!is.atomic(x)) return(x)
  value <- as.vector(unclass(x))
  range <- attr(x, "na_range", exact = TRUE)
  gone <- value %in% as.vector(attr(x, "na_values", exact = TRUE))
  if (length(range) == 2) gone <- gone | (!is.na(value) & value >= range[1] & value <= range[2])
  if (!any(gone)) return(x)
  value[gone] <- NA
  attributes(value) <- attributes(x)
  value
}

# The two halves of the 64 bits that bit64 keeps in a double: value = high * 2^32 + low; high is NA
# where the value is.
integer64_halves <- function(x) {
  bits <- readBin(writeBin(as.vector(unclass(x)), raw()), "integer", 2 * length(x), 4L)
  halves <- matrix(bits, 2)
  if (.Platform$endian == "big") halves <- halves[2:1, , drop = FALSE]
  low <- as.double(halves[1, ])
  low[is.na(low)] <- -2^31
  low[low < 0] <- low[low < 0] + 2^32
  high <- as.double(halves[2, ])
  high[is.na(high) & low != 0] <- -2^31
  list(high = high, low = low)
}

integer64_numbers <- function(x) {
  halves <- integer64_halves(x)
  halves$high * 2^32 + halves$low
}

# All digits of them: the last five by long division, and what is before these, which doubles hold
# exactly.
integer64_text <- function(x) {
  halves <- integer64_halves(x)
  negative <- !is.na(halves$high) & halves$high < 0
  carry <- negative & halves$low > 0
  low <- ifelse(carry, 2^32 - halves$low, halves$low)
  high <- ifelse(negative, -halves$high - carry, halves$high)
  rest <- (high %% 1e5) * 2^32 + low
  before <- (high %/% 1e5) * 2^32 + rest %/% 1e5
  text <- ifelse(
    before > 0, sprintf("%.0f%05.0f", before, rest %% 1e5), sprintf("%.0f", rest %% 1e5)
  )
  ifelse(is.na(high), NA_character_, paste0(ifelse(negative, "-", ""), text))
}

# One column of a matrix, a table of one dimension and what I() made are the vectors that they hold.
as_vector <- function(x) {
  if (inherits(x, "AsIs")) oldClass(x) <- setdiff(oldClass(x), "AsIs")
  d <- dim(x)
  if (is.null(d) || is.list(x) || !(length(d) == 1 || length(d) == 2 && d[2] == 1)) return(x)
  class <- setdiff(oldClass(x), c("table", "matrix", "array"))
  x <- unclass(x)
  dim(x) <- NULL
  for (name in c("scaled:center", "scaled:scale")) attr(x, name) <- NULL
  oldClass(x) <- class
  x
}

# The numbers of a column as a plain vector, NULL if it holds none. Dates are numbers to a regressor
# alone.
column_numbers <- function(x, dates = FALSE) {
  if (is.null(attributes(x))) return(if (is.numeric(x) || is.logical(x)) x)
  x <- as_vector(x)
  if (is_coded(x)) x <- decoded(x)
  if (is_integer64(x)) return(integer64_numbers(x))
  if (!is.null(dim(x)) || !typeof(x) %in% c("double", "integer", "logical") || is.factor(x)) {
    return(NULL)
  }
  if (inherits(x, c("Date", "POSIXct")) && !dates) return(NULL)
  # Labels change no value; what they declare missing is NA by now. Without haven its class cannot
  # say so.
  if (inherits(x, c("haven_labelled", "labelled"))) x <- unclass(x)
  value <- if (is.object(x)) tryCatch(as.double(x), error = function(e) NULL) else x
  if (length(value) != length(x)) return(NULL)
  attributes(value) <- NULL
  if (is.object(x)) value[is.na(x)] <- NA
  value
}

# The levels of a column, as numbers, text, a factor, or one of R's classes of time; NULL if it has
# none.
column_levels <- function(x) {
  if (!is_readable(x)) return(NULL)
  if (is.null(attributes(x))) return(if (is.numeric(x) || is.logical(x) || is.character(x)) x)
  x <- as_vector(x)
  if (is_coded(x)) x <- decoded(x)
  if (is_integer64(x)) return(integer64_text(x))
  if (!is.null(dim(x)) || !is.atomic(x) || is.complex(x) || is.raw(x)) return(NULL)
  if (is.factor(x) || inherits(x, c("Date", "POSIXct", "difftime", "yearmon", "yearqtr"))) return(x)
  if (is.character(x)) return(class_text(x))
  column_numbers(x)
}

# Months and quarters of zoo, years in parts: what lies between two is the first, as zoo has it
# where it compares them.
whole_parts <- function(x, parts) {
  structure(floor(parts * as.vector(unclass(x)) + 1e-4) / parts, class = class(x))
}

# Text without class, missing where its class says so.
class_text <- function(x) {
  value <- as.vector(unclass(x))
  value[is.na(x)] <- NA
  value
}

# A column as numbers or levels, or a classed error. `role` says what it is, `The dependent variable
# y`: formatted, and evaluated only where it is needed.
as_numbers <- function(x, role, what = "numeric", call = rlang::caller_env(), dates = FALSE) {
  column_numbers(x, dates) %||% abort_column(x, role, "numeric", what, call)
}

as_levels <- function(x, role, what = "column", call = rlang::caller_env()) {
  column_levels(x) %||% abort_column(
    x, role, "a vector of numbers, text, dates or factor levels", what, call
  )
}

abort_column <- function(x, role, expected, what, call) {
  abort(what, c(
    "{role} must be {expected}, not {.obj_type_friendly {x}}.", i = column_way_out(x)
  ), call)
}

column_way_out <- function(x) {
  if (is.data.frame(x) || length(dim(x)) > 1) {
    return("Make each of its columns one of {.arg data}, and name one.")
  }
  if (inherits(x, "numeric_version")) {
    return(
      "Make it text by {.fn as.character}, and that numbers by {.fn as.numeric} where they are."
    )
  }
  if (inherits(x, "vctrs_rcrd")) {
    return("It has several values a row: make it text by {.fn format}, or take one of them.")
  }
  if (is.list(x)) return("A column has one value a row: unlist or unnest it before the call.")
  if (!is_readable(x)) {
    return(paste0(
      "It has text that is none in its encoding: read the file in the encoding that it has, or ",
      "convert the column by {.code iconv(x, \"GB18030\", \"UTF-8\")}."
    ))
  }
  if (is.complex(x)) return("Take {.fn Re}, {.fn Im} or {.fn Mod} of it before the call.")
  if (is.raw(x)) {
    return("Make it numbers by {.fn as.integer}, or text by {.fn as.character}, before the call.")
  }
  if (inherits(x, c("Date", "POSIXct"))) {
    return("Make it a number before the call: {.code as.numeric(format(date, \"%Y\"))}.")
  }
  if (is.factor(x)) {
    return(
      paste0(
        "Convert it before the call; {.code destring(data)} makes numbers of a factor's labels, ",
        "as {.code as.numeric(as.character(x))} does."
      )
    )
  }
  if (is.character(x)) {
    return(paste0(
      "{.code destring(data)} makes numbers of a text column: of commas, percent signs, marks of ",
      "footnotes and codes for missing."
    ))
  }
  "Convert it before the call."
}

# A regressor: factors, text and matrices of numbers as they are, everything else as numbers.
as_regressor <- function(x, name, call = rlang::caller_env()) {
  if (is.null(attributes(x)) && (is.numeric(x) || is.logical(x))) return(x)
  if (!is_readable(x)) {
    role <- cli::format_inline("Regressor {.code {name}}")
    abort_column(x, role, "numbers, text or factor levels", "regressor", call)
  }
  if (is.factor(x)) return(x)
  if (is_coded(x)) x <- decoded(x)
  if (is.character(x) && is.null(dim(x))) {
    return(check_text_regressor(class_text(as_vector(x)), name, call))
  }
  if (is.matrix(x) && !is_integer64(x) && typeof(x) %in% c("double", "integer", "logical")) {
    return(x)
  }
  as_numbers(x, cli::format_inline("Regressor {.code {name}}"), "regressor", call, dates = TRUE)
}

# Text is a factor, as in lm(). Decimals are no names of levels: databases hand them over as text.
check_text_regressor <- function(x, name, call) {
  present <- x[!is.na(x)]
  if (
    !any(grepl(".", present, fixed = TRUE)) ||
      !all(grepl("^\\s*[-+]?[0-9]*\\.?[0-9]+([eE][-+]?[0-9]+)?\\s*$", present))
  ) return(x)
  abort("regressor", c(
    paste0(
      "Regressor {.code {name}} is text (class {.cls character}) that spells decimal numbers, ",
      "such as {.val {present[1]}}."
    ),
    i = paste0(
      "Make it numbers by {.fn as.numeric} before the call; as text each value would be a level ",
      "of its own, which {.fn factor} asks for."
    )
  ), call)
}
