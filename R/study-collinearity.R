#' Variance inflation factors
#'
#' How far each regressor of a fit, or each variable of a data set, is explained by the others.
#'
#' @param x A fit of [fe_reg()], or a data frame.
#' @param vars For a data frame, names of numeric columns; all numeric columns if `NULL` (default).
#'   Rows with a missing value are left out and counted.
#' @param digits Decimals printed.
#' @param n Number of rows printed at most, the largest first (default 20).
#' @param ... Not used.
#' @return A data frame of class `collinearity`, largest first: `term`, `df` (its columns), `vif`,
#'   `tolerance` (1 / vif), `scaled` (\eqn{vif^{1/(2 df)}}{vif^(1 / (2 df))}, comparable between
#'   terms), and for a fit with absorbed effects `vif_within`, the same after the effects are
#'   absorbed from every regressor.
#' @details \eqn{VIF_j = 1 / (1 - R_j^2)}{VIF_j = 1 / (1 - R_j^2)}, with \eqn{R_j^2}{R_j^2} of the
#'   regression on the others and a constant. A term of several columns (a factor) has the
#'   generalised factor of Fox and Monette (1992), \eqn{|R_{11}| |R_{22}| / |R|}{det(R11) det(R22) /
#'   det(R)}; where the factor's dummies make a constant (`y ~ 0 + f + x`), without the first.
#'   Papers print `vif`, of the regressors as they are; the standard errors of a fixed-effects model
#'   depend on `vif_within`. Means weigh the rows by the fit's weights.
#'
#'   fixest has a function of this name too: attached after this package it hides this one, which
#'   `ccdpanel::collinearity(fit)` still finds.
#' @references Fox, J. and Monette, G. (1992). Generalized collinearity diagnostics. Journal of the
#'   American Statistical Association 87(417), 178-183. \doi{10.1080/01621459.1992.10475190}
#' @section Errors: `ccdpanel_error_fit`, `ccdpanel_error_type`, `ccdpanel_error_column`,
#'   `ccdpanel_error_infinite`, `ccdpanel_error_collinear` (a variable that is constant or depends
#'   on the others exactly: it is named), `ccdpanel_error_missing` (fewer than two complete rows).
#'   Message `ccdpanel_message_dropped`.
#' @examples
#' fit <- fe_reg(
#'   log(output) ~ log(highways) + log(private_capital) + unemployment | state + year, state_capital
#' )
#' collinearity(fit)
#' collinearity(state_capital, c("highways", "water", "private_capital"))
#' @export
collinearity <- function(x, ...) {
  check_required("collinearity", "x")
  UseMethod("collinearity")
}

#' @export
collinearity.default <- function(x, ...) {
  abort("fit", c(
    "{.arg x} must be a fit of {.fn fe_reg} or a data frame, not {.obj_type_friendly {x}}.",
    i = "For instance {.code collinearity(fit)}."
  ))
}

#' @rdname collinearity
#' @export
collinearity.fe_reg <- function(x, ...) {
  check_dots(...)
  call <- rlang::current_env()
  design <- model_design(x$spec, call, cells = TRUE)
  terms <- term_columns(design)
  terms <- terms[terms$column %in% names(x$coefficients), ]
  slopes <- terms$column != "(Intercept)"
  if (!any(slopes)) abort_only_constant(call)
  rows <- design_rows(design)
  columns <- bound_columns(
    design$columns[match(terms$column, design$names)], rows, terms$column
  )
  w <- if (length(design$weight)) design$weight else rep(1, rows)
  own <- columns[, slopes, drop = FALSE]
  out <- if (all(slopes) && !length(design$factors)) {
    beside_constant(own, terms$term, w)
  } else {
    inflation(weighted_correlation(own, w), terms$term[slopes])
  }
  if (is.null(out)) abort_only_constant(call)
  if (length(design$factors)) {
    # Beside slopes alone the constant is a regressor, of which something is left within; the others
    # are about their means, so that where they have their zero is of no account.
    within <- columns
    if (!all(slopes)) within[, slopes] <- column_deviations(own, w)
    within[] <- bind_absorb(within, design$factors, design$weight)$columns
    found <- inflation(weighted_correlation(within, w), terms$term)
    out$vif_within <- found$vif[match(out$term, found$term)]
  }
  new_collinearity(out, "regressors of the fit", design$sample$n)
}

#' @rdname collinearity
#' @export
collinearity.data.frame <- function(x, vars = NULL, ...) {
  check_dots(...)
  data <- as.data.frame(read_columns(x, "x"))
  if (!is.null(vars)) check_columns(vars, data, "vars")
  vars <- number_vars(data, vars)
  data[vars] <- described_columns(data[vars])
  if (length(vars) < 2) {
    abort("column", c(
      "{.arg vars} must name at least two columns, not {found(vars)}.",
      i = "One variable is collinear with nothing."
    ))
  }
  complete <- stats::complete.cases(data[vars])
  if (sum(complete) < 2) {
    worst <- vars[which.max(vapply(data[vars], function(v) sum(is.na(v)), 0L))]
    abort("missing", c(
      paste0(
        "At least two rows must have a value of every variable; {sum(complete)} of {nrow(data)} ",
        "{cli::qty(sum(complete))}{?has/have}."
      ),
      i = paste0(
        "{.val {worst}} lacks most ({sum(is.na(data[[worst]]))}): leave it out, or fill its gaps ",
        "by {.fn impute_gaps}."
      )
    ))
  }
  if (!all(complete)) {
    inform("dropped", c(
      i = "Left out: {sum(!complete)} of {nrow(data)} row{?s} with missing values."
    ))
  }
  columns <- vapply(data[complete, vars, drop = FALSE], as.double, numeric(sum(complete)))
  check_dependence(columns, rlang::current_env())
  new_collinearity(inflation(stats::cor(columns), vars), "variables", sum(complete))
}

