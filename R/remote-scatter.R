# What cells do not tell: the cross-products of the rows within them.
#
# They are needed in all, or, with clusters or factors, by each group of rows that share these.
# S = sum w (v - m_c)(v - m_c)' = sum w (v - a)(v - a)' - sum W_c (m_c - a)(m_c - a)', with a the
# mean of all. Where cells take nearly all of a column's variation the difference would lose its
# digits: the engine is then asked for the deviations from the cells' own means.

# A share of a column's sum of squares within the cells below which the difference is not trusted.
poor_share <- 1e-5

# list(group of each cell, products: one row a group, cross-products by column; total: their
# diagonal before the cells' means are taken out).
remote_scatter <- function(plan, sample, cells) {
  keys <- unique(c(unname(plan$factors), unlist(unname(plan$clusters))))
  if (all(cells$n == 1)) return(NULL)
  found <- scatter_sums(plan, sample, keys)
  check_unchanged(sum(found$n), sample$n, plan$t$call)
  check_same_sums(found, cells, plan)
  groups <- list(
    keys = keys, asked = found[keys], of = group_of(cells$keys, found, keys), leans = 0
  )
  made <- within_cells(found, plan, sample, cells, groups, summed_lever(sample$scan, plan))
  still <- still_groups(
    plan, sample, cells, groups$of, made$diagonal / ifelse(made$summed > 0, made$summed, 1),
    made$poor
  )
  cells$mean <- still$mean %||% cells$mean
  leaned_scatter(list(
    of = groups$of, products = made$products, total = made$total, still = still$groups,
    mean = still$mean
  ), plan, sample, cells, groups)
}

# Of each row of `cells` the row of `found` that has its keys.
group_of <- function(cells, found, keys) {
  if (!length(keys)) return(rep(1L, nrow(cells)))
  # rbind() of data frames would make a name for each row.
  both <- unname(Map(c, found[keys], cells[keys]))
  code <- make_factors(list(both), NULL)$factors[[1]]$code
  first <- seq_len(nrow(found))
  match(code[-first], code[first])
}

# list(products: within the cells, one row a group; diagonal: of these; total: before the cells'
# means were taken out; summed: times `lever`; poor: were the deviations asked for?). What is no
# more than `rounding` is of no account.
within_cells <- function(found, plan, sample, cells, groups, lever, rounding = 0) {
  ordered <- function(found) {
    at <- group_of(groups$asked, found, groups$keys)
    as.matrix(found[product_names(plan)])[at, , drop = FALSE]
  }
  diagonal <- product_pairs(plan)[, 1] == product_pairs(plan)[, 2]
  total <- ordered(found)
  products <- total - between_products(cells, groups$of)
  total <- rep(lever, each = nrow(total)) * total[, diagonal, drop = FALSE]
  summed <- total
  # One cell has the mean that is taken out anyway.
  poor <- length(plan$keys) > 0 && any(
    colSums(products)[diagonal] < poor_share * colSums(total) & colSums(total) > rounding
  )
  if (poor) {
    products <- ordered(scatter_sums(plan, sample, groups$keys, deviations = TRUE))
    total <- products[, diagonal, drop = FALSE]
  }
  list(
    products = products, diagonal = products[, diagonal, drop = FALSE], total = total,
    summed = summed, poor = poor
  )
}

