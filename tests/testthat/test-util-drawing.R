# What is drawn depends on the seed and on what units are called: not on how the rows stand, nor on
# whether units are text, a factor or numbers.

# Places on a line; each year has its own values.
drawing_panel <- function() {
  set.seed(3)
  d <- data.frame(
    unit = rep(sprintf("u%02d", 1:14), 5), year = rep(2001:2005, each = 14), x = rnorm(70),
    w = rnorm(70), g = factor(rep(rep(c("p", "q"), 7), 5))
  )
  d$m <- d$x / 2 + rnorm(70)
  d$y <- d$x / 3 + d$m / 2 + rnorm(70)
  d$size <- exp(d$y / 4 + as.integer(substr(d$unit, 2, 3)) / 9)
  d
}

drawing_links <- function(units) {
  near <- outer(seq_along(units), seq_along(units), function(i, j) as.numeric(abs(i - j) == 1))
  spatial_weights(`dimnames<-`(near, list(units, units)), style = "W")
}

# Functions that draw, each giving a table whose rows may stand in another order.
drawing_calls <- function() {
  panel <- c("unit", "year")
  two_way <- function(d, ...) fe_reg(..., data = d, panel = panel, vcov = ~unit)
  list(
    moran = function(d) moran_test(d, "size", drawing_links(sort(unique(as.character(d$unit)))),
      panel, seed = 1, draws = 99),
    local = function(d) local_moran(d, "size", drawing_links(sort(unique(as.character(d$unit)))),
      panel, seed = 1, draws = 99),
    inequality = function(d) {
      tidy(inequality(d, "size", by = "g", panel = panel, boot = 20, seed = 1))
    },
    chain = function(d) {
      tidy(transition_matrix(d, "size", classes = 2, panel = panel, boot = 20, seed = 1))
    },
    beta = function(d) convergence_test(d, "size", by = "g", panel = panel, boot = 20, seed = 1),
    sigma = function(d) {
      convergence_test(d, "size", type = "sigma", panel = panel, boot = 20, seed = 1)
    },
    grey = function(d) {
      grey_forecast(d, "size", ahead = 1, force = TRUE, panel = panel, boot = 20, seed = 1)
    },
    wild = function(d) {
      tidy(wild_bootstrap(two_way(d, y ~ x | unit + year), "x", draws = 99, seed = 1))
    },
    wild_of_two = function(d) {
      fit <- two_way(d, y ~ x | unit + year)
      tidy(wild_bootstrap(fit, "x", 99, boot_cluster = ~year^g, cluster = ~unit, seed = 1))
    },
    mediation = function(d) {
      tidy(mediation_test(two_way(d, y ~ x | unit + year), ~m, boot = 20, seed = 1))
    },
    permutation = function(d) {
      groups <- by_group(two_way(d, y ~ x | year), ~g)
      group_difference(groups, method = "permutation", R = 39, seed = 1)
    },
    permuted_rows = function(d) {
      groups <- by_group(two_way(d, y ~ x | unit), ~ (year > 2003))
      group_difference(groups, method = "permutation", R = 39, seed = 1)
    },
    system = function(d) {
      fit <- system_reg(list(y ~ m + x, m ~ y + w), d, panel = panel, vcov = ~unit)
      as.data.frame(unclass(system_bootstrap(fit, 20, seed = 1))[1:6])
    },
    system_rows = function(d) {
      fit <- system_reg(list(y ~ m + x, m ~ y + w), d, panel = panel)
      as.data.frame(unclass(system_bootstrap(fit, 20, seed = 1))[1:6])
    }
  )
}

sorted_table <- function(x) {
  x <- as.data.frame(x)
  text <- !vapply(x, is.double, NA)
  x[text] <- lapply(x[text], as.character)
  x <- x[do.call(order, unname(x[text])), ]
  rownames(x) <- NULL
  x
}

test_that("numbers for draws go by names, in every locale", {
  expect_identical(drawing_numbers(c("b", "a", "B", "b")), c(3L, 2L, 1L, 3L))
  expect_identical(drawing_numbers(factor(c("b", "a"), c("b", "a"))), c(2L, 1L))
  expect_identical(drawing_numbers(c(10, 9)), drawing_numbers(c("10", "9")))
  # Numbers that print alike stay apart.
  expect_identical(drawing_numbers(c(1.5, 1.50000000001)), 1:2)
})

test_that("one seed gives one result, however the rows stand and whatever class units have", {
  d <- drawing_panel()
  set.seed(8)
  others <- list(
    d[sample(nrow(d)), ], d[rev(seq_len(nrow(d))), ],
    transform(d, unit = factor(unit, rev(unique(unit))))
  )
  calls <- drawing_calls()
  for (name in names(calls)) {
    own <- sorted_table(suppressMessages(calls[[name]](d)))
    for (other in others) {
      expect_equal(
        sorted_table(suppressMessages(calls[[name]](other))), own, tolerance = 1e-6, label = name
      )
    }
  }
})

test_that("local Moran's rows stay those of the data", {
  d <- subset(drawing_panel(), year == 2001)
  d <- d[c(5, 2, 14, 1, 3, 4, 6:13), ]
  l <- local_moran(
    d, "size", drawing_links(sort(d$unit)), c("unit", "year"), seed = 1, draws = 99
  )
  expect_identical(l$unit, d$unit)
  expect_identical(l$value, d$size)
})
