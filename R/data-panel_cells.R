# From the tables of a sheet to cells: unit, time, indicator, value, and where each stood.

# The value columns of a table: name, unit of measurement and year of each, as heads, titles and
# sheets have them. `name` is what the caller calls a file's one indicator.
series_heads <- function(table, name = NA_character_) {
  at <- table$roles$values
  heads <- lapply(at, function(j) unique(table$heads[nzchar(table$heads[, j]), j]))
  long <- !is.na(table$roles$time)
  if (!long) heads <- dated_heads(heads)
  shared <- shared_heads(heads)
  parsed <- head_parts(heads, !long, shared)
  label <- parsed$label
  path <- parsed$path
  year <- settled_spans(parsed$year)
  combined <- parsed$combined
  # One year in a head is a name's own (prices of 2005); several for one name are times, and so is a
  # quarter or a month.
  several <- tapply(year, label, different)
  single <- combined & several[label] < 2 & period_kind(year) %in% c("year", "span")
  label[single] <- path[single] <- parsed$full[single]
  year[single] <- NA
  own <- leaf_names(label, path, year)
  measure <- parsed$measure
  measure[is.na(measure)] <- title_measure(table$title)
  nameless <- !nzchar(own)
  headless <- nameless & is.na(year) & is.na(table$roles$indicator) & any(!nameless | !is.na(year))
  if (any(nameless) && is.na(table$roles$indicator)) {
    own[nameless] <- if (!is.na(name)) name else table_label(table)
    path[nameless] <- own[nameless]
    # Sheets and files are called by units too.
    called <- split_measure(c(table$grid$sheet, file_title(table$grid$file)))$measure
    open <- nameless & is.na(measure)
    measure[open] <- c(called[!is.na(called)], NA)[1]
  }
  data.frame(at, name = own, path, measure, year, headless, stringsAsFactors = FALSE)
}

# Dates in heads that tell quarters or months of a year apart are such.
dated_heads <- function(heads) {
  heads <- lapply(heads, joined_parts)
  at <- rep(seq_along(heads), lengths(heads))
  text <- as.character(unlist(heads))
  date <- is_date_text(text)
  period <- dated_periods(text[date])
  if (is.null(period)) return(heads)
  text[date] <- time_text(period)
  unname(split(text, factor(at, seq_along(heads))))
}

# A year and, in the head below it, a part of it are one time.
joined_parts <- function(texts) {
  part <- which(grepl(year_part, texts, perl = TRUE))
  year <- which(!is.na(typed_years(texts)))
  if (length(part) != 1 || length(year) != 1) return(texts)
  texts[year] <- joined_time(typed_years(texts[year]), texts[part])
  texts[-part]
}

# Whether the heads above a column's last are those of another column too, which the last tells
# apart.
shared_heads <- function(heads) {
  above <- vapply(heads, function(x) paste(utils::head(x, -1), collapse = "\r"), "")
  last <- vapply(heads, function(x) c(utils::tail(x, 1), "")[1], "")
  pairs <- unique(data.frame(above, last))
  lengths(heads) > 1 & above %in% pairs$above[duplicated(pairs$above)]
}

# Units of measurement among the heads of columns, of which `at` says whose each is. "Growth (%)" is
# a name and its unit, and so are "growth %" and "GDP/yuan" where they tell columns apart or nothing
# else names theirs.
unit_heads <- function(texts, at, shared) {
  unit <- looks_like_unit(out_of_brackets(texts))
  split <- split_measure(texts)
  own <- !is.na(split$measure) & !looks_like_unit(split$name)
  worded <- grepl("[A-Za-z\u4e00-\u9fff]{2}.*[%\u2030]$", plain_figures(texts), perl = TRUE)
  bracketed <- own & grepl("[)\uff09\\]\u3011]$", texts, perl = TRUE)
  alone <- shared[at] | !at %in% at[nzchar(texts) & !unit]
  worded <- worded | grepl("[A-Za-z\u4e00-\u9fff]{2}.*/", texts, perl = TRUE) & !is_unit(texts)
  below <- duplicated(at) & out_of_brackets(texts) != texts
  below | unit & !(bracketed | (alone & (own | worded)))
}

