# Differences between groups by the scores of both fits.

# Scores of the two fits side by side, as Stata's suest.
stacked_difference <- function(x, pair, terms, settings, call) {
  fits <- lapply(pair, function(name) x[[name]])
  sums <- stacked_errors(fits[[1]]$spec$data, fits, terms, call)
  factor <- if (fits[[1]]$spec$ssc == "stata") sums$groups / (sums$groups - 1) else 1
  difference <- fits[[2]]$coefficients[terms] - fits[[1]]$coefficients[terms]
  z_test(unname(difference), sqrt(factor * not_negative(sums$variance, terms, pair, call)))
}

# Clusters in several ways may leave the variance of a difference negative: it is missing.
not_negative <- function(variance, terms, pair, call) {
  lost <- variance < 0
  if (any(lost)) {
    warn("negative", c(
      paste0(
        "There is no standard error of the difference in {.val {terms[lost]}} between ",
        "{.val {pair[1]}} and {.val {pair[2]}}: its variance would be negative, as several ways ",
        "of clustering can make it."
      ),
      i = "Take clusters in one way, or {.code method = \"permutation\"}."
    ), call)
  }
  unname(replace(variance, lost, NA))
}

# list(variance of each difference, without a small-sample factor; groups that it counts).
stacked_errors <- function(data, fits, terms, call) UseMethod("stacked_errors")

#' @export
stacked_errors.default <- function(data, fits, terms, call) {
  rows <- lapply(fits, sample_rows)
  parts <- lapply(fits, fit_influence, call = call)
  union <- sort(c(rows[[1]], rows[[2]]))
  spec <- moment_covariance_spec(fits[[1]]$covariance_spec)
  clusters <- cluster_factors(
    spec$clusters, fits[[1]]$spec, list(rows = union, n = length(union)), call
  )
  scores <- matrix(0, length(union), length(terms))
  scores[match(rows[[1]], union), ] <- -parts[[1]][, terms]
  scores[match(rows[[2]], union), ] <- parts[[2]][, terms]
  if (spec$type %in% c("NW", "DK", "conley")) {
    sample <- list(rows = union, n = length(union))
    made <- kernel_meat(scores, spec, sample, fits[[1]]$spec, call)
    groups <- if (spec$type == "DK") made$periods else length(union)
    return(list(variance = diag(made$meat), groups = groups))
  }
  plan <- if (length(clusters)) meat_plan(spec, clusters) else list(clusters = list(NULL), sign = 1)
  list(
    variance = diag(score_sum(scores, list(plan = plan))),
    groups = if (length(clusters)) min(vapply(clusters, `[[`, 0L, "levels")) else length(union)
  )
}

# Each row's part in the coefficients, whatever the estimator: their sums by cluster make the
# sandwich.
fit_influence <- function(fit, call) {
  design <- model_design(fit$spec, call)
  kernel <- score_kernel(fit, design, call)
  out <- tcrossprod(row_scores(kernel, design), kernel$half)
  colnames(out) <- names(fit$coefficients)
  out
}
