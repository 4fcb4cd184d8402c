#' Do coefficients differ between groups?
#'
#' Tests the coefficients of [by_group()] against each other, pair by pair: by interaction (Chow),
#' by permutation (Fisher), with a stacked covariance (Stata's suest), or as independent estimates.
#'
#' @param x Result of [by_group()].
#' @param terms Names of coefficients; `NULL` (default): all slopes that the groups share.
#' @param method One or more of `"chow"` (default), `"permutation"`, `"stacked"`, `"wald"`.
#' @param interact For `"chow"`: `"all"` (default): every regressor and every effect interacts with
#'   the group, so that the coefficients are those of the separate fits; `"term"`: only the tested
#'   term does, everything else is common to the groups (one model a term).
#' @param R Number of permutations (default 1000).
#' @param seed A whole number of at least 0; `NULL` (default): drawn from R's own stream, so that
#'   `set.seed()` makes the result reproducible.
#' @param progress Whether to show a progress bar; by default in an interactive session.
#' @param digits Significant digits printed.
#' @param n Number of rows printed at most.
#' @param ... Not used.
#' @return A data frame of class `group_difference`, one row a method, pair of groups and term:
#'   `method`, `groups` (second less first), `term`, `first`, `second` (coefficients), `difference`,
#'   `std.error`, `statistic`, `df`, `p.value`, `replications`; with `interact = "term"` `first` and
#'   `second` are missing, since the difference is not that of the separate fits; so they are, with
#'   a message, for GMM, LIML and Fuller's estimator, which weigh both groups as one. With three
#'   groups and more, `"chow"` adds a row for all groups at once (F and its first degrees of
#'   freedom).
#' @details
#' * `"chow"`: the difference is the coefficient of term times group in one model of both groups,
#'   which have a constant each if the fit has one, its standard error that of the fit's own
#'   covariance there.
#' * `"permutation"`: units, with all their rows, are dealt to the two groups anew, as many to each
#'   as there are; rows are where units are in both groups. Two-sided \eqn{p = (1 + \#\{|d_r|
#'   \ge |d|\}) / (1 + R)}{p = (1 + #{|d_r| >= |d|}) / (1 + R)}. It depends on the seed alone, not
#'   on threads. Permutations whose model cannot be fitted are left out and counted.
#' * `"stacked"`: the two fits' scores side by side, summed by the fit's clusters (by row without
#'   clusters), so that a cluster in both groups makes them correlated; factor G / (G - 1), or N /
#'   (N - 1) without clusters, and the normal distribution, as suest does. CR2 and CR3 sum by their
#'   clusters and adjust nothing. With `"term"` nothing changes.
#' * `"wald"`: \eqn{(b_2 - b_1) / \sqrt{V_1 + V_2}}{(b2 - b1) / sqrt(V1 + V2)} against the normal
#'   distribution; right only for groups without a common unit, and said where they have some. The
#'   only one for systems.
#' @references Chow, G. C. (1960). Tests of equality between sets of coefficients in two linear
#'   regressions. Econometrica 28(3), 591-605. \doi{10.2307/1910133}
#'
#'   Cleary, S. (1999). The relationship between firm investment and financial status. Journal of
#'   Finance 54(2), 673-692. \doi{10.1111/0022-1082.00121}
#' @section Errors: `ccdpanel_error_fit` (not a result of by_group), `ccdpanel_error_term`,
#'   `ccdpanel_error_choice`, `ccdpanel_error_number`, `ccdpanel_error_unit` (permutation needs the
#'   units), `ccdpanel_error_argument` (`interact` without `"chow"`, or `R`, `seed` or `progress`
#'   without `"permutation"`, which nobody would read).
#' @examples
#' fit <- fe_reg(
#'   log(output) ~ log(highways) + unemployment | state + year, state_capital,
#'   panel = c("state", "year"), vcov = ~state
#' )
#' groups <- by_group(fit, ~unemployment, split = "median")
#' group_difference(groups, method = c("chow", "permutation"), R = 99, seed = 1)
#' @export
group_difference <- function(x, terms = NULL, method = "chow", interact = "all", R = 1000,
                             seed = NULL, progress = interactive(), ...) {
  check_dots(...)
  check_required("group_difference")
  call <- rlang::current_env()
  if (!inherits(x, "by_group")) {
    abort("fit", c(
      "{.arg x} must be a result of {.fn by_group}, not {.obj_type_friendly {x}}.",
      i = "A part of one has forgotten how the groups were made."
    ))
  }
  check_choices(method, c("chow", "permutation", "stacked", "wald"), "method")
  check_choice(interact, c("all", "term"), "interact")
  check_number(R, "R", min = 1, max = 1e7, whole = TRUE)
  check_flag(progress, "progress")
  if (!"chow" %in% method) {
    check_unread(c(interact = !missing(interact)), "method = \"chow\"", call)
  }
  if (!"permutation" %in% method) {
    check_unread(
      c(R = !missing(R), seed = !is.null(seed), progress = !missing(progress)),
      "method = \"permutation\"", call
    )
  }
  single <- inherits(x[[1]], "fe_reg")
  if (!single && !identical(unique(method), "wald")) {
    abort("choice", c(
      paste0(
        "Of systems the groups are compared by {.val wald} only, not ",
        "{.val {setdiff(method, 'wald')}}."
      ),
      i = "Call with {.code method = \"wald\"}."
    ))
  }
  if ("permutation" %in% method) {
    check_has_rows(attr(x, "fit"), "group_difference(method = \"permutation\")", call)
  }
  terms <- difference_terms(x, terms, call)
  seed <- if ("permutation" %in% method) settle_seed(seed)
  settings <- list(R = as.integer(R), seed = seed, interact = interact, progress = progress)
  pairs <- utils::combn(names(x), 2, simplify = FALSE)
  test <- list(
    chow = chow_difference, permutation = permuted_difference, stacked = stacked_difference,
    wald = wald_difference
  )
  rows <- list()
  for (one in unique(method)) {
    for (pair in pairs) {
      rows <- c(rows, list(difference_rows(
        x, one, pair, terms, test[[one]](x, pair, terms, settings, call)
      )))
    }
    if (one == "chow" && length(x) > 2) rows <- c(rows, list(chow_joint(x, terms, interact, call)))
  }
  out <- do.call(rbind, rows)
  say_not_separate(out, interact, x[[1]]$estimator)
  structure(
    out, settings = c(settings, list(covariance = standard_errors_of(x[[1]]))),
    class = c("group_difference", "data.frame")
  )
}