# Columns' heads: what is a year, what is a unit, and what remains. All texts are looked at
# together: a file can have a thousand columns.
head_parts <- function(heads, years, shared) {
  count <- length(heads)
  texts <- as.character(unlist(heads))
  at <- rep(seq_len(count), lengths(heads))
  out <- list(measure = rep(NA_character_, count), full = character(count))
  timed <- head_times(texts, at, count, years)
  out$measure[timed$at] <- timed$measure
  out[c("year", "combined")] <- timed[c("year", "combined")]
  full <- split_measure(texts)$name[out$combined[at]]
  out$full[out$combined] <- pasted(full, at[out$combined[at]])
  texts <- timed$texts
  many <- (lengths(heads) > 1)[at]
  unit <- unit_heads(texts, at, shared) & many
  first <- which(unit)[!duplicated(at[unit])]
  out$measure[at[first]] <- out_of_brackets(texts[first])
  percent <- "(?<=[^ -@]|[a-z])\\s*([%\uff05\u2030])$"
  texts[many] <- sub(percent, "(\\1)", texts[many], perl = TRUE)
  texts <- texts[!unit]
  at <- at[!unit]
  split <- split_measure(gsub("\\s+", " ", unspaced(unbroken(texts)), perl = TRUE))
  last <- function(value, at) value[!duplicated(at, fromLast = TRUE)]
  known <- !is.na(split$measure) & is.na(out$measure[at])
  out$measure[unique(at[known])] <- last(split$measure[known], at[known])
  named <- nzchar(split$name)
  out$label <- out$path <- character(count)
  out$label[unique(at[named])] <- last(split$name[named], at[named])
  out$path[unique(at[named])] <- pasted(split$name[named], at[named])
  out
}

# The year that each of some columns' heads name, what remains of the head that does, and a unit
# behind it.
head_times <- function(texts, at, count, years) {
  year <- rep(NA_integer_, count)
  combined <- logical(count)
  if (!years || !length(texts)) {
    return(list(texts = texts, at = integer(), year = year, combined = combined))
  }
  bare <- which(without_year_unit(texts) != texts)
  bare <- bare[!duplicated(at[bare])]
  found <- head_years(texts)
  # A year alone is one before a year with a label.
  has <- which(!is.na(found$year))
  has <- has[order(at[has], found$combined[has])]
  has <- has[!duplicated(at[has])]
  year[at[has]] <- found$year[has]
  combined[at[has]] <- found$combined[has]
  measure <- split_measure(texts[bare])$measure
  texts[has] <- found$label[has]
  list(texts = texts, at = at[bare], measure = measure, year = year, combined = combined)
}

# Texts of one number after the other as one, for each number once.
pasted <- function(texts, at) {
  vapply(unname(split(texts, factor(at, unique(at)))), paste, "", collapse = " ")
}

# The last head names a column where it does so alone; else all heads above it do.
leaf_names <- function(label, path, year) {
  key <- paste(label, year)
  twice <- key %in% key[duplicated(key)] & nzchar(label)
  # In a group of years each leaf comes once a year: another path is another name.
  paths <- tapply(path, label, different)
  apart <- nzchar(label) & is.na(year) & paths[label] > 1
  ifelse(twice | apart %in% TRUE | lone_heads(label, path), path, label)
}

# A Chinese head above this one alone is the beginning of its words, broken over two lines, or what
# they are about.
lone_heads <- function(label, path) {
  above <- substr(path, 1, nchar(path) - nchar(label) - 1)
  out <- endsWith(path, paste0(" ", label)) & nzchar(label) & has_chinese(label) &
    has_chinese(above)
  paths <- unique(path)
  out[out] <- vapply(above[out], function(a) sum(startsWith(paths, a)), 0L) == 1L
  out
}

generic_sheet <- paste0(
  "^(?i:sheet|table|tabelle|feuil|hoja|worksheet)?\\s*[(\uff08]?[0-9]*[)\uff09]?$|^\u5de5\u4f5c",
  "\u8868\\s*[0-9]*$|^(?:\u8868\\s*)?[A-Z]?[0-9]*(?:[-\u2014\u2013._ ]+[0-9]+)*$"
)

# What a sheet's name says that its table is about; NA for numbers, times and words for a sheet.
proper_sheet <- function(sheet) {
  if (is.na(sheet)) return(NA_character_)
  sheet <- sub(
    paste0(
      "\\s*(?:[(\uff08]\\s*[\u7eed\u7e8c]\u8868?[0-9]*\\s*[)\uff09]|[\u7eed\u7e8c]",
      "\u8868[0-9]*|(?<=[0-9])[\u7eed\u7e8c][0-9]*)$"
    ),
    "",
    sheet, perl = TRUE
  )
  generic <- grepl(generic_sheet, sheet, perl = TRUE) || !is.na(typed_times(sheet)) ||
    length(named_dates(sheet)) > 0
  if (generic) NA_character_ else split_measure(sheet)$name
}

