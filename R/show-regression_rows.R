# The rows of a regression table: heads, coefficients, and what is said of each model.

table_row <- function(part, term, cells, panel = "") {
  list(part = part, panel = panel, term = term, cells = unname(cells))
}

head_rows <- function(columns, style) {
  field <- function(what) vapply(columns, function(column) column[[what]] %||% "", "")
  stage <- field("stage")
  outcome <- field("outcome")
  method <- field("method")
  list_rows <- list()
  if (any(nzchar(method))) {
    list_rows <- c(list_rows, list(table_row("head", style$words[["method"]], method)))
  }
  if (any(nzchar(stage))) {
    list_rows <- c(list_rows, list(table_row(
      "head", style$words[["stage"]],
      style$words[c("first", "second")][stage] |> replace(!nzchar(stage), "")
    )))
  }
  if (any(nzchar(outcome))) {
    list_rows <- c(list_rows, list(table_row(
      "head", style$words[["outcome"]], label_of(outcome, style)
    )))
  }
  list_rows
}

# Estimate and standard error of each coefficient, block by block; the constant last.
coefficient_rows <- function(columns, style) {
  panels <- unique(unlist(lapply(columns, function(column) {
    vapply(column$panels, `[[`, "", "panel")
  })))
  unlist(lapply(panels, function(panel) panel_rows(panel, columns, style)), recursive = FALSE)
}

panel_rows <- function(panel, columns, style) {
  blocks <- lapply(columns, function(column) {
    at <- match(panel, vapply(column$panels, `[[`, "", "panel"))
    if (!is.na(at)) column$panels[[at]]
  })
  all <- unique(unlist(lapply(blocks, function(b) b$table$term)))
  last <- intersect(unlist(lapply(columns, `[[`, "last")), all)
  regressors <- setdiff(all, c("(Intercept)", last))
  terms <- c(
    if (is.null(style$keep)) regressors else intersect(style$keep, regressors), last,
    intersect("(Intercept)", all)
  )
  title <- if (nzchar(panel)) {
    phrase(style$words, "equation", equation = label_of(panel, style))
  } else {
    ""
  }
  rows <- unlist(lapply(terms, function(term) {
    term_rows(term, blocks, title, style)
  }), recursive = FALSE)
  left <- setdiff(regressors, terms)
  if (length(left)) {
    has <- vapply(blocks, function(b) if (is.null(b)) NA else any(left %in% b$table$term), NA)
    rows <- c(rows, list(table_row(
      "effects", style$words[["controls"]], yes_no(has, style), title
    )))
  }
  r2 <- vapply(blocks, function(b) b$r2 %||% NA_real_, 0)
  if (any(!is.na(r2))) {
    rows <- c(rows, list(table_row(
      "statistic", style$words[["r2"]], text_or_blank(r2, style$digits), title
    )))
  }
  rows
}

term_rows <- function(term, blocks, title, style) {
  pick <- function(column) {
    vapply(blocks, function(b) {
      (b$table[[column]] %||% numeric())[match(term, b$table$term)] %||% NA_real_
    }, 0)
  }
  estimate <- pick("estimate")
  marks <- if (is.null(style$stars)) "" else star_marks(pick("p.value"), style$stars)
  error <- pick("std.error")
  name <- if (term == "(Intercept)" && !term %in% names(style$labels)) {
    style$words[["constant"]]
  } else {
    label_of(term, style)
  }
  list(
    table_row("coefficient", name, ifelse(
      is.na(estimate), "", paste0(number_text(estimate, style$digits), marks)
    ), title),
    table_row("std_error", "", ifelse(
      is.na(error), "", paste0("(", number_text(error, style$digits), ")")
    ), title)
  )
}

yes_no <- function(has, style) {
  ifelse(is.na(has), "", ifelse(has, style$words[["yes"]], style$words[["no"]]))
}

text_or_blank <- function(x, digits) ifelse(is.na(x), "", number_text(x, digits))

