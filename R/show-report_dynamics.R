# The report's section of regional dynamics: what can be computed of this panel, and the sentences
# that say how.

# Results by name, and what could not be had with the reason.
report_dynamics <- function(cc, region) {
  quiet <- function(code) {
    tryCatch(suppressMessages(code), ccdpanel_error = function(e) conditionMessage(e))
  }
  tried <- list(
    inequality = quiet(inequality(cc, by = region)), moran = quiet(moran_test(cc, seed = 1)),
    transitions = quiet(transition_matrix(cc)),
    convergence = quiet(convergence_test(cc, by = region))
  )
  made <- vapply(tried, is.data.frame, NA)
  list(made = tried[made], missing = names(tried)[!made])
}

dynamics_tables <- function(dynamics) {
  if (!length(dynamics$made)) return(NULL)
  stats::setNames(dynamics$made, paste0("dynamics_", names(dynamics$made)))
}

# The paragraph of methods with the sentences of the section.
dynamics_text <- function(methods, dynamics, region, language) {
  if (is.null(dynamics)) return(methods)
  words <- words_of(c("regional", "marks"), language)
  made <- dynamics$made
  one <- function(name, ...) if (!is.null(made[[name]])) phrase(words, paste0("text.", name), ...)
  moran <- attr(made$moran, "settings", exact = TRUE)
  out <- c(
    one("inequality", parts = if (is.null(region)) "" else words[["text.parts"]]),
    one("moran",
      weights = if (!is.null(moran)) words[[paste0("weights.", moran$weights)]],
      draws = moran$permutations
    ),
    one("transitions"), one("convergence"),
    if (length(dynamics$missing)) {
      phrase(words, "text.missing", names = join_words(words, words[paste0(
        "name.", dynamics$missing
      )]))
    }
  )
  paste(c(methods, out), collapse = if (language == "en") " " else "")
}
