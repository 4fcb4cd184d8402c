# car: tests of linear hypotheses.

# With the degrees of freedom of the covariance, which clusters have fewer of than the residuals;
# each restriction in the unit of its own standard error, so that a regressor in persons and one in
# millions can be tested together. `vcov.` is what vcov() takes.
#' @exportS3Method car::linearHypothesis
linearHypothesis.fe_reg <- function(model, hypothesis.matrix, rhs = NULL, ..., vcov. = NULL,
                                    error.df) {
  check_dots(..., passed = c("test", "singular.ok", "verbose", "suppress.vcov.msg", "white.adjust"))
  check_required("linearHypothesis", "hypothesis.matrix")
  given <- without_white(list(...), rlang::current_env())
  cov <- fit_covariance(model, vcov.)
  r <- car_restrictions(hypothesis.matrix, rhs, model$coefficients)
  check_variances(r$matrix, model, cov, rlang::current_env())
  unit <- power_of_two(sqrt(pmax(diag(r$matrix %*% cov$v %*% t(r$matrix)), 0)))
  scaled <- r$matrix / unit
  if (scaled_rcond(scaled %*% cov$v %*% t(scaled)) < 1e-14) {
    abort("restrictions", c(
      "The covariance of the hypotheses is singular: some hold by construction, or say the same.",
      i = "Leave out what another one says, or use more clusters."
    ))
  }
  default <- utils::getS3method("linearHypothesis", "default", envir = asNamespace("car"))
  out <- do.call(default, c(list(
    model, scaled, rhs = r$value / unit, vcov. = cov$v,
    suppress.vcov.msg = is.null(vcov.) || isTRUE(given$suppress.vcov.msg),
    error.df = if (missing(error.df)) {
      min(combination_df(model, scaled, cov, vcov.))
    } else {
      error.df
    }
  ), given[setdiff(names(given), "suppress.vcov.msg")]))
  attr(out, "value") <- attr(out, "value") * unit
  attr(out, "vcov") <- attr(out, "vcov") * outer(unit, unit)
  shown <- shown_hypotheses(r, names(model$coefficients))
  heading <- attr(out, "heading")
  heading[1 + seq_along(shown)] <- shown
  attr(out, "heading") <- heading
  out
}

# car takes ones and spaces out of names too, `l(x, 1:2)1`: words of letters stand for them.
shown_hypotheses <- function(r, names) {
  digits <- strsplit(sprintf("%05d", seq_along(names)), "")
  words <- vapply(digits, function(k) {
    paste0("q", paste(letters[as.integer(k) + 1], collapse = ""), "q")
  }, "")
  shown <- car::printHypothesis(r$matrix, r$value, words)
  for (i in seq_along(names)) shown <- gsub(words[i], names[i], shown, fixed = TRUE)
  shown
}

# car's own method reads no `white.adjust` and takes df.residual() whatever the covariance.
#' @exportS3Method car::Anova
Anova.fe_reg <- function(mod, type = "II", test.statistic = "Chisq", vcov. = NULL, error.df, ...) {
  check_dots(..., passed = c("singular.ok", "white.adjust"))
  check_choice(test.statistic, c("Chisq", "F"), "test.statistic")
  if (is_bare_numeric(type) && length(type) == 1) type <- as.character(type)
  check_choice(type, c("II", "III", "2", "3"), "type")
  if (!missing(error.df)) check_number(error.df, "error.df", 1)
  given <- without_white(list(...), rlang::current_env())
  cov <- fit_covariance(mod, vcov.)
  default <- utils::getS3method("Anova", "default", envir = asNamespace("car"))
  do.call(default, c(list(
    mod, type = type, test.statistic = test.statistic, vcov. = cov$v,
    error.df = if (missing(error.df)) min(cov$df) else as.double(error.df)
  ), given))
}

# The arguments for car's own method; a covariance that they ask for is asked for otherwise.
without_white <- function(given, call) {
  if (!is.null(given$white.adjust) && !isFALSE(given$white.adjust)) {
    abort("vcov", c(
      "{.arg white.adjust} is not taken here.", i = "Give {.code vcov. = \"HC3\"} or another one."
    ), call)
  }
  given$white.adjust <- NULL
  given
}

# Strings or a matrix, as car takes them.
car_restrictions <- function(hypothesis, rhs, b, call = rlang::caller_env()) {
  if (is.character(hypothesis)) {
    made <- tryCatch(
      suppressWarnings(rbind(car::makeHypothesis(names(b), hypothesis, rhs))), error = identity
    )
    if (inherits(made, "error")) {
      abort("restrictions", c(
        "{.arg hypothesis.matrix} holds no linear hypotheses: {conditionMessage(made)}",
        i = "Write {.code \"x = 0\"} with the coefficients {.val {names(b)}}."
      ), call)
    }
    k <- ncol(made)
    rownames(made) <- hypothesis
    return(list(matrix = made[, -k, drop = FALSE], value = unname(made[, k])))
  }
  matrix <- if (is.null(dim(hypothesis))) t(hypothesis) else hypothesis
  if (!is.numeric(matrix) || ncol(matrix) != length(b) || anyNA(matrix)) {
    abort("restrictions", c(
      paste0(
        "{.arg hypothesis.matrix} must be strings, or a matrix with a column for each of the ",
        "{length(b)} coefficient{?s}, not {found(hypothesis)}."
      ),
      i = "The coefficients are {.val {names(b)}}."
    ), call)
  }
  list(matrix = matrix, value = rep_len(rhs %||% 0, nrow(matrix)))
}
