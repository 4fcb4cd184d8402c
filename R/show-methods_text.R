# The paragraph of choices: what was done, read off the recipes of the results and the fits, in
# words.

methods_text <- function(filled, idx, cc, fits, region, language, simulated = FALSE,
                         obstacles = FALSE, labels = NULL) {
  words <- words_of(c("methods", "marks"), language)
  index <- recipe_of(idx)
  recipe <- recipe_of(cc)
  sheet <- index$sheet
  zero <- if (is.list(index$zero)) index$zero$rule else index$zero
  sentences <- c(
    if (simulated) words[["simulated"]],
    panel_sentence(words, idx, index$panel, language, labels),
    gaps_sentence(words, filled, labels), sheet_sentences(words, sheet, labels),
    normalise_words(words, index), scope_words(words, index),
    if (!is.null(index$share)) {
      phrase(words, "weights_share", share = format(100 * index$share))
    } else {
      choice_words(words, "weights", index$method)
    },
    if (identical(index$method, "entropy")) choice_words(words, "zero", zero),
    choice_words(words, "aggregate", index$aggregate),
    if (sum(index$omitted)) phrase(words, "omitted", n = sum(index$omitted)),
    coupling_sentences(words, recipe, labels),
    phrase(words, "means", region = if (is.null(region)) "" else words[["means_region"]]),
    if (obstacles) words[["obstacles"]],
    fit_sentences(fits, words, language)
  )
  paste(sentences, collapse = if (language == "en") " " else "")
}

# Where values were brought to a range of the user's, it is said.
normalise_words <- function(words, index) {
  range <- index$range %||% c(0, 1)
  if (index$normalise %in% "zscore" || identical(as.double(range), c(0, 1))) {
    return(choice_words(words, "normalise", index$normalise))
  }
  phrase(
    words, "normalise_range", how = choice_words(words, "range", index$normalise),
    low = format(range[1]), high = format(range[2])
  )
}

# Ranges and weights of one scope, or each of its own.
scope_words <- function(words, index) {
  computed <- !index$method %in% c("given", "equal")
  if (!own_periods(index) && (computed || index$scope != "pooled")) {
    return(choice_words(words, "scope", index$scope))
  }
  ranges <- if (index$scope == "pooled") words[["ranges_pooled"]] else
    choice_words(words, "scope", index$scope)
  c(ranges, if (own_periods(index)) words[["weights_period"]])
}

# The words for a choice, or the choice itself where there are none.
choice_words <- function(words, about, choice) {
  choice <- as.character(choice %||% "none")[1]
  key <- paste0(about, ".", choice)
  if (key %in% names(words)) {
    words[[key]]
  } else {
    phrase(words, paste0(about, ".other"), choice = choice)
  }
}

panel_sentence <- function(words, idx, panel, language, labels) {
  units <- length(unique(idx[[panel[1]]]))
  unbalanced <- nrow(idx) < units * length(unique(idx[[panel[2]]]))
  names <- spoken_heads(panel, labels)
  phrase(words, one_or_many("panel", units),
    rows = nrow(idx), units = units, unit = names[1], time = names[2],
    span = time_span(shown_column(idx, panel[2])),
    unbalanced = if (unbalanced) words[["unbalanced"]] else ""
  )
}

# How gaps were filled; one language counts the indicators beside their names.
gaps_sentence <- function(words, filled, labels) {
  if (!filled$filled) return(words[["gaps_none"]])
  cells <- imputed(filled$data)
  variables <- unique(cells$variable)
  rules <- table(cells$method)
  each <- phrase(
    words, "gap_rule", n = as.vector(rules), rule = words[paste0("gap.", names(rules))]
  )
  phrase(words, one_or_many("gaps", filled$filled),
    n = filled$filled, indicators = length(variables),
    variables = join_words(words, exchanged(variables, labels)),
    rules = join_words(words, each, "clauses")
  )
}

sheet_sentences <- function(words, sheet, labels) {
  systems <- table(factor(sheet$system, unique(sheet$system)))
  signs <- table(factor(sheet$direction, c("+", "-", "interval")))
  shared <- shared_indicators(sheet)
  c(
    phrase(words, "sheet",
      n = sum(systems), count = length(systems),
      systems = join_words(words, paste(exchanged(names(systems), labels), systems)),
      more = signs[["+"]], less = signs[["-"]], range = signs[["interval"]]
    ),
    if (length(shared)) {
      phrase(words, "shared", indicators = join_words(words, exchanged(shared, labels)))
    }
  )
}

coupling_sentences <- function(words, recipe, labels) {
  a <- recipe$weights
  how <- if (length(unique(round(a, 12))) == 1) {
    phrase(words, "total_equal", n = length(a))
  } else {
    phrase(
      words, "total_given",
      weights = join_words(words, paste(
        exchanged(names(a), labels), format(a, digits = 3, trim = TRUE)
      ))
    )
  }
  side <- words[[if (recipe$closed == "right") "levels_right" else "levels_left"]]
  stretched <- recipe$rescale
  c(
    if (recipe$model == "power") {
      phrase(words, "model_power", exponent = format(recipe$k))
    } else {
      choice_words(words, "model", recipe$model)
    },
    phrase(words, "total", how = how),
    phrase(words, "levels", n = length(recipe$breaks) + 1, scheme = recipe$scheme, side = side),
    if (!is.null(stretched)) phrase(words, "rescale", low = stretched[1], high = stretched[2])
  )
}

fit_sentences <- function(fits, words, language) {
  if (!length(fits)) return(character())
  names <- names(fits) %||% rep("", length(fits))
  names[names == ""] <- paste0("(", which(names == ""), ")")
  facts <- lapply(
    fits, fit_facts, words = words_of(c("models", "covariances", "marks"), language),
    language = language
  )
  vapply(seq_along(fits), function(i) {
    phrase(words, "fit", name = names[i], facts = join_words(words, facts[[i]], "facts"))
  }, "")
}