# What a table without a head of its own is about: the word in its corner, its title where a sheet
# has several, else the sheet's name, its title, or the file's name.
table_label <- function(table) {
  corner <- table$heads[, table$column]
  corner <- corner[nzchar(corner) & is.na(head_roles(corner)) & is.na(typed_times(corner))]
  corner <- split_measure(corner[!grepl(unit_line, corner, perl = TRUE)])$name
  sheet <- proper_sheet(table$grid$sheet)
  title <- title_label(table$title)
  # Excel cuts the names of sheets after 31 letters.
  cut <- !is.na(sheet) && nchar(sheet) >= 31 && !is.na(title) && startsWith(title, sheet)
  choices <- if (table$alone && !cut) c(sheet, title) else c(title, sheet)
  choices <- c(corner, choices)
  c(choices[!is.na(choices)], split_measure(file_title(table$grid$file))$name)[1]
}

# The one year of a table whose heads have none: named by the lines above, the sheet or the file.
table_year <- function(table) {
  for (text in list(table$title, table$grid$sheet, file_title(table$grid$file))) {
    found <- named_time(text)
    if (!is.null(found)) return(found)
  }
  NA_integer_
}

# All cells of a table, as a data frame. What holds words alone comes as `words`, a list of columns.
panel_cells <- function(table, name, call) {
  grid <- table$grid
  heads <- series_heads(table, name)
  rows <- table$rows
  time <- row_times(table)
  parted <- parted_heads(heads, table)
  count <- length(rows)
  typed <- as.list(typed_cells(
    c(grid$text[rows, heads$at]), c(grid$number[rows, heads$at]), grid$decimal %||% "."
  ))
  parts <- lapply(seq_len(nrow(heads)), function(k) {
    j <- heads$at[k]
    year <- if (is.null(time)) heads$year[k] else time$year
    list2DF(c(
      list(
        unit = rep(table$unit, length.out = count), year = rep(year, length.out = count),
        name = row_names_of(table, heads$name[k], parted[k]),
        measure = row_measures(table, heads$measure[k])
      ),
      lapply(typed, `[`, (k - 1) * count + seq_len(count)),
      list(
        text = as.vector(grid$text[rows, j]), row = grid$line[rows],
        column = rep(grid$column[j], count), series = rep(k, count)
      )
    ))
  })
  marks <- if (is.null(time)) words_by_year(parts, heads)
  words <- vapply(parts, function(p) holds_words(p, heads, !is.null(time), marks), NA)
  words[heads$at %in% table$roles$code] <- TRUE
  parts[words] <- Map(with_head, parts[words], heads$name[words])
  parts[heads$headless & !words] <- lapply(parts[heads$headless & !words], without_head)
  out <- do.call(rbind, parts[!words])
  list(
    cells = out, words = parts[words], heads = heads, headless = which(heads$headless & !words),
    lost_times = if (!is.null(time)) rows[is.na(time$year)]
  )
}

# Words are called by the head above them; `name` is what each row's indicator is called.
with_head <- function(cells, head) {
  cells$indicator <- cells$name
  cells$name <- rep(head, nrow(cells))
  cells
}

# Numbers to the right of the heads are those of a line with more fields than there are heads, such
# as one with a comma in a number: what the line says is not known.
without_head <- function(cells) {
  some <- cells$kind == "number"
  cells$kind[some] <- "lost"
  cells$value[some] <- NA
  cells$text[some] <- paste(cells$text[some], "(no head)")
  cells
}

row_times <- function(table) {
  j <- table$roles$time
  if (is.na(j)) return(NULL)
  text <- table$grid$text[table$rows, j]
  number <- table$grid$number[table$rows, j]
  # A year merged over the units of a time stands in the first of them.
  blank <- !nzchar(text)
  from <- cummax(ifelse(blank, 0L, seq_along(text)))
  open <- blank & from > 0
  text[open] <- text[from[open]]
  if (!is.null(number)) number[open] <- number[from[open]]
  list(year = column_times(text, number, table$heads[, j]), filled = sum(open))
}

row_names_of <- function(table, name, parted) {
  j <- table$roles$indicator
  if (is.na(j)) return(rep(name, length(table$rows)))
  text <- filled_down(table$grid$text[table$rows, j])
  out <- by_text(text, function(x) unspaced(split_measure(x)$name))
  # Above the first line of an indicator the table's own title says what it is.
  if (length(table$grid$blocks)) out[!nzchar(text)] <- table_label(table)
  if (parted) trim_blank(paste(out, name)) else out
}

