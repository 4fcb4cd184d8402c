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
#'   `set.seed()` makes the result reproducible. Draws go by the names of units as they
#'   sort (units called otherwise are drawn otherwise); rows are drawn by unit and time of the fit's
#'   `panel`, and by their order without it.
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
#'   clusters and adjust nothing; [cov_nw()], [cov_dk()] (factor T / (T - 1)) and [cov_conley()]
#'   weigh across both groups as within one. With `"term"` nothing changes.
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
        "Of systems and dynamic panels the groups are compared by {.val wald} only, not ",
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
