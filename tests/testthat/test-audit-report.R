bad <- data.frame(u = c("a", "b", "a"), w = c("0.50", "0.30", "-"), s = "x")

test_that("an audit is a data frame of lines; counts are those of its verdicts", {
  a <- audit_weights(bad, "w", "s", indicator = "u")
  expect_s3_class(a, c("audit", "data.frame"), exact = TRUE)
  expect_named(a, c("row", "item", "check", "verdict", "reason", "printed", "lower", "upper"))
  s <- summary(a)
  expect_identical(s$check, c("weight in [0, 1]", "weights sum to one"))
  expect_equal(c(s$consistent, s$inconsistent, s$undetermined), c(2, 0, 0, 0, 1, 1))
  expect_identical(class(as.data.frame(a)), "data.frame")
  expect_identical(class(a[a$verdict == "undetermined", ]), "data.frame")
  expect_identical(a$row[1:3], 1:3)
})

test_that("the story counts, names the rows, and stays within 80 columns", {
  a <- audit_ranks(bad, average = "w", unit = "u")
  out <- capture.output(shown <- print(a))
  expect_identical(shown, a)
  expect_true(any(grepl("1 inconsistent", out, fixed = TRUE)))
  expect_true(any(grepl("row 3 (a)", out, fixed = TRUE)))
  expect_true(any(grepl("Empty cells: 1", out, fixed = TRUE)))
  expect_true(all(nchar(out) <= 80))
  expect_false(any(grepl("row 3", capture.output(print(a, n = 0)), fixed = TRUE)))
  expect_error(print(a, n = -1), class = "ccdpanel_error_number")
})

test_that("what was done to the lines does not break printing", {
  a <- audit_ranks(bad, average = "w", unit = "u")
  a$verdict <- NULL
  expect_output(print(a), "reason")
})

test_that("the story reads well", {
  expect_snapshot(print(audit_weights(gu_table4, "weight", "system", indicator = "indicator")))
  expect_snapshot(print(audit_ranks(
    wang_yu_table2, as.character(2012:2022), "average", unit = "printed"
  )))
  expect_snapshot(print(audit_coupling(
    gu_table5, "C", "T", "D", "level", unit = "year", rows = "mean"
  )))
})

test_that("the messages name argument, expectation, finding and a way out", {
  d <- data.frame(w = c("0.5", "half"), D = "0.5", l = "splendid")
  expect_snapshot_output(what_is_said({
    audit_weights(d, "w")
    audit_weights(d, "D", digits = 99)
    audit_weights(d, c("D", "l"))
    audit_weights(d[0, ], "D")
    audit_coupling(d, D = "D", level = "l")
    audit_coupling(d, systems = "D")
    audit_coupling(d, T = "D", systems = c("D", "w")[c(1, 1)])
    audit_ranks(d, "D", "D", weights = c(1, 2))
    audit_ranks(d, "D", "D", within = 1)
    audit_ranks(d, rank = "D")
    audit_ranks(d, "D", unit = "l", expected = 3)
    audit_descriptives(d, mean = "D")
    audit_coefficients(d, "D", "D", thresholds = 2)
    audit_coefficients(d, "D", sums = list(1))
  }))
})

test_that("a table of which only names are read says nothing of decimals", {
  printed <- capture.output(print(audit_ranks(zhou_lang_table1, unit = "sector", within = NULL)))
  expect_false(any(grepl("Read as", printed)))
  expect_match(printed, "12 names, none twice", all = FALSE)
})

