# Lays R code out to 100 columns:
#
#   Rscript tools/layout.R [--check] [file ...]
#
# Only lines that are too long change: at commas, braces, operators and between words, in this
# order of preference. What was written otherwise is left as it is. A file is written only if it
# means the same as before (braces around one expression and strings in pieces aside). --check
# writes nothing, names the lines that are too long, and ends with 'N passed, N failed'.

width <- 100
default_folders <- c("R", "tests/testthat", "tools", "bench", "inst/examples", "data-raw")

spaces <- function(n) strrep(" ", n)
indent_of <- function(line) nchar(sub("^( *).*", "\\1", line))
too_long <- function(lines) nchar(lines, "width") > width

# ---- tokens -------------------------------------------------------------------------------

# The tokens of a text in order, and the parse tree's nodes; columns count characters.
read_tokens <- function(lines) {
  code <- parse(text = lines, keep.source = TRUE, encoding = "UTF-8")
  nodes <- utils::getParseData(code, includeText = TRUE)
  if (is.null(nodes)) nodes <- data.frame(line1 = integer(), terminal = logical())
  tokens <- nodes[nodes$terminal, ]
  tokens <- tokens[order(tokens$line1, tokens$col1), ]
  list(nodes = nodes, tokens = tokens, open = open_brackets(tokens, length(lines)))
}

# The innermost bracket that is open where each line begins: "(", "[", "{", or "".
open_brackets <- function(tokens, lines) {
  at_start <- character(lines)
  stack <- character()
  line <- 0L
  for (i in seq_len(nrow(tokens))) {
    while (line < tokens$line1[i]) at_start[line <- line + 1L] <- c("", stack)[length(stack) + 1]
    stack <- push(stack, tokens$token[i], tokens$text[i])
  }
  at_start
}

push <- function(stack, token, text) {
  if (token == "LBB") return(c(stack, "[", "["))
  if (text %in% c("(", "[", "{") && token != "STR_CONST") return(c(stack, text))
  if (text %in% c(")", "]", "}") && token != "STR_CONST") return(stack[-length(stack)])
  stack
}

opens <- function(tokens) {
  ifelse(tokens$token == "LBB", 2L, (tokens$token %in% c("'('", "'['", "'{'")) + 0L)
}
closes <- function(tokens) (tokens$token %in% c("')'", "']'", "'}'")) + 0L

# One line's tokens, with the depth of brackets before each, from zero where the line begins.
tokens_of_line <- function(source, n) {
  t <- source$tokens[source$tokens$line1 == n, ]
  change <- opens(t) - closes(t)
  t$depth <- cumsum(change) - change - closes(t)
  t
}

# Brackets that open and close on the line: first and last column, and the depth they stand at.
pairs_of <- function(t) {
  first <- which(opens(t) > 0)
  last <- vapply(first, function(i) {
    end <- which(closes(t) > 0 & t$depth == t$depth[i] & seq_len(nrow(t)) > i)
    if (length(end)) end[1] else NA_integer_
  }, 0L)
  p <- data.frame(
    from = t$col2[first], to = t$col1[last], depth = t$depth[first], token = t$token[first]
  )
  p$before <- ifelse(first > 1, t$token[pmax(first - 1, 1)], "")
  # [[ closes with two tokens; the first of them is the one at its depth plus one.
  p$to <- ifelse(p$token == "LBB" & !is.na(p$to), p$to - 1L, p$to)
  p$size <- p$to - p$from - 1
  p[!is.na(p$to) & p$size > 0 & p$token != "'{'", ]
}

# ---- ways to break one line ---------------------------------------------------------------

cut_at <- function(line, column, indent) {
  c(substr(line, 1, column), paste0(spaces(indent), trimws(substring(line, column + 1), "left")))
}

# A comment behind code goes above it.
lift_comment <- function(line, t) {
  last <- t[nrow(t), ]
  if (last$token != "COMMENT" || nrow(t) < 2) return(NULL)
  c(
    wrap_comment(paste0(spaces(indent_of(line)), last$text)),
    sub(" +$", "", substr(line, 1, last$col1 - 1))
  )
}

