# A sample and its cells, with their cross-products, from one scan of the table.
#
# What the columns are centred by need only lie near their means: a look at a few rows tells it, and
# the sums tell how near it was. They are then moved to the means themselves, which costs a sum of
# squares as many of its digits as it was larger. Where cells have a row with a missing value, or a
# column is not what the few rows said, another scan asks for what this one had wrong.

# Rows looked at first.
first_rows <- 1000

# So many spreads from its mean a centre costs two digits of a sum of squares.
far_spreads <- 10

# list(sample: as the first queries of other engines answer; sums: the cells' about `centre`), or
# NULL where those queries are to be asked: cells are many, or a value is out of the ordinary.
scanned_once <- function(plan) {
  if (!is_postgres(plan$t$source) || plan$t$guarded || has_lags(plan$t)) return(NULL)
  if (!few_cells(plan, once_query(plan, 0 * seq_along(plan$bases), FALSE))) return(NULL)
  look <- first_look(plan)
  if (is.null(look)) return(NULL)
  ask <- function(centre, whole) {
    query <- once_query(plan, centre, whole)
    note_grouped(plan, query)
    asked_few(plan, query)
  }
  sums <- if (look$whole) ask(look$centre, TRUE)
  if (look$whole && is.null(sums)) return(NULL)
  whole <- look$whole && nothing_missing(sums, plan)
  all <- is.null(plan$subset) && is.null(plan$weights)
  counts <- if (whole) counts_of_all(sums, plan) else asked_counts(plan, all)
  if (isTRUE(counts$negative > 0) || isTRUE(counts$boundless > 0)) return(NULL)
  if (!whole) sums <- ask(look$centre, FALSE)
  once <- once_moments(plan, sums, look$centre)
  if (any(once$far)) once <- once_moments(plan, ask(once$mean, whole), once$mean)
  if (is.null(once)) return(NULL)
  once$sample <- once_sample(plan, counts, once)
  once
}

# list(centre, whole: no row is out of the sample as far as one sees). Zero will do for columns that
# have it near, and is not subtracted.
first_look <- function(plan) {
  at <- seq_along(plan$bases)
  x <- paste0(".ccd_x", at)
  rows <- paste(sql_select(plan$t$source, plan$table, c(
    list(.ccd_u = quote(.ccd_u)), stats::setNames(plan$bases, x)
  )), "\nLIMIT", first_rows)
  summed <- function(word, value) {
    stats::setNames(lapply(lapply(x, as.name), function(x) {
      bquote(sum(case_when(.ccd_u == 1 & abs(.(x)) < 1e140 ~ .(value(x))), na.rm = TRUE))
    }), paste0(word, at))
  }
  found <- remote_ask(plan$t$source, sql_select(
    plan$t$source, sql_nested(plan$t$source, rows), c(
      list(first = count_rows, used = quote(sum(.ccd_u, na.rm = TRUE))),
      summed("s", identity), summed("q", function(x) bquote(.(x) * .(x)))
    )
  ), plan$t$call, keep = FALSE)
  mean <- unlist(found[paste0("s", at)], use.names = FALSE) / found$used
  if (!all(is.finite(mean))) return(NULL)
  square <- unlist(found[paste0("q", at)], use.names = FALSE) / found$used
  mean[5 * mean^2 <= 4 * square] <- 0
  list(
    centre = in_fifteen_digits(mean),
    whole = is.null(plan$subset) && is.null(plan$weights) && found$used == found$first
  )
}

# `whole`: of all rows, counting those in which no number is missing; else of those that are used.
once_query <- function(plan, centre, whole) {
  tests <- paste0(".ccd_i", seq_along(plan$t$gathered$tests))
  infinite <- lapply(tests, function(name) bquote(sum(.(as.name(name)), na.rm = TRUE)))
  sums <- c(
    if (!is.null(plan$weights)) list(w = weight_sum(plan), log_weights = log_weight_sum(plan)),
    base_sums(plan), base_products(plan),
    if (length(plan$t$gathered$tests)) stats::setNames(infinite, sub(".ccd_i", "infinite", tests))
  )
  if (!whole) return(centred_select(plan, centre, sums, names(plan$keys)))
  plain <- vapply(plan$numbers, is_arithmetic, NA)
  plan$table <- remote_table(plan, replace(
    plan$numbers, plain, lapply(plan$numbers[plain], without_nan)
  ))
  # A base that is a variable is missing where the variable is, and is read anyway.
  numbers <- lapply(paste0(".ccd_v", seq_along(plan$numbers)), function(name) {
    base <- match(list(as.name(name)), unname(plan$bases))
    as.name(if (is.na(base)) name else paste0(".ccd_x", base))
  })
  present <- join_plus(numbers)
  centred_select(
    plan, centre, c(sums, list(present = bquote(as.double(n(.(present)))))), names(plan$keys),
    where = NULL
  )
}