# Effects, and what is said of each model below its coefficients.
fact_rows <- function(columns, style) {
  words <- style$words
  effects <- unique(unlist(lapply(columns, function(column) names(column$effects))))
  rows <- lapply(effects, function(e) {
    label <- label_of(e, style)
    if (label == bare_name(e) && style$language == "en") {
      label <- paste0(toupper(substr(label, 1, 1)), substring(label, 2))
    }
    table_row(
      "effects", phrase(words, "fe", effect = label),
      yes_no(vapply(columns, function(column) e %in% names(column$effects), NA), style)
    )
  })
  field <- function(what) {
    vapply(columns, function(column) as.double(column[[what]] %||% NA_real_), 0)
  }
  rows <- c(
    rows,
    list(table_row(
      "statistic", words[["n"]], with_commas(field("n"), trim = TRUE)
    )),
    unit_count_rows(columns, style)
  )
  for (what in c("r2", "within", "log_likelihood")) {
    if (any(!is.na(field(what)))) {
      rows <- c(rows, list(table_row(
        "statistic", words[[what]], text_or_blank(field(what), style$digits)
      )))
    }
  }
  c(rows, strength_rows(columns, style), dynamic_rows(columns, style))
}

unit_count_rows <- function(columns, style) {
  units <- unique(unlist(lapply(columns, function(column) column$units$name)))
  lapply(units, function(unit) {
    n <- vapply(columns, function(column) {
      if (identical(column$units$name, unit)) as.double(column$units$n) else NA_real_
    }, 0)
    label <- label_of(unit, style)
    if (label == bare_name(unit) && style$language == "en") {
      label <- paste0(label, if (has_chinese(label)) "" else "s")
    }
    table_row(
      "statistic", phrase(style$words, "units", units = label),
      ifelse(is.na(n), "", with_commas(n, trim = TRUE))
    )
  })
}

# A statistic of a fit that weighs by a covariance that is not positive definite is not blank: that
# is what fits without instruments are.
strength_rows <- function(columns, style) {
  has <- function(what) vapply(columns, function(column) !is.null(column$strength[[what]]), NA)
  if (!any(has("kp_lm"), has("over"))) return(list())
  marks <- function(p) if (is.null(style$stars)) "" else star_marks(p, style$stars)
  text <- function(value, has, text) {
    ifelse(!has, "", ifelse(is.na(value), style$words[["not_computed"]], text))
  }
  lm <- get_named(columns, "kp_lm", "statistic")
  f <- get_named(columns, "kp_f", "statistic")
  critical <- ifelse(is.na(f), NA, get_named(columns, "kp_f", "critical"))
  rows <- list(
    table_row("statistic", style$words[["kp_lm"]], text(
      lm, has("kp_lm"), paste0(number_text(lm, 3), marks(get_named(columns, "kp_lm", "p.value")))
    )),
    table_row("statistic", style$words[["kp_f"]], text(f, has("kp_f"), number_text(f, 3))),
    table_row("statistic", "", ifelse(
      is.na(critical), "", paste0("[", number_text(critical, 2), "]")
    ))
  )
  if (all(is.na(critical))) rows <- rows[-3]
  over <- get_named(columns, "over", "statistic")
  for (test in c("hansen_j", "sargan")) {
    is <- vapply(columns, function(column) identical(column$strength$over$test, test), NA)
    if (!any(is)) next
    p <- paste0(" (p ", p_equals(get_named(columns, "over", "p.value"), 3), ")")
    rows <- c(rows, list(table_row(
      "statistic", style$words[[test]], text(over, is, paste0(number_text(over, 3), p))
    )))
  }
  rows
}

get_named <- function(columns, test, what) {
  vapply(columns, function(column) {
    value <- column$strength[[test]]
    if (is.null(value) || !what %in% names(value)) NA_real_ else as.double(value[[what]])
  }, 0)
}
