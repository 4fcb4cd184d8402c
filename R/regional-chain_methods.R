#' @export
print.transition_matrix <- function(x, n = 20, digits = 3, ...) {
  check_print_dots(...)
  speak_of("regional")
  check_shown(n = n, digits = digits)
  s <- attr(x, "settings", exact = TRUE)
  if (is.null(s)) return(invisible(print(plain_result(x))))
  say(trf(
    "Transitions of %s between %d classes, %s (%s), lag %s", s$value, length(s$classes),
    count_of(s$units, "unit"), head_words(s$panel[1]), format(s$lag)
  ))
  say(chain_convention(s), exdent = 2)
  cat("\n")
  shown <- plain_result(x)
  if (!length(s$regimes)) shown$chain <- NULL
  number <- plain_doubles(shown) & names(shown) != "transitions"
  shown[number] <- lapply(shown[number], round, digits)
  if (s$rule == "level" && spoken() != "en") {
    own <- match(s$classes, names(shown))
    names(shown)[own] <- spoken_stage(s$classes)
    words <- intersect(c("chain", "from"), names(shown))
    shown[words] <- lapply(shown[words], spoken_stage)
  }
  print_rows(shown, n, c("prais", "stay", "ergodic"))
  mobility <- attr(x, "long")
  mobility <- mobility[mobility$measure == "shorrocks" & mobility$chain == s$whole, ]
  ends <- if (s$draws) sprintf(
    " [%s, %s]", fixed_text(mobility$conf.low, digits), fixed_text(mobility$conf.high, digits)
  )
  say(paste0(trf("Shorrocks' mobility %s", fixed_text(mobility$estimate, digits)), ends))
  if (anyNA(x$ergodic)) {
    say(tr("Ergodic: missing where nobody leaves a class, or the chain can end in several."))
  }
  next_steps(
    "summary(x)", "plot(x)",
    if (!length(s$regimes)) "transition_matrix(given = \"contiguity\")"
  )
  invisible(x)
}

chain_convention <- function(s) {
  rule <- tr(c(
    pooled = "quantiles of all periods", period = "quantiles of each period",
    fixed = "fixed bounds", level = "levels of coordination"
  )[[s$rule]])
  bounds <- if (!is.null(s$bounds) && s$rule != "level") {
    trf(" (bounds %s)", listed(format(s$bounds, digits = 4, trim = TRUE)))
  }
  c(
    paste0(
      trf("Classes: %s", rule), bounds, if (s$relative) tr(", relative to the period's mean"),
      full_stop()
    ),
    if (!is.null(s$weights)) {
      paste0(tr(if (s$given_classes == "own") {
        "Chains by the neighbours' class at the first date."
      } else {
        "Chains by the quantile of the neighbours' mean at the first date."
      }), " ", weights_line(s))
    },
    if (!is.null(s$by)) trf("Chains by %s.", head_words(s$by)),
    if (length(s$ends)) {
      trf(
        "No transition from %s: the time %s later is not in the data.",
        shown_names(format_key(s$ends)), format(s$lag)
      )
    },
    if (s$gaps) trf("Pairs of times with one value missing, left out: %d.", s$gaps),
    if (s$lost) trf("Transitions without neighbours, left out: %d.", s$lost),
    draws_line(s)
  )
}

#' @export
summary.transition_matrix <- function(object, ...) {
  check_dots(...)
  s <- attr(object, "settings", exact = TRUE)
  if (is.null(s)) return(summary(plain_result(object)))
  long <- attr(object, "long", exact = TRUE)
  k <- length(s$classes)
  square_of <- function(values) {
    out <- as.data.frame(matrix(values, k, byrow = TRUE))
    of_subject(cbind(from = s$classes, stats::setNames(out, s$classes)), "regional")
  }
  all <- long[long$chain == s$whole, ]
  counts <- attr(object, "counts", exact = TRUE)
  mobility <- long[long$measure == "shorrocks", setdiff(names(long), c("measure", "from", "to"))]
  mobility <- cbind(mobility[1], shorrocks = mobility$estimate, mobility[-(1:2)])
  p <- lapply(mobility$chain, function(c) {
    matrix(long$estimate[long$chain == c & long$measure == "probability"], k, byrow = TRUE)
  })
  second <- vapply(p, second_eigenvalue, 0)
  mobility <- cbind(mobility, second_eigenvalue = second, half_life = half_life_of(second))
  rownames(mobility) <- NULL
  structure(list(
    counts = square_of(t(counts[, , 1])),
    probabilities = square_of(all$estimate[all$measure == "probability"]),
    passage = square_of(all$estimate[all$measure == "passage"]),
    mobility = of_subject(mobility, "regional"),
    tests = of_subject(attr(object, "tests", exact = TRUE), "regional"), settings = s
  ), class = "transition_summary")
}

# Endless where the chain forgets nothing.
half_life_of <- function(l) ifelse(l >= 1 - 1e-12, Inf, ifelse(l > 0, -log(2) / log(l), 0))

second_eigenvalue <- function(p) {
  if (anyNA(p) || nrow(p) < 2) return(NA_real_)
  sort(Mod(eigen(p, only.values = TRUE)$values), decreasing = TRUE)[2]
}

#' @export
print.transition_summary <- function(x, digits = 3, ...) {
  check_print_dots(...)
  speak_of("regional")
  check_shown(digits = digits)
  part <- function(title, data) {
    say(title)
    number <- plain_doubles(data) & !names(data) %in% c("p.value", "df", "regimes")
    data[number] <- lapply(data[number], round, digits)
    if (!is.null(data$p.value)) data$p.value <- p_text(data$p.value)
    print_fitting(data, names(data)[-1])
    cat("\n")
  }
  say(trf("Transitions of %s", x$settings$value))
  say(chain_convention(x$settings), exdent = 2)
  cat("\n")
  part(tr("Counts"), x$counts)
  part(tr("Mean first passage, in steps"), x$passage)
  part(tr("Mobility"), x$mobility)
  part(tr("Are the chains the same? (small p: no)"), x$tests)
  if (min(x$tests$least_expected) < 5) {
    say(tr("Some expected counts are below 5: the chi-squared approximation is rough."))
  }
  next_steps("save_table(x$passage, \"passage.docx\")", "plot() of the transitions")
  invisible(x)
}
