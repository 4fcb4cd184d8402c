# Ranks with ties, by each rule; what the rules give is base R's rank() and match().

places <- function(x) {
  list(
    competition = rank(-x, ties.method = "min"), dense = match(x, sort(unique(x), TRUE)),
    average = rank(-x), modified = rank(-x, ties.method = "max")
  )
}

audit_places <- function(x, place, digits = 2) {
  audit_ranks(
    data.frame(m = formatC(x, format = "f", digits = digits), r = format(place, trim = TRUE)),
    average = "m", rank = "r"
  )
}

test_that("each rule of counting ties is no contradiction, and named", {
  set.seed(8)
  for (trial in 1:20) {
    x <- sample(seq(0.1, 0.9, 0.1), 8, TRUE)
    if (!anyDuplicated(x[x > min(x)])) next
    by <- places(x)
    for (rule in names(by)) {
      a <- audit_places(x, by[[rule]])
      expect_false(any(a$verdict == "inconsistent"), info = paste(rule, toString(x)))
      expect_match(
        a$reason[a$check == "ranking rule"],
        c(
          competition = "(?<!modified )competition ranks", dense = "dense ranks",
          average = "average ranks", modified = "modified competition"
        )[[rule]],
        perl = TRUE
      )
    }
    a <- audit_places(x, rank(-x, ties.method = "first"))
    expect_false(any(a$verdict == "inconsistent"))
    expect_false("ranking rule" %in% a$check)
  }
})

test_that("a dense rank that is wrong stays a contradiction", {
  x <- c(0.9, 0.8, 0.8, 0.7, 0.6)
  expect_identical(
    verdict_of(audit_places(x, c(1, 2, 2, 3, 4)), "rank by the average")[c(1, 4, 5)],
    rep("consistent", 3)
  )
  # Two rows exchanged; a rank that is given twice though the averages differ; one that is left out.
  for (place in list(c(1, 2, 2, 4, 3), c(1, 2, 2, 3, 3), c(2, 1, 1, 3, 4), c(1, 2, 2, 3, 5))) {
    a <- audit_places(x, place)
    expect_true(any(verdict_of(a, "rank by the average") == "inconsistent"), info = toString(place))
  }
})

test_that("ties that follow no rule are said, and not tied ranks need no rule", {
  a <- audit_places(c(0.9, 0.8, 0.8, 0.7), c(1, 1, 3, 4))
  expect_identical(verdict_of(a, "ranking rule"), "consistent")
  a <- audit_places(c(0.9, 0.8, 0.8, 0.7), c(1, 2, 2, 5))
  expect_identical(verdict_of(a, "ranking rule"), "undetermined")
  expect_false("ranking rule" %in% audit_places(c(0.9, 0.8), 1:2)$check)
})

test_that("ranks held against averages of unknown weights may be dense as well", {
  table <- data.frame(
    a = c("0.9", "0.5", "0.5", "0.1"), b = c("0.8", "0.4", "0.4", "0.2"), r = c("1", "2", "2", "3")
  )
  a <- audit_ranks(table, c("a", "b"), rank = "r")
  expect_false(any(a$verdict == "inconsistent"))
  expect_match(a$reason[a$check == "ranking rule"], "dense")
})

test_that("what cannot be told of dense ranks is said with the ranks that may be", {
  # The two may be 0.412 and 0.408 or the same: the first and the second rank, or the first twice.
  a <- audit_places(c(0.41, 0.41, 0.39, 0.12), c(1, 1, 2, 3))
  open <- a[a$verdict == "undetermined", ]
  expect_identical(open$row, 1:2)
  expect_match(open$reason, "cannot tell apart give dense rank 1 to 2")
  expect_identical(open$lower, c(1, 1))
  expect_identical(open$upper, c(2, 2))
  withr_options(list(ccdpanel.language = "zh"), environment())
  skip_if_not(l10n_info()[["UTF-8"]])
  expect_output(print(a), "\u5bc6\u96c6\u6392\u540d\u5e94\u4e3a\u7b2c1\u81f32\u540d")
})