# The six audits of the shipped tables, and of print with every fault that they know.
shipped_audits <- function() {
  print <- function(...) data.frame(..., stringsAsFactors = FALSE)
  halves <- unique(cui_table8$model)[4:5]
  list(
    audit_weights(gu_table4, "weight", "system", indicator = "indicator"),
    audit_weights(print(w = c(".5", "-.3", "1.2", "-"), e = c("-.1", "1.3", "-", ".4")), "w",
      entropy = "e"
    ),
    audit_weights(print(e = c(".3", ".3", ".4"), w = c(".3", ".3", ".4")), "w", entropy = "e"),
    audit_coupling(gu_table5, "C", "T", "D", "level", unit = "year", rows = "mean"),
    audit_coupling(gu_table5, "C", "T", systems = 2, formula = "2 * sqrt(u * v * (u + v)^2)"),
    audit_coupling(
      print(u = c(".60", ".50"), v = c(".40", ".50"), w = c(".20", ".30"), C = c(".303", ".325")),
      C = "C", systems = c("u", "v", "w")
    ),
    audit_coupling(
      print(u = c(".6", ".3"), v = c(".2", ".5"), C = c(".87", ".97"), T = c(".50", ".36"),
        D = c(".43", ".35"), l = c("5", "4")
      ), "C", "T", "D", "l", c("u", "v")
    ),
    audit_coupling(
      print(C = c(".5", "1.2", "-"), T = c(".9", ".5", ".2"), D = c(".60", ".45", ".5"),
        l = c("mild imbalance", "good coordination", NA)
      ), "C", "T", "D", "l", 2
    ),
    audit_ranks(wang_yu_table2, as.character(2012:2022), "average", unit = "printed",
      expected = provinces$name
    ),
    audit_ranks(
      print(v = c(".4", ".39", "-"), x = c("1.5", ".2", ".3"), m = c(".41", ".39", ".12"),
        r = c("1", "3", "2")
      ), c("v", "x"), "m", "r"
    ),
    audit_ranks(
      print(v = c("40", "39", "50"), x = c("40", "40", "30"), r = c("1", "3", "2")), c("v", "x"),
      rank = "r"
    ),
    audit_descriptives(cui_table4, "N", "mean", "sd", "min", "max", "p50", "variable"),
    audit_descriptives(
      print(n = c("100", "99", "1.5"), mean = c(".5", "2", ".1"), sd = c(".61", ".1", ".1"),
        min = c("0", "1.1", "-"), max = c("1", ".3", "1"), p50 = c("1.4", ".5", ".9")
      ), "n", "mean", "sd", "min", "max", "p50"
    ),
    audit_coefficients(gu_table7), audit_coefficients(gu_table7, thresholds = c(.05, .01, .001)),
    audit_coefficients(cui_table5), audit_coefficients(cui_table6),
    audit_coefficients(cui_table8, df = "Number of ids"),
    audit_coefficients(cui_table10, mediation = "IV"),
    audit_coefficients(
      print(b = c(".38**", ".21", ".5*", ".3***"), s = c(".1", ".15", ".00", ".2"),
        f = c("12", "2.2", "-", "2.3")
      ), "b", "s", wald_f = "f", sums = list(1:3)
    ),
    audit_sizes(cui_table8, groups = halves, total = 270, total_units = 30, split = "median"),
    audit_sizes(print(N = c("90", "100", "-"), ids = c("10", "11", "12")), "N", "ids",
      split = c(.2, .3, .5), total = 300, total_units = 33
    )
  )
}

test_that("no English word is left in a Chinese audit; its lines stay what programs read", {
  skip_if_not(l10n_info()[["UTF-8"]])
  made <- shipped_audits()
  lines <- lapply(made, as.data.frame)
  old <- options(ccdpanel.language = "zh")
  on.exit(options(old))
  expect_identical(lapply(shipped_audits(), as.data.frame), lines)
  # numbers, letters of formulas and what their names are
  math <- c("sqrt", "max", "ln", "Wald", "Fan", "thresholds", "MT", "PD")
  words <- function(text) {
    setdiff(unlist(regmatches(text, gregexpr("[A-Za-z][A-Za-z_]+", text))), math)
  }
  for (a in made) {
    own <- words(c(names(attr(a, "read")$digits), a$item, a$printed, "Shaanxi"))
    print <- capture.output(print(a, n = Inf))
    steps <- grep("^\u4e0b\u4e00\u6b65", print)
    expect_length(steps, 1)
    expect_identical(setdiff(words(print[seq_len(steps - 1)]), own), character())
    said <- spoken_audit(unique(c(a$check, a$reason)))
    expect_identical(setdiff(words(said), own), character())
    expect_false(any(grepl("[,;] ?[\u4e00-\u9fa5]|[\u4e00-\u9fa5][,;]", said)))
    counted <- capture.output(print(summary(a)))
    expect_identical(setdiff(words(counted[seq_len(grep(
      "^\u4e0b\u4e00\u6b65", counted
    ) - 1)]), own), character())
  }
})

test_that("a print in Chinese, and the names of systems and columns as they are", {
  skip_if_not(l10n_info()[["UTF-8"]])
  a <- audit_weights(
    data.frame(s = c("productivity", "the sum u"), w = c("0.7", "1")), "w", "s"
  )
  text <- paste(capture.output(print(a, language = "zh")), collapse = "")
  expect_match(
    text,
    paste0(
      "productivity\uff0c\u6743\u91cd\u4e4b\u548c\u4e3a1\uff1a\u5370\u51fa\u76841\u4e2a\u6743",
      "\u91cd\u4e4b\u548c\u4e3a0.7"
    ),
    fixed = TRUE
  )
  expect_match(text, "the sum u\uff0c", fixed = TRUE)
  expect_match(text, "\u6743\u91cd\u6838\u67e5\uff1a2\u884c\uff0c4\u9879\u68c0\u9a8c", fixed = TRUE)
  out <- audit_ranks(data.frame(product = "1.5"), "product", within = c(0, 1))
  expect_output(
    print(out, language = "zh"), "product\u4e3a1.5\uff0c\u8d85\u51fa\u8303\u56f4", fixed = TRUE
  )
  level <- audit_coupling(data.frame(D = "0.45", l = 4), D = "D", level = "l")
  expect_output(
    print(level, language = "zh"),
    paste0(
      "D\u5c5e\u4e8e\u7b2c5\u7ea7\uff08\u6fd2\u4e34\u5931\u8c03\uff09\uff0c\u800c\u975e\u7b2c4",
      "\u7ea7\uff08\u8f7b\u5ea6\u5931\u8c03\uff09"
    ),
    fixed = TRUE
  )
})