difference_terms <- function(x, terms, call) {
  shared <- setdiff(Reduce(intersect, lapply(
    unclass(x), function(fit) names(fit$coefficients)
  )), "(Intercept)")
  if (is.null(terms) && length(shared)) return(shared)
  if (is.character(terms) && length(terms) && all(terms %in% shared)) return(terms)
  abort("term", c(
    "{.arg terms} must be coefficients that all groups have, not {found(terms)}.",
    i = "They are {.val {shared}}."
  ), call)
}

difference_rows <- function(x, method, pair, terms, test) {
  shown <- rep_len(test$separate %||% TRUE, length(terms))
  b <- lapply(pair, function(name) ifelse(shown, unname(x[[name]]$coefficients[terms]), NA_real_))
  data.frame(
    method = method, groups = trf("%s less %s", pair[2], pair[1]), term = terms, first = b[[1]],
    second = b[[2]], difference = test$difference,
    std.error = test$se, statistic = test$statistic, df = test$df, p.value = test$p,
    replications = test$replications %||% NA_integer_
  )
}

z_test <- function(difference, se) {
  list(
    difference = difference, se = se, statistic = difference / se, df = Inf,
    p = 2 * stats::pnorm(-abs(difference / se))
  )
}

# Independent estimates: right only for groups without a common unit.
wald_difference <- function(x, pair, terms, settings, call) {
  shared <- shared_units(x, pair, call)
  if (shared) {
    inform("shared_units", c(
      paste0(
        "{shared} unit{?s} {?has/have} rows in both {.val {pair[1]}} and {.val {pair[2]}}, whose ",
        "estimates {.code method = \"wald\"} takes to be independent."
      ),
      i = "{.val chow} and {.val stacked} do not."
    ))
  }
  b <- lapply(pair, function(name) unname(x[[name]]$coefficients[terms]))
  v <- lapply(pair, function(name) unname(diag(x[[name]]$covariance$v)[terms]))
  z_test(b[[2]] - b[[1]], sqrt(v[[1]] + v[[2]]))
}

