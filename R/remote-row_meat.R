# The meat of heteroskedasticity-robust covariances: sum w^2 u^2 z z' over single rows, which no sum
# by cell tells. One more scan, with what the effects take of each column in each cell joined.
#
# Within the effects a column of the design is g (v - a) - o in a row of cell c: v its base, a the
# base's mean, g what factors multiply it by (1 without factors, 0 where there is no base), and o
# what is left of the cell's share of the effects. g and o belong to the cell.

# list(inner, root): the meat is root' inner root. Of columns that are nearly combinations of others
# the product of these has not all of their digits: whoever multiplies it takes the root first.
row_meat <- function(kernel, design, call) {
  scored <- if (length(kernel$z)) kernel$z else kernel$x
  within <- within_columns(design)
  if (design$constant && identical(design$estimator, "gmm")) {
    within[, 1] <- within[, 1] - constant_left(kernel, design)
  }
  theta <- numeric(ncol(within))
  theta[1] <- 1
  theta[kernel$x + 1] <- -if (design$constant) kernel$coef[-1] else kernel$coef
  # In the unit of the kernel's residuals.
  made_of <- made_of_bases(scored + 1, within, design)
  asked <- which(rowSums(made_of != 0) > 0)
  found <- row_moments(design, within, asked, list(theta), call)
  root <- found$root %*% beside_one(made_of[asked, , drop = FALSE])
  meat <- list(inner = found$moments[[1]] / kernel$unit^2, root = root)
  if (!design$constant) {
    meat <- list(inner = meat$inner[-1, -1, drop = FALSE], root = root[-1, -1, drop = FALSE])
  }
  if (!length(kernel$z) || identical(design$estimator, "gmm")) {
    return(centred_meat(meat, scored, design))
  }
  projection <- combinations(within, kernel$z + 1, within[, kernel$x + 1, drop = FALSE], design)
  projection <- projection[kernel$z + 1, , drop = FALSE]
  meat$root <- meat$root %*% (if (design$constant) beside_one(projection) else projection)
  centred_meat(meat, kernel$x, design)
}

# By column what it is made of: itself, or the columns that it is a sum of within the effects.
made_of_bases <- function(columns, within, design) {
  sums <- columns %in% design$combined$at
  out <- matrix(0, ncol(within), length(columns))
  out[cbind(columns[!sums], which(!sums))] <- 1
  if (any(sums)) {
    x <- within[, columns[sums], drop = FALSE]
    out[, sums] <- combinations(within, design$combined$columns, x, design)
  }
  out
}

# With the constant first, which is its own.
beside_one <- function(map) {
  out <- matrix(0, nrow(map) + 1, ncol(map) + 1)
  out[1, 1] <- 1
  out[-1, -1] <- map
  out
}

# Beside slopes alone the constant is a column of ones, and the kernel takes the others less their
# means.
centred_meat <- function(meat, scored, design) {
  if (!design$constant) meat$root <- meat$root %*% beside_ones(scored, design)
  meat
}

whole_meat <- function(meat) crossprod(meat$root, meat$inner %*% meat$root)

beside_ones <- function(scored, design) {
  shift <- diag(length(scored))
  one <- match("(Intercept)", design$names[scored + 1])
  if (design$constant || is.na(one)) return(shift)
  w <- design$weight
  shift[one, -one] <- -vapply(design$columns[scored[-one] + 1], function(x) sum(w * x) / sum(w), 0)
  shift
}

# The columns of the design within the effects, or less the weighted mean.
within_columns <- function(design) {
  x <- bound_columns(fine_columns(design), design_rows(design))
  w <- design$weight
  if (length(design$factors)) return(bind_absorb(x, design$factors, w)$columns)
  if (design$constant) sweep(x, 2, colSums(x * w) / sum(w)) else x
}

# list(moments: sum w^2 u_e u_f (1, v)(1, v)' over rows, for each pair of residuals u_e = columns'
# theta_e, e <= f; root: (1, z) = (1, v) root, z the columns `scored`, and v these less what they
# are nearly a combination of).
row_moments <- function(design, within, scored, thetas, call) {
  plan <- design$remote$plan
  source <- plan$t$source
  key <- rlang::hash(list(plan$terms, design$base, within, scored, thetas))
  known <- source$known
  known$moments[[key]] <- known$moments[[key]] %||%
    ask_row_moments(design, within, scored, thetas, call)
  known$moments[[key]]
}

