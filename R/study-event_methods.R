#' @rdname event_study
#' @export
print.event_study <- function(x, digits = 4, ...) {
  check_print_dots(...)
  check_shown(digits = digits)
  s <- x$settings
  number <- function(v) short_number(v, digits)
  how <- if (s$method == "sunab") "Sun and Abraham 2021" else "two-way fixed effects"
  say(trf("Event study of %s (%s)", s$outcome, tr(how)))
  say(event_line(s), exdent = 2)
  say(trf("Rows: %s; standard errors %s", with_commas(s$rows), spoken_facts(s$errors)))
  cat("\n")
  e <- x$effects
  at_ref <- is.na(e$std.error) & e$estimate %in% 0
  shown <- data.frame(
    event = event_labels(e$event, s$window), estimate = number(e$estimate),
    std.error = ifelse(at_ref, "", number(e$std.error)),
    p.value = ifelse(at_ref, tr("reference"), paste0(p_text(e$p.value), star_marks(e$p.value))),
    conf.low = ifelse(at_ref, "", number(e$conf.low)),
    conf.high = ifelse(at_ref, "", number(e$conf.high)), rows = e$rows, cohorts = e$cohorts
  )
  print_fitting(shown, c("cohorts", "rows"))
  cat("\n")
  say(average_line(x$att, number))
  say(pretrend_line(x$pretrend))
  next_steps("plot(x)", if (s$method == "sunab") "x$cohorts", "as.data.frame(x)")
  invisible(x)
}

average_line <- function(a, number) {
  if (is.na(a$estimate)) return(tr("Average since the event: not identified"))
  if (is.na(a$std.error)) {
    return(trf("Average since the event: %s, no standard error", number(a$estimate)))
  }
  trf(
    "Average since the event: %s (%s), p %s", number(a$estimate), number(a$std.error),
    paste0(p_text(a$p.value), star_marks(a$p.value))
  )
}

event_line <- function(s) {
  paste0(
    trf("Units treated: %d, in cohorts: %d; others: %d", s$treated, s$cohorts, s$never),
    if (isTRUE(s$early > 0)) trf("; %d left out without a row before the event", s$early),
    if (!is.null(s$comparison)) {
      trf("; the others are the last cohort, %s, before its event", format_key(s$comparison))
    }
  )
}

pretrend_line <- function(test) {
  if (is.null(test)) return(tr("Before the event: no joint test"))
  df2 <- if (is.finite(test$df2)) paste0(", ", format(round(test$df2, 1))) else ""
  trf(
    "Before the event, all zero: %s(%d%s) = %s, p %s", if (nzchar(df2)) "F" else "chi2", test$df,
    df2, short_number(test$statistic, 4), p_text(test$p_value)
  )
}

# The ends of a window hold what is beyond.
event_labels <- function(event, window) {
  out <- format_key(event)
  if (is.null(window)) return(out)
  out[event %in% window[1]] <- paste("<=", window[1])
  out[event %in% window[2]] <- paste(">=", window[2])
  out
}

#' @rdname event_study
#' @export
tidy.event_study <- function(x, ...) {
  check_dots(...)
  x$effects
}

#' @rdname event_study
#' @export
glance.event_study <- function(x, ...) {
  check_dots(...)
  p <- x$pretrend
  cbind(
    x$att, pretrend.statistic = p$statistic %||% NA_real_, pretrend.df = p$df %||% NA_real_,
    pretrend.p.value = p$p_value %||% NA_real_, nobs = x$settings$rows
  )
}

#' @rdname event_study
#' @export
as.data.frame.event_study <- function(x, row.names = NULL, optional = FALSE, ...) {
  check_dots(..., passed = c("row.names", "optional", "stringsAsFactors", "make.names"))
  x$effects
}

#' @rdname event_study
#' @export
coef.event_study <- function(object, ...) {
  check_dots(..., passed = "complete")
  own <- rownames(object$covariance)
  stats::setNames(object$effects$estimate[match(own, format_key(object$effects$event))], own)
}

#' @rdname event_study
#' @export
vcov.event_study <- function(object, ...) {
  check_dots(..., passed = "complete")
  object$covariance
}

#' @rdname event_study
#' @export
confint.event_study <- function(object, parm = NULL, level = object$settings$level, ...) {
  check_dots(...)
  check_number(level, "level", 0, 1)
  tail <- (1 - level) / 2
  limits <- coef(object) + sqrt(diag(object$covariance)) * cbind(
    stats::qt(tail, object$df), stats::qt(1 - tail, object$df)
  )
  colnames(limits) <- paste(format(100 * c(tail, 1 - tail), trim = TRUE, digits = 3), "%")
  if (is.null(parm)) limits else limits[check_parm(parm, rownames(limits)), , drop = FALSE]
}

#' @rdname event_study
#' @export
nobs.event_study <- function(object, ...) {
  check_dots(...)
  object$settings$rows
}