# Units with rows in both groups; 0 where no unit is known.
shared_units <- function(x, pair, call) {
  fit <- attr(x, "fit")
  grouping <- attr(x, "grouping")
  if (is.null(grouping$unit) || !inherits(fit, "fe_reg")) return(0L)
  if (!is.null(grouping$members)) return(length(Reduce(intersect, grouping$members[pair])))
  rows <- sample_rows(fit)
  code <- unit_codes(fit, grouping$unit, call)[rows]
  group <- grouping$group[rows]
  length(intersect(code[group %in% pair[1]], code[group %in% pair[2]]))
}

# Units dealt to the two groups anew; where units are in both, rows are.
permuted_difference <- function(x, pair, terms, settings, call) {
  fit <- attr(x, "fit")
  grouping <- attr(x, "grouping")
  rows <- sample_rows(fit)
  at <- which(grouping$group[rows] %in% pair)
  first <- grouping$group[rows[at]] == pair[1]
  block <- permuted_blocks(fit, grouping, rows[at], first, call)
  model <- replicate_model(fit, call)
  difference <- function(first) (model(at[!first]) - model(at[first]))[terms]
  observed <- unname(x[[pair[2]]]$coefficients[terms] - x[[pair[1]]]$coefficients[terms])
  comparable <- abs(difference(first) - observed) <= 1e-6 * pmax(abs(observed), 1e-8)
  bar <- progress_bar(settings$progress, "Permutations", settings$R)
  on.exit(bar$done())
  draws <- with_seed(settings$seed, vapply(
    seq_len(settings$R), function(r) sample(block$first), logical(length(block$first))
  ))
  d <- vapply(seq_len(settings$R), function(r) {
    if (r %% 50 == 0) bar$update(r)
    difference(draws[block$code, r])
  }, numeric(length(terms)))
  d <- matrix(d, length(terms))
  used <- rowSums(!is.na(d))
  beyond <- rowSums(abs(d) >= abs(observed) * (1 - 1e-10), na.rm = TRUE)
  p <- ifelse(comparable %in% TRUE, (1 + beyond) / (1 + used), NA)
  list(
    difference = observed, se = NA_real_, statistic = NA_real_, df = NA_real_, p = p,
    replications = as.integer(used)
  )
}

permuted_blocks <- function(fit, grouping, rows, first, call) {
  if (is.null(grouping$unit) && !identical(grouping$of, "observation")) {
    need_unit(NULL, "A permutation of units", call, "by_group(unit = ~province)")
  }
  code <- if (is.null(grouping$unit)) {
    seq_along(rows)
  } else {
    unit_codes(fit, grouping$unit, call)[rows]
  }
  code <- match(code, unique(code))
  mixed <- tapply(first, code, function(f) length(unique(f)) > 1)
  if (any(mixed)) {
    inform("permuted_rows", c(
      i = "{sum(mixed)} unit{?s} {?is/are} in both groups: rows are permuted, not units."
    ))
    code <- seq_along(rows)
  }
  list(code = code, first = first[!duplicated(code)])
}

