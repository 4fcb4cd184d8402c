#' Combine weights of several methods
#'
#' One table of weights from two or more, such as subjective and objective ones.
#'
#' @details Within a system, with \eqn{w_{jk}} the weight of indicator \eqn{j} in table \eqn{k}:
#'   * `"multiplicative"`: proportional to \eqn{\prod_k w_{jk}}.
#'   * `"average"`: \eqn{\sum_k \alpha_k w_{jk}} with the given \eqn{\alpha} (equal by default).
#'   * `"game"`: \eqn{\sum_k \alpha_k w_{jk}} with \eqn{\alpha} from game theory: the combination
#'     nearest to all tables at once, which solves \eqn{\sum_l \alpha_l w_k' w_l = w_k' w_k} for all
#'     \eqn{k}. The equations are solved by least squares under \eqn{\alpha \ge 0}, since their
#'     plain solution can be negative, and \eqn{\alpha} is made to sum to one; each system has its
#'     own.
#' @param ... Two or more tables of weights: results of [indicator_weights()], or data frames with
#'   columns `system`, `indicator` and `weight`, all naming the same indicators, in any order. Names
#'   of the arguments name the tables.
#' @param method `"multiplicative"` (default), `"average"` or `"game"`.
#' @param alpha For `"average"`, one number a table, not negative and summing to one; `NULL`
#'   (default): equal.
#' @return A data frame of class `indicator_weights` in the order of the first table, with one more
#'   column a table. Attribute `alpha`: a matrix with one row a system, one column a table (`NULL`
#'   for `"multiplicative"`).
#' @section Errors: `ccdpanel_error_weights` (tables that do not match, weights that are missing or
#'   negative, a product that is 0 throughout), `ccdpanel_error_choice`.
#' @examples
#' path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
#' sheet <- indicator_sheet(path)
#' entropy <- indicator_weights(state_capital, sheet, panel = c("state", "year"))
#' critic <- indicator_weights(state_capital, sheet, panel = c("state", "year"), method = "critic")
#' combine_weights(entropy = entropy, critic = critic, method = "game")
#' @export
combine_weights <- function(..., method = "multiplicative", alpha = NULL) {
  call <- rlang::current_env()
  check_choice(method, c("multiplicative", "average", "game"), "method")
  tables <- name_tables(given_dots(...), call)
  first <- tables[[1]]
  w <- do.call(cbind, lapply(tables, aligned_weights, first = first, call = call))
  system <- first[["system"]]
  alpha <- combination(w, system, method, alpha, call)
  raw <- if (method == "multiplicative") {
    apply(w, 1, prod)
  } else {
    rowSums(w * alpha[match(system, rownames(alpha)), , drop = FALSE])
  }
  check_given_weights(raw, list(system = system), call)
  sheet <- data.frame(
    system = system, dimension = first[["dimension"]] %||% system, indicator = first[["indicator"]],
    direction = first[["direction"]] %||% rep(NA_character_, nrow(first))
  )
  out <- new_weights(sheet, list(raw = raw))
  for (name in colnames(w)) out[[name]] <- w[, name]
  attr(out, "alpha") <- alpha
  out
}

name_tables <- function(tables, call) {
  if (length(tables) < 2) {
    abort("weights", c(
      "{.arg ...} must be at least two tables of weights, not {length(tables)}.",
      i = "{.fn indicator_weights} makes them."
    ), call)
  }
  given <- names(tables) %||% rep("", length(tables))
  names(tables) <- ifelse(nzchar(given), given, paste0("weight_", seq_along(tables)))
  taken <- c("system", "dimension", "indicator", "direction", "entropy", "divergence", "weight")
  names(tables) <- make.unique(ifelse(
    names(tables) %in% taken, paste0("weight_", names(tables)), names(tables)
  ), "_")
  for (table in tables) check_data_frame(table, "...", call)
  tables
}

# A table's weights in the order of the first, summing to one within a system.
aligned_weights <- function(table, first, call) {
  if (!is.null(attr(table, "time"))) {
    abort("weights", c(
      "Weights by time cannot be combined.",
      i = "Combine weights of one scope, such as {.val pooled}."
    ), call)
  }
  w <- match_weights(table, list(
    system = first[["system"]], indicator = first[["indicator"]]
  ), call)
  w / stats::ave(w, first[["system"]], FUN = sum)
}

# The coefficients of the tables, one row a system.
combination <- function(w, system, method, alpha, call) {
  systems <- unique(system)
  k <- ncol(w)
  if (method != "average" && !is.null(alpha)) {
    abort("choice", c(
      "{.arg alpha} belongs to {.code method = \"average\"}.", i = "Leave it at {.code NULL}."
    ), call)
  }
  if (method == "multiplicative") return(NULL)
  if (method == "average") {
    alpha <- alpha %||% rep(1 / k, k)
    if (
      !is_bare_numeric(alpha) || length(alpha) != k || anyNA(alpha) || any(alpha < 0) ||
        abs(sum(alpha) - 1) > 1e-8
    ) {
      abort("weights", c(
        paste0(
          "{.arg alpha} must be {k} numbers that are not negative and sum to one, ",
          "not {found(alpha)}."
        ),
        i = "One a table, in their order."
      ), call)
    }
    alpha <- named_values(alpha, colnames(w), "alpha", "tables", call)
    return(matrix(alpha, length(systems), k, byrow = TRUE, dimnames = list(systems, colnames(w))))
  }
  alpha <- vapply(systems, function(s) game_alpha(w[system == s, , drop = FALSE]), numeric(k))
  matrix(t(alpha), length(systems), k, dimnames = list(systems, colnames(w)))
}

# Non-negative least squares of W'W alpha = diag(W'W), by trying every set of tables that may have a
# coefficient.
game_alpha <- function(w) {
  a <- crossprod(w)
  b <- diag(a)
  k <- ncol(w)
  best <- list(loss = Inf)
  for (set in seq_len(2^k - 1)) {
    on <- bitwAnd(set, bitwShiftL(1L, seq_len(k) - 1L)) > 0
    x <- numeric(k)
    x[on] <- qr.coef(qr(a[, on, drop = FALSE]), b)
    x[is.na(x)] <- 0
    loss <- sum((a %*% x - b)^2)
    if (all(x >= -1e-12) && loss < best$loss - 1e-15) best <- list(loss = loss, x = pmax(x, 0))
  }
  best$x / sum(best$x)
}
