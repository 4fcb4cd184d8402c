# Inequality, clusters and movement of many units, each against plain R or a peer: 1,000 bootstrap
# draws of Dagum's decomposition; 9,999 conditional permutations of local Moran's I against spdep
# where it is installed; 1,000 draws of a Markov chain.
library(ccdpanel)

seconds <- function(f, times = 3) {
  min(vapply(seq_len(times), function(i) system.time(f())[["elapsed"]], 0))
}

# Seconds of the processor, of all threads, which a busy machine changes less.
processor <- function(f) sum(system.time(f())[c("user.self", "sys.self")])

set.seed(1)
counties <- expand.grid(unit = seq_len(3000), year = 2011:2022)
counties$region <- counties$unit %% 8
counties$y <- exp(rnorm(nrow(counties), counties$region / 8))
panel <- c("unit", "year")
dagum <- function(threads, boot = 1000) {
  inequality(
    counties, "y", by = "region", panel = panel, boot = boot, seed = 1, threads = threads
  )
}
stopifnot(identical(dagum(1, 50), dagum(2, 50)))

# All components of one period by outer(), each pair of groups once.
plain_dagum <- function(y, g) {
  groups <- unique(g)
  sum <- 0
  for (j in seq_along(groups)) {
    for (h in seq(j, length(groups))) {
      gap <- outer(y[g == groups[j]], y[g == groups[h]], "-")
      above <- sum(pmax(gap, 0))
      below <- sum(pmax(-gap, 0))
      sum <- sum + (above + below) * (1 + (j != h))
    }
  }
  sum / (2 * length(y)^2 * mean(y))
}
one <- counties[counties$year == 2011, ]
stopifnot(all.equal(
  plain_dagum(one$y, one$region), with(dagum(1, 0), gini[year == 2011][1]), tolerance = 1e-12
))
plain <- seconds(function() plain_dagum(one$y, one$region), 2) * 12
for (threads in 1:2) {
  time <- seconds(function() dagum(threads))
  cat(sprintf(
    paste0(
      "inequality, Dagum of 3000 units, 8 groups, 12 years, 1000 draws: %.2f s on %d thread%s ",
      "(aim: 2), %.2f s of the processor; a draw by outer() takes %.2f s, %.0f times as long ",
      "(aim: 300)\n"
    ),
    time, threads, if (threads > 1) "s" else "", processor(function() dagum(threads)), plain,
    plain / (time / 1000)
  ))
}

# A grid of 50 by 60 with queen's neighbours.
cells <- expand.grid(row = 1:50, column = 1:60)
near <- function(i) {
  which(
    abs(cells$row - cells$row[i]) <= 1 & abs(cells$column - cells$column[i]) <= 1 &
      seq_len(3000) != i
  )
}
m <- matrix(0, 3000, 3000, dimnames = list(seq_len(3000), seq_len(3000)))
for (i in seq_len(3000)) m[i, near(i)] <- 1
w <- spatial_weights(m)
grid <- data.frame(unit = seq_len(3000), year = 1, y = rnorm(3000) + cells$row / 20)
local <- function(threads) {
  local_moran(grid, "y", w, panel, draws = 9999, seed = 1, threads = threads)
}
stopifnot(identical(local(1)$p_permutation, local(2)$p_permutation))
times <- vapply(1:2, function(threads) seconds(function() local(threads)), 0)
cat(sprintf(
  "local_moran, 9999 permutations of 3000 units: %.2f s on 1 thread, %.2f s on 2\n", times[1],
  times[2]
))
if (requireNamespace("spdep", quietly = TRUE)) {
  listw <- as_listw(w)
  stopifnot(all.equal(
    local_moran(grid, "y", listw, panel, draws = 0)$I,
    unname(spdep::localmoran(grid$y, listw)[, "Ii"]), tolerance = 1e-12
  ))
  times <- c(
    seconds(function() local(2)), processor(function() local(2)),
    seconds(function() local_moran(grid, "y", listw, panel, draws = 9999, seed = 1, threads = 2))
  )
  peer <- system.time(spdep::localmoran_perm(grid$y, listw, nsim = 9999))
  cat(sprintf(
    paste0(
      "  spdep::localmoran_perm: %.1f s, %.0f times as long as 2 threads (aim: 20), %.0f times as ",
      "long as with its own listw, %.0f times the processor's time\n"
    ),
    peer[["elapsed"]], peer[["elapsed"]] / times[1], peer[["elapsed"]] / times[3],
    sum(peer[c("user.self", "sys.self")]) / times[2]
  ))
}

states <- expand.grid(unit = 1:48, year = 1929:2009)
states$y <- exp(cumsum(rnorm(nrow(states), 0, 0.02)))
chain <- function() {
  transition_matrix(states, "y", classes = 5, relative = TRUE, panel = panel, boot = 1000, seed = 1)
}
cat(sprintf(
  "transition_matrix, 48 units, 81 years, 1000 draws: %.2f s (aim: 0.2)\n", seconds(chain)
))