# Between the arguments of a call that began on a line above.
cut_arguments <- function(line, t, open) {
  if (!open %in% c("(", "[")) return(NULL)
  inside <- cumsum(t$depth < 0) == 0
  at <- t$col1[inside & t$token == "','" & t$depth == 0]
  at <- at[at < nchar(line)]
  if (!length(at)) return(NULL)
  fitting <- at[at <= width]
  cut_at(line, if (length(fitting)) max(fitting) else min(at), indent_of(line))
}

# The node of the line's outermost if, for or function without braces: its children in order.
unbraced <- function(source, n, t) {
  kinds <- c("IF", "FOR", "WHILE", "FUNCTION", "'\\\\'")
  starts <- t[t$token %in% kinds & t$depth == 0, ]
  for (i in seq_len(nrow(starts))) {
    parent <- source$nodes[source$nodes$id == starts$parent[i], ]
    children <- children_of(source, parent$id)
    after <- t[t$col1 > parent$col2, ]
    if (parent$line1 == n && parent$line2 == n && all(after$token %in% c("','", "')'"))) {
      return(children)
    }
  }
}

children_of <- function(source, id) {
  children <- source$nodes[source$nodes$parent == id & source$nodes$token != "COMMENT", ]
  children[order(children$line1, children$col1), ]
}

is_block <- function(child) startsWith(child$text, "{")

# if (a) b else d -> lines with braces, along a chain of else if.
brace <- function(line, source, n, t) {
  children <- unbraced(source, n, t)
  if (is.null(children)) return(NULL)
  indent <- indent_of(line)
  made <- brace_node(line, source, children, substr(line, 1, children$col1[1] - 1), indent)
  if (is.null(made)) return(NULL)
  c(made, paste0(spaces(indent), "}", substring(line, max(children$col2) + 1)))
}

# All lines of a node but the last brace; `head` is what stands before it.
brace_node <- function(line, source, children, head, indent) {
  bodies <- which(children$token %in% c("expr", "expr_or_assign_or_help", "equal_assign"))
  bodies <- bodies[bodies > max(which(children$token %in% c("')'", "forcond")), 0)]
  if (!length(bodies) || any(vapply(bodies, function(b) is_block(children[b, ]), NA))) return(NULL)
  text <- function(from, to) substr(line, from, to)
  head <- paste0(head, sub(" +$", "", text(children$col1[1], children$col1[bodies[1]] - 1)))
  if (nchar(head) + 2 > width) return(NULL)
  out <- c(paste(head, "{"), paste0(spaces(indent + 2), text(
    children$col1[bodies[1]], children$col2[bodies[1]]
  )))
  if (length(bodies) < 2) return(out)
  other <- children[bodies[2], ]
  inner <- children_of(source, other$id)
  if (inner$token[1] == "IF") {
    rest <- brace_node(line, source, inner, paste0(spaces(indent), "} else "), indent)
    if (!is.null(rest)) return(c(out, rest))
  }
  c(
    out, paste0(spaces(indent), "} else {"),
    paste0(spaces(indent + 2), text(other$col1, other$col2))
  )
}

# The bracket to open: the longest of the outermost, or the one within it that makes most of it.
bracket_to_open <- function(line, t) {
  p <- pairs_of(t)
  if (!nrow(p)) return(NULL)
  p <- p[p$depth == min(p$depth), ]
  best <- p[which.max(p$size), ]
  if (is_formals(best)) return(best)
  repeat {
    inner <- pairs_of(t)
    inner <- inner[inner$from > best$from & inner$to < best$to & inner$depth == best$depth + 1, ]
    inner <- inner[which.max(inner$size), ]
    if (!nrow(inner) || inner$size < 0.65 * best$size || inner$from > 0.7 * width) return(best)
    if (nchar(line) - inner$to > 30) return(best)
    best <- inner
    if (is_formals(best)) return(best)
  }
}

is_formals <- function(pair) pair$before %in% c("FUNCTION", "'\\\\'")

