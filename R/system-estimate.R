# The estimate of a system: what the kernel is told, and what it says of the equations.

system_estimate <- function(spec, design, cov_spec, call) {
  clusters <- cluster_factors(cov_spec$clusters, spec, design$sample, call)
  plan <- meat_plan(cov_spec, clusters)
  if (is.null(design$remote)) {
    check_column_range(
      design$store, names(design$store), NULL, call, weight = design$weight
    )
  }
  asked <- system_arguments(spec, design, call)
  kernel <- system_kernel(design, spec, plan, asked, call)
  check_system_kernel(kernel, design, spec, call)
  kernel <- complete_system(kernel, design, spec, plan, call)
  equations <- names(design$equations)
  k <- lengths(kernel$x) + design$constant
  dof <- asked$dof
  dof$by_equation <- `names<-`(k, equations)
  dof$k <- sum(k)
  dof$residual <- `names<-`(dof$n - dof$absorbed - k + asked$options$fewer, equations)
  columns <- names(design$store)
  terms <- lapply(kernel$x, function(x) c(if (design$constant) "(Intercept)", columns[x + 1]))
  names(terms) <- equations
  names <- coefficient_names(terms, equations)
  cov <- system_covariance(kernel, cov_spec, plan, clusters, spec, rep(unname(dof$residual), k))
  dimnames(cov$v) <- list(names, names)
  check_covariance_range(cov$v, unlist(kernel$coef), names, call)
  # The bread is the classical covariance itself.
  cov <- without_variance(cov, kernel$bread, 1, names, call)
  cov["largest"] <- NULL
  list(
    kernel = kernel, dof = dof, covariance = cov, names = names, terms = terms,
    restrictions = asked$restrictions
  )
}

# As complete_kernel() of one equation.
complete_system <- function(kernel, design, spec, plan, call) {
  if (is.null(design$remote)) kernel else UseMethod("complete_system", design$remote)
}

coefficient_names <- function(terms, equations) {
  paste0(rep(equations, lengths(terms)), "_", unlist(terms, use.names = FALSE))
}

# What the kernel is told: positions of columns, restrictions and the estimator.
system_arguments <- function(spec, design, call) {
  at <- function(names) match(names, names(design$store)) - 1L
  response <- response_columns(design$equations)
  slopes <- lapply(unname(design$equations), `[[`, "x")
  restrictions <- parse_restrictions(
    spec$restrictions,
    if (!is.null(spec$restrictions)) {
      coefficient_names(
        lapply(slopes, function(x) c(if (design$constant) "(Intercept)", x)),
        names(design$equations)
      )
    } else {
      character()
    },
    call
  )
  # Constants that are taken out are in no restriction.
  of_slopes <- restrictions$matrix
  if (design$constant && ncol(of_slopes)) {
    first <- cumsum(c(1, lengths(slopes) + 1))[seq_along(slopes)]
    of_slopes <- of_slopes[, -first, drop = FALSE]
  }
  dof <- degrees_of_freedom(design$sample$n, 0L, design$factors)
  how <- system_methods[[spec$method]]
  count <- length(slopes)
  k <- lengths(slopes)
  pooled <- count * dof$n - if (spec$sigma == "n") {
    0
  } else {
    sum(k) + count * (dof$absorbed + design$constant) - length(restrictions$value)
  }
  list(
    system = list(
      y = at(response), x = lapply(slopes, at), z = at(design$z),
      z_of = lapply(unname(design$z_of), at), project = how$project
    ),
    options = list(
      weighting = how$weighting, variant = if (spec$method == "3sls") spec$variant else "gls",
      limited = spec$method == "liml",
      iterate = spec$iterate, constant = design$constant, sigma = spec$sigma, n = dof$n,
      absorbed = dof$absorbed + design$constant,
      fewer = restrictions_within(of_slopes, k), pooled = pooled, threads = spec$threads,
      least_sine2 = if (is.null(design$remote)) 0 else refused_sine2, influences = FALSE,
      origin = column_origin(design)
    ),
    restrictions = restrictions, of_slopes = of_slopes, dof = dof
  )
}

# Restrictions that concern one equation only, counted by equation.
restrictions_within <- function(r, k) {
  if (!nrow(r)) return(rep(0L, length(k)))
  equation <- factor(rep(seq_along(k), k), seq_along(k))
  touched <- t(apply(r != 0, 1, function(row) tapply(row, equation, any, default = FALSE)))
  as.integer(colSums(touched & rowSums(touched) == 1))
}

