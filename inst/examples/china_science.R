# Innovation and high-technology industry in the provinces of China: indices, coupling, levels,
# obstacles and pictures from a panel of provinces and years.
#
#   Rscript china_science.R china_science_panel.csv [folder for the pictures, "out" unless given]
#
# The panel has one row a province and year and the columns that the sheet below names. Tibet is
# left out, as papers do; the years that the yearbooks skip are filled by straight lines, and the
# script prints how many.
library(ccdpanel)

arguments <- commandArgs(trailingOnly = TRUE)
if (!length(arguments)) {
  stop("name the panel: Rscript china_science.R china_science_panel.csv [folder]")
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

heading("Gaps and how they were filled")
data <- impute_gaps(raw, panel, vars = sheet$indicator)
print(summary(imputed(data)))

heading("Weights by method")
weights <- compare_weights(data, sheet, panel)
print(weights)
print(summary(weights))

heading("Indices, coupling and levels by year and by region")
idx <- composite_index(data, sheet, panel, keep = "region3")
cc <- coupling(idx)
print(summary(cc))
print(summary(cc, by = "region3"))
print(summary(cc, by = "region3", how = "D_of_means"))

heading("D by province and year")
table_of_d <- wide_table(cc, "D")
table_of_d[-1] <- round(table_of_d[-1], 3)
print(table_of_d, n = Inf)

heading("Which system leads")
print(table(year = cc$year, type = lead_lag(cc)$type))

heading("Obstacles")
print(obstacle_degree(data, sheet, panel), n = 0)

heading("The same year by year: each year's own ranges and weights")
yearly <- coupling(composite_index(data, sheet, panel, scope = "period", keep = "region3"))
both <- data.frame(
  year = sort(unique(cc$year)), pooled = summary(cc)$D, by_period = summary(yearly)$D
)
print(round(both, 4), row.names = FALSE)
cat(
  paste0(
    "Pooled, D rises with what the provinces achieve; year by year it only compares ",
    "provinces within a year.\n"
  )
)

if (requireNamespace("ggplot2", quietly = TRUE)) {
  heading("Pictures")
  save_picture <- function(name, picture, height, width = 7) {
    path <- file.path(folder, paste0("china_", name, ".png"))
    ggplot2::ggsave(path, picture, width = width, height = height, dpi = 150)
    cat(normalizePath(path), "\n")
  }
  periods <- list(2011:2014, 2015:2018, 2019:2022)
  save_picture("weights", ggplot2::autoplot(weights), 5)
  save_picture("weights_entropy", ggplot2::autoplot(stats::weights(idx)), 4)
  save_picture("trend", ggplot2::autoplot(cc, by = "region3"), 4.5)
  save_picture("trend_provinces", ggplot2::autoplot(cc, by = "province"), 7)
  save_picture("heatmap", ggplot2::autoplot(cc, type = "heatmap", by = "region3"), 6.5)
  save_picture("levels", ggplot2::autoplot(cc, type = "levels"), 4.5)
  save_picture("map", ggplot2::autoplot(cc, type = "map", time = periods), 4.5, 10)
  save_picture(
    "map_quantile", ggplot2::autoplot(idx, type = "map", value = "industry", breaks = "quantile"),
    5.5
  )
  save_picture("scatter", ggplot2::autoplot(cc, type = "scatter"), 5.5, 5.5)
  save_picture("bar", ggplot2::autoplot(idx, type = "bar"), 8)
  save_picture("radar", ggplot2::autoplot(cc, type = "radar", time = c(2011, 2016, 2022)), 6.3, 6)
  save_picture("obstacles", ggplot2::autoplot(
    obstacle_degree(data, sheet, panel, keep = "region3"), by = "region3"
  ), 4.5)
  save_picture("uncertainty", ggplot2::autoplot(index_uncertainty(
    cc, data, n = 200, vary = c("units", "weights"), seed = 1
  )), 7)

  # In Chinese: the package knows provinces, regions, levels and its own words; the systems are
  # named here. A font with Chinese letters must be installed; without one a message says which, and
  # the pictures are in English.
  chinese <- c(innovation = "\u79d1\u6280\u521b\u65b0", industry = "\u9ad8\u6280\u672f\u4ea7\u4e1a")
  save_picture(
    "map_zh", ggplot2::autoplot(cc, type = "map", time = periods, language = "zh"), 4.5, 10
  )
  save_picture("trend_zh", ggplot2::autoplot(cc, by = "region3", language = "zh"), 4.5)
  save_picture(
    "scatter_zh", ggplot2::autoplot(cc, type = "scatter", labels = chinese, language = "zh"), 5.5,
    5.5
  )
}
