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

test_that("texts that differ in numbers alone are in the order of these", {
  expect_identical(in_order(c("10", "9", "11", NA, "9")), c("9", "10", "11"))
  expect_identical(
    in_order(c("2010Q1", "2009Q4", "2010Q10", "2010Q2")), c("2009Q4", "2010Q1", "2010Q2", "2010Q10")
  )
  months <- paste0(c(10, 2, 1), "\u6708")
  expect_identical(in_order(months), rev(months))
  expect_identical(in_order(c("t1.5", "t1.25", "t.5")), sort(c("t1.5", "t1.25", "t.5")))
  expect_identical(in_order(c("late", "early")), c("early", "late"))
  expect_identical(in_order(c("10a", "9b")), sort(c("10a", "9b")))
  expect_identical(in_order("7"), "7")
})

test_that("times of text come in the order of their numbers wherever time has one", {
  d <- expand.grid(p = c("a", "b"), y = c("9", "10", "11"), stringsAsFactors = FALSE)
  d$s1 <- d$s2 <- (1:6) / 10
  panel <- c("p", "y")
  cc <- coupling(d, c("s1", "s2"), panel)
  number <- coupling(transform(d, y = as.numeric(y)), c("s1", "s2"), panel)
  same <- function(f) expect_equal(f(cc), f(number), ignore_attr = TRUE)
  same(function(x) summary(x, growth = TRUE)$growth)
  same(function(x) names(wide_table(x)))
  same(function(x) levels(time_factor(x$y)))
  same(function(x) grep("9", utils::capture.output(print(x))[1:2], value = TRUE))
  raw <- data.frame(u = "a", y = c("8", "9", "10", "11"), x = c(1, 2, 4, 8), z = 1:4)
  sheet <- indicator_sheet(data.frame(
    system = "S", indicator = c("g", "z"), direction = "+", derive = c("cumsum(x)", NA)
  ))
  expect_equal(
    normalise(raw, sheet, c("u", "y"), method = "none")$g, c(1, 3, 7, 15), ignore_attr = TRUE
  )
  weights <- indicator_weights(
    rbind(raw, transform(raw, u = "b", x = rev(x)^2, z = 1 + z^2)),
    sheet, c("u", "y"), scope = "period"
  )
  expect_identical(unique(weights$y), c("8", "9", "10", "11"))
})

test_that("letters without a mark of their encoding, as read.csv() leaves them, are sorted", {
  bare <- function(x) vapply(lapply(x, charToRaw), rawToChar, "")
  cities <- paste0("\u57ce", 6:1)
  expect_identical(Encoding(bare(cities)[1]), "unknown")
  expect_identical(sort_by_codes(c(bare(cities), NA)), rev(bare(cities)))
  expect_identical(drawing_numbers(bare(cities)), drawing_numbers(cities))
  skip_if_not(l10n_info()$`UTF-8`)
  d <- data.frame(
    city = rep(cities, each = 4), year = 1:4, g = rep(c("\u4e1c", "\u897f"), each = 12),
    y = with_seed(1, stats::rexp(24)), x = with_seed(2, stats::rnorm(24))
  )
  from_file <- transform(d, city = bare(city), g = bare(g))
  panel <- c("city", "year")
  both <- function(f) expect_equal(f(from_file), f(d))
  both(function(d) coef(fe_reg(y ~ x | city + year, d, panel = panel, vcov = ~city)))
  both(function(d) descriptives(d, "y", by = "g")$mean)
  both(function(d) {
    fit <- fe_reg(y ~ x | city + year, d, panel = panel)
    placebo_test(fit, draws = 9, seed = 1, progress = FALSE)$placebos
  })
  both(function(d) inequality(d, value = "y", panel = panel, by = "g", boot = 9, seed = 1)$gini)
  both(function(d) {
    suppressMessages(geodetector(d, "y", "g", panel = panel, draws = 9, seed = 1))$factors$q
  })
})