arguments_in <- function(line, t, pair) {
  at <- t$col1[
    t$token == "','" & t$depth == pair$depth + opens_by(pair) & t$col1 > pair$from &
      t$col1 < pair$to
  ]
  from <- c(pair$from + 1, at + 1)
  to <- c(at - 1, pair$to - 1)
  trimws(substring(line, from, to))
}

opens_by <- function(pair) if (pair$token == "LBB") 2L else 1L

# Arguments on as few lines as they fit, joined by commas.
fill_arguments <- function(arguments, indent, behind = "") {
  lines <- character()
  now <- ""
  for (i in seq_along(arguments)) {
    last <- i == length(arguments)
    item <- paste0(arguments[i], if (!last) ",")
    longer <- if (nzchar(now)) paste(now, item) else item
    room <- width - indent - if (last) nchar(behind) else 0
    if (nzchar(now) && nchar(longer, "width") > room) {
      lines <- c(lines, now)
      now <- item
    } else {
      now <- longer
    }
  }
  paste0(spaces(indent), c(lines, now))
}

open_bracket <- function(line, t) {
  pair <- bracket_to_open(line, t)
  if (is.null(pair)) return(NULL)
  arguments <- arguments_in(line, t, pair)
  indent <- indent_of(line)
  if (is_formals(pair)) return(align_formals(line, pair, arguments))
  if (nchar(substr(line, 1, pair$from)) > width) return(NULL)
  c(
    substr(line, 1, pair$from), fill_arguments(arguments, indent + 2),
    paste0(spaces(indent), substring(line, pair$to))
  )
}

# A bracket that closes on a line below: what follows it goes to a line of its own; a function's
# arguments are cut at a comma.
cut_after_open <- function(line, t) {
  left <- which(opens(t) > 0 & t$token != "'{'")
  left <- left[vapply(left, function(i) all(t$depth[-seq_len(i)] > t$depth[i]), NA)]
  left <- left[t$col2[left] < nchar(line)]
  if (!length(left)) return(NULL)
  last <- left[length(left)]
  formals <- last > 1 && t$token[last - 1] %in% c("FUNCTION", "'\\\\'")
  if (!formals) return(cut_at(line, t$col2[last], indent_of(line) + 2))
  at <- t$col1[t$token == "','" & t$depth == t$depth[last] + 1 & t$col1 > t$col2[last]]
  at <- at[at <= width]
  if (length(at)) cut_at(line, max(at), t$col2[last])
}

# What closes a bracket of a line above goes to a line of its own.
cut_before_close <- function(line, t) {
  at <- which(t$depth < 0)[1]
  if (is.na(at) || at == 1) return(NULL)
  indent <- max(indent_of(line) - 2, 0)
  c(
    sub(" +$", "", substr(line, 1, t$col1[at] - 1)),
    paste0(spaces(indent), substring(line, t$col1[at]))
  )
}

# A function's arguments stand under its first one.
align_formals <- function(line, pair, arguments) {
  out <- fill_arguments(arguments, pair$from, substring(line, pair$to))
  if (length(out) < 2) return(NULL)
  out[1] <- paste0(substr(line, 1, pair$from), trimws(out[1], "left"))
  out[length(out)] <- paste0(out[length(out)], substring(line, pair$to))
  out
}

operators <- c("AND2", "OR2", "AND", "OR", "'+'", "'-'", "'*'", "'/'", "SPECIAL", "PIPE", "'~'")

# Behind an operator: one that binds least, where there is a choice.
cut_operator <- function(line, t, first = FALSE) {
  inside <- cumsum(t$depth < 0) == 0
  for (kinds in list(
    c("OR2", "OR"), c("AND2", "AND"), "PIPE", "'~'", c("'+'", "'-'"), c("'*'", "'/'"), "SPECIAL"
  )) {
    at <- t$col2[inside & t$depth == 0 & t$token %in% kinds & is_binary(t)]
    at <- at[at < nchar(line) & at > indent_of(line) + 20 & at <= width]
    if (length(at)) return(cut_at(line, max(at), indent_of(line) + 2))
  }
  if (first) return(NULL)
  at <- t$col2[inside & t$depth == 0 & t$token %in% c("LEFT_ASSIGN", "EQ_SUB", "EQ_ASSIGN")]
  at <- at[at > indent_of(line) + 30 & at < nchar(line) - 30]
  if (length(at)) cut_at(line, at[1], indent_of(line) + 2)
}

