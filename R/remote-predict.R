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
  left_out <- collinear_combinations(object)
  effects <- predicted_effects(object, left_out, t)
  b <- object$coefficients
  own <- list(.fitted = predicted_columns(object, b, effects$about, t))
  for (k in seq_along(left_out)) own <- c(own, collinear_columns(object, left_out[[k]], k, t))
  infinite <- infinite_columns(t)
  table <- with_columns(source, with_made(t), c(effects$keys, own, infinite))
  for (one in effects$tables) {
    table <- with_joined(source, table, sent_levels(source, one$table, call), one$by)
  }
  kept <- kept_collinear(left_out, effects$left_out)
  finite <- lapply(names(infinite), function(name) bquote(.(as.name(name)) == 0))
  say_unpredicted(kept, finite, table, t)
  total <- effects$total
  for (test in c(kept, finite)) total <- bquote(case_when(.(test) ~ .(total)))
  if (!is.name(total)) table <- with_columns(source, table, list(.fitted = total))
  with_names(source, table, stats::setNames(nm = c(names(columns), ".fitted")))
}

# The sum of the regressors times these coefficients, each column of numbers about its mean.
predicted_columns <- function(object, b, about, t) {
  parts <- object$recipes[intersect(c("exogenous", "endogenous"), names(object$recipes))]
  sums <- lapply(unname(parts), predicted_part, b = b, about = about, t = t)
  constant <- if ("(Intercept)" %in% names(b)) b[["(Intercept)"]] else 0
  join_plus(c(constant, unlist(sums, recursive = FALSE)))
}

# A regressor that was left out, and what it was in the sample of the others.
collinear_columns <- function(object, left_out, k, t) {
  sum_of <- function(b) {
    predicted_columns(without_offsets(object), b, left_out$centre[names(b)], t)
  }
  one <- stats::setNames(1, left_out$name)
  stats::setNames(
    list(sum_of(one), sum_of(left_out$b)), paste0(c(".ccd_gone", ".ccd_of"), k)
  )
}

without_offsets <- function(object) {
  object$recipes <- lapply(object$recipes, function(recipe) {
    recipe$offsets <- FALSE
    recipe
  })
  object
}

# By regressor left out: is it what it was in the sample, or not known to be another?
kept_collinear <- function(left_out, by_effects) {
  lapply(stats::setNames(seq_along(left_out), names(left_out)), function(k) {
    gone <- as.name(paste0(".ccd_gone", k))
    of <- call("(", call("+", as.name(paste0(".ccd_of", k)), by_effects[[k]] %||% 0))
    bquote((is.na(.(of)) | abs(.(gone) - .(of)) <= .(left_out[[k]]$tolerance)))
  })
}

# Where R's value of a regressor would be infinite there is no number to predict by.
infinite_columns <- function(t) {
  tests <- lapply(t$gathered$tests, function(x) bquote(case_when(.(x$test) ~ 1, TRUE ~ 0)))
  stats::setNames(tests, if (length(tests)) paste0(".ccd_i", seq_along(tests)))
}

# One query, where a regressor was left out or may be infinite.
say_unpredicted <- function(kept, finite, table, t) {
  tests <- c(unname(kept), finite)
  if (!length(tests)) return(invisible())
  every <- Filter(length, list(kept, finite))
  every <- lapply(every, Reduce, f = function(a, b) call("&", a, b))
  sums <- lapply(c(tests, every), function(test) {
    bquote(sum(case_when(.(test) ~ 0, TRUE ~ 1), na.rm = TRUE))
  })
  names(sums) <- paste0("without", seq_along(sums))
  query <- sql_select(
    t$source, sql_nested(t$source, sql_text(t$source, table)), c(list(n = count_rows), sums)
  )
  found <- remote_ask(t$source, query, t$call, keep = FALSE)
  if (!isTRUE(found$n > 0)) return(invisible())
  counts <- unlist(found[names(sums)], use.names = FALSE)
  rows <- counts[-seq_along(tests)]
  broken <- counts[seq_along(kept)] > 0
  say_broken(names(kept)[broken], rows[1], found$n)
  labels <- vapply(t$gathered$tests, `[[`, "", "label")
  say_infinite(unique(labels[counts[length(kept) + seq_along(finite)] > 0]), rows, found$n)
}

