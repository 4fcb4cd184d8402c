# Clubs by the log t test of Phillips and Sul.

club_test <- function(at, groups, s, call) {
  if (!is.null(groups) || s$draws) {
    abort("argument", c(
      "Clubs find their own groups, and take neither {.arg by} nor draws.", i = "Leave them out."
    ), call)
  }
  if (!requireNamespace("ConvergenceClubs", quietly = TRUE)) {
    abort("package", c(
      "Clubs need the package {.pkg ConvergenceClubs}, which is not installed.",
      i = "{.code install.packages(\"ConvergenceClubs\")} installs it."
    ), call)
  }
  check_even_times(at, call)
  whole <- rowSums(is.na(at$y)) == 0
  if (length(at$times) < 6) abort_periods("The log t test", 6, at, call)
  if (sum(whole) < 3) {
    abort("values", c(
      "Clubs need at least three units with a value in every period; {sum(whole)} {?has/have}.",
      i = "{absent_rows_way} fills gaps."
    ), call)
  }
  if (diff(range(at$y[whole, ])) == 0) {
    abort("values", c(
      "All values are equal: everyone is in one club.", i = "Name another {.arg value}."
    ), call)
  }
  check_log_means(at$y[whole, ], at, s$value, call)
  if (any(!whole)) {
    inform_plainly("omitted", sprintf(
      "Units without a value in some period are left out: %s.",
      first_names(at$names[!whole])
    ))
  }
  names <- at$names[whole]
  X <- data.frame(unit = names, log(at$y[whole, , drop = FALSE]))
  last <- ncol(X)
  # Not "fixed", the package's default: it never tests the club it returns.
  found <- ConvergenceClubs::findClubs(
    X, dataCols = 2:last, unit_names = 1, refCol = last, time_trim = 1 / 3, HACmethod = "FQSB",
    cstar_method = "incremental"
  )
  found <- found[grepl("^club[0-9]+$", names(found))]
  # A club that falls back to its core still has the test of the larger club that failed.
  clubs <- lapply(found, function(club) {
    list(id = club$id, model = log_t(X[club$id, -1]))
  })
  club_result(clubs, log_t(X[, -1]), at, whole, s)
}

# h is a logarithm over the period's mean of them: where that is near zero beside their spread, the
# unit of the value decides.
check_log_means <- function(y, at, value, call) {
  y <- log(y)
  small <- which(abs(colMeans(y)) < apply(y, 2, stats::sd))
  if (!length(small)) return(invisible())
  first <- small[1]
  abort("values", c(
    "The log t test divides logarithms by their mean, and those of {.field {value}} have none.",
    x = paste0(
      "In {format_key(at$times[first])} the mean is {format(mean(y[, first]), digits = 2)} beside ",
      "a standard deviation of {format(stats::sd(y[, first]), digits = 2)}: ",
      "the unit of the value would decide."
    ),
    i = "Give the value in a unit in which all are well above 1, such as 100 times an index."
  ), call)
}

# The log t test counts periods: one that is absent would be taken as none.
check_even_times <- function(at, call) {
  gap <- uneven_step(at$times)
  if (is.null(gap)) return(invisible())
  abort("periods", c(
    "The log t test needs even steps of time; none is between {gap[1]} and {gap[2]}.",
    i = "{absent_rows_way} fills gaps; or take the times after the gap."
  ), call)
}

log_t <- function(y) {
  ConvergenceClubs::estimateMod(
    ConvergenceClubs::computeH(y, quantity = "H"), time_trim = 1 / 3, HACmethod = "FQSB"
  )
}

club_result <- function(clubs, global, at, whole, s) {
  code <- rep(NA_integer_, sum(whole))
  for (i in seq_along(clubs)) code[clubs[[i]]$id] <- i
  if (!length(clubs) && global[["tvalue"]] > -1.65) code[] <- 1L
  row <- function(name, units, m) {
    data.frame(
      club = name, units = units, estimate = m[["beta"]], std.error = m[["std.err"]],
      statistic = m[["tvalue"]], converges = m[["tvalue"]] > -1.65
    )
  }
  tests <- do.call(rbind, c(
    list(row("all", sum(whole), global)),
    lapply(seq_along(clubs), function(i) row(as.character(i), length(clubs[[i]]$id),
      clubs[[i]]$model))
  ))
  last <- at$y[whole, ncol(at$y)]
  out <- data.frame(unit = at$units[whole], club = code, last = last)
  out <- out[order(out$club, -out$last), ]
  rownames(out) <- NULL
  names(out)[1] <- at$panel[1]
  y <- at$y[whole, , drop = FALSE]
  points <- data.frame(
    unit = rep(at$names[whole], ncol(y)), club = rep(code, ncol(y)),
    time = rep(at$times, each = nrow(y)), relative = as.vector(y / rep(colMeans(y), each = nrow(y)))
  )
  new_regional(out, "convergence_test", at, s, trend = tests, points = points)
}
