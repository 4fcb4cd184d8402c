# How the values of a heat map or a map are coloured: by level, by classes of values, or
# continuously.

# `spec` says what the user asked for; `x` are the values shown, which classes are made of.
make_fill <- function(spec, x, call) {
  breaks <- spec$breaks %||% (if (spec$levels) "level" else "none")
  if (identical(breaks, "none")) return(value_fill(spec$title))
  if (identical(breaks, "level")) return(level_fill(spec$recipe, spec$stages, spec$title))
  edges <- class_edges(x, breaks, spec$classes, call)
  class_fill(edges, class_labels(edges, is.numeric(breaks), spec$words), spec$title)
}

# Checked before anything is drawn. Levels belong to D of a coupling.
fill_spec <- function(value, breaks, classes, recipe, stages, words, call) {
  levels <- identical(value, "D") && !is.null(recipe$breaks)
  if (is.character(breaks)) check_choice(breaks, c("equal", "quantile", "level"), "breaks", call)
  if (identical(breaks, "level") && !levels) {
    abort("choice", c(
      "Levels belong to {.val D} of a {.fn coupling}; {.val {value}} has none.",
      i = "Use {.val equal}, {.val quantile} or numbers."
    ), call)
  }
  good <- is.null(breaks) || is.character(breaks) || (
    is_bare_numeric(breaks) && length(breaks) && all(is.finite(breaks)) &&
      !is.unsorted(breaks, strictly = TRUE)
  )
  if (!good) {
    abort("breaks", c(
      paste0(
        "{.arg breaks} must be {.val equal}, {.val quantile}, {.val level} or increasing numbers, ",
        "not {found(breaks)}."
      ),
      i = "Numbers are the edges between classes, for instance {.code breaks = c(0.3, 0.5, 0.8)}."
    ), call)
  }
  check_number(classes, "classes", min = 2, max = 12, call = call)
  list(
    breaks = breaks, classes = as.integer(classes), levels = levels, recipe = recipe,
    stages = stages, title = call_by(words, value), words = words
  )
}

# Edges of the classes, the outermost among them; classes are closed on the right, the first on both
# sides.
class_edges <- function(x, breaks, classes, call) {
  x <- x[is.finite(x)]
  range <- range(x)
  if (is.numeric(breaks)) return(c(-Inf, breaks, Inf))
  if (range[1] == range[2]) {
    abort("breaks", c(
      "Classes need values that differ; all shown are {format(range[1])}.",
      i = "Leave {.arg breaks} at {.code NULL}."
    ), call)
  }
  if (breaks == "equal") return(seq(range[1], range[2], length.out = classes + 1))
  edges <- unique(unname(stats::quantile(x, seq(0, 1, length.out = classes + 1))))
  if (length(edges) <= classes) {
    inform("classes", c(
      "!" = paste0(
        "So many values are equal that quantiles make {length(edges) - 1} ",
        "class{?es}, not {classes}."
      )
    ))
  }
  edges
}

class_labels <- function(edges, open, words) {
  inner <- edges[is.finite(edges)]
  digits <- 1
  while (digits < 8 && anyDuplicated(formatC(inner, digits, format = "f"))) digits <- digits + 1
  if (!open) digits <- max(digits, 2)
  text <- if (open) format(inner, trim = TRUE, digits = 7) else formatC(inner, digits, format = "f")
  between <- paste0(text[-length(text)], " - ", text[-1])
  if (!open) return(between)
  c(
    term(words, "up_to", value = text[1]), between[length(text) > 1],
    term(words, "above", value = text[length(text)])
  )
}

class_fill <- function(edges, labels, title) {
  inner <- edges[-c(1, length(edges))]
  stage_fill(function(x) {
    factor(labels[findInterval(x, inner, left.open = TRUE) + 1L], labels)
  }, labels, title)
}

# How a value is coloured: its level where it has one, else itself.
level_fill <- function(recipe, labels, title) {
  stage_fill(function(x) {
    factor(labels[findInterval(
      x, level_edges(recipe$breaks, recipe$closed), left.open = recipe$closed == "right"
    ) + 1L], labels)
  }, labels, title)
}

stage_fill <- function(class, labels, title) {
  list(
    column = "stage", title = title, class = class, labels = labels,
    scale = ggplot2::scale_fill_manual(
      values = stats::setNames(sequence_colours(length(labels)), labels), na.value = "grey80",
      guide = ggplot2::guide_legend(reverse = TRUE)
    ),
    theme = ggplot2::theme(legend.position = "right", legend.text = ggplot2::element_text(size = 8))
  )
}

value_fill <- function(title) {
  list(
    column = "value", title = title, class = function(x) NA,
    scale = ggplot2::scale_fill_gradientn(colours = sequence_colours(9), na.value = "grey80"),
    theme = ggplot2::theme(legend.position = "right")
  )
}

# What the grey of a missing value means, where there is one.
no_data <- function(value, words) if (anyNA(value)) term(words, "no_data")
