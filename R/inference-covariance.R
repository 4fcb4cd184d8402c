# Covariances of a fit's coefficients: what was asked for, the factors, the reference distribution.

# vcov = "iid" | "HC0" ... | ~cluster + cluster2 | cov_nw() and its like -> list(type, clusters,
# ...)
covariance_spec <- function(vcov, types = c("iid", "HC0", "HC1", "HC2", "HC3"),
                            call = rlang::caller_env()) {
  vcov <- evaluated_argument(vcov, "vcov", call)
  objects <- "HC3" %in% types
  if (rlang::is_string(vcov) && vcov %in% types) return(list(type = vcov, clusters = NULL))
  if (inherits(vcov, "formula") && length(vcov) == 2) {
    return(list(type = "cluster", clusters = parse_clusters(vcov[[2]], call)))
  }
  if (inherits(vcov, "ccd_cov") && objects) return(unclass(vcov))
  meant <- meant_covariance(vcov, types)
  abort("vcov", c(
    paste0(
      "{.arg vcov} must be {.or {.val {types}}} or a one-sided formula of cluster variables, ",
      "not {found(vcov)}."
    ),
    i = if (!is.null(meant)) "Did you mean {.code vcov = {meant}}?",
    i = "For instance {.code vcov = ~state}, or {.code vcov = ~state + year} for two ways.",
    i = if (objects) {
      paste0(
        "Others are made by {.fn cov_cr2}, {.fn cov_cr3}, {.fn cov_nw}, {.fn cov_dk} ",
        "and {.fn cov_conley}."
      )
    }
  ), call)
}

# The words of fixest, estimatr and Stata, as a string or as the left side of a formula (`DK ~
# year`).
meant_covariance <- function(vcov, types) {
  word <- if (inherits(vcov, "formula") && length(vcov) == 3) all.names(vcov[[2]])[1] else vcov
  if (!rlang::is_string(word) || !grepl("^[A-Za-z0-9_]+$", word, useBytes = TRUE)) return(NULL)
  if (toupper(word) %in% types) return(paste0("\"", toupper(word), "\""))
  robust <- paste0("\"", intersect(c("HC1", "HC0"), types)[1], "\"")
  others <- if ("HC3" %in% types) {
    c(
      dk = "cov_dk()", driscoll_kraay = "cov_dk()", nw = "cov_nw()", newey_west = "cov_nw()",
      hac = "cov_nw()", conley = "cov_conley(~ lat + lon, cutoff = 100)", cr2 = "cov_cr2(~state)",
      cr3 = "cov_cr3(~state)"
    )
  }
  words <- c(
    hetero = robust, hc = robust, robust = robust, r = robust, white = robust, stata = robust,
    cluster = "~state", cl = "~state", twoway = "~state + year", others, standard = "\"iid\"",
    normal = "\"iid\"", classical = "\"iid\"", ols = "\"iid\""
  )
  found <- words[tolower(word)]
  if (!is.na(found)) unname(found)
}

# What the functions cov_*() return: a description, computed by the fit that it is given to.
new_cov <- function(type, ...) structure(c(list(type = type), list(...)), class = "ccd_cov")

#' @export
print.ccd_cov <- function(x, ...) {
  check_print_dots(...)
  settings <- x[setdiff(names(x), "type")]
  settings <- settings[!vapply(settings, is.null, NA)]
  said <- vapply(settings, function(v) {
    if (is.list(v)) toString(names(v)) else if (is.language(v)) rlang::as_label(v) else toString(v)
  }, "")
  cat(
    trf("Covariance %s", x$type),
    if (length(said)) paste0(" (", paste0(names(said), ": ", said, collapse = "; "), ")"), "\n",
    sep = ""
  )
  next_steps("fe_reg(vcov = )", "summary(fit, vcov = )", "vcov(fit, )")
  invisible(x)
}

