# From cells to the panel that a user gets, and what is said of it.

# One row an indicator. Its label is that of the first file that has one; two units of measurement
# for one name are an error, no unit beside a unit is none.
panel_indicators <- function(cells, call) {
  all <- unique(cells[c("indicator", "label", "unit", "file")])
  split <- split(all, factor(all$indicator, unique(all$indicator)))
  out <- lapply(split, function(of) {
    units <- unique(of$unit[!is.na(of$unit)])
    if (length(units) > 1) abort_units(of, units, call)
    label <- of$label[!is.na(of$label) & nzchar(of$label)]
    data.frame(
      indicator = of$indicator[1], label = c(label, of$indicator[1])[1],
      unit = c(units, NA_character_)[1], file = paste(unique(of$file), collapse = "; "),
      stringsAsFactors = FALSE
    )
  })
  # Names in other letters must not become those of arguments, nor of rows.
  out <- do.call(rbind, unname(out))
  rownames(out) <- NULL
  out
}

abort_units <- function(of, units, call) {
  files <- vapply(units, function(u) of$file[which(of$unit == u)[1]], "")
  each <- paste0(units, " in ", files)
  abort("conflict", c(
    "Each indicator must have one unit of measurement; {.val {of$indicator[1]}} has {each}.",
    i = paste0(
      "Read files with different units apart, or tell them apart by the names of {.arg files} or ",
      "with {.arg rename}."
    )
  ), call)
}

panel_result <- function(found, shape, files, call) {
  found <- placed_words(found)
  cells <- found$cells
  order_of <- if (found$mode == "province") {
    cells$code
  } else {
    match(cells$province, unique(cells$province))
  }
  cells$code <- order_of
  unit <- found$mode
  if (shape == "wide") {
    check_panel_names(cells$indicator, c(unit, found$time), call)
    out <- widen_cells(cells[order(cells$code, cells$year), ])
    out <- with_words(out, found$words, call)
    out <- with_labels(out, found$indicators)
    out <- out[c("code", "province", "year", setdiff(names(out), c("code", "province", "year")))]
  } else {
    cells <- cells[order(
      match(cells$indicator, found$indicators$indicator), cells$code, cells$year
    ), ]
    out <- cells[c("code", "province", "year", "indicator", "unit", "value", "file")]
  }
  rownames(out) <- NULL
  out$year <- period_column(out$year)
  names(out)[names(out) == "year"] <- found$time
  if (unit != "province") {
    out$code <- NULL
    names(out)[names(out) == "province"] <- unit
  }
  say_read(found, files)
  title <- trf(
    "%s, %s, %s", count_of(nrow(found$indicators), "indicator"),
    count_of(length(unique(cells$province)), "unit"),
    count_of(length(unique(cells$year)), found$time)
  )
  out <- previewed(
    out, title, "attr(x, \"indicators\")", "attr(x, \"missing\")",
    sprintf("impute_gaps(x, c(\"%s\", \"%s\"))", unit, found$time)
  )
  structure(
    out, indicators = found$indicators,
    lost = no_rows(
      found$lost[names(found$lost) != "name"], c("file", "sheet", "row", "column", "text")
    ),
    missing = summed_codes(found$missing),
    aside = no_rows(found$aside, c("file", "sheet", "row", "name")),
    notes = no_rows(found$notes, c("file", "sheet", "row", "text")),
    codes = no_rows(found$codes, c("file", "sheet", "column", "name", "code")),
    spellings = found$spellings,
    aggregates = found$aggregates
  )
}

# Without rows, counts and places are still numbers.
no_rows <- function(x, columns) {
  if (!is.null(x)) {
    rownames(x) <- NULL
    return(x)
  }
  none <- lapply(columns, function(name) {
    if (name %in% c("row", "column", "cells")) integer() else character()
  })
  as.data.frame(stats::setNames(none, columns))
}

