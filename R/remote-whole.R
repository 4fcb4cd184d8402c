# Whole numbers of numbers in SQL: what is rounded, what a division leaves, the interval that a
# number is in. Engines round halves in other directions than R, and have other remainders of
# negative numbers.

truncated <- function(x) {
  bquote(case_when(.(x) >= 0 ~ floor(.(x)), .(x) < 0 ~ ceiling(.(x))))
}

trunc_rule <- function(expr, t) truncated(held(only_argument(expr, t), t))

# Missing beyond the range of integers.
as_integer_rule <- function(expr, t) {
  x <- held(only_argument(expr, t), t)
  bquote(case_when(abs(.(x)) < 2147483648 ~ .(truncated(x))))
}

# To the nearest whole number, halves to the even one. To digits R chooses among decimals, which no
# engine does.
round_rule <- function(expr, t) {
  given <- arguments_of(expr, c("x", "digits"), t)
  digits <- if (is.null(given$digits)) 0 else signed_number(translated(given$digits, t))
  if (is.null(given$x) || !identical(as.double(digits), 0)) {
    abort_term(expr, t, "rounded to digits")
  }
  x <- held(translated(given$x, t), t)
  size <- bquote(abs(.(x)))
  least <- bquote(floor(.(size)))
  up <- bquote(.(size) - .(least) > 0.5 | (.(size) - .(least) == 0.5 &
    .(least) - 2 * floor(.(least) / 2) == 1))
  whole <- bquote(.(least) + case_when(.(up) ~ 1, !(.(up)) ~ 0))
  bquote(case_when(.(x) >= 0 ~ .(whole), .(x) < 0 ~ -(.(whole))))
}

# x = q y + r, r of the sign of y. Of a divisor that is no sum of few powers of two the remainder is
# rounding, in which R's long doubles and engines differ.
divisor_of <- function(expr, t) {
  y <- signed_number(translated(expr[[3]], t))
  exact <- is.numeric(y) && abs(y) <= 2^31 && y != 0 && y * 2^20 == round(y * 2^20)
  if (!exact) abort_term(expr, t, "a remainder of other than one whole number")
  as.double(y)
}

# The quotient, which rounding may have carried to the next whole number, by what it leaves.
whole_quotient <- function(x, y) {
  q <- bquote(floor(.(x) / .(y)))
  left <- bquote(.(x) - .(q) * .(y))
  bquote(.(q) + floor((.(left)) / .(y)))
}

remainder_rule <- function(expr, t) {
  y <- divisor_of(expr, t)
  x <- held(translated(expr[[2]], t), t)
  bquote(.(x) - (.(whole_quotient(x, y))) * .(y))
}

quotient_rule <- function(expr, t) {
  y <- divisor_of(expr, t)
  whole_quotient(held(translated(expr[[2]], t), t), y)
}

# The smallest or largest of several numbers in a row.
extreme_rule <- function(word) {
  function(expr, t) {
    given <- as.list(expr)[-1]
    named <- names(given) %||% character(length(given))
    na_rm <- given[named == "na.rm"]
    given <- given[named == ""]
    plain <- length(given) && length(na_rm) <= 1 && all(named %in% c("", "na.rm")) &&
      all(vapply(na_rm, is.logical, NA))
    if (!plain) abort_term(expr, t)
    Reduce(function(a, b) {
      a <- held(a, t)
      b <- held(b, t)
      chosen <- bquote(case_when(.(call(word, a, b)) ~ .(a), !(.(call(word, a, b))) ~ .(b)))
      if (!isTRUE(na_rm$na.rm)) return(chosen)
      bquote(case_when(is.na(.(a)) ~ .(b), is.na(.(b)) ~ .(a), TRUE ~ .(chosen)))
    }, lapply(given, translated, t = t))
  }
}

# How many of sorted numbers are not larger.
interval_rule <- function(expr, t) {
  given <- arguments_of(expr, c("x", "vec"), t)
  vec <- tryCatch(
    eval(given$vec, list2env(as.list(t$scope), parent = baseenv())), error = function(e) NULL
  )
  known <- is.numeric(vec) && length(vec) %in% 1:200 && all(is.finite(vec)) && !is.unsorted(vec)
  if (is.null(given$x) || !known) abort_term(expr, t)
  x <- held(translated(given$x, t), t)
  call("(", join_plus(lapply(as.double(vec), function(v) {
    bquote(case_when(.(x) >= .(v) ~ 1, .(x) < .(v) ~ 0))
  })))
}

# The first that is not missing.
coalesce_rule <- function(expr, t) {
  given <- as.list(expr)[-1]
  if (!length(given) || !is.null(names(given))) abort_term(expr, t)
  Reduce(function(a, b) {
    a <- held(a, t)
    bquote(case_when(!is.na(.(a)) ~ .(a), TRUE ~ .(b)))
  }, lapply(given, translated, t = t))
}
