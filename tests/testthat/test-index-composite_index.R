panel <- c("unit", "year")

test_that("by hand with equal weights", {
  idx <- composite_index(toy_panel(), toy_sheet(), panel, weights = "equal", keep = "zone")
  expect_s3_class(idx, c("composite_index", "data.frame"), exact = TRUE)
  expect_named(idx, c("unit", "year", "zone", "one", "two"))
  expect_equal(idx$one, (c(0, 1, 2, 3, 4, 8) / 8 + c(50, 20, 40, 30, 10, 0) / 50) / 2)
})

test_that("agrees with the definition by entropy weights", {
  idx <- composite_index(state_capital, state_sheet(), c("state", "year"))
  z <- mapply(plain_min_max, state_capital[state_sheet()$indicator], state_sheet()$direction)
  w <- plain_entropy_weights(state_capital, state_sheet())
  expect_equal(idx$infrastructure, as.vector(z[, 1:3] %*% w[1:3]), tolerance = 1e-13)
  expect_equal(idx$economy, as.vector(z[, 4:6] %*% w[4:6]), tolerance = 1e-13)
})

test_that("rows stay in input order, and their order does not matter", {
  idx <- composite_index(toy_panel(), toy_sheet(), panel)
  order <- c(3, 6, 1, 5, 2, 4)
  again <- composite_index(toy_panel()[order, ], toy_sheet(), panel)
  expect_identical(again$unit, toy_panel()$unit[order])
  expect_equal(again$two, idx$two[order])
})

test_that("systems keep their names verbatim", {
  sheet <- toy_sheet()
  sheet$system <- rep(c("new quality productivity", "\u5236\u9020\u4e1a"), each = 2)
  expect_named(
    composite_index(toy_panel(), sheet, panel),
    c(panel, "new quality productivity", "\u5236\u9020\u4e1a")
  )
})

test_that("scale multiplies", {
  one <- composite_index(toy_panel(), toy_sheet(), panel)
  hundred <- composite_index(toy_panel(), toy_sheet(), panel, scale = 100)
  expect_equal(hundred$one, 100 * one$one)
  expect_equal(scores(hundred)$d1, 100 * scores(one)$d1)
})

test_that("missing values stop, or are passed on and counted", {
  d <- toy_panel()
  d$y[3] <- NA
  expect_error(
    composite_index(d, toy_sheet(), panel), "y \\(1\\)", class = "ccdpanel_error_missing"
  )
  idx <- composite_index(d, toy_sheet(), panel, missing = "propagate")
  expect_identical(which(is.na(idx$one)), 3L)
  expect_false(anyNA(idx$two))
  complete <- composite_index(d[-3, ], toy_sheet(), panel)
  expect_equal(idx$one[-3], complete$one)
  expect_equal(idx$two, composite_index(toy_panel(), toy_sheet(), panel)$two)
  expect_identical(attr(idx, "recipe")$omitted, c(one = 1L, two = 0L))
  expect_output(print(idx), "one 1")
  d$y[-1] <- NA
  expect_error(
    composite_index(d, toy_sheet(), panel, missing = "propagate"), "two complete rows",
    class = "ccdpanel_error_missing"
  )
})

test_that("the recipe says how it was made", {
  recipe <- attr(composite_index(toy_panel(), toy_sheet(), panel), "recipe")
  expect_identical(recipe$panel, panel)
  expect_identical(recipe[c("method", "normalise", "scope", "zero", "aggregate", "missing")],
    list(
      method = "entropy", normalise = "minmax", scope = "pooled", zero = "limit",
      aggregate = "linear", missing = "error"
    ))
})

test_that("misuse is named", {
  d <- toy_panel()
  expect_error(
    composite_index(d, toy_sheet(), panel, keep = "nowhere"), class = "ccdpanel_error_column"
  )
  expect_error(
    composite_index(d, toy_sheet(), c("unit", "nowhere")), class = "ccdpanel_error_column"
  )
  expect_error(
    composite_index(d, toy_sheet(), panel, aggregate = "guess"), class = "ccdpanel_error_choice"
  )
  expect_error(
    composite_index(d, toy_sheet(), panel, weights = "guess"), class = "ccdpanel_error_choice"
  )
  expect_error(
    composite_index(d, toy_sheet(), panel, missing = "guess"), class = "ccdpanel_error_choice"
  )
  expect_error(composite_index(d, toy_sheet(), panel, scale = 0), class = "ccdpanel_error_number")
  sheet <- toy_sheet()
  sheet$system[sheet$system == "one"] <- "unit"
  expect_error(composite_index(d, sheet, panel), class = "ccdpanel_error_name")
})

test_that("the message names the argument as the user typed it", {
  expect_error(
    composite_index(toy_panel(), toy_sheet(), c("unit", "year"), weights = "{ent}"),
    "`weights` must be one of.*\\{ent\\}", class = "ccdpanel_error_choice"
  )
  expect_error(
    indicator_weights(toy_panel(), toy_sheet(), c("unit", "year"), method = "{ent}"),
    "`method` must be one of", class = "ccdpanel_error_choice"
  )
})

