# us_state_tiles: a tile-grid map of the states of the USA, one square a state, neighbours near each
# other. Run from the package's root: Rscript data-raw/us_state_tiles.R
grid <- c(
  "AK -- -- -- -- -- -- -- -- -- ME",
  "-- -- -- -- -- WI -- -- -- VT NH",
  "WA ID MT ND MN IL MI -- NY MA --",
  "OR NV WY SD IA IN OH PA NJ CT RI",
  "CA UT CO NE MO KY WV VA MD DE --",
  "-- AZ NM KS AR TN NC SC DC -- --",
  "-- -- -- OK LA MS AL GA -- -- --",
  "HI -- -- TX -- -- -- -- FL -- --"
)
cells <- do.call(rbind, strsplit(grid, " "))
at <- which(cells != "--", arr.ind = TRUE)
abbreviation <- cells[at]
state <- c(datasets::state.name, "District of Columbia")[match(
  abbreviation, c(datasets::state.abb, "DC")
)]
us_state_tiles <- data.frame(state, abbreviation, row = unname(at[, 1]), column = unname(at[, 2]))
us_state_tiles <- us_state_tiles[order(us_state_tiles$state), ]
rownames(us_state_tiles) <- NULL
stopifnot(
  nrow(us_state_tiles) == 51, !anyNA(us_state_tiles),
  !anyDuplicated(us_state_tiles[c("row", "column")])
)
save(us_state_tiles, file = "data/us_state_tiles.rda", version = 3, compress = "xz")
