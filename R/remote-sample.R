# The first scan: which rows are used, what is lost to what, and the mean of every base, which the
# later sums are centred by.

# list(counts, n, centre, log_weights) of the sample, before singletons leave.
remote_sample <- function(plan) {
  scan <- known_scan(plan)
  once <- if (is.null(scan)) scanned_once(plan)
  found <- if (!is.null(once)) {
    once$sample
  } else if (is.null(scan)) {
    as.list(asked_sample(plan))
  } else {
    scan_answer(scan, plan)
  }
  check_text_columns(found, plan$t)
  check_remote_weights(found, plan$t$call)
  counts <- remote_counts(found, plan_variables(plan))
  if (!isTRUE(found$used > 0)) abort_no_rows(counts, plan$t$call)
  check_remote_finite(found, plan)
  check_remote_scale(found, plan)
  at <- seq_along(plan$bases)
  centre <- unlist(found[paste0("mean", at)], use.names = FALSE)
  centre <- in_fifteen_digits(centre)
  scan <- scan %||% keep_scan(plan, found)
  if (!is.null(once)) keep_once(scan, once, plan, centre)
  list(
    counts = counts, n = found$used, centre = stats::setNames(centre, names(plan$bases)),
    log_weights = found$log_weights, scan = scan
  )
}

# Fifteen digits are what a number keeps on its way into a query. (format() of several gives the
# larger ones more.)
in_fifteen_digits <- function(x) {
  known <- is.finite(x)
  x[known] <- as.double(sprintf("%.15g", x[known]))
  x
}

# The rows that are there and the values that are missing, in all or by keys, and what is summed of
# the rows that are used. Sums of which each would look whether a row is used take an engine several
# times as long as those of rows that are: so they are asked of all rows, and once more of the used
# ones where these are fewer.
asked_sample <- function(plan, keys = character()) {
  whole <- is.null(plan$subset) && is.null(plan$weights)
  ask <- function(query) remote_ask(plan$t$source, query, plan$t$call, keep = FALSE)
  found <- counted_answer(ask(rows_query(plan, keys, whole)), plan, whole)
  lost <- lost_names(plan)
  if (whole && all(unlist(found[lost]) == 0)) return(found)
  used <- ask(used_query(plan, keys))
  at <- if (length(keys)) match(key_mark(found[keys]), key_mark(used[keys])) else 1L
  sums <- setdiff(names(used), keys)
  found[sums] <- used[at, sums]
  found <- zero_where_none(found, grep("^(used$|infinite)", sums, value = TRUE))
  # Rows without a missing value are those used but for rows of no weight.
  if (is.null(plan$weights)) found$complete <- found$used
  check_rows_used(found, lost, plan)
  found
}

lost_names <- function(plan) paste0("lost", seq_along(plan_variables(plan)))

# Counts of all rows as numbers: where no row is outside of `subset` and of no weight, fewer were
# asked.
counted_answer <- function(found, plan, whole) {
  found <- zero_where_none(
    found, c("inside", "complete", "negative", "boundless", lost_names(plan))
  )
  if (whole) found[c("inside", "complete")] <- found$total
  found
}

# Sums of no row are missing.
zero_where_none <- function(found, counts) {
  counts <- intersect(counts, names(found))
  found[counts] <- lapply(found[counts], function(n) ifelse(is.na(n), 0, n))
  found
}

# No fewer rows are used than missing values in a row each would leave, and no more than all of them
# in the same rows.
check_rows_used <- function(found, lost, plan) {
  most <- found$inside - do.call(pmax, unname(as.list(found[lost])))
  least <- if (is.null(plan$weights)) found$inside - rowSums(as.matrix(found[lost])) else 0
  may_be <- pmin(pmax(found$used, least), most)
  check_unchanged(sum(found$used), sum(may_be), plan$t$call)
}

rows_query <- function(plan, keys = character(), whole = FALSE) {
  summed_select(plan, c(row_counts(plan, whole), if (whole) used_summaries(plan)), keys = keys)
}

