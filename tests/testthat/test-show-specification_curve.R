checks <- function(...) {
  fit <- fe_reg(
    log(output) ~ log(private_capital) + unemployment | state + year, state_capital,
    panel = c("state", "year"), vcov = ~state
  )
  robustness(
    fit, "A + B" = ~ region != "West", Robust = list(vcov = "HC1"),
    Employment = list(replace = c(output = "employment")), Early = list(period = 1970:1979), ...
  )
}

test_that("few variants are rows in the order given, the baseline on top", {
  skip_if_not_installed("ggplot2")
  p <- ggplot2::autoplot(checks())
  built <- drawn(p)
  expect_identical(levels(p$data$row), rev(c("Baseline", "A + B", "Robust", "Employment", "Early")))
  ranges <- Filter(function(layer) all(c("xmin", "xmax") %in% names(layer)), built$data)[[1]]
  expect_equal(ranges$xmin[order(-as.numeric(ranges$y))], checks()$conf.low)
  sorted <- ggplot2::autoplot(checks(), sort = TRUE)
  expect_false(is.unsorted(sorted$data$estimate))
})

test_that("many are a curve, with what each changes below", {
  skip_if_not_installed("ggplot2")
  x <- checks(combine = TRUE)
  p <- ggplot2::autoplot(x)
  built <- drawn(p)
  points <- Filter(function(layer) "shape" %in% names(layer), built$data)
  points <- Filter(function(layer) !all(layer$colour == "white"), points)
  expect_equal(points[[1]]$y, sort(x$estimate))
  # A name with a plus in it is one choice: its marks are as many as the specifications that take it
  marks <- points[[2]]
  expect_identical(sort(as.integer(table(marks$y))), rep(nrow(x) %/% 2L, 4))
  labels <- built$layout$panel_params[[2]]$y$get_labels()
  expect_setequal(labels[nzchar(labels)], c("A + B", "Robust", "Employment", "Early"))
  # The estimates' title stands beside their panel, not along both.
  expect_null(p$labels$y)
  titles <- unlist(
    p$facet$params$labeller(data.frame(panel = c("Estimate", "Changed"))), use.names = FALSE
  )
  expect_match(titles[1], "^coefficient of .*interval$")
  expect_identical(titles[2], "")
})

test_that("plot shows and returns it", {
  skip_if_not_installed("ggplot2")
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  expect_s3_class(plot(checks()), "ggplot")
})

test_that("wrong arguments", {
  skip_if_not_installed("ggplot2")
  expect_error(ggplot2::autoplot(checks(), sort = NA), class = "ccdpanel_error_type")
})

test_that("variants without combinations are rows with names up to sixty", {
  skip_if_not_installed("ggplot2")
  fit <- fe_reg(
    log(output) ~ log(highways) | state + year, state_capital, panel = c("state", "year"),
    vcov = ~state
  )
  variants <- lapply(1970:1986, function(y) list(period = setdiff(1970:1986, y)))
  names(variants) <- paste("without", 1970:1986)
  p <- ggplot2::autoplot(do.call(robustness, c(list(fit), variants)))
  built <- drawn(p)
  expect_identical(nrow(built$layout$layout), 1L)
  expect_setequal(built$layout$panel_params[[1]]$y$get_labels(), c("Baseline", names(variants)))
})

test_that("both pictures of studies take labels and the language", {
  skip_if_not_installed("ggplot2")
  skip_if(is.na(chinese_font()), "no font with Chinese letters")
  fit <- fe_reg(
    log(output) ~ log(highways) + unemployment | state + year, state_capital,
    panel = c("state", "year")
  )
  old <- options(ccdpanel.language = "zh")
  on.exit(options(old))
  forest <- ggplot2::autoplot(
    robustness(fit, South = ~ region == "South"), labels = c(South = "\u5357\u90e8")
  )
  expect_true(has_chinese(forest$labels$x))
  shown <- drawn(forest)$layout$panel_params[[1]]$y$get_labels()
  expect_setequal(shown, c("\u57fa\u51c6", "\u5357\u90e8"))
  band <- ggplot2::autoplot(
    moderation_test(fit, ~unemployment), labels = c(unemployment = "\u5931\u4e1a\u7387")
  )
  expect_identical(band$labels$x, "\u5931\u4e1a\u7387")
  expect_true(has_chinese(band$labels$y))
  expect_false(has_chinese(ggplot2::autoplot(
    moderation_test(fit, ~unemployment), language = "en"
  )$labels$y))
})