# An operator with something before it that it can join.
is_binary <- function(t) {
  before <- c("", t$token[-nrow(t)])
  before %in% c("SYMBOL", "NUM_CONST", "STR_CONST", "')'", "']'", "'}'", "NULL_CONST", "SLOT")
}

# Operators before brackets where the operands are many and none makes most of the line.
prefer_operator <- function(line, t, pair) {
  logical <- t$depth == 0 & t$token %in% c("AND2", "OR2", "AND", "OR")
  any(logical) && (is.null(pair) || pair$size < 0.6 * (nchar(line) - indent_of(line)))
}

# A string that is too long for any line becomes paste0() of pieces, cut between words.
cut_string <- function(line, t) {
  s <- t[t$token == "STR_CONST", ]
  s <- s[which.max(nchar(s$text)), ]
  after <- t[t$col1 > s$col2, ]
  if (!nrow(s) || nchar(s$text) < 40 || grepl("^[rR]", s$text) || grepl("test_that\\(", line)) {
    return(NULL)
  }
  if (nrow(after) && after$token[1] %in% c("EQ_SUB", "'('", "LEFT_ASSIGN")) return(NULL)
  indent <- indent_of(line)
  quote <- substr(s$text, 1, 1)
  most <- width - indent - 5
  pieces <- cut_words(substr(s$text, 2, nchar(s$text) - 1), min(most, nchar(s$text) - 20))
  if (length(pieces) < 2) return(NULL)
  pieces <- paste0(spaces(indent + 2), quote, pieces, quote, c(rep(",", length(pieces) - 1), ""))
  head <- substr(line, 1, s$col1 - 1)
  c(paste0(head, "paste0("), pieces, paste0(spaces(indent), ")", substring(line, s$col2 + 1)))
}

# A string's source in pieces of at most `most` characters: behind a space, or before an escape \u,
# and outside of the braces of a message where that can be.
cut_words <- function(text, most) {
  at <- gregexpr(" (?=[^ ])|(?<!\\\\)(?=\\\\u[0-9a-f]{4})", text, perl = TRUE)[[1]]
  at <- if (at[1] < 0) integer() else ifelse(substring(text, at, at) == " ", at, at - 1L)
  out <- character()
  from <- 1
  while (nchar(text) - from + 1 > most) {
    fit <- at[at >= from & at < from + most]
    if (!length(fit)) break
    outside <- fit[vapply(substring(text, 1, fit), function(x) {
      lengths(regmatches(x, gregexpr("[{]", x))) == lengths(regmatches(x, gregexpr("[}]", x)))
    }, NA)]
    if (length(outside) && max(outside) > max(fit) - 30) fit <- outside
    out <- c(out, substr(text, from, max(fit)))
    from <- max(fit) + 1
  }
  c(out, substring(text, from))
}

break_line <- function(line, source, n) {
  t <- tokens_of_line(source, n)
  whole <- source$tokens$line1 <= n & source$tokens$line2 >= n
  if (!nrow(t) || any(source$tokens$line2[whole] > n) || any(source$tokens$line1[whole] < n)) {
    return(NULL)
  }
  if (nrow(t) == 1 && t$token == "COMMENT") return(NULL)
  pair <- bracket_to_open(line, t)
  lift_comment(line, t) %or% cut_arguments(
    line, t, source$open[n]
  ) %or% brace(line, source, n, t) %or%
    (if (prefer_operator(line, t, pair)) cut_operator(line, t, TRUE)) %or%
    brace_last_function(line, source, n, t) %or% cut_after_open(line, t) %or%
    open_bracket(line, t) %or% cut_before_close(line, t) %or% cut_operator(line, t) %or%
    cut_string(line, t)
}

`%or%` <- function(a, b) if (is.null(a)) b else a

