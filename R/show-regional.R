# What the pictures and tables of regional dynamics share: their words, lines with intervals, and
# heads in two languages.

regional_term <- function(words, key, ...) {
  phrase(words_of("regional", words$language), key, ...)
}

# What columns and measures are called, the user's labels first.
regional_names <- function(words, x) {
  x <- as.character(x)
  usual <- words_of(
    c("regional_heads", "regional_cells", if (words$language == "zh") "columns"), words$language
  )
  known <- match(x, names(usual))
  own <- match(x, names(words$labels))
  out <- ifelse(is.na(own), unname(usual)[known], words$labels[own])
  # By themselves, since only regions among regions are those of China.
  rest <- is.na(own) & is.na(known)
  if (words$language == "zh") x <- spoken_stage(x)
  out[rest] <- call_by(words, x[rest])
  unname(out)
}

# What groups, units and classes are called: names of the user's, which are never words of ours,
# but for all of them and the usual levels.
own_names <- function(words, x) {
  x <- as.character(x)
  out <- x
  all <- x %in% "all"
  # Regions of China are known among each other, whether or not all of them stand beside.
  out[!all] <- call_by(words, if (words$language == "zh") spoken_stage(x[!all]) else x[!all])
  out[all] <- words_of("regional_heads", words$language)[["all"]]
  own <- match(x, names(words$labels))
  out[!is.na(own)] <- words$labels[own[!is.na(own)]]
  unname(out)
}

# The settings of a result that is still whole.
check_regional <- function(object, call) {
  settings <- attr(object, "settings", exact = TRUE)
  if (!is.null(settings)) return(settings)
  abort("recipe", c(
    "{.arg object} is part of a result, which has lost what pictures need.",
    i = "Draw the result itself."
  ), call)
}

# Lines over time by series (a factor), with a band where there are intervals.
draw_series <- function(long, s, words, ylab, time = s$panel[2], zero = FALSE) {
  long$when <- plot_time(long[[time]])
  n <- nlevels(long$series)
  banded <- !is.null(long$conf.low) && any(!is.na(long$conf.low))
  few <- n <= length(series_colours)
  p <- ggplot2::ggplot(long, ggplot2::aes(.data[["when"]], .data[["estimate"]]))
  if (zero) p <- p + ggplot2::geom_hline(yintercept = 0, colour = "grey60", linewidth = 0.3)
  if (banded && n <= 4) {
    # Bands of several series are told apart by their series' colour, and are the lighter.
    p <- p + ggplot2::geom_ribbon(
      ggplot2::aes(
        ymin = .data[["conf.low"]], ymax = .data[["conf.high"]], group = .data[["series"]],
        fill = .data[["series"]]
      ),
      alpha = if (n > 1) 0.13 else 0.2
    ) + ggplot2::scale_fill_manual(
      values = if (n > 1) series_colours[seq_len(n)] else "grey50", guide = "none"
    )
  }
  p <- p + theme_paper(words) + time_scale(long$when) + ggplot2::labs(
    x = call_by(words, time), y = ylab, colour = NULL, linetype = NULL, shape = NULL,
    caption = if (banded && n <= 4) regional_term(words, "band", level = format(100 * s$level))
  )
  if (!few) return(p + many_series(words))
  line <- ggplot2::geom_line(ggplot2::aes(
    colour = .data[["series"]], linetype = .data[["series"]], group = .data[["series"]]
  ), linewidth = 0.7)
  point <- ggplot2::geom_point(
    ggplot2::aes(colour = .data[["series"]], shape = .data[["series"]]), size = 1.9
  )
  p + line + point + series_scales(n, names = levels(long$series)) +
    if (n == 1) ggplot2::guides(colour = "none", linetype = "none", shape = "none")
}

# More series than a key can tell apart: a panel each.
many_series <- function(words) {
  list(
    ggplot2::geom_line(
      ggplot2::aes(group = .data[["series"]]), colour = series_colours[1], linewidth = 0.6
    ), ggplot2::facet_wrap(ggplot2::vars(.data[["series"]])),
    ggplot2::theme(
      axis.text = ggplot2::element_text(size = 7),
      strip.text = ggplot2::element_text(size = 7, hjust = 0)
    )
  )
}

# "D (standardised)", in the language's own brackets.
in_brackets <- function(words, text, inside) {
  marks <- if (words$language == "zh") c("\uff08", "\uff09") else c(" (", ")")
  paste0(text, marks[1], inside, marks[2])
}

