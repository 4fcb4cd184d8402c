# What a regression table calls a variable.

# What is printed for a name: the user's label, else the name, with a capital for effects.
label_of <- function(name, style) {
  at <- match(bare_name(name), bare_name(names(style$labels)))
  own <- if (identical(style$language, "zh")) in_chinese(bare_name(name)) else bare_name(name)
  ifelse(is.na(at), own, style$labels[at])
}

# Neighbours' regressors under the labels of what they are of.
lagged_labels <- function(lagged, labels, language) {
  if (!length(lagged)) return(NULL)
  of <- label_of(lagged, list(labels = labels, language = language))
  out <- stats::setNames(paste("W", of), names(lagged))
  out[!names(out) %in% names(labels)]
}

# The columns that moderation_test() and threshold_test() made, under the names of what they are
# made of, or the user's labels of these.
centred_labels <- function(made, labels, language) {
  if (is.null(made)) return(NULL)
  words <- words_of("table", language)
  of <- label_of(made$of, list(labels = labels, language = language))
  if (!is.null(made$bounds)) {
    last <- length(of)
    return(stats::setNames(
      paste0(of[-last], " (", regime_text(made$bounds, of[last]), ")"), made$names
    ))
  }
  out <- stats::setNames(c(
    ifelse(made$centred, phrase(words, "centred", name = of), of), join_words(words, of, "times")
  ), made$names)
  out[!names(out) %in% names(labels)]
}
