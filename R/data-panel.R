# What a panel lacks and what its units look like, said once by each call that declares one, as
# Stata's xtset does.

say_panel <- function(panel, data) UseMethod("say_panel", data)

#' @export
say_panel.default <- function(panel, data) {
  say_unbalanced(panel, data)
  say_spellings(data[[panel[1]]], panel[1])
}

# The same of effects, clusters and dummies that are names, in the sample; those of the panel's
# units are said with it.
say_level_spellings <- function(design, parts, spec, clusters, spelt) {
  if (!is.data.frame(spec$data) || is.null(spelt)) return(invisible())
  data <- sample_levels(spec$data, design)
  effects <- spec$parsed$effects %||% spec$effects
  variables <- c(effects, clusters[setdiff(names(clusters), names(effects))])
  said <- c(spec$panel[1], spelt)
  for (label in names(variables)) {
    # Of effects the design has a row of each level.
    rows <- design$first[[label]] %||% design$sample$rows
    said <- c(said, say_column_spellings(variables[[label]], data, rows, said))
  }
  for (part in parts) {
    for (label in names(part$xlevels)) {
      name <- if (label %in% names(spec$data)) label else levels_variable(str2lang(label))
      name <- setdiff(name, said)
      said <- c(said, name)
      if (length(name)) say_spellings(part$xlevels[[label]], name, "levels")
    }
  }
}

# Columns by which effects and clusters are looked at: of a table in a database, those of the rows
# that stand for it in the design.
sample_levels <- function(data, design) UseMethod("sample_levels")

#' @export
sample_levels.default <- function(data, design) data

# Those of the columns that some expressions are, but for what was said; the columns' names.
say_column_spellings <- function(exprs, data, rows, said = NULL, what = "levels") {
  if (!is.data.frame(data)) return(character())
  names <- intersect(unlist(lapply(as.list(exprs), levels_variable)), names(data))
  for (name in setdiff(names, said)) {
    x <- data[[name]]
    say_spellings(if (is.null(rows)) x else x[rows], name, what)
  }
  names
}

# The columns that a fit has looked at, for one that comes after it: not those of other values.
looked_at <- function(fit, exprs, data) {
  if (!is.data.frame(data)) return(NULL)
  # A table in a database has its values elsewhere.
  if (!nrow(data) && !identical(fit$spec$data, data)) return(character())
  exprs <- c(exprs, fit$covariance_spec$clusters)
  names <- unlist(lapply(unname(exprs), all.vars))
  Filter(function(name) identical(fit$spec$data[[name]], data[[name]]), unique(names))
}

# What several fits would say of one column, the first says.
spelt_once <- function(expr) {
  said <- character()
  withCallingHandlers(expr, ccdpanel_message_spellings = function(m) {
    text <- conditionMessage(m)
    if (text %in% said) rlang::cnd_muffle(m)
    said <<- c(said, text)
  })
}

# Those of clusters that the fit did not have; its own, and its effects, were said with it.
say_cluster_spellings <- function(fit, cov_spec, effects, design) {
  known <- unlist(lapply(as.list(c(fit$covariance_spec$clusters, effects)), all.vars))
  say_column_spellings(
    unlist(unname(cov_spec$clusters)), sample_levels(fit$spec$data, design), fit$sample$rows,
    c(fit$spec$panel[1], known)
  )
}

# The column whose values are levels: `x`, factor(x), as.factor(x).
levels_variable <- function(expr) {
  if (rlang::is_call(expr, c("factor", "as.factor")) && length(expr) > 1) expr <- expr[[2]]
  if (is.name(expr)) as.character(expr)
}

# Each unit and time is known to be one row: the panel is balanced where there are as many rows as
# pairs.
say_unbalanced <- function(panel, data) {
  shape <- panel_shape(data[[panel[1]]], data[[panel[2]]])
  if (!is.null(shape)) say_shape(shape, panel)
}

