# Text files as grids of cells: encoding, separator and quotes are found, not asked.

# A grid is what every reader hands on: `text` is a character matrix of the cells as they are typed
# ("" where there is nothing), `number` holds the values of cells that are numbers to the file
# itself (NA elsewhere, and NULL where no cell is), `line` the place of each row in the file.
new_grid <- function(path, sheet, text, number = NULL, line = seq_len(nrow(text)), ...) {
  list(file = basename(path), sheet = sheet, text = text, number = number, line = line, ...)
}

read_text_grid <- function(path, call) {
  bytes <- readBin(path, "raw", file.size(path))
  encoding <- found_encoding(bytes)
  text <- decoded_text(bytes, encoding)
  if (is.na(text)) {
    abort("file", c(
      "{.path {path}} is no text file, no Excel workbook, and no file of Stata or SPSS.",
      i = "Save it again from the program that made it, as csv or .xlsx."
    ), call)
  }
  if (grepl("^\\s*(?:<!--.{0,200}-->\\s*)?<(?:!doctype|html|table|head|body|meta|\\?xml)", substr(
    text, 1, 400
  ), perl = TRUE, ignore.case = TRUE)) {
    abort("file", c(
      "{.path {path}} is a web page (HTML or XML), whatever it is called, and no table of cells.",
      i = "Open it in Excel or WPS and save it as .xlsx, or as csv."
    ), call)
  }
  lines <- strsplit(gsub("\r\n?", "\n", text, perl = TRUE), "\n", fixed = TRUE)[[1]]
  separated <- split_lines(lines)
  grid <- new_grid(path, NA_character_, separated$cells, line = separated$line)
  grid <- eurostat_grid(grid)
  grid$encoding <- encoding
  grid$separator <- separated$separator
  grid$decimal <- if (separated$separator %in% c(";", "\t")) {
    decimal_mark(grid$text, separated$separator)
  } else {
    "."
  }
  grid
}

# Fields of lines, as a character matrix.
split_lines <- function(lines) {
  # The statistics bureau writes a tab before each comma.
  if (any(grepl("\t,", lines, fixed = TRUE))) lines <- gsub("\t,", ",", lines, fixed = TRUE)
  separator <- found_separator(lines)
  fields <- split_fields(lines, separator)
  width <- max(lengths(fields$cells), 1L)
  cells <- matrix("", length(fields$cells), width)
  at <- cbind(rep(seq_along(fields$cells), lengths(fields$cells)), sequence(lengths(fields$cells)))
  cells[at] <- unguarded_cells(unlist(fields$cells))
  list(cells = cells, line = fields$line, separator = separator)
}

# The separator by which most lines have the same number of fields, more than one. Blanks separate
# only where nothing else does.
found_separator <- function(lines) {
  lines <- lines[nzchar(trimws(lines))]
  if (length(lines) > 500) lines <- lines[round(seq(1, length(lines), length.out = 500))]
  bare <- gsub("\"[^\"]*\"", "", lines, perl = TRUE)
  agree <- vapply(c("\t", ",", ";", "|", "\uff0c"), function(separator) {
    count <- lengths(strsplit(paste0(bare, " "), separator, fixed = TRUE)) - 1L
    count <- count[count > 0]
    if (!length(count)) return(0)
    # A thousand separated by a comma makes ragged lines; a true separator the same in each.
    max(tabulate(count)) + 1e-3 * length(count)
  }, 0)
  if (max(agree) > 0) return(names(which.max(agree)))
  "blanks"
}

# Lines split at separators outside quotes; a quoted field may go on over lines. A quote that never
# closes is a letter like others.
split_fields <- function(lines, separator) {
  if (separator == "blanks") {
    wide <- sum(grepl("[^ ] {2,}[^ ]", lines, perl = TRUE)) * 2 > length(lines)
    cells <- strsplit(trimws(lines), if (wide) " {2,}" else "[ \u3000]+", perl = TRUE)
    return(list(cells = cells, line = seq_along(lines)))
  }
  joined <- join_quoted(lines, separator)
  quoted <- grepl("\"", joined$text, fixed = TRUE)
  cells <- vector("list", length(joined$text))
  # strsplit() drops a last empty field, which is one.
  cells[!quoted] <- lapply(
    strsplit(paste0(joined$text[!quoted], separator, "."), separator, fixed = TRUE), utils::head, -1
  )
  cells[quoted] <- quoted_fields(joined$text[quoted], separator)
  list(cells = cells, line = joined$line)
}

# A line on which a quoted field does not close is one with those after it, up to a hundred.
join_quoted <- function(lines, separator) {
  open <- which(opens_quote(lines, separator))
  line <- seq_along(lines)
  done <- 0L
  for (i in open) {
    if (i <= done) next
    text <- lines[i]
    for (j in seq_len(min(100L, length(lines) - i))) {
      text <- paste0(text, "\n", lines[i + j])
      if (!opens_quote(text, separator)) {
        lines[i] <- text
        line[i + seq_len(j)] <- NA
        done <- i + j
        break
      }
    }
  }
  keep <- !is.na(line)
  list(text = lines[keep], line = line[keep])
}

