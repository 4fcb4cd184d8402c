skip_if_not_installed("ggplot2")

test_that("bars stand for the number of units at each level", {
  cc <- coupling(state_index())
  built <- drawn(ggplot2::autoplot(cc, type = "levels"))
  heights <- tapply(built$data[[1]]$ymax - built$data[[1]]$ymin, built$data[[1]]$x, sum)
  expect_equal(as.vector(heights), rep(48, 17))
  first <- built$data[[1]][built$data[[1]]$x == 1, ]
  expect_setequal(first$ymax - first$ymin, as.vector(table(cc$level[cc$year == 1970])))
})

test_that("missing degrees are left out", {
  cc <- coupling(
    data.frame(u = c("a", "b"), t = 1, p = c(NA, .5), q = .5), c("p", "q"), c("u", "t")
  )
  expect_equal(drawn(ggplot2::autoplot(cc, type = "levels"))$data[[1]]$ymax, 1)
})

test_that("groups have panels of their own", {
  cc <- coupling(state_index())
  p <- ggplot2::autoplot(cc, type = "levels", by = "region")
  expect_equal(as.vector(tapply(p$data$Freq, p$data$group, sum)), as.vector(table(cc$region)))
  expect_identical(nrow(drawn(p)$layout$layout), 4L)
})
