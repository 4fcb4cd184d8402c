# The column of a dynamic panel in a regression table, and the rows of its tests.

dynamic_column <- function(fit, name, vcov, constant) {
  cov <- fit_covariance(fit, vcov)
  table <- coefficient_table(fit, cov)
  hidden <- c(fit$time_names, if (constant == "none") "(Intercept)")
  tests <- fit$overidentification
  list(
    name = name, outcome = rlang::as_label(fit$spec$parsed$response), method = fit$estimator,
    panels = list(list(panel = "", table = table[!table$term %in% hidden, ])),
    effects = fit$effects, n = fit$sample$n,
    units = list(name = fit$spec$panel[1], n = fit$units), covariance = cov, own = FALSE,
    collinear = fit$collinear, dynamic = stats::setNames(
      as.list(c(
        fit$serial$p.value, tests$p.value[match(c("hansen_j", "sargan"), tests$test)],
        nrow(fit$instruments)
      )),
      c(paste0(rep("ar", nrow(fit$serial)), fit$serial$order), "hansen", "sargan_p", "instruments")
    )
  )
}

# p-values of the tests and the number of instruments, as papers print them.
dynamic_rows <- function(columns, style) {
  all <- unique(unlist(lapply(columns, function(column) names(column$dynamic))))
  serial <- grep("^ar[0-9]+$", all, value = TRUE)
  rows <- c(sort(serial), setdiff(all, serial))
  value <- function(what) {
    vapply(columns, function(column) as.double(column$dynamic[[what]] %||% NA_real_), 0)
  }
  label <- function(what) {
    if (!what %in% serial) return(style$words[[what]])
    phrase(style$words, "ar", order = sub("ar", "", what))
  }
  lapply(rows, function(what) {
    v <- value(what)
    text <- if (what == "instruments") with_commas(v, trim = TRUE) else p_text(v, 3)
    table_row("statistic", label(what), ifelse(is.na(v), "", text))
  })
}
