# What was chosen for a fit, in words: estimator, effects, rows, instruments, errors and what tests
# refer to.

fit_facts <- function(fit, words, language) {
  system <- inherits(fit, "system_reg")
  own <- system && fit$covariance$type == "iid"
  named <- function(key, x) if (length(x)) phrase(words, key, names = join_words(words, x))
  weights <- fit$spec$weights
  restrictions <- length(fit$restrictions$value)
  c(
    sample_fact(fit, system, words, language),
    if (!is.null(weights)) phrase(words, "weighted", weights = rlang::as_label(weights)),
    named("endogenous", fit$endogenous),
    if (length(fit$endogenous)) instrument_fact(fit, system, words),
    named("collinear", fit$collinear), named("identities", names(fit$spec$identities)),
    if (restrictions) phrase(words, "restrictions", n = restrictions),
    if (system) phrase(words, "divisor", divisor = system_divisor(fit)),
    if (own) paste0(words[["own"]], replay_words(fit$covariance$replays, words)),
    if (!own) phrase(words, "errors", errors = covariance_words(fit$covariance, words, language)),
    if (!own) words[[paste0("ssc.", fit$spec$ssc)]],
    reference_fact(fit$covariance, system, words)
  )
}

sample_fact <- function(fit, system, words, language) {
  method <- if (system) {
    phrase(
      words, one_or_many("system", length(fit$terms)), method = system_label(fit),
      n = length(fit$terms)
    )
  } else {
    estimator_fact(fit, words, language)
  }
  effects <- if (language == "zh") in_chinese(names(fit$effects)) else names(fit$effects)
  lost <- loss_words(fit$sample$counts, words)
  phrase(words, "sample",
    method = method, n = fit$sample$n,
    effects = if (length(effects)) {
      phrase(words, "sample_effects", effects = join_words(words, effects, "and_effects"))
    } else {
      ""
    },
    lost = if (nzchar(lost)) phrase(words, "sample_lost", lost = lost) else ""
  )
}

estimator_fact <- function(fit, words, language) {
  estimator <- fit$spec$estimator
  switch(fit$estimator,
    Fuller = phrase(words, "estimator.Fuller", constant = format(estimator$fuller)),
    GMM = phrase(
      words, "estimator.GMM", weighting = weighting_words(estimator$weighting, words, language)
    ),
    fit$estimator
  )
}

weighting_words <- function(cov, words, language) {
  if (cov$type == "iid") return(words[["weighting.iid"]])
  if (cov$type != "cluster") return(words[["weighting.row"]])
  clusters <- names(cov$clusters)
  if (language == "zh") clusters <- in_chinese(clusters)
  phrase(words, "weighting.cluster", clusters = join_words(words, clusters, "and"))
}

# Rows that left the sample, by reason.
loss_words <- function(counts, words) {
  by <- counts$missing_by
  each <- if (length(by)) phrase(words, "lost_by", name = names(by), n = by)
  said <- lapply(c("subset", "missing", "zero_weight", "singletons"), function(reason) {
    n <- counts[[reason]]
    key <- paste0("lost.", reason)
    if (!is.null(n)) {
      phrase(
        words, one_or_many(key, n), n = format(n, scientific = FALSE), by = join_words(words, each)
      )
    }
  })
  join_words(words, unlist(said), "facts")
}

# A single equation names the instruments that it leaves out, a system all, or those of each
# equation.
instrument_fact <- function(fit, system, words) {
  if (!system) return(phrase(words, "excluded", names = join_words(words, fit$instruments)))
  if (is.null(fit$instruments_by)) {
    return(phrase(words, "instruments", names = join_words(words, fit$instruments)))
  }
  own <- vapply(fit$instruments_by, function(x) join_words(words, as.character(x)), "")
  each <- phrase(
    words, "equation_instruments", equation = names(fit$instruments_by), instruments = own
  )
  phrase(words, "by_equation", equations = join_words(words, each, "clauses"))
}

# The distribution of a test of one coefficient: its degrees of freedom, and what they count.
reference_fact <- function(cov, system, words) {
  if (all(is.infinite(cov$df))) return(words[["tests.normal"]])
  whole <- all(cov$df == round(cov$df))
  kind <- if (identical(cov$own, "given")) {
    "given"
  } else if (cov$type == "given" && !isTRUE(cov$own %in% c("iid", "HC0", "HC1", "HC2", "HC3"))) {
    "own"
  } else if (!whole || cov$type %in% c("CR2", "CR3")) {
    "satterthwaite"
  } else if (cov$type %in% c("cluster", "robust", "windmeijer")) {
    "clusters"
  } else if (cov$type == "DK") {
    "periods"
  } else {
    if (system) "equations" else "residual"
  }
  df <- if (whole) {
    unique(cov$df)
  } else {
    unique(format(range(cov$df), digits = 3, nsmall = 1, trim = TRUE))
  }
  mark <- if (whole) "list" else "to"
  phrase(
    words, "tests", df = join_words(words, df, mark), counted = words[[paste0("tests.", kind)]]
  )
}

# A covariance with its counts and factor: in English as it is printed elsewhere.
covariance_words <- function(cov, words, language) {
  if (language == "en") return(covariance_label(cov))
  clusters <- label_of(cov$clusters, list(language = language))
  paste0(
    error_words(cov, clusters, words),
    if (length(cov$groups)) phrase(words, "groups", groups = join_words(words, cov$groups)),
    if (cov$factor != 1 && cov$type != "iid") {
      phrase(words, "factor", factor = format(cov$factor, digits = 5))
    },
    if (cov$repaired) words[["repaired"]],
    replay_words(cov$replays, words)
  )
}

# The kind of a covariance, without counts.
error_words <- function(cov, clusters, words) {
  clustered <- function() phrase(words, "clustered", clusters = join_words(words, clusters, "and"))
  switch(cov$type,
    cluster = clustered(), HC0 = , HC1 = , HC2 = , HC3 = phrase(words, "robust", type = cov$type),
    robust = clustered(), windmeijer = phrase(words, "windmeijer", clustered = clustered()),
    conventional = words[["conventional"]],
    CR2 = , CR3 = phrase(words, "adjusted", type = cov$type, clustered = clustered()),
    NW = phrase(words, "newey_west", lag = cov$lag),
    DK = phrase(words, "driscoll_kraay", lag = cov$lag, periods = cov$periods),
    conley = phrase(
      words, "conley", kernel = cov$kernel, cutoff = format(cov$cutoff), places = cov$places
    ),
    given = words[["given"]], information = words[["information"]],
    hessian = words[["hessian"]], cov$type
  )
}

replay_words <- function(replays, words) {
  if (is.null(replays)) return("")
  n <- with_commas(replays$count)
  phrase(
    words, one_or_many("replays", replays$count), n = n,
    names = join_words(words, replays$variables)
  )
}
