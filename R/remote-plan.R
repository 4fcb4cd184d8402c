# What a model needs of the engine: variables, the keys that rows are grouped by, and the bases
# whose sums are asked for, as columns of one lazy table.

# Names of the columns that the plan makes: .ccd_v1, ... (variables), .ccd_k1, ... (keys).
remote_plan <- function(spec, clusters, call) {
  t <- remote_translator(spec, remote_source(spec$data), call)
  model <- if (is.null(spec$equations)) regression_asked(spec, t) else system_asked(spec, t)
  of_parts <- remote_variables(c(model$parts, lapply(spec$beside, remote_part, TRUE, t)))
  effects <- lapply(spec_effects(spec), lapply, remote_key, t = t)
  slopes <- lapply(spec_effects(spec), function(e) {
    exprs <- slopes_of(e) %||% list()
    lapply(stats::setNames(exprs, vapply(exprs, deparse1, "")), translated, t = t)
  })
  response <- model$response[!duplicated(names(model$response))]
  new <- !names(of_parts$numbers) %in% names(response)
  plan <- list(
    t = t, parts = model$parts, truths = of_parts$truths,
    order = c(names(response), of_parts$order), dependent = length(response),
    numbers = c(response, of_parts$numbers[new]),
    labels = c(names(response), of_parts$labels[new]), gaps = model$gaps,
    weights = if (!is.null(spec$weights)) remote_weights(spec$weights, t),
    subset = if (!is.null(spec$subset)) remote_subset(spec$subset, t),
    aside = lapply(spec$aside, translated, t = t)
  )
  plan <- c(plan, remote_keys(effects, slopes, of_parts$factors, clusters, t))
  plan$bases <- remote_bases(plan, model$dependent)
  plan$table <- remote_table(plan)
  plan$terms <- plan_terms(plan)
  plan
}

# What a regression asks for: its parts, the dependent variable, and what of it is summed: less the
# offsets, and where there are some also as it came.
regression_asked <- function(spec, t) {
  parts <- remote_parts(spec, t)
  response <- remote_response(spec$parsed$response, t)
  name <- names(response)
  offsets <- unlist(lapply(unname(parts), `[[`, "offset"))
  dependent <- list(`(y)` = list(name = name, offsets = offsets))
  if (length(offsets)) dependent[["(response)"]] <- list(name = name)
  list(parts = parts, response = response, dependent = dependent)
}

# list(plan, sample). Where PostgreSQL refuses to compute a value that R has, as by a product of two
# numbers of 1e200, all is computed once more with a look at each operation's operands.
sampled_plan <- function(spec, clusters, call) {
  source <- remote_source(spec$data)
  attempt <- function() {
    plan <- remote_plan(spec, clusters, call)
    list(plan = plan, sample = remote_sample(plan))
  }
  if (!is_postgres(source) || !isTRUE(source$inside) || isTRUE(source$guarded)) return(attempt())
  made <- try_inside(source, attempt(), call)
  if (!is.null(made)) return(made)
  source$guarded <- TRUE
  attempt()
}

remote_parts <- function(spec, t) {
  hold <- hold_constant(spec$parsed$effects)
  parts <- list(exogenous = remote_part(spec$parsed$exogenous, if (hold) TRUE, t))
  if (is.null(spec$parsed$endogenous)) return(parts)
  c(parts, list(
    endogenous = remote_part(spec$parsed$endogenous, TRUE, t),
    instruments = remote_part(spec$parsed$instruments, TRUE, t)
  ))
}

remote_response <- function(expr, t) {
  label <- rlang::as_label(expr)
  if (is.name(expr) && label %in% names(t$columns)) {
    as_numbers(
      t$columns[[label]], cli::format_inline("The dependent variable {.code {label}}"), "response",
      t$call
    )
  }
  check_names_column(expr, t)
  stats::setNames(list(translated(expr, t)), label)
}

remote_weights <- function(expr, t) {
  if (is.name(expr) && as.character(expr) %in% names(t$columns)) {
    as_numbers(
      t$columns[[as.character(expr)]],
      cli::format_inline("{.arg weights} ({.code {rlang::as_label(expr)}})"), "weights", t$call
    )
  }
  check_names_column(expr, t)
  translated(expr, t)
}

remote_subset <- function(expr, t) {
  if (!is_truth(expr, t)) {
    # What the engine cannot say may well be true or false to R.
    translated(expr, t)
    check_subset(0, t$call)
  }
  check_names_column(expr, t)
  condition(without_brackets(expr), t)
}

