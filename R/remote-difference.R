# Groups of a fit in a database compared: a column of groups beside the others for the model of all,
# and the two fits' scores by cluster, which cells tell.

#' @export
marked_groups.ccd_remote <- function(data, fit, grouping, names, mark, call) {
  before <- remote_source(data)
  check_connected(before, call)
  t <- remote_translator(fit$spec, before, call)
  conditions <- lapply(grouping$conditions[names], condition, t = t)
  if (has_lags(t)) abort_term(grouping$conditions[[1]], t, "a lag")
  # Text that sorts as the groups do, in any locale.
  codes <- sprintf("%04d", seq_along(names))
  cases <- unname(Map(function(test, code) call("~", test, code), conditions, codes))
  source <- list2env(as.list(before, all.names = TRUE), parent = emptyenv())
  source$table <- with_columns(before, with_made(t), stats::setNames(
    list(as.call(c(quote(case_when), cases))), mark
  ))
  if (length(source$types)) source$types[[mark]] <- "text"
  source$log <- list()
  data[[mark]] <- character()
  attr(data, "source") <- source
  list(data = data, codes = stats::setNames(codes, names))
}

#' @export
stacked_errors.ccd_remote <- function(data, fits, terms, call) {
  begin_state(remote_source(data), environment(), call)
  spec <- moment_covariance_spec(fits[[1]]$covariance_spec)
  if (!length(spec$clusters)) {
    # Rows are in one group each: nothing goes across.
    n <- sum(vapply(fits, function(fit) as.double(fit$sample$n), 0))
    v <- vapply(fits, function(fit) diag(stats::vcov(fit, "HC0"))[terms], numeric(length(terms)))
    return(list(variance = rowSums(matrix(v, length(terms))), groups = n))
  }
  designs <- lapply(fits, function(fit) {
    model_design(fit$spec, call, cells = TRUE, clusters = spec$clusters)
  })
  values <- Map(function(a, b) Map(c, a, b), designs[[1]]$sample$clusters[names(spec$clusters)],
    designs[[2]]$sample$clusters[names(spec$clusters)])
  samples <- lapply(designs, `[[`, "sample")
  sample <- list(
    clusters = values, n = samples[[1]]$n + samples[[2]]$n,
    unclustered = Map(`+`, samples[[1]]$unclustered, samples[[2]]$unclustered)[names(values)]
  )
  clusters <- cluster_factors(spec$clusters, fits[[1]]$spec, sample, call)
  parts <- Map(cell_influence, fits, designs, list(call))
  scores <- rbind(-parts[[1]][, terms, drop = FALSE], parts[[2]][, terms, drop = FALSE])
  list(
    variance = diag(score_sum(scores, list(plan = meat_plan(spec, clusters)))),
    groups = min(vapply(clusters, `[[`, 0L, "levels"))
  )
}

# The parts of the rows that stand for cells in the coefficients: by cluster they have the rows'
# sums.
cell_influence <- function(fit, design, call) {
  kernel <- run_kernel(
    design, list(), estimator_plan(fit$spec, design, call), fit$spec$threads, rows = TRUE
  )
  kernel <- complete_kernel(kernel, design, list(clusters = list()), call)
  out <- tcrossprod(row_scores(kernel, design), kernel$half)
  colnames(out) <- names(fit$coefficients)
  out
}
