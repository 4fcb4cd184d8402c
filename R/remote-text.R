# Text in SQL: columns of it, parts of these by the place of their letters, and comparisons.

# Is R's value of this text?
is_text <- function(expr, t) {
  if (is.character(expr)) return(TRUE)
  if (is.name(expr)) {
    name <- as.character(expr)
    own <- if (name %in% names(t$columns)) t$columns[[name]] else t$scope[[name]]
    return(is.character(own) || is.factor(own))
  }
  if (!is.call(expr)) return(FALSE)
  word <- called_word(expr, t)
  if (word %in% c("(", "I") && length(expr) == 2) return(is_text(expr[[2]], t))
  word %in% c("substr", "substring") && length(expr) > 1 && is_text(expr[[2]], t)
}

# R makes text of a number that is compared with text. Which text comes first depends on the
# letters' order that an engine has, or R's session; of digits and signs it is the same everywhere.
text_comparison <- function(expr, operands, text, t) {
  if (!all(text)) abort_term(expr, t, "a comparison of text with what is none")
  ordered <- rlang::is_call(expr, c("<", ">", "<=", ">="))
  plain <- function(e) is.character(e) && !grepl("[^0-9.:/ -]", e)
  operands <- lapply(operands, function(e) if (is.character(e)) e else translated_text(e, t))
  if (ordered && !any(vapply(operands, plain, NA))) {
    abort_term(expr, t, "an order of text, which is another in each system,")
  }
  as.call(c(expr[[1]], operands))
}

translated_text <- function(expr, t) {
  expr <- if (rlang::is_call(expr, "I")) expr[[2]] else without_brackets(expr)
  if (is.name(expr) && !as.character(expr) %in% names(t$columns)) {
    return(known_value(as.character(expr), t))
  }
  if (is.call(expr)) part_of_text(expr, t) else expr
}

# substr(code, 1, 2): letters from one place to another, counted from one.
part_of_text <- function(expr, t) {
  long <- called_word(expr, t) == "substring"
  given <- arguments_of(expr, if (long) c("text", "first", "last") else c("x", "start", "stop"), t)
  names(given) <- c("x", "from", "to")
  if (long && is.null(given$to)) given$to <- 1000000
  if (any(vapply(given, is.null, NA))) abort_term(expr, t)
  from <- translated(given$from, t)
  to <- translated(given$to, t)
  places <- is.numeric(from) && is.numeric(to) && from >= 1 && to >= from && to <= 1e9
  if (!places) abort_term(expr, t)
  # A factor's numbers are what substr() of R sees.
  x <- translated_text(given$x, t)
  if (!is.name(x) || !is.character(t$columns[[as.character(x)]])) abort_term(expr, t)
  call("substr", x, as.integer(from), as.integer(to))
}

# startsWith(code, "11")
prefix_rule <- function(expr, t) {
  given <- arguments_of(expr, c("x", "prefix"), t)
  prefix <- given$prefix
  known <- is.name(prefix) && !as.character(prefix) %in% names(t$columns)
  if (known) prefix <- known_value(as.character(prefix), t)
  if (is.null(given$x) || !is.character(prefix) || !nzchar(prefix)) abort_term(expr, t)
  part <- call("substr", given$x, 1, nchar(prefix))
  if (!is_text(part, t)) abort_term(expr, t)
  call("(", call("==", part_of_text(part, t), prefix))
}
