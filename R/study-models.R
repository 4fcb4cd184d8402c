#' Several fits side by side
#'
#' What [add_controls()], [by_group()] and `as.list()` of a [robustness()] table return: a named
#' list of fits that prints as one table and goes to `modelsummary::modelsummary()` as it is.
#'
#' @param x,object A list of fits of class `ccd_models`.
#' @param terms Names of coefficients to print, in that order; `NULL` (default): all, at most
#'   `max_terms`.
#' @param digits Decimals printed.
#' @param max_terms Number of coefficients to print at most (default 12, fewer where many models are
#'   described above them); `Inf` prints all.
#' @param i Positions or names of fits.
#' @param what `"coefficients"` (default): one row a model and coefficient; `"fits"`: one row a
#'   model.
#' @param conf.int,conf.level Should confidence limits be added, and of which level?
#' @param ... Not used.
#' @return `summary()`: a data frame of `model` and [generics::tidy()] of each fit (`term`,
#'   `estimate`, `std.error`, `statistic`, `p.value`), or of `model` and [generics::glance()] of
#'   each. `coef()`: a matrix of terms by models, `NA` where a model has no such term. `nobs()`: the
#'   rows of each. `[`: fewer of the fits. The list itself holds the fits, each with all of its own
#'   methods.
#' @details The first class is `"list"`, which modelsummary wants to see; that leaves
#'   `as.data.frame()` and broom's `tidy()` to the methods for lists, so the table is that of
#'   `summary()`.
#' @section Errors: `ccdpanel_error_choice`.
#' @seealso [model-methods] for what a single fit answers to.
#' @examples
#' fit <- fe_reg(log(output) ~ log(highways) | state + year, state_capital, vcov = ~state)
#' models <- add_controls(fit, ~ log(private_capital) + unemployment)
#' models[2:3]
#' summary(models)
#' @name ccd_models
NULL

# Dots in the names, since what follows them names attributes of any kind.
new_models <- function(.fits, .class = NULL, ...) {
  structure(.fits, ..., class = c("list", .class, "ccd_models"))
}

#' @rdname ccd_models
#' @export
`[.ccd_models` <- function(x, i) {
  fits <- unclass(x)[i]
  new_models(
    stats::setNames(lapply(seq_along(fits), function(j) fits[[j]]), names(fits)),
    heading = attr(x, "heading"), grouping = attr(x, "grouping")
  )
}

#' @rdname ccd_models
#' @export
summary.ccd_models <- function(object, what = "coefficients", conf.int = FALSE, conf.level = 0.95,
                               ...) {
  check_dots(...)
  check_choice(what, c("coefficients", "fits"), "what")
  check_flag(conf.int, "conf.int")
  rows <- lapply(names(object), function(name) {
    fit <- object[[name]]
    table <- if (what == "fits") {
      glance(fit)
    } else {
      tidy(fit, conf.int = conf.int, conf.level = conf.level)
    }
    cbind(model = rep(name, nrow(table)), table, stringsAsFactors = FALSE)
  })
  title <- trf(
    "%s of %s", tr(c(coefficients = "Coefficients", fits = "Facts")[[what]]),
    count_of(length(object), "model")
  )
  previewed(
    do.call(rbind, rows), title, "regression_table(x)", "save_table(summary(x), \"models.xlsx\")",
    n = 20
  )
}

#' @rdname ccd_models
#' @export
coef.ccd_models <- function(object, ...) {
  check_dots(...)
  each <- lapply(object, stats::coef)
  terms <- unique(unlist(lapply(each, names)))
  out <- vapply(each, function(b) unname(b[terms]), numeric(length(terms)))
  matrix(out, length(terms), dimnames = list(terms, names(object)))
}

#' @rdname ccd_models
#' @export
nobs.ccd_models <- function(object, ...) {
  check_dots(...)
  vapply(object, stats::nobs, 0L)
}

#' @rdname ccd_models
#' @export
print.ccd_models <- function(x, terms = NULL, digits = 4, max_terms = 12, ...) {
  check_print_dots(...)
  check_shown(digits = digits)
  if (!is.null(terms)) {
    check_names(terms, "terms")
    check_unread(c(max_terms = !missing(max_terms)), "terms = NULL")
  }
  check_shown(n = max_terms)
  heading <- attr(x, "heading") %||% count_of(length(x), "model")
  # A line a model leaves less room for coefficients, which take two.
  if (is.finite(max_terms)) {
    if (length(heading) > 10) {
      heading <- c(heading[1:8], trf("... and %d more: names(x)", length(heading) - 8))
    }
    max_terms <- min(max_terms, 13 - ceiling(length(heading) / 2))
  }
  say(heading, exdent = 2)
  cat("\n")
  text <- models_text(x, terms, digits, max_terms)
  print_columns(text$table, "regression_table(x)")
  cat("\n")
  say(c(models_note(x), text$more))
  next_steps(attr(x, "steps_on"), "regression_table(x)", "summary(x)", "x[[1]]")
  invisible(x)
}

