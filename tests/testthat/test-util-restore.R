panel <- c("unit", "year")
idx <- composite_index(toy_panel(), toy_sheet(), panel, keep = "zone")
is_index <- function(x) inherits(x, "composite_index") && !is.null(attr(x, "recipe"))

test_that("what keeps units, times and scores stays an index", {
  expect_true(is_index(idx[2:4, ]))
  expect_true(is_index(idx[idx$year == 2001, ]))
  expect_true(is_index(idx[c("unit", "year", "one", "two")]))
  expect_true(is_index(idx[order(idx$one), ]))
  expect_true(is_index(head(idx, 2)))
  more <- idx
  more$region <- "x"
  expect_true(is_index(more))
  more[["other"]] <- 1
  expect_true(is_index(more))
  more[2, "region"] <- "y"
  expect_true(is_index(more))
  names(more)[names(more) == "region"] <- "area"
  expect_true(is_index(more))
  expect_true(is_index(rbind(idx[1:3, ], idx[4:6, ])))
  expect_identical(rbind(idx[1:3, ], idx[4:6, ])$one, idx$one)
})

test_that("what does not becomes a plain data frame", {
  plain <- function(x) expect_identical(class(x), "data.frame")
  plain(idx[c("unit", "one")])
  plain(idx[c(1, 1), ])
  plain(rbind(idx[1:2, ], idx[1:2, ]))
  changed <- idx
  changed$one <- 0
  plain(changed)
  changed <- idx
  changed[1, "two"] <- .5
  plain(changed)
  changed <- idx
  changed[["year"]] <- changed$year + 1
  plain(changed)
  changed <- idx
  names(changed)[1] <- "state"
  plain(changed)
  expect_null(attr(changed, "recipe"))
  expect_identical(idx[["one"]], idx$one)
  expect_type(idx[, "one"], "double")
})

test_that("merging gives a plain and complete data frame, either way round", {
  idx <- composite_index(state_capital, state_sheet(), c("state", "year"), keep = "region")
  for (data in list(merge(state_capital, idx), merge(idx, state_capital))) {
    expect_identical(class(data), "data.frame")
    expect_null(attr(data, "recipe"))
    expect_identical(nrow(data), 816L)
    at <- match(paste(data$state, data$year), paste(idx$state, idx$year))
    expect_identical(data$economy, idx$economy[at])
    expect_identical(data$output, state_capital$output[at])
  }
})

test_that("printing never assumes the recipe", {
  bare <- structure(
    list(unit = "a", one = 1), class = c("composite_index", "data.frame"), row.names = 1L
  )
  expect_output(print(bare), "one")
  class(bare)[1] <- "coupling"
  expect_output(print(bare), "one")
})

test_that("dplyr's verbs obey the same rule", {
  skip_if_not_installed("dplyr")
  expect_true(is_index(dplyr::filter(idx, year == 2001)))
  expect_true(is_index(dplyr::arrange(idx, one)))
  expect_true(is_index(dplyr::mutate(idx, twice = one * 2)))
  expect_false(is_index(dplyr::mutate(idx, one = one * 2)))
  expect_false(is_index(dplyr::select(idx, unit, one)))
  expect_false(is_index(dplyr::rename(idx, state = unit)))
  cc <- coupling(idx)
  expect_s3_class(dplyr::filter(cc, year == 2001), "coupling")
  expect_identical(class(dplyr::mutate(cc, D = 0)), "data.frame")
})

test_that(
  paste0(
    "a column called like a system is no key: merge() and dplyr's joins name it and the way ",
    "out, either way round"
  ),
  {
  idx <- composite_index(state_capital, state_sheet(), c("state", "year"), keep = "region")
  data <- transform(state_capital, economy = output)
  refused <- function(expr) {
    expect_error(
      expr, "\"economy\".*816 of 816.*suffixes = c\\(\"\", \"_index\"\\)",
      class = "ccdpanel_error_name"
    )
  }
  refused(merge(data, idx))
  refused(merge(idx, data))
  refused(merge(data, coupling(idx), all.x = TRUE))
  two <- merge(data, idx, by = c("state", "year"), suffixes = c("", "_index"))
  at <- match(paste(two$state, two$year), paste(idx$state, idx$year))
  expect_identical(two$economy_index, idx$economy[at])
  expect_identical(two$economy, state_capital$output[match(
    paste(two$state, two$year), paste(state_capital$state, state_capital$year)
  )])
  expect_identical(nrow(merge(idx, data, c("state", "year"))), 816L)
  # kept columns and the same numbers are shared without harm; a result of normalised or filled data
  # is as a result of any other
  expect_identical(nrow(merge(idx, coupling(idx))), 816L)
  z <- normalise(state_capital, state_sheet(), c("state", "year"))
  expect_error(merge(state_capital, z), "unemployment", class = "ccdpanel_error_name")
  expect_identical(nrow(merge(state_capital[c("state", "year", "region")], z)), 816L)
  expect_error(
    merge(data.frame(state = unique(data$state), economy = 1), idx), "year",
    class = "ccdpanel_error_panel"
  )
  expect_identical(ncol(as.data.frame(idx)), ncol(idx))
  skip_if_not_installed("dplyr")
  refused(dplyr::left_join(data, idx))
  refused(dplyr::full_join(idx, data))
  refused(dplyr::anti_join(data, idx))
  joined <- dplyr::left_join(data, idx, by = c("state", "year"), suffix = c("", "_index"))
  expect_identical(joined$economy_index, idx$economy)
  expect_identical(nrow(suppressMessages(dplyr::left_join(state_capital, idx))), 816L)
  expect_identical(class(tibble::as_tibble(idx)), c("tbl_df", "tbl", "data.frame"))
})