test_that("indices and dimension scores of ASEM are COINr's", {
  testthat::skip_if_not_installed("COINr")
  coin <- COINr::build_example_coin(quietly = TRUE)
  meta <- coin$Meta$Ind
  # Weights of COINr are within the parent; here uneven ones at both levels.
  weights <- coin$Meta$Weights$Original
  weights$Weight <- seq(1, 3, length.out = nrow(weights))
  weights$Weight[weights$Level > 3] <- 1
  coin <- suppressMessages(COINr::Normalise(
    coin, dset = "Treated", global_specs = list(f_n = "n_minmax", f_n_para = list(c(0, 1)))
  ))
  peer <- as.data.frame(COINr::get_dset(suppressMessages(
    COINr::Aggregate(coin, dset = "Normalised", w = weights, f_ag = "a_amean")
  ), "Aggregated"))
  own <- stats::setNames(weights$Weight, weights$iCode)
  parent <- stats::setNames(meta$Parent, meta$iCode)
  indicators <- meta$iCode[meta$Level %in% 1]
  pillar <- parent[indicators]
  share <- function(x, group) x / ave(x, group, FUN = sum)
  pillars <- unique(pillar)
  pillar_share <- stats::setNames(share(own[pillars], parent[pillars]), pillars)
  sheet <- suppressMessages(indicator_sheet(data.frame(
    system = parent[pillar], dimension = pillar, indicator = indicators,
    direction = ifelse(meta$Direction[match(indicators, meta$iCode)] < 0, "-", "+"),
    weight = share(own[indicators], pillar) * pillar_share[pillar]
  )))
  treated <- as.data.frame(COINr::get_dset(coin, "Treated"))
  data <- data.frame(uCode = treated$uCode, year = 2018, treated[indicators])
  idx <- composite_index(data, sheet, c("uCode", "year"), weights = "given")
  peer <- peer[match(data$uCode, peer$uCode), ]
  for (system in c("Conn", "Sust")) expect_lt(max(abs(idx[[system]] - peer[[system]])), 1e-12)
  by_dimension <- scores(idx)
  for (dimension in pillars) {
    expect_lt(max(abs(by_dimension[[dimension]] - peer[[dimension]])), 1e-12)
  }
  expect_length(pillars, 8)
  expect_identical(length(idx$Conn), 51L)
})

test_that("a normalised panel is not normalised again, and weights of each period are said", {
  path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
  sheet <- indicator_sheet(path)
  panel <- c("state", "year")
  n <- normalise(state_capital, sheet, panel)
  wrong <- function(...) {
    expect_error(composite_index(n, sheet, panel, ...), class = "ccdpanel_error_argument")
    expect_error(pca_index(n, sheet, panel, ...), class = "ccdpanel_error_argument")
  }
  wrong(normalise = "rank")
  wrong(scope = c(base = 1970))
  expect_error(
    indicator_weights(n, sheet, panel, normalise = "zscore"), class = "ccdpanel_error_argument"
  )
  said <- function(x) utils::capture.output(print(x))[3]
  yearly <- composite_index(n, sheet, panel, scope = "period")
  expect_match(said(yearly), "entropy of each period; normalisation: minmax, pooled")
  given <- composite_index(
    state_capital, sheet, panel, indicator_weights(state_capital, sheet, panel, scope = "period")
  )
  expect_match(said(given), "given of each period; normalisation: minmax, pooled")
  expect_no_match(said(composite_index(n, sheet, panel)), "period")
  expect_no_match(said(composite_index(state_capital, sheet, panel, scope = "period")), "of each")
})

test_that("what gaps let each system say is said once of all, in memory and in a database", {
  d <- expand.grid(year = 2001:2004, city = c("a", "b", "c"), stringsAsFactors = FALSE)
  d <- transform(d, a = sin(1:12)^2, b = cos(1:12)^2, c = sqrt(1:12), k = 1, m = 2)
  d$c[5] <- NA
  sheet <- data.frame(
    system = c("q", "p", "q", "p", "p", "q"), dimension = "d",
    indicator = c("a", "b", "c", "k", "a", "m"), direction = "+"
  )
  # Rows beyond the range of 2001: of q those that have c.
  outside <- function(x, rows = seq_along(x)) {
    base <- range(x[intersect(rows, c(1, 5, 9))])
    sum(x[rows] < base[1] | x[rows] > base[2])
  }
  whole <- setdiff(1:12, 5)
  counts <- sprintf(
    "a (%d), b (%d), c (%d), and a (%d)", outside(d$a, whole), outside(d$b), outside(d$c, whole),
    outside(d$a)
  )
  warned <- function(data) {
    out <- character()
    withCallingHandlers(
      composite_index(
        data, sheet, c("city", "year"), weights = "sd", missing = "propagate",
        scope = c(base = 2001)
      ),
      warning = function(w) {
        out <<- c(out, gsub("\\s+", " ", conditionMessage(w)))
        rlang::cnd_muffle(w)
      }
    )
    out
  }
  own <- warned(d)
  expect_length(own, 2)
  expect_match(own[1], "\"k\" and \"m\" are constant", fixed = TRUE)
  expect_match(own[2], counts, fixed = TRUE)
  con <- sqlite()
  expect_identical(warned(stored(con, d)), own)
})