# lapply(x, function(y) long) -> the function's body in braces on lines of its own.
brace_last_function <- function(line, source, n, t) {
  f <- t[t$token %in% c("FUNCTION", "'\\\\'") & t$depth > 0, ]
  for (i in seq_len(nrow(f))) {
    node <- source$nodes[source$nodes$id == f$parent[i], ]
    body <- source$nodes[source$nodes$parent == node$id & source$nodes$token == "expr", ]
    body <- body[which.max(body$col1), ]
    if (node$line2 != n || !nrow(body) || is_block(body)) next
    size <- nchar(body$text)
    if (size < 0.35 * (nchar(line) - indent_of(line)) || nchar(line) - body$col2 > 30) next
    head <- sub(" +$", "", substr(line, 1, body$col1 - 1))
    if (nchar(head) + 2 > width) next
    indent <- indent_of(line)
    return(c(
      paste(head, "{"), paste0(spaces(indent + 2), substr(line, body$col1, body$col2)),
      paste0(spaces(indent), "}", substring(line, body$col2 + 1))
    ))
  }
}

# ---- comments -----------------------------------------------------------------------------

wrap_comment <- function(line) {
  prefix <- sub("^( *#'? *).*", "\\1", line)
  wrap_words(substring(line, nchar(prefix) + 1), prefix, prefix)
}

# Words filled into lines.
wrap_words <- function(text, first, other) {
  out <- character()
  now <- first
  for (w in unbroken_words(text)) {
    longer <- if (now == first && !length(out)) paste0(now, w) else paste(now, w)
    if (now != first && nchar(longer, "width") > width) {
      out <- c(out, now)
      longer <- paste0(other, w)
    }
    now <- longer
  }
  c(out, now)
}

# A word that markdown would read as the mark of an item or a heading stays with the one before.
unbroken_words <- function(text) {
  words <- strsplit(trimws(text), " +")[[1]]
  mark <- grepl("^([-*+|>#@]|[0-9]+[.)]$)", words)
  mark[1] <- FALSE
  unname(tapply(words, cumsum(!mark), paste, collapse = " "))
}

is_comment <- function(lines) grepl("^ *#", lines)

# Runs of comment lines that read as one paragraph, reflowed where one of them is too long.
wrap_comments <- function(lines) {
  kind <- paragraph_starts(lines)
  groups <- split(seq_along(lines), cumsum(kind != "more"))
  unlist(lapply(groups, function(g) {
    if (kind[g[1]] == "code" || !any(too_long(lines[g]))) return(lines[g])
    first <- lines[g[1]]
    prefix <- sub("^( *#'? *).*", "\\1", first)
    other <- if (length(g) > 1) sub("^( *#'? *).*", "\\1", lines[g[2]]) else hanging(first, prefix)
    text <- c(substring(first, nchar(prefix) + 1), sub("^ *#'? *", "", lines[g[-1]]))
    wrap_words(paste(text, collapse = " "), prefix, other)
  }), use.names = FALSE)
}

# What follows a tag or an item's mark stands two columns to the right.
hanging <- function(first, prefix) {
  text <- substring(first, nchar(prefix) + 1)
  if (grepl("^(@|[*-] )", text)) paste0(prefix, "  ") else prefix
}

# Of each line: "code" (left alone), "start" of a paragraph, or "more" of the one above.
paragraph_starts <- function(lines) {
  prefix <- sub("^( *#'? ?).*", "\\1", lines)
  text <- substring(lines, nchar(prefix) + 1)
  comment <- is_comment(lines)
  example <- in_examples(lines)
  code <- example | grepl("^ *[|]|^```|^----|^!", text) |
    (!grepl("^ *#'", lines) & grepl("^ {3,}", text))
  plain <- comment & !code & nzchar(trimws(text))
  start <- grepl("^ *(@|[*-] |[0-9]+[.] )", text)
  above <- c(FALSE, plain[-length(plain)]) &
    c("", sub(" +$", "", prefix[-length(prefix)])) == sub(" +$", "", prefix)
  ifelse(!plain, "code", ifelse(start | !above, "start", "more"))
}

