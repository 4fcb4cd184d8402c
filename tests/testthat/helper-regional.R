# Panels of regional dynamics, and the formulas of the papers in plain R.

plain_gini <- function(y, w = rep(1, length(y))) {
  w <- w / sum(w)
  sum(outer(w, w) * abs(outer(y, y, "-"))) / (2 * sum(w * y))
}

plain_theil_t <- function(y, w = rep(1, length(y))) {
  w <- w / sum(w)
  r <- y / sum(w * y)
  sum(w * ifelse(r > 0, r * log(r), 0))
}

plain_theil_l <- function(y, w = rep(1, length(y))) {
  w <- w / sum(w)
  -sum(w * log(y / sum(w * y)))
}

# Dagum (1997) as written there, group by group and pair by pair; D_jh from its two integrals.
plain_dagum <- function(y, g, w = rep(1, length(y))) {
  groups <- unique(g)
  mean <- function(j) weighted.mean(y[g == j], w[g == j])
  p <- vapply(groups, function(j) sum(w[g == j]), 0, USE.NAMES = FALSE) / sum(w)
  s <- vapply(groups, function(j) sum((w * y)[g == j]), 0, USE.NAMES = FALSE) / sum(w * y)
  within <- sum(vapply(groups, function(j) plain_gini(y[g == j], w[g == j]), 0) * p * s)
  net <- over <- 0
  pairs <- list()
  for (j in groups) for (h in groups) {
    if (mean(j) < mean(h) || (mean(j) == mean(h) && match(j, groups) <= match(h, groups))) next
    a <- which(g == j)
    b <- which(g == h)
    weight <- outer(w[a] / sum(w[a]), w[b] / sum(w[b]))
    gap <- outer(y[a], y[b], "-")
    above <- sum(weight * pmax(gap, 0))
    below <- sum(weight * pmax(-gap, 0))
    G <- (above + below) / (mean(j) + mean(h))
    D <- if (above + below > 0) (above - below) / (above + below) else 0
    share <- p[match(j, groups)] * s[match(h, groups)] + p[match(h, groups)] * s[match(j, groups)]
    net <- net + G * share * D
    over <- over + G * share * (1 - D)
    pairs[[paste(sort(c(j, h)), collapse = " ")]] <- c(G = G, D = D)
  }
  list(total = plain_gini(y, w), within = within, between = net, overlap = over, pairs = pairs)
}

# Positive values that differ by unit and time, in three groups, in no order.
regional_toy <- function(units = 12, years = 5, seed = 1) {
  set.seed(seed)
  d <- expand.grid(year = 2000 + seq_len(years), unit = sprintf("u%02d", seq_len(units)))
  d$unit <- as.character(d$unit)
  d$group <- c("north", "south", "west")[as.integer(factor(d$unit)) %% 3 + 1]
  d$y <- exp(stats::rnorm(nrow(d), as.integer(factor(d$unit)) / units, 0.4))
  d$people <- stats::runif(nrow(d), 1, 9)
  d[sample(nrow(d)), ]
}

toy_inequality <- function(...) {
  inequality(regional_toy(), "y", panel = c("unit", "year"), ...)
}

# Columns of a result without what belongs to its class.
plain_columns <- function(x, names) as.data.frame(x)[names]

# Income of 48 states, 1929 to 2009, of the package griddy.
griddy_states <- function() as.data.frame(data_of("usjoin", "griddy"))

# Borders of the 48 States, the four that meet in a corner neighbours too.
state_borders <- function() {
  each <- c(
    "Alabama:Florida,Georgia,Mississippi,Tennessee",
    "Arizona:California,Colorado,Nevada,New Mexico,Utah",
    "Arkansas:Louisiana,Mississippi,Missouri,Oklahoma,Tennessee,Texas", "California:Nevada,Oregon",
    "Colorado:Kansas,Nebraska,New Mexico,Oklahoma,Utah,Wyoming",
    "Connecticut:Massachusetts,New York,Rhode Island", "Delaware:Maryland,New Jersey,Pennsylvania",
    "Florida:Georgia", "Georgia:North Carolina,South Carolina,Tennessee",
    "Idaho:Montana,Nevada,Oregon,Utah,Washington,Wyoming",
    "Illinois:Indiana,Iowa,Kentucky,Missouri,Wisconsin", "Indiana:Kentucky,Michigan,Ohio",
    "Iowa:Minnesota,Missouri,Nebraska,South Dakota,Wisconsin", "Kansas:Missouri,Nebraska,Oklahoma",
    "Kentucky:Missouri,Ohio,Tennessee,Virginia,West Virginia", "Louisiana:Mississippi,Texas",
    "Maine:New Hampshire", "Maryland:Pennsylvania,Virginia,West Virginia",
    "Massachusetts:New Hampshire,New York,Rhode Island,Vermont", "Michigan:Ohio,Wisconsin",
    "Minnesota:North Dakota,South Dakota,Wisconsin", "Mississippi:Tennessee",
    "Missouri:Nebraska,Oklahoma,Tennessee", "Montana:North Dakota,South Dakota,Wyoming",
    "Nebraska:South Dakota,Wyoming", "Nevada:Oregon,Utah", "New Hampshire:Vermont",
    "New Jersey:New York,Pennsylvania", "New Mexico:Oklahoma,Texas,Utah",
    "New York:Pennsylvania,Vermont", "North Carolina:South Carolina,Tennessee,Virginia",
    "North Dakota:South Dakota", "Ohio:Pennsylvania,West Virginia", "Oklahoma:Texas",
    "Oregon:Washington", "Pennsylvania:West Virginia", "South Dakota:Wyoming",
    "Tennessee:Virginia", "Utah:Wyoming", "Virginia:West Virginia"
  )
  part <- strsplit(each, ":", fixed = TRUE)
  to <- strsplit(vapply(part, `[`, "", 2), ",", fixed = TRUE)
  from <- rep(vapply(part, `[`, "", 1), lengths(to))
  names <- sort(unique(c(from, unlist(to))))
  m <- matrix(0, length(names), length(names), dimnames = list(names, names))
  m[cbind(from, unlist(to))] <- 1
  spatial_weights(m + t(m))
}