# Scores of the two fits side by side, as Stata's suest.
stacked_difference <- function(x, pair, terms, settings, call) {
  fits <- lapply(pair, function(name) x[[name]])
  sums <- stacked_errors(fits[[1]]$spec$data, fits, terms, call)
  factor <- if (fits[[1]]$spec$ssc == "stata") sums$groups / (sums$groups - 1) else 1
  difference <- fits[[2]]$coefficients[terms] - fits[[1]]$coefficients[terms]
  z_test(unname(difference), sqrt(factor * unname(sums$variance)))
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
  plan <- if (length(clusters)) meat_plan(spec, clusters) else list(clusters = list(NULL), sign = 1)
  list(
    variance = vapply(terms, function(term) {
      score <- rep(0, length(union))
      score[match(rows[[1]], union)] <- -parts[[1]][, term]
      score[match(rows[[2]], union)] <- parts[[2]][, term]
      score_sum(matrix(score), list(plan = plan))[1]
    }, 0),
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

#' @rdname group_difference
#' @export
print.group_difference <- function(x, digits = 4, n = 12, ...) {
  check_print_dots(...)
  check_shown(n = n, digits = digits)
  settings <- attr(x, "settings", exact = TRUE)
  if (is.null(settings) || !all(c("method", "term", "p.value") %in% names(x))) {
    return(invisible(print(plain_result(x))))
  }
  cat(tr("Differences between groups"), "\n", sep = "")
  shown <- utils::head(plain_result(x), n)
  for (one in unique(shown$method)) {
    cat("\n")
    say(difference_heading(one, settings))
    rows <- shown[shown$method == one, ]
    # A heading for each pair, or for the one term of several pairs.
    by <- if (length(unique(x$term)) == 1 && length(unique(x$groups)) > 1) {
      c("term", "groups")
    } else {
      c("groups", "term")
    }
    for (heading in unique(rows[[by[1]]])) {
      say(paste0(heading, colon()))
      print_fitting(
        difference_lines(rows[rows[[by[1]]] == heading, ], by[2], digits),
        c("first", "second", "se")
      )
    }
  }
  if (nrow(x) > n) say(trf("... and %d more: print(x, n = Inf)", nrow(x) - n))
  cat("\n")
  if (any(x$replications < settings$R, na.rm = TRUE)) {
    say(tr("Some permutations could not be fitted; see `replications`."))
  }
  say(paste0(star_note(), full_stop()))
  next_steps("as.data.frame(x)", "save_table(x, \"groups.docx\")")
  invisible(x)
}

difference_heading <- function(method, settings) {
  switch(method,
    chow = trf(
      if (settings$interact == "all") {
        "chow: one model, everything interacted with the group; standard errors %s"
      } else {
        "chow: one model, the term alone interacted with the group; standard errors %s"
      },
      spoken_facts(settings$covariance)
    ),
    permutation = trf(
      "permutation: %s draws, two-sided, seed %s", settings$R, settings$seed
    ),
    stacked = tr("stacked: scores of both fits side by side, normal distribution"),
    wald = tr("wald: independent estimates, normal distribution")
  )
}

# The rows of one method as text, named by the column `by`, without the columns that say nothing
# there.
difference_lines <- function(x, by, digits) {
  number <- c("first", "second", "difference", "std.error", "statistic")
  shown <- cbind(x[by], lapply(plain_result(x)[number], short_number, digits))
  names(shown)[names(shown) == "std.error"] <- "se"
  shown$df <- ifelse(is.na(x$df) | is.infinite(x$df), "", format(x$df))
  shown$p.value <- paste0(p_text(x$p.value), star_marks(x$p.value))
  shown[vapply(shown, function(v) any(nzchar(v)), NA)]
}

#' @export
as.data.frame.group_difference <- function(x, ...) {
  check_dots(..., passed = c("row.names", "optional", "stringsAsFactors", "make.names"))
  plain_result(x)
}

#' @rdname group_difference
#' @export
tidy.group_difference <- function(x, ...) {
  check_dots(...)
  plain_result(x)
}
