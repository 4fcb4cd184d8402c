skip_if_not_installed("ggplot2")

test_that("each kind of convergence has its picture", {
  cc <- coupling(state_index())
  sigma <- convergence_test(cc, type = "sigma", by = "region")
  p <- ggplot2::autoplot(sigma)
  expect_equal(nlevels(p$data$series), 5)
  expect_equal(sort(p$data$estimate), sort(sigma$dispersion))
  drawn(p)
  beta <- convergence_test(cc)
  p <- ggplot2::autoplot(beta)
  line <- drawn(p)
  expect_equal(coef(lm(growth ~ initial, p$data))[[2]], beta$estimate, tolerance = 1e-10)
})

test_that("a partial picture has the slope of the regression", {
  cc <- coupling(state_index())
  d <- merge(as.data.frame(cc)[c("state", "year", "D")], state_capital)
  panel <- convergence_test(d, "D", design = "panel", panel = c("state", "year"))
  p <- ggplot2::autoplot(panel)
  expect_equal(coef(lm(growth ~ initial, p$data))[[2]], panel$estimate, tolerance = 1e-8)
  with <- convergence_test(d, "D", controls = "unemployment", panel = c("state", "year"))
  p <- ggplot2::autoplot(with)
  expect_equal(coef(lm(growth ~ initial, p$data))[[2]], with$estimate, tolerance = 1e-8)
  drawn(p)
})

test_that("clubs are paths relative to the mean", {
  skip_if_not_installed("ConvergenceClubs")
  clubs <- convergence_test(coupling(state_index()), type = "club")
  p <- ggplot2::autoplot(clubs)
  expect_equal(nlevels(p$data$series), length(unique(clubs$club[!is.na(clubs$club)])))
  drawn(p)
})
