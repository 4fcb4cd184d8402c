# A system of equations on cells: the columns of all equations and instruments on the rows that
# stand for the table's, and what the kernel cannot know of them.

# What a system asks for: the parts of its equations, instruments and identities, the dependent
# variables, each less its own equation's offsets, and the gaps that its identities leave.
system_asked <- function(spec, t) {
  absorbed <- hold_constant(spec$effects)
  part <- function(expr) remote_part(expr, if (absorbed) TRUE, t)
  equations <- lapply(spec$equations, function(eq) part(eq$regressors))
  given <- spec$instruments
  own <- if (is.list(given)) lapply(given, part)
  common <- if (!is.null(given) && !is.list(given)) part(given)
  inside <- if (is.null(given)) identity_exogenous(spec$identities, system_dependent(spec))
  names <- dependent_names(spec$equations)
  offsets <- lapply(equations, `[[`, "offset")
  bases <- ifelse(lengths(offsets) > 0, paste("(offset)", names), names)
  dependent <- Map(function(name, offsets) list(name = name, offsets = offsets), names, offsets)
  list(
    parts = c(
      labelled(equations, "equation"), labelled(own, "instruments"),
      if (!is.null(common)) list(instruments = common),
      if (length(inside)) list(identities = part(join_plus(lapply(inside, str2lang))))
    ),
    response = stats::setNames(lapply(spec$equations, function(eq) {
      remote_response(eq$response, t)[[1]]
    }), names),
    dependent = stats::setNames(dependent, bases)[!duplicated(bases)],
    gaps = if (is.null(spec$sample)) identity_gaps(spec$identities, t)
  )
}

labelled <- function(x, word) if (length(x)) stats::setNames(x, paste(word, names(x)))

# Of each identity the gap that it leaves and its left side, as columns.
identity_gaps <- function(identities, t) {
  if (!length(identities)) return(NULL)
  value <- function(label) remote_response(str2lang(label), t)[[1]]
  gaps <- lapply(names(identities), function(left) {
    terms <- Map(function(b, label) call("*", b, value(label)), identities[[left]],
      names(identities[[left]]))
    right <- join_plus(unname(terms))
    list(bquote(.(value(left)) - (.(right))), value(left))
  })
  at <- seq_along(gaps)
  stats::setNames(unlist(gaps, recursive = FALSE), rbind(
    sprintf(".ccd_g%d", at), sprintf(".ccd_h%d", at)
  ))
}

#' @export
system_design.ccd_remote <- function(spec, call = rlang::caller_env(), clusters = NULL) {
  begin_state(remote_source(spec$data), environment(), call)
  made <- cells_of_model(spec, clusters, call)
  layout <- system_layout(expanded_cells(spec, made), spec, call)
  about <- columns_about(made, names(layout$store), layout$equations)
  hold <- hold_constant(spec$effects)
  other <- !names(layout$store) %in% response_columns(layout$equations)
  layout$store[other] <- without_noise(
    layout$store[other], about$centre[other], made$rows$weight,
    if (layout$constant) "taken" else if (hold) "held"
  )
  if (!layout$constant && !hold) {
    layout$store <- Map(`+`, layout$store, about$centre)
    about$centre <- 0 * about$centre
  }
  if (is.null(spec$sample)) {
    if (!is.null(made$sample$counts$missing)) made$design$sample$alone <- cells_alone(spec, made)
    check_remote_identities(spec, made$plan, call)
  }
  with_fine_columns(c(layout, about, made$design, list(
    columns = unname(layout$store), names = names(layout$store)
  )))
}

