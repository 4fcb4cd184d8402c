# Groups compared in one model of both, by interaction.

# The data with a column of the groups, list(data, codes: the groups' values in it).
marked_groups <- function(data, fit, grouping, names, mark, call) {
  UseMethod("marked_groups")
}

#' @export
marked_groups.default <- function(data, fit, grouping, names, mark, call) {
  group <- factor(grouping$group, names)
  # Coefficients are looked up by this coding, whatever R's options say.
  attr(group, "contrasts") <- "contr.treatment"
  data[[mark]] <- group
  list(data = data, codes = stats::setNames(names, names))
}

# Both groups in one model. The column's name is in the coefficients' names, where it is looked for
# and never shown.
chow_fit <- function(x, names, interact, call) {
  fit <- attr(x, "fit")
  mark <- ".group."
  while (mark %in% names(fit$spec$data)) mark <- paste0(mark, ".")
  marked <- marked_groups(fit$spec$data, fit, attr(x, "grouping"), names, mark, call)
  data <- marked$data
  group <- as.name(mark)
  parsed <- fit$spec$parsed
  crossed <- function(expr) {
    terms <- if (!is.null(expr)) joined_terms(expr, call)
    terms <- terms[!vapply(terms, function(t) rlang::is_call(t, "offset") || is.numeric(t), NA)]
    join_plus(c(expr, lapply(terms, function(t) call(":", t, group))))
  }
  # Groups have a constant each where the model has one.
  own <- if (has_constant(parsed, call)) list(group)
  formula <- if (identical(interact, "all")) {
    effects <- lapply(
      label_expressions(names(parsed$effects), data), function(e) call("^", e, group)
    )
    exogenous <- c(list(crossed(parsed$exogenous)), own)
    whole_formula(
      parsed, exogenous, effects, crossed(parsed$endogenous), crossed(parsed$instruments)
    )
  } else {
    term_formula(parsed, interact, group, own, data, call)
  }
  list(fit = quietly(refit(
    fit, formula = formula, data = data, subset = call("!", call("is.na", group)), call = call
  )), mark = mark, codes = marked$codes)
}

# One term's own interaction, all else common.
term_formula <- function(parsed, term, group, own, data, call) {
  effects <- label_expressions(names(parsed$effects), data)
  if (!is.null(parsed$endogenous)) {
    abort("choice", c(
      "{.code interact = \"term\"} is for models without instruments.",
      i = "Take {.code interact = \"all\"}."
    ), call)
  }
  label <- tryCatch(str2lang(term), error = function(e) NULL)
  if (is.null(label) || !all(all.vars(label) %in% all.vars(parsed$exogenous))) {
    abort("term", c(
      "{.val {term}} is not a variable of the model that can be interacted by itself.",
      i = "Take {.code interact = \"all\"}."
    ), call)
  }
  whole_formula(
    parsed, c(list(parsed$exogenous), own, list(call(":", label, group))), effects
  )
}

has_constant <- function(parsed, call) {
  length(parsed$effects) > 0 || written_out(parsed$exogenous, call)$constant
}

# The coefficients of term times group; NA where there is none.
crossed_names <- function(chow, term, groups) {
  own <- names(chow$fit$coefficients)
  vapply(chow$codes[groups], function(g) {
    ways <- c(paste0(term, ":", chow$mark, g), paste0(chow$mark, g, ":", term))
    at <- match(ways, own)
    own[at[!is.na(at)][1]]
  }, "", USE.NAMES = FALSE)
}

# What the groups after the first have more than the first: a row each over the coefficients, NA
# where the model does not tell. In a model without a constant R codes the first product in full,
# one column of which is collinear with the term itself: its group is then the base.
crossed_contrast <- function(chow, term, groups) {
  own <- names(chow$fit$coefficients)
  at <- match(crossed_names(chow, term, groups), own)
  full <- !is.na(at[1])
  told <- if (full) sum(is.na(at)) <= (term %in% own) else !is.na(at[-1])
  out <- matrix(0, length(groups) - 1, length(own))
  rows <- which(!is.na(at[-1]))
  out[cbind(rows, at[-1][rows])] <- 1
  if (full) out[, at[1]] <- -1
  out[!rep_len(told, nrow(out)), ] <- NA
  out
}

chow_difference <- function(x, pair, terms, settings, call) {
  one <- function(chow, term) {
    row <- crossed_contrast(chow, term, pair)
    if (anyNA(row)) return(rep(NA_real_, 3))
    c(
      sum(row * chow$fit$coefficients), sqrt(combination_variance(row, chow$fit$covariance$v)),
      combination_df(chow$fit, row, chow$fit$covariance)
    )
  }
  all <- if (settings$interact == "all") chow_fit(x, pair, "all", call)
  cells <- vapply(terms, function(term) {
    one(all %||% chow_fit(x, pair, term, call), term)
  }, numeric(3))
  t <- cells[1, ] / cells[2, ]
  list(
    separate = if (is.null(all)) FALSE else separate_fits(x, pair, terms, cells[1, ]),
    difference = unname(cells[1, ]), se = unname(cells[2, ]), statistic = unname(t),
    df = unname(cells[3, ]), p = unname(2 * stats::pt(-abs(t), cells[3, ]))
  )
}

# Are the differences in one model those of the separate fits? Not where one model has one weighting
# (GMM) or one kappa (LIML) for both groups.
separate_fits <- function(x, pair, terms, difference) {
  b <- lapply(pair, function(name) unname(x[[name]]$coefficients[terms]))
  near <- abs(difference - (b[[2]] - b[[1]])) <= 1e-6 * pmax(abs(b[[1]]), abs(b[[2]]))
  !(near %in% FALSE)
}

say_not_separate <- function(out, interact, estimator) {
  apart <- out$method == "chow" & out$groups != "all equal" & is.na(out$first) &
    !is.na(out$difference)
  if (interact == "term" || !any(apart)) return(invisible())
  inform("not_separate", c(
    i = paste0(
      "{.val {unique(out$term[apart])}}: the difference by {.val chow} is that of one model of ",
      "both groups ({estimator}), not of the separate fits, which are not shown beside it."
    )
  ))
}

# The least of the contrasts' degrees of freedom.
joint_df <- function(chow, rows) {
  if (!nrow(rows)) return(NA_real_)
  min(combination_df(chow$fit, rows, chow$fit$covariance))
}

# All groups at once: F of the term's interactions with every group after the first.
chow_joint <- function(x, terms, interact, call) {
  groups <- names(x)
  all <- if (interact == "all") chow_fit(x, groups, "all", call)
  rows <- lapply(terms, function(term) {
    chow <- all %||% chow_fit(x, groups, term, call)
    rows <- crossed_contrast(chow, term, groups)
    rows <- rows[!is.na(rows[, 1]), , drop = FALSE]
    b <- drop(rows %*% chow$fit$coefficients)
    v <- rows %*% chow$fit$covariance$v %*% t(rows)
    f <- sum(b * solve_or_na(v, b)) / length(b)
    data.frame(
      method = "chow", groups = "all equal", term = term, first = NA_real_, second = NA_real_,
      difference = NA_real_, std.error = NA_real_, statistic = f,
      df = length(b),
      p.value = stats::pf(f, length(b), joint_df(chow, rows), lower.tail = FALSE),
      replications = NA_integer_
    )
  })
  do.call(rbind, rows)
}
