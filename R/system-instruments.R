# Instruments that nearly depend on each other. Cross-products lose twice the digits that such
# instruments share: at a sine of 1e-7 half a percent of a coefficient is rounding, at 1e-8 nothing
# is left. Only the space counts that instruments span, so each is replaced by what those before it
# leave of it.

# Below this squared sine an instrument is replaced, where rows are at hand; below the other, as
# far as sums by cell go, it cannot be used.
replaced_sine2 <- 1e-8
refused_sine2 <- 1e-13

# The kernel's estimate, positions of instruments those of `design$store`.
system_kernel <- function(design, spec, plan, asked, call) {
  run <- function(design, asked) {
    bind_system(
      design$store, length(design$store[[1]]), asked$system, asked$options, design$factors,
      design$weight, asked$restrictions$matrix, asked$restrictions$value, plan$clusters
    )
  }
  kernel <- run(design, asked)
  if (any(lengths(kernel$dropped_x) > 0) || kernel$smallest_sine2 >= asked$options$least_sine2) {
    return(kernel)
  }
  if (!is.null(design$remote)) abort_nearly_collinear(design, kernel, call)
  apart <- instruments_apart(design, kernel)
  asked$system[c("z", "z_of")] <- apart[c("z", "z_of")]
  again <- run(apart$design, asked)
  if (again$smallest_sine2 < asked$options$least_sine2) abort_nearly_collinear(design, kernel, call)
  again$z <- apart$from[again$z + 1]
  again$z_of <- lapply(again$z_of, function(z) apart$from[z + 1])
  again$dropped_z <- kernel$dropped_z
  again$apart <- names(design$store)[unique(apart$from[-seq_along(design$store)]) + 1]
  again
}

# The same as a design and what the kernel is told of it, for draws of rows.
settled_instruments <- function(design, asked) {
  plain <- list(design = design, asked = asked)
  if (!asked$system$project || !is.null(design$remote)) return(plain)
  kernel <- list(z = asked$system$z, z_of = asked$system$z_of)
  apart <- instruments_apart(design, kernel)
  asked$system[c("z", "z_of")] <- apart[c("z", "z_of")]
  list(design = apart$design, asked = asked)
}

# Positions as in the kernel, from 0. `from`: which column of the design each one is made of.
instruments_apart <- function(design, kernel) {
  store <- design$store
  from <- seq_along(store) - 1L
  replaced <- function(z) {
    parts <- own_parts(store[z + 1], design)
    at <- which(!vapply(parts, is.null, NA))
    new <- length(store) + seq_along(at)
    store[new] <<- parts[at]
    from[new] <<- z[at]
    replace(z, at, new - 1L)
  }
  common <- if (length(kernel$z_of)) kernel$z else replaced(kernel$z)
  own <- lapply(kernel$z_of, replaced)
  names(store)[-seq_along(design$store)] <- paste0("(apart) ", names(design$store)[from + 1])[
    -seq_along(design$store)
  ]
  design$store <- store
  list(design = design, z = as.integer(common), z_of = lapply(own, as.integer), from = from)
}

# Of each column that nearly depends on those before it what these leave, within the effects or
# about the mean, as a combination of the columns; NULL of the others. Twice is enough.
own_parts <- function(columns, design) {
  w <- if (length(design$weight)) sqrt(design$weight) else 1
  within <- function(v) {
    v <- as.matrix(v)
    if (length(design$factors)) {
      v <- bind_absorb(v, design$factors, design$weight)$columns
    } else if (design$constant) {
      v <- v - rep(colSums(v * w^2) / sum(w^2 + 0 * v[, 1]), each = nrow(v))
    }
    v * w
  }
  x <- bound_columns(columns, length(columns[[1]]))
  unit <- scaled_columns(within(x))$unit
  x <- x / rep(unit, each = nrow(x))
  q <- within(x)
  out <- vector("list", length(columns))
  for (j in seq_along(columns)[-1]) {
    before <- q[, seq_len(j - 1), drop = FALSE]
    own <- x[, j]
    near <- FALSE
    length0 <- sqrt(sum(q[, j]^2))
    for (pass in 1:2) {
      left <- within(own)
      b <- qr.coef(qr(before, tol = 1e-13), left)
      b[is.na(b)] <- 0
      rest <- sqrt(sum((left - before %*% b)^2))
      if (pass == 1 && rest^2 > 10 * replaced_sine2 * length0^2) break
      own <- own - drop(x[, seq_len(j - 1), drop = FALSE] %*% b)
      if (design$constant || length(design$factors)) own <- own - mean(own)
      near <- TRUE
    }
    length1 <- sqrt(sum(within(own)^2))
    if (!near || !(length1 > 0)) next
    # In a unit of its own, which is another than that of its parts.
    out[[j]] <- own / length1
    x[, j] <- out[[j]]
    q[, j] <- within(x[, j])
  }
  out
}

abort_nearly_collinear <- function(design, kernel, call) {
  sets <- if (length(kernel$z_of)) {
    stats::setNames(kernel$z_of, names(design$equations))
  } else {
    list(kernel$z)
  }
  near <- lapply(sets, function(z) {
    names(design$store)[z + 1][lengths(own_parts(design$store[z + 1], design)) > 0]
  })
  what <- unique(unlist(near))
  where <- names(near)[lengths(near) > 0]
  abort("collinear", c(
    if (length(what)) {
      "Instrument{?s} {.val {what}} nearly depend{?s/} on those before {?it/them}, nearer than
       sums of products can tell."
    } else {
      "Instruments nearly depend on each other, nearer than sums of products can tell."
    },
    x = if (length(where)) "{cli::qty(where)}In equation{?s} {.val {where}}.",
    i = "Leave such instruments out; one of each combination is enough."
  ), call)
}