# An audit that holds nothing against anything objects to nothing: it says that it could not test.
test_that("an audit that could test nothing says so, and why", {
  table <- data.frame(
    u = c(".6", ".3"), v = c(".2", ".5"), N = c("10", "10"), m = c(".2", ".4"), w = c("a", "b")
  )
  untested <- list(
    audit_coupling(table, systems = c("u", "v")),
    audit_coupling(table, D = "u"),
    audit_descriptives(table, n = "N"),
    audit_ranks(table, average = "m"), audit_ranks(table, c("u", "v")),
    audit_sizes(table, "N"),
    audit_sizes(table, "N", total_units = 30),
    audit_coefficients(table, "u", thresholds = .05, sums = list(1:2)),
    audit_coefficients(table, "u", wald_f = "v", sums = list(1:2)),
    audit_ranks(data.frame(m = "0.5", n = NA), average = "m", unit = "n")
  )
  for (a in untested) {
    line <- which(a$verdict == "not tested")
    expect_length(line, 1)
    expect_match(a$reason[line], "^nothing to hold .+ against: give ")
    expect_output(print(a), "1 not tested")
    expect_output(print(a), "Not tested:")
    expect_identical(summary(a)$not_tested[summary(a)$check == a$check[line]], 1L)
  }
  mean <- audit_coupling(
    gu_table5, "C", "T", rows = "mean", systems = NULL, formula = "2 * sqrt(u * v) / (u + v)"
  )
  expect_identical(verdict_of(mean, "C by the printed formula"), "not tested")
})

test_that("columns that are called as the arguments are looked at, whatever names the rows", {
  table <- data.frame(
    year = 2001:2002, u = c(".60", ".50"), v = c(".40", ".50"), C = c(".980", ".500"),
    T = c(".500", ".500"), D = c(".700", ".500")
  )
  named <- audit_coupling(table, systems = c("u", "v"), unit = "year")
  told <- audit_coupling(table, "C", "T", "D", systems = c("u", "v"), unit = "year")
  expect_identical(named, told)
  expect_true(any(named$verdict == "inconsistent"))
  printed <- data.frame(what = "x", mean = "0.50", sd = "0.61", min = "0.00", max = "1.00")
  expect_identical(
    audit_descriptives(printed, n = 100, variable = "what"),
    audit_descriptives(printed, 100, "mean", "sd", "min", "max", variable = "what")
  )
  weights <- data.frame(of = "s", weight = c(".7", ".4"), entropy = c(".4", ".5"))
  expect_identical(
    audit_weights(weights, system = "of"),
    audit_weights(weights, "weight", "of", entropy = "entropy")
  )
})

test_that("arguments that no check reads are errors with what they need", {
  table <- data.frame(u = c(".6", ".3"), v = c(".2", ".5"), r = c("1", "2"), s = c(".1", ".2"))
  refused <- list(
    k = quote(audit_coupling(table, D = "u", k = 2)),
    closed = quote(audit_coupling(table, D = "u", closed = "left")),
    scheme = quote(audit_coupling(table, D = "u", scheme = "five")),
    labels = quote(audit_coupling(table, D = "u", labels = letters[1:10])),
    expected = quote(audit_ranks(table, average = "u", expected = "a")),
    decreasing = quote(audit_ranks(table, average = "u", decreasing = FALSE)),
    weights = quote(audit_ranks(table, c("u", "v"), weights = c(1, 2))),
    df = quote(audit_coefficients(table, "u", sums = list(1:2), df = 10))
  )
  for (name in names(refused)) {
    expect_error(eval(refused[[name]]), name, class = "ccdpanel_error_argument")
  }
})

test_that("weights that are named go by their names", {
  table <- data.frame(u = c(".60", ".30"), v = c(".20", ".50"), T = c(".28", ".46"), C = ".9")
  of <- function(w) verdict_of(
    audit_coupling(table, "C", "T", systems = c("u", "v"), weights = w), "T from the scores"
  )
  expect_identical(of(c(v = .8, u = .2)), rep("consistent", 2))
  expect_error(of(c(a = .8, b = .2)), class = "ccdpanel_error_names")
  average <- audit_ranks(table, c("u", "v"), "T", weights = c(v = 4, u = 1))
  expect_identical(verdict_of(average, "average of the row"), rep("consistent", 2))
  expect_error(
    audit_ranks(table, c("u", "v"), "T", weights = c(v = 4, w = 1)), class = "ccdpanel_error_names"
  )
})
