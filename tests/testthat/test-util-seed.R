test_that("draws follow the names of units as they sort, as the help of seeded functions says", {
  sheet <- suppressMessages(indicator_sheet(data.frame(
    system = c("a", "a", "b", "b"), indicator = c("x1", "x2", "y1", "y2"),
    direction = "+"
  )))
  set.seed(7)
  data <- expand.grid(year = 2001:2003, unit = sprintf("u%02d", 1:8), stringsAsFactors = FALSE)
  data[c("x1", "x2", "y1", "y2")] <- runif(4 * nrow(data), 1, 9)
  called <- function(names) transform(data, unit = names[match(unit, unique(unit))])
  alike <- called(sprintf("v%02d", 1:8 * 3))
  draws <- list(
    function(d) {
      cc <- coupling(composite_index(d, sheet, panel = c("unit", "year")))
      u <- as.data.frame(index_uncertainty(cc, d, n = 9, seed = 1))
      sort(unlist(u[vapply(u, is.numeric, NA)], use.names = FALSE))
    },
    function(d) {
      q <- inequality(d, "x1", panel = c("unit", "year"), boot = 9, seed = 1)
      sort(generics::tidy(q)$conf.low)
    },
    function(d) {
      m <- transition_matrix(d, "x1", classes = 2, panel = c("unit", "year"), boot = 9, seed = 1)
      generics::tidy(m)$std.error
    },
    function(d) {
      fit <- fe_reg(x1 ~ y1, d, vcov = ~unit)
      wild_bootstrap(fit, "y1", draws = 99, seed = 1)$t
    }
  )
  for (f in draws) {
    own <- suppressMessages(f(data))
    expect_equal(suppressMessages(f(data[sample(nrow(data)), ])), own, tolerance = 1e-10)
    expect_equal(suppressMessages(f(alike)), own, tolerance = 1e-10)
    expect_false(isTRUE(all.equal(suppressMessages(f(called(sprintf("v%02d", 8:1)))), own)))
  }
})
