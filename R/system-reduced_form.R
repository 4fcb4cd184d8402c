#' Reduced form and multipliers of a system
#'
#' What a system says of its endogenous variables once it is solved: the effect of each
#' predetermined variable now, later, and in the long run, with standard errors by the delta method.
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @section Formula: Equations and identities are \eqn{B y_t = \Gamma z_t + u_t}{B y = G z + u},
#' with y all endogenous variables and z all predetermined ones. The reduced form is \eqn{\Pi =
#' B^{-1}\Gamma}{Pi = B^-1 G}. With lagged endogenous variables among z, \eqn{y_t = \sum_k \Pi_k
#' x_{t-k} + \sum_k \Phi_k y_{t-k}}{y(t) = sum Pi_k x(t-k) + sum Phi_k y(t-k)}, the multiplier after
#' s periods is \eqn{M_s = \Pi_s + \sum_k \Phi_k M_{s-k}}{M(s) = Pi_s + sum Phi_k M(s-k)}:
#' \eqn{M_0}{M(0)} is the impact of one unit in one period, and the total (`horizon = Inf`) is the
#' sum over all periods, \eqn{(I - \sum \Phi_k)^{-1} \sum \Pi_k}{(I - sum Phi)^-1 sum Pi}, which
#' exists where the system is stable. Their covariance is \eqn{J V J'}{J V J'}, V that of the
#' coefficients and J the derivatives, exact to machine precision by complex steps.
#'
#' @param fit A fit of [system_reg()] whose equations and `identities` determine all of its
#'   endogenous variables.
#' @param vcov A covariance as in [system_reg()]; `NULL` is the fit's own.
#' @param horizon Periods after the impulse, from 0 to 1000; `Inf` for the total.
#' @param lags Which predetermined variables are lags, where the formula does not say so by `l(x,
#'   k)`: `c(gnp_lag = "gnp")`, or `c(gnp_lag2 = "l(gnp, 2)")`.
#' @param cumulative Sums of the multipliers up to each horizon (interim multipliers)?
#' @param se Compute standard errors?
#' @return A data frame: `variable` (endogenous), `predetermined` (for multipliers `exogenous` and
#'   `horizon`), `estimate`, `std.error`, `statistic`, `p.value`. The attribute `covariance` is that
#'   of the estimates, in the order of the rows; `largest_root` of multipliers is the largest
#'   modulus of the roots of the dynamics.
#' @section Errors: `ccdpanel_error_incomplete` (an endogenous variable without equation or
#'   identity), `_singular` (the equations have no unique solution), `_lags` (`lags` is not what it
#'   should be; a lead; a term that holds the past of an endogenous variable and is no sum of lags
#'   of the system's own, as `l(y, 1)` of a system of `d(y)`, where the identity `y ~ d(y) + l(y,
#'   1)` makes it one), `_argument`. Warning `ccdpanel_warning_unstable`: the total is `NA` where
#'   the largest root is 1 or more.
#' @references Greene, W. H. (2012). Econometric Analysis, 7th ed., chapter 10. Pearson.
#' @seealso [system_bootstrap()] for intervals that do not rely on the delta method.
#' @examples
#' fit <- system_reg(
#'   list(
#'     output = log(output) ~ log(employment) + log(highways) + l(log(output), 1),
#'     jobs = log(employment) ~ log(output) + unemployment
#'   ),
#'   state_capital, panel = c("state", "year")
#' )
#' reduced_form(fit)
#' multipliers(fit, horizon = c(0, 1, Inf))
#' @export
reduced_form <- function(fit, vcov = NULL, ...) {
  check_dots(...)
  check_required("reduced_form")
  s <- structural_form(fit)
  at <- function(b) solve_structure(s, b)
  value <- at(fit$coefficients)
  delta_table(fit, vcov, function(b) as.vector(at(b)), data.frame(
    variable = rep(rownames(value), ncol(value)),
    predetermined = rep(colnames(value), each = nrow(value))
  ), "reduced_form")
}

