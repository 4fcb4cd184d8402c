panel <- c("unit", "year")
sheet_with <- function(derive) {
  indicator_sheet(data.frame(
    system = "s", dimension = "d", indicator = c("ratio", "y"), direction = "+",
    derive = c(derive, NA)
  ))
}

test_that("a derived indicator is its expression over the raw columns", {
  d <- toy_panel()
  by_hand <- transform(d, ratio = x / y)
  plain <- indicator_sheet(data.frame(
    system = "s", dimension = "d", indicator = c("ratio", "y"), direction = "+"
  ))
  expect_equal(
    indicator_weights(d, sheet_with("x / y"), panel), indicator_weights(by_hand, plain, panel)
  )
  z <- normalise(d, sheet_with("x / y"), panel)
  expect_equal(z$ratio, plain_min_max(d$x / d$y, "+"))
  expect_equal(
    composite_index(z, sheet_with("x / y"), panel)$s, composite_index(by_hand, plain, panel)$s
  )
})

test_that("an expression that cannot be evaluated says why", {
  d <- toy_panel()
  expect_error(
    indicator_weights(d, sheet_with("x / people"), panel), "people", class = "ccdpanel_error_derive"
  )
  expect_error(
    indicator_weights(d, sheet_with("x /"), panel), "no R expression",
    class = "ccdpanel_error_derive"
  )
  expect_error(
    indicator_weights(d, sheet_with("sum(x)"), panel), "1 value for 6 rows",
    class = "ccdpanel_error_derive"
  )
  expect_error(indicator_weights(d, sheet_with("x + zone"), panel), class = "ccdpanel_error_derive")
  expect_error(
    indicator_weights(d, sheet_with("zone"), panel), "\"ratio\"", class = "ccdpanel_error_numeric"
  )
})

test_that("every unknown indicator is named at once", {
  d <- toy_panel()[c("unit", "year", "x")]
  expect_error(
    indicator_weights(d, toy_sheet(), panel), "\"y\", \"v\".*\"w\"",
    class = "ccdpanel_error_indicator"
  )
})

test_that("integers, and columns of a tibble, are numbers", {
  d <- toy_panel()
  d$x <- as.integer(d$x)
  expect_equal(
    indicator_weights(d, toy_sheet(), panel), indicator_weights(toy_panel(), toy_sheet(), panel)
  )
})

test_that("one indicator is constant and gets weight 0, several are and get it", {
  sheet <- indicator_sheet(data.frame(
    system = "s", dimension = "d", indicator = c("x", "y", "v"), direction = "+"
  ))
  expect_warning(
    indicator_weights(transform(toy_panel(), x = 1), sheet, c("unit", "year")),
    "Indicator \"x\" is constant and gets weight 0", fixed = TRUE
  )
  expect_warning(
    indicator_weights(transform(toy_panel(), x = 1, y = 2), sheet, c("unit", "year")),
    "Indicators \"x\" and \"y\" are constant and get weight 0", fixed = TRUE
  )
})

test_that("an indicator of one value in the base period is constant there: weight 0, said", {
  d <- data.frame(
    u = rep(1:4, 2), t = rep(1:2, each = 4), a = c(1, 2, 3, 5, 2, 2, 4, 1),
    b = c(2, 2, 2, 2, 1, 3, 4, 5), c = c(1, 5, 2, 4, 4, 2, 3, 3)
  )
  sheet <- data.frame(
    system = "s", dimension = "d", indicator = c("a", "b", "c"), direction = "+",
    weight = c(.2, .3, .5)
  )
  weigh <- function(method, normalise = "minmax") {
    expect_warning(
      suppressWarnings(
        w <- indicator_weights(d, sheet, c("u", "t"), method, normalise, c(base = 1)),
        classes = "ccdpanel_warning_outside"
      ), "constant in the base period", class = "ccdpanel_warning_constant"
    )
    w$weight
  }
  expect_equal(weigh("equal"), c(.5, 0, .5))
  expect_equal(weigh("given"), c(2, 0, 5) / 7)
  # Two indicators have one correlation: weights are as the standard deviations.
  z <- cbind((d$a - 1) / 4, (d$c - 1) / 4)
  expect_equal(weigh("critic"), append(apply(z, 2, sd) / sum(apply(z, 2, sd)), 0, 1))
  expect_equal(weigh("pca", "zscore"), c(.5, 0, .5))
})