# list(groups: columns that have one value in each cell of a group; mean: those values in place of
# the means of such cells). Zeros are seen in the cells. Elsewhere a variance that large sums make
# of equal values by rounding would pass for one: the least and the most of each cell tell. `share`:
# of what was summed what is within cells, by group and column. Of deviations from the cells' means
# that is the square of rounding, and no variance to anybody.
still_groups <- function(plan, sample, cells, of, share, deviations) {
  least <- scatter_rounding(sample$n)
  most_of <- function(largest) {
    if (deviations) return((4 * summed_rounding(largest))^2)
    pmax(least, 2 * .Machine$double.eps * largest)
  }
  if (!any(share <= most_of(max(cells$n)), na.rm = TRUE)) return(list(groups = share < 0))
  most <- most_of(as.vector(tapply(cells$n, of, max)))
  groups <- share <= most & rowsum(1 - zero_cells(cells, sample$centre), of, reorder = TRUE) == 0
  doubtful <- share <= most & !groups & share > least
  asked <- which(colSums(doubtful) > 0)
  if (!length(asked)) return(list(groups = groups))
  ends <- function(word, f) {
    stats::setNames(lapply(plan$bases[asked], function(base) {
      bquote(.(as.name(f))(.(base), na.rm = TRUE))
    }), paste0(word, asked))
  }
  keys <- names(plan$keys)
  found <- remote_ask(plan$t$source, used_sums(
    plan, c(ends("least", "min"), ends("most", "max")), keys
  ), plan$t$call)
  check_unchanged(sum(found$n), sample$n, plan$t$call)
  at <- if (length(keys)) match(key_mark(cells$keys[keys]), key_mark(found[keys])) else 1L
  for (j in asked) {
    least <- as.double(found[[paste0("least", j)]])[at]
    one <- least == found[[paste0("most", j)]][at]
    cells$mean[one, j] <- least[one] - sample$centre[[j]]
    groups[, j] <- groups[, j] | rowsum(1 - one, of, reorder = TRUE) == 0
  }
  list(groups = groups, mean = cells$mean)
}

# The share of what was summed below which a variance is rounding.
scatter_rounding <- function(n) 1e-14 * max(1, sqrt(n) / 100)

# Cross-products by groups, asked or known. Those about the cells' means are of these cells only.
scatter_sums <- function(plan, sample, keys, deviations = FALSE) {
  scan <- sample$scan
  columns <- product_columns(plan)
  if (deviations) columns <- columns[product_names(plan)]
  others <- if (deviations) sort(unname(plan$terms$keys))
  found <- known_sums(scan$scatters, plan$terms$keys[keys], columns, others)
  if (!is.null(found)) return(found)
  found <- if (deviations) {
    asked_deviations(plan, sample, keys)
  } else {
    asked_sums(plan, c(base_sums(plan), base_products(plan)), function(part) {
      centred_select(plan, sample$centre, part, keys)
    }, keys)
  }
  scan$scatters <- keep_sums(scan$scatters, found, plan$terms$keys[keys], columns, others)
  found
}

# What products and sums are called where they are kept.
product_columns <- function(plan) {
  pairs <- matrix(plan$terms$bases[product_pairs(plan)], ncol = 2)
  c(
    stats::setNames(
      apply(pairs, 1, function(x) paste(sort(x), collapse = " ")), product_names(plan)
    ), stats::setNames(plan$terms$bases, paste0("s", seq_along(plan$bases)))
  )
}

product_pairs <- function(plan) upper_pairs(length(plan$bases))

product_names <- function(plan) {
  pairs <- product_pairs(plan)
  paste0("q", pairs[, 1], "_", pairs[, 2])
}

# Of columns as centred_select() has them, or of others called so.
base_products <- function(plan, word = ".ccd_x") {
  pairs <- product_pairs(plan)
  products <- lapply(seq_len(nrow(pairs)), function(p) {
    x <- lapply(paste0(word, pairs[p, ]), as.name)
    bquote(sum(.(weighted(bquote(.(x[[1]]) * .(x[[2]])), plan)), na.rm = TRUE))
  })
  stats::setNames(products, product_names(plan))
}

# The same of deviations from the cells' means, which the engine takes itself.
asked_deviations <- function(plan, sample, keys) {
  at <- seq_along(plan$bases)
  deviations <- stats::setNames(lapply(at, function(j) {
    base <- centred_base(plan, sample$centre, j)
    mean <- if (is.null(plan$weights)) {
      bquote(mean(.(base), na.rm = TRUE))
    } else {
      bquote(sum(.ccd_w * .(base), na.rm = TRUE) / sum(.ccd_w, na.rm = TRUE))
    }
    bquote(.(base) - .(mean))
  }), paste0(".ccd_d", at))
  source <- plan$t$source
  used <- sql_nested(
    source, sql_select(source, plan$table, list(), all = TRUE, where = quote(.ccd_u == 1))
  )
  table <- sql_nested(
    source, sql_select(source, used, deviations, all = TRUE, window = names(plan$keys))
  )
  asked_sums(plan, base_products(plan, ".ccd_d"), function(part) {
    used_sums(plan, part, keys, table)
  }, keys)
}