check_system_kernel <- function(kernel, design, spec, call) {
  collinear <- lengths(kernel$dropped_x) > 0
  if (any(collinear)) {
    which <- names(design$equations)[collinear]
    what <- lapply(kernel$dropped_x[collinear], function(j) names(design$store)[j + 1])
    abort("collinear", c(
      paste0(
        "{cli::qty(which)}Equation{?s} {.val {which}} {?has/have} collinear regressors: ",
        "{.val {unique(unlist(what))}} depend{?s/} on the others{if (length(design$factors)) ' or ",
        "the effects' else ''}."
      ),
      i = paste0(
        "Leave out one of the regressors that depend on each other: which one is ",
        "the model's meaning."
      )
    ), call)
  }
  if (kernel$failed_equation > 0) {
    name <- names(design$equations)[kernel$failed_equation]
    abort("identification", c(
      paste0(
        "Equation {.val {name}} is not identified: the projections of its regressors on the ",
        "instruments depend on each other (rank condition)."
      ),
      i = paste0(
        "Its endogenous regressors {.val {design$endogenous_of[[name]]}} need instruments ",
        "that move them apart."
      )
    ), call)
  }
  if (kernel$status == 2L) abort_singular_sigma(kernel, spec, call)
  if (kernel$status == 1L) {
    warn("not_converged", c(
      paste0(
        "The iteration stopped after {kernel$iterations} steps without settling: the last one ",
        "moved a coefficient by {format(signif(kernel$moved, 2))} standard errors, the limit is ",
        "1e-10{if (kernel$iterations < 1000) ', and the steps no longer shrink' else ''}."
      ),
      i = paste0(
        "The estimates are the last step's, not a limit. Without {.arg iterate} the first step is ",
        "the estimate; weak instruments are a common cause, see {.fn weak_iv}."
      )
    ), call)
  }
  check_perfect_equations(
    kernel, names(design$equations), system_methods[[spec$method]]$weighting, call
  )
}

# A covariance of residuals that cannot weigh the equations: its divisor leaves it indefinite, the
# iteration has run away, or residuals depend on each other.
abort_singular_sigma <- function(kernel, spec, call) {
  sigma <- kernel$residual_sigma
  indefinite <- spec$sigma %in% c("max", "theil") && length(sigma) && all(is.finite(sigma)) &&
    min(scaled_eigenvalues(sigma)) < -1e-10
  if (indefinite) {
    abort("singular", c(
      paste0(
        "The covariance of the equations' residuals is not positive definite",
        paste0(
          "{if (kernel$iterations > 1) paste0(' after ', kernel$iterations, ' ",
          "steps')}: its divisor, "
        ),
        "{.code sigma = {.val {spec$sigma}}}, is another for each pair of equations."
      ),
      i = "With {.code sigma = \"geomean\"} or {.code \"n\"} it has no negative eigenvalues."
    ), call)
  }
  if (kernel$iterations > 1) {
    abort("singular", c(
      paste0(
        "The iteration diverges: after {kernel$iterations} steps the covariance of the equations' ",
        "residuals is singular."
      ),
      i = if (!system_methods[[spec$method]]$project) {
        paste0(
          "Least squares of equations that hold each other's dependent variable has no ",
          "limit; use {.val 3sls}."
        )
      },
      i = "Without {.arg iterate} the first step is the estimate."
    ), call)
  }
  abort("singular", c(
    paste0(
      "The covariance of the equations' residuals is singular: an equation fits perfectly, ",
      "repeats another or is an identity."
    ),
    i = paste0(
      "Leave identities out of {.arg equations}; name their exogenous variables in ",
      "{.arg instruments}."
    )
  ), call)
}

# Residuals that are rounding cannot weigh the equations of the others; by itself such an equation
# only has no tests.
check_perfect_equations <- function(kernel, equations, weighting, call) {
  perfect <- equations[kernel$rss <= 1e-24 * kernel$tss_within]
  if (!length(perfect)) return(invisible())
  said <- paste0(
    "{cli::qty(perfect)}Equation{?s} {.val {perfect}} {?fits/fit} perfectly: {?its/their} ",
    "residuals are rounding"
  )
  way_out <- "Is it an identity? Leave it out of {.arg equations} and name it in {.arg identities}."
  if (weighting == "full" && length(equations) > 1) {
    abort("singular", c(paste0(said, ", and cannot weigh the system."), i = way_out), call)
  }
  warn("perfect_fit", c(paste0(said, ", and so are standard errors and tests."), i = way_out), call)
}
