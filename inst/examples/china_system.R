# Innovation and high-technology industry in the provinces of China, each in the equation of the
# other: OLS, 2SLS, 3SLS and iterated 3SLS side by side, the controls dropped one by one, and the
# four regions apart.
#
#   Rscript china_system.R china_science_panel.csv
#
# The panel has one row a province and year and the columns named below. Tibet is left out, as
# papers do; the years that the yearbooks skip are filled by straight lines. An index holds none of
# the variables that explain it.
library(ccdpanel)

arguments <- commandArgs(trailingOnly = TRUE)
if (!length(arguments)) stop("name the panel: Rscript china_system.R china_science_panel.csv")
options(width = 120)
heading <- function(text) cat("\n", text, "\n", strrep("-", nchar(text)), "\n\n", sep = "")
panel <- c("province", "year")

raw <- subset(utils::read.csv(arguments[1], encoding = "UTF-8"), province != "Tibet")
sheet <- indicator_sheet(data.frame(
  system = rep(c("innovation", "industry"), c(5, 3)),
  dimension = rep(c("people", "results", "industry"), c(2, 3, 3)),
  indicator = c(
    "rd_personnel", "rd_researchers", "inventions_in_force", "sci_papers", "technology_sold",
    "hightech_firms", "hightech_revenue", "hightech_profit"
  ),
  direction = "+"
))
explain <- c(
  "patent_grants", "rd_government_funds", "rd_enterprise_funds", "technology_bought",
  "budget_education"
)
filled <- impute_gaps(raw, panel, vars = c(sheet$indicator, explain))
data <- merge(filled, composite_index(filled, sheet, panel))

equations_of_both <- list(
  innovation = innovation ~ industry + log(rd_government_funds) + log(budget_education),
  industry = industry ~ innovation + log(technology_bought) + log(patent_grants) + log(
    rd_enterprise_funds
  )
)
fit_by <- function(...) system_reg(equations_of_both, data, panel = panel, ...)

heading("OLS, 2SLS, 3SLS and iterated 3SLS")
fits <- list(
  OLS = fit_by(method = "ols"), `2SLS` = fit_by(method = "2sls"), `3SLS` = fit_by(),
  `iterated 3SLS` = fit_by(iterate = TRUE)
)
print(do.call(regression_table, fits))
cat("Iterations: ", fits[["iterated 3SLS"]]$iterations, "\n", sep = "")
if (requireNamespace("modelsummary", quietly = TRUE)) {
  print(modelsummary::modelsummary(
    fits, shape = equation + term ~ model, output = "markdown", gof_map = "nobs", stars = TRUE
  ))
}

heading("Are the equations identified, and the instruments strong and exogenous?")
three <- fits[["3SLS"]]
print(
  three$identification[c("equation", "endogenous", "excluded", "order", "rank", "needed")],
  row.names = FALSE
)
print(weak_iv(three))
print(system_tests(three))

heading("Standard errors clustered by province; provinces and years absorbed")
print(summary(three, vcov = ~province))
print(fit_by(fe = ~ province + year, vcov = ~province))

heading("What a unit of each cause does once both equations have answered")
print(multipliers(three, horizon = 0))
print(system_bootstrap(three, n = 499, cluster = ~province, seed = 1, statistic = function(f) {
  m <- multipliers(f, horizon = 0, se = FALSE)
  stats::setNames(m$estimate, paste(m$variable, "by", m$exogenous))
}))

heading("Controls dropped one by one")
print(add_controls(
  three,
  ~ log(budget_education) + log(technology_bought) + log(patent_grants) + log(rd_enterprise_funds)
))

heading("Four regions")
print(by_group(three, ~region4))
