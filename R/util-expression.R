# A small language for expressions that stand in somebody's file.
#
# A sheet comes from a colleague, a supplement or the web: its text must not run as R. It is parsed,
# every node of the parse is held against a list of functions, and what is left is worked out here
# by walking it: no environment of R is ever searched, so that a name is a column and nothing else.

expression_length <- 5000
expression_depth <- 100

# `text` as an expression: `tree` and, as `variables`, what each name of the tree stands for. What
# is not of the language is handed to `fail(why)`, which must not return. Names between backticks
# and names with other letters than ASCII go through the parser as stand-ins, since it depends on
# the locale.
read_expression <- function(text, functions, fail) {
  if (nchar(text, "bytes") > expression_length) {
    fail(sprintf("it has more than %d characters", expression_length))
  }
  plain <- with_stand_ins(as_utf8(text))
  strange <- regmatches(plain$text, regexpr("[\"'`\\\\]|[^ -~\t\r\n]", plain$text, perl = TRUE))
  if (length(strange)) fail(paste("it holds", strange, "which is not of its language"))
  tree <- tryCatch(str2lang(plain$text), error = function(e) fail("it is no R expression"))
  original <- function(piece) restored_text(shown_piece(piece), plain$variables)
  check_node(tree, functions, function(piece, why) fail(paste(original(piece), why)), 1)
  own <- all_symbols(tree)
  named <- stats::setNames(own, own)
  known <- intersect(own, names(plain$variables))
  named[known] <- plain$variables[known]
  list(tree = tree, variables = named)
}

with_stand_ins <- function(text) {
  prefix <- ".v"
  while (grepl(prefix, text, fixed = TRUE)) prefix <- paste0(prefix, "v")
  at <- gregexpr(
    "(*UCP)`[^`]*`|(?<![\\p{L}\\p{N}_.])[\\p{L}_.][\\p{L}\\p{N}\\p{M}_.]*", text, perl = TRUE
  )
  found <- regmatches(text, at)[[1]]
  ours <- grepl("^`|[^ -~]", found, perl = TRUE)
  real <- unique(found[ours])
  stand_in <- sprintf("%s%d.", prefix, seq_along(real))
  found[ours] <- stand_in[match(found[ours], real)]
  regmatches(text, at) <- list(found)
  list(text = text, variables = stats::setNames(gsub("^`|`$", "", real), stand_in))
}

restored_text <- function(text, variables) {
  for (name in rev(names(variables))) text <- gsub(name, variables[[name]], text, fixed = TRUE)
  text
}

shown_piece <- function(piece) {
  text <- tryCatch(deparse(piece, width.cutoff = 60L, nlines = 1L)[1], error = function(e) "...")
  if (nchar(text) > 60) paste0(substr(text, 1, 57), "...") else text
}

# Numbers, names and calls of the functions by their name; `fail(piece, why)` where it is anything
# else.
check_node <- function(node, functions, fail, depth) {
  if (depth > expression_depth) {
    fail(quote(...), sprintf("is nested more than %d deep", expression_depth))
  }
  if (is.name(node)) return(check_symbol(node, fail))
  if ((is.numeric(node) || is.logical(node)) && length(node) == 1) return(invisible())
  if (!is.call(node)) fail(node, "is neither a number nor a name")
  head <- node[[1]]
  if (!is.name(head)) fail(head, "is called, and is no name of a function")
  f <- functions[[as.character(head)]]
  if (is.null(f)) fail(node, "is not of its language")
  check_arguments(node, f, fail)
  for (i in seq_along(node)[-1]) check_node(node[[i]], functions, fail, depth + 1)
}

check_symbol <- function(node, fail) {
  name <- as.character(node)
  if (!nzchar(name)) fail(node, "is an empty argument")
  if (grepl("^[.]{2}([.]|[0-9]+)$", name)) fail(node, "is no column")
}

check_arguments <- function(node, f, fail) {
  n <- length(node) - 1L
  names <- setdiff(names(node)[-1], "")
  if (n < f$least || n > f$most) fail(node, paste("has", counted(n, "argument")))
  odd <- setdiff(names, f$named)
  if (length(odd) || anyDuplicated(names)) {
    fail(node, paste("has an argument called", c(odd, names)[1]))
  }
}

all_symbols <- function(tree) unique(all.vars(tree))

# A function of the language: what it does, how many arguments it takes, which may be named.
language_function <- function(run, least = 1, most = least, named = NULL) {
  list(run = run, least = least, most = most, named = named)
}

arithmetic_functions <- function() {
  list(
    "+" = language_function(`+`, 1, 2), "-" = language_function(`-`, 1, 2),
    "*" = language_function(`*`, 2),
    "/" = language_function(`/`, 2), "^" = language_function(`^`, 2),
    "(" = language_function(identity, 1)
  )
}

# The value of an expression; `values` is a list by the real names of its variables.
run_expression <- function(expression, values, functions) {
  real <- as.list(expression$variables)
  walk <- function(node) {
    if (is.name(node)) return(values[[real[[as.character(node)]]]])
    if (!is.call(node)) return(node)
    do.call(functions[[as.character(node[[1]])]]$run, lapply(as.list(node)[-1], walk), quote = TRUE)
  }
  walk(expression$tree)
}