test_that("the advice on repeated rows is code that runs", {
  d <- toy_panel()[c(1, 2, 2), ]
  expect_error(
    indicator_weights(d, toy_sheet(), c("unit", "year")), 'duplicated(data[c("unit", "year")])',
    fixed = TRUE, class = "ccdpanel_error_duplicate"
  )
})

test_that("an indicator that never leaves its optimal range is constant: weight 0, said", {
  sheet <- indicator_sheet(data.frame(
    system = "s", dimension = "d", indicator = c("x", "y", "w"),
    direction = c("interval", "+", "-"), lower = c(0, NA, NA), upper = c(10, NA, NA)
  ))
  keys <- c("unit", "year")
  plain <- indicator_weights(toy_panel(), sheet[2:3, ], keys, method = "equal")
  for (method in c("entropy", "equal", "sd", "critic", "pca")) {
    expect_warning(
      w <- indicator_weights(toy_panel(), sheet, keys, method = method), "\"x\" is constant",
      class = "ccdpanel_warning_constant"
    )
    expect_identical(w$weight[1], 0)
    expect_equal(sum(w$weight), 1)
  }
  given <- data.frame(system = "s", indicator = c("x", "y", "w"), weight = c(.5, .25, .25))
  expect_warning(
    idx <- composite_index(toy_panel(), sheet, keys, weights = given),
    class = "ccdpanel_warning_constant"
  )
  expect_equal(weights(idx)$weight, c(0, .5, .5))
  expect_warning(
    z <- normalise(toy_panel(), sheet, keys), "optimal range", class = "ccdpanel_warning_constant"
  )
  expect_equal(z$x, rep(1, 6))
  expect_warning(p <- pca_index(toy_panel(), sheet, keys), class = "ccdpanel_warning_constant")
  expect_false(anyNA(p$s))
  touching <- sheet
  touching$upper[1] <- 8
  expect_gt(indicator_weights(toy_panel(), touching, keys)$weight[1], 0)
})

test_that("an optimal range that all values are equally far from tells no row from another", {
  sheet <- function(lower, upper) {
    indicator_sheet(data.frame(
      system = "s", dimension = "d", indicator = c("x", "y", "v", "w"),
      direction = c("interval", "+", "-", "+"), lower = c(lower, NA, NA, NA),
      upper = c(upper, NA, NA, NA)
    ))
  }
  keys <- c("unit", "year")
  # Two values at either side; .3 - .1 and .7 - .5 are not the same double.
  cases <- list(
    list(x = c(1, 5, 5, 1, 1, 5), ends = c(2, 4)),
    list(x = c(.1, .7, .7, .1, .1, .7), ends = c(.3, .5))
  )
  for (case in cases) {
    d <- transform(toy_panel(), x = case$x)
    own <- sheet(case$ends[1], case$ends[2])
    for (scope in list("pooled", "period", c(base = 2002))) {
      for (method in c("entropy", "equal", "sd", "critic", "pca")) {
        weigh <- function(sheet) {
          suppressWarnings(indicator_weights(d, sheet, keys, method = method, scope = scope))
        }
        # Values beyond the base's range are negative, which entropy refuses.
        if (method == "entropy" && !identical(scope, "pooled")) next
        w <- weigh(own)
        rest <- weigh(own[-1, ])
        at <- w$indicator == "x"
        expect_identical(w$weight[at], 0 * w$weight[at])
        expect_equal(w$weight[!at], rest$weight)
      }
    }
    expect_warning(
      w <- indicator_weights(d, own, keys, method = "equal"), "\"x\" is constant",
      class = "ccdpanel_warning_constant"
    )
    expect_warning(p <- pca_index(d, own, keys), class = "ccdpanel_warning_constant")
    expect_equal(p$s, pca_index(d, own[-1, ], keys)$s)
  }
})

