# What a summary says of the instruments: their strength, identification, inference that holds when
# they are weak, exogeneity.

# What asks a database for more than a fit was answered is left out where its connection is closed.
instrument_statistics <- function(fit, vcov) {
  asked <- function(code) tryCatch(code, ccdpanel_error_connection = function(e) "closed")
  list(
    weak = asked(weak_iv(fit, vcov)), tests = asked(iv_tests(fit, vcov)),
    rubin = asked(
      tryCatch(anderson_rubin(fit, vcov = vcov), ccdpanel_error_singular = function(e) NULL)
    )
  )
}

# What a referee asks of the instruments: their strength in each first stage, identification,
# inference that holds when they are weak, and exogeneity where it can be tested.
instrument_lines <- function(instruments) {
  closed <- vapply(instruments, identical, NA, "closed")
  not <- function(what) {
    paste0(tr(what), colon(), tr("not computed: the connection is closed"), "\n")
  }
  c(
    if (closed[["weak"]]) not("Strength of the instruments") else strength_lines(instruments$weak),
    if (closed[["rubin"]]) not("Anderson-Rubin") else rubin_line(instruments$rubin),
    if (closed[["tests"]]) not("Tests of exogeneity") else exogeneity_lines(instruments$tests)
  )
}

strength_lines <- function(weak) c(first_stage_lines(weak), rank_line(weak), weak_lines(weak))

singular_moments <- function() tr("not computed: the moments' covariance is not positive definite")

computed <- function(v) if (is.na(v)) tr("not computed") else five_digits(v)

with_p <- function(statistic, p) {
  if (is.na(statistic)) computed(statistic) else trf("%s (%s)", five_digits(statistic), p_phrase(p))
}

five_digits <- function(v) short_number(v, 5)

p_phrase <- function(v) {
  paste("p", if (!is.na(v) && v < 1e-4) "< 0.0001" else paste("=", short_number(v, 3, "NA")))
}

first_stage_lines <- function(weak) {
  one <- function(i) {
    name <- weak$endogenous[i]
    at <- function(test) weak$statistic[weak$test == test & weak$endogenous %in% name]
    df <- if (is.finite(weak$df2[i])) {
      paste0("(", weak$df1[i], ", ", weak$df2[i], ")")
    } else {
      paste0("(", weak$df1[i], ", Inf)")
    }
    sw <- if (length(at("sw_f"))) {
      trf(", Sanderson-Windmeijer F %s", computed(at("sw_f")))
    }
    paste0(trf(
      "First stage of %s: F%s %s, partial R2 %s", name, df,
      with_p(weak$statistic[i], weak$p_value[i]), five_digits(at("partial_r2"))
    ), sw, "\n")
  }
  vapply(which(weak$test == "first_stage_f"), one, "")
}

rank_line <- function(weak) {
  at <- function(test, column) weak[[column]][weak$test == test]
  known <- attr(weak, "critical")
  critical <- at("kp_wald_f", "critical")
  paste0(
    "Kleibergen-Paap rk LM ", with_p(at("kp_lm", "statistic"), at("kp_lm", "p_value")),
    ", rk Wald F ", computed(at("kp_wald_f", "statistic")),
    if (!is.na(critical)) {
      paste0(
        " [", critical, ": Stock-Yogo, ", 100 * known$level[1], "% ", tr(known$criterion[1]), "]"
      )
    },
    "\n"
  )
}

weak_lines <- function(weak) {
  row <- function(test) weak[weak$test == test, ]
  effective <- row("effective_f")
  tf <- row("tf")
  c(
    if (nrow(effective)) {
      paste0(trf(
        "Effective F %s [%s: bias at most 10%% of the worst case]",
        computed(effective$statistic), computed(effective$critical)
      ), "\n")
    },
    if (nrow(tf)) {
      paste0(trf(
        "tF: |t| %s against %s (5%%)", five_digits(tf$statistic), format(tf$critical, digits = 5)
      ), "\n")
    }
  )
}

rubin_line <- function(rubin) {
  if (is.null(rubin)) return(paste0("Anderson-Rubin ", singular_moments(), "\n"))
  set <- if (is.null(rubin$shape)) {
    NULL
  } else if (rubin$shape %in% c("empty", "everything", "not computed")) {
    tr(rubin$shape)
  } else {
    describe_set(rubin$set)
  }
  paste0(
    "Anderson-Rubin F(", rubin$df1, ", ", rubin$df2, ") ", with_p(rubin$statistic, rubin$p_value),
    if (!is.null(set)) paste0(tr(", 95% set "), set), "\n"
  )
}

exogeneity_lines <- function(tests) {
  over <- tests[tests$test == if ("hansen_j" %in% tests$test) "hansen_j" else "sargan", ]
  line <- function(name, row) {
    if (is.na(row$statistic)) return(paste0(name, singular_moments(), "\n"))
    paste0(name, trf(
      "%s (%s df, %s)", five_digits(row$statistic), row$df, p_phrase(row$p_value)
    ), "\n")
  }
  endogeneity <- tests[
    tests$test == if ("endogeneity_c" %in% tests$test) "endogeneity_c" else "durbin_wu_hausman", 
  ]
  ratio <- tests[tests$test == "anderson_rubin_lr" & tests$df > 0, ]
  c(
    if (over$df) {
      line(c(hansen_j = "Hansen J ", sargan = "Sargan ")[[over$test]], over)
    } else {
      paste0(tr("Just identified."), "\n")
    },
    if (nrow(ratio)) line(tr("Anderson-Rubin likelihood ratio "), ratio),
    line(
      c(
        endogeneity_c = tr("Endogeneity C "),
        durbin_wu_hausman = tr("Endogeneity (Durbin-Wu-Hausman) ")
      )[[endogeneity$test]],
      endogeneity
    )
  )
}
