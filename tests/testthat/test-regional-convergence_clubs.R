panel <- c("unit", "year")

test_that("logarithms whose mean is near zero make no clubs", {
  skip_if_not_installed("ConvergenceClubs")
  d <- closing()
  wrong <- transform(d, y = y / exp(mean(log(y))))
  expect_error(
    convergence_test(wrong, "y", type = "club", panel = panel), "the mean is",
    class = "ccdpanel_error_values"
  )
})

test_that("clubs are those of ConvergenceClubs", {
  skip_if_not_installed("ConvergenceClubs")
  d <- closing(12, 20)
  d$y <- d$y * exp(ifelse(d$half == "a", 0.04, 0) * d$year)
  q <- convergence_test(d, "y", type = "club", panel = panel)
  wide <- tapply(log(d$y), list(d$unit, d$year), mean)
  peer <- ConvergenceClubs::findClubs(
    data.frame(unit = rownames(wide), wide), dataCols = 2:21, unit_names = 1, refCol = 21,
    time_trim = 1 / 3, HACmethod = "FQSB", cstar_method = "incremental"
  )
  clubs <- peer[grepl("^club", names(peer))]
  expect_equal(max(q$club, na.rm = TRUE), length(clubs))
  for (i in seq_along(clubs)) {
    expect_setequal(q$unit[which(q$club == i)], rownames(wide)[clubs[[i]]$id])
  }
  expect_equal(summary(q)$statistic[2], clubs[[1]]$model[["tvalue"]])
})

# By its default ConvergenceClubs 2.2.5 returns a first club of 99 countries whose own t is -16.8,
# and with "incremental" one of 40 with the test of another set
# (findings/ConvergenceClubs-first-club.sh); of these 45 countries a club has such a test as well.
test_that("every club passes the test of itself as a whole", {
  skip_if_not_installed("ConvergenceClubs")
  data <- new.env()
  utils::data("GDP", package = "ConvergenceClubs", envir = data)
  set.seed(2)
  wide <- data$GDP[sort(sample(nrow(data$GDP), 45)), ]
  d <- data.frame(
    unit = rep(wide[[1]], ncol(wide) - 1), year = rep(1970:2003, each = nrow(wide)),
    y = unlist(wide[-1], use.names = FALSE)
  )
  q <- convergence_test(d, "y", type = "club", panel = panel)
  tests <- summary(q)
  expect_lt(tests$statistic[1], -20)
  expect_true(all(tests$converges[-1]))
  for (club in seq_len(max(q$club, na.rm = TRUE))) {
    own <- log(as.matrix(wide[match(q$unit[which(q$club == club)], wide[[1]]), -1]))
    t <- ConvergenceClubs::estimateMod(ConvergenceClubs::computeH(own))[["tvalue"]]
    expect_equal(tests$statistic[1 + club], t)
    expect_equal(tests$units[1 + club], nrow(own))
  }
})
