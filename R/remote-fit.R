# A fit of a table in a database: sums or rows, what was asked, and what the kernels cannot know.

# Sums save nothing where cells are nearly as many as rows.
most_cells <- 0.4

#' @export
settle_source.ccd_remote <- function(spec, cov_spec, remote, call) {
  check_remote_covariance(cov_spec, remote, call)
  if (length(spec$replays)) abort_needs_rows("{.arg replays}", call)
  if (remote == "auto") {
    made <- sampled_plan(spec, c(cov_spec$clusters, spec$estimator$weighting$clusters), call)
    cells <- remote_cells(made$plan, made$sample, limit = max(1, most_cells * made$sample$n))
    remote <- if (is.null(cells)) "rows" else "cells"
  }
  if (remote == "rows") {
    spec$data <- fetched_rows(spec, cov_spec, call)
  } else if (!is.null(spec$panel)) {
    say_remote_panel(spec$data, spec$panel, call)
  }
  spec
}

# What looks at single rows is asked of the rows.
check_remote_covariance <- function(cov_spec, remote, call) {
  if (remote == "rows" || cov_spec$type %in% c("iid", "HC0", "HC1", "cluster")) {
    return(invisible())
  }
  abort_needs_rows(paste0("The covariance {.val ", cov_spec$type, "}"), call)
}

#' @export
source_record.ccd_remote <- function(data, design) {
  source <- remote_source(data)
  list(
    mode = "cells", cells = design$sample$cells, shards = source$shards, grouped = source$grouped,
    queries = remote_log(source)
  )
}

remote_log <- function(source) {
  data.frame(
    sql = vapply(source$log, `[[`, "", "sql"), rows = vapply(source$log, `[[`, 0, "rows"),
    seconds = vapply(source$log, `[[`, 0, "seconds")
  )
}

# After the kernel: the meat of single rows, and the constant of the columns as they came.
#' @export
complete_kernel.ccd_cells <- function(kernel, design, plan, call) {
  if (isTRUE(plan$rows)) abort_needs_rows("This covariance, or these scores,", call)
  if (weighed_by_rows(design)) kernel <- row_weighted_gmm(kernel, design, plan, call)
  alone <- vapply(plan$clusters, is.null, NA)
  if (any(alone)) {
    meat <- row_meat(kernel, design, call)
    root <- meat$root
    # The root first: of the product with the columns' own not all digits are left.
    if (length(kernel$score_basis)) root <- root %*% kernel$score_basis
    kernel$meats[alone] <- list(meat$inner)
    kernel$half <- tcrossprod(kernel$half, root)
    kernel["score_basis"] <- list(NULL)
  }
  uncentred_constant(kernel, design)
}

#' @exportS3Method dplyr::show_query
show_query.ccd_model <- function(x, ...) {
  check_dots(...)
  if (is.null(x$remote)) {
    abort("type", c(
      "The fit asked no database: its data are a data frame.",
      i = "Fit a {.code dplyr::tbl()} of a connection."
    ))
  }
  queries <- x$remote$queries
  for (i in seq_len(nrow(queries))) {
    came <- if (is.na(queries$rows[i])) "refused" else {
      sprintf("%s, %.2f seconds", counted(queries$rows[i], "row"), queries$seconds[i])
    }
    cat(sprintf("-- %d: %s\n%s\n\n", i, came, queries$sql[i]))
  }
  invisible(x)
}