# The system's parts as system_layout() takes them.
expanded_cells <- function(spec, made) {
  of <- function(word, names = NULL) unname(made$parts[if (length(names)) paste(word, names)])
  value <- remote_base(made$rows, made$sample)
  parts <- of("equation", names(spec$equations))
  equations <- Map(function(eq, part) {
    offset <- part$offset
    part["offset"] <- list(NULL)
    out <- list(name = eq$name, part = part)
    if (length(offset)) out$offset <- offset
    out$y <- value(at = match(response_columns(list(out)), names(made$sample$centre)))$value
    out
  }, spec$equations, parts)
  own <- if (is.list(spec$instruments)) {
    stats::setNames(of("instruments", names(spec$equations)), names(spec$equations))
  }
  common <- made$parts[["instruments"]]
  list(
    equations = equations, dependent = system_dependent(spec),
    instruments = if (!is.null(own)) {
      list(own = own)
    } else if (!is.null(common)) {
      list(common = list(common))
    },
    identities = made$parts[["identities"]]
  )
}

# What was taken from each column, and what single rows have in it: a base, times a factor of the
# cell.
columns_about <- function(made, names, equations) {
  parts <- unname(made$parts)
  known <- unlist(lapply(parts, function(part) names(part$columns)))
  centre <- unlist(lapply(parts, `[[`, "centre"))
  base <- unlist(lapply(parts, `[[`, "base"))
  multiplier <- unlist(lapply(parts, `[[`, "multiplier"), recursive = FALSE)
  left <- unname(response_columns(equations))
  at_left <- match(left, names(made$sample$centre))
  known <- c(left, known, "(Intercept)")
  centre <- c(made$sample$centre[at_left], centre, 0)
  base <- c(at_left, base, NA)
  multiplier <- c(
    vector("list", length(left)), multiplier, list(rep(1, length(made$rows$weight)))
  )
  at <- match(names, known)
  list(centre = unname(centre[at]), base = unname(base[at]), multiplier = unname(multiplier[at]))
}

# Rows that each equation could use if it were by itself, in one query.
cells_alone <- function(spec, made) {
  plan <- made$plan
  variables <- plan_variables(plan)
  common <- c(unlist(unname(plan$slopes)), setdiff(names(variables), c(
    plan$order, names(unlist(unname(plan$slopes)))
  )))
  borrowed <- if (borrows_instruments(spec)) {
    all <- unlist(lapply(unname(plan$parts[paste("equation", names(spec$equations))]), function(p) {
      names(p$variables)
    }))
    setdiff(all, endogenous_terms(unique(all), system_dependent(spec)))
  }
  own <- lapply(names(spec$equations), function(name) {
    parts <- plan$parts[intersect(
      c(paste(c("equation", "instruments"), name), "instruments", "identities"), names(plan$parts)
    )]
    c(spec$equations[[name]]$name, unlist(lapply(unname(parts), function(part) {
      names(part$variables)
    })), borrowed, common)
  })
  counts <- lapply(own, function(names) {
    present <- lapply(unlist(variables[intersect(names(variables), names)]), function(column) {
      bquote(!is.na(.(as.name(column))))
    })
    complete <- Reduce(function(a, b) call("&", a, b), present, quote(.ccd_s == 1))
    bquote(sum(case_when(.(complete) ~ 1, TRUE ~ 0), na.rm = TRUE))
  })
  names(counts) <- paste0("alone", seq_along(counts))
  found <- remote_ask(plan$t$source, summed_select(plan, counts), plan$t$call)
  stats::setNames(unlist(found[names(counts)], use.names = FALSE), names(spec$equations))
}

# As check_identities() of rows, which names one of them.
check_remote_identities <- function(spec, plan, call) {
  if (!length(plan$gaps)) return(invisible())
  columns <- lapply(names(plan$gaps), as.name)
  sums <- lapply(columns, function(x) bquote(max(abs(.(x)), na.rm = TRUE)))
  names(sums) <- paste0("largest", seq_along(sums))
  found <- unlist(remote_ask(plan$t$source, used_sums(plan, sums), call)[names(sums)])
  gap <- matrix(found, 2)
  for (i in seq_len(ncol(gap))) {
    if (anyNA(gap[, i]) || gap[1, i] <= 1e-6 * gap[2, i]) next
    warn("identities", c(
      paste0(
        "The identity of {.val {names(spec$identities)[i]}} does not hold in the data: the ",
        "largest gap is {signif(gap[1, i], 3)}."
      ),
      i = "Multipliers are those of the identity as written; check its signs and units."
    ), call)
  }
}