# sum W_c m_c m_c' by group, laid out as the products.
between_products <- function(cells, of) {
  pairs <- upper_pairs(ncol(cells$mean))
  mean <- lapply(seq_len(ncol(cells$mean)), function(i) cells$mean[, i])
  products <- vapply(seq_len(nrow(pairs)), function(p) {
    cells$weight * mean[[pairs[p, 1]]] * mean[[pairs[p, 2]]]
  }, cells$weight)
  unname(rowsum(matrix(products, length(of)), of, reorder = TRUE))
}

# Roots of the groups' cross-products: an array group x column x direction, L L' = S. In each group
# the largest pivot comes first, beside the column's sum in all groups: what a small one leaves of
# the others is rounding as large as itself. One that is rounding beside what was summed is zero.
# What is a combination of other columns in all groups is that combination in each, to the last
# digits: by the rounding of a small group's own pivots it would not be, and a collinear column
# would pass for a regressor.
scatter_roots <- function(scatter, n) {
  groups <- nrow(scatter$products)
  k <- ncol(scatter$total)
  pairs <- upper_pairs(k)
  rounding <- scatter_rounding(n)
  size <- colSums(scatter$total)
  combined <- combined_columns(scatter$products, size, rounding)
  kept <- combined$kept
  none <- scatter$still_left %||% scatter$still %||% (scatter$total != scatter$total)
  none[, combined$others] <- TRUE
  least <- ifelse(none, Inf, rounding * scatter$total)
  left <- scatter$products
  diagonal <- which(pairs[, 1] == pairs[, 2])
  of <- symmetric(seq_len(nrow(pairs)), pairs)
  root <- array(0, c(groups, k, k))
  for (direction in seq_along(kept)) {
    pivots <- left[, diagonal, drop = FALSE]
    share <- ifelse(pivots > least, pivots, 0) / rep(ifelse(size > 0, size, 1), each = groups)
    j <- max.col(share, "first")
    at <- which(share[cbind(seq_len(groups), j)] > 0)
    if (!length(at)) break
    j <- j[at]
    d <- sqrt(pivots[cbind(at, j)])
    column <- matrix(left[cbind(rep(at, k), as.vector(of[j, ]))], length(at)) / d
    column[none[at, , drop = FALSE]] <- 0
    root[at, , direction] <- column
    left[at, ] <- left[at, , drop = FALSE] -
      column[, pairs[, 1], drop = FALSE] * column[, pairs[, 2], drop = FALSE]
    # What is done is zero, to the last digit.
    left[cbind(rep(at, k), as.vector(of[j, ]))] <- 0
  }
  for (j in seq_along(combined$others)) {
    for (i in seq_along(kept)) {
      root[, combined$others[j], ] <- root[, combined$others[j], ] +
        combined$by[i, j] * root[, kept[i], ]
    }
  }
  if (is.null(scatter$back)) root else moved_back(root, scatter)
}

# The roots of leaned columns as those of the columns themselves.
moved_back <- function(root, scatter) {
  for (direction in seq_len(dim(root)[3])) {
    of_columns <- matrix(root[, , direction], dim(root)[1]) %*% t(scatter$back)
    root[, , direction] <- ifelse(scatter$still, 0, of_columns)
  }
  root
}

# Columns that are combinations of the `kept` ones within all cells, and the coefficients, kept by
# others. The largest pivot comes first, so that no small one makes rounding large. `size`: the
# squares beside which `rounding` is meant.
combined_columns <- function(products, size, rounding) {
  s <- symmetric(colSums(products), upper_pairs(length(size)))
  unit <- sqrt(ifelse(size > 0, size, 1))
  s <- s / outer(unit, unit)
  if (max(diag(s)) <= rounding) return(list(kept = integer(), others = integer()))
  r <- suppressWarnings(chol(s, pivot = TRUE, tol = rounding))
  first <- seq_len(attr(r, "rank"))
  kept <- attr(r, "pivot")[first]
  others <- attr(r, "pivot")[-first]
  by <- backsolve(r[first, first, drop = FALSE], r[first, -first, drop = FALSE])
  list(kept = kept, others = others, by = by * outer(1 / unit[kept], unit[others]))
}
