# Covariances of a fit's coefficients: what was asked for, the factors, the reference distribution.

# vcov = "iid" | "HC0" | "HC1" | ~cluster + cluster2  ->  list(type, clusters, label)
covariance_spec <- function(vcov, types = c("iid", "HC0", "HC1"), call = rlang::caller_env()) {
  if (rlang::is_string(vcov) && vcov %in% types) return(list(type = vcov, clusters = NULL))
  if (inherits(vcov, "formula") && length(vcov) == 2) {
    return(list(type = "cluster", clusters = parse_clusters(vcov[[2]])))
  }
  abort("vcov", c(
    "{.arg vcov} must be {.or {.val {types}}} or a one-sided formula of cluster variables, not {found(vcov)}.",
    i = "For instance {.code vcov = ~state}, or {.code vcov = ~state + year} for two ways."
  ), call)
}

parse_clusters <- function(expr) {
  terms <- split_plus(expr)
  clusters <- lapply(terms, split_power)
  names(clusters) <- vapply(terms, rlang::as_label, "")
  clusters[!duplicated(names(clusters))]
}

# Cluster factors on the rows of the sample. A missing cluster is an error: dropping the row would change the estimates.
cluster_factors <- function(clusters, spec, sample, call) {
  if (is.null(clusters)) return(NULL)
  check_variables(unlist(clusters, recursive = FALSE), spec$data, spec$scope, call)
  env <- model_env(spec$scope, spec$data, spec$panel)
  values <- lapply(clusters, function(cl) lapply(cl, evaluate, data = spec$data, env = env, call = call))
  for (name in names(values)) {
    v <- values[[name]]
    missing <- Reduce(`|`, lapply(v, is.na))
    if (!is.null(sample$rows)) missing <- missing[sample$rows]
    if (any(missing)) {
      abort("cluster", c(
        "Cluster variable {.val {name}} must not be missing; it is in {sum(missing)} of {sample$n} row{?s} of the sample.",
        i = "Leave those rows out with {.arg subset}: the estimates change with the sample."
      ), call)
    }
  }
  factors <- make_factors(values, sample$rows)$factors
  for (name in names(factors)) {
    if (factors[[name]]$levels > 1) next
    abort("cluster", c(
      "Cluster variable {.val {name}} must have at least two values in the sample; it has one.",
      i = "A covariance between clusters needs clusters."
    ), call)
  }
  factors
}

# What the kernel is asked for: the factor of each meat (NULL: by row) and the sign it enters with.
# Several ways (Cameron, Gelbach and Miller 2011): every non-empty set of them, odd sets added, even ones subtracted.
meat_plan <- function(spec, factors) {
  if (spec$type == "iid") return(list(clusters = list(), sign = numeric()))
  if (spec$type != "cluster") return(list(clusters = list(NULL), sign = 1))
  ways <- length(factors)
  sets <- unlist(lapply(seq_len(ways), function(m) utils::combn(ways, m, simplify = FALSE)), recursive = FALSE)
  list(
    clusters = lapply(sets, function(s) intersect_factors(factors[s])),
    sign = vapply(sets, function(s) (-1)^(length(s) + 1), 0)
  )
}

# Sandwich of the planned meats; a several-way result with a negative eigenvalue has it set to zero, as CGM propose.
sandwich_sum <- function(half, meats, sign) {
  meat <- Reduce(`+`, Map(`*`, meats, sign))
  v <- half %*% meat %*% t(half)
  v <- (v + t(v)) / 2
  repaired <- FALSE
  if (length(sign) > 1 && nrow(v)) {
    eigen <- eigen(v, symmetric = TRUE)
    if (min(eigen$values) < 0) {
      repaired <- min(eigen$values) < -1e-12 * max(abs(eigen$values))
      v <- eigen$vectors %*% (pmax(eigen$values, 0) * t(eigen$vectors))
    }
  }
  list(v = v, repaired = repaired)
}

# Degrees of freedom, made once a fit: rows, slopes and constant, and what the effects take.
degrees_of_freedom <- function(n, k, factors, exact_effects = length(factors) <= 2) {
  levels <- vapply(factors, `[[`, 0L, "levels")
  redundant <- if (length(factors)) bind_redundant_levels(factors, seq_along(factors) - 1L) else integer()
  absorbed <- sum(levels) - sum(redundant)
  list(
    n = n, k = k, levels = levels, redundant = redundant, absorbed = absorbed, exact = exact_effects,
    residual = n - k - absorbed
  )
}

# Degrees of freedom that effects take beside those nested in a cluster: nested ones are free, but for the constant
# that they hold, which counts once. Nested effects come first in the count, so the order of the formula is immaterial.
unnested_dof <- function(factors, clusters) {
  if (!length(factors)) return(0)
  nested <- vapply(factors, function(f) any(vapply(clusters, function(cl) bind_nested_in(f, cl), NA)), NA)
  redundant <- bind_redundant_levels(factors, order(!nested) - 1L)
  levels <- vapply(factors, `[[`, 0L, "levels")
  sum(levels[!nested] - redundant[!nested]) + any(nested)
}

# The covariance of a single-equation fit: v, its name, factor and t degrees of freedom (Inf: normal).
assemble_covariance <- function(kernel, spec, plan, dof, factors, clusters, ssc) {
  stata <- ssc == "stata"
  if (spec$type == "iid") {
    left <- if (stata) dof$residual else dof$n
    return(new_covariance(kernel$bread * kernel$rss / left, spec, if (stata) dof$residual else Inf, dof$n / left))
  }
  sum <- sandwich_sum(kernel$half, kernel$meats, plan$sign)
  if (spec$type != "cluster") {
    factor <- if (stata && spec$type == "HC1") dof$n / dof$residual else 1
    return(new_covariance(sum$v * factor, spec, if (stata) dof$residual else Inf, factor))
  }
  groups <- vapply(clusters, `[[`, 0L, "levels")
  least <- min(groups)
  factor <- if (stata) {
    (dof$n - 1) / (dof$n - dof$k - unnested_dof(factors, clusters)) * least / (least - 1)
  } else {
    1
  }
  new_covariance(sum$v * factor, spec, if (stata) least - 1 else Inf, factor, groups, sum$repaired)
}

new_covariance <- function(v, spec, df, factor, groups = NULL, repaired = FALSE) {
  list(v = v, type = spec$type, clusters = names(spec$clusters), groups = groups, df = df, factor = factor, repaired = repaired)
}

covariance_label <- function(cov) {
  label <- switch(cov$type,
    iid = "iid", HC0 = "heteroskedasticity-robust (HC0)", HC1 = "heteroskedasticity-robust (HC1)",
    cluster = paste0("clustered by ", paste0(cov$clusters, " (", cov$groups, ")", collapse = " and "))
  )
  if (cov$factor != 1 && cov$type != "iid") label <- paste0(label, ", small-sample factor ", format(cov$factor, digits = 5))
  if (cov$repaired) label <- paste0(label, ", negative eigenvalues set to zero")
  paste0(label, replay_label(cov))
}

reference_label <- function(df) {
  if (all(is.infinite(df))) return("normal distribution")
  paste0("t(", unique(df), ")", collapse = " and ")
}
