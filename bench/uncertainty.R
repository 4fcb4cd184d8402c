# A thousand replays of an index of 255 rows and 33 indicators, the whole call of a user; a model
# fitted again on each of them, against a loop of fixest where it is installed; and a replay against
# one of COINr's sensitivity analysis on its own example, ASEM (51 countries, 49 indicators), in one
# process where COINr is installed.
library(ccdpanel)

seconds <- function(f, times = 5) {
  min(vapply(seq_len(times), function(i) system.time(f())[["elapsed"]], 0))
}

set.seed(1)
data <- data.frame(
  unit = rep(1:17, each = 15), year = rep(2008:2022, 17), matrix(rexp(255 * 33), 255)
)
sheet <- indicator_sheet(data.frame(
  system = rep(c("a", "b", "c"), each = 11), dimension = "x", indicator = paste0("X", 1:33),
  direction = "+"
))
cc <- coupling(composite_index(data, sheet, panel = c("unit", "year")))
one <- index_uncertainty(cc, data, seed = 1, threads = 1, progress = FALSE)
two <- index_uncertainty(cc, data, seed = 1, threads = 2, progress = FALSE)
stopifnot(identical(one, two))
for (threads in 1:2) {
  time <- seconds(function() {
    index_uncertainty(cc, data, seed = 1, threads = threads, progress = FALSE)
  })
  cat(sprintf(
    paste0(
      "index_uncertainty, 1000 replays of 255 x 33, everything varied: %.3f s on %d ",
      "thread%s (aim: 1)\n"
    ),
    time, threads, if (threads > 1) "s" else ""
  ))
}

kept <- index_uncertainty(cc, data, seed = 1, keep = TRUE, progress = FALSE)
panel <- merge(data[1:4], cc)
panel$y <- panel$D + rnorm(nrow(panel))
fit <- function() fe_reg(y ~ D + X1 | unit + year, panel, vcov = ~unit, replays = kept)
time_fit <- seconds(fit, 2)
cat(sprintf(
  "fe_reg on 255 rows with 1000 replays of D, two effects, clustered: %.2f s\n", time_fit
))
if (requireNamespace("fixest", quietly = TRUE)) {
  values <- replays(kept, "D")[match(
    paste(panel$unit, panel$year), paste(kept$unit, kept$year)
  ), 1, ]
  one <- function(r) {
    fixest::feols(
      y ~ D + X1 | unit + year, transform(panel, D = values[, r]), cluster = ~unit, nthreads = 1
    )
  }
  stopifnot(all.equal(
    unname(t(vapply(1:5, function(r) stats::coef(one(r)), numeric(2)))),
    unname(fit()$covariance$replays$coefficients[1:5, ]), tolerance = 1e-6
  ))
  time_loop <- seconds(function() lapply(1:20, one), 2) * 50
  cat(sprintf(
    "  a loop of fixest::feols over the same replays: %.2f s, %.1f times as long\n", time_loop,
    time_loop / time_fit
  ))
}

# COINr's uncertainty analysis of ASEM varies normalisation, weights and aggregation; ours all that,
# the zero rule and the sample as well, on the same treated data.
asem_panel <- function(coin) {
  meta <- coin$Meta$Ind
  parent <- stats::setNames(meta$Parent, meta$iCode)
  indicators <- meta$iCode[meta$Level %in% 1]
  list(
    data = data.frame(unit = coin$Data$Treated$uCode, year = 2018, coin$Data$Treated[indicators]),
    sheet = suppressMessages(indicator_sheet(data.frame(
      system = parent[parent[indicators]], dimension = parent[indicators], indicator = indicators,
      direction = ifelse(meta$Direction[match(indicators, meta$iCode)] < 0, "-", "+")
    )))
  )
}

peer_specs <- function(coin) {
  noisy <- COINr::get_noisy_weights(
    coin$Meta$Weights$Original, data.frame(Level = 2:3, NoiseFactor = 0.25), Nrep = 100
  )
  scales <- list(
    list(f_n = "n_minmax", f_n_para = list(c(1, 100))),
    list(f_n = "n_zscore", f_n_para = list(c(10, 2)))
  )
  list(
    Normalisation = list(
      Address = "$Log$Normalise$global_specs", Distribution = scales, Type = "discrete"
    ),
    Weights = list(Address = "$Log$Aggregate$w", Distribution = noisy, Type = "discrete"),
    Aggregation = list(
      Address = "$Log$Aggregate$f_ag", Distribution = c("a_amean", "a_gmean"), Type = "discrete"
    )
  )
}

compare_with_peer <- function(replays = 50) {
  coin <- suppressMessages(COINr::Aggregate(
    COINr::build_example_coin(quietly = TRUE), dset = "Normalised", w = "Original", f_ag = "a_amean"
  ))
  specs <- peer_specs(coin)
  peer <- seconds(function() {
    COINr::get_sensitivity(
      coin, SA_specs = specs, N = replays, SA_type = "UA", dset = "Aggregated", iCode = "Index",
      quietly = TRUE
    )
  }, 2) / replays
  asem <- asem_panel(coin)
  index <- coupling(composite_index(asem$data, asem$sheet, panel = c("unit", "year")))
  for (threads in 1:2) {
    ours <- seconds(function() {
      index_uncertainty(index, asem$data, seed = 1, threads = threads, progress = FALSE)
    }) / 1000
    cat(sprintf(
      paste0(
        "a replay of ASEM (%d x %d): COINr %.1f ms, ccdpanel %.4f ms on %d thread%s: %.0f times ",
        "faster (aim: 300)\n"
      ),
      nrow(asem$data), nrow(asem$sheet), 1e3 * peer, 1e3 * ours,
      threads, if (threads > 1) "s" else "", peer / ours
    ))
  }
}

if (requireNamespace("COINr", quietly = TRUE)) {
  compare_with_peer()
} else {
  cat("COINr is not installed: not compared with it.\n")
}
