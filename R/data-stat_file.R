# Files of Stata, SPSS and SAS as grids: names in the first line, labels of values as text.

stat_endings <- c(
  dta = "read_dta", sav = "read_sav", zsav = "read_sav", por = "read_por", sas7bdat = "read_sas",
  xpt = "read_xpt"
)

# By the first bytes, whatever the file is called: "dta", "sav", "por" or none.
stat_format <- function(path) {
  bytes <- readBin(path, "raw", 60)
  if (!length(bytes)) return(NA_character_)
  head <- rawToChar(bytes[bytes != as.raw(0)])
  if (startsWith(head, "$FL2")) return("sav")
  if (startsWith(head, "$FL3")) return("zsav")
  if (startsWith(head, "<stata_dta>")) return("dta")
  old <- bytes[1] %in% as.raw(c(104:106, 108, 110:115)) && bytes[2] %in% as.raw(1:2) &&
    bytes[3] == as.raw(1)
  if (old) return("dta")
  ending <- tolower(sub("^.*[.]", "", basename(path)))
  if (ending %in% c("por", "sas7bdat", "xpt")) ending else NA_character_
}

read_stat_grid <- function(path, format, call) {
  if (!requireNamespace("haven", quietly = TRUE)) {
    abort("package", c(
      "Reading {.path {path}} needs the package {.pkg haven}, which is not installed.",
      i = "Install it, or save the data as csv."
    ), call)
  }
  data <- tryCatch(read_stat(path, format), error = function(e) {
    reason <- conditionMessage(e)
    abort("file", c(
      "{.path {path}} must be a {format} file that can be opened; haven says: {reason}",
      i = "Save it again from the program that made it, or export it as csv."
    ), call)
  })
  stat_grid(data, path)
}

# Stata wrote text in the machine's own encoding up to version 13, and haven takes it for Western:
# there it is read byte by byte and its encoding found, as that of a text file is.
read_stat <- function(path, format) {
  reader <- getExportedValue("haven", stat_endings[[format]])
  if (format %in% c("sav", "zsav", "por")) return(reader(path, user_na = TRUE))
  if (format != "dta" || stata_version(path) >= 118) return(reader(path))
  with_encoding(reader(path, encoding = "latin1"))
}

stata_version <- function(path) {
  bytes <- readBin(path, "raw", 60)
  if (bytes[1] != as.raw(0x3c)) return(as.integer(bytes[1]))
  as.integer(sub("^.*<release>([0-9]+).*$", "\\1", rawToChar(bytes[bytes != as.raw(0)])))
}

with_encoding <- function(data) {
  texts <- c(
    names(data), unlist(lapply(data, function(x) c(
      attr(x, "label", exact = TRUE), names(attr(x, "labels", exact = TRUE)),
      if (is.character(x)) unique(as.vector(x))
    )))
  )
  bytes <- iconv(texts, "UTF-8", "latin1", toRaw = TRUE)
  bytes <- unlist(lapply(bytes, function(x) c(x, as.raw(10))))
  if (!any(bytes > as.raw(0x7f))) return(data)
  # Texts of a fixed length may end in half a letter, which decides nothing.
  valid <- function(encoding) mean(!is.na(iconv(
    lapply(iconv(texts, "UTF-8", "latin1", toRaw = TRUE), cut_letter, encoding), encoding, "UTF-8"
  )))
  encoding <- if (valid("UTF-8") == 1) {
    "UTF-8"
  } else if (found_encoding(bytes) == "BIG5") {
    "BIG5"
  } else if (valid("GB18030") == 1) {
    "GB18030"
  } else {
    "windows-1252"
  }
  recoded_frame(data, encoding)
}

cut_letter <- function(bytes, encoding) {
  if (!length(bytes) || bytes[length(bytes)] < as.raw(0x80)) return(bytes)
  if (encoding == "UTF-8") return(whole_letters(bytes))
  whole_letters(bytes, two_bytes = TRUE)
}

recoded <- function(x, encoding) {
  some <- !is.na(x) & grepl("[^ -~]", x, perl = TRUE)
  bytes <- iconv(x[some], "UTF-8", "latin1", toRaw = TRUE)
  x[some] <- iconv(lapply(bytes, cut_letter, encoding), encoding, "UTF-8", sub = "?")
  x
}