say_infinite <- function(labels, rows, of) {
  if (!length(labels)) return(invisible())
  rows <- rows[length(rows)]
  inform("infinite", c(
    "{rows} of {of} row{?s} {?has/have} no prediction: {.and {.code {labels}}} {?is/are} infinite.",
    i = "The logarithm of zero is a common cause."
  ))
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
predicted_part <- function(recipe, b, about, t) {
  part <- remote_part(recipe$expr, recipe$intercept, t)
  symbols <- lapply(part$variables, `[[`, "value")
  offsets <- if (!isFALSE(recipe$offsets)) unname(symbols[part$offset])
  grid <- level_grid(part, recipe, t)
  times <- function(name, x) {
    if (isTRUE(about[[name]] != 0)) x <- bquote((.(x) - .(about[[name]])))
    call("*", b[[name]], x)
  }
  terms <- lapply(seq_along(part$labels), function(term) {
    numbers <- term_numbers(part)[[term]]
    base <- if (length(numbers)) join_times(symbols[numbers])
    lags <- if (length(numbers)) part$variables[[numbers[1]]]$lags
    if (!is.null(lags)) {
      each <- paste0(numbers, lags)
      known <- each %in% names(b)
      return(join_plus(Map(times, each[known], symbols[[numbers]][known])))
    }
    named <- rownames(attr(part$terms, "factors"))[attr(part$terms, "factors")[, term] > 0]
    factors <- setdiff(named, numbers)
    if (!length(factors)) {
      name <- part$labels[term]
      return(if (name %in% names(b)) times(name, base))
    }
    columns <- grid$part$columns[grid$part$assign == term]
    columns <- columns[names(columns) %in% names(b)]
    if (!length(columns)) return(NULL)
    cases <- level_cases(grid, columns, factors, b, symbols, t)
    taken <- sum(b[names(columns)] * about[names(columns)])
    call("-", if (is.null(base)) cases else call("*", cases, base), taken)
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
level_cases <- function(grid, columns, factors, b, symbols, t) {
  value <- Reduce(`+`, Map(function(x, name) b[[name]] * x, columns, names(columns)))
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
  text <- is.character(column) || is.factor(column) || rlang::is_call(key, "substr")
  if (text) return(call("==", key, as.character(level)))
  number <- if (level %in% c("TRUE", "FALSE")) as.numeric(as.logical(level)) else as.numeric(level)
  key <- if (is.name(key)) call("as.double", key) else key
  # A level is the first fifteen digits of a number.
  if (number == round(number)) return(call("==", key, number))
  bquote((.(key) >= .(number - 6e-15 * abs(number)) & .(key) <= .(number + 6e-15 * abs(number))))
}

# The effects of a fit: expressions of their levels in the new data, a table of estimates each, and
# the prediction with them; the effects' part of what each regressor that was left out was, and what
# was taken off the regressors.
predicted_effects <- function(object, left_out, t) {
  effects <- object$spec$parsed$effects
  if (!length(effects)) return(list(total = quote(.fitted), about = 0 * object$coefficients))
  design <- model_design(object$spec, t$call, cells = TRUE)
  about <- regressor_means(object, design)
  estimated <- estimated_levels(object, design = design, about = about, centred = TRUE)
  free <- lapply(free_levels(object, estimated, design), function(levels) {
    list(levels = levels, slope_means = estimated$slope_means)
  })
  component <- levels_by_component(estimated$factors)
  sets <- c(list(estimated), free, lapply(unname(left_out), `[[`, "effects"))
  kind <- rep(c("own", "free", "gone"), c(1, length(free), length(left_out)))
  sums <- rep(list(list()), length(sets))
  keys <- list()
  tables <- list()
  for (e in seq_along(effects)) {
    labels <- paste0(".ccd_p", e, "_", seq_along(effects[[e]]))
    keys[labels] <- lapply(effects[[e]], remote_key, t = t)
    values <- lapply(design$effects[[e]], function(v) {
      v <- v[design$first[[e]]]
      if (is.factor(v)) as.character(v) else v
    })
    table <- stats::setNames(values, labels)
    if (length(component)) table[[paste0(".ccd_c", e)]] <- as.double(component[[e]])
    for (k in seq_along(sets)) {
      shares <- effect_shares(effects[[e]], names(effects)[e], sets[[k]], paste0(e, "_", k), t)
      table[names(shares$columns)] <- shares$columns
      keys[names(shares$slopes)] <- shares$slopes
      sums[[k]] <- c(sums[[k]], list(shares$total))
    }
    tables[[e]] <- list(by = labels, table = as.data.frame(table, optional = TRUE))
  }
  sums <- lapply(sums, join_plus)
  sums[[1]] <- call("+", quote(.fitted), sums[[1]])
  if (length(component)) {
    sums <- lapply(sums, function(sum) bquote(case_when(.ccd_c1 == .ccd_c2 ~ .(sum))))
  }
  total <- sums[[1]]
  for (sum in sums[kind == "free"]) total <- bquote(case_when(abs(.(sum)) <= 1e-4 ~ .(total)))
  list(
    keys = keys, tables = tables, total = total, left_out = sums[kind == "gone"], about = about
  )
}

# An effect's estimates by level, the values of its slope variables, and their sum. `set`: levels
# and the means that slopes are about.
effect_shares <- function(effect, name, set, place, t) {
  slopes <- slopes_of(effect)
  base <- if (length(slopes)) effect_base(effect) else name
  inside <- vapply(slopes %||% list(), deparse1, "")
  labels <- c(if (has_intercept(effect)) base, if (length(inside)) {
    paste0(base, "[[", inside, "]]")
  })
  columns <- stats::setNames(
    lapply(set$levels[labels], unname), paste0(".ccd_e", place, "_", seq_along(labels))
  )
  about <- set$slope_means[[name]] %||% numeric(length(slopes))
  by_slope <- stats::setNames(
    Map(function(slope, mean) {
      value <- translated(slope, t)
      if (mean == 0) value else bquote(.(value) - .(mean))
    }, slopes %||% list(), unname(about)),
    if (length(slopes)) paste0(".ccd_s", place, "_", seq_along(slopes))
  )
  symbols <- lapply(names(columns), as.name)
  factors <- c(if (has_intercept(effect)) list(1), lapply(names(by_slope), as.name))
  terms <- Map(function(a, b) if (identical(b, 1)) a else call("*", a, b), symbols, factors)
  list(
    columns = columns, slopes = by_slope,
    total = join_plus(unname(terms))
  )
}

#' @export
column_sizes.ccd_cells <- function(design, at, centre) {
  found <- scan_answer(design$remote$sample$scan, design$remote$plan)
  vapply(seq_along(at), function(k) {
    j <- at[k]
    base <- design$base[j]
    if (is.na(base)) return(max(abs(design$columns[[j]] + design$centre[j] - centre[k])))
    ends <- unlist(found[paste0(c("least", "most"), base)])
    max(abs(outer(unique(design$multiplier[[j]] %||% 1), ends) - centre[k]))
  }, 0)
}
