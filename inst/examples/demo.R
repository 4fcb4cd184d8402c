# From an indicator sheet to the tables of a paper, on real data: 48 states of the USA, 1970-1986.
#
#   Rscript demo.R [folder for the pictures, "out" unless given]
#
# The models at the end show how the functions are used. They are a demonstration, not a study of public capital.
library(ccdpanel)

folder <- c(commandArgs(trailingOnly = TRUE), "out")[1]
dir.create(folder, showWarnings = FALSE, recursive = TRUE)
options(width = 150)
started <- proc.time()[["elapsed"]]
step <- function(number, title) {
  cat(sprintf("\n%s\n[%d/7] %s  (%.1f s)\n%s\n\n", strrep("-", 100), number, title, proc.time()[["elapsed"]] - started, strrep("-", 100)))
}

step(1, "The indicator sheet: which columns measure which system, and in which direction")
sheet <- indicator_sheet(system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel"))
print(sheet)

step(2, "Entropy weights and the two indices")
idx <- composite_index(state_capital, sheet, panel = c("state", "year"), keep = "region")
print(weights(idx))
cat("\nIndices, mean of the states by year\n")
systems <- c("infrastructure", "economy")
print(aggregate(idx[systems], idx["year"], mean), digits = 3, row.names = FALSE)

step(3, "Coupling C, comprehensive T, coordination D, and their levels")
cc <- coupling(idx)
print(cc)
by_mean <- function(by) {
  out <- aggregate(cc[c("C", "T", "D")], cc[by], mean)
  out$level <- coordination_level(out$D)
  out
}
cat("\nBy year (means over the states; the level is that of the mean D)\n")
print(by_mean("year"), digits = 3, row.names = FALSE)
cat("\nBy census region (means over states and years)\n")
print(by_mean("region"), digits = 3, row.names = FALSE)
cat("\nStates at each level, by year\n")
print(table(cc$year, droplevels(cc$stage)))
cat("\nStates at each level, by region, over all years\n")
print(table(cc$region, droplevels(cc$stage)))

step(4, "D by state and year, with the state's average and rank")
wide <- tapply(cc$D, list(cc$state, cc$year), mean)
average <- rowMeans(wide)
wide <- data.frame(wide, average, rank = rank(-average, ties.method = "min"), check.names = FALSE)
print(wide[order(wide$rank), ], digits = 2)

step(5, "Fixed effects: the economy index on the infrastructure index, within states and years")
data <- merge(state_capital, idx)
fit <- fe_reg(economy ~ infrastructure + log(private_capital) | state + year, data, vcov = ~state)
print(summary(fit))

step(6, "Two equations at once: three-stage least squares")
# Each equation leaves out what only the other contains: its own past and private capital stay in the first, the past of
# infrastructure in the second. That is what identifies them.
equations <- list(
  economy = economy ~ infrastructure + log(private_capital) + l(economy, 1),
  infrastructure = infrastructure ~ economy + l(infrastructure, 1)
)
sys <- system_reg(equations, data, method = "3sls", panel = c("state", "year"))
print(summary(sys))
cat("\nThese models demonstrate the functions; they are no study of public capital.\n")

step(7, "Pictures")
