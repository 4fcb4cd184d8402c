# What C and T say without the scores, and the formula of C as a paper prints it.

# Two systems with sum 2 T and product (C T)^2 have the scores T -/+ sqrt(T^2 - (C T)^2) = T (1 -/+
# sqrt(1 - C^2)).
implied_lines <- function(frame, p, two, standard) {
  if (is.null(p$C) || is.null(p$T) || !standard) return(NULL)
  c <- clip(p$C)
  t <- interval(pmax(p$T$lower, 0), pmax(p$T$upper, 0))
  away <- function(x) sqrt(pmax(1 - x^2, 0))
  low <- loosen(interval(t$lower * (1 - away(c$lower)), t$upper * (1 - away(c$upper))))
  high <- loosen(interval(t$lower * (1 + away(c$upper)), t$upper * (1 + away(c$lower))))
  missing <- is.na(low$lower) | is.na(high$lower)
  never <- p$C$lower > 1
  above <- high$lower > 1
  verdict <- ifelse(missing, "undetermined", ifelse(
    never | above, if (two) "inconsistent" else "undetermined", "consistent"
  ))
  pair <- paste(range_text(low), "and", range_text(high))
  reason <- ifelse(missing, "C or T is empty", ifelse(never, "no scores have a C above 1", ifelse(
    above,
    paste0(
      "two systems would have the scores ", pair,
      ", one above 1: not two systems, or not the standard formula"
    ),
    paste0("two systems have the scores ", pair)
  )))
  at <- pmin(pmax(p$C$value, 0), 1)
  out <- audit_lines(frame$row, frame$item, "scores from C and T", verdict, reason, p$C$text)
  out$lower <- p$T$value * (1 - away(at))
  out$upper <- p$T$value * (1 + away(at))
  list(out)
}

formula_functions <- function() {
  f <- language_function
  c(arithmetic_functions(), list(
    sqrt = f(sqrt), abs = f(abs), exp = f(exp), log = f(log), min = f(pmin, 1, 20),
    max = f(pmax, 1, 20)
  ))
}

# A formula in words: `of(u)` gives its value from a list of scores, one a system.
read_formula <- function(formula, systems, call) {
  if (is.null(formula)) return(NULL)
  fail <- function(why) {
    abort("formula", c(
      paste0(
        "{.arg formula} must be the formula of C as a string in the names of the systems, not ",
        "{found(formula)}: {why}."
      ),
      i = "For instance {.val 2 * sqrt(u * v) / (u + v)}."
    ), call, .envir = rlang::current_env())
  }
  if (!rlang::is_string(formula)) fail("it is no string")
  read <- read_expression(formula, formula_functions(), fail)
  names <- unname(read$variables)
  n <- if (is.null(systems)) 2 else length(systems)
  if (length(names) != n) fail(sprintf("it has %d names for %d systems", length(names), n))
  order <- if (setequal(names, systems)) match(names, systems) else seq_along(names)
  of <- function(u) {
    suppressWarnings(run_expression(
      read, stats::setNames(u[order], names), formula_functions()
    ) + 0 * u[[1]])
  }
  list(of = of, text = formula, order = order)
}

stated_lines <- function(frame, p, u, a, stated, call) {
  if (is.null(stated)) return(NULL)
  if (is.null(p$C) || (is.null(p$T) && !length(u))) {
    abort("column", c(
      "{.arg formula} needs {.arg C} and either {.arg systems} or {.arg T} to be held against.",
      i = "Name these columns."
    ), call)
  }
  box <- if (length(u)) formula_over_boxes(stated$of, u) else formula_on_lines(stated$of, p$T, a)
  lines <- compare_lines(frame, "C by the printed formula", p$C, box, "the formula")
  none <- box$lower > box$upper
  lines$reason[none %in% TRUE] <- "no scores in [0, 1] have this T"
  if (!length(u)) lines$reason <- paste0(lines$reason, at_implied(stated$of, p, a))
  wrong <- sum(lines$verdict == "inconsistent")
  known <- sum(lines$verdict != "undetermined")
  verdict <- if (!known) "undetermined" else if (wrong) "inconsistent" else "consistent"
  says <- sprintf("%s fits %d of %d rows", stated$text, known - wrong, known)
  list(lines, audit_lines(NA, NA, "printed formula of C", verdict, says))
}

# What the formula gives at the scores that C and T have by the standard one.
at_implied <- function(of, p, a) {
  if (!all(a == 0.5)) return("")
  away <- sqrt(pmax(1 - p$C$value^2, 0))
  value <- of(list(p$T$value * (1 - away), p$T$value * (1 + away)))
  ifelse(is.finite(value), paste0(
    "; at the scores that C and T have by the standard formula it is ", range_text(interval(value))
  ), "")
}

# The range over boxes of scores, found on a grid and let out by a tenth of itself: boxes of printed
# scores are small.
formula_over_boxes <- function(of, u) {
  u <- lapply(u, clip)
  steps <- c(`2` = 15, `3` = 9, `4` = 5)[as.character(length(u))]
  grid <- expand.grid(rep(list(seq(0, 1, length.out = if (is.na(steps)) 3 else steps)), length(u)))
  values <- vapply(seq_len(nrow(grid)), function(i) {
    of(lapply(seq_along(u), function(j) u[[j]]$lower + grid[i, j] * (u[[j]]$upper - u[[j]]$lower)))
  }, numeric(length(u[[1]]$lower)))
  widened(matrix(values, ncol = nrow(grid)), 0.1)
}

# The range over all scores of two systems with a_1 u + a_2 v = T.
formula_on_lines <- function(of, total, a) {
  t <- outer(total$lower, rep(1, 9)) + outer(total$upper - total$lower, seq(0, 1, length.out = 9))
  t <- pmin(pmax(t, 0), 1)
  from <- pmax(0, (t - a[2]) / a[1])
  to <- pmin(1, t / a[1])
  values <- lapply(seq(0, 1, length.out = 801), function(share) {
    u <- from + share * (to - from)
    v <- pmin(pmax((t - a[1] * u) / a[2], 0), 1)
    of(list(u, v))
  })
  out <- widened(do.call(cbind, values), 1e-5)
  out$lower[is.na(total$lower)] <- NA
  out$upper[is.na(total$lower)] <- NA
  out
}

widened <- function(values, by) {
  values[is.nan(values)] <- NA
  none <- rowSums(!is.na(values)) == 0
  low <- apply(values, 1, function(x) suppressWarnings(min(x, na.rm = TRUE)))
  high <- apply(values, 1, function(x) suppressWarnings(max(x, na.rm = TRUE)))
  room <- ifelse(is.finite(high - low), by * (high - low), 0)
  loosen(interval(replace(low - room, none, NA), replace(high + room, none, NA)))
}
