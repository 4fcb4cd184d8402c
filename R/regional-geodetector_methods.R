#' @export
print.geodetector <- function(x, n = 20, digits = 4, ...) {
  check_print_dots(...)
  speak_of("regional")
  check_shown(n = n, digits = digits)
  s <- attr(x, "settings", exact = TRUE)
  if (is.null(s)) return(invisible(print(plain_result(x))))
  say(trf("Geographical detector of %s: q of strata", s$value))
  say(geodetector_convention(s), exdent = 2)
  cat("\n")
  print_rows(
    geodetector_shown(x, digits, s), n,
    c("df1", "df2", "p_noncentral", "bins", "F", "method", "adjusted")
  )
  next_steps("summary(x)", "plot(x)", if (length(s$factors) > 1) "plot(x, type = \"interaction\")")
  invisible(x)
}

geodetector_shown <- function(x, digits, s) {
  shown <- shown_result(x)
  # What is tested there is compared with F, not with z.
  names(shown)[names(shown) == "statistic"] <- "F"
  p <- grep("^p[._]", names(shown), value = TRUE)
  shown[p] <- lapply(shown[p], p_text)
  if (!is.null(shown$bins)) shown$bins <- ifelse(is.na(shown$bins), "", shown$bins)
  number <- plain_doubles(shown) & !names(shown) %in% s$panel
  q <- names(shown) %in% c("q", "q_other", "q_both", "adjusted", "chance")
  shown[number & q] <- lapply(shown[number & q], round, digits)
  shown[number & !q] <- lapply(shown[number & !q], signif_decimals, digits)
  shown
}

geodetector_convention <- function(s) {
  c(
    if (s$pooled) {
      trf("%d units (%s), all periods together.", s$units, head_words(s$panel[1]))
    } else {
      trf("%d units (%s), by %s.", s$units, head_words(s$panel[1]), head_words(s$panel[2]))
    },
    if (length(cut <- setdiff(s$cut, s$breaks))) {
      several <- length(s$bins) > 1 || length(s$method) > 1
      trf(
        if (several) "Cut into %s strata (%s), those of the largest q: %s" else
          "Cut into %s strata (%s): %s",
        strata_range(s$bins), listed(tr(s$method)), shown_names(cut)
      )
    },
    if (length(s$breaks)) trf("Cut at given bounds: %s", shown_names(s$breaks)),
    if (s$omitted) trf("Rows left out, with missing values: %d", s$omitted),
    if (s$permutations > 0) trf("%d permutations (seed %d).", s$permutations, s$seed)
  )
}

strata_range <- function(bins) {
  if (length(bins) == 1) return(format(bins))
  if (all(diff(sort(bins)) == 1)) paste0(min(bins), "-", max(bins)) else listed(format(sort(bins)))
}

#' @export
summary.geodetector <- function(object, ...) {
  check_dots(...)
  s <- attr(object, "settings", exact = TRUE)
  if (is.null(s)) return(summary(plain_result(object)))
  part <- function(name) of_subject(attr(object, name, exact = TRUE), "regional")
  structure(list(
    factors = of_subject(plain_result(object), "regional"), interactions = part("interactions"),
    strata = part("strata"), risk = part("risk"), ecological = part("ecological"), settings = s
  ), class = "geodetector_summary")
}

#' @export
print.geodetector_summary <- function(x, n = 15, digits = 4, ...) {
  check_print_dots(...)
  speak_of("regional")
  check_shown(n = n, digits = digits)
  s <- x$settings
  part <- function(title, data, less) {
    if (is.null(data)) return(invisible())
    say(title)
    print_rows(geodetector_shown(data, digits, s), n, less)
    cat("\n")
  }
  say(trf("Geographical detector of %s", s$value))
  say(geodetector_convention(s), exdent = 2)
  cat("\n")
  part(
    tr("Interactions: q of two factors together"), x$interactions,
    c("df1", "df2", "F", "units", "adjusted")
  )
  part(tr("Means of strata"), x$strata, "sd")
  part(tr("Between strata: Welch's t, Holm's p"), x$risk, c("df", "t"))
  part(tr("Between factors: ratio of the sums of squares within"), x$ecological, c("df1", "df2"))
  next_steps("save_table(x$interactions, \"interactions.docx\")", "plot() of the result")
  invisible(x)
}