# Every key once; which of them make each effect, slope, factor and cluster.
remote_keys <- function(effects, slopes, factors, clusters, t) {
  clusters <- lapply(clusters, lapply, remote_key, t = t)
  all <- c(
    unlist(unname(effects), recursive = FALSE), unlist(unname(slopes), recursive = FALSE),
    unname(factors), unlist(unname(clusters), recursive = FALSE)
  )
  all <- unname(all[!duplicated(all)])
  names(all) <- if (length(all)) paste0(".ccd_k", seq_along(all))
  of <- function(exprs) vapply(exprs, function(e) names(all)[match(list(e), all)], "")
  list(
    keys = all, effects = lapply(effects, of), slopes = Filter(length, lapply(slopes, of)),
    factors = of(factors), clusters = lapply(clusters, of)
  )
}

# The products that are summed: the dependent variables less offsets first, then those of the terms.
remote_bases <- function(plan, dependent) {
  symbols <- stats::setNames(
    lapply(paste0(".ccd_v", seq_along(plan$numbers)), as.name), names(plan$numbers)
  )
  left <- lapply(dependent, function(y) {
    Reduce(function(a, b) call("-", a, b), symbols[y$offsets], symbols[[y$name]])
  })
  wanted <- unlist(lapply(unname(plan$parts), function(part) {
    numbers <- term_numbers(part)
    unlist(lapply(numbers[lengths(numbers) > 0], function(named) {
      lags <- part$variables[[named[1]]]$lags
      if (is.null(lags)) list(named) else as.list(paste0(named, lags))
    }), recursive = FALSE)
  }), recursive = FALSE)
  wanted <- stats::setNames(wanted %||% list(), vapply(wanted, base_id, ""))
  wanted <- wanted[!duplicated(names(wanted)) & !names(wanted) %in% names(left)]
  c(left, lapply(wanted, function(named) {
    Reduce(function(a, b) {
      guarded_product(a, b, str2lang(paste(named, collapse = "*")), plan$t)
    }, symbols[named])
  }))
}

base_id <- function(names) paste(sort(names), collapse = "\r")

# One row a row of the table: variables, keys, weight, flags. `.ccd_s` is one inside `subset`,
# `.ccd_c` one where nothing is missing there, `.ccd_u` one where the row is used. `numbers`: of a
# table without a NaN, the variables without a look for one.
remote_table <- function(plan, numbers = plan$numbers) {
  flag <- function(test) bquote(case_when(.(test) ~ 1, TRUE ~ 0))
  numbers <- stats::setNames(numbers, paste0(".ccd_v", seq_along(numbers)))
  tests <- plan$t$gathered$tests
  tests <- stats::setNames(lapply(tests, function(x) {
    flag(do.call(substitute, list(x$test, numbers)))
  }), if (length(tests)) paste0(".ccd_i", seq_along(tests)))
  aside <- stats::setNames(plan$aside, if (length(plan$aside)) {
    paste0(".ccd_a", seq_along(plan$aside))
  })
  columns <- c(
    numbers, plan$keys, aside, plan$gaps, spread_columns(plan), tests, text_tests_of(plan$t),
    list(
      .ccd_w = plan$weights, .ccd_s = if (is.null(plan$subset)) 1 else flag(plan$subset),
      .ccd_b = if (is_postgres(plan$t$source)) plan$subset
    )
  )
  columns <- columns[!vapply(columns, is.null, NA)]
  source <- plan$t$source
  rows <- sql_nested(source, sql_text(source, with_made(plan$t)))
  stepped <- in_steps(source, columns)
  for (before in stepped$before) {
    rows <- sql_nested(source, sql_select(source, rows, before, all = TRUE))
  }
  evaluated <- sql_select(source, rows, stepped$exprs)
  present <- lapply(unlist(plan_variables(plan)), function(name) bquote(!is.na(.(as.name(name)))))
  complete <- Reduce(function(a, b) call("&", a, b), present, quote(.ccd_s == 1))
  used <- if (is.null(plan$weights)) complete else bquote(.(complete) & .ccd_w != 0)
  flagged <- sql_select(
    source, sql_nested(source, evaluated), list(.ccd_c = flag(complete), .ccd_u = flag(used)),
    all = TRUE
  )
  sql_nested(source, flagged)
}

# `case_when(x != "NaN" ~ value)` as the value, wherever an expression has it.
without_nan <- function(expr) {
  if (!is.call(expr)) return(expr)
  if (rlang::is_call(expr, c("+", "-", "*", "/"), n = 2)) {
    words <- chained_words(expr, c("+", "-", "*", "/"))
    parts <- lapply(chained(expr, c("+", "-", "*", "/")), without_nan)
    for (i in seq_along(words)) parts[[1]] <- call(words[i], parts[[1]], parts[[i + 1]])
    return(parts[[1]])
  }
  if (rlang::is_call(expr, "case_when", n = 1) && rlang::is_call(expr[[2]][[2]], "!=")) {
    if (identical(expr[[2]][[2]][[3]], "NaN")) return(expr[[2]][[3]])
  }
  as.call(lapply(expr, without_nan))
}