# The covariance whose meat moments and their tests take: adjustments of residuals are a
# regression's own.
moment_covariance_spec <- function(spec) {
  if (spec$type %in% c("HC2", "HC3")) return(list(type = "HC1", clusters = NULL))
  if (spec$type %in% c("CR2", "CR3")) spec$type <- "cluster"
  spec
}

parse_clusters <- function(expr, call = rlang::caller_env()) {
  terms <- split_plus(expr)
  for (term in terms) check_combination(term, call)
  clusters <- lapply(terms, split_power)
  names(clusters) <- vapply(terms, rlang::as_label, "")
  clusters[!duplicated(names(clusters))]
}

# Cluster factors on the rows of the sample. A missing cluster is an error: dropping the row would
# change the estimates. What is an effect of the model as well is not coded again: `effects` are its
# factors.
cluster_factors <- function(clusters, spec, sample, call, effects = NULL) {
  if (is.null(clusters)) return(NULL)
  coded <- names(clusters)[vapply(names(clusters), function(name) {
    name %in% names(effects) && identical(clusters[[name]], spec$parsed$effects[[name]])
  }, NA)]
  factors <- effects[coded]
  others <- clusters[setdiff(names(clusters), coded)]
  if (length(others)) {
    made <- if (is.null(sample$clusters)) {
      code_clusters(others, spec, sample, call)
    } else {
      for (name in names(others)) {
        check_clusters_known(name, sample$unclustered[[name]], sample$n, call)
      }
      make_factors(sample$clusters[names(others)], NULL)$factors
    }
    factors <- c(factors, made)
  }
  for (name in names(factors)) {
    if (factors[[name]]$levels > 1) next
    abort("cluster", c(
      "Cluster variable {.val {name}} must have at least two values in the sample; it has one.",
      i = "A covariance between clusters needs clusters."
    ), call)
  }
  factors[names(clusters)]
}

check_clusters_known <- function(name, missing, n, call) {
  if (missing == 0) return(invisible())
  abort("cluster", c(
    paste0(
      "Cluster variable {.val {name}} must not be missing; it is in {missing} of {n} row{?s} of ",
      "the sample."
    ),
    i = "Leave those rows out with {.arg subset}: the estimates change with the sample."
  ), call)
}

code_clusters <- function(clusters, spec, sample, call) {
  check_variables(unlist(clusters, recursive = FALSE), spec$data, spec$scope, call)
  check_row_order(
    unlist(clusters, recursive = FALSE), spec, call, levels = unlist(clusters, recursive = FALSE)
  )
  env <- model_env(spec$scope, spec$data, spec$panel)
  values <- lapply(clusters, function(cl) {
    lapply(cl, evaluate_levels, data = spec$data, env = env, call = call)
  })
  for (name in names(values)) {
    v <- values[[name]]
    missing <- Reduce(`|`, lapply(v, is.na))
    if (!is.null(sample$rows)) missing <- missing[sample$rows]
    check_clusters_known(name, sum(missing), sample$n, call)
  }
  make_factors(values, sample$rows)$factors
}

# A factor of one cluster variable with its levels numbered for draws.
drawn_factor <- function(factor, cluster, spec, sample, call) {
  first <- match(seq_len(factor$levels) - 1L, factor$code)
  # Rows that stand for others have the levels with them.
  values <- sample$clusters[[names(cluster)]]
  if (is.null(values)) {
    env <- model_env(spec$scope, spec$data, spec$panel)
    if (!is.null(sample$rows)) first <- sample$rows[first]
    values <- lapply(cluster[[1]], evaluate_levels, data = spec$data, env = env, call = call)
  }
  own <- lapply(unname(values), function(x) drawing_numbers(x[first]))
  factor$code <- (order(do.call(order, own)) - 1L)[factor$code + 1L]
  factor
}