test_that("labelled columns show their labels, and match by their codes", {
  skip_if_not_installed("haven")
  data <- data.frame(
    prov = haven::labelled(
      rep(c(12L, 11L), each = 3),
      stats::setNames(11:12, c("\u5317\u4eac\u5e02", "\u5929\u6d25\u5e02"))
    ),
    year = rep(2011:2013, 2),
    x = c(1, 5, 2, 4, 3, 6), y = c(2, 1, 6, 3, 5, 4),
    zone = haven::labelled(
      rep(c(2, 1), each = 3), stats::setNames(c(1, 2), c("\u4e1c\u90e8", "\u897f\u90e8"))
    )
  )
  sheet <- data.frame(
    system = c("a", "b"), dimension = "d", indicator = c("x", "y"), direction = "+"
  )
  idx <- composite_index(data, sheet, c("prov", "year"), keep = "zone")
  cc <- coupling(idx)
  expect_identical(cc$prov, rep(c(12L, 11L), each = 3))
  expect_identical(nrow(merge(as.data.frame(data), as.data.frame(cc), by = c("prov", "year"))), 6L)
  # A locale without these letters prints their codes.
  skip_if_not(l10n_info()[["UTF-8"]])
  expect_output(print(idx), "\u5929\u6d25\u5e02 2011 +\u897f\u90e8")
  expect_output(print(cc[1:4, ]), "\u5317\u4eac\u5e02")
  wide <- wide_table(cc, "D", rank = FALSE, average = FALSE)
  expect_identical(as.character(wide$prov), c("\u5317\u4eac\u5e02", "\u5929\u6d25\u5e02"))
  plain <- coupling(
    data.frame(unit = rep(c("t", "b"), each = 3), year = data$year, a = idx$a, b = idx$b),
    c("a", "b"), c("unit", "year")
  )
  expect_equal(wide[["2012"]], plain$D[c(5, 2)])
  means <- summary(cc, by = "zone")
  expect_identical(as.character(means$zone), c("\u4e1c\u90e8", "\u897f\u90e8"))
  path <- save_table(cc, tempfile(fileext = ".csv"))
  expect_identical(
    utils::read.csv(path, encoding = "UTF-8")$prov,
    rep(c("\u5929\u6d25\u5e02", "\u5317\u4eac\u5e02"), each = 3)
  )
})

test_that("labels stand for the codes of units and groups in every print and table", {
  # Codes that no number of a table is.
  states <- unique(as.character(state_capital$state))
  coded <- state_capital
  coded$state <- structure(
    70000 + match(as.character(state_capital$state), states), labels = stats::setNames(
      70000 + seq_along(states), states
    ), class = c("haven_labelled", "vctrs_vctr", "double")
  )
  regions <- unique(as.character(state_capital$region))
  coded$region <- structure(
    80000 + match(as.character(state_capital$region), regions), labels = stats::setNames(
      80000 + seq_along(regions), regions
    ), class = c("haven_labelled", "vctrs_vctr", "double")
  )
  panel <- c("state", "year")
  sheet <- state_sheet()
  gaps <- coded
  gaps$water[c(3, 40)] <- NA
  filled <- impute_gaps(gaps, panel, vars = "water")
  idx <- composite_index(coded, sheet, panel, keep = "region")
  cc <- coupling(idx)
  fit <- fe_reg(log(output) ~ log(highways) | state + year, coded, panel = panel)
  later <- fe_reg(D ~ economy | state + year, as.data.frame(cc))
  shown <- suppressMessages(list(
    normalise(coded, sheet, panel), filled, imputed(filled), idx, cc, summary(cc, by = "region"),
    wide_table(cc, "D"), obstacle_degree(coded, sheet, panel), fixef(fit),
    fixef(later), by_group(later, ~region),
    descriptives(coded, "output", by = "region"), lead_lag(cc, c("infrastructure", "economy")),
    index_uncertainty(cc, coded, n = 5, seed = 1, progress = FALSE), by_group(fit, ~region),
    regression_table(by_group(fit, ~region))
  ))
  for (i in seq_along(shown)) {
    text <- capture.output(print(shown[[i]]))
    expect_false(any(grepl("[78]00[0-9]{2}", text)), info = class(shown[[i]])[1])
    expect_true(
      any(vapply(c(states, regions), function(n) any(grepl(n, text)), NA)),
      info = class(shown[[i]])[1]
    )
    if (!is.data.frame(shown[[i]]) || inherits(shown[[i]], "regression_table")) next
    file <- save_table(shown[[i]], tempfile(fileext = ".csv"))
    back <- utils::read.csv(file)
    named <- unlist(back[intersect(c("state", "region"), names(back))])
    expect_true(all(named %in% c(states, regions, "All")), info = class(shown[[i]])[1])
  }
})