recoded_frame <- function(data, encoding) {
  names(data) <- recoded(names(data), encoding)
  for (j in seq_along(data)) {
    x <- data[[j]]
    label <- attr(x, "label", exact = TRUE)
    labels <- attr(x, "labels", exact = TRUE)
    if (is.character(x)) x[] <- recoded(as.vector(unclass(x)), encoding)
    if (!is.null(label)) attr(x, "label") <- recoded(label, encoding)
    if (!is.null(labels)) {
      attr(x, "labels") <- stats::setNames(labels, recoded(names(labels), encoding))
    }
    data[[j]] <- x
  }
  data
}

# Names head the columns; what a variable is labelled goes with its series.
stat_grid <- function(data, path) {
  columns <- unname(lapply(data, stat_cells))
  text <- do.call(cbind, lapply(columns, `[[`, "text"))
  number <- do.call(cbind, lapply(columns, `[[`, "number"))
  labels <- vapply(data, function(x) {
    label <- attr(x, "label", exact = TRUE)
    if (is.character(label) && length(label) == 1) label else NA_character_
  }, "")
  text <- unname(rbind(names(data), text))
  number <- unname(rbind(rep(NA_real_, length(data)), number))
  grid <- new_grid(path, NA_character_, text, number, line = seq_len(nrow(text)) - 1L)
  grid$labels <- unname(labels)
  grid$stat <- TRUE
  grid
}

# Text and numbers of a variable. Labels stand for codes where most codes have one; a missing value
# that Stata tags is named by its letter.
stat_cells <- function(x) {
  labels <- attr(x, "labels", exact = TRUE)
  tag <- if (is.double(x) && requireNamespace("haven", quietly = TRUE)) haven::na_tag(x)
  declared <- declared_missing(x)
  x <- if (inherits(x, c("haven_labelled", "labelled"))) without_user_missing(x) else x
  if (inherits(x, c("Date", "POSIXct"))) {
    return(list(
      text = ifelse(is.na(x), "", format(x, "%Y-%m-%d")), number = rep(NA_real_, length(x))
    ))
  }
  value <- as.vector(unclass(x))
  period <- stata_periods(value, attr(x, "format.stata", exact = TRUE))
  if (!is.null(period)) return(list(text = period, number = rep(NA_real_, length(value))))
  if (is.character(value)) {
    value[is.na(value)] <- declared[is.na(value)]
    if (length(labels)) {
      at <- match(value, as.vector(unclass(labels)))
      value[!is.na(at)] <- names(labels)[at[!is.na(at)]]
    }
    return(list(text = enc2utf8(value), number = rep(NA_real_, length(value))))
  }
  value <- as.double(value)
  text <- declared
  some <- unique(value[!is.na(value)])
  if (length(labels)) {
    codes <- as.vector(unclass(labels))
    at <- match(some, codes)
    if (length(some) && mean(!is.na(at)) > 0.5) {
      shown <- ifelse(is.na(at), format_cells(some), names(labels)[at])
      text[!is.na(value)] <- shown[match(value[!is.na(value)], some)]
      return(list(text = text, number = rep(NA_real_, length(value))))
    }
  }
  text[!is.na(value)] <- as.character(value[!is.na(value)])
  # A code that is labelled as missing among numbers is none.
  absent <- labels[tolower_ascii(trim_blank(names(labels))) %in% missing_codes()]
  at <- match(value, as.vector(unclass(absent)))
  text[!is.na(at)] <- names(absent)[at[!is.na(at)]]
  value[!is.na(at)] <- NA
  if (!is.null(tag)) text[!is.na(tag)] <- paste0(".", tag[!is.na(tag)])
  list(text = text, number = value)
}

# What values that SPSS declares missing are called, "" elsewhere: the code, and its label.
declared_missing <- function(x) {
  out <- rep("", length(x))
  if (!inherits(x, "haven_labelled_spss")) return(out)
  code <- as.vector(unclass(x))
  gone <- !is.na(code) & is.na(as.vector(unclass(without_user_missing(x))))
  labels <- attr(x, "labels", exact = TRUE)
  label <- names(labels)[match(code, as.vector(unclass(labels)))]
  out[gone] <- paste0(
    user_missing, code[gone], ifelse(is.na(label[gone]), "", paste0(" (", label[gone], ")"))
  )
  out
}

# Stata counts quarters and months from the beginning of 1960; the format says which.
stata_periods <- function(value, format) {
  parts <- c(q = 4L, m = 12L)[sub("^%-?t([qm]).*$", "\\1", format %||% "")]
  whole <- is.numeric(value) && all(value == round(value), na.rm = TRUE)
  if (!length(parts) || is.na(parts) || !whole) return(NULL)
  place <- as.integer(value) + 1960L * parts
  text <- time_text(parts * 1000000L + place)
  replace(text, is.na(value), "")
}
