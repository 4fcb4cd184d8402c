#' Geographical detector: how much of a value's variance strata explain
#'
#' The q-statistic of factors, of each two of them together, and the tests between strata and
#' between factors (Wang et al. 2010), by period or of all periods together, with p-values that
#' hold.
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @details Strata \eqn{h} of a factor, with \eqn{N_h} units, means \eqn{\bar y_h} and sums of
#'   squares within \eqn{SSW}: \deqn{q = 1 - \frac{SSW}{SST} = 1 - \frac{\sum_h N_h \sigma_h^2}{N
#'   \sigma^2}}{q = 1 - SSW/SST = 1 - sum_h N_h s_h^2 / (N s^2)} is the R2 of least squares on the
#'   strata's dummies. `chance`, \eqn{(L - 1)/(N - 1)} of \eqn{L} strata, is what q is on average
#'   where strata are drawn at random; `adjusted` is the adjusted R2, zero on average then. 31
#'   provinces in 5 strata have q = 0.13 by chance, and in the 25 strata of two such factors 0.80.
#'
#'   `p.value` is that of F of equal means, exact for independent normal values; of several periods
#'   of the same units (`pooled`), or of units that are like their neighbours, it is too small.
#'   `p_permutation` permutes the values over units (whole units with all their periods), and where
#'   strata are chosen by the largest q the choice is made again in every draw, so that it pays for
#'   the choice.
#'
#'   `summary()`: **interactions**, q of the strata of two factors together: `"none"` (no more than
#'   the larger of the two), `"bivariate"` (more), `"independent"` (their sum), `"nonlinear"` (more
#'   than their sum). It is never less than either, since strata of two factors are parts of those
#'   of one: the kinds of Wang et al. that weaken do not occur. Since strata multiply, `"nonlinear"`
#'   comes by chance too where units are few: look at `adjusted` and `chance` beside it. **strata**:
#'   means and standard deviations. **risk**: Welch's t between each two strata, with Holm's p over
#'   the pairs of a factor. **ecological**: \eqn{F = SSW_1 / SSW_2} with \eqn{N - 1} and \eqn{N - 1}
#'   degrees of freedom, two-sided; both are of the same values, so that it is a rule of thumb.
#'
#'   Text, logical values, factors and codes with labels are strata as they are; numbers are cut in
#'   each period (once with `pooled`). A value on a bound is of the lower stratum. Rows in which the
#'   value or a factor is missing are left out for all factors, and counted. A stratum of one unit
#'   has no variance within, stays, and is counted. An indicator of the index explains it by
#'   construction, which is said.
#' @section Conventions and other packages:
#' | | here | elsewhere |
#' |---|---|---|
#' | p of q | F of equal means, and permutations | GeoDetector, geodetector 1.0-5, GD 10.9, gdverse 1.6: F with a noncentrality of means that strata's sizes do not weigh. It moves with the zero of the value: soil type in geodetector's own data, q = 0.386, has p = 0.37, and p = 1 once 100 is added to the value; F of equal means is 3e-18. `p_noncentral` has theirs (GD's; geodetector divides by the sample variance) |
#' | strata of one unit | stay | GD and gdverse leave them out of q, so that q of two factors can be less than q of one |
#' | ecological detector | F of sums within, two-sided | geodetector: one-sided at 0.05 either way; GD: ratio of q at 0.9 |
#' | quantiles | R's type 7; tied bounds make fewer strata | GD: more quantiles until there are as many strata |
#' | several `bins` or methods | the largest q, permutations of the whole choice | GD's `optidisc()`: the largest q, p as if nothing was chosen |
#' @param x A [coupling()], a [composite_index()], or any data frame with one row a unit and time;
#'   then name `value` and `panel`.
#' @param value Name of the column to explain; by default `D` of a coupling, the system of an index
#'   that has one.
#' @param factors Names of columns of `x` (of an index or a coupling those of `keep =`).
#' @param bins Number of strata of a numeric factor (default 5); of several, as in `3:8`, the one of
#'   the largest q is taken.
#' @param method How numbers are cut: `"quantile"` (default), `"equal"` intervals or `"natural"`
#'   breaks (Fisher's, exact); of several the one of the largest q is taken.
#' @param breaks A list, named by factors, of increasing bounds between strata, which are then not
#'   cut otherwise; `NULL` (default): none.
#' @param pooled `TRUE`: all periods together. Default `FALSE`: each by itself.
#' @param draws Number of permutations; 0: none. `NULL` (default): 999, or none where pooled units
#'   have different periods, which is said.
#' @inheritParams inequality
#' @return A data frame of class `geodetector`, one row a period and factor: the time, `factor`,
#'   `method`, `bins`, `strata` (number of them), `units` (rows), `q`, `adjusted`, `chance`,
#'   `statistic` (F), `df1`, `df2`, `p.value`, `p_noncentral` and, with draws, `p_permutation`.
#'   `summary()` has the tables above.
#' @section Errors: `ccdpanel_error_values` (a value that is the same everywhere, infinite factors),
#'   `ccdpanel_error_breaks`, `ccdpanel_error_draws` (pooled units of different periods),
#'   `ccdpanel_error_empty`, `ccdpanel_error_panel`, `ccdpanel_error_column`,
#'   `ccdpanel_error_choice`, `ccdpanel_error_number`.
#' @references Wang, J.-F., Li, X.-H., Christakos, G., Liao, Y.-L., Zhang, T., Gu, X. & Zheng, X.-Y.
#'   (2010). Geographical detectors-based health risk assessment and its application in the neural
#'   tube defects study of the Heshun region, China. International Journal of Geographical
#'   Information Science 24(1), 107-127. \doi{10.1080/13658810802443457}
#'
#'   Wang, J.-F., Zhang, T.-L. & Fu, B.-J. (2016). A measure of spatial stratified heterogeneity.
#'   Ecological Indicators 67, 250-256. \doi{10.1016/j.ecolind.2016.02.052}
#'
#'   Song, Y., Wang, J., Ge, Y. & Xu, C. (2020). An optimal parameters-based geographical detector
#'   model. GIScience & Remote Sensing 57(5), 593-610. \doi{10.1080/15481603.2020.1760434}
#' @seealso [moran_test()], [inequality()], [fe_reg()] for slopes.
#' @examples
#' path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
#' idx <- composite_index(
#'   state_capital, indicator_sheet(path), panel = c("state", "year"),
#'   keep = c("region", "private_capital")
#' )
#' last <- subset(coupling(idx), year == 1986)
#' g <- geodetector(
#'   last, "D", c("region", "private_capital"), bins = 4, panel = c("state", "year"), seed = 1
#' )
#' g
#' summary(g)
#' @export
geodetector <- function(x, value = NULL, factors, bins = 5, method = "quantile", breaks = NULL,
                        pooled = FALSE, panel = NULL, draws = NULL, seed = NULL, language = NULL,
                        progress = interactive(), ...) {
  check_dots(...)
  check_required("geodetector")
  call <- rlang::current_env()
  at <- in_drawing_order(regional_values(x, value, panel, NULL, call))
  check_factors(factors, at, call)
  rule <- strata_rule(bins, method, breaks, factors, call)
  check_flag(pooled, "pooled", call)
  check_flag(progress, "progress")
  if (!is.null(draws)) check_number(draws, "draws", min = 0, max = 1e6, whole = TRUE)
  language <- regional_language(language, at, call)
  columns <- lapply(rlang::set_names(factors), function(f) strata_column(at$data, f, rule, call))
  say_cut_codes(columns, rule)
  say_own_parts(factors, x)
  kept <- complete_cells(at, columns, call)
  draws <- permutation_draws(draws, kept$cells, pooled, call)
  seed <- if (draws > 0) settle_seed(seed) else 0L
  parts <- detected_parts(at, kept$cells, pooled, call)
  bar <- progress_bar(progress, "Permutations", draws * length(parts))
  on.exit(bar$done())
  found <- lapply(seq_along(parts), function(t) {
    own <- (seed + (t - 1)) %% .Machine$integer.max
    detect(parts[[t]], columns, rule, draws, own, function(done) {
      bar$update((t - 1) * draws + done)
    })
  })
  say_strata(found, factors)
  settings <- list(
    panel = at$panel, value = at$value, factors = factors, bins = rule$bins, method = rule$method,
    breaks = names(breaks), pooled = pooled, permutations = as.integer(draws), seed = seed,
    language = language, units = length(at$units), omitted = kept$omitted,
    cut = factors[vapply(columns, function(c) !is.null(c$number), NA)]
  )
  table <- function(name) stacked_periods(lapply(found, `[[`, name), parts, at, pooled)
  new_regional(
    table("factors"), "geodetector", at, settings, interactions = table("interactions"),
    strata = table("strata"), risk = table("risk"), ecological = table("ecological")
  )
}