#' @rdname reduced_form
#' @export
multipliers <- function(fit, horizon = c(0, Inf), lags = NULL, vcov = NULL, cumulative = FALSE,
                        se = TRUE, ...) {
  check_dots(...)
  check_required("multipliers")
  s <- structural_form(fit)
  dynamics <- lag_structure(s, fit, lags, rlang::current_env())
  check_horizon(horizon)
  check_flag(cumulative, "cumulative")
  check_flag(se, "se")
  if (!se) check_unread(c(vcov = !is.null(vcov)), "se = TRUE", rlang::current_env())
  root <- largest_root(dynamics, solve_structure(s, fit$coefficients))
  stable <- root < 1
  if (!stable && any(is.infinite(horizon))) {
    warn("unstable", c(
      paste0(
        "The system is not stable: its largest root is {signif(root, 4)}. Total multipliers do ",
        "not exist and are {.val {NA}}."
      ),
      i = "Effects by period are those of a finite {.arg horizon}."
    ))
  }
  at <- function(b) {
    unlist(multipliers_at(dynamics, solve_structure(s, b), horizon, cumulative, stable))
  }
  names <- list(s$endogenous, dynamics$exogenous)
  rows <- data.frame(
    variable = rep(names[[1]], length(names[[2]]) * length(horizon)),
    exogenous = rep(rep(names[[2]], each = length(names[[1]])), length(horizon)),
    horizon = rep(horizon, each = length(names[[1]]) * length(names[[2]]))
  )
  structure(delta_table(fit, vcov, at, rows, "multipliers", se), largest_root = root)
}

check_horizon <- function(horizon, call = rlang::caller_env()) {
  periods <- function(h) all(h >= 0) && all(h == Inf | (h == round(h) & h <= 1000))
  whole <- is_bare_numeric(horizon) && length(horizon) && !anyNA(horizon) && periods(horizon)
  if (whole) return(invisible())
  abort("number", c(
    paste0(
      paste0(
        "{.arg horizon} must be whole numbers of periods from 0 to 1000, ",
        "{.val {Inf}} for the total, "
      ),
      "not {found(horizon)}."
    ),
    i = "For instance {.code horizon = c(0, 1, 2, Inf)}."
  ), call)
}

# B and Gamma of B y = Gamma z + u: where each coefficient stands, and the identities' numbers.
structural_form <- function(fit, call = rlang::caller_env()) {
  if (!inherits(fit, "system_reg")) {
    abort("fit", c(
      "{.arg fit} must be a fit of {.fn system_reg}, not {found(fit)}.",
      i = "One equation has no reduced form."
    ), call)
  }
  left <- c(dependent_names(fit$spec$equations), names(fit$spec$identities))
  inside <- unlist(lapply(fit$spec$identities, names), use.names = FALSE)
  terms <- unlist(fit$terms, use.names = FALSE)
  dependent <- system_dependent(fit$spec)
  projected <- system_methods[[fit$method]]$project
  endogenous <- unique(c(
    unname(left),
    if (projected) fit$endogenous else intersect(terms, dependent_columns(fit, terms, call)),
    setdiff(endogenous_terms(unique(inside), dependent), fit$instruments)
  ))
  if (length(endogenous) != length(left)) {
    open <- setdiff(endogenous, left)
    abort("incomplete", c(
      paste0(
        "{length(left)} equation{?s} and identities determine {length(endogenous)} endogenous ",
        "variables; {if (length(open)) 'without one of their own: '}{.val {open}}."
      ),
      i = "Add {.arg identities}, or equations, so that there is one for each."
    ), call)
  }
  predetermined <- setdiff(unique(c(terms, inside)), endogenous)
  predetermined <- c(setdiff(predetermined, "(Intercept)"), intersect(predetermined, "(Intercept)"))
  columns <- c(endogenous, predetermined)
  base <- matrix(0, length(left), length(columns), dimnames = list(NULL, columns))
  for (i in seq_along(fit$spec$identities)) {
    identity <- fit$spec$identities[[i]]
    base[length(fit$terms) + i, names(identity)] <- -identity
  }
  for (i in seq_along(left)) base[i, left[i]] <- base[i, left[i]] + 1
  place <- cbind(rep(seq_along(fit$terms), lengths(fit$terms)), match(terms, columns))
  list(
    base = base, place = place, endogenous = endogenous, predetermined = predetermined, call = call
  )
}

