# Units by one name each, provinces where all tables are of provinces.

# The provinces behind the names, or codes, in a column of units.
named_provinces <- function(unit) {
  asked <- unique(unit)
  row <- place_kinds(asked)$row
  open <- is.na(row)
  row[open] <- province_row(asked[open], province_table())
  row[match(unit, asked)]
}

# Units by one name each. Provinces where all tables are of provinces.
name_units <- function(found, names) {
  cells <- found$cells
  provinces <- all(cells$by_province)
  typed <- unique(c(cells$unit, found$words$unit))
  row <- if (provinces) named_provinces(typed)
  one <- if (provinces) province_table()[[names]][row] else one_spelling(typed)
  plain <- if (provinces) place_text(typed) else unmarked_name(typed)
  found$spellings <- several_spellings(one, plain)
  found$noted <- if (provinces) typed[without_note(typed) != typed]
  found$mode <- if (provinces) "province" else if (all(cells$city)) "city" else "unit"
  found$aggregates <- if (found$mode == "unit") sums_of_countries(unique(one))
  rename <- function(x) {
    at <- match(x$unit, typed)
    x$province <- one[at]
    x$code <- if (provinces) province_table()$code[row[at]] else match(one, unique(one))[at]
    x
  }
  found$cells <- rename(cells)
  if (!is.null(found$words)) found$words <- rename(found$words)
  found$cells$indicator <- found$cells$name
  found$cells$unit <- found$cells$measure
  found
}

# Units of a table of countries that are several of these: the World Bank's, Eurostat's and the
# OECD's aggregates, by name, or by code where all units are codes.
sums_of_countries <- function(unit) {
  known <- word_table("aggregates")
  coded <- all(grepl("^[A-Z]{2,5}[0-9]{0,2}(_[A-Z0-9]+)*$", unit, perl = TRUE))
  at <- if (coded) {
    unit %in% known$spelling[known$kind == "code"]
  } else {
    place_key(unit) %in% place_key(known$spelling[known$kind == "name"])
  }
  # "World" alone is no panel of countries.
  if (any(at) && !all(at)) unit[at]
}

several_spellings <- function(name, spelling) {
  pairs <- unique(data.frame(name, spelling, stringsAsFactors = FALSE))
  pairs <- pairs[pairs$name %in% pairs$name[duplicated(pairs$name)], , drop = FALSE]
  pairs <- pairs[order(match(pairs$name, pairs$name)), , drop = FALSE]
  rownames(pairs) <- NULL
  pairs
}
