panel <- c("unit", "year")
d <- data.frame(
  unit = c("a", "a", "b"), year = c(1, 2, 1), zone = c("n", "n", "s"), p = c(.9, 0, .5),
  q = c(.4, .3, .5)
)

test_that("entropy coefficients of T", {
  cc <- coupling(d, c("p", "q"), panel, weights = "entropy")
  div <- 1 - c(plain_entropy(d$p), plain_entropy(d$q))
  expect_equal(unname(attr(cc, "recipe")$weights), div / sum(div), tolerance = 1e-13)
  expect_equal(cc$T, as.vector(as.matrix(d[c("p", "q")]) %*% div) / sum(div))
  expect_error(
    coupling(transform(d, p = .5, q = .4), c("p", "q"), panel, weights = "entropy"),
    class = "ccdpanel_error_weights"
  )
})

test_that("named weights go by name, and other names are an error", {
  right <- coupling(d, c("p", "q"), panel, weights = c(.3, .7))
  expect_identical(coupling(d, c("p", "q"), panel, weights = c(q = .7, p = .3)), right)
  wrong <- list(
    c(foo = .3, q = .7), c(p = .3, .7), c(p = .3, p = .7), c(p = .3, q = .3, p = .4), c(p = 1)
  )
  for (w in wrong) {
    expect_error(
      coupling(d, c("p", "q"), panel, weights = w), "names", class = "ccdpanel_error_weights"
    )
  }
})
