# An uncertainty analysis read: its rows, likeliest levels, summary and print.

plain_uncertainty <- function(x) {
  attr(x, "settings") <- attr(x, "replays") <- NULL
  if (inherits(x, "index_uncertainty")) class(x) <- "data.frame"
  x
}

#' @export
`[.index_uncertainty` <- function(x, ...) plain_uncertainty(x)[...]

#' @export
as.data.frame.index_uncertainty <- function(x, ...) {
  check_dots(..., passed = c("row.names", "optional", "stringsAsFactors", "make.names"))
  plain_uncertainty(x)
}

# The number of each row's likeliest level, and its probability.
likeliest <- function(x) {
  p <- as.matrix(plain_uncertainty(x)[grep("^p_[0-9]+$", names(x))])
  if (!ncol(p)) return(NULL)
  level <- max.col(replace(p, is.na(p), 0), "first")
  level[is.na(p[, 1])] <- NA
  data.frame(level = level, probability = p[cbind(seq_len(nrow(p)), level)])
}

#' @export
print.index_uncertainty <- function(x, n = 6, ...) {
  check_print_dots(...)
  check_shown(n = n)
  settings <- attr(x, "settings", exact = TRUE)
  if (is.null(settings)) return(invisible(print(plain_uncertainty(x))))
  say(c(
    trf("Uncertainty of %s", listed(head_words(settings$measures))), panel_size(x, settings$panel)
  ))
  cat(uncertainty_lines(settings), sep = "\n")
  cat("\n")
  shown <- plain_uncertainty(with_value_labels(x))[c(settings$panel, paste0(
    rep(settings$leading, each = 3), c("", "_lower", "_upper")
  ))]
  number <- plain_doubles(shown) & !names(shown) %in% settings$panel
  shown[number] <- lapply(shown[number], round, 4)
  likely <- likeliest(x)
  if (!is.null(likely)) shown[c("level", "p")] <- list(likely$level, round(likely$probability, 3))
  print_fitting(utils::head(shown, n), c("p", "level"))
  if (nrow(x) > n) say(trf("... and %d more rows", nrow(x) - n))
  if (!is.null(likely)) {
    say(tr(
      "level: the one that most replays gave, p their share; _lower, _upper: ends of the interval."
    ))
  }
  next_steps("summary(x)", "plot(x)", "replays(x)", "fe_reg(replays = x)")
  invisible(x)
}

uncertainty_lines <- function(settings) {
  v <- settings$variation
  what <- c(
    units = trf("units (blocks of %s)", head_words(settings$panel[1])),
    weights = trf("weights (sd of logarithms %s)", format(v$sd)),
    normalise = trf("normalisation (%s)", listed(spoken_choice(v$normalise))),
    zero = trf("zero rule (%s)", listed(spoken_choice(names(v$zero)))),
    aggregate = trf("aggregation (%s)", listed(spoken_choice(v$aggregate)))
  )[settings$vary]
  out <- c(
    trf(
      "%d replays (seed %s), %s%% intervals; varied:", settings$n,
      format(settings$seed, scientific = FALSE), format(100 * settings$level)
    ),
    if (length(what)) paste0("  ", what) else paste0("  ", tr("nothing"))
  )
  if (settings$clipped > 0) {
    out <- c(out, trf(
      "Values beyond the drawn range, set to its end: %s%% of cells a replay",
      format(100 * settings$clipped, digits = 2)
    ))
  }
  if (settings$gaps) {
    out <- c(out, trf(
      "Replays in which a system had no weights (nothing varied): %d", settings$gaps
    ))
  }
  out
}

#' @export
summary.index_uncertainty <- function(object, ...) {
  check_dots(...)
  settings <- attr(object, "settings", exact = TRUE)
  if (is.null(settings)) return(summary(plain_uncertainty(object)))
  width <- function(m) object[[paste0(m, "_upper")]] - object[[paste0(m, "_lower")]]
  measures <- data.frame(
    measure = settings$measures,
    mean = vapply(settings$measures, function(m) mean(object[[m]], na.rm = TRUE), 0),
    width = vapply(settings$measures, function(m) mean(width(m), na.rm = TRUE), 0),
    widest = vapply(settings$measures, function(m) max(width(m), na.rm = TRUE), 0), row.names = NULL
  )
  likely <- likeliest(object)
  certain <- if (!is.null(likely)) {
    c(
      level = mean(likely$probability, na.rm = TRUE),
      certain = mean(likely$probability > settings$level, na.rm = TRUE)
    )
  }
  structure(
    list(measures = measures, certain = certain, sources = settings$sources, settings = settings),
    class = "index_uncertainty_summary"
  )
}

#' @export
print.index_uncertainty_summary <- function(x, digits = 4, ...) {
  check_print_dots(...)
  check_shown(digits = digits)
  rounded <- function(d) {
    number <- plain_doubles(d)
    d[number] <- lapply(d[number], round, digits)
    d
  }
  cat(uncertainty_lines(x$settings), sep = "\n")
  cat("\n", tr("Mean over the rows, mean and greatest width of the intervals"), "\n", sep = "")
  print_fitting(rounded(x$measures))
  if (!is.null(x$certain)) {
    cat("\n")
    say(trf(
      "Rows whose likeliest level has more than %s%% of the replays: %s%%",
      format(100 * x$settings$level), format(100 * x$certain[["certain"]], digits = 3)
    ))
  }
  if (!is.null(x$sources)) {
    cat("\n")
    say(trf(
      "Each source alone: mean shift of %s and of the rank, share of the squared shifts",
      x$settings$leading[1]
    ))
    print_fitting(rounded(x$sources))
  }
  next_steps(
    if (is.null(x$sources)) "index_uncertainty(by_source = TRUE)", "plot(x)", "fe_reg(replays = x)"
  )
  invisible(x)
}
