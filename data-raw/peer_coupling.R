# Writes tests/testthat/fixtures/peer_coupling.csv: what the CRAN package coupling makes of scores
# in [0, 1], 17 digits. Needs that package; see tools/setup.R, tier bench.
set.seed(20)
u <- as.data.frame(matrix(round(runif(120), 6), 40, dimnames = list(NULL, c("a", "b", "c"))))
u$a[3] <- NA
u[4, ] <- 0
u$b[5] <- 0
u[6, ] <- 1
# a binary fraction: with others the peer's fan loses half its digits where scores are equal (1 -
# 1e-8 for 0.37)
u[7, ] <- 0.375
out <- u
for (model in c("standard", "wang", "fan")) {
  for (weights in list(equal = NULL, given = c(.5, .3, .2))) {
    made <- coupling::ccd(u, weight = weights, method = model)
    label <- paste0(model, if (is.null(weights)) "" else "_given")
    out[paste0(c("C_", "D_"), label)] <- made[c("C", "D")]
  }
}
out[] <- lapply(out, function(x) ifelse(is.na(x), NA, sprintf("%.17g", x)))
header <- sprintf(
  "# coupling %s, R %s, written by data-raw/peer_coupling.R", utils::packageVersion("coupling"),
  getRversion()
)
path <- file.path("tests", "testthat", "fixtures", "peer_coupling.csv")
writeLines(header, path)
suppressWarnings(utils::write.table(
  out, path, append = TRUE, sep = ",", quote = FALSE, row.names = FALSE
))