summed_codes <- function(x) {
  if (is.null(x)) return(no_rows(NULL, c("file", "sheet", "text", "cells")))
  x$sheet[is.na(x$sheet)] <- ""
  out <- stats::aggregate(cells ~ file + sheet + text, x, sum)
  out[order(match(out$file, x$file), match(out$sheet, x$sheet)), , drop = FALSE]
}

check_panel_names <- function(indicator, keys, call) {
  clash <- intersect(unique(indicator), c("code", "year", keys))
  if (!length(clash)) return(invisible())
  abort("name", c(
    "An indicator must not be called like the columns of the panel: {.val {clash}}.",
    i = "Give it another name by {.arg rename}, as in {.code c(other = \"{clash[1]}\")}."
  ), call)
}

# Words of units and times that no number has, as of a list of definitions, are left out.
placed_words <- function(found) {
  if (is.null(found$words)) return(found)
  key <- function(x) paste(x$province, x$year, sep = "\r")
  home <- key(found$words) %in% key(found$cells)
  found$homeless <- setdiff(found$words$name, found$words$name[home])
  found$words <- if (any(home)) found$words[home, , drop = FALSE]
  found
}

# Words by unit and year, beside the indicators. Two words for one cell are an error.
with_words <- function(out, words, call) {
  if (is.null(words)) return(out)
  key <- paste(out$province, out$year, sep = "\r")
  for (name in unique(words$name)) {
    part <- words[words$name == name, ]
    at <- match(paste(part$province, part$year, sep = "\r"), key)
    typed <- unique(data.frame(at, text = part$text)[!is.na(at), ])
    twice <- typed$at[duplicated(typed$at)]
    if (length(twice)) {
      both <- typed$text[typed$at == twice[1]][1:2]
      abort("conflict", c(
        paste0(
          "{.arg files} must agree where they overlap; {name} of {out$province[twice[1]]} in ",
          "{time_text(out$year[twice[1]])} is {.val {both}}."
        ),
        i = "Correct one of them, or read the files apart."
      ), call)
    }
    column <- rep(NA_character_, nrow(out))
    column[typed$at] <- typed$text
    if (name %in% names(out)) name <- paste0(name, "_text")
    out[[name]] <- if (all(column %in% c("TRUE", "FALSE", NA))) as.logical(column) else column
  }
  words <- setdiff(names(out), c("code", "province", "year"))
  first <- words[!vapply(out[words], is.double, NA)]
  out[c("code", "province", "year", first, setdiff(words, first))]
}

# The label of a column says what it is and in which unit.
with_labels <- function(out, indicators) {
  for (i in seq_len(nrow(indicators))) {
    one <- indicators[i, ]
    behind <- sprintf(" (%s)", one$unit)
    named <- is.na(one$unit) || endsWith(one$label, behind)
    label <- if (named) one$label else paste0(one$label, behind)
    if (label != one$indicator) attr(out[[one$indicator]], "label") <- label
    if (!is.na(one$unit)) attr(out[[one$indicator]], "unit") <- one$unit
  }
  out
}

say_read <- function(found, files) {
  cells <- found$cells
  years <- time_text(sort(unique(cells$year)))
  mark <- if (any(grepl("[-/]", years))) " to " else "-"
  span <- if (length(years) > 1) paste0(years[1], mark, years[length(years)]) else years
  lines <- c(
    "v" = paste0(
      "Read {files} file{?s}: {nrow(found$indicators)} indicator{?s}, ",
      "{length(unique(cells$province))} unit{?s}, {span}; {sum(!is.na(cells$value))} number{?s}."
    ),
    missing_line(found$missing), lost_line(found$lost), read_lines(found)
  )
  inform("read", lines)
}

# Indicators without any value, or years of one.
empty_columns <- function(cells) {
  key <- paste(cells$indicator, time_text(cells$year))
  some <- tapply(!is.na(cells$value), factor(key, unique(key)), any)
  empty <- names(some)[!some]
  whole <- tapply(!is.na(cells$value), cells$indicator, any)
  whole <- names(whole)[!whole]
  c(whole, empty[!cells$indicator[match(empty, key)] %in% whole])
}