separator_pattern <- function(separator) if (separator == "|") "[|]" else separator

opens_quote <- function(text, separator) {
  s <- separator_pattern(separator)
  out <- logical(length(text))
  some <- grep("\"", text, fixed = TRUE)
  left <- gsub(
    paste0("(?<=^|", s, ")[ \t]*\"(?:[^\"]|\"\")*\"(?=[ \t]*(?:$|", s, "))"), "", text[some],
    perl = TRUE
  )
  out[some] <- grepl(paste0("(?:^|", s, ")[ \t]*\"[^\"]*(?:\"\"[^\"]*)*$"), left, perl = TRUE)
  out
}

# The fields of each line. R's search goes on one byte behind an empty field, which must not be
# within a letter: a separator of several bytes is taken for another one meanwhile.
quoted_fields <- function(text, separator) {
  if (nchar(separator, "bytes") > 1) {
    fields <- quoted_fields(gsub(separator, "\x1f", text, fixed = TRUE), "\x1f")
    return(lapply(fields, function(cells) gsub("\x1f", separator, cells, fixed = TRUE)))
  }
  s <- separator_pattern(separator)
  pattern <- paste0("(?<=^|", s, ")(?:[ \t]*\"(?:[^\"]|\"\")*\"[ \t]*(?=$|", s, ")|[^", s, "]*)")
  found <- gregexpr(pattern, text, perl = TRUE)
  count <- lengths(found)
  start <- as.integer(unlist(found))
  size <- as.integer(unlist(lapply(found, attr, "match.length")))
  cells <- substring(rep(text, count), start, start + size - 1L)
  inside <- grepl("^[ \t]*\".*\"[ \t]*$", cells, perl = TRUE) | grepl("\n", cells, fixed = TRUE)
  cells[inside] <- gsub("\"\"", "\"", sub(
    "(?s)^[ \t]*\"(.*)\"[ \t]*$", "\\1", cells[inside], perl = TRUE
  ), fixed = TRUE)
  unname(split(cells, factor(rep(seq_along(count), count), seq_along(count))))
}

# The decimal mark of a file whose separator is no comma: a comma where a number cannot be read
# otherwise ("12,5", "0,123", "1234,567", "1.234,5"), a point where one needs it or a comma stands
# twice. If all commas have three digits behind them, they separate thousands where a number below a
# thousand without a comma stands in the same column; else, in files with semicolons, it is NA.
decimal_mark <- function(text, separator) {
  figures <- sub("[%\u2030]$", "", plain_figures(as.vector(text)), perl = TRUE)
  is <- function(pattern) grepl(paste0("^[-+]?(?:", pattern, ")$"), figures, perl = TRUE)
  point <- is("[0-9]+[.][0-9]{1,2}|[0-9]+[.][0-9]{4,}|0[.][0-9]+|[0-9]{4,}[.][0-9]+") |
    is("[0-9]{1,3}(?:,[0-9]{3})+[.][0-9]+|[0-9]{1,3}(?:,[0-9]{3}){2,}")
  comma <- is("[0-9]+,[0-9]{1,2}|[0-9]+,[0-9]{4,}|0,[0-9]+|[0-9]{4,},[0-9]+") |
    is("[0-9]{1,3}(?:[.][0-9]{3})+,[0-9]+|[0-9]{1,3}(?:[.][0-9]{3}){2,}")
  if (any(comma) && !any(point)) return(",")
  either <- matrix(is("[1-9][0-9]{0,2},[0-9]{3}"), nrow(text))
  # Points with three digits behind each may be those of thousands, where semicolons separate.
  points <- is("[1-9][0-9]{0,2}[.][0-9]{3}")
  if (separator == ";" && any(points) && !any(point) && !any(either)) return(NA_character_)
  if (any(point) || !any(either) || separator != ";") return(".")
  small <- matrix(is("[0-9]{1,3}"), nrow(text))
  if (any(colSums(either) > 0 & colSums(small) > 0)) "." else NA_character_
}

settle_decimal <- function(grid, decimal, call) {
  if (is.null(grid$decimal)) return(grid)
  if (is.na(grid$decimal) && is.null(decimal)) {
    shown <- utils::head(grid$text[grepl("^[0-9]+[.,][0-9]{3}$", plain_figures(grid$text))], 3)
    mark <- if (grepl(",", shown[1], fixed = TRUE)) "commas" else "points"
    abort("decimal", c(
      paste0(
        "The {mark} of {.path {grid$file}} must be decimal marks or separate thousands; all have ",
        "three digits behind them, as in {.val {shown}}."
      ),
      i = paste0(
        "{.code decimal = \"{if (mark == 'commas') '.' else ','}\"} makes thousands of them, ",
        "{.code decimal = \"{if (mark == 'commas') ',' else '.'}\"} decimals."
      )
    ), call)
  }
  grid$decimal <- decimal %||% grid$decimal
  grid
}

# nzchar() that keeps the shape of a matrix.
has_text <- function(x) x != ""