ask_row_moments <- function(design, within, scored, thetas, call) {
  plan <- design$remote$plan
  source <- plan$t$source
  asked <- sort(unique(c(scored, which(Reduce(`|`, lapply(thetas, `!=`, 0))))))
  shares <- cell_shares(design, within, asked)
  joined <- join_shares(plan, design$remote$sample, shares, asked, design$base, call)
  on.exit(joined$done())
  residuals <- lapply(thetas, combined_there)
  names(residuals) <- paste0(".ccd_r", seq_along(residuals))
  scores <- leaned_scores(within, scored, design$weight)
  rows <- sql_nested(source, sql_once(source, joined$sql))
  table <- sql_nested(
    source, sql_once(source, sql_select(source, rows, c(residuals, scores$left), all = TRUE))
  )
  weight <- if (!is.null(plan$weights)) quote(.ccd_w * .ccd_w)
  factors <- c(list(NULL), lapply(scores$names, as.name))
  pairs <- upper_pairs(length(factors))
  of <- upper_pairs(length(thetas))
  sums <- unlist(lapply(seq_len(nrow(of)), function(r) {
    u <- lapply(names(residuals)[of[r, ]], as.name)
    lapply(seq_len(nrow(pairs)), function(p) {
      sum_of_product(c(list(weight), u, factors[pairs[p, ]]))
    })
  }), recursive = FALSE)
  names(sums) <- paste0("q", seq_along(sums))
  once <- if (!is.null(plan$weights)) quote(.ccd_w)
  found <- asked_sums(
    plan, c(sums, checked_sums(asked, once)),
    function(part) used_sums(plan, part, from = table), sent = joined$sent
  )
  check_unchanged(found$n, design$sample$n, call)
  check_same_columns(found, asked, within, design, call)
  values <- matrix(unlist(found[names(sums)]), nrow(pairs))
  root <- diag(length(factors))
  root[-1, -1] <- scores$root
  list(moments = lapply(seq_len(nrow(of)), function(r) symmetric(values[, r], pairs)), root = root)
}

# The columns within the effects, combined.
combined_there <- function(b) {
  join_plus(lapply(which(b != 0), function(j) {
    x <- as.name(paste0(".ccd_x", j))
    if (b[j] == 1) x else call("*", b[j], x)
  }))
}

# The columns `scored` less those before them that they are nearly a combination of. list(names;
# left: such, as the engine combines them; root: what makes the columns of them).
leaned_scores <- function(within, scored, weight) {
  k <- length(scored)
  decomposed <- qr(within[, scored, drop = FALSE] * sqrt(weight), tol = 1e-11)
  r <- qr.R(decomposed)
  less <- diag(k)
  for (j in seq_len(decomposed$rank)[-1]) {
    if (r[j, j]^2 >= poor_share * sum(r[, j]^2)) next
    before <- seq_len(j - 1)
    less[before, j] <- -in_fifteen_digits(backsolve(r, r[before, j], k = j - 1))
  }
  at <- scored[decomposed$pivot]
  names <- paste0(".ccd_x", at)
  leaning <- colSums(less != 0) > 1
  names[leaning] <- paste0(".ccd_z", at)[leaning]
  left <- lapply(which(leaning), function(j) {
    combined_there(replace(numeric(ncol(within)), at, less[, j]))
  })
  # In the order of `scored`.
  back <- order(decomposed$pivot)
  list(
    names = names[back], left = stats::setNames(left, names[leaning]),
    root = if (k) backsolve(less, diag(k))[back, back, drop = FALSE] else less
  )
}

# NULL is no factor.
sum_of_product <- function(factors) {
  bquote(sum(.(join_times(Filter(Negate(is.null), factors))), na.rm = TRUE))
}

# Sums and squares of the columns within the effects, which the fit knows.
checked_sums <- function(columns, weight) {
  x <- lapply(paste0(".ccd_x", columns), as.name)
  out <- c(
    lapply(x, function(v) sum_of_product(list(weight, v))),
    lapply(x, function(v) sum_of_product(list(weight, v, v)))
  )
  stats::setNames(out, paste0(rep(c("a", "b"), each = length(columns)), columns))
}

