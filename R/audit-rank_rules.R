# Printed ranks against averages, and the rule by which they count ties.

# `cells`: the columns of averages of equal weights that nobody stated. What these do not allow may
# hold with others, unless a row is above another in every column.
rank_lines <- function(frame, place, mean, decreasing, cells = NULL) {
  assumed <- !is.null(cells)
  if (!decreasing) mean <- scaled(mean, -1)
  n <- length(mean$lower)
  count <- function(f) vapply(seq_len(n), function(i) sum(f(i)[-i], na.rm = TRUE), 0L)
  unknown <- sum(is.na(mean$lower))
  # Ends were let out by the last places; intervals that meet in no more than these touch, and what
  # touches is in order or tied.
  touch <- 1e-11 * pmax(1, abs(mean$lower), abs(mean$upper))
  first <- 1L + count(function(i) mean$lower > mean$upper[i] - touch[i])
  last <- 1L + count(function(i) mean$upper > mean$lower[i] + touch[i]) + unknown
  missing <- is.na(mean$lower) | is.na(place$text)
  rules <- rank_rules(place$value)
  dense <- rules[["dense"]] && !rules[["competition"]] && fits_dense(place$value, mean, touch)
  out <- !dense & (place$value < first | place$value > last)
  never <- if (assumed) never_ranked(place$value, cells, decreasing) else out
  verdict <- ifelse(missing, "undetermined", ifelse(
    out, ifelse(never, "inconsistent", "undetermined"),
    ifelse(first == last, "consistent", "undetermined")
  ))
  ends <- list(first, last)
  if (dense) {
    open <- first != last
    ends <- lapply(dense_ends(mean, touch), function(end) ifelse(open, end, place$value))
  }
  may <- paste0(
    if (dense) "dense ", "rank ",
    ifelse(ends[[1]] == ends[[2]], ends[[1]], paste(ends[[1]], "to", ends[[2]])),
    if (assumed) ifelse(out & never, ", whatever the weights", " with equal weights")
  )
  reason <- ifelse(missing, "rank or average is empty", ifelse(
    out, paste0("the average gives ", may, ", not ", place$text), switch_verdict(
    verdict,
    paste("the average gives", may), "", paste("averages that print cannot tell apart give", may))))
  c(list(audit_lines(
    frame$row, frame$item, "rank by the average", verdict, reason, place$text,
    ifelse(missing, NA, ends[[1]]), ifelse(missing, NA, ends[[2]])
  )), rule_line(place$value, rules))
}

# Which rules of counting ties give these ranks, all of them being printed?
rank_rules <- function(place) {
  rules <- c("competition", "dense", "average", "modified")
  if (!length(place) || anyNA(place)) return(stats::setNames(logical(4), rules))
  smaller <- vapply(place, function(p) sum(place < p), 0L)
  equal <- vapply(place, function(p) sum(place == p), 0L)
  distinct <- match(place, sort(unique(place)))
  stats::setNames(c(
    all(place == smaller + 1), all(place == distinct), all(place == smaller + (equal + 1) / 2),
    all(place == smaller + equal)
  ), rules)
}

rule_names <- c(
  competition = "competition ranks (1, 2, 2, 4)", dense = "dense ranks (1, 2, 2, 3)",
  average = "average ranks (1, 2.5, 2.5, 4)", modified = "modified competition ranks (1, 3, 3, 4)"
)

# Ranks without ties are the same by every rule, ordinal ones (1, 2, 3, 4) among them.
rule_line <- function(place, rules) {
  if (anyNA(place) || !anyDuplicated(place)) return(NULL)
  says <- if (any(rules)) {
    paste0("ties are counted as in ", paste(rule_names[rules], collapse = " or "))
  } else {
    "ties are counted by none of the usual rules"
  }
  list(audit_lines(
    NA, "the table", "ranking rule", if (any(rules)) "consistent" else "undetermined", says
  ))
}

# Dense ranks count the different averages above: who is above for sure has a smaller rank, and the
# rank lies between the ends.
fits_dense <- function(place, mean, touch) {
  for (i in seq_along(place)) {
    above <- setdiff(which(mean$lower > mean$upper[i] - touch[i]), i)
    if (any(place[above] >= place[i])) return(FALSE)
  }
  ends <- dense_ends(mean, touch)
  all(place >= ends[[1]] & place <= ends[[2]])
}

# At least as many ranks are above as there are averages above that are apart from each other, and
# at most as many as there are averages that may be above.
dense_ends <- function(mean, touch) {
  each <- seq_along(mean$lower)
  least <- vapply(each, function(i) {
    above <- setdiff(which(mean$lower > mean$upper[i] - touch[i]), i)
    1 + intervals_apart(mean$lower[above], mean$upper[above])
  }, 0)
  most <- vapply(each, function(i) {
    1 + length(setdiff(which(mean$upper > mean$lower[i] + touch[i]), i)) + sum(is.na(mean$lower))
  }, 0)
  list(least, most)
}

# The most intervals of which no two meet.
intervals_apart <- function(lower, upper) {
  count <- 0
  end <- -Inf
  for (i in order(upper)) {
    if (lower[i] > end) {
      count <- count + 1
      end <- upper[i]
    }
  }
  count
}

# Ranks that no weights give: a row that is above another in every column is above it in any
# average.
never_ranked <- function(place, cells, decreasing) {
  if (!decreasing) cells <- lapply(cells, scaled, -1)
  above <- Reduce(`&`, lapply(cells, function(x) outer(x$lower, x$upper - 1e-11, `>=`) %in% TRUE))
  above <- matrix(above, length(place))
  place < 1 + colSums(above) | place > nrow(above) - rowSums(above)
}
