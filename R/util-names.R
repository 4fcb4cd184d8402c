# Names and the expressions they stand for, names with spaces and other letters included.

# A name that R writes between backticks, as a reader writes it.
bare_name <- function(name) sub("^`([^`]+)`$", "\\1", name)

# What R calls the coefficient of an expression.
coefficient_name <- function(expr) deparse1(expr, backtick = TRUE)

# What a label stands for: the column of that name, whatever its letters, else the expression; what
# is no expression is a name.
label_expression <- function(label, data = NULL) {
  if (label %in% names(data)) return(as.name(label))
  tryCatch(str2lang(label), error = function(e) as.name(label))
}

label_expressions <- function(labels, data) lapply(labels, label_expression, data = data)
