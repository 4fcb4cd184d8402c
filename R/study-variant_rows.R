# What the table of robustness() says of a variant, also of one that could not be fitted.

# All refused: the first error, whole. Some: said once, and kept.
say_refused <- function(refused, names, none_left) {
  if (!length(refused)) return(invisible())
  if (none_left) rlang::cnd_signal(refused[[1]])
  reason <- vapply(refused, refusal, "")
  warn("variant", c(
    "{length(names)} variant{?s} could not be fitted and {?has/have} no estimate:",
    stats::setNames(paste0(
      "{names[", seq_along(names), "]}: {reason[", seq_along(names), "]}"
    ), rep("x", length(names))),
    i = "{.code attr(x, \"refused\")} has the errors."
  ))
}

# The innermost reason, without its heading.
refusal <- function(error) {
  while (inherits(error$parent, "error")) error <- error$parent
  cli::ansi_strip(strsplit(rlang::cnd_header(error), "\n", fixed = TRUE)[[1]][1])
}

refused_row <- function(name, changed, term) {
  data.frame(
    variant = name, changed = changed, term = term, estimate = NA_real_, std.error = NA_real_,
    statistic = NA_real_, p.value = NA_real_, conf.low = NA_real_, conf.high = NA_real_,
    nobs = NA_integer_, r2_within = NA_real_, covariance = NA_character_
  )
}

variant_row <- function(fit, name, term, changed, level, call) {
  table <- tidy(fit, conf.int = TRUE, conf.level = level)
  table$term <- names(fit$coefficients)
  at <- match(term, table$term)
  if (is.na(at)) {
    abort("term", c(
      "Variant {.val {name}} has no coefficient {.val {term}}; it has {.val {table$term}}.",
      i = paste0(
        "It may be collinear there, or have another name: {.arg replace} is followed, a ",
        "new formula is not."
      )
    ), call)
  }
  within <- if (length(fit$r2) == 3) fit$r2[["within"]] else NA_real_
  data.frame(
    variant = name, changed = changed,
    table[at, c("term", "estimate", "std.error", "statistic", "p.value", "conf.low", "conf.high")],
    nobs = fit$sample$n, r2_within = within,
    covariance = standard_errors_of(fit)
  )
}

# The rows of the baseline and of each variant; `same` are those that are the baseline once more.
variant_table <- function(made, variants, term, same) {
  rows <- Map(function(m, name) {
    if (inherits(m, "condition")) refused_row(name, changes_of(variants[[name]]), term) else m$row
  }, made, names(made))
  out <- do.call(rbind, unname(rows))
  again <- out$variant %in% names(same)
  out$changed[again] <- paste0(out$changed[again], ", unchanged")
  rownames(out) <- NULL
  out
}
