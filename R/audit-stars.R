# Stars against t: by which thresholds, and by which distribution.

check_thresholds <- function(x, call) {
  if (is.null(x) || (
    is_bare_numeric(x) && length(x) && !anyNA(x) && all(x > 0 & x < 1) && all(diff(x) < 0)
  )) return(invisible())
  abort("thresholds", c(
    paste0(
      "{.arg thresholds} must be falling numbers between 1 and 0, for one star and ",
      "more, not {found(x)}."
    ),
    i = "For instance {.code c(0.1, 0.05, 0.01)}."
  ), call)
}

star_counts <- function(table, estimate, stars, call) {
  if (!is.null(stars)) check_one_column(stars, table, "stars", call)
  text <- as.character(table[[stars %||% estimate]])
  text[is.na(text)] <- ""
  nchar(gsub("[^*\uff0a]", "", text))
}

# The field's first.
usual_thresholds <- list(c(0.1, 0.05, 0.01), c(0.05, 0.01, 0.001))

star_lines <- function(frame, t, count, thresholds, df) {
  sets <- if (is.null(thresholds)) usual_thresholds else list(thresholds)
  known <- which(!is.na(t$lower) & is.finite(t$upper) & (is.null(df) | !is.na(df %||% t$lower)))
  rows <- which(!is.na(t$lower))
  wrong <- lapply(sets, function(set) rows[rows %in% known & !stars_fit(t, count, set, df)[rows]])
  chosen <- which.min(lengths(wrong))
  set <- sets[[chosen]]
  open <- !rows %in% known
  bad <- rows %in% wrong[[chosen]]
  # A set that was chosen to fit acquits no row that the field's contradicts.
  chosen_for <- !bad & rows %in% wrong[[1]]
  verdict <- ifelse(open | chosen_for, "undetermined", ifelse(bad, "inconsistent", "consistent"))
  shown <- paste0(
    "|t| is ", range_text(interval(t$lower[rows], t$upper[rows])), ", ", count[rows],
    ifelse(count[rows] == 1, " star", " stars"), " printed"
  )
  remedy <- vapply(rows, function(i) {
    if (i %in% wrong[[chosen]]) fitting_df(t, count, set, i) else ""
  }, "")
  doubt <- paste0(", contradicted by ", percent_text(sets[[1]]), " and not by ", percent_text(set))
  says <- paste0(shown, ifelse(
    bad, paste0(", contradicted", remedy), ifelse(chosen_for, doubt, "")
  ))
  reason <- ifelse(
    open, "the standard error prints as zero, or the degrees of freedom are missing", says
  )
  lines <- audit_lines(
    frame$row[rows], frame$item[rows], "stars", verdict, reason, strrep("*", count[rows]),
    t$lower[rows], t$upper[rows]
  )
  list(
    threshold_line(sets, chosen, lengths(wrong), length(known), is.null(thresholds)), lines,
    distribution_line(t, count, set, df, known)
  )
}

# k stars: p may be at most alpha_k and above alpha_(k + 1).
stars_fit <- function(t, count, set, df) {
  critical <- function(k) {
    alpha <- c(1, set, 0)[k + 1]
    if (is.null(df)) stats::qnorm(1 - alpha / 2) else stats::qt(1 - alpha / 2, df)
  }
  many <- count > length(set)
  k <- pmin(count, length(set))
  !many & t$upper >= critical(k) & t$lower <= critical(k + 1)
}

fitting_df <- function(t, count, set, i) {
  one <- interval(t$lower[i], t$upper[i])
  fit <- which(vapply(1:200, function(df) isTRUE(stars_fit(one, count[i], set, df)), NA))
  if (!length(fit)) return("; no t distribution helps")
  if (max(fit) == 200) {
    return(paste0("; t with at least ", min(fit), " degrees of freedom would do"))
  }
  if (min(fit) == max(fit)) return(paste0("; t with ", min(fit), " degrees of freedom would do"))
  paste0(
    "; t with ", min(fit), " to ", max(fit),
    " degrees of freedom would do, as with errors clustered by ", min(fit) + 1, " to ",
    max(fit) + 1, " groups"
  )
}

percent_text <- function(set) {
  paste0(paste(format(100 * set, trim = TRUE, drop0trailing = TRUE), collapse = ", "), " percent")
}

threshold_line <- function(sets, chosen, wrong, known, inferred) {
  says <- paste0(
    percent_text(sets[[chosen]]), ": ", wrong[chosen], " of ", known, " rows contradicted"
  )
  if (inferred) {
    other <- setdiff(seq_along(sets), chosen)
    others <- paste0(vapply(sets[other], percent_text, ""), " ", wrong[other], collapse = ", ")
    says <- paste0(says, if (chosen > 1) {
      paste0(
        "; not stated and chosen to fit, the usual ", others,
        ": state the table's note by `thresholds`"
      )
    } else if (sum(wrong == wrong[chosen]) > 1) {
      paste0("; not stated, the field's; the sets cannot be told apart: ", others)
    } else {
      paste0("; not stated, the field's; ", others)
    })
  }
  audit_lines(
    NA, NA, "thresholds of the stars",
    if (wrong[chosen] || chosen > 1) "undetermined" else "consistent", says
  )
}

# Where degrees of freedom are given: would the normal do as well?
distribution_line <- function(t, count, set, df, known) {
  if (is.null(df)) return(NULL)
  by_t <- sum(!stars_fit(t, count, set, df)[known])
  by_normal <- sum(!stars_fit(t, count, set, NULL)[known])
  says <- sprintf("t contradicts %d of %d rows, the normal %d", by_t, length(known), by_normal)
  audit_lines(NA, NA, "distribution of the stars", if (by_t) "undetermined" else "consistent", says)
}
