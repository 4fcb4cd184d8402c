# The notes under a regression table: standard errors, groups, what was left out.

errors_label <- function(cov, language, labels = NULL) {
  if (cov$type == "cluster") return(table_words[[language]]$cluster(label_of(cov$clusters, list(labels = labels, language = language))))
  if (language == "zh") chinese_errors(cov, label_of(cov$clusters, list(labels = labels, language = language))) else sub(", small-sample.*", "", covariance_label(cov))
}

chinese_errors <- function(cov, clusters) {
  switch(cov$type,
    HC0 = , HC1 = , HC2 = , HC3 = paste0("\u5f02\u65b9\u5dee\u7a33\u5065(", cov$type, ")"), CR2 = , CR3 = paste0(cov$type, "\uff0c", table_words$zh$cluster(clusters)),
    NW = paste0("Newey-West\uff0c\u6ede\u540e", cov$lag, "\u671f"), DK = paste0("Driscoll-Kraay\uff0c\u6ede\u540e", cov$lag, "\u671f\uff0c", cov$periods, "\u4e2a\u65f6\u671f"),
    given = "\u6240\u7ed9\u77e9\u9635", conley = paste0("Conley\uff0c", cov$kernel, "\u6838\uff0c", format(cov$cutoff), "\u5343\u7c73\uff0c", cov$places, "\u4e2a\u5730\u70b9"), cov$type
  )
}

# The note: what the brackets hold, which models have which standard errors, stars, and how a constant beside effects is made.
table_note <- function(columns, style) {
  words <- style$words
  errors <- vapply(columns, function(column) if (column$own) words$own else errors_label(column$covariance, style$language, style$labels), "")
  kinds <- unique(errors)
  kind <- if (length(kinds) == 1) kinds else paste(vapply(kinds, function(k) words$by_model(k, toString(names(columns)[errors == k])), ""), collapse = words$semicolon)
  gone <- collinear_models(lapply(columns, `[[`, "collinear"))
  critical <- any(!is.na(get_named(columns, "kp_f", "critical")))
  c(
    paste0(words$errors, if (length(kinds) == 1) words$comma else words$colon, kind, words$stop),
    if (!is.null(style$stars)) paste0(star_note(style$stars), words$stop),
    if (critical) paste0(words$brackets, words$stop),
    if (length(gone)) paste0(words$collinear, gone, words$stop),
    if (any(vapply(columns, function(column) column$made_constant, NA))) paste0(words$reghdfe, words$stop)
  )
}

# How groups were split, where they were: at which value, of units or observations.
split_notes <- function(groupings, language) {
  groupings <- unique(Filter(function(g) !is.null(g$split), groupings))
  unlist(lapply(groupings, function(g) {
    unit <- g$of == "unit"
    at <- paste(format(g$at, digits = 4, trim = TRUE), collapse = ", ")
    said <- split_words[[language]]
    c(said$split(g$by, if (unit) rlang::as_label(g$unit), said[[g$split]], at, toString(levels(g$group))), if (g$shared) said$shared)
  }))
}

split_words <- list(
  en = list(
    median = "the median", mean = "the mean", value = "", shared = "Some units are in more than one group.",
    split = function(by, unit, where, at, groups) {
      of <- if (is.null(unit)) paste("Observations split by", by) else paste0("Units (", unit, ") split by their mean of ", by)
      paste0(of, " at ", if (nzchar(where)) paste0(where, ", "), at, ", from the lowest: ", groups, ".")
    }
  ),
  zh = list(
    median = "\u4e2d\u4f4d\u6570", mean = "\u5747\u503c", value = "", shared = "\u90e8\u5206\u4e2a\u4f53\u540c\u65f6\u5c5e\u4e8e\u591a\u4e2a\u7ec4\u3002",
    split = function(by, unit, where, at, groups) {
      of <- if (is.null(unit)) paste0("\u6309\u89c2\u6d4b\u503c\u7684", by) else paste0("\u6309\u5404\u4e2a\u4f53\uff08", unit, "\uff09", by, "\u7684\u5747\u503c")
      paste0(of, "\u5206\u7ec4\uff0c\u754c\u503c\u4e3a", where, at, "\uff0c\u7531\u4f4e\u5230\u9ad8\u4f9d\u6b21\u4e3a\uff1a", groups, "\u3002")
    }
  )
)