# SQLite holds text in columns of numbers, and casts it to zero without a word.
text_tests_of <- function(t) {
  leaves <- if (is_sqlite(t$source)) t$gathered$leaves
  if (!length(leaves)) return(NULL)
  stats::setNames(lapply(leaves, function(name) {
    bquote(case_when(typeof(.(as.name(name))) %in% .(c("text", "blob")) ~ 1, TRUE ~ 0))
  }), paste0(".ccd_t", seq_along(leaves)))
}

# The columns that must be present, named as select_rows() has them; several lags are one variable.
plan_variables <- function(plan) {
  numbers <- split(
    paste0(".ccd_v", seq_along(plan$numbers)), factor(plan$labels, unique(plan$labels))
  )
  slopes <- unlist(unname(plan$slopes))
  effects <- unlist(unname(Map(function(keys, name) {
    stats::setNames(keys, if (length(keys) == 1) name else {
      paste0(name, " (", seq_along(keys), ")")
    })
  }, plan$effects, names(plan$effects))))
  plain <- c(numbers, as.list(plan$factors))[unique(plan$order)]
  first <- seq_len(plan$dependent)
  c(
    plain[first], slopes, plain[-first], effects,
    if (!is.null(plan$weights)) c(`weights =` = ".ccd_w")
  )
}

# Sums over the used rows, in all or by keys.
used_sums <- function(plan, sums, keys = character(), from = plan$table) {
  used <- if (from == plan$table) used_rows(plan) else quote(.ccd_u == 1)
  summed_select(plan, c(list(n = count_rows), sums), used, keys, from)
}

# Sums of `.ccd_x1`, ..., the bases less their centres, and of other columns of the plan's table.
# PostgreSQL is made to compute each once a row, since it would write them into every sum; rows of
# other servers would then travel.
centred_select <- function(plan, centre, sums, keys = character(), where = used_rows(plan)) {
  source <- plan$t$source
  sums <- c(list(n = count_rows), sums)
  centred <- stats::setNames(lapply(seq_along(plan$bases), function(j) {
    centred_base(plan, centre, j)
  }), paste0(".ccd_x", seq_along(plan$bases)))
  if (!is_postgres(source) || length(source$shards)) {
    sums <- lapply(sums, function(sum) do.call(substitute, list(sum, centred)))
    query <- summed_select(plan, sums, where, keys)
    return(structure(query, columns = c(keys, names(sums))))
  }
  others <- setdiff(c(keys, unlist(lapply(unname(sums), all.vars))), names(centred))
  columns <- c(stats::setNames(lapply(others, as.name), others), centred)
  rows <- sql_once(source, sql_select(source, plan$table, columns, where = where))
  query <- sql_select(source, sql_nested(source, rows), sums, keys = keys)
  structure(query, columns = c(keys, names(sums)))
}

# Sums, asked in as many queries as the columns need that an engine returns at most; `write` makes a
# query of some of them. Groups of one query find theirs in the next by their keys.
asked_sums <- function(plan, sums, write, keys = character(), sent = NULL) {
  source <- plan$t$source
  room <- most_columns(source) - length(keys) - 1
  found <- lapply(split(sums, (seq_along(sums) - 1) %/% room), function(part) {
    remote_ask(source, write(part), plan$t$call, keep = FALSE, sent = sent)
  })
  Reduce(function(a, b) {
    check_unchanged(sum(b$n), sum(a$n), plan$t$call)
    at <- if (length(keys)) match(key_mark(a[keys]), key_mark(b[keys])) else 1L
    cbind(a, b[at, setdiff(names(b), c("n", keys)), drop = FALSE])
  }, found)
}

# `.ccd_u == 1` spelled out, since an engine that plans guesses how many rows meet a condition, and
# takes few to meet one on what a CASE gives.
used_rows <- function(plan) {
  present <- lapply(unlist(plan_variables(plan)), function(name) bquote(!is.na(.(as.name(name)))))
  inside <- if (is.null(plan$subset)) {
    NULL
  } else if (is_postgres(plan$t$source)) {
    quote(.ccd_b)
  } else {
    quote(.ccd_s == 1)
  }
  weighted <- if (!is.null(plan$weights)) quote(.ccd_w != 0)
  parts <- Filter(Negate(is.null), c(list(inside), unname(present), list(weighted)))
  Reduce(function(a, b) call("&", a, b), parts)
}
