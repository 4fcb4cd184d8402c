# Predictions in the database: the table with one more column, `.fitted`, and no row fetched.
#
# Regressors are translated as for a fit; factors and effects are small tables of the fit's, joined
# by their levels. A level that the sample has not gives a missing prediction, as in memory.

#' @export
predicted.tbl_lazy <- function(newdata, object, call) {
  check_remote_packages(call)
  columns <- remote_columns(newdata, "newdata", call)
  check_own_names(names(columns), ".fitted", call)
  source <- remote_source(columns)
  spec <- object$spec
  regressors <- Filter(Negate(is.null), c(
    list(spec$parsed$exogenous, spec$parsed$endogenous), effect_expressions(spec$parsed$effects)
  ))
  check_variables(regressors, columns, spec$scope, call)
  spec$data <- columns
  t <- remote_translator(spec, source, call)
  b <- object$coefficients
  parts <- object$recipes[intersect(c("exogenous", "endogenous"), names(object$recipes))]
  sums <- lapply(unname(parts), predicted_part, b = b, t = t)
  constant <- if ("(Intercept)" %in% names(b)) b[["(Intercept)"]] else 0
  total <- join_plus(c(constant, unlist(sums, recursive = FALSE)))
  effects <- predicted_effects(object, t)
  table <- with_columns(source, with_made(t), c(effects$keys, .fitted = total))
  for (one in effects$tables) {
    table <- with_joined(source, table, sent_levels(source, one$table, call), one$by)
  }
  if (length(effects$tables)) table <- with_columns(source, table, list(.fitted = effects$total))
  with_names(source, table, stats::setNames(nm = c(names(columns), ".fitted")))
}

#' @export
predicted_system.tbl_lazy <- function(newdata, object, call) {
  fits <- equation_fits(object)
  names <- stats::setNames(paste0(".fitted_", names(fits)), names(fits))
  check_own_names(colnames(newdata), unname(names), call)
  for (name in names(fits)) {
    table <- predicted(newdata, fits[[name]], call)
    newdata <- dplyr::rename(table, dplyr::all_of(stats::setNames(".fitted", names[[name]])))
  }
  newdata
}

sent_levels <- function(source, table, call) {
  if (nrow(table) <= 1000) return(inline_table(source, table))
  name <- basename(tempfile("ccd_levels_"))
  tryCatch(
    without_a_change(source, DBI::dbWriteTable(source$con, name, table, temporary = TRUE)),
    error = function(e) abort_engine(source, e, call)
  )
  dplyr::tbl(source$con, name)
}

# The terms of a part times their coefficients, as expressions.
predicted_part <- function(recipe, b, t) {
  part <- remote_part(recipe$expr, recipe$intercept, t)
  symbols <- lapply(part$variables, `[[`, "value")
  offsets <- unname(symbols[part$offset])
  grid <- level_grid(part, recipe, t)
  terms <- lapply(seq_along(part$labels), function(term) {
    numbers <- term_numbers(part)[[term]]
    base <- if (length(numbers)) Reduce(function(a, b) call("*", a, b), symbols[numbers])
    lags <- if (length(numbers)) part$variables[[numbers[1]]]$lags
    if (!is.null(lags)) {
      each <- paste0(numbers, lags)
      each <- Map(function(x, name) call("*", b[[name]], x), symbols[[numbers]][each %in% names(b)],
        each[each %in% names(b)])
      return(join_plus(each))
    }
    named <- rownames(attr(part$terms, "factors"))[attr(part$terms, "factors")[, term] > 0]
    factors <- setdiff(named, numbers)
    if (!length(factors)) {
      name <- part$labels[term]
      return(if (name %in% names(b)) call("*", b[[name]], base))
    }
    cases <- level_cases(grid, term, factors, b, symbols, t)
    if (is.null(base)) cases else call("*", cases, base)
  })
  c(offsets, Filter(Negate(is.null), terms))
}

# R's own coding of every combination of the factors' levels.
level_grid <- function(part, recipe, t) {
  factors <- names(Filter(function(v) v$kind == "factor", part$variables))
  if (!length(factors)) return(NULL)
  in_frame <- stats::setNames(part$in_frame, names(part$variables))
  levels <- lapply(stats::setNames(nm = factors), function(name) {
    recipe$xlevels[[in_frame[[name]]]] %||% c(FALSE, TRUE)
  })
  if (prod(lengths(levels)) > 10000) {
    abort_term(str2lang(factors[1]), t, "one of factors with too many combinations of levels")
  }
  frame <- expand.grid(levels, KEEP.OUT.ATTRS = FALSE, stringsAsFactors = FALSE)
  for (name in setdiff(names(part$variables), factors)) frame[[name]] <- rep(1, nrow(frame))
  frame <- frame[names(part$variables)]
  names(frame) <- part$in_frame
  for (name in names(recipe$xlevels)) {
    frame[[name]] <- factor(frame[[name]], levels = recipe$xlevels[[name]])
  }
  attr(frame, "terms") <- part$terms
  made <- expand_part(list(
    frame = frame, contrasts = recipe$contrasts, xlevels = recipe$xlevels
  ), NULL)
  list(levels = expand.grid(levels, stringsAsFactors = FALSE), part = made)
}

