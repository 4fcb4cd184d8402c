# Groups by the values of variables.

# Groups by value: a factor over the rows of the data and the condition of each level.
value_groups <- function(fit, by, call) {
  terms <- lapply(split_plus(by), without_brackets)
  values <- lapply(terms, values_of, fit = fit, call = call)
  inside <- seq_len(nrow(fit$spec$data)) %in% sample_rows(fit)
  say_column_spellings(terms, fit$spec$data, which(inside), what = "groups")
  parts <- lapply(values, function(v) in_order(v[inside]))
  grid <- do.call(expand.grid, c(rev(lapply(parts, seq_along)), list(KEEP.OUT.ATTRS = FALSE)))
  grid <- grid[rev(seq_along(parts))]
  group <- rep(NA_character_, length(inside))
  conditions <- list()
  for (i in seq_len(nrow(grid))) {
    chosen <- Map(function(p, j) p[[j]], parts, as.list(grid[i, ]))
    hit <- inside & Reduce(`&`, Map(function(v, x) v %in% x, values, chosen))
    if (!any(hit)) next
    name <- group_name(Map(value_label, terms, chosen, list(fit$spec$data)))
    name <- utils::tail(make.unique(c(names(conditions), name), " "), 1)
    group[hit] <- name
    conditions[[name]] <- Reduce(function(a, b) call("&", a, b), Map(function(term, x) {
      call("==", term, if (is.factor(x)) as.character(x) else x)
    }, terms, chosen))
  }
  list(
    by = rlang::as_label(by), split = NULL, of = NULL, group = factor(group, names(conditions)),
    conditions = conditions
  )
}

# An empty string is a value, and no name.
group_name <- function(labels) {
  name <- paste(labels, collapse = ", ")
  if (nzchar(name)) name else "\"\""
}

value_label <- function(term, value, data) {
  codes <- if (is.name(term)) value_labels(data, as.character(term))[[as.character(term)]]
  if (value %in% codes) return(names(codes)[match(value, codes)])
  if (is.character(value) || is.factor(value)) return(as.character(value))
  label <- rlang::as_label(term)
  if (is.logical(value)) return(if (value) label else paste0("not ", label))
  # All digits of a number: identifiers of ten are not one group, nor are parts of a second, which
  # R cuts off.
  if (inherits(value, "POSIXct")) return(paste(label, format(value + 4e-7, digits = 6)))
  paste(label, if (is.numeric(value)) format(value, digits = 15) else format(value))
}
