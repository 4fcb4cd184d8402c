# Regional dynamics of innovation and high-technology industry in the provinces of China: what
# follows the table of D, from inequality to a forecast.
#
#   Rscript china_dynamics.R china_science_panel.csv [folder for the pictures, "out" unless given]
#
# The panel is that of china_science.R: a row a province and year. Tibet is left out, and the years
# that the yearbooks skip are filled by straight lines.
library(ccdpanel)

arguments <- commandArgs(trailingOnly = TRUE)
if (!length(arguments)) {
  stop("name the panel: Rscript china_dynamics.R china_science_panel.csv [folder]")
}
folder <- c(arguments[-1], "out")[1]
dir.create(folder, showWarnings = FALSE, recursive = TRUE)
options(width = 120)
heading <- function(text) cat("\n", text, "\n", strrep("-", nchar(text)), "\n\n", sep = "")
panel <- c("province", "year")

raw <- subset(utils::read.csv(arguments[1], encoding = "UTF-8"), province != "Tibet")
sheet <- indicator_sheet(data.frame(
  system = rep(c("innovation", "industry"), c(8, 4)),
  dimension = rep(c("input", "output", "scale", "renewal"), c(4, 4, 3, 1)),
  indicator = c(
    "rd_personnel", "rd_expenditure", "rd_intensity", "budget_science", "patent_grants",
    "inventions_in_force", "sci_papers", "technology_sold",
    "hightech_firms", "hightech_revenue", "hightech_profit", "technology_bought"
  ),
  direction = "+"
))
data <- impute_gaps(raw, panel, vars = sheet$indicator)
cc <- coupling(composite_index(data, sheet, panel))

heading("Inequality of D and its parts, four regions")
uneven <- inequality(cc, by = "region4", boot = 999, seed = 1)
print(uneven)
print(summary(uneven))

heading("The same with the index's own uncertainty")
replayed <- index_uncertainty(
  cc, data, n = 200, vary = c("units", "weights"), seed = 1, keep = TRUE, progress = FALSE
)
print(inequality(cc, by = "region4", boot = 1000, replays = replayed, seed = 1))

heading("Are neighbours alike?")
borders <- spatial_weights(unique(cc$province))
print(borders)
moran <- moran_test(cc, w = borders, seed = 1)
print(moran)
local <- local_moran(cc, w = borders, seed = 1, adjust = "none")
print(summary(local))

heading("Movement between levels, by the neighbours' class")
levels <- transition_matrix(cc, classes = "level")
print(levels)
print(transition_matrix(cc, classes = "level", given = borders), n = 12)
spatial <- transition_matrix(
  cc, classes = 4, relative = TRUE, given = borders, boot = 999, seed = 1
)
print(spatial)
print(summary(spatial))

heading("Convergence")
print(convergence_test(cc, type = "sigma", by = "region4"))
beta <- convergence_test(cc, by = "region4")
print(beta)
print(convergence_test(cc, design = "panel"))

heading("Three years ahead")
ahead <- grey_forecast(cc, ahead = 3, boot = 499, seed = 1)
print(ahead)
print(summary(ahead), n = Inf)

if (requireNamespace("ggplot2", quietly = TRUE)) {
  heading("Pictures")
  save_picture <- function(name, picture, height = 4.5, width = 7) {
    path <- file.path(folder, paste0("dynamics_", name, ".png"))
    ggplot2::ggsave(path, picture, width = width, height = height, dpi = 150)
    cat(normalizePath(path), "\n")
  }
  save_picture("gini", ggplot2::autoplot(uneven))
  save_picture("parts", ggplot2::autoplot(uneven, type = "parts"))
  save_picture("pairs", ggplot2::autoplot(uneven, type = "pairs"))
  save_picture("moran", ggplot2::autoplot(moran))
  save_picture("scatter", ggplot2::autoplot(moran, type = "scatter"), 5.5, 5.5)
  save_picture("clusters", ggplot2::autoplot(local, time = c(2011, 2022)), 4.5, 10)
  save_picture("transitions", ggplot2::autoplot(spatial), 5, 8)
  save_picture("beta", ggplot2::autoplot(beta))
  save_picture("densities", density_plot(cc), 5)
  save_picture("lattice", density_plot(cc, type = "lattice"), 5)
  save_picture("forecast", ggplot2::autoplot(ahead), 8, 9)

  # In Chinese; a font with Chinese letters must be installed.
  save_picture("parts_zh", ggplot2::autoplot(uneven, type = "parts", language = "zh"))
  save_picture("clusters_zh", ggplot2::autoplot(local, language = "zh"), 5.5)
  save_picture("transitions_zh", ggplot2::autoplot(spatial, language = "zh"), 5, 8)
  save_picture("lattice_zh", density_plot(cc, type = "lattice", language = "zh"), 5)
}
