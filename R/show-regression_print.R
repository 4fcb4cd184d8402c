# A regression table on the screen.

#' @param n Number of lines printed: of a longer table the first coefficients and, if need be, the
#'   first models, with a word of what is not shown. `Inf` prints all of it.
#' @rdname regression_table
#' @export
print.regression_table <- function(x, n = 40, ...) {
  check_print_dots(...)
  check_shown(n = n)
  if (is.null(attr(x, "note")) || !all(c("part", "panel", "term") %in% names(x))) {
    return(NextMethod())
  }
  note <- wrapped(attr(x, "note"), screen_width())
  title <- if (!is.null(attr(x, "title"))) wrapped(attr(x, "title"), screen_width())
  # Beside table, title and note: a line between, what is not shown (three at most) and the last
  # words.
  common <- common_heads(x)
  title <- c(title, if (length(title)) "", common$lines)
  shown <- first_part(common$rest, n - length(note) - length(title) - 5)
  if (length(title)) cat(title, sep = "\n")
  cat(text_lines(shown), sep = "\n")
  left_out(common$rest, shown)
  cat("\n")
  cat(note, sep = "\n")
  next_steps("save_table(x, \"table.docx\") or .xlsx, .html, .tex", "tidy(x)")
  invisible(x)
}

# A head that is the same over all of several columns is said once, above them, since on a screen it
# would make them wide.
common_heads <- function(x) {
  models <- x[-(1:3)]
  same <- x$part == "head" & ncol(models) > 1 &
    vapply(seq_len(nrow(x)), function(i) length(unique(unlist(models[i, ]))) == 1, NA)
  list(
    rest = x[!same, ],
    lines = if (any(same)) {
      wrapped(paste0(x$term[same], colon(), models[same, 1]), screen_width(), exdent = 2)
    }
  )
}

# As much as fits so many lines: all; else every model with fewer coefficients, of each block at
# least three; else fewer models; else fewer blocks.
first_part <- function(x, lines) {
  models <- lapply(text_columns(x)$split, function(js) js[length(js)])
  for (m in rev(seq_along(models))) {
    part <- x[seq_len(3 + models[[m]])]
    part <- part[rowSums(part[-(1:3)] != "") > 0, ]
    rank <- coefficient_rank(part)
    for (k in rev(seq(min(max(rank, 1), if (m > 1) 3 else 1), max(rank, 1)))) {
      out <- part[rank <= k, ]
      if (m * (nrow(printed_rows(out)) + 4) <= lines) return(out)
    }
  }
  panels <- unique(out$panel[out$part == "coefficient"])
  while (length(panels) > 1 && nrow(printed_rows(out)) + 4 > lines) {
    panels <- panels[-length(panels)]
    out <- out[out$panel %in% c("", panels), ]
  }
  out
}

# Of coefficients and their standard errors the number within their block, of other rows 0.
coefficient_rank <- function(x) {
  own <- x$part %in% c("coefficient", "std_error")
  out <- stats::ave(as.integer(x$part == "coefficient"), x$panel, FUN = cumsum)
  ifelse(own, out, 0)
}

left_out <- function(x, shown) {
  some <- function(names, what) {
    if (!length(names)) return(NULL)
    paste0(count_of(length(names), what), " (", shown_names(names, 4), ")")
  }
  key <- function(d) paste(d$panel, d$term, sep = "\r")[d$part == "coefficient"]
  terms <- sub("^.*\r", "", setdiff(key(x), key(shown)))
  gone <- c(
    some(terms, "coefficient"), some(setdiff(x$panel, shown$panel), "block"),
    some(setdiff(names(x), names(shown)), "model")
  )
  if (length(gone)) {
    say(trf(
      "Not shown here: %s. print(x, n = Inf) shows all, save_table() writes all.", listed(gone)
    ))
  }
}

# The table as lines of text, split where the columns do not fit the screen: numbers stand under
# each other, stars and brackets hang over.
text_lines <- function(x) {
  # A name with a line break would part the row.
  names(x) <- one_line(names(x))
  x[] <- lapply(x, function(v) if (is.character(v)) one_line(v) else v)
  columns <- text_columns(x)
  rules <- c(1 + sum(x$part == "head"), 1 + columns$body)
  unlist(lapply(columns$split, function(js) {
    lines <- do.call(paste, c(list(columns$label), columns$text[js], list(sep = "  ")))
    rule <- strrep("-", max(nchar(lines, "width")))
    trimws(c(
      lines[seq_len(rules[1])], rule,
      lines[seq_len(length(lines)) > rules[1] & seq_len(length(lines)) <= rules[2]], rule,
      lines[-seq_len(rules[2])], rule
    ), "right")
  }))
}

# Each column as padded text with its head, and which of them stand side by side.
text_columns <- function(x) {
  shown <- printed_rows(x)
  cells <- as.matrix(shown[-1])
  hang <- max(0L, nchar(regmatches(cells, regexpr("\\*+$", cells))), 1L)
  tail <- ifelse(
    grepl("\\*+$", cells), nchar(sub("^.*?(\\**)$", "\\1", cells)),
    ifelse(grepl("^[(\\[].*[])]$", cells), 1L, 0L)
  )
  numeric <- matrix(grepl("[0-9]", cells) & row(cells) > sum(x$part == "head"), nrow(cells))
  padded <- cells
  padded[] <- paste0(cells, strrep(" ", ifelse(numeric, hang - tail, 0)))
  label <- pad_width(c("", shown$label), "left")
  text <- lapply(seq_len(ncol(padded)), function(j) {
    pad_width(c(colnames(cells)[j], padded[, j]), "right")
  })
  width <- cumsum(nchar(vapply(text, `[[`, "", 1), "width") + 2)
  room <- max(getOption("width") - nchar(label[1], "width"), width[1])
  list(label = label, text = text, split = split_columns(width, room), body = attr(shown, "body"))
}

split_columns <- function(width, room) {
  out <- list()
  start <- 1
  while (start <= length(width)) {
    used <- if (start > 1) width[start - 1] else 0
    fits <- which(width[start:length(width)] - used <= room)
    end <- start + max(length(fits), 1) - 1
    out <- c(out, list(start:end))
    start <- end + 1
  }
  out
}

# The rows that are printed: a title line before each block, then label and cells. The attribute
# `body` is the row after which the facts begin.
printed_rows <- function(x) {
  plain <- as.data.frame(x)
  cells <- plain[setdiff(names(plain), c("part", "panel", "term"))]
  out <- cbind(label = plain$term, cells, stringsAsFactors = FALSE)
  starts <- which(nzchar(plain$panel) & c(TRUE, plain$panel[-1] != plain$panel[-nrow(plain)]))
  for (i in rev(starts)) {
    title <- out[1, ]
    title[] <- as.list(c(plain$panel[i], rep("", ncol(cells))))
    out <- rbind(out[seq_len(i - 1), ], title, out[seq(i, nrow(out)), ])
  }
  rownames(out) <- NULL
  facts <- plain$part %in% c("effects", "statistic") & !nzchar(plain$panel) &
    seq_len(nrow(plain)) > max(which(plain$part == "std_error"), 0)
  attr(out, "body") <- nrow(out) - sum(facts)
  out
}