say_shape <- function(shape, panel) {
  inform_plainly("unbalanced", sprintf(
    "Unbalanced panel: %s for %s (%s) and %s (%s), %s if it were balanced; %s %s times%s.",
    counted(shape$rows, "row"), counted(shape$units, "unit"), panel[1],
    counted(shape$times, "time"), panel[2],
    format(shape$units * shape$times, scientific = FALSE), counted(shape$lacking, "unit"),
    if (shape$lacking == 1) "lacks" else "lack",
    gaps_text(shape)
  ))
}

gaps_text <- function(shape) {
  if (!shape$gaps) return("")
  which <- if (shape$gaps < shape$lacking) paste(shape$gaps, "of them", "") else ""
  sprintf(
    ", %sbetween %s first and last%s", which, if (shape$gaps == 1) "its" else "their",
    if (nzchar(shape$first)) sprintf(" (%s)", shape$first) else ""
  )
}

# NULL where the panel is balanced. Units lack times that others have; gaps are those between a
# unit's first and last.
panel_shape <- function(unit, time) {
  if (length(unit) == distinct(unit) * as.double(distinct(time))) return(NULL)
  units <- numbered(unit)
  times <- numbered(time, sorted = TRUE)
  sorted <- times$code[order(units$code, times$code, method = "radix")]
  count <- tabulate(units$code, length(units$first))
  last <- cumsum(count)
  gap <- sorted[last] - sorted[last - count + 1] + 1 > count
  list(
    rows = length(unit), units = length(units$first), times = length(times$first),
    lacking = sum(count < length(times$first)), gaps = sum(gap),
    first = first_names(format_key(unit[units$first[gap]]), 3)
  )
}

# How many different values.
distinct <- function(x) {
  code <- whole_codes(x)
  if (is.null(code)) length(unique(x)) else length(bind_number_levels(code, FALSE)$first)
}

# Names are looked at for two spellings up to so many.
most_names <- 5000

# Two spellings of a name are two units: lags, effects and clusters take them apart, and no number
# shows it.
say_spellings <- function(unit, name, what = "units") {
  # Text that is none in its encoding is refused where it is read.
  if (!is.character(unit) && !is.factor(unit) || !is_readable(unit)) return(invisible())
  names <- if (is.factor(unit)) levels(droplevels(unit)) else unique(unit)
  # Beyond this they are persons or firms, and told apart by codes.
  if (length(names) > most_names) return(invisible())
  # The same whatever the order of the rows.
  twice <- spelt_twice(sort_by_codes(names))
  if (!length(twice)) return(invisible())
  shown <- vapply(twice, function(x) paste0("\"", x, "\"", collapse = " = "), "")
  way <- if (attr(twice, "provinces")) {
    sprintf("`match_province(data$%s)` gives each one name", coefficient_name(as.name(name)))
  } else {
    "Give each one name"
  }
  inform_plainly("spellings", sprintf(
    "Spelt in two ways, and taken for different %s of %s: %s. %s.", what, name,
    first_names(shown, 5), way
  ))
}

# Groups of names that are one name: the same but for blanks and capitals, the same place, or the
# same province where most are provinces.
spelt_twice <- function(names) {
  groups <- function(key) {
    key <- replace(key, !nzchar(key), NA)
    unname(split(names, factor(key, unique(key[duplicated(key) & !is.na(key)]))))
  }
  province <- if (look_like_provinces(names)) province_row(names, province_table())
  if (length(province) && sum(!is.na(province)) > length(names) / 2) {
    return(structure(groups(as.character(province)), provinces = TRUE))
  }
  # "U.S." is "US": full stops of abbreviations are none of the name.
  key <- gsub("(?<![a-z])([a-z])[.]", "\\1", place_key(names), perl = TRUE)
  structure(groups(key), provinces = FALSE)
}

# Cheaper than to look for each name by all its spellings, which most panels have no use for.
look_like_provinces <- function(names) {
  table <- province_table()
  length(names) <= 200 && sum(names %in% c(table$name, table$zh, table$zh_full)) > length(names) / 4
}

# What was said of a panel by the step before is not said again.
without_panel <- function(expr) {
  muffle <- function(m) rlang::cnd_muffle(m)
  withCallingHandlers(
    expr, ccdpanel_message_unbalanced = muffle, ccdpanel_message_spellings = muffle
  )
}
