# What is replayed: an index's recipe, its data and its sheet as the kernel takes them.

# What is replayed: the index's recipe, the systems, and how D follows from them.
replay_target <- function(x, call) {
  recipe <- recipe_of(x)
  coupled <- inherits(x, "coupling")
  index <- if (coupled) recipe$index else if (inherits(x, "composite_index")) recipe
  if (is.null(index$sheet)) {
    abort("recipe", c(
      paste0(
        "{.arg x} must be a composite index, or a coupling of one, that still has its recipe; it ",
        "is {.obj_type_friendly {x}}."
      ),
      i = paste0(
        "A plain data frame of scores does not say how they were made: begin with ",
        "{.fn composite_index}."
      )
    ), call)
  }
  check_replayable(index, recipe, call)
  systems <- if (coupled) recipe$systems else index$values
  levels <- level_spec("ten", "right", NULL, "en", call)
  rule <- list(
    weights = recipe$weights, model = recipe$model, k = recipe$k,
    breaks = if (coupled) level_edges(recipe$breaks, recipe$closed),
    closed_right = identical(recipe$closed, "right"),
    rescale = as.double(recipe$rescale)
  )
  if (!coupled) {
    rule <- list(
      weights = rep(1 / length(systems), length(systems)), model = "standard", k = 1,
      breaks = level_edges(levels$breaks, "right"), closed_right = TRUE, rescale = double()
    )
  }
  list(
    index = index, panel = index$panel, systems = systems, rule = rule, coupled = coupled,
    scale = if (coupled) 1 else index$scale
  )
}

check_replayable <- function(index, recipe, call) {
  if (identical(index$aggregate, "pca")) {
    abort("recipe", c(
      paste0(
        "The score of {.fn pca_index} cannot be replayed: its sign and its components may change ",
        "from sample to sample."
      ),
      i = "Use {.code composite_index(weights = \"pca\")}."
    ), call)
  }
  if (is.null(recipe$rescale) || recipe$rows == index$rows) return(invisible())
  abort("recipe", c(
    paste0(
      "A coupling with {.arg rescale} can be replayed when it is of all rows of its index; it is ",
      "of {recipe$rows} of {index$rows}."
    ),
    i = "Call {.fn coupling} of the whole index."
  ), call)
}

# Data and sheet as the kernel takes them, rows by period.
replay_study <- function(target, x, data, call) {
  index <- target$index
  if (is_normalised(data)) {
    abort("normalised", c(
      "{.arg data} must be raw, and was normalised already.",
      i = "Replays normalise by themselves: make the index of raw data."
    ), call)
  }
  data <- settled_panel(data, target$panel, "x", call)
  sheet <- index$sheet
  used <- sheet$system %in% target$systems
  columns <- indicator_columns(data, sheet[used, ], target$panel, call)
  summary <- summarise_indicators(
    columns, sheet[used, ], call, if (any(index$omitted > 0)) "propagate" else "error"
  )
  time <- data[[target$panel[2]]]
  period <- match_values(time, in_order(time))
  unit <- drawing_numbers(data[[target$panel[1]]])
  order <- order(period, unit)
  periods <- c(0L, cumsum(tabulate(period)))
  strata <- if (index$scope == "period") periods else c(0L, nrow(data))
  columns <- lapply(columns, `[`, order)
  of <- sheet$system[used]
  complete <- complete_rows(columns, of, target$systems)
  base <- if (grepl("^base ", index$scope)) {
    format_key(time[order]) == sub("^base ", "", index$scope)
  } else {
    logical()
  }
  given <- given_weights(index, sheet, used, length(periods) - 1L)
  bounds <- bounds_of_scores(target, x, summary, sheet[used, ])
  list(
    columns = fill_rows(columns, of, complete, strata), order = order,
    systems = length(target$systems), unit = unit[order], units = max(unit), periods = periods,
    strata = strata, sheet = study_sheet(sheet[used, ], target$systems, index$scope, given$always),
    weights = index$method, given = given$by_time,
    share = index$share %||% 0,
    drop_constant = !(index$method == "given" && index$normalise == "none"),
    complete = unname(complete), base = base,
    clip = bounds$clip, coupled = bounds$coupled
  )
}