check_factors <- function(factors, at, call) {
  check_by(factors, at$data, "factors", call)
  if (length(factors) && !any(factors %in% c(at$panel[1], at$value))) return(invisible())
  abort("column", c(
    paste0(
      "{.arg factors} must name columns that may explain {.val {at$value}}, not ",
      "{.val {intersect(factors, c(at$panel[1], at$value))}}."
    ),
    i = "A unit by itself, or the value, explains everything and nothing."
  ), call)
}

# What a score is made of explains it by construction.
say_own_parts <- function(factors, x) {
  recipe <- recipe_of(x)
  index <- if (inherits(x, "coupling")) recipe$index else recipe
  own <- intersect(factors, c(index$sheet$indicator, if (inherits(x, "coupling")) recipe$values))
  if (!length(own)) return(invisible())
  inform_plainly("own_parts", sprintf(
    "Part of what is explained, which makes q large by construction: %s.", first_names(own)
  ))
}

# Cells of the value in which every factor is known.
complete_cells <- function(at, columns, call) {
  missing <- vapply(columns, function(c) is.na(c$number %||% c$code), logical(nrow(at$data)))
  missing <- matrix(missing, nrow(at$data))
  valued <- !is.na(at$y)
  known <- valued & !(rowSums(missing) > 0)[at$row]
  omitted <- c(at$missing, colSums(missing[at$row[valued], , drop = FALSE]))
  names(omitted) <- c(at$value, names(columns))
  lost <- sum(!is.na(at$row)) - sum(known)
  if (lost) {
    omitted <- omitted[omitted > 0]
    inform_plainly("omitted", sprintf(
      "%s of %d left out, with missing values: %s.", counted(lost, "row"), nrow(at$data),
      paste0(names(omitted), " in ", omitted, collapse = ", ")
    ))
  }
  if (any(known)) return(list(cells = known, omitted = lost))
  abort("empty", c(
    "No row has the value and all factors.", i = "Leave out the factor that is mostly missing."
  ), call)
}

