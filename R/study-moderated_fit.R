# A model with the product of a term and its moderator.

# The model with the product, and what the effects need of it.
moderated_fit <- function(fit, moderator, term, centre, call) {
  label <- rlang::as_label(moderator)
  check_one_term(moderator, "moderator", "For several moderators call once for each.", call)
  check_moderator(fit, moderator, label, term, call)
  x <- as.double(values_of(fit, str2lang(term), call))
  m <- as.double(values_of(fit, moderator, call))
  rows <- intersect(sample_rows(fit), which(!is.na(m)))
  lost <- fit$sample$n - length(rows)
  if (lost) {
    inform("common_sample", c(i = "{lost} row{?s} without the moderator {?is/are} left out."))
  }
  terms <- moderated_terms(fit, moderator, term, centre, call)
  means <- if (centre) c(rounded_mean(x[rows]), rounded_mean(m[rows])) else c(0, 0)
  data <- fit$spec$data
  names <- centred_names(c(term, label), names(data), if (centre) "_c" else "")
  parts <- list(str2lang(term), moderator)
  # A condition (year > 2016) becomes a column of zeros and ones: beside effects R would code it as
  # a factor.
  columns <- if (centre) 1:2 else if (is.logical(values_of(fit, moderator, call))) 2L
  data[names[columns]] <- list(x - means[1], m - means[2])[columns]
  parts[columns] <- lapply(names[columns], as.name)
  product <- call(":", parts[[1]], parts[[2]])
  parsed <- fit$spec$parsed
  formula <- whole_formula(
    parsed, c(parts, terms, list(product)),
    label_expressions(names(parsed$effects), fit$spec$data)
  )
  new <- rlang::try_fetch(
    withCallingHandlers(
      refit(fit, formula = formula, data = data, subset = seq_along(m) %in% rows, call = call),
      ccdpanel_message_dropped = hush
    ),
    ccdpanel_error = function(e) {
      abort("refit", c(
        "The model with the product cannot be fitted.", i = "The reason is below."
      ), call, parent = e)
    }
  )
  labels <- vapply(parts, coefficient_name, "")
  names <- c(labels, paste0(labels, collapse = ":"))
  if (!all(names[c(1, 3)] %in% names(new$coefficients))) {
    abort("moderator", c(
      paste0(
        "The product of {.code {term}} and {.code {label}} is collinear with the other ",
        "regressors or the effects."
      ),
      i = "Does the moderator vary?"
    ), call)
  }
  if (length(columns)) {
    new$centred <- list(names = names, of = bare_name(c(term, label)), centred = rep(centre, 2))
  }
  list(fit = new, names = names, means = means, values = m[sample_rows(new)])
}

# The other terms of the model, `x * q` written out. The product that is asked for comes in once,
# and another product of the term would make the effect depend on more than the moderator.
moderated_terms <- function(fit, moderator, term, centre, call) {
  made <- written_out(fit$spec$parsed$exogenous, call)
  own <- c(term, coefficient_name(moderator))
  variables <- lapply(made$terms, function(e) vapply(split_colon(e), coefficient_name, ""))
  alone <- lengths(variables) == 1 & vapply(variables, function(v) v[1] %in% own, NA)
  asked <- lengths(variables) == 2 & vapply(variables, setequal, NA, own)
  if (any(asked)) {
    inform("product", c(
      i = paste0(
        "The model has {.code {rlang::as_label(made$terms[asked][[1]])}} already: ",
        "it is the product that is tested", if (centre) ", of the centred variables", "."
      )
    ))
  }
  others <- lengths(variables) > 1 & !asked & vapply(variables, function(v) term %in% v, NA)
  if (any(others)) {
    labels <- vapply(made$terms[others], rlang::as_label, "")
    abort("moderator", c(
      paste0(
        "The effect of {.code {term}} depends on more than the moderator: the model has ",
        "{.code {labels}} too."
      ),
      i = "Leave {cli::qty(labels)}{?it/them} out of the model, or test {?it/them} instead."
    ), call)
  }
  if (centre && !made$constant && !length(fit$spec$parsed$effects)) {
    abort("moderator", c(
      "Without a constant in the model, centred variables make another model.",
      i = "Take {.code centre = FALSE}."
    ), call)
  }
  c(made$terms[!alone & !asked], made$rest)
}

check_moderator <- function(fit, moderator, label, term, call) {
  check_variables(list(moderator), fit$spec$data, fit$spec$scope, call)
  check_single_numeric(
    fit, moderator, "moderator",
    "Groups are compared by {.fn by_group} and {.fn group_difference}.",
    call, logical = TRUE
  )
  if (coefficient_name(moderator) == term) {
    abort("moderator", c(
      "{.code {label}} is the moderated term itself.",
      i = "Its square enters by {.code I({label}^2)} in the model's formula."
    ), call)
  }
  known <- tryCatch(
    is_plain_numeric(values_of(fit, str2lang(term), call)), error = function(e) FALSE
  )
  if (!known) {
    abort("term", c(
      "{.arg term} must be one numeric variable of the model; {.val {term}} is not.",
      i = "A factor's effects are compared by {.fn by_group}."
    ), call)
  }
}

# "log(highways)" -> "log_highways_c", a name that the data do not have yet.
centred_names <- function(labels, taken, ending) {
  plain <- paste0(gsub("^_+|_+$", "", gsub("[^A-Za-z0-9.]+", "_", labels)), ending)
  utils::tail(make.unique(c(taken, make.names(plain))), length(labels))
}

# The mean of what is centred already is zero, and not what its sum rounds to.
rounded_mean <- function(x) {
  centre <- mean(x)
  if (abs(centre) <= 8 * .Machine$double.eps * mean(abs(x))) 0 else centre
}