# Rows of a sample, numbered for draws: by unit and time where the fit has them, else as they stand.
drawn_rows <- function(spec, rows) {
  if (is.null(spec$panel)) return(seq_along(rows))
  order(do.call(order, lapply(spec$panel, function(name) drawing_numbers(spec$data[[name]][rows]))))
}

# What the kernel is asked for: the factor of each meat (NULL: by row), the sign it enters with, and
# whether the rows of the scores are needed as well. Several ways (Cameron, Gelbach and Miller
# 2011): every non-empty set of them, odd sets added, even ones subtracted.
meat_plan <- function(spec, factors) {
  none <- list(clusters = list(), sign = numeric())
  if (spec$type == "iid") return(none)
  if (spec$type %in% c("HC0", "HC1")) return(list(clusters = list(NULL), sign = 1))
  if (spec$type != "cluster") return(c(none, list(rows = TRUE)))
  ways <- length(factors)
  sets <- unlist(lapply(seq_len(ways), function(m) {
    utils::combn(ways, m, simplify = FALSE)
  }), recursive = FALSE)
  list(
    clusters = lapply(sets, function(s) intersect_factors(factors[s])),
    sign = vapply(sets, function(s) (-1)^(length(s) + 1), 0)
  )
}

# Sandwich of the planned meats. Those of several ways and of kernels in space need not be positive
# semidefinite; Bartlett weights of one time axis are by construction, and rounding is no reason to
# change them. `bread_of_scores`: that of the columns whose scores these are, where they are not the
# regressors.
sandwich_sum <- function(half, meats, sign, bread, indefinite = length(sign) > 1,
                         bread_of_scores = NULL) {
  meat <- Reduce(`+`, Map(`*`, meats, sign))
  v <- half %*% meat %*% t(half)
  v <- (v + t(v)) / 2
  root <- if (!is.null(bread_of_scores) && all(is.finite(meat))) half %*% definite_root(meat)
  if (!indefinite || !nrow(v) || !all(is.finite(v))) {
    return(list(v = v, repaired = FALSE, root = root))
  }
  if (is.null(bread_of_scores)) return(without_negative(v, bread))
  # The bread of columns that are nearly combinations of each other is next to singular, and says
  # nothing of which eigenvalues are negative: that of the columns whose scores these are does.
  out <- without_negative(bread_of_scores %*% meat %*% bread_of_scores, bread_of_scores)
  back <- half %*% solve(bread_of_scores)
  out$root <- back %*% definite_root(out$v)
  replace(out, "v", list(back %*% out$v %*% t(back)))
}

# A K with K K' what is given, negative eigenvalues being rounding or to be cut. Of columns that are
# nearly combinations of each other tests of several coefficients go by the root of the covariance:
# in the covariance itself what the coefficients have apart is rounding of what they have together.
definite_root <- function(v) {
  eigen <- eigen((v + t(v)) / 2, symmetric = TRUE)
  eigen$vectors %*% diag(sqrt(pmax(eigen$values, 0)), nrow(v))
}

times_root <- function(root, factor) if (!is.null(root)) root * sqrt(factor)

iid_root <- function(kernel, s2) {
  if (is.null(kernel$score_bread)) return(NULL)
  sqrt(s2) * kernel$half %*% solve(kernel$score_bread) %*% definite_root(kernel$score_bread)
}