used_query <- function(plan, keys = character()) {
  summed_select(plan, used_summaries(plan), used_rows(plan), keys)
}

# Rows in all, inside `subset`, without a missing value there, and missing values by variable.
row_counts <- function(plan, whole) {
  lost <- lapply(plan_variables(plan), function(names) {
    missing <- lapply(names, function(name) bquote(is.na(.(as.name(name)))))
    if (whole && length(names) == 1) {
      return(bquote(as.double(n()) - as.double(n(.(as.name(names))))))
    }
    missing <- Reduce(function(a, b) call("|", a, b), missing)
    if (!whole) missing <- bquote(.ccd_s == 1 & (.(missing)))
    bquote(sum(case_when(.(missing) ~ 1, TRUE ~ 0), na.rm = TRUE))
  })
  names(lost) <- paste0("lost", seq_along(lost))
  text <- names(text_tests_of(plan$t))
  text <- stats::setNames(lapply(text, function(name) bquote(sum(.(as.name(name)), na.rm = TRUE))),
    if (length(text)) sub(".ccd_t", "text", text, fixed = TRUE)
  )
  inside <- list(
    inside = quote(sum(.ccd_s, na.rm = TRUE)), complete = quote(sum(.ccd_c, na.rm = TRUE)),
    negative = if (!is.null(plan$weights)) {
      quote(sum(case_when(.ccd_w < 0 ~ 1, TRUE ~ 0), na.rm = TRUE))
    },
    boundless = if (!is.null(plan$weights)) {
      bquote(sum(case_when(.ccd_c == 1 & .ccd_w > .(largest) ~ 1, TRUE ~ 0), na.rm = TRUE))
    }
  )
  c(list(total = count_rows), if (!whole) Filter(Negate(is.null), inside), lost, text)
}

# Rows, infinite values, and the mean, least and most of each base.
used_summaries <- function(plan) {
  infinite <- lapply(seq_along(plan$t$gathered$tests), function(i) {
    bquote(sum(.(as.name(paste0(".ccd_i", i))), na.rm = TRUE))
  })
  names(infinite) <- if (length(infinite)) paste0("infinite", seq_along(infinite))
  of <- function(word, f, bases = plan$bases) {
    stats::setNames(
      lapply(bases, function(base) bquote(.(as.name(f))(.(base), na.rm = TRUE))),
      paste0(word, seq_along(plan$bases))
    )
  }
  # Of what is too large for a sum, or for its square, the mean is not asked.
  held <- if (plan$t$guarded) {
    lapply(plan$bases, function(base) bquote(case_when(abs(.(base)) < 1e140 ~ .(base), TRUE ~ 0)))
  }
  weights <- list(log_weights = log_weight_sum(plan))[!is.null(plan$weights)]
  c(
    list(used = count_rows), infinite, of("mean", "mean", held %||% plan$bases), of("least", "min"),
    of("most", "max"), weights
  )
}

log_weight_sum <- function(plan) {
  if (is.null(plan$weights)) return(NULL)
  bquote(sum(case_when(.ccd_w > 0 ~ log(.ccd_w)), na.rm = TRUE) * .(natural_unit(plan$t)))
}

# The counts of select_rows(), in its order.
remote_counts <- function(found, variables) {
  counts <- list(total = found$total)
  if (found$inside < found$total) counts$subset <- found$total - found$inside
  by <- unlist(found[paste0("lost", seq_along(variables))], use.names = FALSE)
  names(by) <- vapply(names(variables), frame_label, "")
  # A regressor that has slopes is one variable.
  by <- by[!duplicated(names(by))]
  if (any(by > 0)) {
    counts$missing_by <- by[by > 0]
    counts$missing <- found$inside - found$complete
  }
  if (found$used < found$complete) counts$zero_weight <- found$complete - found$used
  counts[] <- lapply(counts, as_whole)
  counts
}

# Counts as integers where these hold them.
as_whole <- function(n) {
  if (all(n < .Machine$integer.max)) stats::setNames(as.integer(n), names(n)) else n
}

