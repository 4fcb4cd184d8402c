#' Audit printed descriptive statistics
#'
#' Can there be numbers with the printed mean, standard deviation, minimum, median and maximum
#' together?
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @details Every printed number stands for all numbers that are rounded (or truncated) to it. For
#'   \eqn{n} values with minimum \eqn{a} and maximum \eqn{b}, both attained, mean \eqn{m}, median
#'   \eqn{q} and standard deviation \eqn{s}:
#'   * \eqn{a \le q \le b} and \eqn{a \le b};
#'   * mean: \eqn{[(n-1) a + b]/n \le m \le [a + (n-1) b]/n}, or \eqn{a \le m \le b} where \eqn{n}
#'     is not known;
#'   * mean given the median, by putting each half as low or as high as it can be: with \eqn{k =
#'     \lfloor n/2 \rfloor}, \eqn{[k a + k q + b]/n \le m \le [a + k q + k b]/n} for odd \eqn{n},
#'     and \eqn{[(k-1) a + k q + b]/n \le m \le [a + k q + (k-1) b]/n} for even \eqn{n};
#'   * standard deviation: \eqn{s^2 \le (b - m)(m - a) n/(n-1)} (Bhatia and Davis 2000, divisor
#'     \eqn{n - 1}) and \eqn{n s^2 \ge (m-a)^2 + (b-m)^2 + (a + b - 2m)^2/(n-2)}, the rest of the
#'     values being equal; the divisor \eqn{n} is allowed in the lower bound, \eqn{n - 1} in the
#'     upper. Without \eqn{n}, \eqn{s^2 \le 2 (b-m)(m-a)} and nothing below;
#'   * \eqn{|m - q| \le s \sqrt{(n-1)/n}}, mean and median at most one standard deviation apart;
#'   * \eqn{n} is a whole number, and the same in all rows: another one is undetermined, as values
#'     may be missing.
#'
#'   Arithmetic cannot see names that are shifted against their numbers.
#' @inheritParams audit_weights
#' @param table A data frame of print, one row a variable; cells as in [audit_weights()].
#' @param n Name of the column of numbers of observations, or that number itself, or `NULL`.
#' @param mean,sd,min,max,median Names of these columns, as far as printed. Where no column is
#'   named, those that are called so (`p50`: the median) are taken.
#' @param variable Name of the column that names the rows, for the report.
#' @return An [audit], one line a check.
#' @section Errors: those of [audit_weights()].
#' @references Bhatia, R. and Davis, C. (2000). A better bound on the variance. American
#'   Mathematical Monthly 107(4), 353-357. \doi{10.1080/00029890.2000.12005203}
#' @examples
#' audit_descriptives(cui_table4, "N", "mean", "sd", "min", "max",
#'   median = "p50", variable = "variable"
#' )
#' # A standard deviation that 100 values between 0 and 1 cannot have
#' printed <- data.frame(mean = "0.50", sd = "0.61", min = "0.00", max = "1.00")
#' audit_descriptives(printed, n = 100, mean = "mean", sd = "sd", min = "min", max = "max")
#' @export
audit_descriptives <- function(table, n = NULL, mean = NULL, sd = NULL, min = NULL, max = NULL,
                               median = NULL, variable = NULL,
                               rounding = "round", digits = NULL, scale = NULL, ...) {
  check_dots(...)
  check_required("audit_descriptives")
  call <- rlang::current_env()
  opts <- reading(rounding, digits, scale, table, call)
  own <- own_columns(
    list(mean = mean, sd = sd, min = min, max = max, median = median, p50 = NULL), table,
    list(variable = variable, n = n, N = NULL)
  )
  n <- own$n %||% own$N
  variable <- own$variable
  own$median <- own$median %||% own$p50
  names <- own[c("mean", "sd", "min", "max", "median")]
  frame <- rows_of(table, variable, "variable", call)
  names <- names[!vapply(names, is.null, NA)]
  s <- Map(function(name, arg) read_printed(table, name, arg, opts, call), names, names(names))
  counts <- read_counts(n, table, frame, opts, call)
  size <- counts$value
  if (!is.null(s$sd)) {
    s$sd <- replace(s$sd, c("lower", "upper"), list(pmax(s$sd$lower, 0), s$sd$upper))
  }
  lines <- c(
    counts$lines, order_lines(frame, s$min, s$max, "min <= max"),
    order_lines(frame, s$min, s$median, "min <= median"),
    order_lines(frame, s$median, s$max, "median <= max"),
    mean_lines(frame, s, size), median_lines(frame, s, size), sd_lines(frame, s, size),
    apart_lines(frame, s, size)
  )
  if (!length(lines)) abort_nothing("mean", call)
  if (length(lines) == length(counts$lines)) {
    lines <- c(lines, list(not_tested(
      c(vapply(s, `[[`, "", "name"), counts$column[[1]]$name),
      paste(setdiff(c("mean", "sd", "min", "max", "median"), names(s)), collapse = ", ")
    )))
  }
  new_audit(lines, "Audit of descriptive statistics", table, opts, c(unname(s), counts$column))
}

