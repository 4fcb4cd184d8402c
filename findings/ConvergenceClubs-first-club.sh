#!/bin/sh
# ConvergenceClubs 2.2.5: findClubs() returns clubs that its own test rejects.
#
# In Phillips and Sul (2007, step 3) units join the core one by one where t > c*; then the club as a
# whole is tested, and c* is raised until it passes (t > -1.65). Seen, on the logarithms of the panel
# that the package ships, 152 countries: cstar_method = "fixed", the default, leaves out the test of
# the whole, and the first club has 99 countries and t = -16.8. With "incremental" c* reaches its cap
# and the club falls back to its core, 40 countries, whose t is 31.6; reported is the t of the last
# set that failed, -5.1, so that this club looks divergent.
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(ConvergenceClubs = "2.2.5")
library(ConvergenceClubs)
data("GDP")
years <- 2:ncol(GDP)
GDP[years] <- log(GDP[years])
clubs <- function(how) {
  found <- findClubs(GDP, dataCols = years, unit_names = 1, refCol = max(years),
                     cstar_method = how)
  found <- found[grepl("^club", names(found))]
  own <- function(club) estimateMod(computeH(GDP[club$id, years]))[["tvalue"]]
  cbind(units = lengths(lapply(found, `[[`, "id")),
        reported = vapply(found, function(club) club$model[["tvalue"]], 0),
        own = vapply(found, own, 0))
}
print(fixed <- clubs("fixed"))
print(incremental <- clubs("incremental"))
seen("by default a first club of 99 countries with t = -16.8",
     fixed[1, "units"] == 99 && abs(fixed[1, "own"] + 16.8) < .05)
seen("with \"incremental\" a first club of 40 whose t is 31.6, reported as -5.1",
     incremental[1, "units"] == 40 && abs(incremental[1, "own"] - 31.6) < .05 &&
       abs(incremental[1, "reported"] + 5.1) < .05)
R
