# C and D against the scores by every formula, right and wrong: which of them fit.

# C against the scores by every formula: a line a formula, and the rows by the formula that fits.
formula_lines <- function(frame, degree, u, model, k) {
  if (is.null(degree)) return(NULL)
  formulas <- coupling_formulas(length(u), k)
  if (!is.null(model)) {
    formulas <- formulas[
      vapply(formulas, `[[`, NA, "wrong") | names(formulas) %in% stated_names(model, k)
    ]
  }
  boxes <- Map(formula_interval, formulas, names(formulas), list(u))
  meets <- vapply(boxes, function(box) overlap(degree, box), logical(length(degree$lower)))
  meets <- matrix(meets, ncol = length(boxes), dimnames = list(NULL, names(boxes)))
  wrong <- vapply(formulas, `[[`, NA, "wrong")
  fits <- colSums(!meets, na.rm = TRUE) == 0 & colSums(!is.na(meets)) > 0
  list(
    best_formula_lines(frame, degree, boxes, meets, fits, wrong, formulas),
    fit_lines(formulas, meets, fits, wrong)
  )
}

stated_names <- function(model, k) {
  if (model == "power") paste("power", format(k %||% 1, digits = 4)) else model
}

# A line for each right formula that fits every row; where there is none, for each mistake that
# does, and one for all the right ones.
fit_lines <- function(formulas, meets, fits, wrong) {
  rows <- max(colSums(!is.na(meets)))
  if (!rows) return(audit_lines(NA, NA, "formula of C", "undetermined", "no row has all it needs"))
  says <- function(names) {
    paste0("fits all ", rows, " rows: ", vapply(formulas[names], `[[`, "", "says"))
  }
  right <- names(formulas)[fits & !wrong]
  if (length(right)) {
    return(audit_lines(rep(NA, length(right)), right, "formula of C", "consistent", says(right)))
  }
  counts <- colSums(meets[, !wrong, drop = FALSE], na.rm = TRUE)
  none <- paste0(
    "none fits all ", rows, " rows; rows that fit: ", paste(names(counts), counts, collapse = ", ")
  )
  none <- audit_lines(NA, NA, "formula of C", "inconsistent", none)
  mistake <- names(formulas)[fits & wrong]
  if (!length(mistake)) return(none)
  rbind(audit_lines(
    rep(NA, length(mistake)), mistake, "known mistake in C", "inconsistent", says(mistake)
  ), none)
}

best_formula_lines <- function(frame, degree, boxes, meets, fits, wrong, formulas) {
  right <- names(boxes)[!wrong]
  best <- right[which.max(colSums(meets[, right, drop = FALSE], na.rm = TRUE) + fits[right])]
  box <- boxes[[best]]
  lines <- compare_lines(
    frame, "C from the scores", degree, box, paste0("C by ", best), "a cell it needs is empty"
  )
  wide <- !is.na(box$lower) & box$lower <= 0 & box$upper >= 1
  lines$verdict[wide] <- "undetermined"
  lines$reason[wide] <- "the scores are printed so coarsely that any C may follow"
  lines
}

# D from the scores where C or T is not printed.
degree_lines <- function(frame, p, u, a, model, k) {
  if (is.null(p$D) || (!is.null(p$C) && !is.null(p$T))) return(NULL)
  name <- stated_names(model %||% "standard", k)
  box <- clip(formula_interval(coupling_formulas(length(u), k)[[name]], name, u))
  total <- total_of(Map(scaled, lapply(u, clip), a))
  d <- loosen(rising(function(c, t) sqrt(c * t), p$C %||% box, p$T %||% total))
  list(compare_lines(frame, "D from the scores", p$D, d, paste0("D by ", name)))
}
