# Results that are tables in a database: what an index or a coupling says of itself, computed when
# it is looked at.
#
# A lazy table of dplyr's with a recipe beside it. dplyr's verbs keep both: what the recipe names
# and the table has no more is found by `collect()`, which answers as the functions of data frames
# do.

lazy_result <- function(table, class, recipe, beside = NULL) {
  structure(
    table, class = c(paste0("lazy_", class), "lazy_result", class(table)), recipe = recipe,
    beside = beside, made = table$lazy_query
  )
}

plain_lazy <- function(x) {
  for (name in c("recipe", "beside", "made")) attr(x, name) <- NULL
  class(x) <- class(x)[!startsWith(class(x), "lazy_")]
  x
}

lazy_recipe <- function(x) if (inherits(x, "lazy_result")) attr(x, "recipe", exact = TRUE)

# Is it still the table that was made, no verb of dplyr's since?
as_made <- function(x) identical(x$lazy_query, attr(x, "made", exact = TRUE))

# The recipe of a lazy index, where the table still has what it names.
lazy_index_recipe <- function(x) {
  recipe <- if (inherits(x, "lazy_composite_index")) lazy_recipe(x)
  if (all(c(recipe$panel, recipe$values) %in% colnames(x))) recipe
}

#' @exportS3Method dplyr::collect
collect.lazy_result <- function(x, ...) {
  check_remote_packages(rlang::caller_env())
  recipe <- lazy_recipe(x)
  out <- as.data.frame(dplyr::collect(plain_lazy(x), ...), optional = TRUE)
  if (!all(c(recipe$panel, recipe$values) %in% names(out))) return(out)
  class <- sub("lazy_", "", class(x)[1])
  if (class == "coupling") {
    out$level <- as.integer(out$level)
    out$stage <- stage_of(out$level, recipe$stages)
    recipe$stages <- NULL
  }
  recipe$rows <- nrow(out)
  recipe$keep <- intersect(recipe$keep, names(out))
  if (!length(recipe$keep)) recipe["keep"] <- list(NULL)
  if (!follows(out, recipe)) return(out)
  if (class == "composite_index") {
    recipe <- c(recipe, list(dimensions = collected_dimensions(x), labels = list()))
  }
  new_result(as.list(out), class, recipe)
}

collected_dimensions <- function(x) {
  out <- as.data.frame(dplyr::collect(lazy_dimensions(x)), optional = TRUE)
  dimension_table(as.list(out)[-(1:2)], 1, out, names(out)[1:2])
}

# Panel and scores by dimension of the rows that the index has.
lazy_dimensions <- function(x) {
  table <- attr(x, "beside", exact = TRUE)
  if (as_made(x)) return(table)
  dplyr::semi_join(table, plain_lazy(x), by = lazy_recipe(x)$panel)
}

#' @export
print.lazy_result <- function(x, n = 6, ...) {
  check_print_dots(...)
  check_shown(n = n)
  recipe <- lazy_recipe(x)
  if (!all(c(recipe$panel, recipe$values) %in% colnames(x))) return(invisible(print(plain_lazy(x))))
  coupled <- inherits(x, "lazy_coupling")
  say(trf(
    if (coupled) "Coupling coordination of %s" else "Composite indices: %s",
    listed(if (coupled) recipe$systems else recipe$values)
  ))
  say(tr("A lazy table: the database computes rows when they are asked for, collect() fetches all"))
  cat(if (coupled) coupling_lines(recipe) else recipe_lines(recipe), sep = "\n")
  cat("\n")
  rows <- as.data.frame(
    dplyr::collect(utils::head(plain_lazy(x), min(n, 1e6))), optional = TRUE
  )
  number <- vapply(rows, is.double, NA) & !names(rows) %in% recipe$panel
  rows[number] <- lapply(rows[number], round, 4)
  print_fitting(rows, c(recipe$values[-1], rev(recipe$keep)))
  next_steps(
    if (coupled) c("collect(x)", "fe_reg(D ~ ..., x)") else {
      c("weights(x)", "scores(x)", "coupling(x)", "collect(x)")
    },
    "dplyr::show_query(x)"
  )
  invisible(x)
}

#' @export
plot.lazy_result <- function(x, ...) check_data_frame(x, "x")

# Means by groups, one grouped query.
#' @export
summary.lazy_composite_index <- function(object, by = NULL, ...) {
  check_dots(...)
  recipe <- lazy_recipe(object)
  by <- by %||% recipe$panel[2]
  values <- lapply(stats::setNames(nm = recipe$values), as.name)
  out <- lazy_means(object, values, by, rlang::current_env())
  previewed(
    out[c(by, "rows", recipe$values)], list("Means by %s", paste(by, collapse = " and ")),
    "collect(index)", n = 25
  )
}

#' @export
summary.lazy_coupling <- function(object, by, how = "mean_of_D", growth = FALSE, above = FALSE,
                                  ...) {
  check_dots(...)
  call <- rlang::current_env()
  recipe <- lazy_recipe(object)
  if (missing(by)) by <- recipe$panel[2]
  check_choice(how, c("mean_of_D", "D_of_means"), "how", call)
  check_flag(growth, "growth")
  check_flag(above, "above")
  # Which rows are beyond a mean is a matter of its last digits.
  if (above) abort_needs_rows("", call, "object")
  if (growth) check_timed(by, recipe$panel[2], call)
  summarised <- function(by) {
    names <- c(recipe$systems, "C", "T", "D")
    values <- lapply(stats::setNames(nm = names), function(name) {
      bquote(case_when(!is.na(D) ~ .(as.name(name))))
    })
    out <- lazy_means(object, values, by, call)
    finished_means(out, recipe, as.character(by), how, recipe$stages)
  }
  out <- summarised(by)
  if (growth) out$growth <- relative_growth(out, by, recipe$panel[2])
  whole <- if (recipe$panel[2] %in% by) summarised(recipe$panel[2])
  new_coupling_summary(out, recipe, by, how, whole)
}

# Rows, rows without D (where there is one) and means of expressions by groups, in their order.
lazy_means <- function(object, values, by, call) {
  columns <- remote_columns(plain_lazy(object), "object", call)
  if (!is.null(by)) check_columns(by, columns, "by", call)
  source <- remote_source(columns)
  sums <- lapply(values, function(v) bquote(mean(.(v), na.rm = TRUE)))
  lost <- if ("D" %in% names(values)) {
    list(omitted = quote(as.double(sum(case_when(is.na(D) ~ 1, TRUE ~ 0), na.rm = TRUE))))
  }
  from <- sql_nested(source, sql_text(source, source$table))
  out <- remote_ask(
    source, sql_select(source, from, c(list(rows = count_rows), lost, sums), keys = by), call
  )
  if (length(by)) out <- out[rows_by_group(out, by)$first, , drop = FALSE]
  out[names(values)] <- lapply(out[names(values)], as.double)
  out[c("rows", names(lost))] <- lapply(out[c("rows", names(lost))], as.integer)
  rownames(out) <- NULL
  out
}