check_dependence <- function(columns, call) {
  scaled <- scale(columns)
  constant <- colnames(columns)[!is.finite(colSums(scaled))]
  decomposed <- if (!length(constant) && nrow(columns) > 1) qr(scaled, tol = 1e-9)
  dependent <- if (is.null(decomposed)) {
    constant
  } else {
    colnames(columns)[decomposed$pivot[seq_len(ncol(columns)) > decomposed$rank]]
  }
  if (!length(dependent)) return(invisible())
  abort("collinear", c(
    "{.val {dependent}} {?is/are} constant or depend{?s/} on the other variables exactly.",
    i = "Leave {cli::qty(dependent)}{?it/them} out: the factor is infinite."
  ), call)
}

abort_only_constant <- function(call) {
  abort("column", c(
    "The fit has no regressors beside the constant.", i = "Nothing can be collinear."
  ), call)
}

# Of a model without a constant, whose columns may make one: the dummies of a factor do with the
# first of them for it; columns of several terms leave nothing of each other.
beside_constant <- function(x, terms, w) {
  root <- sqrt(w)
  b <- qr.coef(qr(x * root, tol = 1e-11), root)
  b[is.na(b)] <- 0
  part <- abs(b) * sqrt(colSums(w * x^2) / sum(w))
  left <- sum((root - drop((x * root) %*% b))^2)
  if (left > 1e-18 * sum(w) * max(1, part)^2) {
    return(inflation(weighted_correlation(x, w), terms))
  }
  making <- part > 1e-9 * max(part)
  first <- which(making)[1]
  out <- inflation(weighted_correlation(x[, -first, drop = FALSE], w), terms[-first])
  infinite <- unique(terms[making])
  if (length(infinite) == 1) return(out)
  lost <- setdiff(infinite, out$term)
  if (length(lost)) {
    out <- rbind(out, data.frame(term = lost, df = 1L, vif = Inf, tolerance = 0, scaled = Inf))
  }
  out[out$term %in% infinite, c("vif", "tolerance", "scaled")] <- list(Inf, 0, Inf)
  out[match(unique(terms), out$term), ]
}

weighted_correlation <- function(x, w) stats::cov.wt(x, w / sum(w), cor = TRUE)$cor

# |R11| |R22| / |R| for each term; with one column it is the diagonal of the inverse.
inflation <- function(r, terms) {
  log_det <- function(m) if (length(m)) as.numeric(determinant(m, logarithm = TRUE)$modulus) else 0
  all <- log_det(r)
  each <- lapply(unique(terms), function(term) {
    at <- terms == term
    vif <- exp(log_det(r[at, at, drop = FALSE]) + log_det(r[!at, !at, drop = FALSE]) - all)
    data.frame(
      term = term, df = sum(at), vif = vif, tolerance = 1 / vif, scaled = vif^(1 / (2 * sum(at)))
    )
  })
  do.call(rbind, each)
}

new_collinearity <- function(table, what, n) {
  # Equal ones, as of two regressors, stay in their order.
  table <- table[order(-signif(table$vif, 10)), ]
  rownames(table) <- NULL
  structure(table, what = what, rows = n, class = c("collinearity", "data.frame"))
}

#' @rdname collinearity
#' @export
print.collinearity <- function(x, digits = 2, n = 20, ...) {
  check_print_dots(...)
  check_shown(n = n, digits = digits)
  if (is.null(attr(x, "what", exact = TRUE)) || !all(c("term", "vif") %in% names(x))) {
    return(invisible(print(plain_result(x))))
  }
  say(trf(
    "Variance inflation factors of the %s, %s rows", tr(attr(x, "what")),
    with_commas(attr(x, "rows"))
  ))
  cat("\n")
  shown <- plain_result(x)
  for (name in setdiff(names(shown), c("term", "df"))) {
    shown[[name]] <- formatC(
      shown[[name]], digits = if (name == "tolerance") 4 else digits, format = "f",
      big.mark = big_mark()
    )
  }
  if (all(x$df == 1)) shown$df <- shown$scaled <- NULL
  print_rows(shown, n, c("tolerance", "scaled", "df"))
  large <- x$term[x$scaled^2 > 10]
  cat("\n")
  mark <- if (length(large)) {
    trf("Above 10, the usual mark: %s.", shown_names(large))
  } else {
    tr("None is above 10, the usual mark.")
  }
  say(paste(trf("Mean VIF %.*f, largest %.*f.", digits, mean(x$vif), digits, max(x$vif)), mark))
  if (!is.null(x$vif_within)) {
    say(tr("vif_within: after the effects are absorbed, which is what standard errors feel."))
  }
  next_steps("correlations()", "add_controls(steps = \"drop\")", "save_table(x, \"vif.docx\")")
  invisible(x)
}

#' @export
as.data.frame.collinearity <- function(x, ...) {
  check_dots(..., passed = c("row.names", "optional", "stringsAsFactors", "make.names"))
  plain_result(x)
}

#' @rdname collinearity
#' @export
tidy.collinearity <- function(x, ...) {
  check_dots(...)
  plain_result(x)
}