# Whether a NaN among its columns makes an expression NaN, so that nothing has to look for one.
is_arithmetic <- function(expr) {
  if (!is.call(expr)) return(TRUE)
  nan <- rlang::is_call(expr, "case_when", n = 1) && rlang::is_call(expr[[2]][[2]], "!=") &&
    identical(expr[[2]][[2]][[3]], "NaN")
  if (nan) return(is_arithmetic(expr[[2]][[3]]))
  rlang::is_call(expr, c("+", "-", "*", "(", "as.double")) &&
    all(vapply(as.list(expr)[-1], is_arithmetic, NA))
}

nothing_missing <- function(sums, plan) {
  keys <- intersect(unlist(plan_variables(plan)), names(plan$keys))
  at <- seq_along(plan$bases)
  !anyNA(sums[keys]) && sum(sums$present) == sum(sums$n) &&
    !anyNA(sums[c(paste0("s", at), product_names(plan))])
}

counts_of_all <- function(sums, plan) {
  n <- sum(sums$n)
  zero <- stats::setNames(rep(0, length(plan_variables(plan))), lost_names(plan))
  c(list(total = n, inside = n, complete = n), as.list(zero))
}

asked_counts <- function(plan, all) {
  query <- summed_select(plan, row_counts(plan, all))
  as.list(counted_answer(remote_ask(plan$t$source, query, plan$t$call, keep = FALSE), plan, all))
}

# Mean and spread of each base, its products' lever, and how far off the centre was; NULL where
# values are too large, too small or infinite for that.
once_moments <- function(plan, sums, centre) {
  if (is.null(sums)) return(NULL)
  if (is.null(plan$weights)) sums$w <- sums$n
  k <- seq_along(plan$bases)
  weight <- sum(sums$w)
  off <- colSums(as.matrix(sums[paste0("s", k)])) / weight
  square <- colSums(as.matrix(sums[paste0("q", k, "_", k)])) / weight
  if (!isTRUE(weight > 0) || !all(is.finite(c(off, square)))) return(NULL)
  mean <- centre + off
  variance <- pmax(square - off^2, 0)
  still <- abs(off) <= 1e-14 * abs(mean)
  odd <- abs(mean) > 1e100 | variance > 1e200 | variance < 1e-200 & !still
  lever <- ifelse(still, 1, square / variance)
  far <- !still & !(lever <= 1 + far_spreads^2)
  if (any(odd & !far)) return(NULL)
  list(
    sums = sums, centre = centre, mean = in_fifteen_digits(unname(mean)),
    spread = sqrt(variance), lever = unname(lever), far = far
  )
}

# No value is looked at: least and most are where half of them would be if they were two.
once_sample <- function(plan, counts, once) {
  k <- seq_along(plan$bases)
  n <- sum(once$sums$n)
  if (is.null(plan$weights)) counts$complete <- n
  found <- c(counts, list(used = n))
  if (!is.null(plan$weights)) found$log_weights <- sum(once$sums$log_weights, na.rm = TRUE)
  check_rows_used(as.data.frame(found), lost_names(plan), plan)
  infinite <- paste0("infinite", seq_along(plan$t$gathered$tests))
  if (length(plan$t$gathered$tests)) {
    found[infinite] <- as.list(colSums(as.matrix(once$sums[infinite]), na.rm = TRUE))
  }
  found[paste0("mean", k)] <- as.list(once$mean)
  found[paste0("least", k)] <- as.list(once$mean - once$spread)
  found[paste0("most", k)] <- as.list(once$mean + once$spread)
  found
}

# The sums of the scan as those about the means.
keep_once <- function(scan, once, plan, centre) {
  k <- seq_along(plan$bases)
  move <- centre - once$centre
  found <- once$sums
  sums <- as.matrix(found[paste0("s", k)])
  pairs <- product_pairs(plan)
  for (p in seq_len(nrow(pairs))) {
    i <- pairs[p, 1]
    j <- pairs[p, 2]
    name <- product_names(plan)[p]
    found[[name]] <- found[[name]] - move[i] * sums[, j] - move[j] * sums[, i] +
      found$w * move[i] * move[j]
  }
  found[paste0("s", k)] <- as.data.frame(sums - outer(found$w, move))
  columns <- c(w = "w", stats::setNames(plan$terms$bases, paste0("s", k)))
  keep_cells(scan, found, plan, columns, TRUE)
  scan$lever <- stats::setNames(once$lever, plan$terms$bases)
}

# How many times a base's sum of squares was larger as it was summed than about its mean.
summed_lever <- function(scan, plan) {
  lever <- scan$lever[plan$terms$bases]
  if (is.null(lever)) rep(1, length(plan$bases)) else unname(lever)
}
