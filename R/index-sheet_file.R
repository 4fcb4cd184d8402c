# Indicator tables from files: the head is looked for below titles, sheets of a workbook are bound.

read_sheet <- function(path, system, call = rlang::caller_env()) {
  if (length(path) != 1 || is.na(path) || !is_there(path)) {
    abort("sheet", c(
      "{.arg x} must be a data frame or the path of a file; {.val {path}} does not exist.",
      i = "The working folder is {.path {getwd()}}."
    ), call)
  }
  check_readable(path, "x", call, "sheet")
  grids <- tryCatch(file_grids(path, NULL, call), ccdpanel_error_file = function(e) {
    abort("sheet", c(
      "{.path {path}} must be a csv file or an Excel workbook that can be read.",
      x = conditionMessage(e)
    ), call)
  })
  tables <- lapply(grids, sheet_table)
  found <- !vapply(tables, is.null, NA)
  if (!any(found)) abort_no_sheet(path, grids, call)
  tables <- tables[found]
  if (length(tables) == 1) {
    table <- tables[[1]]
    return(settle_heads(table, system, c(attr(table, "title"), file_title(path)), call))
  }
  settled <- lapply(seq_along(tables), function(i) {
    sheet <- grids[found][[i]]$sheet
    settle_heads(tables[[i]], system, c(attr(tables[[i]], "title"), sheet), call)
  })
  filled <- sum(vapply(settled, function(s) attr(s, "filled"), 0L))
  columns <- unique(unlist(lapply(settled, names)))
  out <- do.call(rbind, lapply(settled, function(s) {
    s[setdiff(columns, names(s))] <- NA
    s[columns]
  }))
  structure(out, filled = filled)
}

# The table of a grid: its head is the line with the most words that head such a table.
sheet_table <- function(grid) {
  grid$text[] <- unbroken(trim_blank(grid$text))
  if (!nrow(grid$text)) return(NULL)
  rows <- seq_len(min(nrow(grid$text), 30))
  roles <- lapply(rows, function(r) sheet_roles(grid$text[r, ]))
  # A line that merged cells fill with one word heads nothing.
  count <- vapply(rows, function(r) {
    different(grid$text[r, !is.na(roles[[r]]) & nzchar(grid$text[r, ])])
  }, 0L)
  # One word will do if it heads the indicators, and stands beside other heads.
  names_one <- vapply(rows, function(r) {
    "indicator" %in% roles[[r]] && different(grid$text[r, nzchar(grid$text[r, ])]) > 1
  }, NA)
  if (max(count) < 2 && !any(names_one)) return(NULL)
  if (max(count) < 2) count[names_one] <- 2L
  lines <- head_lines(grid$text, which.max(count))
  head <- lines[1]
  heads <- merged_heads(grid$text[head, ])
  for (r in lines[-1]) heads <- lower_heads(heads, grid$text[r, ])
  used <- nzchar(heads) | colSums(has_text(grid$text[-seq_len(max(lines)), , drop = FALSE])) > 0
  heads[!nzchar(heads)] <- paste0("column_", which(!nzchar(heads)))
  body <- grid$text[-seq_len(max(lines)), used, drop = FALSE]
  body <- body[rowSums(has_text(body)) > 0 & !is_note_row(body), , drop = FALSE]
  out <- as.data.frame(body, stringsAsFactors = FALSE)
  names(out) <- heads[used]
  title <- unlist(lapply(seq_len(head - 1), function(r) {
    unique(grid$text[r, nzchar(grid$text[r, ])])
  }))
  structure(out, title = title)
}

# The lines of the head. One that begins in a cell that the line above merges downwards, or with an
# empty cell that no row above can fill, belongs to it.
head_lines <- function(text, head) {
  goes_on <- function(above, r) {
    if (r > nrow(text) || above < 1) return(FALSE)
    heads <- sheet_roles(text[above, ])
    levels <- which(heads %in% level_roles & nzchar(text[above, ]))
    if (!length(levels)) return(FALSE)
    same <- any(text[r, ] == text[above, ] & !is.na(heads) & nzchar(text[r, ]))
    first <- levels[1]
    below <- text[-seq_len(r), first]
    same || (!nzchar(text[r, first]) && any(nzchar(below)) && any(nzchar(text[r, ])))
  }
  from <- head
  if (goes_on(head - 1, head)) from <- head - 1
  to <- head
  while (goes_on(to, to + 1)) to <- to + 1
  from:to
}

# Heads in two lines are one: what stands below says more of what is above it.
lower_heads <- function(upper, lower) {
  upper <- trim_blank(upper)
  both <- paste0(upper, lower)
  known <- !is.na(sheet_roles(lower)) | !is.na(read_directions(lower))
  first <- !duplicated(upper)
  out <- ifelse(!is.na(sheet_roles(both)), both, ifelse(
    known, lower, ifelse(first, upper, paste(upper, lower))
  ))
  out[!nzchar(lower) | lower == upper] <- upper[!nzchar(lower) | lower == upper]
  ifelse(nzchar(upper), out, lower)
}

# A head of a level that is merged over several columns heads them all.
merged_heads <- function(heads) {
  level <- sheet_roles(heads) %in% c("dimension", "level", "indicator")
  for (j in seq_along(heads)[-1]) {
    if (nzchar(heads[j]) || !level[j - 1]) next
    heads[j] <- paste0(heads[j - 1], " ")
    level[j] <- TRUE
  }
  heads
}

abort_no_sheet <- function(path, grids, call) {
  grid <- grids[[1]]
  rows <- utils::head(which(rowSums(has_text(grid$text)) > 0), 3)
  seen <- vapply(rows, function(r) {
    cells <- grid$text[r, nzchar(grid$text[r, ])]
    paste(substr(utils::head(cells, 6), 1, 20), collapse = " | ")
  }, "")
  abort("sheet", c(
    "{.path {path}} must hold a table of indicators, and no line of heads is seen in it.",
    x = "Its first cells are: {paste(seen, collapse = ' // ')}",
    i = "Heads are words such as system, dimension, indicator, direction:",
    " " = "  system | dimension | indicator | direction | unit",
    " " = "  innovation | input | rd_personnel | + | person-years",
    " " = "   |  | rd_expenditure | + | 10,000 yuan",
    " " = "   | output | patents | + | items",
    " " = "  environment | pollution | so2 | - | tonnes"
  ), call)
}
