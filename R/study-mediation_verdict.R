# What follows from the effects of a mediation.

# The steps of Wen and Ye.
mediation_verdict <- function(effects, indirect, alpha) {
  p <- function(name) effects$p.value[effects$effect == name]
  unknown <- intersect(c("total", "a", "b", "direct"), effects$effect[is.na(effects$p.value)])
  if (length(unknown)) {
    return(list(
      verdict = NA_character_, because = paste("no standard error of", toString(unknown))
    ))
  }
  direct <- effects$estimate[effects$effect == "direct"]
  paths <- p("a") < alpha && p("b") < alpha
  excludes <- if (NROW(indirect$interval) && !anyNA(indirect$interval$conf.low)) {
    indirect$interval$conf.low > 0 || indirect$interval$conf.high < 0
  }
  significant <- paths || (excludes %||% (indirect$p < alpha))
  by <- if (paths) {
    "a and b are both significant"
  } else {
    paste0(
      "a or b is not significant, and ",
      if (is.null(excludes)) "Sobel's test" else "the BCa interval of a b",
      if (significant) " says that a b is not zero" else " does not tell a b from zero"
    )
  }
  verdict <- if (!significant) {
    "none"
  } else if (p("direct") >= alpha) {
    "full"
  } else if (sign(indirect$estimate) == sign(direct)) {
    "partial"
  } else {
    "suppressed"
  }
  rest <- switch(verdict,
    none = NULL, full = "the direct effect is not significant",
    partial = "the direct effect is significant and of the same sign as a b",
    suppressed = paste0(
      "the direct effect is significant and of the other sign: |a b / direct| = ",
      format(abs(indirect$estimate / direct), digits = 4)
    )
  )
  total <- paste0(
    "the total effect is ", if (p("total") >= alpha) "not ", "significant",
    if (significant && p("total") >= alpha) {
      ", so that suppression rather than mediation is the word"
    }
  )
  list(verdict = verdict, because = c(total, by, rest))
}

# A share of the total only where a b and the direct effect have one sign: else they offset each
# other.
mediated_share <- function(x, number) {
  at <- function(effect) x$effects$estimate[x$effects$effect == effect]
  if (at("indirect") * at("direct") > 0) {
    return(trf("Share mediated, a b / total: %s", number(x$share)))
  }
  trf(
    "No share of the total: a b and the direct effect have different signs, |a b / direct| = %s",
    number(abs(at("indirect") / at("direct")))
  )
}