# Columns that are made of a dependent variable, of a fit that does not tell them from others.
dependent_columns <- function(fit, terms, call) {
  spec <- fit$spec
  terms <- setdiff(terms, "(Intercept)")
  # Where every column's name is its term it says so; of `poly(y, 2)1` the term does.
  read <- vapply(terms, function(name) {
    !inherits(tryCatch(str2lang(name), error = identity), "error")
  }, NA)
  if (all(read) || identical(fit$remote$mode, "cells")) {
    return(endogenous_terms(terms, system_dependent(spec)))
  }
  seen <- system_columns(spec, model_env(spec$scope, spec$data, spec$panel), call)
  endogenous_columns(expanded_parts(seen, fit$sample$rows)$equations, seen$dependent)
}

solve_structure <- function(s, b) {
  a <- s$base
  a[s$place] <- a[s$place] - b
  y <- a[, s$endogenous, drop = FALSE]
  out <- tryCatch(-scaled_solve(y, a[, s$predetermined, drop = FALSE]), error = function(e) NULL)
  if (is.null(out)) {
    abort("singular", c(
      "The equations have no unique solution for {.val {s$endogenous}}.",
      i = "Two of them say the same of these variables at the estimated coefficients."
    ), s$call)
  }
  dimnames(out) <- list(s$endogenous, s$predetermined)
  out
}

# Which predetermined column is which variable how many periods ago, with which weight: a row each,
# of a difference two. Exogenous ones: order 0 unless they are lags of another.
lag_structure <- function(s, fit, lags, call) {
  check_lags(lags, s, call)
  known <- term_lags(fit, s, names(lags), call)
  rows <- lapply(s$predetermined, function(name) {
    if (name == "(Intercept)") return(lag_piece(name))
    if (name %in% names(lags)) {
      expr <- str2lang(lags[[name]])
      order <- if (rlang::is_call(expr, "l")) 0 else 1
      return(followed(expr, s$endogenous, fit$spec$scope) |> shifted_by(order))
    }
    known[[name]] %||% lag_piece(name)
  })
  out <- do.call(Map, c(list(c), rows))
  out$column <- rep(seq_along(rows), vapply(rows, function(r) length(r$of), 0L))
  out$own <- out$of %in% s$endogenous & out$order > 0
  exogenous <- setdiff(unique(out$of[!out$own]), "(Intercept)")
  if (!length(exogenous)) {
    abort("lags", c(
      "No exogenous variable is left whose effect could be followed.",
      i = "{.arg lags} and {.fn l} make every predetermined variable a lag."
    ), call)
  }
  c(out, list(exogenous = exogenous, endogenous = s$endogenous))
}

lag_piece <- function(of, order = 0) list(of = of, order = order, weight = 1)

shifted_by <- function(pieces, k) {
  pieces$order <- pieces$order + k
  pieces
}

# The terms of equations and identities as lags, by the names of their columns: `l(x, 1:2)` has two.
# `told`: columns whose lags are given.
term_lags <- function(fit, s, told, call) {
  sums <- lapply(fit$spec$equations, `[[`, "regressors")
  labels <- unlist(lapply(sums, function(e) labels(regressor_terms(e, call = call))))
  labels <- unique(c(labels, unlist(lapply(fit$spec$identities, names))))
  out <- list()
  for (label in setdiff(labels, s$endogenous)) {
    expr <- label_expression(label)
    for (one in single_lags(expr, label, fit$spec$scope)) {
      if (one$name %in% told) next
      pieces <- followed(one$expr, s$endogenous, fit$spec$scope)
      check_followed(one$expr, pieces, s, fit, call)
      out[[one$name]] <- pieces
    }
  }
  out
}

