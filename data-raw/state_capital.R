# state_capital: public and private capital, output and employment of the 48 contiguous states,
# 1970-1986. Source: Munnell (1990), as shipped by the package plm (data set Produc); names, regions
# and postal codes from base R. Run from the package's root: Rscript data-raw/state_capital.R
data("Produc", package = "plm")
plain <- function(x) tolower(gsub("[^A-Za-z]", "", x))
typed <- plain(Produc$state)
typed[typed == "tennesse"] <- "tennessee"
id <- match(typed, plain(datasets::state.name))
stopifnot(!anyNA(id), length(unique(id)) == 48)

census <- c(
  "Northeast" = "Northeast", "North Central" = "Midwest", "South" = "South", "West" = "West"
)
state_capital <- data.frame(
  state = datasets::state.name[id],
  abbreviation = datasets::state.abb[id],
  region = unname(census[as.character(datasets::state.region[id])]),
  division = as.character(datasets::state.division[id]),
  year = as.integer(as.character(Produc$year)),
  highways = Produc$hwy,
  water = Produc$water,
  utilities = Produc$util,
  private_capital = Produc$pc,
  output = as.double(Produc$gsp),
  employment = Produc$emp,
  unemployment = Produc$unemp,
  stringsAsFactors = FALSE
)
state_capital$division <- sub("North Central", "Midwest", state_capital$division)
state_capital <- state_capital[order(state_capital$state, state_capital$year), ]
rownames(state_capital) <- NULL
stopifnot(nrow(state_capital) == 48 * 17, !anyNA(state_capital))
save(state_capital, file = "data/state_capital.rda", version = 3, compress = "xz")