# Whole units are moved: of several periods together they must have the same ones.
permutation_draws <- function(draws, cells, pooled, call) {
  used <- cells[rowSums(cells) > 0, , drop = FALSE]
  differ <- if (pooled) sum(rowSums(used != rep(colSums(used) > 0, each = nrow(used))) > 0) else 0
  if (!differ) return(draws %||% 999)
  if (is.null(draws)) {
    inform_plainly("draws", sprintf(
      "No permutations: they move whole units, and %s some of the periods.",
      if (differ == 1) "1 unit lacks" else paste(differ, "units lack")
    ))
    return(0)
  }
  if (draws == 0) return(0)
  abort("draws", c(
    paste0(
      "Permutations of pooled periods move whole units, which must have the same periods: ",
      "{differ} {?lacks/lack} some."
    ),
    i = "{.code draws = 0} goes without them, {.code pooled = FALSE} takes each period by itself."
  ), call)
}

# The rows of each period, or of all, with their values less the mean.
detected_parts <- function(at, cells, pooled, call) {
  times <- which(colSums(cells) > 0)
  lapply(if (pooled) list(times) else as.list(times), function(t) {
    here <- cells[, t, drop = FALSE]
    y <- at$y[, t, drop = FALSE][here]
    when <- if (!pooled) paste0(" in ", format_key(at$times[t])) else ""
    if (length(y) < 3) {
      abort("values", c(
        "At least three rows must have the value and all factors, not {length(y)}{when}.",
        i = "Leave that time out, or the factor that is mostly missing."
      ), call)
    }
    mean <- mean(y)
    # In its own unit of about one: neither squares of 1e200 nor of 1e-200 are doubles.
    scale <- max(abs(y - mean))
    if (scale <= 4 * .Machine$double.eps * max(abs(y))) {
      abort("values", c(
        "All values of {.val {at$value}} are equal{when}, and there is nothing to explain.",
        i = "Leave that time out, or name another {.arg value}."
      ), call)
    }
    list(
      z = (y - mean) / scale, mean = mean / scale, scale = scale,
      rows = at$row[, t, drop = FALSE][here], time = if (!pooled) at$times[t],
      units = sum(rowSums(here) > 0)
    )
  })
}