in_examples <- function(lines) {
  roxygen <- grepl("^ *#'", lines)
  tag <- ifelse(grepl("^ *#' @", lines), sub("^ *#' @([A-Za-z]+).*", "\\1", lines), "")
  inside <- FALSE
  vapply(seq_along(lines), function(i) {
    if (!roxygen[i]) {
      inside <<- FALSE
    } else if (nzchar(tag[i])) {
      inside <<- tag[i] %in% c("examples", "usage")
    }
    inside && !nzchar(tag[i])
  }, NA)
}

# The code of examples in help pages, laid out like other code.
layout_examples <- function(lines) {
  inside <- in_examples(lines)
  runs <- rle(inside)
  groups <- split(seq_along(lines), rep(seq_along(runs$lengths), runs$lengths))
  unlist(lapply(groups, function(g) {
    if (!inside[g[1]] || !any(too_long(lines[g]))) return(lines[g])
    code <- sub("^#' ?", "", lines[g])
    made <- tryCatch(layout_code(code, width - 3), error = function(e) code)
    sub(" +$", "", paste("#'", made))
  }), use.names = FALSE)
}

# ---- files --------------------------------------------------------------------------------

layout_code <- function(lines, columns = width) {
  before <- width
  width <<- columns
  on.exit(width <<- before)
  for (round in 1:60) {
    long <- which(too_long(lines))
    if (!length(long)) break
    source <- read_tokens(lines)
    made <- as.list(lines)
    for (n in long) made[[n]] <- break_line(lines[n], source, n) %or% lines[n]
    new <- unlist(made)
    if (identical(new, lines)) break
    lines <- new
  }
  lines
}

# Code without what layout may change: braces around one expression, strings in pieces.
meaning <- function(e) {
  if (!is.call(e) && !is.pairlist(e)) return(e)
  block <- is.call(e) && identical(e[[1]], as.name("{")) && length(e) == 2
  if (block) return(meaning(e[[2]]))
  parts <- as.list(e)
  if (is.call(e) && identical(parts[[1]], as.name("function"))) parts <- parts[1:3]
  for (i in seq_along(parts)) {
    part <- parts[i]
    if (is.call(part[[1]]) || is.pairlist(part[[1]])) parts[i] <- list(meaning(part[[1]]))
  }
  joined <- is.call(e) && identical(parts[[1]], as.name("paste0")) && is.null(names(parts)) &&
    length(parts) > 1 && all(vapply(parts[-1], is.character, NA))
  if (joined) return(paste(unlist(parts[-1]), collapse = ""))
  if (is.call(e)) as.call(parts) else parts
}

same_meaning <- function(a, b) {
  read <- function(lines) {
    lapply(parse(text = lines, keep.source = FALSE, encoding = "UTF-8"), meaning)
  }
  identical(read(a), read(b))
}

layout_file <- function(file) {
  lines <- readLines(file, encoding = "UTF-8", warn = FALSE)
  if (!any(too_long(lines))) return(invisible(FALSE))
  made <- wrap_comments(layout_code(layout_examples(lines)))
  if (identical(made, lines)) return(invisible(FALSE))
  if (!same_meaning(lines, made)) {
    stop(file, ": the layout would change what the code means", call. = FALSE)
  }
  con <- file(file, "wb")
  on.exit(close(con))
  writeLines(enc2utf8(made), con, useBytes = TRUE)
  cat("laid out:", file, "\n")
}

# A row of a table in a help page is one line, however long.
is_table_row <- function(lines) grepl("^ *#' *[|]", lines)

check_file <- function(file) {
  lines <- readLines(file, encoding = "UTF-8", warn = FALSE)
  long <- which(too_long(lines) & !is_table_row(lines))
  for (n in long) cat(file, ":", n, ": ", nchar(lines[n], "width"), " columns\n", sep = "")
  !length(long)
}

main <- function(args) {
  check <- "--check" %in% args
  files <- setdiff(args, "--check")
  if (!length(files)) files <- list.files(default_folders, "[.]R$", full.names = TRUE)
  files <- files[basename(files) != "RcppExports.R"]
  if (!check) return(invisible(lapply(files, layout_file)))
  good <- vapply(files, check_file, NA)
  cat(sum(good), "passed,", sum(!good), "failed\n")
  quit(status = as.integer(any(!good)))
}

main(commandArgs(trailingOnly = TRUE))