study_sheet <- function(sheet, systems, scope, weight) {
  bound <- function(name) ifelse(is.na(sheet[[name]] %||% NA), 0, as.double(sheet[[name]] %||% NA))
  interval <- sheet$direction == "interval"
  list(
    system = match(sheet$system, systems), reversed = sheet$direction == "-", interval = interval,
    posted = scope == "goalposts" & !interval,
    lower = rep_len(bound("lower"), nrow(sheet)), upper = rep_len(bound("upper"), nrow(sheet)),
    weight = as.double(weight)
  )
}

# The rows of each system without a gap; nothing where there is none.
complete_rows <- function(columns, of, systems) {
  complete <- lapply(systems, function(s) !Reduce(`|`, lapply(columns[of == s], is.na)))
  if (all(vapply(complete, all, NA))) list() else stats::setNames(complete, systems)
}

# Rows with a gap hold the values of a complete row of their stratum, which no range or mean then
# notices.
fill_rows <- function(columns, of, complete, strata) {
  for (s in names(complete)) {
    stratum <- rep(seq_len(length(strata) - 1), diff(strata))
    known <- which(complete[[s]])
    instead <- known[match(stratum, stratum[known])]
    gap <- !complete[[s]] & !is.na(instead)
    columns[of == s] <- lapply(columns[of == s], function(v) replace(v, gap, v[instead[gap]]))
  }
  columns
}

# Weights as given: one an indicator, or a vector of them for each period.
given_weights <- function(index, sheet, used, periods) {
  if (index$method != "given") return(list(always = rep(1, sum(used)), by_time = list()))
  if (is.null(attr(index$weights, "time"))) {
    return(list(always = index$weights$weight[used], by_time = list()))
  }
  each <- split(index$weights$weight, rep(seq_len(periods), each = nrow(sheet)))
  list(always = rep(1, sum(used)), by_time = lapply(unname(each), `[`, used))
}

# Where the range is not the sample's, or there is none, scores may leave [0, 1]; D exists where
# those of the index do not.
bounds_of_scores <- function(target, x, summary, sheet) {
  index <- target$index
  posted <- index$scope == "goalposts" & sheet$direction != "interval"
  outside <- if (index$normalise == "none") {
    summary$min < 0 | summary$max > 1
  } else {
    posted & (summary$min < sheet[["lower"]] | summary$max > sheet[["upper"]]) %in% TRUE
  }
  inside <- vapply(target$systems, function(s) {
    all(x[[s]] / target$scale >= 0 & x[[s]] / target$scale <= 1, na.rm = TRUE)
  }, NA)
  list(
    clip = !(any(outside) || index$normalise == "zscore" || grepl("^base ", index$scope)),
    coupled = target$coupled || all(inside)
  )
}

# Do the data give the index again? Returns the rows of the study that are the rows of x.
check_replayed <- function(own, x, study, data, target, call) {
  keys <- as.data.frame(data)[study$order, target$panel]
  at <- match_rows(x, keys, target$panel)
  differs <- anyNA(at) || nrow(data) != target$index$rows
  for (s in c(target$systems, if (target$coupled) "D")) {
    if (!differs) {
      differs <- !isTRUE(all.equal(
        own[at, s], x[[s]] / (if (s == "D") 1 else target$scale), tolerance = 1e-8,
        check.attributes = FALSE
      ))
    }
  }
  if (!differs) return(at)
  abort("data", c(
    paste0(
      "{.arg data} must be the raw data that {.arg x} was made of; they do not give its scores ",
      "again ({nrow(data)} row{?s}, the index had {target$index$rows})."
    ),
    i = paste0(
      "Pass the very data frame that went into {.fn composite_index}; an index of data normalised ",
      "onto another range cannot be replayed."
    )
  ), call)
}
