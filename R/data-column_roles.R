# What the columns of a table are: heads and roles.

# The heads of a table: merged ones reach over the columns to their right that have heads of their
# own below; lines that only repeat in English what is above are left out.
head_matrix <- function(grid, lines, column, rows) {
  lines <- lines[rows$kind[lines] %in% c("head", "more", "text")]
  heads <- grid$text[lines, , drop = FALSE]
  n <- nrow(heads)
  if (n > 1) {
    # What databases of listed firms write where a column has no unit is no name.
    heads[simplified(heads) == "\u6ca1\u6709\u5355\u4f4d"] <- ""
    for (r in seq_len(n - 1)) {
      below <- colSums(has_text(heads[(r + 1):n, , drop = FALSE])) > 0
      for (j in seq_len(ncol(heads))[-1]) {
        if (!has_text(heads[r, j]) && below[j] && j - 1 != column && has_text(heads[r, j - 1])) {
          heads[r, j] <- heads[r, j - 1]
        }
      }
    }
    heads <- without_translation(heads, column)
  }
  heads
}

without_translation <- function(heads, column) {
  han <- matrix(grepl("[\u4e00-\u9fff]", heads, perl = TRUE), nrow(heads))
  latin <- matrix(grepl("[A-Za-z]{2}", heads, perl = TRUE), nrow(heads)) & !han
  units <- matrix(looks_like_unit(gsub("[()\uff08\uff09]", "", heads)), nrow(heads))
  above <- colSums(han) > 0
  some <- above & seq_len(ncol(heads)) != column
  repeated <- vapply(seq_len(nrow(heads)), function(r) {
    is <- latin[r, ] & !units[r, ]
    # A name may be a word for a unit as well: "Index", "Year".
    names <- sum(is & above)
    names >= 2 && names >= sum(latin[r, ] & units[r, ] & above) &&
      all(latin[r, some] | !has_text(heads[r, some])) && !any(han[r, some]) &&
      # What tells columns under one merged head apart is no translation of it.
      heads_count(heads[, is & above, drop = FALSE]) == heads_count(
        heads[-r, is & above, drop = FALSE]
      )
  }, NA)
  heads[!repeated, , drop = FALSE]
}

heads_count <- function(heads) sum(!duplicated(t(heads)))

# Which column is the time, the indicator, the unit of measurement or a code; the rest are values.
column_roles <- function(grid, heads, segment, rows, columns, column) {
  above <- heads[, columns, drop = FALSE]
  called <- of_cells(above, head_roles)
  role <- vapply(seq_along(columns), function(k) {
    c(called[!is.na(called[, k]), k], "values")[1]
  }, "")
  years <- year_shares(grid, segment$data, columns)
  headed <- colSums(of_cells(above, function(x) !is.na(head_years(x)$year))) > 0
  times <- which(role == "time" & years > 0)
  across <- colSums(of_cells(above, function(x) !is.na(typed_times(bare_years(x))))) > 0
  if (!length(times) && sum(across) < 2) {
    # Without a word for it: a column of years, where names come more than once.
    again <- anyDuplicated(grid$text[
      segment$data[rows$kind[segment$data] == "place"], column
    ]) > 0 ||
      any(rows$kind[segment$data] == "more")
    times <- which(years == 1 & !headed & again)
  }
  role[measured_in(grid, above, segment$data, columns, role)] <- "measure"
  # Beside years, numbers below a word for units are their codes.
  if (sum(across) >= 2) role[role %in% c("entity", unit_roles) & !across] <- "code"
  role[role %in% c("time", "entity", unit_roles)] <- "values"
  # Beside years, what is called a code is no indicator.
  coded <- colSums(of_cells(above, function(x) grepl(code_head, x, perl = TRUE))) > 0
  if (sum(across) >= 2) role[role == "values" & coded & !across] <- "code"
  role[role == "values" & columns %in% grid$codes$at] <- "code"
  bare <- which(colSums(of_cells(above, nzchar)) == 0 & role == "values")
  counts <- vapply(columns[bare], function(j) counts_rows(grid, segment$data, j), NA)
  role[bare[counts]] <- "number"
  role <- headless_indicator(
    grid, heads, segment, rows, columns, role, length(times) > 0, column
  )
  time <- if (length(times)) columns[times[1]] else NA_integer_
  if (!is.na(time)) role[times[1]] <- "time"
  one <- function(name) c(columns[role == name], NA_integer_)[1]
  indicator <- one("indicator")
  measure <- if (is.na(indicator)) NA_integer_ else one("measure")
  list(
    time = time, indicator = indicator, measure = measure, code = columns[role == "code"],
    number = columns[role == "number"],
    values = columns[!columns %in% c(time, indicator, measure) & role != "number"]
  )
}