# "< 0.0001" or "= 0.0312", after the letter p.
p_equals <- function(p, digits = 4) sub("^([0-9.])", "= \\1", p_text(p, digits))

# Names above points, blank where they would lie on another point or a name before: those that are
# farthest out first. `x_all`, `y_all`: all points; `width`, `height`: of the page, in their units.
clear_labels <- function(label, x, y, x_all, y_all, width, height) {
  half <- width * 0.0095 * pmax(nchar(label, "width"), 2) / 2
  low <- y + 0.012 * height
  high <- y + 0.052 * height
  away <- abs(x - mean(x_all)) / max(width, 1e-300) + abs(y - mean(y_all)) / max(height, 1e-300)
  kept <- integer()
  for (i in order(-away)) {
    under <- abs(x_all - x[i]) < half[i] & y_all > low[i] & y_all < high[i]
    beside <- abs(x[kept] - x[i]) < half[kept] + half[i] & low[kept] < high[i] & high[kept] > low[i]
    if (!any(under) && !any(beside)) kept <- c(kept, i)
  }
  replace(label, setdiff(seq_along(label), kept), "")
}

regional_lettering <- function(s, labels, language, names, call) {
  lettering(own_language(language, s$language), labels, c(names, s$panel, s$value), call)
}

# A table of a result for a document: heads in its language, numbers with as many decimals as asked.
printed_regional <- function(x, digits) {
  s <- attr(x, "settings", exact = TRUE)
  words <- list(language = spoken(), labels = NULL)
  data <- shown_result(x)
  numeric <- unname(vapply(data, is.numeric, NA))
  cells <- vapply(names(data), function(name) {
    column <- data[[name]]
    if (name %in% s$panel) column <- format_key(column)
    if (is.logical(column)) column <- ifelse(column, "yes", "no")
    if (is.character(column) || is.factor(column)) {
      ours <- name %in% c("cluster", "part", "measure", "method") || is.logical(data[[name]])
      return(if (ours) regional_names(words, column) else own_names(words, column))
    }
    if (grepl("^p([.]|_|$)", name)) return(p_text(column))
    table_cells(column, digits)
  }, character(nrow(data)))
  head <- regional_names(words, names(data))
  own <- names(data) %in% s$classes
  head[own] <- own_names(words, names(data)[own])
  # What is tested there is compared with t or F.
  if (inherits(x, "convergence_test")) {
    tested <- words_of("convergence_heads", words$language)
    at <- match(names(data), names(tested))
    head[!is.na(at)] <- tested[at[!is.na(at)]]
  }
  if (inherits(x, "geodetector")) head[names(data) == "statistic"] <- "F"
  list(
    head = unname(head), cells = matrix(cells, nrow(data)),
    numeric = numeric & !names(data) %in% s$panel, note = regional_note(x, s, words)
  )
}

# How weights are standardised.
regional_style <- function(style, words) {
  if (style %in% c("W", "B")) return(regional_term(words, paste0("style.", style)))
  regional_term(words, "style.other", style = style)
}

# What a reader of the table must know of how it was made.
regional_note <- function(x, s, words) {
  say <- function(key, ...) regional_term(words, key, ...)
  if (inherits(x, "inequality")) {
    return(say("inequality_note",
      gini = say(if (s$correct) "gini_correct" else "gini_plain"),
      weights = if (is.null(s$weights)) {
        say("equal_units")
      } else {
        say("weighted_units", name = s$weights)
      }
    ))
  }
  if (inherits(x, c("moran_test", "local_moran"))) {
    key <- paste0("weights.", s$weights)
    return(say("moran_note",
      weights = say(key), style = regional_style(s$style, words),
      side = say(paste0("side.", s$alternative)), draws = s$permutations
    ))
  }
  if (inherits(x, "transition_matrix")) {
    rule <- say(paste0("rule.", s$rule))
    if (s$relative) rule <- say("rule.relative", rule = rule)
    return(say("chain_note", rule = rule, lag = format(s$lag)))
  }
  if (inherits(x, "geodetector")) {
    draws <- if (s$permutations > 0) say("geodetector_draws", draws = s$permutations) else ""
    return(say("geodetector_note", draws = draws))
  }
  if (inherits(x, "grey_forecast")) return(say("grey_note", bounds = s$bounds))
  if (s$type == "sigma") {
    return(say("sigma_note", measure = regional_names(words, s$measure)))
  }
  say(if (s$type == "club") "club_note" else "beta_note")
}
