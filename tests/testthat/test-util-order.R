test_that("provinces come as the bureau lists them, by any of their names", {
  expect_identical(
    in_order(c("Anhui", "Tibet", "Beijing", "Anhui")), c("Beijing", "Anhui", "Tibet")
  )
  expect_identical(in_order(rev(provinces$zh)), provinces$zh)
  expect_identical(as_they_come(rev(provinces$zh_full)), provinces$zh_full)
})

test_that("regions come east, central, west, northeast; a factor as it says; the rest as before", {
  regions <- c("Central", "East", "Northeast", "West")
  expect_identical(in_order(regions), c("East", "Central", "West", "Northeast"))
  expect_identical(
    in_order(c("\u4e2d\u90e8", "\u897f\u90e8", "\u4e1c\u90e8")),
    c("\u4e1c\u90e8", "\u4e2d\u90e8", "\u897f\u90e8")
  )
  expect_identical(in_order(c("b", "West", "a")), c("West", "a", "b")[order(c("West", "a", "b"))])
  expect_identical(as_they_come(c("b", "a", "b")), c("b", "a"))
  own <- factor(c("West", "East"), c("West", "East"))
  expect_identical(as.character(in_order(own)), c("West", "East"))
  expect_identical(in_order(c(2, 10, 1)), c(1, 2, 10))
})

test_that("tables, groups and pictures have them in that order", {
  data <- as.data.frame(simulate_provinces(1))
  data <- data[sample(nrow(data)), ]
  sheet <- data.frame(
    system = c("a", "b"), dimension = "d", indicator = c("patent", "ul"), direction = "+"
  )
  cc <- coupling(composite_index(data, sheet, c("province", "year"), keep = "region4"))
  four <- c("East", "Central", "West", "Northeast")
  expect_identical(summary(cc, by = "region4")$region4, four)
  expect_identical(
    wide_table(cc, "D")$province, intersect(provinces$name, data$province)
  )
  fit <- fe_reg(log(patent) ~ ul | province + year, data)
  expect_identical(names(suppressMessages(by_group(fit, ~region4))), four)
  skip_if_not_installed("ggplot2")
  trend <- ggplot2::autoplot(cc, by = "region4")
  expect_identical(levels(trend$data$group), four)
  heat <- ggplot2::autoplot(cc, type = "heatmap", by = "region4")
  expect_identical(levels(heat$data$group), four)
})