# Beside a column of units and one of indicators, of which each has one, what is headed "unit" is
# the unit of measurement.
measured_in <- function(grid, above, rows, columns, role) {
  indicator <- which(role == "indicator")
  at <- which(colSums(of_cells(above, function(x) head_key(x) == "unit")) > 0)
  if (length(at) != 1 || !length(indicator) || "measure" %in% role) return(integer())
  text <- grid$text[rows, columns, drop = FALSE]
  at[has_one_code(text[, indicator[1]], text[, at])]
}

code_head <- "(?:(?i:code)|\u4ee3\u7801|\u7f16\u7801)$"

# Words beside names that are merged over several rows, or come again in each block, are those of
# indicators, if nothing heads them and no time tells the rows apart.
headless_indicator <- function(grid, heads, segment, rows, columns, role, timed, column) {
  if (timed || "indicator" %in% role) return(role)
  data <- segment$data
  more <- any(rows$kind[data] == "more")
  names <- grid$text[data, column]
  if (!more && !anyDuplicated(names)) return(role)
  words <- vapply(columns, function(j) {
    cells <- grid$text[data, j]
    bare <- !any(nzchar(heads[, j]))
    if (any(grepl("^[-+]?[0-9]", cells)) || !nzchar(cells[1])) return(FALSE)
    if (more && bare) return(all(nzchar(cells)))
    # Under a head that is no word for indicators, the same words must come for most units.
    of <- filled_down(names)
    if (!more) cells <- filled_down(cells)
    usual <- min(tapply(of, cells, different)) * 2 >= different(of)
    !anyDuplicated(paste(cells, of, sep = "\r")) && (bare || usual && all(nzchar(cells)))
  }, NA)
  if (any(words)) role[which(words)[1]] <- "indicator"
  role
}

# The numbers of rows that a program writes before them: from one (or nought) in steps of one, but
# for rows that were left out, and again for each group.
counts_rows <- function(grid, rows, j) {
  value <- typed_cells(grid$text[rows, j], grid$number[rows, j])
  if (length(rows) < 2 || !all(value$kind == "number")) return(FALSE)
  value <- value$value
  step <- diff(value)
  value[1] %in% 0:2 && max(value) <= nrow(grid$text) && all(step == 1 | value[-1] %in% 0:1)
}

# The share of times among what each column has. What is a time by itself is looked at in all
# columns together; dates are one by the others in their column.
year_shares <- function(grid, rows, columns) {
  text <- grid$text[rows, columns, drop = FALSE]
  number <- grid$number[rows, columns, drop = FALSE]
  some <- of_cells(text, has_text)
  times <- function(x, number = NULL) !is.na(typed_times(bare_years(x), number, six = TRUE))
  # A number of the file itself is looked at beside its text.
  timed <- if (is.null(number)) of_cells(text, times) else array(times(text, c(number)), dim(text))
  out <- colSums(timed & some) / pmax(colSums(some), 1)
  date <- of_cells(text, function(x) is_date_text(x) | !nzchar(plain_figures(x)))
  dated <- which(colSums(some & !date) == 0 & colSums(some) > 0)
  out[dated] <- vapply(dated, function(k) {
    at <- some[, k]
    mean(!is.na(column_times(text[at, k], number[at, k])))
  }, 0)
  out
}

# What a function of texts says of each cell of a matrix.
of_cells <- function(cells, f) array(by_text(as.vector(cells), f), dim(cells))
