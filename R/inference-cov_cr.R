# Cluster covariances with adjusted residuals, for few or unequal clusters.

#' Cluster covariances for few clusters: CR2 and CR3
#'
#' Descriptions of covariances, for the argument `vcov` of [fe_reg()], [vcov()], [summary()],
#' [confint()] and [generics::tidy()].
#'
#' @section Estimators: With H the hat matrix of the full design, regressors and the dummies of all
#' effects together, the residuals of cluster g are multiplied by \eqn{(I - H_{gg})^{-1/2}}{(I -
#' H_gg)^(-1/2)} (`cov_cr2()`: Bell and McCaffrey's bias-reduced linearisation, unbiased under
#' homoskedasticity) or \eqn{(I - H_{gg})^{-1}}{(I - H_gg)^(-1)} (`cov_cr3()`: for least squares the
#' sum over clusters of squared changes of the coefficients when the cluster is left out and the
#' effects are absorbed anew). Where \eqn{I - H_{gg}}{I - H_gg} is singular, its generalised inverse
#' (Pustejovsky and Tipton 2018).
#'
#' Columns are taken times the root of the weights, and \eqn{(I - H_{gg})^{-1/2}}{(I - H_gg)^(-1/2)}
#' is the symmetric root of what results; clubSandwich, whose working model with weights is another,
#' differs there and agrees without weights; dfadjust 1.1.0 forgets the weights of the residuals
#' (errors of .070 for .100 in a panel of 30 regions). With two stages, regressors are the projected
#' ones. No factor is applied. Tests and intervals of each coefficient refer to t with Satterthwaite
#' degrees of freedom under independent homoskedastic errors, \eqn{tr(B)^2 / tr(B^2)}{tr(B)^2 /
#' tr(B^2)}, also with `ssc = "none"`.
#' @param cluster A one-sided formula of one cluster variable (`~state`, or `~state^sector` for
#'   combinations).
#' @param ... Nothing: an argument of any other name is an error.
#' @return An object to pass on as `vcov`.
#' @section Errors: `ccdpanel_error_vcov` (more than one way), `_cluster`, `_leverage` (CR3: a
#'   coefficient that one cluster alone identifies), `_too_many_levels`.
#' @references Bell, R. M. and McCaffrey, D. F. (2002). Bias reduction in standard errors for linear
#'   regression with multi-stage samples. Survey Methodology 28(2), 169-181.
#'
#'   Pustejovsky, J. E. and Tipton, E. (2018). Small-sample methods for cluster-robust variance
#'   estimation and hypothesis testing in fixed effects models. Journal of Business & Economic
#'   Statistics 36(4), 672-683. \doi{10.1080/07350015.2016.1247004}
#' @seealso [cov_nw()] for other correlations.
#' @examples
#' fit <- fe_reg(log(output) ~ log(highways) + unemployment | state + year, state_capital)
#' summary(fit, vcov = cov_cr2(~state))
#' confint(fit, vcov = cov_cr3(~state))
#' @export
cov_cr2 <- function(cluster, ...) {
  check_dots(...)
  check_required("cov_cr2")
  new_cov("CR2", clusters = one_way(cluster), scope = written_values(cluster))
}

#' @rdname cov_cr2
#' @export
cov_cr3 <- function(cluster, ...) {
  check_dots(...)
  check_required("cov_cr3")
  new_cov("CR3", clusters = one_way(cluster), scope = written_values(cluster))
}

one_way <- function(cluster, call = rlang::caller_env()) {
  clusters <- parse_clusters(one_sided(cluster, "cluster", call), call)
  if (length(clusters) == 1) return(clusters)
  abort("vcov", c(
    paste0(
      "{.arg cluster} must be one cluster variable, not {length(clusters)} ",
      "({.val {names(clusters)}})."
    ),
    i = paste0(
      "Clusters in several ways are {.code vcov = ~a + b}; combinations of two ",
      "variables {.code ~a^b}."
    )
  ), call)
}