# One case a combination of the levels of a term's factors: the sum of its coefficients there.
level_cases <- function(grid, term, factors, b, symbols, t) {
  columns <- which(grid$part$assign == term)
  columns <- columns[names(grid$part$columns)[columns] %in% names(b)]
  value <- Reduce(`+`, lapply(columns, function(j) {
    b[[names(grid$part$columns)[j]]] * grid$part$columns[[j]]
  }), numeric(nrow(grid$levels)))
  first <- !duplicated(grid$levels[factors])
  cases <- lapply(which(first), function(i) {
    tests <- lapply(factors, function(name) {
      level_test(symbols[[name]], grid$levels[[name]][i], t)
    })
    call("~", Reduce(function(a, b) call("&", a, b), tests), value[i])
  })
  as.call(c(as.name("case_when"), cases))
}

# Is a key this level? Levels are text to R, whatever the column holds.
level_test <- function(key, level, t) {
  column <- if (is.name(key)) t$columns[[as.character(key)]]
  if (is.logical(column)) return(if (as.logical(level)) key else call("!", key))
  if (is.character(column) || is.factor(column)) return(call("==", key, as.character(level)))
  number <- if (level %in% c("TRUE", "FALSE")) as.numeric(as.logical(level)) else as.numeric(level)
  key <- if (is.name(key)) call("as.double", key) else key
  # A level is the first fifteen digits of a number.
  if (number == round(number)) return(call("==", key, number))
  bquote((.(key) >= .(number - 6e-15 * abs(number)) & .(key) <= .(number + 6e-15 * abs(number))))
}

# The effects of a fit: expressions of their levels in the new data, a table of estimates each, and
# the prediction with them.
predicted_effects <- function(object, t) {
  effects <- object$spec$parsed$effects
  if (!length(effects)) return(list())
  design <- model_design(object$spec, t$call, cells = TRUE)
  estimated <- estimated_levels(object)
  component <- levels_by_component(estimated$factors)
  free <- free_levels(object, estimated, design)
  moved <- rep(list(0), length(free))
  keys <- list()
  tables <- list()
  total <- quote(.fitted)
  for (e in seq_along(effects)) {
    labels <- paste0(".ccd_p", e, "_", seq_along(effects[[e]]))
    keys[labels] <- lapply(effects[[e]], remote_key, t = t)
    values <- lapply(design$effects[[e]], function(v) {
      v <- v[design$first[[e]]]
      if (is.factor(v)) as.character(v) else v
    })
    table <- stats::setNames(values, labels)
    shares <- effect_shares(effects[[e]], names(effects)[e], estimated$levels, e, t)
    table[names(shares$columns)] <- shares$columns
    if (length(component)) table[[paste0(".ccd_c", e)]] <- as.double(component[[e]])
    keys[names(shares$slopes)] <- shares$slopes
    total <- call("+", total, shares$total)
    for (k in seq_along(free)) {
      place <- paste0(e, "_free", k)
      parts <- effect_shares(effects[[e]], names(effects)[e], free[[k]], place, t)
      table[names(parts$columns)] <- parts$columns
      keys[names(parts$slopes)] <- parts$slopes
      moved[[k]] <- call("+", moved[[k]], parts$total)
    }
    tables[[e]] <- list(by = labels, table = as.data.frame(table, optional = TRUE))
  }
  if (length(component)) total <- bquote(case_when(.ccd_c1 == .ccd_c2 ~ .(total)))
  for (sum in moved) total <- bquote(case_when(abs(.(sum)) <= 1e-4 ~ .(total)))
  list(keys = keys, tables = tables, total = total)
}

# An effect's estimates by level, the values of its slope variables, and their sum.
effect_shares <- function(effect, name, estimates, e, t) {
  slopes <- slopes_of(effect)
  base <- if (length(slopes)) effect_base(effect) else name
  inside <- vapply(slopes %||% list(), deparse1, "")
  labels <- c(if (has_intercept(effect)) base, if (length(inside)) {
    paste0(base, "[[", inside, "]]")
  })
  columns <- stats::setNames(
    lapply(estimates[labels], unname), paste0(".ccd_e", e, "_", seq_along(labels))
  )
  by_slope <- stats::setNames(
    lapply(slopes, translated, t = t),
    if (length(slopes)) paste0(".ccd_s", e, "_", seq_along(slopes))
  )
  symbols <- lapply(names(columns), as.name)
  factors <- c(if (has_intercept(effect)) list(1), lapply(names(by_slope), as.name))
  terms <- Map(function(a, b) if (identical(b, 1)) a else call("*", a, b), symbols, factors)
  list(
    columns = columns, slopes = by_slope,
    total = join_plus(unname(terms))
  )
}
