# The notes under a regression table: standard errors, groups, what was left out.

errors_label <- function(cov, style) {
  # In English the kind as it is printed elsewhere, but for clusters, which bear the user's labels.
  if (style$language == "en" && cov$type != "cluster") {
    return(sub(", small-sample.*", "", covariance_label(cov)))
  }
  error_words(cov, label_of(cov$clusters, style), style$words)
}

# The note: what the brackets hold, which models have which standard errors, stars, and how a
# constant beside effects is made.
table_note <- function(columns, style) {
  words <- style$words
  errors <- vapply(columns, function(column) {
    if (column$own) words[["own"]] else errors_label(column$covariance, style)
  }, "")
  kinds <- unique(errors)
  kind <- if (length(kinds) == 1) {
    kinds
  } else {
    paste(vapply(
      kinds,
      function(k) {
        of <- join_words(words, names(columns)[errors == k])
        phrase(words, "by_model", errors = k, models = of)
      },
      ""
    ), collapse = words[["facts"]])
  }
  gone <- collinear_models(lapply(columns, `[[`, "collinear"))
  f <- get_named(columns, "kp_f", "statistic")
  critical <- any(!is.na(f) & !is.na(get_named(columns, "kp_f", "critical")))
  c(
    paste0(
      words[["errors"]], if (length(kinds) == 1) words[["clauses"]] else words[["colon"]], kind,
      words[["stop"]]
    ),
    if (any(vapply(columns, lacks_errors, NA))) paste0(words[["no_error"]], words[["stop"]]),
    if (any(vapply(columns, holds_fixed, NA))) paste0(words[["fixed"]], words[["stop"]]),
    if (!is.null(style$stars)) paste0(star_note(style$stars), words[["stop"]]),
    if (critical) paste0(words[["brackets"]], words[["stop"]]),
    if (length(gone)) paste0(words[["collinear"]], gone, words[["stop"]]),
    vapply(unique(unlist(lapply(columns, `[[`, "made_constant"))), function(convention) {
      paste0(words[[convention]], words[["stop"]])
    }, "", USE.NAMES = FALSE)
  )
}

# Has a coefficient of the column no standard error, its variance being negative or rounding?
lacks_errors <- function(column) {
  any(vapply(column$panels, function(p) anyNA(p$table$std.error[!is.na(p$table$estimate)]), NA))
}

holds_fixed <- function(column) {
  any(vapply(column$panels, function(p) any(p$table$std.error %in% 0), NA))
}

# How groups were split, where they were: at which value, of units or observations.
split_notes <- function(groupings, language) {
  groupings <- unique(Filter(function(g) !is.null(g$split), groupings))
  words <- words_of("table", language)
  unlist(lapply(groupings, function(g) {
    c(split_note(g, words), if (g$shared) words[["split_shared"]])
  }))
}

split_note <- function(g, words) {
  of <- if (g$of == "unit") {
    phrase(words, "split_units", unit = rlang::as_label(g$unit), by = g$by)
  } else {
    phrase(words, "split_rows", by = g$by)
  }
  phrase(words, "split",
    of = of, where = if (g$split == "value") "" else words[[paste0("split_", g$split)]],
    at = paste(format(g$at, digits = 4, trim = TRUE), collapse = ", "),
    groups = toString(levels(g$group))
  )
}