abort_no_rows <- function(counts, call) {
  if (!isTRUE(counts$total > 0)) {
    abort("empty_sample", c(
      "{.arg data} must have rows to fit; it has none.", i = "Did a filter match nothing?"
    ), call)
  }
  abort("empty_sample", c(
    "No row of {.arg data} is left to fit: {describe_losses(counts)}.",
    i = shifts_way_out(counts) %||%
      "Count the rows of the table that meet {.arg subset} and miss nothing."
  ), call)
}

check_text_columns <- function(found, t) {
  text <- vapply(seq_along(t$gathered$leaves), function(i) {
    isTRUE(found[[paste0("text", i)]] > 0)
  }, NA)
  if (!any(text)) return(invisible())
  name <- t$gathered$leaves[text][1]
  count <- found[[paste0("text", which(text)[1])]]
  abort("evaluate", c(
    "Column {.val {name}} must be numeric; it holds text in {count} row{?s}.",
    i = "Convert it in the table before the call."
  ), t$call)
}

check_remote_weights <- function(found, call) {
  if (isTRUE(found$boundless > 0)) {
    abort("infinite", c(
      "{.arg weights} must be finite; {found$boundless} row{?s} of the sample {?is/are} infinite.",
      i = "A division by zero makes them: leave those rows out by {.arg subset}."
    ), call)
  }
  if (!isTRUE(found$negative > 0)) return(invisible())
  abort("weights", c(
    "{.arg weights} must not be negative; {found$negative} of {found$total} {?is/are}.",
    i = "A weight is proportional to the inverse of a row's error variance."
  ), call)
}

# An expression that is infinite somewhere in the sample, or a column that holds such a value.
check_remote_finite <- function(found, plan) {
  tests <- plan$t$gathered$tests
  count <- unlist(found[paste0("infinite", seq_along(tests))], use.names = FALSE)
  at <- which(count > 0)[1]
  label <- if (!is.na(at)) tests[[at]]$label
  if (is.null(label)) {
    j <- seq_along(plan$bases)
    size <- pmax(
      abs(unlist(found[paste0("least", j)])), abs(unlist(found[paste0("most", j)]))
    )
    at <- which(!is.finite(size))[1]
    if (is.na(at)) return(invisible())
    label <- base_label(plan, at)
    count <- count_infinite(plan, at)
    at <- 1
  }
  abort("infinite", c(
    paste0(
      "{.code {label}} must be finite; {count[at]} row{?s} of the sample {?is/are} infinite."
    ),
    i = paste0(
      "The logarithm of zero is a common cause: exclude such rows with {.arg subset} or ",
      "transform differently."
    )
  ), plan$t$call)
}

# Squares of such columns have no place among doubles, and some engines refuse to make them.
check_remote_scale <- function(found, plan) {
  j <- seq_along(plan$bases)
  least <- unlist(found[paste0("least", j)])
  most <- unlist(found[paste0("most", j)])
  range <- most - least
  at <- which(pmax(abs(least), abs(most)) > 1e140 | (range > 0 & range < 1e-140))[1]
  if (is.na(at)) return(invisible())
  label <- base_label(plan, at)
  abort("scale", c(
    paste0(
      paste0(
        "{.code {label}} lies between {signif(least[[at]], 3)} and ",
        "{signif(most[[at]], 3)}: no double "
      ),
      "holds the squares."
    ),
    i = "Measure it in another unit."
  ), plan$t$call)
}

base_label <- function(plan, at) {
  label <- gsub("\r", ":", names(plan$bases)[at])
  if (label %in% c("(y)", "(response)")) names(plan$numbers)[1] else label
}

count_infinite <- function(plan, at) {
  test <- bquote(.ccd_u == 1 & (
    .(plan$bases[[at]]) > .(largest) | .(plan$bases[[at]]) < .(-largest)
  ))
  query <- sql_select(plan$t$source, plan$table, list(
    n = bquote(as.double(sum(case_when(.(test) ~ 1, TRUE ~ 0), na.rm = TRUE)))
  ))
  remote_ask(plan$t$source, query, plan$t$call, keep = FALSE)$n
}