models_note <- function(x) {
  labels <- unique(vapply(unclass(x), function(fit) standard_errors_of(fit), ""))
  gone <- collinear_models(lapply(unclass(x), `[[`, "collinear"))
  c(
    if (length(gone)) trf("Left out as collinear: %s.", gone),
    trf(
      "In brackets standard errors, %s.",
      if (length(labels) == 1) {
        spoken_facts(labels)
      } else {
        tr("by model: see summary(x, \"fits\")")
      }
    ),
    paste0(star_note(), full_stop())
  )
}

# "k in (2), (3); z in (3)" from the names left out of each model.
collinear_models <- function(dropped) {
  names <- unique(unlist(dropped, use.names = FALSE))
  models <- vapply(names, function(name) {
    toString(names(dropped)[vapply(dropped, function(d) name %in% d, NA)])
  }, "")
  if (length(names)) paste0(bare_name(names), " in ", models, collapse = "; ")
}

# The covariance without its counts, which differ by model.
standard_errors_of <- function(fit) {
  cov <- fit$covariance
  if (inherits(fit, "system_reg") && cov$type == "iid") return("of the system's own covariance")
  if (cov$type == "cluster") {
    paste0("clustered by ", paste(cov$clusters, collapse = " and "))
  } else {
    sub(", small-sample.*", "", covariance_label(cov))
  }
}

# A matrix of text: two rows a coefficient, then what is said of each model.
models_text <- function(x, terms, digits, max_terms) {
  tables <- lapply(unclass(x), function(fit) {
    table <- tidy(fit)
    if (!is.null(table$equation)) table$term <- paste0(table$equation, ": ", table$term)
    table
  })
  all <- unique(unlist(lapply(tables, `[[`, "term"), use.names = FALSE))
  all <- c(setdiff(all, "(Intercept)"), intersect(all, "(Intercept)"))
  wanted <- terms %||% utils::head(all, max_terms)
  cells <- lapply(tables, function(table) {
    at <- match(wanted, table$term)
    value <- ifelse(is.na(at), "", paste0(
      number_text(table$estimate[at], digits), star_marks(table$p.value[at])
    ))
    error <- ifelse(is.na(at), "", paste0("(", number_text(table$std.error[at], digits), ")"))
    as.vector(rbind(value, error))
  })
  facts <- model_facts(x, digits)
  table <- rbind(matrix(unlist(cells), ncol = length(x)), facts)
  dimnames(table) <- list(c(
    as.vector(rbind(bare_name(wanted), rep("", length(wanted)))), rownames(facts)
  ), names(x))
  left <- length(setdiff(all, wanted))
  list(
    table = table,
    more = if (left && is.null(terms)) {
      trf("... and %s: print(x, max_terms = Inf).", count_of(left, "more coefficient"))
    }
  )
}

# Fixed decimals, with commas in millions.
number_text <- function(x, digits) {
  fixed_text(x, digits, if (any(abs(x) >= 1e6, na.rm = TRUE)) big_mark() else "")
}

model_facts <- function(x, digits) {
  fits <- unclass(x)
  effects <- unique(unlist(lapply(fits, function(fit) names(fit$effects))))
  yes <- lapply(effects, function(e) {
    vapply(fits, function(fit) tr(if (e %in% names(fit$effects)) "Yes" else "No"), "")
  })
  names(yes) <- if (length(effects)) trf("effects: %s", head_words(effects))
  within <- vapply(fits, function(fit) if (length(fit$r2) == 3) fit$r2[["within"]] else NA_real_, 0)
  r2 <- vapply(fits, function(fit) if (length(fit$r2) == 3) fit$r2[["r2"]] else NA_real_, 0)
  numbers <- function(v) ifelse(is.na(v), "", number_text(v, digits))
  facts <- c(yes, list(N = vapply(fits, function(fit) with_commas(fit$sample$n), "")))
  if (!all(is.na(r2))) facts$R2 <- numbers(r2)
  if (!all(is.na(within))) facts$`R2 within` <- numbers(within)
  names(facts) <- tr(names(facts))
  do.call(rbind, facts)
}

# The rows of the data that a fit used.
sample_rows <- function(fit) fit$sample$rows %||% seq_len(fit$sample$n)

#' @export
update.ccd_models <- function(object, ...) {
  abort("fit", c(
    "{.fn update} changes one fit, not several side by side.",
    i = "Update the fit that they are made from, and make them again."
  ))
}