# Numbers of observations: NA where none is known, and a line for each that is printed.
read_counts <- function(n, table, frame, opts, call) {
  if (is.null(n)) return(list(value = rep(NA_real_, nrow(table))))
  if (is_bare_numeric(n)) {
    check_number(n, "n", min = 1, call = call)
    return(list(value = rep(floor(n), nrow(table))))
  }
  column <- read_printed(table, n, "n", opts, call, scaled = FALSE)
  x <- column$value
  odd <- !is.na(x) & (x < 1 | x != trunc(x))
  usual <- as.double(names(sort(-table(x[!odd]))))[1]
  differs <- !is.na(x) & !odd & x != usual
  verdict <- ifelse(odd, "inconsistent", ifelse(is.na(x) | differs, "undetermined", "consistent"))
  reason <- ifelse(odd, "no whole number of observations", ifelse(
    is.na(x), "the cell is empty",
    ifelse(differs, paste(
      column$text, "here and", usual, "in most rows: are values missing?"
    ), "as in most rows")
  ))
  lines <- audit_lines(frame$row, frame$item, "N", verdict, reason, column$text)
  list(value = ifelse(odd, NA, x), lines = list(lines), column = list(column))
}

order_lines <- function(frame, low, high, check) {
  if (is.null(low) || is.null(high)) return(NULL)
  out <- low$lower > high$upper
  verdict <- ifelse(is.na(out), "undetermined", ifelse(out, "inconsistent", "consistent"))
  reason <- ifelse(
    is.na(out), "a cell it needs is empty",
    paste(low$text, ifelse(out, "exceeds", "does not exceed"), high$text)
  )
  list(audit_lines(frame$row, frame$item, check, verdict, reason, low$text, high$lower, high$upper))
}

mean_lines <- function(frame, s, n) {
  if (is.null(s$mean) || is.null(s$min) || is.null(s$max)) return(NULL)
  share <- ifelse(is.na(n), 0, 1 / n)
  low <- plus(scale_by(s$min, 1 - share), scale_by(s$max, share))
  high <- plus(scale_by(s$min, share), scale_by(s$max, 1 - share))
  list(compare_lines(
    frame, "mean given min and max", s$mean, ordered_bounds(low$lower, high$upper),
    "a mean of such values"
  ))
}

scale_by <- function(x, by) interval(x$lower * by, x$upper * by)

# Bounds that have crossed (a minimum above the maximum) hold nothing.
ordered_bounds <- function(low, high) {
  out <- loosen(interval(low, high))
  crossed <- out$lower > out$upper
  interval(ifelse(crossed, Inf, out$lower), ifelse(crossed, -Inf, out$upper))
}

median_lines <- function(frame, s, n) {
  if (
    is.null(s$mean) || is.null(s$median) || is.null(s$min) || is.null(s$max) ||
      all(is.na(n) | n < 3)
  ) return(NULL)
  k <- floor(n / 2)
  rest <- ifelse(n %% 2 == 1, k, k - 1)
  low <- (rest * s$min$lower + k * s$median$lower + s$max$lower) / n
  high <- (s$min$upper + k * s$median$upper + rest * s$max$upper) / n
  known <- !is.na(n) & n >= 3
  list(compare_lines(
    frame, "mean given the median", s$mean,
    ordered_bounds(replace(low, !known, NA), replace(high, !known, NA)), "a mean of such values",
    "N or a cell it needs is empty"
  ))
}

sd_lines <- function(frame, s, n) {
  if (is.null(s$sd) || is.null(s$mean) || is.null(s$min) || is.null(s$max)) return(NULL)
  bounds <- sd_bounds(s$min, s$max, s$mean, n)
  list(compare_lines(
    frame, "sd given mean, min and max", s$sd, bounds, "the standard deviation of such values"
  ))
}

# The least and the greatest standard deviation over the intervals of min, max and mean. The bounds
# are taken term by term, so that they are never too narrow.
sd_bounds <- function(a, b, m, n) {
  one <- !is.na(n) & n < 2
  factor <- ifelse(is.na(n), 2, n / pmax(n - 1, 1))
  centre <- pmin(pmax((a$lower + b$upper) / 2, m$lower), m$upper)
  high <- sqrt(pmax((b$upper - centre) * (centre - a$lower), 0) * factor)
  inner <- pmin(pmax((a$upper + b$lower) / 2, m$lower), m$upper)
  skew <- minus(plus(a, b), scaled(m, 2))
  skew <- ifelse(skew$lower <= 0 & skew$upper >= 0, 0, pmin(abs(skew$lower), abs(skew$upper)))
  squares <- pmax(inner - a$upper, 0)^2 + pmax(b$lower - inner, 0)^2 + ifelse(
    !is.na(n) & n > 2, skew^2 / (n - 2), 0
  )
  low <- ifelse(is.na(n), 0 * squares, sqrt(squares / n))
  loosen(interval(ifelse(one, NA, low), ifelse(one, NA, high)))
}

apart_lines <- function(frame, s, n) {
  if (is.null(s$sd) || is.null(s$mean) || is.null(s$median)) return(NULL)
  gap <- pmax(0, s$mean$lower - s$median$upper, s$median$lower - s$mean$upper)
  most <- s$sd$upper * ifelse(is.na(n), 1, sqrt((n - 1) / n))
  out <- gap > most
  verdict <- ifelse(is.na(out), "undetermined", ifelse(out, "inconsistent", "consistent"))
  shown <- range_text(interval(most))
  reason <- ifelse(is.na(out), "a cell it needs is empty", paste0(
    "mean and median are at least ", range_text(interval(gap)), " apart, ",
    ifelse(out, "more than one standard deviation, at most ", "of at most "), shown
  ))
  list(audit_lines(
    frame$row, frame$item, "mean and median within one sd", verdict, reason, s$median$text, NA, most
  ))
}