# `l(x, 1:2)` as l(x, 1) and l(x, 2), and what the columns are called.
single_lags <- function(expr, label, scope) {
  k <- if (rlang::is_call(expr, c("l", "d"))) lag_numbers(expr, scope)
  if (length(k) < 2) return(list(list(name = label, expr = expr)))
  of <- shift_operand(expr)
  lapply(k, function(k) list(name = paste0(label, k), expr = call(as.character(expr[[1]]), of, k)))
}

shift_operand <- function(expr) matched_shift(expr)$x

# An expression as a sum of lags of variables: differences of endogenous ones written out, a
# function of lags alone as the lag of the function.
followed <- function(expr, endogenous, scope) {
  label <- variable_label(expr)
  if (label %in% endogenous || !is.call(expr)) return(lag_piece(label))
  if (rlang::is_call(expr, c("l", "d"))) {
    k <- lag_numbers(expr, scope)
    now <- followed(shift_operand(expr), endogenous, scope)
    past <- shifted_by(now, k)
    if (rlang::is_call(expr, "l")) return(past)
    if (!any(now$of %in% endogenous)) return(lag_piece(label))
    past$weight <- -past$weight
    return(Map(c, now, past))
  }
  orders <- unique(variable_orders(expr, scope))
  if (length(orders) != 1 || orders == 0) return(lag_piece(label))
  shifted_by(followed(without_lags(expr), endogenous, scope), orders)
}

variable_orders <- function(expr, scope) {
  if (is.name(expr)) return(0)
  if (!is.call(expr)) return(numeric())
  if (rlang::is_call(expr, "l")) {
    return(lag_numbers(expr, scope) + variable_orders(shift_operand(expr), scope))
  }
  unlist(lapply(as.list(expr)[-1], variable_orders, scope))
}

without_lags <- function(expr) {
  if (rlang::is_call(expr, "l")) return(without_lags(shift_operand(expr)))
  if (is.call(expr)) expr[-1] <- lapply(as.list(expr)[-1], without_lags)
  expr
}

# The past of an endogenous variable that is no lag of one would be taken for exogenous, and what
# has an effect before it is there for something without one.
check_followed <- function(expr, pieces, s, fit, call) {
  shifts <- function(e) any(c("l", "d") %in% all.names(e))
  own <- unique(unlist(lapply(system_dependent(fit$spec), current_variables)))
  past <- shifts(expr) && any(all.vars(expr) %in% own)
  given <- intersect(s$predetermined, fit$instruments)
  given <- given[!vapply(given, function(name) shifts(label_expression(name)), NA)]
  lost <- past && !all(pieces$of %in% c(s$endogenous, given))
  lead <- any(pieces$order < 0)
  if (!lost && !lead) return(invisible())
  abort("lags", c(
    if (lost) {
      paste0(
        "{.code {deparse1(expr)}} holds the past of an endogenous variable, and is no lag of one ",
        "of {.val {s$endogenous}}: what follows from it would be left out."
      )
    } else {
      "{.code {deparse1(expr)}} is a lead: its effect comes before it."
    },
    i = if (lost) {
      paste0(
        "Write lags {.code l(v, k)} of these, or an identity for the other variable: ",
        "{.code y ~ d(y) + l(y, 1)}."
      )
    } else {
      "Multipliers follow what is there now or was before."
    }
  ), call)
}

