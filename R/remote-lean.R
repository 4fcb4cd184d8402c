# Columns that are nearly combinations of others within the cells: a year and its square, a price
# and another one.
#
# What is left of such a column beside the others is a difference of sums that are thousands of
# times as large, and has lost as many of its digits: of one part in 1e12 the first four are right.
# The engine is then asked once more, for the sums of v' = v - sum b v_k, which rows have with as
# many digits as v has. The root of these cross-products is moved back to v, which costs no more
# digits than the coefficients b have places.

# So often at most: what is left of a cube beside the number and its square is one part in 1e8 of
# what is left beside the number.
most_leans <- 6

# The scatter of remote_scatter() with the cross-products of such columns less what they are nearly
# a combination of; `back` makes the columns of them, and `still` is of them.
leaned_scatter <- function(scatter, plan, sample, cells, groups) {
  k <- length(plan$bases)
  spread <- sqrt(colSums(scatter$total))
  size <- sqrt(sum(cells$weight)) * abs(sample$centre) + spread
  back <- made_of <- diag(k)
  repeat {
    lean <- leans(scatter$products, size)
    if (is.null(lean) || groups$leans == most_leans) break
    groups$leans <- groups$leans + 1
    plan <- leaned_plan(plan, sample$centre, lean)
    sample$centre <- 0 * sample$centre
    cells$mean <- cells$mean - tcrossprod(cells$mean, lean)
    size <- size + as.vector(abs(lean) %*% size)
    spread <- spread + as.vector(abs(lean) %*% spread)
    back <- back + back %*% lean
    made_of <- made_of + (lean != 0) %*% made_of
    # Below is the rounding of sums and means; what the numbers' own leaves is theirs.
    alone <- rowSums(made_of) == 1
    rounding <- ifelse(alone, 0, (16 * .Machine$double.eps * spread)^2)
    found <- scatter_sums(plan, sample, groups$keys)
    check_unchanged(sum(found$n), sample$n, plan$t$call)
    check_same_sums(found, cells, plan, which(alone))
    made <- within_cells(found, plan, sample, cells, groups, 1, rounding)
    of_none <- which(colSums(made$total) <= rounding | colSums(made$diagonal) <= rounding)
    pairs <- product_pairs(plan)
    made$products[, pairs[, 1] %in% of_none | pairs[, 2] %in% of_none] <- 0
    scatter[c("products", "total")] <- made[c("products", "total")]
  }
  if (!groups$leans) return(scatter)
  left <- !scatter$still
  c(scatter, list(back = back, still_left = left %*% t(made_of) == 0))
}

# By row the coefficients of the columns that a column leans on; NULL where none does. The largest
# pivot is kept first, but none that is near the rounding of the numbers, of `size`, that its column
# is made of, while there are others: it would make rounding of these.
leans <- function(products, size) {
  k <- length(size)
  s <- symmetric(colSums(products), upper_pairs(k))
  own <- diag(s)
  sound <- own + 1e10 * (.Machine$double.eps * size)^2
  left <- s
  kept <- integer()
  repeat {
    open <- setdiff(which(diag(left) > poor_share * own), kept)
    if (!length(open)) break
    j <- open[which.max(diag(left)[open] / sound[open])]
    left <- left - tcrossprod(left[, j]) / left[j, j]
    kept <- c(kept, j)
  }
  others <- setdiff(which(own > 0), kept)
  if (!length(others)) return(NULL)
  unit <- sqrt(own[kept])
  root <- chol(s[kept, kept, drop = FALSE] / outer(unit, unit))
  by <- backsolve(root, backsolve(root, s[kept, others, drop = FALSE] / unit, transpose = TRUE))
  by[abs(by) < 4 * .Machine$double.eps * rep(sqrt(own[others]), each = length(kept))] <- 0
  lean <- matrix(0, k, k)
  lean[others, kept] <- t(in_fifteen_digits(by / unit))
  if (any(lean != 0)) lean
}

# The plan with those columns less what they lean on, all about their centres.
leaned_plan <- function(plan, centre, lean) {
  centred <- lapply(seq_along(plan$bases), centred_base, plan = plan, centre = centre)
  plan$bases[] <- lapply(seq_along(centred), function(j) {
    Reduce(function(left, k) {
      bquote((.(left) - .(lean[j, k]) * .(centred[[k]])))
    }, which(lean[j, ] != 0), centred[[j]])
  })
  plan$terms <- plan_terms(plan)
  plan
}