missing_line <- function(missing) {
  if (is.null(missing)) return(NULL)
  count <- tapply(missing$cells, factor(missing$text, unique(missing$text)), sum)
  said <- ifelse(
    nzchar(names(count)), sprintf("%s (%d)", names(count), count), sprintf("blank (%d)", count)
  )
  c(i = paste0("Missing: ", first_names(escaped(said), 8), "."))
}

lost_line <- function(lost) {
  if (is.null(lost)) return(NULL)
  c("!" = paste0(
    "Lost: ", counted(nrow(lost), "cell"), " with digits that are no number; ",
    "{.code attr(x, \"lost\")} lists them."
  ))
}

read_lines <- function(found) {
  spans <- unique(found$cells$year[period_kind(found$cells$year) == "span"])
  lines <- c(
    aside_line(found$aside),
    aggregates_line(found$aggregates),
    listed_line("Taken for notes below the table: ", found$below, 4),
    listed_line("Left out, since they repeat the province: ", found$repeats, 5),
    listed_line("Left out, since they repeat the indicator: ", found$of_indicator, 5),
    listed_line("Left out, since they repeat the time: ", found$of_time, 5),
    if (found$twice) {
      paste(counted(found$twice, "cell"), "came twice with the same value; one counts.")
    },
    listed_line("Without any value: ", empty_columns(found$cells), 5),
    listed_line("Columns of words: ", unique(found$words$name), 6),
    listed_line("Left out, words of no unit and time of the panel: ", found$homeless, 5),
    listed_line("Percent signs in ", found$percent, 5, paste0(": ", found$percent_said)),
    if (found$marked) paste(counted(found$marked, "number"), "had the mark of a footnote."),
    listed_line("Read in spite of the note behind the name: ", found$noted, 4),
    listed_line("Hidden sheets were read too: ", found$hidden, 4),
    listed_line("Lines that say what is below them: ", found$blocks, 6),
    listed_line(
      "Years that begin in one and end in the next: ",
      sprintf("%s is %d", time_text(sort(spans)), sort(spans) %% 1000000L), 3
    ),
    listed_line("Dates in titles and names: ", found$dated, 4),
    listed_line("Columns that name the indicator together: ", found$joined, 3),
    listed_line("Rows of one unit and time are told apart by: ", found$tellers, 3),
    listed_line("Told apart by their units of measurement: ", found$by_measure, 4),
    listed_line("Times in the short forms of programs: ", found$told, 3),
    if (found$filled) {
      paste(counted(found$filled, "blank name"), "filled from the row above (merged cells).")
    },
    spellings_line(found$spellings)
  )
  stats::setNames(as.character(lines), rep("i", length(lines)))
}

# Of no values there is nothing to say.
listed_line <- function(title, values, most, end = ".") {
  if (length(values)) paste0(title, first_names(escaped(values), most), end)
}

# Rows by their names; columns have none.
aside_line <- function(aside) {
  counts <- function(name) {
    count <- table(factor(name, unique(name)))
    if (length(count)) sprintf("%s (%d)", names(count), count)
  }
  column <- is.na(aside$row)
  c(
    listed_line("Set aside, no units of the panel: ", counts(place_text(aside$name[!column])), 6),
    listed_line(
      "Set aside, columns of no year beside those of years: ", counts(aside$name[column]), 6
    )
  )
}

aggregates_line <- function(aggregates) {
  way_out <- "; without them the panel is {.code x[!x$unit %in% attr(x, \"aggregates\"), ]}."
  listed_line("Units that sum others up are kept: ", aggregates, 6, way_out)
}

spellings_line <- function(spellings) {
  twice <- unique(spellings$name)
  shown <- vapply(utils::head(twice, 4), function(one) {
    paste(spellings$spelling[spellings$name == one], collapse = " = ")
  }, "")
  listed_line("Spelt in two ways: ", c(shown, twice[-seq_along(shown)]), 4)
}