row_measures <- function(table, measure) {
  rows <- table$rows
  j <- table$roles$measure
  i <- table$roles$indicator
  if (!is.na(j)) {
    names <- if (is.na(i)) rep("", length(rows)) else filled_down(table$grid$text[rows, i])
    return(own_measures(table$grid$text[rows, j], names))
  }
  if (is.na(i)) return(rep(measure, length(rows)))
  own <- by_text(filled_down(table$grid$text[rows, i]), function(x) split_measure(x)$measure)
  ifelse(is.na(own), measure, own)
}

# A blank below a unit is the same where the indicator is; another's may have none.
own_measures <- function(text, names) {
  from <- cummax(ifelse(nzchar(text), seq_along(text), 0L))
  open <- !nzchar(text) & from > 0
  open[open] <- names[open] == names[from[open]]
  text[open] <- text[from[open]]
  sub("^$", NA, text)
}

filled_down <- function(x) {
  from <- cummax(ifelse(nzchar(x), seq_along(x), 0L))
  x[from > 0] <- x[from]
  x
}

# The names of columns by year that hold words and no number in any of them, beside others that hold
# numbers.
words_by_year <- function(parts, heads) {
  count <- function(kinds) {
    vapply(parts, function(p) sum(p$kind %in% kinds), 0L)
  }
  worded <- rowsum(cbind(count("word"), count(c("number", "lost"))), heads$name)
  name <- rownames(worded)
  out <- name[worded[, 1] > 0 & worded[, 2] == 0 & nzchar(name)]
  if (any(worded[, 2] > 0)) out[out %in% heads$name[!is.na(heads$year)]]
}

# A column of words (a region, a kind): no number in it, or fewer numbers than words; codes with
# leading zeros are words too. Where heads are years there are none, but for those of `marks`.
holds_words <- function(cells, heads, long, marks = NULL) {
  k <- cells$series[1]
  if (is.na(k) || any(cells$text %in% unworked)) return(FALSE)
  if (!long && !is.na(heads$year[k])) return(heads$name[k] %in% marks)
  count <- function(kind) sum(cells$kind == kind)
  others <- count("word") + count("lost")
  codes <- cells$text[cells$kind == "number"]
  if (length(codes) && !others && all(grepl("^[0-9]+$", codes)) && any(grepl("^0[0-9]", codes)) &&
    different(nchar(codes)) == 1) return(TRUE)
  others > count("number") &&
    !holds_amounts(cells$text[cells$kind %in% c("number", "lost")], others)
}

# Amounts with words about them are numbers that are lost, not a column of words: most cells are
# such, and few come twice, as classes do.
holds_amounts <- function(text, others) {
  amount <- grepl(
    paste0(
      "^(?:\u7ea6|\u8fd1|\u8d85\u8fc7?|\u5927\u4e8e|\u5c0f\u4e8e|\u4e0d\u8db3|[<>~\u2248",
      "\u2264\u2265])? ?[-+]?[0-9][0-9., ]*(?:[eE][-+]?[0-9]+)? ?(?:[\u5341\u767e\u5343\u4e07",
      "\u4ebf]*(?:\u5143|\u4eba|\u4ef6|\u6237|\u5428|\u4e2a)?)(?:\u4ee5\u4e0a|\u4ee5\u4e0b|",
      "\u5de6\u53f3|\u591a|\u4f59)?$"
    ), plain_figures(text), perl = TRUE
  )
  any(amount) && sum(amount) * 2 > length(text) && sum(amount) >= others / 2 &&
    different(text[amount]) * 2 > sum(amount)
}

# Where rows name an indicator, columns of numbers that no time tells apart name a part of it.
parted_heads <- function(heads, table) {
  if (is.na(table$roles$indicator)) return(rep(FALSE, nrow(heads)))
  role <- lapply(heads$at, function(j) head_roles(table$heads[, j]))
  value <- vapply(role, function(r) any(r %in% "value"), NA)
  open <- vapply(seq_len(nrow(heads)), function(k) {
    text <- table$grid$text[table$rows, heads$at[k]]
    text <- text[has_text(text)]
    known <- role[[k]] %in% c("value", "measure", "number", "code")
    !any(known) && nzchar(heads$name[k]) && !heads$headless[k] &&
      sum(grepl("^[-+]?[0-9]", text, perl = TRUE)) * 2 > length(text)
  }, NA)
  time <- ifelse(is.na(heads$year), "", heads$year)
  open & (time %in% time[open][duplicated(time[open])] | time %in% time[value])
}
