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
  bare <- structure(list(unit = "a", one = 1), class = c("composite_index", "data.frame"), row.names = 1L)
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