# Meats of single rows, and the constants of the columns as they came.
#' @export
complete_system.ccd_cells <- function(kernel, design, spec, plan, call) {
  alone <- vapply(plan$clusters, is.null, NA)
  if (any(alone)) kernel$meats[alone] <- list(system_row_meat(kernel, design, spec, call))
  if (!design$constant || !any(design$centre != 0)) return(kernel)
  sizes <- lengths(kernel$x) + 1
  shift <- diag(sum(sizes))
  for (i in seq_along(kernel$x)) {
    at <- sum(sizes[seq_len(i - 1)]) + 1
    shift[at, at + seq_along(kernel$x[[i]])] <- -design$centre[kernel$x[[i]] + 1]
    own <- response_columns(design$equations[i])
    kernel$coef[at] <- kernel$coef[at] + design$centre[match(own, names(design$store))]
  }
  left <- kernel$coef
  kernel$coef <- as.vector(shift %*% left)
  kernel$bread <- shift %*% kernel$bread %*% t(shift)
  kernel$half <- shift %*% kernel$half
  kernel
}

# sum s s' over rows, with s the scores of all equations: (constant, projected regressors) times
# w (S^-1 u)_i, or, where moments are weighed, (constant, instruments) times w u_i.
system_row_meat <- function(kernel, design, spec, call) {
  within <- within_columns(design)
  count <- length(design$equations)
  sizes <- lengths(kernel$x)
  left <- match(response_columns(design$equations), names(design$store))
  constants <- if (design$constant) cumsum(c(1, sizes + 1))[seq_len(count)]
  slopes <- if (design$constant) kernel$coef[-constants] else kernel$coef
  u <- matrix(0, ncol(within), count)
  from <- cumsum(c(0, sizes))
  for (i in seq_len(count)) {
    u[left[i], i] <- 1
    at <- kernel$x[[i]] + 1
    u[at, i] <- u[at, i] - slopes[from[i] + seq_along(at)]
  }
  moments <- length(design$z_of) && spec$method == "3sls" && spec$variant == "gmm"
  if (!moments) u <- u %*% scaled_solve(kernel$sigma)
  project <- system_methods[[spec$method]]$project
  parts <- system_score_columns(kernel, design, within, moments, project)
  scored <- which(rowSums(abs(do.call(cbind, parts))) > 0)
  found <- row_moments(
    design, within, scored, lapply(seq_len(count), function(i) u[, i]), call
  )
  parts <- lapply(parts, function(p) {
    p <- rbind(0, found$root[-1, -1, drop = FALSE] %*% p[scored, , drop = FALSE])
    if (design$constant) cbind(c(1, numeric(nrow(p) - 1)), p) else p
  })
  # The kernel's own scores are of the basis that it computed in.
  ends <- cumsum(vapply(parts, ncol, 0L))
  map <- kernel$score_map %||% diag(max(ends))
  parts <- Map(function(p, end) {
    p %*% map[end - ncol(p) + seq_len(ncol(p)), , drop = FALSE]
  }, parts, ends)
  pairs <- upper_pairs(count)
  Reduce(`+`, lapply(seq_len(nrow(pairs)), function(r) {
    i <- pairs[r, 1]
    j <- pairs[r, 2]
    block <- crossprod(parts[[i]], found$moments[[r]] %*% parts[[j]])
    if (i == j) block else block + t(block)
  }))
}

# By equation the combinations of the design's columns that its scores are made of.
system_score_columns <- function(kernel, design, within, moments, project) {
  lapply(seq_along(design$equations), function(i) {
    x <- kernel$x[[i]] + 1
    z <- (if (length(kernel$z_of)) kernel$z_of[[i]] else kernel$z) + 1
    single <- function(at) {
      replace(matrix(0, ncol(within), length(at)), cbind(at, seq_along(at)), 1)
    }
    if (moments) return(single(z))
    if (!project) return(single(x))
    combinations(within, z, within[, x, drop = FALSE], design)
  })
}
