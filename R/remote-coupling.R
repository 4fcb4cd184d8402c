# Coupling coordination as columns of a table in a database.

#' @export
coupled.tbl_lazy <- function(x, choices, call) {
  index <- lazy_index_recipe(x)
  table <- plain_lazy(x)
  columns <- read_columns(table, "x", call = call, remote = TRUE)
  source <- remote_source(columns)
  panel <- coupling_panel(columns, choices$panel, index, call)
  columns <- settled_panel(columns, panel, "x", call)
  systems <- coupling_systems(columns, choices$systems %||% index$values, NULL, call)
  levels <- coupling_levels(choices, call)
  keep <- setdiff(names(columns), c(panel, if (is.null(index)) systems else index$values))
  check_result_names(c(panel, keep, systems), call)
  check_letters(c(panel, keep, systems), c("C", "T", "D", "level", "stage"), source, call)
  # Of an index it was said as it was made.
  if (is.null(index)) say_remote_panel(columns, panel, call)
  plan <- score_plan(source, columns, systems, index$scale %||% 1, call)
  plan <- if (is.null(choices$rescale)) {
    checked_scores(plan)
  } else {
    stretched_sums(plan, choices$rescale)
  }
  a <- system_weights(choices$weights, systems, function() entropy_of_scores(plan), call)
  table <- coordinated(plan, a, choices, levels)
  recipe <- c(coupling_recipe(panel, systems, keep, a, choices, levels), list(
    rows = plan$range$rows, omitted = plan$range$rows - plan$range$found$complete,
    labels = list(), index = index, stages = levels$labels
  ))
  result <- unique(c(panel, keep, recipe$values))
  table <- with_names(source, table, stats::setNames(nm = result))
  lazy_result(table, "coupling", recipe)
}

# To most engines a name in other letters is the same name.
check_letters <- function(names, results, source, call) {
  if (is_postgres(source)) return(invisible())
  clash <- names[tolower(names) %in% tolower(results) & !names %in% results]
  if (!length(clash)) return(invisible())
  abort("name", c(
    paste0(
      "Column{?s} {.val {clash}} of the table {?has/have} the name of a result to the database, ",
      "which takes small letters and capitals for the same."
    ),
    i = "The results are {.val {results}}: rename the column first ({.fn dplyr::rename})."
  ), call)
}

# The scores as `.ccd_y1`, ..., and their ranges.
score_plan <- function(source, columns, systems, scale, call) {
  t <- remote_translator(list(data = columns, scope = list()), source, call)
  u <- lapply(systems, function(name) {
    as_numbers(columns[[name]], cli::format_inline("Score {.val {name}}"), "scores", call)
    score <- translated(as.name(name), t)
    if (scale == 1) score else bquote(.(score) / .(scale))
  })
  k <- seq_along(systems)
  plan <- list(source = source, t = t, call = call, by = NULL, systems = systems)
  plan$table <- with_columns(
    source, source$table, stats::setNames(u, paste0(".ccd_y", k)), once = TRUE
  )
  y <- symbols_of(".ccd_y", k)
  present <- Reduce(function(a, b) call("&", a, b), lapply(y, function(y) bquote(!is.na(.(y)))))
  outside <- lapply(y, function(y) {
    bquote(as.double(sum(case_when(.(y) < 0 | .(y) > 1 ~ 1, TRUE ~ 0), na.rm = TRUE)))
  })
  names(outside) <- paste0("outside", k)
  plan$range <- column_ranges(plan, plan$table, ".ccd_y", k, extra = c(outside, list(
    complete = bquote(as.double(sum(case_when(.(present) ~ 1, TRUE ~ 0), na.rm = TRUE)))
  )))
  plan$raw <- list(rows = plan$range$rows)
  plan$present <- present
  if (!isTRUE(plan$range$rows > 0)) {
    abort("empty", c(
      "{.arg x} has no rows.", i = "Did a filter leave nothing? Give one row a unit and time."
    ), call)
  }
  plan
}

# Scores in [0, 1], but for rounding.
checked_scores <- function(plan) {
  least <- plan$range$min[1, ]
  most <- plan$range$max[1, ]
  k <- seq_along(plan$systems)
  bad <- (least < -1e-12 | most > 1 + 1e-12) %in% TRUE
  abort_scores(bad, unlist(plan$range$found[paste0("outside", k)]), plan$systems, plan$call)
  off <- which((least < 0 | most > 1) %in% TRUE)
  clipped <- lapply(symbols_of(".ccd_y", off), function(y) {
    bquote(case_when(.(y) < 0 ~ 0, .(y) > 1 ~ 1, TRUE ~ .(y)))
  })
  if (!length(off)) return(plan)
  columns <- stats::setNames(clipped, paste0(".ccd_y", off))
  plan$table <- with_columns(plan$source, plan$table, columns)
  plan$range$min[] <- pmax(plan$range$min, 0)
  plan$range$max[] <- pmin(plan$range$max, 1)
  plan
}