check_lags <- function(lags, s, call) {
  if (is.null(lags)) return(invisible())
  if (is.character(lags) && !is.null(names(lags)) && all(names(lags) %in% s$predetermined)) {
    return(invisible())
  }
  abort("lags", c(
    paste0(
      "{.arg lags} must be a named vector of strings, its names among ",
      "{.val {setdiff(s$predetermined, '(Intercept)')}}, not {found(lags)}."
    ),
    i = "For instance {.code c(gnp_lag = \"gnp\")}."
  ), call)
}

# Columns of the reduced form by variable and order: M x M of the endogenous, M x X of the
# exogenous.
lag_matrices <- function(d, pi) {
  pieces <- function(names, inside, k) {
    out <- matrix(0, length(d$endogenous), length(names), dimnames = list(d$endogenous, names))
    for (r in which(inside & d$order == k)) {
      out[, d$of[r]] <- out[, d$of[r]] + d$weight[r] * pi[, d$column[r]]
    }
    out
  }
  orders <- seq_len(max(c(0, d$order)))
  list(
    phi = lapply(orders, function(k) pieces(d$endogenous, d$own, k)),
    pi = lapply(c(0, orders), function(k) pieces(d$exogenous, !d$own & d$of != "(Intercept)", k))
  )
}

multipliers_at <- function(d, pi, horizon, cumulative, stable) {
  m <- lag_matrices(d, pi)
  finite <- horizon[is.finite(horizon)]
  path <- list()
  for (s in seq(0, max(c(0, finite)))) {
    now <- if (s < length(m$pi)) m$pi[[s + 1]] else 0 * m$pi[[1]]
    for (k in seq_len(min(s, length(m$phi)))) now <- now + m$phi[[k]] %*% path[[s - k + 1]]
    path[[s + 1]] <- now
  }
  if (cumulative) path <- Reduce(`+`, path, accumulate = TRUE)
  total <- if (!any(is.infinite(horizon))) NULL else if (!stable) NA * m$pi[[1]] else {
    scaled_solve(
      diag(length(d$endogenous)) - Reduce(`+`, m$phi, 0 * diag(length(d$endogenous))),
      Reduce(`+`, m$pi)
    )
  }
  lapply(horizon, function(s) if (is.infinite(s)) total else path[[s + 1]])
}

# Of the companion matrix of the dynamics.
largest_root <- function(d, pi) {
  phi <- lag_matrices(d, pi)$phi
  if (!length(phi)) return(0)
  m <- length(d$endogenous)
  companion <- do.call(cbind, phi)
  if (length(phi) > 1) {
    companion <- rbind(companion, cbind(
      diag(m * (length(phi) - 1)), matrix(0, m * (length(phi) - 1), m)
    ))
  }
  max(Mod(eigen(companion, only.values = TRUE)$values))
}

# Derivatives by complex steps: Im f(b + ih) / h, without the cancellation of differences.
delta_table <- function(fit, vcov, f, rows, class, se = TRUE) {
  b <- unname(fit$coefficients)
  rows$estimate <- unname(f(b))
  if (!se) return(rows)
  cov <- fit_covariance(fit, vcov)
  # Steps and derivatives in units of each coefficient: beside one of 1e-20 a step of 1e-20 is none.
  unit <- unname(power_of_two(pmax(abs(b), sqrt(pmax(diag(cov$v), 0)))))
  step <- 1e-20
  jacobian <- vapply(seq_along(b), function(k) {
    Im(f(b + replace(complex(length(b)), k, complex(imaginary = step * unit[k])))) / step
  }, numeric(nrow(rows)))
  jacobian <- matrix(jacobian, nrow(rows))
  v <- jacobian %*% (cov$v / unit / rep(unit, each = length(unit))) %*% t(jacobian)
  rows$std.error <- sqrt(pmax(diag(v), 0))
  rows$statistic <- ifelse(rows$std.error > 0, rows$estimate / rows$std.error, NA_real_)
  rows$p.value <- 2 * stats::pt(-abs(rows$statistic), min(cov$df))
  structure(rows, class = c(class, "data.frame"), covariance = v, label = covariance_label(cov))
}

