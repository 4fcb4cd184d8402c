#' @export
print.inequality <- function(x, n = 12, digits = 4, ...) {
  check_print_dots(...)
  speak_of("regional")
  check_shown(n = n, digits = digits)
  s <- attr(x, "settings", exact = TRUE)
  if (is.null(s)) return(invisible(print(plain_result(x))))
  say(trf(
    "Inequality of %s between %d units (%s) by %s", s$value, s$units, head_words(s$panel[1]),
    head_words(s$panel[2])
  ))
  say(inequality_convention(s), exdent = 2)
  cat("\n")
  shown <- shown_result(x)
  long <- attr(x, "long", exact = TRUE)
  lead <- s$measures[1]
  if (s$draws) {
    total <- long[long$measure == lead & long$part == "total", ]
    ends <- sprintf(paste0("[%.", digits, "f, %.", digits, "f]"), total$conf.low, total$conf.high)
    shown <- append_after(shown, lead, list(interval = ends))
  }
  number <- plain_doubles(shown) & !names(shown) %in% c(s$panel, "mean")
  shown[number] <- lapply(shown[number], round, digits)
  shown$mean <- signif_decimals(shown$mean, digits)
  less <- c("units", setdiff(names(shown), c(s$panel[2], "mean", grep(
    paste0("^(interval|", lead, ")"), names(shown), value = TRUE
  ))), "mean")
  print_rows(shown, n, less)
  if (!is.null(s$by) && "gini" %in% s$measures) say(contribution_line(long))
  next_steps(
    "summary(x)", "tidy(x)", "plot(x)",
    if (is.null(s$by)) "inequality(by = )" else if (!s$draws) "inequality(boot = 999)"
  )
  invisible(x)
}

inequality_convention <- function(s) {
  c(
    paste0(
      if (any(c("gini", "cv") %in% s$measures)) {
        paste0(tr(if (s$correct) "With n/(n - 1)" else "Without n/(n - 1)"), semicolon())
      },
      if (is.null(s$weights)) tr("units count the same") else trf("weighted by %s", s$weights),
      if ("atkinson" %in% s$measures) {
        paste0(semicolon(), trf("Atkinson's epsilon %s", format(s$epsilon)))
      }, full_stop()
    ),
    if (!is.null(s$by)) trf("%d groups by %s.", length(s$groups), head_words(s$by)),
    draws_line(s, if (s$stratified) "units within groups" else "units")
  )
}

# Dagum's parts in percent, over the periods.
contribution_line <- function(long) {
  part <- long[long$measure == "gini" & long$part %in% c("within", "between", "overlap"), ]
  # Where all values are equal there is nothing to have parts of.
  if (all(is.na(part$percent))) return(tr("No inequality to decompose: all values are equal."))
  mean <- format(round(tapply(part$percent, part$part, mean, na.rm = TRUE), 1), trim = TRUE)
  trf(
    "Gini on average: within %s%%, between %s%% (net), overlap %s%% (transvariation)",
    mean[["within"]], mean[["between"]], mean[["overlap"]]
  )
}

#' @export
summary.inequality <- function(object, ...) {
  check_dots(...)
  s <- attr(object, "settings", exact = TRUE)
  if (is.null(s)) return(summary(plain_result(object)))
  long <- attr(object, "long", exact = TRUE)
  time <- s$panel[2]
  across <- function(rows, columns) {
    key <- do.call(paste, c(lapply(columns, function(c) rows[[c]]), sep = "\r"))
    out <- rows[!duplicated(key), columns, drop = FALSE]
    times <- unique(rows[[time]])
    for (t in seq_along(times)) {
      here <- rows[rows[[time]] == times[t], ]
      out[[format_key(times)[t]]] <- here$estimate[match(
        unique(key), key[rows[[time]] == times[t]]
      )]
    }
    rownames(out) <- NULL
    out
  }
  percent <- long[long$part %in% c("within", "between", "overlap"), ]
  percent$estimate <- percent$percent
  structure(list(
    contributions = if (nrow(percent)) {
      of_subject(across(percent, c("measure", "part")), "regional")
    },
    groups = if (!is.null(s$by)) {
      own <- long[long$part == "group" & long$measure %in% c(s$measures, "mean", "share"), ]
      own <- own[order(match(own$measure, c("mean", "share", s$measures))), ]
      of_subject(across(own, c("measure", "group")), "regional")
    },
    pairs = if (!is.null(s$by)) {
      of_subject(
        across(long[long$part == "pair" & long$measure == "gini", ], c("group", "other")),
        "regional"
      )
    },
    change = of_subject(attr(object, "change", exact = TRUE), "regional"), settings = s
  ), class = "inequality_summary")
}

#' @export
print.inequality_summary <- function(x, digits = 4, ...) {
  check_print_dots(...)
  speak_of("regional")
  check_shown(digits = digits)
  s <- x$settings
  part <- function(title, data) {
    if (is.null(data) || !nrow(data)) return(invisible())
    say(title)
    number <- plain_doubles(data)
    data[number] <- lapply(data[number], round, digits)
    middle <- names(data)[-c(1:2, length(data))]
    print_fitting(data, if (length(data) > 6) rev(middle))
    cat("\n")
  }
  say(trf("Inequality of %s", s$value))
  say(inequality_convention(s), exdent = 2)
  cat("\n")
  part(tr("Contributions in percent of the total"), x$contributions)
  part(tr("Within groups"), x$groups)
  part(tr("Between pairs of groups: G_jh"), x$pairs)
  part(trf("From the first %s to the last", head_words(s$panel[2])), x$change)
  next_steps("save_table(x$pairs, \"pairs.docx\")", "plot() of the inequality")
  invisible(x)
}
