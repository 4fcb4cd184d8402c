panel <- c("unit", "year")

test_that("quantiles are pooled or of each period, of values or relative ones", {
  d <- chain_toy()
  d$rich <- d$y * (1 + (d$year - 2000) / 3)
  pooled <- transition_matrix(d, "rich", classes = 3, relative = FALSE, panel = panel)
  q <- quantile(d$rich, 1:2 / 3)
  expect_equal(attr(pooled, "settings")$bounds, unname(q))
  own <- transform(d, state = findInterval(rich, q, left.open = TRUE) + 1)
  expect_equal(counts_of(pooled), plain_counts(own))
  period <- transition_matrix(d, "rich", classes = "period", k = 3, panel = panel)
  own$state <- ave(d$rich, d$year, FUN = function(v) {
    findInterval(v, quantile(v, 1:2 / 3), left.open = TRUE) + 1
  })
  expect_equal(counts_of(period), plain_counts(own))
  relative <- transition_matrix(d, "rich", classes = 3, panel = panel)
  r <- d$rich / ave(d$rich, d$year)
  own$state <- findInterval(r, quantile(r, 1:2 / 3), left.open = TRUE) + 1
  expect_equal(counts_of(relative), plain_counts(own))
})

test_that("the levels of a coupling are its classes; those of nobody are said and left aside", {
  cc <- coupling(state_index())
  cc <- cc[cc$D < 0.6, ]
  expect_message(m <- transition_matrix(cc, classes = "level"), class = "ccdpanel_message_classes")
  own <- data.frame(unit = cc$state, year = cc$year, state = cc$level)
  n <- matrix(0, 10, 10)
  for (i in seq_len(nrow(own))) {
    j <- which(own$unit == own$unit[i] & own$year == own$year[i] + 1)
    if (length(j)) n[own$state[i], own$state[j]] <- n[own$state[i], own$state[j]] + 1
  }
  used <- rowSums(n) + colSums(n) > 0
  expect_equal(counts_of(m), n[used, used])
  expect_equal(m$from, levels(cc$stage)[used])
})

test_that("a spatial chain goes by the neighbours' class at the first date", {
  d <- chain_toy()
  w <- chain_ring(d)
  m <- transition_matrix(d, "y", classes = c(1.5, 2.5), given = w, panel = panel)
  lag <- as.matrix(w)
  key <- function(u, t) match(paste(u, t), paste(d$unit, d$year))
  n <- array(0, c(3, 3, 3))
  for (u in unique(d$unit)) for (t in 2001:2007) {
    around <- sum(lag[u, ] * d$y[key(colnames(lag), t)])
    g <- findInterval(around, c(1.5, 2.5), left.open = TRUE) + 1
    i <- d$state[key(u, t)]
    j <- d$state[key(u, t + 1)]
    n[i, j, g] <- n[i, j, g] + 1
  }
  for (g in 1:3) expect_equal(counts_of(m, g + 1), n[, , g])
  expect_equal(counts_of(m), apply(n, 1:2, sum))
})

test_that("a group or a class called all is told from all", {
  d <- chain_toy()
  d$zone[d$zone == "even"] <- "all"
  m <- transition_matrix(d, "y", classes = c(1.5, 2.5), by = "zone", panel = panel)
  expect_setequal(m$chain, c("(all)", "all", "odd"))
  inside <- plain_counts(d[d$zone == "all", ])
  whole <- plain_counts(d)
  expect_equal(m$transitions[m$chain == "all"], rowSums(inside))
  expect_equal(m$transitions[m$chain == "(all)"], rowSums(whole))
  p <- whole / rowSums(whole)
  s <- summary(m)
  expect_equal(s$mobility$shorrocks[1], (3 - sum(diag(p))) / 2)
  expect_equal(unname(as.matrix(s$probabilities[-1])), p)
  expect_output(print(m), format(round((3 - sum(diag(p))) / 2, 3)), fixed = TRUE)
  near <- transition_matrix(
    d, "y", classes = c(1.5, 2.5), labels = c("a", "b", "all"), given = chain_ring(d), panel = panel
  )
  expect_equal(unique(near$chain), c("(all)", "a", "b", "all"))
  skip_if_not_installed("ggplot2")
  expect_setequal(levels(ggplot2::autoplot(m)$data$chain), c("(all)", "all", "odd"))
})