# Negative eigenvalues set to zero, as Cameron, Gelbach and Miller propose, of the covariance
# relative to the bread (that is, to the classical one): with bread = L L' of L^-1 V L^-T. In units
# of the columns the cut would depend on whether a regressor is in persons or in millions; here
# neither units nor another coding of the same regressors change the variance of any combination.
without_negative <- function(v, bread) {
  free <- diag(bread) != 0 # else a restriction fixes the coefficient
  if (!all(free) && any(free)) {
    out <- without_negative(v[free, free, drop = FALSE], bread[free, free, drop = FALSE])
    v[free, free] <- out$v
    return(replace(out, "v", list(v)))
  }
  unit <- sqrt(abs(diag(bread)))
  unit[unit == 0] <- 1
  units <- outer(unit, unit)
  # Of a bread that is next to singular, or restricted, the units alone.
  root <- diag(length(unit))
  if (rcond(bread / units) > 1e-10) root <- tryCatch(chol(bread / units), error = function(e) root)
  relative <- backsolve(root, t(backsolve(root, v / units, transpose = TRUE)), transpose = TRUE)
  eigen <- eigen((relative + t(relative)) / 2, symmetric = TRUE)
  least <- min(eigen$values)
  if (least >= 0) return(list(v = v, repaired = FALSE))
  half <- crossprod(root, eigen$vectors)
  v <- half %*% (pmax(eigen$values, 0) * t(half)) * units
  largest <- max(abs(eigen$values))
  list(v = (v + t(v)) / 2, repaired = least < -1e-12 * largest, largest = largest)
}

# Squares of what is measured in such units are no doubles, and standard errors neither. A
# coefficient of 1e-200 has a variance of 1e-400.
check_covariance_range <- function(v, b, names, call) {
  size <- diag(v)
  bad <- !is.finite(size) | size < .Machine$double.xmin & b != 0 & abs(b) < 1e-140
  if (!any(bad)) return(invisible())
  # One of them may leave all of a system's without a number.
  own <- bad & (abs(b) > 1e140 | abs(b) < 1e-140) %in% TRUE
  if (any(own)) bad <- own
  shown <- vapply(b[bad], format, "", digits = 2)
  abort("range", c(
    paste0(
      "The variance of {.val {names[bad]}} is beyond what doubles hold (squares of 1e-150 to ",
      "1e150): {cli::qty(shown)}the coefficient{?s} {?is/are} {shown}."
    ),
    i = "Measure the regressor or the dependent variable in another unit."
  ), call)
}

# Coefficients that a covariance leaves without a variance: negative before the cut of eigenvalues,
# or rounding beside the classical one, where scores are summed over rows that add up to zero. A
# standard error of zero would make the surest result of no information: it is missing.
# `bread` and `s2` make the classical covariance; `cov$largest` is the largest eigenvalue of one
# that was cut, relative to the bread.
without_variance <- function(cov, bread, s2, names, call) {
  size <- diag(cov$v)
  classical <- diag(bread) * s2
  negative <- cov$repaired && cov$largest > 1e-13 * s2
  lost <- names[is.finite(size) & classical > 0 & size <= 1e-13 * classical]
  if (!length(lost)) return(cov)
  none <- "{cli::qty(lost)}There is no standard error of {.val {lost}}: {?its variance/variances}"
  if (negative) {
    warn("negative", c(
      paste(
        none, "would be negative, as several ways of clustering or distances can make {?it/them}."
      ),
      i = "Take clusters in one way, or {.fn wild_bootstrap}."
    ), call)
  } else {
    warn("rounding", c(
      paste(none, "{?is/are} rounding, of sums over rows whose scores add up to zero."),
      i = "Take fewer rows together: more clusters, or a smaller cutoff."
    ), call)
  }
  cov$v[lost, ] <- NA
  cov$v[, lost] <- NA
  cov["root"] <- list(NULL)
  cov
}