# Rows that are as many may have other values: errors of theirs would be of no table. What changes
# neither sums nor squares by so much changes no error by more; of a column that effects absorb
# there is only rounding of what it was.
check_same_columns <- function(found, columns, within, design, call) {
  w <- design$weight
  x <- within[, columns, drop = FALSE]
  square <- colSums(w * x^2)
  whole <- colSums(w * column_deviations(bound_columns(
    fine_columns(design)[columns], length(w)
  ), w)^2)
  apart <- abs(unlist(found[paste0("a", columns)]) - colSums(w * x)) / sqrt(sum(w))
  squares <- abs(unlist(found[paste0("b", columns)]) - square)
  same <- apart <= 1e-5 * sqrt(square) + 1e-10 * sqrt(whole) &
    squares <= 1e-5 * square + 1e-10 * whole
  if (all(same)) return(invisible())
  abort_changed_sums(call)
}

# A row a cell: keys, o of each column, and g where it is not the same in all cells.
cell_shares <- function(design, within, columns) {
  rows <- design$remote$rows
  first <- !duplicated(rows$cell)
  shares <- as.list(rows$keys[first, , drop = FALSE])
  for (j in columns) {
    base <- design$base[[j]]
    g <- design$multiplier[[j]]
    taken <- if (is.na(base)) 0 else (g %||% 1) * rows$value[, base]
    shares[[paste0(".ccd_o", j)]] <- (taken - within[, j])[first]
    if (!is.na(base) && !is.null(g)) shares[[paste0(".ccd_g", j)]] <- g[first]
  }
  structure(shares, class = "data.frame", row.names = .set_row_names(sum(first)))
}

# The used rows with columns .ccd_x1, ... within the effects, and what takes the cells' table away.
join_shares <- function(plan, sample, shares, columns, base, call) {
  source <- plan$t$source
  keys <- names(plan$keys)
  sent <- list(done = function() NULL)
  from <- plan$table
  if (length(keys)) {
    sent <- sent_table(source, shares, plan$keys, call)
    from <- sql_joined(source, plan$table, sent$sql, keys)
  }
  within <- lapply(columns, function(j) {
    named <- function(word) {
      name <- paste0(word, j)
      if (!length(keys)) shares[[name]] else if (name %in% names(shares)) as.name(name)
    }
    o <- named(".ccd_o")
    if (is.na(base[[j]])) return(bquote(0 - .(o)))
    v <- centred_base(plan, sample$centre, base[[j]])
    g <- named(".ccd_g")
    if (is.null(g)) bquote(.(v) - .(o)) else bquote(.(g) * .(v) - .(o))
  })
  names(within) <- paste0(".ccd_x", columns)
  flags <- list(.ccd_u = quote(.ccd_u), .ccd_w = if (!is.null(plan$weights)) quote(.ccd_w))
  columns <- c(within, Filter(Negate(is.null), flags))
  list(sql = sql_select(source, from, columns), sent = sent$sent, done = sent$done)
}

# By column of `x` the combination of these columns that it is, or that is nearest to it.
combinations <- function(within, columns, x, design) {
  root <- sqrt(design$weight)
  out <- matrix(0, ncol(within), ncol(x))
  decomposed <- qr(within[, columns, drop = FALSE] * root, tol = 1e-11)
  b <- qr.coef(decomposed, x * root)
  out[columns, ] <- ifelse(is.na(b), 0, b)
  out
}

#' @export
row_covariance.ccd_cells <- function(remote, v, z, design) {
  within <- within_columns(design)
  root <- sqrt(design$weight)
  thetas <- combinations(within, seq_len(ncol(within)), v / root, design)
  to_z <- combinations(within, seq_len(ncol(within)), z / root, design)
  scored <- which(rowSums(abs(to_z)) > 0)
  found <- row_moments(
    design, within, scored, lapply(seq_len(ncol(thetas)), function(e) thetas[, e]),
    rlang::caller_env()
  )
  to_z <- found$root[-1, -1, drop = FALSE] %*% to_z[scored, , drop = FALSE]
  of <- upper_pairs(ncol(thetas))
  l <- ncol(to_z)
  out <- matrix(0, l * ncol(thetas), l * ncol(thetas))
  for (r in seq_len(nrow(of))) {
    block <- crossprod(to_z, found$moments[[r]][-1, -1, drop = FALSE] %*% to_z)
    rows <- (of[r, 1] - 1) * l + seq_len(l)
    columns <- (of[r, 2] - 1) * l + seq_len(l)
    out[rows, columns] <- block
    out[columns, rows] <- t(block)
  }
  out
}