test_that("a base period within the optimal range has no scale for what is out of it", {
  sheet <- indicator_sheet(data.frame(
    system = "s", dimension = "d", indicator = c("x", "y", "w"),
    direction = c("interval", "+", "-"), lower = c(2, NA, NA), upper = c(6, NA, NA)
  ))
  keys <- c("unit", "year")
  d <- transform(toy_panel(), x = c(3, 1, 4, 60, 5, 5))
  made <- function(...) suppressWarnings(composite_index(d, ..., keys, scope = c(base = 2001)))
  for (method in c("equal", "sd", "critic", "pca")) {
    expect_warning(
      w <- suppressWarnings(
        indicator_weights(d, sheet, keys, method = method, scope = c(base = 2001)),
        classes = "ccdpanel_warning_outside"
      ), "\"x\" is constant", class = "ccdpanel_warning_constant"
    )
    expect_identical(w$weight[1], 0)
    expect_equal(made(sheet, weights = method)$s, made(sheet[-1, ], weights = method)$s)
  }
  expect_warning(
    expect_warning(
      z <- normalise(d, sheet, keys, scope = c(base = 2001)), "constant",
      class = "ccdpanel_warning_constant"
    ), class = "ccdpanel_warning_outside"
  )
  expect_equal(z$x, rep(1, 6))
  # The furthest of the base is on the range's end.
  d$x <- c(3, 1, 6, 60, 5, 5)
  expect_true(all(is.finite(made(sheet, weights = "equal")$s)))
  expect_equal(made(sheet, weights = "equal")$s, made(sheet[-1, ], weights = "equal")$s)
})

test_that("what is the same for all units of each period has no weight in components by period", {
  d <- transform(toy_panel(), v = year, unit = rep(letters[1:3], each = 2))
  sheet <- indicator_sheet(data.frame(
    system = "s", indicator = c("v", "x", "y", "w"), direction = c("+", "+", "-", "+")
  ))
  make <- function(sheet) suppressWarnings(pca_index(d, sheet, c("unit", "year"), scope = "period"))
  expect_warning(
    pca_index(d, sheet, c("unit", "year"), scope = "period"), "within periods",
    class = "ccdpanel_warning_constant"
  ) |> suppressWarnings()
  expect_identical(weights(make(sheet))$weight[1], 0)
  expect_equal(make(sheet)$s, make(sheet[-1, ])$s)
})

test_that("an indicator that one missing value empties says how", {
  d <- data.frame(
    unit = rep(c("a", "b"), 2), year = rep(1:2, each = 2), a = c(1, NA, 2, 8), y = 1:4
  )
  sheet <- data.frame(
    system = "s", dimension = "d", indicator = c("r", "y"), direction = "+",
    derive = c("a / mean(a)", NA)
  )
  expect_error(
    suppressMessages(composite_index(d, sheet, c("unit", "year"))), "na.rm = TRUE",
    class = "ccdpanel_error_all_missing"
  )
})

test_that("a name with a unit is that column, and never one beside it without a word", {
  columns <- list(a = c(1, 4, 2, 8), b = c(9, 1, 3, 2))
  index_of <- function(names, typed, unit = NULL) {
    d <- data.frame(u = c("p", "q"), t = c(1, 1, 2, 2), columns)
    names(d)[3:4] <- names
    sheet <- data.frame(system = "s", dimension = "d", indicator = typed, direction = "+")
    sheet$unit <- unit
    composite_index(d, sheet, c("u", "t"))$s
  }
  share <- function(x) (x - min(x)) / diff(range(x))
  pairs <- list(
    c("GDP/\u4eba", "GDP"), c("GDP\uff08\u4ebf\u5143\uff09", "GDP"), c("GDP, %", "GDP"),
    c("GDP (+)", "GDP"), c("GDP ", "GDP")
  )
  for (pair in pairs) {
    expect_error(
      index_of(pair, pair[1]), "may be \"GDP\" and", class = "ccdpanel_error_indicator"
    )
  }
  for (pair in pairs[1:3]) expect_equal(index_of(pair, "GDP"), share(columns$b))
  expect_error(
    index_of(c("GDP (%)", "GDP"), "GDP", "%"), "\"GDP \\(%\\)\"",
    class = "ccdpanel_error_indicator"
  )
  units <- c("GDP (\u4ebf\u5143)", "GDP (\u4e07\u5143)")
  expect_equal(index_of(units, units[2]), share(columns$b))
  expect_equal(index_of(units, "GDP", "\u4ebf\u5143"), share(columns$a))
  expect_error(index_of(units, "GDP"), class = "ccdpanel_error_indicator")
  expect_equal(index_of(c("GDP (+)", "z"), "GDP (+)"), share(columns$a))
})
