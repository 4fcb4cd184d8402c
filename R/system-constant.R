# Variables of a system that are constant in the rows at hand: a factor with one level in a subset
# or group, a number that no longer changes. As in fe_reg() they are left out and named; what is
# collinear otherwise is an error, for which of such regressors is meant is the model's affair.

# The parts without such columns, and the names of these by equation and of the instruments.
without_constants <- function(seen, spec) {
  absorbed <- hold_constant(spec$effects)
  gone <- list()
  reduced <- function(part, where) {
    if (!(part$intercept || absorbed) || !length(part$columns)) return(part)
    out <- constant_columns(part)
    gone[[where]] <<- union(gone[[where]], names(part$columns)[out])
    part$columns <- part$columns[!out]
    if (!is.null(part$assign)) part$assign <- part$assign[!out]
    part
  }
  for (name in names(seen$equations)) {
    seen$equations[[name]]$part <- reduced(seen$equations[[name]]$part, name)
  }
  seen$instruments <- lapply(seen$instruments, lapply, reduced, "(instruments)")
  if (!is.null(seen$identities)) seen$identities <- reduced(seen$identities, "(instruments)")
  list(seen = seen, gone = gone[lengths(gone) > 0])
}

# Constant columns, and interactions that are another column times a number, because what that
# column is multiplied by is constant.
constant_columns <- function(part) {
  columns <- part$columns
  out <- vapply(columns, is_constant, NA)
  if (is.null(part$assign) || !any(lengths(columns))) return(unname(out))
  order <- attr(attr(part$frame, "terms"), "order")[part$assign]
  for (j in which(!out & order > 1)) {
    before <- setdiff(which(!out), j)
    before <- before[order[before] < order[j]]
    out[j] <- any(vapply(columns[before], proportional, NA, columns[[j]]))
  }
  unname(out)
}

# Most columns differ in one of the first comparisons.
is_constant <- function(v) {
  n <- length(v)
  n > 0 && isTRUE(v[1] == v[n]) && v[1] == v[(n + 1) %/% 2] && all(v == v[1])
}

proportional <- function(a, b) {
  at <- which.max(abs(b))
  length(at) && all(abs(a - a[at] / b[at] * b) <= 1e-12 * abs(a[at]))
}

say_constants <- function(gone) {
  if (!length(gone)) return(invisible())
  of <- function(name) {
    where <- if (name == "(instruments)") "instruments" else "equation {.val {name}}"
    cli::format_inline(paste0("{.val {gone[[name]]}} (", where, ")"), keep_whitespace = FALSE)
  }
  parts <- vapply(names(gone), of, "")
  inform("collinear", "Left out as constant in these rows: {parts}.")
}

# "ga (e), k (e, i)" of names by equation.
constants_by_name <- function(gone) {
  all <- unique(unlist(gone, use.names = FALSE))
  where <- vapply(all, function(name) {
    at <- names(gone)[vapply(gone, function(g) name %in% g, NA)]
    listed(ifelse(at == "(instruments)", tr("instruments"), at))
  }, "")
  if (length(all)) sprintf("%s (%s)", all, where) else character()
}