# The covariance of a single-equation fit: v, its name, factor and t degrees of freedom (Inf:
# normal).
assemble_covariance <- function(kernel, cov_spec, plan, dof, design, clusters, spec, call) {
  stata <- spec$ssc == "stata"
  left <- if (stata) dof$residual else Inf
  switch(cov_spec$type,
    iid = {
      divisor <- if (stata) dof$residual else dof$n
      s2 <- kernel$rss / divisor
      new_covariance(
        kernel$bread * s2, cov_spec, left, dof$n / divisor, root = iid_root(kernel, s2)
      )
    },
    HC0 = ,
    HC1 = {
      factor <- if (stata && cov_spec$type == "HC1") dof$n / dof$residual else 1
      sum <- sandwich_sum(
        kernel$half, kernel$meats, plan$sign, kernel$bread, bread_of_scores = kernel$score_bread
      )
      new_covariance(sum$v * factor, cov_spec, left, factor, root = times_root(sum$root, factor))
    },
    HC2 = ,
    HC3 = {
      sum <- leverage_sandwich(kernel, cov_spec, design, spec, call)
      new_covariance(sum$v, cov_spec, left, 1, root = sum$root)
    },
    cluster = cluster_covariance(kernel, cov_spec, plan, dof, design$factors, clusters, stata),
    CR2 = ,
    CR3 = adjusted_covariance(kernel, cov_spec, design, clusters, spec, call),
    kernel_covariance(kernel, cov_spec, dof, design, spec, call)
  )
}

cluster_covariance <- function(kernel, cov_spec, plan, dof, factors, clusters, stata) {
  sum <- sandwich_sum(
    kernel$half, kernel$meats, plan$sign, kernel$bread, bread_of_scores = kernel$score_bread
  )
  groups <- vapply(clusters, `[[`, 0L, "levels")
  least <- min(groups)
  factor <- if (stata) {
    (dof$n - 1) / (
      dof$n - dof$k - unnested_dof(factors, clusters, dof$absorbed)
    ) * least / (least - 1)
  } else {
    1
  }
  new_covariance(
    sum$v * factor, cov_spec, if (stata) least - 1 else Inf, factor, groups = groups,
    repaired = sum$repaired, largest = sum$largest, root = times_root(sum$root, factor)
  )
}

# Each row's scores, from the residuals (adjusted or not) in the unit that `half` takes back: what
# multiplies them, times the weights.
row_scores <- function(kernel, design, residual = kernel$residual) {
  residual <- residual / kernel$unit
  if (length(design$weight)) residual <- residual * design$weight
  kernel$score_rows * residual
}

covariance_label <- function(cov) {
  by <- function() paste0(cov$clusters, " (", cov$groups, ")", collapse = " and ")
  label <- switch(cov$type,
    iid = "iid", HC0 = , HC1 = , HC2 = , HC3 = paste0("heteroskedasticity-robust (", cov$type, ")"),
    information = "maximum likelihood (expected information)",
    hessian = "maximum likelihood (observed information)", given = "as given",
    cluster = paste0("clustered by ", by()), CR2 = ,
    CR3 = paste0(cov$type, ", clustered by ", by()), robust = paste0("clustered by ", by()),
    windmeijer = paste0("Windmeijer-corrected, clustered by ", by()),
    conventional = "conventional", kernel_label(cov)
  )
  if (cov$factor != 1 && cov$type != "iid") {
    label <- paste0(label, ", small-sample factor ", format(cov$factor, digits = 5))
  }
  if (cov$repaired) label <- paste0(label, ", negative eigenvalues set to zero")
  paste0(label, replay_label(cov))
}

errors_line <- function(label, cov) {
  reference <- reference_label(cov$df, if (cov$type == "given") cov$own)
  trf("Standard errors: %s; %s", spoken_facts(label), spoken_facts(reference))
}

# Degrees of freedom in parts are Satterthwaite's, of the covariance that they were computed for; a
# matrix comes with its own (`own` is "given"), or takes those of the fit's covariance.
reference_label <- function(df, own = NULL) {
  if (all(is.infinite(df))) return("normal distribution")
  whole <- all(df == round(df))
  ends <- unique(if (whole) df else format(range(df), digits = 3, nsmall = 1, trim = TRUE))
  text <- if (whole) {
    paste0("t(", ends, ")", collapse = " and ")
  } else {
    paste0("t(", paste(ends, collapse = " to "), ")")
  }
  if (is.null(own)) return(paste0(text, if (!whole) ", Satterthwaite"))
  paste0(text, if (own == "given") ", as given with it" else ", as the fit's own")
}
