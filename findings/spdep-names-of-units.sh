#!/bin/sh
# spdep 1.2-7: poly2nb(row.names = ) does nothing for an sf object.
#
# The names of the units are what a weights matrix is matched to data by; the argument is documented
# to set them. For sf objects the list of neighbours keeps "1", "2", ... (the rows' names), without a
# word: data in another order are then matched by position. Seen, on the map that sf ships.
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(spdep = "1.2-7")
suppressPackageStartupMessages(library(spdep))
map <- sf::st_read(system.file("shape/nc.shp", package = "sf"), quiet = TRUE)
warned <- FALSE
neighbours <- withCallingHandlers(
  poly2nb(map, row.names = map$NAME),
  warning = function(w) warned <<- TRUE
)
print(head(map$NAME))
print(head(attr(neighbours, "region.id")))
seen("the names asked for are not those of the list",
     identical(attr(neighbours, "region.id"), as.character(seq_len(nrow(map)))))
seen("no warning", !warned)
R
