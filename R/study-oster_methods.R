#' @rdname oster_bounds
#' @export
print.oster_bounds <- function(x, digits = 4, ...) {
  check_print_dots(...)
  check_shown(digits = digits)
  s <- x$settings
  number <- function(v) short_number(v, digits)
  say(trf("Selection on unobservables: %s on %s (Oster 2019)", s$outcome, s$term))
  say(oster_kept(s), exdent = 2)
  if (length(s$beside)) say(beside_line(s))
  say(trf("Rows: %s; standard errors %s", with_commas(s$rows), spoken_facts(s$errors)))
  cat("\n")
  m <- x$models
  print_fitting(data.frame(
    model = tr(m$model), estimate = number(m$estimate), std.error = number(m$std.error),
    R2 = fixed_text(m$r2, 4)
  ))
  cat("\n")
  own <- s$given || s$r2max == 1
  say(trf(
    if (own) "R2 max %s (%s)" else "R2 max %s, 1.3 times that of the full model (%s)",
    fixed_text(s$r2max, 4), tr(s$r2)
  ))
  interval <- function(of) {
    at <- match(of, x$intervals$of)
    if (is.na(at)) return("")
    ends <- interval_text(x$intervals$conf.low[at], x$intervals$conf.high[at], digits)
    paste0(" ", if (nzchar(ends)) ends else tr("not defined"))
  }
  say(trf("Effect at delta %s: %s", format(s$delta), paste0(number(x$effect), interval("effect"))))
  say(trf(
    if (x$set[1] <= s$beta && x$set[2] >= s$beta) {
      "From it to the estimate: %s, which includes %s"
    } else {
      "From it to the estimate: %s, which leaves out %s"
    }, interval_text(x$set[1], x$set[2], digits), format(s$beta)
  ))
  say(trf("Delta of an effect of %s: %s", format(s$beta), paste0(
    number(x$delta), interval("delta")
  )))
  lapply(c(oster_open(x, number), oster_drawn(x)), say)
  next_steps("plot(x)", "tidy(x)", "x$roots")
  invisible(x)
}

oster_kept <- function(s) {
  kept <- c(s$short, s$effects)
  if (!length(kept)) return(tr("The short model has no controls"))
  trf("The short model keeps %s", listed(kept))
}

# What to know of the roots: that there are others, or none that her assumption allows.
oster_open <- function(x, number) {
  own <- x$roots$chosen
  if (!x$roots$same_sign[own]) {
    return(tr(
      "No solution keeps the sign that the third assumption asks for; the nearest is shown."
    ))
  }
  others <- x$roots$estimate[x$roots$same_sign & !own]
  if (length(others)) trf("Also solutions: %s", listed(number(others)))
}

oster_drawn <- function(x) {
  s <- x$settings
  if (is.null(s$asked)) return(NULL)
  trf(
    "In brackets %s%% intervals of a bootstrap, %d of %d samples of %d %s, seed %d",
    format(100 * s$level), nrow(x$replicates), s$asked, s$clusters,
    if (s$cluster == "rows") tr("rows") else trf("clusters (%s)", s$cluster), s$seed
  )
}

#' @rdname oster_bounds
#' @export
tidy.oster_bounds <- function(x, ...) {
  check_dots(...)
  s <- x$settings
  m <- x$models
  out <- data.frame(
    term = s$term, estimate = m$estimate[2], std.error = m$std.error[2], short = m$estimate[1],
    r2_short = m$r2[1], r2 = m$r2[2], r2max = s$r2max, effect = x$effect, delta = x$delta
  )
  for (of in x$intervals$of) {
    at <- match(of, x$intervals$of)
    out[paste0(of, c(".low", ".high"))] <- x$intervals[at, c("conf.low", "conf.high")]
  }
  out
}

#' @rdname oster_bounds
#' @export
as.data.frame.oster_bounds <- function(x, row.names = NULL, optional = FALSE, ...) {
  check_dots(..., passed = c("row.names", "optional", "stringsAsFactors", "make.names"))
  x$models
}