adjusted_covariance <- function(kernel, cov_spec, design, clusters, spec, call) {
  cluster <- clusters[[1]]
  check_projected(spec, "CR2's and CR3's adjustments", call)
  check_adjustable(design$factors, cluster, cov_spec, call)
  made <- cluster_adjusted(kernel, cov_spec, design, cluster, call)
  if (cov_spec$type == "CR3" && length(made$lost)) {
    abort_lost_cluster(made$lost, cov_spec, cluster, design, spec, call)
  }
  new_covariance(
    tcrossprod(made$scores), cov_spec, made$dof, 1, groups = cluster$levels,
    root = if (!is.null(kernel$score_bread)) made$scores
  )
}

# Scores by cluster and degrees of freedom of the rows of `kernel$half`: the coefficients, or
# combinations of them.
cluster_adjusted <- function(kernel, cov_spec, design, cluster, call) {
  power <- if (cov_spec$type == "CR2") -1 / 2 else -1
  residual <- kernel$residual / kernel$unit
  # Degrees of freedom are quotients of fourth powers, which of a coefficient of 1e-120 are no
  # doubles: columns and rows of size one have the same, and powers of two change no digit.
  unit <- power_of_two(apply(abs(kernel$score_rows), 2, max))
  rows <- kernel$score_rows / rep(unit, each = nrow(kernel$score_rows))
  half <- kernel$half * rep(unit, each = nrow(kernel$half))
  size <- power_of_two(apply(abs(half), 1, max))
  half <- half / size
  made <- if (any(with_slopes(design$factors))) {
    # The effects' columns written out, as regressors without coefficients.
    columns <- effects_columns(
      design$factors, design$weight, degrees_of_freedom(0L, 0L, design$factors)$absorbed,
      cov_spec$type, call
    )
    half <- cbind(half, matrix(0, nrow(half), ncol(columns)))
    bind_cluster_adjusted(
      cbind(rows, columns), residual, list(), design$weight, cluster, half, power
    )
  } else {
    bind_cluster_adjusted(
      rows, residual, design$factors, design$weight, cluster, half, power
    )
  }
  made$scores <- made$scores * size
  made
}

# Effects nested in the clusters cost nothing; else the largest is eliminated and clusters cross
# each other in it.
check_adjustable <- function(factors, cluster, cov_spec, call) {
  if (!length(factors) || any(with_slopes(factors))) return(invisible())
  nested <- vapply(factors, bind_nested_in, NA, outer = cluster)
  levels <- vapply(factors, `[[`, 0L, "levels")
  left <- if (any(nested)) which(nested)[which.max(levels[nested])] else which.max(levels)
  rest <- sum(levels[-left])
  if (rest <= largest_solved_levels && (any(nested) || cluster$levels <= largest_solved_levels)) {
    return(invisible())
  }
  abort("too_many_levels", c(
    paste0(
      "{cov_spec$type} is computed while effects that are not nested in the clusters, the largest ",
      "apart, have at most {largest_solved_levels} levels in all, and with no nested effect that ",
      "many clusters; here {rest} levels and {cluster$levels} clusters."
    ),
    i = paste0(
      "Use {.code vcov = ~{names(cov_spec$clusters)}}: with that many clusters the ",
      "two differ little."
    )
  ), call)
}

abort_lost_cluster <- function(lost, cov_spec, cluster, design, spec, call) {
  variable <- cov_spec$clusters[[1]]
  env <- model_env(spec$scope, spec$data, spec$panel)
  values <- lapply(variable, evaluate_levels, data = spec$data, env = env, call = call)
  at <- match(lost, cluster$code)
  rows <- if (is.null(design$sample$rows)) at else design$sample$rows[at]
  names <- level_names(values, rows)
  abort("leverage", c(
    paste0(
      "CR3 leaves out one cluster at a time, and without {length(names)} of ",
      "{names(cov_spec$clusters)} ({.val {names}}) a coefficient is not identified."
    ),
    i = "{.code cov_cr2()} has an adjustment for it; or leave the cluster out with {.arg subset}."
  ), call, clusters = names)
}
