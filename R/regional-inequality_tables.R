# What each number of the kernel is: its order is that of InequalityLayout.
inequality_names <- function(groups) {
  k <- length(groups)
  totals <- data.frame(
    measure = c(inequality_measures, rep("gini", 3), rep(c("theil_T", "theil_L"), each = 2)),
    part = c(rep("total", 5), "within", "between", "overlap", rep(c("within", "between"), 2)),
    group = NA_character_, other = NA_character_
  )
  each <- c("mean", "population", "share", "gini", "theil_T", "theil_L")
  group <- data.frame(
    measure = rep(each, k), part = "group", group = rep(groups, each = 6), other = NA_character_
  )
  if (k < 2) return(rbind(totals, group))
  at <- do.call(rbind, lapply(2:k, function(g) cbind(g, seq_len(g - 1))))
  pair <- data.frame(
    measure = rep(c("gini", "distance"), nrow(at)), part = "pair",
    group = rep(groups[at[, 2]], each = 2), other = rep(groups[at[, 1]], each = 2)
  )
  rbind(totals, group, pair)
}

# Which of the kernel's numbers are shown.
inequality_shown <- function(names, settings) {
  measures <- c(settings$measures, "mean", "population", "share", "distance")
  shown <- names$measure %in% measures
  if (!"gini" %in% settings$measures) shown <- shown & names$part != "pair"
  if (is.null(settings$by)) shown & names$part == "total" else shown
}

inequality_long <- function(made, at, settings) {
  names <- inequality_names(settings$groups)
  shown <- inequality_shown(names, settings)
  estimate <- as.vector(made$estimate[shown, ])
  estimate[!is.finite(estimate)] <- NA
  cells <- sum(shown)
  out <- names[rep(which(shown), length(at$times)), ]
  total <- made$estimate[match(names$measure, inequality_measures), , drop = FALSE]
  percent <- 100 * made$estimate / total
  percent[!names$part %in% c("within", "between", "overlap"), ] <- NA
  percent[!is.finite(percent)] <- NA
  out <- data.frame(
    time = rep(at$times, each = cells), out, estimate = estimate,
    percent = as.vector(percent[shown, ]), row.names = NULL
  )
  if (settings$draws) {
    drawn <- matrix(made$draws[shown, , ], length(estimate))
    out <- cbind(out, percentile_ends(drawn, settings$level))
  }
  stats::setNames(out, c(at$panel[2], names(out)[-1]))
}

inequality_wide <- function(long, at, settings, population) {
  out <- data.frame(
    time = at$times, units = colSums(!is.na(at$y)), mean = weighted_means(at$y, population)
  )
  main <- long[long$part %in% c("total", "within", "between", "overlap"), ]
  name <- ifelse(main$part == "total", main$measure, paste0(main$measure, "_", main$part))
  wanted <- unlist(lapply(settings$measures, function(m) {
    c(m, paste0(m, c("_within", "_between", "_overlap")))
  }))
  for (column in intersect(wanted, name)) out[[column]] <- main$estimate[name == column]
  names(out)[1] <- at$panel[2]
  out
}

# From the first period to the last: the difference, with the interval of its own draws.
inequality_change <- function(made, long, at, settings) {
  last <- length(at$times)
  names <- inequality_names(settings$groups)
  shown <- inequality_shown(names, settings) & names$part %in% c("total", "within", "between",
    "overlap")
  if (last < 2) return(NULL)
  first <- made$estimate[shown, 1]
  out <- data.frame(
    names[shown, c("measure", "part")], first = first, last = made$estimate[shown, last],
    change = made$estimate[shown, last] - first, row.names = NULL
  )
  if (!settings$draws) return(out)
  drawn <- matrix(made$draws[shown, last, ] - made$draws[shown, 1, ], sum(shown))
  cbind(out, percentile_ends(drawn, settings$level)[1:3])
}

append_after <- function(data, name, columns) {
  at <- match(name, names(data))
  out <- c(as.list(data)[seq_len(at)], columns, as.list(data)[-seq_len(at)])
  structure(out, class = "data.frame", row.names = .set_row_names(nrow(data)))
}
