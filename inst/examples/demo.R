# From an indicator sheet to the tables of a paper, on real data: 48 states of the USA, 1970-1986.
#
#   Rscript demo.R [folder for the pictures, "out" unless given]
#
# The models at the end show how the functions are used. They are a demonstration, not a study of
# public capital.
library(ccdpanel)

folder <- c(commandArgs(trailingOnly = TRUE), "out")[1]
dir.create(folder, showWarnings = FALSE, recursive = TRUE)
options(width = 150)
started <- proc.time()[["elapsed"]]
step <- function(number, title) {
  cat(sprintf(
    "\n%s\n[%d/7] %s  (%.1f s)\n%s\n\n", strrep("-", 100), number, title,
    proc.time()[["elapsed"]] - started, strrep("-", 100)
  ))
}

step(1, "The indicator sheet: which columns measure which system, and in which direction")
sheet <- indicator_sheet(system.file(
  "extdata", "state_capital_indicators.csv", package = "ccdpanel"
))
print(sheet)

step(2, "Entropy weights and the two indices")
idx <- composite_index(state_capital, sheet, panel = c("state", "year"), keep = "region")
print(weights(idx))
cat("\nBy year, mean of the states\n")
print(summary(idx), digits = 3)

step(3, "Coupling C, comprehensive T, coordination D, and their levels")
cc <- coupling(idx)
print(cc)
cat("\nBy year, mean of the states\n")
print(summary(cc))
cat("\nBy census region, mean of states and years\n")
print(summary(cc, by = "region"))
cat("\nNumber of states at each level, by year\n")
print(table(year = cc$year, level = cc$level))
cat("\nThe levels\n")
print(data.frame(level = seq_along(levels(cc$stage)), stage = levels(cc$stage)), row.names = FALSE)

step(4, "D by state and year, with the state's average and rank")
table_of_d <- wide_table(cc, "D")
table_of_d[-1] <- round(table_of_d[-1], 3)
print(table_of_d, n = Inf)

step(5, "Fixed effects: the economy index on the infrastructure index, within states and years")
data <- merge(state_capital, idx)
fit <- fe_reg(economy ~ infrastructure + log(private_capital) | state + year, data, vcov = ~state)
print(summary(fit))

step(6, "Two equations at once: three-stage least squares")
# Each equation is identified by what only the other contains: infrastructure's own past, which is
# left out of the first, and private capital, which is left out of the second.
equations <- list(
  economy = economy ~ infrastructure + log(private_capital),
  infrastructure = infrastructure ~ economy + l(infrastructure, 1) + l(infrastructure, 2)
)
sys <- system_reg(equations, data, fe = ~ state + year, method = "3sls", panel = c("state", "year"))
print(summary(sys))
cat("\nThese models demonstrate the functions; they are no study of public capital.\n")

step(7, "Pictures")
if (requireNamespace("ggplot2", quietly = TRUE)) {
  save_picture <- function(name, picture, height, width = 7) {
    path <- file.path(folder, paste0(name, ".png"))
    ggplot2::ggsave(path, picture, width = width, height = height, dpi = 150)
    cat("  ", normalizePath(path), "\n", sep = "")
  }
  cat("Written:\n")
  save_picture("weights", ggplot2::autoplot(weights(idx)), 4)
  save_picture("trend", ggplot2::autoplot(cc), 4.5)
  save_picture("trend_by_region", ggplot2::autoplot(cc, by = "region"), 4.5)
  save_picture("heatmap", ggplot2::autoplot(cc, type = "heatmap"), 7)
  save_picture("map", ggplot2::autoplot(cc, type = "map", time = c(1970, 1986)), 4, width = 10)
} else {
  cat("The package ggplot2 is not installed: no pictures.\n")
}
cat(sprintf("\nDone in %.1f seconds.\n", proc.time()[["elapsed"]] - started))