stretched_sums <- function(plan, rescale) {
  least <- plan$range$min[1, ]
  most <- plan$range$max[1, ]
  check_stretchable(is.finite(least) & is.finite(most) & most > least, plan$systems, plan$call)
  say_rescaled(rescale)
  k <- seq_along(plan$systems)
  stretched <- lapply(k, function(s) {
    y <- as.name(paste0(".ccd_y", s))
    low <- kept_number(least[s])
    span <- kept_number(most[s] - least[s])
    bquote(.(rescale[1]) + .(diff(rescale)) * ((.(y) - .(low)) / .(span)))
  })
  columns <- stats::setNames(stretched, paste0(".ccd_y", k))
  plan$table <- with_columns(plan$source, plan$table, columns)
  plan$range <- column_ranges(plan, plan$table, ".ccd_y", k, extra = list(
    complete = bquote(as.double(sum(case_when(.(plan$present) ~ 1, TRUE ~ 0), na.rm = TRUE)))
  ))
  plan
}

# Entropy weights of the scores of the rows that have all of them.
entropy_of_scores <- function(plan) {
  k <- seq_along(plan$systems)
  complete <- plan
  complete$table <- with_rows(plan$source, plan$table, plan$present)
  range <- column_ranges(complete, complete$table, ".ccd_y", k)
  check_two_rows(range$rows, plan$call, " with all scores")
  varying <- range$max[1, ] > range$min[1, ]
  check_scores_vary(varying, plan$call)
  complete$raw <- list(rows = range$rows)
  centre <- range$mean
  unit <- ifelse(centre == 0, 1, centre)
  sums <- divergence_sums(complete, centre, 1 / unit)
  check_same_means(sums$t * unit, range, plan$call)
  d <- ifelse(varying, divergence_from(sums$t[1, ], sums$h[1, ], range$rows), 0)
  stats::setNames(d / sum(d), plan$systems)
}

# The table with the scores as used and C, T, D, level and stage.
coordinated <- function(plan, a, choices, levels) {
  k <- seq_along(plan$systems)
  y <- symbols_of(".ccd_y", k)
  used <- stats::setNames(y, plan$systems)
  add <- function(table, ...) with_columns(plan$source, table, list(...), once = TRUE)
  table <- with_columns(plan$source, plan$table, once = TRUE, c(used, list(
    C = degree_expression(y, choices, plan),
    T = join_plus(Map(function(w, u) bquote(.(kept_number(w)) * .(u)), unname(a), y))
  )))
  at_most <- function(x) bquote(case_when(.(x) > 1 ~ 1, TRUE ~ .(x)))
  capped <- at_most(quote(C))
  table <- add(table, C = capped, D = at_most(bquote(sqrt(.(capped)) * sqrt(T))))
  edges <- c(level_edges(levels$breaks, levels$closed), 2)
  below <- as.name(if (levels$closed == "right") "<=" else "<")
  by_level <- function(values) {
    as.call(c(as.name("case_when"), lapply(seq_along(edges), function(i) {
      call("~", as.call(list(below, as.name("D"), kept_number(edges[i]))), values[[i]])
    })))
  }
  add(table, level = by_level(seq_along(edges)), stage = by_level(levels$labels))
}

# C by model, as coupling_degree() has it; products by logarithms, so that none is too small.
degree_expression <- function(u, choices, plan) {
  n <- length(u)
  unit <- natural_unit(plan$t)
  zero <- Reduce(function(a, b) call("|", a, b), lapply(u, function(u) bquote(.(u) == 0)))
  all <- plan$present
  root <- function(values, m) {
    if (m == 1) return(join_times(values))
    if (length(values) == 2 && m == 2) return(bquote(sqrt(.(values[[1]])) * sqrt(.(values[[2]]))))
    logs <- lapply(values, function(v) bquote(log(case_when(.(v) > 0 ~ .(v)))))
    bquote(exp(.(unit / m) * (.(join_plus(logs)))))
  }
  standard <- bquote(.(n) * .(root(u, n)) / (.(join_plus(u))))
  switch(
    choices$model,
    standard = bquote(case_when(.(all) & (.(zero)) ~ 0, .(all) ~ .(standard))),
    power = bquote(case_when(
      .(all) & (.(zero)) ~ 0,
      .(all) ~ exp(
        .(n * choices$k * unit) * log(case_when(.(standard) > 1 ~ 1, TRUE ~ .(standard)))
      )
    )),
    fan = {
      mean <- bquote((.(join_plus(u))) / .(n))
      squares <- join_plus(lapply(u, function(v) bquote((.(v) - .(mean)) * (.(v) - .(mean)))))
      c <- bquote(1 - 2 * sqrt((.(squares)) / .(n)))
      bquote(case_when(.(c) > 0 ~ .(c), .(all) ~ 0))
    },
    wang = wang_expression(u, zero, root, plan)
  )
}

wang_expression <- function(u, zero, root, plan) {
  n <- length(u)
  largest <- as.call(c(as.name("pmax"), u, list(na.rm = TRUE)))
  pairs <- utils::combn(n, 2)
  apart <- join_plus(lapply(seq_len(ncol(pairs)), function(p) {
    bquote(abs(.(u[[pairs[1, p]]]) - .(u[[pairs[2, p]]])))
  }))
  near <- bquote((1 - (.(apart)) / .(n * (n - 1) / 2)))
  ratio <- root(lapply(u, function(v) bquote((.(v) / .(largest)))), n - 1)
  bquote(case_when(
    .(plan$present) & (.(zero) | .(near) <= 0) ~ 0, .(plan$present) ~ sqrt(.(near) * .(ratio))
  ))
}
