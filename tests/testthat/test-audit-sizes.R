halves <- c("Areas with lower levels of urbanization", "Areas with high levels of urbanization")

test_that(
  paste0(
    "Cui's Table 8: a median split of 270 rows is 135 and 135, not 157 and 113; 22 and 18 ",
    "provinces are more than 30"
  ),
  {
  a <- audit_sizes(cui_table8, groups = halves, total = 270, total_units = 30, split = "median")
  expect_identical(verdict_of(a, "size by the split"), c("inconsistent", "inconsistent"))
  expect_identical(a$lower[a$check == "size by the split"], c(135, 135))
  expect_match(a$reason[a$check == "size by the split"], "22 rows off")
  expect_identical(cui_table8$estimate[a$row[a$check == "size by the split"]], c("157", "113"))
  expect_identical(verdict_of(a, "sum of the sizes"), "consistent")
  expect_identical(verdict_of(a, "sum of the units"), "undetermined")
  # 108 + 81 + 81 of 12 + 9 + 9 provinces
  regions <- audit_sizes(
    cui_table8, groups = c("Eastern region", "Central China", "Western region"), total = 270,
    total_units = 30, split = c(12, 9, 9) / 30
  )
  expect_true(all(regions$verdict == "consistent"))
  # Table 9: 171 + 99 and 148 + 122
  expect_identical(verdict_of(
    audit_sizes(cui_table9, groups = unique(cui_table9$model)[1:2], total = 270, split = "median"),
    "size by the split"
  ), rep("inconsistent", 2))
})

test_that("sizes of any table: odd numbers, shares, sums", {
  of <- function(N, split, ...) {
    verdict_of(audit_sizes(data.frame(N), "N", split = split, ...), "size by the split")
  }
  expect_identical(of(c("135", "135"), "median"), c("consistent", "consistent"))
  expect_identical(of(c("136", "135"), "median"), c("consistent", "consistent"))
  expect_identical(of(c("137", "134"), "median"), c("inconsistent", "inconsistent"))
  expect_identical(of(c("34", "33", "33"), "tercile"), rep("consistent", 3))
  expect_identical(of(c("1,080", "810", "810"), c(.4, .3, .3)), rep("consistent", 3))
  expect_identical(of(c("10", "-"), "median"), rep("undetermined", 2))
  expect_identical(verdict_of(
    audit_sizes(data.frame(N = c("60", "41")), "N", total = 100), "sum of the sizes"
  ), "inconsistent")
  expect_identical(
    verdict_of(audit_sizes(data.frame(N = c("60", "40.5")), "N"), "size"),
    c("consistent", "inconsistent")
  )
  units <- function(k) {
    verdict_of(
      audit_sizes(data.frame(N = "9", k), "N", units = "k", total_units = 30), "sum of the units"
    )
  }
  expect_identical(units(c("12", "18")), "consistent")
  expect_identical(units(c("12", "17")), "inconsistent")
  expect_identical(units(c("12", "31")), "inconsistent")
})

split_audit <- function(N, split) {
  a <- audit_sizes(data.frame(N = as.character(N)), "N", split = split)
  a[a$check == "size by the split", ]
}

test_that("a quantile that is a value, in the group above, is no contradiction", {
  set.seed(1)
  parts <- c(tercile = 3, quartile = 4, quintile = 5)
  # Many types make the same sizes: these are audited once.
  verdicts <- list()
  verdict <- function(sizes, split) {
    key <- paste(c(split, sizes), collapse = " ")
    verdicts[[key]] <<- verdicts[[key]] %||% split_audit(sizes, split)$verdict
    verdicts[[key]]
  }
  for (N in 50:70) {
    x <- runif(N)
    for (split in names(parts)) {
      for (type in 1:9) {
        at <- quantile(x, seq_len(parts[[split]] - 1) / parts[[split]], type = type)
        for (left.open in c(TRUE, FALSE)) {
          n <- tabulate(findInterval(x, at, left.open = left.open) + 1, parts[[split]])
          for (sizes in list(n, rev(n))) {
            expect_false("inconsistent" %in% verdict(sizes, split))
          }
        }
      }
    }
  }
  # 218 by quartiles: 54.5, 109, 163.5
  a <- split_audit(c(53, 55, 55, 55), "quartile")
  expect_identical(a$verdict, c("undetermined", rep("consistent", 3)))
  expect_match(a$reason[1], "a quantile that is itself a value")
  expect_identical(split_audit(c(52, 56, 55, 55), "quartile")$verdict[1:2], rep("inconsistent", 2))
  expect_identical(split_audit(c(136, 134), "median")$verdict, rep("inconsistent", 2))
})

test_that("misuse is named", {
  d <- data.frame(g = c("a", "b"), N = c("1", "2"))
  expect_error(audit_sizes(d), class = "ccdpanel_error_column")
  expect_error(audit_sizes(d, "z"), class = "ccdpanel_error_column")
  expect_error(audit_sizes(cui_table8, "Size"), class = "ccdpanel_error_column")
  expect_error(audit_sizes(d, "N", groups = "a"), class = "ccdpanel_error_groups")
  expect_error(
    audit_sizes(d, "N", group = "g", groups = c("a", "c")), class = "ccdpanel_error_groups"
  )
  for (bad in list("half", c(.5, .6), "tercile", 1)) {
    expect_error(audit_sizes(d, "N", split = bad), class = "ccdpanel_error_split")
  }
  expect_error(audit_sizes(d, "N", total = 0), class = "ccdpanel_error_number")
})

test_that("shares that are named go by their names, and other names are an error", {
  printed <- data.frame(group = c("low", "middle", "high"), N = c("20", "30", "50"))
  of <- function(split, ...) {
    verdict_of(audit_sizes(printed, "N", group = "group", split = split, ...), "size by the split")
  }
  expect_identical(of(c(high = .5, low = .2, middle = .3)), rep("consistent", 3))
  expect_identical(of(c(.2, .3, .5)), rep("consistent", 3))
  expect_identical(
    of(c(low = .5, middle = .3, high = .2)), c("inconsistent", "consistent", "inconsistent")
  )
  expect_error(of(c(a = .2, b = .3, c = .5)), "split", class = "ccdpanel_error_names")
  expect_error(
    audit_sizes(printed, "N", split = c(low = .2, middle = .3, high = .5)),
    class = "ccdpanel_error_names"
  )
})
