skip_if_not_installed("ggplot2")

data_of_three <- function() {
  data.frame(
    u = rep(c("a", "b"), each = 4), t = rep(2001:2004, 2), v = c(1, 2, 3, 4, 10, NA, 30, 50)
  )
}

test_that("a list of times gives means over each period, named by its ends or as the list", {
  d <- data_of_three()
  d <- d[!is.na(d$v), ]
  out <- at_times(d, c("u", "t"), "v", list(2001:2002, late = 2003:2004), NULL)
  expect_identical(levels(out$when), c("2001 - 2002", "late"))
  expect_equal(out$v, c(1.5, 10, 3.5, 40))
  expect_identical(as.character(out$unit), c("a", "b", "a", "b"))
})

test_that("a factor as long as the rows is a set of periods", {
  d <- data_of_three()[1:4, ]
  out <- at_times(
    d, c("u", "t"), "v", cut(d$t, c(2000, 2003, 2004), labels = c("early", "late")), NULL
  )
  expect_equal(out$v, c(2, 4))
  expect_identical(levels(out$when), c("early", "late"))
})

test_that("missing values are left out of means, and counted", {
  expect_message(
    out <- at_times(data_of_three(), c("u", "t"), "v", list(2001:2002), NULL), "1 row of 4",
    class = "ccdpanel_message_partial"
  )
  expect_equal(out$v, c(1.5, 10))
})

test_that("times are taken as they are, in their order; the last by default", {
  out <- at_times(data_of_three(), c("u", "t"), "v", c(2004, 2001), NULL)
  expect_identical(levels(out$when), c("2001", "2004"))
  expect_equal(out$v, c(1, 10, 4, 50))
  expect_identical(levels(at_times(data_of_three(), c("u", "t"), "v", NULL, NULL)$when), "2004")
})

test_that("maps, bars and scatters show periods", {
  cc <- coupling(state_index())
  early <- tapply(cc$D[cc$year < 1978], cc$state[cc$year < 1978], mean)
  p <- ggplot2::autoplot(cc, type = "map", time = list(1970:1977, 1978:1986))
  expect_identical(levels(p$data$when), c("1970 - 1977", "1978 - 1986"))
  ohio <- p$data[p$data$label == "OH" & p$data$when == "1970 - 1977", ]
  expect_equal(ohio$value, early[["Ohio"]])
  b <- ggplot2::autoplot(cc, type = "bar", time = list(1970:1977))
  expect_equal(b$data$value[b$data$unit == "Ohio"], early[["Ohio"]])
  expect_s3_class(ggplot2::autoplot(cc, type = "scatter", time = cut(cc$year, 2)), "ggplot")
})

test_that("misuse is named", {
  cc <- coupling(state_index())
  expect_error(
    ggplot2::autoplot(cc, type = "map", time = list(1970:1971, integer())),
    class = "ccdpanel_error_time"
  )
  expect_error(
    ggplot2::autoplot(cc, type = "map", time = list(1970:1971, 1999)), "1999",
    class = "ccdpanel_error_time"
  )
})

test_that("periods name their times as the panel writes them", {
  d <- data_of_three()
  d <- d[!is.na(d$v), ]
  plain <- at_times(d, c("u", "t"), "v", list(2001:2002, 2003:2004), NULL)
  text <- list(factor(2001:2002), c("2003", "2004"))
  expect_equal(at_times(d, c("u", "t"), "v", text, NULL), plain)
  dated <- transform(d, t = as.Date(paste0(t, "-01-01")))
  expect_equal(at_times(dated, c("u", "t"), "v", "2001-01-01", NULL)$v, c(1, 10))
  expect_error(
    at_times(dated, c("u", "t"), "v", "1999-01-01", NULL), "1999-01-01",
    class = "ccdpanel_error_time"
  )
})

test_that("a value that is called like a column of what is shown is an error that names it", {
  d <- data.frame(u = c("a", "b"), t = 2001, when = 1:2, unit = 3:4, x = 5:6)
  for (name in c("when", "unit")) {
    expect_error(
      at_times(d, c("u", "t"), name, NULL, rlang::current_env()), name,
      class = "ccdpanel_error_name"
    )
  }
  expect_identical(at_times(d, c("u", "t"), "x", NULL, rlang::current_env())$x, 5:6)
})
