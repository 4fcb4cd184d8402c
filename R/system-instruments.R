# Columns that nearly depend on each other. Where rows are at hand the kernel computes in
# orthonormal columns of the same span, which lose no digits. Sums by cell have lost twice the
# digits that such columns share: at a sine of 1e-7 half a percent of a coefficient is rounding, at
# 1e-8 nothing is left.

# Below this squared sine a column of a table in a database cannot be used.
refused_sine2 <- 1e-13

# The kernel's estimate, positions of instruments those of `design$store`.
system_kernel <- function(design, spec, plan, asked, call) {
  columns <- replace(design$store, design$fine$at, design$fine$columns)
  kernel <- bind_system(
    columns, length(columns[[1]]), asked$system, asked$options, design$factors,
    design$weight, asked$of_slopes, asked$restrictions$value, plan$clusters
  )
  if (any(lengths(kernel$dropped_x) > 0)) return(kernel)
  if (kernel$smallest_sine2 < asked$options$least_sine2) {
    abort_nearly_collinear(design, kernel, call)
  }
  kernel$apart <- names(design$store)[unique(unlist(c(kernel$close_x, kernel$close_z))) + 1]
  kernel
}

abort_nearly_collinear <- function(design, kernel, call) {
  of_all <- !length(kernel$z_of)
  instruments <- sort(unique(unlist(kernel$close_z)))
  regressors <- setdiff(unlist(kernel$close_x), instruments)
  near <- Map(
    function(x, z) length(intersect(x, regressors)) || !of_all && length(z),
    kernel$close_x, if (of_all) list(integer()) else kernel$close_z
  )
  where <- names(design$equations)[unlist(near)]
  # The word of a column that is both is the instrument's, which is of all equations.
  word <- if (length(instruments)) "Instrument" else "Regressor"
  what <- names(design$store)[(if (length(instruments)) instruments else regressors) + 1]
  abort("collinear", c(
    paste0(
      "{word}{cli::qty(what)}{?s} {.val {what}} nearly depend{?s/} on those before {?it/them}, ",
      "nearer than sums of products can tell."
    ),
    x = if (length(where)) "{cli::qty(where)}In equation{?s} {.val {where}}.",
    i = "Leave such columns out, or give {.code remote = \"rows\"}, whose digits suffice."
  ), call)
}