detect <- function(part, columns, rule, draws, seed, note) {
  names <- names(columns)
  sets <- lapply(names, function(f) strata_choices(columns[[f]], f, part$rows, rule))
  made <- lapply(sets, function(set) chosen_strata(part, set))
  factors <- do.call(rbind, lapply(made, function(m) factor_row(part, m)))
  if (draws > 0) {
    factors$p_permutation <- (1 + permuted_counts(part, sets, draws, seed, note)) / (1 + draws)
    factors$p_permutation[factors$strata < 2] <- NA
  }
  strata <- lapply(made, function(m) stratum_rows(part, m))
  sized <- function(rows, columns) {
    rows[columns] <- rows[columns] * part$scale
    rows
  }
  named <- function(rows, f) if (!is.null(rows)) cbind(factor = names[f], rows)
  list(
    factors = cbind(factor = names, factors),
    strata = bound(Map(named, lapply(strata, sized, c("mean", "sd")), seq_along(names))),
    risk = bound(Map(function(s, f) {
      rows <- risk_rows(s)
      if (!is.null(rows)) named(sized(rows, "difference"), f)
    }, strata, seq_along(names))),
    interactions = of_pairs(names, made, function(a, b) interaction_row(part, a, b)),
    ecological = of_pairs(names, made, function(a, b) ecological_row(part, a, b)),
    single = sum(vapply(strata, function(s) sum(s$units == 1), 0))
  )
}

bound <- function(rows) do.call(rbind, unname(rows))

of_pairs <- function(names, made, row) {
  if (length(names) < 2) return(NULL)
  pairs <- utils::combn(length(names), 2)
  bound(lapply(seq_len(ncol(pairs)), function(k) {
    i <- pairs[1, k]
    j <- pairs[2, k]
    cbind(factor = names[i], other = names[j], row(made[[i]], made[[j]]))
  }))
}

stacked_periods <- function(tables, parts, at, pooled) {
  rows <- vapply(tables, function(d) if (is.null(d)) 0L else nrow(d), 0L)
  out <- bound(tables)
  if (is.null(out)) return(NULL)
  rownames(out) <- NULL
  if (pooled) return(out)
  time <- do.call(c, lapply(parts, `[[`, "time"))
  out <- cbind(data.frame(time = rep(time, rows)), out)
  names(out)[1] <- at$panel[2]
  out
}

# What makes a q look larger than it is, once.
say_strata <- function(found, factors) {
  single <- sum(vapply(found, `[[`, 0, "single"))
  if (single) {
    inform_plainly("single_units", sprintf(
      "%s of one unit, which %s no variance within.",
      if (single == 1) "1 stratum" else paste(single, "strata"), if (single == 1) "has" else "have"
    ))
  }
  none <- unique(unlist(lapply(found, function(f) f$factors$factor[f$factors$strata < 2])))
  if (length(none)) {
    inform_plainly("one_stratum", sprintf(
      "One stratum in some period, which explains nothing: %s.", first_names(none)
    ))
  }
  crowded <- unlist(lapply(found, function(f) f$interactions$chance))
  if (any(crowded > 0.5)) {
    inform_plainly("chance", sprintf(
      paste0(
        "Two factors have so many strata together that q is up to %s by chance: see column ",
        "chance of summary()."
      ), format(round(max(crowded), 2))
    ))
  }
}
