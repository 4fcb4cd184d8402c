# From indicators and their weights to one score a row; the kernel scales on the way.

aggregations <- c("linear", "geometric", "topsis")

# What the kernel scales by: min-max of the columns that are `scaled`, the others as they are.
as_they_are <- function(columns) {
  k <- length(columns)
  list(min = numeric(k), max = rep(1, k), reversed = logical(k), scaled = logical(k))
}

# Columns that the kernel can scale on the way, and the others scaled: the columns and their
# `limits`. Outside of pooled min-max the values themselves are looked at, and made for it.
scaling_on_the_way <- function(columns, sheet, summary, spec, call) {
  if (spec$method != "minmax" || spec$scope != "pooled" || !identical(spec$range, c(0, 1))) {
    columns <- scale_columns(columns, sheet, summary, spec, call)
    return(list(columns = columns, limits = as_they_are(columns)))
  }
  direct <- sheet$direction != "interval" & summary$min < summary$max
  if (!all(direct)) {
    columns[!direct] <- scale_columns(
      columns[!direct], sheet[!direct, ], summary[!direct, ], spec, call
    )
  }
  list(columns = columns, limits = list(
    min = summary$min, max = summary$max, reversed = sheet$direction == "-", scaled = direct
  ))
}

# Scores of the systems and of the dimensions. A dimension that is all of its system has its score.
aggregate_systems <- function(z, weight, sheet, aggregate, call) {
  groups <- unique(sheet_groups(sheet))
  systems <- lapply(unique(sheet$system), function(s) which(sheet$system == s))
  dimensions <- lapply(seq_len(nrow(groups)), function(g) {
    which(sheet$system == groups$system[g] & sheet$dimension == groups$dimension[g])
  })
  own <- unique(c(systems, dimensions))
  scores <- score_groups(z, own, weight, sheet, aggregate, call)
  list(
    scores = stats::setNames(scores[match(systems, own)], unique(sheet$system)),
    dimensions = stats::setNames(scores[match(dimensions, own)], dimension_names(groups))
  )
}

# `weight` need not sum to one: over a dimension it sums to the dimension's share. NA where all
# weights are 0.
score_groups <- function(z, groups, weight, sheet, aggregate, call) {
  total <- vapply(groups, function(j) sum(weight[j]), 0)
  used <- lapply(groups, function(j) j[weight[j] > 0])
  if (aggregate == "geometric") {
    for (j in used) check_geometric(z$columns[j], z$limits$scaled[j], sheet$indicator[j], call)
  }
  out <- rep(list(rep(NA_real_, length(z$columns[[1]]))), length(groups))
  some <- total != 0
  out[some] <- bind_score(
    z$columns, z$limits, 0, 1, used[some], Map(function(j, t) weight[j] / t, used, total)[some],
    aggregate, thread_count()
  )
  # Where best and worst are the same in every indicator no row is closer than another.
  if (aggregate == "topsis") out <- lapply(out, function(u) replace(u, is.nan(u), NA))
  out
}

# Min-max gives no negative value.
check_geometric <- function(z, scaled, names, call) {
  negative <- !scaled
  negative[!scaled] <- vapply(z[!scaled], function(x) any(x < 0), NA)
  if (!any(negative)) return(invisible())
  abort("negative", c(
    paste0(
      "The geometric mean needs values that are not negative; negative ones were found in ",
      "{.val {names[negative]}}."
    ),
    i = "Normalise by {.val minmax}."
  ), call)
}