#' @export
print.reduced_form <- function(x, digits = 4, n = 15, ...) {
  check_print_dots(...)
  check_shown(n = n, digits = digits, least = 1)
  if (is.null(attr(x, "covariance"))) return(NextMethod())
  cat(tr("Reduced form; standard errors by the delta method in brackets"), "\n\n", sep = "")
  variables <- unique(x$variable)
  at <- x$variable %in% utils::head(variables, n)
  say_columns(print_crossed(x[at, ], x$variable[at], x$predetermined[at], digits), "x$estimate")
  cat("\n")
  say_unshown(c("variable", length(variables) - n))
  next_steps("multipliers(fit, horizon = )", "system_bootstrap(fit)")
  invisible(x)
}

#' @export
print.multipliers <- function(x, digits = 4, n = 32, ...) {
  check_print_dots(...)
  check_shown(n = n, digits = digits, least = 1)
  if (is.null(attr(x, "covariance"))) return(NextMethod())
  part <- multipliers_shown(unique(x$horizon), unique(x$variable), n)
  gone <- character()
  for (s in part$horizon) {
    cat(
      if (is.infinite(s)) {
        tr("Total")
      } else if (s == 0) {
        tr("Impact")
      } else {
        trf("After %s", count_of(s, "period"))
      },
      "\n", sep = ""
    )
    at <- x$horizon == s & x$variable %in% part$variable
    gone <- union(gone, print_crossed(x[at, ], x$variable[at], x$exogenous[at], digits))
    cat("\n")
  }
  say_columns(gone, "x$estimate")
  say_unshown(
    c("variable", length(unique(x$variable)) - length(part$variable)),
    c("horizon", length(unique(x$horizon)) - length(part$horizon))
  )
  cat(trf(
    "Standard errors by the delta method in brackets; largest root %s.",
    short_number(attr(x, "largest_root"), 4)
  ), "\n", sep = "")
  next_steps("reduced_form(fit)", "system_bootstrap(fit, statistic = )")
  invisible(x)
}

# What `n` lines have room for, at three lines a horizon and two more a variable: of many horizons
# the first and the last.
multipliers_shown <- function(horizon, variable, n) {
  if (!is.finite(n)) return(list(horizon = horizon, variable = variable))
  most <- max(floor(n / 5), 1)
  if (length(horizon) > most) horizon <- horizon[unique(c(seq_len(most - 1), length(horizon)))]
  list(
    horizon = horizon,
    variable = utils::head(variable, max(floor((n / length(horizon) - 3) / 2), 1))
  )
}

# "... and 2 more variables, 5 more horizons: print(x, n = Inf)" of pairs of a word and a number.
say_unshown <- function(...) {
  counts <- Filter(function(pair) as.numeric(pair[2]) > 0, list(...))
  words <- vapply(counts, function(pair) {
    count_of(as.numeric(pair[2]), paste("more", pair[1]))
  }, "")
  if (length(words)) say(trf("... and %s: print(x, n = Inf)", listed(words)))
}

# Variables by columns, standard errors below; gives the columns that did not fit.
print_crossed <- function(x, row, column, digits) {
  number <- function(v) short_number(v, digits, "NA")
  rows <- unique(row)
  columns <- unique(column)
  at <- function(v) {
    matrix(v[match(
      paste(rep(rows, length(columns)), rep(columns, each = length(rows)), sep = "\r"),
      paste(row, column, sep = "\r")
    )], length(rows))
  }
  estimate <- at(number(x$estimate))
  error <- at(paste0("(", number(x$std.error), ")"))
  out <- matrix(rbind(as.vector(estimate), as.vector(error)), 2 * length(rows))
  dimnames(out) <- list(as.vector(rbind(rows, "")), columns)
  print_fitting_columns(out)
}
